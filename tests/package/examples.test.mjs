/** Everything in examples/, carried out with the packed package against the local marketplaces. */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { copyFile, cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { tool, withNode } from "../matrix/tools.mjs";
import {
  answerWith,
  launchChromium,
  makeProject,
  ROOT,
  run,
  startMarketplace,
  startServer,
  startWorker,
  tarball,
} from "./lib.mjs";

const EXAMPLES = join(ROOT, "examples");
let marketplace;
let env;

before(async () => {
  marketplace = await startMarketplace();
  env = {
    KAUFLAND_BASE_URL: marketplace.baseUrl,
    KAUFLAND_CLIENT_KEY: marketplace.keys.clientKey,
    KAUFLAND_SECRET_KEY: marketplace.keys.secretKey,
  };
});
after(() => marketplace?.dispose());

const OPEN =
  "status = 'opened' AND closable = 1 AND internal = 0 AND id_seller = 1 AND fulfillment_type = 'fulfilled_by_merchant'";
const openTickets = async (count) =>
  (
    await marketplace.db.all(
      `SELECT id_ticket FROM kaufland_tickets WHERE ${OPEN} AND number < 150000300 ORDER BY number LIMIT ${count}`,
    )
  ).map((row) => row.id_ticket);
const messagesOf = (id, text) =>
  marketplace.db.all("SELECT * FROM kaufland_messages WHERE id_ticket = ? AND text = ?", id, text);

test("every example is tested here", async () => {
  // `declare` is a module of the programs that print types, which the lint runs.
  const names = (await readdir(EXAMPLES)).filter((name) => !name.includes(".") && name !== "declare").sort();
  assert.deepEqual(names, ["deno-digest", "node-bulk", "react", "react-german", "rust", "worker-gateway"]);
});

describe("node-bulk", () => {
  let project;
  const answers = (lines) =>
    writeFile(join(project.folder, "answers.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const start = () => run(process.execPath, ["answer.mjs", "answers.jsonl"], { cwd: project.folder, env, both: true });

  before(async () => {
    project = await makeProject({ "note.txt": "a note" });
    await copyFile(join(EXAMPLES, "node-bulk/answer.mjs"), join(project.folder, "answer.mjs"));
  });
  after(() => project?.dispose());

  test("checks everything before it sends anything", async () => {
    const [first, second] = await openTickets(2);
    await answers([
      { id_ticket: first, text: "aus der Liste" },
      { id_ticket: second, text: "" },
    ]);
    await assert.rejects(start(), new RegExp(`${second} text: `));
    assert.equal((await messagesOf(first, "aus der Liste")).length, 0);
  });

  test("answers, attaches, closes, and does not answer twice", async () => {
    const [first, second] = await openTickets(2);
    await answers([
      { id_ticket: first, text: "aus der Liste", files: ["note.txt"] },
      { id_ticket: second, text: "erledigt", close: true },
    ]);
    // The answer is lost after the message was stored: the script looks before it says that it
    // failed.
    await marketplace.fault({
      match: { method: "POST", path: `/tickets/${first}/messages` },
      fault: { kind: "status", status: 502, when: "after" },
    });
    assert.equal(await start(), `${first} answered\n${second} answered and closed\n`);
    assert.equal(await start(), "");
    assert.equal((await messagesOf(first, "aus der Liste")).length, 1);
    const { status } = await marketplace.db.first("SELECT status FROM kaufland_tickets WHERE id_ticket = ?", second);
    assert.equal(status, "seller_closed");
  });
});

test("deno-digest", async (t) => {
  const deno = join(await tool("deno"), "node_modules/deno/bin.cjs");
  const project = await makeProject();
  t.after(project.dispose);
  await copyFile(join(EXAMPLES, "deno-digest/digest.ts"), join(project.folder, "digest.ts"));
  const flags = ["--node-modules-dir=manual", "--allow-env", "--allow-net", "--allow-write=."];
  const output = await run(deno, ["run", "--check", ...flags, "digest.ts", "files"], {
    cwd: project.folder,
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
  });
  assert.match(output, /^\d+ \w+: .+$/m);
  assert.match(output, /^20 shown$/m);
  const saved = (await readdir(join(project.folder, "files"), { recursive: true })).filter((path) =>
    path.includes("-"),
  );
  assert.ok(saved.length > 0, "no file was saved");
});

describe("worker-gateway", () => {
  const team = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const text = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  let certs;
  let project;
  let worker;

  before(async () => {
    certs = await startServer((_request, response) => {
      const keys = [{ ...team.publicKey.export({ format: "jwk" }), kid: "team-1", alg: "RS256", use: "sig" }];
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys }));
    });
    project = await makeProject();
    const folder = join(EXAMPLES, "worker-gateway/src");
    const bundled = await build({
      entryPoints: [join(folder, "index.ts")],
      bundle: true,
      format: "esm",
      external: ["seller-tickets", "seller-tickets/*"],
      write: false,
    });
    const users = { "kf-de": ["support@example.com"] };
    const bindings = { ACCESS_TEAM: certs.url, ACCESS_AUDIENCE: "audience", ACCOUNT_USERS: users, ...env };
    worker = await startWorker(project, bundled.outputFiles[0].text, {}, { bindings });
  });
  after(async () => {
    await worker?.dispose();
    await project?.dispose();
    await certs?.dispose();
  });

  function tokenOf(claims = {}, { key = team.privateKey, alg = "RS256", kid = "team-1" } = {}) {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: certs.url,
      aud: ["audience"],
      email: "support@example.com",
      nbf: now - 5,
      exp: now + 60,
      ...claims,
    };
    const signed = `${text({ alg, kid, typ: "JWT" })}.${text(all)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
  }
  const ask = (headers, account = "kf-de") =>
    fetch(`${worker.url}/api/accounts/${account}/tickets?limit=1`, { headers });
  const withToken = (...options) => ask({ "cf-access-jwt-assertion": tokenOf(...options) });

  test("lets who may in, by header and by cookie", async () => {
    const response = await withToken();
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal((await response.json()).data.length, 1);
    assert.equal((await ask({ cookie: `a=b; CF_Authorization=${tokenOf()}` })).status, 200);
  });

  test("nobody else", async () => {
    const hour = 3600;
    const now = Math.floor(Date.now() / 1000);
    const [head, , signature] = tokenOf().split(".");
    const refused = {
      "no token": await ask({}),
      "not a token": await ask({ "cf-access-jwt-assertion": "a.b.c" }),
      "another's key": await withToken({}, { key: stranger.privateKey }),
      "an unknown key": await withToken({}, { kid: "team-2" }),
      "no signature": await withToken({}, { alg: "none" }),
      "no end": await withToken({ exp: undefined }),
      "an end that is no number": await withToken({ exp: "soon" }),
      "no address": await withToken({ email: undefined }),
      "changed claims": await ask({
        "cf-access-jwt-assertion": `${head}.${text({ email: "support@example.com" })}.${signature}`,
      }),
      "another application": await withToken({ aud: ["other"] }),
      "another team": await withToken({ iss: "https://other.cloudflareaccess.com" }),
      "out of date": await withToken({ exp: now - 1 }),
      "not yet": await withToken({ nbf: now + hour }),
      "another user": await withToken({ email: "other@example.com" }),
      "another account": await ask({ "cf-access-jwt-assertion": tokenOf() }, "constructor"),
    };
    for (const [why, { status }] of Object.entries(refused)) assert.equal(status, 404, why);
  });
});

/** Builds an example for React, and opens it in Chromium in front of a gateway. */
async function openReact(t, name, query = "") {
  const folder = await tool("react");
  await rm(join(folder, "src"), { recursive: true, force: true });
  await cp(join(EXAMPLES, name, "src"), join(folder, "src"), { recursive: true });
  await copyFile(join(EXAMPLES, name, "index.html"), join(folder, "index.html"));
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock", "--no-save", "--loglevel=error"];
  await run("npm", ["install", ...flags, await tarball()], { cwd: folder });
  const vite = await withNode(24, { NODE_ENV: "production" });
  await run(join(folder, "node_modules/.bin/vite"), ["build"], { cwd: folder, env: vite });
  const types = ["--noEmit", "--strict", "--jsx", "react-jsx", "--module", "esnext"];
  types.push("--moduleResolution", "bundler", "--target", "es2022");
  await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...types, "src/main.tsx"], {
    cwd: folder,
  });

  const project = await makeProject();
  t.after(project.dispose);
  const { createGateway } = await project.load("/gateway");
  const { Kaufland } = await project.load();
  const account = new Kaufland({ baseUrl: marketplace.baseUrl, ...marketplace.keys });
  const gateway = createGateway({ accounts: { "kf-de": account }, authorize: () => true });
  const server = await startServer(async (request, response, body) => {
    if (request.url.startsWith("/api/")) return answerWith((asked) => gateway.fetch(asked), request, response, body);
    const { pathname } = new URL(request.url, "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    const file = await readFile(join(folder, "dist", path)).catch(() => null);
    const type = path.endsWith(".html") ? "text/html" : path.endsWith(".js") ? "text/javascript" : "text/plain";
    response.writeHead(file === null ? 404 : 200, { "content-type": type }).end(file ?? "");
  });
  t.after(server.dispose);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(`${server.url}/${query}`);
  return { page, problems };
}

test("react", async (t) => {
  const { page, problems } = await openReact(t, "react");
  const [first] = await openTickets(1);
  const button = page.getByRole("button", { name: first });
  const next = page.getByRole("button", { name: "Next" });
  await page.getByRole("listitem").first().waitFor();
  for (let turns = 0; turns < 40 && (await button.count()) === 0; turns += 1) {
    const before = await page.getByRole("listitem").first().textContent();
    await next.click();
    await page.waitForFunction((text) => document.querySelector("li")?.textContent !== text, before);
  }
  await button.click();
  const reply = page.getByRole("textbox", { name: "Reply" });
  // Too long by one, seen while one types.
  await reply.fill("x".repeat(65_536));
  await page.getByText(/65535/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Send" }).isDisabled(), true);
  await reply.fill("Grüße aus React");
  await page
    .getByLabel("Files")
    .setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a file") });
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Grüße aus React", { exact: false }).nth(0).waitFor();
  await page.waitForFunction(() =>
    [...document.querySelectorAll("ol li")].some((item) => item.textContent.includes("Grüße aus React")),
  );
  assert.equal((await messagesOf(first, "Grüße aus React")).length, 1);
  assert.deepEqual(problems, []);
});

test("react-german: a page in German, in 60 lines", async (t) => {
  const lines = (await readFile(join(EXAMPLES, "react-german/src/main.tsx"), "utf8")).trimEnd().split("\n");
  assert.ok(lines.length <= 60, `${lines.length} lines`);

  const [, second] = await openTickets(2);
  const { page, problems } = await openReact(t, "react-german", `?ticket=${second}`);
  const reply = page.getByRole("textbox", { name: "Antwort" });
  const send = page.getByRole("button", { name: "Senden" });
  const files = page.getByLabel("Dateien");
  // The mistake stands beside its field while one types.
  await reply.fill("x".repeat(65_536));
  await page.locator("#text + em", { hasText: "65.535 Zeichen" }).waitFor();
  assert.equal(await send.isDisabled(), true);

  const words = "Grüße aus dem deutschen React";
  await reply.fill(words);
  assert.equal(await page.locator("em").count(), 0);
  const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");
  await files.setInputFiles({ name: "IMG_2041.HEIC", mimeType: "image/heic", buffer: heic });
  await send.click();
  await page.locator("#files + em", { hasText: "IMG_2041.HEIC ist" }).waitFor();
  assert.equal((await messagesOf(second, words)).length, 0);

  await marketplace.fault({
    match: { method: "POST", path: `/tickets/${second}/messages` },
    fault: { kind: "status", status: 422, body: { message: "no" } },
  });
  const note = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.alloc(3_000_000, "a file\n") };
  await files.setInputFiles(note);
  await send.click();
  await page.getByRole("status").filter({ hasText: "Kaufland" }).waitFor();
  assert.equal(await reply.inputValue(), words);

  const seen = page.getByRole("progressbar", { name: "Gesendet" }).waitFor();
  await send.click();
  await seen;
  await page.getByText("Ihre Antwort ist angekommen.").waitFor();
  assert.equal((await messagesOf(second, words)).length, 1);
  assert.equal(await reply.inputValue(), "");
  assert.deepEqual(problems, []);
});

test("reqwest", async () => {
  const cargo = ["run", "--quiet", "--features", "reqwest", "--example", "reqwest"];
  const listed = await run("cargo", cargo, { cwd: ROOT, env });
  const [{ open }] = await marketplace.db.all(
    "SELECT count(*) AS open FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND fulfillment_type = 'fulfilled_by_merchant'",
  );
  assert.match(listed, /^(\d{11} \w+\n)+$/);
  assert.equal(listed.trim().split("\n").length, open);
  const lines = (await readFile(join(EXAMPLES, "reqwest.rs"), "utf8")).split("\n");
  const code = lines.filter((line) => line.trim() !== "" && !line.startsWith("//"));
  assert.ok(code.length <= 21, `${code.length} lines`);
});

test("rust", async () => {
  const cargo = ["run", "--quiet", "--package", "example-tickets", "--"];
  const [first] = await openTickets(1);
  const listed = await run("cargo", cargo, { cwd: ROOT, env });
  assert.ok(listed.trim().split("\n").length > 20, listed);
  assert.match(listed, /^(\d{11} \w+\n)+$/);
  assert.equal(await run("cargo", [...cargo, first, "aus Rust"], { cwd: ROOT, env }), `${first} answered\n`);
  assert.equal((await messagesOf(first, "aus Rust")).length, 1);
  await assert.rejects(run("cargo", [...cargo, first, ""], { cwd: ROOT, env }), /`text` is empty|text/);
});
