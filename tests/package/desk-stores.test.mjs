/**
 * The stores of a desk: both pass the checks that users run on theirs, and each statement of the one
 * in D1 is answered by an index.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { checkPlans, noting, startD1 } from "./desk-d1.mjs";
import { makeProject } from "./lib.mjs";

const project = await makeProject();
const { d1Store, memoryStore, storeChecks, TicketError } = await project.load("/desk");

const DATABASES = 40;
const names = Array.from({ length: DATABASES }, (_, at) => `DB${at}`);
let d1;

before(async () => {
  d1 = await startD1(names);
});
after(async () => {
  await d1?.dispose();
  await project.dispose();
});

const database = () => d1.next();

const row = (at, more = {}) => ({
  account: at % 3 === 0 ? "a" : "b",
  id: `t${String(at).padStart(5, "0")}`,
  marketplace: "kaufland",
  view: "todo",
  kind: at % 2 === 0 ? "refund" : "question",
  due: at,
  order: [at, 0],
  changesAt: at,
  beganAt: 1,
  listed: "l",
  rev: "r",
  missing: false,
  shown: `{"id":${at}}`,
  local: "",
  words: `word number${at}`,
  raw: "{}",
  ...more,
});

async function filled(store, count, more = () => ({})) {
  await store.prepare();
  for (let at = 0; at < count; at += 500) {
    const rows = Array.from({ length: Math.min(500, count - at) }, (_, index) => row(at + index, more(at + index)));
    assert.equal(await store.commit({ tickets: rows.map((one) => ({ row: one, expects: 0 })) }), true);
  }
}

for (const [name, make] of [
  ["memory", memoryStore],
  ["D1", async () => d1Store(await database())],
  [
    "D1 with a tenant beside another one",
    async () => {
      const db = await database();
      await filled(d1Store(db, { tenant: "" }), 3);
      return d1Store(db, { tenant: "seller 2" });
    },
  ],
]) {
  describe(`the contract, in ${name}`, () => {
    for (const { name: what, run } of storeChecks(make)) test(what, run);
  });
}

describe("D1", () => {
  test("every statement is answered by an index, and no page costs more than twice its rows", async () => {
    const db = await database();
    const asked = [];
    const costs = [];
    const store = d1Store(noting(db, asked), { tenant: "t", onQuery: (cost) => costs.push(cost) });
    await filled(store, 2_000);
    await store.commit({
      letters: Array.from({ length: 300 }, (_, at) => ({
        row: {
          id: `l${at}`,
          account: row(at).account,
          ticket: row(at).id,
          state: "held",
          wakeAt: at,
          isUnderway: false,
          isEnd: false,
          answeredAt: null,
          waitedMs: null,
          createdAt: at,
          text: "x",
          shown: "{}",
        },
        expects: 0,
      })),
    });
    const part = (letter, file, at) => ({ letter, file, part: at, bytes: Uint8Array.from([at]) });
    const letters = Array.from({ length: 20 }, (_, at) => `l${at}`);
    const places = [0, 1, 2].flatMap((file) => [0, 1, 2].map((at) => [file, at]));
    await store.commit({ fileParts: letters.flatMap((id) => places.map(([file, at]) => part(id, file, at))) });
    const limit = 50;
    const keys = Array.from({ length: limit }, (_, at) => ({ account: at % 3 === 0 ? "a" : "b", id: row(at).id }));
    const pages = {
      "a view": () => store.list({ view: "todo", limit }),
      "a deep page": () => store.list({ view: "todo", after: JSON.stringify([1200, 0, "a", "t01200"]), limit }),
      "one account": () => store.list({ view: "todo", accounts: ["a"], limit }),
      "a deep page of one account": () =>
        store.list({ view: "todo", accounts: ["a"], after: JSON.stringify([1200, 0, "a", "t01200"]), limit }),
      "all accounts by name": () => store.list({ view: "todo", accounts: ["a", "b"], limit }),
      "one kind": () => store.list({ view: "todo", kind: "refund", limit }),
      "what is due": () => store.list({ view: "todo", due: 900, limit }),
      changes: () => store.changes(1000, undefined, limit),
      "what changes by itself": () => store.due(1_000, limit),
      "an account": () => store.scan("a", "t00500", limit),
      "letters that wake": () => store.letters({ wakeUntil: 200, limit }),
      "open letters": () => store.letters({ open: true, limit }),
      "letters of tickets": () => store.letters({ tickets: keys }),
      "letters by id": () => store.letters({ ids: ["l1", "l2"] }),
      tickets: () => store.tickets(keys),
      heads: () => store.heads(keys),
      "a file of a letter": () => store.fileParts("l7", 1, 1),
    };
    for (const [name, ask] of Object.entries(pages)) {
      costs.length = 0;
      const rows = await ask();
      const read = costs.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
      assert.ok(rows.length > 0, name);
      // A row by its key is a row of the index and one of the table, and its parts are a row each.
      const bar = name.startsWith("a file")
        ? 2 * rows.length
        : name === "tickets"
          ? 4 * limit + 60
          : name === "heads" || name.startsWith("letters of")
            ? 3 * limit
            : 2 * limit + 2;
      assert.ok(read <= bar, `${name} read ${read} rows for ${rows.length}`);
    }
    // One that is told what to search reads what it finds.
    assert.equal((await store.list({ text: "number1234", limit })).length, 1);
    await store.counts({ now: 900, from: 0, until: 1200 });
    await store.streams();
    const checked = await checkPlans(db, asked);
    assert.ok(checked >= 15, `${checked} statements`);
  });

  test("a list of several accounts holds no account with a name that is like theirs", async () => {
    const store = d1Store(await database());
    await store.prepare();
    const names = ["a", '"a"', 'x,"a', "x\\", '\\",', "ä\n", "a,", ",a", "", "\u0001", "A"];
    const tickets = names.map((account, at) => ({ row: row(at, { account, id: `${at}` }), expects: 0 }));
    assert.equal(await store.commit({ tickets }), true);
    for (const own of names) {
      for (const accounts of [[own, "other"], names.filter((name) => name !== own)]) {
        const found = (await store.list({ view: "todo", accounts, limit: 50 })).map(({ at }) => JSON.parse(at)[2]);
        const expected = names.filter((name) => accounts.includes(name));
        assert.deepEqual(found.sort(), expected.sort(), JSON.stringify(accounts));
      }
    }
  });

  test("a change writes what has changed, and a refused batch nothing", async () => {
    const costs = [];
    const store = d1Store(await database(), { onQuery: (cost) => costs.push(cost) });
    await filled(store, 10);
    costs.length = 0;
    assert.equal(await store.commit({ tickets: [{ row: row(1), expects: 0 }] }), false);
    assert.deepEqual(costs, []);
    const { raw: _, ...kept } = row(1, { local: "{}" });
    assert.equal(await store.commit({ tickets: [{ row: kept, expects: 1 }] }), true);
    // The row and its five indexes.
    assert.ok(costs[0].rowsWritten <= 6, `${costs[0].rowsWritten} rows`);
  });

  test("a store of a later version is not touched", async () => {
    const db = await database();
    const store = d1Store(db);
    await store.prepare();
    await db.prepare("INSERT INTO desk_versions (version) VALUES (99)").run();
    await assert.rejects(d1Store(db).prepare(), (error) => {
      assert.ok(error instanceof TicketError);
      assert.deepEqual([error.kind, error.code], ["configuration", "schema_too_new"]);
      return true;
    });
  });

  test("a database that fails is a typed error", async () => {
    const fails = () => Promise.reject(new Error("D1_ERROR: no such database"));
    const statement = { bind: () => statement, all: fails };
    const store = d1Store({ prepare: () => statement, batch: fails });
    for (const ask of [
      () => store.prepare(),
      () => store.list({ view: "todo", limit: 1 }),
      () => store.commit({ removedLetters: ["a"] }),
    ]) {
      await assert.rejects(ask(), { name: "TicketError", code: "store_failed", kind: "server" });
    }
  });

  test("tenants do not see each other's words, counters, letters or changes", async () => {
    const db = await database();
    const canary = "canaryword";
    const [one, other] = ["1", "2"].map((tenant) => d1Store(db, { tenant }));
    await filled(one, 1, () => ({ words: canary }));
    await filled(other, 1, () => ({ words: "other" }));
    await one.commit({
      letters: [
        {
          row: {
            id: "x",
            account: "a",
            ticket: "t00000",
            state: "held",
            wakeAt: 1,
            isUnderway: true,
            isEnd: false,
            answeredAt: 1,
            waitedMs: 1,
            createdAt: 1,
            text: canary,
            shown: "{}",
          },
          expects: 0,
        },
      ],
      streams: [{ row: { account: "a", flow: "hot", text: canary }, expects: 0 }],
      fileParts: [{ letter: "x", file: 0, part: 0, bytes: new TextEncoder().encode(canary) }],
    });
    assert.equal((await one.list({ text: canary, limit: 9 })).length, 1);
    const key = { account: "a", id: "t00000" };
    const seen = [
      await other.list({ text: canary, limit: 9 }),
      await other.letters({ open: true, limit: 9 }),
      await other.letters({ ids: ["x"] }),
      await other.letters({ tickets: [key] }),
      await other.letters({ wakeUntil: 9, limit: 9 }),
      await other.streams(),
      await other.fileParts("x", 0, 0),
    ];
    assert.deepEqual(seen.flat(), []);
    assert.equal((await other.tickets([key]))[0].words, "other");
    const times = { now: 1, from: 0, until: 2 };
    assert.deepEqual(await other.counts(times), {
      after: 1,
      tickets: [{ account: "a", view: "todo", count: 1 }],
      due: [{ account: "a", overdue: 1, today: 0 }],
      letters: [],
      answers: [],
    });
    const { letters: open, answers } = await one.counts(times);
    assert.deepEqual([open, answers], [[{ account: "a", count: 1 }], [{ account: "a", waitedMs: 1 }]]);
    assert.equal((await other.changes(0, undefined, 9)).length, 1);
    // What one removes stays with the other.
    await other.commit({ removedLetters: ["x"] });
    await other.commit({ removedFiles: ["x"] });
    assert.equal((await one.letters({ ids: ["x"] })).length, 1);
    assert.equal((await one.fileParts("x", 0, 0)).length, 1);
  });
});
