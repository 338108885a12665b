/** Writes that a browser sends twice by itself: only one of the two copies is forwarded. */

import { inTime } from "../ground/abort.js";
import { localError, type Where } from "../ground/errors.js";
import { answerOf } from "./answers.js";
import { ours } from "./errors.js";
import type { NonceStore } from "./nonces.js";

/** A computer that sleeps over a long weekend may send again what was on its way. */
const NONCE_TTL_MS = 7 * 24 * 3_600_000;
const CLAIM_TIMEOUT_MS = 5_000;

/** What a store says of a nonce. */
export type Claim = "new" | "seen" | "unknown";

/** A write, for `forward`. */
export interface Write {
  nonce: string | undefined;
  /** Uses the nonce up. Nothing is forwarded unless it was new. */
  begin: () => Promise<Claim>;
  /** A refusal that may not meet the other copy. */
  refuse: (answer: () => Response) => Promise<Response>;
}

/**
 * The answer to a write that is not forwarded because it may have been before. The fate of its
 * first copy is unknown.
 */
export function notClaimed(claimed: "seen" | "unknown", where: Where): Response {
  const seen = {
    kind: "conflict",
    code: "repeated_request",
    message:
      "the browser or a proxy sent this request twice; the first copy may have been carried out, and the second was not",
  } as const;
  const unknown = {
    kind: "server",
    code: "nonce_store_failed",
    message: "the gateway could not tell whether this write has come before, and did not forward it",
    retryable: true,
  } as const;
  const [error, status] = claimed === "seen" ? [seen, 409] : [unknown, 503];
  return answerOf(ours(localError(where, { ...error, sent: "maybe" })), where, status);
}

/**
 * Says whether a nonce is new, seen before, or neither is certain. `refused`: the request is
 * refused anyway.
 */
export async function claim(
  find: () => NonceStore,
  nonce: string,
  refused: boolean,
  report: (error: unknown) => void,
): Promise<Claim> {
  try {
    const store = find();
    const isNew = await inTime(store.claim(nonce, NONCE_TTL_MS, refused), CLAIM_TIMEOUT_MS, "the nonce store");
    if (typeof isNew !== "boolean") throw new Error("`claim` of the nonce store said neither `true` nor `false`");
    return isNew ? "new" : "seen";
  } catch (error) {
    report(error);
    return "unknown";
  }
}
