/** Timers that end with an abort. */

import { onAbort, timerMs } from "../ground/abort.js";

/**
 * A wait with a timer of its own. It asks no clock: a caller's may throw, and in a timer that would
 * end the program.
 */
export function wait(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      end();
      resolve();
    };
    // A hook may have aborted it just now.
    const timer = setTimeout(finish, signal?.aborted ? 0 : timerMs(ms));
    const end = onAbort(signal, finish);
  });
}
