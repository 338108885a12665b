// The local JTL-SCX marketplace, in workerd: both sides, every rule on both sides of its limit,
// delivery and redelivery of events.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_KEYS, startLocal } from "../local.mjs";
import { controls, form, send } from "./testing.mjs";

const KEYS = LOCAL_KEYS.jtlScx;
const NOW = "2026-03-02T12:00:00Z";
const EN = { "accept-language": "en" };

let demo;
let api;
let db;
let control;
/** Session tokens of the seeded accounts. */
let tokens;

before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true, now: NOW });
  api = `${demo.marketplaceUrl}/jtl-scx`;
  db = demo.db.jtlScx;
  control = controls(demo.marketplaceUrl);
});

after(() => demo.dispose());

const auth = (refreshToken, { type = "application/x-www-form-urlencoded", headers = {} } = {}) =>
  send("POST", `${api}/v1/auth`, {
    headers: { "content-type": type, ...headers },
    body: new URLSearchParams({ refreshToken }).toString(),
  });

/** Fresh data and no rate limits; `quiet` takes the seeded events away. */
async function fresh({ quiet = true, ...settings } = {}) {
  await control.reset();
  await control.settings({ "jtl-scx": { rate_limits: false, ...settings } });
  tokens = {};
  for (const [name, refreshToken] of Object.entries({
    channel: KEYS.refreshToken,
    seller: KEYS.sellerRefreshToken,
    otherChannel: "CHANNEL:local-jtl-neighbour",
    otherSeller: "SELLER:local-jtl-neighbour",
  })) {
    tokens[name] = (await auth(refreshToken)).json.authToken;
  }
  if (quiet) await db.run("DELETE FROM jtl_scx_events");
}

function call(method, path, { as = "channel", body, raw, headers = {} } = {}) {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const all = {
    ...(as === null ? {} : { authorization: `Bearer ${tokens[as] ?? as}` }),
    // Node announces no body of a DELETE by itself.
    ...(text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    ...EN,
    ...headers,
  };
  return send(method, `${api}${path}`, { headers: all, body: text });
}

/** Entries of an error list as `code message`, in their order. */
function assertErrors(response, status, ...expected) {
  assert.equal(response.status, status, response.text);
  assert.equal(response.headers["content-type"], "application/json");
  assert.deepEqual(Object.keys(response.json), ["errorList"]);
  const actual = response.json.errorList.map(({ code, message }) => `${code} ${message}`);
  assert.equal(actual.length, expected.length, response.text);
  for (const [index, pattern] of expected.entries()) {
    if (pattern instanceof RegExp) assert.match(actual[index], pattern);
    else assert.equal(actual[index], pattern);
  }
  for (const entry of response.json.errorList) assert.ok(["error", "warning", "info"].includes(entry.severity));
}

const required = (field) => `VAL100 Required field ${field} not found`;

const ticket = (changes = {}) => ({
  sellerId: "4711",
  ticketId: "MP-2026-000123",
  topic: "DELIVERY",
  createdAt: "2026-03-02T08:15:00Z",
  from: { role: "BUYER", name: "Alex" },
  subject: "Parcel not arrived",
  message: "The tracking has not moved for six days.",
  reference: { type: "ORDERID", id: "ORD-5511" },
  replyRequested: true,
  attachment: [{ filename: "tracking.png", contentType: "image/png" }],
  ...changes,
});

const reply = (changes = {}) => ({
  channel: "LOCALMARKET",
  sellerId: "4711",
  ticketId: "MP-2026-000123",
  createdAt: "2026-03-02T10:00:58+00:00",
  from: { role: "SELLER", name: "Shop team" },
  message: "A new parcel left today.",
  ...changes,
});

const without = (input, name) => Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));

const create = (body, options) => call("POST", "/v1/channel/ticket", { body, ...options });
const answer = (body, options) => call("POST", "/v1/seller/ticket", { as: "seller", body, ...options });
const events = async (query = "", as = "channel") => {
  const path = as.includes("eller") ? "/v2/seller/event" : "/v1/channel/event";
  const { status, json, text } = await call("GET", `${path}${query}`, { as });
  assert.equal(status, 200, text);
  assert.deepEqual(Object.keys(json), ["eventList"]);
  return json.eventList;
};
const acknowledge = (ids, as = "channel") =>
  call("DELETE", as === "seller" ? "/v1/seller/event" : "/v1/channel/event", { as, body: { eventIdList: ids } });

const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(2000, 13)]);

function upload(data, { as = "channel", value = PNG, type = "image/png", filename = "x", path, parts } = {}) {
  const made = form(
    parts ?? [
      { name: "attachmentData", type: "application/json", value: JSON.stringify(data) },
      { name: "attachment", filename, type, value },
    ],
  );
  const route =
    path ?? (as === "channel" ? "/v1/channel/ticket/attachment" : "/v1/seller/ticket/attachment/LOCALMARKET");
  return call("POST", route, { as, raw: made.body, headers: { "content-type": made.type } });
}

