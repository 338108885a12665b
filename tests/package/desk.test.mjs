/**
 * The desk against the local marketplaces: five accounts are read, answered and forgotten, workers
 * die between any two waits, and a page asks over the routes of a server.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { seeded } from "../faults/random.mjs";
import { namesOf, startD1 } from "./desk-d1.mjs";
import { makeProject } from "./lib.mjs";

const project = await makeProject();
const { Desk, d1Store, deskRoutes, memoryStore, TicketError } = await project.load("/desk");
const { ClickBank, JtlScx, Kaufland, Magalu, Probo } = await project.load();

const ALL = process.env.SELLER_TICKETS_ALL === "1";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The name of the event is documented nowhere: this one is the local marketplace's own. */
const TICKET_EVENT = "Channel:Ticket.Created";

let local;
let db;
let control;
let d1;

before(async () => {
  local = await startLocal({ dashboard: false, quiet: true });
  ({ control } = local);
  db = local.db.kaufland;
  d1 = await startD1(namesOf(12));
});
after(async () => {
  await d1?.dispose();
  await local?.dispose();
  await project.dispose();
});

const database = () => d1.next();

/** The clients of the five accounts, without limits that the tests do not mean. */
function clients(now) {
  const { accounts } = local;
  const all = { maxRetries: 0, settleMs: 1_000 };
  return {
    "kf-de": new Kaufland({ ...accounts.kaufland, ...all }),
    cb: new ClickBank({ ...accounts.clickbank, ...all }),
    mg: new Magalu({ ...accounts.magalu, ...all }),
    jtl: {
      client: new JtlScx({
        ...accounts.jtlScx,
        ...all,
        side: "seller",
        refreshToken: LOCAL_KEYS.jtlScx.sellerRefreshToken,
        // It spreads its calls over the minute, which here is the desk's.
        ...(now === undefined ? {} : { now }),
      }),
      ticketEvents: [TICKET_EVENT],
    },
    pb: new Probo({ ...accounts.probo, ...all }),
  };
}

const unlimited = () =>
  control.settings({
    kaufland: { rate_limit: null },
    magalu: { rate_limit: null },
    clickbank: { rate_limit: null },
    "jtl-scx": { rate_limits: false },
  });

/** Leaves the newest tickets alone, so that a test reads few. */
async function prune() {
  const count = 14;
  await unlimited();
  await db.run(
    "DELETE FROM kaufland_tickets WHERE number NOT IN (SELECT number FROM kaufland_tickets ORDER BY number DESC LIMIT ?)",
    count,
  );
  await db.run(
    "DELETE FROM clickbank_tickets WHERE ticketid NOT IN (SELECT ticketid FROM clickbank_tickets ORDER BY opened DESC LIMIT ?)",
    count,
  );
  await db.run(
    "DELETE FROM magalu_tickets WHERE rowid NOT IN (SELECT rowid FROM magalu_tickets ORDER BY rowid DESC LIMIT ?)",
    count,
  );
}

const PROFILE = { code: "7", name: "Ana" };

function deskOf(store, more = {}) {
  return new Desk({ accounts: clients(more.now), store, profile: PROFILE, ...more });
}

/** The same desk as a page has it. */
function pageOf(desk) {
  const accounts = ["kf-de", "cb", "mg", "jtl", "pb"];
  const routes = deskRoutes({ desk, authorize: () => ({ person: "kim", accounts, access: "write" }) });
  return new Desk({
    remote: "/api/desk",
    fetch: (url, init) => routes.fetch(new Request(`https://dashboard.example${url}`, init)),
  });
}

/** Syncs until nothing more is due now. */
async function settle(desk, now = Date.now) {
  for (let round = 0; round < 60; round += 1) {
    const { wakeAt, calls, accounts } = await desk.sync({ budget: { calls: 200, ms: 60_000 } });
    if (calls === 0 || wakeAt === null || wakeAt > now()) return accounts;
  }
  throw new Error("the sync does not settle");
}

/** All tickets of a desk, over all views. */
async function everything(desk, more = {}) {
  const found = [];
  for (const view of ["todo", "waiting", "snoozed", "done"]) {
    for (let after; ; ) {
      const page = await desk.list({ view, limit: 200, ...more, ...(after === undefined ? {} : { after }) });
      found.push(...page.items);
      if (page.next === null) break;
      after = page.next;
    }
  }
  return found;
}

/** The marketplaces tell times in seconds. */
const later = () => new Promise((resolve) => setTimeout(resolve, 1_100));

const int = (random, below) => Math.floor(random() * below);

