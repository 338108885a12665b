// The marketplace's memory: tables and queries. Times are seconds since 1970, money is in cents.

import type { D1Database, D1PreparedStatement } from "../shared/runtime.ts";
import type { Key, Keys } from "./auth.ts";
import { badRequest } from "./errors.ts";
import type { Amounts } from "./money.ts";
import type { Count, Range, Search } from "./rules.ts";

// clickbank_sales one row for each line of a receipt. `refunded_cents`, `refunded_usd_cents` and
// `cancelled` are what the money and
//                    the subscription have come to: they are worked out from the effects (see
//                    RECOMPUTE), never set.
//                    `subscription` is the same for a sale and its rebills, and different for all
//                    else.
// clickbank_effects what a ticket does to its sale. `requested`: waits for the return of the item;
// `completed`; `cancelled`. `locked` a ticket that only the vendor's own people act on. `revision`:
// changes with every change of the ticket. `extra` fields that a later version of the API brings,
// as JSON; they are added to what is answered.
export const VERSION = 2;
export const TABLES: Record<string, string[]> = {
  clickbank_keys: [
    `CREATE TABLE clickbank_keys (api_key TEXT PRIMARY KEY, account INTEGER NOT NULL, can_read INTEGER NOT NULL,
      can_write INTEGER NOT NULL)`,
  ],
  clickbank_developers: ["CREATE TABLE clickbank_developers (developer_key TEXT PRIMARY KEY)"],
  clickbank_vendors: [
    "CREATE TABLE clickbank_vendors (vendor TEXT PRIMARY KEY, account INTEGER NOT NULL, partial_refunds INTEGER NOT NULL)",
  ],
  clickbank_sales: [
    `CREATE TABLE clickbank_sales (receipt TEXT NOT NULL, item_no TEXT NOT NULL, vendor TEXT NOT NULL, subscription TEXT NOT NULL,
      title TEXT NOT NULL, recurring INTEGER NOT NULL, physical INTEGER NOT NULL, sold INTEGER NOT NULL,
      first_name TEXT, last_name TEXT, email TEXT, locale TEXT,
      customer_currency TEXT NOT NULL, customer_cents INTEGER NOT NULL, product_currency TEXT NOT NULL,
      product_cents INTEGER NOT NULL, usd_cents INTEGER NOT NULL,
      refunded_cents INTEGER NOT NULL DEFAULT 0, refunded_usd_cents INTEGER NOT NULL DEFAULT 0,
      cancelled INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (receipt, item_no),
      CONSTRAINT no_more_than_was_paid CHECK (refunded_cents BETWEEN 0 AND customer_cents))`,
    "CREATE INDEX clickbank_sales_subscription ON clickbank_sales (subscription)",
  ],
  clickbank_tickets: [
    `CREATE TABLE clickbank_tickets (ticketid INTEGER PRIMARY KEY, receipt TEXT NOT NULL, item_no TEXT NOT NULL,
      status TEXT NOT NULL, type TEXT NOT NULL, reason TEXT, opened INTEGER NOT NULL, closed INTEGER, expires INTEGER,
      updated INTEGER NOT NULL, description TEXT, refund_type TEXT, refund_amount TEXT, first_name TEXT, last_name TEXT,
      email TEXT, email_at_order TEXT, locale TEXT, note TEXT, source TEXT, retain_subscription INTEGER NOT NULL DEFAULT 0,
      returned INTEGER NOT NULL DEFAULT 0, locked INTEGER NOT NULL DEFAULT 0, revision TEXT NOT NULL DEFAULT '', extra TEXT)`,
    "CREATE INDEX clickbank_tickets_receipt ON clickbank_tickets (receipt, item_no)",
    // One open request for each line, however many arrive at the same moment.
    `CREATE UNIQUE INDEX clickbank_tickets_open ON clickbank_tickets (receipt, item_no, type)
      WHERE status <> 'CLOSED' AND type IN ('REFUND', 'CANCEL')`,
  ],
  clickbank_comments: [
    `CREATE TABLE clickbank_comments (comment_id INTEGER PRIMARY KEY, ticketid INTEGER NOT NULL, date INTEGER NOT NULL,
      comment TEXT, action TEXT NOT NULL, role TEXT NOT NULL, extra TEXT)`,
    "CREATE INDEX clickbank_comments_ticket ON clickbank_comments (ticketid)",
  ],
  clickbank_effects: [
    `CREATE TABLE clickbank_effects (id INTEGER PRIMARY KEY, ticketid INTEGER NOT NULL, receipt TEXT NOT NULL, item_no TEXT NOT NULL,
      state TEXT NOT NULL, customer_cents INTEGER NOT NULL, usd_cents INTEGER NOT NULL, cancels INTEGER NOT NULL,
      time INTEGER NOT NULL)`,
    "CREATE INDEX clickbank_effects_sale ON clickbank_effects (receipt, item_no)",
    "CREATE INDEX clickbank_effects_ticket ON clickbank_effects (ticketid)",
  ],
};

