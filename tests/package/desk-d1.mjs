/** Databases of D1 for tests of the desk. */
import assert from "node:assert/strict";
import { Miniflare } from "miniflare";

/** Starts databases with these names. `db` gives the one with a name, and `next` one after the other. */
export async function startD1(names) {
  const miniflare = new Miniflare({
    modules: true,
    script: "export default { fetch: () => new Response() }",
    compatibilityDate: "2026-04-15",
    telemetry: { enabled: false },
    d1Databases: Object.fromEntries(names.map((name) => [name, name])),
  });
  await miniflare.ready;
  const left = [...names];
  return {
    db: (name) => miniflare.getD1Database(name),
    next: () => miniflare.getD1Database(left.shift()),
    dispose: () => miniflare.dispose(),
  };
}

/** Returns as many names of databases. */
export const namesOf = (count) => Array.from({ length: count }, (_, at) => `DB${at}`);

/** Returns a database that notes what it is asked. */
export const noting = (db, asked) => ({
  prepare: (sql) => {
    const statement = db.prepare(sql);
    return {
      unbound: statement,
      bind: (...values) => {
        asked.push({ sql, values });
        return statement.bind(...values);
      },
      all: () => statement.all(),
    };
  },
  batch: (statements) => db.batch(statements.map((one) => one.unbound ?? one)),
});

/** Fails if a statement reads more than an index names. Returns how many statements were checked. */
export async function checkPlans(db, asked) {
  let checked = 0;
  for (const { sql, values } of asked) {
    if (!/^\s*SELECT/.test(sql) || sql.includes("sqlite_schema")) continue;
    assert.doesNotMatch(sql, /OFFSET/i);
    const { results } = await db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all();
    for (const { detail } of results) {
      assert.doesNotMatch(detail, /TEMP B-TREE/, `${sql}: ${detail}`);
      assert.doesNotMatch(detail, /^SCAN (?!(?:j|json_each|desk_words) VIRTUAL TABLE)/, `${sql}: ${detail}`);
    }
    checked += 1;
  }
  return checked;
}
