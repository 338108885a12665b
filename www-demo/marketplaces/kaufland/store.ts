// The marketplace's memory: tables and queries. Ids that may exceed a JavaScript number are kept
// and read as text.

import type { Bytes, D1Database, D1PreparedStatement } from "../shared/runtime.ts";
import type { MessageFilter, NewFile, TicketFilter } from "./rules.ts";
import type { Keys, Seller } from "./signature.ts";

// `extra`: fields that a later version of the API brings, as JSON; they are added to what is
// answered. `closable`, `internal`: what a seller may not do with the ticket, see routes.ts.
export const VERSION = 2;
export const TABLES: Record<string, string[]> = {
  kaufland_sellers: [
    `CREATE TABLE kaufland_sellers (id_seller INTEGER PRIMARY KEY, name TEXT NOT NULL, client_key TEXT NOT NULL UNIQUE,
      secret_key TEXT NOT NULL, is_active INTEGER NOT NULL)`,
  ],
  kaufland_partners: [
    "CREATE TABLE kaufland_partners (client_key TEXT PRIMARY KEY, secret_key TEXT NOT NULL, name TEXT NOT NULL)",
  ],
  kaufland_buyers: ["CREATE TABLE kaufland_buyers (id_buyer INTEGER PRIMARY KEY, email TEXT, extra TEXT)"],
  kaufland_products: [
    "CREATE TABLE kaufland_products (id_product INTEGER PRIMARY KEY, product TEXT NOT NULL, extra TEXT)",
  ],
  kaufland_order_units: [
    `CREATE TABLE kaufland_order_units (id_order_unit TEXT PRIMARY KEY, id_order TEXT NOT NULL, id_seller INTEGER NOT NULL,
      id_buyer INTEGER, id_product INTEGER, storefront TEXT NOT NULL, fulfillment_type TEXT NOT NULL, status TEXT NOT NULL,
      ts_created_iso TEXT NOT NULL, unit TEXT NOT NULL, extra TEXT)`,
  ],
  kaufland_tickets: [
    `CREATE TABLE kaufland_tickets (number INTEGER PRIMARY KEY, id_ticket TEXT NOT NULL UNIQUE, id_seller INTEGER NOT NULL,
      id_buyer INTEGER, ts_created_iso TEXT NOT NULL, ts_updated_iso TEXT NOT NULL, status TEXT NOT NULL,
      open_reason TEXT NOT NULL, topic TEXT, is_seller_responsible INTEGER NOT NULL, fulfillment_type TEXT NOT NULL,
      storefront TEXT NOT NULL, closable INTEGER NOT NULL DEFAULT 1, internal INTEGER NOT NULL DEFAULT 0, extra TEXT)`,
    "CREATE INDEX kaufland_tickets_created ON kaufland_tickets (id_seller, ts_created_iso)",
    "CREATE INDEX kaufland_tickets_updated ON kaufland_tickets (id_seller, ts_updated_iso)",
  ],
  kaufland_ticket_order_units: [
    `CREATE TABLE kaufland_ticket_order_units (id_ticket TEXT NOT NULL, position INTEGER NOT NULL, id_order_unit TEXT NOT NULL,
      PRIMARY KEY (id_ticket, position))`,
  ],
  kaufland_messages: [
    `CREATE TABLE kaufland_messages (id_ticket_message INTEGER PRIMARY KEY, id_ticket TEXT NOT NULL, role TEXT NOT NULL,
      author_name TEXT NOT NULL, text TEXT NOT NULL, interim_notice INTEGER NOT NULL DEFAULT 0, ts_created_iso TEXT NOT NULL,
      extra TEXT)`,
    "CREATE INDEX kaufland_messages_ticket ON kaufland_messages (id_ticket)",
  ],
  kaufland_files: [
    `CREATE TABLE kaufland_files (id_file TEXT PRIMARY KEY, id_ticket TEXT NOT NULL, id_ticket_message INTEGER NOT NULL,
      filename TEXT NOT NULL, mime_type TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, access_token TEXT NOT NULL,
      ts_created_iso TEXT NOT NULL, extra TEXT)`,
    "CREATE INDEX kaufland_files_ticket ON kaufland_files (id_ticket)",
  ],
  // Base64, because a value in D1 is at most 2 MB and bytes travel to it as a list of numbers.
  kaufland_file_chunks: [
    `CREATE TABLE kaufland_file_chunks (id_file TEXT NOT NULL, position INTEGER NOT NULL, base64 TEXT NOT NULL,
      PRIMARY KEY (id_file, position))`,
  ],
};

