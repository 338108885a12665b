// The local ClickBank marketplace, in workerd: every rule on both sides of its limit, every shape
// of its answers, what becomes of the money, what is seeded.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../local.mjs";
import { controls, send } from "./testing.mjs";

const { apiKey, developerKey } = LOCAL_KEYS.clickbank;
const READ_ONLY = "API-LOCALCLICKBANKREADONLY0000000000";
const WRITE_ONLY = "API-LOCALCLICKBANKWRITEONLY000000000";
const NEIGHBOUR = "API-LOCALCLICKBANK000000000000000002";
const NOW = "2026-03-02T12:00:00Z";

let demo;
let api;
let db;
let control;

before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true, now: NOW });
  api = `${demo.marketplaceUrl}/clickbank/rest/1.3/tickets`;
  db = demo.db.clickbank;
  control = controls(demo.marketplaceUrl);
});

after(() => demo.dispose());

async function fresh() {
  await control.reset();
  await control.settings({ clickbank: { rate_limit: null, refunds_run: "at_once" } });
}

beforeEach(fresh);

/**
 * A call: path below /tickets with the query's values; `headers` replace the usual ones, `null`
 * leaves one out.
 */
function call(method, path, query = {}, { key = apiKey, headers = {}, body } = {}) {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const all = { authorization: key, accept: "application/json", ...headers };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  const url = pairs.length === 0 ? `${api}${path}` : `${api}${path}?${pairs.join("&")}`;
  return send(method, url, { headers: kept, body });
}

function assertRefused(response, status, text) {
  assert.equal(response.status, status, response.text);
  assert.equal(response.headers["content-type"], "text/plain");
  assert.equal(response.json, undefined, "plain text, not json");
  if (typeof text === "string") assert.equal(response.text, text);
  else assert.match(response.text, text ?? /./);
}

/** The ticket of an answer, be it wrapped or bare. */
function ticketOf(response) {
  assert.equal(response.status, 200, response.text);
  return response.json.ticketData ?? response.json;
}

/** The tickets of a list's answer, whatever its shape. */
function ticketsOf(response) {
  const { ticketData = [] } = response.text === "" ? {} : (response.json ?? {});
  return [ticketData].flat();
}

const TECH = { type: "tech", reason: "ticket.type.tech_support.9" };
const FULL = { type: "rfnd", reason: "ticket.type.refund.8", refundType: "FULL" };
const CANCEL = { type: "cncl", reason: "ticket.type.cancel.7" };
const percent = (refundAmount) => ({ ...FULL, refundType: "PARTIAL_PERCENT", refundAmount });
const amount = (refundAmount) => ({ ...FULL, refundType: "PARTIAL_AMOUNT", refundAmount });

const create = (receipt, query) => call("POST", `/${receipt}`, query);
const update = (id, query) => call("PUT", `/${id}`, query);
const opened = async (receipt, query) => ticketOf(await create(receipt, query)).ticketid;

const sale = (receipt, item) =>
  db.first(
    "SELECT * FROM clickbank_sales WHERE receipt = ? AND (item_no = ? OR ? IS NULL)",
    receipt,
    item ?? null,
    item ?? null,
  );

async function assertMoney(receipt, cents, usdCents, cancelled = 0) {
  const row = await sale(receipt);
  assert.deepEqual([row.refunded_cents, row.refunded_usd_cents, row.cancelled], [cents, usdCents, cancelled]);
}

const count = async (table) => (await db.first(`SELECT COUNT(*) AS n FROM ${table}`)).n;

describe("authorization", () => {
  test("the key alone, or the developer's key before it", async () => {
    assert.equal((await call("GET", "/count")).status, 200);
    assert.equal((await call("GET", "/count", {}, { key: `${developerKey}:${apiKey}` })).status, 200);
  });

  test("everything else is a 403 in plain text", async () => {
    for (const key of [
      null,
      "API-UNKNOWN",
      `Bearer ${apiKey}`,
      `Basic ${apiKey}`,
      apiKey.toLowerCase(),
      developerKey,
      `${apiKey}:${developerKey}`,
      `DEV-UNKNOWN:${apiKey}`,
      `${developerKey}:API-UNKNOWN`,
      `${developerKey}: ${apiKey}`,
      `:${apiKey}`,
    ]) {
      assertRefused(await call("GET", "/count", {}, { headers: { authorization: key } }), 403);
    }
  });

  test("the developer's key can be demanded", async () => {
    await control.settings({ clickbank: { developer_key_required: true } });
    assertRefused(await call("GET", "/count"), 403, /HAS_DEVELOPER_KEY/);
    assert.equal((await call("GET", "/count", {}, { key: `${developerKey}:${apiKey}` })).status, 200);
  });

  test("roles: reading, writing, and both for a return", async () => {
    const { ticketid } = await db.first("SELECT ticketid FROM clickbank_tickets WHERE type = 'TECH_SUPPORT' LIMIT 1");
    const reads = [
      ["GET", "/count"],
      ["GET", "/list"],
      ["GET", `/${ticketid}`],
      ["GET", "/refundAmounts/LOCAL001", { refundType: "FULL" }],
    ];
    const writes = [
      ["POST", "/LOCAL001", TECH],
      ["PUT", `/${ticketid}`, { comment: "?" }],
    ];
    for (const [method, path, query] of reads) {
      assert.equal((await call(method, path, query, { key: READ_ONLY })).status, path === "/list" ? 206 : 200);
      assertRefused(await call(method, path, query, { key: WRITE_ONLY }), 403, /api_order_read/);
    }
    for (const [method, path, query] of writes) {
      assert.equal((await call(method, path, query, { key: WRITE_ONLY })).status, 200);
      assertRefused(await call(method, path, query, { key: READ_ONLY }), 403, /api_order_write/);
    }
    for (const key of [READ_ONLY, WRITE_ONLY]) {
      assertRefused(await call("POST", "/39000007/returned", {}, { key }), 403, /api_order_/);
    }
    assert.equal((await call("POST", "/39000007/returned")).status, 204);
  });

  test("nothing of another account is to be seen", async () => {
    assert.equal(ticketsOf(await call("GET", "/list", {}, { key: NEIGHBOUR })).length, 3);
    assert.equal((await call("GET", "/35000001", {}, { key: NEIGHBOUR })).status, 200);
    for (const response of [
      await call("GET", "/35000001"),
      await update(35000001, { comment: "?" }),
      await call("POST", "/35000001/returned"),
      await create("OTHER001", TECH),
      await call("GET", "/refundAmounts/OTHER001", { refundType: "FULL" }),
    ]) {
      assertRefused(response, 403);
    }
    assert.equal((await call("GET", "/list", { receipt: "OTHER001" })).status, 200);
    // The tickets of a receipt that both could know are still the account's own.
    const { receipt } = await db.first("SELECT receipt FROM clickbank_tickets WHERE ticketid = 35000001");
    assert.deepEqual(ticketsOf(await call("GET", "/list", { receipt })), []);
  });
});

