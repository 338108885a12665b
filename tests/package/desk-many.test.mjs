/**
 * Many accounts in virtual time: what customers write is soon in the store, one account that does
 * not answer delays no other one, and after an outage everything is read within minutes and within
 * the marketplaces' limits. `--all` has 200 accounts.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { MINUTE, makeMany, quantile } from "./desk-many.mjs";
import { VirtualTime } from "./desk-time.mjs";
import { makeProject } from "./lib.mjs";

const ALL = process.env.SELLER_TICKETS_ALL === "1";
const COUNT = ALL ? 200 : 18;
const MINUTES = ALL ? 15 : 8;
/** The bars, in milliseconds. */
const FRESH_MS = 90_000;
const DEAD_MS = 5_000;
const CAUGHT_UP_MS = 10 * MINUTE;
/** Of the calls after an outage, those that a marketplace may refuse because there are too many. */
const MOST_REFUSED = 0.02;

let project;
let time;
let restore;
let many;
let plain;

const inSeconds = (ms) => `${(ms / 1000).toFixed(0)} s`;

before(async () => {
  project = await makeProject();
  const parts = { api: await project.load(), desk: await project.load("/desk") };
  // The module is compiled before the clock stands still.
  const { api, desk } = parts;
  const accounts = { pb: new api.Probo({ token: "x", baseUrl: "http://localhost:1" }) };
  await new desk.Desk({ accounts, store: desk.memoryStore() }).counts();
  time = new VirtualTime(Date.UTC(2026, 2, 2, 8));
  restore = time.install();
  many = await makeMany(parts, time, { count: COUNT });
  await time.run(many.minutes(Math.ceil(COUNT / 3 / 2) + 10));
});
after(async () => {
  many?.stop();
  restore?.();
  await project?.dispose();
});

/** Lets customers write for some minutes, and returns how long each change took. */
async function delays(isMeant) {
  const since = time.now;
  await time.run(many.minutes(MINUTES, Math.ceil(COUNT / 2)));
  await time.run(many.minutes(6));
  return many.delays(since, isMeant);
}

test(`of ${COUNT} accounts, 95 of 100 changes are stored within ${FRESH_MS / 1000} seconds`, async (t) => {
  plain = await delays();
  t.diagnostic(`${plain.length} changes: ${[0.5, 0.95, 1].map((part) => inSeconds(quantile(plain, part))).join(", ")}`);
  assert.ok(plain.length >= MINUTES * 2);
  assert.ok(quantile(plain, 0.95) <= FRESH_MS, inSeconds(quantile(plain, 0.95)));
  assert.ok(Number.isFinite(plain.at(-1)), "each of them is stored");
});

test("an account that does not answer delays the others by less than 5 seconds", async (t) => {
  const dead = many.accounts[0].id;
  many.state.dead.add(dead);
  const others = await delays((id) => id !== dead);
  many.state.dead.delete(dead);
  t.diagnostic(
    `${others.length} changes: ${[0.5, 0.95, 1].map((part) => inSeconds(quantile(others, part))).join(", ")}`,
  );
  const added = quantile(others, 0.95) - quantile(plain, 0.95);
  assert.ok(added <= DEAD_MS, `it added ${added} ms`);
  assert.ok(Number.isFinite(others.at(-1)), "each of them is stored");
  await time.run(many.minutes(6));
});

test("after an hour's outage everything is read within 10 minutes, and within the limits", async (t) => {
  many.state.isOut = true;
  const since = time.now;
  await time.run(many.minutes(60, Math.ceil(COUNT / 60)));
  many.state.isOut = false;
  const back = time.now;
  const { calls, refusals } = many.state;
  await time.run(many.minutes(15));
  const late = [...many.state.seen.values()].filter(({ madeAt }) => madeAt >= since && madeAt < back);
  const times = late.map(({ storedAt }) => (storedAt ?? Number.POSITIVE_INFINITY) - back).sort((a, b) => a - b);
  const made = many.state.calls - calls;
  const refused = many.state.refusals - refusals;
  t.diagnostic(
    `${times.length} changes: the last after ${inSeconds(times.at(-1))}; ${refused} of ${made} calls refused`,
  );
  assert.ok(times.length >= 60);
  assert.ok(times.at(-1) <= CAUGHT_UP_MS, inSeconds(times.at(-1)));
  assert.ok(refused <= MOST_REFUSED * made, `${refused} of ${made} calls were refused`);
});
