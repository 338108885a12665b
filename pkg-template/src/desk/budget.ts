/** What one sync may use. */
export interface Budget {
  /** Notes that a call is made. */
  take(): void;
  /** Returns how many calls are left. */
  left(): number;
  /** Returns how many calls were made. */
  used(): number;
  /** Returns whether the time is over, or the caller gave up. */
  isOver(): boolean;
  /** Returns how much time is left, in milliseconds. */
  leftMs(): number;
  signal: AbortSignal | undefined;
}

export function makeBudget(
  now: () => number,
  calls: number,
  ms: number,
  signal: AbortSignal | undefined,
  isSpent: () => boolean = () => false,
): Budget {
  const end = now() + ms;
  let used = 0;
  return {
    take: () => {
      used += 1;
    },
    left: () => Math.max(calls - used, 0),
    used: () => used,
    isOver: () => signal?.aborted === true || now() >= end || isSpent(),
    leftMs: () => Math.max(end - now(), 1),
    signal,
  };
}
