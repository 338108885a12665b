/**
 * What a desk of very many accounts uses in a day, in virtual time: `node
 * tests/package/desk-router.mjs [accounts] [databases]` prints it.
 *
 * What one sync costs is measured: the desk reads each local marketplace into local D1, which counts
 * rows. The day is then simulated account by account, with the intervals of the sync, the latency of
 * the queue and customers who write at random. Each account belongs to one database, which its name
 * chooses.
 */
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { seeded } from "../faults/random.mjs";
import { startD1 } from "./desk-d1.mjs";
import { VirtualTime } from "./desk-time.mjs";
import { few, MARKETS, startWorld } from "./desk-world.mjs";
import { makeProject } from "./lib.mjs";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The accounts of each marketplace among a hundred. */
const SHARES = { kaufland: 40, clickbank: 25, magalu: 25, "jtl-scx": 10 };
/** The tickets in which something happens in a day, for each account. */
const CHANGES_A_DAY = 20;
/** How long a wake-up takes from its time to the sync. */
const LATENCY_MS = [300, 2_500];
/** How often the stream of recent changes is read, which the local marketplaces' syncs measure. */
const RECENT_MS = { kaufland: 5 * MINUTE, clickbank: 15 * MINUTE, magalu: 5 * MINUTE, "jtl-scx": DAY };

/** Prices in dollars of a million, of the paid plan in November 2026, without what is included. */
const PRICES = {
  "queue operations": 0.4,
  "requests to Durable Objects": 0.15,
  "seconds of Durable Objects (128 MB)": 12.5 * 0.125,
  "rows read": 0.001,
  "rows written": 1,
  "requests to Workers": 0.3,
};

/** The database of an account: that whose name and the account's together have the largest hash. */
export function databaseOf(account, databases) {
  const weight = (name) => createHash("sha256").update(`${name}\n${account}`).digest().readUInt32BE();
  let best = databases[0];
  let most = -1;
  for (const name of databases) {
    const own = weight(name);
    if (own > most) [best, most] = [name, own];
  }
  return best;
}

/** Measures what the kinds of syncs cost at each marketplace. */
export async function measure() {
  const project = await makeProject();
  const api = await project.load();
  const desk = await project.load("/desk");
  const d1 = await startD1(Object.keys(SHARES));
  const time = new VirtualTime(Date.UTC(2026, 2, 2, 8));
  const world = await startWorld(time, (db) => few(db, 10));
  const costs = {};
  const all = async () => {
    for (const name of Object.keys(SHARES)) {
      const market = MARKETS[name];
      world.rewind(seeded("router", name));
      const sum = { queries: 0, rowsRead: 0, rowsWritten: 0 };
      const onQuery = (cost) => {
        for (const field of Object.keys(sum)) sum[field] += cost[field];
      };
      const store = time.beyond(desk.d1Store(d1.db(name), { onQuery }));
      const client = market.client(api, world, { fetch: world.fetch, now: () => time.now });
      const own = new desk.Desk({ accounts: { [market.id]: client }, store, now: () => time.now });
      const sync = async () => {
        Object.assign(sum, { queries: 0, rowsRead: 0, rowsWritten: 0 });
        const { calls } = await own.sync({ budget: { calls: 1_000, ms: HOUR } });
        return { ...sum, calls };
      };
      const settle = async () => {
        for (let round = 0; round < 40; round += 1) {
          if ((await sync()).calls === 0) return;
          await time.wait(20 * SECOND);
        }
      };
      await settle();
      const less = (a, b) =>
        Object.fromEntries(Object.keys(a).map((field) => [field, Math.max(a[field] - b[field], 0)]));
      time.sleep(MINUTE);
      const hot = await sync();
      time.sleep(RECENT_MS[name] === DAY ? MINUTE : RECENT_MS[name]);
      const both = await sync();
      const [id] = await market.tickets(world);
      await market.write(world, id, "Where is it?", false, time.now);
      time.sleep(MINUTE);
      const changed = await sync();
      time.sleep(25 * HOUR);
      const swept = await sync();
      costs[name] = { hot, recent: less(both, hot), change: less(changed, hot), sweep: less(swept, both) };
    }
  };
  const restore = time.install();
  try {
    await time.run(all());
  } finally {
    restore();
    world.close();
    await d1.dispose();
    await project.dispose();
  }
  return costs;
}

