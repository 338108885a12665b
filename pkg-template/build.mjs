/**
 * Assembles the npm package in target/npm/seller-tickets from target/wasm (what wasm-bindgen and wasm-opt made) and src.
 *
 * - dist/*.js           ES modules; the entries share chunks, and so one wasm instance and one `TicketError`
 * - dist/cjs/*.js       the same for `require`, all in one file with small entries around it
 * - dist/cjs/wasm.js    the wasm bytes as text, once for `import` and `require`; dist/module.js takes them from the .wasm file, as Workers demand
 * - dist/cjs/*.d.ts     from tsc, doc comments included; the ES modules' declarations point there, which TypeScript allows in this direction only
 * - *.js.map            the line of src/ for each line
 * - docs/errors.md      what `docsUrl` of errors names
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { build } from "esbuild";
import { pack } from "./pack.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const glue = join(root, "target/wasm/all/seller_tickets.js");
const wasm = join(root, "target/wasm/all/seller_tickets_bg.wasm");
const out = join(root, "target/npm/seller-tickets");
const dist = join(out, "dist");
const cjs = join(dist, "cjs");

const ENTRIES = ["index", "workerd", "slim", "gateway-inline", "gateway-workerd"];
/** Files of their own, because only they have an effect when they are imported. */
const SOURCES = ["inline", "module"];

const bytes = await readFile(wasm).catch(() => {
  console.error("target/wasm is missing: run `cargo xtask pack`");
  process.exit(1);
});

/** Puts the real module in the place of the names that the sources import. */
const wasmPlugin = {
  name: "wasm",
  setup({ onResolve, onLoad }) {
    // Modules of other realms are modules, too; see `isModule` in src/entries/slim.ts, which tells them before.
    onLoad({ filter: /seller_tickets\.js$/ }, async ({ path }) => {
      const [before, after, ...more] = (await readFile(path, "utf8")).split(
        "if (!(module instanceof WebAssembly.Module)) {",
      );
      if (after === undefined || more.length > 0) throw new Error("wasm-bindgen's initSync is another one than known");
      return {
        contents: `${before}if (Object.prototype.toString.call(module) !== "[object WebAssembly.Module]") {${after}`,
        resolveDir: dirname(path),
      };
    });
    onResolve({ filter: /^seller-tickets-wasm$/ }, () => ({ path: glue, sideEffects: false }));
    onResolve({ filter: /^seller-tickets-wasm\/packed$/ }, () => ({
      path: "./cjs/wasm.js",
      external: true,
      sideEffects: true,
    }));
    onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^\.\/(inline|module)\.js$/ }, ({ path }) => ({ path, external: true, sideEffects: true }));
  },
};

const packedName = JSON.stringify(`seller-tickets ${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}`);
const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8"));

const common = {
  bundle: true,
  platform: "neutral",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  // In wasm-bindgen's own start function, which is not used and drops out.
  logOverride: { "empty-import-meta": "silent" },
  plugins: [wasmPlugin],
  // Where the package's files of this version can be read by everyone, as long as its repository has no address.
  define: {
    DOCS_URL: JSON.stringify(`https://unpkg.com/${manifest.name}@${manifest.version}/docs/errors.md`),
    PACKED_NAME: packedName,
  },
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
    const sources = map.sources.map((source) => source.replace(/^.*\/(pkg-template\/src|wasm)\//, "$1/"));
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

await build({
  ...common,
  entryPoints: [...ENTRIES, ...SOURCES].map((name) => join(here, "src/entries", `${name}.ts`)),
  format: "esm",
  splitting: true,
  chunkNames: "chunk-[hash]",
  outdir: dist,
});
await shrinkMaps(dist);
// Files that only re-export leave an empty chunk behind.
for (const name of await readdir(dist)) {
  if (!name.startsWith("chunk-") || (await readFile(join(dist, name), "utf8")) !== "") continue;
  await rm(join(dist, name));
  for (const entry of ENTRIES) {
    const file = join(dist, `${entry}.js`);
    await writeFile(file, (await readFile(file, "utf8")).replace(`import "./${name}";\n`, ""));
  }
}
await build({ ...common, entryPoints: [join(here, "src/entries/all.ts")], format: "cjs", outdir: cjs });
await shrinkMaps(cjs);
await copyFile(wasm, join(dist, "seller_tickets_bg.wasm"));
await writeFile(
  join(dist, "seller_tickets_bg.wasm.d.ts"),
  "declare const module: WebAssembly.Module;\nexport default module;\n",
);

// No `import` and no `export`, so that it is whatever loads it.
await writeFile(
  join(cjs, "wasm.js"),
  `// The wasm module, for \`import\` and \`require\` alike.\nglobalThis[Symbol.for(${packedName})] ??= ${JSON.stringify(pack(bytes))};\n`,
);
await writeFile(join(cjs, "package.json"), '{ "type": "commonjs" }\n');
// A CommonJS entry names its exports one by one, so that ES modules and bundlers can see them.
for (const entry of ["index", "slim", "gateway-inline"]) {
  const names = Object.keys(await import(pathToFileURL(join(dist, `${entry}.js`)).href));
  const lines = ['"use strict";', 'const all = require("./all.js");'];
  if (entry !== "slim") lines.push('require("./wasm.js");', "all.provide(all.packed);");
  lines.push(...names.map((name) => `exports.${name} = all.${name};`), "");
  await writeFile(join(cjs, `${entry}.js`), lines.join("\n"));
}

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", here, "--noEmit", "false", "--emitDeclarationOnly", "--outDir", cjs], {
  stdio: "inherit",
});
for (const name of ["entries/all", "wasm/packed"]) await rm(join(cjs, `${name}.d.ts`));
await writeFile(join(cjs, "entries/inline.d.ts"), "export {};\n");
for (const entry of ENTRIES) {
  await writeFile(join(cjs, `${entry}.d.ts`), `export * from "./entries/${entry}.js";\n`);
  await writeFile(join(dist, `${entry}.d.ts`), `export * from "./cjs/${entry}.js";\n`);
}

// The module for `seller-tickets/slim`: compiled where a runtime takes modules alone, and elsewhere its address, which bundlers understand.
const WASM = "seller_tickets_bg.wasm";
await writeFile(join(dist, "wasm.js"), `export default new URL("./${WASM}", import.meta.url);\n`);
await writeFile(join(dist, "wasm.d.ts"), "declare const url: URL;\nexport default url;\n");
await writeFile(join(dist, "wasm-workerd.js"), `export { default } from "./${WASM}";\n`);
await copyFile(join(dist, `${WASM}.d.ts`), join(dist, "wasm-workerd.d.ts"));
await writeFile(
  join(cjs, "wasm-url.js"),
  `"use strict";\nexports.__esModule = true;\nexports.default = new URL("../${WASM}", require("node:url").pathToFileURL(__filename));\n`,
);
await copyFile(join(dist, "wasm.d.ts"), join(cjs, "wasm-url.d.ts"));

await mkdir(join(out, "docs"));
await copyFile(join(root, "docs/errors.md"), join(out, "docs/errors.md"));
for (const name of ["package.json", "README.md"]) await copyFile(join(here, name), join(out, name));
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) await copyFile(join(root, name), join(out, name));
