// The local Probo marketplace, in workerd: every rule on both sides, every shape of its answers,
// what is stored, what is seeded.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../local.mjs";
import { controls, send } from "./testing.mjs";

const { token } = LOCAL_KEYS.probo;
const NEIGHBOUR = "bmVpZ2hib3VyOnByb2Jv";

let demo;
let api;
let db;
let control;

before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true, now: "2026-03-02T12:00:00Z" });
  api = `${demo.marketplaceUrl}/probo`;
  db = demo.db.probo;
  control = controls(demo.marketplaceUrl);
});

after(() => demo.dispose());

beforeEach(() => control.reset());

const URI = "https://cdn.shop.example/c/2041-1.jpg";
const ITEM = { id: 778231, amount: 1, files: [{ uri: URI }] };
const TICKET = {
  order_id: "WEB-2041",
  id: "CMP-2041-1",
  description: "Left corner torn on arrival",
  reason: "damaged",
  suggested_solution: "rework",
  contact_email: "support@shop.example",
  products: [ITEM],
};

let next = 0;
/** A ticket with an id of its own; `undefined` leaves a field out. */
function ticket(changes = {}) {
  next += 1;
  return { ...TICKET, id: `CMP-${next}`, ...changes };
}

function post(value, { path = "/ticket", method = "POST", headers = {} } = {}) {
  const all = { authorization: `Basic ${token}`, "content-type": "application/json", ...headers };
  const kept = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== null));
  const body = method === "GET" ? undefined : typeof value === "string" ? value : JSON.stringify(value);
  return send(method, `${api}${path}`, { headers: kept, body });
}

const stored = async () => (await db.first("SELECT COUNT(*) AS n FROM probo_tickets")).n;

function assertFaults(response, ...faults) {
  assert.equal(response.status, 400, response.text);
  const { message, errors } = response.json;
  assert.ok(message.length > 0);
  const list = typeof errors === "string" ? errors.split("\n") : errors;
  assert.deepEqual(
    list.map((fault) => fault.split(": ")[0]),
    faults,
    response.text,
  );
}

async function assertTaken(value) {
  const response = await post(value);
  assert.equal(response.status, 200, response.text);
  return response;
}

describe("authorization", () => {
  test("the token as it was given, after Basic", async () => {
    await assertTaken(ticket());
    for (const authorization of [
      null,
      token,
      `Bearer ${token}`,
      `Basic ${Buffer.from(token).toString("base64")}`,
      `Basic ${Buffer.from(token, "base64").toString()}`,
      `Basic  ${token}`,
      "Basic",
      "Basic bm9ib2R5Om5vdGhpbmc=",
    ]) {
      const response = await post(ticket(), { headers: { authorization } });
      assert.deepEqual([response.status, response.json], [401, { message: "Unauthorized" }], authorization);
      assert.equal(response.headers["x-ratelimit-limits"], undefined);
    }
    assert.equal(await stored(), 2);
  });
});

