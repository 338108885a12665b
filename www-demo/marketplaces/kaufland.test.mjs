// The local Kaufland marketplace, in workerd: every rule on both sides of its limit, every
// endpoint, what is stored, what is seeded.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { Miniflare } from "miniflare";
import { bundleWorker } from "../local/bundle.mjs";
import { LOCAL_KEYS, startLocal } from "../local.mjs";
import { controls, send, signedHeaders } from "./testing.mjs";

const KEYS = LOCAL_KEYS.kaufland;
const NEIGHBOUR = {
  clientKey: "kaufland-local-client-key-0000002",
  secretKey: "kaufland-local-secret-key-000000000000000000000000000000000000002",
};
const INACTIVE = {
  clientKey: "kaufland-local-client-key-0000003",
  secretKey: "kaufland-local-secret-key-000000000000000000000000000000000000003",
};
const PARTNER = {
  clientKey: "kaufland-local-partner-key-000001",
  secretKey: "kaufland-local-partner-secret-0000000000000000000000000000000001",
};
const NOW = "2026-03-02T12:00:00Z";

let demo;
let api;
let db;
let control;

before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true, now: NOW });
  api = `${demo.marketplaceUrl}/kaufland/v2`;
  db = demo.db.kaufland;
  control = controls(demo.marketplaceUrl);
});

after(() => demo.dispose());

/**
 * A signed call: path below /v2, a value or text as body. `headers` replace signed ones; `null`
 * leaves one out.
 */
function call(method, path, { body, keys = KEYS, headers = {}, ...signing } = {}) {
  const url = `${api}${path}`;
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const all = { ...signedHeaders({ method, url, body: text, ...keys, ...signing }), ...headers };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return send(method, url, { headers: kept, body: text });
}

function assertProblem(response, status, type, ...fields) {
  assert.equal(response.status, status, response.text);
  assert.equal(response.headers["content-type"], "application/json");
  assert.deepEqual(Object.keys(response.json), ["type", "message", "errors"]);
  assert.equal(response.json.type, type, response.text);
  assert.ok(response.json.message.length > 0);
  assert.deepEqual(
    response.json.errors.map((error) => error.field),
    fields,
    response.text,
  );
}

const assertInvalid = (response, ...fields) => assertProblem(response, 400, "/problems/validation-error", ...fields);

/** The first ticket of the seller with the conditions. */
async function someTicket(where, ...params) {
  const row = await db.first(
    `SELECT * FROM kaufland_tickets WHERE id_seller = 1 AND closable = 1 AND internal = 0 AND ${where} ORDER BY number LIMIT 1`,
    ...params,
  );
  assert.ok(row, `a seeded ticket with ${where}`);
  return row;
}

const MERCHANT = "fulfillment_type = 'fulfilled_by_merchant'";

describe("signature", () => {
  test("the published vector, as hex and not as base64 or upper case", async () => {
    const modules = await bundleWorker({
      stdin: {
        contents: `import { isSignedWith } from "./kaufland/signature.ts";
          export default { async fetch(request) {
            const { secret, signature, method, uri, body, timestamp } = await request.json();
            const signed = { method, uri, body: new TextEncoder().encode(body) };
            return Response.json(await isSignedWith(secret, signature, signed, timestamp));
          } };`,
        loader: "ts",
        resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      },
    });
    const worker = new Miniflare({
      modules,
      compatibilityDate: "2026-04-15",
      cf: false,
      telemetry: { enabled: false },
    });
    try {
      const vector = {
        secret: "a7d0cb1da1ddbc86c96ee5fedd341b7d8ebfbb2f5c83cfe0909f4e57f05dd403",
        method: "POST",
        uri: "https://sellerapi.kaufland.com/v2/units/",
        body: "",
        timestamp: "1411055926",
        signature: "da0b65f51c0716c1d3fa658b7eaf710583630a762a98c9af8e9b392bd9df2e2a",
      };
      const check = async (changes) => {
        const body = JSON.stringify({ ...vector, ...changes });
        return (await worker.dispatchFetch("http://localhost/", { method: "POST", body })).json();
      };
      assert.equal(await check({}), true);
      assert.equal(await check({ signature: "2gtl9RwHFsHT+mWLfq9xBYNjCnYqmMmvjps5K9nfLio=" }), false);
      assert.equal(await check({ signature: vector.signature.toUpperCase() }), false);
      assert.equal(await check({ method: "GET" }), false);
      assert.equal(await check({ uri: `${vector.uri}?` }), false);
      assert.equal(await check({ body: " " }), false);
      assert.equal(await check({ timestamp: "1411055927" }), false);
    } finally {
      await worker.dispose();
    }
  });

  test("each mandatory header is asked for, all missing ones at once", async () => {
    const header = "/problems/missing-or-invalid-request-header";
    assertProblem(
      await send("GET", `${api}/tickets`),
      401,
      header,
      "Shop-Client-Key",
      "Shop-Signature",
      "Shop-Timestamp",
    );
    for (const [name, field] of [
      ["shop-client-key", "Shop-Client-Key"],
      ["shop-signature", "Shop-Signature"],
      ["shop-timestamp", "Shop-Timestamp"],
    ]) {
      assertProblem(await call("GET", "/tickets", { headers: { [name]: null } }), 401, header, field);
    }
    assertProblem(await call("GET", "/tickets", { headers: { "user-agent": null } }), 400, header, "User-Agent");
    assertProblem(await call("GET", "/tickets", { headers: { accept: null } }), 400, header, "Accept");
    assertProblem(await call("GET", "/tickets", { headers: { accept: "text/html" } }), 400, header, "Accept");
    assertProblem(
      await call("POST", "/tickets", { body: {}, headers: { "content-type": "text/plain" } }),
      400,
      header,
      "Content-Type",
    );
    const response = await call("POST", "/tickets", {
      body: {},
      headers: { "content-type": "application/json; charset=utf-8", accept: "application/json, */*;q=0.1" },
    });
    assertInvalid(response, "id_order_unit", "reason", "message");
  });

  test("the timestamp is in seconds and at most five minutes away", async () => {
    const now = Math.floor(Date.now() / 1000);
    const header = "/problems/missing-or-invalid-request-header";
    for (const timestamp of [now - 295, now + 298]) {
      assert.equal((await call("GET", "/tickets", { timestamp })).status, 200);
    }
    for (const timestamp of [now - 301, now + 305, now * 1000, "now", "-1", `${now}.5`]) {
      assertProblem(await call("GET", "/tickets", { timestamp }), 401, header, "Shop-Timestamp");
    }
  });

  test("unknown keys, foreign secrets and changed requests are told apart", async () => {
    const unknown = { ...KEYS, clientKey: "nobody" };
    assertProblem(await call("GET", "/tickets", { keys: unknown }), 401, "/problems/invalid-credentials");
    const corrupted = "/problems/corrupted-signature";
    assertProblem(await call("GET", "/tickets", { keys: { ...KEYS, secretKey: NEIGHBOUR.secretKey } }), 401, corrupted);
    const url = `${api}/tickets?limit=1`;
    const headers = signedHeaders({ method: "GET", url, ...KEYS });
    assert.equal((await send("GET", url, { headers })).status, 200);
    assertProblem(await send("GET", `${api}/tickets?limit=2`, { headers }), 401, corrupted);
    assertProblem(
      await send("GET", url, { headers: { ...headers, "shop-signature": headers["shop-signature"].toUpperCase() } }),
      401,
      corrupted,
    );
    const post = signedHeaders({ method: "POST", url: `${api}/tickets`, body: '{"reason":1}', ...KEYS });
    assertProblem(await send("POST", `${api}/tickets`, { headers: post, body: '{"reason":2}' }), 401, corrupted);
    assertProblem(await call("GET", "/tickets", { keys: INACTIVE }), 403, "/problems/inactive-account");
  });

  test("the uri is checked as it was sent, not as a parser would write it", async () => {
    for (const [path, status] of [
      ["/tickets?ts_created_from_iso=2020%2D01%2D01T00%3a00%3A00Z", 200],
      ["/tickets?storefront=%64e", 200],
      ["/tickets?", 200],
      ["/%74ickets", 200],
      // Parsers write these in other ways; a signature over what was sent must still fit.
      ["/tickets?sort='\"<>", 400],
      ["//tickets", 404],
    ]) {
      const response = await call("GET", path);
      assert.equal(response.status, status, `${path}: ${response.text}`);
    }
    // Signed in one spelling, sent in another.
    const headers = signedHeaders({ method: "GET", url: `${api}/tickets?storefront=de`, ...KEYS });
    assertProblem(
      await send("GET", `${api}/tickets?storefront=%64e`, { headers }),
      401,
      "/problems/corrupted-signature",
    );
  });

  test("the partner headers go together and are checked like the seller's", async () => {
    assert.equal((await call("GET", "/tickets", { partner: PARTNER })).status, 200);
    const header = "/problems/missing-or-invalid-request-header";
    assertProblem(
      await call("GET", "/tickets", { partner: PARTNER, headers: { "shop-partner-signature": null } }),
      401,
      header,
      "Shop-Partner-Signature",
    );
    assertProblem(
      await call("GET", "/tickets", { partner: PARTNER, headers: { "shop-partner-client-key": null } }),
      401,
      header,
      "Shop-Partner-Client-Key",
    );
    assertProblem(
      await call("GET", "/tickets", { partner: { ...PARTNER, secretKey: KEYS.secretKey } }),
      401,
      "/problems/corrupted-signature",
    );
    assertProblem(
      await call("GET", "/tickets", { partner: { ...PARTNER, clientKey: "nobody" } }),
      401,
      "/problems/invalid-credentials",
    );
  });

  test("a seller sees nothing of another one", async () => {
    const { json } = await call("GET", "/tickets", { keys: NEIGHBOUR });
    assert.equal(json.pagination.total, 3);
    assert.deepEqual(
      json.data.map((ticket) => ticket.id_ticket),
      ["00160000003", "00160000002", "00160000001"],
    );
    assertProblem(await call("GET", "/tickets/00160000001"), 404, "/problems/not-found");
    assertProblem(await call("PATCH", "/tickets/00160000001/close"), 404, "/problems/not-found");
    assert.equal((await call("GET", "/tickets/00160000001", { keys: NEIGHBOUR })).status, 200);
    const { id_order_unit } = await db.first("SELECT id_order_unit FROM kaufland_order_units WHERE id_seller = 2");
    const body = { id_order_unit: [Number(id_order_unit)], reason: "contact_other", message: "?" };
    assertProblem(await call("POST", "/tickets", { body }), 404, "/problems/not-found");
  });
});

