/** Options of clients and calls, and what their hooks see. */

import type { MarketplaceId, Tokens } from "../generated/types.js";
import type { TicketError } from "./errors.js";
import type { Progress } from "./types.js";

/** The call that something belongs to. */
export interface CallInfo {
  /** The same for everything that one call does, and different for any two calls. */
  callId: string;
  marketplace: MarketplaceId;
  /** The method: `"getTicket"`. The renewal of a token is a call of its own, `"session"`. */
  endpoint: string;
}

/** What the hooks see of a call that begins. */
export interface StartInfo extends CallInfo {
  /** The call that this one reads for (`ensure: "once"`). */
  parentId?: string;
}

/** What the hooks see of a call that ended. Each call that has started ends once. */
export interface EndInfo extends CallInfo {
  /** `"aborted"`: the caller's `signal` ended it. */
  outcome: "answer" | "failure" | "aborted";
  /** How many times the request was sent. */
  attempts: number;
  /** From the start of the call, with all attempts and waits. */
  durationMs: number;
  /** The HTTP status, when an answer came. */
  status?: number;
  /** What the call threw. */
  error?: TicketError;
}

/**
 * What the hooks see of a request. Values of headers that carry keys, tokens or signatures are
 * hidden.
 */
export interface RequestInfo extends CallInfo {
  attempt: number;
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** What the hooks see of an answer. */
export interface ResponseInfo extends CallInfo {
  attempt: number;
  method: string;
  url: string;
  status: number;
  headers: Record<string, string>;
  /** From the moment the request was handed to the host until the body was read. */
  durationMs: number;
}

/** What the hooks see of a wait between two attempts. */
export interface RetryInfo extends CallInfo {
  attempt: number;
  waitMs: number;
  /**
   * `"retry"`: back-off after a failure; `"paused"` and `"rate_limit"`: the client holds back
   * because the marketplace asked for it; `"settling"`: the answer to a write was lost, and the
   * next read that searches for it is due (`ensure: "once"`).
   */
  reason: "rate_limit" | "paused" | "retry" | "settling";
}

/**
 * Observers of the client's work. They change nothing: an error that they throw is reported on the
 * console and otherwise ignored.
 */
export interface Hooks {
  onStart?: ((info: StartInfo) => void) | undefined;
  onRequest?: ((info: RequestInfo) => void) | undefined;
  onResponse?: ((info: ResponseInfo) => void) | undefined;
  onRetry?: ((info: RetryInfo) => void) | undefined;
  onEnd?: ((info: EndInfo) => void) | undefined;
}

/** Takes the lines at their levels, each as the only argument: `console`, pino, winston. */
export interface Logger {
  /** A request and its answer. */
  debug(line: string): void;
  /** The end of a call that was answered or aborted. */
  info(line: string): void;
  /** A wait, because of a failure or a rate limit. */
  warn(line: string): void;
  /** The end of a call that failed. */
  error(line: string): void;
}

/** What the option `debug` can be. */
export type DebugOption = boolean | ((line: string) => void) | Logger;

/** What `fetch` is called with, beside the URL. */
export interface FetchInit extends RequestInit {
  method: string;
  /** The names are in lower case. */
  headers: Record<string, string>;
  /** With a stream. */
  duplex?: "half";
  /**
   * For a call with `onProgress`: tells it how many bytes of the body were sent, and of how many. A
   * `fetch` that knows calls it, and others need not.
   */
  onUploadProgress?: (loaded: number, total: number) => void;
}

/** A `fetch` as the standard has it. Its first argument is always text. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** The headers of an answer, and a way to read its body: `null` if it is too long. */
export interface Answer {
  response: Response;
  read(): Promise<Uint8Array | null>;
}

/** Sends a request like `fetch`, and tells how many bytes of its body were sent. */
export type Upload = (
  url: string,
  init: FetchInit,
  limit: number,
  sent: (loaded: number, total: number) => void,
) => Promise<Answer>;

/** Options of every client. */
export interface ClientOptions extends Hooks {
  /** Where the marketplace answers, without a trailing slash: https, or loopback for tests. */
  baseUrl?: string | undefined;
  environment?: "production" | "sandbox" | undefined;
  /**
   * Used in place of the host's `fetch`, and called as `fetch(url, init)`: with the URL as text,
   * headers as a plain object, and a body of bytes.
   */
  fetch?: Fetch | undefined;
  /**
   * Whether a `fetch` of your own takes streams and Blobs as bodies, as the host's does: then large
   * files take less memory. Many take them for text, so by default it gets bytes.
   */
  streams?: boolean | undefined;
  /** For one attempt, its body included. */
  timeoutMs?: number | undefined;
  /** For a call with all its attempts and waits. */
  totalTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  /** See `WriteOptions`. */
  settleMs?: number | undefined;
  /**
   * How many requests of this client wait for an answer's headers at a time: by default 6 in
   * Workers, which allow no more, and any number elsewhere.
   */
  maxInFlight?: number | undefined;
  /**
   * Headers that are sent with every request. With `gateway`, `authorization` may be among them: it
   * is for the gateway's `authorize`, and goes no further. File hosts get none of them.
   */
  headers?: Record<string, string> | undefined;
  /**
   * `true` prints a line about each request, wait and end of a call, without keys and bodies; a
   * function is called with each line, and a logger (`console`, pino, winston) with each line at
   * its level. By default the environment's `DEBUG`, or `debug` in a page's
   * local storage, decides: lines are printed if it names `seller-tickets`.
   */
  debug?: DebugOption | undefined;
  /** Lets enum values through that are not in the documented list. */
  allowUnknownValues?: boolean | undefined;
  /** The clock in milliseconds, for tests and replay. */
  now?: (() => number) | undefined;
  /** Numbers from 0 up to 1, for tests and replay. */
  random?: (() => number) | undefined;
  /**
   * Everyone who opens a page can read the keys in it. Say `true` only where the page is your own,
   * for example inside a desktop shell.
   */
  dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * Hosts (`files.example.com`) beside the marketplace's own that `seller-tickets/gateway` may
   * download files from.
   */
  fileHosts?: string[] | undefined;
}

/** Options of every call; they win over the client's. */
export interface CallOptions {
  signal?: AbortSignal | null | undefined;
  timeoutMs?: number | undefined;
  totalTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  headers?: Record<string, string> | undefined;
  /** Is told how far the body is, for calls that upload files. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of writes that can be found again when their answer is lost. */
export interface WriteOptions extends CallOptions {
  /**
   * `"once"`: when the answer is lost, the client finds out by reading whether the write took
   * effect, and sends it again only if it did not. It reads the present state first, so each write
   * costs one or two reads more; writes to the same ticket through one client are made one after
   * the other. When reading cannot decide, the error has `sent: "maybe"`, as without this option.
   * `maxRetries` is how often the write is sent again at most, and `totalTimeoutMs` is for all of
   * it. The page "writes" of the documentation says what this option cannot know.
   */
  ensure?: "once" | undefined;
  /**
   * How long a write may take to show after its answer was lost, before the client searches for it.
   * The default is 10 seconds at Kaufland and ClickBank and 15 at Magalu: the vendors give no
   * figure.
   */
  settleMs?: number | undefined;
}

export interface DownloadOptions {
  signal?: AbortSignal | null | undefined;
  /** For the whole download. */
  timeoutMs?: number | undefined;
  /** Larger files are refused; 256 MiB by default. */
  maxBytes?: number | undefined;
}

/**
 * Where tokens are kept that must outlive a client. Magalu's refresh tokens are good for one use,
 * so two isolates that refresh at once end the integration. The store is read before each refresh,
 * and written before the new token is used.
 */
export interface TokenStore {
  load(): Promise<Tokens | null | undefined>;
  save(tokens: Tokens): Promise<void>;
  /** Runs `fn` while no other caller's `fn` runs. */
  withLock?<T>(fn: () => Promise<T>): Promise<T>;
}

/**
 * The options with keys of each marketplace whose class is imported, by its id. Each file in
 * `src/marketplaces` adds its own, so a gateway takes options only for classes that can be given to
 * it.
 */
// biome-ignore lint/suspicious/noEmptyInterface: each marketplace adds to it
export interface ServerOptionsOf {}

/** The methods of each marketplace whose class is imported, by its id, as `ServerOptionsOf`. */
// biome-ignore lint/suspicious/noEmptyInterface: each marketplace adds to it
export interface EndpointsOf {}
