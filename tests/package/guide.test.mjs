/**
 * Every example of docs/guide.md, in its order: it is run as it stands there, and must print what
 * stands below it.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { transform } from "esbuild";
import { startMarketplaces } from "../../target/npm/seller-tickets-marketplaces/dist/index.js";
import { scriptOf } from "./docs.mjs";
import { makeProject, ROOT, startMarketplace, startWorker } from "./lib.mjs";

const AsyncFunction = (async () => {}).constructor;
const page = await readFile(join(ROOT, "docs/guide.md"), "utf8");
const blocks = [...page.matchAll(/^```ts\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms)].map(
  ({ 1: code, 2: printed, index }) => ({
    code,
    printed,
    line: page.slice(0, index).split("\n").length + 1,
  }),
);

let marketplace;
let project;
let names;
let worker;

before(async () => {
  marketplace = await startMarketplace();
  project = await makeProject();
  const api = await project.load();
  // The marketplace and the page's own origin are the local ones.
  class Kaufland extends api.Kaufland {
    constructor(options) {
      if (options.gateway === undefined) super({ baseUrl: marketplace.baseUrl, ...options });
      else
        super({
          gateway: `${worker.url}${options.gateway}`,
          fetch: (url, init) => fetch(authorized(new Request(url, init))),
        });
    }
  }
  process.env.KAUFLAND_CLIENT_KEY = marketplace.keys.clientKey;
  process.env.KAUFLAND_SECRET_KEY = marketplace.keys.secretKey;
  const [{ code }, ...others] = blocks.filter(({ code }) => code.includes("export default"));
  assert.equal(others.length, 0);
  worker = await startWorker(
    project,
    (await transform(code, { loader: "ts" })).code,
    {},
    {
      bindings: { KEY: marketplace.keys.clientKey, SECRET: marketplace.keys.secretKey, BASE_URL: marketplace.baseUrl },
    },
  );
  const kaufland = new Kaufland(marketplace.keys);
  names = { ...api, Kaufland, kaufland, startMarketplaces, process, fetch };
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await marketplace?.dispose();
});

function authorized(request) {
  request.headers.set("authorization", "Bearer your own check");
  return request;
}

for (const { code, printed, line } of blocks) {
  if (code.includes("export default")) continue;
  test(`line ${line}: ${code.trim().split("\n")[0]}`, async () => {
    if (code.includes("It is on its way")) {
      await marketplace.fault({
        match: { method: "POST", path: "/tickets/*/messages" },
        fault: { kind: "status", status: 502, when: "after" },
      });
    }
    const body = await scriptOf(code);
    // The names that an example declares are its own.
    const given = Object.keys(names).filter((name) => !new RegExp(`\\b(?:const|let) ${name}\\b`).test(body));
    const out = [];
    const console = { log: (...words) => out.push(`${words.join(" ")}\n`) };
    await new AsyncFunction("console", ...given, body)(console, ...given.map((name) => names[name]));
    assert.equal(out.join(""), printed ?? "");
  });
}

test("the Worker lets nobody else in", async () => {
  assert.equal((await fetch(`${worker.url}/api/accounts/kf-de/tickets`)).status, 404);
});

test("the address of the wasm module is told as in the matrix, where bundlers take it", async () => {
  const matrix = await readFile(join(ROOT, "tests/matrix/cells/bundlers.mjs"), "utf8");
  const entries = await readFile(join(ROOT, "docs/entries.md"), "utf8");
  const [, told] = /^await start\((new URL\(.*?\))\);/m.exec(entries);
  assert.ok(matrix.includes(`api.start(${told})`), told);
});
