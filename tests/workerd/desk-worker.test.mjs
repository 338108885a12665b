/**
 * `deskWorker` in workerd, with its cron trigger, queues, Durable Objects, alarms and D1: the five
 * accounts are read by themselves, letters land once however the Worker ends, and no one hears of what
 * belongs to others.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { makeProject, startWorker } from "../package/lib.mjs";
import { deskBindings } from "./desk-bindings.mjs";

// Node 20 has none of its own.
const WebSocket = createRequire(import.meta.url)("ws");
globalThis.WebSocket ??= WebSocket;

/** What a Worker of the free plan may do in one invocation. */
const FREE = { queries: 50, subrequests: 50 };
/** The queries by which an isolate finds its tables, once. */
const PREPARING = 2;

let local;
let project;
let Desk;
let folder;
let worker;
let desk;

const SOURCE = (accounts, seller) => `
  import { ClickBank, JtlScx, Kaufland, Magalu, Probo } from "seller-tickets";
  import { d1Store, deskWorker } from "seller-tickets/desk";

  const people = {
    kim: { accounts: ["kf-de", "cb", "mg", "jtl", "pb"], access: "write" },
    ann: { accounts: ["kf-de"], access: "read" },
    bo: { accounts: ["cb"], access: "write" },
  };
  const test = { isOut: new Set(), broken: null, costs: [], asked: [], fetches: 0, handled: {}, woken: [], ahead: 0 };
  const personOf = (request) => (request.headers.get("cookie") ?? "person=kim").replace("person=", "");
  const counted = (url, init) => { test.fetches += 1; return fetch(url, init); };
  const more = { settleMs: 500, fetch: counted };

  const worker = deskWorker({
    plan: PLAN,
    profile: { code: "7", name: "Ana" },
    accounts: (env, { tokenStore }) => ({
      "kf-de": new Kaufland({ ...${JSON.stringify(accounts.kaufland)}, ...more }),
      cb: new ClickBank({ ...${JSON.stringify(accounts.clickbank)}, ...more }),
      mg: new Magalu({
        ...${JSON.stringify({ baseUrl: accounts.magalu.baseUrl, tokenUrl: accounts.magalu.tokenUrl, clientId: LOCAL_KEYS.magalu.clientId, clientSecret: LOCAL_KEYS.magalu.clientSecret, refreshToken: LOCAL_KEYS.magalu.refreshToken })},
        tokenStore: tokenStore("mg"), ...more,
      }),
      jtl: { client: new JtlScx({ ...${JSON.stringify(seller)}, fetch: counted }), ticketEvents: ["Channel:Ticket.Created"] },
      pb: new Probo({ ...${JSON.stringify(accounts.probo)}, fetch: counted }),
    }),
    AUTHORIZE
    now: () => Date.now() + test.ahead,
    store: (env, onQuery) => {
      const sum = { queries: 0, rowsRead: 0, rowsWritten: 0 };
      test.costs.push(sum);
      const store = d1Store(env.DB, {
        onQuery: (cost) => {
          for (const name of Object.keys(sum)) sum[name] += cost[name];
          onQuery(cost);
        },
      });
      return {
        ...store,
        commit: (batch) => {
          const rows = [...(batch.streams ?? []), ...(batch.tickets ?? [])].map(({ row }) => row);
          if (rows.some((row) => row.account === test.broken && row.flow !== "wakes")) throw new Error("canary-of-the-store");
          return store.commit(batch);
        },
      };
    },
    onError: (error, { method, account }) => test.asked.push("error " + method + " " + account + " " + error.code),
  });
  /** The Worker's bindings, with a queue that notes which accounts are woken. */
  let noting;
  const notingOf = (env) => noting ??= {
    ...env,
    DESK_QUEUE: {
      sendBatch: (messages) => {
        test.woken.push(...messages.map(({ body }) => body.account));
        return env.DESK_QUEUE.sendBatch(messages);
      },
    },
  };
  export const DeskObject = worker.DeskObject;
  export default {
    ...worker,
    scheduled: (controller, env, ctx) => worker.scheduled(controller, notingOf(env), ctx),
    async queue(batch, env, ctx) {
      await worker.queue(batch, env, ctx);
      test.handled[batch.queue] = (test.handled[batch.queue] ?? 0) + batch.messages.length;
    },
    async fetch(request, env, ctx) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== "/test") return worker.fetch(request, env, ctx);
      for (const [name, value] of searchParams) {
        if (name === "out") test.isOut.add(value);
        if (name === "in") test.isOut.delete(value);
        if (name === "broken") test.broken = value || null;
        if (name === "ahead") test.ahead = Number(value);
        if (name === "clear") Object.assign(test, { costs: [], asked: [], fetches: 0, handled: {}, woken: [] });
      }
      if (request.method === "POST") {
        const bodies = await request.json();
        await Promise.all(bodies.map((body) => env.DESK_QUEUE.send(body)));
      }
      return Response.json({ ...test, isOut: [...test.isOut] });
    },
  };`;

