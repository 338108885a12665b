/**
 * Turns that calls take without waiting for each other's promises, because in a Worker a request
 * that ends takes its promises with it. A turn is plain data of the client, and the module decides
 * whose it is. A call that has one gives signs of life; a call that waits has a timer of its own.
 */

import { abortedError, TicketError } from "../ground/errors.js";
import { type Host, type Lines, wait } from "./host.js";

/** How often a call that has a turn says that it lives. */
const BEAT_MS = 400;

export function noLines(): Lines {
  return { byKey: new Map(), last: 0 };
}

/** Gives signs of life until the result is called. */
export function keepAlive(extend: () => void): () => void {
  const beat = setInterval(extend, BEAT_MS);
  return () => clearInterval(beat);
}

/**
 * Stands in the line of a key until the turn has come. Returns what ends the turn; the others wait
 * until `untilMs` when the write may land yet.
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
    await wait(host, step.ms, signal);
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
