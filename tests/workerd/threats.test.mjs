/**
 * The attempts of people who should not: the gateway in workerd, spoken to over bare sockets where
 * a well-behaved client would mend what is sent. What went through is looked up in the
 * marketplace's own access log.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeProject, startMarketplace, startServer, startWorker } from "../package/lib.mjs";

const DASHBOARD = "https://dashboard.example";
const TICKET = "00110123123";
const MESSAGES = `/api/kf-de/tickets/${TICKET}/messages`;
const JSON_BODY = JSON.stringify({ text: "Hallo" });

let marketplace;
let project;
let worker;
/**
 * A marketplace that answers what a test wants, a host of files, and what must never be reached.
 */
let loose;
let inner;
const loosely = { answer: undefined };
const seen = [];
const reached = [];

before(async () => {
  marketplace = await startMarketplace();
  loose = await startServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    loosely.answer(request, response);
  });
  inner = await startServer((request, response) => {
    reached.push(request.url);
    response.end("internal");
  });
  project = await makeProject();
  const keys = { marketplace: "kaufland", ...marketplace.keys };
  const accounts = {
    "kf-de": { ...keys, baseUrl: marketplace.baseUrl },
    "kf-at": { ...keys, baseUrl: `${loose.url}/v2`, fileHosts: [`127.0.0.1:${loose.port}`], maxRetries: 0 },
  };
  const magalu = {
    marketplace: "magalu",
    clientId: "app",
    clientSecret: "canary-client-secret",
    refreshToken: "canary-refresh-token",
    tokenUrl: `${loose.url}/oauth/token`,
    baseUrl: loose.url,
    maxRetries: 0,
  };
  worker = await startWorker(
    project,
    `import { Kaufland, Magalu } from "seller-tickets";
     import { createGateway, sameSecret } from "seller-tickets/gateway";
     const accounts = ${JSON.stringify(accounts)};
     const errors = [];
     const common = { accounts, classes: [Kaufland, Magalu], onError: (error) => errors.push(String(error.message)) };
     // Failures whose words are for the operator alone: each account fails in another way, and
     // \`heard\` is what \`onError\` was told.
     const heard = [];
     const wordsOf = (error) =>
       error instanceof Error ? [error.message, JSON.stringify({ ...error }), wordsOf(error.cause)].join() : JSON.stringify(error) ?? "";
     const failing = (reason) => ({ ...accounts["kf-at"], fetch: () => Promise.reject(reason) });
     const magalu = (tokenStore) => ({ ...${JSON.stringify(magalu)}, tokenStore });
     const store = (more) => ({ load: async () => null, save: async () => {}, ...more });
     const rejects = (words) => () => Promise.reject(new Error(words));
     const leaky = {
       error: failing(new Error("connect ECONNREFUSED 10.1.2.3:443 canary-error")),
       cause: failing(new TypeError("canary-outer", { cause: new Error("connect ECONNREFUSED 10.1.2.3:443 canary-inner") })),
       text: failing("10.1.2.3 canary-text"),
       tokens: magalu(store()),
       load: magalu(store({ load: rejects("canary-load") })),
       save: magalu(store({ save: rejects("canary-save") })),
       lock: magalu(store({ withLock: rejects("canary-lock") })),
     };
     const thrown = { password: "canary-thrown", toString: () => "canary-string" };
     // A visitor with a cookie of the account's name and its secret is signed in.
     const authorize = async (request, account) => {
       const [, name, secret = ""] = /(?:^|; )session=([^.;]*)\\.([^;]*)/.exec(request.headers.get("cookie") ?? "") ?? [];
       return name === account && (await sameSecret(secret, "let me in")) ? { caller: "u-" + name } : false;
     };
     const asked = new Map();
     const gateways = {
       api: createGateway({ ...common, basePath: "/api", authorize, allowedOrigins: ["${DASHBOARD}"], maxBodyBytes: 100_000, bodyTimeoutMs: 1_500 }),
       open: createGateway({ ...common, basePath: "/open" }),
       refusing: createGateway({ ...common, basePath: "/refusing", authorize: () => false }),
       truthy: createGateway({ ...common, basePath: "/truthy", authorize: () => "true" }),
       throwing: createGateway({ ...common, basePath: "/throwing", authorize: () => { throw new Error("the session store is down"); } }),
       limited: createGateway({ ...common, basePath: "/limited", authorize, limit: (_request, _account, { caller }) => {
         asked.set(caller, (asked.get(caller) ?? 0) + 1);
         return asked.get(caller) <= 2 || { retryAfterMs: 60_000 };
       } }),
       leaky: createGateway({
         accounts: (name) => {
           if (name === "accounts") throw thrown;
           return leaky[name] ?? accounts[name];
         },
         classes: [Kaufland, Magalu],
         basePath: "/leaky",
         authorize: (_request, account) => {
           if (account === "authorize") throw thrown;
           return true;
         },
         onError: (error) => heard.push(wordsOf(error)),
       }),
     };
     export default {
       async fetch(request, env, ctx) {
         const [, first] = new URL(request.url).pathname.split("/");
         if (first === "errors") return Response.json(errors.splice(0));
         if (first === "heard") return Response.json(heard.splice(0));
         return gateways[first]?.fetch(request, env, ctx) ?? new Response("elsewhere", { status: 418 });
       },
     };`,
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await inner?.dispose();
  await loose?.dispose();
  await marketplace?.dispose();
});
beforeEach(async () => {
  seen.length = 0;
  reached.length = 0;
  await marketplace.clearLog();
  await fetch(`${worker.url}/errors`);
});

