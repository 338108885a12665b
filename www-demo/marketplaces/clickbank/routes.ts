// The endpoints: what is asked, what is allowed, what becomes of the money, what is answered.
//
// The documentation says that a refund ticket refunds the sale by itself, that closing an open one
// cancels the request, and that a physical item must come back first. Here:
//   opening    moves the money at once, or when `/returned` is called for a physical item, which
//              also closes the ticket
//   closing    takes it back, together with the end of the subscription, unless the refund was
//              completed by a return
//   reopening  asks for the same again
//   changing   takes back what the old type did, and does what the new one does
// What it does not say: a second request while one is open, and closing or changing a closed
// ticket, are refused with 400.

import type { Habits } from "../shared/habits.ts";
import { empty, type Received, type Reply } from "../shared/http.ts";
import type { Settings } from "../shared/marketplace.ts";
import { matchRoute, type Route } from "../shared/router.ts";
import { demand, type Key } from "./auth.ts";
import { badRequest, forbidden, noReceipt, noTicket, Refusal } from "./errors.ts";
import { refundAmounts } from "./money.ts";
import {
  amountFields,
  byText,
  type CountShape,
  count,
  type EmptyList,
  many,
  one,
  ticketFields,
  xml,
} from "./render.ts";
import {
  negotiate,
  type Query,
  type Refund,
  type Representation,
  readCount,
  readNewTicket,
  readPage,
  readQuery,
  readRefund,
  readSearch,
  readUpdate,
} from "./rules.ts";
import { PARTIAL_REFUND_SCHEMA, TICKET_SCHEMA } from "./schemas.ts";
import type { Change, Effect, EffectRow, SaleRow, Store, TicketRow } from "./store.ts";
import { REASONS } from "./vocabulary.ts";

export interface Context {
  received: Received;
  store: Store;
  key: Key;
  params: Record<string, string>;
  settings: Settings;
  habits: Habits;
  /** Seconds since 1970. */
  now: number;
}

type Handler = (context: Context) => Promise<Reply>;

const TICKETS = "/1.3/tickets";

// `:key` is a receipt for POST and a ticket's id for the others.
const ROUTES: Route<Handler>[] = [
  { method: "GET", pattern: `${TICKETS}/list`, handler: listTickets },
  { method: "GET", pattern: `${TICKETS}/count`, handler: countTickets },
  { method: "GET", pattern: `${TICKETS}/refundAmounts/:receipt`, handler: getRefundAmounts },
  { method: "POST", pattern: `${TICKETS}/:id/returned`, handler: confirmReturn },
  { method: "POST", pattern: `${TICKETS}/:key`, handler: createTicket },
  { method: "GET", pattern: `${TICKETS}/:key`, handler: getTicket },
  { method: "PUT", pattern: `${TICKETS}/:key`, handler: updateTicket },
];

/** Open to everyone, in XML only. */
export const SCHEMAS: Record<string, string> = {
  [`${TICKETS}/schema`]: TICKET_SCHEMA,
  [`${TICKETS}/partialRefundDataSchema`]: PARTIAL_REFUND_SCHEMA,
};

export function schema(received: Received, text: string): Reply {
  if (received.method !== "GET") throw new Refusal(405, "Method Not Allowed", { allow: "GET" });
  negotiate(received, ["xml"]);
  return xml(200, text);
}

/** Finds the endpoint; the path is the one below `/rest`. */
export function route(method: string, path: string): { handler: Handler; params: Record<string, string> } {
  const match = matchRoute(ROUTES, method, path);
  if (match.type === "found") return match;
  if (match.type === "not_found") throw new Refusal(404, "Not Found");
  throw new Refusal(405, "Method Not Allowed", { allow: match.allow.join(", ") });
}

// --- reading -------------------------------------------------------------------------------------

async function getTicket(context: Context): Promise<Reply> {
  demand(context.key, "read");
  const representation = negotiate(context.received);
  const ticket = await findTicket(context, context.params.key);
  return show(context, representation, ticket);
}