const AUTHORIZE = `authorize: (request, { method, access }) => {
  const person = personOf(request);
  test.asked.push(person + " " + method + " " + access);
  return test.isOut.has(person) ? null : people[person] === undefined ? null : { person, ...people[person] };
},
allowedOrigins: ["https://pages.example"],`;

async function start({ plan = "paid", authorize = AUTHORIZE } = {}) {
  const { accounts } = local;
  const seller = { ...accounts.jtlScx, side: "seller", refreshToken: LOCAL_KEYS.jtlScx.sellerRefreshToken };
  const source = SOURCE(accounts, seller).replace("PLAN", JSON.stringify(plan)).replace("AUTHORIZE", authorize);
  worker = await startWorker(project, source, {}, deskBindings(folder));
  desk = new Desk({ remote: `${worker.url}/api/desk` });
}

const tell = async (query = "") => (await fetch(`${worker.url}/test?${query}`)).json();
/** Sends messages to the queue, as whoever is bound to it may. */
const post = (...bodies) => fetch(`${worker.url}/test`, { method: "POST", body: JSON.stringify(bodies) });

async function until(condition, what, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return found;
    assert.ok(Date.now() < end, `${what} did not happen within ${ms} ms`);
    await sleep(50);
  }
}

/** Fires the cron trigger until what it is to bring about has come. */
async function wake(condition, what, ms = 60_000) {
  await until(
    async () => {
      await worker.scheduled();
      await sleep(300);
      return condition();
    },
    what,
    ms,
  );
}

const ask = (method, args, { cookie = "person=kim", ...headers } = {}) =>
  fetch(`${worker.url}/api/desk/${method}`, {
    method: "POST",
    headers: { cookie, ...headers },
    body: JSON.stringify(args),
  });

/** A socket as a page has it, and what it was told. */
async function listen(person, after, origin = worker.url) {
  const url = `${worker.url.replace("http", "ws")}/api/desk/live?after=${after}`;
  const socket = new WebSocket(url, { headers: { cookie: `person=${person}` }, origin });
  const told = [];
  let code;
  socket.addEventListener("message", ({ data }) => told.push(data));
  socket.addEventListener("close", (event) => {
    code = event.code;
  });
  const isOpen = await new Promise((resolve) => {
    socket.addEventListener("open", () => resolve(true));
    socket.addEventListener("error", () => resolve(false));
  });
  return {
    isOpen,
    told,
    code: () => code,
    send: (text) => socket.send(text),
    close: () => socket.close(),
  };
}

const copies = async (text) =>
  (await local.db.kaufland.first("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", text)).n;
/** Open tickets that Kaufland surely lets the seller answer. */
async function openTickets(count = 1) {
  const found = [];
  for (const item of (await desk.list({ view: "todo", account: "kf-de", limit: 200 })).items) {
    if (found.length === count) break;
    const { actions } = await desk.read(item.key);
    if (actions.find(({ action }) => action === "reply")?.allowed === true) found.push(item);
  }
  assert.equal(found.length, count);
  return found;
}
const letterOf = async (key) => (await desk.read(key)).letters.at(-1);
/** The tickets of an account as the desk has them, whatever their view. */
const total = async (account) => {
  const { todo, waiting, snoozed, done } = (await desk.counts()).accounts[account];
  return todo + waiting + snoozed + done;
};