/** Brings the sales in line with the effects; a condition on `s` may follow. */
export const RECOMPUTE = `UPDATE clickbank_sales AS s SET
  refunded_cents = (SELECT coalesce(sum(customer_cents), 0) FROM clickbank_effects e
    WHERE e.receipt = s.receipt AND e.item_no = s.item_no AND e.state = 'completed'),
  refunded_usd_cents = (SELECT coalesce(sum(usd_cents), 0) FROM clickbank_effects e
    WHERE e.receipt = s.receipt AND e.item_no = s.item_no AND e.state = 'completed'),
  cancelled = EXISTS (SELECT 1 FROM clickbank_sales o JOIN clickbank_effects e ON e.receipt = o.receipt AND e.item_no = o.item_no
    WHERE o.subscription = s.subscription AND e.cancels = 1 AND e.state = 'completed')`;

export interface SaleRow {
  receipt: string;
  item_no: string;
  vendor: string;
  subscription: string;
  title: string;
  recurring: number;
  physical: number;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  locale: string | null;
  customer_currency: string;
  customer_cents: number;
  product_currency: string;
  product_cents: number;
  usd_cents: number;
  refunded_cents: number;
  refunded_usd_cents: number;
  cancelled: number;
  /** Of its vendor. */
  partial_refunds: number;
}

export interface TicketRow {
  ticketid: number;
  receipt: string;
  item_no: string;
  status: string;
  type: string;
  reason: string | null;
  opened: number;
  closed: number | null;
  expires: number | null;
  updated: number;
  description: string | null;
  refund_type: string | null;
  refund_amount: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  email_at_order: string | null;
  locale: string | null;
  note: string | null;
  source: string | null;
  retain_subscription: number;
  returned: number;
  locked: number;
  revision: string;
  extra: string | null;
}

export interface CommentRow {
  comment_id: number;
  ticketid: number;
  date: number;
  comment: string | null;
  action: string;
  role: string;
  extra: string | null;
}

export interface EffectRow {
  id: number;
  state: string;
  customer_cents: number;
  usd_cents: number;
  cancels: number;
}

export interface Effect {
  amounts: Pick<Amounts, "customer" | "usd">;
  cancels: boolean;
  state: "requested" | "completed";
}

export interface Opening {
  type: string;
  reason: string;
  description: string;
  comment: string | null;
  refundType: string | null;
  refundAmount: string | null;
  retainSubscription: boolean;
  effect: Effect | undefined;
}

export interface Change {
  set: Partial<Pick<TicketRow, "status" | "type" | "closed" | "refund_type" | "refund_amount" | "returned">>;
  comment: string | null;
  action: string;
  role: string;
  /** What becomes of the effect that the ticket has: its next state. */
  effectState?: "requested" | "completed" | "cancelled";
  /** An effect to add. */
  effect?: Effect | undefined;
}

const FIVE_DAYS = 5 * 86_400;

export class Store implements Keys {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  key(apiKey: string): Promise<Key | null> {
    return this.#db.prepare("SELECT * FROM clickbank_keys WHERE api_key = ?").bind(apiKey).first<Key>();
  }

  async isDeveloper(developerKey: string): Promise<boolean> {
    const statement = this.#db.prepare("SELECT 1 FROM clickbank_developers WHERE developer_key = ?");
    return (await statement.bind(developerKey).first()) !== null;
  }

