/**
 * Assembles the npm package in target/npm/seller-tickets from target/wasm (the output of wasm-bindgen
 * and wasm-opt) and src.
 *
 * - dist/*.js             ES modules, one for each entry and runtime; they share chunks, and so one
 *                         `TicketError` and one base class
 * - dist/engines/*.js     the engine of each module in each runtime; only its users load it, and
 *                         the module with it
 * - dist/cjs/*.js         the same for `require`, all in one file with small entries around it
 * - dist/text/*.js        the bytes of each module as text, once for `import` and `require`; in
 *                         Workers they come from the .wasm files
 * - dist/cjs/*.d.ts       from tsc, doc comments included; the declarations of the ES modules point
 *                         there, which TypeScript allows in this direction only
 * - dist/locales/*         the words for people, one file for each language
 * - *.js.map              the line of src/ for each line
 * - docs/*                the pages of the documentation; `docsUrl` of errors leads to one of them
 *
 * A file in src/entries/bound works with the engine of its entry, `seller-tickets-engine`: there is
 * one copy of it for each entry and runtime.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { build } from "esbuild";
import { pages } from "../xtask/docs/pages.mjs";
import { docsUrl } from "./docs-url.mjs";
import { ENTRIES, exportsMap, LOCALES, MODULES, marketplacesOf, PAGES, prefixOf, wasmOf } from "./entries.mjs";
import { pack } from "./pack.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "target/npm/seller-tickets");
const dist = join(out, "dist");
const cjs = join(dist, "cjs");
const texts = join(dist, "text");
const src = join(here, "src");

/** Where a module and its glue are. */
const made = (module, file) => join(root, "target/wasm", module, file);

/** The name under which a packed module leaves its text, which only this version of it has. */
const packedNames = {};
const packedTexts = {};
for (const module of MODULES) {
  const bytes = await readFile(made(module, "seller_tickets_bg.wasm")).catch(() => {
    console.error(`target/wasm/${module} is missing: run \`cargo xtask pack\``);
    process.exit(1);
  });
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  packedNames[module] = `seller-tickets ${module} ${hash}`;
  packedTexts[module] = pack(bytes);
}

/**
 * The changes to the glue. It also takes modules of other realms; `isModule` in
 * src/entries/bound/start.ts recognizes them. And it makes its decoder and its encoder at their
 * first use, because the jsdom of Jest has neither when the package is imported.
 */
