/**
 * The packed tarball wherever it is to work: every cell installs it in a clean project, builds that
 * where there is something to build, and carries out the scenario of tests/package.
 *
 *     node --test tests/matrix/matrix.test.mjs            a slice
 *     MATRIX=all node --test tests/matrix/matrix.test.mjs      everything, into docs/matrix.md
 *     MATRIX="node 22|vite" …                                  what matches
 */
import { after, before, describe, test } from "node:test";
import * as harness from "./harness.mjs";
import { record, writeReport } from "./table.mjs";
import { NotAvailable } from "./tools.mjs";

const wanted = process.env.MATRIX ?? (process.env.SELLER_TICKETS_ALL === "1" ? "all" : "");
const FILES = ["runtimes", "browsers", "bundlers", "frameworks"];
const loaded = await Promise.all(FILES.map((name) => import(`./cells/${name}.mjs`)));
const groups = loaded.flatMap(({ groups }) => groups);
const matches = (group, cell) => {
  if (wanted === "all") return true;
  if (wanted === "") return cell.slice === true;
  return new RegExp(wanted, "i").test(`${group.where} ${cell.how} ${cell.entry}`);
};

before(harness.open);
after(async () => {
  await harness.close();
  await writeReport({ all: wanted === "all" });
});

for (const group of groups) {
  const cells = group.cells.filter((cell) => matches(group, cell));
  if (cells.length === 0) continue;
  describe(group.where, () => {
    let unavailable;
    before(async () => {
      // A runtime that cannot be had has no cells to run, which is said; all else is a failure of
      // each cell.
      await group.open?.().catch((error) => {
        unavailable = error;
      });
    });
    after(() => group.close?.());
    for (const cell of cells) {
      test(`${cell.how}, ${cell.entry}`, async (t) => {
        const start = performance.now();
        const row = { where: group.where, how: cell.how, entry: cell.entry };
        try {
          if (unavailable) throw unavailable;
          const said = await cell.run();
          record({ ...row, result: "works", ...said, ms: performance.now() - start });
        } catch (error) {
          const reason = String(error?.message ?? error);
          if (error instanceof NotAvailable) {
            record({ ...row, result: "not available", note: reason, ms: performance.now() - start });
            t.skip(reason);
            return;
          }
          record({ ...row, result: "fails", note: reason.split("\n")[0].slice(0, 200), ms: performance.now() - start });
          throw error;
        }
      });
    }
  });
}