/** Simulates a day of so many accounts. */
export function simulate(costs, count, databaseCount, seed = 1) {
  const random = seeded("router", seed);
  const names = Array.from({ length: databaseCount }, (_, at) => `DB_${at}`);
  const used = { messages: 0, wakes: 0, calls: 0, rowsRead: 0, rowsWritten: 0, queries: 0, seconds: 0 };
  const databases = new Map(
    names.map((name) => [name, { accounts: 0, rowsWritten: 0, seconds: new Uint16Array(DAY / SECOND) }]),
  );
  const kinds = Object.entries(SHARES).flatMap(([name, share]) => Array(share).fill(name));
  const calls = {};
  const delays = [];
  for (let at = 0; at < count; at += 1) {
    const name = kinds[(at * 37) % kinds.length];
    const database = databases.get(databaseOf(`account-${at}`, names));
    database.accounts += 1;
    const cost = costs[name];
    const spend = ({ calls: made, queries, rowsRead, rowsWritten }) => {
      used.calls += made;
      calls[name] = (calls[name] ?? 0) + made;
      used.queries += queries;
      used.rowsRead += rowsRead;
      used.rowsWritten += rowsWritten;
      database.rowsWritten += rowsWritten;
    };
    const latency = () => LATENCY_MS[0] + random() * (LATENCY_MS[1] - LATENCY_MS[0]);
    let recentAt = random() * RECENT_MS[name];
    const sweepAt = random() * DAY;
    let isSwept = false;
    let changeAt = (-Math.log(1 - random()) * DAY) / CHANGES_A_DAY;
    // Each read begins a minute after the one before, when its wake-up has come.
    for (let now = random() * MINUTE; now < DAY; now += MINUTE + latency()) {
      used.messages += 1;
      used.wakes += 1;
      database.seconds[Math.floor(now / SECOND)] += 1;
      spend(cost.hot);
      let made = cost.hot.calls;
      if (now >= recentAt) {
        spend(cost.recent);
        made += cost.recent.calls;
        recentAt = now + RECENT_MS[name];
      }
      if (!isSwept && now >= sweepAt) {
        spend(cost.sweep);
        made += cost.sweep.calls;
        isSwept = true;
      }
      for (; changeAt <= now; changeAt += (-Math.log(1 - random()) * DAY) / CHANGES_A_DAY) {
        spend(cost.change);
        made += cost.change.calls;
        delays.push(now - changeAt);
      }
      // A call takes a quarter of a second, and a query of D1 some milliseconds.
      used.seconds += 0.25 * made + 0.008 * cost.hot.queries;
    }
  }
  // The cron trigger reads three checkpoints of each account in each minute.
  used.rowsRead += 3 * count * 1440;
  const bill = {
    "queue operations": 3 * used.messages,
    "requests to Durable Objects": used.wakes,
    "seconds of Durable Objects (128 MB)": used.seconds,
    "rows read": used.rowsRead,
    "rows written": used.rowsWritten,
    "requests to Workers": used.messages / 10 + 1440 * databaseCount,
  };
  const list = [...databases.values()];
  delays.sort((a, b) => a - b);
  return {
    used,
    calls,
    bill,
    dollars: Object.fromEntries(Object.entries(bill).map(([what, amount]) => [what, (amount / 1e6) * PRICES[what]])),
    accounts: list.map((one) => one.accounts),
    busiest: Math.max(...list.map(({ seconds }) => seconds.reduce((most, one) => Math.max(most, one), 0))),
    rowsWritten: Math.max(...list.map((one) => one.rowsWritten)),
    p95: delays[Math.max(Math.ceil(delays.length * 0.95) - 1, 0)],
    changes: delays.length,
  };
}

const TITLES = { kaufland: "Kaufland", clickbank: "ClickBank", magalu: "Magalu", "jtl-scx": "JTL-SCX" };
/** All but the first are what comes on top of it. */
const KINDS = {
  hot: "what waits",
  recent: "what changed besides",
  change: "a changed ticket besides",
  sweep: "everything besides",
};

const million = (amount) =>
  amount >= 1e6 ? `${(amount / 1e6).toFixed(1)} million` : Math.round(amount).toLocaleString("en");

/** The figures as the page has them. */
export function tableOf(count, databaseCount, costs, day) {
  const lines = ["| to read | calls | queries | rows read | rows written |", "|---|---|---|---|---|"];
  for (const [name, kinds] of Object.entries(costs)) {
    for (const [kind, { calls, queries, rowsRead, rowsWritten }] of Object.entries(kinds)) {
      if (queries === 0) continue;
      lines.push(`| ${TITLES[name]}: ${KINDS[kind]} | ${calls} | ${queries} | ${rowsRead} | ${rowsWritten} |`);
    }
  }
  lines.push(
    "",
    `| ${count.toLocaleString("en")} accounts in ${databaseCount} databases, a day | | dollars |`,
    "|---|---|---|",
  );
  for (const [what, amount] of Object.entries(day.bill)) {
    lines.push(`| ${what} | ${million(amount)} | ${day.dollars[what].toFixed(2)} |`);
  }
  const sum = Object.values(day.dollars).reduce((all, one) => all + one, 0);
  lines.push(`| together | | ${sum.toFixed(2)} |`, "");
  lines.push("| | |", "|---|---|");
  lines.push(`| calls to marketplaces | ${million(day.used.calls)} |`);
  lines.push(
    `| tickets that change | ${million(day.changes)}, 95 of 100 of them stored within ${(day.p95 / 1000).toFixed(0)} s |`,
  );
  lines.push(`| accounts of a database | ${Math.min(...day.accounts)} to ${Math.max(...day.accounts)} |`);
  lines.push(`| wake-ups of a database in a second, at most | ${day.busiest} |`);
  lines.push(`| rows written to a database, at most | ${million(day.rowsWritten)} |`);
  return lines.join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [count, databases] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 50)];
  const costs = await measure();
  console.log(tableOf(count, databases, costs, simulate(costs, count, databases)));
}