const GLUE = [
  [
    "if (!(module instanceof WebAssembly.Module)) {",
    'if (Object.prototype.toString.call(module) !== "[object WebAssembly.Module]") {',
  ],
  [
    /let cachedTextDecoder = new TextDecoder\('utf-8', \{ ignoreBOM: true \}\);\ncachedTextDecoder\.decode\(\);\n/,
    "let cachedTextDecoder;\n",
  ],
  // After so many bytes the glue makes a new decoder.
  ["let numBytesDecoded = 0;", "let numBytesDecoded = MAX_SAFARI_DECODE_BYTES;"],
  [/const cachedTextEncoder = new TextEncoder\(\);\n\nif \(!\('encodeInto'[\s\S]*?\n\}\n/, "let cachedTextEncoder;\n"],
  [/cachedTextEncoder\.encode/g, "(cachedTextEncoder ??= new TextEncoder()).encode"],
];

async function readGlue(path) {
  let text = await readFile(path, "utf8");
  for (const [known, changed] of GLUE) {
    // The module for files takes no text.
    if (!text.includes("TextEncoder") && String(known).includes("TextEncoder")) continue;
    const next = text.replace(known, changed);
    if (next === text) throw new Error(`wasm-bindgen's glue is another one than known: it has no ${known}`);
    text = next;
  }
  return text;
}

/**
 * One engine for each module, whatever the runtime. It gets the glue's functions by name, so that no
 * more of the glue is kept.
 */
async function engineOf(module) {
  const glue = made(module, "seller_tickets.js");
  const names = [...(await readFile(glue, "utf8")).matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  const all = [...names, "initSync"].join(", ");
  if (module === "files") {
    return [
      `import { createFileEngine } from ${JSON.stringify(join(src, "wasm/files.ts"))};`,
      `import { ${all} } from ${JSON.stringify(`${glue}?${module}`)};`,
      `export const engine = /* @__PURE__ */ createFileEngine({ ${all} });`,
    ].join("\n");
  }
  const tables = marketplacesOf(module);
  const consts = tables.map((id) => id.replace("-", "_").toUpperCase());
  return [
    `import { ${consts.join(", ")} } from ${JSON.stringify(join(src, "wasm/generated/tables.ts"))};`,
    `import { createEngine } from ${JSON.stringify(join(src, "wasm/engine.ts"))};`,
    `import { ${all} } from ${JSON.stringify(`${glue}?${module}`)};`,
    `export const engine = /* @__PURE__ */ createEngine({ ${all} }, { ${tables.map((id, at) => `${JSON.stringify(id)}: ${consts[at]}`).join(", ")} });`,
  ].join("\n");
}

/**
 * The same engine with the source that the runtime has. `loadsText`: whether the packed module is
 * loaded here, or by the file that loads this one.
 */
function sourcedEngine(module, runtime, loadsText) {
  const lines = [`import { engine as bare } from "module:${module}";`];
  const upload = `import { upload } from ${JSON.stringify(join(src, "send/upload.ts"))};`;
  if (runtime === "slim") {
    lines.push(upload, "export const engine = /* @__PURE__ */ bare.from(undefined, { upload });");
  } else if (runtime === "workerd") {
    lines.push(
      `import wasm from "../${wasmOf(module)}";`,
      "export const engine = /* @__PURE__ */ bare.from(() => wasm);",
    );
  } else {
    if (loadsText) lines.push(`import "../text/${module}.js";`);
    lines.push(`import { packed, packedSlowly } from ${JSON.stringify(join(src, "wasm/packed.ts"))};`);
    const name = JSON.stringify(packedNames[module]);
    // The module for files has no clients.
    const page = module === "files" ? "" : `, { slow: () => packedSlowly(${name}), upload }`;
    if (page !== "") lines.push(upload);
    lines.push(`export const engine = /* @__PURE__ */ bare.from(() => packed(${name})${page});`);
  }
  return lines.join("\n");
}

/**
 * Resolves names that are not files: `entry:kaufland/workerd/kaufland` is src/entries/kaufland.ts for Workers, `engine:kaufland/workerd` its engine there, and
 * `module:kaufland` the engine for all runtimes. `whole`: the engines become part of what uses them.
 */
const namesPlugin = (whole) => ({
  name: "names",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^entry:/ }, ({ path }) => {
      const [module, runtime, name] = path.slice("entry:".length).split("/");
      return { path: `entries/${name}.ts`, namespace: `${module}/${runtime}` };
    });
    onResolve({ filter: /^(?:engine|module):/ }, ({ path }) => {
      const [namespace, name] = path.split(":");
      return { path: name, namespace, sideEffects: false };
    });
    onResolve({ filter: /^seller-tickets-engine(?:\/files)?$/ }, ({ namespace }) =>
      whole
        ? { path: namespace, namespace: "engine", sideEffects: false }
        : { path: `./engines/${namespace.replace("/", "-")}.js`, external: true, sideEffects: false },
    );
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, namespace }) => {
      if (path.endsWith(".wasm") || path.startsWith("../text/")) return { path, external: true };
      const found = relative(src, join(resolveDir, path)).replace(/\.js$/, ".ts");
      return namespace.includes("/") && found.startsWith("entries")
        ? { path: found, namespace, sideEffects: false }
        : undefined;
    });
    onLoad({ filter: /./, namespace: "module" }, async ({ path }) => ({
      contents: await engineOf(path),
      resolveDir: src,
    }));
    onLoad({ filter: /./, namespace: "engine" }, ({ path }) => {
      const [module, runtime] = path.split("/");
      return { contents: sourcedEngine(module, runtime, !whole), resolveDir: src };
    });
    onLoad({ filter: /seller_tickets\.js$/ }, async ({ path }) => ({
      contents: await readGlue(path),
      resolveDir: dirname(path),
    }));
    onLoad({ filter: /\.ts$/ }, async ({ path, namespace }) => {
      if (!namespace.includes("/")) return undefined;
      const file = join(src, path);
      return { contents: await readFile(file, "utf8"), loader: "ts", resolveDir: dirname(file) };
    });
  },
});

