/**
 * Short-lived tokens: one call renews them for all calls. The others wait with timers of their own
 * and take over when the renewing call disappears, because in a Worker a request that ends takes
 * its promises with it. They share plain data of the client, and the module decides which call
 * renews.
 */

import type { Tokens } from "../generated/types.js";
import { join } from "../ground/bytes.js";
import { abortedError, localError, retold, TicketError, violationsError, type Where } from "../ground/errors.js";
import type { TokenStore } from "../ground/options.js";
import type { Boundary } from "../wasm/engine.js";
import type { Call, HeaderList } from "../wasm/generated/boundary.js";
import { run } from "./driver.js";
import { type Host, wait } from "./host.js";
import { keepAlive } from "./lease.js";

/** The session's state, which the calls of a client share. */
export interface SessionState {
  tokens: Tokens | undefined;
  /** Tokens that are already in use although the store has not saved them. */
  unsaved: Tokens | undefined;
  /** The state of the lease: which call renews, as the last call left it. */
  lease: Uint8Array | undefined;
  /** The error of the last renewal that failed for all calls that waited for it. */
  failure: unknown;
}

/** A host whose calls carry short-lived tokens. */
export interface SessionHost extends Host {
  /** The tokens that all calls share. */
  readonly session: SessionState;
  readonly tokenStore: TokenStore | undefined;
}

export function noSession(): SessionState {
  return { tokens: undefined, unsaved: undefined, lease: undefined, failure: undefined };
}

async function save(state: SessionState, store: TokenStore | undefined, tokens: Tokens, where: Where): Promise<void> {
  if (store === undefined) return;
  // The new tokens are kept until the store has saved them: a refresh token for one use is already
  // spent.
  state.unsaved = tokens;
  try {
    await store.save(tokens);
  } catch (error) {
    // The store's message may contain the tokens, and a gateway passes messages on; the operator
    // finds the store's error in `cause`.
    const message = "the token store did not save the new tokens";
    throw localError(where, { kind: "authentication", code: "tokens_not_saved", message, retryable: true }, error);
  }
  state.unsaved = undefined;
}

/**
 * Sends the request for a session, saves the tokens that it returns, and returns them. `before`
 * holds the previous session.
 */
async function ask(
  host: SessionHost,
  where: Where,
  begun: ReturnType<Boundary["beginSession"]>,
  before: Tokens | undefined,
): Promise<Tokens> {
  if ("violations" in begun) throw violationsError(where, "configuration", begun.violations);
  const body = join((begun.body ?? []).flatMap((segment) => ("text" in segment ? [segment.text] : [])));
  const call: Call = begun.call;
  const { step, answer } = await run(host, where, begun, body, undefined);
  // The host's error is not attached: some hosts attach what they have read of a broken answer to
  // it.
  if (step.type === "fail") throw new TicketError(step.error);
  if (answer === undefined) throw new Error("a session was granted without an answer");
  const headers: HeaderList = [...answer.response.headers];
  const { status } = answer.response;
  const read = host.engine.readSession(call.state, host.credentials, before, status, headers, answer.body, host.now());
  if ("error" in read) throw new TicketError(read.error);
  await save(host.session, host.tokenStore, read.session, where);
  return read.session;
}

/** Returns usable tokens: those that another process has stored, or else those of a new session. */
async function renew(host: SessionHost, where: Where, stale: string | undefined): Promise<Tokens> {
  const { session: state, tokenStore: store } = host;
  const usable = (tokens: Tokens | undefined): tokens is Tokens =>
    tokens !== undefined && host.engine.sessionIsUsable(tokens, stale, host.now());

  if (state.unsaved !== undefined) {
    const { unsaved } = state;
    await save(state, store, unsaved, where);
    if (usable(unsaved)) return unsaved;
  }
  const stored = (await store?.load()) ?? undefined;
  if (stored !== undefined) {
    // A store's values are unchecked: its types promise nothing at run time.
    const violations = host.engine.checkTokens(stored);
    if (violations.length > 0) throw violationsError(where, "configuration", violations);
  }
  if (usable(stored)) return stored;
  const before = stored ?? state.tokens;
  const begun = host.engine.beginSession(host.marketplace, host.credentials, before, host.settings, {});
  try {
    return await ask(host, where, begun, before);
  } catch (error) {
    if (!(error instanceof TicketError)) throw error;
    // The call that needs the session was not sent, whatever the outcome of the renewal.
    throw retold(error, { sent: "no" });
  }
}

/** Replaces any session by the one that the request `begun` opens, and returns its tokens. */
export async function openSession(
  host: SessionHost,
  where: Where,
  begun: ReturnType<Boundary["beginExchange"]>,
): Promise<Tokens> {
  const { session: state, tokenStore: store } = host;
  const work = () => ask(host, where, begun, undefined);
  const tokens = await (store?.withLock === undefined ? work() : store.withLock(work));
  state.tokens = tokens;
  return tokens;
}

/**
 * Renews the session in the turn of this number, and returns the tokens. It continues when the call
 * that began it is aborted, because half a renewal may be worse than none.
 */
async function lead(host: SessionHost, where: Where, stale: string | undefined, turn: number): Promise<Tokens> {
  const { engine, session: state, tokenStore } = host;
  const stop = keepAlive(() => {
    state.lease = engine.changeLease(state.lease, turn, "extend", host.now()).lease;
  });
  const work = () => renew(host, where, stale);
  try {
    const tokens = await (tokenStore?.withLock === undefined ? work() : tokenStore.withLock(work));
    state.tokens = tokens;
    state.lease = engine.changeLease(state.lease, turn, "end", host.now()).lease;
    return tokens;
  } catch (error) {
    const { lease, shared } = engine.changeLease(state.lease, turn, "fail", host.now());
    state.lease = lease;
    if (shared) state.failure = error;
    throw error;
  } finally {
    stop();
  }
}

function unlessAborted<T>(promise: Promise<T>, where: Where, signal: AbortSignal | null | undefined): Promise<T> {
  if (signal == null) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortedError(where, signal));
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Returns tokens that are usable and not `stale`. */
export async function freshSession(
  host: SessionHost,
  where: Where,
  stale: string | undefined,
  signal: AbortSignal | null | undefined,
): Promise<Tokens> {
  const { session: state } = host;
  let looked: Uint8Array | undefined;
  for (;;) {
    if (signal?.aborted) throw abortedError(where, signal);
    const { tokens, failure } = state;
    const { lease, wait: look, step } = host.engine.leasePoll(state.lease, looked, tokens, stale, host.now());
    // There must be no pause before this line: another call would read the old lease.
    state.lease = lease;
    looked = look;
    switch (step.type) {
      case "use":
        return tokens as Tokens;
      case "renew":
        return unlessAborted(lead(host, where, stale, step.turn), where, signal);
      case "wait":
        await wait(step.ms, signal);
        break;
      case "fail":
        throw failure instanceof TicketError ? retold(failure) : failure;
    }
  }
}