before(async () => {
  local = await startLocal({ dashboard: false, quiet: true });
  await local.control.settings({
    clickbank: { rate_limit: null },
    "jtl-scx": { rate_limits: false },
    magalu: { rate_limit: null },
  });
  // Each ticket is a call, and fewer of them show the same.
  await local.db.kaufland.run(
    "DELETE FROM kaufland_tickets WHERE number NOT IN (SELECT number FROM kaufland_tickets ORDER BY number DESC LIMIT 150)",
  );
  project = await makeProject();
  ({ Desk } = await project.load("/desk"));
  folder = await mkdtemp(join(tmpdir(), "desk-worker-"));
  await start();
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await local?.dispose();
  await rm(folder, { recursive: true, force: true });
});
test("the five accounts are read by themselves", async () => {
  const { n } = await local.db.kaufland.first("SELECT count(*) AS n FROM kaufland_tickets WHERE id_seller = 1");
  // Magalu lets a client make few calls a second, so its tickets come one after the other.
  const isRead = ({ account, state }) => ["own", "ok"].includes(state) || (account === "mg" && state === "starting");
  await wake(
    async () => {
      const { accounts } = await desk.list();
      if (!accounts.every(isRead)) return false;
      return (await total("kf-de")) >= n && (await total("mg")) > 20 && (await total("jtl")) > 0;
    },
    "everything is read",
    180_000,
  );
  const { accounts } = await desk.list();
  const others = accounts.filter(({ account }) => account !== "mg").map(({ account, state }) => [account, state]);
  assert.deepEqual(others.sort(), [
    ["cb", "ok"],
    ["jtl", "ok"],
    ["kf-de", "ok"],
    ["pb", "own"],
  ]);
  for (const account of ["cb", "jtl", "mg"]) assert.ok((await total(account)) > 0, account);
  assert.equal(await total("kf-de"), n);
  const { asked } = await tell();
  assert.deepEqual(
    asked.filter((one) => one.startsWith("error")),
    [],
  );
});

test("the alarm ends a hold within 5 seconds, without a cron trigger", async () => {
  const run = Math.random();
  const tickets = await openTickets(12);
  const waits = await Promise.all(
    tickets.map(async ({ key, rev }, at) => {
      const text = `held ${run} ${at}`;
      const holdMs = 200 + at * 150;
      const begun = Date.now();
      assert.ok(await desk.do(key, "reply", { text }, { holdMs, expect: rev }));
      await until(async () => (await copies(text)) > 0, `letter ${at}`);
      const waited = Date.now() - begun;
      assert.ok(waited >= holdMs, `it was sent ${holdMs - waited} ms early`);
      return waited - holdMs;
    }),
  );
  waits.sort((a, b) => a - b);
  assert.ok(waits.at(Math.ceil(waits.length * 0.95) - 1) <= 5_000, `the holds ended after ${waits.join(", ")} ms`);
  // The looks that confirm it are alarms, too.
  for (const { key } of tickets) {
    await until(async () => (await letterOf(key)).state === "confirmed", "the letter is confirmed");
  }
  for (const [at] of tickets.entries()) assert.equal(await copies(`held ${run} ${at}`), 1);
});

test("a letter that is taken back is not sent", async () => {
  const [{ key }] = await openTickets();
  const id = await desk.do(key, "reply", { text: "never" }, { holdMs: 800 });
  await desk.undo(id);
  await sleep(2_500);
  assert.equal(await copies("never"), 0);
});

test("a Worker is killed while a letter is held: it lands once, and within 5 seconds of its time", async () => {
  const [{ key }] = await openTickets();
  const begun = Date.now();
  await desk.do(key, "reply", { text: "after the kill" }, { holdMs: 2_500 });
  await worker.dispose();
  assert.equal(await copies("after the kill"), 0);
  await start();
  const up = Math.max(Date.now(), begun + 2_500);
  await until(async () => (await copies("after the kill")) > 0, "the letter");
  assert.ok(Date.now() - up <= 5_000, `${Date.now() - up} ms after the Worker was there again`);
  await until(async () => (await letterOf(key)).state === "confirmed", "the letter is confirmed");
  assert.equal(await copies("after the kill"), 1);
});