describe("requests", () => {
  test("unknown paths and methods", async () => {
    assertRefused(await call("GET", ""), 404);
    assertRefused(await call("GET", "/list/more"), 404);
    assertRefused(await send("GET", `${demo.marketplaceUrl}/clickbank/other`), 404);
    assertRefused(await call("DELETE", "/31000001"), 405);
    assertRefused(await call("GET", "/31000001/returned"), 405);
    // A receipt of that name could not be addressed.
    const response = await call("POST", "/list", TECH);
    assertRefused(response, 405);
    assert.equal(response.headers.allow, "GET");
  });

  test("an address of 2000 characters, and one of 2001", async () => {
    const start = `${api}/LOCAL001?type=tech&reason=${TECH.reason}&comment=`;
    const room = 2000 - start.length;
    const headers = { authorization: apiKey, accept: "application/json" };
    assert.equal((await send("POST", `${start}${"a".repeat(room)}`, { headers })).status, 200);
    assertRefused(await send("POST", `${start}${"a".repeat(room + 1)}`, { headers }), 414, /2000/);
    // What counts is the address as it is sent.
    assertRefused(await send("POST", `${start}${"%20".repeat(Math.ceil((room + 1) / 3))}`, { headers }), 414);
    assert.equal(await count("clickbank_tickets WHERE receipt = 'LOCAL001'"), 1);
  });

  test("bodies are ignored, form or not", async () => {
    const form = { headers: { "content-type": "application/x-www-form-urlencoded" } };
    const body = new URLSearchParams(TECH).toString();
    assertRefused(await call("POST", "/LOCAL001", {}, { ...form, body }), 400, "type is required");
    assert.equal((await call("POST", "/LOCAL001", TECH, { ...form, body: "comment=from+the+body" })).status, 200);
    const { comment } = await db.first("SELECT comment FROM clickbank_comments ORDER BY comment_id DESC LIMIT 1");
    assert.equal(comment, null);
    assertRefused(await call("PUT", "/31000001", {}, { ...form, body: "comment=x" }), 400, "comment is required");
  });

  test("parameters that nobody reads are ignored, and of several the first counts", async () => {
    assert.equal((await create("LOCAL001", { ...TECH, color: "blue" })).status, 200);
    const headers = { authorization: apiKey, accept: "application/json" };
    assertRefused(await send("GET", `${api}/list?status=nothing&status=open`, { headers }), 400);
    assert.equal((await send("GET", `${api}/list?status=open&status=nothing`, { headers })).status, 206);
    assertRefused(await send("GET", `${api}/list?status=%ff`, { headers }), 400);
  });

  test("xml unless json is preferred", async () => {
    for (const [accept, type] of [
      [null, "application/xml"],
      ["*/*", "application/xml"],
      ["application/xml", "application/xml"],
      ["application/json", "application/json"],
      ["application/json, */*;q=0.1", "application/json"],
      ["application/json;q=0.4, application/xml;q=0.5", "application/xml"],
      ["text/html, application/json", "application/json"],
    ]) {
      const response = await call("GET", "/31000001", {}, { headers: { accept } });
      assert.deepEqual([response.status, response.headers["content-type"]], [200, type], accept);
    }
    assertRefused(await call("GET", "/31000001", {}, { headers: { accept: "text/html" } }), 406);
    assertRefused(await call("POST", "/LOCAL001", TECH, { headers: { accept: "text/html" } }), 406);
    assert.equal(await count("clickbank_tickets WHERE receipt = 'LOCAL001'"), 0, "refused before it is carried out");
  });

  test("the schemas: xml text, open to everyone", async () => {
    for (const [path, type] of [
      ["/schema", "ticketData"],
      ["/partialRefundDataSchema", "partialRefundData"],
    ]) {
      for (const headers of [{ authorization: null, accept: "application/xml" }, { accept: null }]) {
        const response = await call("GET", path, {}, { headers });
        assert.deepEqual([response.status, response.headers["content-type"]], [200, "application/xml"]);
        assert.match(response.text, /^<\?xml .*<xs:schema /s);
        assert.ok(response.text.includes(`<xs:complexType name="${type}">`));
      }
      assertRefused(await call("GET", path), 406);
      assertRefused(await call("PUT", path, {}, { headers: { accept: "*/*" } }), 405);
    }
    assert.match((await call("GET", "/schema", {}, { headers: { accept: "*/*" } })).text, /name="ticketid"/);
  });
});

describe("limits", () => {
  const counts = async (number) => {
    const responses = await Promise.all(Array.from({ length: number }, () => call("GET", "/count")));
    return responses.sort((a, b) => a.status - b.status);
  };

  test("10 requests per second, refused with 403 and no hint when to come back", async () => {
    assert.equal((await control.settings()).clickbank.daily_limit, 25_000);
    await control.reset();
    const responses = await counts(14);
    // A busy machine may need more than a second for them, but not for eleven of them.
    assert.ok(responses.filter(({ status }) => status === 200).length >= 10);
    await control.settings({ clickbank: { rate_limit: 3 } });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const refused = (await counts(12)).at(-1);
    assertRefused(refused, 403, /requests per second/);
    assert.equal(refused.headers["retry-after"], undefined);
    await control.settings({ clickbank: { rate_limit: null } });
    assert.ok((await counts(20)).every(({ status }) => status === 200));
  });

  test("requests per day and account", async () => {
    await control.settings({ clickbank: { daily_limit: 3 } });
    for (let index = 0; index < 3; index += 1) assert.equal((await call("GET", "/count")).status, 200);
    assertRefused(await call("GET", "/count"), 403, /requests today/);
    assert.equal((await call("GET", "/count", {}, { key: NEIGHBOUR })).status, 200);
    assert.equal((await call("GET", "/schema", {}, { headers: { accept: "*/*" } })).status, 200);
  });
});