const download = (key, { as = "channel" } = {}) =>
  call(
    "GET",
    `${as === "channel" ? "/v1/channel/ticket/attachment" : "/v1/seller/ticket/attachment/LOCALMARKET"}?${new URLSearchParams(key)}`,
    { as },
  );

const KEY = { sellerId: "4711", ticketId: "MP-2026-000123", filename: "tracking.png" };

describe("session tokens", () => {
  beforeEach(() => fresh());

  test("a refresh token gives session tokens again and again", async () => {
    for (const [refreshToken, scope] of [
      [KEYS.refreshToken, "CHAN"],
      [KEYS.sellerRefreshToken, "SELLER"],
      [KEYS.refreshToken, "CHAN"],
    ]) {
      const { status, json } = await auth(refreshToken);
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(json), ["scope", "authToken", "tokenExpireAt", "expiresIn"]);
      assert.equal(json.scope, scope);
      assert.equal(json.expiresIn, 360);
      assert.match(json.tokenExpireAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+01:00$/);
      assert.ok(Math.abs(Date.parse(json.tokenExpireAt) - Date.now() - 360_000) < 30_000);
      assert.match(json.authToken, /^\w+\.\w+\.\w+$/);
    }
  });

  test("a token ends after its life, which can be switched", async () => {
    await control.settings({ "jtl-scx": { expires_in: 20 } });
    const { authToken, expiresIn } = (await auth(KEYS.refreshToken)).json;
    assert.equal(expiresIn, 20);
    assert.equal((await call("GET", "/v1/channel/event", { as: authToken })).status, 200);
    const changed = "UPDATE jtl_scx_tokens SET expires_ms = expires_ms - 20000 WHERE token = ?";
    assert.equal(await db.run(changed, authToken), 1);
    assertErrors(await call("GET", "/v1/channel/event", { as: authToken }), 401, /^ATH000 /);
    await control.settings({ "jtl-scx": { expires_in: 3600 } });
    assert.equal((await auth(KEYS.refreshToken)).json.expiresIn, 3600);
  });

  test("what is not a refresh token in a form is refused", async () => {
    assertErrors(await auth("CHANNEL:nobody", { headers: EN }), 400, "ATH100 Account not found");
    assertErrors(await auth("", { headers: EN }), 400, /^VAL100 refreshToken: must not be empty/);
    assertErrors(await auth("x", { type: "application/json", headers: EN }), 400, /^VAL100 Content-Type: /);
    const other = await send("POST", `${api}/v1/auth`, {
      headers: { "content-type": "application/x-www-form-urlencoded", ...EN },
      body: "refresh_token=x",
    });
    // With the error comes a warning about an unknown field.
    assertErrors(other, 400, required("refreshToken"), "VAL100 refresh_token: is not known");
    assert.deepEqual(
      other.json.errorList.map(({ severity }) => severity),
      ["error", "warning"],
    );
    const { type, body } = form([{ name: "refreshToken", value: KEYS.refreshToken }]);
    assert.equal((await send("POST", `${api}/v1/auth`, { headers: { "content-type": type }, body })).status, 400);
    assert.equal((await send("GET", `${api}/v1/auth`)).status, 405);
    await control.settings({ "jtl-scx": { upgrade_required: true } });
    assertErrors(await auth(KEYS.refreshToken, { headers: EN }), 426, /upgrade/);
  });

  test("each side has its own token", async () => {
    for (const as of [null, "nothing"]) assertErrors(await create(ticket(), { as }), 401, /^ATH000 /);
    assertErrors(await create(ticket(), { as: "seller" }), 403, /other side/);
    assertErrors(await answer(reply(), { as: "channel" }), 403, /other side/);
    assertErrors(await call("GET", "/v2/seller/event", { as: "channel" }), 403, /other side/);
    assertErrors(await call("GET", "/v1/channel/event", { as: "seller" }), 403, /other side/);
  });

  test("the refresh token of a body and the session token are not in the log", async () => {
    await auth(KEYS.refreshToken);
    await call("GET", "/v1/channel/event");
    const text = JSON.stringify(await control.log());
    assert.ok(text.includes("/jtl-scx/v1/auth"));
    assert.ok(!text.includes(KEYS.refreshToken) && !text.includes(tokens.channel));
  });
});

