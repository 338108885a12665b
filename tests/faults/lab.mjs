/**
 * The fault lab: each write of each marketplace, met by each fault, many times over; then the
 * marketplace's own database is asked how often it has what was written, and what the library said
 * is held against that.
 *
 *   doubles  more than was asked for, beyond what the network itself delivered twice (that is
 *            `copied`)
 *   losses   under `ensure: "once"`: neither stored nor refused
 *   wrong    `sent: "no"` and stored, `sent: "yes"` or success and not stored
 */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { startLocal } from "../../www-demo/local.mjs";
import { controlOf } from "../package/lib.mjs";
import { AGAIN, FAULTS, labHabits, marketFaults, READ_FAULTS, SETTLE_MS, TIMEOUT_MS } from "./catalogue.mjs";
import { openDoor } from "./door.mjs";
import { pick, seeded } from "./random.mjs";

/** More than any plan spoils, so that what ends well in the end can end well. */
const MAX_RETRIES = 5;
const MAX_FAULTS = 3;

/**
 * Which writes meet which faults. `modes` says for each mode how many seeds there are: `plain`,
 * `once`, and `twins` (the same write twice, as a seller may really mean it); a part of a seed is a
 * part of its faults.
 */
export function jobsOf(market, modes, lanes) {
  const jobs = [];
  const add = (job) => {
    const number = jobs.length + 1;
    jobs.push({ number, lane: number % lanes, ...job });
  };
  for (const [mode, seeds] of Object.entries(modes)) {
    for (let seed = 0; seed < seeds; seed += 1) {
      for (const fault of FAULTS) {
        for (const write of market.writes) {
          if ((mode !== "plain" && !write.once) || (mode === "twins" && !write.twins)) continue;
          if (seeded("share", market.id, write.name, mode, fault.name, seed)() >= seeds - seed) continue;
          if (mode !== "twins") add({ write, fault, mode, seed, calls: 1 });
          else for (const how of ["in turn", "at once"]) add({ write, fault, mode: `twins ${how}`, seed, calls: 2 });
        }
      }
    }
  }
  return jobs;
}

/** The headers by which a job's requests ask the marketplace for its habits. */
const headersOf = ({ lag, copies }) => ({
  ...(lag === undefined ? {} : { "x-lab-lag": String(lag) }),
  ...(copies === undefined ? {} : { "x-lab-copies": copies }),
});

/**
 * A plan for a door: the fault, some more of them for what is sent again, and some for what is
 * read.
 */
function planOf(market, job) {
  const { write, fault, mode, seed, lag, spare = 0 } = job;
  const words = lag === undefined ? [] : [lag];
  const random = seeded(market.id, write.name, fault.name, mode, seed, ...words);
  // Of a pair, the second one may be the one that is hit.
  const writes = [...Array(spare), fault.door === undefined && fault.market === undefined ? undefined : fault];
  while (writes.length < MAX_FAULTS + spare && random() < 0.35) writes.push(pick(random, AGAIN));
  const reads = Array.from({ length: 8 }, () => (random() < 0.08 ? pick(random, READ_FAULTS) : undefined));
  const signIns = Array.from({ length: fault.signIns ?? 0 }, () => pick(random, READ_FAULTS));
  return { random, writes, reads, signIns, headers: headersOf(job) };
}

/** Does the jobs and says what was told and what was stored. */
export async function runLab(api, market, jobs, lanes) {
  const local = await startLocal({ dashboard: false, quiet: true });
  const doors = [];
  let strays = 0;
  const elsewhere = createServer((_, response) => {
    strays += 1;
    response.writeHead(201).end();
  });
  await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  try {
    const db = local.db.kaufland;
    const control = controlOf(local.marketplaceUrl);
    await control("POST", "settings", { [market.id]: market.settings });
    await control("POST", "faults", marketFaults(`http://127.0.0.1:${elsewhere.address().port}/elsewhere`));
    await market.furnish(db, jobs, lanes);
    // After that, so that what is furnished is old to all readers.
    if (jobs.some(({ lag }) => lag !== undefined)) await control("POST", "faults", labHabits);
    for (let lane = 0; lane < lanes; lane += 1) doors.push(await openDoor(local.marketplaceUrl));

    const records = [];
    await Promise.all(
      doors.map(async (door, lane) => {
        const memory = {};
        for (const job of jobs.filter((each) => each.lane === lane)) {
          records.push(await doJob(api, market, job, door, memory, db));
          // A late copy belongs to this write, and must not meet the next one of the account.
          await door.quiet();
        }
      }),
    );
    // The marketplace was told these without waiting for its answers.
    await sleep(2 * TIMEOUT_MS);
    const counts = new Map();
    if (strays > 0) throw new Error(`${strays} requests went to another host`);
    for (const write of market.writes) counts.set(write, await write.stored(db));
    return records.map((record) =>
      judge({ ...record, stored: (counts.get(record.job.write).get(record.job.number) ?? 0) - record.others }),
    );
  } finally {
    for (const door of doors) await door.dispose();
    elsewhere.close();
    await local.dispose();
  }
}

