// The habits of the marketplaces: each of them, in each marketplace that has what it takes, without
// it and with it.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_KEYS, startLocal } from "../local.mjs";
import { controls, form, send, signedHeaders } from "./testing.mjs";

/** Long enough to see what is not there yet, whatever the machine does meanwhile. */
const LATE_MS = 1500;
const KAUFLAND_TICKET = "/tickets/00150009006";
const RECEIPT = "LOCAL001";
const SANDBOX_CHANNEL = "5f62650a-0039-4d65-9b96-266d498c03bd";

let demo;
let control;
let db;
let base;
/** Session tokens of JTL's two sides. */
let tokens;

before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true, now: "2026-03-02T12:00:00Z" });
  base = demo.marketplaceUrl;
  control = controls(base);
  db = demo.db.kaufland;
});

after(() => demo.dispose());

beforeEach(async () => {
  await control.reset();
  await control.settings({
    kaufland: { rate_limit: null },
    clickbank: { rate_limit: null, page_size: 100, refunds_run: "at_once" },
    magalu: { rate_limit: null, transaction_ms: 0, moderation_ms: 0 },
    "jtl-scx": { rate_limits: false },
  });
  await signInAgain();
});

/** A reset forgets JTL's sessions. */
async function signInAgain() {
  tokens = {};
  for (const [side, refreshToken] of [
    ["channel", LOCAL_KEYS.jtlScx.refreshToken],
    ["seller", LOCAL_KEYS.jtlScx.sellerRefreshToken],
  ]) {
    const body = new URLSearchParams({ refreshToken }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    tokens[side] = (await send("POST", `${base}/jtl-scx/v1/auth`, { headers, body })).json.authToken;
  }
}

const habit = (marketplace, fault, match = {}) => control.addFault({ match: { marketplace, ...match }, fault });

// --- one call of each marketplace ----------------------------------------------------------------

const JSON_TYPE = { "content-type": "application/json" };

function kaufland(method, path, value) {
  const url = `${base}/kaufland/v2${path}`;
  const body = value === undefined ? undefined : JSON.stringify(value);
  return send(method, url, { headers: signedHeaders({ method, url, body, ...LOCAL_KEYS.kaufland }), body });
}

const clickbank = (method, path, query = {}, headers = {}) => {
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const all = { authorization: LOCAL_KEYS.clickbank.apiKey, accept: "application/json", ...headers };
  return send(method, `${base}/clickbank/rest/1.3/tickets${path}?${text.join("&")}`, { headers: all });
};

function magalu(method, path, value, token = LOCAL_KEYS.magalu.accessToken) {
  const body = value === undefined ? undefined : JSON.stringify(value);
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : JSON_TYPE) };
  return send(method, `${base}/magalu/seller/v0${path}`, { headers, body });
}

function jtl(method, path, value, side = "channel") {
  const body = value === undefined ? undefined : JSON.stringify(value);
  const type = body === undefined ? {} : { ...JSON_TYPE, "content-length": Buffer.byteLength(body) };
  const headers = { authorization: `Bearer ${tokens[side]}`, "accept-language": "en", ...type };
  return send(method, `${base}/jtl-scx${path}`, { headers, body });
}

function probo(value) {
  const headers = { authorization: `Basic ${LOCAL_KEYS.probo.token}`, ...JSON_TYPE };
  return send("POST", `${base}/probo/ticket`, { headers, body: JSON.stringify(value) });
}

// --- writes, what the database has of them, what reads show of them ------------------------------

const count = async (sql, ...params) => (await db.first(`SELECT count(*) AS n FROM ${sql}`, ...params)).n;
const ok = (response) => {
  assert.ok(response.status < 300, `${response.status} ${response.text}`);
  return response;
};