describe("errors", () => {
  beforeEach(() => fresh());

  test("German by default, English when asked for", async () => {
    const messageOf = async (language) =>
      (await create({}, { headers: { "accept-language": language } })).json.errorList[0].message;
    for (const language of ["", "de", "fr", "de-DE,en;q=0.5", "en;q=0.1, de;q=0.2", "en;q=0"]) {
      assert.match(await messageOf(language), /^Pflichtfeld \w+ nicht gefunden$/, language);
    }
    for (const language of ["en", "en-GB", "EN", "fr, en;q=0.1", "de;q=0.5,en"]) {
      assert.match(await messageOf(language), /^Required field \w+ not found$/, language);
    }
  });

  test("entries have a hint, none, or not the member", async () => {
    const [missing] = (await create({})).json.errorList;
    assert.deepEqual(Object.keys(missing), ["code", "message", "severity", "hint"]);
    assert.match(missing.hint, /^Check the field/);
    const [invalid] = (await create(ticket({ topic: "X" }))).json.errorList;
    assert.equal(invalid.hint, null);
    const [absent] = (await download(KEY)).json.errorList;
    assert.deepEqual(Object.keys(absent), ["code", "message", "severity"]);
  });

  test("routes that there are not, and methods that routes do not have", async () => {
    for (const path of [
      "/v1/channel/events",
      "/v1/channel/ticket/1",
      "/v1/seller/ticket/attachment",
      "/v3/auth",
      "/",
    ]) {
      assertErrors(await call("GET", path), 404, /^CHN204 There is no such route/);
    }
    for (const [method, path, allow] of [
      ["PATCH", "/v1/channel/event", "GET, DELETE"],
      ["GET", "/v1/channel/ticket", "POST"],
      ["GET", "/v1/seller/event", "DELETE"],
      ["DELETE", "/v2/seller/event", "GET"],
    ]) {
      const response = await call(method, path);
      assertErrors(response, 405, /not allowed/);
      assert.equal(response.headers.allow, allow);
    }
  });

  test("faults without a body speak as the vendor does", async () => {
    await control.addFault({ match: { path: "/v1/channel/event" }, fault: { kind: "status", status: 503 } });
    assertErrors(await call("GET", "/v1/channel/event"), 503, /^GHN900 /);
  });
});

describe("rate limits", () => {
  beforeEach(async () => {
    await fresh();
    await control.settings({ "jtl-scx": { rate_limits: true } });
  });

  const headersOf = ({ headers }) =>
    ["limit", "interval-length-seconds", "remaining"].map((name) => Number(headers[`x-ratelimit-${name}`]));

  test("every pattern has its number", async () => {
    assert.deepEqual(headersOf(await call("GET", "/v1/channel/event")), [240, 60, 239]);
    assert.deepEqual(headersOf(await create({})), [60, 60, 59]);
    // One budget for all below the pattern.
    assert.deepEqual(headersOf(await download(KEY)), [60, 60, 58]);
    assert.deepEqual(headersOf(await call("GET", "/v1/channel/order")), [600, 60, 599]);
    assert.deepEqual(headersOf(await call("GET", "/v1/channel/offer")), [1500, 60, 1499]);
    assert.deepEqual(headersOf(await call("GET", "/v2/seller/event", { as: "seller" })), [10, 60, 9]);
    assert.deepEqual(headersOf(await auth(KEYS.refreshToken)), [10, 60, 9]);
    assert.deepEqual(headersOf(await call("GET", "/v1/channel/event", { as: "otherChannel" })), [240, 60, 239]);
  });

  test("beyond it 429, without a time to wait", async () => {
    for (let left = 9; left >= 0; left -= 1) {
      assert.deepEqual(headersOf(await call("GET", "/v2/seller/event", { as: "seller" })), [10, 60, left]);
    }
    const response = await call("GET", "/v2/seller/event", { as: "seller" });
    assertErrors(response, 429, /Too many requests/);
    assert.deepEqual(headersOf(response), [10, 60, 0]);
    assert.equal(response.headers["retry-after"], undefined);
    for (let count = 0; count < 10; count += 1) assert.equal((await auth(KEYS.refreshToken)).status, 200);
    assert.equal((await auth(KEYS.refreshToken)).status, 429);
  });

  test("window and numbers can be switched", async () => {
    await control.settings({ "jtl-scx": { rate_window_ms: 3000, rate_scale: 0.2 } });
    const statusOf = async () => (await call("GET", "/v2/seller/event", { as: "seller" })).status;
    assert.deepEqual([await statusOf(), await statusOf(), await statusOf()], [200, 200, 429]);
    await sleep(3050);
    assert.equal(await statusOf(), 200);
    await control.settings({ "jtl-scx": { rate_limits: false } });
    const { status, headers } = await call("GET", "/v2/seller/event", { as: "seller" });
    assert.deepEqual([status, headers["x-ratelimit-limit"]], [200, undefined]);
  });
});

