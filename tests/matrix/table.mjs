/** The matrix as a table: printed after each run, and written to docs/matrix.md after a whole one. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../package/lib.mjs";

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
    `${rows.length} cells: ${["works", "refuses", "does not work", "fails", "not available"].map((result) => `${count(result)} ${result}`).join(", ")}`,
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
  const mark = "<!-- the table: written by the tests -->";
  await writeFile(path, `${page.slice(0, page.indexOf(mark))}${mark}\n\n${table.join("\n")}\n`);
}
