/** A sync and its store: how much it asks for, and one that keeps nothing. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makeProject } from "./lib.mjs";

const project = await makeProject();
const { Desk, memoryStore } = await project.load("/desk");
const { Kaufland } = await project.load("/kaufland");
after(() => project.dispose());

const NOW = Date.UTC(2026, 2, 2, 12);
const ACCOUNT = "kf";
const COUNT = 5;

const iso = (at) => `${new Date(at).toISOString().slice(0, 19)}Z`;
const idOf = (at) => `0010000000${at}`;

/** Kaufland with a few tickets, whose single reads may fail. */
function kaufland() {
  const market = { now: NOW, versions: Array(COUNT).fill(0), isFailing: false };
  const listed = (at) => ({
    id_ticket: idOf(at),
    status: "opened",
    is_seller_responsible: true,
    ts_updated_iso: iso(NOW - 1_000 * at),
    topic: market.versions[at] === 0 ? "fraud" : "invoice_needed",
  });
  const messages = [{ id_ticket_message: 1, text: "Where is it?", author: { role: "buyer", name: "Kim" } }];
  const fetch = async (url) => {
    const id = /\/tickets\/(\d+)/.exec(url)?.[1];
    if (id === undefined) {
      const data = market.versions.map((_, at) => listed(at));
      return Response.json({ data, pagination: { offset: 0, limit: 30, total: COUNT } });
    }
    if (market.isFailing) return Response.json({ message: "not now" }, { status: 503 });
    const at = market.versions.findIndex((_, at) => idOf(at) === id);
    return Response.json({ data: { ...listed(at), storefront: "de", messages, order_units: [], files: [] } });
  };
  const keys = { clientKey: "c".repeat(32), secretKey: "s".repeat(64), userAgent: "Inhouse_development" };
  market.client = new Kaufland({ ...keys, fetch, maxRetries: 0 });
  return market;
}

/** A store that notes which tickets it is asked for. */
function noting() {
  const asked = { heads: [], tickets: [], commits: 0 };
  const store = memoryStore();
  const noted = (name) => (keys) => {
    asked[name].push(...keys.map(({ id }) => id));
    return store[name](keys);
  };
  const commit = (batch) => {
    asked.commits += (batch.tickets ?? []).length;
    return store.commit(batch);
  };
  return { asked, store: { ...store, heads: noted("heads"), tickets: noted("tickets"), commit } };
}

test("of a list, the store is asked only for the tickets of which there is news", async () => {
  const market = kaufland();
  const { asked, store } = noting();
  const desk = new Desk({ accounts: { [ACCOUNT]: market.client }, store, now: () => market.now });
  const sync = async () => {
    Object.assign(asked, { heads: [], tickets: [], commits: 0 });
    market.now += 61_000;
    return desk.sync({ budget: { calls: 50, ms: 50_000 } });
  };
  await sync();
  assert.equal((await desk.list({ view: "todo" })).items.length, COUNT);
  await sync();
  const ids = market.versions.map((_, at) => idOf(at));
  assert.deepEqual([asked.heads.sort(), asked.tickets, asked.commits], [ids, [], 0]);

  // The list tells of a change, and the single read fails: what it told before stays.
  market.versions[2] = 1;
  market.isFailing = true;
  await desk.local({ account: ACCOUNT, id: idOf(2) }, { note: "mine" });
  await sync();
  assert.deepEqual([...new Set(asked.tickets)], [idOf(2)]);
  const { ticket, messages } = await desk.read({ account: ACCOUNT, id: idOf(2) });
  assert.deepEqual([ticket.remoteReason, ticket.local.note, ticket.storefront], ["invoice_needed", "mine", "de"]);
  assert.deepEqual(
    messages.map(({ text }) => text),
    ["Where is it?"],
  );
});

test("a store that does not keep what it was given is a typed error, and no endless loop", async () => {
  for (const commit of [async () => true, async () => false]) {
    const { client } = kaufland();
    let asked = 0;
    const kept = memoryStore();
    const streams = (accounts) => {
      asked += 1;
      assert.ok(asked < 1_000, "it goes on for ever");
      return kept.streams(accounts);
    };
    const desk = new Desk({ accounts: { [ACCOUNT]: client }, store: { ...kept, commit, streams } });
    for (const ask of [() => desk.list(), () => desk.sync()]) {
      await assert.rejects(ask(), { name: "TicketError", code: "store_failed", message: /checkpoints/ });
    }
  }
});
