/**
 * Writes that are sure: each write of each marketplace against each way to lose an answer, counted
 * in the marketplace's own memory.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { answerWith, controlOf, makeProject, newMagaluTicket, startServer } from "./lib.mjs";

const SETTLE = 300;
const TEXT = "We are looking into it.\nTomorrow we know more.";

let project;
let local;
let gateway;
let api;
let db;

const control = (...request) => controlOf(local.marketplaceUrl)(...request);
const fault = (match, fault, more = {}) => control("POST", "faults", { match, fault, ...more });
const count = async (sql, ...params) => (await db.first(`SELECT count(*) AS n FROM ${sql}`, ...params)).n;

const serverOptions = {
  kaufland: () => ({
    ...LOCAL_KEYS.kaufland,
    userAgent: "Inhouse_development",
    baseUrl: `${local.marketplaceUrl}/kaufland/v2`,
  }),
  clickbank: () => ({ apiKey: LOCAL_KEYS.clickbank.apiKey, baseUrl: `${local.marketplaceUrl}/clickbank/rest` }),
  magalu: () => ({ accessToken: LOCAL_KEYS.magalu.accessToken, baseUrl: `${local.marketplaceUrl}/magalu` }),
  "jtl-scx": () => ({
    refreshToken: LOCAL_KEYS.jtlScx.refreshToken,
    baseUrl: `${local.marketplaceUrl}/jtl-scx`,
  }),
  probo: () => ({ token: LOCAL_KEYS.probo.token, baseUrl: `${local.marketplaceUrl}/probo` }),
};
const classOf = (marketplace) =>
  ({
    kaufland: api.Kaufland,
    clickbank: api.ClickBank,
    magalu: api.Magalu,
    "jtl-scx": api.JtlScx,
    probo: api.Probo,
  })[marketplace];
const make = (marketplace, options = {}) =>
  new (classOf(marketplace))({ ...serverOptions[marketplace](), settleMs: SETTLE, ...options });

before(async () => {
  project = await makeProject();
  api = await project.load();
  const { createGateway } = await project.load("/gateway");
  local = await startLocal({ dashboard: false, quiet: true });
  db = local.db.kaufland;
  const accounts = Object.fromEntries(
    Object.entries(serverOptions).map(([marketplace, options]) => [marketplace, { marketplace, ...options() }]),
  );
  const handler = createGateway({
    accounts,
    classes: [api.Kaufland, api.ClickBank, api.Magalu],
    authorize: () => true,
  });
  gateway = await startServer((request, response, body) =>
    answerWith((wanted) => handler.fetch(wanted), request, response, body),
  );
});
after(async () => {
  await gateway?.dispose();
  await local?.dispose();
  await project?.dispose();
});
beforeEach(async () => {
  await control("POST", "reset", {});
  await control("POST", "settings", {
    kaufland: { rate_limit: null },
    clickbank: { rate_limit: null },
    magalu: { rate_limit: null, transaction_ms: 200, moderation_ms: 0 },
  });
});

// --- the writes ----------------------------------------------------------------------------------

const kauflandTicket = async () =>
  (
    await db.first(
      `SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND closable = 1 AND internal = 0
       AND fulfillment_type = 'fulfilled_by_merchant' ORDER BY number LIMIT 1`,
    )
  ).id_ticket;
const kauflandUnit = async () =>
  Number(
    (
      await db.first(
        `SELECT id_order_unit FROM kaufland_order_units WHERE id_seller = 1 AND fulfillment_type = 'fulfilled_by_merchant'
         AND id_order_unit NOT IN (SELECT id_order_unit FROM kaufland_ticket_order_units) ORDER BY id_order_unit LIMIT 1`,
      )
    ).id_order_unit,
  );
const clickbankTicket = async () => {
  const ticket = await make("clickbank").createTicket("LOCAL008", {
    type: "tech",
    reason: "ticket.type.tech_support.1",
  });
  return ticket.ticketid;
};
const special = (number) => `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/**
 * `setup` gives what `write` and `stored` are about; `stored` is how often the write has taken
 * effect. `resends: false`: it can be found, but nothing proves that it is not there.
 */
