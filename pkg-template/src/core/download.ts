import { chunksOf, discard } from "../files/content.js";
import { lastPart } from "../files/disposition.js";
import { nameOf, unreadableArguments } from "../files/source.js";
import type { TicketErrorData } from "../generated/types.js";
import { onAbort, timerMs, unlessAborted } from "../ground/abort.js";
import { bytesFrom } from "../ground/bytes.js";
import { watched } from "../ground/debug.js";
import { abortedError, brokenRule, describe, localError, TicketError, type Where } from "../ground/errors.js";
import { headerLines } from "../ground/headers.js";
import { observed } from "../ground/hooks.js";
import type { DownloadOptions, Fetch, FetchInit } from "../ground/options.js";
import { urlOf } from "../ground/url.js";
import { readCapped } from "../send/read.js";
import { Refusal } from "../send/refusal.js";
import type { Boundary } from "../wasm/engine.js";
import { GATEWAY_HEADERS } from "../wasm/generated/tables.js";
import { type AnyClient, innerOf } from "./client.js";
import type { Inner } from "./inner.js";
import { checkDownload } from "./options.js";

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

/** The three ways to read a file, of which one can be used. */
function contentOf(where: Where, whole: Response, type: string | undefined) {
  const take = () => {
    if (!whole.bodyUsed) return whole.arrayBuffer();
    const message = "the file was read already, and it can be read once: keep what the first reading returned";
    throw localError(where, { kind: "configuration", code: "already_read", message, sent: "yes" });
  };
  return {
    get stream() {
      return whole.body ?? new Blob([]).stream();
    },
    bytes: async () => new Uint8Array(await take()),
    blob: async () => new Blob([await take()], type === undefined ? {} : { type }),
  };
}

/** A file that is here already; without a name of ours it has the one that its sender gave it. */
export function downloaded(
  where: Where,
  bytes: Uint8Array<ArrayBuffer>,
  response: Response,
  filename?: string,
): Download {
  const contentType = response.headers.get("content-type") ?? undefined;
  const about = { filename: lastPart(filename) ?? nameOf(response), contentType, size: bytes.byteLength };
  return Object.assign(contentOf(where, new Response(bytes), contentType), about);
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
  fetch: Fetch;
  signal: AbortSignal;
  /** Which URLs may be read from, the first and every one that a redirect names. */
  allows: (url: URL) => boolean;
  init?: Partial<FetchInit>;
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
  const ask = (redirect: RequestRedirect): Promise<Response> => {
    const answer = fetch(url.href, { headers: {}, ...init, method: "GET", redirect, signal });
    // An answer that comes too late is of no use.
    const drop = (late: Response) => (signal.aborted ? late.body?.cancel() : undefined);
    answer.then(drop).catch(() => {});
    return unlessAborted(answer, signal);
  };
  for (let redirects = 0; allows(url) && redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await ask("manual");
    const location = response.headers.get("location");
    if (response.type === "opaqueredirect") {
      if (stays) return null;
      // The page must not learn where a redirect leads; the browser itself keeps it away from plain
      // http.
      return ask("follow");
    }
    if (response.status < 300 || response.status > 399 || location === null) return response;
    discard(response.body);
    const next = urlOf(location, url);
    if (next === undefined) return null;
    url = next;
  }
  return null;
}

/**
 * The stream, cut off with an error when it is longer than `limit`, or when `signal` is aborted,
 * whether or not the host listens to it.
 */