test("a Worker is killed while a letter is sent: it is found, and not sent again", async () => {
  const [{ key }] = await openTickets();
  const text = `in the middle ${Math.random()}`;
  const stall = { kind: "stall_headers", ms: 4_000, when: "after" };
  await local.control.fault({ match: { marketplace: "kaufland", method: "POST" }, fault: stall });
  await desk.do(key, "reply", { text: text }, { holdMs: 0 });
  await until(async () => (await copies(text)) > 0, "the message is stored");
  await worker.dispose();
  await start();
  assert.equal((await letterOf(key)).state, "sending");
  // Its lease has to end.
  await tell("ahead=100000");
  await wake(async () => ["confirmed", "sent"].includes((await letterOf(key)).state), "the letter is found");
  await wake(async () => (await letterOf(key)).state === "confirmed", "the letter is confirmed");
  assert.equal(await copies(text), 1);
  await tell("ahead=0");
});

test("doubled, shuffled, foreign and broken messages change nothing", async () => {
  // Magalu's tickets may still be read, one after the other.
  const totals = () => Promise.all(["kf-de", "cb", "jtl"].map(total));
  const before = await totals();
  const bodies = ["kf-de", "cb", "mg", "jtl", "pb"].flatMap((account) =>
    Array.from({ length: 8 }, () => ({ account })),
  );
  bodies.push({ account: "nobody" }, { account: 7 }, null, "text", {}, { account: "__proto__" });
  const shuffled = bodies.map((body) => [Math.random(), body]).sort(([a], [b]) => a - b);
  await tell("clear");
  await post(...shuffled.map(([, body]) => body));
  // A letter beside them is sent once.
  const [{ key }] = await openTickets();
  await desk.do(key, "reply", { text: "beside many messages" }, { holdMs: 0 });
  await until(async () => (await letterOf(key)).state === "confirmed", "the letter is confirmed");
  await until(async () => (await tell()).handled.desk >= bodies.length, "the messages are handled", 60_000);
  assert.equal(await copies("beside many messages"), 1);
  assert.deepEqual(await totals(), before);
  const { asked } = await tell();
  assert.deepEqual(
    asked.filter((one) => one.startsWith("error")),
    [],
  );
  assert.equal(
    (await desk.list()).accounts.some(({ error }) => error === "dead_letter"),
    false,
  );
});

test("a wake-up that fails too often shows as the account's health, and hides no one else", async (t) => {
  t.after(() => tell("broken=&ahead=0"));
  await tell("broken=cb");
  const healthOf = async (id) => (await desk.list()).accounts.find(({ account }) => account === id);
  const ahead = 10 * 60_000;
  await tell(`clear&ahead=${ahead}`);
  // Several are on their way, and fail one after the other.
  for (let nth = 1; nth <= 3; nth += 1) {
    await post({ account: "cb" });
    await until(async () => (await tell()).handled["desk-dead-letters"] >= nth, `dead letter ${nth}`, 60_000);
  }
  assert.equal((await healthOf("cb")).error, "dead_letter");
  assert.equal((await healthOf("cb")).state, "failing");
  assert.equal((await healthOf("kf-de")).state, "ok");
  // It rests for a while, and the others are woken.
  await tell("clear");
  await worker.scheduled();
  await until(async () => (await tell()).fetches > 0, "the others are read");
  const { woken } = await tell();
  assert.deepEqual([woken.includes("kf-de"), woken.includes("cb")], [true, false]);
  assert.equal((await desk.list({ account: "cb" })).items.length > 0, true);
  assert.equal(JSON.stringify(await desk.list()).includes("canary-of-the-store"), false);
  // One rest of two minutes is all that the three make. Then it can be read again, and the note goes.
  await tell(`clear&broken=&ahead=${ahead + 2.5 * 60_000}`);
  await worker.scheduled();
  assert.equal((await tell()).woken.includes("cb"), true);
  await wake(async () => (await healthOf("cb")).state === "ok", "the account is well");
  await tell("ahead=0");
});

