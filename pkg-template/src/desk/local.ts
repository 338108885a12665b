/** A desk that has its accounts and its store at hand. */
import { Client, innerOf } from "../core/client.js";
import { type Kind, optionViolations } from "../core/options.js";
import { perform } from "../core/perform.js";
import type { DeskAction, DeskChoice, DeskHealth, DeskOutboxItem, DeskTicket, Violation } from "../generated/types.js";
import { isSignal } from "../ground/abort.js";
import { localError, TicketError, violationsError } from "../ground/errors.js";
import { given } from "../ground/given.js";
import type { Engine } from "../wasm/engine.js";
import { dayOf } from "./day.js";
import { fetchTicketFile } from "./download.js";
import { broken, tooBusy, tooLate, unknownLetter, unknownTicket, whereOf } from "./errors.js";
import {
  type Account,
  asTyped,
  change,
  forgotten,
  type Host,
  healthOf,
  know,
  matterOf,
  NO_TICKET,
  openedRev,
  ticketPut,
} from "./host.js";
import { rowOf } from "./letters.js";
import { type DeskKey, type DeskStore, isObject, placeOf, readPlace } from "./store.js";
import { type Asked, check, handOver } from "./submit.js";
import { sync } from "./sync.js";
import type {
  DeskApi,
  DeskArguments,
  DeskChange,
  DeskCountOptions,
  DeskCounts,
  DeskDoOptions,
  DeskFileContent,
  DeskFileKey,
  DeskForget,
  DeskListOptions,
  DeskLocalChange,
  DeskOutboxOptions,
  DeskPage,
  DeskRead,
  DeskSynced,
  DeskSyncOptions,
  DeskViewCounts,
} from "./types.js";

/** What a desk knows about an account besides its client. */
export interface DeskAccountOptions {
  client: object;
  /** The person who writes: the code in your own system and the name, which Magalu requires. */
  profile?: { code: string; name: string } | undefined;
  /**
   * The types of events that bring tickets at JTL-SCX, which documents no name for them. Without
   * this setting nothing is polled, because the ERP reads the same queue.
   */
  ticketEvents?: string[] | undefined;
  /** The scopes or roles of the account's key, where you know them. */
  scopes?: string[] | undefined;
  /** Whether ClickBank lets the account pay back a part. */
  partialRefunds?: boolean | undefined;
  /** Whether the marketplace has blocked the account. */
  blocked?: boolean | undefined;
}

/** The days that count as working days of a storefront, by its country in lower case. */
export interface DeskCalendar {
  /** `"2026-12-24"`, `"12-25"` in every year, or `"easter+1"`. */
  holidays?: string[] | undefined;
  /** The days of the week that are off, from 1 for Monday; by default `[6, 7]`. */
  weekend?: number[] | undefined;
  /** How far local time is ahead of UTC in winter; by default 60. */
  offsetMinutes?: number | undefined;
  /** Whether the clocks change by the rule of the European Union; by default they do. */
  summerTime?: boolean | undefined;
}

/** Options of a desk with its accounts and its store. */
export interface DeskOptions {
  /** The clients of the accounts by ids of your own, or more about each. */
  accounts: Record<string, object>;
  /** Where the desk keeps its rows: `memoryStore()`, `d1Store(env.DB)`, or one of your own. */
  store: DeskStore;
  /** Calendars that replace those of the marketplaces' storefronts. */
  holidays?: Record<string, DeskCalendar> | undefined;
  /** Your own rule for tickets without a deadline. */
  policy?: { hours: number; calendar?: string | undefined } | undefined;
  /** The person who writes, for all accounts that do not name one. */
  profile?: { code: string; name: string } | undefined;
  /** How long closed tickets are kept; by default for ever. */
  retention?: { closedDays?: number | undefined } | undefined;
  /** The clock in milliseconds, for tests and replay. */
  now?: (() => number) | undefined;
  /** Numbers from 0 up to 1, for tests and replay. */
  random?: (() => number) | undefined;
}

