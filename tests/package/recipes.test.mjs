/** The recipes and quick starts that are whole programs, carried out against the local marketplaces. */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { transform } from "esbuild";
import { startLocal } from "../../www-demo/local.mjs";
import { makeProject, ROOT, run, startWorker } from "./lib.mjs";
import { declaredIn, snippetsOf } from "./snippets.mjs";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
const NOW = "2026-03-01T12:00:00Z";
const HEADERS = { authorization: "Bearer page" };

let local;
let project;
let api;
let kaufland;
/** What an example takes as given. */
let given;

before(async () => {
  [local, project] = await Promise.all([startLocal({ dashboard: false, quiet: true, now: NOW }), makeProject()]);
  api = await project.load();
  kaufland = new api.Kaufland(local.accounts.kaufland);
  const { clientKey, secretKey } = local.accounts.kaufland;
  given = {
    kaufland,
    clientKey,
    secretKey,
    isSignedIn: (request) => request.headers.get("authorization") === HEADERS.authorization,
    id: "00150000017",
    text: "It is on its way",
    photo: new File([PNG], "photo.png", { type: "image/png" }),
  };
});
after(async () => {
  await local?.dispose();
  await project?.dispose();
});
beforeEach(() => local.control.reset());

/** The example's clients with keys speak to the local marketplace; its packages are this repository's. */
function here(code) {
  const { baseUrl } = local.accounts.kaufland;
  return code
    .replaceAll(/userAgent: "\w+"/g, (found) => `${found}, baseUrl: ${JSON.stringify(baseUrl)}`)
    .replaceAll('"@opentelemetry/api"', JSON.stringify(import.meta.resolve("@opentelemetry/api")));
}

let count = 0;
/** Loads an example of a page as a module. `change` adapts it: a port, for example. */
async function load(page, index, change = (code) => code) {
  const [{ code: written }] = (await snippetsOf(page)).slice(index);
  const code = here(change(written));
  const declared = declaredIn(code);
  const names = Object.keys(given).filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !declared.has(name));
  globalThis.givenToExamples = given;
  const prelude = `const { ${names.join(", ")} } = globalThis.givenToExamples;\n`;
  const { code: script } = await transform(prelude + code, { loader: "ts", target: "es2022" });
  count += 1;
  const path = join(project.folder, `example-${count}.mjs`);
  await writeFile(path, script);
  return import(pathToFileURL(path).href);
}

/** What the example prints while it is loaded. */
async function printed(page, index, change) {
  const lines = [];
  const { log } = console;
  console.log = (...words) => lines.push(words);
  try {
    await load(page, index, change);
  } finally {
    console.log = log;
  }
  return lines;
}

describe("violations in a form", () => {
  const PAGE = "docs/recipes/violations.md";

  test("each violation is told beside its input, in words for people", async () => {
    const { violationsOf } = await load(PAGE, 0);
    const { wordsOf } = await load(PAGE, 1);
    const webp = { filename: "a.webp", mime_type: "image/webp", content: PNG };
    const draft = { text: "a".repeat(70_000), ticket_message_files: [given.photo, webp] };
    const { text, files } = violationsOf("00150000017", draft);
    assert.deepEqual(text.map(wordsOf), ["This is too long: 70,000 characters. The limit is 65,535 characters."]);
    const { listed } = await load(PAGE, 2);
    assert.deepEqual(listed(text), [
      "Your answer: This is too long: 70,000 characters. The limit is 65,535 characters.",
    ]);
    assert.deepEqual(
      files.map((list) => list.map(wordsOf)),
      [
        [],
        ["This file is given as a WebP picture. Kaufland takes JPEG, PNG, GIF, TIFF, PDF, text, Word and Excel files."],
      ],
    );
  });

  test("a file's content is checked when it was chosen", async () => {
    const { checkFiles } = await load(PAGE, 3);
    const wrong = new File(["Guten Tag"], "photo.png", { type: "image/png" });
    const found = await checkFiles("00150000017", { text: "a", ticket_message_files: [wrong] });
    assert.deepEqual(found, ["ticket_message_files[0].filename: filename_mismatch"]);
  });
});

