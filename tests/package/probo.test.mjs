/**
 * Probo on the local marketplace: from the packed tarball in Node, directly and through a gateway.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { inspect } from "node:util";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { makeProject, startMarketplace, startScript } from "./lib.mjs";

let project;
let marketplace;
let api;
let createGateway;

const { token } = LOCAL_KEYS.probo;
const HOME = "https://shop.example";
const PICTURE = { uri: "https://cdn.shop.example/c/2041-1.jpg" };
const COMPLAINT = {
  order_id: "WEB-2041",
  id: "CMP-2041",
  description: "Left corner torn on arrival 🎫",
  reason: "damaged",
  suggested_solution: "rework",
  contact_email: "support@shop.example",
  products: [{ id: 778231, amount: 1, files: [PICTURE] }],
};

before(async () => {
  marketplace = await startMarketplace();
  project = await makeProject();
  api = await project.load();
  ({ createGateway } = await project.load("/gateway"));
});
after(async () => {
  await project?.dispose();
  await marketplace?.dispose();
});
beforeEach(() => marketplace.reset());

const baseUrl = () => `${marketplace.origin}/probo`;
const make = (options) => new api.Probo({ token, baseUrl: baseUrl(), ...options });

/** A client without a token, and the gateway that it calls. */
function behind(account, options) {
  const gateway = createGateway({
    accounts: { print: { marketplace: "probo", token, baseUrl: baseUrl(), ...account } },
    classes: [api.Probo],
    authorize: () => true,
  });
  return new api.Probo({
    gateway: `${HOME}/api/accounts/print`,
    fetch: (url, init) => gateway.fetch(new Request(url, init)),
    ...options,
  });
}

const settings = (values) => marketplace.settings(values, "probo");

const stored = (id) => marketplace.db.first("SELECT * FROM probo_tickets WHERE id = ?", id);

test("one file is enough for the whole ticket with `filesPer`, with a token and in a page", async () => {
  await settings({ files_per: "ticket" });
  const { files, ...without } = COMPLAINT.products[0];
  const two = { ...COMPLAINT, products: [without, { ...without, id: 778232, files }] };
  const mixed = { ...two, products: two.products.map((product) => ({ ...product, reason: "damaged" })) };
  const missing = ["products[0].files", "files_required"];
  const list = (violations) => violations.map(({ field, code }) => [field, code]);
  for (const [index, client] of [make(), behind({})].entries()) {
    assert.deepEqual(list(client.validate("createTicket", two)), [missing], String(index));
    assert.throws(() => client.splitComplaints(mixed), { kind: "validation", message: /files/ });
  }
  for (const [index, client] of [make({ filesPer: "ticket" }), behind({}, { filesPer: "ticket" })].entries()) {
    assert.deepEqual(client.validate("createTicket", two), []);
    await client.createTicket({ ...two, id: `CMP-F${index}` });
    assert.notEqual(await stored(`CMP-F${index}`), null);
    assert.equal(client.splitComplaints(mixed).length, 1);
    const none = { ...two, products: [without, { ...without, id: 778232 }] };
    assert.deepEqual(list(client.validate("createTicket", none)), [missing]);
  }
  assert.throws(() => make({ filesPer: "file" }).validate("createTicket", two), { kind: "configuration" });
});

async function failure(promise) {
  const error = await promise.then(
    (value) => assert.fail(`it did not fail, but gave ${inspect(value)}`),
    (caught) => caught,
  );
  assert.ok(error instanceof api.TicketError, inspect(error));
  return error;
}

