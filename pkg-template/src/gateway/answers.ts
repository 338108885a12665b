/**
 * Parts that the routes of a seller's own server share: their own answers, the pages that they
 * answer, and the headers around it all.
 */
import type { OwnErrorCode, TicketErrorData } from "../generated/types.js";
import { localError, type Where } from "../ground/errors.js";
import { settle } from "../ground/hooks.js";
import { drain } from "../send/read.js";
import { GATEWAY_HEADERS } from "../wasm/generated/tables.js";
import { crossing, ours } from "./errors.js";

export type Promised<T> = T | Promise<T>;

export const ORIGIN = GATEWAY_HEADERS.origin;
export const SENT = GATEWAY_HEADERS.sent;
export const ATTEMPTS = GATEWAY_HEADERS.attempts;
/** The way in: the mark of one attempt to write. */
export const NONCE = GATEWAY_HEADERS.nonce;

/**
 * Whatever a marketplace or a file host sends, a browser that opens it directly must not run it on
 * the gateway's origin.
 */
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

/** An answer of the gateway's own, with what of an error may cross. */
export function answerOf(error: unknown, where: Where, status?: number): Response {
  const told = crossing(error, where);
  const headers = new Headers({
    "content-type": "application/json",
    [ORIGIN]: "gateway",
    [SENT]: told.sent,
    [ATTEMPTS]: String(told.attempts),
  });
  if (told.retryAfterMs !== undefined) headers.set("retry-after", String(Math.ceil(told.retryAfterMs / 1000)));
  return new Response(JSON.stringify({ error: told }), { status: status ?? STATUS[told.kind] ?? 500, headers });
}

export const notFound = (where: Where, code: OwnErrorCode, message: string, status = 404): Response =>
  answerOf(ours(localError(where, { kind: "not_found", code, message })), where, status);

/** The same answer with the headers of `SAFETY`. */
export function protect(response: Response): Response {
  for (const [name, value] of Object.entries(SAFETY)) response.headers.set(name, value);
  return response;
}

/** A page's origin is that long at most; anything may stand in a header. */
const MAX_ORIGIN = 200;
const FOREIGN_HINT =
  "add the page's, or, behind a proxy for development, keep the page's host (`changeOrigin: false`; the shorthand of Vite's `server.proxy` changes it)";

/** The pages that a route answers, and the headers that their browsers get. */
export interface Doors {
  /** Origins of pages elsewhere that may call. */
  origins: ReadonlySet<string>;
  methods: string;
  headers: string;
  exposed: string;
}

/**
 * Answers preflights and refuses foreign pages; `handle` does the rest. An error that it throws
 * goes to `report`, and not to the page.
 */
export async function guard(
  request: Request,
  doors: Doors,
  handle: () => Promise<Response>,
  report: (error: unknown) => void,
): Promise<Response> {
  const where: Where = { marketplace: "", endpoint: "" };
  const origin = request.headers.get("origin");
  const own = new URL(request.url).origin;
  const foreign = origin !== null && origin !== own;
  const invited = foreign && doors.origins.has(origin);
  let response: Response;
  if (foreign && !invited) {
    // A simple POST needs no preflight, so leaving the CORS headers out would not keep a foreign
    // page from writing.
    const message = `the page's origin \`${origin.slice(0, MAX_ORIGIN)}\` is neither this route's own, \`${own}\`, nor one of its \`allowedOrigins\`: ${FOREIGN_HINT}`;
    response = answerOf(ours(localError(where, { kind: "forbidden", code: "foreign_origin", message })), where, 403);
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
      response = answerOf(error, where);
    }
  }
  if (!response.ok) await drain(request);
  protect(response).headers.append("vary", "origin");
  if (invited) {
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-allow-credentials", "true");
    response.headers.set("access-control-expose-headers", doors.exposed);
    response.headers.set("cross-origin-resource-policy", "cross-origin");
  }
  return response;
}

/**
 * Reports to the operator: to `onError`, or else to the console. An error in `onError` is ignored.
 */
export function tell<C>(onError: ((error: unknown, context: C) => void) | undefined, error: unknown, context: C): void {
  const threw = (thrown: unknown) => console.error("seller-tickets: `onError` threw", thrown);
  if (onError === undefined) {
    // Not the context: the request holds the caller's cookie.
    console.error("seller-tickets: an error without an `onError` to tell it to", error);
    return;
  }
  try {
    settle(onError(error, context), threw);
  } catch (thrown) {
    threw(thrown);
  }
}

/** The body stays for the marketplace. `cf` is what Cloudflare knows of the caller. */
export function withoutBody(request: Request): Request {
  const { url, method, headers } = request;
  return new Request(url, { method, headers, ...("cf" in request ? { cf: request.cf } : {}) });
}