describe("create ticket", () => {
  beforeEach(() => fresh());

  test("it is stored, and the seller is told", async () => {
    const response = await create(ticket());
    assert.equal(response.status, 201);
    assert.equal(response.text, "");
    const row = await db.first("SELECT * FROM jtl_scx_tickets WHERE ticket_id = ?", "MP-2026-000123");
    assert.deepEqual([row.channel, row.seller_id, row.topic], ["LOCALMARKET", "4711", "DELIVERY"]);
    const [event] = await events("", "seller");
    assert.deepEqual(Object.keys(event), ["id", "createdAt", "type", "event"]);
    assert.equal(event.type, "Channel:Ticket.Created");
    assert.deepEqual(event.event, { channel: "LOCALMARKET", ...ticket() });
    assert.deepEqual(await events("", "otherSeller"), []);
  });

  test("a second one with the same id is a further message", async () => {
    for (const message of ["first", "second"]) assert.equal((await create(ticket({ message }))).status, 201);
    const where = "FROM jtl_scx_tickets t JOIN jtl_scx_messages m ON m.ticket = t.number WHERE ticket_id = ?";
    const rows = await db.all(`SELECT t.number, m.body ${where}`, "MP-2026-000123");
    assert.deepEqual(
      rows.map(({ body }) => JSON.parse(body).message),
      ["first", "second"],
    );
    assert.equal(new Set(rows.map(({ number }) => number)).size, 1);
    assert.equal((await events("", "seller")).length, 2);
  });

  test("each required field, all at once", async () => {
    const names = ["sellerId", "ticketId", "topic", "createdAt", "from", "subject", "message"];
    for (const name of names) assertErrors(await create(without(ticket(), name)), 400, required(name));
    const all = (await create({})).json.errorList.map(({ message }) => message.split(" ")[2]);
    assert.deepEqual(all.sort(), [...names].sort());
    for (const name of ["reference", "replyRequested", "attachment"]) {
      assert.equal((await create(without(ticket(), name))).status, 201, name);
    }
    assert.equal((await events("", "seller")).at(-2).event.replyRequested, true);
  });

  test("both sides of every limit", async () => {
    const file = (filename = "a.png", contentType = "image/png") => ({ filename, contentType });
    for (const [changes, message] of [
      [{ sellerId: "" }, /^VAL100 sellerId: must match/],
      [{ sellerId: "a".repeat(51) }, /^VAL100 sellerId: must match/],
      [{ sellerId: "a-b" }, /^VAL100 sellerId: must match/],
      [{ sellerId: "ä" }, /^VAL100 sellerId: must match/],
      [{ sellerId: "4711\n" }, /^VAL100 sellerId: must match/],
      [{ sellerId: 4711 }, /^VAL100 sellerId: must match/],
      [{ sellerId: "4712" }, "VAL100 sellerId: is not connected to this channel"],
      [{ ticketId: "" }, "VAL100 ticketId: must not be empty"],
      [{ ticketId: "a".repeat(257) }, "VAL100 ticketId: must have at most 256 characters"],
      [{ topic: "question" }, /^VAL100 topic: must be one of QUESTION/],
      [{ createdAt: "2026-03-02" }, /^VAL100 createdAt: must be an ISO 8601/],
      [{ createdAt: "2026-03-02T08:15:00" }, /^VAL100 createdAt: must be an ISO 8601/],
      [{ createdAt: "2026-02-30T08:15:00Z" }, /^VAL100 createdAt: must be an ISO 8601/],
      [{ createdAt: "2026-03-02T25:15:00Z" }, /^VAL100 createdAt: must be an ISO 8601/],
      [{ createdAt: 1 }, /^VAL100 createdAt: must be an ISO 8601/],
      [{ from: "BUYER" }, "VAL100 from: must be an object"],
      [{ from: { name: "Alex" } }, required("from.role")],
      [{ from: { role: "buyer" } }, /^VAL100 from.role: must be one of BUYER/],
      [{ from: { role: "BUYER", name: "a".repeat(101) } }, "VAL100 from.name: must have at most 100 characters"],
      [{ subject: "" }, "VAL100 subject: must not be empty"],
      [{ subject: "a".repeat(1025) }, "VAL100 subject: must have at most 1024 characters"],
      [{ message: "" }, "VAL100 message: must not be empty"],
      [{ message: "😀".repeat(1025) }, "VAL100 message: must have at most 1024 characters"],
      [{ reference: null }, "VAL100 reference: must be an object"],
      [{ reference: { id: "1" } }, required("reference.type")],
      [{ reference: { type: "ORDER", id: "1" } }, /^VAL100 reference.type: must be one of OFFER/],
      [{ reference: { type: "ORDERID" } }, required("reference.id")],
      [{ replyRequested: "true" }, "VAL100 replyRequested: must be a boolean"],
      [{ attachment: {} }, "VAL100 attachment: must be a list"],
      [{ attachment: Array(11).fill(file()) }, "VAL100 attachment: must have at most 10 items"],
      [{ attachment: [file("")] }, "VAL100 attachment[0].filename: must not be empty"],
      [{ attachment: [file("a".repeat(257))] }, "VAL100 attachment[0].filename: must have at most 256 characters"],
      [{ attachment: [file("a.png", "")] }, "VAL100 attachment[0].contentType: must not be empty"],
      [
        { attachment: [file("a", "b".repeat(129))] },
        "VAL100 attachment[0].contentType: must have at most 128 characters",
      ],
      [{ attachment: [{ filename: "a.png" }] }, required("attachment[0].contentType")],
    ]) {
      assertErrors(await create(ticket(changes)), 400, message);
    }
    assert.deepEqual(await events("", "seller"), []);
    await db.run("INSERT INTO jtl_scx_sellers VALUES ('LOCALMARKET', ?, 2)", "_".repeat(50));
    for (const changes of [
      { sellerId: "_".repeat(50) },
      { sellerId: "S77" },
      { ticketId: "a" },
      { ticketId: "ü".repeat(256) },
      { createdAt: "2024-02-29T08:15:00.123+01:00" },
      { from: { role: "CHANNEL" } },
      { from: { role: "SELLER", name: "a".repeat(100) } },
      { from: { role: "BUYER", name: "" } },
      { subject: "😀".repeat(1024), message: "😀".repeat(1024) },
      { subject: "a", message: "a" },
      { reference: { type: "CHANNELOFFER", id: "" } },
      { replyRequested: false },
      { attachment: [] },
      { attachment: Array.from({ length: 10 }, (_, index) => file(`${index}.png`)) },
      { attachment: [file("with spaces & ümlauts.tar.gz"), file("a".repeat(256), "b".repeat(128))] },
    ]) {
      const response = await create(ticket(changes));
      assert.equal(response.status, 201, response.text);
    }
    for (const topic of ["QUESTION", "FEEDBACK", "DELIVERY", "RETURN", "REFUND", "INCIDENT"]) {
      assert.equal((await create(ticket({ topic }))).status, 201);
    }
    for (const type of ["OFFER", "CHANNELOFFER", "ORDERID", "ORDERITEMID"]) {
      assert.equal((await create(ticket({ reference: { type, id: "1" } }))).status, 201);
    }
  });

  test("bodies that are none, and names that nobody knows", async () => {
    assertErrors(await call("POST", "/v1/channel/ticket", { raw: "{" }), 400, "VAL100 body: is not valid JSON");
    assertErrors(await create([]), 400, "VAL100 body: must be an object");
    assertErrors(await create(ticket(), { headers: { "content-type": "text/plain" } }), 400, /^VAL100 Content-Type/);
    assert.equal((await create(ticket({ status: "open" }))).status, 201);
    const response = await create(ticket({ status: "open", topic: "X" }));
    assertErrors(response, 400, /^VAL100 topic/, "VAL100 status: is not known");
    assert.equal(response.json.errorList[1].severity, "warning");
  });
});

