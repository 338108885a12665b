// The local Magalu marketplace, in workerd: sign-in, every endpoint, every rule on both sides of
// its limit, every shape of error.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_KEYS, startLocal } from "../local.mjs";
import { controls, form, send } from "./testing.mjs";

const KEYS = LOCAL_KEYS.magalu;
const NOW = "2026-03-02T12:00:00Z";
const SANDBOX_CHANNEL = "5f62650a-0039-4d65-9b96-266d498c03bd";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const special = (number) => `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const NEIGHBOUR = "b0000000-0000-4000-8000-000000000001";

let demo;
let api;
let id;
let db;
let control;

before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true, now: NOW });
  api = `${demo.marketplaceUrl}/magalu`;
  id = `${demo.marketplaceUrl}/magalu-id`;
  db = demo.db.magalu;
  control = controls(demo.marketplaceUrl);
});

after(() => demo.dispose());

/** Fresh data, no limit, and transactions that are over at once. */
async function fresh(settings = {}) {
  await control.reset();
  await control.settings({ magalu: { rate_limit: null, transaction_ms: 0, moderation_ms: 0, ...settings } });
}

function call(method, path, { body, token = KEYS.accessToken, headers = {}, raw } = {}) {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const all = {
    accept: "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(text === undefined ? {} : { "content-type": "application/json" }),
    ...headers,
  };
  return send(method, `${api}${path}`, { headers: all, body: text });
}

const get = (path, options) => call("GET", path, options);
const post = (path, body, options) => call("POST", path, { body, ...options });
const postForm = (path, parts) => {
  const { type, body } = form(parts);
  return call("POST", path, { raw: body, headers: { "content-type": type } });
};

function assertPlatform(response, status, slug) {
  assert.equal(response.status, status, response.text);
  assert.equal(response.headers["content-type"], "application/json");
  assert.deepEqual(Object.keys(response.json), ["slug", "message", "details"]);
  assert.equal(response.json.slug, slug);
}

/** The framework's list: each fault as `path.to.field type`. */
function assertDetails(response, ...faults) {
  assert.equal(response.status, 422, response.text);
  for (const entry of response.json.detail) assert.deepEqual(Object.keys(entry), ["loc", "msg", "type"]);
  assert.deepEqual(
    response.json.detail.map(({ loc, type }) => `${loc.join(".")} ${type}`).sort(),
    [...faults].sort(),
    response.text,
  );
}

function assertDetailText(response, status, pattern) {
  assert.equal(response.status, status, response.text);
  assert.deepEqual(Object.keys(response.json), ["detail"]);
  assert.match(response.json.detail, pattern);
}

function newTicket(changes = {}) {
  return {
    type: "shipping",
    channel: { id: SANDBOX_CHANNEL, alias: "magazineluiza" },
    order: {
      id: "0a4f2a60-6b0e-4f2e-9f4c-0a2f0c9d1e11",
      code: "1281270000000001",
      delivery: {
        id: "5b7b1d3e-0f41-4a88-8a51-2b2ed6a9c222",
        seller: { id: "c0ffee00-1111-4222-8333-444455556666", name: "Loja Exemplo" },
        items: [
          {
            id: "77777777-8888-4999-8aaa-bbbbccccdddd",
            sku: "sku-1",
            external_sku: "ERP-1",
            name: "Livro",
            description: "Capa dura",
            image: "https://img.example/1.jpg",
            quantity: 2,
          },
        ],
      },
    },
    reason: "missing_damaged_parts",
    ...changes,
  };
}

/** The input without or with another value at a path such as `order.delivery.items.0.sku`. */
function changed(input, path, value) {
  const copy = structuredClone(input);
  const names = path.split(".");
  const last = names.pop();
  const target = names.reduce((object, name) => object[name], copy);
  if (value === undefined) delete target[last];
  else target[last] = value;
  return copy;
}

/** The transaction that a 202 names. */
async function transactionOf(response) {
  assert.equal(response.status, 202, response.text);
  const [{ path }] = response.json.links;
  assert.equal(path, `/seller/v0/transactions/${response.json.transaction_id}`);
  const { status, json, text } = await get(path);
  assert.equal(status, 200, text);
  return json;
}

const lastData = (transaction) => transaction.events.at(-1).data;

describe("sign-in", () => {
  beforeEach(() => fresh());

  const refresh = (token, changes = {}) =>
    send("POST", `${id}/oauth/token`, {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "refresh_token",
        client_id: KEYS.clientId,
        client_secret: KEYS.clientSecret,
        refresh_token: token,
        ...changes,
      }).toString(),
    });
  const exchange = (fields, type = "application/json") =>
    send("POST", `${id}/oauth/token`, {
      headers: { "content-type": type },
      body: JSON.stringify({
        grant_type: "authorization_code",
        client_id: KEYS.clientId,
        client_secret: KEYS.clientSecret,
        redirect_uri: "http://localhost:8787/callback",
        ...fields,
      }),
    });
  const login = (changes = {}) =>
    send(
      "GET",
      `${id}/login?${new URLSearchParams({
        client_id: KEYS.clientId,
        redirect_uri: "http://localhost:8787/callback",
        scope: "open:tickets-seller:read open:tickets-seller:write",
        response_type: "code",
        choose_tenants: "true",
        ...changes,
      })}`,
    );
  const assertRefused = (response, status, error) => {
    assert.equal(response.status, status, response.text);
    assert.equal(response.json.error, error, response.text);
  };

  test("a refresh gives a pair of tokens that work", async () => {
    const { status, json } = await refresh(KEYS.refreshToken);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(json).sort(), [
      "access_token",
      "created_at",
      "expires_in",
      "refresh_token",
      "scope",
      "token_type",
    ]);
    assert.equal(json.token_type, "Bearer");
    assert.equal(json.expires_in, 7200);
    assert.match(json.access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.ok(Math.abs(json.created_at - Date.now() / 1000) < 5);
    assert.notEqual(json.refresh_token, KEYS.refreshToken);
    assert.equal((await get("/seller/v0/tickets", { token: json.access_token })).status, 200);
    const second = await refresh(json.refresh_token);
    assert.equal(second.status, 200);
    // The older access token lives on.
    assert.equal((await get("/seller/v0/tickets", { token: json.access_token })).status, 200);
  });

  test("a second use of a refresh token ends the whole grant", async () => {
    const { json } = await refresh(KEYS.refreshToken);
    assertRefused(await refresh(KEYS.refreshToken), 400, "invalid_grant");
    assertRefused(await refresh(json.refresh_token), 400, "invalid_grant");
    const response = await get("/seller/v0/tickets", { token: json.access_token });
    assert.equal(response.status, 401);
    assert.equal(response.json.errorCode, 30001);
    // Other grants are not concerned.
    assert.equal((await get("/seller/v0/tickets")).status, 200);
  });

  test("of two refreshes at once one wins, and the grant ends", async () => {
    const both = await Promise.all([refresh(KEYS.refreshToken), refresh(KEYS.refreshToken)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400]);
    const winner = both.find(({ status }) => status === 200);
    assertRefused(await refresh(winner.json.refresh_token), 400, "invalid_grant");
  });

  test("an answer that is lost loses the token", async () => {
    await control.addFault({
      match: { path: "/magalu-id/oauth/token" },
      fault: { kind: "status", status: 500, when: "after" },
    });
    assert.equal((await refresh(KEYS.refreshToken)).status, 500);
    assertRefused(await refresh(KEYS.refreshToken), 400, "invalid_grant");
  });

  test("the life of a token can be switched, and ends with another 401", async () => {
    await control.settings({ magalu: { expires_in: 20 } });
    const { json } = await refresh(KEYS.refreshToken);
    assert.equal(json.expires_in, 20);
    assert.equal((await get("/seller/v0/tickets", { token: json.access_token })).status, 200);
    const changed = "UPDATE magalu_access_tokens SET expires_ms = expires_ms - 20000 WHERE token = ?";
    assert.equal(await db.run(changed, json.access_token), 1);
    const response = await get("/seller/v0/tickets", { token: json.access_token });
    assertPlatform(response, 401, "UNAUTHORIZED");
    assert.equal(response.headers["x-authorization-error"], "token expired");
    await control.settings({ magalu: { expires_in: 1 } });
    assert.equal((await refresh(json.refresh_token)).json.expires_in, 1);
    await control.settings({ magalu: { expires_in: 9999 } });
    const { refresh_token } = await db.first(
      "SELECT token AS refresh_token FROM magalu_refresh_tokens WHERE used = 0 AND id_grant = 2",
    );
    assert.equal((await refresh(refresh_token)).json.expires_in, 7200);
  });

  test("consent redirects with a code, which works once", async () => {
    const response = await login({ state: "s t&1" });
    assert.equal(response.status, 302);
    const target = new URL(response.headers.location);
    assert.equal(target.origin + target.pathname, "http://localhost:8787/callback");
    assert.equal(target.searchParams.get("state"), "s t&1");
    const code = target.searchParams.get("code");
    const { status, json } = await exchange({ code });
    assert.equal(status, 200);
    assert.deepEqual(json.scope.split(" "), ["openid", "open:tickets-seller:read", "open:tickets-seller:write"]);
    assert.equal((await get("/seller/v0/tickets", { token: json.access_token })).status, 200);
    assertPlatform(await get("/seller/v0/transactions/x", { token: json.access_token }), 403, "FORBIDDEN");
    assertRefused(await exchange({ code }), 400, "invalid_grant");
    const again = await refresh(json.refresh_token);
    assert.equal(again.json.scope, json.scope);
  });

  test("a code belongs to its redirect address, and lives ten minutes", async () => {
    const codeOf = async () => new URL((await login()).headers.location).searchParams.get("code");
    assertRefused(
      await exchange({ code: await codeOf(), redirect_uri: "http://localhost:8787/other" }),
      400,
      "invalid_grant",
    );
    const code = await codeOf();
    const { expires_ms } = await db.first("SELECT expires_ms FROM magalu_codes WHERE code = ?", code);
    assert.ok(Math.abs(expires_ms - Date.now() - 600_000) < 5000);
    await db.run("UPDATE magalu_codes SET expires_ms = ? WHERE code = ?", Date.now(), code);
    assertRefused(await exchange({ code }), 400, "invalid_grant");
  });

  test("what a consent may ask for", async () => {
    assertRefused(await login({ client_id: "nobody" }), 400, "invalid_request");
    for (const redirect_uri of ["http://shop.example/callback", "javascript:alert(1)", "https://a.example/#x", ""]) {
      assertRefused(await login({ redirect_uri }), 400, "invalid_request");
    }
    assert.equal((await login({ redirect_uri: "https://shop.example/callback" })).status, 302);
    const errorOf = async (changes) => new URL((await login(changes)).headers.location).searchParams.get("error");
    assert.equal(await errorOf({ scope: "open:everything" }), "invalid_scope");
    assert.equal(await errorOf({ response_type: "token" }), "unsupported_response_type");
    const { headers } = await login({ choose_tenants: "false" });
    const { json } = await exchange({ code: new URL(headers.location).searchParams.get("code") });
    assertPlatform(await get("/seller/v0/tickets", { token: json.access_token }), 403, "FORBIDDEN");
  });

  test("each grant has its format, and the client its secret", async () => {
    assertRefused(await refresh(KEYS.refreshToken, { client_secret: "?" }), 401, "invalid_client");
    assertRefused(await refresh(KEYS.refreshToken, { client_id: "?" }), 401, "invalid_client");
    assertRefused(await refresh("?"), 400, "invalid_grant");
    assertRefused(await refresh(KEYS.refreshToken, { grant_type: "password" }), 400, "unsupported_grant_type");
    assertRefused(await refresh("", { grant_type: "authorization_code", code: "?" }), 400, "invalid_request");
    assertRefused(
      await exchange({ grant_type: "refresh_token", refresh_token: KEYS.refreshToken }),
      400,
      "invalid_request",
    );
    assertRefused(await exchange({ code: "?" }, "text/plain"), 400, "invalid_request");
    // None of these used the token up.
    assert.equal((await refresh(KEYS.refreshToken)).status, 200);
    assert.equal((await send("GET", `${id}/oauth/token`)).status, 405);
    assert.equal((await send("POST", `${id}/login`)).status, 405);
    assert.equal((await send("GET", `${id}/nothing`)).status, 404);
  });

  test("secrets are not in the log", async () => {
    await login({ state: "x" });
    await refresh(KEYS.refreshToken);
    await get("/seller/v0/tickets");
    const text = JSON.stringify(await control.log());
    assert.ok(text.includes("/magalu-id/oauth/token"));
    for (const secret of [KEYS.accessToken, KEYS.clientSecret, KEYS.refreshToken]) assert.ok(!text.includes(secret));
  });
});

describe("errors", () => {
  beforeEach(() => fresh());

  test("the gateway's 401 for tokens it does not know", async () => {
    for (const token of [null, "nobody", "a b"]) {
      const response = await get("/seller/v0/tickets", { token });
      assert.equal(response.status, 401);
      assert.deepEqual(Object.keys(response.json), ["developerMessage", "userMessage", "moreInfo", "errorCode"]);
      assert.equal(response.json.errorCode, 30001);
      assert.equal(response.headers["x-authorization-error"], undefined);
    }
    const expired = await get("/seller/v0/tickets", { token: "local-magalu-expired-access" });
    assertPlatform(expired, 401, "UNAUTHORIZED");
    assert.ok(expired.headers["x-authorization-error"]);
  });

  test("each endpoint asks for its scope", async () => {
    const t = `/seller/v0/tickets/${special(1)}`;
    const token = "local-magalu-read-access";
    for (const path of ["/seller/v0/tickets", t, `${t}/messages`, `${t}/events`, `${t}/returns`]) {
      assert.equal((await get(path, { token })).status, 200, path);
    }
    const v1 = `/seller/v1/tickets/${special(1)}/messages`;
    for (const path of ["/seller/v0/tickets", `${t}/messages`, `${t}/events`, `${t}/returns`, v1]) {
      const response = await post(path, {}, { token });
      assertPlatform(response, 403, "FORBIDDEN");
      assert.equal(response.json.details[0].location, "header");
      assert.match(response.json.details[0].message, /:write/);
    }
    const range = "created_at_gte=2020-01-01&created_at_lte=2030-01-01";
    assert.equal((await get(`/seller/v0/transactions?${range}`, { token })).status, 200);
    const blind = { token: "local-magalu-blind-access" };
    assertPlatform(await get(`/seller/v0/transactions?${range}`, blind), 403, "FORBIDDEN");
    assert.equal((await post("/seller/v0/tickets", newTicket(), blind)).status, 202);
    const person = { token: "local-magalu-person-access" };
    assertPlatform(await get("/seller/v0/tickets", person), 403, "FORBIDDEN");
  });

  test("unknown routes and methods are said in the framework's short form", async () => {
    for (const path of ["/nothing", "/seller/v1/tickets", "/seller/v0/tickets/", "/seller/v2/tickets", "/"]) {
      assertDetailText(await get(path), 404, /^Not Found$/);
    }
    for (const [method, path, allow] of [
      ["DELETE", "/seller/v0/tickets", "POST, GET"],
      ["PATCH", `/seller/v0/tickets/${special(1)}`, "GET"],
      ["GET", `/seller/v1/tickets/${special(1)}/messages`, "POST"],
      ["POST", "/seller/v0/transactions", "GET"],
    ]) {
      const response = await call(method, path);
      assertDetailText(response, 405, /^Method Not Allowed$/);
      assert.equal(response.headers.allow, allow);
    }
    assert.equal((await send("GET", `${demo.marketplaceUrl}/magalu`)).status, 404);
  });

  test("the request id comes back, or one is made, with every answer", async () => {
    const headers = { "x-request-id": "r-17" };
    for (const response of [
      await get("/seller/v0/tickets", { headers }),
      await get("/seller/v0/tickets", { headers, token: null }),
      await get("/nothing", { headers }),
      await post("/seller/v0/tickets", {}, { headers }),
      await send("POST", `${id}/oauth/token`, { headers }),
    ]) {
      assert.equal(response.headers["x-request-id"], "r-17");
    }
    assert.match((await get("/seller/v0/tickets")).headers["x-request-id"], UUID);
  });

  test("the page of the network in front", async () => {
    await control.settings({ magalu: { edge_block: true } });
    const response = await get("/seller/v0/tickets");
    assert.equal(response.status, 403);
    assert.match(response.headers["content-type"], /^text\/html/);
    assert.match(response.text, /<h1>403 Forbidden/);
    assert.equal((await send("GET", `${id}/login`)).status, 403);
  });

  test("303, on this host and to another", async () => {
    await control.settings({ magalu: { see_other: "same" } });
    const response = await get("/seller/v0/tickets?_limit=3");
    assert.equal(response.status, 303);
    assert.equal(response.headers.location, "/magalu/-moved/seller/v0/tickets?_limit=3");
    const followed = await get("/-moved/seller/v0/tickets?_limit=3");
    assert.equal(followed.json.results.length, 3);
    assert.equal((await post("/seller/v0/tickets", newTicket())).status, 202);
    await control.settings({ magalu: { see_other: "elsewhere" } });
    assert.match((await get("/seller/v0/tickets")).headers.location, /^https:\/\/elsewhere\.example\//);
  });

  test("faults without a body speak as the vendor does", async () => {
    const path = "/seller/v0/tickets";
    for (const [status, member] of [
      [401, "developerMessage"],
      [422, "detail"],
      [429, "slug"],
      [503, "slug"],
    ]) {
      await control.addFault({ match: { path }, fault: { kind: "status", status } });
      const response = await get(path);
      assert.equal(response.status, status);
      assert.ok(member in response.json);
    }
  });

  test("requests per minute and seller", async () => {
    await control.settings({ magalu: { rate_limit: 3 } });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push(await get("/seller/v0/tickets?_limit=1"));
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 200, 200, 429],
    );
    assertPlatform(statuses[3], 429, "TOO_MANY_REQUESTS");
    assert.equal(statuses[3].headers["retry-after"], undefined);
    await sleep(1100); // a second is not enough
    assert.equal((await get("/seller/v0/tickets")).status, 429);
    assert.equal((await get("/seller/v0/tickets", { token: "local-magalu-neighbour-access" })).status, 200);
    await control.settings({ magalu: { rate_limit: null } });
    assert.equal((await get("/seller/v0/tickets")).status, 200);
    await control.reset();
    assert.equal((await control.settings()).magalu.rate_limit, 850);
  });
});

describe("create ticket", () => {
  beforeEach(() => fresh());

  const create = (body, options) => post("/seller/v0/tickets", body, options);

  test("the transaction goes on by itself, and the ticket is there at its end", async () => {
    await control.settings({ magalu: { transaction_ms: 60_000 } });
    const response = await create(newTicket({ code: "caso-1" }));
    const seen = [];
    for (const [step, passed] of [0, 30_000, 30_000].entries()) {
      // Time passes by moving what is stored into the past.
      await db.run("UPDATE magalu_tickets SET visible_ms = visible_ms - ? WHERE code = 'caso-1'", passed);
      await db.run(
        `UPDATE magalu_transactions SET created_ms = created_ms - ?1, processing_ms = processing_ms - ?1, done_ms = done_ms - ?1
         WHERE id = ?2`,
        passed,
        response.json.transaction_id,
      );
      seen.push(await transactionOf(response));
      assert.equal((await get("/seller/v0/tickets?code=caso-1")).json.results.length, step < 2 ? 0 : 1);
    }
    assert.deepEqual(
      seen.map(({ status }) => status),
      ["pending", "processing", "completed"],
    );
    assert.deepEqual(
      seen.at(-1).events.map(({ event, status }) => `${event} ${status}`),
      ["info pending", "transition processing", "delay processing", "transition completed"],
    );
    const done = seen.at(-1);
    assert.deepEqual(Object.keys(done), [
      "created_at",
      "updated_at",
      "id",
      "code",
      "operation",
      "trigger_endpoint",
      "status",
      "events",
    ]);
    assert.equal(done.code, "caso-1");
    assert.equal(done.operation, "create");
    assert.match(done.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    const { ticket_id } = lastData(done);
    assert.match(ticket_id, UUID);
    const ticket = await get(`/seller/v0/tickets/${ticket_id}`);
    assert.equal(ticket.status, 200);
    assert.equal(ticket.json.code, "caso-1");
    assert.equal(ticket.json.status, "waiting");
    assert.equal(ticket.json.reason, "missing_damaged_parts");
    assert.equal(Number(ticket.json.order.delivery.items[0].quantity), 2);
    assert.match(ticket.json.protocol, /^\d{15}$/);
    assert.equal((await get("/seller/v0/tickets?code=caso-1")).json.results[0].id, ticket_id);
  });

  test("nothing has to be asked for a transaction to end", async () => {
    await control.settings({ magalu: { transaction_ms: 400 } });
    const response = await create(newTicket({ code: "caso-2" }));
    await sleep(500);
    assert.equal((await get("/seller/v0/tickets?code=caso-2")).json.results.length, 1);
    assert.equal((await transactionOf(response)).status, "completed");
  });

  test("a long transaction says that it is late", async () => {
    await control.settings({ magalu: { transaction_ms: 60_000 } });
    const { json } = await create(newTicket());
    const before = Date.now() - 45_000;
    await db.run(
      "UPDATE magalu_transactions SET created_ms = ?, processing_ms = ?, done_ms = ? WHERE id = ?",
      before,
      before + 20_000,
      before + 60_000,
      json.transaction_id,
    );
    const transaction = await transactionOf({ status: 202, json });
    assert.equal(transaction.status, "processing");
    assert.equal(transaction.events.at(-1).event, "delay");
  });

  test("an answer has links, and sometimes an empty data", async () => {
    const bodies = [];
    for (let count = 0; count < 3; count += 1) bodies.push((await create(newTicket())).json);
    const keys = bodies.map((body) => Object.keys(body).join());
    assert.deepEqual(keys.sort(), ["transaction_id,links", "transaction_id,links", "transaction_id,links,data"]);
    assert.equal(bodies.find((body) => "data" in body).data, null);
  });

  test("each field of the table is required, all faults at once", async () => {
    assertDetails(
      await create({}),
      "body.type missing",
      "body.channel missing",
      "body.order missing",
      "body.reason missing",
    );
    for (const path of [
      "type",
      "channel",
      "channel.id",
      "channel.alias",
      "order",
      "order.id",
      "order.code",
      "order.delivery",
      "order.delivery.id",
      "order.delivery.seller",
      "order.delivery.seller.id",
      "order.delivery.seller.name",
      "order.delivery.items",
      "order.delivery.items.0.id",
      "order.delivery.items.0.sku",
      "order.delivery.items.0.external_sku",
      "order.delivery.items.0.name",
      "order.delivery.items.0.description",
      "order.delivery.items.0.image",
      "order.delivery.items.0.quantity",
      "reason",
    ]) {
      assertDetails(await create(changed(newTicket(), path)), `body.${path} missing`);
    }
    assert.equal((await db.first("SELECT COUNT(*) AS n FROM magalu_tickets WHERE origin = 'seller'")).n, 0);
  });

  test("types and ranges", async () => {
    const items = "order.delivery.items";
    for (const [path, value, type] of [
      ["channel", "x", "model_attributes_type"],
      ["order", [], "model_attributes_type"],
      ["order.id", 1, "string_type"],
      ["order.id", "", "string_too_short"],
      [items, {}, "list_type"],
      [items, [], "too_short"],
      [`${items}.0`, "x", "model_attributes_type"],
      [`${items}.0.quantity`, "two", "int_type"],
      [`${items}.0.quantity`, "0", "greater_than_equal"],
      [`${items}.0.quantity`, 1.5, "int_type"],
      [`${items}.0.quantity`, 0, "greater_than_equal"],
      ["type", "delivery", "enum"],
      ["type", 1, "enum"],
      ["reason", "delivery_delay", "enum"],
      ["reason", null, "enum"],
      ["code", 17, "string_type"],
    ]) {
      assertDetails(await create(changed(newTicket(), path, value)), `body.${path} ${type}`);
    }
    for (const [path, value] of [
      [`${items}.0.quantity`, 1],
      [`${items}.0.quantity`, "2"],
      [`${items}.0.description`, ""],
      ["code", null],
      ["extra", { of: "ours" }],
    ]) {
      assert.equal((await create(changed(newTicket(), path, value))).status, 202, path);
    }
  });

  test("every type and reason of the table, and one of a later version", async () => {
    for (const type of ["cancellation", "payment", "shipping", "exchange"]) {
      assert.equal((await create(newTicket({ type }))).status, 202, type);
    }
    const reasons = [
      "shipping_delay price_discrepancy incorrect_product missing_damaged_parts duplicated_order payment_issue",
      "quality_concern change_of_mind unavailability customer_error unexpected_circumstances shipping_address_issues",
      "general payment_authorization_failure payment_discrepancy product_recall",
    ].flatMap((line) => line.split(" "));
    for (const reason of reasons) assert.equal((await create(newTicket({ reason }))).status, 202, reason);
  });

  test("bodies that are none", async () => {
    assertDetails(await call("POST", "/seller/v0/tickets"), "body missing");
    assertDetails(await call("POST", "/seller/v0/tickets", { raw: "{" }), "body.0 json_invalid");
    assertDetails(await create([]), "body model_attributes_type");
    assertDetails(
      await create(newTicket(), { headers: { "content-type": "text/plain" } }),
      "body model_attributes_type",
    );
    const headers = { "content-type": "application/json; charset=utf-8" };
    assert.equal((await create(newTicket(), { headers })).status, 202);
  });

  test("codes that force a failure, in the sandbox only", async () => {
    const failed = await transactionOf(await create(newTicket({ code: "invalid_order" })));
    assert.equal(failed.status, "failed");
    assert.equal(failed.events.at(-1).event, "failure");
    assert.match(failed.events.at(-1).message, /invalid_order/);
    assert.deepEqual(lastData(failed), { created: "False" });
    assert.deepEqual((await get("/seller/v0/tickets?code=invalid_order")).json.results, []);
    // `erro1` is a code of events and returns.
    assert.equal((await transactionOf(await create(newTicket({ code: "erro1" })))).status, "completed");
  });

  test("the outcome of all transactions can be switched", async () => {
    await control.settings({ magalu: { transaction_outcome: "cancelled" } });
    const transaction = await transactionOf(await create(newTicket({ code: "c" })));
    assert.equal(transaction.status, "cancelled");
    assert.equal(transaction.events.at(-1).event, "info");
    assert.deepEqual((await get("/seller/v0/tickets?code=c")).json.results, []);
  });

  test("the channel is the sandbox's there, and the seller's own in production", async () => {
    const production = newTicket({ channel: { id: "9fe0d853-732b-4e4a-a0b0-cff988ed043d", alias: "magazineluiza" } });
    assertDetailText(await create(production), 422, /^channel not allowed in sandbox$/);
    await control.settings({ magalu: { sandbox: false } });
    assertDetailText(await create(newTicket()), 422, /permission/);
    // Orders must exist there.
    assertPlatform(await create(production), 404, "NOT_FOUND");
    const row = await db.first("SELECT * FROM magalu_tickets WHERE id_seller = 1");
    production.order.id = row.order_id;
    production.order.delivery.id = JSON.parse(row.delivery).id;
    const done = await transactionOf(await create({ ...production, code: "invalid_order" }));
    assert.equal(done.status, "completed");
  });
});

describe("lists of tickets", () => {
  before(() => fresh());

  const list = async (query, options) => {
    const { status, json, text } = await get(`/seller/v0/tickets?${query}`, options);
    assert.equal(status, 200, text);
    return json;
  };
  const count = async (where, ...params) =>
    (await db.first(`SELECT COUNT(*) AS n FROM magalu_tickets WHERE id_seller = 1 AND ${where}`, ...params)).n;

  test("the envelope", async () => {
    const { meta, results } = await list("");
    assert.deepEqual(meta, {
      page: { limit: 50, offset: 0, count: 50, max_limit: 100 },
      links: { previous: null, self: "?_offset=0&_limit=50", next: "?_offset=50&_limit=50" },
    });
    assert.equal(results.length, 50);
    const page = await list("_limit=7&_offset=10");
    assert.deepEqual(page.meta.links, {
      previous: "?_offset=3&_limit=7",
      self: "?_offset=10&_limit=7",
      next: "?_offset=17&_limit=7",
    });
    assert.equal(page.meta.page.count, 7);
  });

  test("the last page has a next link, unless a setting ends it", async () => {
    const query = `ticket_id=${special(1)}`;
    assert.equal((await list(query)).meta.links.next, "?_offset=50&_limit=50");
    await control.settings({ magalu: { next_link_ends: true } });
    assert.equal((await list(query)).meta.links.next, null);
    assert.equal((await list("")).meta.links.next, "?_offset=50&_limit=50");
    await control.settings({ magalu: { next_link_ends: false } });
  });

  test("limit and offset end at 100", async () => {
    assert.equal((await list("_limit=100&_offset=100")).results.length, 100);
    assert.equal((await list("_limit=1&_offset=0")).results.length, 1);
    for (const [query, fault] of [
      ["_limit=101", "query._limit less_than_equal"],
      ["_limit=0", "query._limit greater_than_equal"],
      ["_offset=101", "query._offset less_than_equal"],
      ["_offset=-1", "query._offset greater_than_equal"],
      ["_limit=x", "query._limit int_parsing"],
      ["_limit=", "query._limit int_parsing"],
    ]) {
      assertDetails(await get(`/seller/v0/tickets?${query}`), fault);
    }
    assertDetails(
      await get("/seller/v0/tickets?_limit=101&_offset=101&_sort=x"),
      "query._limit less_than_equal",
      "query._offset less_than_equal",
      "query._sort enum",
    );
  });

  test("deep lists are walked by date; two dozen tickets share a second", async () => {
    const total = await count("1");
    assert.ok(total > 200);
    assert.ok((await count("updated_ms = (SELECT updated_ms FROM magalu_tickets WHERE number = 4)")) >= 24);
    const seen = new Set();
    let since = "2020-01-01";
    for (let rounds = 0; seen.size < total; rounds += 1) {
      assert.ok(rounds < 20);
      const { results } = await list(`_limit=100&_sort=updated_at:asc&updated_at_gte=${since}`);
      for (const ticket of results) seen.add(ticket.id);
      since = results.at(-1).updated_at;
    }
  });

  test("sorting", async () => {
    for (const field of ["created_at", "updated_at", "due_date"]) {
      const up = (await list(`_sort=${field}:asc&_limit=100`)).results.map((ticket) => ticket[field]);
      assert.deepEqual(up, [...up].sort());
      const down = (await list(`_sort=${field}:desc&_limit=100`)).results.map((ticket) => ticket[field]);
      assert.deepEqual(down, [...down].sort().reverse());
    }
    assert.deepEqual((await list("_limit=5")).results, (await list("_limit=5&_sort=created_at:desc")).results);
    assert.equal((await list("_sort=updated_at:asc,created_at:desc&_limit=1")).results.length, 1);
    for (const value of ["created_at", "created_at:up", "protocol:asc", "created_at:asc:asc", ""]) {
      assertDetails(await get(`/seller/v0/tickets?_sort=${value}`), "query._sort enum");
    }
  });

  test("every filter", async () => {
    const row = await db.first("SELECT * FROM magalu_tickets WHERE id = ?", special(2));
    for (const [name, value] of [
      ["code", "caso-0002"],
      ["ticket_id", special(2)],
      ["order__id", row.order_id],
      ["order__code", row.order_code],
      ["protocol", row.protocol],
    ]) {
      const { results } = await list(`${name}=${value}`);
      assert.deepEqual(
        results.map((ticket) => ticket.id),
        [special(2)],
        name,
      );
      assert.deepEqual((await list(`${name}=nothing`)).results, [], name);
    }
    for (const status of ["waiting", "waiting_seller", "closed", "in_mediation"]) {
      const { results } = await list(`status=${status}&_limit=100`);
      assert.equal(results.length, Math.min(100, await count("status = ?", status)));
      assert.ok(results.every((ticket) => ticket.status === status));
    }
    assert.equal((await list(`channel__id=${SANDBOX_CHANNEL}&_limit=100`)).results.length, 100);
    assert.equal((await list("channel__id=x")).results.length, 0);
    assert.equal((await list("channel__alias=magazineluiza&_limit=100")).results.length, 100);
    assert.equal((await list("channel__alias=x")).results.length, 0);
    // Names that are not known filter nothing, and of a repeated name the last counts.
    assert.equal((await list(`order_id=${row.order_id}`)).results.length, 50);
    assert.equal((await list(`code=x&code=caso-0002`)).results.length, 1);
  });

  test("every bound, with its own value and one second beyond", async () => {
    const [{ created_at, updated_at, due_date }] = (await list(`ticket_id=${special(2)}`)).results;
    const shift = (time, seconds) => new Date(Date.parse(`${time}Z`) + seconds * 1000).toISOString().slice(0, 19);
    for (const [field, time] of Object.entries({ created_at, updated_at, due_date })) {
      const n = async (suffix, value) => (await list(`code=caso-0002&${field}_${suffix}=${value}`)).results.length;
      assert.equal(await n("gte", time), 1);
      assert.equal(await n("gte", shift(time, 1)), 0);
      assert.equal(await n("lte", time), 1);
      assert.equal(await n("lte", shift(time, -1)), 0);
      assert.equal(await n("gte", `${time}Z`), 1);
      assert.equal(await n("gte", `${time}.500000`), 0);
      assert.equal(await n("lte", `${time.slice(0, 16)}:00-03:00`), 1);
      for (const bad of ["yesterday", "2026-02-30", "2026-13-01T00:00:00", "1772000000"]) {
        assertDetails(await get(`/seller/v0/tickets?${field}_gte=${bad}`), `query.${field}_gte datetime_parsing`);
      }
    }
  });

  test("quantities are text or numbers, times have no zone, and signs contradict each other", async () => {
    const { results } = await list("_limit=100");
    const quantities = results.flatMap((ticket) => ticket.order.delivery.items.map((item) => typeof item.quantity));
    assert.deepEqual([...new Set(quantities)].sort(), ["number", "string"]);
    assert.deepEqual(results, (await list("_limit=100")).results);
    for (const ticket of results) {
      assert.match(ticket.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      assert.equal(typeof ticket.closed, "boolean");
    }
    const [three, four, five] = await Promise.all(
      [3, 4, 5].map(async (number) => (await get(`/seller/v0/tickets/${special(number)}`)).json),
    );
    assert.deepEqual([three.closed, three.status], [true, "waiting"]);
    assert.deepEqual([four.closed, four.status], [false, "closed"]);
    assert.deepEqual([five.type, five.reason, five.code], ["exchange", null, null]);
    assert.deepEqual(five.sla, { hours: 48 });
    assert.deepEqual(Object.keys(five.channel), ["id"]);
    assert.ok((await count("reason IS NULL")) > 5);
    assert.ok((await count("reason = 'delivery_delay'")) > 0);
  });

  test("one ticket has exactly the documented members", async () => {
    const { json } = await get(`/seller/v0/tickets/${special(1)}`);
    assert.deepEqual(Object.keys(json), [
      "id",
      "code",
      "type",
      "status",
      "closed",
      "reason",
      "protocol",
      "due_date",
      "origin",
      "created_at",
      "updated_at",
      "channel",
      "order",
    ]);
    assertPlatform(await get("/seller/v0/tickets/nothing"), 404, "NOT_FOUND");
  });

  test("a seller sees nothing of another one", async () => {
    const token = "local-magalu-neighbour-access";
    assert.equal((await list("", { token })).results.length, 3);
    assert.equal((await get(`/seller/v0/tickets/${NEIGHBOUR}`, { token })).status, 200);
    for (const path of ["", "/messages", "/events", "/returns"]) {
      assertPlatform(await get(`/seller/v0/tickets/${NEIGHBOUR}${path}`), 404, "NOT_FOUND");
    }
    assertPlatform(await post(`/seller/v0/tickets/${NEIGHBOUR}/messages`, {}), 404, "NOT_FOUND");
    assert.deepEqual((await list(`ticket_id=${NEIGHBOUR}`)).results, []);
    const path = "/seller/v0/transactions/d0000000-0000-4000-8000-000000000001";
    assertPlatform(await get(path, { token }), 404, "NOT_FOUND");
    assert.equal((await get(path)).status, 200);
  });
});

describe("messages", () => {
  beforeEach(() => fresh());

  const path = (number, version = 0) => `/seller/v${version}/tickets/${special(number)}/messages`;
  const message = (changes = {}) => ({ message: "Enviaremos hoje.", destination: "customer", ...changes });

  test("one that is sent can be read when its transaction is over", async () => {
    const body = message({ owner: { code: "agent-7", name: "Maria" }, code: "ref-001" });
    const transaction = await transactionOf(await post(path(1), body));
    assert.equal(transaction.status, "completed");
    const { message_id } = lastData(transaction);
    const { status, json } = await get(`${path(1)}/${message_id}`);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(json), [
      "id",
      "message",
      "code",
      "ticket",
      "sender",
      "moderation",
      "attachments",
      "destination",
      "created_at",
      "updated_at",
    ]);
    assert.deepEqual(
      [json.message, json.code, json.destination, json.ticket.id, json.sender.type],
      ["Enviaremos hoje.", "ref-001", "customer", special(1), "seller"],
    );
    assert.deepEqual(json.sender.owner, { name: "Maria", code: "agent-7" });
    assert.equal(json.moderation.status, "approved");
    const all = (await get(path(1))).json;
    assert.equal(all.results.at(-1).id, message_id);
    assert.equal(all.meta.page.limit, 50);
    assert.equal((await get(`/seller/v0/tickets/${special(1)}`)).json.status, "waiting");
    assertPlatform(await get(`${path(1)}/nothing`), 404, "NOT_FOUND");
    assertPlatform(await get(`${path(6)}/${message_id}`), 404, "NOT_FOUND");
  });

  test("required fields, types and the length in characters", async () => {
    assertDetails(await post(path(1), {}), "body.message missing", "body.destination missing");
    for (const [changes, fault] of [
      [{ message: "" }, "body.message string_too_short"],
      [{ message: "😀".repeat(3001) }, "body.message string_too_long"],
      [{ message: 1 }, "body.message string_type"],
      [{ destination: "buyer" }, "body.destination enum"],
      [{ owner: "x" }, "body.owner model_attributes_type"],
      [{ owner: { code: "x" } }, "body.owner.name missing"],
      [{ attachments: {} }, "body.attachments list_type"],
      [{ attachments: [{ file_name: "nf", file_extension: "pdf" }] }, "body.attachments.0.file_type missing"],
    ]) {
      assertDetails(await post(path(1), message(changes)), fault);
    }
    for (const changes of [
      { message: "😀".repeat(3000) },
      { message: "a" },
      { destination: "channel" },
      { destination: "seller" },
    ]) {
      assert.equal((await post(path(1), message(changes))).status, 202);
    }
  });

  test("closed tickets take none, by either sign", async () => {
    for (const number of [3, 4]) {
      assertPlatform(await post(path(number), message()), 400, "BAD_REQUEST");
      assertPlatform(await post(path(number, 1), message()), 400, "BAD_REQUEST");
    }
    assertPlatform(await post("/seller/v0/tickets/nothing/messages", message()), 404, "NOT_FOUND");
  });

  test("moderation comes after the 202", async () => {
    await control.settings({ magalu: { moderation_ms: 60_000 } });
    const { message_id } = lastData(await transactionOf(await post(path(1), message())));
    const seen = [];
    for (const passed of [0, 40_000, 40_000]) {
      const changes = "waiting_ms = waiting_ms - ?1, moderated_ms = moderated_ms - ?1";
      await db.run(`UPDATE magalu_messages SET ${changes} WHERE id = ?2`, passed, message_id);
      seen.push((await get(`${path(1)}/${message_id}`)).json.moderation.status);
    }
    assert.deepEqual(seen, ["new", "waiting_moderation", "approved"]);
  });

  test("personal data is rejected, and the message vanishes", async () => {
    for (const [text, rule] of [
      ["Meu CPF é 123.456.789-09", "cpf"],
      ["Chave pix: loja", "pix"],
      ["escreva para maria@example.com", "email"],
      ["Ligue (11) 98765-4321", "phone"],
    ]) {
      const { message_id } = lastData(await transactionOf(await post(path(1), message({ message: text }))));
      assertPlatform(await get(`${path(1)}/${message_id}`), 404, "NOT_FOUND");
      await control.settings({ magalu: { show_rejected: true } });
      const { moderation } = (await get(`${path(1)}/${message_id}`)).json;
      assert.equal(moderation.status, "rejected");
      assert.deepEqual(moderation.block_rules, [rule]);
      await control.settings({ magalu: { show_rejected: false } });
    }
    assert.equal((await get(`/seller/v0/tickets/${special(1)}`)).json.status, "waiting_seller");
    // While it is moderated it is there.
    await control.settings({ magalu: { moderation_ms: 60_000 } });
    const { message_id } = lastData(await transactionOf(await post(path(1), message({ message: "pix" }))));
    const { moderation } = (await get(`${path(1)}/${message_id}`)).json;
    assert.deepEqual([moderation.status, moderation.block_rules], ["new", []]);
  });

  test("an older page's answer can be switched on", async () => {
    await control.settings({ magalu: { message_reply: "message" } });
    const { status, json } = await post(path(1), message({ code: "m-1" }));
    assert.equal(status, 202);
    assert.deepEqual([json.message, json.code, json.transaction_id], ["Enviaremos hoje.", "m-1", undefined]);
    assert.equal((await get(path(1))).json.results.at(-1).id, json.id);
  });

  test("times carry a Z or none; fields of a later version are there", async () => {
    const { results } = (await get(path(2))).json;
    const zones = new Set();
    for (let number = 1; number <= 8; number += 1) {
      for (const said of (await get(path(number))).json.results) zones.add(said.created_at.endsWith("Z"));
    }
    assert.deepEqual([...zones].sort(), [false, true]);
    assert.deepEqual(
      results.map(({ sender }) => sender.type),
      ["customer", "channel"],
    );
    assert.equal(results[1].priority, "high");
  });

  test("attachments: listed, filtered, and downloaded byte for byte", async () => {
    const withFiles = (await get(`${path(2)}?has_attachment=true`)).json.results;
    assert.equal(withFiles.length, 1);
    assert.equal((await get(`${path(2)}?has_attachment=false`)).json.results.length, 1);
    assertDetails(await get(`${path(2)}?has_attachment=perhaps`), "query.has_attachment bool_parsing");
    const [{ id: messageId, attachments }] = withFiles;
    assert.deepEqual(
      attachments.map(({ file_extension, file_type }) => `${file_extension} ${file_type}`),
      ["png image/png", "jpg image/jpeg", "pdf application/pdf", "jpeg image/jpeg"],
    );
    for (const file of attachments) {
      const response = await get(`${path(2)}/${messageId}/attachments/${file.id}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers["content-type"], file.file_type);
      assert.match(response.headers["content-disposition"], /^attachment; filename\*=UTF-8''[\w.%~-]+$/);
      const { size } = await db.first("SELECT size FROM magalu_attachments WHERE id = ?", file.id);
      assert.equal(response.bytes.length, size);
    }
    assertPlatform(await get(`${path(2)}/${messageId}/attachments/nothing`), 404, "NOT_FOUND");
  });

  test("v0 only announces a file", async () => {
    const attachments = [{ file_name: "nf", file_extension: "pdf", file_type: "application/pdf" }];
    const { message_id } = lastData(await transactionOf(await post(path(1), message({ attachments }))));
    const { json } = await get(`${path(1)}/${message_id}`);
    assert.equal(json.attachments[0].file_name, "nf");
    assertPlatform(await get(`${path(1)}/${message_id}/attachments/${json.attachments[0].id}`), 404, "NOT_FOUND");
  });

  const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(1000, 13)]);
  const PDF = Buffer.from("%PDF-1.4\r\n\r\n--\r\n");
  const text = [
    { name: "message", value: "Segue a nota. 👍" },
    { name: "destination", value: "customer" },
    { name: "owner_code", value: "agent-7" },
    { name: "owner_name", value: "María" },
    { name: "code", value: "ref-9" },
  ];
  const file = (value = PNG, filename = "foto.png", type = "image/png") => ({ name: "file", filename, type, value });

  test("v1 takes files as a form, byte for byte", async () => {
    const parts = [...text, file(), file(PDF, "nota fiscal.PDF", "application/pdf")];
    const { message_id } = lastData(await transactionOf(await postForm(path(1, 1), parts)));
    const { json } = await get(`${path(1)}/${message_id}`);
    assert.equal(json.message, "Segue a nota. 👍");
    assert.deepEqual(json.sender.owner, { name: "María", code: "agent-7" });
    assert.deepEqual(
      json.attachments.map(({ file_name, file_extension }) => `${file_name}.${file_extension}`),
      ["foto.png", "nota fiscal.PDF"],
    );
    for (const [index, content] of [PNG, PDF].entries()) {
      const { bytes } = await get(`${path(1)}/${message_id}/attachments/${json.attachments[index].id}`);
      assert.ok(bytes.equals(content));
    }
  });

  test("v1 has the rules of the text, and its own of the files", async () => {
    assertDetails(await postForm(path(1, 1), [file()]), "body.message missing", "body.destination missing");
    assertDetails(await postForm(path(1, 1), text.slice(0, 3)), "body.owner_name missing");
    assert.equal((await postForm(path(1, 1), text.slice(0, 2))).status, 202);
    for (const [part, pattern] of [
      [file(PNG, "foto.gif", "image/gif"), /JPG, JPEG, PNG or PDF/],
      [file(PNG, "foto.jpg", "image/png"), /JPG, JPEG, PNG or PDF/],
      [file(PNG, "foto", "image/png"), /JPG, JPEG, PNG or PDF/],
      [file(PDF, "foto.png", "image/png"), /is not image\/png/],
      [file(Buffer.alloc(0)), /is not image\/png/],
    ]) {
      assertDetailText(await postForm(path(1, 1), [...text, part]), 422, pattern);
    }
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
    for (const name of ["a.jpg", "a.jpeg", "a.JPG"]) {
      assert.equal((await postForm(path(1, 1), [...text, file(jpeg, name, "image/jpeg")])).status, 202);
    }
    assertDetails(await postForm(path(1, 1), [...text, { name: "file", value: "x" }]), "body.file value_error");
  });

  test("v1 takes 25 MB and not a byte more", async () => {
    const most = Buffer.concat([PNG, Buffer.alloc(25 * 1024 * 1024 - PNG.length, 10)]);
    const { message_id } = lastData(await transactionOf(await postForm(path(1, 1), [...text, file(most)])));
    const { json } = await get(`${path(1)}/${message_id}`);
    const { bytes } = await get(`${path(1)}/${message_id}/attachments/${json.attachments[0].id}`);
    const hash = (content) => createHash("sha256").update(content).digest("hex");
    assert.equal(hash(bytes), hash(most));
    const more = Buffer.concat([most, Buffer.alloc(1)]);
    assertDetailText(await postForm(path(1, 1), [...text, file(more)]), 422, /25 MB/);
  });

  test("forms are read strictly", async () => {
    const { type, body } = form([...text, file()]);
    const sendRaw = (raw, contentType = type) =>
      call("POST", path(1, 1), { raw, headers: { "content-type": contentType } });
    assert.equal((await sendRaw(body)).status, 202);
    assert.equal((await sendRaw(body, type.replace("boundary=", 'boundary="').concat('"'))).status, 202);
    const broken = (from, to) => Buffer.from(body.toString("latin1").replace(from, to), "latin1");
    for (const [raw, contentType] of [
      [body, "application/json"],
      [body, "multipart/form-data"],
      [body, "multipart/form-data; boundary=other"],
      [body.subarray(0, body.length - 10)],
      [body.subarray(2)],
      [Buffer.concat([body, Buffer.from("x")])],
      [broken(/name="message"/, "name=message")],
      [broken(/filename="foto.png"/, "filename=\"foto.png\"; filename*=UTF-8''foto.png")],
      [broken("content-disposition", "content-position")],
    ]) {
      assertDetailText(await sendRaw(raw, contentType), 400, /parsing the body/);
    }
  });

  test("the customer can be made to write", async () => {
    const say = (body) => send("POST", `${demo.marketplaceUrl}/control/magalu/message`, { body: JSON.stringify(body) });
    await transactionOf(await post(path(1), message()));
    const response = await say({ ticket_id: special(1), message: "Ainda nada." });
    assert.equal(response.status, 201);
    const { json } = await get(`${path(1)}/${response.json.message_id}`);
    assert.deepEqual([json.message, json.sender.type, json.destination], ["Ainda nada.", "customer", "seller"]);
    assert.equal((await get(`/seller/v0/tickets/${special(1)}`)).json.status, "waiting_seller");
    assert.equal((await say({ ticket_id: "nothing", message: "?" })).status, 404);
    assert.equal((await say({})).status, 400);
    assert.equal((await send("POST", `${demo.marketplaceUrl}/control/magalu/nothing`)).status, 404);
    assert.equal((await send("GET", `${demo.marketplaceUrl}/control/magalu/message`)).status, 404);
  });
});

