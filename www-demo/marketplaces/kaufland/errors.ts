// The vendor's error answers: a relative problem type, a message and the fields at fault.
//
// The documentation names the problem types but often not their status. Where it does not, the
// status here is one that the endpoint documents (400 for a ticket's state on messages and close,
// 403 on open) or that integrators report (409 for a repeated action).

import { json, type Reply } from "../shared/http.ts";

export interface FieldError {
  field: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly errors: FieldError[] = [],
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  toReply(): Reply {
    return json(this.status, { type: this.type, message: this.message, errors: this.errors }, this.headers);
  }
}

export const invalid = (errors: FieldError[]) =>
  new Problem(400, "/problems/validation-error", "Request is not valid", errors);
export const badRequest = (message: string) => new Problem(400, "/problems/bad-request", message);
export const notFound = (message: string) => new Problem(404, "/problems/not-found", message);
export const restricted = (status: number, type: string, message: string) =>
  new Problem(status, `/problems/tickets/${type}`, message);

const BY_STATUS: Record<number, [type: string, message: string]> = {
  400: ["/problems/bad-request", "Bad Request"],
  401: ["/problems/unauthorized", "Unauthorized"],
  403: ["/problems/forbidden", "Forbidden"],
  404: ["/problems/not-found", "Not Found"],
  409: ["/problems/duplicate-action", "The action was already carried out"],
  422: ["/problems/action-not-allowed", "The action is not allowed in this state"],
  429: ["about:blank", "Too Many Requests"],
  500: ["/problems/server-error", "Internal Server Error"],
  503: ["/problems/service-unavailable", "Service Unavailable"],
};

/** What the vendor would say with a status when nothing more is known. */
export function errorBody(status: number): { type: string; message: string; errors: FieldError[] } {
  const [type, message] = BY_STATUS[status] ?? ["about:blank", "Error"];
  return { type, message, errors: [] };
}