const makeNonce = () => randomBytes(16).toString("hex");
const SIGNED_IN = { cookie: "session=kf-de.let me in" };
const SIGNED_IN_AT = { cookie: "session=kf-at.let me in" };
const WRITE = () => ({ ...SIGNED_IN, "content-type": "application/json", "x-seller-tickets-nonce": makeNonce() });

const forwarded = async () => (await marketplace.log()).map(({ method, path }) => `${method} ${path}`);

/**
 * Sends exactly these bytes and reads until the other side ends; what came, and whether the
 * connection was closed within the time.
 */
function raw(bytes, ms = 4000) {
  const { hostname, port } = new URL(worker.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    const finish = (closed) => {
      clearTimeout(timer);
      socket.destroy();
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ text, status, closed, answers: text.split(/^HTTP\/1\.1 /m).length - 1 });
    };
    const timer = setTimeout(() => finish(false), ms);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      // workerd keeps the connection although it was asked to close it.
      if (bytes.includes("connection: close") && isWhole(text)) finish(true);
    });
    socket.on("error", () => finish(true));
    socket.on("close", () => finish(true));
    socket.write(bytes);
  });
}

function isWhole(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /^content-length: (\d+)\r$/im.exec(text.slice(0, end + 2))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length);
  return /^HTTP\/1\.1 204/.test(text) || text.endsWith("0\r\n\r\n");
}

function request(method, path, headers = {}, body = "") {
  const lines = Object.entries({ host: new URL(worker.url).host, connection: "close", ...headers });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

async function refused(response, status, code) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("x-seller-tickets-origin"), "gateway");
  const { error } = await response.json();
  assert.deepEqual([error.code, error.origin], [code, "gateway"]);
  return error;
}

