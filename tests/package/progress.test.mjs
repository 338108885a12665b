/**
 * What `onProgress` tells: in Chromium it is the truth of a slow line, and apart from it a call with
 * `onProgress` does and returns what a call without it does.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { kauflandTicket, launchChromium, makeProject, startScript } from "./lib.mjs";

const MIB = 1024 * 1024;
const LINE_BYTES_PER_S = 2_500_000;
const FLOOD_BYTES_PER_S = 32_000_000;
/** The most that a call takes of an answer. */
const CAP_BYTES = 32 * MIB;

const TOLD = { "x-seller-tickets-origin": "marketplace", "x-seller-tickets-sent": "yes" };
const CORS = {
  "access-control-allow-headers": "*, authorization",
  "access-control-expose-headers": "*",
  "access-control-allow-methods": "POST",
};

/** How much of the last long answer was taken. */
let poured = 0;

/** Announces `told` bytes, if any, and sends `size` as long as someone takes them. */
function pour(response, size, told) {
  poured = 0;
  response.writeHead(201, { ...TOLD, ...(told === undefined ? {} : { "content-length": told }) });
  const piece = Buffer.alloc(MIB, 32);
  let left = size;
  const go = () => {
    while (left > 0 && !response.destroyed) {
      left -= piece.length;
      poured += piece.length;
      if (!response.write(piece)) return response.once("drain", go);
    }
    if (!response.destroyed) response.end();
  };
  go();
}

/** The gateways of the test by their names, each with what it does once the body has come. */
const WAYS = {
  accepts: (response) => response.writeHead(201, { ...TOLD, "x-request-id": "r-1", "x-more": "a, b" }).end("{}"),
  refuses: (response) =>
    response
      .writeHead(422, { ...TOLD, "x-seller-tickets-sent": "no", "content-type": "application/json" })
      .end('{"message":"no","type":"bad"}'),
  fails: (response) => response.writeHead(503, { ...TOLD, "x-seller-tickets-sent": "maybe" }).end(),
  stranger: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>sign in"),
  odd: (response) => response.writeHead(999, TOLD).end("odd"),
  redirects: (response) => response.writeHead(307, { location: "/elsewhere" }).end(),
  sees_other: (response) => response.writeHead(303, { location: "/elsewhere" }).end(),
  floods: (response) => pour(response, Number.POSITIVE_INFINITY),
  announces_flood: (response) => pour(response, CAP_BYTES + 8 * MIB, CAP_BYTES + 8 * MIB),
  breaks: (response) => response.destroy(),
  breaks_answer: (response) => {
    // Without a type, Chromium looks at the first bytes before it says that there is an answer.
    response.writeHead(201, { ...TOLD, "content-type": "application/json", "content-length": "100" });
    response.write("{");
    setTimeout(() => response.destroy(), 30);
  },
  is_silent: () => {},
};

const SCRIPT = `
import * as api from "seller-tickets/kaufland";
globalThis.requests = 0;
const Own = globalThis.XMLHttpRequest;
globalThis.XMLHttpRequest = class extends Own {
  constructor() {
    super();
    globalThis.requests += 1;
  }
};
/** Makes one call and tells how it went. */
globalThis.play = async ({ gateway, size = 0, watched = true, prepared = false, abortAt, client = {}, options = {} }) => {
  const events = [];
  const stop = new AbortController();
  let aborted;
  const onProgress = (event) => {
    events.push({ ...event, at: Date.now() });
    if (aborted === undefined && event.phase === "sending" && event.loaded / event.total > abortAt) {
      aborted = Date.now();
      stop.abort();
    }
  };
  const given = client.keys === undefined ? { gateway } : { ...client.keys, baseUrl: gateway, dangerouslyAllowBrowser: true };
  if (client.fetch) given.fetch = (url, init) => fetch(url, init);
  const kaufland = new api.Kaufland({ ...given, headers: client.headers });
  const content = new Blob([new Uint8Array(size).fill(65)]);
  const file = prepared ? await api.encodeAttachment({ filename: "a.txt", content }) : { filename: "a.txt", content };
  const params = { text: "a", ...(size > 0 ? { ticket_message_files: [file] } : {}) };
  const before = globalThis.requests;
  const call = kaufland.createTicketMessage("001", params, {
    signal: stop.signal, maxRetries: 0, ...options, ...(watched ? { onProgress } : {}),
  });
  const out = await call.withResponse().then(
    ({ data, response, attempts, requestId }) => ({
      data: data ?? null, attempts, requestId, status: response.status, ok: response.ok, url: response.url,
      headers: [...response.headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name)),
    }),
    ({ kind, code, sent, status, attempts, message, origin, retryable, cause, name, headers }) => ({
      name, kind, code, sent, status, attempts, message, origin, retryable, cause: String(cause), headers: Object.keys(headers ?? {}).sort(),
    }),
  );
  const ended = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 150));
  return { out, events, aborted, ended, requests: globalThis.requests - before };
};
globalThis.ready = true;
`;

