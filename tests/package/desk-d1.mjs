/**
 * Databases of D1 for tests of the desk. A Worker asks them, and is asked with one request for each
 * batch. The stand-in that Miniflare gives for a database asks it anew for each statement that is
 * prepared, and stops the thread meanwhile. If this machine is busy, the notice of one answer may
 * wake it when it waits for the next one: then that call fails with `false == true`, and so do all
 * that follow.
 */
import assert from "node:assert/strict";
import { Miniflare } from "miniflare";

const WORKER = `export default {
  async fetch(request, env) {
    const { name, asked } = await request.json();
    try {
      const made = asked.map(({ sql, values }) => env[name].prepare(sql).bind(...values));
      return Response.json({ results: await env[name].batch(made) });
    } catch (error) {
      return Response.json({ error: error.message });
    }
  },
};`;

/** A database with what the tests use of D1. */
function databaseOf(miniflare, name) {
  const ask = async (asked) => {
    const body = JSON.stringify({ name, asked });
    const response = await miniflare.dispatchFetch("http://d1.example", { method: "POST", body });
    const { results, error } = await response.json();
    if (error !== undefined) throw new Error(error);
    return results;
  };
  const statement = (sql, values) => {
    const all = async () => (await ask([{ sql, values }]))[0];
    return {
      asked: { sql, values },
      bind: (...given) => statement(sql, given),
      all,
      run: all,
      first: async () => (await all()).results[0] ?? null,
    };
  };
  return {
    prepare: (sql) => statement(sql, []),
    batch: (statements) => ask(statements.map(({ asked }) => asked)),
  };
}

/** Starts databases with these names. `db` gives the one with a name, and `next` one after the other. */
export async function startD1(names) {
  const miniflare = new Miniflare({
    modules: true,
    script: WORKER,
    compatibilityDate: "2026-04-15",
    telemetry: { enabled: false },
    d1Databases: Object.fromEntries(names.map((name) => [name, name])),
  });
  await miniflare.ready;
  const left = [...names];
  return {
    db: (name) => databaseOf(miniflare, name),
    next: () => databaseOf(miniflare, left.shift()),
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