describe("routes", () => {
  test("the cheap checks of credentials", async () => {
    assert.deepEqual((await call("GET", "/status/ping")).json, { data: { message: "pong" } });
    assert.ok((await call("GET", "/info/storefront")).json.data.includes("de"));
  });

  test("what does not exist is said in the vendor's shape", async () => {
    for (const path of ["/nothing", "/tickets/", "/tickets/00150000001/close/", "/tickets/00150000001/nothing", "/"]) {
      assertProblem(await call("GET", path), 404, "/problems/not-found");
    }
    for (const [method, path, allow] of [
      ["DELETE", "/tickets", "GET, POST"],
      ["PUT", "/tickets/00150000001", "GET"],
      ["POST", "/tickets/messages", "GET"],
      ["GET", "/tickets/00150000001/messages", "POST"],
      ["POST", "/tickets/00150000001/close", "PATCH"],
      ["OPTIONS", "/tickets", "GET, POST"],
    ]) {
      const response = await call(method, path);
      assertProblem(response, 405, "about:blank");
      assert.equal(response.headers.allow, allow);
    }
    assertProblem(await send("GET", `${demo.marketplaceUrl}/kaufland`), 404, "/problems/not-found");
    assert.equal((await send("GET", `${demo.marketplaceUrl}/elsewhere/v2`)).status, 404);
  });

  test("pages on other origins are not let in", async () => {
    const response = await call("GET", "/tickets", { headers: { origin: "https://dashboard.example" } });
    assert.equal(response.headers["access-control-allow-origin"], undefined);
  });
});

