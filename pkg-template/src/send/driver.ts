/**
 * The loop between the step machine and the host: it carries out each step and reports what
 * happened. Nothing here depends on the promise of another call. The state that calls share (the
 * gate) is plain data, and each waiting call has a timer of its own.
 */

import { type Payload, payloadOf } from "../files/body.js";
import { discard } from "../files/content.js";
import type { OwnErrorCode } from "../generated/types.js";
import { onAbort, timerMs } from "../ground/abort.js";
import { type Level, shownUrl, visible } from "../ground/debug.js";
import { abortedError, describe, localError, retold, TicketError, type Where } from "../ground/errors.js";
import { headerLines } from "../ground/headers.js";
import { notify } from "../ground/hooks.js";
import type { CallInfo, FetchInit } from "../ground/options.js";
import type { Accepted } from "../wasm/accept.js";
import type { Call } from "../wasm/begun.js";
import type { CallEvent, CallStep } from "../wasm/generated/boundary.js";
import { type Host, wait } from "./host.js";
import type { Opened } from "./open.js";
import type { Course, NextCourse } from "./progress.js";
import { readCapped } from "./read.js";
import { Refusal } from "./refusal.js";
import { headsOf, initOf, sign } from "./request.js";
import { type Slot, takeSlot } from "./slots.js";

type LastStep = Extract<CallStep, { type: "done" | "fail" }>;

/** An answer whose body is read already. */
interface Received {
  response: Response;
  body: Uint8Array;
  accepted?: Accepted | undefined;
}

export interface Outcome {
  step: LastStep;
  /** The answer that decided, when one came. */
  answer?: Received | undefined;
  /** What the host threw in the last attempt. */
  cause?: unknown;
  attempts: number;
}

/** The method under which tokens are asked for. */
const SESSION = "session";
/** The headers of an answer with tokens that hooks see: any other may hold one. */
const SHOWN_WITH_TOKENS = ["content-type", "date", "retry-after", "x-request-id"];

/** What became of an attempt, before the clock is asked. */
type Fate =
  | { type: "response"; response: Response; body: Uint8Array }
  | { type: "send_failed"; message: string; status?: number; cause: unknown }
  | { type: "timed_out" | "aborted"; status?: number; cause?: unknown };

type Attempted =
  | { event: CallEvent; answer?: undefined; cause?: unknown }
  | { event: Answered; answer: Received; cause?: undefined };

/** The time at which an answer was there. */
interface Answered {
  type: "response";
  now: number;
  random: number;
}

/** A request, and how it is sent. */
interface Asked {
  url: string;
  init: FetchInit;
  maxBodyBytes: number;
  timeoutMs: number;
  /** The caller's signal. */
  signal: AbortSignal | null | undefined;
  /** Ends the request. */
  stop: AbortController;
  /** Hears how far the body is, where that is known. */
  course: Course | undefined;
  slot: Slot;
}

/**
 * One request and its answer, body included, under one timer. It asks no clock: a caller's may
 * throw, and in a timer that would end the program.
 */