/** Answers itself in place of the network, or hands the request on. */
const WORKER = `
self.onfetch = (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname.startsWith("/worker_answers/")) {
    const headers = ${JSON.stringify(TOLD)};
    event.respondWith(event.request.arrayBuffer().then(() => new Response("{}", { status: 201, headers })));
  } else if (pathname.startsWith("/worker_hands_on/")) {
    event.respondWith(fetch(event.request));
  }
};
self.onactivate = (event) => event.waitUntil(self.clients.claim());
`;

let project;
let browser;
let page;
let line;
let server;
let other;
/** The requests that came, each with its bytes as they came. */
const came = [];
const problems = [];

async function serve(request, response, script) {
  const [, way = ""] = request.url.split("/");
  if (way === "")
    return response
      .writeHead(200, { "content-type": "text/html" })
      .end('<script type="module" src="/main.js"></script>');
  if (way === "main.js" || way === "worker.js") {
    const text = way === "main.js" ? script : WORKER;
    return response.writeHead(200, { "content-type": "text/javascript" }).end(text);
  }
  if (way === "favicon.ico") return response.writeHead(404).end();
  const { origin } = request.headers;
  for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
  if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
  if (request.method === "OPTIONS") return response.writeHead(204).end();
  const one = { way, method: request.method, headers: request.headers, parts: [], size: 0, steps: [] };
  came.push(one);
  request.on("close", () => {
    one.closed = Date.now();
  });
  try {
    for await (const part of request) {
      one.size += part.length;
      one.parts.push(part);
      one.steps.push([Date.now(), one.size]);
    }
  } catch {
    return response.destroy();
  }
  (WAYS[way] ?? WAYS.accepts)(response);
}

