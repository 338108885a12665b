/**
 * The matrix as a table: printed after each run, and written to docs/matrix.md after a whole one.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { ROOT, run } from "../package/lib.mjs";

const rows = [];

export function record(row) {
  rows.push(row);
}

export async function writeReport({ all }) {
  const width = (name) => Math.max(...rows.map((row) => row[name].length), 0) + 2;
  const [where, how, entry] = [width("where"), width("how"), width("entry")];
  for (const row of rows) {
    const head = row.where.padEnd(where) + row.how.padEnd(how) + row.entry.padEnd(entry);
    console.log(
      `${head}${row.result.padEnd(15)}${(row.ms / 1000).toFixed(1).padStart(6)} s  ${row.note ?? ""}${row.size ? ` (${row.size})` : ""}`,
    );
  }
  const count = (result) => rows.filter((row) => row.result === result).length;
  console.log(
    `${rows.length} cells: ${["works", "refuses", "fails", "not available"].map((result) => `${count(result)} ${result}`).join(", ")}`,
  );
  if (!all) return;
  const path = join(ROOT, "docs/matrix.md");
  const page = await readFile(path, "utf8");
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const table = [
    line(["where", "how", "entry", "result", "size", ""]),
    line(Array(6).fill("---")),
    ...rows.map((row) =>
      line([row.where, row.how, row.entry, row.result, row.size ?? "", (row.note ?? "").replaceAll("|", "\\|")]),
    ),
  ];
  const mark = "<!-- the tables: written by the tests -->";
  const parts = [
    mark,
    table.join("\n"),
    "## Sizes",
    "What a build emits, wasm included, for each entry.",
    sizeTable(line).join("\n"),
    "Each entry by itself, bundled and minified by esbuild, in bytes (`cargo xtask size`); where the module stays a file of its own, that is added to it.",
    (await entryTable(line)).join("\n"),
  ];
  await writeFile(path, `${page.slice(0, page.indexOf(mark))}${parts.join("\n\n")}\n`);
}

async function entryTable(line) {
  const script = join(ROOT, "xtask/src/size.mjs");
  const sizes = JSON.parse(await run(process.execPath, [script, join(ROOT, "target/npm/seller-tickets")]));
  return [
    line(["entry", "as it is", "gzip", "brotli"]),
    line(["---", "---:", "---:", "---:"]),
    ...Object.entries(sizes).map(([name, { raw, gzip, brotli }]) => line([name, raw, gzip, brotli])),
  ];
}

/** The sizes again, beside each other: a line for each builder, a column for each entry. */
function sizeTable(line) {
  const sized = rows.filter(({ size }) => size);
  const builders = new Map();
  for (const { where, how, entry, size } of sized) {
    const name = how === "production build" ? where : `${where}, ${how}`;
    builders.set(name, { ...builders.get(name), [entry]: size });
  }
  const entries = [...new Set(sized.map(({ entry }) => entry))];
  return [
    line(["built by", ...entries]),
    line(Array(entries.length + 1).fill("---")),
    ...[...builders].map(([name, sizes]) => line([name, ...entries.map((entry) => sizes[entry] ?? "")])),
  ];
}