const ANY: Kind = ["", () => true];
const TEXT: Kind = ["text", (value) => typeof value === "string"];
const TIME: Kind = ["milliseconds", (value) => typeof value === "number" && Number.isFinite(value) && value >= 0];
const NUMBER: Kind = ["milliseconds since 1970", (value) => typeof value === "number" && Number.isFinite(value)];
const FUNCTION: Kind = ["a function", (value) => typeof value === "function"];
const OBJECT: Kind = ["an object", (value) => isObject(value) && !Array.isArray(value)];
const COUNT: Kind = ["a whole number from 0", (value) => Number.isInteger(value) && (value as number) >= 0];
const VIEWS = ["todo", "waiting", "snoozed", "done", "outbox"];
const MOST_LIMIT = 200;
/** How long a person waits for the parts that are read when a ticket is opened. */
const OPENING_MS = 10_000;

const METHODS = [
  "prepare",
  "tickets",
  "list",
  "scan",
  "due",
  "changes",
  "counts",
  "streams",
  "letters",
  "fileParts",
  "commit",
];
const isStore = (value: unknown): boolean =>
  isObject(value) && METHODS.every((name) => typeof value[name] === "function");

const OF_DESK: Record<string, Kind> = {
  accounts: OBJECT,
  store: ["a store: `memoryStore()`, `d1Store(…)`, or an object with all functions of `DeskStore`", isStore],
  holidays: ANY,
  policy: ANY,
  profile: ANY,
  retention: ANY,
  now: FUNCTION,
  random: FUNCTION,
};

const OF_LIST: Record<string, Kind> = {
  view: [`one of ${VIEWS.join(", ")}`, (value) => VIEWS.includes(value as string)],
  account: TEXT,
  text: TEXT,
  kind: TEXT,
  due: NUMBER,
  after: TEXT,
  limit: [
    `a whole number from 1 to ${MOST_LIMIT}`,
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_LIMIT,
  ],
};

const OF_SYNC: Record<string, Kind> = {
  budget: OBJECT,
  signal: ["the `signal` of an `AbortController`", (value) => value === null || isSignal(value)],
};

/** Throws for options that cannot work, with everything that is wrong with them. */
export function checkGiven(
  endpoint: string,
  options: unknown,
  kinds: Record<string, Kind>,
  required: string[] = [],
): void {
  if (!isObject(options) || Array.isArray(options)) {
    throw broken(endpoint, [
      violation("", "wrong_type", "an object is missing", `give ${Object.keys(kinds).join(", ")}`),
    ]);
  }
  const found = optionViolations(options, kinds);
  for (const name of required) {
    if (options[name] === undefined)
      found.push(violation(name, "required", `\`${name}\` is missing`, `give \`${name}\``));
  }
  if (found.length > 0) throw broken(endpoint, found);
}

const violation = (field: string, code: "required" | "wrong_type", message: string, hint: string): Violation => ({
  field,
  code,
  message,
  hint,
  params: {},
});

const OF_DO: Record<string, Kind> = {
  holdMs: TIME,
  expect: TEXT,
  id: ["1 to 64 letters, digits, `-` and `_`", (value) => typeof value === "string" && /^[\w-]{1,64}$/.test(value)],
  onProgress: FUNCTION,
};

const OF_FILE: Record<string, Kind> = {
  message: ["text, or `null`", (value) => value === null || typeof value === "string"],
  file: TEXT,
};

const OF_DAY: Record<string, Kind> = { from: NUMBER, until: NUMBER };

/** Returns the middle of these numbers, or between the two in the middle; `null` if there are none. */
function medianOf(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return below === undefined || above === undefined ? null : (below + above) / 2;
}

const OF_KEY: Record<string, Kind> = { account: TEXT, id: TEXT };