describe("create", () => {
  test("the ticket is answered and stored", async () => {
    await control.settings({ clickbank: { single: "wrapped" } });
    const response = await create("LOCAL002", { ...percent("50.00"), comment: "Partial & goodwill" });
    const { ticketData } = response.json;
    const row = await sale("LOCAL002");
    const { opened, updateTime, openedDate, expirationDate, ...rest } = ticketData;
    assert.deepEqual(rest, {
      ticketid: "39000008",
      receipt: "LOCAL002",
      status: "OPEN",
      type: "REFUND",
      comments: { ...ticketData.comments, comment: "Partial & goodwill", action: "OPENED", commentRole: "VENDOR" },
      closedDate: { "@nil": "true" },
      description: "Other",
      refundType: "PARTIAL_PERCENT",
      refundAmount: "50.00",
      customerFirstName: row.first_name,
      customerLastName: row.last_name,
      email: row.email,
      emailAtOrderTime: row.email,
      locale: row.locale,
      note: { "@nil": "true" },
      productItemNo: "2",
      source: "API",
    });
    assert.match(openedDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-08:00$/);
    assert.ok(Math.abs(Date.parse(openedDate) - Date.now()) < 60_000);
    assert.equal(updateTime, openedDate);
    assert.deepEqual(ticketOf(await call("GET", "/39000008")), ticketData);
    const stored = await db.first("SELECT * FROM clickbank_tickets WHERE ticketid = 39000008");
    assert.equal(stored.reason, "ticket.type.refund.8");
  });

  test("type and reason are required and belong together", async () => {
    assertRefused(await create("LOCAL001", {}), 400, "type is required");
    assertRefused(await create("LOCAL001", { type: "tech" }), 400, "reason is required");
    for (const type of ["", "REFUND", "RFND", "refund"]) {
      assertRefused(await create("LOCAL001", { ...FULL, type }), 400, /^type must be one of/);
    }
    const families = {
      cncl: [1, 2, 3, 4, 5, 6, 7, "not.mobile"].map((end) => `ticket.type.cancel.${end}`),
      rfnd: [1, 2, 3, 4, 5, 6, 7, 8, "returned", "not.mobile"].map((end) => `ticket.type.refund.${end}`),
      tech: [1, 2, 3, 4, 9, 10].map((end) => `ticket.type.tech_support.${end}`),
    };
    assert.equal(Object.values(families).flat().length, 24);
    const receipts = (
      await db.all(
        "SELECT receipt FROM clickbank_sales WHERE vendor = 'musterlab' AND recurring = 0 AND receipt NOT IN (SELECT receipt FROM clickbank_tickets) AND receipt <> 'LOCAL005'",
      )
    ).map((row) => row.receipt);
    for (const [type, reasons] of Object.entries(families)) {
      for (const [family, others] of Object.entries(families)) {
        for (const reason of others) {
          const query = { type, reason, refundType: "FULL" };
          if (family !== type)
            assertRefused(await create("LOCAL001", query), 400, `reason is not valid for type ${type}`);
          else {
            const receipt = type === "tech" ? "LOCAL001" : receipts.pop();
            const ticket = ticketOf(await create(receipt, query));
            assert.ok(ticket.description.length > 0);
          }
        }
      }
      assert.ok(reasons.length > 0);
    }
    for (const reason of ["", "ticket.type.tech_support.5", "ticket.type.tech_support.8", "toString", "other"]) {
      assertRefused(await create("LOCAL001", { type: "tech", reason }), 400, /^reason/);
    }
  });

  test("a refund needs its type, in upper case", async () => {
    assertRefused(await create("LOCAL001", { ...FULL, refundType: "" }), 400, /^refundType must be one of/);
    const { refundType, ...without } = FULL;
    assertRefused(await create("LOCAL001", without), 400, "refundType is required");
    for (const type of ["full", "Full", "TAX", "PARTIAL_QUANTITY"]) {
      assertRefused(await create("LOCAL001", { ...FULL, refundType: type }), 400, /^refundType must be one of/);
    }
    assert.equal((await create("LOCAL001", { ...FULL, refundType })).status, 200);
  });

  test("the other types need none", async () => {
    assert.equal((await create("LOCAL001", { ...TECH, refundType: "nothing" })).status, 200);
    assert.equal((await create("LOCAL009", CANCEL)).status, 200);
  });

  test("percent: 1 to 80, at most two decimals", async () => {
    for (const bad of [
      "",
      "0.99",
      "0",
      "80.01",
      "81",
      "100",
      "-5",
      "5.001",
      "50,5",
      "5e1",
      "+5",
      ".5",
      "5.",
      "half",
      " 5",
      "0x5",
    ]) {
      assertRefused(await create("LOCAL001", percent(bad)), 400, /^refundAmount must be/);
    }
    const { refundAmount, ...without } = percent("1");
    assertRefused(await create("LOCAL001", without), 400, "refundAmount is required for PARTIAL_PERCENT");
    for (const good of [refundAmount, "1.00", "1.5", "33.33", "79.99", "80", "80.00"]) {
      const id = await opened("LOCAL001", percent(good));
      assert.equal(ticketOf(await update(id, { action: "close" })).refundAmount, good);
    }
  });

  test("amount: more than nothing, no more than is left", async () => {
    for (const bad of ["", "0", "0.00", "-1", "1.001", "1,5"]) {
      assertRefused(await create("LOCAL002", amount(bad)), 400, /^refundAmount must be/);
    }
    assertRefused(await create("LOCAL002", amount("92.81")), 400, /more than the 92\.80 left/);
    await assertMoney("LOCAL002", 0, 0);
    for (const [good, cents, usd] of [
      ["0.01", 1, 1],
      ["92.80", 9280, 10000],
    ]) {
      const id = await opened("LOCAL002", amount(good));
      await assertMoney("LOCAL002", cents, usd);
      await update(id, { action: "close" });
    }
    const { refundAmount, ...without } = amount("1");
    assertRefused(await create("LOCAL002", without), 400, "refundAmount is required for PARTIAL_AMOUNT");
    assert.equal(refundAmount, "1");
  });

  test("partial refunds only of vendors that are enabled for them", async () => {
    assertRefused(await create("LOCAL006", percent("10")), 403, /partial refunds/);
    assertRefused(await create("LOCAL006", amount("10")), 403, /partial refunds/);
    assert.equal((await create("LOCAL006", FULL)).status, 200);
  });

  test("retainSubscription is true or false", async () => {
    for (const retainSubscription of ["", "yes", "TRUE", "1"]) {
      assertRefused(await create("LOCAL003", { ...FULL, retainSubscription }), 400, /^retainSubscription/);
    }
  });

  test("sku: a line of the receipt, needed when there are several", async () => {
    assertRefused(await create("LOCAL005", TECH), 400, /^sku is required/);
    assertRefused(await create("LOCAL005", { ...TECH, sku: "9" }), 403);
    assertRefused(await create("LOCAL001", { ...TECH, sku: "9" }), 403);
    assert.equal(ticketOf(await create("LOCAL005", { ...TECH, sku: "8" })).productItemNo, "8");
    assert.equal(ticketOf(await create("LOCAL001", { ...TECH, sku: "1" })).productItemNo, "1");
  });

  test("unknown receipts are 403, whatever they look like", async () => {
    for (const receipt of ["NOWHERE1", "39000001", "..%2F..", "LOCAL001%20", "local001"]) {
      assertRefused(await create(receipt, TECH), 403, /^Receipt does not exist/);
    }
  });
});