describe("attachments", () => {
  beforeEach(async () => {
    await fresh();
    await create(ticket());
  });

  test("the channel's file goes to the seller, byte for byte", async () => {
    assertErrors(await download(KEY, { as: "seller" }), 404, /no such file/);
    const response = await upload(KEY);
    assert.equal(response.status, 201, response.text);
    const got = await download(KEY, { as: "seller" });
    assert.equal(got.status, 200);
    assert.equal(got.headers["content-type"], "application/octet-stream");
    assert.ok(got.bytes.equals(PNG));
    // A channel gets what sellers attached, not its own.
    assertErrors(await download(KEY), 404, /no such file/);
    // Again, for those who do not know whether the first one arrived.
    assert.equal((await upload(KEY, { value: Buffer.from("new") })).status, 201);
    assert.equal((await download(KEY, { as: "seller" })).text, "new");
  });

  test("the seller's file goes to the channel", async () => {
    const key = { ...KEY, filename: "label.pdf" };
    const attachment = [{ filename: "label.pdf", contentType: "application/pdf" }];
    assert.equal((await answer(reply({ attachment }))).status, 201);
    assertErrors(await download(key), 404, /no such file/);
    const options = { as: "seller", value: "%PDF-1.4", type: "application/pdf" };
    assert.equal((await upload(key, options)).status, 201);
    assert.equal((await download(key)).text, "%PDF-1.4");
    assertErrors(await download(key, { as: "seller" }), 404, /no such file/);
    const path = (channel) => `/v1/seller/ticket/attachment/${channel}`;
    assertErrors(await upload(key, { ...options, path: path("OTHERMARKET") }), 404, /no such ticket/);
    for (const channel of ["LOCA", "A".repeat(16), "LOCAL-MARKET"]) {
      assertErrors(await upload(key, { ...options, path: path(channel) }), 400, /^VAL100 channel: must match/);
    }
    const query = new URLSearchParams(key);
    assertErrors(await call("GET", `${path("LOCA")}?${query}`, { as: "seller" }), 400, /^VAL100 channel: must match/);
  });

  test("the ticket must exist and the file be announced", async () => {
    assertErrors(await upload({ ...KEY, ticketId: "nothing" }), 404, /no such ticket/);
    assertErrors(await upload({ ...KEY, sellerId: "S77" }), 404, /no such ticket/);
    assertErrors(
      await upload({ ...KEY, filename: "other.png" }),
      400,
      "VAL100 attachmentData.filename: was not announced",
    );
    // What one side announced the other can not upload.
    assertErrors(await upload(KEY, { as: "seller" }), 400, /was not announced/);
    assertErrors(await upload(KEY, { as: "channel", path: "/v1/seller/ticket/attachment/LOCALMARKET" }), 403, /side/);
  });

  test("names are stricter than when they are announced", async () => {
    const bad = ["a b.png", "a-b.png", "ä.png", "a.tar.gz", "a", ".png", "a.", "a.abcdefghijk", "../a.png", "a.png\n"];
    const good = ["a.b", "_1.abcdefghij", `${"a".repeat(200)}.png`];
    for (const filename of [...bad, ...good]) {
      const announced = await create(ticket({ attachment: [{ filename, contentType: "image/png" }] }));
      assert.equal(announced.status, 201, filename);
      const response = await upload({ ...KEY, filename });
      if (good.includes(filename)) assert.equal(response.status, 201, response.text);
      else assertErrors(response, 400, /^VAL100 attachmentData.filename: must match/);
    }
  });

  test("types of files", async () => {
    const office = "application/vnd.openxmlformats-officedocument";
    for (const type of [
      "text/plain",
      "application/pdf",
      `${office}.wordprocessingml.document`,
      `${office}.spreadsheetml.sheet`,
      "application/vnd.ms-excel",
      "application/msword",
      "image/png",
      "image/svg+xml",
      "text/plain; charset=utf-8",
    ]) {
      assert.equal((await upload(KEY, { type })).status, 201, type);
    }
    for (const type of ["application/zip", "application/octet-stream", "text/html", "image/", undefined]) {
      const { name, filename } = { name: "attachment", filename: "x" };
      const data = { name: "attachmentData", type: "application/json", value: JSON.stringify(KEY) };
      const response = await upload(KEY, { parts: [data, { name, filename, type, value: PNG }] });
      assertErrors(response, 400, /^VAL100 attachment: type .* is not allowed/);
    }
  });

  test("16 MB and not a byte more", async () => {
    const most = Buffer.alloc(16 * 1024 * 1024, "\r\n------");
    assert.equal((await upload(KEY, { value: most })).status, 201);
    const { bytes } = await download(KEY, { as: "seller" });
    const hash = (content) => createHash("sha256").update(content).digest("hex");
    assert.equal(hash(bytes), hash(most));
    const more = Buffer.concat([most, Buffer.alloc(1)]);
    assertErrors(await upload(KEY, { value: more }), 400, /^VAL100 attachment: must not be larger than 16 MB/);
    assertErrors(await upload(KEY, { value: "" }), 400, /^VAL100 attachment: must not be empty/);
  });

  test("the form", async () => {
    const data = { name: "attachmentData", type: "application/json", value: JSON.stringify(KEY) };
    const file = { name: "attachment", filename: "x", type: "image/png", value: PNG };
    assertErrors(await upload(KEY, { parts: [file] }), 400, required("attachmentData"));
    assertErrors(await upload(KEY, { parts: [data] }), 400, required("attachment"));
    assertErrors(await upload(KEY, { parts: [data, file, file] }), 400, /^VAL100 attachment: must be there once/);
    assertErrors(await upload(KEY, { parts: [data, { ...file, filename: undefined }] }), 400, /must be a file/);
    assertErrors(
      await upload(KEY, { parts: [{ ...data, value: "{" }, file] }),
      400,
      /attachmentData: is not valid JSON/,
    );
    assertErrors(
      await upload({}),
      400,
      required("attachmentData.sellerId"),
      required("attachmentData.ticketId"),
      required("attachmentData.filename"),
    );
    assertErrors(await call("POST", "/v1/channel/ticket/attachment", { body: KEY }), 400, /^VAL100 body: .*multipart/);
    // The order of the parts and a plain data part do not matter.
    assert.equal((await upload(KEY, { parts: [file, { ...data, type: undefined }] })).status, 201);
  });

  test("a download needs all three of its parameters", async () => {
    for (const name of ["sellerId", "ticketId", "filename"]) {
      assertErrors(await download(without(KEY, name)), 400, required(name));
    }
    assertErrors(await download({ ...KEY, sellerId: "a-b" }), 400, /^VAL100 sellerId: must match/);
    assertErrors(await download({ ...KEY, ticketId: "a".repeat(257) }), 400, /^VAL100 ticketId: must have/);
    assertErrors(await download({ ...KEY, ticketId: "nothing" }), 404, /no such ticket/);
    const seeded = { sellerId: "4711", ticketId: "CASE-0016", filename: "etikett.pdf" };
    assert.match((await download(seeded)).text, /^%PDF-/);
    assertErrors(
      await call("GET", `/v1/channel/ticket/attachment?${new URLSearchParams(seeded)}`, { as: "otherChannel" }),
      404,
      /no such ticket/,
    );
  });
});