const WRITES = [
  {
    marketplace: "kaufland",
    name: "createTicketMessage",
    match: { method: "POST", path: "/tickets/*/messages" },
    setup: kauflandTicket,
    write: (client, id, options) => client.createTicketMessage(id, { text: TEXT }, options),
    stored: (id) => count("kaufland_messages WHERE id_ticket = ? AND text = ?", id, TEXT),
  },
  {
    marketplace: "kaufland",
    name: "createTicketMessage with a file",
    match: { method: "POST", path: "/tickets/*/messages" },
    setup: kauflandTicket,
    write: (client, id, options) => {
      const ticket_message_files = [new File(["tracking"], "tracking.txt", { type: "text/plain" })];
      return client.createTicketMessage(id, { text: TEXT, ticket_message_files }, options);
    },
    stored: (id) => count("kaufland_files WHERE id_ticket = ? AND filename = 'tracking.txt'", id),
  },
  {
    marketplace: "kaufland",
    name: "openTicket",
    match: { method: "POST", path: "/tickets" },
    setup: kauflandUnit,
    write: (client, unit, options) =>
      client.openTicket({ id_order_unit: [unit], reason: "product_return", message: TEXT }, options),
    stored: (unit) => count("kaufland_ticket_order_units WHERE id_order_unit = ?", String(unit)),
    check: async ({ id_ticket }, unit) =>
      assert.equal(
        await count("kaufland_ticket_order_units WHERE id_order_unit = ? AND id_ticket = ?", String(unit), id_ticket),
        1,
      ),
  },
  {
    marketplace: "kaufland",
    name: "closeTicket",
    match: { method: "PATCH", path: "/tickets/*/close" },
    setup: kauflandTicket,
    write: (client, id, options) => client.closeTicket(id, options),
    stored: (id) => count("kaufland_tickets WHERE id_ticket = ? AND status = 'seller_closed'", id),
  },
  {
    marketplace: "clickbank",
    name: "createTicket",
    match: { method: "POST", path: "/1.3/tickets/LOCAL001" },
    setup: async () => "LOCAL001",
    write: (client, receipt, options) =>
      client.createTicket(receipt, { type: "rfnd", reason: "ticket.type.refund.8", refundType: "FULL" }, options),
    stored: (receipt) => count("clickbank_tickets WHERE receipt = ?", receipt),
    check: (ticket, receipt) =>
      assert.deepEqual([ticket.receipt, ticket.type, ticket.status], [receipt, "REFUND", "OPEN"]),
  },
  ...[
    { action: undefined, comment: TEXT },
    { action: "close", comment: TEXT },
    { action: "close" },
    { action: "change", type: "cncl", comment: TEXT },
  ].map((update) => ({
    marketplace: "clickbank",
    name: `updateTicket: ${JSON.stringify(update)}`,
    match: { method: "PUT", path: "/1.3/tickets/*" },
    setup: clickbankTicket,
    write: (client, id, options) => client.updateTicket(id, update, options),
    stored: (id) => count("clickbank_comments WHERE ticketid = ? AND action <> 'OPENED'", Number(id)),
    check: (ticket, id) => assert.equal(ticket.ticketid, id),
  })),
  {
    marketplace: "clickbank",
    name: "updateTicket: reopen",
    match: { method: "PUT", path: "/1.3/tickets/*" },
    setup: async () => {
      const id = await clickbankTicket();
      await make("clickbank").updateTicket(id, { action: "close" });
      return id;
    },
    write: (client, id, options) => client.updateTicket(id, { action: "reopen", comment: TEXT }, options),
    stored: (id) => count("clickbank_comments WHERE ticketid = ? AND action = 'REOPENED'", Number(id)),
    check: (ticket) => assert.equal(ticket.status, "REOPENED"),
  },
  {
    marketplace: "clickbank",
    name: "confirmReturn",
    resends: false,
    match: { method: "POST", path: "/1.3/tickets/*/returned" },
    setup: async () => {
      const refund = { type: "rfnd", reason: "ticket.type.refund.8", refundType: "FULL" };
      return (await make("clickbank").createTicket("LOCAL004", refund)).ticketid;
    },
    write: (client, id, options) => client.confirmReturn(id, options),
    stored: (id) => count("clickbank_comments WHERE ticketid = ? AND action = 'REFUND_ACKED'", Number(id)),
  },
  ...[{ code: "ref-1" }, {}].map((reference) => ({
    marketplace: "magalu",
    name: `createTicket ${JSON.stringify(reference)}`,
    match: { method: "POST", path: "/seller/v0/tickets" },
    setup: async () => await count("magalu_transactions"),
    write: (client, _, options) => client.createTicket(newMagaluTicket(reference), options),
    stored: async (start) => (await count("magalu_transactions")) - start,
    check: async ({ transaction_id }) =>
      assert.equal(await count("magalu_transactions WHERE id = ?", transaction_id), 1),
  })),
  ...[{ code: "ref-1" }, {}].map((reference) => ({
    marketplace: "magalu",
    name: `createMessage ${JSON.stringify(reference)}`,
    match: { method: "POST", path: "/seller/v0/tickets/*/messages" },
    setup: async () => special(1),
    write: (client, id, options) => {
      const owner = { code: "agent-7", name: "Maria" };
      return client.createMessage(id, { message: TEXT, destination: "customer", owner, ...reference }, options);
    },
    stored: (id) => count("magalu_messages WHERE ticket_id = ? AND message = ?", id, TEXT),
  })),
  {
    marketplace: "magalu",
    name: "createEvent",
    match: { method: "POST", path: "/seller/v0/tickets/*/events" },
    setup: async () => special(7),
    write: (client, id, options) => client.createEvent(id, { type: "product_sent" }, options),
    stored: (id) => count("magalu_events WHERE ticket_id = ? AND type = 'product_sent'", id),
  },
  {
    marketplace: "magalu",
    name: "createReturn",
    match: { method: "POST", path: "/seller/v0/tickets/*/returns" },
    setup: async () => special(1),
    write: (client, id, options) => client.createReturn(id, undefined, options),
    stored: (id) => count("magalu_returns WHERE ticket_id = ?", id),
  },
];

