/**
 * The local marketplaces in this process, at a virtual clock: their own code on SQLite in memory,
 * with few tickets, and what customers do there.
 */
import { join } from "node:path";
import { build } from "esbuild";
import { asD1, openSqlite } from "../../pkg-marketplaces/sqlite.mjs";
import { accountsAt, controlsAt, LOCAL_KEYS, queries } from "../../www-demo/local/marketplaces.mjs";
import { ROOT } from "./lib.mjs";

const URL_HERE = "http://localhost";
/** The local marketplace's own name, because the vendor documents none. */
export const TICKET_EVENT = "Channel:Ticket.Created";

let built;

/** The marketplaces as a function of what they take from their host. */
async function instantiate() {
  built ??= build({
    entryPoints: [join(ROOT, "www-demo/marketplaces/index.ts")],
    bundle: true,
    format: "cjs",
    platform: "neutral",
    target: "es2022",
    write: false,
  });
  const { outputFiles } = await built;
  const source = `const module = { exports: {} };\n${outputFiles[0].text}\nreturn module.exports.default;`;
  const { exactJson } = await import("../../pkg-marketplaces/exact-json.mjs");
  const make = new Function("scheduler", "FixedLengthStream", "JSON", "Date", "crypto", source);
  return ({ time, random }) => {
    const { subtle } = globalThis.crypto;
    const outside =
      (name) =>
      (...args) =>
        time.outside(subtle[name](...args));
    const crypto = {
      getRandomValues: (bytes) => bytes.map(() => Math.floor(random() * 256)),
      randomUUID: () => {
        const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
        return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
      },
      subtle: {
        digest: outside("digest"),
        sign: outside("sign"),
        verify: outside("verify"),
        importKey: outside("importKey"),
      },
    };
    class Fixed extends TransformStream {
      constructor(_length) {
        super();
      }
    }
    return make({ wait: (ms) => time.wait(ms) }, Fixed, exactJson, time.Date, crypto);
  };
}

/**
 * Starts the marketplaces. `shape(db)` changes the seeded data, once; each `rewind` brings that
 * back.
 */
export async function startWorld(time, shape = async () => {}, { latencyMs = () => 0 } = {}) {
  const make = await instantiate();
  const sqlite = await openSqlite();
  // The database's clock is ours, too.
  sqlite.rows("CREATE TABLE test_clock (ms REAL NOT NULL)", []);
  sqlite.rows("INSERT INTO test_clock VALUES (?)", [time.now]);
  let told = time.now;
  const rows = (sql, params) => {
    if (told !== time.now) {
      told = time.now;
      sqlite.rows("UPDATE main.test_clock SET ms = ?", [told]);
    }
    return sqlite.rows(sql.replaceAll("unixepoch('subsec')", "(SELECT ms / 1000.0 FROM main.test_clock)"), params);
  };
  const DB = asD1({ rows });
  const env = { DB, SEED_NOW: new Date(time.now).toISOString(), SEED: 1 };
  let chance = Math.random;
  const random = () => chance();
  let worker = make({ time, random });
  const answer = (input, init) =>
    worker.fetch(new Request(input, init), env, { waitUntil: (rest) => void rest.catch(() => {}) });
  const control = controlsAt(URL_HERE, answer);
  const db = queries(DB);
  // The pictures are compressed by other threads, so nothing may be taken for quiet here.
  await control.settings();
  await shape(db);
  sqlite.rows("SAVEPOINT shaped", []);
  const fetch = async (url, init) => {
    init?.signal?.throwIfAborted();
    const ms = latencyMs();
    if (ms > 0) await time.wait(ms);
    const response = await orAborted(answer(url, init), init?.signal);
    return response.body === null ? response : new Response(response.body, response);
  };
  return {
    fetch,
    accounts: accountsAt(URL_HERE),
    control,
    db,
    /** Ends all faults and habits. The data stays. */
    forget: () => {
      worker = make({ time, random });
    },
    /** The data as it was shaped, with a chance of its own. */
    rewind: (next = Math.random) => {
      chance = next;
      sqlite.rows("ROLLBACK TO shaped", []);
      told = Number.NaN;
      worker = make({ time, random });
    },
    close: () => sqlite.close(),
  };
}

