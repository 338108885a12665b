/** Timers that end with an abort. */

/** Hosts fire a timer that is longer than 2^31 - 1 ms at once. */
export const timerMs = (ms: number): number => Math.min(Math.max(ms, 0), 2 ** 31 - 1);

/**
 * A wait with a timer of its own. It asks no clock: a caller's may throw, and in a timer that would
 * end the program.
 */
export function wait(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, timerMs(ms));
    signal?.addEventListener("abort", finish, { once: true });
  });
}