/** Ways to lose an answer; `stored`: whether the first try takes effect. */
const LOSSES = {
  "500 before": { stored: false, fault: { kind: "status", status: 500, when: "before" } },
  "503 after": { stored: true, fault: { kind: "status", status: 503, when: "after" } },
  "408 after": { stored: true, fault: { kind: "status", status: 408, when: "after" } },
  "504 late": { stored: true, fault: { kind: "status", status: 504, when: "late", ms: SETTLE / 2 } },
  "a web page in place of the answer": { stored: false, fault: { kind: "html_error", status: 200, when: "before" } },
  "a web page after it": { stored: true, fault: { kind: "html_error", status: 200, when: "after" } },
};

for (const { marketplace, name, match, setup, write, stored, check, resends = true } of WRITES) {
  describe(`${marketplace} ${name}`, () => {
    for (const [loss, { stored: takesEffect, fault: lost }] of Object.entries(LOSSES)) {
      test(loss, async () => {
        const subject = await setup();
        const start = await stored(subject);
        const waits = [];
        const client = make(marketplace, { onRetry: ({ reason }) => waits.push(reason) });
        await fault({ marketplace, ...match }, lost);
        const settled = await write(client, subject, { ensure: "once" })
          .withResponse()
          .catch((error) => error);
        if (takesEffect || resends) {
          assert.ok(
            !(settled instanceof Error),
            `${settled.kind} ${settled.code} ${settled.message} sent: ${settled.sent}`,
          );
          assert.deepEqual([settled.found, settled.attempts], [takesEffect, takesEffect ? 1 : 2]);
          assert.equal(settled.response.ok, true);
          await check?.(settled.data, subject);
          assert.equal(await stored(subject), start + 1);
        } else {
          assert.equal(settled.sent, "maybe");
          assert.equal(await stored(subject), start + (takesEffect ? 1 : 0));
        }
        assert.ok(waits.includes("settling"), waits.join());
      });
    }

    test("through a gateway", async () => {
      const subject = await setup();
      const start = await stored(subject);
      await fault({ marketplace, ...match }, { kind: "status", status: 500, when: "after" });
      const url = `${gateway.url}/api/accounts/${marketplace}`;
      const client = new (classOf(marketplace))({ gateway: url, settleMs: SETTLE });
      const settled = await write(client, subject, { ensure: "once" })
        .withResponse()
        .catch((error) => error);
      assert.equal(settled.found, true, String(settled));
      assert.equal(await stored(subject), start + 1);
    });

    test("what a limit refuses through a gateway may have landed, so neither the gateway nor the page repeats it", async () => {
      const url = `${gateway.url}/api/accounts/${marketplace}`;
      const page = new (classOf(marketplace))({ gateway: url, settleMs: SETTLE });
      const sent = async () => (await control("GET", "log")).entries.filter(({ method }) => method === match.method);
      for (const when of ["after", "before"]) {
        const landed = when === "after";
        await control("POST", "reset", {});
        const limit = { kind: "status", status: 429, when, headers: { "retry-after": "0" } };
        const plain = await setup();
        let start = await stored(plain);
        await control("DELETE", "log");
        await fault({ marketplace, ...match }, limit);
        const told = await write(page, plain, {}).catch((error) => error);
        assert.deepEqual([told.kind, told.sent, told.attempts], ["rate_limited", "maybe", 1], String(told));
        assert.equal((await sent()).length, 1);
        assert.equal(await stored(plain), start + (landed ? 1 : 0));

        await control("POST", "reset", {});
        const subject = await setup();
        start = await stored(subject);
        await control("DELETE", "log");
        await fault({ marketplace, ...match }, limit);
        const settled = await write(page, subject, { ensure: "once" })
          .withResponse()
          .catch((error) => error);
        if (!landed && !resends) {
          assert.equal(settled.sent, "maybe", String(settled));
          assert.equal(await stored(subject), start);
        } else {
          assert.deepEqual([settled.found, settled.attempts], [landed, landed ? 1 : 2], String(settled));
          assert.equal(await stored(subject), start + 1);
        }
        assert.equal((await sent()).length, landed || !resends ? 1 : 2);
      }
    });

    test("nothing is sent when the first look fails, and the uncertainty is the result when the second does", async () => {
      const subject = await setup();
      const start = await stored(subject);
      const client = make(marketplace);
      const down = { kind: "status", status: 400, when: "before" };
      await fault({ marketplace, method: "GET" }, down);
      const unsent = await write(client, subject, { ensure: "once" }).catch((error) => error);
      assert.deepEqual([unsent.sent, unsent.attempts, unsent.endpoint], ["no", 0, name.split(/[ :]/)[0]]);
      assert.equal(await stored(subject), start);

      const { entries } = await control("GET", "log");
      const reads = entries.length;
      await fault({ marketplace, ...match }, { kind: "status", status: 500, when: "after" });
      const calm = await write(make(marketplace, { random: () => 0 }), subject, { ensure: "once", settleMs: 100 })
        .withResponse()
        .catch((error) => error);
      const all = (await control("GET", "log")).entries.slice(reads);
      const looked = all.findIndex(({ method }) => method !== "GET" && method !== "OPTIONS");
      assert.ok(looked > 0, "it was looked for before");
      assert.equal(await stored(subject), start + 1);
      assert.equal(calm.found, true, String(calm));

      await control("POST", "reset", {});
      const again = await setup();
      const begin = await stored(again);
      await fault({ marketplace, ...match }, { kind: "status", status: 500, when: "after" });
      await fault({ marketplace, method: "GET" }, down, { skip: looked });
      const unsure = await write(client, again, { ensure: "once" }).catch((error) => error);
      assert.deepEqual([unsure.sent, unsure.attempts, unsure.status], ["maybe", 1, 500]);
      assert.equal(await stored(again), begin + 1);
    });
  });
}

