// A sliding window: at most `limit` requests of one key within any second, or within any other
// span.

export class RateLimit {
  readonly #seen = new Map<string, number[]>();

  constructor(readonly windowMs = 1000) {}

  /** Counts the request when it is admitted; refused requests do not count. */
  admit(key: string, limit: number, now: number): boolean {
    const times = (this.#seen.get(key) ?? []).filter((time) => time > now - this.windowMs);
    const admitted = times.length < limit;
    if (admitted) times.push(now);
    this.#seen.set(key, times);
    return admitted;
  }

  clear(): void {
    this.#seen.clear();
  }
}