describe("seller replies", () => {
  beforeEach(async () => {
    await fresh();
    await create(ticket());
  });

  test("a reply becomes an event of the channel", async () => {
    const attachment = [{ filename: "label.pdf", contentType: "application/pdf" }];
    const response = await answer(reply({ attachment, replyRequested: false }));
    assert.equal(response.status, 201, response.text);
    assert.equal(response.text, "");
    const [event, ...others] = await events("?eventTypeFilter=Seller:Ticket.Reply");
    assert.deepEqual(others, []);
    assert.deepEqual(Object.keys(event), ["id", "createdAt", "type", "event", "clientVersion"]);
    assert.match(event.id, /^[0-9a-f]{24}$/);
    assert.match(event.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    assert.equal(event.type, "Seller:Ticket.Reply");
    assert.deepEqual(event.event, without({ ...reply(), replyRequested: false, attachment }, "channel"));
    assert.deepEqual(await events("", "otherChannel"), []);
  });

  test("required fields and limits", async () => {
    for (const name of ["channel", "sellerId", "ticketId", "createdAt", "from", "message"]) {
      assertErrors(await answer(without(reply(), name)), 400, required(name));
    }
    for (const [changes, message] of [
      [{ channel: "LOCA" }, /^VAL100 channel: must match/],
      [{ channel: "A".repeat(16) }, /^VAL100 channel: must match/],
      [{ channel: "OTHERMARKET" }, "VAL100 ticketId: does not exist"],
      [{ ticketId: "nothing" }, "VAL100 ticketId: does not exist"],
      [{ sellerId: "S77" }, "VAL100 ticketId: does not exist"],
      [{ message: "" }, "VAL100 message: must not be empty"],
      [{ message: "a".repeat(1025) }, "VAL100 message: must have at most 1024 characters"],
      [{ attachment: Array(11).fill({ filename: "a", contentType: "b" }) }, /at most 10 items/],
    ]) {
      assertErrors(await answer(reply(changes)), 400, message);
    }
    assertErrors(await answer(reply(), { as: "otherSeller" }), 400, "VAL100 ticketId: does not exist");
    assert.equal((await answer(reply({ message: "😀".repeat(1024) }))).status, 201);
    assert.equal((await events()).at(-1).event.replyRequested, true);
  });

  test("the seller can be made to reply without a client, with files", async () => {
    const say = (body) => send("POST", `${demo.marketplaceUrl}/control/jtl-scx/reply`, { body: JSON.stringify(body) });
    const attachment = [
      { filename: "a.txt", text: "plain ü" },
      { filename: "b.png", contentType: "image/png", base64: PNG.toString("base64") },
      { filename: "late.pdf", contentType: "application/pdf" },
    ];
    const response = await say({ ticketId: "MP-2026-000123", message: "Hello.", attachment });
    assert.equal(response.status, 201, response.text);
    const [event] = await events();
    assert.equal(event.id, response.json.id);
    assert.deepEqual(event.event.from, { role: "SELLER", name: "Musterladen" });
    assert.equal(event.event.attachment.length, 3);
    assert.equal((await download({ ...KEY, filename: "a.txt" })).text, "plain ü");
    assert.ok((await download({ ...KEY, filename: "b.png" })).bytes.equals(PNG));
    assertErrors(await download({ ...KEY, filename: "late.pdf" }), 404, /no such file/);
    assert.equal((await say({ ticketId: "nothing", message: "?" })).status, 404);
    assert.equal((await say({})).status, 400);
  });
});

describe("events", () => {
  beforeEach(() => fresh());

  const raise = async (type = "System:Test", more = {}) => {
    const body = JSON.stringify({ type, ...more });
    return (await send("POST", `${demo.marketplaceUrl}/control/jtl-scx/event`, { body })).json.id;
  };
  const ids = async (query, as) => (await events(query, as)).map(({ id }) => id);

  test("in their order, hidden once delivered, and back after the time", async () => {
    const all = [await raise(), await raise("Seller:Order.Confirmed"), await raise("Seller:New.Thing")];
    assert.deepEqual(await ids(), all);
    assert.deepEqual(await ids(), []);
    const late = await raise();
    assert.deepEqual(await ids(), [late]);
    assert.equal((await acknowledge([all[1]])).status, 204);
    // Five minutes pass by moving what is stored into the past.
    const pass = (ms) => db.run("UPDATE jtl_scx_events SET visible_ms = visible_ms - ?", ms);
    await pass(240_000);
    assert.deepEqual(await ids(), []);
    await pass(60_000);
    assert.deepEqual(await ids(), [all[0], all[2], late]);
    await control.settings({ "jtl-scx": { invisible_ms: 0 } });
    await pass(300_000);
    assert.equal((await ids()).length, 3);
    assert.equal((await ids()).length, 3);
  });

  test("an acknowledged event does not come again; foreign and unknown ids change nothing", async () => {
    await control.settings({ "jtl-scx": { invisible_ms: 0 } });
    const id = await raise();
    const { status, text } = await acknowledge([id, "unknown"]);
    assert.deepEqual([status, text], [204, ""]);
    assert.deepEqual(await ids(), []);
    assert.equal((await acknowledge([id])).status, 204);
    const other = await raise("Channel:Something", { side: "seller" });
    assert.equal((await acknowledge([other])).status, 204);
    assert.deepEqual(await ids("", "seller"), [other]);
    assert.equal((await acknowledge([other], "seller")).status, 204);
    assert.deepEqual(await ids("", "seller"), []);
  });

  test("one to a hundred ids", async () => {
    const list = (count) => Array.from({ length: count }, (_, index) => `id${index}`);
    assert.equal((await acknowledge(list(1))).status, 204);
    assert.equal((await acknowledge(list(100))).status, 204);
    assertErrors(await acknowledge(list(101)), 400, "VAL100 eventIdList: must have at most 100 items");
    assertErrors(await acknowledge([]), 400, "VAL100 eventIdList: needs at least 1 item");
    assertErrors(await acknowledge([1]), 400, "VAL100 eventIdList[0]: must be a string");
    assertErrors(await acknowledge("id"), 400, "VAL100 eventIdList: must be a list");
    assertErrors(await call("DELETE", "/v1/channel/event", { body: {} }), 400, required("eventIdList"));
    assertErrors(await call("DELETE", "/v1/channel/event"), 400, /^VAL100 Content-Type/);
  });

  test("ten deliveries, then it is left for dead", async () => {
    await control.settings({ "jtl-scx": { invisible_ms: 0 } });
    const id = await raise();
    for (let count = 0; count < 10; count += 1) assert.deepEqual(await ids(), [id]);
    assert.deepEqual(await ids(), []);
    await control.settings({ "jtl-scx": { max_deliveries: 11 } });
    assert.deepEqual(await ids(), [id]);
    assert.deepEqual(await ids(), []);
  });

  test("at most a hundred at a time", async () => {
    await db.run(
      `INSERT INTO jtl_scx_events (id, target, type, event, created_ms)
       SELECT 'e' || key, 'LOCALMARKET', 'System:Test', '{}', 1 FROM json_each(?)`,
      JSON.stringify(Array(130).fill(0)),
    );
    const first = await ids();
    assert.deepEqual(
      first,
      Array.from({ length: 100 }, (_, index) => `e${index}`),
    );
    assert.equal((await ids()).length, 30);
  });

  test("duplicates can be switched on", async () => {
    await control.settings({ "jtl-scx": { duplicates: true } });
    const id = await raise();
    assert.deepEqual(await ids(), [id, id]);
  });

  test("filters by type and time", async () => {
    await control.settings({ "jtl-scx": { invisible_ms: 0 } });
    const [a, b] = [await raise("System:Test"), await raise("System:Notification")];
    await db.run("UPDATE jtl_scx_events SET created_ms = ? WHERE id = ?", Date.parse("2026-01-01T00:00:00Z"), a);
    assert.deepEqual(await ids("?eventTypeFilter=System:Test"), [a]);
    assert.deepEqual(await ids("?eventTypeFilter=System:Test,%20System:Notification"), [a, b]);
    assert.deepEqual(await ids("?eventTypeFilter=Nothing"), []);
    assert.deepEqual(await ids("?createdAfter=2026-01-01T00:00:00Z"), [b]);
    assert.deepEqual(await ids("?createdAfter=2025-12-31T23:59:59.999%2B00:00"), [a, b]);
    assertErrors(await call("GET", "/v1/channel/event?createdAfter=yesterday"), 400, /^VAL100 createdAfter: /);
    // What a filter leaves out is not delivered, so it does not count.
    const { deliveries } = await db.first("SELECT deliveries FROM jtl_scx_events WHERE id = ?", b);
    assert.equal(deliveries, 3);
  });

  test("two that poll at once do not get the same event", async () => {
    const id = await raise();
    const both = await Promise.all([ids(), ids()]);
    assert.deepEqual(both.flat(), [id]);
  });
});

describe("seeded data", () => {
  test("events wait for both sides", async () => {
    await fresh({ quiet: false });
    const list = await events();
    assert.deepEqual(
      list.map(({ type }) => type),
      [
        ...Array(3).fill("Seller:Ticket.Reply"),
        "Seller:Order.Confirmed",
        "Seller:Loyalty.Update",
        "System:Notification",
      ],
    );
    assert.deepEqual(
      list.map((event) => "clientVersion" in event),
      [true, true, true, true, true, false],
    );
    const withFile = list.find(({ event }) => event.attachment?.length > 0);
    const { sellerId, ticketId } = withFile.event;
    const got = await download({ sellerId, ticketId, filename: withFile.event.attachment[0].filename });
    assert.match(got.text, /^%PDF-/);
    assert.deepEqual(
      (await events("", "seller")).map(({ type }) => type),
      Array(3).fill("Channel:Ticket.Created"),
    );
  });

  test("the same seed makes the same data", async () => {
    const dump = async () => {
      const rows = [];
      for (const table of ["tickets", "messages", "files", "file_pieces", "events"]) {
        rows.push(await db.all(`SELECT * FROM jtl_scx_${table} ORDER BY rowid`));
      }
      return JSON.stringify(rows);
    };
    await control.reset({ now: NOW, seed: 1 });
    const first = await dump();
    await control.reset({ now: NOW, seed: 1 });
    assert.ok(first === (await dump()));
    await control.reset({ now: NOW, seed: 2 });
    assert.ok(first !== (await dump()));
  });
});