describe("list tickets", () => {
  before(() => control.reset());

  const total = async (query) => {
    const { status, json, text } = await call("GET", `/tickets?${query}`);
    assert.equal(status, 200, text);
    return json.pagination.total;
  };
  const count = async (where, ...params) =>
    (await db.first(`SELECT COUNT(*) AS n FROM kaufland_tickets WHERE id_seller = 1 AND ${where}`, ...params)).n;

  test("an item has exactly the documented fields; the storefront is not among them", async () => {
    const { json } = await call("GET", "/tickets?limit=1");
    assert.deepEqual(Object.keys(json), ["data", "pagination"]);
    assert.deepEqual(Object.keys(json.data[0]), [
      "id_ticket",
      "ids_order_units",
      "id_buyer",
      "ts_created_iso",
      "ts_updated_iso",
      "status",
      "open_reason",
      "topic",
      "is_seller_responsible",
      "fulfillment_type",
    ]);
    const [ticket] = json.data;
    assert.match(ticket.id_ticket, /^001\d+$/);
    assert.match(ticket.ts_created_iso, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(typeof ticket.is_seller_responsible, "boolean");
    assert.equal(typeof ticket.ids_order_units[0], "number");
  });

  test("fulfilled_by_merchant is the default, and both are there when asked for", async () => {
    const merchant = await count(MERCHANT);
    const kaufland = await count("fulfillment_type = 'fulfilled_by_kaufland'");
    assert.ok(merchant > 0 && kaufland > 0);
    assert.equal(await total(""), merchant);
    assert.equal(await total("fulfillment_type=fulfilled_by_kaufland"), kaufland);
    assert.equal(await total("fulfillment_type=fulfilled_by_kaufland,fulfilled_by_merchant"), merchant + kaufland);
  });

  test("each filter takes what the database has, repeated, with commas, and both", async () => {
    assert.equal(await total("status=opened"), await count(`status = 'opened' AND ${MERCHANT}`));
    const closed = await count(`status IN ('buyer_closed', 'seller_closed', 'both_closed') AND ${MERCHANT}`);
    assert.ok(closed > 0);
    assert.equal(await total("status=buyer_closed&status=seller_closed&status=both_closed"), closed);
    assert.equal(await total("status=buyer_closed%2Cseller_closed%2Cboth_closed"), closed);
    assert.equal(await total("status=buyer_closed,seller_closed&status=both_closed&status=both_closed"), closed);

    assert.equal(
      await total("open_reason=product_defect&open_reason=product_return"),
      await count(`open_reason IN ('product_defect', 'product_return') AND ${MERCHANT}`),
    );
    assert.equal(await total("topic=delivery_delayed"), await count(`topic = 'delivery_delayed' AND ${MERCHANT}`));
    const shops = await count(`storefront IN ('de', 'cz') AND ${MERCHANT}`);
    assert.equal(await total("storefront=DE&storefront=Cz"), shops);
    assert.equal(await total("storefront=de,cz"), shops);
    const { id_buyer } = await someTicket(`id_buyer IS NOT NULL AND ${MERCHANT}`);
    assert.equal(await total(`id_buyer=${id_buyer}`), await count(`id_buyer = ? AND ${MERCHANT}`, id_buyer));
    assert.equal(
      await total(`status=opened&storefront=de&topic=delivery_delayed,delivery_not_received`),
      await count(
        `status = 'opened' AND storefront = 'de' AND topic IN ('delivery_delayed', 'delivery_not_received') AND ${MERCHANT}`,
      ),
    );
  });

  test("times are lower bounds that include their second, in any zone", async () => {
    for (const [name, column] of [
      ["ts_created_from_iso", "ts_created_iso"],
      ["ts_updated_from_iso", "ts_updated_iso"],
    ]) {
      const { [column]: time } = await db.first(
        `SELECT ${column} FROM kaufland_tickets WHERE id_seller = 1 AND ${MERCHANT} ORDER BY ${column} LIMIT 1 OFFSET 100`,
      );
      const from = await count(`${column} >= ? AND ${MERCHANT}`, time);
      const later = await count(`${column} > ? AND ${MERCHANT}`, time);
      assert.ok(later < from);
      assert.equal(await total(`${name}=${time}`), from);
      assert.equal(await total(`${name}=${encodeURIComponent(time)}`), from);
      assert.equal(await total(`${name}=${time.replace("Z", ".001Z")}`), later);
      const local = new Date(Date.parse(time) + 2 * 3_600_000).toISOString().slice(0, 19);
      assert.equal(await total(`${name}=${local}%2B02:00`), from);
      // A plus that is not encoded is a space.
      assertInvalid(await call("GET", `/tickets?${name}=${local}+02:00`), name);
      for (const wrong of ["2026-03-02", "2026-13-02T00:00:00Z", "yesterday", "2026-03-02T00:00:00", "1700000000"]) {
        assertInvalid(await call("GET", `/tickets?${name}=${wrong}`), name);
      }
    }
  });

  test("sorted by creation, or by update, newest first", async () => {
    for (const [query, column] of [
      ["", "ts_created_iso"],
      ["sort=ts_created_iso:desc", "ts_created_iso"],
      ["sort=ts_updated_iso%3Adesc", "ts_updated_iso"],
    ]) {
      const { json } = await call("GET", `/tickets?${query}`);
      const times = json.data.map((ticket) => ticket[column]);
      assert.equal(times.length, 30);
      assert.deepEqual(times, [...times].sort().reverse());
      const newest = await db.first(
        `SELECT MAX(${column}) AS time FROM kaufland_tickets WHERE id_seller = 1 AND ${MERCHANT}`,
      );
      assert.equal(times[0], newest.time);
    }
    for (const wrong of ["ts_created_iso:asc", "ts_created_iso", "id_ticket:desc"]) {
      assertInvalid(await call("GET", `/tickets?sort=${wrong}`), "sort");
    }
  });

  test("pages of 1 to 30, by offset, every ticket once", async () => {
    for (const limit of [1, 30]) {
      const { json } = await call("GET", `/tickets?limit=${limit}`);
      assert.equal(json.data.length, limit);
      assert.deepEqual(json.pagination, { offset: 0, limit, total: await count(MERCHANT) });
    }
    for (const wrong of ["limit=0", "limit=31", "limit=-1", "limit=ten", "limit=1.5", "limit=", "limit=1e1"]) {
      assertInvalid(await call("GET", `/tickets?${wrong}`), "limit");
    }
    assertInvalid(await call("GET", "/tickets?offset=-1"), "offset");
    assertInvalid(await call("GET", "/tickets?offset=2147483648"), "offset");

    const ids = [];
    let all = Number.POSITIVE_INFINITY;
    while (ids.length < all) {
      const { json } = await call("GET", `/tickets?offset=${ids.length}`);
      all = json.pagination.total;
      assert.ok(json.data.length > 0);
      ids.push(...json.data.map((ticket) => ticket.id_ticket));
    }
    assert.equal(new Set(ids).size, await count(MERCHANT));
    const beyond = await call("GET", `/tickets?offset=${all}`);
    assert.deepEqual(beyond.json, { data: [], pagination: { offset: all, limit: 30, total: all } });
    assert.equal((await call("GET", "/tickets?offset=2147483647")).status, 200);
  });

  test("values that are not in the documentation are refused, all of them at once", async () => {
    assertInvalid(
      await call("GET", "/tickets?status=open&topic=weather&limit=99&id_buyer=2147483648"),
      "status",
      "topic",
      "id_buyer",
      "limit",
    );
    for (const [name, value] of [
      ["status", "OPENED"],
      ["status", ""],
      ["status", "opened,"],
      ["open_reason", "product_lost"],
      ["storefront", "uk"],
      ["fulfillment_type", "fulfilled_by_nobody"],
      ["id_buyer", "x"],
      ["id_buyer", "-1"],
    ]) {
      assertInvalid(await call("GET", `/tickets?${name}=${value}`), name);
    }
    assert.equal((await call("GET", "/tickets?id_buyer=2147483647")).json.pagination.total, 0);
    assertInvalid(await call("GET", "/tickets?id_ticket=00150000001"), "id_ticket");
    assertInvalid(await call("GET", "/tickets?limit=1&limit=2"), "limit");
    assertProblem(await call("GET", "/tickets?status=%ff"), 400, "/problems/bad-request");
  });

  test("brackets are refused, unless a test asks for a marketplace that reads them", async () => {
    assertInvalid(await call("GET", "/tickets?status[0]=opened"), "status[0]");
    assertInvalid(await call("GET", "/tickets?status%5B%5D=opened"), "status[]");
    await control.settings({ kaufland: { array_brackets: true } });
    const expected = await count(`status IN ('opened', 'buyer_closed') AND ${MERCHANT}`);
    assert.equal(await total("status%5B0%5D=opened&status%5B1%5D=buyer_closed"), expected);
    await control.settings({ kaufland: { array_brackets: false } });
  });
});

describe("list messages", () => {
  before(() => control.reset());

  test("only the seller's own, in both directions, by pages", async () => {
    const where = `role = 'seller' AND id_ticket IN (SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND ${MERCHANT})`;
    const { n } = await db.first(`SELECT COUNT(*) AS n FROM kaufland_messages WHERE ${where}`);
    for (const [sort, order] of [
      ["", -1],
      ["&sort=ts_created_iso:desc", -1],
      ["&sort=ts_created_iso:asc", 1],
    ]) {
      const { json } = await call("GET", `/tickets/messages?limit=30&offset=5${sort}`);
      assert.deepEqual(json.pagination, { offset: 5, limit: 30, total: n });
      assert.equal(json.data.length, 30);
      for (const message of json.data) {
        assert.deepEqual(Object.keys(message), ["id_ticket_message", "id_ticket", "author", "text", "ts_created_iso"]);
        assert.deepEqual(message.author, { role: "seller", name: "Musterladen" });
      }
      const times = json.data.map((message) => message.ts_created_iso);
      const sorted = [...times].sort();
      assert.deepEqual(times, order === 1 ? sorted : sorted.reverse());
    }
    const { time } = await db.first(
      `SELECT ts_created_iso AS time FROM kaufland_messages WHERE ${where} ORDER BY ts_created_iso DESC LIMIT 1 OFFSET 9`,
    );
    const since = await call("GET", `/tickets/messages?ts_created_from_iso=${time}`);
    const { later } = await db.first(
      `SELECT COUNT(*) AS later FROM kaufland_messages WHERE ${where} AND ts_created_iso >= ?`,
      time,
    );
    assert.ok(later >= 10 && later < n);
    assert.equal(since.json.pagination.total, later);
    const both = await call("GET", "/tickets/messages?fulfillment_type=fulfilled_by_merchant,fulfilled_by_kaufland");
    assert.ok(both.json.pagination.total > n);
  });

  test("has no filter by ticket, and the same limits", async () => {
    assertInvalid(await call("GET", "/tickets/messages?id_ticket=00150000001"), "id_ticket");
    assertInvalid(await call("GET", "/tickets/messages?limit=31"), "limit");
    assertInvalid(await call("GET", "/tickets/messages?sort=ts_updated_iso:desc"), "sort");
    assertInvalid(await call("GET", "/tickets/messages?status=opened"), "status");
  });
});

describe("get a ticket", () => {
  before(() => control.reset());

  test("only what is embedded is there", async () => {
    const { json } = await call("GET", "/tickets/00150009001");
    assert.equal(json.data.storefront, "ro");
    for (const part of ["buyer", "product", "messages", "order_units", "files"]) assert.ok(!(part in json.data), part);
    for (const part of ["buyer", "product", "messages", "order_units", "files"]) {
      const { data } = (await call("GET", `/tickets/00150009001?embedded=${part}`)).json;
      assert.ok(part in data, part);
      assert.equal(Object.keys(data).length, Object.keys(json.data).length + 1);
    }
    const all = await call("GET", "/tickets/00150009001?embedded=buyer%2Cproduct,messages&embedded=order_units,files");
    assert.equal(Object.keys(all.json.data).length, Object.keys(json.data).length + 5);
    assertInvalid(await call("GET", "/tickets/00150009001?embedded=messages,weather"), "embedded");
    assertInvalid(await call("GET", "/tickets/00150009001?limit=1"), "limit");
  });

  test("the parts have the documented fields", async () => {
    const ticket = await someTicket(
      "id_buyer IS NOT NULL AND id_ticket IN (SELECT id_ticket FROM kaufland_files) AND number % 5 <> 0",
    );
    const { data } = (
      await call("GET", `/tickets/${ticket.id_ticket}?embedded=buyer,product,messages,order_units,files`)
    ).json;
    assert.deepEqual(Object.keys(data.buyer), ["id_buyer", "email"]);
    assert.equal(data.buyer.id_buyer, ticket.id_buyer);
    assert.deepEqual(Object.keys(data.product).sort(), [
      "age_rating",
      "danger_label_9A",
      "dangerous_goods_li_shipping",
      "eans",
      "id_category",
      "id_product",
      "is_valid",
      "main_picture",
      "manufacturer",
      "storefront",
      "title",
      "url",
    ]);
    assert.deepEqual(Object.keys(data.messages[0]), [
      "id_ticket_message",
      "id_ticket",
      "author",
      "text",
      "ts_created_iso",
    ]);
    assert.equal(data.messages[0].id_ticket, ticket.id_ticket);
    assert.deepEqual(Object.keys(data.files[0]), ["filename", "ts_created_iso", "uri"]);
    assert.deepEqual(
      data.order_units.map((unit) => unit.id_order_unit),
      data.ids_order_units,
    );
    assert.deepEqual(Object.keys(data.order_units[0]).sort(), [
      "billing_address",
      "buyer",
      "cancel_reason",
      "currency",
      "delivery_time_expires_iso",
      "delivery_time_max",
      "delivery_time_min",
      "eco_fee",
      "fulfillment_type",
      "id_offer",
      "id_order",
      "id_order_unit",
      "is_marketplace_deemed_supplier",
      "note",
      "order_received_timestamp_iso",
      "packaging_fee",
      "price",
      "product",
      "revenue_gross",
      "revenue_net",
      "shipping_address",
      "shipping_rate",
      "status",
      "storefront",
      "ts_created_iso",
      "ts_updated_iso",
      "unit_condition",
      "vat",
    ]);
  });

  test("messages of some tickets carry the id without its leading zeros", async () => {
    const { id_ticket } = await someTicket("number % 5 = 0");
    const { data } = (await call("GET", `/tickets/${id_ticket}?embedded=messages`)).json;
    assert.equal(data.id_ticket, id_ticket);
    assert.equal(`00${data.messages[0].id_ticket}`, id_ticket);
  });

  test("is found by the short form of its id, and refused without digits", async () => {
    for (const id of ["00150000001", "50000001", "150000001"]) {
      assert.equal((await call("GET", `/tickets/${id}`)).json.data.id_ticket, "00150000001");
    }
    assertProblem(await call("GET", "/tickets/00199999999"), 404, "/problems/not-found");
    for (const id of ["abc", "001-5", "%20", "00150000001%2F..", "#".replace("#", "%23")]) {
      assertInvalid(await call("GET", `/tickets/${id}`), "id_ticket");
    }
  });

  test("what may be null is, and newer values and fields are there", async () => {
    const empty = (await call("GET", "/tickets/00150009006?embedded=buyer,files,messages")).json.data;
    assert.deepEqual([empty.id_buyer, empty.topic, empty.buyer, empty.files], [null, null, null, []]);
    const newer = (await call("GET", "/tickets/00150009001?embedded=buyer,messages,order_units,files")).json.data;
    assert.deepEqual([newer.open_reason, newer.topic, newer.priority], ["product_recall", "issue_twint", "high"]);
    assert.deepEqual(newer.labels, ["vip", "recall"]);
    assert.deepEqual([newer.messages[0].author.role, newer.messages[0].sentiment], ["chatbot", -0.4]);
    assert.deepEqual(newer.order_units[0].parcel_locker, { id: "PL-1", city: "Musterstadt" });
    assert.equal(newer.order_units[0].status, "lost_in_transit");
    assert.equal(newer.buyer.loyalty_level, "gold");
    assert.equal(newer.files[0].virus_scan, "clean");
    assert.equal((await call("GET", "/tickets/00150009002")).json.data.status, "escalated");
    assert.equal((await call("GET", "/tickets?status=escalated")).json.pagination.total, 1);
    assert.equal((await call("GET", "/tickets?topic=issue_twint&storefront=RO")).json.pagination.total, 1);
  });

  test("ids beyond 2^53 are written digit by digit", async () => {
    const { text } = await call("GET", "/tickets/00150009003?embedded=order_units");
    assert.match(text, /"ids_order_units":\[9007199254740993\]/);
    assert.match(text, /"id_order_unit":9007199254740993,/);
  });

  test("long and awkward texts come back as they were", async () => {
    const { messages } = (await call("GET", "/tickets/00150009007?embedded=messages")).json.data;
    assert.match(messages[0].text, /^<script>/);
    assert.ok(messages[0].text.includes("\u2028") && messages[0].text.includes("\u0007"));
    assert.ok(messages[1].text.includes("👩‍👩‍👧‍👦"));
    assert.equal(messages[2].text.length, 65_535);
  });
});

describe("open a ticket", () => {
  before(() => control.reset());

  let order;
  before(async () => {
    order =
      await db.first(`SELECT id_order, json_group_array(CAST(id_order_unit AS INTEGER)) AS units, MIN(id_buyer) AS id_buyer,
      MIN(storefront) AS storefront FROM kaufland_order_units WHERE id_seller = 1 AND ${MERCHANT} AND id_order_unit NOT IN
      (SELECT id_order_unit FROM kaufland_ticket_order_units) GROUP BY id_order HAVING COUNT(*) > 1 LIMIT 1`);
    order.units = JSON.parse(order.units);
  });
  const open = (body) => call("POST", "/tickets", { body });

  test("for several units of one order: 201, Location, id, and all of it stored", async () => {
    const response = await open({
      id_order_unit: order.units,
      reason: "product_return",
      message: "Ein Teil fehlt. 📦",
    });
    assert.equal(response.status, 201, response.text);
    const { id_ticket } = response.json.data;
    assert.deepEqual(response.json, { data: { id_ticket: "00160000004" } });
    assert.equal(response.headers.location, `${api}/tickets/${id_ticket}`);
    const { data } = (await call("GET", `/tickets/${id_ticket}?embedded=messages`)).json;
    assert.deepEqual(data.ids_order_units, order.units);
    assert.equal(data.id_buyer, order.id_buyer);
    assert.equal(data.storefront, order.storefront);
    assert.deepEqual(
      [data.status, data.open_reason, data.topic, data.is_seller_responsible, data.fulfillment_type],
      ["opened", "product_return", null, false, "fulfilled_by_merchant"],
    );
    assert.equal(data.ts_created_iso, data.ts_updated_iso);
    assert.equal(data.messages.length, 1);
    assert.deepEqual(data.messages[0].author, { role: "seller", name: "Musterladen" });
    assert.equal(data.messages[0].text, "Ein Teil fehlt. 📦");
    // A second one for the same units is another ticket.
    const again = await open({
      id_order_unit: [order.units[0], order.units[0]],
      reason: "contact_other",
      message: "?",
    });
    assert.equal(again.json.data.id_ticket, "00160000005");
    const second = (await call("GET", "/tickets/00160000005")).json.data;
    assert.deepEqual(second.ids_order_units, [order.units[0]]);
  });

  test("an id beyond 2^53 is not taken for its neighbour", async () => {
    const body = (id) => `{"id_order_unit":[${id}],"reason":"contact_other","message":"?"}`;
    assertProblem(await open(body("9007199254740992")), 404, "/problems/not-found");
    assert.equal((await open(body("9007199254740993"))).status, 201);
  });

  test("each rule, and all violations at once", async () => {
    const good = { id_order_unit: order.units, reason: "contact_other", message: "?" };
    assertInvalid(await open({}), "id_order_unit", "reason", "message");
    assertInvalid(await open({ ...good, id_order_unit: [] }), "id_order_unit");
    assertInvalid(await open({ ...good, id_order_unit: order.units[0] }), "id_order_unit");
    assertInvalid(
      await open({ ...good, id_order_unit: ["1", 1.5, null] }),
      "id_order_unit[0]",
      "id_order_unit[1]",
      "id_order_unit[2]",
    );
    assertInvalid(
      await open(`{"id_order_unit":[9223372036854775808],"reason":"contact_other","message":"?"}`),
      "id_order_unit[0]",
    );
    for (const reason of ["other", "", null, 1]) assertInvalid(await open({ ...good, reason }), "reason");
    for (const message of ["", null, 5, ["x"]]) assertInvalid(await open({ ...good, message }), "message");
    assertInvalid(await open({ ...good, topic: "fraud", ticket_message_files: [] }), "topic", "ticket_message_files");
    for (const reason of ["product_not_as_described", "product_defect", "product_not_delivered", "product_return"]) {
      assert.equal((await open({ ...good, reason })).status, 201);
    }
    // No upper limit is documented for the first message.
    assert.equal((await open({ ...good, message: "x".repeat(70_000) })).status, 201);
  });

  test("units of two orders, unknown units, units that Kaufland fulfils", async () => {
    const other = await db.first(
      `SELECT id_order_unit FROM kaufland_order_units WHERE id_seller = 1 AND ${MERCHANT} AND id_order <> ? LIMIT 1`,
      order.id_order,
    );
    const good = { reason: "contact_other", message: "?" };
    assertInvalid(
      await open({ ...good, id_order_unit: [order.units[0], Number(other.id_order_unit)] }),
      "id_order_unit",
    );
    assertProblem(await open({ ...good, id_order_unit: [1] }), 404, "/problems/not-found");
    const kaufland = await db.first(
      "SELECT id_order_unit FROM kaufland_order_units WHERE id_seller = 1 AND fulfillment_type = 'fulfilled_by_kaufland'",
    );
    assertProblem(
      await open({ ...good, id_order_unit: [Number(kaufland.id_order_unit)] }),
      403,
      "/problems/tickets/fbk-action-restriction",
    );
  });

  test("bodies that are no json object", async () => {
    for (const body of ["{", "", "nothing", '{"a":1}}']) {
      const expected = body === "" ? await call("POST", "/tickets") : await open(body);
      assertProblem(expected, 400, "/problems/bad-request");
    }
    for (const body of ["[]", "null", '"text"', "5"]) assertInvalid(await open(body), "");
    const url = `${api}/tickets`;
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = signedHeaders({ method: "POST", url, body: bytes, ...KEYS });
    assertProblem(await send("POST", url, { headers, body: bytes }), 400, "/problems/bad-request");
    assertInvalid(await call("POST", "/tickets?dry_run=1", { body: {} }), "dry_run");
  });
});

describe("write a message", () => {
  beforeEach(() => control.reset());

  const write = (id, body) => call("POST", `/tickets/${id}/messages`, { body });
  const file = (filename, mime_type, bytes) => ({
    filename,
    mime_type,
    data: `data:${mime_type};base64,${Buffer.from(bytes).toString("base64")}`,
  });

  test("201 without a body; the buyer is who must answer now", async () => {
    const { id_ticket } = await someTicket(`status = 'opened' AND is_seller_responsible = 1 AND ${MERCHANT}`);
    const earlier = (await call("GET", `/tickets/${id_ticket}?embedded=messages`)).json.data;
    const response = await write(id_ticket, { text: "Wir schicken Ersatz. ✅" });
    assert.equal(response.status, 201, response.text);
    assert.equal(response.text, "");
    assert.equal(response.headers["content-type"], undefined);
    const later = (await call("GET", `/tickets/${id_ticket}?embedded=messages`)).json.data;
    assert.equal(later.is_seller_responsible, false);
    assert.equal(later.status, "opened");
    assert.ok(later.ts_updated_iso > earlier.ts_updated_iso);
    assert.equal(later.messages.length, earlier.messages.length + 1);
    const message = later.messages.at(-1);
    assert.deepEqual(
      [message.author.role, message.text, message.ts_created_iso],
      ["seller", "Wir schicken Ersatz. ✅", later.ts_updated_iso],
    );
  });

  test("an interim notice leaves it to the seller to follow up", async () => {
    for (const responsible of [1, 0]) {
      const { id_ticket } = await someTicket(
        `status = 'opened' AND is_seller_responsible = ? AND ${MERCHANT}`,
        responsible,
      );
      assert.equal((await write(id_ticket, { text: "Moment.", interim_notice: true })).status, 201);
      const { data } = (await call("GET", `/tickets/${id_ticket}`)).json;
      assert.equal(data.is_seller_responsible, responsible === 1);
      assert.equal((await write(id_ticket, { text: "Fertig.", interim_notice: false })).status, 201);
      assert.equal((await call("GET", `/tickets/${id_ticket}`)).json.data.is_seller_responsible, false);
    }
  });

  test("the text has 1 to 65535 characters, counted as code points", async () => {
    const { id_ticket } = await someTicket(`status = 'opened' AND ${MERCHANT}`);
    for (const text of ["x", " ", "x".repeat(65_535), "👍".repeat(65_535)]) {
      assert.equal((await write(id_ticket, { text })).status, 201, `${text.length}`);
    }
    for (const text of ["", "x".repeat(65_536), "👍".repeat(65_536), null, 5]) {
      assertInvalid(await write(id_ticket, { text }), "text");
    }
    assertInvalid(await write(id_ticket, {}), "text");
    const stored = await db.all(
      "SELECT length(text) AS length FROM kaufland_messages WHERE id_ticket = ? ORDER BY 1 DESC LIMIT 2",
      id_ticket,
    );
    assert.deepEqual(
      stored.map((row) => row.length),
      [65_535, 65_535],
    );
  });

  test("no other properties, the right types, all violations at once, nothing stored", async () => {
    const { id_ticket } = await someTicket(`status = 'opened' AND ${MERCHANT}`);
    const count = async () => (await db.first("SELECT COUNT(*) AS n FROM kaufland_messages")).n;
    const before = await count();
    assertInvalid(
      await write(id_ticket, { interim_notice: "yes", ticket_message_files: {}, subject: "?" }),
      "subject",
      "text",
      "interim_notice",
      "ticket_message_files",
    );
    const pdf = file("a.pdf", "application/pdf", "%PDF-1.4\n");
    for (const [item, ...fields] of [
      [5, ""],
      [null, ""],
      [{}, ".filename", ".mime_type", ".data"],
      [{ ...pdf, size: 5 }, ".size"],
      [{ ...pdf, filename: 5 }, ".filename"],
      [{ ...pdf, filename: "" }, ".filename"],
      [{ ...pdf, mime_type: "application/zip" }, ".mime_type", ".data"],
      [file("a.webp", "image/webp", "RIFF"), ".mime_type"],
      [file("a.xls", "application/vnd.ms-excel", "x"), ".mime_type"],
      [file("a.pdf", "APPLICATION/PDF", "%PDF-1.4\n"), ".mime_type"],
      [{ ...pdf, mime_type: "image/png" }, ".data"],
      [{ ...pdf, data: pdf.data.slice("data:application/pdf;base64,".length) }, ".data"],
      [{ ...pdf, data: pdf.data.replace(";base64", "") }, ".data"],
      [{ ...pdf, data: pdf.data.replace(";base64", ";charset=utf-8;base64") }, ".data"],
      [{ ...pdf, data: `${pdf.data}\n` }, ".data"],
      [{ ...pdf, data: `${pdf.data.replace(/=*$/, "")}x` }, ".data"],
      [{ ...pdf, data: "data:application/pdf;base64,JVBERi0" }, ".data"],
      [{ ...pdf, data: "data:application/pdf;base64,JVBERi0xLjQ-" }, ".data"],
      [{ ...pdf, data: "data:application/pdf;base64,====" }, ".data"],
    ]) {
      const response = await write(id_ticket, { text: "?", ticket_message_files: [pdf, item] });
      assertInvalid(response, ...fields.map((field) => `ticket_message_files[1]${field}`));
    }
    assert.equal(await count(), before);
  });

  const zip = (...names) => {
    const parts = names.map((name) => {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name)]);
    });
    return Buffer.concat(parts);
  };
  const contents = {
    "text/plain": Buffer.from("Grüße\n"),
    "image/png": Buffer.from("89504e470d0a1a0a00", "hex"),
    "image/jpeg": Buffer.from("ffd8ffe000", "hex"),
    "image/gif": Buffer.from("GIF89a\0"),
    "image/tiff": Buffer.from("49492a0008", "hex"),
    "application/pdf": Buffer.from("%PDF-1.7\n\0"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": zip("[Content_Types].xml", "xl/workbook.xml"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": zip(
      "[Content_Types].xml",
      "word/document.xml",
    ),
    "application/msword": Buffer.from("d0cf11e0a1b11ae100", "hex"),
  };

  test("each allowed type is stored byte for byte, and downloads without a signature", async () => {
    const { id_ticket } = await someTicket(
      `status = 'opened' AND ${MERCHANT} AND id_ticket NOT IN (SELECT id_ticket FROM kaufland_files)`,
    );
    const files = Object.entries(contents).map(([type, bytes], index) => file(`Datei ${index}.x`, type, bytes));
    assert.equal((await write(id_ticket, { text: "Anbei.", ticket_message_files: files })).status, 201);
    const { data } = (await call("GET", `/tickets/${id_ticket}?embedded=files`)).json;
    assert.equal(data.files.length, 9);
    for (const [index, [type, bytes]] of Object.entries(contents).entries()) {
      const { filename, uri } = data.files[index];
      assert.equal(filename, `Datei ${index}.x`);
      assert.match(
        uri,
        /^http:\/\/127\.0\.0\.1:\d+\/kaufland\/files\/[0-9a-f]{16}\/Datei%20\d\.x\?access_token=[0-9a-f]{32}$/,
      );
      const download = await send("GET", uri);
      assert.equal(download.status, 200);
      assert.equal(download.headers["content-type"], type);
      assert.equal(download.headers["content-disposition"], `attachment; filename*=UTF-8''Datei%20${index}.x`);
      assert.deepEqual(download.bytes, bytes);
    }
    const [stored] = await db.all("SELECT * FROM kaufland_files WHERE id_ticket = ? ORDER BY rowid", id_ticket);
    assert.equal(stored.sha256, createHash("sha256").update(contents["text/plain"]).digest("hex"));
    assert.equal(stored.size, contents["text/plain"].length);
  });

  test("a content that is not what its type says is refused", async () => {
    const { id_ticket } = await someTicket(`status = 'opened' AND ${MERCHANT}`);
    for (const declared of Object.keys(contents)) {
      for (const [actual, bytes] of Object.entries(contents)) {
        if (declared === actual) continue;
        const response = await write(id_ticket, { text: "?", ticket_message_files: [file("a", declared, bytes)] });
        assertProblem(response, 400, "/problems/tickets/attachments-upload-failure");
      }
    }
    for (const bytes of [Buffer.from([0x61, 0, 0x62]), Buffer.from("7f454c46", "hex"), zip("a")]) {
      const response = await write(id_ticket, { text: "?", ticket_message_files: [file("a", "text/plain", bytes)] });
      assertProblem(response, 400, "/problems/tickets/attachments-upload-failure");
    }
    const utf16 = file("a", "text/plain", Buffer.from("fffe61006200", "hex"));
    assert.equal((await write(id_ticket, { text: "?", ticket_message_files: [utf16] })).status, 201);
  });

  test("a large file makes the round trip", async () => {
    const { id_ticket } = await someTicket(`status = 'opened' AND ${MERCHANT}`);
    const bytes = Buffer.alloc(5 * 1024 * 1024 + 1, (Math.PI * 1e15).toString());
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const large = file("groß.png", "image/png", bytes);
    assert.equal((await write(id_ticket, { text: "Anbei.", ticket_message_files: [large] })).status, 201);
    const { files } = (await call("GET", `/tickets/${id_ticket}?embedded=files`)).json.data;
    const download = await send("GET", files.at(-1).uri);
    assert.equal(Buffer.compare(download.bytes, bytes), 0);
  });

  test("downloads need the file's token", async () => {
    const { files } = (await call("GET", "/tickets/00150009008?embedded=files")).json.data;
    const [{ uri }] = files;
    assert.equal((await send("GET", uri)).status, 200);
    assertProblem(await send("GET", uri.replace(/token=../, "token=zz")), 403, "/problems/forbidden");
    assertProblem(await send("GET", uri.split("?")[0]), 403, "/problems/forbidden");
    assertProblem(await send("GET", uri.replace("schaden.png", "other.png")), 404, "/problems/not-found");
    assertProblem(await send("GET", uri.replace(/files\/../, "files/zz")), 404, "/problems/not-found");
    assertProblem(await send("POST", uri), 405, "about:blank");
    // Names that are no path segment, or no header value, as they are.
    for (const file of files) assert.equal((await send("GET", file.uri)).status, 200, file.filename);
    assert.ok(files.some((file) => file.filename === ".."));
  });

  test("which tickets take messages", async () => {
    for (const status of ["opened", "buyer_closed", "seller_closed", "both_closed"]) {
      const { id_ticket } = await someTicket(`status = ? AND ${MERCHANT}`, status);
      assert.equal((await write(id_ticket, { text: "?" })).status, 201);
      assert.equal((await call("GET", `/tickets/${id_ticket}`)).json.data.status, status);
    }
    const refused = async (id, type) => assertProblem(await write(id, { text: "?" }), 400, `/problems/tickets/${type}`);
    await refused(
      (await someTicket(`status = 'customer_service_closed_final' AND ${MERCHANT}`)).id_ticket,
      "finally-closed",
    );
    await refused((await someTicket("fulfillment_type = 'fulfilled_by_kaufland'")).id_ticket, "fbk-action-restriction");
    await refused("00150009005", "internal-action-restriction");
    assert.equal((await write("00150009004", { text: "?" })).status, 201);
    assertProblem(await write("00199999999", { text: "?" }), 404, "/problems/not-found");
    assertInvalid(await write("abc", { text: "?" }), "id_ticket");
  });
});

