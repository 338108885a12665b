/**
 * Prints the table with lag, as figures: `node tests/faults/lag-all.mjs [share of all faults]
 * [seed] [lag …]`. It judges nothing; the test that judges them is in faults.test.mjs.
 */
import { makeProject } from "../package/lib.mjs";
import { inWords, offences } from "./lab.mjs";
import { lagTableOf, printLagTable, runLagLab } from "./lag.mjs";

const LANES = 16;
const [share = 0.04, seed = 0, ...lags] = process.argv.slice(2).map(Number);
const project = await makeProject();
try {
  const api = await project.load();
  const start = Date.now();
  const records = await runLagLab(api, { share, seed, ...(lags.length === 0 ? {} : { lags }) }, LANES);
  printLagTable(lagTableOf(records));
  printLagTable(lagTableOf(records, ({ market, job }) => `${market}\t${job.mode}`));
  printLagTable(lagTableOf(records, () => "all\t"));
  const told = offences(records);
  console.log(
    `${records.length} runs in ${Math.round((Date.now() - start) / 1000)} s; ${told.length} offences, such as`,
  );
  for (const offence of told.slice(0, 60)) console.log(offence);
  const open = records.filter(({ decisions, decidable }) => decisions < decidable);
  console.log(`${open.length} runs that could be decided and were not, such as`);
  for (const record of open.slice(0, 20)) console.log(`lag ${record.job.lag}: ${inWords(record)}`);
} finally {
  await project.dispose();
}
