/**
 * Short-lived tokens: one call renews them for all calls. The others wait with timers of their own
 * and take over when the renewing call disappears, because in a Worker a request that ends takes
 * its promises with it. They share plain data of the client, and the module decides which call
 * renews.
 */

import type { OwnErrorCode, Tokens } from "../generated/types.js";
import { FUNCTION_MS, inTime, onAbort, timerMs } from "../ground/abort.js";
import { join } from "../ground/bytes.js";
import { abortedError, localError, retold, TicketError, violationsError, type Where } from "../ground/errors.js";
import { headerLines } from "../ground/headers.js";
import { type Ended, observed } from "../ground/hooks.js";
import type { TokenStore } from "../ground/options.js";
import type { Begun, Call } from "../wasm/begun.js";
import type { Boundary } from "../wasm/engine.js";
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
  /** The access token that the marketplace last accepted. */
  worked: string | undefined;
}

/** A host whose calls carry short-lived tokens. */
export interface SessionHost extends Host {
  /** The tokens that all calls share. */
  readonly session: SessionState;
  readonly tokenStore: TokenStore | undefined;
}

export function noSession(): SessionState {
  return { tokens: undefined, unsaved: undefined, lease: undefined, failure: undefined, worked: undefined };
}

/** How long a call waits for the lock of a token store. */
const LOCK_MS = 120_000;

/** How long one function of the token store may take. */
const storeMs = ({ settings }: Host) => Math.min(settings.timeoutMs ?? FUNCTION_MS, FUNCTION_MS);

/**
 * The error of a token store that failed or did not answer in time. Its own words may contain the
 * tokens, and a gateway passes messages on; the operator finds them in `cause`.
 */
const ofStore = (where: Where, told: { code: OwnErrorCode; message: string }, cause: unknown): TicketError =>
  localError(where, { kind: "authentication", retryable: true, ...told }, cause);

/**
 * Runs `work` while the token store's lock is held, and returns its result. `isWaitedFor` says
 * whether a caller waits for as long as this takes; see `awaited` for one who does not.
 */
async function locked<T>(host: SessionHost, where: Where, work: () => Promise<T>, isWaitedFor: boolean): Promise<T> {
  const { tokenStore: store, settings } = host;
  if (store?.withLock === undefined) return work();
  let running: Promise<T> | undefined;
  let isOver = false;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const once = async (): Promise<T> => {
    if (isOver) throw new Error("the lock came too late");
    running ??= work();
    begin();
    return running;
  };
  let held: Promise<unknown>;
  try {
    held = Promise.resolve(store.withLock(once));
    const waitMs = Math.min(settings.totalTimeoutMs ?? LOCK_MS, LOCK_MS);
    await inTime(Promise.race([begun, held]), waitMs, "`withLock` of the token store", isWaitedFor);
    if (running === undefined) throw new Error("`withLock` of the token store did not call its function");
  } catch (error) {
    isOver = true;
    throw ofStore(where, { code: "tokens_not_locked", message: "the token store did not give its lock" }, error);
  }
  // A rejection of the store's repeats that of the work, or says that the lock was not given back.
  held.catch(() => {});
  // What `withLock` returns is up to the store: one that returns nothing loses no tokens.
  const result = await (running as Promise<T>);
  await inTime(held, storeMs(host), "`withLock` of the token store", isWaitedFor).catch(() => {});
  return result;
}

async function save(host: SessionHost, tokens: Tokens, where: Where, isWaitedFor: boolean): Promise<void> {
  const { session: state, tokenStore: store } = host;
  if (store === undefined) return;
  // The new tokens are kept until the store has saved them: a refresh token for one use is already
  // spent.
  state.unsaved = tokens;
  try {
    await inTime(store.save(tokens), storeMs(host), "`save` of the token store", isWaitedFor);
  } catch (error) {
    throw ofStore(where, { code: "tokens_not_saved", message: "the token store did not save the new tokens" }, error);
  }
  state.unsaved = undefined;
}

/** Returns what the token store has. */
async function load(host: SessionHost, where: Where): Promise<Tokens | undefined> {
  const { tokenStore: store, engine } = host;
  if (store === undefined) return undefined;
  let stored: Tokens | null | undefined;
  try {
    stored = await inTime(store.load(), storeMs(host), "`load` of the token store", false);
  } catch (error) {
    throw ofStore(
      where,
      { code: "tokens_not_loaded", message: "the token store did not say which tokens it has" },
      error,
    );
  }
  if (stored === null || stored === undefined) return undefined;
  // A store's values are unchecked: its types promise nothing at run time.
  const violations = engine.checkTokens(stored);
  if (violations.length > 0) throw violationsError(where, "configuration", violations);
  return stored;
}

/**
 * Sends the request for a session, saves the tokens that it returns, and returns them. `before`
 * holds the previous session. To the hooks, it is a call of its own: all calls that wait use it.
 */
async function ask(
  host: SessionHost,
  where: Where,
  begun: ReturnType<Boundary["beginSession"]>,
  before: Tokens | undefined,
  isWaitedFor = false,
): Promise<Tokens> {
  if ("violations" in begun) throw violationsError(where, "configuration", begun.violations);
  const { endpoint } = begun.call;
  const work = (callId: string) => send(host, where, begun, before, callId, isWaitedFor);
  const { tokens } = await observed(host, { endpoint }, work, ({ ended }) => ended);
  return tokens;
}