const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8"));

const common = {
  bundle: true,
  platform: "neutral",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  // In wasm-bindgen's own start function, which is not used and drops out.
  logOverride: { "empty-import-meta": "silent" },
  define: { DOCS_URL: JSON.stringify(docsUrl(manifest)) },
  sourcemap: true,
  sourcesContent: false,
};

/**
 * A fifth of the size: stacks need the line, which the first mark of each line tells, and the code here is one statement a line. The sources
 * themselves are not in the package.
 */
async function shrinkMaps(folder) {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".js.map")) continue;
    const path = join(folder, name);
    const map = JSON.parse(await readFile(path, "utf8"));
    const sources = map.sources.map((source) =>
      source.replace(/^.*\/(pkg-template\/src|wasm)\//, "$1/").replace(/^.*:entries/, "pkg-template/src/entries"),
    );
    const mappings = encode(decode(map.mappings).map((line) => line.slice(0, 1)));
    await writeFile(path, JSON.stringify({ version: 3, sources, names: [], mappings }));
    // What only re-exports needs none.
    if (sources.length > 0) continue;
    const code = path.slice(0, -".map".length);
    await rm(path);
    await writeFile(code, (await readFile(code, "utf8")).replace(/\/\/# sourceMappingURL=.*\n$/, ""));
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(cjs, { recursive: true });

const entryPoints = { errors: join(src, "ground/errors.ts"), slim: "entry:all/slim/slim" };
for (const runtime of ["inline", "workerd"]) {
  for (const { name, module } of ENTRIES) {
    entryPoints[runtime === "inline" ? name : `${name}-workerd`] = `entry:${module}/${runtime}/${name}`;
  }
}
for (const module of MODULES) {
  for (const runtime of ["inline", "workerd"])
    entryPoints[`engines/${module}-${runtime}`] = `engine:${module}/${runtime}`;
}
entryPoints["engines/all-slim"] = "engine:all/slim";
for (const page of PAGES) entryPoints[page] = join(src, `entries/${page}.ts`);

await build({
  ...common,
  plugins: [namesPlugin(false)],
  entryPoints,
  format: "esm",
  splitting: true,
  chunkNames: "chunk-[hash]",
  outdir: dist,
});
await shrinkMaps(dist);

for (const [format, outdir] of [
  ["esm", dist],
  ["cjs", cjs],
]) {
  const files = Object.fromEntries(LOCALES.map(({ name }) => [name, join(src, `${name}.ts`)]));
  const splitting = format === "esm";
  await build({
    ...common,
    sourcemap: false,
    entryPoints: files,
    format,
    outdir,
    splitting,
    chunkNames: "locales/[hash]",
  });
}

await mkdir(texts);
// Without a type, a bundler does not wrap these files as it wraps CommonJS.
await writeFile(join(texts, "package.json"), "{}\n");
await writeFile(join(dist, "module.d.ts"), "declare const module: WebAssembly.Module;\nexport default module;\n");
for (const module of MODULES) {
  const wasm = wasmOf(module);
  await copyFile(made(module, "seller_tickets_bg.wasm"), join(dist, wasm));
  // No `import` and no `export`, so that it is whatever loads it.
  const name = JSON.stringify(packedNames[module]);
  await writeFile(
    join(texts, `${module}.js`),
    `// The wasm module, for \`import\` and \`require\` alike.\nglobalThis[Symbol.for(${name})] ??= ${JSON.stringify(packedTexts[module])};\n`,
  );
  // The module for `seller-tickets/slim`: compiled where a runtime takes modules alone, and elsewhere its address, which bundlers understand.
  const file = `${prefixOf(module)}wasm`;
  await writeFile(join(dist, `${file}.js`), `export default new URL("./${wasm}", import.meta.url);\n`);
  await writeFile(join(dist, `${file}-workerd.js`), `export { default } from "./${wasm}";\n`);
  await copyFile(join(dist, "module.d.ts"), join(dist, `${file}-workerd.d.ts`));
  await writeFile(
    join(cjs, `${file}.js`),
    `"use strict";\nexports.__esModule = true;\nexports.default = new URL("../${wasm}", require("node:url").pathToFileURL(__filename));\n`,
  );
  for (const folder of [dist, cjs]) {
    await writeFile(join(folder, `${file}.d.ts`), "declare const url: URL;\nexport default url;\n");
  }
}

const REQUIRED = [
  ...ENTRIES.map(({ name, module }) => ({ name, module })),
  ...["slim", ...PAGES].map((name) => ({ name })),
];
await build({
  ...common,
  plugins: [namesPlugin(true)],
  stdin: {
    contents: REQUIRED.map(({ name, module }) => {
      const from = module === undefined ? `all/slim/${name}` : `${module}/inline/${name}`;
      return `export * as ${JSON.stringify(name)} from "entry:${from}";`;
    }).join("\n"),
    resolveDir: src,
    sourcefile: "all.ts",
  },
  // All entries are in one file, where their classes have the same names.
  keepNames: true,
  format: "cjs",
  outfile: join(cjs, "all.js"),
});
await shrinkMaps(cjs);
// A CommonJS entry names its exports one by one, so that ES modules and bundlers can see them.
for (const { name, module } of REQUIRED) {
  const names = Object.keys(await import(pathToFileURL(join(dist, `${name}.js`)).href));
  const lines = ['"use strict";', `const { ${JSON.stringify(name)}: all } = require("./all.js");`];
  if (module !== undefined) lines.push(`require("../text/${module}.js");`);
  lines.push(...names.map((one) => `exports.${one} = all.${one};`), "");
  await writeFile(join(cjs, `${name}.js`), lines.join("\n"));
}
await writeFile(join(cjs, "package.json"), '{ "type": "commonjs" }\n');

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", here, "--noEmit", "false", "--emitDeclarationOnly", "--outDir", cjs], {
  stdio: "inherit",
});
for (const { name } of REQUIRED) {
  await writeFile(join(cjs, `${name}.d.ts`), `export * from "./entries/${name}.js";\n`);
  await writeFile(join(dist, `${name}.d.ts`), `export * from "./cjs/${name}.js";\n`);
}

for (const { name } of LOCALES) {
  const folder = dirname(join(dist, name));
  const types = relative(folder, join(cjs, `${name}.js`));
  await mkdir(folder, { recursive: true });
  // Node's rules take the default export of a CommonJS declaration for the whole module.
  const [, main] = /^export default (\w+);$/m.exec(await readFile(join(src, `${name}.ts`), "utf8"));
  const text = `export * from "${types}";\nexport { ${main} as default } from "${types}";\n`;
  await writeFile(join(dist, `${name}.d.ts`), text);
}

for (const [place, text] of await pages()) {
  const path = join(out, "docs", place);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
await writeFile(join(out, "package.json"), `${JSON.stringify({ ...manifest, exports: exportsMap() }, null, 2)}\n`);
await copyFile(join(here, "README.md"), join(out, "README.md"));
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) await copyFile(join(root, name), join(out, name));
