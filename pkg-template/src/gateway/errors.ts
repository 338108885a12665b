/**
 * The part of an error that crosses to a page: a list of allowed fields, and words of ours alone. A
 * host's words name addresses inside, a store's may hold tokens, and a redirect's headers a signed
 * address; all of that goes to the operator, by `onError` or the console.
 */
import type { Sent, TicketErrorData } from "../generated/types.js";
import { localError, TicketError, type Where } from "../ground/errors.js";

/** The headers of a marketplace's answer that a page sees, beside the answer as in errors. */
export const PASSED = ["content-type", "retry-after", "x-request-id", "date"];

/** The words that a page gets in place of foreign ones. */
const SENTENCES: Record<Exclude<TicketErrorData["kind"], "configuration">, string> = {
  validation: "the request does not fit the marketplace's rules",
  authentication: "the gateway could not sign in at the marketplace; its log says why",
  forbidden: "the marketplace does not let the gateway do this; its log says why",
  not_found: "the marketplace did not find it; the gateway's log says more",
  conflict: "the marketplace's state does not allow it; the gateway's log says more",
  rate_limited: "the marketplace asks to wait",
  rejected: "the marketplace refused the gateway's request; the gateway's log says why",
  server: "the marketplace failed; the gateway's log says more",
  network: "the marketplace could not be reached, or its answer broke off; the gateway's log says why",
  timeout: "the marketplace did not answer in time",
  aborted: "the call was aborted",
  decode: "an answer could not be read; the gateway's log says more",
};

/**
 * Codes whose messages consist of the module's own words. Messages of `network` and `http_…` may
 * contain the host's.
 */
const OWN_WORDS = new Set(["aborted", "attempt_timeout", "no_connection", "no_turn", "redirect", "total_timeout"]);

const SENT: readonly Sent[] = ["no", "yes", "maybe"];

/**
 * Names of codes, marketplaces and methods. A vendor's sign-in may put anything in the place of a
 * code; tokens have digits.
 */
const NAME = /^[a-z]{1,24}(?:[-_](?:[a-z]{1,24}|[1-5]\d\d)){0,5}$/i;

const made = new WeakSet<object>();

/** Marks an error as made on this side, of words of ours and of what the page itself sent. */
export function ours(error: TicketError): TicketError {
  made.add(error);
  return error;
}

/** Marks an error of the module as ours where its words are. */
export function ofModule(error: TicketError): TicketError {
  return OWN_WORDS.has(error.code) ? ours(error) : error;
}

/** The error whose details the page does not get. */
export function failed(where: Where, sent: Sent = "no"): TicketError {
  return ours(
    localError(where, { kind: "configuration", code: "gateway_failed", message: "the gateway failed", sent }),
  );
}

const nameOr = (given: unknown, other: string): string =>
  typeof given === "string" && NAME.test(given) ? given : other;

const count = (given: unknown): number | undefined =>
  typeof given === "number" && Number.isFinite(given) && given >= 0 ? given : undefined;

/** Drops what is not there, so that it has no name in JSON either. */
function present<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/**
 * Returns what of an error a page may see. Of one that `ours` did not mark it sees the kind, the
 * code where that is a name, whether anything was sent, and numbers. Of wrong keys or options, and of
 * errors that are not a `TicketError`, it only sees that the gateway failed.
 */
export function crossing(error: unknown, where: Where): TicketErrorData {
  // After an unforeseen failure, it is unknown how far the request came.
  if (!(error instanceof TicketError)) return crossing(failed(where, "maybe"), where);
  const sent = SENT.includes(error.sent) ? error.sent : "maybe";
  const isOurs = made.has(error);
  const { kind } = error;
  if (!isOurs && !Object.hasOwn(SENTENCES, kind)) return crossing(failed(where, sent), where);
  const common = {
    kind,
    status: count(error.status),
    attempts: count(error.attempts) ?? 0,
    retryable: error.retryable === true,
    retryAfterMs: count(error.retryAfterMs),
    sent,
    // Whichever side failed, the page hears it from the gateway.
    origin: "gateway" as const,
  };
  if (isOurs) {
    const { code, message, marketplace, endpoint, requestId, violations } = error;
    const headers = error.headers?.filter(([name]) => PASSED.includes(name.toLowerCase()));
    return present<TicketErrorData>({
      ...common,
      code,
      message,
      marketplace,
      endpoint,
      requestId,
      headers,
      violations,
    });
  }
  return present<TicketErrorData>({
    ...common,
    code: nameOr(error.code, "gateway_failed"),
    message: SENTENCES[kind as keyof typeof SENTENCES],
    marketplace: nameOr(error.marketplace, where.marketplace),
    endpoint: nameOr(error.endpoint, where.endpoint),
  });
}
