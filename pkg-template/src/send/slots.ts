/**
 * Workers let six requests wait for their headers at a time. A seventh would wait inside `fetch`,
 * where its time runs and nothing says that it was not sent. So calls take turns before that. A
 * request to a Worker that ends takes its timers and promises with it. So the state that calls
 * share is plain data, a slot and a place in the queue last only as long as their call renews them,
 * and each waiting call has a timer of its own.
 */

import { onAbort } from "../ground/abort.js";

/** Until when a call holds a slot, or a place in the queue, unless it renews it. */
interface Lease {
  until: number;
}

export interface Slots {
  readonly most: number;
  held: Lease[];
  /** In the order in which they came. */
  queue: Lease[];
}

const LEASE_MS = 2_000;
const BEAT_MS = 400;
const POLL_MS = 10;

export function makeSlots(most: number): Slots {
  return { most, held: [], queue: [] };
}

/** How many slots there are by default: six in Workers, and any number elsewhere. */
export function slotsOfHost(): number {
  const { navigator } = globalThis as { navigator?: { userAgent?: string } };
  return navigator?.userAgent === "Cloudflare-Workers" ? 6 : Number.POSITIVE_INFINITY;
}

const living = (leases: Lease[]): Lease[] => {
  const now = Date.now();
  return leases.filter(({ until }) => until > now);
};

/**
 * Takes a slot and returns a function that gives it back, or `undefined` when the caller gave up or
 * the time is over.
 */
export async function takeSlot(
  slots: Slots,
  ms: number,
  signal: AbortSignal | null | undefined,
): Promise<(() => void) | undefined> {
  if (slots.most === Number.POSITIVE_INFINITY) return () => {};
  const end = Date.now() + ms;
  const place: Lease = { until: Date.now() + LEASE_MS };
  slots.queue.push(place);
  try {
    for (;;) {
      if (signal?.aborted || Date.now() >= end) return undefined;
      slots.held = living(slots.held);
      slots.queue = living(slots.queue);
      // A call that slept too long has lost its place, and is the last again.
      if (!slots.queue.includes(place)) slots.queue.push(place);
      if (slots.queue[0] === place && slots.held.length < slots.most) break;
      await sleep(Math.min(POLL_MS, end - Date.now()), signal);
      place.until = Date.now() + LEASE_MS;
    }
  } finally {
    slots.queue = slots.queue.filter((other) => other !== place);
  }
  const lease: Lease = { until: Date.now() + LEASE_MS };
  slots.held.push(lease);
  const beat = setInterval(() => {
    lease.until = Date.now() + LEASE_MS;
  }, BEAT_MS);
  return () => {
    clearInterval(beat);
    slots.held = slots.held.filter((other) => other !== lease);
  };
}

function sleep(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      end();
      resolve();
    };
    const timer = setTimeout(finish, ms);
    const end = onAbort(signal, finish);
  });
}