describe("close a ticket", () => {
  beforeEach(() => control.reset());

  const close = (id) => call("PATCH", `/tickets/${id}/close`);

  test("204 without a body; the buyer's part decides which status follows", async () => {
    for (const [status, closed] of [
      ["opened", "seller_closed"],
      ["buyer_closed", "both_closed"],
    ]) {
      const { id_ticket, ts_updated_iso } = await someTicket(`status = ? AND ${MERCHANT}`, status);
      const response = await close(id_ticket);
      assert.equal(response.status, 204, response.text);
      assert.equal(response.text, "");
      const { data } = (await call("GET", `/tickets/${id_ticket}`)).json;
      assert.equal(data.status, closed);
      assert.equal(data.is_seller_responsible, false);
      assert.ok(data.ts_updated_iso > ts_updated_iso);
      assertProblem(await close(id_ticket), 409, "/problems/duplicate-action");
      assert.equal((await call("GET", `/tickets/${id_ticket}`)).json.data.status, closed);
    }
  });

  test("which tickets a seller may not close", async () => {
    const refused = async (id, type) => assertProblem(await close(id), 400, `/problems/tickets/${type}`);
    await refused(
      (await someTicket(`status = 'customer_service_closed_final' AND ${MERCHANT}`)).id_ticket,
      "finally-closed",
    );
    await refused((await someTicket("fulfillment_type = 'fulfilled_by_kaufland'")).id_ticket, "fbk-action-restriction");
    await refused("00150009004", "non-closable-by-seller");
    await refused("00150009005", "internal-action-restriction");
    assertProblem(await close("00199999999"), 404, "/problems/not-found");
    assertInvalid(await close("abc"), "id_ticket");
  });

  test("closing many times at the same moment closes once", async () => {
    const { id_ticket } = await someTicket(`status = 'opened' AND ${MERCHANT}`);
    const closing = Array.from({ length: 12 }, () => close(id_ticket));
    const statuses = (await Promise.all(closing)).map((response) => response.status);
    assert.deepEqual(statuses.sort(), [204, ...new Array(11).fill(409)]);
  });

  test("nothing is sent along", async () => {
    const { id_ticket } = await someTicket(`status = 'opened' AND ${MERCHANT}`);
    const response = await call("PATCH", `/tickets/${id_ticket}/close`, { body: {} });
    assertProblem(response, 400, "/problems/bad-request");
    assertInvalid(await call("PATCH", `/tickets/${id_ticket}/close?force=1`), "force");
    assert.equal((await call("GET", `/tickets/${id_ticket}`)).json.data.status, "opened");
  });
});

