/** The simulation of very many accounts: what it counts, and how accounts are spread over databases. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseOf, simulate, tableOf } from "./desk-router.mjs";

const kinds = (calls) => ({
  hot: { calls, queries: 10, rowsRead: 80, rowsWritten: 2 },
  recent: { calls: 1, queries: 5, rowsRead: 10, rowsWritten: 2 },
  change: { calls: 1, queries: 8, rowsRead: 20, rowsWritten: 15 },
  sweep: { calls: 10, queries: 60, rowsRead: 200, rowsWritten: 12 },
});
const COSTS = { kaufland: kinds(1), clickbank: kinds(2), magalu: kinds(1), "jtl-scx": kinds(1) };

test("a day's figures follow from the intervals", () => {
  const day = simulate(COSTS, 400, 8);
  const each = day.used.messages / 400;
  // A minute, and the queue's latency.
  assert.ok(each > 1_350 && each < 1_440, `${each} wake-ups of an account`);
  assert.equal(day.bill["queue operations"], 3 * day.used.messages);
  assert.equal(
    day.accounts.reduce((sum, one) => sum + one, 0),
    400,
  );
  assert.ok(day.changes > 400 * 18 && day.changes < 400 * 22, `${day.changes} changes`);
  assert.ok(day.p95 < 90_000, `${day.p95} ms`);
  // Two accounts cost as much again as one.
  const double = simulate(COSTS, 800, 8);
  assert.ok(Math.abs(double.bill["rows written"] / day.bill["rows written"] - 2) < 0.05);
  const text = tableOf(400, 8, COSTS, day);
  assert.match(text, /\| together \| \| \d+\.\d\d \|/);
  assert.doesNotMatch(text, /NaN|undefined/);
});

test("a database takes its share, and nothing moves between the others when one is added", () => {
  const names = Array.from({ length: 20 }, (_, at) => `DB_${at}`);
  const accounts = Array.from({ length: 4_000 }, (_, at) => `account-${at}`);
  const counts = new Map();
  for (const account of accounts) {
    const name = databaseOf(account, names);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const next = databaseOf(account, [...names, "DB_20"]);
    assert.ok(next === name || next === "DB_20", `${account} moves from ${name} to ${next}`);
  }
  for (const [name, count] of counts) assert.ok(count > 120 && count < 290, `${name} has ${count} of 4000`);
  assert.equal(counts.size, 20);
});
