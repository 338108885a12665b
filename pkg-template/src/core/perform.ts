/** One call, from its arguments to its result. */

import { Draft, HASH_BYTES, type Payload, payloadOf } from "../files/body.js";
import { type Attachment, inspect, inspectAtHand, orAborted, smallBytes, takeFiles } from "../files/source.js";
import type { Tokens } from "../generated/types.js";
import {
  abortedError,
  describe,
  localError,
  located,
  TicketError,
  violationsError,
  type Where,
} from "../ground/errors.js";
import { given } from "../ground/given.js";
import { type Ended, observed } from "../ground/hooks.js";
import { makeNonce } from "../ground/nonce.js";
import type { CallOptions, WriteOptions } from "../ground/options.js";
import { type Outcome, run } from "../send/driver.js";
import type { Host } from "../send/host.js";
import { type Opened, open } from "../send/open.js";
import { coursesOf } from "../send/progress.js";
import { headsOf, initOf, sign } from "../send/request.js";
import type { Call } from "../wasm/begun.js";
import type { Refused, SignedHeaders, WireOptions } from "../wasm/generated/boundary.js";
import type { Inner } from "./inner.js";
import { Limit, outOfTime, totalMs } from "./limit.js";
import { type Settled, writeOnce } from "./once.js";
import { checkCall } from "./options.js";
import { parse } from "./parse.js";
import type { WithResponse } from "./promises.js";

/**
 * Returns the options that the module reads; most calls have none. `leftMs` is what is left of the
 * total time.
 */
function wireOptions(options: WriteOptions, leftMs?: number): WireOptions | undefined {
  const { timeoutMs, totalTimeoutMs, maxRetries, settleMs, headers } = options;
  const { accept } = options as { accept?: WireOptions["accept"] };
  const wire = { timeoutMs, totalTimeoutMs, leftMs, maxRetries, settleMs, headers, accept };
  return Object.values(wire).some((option) => option !== undefined) ? given(wire) : undefined;
}

/** What a call is prepared for. */
export type Aim = "send" | "send_later" | "request";

export interface Prepared {
  where: Where;
  opened: Opened;
  body: Payload | undefined;
  /** The arguments as the module takes them. */
  args: unknown[];
  /** The text that is unique to this call, if it writes. */
  nonce: string;
  hasFiles: boolean;
  /** It was begun for what takes time here, and hears the caller's signal until it is ended. */
  limit: Limit | undefined;
}

/**
 * Checks the arguments and builds the call. A call that is sent right away takes a slot, and is
 * made anew for another attempt, so its body need not be held; a `request` has no part in the
 * client's gates. `held` are the files of arguments that were checked before.
 */
export function prepare(
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: CallOptions,
  aim: Aim,
  leftMs?: number,
  held?: Attachment[],
): Prepared | Promise<Prepared> {
  const where: Where = { marketplace: inner.marketplace, endpoint };
  inner.check(endpoint);
  checkCall(where, options, inner.callOptions);
  const { signal } = options;
  if (signal?.aborted) throw abortedError(where, signal);
  const taken = held === undefined ? takeFiles(where, args) : { args, files: held };
  const { files } = taken;
  const warming = inner.engine.warming();
  const readsFiles = files.length > 0 && !(warming === undefined && inspectAtHand(inner.engine, files));
  // Nothing has to be awaited then.
  if (!readsFiles && warming === undefined) return plan(inner, where, taken, options, aim, undefined, leftMs);
  const limit = new Limit(where, options, inner.settings, readsFiles, leftMs);
  return within(limit, async () => {
    if (warming !== undefined) await orAborted(where, warming, limit.signal);
    if (readsFiles) await inspect(inner.engine, where, files, limit.signal);
    return plan(inner, where, taken, options, aim, limit);
  });
}

async function within(limit: Limit, work: () => Promise<Prepared>): Promise<Prepared> {
  try {
    const prepared = await limit.during(work());
    limit.done();
    return prepared;
  } catch (error) {
    limit.end();
    throw error;
  }
}