describe("money", () => {
  test("a refund moves it, and only once", async () => {
    await opened("LOCAL001", FULL);
    await assertMoney("LOCAL001", 4700, 4700);
    assertRefused(await create("LOCAL001", FULL), 400, "Refund ticket already open");
    assertRefused(await create("LOCAL001", CANCEL), 400, "Transaction already refunded");
    await assertMoney("LOCAL001", 4700, 4700);
    assert.equal((await create("LOCAL001", TECH)).status, 200);
  });

  test("however many arrive at the same moment", async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => create("LOCAL001", percent("40"))));
    assert.deepEqual(
      responses.map(({ status }) => status).sort((a, b) => a - b),
      [200, 400, 400, 400, 400, 400, 400, 400],
    );
    await assertMoney("LOCAL001", 1880, 1880);
    assert.equal(await count("clickbank_effects WHERE receipt = 'LOCAL001'"), 1);
  });

  test("a cancellation of what does not recur refunds it as well", async () => {
    const id = await opened("LOCAL002", CANCEL);
    await assertMoney("LOCAL002", 9280, 10000);
    await update(id, { action: "close" });
    await assertMoney("LOCAL002", 0, 0);
  });

  test("a cancellation of what recurs stops it and moves nothing, for all rebills", async () => {
    const id = await opened("LOCAL003-B002", CANCEL);
    for (const receipt of ["LOCAL003", "LOCAL003-B002", "LOCAL003-B003"]) await assertMoney(receipt, 0, 0, 1);
    assertRefused(await create("LOCAL003", CANCEL), 400, "Subscription already canceled");
    await update(id, { action: "close" });
    await assertMoney("LOCAL003", 0, 0, 0);
  });

  test("a refund of what recurs does both, or keeps the subscription when asked", async () => {
    await opened("LOCAL003-B003", FULL);
    await assertMoney("LOCAL003-B003", 2700, 2700, 1);
    await assertMoney("LOCAL003", 0, 0, 1);
    await opened("LOCAL009", { ...percent("10"), retainSubscription: "true" });
    await assertMoney("LOCAL009", 150, 150, 0);
    const { json } = await call("GET", "/list", { receipt: "LOCAL009" });
    assert.equal([json.ticketData].flat().length, 1);
  });

  test("a line of a cart is refunded alone", async () => {
    await opened("LOCAL005", { ...FULL, sku: "1" });
    assert.equal((await sale("LOCAL005", "1")).refunded_cents, 3713);
    assert.equal((await sale("LOCAL005", "6-sub")).refunded_cents, 0);
    await opened("LOCAL005", { ...CANCEL, sku: "6-sub" });
    assert.deepEqual([(await sale("LOCAL005", "6-sub")).cancelled, (await sale("LOCAL005", "1")).cancelled], [1, 0]);
  });

  test("partial refunds add up, and a full one takes the rest", async () => {
    const first = await opened("LOCAL001", percent("80"));
    await db.run("UPDATE clickbank_tickets SET status = 'CLOSED' WHERE ticketid = ?", Number(first));
    assertRefused(await create("LOCAL001", percent("20.02")), 400, /more than the 9\.40 left/);
    await opened("LOCAL001", FULL);
    await assertMoney("LOCAL001", 4700, 4700);
  });

  test("what is to be refunded, in the two or three currencies of a sale", async () => {
    await control.settings({ clickbank: { single: "bare" } });
    const amounts = async (receipt, query) => {
      const response = await call("GET", `/refundAmounts/${receipt}`, query);
      assert.equal(response.status, 200, response.text);
      const { usdAmount, customerAmount, customerCurrency, productAmount, productCurrency } = response.json;
      return `${usdAmount} USD, ${customerAmount} ${customerCurrency}, ${productAmount} ${productCurrency}`;
    };
    const of = (refundType, refundAmount) =>
      refundAmount === undefined ? { refundType } : { refundType, refundAmount };
    for (const [receipt, query, expected] of [
      ["LOCAL001", of("FULL"), "47.00 USD, 47.00 USD, 47.00 USD"],
      ["LOCAL002", of("FULL"), "100.00 USD, 92.80 EUR, 100.00 USD"],
      ["LOCAL002", of("PARTIAL_PERCENT", "12.50"), "12.50 USD, 11.60 EUR, 12.50 USD"],
      ["LOCAL002", of("PARTIAL_PERCENT", "33.33"), "33.33 USD, 30.93 EUR, 33.33 USD"],
      ["LOCAL002", of("PARTIAL_AMOUNT", "10"), "10.78 USD, 10.00 EUR, 10.78 USD"],
      ["LOCAL007", of("PARTIAL_PERCENT", "50"), "37.18 USD, 29.37 GBP, 34.50 EUR"],
      ["LOCAL007", of("PARTIAL_AMOUNT", "0.01"), "0.01 USD, 0.01 GBP, 0.01 EUR"],
    ]) {
      assert.equal(await amounts(receipt, query), expected, `${receipt} ${JSON.stringify(query)}`);
    }
    // The answer is what the refund then does.
    await opened("LOCAL002", percent("33.33"));
    await assertMoney("LOCAL002", 3093, 3333);
    assert.equal(await amounts("LOCAL002", of("FULL")), "66.67 USD, 61.87 EUR, 66.67 USD");
    await assertMoney("LOCAL002", 3093, 3333);
  });

  test("the same rules when only asking", async () => {
    const ask = (receipt, query) => call("GET", `/refundAmounts/${receipt}`, query);
    assertRefused(await ask("LOCAL001", {}), 400, "refundType is required");
    assertRefused(await ask("LOCAL001", { refundType: "full" }), 400, /^refundType must be/);
    assertRefused(await ask("LOCAL001", { refundType: "PARTIAL_AMOUNT" }), 400, /^refundAmount is required/);
    assertRefused(await ask("LOCAL001", { refundType: "PARTIAL_PERCENT", refundAmount: "80.01" }), 400);
    assertRefused(await ask("LOCAL006", { refundType: "PARTIAL_PERCENT", refundAmount: "10" }), 403);
    assertRefused(await ask("LOCAL005", { refundType: "FULL" }), 400, /^sku/);
    assertRefused(await ask("NOWHERE1", { refundType: "FULL" }), 403);
    assert.equal((await ask("LOCAL005", { refundType: "FULL", sku: "8" })).status, 200);
  });

  test("a physical item must come back first", async () => {
    const id = await opened("LOCAL004", FULL);
    await assertMoney("LOCAL004", 0, 0);
    const response = await call("POST", `/${id}/returned`);
    assert.deepEqual([response.status, response.text], [204, ""]);
    await assertMoney("LOCAL004", 12900, 12900);
    const ticket = ticketOf(await call("GET", `/${id}`));
    assert.equal(ticket.status, "CLOSED");
    assert.equal(ticket.comments.at(-1).action, "REFUND_ACKED");
    // Again changes nothing.
    assert.equal((await call("POST", `/${id}/returned`)).status, 204);
    assert.equal(ticketOf(await call("GET", `/${id}`)).comments.length, 2);
    await assertMoney("LOCAL004", 12900, 12900);
    // What the return has completed, closing does not take back.
    assert.equal(ticketOf(await update(id, { action: "reopen", comment: "?" })).status, "REOPENED");
    assertRefused(await update(id, { action: "change", type: "rfnd" }), 400, "Transaction already refunded");
    assert.equal(ticketOf(await update(id, { action: "close" })).status, "CLOSED");
    await assertMoney("LOCAL004", 12900, 12900);
  });

  test("a physical item that did not come back: closing withdraws the request", async () => {
    const id = await opened("LOCAL004", FULL);
    await update(id, { action: "close" });
    assert.equal(
      (await db.first("SELECT state FROM clickbank_effects WHERE ticketid = ?", Number(id))).state,
      "cancelled",
    );
    // The return is acknowledged, but there is nothing to complete; asked for again, there is
    // nothing to wait for.
    assert.equal((await call("POST", `/${id}/returned`)).status, 204);
    await assertMoney("LOCAL004", 0, 0);
    await update(id, { action: "reopen", comment: "?" });
    await assertMoney("LOCAL004", 12900, 12900);
  });

  test("returns: of physical items only, 400 for what is not there", async () => {
    const id = await opened("LOCAL001", FULL);
    assertRefused(await call("POST", `/${id}/returned`), 400, /physical/);
    assertRefused(await call("POST", "/99999999/returned"), 400, "Ticket not found");
    assertRefused(await call("POST", "/abc/returned"), 400, "Ticket not found");
    assertRefused(await call("POST", "/39000005/returned"), 403);
  });
});

