// The marketplace's memory: tables and queries. Times are milliseconds.

import { fromBase64Pieces, toBase64Pieces } from "../shared/blobs.ts";
import type { Bytes, D1Database, D1PreparedStatement } from "../shared/runtime.ts";
import type { EventFilter, FileKey, NewTicket, Said } from "./rules.ts";

export type Side = "channel" | "seller";

// `side` of messages and files is who wrote them, `target` of events who is to read them: a
// channel's name, or `seller:` and an account.
export const VERSION = 2;
export const TABLES: Record<string, string[]> = {
  jtl_scx_accounts: [
    `CREATE TABLE jtl_scx_accounts (id_account INTEGER PRIMARY KEY, refresh_token TEXT NOT NULL UNIQUE, side TEXT NOT NULL,
      channel TEXT)`,
  ],
  jtl_scx_sellers: [
    `CREATE TABLE jtl_scx_sellers (channel TEXT NOT NULL, seller_id TEXT NOT NULL, id_account INTEGER NOT NULL,
      PRIMARY KEY (channel, seller_id))`,
  ],
  jtl_scx_tokens: [
    "CREATE TABLE jtl_scx_tokens (token TEXT PRIMARY KEY, id_account INTEGER NOT NULL, expires_ms INTEGER NOT NULL)",
  ],
  jtl_scx_tickets: [
    `CREATE TABLE jtl_scx_tickets (number INTEGER PRIMARY KEY, channel TEXT NOT NULL, seller_id TEXT NOT NULL,
      ticket_id TEXT NOT NULL, topic TEXT NOT NULL, subject TEXT NOT NULL, created_at TEXT NOT NULL,
      UNIQUE (channel, seller_id, ticket_id))`,
  ],
  jtl_scx_messages: [
    `CREATE TABLE jtl_scx_messages (number INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, side TEXT NOT NULL, body TEXT NOT NULL,
      received_ms INTEGER NOT NULL)`,
    "CREATE INDEX jtl_scx_messages_ticket ON jtl_scx_messages (ticket)",
  ],
  jtl_scx_files: [
    `CREATE TABLE jtl_scx_files (ticket INTEGER NOT NULL, side TEXT NOT NULL, filename TEXT NOT NULL, announced_type TEXT NOT NULL,
      content_type TEXT, size INTEGER, PRIMARY KEY (ticket, side, filename))`,
  ],
  jtl_scx_file_pieces: [
    `CREATE TABLE jtl_scx_file_pieces (ticket INTEGER NOT NULL, side TEXT NOT NULL, filename TEXT NOT NULL,
      position INTEGER NOT NULL, base64 TEXT NOT NULL, PRIMARY KEY (ticket, side, filename, position))`,
  ],
  jtl_scx_events: [
    `CREATE TABLE jtl_scx_events (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, target TEXT NOT NULL, type TEXT NOT NULL,
      event TEXT NOT NULL, client_version TEXT, created_ms INTEGER NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0,
      visible_ms INTEGER NOT NULL DEFAULT 0, acknowledged INTEGER NOT NULL DEFAULT 0)`,
    "CREATE INDEX jtl_scx_events_target ON jtl_scx_events (target, acknowledged)",
  ],
};

export interface Account {
  id_account: number;
  side: Side;
  /** The name of a channel's account; a seller has none. */
  channel: string | null;
}

export interface TicketRow {
  number: number;
  channel: string;
  seller_id: string;
  ticket_id: string;
}

export interface FileRow {
  filename: string;
  content_type: string | null;
  /** `null`: announced and not uploaded. */
  size: number | null;
}

export interface EventRow {
  number: number;
  id: string;
  type: string;
  event: string;
  client_version: string | null;
  created_ms: number;
}

export const targetOf = (account: Account): string => account.channel ?? `seller:${account.id_account}`;

const OF_TICKET = "(SELECT number FROM jtl_scx_tickets WHERE channel = ?1 AND seller_id = ?2 AND ticket_id = ?3)";

export class Store {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  accountByRefreshToken(token: string): Promise<Account | null> {
    return this.#db.prepare("SELECT * FROM jtl_scx_accounts WHERE refresh_token = ?").bind(token).first<Account>();
  }

  accountByToken(token: string, now: number): Promise<Account | null> {
    return this.#db
      .prepare(
        `SELECT a.* FROM jtl_scx_accounts a JOIN jtl_scx_tokens t ON t.id_account = a.id_account
         WHERE t.token = ? AND t.expires_ms > ?`,
      )
      .bind(token, now)
      .first<Account>();
  }

  async addToken(token: string, account: Account, expiresMs: number): Promise<void> {
    await this.#db
      .prepare("INSERT INTO jtl_scx_tokens (token, id_account, expires_ms) VALUES (?, ?, ?)")
      .bind(token, account.id_account, expiresMs)
      .run();
  }

  /** The account of the channel's seller. */
  async sellerAccount(channel: string, sellerId: string): Promise<number | null> {
    const row = await this.#db
      .prepare("SELECT id_account FROM jtl_scx_sellers WHERE channel = ? AND seller_id = ?")
      .bind(channel, sellerId)
      .first<{ id_account: number }>();
    return row?.id_account ?? null;
  }

  ticket(channel: string, sellerId: string, ticketId: string): Promise<TicketRow | null> {
    return this.#db
      .prepare("SELECT * FROM jtl_scx_tickets WHERE channel = ? AND seller_id = ? AND ticket_id = ?")
      .bind(channel, sellerId, ticketId)
      .first<TicketRow>();
  }

  file(ticket: TicketRow, side: Side, filename: string): Promise<FileRow | null> {
    return this.#db
      .prepare("SELECT * FROM jtl_scx_files WHERE ticket = ? AND side = ? AND filename = ?")
      .bind(ticket.number, side, filename)
      .first<FileRow>();
  }

