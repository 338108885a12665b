// Tables of all marketplaces in one D1 database, made and filled when they are missing.

import { moderatedOf } from "./habits.ts";
import { historyOf } from "./late.ts";
import type { Marketplace, SeedOptions } from "./marketplace.ts";
import type { D1Database, D1PreparedStatement } from "./runtime.ts";

const META = "CREATE TABLE IF NOT EXISTS marketplaces (id TEXT PRIMARY KEY, version INTEGER NOT NULL)";

/** Makes and seeds the marketplaces that are missing or were kept from an older version. */
export async function prepare(db: D1Database, marketplaces: Marketplace[], options: SeedOptions): Promise<void> {
  await db.prepare(META).run();
  const { results } = await db.prepare("SELECT id, version FROM marketplaces").all<{ id: string; version: number }>();
  for (const marketplace of marketplaces) {
    if (!results.some((row) => row.id === marketplace.id && row.version === marketplace.version)) {
      await reset(db, marketplace, options);
    }
  }
}

/** What the names of the marketplace's tables begin with. */
export const prefixOf = ({ id }: Marketplace): string => id.replaceAll("-", "_");

/** Drops the marketplace's tables and makes them anew with the seeded data. */
export async function reset(db: D1Database, marketplace: Marketplace, options: SeedOptions): Promise<void> {
  const tables = Object.entries(marketplace.tables);
  await db.batch([
    db.prepare("DELETE FROM marketplaces WHERE id = ?").bind(marketplace.id),
    ...tables.map(([name]) => db.prepare(`DROP TABLE IF EXISTS ${name}`)).reverse(),
    ...tables.flatMap(([, statements]) => statements.map((sql) => db.prepare(sql))),
  ]);
  await marketplace.seed(db, options);
  const prefix = prefixOf(marketplace);
  await db.batch([
    db.prepare(`DROP TABLE IF EXISTS ${historyOf(prefix)}`),
    db.prepare(`DROP TABLE IF EXISTS ${moderatedOf(prefix)}`),
    db.prepare(
      `CREATE TABLE ${moderatedOf(prefix)} (number INTEGER PRIMARY KEY, text TEXT NOT NULL, how TEXT NOT NULL,
        moderated_ms INTEGER NOT NULL)`,
    ),
  ]);
  await db
    .prepare("INSERT OR REPLACE INTO marketplaces (id, version) VALUES (?, ?)")
    .bind(marketplace.id, marketplace.version)
    .run();
}

// D1 takes 100 parameters per statement and 2 MB per value, so rows travel as one JSON text and are
// spread by SQLite.
const MAX_JSON = 500_000;

export type Value = string | number | boolean | null;

/** Statements that insert all rows, a few hundred rows each. */
export function insertRows(db: D1Database, table: string, columns: string[], rows: Value[][]): D1PreparedStatement[] {
  const picks = columns.map((_, index) => `value ->> ${index}`).join(", ");
  const sql = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${picks} FROM json_each(?)`;
  const statements: D1PreparedStatement[] = [];
  let part: string[] = [];
  let size = 0;
  const flush = () => {
    if (part.length > 0) statements.push(db.prepare(sql).bind(`[${part.join(",")}]`));
    part = [];
    size = 0;
  };
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (size + text.length > MAX_JSON) flush();
    part.push(text);
    size += text.length + 1;
  }
  flush();
  return statements;
}
