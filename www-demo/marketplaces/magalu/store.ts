// The marketplace's memory: tables and queries. Times are milliseconds.
//
// What a request brings about happens later than its answer: rows carry the moment from which they
// are there (`visible_ms`), and what is read depends on the time of reading. So nothing has to run
// in between.

import { fromBase64Pieces, toBase64Pieces } from "../shared/blobs.ts";
import type { Bytes, D1Database, D1PreparedStatement } from "../shared/runtime.ts";
import type { Filter, NewMessage, NewTicket } from "./rules.ts";

// `extra`: fields that a later version of the API brings, as JSON; they are added to what is
// answered. `returnable`: 0 when the order was not dispatched with the marketplace's own carrier.
export const VERSION = 2;
export const TABLES: Record<string, string[]> = {
  magalu_sellers: [
    "CREATE TABLE magalu_sellers (id_seller INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, name TEXT NOT NULL)",
  ],
  magalu_clients: [
    "CREATE TABLE magalu_clients (client_id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, default_scope TEXT NOT NULL)",
  ],
  magalu_codes: [
    `CREATE TABLE magalu_codes (code TEXT PRIMARY KEY, client_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, scope TEXT NOT NULL,
      id_seller INTEGER, expires_ms INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0)`,
  ],
  magalu_grants: [
    `CREATE TABLE magalu_grants (id_grant INTEGER PRIMARY KEY, client_id TEXT NOT NULL, id_seller INTEGER, scope TEXT NOT NULL,
      revoked INTEGER NOT NULL DEFAULT 0)`,
  ],
  magalu_access_tokens: [
    "CREATE TABLE magalu_access_tokens (token TEXT PRIMARY KEY, id_grant INTEGER NOT NULL, expires_ms INTEGER)",
  ],
  magalu_refresh_tokens: [
    "CREATE TABLE magalu_refresh_tokens (token TEXT PRIMARY KEY, id_grant INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0)",
  ],
  magalu_tickets: [
    `CREATE TABLE magalu_tickets (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, id_seller INTEGER NOT NULL, code TEXT,
      type TEXT NOT NULL, status TEXT NOT NULL, closed INTEGER NOT NULL, reason TEXT, protocol TEXT NOT NULL,
      origin TEXT NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,
      channel_id TEXT NOT NULL, channel_alias TEXT, order_id TEXT NOT NULL, order_code TEXT NOT NULL, delivery TEXT NOT NULL,
      returnable INTEGER NOT NULL, visible_ms INTEGER NOT NULL, extra TEXT)`,
    "CREATE INDEX magalu_tickets_updated ON magalu_tickets (id_seller, updated_ms)",
    "CREATE INDEX magalu_tickets_order ON magalu_tickets (order_id)",
  ],
  magalu_messages: [
    `CREATE TABLE magalu_messages (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ticket_id TEXT NOT NULL,
      message TEXT NOT NULL, code TEXT, sender_id TEXT NOT NULL, sender_name TEXT NOT NULL, sender_type TEXT NOT NULL,
      owner_code TEXT, owner_name TEXT, destination TEXT NOT NULL, block_rules TEXT NOT NULL, created_ms INTEGER NOT NULL,
      visible_ms INTEGER NOT NULL, waiting_ms INTEGER NOT NULL, moderated_ms INTEGER NOT NULL, extra TEXT)`,
    "CREATE INDEX magalu_messages_ticket ON magalu_messages (ticket_id)",
  ],
  magalu_attachments: [
    `CREATE TABLE magalu_attachments (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, position INTEGER NOT NULL,
      file_name TEXT NOT NULL, file_extension TEXT NOT NULL, file_type TEXT NOT NULL, size INTEGER)`,
    "CREATE INDEX magalu_attachments_message ON magalu_attachments (message_id)",
  ],
  magalu_attachment_pieces: [
    `CREATE TABLE magalu_attachment_pieces (id TEXT NOT NULL, position INTEGER NOT NULL, base64 TEXT NOT NULL,
      PRIMARY KEY (id, position))`,
  ],
  magalu_events: [
    `CREATE TABLE magalu_events (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ticket_id TEXT NOT NULL, code TEXT,
      type TEXT NOT NULL, created_by TEXT NOT NULL, created_ms INTEGER NOT NULL, visible_ms INTEGER NOT NULL)`,
    "CREATE INDEX magalu_events_ticket ON magalu_events (ticket_id)",
  ],
  magalu_returns: [
    `CREATE TABLE magalu_returns (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ticket_id TEXT NOT NULL,
      reverse_code TEXT NOT NULL, valid_for_days INTEGER NOT NULL, created_ms INTEGER NOT NULL, visible_ms INTEGER NOT NULL,
      expires_ms INTEGER NOT NULL)`,
    "CREATE INDEX magalu_returns_ticket ON magalu_returns (ticket_id)",
  ],
  magalu_transactions: [
    `CREATE TABLE magalu_transactions (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, id_seller INTEGER NOT NULL,
      code TEXT NOT NULL, operation TEXT NOT NULL, trigger_endpoint TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT,
      data TEXT NOT NULL, created_ms INTEGER NOT NULL, processing_ms INTEGER NOT NULL, done_ms INTEGER NOT NULL)`,
  ],
};

