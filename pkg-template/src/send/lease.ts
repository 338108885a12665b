/**
 * Turns that calls take without waiting for each other's promises, because in a Worker a request
 * that ends takes its promises with it. A turn is plain data of the client, and the module decides
 * which call has it. A call that has a turn sends heartbeats; a call that waits has a timer of its
 * own.
 */

import { letEnd } from "../ground/abort.js";
import { abortedError, TicketError } from "../ground/errors.js";
import type { LineChange } from "../wasm/generated/boundary.js";
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
  // The call that has the turn has timers of its own, which keep a program alive for its time.
  letEnd(beat);
  return () => clearInterval(beat);
}

/** A turn in the line of a key. */
export interface Turn {
  /** The line, in which the write leaves what the next one has to know. */
  line: Uint8Array | undefined;
  end(): void;
}

/** Queues for a key until the turn has come. */
export async function lineUp(
  host: Host,
  endpoint: string,
  key: string,
  endMs: number,
  signal: AbortSignal | null | undefined,
): Promise<Turn> {
  const { engine, marketplace, lines } = host;
  const { byKey } = lines;
  const entered = host.now();
  for (const [other, line] of byKey) if (engine.lineIsIdle(line, entered)) byKey.delete(other);
  lines.last += 1;
  const number = lines.last;
  const change = (how: LineChange) => byKey.set(key, engine.changeLine(byKey.get(key), number, how, host.now()));
  change("enter");
  for (;;) {
    const polled = engine.linePoll(marketplace, endpoint, byKey.get(key), number, endMs, host.now());
    const { step, error } = polled;
    byKey.set(key, polled.line);
    if (error !== undefined) throw new TicketError(error);
    if (step.type !== "wait") break;
    await wait(step.ms, signal);
    if (signal?.aborted) {
      change("leave");
      throw abortedError({ marketplace, endpoint }, signal);
    }
  }
  const stop = keepAlive(() => change("extend"));
  return {
    get line() {
      return byKey.get(key);
    },
    set line(line) {
      if (line !== undefined) byKey.set(key, line);
    },
    end() {
      stop();
      change("leave");
    },
  };
}