describe("who may call", () => {
  test("without `authorize`, with one that refuses, throws, or says something like yes: nobody", async () => {
    for (const [gateway, status, code] of [
      ["open", 403, "no_authorize"],
      ["refusing", 404, "not_authorized"],
      ["truthy", 404, "not_authorized"],
      ["throwing", 404, "not_authorized"],
    ]) {
      for (const [method, path] of [
        ["GET", "/tickets"],
        ["POST", `/tickets/${TICKET}/messages`],
        ["GET", `/files?uri=${encodeURIComponent(`${inner.url}/x`)}`],
      ]) {
        const init = {
          method,
          headers: method === "GET" ? {} : WRITE(),
          ...(method === "GET" ? {} : { body: JSON_BODY }),
        };
        const error = await refused(await fetch(`${worker.url}/${gateway}/kf-de${path}`, init), status, code);
        assert.ok(!JSON.stringify(error).includes("session store"));
      }
    }
    assert.deepEqual(await forwarded(), []);
    assert.deepEqual(reached, []);
    const told = await (await fetch(`${worker.url}/errors`)).json();
    assert.ok(told.includes("the session store is down") && told.some((message) => /no `authorize`/.test(message)));
  });

  test("an account's name that is not the caller's answers like one that does not exist, however it is spelled", async () => {
    const shape = (text) => text.replace(/^date:.*\r\n/gim, "");
    const nobody = shape((await raw(request("GET", "/api/nobody/tickets", SIGNED_IN))).text);
    assert.match(nobody, /^HTTP\/1\.1 404/);
    for (const name of [
      "kf-at",
      "KF-DE",
      "kf%2Dat",
      "kf-de%00",
      "kf-de%20",
      "kf-de.",
      "kf-de%2Fkf-at",
      "kf-de%5C..%5Ckf-at",
      "kf-at%3Fx",
      "kf%E2%80%90de",
      "%E1%B4%8Bf-de",
      "kf-de,kf-at",
      "*",
      "__proto__",
      "constructor",
      "%5f%5fproto%5f%5f",
      "0",
      "undefined",
    ]) {
      const { text } = await raw(request("GET", `/api/${name}/tickets`, SIGNED_IN));
      assert.equal(shape(text), nobody, name);
    }
    // These are other places altogether.
    for (const path of [
      "/api/%ff/tickets",
      "/api//tickets",
      "/api/kf-de/../kf-at/tickets",
      "/api/kf-de/%2e%2e/kf-at/tickets",
      "/api/./kf-at/tickets",
    ]) {
      const { status } = await raw(request("GET", path, SIGNED_IN));
      assert.equal(status, 404, path);
    }
    assert.deepEqual(await forwarded(), []);
    assert.deepEqual(seen, []);
    assert.equal((await fetch(`${worker.url}/api/kf%2Dde/tickets`, { headers: SIGNED_IN })).status, 200);
  });

  test("a limit counts for each caller", async () => {
    loosely.answer = (_request, response) => response.writeHead(404, { "content-type": "application/json" }).end("{}");
    const statuses = async (account, headers) => {
      const all = [];
      for (let call = 0; call < 4; call += 1) {
        const response = await fetch(`${worker.url}/limited/${account}/tickets`, { headers });
        all.push([response.status, response.headers.get("retry-after")]);
        await response.body?.cancel();
      }
      return all;
    };
    assert.deepEqual(await statuses("kf-de", SIGNED_IN), [
      [200, null],
      [200, null],
      [429, "60"],
      [429, "60"],
    ]);
    assert.deepEqual(await statuses("kf-at", SIGNED_IN_AT), [
      [404, null],
      [404, null],
      [429, "60"],
      [429, "60"],
    ]);
    assert.equal((await forwarded()).length, 2);
  });
});

describe("from where", () => {
  test("a page of another origin neither reads nor writes, with or without a preflight", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      "http://dashboard.example",
      "https://dashboard.example:8443",
      "https://dashboard.example.evil.example",
      "https://sub.dashboard.example",
      "https://DASHBOARD.example",
      "https://dashboard.example/",
      "https://dashboard.example, https://evil.example",
      "file://",
    ]) {
      for (const [method, path, headers, body] of [
        ["GET", "/api/kf-de/tickets", SIGNED_IN, ""],
        ["POST", MESSAGES, { ...WRITE(), "content-length": JSON_BODY.length }, JSON_BODY],
        [
          "OPTIONS",
          MESSAGES,
          { "access-control-request-method": "POST", "access-control-request-headers": "x-seller-tickets-nonce" },
          "",
        ],
      ]) {
        const answer = await raw(request(method, path, { ...headers, origin }, body));
        assert.equal(answer.status, 403, `${method} from ${origin}`);
        assert.ok(!/^access-control-/im.test(answer.text), origin);
      }
    }
    assert.deepEqual(await forwarded(), []);
  });

  test("its own origin, a listed one, and a program without any go through", async () => {
    for (const origin of [undefined, worker.url, DASHBOARD]) {
      const headers = { ...SIGNED_IN, ...(origin === undefined ? {} : { origin }) };
      const response = await fetch(`${worker.url}/api/kf-de/tickets?limit=1`, { headers });
      assert.equal(response.status, 200, String(origin));
      const allowed = response.headers.get("access-control-allow-origin");
      assert.equal(allowed, origin === DASHBOARD ? DASHBOARD : null);
      assert.match(response.headers.get("vary"), /origin/);
      await response.body.cancel();
    }
  });

  test("what a form can send without a preflight is refused, even without an Origin", async () => {
    const boundary = "----b";
    const form = `--${boundary}\r\ncontent-disposition: form-data; name="text"\r\n\r\nHallo\r\n--${boundary}--\r\n`;
    for (const [type, body] of [
      ["text/plain", JSON_BODY],
      ["text/plain;charset=UTF-8", '{"text":"Hallo","x":"="}'],
      ["application/x-www-form-urlencoded", "text=Hallo"],
      [`multipart/form-data; boundary=${boundary}`, form],
      [undefined, JSON_BODY],
      ["application/json", JSON_BODY],
      ["text/plain, application/json", JSON_BODY],
      ["application/json; text/plain", JSON_BODY],
    ]) {
      const headers = {
        ...SIGNED_IN,
        ...(type === undefined ? {} : { "content-type": type }),
        "content-length": body.length,
      };
      const { status } = await raw(request("POST", MESSAGES, headers, body));
      assert.equal(status, 400, String(type));
    }
    // Without a body there is no type to tell it by.
    const bare = await raw(request("POST", MESSAGES, { ...SIGNED_IN, "content-length": "0" }));
    assert.equal(bare.status, 400);
    // A method in a field of a form, or in a header, is none.
    for (const name of ["x-http-method-override", "x-method-override", "x-http-method"]) {
      await raw(request("GET", `/api/kf-de/tickets/${TICKET}/close?_method=PATCH`, { ...SIGNED_IN, [name]: "PATCH" }));
    }
    assert.deepEqual(await forwarded(), []);
  });
});

