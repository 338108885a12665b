/**
 * A client in a page: its module is compiled beside the page's other work, and whatever is asked
 * before that is answered at once.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { measureClient } from "../../benches/support/client.mjs";
import { launchChromium, makeProject, startServer } from "./lib.mjs";

const SCRIPT = `
import * as api from "seller-tickets/kaufland";
const rejected = [];
addEventListener("unhandledrejection", ({ reason }) => rejected.push(String(reason)));
const shown = (error) => ({
  isOurs: error instanceof api.TicketError, kind: error.kind, code: error.code, sent: error.sent,
  message: error.message, cause: String(error.cause), fields: error.violations?.map(({ field }) => field),
});
globalThis.ask = async (work) => {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: shown(error) };
  }
};
const { compile, Module } = WebAssembly;
globalThis.compiled = { beside: 0, atOnce: 0 };
WebAssembly.compile = (...args) => {
  globalThis.compiled.beside += 1;
  return (globalThis.compileWith ?? compile.bind(WebAssembly))(...args);
};
WebAssembly.Module = new Proxy(Module, {
  construct: (...args) => {
    globalThis.compiled.atOnce += 1;
    return Reflect.construct(...args);
  },
});
globalThis.make = (options) => new api.Kaufland({ gateway: "/api/accounts/kf-de", ...options });
globalThis.api = api;
globalThis.rest = () => new Promise((resolve) => setTimeout(resolve, 300));
globalThis.rejected = rejected;
globalThis.ready = true;
`;

let project;
let server;
let browser;

before(async () => {
  project = await makeProject();
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: project.folder },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  server = await startServer((request, response) => {
    const { pathname, search } = new URL(request.url, "http://page");
    if (pathname === "/main.js")
      return response.writeHead(200, { "content-type": "text/javascript" }).end(outputFiles[0].text);
    if (pathname !== "/") {
      response.writeHead(200, { "content-type": "application/json", "x-seller-tickets-origin": "marketplace" });
      return response.end('{"data":[]}');
    }
    const policy = `default-src 'none'; script-src 'self'${search === "?strict" ? "" : " 'wasm-unsafe-eval'"}; connect-src 'self'`;
    response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy });
    response.end('<!doctype html><script type="module" src="/main.js"></script>');
  });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await server?.dispose();
  await project?.dispose();
});

/** Runs a function in a fresh page, which must leave no rejection without a handler. */
async function inPage(work, { path = "/", given } = {}) {
  const page = await browser.newPage();
  try {
    await page.goto(`${server.url}${path}`);
    await page.waitForFunction("globalThis.ready === true");
    const out = await page.evaluate(work, given);
    assert.deepEqual(await page.evaluate("globalThis.rest().then(() => globalThis.rejected)"), []);
    return out;
  } finally {
    await page.close();
  }
}

test("a client and its first call compile nothing at once", async () => {
  const out = await inPage(async () => {
    const kaufland = globalThis.make();
    const atOnce = { ...globalThis.compiled };
    const { data } = await kaufland.listTickets();
    // Further clients of the entry share the module.
    await globalThis.make().listTickets();
    return { atOnce, data, compiled: globalThis.compiled };
  });
  assert.deepEqual(out, {
    atOnce: { beside: 0, atOnce: 0 },
    data: [],
    compiled: { beside: 1, atOnce: 0 },
  });
});

test("what is asked before that is answered at once, and what is asked meanwhile waits", async () => {
  const out = await inPage(async () => {
    const kaufland = globalThis.make();
    const good = kaufland.validate("closeTicket", "00110123123");
    const untouched = { ...globalThis.compiled };
    const broken = kaufland.validate("createTicketMessage", "x", { text: "" }).map(({ field }) => field);
    const { data } = await kaufland.listTickets();
    await globalThis.rest();
    return { good, untouched, broken, data, compiled: globalThis.compiled };
  });
  assert.deepEqual([out.good, out.untouched.atOnce, out.broken, out.data], [[], 0, ["id_ticket", "text"], []]);
  assert.deepEqual(out.compiled, { beside: 0, atOnce: 1 });

  const waits = await inPage(async () => {
    const kaufland = globalThis.make();
    const bytes = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x2d]);
    const all = await Promise.all([
      kaufland.listTickets().then(({ data }) => data.length),
      kaufland.decode("listTickets", Response.json({ data: [] })).then(({ data }) => data.length),
      kaufland.validateFiles("createTicketMessage", "0011", {
        text: "a",
        ticket_message_files: [new File([bytes], "a.png")],
      }),
      globalThis.api.fileToBase64(new Blob(["abc"])),
      kaufland.request("getTicket", "0011").then(({ url }) => new URL(url).pathname),
    ]);
    return { all, compiled: globalThis.compiled };
  });
  const [tickets, decoded, violations, text, path] = waits.all;
  assert.deepEqual([tickets, decoded, text, path], [0, 0, "YWJj", "/api/accounts/kf-de/tickets/0011"]);
  assert.equal(violations.length, 1);
  assert.deepEqual(waits.compiled, { beside: 1, atOnce: 0 });
});