describe("create", () => {
  test("the answer, and what is stored", async () => {
    const response = await post(TICKET);
    assert.equal(response.status, 200);
    assert.deepEqual(response.json, {
      status: "open",
      message: "Ticket created",
      id: "CMP-2041-1",
      ticket_number: 500_002,
    });
    const { created, body, ...row } = await db.first("SELECT * FROM probo_tickets WHERE number = 500002");
    assert.deepEqual(row, {
      number: 500_002,
      reseller: 1,
      id: "CMP-2041-1",
      order_id: "WEB-2041",
      description: "Left corner torn on arrival",
      reason: "damaged",
      suggested_solution: "rework",
      contact_email: "support@shop.example",
      status: "open",
    });
    assert.ok(Math.abs(Date.parse(created) - Date.now()) < 60_000);
    assert.deepEqual(JSON.parse(body), TICKET);
    assert.deepEqual(await db.all("SELECT * FROM probo_ticket_products WHERE number = 500002"), [
      { number: 500_002, position: 0, id: "778231", amount: 1 },
    ]);
    assert.deepEqual(await db.all("SELECT * FROM probo_ticket_files WHERE number = 500002"), [
      { number: 500_002, product: 0, position: 0, uri: URI },
    ]);
  });

  test("all that is missing at once", async () => {
    assertFaults(await post({}), "id", "order_id", "reason", "suggested_solution", "products");
    assertFaults(
      await post({
        order_id: 7,
        id: " ",
        reason: "broken",
        suggested_solution: "money",
        contact_email: "x",
        products: {},
      }),
      "id",
      "order_id",
      "reason",
      "suggested_solution",
      "contact_email",
      "products",
    );
    for (const name of ["order_id", "id", "reason", "suggested_solution", "products"]) {
      for (const value of [undefined, null]) assertFaults(await post(ticket({ [name]: value })), name);
    }
    for (const name of ["order_id", "id", "reason", "suggested_solution"]) {
      for (const value of ["", 5, ["x"]]) assertFaults(await post(ticket({ [name]: value })), name);
    }
    assert.equal(await stored(), 1);
  });

  test("description and e-mail may be left out", async () => {
    await assertTaken(ticket({ description: undefined, contact_email: undefined }));
    await assertTaken(ticket({ description: "", contact_email: null }));
    assertFaults(await post(ticket({ description: 5 })), "description");
  });

  test("errors are text and array in turn", async () => {
    const shapes = [];
    for (let index = 0; index < 4; index += 1) {
      const { errors } = (await post({})).json;
      shapes.push(Array.isArray(errors) ? "array" : typeof errors);
      assert.equal((Array.isArray(errors) ? errors : errors.split("\n")).length, 5);
    }
    assert.deepEqual(shapes, ["string", "array", "string", "array"]);
  });

  test("what is no json object", async () => {
    for (const body of ["", "{", "[]", "null", '"x"', "5", "{'a': 1}"]) {
      const response = await post(body);
      assert.equal(response.status, 400);
      assert.match(String(response.json.errors), /^the body/);
    }
    const bytes = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const headers = { authorization: `Basic ${token}`, "content-type": "application/json" };
    assert.equal((await send("POST", `${api}/ticket`, { headers, body: bytes })).status, 400);
  });

  test("the content type is json", async () => {
    for (const type of [null, "text/plain", "application/x-www-form-urlencoded"]) {
      assert.equal((await post(ticket(), { headers: { "content-type": type } })).status, 415);
    }
    assert.equal(
      (await post(ticket(), { headers: { "content-type": "application/JSON; charset=utf-8" } })).status,
      200,
    );
  });

  test("fourteen reasons, seven of them with files", async () => {
    const reasons = {
      damaged: true,
      "commodity-item-missing": false,
      "cutting-milling-inadequate": true,
      color: true,
      dimensions: true,
      other: true,
      "packing-slip-missing": false,
      "print-quality": true,
      delayed: false,
      "wrong-quantity": false,
      "wrong-product": false,
      missing: false,
      dirty: true,
      "not-received": false,
    };
    assert.equal(Object.values(reasons).filter(Boolean).length, 7);
    for (const [reason, files] of Object.entries(reasons)) {
      await assertTaken(ticket({ reason }));
      for (const given of [undefined, []]) {
        const response = await post(ticket({ reason, products: [{ ...ITEM, files: given }] }));
        if (files) assertFaults(response, "products.0.files");
        else assert.equal(response.status, 200, response.text);
      }
    }
    for (const reason of ["Damaged", "lost", "toString", "damaged "]) {
      assertFaults(await post(ticket({ reason })), "reason");
    }
  });

  test("files are asked for at each product, or once for the ticket", async () => {
    const products = [ITEM, { id: 2, amount: 1 }, { id: 3, amount: 1, files: [] }];
    assertFaults(await post(ticket({ products })), "products.1.files", "products.2.files");
    await control.settings({ probo: { files_per: "ticket" } });
    await assertTaken(ticket({ products }));
    assertFaults(await post(ticket({ products: products.slice(1) })), "products");
  });

  test("three solutions", async () => {
    for (const suggested_solution of ["rework", "credit", "other"]) await assertTaken(ticket({ suggested_solution }));
    for (const suggested_solution of ["refund", "Rework", ""]) {
      assertFaults(await post(ticket({ suggested_solution })), "suggested_solution");
    }
  });

  test("products: an array with ids and amounts", async () => {
    for (const products of [[], {}, "x", 5, ITEM]) assertFaults(await post(ticket({ products })), "products");
    assertFaults(
      await post(ticket({ products: [null, "x", [], 5] })),
      "products.0",
      "products.1",
      "products.2",
      "products.3",
    );
    for (const id of [1, 0, "778231", "LINE-1"]) await assertTaken(ticket({ products: [{ ...ITEM, id }] }));
    for (const id of [undefined, null, "", " ", 1.5, true, {}, []]) {
      assertFaults(await post(ticket({ products: [{ ...ITEM, id }] })), "products.0.id");
    }
    for (const amount of [1, 2, 10_000]) await assertTaken(ticket({ products: [{ ...ITEM, amount }] }));
    for (const amount of [undefined, null, 0, -1, 1.5, "1", true]) {
      assertFaults(await post(ticket({ products: [{ ...ITEM, amount }] })), "products.0.amount");
    }
    assertFaults(
      await post(ticket({ products: [ITEM, {}] })),
      "products.1.id",
      "products.1.amount",
      "products.1.files",
    );
  });

  test("long ids are not rounded", async () => {
    const body = JSON.stringify(ticket()).replace("778231", "9007199254740993");
    await assertTaken(body);
    const row = await db.first("SELECT id FROM probo_ticket_products ORDER BY number DESC LIMIT 1");
    assert.equal(row.id, "9007199254740993");
  });

  test("files: full http or https addresses", async () => {
    const files = (value) => ticket({ products: [{ ...ITEM, files: value }] });
    for (const uri of [
      URI,
      "http://cdn.shop.example/a b.jpg".replace(" ", "%20"),
      "HTTPS://CDN.shop.example",
      "https://cdn.shop.example:8443/x?y=z#w",
      "http://127.0.0.1:8787/uploads/1",
      "https://münchen.example/ä.jpg",
    ]) {
      await assertTaken(files([{ uri }]));
    }
    for (const uri of [
      "",
      "2041-1.jpg",
      "/c/2041-1.jpg",
      "//cdn.shop.example/c.jpg",
      "cdn.shop.example/c.jpg",
      "ftp://cdn.shop.example/c.jpg",
      "data:image/png;base64,AAAA",
      "https:cdn.shop.example/c.jpg",
      "https://",
      "https:///c.jpg",
      "http://a b.example/c.jpg",
      " https://cdn.shop.example/c.jpg",
      "https://cdn.shop.example/a b.jpg",
      "https://cdn.shop.example:99999/c.jpg",
      5,
      null,
    ]) {
      assertFaults(await post(files([{ uri }])), "products.0.files.0.uri");
    }
    assertFaults(await post(files([{}, "x", { uri: URI }])), "products.0.files.0.uri", "products.0.files.1");
    for (const value of [{}, "x", { uri: URI }]) {
      const response = await post(files(value));
      assert.equal(response.json.errors.toString().split(/[:]/)[0], "products.0.files");
    }
    await assertTaken(files([{ uri: URI }, { uri: `${URI}?2` }]));
    const { n } = await db.first(
      "SELECT COUNT(*) AS n FROM probo_ticket_files WHERE number = (SELECT MAX(number) FROM probo_tickets)",
    );
    assert.equal(n, 2);
  });

  test("e-mail", async () => {
    for (const contact_email of ["a@b.example", "first.last+tag@sub.shop.example"]) {
      await assertTaken(ticket({ contact_email }));
    }
    for (const contact_email of [
      "",
      "a",
      "a@b",
      "@b.example",
      "a@",
      "a b@c.example",
      "a@b.example, c@d.example",
      "a@b..example",
      5,
    ]) {
      assertFaults(await post(ticket({ contact_email })), "contact_email");
    }
  });

  test("an id is taken once by a reseller, also at the same moment", async () => {
    const once = ticket();
    await assertTaken(once);
    assertFaults(await post(once), "id");
    assertFaults(await post({ ...once, reason: "dirty", order_id: "WEB-1" }), "id");
    assert.equal((await post(once, { headers: { authorization: `Basic ${NEIGHBOUR}` } })).status, 200);
    assertFaults(await post(ticket({ id: "CMP-2001-1" })), "id");
    const same = ticket();
    const responses = await Promise.all(Array.from({ length: 6 }, () => post(same)));
    assert.deepEqual(
      responses.map(({ status }) => status).sort((a, b) => a - b),
      [200, 400, 400, 400, 400, 400],
    );
    const { n } = await db.first("SELECT COUNT(*) AS n FROM probo_tickets WHERE reseller = 1 AND id = ?", same.id);
    assert.equal(n, 1);
  });

  test("fields that nobody asked for are kept", async () => {
    await assertTaken(ticket({ priority: "high", products: [{ ...ITEM, color: "cyan" }] }));
    const { body } = await db.first("SELECT body FROM probo_tickets ORDER BY number DESC LIMIT 1");
    assert.equal(JSON.parse(body).priority, "high");
    assert.equal(JSON.parse(body).products[0].color, "cyan");
  });

  test("orders are looked up when asked to", async () => {
    await control.settings({ probo: { known_orders: true } });
    const { id, amount } = await db.first("SELECT * FROM probo_order_products WHERE order_id = 'WEB-2003' LIMIT 1");
    const line = (changes) =>
      ticket({ order_id: "WEB-2003", products: [{ ...ITEM, id: Number(id), amount, ...changes }] });
    await assertTaken(line({}));
    await assertTaken(line({ id }));
    assertFaults(await post(line({ amount: amount + 1 })), "products.0.amount");
    assertFaults(await post(line({ id: 1 })), "products.0.id");
    assertFaults(await post(ticket({ order_id: "WEB-9999" })), "order_id");
    // The supplier's own number is not the order's id.
    const { supplier_order_number } = await db.first("SELECT * FROM probo_orders WHERE order_id = 'WEB-2003'");
    assertFaults(await post({ ...line({}), order_id: String(supplier_order_number) }), "order_id");
    // Nor is another reseller's order.
    const neighbour = await db.first("SELECT id FROM probo_order_products WHERE reseller = 2 LIMIT 1");
    assertFaults(
      await post(ticket({ order_id: "WEB-2001", products: [{ ...ITEM, id: neighbour.id }] })),
      "products.0.id",
    );
  });
});

