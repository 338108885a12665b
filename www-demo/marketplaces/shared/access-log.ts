// What arrived at the marketplaces, for tests to look at. Secrets are never kept.

import type { Received } from "./http.ts";

export interface LogEntry {
  time: string;
  marketplace: string;
  method: string;
  /** Raw path and query; the value of an access token is masked. */
  path: string;
  headers: Record<string, string>;
  body_size: number;
  /**
   * `null` while the request is being worked on, and for good when the client went away before the
   * answer.
   */
  status: number | null;
  /** The kind of the fault that was played, if any. */
  fault: string | null;
}

const MASK = "(masked)";
/** Headers whose value is masked: that they were there is worth knowing, what they held is not. */
const SECRET_HEADER = /^(authorization|cookie|proxy-authorization)$|signature|client-key|api-key|token|secret/;
const SECRET_QUERY = /([?&][^=&]*(?:token|signature|secret|key)[^=&]*=)[^&]*/gi;

export class AccessLog {
  #entries: LogEntry[] = [];
  readonly #capacity: number;

  constructor(capacity = 2000) {
    this.#capacity = capacity;
  }

  add(marketplace: string, received: Received): LogEntry {
    const headers: Record<string, string> = {};
    for (const [name, value] of received.headers) headers[name] = SECRET_HEADER.test(name) ? MASK : value;
    const target = received.query === "" ? received.path : `${received.path}?${received.query}`;
    const entry: LogEntry = {
      time: new Date().toISOString(),
      marketplace,
      method: received.method,
      path: target.replace(SECRET_QUERY, `$1${MASK}`),
      headers,
      body_size: received.body.byteLength,
      status: null,
      fault: null,
    };
    this.#entries.push(entry);
    if (this.#entries.length > this.#capacity) this.#entries.shift();
    return entry;
  }

  list(): readonly LogEntry[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
