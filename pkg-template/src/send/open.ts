/** The beginning of a call: where nothing is in its way, its first request comes signed. */

import type { Tokens } from "../generated/types.js";
import type { Begun } from "../wasm/begun.js";
import type { Refused } from "../wasm/generated/boundary.js";
import type { Host } from "./host.js";
import { freeSlot, type Slot } from "./slots.js";

/** A call that was begun. If its first request is signed already, the call has a slot. */
export interface Opened extends Begun {
  slot?: Slot | undefined;
  /** The token that the request was signed with. */
  tokens?: Tokens | undefined;
}

/** Begins a call, and starts it at once if the time is given. */
type Ask = (gates: Host["gates"], now?: number, tokens?: Tokens) => Refused | Begun;

/**
 * Begins a call that will be sent. Nothing is signed before a wait, so a call without a free slot
 * is only begun.
 */
export function open(host: Host, ask: Ask): Refused | Opened {
  const slot = freeSlot(host.slots);
  let opened: Opened | undefined;
  try {
    const { tokens } = host.session;
    const begun = slot === undefined ? ask(host.gates) : ask(host.gates, host.now(), tokens);
    if ("violations" in begun) return begun;
    const { started } = begun;
    if (started?.gate !== undefined) host.gates[begun.call.bucket] = started.gate;
    opened = begun;
    if (started?.step.type === "send") {
      opened.slot = slot;
      opened.tokens = tokens;
    }
    return opened;
  } finally {
    if (opened?.slot === undefined) slot?.leave();
  }
}
