/** A store in Cloudflare D1, or in anything else that has its interface. */
import { bytesOf, textOf } from "./base64.js";
import { schemaTooNew, storeFailed } from "./errors.js";
import { STEPS } from "./schema.js";
import {
  type Batch,
  type Changed,
  type DeskKey,
  type DeskStore,
  type LetterQuery,
  type LetterRow,
  type Listed,
  type ListQuery,
  noPlace,
  readPlace,
  type StoreCounts,
  type StreamRow,
  type TicketHead,
  type TicketRow,
  wordsOf,
} from "./store.js";

/** What the store needs of a D1 database. */
export interface DeskDatabase {
  prepare(sql: string): DeskStatement;
  batch(statements: DeskStatement[]): Promise<DeskResult[]>;
}

/** A prepared statement of D1. */
export interface DeskStatement {
  bind(...values: unknown[]): DeskStatement;
  all(): Promise<DeskResult>;
}

/** The result of a statement of D1. */
export interface DeskResult {
  results: unknown[];
  meta?: unknown;
}

/** What a query cost, as D1 counts it. */
export interface DeskCost {
  /** The statements that were sent. */
  queries: number;
  rowsRead: number;
  rowsWritten: number;
}

/** Options of `d1Store`. */
export interface D1StoreOptions {
  /** The seller whose rows these are, where several share a database. */
  tenant?: string | undefined;
  /** Is told what each request to the database cost. */
  onQuery?: ((cost: DeskCost) => void) | undefined;
}

type Row = Record<string, unknown>;

/** A parameter is at most 2 MB; a character takes up to 3 bytes. */
const MOST_TEXT = 600_000;
const MOST_PART = 400_000;

/** The parts of a file that one query reads: some megabytes. */
const READ_PARTS_AT_ONCE = 2;

/** Splits rows so that each group fits into one parameter. */
function groups<T>(rows: readonly T[]): string[] {
  const made: string[] = [];
  let group: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (group.length > 0 && length + text.length > MOST_TEXT) {
      made.push(`[${group.join(",")}]`);
      [group, length] = [[], 0];
    }
    group.push(text);
    length += text.length;
  }
  if (group.length > 0) made.push(`[${group.join(",")}]`);
  return made;
}

