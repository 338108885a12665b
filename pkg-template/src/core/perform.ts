/** One call, from its arguments to its result. */

import { Draft, HASH_BYTES, type Payload } from "../files/body.js";
import { inspect, smallBytes, takeFiles } from "../files/source.js";
import {
  abortedError,
  describe,
  localError,
  located,
  TicketError,
  violationsError,
  type Where,
} from "../ground/errors.js";
import { makeNonce } from "../ground/nonce.js";
import type { CallOptions, WriteOptions } from "../ground/options.js";
import { type Outcome, run } from "../send/driver.js";
import { headsOf, hostRequest } from "../send/request.js";
import type { Boundary } from "../wasm/engine.js";
import type { Call, WireOptions } from "../wasm/generated/boundary.js";
import type { Inner } from "./inner.js";
import { type Settled, writeOnce } from "./once.js";
import { parse } from "./parse.js";

/** JSON has no word for an absent value. */
const wireOptions = (inner: Inner, options: WriteOptions, nonce: string) =>
  ({
    nonce,
    session: inner.usesSession,
    timeoutMs: options.timeoutMs,
    totalTimeoutMs: options.totalTimeoutMs,
    maxRetries: options.maxRetries,
    settleMs: options.settleMs,
    headers: options.headers,
  }) as WireOptions;

interface Prepared {
  where: Where;
  call: Call;
  body: Payload | undefined;
  /** The arguments as the module takes them. */
  args: unknown[];
  /** The text that is unique to this call. */
  nonce: string;
}

/**
 * `send`: the request is sent right away and made anew for another attempt, so its body need not be
 * held. Otherwise it may be made at once.
 */
export async function prepare(
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: CallOptions,
  send: boolean,
): Promise<Prepared | Request> {
  const where: Where = { marketplace: inner.marketplace, endpoint };
  const { signal } = options;
  inner.check(endpoint);
  if (signal?.aborted) throw abortedError(where, signal);
  const taken = takeFiles(where, args);
  const { files } = taken;
  await inspect(inner.engine, where, files, signal);
  // Callers who want to know the progress get it file by file.
  const small = options.onProgress === undefined ? smallBytes(files) : undefined;
  const { marketplace, settings, credentials } = inner;
  const nonce = makeNonce();
  let begun: ReturnType<Boundary["begin"]>;
  try {
    const wire = wireOptions(inner, options, nonce);
    const sizes = small === undefined ? [] : files.map(({ descriptor }) => descriptor.size);
    const isAtOnce = !send && !inner.usesSession;
    const atOnce = isAtOnce
      ? { longest: HASH_BYTES, attempt: { credentials, session: undefined, now: inner.now(), nonce } }
      : undefined;
    begun = inner.engine.begin(marketplace, endpoint, taken.args, settings, wire, sizes, atOnce, small);
  } catch (error) {
    throw located(error, where);
  }
  if ("violations" in begun) throw violationsError(where, "validation", begun.violations);
  if ("signed" in begun) return hostRequest(where, begun.signed, begun.body?.[0].text, signal ?? undefined);
  const { call, body } = begun;
  if (body === undefined) return { where, call, body: undefined, args: taken.args, nonce };
  const draft = new Draft(inner.engine, where, body, files, options);
  return { where, call, body: await draft.finish(() => headsOf(inner, call), send), args: taken.args, nonce };
}

export async function perform(
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: WriteOptions,
): Promise<Settled> {
  const prepared = (await prepare(inner, endpoint, args, options, true)) as Prepared;
  const { where, call, body } = prepared;
  const total = body?.length ?? 0;
  // A stream reports its own progress.
  const tells = body !== undefined && !body.streamed;
  const onSend = tells ? () => options.onProgress?.({ phase: "sending", loaded: total, total }) : undefined;
  const { ensure, signal, headers, timeoutMs } = options;
  const write = async (totalTimeoutMs: number) =>
    settle(where, call, await run(inner, where, { ...call, totalTimeoutMs }, body, signal, onSend, true));
  if (ensure === undefined) return write(call.totalTimeoutMs);
  if (ensure !== "once") {
    const message = '`ensure` is neither "once" nor left out';
    throw localError(where, { kind: "configuration", code: "invalid_options", message });
  }
  const { marketplace, settings } = inner;
  // The write and its lookups have the same nonce, of which its reference is made.
  const wire = wireOptions(inner, options, prepared.nonce);
  const settled = await writeOnce(inner, where, {
    begun: inner.engine.beginOnce(marketplace, endpoint, prepared.args, settings, wire, inner.now()),
    signal,
    write,
    read: (name, of, totalTimeoutMs) => perform(inner, name, of, { signal, headers, timeoutMs, totalTimeoutMs }),
    parse: (result) => parse(result, undefined),
  });
  return { ...settled, reference: call.reference };
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
