/**
 * Workers let six requests wait for their headers at a time. A seventh would wait inside `fetch`,
 * where its time runs and nothing says that it was not sent. So calls take turns before that. A
 * request to a Worker that ends takes its timers and promises with it. So the state that calls
 * share is plain data, a slot and a place in the queue last only as long as their call renews them,
 * and each waiting call has a timer of its own.
 */

import { wait } from "./wait.js";

/** Until when a call holds a slot, or a place in the queue, unless it renews it. */
interface Lease {
  until: number;
}

export interface Slots {
  readonly most: number;
  readonly held: Set<Lease>;
  /** In the order in which they came. */
  readonly queue: Set<Lease>;
  /** How many calls have entered the queue, and how many have left it. */
  entered: number;
  left: number;
}

/** A slot that a call has. */
export interface Slot {
  /** How often the call has to keep it, in milliseconds. */
  readonly beatMs: number;
  keep(): void;
  /** Gives it back. */
  leave(): void;
}

const LEASE_MS = 2_000;
const BEAT_MS = 400;
const POLL_MS = 10;

export function makeSlots(most: number): Slots {
  return { most, held: new Set(), queue: new Set(), entered: 0, left: 0 };
}

/** How many slots there are by default: six in Workers, and any number elsewhere. */
export function slotsOfHost(): number {
  const { navigator } = globalThis as { navigator?: { userAgent?: string } };
  return navigator?.userAgent === "Cloudflare-Workers" ? 6 : Number.POSITIVE_INFINITY;
}

const fresh = (): number => Date.now() + LEASE_MS;
/** The slot of a call that needs none. */
const ANY: Slot = { beatMs: Number.POSITIVE_INFINITY, keep: () => {}, leave: () => {} };

/** The first in the queue that is still waiting. Those behind it need no look. */
function firstOf(slots: Slots): Lease | undefined {
  const now = Date.now();
  for (const lease of slots.queue) {
    if (lease.until > now) return lease;
    drop(slots, lease);
  }
  return undefined;
}

function drop(slots: Slots, place: Lease): void {
  if (slots.queue.delete(place)) slots.left += 1;
}

/** Takes a slot if one is free and no other call waits for it. */
export function freeSlot(slots: Slots): Slot | undefined {
  if (slots.most === Number.POSITIVE_INFINITY) return ANY;
  return firstOf(slots) === undefined ? hold(slots) : undefined;
}

function hold(slots: Slots): Slot | undefined {
  const now = Date.now();
  for (const lease of slots.held) if (lease.until <= now) slots.held.delete(lease);
  if (slots.held.size >= slots.most) return undefined;
  const lease: Lease = { until: 0 };
  const keep = () => {
    lease.until = fresh();
    // A call that slept too long has lost it.
    slots.held.add(lease);
  };
  keep();
  return { beatMs: BEAT_MS, keep, leave: () => slots.held.delete(lease) };
}

/** Takes a slot, or returns `undefined` when the caller gave up or the time is over. */
export async function takeSlot(
  slots: Slots,
  ms: number,
  signal: AbortSignal | null | undefined,
): Promise<Slot | undefined> {
  const end = Date.now() + ms;
  if (signal?.aborted || ms <= 0) return undefined;
  const free = freeSlot(slots);
  if (free !== undefined) return free;
  const place: Lease = { until: 0 };
  let number = 0;
  try {
    while (!signal?.aborted && Date.now() < end) {
      // A call that slept too long has lost its place, and is the last again.
      if (!slots.queue.has(place)) {
        slots.queue.add(place);
        number = slots.entered;
        slots.entered += 1;
      }
      place.until = fresh();
      if (firstOf(slots) === place) {
        const slot = hold(slots);
        if (slot !== undefined) return slot;
      }
      // Calls before this one take their turns first. If each looked as often as the first, the
      // work of many would grow with their square.
      const rounds = Math.floor((number - slots.left) / slots.most);
      const pause = Math.min(POLL_MS * Math.max(rounds, 1), BEAT_MS);
      await wait(Math.min(pause, end - Date.now()), signal);
    }
    return undefined;
  } finally {
    drop(slots, place);
  }
}
