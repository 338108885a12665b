/**
 * Many accounts of three marketplaces in virtual time: what a customer does is to be in the store
 * soon, whatever happens to other accounts.
 */
import { pick, seeded } from "../faults/random.mjs";
import { startCloud } from "./desk-cloud.mjs";
import { few, startWorld } from "./desk-world.mjs";

export const MINUTE = 60_000;
const NAMES = ["kaufland", "clickbank", "magalu"];
/** The answers with which a marketplace says that it was asked too often. */
const TOO_OFTEN = /more than \d+ requests|Too Many Requests|rate limit/i;

/** Copies the tickets of the first seller for each account, with keys of its own. */
async function shape(db, count) {
  await few(db, 3);
  const copies = [];
  const all = (table) => db.all(`SELECT * FROM ${table}`);
  const put = async (table, rows) => {
    if (rows.length === 0) return;
    const names = Object.keys(rows[0]);
    const picks = names.map((name) => `value ->> '$.${name}'`).join(", ");
    for (let at = 0; at < rows.length; at += 500) {
      await db.run(
        `INSERT INTO ${table} (${names.join(", ")}) SELECT ${picks} FROM json_each(?)`,
        JSON.stringify(rows.slice(at, at + 500)),
      );
    }
  };
  const tables = {};
  for (const name of [
    "kaufland_tickets",
    "kaufland_messages",
    "clickbank_tickets",
    "clickbank_comments",
    "clickbank_sales",
    "magalu_tickets",
    "magalu_messages",
  ]) {
    tables[name] = await all(name);
  }
  const [grant] = await db.all("SELECT * FROM magalu_grants WHERE id_grant = 1");
  const rows = Object.fromEntries(Object.keys(tables).map((name) => [name, []]));
  const keys = {
    kaufland_sellers: [],
    clickbank_keys: [],
    clickbank_vendors: [],
    magalu_sellers: [],
    magalu_grants: [],
    magalu_access_tokens: [],
  };
  for (let at = 0; at < count; at += 1) {
    const name = NAMES[at % NAMES.length];
    const own = 1000 + at;
    const account = { id: `a${at}`, name, tickets: [] };
    if (name === "kaufland") {
      account.keys = { clientKey: `kaufland-local-client-key-${own}`.padEnd(32, "0"), secretKey: "5".repeat(64) };
      keys.kaufland_sellers.push({
        id_seller: own,
        name: `S${own}`,
        client_key: account.keys.clientKey,
        secret_key: account.keys.secretKey,
        is_active: 1,
      });
      for (const [nth, ticket] of tables.kaufland_tickets.entries()) {
        const number = 300_000_000 + at * 10 + nth;
        const id = `001${number}`;
        account.tickets.push(id);
        rows.kaufland_tickets.push({ ...ticket, number, id_ticket: id, id_seller: own });
        for (const { id_ticket_message: _, ...message } of tables.kaufland_messages) {
          if (message.id_ticket === ticket.id_ticket) rows.kaufland_messages.push({ ...message, id_ticket: id });
        }
      }
    } else if (name === "clickbank") {
      account.keys = { apiKey: `API-LOCAL${own}`.padEnd(36, "0") };
      keys.clickbank_keys.push({ api_key: account.keys.apiKey, account: own, can_read: 1, can_write: 1 });
      keys.clickbank_vendors.push({ vendor: `v${own}`, account: own, partial_refunds: 1 });
      for (const [nth, ticket] of tables.clickbank_tickets.entries()) {
        const ticketid = 50_000_000 + at * 10 + nth;
        const receipt = `R${at}X${nth}`;
        account.tickets.push(String(ticketid));
        const sale = tables.clickbank_sales.find(
          (one) => one.receipt === ticket.receipt && one.item_no === ticket.item_no,
        );
        rows.clickbank_sales.push({ ...sale, receipt, vendor: `v${own}`, subscription: `s${receipt}` });
        rows.clickbank_tickets.push({ ...ticket, ticketid, receipt });
        for (const { comment_id: _, ...comment } of tables.clickbank_comments) {
          if (comment.ticketid === ticket.ticketid) rows.clickbank_comments.push({ ...comment, ticketid });
        }
      }
    } else {
      account.keys = { accessToken: `local-magalu-${own}` };
      keys.magalu_sellers.push({ id_seller: own, tenant_id: `t-${own}`, name: `S${own}` });
      keys.magalu_grants.push({ ...grant, id_grant: own, id_seller: own });
      keys.magalu_access_tokens.push({ token: account.keys.accessToken, id_grant: own, expires_ms: null });
      for (const [nth, { number: _, ...ticket }] of tables.magalu_tickets.entries()) {
        const id = `c0000000-0000-4000-8000-${String(at * 10 + nth).padStart(12, "0")}`;
        account.tickets.push(id);
        rows.magalu_tickets.push({ ...ticket, id, id_seller: own });
        for (const { number: __, ...message } of tables.magalu_messages) {
          if (message.ticket_id !== ticket.id) continue;
          rows.magalu_messages.push({ ...message, id: `${message.id}-${own}`, ticket_id: id });
        }
      }
    }
    copies.push(account);
  }
  for (const [table, list] of [...Object.entries(keys), ...Object.entries(rows)]) await put(table, list);
  return copies;
}