async function listTickets({ received, store, key, settings }: Context): Promise<Reply> {
  demand(key, "read");
  const representation = negotiate(received);
  const search = readSearch(readQuery(received.query));
  const page = readPage(received);
  const rows = typeof settings.page_size === "number" ? settings.page_size : 100;
  // Every second page holds less than it could, although more follow.
  const short = Math.max(1, Math.floor(rows * 0.97));
  const size = page % 2 === 0 ? short : rows;
  const offset = Math.ceil((page - 1) / 2) * rows + Math.floor((page - 1) / 2) * short;
  const found = await store.tickets(key.account, search, size + 1, offset);
  const tickets = found.slice(0, size);
  const comments = await store.comments(tickets.map(({ ticketid }) => ticketid));
  return many(
    representation,
    found.length > size ? 206 : 200,
    "ticketData",
    tickets.map((ticket) => ticketFields(ticket, comments.get(ticket.ticketid) ?? [])),
    chosen<EmptyList>(settings.empty_list, ["null", "object", "nothing"], `${received.query} ${page}`),
  );
}

async function countTickets({ received, store, key, settings }: Context): Promise<Reply> {
  demand(key, "read");
  const representation = negotiate(received);
  const total = await store.count(key.account, readCount(readQuery(received.query)));
  const shape = chosen<CountShape>(settings.count, ["number", "text", "object"], received.query);
  return count(representation, total, shape);
}

async function getRefundAmounts({ received, store, key, params, settings }: Context): Promise<Reply> {
  demand(key, "read");
  const representation = negotiate(received);
  const query = readQuery(received.query);
  const refund = readRefund(query);
  const sale = await findSale(store, key, params.receipt, query.get("sku"));
  const amounts = amountsOf(sale, refund);
  const fields = amountFields(
    amounts.usd,
    { cents: amounts.customer, currency: sale.customer_currency },
    { cents: amounts.product, currency: sale.product_currency },
  );
  const wrapped = chosen(settings.single, ["wrapped", "bare"], sale.receipt) === "wrapped";
  return one(representation, "partialRefundData", fields, wrapped);
}

// --- writing -------------------------------------------------------------------------------------

async function createTicket(context: Context): Promise<Reply> {
  const { received, store, key, params, habits, now } = context;
  demand(key, "write");
  const representation = negotiate(received);
  const input = readNewTicket(readQuery(received.query));
  const sale = await findSale(store, key, params.key, input.sku);
  if (input.type === "REFUND" && (await store.hasOpenRefund(sale))) throw badRequest("Refund ticket already open");
  refuseCopy(await habits.refusesCopy(400, () => store.hasOpenTicket(sale, input.type)), "Ticket already open");
  const comment = await moderated(habits, input.comment);
  const id = await store.open(
    sale,
    {
      type: input.type,
      reason: input.reason,
      description: REASONS[input.type][input.reason] ?? "",
      comment,
      refundType: input.refund?.refundType ?? null,
      refundAmount: input.refund?.refundAmount ?? null,
      retainSubscription: input.retainSubscription,
      effect: effectOf(context, sale, input.type, input.refund, input.retainSubscription),
    },
    now,
  );
  const ticket = await store.ticket(key.account, id);
  if (ticket === null) throw new Error("the new ticket is gone");
  return show(context, representation, ticket);
}

async function updateTicket(context: Context): Promise<Reply> {
  const { received, store, key, params, habits, now } = context;
  demand(key, "write");
  const representation = negotiate(received);
  const query = readQuery(received.query);
  for (;;) {
    const ticket = await findTicket(context, params.key);
    if (ticket.locked === 1) throw forbidden("Not allowed to act on this ticket");
    const sale = await saleOf(store, key, ticket);
    const planned = planChange(context, query, ticket, sale, await store.effect(ticket));
    const said = planned.comment;
    if (planned.action === "COMMENTED" && said !== null) {
      const isCopy = () => store.hasComment(ticket, habits.kept(said));
      refuseCopy(await habits.refusesCopy(400, isCopy), "Comment already exists");
    }
    const change = { ...planned, comment: await moderated(habits, said ?? undefined) };
    // Nothing is left of a comment that was taken out.
    if (planned.action === "COMMENTED" && change.comment === null) return show(context, representation, ticket);
    // Somebody else may change it at the same moment; then its new state decides.
    if (!(await store.update(ticket, sale, change, now))) continue;
    return show(context, representation, await findTicket(context, params.key));
  }
}