describe("turns and ends", () => {
  const lost = { kind: "status", status: 503, when: "after" };
  const unsent = { kind: "status", status: 503, when: "before" };
  const late = { kind: "status", status: 504, when: "late", ms: SETTLE / 2 };
  const match = { marketplace: "kaufland", method: "POST", path: "/tickets/*/messages" };
  const texts = (id) => count("kaufland_messages WHERE id_ticket = ? AND text = ?", id, TEXT);
  const say = (client, id, options) => client.createTicketMessage(id, { text: TEXT }, { ensure: "once", ...options });

  test("identical messages that are meant stay as many, at once and one after the other", async () => {
    const id = await kauflandTicket();
    const client = make("kaufland");
    for (const each of [lost, unsent, late]) await fault(match, each);
    const replies = await Promise.all(Array.from({ length: 4 }, () => say(client, id).withResponse()));
    assert.equal(await texts(id), 4);
    assert.deepEqual(
      replies.map(({ found, attempts }) => [found, attempts]),
      [
        [true, 1],
        // Its second try meets the third fault.
        [true, 2],
        [false, 1],
        [false, 1],
      ],
    );
    for (const each of [late, lost]) {
      await fault(match, each);
      assert.equal((await say(client, id).withResponse()).found, true);
    }
    assert.equal(await texts(id), 6);
  });

  test("writes to other tickets do not wait", async () => {
    const [one, other] = (
      await db.all(
        `SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND closable = 1 AND internal = 0
         AND fulfillment_type = 'fulfilled_by_merchant' ORDER BY number LIMIT 2`,
      )
    ).map(({ id_ticket }) => id_ticket);
    const client = make("kaufland", { settleMs: 1500 });
    await fault({ ...match, path: `/tickets/${one}/messages` }, lost);
    const order = [];
    await Promise.all([
      say(client, one).then(() => order.push("one")),
      say(client, other).then(() => order.push("other")),
    ]);
    assert.deepEqual(order, ["other", "one"]);
  });

  test("who waits for his turn can give up, and holds nobody up", async () => {
    const id = await kauflandTicket();
    const client = make("kaufland");
    await fault(match, lost);
    const first = say(client, id);
    const stop = new AbortController();
    const second = say(client, id, { signal: stop.signal }).catch((error) => error);
    const third = say(client, id);
    setTimeout(() => stop.abort(new Error("enough")), 100);
    const { kind, sent, attempts, cause } = await second;
    assert.deepEqual([kind, sent, attempts, cause.message], ["aborted", "no", 0, "enough"]);
    await Promise.all([first, third]);
    assert.equal(await texts(id), 2);
  });

  test("a turn lasts as long as its write is at work, by the clock of the client", async () => {
    const id = await kauflandTicket();
    const now = () => Date.now() - 30_000;
    const client = make("kaufland", { settleMs: 2600, totalTimeoutMs: 20_000, now });
    await fault(match, lost);
    const order = [];
    const first = say(client, id).then(() => order.push("first"));
    // This one would have its turn 2 s after the last sign of life.
    const second = say(client, id).then(() => order.push("second"));
    await Promise.all([first, second]);
    assert.deepEqual(order, ["first", "second"]);
    assert.equal(await texts(id), 2);
  });

  test("a turn that does not come in time is a timeout, and nothing was sent", async () => {
    const id = await kauflandTicket();
    const client = make("kaufland", { settleMs: 1500 });
    await fault(match, lost);
    const first = say(client, id);
    const second = await say(client, id, { totalTimeoutMs: 400 }).catch((error) => error);
    const { kind, code, sent, retryable, marketplace, endpoint } = second;
    assert.deepEqual([kind, code, sent, retryable], ["timeout", "no_turn", "no", true]);
    assert.deepEqual([marketplace, endpoint], ["kaufland", "createTicketMessage"]);
    await first;
    assert.equal(await texts(id), 1);
  });

  test("what is given up while it settles is not taken for the next one", async () => {
    const id = await kauflandTicket();
    const client = make("kaufland", { settleMs: 600 });
    await fault(match, { ...late, ms: 400 });
    await fault(match, unsent);
    const stop = new AbortController();
    const first = say(client, id, { signal: stop.signal }).catch((error) => error);
    setTimeout(() => stop.abort(), 200);
    const { kind, sent, attempts } = await first;
    assert.deepEqual([kind, sent, attempts], ["aborted", "maybe", 1]);
    // Its look before waits for what the first one may still bring about, so that it knows its own
    // work.
    const second = await say(client, id).withResponse();
    assert.deepEqual([second.found, second.attempts], [false, 2]);
    assert.equal(await texts(id), 2);
  });

  test("an aborted write is settled before the next one, and one that was not sent is not", async () => {
    const id = await kauflandTicket();
    const client = make("kaufland", { settleMs: 700 });
    await fault(match, { kind: "status", status: 504, when: "late", ms: 300 });
    const stop = new AbortController();
    const first = say(client, id, { signal: stop.signal }).catch((error) => error);
    setTimeout(() => stop.abort(), 120);
    const { kind, sent } = await first;
    assert.deepEqual([kind, sent], ["aborted", "maybe"]);
    await fault(match, unsent);
    const second = await say(client, id).withResponse();
    assert.deepEqual([second.found, second.attempts, await texts(id)], [false, 2, 2]);
  });

  test("a refusal is a refusal, and a repeat that is refused is looked into", async () => {
    const id = await kauflandTicket();
    const client = make("kaufland");
    await client.closeTicket(id, { ensure: "once" });
    const again = await client.closeTicket(id, { ensure: "once" }).catch((error) => error);
    assert.deepEqual([again.kind, again.sent, again.attempts], ["conflict", "no", 1]);
    // Late by more than the settling time: the second try meets a closed ticket.
    await control("POST", "reset", {});
    const close = { marketplace: "kaufland", method: "PATCH", path: "/tickets/*/close" };
    await fault(close, { ...late, ms: SETTLE });
    await fault(close, {
      kind: "status",
      status: 409,
      when: "before",
      body: { type: "/problems/duplicate-action", message: "a" },
    });
    const reply = await client
      .closeTicket(id, { ensure: "once", settleMs: 60 })
      .withResponse()
      .catch((error) => error);
    assert.ok(reply.found === true || reply.sent === "maybe", String(reply));
  });

  test("where nothing shows whether it landed, it is refused before anything is sent", async () => {
    const ticket = {
      sellerId: "S77",
      ticketId: "T-1",
      topic: "RETURN",
      createdAt: "2026-03-02T08:15:00Z",
      from: { role: "BUYER" },
      subject: "a",
      message: "b",
    };
    const complaint = {
      order_id: "WEB-1",
      id: "C-1",
      reason: "missing",
      suggested_solution: "rework",
      products: [{ id: 1, amount: 1 }],
    };
    await control("DELETE", "log");
    for (const call of [
      () => make("jtl-scx").createTicket(ticket, { ensure: "once" }),
      () => make("probo").createTicket(complaint, { ensure: "once" }),
      () => make("kaufland").getTicket("00110123123", undefined, { ensure: "once" }),
    ]) {
      const error = await call().catch((thrown) => thrown);
      assert.deepEqual([error.kind, error.code, error.sent], ["configuration", "ensure_impossible", "no"]);
    }
    const error = await make("kaufland")
      .closeTicket("00110123123", { ensure: "twice" })
      .catch((thrown) => thrown);
    assert.deepEqual([error.kind, error.code], ["configuration", "invalid_options"]);
    const slow = await make("kaufland")
      .closeTicket("00110123123", { ensure: "once", settleMs: Number.NaN })
      .catch((thrown) => thrown);
    assert.equal(slow.violations[0].field, "settleMs");
    assert.deepEqual((await control("GET", "log")).entries, []);
  });

  test("an acknowledgement is sent again", async () => {
    const match = { marketplace: "jtl-scx", method: "DELETE", path: "/v1/channel/event" };
    await fault(match, lost);
    const scx = make("jtl-scx");
    const { attempts, found } = await scx
      .acknowledgeEvents(["65e2f0aa11bb22cc33dd44ee"], { ensure: "once" })
      .withResponse();
    assert.deepEqual([attempts, found], [2, false]);
  });
});