test("words in your language", async () => {
  const PAGE = "docs/recipes/translate.md";
  const { inGerman } = await load(PAGE, 0);
  const { errorInGerman } = await load(PAGE, 1);
  const { errorFor } = await load(PAGE, 2);
  const { inOurWords } = await load(PAGE, 3);
  const { reasonOf } = await load(PAGE, 4);
  const { choices } = await load(PAGE, 5);
  const violations = kaufland.validate("createTicketMessage", "00150000017", { text: "a".repeat(70_000) });
  assert.deepEqual(violations.map(inGerman), [
    "Das ist zu lang: 70.000 Zeichen. Möglich sind höchstens 65.535 Zeichen.",
  ]);
  assert.deepEqual(violations.map(inOurWords), ["Bitte um 4465 Zeichen kürzen."]);
  const error = await kaufland.getTicket("x").catch((reason) => reason);
  assert.equal(errorInGerman(error), "„x“ besteht nicht nur aus Ziffern. Bitte kopieren Sie die Nummer noch einmal.");
  assert.equal(await errorFor("pt-PT", error), "“x” não tem somente dígitos. Copie o número de novo.");
  assert.match(await errorFor("ja", error), /^“x” does not consist of digits alone\./);
  assert.equal(reasonOf({ open_reason: "product_return" }), "Rücksendung eines bestellten Artikels");
  assert.equal(reasonOf({ open_reason: "a_later_one" }), "a_later_one");
  assert.deepEqual(
    choices.find(({ value }) => value === "product_return"),
    { value: "product_return", label: "Rücksendung eines bestellten Artikels" },
  );
  assert.ok(choices.length > 3 && choices.every(({ label }) => label !== ""));
});

describe("upload with progress", () => {
  const PAGE = "docs/recipes/upload.md";
  const bar = () => ({ removed: [], removeAttribute: (name) => bar.last.removed.push(name) });

  test("a message with files is sent, and the bar moves", async () => {
    const { send } = await load(PAGE, 0);
    bar.last = bar();
    await send("00150000017", "Here is the picture", [given.photo], bar.last, new AbortController().signal);
    assert.ok(bar.last.max > 0);
    const row = await local.db.kaufland.first(
      "SELECT count(*) AS count FROM kaufland_messages WHERE text = ?",
      "Here is the picture",
    );
    assert.equal(row.count, 1);
  });

  test("a cancelled upload is no failure", async () => {
    const { send } = await load(PAGE, 0);
    bar.last = bar();
    const lines = [];
    const { log } = console;
    console.log = (line) => lines.push(line);
    try {
      await send("00150000017", "cancelled", [given.photo], bar.last, AbortSignal.abort());
    } finally {
      console.log = log;
    }
    assert.deepEqual(lines, ["cancelled"]);
  });

  test("a file is encoded ahead", async () => {
    const lines = await printed(PAGE, 1);
    assert.equal(lines.at(-1)[0], 1);
  });
});

test("sync: everything at first, then what has changed", async () => {
  const { sync } = await load("docs/recipes/sync.md", 0);
  const db = local.db.kaufland;
  await db.run("DROP TABLE IF EXISTS tickets");
  // The seed has hundreds of tickets; these are enough, and of several statuses.
  const few = new api.Kaufland({ ...local.accounts.kaufland });
  const list = few.listTickets.bind(few);
  few.listTickets = (filter) => {
    const since = filter.ts_updated_from_iso ?? new Date("2026-02-27T00:00:00Z");
    return list({ ...filter, ts_updated_from_iso: since });
  };
  const first = await sync(few, db);
  assert.ok(first > 10, `${first} tickets`);
  const stored = await db.all("SELECT id, status, body FROM tickets");
  assert.equal(stored.length, first);
  const { id } = stored.find(({ status }) => status === "opened");

  await kaufland.closeTicket(id);
  const second = await sync(few, db);
  assert.ok(second >= 1 && second < first, `${second} of ${first}`);
  assert.equal((await db.first("SELECT status FROM tickets WHERE id = ?", id)).status, "seller_closed");
  assert.equal((await db.all("SELECT id FROM tickets")).length, first);
});

