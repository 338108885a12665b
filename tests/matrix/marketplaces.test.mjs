/**
 * The package of the local marketplaces, in a clean project beside the library's: as its README
 * says, by `npx`, and what the registry makes of it.
 */
import assert from "node:assert/strict";
import { access, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { makeProject, ROOT, run, tarball } from "../package/lib.mjs";
import { serve } from "./harness.mjs";
import { tool } from "./tools.mjs";

const { resolve } = createRequire(join(ROOT, "package.json"));
const manifestOf = async (path) => JSON.parse(await readFile(join(ROOT, path), "utf8"));
const { version } = await manifestOf("pkg-marketplaces/package.json");
const packed = join(ROOT, `target/npm/seller-tickets-marketplaces-${version}.tgz`);

let project;
before(async () => {
  await access(packed);
  project = await makeProject();
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  const { devDependencies } = await manifestOf("package.json");
  const peers = ["miniflare", "sql.js"].map((name) => `${name}@${devDependencies[name]}`);
  await run("npm", ["install", ...flags, await tarball(), packed, ...peers], { cwd: project.folder });
});
after(() => project?.dispose());

test("the README's examples run", async () => {
  const page = await readFile(join(ROOT, "pkg-marketplaces/README.md"), "utf8");
  const examples = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.equal(examples.length, 2);
  for (const [index, example] of examples.entries()) {
    await writeFile(join(project.folder, `example-${index}.mjs`), example);
    await project.node(`example-${index}.mjs`);
  }
  const { miniflare } = (await manifestOf("package.json")).devDependencies;
  assert.ok(page.includes(`miniflare@${miniflare}`));
  assert.ok((await readFile(join(ROOT, "docs/guide.md"), "utf8")).includes(`miniflare@${miniflare}`));
});

test("all five answer their clients, at a chosen time, and keep what they are told to keep", async () => {
  await writeFile(
    join(project.folder, "five.mjs"),
    `
    import * as api from "seller-tickets";
    import { keys, startMarketplaces } from "seller-tickets-marketplaces";
    const options = { now: "2026-03-01T12:00:00Z", persist: "kept/database" };
    const first = await startMarketplaces(options);
    const { accounts, control, db } = first;
    const out = {};
    out.kaufland = (await new api.Kaufland(accounts.kaufland).listTickets({ limit: 1 })).data.length;
    out.clickbank = await new api.ClickBank(accounts.clickbank).countTickets();
    out.magalu = (await new api.Magalu(accounts.magalu).listTickets()).data.length;
    out.jtl = Array.isArray(await new api.JtlScx(accounts.jtlScx).listEvents());
    out.refused = await new api.Probo({ ...accounts.probo, token: "wrong" }).createTicket({
      order_id: "1", id: "2", reason: "missing", suggested_solution: "rework", products: [{ id: 1, amount: 1 }],
    }).catch(({ kind }) => kind);
    out.wrong = await control.settings({ kaufland: { no_such: 1 } }).catch(({ message }) => message);
    out.settings = (await control.settings({ kaufland: { rate_limit: null } })).kaufland.rate_limit;
    out.changed = await db.run("UPDATE kaufland_tickets SET topic = 'kept' WHERE id_ticket = (SELECT min(id_ticket) FROM kaufland_tickets)");
    out.keys = Object.keys(keys);
    await first.close();
    const second = await startMarketplaces(options);
    out.kept = (await second.db.all("SELECT topic FROM kaufland_tickets WHERE topic = 'kept'")).length;
    await second.control.reset();
    out.reset = (await second.db.all("SELECT topic FROM kaufland_tickets WHERE topic = 'kept'")).length;
    await second.close();
    out.closed = await fetch(second.url).then(() => "it answers", () => "closed");
    out.port = await startMarketplaces({ port: 70000 }).catch(({ message }) => message);
    out.now = await startMarketplaces({ now: "soon" }).catch(({ message }) => message);
    console.log(JSON.stringify(out));`,
  );
  const out = JSON.parse(await project.node("five.mjs"));
  assert.equal(out.kaufland, 1);
  assert.ok(out.clickbank > 0);
  assert.ok(out.magalu > 0);
  assert.equal(out.jtl, true);
  assert.equal(out.refused, "authentication");
  assert.match(out.wrong, /kaufland\.no_such is not a setting/);
  assert.equal(out.settings, null);
  assert.deepEqual([out.changed, out.kept, out.reset, out.closed], [1, 1, 0, "closed"]);
  assert.deepEqual(out.keys.sort(), ["clickbank", "jtlScx", "kaufland", "magalu", "probo"]);
  assert.match(out.port, /`port` must be/);
  assert.match(out.now, /`now` must be/);
});

test("`npx` starts them, and Ctrl-C ends them", async (t) => {
  const started = await serve("npx", ["--no-install", "seller-tickets-marketplaces", "--now", "2026-03-01T12:00:00Z"], {
    cwd: project.folder,
    ready: /kaufland +(\S+)[\s\S]*clientKey (\S+)\n *secretKey (\S+)[\s\S]*Ctrl-C/,
  });
  t.after(started.dispose);
  const [, baseUrl, clientKey, secretKey] = started.match;
  const { Kaufland } = await project.load();
  const options = { baseUrl, clientKey, userAgent: "tests" };
  assert.equal((await new Kaufland({ ...options, secretKey }).listTickets({ limit: 2 })).data.length, 2);
  const forged = new Kaufland({ ...options, secretKey: secretKey.replace(/.$/, "2") });
  await assert.rejects(forged.listTickets(), { kind: "authentication" });
  await started.dispose();
  await assert.rejects(fetch(baseUrl));
});

test("a wrong option is said", async () => {
  const cli = join(project.folder, "node_modules/seller-tickets-marketplaces/dist/cli.js");
  await assert.rejects(run(process.execPath, [cli, "--port", "http"]), /--port must be a number from 0 to 65535/);
  assert.match(await run(process.execPath, [cli, "--help"]), /--persist FOLDER/);
});

test("its types fit the clients", async () => {
  const files = {
    "tests.ts": `
      import { ClickBank, JtlScx, Kaufland, Magalu, Probo } from "seller-tickets";
      import { type FaultRule, keys, type Marketplaces, startMarketplaces } from "seller-tickets-marketplaces";
      const marketplaces: Marketplaces = await startMarketplaces({ now: new Date(), port: undefined });
      const { accounts, control, db } = marketplaces;
      export const clients = [new Kaufland(accounts.kaufland), new ClickBank(accounts.clickbank), new Magalu(accounts.magalu), new JtlScx(accounts.jtlScx), new Probo(accounts.probo)];
      const rule: FaultRule = { match: { marketplace: "jtl-scx" }, times: null, fault: { kind: "stall_body", ms: 5 } };
      await control.fault([rule, { fault: { kind: "cut_body" } }]);
      // @ts-expect-error no such fault
      await control.fault({ fault: { kind: "explode" } });
      // @ts-expect-error no such marketplace
      await control.settings({ ebay: {} });
      const row: Record<string, unknown> | null = await db.first("SELECT 1 AS one WHERE ? = 2", 2);
      export const seller: string = keys.jtlScx.sellerRefreshToken;
      export const kinds = (await control.log()).map(({ fault }) => fault === "cut_body");
      await marketplaces.close();
      void row;`,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        target: "ES2022",
        module: "node16",
        lib: ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
        types: [],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
      },
      include: ["tests.ts"],
    }),
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(project.folder, path), text);
  await run(process.execPath, [resolve("typescript/bin/tsc"), "-p", project.folder]);
});

