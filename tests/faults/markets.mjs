/**
 * The writes of the marketplaces: how each is made, whether one can find out what became of it, and
 * how often the marketplace's own database has it. Each logical write has a number; its subject (a
 * ticket, a receipt, an order unit) is its own, and so is the account of each lane.
 */
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { CALLS, clickbankTicket, eventId, magaluTicket, receipt, reference, uuid } from "./calls.mjs";

const account = (lane) => 100 + lane;

/** The key, or what is left of it when the account has got another one. */
const rotated = ({ fault }, key) =>
  fault.access === "rotated" ? key.replace(/.$/, (last) => (last === "0" ? "1" : "0")) : key;
/** Tokens that look fresh, and that the marketplace does not take any more. */
const expired = (more) => ({
  accessToken: "expired-access-token",
  issuedAtMs: Date.now() - 60_000,
  expiresAtMs: Date.now() + 7_200_000,
  ...more,
});

/** Rows made from a seeded one, by one statement for a few thousand. */
async function fill(db, sql, rows) {
  for (let at = 0; at < rows.length; at += 2000) await db.run(sql, JSON.stringify(rows.slice(at, at + 2000)));
}

/** How often each number is there, from rows of `key` and `n`. */
const tally = (rows, numberOf) => new Map(rows.map(({ key, n }) => [numberOf(String(key)), n]));
const afterDash = (key) => Number(key.slice(4));

const kauflandMessages = async (db) =>
  tally(
    await db.all(
      "SELECT substr(text, 1, 11) AS key, count(*) AS n FROM kaufland_messages WHERE text LIKE 'lab-%' GROUP BY 1",
    ),
    afterDash,
  );

const kaufland = {
  id: "kaufland",
  settings: { rate_limit: null },
  async furnish(db, jobs, lanes) {
    await fill(
      db,
      `INSERT INTO kaufland_sellers (id_seller, name, client_key, secret_key, is_active)
       SELECT value ->> 0, 'Lane', value ->> 1, value ->> 2, 1 FROM json_each(?)`,
      Array.from({ length: lanes }, (_, lane) => [account(lane), kauflandKey(lane), LOCAL_KEYS.kaufland.secretKey]),
    );
    await fill(
      db,
      `INSERT INTO kaufland_order_units (id_order_unit, id_order, id_seller, id_buyer, id_product, storefront, fulfillment_type, status,
         ts_created_iso, unit)
       SELECT value ->> 0, 'LAB' || (value ->> 0), value ->> 1, id_buyer, id_product, storefront, fulfillment_type, status, ts_created_iso, unit
       FROM json_each(?), (SELECT * FROM kaufland_order_units WHERE fulfillment_type = 'fulfilled_by_merchant' LIMIT 1)`,
      jobs.map(({ number, lane }) => [String(700_000_000_000_000 + number), account(lane)]),
    );
    await fill(
      db,
      `INSERT INTO kaufland_tickets (number, id_ticket, id_seller, id_buyer, ts_created_iso, ts_updated_iso, status, open_reason, topic,
         is_seller_responsible, fulfillment_type, storefront)
       SELECT value ->> 0, '001' || (value ->> 0), value ->> 1, NULL, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'opened', 'contact_other', NULL, 1,
         'fulfilled_by_merchant', 'de' FROM json_each(?)`,
      jobs.map(({ number, lane }) => [70_000_000 + number, account(lane)]),
    );
  },
  client: ({ api, job, url, options }) =>
    new api.Kaufland({
      clientKey: kauflandKey(job.lane),
      secretKey: rotated(job, LOCAL_KEYS.kaufland.secretKey),
      userAgent: "Inhouse_development",
      baseUrl: `${url}/kaufland/v2`,
      ...options,
    }),
  writes: [
    {
      name: "openTicket",
      once: true,
      stored: kauflandMessages,
    },
    {
      name: "createTicketMessage",
      once: true,
      twins: true,
      stored: kauflandMessages,
    },
    {
      name: "createTicketMessage, file",
      once: true,
      twins: true,
      stored: kauflandMessages,
    },
    {
      name: "closeTicket",
      once: true,
      stored: async (db) =>
        tally(
          await db.all(
            "SELECT number AS key, 1 AS n FROM kaufland_tickets WHERE number >= 70000000 AND status = 'seller_closed'",
          ),
          (key) => Number(key) - 70_000_000,
        ),
    },
  ],
};

export function kauflandKey(lane) {
  return `kaufland-local-client-key-lane${String(lane).padStart(3, "0")}`;
}