async function listen(script) {
  const made = createServer((request, response) => void serve(request, response, script));
  await new Promise((resolve) => made.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${made.address().port}`,
    dispose: () =>
      new Promise((resolve) => {
        made.close(resolve);
        made.closeAllConnections();
      }),
  };
}

/** Slows the page's line down, or ends that. */
const throttle = (uploadBytesPerS = -1, downloadBytesPerS = -1) =>
  line.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: downloadBytesPerS,
    uploadThroughput: uploadBytesPerS,
  });

const play = (what) => page.evaluate((given) => globalThis.play(given), what);

async function openPage() {
  page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(message.text());
  });
  line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.ready === true);
}

before(async () => {
  project = await makeProject();
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: project.folder },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  server = await listen(outputFiles[0].text);
  other = await listen("");
  browser = await launchChromium();
  await openPage();
  await page.context().addCookies([{ name: "session", value: "good", url: server.url }]);
});
after(async () => {
  await browser?.close();
  await other?.dispose();
  await server?.dispose();
  await project?.dispose();
});
afterEach(() => {
  came.length = 0;
  assert.deepEqual(problems.splice(0), []);
});

const phases = (events) => [...new Set(events.map(({ phase }) => phase))];
const shown = (events) => JSON.stringify(events.map(({ phase, loaded }) => [phase, loaded]));

describe("in a page", () => {
  test("8 MiB over a line of 2.5 MB/s: what is told is what has come", async () => {
    await throttle(LINE_BYTES_PER_S);
    const { out, events, requests } = await play({ gateway: "/accepts", size: 8 * MIB });
    await throttle();
    assert.deepEqual([out.status, out.attempts, requests], [201, 1, 1]);
    const [{ steps, size: total }] = came;
    assert.deepEqual(phases(events), ["encoding", "sending"]);
    assert.ok(
      events.every((event) => event.total === total && event.attempt === 1),
      shown(events),
    );
    const sending = events.filter(({ phase }) => phase === "sending");
    assert.equal(sending[0].loaded, undefined);
    const told = sending.slice(1);
    assert.ok(told.length > 20, `${told.length} events`);
    assert.deepEqual([told.at(-1).loaded, told[0].loaded < total / 10], [total, true]);
    // The browser hands the body to its network first.
    const began = steps[0][0];
    const off = told.map(({ loaded, at }) => {
      const here = steps.findLast(([time]) => time <= at)?.[1] ?? 0;
      const expected = Math.min((LINE_BYTES_PER_S * (at - began)) / 1000, total);
      return [loaded - here, loaded - expected].map((bytes) => bytes / total);
    });
    assert.ok(
      off.flat().every((share) => share <= 0.1),
      `ahead: ${off}`,
    );
    // An event is late when the page was busy.
    const close = off.filter((shares) => shares.every((share) => share >= -0.1));
    assert.ok(close.length >= off.length * 0.9, `behind: ${off}`);
  });

  test("a cancelled upload stops at once", async () => {
    await throttle(LINE_BYTES_PER_S);
    for (const options of [{ abortAt: 0.3 }, { options: { timeoutMs: 1200 } }, { options: { totalTimeoutMs: 1200 } }]) {
      const { out, events, aborted, ended } = await play({ gateway: "/accepts", size: 8 * MIB, ...options });
      const isAbort = aborted !== undefined;
      assert.deepEqual([out.kind, out.sent, out.attempts], [isAbort ? "aborted" : "timeout", "maybe", 1]);
      if (isAbort) assert.ok(ended - aborted < 100, `${ended - aborted} ms`);
      const [one] = came.splice(0);
      while (one.closed === undefined) await sleep(10);
      assert.ok(one.closed - ended < 500, `closed after ${one.closed - ended} ms`);
      assert.ok(one.size < (8 * MIB) / 2, `${one.size} bytes came`);
      assert.ok(
        events.every(({ at }) => at <= ended),
        "told after the end",
      );
    }
    await throttle();
  });

  /** What is the same whether a call is watched or not. */
  async function twice(what) {
    const both = [];
    for (const watched of [false, true]) {
      const { out, events, requests } = await play({ ...what, watched });
      const seen = came.splice(0).map(({ way, method, headers, parts }) => {
        const { "x-seller-tickets-nonce": nonce, ...rest } = headers;
        assert.ok(way === "elsewhere" || typeof nonce === "string");
        return { way, method, headers: rest, body: Buffer.concat(parts) };
      });
      both.push({ out, events, requests, seen });
    }
    const [plain, watched] = both;
    assert.deepEqual([plain.requests, plain.events.length, watched.requests], [0, 0, 1]);
    return both;
  }

  const EXPECTED = {
    accepts: { status: 201, data: null, requestId: "r-1" },
    refuses: { kind: "conflict", sent: "no", status: 422 },
    fails: { kind: "server", sent: "maybe", status: 503 },
    stranger: { kind: "decode", code: "not_a_gateway", sent: "maybe" },
    odd: { status: 999 },
    redirects: { kind: "rejected", code: "redirect", sent: "maybe", status: 0 },
    sees_other: { kind: "rejected", code: "redirect", sent: "maybe", status: 0 },
    floods: { kind: "network", sent: "yes", status: 201 },
    announces_flood: { kind: "network", sent: "yes", status: 201 },
    breaks: { kind: "network", sent: "maybe" },
    breaks_answer: { kind: "network", sent: "yes", status: 201 },
    is_silent: { kind: "timeout", sent: "maybe" },
  };
  for (const way of Object.keys(WAYS)) {
    test(`a gateway that ${way}: the same as without \`onProgress\``, async () => {
      const options = { timeoutMs: way === "is_silent" ? 400 : 20_000 };
      const client = { headers: { "x-own": "mine", authorization: "Bearer good", referer: "dropped" } };
      // The browser tells now and then how much has come, and only that can end a flood.
      if (way === "floods") await throttle(-1, FLOOD_BYTES_PER_S);
      const [plain, watched] = await twice({ gateway: `/${way}`, size: 300_000, options, client });
      if (way === "floods") await throttle();
      for (const [name, value] of Object.entries(EXPECTED[way])) assert.equal(plain.out[name], value, name);
      assert.deepEqual(watched.out, plain.out);
      // Beyond the cap comes what buffers hold, and what comes until the browser tells.
      if (/flood/.test(way)) assert.ok(poured < 2 * CAP_BYTES, `${poured} bytes were taken`);
      const [own] = watched.seen;
      assert.deepEqual([own.headers.cookie, own.headers["x-own"]], ["session=good", "mine"]);
      // Only a redirect cannot be kept from being followed.
      assert.deepEqual(watched.seen.slice(0, 1), plain.seen);
      assert.deepEqual(
        watched.seen.slice(1).map((one) => one.way),
        /redirects|sees_other/.test(way) ? ["elsewhere"] : [],
      );
      assert.ok(watched.events.every(({ attempt, total }) => attempt === 1 && total === own.body.length));
    });
  }

  test("a gateway of another origin, with and without an answer", async () => {
    const there = await twice({
      gateway: `${other.url}/accepts`,
      size: 300_000,
      client: { headers: { "x-own": "mine" } },
    });
    assert.deepEqual(there[1].out, there[0].out);
    assert.deepEqual(there[1].seen, there[0].seen);
    assert.deepEqual([there[1].out.status, there[1].seen[0].headers.cookie], [201, undefined]);
    const away = await twice({ gateway: "http://127.0.0.1:9", size: 300_000 });
    assert.deepEqual(away[1].out, away[0].out);
    assert.deepEqual([away[1].out.kind, away[1].out.sent], ["network", "maybe"]);
  });

  test("where the browser cannot tell, nothing is claimed", async () => {
    const plain = { gateway: "/accepts", size: 300_000 };
    const keys = { clientKey: "a", secretKey: "b", userAgent: "c" };
    const ways = {
      "a text alone": { gateway: "/accepts" },
      "a `fetch` of the caller's": { ...plain, client: { fetch: true } },
      "keys in the page": { ...plain, gateway: `${server.url}/accepts`, client: { keys } },
    };
    for (const [name, what] of Object.entries(ways)) {
      const { out, events, requests } = await play(what);
      assert.deepEqual([out.status, requests], [201, 0], name);
      const sending = events.filter(({ phase }) => phase === "sending");
      assert.deepEqual(
        sending.map(({ loaded, attempt }) => [loaded, attempt]),
        [[undefined, 1]],
        name,
      );
    }
  });

  test("a file that was encoded before is watched, too", async () => {
    const { out, events, requests } = await play({ gateway: "/accepts", size: 300_000, prepared: true });
    assert.deepEqual([out.status, requests, phases(events)], [201, 1, ["sending"]]);
    assert.equal(events.at(-1).loaded, events[0].total);
  });

  test("a service worker in between: no figure that is not true", async () => {
    await page.evaluate(async () => {
      await navigator.serviceWorker.register("/worker.js");
      await navigator.serviceWorker.ready;
      while (navigator.serviceWorker.controller === null) await new Promise((resolve) => setTimeout(resolve, 10));
    });
    await throttle(LINE_BYTES_PER_S);
    for (const way of ["worker_answers", "worker_hands_on"]) {
      const { out, events, requests } = await play({ gateway: `/${way}`, size: 3 * MIB });
      assert.deepEqual([out.status, requests], [201, 1], way);
      const figures = events.filter(({ phase, loaded }) => phase === "sending" && loaded !== undefined);
      assert.deepEqual(figures, [], way);
    }
    await throttle();
    await page.evaluate(async () => {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    });
  });
});