const messageOfMagalu = (message) => ({ message, destination: "customer" });
const ticketOfMagalu = (order) => ({
  type: "shipping",
  channel: { id: SANDBOX_CHANNEL, alias: "magazineluiza" },
  order: {
    id: order,
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
const today = () => {
  const at = (ms) => encodeURIComponent(`${new Date(Date.now() + ms).toISOString().slice(0, 19)}Z`);
  return `created_at_gte=${at(-3_600_000)}&created_at_lte=${at(3_600_000)}`;
};
const ORDER = "c1ab0000-0000-4000-8000-000000000001";
/** A seeded cancellation that takes events and returns. */
let magaluTicket;
const cancellation = async () => {
  const row = await db.first(
    "SELECT id FROM magalu_tickets WHERE id_seller = 1 AND type = 'cancellation' AND closed = 0 AND status <> 'closed' AND returnable = 1 AND visible_ms = created_ms AND id NOT IN (SELECT ticket_id FROM magalu_returns) LIMIT 1",
  );
  return row?.id;
};
const clickbankTicket = async () =>
  (
    await db.first(
      "SELECT t.ticketid FROM clickbank_tickets t WHERE t.status = 'OPEN' AND t.locked = 0 AND t.type = 'TECH_SUPPORT' AND t.receipt IN (SELECT receipt FROM clickbank_sales s JOIN clickbank_vendors v ON v.vendor = s.vendor WHERE v.account = 1) LIMIT 1",
    )
  ).ticketid;
const ticketOfJtl = (ticketId, message) => ({
  sellerId: "4711",
  ticketId,
  topic: "DELIVERY",
  createdAt: "2026-03-02T08:15:00Z",
  from: { role: "BUYER", name: "Alex" },
  subject: "Parcel",
  message,
});
const complaint = (id, description) => ({
  order_id: "WEB-2041",
  id,
  description,
  reason: "missing",
  suggested_solution: "rework",
  products: [{ id: 778231, amount: 1 }],
});

/** Kinds of items: how one is written, how many the database has, how many a read shows. */
const LATE = {
  "kaufland messages": {
    kind: "messages",
    write: () => kaufland("POST", `${KAUFLAND_TICKET}/messages`, { text: "late" }),
    has: () => count("kaufland_messages WHERE text = 'late'"),
    shows: async () =>
      ok(await kaufland("GET", `${KAUFLAND_TICKET}?embedded=messages`)).json.data.messages.filter(
        ({ text }) => text === "late",
      ).length,
  },
  "kaufland files": {
    kind: "files",
    write: () =>
      kaufland("POST", `${KAUFLAND_TICKET}/messages`, {
        text: "late",
        ticket_message_files: [{ filename: "late.txt", mime_type: "text/plain", data: "data:text/plain;base64,YQ==" }],
      }),
    has: () => count("kaufland_files WHERE filename = 'late.txt'"),
    shows: async () =>
      ok(await kaufland("GET", `${KAUFLAND_TICKET}?embedded=files`)).json.data.files.filter(
        ({ filename }) => filename === "late.txt",
      ).length,
  },
  "kaufland tickets, changed": {
    kind: "tickets",
    begin: async () => {
      const open = `SELECT id_ticket AS id FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND closable = 1
        AND internal = 0 AND fulfillment_type = 'fulfilled_by_merchant' LIMIT 1`;
      earlier.set("kaufland", (await db.first(open)).id);
    },
    write: () => kaufland("PATCH", `/tickets/${earlier.get("kaufland")}/close`),
    has: () => count("kaufland_tickets WHERE id_ticket = ? AND status = 'seller_closed'", earlier.get("kaufland")),
    shows: async () => {
      const { status } = ok(await kaufland("GET", `/tickets/${earlier.get("kaufland")}`)).json.data;
      return Number(status === "seller_closed");
    },
  },
  "kaufland tickets, new": {
    kind: "tickets",
    write: async () => {
      const { id_order_unit } = await db.first(
        "SELECT id_order_unit FROM kaufland_order_units WHERE id_seller = 1 AND fulfillment_type = 'fulfilled_by_merchant' LIMIT 1",
      );
      const body = `{"id_order_unit":[${id_order_unit}],"reason":"contact_other","message":"late"}`;
      const url = `${base}/kaufland/v2/tickets`;
      return send("POST", url, {
        headers: signedHeaders({ method: "POST", url, body, ...LOCAL_KEYS.kaufland }),
        body,
      });
    },
    has: () => count("kaufland_tickets WHERE ts_created_iso > '2026-03-02T12:00:00Z'"),
    shows: async () => {
      const list = await kaufland("GET", "/tickets?ts_created_from_iso=2026-03-02T12%3A00%3A01Z");
      return ok(list).json.pagination.total;
    },
  },
  "clickbank comments": {
    kind: "comments",
    write: async () => clickbank("PUT", `/${await clickbankTicket()}`, { comment: "late" }),
    has: () => count("clickbank_comments WHERE comment = 'late'"),
    shows: async () => ok(await clickbank("GET", `/${await clickbankTicket()}`)).text.split('"late"').length - 1,
  },
  "clickbank tickets, new": {
    kind: "tickets",
    write: () => clickbank("POST", `/${RECEIPT}`, { type: "tech", reason: "ticket.type.tech_support.1", comment: "x" }),
    has: () => count("clickbank_tickets WHERE opened > 1772452800"),
    shows: async () => {
      const { receipt } = { receipt: RECEIPT };
      const list = ok(await clickbank("GET", "/list", { receipt, type: "tech" }));
      return list.text.split('"source":"API"').length - 1 - earlier.get("clickbank");
    },
    begin: async () => {
      const list = await clickbank("GET", "/list", { receipt: RECEIPT, type: "tech" });
      earlier.set("clickbank", list.text.split('"source":"API"').length - 1);
    },
  },
  "clickbank amounts": {
    kind: "amounts",
    write: () => clickbank("POST", `/${RECEIPT}`, { type: "rfnd", reason: "ticket.type.refund.8", refundType: "FULL" }),
    has: () => count("clickbank_sales WHERE receipt = ? AND refunded_cents > 0", RECEIPT),
    shows: async () =>
      Number((await clickbank("GET", `/refundAmounts/${RECEIPT}`, { refundType: "FULL" })).status !== 200),
  },
  "magalu messages": {
    kind: "messages",
    write: () => magalu("POST", `/tickets/${magaluTicket}/messages`, messageOfMagalu("late")),
    has: () => count("magalu_messages WHERE message = 'late'"),
    shows: async () =>
      ok(await magalu("GET", `/tickets/${magaluTicket}/messages?_limit=100`)).json.results.filter(
        ({ message }) => message === "late",
      ).length,
  },
  "magalu events": {
    kind: "events",
    write: () => magalu("POST", `/tickets/${magaluTicket}/events`, { type: "product_sent", code: "late" }),
    has: () => count("magalu_events WHERE code = 'late'"),
    shows: async () =>
      ok(await magalu("GET", `/tickets/${magaluTicket}/events?_limit=100`)).json.results.filter(
        ({ code }) => code === "late",
      ).length,
  },
  "magalu returns": {
    kind: "returns",
    write: () => magalu("POST", `/tickets/${magaluTicket}/returns`),
    has: () => count("magalu_returns WHERE ticket_id = ?", magaluTicket),
    shows: async () => ok(await magalu("GET", `/tickets/${magaluTicket}/returns`)).json.results.length,
  },
  "magalu tickets": {
    kind: "tickets",
    write: () => magalu("POST", "/tickets", ticketOfMagalu(ORDER)),
    has: () => count("magalu_tickets WHERE order_id = ?", ORDER),
    shows: async () =>
      ok(await magalu("GET", "/tickets?_limit=100")).json.results.filter(({ order }) => order.id === ORDER).length,
  },
  "magalu transactions": {
    kind: "transactions",
    write: () => magalu("POST", "/tickets", { ...ticketOfMagalu(ORDER), code: "late" }),
    has: () => count("magalu_transactions WHERE code = 'late'"),
    shows: async () =>
      ok(await magalu("GET", `/transactions?_limit=100&${today()}`)).json.results.filter(({ code }) => code === "late")
        .length,
  },
  "magalu tokens": {
    kind: "tokens",
    write: async () => {
      const { clientId, clientSecret, refreshToken } = LOCAL_KEYS.magalu;
      const fields = { grant_type: "refresh_token", client_id: clientId, client_secret: clientSecret };
      const response = await send("POST", `${base}/magalu-id/oauth/token`, {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ ...fields, refresh_token: refreshToken }).toString(),
      });
      earlier.set("token", response.json.access_token);
      return response;
    },
    has: () => count("magalu_access_tokens WHERE token = ?", earlier.get("token")),
    // A write sees it late, too.
    shows: async () => {
      const path = `/tickets/${magaluTicket}/messages`;
      return Number((await magalu("POST", path, messageOfMagalu("?"), earlier.get("token"))).status === 202);
    },
  },
  "jtl-scx events": {
    kind: "events",
    write: () => jtl("POST", "/v1/channel/ticket", ticketOfJtl("LATE-1", "late")),
    has: () => count("jtl_scx_events WHERE event LIKE '%LATE-1%'"),
    shows: async () => ok(await jtl("GET", "/v2/seller/event", undefined, "seller")).text.split('"LATE-1"').length - 1,
  },
  "jtl-scx files": {
    kind: "files",
    begin: async () => {
      const attachment = [{ filename: "a.txt", contentType: "text/plain" }];
      ok(await jtl("POST", "/v1/channel/ticket", { ...ticketOfJtl("LATE-2", "late"), attachment }));
    },
    write: () => {
      const data = JSON.stringify({ sellerId: "4711", ticketId: "LATE-2", filename: "a.txt" });
      const { type, body } = form([
        { name: "attachmentData", type: "application/json", value: data },
        { name: "attachment", filename: "a.txt", type: "text/plain", value: "a" },
      ]);
      const headers = { authorization: `Bearer ${tokens.channel}`, "content-type": type };
      return send("POST", `${base}/jtl-scx/v1/channel/ticket/attachment`, { headers, body });
    },
    has: () => count("jtl_scx_files WHERE filename = 'a.txt' AND size = 1"),
    shows: async () => {
      const path = "/v1/seller/ticket/attachment/LOCALMARKET?sellerId=4711&ticketId=LATE-2&filename=a.txt";
      return Number((await jtl("GET", path, undefined, "seller")).status === 200);
    },
  },
  "jtl-scx tokens": {
    kind: "tokens",
    write: async () => {
      const body = new URLSearchParams({ refreshToken: LOCAL_KEYS.jtlScx.refreshToken }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const response = await send("POST", `${base}/jtl-scx/v1/auth`, { headers, body });
      tokens.channel = response.json.authToken;
      return response;
    },
    has: () => count("jtl_scx_tokens WHERE token = ?", tokens.channel),
    shows: async () => Number((await jtl("GET", "/v1/channel/event")).status === 200),
  },
};

const earlier = new Map();

describe("late", () => {
  beforeEach(async () => {
    magaluTicket = await cancellation();
  });

  for (const [name, item] of Object.entries(LATE)) {
    const [marketplace] = name.split(" ");
    test(`${name}: stored at once, shown later, and at once to all others`, async () => {
      await item.begin?.();
      const others = Object.keys(LATE)
        .filter((other) => other.startsWith(marketplace))
        .map((other) => LATE[other].kind)
        .filter((kind) => kind !== item.kind);
      // What shows late of other kinds is none of this one's.
      if (others.length > 0) await habit(marketplace, { kind: "late", ms: 60_000, of: [...new Set(others)] });
      const started = Date.now();
      await habit(marketplace, { kind: "late", ms: LATE_MS, of: [item.kind] });
      ok(await item.write());
      assert.equal(await item.has(), 1, "the database has it");
      const shown = await item.shows();
      assert.ok(Date.now() - started < LATE_MS, "the machine was too slow to see it");
      assert.equal(shown, 0, "no read shows it");
      await sleep(LATE_MS + 50 - (Date.now() - started));
      // An event is delivered once, so what shows must not be asked for again.
      let seen = 0;
      while (seen === 0 && Date.now() - started < 4 * LATE_MS) {
        seen = await item.shows();
        if (seen === 0) await sleep(50);
      }
      assert.equal(seen, 1, "then it shows");
    });
  }
});

// --- what is kept of texts, and what is not let through ------------------------------------------

/**
 * How a text is written, what of it is stored, and what a read shows of it. `own` is the refusal of
 * a copy.
 */
const TEXTS = {
  kaufland: {
    write: (text) => kaufland("POST", `${KAUFLAND_TICKET}/messages`, { text }),
    stored: "SELECT text FROM kaufland_messages ORDER BY id_ticket_message DESC LIMIT 1",
    shown: async () =>
      ok(await kaufland("GET", `${KAUFLAND_TICKET}?embedded=messages`)).json.data.messages.map(({ text }) => text),
    refusal: [400, /"field":"text"/],
    copy: [409, /duplicate-action/],
  },
  clickbank: {
    write: async (comment) => clickbank("PUT", `/${await clickbankTicket()}`, { comment }),
    stored: "SELECT comment AS text FROM clickbank_comments ORDER BY comment_id DESC LIMIT 1",
    shown: async () => {
      const { json } = ok(await clickbank("GET", `/${await clickbankTicket()}`));
      return [(json.ticketData ?? json).comments].flat().map(({ comment }) => comment);
    },
    refusal: [400, /not allowed/],
    copy: [400, /^Comment already exists$/],
  },
  magalu: {
    write: (text) => magalu("POST", `/tickets/${magaluTicket}/messages`, messageOfMagalu(text)),
    stored: "SELECT message AS text FROM magalu_messages ORDER BY number DESC LIMIT 1",
    shown: async () =>
      ok(await magalu("GET", `/tickets/${magaluTicket}/messages?_limit=100`)).json.results.map(
        ({ message, moderation }) => (moderation.status === "rejected" ? `rejected: ${message}` : message),
      ),
    // It is accepted all the same, and moderated afterwards.
    refusal: [202, /transaction_id/],
    copy: [409, /"slug":"CONFLICT"/],
  },
  "jtl-scx": {
    write: (message) => jtl("POST", "/v1/channel/ticket", ticketOfJtl("TEXT-1", message)),
    stored: "SELECT body ->> 'message' AS text FROM jtl_scx_messages ORDER BY number DESC LIMIT 1",
    shown: async () =>
      ok(await jtl("GET", "/v2/seller/event", undefined, "seller"))
        .json.eventList.filter(({ event }) => event.ticketId === "TEXT-1")
        .map(({ event }) => event.message),
    refusal: [400, /not allowed/],
    copy: [400, /was sent already/],
  },
  probo: {
    write: (description) => {
      earlier.set("probo", (earlier.get("probo") ?? 0) + 1);
      return probo(complaint(`TEXT-${earlier.get("probo")}`, description));
    },
    stored: "SELECT description AS text FROM probo_tickets ORDER BY number DESC LIMIT 1",
    refusal: [400, /not allowed/],
    copy: [400, /has an open ticket/],
  },
};

for (const [id, texts] of Object.entries(TEXTS)) {
  describe(`texts of ${id}`, () => {
    beforeEach(async () => {
      magaluTicket = await cancellation();
    });
    const newest = async () => (await db.first(texts.stored))?.text;

    test("are kept as they came, and otherwise when asked for", async () => {
      const text = "Ol\u0061\u0301 & <b>  \nsecond@mail.example, +49 170 1234567";
      ok(await texts.write(text));
      assert.equal(await newest(), text);
      for (const [ways, expected] of [
        [["crlf"], text.replace("\n", "\r\n")],
        [["nfc"], text.normalize("NFC")],
        [["entities"], "Ola\u0301 &amp; &lt;b&gt;  \nsecond@mail.example, +49 170 1234567"],
        [["masks"], "Ola\u0301 & <b>  \n***, ***"],
        [["trim"], "Ola\u0301 & <b>\nsecond@mail.example, +49 170 1234567"],
        [undefined, "Ol\u00e1 &amp; &lt;b&gt;\r\n***, ***"],
      ]) {
        await control.reset();
        await control.settings({ magalu: { transaction_ms: 0, moderation_ms: 0 } });
        magaluTicket = await cancellation();
        await signInAgain();
        await habit(id, { kind: "normalise", ...(ways === undefined ? {} : { ways }) });
        ok(await texts.write(text));
        assert.equal(await newest(), expected, `${ways}`);
      }
    });

    test("are moderated, silently", async () => {
      await habit(id, { kind: "moderate", how: "silently", words: "gold" });
      const before = await newest();
      ok(await texts.write("Buy GOLD"));
      assert.equal(await newest(), before);
      const table = `${id.replace("-", "_")}_moderated`;
      assert.deepEqual(await db.first(`SELECT text, how FROM ${table}`), { text: "Buy GOLD", how: "silently" });
      if (texts.shown !== undefined) assert.ok(!(await texts.shown()).some((text) => text?.includes("GOLD")));
      ok(await texts.write("Buy silver"));
      assert.equal(await newest(), "Buy silver");
    });

    test("are moderated, visibly", async () => {
      await habit(id, { kind: "moderate", how: "visibly", words: "gold" });
      const refused = await texts.write("Buy gold");
      const [status, words] = texts.refusal;
      assert.deepEqual([refused.status, words.test(refused.text)], [status, true], refused.text);
      if (id === "magalu") assert.ok((await texts.shown()).includes("rejected: Buy gold"));
      else assert.notEqual(await newest(), "Buy gold");
    });

    test("a second copy is stored, or refused in the vendor's words", async () => {
      ok(await texts.write("twice"));
      ok(await texts.write("twice"));
      await habit(id, { kind: "refuse_copies" });
      const [status, words] = texts.copy;
      const refused = await texts.write("twice");
      assert.deepEqual([refused.status, words.test(refused.text)], [status, true], refused.text);
      ok(await texts.write("another"));
      await control.addFault({ match: { marketplace: id }, fault: { kind: "refuse_copies", status: 422 } });
      assert.equal((await texts.write("twice")).status, status, "the older habit decides");
    });
  });
}

test("a copy of another kind is refused, and with the status that is asked for", async () => {
  magaluTicket = await cancellation();
  const help = () =>
    clickbank("POST", `/${RECEIPT}`, { type: "tech", reason: "ticket.type.tech_support.1", comment: "x" });
  const sent = () => magalu("POST", `/tickets/${magaluTicket}/events`, { type: "product_sent" });
  const opened = () => magalu("POST", "/tickets", ticketOfMagalu(ORDER));
  for (const write of [help, sent, opened]) ok(await write());
  await control.addFault({ fault: { kind: "refuse_copies", status: 422 } });
  for (const write of [help, sent, opened]) {
    const refused = await write();
    assert.equal(refused.status, 422, refused.text);
  }
});

// --- lists ---------------------------------------------------------------------------------------

const LISTS = {
  "kaufland tickets": {
    ids: async (page = 0, limit = 5) =>
      ok(await kaufland("GET", `/tickets?limit=${limit}&offset=${page * limit}`)).json.data.map((row) => row.id_ticket),
  },
  "kaufland thread": {
    isOne: true,
    ids: async () => {
      const long = `SELECT m.id_ticket FROM kaufland_messages m JOIN kaufland_tickets t ON t.id_ticket = m.id_ticket
        WHERE t.id_seller = 1 GROUP BY 1 HAVING count(*) > 2 LIMIT 1`;
      const { id_ticket } = await db.first(long);
      const { data } = ok(await kaufland("GET", `/tickets/${id_ticket}?embedded=messages`)).json;
      return data.messages.map((row) => row.id_ticket_message);
    },
  },
  "clickbank tickets": {
    ids: async (page = 0) =>
      [ok(await clickbank("GET", "/list", {}, { page: String(page + 1) })).json.ticketData]
        .flat()
        .map((row) => row.ticketid),
  },
  "magalu tickets": {
    ids: async (page = 0, limit = 5) =>
      ok(await magalu("GET", `/tickets?_limit=${limit}&_offset=${page * limit}`)).json.results.map((row) => row.id),
  },
  "jtl-scx events": {
    isEvents: true,
    ids: async () => {
      // What was delivered before is there again.
      if (!earlier.has("deliver once")) await db.run("UPDATE jtl_scx_events SET visible_ms = 0, deliveries = 0");
      return ok(await jtl("GET", "/v1/channel/event")).json.eventList.map((row) => row.id);
    },
  },
};

for (const [name, list] of Object.entries(LISTS)) {
  const [id] = name.split(" ");
  describe(`lists: ${name}`, () => {
    test("come in another order", async () => {
      const ids = await list.ids();
      assert.ok(ids.length > 1, `${ids}`);
      await habit(id, { kind: "other_order" });
      assert.deepEqual(await list.ids(), [...ids].reverse());
      await control.reset();
      await signInAgain();
      const [first, ...others] = await list.ids();
      await habit(id, { kind: "other_order", order: "rotated" });
      assert.deepEqual(await list.ids(), [...others, first]);
    });

    test("are capped, and repeated", { skip: list.isOne }, async () => {
      const first = await list.ids(0);
      await habit(id, { kind: "cap_page", rows: 2 });
      assert.equal((await list.ids(0)).length, 2);
      await control.reset();
      await signInAgain();
      await habit(id, { kind: "repeat_page" }, { method: "GET" });
      if (list.isEvents) {
        const again = await list.ids();
        earlier.set("deliver once", true);
        assert.deepEqual(await list.ids(), again, "what was delivered comes again");
        earlier.delete("deliver once");
        return;
      }
      assert.deepEqual(await list.ids(1), await list.ids(0));
      await control.reset();
      if (id === "clickbank") await control.settings({ clickbank: { page_size: 5 } });
      assert.notDeepEqual(await list.ids(1), await list.ids(0), "by itself the second page is another one");
      assert.ok(first.length > 0);
    });
  });
}

test("every text begins with a byte order mark", async () => {
  const calls = {
    kaufland: () => kaufland("GET", "/tickets?limit=1"),
    clickbank: () => clickbank("GET", "/count"),
    magalu: () => magalu("GET", "/tickets?_limit=1"),
    "jtl-scx": () => jtl("GET", "/v1/channel/event"),
    probo: () => probo(complaint("BOM-1", "?")),
  };
  for (const [id, read] of Object.entries(calls)) {
    assert.notEqual((await read()).bytes[0], 0xef, id);
    await habit(id, { kind: "byte_order_mark" }, { headers: {} });
    if (id === "probo") calls.probo = () => probo(complaint("BOM-2", "?"));
    const marked = await calls[id]();
    assert.deepEqual([...marked.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], id);
    // Node's own reader leaves it out, as those of all hosts do.
    assert.ok(JSON.parse(new TextDecoder().decode(marked.bytes)) !== undefined, id);
  }
});

test("habits stay until a reset, or as long as they say; single faults are played beside them", async () => {
  await control.addFault([
    { match: { method: "GET" }, fault: { kind: "byte_order_mark" }, times: 2 },
    { match: { method: "GET" }, fault: { kind: "cap_page", rows: 1 } },
    { fault: { kind: "wrong_content_type" } },
  ]);
  const seen = [];
  for (let at = 0; at < 3; at += 1) {
    const { bytes, headers } = await kaufland("GET", "/tickets?limit=3");
    const { data } = JSON.parse(new TextDecoder().decode(bytes));
    seen.push([bytes[0] === 0xef, data.length, headers["content-type"]]);
  }
  assert.deepEqual(seen, [
    [true, 1, "text/plain"],
    [true, 1, "application/json"],
    [false, 1, "application/json"],
  ]);
  await control.reset();
  assert.equal((await kaufland("GET", "/tickets?limit=3")).json.data.length, 3);
});

test("habits that can not be understood are refused", async () => {
  for (const [fault, expected] of [
    [{ kind: "late" }, /ms/],
    [{ kind: "late", ms: 5, of: ["dreams"] }, /fault\.of/],
    [{ kind: "other_order", order: "random" }, /order/],
    [{ kind: "cap_page", rows: 0 }, /rows/],
    [{ kind: "normalise", ways: ["shout"] }, /ways/],
    [{ kind: "moderate", how: "loudly" }, /how/],
    [{ kind: "moderate", how: "silently", words: 5 }, /words/],
    [{ kind: "refuse_copies", status: 500 }, /status/],
  ]) {
    const response = await send("POST", `${base}/control/faults`, { body: JSON.stringify({ fault }) });
    assert.equal(response.status, 400);
    assert.match(response.json.error, expected);
  }
});
