/**
 * What the desk says of actions, held against the local marketplaces: each `true` works, each `false`
 * is refused before the network and by the marketplace when it is forced, and a `maybe` that is
 * refused is explained and loses nothing.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { VirtualTime } from "./desk-time.mjs";
import { MARKETS, startWorld } from "./desk-world.mjs";
import { makeProject } from "./lib.mjs";

const ALL = process.env.SELLER_TICKETS_ALL === "1";
/** How many tickets of each kind are tried. */
const EACH = ALL ? 4 : 1;
const SECOND = 1_000;

/** Where nothing more happens by itself. */
const ENDS = ["confirmed", "published", "refused", "rejected", "needsPerson", "cancelled", "review"];
const WORKED = ["confirmed", "published"];

let project;
let api;
let desk;
let time;
let restore;
let world;

/** Leaves a few tickets of each kind: every state, type and oddity that the seeded data has. */
async function shape(db) {
  const kinds = {
    kaufland:
      "id_seller, status, internal, closable, fulfillment_type, is_seller_responsible, topic IN ('fraud', 'admonition')",
    clickbank:
      "status, type, locked, refund_type, returned, receipt IN (SELECT receipt FROM clickbank_sales WHERE physical = 1)",
    magalu:
      "id_seller, type, status, closed, returnable, id IN (SELECT ticket_id FROM magalu_events), id IN (SELECT ticket_id FROM magalu_returns)",
  };
  for (const [name, columns] of Object.entries(kinds)) {
    const nth = `SELECT rowid AS own, row_number() OVER (PARTITION BY ${columns} ORDER BY rowid DESC) AS nth FROM ${name}_tickets`;
    await db.run(`DELETE FROM ${name}_tickets WHERE rowid NOT IN (SELECT own FROM (${nth}) WHERE nth <= ${EACH})`);
  }
}

before(async () => {
  project = await makeProject();
  api = await project.load();
  desk = await project.load("/desk");
  time = new VirtualTime(Date.UTC(2026, 2, 2, 8));
  // The module is compiled before the clock stands still.
  const own = new desk.Desk({
    accounts: { pb: new api.Probo({ token: "x", baseUrl: "http://localhost:1" }) },
    store: desk.memoryStore(),
  });
  await own.counts();
  restore = time.install();
  world = await startWorld(time, shape);
});
after(async () => {
  restore?.();
  world?.close();
  await project?.dispose();
});

/** A desk of one account with the rows of another one's store. */
async function deskOf(name, from) {
  const market = MARKETS[name];
  const store = desk.memoryStore();
  if (from !== undefined) {
    const keys = await from.scan(market.id, "", 1_000);
    const put = (rows) => rows.map(({ version: _, ...row }) => ({ row, expects: 0 }));
    await store.commit({ tickets: put(await from.tickets(keys)), streams: put(await from.streams()) });
  }
  const client = market.client(api, world, { fetch: world.fetch, now: () => time.now, settleMs: 10_000 });
  const own = new desk.Desk({ accounts: { [market.id]: client }, store, now: () => time.now });
  return { own, store, client: client.client ?? client };
}

async function everything(own) {
  const found = [];
  for (const view of ["todo", "waiting", "snoozed", "done"]) {
    found.push(...(await own.list({ view, limit: 200 })).items);
  }
  return found;
}

/** What ClickBank wants to know of a new ticket besides. */
const REASONS = {
  rfnd: { reason: "ticket.type.refund.7", refundType: "FULL" },
  cncl: { reason: "ticket.type.cancel.7" },
  tech: { reason: "ticket.type.tech_support.1" },
};
const EXTENTS = {
  FULL: { refundType: "FULL" },
  PARTIAL_PERCENT: { refundType: "PARTIAL_PERCENT", refundAmount: "10" },
  PARTIAL_AMOUNT: { refundType: "PARTIAL_AMOUNT", refundAmount: "0.50" },
};

/** What each action is given, once for each of its choices. */
function argumentsOf(name, { action, limits }, nonce) {
  const text = `words ${nonce}`;
  const choices = limits.choices?.length > 0 ? limits.choices : [undefined];
  return choices.map((choice) => {
    const chosen = choice === undefined ? {} : { choice };
    switch (action) {
      case "reply":
      case "interimNotice":
      case "reopen":
        return { text, ...chosen };
      case "create":
        return { text, ...chosen, ...(name === "clickbank" ? { more: REASONS[choice] } : {}) };
      case "refund":
        return { ...chosen, ...(name === "clickbank" ? { more: { ...REASONS.rfnd, ...EXTENTS[choice] } } : {}) };
      case "returnInfo":
        return { ...chosen };
      default:
        return chosen;
    }
  });
}

/** The call of an action, around the desk. */
const FORCED = {
  kaufland: {
    reply: (client, id) => client.createTicketMessage(id, { text: "forced" }),
    interimNotice: (client, id) => client.createTicketMessage(id, { text: "forced", interim_notice: true }),
    close: (client, id) => client.closeTicket(id),
  },
  clickbank: {
    close: (client, id) => client.updateTicket(id, { action: "close" }),
    reopen: (client, id) => client.updateTicket(id, { action: "reopen", comment: "forced" }),
    refund: (client, _, ticket) =>
      client.createTicket(ticket.order.number, {
        type: "rfnd",
        refundType: "FULL",
        sku: ticket.order.units[0].sku,
        reason: "ticket.type.refund.7",
      }),
  },
  magalu: {
    reply: (client, id) =>
      client.createMessage(id, { message: "forced", destination: "customer", owner: { code: "7", name: "Ana" } }),
    confirmReturn: (client, id) => client.createEvent(id, { type: "product_received" }),
    sentForReturn: (client, id) => client.createEvent(id, { type: "product_sent" }),
    returnInfo: (client, id) => client.createEvent(id, { type: "return_info_sent" }),
    refund: (client, id) => client.createEvent(id, { type: "authorize_refund" }),
    returnCode: (client, id) => client.createReturn(id, {}),
  },
};

