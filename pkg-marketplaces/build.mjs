/**
 * Assembles the npm package in target/npm/seller-tickets-marketplaces: the local marketplaces of
 * www-demo, and what starts them, in workerd or in the process of a test. Miniflare and sql.js stay
 * outside: each is for one of these ways.
 */
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "target/npm/seller-tickets-marketplaces");
const dist = join(out, "dist");

await rm(out, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

// One file for both ways: a function that makes marketplaces, with what workerd has as its
// arguments. Each call makes anew what they remember beside the database.
await build({
  entryPoints: [join(root, "www-demo/marketplaces/index.ts")],
  outfile: join(dist, "instance.mjs"),
  bundle: true,
  format: "cjs",
  platform: "neutral",
  target: "es2022",
  banner: {
    js: "export function instantiate({ scheduler, FixedLengthStream, JSON }) {\nconst module = { exports: {} };",
  },
  footer: { js: "return module.exports.default;\n}" },
  logLevel: "warning",
});

await build({
  entryPoints: { index: join(here, "index.mjs"), cli: join(here, "cli.mjs") },
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["miniflare", "node:sqlite", "sql.js", "./instance.mjs"],
  chunkNames: "[name]-[hash]",
  logLevel: "warning",
});

await copyFile(join(here, "index.d.ts"), join(dist, "index.d.ts"));
for (const name of ["package.json", "README.md"]) await copyFile(join(here, name), join(out, name));
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) await copyFile(join(root, name), join(out, name));