/** A multiple of 4, so that every chunk decodes on its own. */
const CHUNK = 1_000_000;

export interface TicketRow {
  id_ticket: string;
  ids_order_units: string;
  id_buyer: number | null;
  ts_created_iso: string;
  ts_updated_iso: string;
  status: string;
  open_reason: string;
  topic: string | null;
  is_seller_responsible: number;
  fulfillment_type: string;
  storefront: string;
  closable: number;
  internal: number;
  extra: string | null;
}

export interface MessageRow {
  id_ticket_message: number;
  id_ticket: string;
  role: string;
  author_name: string;
  text: string;
  ts_created_iso: string;
  extra: string | null;
}

export interface FileRow {
  id_file: string;
  filename: string;
  mime_type: string;
  access_token: string;
  ts_created_iso: string;
  extra: string | null;
}

export interface UnitRow {
  id_order_unit: string;
  id_order: string;
  id_buyer: number | null;
  id_product: number | null;
  storefront: string;
  fulfillment_type: string;
  status: string;
  ts_created_iso: string;
  unit: string;
  extra: string | null;
}

export interface BuyerRow {
  id_buyer: number;
  email: string | null;
  extra: string | null;
}

export interface ProductRow {
  id_product: number;
  product: string;
  extra: string | null;
}

export interface Page<Row> {
  rows: Row[];
  total: number;
}

const TICKET_COLUMNS = `t.*, (SELECT json_group_array(id_order_unit) FROM
  (SELECT id_order_unit FROM kaufland_ticket_order_units WHERE id_ticket = t.id_ticket ORDER BY position)) AS ids_order_units`;

export class Store implements Keys {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  seller(clientKey: string): Promise<Seller | null> {
    return this.#db.prepare("SELECT * FROM kaufland_sellers WHERE client_key = ?").bind(clientKey).first<Seller>();
  }

  async partnerSecret(clientKey: string): Promise<string | null> {
    const row = await this.#db
      .prepare("SELECT secret_key FROM kaufland_partners WHERE client_key = ?")
      .bind(clientKey)
      .first<{ secret_key: string }>();
    return row?.secret_key ?? null;
  }

