// Calls per minute and token: a window begins with its first call and ends a minute later.

interface Window {
  used: number;
  /** Milliseconds since 1970. */
  ends: number;
}

export interface Admission {
  admitted: boolean;
  headers: Record<string, string>;
}

export class Quota {
  readonly #windows = new Map<string, Window>();

  /** Counts the call when it is admitted; refused calls do not count. */
  take(token: string, limit: number, windowMs: number, now: number): Admission {
    let window = this.#windows.get(token);
    if (window === undefined || window.ends <= now) window = { used: 0, ends: now + windowMs };
    this.#windows.set(token, window);
    const admitted = window.used < limit;
    if (admitted) window.used += 1;
    return {
      admitted,
      headers: {
        // The vendor's names: the limit is a plural, and the reset is in milliseconds.
        "x-ratelimit-limits": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - window.used)),
        "x-ratelimit-reset": String(window.ends - now),
      },
    };
  }

  clear(): void {
    this.#windows.clear();
  }
}