test("wrong settings are refused by the constructor, as everywhere", async () => {
  const out = await inPage(() =>
    Promise.all(
      [
        { maxRetries: 11 },
        { timeoutMs: 0 },
        { headers: { cookie: "a" } },
        { gateway: "http://shop.example/api" },
        { gateway: 7 },
        { timeout: 5 },
      ].map((options) => globalThis.ask(() => globalThis.make(options))),
    ),
  );
  for (const { error } of out) assert.deepEqual([error?.kind, error?.code], ["configuration", "invalid_configuration"]);
  assert.deepEqual(
    out.map(({ error }) => error.fields),
    [["maxRetries"], ["timeoutMs"], ["headers.cookie"], ["baseUrl"], ["gateway"], ["timeout"]],
  );
});

test("a module that cannot be compiled fails the first use, and every other one", async () => {
  const strict = await inPage(
    async () => {
      const { ask } = globalThis;
      const made = await ask(() => typeof globalThis.make());
      await globalThis.rest();
      const uses = [
        () => globalThis.kaufland.listTickets(),
        () => globalThis.kaufland.validate("closeTicket", ""),
        () => globalThis.kaufland.getTicket("0011"),
        () => globalThis.api.fileToBase64(new Blob(["abc"])),
      ];
      globalThis.kaufland = globalThis.make();
      const failures = [];
      for (const use of uses) failures.push(await ask(use));
      return { made, failures };
    },
    { path: "/?strict" },
  );
  assert.deepEqual(strict.made, { value: "object" });
  for (const { error } of strict.failures) {
    assert.deepEqual(
      [error?.isOurs, error?.kind, error?.code, error?.sent],
      [true, "configuration", "wasm_unavailable", "no"],
    );
    assert.match(error.message, /'wasm-unsafe-eval'/);
  }

  const once = await inPage(async () => {
    globalThis.compileWith = () => Promise.reject(new Error("out of memory"));
    const kaufland = globalThis.make();
    const first = await globalThis.ask(() => kaufland.listTickets());
    const second = await globalThis.ask(async () => (await kaufland.listTickets()).data.length);
    return { first, second };
  });
  assert.deepEqual([once.first.error.code, once.first.error.cause], ["wasm_unavailable", "Error: out of memory"]);
  assert.deepEqual(once.second, { value: 0 });
});

test("a compiler that never ends holds no call for long, and none that is given up", { timeout: 60_000 }, async () => {
  const out = await inPage(async () => {
    globalThis.compileWith = () => new Promise(() => {});
    const kaufland = globalThis.make();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const began = performance.now();
    const given = await globalThis.ask(() => kaufland.listTickets({}, { signal: stop.signal }));
    const gaveUpMs = performance.now() - began;
    const late = await globalThis.ask(() => kaufland.listTickets({}, { totalTimeoutMs: 100 }));
    const { data } = await kaufland.listTickets();
    const ms = performance.now() - began;
    return { code: given.error?.code, gaveUpMs, late: late.error?.code, data, ms, compiled: globalThis.compiled };
  });
  assert.deepEqual([out.code, out.late, out.data, out.compiled.atOnce], ["aborted", "total_timeout", [], 1]);
  assert.ok(out.gaveUpMs < 1000 && out.ms < 6000, `${out.gaveUpMs} and ${out.ms} ms`);
});

test("a page does not stand still for a client", async () => {
  const [beside, atOnce] = [
    await measureClient({ browser, folder: project.folder, runs: 5 }),
    await measureClient({ browser, folder: project.folder, runs: 5, atOnce: true }),
  ];
  const middle = (values) => [...values].sort((a, b) => a - b)[2];
  const [ours, whole] = [middle(beside.clientLongest), middle(atOnce.clientLongest)];
  // Of one run on one machine: compiling at once takes about twice to three times as long.
  assert.ok(ours < whole * 0.75, `${ours} ms at a time, and ${whole} where all is compiled at once`);
});
