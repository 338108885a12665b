/**
 * Prints the packed sizes that have a limit; `cargo xtask size` compares all sizes with the
 * snapshot.
 */
import { bar, bundledSize, measureSizes, ROOT, report, table, tool, versionOf } from "./support/bench.mjs";

const KB = 1000;
const sizes = await measureSizes();
/** Scripts as in a page: a client, and the schema of a small form. */
const peers = [];
const openai = await tool("openai");
if (openai !== null) {
  const client = 'import OpenAI from "openai";\nglobalThis.client = new OpenAI({ apiKey: "bench" });';
  peers.push(["openai", await bundledSize(client, openai)]);
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
    line("all five marketplaces with their module, brotli", sizeOf("seller-tickets", "browser"), 190, 160),
    line("Kaufland with its module, brotli", sizeOf("seller-tickets/kaufland", "browser"), 128, 105),
    line("files with their module, brotli", sizeOf("seller-tickets/files", "browser"), 24, 15),
  ],
);