describe("update", () => {
  test("no action is a comment", async () => {
    const id = await opened("LOCAL001", TECH);
    const ticket = ticketOf(await update(id, { comment: "One & more", type: "rfnd" }));
    assert.deepEqual([ticket.status, ticket.type], ["OPEN", "TECH_SUPPORT"]);
    assert.deepEqual(
      ticket.comments.map(({ action, comment, commentRole }) => [action, comment, commentRole]),
      [
        ["OPENED", { "@nil": "true" }, "VENDOR"],
        ["COMMENTED", "One & more", "VENDOR"],
      ],
    );
    for (const query of [{}, { comment: "" }, { comment: " " }]) {
      assertRefused(await update(id, query), 400, "comment is required");
    }
  });

  test("actions are change, close and reopen", async () => {
    const id = await opened("LOCAL001", TECH);
    for (const action of ["", "Close", "comment", "delete"]) {
      assertRefused(await update(id, { action, comment: "?" }), 400, /^action must be one of/);
    }
  });

  test("closing takes the refund back", async () => {
    const id = await opened("LOCAL003", FULL);
    await assertMoney("LOCAL003", 2700, 2700, 1);
    const ticket = ticketOf(await update(id, { action: "close", comment: "Changed her mind" }));
    assert.equal(ticket.status, "CLOSED");
    assert.match(ticket.closedDate, /^\d{4}-/);
    assert.deepEqual([ticket.comments[1].action, ticket.comments[1].comment], ["CLOSED", "Changed her mind"]);
    await assertMoney("LOCAL003", 0, 0, 0);
    assertRefused(await update(id, { action: "close" }), 400, /already closed/);
    assertRefused(await update(id, { action: "change", type: "tech" }), 400, /closed/);
    assert.equal((await update(id, { comment: "Still something to say" })).status, 200);
  });

  test("reopening: closed tickets only, with a comment, and the refund is asked for again", async () => {
    const id = await opened("LOCAL001", percent("10"));
    assertRefused(await update(id, { action: "reopen", comment: "?" }), 400, /closed tickets/);
    await update(id, { action: "close" });
    assertRefused(await update(id, { action: "reopen" }), 400, "comment is required to reopen a ticket");
    assertRefused(await update(id, { action: "reopen", comment: "" }), 400, "comment is required to reopen a ticket");
    const ticket = ticketOf(await update(id, { action: "reopen", comment: "Again" }));
    assert.equal(ticket.status, "REOPENED");
    assert.deepEqual(ticket.closedDate, { "@nil": "true" });
    assert.equal(ticket.comments.at(-1).action, "REOPENED");
    await assertMoney("LOCAL001", 470, 470);
    assertRefused(await update(id, { action: "reopen", comment: "?" }), 400);
    assert.equal(ticketOf(await update(id, { action: "close" })).status, "CLOSED");
  });

  test("a reopened refund can not stand beside another open one, nor take more than was paid", async () => {
    const first = await opened("LOCAL001", FULL);
    await update(first, { action: "close" });
    const second = await opened("LOCAL001", FULL);
    assertRefused(await update(first, { action: "reopen", comment: "?" }), 400, "Refund ticket already open");
    await db.run("UPDATE clickbank_tickets SET status = 'CLOSED' WHERE ticketid = ?", Number(second));
    assertRefused(await update(first, { action: "reopen", comment: "?" }), 400, "Transaction already refunded");
    await assertMoney("LOCAL001", 4700, 4700);
    assert.equal(ticketOf(await call("GET", `/${first}`)).status, "CLOSED");
  });

  test("changing the type: to a full refund, or away from one", async () => {
    const id = await opened("LOCAL002", TECH);
    assertRefused(await update(id, { action: "change" }), 400, "type is required to change a ticket");
    assertRefused(await update(id, { action: "change", type: "REFUND" }), 400, /^type must be one of/);
    for (const partial of [{ refundType: "PARTIAL_PERCENT", refundAmount: "10" }, { refundAmount: "10" }]) {
      assertRefused(await update(id, { action: "change", type: "rfnd", ...partial }), 400, /^Partial refunds/);
    }
    const refund = ticketOf(await update(id, { action: "change", type: "rfnd", comment: "As agreed" }));
    assert.deepEqual([refund.type, refund.refundType, refund.comments[1].action], ["REFUND", "FULL", "CHANGED"]);
    await assertMoney("LOCAL002", 9280, 10000);
    const cancel = ticketOf(await update(id, { action: "change", type: "cncl" }));
    assert.deepEqual([cancel.type, cancel.refundType], ["CANCEL", { "@nil": "true" }]);
    await assertMoney("LOCAL002", 9280, 10000);
    assert.equal(ticketOf(await update(id, { action: "change", type: "tech" })).type, "TECH_SUPPORT");
    await assertMoney("LOCAL002", 0, 0);
  });

  test("a partial refund that is changed becomes a full one", async () => {
    const id = await opened("LOCAL001", percent("10"));
    const ticket = ticketOf(await update(id, { action: "change", type: "rfnd" }));
    assert.deepEqual([ticket.refundType, ticket.refundAmount], ["FULL", { "@nil": "true" }]);
    await assertMoney("LOCAL001", 4700, 4700);
  });

  test("403: unknown tickets, odd ids, and tickets that are not for the caller", async () => {
    for (const id of ["99999999", "abc", "LOCAL001", "0", "-1", "39000001.0", "99999999999999999999", "%2e%2e"]) {
      assertRefused(await call("GET", `/${id}`), 403, /^Ticket does not exist/);
      assertRefused(await update(id, { comment: "?" }), 403, /^Ticket does not exist/);
    }
    assert.equal((await call("GET", "/39000005")).status, 200);
    assertRefused(await update(39000005, { comment: "?" }), 403, /^Not allowed/);
  });
});

