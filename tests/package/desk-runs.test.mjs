/**
 * Desks whose Workers die: seeded runs against each marketplace, in virtual time, with customers who
 * write, letters, lost and doubled messages of the queue, failing calls and marketplaces that show
 * late. In the end the desk has what the marketplace's own database has, and each letter landed
 * once.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startD1 } from "./desk-d1.mjs";
import { makeRun } from "./desk-runs.mjs";
import { VirtualTime } from "./desk-time.mjs";
import { few, MARKETS, startWorld } from "./desk-world.mjs";
import { makeProject } from "./lib.mjs";

const ALL = process.env.SELLER_TICKETS_ALL === "1";
const RUNS = ALL ? 250 : 7;
/** Of a marketplace that tells each thing once, which takes less time. */
const BLIND_RUNS = ALL ? 400 : 30;
/** The runs with a store in D1, which takes several times as long, and their marketplaces by default. */
const D1_RUNS = ALL ? 10 : 1;
const D1_MARKETS = ALL ? Object.keys(MARKETS) : ["kaufland", "jtl-scx"];
/** Of all letters to marketplaces that show what they were sent, those that need a person at most. */
const MOST_UNCLEAR = 0.01;

let project;
let parts;
let time;
let restore;
let world;
let d1;

before(async () => {
  project = await makeProject();
  parts = { api: await project.load(), desk: await project.load("/desk") };
  // The module is compiled before the clock stands still.
  const { api, desk } = parts;
  const accounts = { pb: new api.Probo({ token: "x", baseUrl: "http://localhost:1" }) };
  await new desk.Desk({ accounts, store: desk.memoryStore() }).counts();
  d1 = await startD1(["runs"]);
  time = new VirtualTime(Date.UTC(2026, 2, 2, 8));
  restore = time.install();
  world = await startWorld(time, (db) => few(db));
});
after(async () => {
  restore?.();
  world?.close();
  await d1?.dispose();
  await project?.dispose();
});

for (const [name, { isBlind = false }] of Object.entries(MARKETS)) {
  const runs = isBlind ? BLIND_RUNS : RUNS;
  test(`nothing is lost or doubled at ${name} in ${runs} runs`, async (t) => {
    const ends = {};
    let kills = 0;
    for (let at = 1; at <= runs; at += 1) {
      const run = await time.run(makeRun(parts, time, world, name, 20_260_000 + at));
      kills += run.kills;
      for (const [end, count] of Object.entries(run.ends)) ends[end] = (ends[end] ?? 0) + count;
    }
    const count = Object.values(ends).reduce((sum, one) => sum + one, 0);
    t.diagnostic(`${count} letters, the Worker was killed ${kills} times: ${JSON.stringify(ends)}`);
    assert.ok(count >= runs && kills >= runs, `${count} letters, ${kills} kills`);
    const unclear = Object.entries(ends)
      .filter(([end]) => end.startsWith("needsPerson"))
      .reduce((sum, [, one]) => sum + one, 0);
    // Where nothing can be read back, a letter whose answer is lost is a person's to ask about.
    if (!isBlind) assert.ok(unclear <= MOST_UNCLEAR * count, `${unclear} of ${count} letters need a person`);
    for (const end of Object.keys(ends)) assert.doesNotMatch(end, /^(?:refused|rejected)/, JSON.stringify(ends));
  });
}

for (const name of D1_MARKETS) {
  test(`nor at ${name} in D1, in ${D1_RUNS} runs`, async (t) => {
    let count = 0;
    let kills = 0;
    for (let at = 1; at <= D1_RUNS; at += 1) {
      // Each run is a seller of its own.
      const kept = time.beyond(parts.desk.d1Store(d1.db("runs"), { tenant: `${name} ${at}` }));
      const run = await time.run(makeRun(parts, time, world, name, 20_280_000 + at, kept));
      kills += run.kills;
      for (const one of Object.values(run.ends)) count += one;
      for (const end of Object.keys(run.ends)) assert.doesNotMatch(end, /^(?:refused|rejected)/, end);
    }
    t.diagnostic(`${count} letters, the Worker was killed ${kills} times`);
    assert.ok(count >= D1_RUNS && kills >= D1_RUNS, `${count} letters, ${kills} kills`);
  });
}