/** Cuts a text where no character is torn apart. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + MOST_PART, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end -= 1;
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}

/** A text as one word of the search, which no other text has. */
function scopeOf(kind: string, ...parts: string[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return kind + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const FIELDS = "j.value ->> '$.";
const field = (name: string): string => `${FIELDS}${name}'`;

const UPSERT_TICKETS = `INSERT INTO desk_tickets (tenant, account, id, version, marketplace, view, kind, due, first, second,
    changes_at, began_at, listed, rev, missing, seq, shown, local, words, scope)
  SELECT ?2, ${["account", "id", "version", "marketplace", "view", "kind", "due", "first", "second", "changesAt", "beganAt", "listed", "rev", "missing"].map(field).join(", ")},
    (SELECT COALESCE(MAX(seq), 0) FROM desk_tickets WHERE tenant = ?2) + j.key + 1,
    ${["shown", "local", "words", "scope"].map(field).join(", ")}
  FROM json_each(?1) AS j WHERE true
  ON CONFLICT (tenant, account, id) DO UPDATE SET version = excluded.version, view = excluded.view,
    kind = excluded.kind, due = excluded.due, first = excluded.first, second = excluded.second,
    changes_at = excluded.changes_at, began_at = excluded.began_at, listed = excluded.listed, rev = excluded.rev,
    missing = excluded.missing, seq = excluded.seq, shown = excluded.shown, local = excluded.local,
    words = excluded.words`;

const EXPECT_TICKETS = `INSERT INTO desk_expected SELECT 0 FROM json_each(?1) AS j LEFT JOIN desk_tickets AS t
  ON t.tenant = ?2 AND t.account = ${field("account")} AND t.id = ${field("id")}
  WHERE COALESCE(t.version, 0) <> ${field("expects")} LIMIT 1`;

const EXPECT_STREAMS = `INSERT INTO desk_expected SELECT 0 FROM json_each(?1) AS j LEFT JOIN desk_streams AS t
  ON t.tenant = ?2 AND t.account = ${field("account")} AND t.flow = ${field("flow")}
  WHERE COALESCE(t.version, 0) <> ${field("expects")} LIMIT 1`;

const EXPECT_LETTERS = `INSERT INTO desk_expected SELECT 0 FROM json_each(?1) AS j LEFT JOIN desk_letters AS t
  ON t.tenant = ?2 AND t.id = ${field("id")} WHERE COALESCE(t.version, 0) <> ${field("expects")} LIMIT 1`;

const UPSERT_STREAMS = `INSERT INTO desk_streams (tenant, account, flow, version, text)
  SELECT ?2, ${["account", "flow", "version", "text"].map(field).join(", ")} FROM json_each(?1) AS j WHERE true
  ON CONFLICT (tenant, account, flow) DO UPDATE SET version = excluded.version, text = excluded.text`;

const UPSERT_LETTERS = `INSERT INTO desk_letters
    (tenant, id, account, ticket, version, state, wake_at, underway, ended, created_at, answered_at, waited_ms, text,
    shown)
  SELECT ?2, ${["id", "account", "ticket", "version", "state", "wakeAt", "isUnderway", "isEnd", "createdAt", "answeredAt", "waitedMs", "text", "shown"].map(field).join(", ")}
  FROM json_each(?1) AS j WHERE true
  ON CONFLICT (tenant, id) DO UPDATE SET version = excluded.version, state = excluded.state,
    wake_at = excluded.wake_at, underway = excluded.underway, ended = excluded.ended,
    answered_at = excluded.answered_at, waited_ms = excluded.waited_ms, text = excluded.text, shown = excluded.shown`;

const UPSERT_PARTS = `INSERT INTO desk_parts (tenant, account, id, part, text)
  SELECT ?2, ${["account", "id", "part", "text"].map(field).join(", ")} FROM json_each(?1) AS j WHERE true
  ON CONFLICT (tenant, account, id, part) DO UPDATE SET text = excluded.text WHERE text <> excluded.text`;

const CUT_PARTS = `DELETE FROM desk_parts WHERE (tenant, account, id, part) IN (SELECT p.tenant, p.account, p.id, p.part
  FROM json_each(?1) AS j CROSS JOIN desk_parts AS p
  ON p.tenant = ?2 AND p.account = ${field("account")} AND p.id = ${field("id")} AND p.part >= ${field("parts")})`;

const UPSERT_FILES = `INSERT INTO desk_files (tenant, letter, file, part, text)
  SELECT ?2, ${["letter", "file", "part", "text"].map(field).join(", ")} FROM json_each(?1) AS j WHERE true
  ON CONFLICT (tenant, letter, file, part) DO UPDATE SET text = excluded.text`;

const DELETE_FILES = `DELETE FROM desk_files WHERE tenant = ?2 AND letter IN (SELECT value FROM json_each(?1))`;

const READ_TICKETS = `SELECT t.* FROM json_each(?1) AS j CROSS JOIN desk_tickets AS t
  ON t.tenant = ?2 AND t.account = ${field("account")} AND t.id = ${field("id")}`;

const READ_HEADS = `SELECT t.account, t.id, t.view, t.began_at, t.listed, t.missing FROM json_each(?1) AS j
  CROSS JOIN desk_tickets AS t ON t.tenant = ?2 AND t.account = ${field("account")} AND t.id = ${field("id")}`;

const READ_PARTS = `SELECT p.account, p.id, p.part, p.text FROM json_each(?1) AS j CROSS JOIN desk_parts AS p
  ON p.tenant = ?2 AND p.account = ${field("account")} AND p.id = ${field("id")}`;

/** The accounts come from the kept counts, so that each is one range of the index. */
const COUNT_DUE = `SELECT c.account, SUM(t.first < ?2) AS overdue, SUM(t.first >= ?2) AS today
  FROM desk_counts AS c CROSS JOIN desk_tickets AS t INDEXED BY desk_tickets_account
  ON t.tenant = c.tenant AND t.account = c.account AND t.view = c.view AND t.first < MAX(?2, ?3)
  WHERE c.tenant = ?1 AND c.view = 'todo' AND c.count > 0 GROUP BY c.account`;

const COUNT_LETTERS = `SELECT account, COUNT(*) AS count FROM desk_letters INDEXED BY desk_letters_counted
  WHERE tenant = ?1 AND ended = 0 GROUP BY account`;

const FIND_ANSWERS = `SELECT account, waited_ms AS waitedMs FROM desk_letters INDEXED BY desk_letters_answered
  WHERE tenant = ?1 AND answered_at >= ?2`;

const LETTERS =
  "id, account, ticket, version, state, wake_at, underway, ended, created_at, answered_at, waited_ms, text, shown";
const LETTERS_OF = LETTERS.replaceAll(/\w+/g, "l.$&");

/** The list of accounts, as a condition that is there only if it is needed. */
const among = (column: string, place: number): string => `${column} IN (SELECT value FROM json_each(?${place}))`;

/** Returns the statement of a list and its parameters. */
export function listStatement(tenant: string, query: ListQuery): { sql: string; values: unknown[] } {
  const { view, accounts, text, kind, due, after, limit } = query;
  const values: unknown[] = [tenant];
  const bind = (value: unknown): string => {
    values.push(value);
    return `?${values.length}`;
  };
  const only = accounts?.length === 1 ? accounts[0] : undefined;
  const where: string[] = ["t.tenant = ?1"];
  if (only !== undefined) where.push(`t.account = ${bind(only)}`);
  where.push(view === undefined ? "t.view IS NOT NULL" : `t.view = ${bind(view)}`);
  if (kind !== undefined) where.push(`t.kind = ${bind(kind)}`);
  if (due !== undefined) where.push(`t.due <= ${bind(due)}`);
  if (due !== undefined && view === "todo") where.push(`t.first <= ${bind(due)}`);
  if (accounts !== undefined && only === undefined) {
    // The rows of a list of names would count as rows that are read. In JSON no name holds `,"`.
    const names = `,${accounts.map((account) => JSON.stringify(account)).join(",")},`;
    where.push(`instr(${bind(names)}, ',' || json_quote(t.account) || ',') > 0`);
  }
  if (text !== undefined) {
    const words = wordsOf(text).map((word) => `words : "${word}" *`);
    // The tenant and the accounts are words of the search, so that it finds nothing of others.
    const scopes = accounts?.map((account) => scopeOf("a", tenant, account)) ?? [scopeOf("t", tenant)];
    const found =
      words.length === 0 || scopes.length === 0 ? null : `scope : (${scopes.join(" OR ")}) AND ${words.join(" AND ")}`;
    if (found === null) where.push("false");
    else where.push(`desk_words MATCH ${bind(found)}`);
    if (after !== undefined) {
      const place = readPlace(after, ["number"]);
      if (place === undefined) throw noPlace();
      where.push(`desk_words.rowid < ${bind(place[0])}`);
    }
    const from = "desk_words CROSS JOIN desk_tickets AS t ON t.n = desk_words.rowid";
    const sql = `SELECT t.shown, t.n FROM ${from} WHERE ${where.join(" AND ")} ORDER BY desk_words.rowid DESC LIMIT ${bind(limit)}`;
    return { sql, values };
  }
  if (after !== undefined) {
    const place = readPlace(after, ["number", "number", "string", "string"]);
    if (place === undefined) throw noPlace();
    const [first, second, account, id] = place.map(bind);
    // With one account, its name is no part of the order.
    const [columns, bounds] =
      only === undefined
        ? ["t.first, t.second, t.account, t.id", [first, second, account, id]]
        : ["t.first, t.second, t.id", [first, second, id]];
    where.push(`(${columns}) > (${bounds.join(", ")})`);
  }
  const index = only !== undefined ? "account" : kind !== undefined ? "kind" : "view";
  const order = only === undefined ? "t.first, t.second, t.account, t.id" : "t.first, t.second, t.id";
  const sql = `SELECT t.shown, t.first, t.second, t.account, t.id FROM desk_tickets AS t INDEXED BY desk_tickets_${index}
    WHERE ${where.join(" AND ")} ORDER BY ${order} LIMIT ${bind(limit)}`;
  return { sql, values };
}

/**
 * Returns a store in D1. The tables are made at its first use.
 *
 * ```ts
 * import { type DeskDatabase, d1Store } from "seller-tickets/desk";
 *
 * export const storeOf = (env: { DB: DeskDatabase }) => d1Store(env.DB, { tenant: "seller-7" });
 * ```
 */
export function d1Store(db: DeskDatabase, options: D1StoreOptions = {}): DeskStore {
  const { tenant = "", onQuery } = options;

  function told(results: DeskResult[]): void {
    if (onQuery === undefined) return;
    const sum = (name: string) =>
      results.reduce((all, { meta }) => all + Number((meta as Row | undefined)?.[name] ?? 0), 0);
    onQuery({ queries: results.length, rowsRead: sum("rows_read"), rowsWritten: sum("rows_written") });
  }

  async function all(sql: string, ...values: unknown[]): Promise<Row[]> {
    try {
      const result = await db
        .prepare(sql)
        .bind(...values)
        .all();
      told([result]);
      return result.results as Row[];
    } catch (error) {
      throw storeFailed(error);
    }
  }

  /** Asks several things with one request. */
  async function allAtOnce(asked: [string, ...unknown[]][]): Promise<Row[][]> {
    try {
      const results = await db.batch(asked.map(([sql, ...values]) => db.prepare(sql).bind(...values)));
      told(results);
      return results.map(({ results: rows }) => rows as Row[]);
    } catch (error) {
      throw storeFailed(error);
    }
  }

  async function version(): Promise<number> {
    // The table of versions is not there at first.
    const tables = await all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'desk_versions'");
    if (tables.length === 0) return 0;
    const [row] = await all("SELECT MAX(version) AS version FROM desk_versions");
    return Number(row?.version ?? 0);
  }

  async function migrate(from: number): Promise<void> {
    const step = STEPS[from];
    if (step === undefined) return;
    const statements = [
      "CREATE TABLE IF NOT EXISTS desk_versions (version INTEGER PRIMARY KEY)",
      // Of two workers that are here at once, one fails here, and with it all of its batch.
      `INSERT INTO desk_versions (version) VALUES (${from + 1})`,
      ...step,
    ];
    try {
      told(await db.batch(statements.map((sql) => db.prepare(sql))));
    } catch (error) {
      if ((await version()) <= from) throw storeFailed(error);
    }
  }

  const headOf = (row: Row): TicketHead => ({
    account: row.account as string,
    id: row.id as string,
    view: row.view as TicketRow["view"],
    beganAt: row.began_at as number,
    listed: row.listed as string,
    missing: row.missing === 1,
  });

  const ticketOf = (row: Row, raw: string): TicketRow => ({
    ...headOf(row),
    version: row.version as number,
    marketplace: row.marketplace as TicketRow["marketplace"],
    kind: row.kind as string,
    due: row.due as number | null,
    order: [row.first as number, row.second as number],
    changesAt: row.changes_at as number | null,
    rev: row.rev as string,
    shown: row.shown as string,
    local: row.local as string,
    words: row.words as string,
    raw,
  });

  const letterOf = (row: Row): LetterRow => ({
    id: row.id as string,
    account: row.account as string,
    ticket: row.ticket as string,
    version: row.version as number,
    state: row.state as LetterRow["state"],
    wakeAt: row.wake_at as number | null,
    isUnderway: row.underway === 1,
    isEnd: row.ended === 1,
    createdAt: row.created_at as number,
    answeredAt: row.answered_at as number | null,
    waitedMs: row.waited_ms as number | null,
    text: row.text as string,
    shown: row.shown as string,
  });

  function statements(batch: Batch): [string, string][] {
    const { tickets = [], streams = [], letters = [], fileParts = [], removedLetters = [], removedFiles = [] } = batch;
    const bump = <R extends object>(rows: { row: R; expects: number }[]) =>
      rows.map(({ row, expects }) => ({ ...row, expects, version: expects + 1 }));
    const keys = tickets.map(({ row: { account, id }, expects }) => ({ account, id, expects }));
    const rows = tickets.map(({ row: { raw: _, order, ...row }, expects }) => ({
      ...row,
      version: expects + 1,
      first: order[0],
      second: order[1],
      missing: row.missing ? 1 : 0,
      scope: `${scopeOf("t", tenant)} ${scopeOf("a", tenant, row.account)}`,
    }));
    const told = tickets.flatMap(({ row: { account, id, raw } }) =>
      raw === undefined ? [] : [{ account, id, texts: partsOf(raw) }],
    );
    const parts = told.flatMap(({ account, id, texts }) => texts.map((text, part) => ({ account, id, part, text })));
    const cuts = told.map(({ account, id, texts }) => ({ account, id, parts: texts.length }));
    const marks = bump(streams);
    const sent = bump(letters).map(({ isUnderway, isEnd, ...row }) => ({
      ...row,
      isUnderway: isUnderway ? 1 : 0,
      isEnd: isEnd ? 1 : 0,
    }));
    const expected: [string, { expects: number }[]][] = [
      [EXPECT_TICKETS, keys],
      [EXPECT_STREAMS, marks.map(({ account, flow, expects }) => ({ account, flow, expects }))],
      [EXPECT_LETTERS, sent.map(({ id, expects }) => ({ id, expects }))],
    ];
    const written: [string, unknown[]][] = [
      ["DELETE FROM desk_letters WHERE tenant = ?2 AND id IN (SELECT value FROM json_each(?1))", removedLetters],
      [DELETE_FILES, [...removedLetters, ...removedFiles]],
      [UPSERT_FILES, fileParts.map(({ bytes, ...part }) => ({ ...part, text: textOf(bytes) }))],
      [UPSERT_TICKETS, rows],
      [UPSERT_PARTS, parts],
      [CUT_PARTS, cuts],
      [UPSERT_STREAMS, marks],
      [UPSERT_LETTERS, sent],
    ];
    return [...expected, ...written].flatMap(([sql, list]) =>
      groups<unknown>(list).map((text): [string, string] => [sql, text]),
    );
  }

  return {
    prepare: async () => {
      for (let known = await version(); known !== STEPS.length; known = await version()) {
        if (known > STEPS.length) throw schemaTooNew(known, STEPS.length);
        await migrate(known);
      }
    },
    tickets: async (keys) => {
      const found: TicketRow[] = [];
      for (const group of groups(keys.map(({ account, id }) => ({ account, id })))) {
        const rows = await all(READ_TICKETS, group, tenant);
        const raws = new Map<string, string>();
        const parts = rows.length === 0 ? [] : await all(READ_PARTS, group, tenant);
        for (const { account, id, text } of parts.sort((a, b) => Number(a.part) - Number(b.part))) {
          const key = JSON.stringify([account, id]);
          raws.set(key, `${raws.get(key) ?? ""}${text}`);
        }
        found.push(...rows.map((row) => ticketOf(row, raws.get(JSON.stringify([row.account, row.id])) ?? "")));
      }
      return found;
    },
    heads: async (keys) => {
      const found: TicketHead[] = [];
      for (const group of groups(keys.map(({ account, id }) => ({ account, id })))) {
        found.push(...(await all(READ_HEADS, group, tenant)).map(headOf));
      }
      return found;
    },
    list: async (query): Promise<Listed[]> => {
      if (query.accounts?.length === 0) return [];
      const { sql, values } = listStatement(tenant, query);
      const rows = await all(sql, ...values);
      return rows.map(({ shown, n, first, second, account, id }) => ({
        shown: shown as string,
        at: JSON.stringify(n === undefined ? [first, second, account, id] : [n]),
      }));
    },
    scan: async (account, after, limit) => {
      const sql = `SELECT account, id, began_at FROM desk_tickets INDEXED BY desk_tickets_key
        WHERE tenant = ?1 AND account = ?2 AND id > ?3 AND view IS NOT NULL ORDER BY id LIMIT ?4`;
      const rows = await all(sql, tenant, account, after, limit);
      return rows.map((row) => ({
        account: row.account as string,
        id: row.id as string,
        beganAt: row.began_at as number,
      }));
    },
    due: async (until, limit, accounts) => {
      const own = accounts === undefined ? "" : `AND ${among("account", 4)}`;
      const sql = `SELECT account, id FROM desk_tickets INDEXED BY desk_tickets_changes
        WHERE tenant = ?1 AND changes_at <= ?2 ${own} ORDER BY changes_at LIMIT ?3`;
      const given = accounts === undefined ? [] : [JSON.stringify(accounts)];
      return (await all(sql, tenant, until, limit, ...given)) as unknown as DeskKey[];
    },
    changes: async (after, accounts, limit) => {
      const own = accounts === undefined ? "" : `AND ${among("account", 4)}`;
      const sql = `SELECT account, id, seq, view FROM desk_tickets INDEXED BY desk_tickets_seq
        WHERE tenant = ?1 AND seq > ?2 ${own} ORDER BY seq LIMIT ?3`;
      const given = accounts === undefined ? [] : [JSON.stringify(accounts)];
      return (await all(sql, tenant, after, limit, ...given)) as unknown as Changed[];
    },
    counts: async ({ now, from, until }) => {
      // The latest change comes first: nothing that the others tell of is missing after it.
      const asked: [string, ...unknown[]][] = [
        ["SELECT MAX(seq) AS after FROM desk_tickets INDEXED BY desk_tickets_seq WHERE tenant = ?1", tenant],
        ["SELECT account, view, count FROM desk_counts WHERE tenant = ?1 AND count > 0", tenant],
        [COUNT_DUE, tenant, now, until],
        [COUNT_LETTERS, tenant],
        [FIND_ANSWERS, tenant, from],
      ];
      const [latest, tickets, due, letters, answers] = await allAtOnce(asked);
      return {
        after: Number(latest?.[0]?.after ?? 0),
        ...({ tickets, due, letters, answers } as unknown as Omit<StoreCounts, "after">),
      };
    },
    streams: async (accounts) => {
      const own = accounts === undefined ? "" : ` AND ${among("account", 2)}`;
      const sql = `SELECT account, flow, version, text FROM desk_streams WHERE tenant = ?1${own}`;
      const given = accounts === undefined ? [] : [JSON.stringify(accounts)];
      return (await all(sql, tenant, ...given)) as unknown as StreamRow[];
    },
    letters: async (query: LetterQuery) => {
      if ("tickets" in query) {
        const sql = `SELECT ${LETTERS_OF} FROM json_each(?1) AS j CROSS JOIN desk_letters AS l INDEXED BY desk_letters_ticket
          ON l.tenant = ?2 AND l.account = ${field("account")} AND l.ticket = ${field("id")}`;
        const found: Row[] = [];
        for (const group of groups(query.tickets.map(({ account, id }) => ({ account, id })))) {
          found.push(...(await all(sql, group, tenant)));
        }
        return found.map(letterOf);
      }
      if ("ids" in query) {
        const sql = `SELECT ${LETTERS} FROM desk_letters WHERE tenant = ?2 AND id IN (SELECT value FROM json_each(?1))`;
        return (await all(sql, JSON.stringify(query.ids), tenant)).map(letterOf);
      }
      if ("wakeUntil" in query) {
        const { wakeUntil, accounts, limit } = query;
        const own = accounts === undefined ? "" : `AND ${among("account", 4)}`;
        const sql = `SELECT ${LETTERS} FROM desk_letters INDEXED BY desk_letters_wake
          WHERE tenant = ?1 AND wake_at <= ?2 ${own} ORDER BY wake_at, id LIMIT ?3`;
        const given = accounts === undefined ? [] : [JSON.stringify(accounts)];
        return (await all(sql, tenant, wakeUntil, limit, ...given)).map(letterOf);
      }
      const values: unknown[] = [tenant, query.limit];
      let more = "";
      if (query.accounts !== undefined) more += ` AND ${among("account", values.push(JSON.stringify(query.accounts)))}`;
      if (query.after !== undefined) {
        const place = readPlace(query.after, ["number", "string"]);
        if (place === undefined) throw noPlace();
        values.push(...place);
        more += ` AND (created_at, id) < (?${values.length - 1}, ?${values.length})`;
      }
      const sql = `SELECT ${LETTERS} FROM desk_letters INDEXED BY desk_letters_open
        WHERE tenant = ?1 AND ended = 0${more} ORDER BY created_at DESC, id DESC LIMIT ?2`;
      return (await all(sql, ...values)).map(letterOf);
    },
    fileParts: async (letter, file, from) => {
      const sql = `SELECT text FROM desk_files WHERE tenant = ?1 AND letter = ?2 AND file = ?3
        AND part BETWEEN ?4 AND ?5 ORDER BY part`;
      const rows = await all(sql, tenant, letter, file, from, from + READ_PARTS_AT_ONCE - 1);
      return rows.map((row) => bytesOf(row.text as string));
    },
    commit: async (batch) => {
      const made = statements(batch).map(([sql, text]) => db.prepare(sql).bind(text, tenant));
      if (made.length === 0) return true;
      try {
        told(await db.batch(made));
        return true;
      } catch (error) {
        // Something is not as expected, or the ticket has another letter under way.
        if (/CHECK constraint failed|UNIQUE constraint failed/.test(String(error))) return false;
        throw storeFailed(error);
      }
    },
  };
}
