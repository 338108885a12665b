/**
 * The loop between the step machine and the host: it does what each step says and reports what happened. Nothing here depends on the promise
 * of another call: what calls share (the gate) is plain data, and who waits has a timer of its own.
 */

import { HASH_BYTES, type Payload, payloadOf } from "../files/body.js";
import { abortedError } from "../files/files.js";
import type { Tokens } from "../generated/types.js";
import { type Debug, HIDDEN, shownUrl } from "../ground/debug.js";
import { describe, localError, retold, TicketError, type Where } from "../ground/errors.js";
import { readerOf } from "../ground/hosts.js";
import { makeNonce } from "../ground/nonce.js";
import type { Accepted, accept } from "../wasm/accept.js";
import type {
  Call,
  DoneStep,
  Event,
  FailStep,
  Gate,
  HeaderList,
  MarketplaceId,
  SendStep,
  Settings,
  Signed,
  WaitReason,
} from "../wasm/boundary.js";
import { engine, join } from "../wasm/engine.js";
import type { Lines } from "./lease.js";
import { freshSession, type SessionState, type TokenStore } from "./session.js";
import { type Slots, takeSlot } from "./slots.js";

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
  reason: WaitReason;
}

/** Observers of what a client does. They change nothing: what they throw is reported on the console and otherwise ignored. */
export interface Hooks {
  onRequest?: ((info: RequestInfo) => void) | undefined;
  onResponse?: ((info: ResponseInfo) => void) | undefined;
  onRetry?: ((info: RetryInfo) => void) | undefined;
}

/** What a client lends to its calls. */
export interface Host extends Hooks {
  readonly marketplace: MarketplaceId;
  readonly settings: Settings;
  readonly credentials: unknown;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
  readonly random: () => number;
  /** The rate gates of all calls of this client, as the last of them left them. */
  readonly gates: Record<string, Gate>;
  /** Who waits to make a sure write, by its key. */
  readonly lines: Lines;
  /** How many requests may wait for their headers at a time. */
  readonly slots: Slots;
  /** The short-lived tokens of all calls, where the marketplace wants them. */
  readonly session: SessionState;
  readonly tokenStore: TokenStore | undefined;
  readonly debug: Debug | undefined;
}

export interface Outcome {
  step: DoneStep | FailStep;
  /** The answer that decided, when one came: its body is read already. */
  answer?: { response: Response; body: Uint8Array; accepted?: Accepted | undefined } | undefined;
  /** What the host threw in the last attempt. */
  cause?: unknown;
  attempts: number;
}

/** Hosts fire a timer that is longer than 2^31 - 1 ms at once. */
export const timerMs = (ms: number): number => Math.min(Math.max(ms, 0), 2 ** 31 - 1);

function visible(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, HIDDEN.test(name) ? "[hidden]" : value]));
}

export function notify<T>(hook: ((info: T) => void) | undefined, info: () => T): void {
  if (hook === undefined) return;
  try {
    hook(info());
  } catch (error) {
    console.error("seller-tickets: a hook threw", error);
  }
}

/**
 * The body of a request or an answer, or `null` when it is longer than `limit`. Of one that is too long, `patience` bytes more are read and
 * forgotten: a client that is still sending does not listen yet.
 */
export async function readCapped(
  message: Request | Response,
  limit: number,
  patience = 0,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const announced = Number(message.headers.get("content-length") ?? 0);
  if (message.body === null || message.body === undefined) {
    const whole = new Uint8Array(await message.arrayBuffer());
    return whole.byteLength > limit ? null : whole;
  }
  const reader = readerOf(message.body);
  signal?.addEventListener("abort", () => reader.cancel(signal.reason).catch(() => {}), { once: true });
  let tooLong = announced > limit;
  let whole = new Uint8Array();
  let size = 0;
  while (!tooLong || (patience > 0 && size <= limit + patience)) {
    const { done, value } = await reader.read();
    // A stream that is cancelled ends as if it were whole.
    signal?.throwIfAborted();
    if (done) return tooLong ? null : whole.subarray(0, size);
    const end = size + value.byteLength;
    if (end > limit) {
      tooLong = true;
      whole = new Uint8Array();
    }
    if (tooLong) {
      // Only counted.
    } else if (size === 0 && value.byteLength >= announced && isAlone(value)) {
      // Mostly there is one part.
      whole = value;
    } else {
      // What is announced may be wrong (a length before decompression), so it only saves the copying of parts.
      const room = Math.max(end, announced, 2 * whole.byteLength);
      if (end > whole.byteLength) whole = grown(whole, size, Math.min(limit, room));
      whole.set(value, size);
    }
    size = end;
  }
  reader.cancel().catch(() => {});
  return null;
}

/** Whether the bytes are plain ones, and share their memory with nothing else. */
function isAlone(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.constructor === Uint8Array && bytes.byteLength === bytes.buffer.byteLength;
}

