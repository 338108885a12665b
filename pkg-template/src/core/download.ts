import { lastPart } from "../files/disposition.js";
import { nameOf } from "../files/source.js";
import type { TicketErrorData } from "../generated/types.js";
import { watched } from "../ground/debug.js";
import { brokenRule, describe, localError, TicketError, type Where } from "../ground/errors.js";
import type { DownloadOptions } from "../ground/options.js";
import { timerMs } from "../send/host.js";
import { readCapped } from "../send/read.js";
import type { Boundary } from "../wasm/engine.js";
import type { HeaderList } from "../wasm/generated/boundary.js";
import { GATEWAY_HEADERS } from "../wasm/generated/tables.js";
import { type AnyClient, innerOf } from "./client.js";
import type { Inner } from "./inner.js";

/** A downloaded file. Read it once, in one of the three ways. */
export interface Download {
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  /** In bytes, where the sender said so. */
  readonly size: number | undefined;
  /** Errors when the file turns out longer than `maxBytes`, or when the time is over. */
  readonly stream: ReadableStream<Uint8Array>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  blob(): Promise<Blob>;
}

/** A file that is here already; without a name of ours it has the one that its sender gave it. */
export function downloaded(bytes: Uint8Array<ArrayBuffer>, response: Response, filename?: string): Download {
  const contentType = response.headers.get("content-type") ?? undefined;
  const whole = new Response(bytes);
  return {
    filename: lastPart(filename) ?? nameOf(response),
    contentType,
    size: bytes.byteLength,
    get stream() {
      return whole.body ?? new Blob([bytes]).stream();
    },
    bytes: async () => new Uint8Array(await whole.arrayBuffer()),
    blob: async () => new Blob([await whole.arrayBuffer()], contentType === undefined ? {} : { type: contentType }),
  };
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_REDIRECTS = 3;
const MAX_ERROR_BYTES = 64 * 1024;

const isLoopback = (host: string) =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);

/** Whether a file may be read from there: https, or this machine; and no credentials in the URL. */
export function isFileUrl(url: URL): boolean {
  if (url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

export interface FileRequest {
  fetch: (request: Request) => Promise<Response>;
  signal: AbortSignal;
  /** Which URLs may be read from, the first and every one that a redirect names. */
  allows: (url: URL) => boolean;
  init?: RequestInit;
  /** Refuses a redirect whose target must not reach the page. */
  stays?: boolean;
}

/**
 * Fetches without credentials and follows redirects only to where `allows` lets it. `null`: it led
 * elsewhere.
 */
export async function fetchFile(
  start: URL,
  { fetch, signal, allows, init, stays }: FileRequest,
): Promise<Response | null> {
  let url = start;
  for (let redirects = 0; allows(url) && redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await fetch(new Request(url, { ...init, redirect: "manual", signal }));
    const location = response.headers.get("location");
    if (response.type === "opaqueredirect") {
      if (stays) return null;
      // The page must not learn where a redirect leads; the browser itself keeps it away from plain
      // http.
      return fetch(new Request(url, { ...init, redirect: "follow", signal }));
    }
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel().catch(() => {});
    if (!URL.canParse(location, url)) return null;
    url = new URL(location, url);
  }
  return null;
}

/** The stream, cut off with an error when it is longer than `limit`. */
export function limitStream(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  fail: (cause: unknown) => unknown,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let size = 0;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          onEnd();
          controller.close();
          return;
        }
        size += value.byteLength;
        if (size > limit) {
          reader.cancel().catch(() => {});
          throw new Error(`the file is larger than ${limit} bytes`);
        }
        controller.enqueue(value);
      } catch (error) {
        onEnd();
        controller.error(fail(error));
      }
    },
    async cancel(reason) {
      onEnd();
      await reader.cancel(reason);
    },
  });
}