function planChange(
  context: Context,
  query: Query,
  ticket: TicketRow,
  sale: SaleRow,
  effect: EffectRow | null,
): Change {
  const { now } = context;
  const update = readUpdate(query);
  const said = { comment: update.comment ?? null, role: "VENDOR" };
  const isClosed = ticket.status === "CLOSED";
  // What a return or the time has completed is not taken back.
  const isPaid = effect !== null && effect.state === "completed" && effect.customer_cents > 0;
  const isFinal = isPaid && (sale.physical === 1 ? ticket.returned === 1 : !runsAtOnce(context));
  const isActive = effect !== null && effect.state !== "cancelled" && !isFinal;
  const undo: Pick<Change, "effectState"> = isActive ? { effectState: "cancelled" } : {};
  switch (update.action) {
    case "comment":
      return { ...said, action: "COMMENTED", set: {} };
    case "close":
      if (isClosed) throw badRequest("Ticket is already closed");
      return { ...said, ...undo, action: "CLOSED", set: { status: "CLOSED", closed: now } };
    case "reopen": {
      if (!isClosed) throw badRequest("Only closed tickets can be reopened");
      const again: Pick<Change, "effectState"> =
        effect?.state === "cancelled" ? { effectState: waits(context, sale, effect.customer_cents, ticket) } : {};
      return { ...said, ...again, action: "REOPENED", set: { status: "REOPENED", closed: null } };
    }
    case "change": {
      if (isClosed) throw badRequest("Ticket is closed");
      const refund: Refund | undefined =
        update.type === "REFUND" ? { refundType: "FULL", refundAmount: null, hundredths: 0 } : undefined;
      // What is left is worked out as if the ticket had asked for nothing so far.
      const own = isActive && effect.state === "completed" ? effect : undefined;
      const before = {
        ...sale,
        refunded_cents: sale.refunded_cents - (own?.customer_cents ?? 0),
        refunded_usd_cents: sale.refunded_usd_cents - (own?.usd_cents ?? 0),
        cancelled: own?.cancels === 1 ? 0 : sale.cancelled,
      };
      return {
        ...said,
        ...undo,
        action: "CHANGED",
        set: { type: update.type, refund_type: refund?.refundType ?? null, refund_amount: null },
        effect: effectOf(context, before, update.type, refund, ticket.retain_subscription === 1, ticket),
      };
    }
  }
}

/** The comment as it is kept; `null` when there is none, or none any more. */
async function moderated(habits: Habits, comment: string | undefined): Promise<string | null> {
  if (comment === undefined) return null;
  const rejected = await habits.rejects(comment);
  if (rejected === "visibly") throw badRequest("comment contains words that are not allowed");
  return rejected === "silently" ? null : habits.kept(comment);
}

function refuseCopy(status: number | undefined, message: string): void {
  if (status !== undefined) throw new Refusal(status, message);
}

async function confirmReturn(context: Context): Promise<Reply> {
  const { store, key, params, now } = context;
  demand(key, "read", "write");
  for (;;) {
    const id = readId(params.id);
    const ticket = await store.ticket(key.account, id);
    if (ticket === null) {
      throw (await store.exists(id)) ? forbidden("Access denied") : badRequest("Ticket not found");
    }
    if (ticket.locked === 1) throw forbidden("Not allowed to act on this ticket");
    const sale = await saleOf(store, key, ticket);
    if (sale.physical === 0) throw badRequest("Ticket is not for a physical purchase");
    const effect = await store.effect(ticket);
    const change: Change =
      effect?.state === "requested"
        ? {
            set: { returned: 1, status: "CLOSED", closed: now },
            comment: null,
            action: "REFUND_ACKED",
            role: "VENDOR",
            effectState: "completed",
          }
        : { set: { returned: 1 }, comment: null, action: "REFUND_ACKED", role: "VENDOR" };
    // A return that was confirmed before changes nothing more.
    if (ticket.returned === 1 && effect?.state !== "requested") return empty(204);
    if (await store.update(ticket, sale, change, now)) return empty(204);
  }
}