describe("in Node", () => {
  let script;
  let api;
  before(async () => {
    script = await startScript([{ status: 201 }]);
    api = await project.load("/kaufland");
  });
  after(() => script?.dispose());
  afterEach(() => {
    script.seen.length = 0;
  });

  const KEYS = { clientKey: "a", secretKey: "b", userAgent: "c" };
  const make = (options) => new api.Kaufland({ ...KEYS, baseUrl: script.baseUrl, settleMs: 4, ...options });
  const thread = { body: { data: { ...kauflandTicket("0017"), messages: [] } } };
  const message = (size) => ({
    text: "a",
    ticket_message_files: [{ filename: "a.txt", content: new Blob([new Uint8Array(size).fill(65)]) }],
  });
  async function told(size, options = {}, client = {}) {
    const events = [];
    const onProgress = (event) => events.push(event);
    const out = make(client).createTicketMessage("0017", message(size), { onProgress, ...options });
    const error = await out.then(
      () => undefined,
      (reason) => reason,
    );
    return { events, error };
  }

  test("a large body: what the host took, by that name, and anew for each attempt", async () => {
    script.play(thread, { status: 429 }, thread, thread, { status: 201 });
    const { events, error } = await told(6_000_000, { ensure: "once" });
    assert.equal(error, undefined);
    const bodies = script.seen.filter(({ method }) => method === "POST").map(({ body }) => body.length);
    assert.deepEqual(bodies, [bodies[0], bodies[0]]);
    assert.ok(events.every(({ total }) => total === bodies[0]));
    // Nothing is known of the wire, so nothing is claimed.
    assert.deepEqual(phases(events), ["encoding", "taken"]);
    for (const attempt of [1, 2]) {
      const own = events.filter((event) => event.phase === "taken" && event.attempt === attempt);
      const loaded = own.map((event) => event.loaded);
      assert.deepEqual([loaded[0], loaded.at(-1)], [0, bodies[0]]);
      assert.deepEqual(
        loaded,
        [...new Set(loaded)].sort((a, b) => a - b),
      );
      assert.ok(loaded.length > 10 && own.some(({ file }) => file === "a.txt"));
    }
    const attempts = events.map(({ attempt }) => attempt);
    assert.deepEqual(attempts, [...attempts].sort());
  });

  test("a body in one piece: no figure, and no stream for its sake", async () => {
    script.play({ status: 201 });
    const bodies = [];
    const { events } = await told(1_000_000);
    const sending = events.filter(({ phase }) => phase === "sending");
    assert.deepEqual(
      [phases(events), sending],
      [["encoding", "sending"], [{ phase: "sending", total: script.seen[0].body.length, attempt: 1 }]],
    );
    const watched = {
      fetch: (url, init) => {
        bodies.push(init.body);
        return fetch(url, init);
      },
    };
    await told(6_000_000, {}, watched);
    assert.ok(bodies[0] instanceof Uint8Array);
  });

  test("a `fetch` of the caller's may tell, and nothing that it tells leads astray", async () => {
    script.play({ status: 201 });
    let late;
    /** A `fetch` that reports these figures of a body. */
    const fetchWith = (figuresOf) => async (url, init) => {
      late = init.onUploadProgress;
      for (const figures of figuresOf(init.body.length)) init.onUploadProgress(...figures);
      return fetch(url, init);
    };
    const sent = ({ events }) => events.filter(({ phase }) => phase === "sending").map(({ loaded }) => loaded);
    const tell = (figuresOf) => told(300_000, {}, { fetch: fetchWith(figuresOf) });

    const honest = await tell((size) => [10, 100, size].map((at) => [at, size]));
    const [{ total }] = honest.events;
    assert.deepEqual(sent(honest), [undefined, 10, 100, total]);
    const ended = await tell((size) => [[10, size]]);
    late(total, total);
    assert.deepEqual(sent(ended), [undefined, 10], "told after the end");

    // Counted in another unit, backwards, beyond the end, and not at all.
    const other = await tell(() => [1, 2, 2, 1, 4, 9].map((at) => [at, 4]));
    assert.deepEqual(sent(other), [undefined, Math.floor(total / 4), Math.floor(total / 2), total]);
    const odd = [
      [],
      [Number.NaN, total],
      [5, 0],
      [5, -1],
      ["5", "9"],
      [{ loaded: 5 }, total],
      [-5, total],
      [5n, 9n],
      [Number.POSITIVE_INFINITY, total],
      [0, total],
    ];
    const astray = await tell(() => odd);
    assert.deepEqual([sent(astray), astray.error], [[undefined], undefined]);

    let isAsked = false;
    const plain = (url, init) => {
      isAsked ||= "onUploadProgress" in init;
      return fetch(url, init);
    };
    await make({ fetch: plain }).createTicketMessage("0017", message(5));
    assert.equal(isAsked, false);
  });

  test("a stream's `fetch` that tells what was sent makes it needless to tell what was taken", async () => {
    script.play({ status: 201 });
    const tells = async (url, init) => {
      init.onUploadProgress(1000, 8_000_136);
      return fetch(url, init);
    };
    const { events, error } = await told(6_000_000, {}, { fetch: tells, streams: true });
    assert.equal(error, undefined);
    const sending = events.filter(({ phase }) => phase !== "encoding").map(({ phase, loaded }) => [phase, loaded]);
    assert.deepEqual(sending.slice(-1)[0][0], "sending");
    assert.deepEqual(
      sending.filter(([phase]) => phase === "taken"),
      [["taken", 0]],
    );
  });
});
