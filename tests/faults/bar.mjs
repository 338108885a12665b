/** The lab's tables and what they must say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeProject } from "../package/lib.mjs";
import { FAULTS, LAG_BEYOND_MS, LAGS } from "./catalogue.mjs";
import { jobsOf, offences, printTable, runLab, tableOf, totalOf } from "./lab.mjs";
import { lagTableOf, printLagTable, runLagLab } from "./lag.mjs";
import { MARKETS } from "./markets.mjs";

/** Clients that are at work at the same time, each with an account of its own. */
const LANES = 8;

/** Runs the lab for all marketplaces at once: each waits much and works little. */
export function bar({ name, modes, least, timeout }) {
  test(name, { timeout }, async (t) => {
    const project = await makeProject();
    t.after(project.dispose);
    const api = await project.load();
    const start = Date.now();
    const labs = MARKETS.map((market) => runLab(api, market, jobsOf(market, modes, LANES), LANES));
    const records = (await Promise.all(labs)).flat();
    const rows = tableOf(records);
    printTable(rows);
    const total = totalOf(rows);
    const faulted = records.filter(({ played, job }) => played.length > 0 || job.fault.door === undefined).length;
    console.log(`${faulted} faulted writes in ${Math.round((Date.now() - start) / 1000)} s`);

    assert.deepEqual(offences(records), []);
    assert.deepEqual([total.doubles, total.losses, total.wrong], [0, 0, 0]);
    assert.ok(faulted >= least, `${faulted} faulted writes are fewer than ${least}`);
    // These must have happened, so that the zeros above say something.
    const met = new Set(records.map(({ job }) => job.fault.name));
    assert.deepEqual(
      FAULTS.map((fault) => fault.name).filter((fault) => !met.has(fault)),
      [],
    );
    for (const column of ["stored", "found", "unsure", "refused", "copied"]) assert.ok(total[column] > 0, column);
  });
}

/**
 * The same where reads lag: below the settling time no double, loss or wrong word, and nearly all
 * ends done or with `no`.
 */
export function lagBar({ name, share, least, timeout }) {
  test(name, { timeout }, async (t) => {
    const project = await makeProject();
    t.after(project.dispose);
    const records = await runLagLab(await project.load(), { share }, 2 * LANES);
    const rows = lagTableOf(records);
    printLagTable(rows);
    printLagTable(lagTableOf(records, () => "all\t"));

    // Beyond the settling time a write may be sent twice: it cannot be known.
    const within = records.filter(({ job }) => job.lag !== LAG_BEYOND_MS);
    assert.deepEqual(offences(within), []);
    assert.ok(within.length >= least, `${within.length} faulted writes are fewer than ${least}`);
    for (const [key, { decidable, decisions }] of rows) {
      if (key.endsWith(`\t${LAG_BEYOND_MS}`)) continue;
      assert.ok(decisions >= 0.99 * decidable, `${key}: ${decisions} of ${decidable} are decided`);
    }
    // Each kind of row is met at each lag, so that the zeros say something.
    const met = new Map();
    for (const { job, market } of within) met.set(`${market} ${job.mode}`, (met.get(`${market} ${job.mode}`) ?? 0) + 1);
    for (const [mode, times] of met) assert.ok(times >= LAGS.length, `${mode}: met ${times} times`);
    assert.ok(met.size >= 25, `${met.size} kinds of rows`);
  });
}