/** Downloads a file of a ticket, never with the client's keys. */
export async function download(
  client: AnyClient,
  endpoint: string,
  file: { uri: string; filename?: string },
  options: DownloadOptions = {},
): Promise<Download> {
  const inner = innerOf(client);
  const where: Where = { marketplace: inner.marketplace, endpoint };
  inner.check(endpoint);
  const { gateway = false, baseUrl = "", headers } = inner.settings;
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;

  const uri = URL.canParse(file.uri) ? new URL(file.uri) : undefined;
  if (uri === undefined || !isFileUrl(uri)) {
    const message = "`uri` is not an https URL without credentials";
    throw brokenRule(where, { field: "uri", code: "invalid_url", message, hint: "give a file of a ticket as it came" });
  }
  const url = gateway ? new URL(`${baseUrl}/files?uri=${encodeURIComponent(file.uri)}`) : uri;

  const stop = new AbortController();
  let timedOut = false;
  const onAbort = () => stop.abort(signal?.reason);
  const timer = setTimeout(() => {
    timedOut = true;
    stop.abort(new DOMException("the download took too long", "TimeoutError"));
  }, timerMs(timeoutMs));
  const release = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();

  const failed = (cause: unknown) => {
    if (cause instanceof TicketError) return cause;
    const kind = signal?.aborted ? "aborted" : timedOut ? "timeout" : "network";
    const message = timedOut
      ? `the download took longer than ${timeoutMs} ms`
      : `the download failed: ${describe(cause)}`;
    return localError(
      where,
      { kind, code: kind, message, attempts: 1, sent: "maybe", retryable: kind !== "aborted" },
      cause,
    );
  };

  try {
    // Only the gateway knows the caller, by cookies or by headers; a file host gets none of them.
    const init: RequestInit = gateway ? { headers: { accept: "*/*", ...headers } } : withoutCredentials();
    const allows = gateway ? (to: URL) => to.origin === url.origin : isFileUrl;
    const response = await fetchFile(url, {
      fetch: watched(inner, endpoint),
      signal: stop.signal,
      allows,
      init,
      // The headers that the caller sends to the gateway are for the gateway alone.
      stays: gateway && headers !== undefined,
    });
    if (response === null) {
      const message = "the download was redirected to where files are not read from";
      throw localError(where, { kind: "rejected", code: "redirect", message, attempts: 1 });
    }
    if (!response.ok) {
      const body = (await readCapped(response, MAX_ERROR_BYTES)) ?? new Uint8Array();
      throw refused(inner, where, response, body);
    }
    const length = response.headers.get("content-length");
    const coded = response.headers.has("content-encoding");
    const size = length === null || coded ? undefined : Number(length);
    const stream = limitStream(response.body ?? new Blob([]).stream(), maxBytes, failed, release);
    const contentType = response.headers.get("content-type") ?? undefined;
    const whole = new Response(stream);
    return {
      filename: lastPart(file.filename) ?? nameOf(response),
      contentType,
      size,
      get stream() {
        return whole.body ?? stream;
      },
      bytes: async () => new Uint8Array(await whole.arrayBuffer()),
      blob: async () => new Blob([await whole.arrayBuffer()], contentType === undefined ? {} : { type: contentType }),
    };
  } catch (error) {
    release();
    throw failed(error);
  }
}

/** workerd knows no `credentials` and sends none anyway. */
function withoutCredentials(): RequestInit {
  return "credentials" in Request.prototype ? { credentials: "omit", referrerPolicy: "no-referrer" } : {};
}

function refused({ engine, marketplace }: Inner, where: Where, response: Response, body: Uint8Array): TicketError {
  const headers: HeaderList = [...response.headers];
  const data =
    gatewayError(response, body) ??
    decodedError(engine.decodeResponse(marketplace, "getTicket", response.status, headers, body));
  if (data === undefined) {
    return localError(where, { kind: "decode", code: "unreadable_answer", message: "the answer could not be read" });
  }
  return new TicketError({ ...data, ...where, status: response.status, attempts: 1 });
}

function gatewayError(response: Response, body: Uint8Array): TicketErrorData | undefined {
  if (response.headers.get(GATEWAY_HEADERS.origin) !== "gateway") return undefined;
  try {
    return (JSON.parse(new TextDecoder().decode(body)) as { error?: TicketErrorData }).error;
  } catch {
    return undefined;
  }
}

function decodedError(decoded: ReturnType<Boundary["decodeResponse"]>): TicketErrorData | undefined {
  return "error" in decoded ? decoded.error : undefined;
}