test("publint and Are The Types Wrong find nothing, and it holds what is to be published alone", async () => {
  const publint = join(await tool("publint"), "node_modules/.bin/publint");
  assert.match(await run(publint, ["run", "--strict", packed], { both: true }), /All good!/);
  const attw = join(await tool("attw"), "node_modules/.bin/attw");
  // It is an ES module alone.
  const flags = ["--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm", "--format", "json"];
  const { problems } = JSON.parse(await run(attw, [packed, ...flags]));
  assert.deepEqual(
    Object.keys(problems ?? {}).filter((kind) => !["CJSResolvesToESM", "NoResolution"].includes(kind)),
    [],
  );
  const [{ files, unpackedSize }] = JSON.parse(await run("npm", ["pack", "--dry-run", "--json", packed]));
  const dist = ["chunk.js", "cli.js", "index.d.ts", "index.js", "instance.mjs", "workerd.js"].map(
    (name) => `dist/${name}`,
  );
  assert.deepEqual(
    files.map(({ path }) => path.replace(/-[A-Z0-9]{8}\.js$/, ".js")).sort(),
    ["LICENSE-APACHE", "LICENSE-MIT", "README.md", ...dist, "package.json"].sort(),
  );
  assert.ok(unpackedSize < 500_000, `${unpackedSize} bytes`);
});

test("it runs in the workerd that the repository's tests run in", async () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = await manifestOf("pkg-marketplaces/package.json");
  const { devDependencies } = await manifestOf("package.json");
  assert.equal(dependencies, undefined);
  assert.equal(peerDependencies.miniflare, devDependencies.miniflare);
  assert.deepEqual(peerDependenciesMeta, { miniflare: { optional: true }, "sql.js": { optional: true } });
  const installed = join(project.folder, "node_modules/miniflare/package.json");
  const [own, theirs] = await Promise.all(
    [join(dirname(resolve("miniflare")), "../../package.json"), installed].map(async (path) =>
      JSON.parse(await readFile(path, "utf8")),
    ),
  );
  assert.equal(theirs.version, own.version);
});

test("nothing of the library is in it", async () => {
  const code = await readFile(
    join(project.folder, "node_modules/seller-tickets-marketplaces/dist/instance.mjs"),
    "utf8",
  );
  assert.match(code, /kaufland_tickets/);
  assert.doesNotMatch(code, /TicketError|pkg-template|seller-tickets-engine/);
});