const refusedWith = (code) => (error) => {
  assert.ok(error instanceof TicketError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

async function openTicket() {
  const row = await db.first(
    `SELECT id_ticket FROM kaufland_tickets WHERE status = 'opened' AND id_seller = 1 AND internal = 0
     AND fulfillment_type = 'fulfilled_by_merchant' ORDER BY number DESC LIMIT 1`,
  );
  return { account: "kf-de", id: row.id_ticket };
}

for (const [name, make] of [
  ["memory", async () => memoryStore()],
  ["D1", async () => d1Store(await database())],
]) {
  describe(`a desk in ${name}`, () => {
    let store;
    let desk;
    /** The desk's clock, which only goes forward. */
    let now;

    before(async () => {
      await control.reset();
      await prune();
      store = await make();
      now = Date.now();
      desk = deskOf(store, { now: () => now });
      await settle(desk, () => now);
    });

    /** Lets time pass, and reads what is due then. */
    const pass = async (ms) => {
      now += ms;
      return settle(desk, () => now);
    };

    test("the five accounts are read whole", async () => {
      const { accounts } = await desk.list();
      assert.deepEqual(
        accounts.map(({ account, state, complete }) => [account, state, complete]),
        [
          ["cb", "ok", true],
          ["jtl", "ok", true],
          ["kf-de", "ok", true],
          ["mg", "ok", true],
          ["pb", "own", true],
        ],
      );
      const tickets = await everything(desk);
      const ids = (account) =>
        tickets
          .filter(({ key }) => key.account === account)
          .map(({ key }) => key.id)
          .sort();
      const column = async (sql) => (await db.all(sql)).map(({ id }) => String(id)).sort();
      assert.deepEqual(ids("kf-de"), await column("SELECT id_ticket AS id FROM kaufland_tickets WHERE id_seller = 1"));
      const clickbank = await column(
        `SELECT ticketid AS id FROM clickbank_tickets t JOIN clickbank_sales s ON s.receipt = t.receipt AND s.item_no = t.item_no
         JOIN clickbank_vendors v ON v.vendor = s.vendor WHERE v.account = 1`,
      );
      assert.deepEqual(ids("cb"), clickbank);
      assert.deepEqual(ids("mg"), await column("SELECT id FROM magalu_tickets WHERE id_seller = 1"));
      assert.ok(ids("kf-de").length > 5 && ids("cb").length > 5 && ids("mg").length > 5 && ids("jtl").length > 0);
      assert.equal(new Set(tickets.map(({ key }) => JSON.stringify(key))).size, tickets.length);
      const counts = await desk.counts();
      assert.equal(counts.todo + counts.waiting + counts.snoozed + counts.done, tickets.length);
      // JTL's events are acknowledged once they are stored.
      const left = await db.first(
        "SELECT count(*) AS n FROM jtl_scx_events WHERE target LIKE 'seller:2' AND type = ? AND acknowledged = 0",
        TICKET_EVENT,
      );
      assert.equal(left.n, 0);
    });

    test("a customer writes, and the ticket is to be done", async () => {
      const key = await openTicket();
      await control.act("kaufland", "message", { id_ticket: key.id, text: "Wo bleibt mein Quittenbrot?" });
      await pass(61_000);
      const { items } = await desk.list({ text: "quittenbrot" });
      assert.deepEqual(
        items.map((item) => [item.key, item.view, item.turn]),
        [[key, "todo", "seller"]],
      );
      assert.equal(items[0].preview.text, "Wo bleibt mein Quittenbrot?");
      assert.ok(items[0].due.about && items[0].due.at > Date.now());
      const { messages, actions } = await desk.read(key);
      assert.equal(messages.at(-1).text, "Wo bleibt mein Quittenbrot?");
      assert.equal(actions.find(({ action }) => action === "reply").allowed, true);
      // ClickBank's too.
      const { ticketid } = await db.first(
        "SELECT ticketid FROM clickbank_tickets WHERE status = 'OPEN' AND locked = 0 ORDER BY ticketid DESC",
      );
      await control.act("clickbank", "comment", { ticketid, comment: "Still no quincepaste" });
      await pass(400_000);
      const [found] = (await desk.list({ text: "quincepaste" })).items;
      assert.deepEqual([found?.key.id, found?.turn], [String(ticketid), "seller"]);
    });

    test("local facts survive a sync and are never sent", async () => {
      const key = await openTicket();
      const facts = { note: "secretnote", assignee: "Kim", snoozedUntil: now + 30 * DAY, draft: "Dear", seen: true };
      const marked = await desk.local(key, facts);
      assert.deepEqual([marked.view, marked.unseen], ["snoozed", false]);
      await control.clearLog();
      await later();
      await control.act("kaufland", "message", { id_ticket: key.id, text: "Still there?" });
      await pass(400_000);
      const { ticket } = await desk.read(key);
      // A new message ends the snooze, so that it is not hidden.
      const { note, assignee } = ticket.local;
      assert.deepEqual([ticket.view, ticket.unseen, note, assignee], ["todo", true, "secretnote", "Kim"]);
      assert.ok(!JSON.stringify(await control.log()).includes("secretnote"));
      const emptied = await desk.local(key, { note: null, draft: null, snoozedUntil: null });
      assert.deepEqual([emptied.local.note, emptied.local.draft, emptied.local.assignee], [null, null, "Kim"]);
      assert.equal((await desk.local(key, { done: true })).view, "done");
      assert.equal((await desk.local(key, { done: false })).view, "todo");
      await assert.rejects(desk.local(key, { note: 1, snoozedUntil: 5, x: 1 }), (error) => {
        assert.deepEqual(error.violations.map(({ field }) => field).sort(), ["note", "snoozedUntil", "x"]);
        return refusedWith("invalid_input")(error);
      });
    });

    test("a snooze ends by itself", async () => {
      const key = await openTicket();
      await desk.local(key, { snoozedUntil: now + HOUR });
      assert.equal((await desk.list({ view: "snoozed" })).items.length, 1);
      now += HOUR;
      await desk.sync({ budget: { calls: 0 } });
      assert.equal((await desk.list({ view: "snoozed" })).items.length, 0);
      assert.equal((await desk.read(key)).ticket.view, "todo");
    });

    test("a reply lands once, and its ticket waits for the buyer", async () => {
      const key = await openTicket();
      const text = "Your parcel is on its way.";
      const { ticket } = await desk.read(key);
      const id = await desk.do(key, "reply", { text }, { holdMs: 5_000, expect: ticket.rev });
      assert.equal((await desk.list({ view: "outbox" })).items[0].id, id);
      await desk.sync();
      const count = () => db.first("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", text);
      assert.equal((await count()).n, 0);
      now += 6_000;
      await desk.sync();
      assert.equal((await count()).n, 1);
      assert.equal((await desk.read(key)).letters.at(-1).state, "sent");
      for (let round = 0; round < 5; round += 1) {
        now += 20_000;
        await desk.sync();
      }
      assert.equal((await count()).n, 1);
      const read = await desk.read(key);
      assert.deepEqual(
        [read.letters.at(-1).state, read.ticket.turn, read.ticket.view],
        ["confirmed", "buyer", "waiting"],
      );
      await assert.rejects(desk.undo(id), refusedWith("too_late"));
    });

    test("a reply lands once at each of the others", async () => {
      const copies = {
        cb: "SELECT count(*) AS n FROM clickbank_comments WHERE comment = ?",
        mg: "SELECT count(*) AS n FROM magalu_messages WHERE message = ?",
        jtl: "SELECT count(*) AS n FROM jtl_scx_messages WHERE body LIKE '%' || ? || '%'",
      };
      for (const [account, sql] of Object.entries(copies)) {
        const open = [
          ...(await desk.list({ account })).items,
          ...(await desk.list({ view: "waiting", account })).items,
        ];
        let key;
        for (const item of open) {
          const reply = (await desk.read(item.key)).actions.find(({ action }) => action === "reply");
          if (reply.allowed === true) key ??= item.key;
        }
        assert.ok(key, `a ticket of ${account} that can be answered`);
        const text = `An answer for ${account}`;
        await desk.do(key, "reply", { text }, { holdMs: 0 });
        let letter;
        for (let round = 0; round < 30; round += 1) {
          now += 16_000;
          await desk.sync();
          letter = (await desk.read(key)).letters.at(-1);
          if (["confirmed", "published"].includes(letter.state)) break;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assert.equal(letter.state, account === "mg" ? "published" : "confirmed", `${account}: ${letter.why}`);
        assert.equal((await db.first(sql, text)).n, 1, account);
        const { messages, ticket } = await desk.read(key);
        if (account === "jtl") {
          assert.equal(messages.at(-1).text, text);
          assert.equal(ticket.turn, "buyer");
        }
      }
    });

    test("late tickets are counted as the list shows them, in all accounts and in each", async () => {
      const { items } = await desk.list({ limit: 200 });
      const dues = items.flatMap(({ due }) => due?.at ?? []).sort((a, b) => a - b);
      assert.ok(dues.length > 3 && dues.length < items.length, "some tickets have a deadline");
      const middle = dues[dues.length >> 1];
      for (const moment of [dues[0] - 1, dues[0], middle, middle + 1, dues.at(-1) + 1]) {
        const own = deskOf(store, { now: () => moment });
        const remote = pageOf(own);
        for (const until of [moment, middle, dues.at(-1) + 1]) {
          const expected = (account) => {
            const those = items.filter(({ key }) => account === undefined || key.account === account);
            const ats = those.map(({ due }) => due?.at ?? Number.POSITIVE_INFINITY);
            return [
              ats.filter((at) => at < moment).length,
              ats.filter((at) => at >= moment && at < until).length,
              those.length,
            ];
          };
          const counts = await own.counts({ day: { from: 0, until } });
          const found = (of) => [of.overdue, of.dueToday, of.todo];
          assert.deepEqual(found(counts), expected(), `${moment} ${until}`);
          for (const [account, of] of Object.entries(counts.accounts)) {
            assert.deepEqual(found(of), expected(account), account);
          }
          assert.deepEqual(await remote.counts({ day: { from: 0, until } }), counts);
        }
      }
      // By default, the day is that of the host.
      const evening = new Date(middle);
      evening.setHours(24, 0, 0, 0);
      const today = dues.filter((at) => at >= middle && at < evening.getTime()).length;
      const own = deskOf(store, { now: () => middle });
      assert.equal((await own.counts()).dueToday, today);
      for (const day of [{}, { from: "x", until: 1 }, 5]) {
        await assert.rejects(own.counts({ day }), refusedWith("invalid_input"));
      }
    });

    test("answers of the day are counted, with the median of the times that the others waited", async () => {
      const letters = [];
      for (const { key } of await everything(desk)) letters.push(...(await desk.read(key)).letters);
      const replies = letters.filter(
        ({ action, state }) => action === "reply" && ["sent", "confirmed", "moderation", "published"].includes(state),
      );
      assert.ok(replies.length >= 4);
      const sent = replies.map(({ sentAt }) => sentAt).sort((a, b) => a - b);
      const { answered, medianAnswerMs } = await desk.counts({ day: { from: 0, until: now } });
      assert.equal(answered, sent.length);
      assert.ok(medianAnswerMs > 0 && medianAnswerMs < 365 * DAY, `${medianAnswerMs}`);
      const last = await desk.counts({ day: { from: sent.at(-1), until: now } });
      assert.equal(last.answered, sent.filter((at) => at === sent.at(-1)).length);
      const none = await desk.counts({ day: { from: sent.at(-1) + 1, until: now } });
      assert.deepEqual([none.answered, none.medianAnswerMs], [0, null]);
    });

    test("whoever counts first hears of later changes alone", async () => {
      const { after } = await desk.counts();
      const stop = new AbortController();
      const heard = [];
      const listening = (async () => {
        for await (const change of desk.changes({ after, intervalMs: 5, signal: stop.signal })) heard.push(change);
      })();
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual(heard, []);
      const key = await openTicket();
      await desk.local(key, { note: "new" });
      for (let round = 0; round < 200 && heard.length === 0; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      stop.abort();
      await listening;
      assert.deepEqual(
        heard.map((change) => change.key),
        [key],
      );
      assert.ok(heard[0].after > after);
      assert.equal((await desk.counts()).after, heard[0].after);
    });

    test("a letter is undone while it is held, and reviewed when the buyer writes", async () => {
      const key = await openTicket();
      const undone = await desk.do(key, "reply", { text: "never sent 1" }, { holdMs: 60_000 });
      await desk.undo(undone);
      await desk.undo(undone);
      const held = await desk.do(key, "reply", { text: "never sent 2" }, { holdMs: 90_000 });
      await later();
      await control.act("kaufland", "message", { id_ticket: key.id, text: "Never mind!" });
      await pass(70_000);
      await pass(30_000);
      const { letters } = await desk.read(key);
      const states = Object.fromEntries(letters.map(({ id, state }) => [id, state]));
      assert.deepEqual([states[undone], states[held]], ["cancelled", "review"]);
      const { n } = await db.first("SELECT count(*) AS n FROM kaufland_messages WHERE text LIKE 'never sent%'");
      assert.equal(n, 0);
    });

    test("what cannot be done is refused before anything is queued", async () => {
      const key = await openTicket();
      const outbox = async () => (await desk.list({ view: "outbox" })).items.length;
      const before = await outbox();
      const cases = [
        [key, "reopen", {}, ["action"]],
        [key, "reply", {}, ["text"]],
        [key, "reply", { text: "x".repeat(70_000), y: 1 }, ["text", "y"]],
        [key, "fly", {}, ["action"]],
        [key, "snooze", {}, ["action"]],
      ];
      for (const [of, action, args, fields] of cases) {
        await assert.rejects(desk.do(of, action, args), (error) => {
          assert.deepEqual(
            [...new Set(error.violations.map(({ field }) => field))].sort(),
            fields,
            `${action}: ${error.message}`,
          );
          return refusedWith("invalid_input")(error);
        });
      }
      await assert.rejects(
        desk.do({ account: "kf-de", id: "nope" }, "reply", { text: "x" }),
        refusedWith("unknown_ticket"),
      );
      await assert.rejects(
        desk.do({ account: "nope", id: key.id }, "reply", { text: "x" }),
        refusedWith("unknown_ticket"),
      );
      await assert.rejects(desk.do(key, "reply", { text: "x" }, { expect: "old" }), refusedWith("ticket_changed"));
      await assert.rejects(desk.do(key, "reply", { text: "x" }, { hold: 1 }), refusedWith("invalid_input"));
      await assert.rejects(desk.read({ account: 1 }), refusedWith("invalid_input"));
      await assert.rejects(desk.list({ view: "x", limit: 0, after: "1" }), (error) => error.violations.length === 2);
      await assert.rejects(desk.list({ after: "1" }), refusedWith("invalid_input"));
      assert.equal(await outbox(), before);
    });

    test("a complaint at Probo is the desk's own record", async () => {
      const products = [{ id: 1, amount: 1, files: [] }];
      const more = { order_id: "W1000001", reason: "delayed", suggested_solution: "credit", products };
      const made = desk.do({ account: "pb", id: "" }, "create", { text: "The print is torn.", more }, { holdMs: 0 });
      const id = await made.catch((error) => assert.fail(JSON.stringify(error.violations)));
      now += 1_000;
      await desk.sync({ budget: { calls: 20 } });
      const [ticket] = await everything(desk, { account: "pb" });
      assert.deepEqual([ticket.key.id, ticket.store, ticket.role], [id, "desk", "requester"]);
      assert.equal((await desk.read(ticket.key)).messages[0].text, "The print is torn.");
    });

    test("changes are told", async () => {
      const key = await openTicket();
      const known = await store.changes(0, undefined, 10_000);
      const abort = new AbortController();
      const heard = [];
      const listening = (async () => {
        for await (const change of desk.changes({ after: known.at(-1).seq, intervalMs: 20, signal: abort.signal })) {
          heard.push(change);
          abort.abort();
        }
      })();
      await desk.local(key, { note: "told" });
      await listening;
      assert.deepEqual(
        heard.map((change) => change.key),
        [key],
      );
    });

    test("an account that fails hides no other, and says so", async () => {
      const fault = { kind: "status", status: 503 };
      await control.fault([{ match: { marketplace: "clickbank" }, fault, times: 2 }]);
      const key = await openTicket();
      await control.act("kaufland", "message", { id_ticket: key.id, text: "Is anyone there, parsnip?" });
      now += 400_000;
      await desk.sync({ budget: { calls: 200, ms: 60_000 } });
      const { items, accounts } = await desk.list({ text: "parsnip" });
      assert.equal(items.length, 1);
      const of = (id) => accounts.find(({ account }) => account === id);
      assert.deepEqual([of("cb").state, of("kf-de").state], ["failing", "ok"]);
      assert.match(of("cb").error, /^[a-z_0-9]+$/);
      await pass(20_000);
      await pass(20_000);
      const { accounts: after } = await desk.list();
      assert.equal(after.find(({ account }) => account === "cb").state, "ok");
    });

    test("a sweep finds what no list shows, and reading the same again writes no ticket", async () => {
      const key = await openTicket();
      await control.act("kaufland", "message", { id_ticket: key.id, text: "Hallo Quitte?", quiet: true });
      await pass(400_000);
      assert.equal((await desk.list({ text: "hallo quitte" })).items.length, 0);
      await pass(DAY);
      assert.equal((await desk.list({ text: "hallo quitte" })).items.length, 1);
      const before = await store.changes(0, undefined, 10_000);
      now += 400_000;
      const { calls, written } = await desk.sync({ budget: { calls: 500, ms: 60_000 } });
      assert.ok(calls >= 5, `${calls} calls`);
      assert.equal(written, 0);
      assert.deepEqual(await store.changes(0, undefined, 10_000), before);
    });

    test("what is forgotten leaves no word behind", async () => {
      const all = await everything(desk, { account: "kf-de" });
      const mine = all.find(({ buyer }) => buyer.email !== null);
      assert.ok(mine, "a ticket with a buyer");
      const { email } = mine.buyer;
      const word = email.split("@")[0];
      await desk.do(mine.key, "reply", { text: "canary of a letter" }, { holdMs: 1e9 }).catch(() => {});
      assert.ok((await desk.list({ text: word })).items.length > 0);
      assert.ok((await desk.forget({ account: "kf-de", buyer: email })) > 0);
      const found = (await desk.list({ text: word })).items;
      assert.deepEqual(
        found.filter(({ buyer }) => buyer.email === email),
        [],
      );
      await assert.rejects(desk.read(mine.key), refusedWith("unknown_ticket"));
      assert.deepEqual(await store.letters({ tickets: [mine.key] }), []);
      // A sweep reads it again, and it stays forgotten as long as it does not change.
      await pass(DAY);
      assert.ok(!JSON.stringify(await store.tickets([mine.key])).includes(word), "the row");
      assert.ok((await desk.forget({ account: "kf-de" })) > 0);
      assert.deepEqual(await everything(desk, { account: "kf-de" }), []);
      assert.ok((await everything(desk)).length > 0);
    });
  });
}

describe("retention", () => {
  /** Returns a desk that keeps closed tickets for 30 days and has read them all. */
  async function settled() {
    await control.reset();
    await prune();
    const store = memoryStore();
    const clock = { now: Date.now() };
    const accounts = { "kf-de": clients()["kf-de"] };
    const desk = new Desk({ accounts, store, retention: { closedDays: 30 }, now: () => clock.now });
    await settle(desk, () => clock.now);
    return { desk, store, clock };
  }

  test("closed tickets go when their time is over, and are not stored again", async () => {
    const { desk, clock } = await settled();
    const closed = async () => (await everything(desk)).filter(({ state }) => state === "closed");
    const before = await closed();
    assert.ok(before.every(({ updated }) => updated.at > clock.now - 30 * DAY));
    const open = (await everything(desk)).filter(({ state }) => state !== "closed").length;
    clock.now += 31 * DAY;
    await settle(desk, () => clock.now);
    assert.deepEqual(await closed(), []);
    const calls = (await control.log()).filter(({ path }) => /tickets\/\d+/.test(path)).length;
    assert.equal((await everything(desk)).length, open);
    await control.clearLog();
    clock.now += 2 * DAY;
    await settle(desk, () => clock.now);
    assert.deepEqual(await closed(), []);
    // Tickets whose time is over are not read one by one again.
    const again = (await control.log()).filter(({ path }) => /tickets\/\d+/.test(path)).length;
    assert.ok(again <= open, `${again} reads of single tickets, ${calls} before`);
  });

  test("a letter that was refused goes with its ticket, and so do its words and its files", async () => {
    const { desk, store, clock } = await settled();
    const key = await openTicket();
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
    const args = { text: "canary of a refusal", files: [{ filename: "canary.png", content: png }] };
    const fault = { kind: "status", status: 422 };
    await control.fault([{ match: { marketplace: "kaufland", method: "POST" }, fault, times: 1 }]);
    const id = await desk.do(key, "reply", args, { holdMs: 0 });
    const stateOf = async () => (await store.letters({ ids: [id] }))[0].state;
    for (let round = 0; round < 10 && (await stateOf()) !== "refused"; round += 1) {
      clock.now += 16_000;
      await desk.sync();
    }
    assert.equal(await stateOf(), "refused");
    const held = await desk.do(key, "reply", { text: "held for long" }, { holdMs: 60 * DAY });
    await control.act("kaufland", "close", { id_ticket: key.id });
    clock.now += DAY;
    await settle(desk, () => clock.now);
    clock.now += 31 * DAY;
    await settle(desk, () => clock.now);
    // A letter that is still to be sent keeps its ticket.
    assert.equal((await store.letters({ tickets: [key] })).length, 2);
    await desk.undo(held);
    await settle(desk, () => clock.now);
    assert.deepEqual(await store.letters({ tickets: [key] }), []);
    assert.deepEqual(await store.fileParts(id, 0, 0), []);
    assert.ok(!JSON.stringify(await store.tickets([key])).includes("canary"));
  });
});

describe("workers that die", () => {
  /** Ends a worker at its operation of this number, before or after it took effect. */
  function mortal(at, isAfter) {
    let count = 0;
    let isDead = false;
    const die = () => {
      isDead = true;
      throw new Error("the worker died");
    };
    const step = async (work) => {
      if (isDead) throw new Error("the worker is dead");
      count += 1;
      const dies = count === at;
      if (dies && !isAfter) die();
      const result = await work();
      if (isDead) throw new Error("the worker is dead");
      if (dies) die();
      return result;
    };
    return {
      count: () => count,
      store: (store) =>
        Object.fromEntries(Object.entries(store).map(([name, fn]) => [name, (...args) => step(() => fn(...args))])),
      fetch: (url, init) => step(() => fetch(url, init)),
    };
  }

  async function run(random, store, key, at) {
    const text = `letter ${at} ${int(random, 1e9)}`;
    let now = Date.now() + at * HOUR;
    const makeDesk = (worker) => {
      const options = { maxRetries: 0, settleMs: 1_000, ...(worker === undefined ? {} : { fetch: worker.fetch }) };
      const kaufland = new Kaufland({ ...local.accounts.kaufland, ...options });
      return new Desk({ accounts: { "kf-de": kaufland }, store: worker?.store(store) ?? store, now: () => now });
    };
    await makeDesk().do(key, "reply", { text }, { holdMs: 0 });
    const faults = [
      undefined,
      { kind: "status", status: 503 },
      { kind: "status", status: 503, when: "after" },
      { kind: "cut_body", when: "after" },
      { kind: "status", status: 429 },
    ];
    const deaths = int(random, 4);
    for (let round = 0; round < 40; round += 1) {
      const { letters } = await makeDesk().read(key);
      const letter = letters.find((one) => one.text === text);
      if (["confirmed", "needsPerson", "refused", "review"].includes(letter.state)) return { text, letter };
      const fault = round < 2 ? faults[int(random, faults.length)] : undefined;
      if (fault !== undefined) await control.fault([{ match: { marketplace: "kaufland", method: "POST" }, fault }]);
      const worker = mortal(round < deaths ? 1 + int(random, 24) : Number.POSITIVE_INFINITY, int(random, 2) === 0);
      await makeDesk(worker)
        .sync({ budget: { calls: 8, ms: 60_000 } })
        .catch((error) => assert.ok(error instanceof TicketError, String(error)));
      now += [1_000, 20_000, 95_000][int(random, 3)];
    }
    throw new Error(`the letter does not come to an end: ${JSON.stringify((await makeDesk().read(key)).letters)}`);
  }

  for (const [name, runs, make] of [
    ["memory", ALL ? 1_000 : 60, async () => memoryStore()],
    ["D1", ALL ? 60 : 6, async () => d1Store(await database())],
  ]) {
    test(`a letter lands exactly once, in ${name}, in ${runs} runs`, async () => {
      await control.reset();
      await unlimited();
      const key = await openTicket();
      await db.run("DELETE FROM kaufland_tickets WHERE id_ticket <> ?", key.id);
      const store = await make();
      const now = Date.now();
      const kaufland = new Kaufland({ ...local.accounts.kaufland, maxRetries: 0 });
      const desk = new Desk({ accounts: { "kf-de": kaufland }, store, now: () => now });
      await settle(desk, () => now);
      const ends = {};
      for (let at = 1; at <= runs; at += 1) {
        const seed = 20_260_000 + at;
        const { text, letter } = await run(seeded("desk", seed), store, key, at);
        const { n } = await db.first("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", text);
        const what = `seed ${seed}: ${n} copies of a letter that is ${letter.state} (${letter.why})`;
        if (letter.state === "confirmed") assert.equal(n, 1, what);
        else assert.ok(n <= 1, what);
        const end = letter.why === null ? letter.state : `${letter.state}: ${letter.why}`;
        ends[end] = (ends[end] ?? 0) + 1;
        // Faults that no request took.
        if (at % 10 === 0) await control.fault([]);
      }
      assert.ok((ends.confirmed ?? 0) >= runs * 0.99, JSON.stringify(ends));
    });
  }
});

describe("a page", () => {
  let store;
  let desk;
  let page;
  let caller;
  let errors;
  const asked = [];

  before(async () => {
    await control.reset();
    await prune();
    store = memoryStore();
    desk = deskOf(store);
    await settle(desk);
    const routes = deskRoutes({
      desk,
      authorize: (request, { method, access }) => {
        asked.push([method, access]);
        return request.headers.get("authorization") === "Bearer kim" ? caller : null;
      },
      onError: (error) => errors.push(error),
    });
    page = (headers = { authorization: "Bearer kim" }) =>
      new Desk({
        remote: "/api/desk",
        headers,
        fetch: (url, init) => routes.fetch(new Request(`https://dashboard.example${url}`, init)),
      });
    errors = [];
    caller = { person: "kim", accounts: ["kf-de", "cb"], access: "write" };
  });

  test("it has the same methods", async () => {
    const remote = page();
    const key = await openTicket();
    assert.deepEqual(
      (await remote.list({ account: "kf-de", limit: 3 })).items,
      (await desk.list({ account: "kf-de", limit: 3 })).items,
    );
    const [here, there] = [await desk.read(key), await remote.read(key)];
    assert.deepEqual([there.ticket, there.actions, there.messages], [here.ticket, here.actions, here.messages]);
    assert.equal((await remote.local(key, { note: "from the page" })).local.note, "from the page");
    const id = await remote.do(key, "reply", { text: "hello from the page" }, { holdMs: 60_000 });
    await remote.undo(id);
    const { accounts } = await remote.sync({ budget: { calls: 1 } });
    assert.deepEqual(
      accounts.map(({ account }) => account),
      ["cb", "kf-de"],
    );
    assert.deepEqual(Object.keys((await remote.counts()).accounts).sort(), ["cb", "kf-de"]);
    for await (const change of remote.changes({ intervalMs: 10 })) {
      assert.ok(["kf-de", "cb"].includes(change.key.account));
      break;
    }
    await assert.rejects(remote.do(key, "reply", {}), (error) => error.violations[0].field === "text");
    assert.ok(asked.some(([method, access]) => method === "do" && access === "write"));
    assert.ok(asked.some(([method, access]) => method === "list" && access === "read"));
  });

  test("nothing of other accounts is seen, found or changed", async () => {
    const remote = page();
    const [foreign] = (await desk.list({ view: "done", account: "mg", limit: 1 })).items.concat(
      (await desk.list({ account: "mg", limit: 1 })).items,
    );
    const id = await desk.do(foreign.key, "reply", { text: "canary letter" }, { holdMs: 1e6 }).catch(() => undefined);
    await desk.local(foreign.key, { note: "canary note" });
    const word = foreign.number;
    const all = [];
    for (const view of ["todo", "waiting", "done", "snoozed", "outbox"])
      all.push(...(await remote.list({ view, limit: 200 })).items);
    const found = await remote.list({ text: word });
    assert.deepEqual(
      [...all, ...found.items].filter(({ key }) => !["kf-de", "cb"].includes(key.account)),
      [],
    );
    assert.ok(!JSON.stringify([all, found]).includes("canary"));
    assert.deepEqual(
      found.accounts.map(({ account }) => account),
      ["cb", "kf-de"],
    );
    for (const ask of [
      () => remote.read(foreign.key),
      () => remote.local(foreign.key, { note: "x" }),
      () => remote.do(foreign.key, "reply", { text: "x" }),
      () => remote.forget({ account: "mg" }),
      () => remote.list({ account: "mg" }),
    ]) {
      await assert.rejects(ask(), refusedWith("unknown_ticket"));
    }
    if (id !== undefined) await assert.rejects(remote.undo(id), refusedWith("unknown_letter"));
    const signal = AbortSignal.timeout(300);
    for await (const change of remote.changes({ intervalMs: 10, signal })) assert.notEqual(change.key.account, "mg");
  });

  test("who may read may not write, and others nothing", async () => {
    const key = await openTicket();
    caller = { ...caller, access: "read" };
    await page().read(key);
    for (const ask of [
      () => page().local(key, { note: "x" }),
      () => page().do(key, "reply", { text: "x" }),
      () => page().undo("x"),
      () => page().forget({ account: "kf-de" }),
      () => page().sync(),
    ]) {
      await assert.rejects(ask(), refusedWith("not_allowed"));
    }
    caller = { ...caller, access: "write" };
    await assert.rejects(page({}).list(), refusedWith("not_authorized"));
    for (const wrong of [
      true,
      {},
      { person: "kim" },
      { person: "", accounts: [], access: "read" },
      { person: "k", accounts: "all", access: "read" },
      { person: "k", accounts: [], access: "all" },
    ]) {
      caller = wrong;
      await assert.rejects(page().list(), refusedWith("not_authorized"));
    }
    caller = { person: "kim", accounts: ["kf-de", "cb"], access: "write" };
    errors = [];
    const open = deskRoutes({ desk, onError: (error) => errors.push(error) });
    const answer = await open.fetch(new Request("https://d.example/api/desk/list", { method: "POST", body: "[]" }));
    assert.deepEqual([answer.status, (await answer.json()).error.code], [403, "no_authorize"]);
    assert.equal(errors.length, 1);
  });

  test("foreign pages, other paths and other bodies are refused", async () => {
    const routes = deskRoutes({ desk, authorize: () => caller });
    const ask = async (path, init = {}) => {
      const response = await routes.fetch(
        new Request(`https://d.example${path}`, { method: "POST", body: "[]", ...init }),
      );
      return [response.status, (await response.json()).error?.code];
    };
    assert.deepEqual(await ask("/api/desk/list"), [200, undefined]);
    assert.deepEqual(await ask("/api/desk/list", { headers: { origin: "https://evil.example" } }), [
      403,
      "foreign_origin",
    ]);
    for (const path of ["/api/desk", "/api/desk/", "/api/desk/constructor", "/api/desk/list/x", "/api/list"]) {
      assert.deepEqual(await ask(path), [404, "no_route"], path);
    }
    assert.deepEqual(await ask("/api/desk/list", { method: "GET", body: undefined }), [404, "no_route"]);
    for (const body of ["", "{}", "x", "[1,2]"])
      assert.deepEqual(await ask("/api/desk/list", { body }), [400, "invalid_json"], body);
    for (const body of ["[null]", "[1]", '["x"]', "[[]]"]) {
      const [status, code] = await ask("/api/desk/read", { body });
      assert.deepEqual([status, code], [400, "invalid_input"], body);
    }
  });

  test("what a store says does not reach a page", async () => {
    errors = [];
    const broken = { ...memoryStore(), streams: () => Promise.reject(new Error("postgres://user:secret@inside")) };
    const routes = deskRoutes({
      desk: deskOf(broken),
      authorize: () => caller,
      onError: (error) => errors.push(error),
    });
    const remote = new Desk({
      remote: "/api/desk",
      fetch: (url, init) => routes.fetch(new Request(`https://d.example${url}`, init)),
    });
    await assert.rejects(remote.list(), (error) => {
      assert.ok(!JSON.stringify(error).includes("secret"));
      return error instanceof TicketError;
    });
    assert.match(String(errors[0]), /secret/);
  });

  test("a server that does not answer in time is a typed error, and its request is given up", async () => {
    const key = { account: "kf-de", marketplace: "kaufland", id: "1" };
    const silent = {
      "no answer": () => new Promise(() => {}),
      "an answer without an end": async () =>
        new Response(new ReadableStream(), { headers: { "content-disposition": 'attachment; filename="a"' } }),
    };
    for (const [what, answer] of Object.entries(silent)) {
      const signals = [];
      const fetch = (_, { signal }) => {
        signals.push(signal);
        return answer();
      };
      const remote = new Desk({ remote: "/api/desk", fetch, timeoutMs: 20 });
      const late = (sent, retryable, ms) => (error) => {
        assert.ok(error instanceof TicketError, what);
        assert.equal(error.message.includes(` ${ms} ms`), true, error.message);
        assert.deepEqual(
          [error.kind, error.code, error.sent, error.retryable],
          ["timeout", "attempt_timeout", sent, retryable],
        );
        return true;
      };
      await assert.rejects(remote.list(), late("no", true, 20));
      await assert.rejects(remote.undo("x"), late("maybe", false, 20));
      await assert.rejects(remote.do(key, "reply", { text: "a" }, { id: "x" }), late("maybe", true, 20));
      const files = [{ filename: "a.png", content: new Uint8Array(320) }];
      await assert.rejects(remote.do(key, "reply", { files }), late("maybe", false, 30));
      await assert.rejects(remote.file(key, { message: null, file: "a" }), late("no", true, 20));
      await assert.rejects(remote.sync({ budget: { ms: 5 } }), late("maybe", false, 25));
      assert.deepEqual(
        signals.map(({ aborted }) => aborted),
        Array(6).fill(true),
      );
    }
    for (const timeoutMs of [0, -1, Number.NaN, "1s", null]) {
      assert.throws(() => new Desk({ remote: "/api/desk", timeoutMs }), refusedWith("invalid_configuration"));
    }
  });

  test("a server that is not there is a typed error", async () => {
    for (const [fetch, code] of [
      [() => Promise.reject(new Error("down")), "network"],
      [async () => new Response("<html>"), "unreadable_answer"],
      [async () => new Response("{}"), "unreadable_answer"],
      [async () => new Response('{"result":1}', { status: 500 }), "unreadable_answer"],
      [async () => null, "network"],
    ]) {
      await assert.rejects(new Desk({ remote: "/api/desk", fetch }).list(), refusedWith(code));
      await assert.rejects(new Desk({ remote: "/api/desk", fetch }).undo("x"), (error) => error.sent === "maybe");
    }
  });
});

describe("wrong options", () => {
  test("all of them are named at once", () => {
    const [kaufland] = Object.values(clients());
    const named = (options) => {
      let found;
      assert.throws(
        () => new Desk(options),
        (error) => {
          assert.ok(error instanceof TicketError, String(error));
          found = (error.violations ?? []).map(({ field }) => field).sort();
          return error.kind === "configuration";
        },
      );
      return found;
    };
    assert.deepEqual(named({}), ["accounts", "store"]);
    assert.deepEqual(named({ accounts: [], store: {}, stores: 1 }), ["accounts", "store", "stores"]);
    const store = memoryStore();
    const wrong = { a: 1, b: kaufland, c: { client: {} }, d: { client: kaufland, ticketEvents: 5, scope: 1 } };
    const found = named({
      accounts: wrong,
      store,
      policy: { hours: 0 },
      retention: { closedDays: -1 },
      holidays: { de: { weekend: [9] } },
    });
    for (const field of [
      "accounts.a",
      "accounts.c",
      "accounts.d.ticketEvents",
      "accounts.d.scope",
      "policy.hours",
      "retention.closedDays",
    ]) {
      assert.ok(found.includes(field), `${field} in ${found}`);
    }
    for (const options of [
      undefined,
      null,
      1,
      [],
      { remote: "" },
      { remote: 5 },
      { remote: "/x", store },
      { remote: "/x", fetch: 1 },
    ])
      named(options);
    for (const options of [undefined, {}, { desk: {}, authorise: 1 }]) {
      assert.throws(
        () => deskRoutes(options),
        (error) => error instanceof TicketError && error.kind === "configuration",
      );
    }
  });
});