describe("routes", () => {
  test("the path can be another one", async () => {
    for (const path of ["/ticket/", "/tickets", "/order/ticket", "", "/ticket/1"]) {
      const response = await post(ticket(), { path });
      assert.deepEqual([response.status, response.json], [404, { message: "Not found" }], path);
    }
    assert.equal((await post(ticket(), { path: "/ticket?x=1" })).status, 200);
    await control.settings({ probo: { ticket_path: "/order/ticket" } });
    assert.equal((await post(ticket(), { path: "/order/ticket" })).status, 200);
    assert.equal((await post(ticket())).status, 404);
  });

  test("only POST", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const response = await post(ticket(), { method });
      assert.deepEqual([response.status, response.headers.allow], [405, "POST"]);
    }
  });
});

describe("quota", () => {
  test("300 per minute and token, counted in every answer", async () => {
    const { rate_limit, rate_window_ms, ticket_path } = (await control.settings()).probo;
    assert.deepEqual([rate_limit, rate_window_ms, ticket_path], [300, 60_000, "/ticket"]);
    const first = await post(ticket());
    assert.deepEqual([first.headers["x-ratelimit-limits"], first.headers["x-ratelimit-remaining"]], ["300", "299"]);
    assert.equal(first.headers["x-ratelimit-reset"], "60000");
    const invalid = await post({});
    assert.equal(invalid.headers["x-ratelimit-remaining"], "298");
    assert.ok(Number(invalid.headers["x-ratelimit-reset"]) <= 60_000);
    assert.equal((await post({}, { path: "/other" })).headers["x-ratelimit-remaining"], "297");
    assert.equal((await post({}, { method: "PUT" })).headers["x-ratelimit-remaining"], "296");
  });

  test("over it: 429 with the documented body, until the window ends", async () => {
    await control.settings({ probo: { rate_limit: 2, rate_window_ms: 1500 } });
    await assertTaken(ticket());
    const last = await assertTaken(ticket());
    assert.equal(last.headers["x-ratelimit-remaining"], "0");
    const refused = await post(ticket());
    assert.deepEqual([refused.status, refused.json], [429, { error: "Quota has been exceeded" }]);
    assert.deepEqual([refused.headers["x-ratelimit-limits"], refused.headers["x-ratelimit-remaining"]], ["2", "0"]);
    assert.equal(refused.headers["retry-after"], undefined);
    const reset = Number(refused.headers["x-ratelimit-reset"]);
    assert.ok(reset > 0 && reset <= 1500, `${reset}`);
    assert.equal(await stored(), 3);
    assert.equal((await post(ticket(), { headers: { authorization: `Basic ${NEIGHBOUR}` } })).status, 200);
    await new Promise((resolve) => setTimeout(resolve, reset + 50));
    assert.equal((await assertTaken(ticket())).headers["x-ratelimit-remaining"], "1");
  });

  test("can be switched off", async () => {
    await control.settings({ probo: { rate_limit: null } });
    const response = await assertTaken(ticket());
    assert.equal(response.headers["x-ratelimit-limits"], undefined);
  });
});