describe("rate limit", () => {
  beforeEach(() => control.reset());
  after(() => control.reset());

  test("is 111 requests per second and seller", async () => {
    assert.deepEqual((await control.settings()).kaufland, {
      rate_limit: 111,
      array_brackets: false,
      file_origin: null,
    });
  });

  test("can be lowered and switched off, counts each seller alone, and ends with the second", async () => {
    await control.settings({ kaufland: { rate_limit: 5 } });
    const pings = async (count, keys) => {
      const responses = await Promise.all(Array.from({ length: count }, () => call("GET", "/status/ping", { keys })));
      return responses.sort((a, b) => a.status - b.status);
    };
    const [own, other] = await Promise.all([pings(10, KEYS), pings(5, NEIGHBOUR)]);
    assert.deepEqual(
      own.map((response) => response.status),
      [200, 200, 200, 200, 200, 429, 429, 429, 429, 429],
    );
    assertProblem(own[9], 429, "about:blank");
    assert.equal(own[9].headers["retry-after"], undefined);
    assert.ok(other.every((response) => response.status === 200));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.equal((await call("GET", "/status/ping")).status, 200);
    await control.settings({ kaufland: { rate_limit: null } });
    assert.ok((await pings(20, KEYS)).every((response) => response.status === 200));
  });
});