test("one inbox: the rows of all, and a failure that hides nothing", async () => {
  const { inbox } = await load("docs/recipes/inbox.md", 0);
  const { accounts } = local;
  const clients = {
    kaufland,
    clickbank: new api.ClickBank(accounts.clickbank),
    magalu: new api.Magalu(accounts.magalu),
  };
  const { rows, failures } = await inbox(clients);
  assert.deepEqual(failures, []);
  assert.deepEqual([...new Set(rows.map(({ marketplace }) => marketplace))].sort(), [
    "clickbank",
    "kaufland",
    "magalu",
  ]);
  for (const { id, subject, updated } of rows) assert.ok(id !== "" && subject !== "" && updated instanceof Date, id);
  const times = rows.map(({ updated }) => updated.getTime());
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );

  const clickbank = new api.ClickBank({ ...accounts.clickbank, apiKey: "API-WRONG" });
  const partly = await inbox({ ...clients, clickbank });
  assert.deepEqual(
    partly.failures.map(({ kind }) => kind),
    ["forbidden"],
  );
  assert.ok(partly.rows.length > 10 && partly.rows.every(({ marketplace }) => marketplace !== "clickbank"));
});

describe("tests", () => {
  const PAGE = "docs/recipes/tests.md";

  test("the one for vitest passes, and fails when the message is not stored", async () => {
    const folder = join(ROOT, "target/recipes");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const { code } = (await snippetsOf(PAGE))[0];
    await writeFile(join(folder, "good.test.ts"), code);
    await writeFile(join(folder, "bad.test.ts"), code.replace('when: "after"', 'when: "before"'));
    const marketplaces = join(ROOT, "target/npm/seller-tickets-marketplaces/dist/index.js");
    const config = { test: { root: folder, testTimeout: 60_000, hookTimeout: 60_000 } };
    await writeFile(
      join(folder, "vitest.config.mjs"),
      `export default { ...${JSON.stringify(config)}, resolve: { alias: { "seller-tickets-marketplaces": ${JSON.stringify(marketplaces)} } } };\n`,
    );
    const vitest = join(
      dirname(createRequire(join(ROOT, "package.json")).resolve("vitest/package.json")),
      "vitest.mjs",
    );
    const start = (name) => run(process.execPath, [vitest, "run", name], { cwd: folder, both: true, env: { CI: "1" } });
    await start("good");
    await assert.rejects(start("bad"), /expected \+?0 to be 1/);
  });

  test("an own `fetch` answers in place of a server", async () => {
    assert.deepEqual(await printed(PAGE, 1), [[0]]);
  });
});