const clickbankTickets = async (db) =>
  tally(
    await db.all(
      `SELECT receipt AS key, count(*) AS n FROM clickbank_tickets WHERE receipt LIKE 'LAB%' AND source = 'API' GROUP BY receipt`,
    ),
    (key) => Number(key.slice(3)),
  );
const clickbankEntries = (where) => async (db) =>
  tally(
    await db.all(
      `SELECT ticketid AS key, count(*) AS n FROM clickbank_comments WHERE ticketid >= 60000000 AND ${where} GROUP BY ticketid`,
    ),
    (key) => Number(key) - 60_000_000,
  );

const clickbank = {
  id: "clickbank",
  settings: { rate_limit: null, daily_limit: null },
  async furnish(db, jobs) {
    await fill(
      db,
      `INSERT INTO clickbank_sales (receipt, item_no, vendor, subscription, title, recurring, physical, sold, first_name, last_name, email, locale,
         customer_currency, customer_cents, product_currency, product_cents, usd_cents)
       SELECT value ->> 0, item_no, vendor, value ->> 0, title, 0, value ->> 1, sold, first_name, last_name, email, locale, customer_currency,
         customer_cents, product_currency, product_cents, usd_cents
       FROM json_each(?), (SELECT * FROM clickbank_sales WHERE receipt = 'LOCAL001')`,
      jobs.map(({ number, write }) => [receipt(number), write.physical ? 1 : 0]),
    );
    const own = jobs.filter(({ write }) => write.ticket !== undefined);
    await fill(
      db,
      `INSERT INTO clickbank_tickets (ticketid, receipt, item_no, status, type, reason, opened, updated, source)
       SELECT value ->> 0, value ->> 1, '1', value ->> 2, value ->> 3, 'ticket.type.other', 1790000000, 1790000000, 'CSR_WAM' FROM json_each(?)`,
      own.map(({ number, write }) => [clickbankTicket(number), receipt(number), ...write.ticket]),
    );
    await fill(
      db,
      `INSERT INTO clickbank_effects (ticketid, receipt, item_no, state, customer_cents, usd_cents, cancels, time)
       SELECT value ->> 0, value ->> 1, '1', 'requested', 100, 100, 0, 1790000000 FROM json_each(?)`,
      own.filter(({ write }) => write.physical).map(({ number }) => [clickbankTicket(number), receipt(number)]),
    );
  },
  client: ({ api, job, url, options }) =>
    new api.ClickBank({
      apiKey: rotated(job, LOCAL_KEYS.clickbank.apiKey),
      baseUrl: `${url}/clickbank/rest`,
      ...options,
    }),
  writes: [
    {
      name: "createTicket, help",
      once: true,
      twins: true,
      stored: clickbankTickets,
    },
    {
      name: "createTicket, refund",
      once: true,
      stored: clickbankTickets,
    },
    {
      name: "updateTicket, comment",
      once: true,
      twins: true,
      ticket: ["OPEN", "TECH_SUPPORT"],
      stored: clickbankEntries("comment LIKE 'lab-%'"),
    },
    {
      name: "updateTicket, close",
      once: true,
      ticket: ["OPEN", "TECH_SUPPORT"],
      stored: clickbankEntries("action = 'CLOSED'"),
    },
    {
      name: "updateTicket, reopen",
      once: true,
      ticket: ["CLOSED", "TECH_SUPPORT"],
      stored: clickbankEntries("action = 'REOPENED'"),
    },
    {
      name: "updateTicket, change",
      once: true,
      ticket: ["OPEN", "TECH_SUPPORT"],
      stored: clickbankEntries("action = 'CHANGED'"),
    },
    {
      name: "confirmReturn",
      once: true,
      // Only its entry tells that it took effect; that there is none says nothing.
      halfKnown: true,
      physical: true,
      ticket: ["OPEN", "REFUND"],
      stored: clickbankEntries("action = 'REFUND_ACKED'"),
    },
  ],
};

const fromUuid = (key) => Number(key.slice(-12));
const magaluByTicket = (table) => async (db) =>
  tally(
    await db.all(
      `SELECT ticket_id AS key, count(*) AS n FROM ${table} WHERE ticket_id LIKE 'b1ab0000-%' GROUP BY ticket_id`,
    ),
    fromUuid,
  );
const magaluTickets = async (db) =>
  tally(
    await db.all(
      "SELECT order_id AS key, count(*) AS n FROM magalu_tickets WHERE order_id LIKE 'c1ab0000-%' GROUP BY order_id",
    ),
    fromUuid,
  );