export interface Access {
  id_grant: number;
  /** `null`: the person consented for themselves, not for a store. */
  id_seller: number | null;
  tenant_id: string | null;
  name: string | null;
  scope: string;
  expires_ms: number | null;
}

export interface Client {
  client_id: string;
  client_secret: string;
  default_scope: string;
}

export interface Grant {
  id_grant: number;
  scope: string;
}

export interface TicketRow {
  number: number;
  id: string;
  code: string | null;
  type: string;
  status: string;
  closed: number;
  reason: string | null;
  protocol: string;
  origin: string;
  created_ms: number;
  updated_ms: number;
  due_ms: number;
  channel_id: string;
  channel_alias: string | null;
  order_id: string;
  order_code: string;
  delivery: string;
  returnable: number;
  extra: string | null;
}

export interface MessageRow {
  number: number;
  id: string;
  ticket_id: string;
  message: string;
  code: string | null;
  sender_id: string;
  sender_name: string;
  sender_type: string;
  owner_code: string | null;
  owner_name: string | null;
  destination: string;
  block_rules: string;
  created_ms: number;
  waiting_ms: number;
  moderated_ms: number;
  extra: string | null;
}

export interface AttachmentRow {
  id: string;
  message_id: string;
  file_name: string;
  file_extension: string;
  file_type: string;
  /** `null`: announced without content. */
  size: number | null;
}

export interface EventRow {
  id: string;
  ticket_id: string;
  code: string | null;
  type: string;
  created_by: string;
  created_ms: number;
}

export interface ReturnRow {
  id: string;
  ticket_id: string;
  reverse_code: string;
  created_ms: number;
}

export interface TransactionRow {
  number: number;
  id: string;
  code: string;
  operation: string;
  trigger_endpoint: string;
  outcome: string;
  message: string | null;
  data: string;
  created_ms: number;
  processing_ms: number;
  done_ms: number;
}

export type NewTransaction = Omit<TransactionRow, "number">;

/** The sender of a message, and of its time. */
export interface Sender {
  id: string;
  name: string;
  type: string;
}

export interface MessageTimes {
  created_ms: number;
  visible_ms: number;
  waiting_ms: number;
  moderated_ms: number;
}

/** The rule of a rejection that readers get to see. */
export const SHOWN_RULE = "moderator";

const STATUS_AT = "CASE WHEN ?1 < processing_ms THEN 'pending' WHEN ?1 < done_ms THEN 'processing' ELSE outcome END";

export class Store {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  // --- ID Magalu ---

  client(id: string): Promise<Client | null> {
    return this.#db.prepare("SELECT * FROM magalu_clients WHERE client_id = ?").bind(id).first<Client>();
  }