describe("faults", () => {
  test("before and after", async () => {
    await control.addFault([
      { match: { marketplace: "probo", path: "/ticket" }, fault: { kind: "status", status: 500 } },
      { match: { marketplace: "probo" }, fault: { kind: "status", status: 503, when: "after" } },
      { match: { marketplace: "probo" }, fault: { kind: "status", status: 429, headers: { "x-ratelimit-reset": 50 } } },
    ]);
    const value = ticket();
    const first = await post(value);
    assert.deepEqual([first.status, first.json], [500, { message: "Server error" }]);
    assert.equal(await stored(), 1);
    assert.equal((await post(value)).status, 503);
    assert.equal(await stored(), 2);
    const third = await post(value);
    assert.deepEqual([third.status, third.json], [429, { error: "Quota has been exceeded" }]);
    assert.equal(third.headers["x-ratelimit-reset"], "50");
    assertFaults(await post(value), "id");
  });

  test("the log hides the token", async () => {
    await post(ticket());
    const [entry] = await control.log();
    assert.deepEqual([entry.marketplace, entry.path, entry.status], ["probo", "/probo/ticket", 200]);
    assert.equal(entry.headers.authorization, "(masked)");
  });
});

describe("seeded data", () => {
  test("orders with products, the same every time", async () => {
    const snapshot = async () =>
      JSON.stringify([await db.all("SELECT * FROM probo_orders"), await db.all("SELECT * FROM probo_order_products")]);
    const first = await snapshot();
    assert.equal((await db.first("SELECT COUNT(*) AS n FROM probo_orders WHERE reseller = 1")).n, 40);
    await control.reset();
    assert.equal(await snapshot(), first);
    await control.reset({ seed: 2 });
    assert.notEqual(await snapshot(), first);
    assert.equal(await stored(), 1);
    assert.equal(
      (await db.first("SELECT id FROM probo_order_products WHERE order_id = 'WEB-2001' LIMIT 1")).id,
      "778201",
    );
  });
});
