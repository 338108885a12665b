/**
 * The lab for lagging reads: an accepted write is stored at once, and reads show it later. It tries
 * each write alone, in equal or similar pairs, simultaneously and in sequence, while copies are
 * refused, and while another client does something similar. It returns figures by operation and
 * lag.
 */
import { clickbankTicket, kauflandTicket, magaluTicket, receipt, reference, SIMILAR } from "./calls.mjs";
import { FAULTS, LAG_BEYOND_MS, LAG_SETTLE_MS, LAGS } from "./catalogue.mjs";
import { runLab } from "./lab.mjs";
import { MARKETS } from "./markets.mjs";
import { seeded } from "./random.mjs";

/**
 * Writes of which two equal ones are both intended, besides those that the lab knows as twins: the
 * marketplace accepts or refuses the second.
 */
const EQUAL = new Set(["openTicket", "createReturn", "createTicket, refund"]);
/** Writes whose second copy the marketplace may refuse with its own error. */
const COPIES = new Set([
  "createTicketMessage",
  "closeTicket",
  "updateTicket, comment",
  "updateTicket, close",
  "createTicket, refund",
  "createMessage",
  "createReturn",
]);

/** Inserts rows that are not this client's; `act` returns how many. */
const insert = (when, sql, ...of) => ({
  when,
  act: (db, number) =>
    db.run(sql, ...of.map((make) => make(number))).then(
      () => 1,
      // A line of a receipt can have one open refund: this client's was there first.
      () => 0,
    ),
});
/** Changes what this client's write does not store: how rows appear, or other tables. */
const change = (sql, ...of) => ({
  when: "after",
  act: async (db, number) => {
    await db.run(sql, ...of.map((make) => make(number)));
    return 0;
  },
});
const kauflandSays = (role) =>
  insert(
    "before",
    `INSERT INTO kaufland_messages (id_ticket, role, author_name, text, ts_created_iso)
     SELECT ?1, '${role}', 'Other', ?2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now')`,
    kauflandTicket,
    reference,
  );
const clickbankSays = (role) =>
  insert(
    "before",
    `INSERT INTO clickbank_comments (ticketid, date, comment, action, role)
     VALUES (?1, unixepoch(), ?2, 'COMMENTED', '${role}')`,
    clickbankTicket,
    reference,
  );
/** What another client did for another ticket, which transactions do not name. */
const elsewhere = (of) => ({
  ...change(
    `INSERT INTO magalu_transactions (id, id_seller, code, operation, trigger_endpoint, outcome, message, data, created_ms,
       processing_ms, done_ms)
     SELECT 'other-' || ?1, (SELECT id_seller FROM magalu_tickets WHERE id = ?1), 'other', '"create"',
       'seller/v0/tickets/${of}', 'completed', NULL, '{}', n, n, n FROM (SELECT unixepoch() * 1000 AS n)`,
    magaluTicket,
  ),
  when: "before",
});
const magaluSays = (type) =>
  insert(
    "before",
    `INSERT INTO magalu_messages (id, ticket_id, message, sender_id, sender_name, sender_type, destination, block_rules,
       created_ms, visible_ms, waiting_ms, moderated_ms)
     SELECT 'other-' || ?1, ?1, ?2, 's', 'Other', '${type}', 'seller', '[]', n, n, n, n FROM (SELECT unixepoch() * 1000 AS n)`,
    magaluTicket,
    reference,
  );

/** Others whose work or words nothing tells from this client's, so that a doubt is all that can be known. */
const alike = (other) => ({ ...other, alike: true });

/**
 * Other clients that simultaneously do something easily mistaken for this client's work, and this
 * client's texts under a role that is not its own.
 */
const OTHERS = {
  kaufland: {
    createTicketMessage: {
      "system says the same": alike(kauflandSays("system")),
      "customer service says the same": alike(kauflandSays("customer_service")),
      "the buyer says the same": kauflandSays("buyer"),
    },
  },
  clickbank: {
    "updateTicket, comment": {
      "the customer says the same": clickbankSays("CUSTOMER"),
      "shown as CBCSR": alike(
        change("UPDATE clickbank_comments SET role = 'CBCSR' WHERE ticketid = ? AND role = 'VENDOR'", clickbankTicket),
      ),
      "shown as CBSYSTEM": alike(
        change(
          "UPDATE clickbank_comments SET role = 'CBSYSTEM' WHERE ticketid = ? AND role = 'VENDOR'",
          clickbankTicket,
        ),
      ),
    },
    "createTicket, refund": {
      "another's full refund": insert(
        "before",
        `INSERT INTO clickbank_tickets (ticketid, receipt, item_no, status, type, reason, opened, updated, refund_type, source)
         SELECT max(ticketid) + 1, ?1, '1', 'OPEN', 'REFUND', 'ticket.type.refund.8', unixepoch(), unixepoch(), 'FULL', 'API'
         FROM clickbank_tickets`,
        receipt,
      ),
    },
  },
  magalu: {
    createMessage: {
      "the customer says the same": magaluSays("customer"),
      "magalu says the same": alike(magaluSays("magalu")),
    },
    createEvent: {
      "another's event without a code": alike(
        insert(
          "before",
          `INSERT INTO magalu_events (id, ticket_id, code, type, created_by, created_ms, visible_ms)
           SELECT 'other-' || ?1, ?1, NULL, 'product_sent', 'other', n, n FROM (SELECT unixepoch() * 1000 AS n)`,
          magaluTicket,
        ),
      ),
      "another ticket's event": elsewhere("events"),
    },
    createReturn: { "another ticket's return": elsewhere("returns") },
  },
};