  async addCode(
    code: string,
    clientId: string,
    redirectUri: string,
    scope: string,
    seller: number | null,
    expiresMs: number,
  ): Promise<void> {
    await this.#db
      .prepare(
        "INSERT INTO magalu_codes (code, client_id, redirect_uri, scope, id_seller, expires_ms) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .bind(code, clientId, redirectUri, scope, seller, expiresMs)
      .run();
  }

  /** A grant for the code, which then is used. */
  async useCode(code: string, clientId: string, redirectUri: string, now: number): Promise<Grant | null> {
    const row = await this.#db
      .prepare(
        `UPDATE magalu_codes SET used = 1 WHERE code = ? AND client_id = ? AND redirect_uri = ? AND expires_ms > ? AND used = 0
         RETURNING scope, id_seller`,
      )
      .bind(code, clientId, redirectUri, now)
      .first<{ scope: string; id_seller: number | null }>();
    if (row === null) return null;
    return this.#db
      .prepare("INSERT INTO magalu_grants (client_id, id_seller, scope) VALUES (?, ?, ?) RETURNING id_grant, scope")
      .bind(clientId, row.id_seller, row.scope)
      .first<Grant>();
  }

  /** The grant of the token, which then is used. One that was used before ends its grant. */
  async useRefreshToken(token: string, clientId: string): Promise<Grant | null> {
    const valid = "id_grant IN (SELECT id_grant FROM magalu_grants WHERE client_id = ?2 AND revoked = 0)";
    const [used, , grant] = await this.#db.batch<Grant & { token: string }>([
      this.#db
        .prepare(`UPDATE magalu_refresh_tokens SET used = used + 1 WHERE token = ?1 AND ${valid} RETURNING token`)
        .bind(token, clientId),
      this.#db
        .prepare(
          `UPDATE magalu_grants SET revoked = 1
           WHERE id_grant = (SELECT id_grant FROM magalu_refresh_tokens WHERE token = ?1 AND used > 1) AND client_id = ?2`,
        )
        .bind(token, clientId),
      this.#db
        .prepare(
          `SELECT g.id_grant, g.scope FROM magalu_grants g JOIN magalu_refresh_tokens r ON r.id_grant = g.id_grant
           WHERE r.token = ?1 AND g.client_id = ?2 AND g.revoked = 0`,
        )
        .bind(token, clientId),
    ]);
    return used?.results.length === 1 ? (grant?.results[0] ?? null) : null;
  }

  async addTokens(idGrant: number, access: string, expiresMs: number, refresh: string): Promise<void> {
    await this.#db.batch([
      this.#db
        .prepare("INSERT INTO magalu_access_tokens (token, id_grant, expires_ms) VALUES (?, ?, ?)")
        .bind(access, idGrant, expiresMs),
      this.#db.prepare("INSERT INTO magalu_refresh_tokens (token, id_grant) VALUES (?, ?)").bind(refresh, idGrant),
    ]);
  }

  access(token: string): Promise<Access | null> {
    return this.#db
      .prepare(
        `SELECT g.id_grant, g.id_seller, g.scope, a.expires_ms, s.tenant_id, s.name FROM magalu_access_tokens a
         JOIN magalu_grants g ON g.id_grant = a.id_grant LEFT JOIN magalu_sellers s ON s.id_seller = g.id_seller
         WHERE a.token = ? AND g.revoked = 0`,
      )
      .bind(token)
      .first<Access>();
  }

  // --- reading ---

  ticket(seller: number, id: string, now: number): Promise<TicketRow | null> {
    return this.#db
      .prepare("SELECT * FROM magalu_tickets WHERE id_seller = ? AND id = ? AND visible_ms <= ?")
      .bind(seller, id, now)
      .first<TicketRow>();
  }

  tickets(seller: number, filter: Filter, now: number): Promise<TicketRow[]> {
    return this.#list("magalu_tickets", [`id_seller = ${seller}`, `visible_ms <= ${now}`], [], filter);
  }

  /** Rejected messages are there only when asked for. */
  messages(
    ticket: TicketRow,
    filter: Filter & { hasAttachment: boolean | undefined },
    now: number,
    showRejected: boolean,
  ): Promise<MessageRow[]> {
    const conditions = ["ticket_id = ?", `visible_ms <= ${now}`];
    if (!showRejected) conditions.push(`(block_rules IN ('[]', '["${SHOWN_RULE}"]') OR moderated_ms > ${now})`);
    if (filter.hasAttachment !== undefined) {
      const not = filter.hasAttachment ? "" : "NOT ";
      conditions.push(`id ${not}IN (SELECT message_id FROM magalu_attachments)`);
    }
    return this.#list("magalu_messages", conditions, [ticket.id], filter);
  }

  async message(ticket: TicketRow, id: string, now: number, showRejected: boolean): Promise<MessageRow | null> {
    const filter = { equal: { id }, bounds: [], limit: 1, offset: 0, order: "number", hasAttachment: undefined };
    return (await this.messages(ticket, filter, now, showRejected))[0] ?? null;
  }

  async attachments(messages: MessageRow[]): Promise<AttachmentRow[]> {
    const statement = this.#db.prepare(
      "SELECT * FROM magalu_attachments WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY message_id, position",
    );
    return (await statement.bind(JSON.stringify(messages.map(({ id }) => id))).all<AttachmentRow>()).results;
  }

  async attachmentContent(id: string): Promise<Bytes> {
    const { results } = await this.#db
      .prepare("SELECT base64 FROM magalu_attachment_pieces WHERE id = ? ORDER BY position")
      .bind(id)
      .all<{ base64: string }>();
    return fromBase64Pieces(results.map((row) => row.base64));
  }

  events(ticket: TicketRow, filter: Filter, now: number): Promise<EventRow[]> {
    return this.#list("magalu_events", ["ticket_id = ?", `visible_ms <= ${now}`], [ticket.id], filter);
  }

  async hasEvent(ticket: TicketRow, types: string[], now: number): Promise<boolean> {
    const row = await this.#db
      .prepare(
        `SELECT 1 FROM magalu_events WHERE ticket_id = ? AND visible_ms <= ? AND type IN (SELECT value FROM json_each(?)) LIMIT 1`,
      )
      .bind(ticket.id, now, JSON.stringify(types))
      .first();
    return row !== null;
  }

  returns(ticket: TicketRow, filter: Filter, now: number): Promise<ReturnRow[]> {
    return this.#list("magalu_returns", ["ticket_id = ?", `visible_ms <= ${now}`], [ticket.id], filter);
  }

  /** What is being made counts as a copy, too. */
  async hasTicket(seller: number, orderId: string, type: string): Promise<boolean> {
    const statement = this.#db.prepare(
      "SELECT 1 FROM magalu_tickets WHERE id_seller = ? AND order_id = ? AND type = ? AND closed = 0 LIMIT 1",
    );
    return (await statement.bind(seller, orderId, type).first()) !== null;
  }

  async hasMessage(ticket: TicketRow, message: string): Promise<boolean> {
    const statement = this.#db.prepare(
      "SELECT 1 FROM magalu_messages WHERE ticket_id = ? AND message = ? AND sender_type = 'seller' LIMIT 1",
    );
    return (await statement.bind(ticket.id, message).first()) !== null;
  }

  async hasEventOf(ticket: TicketRow, type: string, by: string): Promise<boolean> {
    const statement = this.#db.prepare(
      "SELECT 1 FROM magalu_events WHERE ticket_id = ? AND type = ? AND created_by = ? LIMIT 1",
    );
    return (await statement.bind(ticket.id, type, by).first()) !== null;
  }

  /** One that is being made counts, too. */
  async hasActiveReturn(ticket: TicketRow, now: number): Promise<boolean> {
    const row = await this.#db
      .prepare("SELECT 1 FROM magalu_returns WHERE ticket_id = ? AND expires_ms > ? LIMIT 1")
      .bind(ticket.id, now)
      .first();
    return row !== null;
  }

  transaction(seller: number, id: string): Promise<TransactionRow | null> {
    return this.#db
      .prepare("SELECT * FROM magalu_transactions WHERE id_seller = ? AND id = ?")
      .bind(seller, id)
      .first<TransactionRow>();
  }

  transactions(
    seller: number,
    filter: Filter & { status: string | undefined },
    now: number,
  ): Promise<TransactionRow[]> {
    const conditions = [`id_seller = ${seller}`];
    const { status } = filter;
    if (status !== undefined) conditions.push(`${STATUS_AT.replaceAll("?1", String(now))} = ?`);
    return this.#list("magalu_transactions", conditions, status === undefined ? [] : [status], filter);
  }

  async hasOrder(seller: number, orderId: string, deliveryId: string): Promise<boolean> {
    const row = await this.#db
      .prepare("SELECT 1 FROM magalu_tickets WHERE id_seller = ? AND order_id = ? AND delivery ->> 'id' = ? LIMIT 1")
      .bind(seller, orderId, deliveryId)
      .first();
    return row !== null;
  }

  async #list<Row>(table: string, conditions: string[], values: (string | number)[], filter: Filter): Promise<Row[]> {
    const where = [...conditions];
    const bound = [...values];
    for (const [column, value] of Object.entries(filter.equal)) {
      where.push(`${column} = ?`);
      bound.push(value);
    }
    for (const [column, operator, ms] of filter.bounds) where.push(`${column} ${operator} ${ms}`);
    const sql = `SELECT * FROM ${table} WHERE ${where.join(" AND ")} ORDER BY ${filter.order} LIMIT ? OFFSET ?`;
    return (
      await this.#db
        .prepare(sql)
        .bind(...bound, filter.limit, filter.offset)
        .all<Row>()
    ).results;
  }

  // writing: everything of one request is one transaction of the database; the result is the number
  // of the API's transaction

  async write(seller: number, transaction: NewTransaction, effects: D1PreparedStatement[]): Promise<number> {
    const t = transaction;
    const inserted = this.#db
      .prepare(
        `INSERT INTO magalu_transactions (id, id_seller, code, operation, trigger_endpoint, outcome, message, data, created_ms,
           processing_ms, done_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number`,
      )
      .bind(
        t.id,
        seller,
        t.code,
        t.operation,
        t.trigger_endpoint,
        t.outcome,
        t.message,
        t.data,
        t.created_ms,
        t.processing_ms,
        t.done_ms,
      );
    const [first] = await this.#db.batch<{ number: number }>([inserted, ...effects]);
    const number = first?.results[0]?.number;
    if (number === undefined) throw new Error("the transaction was not stored");
    return number;
  }

  newTicket(seller: number, id: string, ticket: NewTicket, ms: number): D1PreparedStatement {
    const { order } = ticket;
    // Tickets show whole seconds, and are filtered by what they show.
    const time = Math.floor(ms / 1000) * 1000;
    const month = new Date(time).toISOString().slice(0, 7).replace("-", "");
    return this.#db
      .prepare(
        `INSERT INTO magalu_tickets (number, id, id_seller, code, type, status, closed, reason, protocol, origin, created_ms,
           updated_ms, due_ms, channel_id, channel_alias, order_id, order_code, delivery, returnable, visible_ms)
         SELECT n, ?1, ?2, ?3, ?4, 'waiting', 0, ?5, ?6 || printf('%09d', n), 'seller', ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1, ?14
         FROM (SELECT coalesce(max(number), 0) + 1 AS n FROM magalu_tickets)`,
      )
      .bind(
        id,
        seller,
        ticket.code,
        ticket.type,
        ticket.reason,
        month,
        time,
        time + 2 * 86_400_000,
        ticket.channel.id,
        ticket.channel.alias,
        order.id,
        order.code,
        JSON.stringify(order.delivery),
        ms,
      );
  }

  newMessage(
    id: string,
    ticket: TicketRow,
    message: NewMessage,
    sender: Sender,
    blockRules: string[],
    times: MessageTimes,
  ): D1PreparedStatement[] {
    const statements = [
      this.#db
        .prepare(
          `INSERT INTO magalu_messages (id, ticket_id, message, code, sender_id, sender_name, sender_type, owner_code, owner_name,
             destination, block_rules, created_ms, visible_ms, waiting_ms, moderated_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .bind(
          id,
          ticket.id,
          message.message,
          message.code,
          sender.id,
          sender.name,
          sender.type,
          message.owner?.code ?? null,
          message.owner?.name ?? null,
          message.destination,
          JSON.stringify(blockRules),
          times.created_ms,
          times.visible_ms,
          times.waiting_ms,
          times.moderated_ms,
        ),
    ];
    for (const [position, file] of message.attachments.entries()) {
      const fileId = crypto.randomUUID();
      statements.push(
        this.#db
          .prepare(
            `INSERT INTO magalu_attachments (id, message_id, position, file_name, file_extension, file_type, size)
             VALUES (?, ?, ?, ?, ?, ?, ?)`,
          )
          .bind(
            fileId,
            id,
            position,
            file.file_name,
            file.file_extension,
            file.file_type,
            file.bytes?.byteLength ?? null,
          ),
      );
      for (const [at, piece] of (file.bytes === null ? [] : toBase64Pieces(file.bytes)).entries()) {
        statements.push(
          this.#db
            .prepare("INSERT INTO magalu_attachment_pieces (id, position, base64) VALUES (?, ?, ?)")
            .bind(fileId, at, piece),
        );
      }
    }
    if (blockRules.length === 0) {
      const status = sender.type === "customer" ? "waiting_seller" : "waiting";
      statements.push(
        this.#db
          .prepare("UPDATE magalu_tickets SET status = ?, updated_ms = ? WHERE id = ?")
          .bind(status, Math.floor(times.created_ms / 1000) * 1000, ticket.id),
      );
    }
    return statements;
  }

  newEvent(
    id: string,
    ticket: TicketRow,
    event: { type: string; code: string | null },
    by: string,
    now: number,
    done: number,
  ): D1PreparedStatement {
    return this.#db
      .prepare(
        `INSERT INTO magalu_events (id, ticket_id, code, type, created_by, created_ms, visible_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(id, ticket.id, event.code, event.type, by, now, done);
  }

  newReturn(
    id: string,
    ticket: TicketRow,
    reverseCode: string,
    days: number,
    now: number,
    done: number,
    expires: number,
  ): D1PreparedStatement {
    return this.#db
      .prepare(
        `INSERT INTO magalu_returns (id, ticket_id, reverse_code, valid_for_days, created_ms, visible_ms, expires_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(id, ticket.id, reverseCode, days, now, done, expires);
  }

  async run(statements: D1PreparedStatement[]): Promise<void> {
    await this.#db.batch(statements);
  }
}
