/**
 * Prints the packed sizes that have a limit, and writes what a page downloads, beside its peers, into
 * the package's README; `cargo xtask size` compares all sizes with the snapshot.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bar, bundledSize, measureSizes, ROOT, report, table, tool, versionOf } from "./support/bench.mjs";

const KB = 1000;
const sizes = await measureSizes();
/** Scripts as in a page: a client, and the schema of a small form. */
const peers = [];
const CLIENTS = {
  openai: 'import OpenAI from "openai";\nglobalThis.client = new OpenAI({ apiKey: "bench" });',
  stripe: 'import Stripe from "stripe";\nglobalThis.client = new Stripe("bench");',
  octokit: 'import { Octokit } from "octokit";\nglobalThis.client = new Octokit({ auth: "bench" });',
};
for (const [name, client] of Object.entries(CLIENTS)) {
  const folder = await tool(name);
  if (folder === null) continue;
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  peers.push([`${name} ${version}`, await bundledSize(client, folder)]);
}
const form = `import * as z from "zod";
  globalThis.form = z.strictObject({ id: z.string().regex(/^[0-9]+$/), text: z.string().min(1), kind: z.enum(["a", "b"]).nullish() });`;
peers.push([`zod ${await versionOf("zod")}`, await bundledSize(form, ROOT)]);

/** The size of an entry; its name is followed by its runtimes where they differ. */
function sizeOf(entry, runtime) {
  const found = Object.entries(sizes).find(
    ([name]) => name === entry || (name.startsWith(`${entry} (`) && name.includes(runtime)),
  );
  if (found === undefined) throw new Error(`no size of ${entry} is known`);
  return found[1].brotli;
}

const kilobytes = (bytes) => `${(bytes / KB).toFixed(1)} KB`;
const line = (what, bytes, most, goal) => {
  const asked = `≤ ${most} KB, goal ${goal} KB`;
  const text = bytes <= goal * KB ? `${kilobytes(bytes)}, goal met` : kilobytes(bytes);
  return bar(what, asked, text, bytes <= most * KB);
};

const rows = Object.entries(sizes).map(([name, { raw, gzip, brotli }]) => [name, raw, gzip, brotli]);
await report(
  "size",
  "Size",
  `Bytes of the wasm files, and of each entry as a user's build bundles it, minified. \`cargo xtask size\` compares them with
\`benches/size.json\`, and the tests fail when one grew by more than 2 %. Peers, bundled in the same way, brotli: ${peers.map(([name, bytes]) => `${name} ${kilobytes(bytes)}`).join(", ")}.

${table(["bytes", "raw", "gzip", "brotli"], rows)}`,
  [
    line("all five marketplaces with their module, brotli", sizeOf("seller-tickets", "browser"), 209, 160),
    line("Kaufland with its module, brotli", sizeOf("seller-tickets/kaufland", "browser"), 141, 105),
    line("files with their module, brotli", sizeOf("seller-tickets/files", "browser"), 24, 15),
  ],
);

/** The table of what a page downloads, in the package's README. */
const README = join(ROOT, "pkg-template/README.md");
const [BEGIN, END] = ["<!-- sizes, by `cargo xtask bench size` -->\n", "<!-- end of sizes -->"];
const ENTRIES = {
  "seller-tickets/files": "files alone",
  "seller-tickets/kaufland": "Kaufland",
  "seller-tickets/clickbank": "ClickBank",
  "seller-tickets/magalu": "Magalu",
  "seller-tickets/jtl-scx": "JTL-SCX",
  "seller-tickets/probo": "Probo",
  "seller-tickets": "all five",
};
const whole = (bytes) => `${Math.round(bytes / KB)} KB`;
const costs = [
  ...Object.entries(ENTRIES).map(([entry, what]) => [`\`${entry}\`: ${what}`, whole(sizeOf(entry, "browser"))]),
  ...peers.map(([name, bytes]) => [name, whole(bytes)]),
];
const readme = await readFile(README, "utf8");
const [start, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
if (start < 0 || end < start) throw new Error("the README has no place for the table of sizes");
const text = `${readme.slice(0, start)}${BEGIN}${table(["a page that imports", "downloads"], costs)}\n${readme.slice(end)}`;
// A run whose results are not kept.
if (process.env.BENCH_REPORT === undefined) await writeFile(README, text);
else console.log(text.slice(start));
