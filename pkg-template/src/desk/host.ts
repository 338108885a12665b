/** What all parts of a desk share: its accounts, its store, its clock, and the rows that it writes. */
import type { Inner } from "../core/inner.js";
import type { DeskHealth, DeskRecord, MarketplaceId } from "../generated/types.js";
import type { Engine } from "../wasm/engine.js";
import type { DeskMatter, DeskSource } from "../wasm/generated/boundary.js";
import { storeFailed, tooBusy, typed } from "./errors.js";
import type { Batch, DeskKey, DeskStore, LetterRow, StreamRow, TicketPut, TicketRow } from "./store.js";

/** An account of the desk. */
export interface Account {
  id: string;
  marketplace: MarketplaceId;
  inner: Inner;
  /** What the user told about it. */
  profile: object;
}

/** The parts of a desk. */
export interface Host {
  engine: Engine;
  accounts: ReadonlyMap<string, Account>;
  store: DeskStore;
  /** Holidays, a policy, and how long closed tickets are kept. */
  setup: object;
  now(): number;
  random(): number;
  /** The store's `prepare`, which is asked once. */
  ready(): Promise<void>;
  /** Whether a sync has used what it may use of the store; without it, it may use all. */
  isSpent?: (() => boolean) | undefined;
}

/** What is new about a ticket. */
export interface TicketChange {
  id: string;
  raw?: string | undefined;
  beganAt?: number | undefined;
  listed?: string | undefined;
  local?: string | undefined;
  missing?: boolean | undefined;
  /** Whether the ticket may be forgotten, together with its letters, if its time is over. */
  mayEnd?: boolean | undefined;
}

/** How often a change is tried again that others were faster than. */
const TRIES = 8;

export function matterOf(
  { id: account, marketplace, profile }: Account,
  row: Pick<TicketRow, "id" | "raw" | "local" | "missing">,
  letters: readonly LetterRow[],
): DeskMatter {
  const { id, raw, local, missing } = row;
  return { marketplace, account, id, raw, letters: letters.map(({ text }) => text), local, missing, profile };
}

/** The matter of an account without a ticket. */
export const NO_TICKET = { id: "", raw: "", local: "", missing: false };

/** The row that is left of a forgotten ticket: enough to know when it changes, and nothing about it. */
export function forgotten({ account, id, marketplace, beganAt, listed }: Omit<TicketRow, "version">): TicketPut["row"] {
  return {
    account,
    id,
    marketplace,
    view: null,
    kind: "",
    due: null,
    order: [0, 0],
    changesAt: null,
    beganAt,
    listed,
    rev: "",
    missing: false,
    shown: "",
    local: "",
    words: "",
    raw: "",
  };
}

/** A ticket that is to change. */
export interface Changing {
  account: Account;
  before: TicketRow | undefined;
  change: TicketChange;
  letters: readonly LetterRow[];
}

/**
 * Returns a text in UTF-8 with two lines for each: it without its `raw`, and that. JSON inside of a text
 * is longer and slower, and JSON has no line breaks.
 */
export const pairsOf = (all: readonly { raw: string }[]): Uint8Array =>
  new TextEncoder().encode(all.map(({ raw, ...rest }) => `${JSON.stringify({ ...rest, raw: "" })}\n${raw}`).join("\n"));

/** The most characters of tickets that cross to the module at once, except for a longer ticket. */
const MOST_CROSSING = 500_000;

/** Returns the rows to write, without those that have not changed. */
export function ticketPuts(host: Host, all: readonly Changing[]): TicketPut[] {
  const matters = all.map(({ account, before, change, letters }) => {
    const { id, raw = before?.raw ?? "", local = before?.local ?? "" } = change;
    return matterOf(account, { id, raw, local, missing: change.missing ?? before?.missing ?? false }, letters);
  });
  const puts: TicketPut[] = [];
  for (let from = 0; from < all.length; ) {
    let to = from;
    for (let length = 0; to < all.length && (to === from || length < MOST_CROSSING); to += 1) {
      length += matters[to]?.raw.length ?? 0;
    }
    const lines = host.engine.recordTickets(pairsOf(matters.slice(from, to)), host.setup, host.now()).split("\n");
    for (let at = from; at < to; at += 1) {
      const place = 3 * (at - from);
      const [head = "", shown = "", words = ""] = lines.slice(place, place + 3);
      const record: DeskRecord = { ...JSON.parse(head), shown, words };
      puts.push(...putOf(all[at] as Changing, matters[at] as DeskMatter, record));
    }
    from = to;
  }
  return puts;
}