describe("createTicket", () => {
  test("sends what was given, and tells what came back", async () => {
    for (const [probo, id] of [
      [make(), "CMP-1"],
      [behind(), "CMP-2"],
    ]) {
      const { data, response, attempts } = await probo
        .createTicket({ ...COMPLAINT, id, colour_profile: "FOGRA39" })
        .withResponse();
      assert.deepEqual([response.status, attempts], [200, 1]);
      const { raw, ...rest } = data;
      assert.deepEqual(raw, { status: "open", message: "Ticket created", id, ticket_number: raw.ticket_number });
      assert.deepEqual(rest, raw);
      const row = await stored(id);
      assert.deepEqual(JSON.parse(row.body), { ...COMPLAINT, id, colour_profile: "FOGRA39" });
      assert.deepEqual([row.reseller, row.reason, row.status], [1, "damaged", "open"]);
    }
  });

  test("ids of products stay numbers, big ones too, or text", async () => {
    const products = [
      { id: 7, amount: 1 },
      { id: 9007199254740993n, amount: 2 },
      { id: "own-7", amount: 3 },
    ];
    await make().createTicket({ ...COMPLAINT, id: "CMP-3", reason: "missing", products });
    const { body } = await stored("CMP-3");
    assert.ok(
      body.includes('[{"id":7,"amount":1},{"id":9007199254740993,"amount":2},{"id":"own-7","amount":3}]'),
      body,
    );
  });

  test("what breaks rules is not sent", async () => {
    await marketplace.clearLog();
    const broken = {
      ...COMPLAINT,
      contact_email: "nobody",
      products: [
        { id: 1, amount: 0, files: [{ uri: "a.jpg" }] },
        { id: 2, amount: 1 },
      ],
    };
    const expected = [
      ["contact_email", "invalid_email"],
      ["products[0].amount", "out_of_range"],
      ["products[0].files[0].uri", "invalid_url"],
      ["products[1].files", "files_required"],
    ];
    const shown = (violations) => violations.map(({ field, code }) => [field, code]);
    for (const probo of [make(), behind()]) {
      assert.deepEqual(shown(probo.validate("createTicket", broken)), expected);
      const error = await failure(probo.createTicket(broken));
      assert.deepEqual([error.kind, error.sent, shown(error.violations)], ["validation", "no", expected]);
    }
    assert.deepEqual(shown(api.validate("probo", "createTicket", broken)), expected);
    // A file's content cannot be sent: it has no address.
    const file = new File([new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])], "a.png", { type: "image/png" });
    const held = make().validate("createTicket", { ...COMPLAINT, products: [{ id: 1, amount: 1, files: [file] }] });
    assert.deepEqual(shown(held), [["products[0].files[0].uri", "required"]]);
    assert.deepEqual(await marketplace.log(), []);
  });

  test("a new reason passes when the client allows it", async () => {
    const fresh = { ...COMPLAINT, reason: "faded" };
    assert.equal(make().validate("createTicket", fresh)[0].code, "unknown_value");
    const error = await failure(make({ allowUnknownValues: true }).createTicket(fresh));
    assert.deepEqual([error.kind, error.status, error.origin], ["rejected", 400, "marketplace"]);
  });

  test("the request can be sent by hand", async () => {
    const probo = make();
    const request = await probo.request("createTicket", { ...COMPLAINT, id: "CMP-4" });
    assert.deepEqual([request.method, request.url], ["POST", `${baseUrl()}/ticket`]);
    assert.equal(request.headers.get("authorization"), `Basic ${token}`);
    const ticket = await probo.decode("createTicket", await fetch(request));
    assert.deepEqual([ticket.id, ticket.status], ["CMP-4", "open"]);
    assert.equal((await api.decode("probo", "createTicket", new Response("", { status: 201 }))).raw, undefined);
    const page = await failure(probo.decode("createTicket", new Response("<html>", { status: 200 })));
    // Whoever sent it may have kept the ticket to himself.
    assert.deepEqual([page.kind, page.code, page.sent], ["decode", "web_page", "maybe"]);
    const text = await failure(probo.decode("createTicket", new Response("OK", { status: 200 })));
    assert.deepEqual([text.kind, text.code, text.sent], ["decode", "invalid_json", "yes"]);
    const big = await probo.decode("createTicket", new Response('{"id":9007199254740993,"n":[18446744073709551616]}'));
    assert.deepEqual(big, {
      id: "9007199254740993",
      n: [18446744073709551616n],
      raw: { id: 9007199254740993n, n: [18446744073709551616n] },
    });
  });
});

