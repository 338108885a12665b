/**
 * The processor time of a desk's syncs in workerd, by V8's profiler: `node
 * tests/workerd/desk-processor.mjs [account]` prints it. The account is `kf-de` by default, `cb` or `mg`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { makeProject, startWorker } from "../package/lib.mjs";
import { deskBindings } from "./desk-bindings.mjs";

const WebSocket = createRequire(import.meta.url)("ws");

const [account = "kf-de"] = process.argv.slice(2);
/** The syncs that a figure is the mean of. */
const COUNT = 20;
/** The rows that a sync writes which has news of nothing: its checkpoints. */
const IDLE_ROWS = 6;
const MINUTE = 61_000;
const INTERVAL_US = 200;
/** Between samples that are further apart, the isolate did nothing, or the machine something else. */
const MOST_APART_US = 3 * INTERVAL_US;

const sourceOf = ({ kaufland, clickbank, magalu: { baseUrl, tokenUrl } }) => `
  import { ClickBank, Kaufland, Magalu } from "seller-tickets";
  import { d1Store, deskWorker } from "seller-tickets/desk";

  const test = { ahead: 0, syncs: [], errors: [] };
  const worker = deskWorker({
    plan: "free",
    accounts: (env, { tokenStore }) => ({
      "kf-de": new Kaufland(${JSON.stringify(kaufland)}),
      cb: new ClickBank(${JSON.stringify(clickbank)}),
      mg: new Magalu({ ...${JSON.stringify({ baseUrl, tokenUrl, ...LOCAL_KEYS.magalu })}, tokenStore: tokenStore("mg") }),
    }),
    authorize: () => null,
    now: () => Date.now() + test.ahead,
    store: (env, onQuery) => {
      const sync = { queries: 0, rowsWritten: 0 };
      test.syncs.push(sync);
      return d1Store(env.DB, {
        onQuery: (cost) => {
          for (const name of Object.keys(sync)) sync[name] += cost[name];
          onQuery(cost);
        },
      });
    },
    onError: ({ code }) => test.errors.push(code),
  });
  export const DeskObject = worker.DeskObject;
  export default {
    ...worker,
    async fetch(request, env) {
      const { searchParams } = new URL(request.url);
      if (searchParams.has("ahead")) {
        Object.assign(test, { ahead: Number(searchParams.get("ahead")), syncs: [] });
        await env.DESK_QUEUE.send({ account: ${JSON.stringify(account)} });
      }
      return Response.json(test);
    },
  };`;

/** Connects to the inspector of the Worker's isolate. */
async function inspect(address) {
  const targets = await (await fetch(new URL("/json", address.replace(/^ws/, "http")))).json();
  const { webSocketDebuggerUrl: url } = targets.find(({ webSocketDebuggerUrl }) =>
    webSocketDebuggerUrl.includes("/core:user:"),
  );
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  let asked = 0;
  const ask = (method, params = {}) =>
    new Promise((resolve, reject) => {
      asked += 1;
      const own = asked;
      const listen = (data) => {
        const { id, error, result } = JSON.parse(data);
        if (id !== own) return;
        socket.off("message", listen);
        if (error === undefined) resolve(result);
        else reject(new Error(error.message));
      };
      socket.on("message", listen);
      socket.send(JSON.stringify({ id: own, method, params }));
    });
  return { ask, close: () => socket.close() };
}

/** Returns the milliseconds in which the isolate did something. */
function busyOf({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const isBusy = (id) => !["(idle)", "(program)"].includes(names.get(id));
  const busy = samples.map((id, at) => (isBusy(id) ? Math.min(timeDeltas[at], MOST_APART_US) : 0));
  return busy.reduce((sum, us) => sum + us, 0) / 1000;
}

const local = await startLocal({ dashboard: false, quiet: true });
await local.control.settings({ clickbank: { rate_limit: null }, magalu: { rate_limit: null } });
for (const [name, by] of [
  ["kaufland", "number"],
  ["clickbank", "opened"],
  ["magalu", "number"],
]) {
  const kept = `SELECT rowid FROM ${name}_tickets ORDER BY ${by} DESC LIMIT 60`;
  await local.db.kaufland.run(`DELETE FROM ${name}_tickets WHERE rowid NOT IN (${kept})`);
}
const project = await makeProject();
const folder = await mkdtemp(join(tmpdir(), "desk-processor-"));
const bindings = { ...deskBindings(folder), inspectorPort: 0 };
const worker = await startWorker(project, sourceOf(local.accounts), {}, bindings);
const inspector = await inspect(worker.inspector);
try {
  const tell = async (query = "") => (await fetch(`${worker.url}/?${query}`)).json();
  let ahead = 0;
  /** Wakes the account a minute later, and returns what its sync used of the store once that is over. */
  const sync = async () => {
    ahead += MINUTE;
    await tell(`ahead=${ahead}`);
    for (let before = ""; ; ) {
      await sleep(150);
      const { syncs, errors } = await tell();
      if (errors.length > 0) throw new Error(`the sync failed: ${errors.join()}`);
      const now = JSON.stringify(syncs);
      if (syncs.length > 0 && now === before) return syncs.at(-1);
      before = now;
    }
  };
  const profiled = async (work) => {
    await inspector.ask("Profiler.start");
    const used = await work();
    const { profile } = await inspector.ask("Profiler.stop");
    return { used, busy: busyOf(profile) };
  };
  const print = (what, { queries, rowsWritten }, ms) =>
    console.log(`${what}: ${ms.toFixed(1)} ms, ${queries} queries, ${rowsWritten} rows written`);

  await inspector.ask("Profiler.enable");
  await inspector.ask("Profiler.setSamplingInterval", { interval: INTERVAL_US });
  const first = await profiled(sync);
  print("the first sync of the isolate", first.used, first.busy);
  const isIdle = ({ queries, rowsWritten }) => queries > 0 && rowsWritten <= IDLE_ROWS;
  for (let idle = 0, at = 0; idle < 4; at += 1) {
    const { used, busy } = await profiled(sync);
    idle = isIdle(used) ? idle + 1 : 0;
    if (!isIdle(used) && at % 5 === 0) print("a sync that stores tickets", used, busy);
  }
  const sums = { queries: 0, rowsWritten: 0, ms: 0, count: 0 };
  while (sums.count < COUNT) {
    const { used, busy } = await profiled(sync);
    if (!isIdle(used)) continue;
    sums.queries += used.queries;
    sums.rowsWritten += used.rowsWritten;
    sums.ms += busy;
    sums.count += 1;
  }
  const mean = { queries: sums.queries / COUNT, rowsWritten: sums.rowsWritten / COUNT };
  print(`a sync without news, the mean of ${COUNT}`, mean, sums.ms / COUNT);
} finally {
  inspector.close();
  await worker.dispose();
  await project.dispose();
  await local.dispose();
  await rm(folder, { recursive: true, force: true });
}
