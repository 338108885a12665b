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

/** Gives a slot back. */
export type Leave = () => void;

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
const noLeave: Leave = () => {};

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
export function freeSlot(slots: Slots): Leave | undefined {
  if (slots.most === Number.POSITIVE_INFINITY) return noLeave;
  return firstOf(slots) === undefined ? hold(slots) : undefined;
}

function hold(slots: Slots): Leave | undefined {
  const now = Date.now();
  for (const lease of slots.held) if (lease.until <= now) slots.held.delete(lease);
  if (slots.held.size >= slots.most) return undefined;
  const lease: Lease = { until: fresh() };
  slots.held.add(lease);
  const beat = setInterval(() => {
    lease.until = fresh();
  }, BEAT_MS);
  return () => {
    clearInterval(beat);
    slots.held.delete(lease);
  };
}

/**
 * Takes a slot and returns a function that gives it back, or `undefined` when the caller gave up or
 * the time is over.
 */
export async function takeSlot(
  slots: Slots,
  ms: number,
  signal: AbortSignal | null | undefined,
): Promise<Leave | undefined> {
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
        const leave = hold(slots);
        if (leave !== undefined) return leave;
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
