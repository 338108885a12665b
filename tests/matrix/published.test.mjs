/**
 * The tarball as the registry and editors see it: publint, Are The Types Wrong, and its contents.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { MODULES, wasmOf } from "../../pkg-template/entries.mjs";
import { makeProject, ROOT, run, tarball } from "../package/lib.mjs";
import { tool } from "./tools.mjs";

test("publint finds nothing", async () => {
  const folder = await tool("publint");
  const output = await run(join(folder, "node_modules/.bin/publint"), ["run", "--strict", await tarball()], {
    both: true,
  });
  assert.match(output, /All good!/);
});

test("the types are right for every entry", async () => {
  const folder = await tool("attw");
  // Entries for Workers are ES modules alone, as Workers are: `require` gets them by `import()`.
  // Resolution older than `exports` is not supported.
  const flags = ["--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm", "--format", "json"];
  const text = await run(join(folder, "node_modules/.bin/attw"), [await tarball(), ...flags]);
  const { analysis, problems } = JSON.parse(text);
  const entries = Object.keys(analysis.entrypoints);
  for (const entry of [
    ".",
    "./gateway",
    "./slim",
    "./workerd",
    "./workerd/gateway",
    "./kaufland",
    "./jtl-scx",
    "./files",
    "./kaufland/workerd",
    "./kaufland/wasm",
    "./wasm",
    "./seller_tickets_bg.wasm",
  ]) {
    assert.ok(entries.includes(entry), `${entry} was not looked at`);
  }
  const others = Object.keys(problems ?? {}).filter((kind) => !["CJSResolvesToESM", "NoResolution"].includes(kind));
  assert.deepEqual(others, []);
  const unresolved = Object.values(analysis.entrypoints).flatMap(({ subpath, resolutions }) =>
    Object.entries(resolutions)
      .filter(([kind, { resolution }]) => kind !== "node10" && resolution === undefined)
      .map(([kind]) => `${subpath} by ${kind}`),
  );
  assert.deepEqual(unresolved, []);
});

test("the tarball holds what is to be published, and nothing else", async () => {
  const list = JSON.parse(await run("npm", ["pack", "--dry-run", "--json", await tarball()]));
  const paths = list[0].files.map(({ path }) => path).sort();
  const odd = paths.filter(
    (path) =>
      !/^(package\.json|README\.md|LICENSE-(MIT|APACHE)|docs\/([\w-]+\/)?[\w-]+\.md|dist\/(cjs\/)?([\w-]+\/){0,3}[\w-]+\.(js|js\.map|d\.ts|wasm|wasm\.d\.ts)|dist\/(cjs|text)\/package\.json)$/.test(
        path,
      ),
  );
  assert.deepEqual(odd, []);
  const manifest = JSON.parse(await readFile(join(ROOT, "target/npm/seller-tickets/package.json"), "utf8"));
  for (const field of ["scripts", "dependencies", "devDependencies", "private"]) assert.ok(!(field in manifest), field);
  // Every target of the exports is there.
  const targets = JSON.stringify(manifest.exports).match(/\.\/[\w./-]+/g);
  for (const target of targets.filter((target) => target.startsWith("./dist/"))) {
    assert.ok(paths.includes(target.slice(2)), `${target} is missing`);
  }
});

// Eight modules, twice each, are 6.8 MB of it: every entry loads its own, and the desk's alone, which
// is made for speed, is 2.8. The catalogues of ten languages are 0.8 MB, and the pages of the documentation 0.3; the API
// reference is not among them.
test("the tarball is at most 10 MB unpacked, and holds each module's bytes once as they are and once as text", async () => {
  const [{ unpackedSize, files }] = JSON.parse(await run("npm", ["pack", "--dry-run", "--json", await tarball()]));
  assert.ok(unpackedSize <= 10_000_000, `it is ${unpackedSize} bytes`);
  const sizeOf = (wanted) => files.find(({ path }) => path === wanted).size;
  const whole = [];
  for (const module of MODULES) {
    const [wasm, text] = [`dist/${wasmOf(module)}`, `dist/text/${module}.js`];
    assert.ok(sizeOf(text) < 1.12 * sizeOf(wasm), `the text of ${sizeOf(wasm)} bytes is ${sizeOf(text)} bytes`);
    whole.push(wasm, text);
  }
  // What `require` loads is one file: all entries share one `TicketError`, and esbuild splits no
  // CommonJS. More than half of it is the glue of eight modules, at 30 KB each for all but one.
  whole.push("dist/cjs/all.js", "dist/cjs/generated/types.d.ts", "dist/generated/types.d.ts");
  assert.ok(sizeOf("dist/cjs/all.js") < 650_000);
  const large = files.filter(({ size, path }) => size > 140_000 && !whole.includes(path));
  assert.deepEqual(large, []);
});

test("a bundle that only asks for rules carries no clients", async () => {
  const project = await makeProject();
  const bundle = async (code) => {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: project.folder },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    return outputFiles[0].text;
  };
  const rules = await bundle('import { validate } from "seller-tickets/slim"; console.log(validate);');
  const all = await bundle('import * as all from "seller-tickets/slim"; console.log(all);');
  await project.dispose();
  // Methods of classes that are no operations: the names of operations are in the tables of rules,
  // too.
  for (const name of ["downloadFile", "ticketReplies", "exchangeCode"]) {
    assert.ok(all.includes(name), `${name} is not a sign of a client any more`);
    assert.ok(!rules.includes(name), name);
  }
});
