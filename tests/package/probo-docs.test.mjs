/**
 * Every example of docs/probo.md, as it stands there: Probo's host and the page's own are the local
 * ones.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { transform } from "esbuild";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { makeProject, ROOT, startMarketplace, startWorker } from "./lib.mjs";

const page = await readFile(join(ROOT, "docs/probo.md"), "utf8");
const examples = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
const isWorker = (code) => code.includes("export default");
const scripts = examples.filter((code) => !isWorker(code));

let project;
let marketplace;
let worker;

before(async () => {
  marketplace = await startMarketplace();
  project = await makeProject();
  const [code, ...others] = examples.filter(isWorker);
  assert.equal(others.length, 0);
  const source = await transform(code, { loader: "ts" });
  worker = await startWorker(
    project,
    // The example's account is on Probo's own host, which is not there.
    `const home = globalThis.fetch;
     globalThis.fetch = (input, init) => {
       const request = new Request(input, init);
       return home(new Request(request.url.replace("https://api.proboprints.com", "${marketplace.origin}/probo"), request));
     };
     ${source.code}`,
    {},
    { r2Buckets: { UPLOADS: "complaints" }, bindings: { PROBO_TOKEN: LOCAL_KEYS.probo.token } },
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await marketplace?.dispose();
});

/** Runs an example in a process of its own, and returns what it printed. */
async function run(code) {
  const world = `
    const home = globalThis.fetch;
    globalThis.location = new URL("${worker.url}/page");
    globalThis.picture = new Blob([Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex")]);
    globalThis.fetch = (input, init) => {
      const request = typeof input === "string" ? new Request(new URL(input, location.href), init) : input;
      if (request.url.startsWith(location.origin)) request.headers.set("cookie", "session=good");
      const url = request.url.replace("https://api.proboprints.com", "${marketplace.origin}/probo");
      return url === request.url ? home(request) : home(new Request(url, request));
    };`;
  await writeFile(join(project.folder, "world.mjs"), world);
  const script = await transform(code, { loader: "ts" });
  await writeFile(join(project.folder, "example.mjs"), `import "./world.mjs";\n${script.code}`);
  return project.node("example.mjs", { PROBO_TOKEN: LOCAL_KEYS.probo.token });
}

const stored = async (id) => {
  const row = await marketplace.db.first("SELECT body FROM probo_tickets WHERE id = ?", id);
  assert.ok(row, `${id} is not there`);
  return JSON.parse(row.body);
};

describe("docs/probo.md", () => {
  test("has the examples that are tested here", () => assert.equal(scripts.length, 6));

  test("a ticket", async () => {
    assert.equal(await run(scripts[0]), "CMP-2041 open Ticket created\n");
    assert.equal((await stored("CMP-2041")).reason, "damaged");
  });

  test("another path", async () => {
    assert.equal(await run(scripts[1]), "POST https://api.proboprints.com/order/ticket\n");
  });

  test("labels and rules", async () => {
    const lines = (await run(scripts[2])).trim().split("\n");
    assert.equal(lines.length, 14 + 3 + 2);
    assert.equal(lines[0], "damaged - damaged (files required)");
    assert.match(lines[17], /^products\[0\]\.amount out_of_range /);
    assert.match(lines[18], /^products\[0\]\.files files_required /);
  });

  test("mixed complaints", async () => {
    assert.equal(await run(scripts[3]), "[ 'CMP-2042-1: damaged, 1', 'CMP-2042-2: missing, 2' ]\n");
    assert.equal((await stored("CMP-2042-1")).description, "torn");
    assert.equal((await stored("CMP-2042-2")).products.length, 2);
  });

  test("a picture and its ticket, from a page through the Worker", async () => {
    assert.equal(await run(scripts[4]), "");
    const [{ uri }] = (await stored("CMP-2043")).products[0].files;
    assert.ok(uri.startsWith(`${worker.url}/api/uploads/`), uri);
    assert.equal((await fetch(uri)).headers.get("content-type"), "image/jpeg");
  });

  test("errors", async () => {
    assert.equal(await run(scripts[5]), "[ 'products[0].files: files_required' ]\n");
  });

  test("names every value and every field", async () => {
    const { meanings } = await project.load();
    for (const { value } of Object.values(meanings("probo")).flat()) assert.ok(page.includes(`\`${value}\``), value);
  });
});
