/**
 * The particulars of some runtimes. That all of them can carry out the scenario is tested in
 * tests/matrix.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  answerWith,
  launchChromium,
  makeProject,
  ROOT,
  requireFromDemo,
  startMarketplace,
  startServer,
} from "./lib.mjs";
import { expected, scenarioOptions, stored } from "./scenario.mjs";

const SCENARIO = await readFile(join(ROOT, "tests/package/scenario.mjs"), "utf8");
let marketplace;
let client;

before(async () => {
  marketplace = await startMarketplace();
  client = { baseUrl: marketplace.baseUrl, ...marketplace.keys };
});
after(() => marketplace?.dispose());

/** Gives the scenario its own message, runs it, and checks what it saw and what it left behind. */
async function prove(name, runScenario, options) {
  const needs = await scenarioOptions(marketplace, `geschrieben aus ${name}`);
  const out = await runScenario(needs);
  expected(out, { assert, signature: marketplace.signature, ...options });
  await stored(marketplace, needs, out, assert);
}

test("Node, CommonJS, and both in one process", async (t) => {
  const project = await makeProject(
    {
      "scenario.mjs": SCENARIO,
      "main.js": `
        const api = require("seller-tickets");
        const { createGateway } = require("seller-tickets/gateway");
        (async () => {
          const { scenario } = await import("./scenario.mjs");
          const modules = await import("seller-tickets");
          const out = await scenario(api, JSON.parse(process.env.OPTIONS));
          const foreign = await new modules.Kaufland(JSON.parse(process.env.CLIENT)).getTicket("x").catch((error) => error);
          out.sameError = foreign instanceof api.TicketError && modules.TicketError !== api.TicketError;
          out.gateway = typeof createGateway;
          console.log(JSON.stringify(out));
        })();`,
    },
    { type: "commonjs" },
  );
  t.after(project.dispose);
  await prove("commonjs", async (needs) => {
    const env = { CLIENT: JSON.stringify(client), OPTIONS: JSON.stringify({ ...client, ...needs }) };
    const out = JSON.parse(await project.node("main.js", env));
    assert.equal(out.sameError, true);
    assert.equal(out.gateway, "function");
    return out;
  });
});

const PAGE_HEADERS = {
  "content-type": "text/html",
  "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
};

/** Builds `main.js` with Vite, serves it, and gives a page to the test. */
async function openVitePage(t, project, main, api) {
  const vite = await import(requireFromDemo.resolve("vite"));
  await vite.build({
    root: project.folder,
    configFile: false,
    logLevel: "warn",
    build: { chunkSizeWarningLimit: 2000 },
    plugins: [
      {
        name: "main",
        resolveId: (id) => (id === "/main.js" ? join(project.folder, "main.js") : null),
        load: (id) => (id === join(project.folder, "main.js") ? main : null),
      },
    ],
  });
  const files = join(project.folder, "dist");
  const server = await startServer(async (request, response, body) => {
    if (request.url.startsWith("/api/")) return answerWith(api, request, response, body);
    const { pathname } = new URL(request.url, "http://page");
    const file = await readFile(join(files, pathname === "/" ? "index.html" : pathname)).catch(() => null);
    let type = pathname === "/" ? PAGE_HEADERS : { "content-type": "text/javascript" };
    if (request.url === "/?strict")
      type = { ...PAGE_HEADERS, "content-security-policy": "default-src 'none'; script-src 'self'" };
    response.writeHead(file === null ? 404 : 200, type).end(file);
  });
  t.after(server.dispose);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(server.url);
  await page
    .waitForFunction(() => "ready" in globalThis, undefined, { timeout: 20_000 })
    .catch(() => {
      throw new Error(`the page is not ready: ${problems.join("\n")}`);
    });
  return { page, problems };
}

