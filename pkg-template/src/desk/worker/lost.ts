/** What a Worker notes about wake-ups that came to nothing: it is part of an account's health. */
import { type Host, readWakes, WAKES, type Wakes } from "../host.js";
import type { StreamRow } from "../store.js";
import { waitAfter } from "./plan.js";

/** How often a note is written again that others were faster than. */
const TRIES = 8;

/** Changes the note about an account; `undefined` from `make` leaves it. */
async function note(host: Host, account: string, make: (known: Wakes) => Wakes | undefined): Promise<void> {
  await host.ready();
  for (let tries = 0; tries < TRIES; tries += 1) {
    const row = (await host.store.streams([account])).find(({ flow }) => flow === WAKES);
    const next = make(row === undefined ? { at: 0, count: 0 } : readWakes(row));
    if (next === undefined) return;
    const text = JSON.stringify(next);
    if (await host.store.commit({ streams: [{ row: { account, flow: WAKES, text }, expects: row?.version ?? 0 }] })) {
      return;
    }
  }
}

/** Whether an account is left alone for now, because its wake-ups came to nothing. */
const rests = ({ at, count }: Wakes, now: number): boolean => count > 0 && now < at + waitAfter(count);

/**
 * Notes that a wake-up of an account failed too often. Others that were on their way meanwhile fail of
 * the same, and do not make the rest longer.
 */
export const noteLost = (host: Host, account: string): Promise<void> =>
  note(host, account, (known) => (rests(known, host.now()) ? undefined : { at: host.now(), count: known.count + 1 }));

/** Notes that a wake-up of an account has succeeded. */
export const noteFound = (host: Host, account: string): Promise<void> =>
  note(host, account, ({ count }) => (count === 0 ? undefined : { at: host.now(), count: 0 }));

/** Whether an account is to be left alone for now. */
export const isResting = (row: StreamRow, now: number): boolean => rests(readWakes(row), now);