/** What a ticket of the type does to the sale; `undefined` when that is nothing. */
function effectOf(
  context: Context,
  sale: SaleRow,
  type: string,
  refund: Refund | undefined,
  retainSubscription: boolean,
  ticket?: TicketRow,
): Effect | undefined {
  const recurring = sale.recurring === 1;
  if (type === "CANCEL" && recurring) {
    if (sale.cancelled === 1) throw badRequest("Subscription already canceled");
    return { amounts: { customer: 0, usd: 0 }, cancels: true, state: "completed" };
  }
  if (type !== "REFUND" && type !== "CANCEL") return undefined;
  // A cancellation of what does not recur refunds the sale as well.
  const amounts = amountsOf(sale, refund ?? { refundType: "FULL", refundAmount: null, hundredths: 0 });
  return { amounts, cancels: recurring && !retainSubscription, state: waits(context, sale, amounts.customer, ticket) };
}

/** A refund waits for the item, or, without one, for the ticket's `expirationDate`. */
function waits(context: Context, sale: SaleRow, cents: number, ticket?: TicketRow): "requested" | "completed" {
  const isOver = sale.physical === 1 ? ticket?.returned === 1 : runsAtOnce(context);
  return cents > 0 && !isOver ? "requested" : "completed";
}

const runsAtOnce = ({ settings }: Context): boolean => settings.refunds_run === "at_once";

function amountsOf(sale: SaleRow, refund: Refund) {
  if (refund.refundType !== "FULL" && sale.partial_refunds === 0) {
    throw forbidden("Vendor is not enabled for partial refunds");
  }
  return refundAmounts(sale, refund.refundType, refund.hundredths);
}

// --- finding and showing -------------------------------------------------------------------------

function readId(text: string | undefined): number {
  return /^\d{1,15}$/.test(text ?? "") ? Number(text) : -1;
}

async function findTicket({ store, key }: Context, id: string | undefined): Promise<TicketRow> {
  const ticket = await store.ticket(key.account, readId(id));
  if (ticket === null) throw noTicket();
  return ticket;
}

async function findSale(
  store: Store,
  key: Key,
  receipt: string | undefined,
  sku: string | undefined,
): Promise<SaleRow> {
  const lines = await store.sales(key.account, receipt ?? "");
  const [first] = lines;
  if (first === undefined) throw noReceipt();
  if (sku !== undefined) {
    const line = lines.find((candidate) => candidate.item_no === sku);
    if (line === undefined) throw forbidden("The receipt has no item with this sku");
    return line;
  }
  if (lines.length > 1) throw badRequest("sku is required for a receipt of several items");
  return first;
}

async function saleOf(store: Store, key: Key, ticket: TicketRow): Promise<SaleRow> {
  const sale = (await store.sales(key.account, ticket.receipt)).find((line) => line.item_no === ticket.item_no);
  if (sale === undefined) throw new Error(`ticket ${ticket.ticketid} has no sale`);
  return sale;
}

async function show({ store, settings }: Context, representation: Representation, ticket: TicketRow): Promise<Reply> {
  const comments = (await store.comments([ticket.ticketid])).get(ticket.ticketid) ?? [];
  const wrapped = chosen(settings.single, ["wrapped", "bare"], String(ticket.ticketid)) === "wrapped";
  return one(representation, "ticketData", ticketFields(ticket, comments), wrapped);
}

/** The shape that a test asks for, or else one that the text decides. */
function chosen<T extends string>(setting: Settings[string] | undefined, shapes: [T, ...T[]], text: string): T {
  return shapes.find((shape) => shape === setting) ?? byText(shapes, text);
}