/** Returns the accounts of a desk, or throws for all that is wrong with them. */
function accountsOf(engine: Engine, options: DeskOptions): Map<string, Account> {
  const accounts = new Map<string, Account>();
  const violations: Violation[] = [];
  const refuse = (id: string, message: string) =>
    violations.push(violation(`accounts.${id}`, "wrong_type", message, "give a client with keys, or `{ client, … }`"));
  for (const [id, given_] of Object.entries(options.accounts)) {
    const { client = given_, ...more } = (given_ instanceof Client ? {} : given_) as Partial<DeskAccountOptions>;
    if (!(client instanceof Client)) {
      refuse(id, `\`accounts.${id}\` is no client of this package`);
      continue;
    }
    const inner = innerOf(client);
    if (inner.settings.gateway === true) {
      refuse(id, `\`accounts.${id}\` is itself a client of a gateway`);
      continue;
    }
    const isChannel = (client as { side?: unknown }).side === "channel";
    const profile = given({ profile: options.profile, ...more, isChannel });
    accounts.set(id, { id, marketplace: inner.marketplace, inner, profile });
  }
  const { holidays, policy, retention } = options;
  const profiles = [...accounts.values()].map(({ id, profile }) => ({ id, profile }));
  violations.push(...engine.checkDesk(given({ holidays, policy, retention }), profiles));
  if (violations.length > 0) throw violationsError(whereOf("constructor"), "configuration", violations);
  return accounts;
}

/** Returns the parts of a desk from its options. */
export function makeHost(engine: Engine, options: DeskOptions): Host {
  const where = whereOf("constructor");
  if (!isObject(options) || Array.isArray(options)) {
    const message = "the options are not an object: give `accounts` and `store`, or `remote`";
    throw localError(where, { kind: "configuration", code: "invalid_configuration", message });
  }
  const found = optionViolations(options as unknown as Record<string, unknown>, OF_DESK);
  for (const name of ["accounts", "store"] as const) {
    if (options[name] === undefined) {
      found.push(violation(name, "required", `\`${name}\` is missing`, "give `accounts` and `store`, or `remote`"));
    }
  }
  if (found.length > 0) throw violationsError(where, "configuration", found);
  const { store, holidays, policy, retention, now = Date.now, random = Math.random } = options;
  let isPrepared = false;
  return {
    engine,
    accounts: accountsOf(engine, options),
    store,
    setup: given({ holidays, policy, retention }),
    now,
    random,
    ready: async () => {
      // No promise is shared: in Workers, one of a request that was cancelled never settles.
      if (isPrepared) return;
      await asTyped(store.prepare());
      isPrepared = true;
    },
  };
}

const ITEM = <T>(text: string): T => JSON.parse(text) as T;
/** Letters of the first version had no files, and did not say so. */
const letterOf = (shown: string): DeskOutboxItem => Object.assign({ files: [] }, ITEM<DeskOutboxItem>(shown));

/** A desk whose callers see these accounts only; all of them, if there is no list. */
export class LocalDesk implements DeskApi {
  readonly #host: Host;
  readonly #allowed: readonly string[] | undefined;

  constructor(host: Host, allowed?: readonly string[]) {
    this.#host = host;
    this.#allowed = allowed;
  }

  /** The same desk for callers who may see these accounts only. */
  within(accounts: readonly string[]): LocalDesk {
    return new LocalDesk(this.#host, accounts);
  }

  #sees(account: string): boolean {
    return this.#allowed?.includes(account) ?? true;
  }

  /** Returns an account that the caller may see. */
  #account(endpoint: string, id: string): Account {
    const account = this.#host.accounts.get(id);
    if (account === undefined || !this.#sees(id)) throw unknownTicket(endpoint);
    return account;
  }

  async #ready<T>(work: () => Promise<T>): Promise<T> {
    return asTyped(this.#host.ready().then(work));
  }