describe("tracing", () => {
  const exporter = new InMemorySpanExporter();
  let observed;
  before(async () => {
    const storage = new AsyncLocalStorage();
    context.setGlobalContextManager({
      active: () => storage.getStore() ?? ROOT_CONTEXT,
      with: (now, fn, self, ...args) => storage.run(now, () => fn.apply(self, args)),
      bind: (_now, target) => target,
      enable: () => {},
      disable: () => {},
    });
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    ({ observed } = await load("docs/recipes/tracing.md", 0, (code) => code.replace("00110123123", given.id)));
  });
  beforeEach(() => exporter.reset());
  after(() => {
    context.disable();
    trace.disable();
  });

  /** Each span that has ended, as `name status`, below the span it belongs to. */
  function tree() {
    const spans = exporter.getFinishedSpans();
    const below = (id) =>
      spans
        .filter(({ parentSpanContext }) => parentSpanContext?.spanId === id)
        .sort((one, other) => one.startTime[0] - other.startTime[0] || one.startTime[1] - other.startTime[1])
        .map((span) => {
          const failure = span.status.code === SpanStatusCode.ERROR ? ` !${span.attributes["error.type"]}` : "";
          const children = below(span.spanContext().spanId);
          const line = `${span.name}${failure}`;
          return children.length === 0 ? line : [line, ...children];
        });
    return below(undefined);
  }
  const fault = (fault, more = {}) => local.control.fault({ match: { marketplace: "kaufland" }, fault, ...more });

  test("a call is a span, and each attempt is a span below it", async () => {
    await fault({ kind: "status", status: 503 });
    await observed.getTicket(given.id);
    assert.deepEqual(tree(), [["getTicket", "GET !503", "GET"]]);
    const call = exporter.getFinishedSpans().at(-1);
    assert.deepEqual(
      call.events.map(({ name, attributes: { reason } }) => `${name} ${reason}`),
      ["wait retry"],
    );
    const { "ticket.outcome": outcome, "ticket.attempts": attempts, ...others } = call.attributes;
    assert.deepEqual([outcome, attempts, others], ["answer", 2, { marketplace: "kaufland" }]);
  });

  test("a span below the active one; an answer that refuses; an attempt without an answer", async () => {
    const tracer = trace.getTracer("own");
    await tracer.startActiveSpan("page", async (span) => {
      await assert.rejects(observed.getTicket("00199999999"), { kind: "not_found" });
      span.end();
    });
    const [, [name, attempt]] = tree()[0];
    assert.deepEqual([tree()[0][0], attempt], ["page", "GET !404"]);
    assert.match(name, /^getTicket !/);
    exporter.reset();
    await fault({ kind: "stall_headers", ms: 500 }, { times: 9 });
    await assert.rejects(observed.getTicket(given.id, {}, { timeoutMs: 50, maxRetries: 1 }), { kind: "timeout" });
    assert.deepEqual(tree(), [["getTicket !attempt_timeout", "GET !no_answer", "GET !attempt_timeout"]]);
  });

  test("an abort, before and during a request, and arguments that break a rule", async () => {
    const stop = new AbortController();
    await fault({ kind: "stall_headers", ms: 2000 });
    const aborted = observed.getTicket(given.id, {}, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(aborted, { kind: "aborted" });
    assert.deepEqual(tree(), [["getTicket !aborted", "GET !aborted"]]);
    assert.equal(exporter.getFinishedSpans().at(-1).attributes["ticket.outcome"], "aborted");
    exporter.reset();
    await assert.rejects(observed.getTicket(given.id, {}, { signal: AbortSignal.abort() }), { kind: "aborted" });
    await assert.rejects(observed.getTicket(""), { kind: "validation" });
    assert.deepEqual(tree(), ["getTicket !aborted", "getTicket !invalid_input"]);
  });

  test("a sure write whose answer is lost has its reads below it; each page of a list is a call", async () => {
    await fault({ kind: "cut_body" }, { match: { marketplace: "kaufland", method: "POST" } });
    const message = { text: "It is on its way" };
    await observed.createTicketMessage(given.id, message, { ensure: "once", settleMs: 10 });
    const [[name, ...parts], ...others] = tree();
    assert.deepEqual([name, others], ["createTicketMessage", []]);
    assert.ok(
      parts.some((part) => Array.isArray(part) && part.includes("GET")),
      JSON.stringify(parts),
    );
    assert.ok(parts.includes("POST !no_answer"), JSON.stringify(parts));
    exporter.reset();
    let count = 0;
    for await (const _ of observed.listTickets({ limit: 10 })) if (++count === 15) break;
    assert.deepEqual(tree(), [
      ["listTickets", "GET"],
      ["listTickets", "GET"],
    ]);
  });

  test("nothing that is told is secret or private", async () => {
    await observed.createTicketMessage(given.id, { text: "a-private-text" });
    await assert.rejects(observed.getTicket("00199999999"));
    const told = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    assert.ok(told.includes("createTicketMessage"));
    for (const secret of [given.secretKey, given.clientKey, "a-private-text", given.id, "00199999999"]) {
      assert.ok(!told.includes(secret), secret);
    }
  });
});

test("a proxy of one's own sees each request", async () => {
  const lines = await printed("docs/recipes/proxies.md", 0, (code) => `${code}\nawait behind.getTicket(id);`);
  assert.deepEqual(lines, [["kaufland"], ["through the proxy:", "GET"]]);
});

describe("quick starts", () => {
  /** A page's client: what it reads and writes must reach the marketplace. */
  async function provesToBeAGateway(origin, fetch) {
    const page = new api.Kaufland({
      gateway: `${origin}/api/accounts/kf-de`,
      headers: HEADERS,
      ...(fetch ? { fetch } : {}),
    });
    const { status } = await page.getTicket(given.id);
    assert.equal(status, "opened");
    await page.createTicketMessage(given.id, { text: `through ${origin}`, ticket_message_files: [given.photo] });
    const rows = await local.db.kaufland.all("SELECT text FROM kaufland_messages WHERE text = ?", `through ${origin}`);
    assert.equal(rows.length, 1);
    const stranger = new api.Kaufland({ gateway: `${origin}/api/accounts/kf-de`, ...(fetch ? { fetch } : {}) });
    await assert.rejects(stranger.getTicket(given.id), { code: "not_authorized" });
  }
  const ofNode = () => {
    process.env.KAUFLAND_CLIENT_KEY = given.clientKey;
    process.env.KAUFLAND_SECRET_KEY = given.secretKey;
  };

  test("Node: the inbox, and a message with a file", async () => {
    ofNode();
    const lines = await printed("docs/start/node.md", 0);
    assert.ok(lines.length > 20 && lines.every(([id]) => /^\d{11}$/.test(id)));
    await cp(join(ROOT, "LICENSE-MIT"), join(project.folder, "label.txt"));
    const path = JSON.stringify(join(project.folder, "label.txt"));
    await load("docs/start/node.md", 1, (code) =>
      code.replaceAll('readFile("label.pdf")', `readFile(${path})`).replaceAll("label.pdf", "label.txt"),
    );
    const row = await local.db.kaufland.first(
      "SELECT count(*) AS count FROM kaufland_files WHERE filename = 'label.txt'",
    );
    assert.equal(row.count, 1);
  });

  test("Node: a server of its own is a gateway", async () => {
    const { server } = await load("docs/start/node.md", 2, (code) =>
      code
        .replace("createServer(async", "export const server = createServer(async")
        .replace("listen(3000)", "listen(0, '127.0.0.1')"),
    );
    try {
      await once(server, "listening");
      await provesToBeAGateway(`http://127.0.0.1:${server.address().port}`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test("Deno and Bun: a server is a gateway", async () => {
    ofNode();
    for (const [page, index, name] of [
      ["docs/start/deno.md", 1, "Deno"],
      ["docs/start/bun.md", 2, "Bun"],
    ]) {
      let handle;
      globalThis[name] = { serve: (given) => (handle = given.fetch ?? given) };
      try {
        await load(page, index);
      } finally {
        delete globalThis[name];
      }
      await provesToBeAGateway(`https://${name.toLowerCase()}.example`, (input, init) =>
        handle(new Request(input, init)),
      );
    }
  });

  test("SvelteKit and Next: a route is a gateway", async () => {
    ofNode();
    const svelte = await load("docs/start/svelte.md", 0);
    const next = await load("docs/start/next.md", 0);
    const bySvelte = (request) => svelte[request.method]({ request });
    const byNext = (request) => next[request.method](request);
    await provesToBeAGateway("https://svelte.example", (input, init) => bySvelte(new Request(input, init)));
    await provesToBeAGateway("https://next.example", (input, init) => byNext(new Request(input, init)));
  });

  test("Worker: a gateway in workerd", async () => {
    const { code } = (await snippetsOf("docs/start/worker.md"))[0];
    const { code: script } = await transform(here(code), { loader: "ts" });
    const worker = await startWorker(
      project,
      script,
      {},
      {
        bindings: { KEY: given.clientKey, SECRET: given.secretKey, PAGE_TOKEN: "page" },
        durableObjects: { NONCES: { className: "Nonces", useSQLite: true } },
      },
    );
    try {
      await provesToBeAGateway(worker.url);
    } finally {
      await worker.dispose();
    }
  });

  test("a plain page says in its form what the rules say", async () => {
    const { code } = (await snippetsOf("docs/start/page.md"))[0];
    const form = new EventTarget();
    const output = {};
    form.querySelector = () => output;
    globalThis.document = { querySelector: () => form };
    const OwnFormData = globalThis.FormData;
    globalThis.FormData = class extends OwnFormData {
      constructor() {
        super();
        this.set("text", "");
      }
    };
    try {
      assert.ok(code.includes('"input"'));
      await load("docs/start/page.md", 0);
      form.dispatchEvent(new Event("input"));
    } finally {
      delete globalThis.document;
      globalThis.FormData = OwnFormData;
    }
    assert.equal(output.textContent, "Please write at least 1 character. So far: 0 characters.");
  });
});