function grown(bytes: Uint8Array, used: number, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes.subarray(0, used));
  return larger;
}

type Attempted = { event: Event; answer?: Outcome["answer"]; cause?: unknown };

/** One request and its answer, body included, under one timer. */
function attempt(
  host: Host,
  where: Where,
  request: Request,
  step: SendStep,
  signal: AbortSignal | null | undefined,
  stop: AbortController,
  leave: () => void,
): Promise<Attempted> {
  return new Promise((resolve) => {
    let over = false;
    let status: number | undefined;
    const begun = host.now();
    const head = () => (status === undefined ? {} : { status });

    const finish = (attempted: Attempted) => {
      if (over) return;
      over = true;
      leave();
      const { type, now } = attempted.event;
      host.debug?.(
        `${where.endpoint} #${step.attempt} ${request.method} ${shownUrl(request.url)}: ${type === "response" ? status : type} in ${now - begun} ms`,
      );
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      resolve(attempted);
    };
    const onAbort = () => {
      finish({ event: { type: "aborted", now: host.now(), ...head() }, cause: signal?.reason });
      stop.abort(signal?.reason);
    };
    const timer = setTimeout(() => {
      finish({ event: { type: "timed_out", now: host.now(), random: host.random(), ...head() } });
      stop.abort(new DOMException("the attempt took too long", "TimeoutError"));
    }, timerMs(step.timeoutMs));
    signal?.addEventListener("abort", onAbort, { once: true });

    const failed = (message: string, cause?: unknown) => {
      if (over) return;
      finish({ event: { type: "send_failed", now: host.now(), random: host.random(), message, ...head() }, cause });
    };

    const send = async () => {
      const { url, method } = request;
      const response = await host.fetch(request);
      // The headers are here; the body needs no slot.
      leave();
      if (over) {
        response.body?.cancel().catch(() => {});
        return;
      }
      status = response.status;
      const body = await readCapped(response, step.maxBodyBytes);
      if (over) return;
      if (body === null) {
        failed(`response body is larger than ${step.maxBodyBytes} bytes`);
        stop.abort();
        return;
      }
      notify(host.onResponse, () => ({
        endpoint: where.endpoint,
        attempt: step.attempt,
        method,
        url,
        status: response.status,
        headers: visible(response.headers),
        durationMs: host.now() - begun,
      }));
      const headers: HeaderList = [...response.headers];
      finish({
        event: { type: "response", now: host.now(), random: host.random(), status: response.status, headers, body },
        answer: { response, body },
      });
    };
    send().catch((error) => failed(describe(error), error));
  });
}

/** A wait with a timer of its own. */
export function wait(host: Host, ms: number, signal: AbortSignal | null | undefined): Promise<Event> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve({ type: signal?.aborted ? "aborted" : "waited", now: host.now() });
    };
    const timer = setTimeout(finish, timerMs(ms));
    signal?.addEventListener("abort", finish, { once: true });
  });
}

/** What the signatures of this call hash before its body, if they cover it. */
export function headsOf(host: Host, call: Call): Uint8Array[] | undefined {
  return engine.signing(call, host.credentials, host.now())?.heads;
}

/** The host's request, which follows no redirect. */
export function hostRequest(
  where: Where,
  { url, method, headers }: Signed,
  body: ReturnType<Payload["open"]> | undefined,
  signal: AbortSignal | undefined,
  once = false,
): Request {
  const init: RequestInit & { duplex?: "half" } = { method, headers, redirect: "manual" };
  if (signal !== undefined) init.signal = signal;
  if (body !== undefined) {
    init.body = body as BodyInit;
    // Of streams hosts want to be told that the answer may wait until all is sent.
    init.duplex = "half";
  }
  if (once) {
    // A copy of the body for a redirect would have to be held in memory, so redirects fail at once; Node keeps such a copy otherwise.
    init.redirect = "error";
    init.window = null;
  }
  const request = new Request(url, init);
  if (request.url === url) return request;
  // The signature covers the URL as text.
  const message = "the host spells the request's URL differently; check `baseUrl`";
  throw localError(where, { kind: "configuration", code: "url_changed", message });
}

/** The request of one attempt. */
export function buildRequest(
  host: Host,
  call: Call,
  tokens: Tokens | undefined,
  body: Payload | undefined,
  signal: AbortSignal | undefined,
): Request {
  const now = host.now();
  const { hashes, told } = body ?? {};
  const tail = hashes && engine.signing(call, host.credentials, now)?.tail;
  const sums = tail && join(hashes.map((hash) => hash.digest(tail)));
  const content = body?.open();
  // What a signature may cover without hashes is short, and in one array.
  const isWhole = content === undefined || (ArrayBuffer.isView(content) && content.byteLength < HASH_BYTES);
  const how = sums !== undefined ? "hashed" : isWhole ? "whole" : "unread";
  const bytes = sums ?? (isWhole ? content : undefined);
  const signed = engine.sign(call, [host.credentials, tokens, now, makeNonce()], told, how, bytes);
  const where = { marketplace: host.marketplace, endpoint: call.plan.endpoint };
  return hostRequest(where, signed, content, signal, told !== undefined);
}