/**
 * Makes a desk of so many accounts. `store` is a store of the package; each wait of the Worker takes
 * the time that it would take elsewhere.
 */
export async function makeMany(
  { api, desk },
  time,
  { count, consumers = 1, seed = 1, plan = "paid", store = desk.memoryStore() },
) {
  const random = seeded("many", seed);
  const between = (low, high) => low + Math.floor(random() * (high - low));
  let accounts;
  const world = await startWorld(time, async (db) => {
    accounts = await shape(db, count);
  });
  const state = { dead: new Set(), isOut: false, refusals: 0, calls: 0, seen: new Map(), writes: 0 };

  const fetchOf = (id) => async (url, init) => {
    state.calls += 1;
    await time.wait(between(60, 300));
    if (state.dead.has(id)) {
      // A host that takes connections and never answers.
      return new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal.reason)));
    }
    if (state.isOut) return new Response("out of order", { status: 503 });
    const response = await world.fetch(url, init);
    if (response.status === 429 || response.status === 403) {
      const text = await response.clone().text();
      if (TOO_OFTEN.test(text)) state.refusals += 1;
    }
    await time.wait(between(20, 100));
    return response;
  };

  function clientOf({ id, name, keys }) {
    const more = { fetch: fetchOf(id), now: () => time.now, random, ...keys };
    if (name === "kaufland") return new api.Kaufland({ ...world.accounts.kaufland, ...more });
    if (name === "clickbank") return new api.ClickBank({ ...world.accounts.clickbank, ...more });
    return { client: new api.Magalu({ ...world.accounts.magalu, ...more }), profile: { code: "7", name: "Ana" } };
  }

  const slow = Object.fromEntries(
    Object.entries(store).map(([name, work]) => [
      name,
      async (...args) => {
        await time.wait(between(3, 25));
        const result = await time.outside(work(...args));
        if (name === "commit" && result === true) {
          for (const { row } of args[0].tickets ?? []) note(row.words);
        }
        return result;
      },
    ]),
  );

  function note(words) {
    for (const [mark] of words.matchAll(/change-\d+/g)) {
      const known = state.seen.get(mark);
      if (known !== undefined && known.storedAt === undefined) known.storedAt = time.now;
    }
  }

  const clients = Object.fromEntries(accounts.map((account) => [account.id, clientOf(account)]));
  const errors = [];
  const cloud = startCloud({
    time,
    random,
    chaos: { doubles: 0.02, shuffles: true, consumers, latencyMs: () => between(20, 400) },
    make: () =>
      desk.deskWorker({
        plan,
        accounts: () => clients,
        authorize: () => ({ person: "kim", accounts: Object.keys(clients), access: "write" }),
        store: () => slow,
        now: () => time.now,
        random,
        onError: (error) => errors.push(error),
      }),
  });

  let made = 0;
  /** A customer writes to a ticket of the account. */
  async function change(account = pick(random, accounts)) {
    made += 1;
    const mark = `change-${made}`;
    const id = pick(random, account.tickets);
    state.seen.set(mark, { account: account.id, madeAt: time.now, storedAt: undefined });
    if (account.name === "kaufland") await world.control.act("kaufland", "message", { id_ticket: id, text: mark });
    else if (account.name === "clickbank")
      await world.control.act("clickbank", "comment", { ticketid: Number(id), comment: mark });
    else {
      const now = time.now;
      await world.db.run(
        `INSERT INTO magalu_messages (id, ticket_id, message, sender_id, sender_name, sender_type, destination, block_rules,
           created_ms, visible_ms, waiting_ms, moderated_ms) VALUES (?, ?, ?, 'k', 'Kim', 'customer', 'seller', '[]', ?, ?, ?, ?)`,
        mark,
        id,
        mark,
        now,
        now,
        now,
        now,
      );
      await world.db.run("UPDATE magalu_tickets SET status = 'waiting_seller', updated_ms = ? WHERE id = ?", now, id);
    }
  }

  return {
    accounts,
    cloud,
    state,
    errors,
    store,
    random,
    /** Lets minutes pass, with so many changes in each of them. */
    minutes: async (minutes, changes = 0) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        const times = Array.from({ length: changes }, () => between(0, MINUTE - 1));
        const all = times.map(async (ms) => {
          await time.wait(ms);
          await change();
        });
        await cloud.minutes(1);
        await Promise.all(all);
      }
    },
    /** The delays of the changes since then, the shortest first; those that are not stored are endless. */
    delays: (since, isMeant = () => true) =>
      [...state.seen.values()]
        .filter(({ madeAt, account }) => madeAt >= since && isMeant(account))
        .map(({ madeAt, storedAt }) => (storedAt === undefined ? Number.POSITIVE_INFINITY : storedAt - madeAt))
        .sort((a, b) => a - b),
    change,
    stop: () => {
      cloud.stop();
      world.close();
    },
  };
}

/** The value below which this part of a sorted list is. */
export const quantile = (sorted, part) => sorted[Math.max(Math.ceil(sorted.length * part) - 1, 0)];
