/** What the routes of a seller's own server have in common: answers of their own, whom they answer, and the headers around it all. */

import type { TicketErrorData } from "../generated/types.js";
import { localError, TicketError, type Where } from "../ground/errors.js";

export type Promised<T> = T | Promise<T>;

export const ORIGIN = "x-seller-tickets-origin";
export const SENT = "x-seller-tickets-sent";
export const ATTEMPTS = "x-seller-tickets-attempts";
/** The way in: the mark of one attempt to write. */
export const NONCE = "x-seller-tickets-nonce";

/** Whatever a marketplace or a file host sends, a browser that opens it directly must not run it on the gateway's origin. */
export const SAFETY: Record<string, string> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-site",
};

const STATUS: Partial<Record<TicketErrorData["kind"], number>> = {
  validation: 400,
  rate_limited: 429,
  timeout: 504,
  network: 502,
  decode: 502,
  server: 502,
  rejected: 502,
  aborted: 499,
};

/** An answer of the gateway's own. */
function answerError(error: TicketErrorData, status: number): Response {
  const headers = new Headers({
    "content-type": "application/json",
    [ORIGIN]: "gateway",
    [SENT]: error.sent,
    [ATTEMPTS]: String(error.attempts),
  });
  if (error.retryAfterMs !== undefined) headers.set("retry-after", String(Math.ceil(error.retryAfterMs / 1000)));
  return new Response(JSON.stringify({ error: { ...error, origin: "gateway" } }), { status, headers });
}

export function answerOf(error: unknown, where: Where, status?: number): Response {
  const data =
    error instanceof TicketError
      ? error.toJSON()
      : localError(where, { kind: "configuration", code: "gateway_failed", message: "the gateway failed" }).toJSON();
  return answerError(data, status ?? STATUS[data.kind] ?? 500);
}

export const notFound = (where: Where, code: string, message: string, status = 404): Response =>
  answerOf(localError(where, { kind: "not_found", code, message }), where, status);

/** The same answer with the headers of `SAFETY`. */
export function protect(response: Response): Response {
  for (const [name, value] of Object.entries(SAFETY)) response.headers.set(name, value);
  return response;
}

/** Whom a route answers, and what browsers are told of it. */
export interface Doors {
  /** Origins of pages elsewhere that may call. */
  origins: ReadonlySet<string>;
  methods: string;
  headers: string;
  exposed: string;
}

/** Answers preflights and refuses foreign pages; all else is for `handle`. What it throws is for `report`, and not for the page. */
export async function guard(
  request: Request,
  doors: Doors,
  handle: () => Promise<Response>,
  report: (error: unknown) => void,
): Promise<Response> {
  const where: Where = { marketplace: "", endpoint: "" };
  const origin = request.headers.get("origin");
  const foreign = origin !== null && origin !== new URL(request.url).origin;
  const invited = foreign && doors.origins.has(origin);
  let response: Response;
  if (foreign && !invited) {
    // A simple POST needs no preflight, so leaving the CORS headers out would not keep a foreign page from writing.
    const message = "this origin is not one of the gateway's `allowedOrigins`";
    response = answerOf(localError(where, { kind: "forbidden", code: "foreign_origin", message }), where, 403);
  } else if (request.method === "OPTIONS") {
    response = new Response(null, {
      status: 204,
      headers: foreign
        ? {
            "access-control-allow-methods": doors.methods,
            "access-control-allow-headers": doors.headers,
            "access-control-max-age": "600",
          }
        : { allow: doors.methods },
    });
  } else {
    try {
      response = await handle();
    } catch (error) {
      report(error);
      // What is wrong with the keys or the options is for the log, not for the page.
      const known = error instanceof TicketError;
      const failed = { kind: "configuration", code: "gateway_failed", message: "the gateway failed" } as const;
      // Of what nobody foresaw, nobody knows how far it came.
      const hidden = () => localError(where, { ...failed, sent: known ? error.sent : "maybe" });
      response = answerOf(known && error.kind !== "configuration" ? error : hidden(), where);
    }
  }
  protect(response).headers.append("vary", "origin");
  if (invited) {
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-allow-credentials", "true");
    response.headers.set("access-control-expose-headers", doors.exposed);
    response.headers.set("cross-origin-resource-policy", "cross-origin");
  }
  return response;
}

/** Calls an observer of the caller's; what it throws harms nobody. */
export function tell<C>(onError: ((error: unknown, context: C) => void) | undefined, error: unknown, context: C): void {
  try {
    onError?.(error, context);
  } catch (thrown) {
    console.error("seller-tickets: `onError` threw", thrown);
  }
}

/** The body stays for the marketplace. `cf` is what Cloudflare knows of the caller. */
export function withoutBody(request: Request): Request {
  const { url, method, headers } = request;
  return new Request(url, { method, headers, ...("cf" in request ? { cf: request.cf } : {}) });
}