describe("what is reached", () => {
  test("no path and no method but those of ticket endpoints, in any spelling", async () => {
    const spellings = [
      "/orders",
      "/orders/1",
      "/tickets/../orders",
      "/tickets/%2e%2e/orders",
      "/tickets/%2E%2E/orders",
      "/tickets/.%2e/orders",
      "/tickets/..%2forders",
      "/tickets/..%5corders",
      "/tickets/..\\orders",
      "/tickets/%252e%252e/orders",
      "/tickets/..;/orders",
      "/tickets;/../orders",
      "//orders",
      "/./orders",
      "/%6frders",
      "/tickets/1/../../orders",
      "/tickets/1%2f..%2f..%2forders",
      "/tickets/1%00/messages",
      "/tickets/1%0d%0aX:1/messages",
      "/tickets/%c0%ae%c0%ae/orders",
      "/tickets/%ff",
      "/tickets/%",
      "/tickets/.",
      "/tickets/..",
      "/TICKETS",
      "/tickets/",
      "/v2/orders",
      "/tickets#/../orders",
      "/tickets/1/close/",
      "/@evil.example/tickets",
      "/http://evil.example/tickets",
      "/tickets?/../orders&x=%zz",
    ];
    assert.ok(spellings.length >= 20);
    for (const path of spellings) {
      const { status } = await raw(request("GET", `/api/kf-de${path}`, SIGNED_IN));
      const sent = await forwarded();
      // One that a URL's parser makes into a ticket endpoint is one; nothing else goes through.
      for (const line of sent)
        assert.match(line, /^GET \/kaufland\/v2\/tickets(\/[^/?]+)?(\?|$)/, `${path} became ${line}`);
      assert.ok(sent.length > 0 || [400, 404, 418].includes(status), `${path} answered ${status}`);
      await marketplace.clearLog();
    }
    for (const [method, path] of [
      ["DELETE", `/tickets/${TICKET}`],
      ["PUT", `/tickets/${TICKET}/close`],
      ["POST", `/tickets/${TICKET}/close`],
      ["GET", `/tickets/${TICKET}/close`],
      ["HEAD", "/tickets"],
      ["PATCH", "/tickets"],
      ["TRACE", "/tickets"],
      ["CONNECT", "/tickets"],
      ["PROPFIND", "/tickets"],
      ["patch", `/tickets/${TICKET}/close`],
      ["get", "/tickets"],
      ["OPTIONS", "/tickets"],
    ]) {
      const { status } = await raw(request(method, `/api/kf-de${path}`, { ...WRITE(), "content-length": "0" }), 1500);
      assert.ok(status !== 200, `${method} ${path} answered ${status}`);
    }
    assert.deepEqual(await forwarded(), []);
    // An absolute target names no other server.
    const absolute = await raw(request("GET", `${inner.url}/api/kf-de/tickets`, SIGNED_IN));
    assert.deepEqual(reached, [], absolute.text);
  });

  test("nothing is smuggled in headers or behind a body", async () => {
    const smuggled = request("GET", "/api/kf-de/tickets?smuggled=1", SIGNED_IN);
    const keep = { ...WRITE(), connection: "keep-alive" };
    for (const [name, bytes] of [
      [
        "both lengths",
        request(
          "POST",
          MESSAGES,
          { ...keep, "content-length": "4", "transfer-encoding": "chunked" },
          `0\r\n\r\n${smuggled}`,
        ),
      ],
      [
        "both lengths, turned",
        request(
          "POST",
          MESSAGES,
          { ...keep, "transfer-encoding": "chunked", "content-length": `${5 + smuggled.length}` },
          `0\r\n\r\n${smuggled}`,
        ),
      ],
      [
        "an obscured encoding",
        request(
          "POST",
          MESSAGES,
          { ...keep, "content-length": "4", "transfer-encoding": " xchunked" },
          `0\r\n\r\n${smuggled}`,
        ),
      ],
      [
        "an encoding in tabs",
        request(
          "POST",
          MESSAGES,
          { ...keep, "content-length": "4", "transfer-encoding": "\tchunked\t" },
          `0\r\n\r\n${smuggled}`,
        ),
      ],
      [
        "two lengths",
        request("POST", MESSAGES, keep, "").replace(
          "\r\n\r\n",
          `\r\ncontent-length: 0\r\ncontent-length: ${smuggled.length}\r\n\r\n`,
        ) + smuggled,
      ],
      ["a signed length", request("POST", MESSAGES, { ...keep, "content-length": "+0" }, smuggled)],
      ["a length in hex", request("POST", MESSAGES, { ...keep, "content-length": "0x0" }, smuggled)],
      [
        "a blank before the colon",
        request("POST", MESSAGES, keep, "").replace("\r\n\r\n", `\r\ncontent-length : ${smuggled.length}\r\n\r\n`) +
          smuggled,
      ],
      [
        "a folded line",
        request("POST", MESSAGES, keep, "").replace(
          "\r\n\r\n",
          `\r\nx: a\r\n content-length: ${smuggled.length}\r\ncontent-length: 0\r\n\r\n`,
        ) + smuggled,
      ],
    ]) {
      await raw(bytes, 700);
      const sent = await marketplace.log();
      // Where both lengths are given the server goes by the chunks, as the standard says, and what
      // follows is a request of its own with its own cookie. No byte of it gets into another one.
      for (const { method, path, body_size: size } of sent) {
        const line = `${method} ${path.split("?")[0]} ${size}`;
        const own = [`POST /kaufland/v2/tickets/${TICKET}/messages 0`, "GET /kaufland/v2/tickets 0"];
        assert.ok(own.includes(line), `${name}: ${line}`);
      }
      await marketplace.clearLog();
    }

    loosely.answer = (_request, response) => response.writeHead(200, { "content-type": "application/json" }).end("{}");
    const own = {
      "shop-client-key": "mine",
      "shop-signature": "mine",
      "shop-timestamp": "1",
      "shop-partner-client-key": "mine",
      authorization: "Bearer mine",
      "proxy-authorization": "Basic bWluZQ==",
      "x-forwarded-for": "10.0.0.1",
      "x-forwarded-host": "evil.example",
      "x-original-url": "/orders",
      "x-rewrite-url": "/orders",
      forwarded: "for=10.0.0.1;host=evil.example",
      "user-agent": "mine",
      "x-custom": "mine",
      "accept-language": "mine",
      "if-none-match": "mine",
      range: "bytes=0-1",
      te: "trailers",
      expect: "100-continue",
      upgrade: "websocket",
      "content-encoding": "gzip",
    };
    await raw(request("GET", "/api/kf-at/tickets", { ...own, ...SIGNED_IN_AT, accept: "application/json" }));
    assert.equal(seen.length, 1);
    const [{ headers }] = seen;
    assert.equal(headers["shop-client-key"], marketplace.keys.clientKey);
    assert.match(headers["shop-signature"], /^[0-9a-f]{64}$/);
    const ours = [
      "cf-worker",
      "accept",
      "accept-encoding",
      "connection",
      "content-length",
      "host",
      "shop-client-key",
      "shop-signature",
      "shop-timestamp",
      "user-agent",
    ];
    assert.deepEqual(
      Object.keys(headers).filter((name) => !ours.includes(name)),
      [],
    );
    assert.ok(!JSON.stringify(headers).includes("mine"));
  });

  test("a body that is too large, endless, or lies about its length is not forwarded", async () => {
    const send = (headers, body, ms) => raw(request("POST", MESSAGES, { ...WRITE(), ...headers }, body), ms);
    const big = " ".repeat(100_001);
    assert.equal((await send({ "content-length": big.length }, big)).status, 413);
    const chunks = Array.from({ length: 30 }, () => `1000\r\n${" ".repeat(4096)}\r\n`).join("");
    assert.equal((await send({ "transfer-encoding": "chunked" }, `${chunks}0\r\n\r\n`)).status, 413);
    for (const [headers, body] of [
      [{ "content-length": "99999999999999999999" }, JSON_BODY],
      [{ "content-length": "-1" }, JSON_BODY],
      [{ "content-length": String(JSON_BODY.length + 10) }, JSON_BODY],
      [{ "transfer-encoding": "chunked" }, "zz\r\nHallo\r\n0\r\n\r\n"],
      [{ "transfer-encoding": "chunked" }, `ffffffffffffffff\r\n${JSON_BODY}\r\n0\r\n\r\n`],
      [{ "transfer-encoding": "chunked" }, `5\r\nHallo\r\n`],
    ]) {
      const { status } = await send(headers, body, 800);
      assert.ok(status === 0 || status >= 400, `${JSON.stringify(headers)} answered ${status}`);
    }
    assert.deepEqual(await forwarded(), []);
  });

  test("slow clients hold up nobody else, and end", async () => {
    const slow = Array.from({ length: 20 }, () =>
      raw(request("POST", MESSAGES, { ...WRITE(), "content-length": "1000" }, "{"), 8000),
    );
    const slowHeads = Array.from({ length: 20 }, () =>
      raw("GET /api/kf-de/tickets HTTP/1.1\r\nhost: x\r\nx-slow: ", 2500),
    );
    await sleep(100);
    const begun = Date.now();
    for (let call = 0; call < 10; call += 1) {
      const response = await fetch(`${worker.url}/api/kf-de/tickets?limit=1`, { headers: SIGNED_IN });
      assert.equal(response.status, 200);
      await response.body.cancel();
    }
    assert.ok(Date.now() - begun < 1400, `ten calls took ${Date.now() - begun} ms`);
    for (const { status, text } of await Promise.all(slow)) {
      assert.equal(status, 400);
      assert.match(text, /"code":"body_timeout"/);
    }
    await Promise.all(slowHeads);
    assert.ok((await forwarded()).every((line) => line.startsWith("GET")));
  });
});