/** `advance` with what was seen of an answer that was accepted; with its body where that is no end. */
function advance(host: Host, call: Call, { event, answer }: Attempted, check: typeof accept | undefined) {
  const gate = host.gates[call.plan.bucket];
  if (event.type === "response" && answer !== undefined && check !== undefined) {
    const { body, ...head } = event;
    answer.accepted = check(host.marketplace, call.plan.endpoint, event.status, answer.body);
    if (answer.accepted !== undefined) {
      const advanced = engine.advance(call, gate, { ...head, saw: answer.accepted.saw });
      if (advanced.step.type === "done") return advanced;
    }
  }
  return engine.advance(call, gate, event);
}

function ending(step: DoneStep | FailStep, attempts: number): string {
  if (step.type === "done") return `done, attempts ${attempts}, sent yes`;
  const { kind, code, sent } = step.error;
  return `failed: ${kind} (${code}), attempts ${attempts}, sent ${sent}`;
}

/** Drives one call to its end. `check`: how an answer can be accepted here, where its body is to be read. */
export async function run(
  host: Host,
  where: Where,
  start: Call,
  content: Payload | Uint8Array | undefined,
  signal: AbortSignal | null | undefined,
  onSend?: () => void,
  check?: typeof accept,
): Promise<Outcome> {
  if (signal?.aborted) throw abortedError(where, signal);
  const body = ArrayBuffer.isView(content) ? payloadOf(content, () => headsOf(host, start)) : content;
  let call = start;
  let last: Attempted = { event: { type: "start", now: host.now() } };
  let attempts = 0;
  let tokens: Tokens | undefined;

  /** A failure of this side; once a request was handed over, nobody can tell any more what became of it. */
  const broken = (error: unknown, code: string): unknown => {
    const sent = last.answer?.response.ok ? "yes" : attempts > 0 ? "maybe" : "no";
    if (error instanceof TicketError) return retold(error, { ...where, attempts, sent });
    return localError(where, { kind: "configuration", code, message: describe(error), attempts, sent }, error);
  };

  for (;;) {
    let step: ReturnType<typeof engine.advance>["step"];
    try {
      const { bucket } = call.plan;
      const advanced = advance(host, call, last, check);
      call = advanced.call;
      host.gates[bucket] = advanced.gate;
      step = advanced.step;
    } catch (error) {
      throw broken(error, "not_advanced");
    }
    switch (step.type) {
      case "send": {
        // Timers go by the host's own clock, whatever `now` says.
        const asked = Date.now();
        const leave = await takeSlot(host.slots, timerMs(step.timeoutMs), signal);
        if (leave === undefined) {
          const aborted = signal?.aborted === true;
          last = {
            event: { type: "not_sent", now: host.now(), aborted },
            ...(aborted ? { cause: signal?.reason } : {}),
          };
          break;
        }
        const timeoutMs = step.timeoutMs - (Date.now() - asked);
        const stop = new AbortController();
        let request: Request;
        try {
          request = buildRequest(host, call, tokens, body, stop.signal);
        } catch (error) {
          leave();
          throw broken(error, "request_not_built");
        }
        const { attempt: number } = step;
        notify(host.onRequest, () => ({
          endpoint: where.endpoint,
          attempt: number,
          method: request.method,
          url: request.url,
          headers: visible(request.headers),
        }));
        onSend?.();
        attempts += 1;
        last = await attempt(host, where, request, { ...step, timeoutMs }, signal, stop, leave);
        // Not the network's fault: a file could not be read any more.
        if (body?.failure !== undefined && !signal?.aborted) throw broken(body.failure, "body_broken");
        break;
      }
      case "token": {
        tokens = await freshSession(host, where, step.refused ? tokens?.accessToken : undefined, signal);
        last = { event: { type: "token", now: host.now() } };
        break;
      }
      case "wait": {
        host.debug?.(`${where.endpoint} waits ${Math.round(step.ms)} ms before #${step.attempt}: ${step.reason}`);
        if (attempts > 0) {
          const { attempt: number, ms, reason } = step;
          notify(host.onRetry, () => ({ endpoint: where.endpoint, attempt: number, waitMs: ms, reason }));
        }
        last = { event: await wait(host, step.ms, signal) };
        if (signal?.aborted) last.cause = signal.reason;
        break;
      }
      case "done":
      case "fail":
        host.debug?.(`${where.endpoint} ${ending(step, attempts)}`);
        // After a failed attempt, the answer of an earlier one decides nothing any more.
        return { step, answer: last.answer, cause: last.cause, attempts };
    }
  }
}