describe("list and count", () => {
  const ids = async (query, options) => ticketsOf(await call("GET", "/list", query, options)).map((t) => t.ticketid);

  test("pages by header: 206 while more follow, and pages that are not full", async () => {
    const sizes = [];
    const seen = new Set();
    let status = 206;
    for (let page = 1; status === 206; page += 1) {
      const response = await call("GET", "/list", {}, { headers: { page: String(page) } });
      status = response.status;
      const tickets = ticketsOf(response);
      sizes.push(tickets.length);
      for (const ticket of tickets) seen.add(ticket.ticketid);
    }
    assert.equal(status, 200);
    assert.deepEqual(sizes, [100, 97, 80]);
    assert.equal(seen.size, 277);
    const total = (await db.first("SELECT COUNT(*) AS n FROM clickbank_tickets WHERE ticketid NOT LIKE '35%'")).n;
    assert.equal(total, 277);
    // No header is the first page; the query does not choose one.
    const first = await ids({});
    assert.deepEqual(await ids({ page: "2" }), first);
    assert.deepEqual(await ids({}, { headers: { Page: "1" } }), first);
    assert.notDeepEqual(await ids({}, { headers: { Page: "2" } }), first);
    const beyond = await call("GET", "/list", {}, { headers: { page: "4" } });
    assert.deepEqual([beyond.status, ticketsOf(beyond)], [200, []]);
    for (const page of ["0", "-1", "x", "1.5", ""]) {
      assertRefused(await call("GET", "/list", {}, { headers: { page } }), 400, /^Page/);
    }
  });

  test("pages can be made small", async () => {
    await control.settings({ clickbank: { page_size: 5 } });
    const sizes = [];
    for (let page = 1; page <= 4; page += 1) {
      const response = await call("GET", "/list", { status: "reopened", type: "rfnd" }, { headers: { page } });
      sizes.push([response.status, ticketsOf(response).length]);
    }
    const total = await count("clickbank_tickets WHERE status = 'REOPENED' AND type = 'REFUND'");
    assert.ok(total > 9);
    assert.deepEqual(sizes.slice(0, 2), [
      [206, 5],
      [206, 4],
    ]);
  });

  test("type and status", async () => {
    for (const [name, values] of [
      ["type", { rfnd: "REFUND", cncl: "CANCEL", tech: "TECH_SUPPORT" }],
      ["status", { open: "OPEN", reopened: "REOPENED", closed: "CLOSED" }],
    ]) {
      for (const [value, shown] of Object.entries(values)) {
        const response = await call("GET", "/list", { [name]: value });
        const tickets = ticketsOf(response);
        assert.ok(tickets.length > 0);
        assert.ok(tickets.every((ticket) => ticket[name] === shown));
        await control.settings({ clickbank: { count: "number" } });
        const { n } = await db.first(
          `SELECT COUNT(*) AS n FROM clickbank_tickets WHERE ${name} = ? AND ticketid NOT LIKE '35%'`,
          shown,
        );
        assert.equal((await call("GET", "/count", { [name]: value })).json, n);
        assert.equal(response.status, n > 100 ? 206 : 200);
      }
      for (const bad of ["", Object.values(values)[0], "all"]) {
        for (const path of ["/list", "/count"]) assertRefused(await call("GET", path, { [name]: bad }), 400);
      }
    }
  });

  test("receipt: four characters without wildcards, not beginning with one", async () => {
    for (const path of ["/list", "/count"]) {
      for (const bad of ["", "ABC", "AB%C", "%ABCD", "ABC%%%", "%"]) {
        assertRefused(await call("GET", path, { receipt: bad }), 400, /^receipt/);
      }
      for (const good of ["ABCD", "AB%CD", "ABCD%"]) {
        assert.equal((await call("GET", path, { receipt: good })).status, 200);
      }
    }
    const one = await opened("LOCAL001", TECH);
    const two = await opened("LOCAL002", TECH);
    assert.deepEqual(await ids({ receipt: "LOCAL001" }), [one]);
    assert.deepEqual(await ids({ receipt: "LOCAL00%" }), [two, one]);
    assert.deepEqual(await ids({ receipt: "LO%002" }), [two]);
    assert.deepEqual(await ids({ receipt: "LOCAL0_1" }), [], "only the percent sign is a wildcard");
    assert.deepEqual(await ids({ receipt: "LOCAL" }), [], "the whole receipt, unless it ends in one");
  });

  test("the receipt of a subscription brings the tickets of all rebills", async () => {
    const first = await opened("LOCAL003", TECH);
    const third = await opened("LOCAL003-B003", TECH);
    await opened("LOCAL009", TECH);
    for (const receipt of ["LOCAL003", "LOCAL003-B002", "LOCAL003-B003"]) {
      assert.deepEqual(await ids({ receipt }), [third, first]);
    }
    await control.settings({ clickbank: { count: "number" } });
    assert.equal((await call("GET", "/count", { receipt: "LOCAL003-B002" })).json, 2);
  });

  test("date ranges: both ends, real dates, at most seven days apart", async () => {
    for (const name of ["createDate", "updateDate", "closeDate"]) {
      const range = (from, to) =>
        call("GET", "/list", {
          ...(from === undefined ? {} : { [`${name}From`]: from }),
          ...(to === undefined ? {} : { [`${name}To`]: to }),
        });
      for (const [from, to] of [
        ["2026-02-22", "2026-03-01"],
        ["2026-03-01", "2026-03-01"],
        ["2024-02-29", "2024-03-07"],
      ]) {
        assert.ok((await range(from, to)).status < 300, `${name} ${from} ${to}`);
      }
      assertRefused(await range("2026-02-21", "2026-03-01"), 400, /more than 7 days/);
      assertRefused(await range("2026-03-02", "2026-03-01"), 400, /is after/);
      assertRefused(await range("2026-03-01", undefined), 400, /must both be given/);
      assertRefused(await range(undefined, "2026-03-01"), 400, /must both be given/);
      for (const bad of [
        "2026-02-29",
        "2026-02-30",
        "2026-13-01",
        "2026-3-1",
        "01-03-2026",
        "2026-03-01T00:00:00Z",
        "",
        "today",
      ]) {
        assertRefused(await range(bad, "2026-03-01"), 400, /yyyy-mm-dd/);
        assertRefused(await range("2026-03-01", bad), 400, /yyyy-mm-dd/);
      }
    }
    // Counting knows no dates.
    assert.equal((await call("GET", "/count", { createDateFrom: "?" })).status, 200);
  });

  test("date ranges hold the first and the last day whole", async () => {
    for (const [name, column, member] of [
      ["createDate", "opened", "openedDate"],
      ["updateDate", "updated", "updateTime"],
      ["closeDate", "closed", "closedDate"],
    ]) {
      const expected = await db.all(
        `SELECT ticketid FROM clickbank_tickets WHERE ticketid NOT LIKE '35%'
         AND date(${column} - 8 * 3600, 'unixepoch') BETWEEN '2026-02-23' AND '2026-02-26'`,
      );
      assert.ok(expected.length > 3 && expected.length < 100, `${name}: ${expected.length}`);
      const response = await call("GET", "/list", { [`${name}From`]: "2026-02-23", [`${name}To`]: "2026-02-26" });
      const found = ticketsOf(response);
      assert.deepEqual(
        found.map((ticket) => ticket.ticketid).sort(),
        expected.map((row) => String(row.ticketid)).sort(),
      );
      for (const ticket of found) {
        const day = new Date(Date.parse(ticket[member]) - 8 * 3_600_000).toISOString().slice(0, 10);
        assert.ok(day >= "2026-02-23" && day <= "2026-02-26");
      }
    }
    // The last second of a day and the first one of the next.
    const id = Number(await opened("LOCAL001", TECH));
    const at = async (time) => {
      await db.run("UPDATE clickbank_tickets SET opened = ? WHERE ticketid = ?", Date.parse(time) / 1000, id);
      return (await ids({ receipt: "LOCAL001", createDateFrom: "2026-01-05", createDateTo: "2026-01-05" })).length;
    };
    assert.equal(await at("2026-01-05T00:00:00-08:00"), 1);
    assert.equal(await at("2026-01-05T23:59:59-08:00"), 1);
    assert.equal(await at("2026-01-04T23:59:59-08:00"), 0);
    assert.equal(await at("2026-01-06T00:00:00-08:00"), 0);
  });

  test("filters together", async () => {
    const tickets = ticketsOf(await call("GET", "/list", { type: "rfnd", status: "closed" }));
    assert.ok(tickets.length > 10);
    assert.ok(tickets.every(({ type, status }) => type === "REFUND" && status === "CLOSED"));
  });
});