describe("seeded data", () => {
  before(() => control.reset());

  test("a few hundred tickets in every status, reason, topic and storefront", async () => {
    const values = async (column) =>
      new Set(
        (await db.all(`SELECT DISTINCT ${column} AS v FROM kaufland_tickets WHERE id_seller = 1`)).map((row) => row.v),
      );
    assert.equal((await db.first("SELECT COUNT(*) AS n FROM kaufland_tickets WHERE id_seller = 1")).n, 320);
    const statuses = await db.all("SELECT status, COUNT(*) AS n FROM kaufland_tickets GROUP BY 1");
    for (const status of ["opened", "buyer_closed", "seller_closed", "both_closed", "customer_service_closed_final"]) {
      assert.ok(statuses.find((row) => row.status === status)?.n >= 10, status);
    }
    // 5 reasons and a newer one; 42 topics, a newer one and none; 9 storefronts and a newer one.
    assert.equal((await values("open_reason")).size, 6);
    assert.equal((await values("topic")).size, 44);
    assert.equal((await values("storefront")).size, 10);
    const kaufland = await db.first(
      "SELECT COUNT(*) AS n FROM kaufland_tickets WHERE fulfillment_type = 'fulfilled_by_kaufland'",
    );
    assert.ok(kaufland.n >= 20);
    const threads = await db.all("SELECT COUNT(*) AS n FROM kaufland_messages GROUP BY id_ticket");
    assert.deepEqual([...new Set(threads.map((row) => row.n))].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
    const roles = await db.all("SELECT role, COUNT(*) AS n FROM kaufland_messages GROUP BY 1");
    for (const role of ["buyer", "seller", "system", "customer_service"]) {
      assert.ok(roles.find((row) => row.role === role)?.n >= 10, role);
    }
    for (const word of ["Guten Tag", "Hello", "Dobrý den", "Dzień dobry"]) {
      const { n } = await db.first("SELECT COUNT(*) AS n FROM kaufland_messages WHERE instr(text, ?) > 0", word);
      assert.ok(n > 0, word);
    }
    const { left } = await db.first("SELECT COUNT(*) AS left FROM kaufland_messages WHERE text LIKE '%{%}%'");
    assert.equal(left, 0, "no placeholder is left");
  });

  test("times are in order and not in the future", async () => {
    const wrong = await db.all(
      `SELECT t.id_ticket FROM kaufland_tickets t JOIN kaufland_messages m ON m.id_ticket = t.id_ticket
       WHERE m.ts_created_iso < t.ts_created_iso OR m.ts_created_iso > t.ts_updated_iso OR t.ts_updated_iso > ?`,
      NOW,
    );
    assert.deepEqual(wrong, []);
    const unordered = await db.all(
      `SELECT a.id_ticket FROM kaufland_messages a JOIN kaufland_messages b
       ON a.id_ticket = b.id_ticket AND a.id_ticket_message < b.id_ticket_message AND a.ts_created_iso >= b.ts_created_iso`,
    );
    assert.deepEqual(unordered, []);
  });

  test("who must answer fits the thread", async () => {
    const rows = await db.all(
      `SELECT t.status, t.is_seller_responsible AS mine, m.role, m.interim_notice AS interim FROM kaufland_tickets t JOIN kaufland_messages m
       ON m.id_ticket_message = (SELECT MAX(id_ticket_message) FROM kaufland_messages WHERE id_ticket = t.id_ticket)
       WHERE t.number < 50009000`,
    );
    assert.equal(rows.length, 312);
    for (const row of rows) {
      const expected = row.status === "opened" && (row.role !== "seller" || row.interim === 1);
      assert.equal(row.mine === 1, expected, JSON.stringify(row));
    }
  });

  test("links lead somewhere, and all units of a ticket are of one order", async () => {
    assert.deepEqual(
      await db.all(
        "SELECT id_order_unit FROM kaufland_ticket_order_units WHERE id_order_unit NOT IN (SELECT id_order_unit FROM kaufland_order_units)",
      ),
      [],
    );
    assert.deepEqual(
      await db.all(
        `SELECT l.id_ticket FROM kaufland_ticket_order_units l JOIN kaufland_order_units u ON u.id_order_unit = l.id_order_unit
         GROUP BY 1 HAVING COUNT(DISTINCT u.id_order) > 1`,
      ),
      [],
    );
    const several = await db.first(
      "SELECT COUNT(*) AS n FROM (SELECT 1 FROM kaufland_ticket_order_units GROUP BY id_ticket HAVING COUNT(*) > 1)",
    );
    assert.ok(several.n > 20);
  });

  test("files are real: pictures decode, sizes and digests are right", async () => {
    const { files } = (await call("GET", "/tickets/00150009008?embedded=files")).json.data;
    const bytes = new Map();
    for (const file of files) bytes.set(file.filename, (await send("GET", file.uri)).bytes);

    const png = bytes.get("schaden.png");
    assert.equal(png.readUInt32BE(16), 320);
    assert.equal(png.readUInt32BE(20), 200);
    const dataLength = png.readUInt32BE(33);
    assert.equal(png.toString("latin1", 37, 41), "IDAT");
    assert.equal(inflateSync(png.subarray(41, 41 + dataLength)).length, 200 * (1 + 320 * 3));
    assert.equal(png.toString("latin1", png.length - 8, png.length - 4), "IEND");

    const jpeg = bytes.get("foto.jpg");
    assert.equal(jpeg.readUInt16BE(0), 0xffd8);
    assert.equal(jpeg.readUInt16BE(jpeg.length - 2), 0xffd9);

    const pdf = bytes.get("beleg.pdf").toString("latin1");
    const xref = Number(/startxref\n(\d+)\n/.exec(pdf)[1]);
    assert.equal(pdf.slice(xref, xref + 4), "xref");
    for (const [index, entry] of [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].entries()) {
      assert.ok(pdf.startsWith(`${index + 1} 0 obj\n`, Number(entry[1])));
    }

    const stored = await db.all("SELECT filename, size, sha256 FROM kaufland_files WHERE id_ticket = '00150009008'");
    assert.equal(stored.length, 8);
    for (const { filename, size, sha256 } of stored) {
      assert.equal(bytes.get(filename).length, size);
      assert.equal(createHash("sha256").update(bytes.get(filename)).digest("hex"), sha256);
    }
  });

  test("products have a picture", async () => {
    const { product } = (await call("GET", "/tickets/00150000001?embedded=product")).json.data;
    const picture = await send("GET", product.main_picture);
    assert.equal(picture.headers["content-type"], "image/jpeg");
    assert.equal(picture.bytes.readUInt16BE(0), 0xffd8);
  });

  test("the same seed makes the same data, another one other data", async () => {
    const digest = async () => {
      const hash = createHash("sha256");
      const tables = await db.all(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'kaufland_%' ORDER BY 1",
      );
      assert.equal(tables.length, 11);
      for (const { name } of tables) hash.update(JSON.stringify(await db.all(`SELECT * FROM ${name}`)));
      return hash.digest("hex");
    };
    await control.reset({ now: "2026-01-01T00:00:00Z" });
    const first = await digest();
    await call("PATCH", "/tickets/00150009001/close");
    assert.notEqual(await digest(), first);
    await control.reset({ now: "2026-01-01T00:00:00Z" });
    assert.equal(await digest(), first);
    await control.reset({ now: "2026-01-01T00:00:00Z", seed: 2 });
    assert.notEqual(await digest(), first);
    await control.reset();
  });

  test("a kept database is not seeded again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "marketplaces-"));
    try {
      const first = await startLocal({ dashboard: false, quiet: true, persist: folder });
      await first.db.kaufland.run(
        "UPDATE kaufland_tickets SET status = 'seller_closed' WHERE id_ticket = '00150009006'",
      );
      await first.dispose();
      const second = await startLocal({ dashboard: false, quiet: true, persist: folder });
      const row = await second.db.kaufland.first("SELECT status FROM kaufland_tickets WHERE id_ticket = '00150009006'");
      await second.dispose();
      assert.equal(row.status, "seller_closed");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("a customer", () => {
  before(() => control.reset());

  const open = () =>
    db.first(
      "SELECT * FROM kaufland_tickets WHERE status = 'opened' AND is_seller_responsible = 0 ORDER BY number DESC",
    );
  const row = (id) => db.first("SELECT * FROM kaufland_tickets WHERE id_ticket = ?", id);

  test("writes, and the seller is responsible", async () => {
    const ticket = await open();
    const id_ticket = ticket.id_ticket;
    await demo.control.act("kaufland", "message", { id_ticket, text: "Hallo?", quiet: true });
    const quiet = await row(id_ticket);
    assert.deepEqual([quiet.is_seller_responsible, quiet.ts_updated_iso], [1, ticket.ts_updated_iso]);
    await demo.control.act("kaufland", "message", { id_ticket, text: "Noch da?" });
    assert.ok((await row(id_ticket)).ts_updated_iso > ticket.ts_updated_iso);
    const { messages } = (await call("GET", `/tickets/${id_ticket}?embedded=messages`)).json.data;
    const last = messages.slice(-2).map(({ text, author }) => [text, author.role]);
    assert.deepEqual(last, [
      ["Hallo?", "buyer"],
      ["Noch da?", "buyer"],
    ]);
  });

  test("closes, alone or after the seller", async () => {
    const { id_ticket } = await open();
    await demo.control.act("kaufland", "close", { id_ticket });
    assert.equal((await row(id_ticket)).status, "buyer_closed");
    await assert.rejects(demo.control.act("kaufland", "close", { id_ticket }), /404/);
    await assert.rejects(demo.control.act("kaufland", "message", { id_ticket, text: "x" }), /404/);
    const other = (await open()).id_ticket;
    await db.run("UPDATE kaufland_tickets SET status = 'seller_closed' WHERE id_ticket = ?", other);
    await demo.control.act("kaufland", "close", { id_ticket: other });
    assert.equal((await row(other)).status, "both_closed");
    await assert.rejects(demo.control.act("kaufland", "message", { id_ticket: 5, text: "x" }), /400/);
    await assert.rejects(demo.control.act("kaufland", "fly", { id_ticket }), /404/);
  });
});