function attempt(host: Host, { url, init, maxBodyBytes, timeoutMs, signal, stop, course, slot }: Asked): Promise<Fate> {
  return new Promise((resolve) => {
    let over = false;
    let head: { status?: number } = {};

    const finish = (fate: Fate) => {
      if (over) return;
      over = true;
      slot.leave();
      clearTimeout(timer);
      end();
      resolve(fate);
    };
    const abort = () => {
      finish({ type: "aborted", ...head, cause: signal?.reason });
      stop.abort(signal?.reason);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let keepsSlot = true;
    /** One timer counts the time and keeps the slot: hosts take their time to make one. */
    const count = (leftMs: number) => {
      const ms = keepsSlot ? Math.min(leftMs, slot.beatMs) : leftMs;
      const fire = () => {
        if (ms < leftMs) {
          if (keepsSlot) slot.keep();
          count(leftMs - ms);
          return;
        }
        finish({ type: "timed_out", ...head });
        stop.abort(new DOMException("the attempt took too long", "TimeoutError"));
      };
      timer = setTimeout(fire, timerMs(ms));
    };
    count(timeoutMs);
    const end = onAbort(signal, abort);

    const send = async () => {
      const uploaded = course?.isWorth ? await host.upload?.(url, init, maxBodyBytes, course.sent) : undefined;
      const response = uploaded?.response ?? (await host.fetch(url, init));
      // The headers are here; the body needs no slot.
      slot.leave();
      keepsSlot = false;
      if (over) {
        discard(response.body);
        return;
      }
      head = { status: response.status };
      const body = await (uploaded?.read() ?? readCapped(response, maxBodyBytes));
      if (body === null) {
        const message = `response body is larger than ${maxBodyBytes} bytes`;
        finish({ type: "send_failed", ...head, message, cause: undefined });
        stop.abort();
        return;
      }
      finish({ type: "response", response, body });
    };
    send().catch((cause) => finish({ type: "send_failed", ...head, message: describe(cause), cause }));
  });
}

/** What became of an attempt, as the module is told. */
function toldOf(host: Host, fate: Fate, now: number): Attempted {
  if (fate.type === "response") {
    const { response, body } = fate;
    return { event: { type: "response", now, random: host.random() }, answer: { response, body } };
  }
  const { cause, ...event } = fate;
  const told = cause === undefined ? {} : { cause };
  if (event.type === "send_failed") return { event: { ...event, now, random: host.random() }, ...told };
  if (event.type === "timed_out")
    return { event: { ...event, type: "timed_out", now, random: host.random() }, ...told };
  return { event: { ...event, type: "aborted", now }, ...told };
}

/** Advances with an accepted answer, and with its body unless the call ends without it. */
function advance(host: Host, call: Call, told: Attempted, reads: boolean) {
  const { engine, marketplace } = host;
  const gate = host.gates[call.bucket];
  if (told.answer === undefined) return engine.advance(call.state, gate, told.event);
  const { answer } = told;
  const { now, random } = told.event;
  const { status } = answer.response;
  const headers = headerLines(answer.response.headers);
  const receive = (body?: Uint8Array, saw?: string) =>
    engine.receive(call.state, gate, now, random, status, headers, body, saw);
  if (reads) answer.accepted = engine.accept(marketplace, call.endpoint, status, answer.body);
  if (answer.accepted !== undefined) {
    const advanced = receive(undefined, JSON.stringify(answer.accepted.saw));
    if (advanced.step.type === "done") return advanced;
  }
  return receive(answer.body);
}

function ending(step: LastStep, attempts: number): string {
  if (step.type === "done") return `done, attempts ${attempts}, sent yes`;
  const { kind, code, sent } = step.error;
  return `failed: ${kind} (${code}), attempts ${attempts}, sent ${sent}`;
}

/** An abort is what the caller wanted. */
const levelOf = (step: LastStep): Level => (step.type === "done" || step.error.kind === "aborted" ? "info" : "error");

/**
 * Drives one call to its end. `reads`: the body of the answer will be read, so it may be accepted
 * here. `callId` is for the hooks.
 */
export async function run(
  host: Host,
  where: Where,
  opened: Opened,
  content: Payload | Uint8Array | undefined,
  signal: AbortSignal | null | undefined,
  nextCourse?: NextCourse,
  reads = false,
  callId = "",
): Promise<Outcome> {
  const known: CallInfo = { callId, marketplace: host.marketplace, endpoint: opened.call.endpoint };
  let { call, slot, tokens } = opened;
  if (signal?.aborted) {
    slot?.leave();
    throw abortedError(where, signal);
  }
  const body = ArrayBuffer.isView(content) ? payloadOf(host.engine, content, () => headsOf(host, call)) : content;
  let happened = (now: number): Attempted => ({ event: { type: "start", now, leftMs: call.leftMs } });
  let last: Attempted | undefined;
  let step = opened.started?.step;
  /** The headers of the next attempt, if it is signed already. */
  let signed = opened.started?.headers;
  let attempts = 0;

  /** A failure of this side. Once a request was handed over, its fate is unknown. */
  const broken = (error: unknown, code: OwnErrorCode, handed = attempts > 0): unknown => {
    const sent = last?.answer?.response.ok ? "yes" : handed ? "maybe" : "no";
    if (error instanceof TicketError) return retold(error, { ...where, attempts, sent });
    return localError(where, { kind: "configuration", code, message: describe(error), attempts, sent }, error);
  };

  for (;;) {
    try {
      if (step === undefined) {
        last = happened(host.now());
        const advanced = advance(host, call, last, reads);
        if (advanced.gate !== undefined) host.gates[call.bucket] = advanced.gate;
        if (advanced.call !== undefined) call = { ...call, state: advanced.call, url: advanced.url ?? call.url };
        step = advanced.step;
      }
    } catch (error) {
      throw broken(error, "not_advanced");
    }
    switch (step.type) {
      case "send": {
        // Timers go by the host's own clock, whatever `now` says.
        const waited = Date.now();
        slot ??= await takeSlot(host.slots, timerMs(step.timeoutMs), signal);
        if (slot === undefined) {
          const aborted = signal?.aborted === true;
          const cause = aborted ? { cause: signal.reason } : {};
          happened = (now) => ({ event: { type: "not_sent", now, aborted }, ...cause });
          break;
        }
        const timeoutMs = step.timeoutMs - (Date.now() - waited);
        const stop = new AbortController();
        const course = nextCourse?.();
        let init: FetchInit;
        try {
          const { headers, content } =
            signed === undefined
              ? sign(host, call, tokens, body, course?.taken)
              : { headers: signed, content: body?.open(course?.taken) };
          signed = undefined;
          init = initOf(where, call, headers, content, stop.signal, body?.told !== undefined);
          if (course !== undefined && host.ownFetch) init.onUploadProgress = course.sent;
        } catch (error) {
          slot.leave();
          throw broken(error, "request_not_built");
        }
        const { url } = call;
        const { attempt: number } = step;
        const { method } = init;
        notify(host.onRequest, () => ({
          ...known,
          attempt: number,
          method,
          url,
          headers: visible(Object.entries(init.headers)),
        }));
        course?.begin();
        if (signal?.aborted) {
          // A hook aborted it.
          slot.leave();
          slot = undefined;
          happened = (now) => ({ event: { type: "not_sent", now, aborted: true }, cause: signal.reason });
          break;
        }
        attempts += 1;
        const began = Date.now();
        const { maxBodyBytes } = step;
        const fate = await attempt(host, { url, init, maxBodyBytes, timeoutMs, signal, stop, course, slot });
        course?.end();
        const durationMs = Date.now() - began;
        if (fate.type === "response") {
          const { response } = fate;
          const hides = (name: string) => call.endpoint === SESSION && !SHOWN_WITH_TOKENS.includes(name);
          if (tokens !== undefined && response.ok) host.tokensWorked(tokens);
          notify(host.onResponse, () => ({
            ...known,
            attempt: number,
            method,
            url,
            status: response.status,
            headers: visible(response.headers, hides),
            durationMs,
          }));
        }
        const end = fate.type === "response" ? fate.response.status : fate.type;
        host.debug?.(`${where.endpoint} #${number} ${method} ${shownUrl(url)}: ${end} in ${durationMs} ms`);
        slot = undefined;
        if (fate.type !== "response" && fate.cause instanceof Refusal) {
          throw broken(fate.cause, "request_refused", attempts > 1);
        }
        happened = (now) => toldOf(host, fate, now);
        // The network is not at fault: a file could not be read any more.
        if (body?.failure !== undefined && !signal?.aborted) throw broken(body.failure, "body_broken");
        break;
      }
      case "token": {
        const { refused, timeoutMs } = step;
        const fresh = await host.tokens(where, refused ? tokens?.accessToken : undefined, signal, timeoutMs);
        tokens = fresh ?? tokens;
        happened =
          fresh === undefined
            ? (now) => ({ event: { type: "timed_out", now, random: host.random() } })
            : (now) => ({ event: { type: "token", now } });
        break;
      }
      case "wait": {
        host.debug?.(
          `${where.endpoint} waits ${Math.round(step.ms)} ms before #${step.attempt}: ${step.reason}`,
          "warn",
        );
        if (attempts > 0) {
          const { attempt: number, ms, reason } = step;
          notify(host.onRetry, () => ({ ...known, attempt: number, waitMs: ms, reason }));
        }
        await wait(step.ms, signal);
        happened = (now) =>
          signal?.aborted
            ? { event: { type: "aborted", now }, cause: signal.reason }
            : { event: { type: "waited", now } };
        break;
      }
      case "done":
      case "fail":
        host.debug?.(`${where.endpoint} ${ending(step, attempts)}`, levelOf(step));
        // After a failed attempt, the answer of an earlier one decides nothing any more.
        return { step, answer: last?.answer, cause: last?.cause, attempts };
    }
    step = undefined;
  }
}
