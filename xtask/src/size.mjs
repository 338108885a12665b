// Prints the sizes of the packed package as JSON: the wasm file, and each entry in the form in
// which a user's build would bundle it.
//
// Usage: node size.mjs FOLDER

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const folder = argv[2];
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

const runtimes = {
  browser: { platform: "browser", conditions: ["browser", "import", "module"] },
  workerd: { platform: "neutral", conditions: ["workerd", "worker", "import", "module"] },
  node: { platform: "node", conditions: ["node", "import", "module"] },
};

const sizes = {};

function add(name, bytes) {
  sizes[name] = {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
}

/** The entry's minified JavaScript, without the wasm file if that remains a separate file. */
async function bundle(specifier, runtime) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(specifier)};`, resolveDir: folder },
    bundle: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    minify: true,
    loader: { ".wasm": "copy" },
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
    ...runtime,
  });
  return outputFiles.find((file) => file.path.endsWith(".js")).contents;
}

for (const file of readdirSync(folder, { recursive: true }).sort()) {
  if (file.endsWith(".wasm")) add(file, readFileSync(join(folder, file)));
}
for (const path of Object.keys(manifest.exports)) {
  if (/(?:json|wasm)$/.test(path) || path.includes("*")) continue;
  const specifier = `${manifest.name}${path.slice(1)}`;
  // Runtimes with the same code share a line.
  const found = new Map();
  for (const [name, runtime] of Object.entries(runtimes)) {
    const bytes = await bundle(specifier, runtime);
    const key = Buffer.from(bytes).toString("latin1");
    found.set(key, { bytes, names: [...(found.get(key)?.names ?? []), name] });
  }
  for (const { bytes, names } of found.values()) {
    add(found.size === 1 ? specifier : `${specifier} (${names.join(", ")})`, bytes);
  }
}

stdout.write(`${JSON.stringify(sizes, null, 2)}\n`);