function orAborted(answer, signal) {
  if (signal == null) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const column = async (db, sql, ...params) => (await db.all(sql, ...params)).map(({ id }) => String(id));

/** A few tickets of each marketplace that can be answered, and none else. */
export async function few(db, count = 4) {
  const kept = {
    kaufland: `status = 'opened' AND id_seller = 1 AND internal = 0 AND closable = 1
      AND fulfillment_type = 'fulfilled_by_merchant' AND topic IS NOT 'fraud'
      AND topic NOT LIKE 'account%' AND extra IS NULL AND length(id_ticket) < 13`,
    clickbank: `status = 'OPEN' AND locked = 0 AND type = 'TECH_SUPPORT' AND ticketid BETWEEN 31000001 AND 31000999`,
    magalu: "closed = 0 AND id_seller = 1 AND status IN ('waiting', 'waiting_seller') AND extra IS NULL",
  };
  for (const [name, where] of Object.entries(kept)) {
    const ids = `SELECT rowid FROM ${name}_tickets WHERE ${where} ORDER BY rowid DESC LIMIT ${count}`;
    await db.run(`DELETE FROM ${name}_tickets WHERE rowid NOT IN (${ids})`);
  }
  await db.run("DELETE FROM kaufland_messages WHERE id_ticket NOT IN (SELECT id_ticket FROM kaufland_tickets)");
  await db.run("DELETE FROM magalu_messages WHERE ticket_id NOT IN (SELECT id FROM magalu_tickets)");
  await db.run("DELETE FROM clickbank_comments WHERE ticketid NOT IN (SELECT ticketid FROM clickbank_tickets)");
}

const MAGALU_SHOWN = `visible_ms <= ?1 AND (block_rules IN ('[]', '["moderator"]') OR moderated_ms > ?1)`;

/**
 * The tickets of each marketplace, by its own database, and what its customers do. `texts` are the
 * words of a ticket's messages, `copies` how often a letter arrived.
 */
export const MARKETS = {
  kaufland: {
    id: "kf",
    client: (api, world, more) => new api.Kaufland({ ...world.accounts.kaufland, ...more }),
    tickets: ({ db }) => column(db, "SELECT id_ticket AS id FROM kaufland_tickets WHERE id_seller = 1"),
    texts: async ({ db }, id) =>
      (await db.all("SELECT text FROM kaufland_messages WHERE id_ticket = ?", id)).map(({ text }) => text),
    closed: async ({ db }, id) =>
      (await db.first("SELECT status FROM kaufland_tickets WHERE id_ticket = ?", id)).status !== "opened",
    copies: async ({ db }, text) =>
      (await db.first("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", text)).n,
    write: ({ control }, id, text, quiet = false) => control.act("kaufland", "message", { id_ticket: id, text, quiet }),
    close: ({ control }, id) => control.act("kaufland", "close", { id_ticket: id }),
    equalTimes: ({ db }) =>
      db.run("UPDATE kaufland_tickets SET ts_updated_iso = (SELECT max(ts_updated_iso) FROM kaufland_tickets)"),
    late: ["tickets", "messages"],
  },
  clickbank: {
    id: "cb",
    client: (api, world, more) => new api.ClickBank({ ...world.accounts.clickbank, ...more }),
    tickets: ({ db }) => column(db, "SELECT ticketid AS id FROM clickbank_tickets"),
    texts: async ({ db }, id) =>
      (await db.all("SELECT comment FROM clickbank_comments WHERE ticketid = ?", Number(id))).map(
        (row) => row.comment ?? "",
      ),
    closed: async ({ db }, id) =>
      (await db.first("SELECT status FROM clickbank_tickets WHERE ticketid = ?", Number(id))).status === "CLOSED",
    copies: async ({ db }, text) =>
      (await db.first("SELECT count(*) AS n FROM clickbank_comments WHERE comment = ?", text)).n,
    write: ({ control }, id, text) => control.act("clickbank", "comment", { ticketid: Number(id), comment: text }),
    close: ({ control }, id) => control.act("clickbank", "close", { ticketid: Number(id) }),
    equalTimes: ({ db }) =>
      db.run("UPDATE clickbank_tickets SET updated = (SELECT max(updated) FROM clickbank_tickets)"),
    late: ["tickets", "comments"],
  },
  magalu: {
    id: "mg",
    client: (api, world, more) => ({
      client: new api.Magalu({ ...world.accounts.magalu, ...more }),
      profile: { code: "7", name: "Ana" },
    }),
    tickets: ({ db }) => column(db, "SELECT id FROM magalu_tickets WHERE id_seller = 1"),
    texts: async ({ db }, id, now) =>
      (await db.all(`SELECT message FROM magalu_messages WHERE ${MAGALU_SHOWN} AND ticket_id = ?2`, now, id)).map(
        ({ message }) => message,
      ),
    closed: async ({ db }, id) => (await db.first("SELECT closed FROM magalu_tickets WHERE id = ?", id)).closed === 1,
    copies: async ({ db }, text) =>
      (await db.first("SELECT count(*) AS n FROM magalu_messages WHERE message = ?", text)).n,
    write: ({ control }, id, text) => control.act("magalu", "message", { ticket_id: id, message: text }),
    equalTimes: ({ db }) =>
      db.run("UPDATE magalu_tickets SET updated_ms = (SELECT max(updated_ms) FROM magalu_tickets)"),
    late: ["tickets", "messages"],
  },
  "jtl-scx": {
    id: "jtl",
    client: (api, world, more) => ({
      client: new api.JtlScx({
        ...world.accounts.jtlScx,
        side: "seller",
        refreshToken: LOCAL_KEYS.jtlScx.sellerRefreshToken,
        ...more,
      }),
      ticketEvents: [TICKET_EVENT],
    }),
    tickets: async ({ db }) => [
      ...new Set(
        (await db.all("SELECT event FROM jtl_scx_events WHERE target = 'seller:2' AND type = ?", TICKET_EVENT)).map(
          ({ event }) => {
            const { channel, sellerId, ticketId } = JSON.parse(event);
            return `${channel}/${sellerId}/${ticketId}`;
          },
        ),
      ),
    ],
    texts: async ({ db }, id) =>
      (await db.all("SELECT event FROM jtl_scx_events WHERE target = 'seller:2' AND type = ?", TICKET_EVENT))
        .map(({ event }) => JSON.parse(event))
        .filter(({ channel, sellerId, ticketId }) => `${channel}/${sellerId}/${ticketId}` === id)
        .map(({ subject, message }) => (subject === undefined ? message : `${subject}\n\n${message}`)),
    closed: async () => false,
    copies: async ({ db }, text) =>
      (await db.first("SELECT count(*) AS n FROM jtl_scx_messages WHERE body ->> '$.message' = ?", text)).n,
    write: ({ control }, id, text, _, at) => {
      const [channel, sellerId, ticketId] = id.split("/");
      const createdAt = `${new Date(at).toISOString().slice(0, 19)}+00:00`;
      const from = { role: "BUYER", name: "Kim" };
      const event = {
        channel,
        sellerId,
        ticketId,
        createdAt,
        from,
        message: text,
        topic: "QUESTION",
        replyRequested: true,
      };
      return control.act("jtl-scx", "event", { type: TICKET_EVENT, side: "seller", event });
    },
    late: ["events"],
    isBlind: true,
  },
  probo: {
    id: "pb",
    client: (api, world, more) => new api.Probo({ ...world.accounts.probo, ...more }),
    copies: async ({ db }, text) =>
      (await db.first("SELECT count(*) AS n FROM probo_tickets WHERE description = ?", text)).n,
    isBlind: true,
  },
};
