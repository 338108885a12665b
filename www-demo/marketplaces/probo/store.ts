// The marketplace's memory. There is no documented way to read tickets, so all that is kept is what
// came in.

import type { D1Database } from "../shared/runtime.ts";
import { Invalid } from "./errors.ts";
import type { NewTicket } from "./rules.ts";

export const VERSION = 2;
export const TABLES: Record<string, string[]> = {
  probo_tokens: ["CREATE TABLE probo_tokens (token TEXT PRIMARY KEY, reseller INTEGER NOT NULL)"],
  probo_orders: [
    `CREATE TABLE probo_orders (reseller INTEGER NOT NULL, order_id TEXT NOT NULL, supplier_order_number INTEGER NOT NULL UNIQUE,
      PRIMARY KEY (reseller, order_id))`,
  ],
  probo_order_products: [
    `CREATE TABLE probo_order_products (reseller INTEGER NOT NULL, order_id TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL,
      amount INTEGER NOT NULL, PRIMARY KEY (reseller, order_id, id))`,
  ],
  probo_tickets: [
    `CREATE TABLE probo_tickets (number INTEGER PRIMARY KEY, reseller INTEGER NOT NULL, id TEXT NOT NULL, order_id TEXT NOT NULL,
      description TEXT, reason TEXT NOT NULL, suggested_solution TEXT NOT NULL, contact_email TEXT, status TEXT NOT NULL,
      created TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (reseller, id))`,
  ],
  probo_ticket_products: [
    `CREATE TABLE probo_ticket_products (number INTEGER NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL,
      amount INTEGER NOT NULL, PRIMARY KEY (number, position))`,
  ],
  probo_ticket_files: [
    `CREATE TABLE probo_ticket_files (number INTEGER NOT NULL, product INTEGER NOT NULL, position INTEGER NOT NULL, uri TEXT NOT NULL,
      PRIMARY KEY (number, product, position))`,
  ],
};

export class Store {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  async reseller(token: string): Promise<number | null> {
    const row = await this.#db
      .prepare("SELECT reseller FROM probo_tokens WHERE token = ?")
      .bind(token)
      .first<{ reseller: number }>();
    return row?.reseller ?? null;
  }

  /** The products of the reseller's order; `null` when there is no such order. */
  async orderProducts(reseller: number, orderId: string): Promise<Map<string, number> | null> {
    const [order, products] = await this.#db.batch<{ id: string; amount: number }>([
      this.#db.prepare("SELECT 1 FROM probo_orders WHERE reseller = ? AND order_id = ?").bind(reseller, orderId),
      this.#db
        .prepare("SELECT id, amount FROM probo_order_products WHERE reseller = ? AND order_id = ?")
        .bind(reseller, orderId),
    ]);
    if (order?.results.length !== 1) return null;
    return new Map(products?.results.map(({ id, amount }) => [id, amount]));
  }

  /** Whether the order has an open ticket with the same reason and words. */
  async hasComplaint(reseller: number, ticket: NewTicket): Promise<boolean> {
    const statement = this.#db.prepare(
      `SELECT 1 FROM probo_tickets WHERE reseller = ? AND order_id = ? AND reason = ? AND description IS ? LIMIT 1`,
    );
    return (await statement.bind(reseller, ticket.order_id, ticket.reason, ticket.description).first()) !== null;
  }

  /** The result is the ticket's number here. */
  async createTicket(reseller: number, ticket: NewTicket, now: string): Promise<number> {
    const db = this.#db;
    const newest = "(SELECT max(number) FROM probo_tickets)";
    const files = ticket.products.flatMap(({ uris }, product) => uris.map((uri, position) => [product, position, uri]));
    try {
      // One transaction, so that "the newest" is the ticket of its first statement.
      const [inserted] = await db.batch<{ number: number }>([
        db
          .prepare(
            `INSERT INTO probo_tickets (reseller, id, order_id, description, reason, suggested_solution, contact_email, status,
               created, body) VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, ?) RETURNING number`,
          )
          .bind(
            reseller,
            ticket.id,
            ticket.order_id,
            ticket.description,
            ticket.reason,
            ticket.suggested_solution,
            ticket.contact_email,
            now,
            ticket.body,
          ),
        db
          .prepare(
            `INSERT INTO probo_ticket_products (number, position, id, amount)
             SELECT ${newest}, key, value ->> 'id', value ->> 'amount' FROM json_each(?)`,
          )
          .bind(JSON.stringify(ticket.products)),
        db
          .prepare(
            `INSERT INTO probo_ticket_files (number, product, position, uri)
             SELECT ${newest}, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`,
          )
          .bind(JSON.stringify(files)),
      ]);
      const number = inserted?.results[0]?.number;
      if (number === undefined) throw new Error("the ticket was not stored");
      return number;
    } catch (error) {
      if (String(error).includes("UNIQUE constraint failed: probo_tickets")) {
        throw new Invalid(["id: has already been taken"]);
      }
      throw error;
    }
  }
}
