/**
 * The fault lab: each write of each marketplace, met by each fault, many times over; then the marketplace's own database is asked how often it
 * has what was written, and what the library said is held against that.
 *
 *   doubles  more than was asked for, beyond what the network itself delivered twice (that is `copied`)
 *   losses   under `ensure: "once"`: neither stored nor refused
 *   wrong    `sent: "no"` and stored, `sent: "yes"` or success and not stored
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startLocal } from "../../www-demo/local.mjs";
import { FAULTS, READ_FAULTS, SETTLE_MS, TIMEOUT_MS } from "./catalogue.mjs";
import { openDoor } from "./door.mjs";
import { pick, seeded } from "./random.mjs";

/** More than any plan spoils, so that what ends well in the end can end well. */
const MAX_RETRIES = 5;
const MAX_FAULTS = 3;

/** Which writes meet which faults. `twins`: the same write twice, as a seller may really mean it. */
export function jobsOf(market, { seeds, lanes, faults = FAULTS, modes = ["plain", "once"], twins = 1 }) {
  const jobs = [];
  const add = (job) => {
    const number = jobs.length + 1;
    jobs.push({ number, lane: number % lanes, ...job });
  };
  for (let seed = 0; seed < seeds; seed += 1) {
    for (const fault of faults) {
      for (const write of market.writes) {
        for (const mode of modes) {
          if (mode === "once" && !write.once) continue;
          add({ write, fault, mode, seed, calls: 1 });
          if (mode === "once" && write.twins && seed < twins) {
            for (const how of ["in turn", "at once"]) add({ write, fault, mode: `twins ${how}`, seed, calls: 2 });
          }
        }
      }
    }
  }
  return jobs;
}

/** A plan for a door: the fault, some more of them for what is sent again, and some for what is read. */
function planOf(market, { write, fault, mode, seed }) {
  const random = seeded(market.id, write.name, fault.name, mode, seed);
  const writes = [fault];
  while (writes.length < MAX_FAULTS && random() < 0.35) writes.push(pick(random, FAULTS));
  const reads = Array.from({ length: 8 }, () => (random() < 0.08 ? pick(random, READ_FAULTS) : undefined));
  return { random, writes, reads, signIns: [] };
}

/** Does the jobs and says what was told and what was stored. */
export async function runLab(api, market, jobs, lanes) {
  const local = await startLocal({ dashboard: false, quiet: true });
  const doors = [];
  try {
    const db = local.db.kaufland;
    const control = async (path, body) => {
      const response = await fetch(`${local.marketplaceUrl}/control/${path}`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`/control/${path}: ${await response.text()}`);
    };
    await control("settings", { [market.id]: market.settings });
    await control("faults", FAULTS.filter((fault) => "market" in fault).map((fault) => fault.market));
    await market.furnish(db, jobs, lanes);
    for (let lane = 0; lane < lanes; lane += 1) doors.push(await openDoor(local.marketplaceUrl));

    const records = [];
    await Promise.all(
      doors.map(async (door, lane) => {
        const memory = {};
        for (const job of jobs.filter((each) => each.lane === lane)) {
          records.push(await doJob(api, market, job, door, memory));
        }
      }),
    );
    await Promise.all(doors.map((door) => door.quiet()));
    // What the marketplace was told and not waited for.
    await sleep(2 * TIMEOUT_MS);
    const counts = new Map();
    for (const write of market.writes) counts.set(write, await write.stored(db));
    return records.map((record) => judge({ ...record, stored: counts.get(record.job.write).get(record.job.number) ?? 0 }));
  } finally {
    for (const door of doors) await door.dispose();
    await local.dispose();
  }
}

async function doJob(api, market, job, door, memory) {
  const { write, number, mode, calls } = job;
  const plan = door.expect(planOf(market, job));
  const options = {
    timeoutMs: TIMEOUT_MS,
    totalTimeoutMs: 30_000,
    maxRetries: MAX_RETRIES,
    settleMs: SETTLE_MS,
    // Pauses between attempts stay short.
    random: () => plan.random() * 0.04,
    fetch: door.fetch,
    ...job.options,
  };
  // A client of its own, so that the account's rate holds nobody up.
  const client = market.client(api, job.lane, door.url, options, write, memory);
  const once = mode === "plain" ? {} : { ensure: "once" };
  const call = async () => {
    try {
      const { found = false } = (await write.call(client, number, once).withResponse?.()) ?? {};
      return { told: "done", found };
    } catch (error) {
      if (!(error instanceof api.TicketError)) throw error;
      const { sent, code, kind, status } = error;
      return { told: sent, code, kind, status, message: error.message };
    }
  };
  const outcomes = mode === "twins in turn" ? [await call(), await call()] : await Promise.all(Array.from({ length: calls }, call));
  return { market: market.id, job, outcomes, played: plan.played, copies: plan.copies, delivered: plan.delivered };
}

function judge(record) {
  const { outcomes, stored, copies, job } = record;
  const told = (...kinds) => outcomes.filter((outcome) => kinds.includes(outcome.told)).length;
  const sure = told("done", "yes");
  const unsure = told("maybe");
  const doubles = Math.max(0, stored - job.calls - copies);
  const copied = Math.max(0, Math.min(stored - job.calls, copies));
  // What was said not to be there and is; what was said to be there and is not. A copy that the network made is nobody's word.
  const denied = stored > 0 ? Math.max(0, Math.min(stored, job.calls) - sure - unsure) : 0;
  const wrong = denied + Math.max(0, sure - stored);
  const isSafe = job.mode !== "plain";
  const missing = Math.max(0, job.calls - stored);
  const losses = isSafe ? Math.max(0, missing - told("no")) : 0;
  return { ...record, unsure, refused: told("no"), found: outcomes.filter(({ found }) => found).length, doubles, copied, wrong, losses };
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

export function printTable(rows) {
  const line = (words, row) =>
    console.log(words.map((word, index) => word.padEnd([10, 27, 13][index])).join("") + COLUMNS.map((name) => String(row[name]).padStart(9)).join(""));
  line(["", "", ""], Object.fromEntries(COLUMNS.map((name) => [name, name])));
  for (const [key, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) line(key.split("\t"), row);
  line(["all", "", ""], totalOf(rows));
}

/** What is to be looked at, in words. */
export function offences(records) {
  return records
    .filter(({ doubles, losses, wrong }) => doubles + losses + wrong > 0)
    .map(
      ({ market, job, outcomes, played, stored, copies }) =>
        `${market} ${job.write.name}, ${job.mode}, "${job.fault.name}" (seed ${job.seed}): stored ${stored}, copies ${copies}, told ${outcomes
          .map(({ told, code, status }) => [told, code, status].filter((word) => word !== undefined).join(" "))
          .join(" / ")}; played ${played.join(", ")}`,
    );
}