describe("json that was xml", () => {
  test("one element is no array", async () => {
    const only = (await call("GET", "/list", { receipt: await receiptOf(39000004) })).json;
    assert.equal(only.ticketData.ticketid, "39000004");
    assert.equal(only.ticketData.comments.length, 3);
    const single = ticketOf(await create("LOCAL001", TECH));
    assert.equal(single.comments.action, "OPENED");
    assert.ok(!("comments" in ticketOf(await call("GET", "/39000002"))));
    await opened("LOCAL001", TECH);
    const several = (await call("GET", "/list", { receipt: "LOCAL001" })).json;
    assert.equal(several.ticketData.length, 2);
  });

  const receiptOf = async (id) =>
    (await db.first("SELECT receipt FROM clickbank_tickets WHERE ticketid = ?", id)).receipt;

  test("all that is there is text, and what is empty is an object or absent", async () => {
    const tickets = ticketsOf(await call("GET", "/list"));
    const nil = { objects: 0, absent: 0 };
    const check = (value, path) => {
      if (Array.isArray(value)) for (const item of value) check(item, path);
      else if (typeof value !== "object") assert.equal(typeof value, "string", path);
      else if ("@nil" in value) assert.deepEqual(value, { "@nil": "true" });
      else for (const [name, item] of Object.entries(value)) check(item, `${path}.${name}`);
    };
    for (const ticket of tickets) {
      check(ticket, ticket.ticketid);
      if (!("closedDate" in ticket)) nil.absent += 1;
      else if (typeof ticket.closedDate === "object") nil.objects += 1;
    }
    assert.ok(nil.objects > 10 && nil.absent > 3, JSON.stringify(nil));
    assert.deepEqual(ticketOf(await call("GET", "/39000002")).email, { "@nil": "true" });
    assert.ok(!("email" in ticketOf(await call("GET", "/39000003"))));
  });

  test("single tickets are wrapped or bare, the same one always the same", async () => {
    const shapes = new Set();
    for (let id = 31000001; id <= 31000006; id += 1) {
      const { json } = await call("GET", `/${id}`);
      shapes.add("ticketData" in json);
      assert.deepEqual((await call("GET", `/${id}`)).json, json);
    }
    assert.equal(shapes.size, 2);
    const amounts = new Set();
    for (const receipt of ["LOCAL001", "LOCAL002", "LOCAL003"]) {
      const { json } = await call("GET", `/refundAmounts/${receipt}`, { refundType: "FULL" });
      amounts.add("partialRefundData" in json);
    }
    assert.equal(amounts.size, 2);
    for (const [single, wrapped] of [
      ["wrapped", true],
      ["bare", false],
    ]) {
      await control.settings({ clickbank: { single } });
      for (let id = 31000001; id <= 31000003; id += 1) {
        assert.equal("ticketData" in (await call("GET", `/${id}`)).json, wrapped);
      }
    }
  });

  test("an empty list is null, an empty object or nothing at all", async () => {
    const seen = new Set();
    for (let index = 0; index < 6; index += 1) {
      const { status, text } = await call("GET", "/list", { receipt: `NONE${index}` });
      assert.equal(status, 200);
      seen.add(text);
      assert.equal((await call("GET", "/list", { receipt: `NONE${index}` })).text, text);
    }
    assert.deepEqual([...seen].sort(), ["", "null", "{}"]);
    for (const [empty_list, text] of [
      ["null", "null"],
      ["object", "{}"],
      ["nothing", ""],
    ]) {
      await control.settings({ clickbank: { empty_list } });
      assert.equal((await call("GET", "/list", { receipt: "NONE" })).text, text);
    }
  });

  test("a count is a number, a text or an object", async () => {
    const seen = new Set();
    for (const query of [
      {},
      { type: "rfnd" },
      { type: "cncl" },
      { type: "tech" },
      { status: "open" },
      { status: "closed" },
    ]) {
      const { json } = await call("GET", "/count", query);
      seen.add(typeof json);
      assert.ok(Number(json.count ?? json) > 0);
    }
    assert.deepEqual([...seen].sort(), ["number", "object", "string"]);
    for (const [shape, text] of [
      ["number", "0"],
      ["text", '"0"'],
      ["object", '{"count":"0"}'],
    ]) {
      await control.settings({ clickbank: { count: shape } });
      assert.equal((await call("GET", "/count", { receipt: "NONE" })).text, text);
    }
  });

  test("values and members of a later version", async () => {
    const ticket = ticketOf(await call("GET", "/39000001"));
    assert.deepEqual(
      [
        ticket.status,
        ticket.type,
        ticket.source,
        ticket.refundType,
        ticket.comments[0].action,
        ticket.comments[0].commentRole,
      ],
      ["ON_HOLD", "GIFT_EXCHANGE", "MOBILE_APP", "STORE_CREDIT", "TRANSLATED", "ASSISTANT"],
    );
    assert.equal(ticket.priority, "high");
    assert.deepEqual(ticket.labels, [{ label: "vip" }, { label: "gift" }]);
    assert.deepEqual(ticket.sla, { dueDate: "2026-03-02T12:00:00.000Z" });
    assert.equal(ticket.comments[0].translatedFrom, "pt");
  });

  test("times are in utc or at an offset", async () => {
    const ends = new Set(ticketsOf(await call("GET", "/list")).map((ticket) => ticket.openedDate.slice(19)));
    assert.deepEqual([...ends].sort(), ["-08:00", "Z"]);
  });
});