/** Returns the row to write, or `undefined` if nothing has changed. */
export const ticketPut = (
  host: Host,
  account: Account,
  before: TicketRow | undefined,
  change: TicketChange,
  letters: readonly LetterRow[],
): TicketPut | undefined => ticketPuts(host, [{ account, before, change, letters }])[0];

function putOf({ account, before, change, letters }: Changing, matter: DeskMatter, record: DeskRecord): TicketPut[] {
  const { id, raw, local, missing } = matter;
  const beganAt = change.beganAt ?? before?.beganAt ?? 0;
  const listed = change.listed ?? before?.listed ?? "";
  const { view, kind, due, order, changesAt, rev, shown, words } = record;
  const marketplace = account.marketplace;
  const next = { account: account.id, id, marketplace, view, kind, due, order, changesAt, beganAt, listed, rev };
  const row = { ...next, missing, shown, local, words, raw };
  // A letter that goes on by itself keeps its ticket.
  const isOver = change.mayEnd === true && record.isExpired && letters.every(({ wakeAt }) => wakeAt === null);
  const expects = before?.version ?? 0;
  if (isOver) {
    return before?.view === null && before.listed === listed ? [] : [{ row: forgotten(row), expects }];
  }
  if (before !== undefined && isSame(before, row)) return [];
  return [{ row: { ...row, raw: before?.raw === raw ? undefined : raw }, expects }];
}

/** Returns the ids of the letters that go with the tickets that are forgotten. */
export const lettersThatGo = (puts: readonly TicketPut[], known: Known): string[] =>
  puts.filter(({ row }) => row.view === null).flatMap(({ row }) => known.letters(row).map(({ id }) => id));

function isSame(before: TicketRow, row: Omit<TicketRow, "version">): boolean {
  return (Object.keys(row) as (keyof typeof row)[]).every(
    (name) =>
      name === "beganAt" || before[name] === row[name] || JSON.stringify(before[name]) === JSON.stringify(row[name]),
  );
}

/** The tickets and their letters, by their keys. */
export interface Known {
  ticket(key: DeskKey): TicketRow | undefined;
  letters(key: DeskKey): LetterRow[];
}

const textOf = (account: string, id: string): string => JSON.stringify([account, id]);

/** Reads tickets together with their letters. */
export async function know(host: Host, keys: readonly DeskKey[]): Promise<Known> {
  if (keys.length === 0) return { ticket: () => undefined, letters: () => [] };
  const [rows, letters] = await Promise.all([host.store.tickets(keys), host.store.letters({ tickets: keys })]);
  const tickets = new Map(rows.map((row) => [textOf(row.account, row.id), row]));
  return {
    ticket: ({ account, id }) => tickets.get(textOf(account, id)),
    letters: ({ account, id }) =>
      letters
        .filter((letter) => letter.account === account && letter.ticket === id)
        .sort((a, b) => a.createdAt - b.createdAt),
  };
}

const MARK = "~";

/**
 * Returns the revision of a ticket as a person sees it who has opened it: with its newest letter, which
 * the marketplace may show only later.
 */
export const openedRev = (rev: string, letters: readonly LetterRow[]): string =>
  `${rev}${MARK}${letters.at(-1)?.id ?? ""}`;

/**
 * Whether a person who saw this revision has seen the ticket as it is now. That of a list does not know
 * of letters; letters that were taken back are no news.
 */
export function isCurrent(seen: string, rev: string, letters: readonly LetterRow[]): boolean {
  const at = seen.indexOf(MARK);
  if (at < 0) return seen === rev;
  const id = seen.slice(at + MARK.length);
  const place = letters.findIndex((letter) => letter.id === id);
  if (seen.slice(0, at) !== rev || (id !== "" && place < 0)) return false;
  return letters.slice(place + 1).every(({ state }) => state === "cancelled" || state === "draft");
}

