/** One call, from its arguments to its result. */

import { Draft, HASH_BYTES, type Payload, payloadOf } from "../files/body.js";
import { inspect, smallBytes, takeFiles } from "../files/source.js";
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
import { notify } from "../ground/hooks.js";
import { makeNonce } from "../ground/nonce.js";
import type { CallOptions, WriteOptions } from "../ground/options.js";
import { type Outcome, run } from "../send/driver.js";
import type { Host } from "../send/host.js";
import { type Opened, open } from "../send/open.js";
import { headsOf, initOf, sign } from "../send/request.js";
import type { Call, Refused, SignedHeaders, WireOptions } from "../wasm/generated/boundary.js";
import type { Inner } from "./inner.js";
import { Limit, outOfTime, totalMs } from "./limit.js";
import { type Settled, writeOnce } from "./once.js";
import { checkCall } from "./options.js";
import { parse } from "./parse.js";

/** Returns the options that the module reads; most calls have none. */
function wireOptions(options: WriteOptions): WireOptions | undefined {
  const { timeoutMs, totalTimeoutMs, maxRetries, settleMs, headers } = options;
  const isGiven = [timeoutMs, totalTimeoutMs, maxRetries, settleMs, headers].some((option) => option !== undefined);
  return isGiven ? given({ timeoutMs, totalTimeoutMs, maxRetries, settleMs, headers }) : undefined;
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
  /** It was begun for the files, and hears the caller's signal until it is ended. */
  limit: Limit | undefined;
}

/**
 * Checks the arguments and builds the call. A call that is sent right away takes a slot, and is
 * made anew for another attempt, so its body need not be held; a `request` has no part in the
 * client's gates.
 */
export async function prepare(
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: CallOptions,
  aim: Aim,
): Promise<Prepared> {
  const where: Where = { marketplace: inner.marketplace, endpoint };
  const { signal } = options;
  inner.check(endpoint);
  checkCall(where, options, inner.wireArgs === undefined ? [] : ["files"]);
  if (signal?.aborted) throw abortedError(where, signal);
  const taken = takeFiles(where, args);
  const { files } = taken;
  const limit = files.length > 0 ? new Limit(where, options, inner.settings) : undefined;
  // Nothing has to be awaited then.
  if (limit === undefined) return plan(inner, where, taken, options, aim, limit);
  try {
    const heard = { ...options, signal: limit.signal };
    await limit.during(inspect(inner.engine, where, files, limit.signal));
    const prepared = await limit.during(Promise.resolve(plan(inner, where, taken, heard, aim, limit)));
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
    const { leftMs = 0 } = limit ?? {};
    const timed = leftMs >= 1 ? { ...options, totalTimeoutMs: leftMs } : options;
    const wire = wireOptions(timed);
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
  const done = { where, opened, args: taken.args, nonce, limit };
  if (body === undefined) return { ...done, body: undefined };
  const heads = () => headsOf(inner, call);
  const [whole] = body;
  if (whole !== undefined && "text" in whole && body.length === 1) {
    return { ...done, body: payloadOf(inner.engine, whole.text, heads) };
  }
  const draft = new Draft(inner.engine, where, body, files, options);
  const allowed = { stream: aim !== "request" && inner.streams, blob: inner.streams };
  return draft.finish(heads, allowed).then((body) => ({ ...done, body }));
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
  if (started?.step.type === "send" && started.step.headers !== undefined) {
    signed = { headers: started.step.headers, content: body?.open() };
  } else {
    const ms = limit?.leftMs ?? call.totalTimeoutMs;
    const tokens = inner.usesSession ? await inner.tokens(where, undefined, signal, ms) : undefined;
    if (inner.usesSession && tokens === undefined) throw outOfTime(where, totalMs(options, inner.settings));
    signed = sign(inner, call, tokens, body);
  }
  return new Request(call.url, initOf(where, call, signed.headers, signed.content, signal ?? undefined));
}

export async function perform(
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: WriteOptions,
): Promise<Settled> {
  const aim = options.ensure === undefined ? "send" : "send_later";
  const prepared = await prepare(inner, endpoint, args, options, aim);
  try {
    return await send(inner, prepared, options);
  } finally {
    prepared.limit?.end();
  }
}

async function send(inner: Inner, prepared: Prepared, options: WriteOptions): Promise<Settled> {
  const { where, opened, body, limit } = prepared;
  const { endpoint } = where;
  // Files were read within the same time.
  const leftMs = limit?.leftMs ?? opened.call.totalTimeoutMs;
  const total = body?.length ?? 0;
  // A stream reports its own progress.
  const tells = body !== undefined && !body.streamed;
  const onSend = tells
    ? () => notify(options.onProgress, () => ({ phase: "sending" as const, loaded: total, total }))
    : undefined;
  const { ensure, signal, headers, timeoutMs } = options;
  const write = async (totalTimeoutMs: number) => {
    const call = { ...opened.call, totalTimeoutMs };
    return settle(where, call, await run(inner, where, { ...opened, call }, body, signal, onSend, true));
  };
  if (ensure === undefined) return await write(leftMs);
  if (ensure !== "once") {
    const message = '`ensure` is neither "once" nor left out';
    throw localError(where, { kind: "configuration", code: "invalid_options", message });
  }
  const { marketplace, settings } = inner;
  // The write and its lookups have the same nonce, of which its reference is made.
  const { nonce } = prepared;
  const wire = { ...wireOptions({ ...options, totalTimeoutMs: leftMs }), nonce, session: inner.usesSession };
  const settled = await writeOnce(inner, where, {
    begun: inner.engine.beginOnce(marketplace, endpoint, prepared.args, settings, wire, inner.now()),
    signal,
    write,
    read: (name, of, totalTimeoutMs) => perform(inner, name, of, { signal, headers, timeoutMs, totalTimeoutMs }),
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
