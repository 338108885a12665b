/** Databases of D1 for tests of the desk. */
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