test("nothing is answered without `authorize`, to strangers or to foreign pages", async () => {
  const [{ key }] = await openTickets();
  for (const cookie of ["person=eve", "person=", "other=kim"]) {
    for (const [method, args] of [
      ["list", [{}]],
      ["read", [key]],
      ["changed", [0]],
      ["do", [key, "reply", { text: "eve" }]],
    ]) {
      const response = await ask(method, args, { cookie });
      assert.equal(response.status, 401, `${cookie} ${method}`);
    }
  }
  assert.equal((await listen("eve", 0)).isOpen, false);
  assert.equal((await ask("list", [{}], { origin: "https://evil.example" })).status, 403);
  assert.equal((await listen("kim", 0, "https://evil.example")).isOpen, false);
  const page = await listen("kim", 0, "https://pages.example");
  assert.equal(page.isOpen, true);
  page.close();
  assert.equal((await ask("do", [key, "reply", { text: "ann" }], { cookie: "person=ann" })).status, 403);
  // The commands of the Durable Objects are none of the routes.
  for (const path of ["sync", "tokens", "arm", "changed", "live"]) {
    for (const prefix of ["/", "/api/desk/../"]) {
      const body = JSON.stringify({ account: "mg", op: "load" });
      const response = await fetch(`${worker.url}${prefix}${path}`, { method: "POST", body });
      assert.equal(response.status, 404, `${prefix}${path}`);
    }
  }
  const [local_] = await Promise.all([copies("eve"), copies("ann")]);
  assert.equal(local_, 0);
});

test("a page hears of changes over its socket, and only of those that it may see", async (t) => {
  const after = (await desk.counts()) && (await (await ask("changed", [0])).json());
  assert.equal(after.live, true);
  // All of the changes so far.
  let last = 0;
  for (let some = after.result; some.length > 0; ) {
    last = some.at(-1).after;
    some = (await (await ask("changed", [last])).json()).result;
  }
  const [kim, ann, bo] = await Promise.all(["kim", "ann", "bo"].map((person) => listen(person, last)));
  assert.deepEqual([kim.isOpen, ann.isOpen, bo.isOpen], [true, true, true]);

  // The remote hears them, too, and asks no more.
  await tell("clear");
  const heard = [];
  const stop = new AbortController();
  t.after(() => stop.abort());
  const listening = (async () => {
    for await (const change of desk.changes({ after: last, signal: stop.signal })) heard.push(change);
  })();
  await until(async () => (await tell()).asked.some((one) => one === "kim live read"), "the remote's socket");

  const [{ key }] = await openTickets();
  const begun = Date.now();
  await desk.local(key, { note: `canary-of-kaufland ${Math.random()}` });
  await until(() => ann.told.length > 0 && kim.told.length > 0 && heard.length > 0, "the change is told", 5_000);
  assert.ok(Date.now() - begun < 3_000);
  const [cb] = (await desk.list({ view: "todo", account: "cb", limit: 1 })).items;
  await desk.local(cb.key, { note: `canary-of-clickbank ${Math.random()}` });
  const accountsOf = ({ told }) => [
    ...new Set(told.flatMap((text) => JSON.parse(text).changes.map((one) => one.key.account))),
  ];
  const hasCb = () => accountsOf(kim).includes("cb") && heard.some((change) => change.key.account === "cb");
  await until(() => bo.told.length > 0 && hasCb(), "the other one is told", 5_000);
  assert.deepEqual(accountsOf(ann), ["kf-de"]);
  assert.deepEqual(accountsOf(bo), ["cb"]);
  // Magalu's tickets are still read, one after the other.
  const isMeant = (account) => account !== "mg";
  assert.deepEqual(accountsOf(kim).filter(isMeant).sort(), ["cb", "kf-de"]);
  assert.equal(
    [kim, ann, bo].some(({ told }) => told.join("").includes("canary")),
    false,
  );
  const told = new Set(heard.map((change) => change.key.account));
  assert.deepEqual([...told].filter(isMeant).sort(), ["cb", "kf-de"]);
  const { asked } = await tell();
  assert.ok(asked.filter((one) => one === "kim changed read").length <= 3, asked.join("\n"));
  assert.ok(asked.filter((one) => one.endsWith("live read")).length >= 6);

  // A message is asked for again, and anything else ends the socket.
  ann.send(JSON.stringify({ after: 0 }));
  await until(() => accountsOf(ann).length === 1 && ann.told.length > 1, "all of it again");
  assert.deepEqual(accountsOf(ann), ["kf-de"]);
  bo.send("x".repeat(500));
  await until(() => bo.code() !== undefined, "the socket is closed", 5_000);
  assert.equal(bo.code(), 1008);

  // Whoever is let through no longer hears nothing more.
  const toldBefore = ann.told.length;
  await tell("out=ann");
  await desk.local(key, { note: `after ann ${Math.random()}` });
  await until(() => ann.code() !== undefined, "the socket is closed", 5_000);
  assert.deepEqual([ann.code(), ann.told.length], [1008, toldBefore]);
  await tell("in=ann");

  kim.close();
  stop.abort();
  await listening;
});

