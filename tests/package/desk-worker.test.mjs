/**
 * What `deskWorker` decides, without a Worker: whom the cron trigger wakes in each minute of a day, what
 * becomes of messages, and which options it takes. tests/workerd/desk-worker.test.mjs has the rest.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { makeProject } from "./lib.mjs";

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 2, 2);
/** Of the free plan: queue operations of a day, of which a message takes three. */
const OPERATIONS = 10_000;

let project;
let deskWorker;
let memoryStore;
let Kaufland;
let TicketError;

before(async () => {
  project = await makeProject();
  ({ deskWorker, memoryStore, TicketError } = await project.load("/desk"));
  ({ Kaufland } = await project.load("/kaufland"));
});
after(() => project?.dispose());

/** A Worker with so many accounts, which are always due, and its bindings. */
function make(count, more = {}) {
  const store = memoryStore();
  const sent = [];
  const commands = [];
  const made = { now: BEGIN, answer: () => Response.json({ result: null }) };
  const options = { ...LOCAL_KEYS.kaufland, userAgent: "Inhouse_development" };
  const worker = deskWorker({
    accounts: () => Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, new Kaufland(options)])),
    authorize: () => null,
    store: () => store,
    now: () => made.now,
    onError: (error) => commands.push(error.code ?? error.message),
    ...more,
  });
  const env = {
    DESK_QUEUE: { sendBatch: async (messages) => sent.push(...messages) },
    DESK_OBJECTS: {
      idFromName: (name) => name,
      get: (name) => ({
        fetch: async (url, { body }) => {
          commands.push([name, new URL(url).pathname, JSON.parse(body)]);
          return made.answer();
        },
      }),
    },
  };
  return { worker, env, store, sent, commands, made };
}

/** Fires the cron trigger in each minute, and returns the minutes in which each account was woken. */
async function aDay({ worker, env, sent, made }, minutes = 1440) {
  const woken = new Map();
  for (let minute = 0; minute < minutes; minute += 1) {
    made.now = BEGIN + minute * MINUTE;
    sent.length = 0;
    await worker.scheduled({ scheduledTime: made.now }, env);
    for (const { body } of sent) woken.set(body.account, [...(woken.get(body.account) ?? []), minute]);
  }
  return woken;
}

for (const count of [1, 5, 40]) {
  test(`in the free plan, ${count} accounts take turns within a day's queue operations`, async () => {
    const woken = await aDay(make(count));
    const messages = [...woken.values()].reduce((sum, { length }) => sum + length, 0);
    assert.ok(messages * 3 <= OPERATIONS * 0.8 + 6, `${messages} messages`);
    // It is used, too, unless there are too few accounts.
    assert.ok(messages >= Math.min(1440 * count, 2_600), `${messages} messages`);
    assert.equal(woken.size, count);
    const gaps = [...woken.values()].flatMap((all) => all.slice(1).map((minute, at) => minute - all[at]));
    const fair = Math.max(1, (count * 1440) / 2_666);
    assert.ok(Math.max(...gaps) <= Math.ceil(fair) + 1, `${Math.max(...gaps)} minutes, and ${fair} are fair`);
  });
}

test("in the paid plan, all that is due is woken in every minute", async () => {
  const made = make(250, { plan: "paid" });
  const woken = await aDay(made, 3);
  assert.equal(woken.size, 250);
  assert.ok([...woken.values()].every((all) => all.join() === "0,1,2"));
});

test("each account is woken when its time comes, and those that are late one after the other", async () => {
  const { worker, env, sent, made, store } = make(200, { plan: "paid" });
  await worker.scheduled({ scheduledTime: BEGIN }, env);
  const delays = sent.map(({ delaySeconds }) => delaySeconds);
  assert.ok(Math.max(...delays) < 60 && Math.min(...delays) === 0, delays.join());
  const perSecond = delays.filter((seconds) => seconds === delays[100]).length;
  assert.ok(perSecond <= 5, `${perSecond} wake-ups in a second`);

  // All were read now, and are due again at times of their own; the last one is not due soon.
  const due = (at) => (at === 199 ? BEGIN + 3 * MINUTE : BEGIN + at * 200 + 1);
  const streams = (await store.streams()).map(({ version, ...row }) => {
    const text = JSON.stringify({ ...JSON.parse(row.text), due_at: due(Number(row.account.slice(1))) });
    return { row: { ...row, text }, expects: version };
  });
  assert.equal(await store.commit({ streams }), true);
  made.now = BEGIN;
  sent.length = 0;
  await worker.scheduled({ scheduledTime: BEGIN }, env);
  const woken = Object.fromEntries(sent.map(({ body, delaySeconds }) => [body.account, delaySeconds]));
  assert.equal(Object.keys(woken).length, 199);
  for (const [account, seconds] of Object.entries(woken)) {
    const early = due(Number(account.slice(1))) - (BEGIN + seconds * 1000);
    assert.ok(early <= 0 && early > -1000, `${account} is woken after ${seconds} seconds`);
  }
});

