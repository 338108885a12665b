/**
 * The desk in a Worker, with its rows in D1: it reads the five accounts by itself, a page asks its
 * routes, and a letter lands.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { makeProject, startWorker } from "../package/lib.mjs";

let local;
let project;
let worker;
let desk;

before(async () => {
  local = await startLocal({ dashboard: false, quiet: true });
  await local.control.settings({
    clickbank: { rate_limit: null },
    kaufland: { rate_limit: null },
    magalu: { rate_limit: null },
    "jtl-scx": { rate_limits: false },
  });
  // A few tickets of each are enough.
  for (const [name, by] of [
    ["kaufland", "number"],
    ["clickbank", "opened"],
    ["magalu", "number"],
  ]) {
    const kept = `SELECT rowid FROM ${name}_tickets ORDER BY ${by} DESC LIMIT 8`;
    await local.db.kaufland.run(`DELETE FROM ${name}_tickets WHERE rowid NOT IN (${kept})`);
  }
  project = await makeProject();
  const { accounts } = local;
  const seller = { ...accounts.jtlScx, side: "seller", refreshToken: LOCAL_KEYS.jtlScx.sellerRefreshToken };
  worker = await startWorker(
    project,
    `import { ClickBank, JtlScx, Kaufland, Magalu, Probo } from "seller-tickets";
     import { Desk, d1Store, deskRoutes } from "seller-tickets/desk";
     const more = { settleMs: 500 };
     const accounts = {
       "kf-de": new Kaufland({ ...${JSON.stringify(accounts.kaufland)}, ...more }),
       cb: new ClickBank({ ...${JSON.stringify(accounts.clickbank)}, ...more }),
       mg: new Magalu({ ...${JSON.stringify(accounts.magalu)}, ...more }),
       jtl: { client: new JtlScx(${JSON.stringify(seller)}), ticketEvents: ["Channel:Ticket.Created"] },
       pb: new Probo(${JSON.stringify(accounts.probo)}),
     };
     let queries = [];
     const deskOf = (env) => new Desk({
       accounts, profile: { code: "7", name: "Ana" },
       store: d1Store(env.DB, { onQuery: (cost) => queries.push(cost) }),
     });
     const routes = deskRoutes({
       desk: (request, env) => deskOf(env),
       authorize: () => ({ person: "kim", accounts: Object.keys(accounts), access: "write" }),
     });
     export default {
       async fetch(request, env, ctx) {
         if (!request.url.endsWith("/tick")) return routes.fetch(request, env, ctx);
         queries = [];
         const synced = await deskOf(env).sync(await request.json());
         return Response.json({ ...synced, queries: queries.reduce((sum, one) => sum + one.queries, 0), requests: queries.length });
       },
     };`,
    {},
    { d1Databases: { DB: "desk" } },
  );
  const { Desk } = await project.load("/desk");
  desk = new Desk({ remote: `${worker.url}/api/desk` });
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await local?.dispose();
});

async function tick(budget) {
  const response = await fetch(`${worker.url}/tick`, { method: "POST", body: JSON.stringify({ budget }) });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}

test("a Worker reads the five accounts in small steps, answers a page and sends a letter", async () => {
  let calls = 0;
  for (let round = 0; ; round += 1) {
    const synced = await tick({ calls: 40, ms: 20_000 });
    calls += synced.calls;
    assert.ok(synced.calls <= 40, `${synced.calls} calls`);
    if (synced.calls === 0) break;
    assert.ok(round < 60, "the sync ends");
  }
  const { items, accounts } = await desk.list({ view: "todo", limit: 200 });
  assert.deepEqual(
    accounts.map(({ account, state }) => [account, state]),
    [
      ["cb", "ok"],
      ["jtl", "ok"],
      ["kf-de", "ok"],
      ["mg", "ok"],
      ["pb", "own"],
    ],
  );
  assert.deepEqual([...new Set(items.map(({ key }) => key.account))].sort(), ["cb", "jtl", "kf-de", "mg"]);
  const stored = await local.db.kaufland.first("SELECT count(*) AS n FROM kaufland_tickets WHERE id_seller = 1");
  const counts = await desk.counts();
  const { todo, waiting, snoozed, done } = counts.accounts["kf-de"];
  assert.equal(todo + waiting + snoozed + done, stored.n);
  assert.ok(calls > 20);

  const of = items.find(({ key }) => key.account === "kf-de");
  const text = "An answer from the Worker";
  await desk.do(of.key, "reply", { text }, { holdMs: 0, expect: of.rev });
  await tick({ calls: 10, ms: 20_000 });
  const { n } = await local.db.kaufland.first("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", text);
  assert.equal(n, 1);
  assert.equal((await desk.read(of.key)).letters[0].state, "sent");
  await new Promise((resolve) => setTimeout(resolve, 700));
  await tick({ calls: 10, ms: 20_000 });
  await tick({ calls: 10, ms: 20_000 });
  assert.match((await desk.read(of.key)).letters[0].state, /confirmed|sent/);
});