describe("the path", () => {
  test("can be set, and a page behind a gateway need not know", async () => {
    await settings({ ticket_path: "/order/ticket" });
    const missed = await failure(make().createTicket(COMPLAINT));
    assert.deepEqual([missed.kind, missed.status, missed.sent], ["not_found", 404, "no"]);
    assert.match(missed.message, /`ticketPath`/);
    const ticketPath = "/order/ticket";
    await make({ ticketPath }).createTicket({ ...COMPLAINT, id: "CMP-5" });
    await behind({ ticketPath }).createTicket({ ...COMPLAINT, id: "CMP-6" });
    assert.ok((await stored("CMP-5")) && (await stored("CMP-6")));
  });

  test("is the only one that a gateway knows", async () => {
    const gateway = (account) =>
      createGateway({
        accounts: { print: { marketplace: "probo", token, baseUrl: baseUrl(), ...account } },
        classes: [api.Probo],
        authorize: () => true,
      });
    await marketplace.clearLog();
    for (const [account, path, method] of [
      [{}, "/order/ticket", "POST"],
      [{}, "/order", "POST"],
      [{}, "/ticket", "GET"],
      [{ ticketPath: "/order/ticket" }, "/order", "POST"],
      [{ ticketPath: "/order/ticket" }, "/order/cancel", "POST"],
      [{}, "/files?uri=https://elsewhere.example/a", "GET"],
    ]) {
      const response = await gateway(account).fetch(new Request(`${HOME}/api/accounts/print${path}`, { method }));
      assert.ok([400, 404].includes(response.status), `${method} ${path}: ${response.status}`);
    }
    assert.deepEqual(await marketplace.log(), []);
    const moved = gateway({ ticketPath: "/order/ticket" });
    await settings({ ticket_path: "/order/ticket" });
    const request = new Request(`${HOME}/api/accounts/print/order/ticket`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-seller-tickets-nonce": "7".repeat(32) },
      body: JSON.stringify({ ...COMPLAINT, id: "CMP-7" }),
    });
    assert.equal((await moved.fetch(request)).status, 200);
  });

  test("and the token are checked when a client is made", () => {
    const problems = (options) => {
      try {
        new api.Probo(options);
      } catch (error) {
        assert.equal(error.kind, "configuration");
        return error.violations.map(({ field, code }) => [field, code]);
      }
      return [];
    };
    assert.deepEqual(problems({ token }), []);
    assert.deepEqual(problems({ token: `Basic ${token}`, ticketPath: "ticket", environment: "sandbox" }), [
      ["environment", "no_sandbox"],
      ["ticketPath", "invalid_path"],
      ["token", "invalid_key"],
    ]);
    assert.deepEqual(problems({}), [["token", "required"]]);
  });
});

describe("splitComplaints", () => {
  const MIXED = {
    order_id: "WEB-2041",
    id: "CMP-2041",
    suggested_solution: "rework",
    products: [
      { id: 1, amount: 1, reason: "damaged", description: "torn", files: [PICTURE] },
      { id: "own-2", amount: 1, reason: "missing" },
      { id: 9007199254740993n, amount: 1, reason: "missing", received: new Date(0) },
    ],
  };

  test("makes the two tickets of the guide's example, and both are taken", async () => {
    const probo = make();
    const tickets = probo.splitComplaints(MIXED);
    assert.deepEqual(tickets, [
      {
        order_id: "WEB-2041",
        id: "CMP-2041-1",
        reason: "damaged",
        suggested_solution: "rework",
        description: "torn",
        products: [{ id: 1, amount: 1, files: [PICTURE] }],
      },
      {
        order_id: "WEB-2041",
        id: "CMP-2041-2",
        reason: "missing",
        suggested_solution: "rework",
        products: [
          { id: "own-2", amount: 1 },
          { id: 9007199254740993n, amount: 1, received: "1970-01-01T00:00:00.000Z" },
        ],
      },
    ]);
    assert.deepEqual(api.splitComplaints(MIXED), tickets);
    assert.deepEqual(behind().splitComplaints(MIXED), tickets);
    for (const ticket of tickets) assert.equal((await probo.createTicket(ticket)).id, ticket.id);
    assert.equal((await stored("CMP-2041-2")).reason, "missing");
  });

  test("throws at once, with every rule that a ticket would break", () => {
    const mixed = {
      ...MIXED,
      order_id: "",
      products: [
        { id: 1, amount: 1, reason: "dirty" },
        { id: 2, amount: 1, reason: "faded" },
      ],
    };
    const thrown = (split) => {
      try {
        split(mixed);
      } catch (error) {
        assert.ok(error instanceof api.TicketError);
        assert.deepEqual([error.kind, error.endpoint], ["validation", "splitComplaints"]);
        return error.violations.map(({ field, code }) => `${field} ${code}`);
      }
      return assert.fail("it did not throw");
    };
    const all = ["order_id required", "products[1].reason unknown_value", "products[0].files files_required"];
    assert.deepEqual(thrown(api.splitComplaints), all);
    const tolerant = make({ allowUnknownValues: true });
    assert.deepEqual(
      thrown((input) => tolerant.splitComplaints(input)),
      all.toSpliced(1, 1),
    );
    assert.throws(() => api.splitComplaints(null), { kind: "validation" });
    const loop = { ...MIXED };
    loop.self = loop;
    assert.throws(() => api.splitComplaints(loop), { kind: "validation", code: "too_deep" });
  });
});