/** Makes the request; its files are inspected. */
function plan(
  inner: Inner,
  where: Where,
  taken: ReturnType<typeof takeFiles>,
  options: CallOptions,
  aim: Aim,
  limit: Limit | undefined,
  leftMs?: number,
): Prepared | Promise<Prepared> {
  const { endpoint } = where;
  const { files } = taken;
  // Callers who want to know the progress get it file by file.
  const small = options.onProgress === undefined ? smallBytes(files) : undefined;
  const sizes = small === undefined ? undefined : files.map(({ descriptor }) => descriptor.size);
  // No read carries one, and the first that a process makes loads much of Node's cryptography.
  const nonce = inner.engine.isRead(inner.marketplace, endpoint) ? "" : makeNonce();
  const begin = (gates: Host["gates"], now?: number, tokens?: Tokens) => {
    const { engine, client } = inner;
    // Files were read within the same time.
    const left = limit?.leftMs ?? leftMs;
    const wire = wireOptions(options, left !== undefined && left >= 1 ? left : undefined);
    return engine.begin(client, endpoint, taken.args, wire, nonce, sizes, small, gates, HASH_BYTES, now, tokens);
  };
  let opened: Refused | Opened;
  try {
    if (aim === "send") opened = open(inner, begin);
    else if (aim === "request") opened = begin({}, inner.now(), inner.session.tokens);
    else opened = begin({});
  } catch (error) {
    throw located(error, where);
  }
  if ("violations" in opened) throw violationsError(where, "validation", opened.violations);
  const { call, body } = opened;
  const hasFiles = files.length > 0;
  const done = (body?: Payload): Prepared => ({ where, opened, body, args: taken.args, nonce, hasFiles, limit });
  if (body === undefined) return done();
  const heads = () => headsOf(inner, call);
  const [whole] = body;
  if (whole !== undefined && "text" in whole && body.length === 1) {
    return done(payloadOf(inner.engine, whole.text, heads));
  }
  const signal = limit?.signal ?? options.signal;
  const draft = new Draft(inner.engine, where, body, files, { signal, onProgress: options.onProgress });
  const allowed = { stream: aim !== "request" && inner.streams, blob: inner.streams };
  return draft.finish(heads, allowed).then(done);
}

/** The signed request of a call, for others to send. */
export async function requestOf(
  inner: Inner,
  { where, opened, body, limit }: Prepared,
  options: CallOptions,
): Promise<Request> {
  const { signal } = options;
  const { call, started } = opened;
  let signed: { headers: SignedHeaders; content: ReturnType<Payload["open"]> | undefined };
  if (started?.headers !== undefined) {
    signed = { headers: started.headers, content: body?.open() };
  } else {
    const ms = limit?.leftMs ?? call.leftMs;
    const tokens = inner.usesSession ? await inner.tokens(where, undefined, signal, ms) : undefined;
    if (inner.usesSession && tokens === undefined) throw outOfTime(where, totalMs(options, inner.settings));
    signed = sign(inner, call, tokens, body);
  }
  return new Request(call.url, initOf(where, call, signed.headers, signed.content, signal ?? undefined));
}

/** How a call ended whose result is this, for the hooks. */
export const endOf = ({ attempts, response }: WithResponse<unknown>): Ended => ({ attempts, status: response.status });

/** Carries out a call, and tells the hooks of it. */
export const perform = (
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: WriteOptions,
  about: { parentId?: string; leftMs?: number; held?: Attachment[] } = {},
): Promise<Settled> => {
  const { parentId, leftMs, held } = about;
  const work = (callId: string) => carryOut(inner, endpoint, args, options, callId, leftMs, held);
  return observed(inner, { endpoint, parentId }, work, endOf);
};