const magalu = {
  id: "magalu",
  settings: { rate_limit: null, transaction_ms: 40, moderation_ms: 0 },
  async furnish(db, jobs, lanes) {
    const all = Array.from({ length: lanes }, (_, lane) => [account(lane), uuid("e", lane), magaluToken(lane)]);
    await fill(
      db,
      "INSERT INTO magalu_sellers (id_seller, tenant_id, name) SELECT value ->> 0, value ->> 1, 'Loja' FROM json_each(?)",
      all,
    );
    await fill(
      db,
      `INSERT INTO magalu_grants (id_grant, client_id, id_seller, scope) SELECT value ->> 0, client_id, value ->> 0, scope
       FROM json_each(?), (SELECT * FROM magalu_grants WHERE id_grant = 1)`,
      all,
    );
    await fill(
      db,
      "INSERT INTO magalu_access_tokens (token, id_grant, expires_ms) SELECT value ->> 2, value ->> 0, NULL FROM json_each(?)",
      all,
    );
    const applications = jobs.filter(({ fault }) => fault.access === "expired");
    await fill(
      db,
      `INSERT INTO magalu_grants (id_grant, client_id, id_seller, scope) SELECT value ->> 0, client_id, value ->> 1, scope
       FROM json_each(?), (SELECT * FROM magalu_grants WHERE id_grant = 1)`,
      applications.map(({ number, lane }) => [100_000 + number, account(lane)]),
    );
    await fill(
      db,
      "INSERT INTO magalu_refresh_tokens (token, id_grant) SELECT value ->> 0, value ->> 1 FROM json_each(?)",
      applications.map(({ number }) => [magaluRefresh(number), 100_000 + number]),
    );
    await fill(
      db,
      `INSERT INTO magalu_tickets (id, id_seller, code, type, status, closed, reason, protocol, origin, created_ms, updated_ms, due_ms, channel_id,
         channel_alias, order_id, order_code, delivery, returnable, visible_ms)
       SELECT value ->> 0, value ->> 1, NULL, 'cancellation', 'waiting_seller', 0, reason, '2026' || (value ->> 1), 'customer', created_ms, updated_ms,
         due_ms, channel_id, channel_alias, order_id, order_code, delivery, 1, visible_ms
       FROM json_each(?), (SELECT * FROM magalu_tickets LIMIT 1)`,
      jobs.map(({ number, lane }) => [magaluTicket(number), account(lane)]),
    );
  },
  client: ({ api, job, url, options }) => {
    const baseUrl = `${url}/magalu`;
    if (job.fault.access === undefined)
      return new api.Magalu({ accessToken: magaluToken(job.lane), baseUrl, ...options });
    const { clientId, clientSecret } = LOCAL_KEYS.magalu;
    let tokens = expired({ refreshToken: job.fault.access === "rotated" ? "used before" : magaluRefresh(job.number) });
    const tokenStore = {
      load: async () => tokens,
      save: async (next) => {
        tokens = next;
      },
    };
    const tokenUrl = `${url}/magalu-id/oauth/token`;
    return new api.Magalu({ clientId, clientSecret, tokenStore, tokenUrl, baseUrl, ...options });
  },
  writes: [
    {
      name: "createTicket, code",
      once: true,
      stored: magaluTickets,
    },
    {
      name: "createTicket",
      once: true,
      stored: magaluTickets,
    },
    {
      name: "createMessage, code",
      once: true,
      stored: magaluByTicket("magalu_messages"),
    },
    {
      name: "createMessage",
      once: true,
      twins: true,
      stored: magaluByTicket("magalu_messages"),
    },
    {
      name: "createMessage, file",
      once: true,
      stored: magaluByTicket("magalu_messages"),
    },
    {
      name: "createEvent",
      once: true,
      stored: magaluByTicket("magalu_events"),
    },
    {
      name: "createReturn",
      once: true,
      stored: magaluByTicket("magalu_returns"),
    },
  ],
};

export function magaluToken(lane) {
  return `lab-magalu-access-${lane}`;
}

function magaluRefresh(number) {
  return `lab-magalu-refresh-${number}`;
}

const jtlMessages = (side) => async (db) =>
  tally(
    await db.all(
      `SELECT t.ticket_id AS key, count(*) AS n FROM jtl_scx_messages m JOIN jtl_scx_tickets t ON t.number = m.ticket
       WHERE m.side = ? AND t.ticket_id LIKE 'lab-%' GROUP BY t.ticket_id`,
      side,
    ),
    afterDash,
  );
