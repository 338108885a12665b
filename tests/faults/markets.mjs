/**
 * The writes of the marketplaces: how each is made, whether one can find out what became of it, and how often the marketplace's own database has
 * it. Each logical write has a number; its subject (a ticket, a receipt, an order unit) is its own, and so is the account of each lane.
 */
import { LOCAL_KEYS } from "../../www-demo/local.mjs";

const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

/** The text that only this logical write has. */
export const reference = (number) => `lab-${String(number).padStart(7, "0")}`;
const uuid = (kind, number) => `${kind}1ab0000-0000-4000-8000-${String(number).padStart(12, "0")}`;
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

const kauflandTicket = (number) => `001${70_000_000 + number}`;
const kauflandMessages = async (db) =>
  tally(
    await db.all("SELECT text AS key, count(*) AS n FROM kaufland_messages WHERE text LIKE 'lab-%' GROUP BY text"),
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
      call: (client, number, options) =>
        client.openTicket(
          { id_order_unit: [700_000_000_000_000 + number], reason: "contact_other", message: reference(number) },
          options,
        ),
      stored: kauflandMessages,
    },
    {
      name: "createTicketMessage",
      once: true,
      twins: true,
      call: (client, number, options) =>
        client.createTicketMessage(kauflandTicket(number), { text: reference(number), interim_notice: true }, options),
      stored: kauflandMessages,
    },
    {
      name: "createTicketMessage, file",
      once: true,
      twins: true,
      call: (client, number, options) =>
        client.createTicketMessage(
          kauflandTicket(number),
          {
            text: reference(number),
            interim_notice: false,
            ticket_message_files: [{ filename: "a.png", content: PNG }],
          },
          options,
        ),
      stored: kauflandMessages,
    },
    {
      name: "closeTicket",
      once: true,
      call: (client, number, options) => client.closeTicket(kauflandTicket(number), options),
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

function kauflandKey(lane) {
  return `kaufland-local-client-key-lane${String(lane).padStart(3, "0")}`;
}

const receipt = (number) => `LAB${String(number).padStart(7, "0")}`;
const clickbankTicket = (number) => 60_000_000 + number;
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
      call: (client, number, options) =>
        client.createTicket(
          receipt(number),
          { type: "tech", reason: "ticket.type.tech_support.1", comment: reference(number) },
          options,
        ),
      stored: clickbankTickets,
    },
    {
      name: "createTicket, refund",
      once: true,
      call: (client, number, options) =>
        client.createTicket(
          receipt(number),
          { type: "rfnd", reason: "ticket.type.refund.8", refundType: "PARTIAL_PERCENT", refundAmount: "20.00" },
          options,
        ),
      stored: clickbankTickets,
    },
    {
      name: "updateTicket, comment",
      once: true,
      twins: true,
      ticket: ["OPEN", "TECH_SUPPORT"],
      call: (client, number, options) =>
        client.updateTicket(clickbankTicket(number), { comment: reference(number) }, options),
      stored: clickbankEntries("comment LIKE 'lab-%'"),
    },
    {
      name: "updateTicket, close",
      once: true,
      ticket: ["OPEN", "TECH_SUPPORT"],
      call: (client, number, options) => client.updateTicket(clickbankTicket(number), { action: "close" }, options),
      stored: clickbankEntries("action = 'CLOSED'"),
    },
    {
      name: "updateTicket, reopen",
      once: true,
      ticket: ["CLOSED", "TECH_SUPPORT"],
      call: (client, number, options) =>
        client.updateTicket(clickbankTicket(number), { action: "reopen", comment: reference(number) }, options),
      stored: clickbankEntries("action = 'REOPENED'"),
    },
    {
      name: "updateTicket, change",
      once: true,
      ticket: ["OPEN", "TECH_SUPPORT"],
      call: (client, number, options) =>
        client.updateTicket(clickbankTicket(number), { action: "change", type: "rfnd" }, options),
      stored: clickbankEntries("action = 'CHANGED'"),
    },
    {
      name: "confirmReturn",
      once: true,
      // Only its entry tells that it took effect; that there is none says nothing.
      halfKnown: true,
      physical: true,
      ticket: ["OPEN", "REFUND"],
      call: (client, number, options) => client.confirmReturn(clickbankTicket(number), options),
      stored: clickbankEntries("action = 'REFUND_ACKED'"),
    },
  ],
};