  /** The account's lines of the receipt. */
  async sales(account: number, receipt: string): Promise<SaleRow[]> {
    const statement = this.#db.prepare(
      `SELECT s.*, v.partial_refunds FROM clickbank_sales s JOIN clickbank_vendors v ON v.vendor = s.vendor
       WHERE v.account = ? AND s.receipt = ? ORDER BY s.item_no`,
    );
    return (await statement.bind(account, receipt).all<SaleRow>()).results;
  }

  ticket(account: number, id: number): Promise<TicketRow | null> {
    return this.#db
      .prepare(
        `SELECT t.* FROM clickbank_tickets t JOIN clickbank_sales s ON s.receipt = t.receipt AND s.item_no = t.item_no
         JOIN clickbank_vendors v ON v.vendor = s.vendor WHERE v.account = ? AND t.ticketid = ?`,
      )
      .bind(account, id)
      .first<TicketRow>();
  }

  async exists(id: number): Promise<boolean> {
    return (await this.#db.prepare("SELECT 1 FROM clickbank_tickets WHERE ticketid = ?").bind(id).first()) !== null;
  }

  /** The comments of the tickets, by ticket. */
  async comments(ids: number[]): Promise<Map<number, CommentRow[]>> {
    const statement = this.#db.prepare(
      `SELECT * FROM clickbank_comments WHERE ticketid IN (SELECT value FROM json_each(?)) ORDER BY date, comment_id`,
    );
    const { results } = await statement.bind(JSON.stringify(ids)).all<CommentRow>();
    const found = new Map<number, CommentRow[]>(ids.map((id) => [id, []]));
    for (const row of results) found.get(row.ticketid)?.push(row);
    return found;
  }

  async hasOpenRefund(sale: SaleRow): Promise<boolean> {
    const statement = this.#db.prepare(
      "SELECT 1 FROM clickbank_tickets WHERE receipt = ? AND item_no = ? AND type = 'REFUND' AND status <> 'CLOSED'",
    );
    return (await statement.bind(sale.receipt, sale.item_no).first()) !== null;
  }

  async hasOpenTicket(sale: SaleRow, type: string): Promise<boolean> {
    const statement = this.#db.prepare(
      "SELECT 1 FROM clickbank_tickets WHERE receipt = ? AND item_no = ? AND type = ? AND status <> 'CLOSED'",
    );
    return (await statement.bind(sale.receipt, sale.item_no, type).first()) !== null;
  }

  async hasComment(ticket: TicketRow, comment: string): Promise<boolean> {
    const statement = this.#db.prepare("SELECT 1 FROM clickbank_comments WHERE ticketid = ? AND comment = ? LIMIT 1");
    return (await statement.bind(ticket.ticketid, comment).first()) !== null;
  }

  /** What the ticket asked for last. */
  effect(ticket: TicketRow): Promise<EffectRow | null> {
    return this.#db
      .prepare("SELECT * FROM clickbank_effects WHERE ticketid = ? ORDER BY id DESC LIMIT 1")
      .bind(ticket.ticketid)
      .first<EffectRow>();
  }

  async tickets(account: number, search: Search, limit: number, offset: number): Promise<TicketRow[]> {
    const where = conditions(account, search);
    where.range("t.opened", search.created);
    where.range("t.updated", search.updated);
    where.range("t.closed", search.closed);
    const statement = this.#db.prepare(
      `SELECT t.* FROM ${FROM} WHERE ${where.sql} ORDER BY t.opened DESC, t.ticketid DESC LIMIT ? OFFSET ?`,
    );
    return (await statement.bind(...where.values, limit, offset).all<TicketRow>()).results;
  }

  async count(account: number, filter: Count): Promise<number> {
    const where = conditions(account, filter);
    const statement = this.#db.prepare(`SELECT COUNT(*) AS total FROM ${FROM} WHERE ${where.sql}`);
    return (await statement.bind(...where.values).first<{ total: number }>())?.total ?? 0;
  }

  /** The result is the new ticket's id. */
  async open(sale: SaleRow, opening: Opening, now: number): Promise<number> {
    const db = this.#db;
    const newest = "(SELECT max(ticketid) FROM clickbank_tickets)";
    // One transaction, so that "the newest" is the ticket of its first statement.
    const statements = [
      db
        .prepare(
          `INSERT INTO clickbank_tickets (ticketid, receipt, item_no, status, type, reason, opened, expires, updated, description,
             refund_type, refund_amount, first_name, last_name, email, email_at_order, locale, source, retain_subscription)
           SELECT max(ticketid) + 1, ?1, ?2, 'OPEN', ?3, ?4, ?5, ?5 + ${FIVE_DAYS}, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, 'API', ?13
           FROM clickbank_tickets RETURNING ticketid`,
        )
        .bind(
          sale.receipt,
          sale.item_no,
          opening.type,
          opening.reason,
          now,
          opening.description,
          opening.refundType,
          opening.refundAmount,
          sale.first_name,
          sale.last_name,
          sale.email,
          sale.locale,
          opening.retainSubscription ? 1 : 0,
        ),
      db
        .prepare(
          `INSERT INTO clickbank_comments (ticketid, date, comment, action, role) SELECT ${newest}, ?, ?, 'OPENED', 'VENDOR'`,
        )
        .bind(now, opening.comment),
    ];
    if (opening.effect !== undefined) {
      statements.push(
        db
          .prepare(`INSERT INTO clickbank_effects ${EFFECT_COLUMNS} SELECT ${newest}, ?, ?, ?, ?, ?, ?, ?`)
          .bind(...effectValues(sale, opening.effect, now)),
      );
    }
    const [inserted] = await this.#change<{ ticketid: number }>(sale, opening.type, statements);
    const id = inserted?.results[0]?.ticketid;
    if (id === undefined) throw new Error("the ticket was not stored");
    return id;
  }

  /**
   * A customer writes, or closes an open ticket if there is no comment. That a comment opens a
   * closed ticket again is inferred: the vendor does not say who else reopens.
   */
  async customerActs(id: number, comment: string | null, now: number): Promise<boolean> {
    const db = this.#db;
    const closes = comment === null;
    const those = closes ? "ticketid = ?1 AND status <> 'CLOSED'" : "ticketid = ?1";
    const [inserted] = await db.batch([
      db
        .prepare(
          `INSERT INTO clickbank_comments (ticketid, date, comment, action, role)
           SELECT ticketid, ?2, ?3, CASE WHEN ?3 IS NULL THEN 'CLOSED' WHEN status = 'CLOSED' THEN 'REOPENED'
             ELSE 'COMMENTED' END, 'CUSTOMER' FROM clickbank_tickets WHERE ${those}`,
        )
        .bind(id, now, comment),
      db
        .prepare(
          `UPDATE clickbank_tickets SET updated = ?2, revision = ?4, closed = CASE WHEN ?3 IS NULL THEN ?2 ELSE NULL END,
             status = CASE WHEN ?3 IS NULL THEN 'CLOSED' WHEN status = 'CLOSED' THEN 'REOPENED' ELSE status END
           WHERE ${those}`,
        )
        .bind(id, now, comment, crypto.randomUUID()),
    ]);
    return (inserted?.meta.changes ?? 0) > 0;
  }

  /** Pays back digital goods whose open ticket has come to its `expirationDate`, and closes it. */
  async runRefunds(now: number): Promise<void> {
    const { results } = await this.#db
      .prepare(
        `SELECT t.*, v.account FROM clickbank_effects e JOIN clickbank_tickets t ON t.ticketid = e.ticketid
         JOIN clickbank_sales s ON s.receipt = t.receipt AND s.item_no = t.item_no
         JOIN clickbank_vendors v ON v.vendor = s.vendor
         WHERE e.state = 'requested' AND s.physical = 0 AND t.status <> 'CLOSED' AND t.expires <= ?
         AND e.id = (SELECT max(id) FROM clickbank_effects WHERE ticketid = t.ticketid)`,
      )
      .bind(now)
      .all<TicketRow & { account: number }>();
    for (const { account, ...ticket } of results) {
      const sale = (await this.sales(account, ticket.receipt)).find(({ item_no }) => item_no === ticket.item_no);
      if (sale === undefined || ticket.expires === null) continue;
      const closed = ticket.expires;
      const change: Change = {
        set: { status: "CLOSED", closed },
        comment: null,
        action: "EXPIRED",
        role: "CBSYSTEM",
        effectState: "completed",
      };
      // Another request may have run it, or changed the ticket: then that one decides.
      await this.update(ticket, sale, change, closed);
    }
  }

  /** `false` when the ticket has changed since it was read. */
  async update(ticket: TicketRow, sale: SaleRow, change: Change, now: number): Promise<boolean> {
    const db = this.#db;
    const revision = crypto.randomUUID();
    const set = { ...change.set, updated: now, revision };
    // The other statements have no effect when the first one did not find the ticket as it was
    // read.
    const unchanged = "EXISTS (SELECT 1 FROM clickbank_tickets WHERE ticketid = ? AND revision = ?)";
    const guard = [ticket.ticketid, revision] as const;
    const statements = [
      db
        .prepare(
          `UPDATE clickbank_tickets SET ${Object.keys(set)
            .map((name) => `${name} = ?`)
            .join(", ")} WHERE ticketid = ? AND revision = ?`,
        )
        .bind(...Object.values(set), ticket.ticketid, ticket.revision),
      db
        .prepare(
          `INSERT INTO clickbank_comments (ticketid, date, comment, action, role) SELECT ?, ?, ?, ?, ? WHERE ${unchanged}`,
        )
        .bind(ticket.ticketid, now, change.comment, change.action, change.role, ...guard),
    ];
    if (change.effectState !== undefined) {
      statements.push(
        db
          .prepare(
            `UPDATE clickbank_effects SET state = ?, time = ?
             WHERE id = (SELECT max(id) FROM clickbank_effects WHERE ticketid = ?) AND ${unchanged}`,
          )
          .bind(change.effectState, now, ticket.ticketid, ...guard),
      );
    }
    if (change.effect !== undefined) {
      statements.push(
        db
          .prepare(`INSERT INTO clickbank_effects ${EFFECT_COLUMNS} SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE ${unchanged}`)
          .bind(ticket.ticketid, ...effectValues(sale, change.effect, now), ...guard),
      );
    }
    const [updated] = await this.#change(sale, change.set.type ?? ticket.type, statements);
    return (updated?.meta.changes ?? 0) > 0;
  }

  /**
   * Runs the statements and works out the sale anew, in one transaction. The tables refuse what two
   * requests may not both do.
   */
  async #change<Row>(sale: SaleRow, type: string, statements: D1PreparedStatement[]) {
    const recompute = this.#db.prepare(`${RECOMPUTE} WHERE s.subscription = ?`).bind(sale.subscription);
    try {
      return await this.#db.batch<Row>([...statements, recompute]);
    } catch (error) {
      const message = String(error);
      if (message.includes("no_more_than_was_paid")) throw badRequest("Transaction already refunded");
      if (message.includes("UNIQUE constraint failed: clickbank_tickets.receipt")) {
        throw badRequest(type === "REFUND" ? "Refund ticket already open" : "Cancel ticket already open");
      }
      throw error;
    }
  }
}