describe("refusals", () => {
  test("have their words in every shape", async () => {
    // The rules here are stricter than the client's: each refusal in turn is a list and a text.
    await settings({ known_orders: true });
    for (const probo of [make(), make(), behind(), behind()]) {
      const error = await failure(probo.createTicket({ ...COMPLAINT, order_id: "WEB-1" }));
      assert.deepEqual([error.kind, error.status, error.code, error.sent], ["rejected", 400, "http_400", "no"]);
      assert.equal(error.message, "The given data was invalid.; order_id: is not one of your orders");
      assert.equal(error.origin, "marketplace");
    }
  });

  test("of the token say nothing of it", async () => {
    const secret = "bm9ib2R5Om5vdGhpbmc=";
    for (const probo of [make({ token: secret }), behind({ token: secret })]) {
      const error = await failure(probo.createTicket(COMPLAINT));
      assert.deepEqual([error.kind, error.message], ["authentication", "the token was not accepted"]);
      assert.ok(!inspect([error, probo], { depth: 9 }).includes(secret));
    }
  });

  test("for too many calls are kept off by waiting, and prove nothing when they come", async () => {
    await settings({ rate_limit: 1, rate_window_ms: 700 });
    const probo = make();
    // Somebody else uses up the account's quota, so this client knows nothing of it.
    await make().createTicket({ ...COMPLAINT, id: "CMP-8" });
    const error = await failure(probo.createTicket({ ...COMPLAINT, id: "CMP-9" }));
    assert.deepEqual([error.kind, error.sent, error.attempts], ["rate_limited", "maybe", 1]);
    assert.equal(await stored("CMP-9"), null);
    // That answer has told it, so it waits before it asks.
    const next = await probo.createTicket({ ...COMPLAINT, id: "CMP-20" }).withResponse();
    assert.equal(next.attempts, 1);
    assert.ok(await stored("CMP-20"));
  });

  test("for too many calls tell a page behind a gateway how long to wait", async () => {
    await settings({ rate_limit: 1, rate_window_ms: 60_000 });
    await make().createTicket({ ...COMPLAINT, id: "CMP-10" });
    const direct = await failure(make({ maxRetries: 0 }).createTicket({ ...COMPLAINT, id: "CMP-11" }));
    assert.deepEqual([direct.kind, direct.message, direct.sent], ["rate_limited", "Quota has been exceeded", "maybe"]);
    assert.ok(direct.retryAfterMs > 50_000 && direct.retryAfterMs <= 60_000, String(direct.retryAfterMs));
    const paged = await failure(behind({ maxRetries: 0 }).createTicket({ ...COMPLAINT, id: "CMP-11" }));
    assert.deepEqual([paged.kind, paged.origin], ["rate_limited", "marketplace"]);
    assert.ok(paged.retryAfterMs > 50_000 && paged.retryAfterMs <= 60_000, String(paged.retryAfterMs));
  });

  test("a lost answer is not sent again, and says that the ticket may be there", async () => {
    const script = await startScript([{ status: 502, headers: { "content-type": "text/html" }, body: "<html>" }]);
    try {
      const error = await failure(make({ baseUrl: script.url }).createTicket(COMPLAINT));
      assert.deepEqual([error.kind, error.sent, error.attempts, script.seen.length], ["server", "maybe", 1, 1]);
      assert.equal(error.message, "the marketplace answered with status 502");
    } finally {
      await script.dispose();
    }
  });
});

test("values have their meanings", () => {
  const { ComplaintReason, ComplaintSolution, ComplaintStatus } = api.meanings("probo");
  assert.deepEqual([ComplaintReason.length, ComplaintSolution.length, ComplaintStatus.length], [14, 3, 4]);
  const needFiles = ComplaintReason.filter(({ meaning }) => meaning.endsWith("(files required)"));
  assert.equal(needFiles.length, 7);
  assert.deepEqual(ComplaintStatus[2], { value: "holding", meaning: "awaits a response" });
});
