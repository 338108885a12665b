/** New tickets from the desk, at each marketplace that lets sellers make some. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { makeProject, newMagaluTicket } from "./lib.mjs";

const project = await makeProject();
const { Desk, deskRoutes, memoryStore, TicketError } = await project.load("/desk");
const { ClickBank, JtlScx, Kaufland, Magalu, Probo } = await project.load();

let local;
let db;
let desk;
let page;
let now = Date.now();

before(async () => {
  local = await startLocal({ dashboard: false, quiet: true });
  db = local.db.kaufland;
  const { accounts, control } = local;
  await control.settings({
    kaufland: { rate_limit: null },
    magalu: { rate_limit: null },
    clickbank: { rate_limit: null },
  });
  for (const table of ["kaufland_tickets", "clickbank_tickets", "magalu_tickets"]) {
    await db.run(`DELETE FROM ${table} WHERE rowid NOT IN (SELECT rowid FROM ${table} ORDER BY rowid DESC LIMIT 3)`);
  }
  const all = { maxRetries: 0, settleMs: 1_000 };
  const side = { side: "seller", refreshToken: LOCAL_KEYS.jtlScx.sellerRefreshToken };
  desk = new Desk({
    accounts: {
      "kf-de": new Kaufland({ ...accounts.kaufland, ...all }),
      cb: new ClickBank({ ...accounts.clickbank, ...all }),
      mg: new Magalu({ ...accounts.magalu, ...all }),
      jtl: new JtlScx({ ...accounts.jtlScx, ...all, ...side }),
      pb: new Probo({ ...accounts.probo, ...all }),
    },
    store: memoryStore(),
    profile: { code: "7", name: "Ana" },
    now: () => now,
  });
  const caller = { person: "kim", accounts: ["kf-de", "cb", "mg", "jtl", "pb"], access: "write" };
  const routes = deskRoutes({ desk, authorize: () => caller });
  const ask = (url, init) => routes.fetch(new Request(`https://d.example${url}`, init));
  page = new Desk({ remote: "/api/desk", fetch: ask });
});
after(async () => {
  await local?.dispose();
  await project.dispose();
});

/**
 * The arguments of a new ticket, and how the marketplace's own database shows that it is there.
 */
const CASES = {
  "kf-de": async () => {
    const { id } =
      await db.first(`SELECT id_order_unit AS id FROM kaufland_order_units WHERE id_seller = 1 AND fulfillment_type = 'fulfilled_by_merchant'
       AND id_order_unit NOT IN (SELECT id_order_unit FROM kaufland_ticket_order_units)`);
    return {
      args: { choice: "product_defect", text: "Is the new lamp whole?", more: { id_order_unit: [Number(id)] } },
      there: "SELECT count(*) AS n FROM kaufland_messages WHERE text = 'Is the new lamp whole?'",
      missing: ["id_order_unit"],
    };
  },
  cb: async () => ({
    args: {
      choice: "tech",
      text: "A link that does not open",
      more: { receipt: "LOCAL001", reason: "ticket.type.tech_support.10" },
    },
    there: "SELECT count(*) AS n FROM clickbank_comments WHERE comment = 'A link that does not open'",
    missing: ["reason", "receipt"],
  }),
  mg: async () => {
    const { type, ...more } = newMagaluTicket();
    return {
      args: { choice: "cancellation", more: { ...more, reason: "change_of_mind" } },
      there: "SELECT count(*) AS n FROM magalu_tickets WHERE reason = 'change_of_mind'",
      missing: ["channel.id", "order.id", "reason"],
    };
  },
  pb: async () => ({
    args: {
      choice: "delayed",
      text: "Where is the poster?",
      more: { order_id: "W1000001", products: [{ id: 1, amount: 1, files: [] }] },
    },
    there: "SELECT count(*) AS n FROM probo_tickets WHERE description = 'Where is the poster?'",
    missing: ["order_id", "products"],
  }),
};

test("what can be made without a ticket is told", async () => {
  for (const [account, allowed] of [
    ["kf-de", "maybe"],
    ["cb", "maybe"],
    ["mg", "maybe"],
    ["pb", true],
    ["jtl", false],
  ]) {
    const actions = await page.actions(account);
    assert.deepEqual(
      actions.map((choice) => [choice.action, choice.allowed]),
      [["create", allowed]],
      account,
    );
    if (allowed !== false) assert.ok(actions[0].limits.choices.length > 0, account);
    assert.notEqual(actions[0].why, "fulfilled_by_marketplace");
  }
  const refused = (code) => (error) => error instanceof TicketError && error.code === code;
  await assert.rejects(page.actions("nothing"), refused("unknown_ticket"));
  await assert.rejects(page.actions(5), refused("invalid_input"));
  await assert.rejects(page.do({ account: "jtl", id: "" }, "create", { text: "x" }), refused("invalid_input"));
});

for (const [account, make] of Object.entries(CASES)) {
  test(`a ticket is made at ${account}, and what is missing is told before`, async () => {
    const { args, there, missing } = await make();
    const key = { account, id: "" };
    const { n: before } = await db.first(there);
    const { more: _, ...bare } = args;
    const found = await page.check(key, "create", bare);
    for (const field of missing)
      assert.ok(
        found.some((one) => one.field === field),
        `${field}: ${JSON.stringify(found)}`,
      );
    assert.deepEqual(await page.check(key, "create", args), []);
    const id = await page.do(key, "create", args, { holdMs: 0, id: `new-${account}` });
    for (let round = 0; round < 20; round += 1) {
      now += 16_000;
      await desk.sync();
      if ((await db.first(there)).n > before) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal((await db.first(there)).n, before + 1);
    assert.equal(await page.do(key, "create", args, { holdMs: 0, id: `new-${account}` }), id);
    for (let round = 0; round < 20; round += 1) {
      now += 16_000;
      await desk.sync();
    }
    const { items } = await desk.list({ view: "outbox" });
    assert.deepEqual(
      items.filter((letter) => letter.id === id),
      [],
      "nothing is left to be done about it",
    );
    assert.equal((await db.first(there)).n, before + 1);
  });
}
