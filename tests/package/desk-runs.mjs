/**
 * One seeded run of a desk against a marketplace: customers write, letters are sent, calls fail, and
 * the Worker is killed between any two waits. Then all is calm, and the desk is held against the
 * marketplace's own database.
 */
import assert from "node:assert/strict";
import { pick, seeded } from "../faults/random.mjs";
import { startCloud } from "./desk-cloud.mjs";
import { MARKETS } from "./desk-world.mjs";

const HOUR = 3_600_000;
/** The minutes in which things happen, and those after which a letter must have come to its end. */
const WILD = 12;
const CALM = 25;
const MOST_CALM = 12 * 60;
/** The waits of a run's Workers, of which most have two thousand. What never comes to an end has more. */
const MOST_STEPS = 15_000;
/** Where nothing more happens by itself. */
const ENDS = ["confirmed", "published", "refused", "review", "cancelled", "needsPerson", "rejected"];

const int = (random, below) => Math.floor(random() * below);

/** Faults of one request, and habits of reads that end with the wild minutes. */
function faultsOf(random, name, { late }) {
  const match = { marketplace: name };
  const write = { ...match, method: name === "clickbank" ? pick(random, ["POST", "PUT"]) : "POST" };
  const one = [
    { kind: "status", status: 503 },
    { kind: "status", status: 503, when: "after" },
    { kind: "status", status: 429, headers: { "retry-after": "3" } },
    { kind: "status", status: 429 },
    { kind: "cut_body" },
    { kind: "truncated_json" },
    { kind: "empty_body" },
    { kind: "stall_headers", ms: 70_000 },
    { kind: "stall_headers", ms: 70_000, when: "after" },
  ];
  const faults = Array.from({ length: int(random, 7) }, () => ({
    match: random() < 0.5 ? write : match,
    fault: pick(random, one),
    skip: int(random, 4),
  }));
  const habits = [
    ...(late === undefined ? [] : [{ kind: "late", ms: 1_000 + int(random, 8_000), of: [pick(random, late)] }]),
    { kind: "cap_page", rows: 1 + int(random, 3) },
    { kind: "other_order", order: "rotated" },
    { kind: "byte_order_mark" },
  ];
  // Order is a part of what some lists promise, so it changes for single requests only.
  for (const fault of habits.filter(() => random() < 0.35)) {
    faults.push({ match, fault, times: fault.kind === "other_order" ? 2 : null });
  }
  return faults;
}

/**
 * Makes a run, and returns what became of its letters. `parts` are the package, the virtual time and
 * the marketplaces at it; `kept` is an empty store.
 */
export async function makeRun(parts, time, world, name, seed, kept = parts.desk.memoryStore()) {
  const stops = [];
  const watch = watchOf(`${name}, seed ${seed}`);
  try {
    return await Promise.race([play(parts, time, world, name, seed, kept, stops, watch.step), watch.stuck]);
  } finally {
    for (const stop of stops) stop();
  }
}

/** Fails a run whose Workers do the same again and again. No time passes meanwhile that could end it. */
function watchOf(what) {
  let fail;
  const stuck = new Promise((_, reject) => {
    fail = reject;
  });
  stuck.catch(() => {});
  let steps = 0;
  const step = () => {
    steps += 1;
    if (steps <= MOST_STEPS) return;
    const error = new assert.AssertionError({ message: `${what}: after ${steps} waits nothing has come to an end` });
    fail(error);
    throw error;
  };
  return { step, stuck };
}

