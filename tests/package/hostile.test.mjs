/**
 * Hostile input: ids that would like to be paths, options that would like to be headers, answers
 * that would like to harm, and secrets that must not show.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { inspect } from "node:util";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { makeProject, startMarketplace, startServer } from "./lib.mjs";

let project;
let api;
let createGateway;
let marketplace;
/** Answers whatever a test wants. */
let loose;
let answer;
const seen = [];

before(async () => {
  project = await makeProject();
  api = await project.load();
  ({ createGateway } = await project.load("/gateway"));
  marketplace = await startMarketplace();
  loose = await startServer((request, response, body) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body: body.toString("latin1") });
    return answer(request, response, body);
  });
});
after(async () => {
  await loose?.dispose();
  await marketplace?.dispose();
  await project?.dispose();
});
beforeEach(() => {
  seen.length = 0;
  answer = (_request, response) => response.writeHead(404, { "content-type": "application/json" }).end("{}");
});

const { kaufland, clickbank, magalu, jtlScx, probo } = LOCAL_KEYS;
const userAgent = "Inhouse_development";

/** Every client, on the local marketplaces. */
const clients = () => ({
  kaufland: new api.Kaufland({ ...kaufland, userAgent, baseUrl: `${marketplace.origin}/kaufland/v2` }),
  clickbank: new api.ClickBank({ apiKey: clickbank.apiKey, baseUrl: `${marketplace.origin}/clickbank/rest` }),
  magalu: new api.Magalu({ accessToken: magalu.accessToken, baseUrl: `${marketplace.origin}/magalu` }),
  jtl: new api.JtlScx({ refreshToken: jtlScx.refreshToken, baseUrl: `${marketplace.origin}/jtl-scx` }),
  probo: new api.Probo({ token: probo.token, baseUrl: `${marketplace.origin}/probo` }),
});

const HOSTILE = [
  "../../orders",
  "..",
  ".",
  "%2e%2e",
  "%2E%2e%2forders",
  "..%2forders",
  "..;/orders",
  "a/b?x=1#y",
  "a\\b",
  "..\\orders",
  "//evil.example/x",
  "https://evil.example/",
  "@evil.example",
  ":443/x",
  "1&status=opened",
  "1;a=b",
  "1\r\nx-evil: 1",
  "1\n",
  "1\0",
  "\u007f",
  "\u0085",
  "%00",
  "%",
  "%zz",
  "",
  " ",
  "\u202e1",
  // Look-alikes of slashes, dots and digits, which a careless normalisation would make into the
  // real ones.
  "\uff0e\uff0e\uff0forders",
  "\u2024\u2024\u2215orders",
  "\u2025\u2044orders",
  "\uff10\uff11",
  "e\u0301",
  "💣",
  "\ud800",
  "x".repeat(3000),
];