describe("events", () => {
  beforeEach(() => fresh());

  const path = (number) => `/seller/v0/tickets/${special(number)}/events`;

  test("the four that a seller may create, on cancellations only", async () => {
    for (const type of ["product_sent", "product_received", "return_info_sent", "authorize_refund"]) {
      const transaction = await transactionOf(await post(path(1), { type, code: "erp-17" }));
      assert.deepEqual([transaction.status, lastData(transaction)], ["completed", { created: "True" }]);
    }
    const { results } = (await get(path(1))).json;
    assert.deepEqual(Object.keys(results[0]), [
      "id",
      "code",
      "ticket_id",
      "type",
      "created_at",
      "updated_at",
      "created_by",
      "updated_by",
    ]);
    assert.equal(results.length, 4);
    assert.match(results[0].created_at, /\.\d{6}Z$/);
    for (const type of ["refunded", "delivery", "nothing", 1]) {
      assertDetails(await post(path(1), { type }), "body.type enum");
    }
    assertDetails(await post(path(1), {}), "body.type missing");
    assertPlatform(await post(path(2), { type: "product_sent" }), 400, "BAD_REQUEST");
    assertPlatform(await post(path(3), { type: "product_sent" }), 400, "BAD_REQUEST");
    assertPlatform(await post("/seller/v0/tickets/nothing/events", { type: "product_sent" }), 404, "NOT_FOUND");
  });

  test("a refund needs the product on its way", async () => {
    assertPlatform(await post(path(1), { type: "authorize_refund" }), 400, "BAD_REQUEST");
    await transactionOf(await post(path(1), { type: "return_info_sent" }));
    assertPlatform(await post(path(1), { type: "authorize_refund" }), 400, "BAD_REQUEST");
    assert.equal((await post(path(7), { type: "authorize_refund" })).status, 202);
    // One that is not there yet does not count.
    await control.settings({ magalu: { transaction_ms: 60_000 } });
    assert.equal((await post(path(1), { type: "product_sent" })).status, 202);
    assertPlatform(await post(path(1), { type: "authorize_refund" }), 400, "BAD_REQUEST");
  });

  test("a forced failure says nothing", async () => {
    const transaction = await transactionOf(await post(path(1), { type: "product_sent", code: "erro1" }));
    assert.equal(transaction.status, "failed");
    const last = transaction.events.at(-1);
    assert.deepEqual([last.event, last.message, last.data], ["failure", undefined, { created: "False" }]);
    assert.deepEqual((await get(path(1))).json.results, []);
  });

  test("filters", async () => {
    await transactionOf(await post(path(7), { type: "product_sent" }));
    const n = async (query) => (await get(`${path(7)}?${query}`)).json.results.length;
    assert.equal(await n(""), 2);
    assert.equal(await n("type=product_received"), 1);
    assert.equal(await n("type=refunded"), 0);
    assert.equal(await n(`created_at_lte=${NOW}`), 1);
    assert.equal(await n(`created_at_gte=${NOW}`), 1);
    assert.equal(await n("_limit=1&_offset=1"), 1);
    assertDetails(await get(`${path(7)}?type=nothing`), "query.type enum");
  });
});

