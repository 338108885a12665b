/** The beginning of a call: where nothing is in its way, its first request comes signed. */

import { HASH_BYTES } from "../files/body.js";
import type { Tokens } from "../generated/types.js";
import { makeNonce } from "../ground/nonce.js";
import type { AtOnce, Begun, Refused } from "../wasm/generated/boundary.js";
import type { Host } from "./host.js";
import { freeSlot, type Leave } from "./slots.js";

/** A call that was begun. If its first request is signed already, the call has a slot. */
export interface Opened extends Begun {
  leave?: Leave | undefined;
  /** The token that the request was signed with. */
  tokens?: Tokens | undefined;
}

type Gates = Host["gates"];

/** What the module needs to start a call at once. */
export function atOnceOf({ credentials, session: { tokens }, now }: Host, nonce = makeNonce()): AtOnce {
  const attempt = { credentials, now: now(), nonce };
  return { longest: HASH_BYTES, attempt: tokens === undefined ? attempt : { ...attempt, session: tokens } };
}

/**
 * Begins a call that will be sent. Nothing is signed before a wait, so a call without a free slot
 * is only begun.
 */
export function open(
  host: Host,
  ask: (gates: Gates, atOnce: AtOnce | undefined) => Refused | Begun,
  nonce?: string,
): Refused | Opened {
  const leave = freeSlot(host.slots);
  let opened: Opened | undefined;
  try {
    const atOnce = leave && atOnceOf(host, nonce);
    const begun = ask(host.gates, atOnce);
    if ("violations" in begun) return begun;
    const { started } = begun;
    if (started !== undefined) host.gates[begun.call.bucket] = started.gate;
    opened = started?.step.type === "send" ? { ...begun, leave, tokens: atOnce?.attempt.session } : begun;
    return opened;
  } finally {
    if (opened?.leave === undefined) leave?.();
  }
}