/**
 * Makes a change that depends on what is stored, again and again until no one else was faster.
 * `make` returns the batch for what it is told, or `undefined` if nothing is to be changed.
 */
export async function change<T>(
  host: Host,
  endpoint: string,
  keys: readonly DeskKey[],
  make: (known: Known) => { batch: Batch | undefined; result: T } | Promise<{ batch: Batch | undefined; result: T }>,
): Promise<T> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { batch, result } = await make(await know(host, keys));
    if (batch === undefined || (await host.store.commit(batch))) return result;
  }
  throw tooBusy(endpoint);
}

/** Makes all failures of a store, and of functions of the user's, errors of this package. */
export async function asTyped<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw typed(error);
  }
}

export const sourceOf = (account: Account, stream: string): DeskSource => ({
  stream,
  marketplace: account.marketplace,
  profile: account.profile,
});

const FLOWS = ["hot", "recent", "sweep"];
/**
 * How far the first sweeps of a marketplace's accounts are apart. They make many calls, and some
 * marketplaces have one limit for all calls from one address.
 */
const SWEEPS_APART_MS = 30_000;
/** The row in which a Worker notes that the wake-ups of an account came to nothing. */
export const WAKES = "wakes";

/** What is noted about wake-ups that came to nothing, since the last one that did not. */
export interface Wakes {
  /** When the last of them did. */
  at: number;
  count: number;
}

/** Reads such a note. */
export const readWakes = ({ text }: StreamRow): Wakes => JSON.parse(text) as Wakes;

/** A stream of one of the desk's accounts. */
export interface Flowing {
  row: StreamRow;
  account: Account;
}

/** The accounts' streams and wake-ups, as they are stored. */
export interface Checkpoints {
  streams: Flowing[];
  wakes: StreamRow[];
}

/** Returns what is stored about the accounts' streams and wake-ups. Streams of new accounts are made. */
export async function checkpointsOf(host: Host): Promise<Checkpoints> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const rows = await host.store.streams([...host.accounts.keys()]);
    const stored = rows.filter(({ flow }) => flow !== WAKES);
    const made = newStreams(host, stored);
    if (made.length > 0) {
      await host.store.commit({ streams: made.map((row) => ({ row, expects: 0 })) });
      continue;
    }
    const streams = stored.flatMap((row) => {
      const account = host.accounts.get(row.account);
      return account === undefined ? [] : [{ row, account }];
    });
    return { streams, wakes: rows.filter(({ flow }) => flow === WAKES) };
  }
  throw storeFailed(new Error("the store does not keep the checkpoints of new accounts"));
}

/** Returns the streams of the accounts that have none. */
function newStreams(host: Host, stored: readonly StreamRow[]): Omit<StreamRow, "version">[] {
  const missing = [...host.accounts.values()].filter(({ id }) => !stored.some(({ account }) => account === id));
  const begun = new Map<string, number>();
  return missing.flatMap(({ id, marketplace }) => {
    const nth = begun.get(marketplace) ?? 0;
    begun.set(marketplace, nth + 1);
    const sweepAt = nth === 0 ? 0 : host.now() + nth * SWEEPS_APART_MS;
    return host.engine.newStreams(id, sweepAt).map((text, at) => ({ account: id, flow: FLOWS[at] as string, text }));
  });
}

/** The state of each account, by its checkpoints; those that are stored, if none are given. */
export async function healthOf(
  host: Host,
  allowed: readonly string[] | undefined,
  known?: Checkpoints,
): Promise<DeskHealth[]> {
  const { streams, wakes } = known ?? (await checkpointsOf(host));
  const seen = streams.filter(({ account }) => allowed?.includes(account.id) ?? true);
  const lost = new Set(wakes.filter((row) => readWakes(row).count > 0).map(({ account }) => account));
  const health = host.engine.healthOf(seen.map(({ row, account }) => sourceOf(account, row.text)));
  return health.map((one) => (lost.has(one.account) ? { ...one, state: "failing", error: "dead_letter" } : one));
}