describe("returns", () => {
  beforeEach(() => fresh());

  const path = (number) => `/seller/v0/tickets/${special(number)}/returns`;

  test("one active return of a dispatched cancellation", async () => {
    const transaction = await transactionOf(await call("POST", path(1)));
    const { return_id, reverse_code } = lastData(transaction);
    const { status, json } = await get(`${path(1)}/${return_id}`);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(json), ["created_at", "updated_at", "id", "ticket_id", "reverse_code"]);
    assert.equal(json.reverse_code, reverse_code);
    assertPlatform(await call("POST", path(1)), 409, "CONFLICT");
    assertPlatform(await call("POST", path(8)), 409, "CONFLICT");
    assertPlatform(await call("POST", path(6)), 400, "BAD_REQUEST");
    assertPlatform(await call("POST", path(2)), 400, "BAD_REQUEST");
    assertPlatform(await call("POST", path(3)), 400, "BAD_REQUEST");
    assertPlatform(await get(`${path(1)}/nothing`), 404, "NOT_FOUND");
    assertPlatform(await get(`${path(8)}/${return_id}`), 404, "NOT_FOUND");
  });

  test("the sandbox's returns end after an hour", async () => {
    const { return_id } = lastData(await transactionOf(await call("POST", path(1))));
    assertPlatform(await call("POST", path(1)), 409, "CONFLICT");
    const { life } = await db.first(
      "SELECT expires_ms - visible_ms AS life FROM magalu_returns WHERE id = ?",
      return_id,
    );
    assert.equal(life, 3_600_000);
    await db.run("UPDATE magalu_returns SET expires_ms = expires_ms - ?", life);
    assert.equal((await call("POST", path(1))).status, 202);
    await db.run("DELETE FROM magalu_returns");
    await control.settings({ magalu: { return_life_ms: 0 } });
    for (const _ of "12") assert.equal((await call("POST", path(1))).status, 202);
  });

  test("a code forces failures in the sandbox; elsewhere there is no body", async () => {
    for (const code of ["erro1", "erro2"]) {
      assert.equal((await transactionOf(await post(path(1), { code }))).status, "failed");
    }
    assertDetails(await post(path(1), { code: 1 }), "body.code string_type");
    assert.equal((await transactionOf(await post(path(1), { code: "mine" }))).code, "mine");
    await control.settings({ magalu: { sandbox: false } });
    assertDetailText(await post(path(7), { code: "erro1" }), 422, /not expected/);
    assert.equal((await call("POST", path(7))).status, 202);
  });

  test("filters; a page holds 10 when nothing is said", async () => {
    const { json } = await get(path(8));
    assert.equal(json.meta.page.limit, 10);
    assert.equal(json.results.length, 1);
    const n = async (query) => (await get(`${path(8)}?${query}`)).json.results.length;
    assert.equal(await n(`reverse_code=${json.results[0].reverse_code}`), 1);
    assert.equal(await n("reverse_code=x"), 0);
    assert.equal(await n("valid_for_days=3650"), 1);
    assert.equal(await n("valid_for_days=7"), 0);
    assert.equal(await n(`created_at_gte=${json.results[0].created_at}`), 1);
    assert.equal(await n("created_at_gte=2030-01-01"), 0);
    assertDetails(await get(`${path(8)}?valid_for_days=x`), "query.valid_for_days int_parsing");
  });
});