describe("xml", () => {
  const xml = (path, query) => call("GET", path, query, { headers: { accept: "application/xml" } });

  test("a ticket: escaped, with empty elements, comments repeated", async () => {
    const { text, headers } = await xml("/39000004");
    assert.equal(headers["content-type"], "application/xml");
    assert.match(text, /^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?><ticketData xmlns:xsi=/);
    assert.match(text, /<ticketid>39000004<\/ticketid>/);
    assert.match(text, /<closedDate xsi:nil="true"\/>/);
    assert.match(text, /&lt;script&gt;alert\('x'\)&lt;\/script&gt; &amp; "quotes"/);
    assert.match(text, /line 2&#13;\nline 3\ttab/);
    assert.ok(!text.includes("\u0007") && !text.includes("]]>"));
    assert.equal(text.match(/<comments>/g).length, 3);
    assert.match(
      (await xml("/39000001")).text,
      /<labels><label>vip<\/label><\/labels><labels><label>gift<\/label><\/labels>/,
    );
  });

  test("lists, counts and amounts", async () => {
    assert.match((await xml("/list", { receipt: "NONE" })).text, /<ticketDatas><\/ticketDatas>$/);
    const page = await xml("/list");
    assert.equal(page.status, 206);
    assert.equal(page.text.match(/<ticketData /g).length, 100);
    assert.match((await xml("/count", { receipt: "NONE" })).text, /<count>0<\/count>$/);
    assert.match(
      (await xml("/refundAmounts/LOCAL002", { refundType: "FULL" })).text,
      /<usdAmount>100\.00<\/usdAmount><customerAmount>92\.80<\/customerAmount><customerCurrency>EUR<\/customerCurrency>/,
    );
  });
});

describe("faults", () => {
  test("a status after: the money has moved, and the answer is text", async () => {
    await control.addFault({
      match: { marketplace: "clickbank", method: "POST", path: "/1.3/tickets/*" },
      fault: { kind: "status", status: 500, when: "after" },
    });
    assertRefused(await create("LOCAL001", FULL), 500, "Internal Server Error");
    await assertMoney("LOCAL001", 4700, 4700);
    assertRefused(await create("LOCAL001", FULL), 400, "Refund ticket already open");
  });

  test("a status before: nothing has moved", async () => {
    await control.addFault([
      { match: { marketplace: "clickbank" }, fault: { kind: "status", status: 503 } },
      { match: { marketplace: "clickbank" }, fault: { kind: "status", status: 403 } },
    ]);
    assertRefused(await create("LOCAL001", FULL), 503, "Service Unavailable");
    assertRefused(await create("LOCAL001", FULL), 403, "Access denied");
    await assertMoney("LOCAL001", 0, 0);
    assert.equal((await create("LOCAL001", FULL)).status, 200);
  });

  test("cut json, html, nothing", async () => {
    await control.addFault([
      { match: { path: "/1.3/tickets/list" }, fault: { kind: "truncated_json" } },
      { match: { query: { type: "rfnd" } }, fault: { kind: "html_error" } },
      { match: { method: "PUT" }, fault: { kind: "empty_body" } },
    ]);
    const cut = await call("GET", "/list");
    assert.deepEqual([cut.status, cut.json], [206, undefined]);
    assert.equal((await call("GET", "/count", { type: "rfnd" })).headers["content-type"], "text/html; charset=utf-8");
    const nothing = await update(31000001, { comment: "?" });
    assert.deepEqual([nothing.status, nothing.text], [200, ""]);
  });

  test("the log shows the call and hides the key", async () => {
    await control.clearLog();
    await create("LOCAL001", { ...TECH, comment: "hello there" });
    const [entry] = await control.log();
    assert.deepEqual([entry.marketplace, entry.method, entry.status, entry.body_size], ["clickbank", "POST", 200, 0]);
    assert.match(entry.path, /^\/clickbank\/rest\/1\.3\/tickets\/LOCAL001\?type=tech&.*comment=hello%20there$/);
    assert.ok(!JSON.stringify(entry).includes(apiKey));
  });
});

describe("seeded data", () => {
  test("tickets of each type in each status, with all reasons", async () => {
    const { n } = await db.first(
      `SELECT COUNT(*) AS n FROM (SELECT DISTINCT type, status FROM clickbank_tickets WHERE ticketid < 32000000)`,
    );
    assert.equal(n, 9);
    const reasons = await db.all("SELECT DISTINCT reason FROM clickbank_tickets WHERE ticketid < 32000000");
    assert.equal(reasons.length, 24);
  });

  test("times make sense", async () => {
    const wrong = await db.all(
      `SELECT t.ticketid FROM clickbank_tickets t JOIN clickbank_comments c ON c.ticketid = t.ticketid
       WHERE c.date < t.opened OR c.date > t.updated OR t.updated > ?1 OR t.closed > ?1 OR t.closed < t.opened`,
      Date.parse(NOW) / 1000,
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      await db.all("SELECT ticketid FROM clickbank_tickets WHERE (status = 'CLOSED') <> (closed IS NOT NULL)"),
      [],
    );
    const early = await db.all(
      `SELECT t.ticketid FROM clickbank_tickets t JOIN clickbank_sales s ON s.receipt = t.receipt AND s.item_no = t.item_no
       WHERE s.sold > t.opened`,
    );
    assert.deepEqual(early, []);
  });

  test("the sales are what the tickets have made of them", async () => {
    const refunded = await db.first(
      "SELECT COUNT(*) AS n, SUM(refunded_cents > 0 AND refunded_cents < customer_cents) AS part, SUM(cancelled) AS cancelled FROM clickbank_sales WHERE refunded_cents > 0 OR cancelled = 1",
    );
    assert.ok(refunded.n > 60 && refunded.part > 5 && refunded.cancelled > 20, JSON.stringify(refunded));
    const waiting = await db.all(
      `SELECT s.refunded_cents FROM clickbank_effects e JOIN clickbank_sales s ON s.receipt = e.receipt AND s.item_no = e.item_no
       WHERE e.state = 'requested'`,
    );
    assert.ok(waiting.length > 3);
    assert.ok(waiting.every((row) => row.refunded_cents === 0));
  });

  test("the same seed makes the same data, another one other data", async () => {
    const digest = async () => {
      const hash = createHash("sha256");
      const tables = await db.all(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'clickbank_%' ORDER BY 1",
      );
      assert.equal(tables.length, 8);
      for (const { name } of tables) hash.update(JSON.stringify(await db.all(`SELECT * FROM ${name}`)));
      return hash.digest("hex");
    };
    await control.reset({ now: "2026-01-01T00:00:00Z" });
    const first = await digest();
    await create("LOCAL001", FULL);
    assert.notEqual(await digest(), first);
    await control.reset({ now: "2026-01-01T00:00:00Z" });
    assert.equal(await digest(), first);
    await control.reset({ now: "2026-01-01T00:00:00Z", seed: 2 });
    assert.notEqual(await digest(), first);
  });
});

describe("refunds of digital goods by themselves", () => {
  const DAY = 86_400;
  const atExpiration = (ahead_s = 0) => control.settings({ clickbank: { refunds_run: "at_expiration", ahead_s } });
  const shown = async (id) => ticketOf(await call("GET", `/${id}`));
  const ending = ({ comments }) => [comments].flat().map(({ action, commentRole }) => `${action} ${commentRole}`);
  const until = ({ expirationDate }) => Math.ceil((Date.parse(expirationDate) - Date.now()) / 1000);

  test("they run at their time, not on opening and not before", async () => {
    await atExpiration();
    const ticket = ticketOf(await create("LOCAL001", FULL));
    const left = until(ticket);
    assert.ok(left > 4.9 * DAY);
    await assertMoney("LOCAL001", 0, 0);
    await atExpiration(left - 60);
    assert.equal((await shown(ticket.ticketid)).status, "OPEN");
    await assertMoney("LOCAL001", 0, 0);
    await atExpiration(left + 1);
    const over = await shown(ticket.ticketid);
    await assertMoney("LOCAL001", 4700, 4700);
    assert.equal(over.status, "CLOSED");
    assert.equal(over.closedDate, over.expirationDate);
    assert.deepEqual(ending(over), ["OPENED VENDOR", "EXPIRED CBSYSTEM"]);
    // What was paid back stays paid back, however the ticket goes on.
    await update(ticket.ticketid, { action: "reopen", comment: "?" });
    await update(ticket.ticketid, { action: "close" });
    await assertMoney("LOCAL001", 4700, 4700);
    assert.deepEqual(ending(await shown(ticket.ticketid)).slice(2), ["REOPENED VENDOR", "CLOSED VENDOR"]);
  });

  test("closing keeps the money, reopening does not, and physical goods never run by themselves", async () => {
    await atExpiration();
    const digital = ticketOf(await create("LOCAL001", percent("50")));
    const physical = ticketOf(await create("LOCAL004", FULL));
    const tech = ticketOf(await create("LOCAL002", TECH));
    await update(digital.ticketid, { action: "close" });
    await atExpiration(until(digital) + 1);
    for (const { ticketid, status = "OPEN" } of [{ ...digital, status: "CLOSED" }, { ...physical }, { ...tech }]) {
      assert.equal((await shown(ticketid)).status, status);
    }
    await assertMoney("LOCAL001", 0, 0);
    await assertMoney("LOCAL004", 0, 0);
    await update(digital.ticketid, { action: "reopen", comment: "again" });
    await shown(digital.ticketid);
    await assertMoney("LOCAL001", 2350, 2350);
  });

  test("many requests at that moment run it once", async () => {
    await atExpiration();
    const ticket = ticketOf(await create("LOCAL001", FULL));
    await atExpiration(until(ticket) + 1);
    await Promise.all(Array.from({ length: 8 }, () => shown(ticket.ticketid)));
    assert.equal(ending(await shown(ticket.ticketid)).length, 2);
    await assertMoney("LOCAL001", 4700, 4700);
  });
});

describe("a customer", () => {
  const row = (id) => db.first("SELECT * FROM clickbank_tickets WHERE ticketid = ?", id);
  const last = (id) => db.first("SELECT * FROM clickbank_comments WHERE ticketid = ? ORDER BY comment_id DESC", id);

  test("writes, closes, and opens a closed ticket again by writing", async () => {
    const { ticketid } = await db.first(
      "SELECT ticketid FROM clickbank_tickets WHERE status = 'OPEN' ORDER BY ticketid DESC",
    );
    const before = await row(ticketid);
    for (const [action, comment, status, told] of [
      ["comment", "Hello?", "OPEN", "COMMENTED"],
      ["close", undefined, "CLOSED", "CLOSED"],
      ["comment", "Not solved", "REOPENED", "REOPENED"],
      ["comment", "Still there?", "REOPENED", "COMMENTED"],
    ]) {
      await demo.control.act("clickbank", action, { ticketid, comment });
      const [ticket, entry] = [await row(ticketid), await last(ticketid)];
      assert.deepEqual([ticket.status, entry.action, entry.role], [status, told, "CUSTOMER"]);
      assert.equal(ticket.closed !== null, status === "CLOSED");
      assert.notEqual(ticket.revision, before.revision);
    }
    const shown = ticketOf(await call("GET", `/${ticketid}`));
    assert.equal(shown.status, "REOPENED");
    await assert.rejects(demo.control.act("clickbank", "close", { ticketid: 1 }), /404/);
    await assert.rejects(demo.control.act("clickbank", "comment", { ticketid: "1" }), /400/);
  });
});
