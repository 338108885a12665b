/** Carries out what the module plans: it reads the accounts' tickets and stores what has changed. */
import { perform } from "../core/perform.js";
import { TicketError } from "../ground/errors.js";
import { given } from "../ground/given.js";
import type { DeskAnswer, DeskApplied, DeskCall, DeskKnown, DeskStep } from "../wasm/generated/boundary.js";
import { type Budget, makeBudget } from "./budget.js";
import {
  type Account,
  type Changing,
  type Checkpoints,
  change,
  checkpointsOf,
  type Host,
  healthOf,
  know,
  lettersThatGo,
  pairsOf,
  sourceOf,
  type TicketChange,
  ticketPuts,
} from "./host.js";
import { nextLetter, sendLetters } from "./letters.js";
import type { DeskKey, TicketHead } from "./store.js";
import type { DeskSynced } from "./types.js";

/** The rows that change by themselves which one sync makes anew. */
const MOST_DUE = 200;
/** The tickets that are looked through at a time for those that are missing. */
const SCANNED = 500;
/** The rows of one batch. */
const ROWS = 50;
/** The longest time for one call: it must be over before the lease is. */
const CALL_MS = 45_000;
/** How often an answer is stored again that others were faster than. */
const TRIES = 8;

/** What a sync counts. */
interface Work {
  host: Host;
  budget: Budget;
  written: number;
  /** The calls of steps that are being made, and were not made yet. */
  planned: number;
}

/** A step that is being made: the checkpoint and its version. */
interface Underway {
  account: Account;
  flow: string;
  text: string;
  version: number;
}

/** Returns an answer as a text, which crosses faster than each of its parts, if JSON has one for it. */
function crossing(value: unknown): Pick<DeskAnswer, "text" | "value"> {
  try {
    return { text: JSON.stringify(value), value: undefined };
  } catch {
    // It has a `bigint`.
    return { value };
  }
}

async function ask(
  account: Account,
  call: DeskCall,
  budget: Budget,
  beganAt: number,
): Promise<Omit<DeskAnswer, "isLast">> {
  const { target, operation, arguments: args } = call;
  budget.take();
  const totalTimeoutMs = Math.min(CALL_MS, budget.leftMs());
  try {
    const { data, shape } = await perform(
      account.inner,
      operation,
      args,
      given({ totalTimeoutMs, signal: budget.signal }),
    );
    const list = shape === undefined ? {} : { list: { items: shape.items, more: shape.more } };
    return { target, beganAt, ...crossing(data), ...list };
  } catch (error) {
    if (!(error instanceof TicketError)) throw error;
    const { code, kind, retryAfterMs } = error;
    // With all of its time, the call might have succeeded.
    const isCut = totalTimeoutMs < CALL_MS && (kind === "timeout" || code === "no_turn");
    return { target, beganAt, value: undefined, failure: { code, kind, isCut, ...given({ retryAfterMs }) } };
  }
}

/** Returns a stored ticket as the module takes it. One that was missing and is seen again is stored anew. */
const knownOf = ({ id, view, beganAt, listed, missing }: TicketHead, raw: string): DeskKnown => ({
  id,
  beganAt,
  raw,
  listed: missing ? "" : listed,
  isForgotten: view === null,
});

/** Stores what an answer changes, with the checkpoint. Returns whether the step still has its lease. */
async function keep(work: Work, step: Underway, answer: DeskAnswer): Promise<boolean> {
  const { host } = work;
  const { account } = step;
  const source = sourceOf(account, step.text);
  const keysOf = (ids: string[]): DeskKey[] => [...new Set(ids)].map((id) => ({ account: account.id, id }));
  const keys = keysOf(host.engine.idsOfAnswer(source, answer));
  for (let tries = 0; tries < TRIES; tries += 1) {
    // Of most tickets of a list there is no news, and so their heads are enough.
    const heads = keys.length === 0 ? [] : await host.store.heads(keys);
    const changed = host.engine.changedIdsOf(source, answer, pairsOf(heads.map((head) => knownOf(head, ""))));
    const known = await know(host, keysOf(changed));
    const stored = [
      ...heads.filter(({ id }) => !changed.includes(id)).map((head) => knownOf(head, "")),
      ...keysOf(changed).flatMap((key) => {
        const row = known.ticket(key);
        return row === undefined ? [] : [knownOf(row, row.raw)];
      }),
    ];
    const [head = "", ...raws] = host.engine.applyAnswer(source, answer, pairsOf(stored), host.now()).split("\n");
    const applied: DeskApplied = JSON.parse(head);
    if (!applied.changed) return true;
    const changing = (change: TicketChange): Changing => {
      const key = { account: account.id, id: change.id };
      return { account, before: known.ticket(key), change: { ...change, mayEnd: true }, letters: known.letters(key) };
    };
    const gone = applied.gone.filter((id) => (known.ticket({ account: account.id, id })?.view ?? null) !== null);
    const tickets = ticketPuts(host, [
      ...applied.rows.map((row, at) => changing({ ...row, raw: raws[at], missing: false })),
      ...gone.map((id) => changing({ id, missing: true })),
    ]);
    const streams = [{ row: { account: account.id, flow: step.flow, text: applied.stream }, expects: step.version }];
    if (await host.store.commit({ tickets, streams, removedLetters: lettersThatGo(tickets, known) })) {
      [step.text, step.version] = [applied.stream, step.version + 1];
      work.written += tickets.length;
      if (applied.swept !== undefined) await markMissing(work, account, applied.swept);
      return true;
    }
    const rows = await host.store.streams([account.id]);
    const own = rows.find((row) => row.account === account.id && row.flow === step.flow);
    if (own?.version !== step.version) return false;
  }
  return false;
}

