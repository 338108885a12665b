// Requests per account and route pattern, and the headers that tell how many are left. There is no
// Retry-After.

import { Problem } from "./errors.ts";

interface Pattern {
  name: string;
  path: RegExp;
  limit: number;
}

/**
 * The vendor's production limits, each within the length of the window. What no pattern fits has
 * the default.
 */
const PATTERNS: Pattern[] = [
  { name: "event", path: /^\/v\d+\/channel\/event/, limit: 240 },
  { name: "order", path: /^\/v\d+\/channel\/order/, limit: 600 },
  { name: "offer", path: /^\/v\d+\/channel\/offer/, limit: 1500 },
  { name: "channel", path: /^\/v\d+\/channel/, limit: 60 },
];
const DEFAULT = 10;

export class Rates {
  readonly #seen = new Map<string, number[]>();

  /**
   * Counts the request; the headers of its answer, or the Problem that it is refused with. `scale`
   * multiplies the limits.
   */
  admit(account: string, path: string, windowMs: number, scale: number, now: number): Record<string, string> {
    const pattern = PATTERNS.find((candidate) => candidate.path.test(path));
    const limit = Math.max(1, Math.floor((pattern?.limit ?? DEFAULT) * scale));
    const key = `${pattern?.name ?? "default"} ${account}`;
    const times = (this.#seen.get(key) ?? []).filter((time) => time > now - windowMs);
    const admitted = times.length < limit;
    if (admitted) times.push(now);
    this.#seen.set(key, times);
    const headers = {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-interval-length-seconds": String(Math.ceil(windowMs / 1000)),
      "x-ratelimit-remaining": String(limit - times.length),
    };
    if (admitted) return headers;
    throw new Problem(429, [{ code: "GHN900", message: ["Zu viele Anfragen", "Too many requests"] }], headers);
  }

  clear(): void {
    this.#seen.clear();
  }
}