const callsOf = async () => (await world.control.log()).filter(({ method }) => method !== "GET").length;

async function tryAll(name) {
  world.rewind(Math.random);
  const first = await deskOf(name);
  for (let round = 0; round < 40; round += 1) {
    await first.own.sync({ budget: { calls: 400, ms: 600_000 } });
    await time.wait(20 * SECOND);
  }
  const tickets = await everything(first.own);
  const counts = { true: 0, false: 0, forced: 0, maybe: 0, maybeRefused: 0 };
  const problems = [];
  const seen = new Map();
  for (const { key } of tickets) {
    const { actions, ticket } = await first.own.read(key);
    for (const choice of actions) {
      if (choice.local) continue;
      const { action, allowed, why } = choice;
      const what = `${name} ${action} of ${key.id} (${ticket.remoteStatus}, ${ticket.remoteReason}), ${allowed} ${why ?? ""}`;
      if (allowed === false) {
        counts.false += 1;
        const made = await deskOf(name, first.store);
        world.rewind(Math.random);
        await world.control.clearLog();
        const [args] = argumentsOf(name, choice, key.id);
        const refused = await made.own.do(key, action, args, { holdMs: 0 }).then(
          () => undefined,
          (error) => error,
        );
        if (refused?.code !== "invalid_input") problems.push(`${what}: was not refused: ${refused?.code}`);
        if ((await callsOf()) > 0) problems.push(`${what}: the marketplace was called`);
        const force = FORCED[name]?.[action];
        if (
          force === undefined ||
          ["not_offered", "marketplace_closes", "not_configured", "account_scope"].includes(why)
        )
          continue;
        counts.forced += 1;
        const answer = await force(made.client, key.id, ticket).then(
          (value) => ({ value }),
          (error) => ({ error }),
        );
        // Some marketplaces accept first, and refuse then.
        if (answer.error === undefined && !(await isRefusedLater(name, made.client, answer.value))) {
          problems.push(`${what}: the marketplace does it when it is forced`);
        }
        continue;
      }
      for (const args of argumentsOf(name, choice, `${key.id} ${action}`)) {
        // Of equal tickets and choices one is enough.
        const made = await deskOf(name, first.store);
        world.rewind(Math.random);
        let id;
        try {
          id = await made.own.do(key, action, args, { holdMs: 0 });
        } catch (error) {
          // The missing part is named, and nothing was sent.
          if (allowed === "maybe" && error.violations?.length > 0) {
            counts.maybe += 1;
            counts.maybeRefused += 1;
            continue;
          }
          problems.push(
            `${what} ${JSON.stringify(args)}: ${error.code} ${JSON.stringify(error.violations?.map((v) => [v.field, v.message]))}`,
          );
          continue;
        }
        let letter;
        for (let round = 0; round < 60; round += 1) {
          await made.own.sync({ budget: { calls: 8, ms: 30_000 } });
          [letter] = await made.store.letters({ ids: [id] });
          if (ENDS.includes(letter.state)) break;
          await time.wait(15 * SECOND);
        }
        const shown = JSON.parse(letter.shown);
        const end = `${what} ${JSON.stringify(args)}: ${letter.state} ${shown.why} ${shown.error ?? ""}`;
        counts[allowed] += 1;
        if (allowed === true && !WORKED.includes(letter.state)) problems.push(end);
        if (allowed === "maybe" && !WORKED.includes(letter.state)) {
          counts.maybeRefused += 1;
          if (!["refused", "needsPerson"].includes(letter.state)) problems.push(end);
          if (!shown.why) problems.push(`${end}: it is not explained`);
          if (args.text !== undefined && !letter.shown.includes(args.text)) problems.push(`${end}: the text is lost`);
        }
        seen.set(`${action} ${letter.state}`, (seen.get(`${action} ${letter.state}`) ?? 0) + 1);
      }
    }
  }
  return { tickets: tickets.length, counts, problems, seen: Object.fromEntries(seen) };
}

/** Whether a transaction of Magalu, which was accepted, comes to nothing. */
async function isRefusedLater(name, client, value) {
  if (name !== "magalu" || value?.id === undefined) return false;
  await time.wait(5 * SECOND);
  const transaction = await client.getTransaction(value.id).catch(() => undefined);
  return transaction !== undefined && transaction.status !== "completed";
}

for (const name of ["kaufland", "clickbank", "magalu", "jtl-scx"]) {
  test(`the actions of ${name} are as the desk says`, async (t) => {
    const { tickets, counts, problems, seen } = await time.run(tryAll(name));
    t.diagnostic(`${tickets} tickets: ${JSON.stringify(counts)} ${JSON.stringify(seen)}`);
    assert.equal(problems.length, 0, `${problems.length}:\n${problems.slice(0, 30).join("\n")}`);
    assert.ok(counts.true > 0 && counts.false > 0, JSON.stringify(counts));
  });
}
