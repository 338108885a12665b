// The vendor's error answers, of which there are five: the platform's own, the gateway's 401, the
// web framework's, pages of the network in front of it, and redirects. Which one comes where is not
// documented beyond what stands at each function.

import { json, type Reply } from "../shared/http.ts";

export class Problem extends Error {
  constructor(readonly reply: Reply) {
    super(`${reply.status}`);
  }
}

export interface Detail {
  field: string;
  location: "header" | "body" | "query" | "params" | "path" | "unknown";
  slug: string;
  message: string;
}

const SLUGS: Record<number, [slug: string, message: string]> = {
  400: ["BAD_REQUEST", "The request is not valid"],
  401: ["UNAUTHORIZED", "The access token is not valid"],
  403: ["FORBIDDEN", "The access token does not allow this"],
  404: ["NOT_FOUND", "The resource was not found"],
  409: ["CONFLICT", "The resource exists already"],
  422: ["UNPROCESSABLE_ENTITY", "The request can not be processed"],
  423: ["LOCKED", "The resource is locked"],
  429: ["TOO_MANY_REQUESTS", "Too many requests"],
  500: ["SERVER_ERROR", "Internal server error"],
  502: ["BAD_GATEWAY", "Bad gateway"],
  503: ["SERVICE_UNAVAILABLE", "Service unavailable"],
  504: ["GATEWAY_TIMEOUT", "Gateway timeout"],
};

function platformBody(status: number, message?: string, details: Detail[] = []): unknown {
  const [slug, standard] = SLUGS[status] ?? ["SERVER_ERROR", "Error"];
  return { slug, message: message ?? standard, details };
}

/** What the service itself says of a ticket's state, of rights and of what does not exist. */
export const platform = (
  status: number,
  message?: string,
  details: Detail[] = [],
  headers: Record<string, string> = {},
): Problem => new Problem(json(status, platformBody(status, message, details), headers));

const GATEWAY_401 = {
  developerMessage: "The access token is missing, unknown or revoked",
  userMessage: "Access denied",
  moreInfo: "https://developers.magalu.com/docs",
  errorCode: 30001,
};

/** A token that the gateway can not read or does not know. */
export const gateway401 = (): Problem => new Problem(json(401, GATEWAY_401));

/** A token whose time is over: another 401, told by its header. */
export const expired401 = (): Problem =>
  platform(401, "The access token has expired", [], { "x-authorization-error": "token expired" });

export interface Loc {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** The framework's check of types, names and ranges. */
export const unprocessable = (detail: Loc[]): Problem => new Problem(json(422, { detail }));

/**
 * The framework's short form, with 404 and 405 of unknown routes and with rules that a type can not
 * say.
 */
export const detailText = (status: number, detail: string, headers: Record<string, string> = {}): Problem =>
  new Problem(json(status, { detail }, headers));

/** A page of the network in front of the API. */
export const edgePage = (status: number): Problem =>
  new Problem({
    status,
    headers: { "content-type": "text/html; charset=UTF-8", server: "azion" },
    body: new TextEncoder().encode(
      `<html>\n<head><title>${status} Forbidden</title></head>\n<body>\n<center><h1>${status} Forbidden</h1></center>\n</body>\n</html>\n`,
    ),
  });

/** ID Magalu's errors, as OAuth 2.0 writes them (RFC 6749, 5.2). */
export const oauth = (status: number, error: string, error_description: string): Problem =>
  new Problem(json(status, { error, error_description }, { "cache-control": "no-store" }));

/** What the vendor would say with a status when nothing more is known. */
export function errorBody(status: number): unknown {
  if (status === 401) return GATEWAY_401;
  if (status === 422) return { detail: "The request can not be processed" };
  return platformBody(status);
}
