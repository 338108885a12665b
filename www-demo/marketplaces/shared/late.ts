// Late reads: the readers of a marketplace see each change only some time after it was stored, as
// with replicas of a database.
//
// Triggers keep the earlier value of each changed row, and the time of the change. A late reader's
// statement reads, under the tables' own names, their content at an earlier moment, so that the
// marketplaces' queries need not be aware of it. The tables always hold the newest content.

import type { D1Database, D1PreparedStatement } from "./runtime.ts";

/**
 * Tables that are read late together. `changes` lists the columns whose changes are seen late; by
 * default, all columns are.
 */
export type LateTables = (string | { table: string; changes: string[] })[];
export type LateKinds = Record<string, LateTables>;

/**
 * The time in milliseconds by the database's own clock, which the triggers and the readers share.
 */
const NOW_MS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

const tableOf = (entry: LateTables[number]): string => (typeof entry === "string" ? entry : entry.table);
/** The history table, which has the prefix of the tables that it is about. */
export const historyOf = (prefix: string): string => `${prefix}_history`;

/** The columns of the tables that can be read late. */
export type Columns = Map<string, string[]>;

export async function columnsOf(db: D1Database, kinds: LateKinds): Promise<Columns> {
  const columns: Columns = new Map();
  for (const entry of Object.values(kinds).flat()) {
    const { results } = await db
      .prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid")
      .bind(tableOf(entry))
      .all<{ name: string }>();
    columns.set(
      tableOf(entry),
      results.map(({ name }) => name),
    );
  }
  return columns;
}

/**
 * Begins to record the earlier values of rows, unless that has begun already. Every reader sees the
 * rows that exist at that moment.
 */
export async function keepHistory(db: D1Database, prefix: string, kinds: LateKinds): Promise<void> {
  const history = historyOf(prefix);
  const columns = await columnsOf(db, kinds);
  const statements = [
    `CREATE TABLE IF NOT EXISTS ${history} (number INTEGER PRIMARY KEY, item TEXT NOT NULL, row INTEGER NOT NULL, before TEXT,
      changed_ms INTEGER NOT NULL)`,
    `CREATE INDEX IF NOT EXISTS ${history}_changed ON ${history} (item, changed_ms)`,
  ];
  for (const entry of Object.values(kinds).flat()) {
    const table = tableOf(entry);
    const note = (row: string, before: string) =>
      `BEGIN INSERT INTO ${history} (item, row, before, changed_ms) VALUES ('${table}', ${row}, ${before}, ${NOW_MS}); END`;
    statements.push(
      `CREATE TRIGGER IF NOT EXISTS ${table}_added AFTER INSERT ON ${table} ${note("NEW.rowid", "NULL")}`,
    );
    const changes = typeof entry === "string" ? (columns.get(table) ?? []) : entry.changes;
    if (changes.length === 0) continue;
    const old = (columns.get(table) ?? []).map((name) => `OLD.${name}`).join(", ");
    statements.push(
      `CREATE TRIGGER IF NOT EXISTS ${table}_changed AFTER UPDATE OF ${changes.join(", ")} ON ${table} ${note("OLD.rowid", `json_array(${old})`)}`,
    );
  }
  await db.batch(statements.map((sql) => db.prepare(sql)));
}

/** The delay of each table, in milliseconds. */
export type Lags = Map<string, number>;

/** Returns the database as such a late reader sees it. Writes through it take effect at once. */
export function lateDatabase(db: D1Database, prefix: string, columns: Columns, lags: Lags): D1Database {
  const views = [...lags].filter(([table, ms]) => ms > 0 && columns.has(table));
  if (views.length === 0) return db;
  const earlier = views.map(([table, ms]) => ({
    table,
    name: new RegExp(`\\b${table}\\b`),
    sql: asOf(historyOf(prefix), table, columns.get(table) ?? [], ms),
  }));
  return {
    prepare(sql: string): D1PreparedStatement {
      const needed = earlier.filter(({ name }) => name.test(sql));
      if (needed.length === 0) return db.prepare(sql);
      // A join looks up row after row and needs an index for that. SQLite builds one for a
      // materialised table, but not for a view.
      const kept = sql.includes(" JOIN ") ? "MATERIALIZED " : "";
      return db.prepare(`WITH ${needed.map((view) => `${view.table} AS ${kept}(${view.sql})`).join(", ")} ${sql}`);
    },
    batch: (statements) => db.batch(statements),
  };
}

function asOf(history: string, table: string, columns: string[], ms: number): string {
  const since = `item = '${table}' AND changed_ms > ${NOW_MS} - ${ms}`;
  const before = columns.map((name, index) => `h.before ->> ${index} AS ${name}`).join(", ");
  // The first change since that moment has the row's value at that moment; a row that was added
  // since has none.
  return `SELECT t.rowid AS rowid, t.* FROM main.${table} t WHERE t.rowid NOT IN (SELECT row FROM main.${history} WHERE ${since})
    UNION ALL SELECT h.row, ${before} FROM main.${history} h WHERE h.before IS NOT NULL
      AND h.number IN (SELECT min(number) FROM main.${history} WHERE ${since} GROUP BY row)`;
}