async function doJob(api, market, job, door, memory, db) {
  const { write, number, mode, calls } = job;
  const plan = door.expect(planOf(market, job));
  let others = 0;
  if (job.other !== undefined) {
    const act = async () => {
      others += await job.other.act(db, number);
    };
    plan.meanwhile = { when: job.other.when, act };
  }
  const options = {
    timeoutMs: TIMEOUT_MS,
    totalTimeoutMs: 30_000,
    maxRetries: MAX_RETRIES,
    settleMs: job.settleMs ?? SETTLE_MS,
    // Pauses between attempts stay short.
    random: () => plan.random() * 0.04,
    fetch: door.fetch,
    ...(job.fault.skewMs === undefined ? {} : { now: () => Date.now() + job.fault.skewMs }),
    ...job.options,
  };
  // A client of its own, so that the account's rate delays no other client.
  const client = market.client({ api, job, url: door.url, options, memory });
  const once = mode === "plain" ? {} : { ensure: "once" };
  const call = async (make = write.call) => {
    try {
      const { found = false } = (await make(client, number, once).withResponse?.()) ?? {};
      return { told: "done", found };
    } catch (error) {
      if (!(error instanceof api.TicketError)) throw error;
      const { sent, code, kind, status } = error;
      return { told: sent, code, kind, status, message: error.message };
    }
  };
  const makes = Array.from({ length: calls }, (_, at) => (at === 1 ? (job.second ?? write.call) : write.call));
  const outcomes = [];
  if (mode.endsWith("in turn")) for (const make of makes) outcomes.push(await call(make));
  else outcomes.push(...(await Promise.all(makes.map((make) => call(make)))));
  const { played, copies, delivered } = plan;
  return { market: market.id, job, outcomes, played, copies, delivered, others };
}

export function judge(record) {
  const { outcomes, stored, copies, job } = record;
  const told = (...kinds) => outcomes.filter((outcome) => kinds.includes(outcome.told)).length;
  const sure = told("done", "yes");
  const unsure = told("maybe");
  const doubles = Math.max(0, stored - job.calls - copies);
  const copied = Math.max(0, Math.min(stored - job.calls, copies));
  // A write was said not to be there and is, or was said to be there and is not. A copy that the
  // network made contradicts no client.
  const denied = stored > 0 ? Math.max(0, Math.min(stored, job.calls) - sure - unsure) : 0;
  const wrong = denied + Math.max(0, sure - stored);
  // A client without keys can neither send nor find out.
  const isSafe = job.mode !== "plain" && job.fault.access !== "rotated";
  const missing = Math.max(0, job.calls - stored);
  const refused = told("no");
  const losses = isSafe ? Math.max(0, missing - refused - (job.write.halfKnown ? unsure : 0)) : 0;
  return {
    ...record,
    unsure,
    refused,
    found: outcomes.filter(({ found }) => found).length,
    doubles,
    copied,
    wrong,
    losses,
  };
}

const COLUMNS = ["calls", "faults", "stored", "found", "unsure", "refused", "copied", "doubles", "losses", "wrong"];

/** Sums by marketplace, write and mode. */
export function tableOf(records) {
  const rows = new Map();
  for (const record of records) {
    const { market, job, played } = record;
    const key = [market, job.write.name, job.mode].join("\t");
    const row = rows.get(key) ?? Object.fromEntries(COLUMNS.map((name) => [name, 0]));
    row.calls += job.calls;
    row.faults += played.length;
    for (const name of COLUMNS.slice(2)) row[name] += record[name];
    rows.set(key, row);
  }
  return rows;
}

export function totalOf(rows) {
  const total = Object.fromEntries(COLUMNS.map((name) => [name, 0]));
  for (const row of rows.values()) for (const name of COLUMNS) total[name] += row[name];
  return total;
}

export function printTable(rows, hasSums = true) {
  const line = (words, row) =>
    console.log(
      words.map((word, index) => word.padEnd([10, 27, 15][index])).join("") +
        COLUMNS.map((name) => String(row[name]).padStart(9)).join(""),
    );
  line(["", "", ""], Object.fromEntries(COLUMNS.map((name) => [name, name])));
  for (const [key, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) line(key.split("\t"), row);
  if (hasSums) line(["all", "", ""], totalOf(rows));
}

/** The cases that need a look, in words. */
export function offences(records) {
  return records.filter(({ doubles, losses, wrong }) => doubles + losses + wrong > 0).map(inWords);
}

/** A run in words. */
export function inWords({ market, job, outcomes, played, stored, copies }) {
  const told = outcomes.map(({ told, code, status }) =>
    [told, code, status].filter((word) => word !== undefined).join(" "),
  );
  const what = `${market} ${job.write.name}, ${job.mode}, "${job.fault.name}" (seed ${job.seed})`;
  return `${what}: stored ${stored}, copies ${copies}, told ${told.join(" / ")}; played ${played.join(", ")}`;
}
