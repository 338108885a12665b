/**
 * Builds the site of the documentation in target/docs/site: `node build.mjs [--base /docs/]`. `base`
 * is the path under which it will be served.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vitepress";
import { LISTED } from "./contents.mjs";
import { pages } from "./pages.mjs";
import { writeReference } from "./reference.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const source = join(root, "target/docs/pages");

const { values } = parseArgs({ options: { base: { type: "string", default: "/docs/" } } });

const found = [...(await pages())];
const unlisted = found.map(([place]) => place.replace(/\.md$/, "")).filter((page) => !LISTED.includes(page));
if (unlisted.length > 0) throw new Error(`not in xtask/docs/contents.mjs: ${unlisted.join(", ")}`);

await rm(source, { recursive: true, force: true });
const entries = await writeReference(join(source, "api"));
/** The names of the reference's pages as links. In the repository there are no such pages. */
const linked = (text) =>
  text.replaceAll(/`([\w-]+)`/g, (code, name) => (entries.includes(name) ? `[${code}](${name}/index.md)` : code));
const files = new Map([
  ...found.map(([place, text]) => [place, place === "api/index.md" ? linked(text) : text]),
  [".vitepress/config.mjs", 'export { default } from "../../../../xtask/docs/config.mjs";\n'],
  // The fonts of the reader's system: nothing to download.
  [".vitepress/theme/index.mjs", 'export { default } from "vitepress/theme-without-fonts";\n'],
]);
for (const [place, text] of files) {
  const path = join(source, place);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
await build(source, { base: values.base });
process.exit(0);
