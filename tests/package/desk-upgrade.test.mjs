/**
 * A database of the desk's first version, with letters that are held, is brought to this one by
 * several Workers at once, and what was written there arrives.
 *
 * `desk-version-1.json` has the tables as that version made them, and the rows that it stored. It
 * is never changed.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startLocal } from "../../www-demo/local.mjs";
import { startD1 } from "./desk-d1.mjs";
import { makeProject } from "./lib.mjs";

const project = await makeProject();
const { Desk, d1Store } = await project.load("/desk");
const { Kaufland, Magalu } = await project.load();
const first = JSON.parse(await readFile(new URL("./desk-version-1.json", import.meta.url), "utf8"));

/** When the tickets of that version were made. */
const SEEDED = 1_795_977_803_000;
let local;
let d1;

before(async () => {
  local = await startLocal({ dashboard: false, quiet: true, now: new Date(SEEDED) });
  await local.control.settings({ kaufland: { rate_limit: null }, magalu: { rate_limit: null } });
  // Two tickets are enough.
  const { kaufland: db } = local.db;
  await db.run("DELETE FROM kaufland_tickets WHERE id_ticket <> ?", first.key.id);
  await db.run("DELETE FROM magalu_tickets WHERE id <> ?", first.mg.id);
  d1 = await startD1(["A", "B", "C"]);
});
after(async () => {
  await d1?.dispose();
  await local?.dispose();
  await project.dispose();
});

/** A database as the first version left it. */
async function atVersion1(name) {
  const db = await d1.db(name);
  for (const sql of first.schema) await db.prepare(sql).run();
  await db.prepare("INSERT INTO desk_versions (version) VALUES (1)").run();
  for (const [table, rows] of Object.entries(first.rows)) {
    for (const row of rows) {
      const names = Object.keys(row);
      const places = names.map((_, at) => `?${at + 1}`);
      await db
        .prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${places.join(", ")})`)
        .bind(...Object.values(row))
        .run();
    }
  }
  return db;
}

function deskOf(db, now) {
  const all = { maxRetries: 0, settleMs: 1_000 };
  return new Desk({
    accounts: {
      "kf-de": new Kaufland({ ...local.accounts.kaufland, ...all }),
      mg: new Magalu({ ...local.accounts.magalu, ...all }),
    },
    store: d1Store(db),
    profile: { code: "7", name: "Ana" },
    now,
  });
}

/** The tables and indices of a database, without what SQLite adds. */
async function schemaOf(db) {
  const { results } = await db.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").all();
  return results.filter(({ name }) => name.startsWith("desk_")).map(({ name, sql }) => `${name}: ${sql}`);
}

test("Workers that come at once migrate once, and letters that were held arrive once", async () => {
  const db = await atVersion1("A");
  let now = SEEDED + 60_000;
  const desks = Array.from({ length: 5 }, () => deskOf(db, () => now));
  // None of them fails, whichever is first.
  const counts = await Promise.all(desks.map((desk) => desk.counts()));
  for (const { outbox } of counts) assert.equal(outbox, 2);
  const { results } = await db.prepare("SELECT version FROM desk_versions ORDER BY version").all();
  assert.deepEqual(
    results.map(({ version }) => version),
    [1, 2, 3],
  );
  const [desk, other] = desks;
  const { ticket, letters } = await desk.read(first.key);
  assert.deepEqual([ticket.local.note, ticket.local.draft], ["a note of version 1", "a draft"]);
  assert.deepEqual(
    letters.map(({ state, text, files }) => [state, text, files]),
    [
      ["held", "Written at version 1, sent at version 2.", []],
      ["cancelled", "undone at version 1", []],
    ],
  );
  assert.equal((await desk.list({ text: ticket.number })).items.length, 1, "the search knows it");
  assert.deepEqual(
    (await desk.list({ view: "outbox" })).items.map(({ state, files }) => [state, files]),
    Array(2).fill(["held", []]),
  );
  // The hold goes on.
  await desk.sync({ budget: { calls: 200, ms: 60_000 } });
  const count = async (sql, text) => (await local.db.kaufland.first(sql, text)).n;
  const atKaufland = () => count("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", letters[0].text);
  const atMagalu = () => count("SELECT count(*) AS n FROM magalu_messages WHERE message = ?", "Enviado na versão 1");
  assert.deepEqual([await atKaufland(), await atMagalu()], [0, 0]);
  now = SEEDED + 3_700_000;
  for (let round = 0; round < 30; round += 1) {
    await Promise.all([desk.sync(), other.sync()]);
    now += 16_000;
    const states = await Promise.all([first.key, first.mg].map(async (key) => (await desk.read(key)).letters[0].state));
    if (states.join() === "confirmed,published") break;
  }
  assert.deepEqual([await atKaufland(), await atMagalu()], [1, 1]);
  const states = async (key) => (await desk.read(key)).letters.map(({ state }) => state);
  assert.deepEqual([await states(first.key), await states(first.mg)], [["confirmed", "cancelled"], ["published"]]);
  // New functions work there, too.
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
  const args = { text: "with a file", files: [{ filename: "a.png", content: png }] };
  const id = await desk.do(first.key, "reply", args, { holdMs: 0, id: "new" });
  for (let round = 0; round < 10; round += 1) {
    now += 16_000;
    await desk.sync();
  }
  assert.equal((await desk.read(first.key)).letters.find((letter) => letter.id === id).state, "confirmed");
});

test("a database that was upgraded is as one that is new", async () => {
  const [old, fresh] = [await atVersion1("B"), await d1.db("C")];
  for (const db of [old, fresh]) await d1Store(db).prepare();
  assert.deepEqual((await schemaOf(old)).sort(), (await schemaOf(fresh)).sort());
});