const SANDBOX_CHANNEL = "5f62650a-0039-4d65-9b96-266d498c03bd";
const OWNER = { code: "agent-7", name: "Maria" };
const fromUuid = (key) => Number(key.slice(-12));
const magaluTicket = (number) => uuid("b", number);
const newMagaluTicket = (number) => ({
  type: "shipping",
  channel: { id: SANDBOX_CHANNEL, alias: "magazineluiza" },
  order: {
    id: uuid("c", number),
    code: "1281270000000001",
    delivery: {
      id: "5b7b1d3e-0f41-4a88-8a51-2b2ed6a9c222",
      seller: { id: "c0ffee00-1111-4222-8333-444455556666", name: "Loja Exemplo" },
      items: [
        {
          id: "77777777-8888-4999-8aaa-bbbbccccdddd",
          sku: "s",
          external_sku: "E",
          name: "Livro",
          description: "Capa",
          image: "https://img.example/1.jpg",
          quantity: 2,
        },
      ],
    },
  },
  reason: "missing_damaged_parts",
});
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
const magaluText = (number) => ({ message: reference(number), destination: "customer", owner: OWNER });

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
      call: (client, number, options) =>
        client.createTicket({ ...newMagaluTicket(number), code: reference(number) }, options),
      stored: magaluTickets,
    },
    {
      name: "createTicket",
      once: true,
      call: (client, number, options) => client.createTicket(newMagaluTicket(number), options),
      stored: magaluTickets,
    },
    {
      name: "createMessage, code",
      once: true,
      call: (client, number, options) =>
        client.createMessage(magaluTicket(number), { ...magaluText(number), code: reference(number) }, options),
      stored: magaluByTicket("magalu_messages"),
    },
    {
      name: "createMessage",
      once: true,
      twins: true,
      call: (client, number, options) => client.createMessage(magaluTicket(number), magaluText(number), options),
      stored: magaluByTicket("magalu_messages"),
    },
    {
      name: "createMessage, file",
      once: true,
      call: (client, number, options) =>
        client.createMessage(
          magaluTicket(number),
          { ...magaluText(number), code: reference(number), file: new File([PNG], "a.png", { type: "image/png" }) },
          options,
        ),
      stored: magaluByTicket("magalu_messages"),
    },
    {
      name: "createEvent",
      once: true,
      call: (client, number, options) =>
        client.createEvent(magaluTicket(number), { type: "product_sent", code: reference(number) }, options),
      stored: magaluByTicket("magalu_events"),
    },
    {
      name: "createReturn",
      once: true,
      call: (client, number, options) => client.createReturn(magaluTicket(number), undefined, options),
      stored: magaluByTicket("magalu_returns"),
    },
  ],
};

function magaluToken(lane) {
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
const jtlTicket = (number) => ({
  sellerId: "4711",
  ticketId: reference(number),
  topic: "DELIVERY",
  createdAt: new Date("2026-03-01T08:15:00Z"),
  from: { role: "BUYER", name: "Alex" },
  subject: "Parcel not arrived",
  message: reference(number),
});
const jtlReply = (number) => ({
  channel: "LOCALMARKET",
  sellerId: "4711",
  ticketId: reference(number),
  createdAt: "2026-03-01T09:15:00Z",
  from: { role: "SELLER" },
  message: reference(number),
});
const jtlFiles = (side) => async (db) =>
  tally(
    await db.all(
      `SELECT t.ticket_id AS key, count(*) AS n FROM jtl_scx_files f JOIN jtl_scx_tickets t ON t.number = f.ticket
       WHERE f.side = ? AND f.size IS NOT NULL AND t.ticket_id LIKE 'lab-%' GROUP BY t.ticket_id`,
      side,
    ),
    afterDash,
  );
const jtlUpload = (number) => ({
  sellerId: "4711",
  ticketId: reference(number),
  filename: "a.png",
  file: { filename: "a.png", content: PNG },
});
const eventId = (number) => number.toString(16).padStart(24, "0");
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
      call: (client, number, options) => client.createTicket(jtlTicket(number), options),
      stored: jtlMessages("channel"),
    },
    {
      name: "createTicket, file",
      call: (client, number, options) =>
        client.createTicket(jtlTicket(number), { ...options, files: [{ filename: "a.png", content: PNG }] }),
      stored: jtlMessages("channel"),
    },
    {
      name: "uploadAttachment",
      ticket: true,
      announced: "channel",
      call: (client, number, options) => client.uploadAttachment(jtlUpload(number), options),
      stored: jtlFiles("channel"),
    },
    {
      name: "acknowledgeEvents",
      once: true,
      event: "LOCALMARKET",
      call: (client, number, options) => client.acknowledgeEvents([eventId(number)], options),
      stored: jtlAcknowledged,
    },
    {
      name: "seller.replyToTicket",
      side: "seller",
      ticket: true,
      call: (client, number, options) => client.replyToTicket(jtlReply(number), options),
      stored: jtlMessages("seller"),
    },
    {
      name: "seller.uploadAttachment",
      side: "seller",
      ticket: true,
      announced: "seller",
      call: (client, number, options) =>
        client.uploadAttachment({ channel: "LOCALMARKET", ...jtlUpload(number) }, options),
      stored: jtlFiles("seller"),
    },
    {
      name: "seller.acknowledgeEvents",
      side: "seller",
      once: true,
      event: "seller:2",
      call: (client, number, options) => client.acknowledgeEvents([eventId(number)], options),
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
      call: (client, number, options) =>
        client.createTicket(
          {
            order_id: "WEB-2041",
            id: reference(number),
            description: reference(number),
            reason: "damaged",
            suggested_solution: "rework",
            contact_email: "support@shop.example",
            products: [{ id: 778231, amount: 1, files: [{ uri: "https://cdn.shop.example/c/1.jpg" }] }],
          },
          options,
        ),
      stored: async (db) =>
        tally(
          await db.all("SELECT id AS key, count(*) AS n FROM probo_tickets WHERE id LIKE 'lab-%' GROUP BY id"),
          afterDash,
        ),
    },
  ],
};

export const MARKETS = [kaufland, clickbank, magalu, jtlScx, probo];
