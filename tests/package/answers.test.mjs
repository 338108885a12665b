/** What answers prove and hold: errors under a success, odd items, repeated pages, names of files, and tokens of others. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { kauflandTicket, makeProject, newMagaluTicket, startScript } from "./lib.mjs";

let project;
let script;
let api;

before(async () => {
  project = await makeProject();
  api = await project.load();
  script = await startScript([]);
});
after(async () => {
  await script?.dispose();
  await project?.dispose();
});
beforeEach(() => {
  script.seen.length = 0;
});

const KAUFLAND = { clientKey: "client-key-of-the-test", secretKey: "secret-key-of-the-test", userAgent: "Test" };
const kaufland = (options) => new api.Kaufland({ ...KAUFLAND, baseUrl: script.baseUrl, random: () => 0, ...options });
const magalu = (options) => new api.Magalu({ accessToken: "t", baseUrl: script.baseUrl, random: () => 0, ...options });
const json = (body, status = 200) => ({ status, headers: { "content-type": "application/json" }, body });

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof api.TicketError, inspect(error));
    return error;
  }
  return assert.fail("it did not fail");
}

test("a success that is an error itself accepts no write, at any marketplace", async () => {
  const message = { message: "m", destination: "customer", owner: { code: "a", name: "b" } };
  const clickbank = new api.ClickBank({ apiKey: "API-KEY", baseUrl: script.baseUrl });
  const jtl = new api.JtlScx({ accessToken: "t", baseUrl: script.baseUrl });
  const probo = new api.Probo({ token: "t", baseUrl: script.baseUrl });
  const complaint = {
    order_id: "1",
    id: "2",
    reason: "delayed",
    suggested_solution: "credit",
    products: [{ id: 1, amount: 1 }],
  };
  for (const [body, write] of [
    [{ error: "rolled back" }, () => kaufland().createTicketMessage("7", { text: "a" })],
    [{ errors: [{ field: "text" }] }, () => kaufland().closeTicket("7")],
    [{ error: { code: 7 } }, () => kaufland().createTicketMessage("7", { text: "a" })],
    [{ error: { code: 7 } }, () => magalu().createEvent("t", { type: "product_sent" })],
    [{ transaction_id: "x", error: "no" }, () => magalu().createMessage("t", message)],
    [{ links: [] }, () => magalu().createMessage("t", message)],
    [{ success: false }, () => clickbank.confirmReturn(1)],
    [{ errorList: [{ code: "X", severity: "error" }] }, () => jtl.acknowledgeEvents(["1"])],
    [{ error: "x", id: "2" }, () => probo.createTicket(complaint)],
  ]) {
    script.play(json(body));
    const error = await failure(write());
    assert.deepEqual([error.kind, error.sent, error.attempts], ["decode", "maybe", 1], inspect(body));
  }
  for (const body of ["", "{}", "\ufeff{}", "null"]) {
    script.play({ status: 202, body });
    assert.equal(await kaufland().closeTicket("7"), undefined);
  }
  script.play({ status: 200, body: "Service unavailable" });
  assert.equal((await failure(kaufland().closeTicket("7"))).code, "unexpected_answer");
});

test("each write of Magalu carries a reference, and returns it", async () => {
  script.play(json({ transaction_id: "x", links: [] }, 202));
  const event = { type: "authorize_refund" };
  const { reference } = await magalu().createEvent("t", event).withResponse();
  assert.match(reference, /^[0-9a-f]{16,}$/i);
  assert.deepEqual(JSON.parse(script.seen[0].body), { ...event, code: reference });
  const given = await magalu()
    .createEvent("t", { ...event, code: "mine" })
    .withResponse();
  assert.equal(given.reference, "mine");
  script.play({ status: 503, body: "" });
  const error = await failure(magalu().createTicket(newMagaluTicket()));
  assert.deepEqual([error.reference, error.sent], [JSON.parse(script.seen.at(-1).body).code, "maybe"]);
  script.play(json({ data: kauflandTicket("0017") }));
  assert.equal((await kaufland().getTicket("0017").withResponse()).reference, undefined);
});

test("one odd ticket does not hide the others", async () => {
  const odd = { ...kauflandTicket("0012"), topic: 5 };
  const bare = { words: "no id" };
  const data = [kauflandTicket("0011"), odd, bare, { ...bare, other: true }, kauflandTicket("0013")];
  script.play(json({ data, pagination: { offset: 0, limit: 30, total: 5 } }));
  const page = await kaufland().listTickets();
  assert.deepEqual(page.data, data);
  assert.deepEqual(
    page.odd
      .map(({ field, expected, item }) => [
        field,
        expected,
        data.findIndex((one) => (one.words ? false : one.id_ticket === item.id_ticket)),
      ])
      .slice(0, 1),
    [["data[1].topic", "text", 1]],
  );
  assert.deepEqual(page.odd[1].item, bare);
  const walked = [];
  for await (const ticket of kaufland().listTickets()) walked.push(ticket);
  assert.deepEqual(walked, data);
  script.play(json({ data: [kauflandTicket("0011")], pagination: [] }));
  assert.deepEqual((await kaufland().listTickets()).odd, []);
});

test("one odd field of a ticket does not hide the ticket", async () => {
  const ticket = { ...kauflandTicket("1"), topic: 5, messages: "none" };
  delete ticket.open_reason;
  const body = JSON.stringify({ data: ticket });
  script.play(json(body));
  const { data, odd } = await kaufland().getTicket("1").withResponse();
  assert.deepEqual([data.id_ticket, data.topic, data.messages], ["1", 5, "none"]);
  assert.equal("open_reason" in data, false);
  assert.deepEqual(
    odd.toSorted((a, b) => a.field.localeCompare(b.field)),
    [
      { field: "data.messages", expected: "an array" },
      { field: "data.open_reason", expected: "it to be there" },
      { field: "data.topic", expected: "text" },
    ],
  );
  const client = kaufland();
  const fetched = new Response(body, { headers: { "content-type": "application/json" } });
  assert.equal((await client.decode("getTicket", fetched)).topic, 5);

  script.play(json({ id: "m", message: 7, sender: { type: [] }, attachments: {} }));
  const message = await magalu().getMessage("t", "m").withResponse();
  assert.deepEqual([message.data.id, message.data.message], ["m", 7]);
  assert.deepEqual(
    message.odd.map(({ field }) => field),
    ["message", "sender.type", "attachments"],
  );

  // The page of a list says odd things of itself.
  script.play(json({ data: [kauflandTicket("1")], pagination: { offset: 0, limit: "30", total: null } }));
  const page = await kaufland().listTickets();
  assert.equal(page.data.length, 1);
  assert.deepEqual(
    page.odd.map(({ field, item }) => [field, item]),
    [
      ["pagination.limit", undefined],
      ["pagination.total", undefined],
    ],
  );

  for (const [body, call] of [
    [{ data: {} }, () => kaufland().getTicket("1")],
    [{ data: { error: "x" } }, () => kaufland().getTicket("1")],
    [{ data: [] }, () => kaufland().getTicket("1")],
    [{}, () => kaufland().getTicket("1")],
    [{ data: {} }, () => kaufland().listTickets()],
    [{ eventList: "none" }, () => new api.JtlScx({ accessToken: "t", baseUrl: script.baseUrl }).listEvents()],
    // What shows that a write was accepted must be as documented.
    [{ transaction_id: 5 }, () => magalu().createTicket(newMagaluTicket())],
    [{ transaction_id: "x", links: "none" }, () => magalu().createTicket(newMagaluTicket())],
  ]) {
    script.play(json(body));
    const error = await failure(call());
    assert.deepEqual([error.kind, error.code], ["decode", "unexpected_shape"], inspect(body));
  }
});

test("a reply without an id does not stop the iteration over replies", async () => {
  const reply = (id) => ({
    ...(id === undefined ? {} : { id }),
    type: "Seller:Ticket.Reply",
    event: { sellerId: "S", ticketId: "T", message: "m" },
  });
  const acknowledged = [];
  let polls = 0;
  script.play((request, response, body) => {
    if (request.method === "DELETE") {
      acknowledged.push(...JSON.parse(body).eventIdList);
      return response.writeHead(204).end();
    }
    polls += 1;
    const eventList = polls === 1 ? [reply(), 5, reply(7), reply("a"), { id: "b", type: 3 }, reply("c")] : [];
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ eventList }));
  });
  const scx = new api.JtlScx({ accessToken: "t", baseUrl: script.baseUrl });
  const told = [];
  const seen = [];
  const options = { intervalMs: 10, signal: AbortSignal.timeout(400), onError: (error) => told.push(error) };
  for await (const { id } of scx.ticketReplies(options)) seen.push(id);
  assert.deepEqual(
    [seen, acknowledged],
    [
      ["a", "c"],
      ["a", "c"],
    ],
  );
  assert.deepEqual(
    told.map(({ code, message }) => [code, /a reply has no id/.test(message)]),
    [["unexpected_shape", true]],
  );
  assert.ok(polls > 1);
});

test("a list goes on with smaller pages if those of a hundred are refused", async () => {
  const rows = Array.from({ length: 23 }, (_, at) => ({
    id: String(at),
    type: "shipping",
    status: "waiting",
    created_at: "2026-02-01T10:00:00",
    updated_at: `2026-02-01T10:${String(at).padStart(2, "0")}:00`,
  }));
  const sizes = [];
  script.play((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url, script.baseUrl);
    // A poll that the test before gave up may still be under way.
    if (!pathname.endsWith("/tickets")) return response.writeHead(404).end();
    const [limit, offset] = [Number(query.get("_limit")), Number(query.get("_offset") ?? 0)];
    sizes.push(limit);
    const since = query.get("updated_at_gte") ?? "";
    const results = rows.filter(({ updated_at }) => updated_at >= since).slice(offset, offset + limit);
    const meta = { page: { limit, offset, count: results.length, max_limit: 10 } };
    const detail = [{ loc: ["query", "_limit"], msg: "Input should be less than or equal to 10", ctx: { le: 10 } }];
    response.writeHead(limit > 10 ? 422 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(limit > 10 ? { detail } : { results, meta }));
  });
  for (const client of [magalu(), magalu({ maxRetries: 0 })]) {
    sizes.length = 0;
    const ids = [];
    for await (const { id } of client.listTickets()) ids.push(id);
    assert.deepEqual(
      ids,
      rows.map(({ id }) => id),
    );
    assert.deepEqual(
      sizes.filter((size) => size !== 10),
      [100],
      "the client learns the size",
    );
  }
  script.play(json({ details: [{ field: "_limit", slug: "INVALID" }] }, 422));
  script.seen.length = 0;
  const error = await failure(magalu().listTickets());
  assert.deepEqual([error.status, error.attempts], [422, 3]);
  assert.deepEqual(
    script.seen.map(({ url }) => new URL(url, script.baseUrl).searchParams.get("_limit")),
    ["100", "50", "10"],
  );
});

test("ClickBank's reads give the XML of the answer, and nothing else in its place", async () => {
  const clickbank = new api.ClickBank({ apiKey: "API-KEY", baseUrl: script.baseUrl, maxRetries: 0 });
  const xml = '<?xml version="1.0"?>\n<ticketData><comment>ü &amp; é</comment></ticketData>\n';
  const READS = [
    (options) => clickbank.getTicket(1, options),
    (options) => clickbank.listTickets({ page: 2 }, options),
    (options) => clickbank.listTickets(undefined, options),
    (options) => clickbank.countTickets({ status: "open" }, options),
    (options) => clickbank.getRefundAmounts("ABCD1234", { refundType: "FULL" }, options),
    (options) => clickbank.getTicketSchema(options),
  ];
  for (const read of READS) {
    script.seen.length = 0;
    script.play({ status: 200, headers: { "content-type": "application/xml" }, body: `\ufeff${xml}` });
    assert.equal(await read({ accept: "xml" }), xml);
    assert.equal(script.seen[0].headers.accept, "application/xml");
    for (const body of ['{"ticketData":{"ticketid":"1"}}', "Not found"]) {
      script.play({ status: 200, headers: { "content-type": "application/json" }, body });
      assert.equal((await failure(read({ accept: "xml" }))).code, "invalid_xml");
    }
  }
  script.play(json("5"));
  assert.equal(await clickbank.countTickets({}, { accept: "json" }), 5);
  assert.equal(script.seen.at(-1).headers.accept, "application/json");
  const refused = script.seen.length;
  for (const [call, code] of [
    [() => clickbank.confirmReturn(1, { accept: "xml" }), "unknown_option"],
    [() => clickbank.getTicket(1, { accept: "text/xml" }), "unknown_value"],
    [() => kaufland().getTicket("1", {}, { accept: "xml" }), "unknown_option"],
  ]) {
    assert.equal((await failure(call())).violations[0].code, code);
  }
  const hostile = Object.defineProperty({}, "accept", {
    enumerable: true,
    get() {
      throw new Error("no");
    },
  });
  await failure(clickbank.listTickets({}, hostile));
  assert.equal(script.seen.length, refused);
});

test("a list that repeats its page ends with an error after a few rounds", async () => {
  const data = [kauflandTicket("0011"), kauflandTicket("0012"), kauflandTicket("0013")];
  script.play(json({ data, pagination: { offset: 0, limit: 3, total: 4321 } }));
  const walk = async () => {
    let count = 0;
    for await (const _ of kaufland().listTickets()) count += 1;
    return count;
  };
  assert.equal((await failure(walk())).code, "pages_repeat");
  assert.ok(script.seen.length <= 5, `${script.seen.length} requests`);
  script.seen.length = 0;
  const byHand = async () => {
    for (let page = await kaufland().listTickets(); page !== null; ) page = await page.next();
  };
  assert.equal((await failure(byHand())).code, "pages_repeat");
  assert.ok(script.seen.length <= 5, `${script.seen.length} requests`);

  // Two servers that do not get the offset answer in turn, each with its own items.
  script.seen.length = 0;
  script.play((_, response) => {
    const first = script.seen.length % 2 === 0 ? 1000 : 2000;
    const rows = Array.from({ length: 30 }, (_, at) => kauflandTicket(`00${first + at}`));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: rows, pagination: { offset: 0, limit: 30, total: 4321 } }));
  });
  assert.equal((await failure(walk())).code, "pages_repeat");
  assert.ok(script.seen.length <= 30, `${script.seen.length} requests`);
});

test("a list whose total is below what came goes on until nothing comes", async () => {
  const all = Array.from({ length: 37 }, (_, at) => kauflandTicket(`00${1000 + at}`));
  for (const total of [20, 5, 0, -1, "37", "many", null]) {
    script.play((request, response) => {
      const offset = Number(new URL(request.url, script.baseUrl).searchParams.get("offset") ?? 0);
      const pagination = { offset, limit: 10, total };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ data: all.slice(offset, offset + 10), pagination }));
    });
    const ids = [];
    for await (const { id_ticket } of kaufland().listTickets({ limit: 10 })) ids.push(id_ticket);
    assert.deepEqual(
      ids,
      all.map(({ id_ticket }) => id_ticket),
      `total ${total}`,
    );
  }
});

test("JSON is read as hosts read it", async () => {
  const text = JSON.stringify({ data: kauflandTicket("0017") });
  script.play({ status: 200, body: `\ufeff${text}` });
  assert.equal((await kaufland().getTicket("0017")).id_ticket, "0017");
  script.play({ status: 200, body: Buffer.from(text.replace("{", '{"x":"caf\xe9",'), "latin1") });
  assert.equal((await kaufland().getTicket("0017")).id_ticket, "0017");
  script.play({ status: 404, body: '\ufeff{"type":"/problems/not-found","message":"gone"}' });
  assert.equal((await failure(kaufland().getTicket("0017"))).code, "not-found");
  script.play({ status: 404, body: Buffer.from('{"type":"/problems/not-found","message":"caf\xe9"}', "latin1") });
  assert.equal((await failure(kaufland().getTicket("0017"))).code, "not-found");
});

test("the name of a file is read by the grammar, and never a path", async () => {
  for (const [disposition, name] of [
    ["attachment; filename*=UTF-8'en'%E2%82%AC.pdf", "€.pdf"],
    ['attachment; x-filename="bad.exe"; filename="good.pdf"', "good.pdf"],
    ['attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'],
    [`attachment; filename="${Buffer.from("größe.pdf").toString("latin1")}"`, "größe.pdf"],
    ["attachment; filename=my file.pdf; size=3", "my file.pdf"],
    ['attachment ; filename = "a.pdf"', "a.pdf"],
    // U+202E writes what follows from right to left, so that this one looks like "labelexe.pdf".
    ["attachment; filename*=UTF-8''label%E2%80%AEfdp.exe", "labelfdp.exe"],
    ["attachment; filename*=UTF-8''a%0A%00%C2%85%E2%81%A6b.pdf", "ab.pdf"],
    ['attachment; filename="../../.ssh/authorized_keys"', "authorized_keys"],
    ['attachment; filename=".."', undefined],
    ["inline", undefined],
    // Folders of another system, and control characters.
    ['attachment; filename="C:\\\\Users\\\\Eva\\\\a.pdf"', "a.pdf"],
    ["attachment; filename*=UTF-8''a%0D%0Ab%00.pdf", "ab.pdf"],
    // The first of several counts, and names of parameters have no case.
    ['attachment; filename="first.pdf"; filename="second.pdf"', "first.pdf"],
    ["ATTACHMENT; FileName=a.pdf", "a.pdf"],
    // Another set of characters, and one that is not known or not well encoded.
    ["attachment; filename=plain.pdf; filename*=iso-8859-1'de'gr%F6%DFe.pdf", "größe.pdf"],
    ["attachment; filename=plain.pdf; filename*=koi8-r''%C6.pdf", "plain.pdf"],
    ["attachment; filename=plain.pdf; filename*=UTF-8''a%zz.pdf", "plain.pdf"],
    ["attachment; filename=plain.pdf; filename*=UTF-8''%FF.pdf", "plain.pdf"],
  ]) {
    script.play({ status: 200, headers: { "content-disposition": disposition }, body: "x" });
    const file = await kaufland().downloadFile({ uri: `${script.baseUrl}/f` });
    assert.equal(file.filename, name, disposition);
    await file.bytes();
  }
  const own = await kaufland().downloadFile({ uri: `${script.baseUrl}/f`, filename: "../../.ssh/authorized_keys" });
  assert.equal(own.filename, "authorized_keys");
  await own.bytes();
});

test("a renewal that another process won is looked for in the store", async () => {
  const fresh = {
    accessToken: "winner",
    issuedAtMs: Date.now(),
    expiresAtMs: Date.now() + 3_600_000,
    refreshToken: "r2",
  };
  const old = { accessToken: "old", issuedAtMs: 0, expiresAtMs: 1, refreshToken: "r1" };
  let stored = old;
  const tokenStore = { load: async () => stored, save: async () => {} };
  script.play((request, response) => {
    if (request.url.includes("/oauth")) {
      stored = fresh;
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":"invalid_grant"}');
    } else {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ meta: {}, results: [] }));
    }
  });
  const keys = { clientId: "a", clientSecret: "b", tokenUrl: `${script.baseUrl}/oauth/token` };
  const shop = new api.Magalu({ ...keys, tokenStore, baseUrl: script.baseUrl });
  assert.deepEqual((await shop.listTickets()).data, []);
  assert.equal(script.seen.at(-1).headers.authorization, "Bearer winner");
  assert.equal(script.seen.filter(({ url }) => url.includes("/oauth")).length, 1, "what is fresh is not renewed");
});

test("tokens that are always refused are renewed twice", async () => {
  let renewals = 0;
  script.play((request, response) => {
    const isToken = request.url.includes("/oauth");
    renewals += isToken ? 1 : 0;
    response.writeHead(isToken ? 200 : 401, { "content-type": "application/json" });
    response.end(isToken ? `{"access_token":"t${renewals}","refresh_token":"r${renewals}","expires_in":7200}` : "{}");
  });
  const keys = { clientId: "a", clientSecret: "b", refreshToken: "r", tokenUrl: `${script.baseUrl}/oauth/token` };
  const shop = new api.Magalu({ ...keys, baseUrl: script.baseUrl });
  const codes = [];
  for (let call = 0; call < 20; call += 1) codes.push((await failure(shop.getTicket("t"))).code);
  assert.equal(renewals, 3);
  assert.equal(codes.at(-1), "tokens_refused");
});