const jtlFiles = (side) => async (db) =>
  tally(
    await db.all(
      `SELECT t.ticket_id AS key, count(*) AS n FROM jtl_scx_files f JOIN jtl_scx_tickets t ON t.number = f.ticket
       WHERE f.side = ? AND f.size IS NOT NULL AND t.ticket_id LIKE 'lab-%' GROUP BY t.ticket_id`,
      side,
    ),
    afterDash,
  );
const jtlAcknowledged = async (db) =>
  tally(
    await db.all("SELECT id AS key, 1 AS n FROM jtl_scx_events WHERE acknowledged = 1 AND id LIKE '000000000%'"),
    (key) => Number.parseInt(key, 16),
  );

const jtlScx = {
  id: "jtl-scx",
  settings: { rate_limits: false },
  async furnish(db, jobs) {
    const own = jobs.filter(({ write }) => write.ticket === true);
    await fill(
      db,
      `INSERT INTO jtl_scx_tickets (channel, seller_id, ticket_id, topic, subject, created_at)
       SELECT 'LOCALMARKET', '4711', value, 'OTHER', 'Lab', '2026-03-01T08:15:00+00:00' FROM json_each(?)`,
      own.map(({ number }) => reference(number)),
    );
    for (const side of ["channel", "seller"]) {
      await fill(
        db,
        `INSERT INTO jtl_scx_files (ticket, side, filename, announced_type)
         SELECT number, '${side}', 'a.png', 'image/png' FROM json_each(?), jtl_scx_tickets WHERE ticket_id = value`,
        own.filter(({ write }) => write.announced === side).map(({ number }) => reference(number)),
      );
    }
    await fill(
      db,
      `INSERT INTO jtl_scx_events (id, target, type, event, created_ms) SELECT value ->> 0, value ->> 1, 'Lab', '{}', 1790000000000 FROM json_each(?)`,
      jobs.filter(({ write }) => write.event !== undefined).map(({ number, write }) => [eventId(number), write.event]),
    );
  },
  client: ({ api, job, url, options, memory }) => {
    const { refreshToken, sellerRefreshToken } = LOCAL_KEYS.jtlScx;
    const side = job.write.side ?? "channel";
    memory[side] ??= { tokens: null };
    const kept = job.fault.access === undefined ? memory[side] : { tokens: expired({}) };
    const tokenStore = {
      load: async () => kept.tokens,
      save: async (tokens) => {
        kept.tokens = tokens;
      },
    };
    const key = side === "seller" ? sellerRefreshToken : refreshToken;
    return new api.JtlScx({ side, refreshToken: rotated(job, key), tokenStore, baseUrl: `${url}/jtl-scx`, ...options });
  },
  writes: [
    {
      name: "createTicket",
      stored: jtlMessages("channel"),
    },
    {
      name: "createTicket, file",
      stored: jtlMessages("channel"),
    },
    {
      name: "uploadAttachment",
      ticket: true,
      announced: "channel",
      stored: jtlFiles("channel"),
    },
    {
      name: "acknowledgeEvents",
      once: true,
      event: "LOCALMARKET",
      stored: jtlAcknowledged,
    },
    {
      name: "seller.replyToTicket",
      side: "seller",
      ticket: true,
      stored: jtlMessages("seller"),
    },
    {
      name: "seller.uploadAttachment",
      side: "seller",
      ticket: true,
      announced: "seller",
      stored: jtlFiles("seller"),
    },
    {
      name: "seller.acknowledgeEvents",
      side: "seller",
      once: true,
      event: "seller:2",
      stored: jtlAcknowledged,
    },
  ],
};

const probo = {
  id: "probo",
  settings: { rate_limit: null },
  async furnish() {},
  client: ({ api, job, url, options }) =>
    new api.Probo({ token: rotated(job, LOCAL_KEYS.probo.token), baseUrl: `${url}/probo`, ...options }),
  writes: [
    {
      name: "createTicket",
      stored: async (db) =>
        tally(
          await db.all("SELECT id AS key, count(*) AS n FROM probo_tickets WHERE id LIKE 'lab-%' GROUP BY id"),
          afterDash,
        ),
    },
  ],
};

export const MARKETS = [kaufland, clickbank, magalu, jtlScx, probo];
for (const { id, writes } of MARKETS) {
  for (const write of writes) {
    write.call = CALLS[id][write.name];
    if (write.call === undefined) throw new Error(`${id}: ${write.name} has no call`);
  }
}