test("canaries of one account are in no answer to those who may not see it", async () => {
  await desk.local((await openTickets())[0].key, { note: "canary-of-kaufland" });
  const answers = [];
  for (const [method, args] of [
    ["list", [{ text: "canary" }]],
    ["list", [{ view: "outbox" }]],
    ["list", [{ account: "kf-de" }]],
    ["read", [(await openTickets())[0].key]],
    ["changed", [0]],
    ["counts", []],
    ["do", [(await openTickets())[0].key, "reply", { text: "bo" }]],
    ["local", [(await openTickets())[0].key, { note: "bo" }]],
  ]) {
    answers.push(await (await ask(method, args, { cookie: "person=bo" })).text());
  }
  assert.equal(/canary-of-kaufland|kf-de/.test(answers.join("\n")), false);
  assert.equal(await copies("bo"), 0);
});

test("a Worker without `authorize` answers nothing at all", async () => {
  await worker.dispose();
  await start({ authorize: "" });
  for (const method of ["list", "read", "changed", "do", "sync", "forget"]) {
    const response = await ask(method, [{}]);
    assert.equal(response.status, 403);
    assert.equal((await response.json()).error.code, "no_authorize");
  }
  assert.equal((await listen("kim", 0)).isOpen, false);
});

test("in the free plan, a sync stays within what an invocation may do", async (t) => {
  await worker.dispose();
  await start({ plan: "free" });
  await tell(`ahead=${2 * 24 * 60 * 60_000}`);
  await tell("clear");
  for (let minute = 0; minute < 12; minute += 1) {
    await worker.scheduled(new Date(Date.now() + minute * 60_000));
    await sleep(400);
  }
  const [{ key }] = await openTickets();
  await desk.do(key, "reply", { text: "in the free plan" }, { holdMs: 0 });
  await until(async () => (await copies("in the free plan")) > 0, "the letter");
  await sleep(1_000);
  const { costs, fetches } = await tell();
  // The first store is that of the routes and the cron trigger; each sync and each alarm has its own.
  const [, ...syncs] = costs;
  assert.ok(syncs.length > 8 && fetches > 10, `${syncs.length} syncs, ${fetches} calls`);
  const most = (name) => Math.max(...syncs.map((cost) => cost[name]));
  const mean = (name) => syncs.reduce((sum, cost) => sum + cost[name], 0) / syncs.length;
  t.diagnostic(`${syncs.length} syncs: at most ${most("queries")} queries and ${most("rowsRead")} rows read`);
  t.diagnostic(`on average ${mean("rowsRead").toFixed(0)} rows read and ${mean("rowsWritten").toFixed(0)} written`);
  assert.ok(most("queries") + PREPARING <= FREE.queries, `${most("queries")} queries`);
  // The plan lets a sync make 4 calls at most, and 2 to Durable Objects.
  assert.ok(most("queries") + 6 <= FREE.subrequests);
});