export function limitStream(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  signal: AbortSignal,
  fail: (cause: unknown) => unknown,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const reader = chunksOf(stream);
  let size = 0;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await unlessAborted(reader.read(), signal);
        if (done) {
          onEnd();
          controller.close();
          return;
        }
        const bytes = bytesFrom(value);
        size += bytes.byteLength;
        if (size > limit) throw new Error(`the file is larger than ${limit} bytes`);
        controller.enqueue(bytes);
      } catch (error) {
        reader.cancel(error).catch(() => {});
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
export function download(
  client: AnyClient,
  endpoint: string,
  file: { uri: string; filename?: string },
  options: DownloadOptions = {},
): Promise<Download> {
  return downloadBy(innerOf(client), endpoint, file, options);
}

/** The same with the part of a client that it keeps to itself. */
export function downloadBy(
  inner: Inner,
  endpoint: string,
  file: { uri: string; filename?: string },
  options: DownloadOptions,
): Promise<Download> {
  const work = (callId: string) => opened(inner, endpoint, file, options, callId);
  // The call ends with the headers; what the caller does with the content is no part of it.
  return observed(inner, { endpoint }, work, () => ({ attempts: 1, status: 200 }));
}

/** Returns the address and the name of a file of a ticket, which the marketplace may have written oddly. */
function described(where: Where, file: { uri: string; filename?: string }): { address: string; filename?: string } {
  try {
    const { uri, filename } = file ?? {};
    return { address: `${uri ?? ""}`, ...(typeof filename === "string" && { filename }) };
  } catch (error) {
    throw unreadableArguments(where, error);
  }
}

async function opened(
  inner: Inner,
  endpoint: string,
  file: { uri: string; filename?: string },
  options: DownloadOptions,
  callId: string,
): Promise<Download> {
  const where: Where = { marketplace: inner.marketplace, endpoint };
  inner.check(endpoint);
  checkDownload(where, options);
  const { gateway = false, baseUrl = "", headers } = inner.settings;
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options ?? {};
  if (signal?.aborted) throw abortedError(where, signal);

  const { address, filename } = described(where, file);
  const uri = urlOf(address);
  if (uri === undefined || !isFileUrl(uri)) {
    const message = "`uri` is not an https URL without credentials";
    const hint = "give a file of a ticket as it came";
    // The query may hold a signature.
    const params = { value: uri === undefined ? "" : `${uri.origin}${uri.pathname}`.slice(0, 60) };
    throw brokenRule(where, { field: "uri", code: "invalid_url", message, hint, params });
  }
  const url = gateway ? new URL(`${baseUrl}/files?uri=${encodeURIComponent(address)}`) : uri;

  const stop = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    end();
    stop.abort(new DOMException("the download took too long", "TimeoutError"));
  }, timerMs(timeoutMs));
  const end = onAbort(signal, () => stop.abort(signal?.reason));
  const release = () => {
    clearTimeout(timer);
    end();
  };

  const failed = (cause: unknown) => {
    if (cause instanceof TicketError) return cause;
    if (cause instanceof Refusal) {
      const message = describe(cause);
      return localError(where, { kind: "configuration", code: "request_refused", message, attempts: 1 }, cause);
    }
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
    const init: Partial<FetchInit> = gateway ? { headers: { accept: "*/*", ...headers } } : withoutCredentials();
    const allows = gateway ? (to: URL) => to.origin === url.origin : isFileUrl;
    const response = await fetchFile(url, {
      fetch: watched(inner, endpoint, callId),
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
      const body = (await readCapped(response, MAX_ERROR_BYTES, 0, stop.signal)) ?? new Uint8Array();
      throw refused(inner, where, response, body);
    }
    const length = response.headers.get("content-length");
    const coded = response.headers.has("content-encoding");
    const size = length === null || coded ? undefined : Number(length);
    const stream = limitStream(response.body ?? new Blob([]).stream(), maxBytes, stop.signal, failed, release);
    const contentType = response.headers.get("content-type") ?? undefined;
    const about = { filename: lastPart(filename) ?? nameOf(response), contentType, size };
    return Object.assign(contentOf(where, new Response(stream), contentType), about);
  } catch (error) {
    release();
    throw failed(error);
  }
}

/** workerd knows no `credentials` and sends none anyway. */
function withoutCredentials(): Partial<FetchInit> {
  return "credentials" in Request.prototype ? { credentials: "omit", referrerPolicy: "no-referrer" } : {};
}

function refused({ engine, marketplace }: Inner, where: Where, response: Response, body: Uint8Array): TicketError {
  const headers = headerLines(response.headers);
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