  async fileContent(ticket: TicketRow, side: Side, filename: string): Promise<Bytes> {
    const { results } = await this.#db
      .prepare(
        "SELECT base64 FROM jtl_scx_file_pieces WHERE ticket = ? AND side = ? AND filename = ? ORDER BY position",
      )
      .bind(ticket.number, side, filename)
      .all<{ base64: string }>();
    return fromBase64Pieces(results.map((row) => row.base64));
  }

  /** Whether this side said the same on the ticket before. */
  async hasMessage(channel: string, said: Said, side: Side): Promise<boolean> {
    const statement = this.#db.prepare(
      `SELECT 1 FROM jtl_scx_messages WHERE ticket = ${OF_TICKET} AND side = ?4 AND body ->> 'message' = ?5 LIMIT 1`,
    );
    return (await statement.bind(channel, said.sellerId, said.ticketId, side, said.message).first()) !== null;
  }

  /**
   * Stores what was said and tells the other side of it. A ticket that exists gets a further
   * message.
   */
  async addTicket(channel: string, ticket: NewTicket, event: NewEvent, now: number): Promise<void> {
    await this.#db.batch([
      this.#db
        .prepare(
          `INSERT INTO jtl_scx_tickets (channel, seller_id, ticket_id, topic, subject, created_at) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING`,
        )
        .bind(channel, ticket.sellerId, ticket.ticketId, ticket.topic, ticket.subject, ticket.createdAt),
      ...this.#said(channel, ticket, "channel", now),
      this.newEvent(event, now),
    ]);
  }

  async addReply(
    channel: string,
    reply: Said,
    event: NewEvent,
    now: number,
    more: D1PreparedStatement[],
  ): Promise<void> {
    await this.#db.batch([...this.#said(channel, reply, "seller", now), ...more, this.newEvent(event, now)]);
  }

  #said(channel: string, said: Said, side: Side, now: number): D1PreparedStatement[] {
    const key = [channel, said.sellerId, said.ticketId] as const;
    return [
      this.#db
        .prepare(`INSERT INTO jtl_scx_messages (ticket, side, body, received_ms) VALUES (${OF_TICKET}, ?4, ?5, ?6)`)
        .bind(...key, side, JSON.stringify(said), now),
      ...said.attachment.map(({ filename, contentType }) =>
        this.#db
          .prepare(
            `INSERT INTO jtl_scx_files (ticket, side, filename, announced_type) VALUES (${OF_TICKET}, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING`,
          )
          .bind(...key, side, filename, contentType),
      ),
    ];
  }

  /** A second upload of the same name takes the place of the first. */
  newFile(channel: string, key: FileKey, side: Side, type: string, bytes: Bytes): D1PreparedStatement[] {
    const of = [channel, key.sellerId, key.ticketId, side, key.filename] as const;
    return [
      this.#db
        .prepare(
          `UPDATE jtl_scx_files SET content_type = ?6, size = ?7 WHERE ticket = ${OF_TICKET} AND side = ?4 AND filename = ?5`,
        )
        .bind(...of, type, bytes.byteLength),
      this.#db
        .prepare(`DELETE FROM jtl_scx_file_pieces WHERE ticket = ${OF_TICKET} AND side = ?4 AND filename = ?5`)
        .bind(...of),
      ...toBase64Pieces(bytes).map((piece, position) =>
        this.#db
          .prepare(
            `INSERT INTO jtl_scx_file_pieces (ticket, side, filename, position, base64) VALUES (${OF_TICKET}, ?4, ?5, ?6, ?7)`,
          )
          .bind(...of, position, piece),
      ),
    ];
  }

  newEvent(event: NewEvent, now: number): D1PreparedStatement {
    return this.#db
      .prepare(
        "INSERT INTO jtl_scx_events (id, target, type, event, client_version, created_ms) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .bind(event.id, event.target, event.type, JSON.stringify(event.event), event.clientVersion, now);
  }

  async run(statements: D1PreparedStatement[]): Promise<void> {
    await this.#db.batch(statements);
  }

  /**
   * The oldest events that are to be seen; they are hidden until `hiddenUntil`. Those delivered too
   * often are left for dead.
   */
  async deliver(
    target: string,
    filter: EventFilter,
    limit: number,
    maxDeliveries: number,
    now: number,
    hiddenUntil: number,
  ): Promise<EventRow[]> {
    const { results } = await this.#db
      .prepare(
        `UPDATE jtl_scx_events SET deliveries = deliveries + 1, visible_ms = ?1 WHERE number IN (
           SELECT number FROM jtl_scx_events WHERE target = ?2 AND acknowledged = 0 AND visible_ms <= ?3 AND deliveries < ?4
             AND created_ms > ?5 AND (?6 = '[]' OR type IN (SELECT value FROM json_each(?6))) ORDER BY number LIMIT ?7)
         RETURNING number, id, type, event, client_version, created_ms`,
      )
      .bind(hiddenUntil, target, now, maxDeliveries, filter.createdAfter ?? -1, JSON.stringify(filter.types), limit)
      .all<EventRow>();
    // SQLite returns changed rows in no particular order.
    return results.sort((a, b) => a.number - b.number);
  }

  /** Ids that are unknown, of others or acknowledged before change nothing. */
  async acknowledge(target: string, ids: string[]): Promise<void> {
    await this.#db
      .prepare("UPDATE jtl_scx_events SET acknowledged = 1 WHERE target = ? AND id IN (SELECT value FROM json_each(?))")
      .bind(target, JSON.stringify(ids))
      .run();
  }
}

export interface NewEvent {
  id: string;
  target: string;
  type: string;
  event: unknown;
  clientVersion: string | null;
}

export function eventId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
