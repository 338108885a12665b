/**
 * The same data twice: a desk in D1 that reads again what it has stored writes no row about it, at
 * any marketplace.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startD1 } from "./desk-d1.mjs";
import { VirtualTime } from "./desk-time.mjs";
import { few, MARKETS, startWorld } from "./desk-world.mjs";
import { makeProject } from "./lib.mjs";

const HOUR = 3_600_000;
/** The tables of what a marketplace told; checkpoints say when it was read, and change each time. */
const TOLD = /desk_(?:tickets|parts|letters|counts|words)/;

let project;
let d1;
let time;
let restore;
let world;
let api;
let desk;

before(async () => {
  project = await makeProject();
  api = await project.load();
  desk = await project.load("/desk");
  d1 = await startD1(Object.keys(MARKETS));
  const own = new desk.Desk({
    accounts: { pb: new api.Probo({ token: "x", baseUrl: "http://localhost:1" }) },
    store: desk.memoryStore(),
  });
  await own.counts();
  time = new VirtualTime(Date.UTC(2026, 2, 2, 8));
  world = await startWorld(time, (db) => few(db, 6));
});
after(async () => {
  restore?.();
  world?.close();
  await d1?.dispose();
  await project?.dispose();
});

/** A database that counts the rows that each statement writes. */
function counting(of, written) {
  const real = (work) => time.outside(work());
  return {
    prepare: (sql) => ({
      sql,
      values: [],
      bind(...values) {
        return { ...this, values };
      },
      all() {
        return real(() =>
          of
            .prepare(sql)
            .bind(...this.values)
            .all(),
        );
      },
    }),
    batch: async (statements) => {
      const results = await real(() => of.batch(statements.map(({ sql, values }) => of.prepare(sql).bind(...values))));
      results.forEach(({ meta }, at) => {
        const [table = ""] = /desk_\w+/.exec(statements[at].sql) ?? [];
        written.rows[table] = (written.rows[table] ?? 0) + meta.rows_written;
      });
      return results;
    },
  };
}

async function readTwice(name) {
  const market = MARKETS[name];
  world.rewind(Math.random);
  const written = { rows: {} };
  const store = desk.d1Store(counting(await d1.db(name), written));
  const client = market.client(api, world, { fetch: world.fetch, now: () => time.now });
  const own = new desk.Desk({ accounts: { [market.id]: client }, store, now: () => time.now });
  const settle = async () => {
    let calls = 0;
    for (let round = 0; round < 60; round += 1) {
      const synced = await own.sync({ budget: { calls: 200, ms: 600_000 } });
      calls += synced.calls;
      if (synced.wakeAt === null || synced.wakeAt > time.now + 20_000) break;
      await time.wait(10_000);
    }
    return calls;
  };
  if (name === "probo") {
    const more = {
      order_id: "W1",
      reason: "delayed",
      suggested_solution: "credit",
      products: [{ id: 1, amount: 1, files: [] }],
    };
    await own.do({ account: "pb", id: "" }, "create", { text: "torn", more }, { holdMs: 0 });
  }
  await settle();
  const first = written.rows;
  written.rows = {};
  if (name === "jtl-scx") {
    // The events come again, as after an acknowledgement that was lost.
    await world.db.run("UPDATE jtl_scx_events SET acknowledged = 0, visible_ms = 0, deliveries = 0");
  }
  // Later than the daily sweep, so that each stream is read again.
  time.sleep(25 * HOUR);
  const calls = await settle();
  return { first, again: written.rows, calls };
}

for (const name of Object.keys(MARKETS)) {
  test(`what ${name} told once more writes no row`, async (t) => {
    restore = time.install();
    const { first, again, calls } = await time.run(readTwice(name)).finally(() => {
      restore?.();
      restore = undefined;
    });
    t.diagnostic(`first ${JSON.stringify(first)}, again ${JSON.stringify(again)} with ${calls} calls`);
    const told = (of) => Object.entries(of).filter(([table]) => TOLD.test(table));
    assert.ok(told(first).reduce((sum, [, rows]) => sum + rows, 0) > 0, JSON.stringify(first));
    if (name !== "probo") assert.ok(calls > 0, "it was read again");
    assert.deepEqual(
      told(again).filter(([, rows]) => rows > 0),
      [],
    );
  });
}