const EFFECT_COLUMNS = "(ticketid, receipt, item_no, state, customer_cents, usd_cents, cancels, time)";

function effectValues(sale: SaleRow, effect: Effect, now: number): (string | number)[] {
  const { customer, usd } = effect.amounts;
  return [sale.receipt, sale.item_no, effect.state, customer, usd, effect.cancels ? 1 : 0, now];
}

const FROM = `clickbank_tickets t JOIN clickbank_sales s ON s.receipt = t.receipt AND s.item_no = t.item_no
  JOIN clickbank_vendors v ON v.vendor = s.vendor`;

/** Conditions and their parameters, joined by AND. */
class Where {
  readonly #conditions: string[] = [];
  readonly values: (string | number)[] = [];

  and(condition: string, ...values: (string | number)[]): this {
    this.#conditions.push(condition);
    this.values.push(...values);
    return this;
  }

  range(column: string, range: Range | undefined): void {
    if (range !== undefined) this.and(`${column} >= ? AND ${column} < ?`, range.from, range.before);
  }

  get sql(): string {
    return this.#conditions.join(" AND ");
  }
}

function conditions(account: number, filter: Count): Where {
  const where = new Where().and("v.account = ?", account);
  if (filter.type !== undefined) where.and("t.type = ?", filter.type);
  if (filter.status !== undefined) where.and("t.status = ?", filter.status);
  // A subscription brings in the tickets of all its rebills.
  if (filter.receipt !== undefined) {
    where.and(
      "s.subscription IN (SELECT subscription FROM clickbank_sales WHERE receipt LIKE ? ESCAPE '\\')",
      filter.receipt,
    );
  }
  return where;
}