/** Marks the tickets that a whole sweep did not see. */
async function markMissing(work: Work, account: Account, swept: string): Promise<void> {
  const { host } = work;
  for (let after = ""; ; ) {
    const page = await host.store.scan(account.id, after, SCANNED);
    const missing = host.engine.missingOf(
      swept,
      page.map(({ id }) => id),
      page.map(({ beganAt }) => beganAt),
    );
    for (let at = 0; at < missing.length; at += ROWS) {
      const keys = missing.slice(at, at + ROWS).map((id) => ({ account: account.id, id }));
      work.written += await write(host, "sync", keys, { missing: true });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < SCANNED) return;
    after = last.id;
  }
}

/** Makes rows anew, with this change. Returns how many were written. */
function write(host: Host, endpoint: string, keys: { account: string; id: string }[], of: object): Promise<number> {
  return change(host, endpoint, keys, (known) => {
    const all = keys.flatMap((key): Changing[] => {
      const account = host.accounts.get(key.account);
      const before = known.ticket(key);
      if (account === undefined || before === undefined || before.view === null) return [];
      return [{ account, before, change: { ...of, id: key.id, mayEnd: true }, letters: known.letters(key) }];
    });
    const tickets = ticketPuts(host, all);
    const removedLetters = lettersThatGo(tickets, known);
    return { batch: tickets.length === 0 ? undefined : { tickets, removedLetters }, result: tickets.length };
  });
}

/** Makes the rows anew that change by themselves: a snooze ends, or a ticket was kept long enough. */
async function refresh(work: Work): Promise<void> {
  const { host } = work;
  const due = await host.store.due(host.now(), MOST_DUE, [...host.accounts.keys()]);
  for (let at = 0; at < due.length; at += ROWS) work.written += await write(host, "sync", due.slice(at, at + ROWS), {});
}

async function runStep(work: Work, step: DeskStep, account: Account, version: number): Promise<void> {
  const { host, budget } = work;
  const calls = [...step.calls];
  work.planned += calls.length;
  try {
    const row = { account: step.account, flow: step.flow, text: step.stream };
    if (!(await host.store.commit({ streams: [{ row, expects: version }] }))) return;
    const underway: Underway = { account, flow: step.flow, text: step.stream, version: version + 1 };
    for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
      work.planned -= 1;
      const answer = await ask(account, call, budget, host.now());
      // The last answer gives the lease back, so that the next sync goes on with the rest at once.
      const isLast = calls.length === 0 || budget.isOver() || answer.failure?.isCut === true;
      if (budget.signal?.aborted || !(await keep(work, underway, { ...answer, isLast })) || isLast) return;
    }
  } finally {
    work.planned -= calls.length;
  }
}

/**
 * Reads what is due, until the budget is used up. An account that does not answer keeps no other one
 * waiting: while it is asked, its streams are leased, and the others are planned without it.
 */
async function readAll(work: Work): Promise<{ wakeAt: number | null; checkpoints: Checkpoints | undefined }> {
  const { host, budget } = work;
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  try {
    for (;;) {
      const checkpoints = await checkpointsOf(host);
      const { streams } = checkpoints;
      const sources = streams.map(({ row, account }) => sourceOf(account, row.text));
      const plan = host.engine.planSync(sources, host.now(), Math.max(budget.left() - work.planned, 0));
      if (failure !== undefined) throw failure.error;
      // Steps that go on change their checkpoints.
      const last = { wakeAt: plan.wakeAt, checkpoints: running.size === 0 ? checkpoints : undefined };
      if (budget.isOver()) return last;
      for (const step of plan.steps) {
        const found = streams.find(({ row }) => row.account === step.account && row.flow === step.flow);
        if (found === undefined) continue;
        const one: Promise<void> = runStep(work, step, found.account, found.row.version)
          .catch((error) => {
            failure ??= { error };
          })
          .finally(() => running.delete(one));
        running.add(one);
      }
      if (running.size === 0) return last;
      await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
}

/** Sends letters, reads what is due, and makes rows anew that change by themselves. */
export async function sync(
  host: Host,
  calls: number,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<DeskSynced> {
  const budget = makeBudget(host.now, calls, ms, signal, host.isSpent);
  const work: Work = { host, budget, written: 0, planned: 0 };
  await sendLetters(host, budget);
  const { wakeAt: nextRead, checkpoints } = await readAll(work);
  await refresh(work);
  const times = [nextRead, await nextLetter(host)].filter((time) => time !== null);
  const wakeAt = times.length === 0 ? null : Math.min(...times);
  const accounts = await healthOf(host, undefined, checkpoints);
  return { calls: budget.used(), written: work.written, wakeAt, accounts };
}
