// The vendor's error answers: JSON with a message, and with the faults when a request is not valid.

import { json, type Reply } from "../shared/http.ts";

export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  toReply(): Reply {
    return json(this.status, { message: this.message }, this.headers);
  }
}

/** A request that is not valid; every fault names its field. */
export class Invalid extends Error {
  constructor(readonly faults: string[]) {
    super("The given data was invalid.");
  }

  /** Clients have seen the faults as an array and as one text of several lines. */
  toReply(asText: boolean): Reply {
    return json(400, { message: this.message, errors: asText ? this.faults.join("\n") : this.faults });
  }
}

export const QUOTA = { error: "Quota has been exceeded" };

const BY_STATUS: Record<number, string> = {
  400: "The given data was invalid.",
  401: "Unauthorized",
  404: "Not found",
  405: "Method not allowed",
  415: "Content type must be application/json",
  500: "Server error",
  503: "Service unavailable",
};

export const problem = (status: number, headers?: Record<string, string>) =>
  new Problem(status, BY_STATUS[status] ?? "Error", headers);

/** What the vendor would say with a status when nothing more is known. */
export function errorBody(status: number): unknown {
  return status === 429 ? QUOTA : { message: BY_STATUS[status] ?? "Error" };
}