describe("what comes back", () => {
  test("listed headers alone, whatever the marketplace sends", async () => {
    loosely.answer = (_request, response) =>
      response
        .writeHead(200, {
          "content-type": "text/html",
          "set-cookie": ["session=evil; Path=/", "__Host-session=evil"],
          server: "internal-1",
          via: "1.1 internal",
          "x-powered-by": "internal",
          "x-internal-token": "t",
          "x-amz-request-id": "1",
          "clear-site-data": '"*"',
          refresh: "0; url=https://evil.example",
          link: "<https://evil.example>; rel=preload",
          "content-security-policy": "default-src *",
          "access-control-allow-origin": "*",
          "access-control-allow-credentials": "true",
          "cache-control": "public, max-age=31536000",
          expires: "Thu, 01 Dec 2044 16:00:00 GMT",
          etag: '"1"',
          "last-modified": "Thu, 01 Dec 1994 16:00:00 GMT",
          age: "1",
          "www-authenticate": "Basic",
          "strict-transport-security": "max-age=0",
          "x-seller-tickets-sent": "no",
          "x-seller-tickets-origin": "gateway",
          "x-request-id": "r-1",
        })
        .end("<script>alert(1)</script>");
    const answer = await raw(request("GET", "/api/kf-at/tickets", { ...SIGNED_IN_AT, origin: DASHBOARD }));
    const [head] = answer.text.split("\r\n\r\n");
    const headers = head
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(":")[0].toLowerCase())
      .sort();
    assert.deepEqual(
      headers.filter((name) => !["content-length", "transfer-encoding", "connection"].includes(name)),
      [
        "access-control-allow-credentials",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "cache-control",
        "content-security-policy",
        "content-type",
        "cross-origin-resource-policy",
        "date",
        "referrer-policy",
        "vary",
        "x-content-type-options",
        "x-request-id",
        "x-seller-tickets-attempts",
        "x-seller-tickets-origin",
        "x-seller-tickets-sent",
      ],
    );
    assert.match(head, /access-control-allow-origin: https:\/\/dashboard\.example\r\n/i);
    assert.match(head, /cache-control: no-store\r\n/i);
    assert.match(head, /content-security-policy: default-src 'none'; sandbox/i);
    assert.match(head, /x-seller-tickets-origin: marketplace/i);
    assert.match(head, /x-seller-tickets-sent: yes/i);
  });

  test("a marketplace's body comes as it is, for a success and a refusal; that of a redirect, a file's refusal or tokens does not", async () => {
    const body = Buffer.concat([Buffer.from('{"message":"canary-body","x":"ä"}'), Buffer.from([0, 255, 13, 10])]);
    const answers = (status) => (_request, response) =>
      response.writeHead(status, { "content-type": "application/json", location: "/x" }).end(body);
    const ask = async (path, init) => {
      const response = await fetch(`${worker.url}${path}`, { redirect: "manual", ...init });
      return [response.status, Buffer.from(await response.arrayBuffer())];
    };
    const close = { method: "PATCH", headers: WRITE() };
    for (const status of [200, 201, 400, 401, 403, 404, 409, 422, 429, 500, 503]) {
      loosely.answer = answers(status);
      for (const init of [{}, { ...close, headers: WRITE() }]) {
        const path = init.method === undefined ? "/tickets" : `/tickets/${TICKET}/close`;
        assert.deepEqual(await ask(`/leaky/kf-at${path}`, init), [status, body]);
      }
    }
    for (const status of [300, 301, 302, 303, 304, 307, 308]) {
      loosely.answer = answers(status);
      const [answered, told] = await ask("/leaky/kf-at/tickets");
      assert.equal(answered, 502);
      assert.ok(!told.includes("canary"), told.toString());
    }
    const file = `/leaky/kf-at/files?uri=${encodeURIComponent(`${loose.url}/f`)}`;
    for (const status of [400, 403, 404, 500]) {
      loosely.answer = answers(status);
      assert.deepEqual(await ask(file), [status, Buffer.alloc(0)]);
    }
    loosely.answer = answers(200);
    assert.deepEqual(await ask(file), [200, body]);
    // The token endpoint's answers are none of the page's, whatever they are.
    const token = '{"access_token":7,"refresh_token":"canary-refresh","message":"canary-token"}';
    for (const status of [200, 400, 401, 403, 500]) {
      loosely.answer = (_request, response) =>
        response.writeHead(status, { "content-type": "application/json", "x-request-id": "canary-id" }).end(token);
      const response = await fetch(`${worker.url}/leaky/tokens/seller/v0/tickets/0a4f2a60-6b0e-4f2e-9f4c-0a2f0c9d1e11`);
      assert.ok(response.status >= 400);
      const told = [...response.headers].flat().join() + (await response.text());
      assert.ok(!told.includes("canary"), told);
    }
  });

  test("no byte of what a host, a store or a function of yours says of a failure; the operator hears it", async () => {
    const tokens = { access_token: "canary-access", refresh_token: "canary-refresh", expires_in: 7200 };
    loosely.answer = (_request, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(tokens));
    const close = `/tickets/${TICKET}/close`;
    const get = "/seller/v0/tickets/1";
    for (const [account, method, path, status, code, ...canaries] of [
      ["error", "GET", "/tickets", 502, "network", "canary-error"],
      ["error", "PATCH", close, 502, "network", "canary-error"],
      ["error", "GET", `/files?uri=${encodeURIComponent(`${loose.url}/f`)}`, 502, "network", "canary-error"],
      ["cause", "GET", "/tickets", 502, "network", "canary-outer", "canary-inner"],
      ["text", "PATCH", close, 502, "network", "canary-text"],
      ["load", "GET", get, 500, "tokens_not_loaded", "canary-load"],
      ["save", "GET", get, 500, "tokens_not_saved", "canary-save"],
      ["lock", "GET", get, 500, "tokens_not_locked", "canary-lock"],
      ["accounts", "GET", "/tickets", 500, "gateway_failed", "canary-thrown"],
      ["authorize", "PATCH", close, 404, "not_authorized", "canary-thrown"],
    ]) {
      const what = `${account} ${method} ${path}`;
      const { text, status: answered } = await raw(request(method, `/leaky/${account}${path}`, WRITE()));
      assert.equal(answered, status, `${what}: ${text}`);
      assert.match(text, new RegExp(`"code":"${code}"`), what);
      assert.doesNotMatch(text, /canary|10\.1\.2\.3|ECONN/i, what);
      const heard = await (await fetch(`${worker.url}/heard`)).text();
      for (const canary of canaries) assert.ok(heard.includes(canary), `${what}: the operator heard ${heard}`);
    }
  });

  test("of a redirect nothing is told: not where it leads, nor what came with it", async () => {
    const signed = "https://files.example/a?signature=canary-location";
    for (const [method, path] of [
      ["GET", "/tickets"],
      ["PATCH", `/tickets/${TICKET}/close`],
    ]) {
      loosely.answer = (_request, response) =>
        response
          .writeHead(302, "canary-status", {
            location: signed,
            "set-cookie": "session=canary-cookie",
            "x-internal": "canary-header",
            "content-type": "text/html",
          })
          .end(`<a href="${signed}">Found</a>`);
      const { text, status } = await raw(request(method, `/leaky/kf-at${path}`, WRITE()));
      assert.equal(status, 502, text);
      assert.match(text, /"code":"redirect"/);
      assert.doesNotMatch(text, /canary|files\.example/i);
      assert.match(await (await fetch(`${worker.url}/heard`)).text(), /canary-location/);
    }
  });

  test("a redirect of the marketplace is neither followed nor handed on", async () => {
    for (const status of [300, 301, 302, 303, 307, 308]) {
      for (const to of [
        `${inner.url}/x`,
        "https://evil.example/",
        "//evil.example/",
        "/v2/orders",
        "javascript:alert(1)",
      ]) {
        loosely.answer = (_request, response) => response.writeHead(status, { location: to }).end();
        const response = await fetch(`${worker.url}/api/kf-at/tickets`, { headers: SIGNED_IN_AT, redirect: "manual" });
        await refused(response, 502, "redirect");
        assert.equal(response.headers.get("location"), null);
      }
    }
    assert.deepEqual(reached, []);
    assert.ok(seen.every(({ url }) => url === "/v2/tickets"));
    // A `location` beside a success is cut to its path.
    for (const [to, path] of [
      ["https://evil.example/x?token=1#y", "/x"],
      ["//evil.example/a", "/a"],
      ["https://shop.example//evil.example/a", "/evil.example/a"],
      ["/\\evil.example/a", "/a"],
      ["javascript:alert(1)", null],
      ["data:text/html,x", null],
      ["https://[", null],
    ]) {
      loosely.answer = (_request, response) => response.writeHead(201, { location: to }).end("{}");
      const response = await fetch(`${worker.url}/api/kf-at/tickets`, { headers: SIGNED_IN_AT });
      const location = response.headers.get("location");
      assert.equal(location, path, to);
      await response.body?.cancel();
    }
  });

  test("no file is fetched from elsewhere, by name or by redirect", async () => {
    loosely.answer = (incoming, response) => {
      const to = new URL(incoming.url, loose.url).searchParams.get("to");
      if (to === null) response.writeHead(200, { "content-type": "text/html", "set-cookie": "a=1" }).end("<script>");
      else response.writeHead(302, { location: to }).end();
    };
    const file = (uri) =>
      fetch(`${worker.url}/api/kf-at/files?uri=${encodeURIComponent(uri)}`, {
        headers: SIGNED_IN_AT,
        redirect: "manual",
      });
    const { port } = loose;
    for (const uri of [
      `${inner.url}/x`,
      `http://localhost:${inner.port}/x`,
      `http://[::1]:${inner.port}/x`,
      `http://2130706433:${inner.port}/x`,
      `http://0x7f.1:${inner.port}/x`,
      `http://127.1:${inner.port}/x`,
      `http://127.0.0.1.nip.example:${inner.port}/x`,
      `http://127.0.0.1:${port}@127.0.0.1:${inner.port}/x`,
      `http://127.0.0.1:${inner.port}#@127.0.0.1:${port}/x`,
      `http://127.0.0.1:${inner.port}\\@127.0.0.1:${port}/x`,
      `https://127.0.0.1:${port}.evil.example/x`,
      "http://169.254.169.254/latest/meta-data",
      "http://metadata.google.internal/",
      "file:///etc/passwd",
      "data:text/html,<script>",
      "gopher://127.0.0.1/",
      "//127.0.0.1/x",
      "",
    ]) {
      await refused(await file(uri), 400, "file_host_not_allowed");
    }
    for (const to of [
      `${inner.url}/x`,
      `http://localhost:${inner.port}/x`,
      "http://169.254.169.254/",
      "file:///etc/passwd",
      "//evil.example/",
    ]) {
      await refused(await file(`${loose.url}/f?to=${encodeURIComponent(to)}`), 502, "redirect");
    }
    assert.deepEqual(reached, []);
    seen.length = 0;
    const good = await file(`${loose.url}/f`);
    assert.equal(good.status, 200);
    assert.equal(good.headers.get("content-disposition"), "attachment");
    assert.equal(good.headers.get("set-cookie"), null);
    assert.equal(good.headers.get("cache-control"), "no-store");
    assert.match(good.headers.get("content-security-policy"), /sandbox/);
    await good.body.cancel();
    for (const name of ["cookie", "authorization", "shop-client-key", "shop-signature"])
      assert.equal(seen[0].headers[name], undefined);
  });
});