describe("transactions", () => {
  beforeEach(() => fresh());

  const range = "created_at_gte=2026-03-01&created_at_lte=2026-03-03";

  test("a list needs its span of time", async () => {
    const path = "/seller/v0/transactions";
    assertDetails(await get(path), "query.created_at_gte missing", "query.created_at_lte missing");
    assertDetails(await get(`${path}?created_at_gte=2026-03-01`), "query.created_at_lte missing");
    assertDetails(await get(`${path}?created_at_lte=2026-03-01`), "query.created_at_gte missing");
    assertDetails(await get(`${path}?${range}&status=done`), "query.status enum");
    const { results } = (await get(`${path}?${range}`)).json;
    assert.equal(results.length, 24);
    for (const status of ["completed", "failed", "cancelled"]) {
      const expected = results.filter((transaction) => transaction.status === status).map(({ id: each }) => each);
      const found = (await get(`${path}?${range}&status=${status}`)).json.results.map(({ id: each }) => each);
      assert.deepEqual(found, expected);
    }
    assert.ok(results.some(({ status }) => status === "failed"));
  });

  test("the status of a list is that of the moment", async () => {
    await control.settings({ magalu: { transaction_ms: 60_000 } });
    const { json } = await post("/seller/v0/tickets", newTicket());
    const n = async (status) => {
      const path = `/seller/v0/transactions?created_at_gte=${NOW}&created_at_lte=2099-01-01&status=${status}`;
      return (await get(path)).json.results.filter((found) => found.id === json.transaction_id).length;
    };
    assert.deepEqual([await n("pending"), await n("processing"), await n("completed")], [1, 0, 0]);
    await db.run("UPDATE magalu_transactions SET processing_ms = 0 WHERE id = ?", json.transaction_id);
    assert.deepEqual([await n("pending"), await n("processing"), await n("completed")], [0, 1, 0]);
    await db.run("UPDATE magalu_transactions SET done_ms = 0 WHERE id = ?", json.transaction_id);
    assert.deepEqual([await n("pending"), await n("processing"), await n("completed")], [0, 0, 1]);
  });

  test("shapes that the documentation half describes", async () => {
    const of = async (number) =>
      (await get(`/seller/v0/transactions/d0000000-0000-4000-8000-00000000000${number}`)).json;
    assert.deepEqual((await of(1)).operation, { type: "create" });
    assert.equal(typeof lastData(await of(2)), "string");
    assertPlatform(await get("/seller/v0/transactions/nothing"), 404, "NOT_FOUND");
  });
});

test("the same seed makes the same data", async () => {
  const dump = async () => {
    const tables = ["tickets", "messages", "attachments", "attachment_pieces", "events", "returns", "transactions"];
    const rows = [];
    for (const table of tables) rows.push(await db.all(`SELECT * FROM magalu_${table} ORDER BY rowid`));
    return JSON.stringify(rows);
  };
  await control.reset({ now: NOW, seed: 1 });
  const first = await dump();
  await control.reset({ now: NOW, seed: 1 });
  assert.ok(first === (await dump()));
  await control.reset({ now: NOW, seed: 2 });
  assert.ok(first !== (await dump()));
});