describe("an id is one encoded path segment, or a violation, and nothing is sent", () => {
  const UUID = "0a4f2a60-6b0e-4f2e-9f4c-0a2f0c9d1e11";
  const OWNER = { code: "customer-1", name: "Ana" };
  /** What each method is called with, where `id` stands for the hostile text; the names of the ids, and one that is good. */
  const METHODS = [
    ["kaufland", "getTicket", (id) => [id], ["id_ticket"], "00110123123"],
    ["kaufland", "closeTicket", (id) => [id], ["id_ticket"], "00110123123"],
    ["kaufland", "createTicketMessage", (id) => [id, { text: "Hallo" }], ["id_ticket"], "00110123123"],
    ["clickbank", "getTicket", (id) => [id], ["id"], "1"],
    [
      "clickbank",
      "createTicket",
      (id) => [id, { type: "rfnd", reason: "ticket.type.refund.7", refundType: "FULL" }],
      ["receipt"],
      "ABCD1234",
    ],
    ["clickbank", "getRefundAmounts", (id) => [id, { refundType: "FULL" }], ["receipt"], "ABCD1234"],
    ["clickbank", "confirmReturn", (id) => [id], ["id"], "1"],
    ["magalu", "getTicket", (id) => [id], ["ticket_id"], UUID],
    ["magalu", "listMessages", (id) => [id], ["ticket_id"], UUID],
    ["magalu", "getMessage", (id) => [id, id], ["ticket_id", "message_id"], UUID],
    [
      "magalu",
      "createMessage",
      (id) => [id, { message: "Olá", destination: "customer", owner: OWNER }],
      ["ticket_id"],
      UUID,
    ],
    ["magalu", "listEvents", (id) => [id], ["ticket_id"], UUID],
    ["magalu", "getReturn", (id) => [id, id], ["ticket_id", "return_id"], UUID],
    ["magalu", "getTransaction", (id) => [id], ["transaction_id"], UUID],
    [
      "jtl",
      "downloadAttachment",
      (id) => [{ sellerId: "S77", ticketId: id, filename: id }],
      ["ticketId", "filename"],
      "a.pdf",
    ],
    ["jtl", "acknowledgeEvents", (id) => [[id]], ["eventIdList"], "e-1"],
    [
      "probo",
      "createTicket",
      (id) => [
        {
          order_id: id,
          id,
          reason: "damaged",
          suggested_solution: "rework",
          products: [{ id: 1, amount: 1, files: [{ uri: "https://a.example/1.jpg" }] }],
        },
      ],
      ["order_id", "id"],
      "A-1",
    ],
  ];

  for (const [client, method, args, fields, good] of METHODS) {
    test(`${client}.${method}`, async (t) => {
      const one = clients()[client];
      const calls = async () => (await marketplace.log()).filter(({ path }) => !path.includes("/auth"));
      // Only the id can be at fault: with a good one, the request goes out.
      await marketplace.clearLog();
      await one[method](...args(good)).catch((caught) => assert.notEqual(caught.kind, "validation", inspect(caught)));
      assert.equal((await calls()).length, 1);
      let sent = 0;
      const shapes = new Set();
      for (const id of HOSTILE) {
        await marketplace.clearLog();
        const error = await one[method](...args(id)).then(
          () => undefined,
          (caught) => caught,
        );
        const log = await calls();
        if (error !== undefined)
          assert.ok(error instanceof api.TicketError, `${JSON.stringify(id)}: ${inspect(error)}`);
        if (error?.kind === "validation") {
          assert.deepEqual(log, [], JSON.stringify(id));
          assert.ok(error.violations.length > 0 && error.sent === "no");
          for (const { field, code } of error.violations) {
            assert.ok(fields.includes(field.replace(/\[.*/, "")) || code === "url_too_long", `${field} ${code}`);
          }
          continue;
        }
        for (const entry of log) {
          sent += 1;
          const [path, query = ""] = entry.path.split("?");
          const segments = path.split("/");
          const whole = id.toWellFormed?.() ?? id;
          shapes.add(
            `${entry.method} ${segments.map((segment) => (decodeURIComponent(segment) === whole ? "{id}" : segment)).join("/")}`,
          );
          assert.match(path, /^[\w.~!$&'()*+,;=:@%/-]*$/);
          assert.ok(!/evil/.test(entry.headers.host ?? "") && entry.headers["x-evil"] === undefined);
          // Where it is in the query it is one value there.
          for (const pair of query.split("&").filter((text) => text !== ""))
            assert.equal(pair.split("=").length, 2, pair);
        }
      }
      // Whatever the id was, the request went to the same place.
      assert.ok(shapes.size <= 1, [...shapes].join(", "));
      assert.ok(![...shapes].some((shape) => /orders|evil/.test(shape.replaceAll("orders2", ""))), [...shapes].join());
      // Kaufland's and Magalu's ids and ClickBank's ids of tickets have a form, which none of these
      // has; what else there is goes out encoded.
      const hasForm = client === "kaufland" || client === "magalu" || /^(getTicket|confirmReturn)$/.test(method);
      assert.ok(hasForm ? sent === 0 : sent > 9, `${sent} were sent`);
      t.diagnostic(`${sent} of ${HOSTILE.length} were sent: ${[...shapes].join(", ")}`);
    });
  }
});

describe("what is bound for a header holds no line break and no NUL", () => {
  const BAD = ["a\rb", "a\nb", "a\r\nx-evil: 1", "a\0b", "\n", "a\u000bb", "a\u007f", "ключ", "a\u2028b", "💣"];
  const make = {
    "kaufland clientKey": (text) => new api.Kaufland({ ...kaufland, userAgent, clientKey: text, baseUrl: loose.url }),
    "kaufland userAgent": (text) => new api.Kaufland({ ...kaufland, userAgent: text, baseUrl: loose.url }),
    "kaufland partner": (text) =>
      new api.Kaufland({ ...kaufland, userAgent, partner: { clientKey: text, secretKey: "s" }, baseUrl: loose.url }),
    "kaufland headers": (text) =>
      new api.Kaufland({ ...kaufland, userAgent, headers: { "x-own": text }, baseUrl: loose.url }),
    "clickbank apiKey": (text) => new api.ClickBank({ apiKey: text, baseUrl: loose.url }),
    "clickbank developerKey": (text) => new api.ClickBank({ apiKey: "API-A", developerKey: text, baseUrl: loose.url }),
    "clickbank headers": (text) =>
      new api.ClickBank({ apiKey: "API-A", headers: { "x-own": text }, baseUrl: loose.url }),
    "magalu accessToken": (text) => new api.Magalu({ accessToken: text, baseUrl: loose.url }),
    "magalu headers": (text) => new api.Magalu({ accessToken: "a", headers: { "x-own": text }, baseUrl: loose.url }),
    "jtl accessToken": (text) => new api.JtlScx({ accessToken: text, baseUrl: loose.url }),
    "jtl headers": (text) => new api.JtlScx({ accessToken: "a", headers: { "x-own": text }, baseUrl: loose.url }),
    "probo token": (text) => new api.Probo({ token: text, baseUrl: loose.url }),
    "probo headers": (text) => new api.Probo({ token: "a", headers: { "x-own": text }, baseUrl: loose.url }),
    "gateway headers": (text) => new api.Probo({ gateway: loose.url, headers: { "x-own": text } }),
    "a header's name": (text) => new api.Probo({ token: "a", headers: { [text]: "a" }, baseUrl: loose.url }),
  };
  for (const [name, construct] of Object.entries(make)) {
    test(name, () => {
      for (const text of BAD) {
        assert.throws(
          () => construct(text),
          (error) => {
            assert.ok(error instanceof api.TicketError, inspect(error));
            assert.deepEqual([error.kind, error.sent], ["configuration", "no"], JSON.stringify(text));
            assert.ok(error.violations.length > 0);
            return true;
          },
          JSON.stringify(text),
        );
      }
      assert.deepEqual(seen, []);
    });
  }

  test("a call's own headers", async () => {
    const one = new api.ClickBank({ apiKey: "API-A", baseUrl: loose.url });
    for (const text of BAD) {
      for (const headers of [{ "x-own": text }, { [text]: "a" }]) {
        const error = await one.getTicket("1", { headers }).catch((caught) => caught);
        assert.ok(error instanceof api.TicketError, inspect(error));
        assert.equal(error.sent, "no");
      }
    }
    assert.deepEqual(seen, []);
  });
});

describe("answers that would like to harm", () => {
  const direct = (more) => new api.Kaufland({ ...kaufland, userAgent, baseUrl: loose.url, maxRetries: 0, ...more });
  const ticket = (more = "") =>
    `{"data":{"id_ticket":"1","ids_order_units":[1],"id_buyer":null,"ts_created_iso":"2026-03-02T08:15:00Z","ts_updated_iso":"2026-03-02T08:15:00Z","status":"opened","open_reason":"contact_other","topic":null,"is_seller_responsible":true,"fulfillment_type":"fulfilled_by_merchant"${more}}}`;
  const play = (body, headers = {}) => {
    answer = (_request, response) =>
      response.writeHead(200, { "content-type": "application/json", ...headers }).end(body);
  };
  const get = () => direct().getTicket("1");
  const fails = async (code) => {
    const error = await get().catch((caught) => caught);
    assert.ok(error instanceof api.TicketError, inspect(error));
    if (code !== undefined) assert.equal(error.code, code, error.message);
    assert.ok(error.message.length < 1000);
    return error;
  };

  test("deep nesting, in answers and in arguments", async () => {
    const deep = (depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    for (const depth of [200, 10_000, 1_000_000]) {
      play(ticket(`,"x":${deep(depth)}`));
      const result = await get().catch((error) => error);
      assert.ok(
        result instanceof api.TicketError ? result.kind === "decode" : result.id_ticket === "1",
        inspect(result),
      );
      play(deep(depth));
      assert.equal((await fails()).kind, "decode");
      answer = (_request, response) => response.writeHead(400, { "content-type": "application/json" }).end(deep(depth));
      assert.equal((await fails()).kind, "rejected");
    }
    let nested = "text";
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    const error = await direct()
      .createTicketMessage("1", { text: nested })
      .catch((caught) => caught);
    assert.ok(error instanceof api.TicketError, inspect(error));
    assert.equal(error.sent, "no");
    play(ticket());
    assert.equal((await get()).id_ticket, "1");
  });

  test("huge numbers", async () => {
    play(ticket(`,"big":${"9".repeat(400)},"exact":12345678901234567890,"far":1e400,"small":-1e-400,"zero":-0`));
    const result = await get().catch((error) => error);
    if (result instanceof api.TicketError) assert.equal(result.kind, "decode");
    else assert.equal(result.exact, 12345678901234567890n);
    for (const id of ["1e400", "-1", "0.5", "9".repeat(400)]) {
      play(ticket().replace('"ids_order_units":[1]', `"ids_order_units":[${id}]`));
      const read = await get().catch((error) => error);
      assert.ok(read instanceof api.TicketError ? read.kind === "decode" : read.ids_order_units.length === 1);
    }
    const order = {
      id_order_unit: [Number.MAX_VALUE, Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53],
      reason: "contact_other",
      message: "a",
    };
    const error = await direct()
      .openTicket(order)
      .catch((caught) => caught);
    assert.equal(error.kind, "validation");
  });

  test("keys that are names of prototypes", async () => {
    play(
      ticket(
        ',"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x","hasOwnProperty":1',
      ),
    );
    const read = await get();
    assert.equal({}.polluted, undefined);
    assert.equal(read.polluted, undefined);
    assert.ok(Object.hasOwn(read, "__proto__") && Object.hasOwn(read, "constructor"));
    play('{"type":"/problems/x","message":"m","__proto__":{"polluted":1}}');
    answer = (_request, response) =>
      response.writeHead(400, { "content-type": "application/json" }).end('{"__proto__":{"polluted":1},"message":"m"}');
    await fails();
    assert.equal({}.polluted, undefined);
    const order = JSON.parse('{"__proto__":{"id_order_unit":[1]},"reason":"contact_other","message":"a"}');
    const error = await direct()
      .openTicket(order)
      .catch((caught) => caught);
    assert.equal(error.kind, "validation");
    assert.equal(seen.filter(({ method }) => method === "POST").length, 0);
  });

  test("lone surrogates and invalid UTF-8", async () => {
    const error = await direct()
      .createTicketMessage("1", { text: "a\ud800b" })
      .catch((caught) => caught);
    // A violation, or the replacement that every host sends in its place; never a broken body.
    if (seen.length > 0)
      assert.doesNotThrow(() => new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(seen[0].body, "latin1")));
    else assert.equal(error.kind, "validation");
    for (const bytes of [
      [0xff, 0xfe],
      [0xc0, 0xae],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
    ]) {
      play(Buffer.from(ticket(',"x":"@"')).map((byte) => byte));
      const body = Buffer.from(ticket(',"x":"@"'), "latin1");
      const at = body.indexOf(0x40);
      play(Buffer.concat([body.subarray(0, at), Buffer.from(bytes), body.subarray(at + 1)]));
      const read = await get().catch((caught) => caught);
      assert.ok(
        read instanceof api.TicketError ? read.kind === "decode" && read.sent === "yes" : read.x.includes("\ufffd"),
        inspect(read),
      );
      play(Buffer.from(bytes));
      assert.equal((await fails()).kind, "decode");
    }
    play(ticket(',"x":"\\ud800"'));
    const read = await get().catch((caught) => caught);
    assert.ok(read instanceof api.TicketError ? read.kind === "decode" : read.x === "\ud800", inspect(read));
  });

  test("a body of 100 MB is not taken into memory, announced or not", async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 32);
    for (const announced of [true, false]) {
      let written = 0;
      answer = async (_request, response) => {
        written = 0;
        response.writeHead(200, {
          "content-type": "application/json",
          ...(announced ? { "content-length": 100 * megabyte.length } : {}),
        });
        for (; written < 100 && !response.destroyed; written += 1) {
          if (!response.write(megabyte))
            await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
        }
        response.end();
      };
      const error = await fails();
      assert.match(error.message, /response body is larger than 33554432 bytes/);
      assert.deepEqual([error.kind, error.sent], ["network", "yes"]);
      assert.ok(written < 48, `${written} MB were read`);
    }
    const response = new Response(new Blob(Array(100).fill(megabyte)).stream());
    const error = await direct()
      .decode("getTicket", response)
      .catch((caught) => caught);
    assert.match(error.message, /response body is larger than/);
  });
});

describe("secrets", () => {
  const CANARY = () => `canary-${randomBytes(12).toString("hex")}`;

  test("no key, token or refresh token is in anything that can be seen", async (t) => {
    const canaries = [];
    const secret = () => {
      const text = CANARY();
      canaries.push(text);
      return text;
    };
    const visible = [];
    const show = (what, value) =>
      visible.push([
        what,
        typeof value === "string" ? value : inspect(value, { depth: 12, showHidden: true, maxStringLength: null }),
      ]);
    const showError = (what, error) => {
      for (
        let cause = error, depth = 0;
        cause !== undefined && cause !== null && depth < 9;
        cause = cause.cause, depth += 1
      ) {
        show(what, cause);
        show(what, inspect(cause, { depth: 12, showHidden: true, customInspect: false, maxStringLength: null }));
        show(what, String(cause?.stack));
        show(what, String(cause?.message));
        try {
          show(what, JSON.stringify(cause) ?? "");
        } catch {
          // A value that JSON cannot write shows nothing there.
        }
      }
    };
    for (const name of ["log", "info", "warn", "error", "debug", "trace"]) {
      t.mock.method(console, name, (...values) => show(`console.${name}`, values));
    }
    const hooks = Object.fromEntries(
      ["onStart", "onRequest", "onResponse", "onRetry", "onEnd"].map((name) => [
        name,
        (info) => {
          show(name, info);
          show(name, JSON.stringify(info));
          // Whoever sees it may fail, too.
          if (name === "onResponse") throw new Error("the hook failed");
        },
      ]),
    );
    const common = { baseUrl: loose.url, maxRetries: 1, timeoutMs: 500, random: () => 0, ...hooks };
    const store = (refreshToken) => {
      let tokens = { accessToken: secret(), refreshToken, issuedAtMs: 0, expiresAtMs: 1 };
      return {
        load: async () => tokens,
        save: async (next) => {
          tokens = next;
        },
      };
    };
    const jtlTokens = { authToken: secret(), expiresIn: 3600 };
    const magaluTokens = () => ({
      access_token: secret(),
      refresh_token: secret(),
      expires_in: 3600,
      token_type: "Bearer",
      scope: "",
    });
    const UUID = "0a4f2a60-6b0e-4f2e-9f4c-0a2f0c9d1e11";
    const message = { message: "a", destination: "customer", owner: { code: "c", name: "n" } };
    /** What `exchangeCode` returns are the tokens: that is its purpose. */
    const exchange = async (one, code) => {
      const { accessToken, refreshToken } = await one.exchangeCode(code, "https://shop.example/back");
      assert.ok(canaries.includes(accessToken) && canaries.includes(refreshToken));
    };
    const all = {
      kaufland: [
        new api.Kaufland({
          ...common,
          clientKey: secret(),
          secretKey: secret(),
          userAgent,
          partner: { clientKey: secret(), secretKey: secret() },
        }),
        (one) => one.closeTicket("1"),
        (one) => one.getTicket("1"),
      ],
      clickbank: [
        new api.ClickBank({ ...common, apiKey: `API-${secret()}` }),
        (one) => one.confirmReturn("1"),
        (one) => one.getTicket("1"),
      ],
      clickbankOld: [
        new api.ClickBank({ ...common, apiKey: `API-${secret()}`, developerKey: `DEV-${secret()}` }),
        (one) => one.getTicket("1"),
      ],
      magalu: [
        new api.Magalu({ ...common, accessToken: secret() }),
        (one) => one.createMessage(UUID, message),
        (one) => one.getTicket(UUID),
      ],
      magaluStore: [
        new api.Magalu({
          ...common,
          clientId: "app",
          clientSecret: secret(),
          tokenUrl: `${loose.url}/oauth/token`,
          tokenStore: store(secret()),
        }),
        (one) => one.getTicket(UUID),
        (one) => exchange(one, secret()),
      ],
      jtl: [
        new api.JtlScx({ ...common, refreshToken: `CHANNEL:${secret()}` }),
        (one) => one.listEvents(),
        (one) => one.acknowledgeEvents(["1"]),
      ],
      jtlToken: [new api.JtlScx({ ...common, accessToken: secret() }), (one) => one.listEvents()],
      probo: [
        new api.Probo({ ...common, token: secret() }),
        (one) =>
          one.createTicket({
            order_id: "1",
            id: "1",
            reason: "damaged",
            suggested_solution: "rework",
            products: [{ id: 1, amount: 1, files: [{ uri: "https://a.example/1.jpg" }] }],
          }),
      ],
    };
    const isAuth = (url) => /auth|oauth|token/.test(url);
    const PLAYS = {
      "a refusal of the keys": (_request, response) =>
        response.writeHead(401, { "content-type": "application/json" }).end('{"message":"bad key"}'),
      "a refusal of the call, with good tokens": (request, response) => {
        if (!isAuth(request.url))
          return response.writeHead(403, { "set-cookie": "a=b", "www-authenticate": "Basic" }).end("no");
        const tokens = request.url.includes("oauth") ? magaluTokens() : jtlTokens;
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(tokens));
      },
      "tokens in a form that is none": (request, response) => {
        if (!isAuth(request.url)) return response.writeHead(404, { "content-type": "application/json" }).end("{}");
        const body = JSON.stringify({ result: { token: secret(), all: magaluTokens() }, message: `token ${secret()}` });
        response.writeHead(200, { "content-type": "application/json", "x-token": secret() }).end(body);
      },
      "a refusal that repeats tokens": (request, response) => {
        if (!isAuth(request.url)) return response.writeHead(404, { "content-type": "application/json" }).end("{}");
        const body = JSON.stringify({ error: secret(), error_description: `no ${secret()}`, ...magaluTokens() });
        const headers = { "content-type": "application/json", "x-token": secret(), location: `/?t=${secret()}` };
        response.writeHead(400, headers).end(body);
      },
      "an answer that cannot be read": (_request, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end('{"data":'),
      "a broken server": (_request, response) => response.writeHead(503, { "retry-after": "0" }).end("<html>"),
      "a reset": (request) => request.socket.resetAndDestroy(),
      silence: () => {},
      "a redirect": (_request, response) => response.writeHead(302, { location: "https://evil.example/?a=1" }).end(),
    };
    for (const [play, then] of Object.entries(PLAYS)) {
      for (const [name, [one, ...calls]] of Object.entries(all)) {
        for (const call of calls) {
          answer = then;
          const what = `${name}, ${play}`;
          seen.length = 0;
          try {
            show(what, await call(one));
          } catch (error) {
            // An error in the test itself would hide what the call shows.
            assert.ok(error instanceof api.TicketError, inspect(error));
            showError(what, error);
          }
          assert.ok(seen.length > 0, `${what}: ${call} sent nothing: ${visible.slice(-6).map(([, text]) => text)}`);
          for (const { url } of seen.splice(0)) show(`${what}: url`, url);
        }
      }
    }
    for (const [name, [one]] of Object.entries(all)) {
      show(name, one);
      show(name, inspect(one, { depth: 12, showHidden: true, customInspect: false }));
      show(name, JSON.stringify(one));
      show(name, String(one));
      show(name, Object.entries(one));
      show(
        name,
        Object.getOwnPropertyNames(one).map((key) => [key, one[key]]),
      );
      try {
        show(name, structuredClone(one));
      } catch (error) {
        showError(name, error);
      }
    }
    // Keys that are wrong are not said either.
    for (const make of [
      () =>
        new api.Kaufland({
          clientKey: `${secret()}\n`,
          secretKey: secret(),
          userAgent,
          baseUrl: "http://insecure.example",
        }),
      () => new api.ClickBank({ apiKey: `${secret()} ${secret()}\0` }),
      () => new api.Magalu({ accessToken: `${secret()}\r\n` }),
      () => new api.JtlScx({ refreshToken: `${secret()}\n` }),
      () => new api.Probo({ token: `${secret()}\n` }),
      () => new api.Kaufland({ clientKey: { toString: () => secret() }, secretKey: [secret()], userAgent }),
    ]) {
      try {
        show("constructor", make());
      } catch (error) {
        showError("constructor", error);
      }
    }
    // Through the gateway.
    const gateway = createGateway({
      accounts: Object.fromEntries(Object.entries(all).map(([name, [one]]) => [name, one])),
      authorize: () => true,
      onError: (error, { account }) => {
        showError("onError", error);
        show("onError", account);
      },
    });
    const paths = {
      kaufland: "/tickets/1",
      clickbank: "/1.3/tickets/1",
      clickbankOld: "/1.3/tickets/1",
      magalu: `/seller/v0/tickets/${UUID}`,
      magaluStore: `/seller/v0/tickets/${UUID}`,
      jtl: "/v1/channel/event",
      jtlToken: "/v1/channel/event",
      probo: "/ticket",
    };
    let answered = 0;
    for (const [play, then] of Object.entries(PLAYS)) {
      for (const [name, path] of Object.entries(paths)) {
        answer = then;
        const init =
          name === "probo"
            ? {
                method: "POST",
                body: "{}",
                headers: {
                  "content-type": "application/json",
                  "x-seller-tickets-nonce": randomBytes(16).toString("hex"),
                },
              }
            : {};
        const response = await gateway.fetch(new Request(`https://shop.example/api/accounts/${name}${path}`, init));
        show(`gateway ${name}, ${play}`, [...response.headers].join());
        show(`gateway ${name}, ${play}`, await response.text());
        if (response.headers.get("x-seller-tickets-attempts") !== "0") answered += 1;
      }
    }
    assert.ok(answered > 30, `${answered} calls of the gateway reached the marketplace`);
    assert.ok(canaries.length > 20 && visible.length > 500, `${canaries.length} secrets, ${visible.length} places`);
    for (const [what, text] of visible) {
      const leaked = canaries.filter(
        (canary) => text.includes(canary) || text.includes(Buffer.from(canary).toString("base64")),
      );
      assert.ok(leaked.length === 0, `${what} shows a secret: ${text.slice(0, 400)}`);
    }
    t.diagnostic(`${canaries.length} secrets looked for in ${visible.length} places`);
  });
});

test("memory that runs out ends one call, and the next one works", async () => {
  const bytes = await readFile(join(project.installed, "dist/seller_tickets_bg.wasm"));
  await writeFile(
    join(project.folder, "oom.mjs"),
    `
      import { readFile } from "node:fs/promises";
      import { Kaufland, start } from "seller-tickets/slim";
      await start(new WebAssembly.Module(await readFile("small.wasm")));
      let body = "{}";
      let status = 200;
      const kaufland = new Kaufland({ clientKey: "a", secretKey: "b", userAgent: "Inhouse_development", maxRetries: 0,
        fetch: async () => new Response(body, { status, headers: { "content-type": "application/json" } }) });
      const ticket = ${JSON.stringify(JSON.stringify({ data: { id_ticket: "1", ids_order_units: [1], id_buyer: null, ts_created_iso: "2026-03-02T08:15:00Z", ts_updated_iso: "2026-03-02T08:15:00Z", status: "opened", open_reason: "contact_other", topic: null, is_seller_responsible: true, fulfillment_type: "fulfilled_by_merchant" } }))};
      const get = () => kaufland.getTicket("1").then(({ id_ticket }) => id_ticket, ({ kind, code, sent, attempts }) => [kind, code, sent, attempts]);
      const out = [];
      for (let round = 0; round < 3; round += 1) {
        body = ticket;
        out.push(await get());
        // With an integer that a number would round, so that it has to be read in the module.
        body = ticket.replace('"topic":null', '"topic":null,"id":9007199254740993,"x":"' + "x".repeat(12_000_000) + '"');
        out.push(await get());
        body = ticket;
        out.push(...(await Promise.all([get(), get()])));
      }
      console.log(JSON.stringify(out));`,
  );
  await writeFile(join(project.folder, "small.wasm"), bounded(bytes, 64));
  const out = JSON.parse(await project.node("oom.mjs"));
  const failed = ["decode", "wasm_trap", "yes", 1];
  assert.deepEqual(out, Array.from({ length: 3 }, () => ["1", failed, "1", "1"]).flat());
});

/** The same module with at most `more` pages of memory beyond those that it starts with. */
function bounded(bytes, more) {
  const leb = (value) => {
    const out = [];
    for (let rest = value; ; rest >>>= 7) {
      out.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      if (rest <= 0x7f) return Buffer.from(out);
    }
  };
  let at = 8;
  const read = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const id = bytes[at++];
    const size = read();
    const body = at;
    if (id !== 5) {
      at = body + size;
      continue;
    }
    assert.equal(read(), 1, "one memory");
    assert.equal(bytes[at++] & ~1, 0, "a memory of 32 bits");
    const least = read();
    const section = Buffer.concat([Buffer.from([1, 1]), leb(least), leb(least + more)]);
    return Buffer.concat([
      bytes.subarray(0, start),
      Buffer.from([5]),
      leb(section.length),
      section,
      bytes.subarray(body + size),
    ]);
  }
  throw new Error("the module has no memory");
}