async function send(
  host: SessionHost,
  where: Where,
  begun: Begun,
  before: Tokens | undefined,
  callId: string,
  isWaitedFor: boolean,
): Promise<{ tokens: Tokens; ended: Ended }> {
  const body = join((begun.body ?? []).flatMap((segment) => ("text" in segment ? [segment.text] : [])));
  const call: Call = begun.call;
  const { step, answer, attempts } = await run(host, where, begun, body, undefined, undefined, false, callId);
  // The host's error is not attached: some hosts attach what they have read of a broken answer to
  // it.
  if (step.type === "fail") throw new TicketError(step.error);
  if (answer === undefined) throw new Error("a session was granted without an answer");
  const headers = headerLines(answer.response.headers);
  const { status } = answer.response;
  const read = host.engine.readSession(call.state, host.credentials, before, status, headers, answer.body, host.now());
  if ("error" in read) throw new TicketError(read.error);
  await save(host, read.session, where, isWaitedFor);
  return { tokens: read.session, ended: { attempts, status } };
}

/** Returns usable tokens: those that another process has stored, or else those of a new session. */
async function renew(host: SessionHost, where: Where, stale: string | undefined): Promise<Tokens> {
  const { session: state } = host;
  const usable = (tokens: Tokens | undefined): tokens is Tokens =>
    tokens !== undefined && host.engine.sessionIsUsable(tokens, stale, host.now());

  if (state.unsaved !== undefined) {
    const { unsaved } = state;
    await save(host, unsaved, where, false);
    if (usable(unsaved)) return unsaved;
  }
  const stored = await load(host, where);
  if (usable(stored)) return stored;
  const { engine, marketplace, credentials, settings } = host;
  let before = stored ?? state.tokens;
  const asked = engine.leaseMayRenew(marketplace, state.lease, before, stale, state.worked);
  state.lease = asked.lease;
  if (asked.error !== undefined) throw new TicketError(asked.error);
  for (let second = false; ; second = true) {
    try {
      const begun = engine.beginSession(marketplace, credentials, before, settings, {});
      return await ask(host, where, begun, before);
    } catch (error) {
      if (!(error instanceof TicketError)) throw error;
      // What the store or this side did wrong, another process has not put right.
      const isTheirs = error.origin === "marketplace";
      const found = isTheirs ? await lookAgain(host, where, stale, before, error.kind) : undefined;
      if (found !== undefined && usable(found)) return found;
      // The call that needs the session was not sent, whatever the outcome of the renewal.
      if (found === undefined || second) throw retold(error, { sent: "no" });
      before = found;
    }
  }
}

/** The tokens that another process has stored after a renewal of `before` failed here. */
async function lookAgain(
  host: SessionHost,
  where: Where,
  stale: string | undefined,
  before: Tokens | undefined,
  kind: string,
): Promise<Tokens | undefined> {
  if (host.tokenStore === undefined) return undefined;
  let found: Tokens | undefined;
  for (let looks = 0; ; looks += 1) {
    const next = host.engine.afterRefusal(kind, looks, before, found, stale, host.now());
    if (next.type === "fail") return undefined;
    if (next.type !== "look") return found;
    if (next.ms > 0) await wait(next.ms, undefined);
    found = await load(host, where);
  }
}

/** Replaces any session by the one that the request `begun` opens, and returns its tokens. */
export async function openSession(
  host: SessionHost,
  where: Where,
  begun: ReturnType<Boundary["beginExchange"]>,
): Promise<Tokens> {
  const tokens = await locked(host, where, () => ask(host, where, begun, undefined, true), true);
  host.session.tokens = tokens;
  return tokens;
}

/**
 * Renews the session in the turn of this number, and returns the tokens. It continues when the call
 * that began it is aborted, because half a renewal may be worse than none.
 */
async function lead(host: SessionHost, where: Where, stale: string | undefined, turn: number): Promise<Tokens> {
  const { engine, session: state } = host;
  const stop = keepAlive(() => {
    state.lease = engine.changeLease(state.lease, turn, "extend", host.now()).lease;
  });
  try {
    const tokens = await locked(host, where, () => renew(host, where, stale), false);
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

/**
 * Returns the tokens of a renewal, or `undefined` when the time is over first. The renewal goes on
 * then, and no timer of the call is left.
 */
function awaited(
  renewal: Promise<Tokens>,
  where: Where,
  signal: AbortSignal | null | undefined,
  ms: number,
): Promise<Tokens | undefined> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      end();
      settle();
    };
    const timer = setTimeout(() => finish(() => resolve(undefined)), timerMs(ms));
    const end = onAbort(signal, () => finish(() => reject(abortedError(where, signal as AbortSignal))));
    renewal.then(
      (tokens) => finish(() => resolve(tokens)),
      (error) => finish(() => reject(error)),
    );
  });
}

/** The type of {@link freshSession}. */
export type FreshSession = typeof freshSession;

/** Returns tokens that are usable and not `stale`, or `undefined` when the time is over first. */
export async function freshSession(
  host: SessionHost,
  where: Where,
  stale: string | undefined,
  signal: AbortSignal | null | undefined,
  timeoutMs: number,
): Promise<Tokens | undefined> {
  const { session: state } = host;
  // Timers go by the host's own clock, whatever `now` says.
  const end = Date.now() + timeoutMs;
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
        return awaited(lead(host, where, stale, step.turn), where, signal, end - Date.now());
      case "wait":
        if (Date.now() >= end) return undefined;
        await wait(Math.min(step.ms, end - Date.now()), signal);
        break;
      case "fail":
        throw failure instanceof TicketError ? retold(failure) : failure;
    }
  }
}
