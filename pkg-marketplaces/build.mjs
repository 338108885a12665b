/**
 * Assembles the npm package in target/npm/seller-tickets-marketplaces: the local marketplaces of www-demo as one Worker, and the programs that start it.
 * Miniflare stays a dependency, because it brings workerd, in which they run as they do in the repository's own tests.
 */
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleWorker } from "../www-demo/local/bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "target/npm/seller-tickets-marketplaces");
const dist = join(out, "dist");

await rm(out, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const entry = join(root, "www-demo/marketplaces/index.ts");
const [worker, ...others] = await bundleWorker({ entryPoints: [entry], sourcemap: false });
if (others.length > 0) throw new Error("the marketplaces bring modules that the package does not carry");
await writeFile(join(dist, "worker.mjs"), worker.contents);

await build({
  entryPoints: { index: join(here, "index.mjs"), cli: join(here, "cli.mjs") },
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["miniflare"],
  chunkNames: "start",
  logLevel: "warning",
});

await copyFile(join(here, "index.d.ts"), join(dist, "index.d.ts"));
for (const name of ["package.json", "README.md"]) await copyFile(join(here, name), join(out, name));
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) await copyFile(join(root, name), join(out, name));
