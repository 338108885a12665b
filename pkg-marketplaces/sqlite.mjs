/**
 * SQLite in this process, in the shape of D1 that the marketplaces use. Node's own is taken where
 * there is one, else sql.js, which is SQLite as WebAssembly.
 */

/**
 * @typedef {object} Sqlite
 * @property {(sql: string, params: unknown[]) => Record<string, unknown>[]} rows runs a statement
 * and returns its rows
 * @property {() => void} close
 */

/** @returns {Promise<Sqlite>} */
export async function openSqlite() {
  const sqlite = await import("node:sqlite").catch(() => undefined);
  return sqlite === undefined ? openSqlJs() : openNodes(sqlite);
}

/** @returns {Sqlite} */
function openNodes({ DatabaseSync }) {
  const database = new DatabaseSync(":memory:");
  return {
    // Its rows have no prototype, and those of D1 are plain objects.
    rows: (sql, params) =>
      database
        .prepare(sql)
        .all(...params)
        .map((row) => ({ ...row })),
    close: () => database.close(),
  };
}

/** @returns {Promise<Sqlite>} */
async function openSqlJs() {
  const { default: initialize } = await import("sql.js").catch((cause) => {
    throw new Error("this Node has no SQLite of its own: use Node 22.13 or newer, or install `sql.js`", { cause });
  });
  const { Database } = await initialize();
  const database = new Database();
  database.run("PRAGMA foreign_keys = ON");
  return {
    rows(sql, params) {
      const statement = database.prepare(sql);
      try {
        statement.bind(params);
        const rows = [];
        while (statement.step()) rows.push(statement.getAsObject());
        return rows;
      } finally {
        statement.free();
      }
    },
    close: () => database.close(),
  };
}

/**
 * The database as D1 has it. Each call is done before it returns, so nothing comes between a batch.
 */
export function asD1(/** @type {Sqlite} */ { rows }) {
  const changes = () => Number(rows("SELECT total_changes() AS total", [])[0]?.total);
  const execute = (sql, params) => {
    const before = changes();
    const results = rows(sql, params);
    return { results, meta: { changes: changes() - before } };
  };
  const statement = (sql, params = []) => ({
    execute: () => execute(sql, params),
    bind: (...values) => statement(sql, values),
    all: async () => execute(sql, params),
    run: async () => execute(sql, params),
    first: async () => execute(sql, params).results[0] ?? null,
  });
  return {
    prepare: (sql) => statement(sql),
    async batch(statements) {
      // A savepoint, because the seeded data is one already.
      rows("SAVEPOINT batch", []);
      try {
        const results = statements.map((each) => each.execute());
        rows("RELEASE batch", []);
        return results;
      } catch (error) {
        rows("ROLLBACK TO batch", []);
        rows("RELEASE batch", []);
        throw error;
      }
    },
  };
}
