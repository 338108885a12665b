/** Options of clients and calls, and what their hooks see. */

import type { Tokens } from "../generated/types.js";
import type { Progress } from "./types.js";

/** What the hooks see of a request. Values of headers that carry keys, tokens or signatures are hidden. */
export interface RequestInfo {
  endpoint: string;
  attempt: number;
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** What the hooks see of an answer. */
export interface ResponseInfo {
  endpoint: string;
  attempt: number;
  method: string;
  url: string;
  status: number;
  headers: Record<string, string>;
  /** From the moment the request was handed to the host until the body was read. */
  durationMs: number;
}

/** What the hooks see of a wait between two attempts. */
export interface RetryInfo {
  endpoint: string;
  attempt: number;
  waitMs: number;
  /**
   * `"retry"`: back-off after a failure; `"paused"` and `"rate_limit"`: the client holds back because the marketplace asked for it; `"settling"`:
   * the answer to a write was lost, and the next look at what became of it is due (`ensure: "once"`).
   */
  reason: "rate_limit" | "paused" | "retry" | "settling";
}

/** Observers of what a client does. They change nothing: what they throw is reported on the console and otherwise ignored. */
export interface Hooks {
  onRequest?: ((info: RequestInfo) => void) | undefined;
  onResponse?: ((info: ResponseInfo) => void) | undefined;
  onRetry?: ((info: RetryInfo) => void) | undefined;
}

/** Options of every client. */
export interface ClientOptions extends Hooks {
  /** Where the marketplace answers, without a trailing slash: https, or loopback for tests. */
  baseUrl?: string | undefined;
  environment?: "production" | "sandbox" | undefined;
  /** Used in place of the host's `fetch`. */
  fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** For one attempt, its body included. */
  timeoutMs?: number | undefined;
  /** For a call with all its attempts and waits. */
  totalTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  /** See `WriteOptions`. */
  settleMs?: number | undefined;
  /** How many requests of this client wait for an answer's headers at a time; 6 in Workers, which allow no more, and unbounded elsewhere. */
  maxInFlight?: number | undefined;
  /**
   * Sent with every request. With `gateway`, `authorization` may be among them: it is for the gateway's `authorize`, and goes no further. Hosts of
   * files get none of them.
   */
  headers?: Record<string, string> | undefined;
  /**
   * Prints a line about each request, wait and end of a call, without keys and bodies; or calls this with each line. Unless told, the environment's
   * `DEBUG`, or `debug` in a page's local storage, decides: whether it names `seller-tickets`.
   */
  debug?: boolean | ((line: string) => void) | undefined;
  /** Lets enum values through that are not in the documented list. */
  allowUnknownValues?: boolean | undefined;
  /** The clock in milliseconds, for tests and replay. */
  now?: (() => number) | undefined;
  /** Numbers from 0 up to 1, for tests and replay. */
  random?: (() => number) | undefined;
  /** Keys in a page can be read by everyone who opens it. Say `true` only where the page is your own, for example inside a desktop shell. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Hosts (`files.example.com`) beside the marketplace's own that `seller-tickets/gateway` may download files from. */
  fileHosts?: string[] | undefined;
}

/** Options of every call; they win over the client's. */
export interface CallOptions {
  signal?: AbortSignal | null | undefined;
  timeoutMs?: number | undefined;
  totalTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  headers?: Record<string, string> | undefined;
  /** How far the body is, for calls that upload files. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of writes of which one can find out whether they took effect. */
export interface WriteOptions extends CallOptions {
  /**
   * `"once"`: when the answer is lost, find out by reading what became of the write, and send it again only when it did not take effect. What is
   * there before is read first, so each write costs a read or two more; writes to the same ticket through one client are made one after the other.
   * When reading cannot tell, the error says so with `sent: "maybe"`, as without it. `maxRetries` is how often it is sent again at most, and
   * `totalTimeoutMs` is for all of it. What it cannot know is on the page "writes" of the documentation.
   */
  ensure?: "once" | undefined;
  /**
   * How long a write may take to show after its answer was lost, before it is looked for. 10 seconds at Kaufland and ClickBank and 15 at Magalu unless
   * told: the vendors do not say.
   */
  settleMs?: number | undefined;
}

export interface DownloadOptions {
  signal?: AbortSignal | null | undefined;
  /** For the whole download. */
  timeoutMs?: number | undefined;
  /** Larger files are refused; 256 MiB unless told. */
  maxBytes?: number | undefined;
}

/**
 * Where tokens are kept that must outlive a client: Magalu's refresh tokens are good for one use, so two isolates that refresh at once end the
 * integration. It is read before each refresh, and written before the new token is used.
 */
export interface TokenStore {
  load(): Promise<Tokens | null | undefined>;
  save(tokens: Tokens): Promise<void>;
  /** Runs `fn` while nobody else runs theirs. */
  withLock?<T>(fn: () => Promise<T>): Promise<T>;
}