/** Whether a write is to be sure. Options that cannot be read are reported by `prepare`. */
function isSure(options: WriteOptions): boolean {
  try {
    return options.ensure !== undefined;
  } catch {
    return false;
  }
}

/** Carries out a call; `callId` is for the hooks. */
export async function carryOut(
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: WriteOptions,
  callId: string,
  leftMs?: number,
  held?: Attachment[],
): Promise<Settled> {
  const aim = isSure(options) ? "send_later" : "send";
  const preparing = prepare(inner, endpoint, args, options, aim, leftMs, held);
  const prepared = preparing instanceof Promise ? await preparing : preparing;
  try {
    return await send(inner, prepared, options, callId);
  } finally {
    prepared.limit?.end();
  }
}

async function send(inner: Inner, prepared: Prepared, options: WriteOptions, callId: string): Promise<Settled> {
  const { where, opened, body, hasFiles, limit } = prepared;
  // Files were read within the same time.
  const leftMs = limit?.leftMs ?? opened.call.leftMs;
  const courses = body && coursesOf(options.onProgress, body, hasFiles);
  const write = (leftMs: number): Promise<Outcome> => {
    const timed = leftMs === opened.call.leftMs ? opened : { ...opened, call: { ...opened.call, leftMs } };
    return run(inner, where, timed, body, options.signal, courses, true, callId);
  };
  if (options.ensure === undefined) return settle(where, opened.call, await write(leftMs));
  return await sendOnce(inner, prepared, options, callId, leftMs, async (leftMs) =>
    settle(where, opened.call, await write(leftMs)),
  );
}

/** Makes a write that is to be sure. */
async function sendOnce(
  inner: Inner,
  { where, opened, args, nonce }: Prepared,
  options: WriteOptions,
  callId: string,
  leftMs: number,
  write: (leftMs: number) => Promise<Settled>,
): Promise<Settled> {
  const { endpoint } = where;
  const { ensure, signal, headers, timeoutMs, totalTimeoutMs } = options;
  if (ensure !== "once") {
    const message = '`ensure` is neither "once" nor left out';
    throw localError(where, { kind: "configuration", code: "invalid_options", message });
  }
  const { marketplace, settings } = inner;
  // The write and its lookups have the same nonce, of which its reference is made.
  const wire = { ...wireOptions(options, leftMs), nonce, session: inner.usesSession };
  const settled = await writeOnce(inner, where, {
    callId,
    begun: inner.engine.beginOnce(marketplace, endpoint, args, settings, wire, inner.now()),
    signal,
    write,
    read: (name, of, leftMs) => {
      const reading = { signal, headers, timeoutMs, totalTimeoutMs };
      return perform(inner, name, of, reading, { parentId: callId, leftMs });
    },
    parse: (result) => parse(result, undefined),
  });
  return { ...settled, reference: opened.call.reference };
}

function settle(where: Where, call: Call, outcome: Outcome): Settled {
  const { step, answer, attempts } = outcome;
  if (step.type === "fail") {
    throw new TicketError(step.error, outcome.cause === undefined ? undefined : { cause: outcome.cause });
  }
  if (answer === undefined) {
    throw localError(where, {
      kind: "decode",
      code: "no_answer",
      message: "the call ended without an answer",
      attempts,
      sent: "maybe",
    });
  }
  const { result } = step;
  let data: unknown;
  try {
    data = parse(result, answer.body, answer.accepted);
  } catch (error) {
    const message = `the answer could not be read: ${describe(error)}`;
    throw localError(
      where,
      { kind: "decode", code: "unreadable_answer", message, attempts, sent: "yes", status: answer.response.status },
      error,
    );
  }
  return {
    data,
    response: answer.response,
    attempts: step.attempts,
    found: false,
    requestId: answer.response.headers.get("x-request-id") ?? undefined,
    reference: call.reference,
    odd: (result.type === "json" ? result.odd : undefined) ?? [],
    shape: result.type === "json" ? result.page : undefined,
  };
}
