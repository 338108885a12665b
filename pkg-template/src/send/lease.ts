/**
 * Turns that calls take without waiting for each other's promises, because in a Worker a request
 * that ends takes its promises with it. A turn is plain data of the client, and the module decides
 * which call has it. A call that has a turn sends heartbeats; a call that waits has a timer of its
 * own.
 */

import { abortedError, TicketError } from "../ground/errors.js";
import { type Host, type Lines, wait } from "./host.js";

/** The interval of the heartbeats of a call that has a turn. */
const BEAT_MS = 400;

export function noLines(): Lines {
  return { byKey: new Map(), last: 0 };
}

/** Sends heartbeats, and returns the function that stops them. */
export function keepAlive(extend: () => void): () => void {
  const beat = setInterval(() => {
    try {
      extend();
    } catch {
      // A timer that throws would end the program. The call whose turn it is asks the same clock,
      // and fails with what it throws.
    }
  }, BEAT_MS);
  return () => clearInterval(beat);
}

/**
 * Queues for a key until the turn has come. Returns the function that ends the turn; with
 * `untilMs`, the other calls wait until then, because the write may still take effect.
 */
export async function lineUp(
  host: Host,
  endpoint: string,
  key: string,
  endMs: number,
  signal: AbortSignal | null | undefined,
): Promise<(untilMs?: number) => void> {
  const { engine, marketplace, lines } = host;
  const { byKey } = lines;
  const entered = host.now();
  for (const [other, line] of byKey) if (engine.lineIsIdle(line, entered)) byKey.delete(other);
  lines.last += 1;
  const number = lines.last;
  byKey.set(key, engine.changeLine(byKey.get(key), number, "enter", entered));
  for (;;) {
    const polled = engine.linePoll(marketplace, endpoint, byKey.get(key), number, endMs, host.now());
    const { step, error } = polled;
    byKey.set(key, polled.line);
    if (error !== undefined) throw new TicketError(error);
    if (step.type !== "wait") break;
    await wait(step.ms, signal);
    if (signal?.aborted) {
      byKey.set(key, engine.changeLine(byKey.get(key), number, "leave", host.now()));
      throw abortedError({ marketplace, endpoint }, signal);
    }
  }
  const stop = keepAlive(() => {
    byKey.set(key, engine.changeLine(byKey.get(key), number, "extend", host.now()));
  });
  return (untilMs) => {
    stop();
    const change = untilMs === undefined ? "leave" : "leave_behind";
    byKey.set(key, engine.changeLine(byKey.get(key), number, change, untilMs ?? host.now()));
  };
}