test("a Vite build in Chromium, through the gateway and under a content security policy", async (t) => {
  const project = await makeProject({
    "scenario.mjs": SCENARIO,
    "index.html": '<!doctype html><title>page</title><script type="module" src="/main.js"></script>',
  });
  t.after(project.dispose);
  const { createGateway } = await project.load("/gateway");
  const { Kaufland } = await project.load();
  const gateway = createGateway({
    accounts: { "kf-de": new Kaufland(client) },
    authorize: (request) => request.headers.get("cookie")?.includes("session=good") === true,
  });
  const main = `
    import * as api from "seller-tickets";
    import { scenario } from "./scenario.mjs";
    globalThis.scenario = (options) => scenario(api, options);
    globalThis.construct = (options) => {
      try { new api.Kaufland(options); return "accepted"; } catch (error) { return [error.kind, error.code, error.message]; }
    };
    globalThis.use = (options) =>
      new api.Kaufland(options).listTickets().catch((error) => [error.kind, error.code, error.message]);
    globalThis.allowed = async (options) =>
      (await new api.Kaufland({ ...options, dangerouslyAllowBrowser: true }).request("listTickets")).headers.has("shop-signature");
    globalThis.ready = true;`;
  const { page, problems } = await openVitePage(t, project, main, (request) => gateway.fetch(request));

  const signedOut = await page.evaluate(
    (options) => globalThis.scenario(options).catch((error) => [error.kind, error.origin, error.code]),
    { gateway: "/api/accounts/kf-de" },
  );
  assert.deepEqual(signedOut, ["authentication", "gateway", "not_authorized"]);

  await page.context().addCookies([{ name: "session", value: "good", url: page.url() }]);
  await prove(
    "chromium",
    (needs) => page.evaluate((options) => globalThis.scenario(options), { gateway: "/api/accounts/kf-de", ...needs }),
    { gateway: true },
  );

  const [kind, code, message] = await page.evaluate((options) => globalThis.construct(options), client);
  assert.deepEqual([kind, code], ["configuration", "keys_in_page"]);
  assert.ok(!message.includes(client.secretKey) && !message.includes(client.clientKey));
  assert.equal(await page.evaluate((options) => globalThis.allowed(options), client), true);

  // Without 'wasm-unsafe-eval' the page learns what is missing.
  await page.goto(`${page.url()}?strict`);
  await page.waitForFunction(() => "ready" in globalThis);
  const strict = await page.evaluate((options) => globalThis.use(options), { gateway: "/api/accounts/kf-de" });
  assert.deepEqual(strict.slice(0, 2), ["configuration", "wasm_unavailable"]);
  assert.match(strict[2], /'wasm-unsafe-eval'/);
  const unexpected = problems.filter((problem) => !/status of 40\d|wasm-eval|unsafe-eval/.test(problem));
  assert.deepEqual(unexpected, []);
});

test("the slim entry waits for its start", async (t) => {
  const project = await makeProject({
    "main.mjs": `
      import { readFile } from "node:fs/promises";
      import { fileURLToPath } from "node:url";
      import { Kaufland, start, TicketError } from "seller-tickets/slim";
      const kaufland = new Kaufland(JSON.parse(process.env.OPTIONS));
      const early = await kaufland.listTickets().catch((error) => error);
      const bytes = await readFile(fileURLToPath(import.meta.resolve("seller-tickets/seller_tickets_bg.wasm")));
      await start(Promise.resolve(new Response(bytes, { headers: { "content-type": "application/wasm" } })));
      const page = await kaufland.listTickets({ limit: 3 });
      const late = (() => { try { new Kaufland({}); } catch (error) { return error; } })();
      console.log(JSON.stringify({
        early: [early instanceof TicketError, early.kind, early.code], page: page.data.length,
        late: late.violations.map((violation) => violation.field),
      }));`,
  });
  t.after(project.dispose);
  const out = JSON.parse(await project.node("main.mjs", { OPTIONS: JSON.stringify(client) }));
  assert.deepEqual(out.early, [true, "configuration", "not_started"]);
  assert.equal(out.page, 3);
  assert.deepEqual(out.late.sort(), ["clientKey", "secretKey"]);
});

test("a module that another realm compiled is taken, as sandboxes hand them out", async (t) => {
  const project = await makeProject({
    "main.mjs": `
      import { readFile } from "node:fs/promises";
      import { fileURLToPath } from "node:url";
      import { runInNewContext } from "node:vm";
      import { start, validate } from "seller-tickets/slim";
      const bytes = await readFile(fileURLToPath(import.meta.resolve("seller-tickets/seller_tickets_bg.wasm")));
      const module = new (runInNewContext("WebAssembly.Module"))(bytes);
      const own = module instanceof WebAssembly.Module;
      await start(module);
      console.log(JSON.stringify({ own, fields: validate("kaufland", "getTicket", "x").map(({ field }) => field) }));`,
  });
  t.after(project.dispose);
  assert.deepEqual(JSON.parse(await project.node("main.mjs")), { own: false, fields: ["id_ticket"] });
});