  tickets(seller: Seller, filter: TicketFilter): Promise<Page<TicketRow>> {
    const where = new Where().and("t.id_seller = ?", seller.id_seller);
    where.in("t.status", filter.status);
    where.in("t.open_reason", filter.open_reason);
    where.in("t.topic", filter.topic);
    where.in("t.storefront", filter.storefront);
    where.in("t.fulfillment_type", filter.fulfillment_type);
    if (filter.id_buyer !== undefined) where.and("t.id_buyer = ?", filter.id_buyer);
    if (filter.created_from !== undefined) where.and("t.ts_created_iso >= ?", filter.created_from);
    if (filter.updated_from !== undefined) where.and("t.ts_updated_iso >= ?", filter.updated_from);
    const column = filter.sort.startsWith("ts_updated_iso") ? "t.ts_updated_iso" : "t.ts_created_iso";
    return this.#page(
      TICKET_COLUMNS,
      "kaufland_tickets t",
      where,
      `${column} DESC, t.number DESC`,
      filter.limit,
      filter.offset,
    );
  }

  /**
   * Only what the seller wrote: integrators report that the vendor's list is one of "your
   * messages".
   */
  messagesOfSeller(seller: Seller, filter: MessageFilter): Promise<Page<MessageRow>> {
    const where = new Where().and("t.id_seller = ?", seller.id_seller).and("m.role = ?", "seller");
    where.in("t.fulfillment_type", filter.fulfillment_type);
    if (filter.created_from !== undefined) where.and("m.ts_created_iso >= ?", filter.created_from);
    const direction = filter.sort.endsWith(":asc") ? "ASC" : "DESC";
    return this.#page(
      "m.*",
      "kaufland_messages m JOIN kaufland_tickets t ON t.id_ticket = m.id_ticket",
      where,
      `m.ts_created_iso ${direction}, m.id_ticket_message ${direction}`,
      filter.limit,
      filter.offset,
    );
  }

  async #page<Row>(
    columns: string,
    from: string,
    where: Where,
    order: string,
    limit: number,
    offset: number,
  ): Promise<Page<Row>> {
    const [rows, count] = await this.#db.batch<unknown>([
      this.#db
        .prepare(`SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`)
        .bind(...where.values, limit, offset),
      this.#db.prepare(`SELECT COUNT(*) AS total FROM ${from} WHERE ${where.sql}`).bind(...where.values),
    ]);
    const total = (count?.results[0] as { total: number } | undefined)?.total ?? 0;
    return { rows: (rows?.results ?? []) as Row[], total };
  }

  /**
   * By the id as the API returns it, or by its short form without the leading `001` or without the
   * leading zeros.
   */
  ticket(seller: Seller, id: string): Promise<TicketRow | null> {
    return this.#db
      .prepare(
        `SELECT ${TICKET_COLUMNS} FROM kaufland_tickets t WHERE t.id_seller = ?1 AND t.id_ticket IN (?2, '001' || ?2, '00' || ?2)
         ORDER BY t.id_ticket = ?2 DESC, t.id_ticket = '001' || ?2 DESC LIMIT 1`,
      )
      .bind(seller.id_seller, id)
      .first<TicketRow>();
  }

  async messages(ticket: TicketRow): Promise<MessageRow[]> {
    const statement = this.#db.prepare(
      "SELECT * FROM kaufland_messages WHERE id_ticket = ? ORDER BY ts_created_iso, id_ticket_message",
    );
    return (await statement.bind(ticket.id_ticket).all<MessageRow>()).results;
  }

  async files(ticket: TicketRow): Promise<FileRow[]> {
    const statement = this.#db.prepare(
      "SELECT * FROM kaufland_files WHERE id_ticket = ? ORDER BY ts_created_iso, rowid",
    );
    return (await statement.bind(ticket.id_ticket).all<FileRow>()).results;
  }

  async unitsOfTicket(ticket: TicketRow): Promise<UnitRow[]> {
    const statement = this.#db.prepare(
      `SELECT u.* FROM kaufland_order_units u JOIN kaufland_ticket_order_units l ON l.id_order_unit = u.id_order_unit
       WHERE l.id_ticket = ? ORDER BY l.position`,
    );
    return (await statement.bind(ticket.id_ticket).all<UnitRow>()).results;
  }

  /** The seller's order units among the ids. */
  async units(seller: Seller, ids: string[]): Promise<UnitRow[]> {
    const statement = this.#db.prepare(
      "SELECT * FROM kaufland_order_units WHERE id_seller = ? AND id_order_unit IN (SELECT value FROM json_each(?))",
    );
    return (await statement.bind(seller.id_seller, JSON.stringify(ids)).all<UnitRow>()).results;
  }

  async buyers(ids: (number | null)[]): Promise<Map<number, BuyerRow>> {
    const statement = this.#db.prepare(
      "SELECT * FROM kaufland_buyers WHERE id_buyer IN (SELECT value FROM json_each(?))",
    );
    const { results } = await statement.bind(JSON.stringify(ids)).all<BuyerRow>();
    return new Map(results.map((row) => [row.id_buyer, row]));
  }

  async products(ids: (number | null)[]): Promise<Map<number, ProductRow>> {
    const statement = this.#db.prepare(
      "SELECT * FROM kaufland_products WHERE id_product IN (SELECT value FROM json_each(?))",
    );
    const { results } = await statement.bind(JSON.stringify(ids)).all<ProductRow>();
    return new Map(results.map((row) => [row.id_product, row]));
  }

  async hasOpenTicket(seller: Seller, units: UnitRow[], reason: string): Promise<boolean> {
    const statement = this.#db.prepare(
      `SELECT 1 FROM kaufland_tickets t JOIN kaufland_ticket_order_units l ON l.id_ticket = t.id_ticket
       WHERE t.id_seller = ? AND t.status = 'opened' AND t.open_reason = ?
         AND l.id_order_unit IN (SELECT value FROM json_each(?)) LIMIT 1`,
    );
    const ids = JSON.stringify(units.map((unit) => unit.id_order_unit));
    return (await statement.bind(seller.id_seller, reason, ids).first()) !== null;
  }

  /** Whether the seller said so before. */
  async hasMessage(ticket: TicketRow, text: string): Promise<boolean> {
    const statement = this.#db.prepare(
      "SELECT 1 FROM kaufland_messages WHERE id_ticket = ? AND role = 'seller' AND text = ? LIMIT 1",
    );
    return (await statement.bind(ticket.id_ticket, text).first()) !== null;
  }

  /**
   * Stores a ticket of the seller with its first message, if there is one; the result is its id.
   */
  async openTicket(
    seller: Seller,
    units: UnitRow[],
    reason: string,
    message: string | null,
    now: string,
  ): Promise<string> {
    const first = units[0];
    if (first === undefined) throw new Error("a ticket needs an order unit");
    const db = this.#db;
    const newest = "(SELECT id_ticket FROM kaufland_tickets ORDER BY number DESC LIMIT 1)";
    // One transaction, so that "the newest" is the ticket of its first statement. The buyer is who
    // must answer.
    const [inserted] = await db.batch<{ id_ticket: string }>([
      db
        .prepare(
          `INSERT INTO kaufland_tickets (number, id_ticket, id_seller, id_buyer, ts_created_iso, ts_updated_iso, status,
             open_reason, topic, is_seller_responsible, fulfillment_type, storefront)
           SELECT n, '001' || n, ?1, ?2, ?3, ?3, 'opened', ?4, NULL, 0, ?5, ?6
           FROM (SELECT max(number) + 1 AS n FROM kaufland_tickets) RETURNING id_ticket`,
        )
        .bind(seller.id_seller, first.id_buyer, now, reason, first.fulfillment_type, first.storefront),
      db
        .prepare(
          `INSERT INTO kaufland_ticket_order_units (id_ticket, position, id_order_unit)
           SELECT ${newest}, key, value FROM json_each(?)`,
        )
        .bind(JSON.stringify(units.map((unit) => unit.id_order_unit))),
      db
        .prepare(
          `INSERT INTO kaufland_messages (id_ticket, role, author_name, text, ts_created_iso)
           SELECT ${newest}, 'seller', name, ?2, ?3 FROM kaufland_sellers WHERE id_seller = ?1 AND ?2 IS NOT NULL`,
        )
        .bind(seller.id_seller, message, now),
    ]);
    const id = inserted?.results[0]?.id_ticket;
    if (id === undefined) throw new Error("the ticket was not stored");
    return id;
  }

  async addMessage(
    seller: Seller,
    ticket: TicketRow,
    message: { text: string; interim_notice: boolean; files: NewFile[] },
    now: string,
  ): Promise<void> {
    const db = this.#db;
    const statements: D1PreparedStatement[] = [
      db
        .prepare(
          `INSERT INTO kaufland_messages (id_ticket, role, author_name, text, interim_notice, ts_created_iso)
           SELECT ?1, 'seller', name, ?2, ?3, ?4 FROM kaufland_sellers WHERE id_seller = ?5`,
        )
        .bind(ticket.id_ticket, message.text, message.interim_notice ? 1 : 0, now, seller.id_seller),
      db
        .prepare(
          `UPDATE kaufland_tickets SET ts_updated_iso = ?2,
             is_seller_responsible = CASE WHEN ?3 THEN is_seller_responsible ELSE 0 END WHERE id_ticket = ?1`,
        )
        .bind(ticket.id_ticket, now, message.interim_notice ? 1 : 0),
    ];
    for (const file of message.files) statements.push(...(await this.#fileStatements(ticket.id_ticket, file, now)));
    await db.batch(statements);
  }

  async #fileStatements(idTicket: string, file: NewFile, now: string): Promise<D1PreparedStatement[]> {
    const id = randomHex(8);
    const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", file.bytes)));
    const statements = [
      this.#db
        .prepare(
          `INSERT INTO kaufland_files (id_file, id_ticket, id_ticket_message, filename, mime_type, size, sha256, access_token,
             ts_created_iso) SELECT ?, ?, max(id_ticket_message), ?, ?, ?, ?, ?, ? FROM kaufland_messages`,
        )
        .bind(id, idTicket, file.filename, file.mime_type, file.bytes.byteLength, digest, randomHex(16), now),
    ];
    for (let start = 0, position = 0; start < file.base64.length; start += CHUNK, position += 1) {
      statements.push(
        this.#db
          .prepare("INSERT INTO kaufland_file_chunks (id_file, position, base64) VALUES (?, ?, ?)")
          .bind(id, position, file.base64.slice(start, start + CHUNK)),
      );
    }
    return statements;
  }

  /** `false` when the ticket's status was no longer the one that was read. */
  async closeTicket(ticket: TicketRow, status: string, now: string): Promise<boolean> {
    const result = await this.#db
      .prepare(
        `UPDATE kaufland_tickets SET status = ?, is_seller_responsible = 0, ts_updated_iso = ?
         WHERE id_ticket = ? AND status = ?`,
      )
      .bind(status, now, ticket.id_ticket, ticket.status)
      .run();
    return result.meta.changes > 0;
  }

  /** A customer writes to an open ticket. `quiet`: the time of its last change stays. */
  async buyerWrites(id: string, text: string, now: string, quiet: boolean): Promise<boolean> {
    const [inserted] = await this.#db.batch([
      this.#db
        .prepare(
          `INSERT INTO kaufland_messages (id_ticket, role, author_name, text, ts_created_iso)
           SELECT id_ticket, 'buyer', 'Kundin', ?2, ?3 FROM kaufland_tickets WHERE id_ticket = ?1 AND status = 'opened'`,
        )
        .bind(id, text, now),
      this.#db
        .prepare(
          `UPDATE kaufland_tickets SET is_seller_responsible = 1,
             ts_updated_iso = CASE WHEN ?3 THEN ts_updated_iso ELSE ?2 END WHERE id_ticket = ?1 AND status = 'opened'`,
        )
        .bind(id, now, quiet ? 1 : 0),
    ]);
    return (inserted?.meta.changes ?? 0) > 0;
  }

  /** A customer closes a ticket that the seller has closed, or not. */
  async buyerCloses(id: string, now: string): Promise<boolean> {
    const result = await this.#db
      .prepare(
        `UPDATE kaufland_tickets SET status = CASE status WHEN 'opened' THEN 'buyer_closed' ELSE 'both_closed' END,
           is_seller_responsible = 0, ts_updated_iso = ?2
         WHERE id_ticket = ?1 AND status IN ('opened', 'seller_closed')`,
      )
      .bind(id, now)
      .run();
    return result.meta.changes > 0;
  }

  async file(id: string): Promise<FileRow | null> {
    return this.#db.prepare("SELECT * FROM kaufland_files WHERE id_file = ?").bind(id).first<FileRow>();
  }

  async fileContent(id: string): Promise<Bytes> {
    const { results } = await this.#db
      .prepare("SELECT base64 FROM kaufland_file_chunks WHERE id_file = ? ORDER BY position")
      .bind(id)
      .all<{ base64: string }>();
    const binary = results.map((row) => atob(row.base64)).join("");
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  }
}

/** Conditions and their parameters, joined by AND. */
class Where {
  readonly #conditions: string[] = [];
  readonly values: (string | number)[] = [];

  and(condition: string, value: string | number): this {
    this.#conditions.push(condition);
    this.values.push(value);
    return this;
  }

  /** No values: no condition. */
  in(column: string, values: string[]): this {
    return values.length === 0
      ? this
      : this.and(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(values));
  }

  get sql(): string {
    return this.#conditions.join(" AND ");
  }
}

export function hex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function randomHex(bytes: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)));
}