test("the first sweeps of a marketplace's accounts come one after the other", async () => {
  const { worker, env, store } = make(3, { plan: "paid" });
  await worker.scheduled({ scheduledTime: BEGIN }, env);
  const due = (await store.streams()).map(({ account, flow, text }) => [account, flow, JSON.parse(text).due_at]);
  for (const [at, account] of ["a0", "a1", "a2"].entries()) {
    const of = (flow) => due.find(([own, name]) => own === account && name === flow)[2];
    assert.deepEqual([of("hot"), of("recent")], [0, 0]);
    assert.equal(of("sweep"), at === 0 ? 0 : BEGIN + at * 30_000);
  }
});

const message = (body, attempts = 1) => ({
  body,
  attempts,
  end: [],
  ack() {
    this.end.push("ack");
  },
  retry({ delaySeconds }) {
    this.end.push(delaySeconds);
  },
});

test("messages are wake-ups: one for each account, and any other message is put away", async () => {
  const { worker, env, commands } = make(2);
  const bodies = [
    { account: "a0" },
    { account: "a1" },
    { account: "a0" },
    { account: "gone" },
    null,
    7,
    { account: {} },
  ];
  const messages = bodies.map((body) => message(body));
  await worker.queue({ queue: "desk", messages }, env);
  assert.deepEqual(
    messages.map(({ end }) => end.join()),
    bodies.map(() => "ack"),
  );
  assert.deepEqual(
    commands.map(([, path, { account }]) => `${path} ${account}`),
    ["/sync a0", "/sync a1"],
  );
});

test("one that fails comes back later and later; from the dead-letter queue it is noted and rests", async () => {
  const { worker, env, made, store, sent } = make(2);
  made.answer = () => Response.json({ error: "no" }, { status: 500 });
  const messages = [1, 2, 3, 9].map((attempts) => message({ account: "a0" }, attempts));
  for (const one of messages) await worker.queue({ queue: "desk", messages: [one] }, env);
  assert.deepEqual(
    messages.map(({ end }) => end.join()),
    ["10", "20", "40", "600"],
  );
  const woken = async () => {
    sent.length = 0;
    // Two minutes, so that each of the two has its turn.
    for (const minute of [0, 1]) await worker.scheduled({ scheduledTime: made.now + minute * MINUTE }, env);
    return [...new Set(sent.map(({ body }) => body.account))].sort();
  };
  assert.deepEqual(await woken(), ["a0", "a1"]);
  const dead = message({ account: "a0" });
  await worker.queue({ queue: "desk-dead-letters", messages: [dead] }, env);
  assert.deepEqual(dead.end, ["ack"]);
  assert.deepEqual(await woken(), ["a1"]);
  made.now += 2 * MINUTE;
  assert.deepEqual(await woken(), ["a0", "a1"]);
  // The second time it rests longer.
  await worker.queue({ queue: "desk-dead-letters", messages: [message({ account: "a0" })] }, env);
  made.now += 2 * MINUTE;
  assert.deepEqual(await woken(), ["a1"]);
  // However often it fails, it is tried every few minutes: the database may be back.
  for (let time = 0; time < 12; time += 1) {
    await worker.queue({ queue: "desk-dead-letters", messages: [message({ account: "a0" })] }, env);
  }
  made.now += 8 * MINUTE;
  assert.deepEqual(await woken(), ["a0", "a1"]);
  assert.equal((await store.streams(["a0"])).filter(({ flow }) => flow === "wakes").length, 1);
});

test("options that cannot work are named, all at once", () => {
  const throws = (options, fields) =>
    assert.throws(
      () => deskWorker(options),
      (error) => {
        assert.ok(error instanceof TicketError);
        assert.equal(error.kind, "configuration");
        assert.deepEqual(error.violations.map(({ field }) => field).sort(), fields.sort());
        return true;
      },
    );
  throws(undefined, ["accounts"]);
  throws({ accounts: {}, plan: "cheap", tennant: "x", bindings: { db: "DB" } }, [
    "accounts",
    "plan",
    "tennant",
    "bindings.db",
  ]);
});

test("a binding that is missing is named", async () => {
  const { worker, env } = make(1);
  const without = { DESK_OBJECTS: env.DESK_OBJECTS };
  await assert.rejects(worker.scheduled({ scheduledTime: BEGIN }, without), (error) => {
    assert.ok(error instanceof TicketError);
    assert.equal(error.code, "no_binding");
    assert.match(error.message, /DESK_QUEUE/);
    return true;
  });
});