/**
 * Returns the cases for a write. The lab's plans can hit the second of a pair; the first is then
 * accepted, and reads do not show it yet.
 */
function casesOf(market, write) {
  const cases = [{ mode: "once", calls: 1 }];
  const pair = (mode, second) => {
    for (const how of ["in turn", "at once"]) {
      for (const spare of [0, 1]) cases.push({ mode: `${mode} ${how}`, calls: 2, second, spare });
    }
  };
  if (write.twins || EQUAL.has(write.name)) pair("equal", undefined);
  const similar = SIMILAR[market.id]?.[write.name];
  if (similar !== undefined) pair("similar", similar);
  if (COPIES.has(write.name)) cases.push({ mode: "copies refused", calls: 1, copies: "refused" });
  for (const [name, other] of Object.entries(OTHERS[market.id]?.[write.name] ?? {})) {
    cases.push({ mode: `other: ${name}`, calls: 1, other, alike: other.alike === true });
  }
  return cases;
}

/**
 * Returns the jobs for a marketplace. `share` is the fraction of all faults that each case meets,
 * with at least one of each; `lags` can replace the usual ones.
 */
export function lagJobsOf(market, { share, lags = [...LAGS, LAG_BEYOND_MS], seed = 0 }, lanes) {
  const faults = FAULTS.filter(({ access, skewMs }) => access === undefined && skewMs === undefined);
  const jobs = [];
  for (const write of market.writes.filter((each) => each.once && !each.halfKnown)) {
    for (const each of casesOf(market, write)) {
      for (const lag of lags) {
        const wanted = (fault) =>
          seeded("lag", market.id, write.name, each.mode, each.spare ?? 0, lag, fault.name, seed)();
        const chosen = [...faults].sort((a, b) => wanted(a) - wanted(b)).slice(0, Math.max(1, share * faults.length));
        for (const fault of chosen) {
          const number = jobs.length + 1;
          jobs.push({ number, lane: number % lanes, write, fault, seed, lag, settleMs: LAG_SETTLE_MS, ...each });
        }
      }
    }
  }
  return jobs;
}

/**
 * Returns how reliable the client's reports are where reads lag. `losses` counts writes that were
 * reported as done and are not stored; `wrong` counts errors whose `sent` contradicts the database.
 * A `maybe` is neither, because it leaves the call undecided.
 */
export function judgeLag({ job, outcomes, stored, copies }) {
  const told = (word) => outcomes.filter((outcome) => outcome.told === word).length;
  const done = told("done");
  // A copy that the network made of one call says nothing about the other.
  const own = job.calls === 1 ? stored : Math.max(0, stored - copies);
  const denied = Math.max(0, Math.min(own, job.calls) - done - told("yes") - told("maybe"));
  return {
    doubles: Math.max(0, stored - job.calls - copies),
    losses: Math.max(0, done - stored),
    wrong: (told("no") > 0 ? denied : 0) + Math.max(0, told("yes") - Math.max(0, stored - done)),
    decided: done + told("no"),
    // What nothing can tell need not be decided.
    decidable: job.alike ? 0 : job.calls,
    decisions: job.alike ? 0 : done + told("no"),
  };
}

/** Runs the lab for the marketplaces whose writes can be confirmed. */
export async function runLagLab(api, options, lanes) {
  const markets = MARKETS.filter(({ id }) => ["kaufland", "clickbank", "magalu"].includes(id));
  const labs = markets.map((market) => runLab(api, market, lagJobsOf(market, options, lanes), lanes));
  return (await Promise.all(labs)).flat().map((record) => ({ ...record, ...judgeLag(record) }));
}

const COLUMNS = ["calls", "doubles", "losses", "wrong", "decided", "decidable", "decisions"];
const SHOWN = ["calls", "doubles", "losses", "wrong", "decided", "of decidable"];

/** Returns the sums by `keyOf` and lag. */
export function lagTableOf(records, keyOf = ({ market, job }) => `${market}\t${job.write.name}`) {
  const rows = new Map();
  for (const record of records) {
    const key = `${keyOf(record)}\t${record.job.lag}`;
    const row = rows.get(key) ?? Object.fromEntries(COLUMNS.map((name) => [name, 0]));
    row.calls += record.job.calls;
    for (const name of COLUMNS.slice(1)) row[name] += record[name];
    rows.set(key, row);
  }
  return new Map([...rows].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

export function printLagTable(rows) {
  const line = (words, row) =>
    console.log(
      words.map((word, index) => word.padEnd([11, 41, 5][index])).join("") +
        SHOWN.map((name) => String(row[name]).padStart(name.length < 9 ? 9 : 14)).join(""),
    );
  const share = (part, whole) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);
  line(["", "", "lag"], Object.fromEntries(SHOWN.map((name) => [name, name])));
  for (const [key, row] of rows) {
    const { calls, decided, decidable, decisions } = row;
    line(key.split("\t"), {
      ...row,
      decided: share(decided, calls),
      "of decidable": share(decisions, decidable),
    });
  }
}