  async list(options: DeskListOptions | DeskOutboxOptions): Promise<DeskPage<DeskTicket | DeskOutboxItem>> {
    checkGiven("list", options, OF_LIST);
    const { account, after, limit = 50 } = options;
    const { text, kind, due } = options as DeskListOptions;
    const view = options.view ?? (text === undefined ? "todo" : undefined);
    const isSearch = view !== "outbox" && text !== undefined;
    const kinds = view === "outbox" ? (["number", "string"] as const) : isSearch ? (["number"] as const) : undefined;
    if (after !== undefined && readPlace(after, kinds ?? ["number", "number", "string", "string"]) === undefined) {
      const message = "`after` is not the `next` of such a list";
      throw broken("list", [violation("after", "wrong_type", message, "give the `next` of the page before")]);
    }
    return this.#ready(async () => {
      const host = this.#host;
      const health = await healthOf(host, this.#allowed);
      if (account !== undefined) this.#account("list", account);
      const accounts = account === undefined ? this.#allowed : [account];
      const cut = <T>(rows: T[], at: (row: T) => string, item: (row: T) => DeskTicket | DeskOutboxItem) => {
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        const next = rows.length > limit && last !== undefined ? at(last) : null;
        return { items: page.map(item), next, accounts: health };
      };
      if (view === "outbox") {
        const rows = await host.store.letters({ open: true, accounts, after, limit: limit + 1 });
        return cut(rows, placeOf, ({ shown }) => letterOf(shown));
      }
      const rows = await host.store.list({ view, accounts, text, kind, due, after, limit: limit + 1 });
      return cut(
        rows,
        ({ at }) => at,
        ({ shown }) => ITEM<DeskTicket>(shown),
      );
    });
  }

  async read(key: DeskKey): Promise<DeskRead> {
    checkGiven("read", key, OF_KEY, ["account", "id"]);
    return this.#ready(async () => {
      const host = this.#host;
      const account = this.#account("read", key.account);
      await this.#open(account, key);
      const known = await know(host, [key]);
      const row = known.ticket(key);
      if (row === undefined || row.view === null) throw unknownTicket("read");
      const letters = known.letters(key);
      const opened = host.engine.openDeskTicket(matterOf(account, row, letters), host.setup, host.now());
      const { messages, actions, files, raw, record } = opened;
      return {
        ticket: { ...ITEM<DeskTicket>(record.shown), rev: openedRev(record.rev, letters) },
        messages,
        actions,
        files,
        letters: letters.map(({ shown }) => letterOf(shown)),
        raw,
      };
    });
  }

  /**
   * Reads the parts that matter when a person opens a ticket. Without them the ticket is shown as it
   * is known, so a marketplace that does not answer keeps no one from reading.
   */
  async #open(account: Account, key: DeskKey): Promise<void> {
    const host = this.#host;
    const { marketplace, inner } = account;
    const row = (await know(host, [key])).ticket(key);
    if (row === undefined || row.view === null || row.missing) return;
    const calls = host.engine.openingCalls(marketplace, row.raw);
    if (calls.length === 0) return;
    const beganAt = host.now();
    const parts = await Promise.all(
      calls.map(async ({ part, operation, arguments: args }) => {
        try {
          const { data, shape } = await perform(inner, operation, args, { totalTimeoutMs: OPENING_MS });
          const items = shape === undefined ? undefined : (data as Record<string, unknown[]>)[shape.items];
          return items === undefined ? [] : [{ part, items }];
        } catch (error) {
          if (error instanceof TicketError) return [];
          throw error;
        }
      }),
    );
    await change(host, "read", [key], (known) => {
      const before = known.ticket(key);
      if (before === undefined || before.view === null) return { batch: undefined, result: undefined };
      const add = (raw: string, { part, items }: { part: string; items: unknown[] }) =>
        host.engine.withPart(raw, part, items);
      const raw = parts.flat().reduce(add, before.raw);
      const put = ticketPut(host, account, before, { id: key.id, raw, beganAt }, known.letters(key));
      return { batch: put === undefined ? undefined : { tickets: [put] }, result: undefined };
    });
  }

  async do(key: DeskKey, action: DeskAction, args: DeskArguments, options: DeskDoOptions): Promise<string | null> {
    checkGiven("do", options, OF_DO);
    const asked = this.#asked("do", key, action, args);
    return this.#ready(async () => {
      const made = await handOver(this.#host, asked(), options);
      if (typeof made === "string") return made;
      await this.local(key, { done: made.done });
      return null;
    });
  }

  async actions(account: string): Promise<DeskChoice[]> {
    if (typeof account !== "string") {
      throw broken("actions", [violation("account", "wrong_type", "`account` is not text", "give its id")]);
    }
    return this.#ready(async () => {
      const host = this.#host;
      const none = matterOf(this.#account("actions", account), NO_TICKET, []);
      const { actions } = host.engine.openDeskTicket(none, host.setup, host.now());
      return actions.filter(({ action }) => action === "create");
    });
  }

  async check(key: DeskKey, action: DeskAction, args: DeskArguments): Promise<Violation[]> {
    const asked = this.#asked("check", key, action, args);
    return this.#ready(() => check(this.#host, asked()));
  }

  /** Checks what any action needs; the account is looked up last. */
  #asked(endpoint: string, key: DeskKey, action: DeskAction, args: DeskArguments): () => Asked {
    checkGiven(endpoint, key, OF_KEY, ["account", "id"]);
    if (typeof action !== "string") {
      throw broken(endpoint, [violation("action", "wrong_type", "`action` is not text", "give the name of an action")]);
    }
    return () => ({ account: this.#account(endpoint, key.account), key, action, args });
  }

  async undo(id: string): Promise<void> {
    if (typeof id !== "string") {
      throw broken("undo", [violation("id", "wrong_type", "`id` is not text", "give what `do` returned")]);
    }
    return this.#ready(async () => {
      const host = this.#host;
      for (let tries = 0; tries < 8; tries += 1) {
        const [row] = await host.store.letters({ ids: [id] });
        const account = row === undefined ? undefined : host.accounts.get(row.account);
        if (row === undefined || account === undefined || !this.#sees(row.account)) throw unknownLetter("undo");
        if (row.state === "cancelled") return;
        const { engine } = host;
        const { inner, marketplace } = account;
        const undone = engine.advanceLetter(row.text, marketplace, inner.settings, { type: "undo" }, host.now());
        if (undone.state !== "cancelled") throw tooLate(row.state);
        const letters = [{ row: rowOf(account.id, undone), expects: row.version }];
        const removedFiles = undone.files > 0 ? [id] : [];
        if (await host.store.commit({ letters, removedFiles })) return;
      }
      throw tooBusy("undo");
    });
  }

  async file(key: DeskKey, which: DeskFileKey): Promise<DeskFileContent> {
    checkGiven("file", key, OF_KEY, ["account", "id"]);
    checkGiven("file", which, OF_FILE, ["file"]);
    return this.#ready(async () => {
      const account = this.#account("file", key.account);
      const row = (await know(this.#host, [key])).ticket(key);
      if (row === undefined || row.view === null) throw unknownTicket("file");
      return fetchTicketFile(this.#host, account, row, which);
    });
  }

  async changed(after: number): Promise<DeskChange[]> {
    checkGiven("changes", { after }, { after: COUNT });
    return this.#ready(async () => {
      const rows = await this.#host.store.changes(after, this.#allowed, MOST_LIMIT);
      return rows.map(({ account, id, seq, view }) => ({ key: { account, id }, view, after: seq }));
    });
  }

  async sync(options: DeskSyncOptions): Promise<DeskSynced> {
    checkGiven("sync", options, OF_SYNC);
    const { budget = {}, signal } = options;
    checkGiven("sync", budget, { calls: COUNT, ms: TIME });
    const { calls = 40, ms = 25_000 } = budget;
    return this.#ready(async () => {
      const synced = await sync(this.#host, calls, ms, signal ?? undefined);
      const accounts = synced.accounts.filter(({ account }: DeskHealth) => this.#sees(account));
      return { ...synced, accounts };
    });
  }

  async local(key: DeskKey, facts: DeskLocalChange): Promise<DeskTicket> {
    checkGiven("local", key, OF_KEY, ["account", "id"]);
    checkGiven("local", facts, Object.fromEntries(Object.keys(facts ?? {}).map((name) => [name, ANY])));
    return this.#ready(async () => {
      const host = this.#host;
      const account = this.#account("local", key.account);
      return change(host, "local", [key], (known) => {
        const before = known.ticket(key);
        if (before === undefined || before.view === null) throw unknownTicket("local");
        const matter = matterOf(account, before, known.letters(key));
        const changed = host.engine.changeLocal(matter, host.setup, given(facts), host.now());
        if ("violations" in changed) throw broken("local", changed.violations);
        const put = ticketPut(host, account, before, { id: key.id, local: changed.local }, known.letters(key));
        const { shown, rev } = put?.row ?? before;
        const result = { ...ITEM<DeskTicket>(shown), rev: openedRev(rev, known.letters(key)) };
        return { batch: put === undefined ? undefined : { tickets: [put] }, result };
      });
    });
  }

  async forget(whose: DeskForget): Promise<number> {
    checkGiven("forget", whose, { account: TEXT, buyer: TEXT }, ["account"]);
    const { account: id, buyer } = whose;
    return this.#ready(async () => {
      const host = this.#host;
      const account = this.#account("forget", id);
      let count = 0;
      for (let after = ""; ; ) {
        const page = await host.store.scan(id, after, 50);
        count += await change(
          host,
          "forget",
          page.map(({ id: ticket }) => ({ account: id, id: ticket })),
          (known) => {
            const rows = page.flatMap((key) => known.ticket(key) ?? []);
            const found = rows.filter(
              (row) =>
                row.view !== null &&
                (buyer === undefined || host.engine.isOfBuyer(account.marketplace, row.raw, buyer)),
            );
            const tickets = found.map((row) => ({ row: forgotten(row), expects: row.version }));
            const removedLetters = found.flatMap((row) => known.letters(row).map((letter) => letter.id));
            return { batch: tickets.length === 0 ? undefined : { tickets, removedLetters }, result: tickets.length };
          },
        );
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.id;
      }
      if (buyer === undefined) {
        // Letters that created tickets belong to none.
        const letters = await host.store.letters({ tickets: [{ account: id, id: "" }] });
        await host.store.commit({ removedLetters: letters.map((letter) => letter.id) });
      }
      return count;
    });
  }

  async counts(options: DeskCountOptions): Promise<DeskCounts> {
    checkGiven("counts", options, { day: OBJECT });
    if (options.day !== undefined) checkGiven("counts", options.day, OF_DAY, ["from", "until"]);
    return this.#ready(async () => {
      const host = this.#host;
      const now = host.now();
      const { after, tickets, due, letters, answers } = await host.store.counts({
        now,
        ...(options.day ?? dayOf(now)),
      });
      const none = (): DeskViewCounts => ({ todo: 0, waiting: 0, snoozed: 0, done: 0, overdue: 0, dueToday: 0 });
      const accounts: DeskCounts["accounts"] = {};
      for (const id of host.accounts.keys()) if (this.#sees(id)) accounts[id] = none();
      const all = none();
      const add = (account: string, name: keyof DeskViewCounts, count: number) => {
        const own = accounts[account];
        if (own === undefined) return;
        own[name] += count;
        all[name] += count;
      };
      for (const { account, view, count } of tickets) add(account, view, count);
      for (const { account, overdue, today } of due) {
        add(account, "overdue", overdue);
        add(account, "dueToday", today);
      }
      const isSeen = ({ account }: { account: string }) => this.#sees(account);
      const own = answers.filter(isSeen);
      const waits = own.flatMap(({ waitedMs }) => waitedMs ?? []);
      return {
        ...all,
        outbox: letters.filter(isSeen).reduce((sum, { count }) => sum + count, 0),
        answered: own.length,
        medianAnswerMs: medianOf(waits),
        after,
        accounts,
      };
    });
  }
}