async function play({ api, desk: { deskWorker, Desk } }, time, world, name, seed, kept, stops, onStep) {
  const random = seeded(name, seed);
  const market = MARKETS[name];
  world.rewind(seeded(name, seed, "marketplace"));
  const wrapped = (of, life) =>
    Object.fromEntries(Object.entries(of).map(([key, work]) => [key, (...args) => life.step(() => work(...args))]));
  const errors = [];
  const clientOf = (fetch) => market.client(api, world, { fetch, settleMs: 10_000, now: () => time.now, random });
  const make = (life) =>
    deskWorker({
      plan: "paid",
      accounts: () => ({ [market.id]: clientOf((url, init) => life.step(() => world.fetch(url, init))) }),
      authorize: () => ({ person: "kim", accounts: [market.id], access: "write" }),
      store: () => wrapped(kept, life),
      now: () => time.now,
      random,
      onError: (error) => errors.push(error),
    });
  const cloud = startCloud({
    time,
    random,
    make,
    onStep,
    chaos: { doubles: 0.3, shuffles: true, latencyMs: () => int(random, 800) },
  });
  stops.push(cloud.stop);
  const calm = new Desk({
    accounts: { [market.id]: clientOf(world.fetch) },
    store: kept,
    now: () => time.now,
  });
  const letters = [];

  const write = async (text) => {
    if (name === "probo") {
      const more = {
        order_id: "W1000001",
        reason: "delayed",
        suggested_solution: "credit",
        products: [{ id: 1, amount: 1, files: [] }],
      };
      return [
        { account: market.id, id: "" },
        await cloud.call(
          "do",
          { account: market.id, id: "" },
          "create",
          { text, more },
          { holdMs: int(random, 20_000) },
        ),
      ];
    }
    const { items } = await calm.list({ account: market.id, view: pick(random, ["todo", "waiting"]) });
    if (items.length === 0) return undefined;
    const { key } = pick(random, items);
    const { actions } = await calm.read(key);
    if (actions.find(({ action }) => action === "reply")?.allowed !== true) return undefined;
    return [key, await cloud.call("do", key, "reply", { text }, { holdMs: int(random, 20_000) })];
  };

  await cloud.minutes(3);
  await world.control.fault(faultsOf(random, name, market));
  for (let minute = 0; minute < WILD; minute += 1) {
    // Soon enough to be in the middle of something.
    if (random() < 0.6) cloud.killSoon(1 + int(random, pick(random, [10, 20, 40])), random() < 0.5);
    const what = random();
    const ids = (await market.tickets?.(world)) ?? [];
    const said = `customer ${seed} ${minute}`;
    if (what < (market.isBlind ? 0.5 : 0.3) && market.write !== undefined) {
      const id = pick(random, ids);
      const isQuiet = random() < 0.2;
      if (!(await market.closed(world, id))) await market.write(world, id, said, isQuiet, time.now);
    } else if (what < 0.4 && market.close !== undefined) {
      await market.close(world, pick(random, ids)).catch(() => {});
    } else if (what < 0.46 && market.equalTimes !== undefined) {
      await market.equalTimes(world);
    } else {
      const text = `letter ${seed} ${minute}`;
      try {
        const made = await write(text);
        if (made !== undefined) letters.push({ text, key: made[0], id: made[1] });
      } catch {
        // The page learns that it failed; whether the letter was stored is to be seen.
        letters.push({ text, key: undefined, id: undefined });
      }
    }
    await cloud.minutes(1);
  }
  cloud.spare();
  world.forget();
  const open = async () => {
    const rows = await kept.letters({ open: true, limit: 1000 });
    return rows.filter(({ state }) => !ENDS.includes(state));
  };
  for (let minute = 0; minute < MOST_CALM; minute += 1) {
    await cloud.minutes(1);
    if (minute >= CALM && (await open()).length === 0) break;
  }
  // A sweep finds what neither of the other streams shows.
  time.sleep(25 * HOUR);
  await cloud.minutes(6);

  const what = `${name}, seed ${seed}`;
  assert.deepEqual(await open(), [], `${what}: a letter does not come to its end`);
  await compare(time, world, market, calm, what);
  const ends = {};
  const rows = new Map((await lettersOf(kept, market.id)).map((row) => [JSON.parse(row.text).given.text, row]));
  for (const { text, id } of letters) {
    const row = rows.get(text);
    const copies = await market.copies(world, text);
    if (row === undefined) {
      // Nothing was promised for it.
      assert.equal(id, undefined, `${what}: the letter "${text}" is lost`);
      assert.equal(copies, 0, `${what}: "${text}" is there without a letter`);
      continue;
    }
    const { state } = row;
    const { row: own } = JSON.parse(row.text);
    const is = `${what}: ${copies} copies of "${text}", which is ${state} (${own.why})`;
    assert.ok(copies <= 1, is);
    if (["confirmed", "published"].includes(state)) assert.equal(copies, 1, is);
    if (["refused", "review", "cancelled"].includes(state)) assert.equal(copies, 0, is);
    // It was certainly begun, or it would have been sent again.
    if (state === "needsPerson") assert.equal(JSON.parse(row.text).isTried, true, is);
    const end = own.why === null ? state : `${state}: ${own.why}`;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return { ends, kills: cloud.counts.kills, messages: cloud.counts.messages, errors };
}

async function lettersOf(store, account) {
  const found = [];
  const keys = [{ account, id: "" }];
  for (let after = ""; ; ) {
    const page = await store.scan(account, after, 500);
    keys.push(...page.map(({ id }) => ({ account, id })));
    if (page.length < 500) break;
    after = page.at(-1).id;
  }
  found.push(...(await store.letters({ tickets: keys })));
  return found;
}

/** Holds the desk's tickets and messages against the marketplace's own. */
async function compare(time, world, market, desk, what) {
  if (market.tickets === undefined) return;
  const found = [];
  for (const view of ["todo", "waiting", "snoozed", "done"]) {
    for (let after; ; ) {
      const page = await desk.list({ view, limit: 200, ...(after === undefined ? {} : { after }) });
      found.push(...page.items);
      if (page.next === null) break;
      after = page.next;
    }
  }
  const ids = await market.tickets(world);
  assert.deepEqual(found.map(({ key }) => key.id).sort(), [...ids].sort(), `${what}: the tickets`);
  for (const id of ids) {
    const { ticket, messages } = await desk.read({ account: market.id, id });
    const theirs = messages.filter(({ from }) => !(market.isBlind && from === "seller"));
    const own = await market.texts(world, id, time.now);
    assert.deepEqual(theirs.map(({ text }) => text ?? "").sort(), own.sort(), `${what}: the messages of ${id}`);
    assert.equal(ticket.state === "closed", await market.closed(world, id), `${what}: the state of ${id}`);
  }
}
