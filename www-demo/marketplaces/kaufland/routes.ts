// The endpoints: what is asked, what is allowed in the ticket's state, what is answered.
//
// The documentation names the problems of a ticket's state, not their exact conditions. Here:
//   finally-closed               status customer_service_closed_final: no message, no close
//   fbk-action-restriction       fulfilled by Kaufland: no message, no close, and no ticket can be
//                                opened for such order units
//   internal-action-restriction  a ticket that Kaufland handles itself (column `internal`): no
//                                message, no close
//   non-closable-by-seller       a ticket that only the buyer or Kaufland ends (column `closable`)
//   duplicate-action             the seller closed it before
// A ticket that buyer or seller closed, but not finally, still takes messages; they do not open it
// again.

import type { Habits } from "../shared/habits.ts";
import { decode, empty, json, parseQuery, type Received, type Reply } from "../shared/http.ts";
import { matchRoute, type Route } from "../shared/router.ts";
import { jpeg } from "../shared/sample-files.ts";
import { badRequest, errorBody, invalid, notFound, Problem, restricted } from "./errors.ts";
import {
  readEmbedded,
  readMessageFilter,
  readNewMessage,
  readNewTicket,
  readTicketFilter,
  refuseQuery,
  toIso,
} from "./rules.ts";
import type { Seller } from "./signature.ts";
import type { BuyerRow, FileRow, MessageRow, ProductRow, Store, TicketRow, UnitRow } from "./store.ts";
import { STOREFRONTS } from "./vocabulary.ts";

export interface Context {
  received: Received;
  store: Store;
  seller: Seller;
  params: Record<string, string>;
  allowBrackets: boolean;
  /** Where the addresses of files lead. */
  fileOrigin: string;
  habits: Habits;
  now: Date;
}

type Handler = (context: Context) => Promise<Reply>;

export const ROUTES: Route<Handler>[] = [
  { method: "GET", pattern: "/tickets", handler: listTickets },
  { method: "POST", pattern: "/tickets", handler: openTicket },
  { method: "GET", pattern: "/tickets/messages", handler: listMessages },
  { method: "GET", pattern: "/tickets/:id_ticket", handler: getTicket },
  { method: "PATCH", pattern: "/tickets/:id_ticket/close", handler: closeTicket },
  { method: "POST", pattern: "/tickets/:id_ticket/messages", handler: createMessage },
  { method: "GET", pattern: "/status/ping", handler: async () => json(200, { data: { message: "pong" } }) },
  { method: "GET", pattern: "/info/storefront", handler: async () => json(200, { data: STOREFRONTS }) },
];

/** Finds the endpoint; the path is the one below `/v2`. */
export function route(method: string, path: string): { handler: Handler; params: Record<string, string> } {
  const match = matchRoute(ROUTES, method, path);
  if (match.type === "found") return match;
  if (match.type === "not_found") throw notFound("There is no such endpoint");
  throw new Problem(405, "about:blank", "Method Not Allowed", [], { allow: match.allow.join(", ") });
}

async function listTickets({ received, store, seller, allowBrackets }: Context): Promise<Reply> {
  const filter = readTicketFilter(received.query, allowBrackets);
  const { rows, total } = await store.tickets(seller, filter);
  const pagination = { offset: filter.offset, limit: filter.limit, total };
  return json(200, { data: rows.map(ticketJson), pagination });
}

async function listMessages({ received, store, seller, allowBrackets }: Context): Promise<Reply> {
  const filter = readMessageFilter(received.query, allowBrackets);
  const { rows, total } = await store.messagesOfSeller(seller, filter);
  const pagination = { offset: filter.offset, limit: filter.limit, total };
  return json(200, { data: rows.map(messageJson), pagination });
}

async function getTicket(context: Context): Promise<Reply> {
  const { received, store } = context;
  const embedded = readEmbedded(received.query, context.allowBrackets);
  const ticket = await findTicket(context);
  const data: Record<string, unknown> = { ...ticketJson(ticket), storefront: ticket.storefront };
  if (embedded.has("messages")) data.messages = (await store.messages(ticket)).map(messageJson);
  if (embedded.has("files")) data.files = (await store.files(ticket)).map((file) => fileJson(file, context.fileOrigin));
  if (embedded.has("buyer")) {
    const buyer = (await store.buyers([ticket.id_buyer])).get(ticket.id_buyer ?? -1);
    data.buyer = buyer === undefined ? null : buyerJson(buyer);
  }
  if (embedded.has("product") || embedded.has("order_units")) {
    const units = await store.unitsOfTicket(ticket);
    const products = await store.products(units.map((unit) => unit.id_product));
    if (embedded.has("product")) {
      const product = products.get(units[0]?.id_product ?? -1);
      data.product = product === undefined ? null : productJson(product, received.origin);
    }
    if (embedded.has("order_units")) {
      const buyers = await store.buyers(units.map((unit) => unit.id_buyer));
      data.order_units = units.map((unit) => unitJson(unit, buyers, products, received.origin));
    }
  }
  return json(200, { data });
}

async function openTicket({ received, store, seller, habits, now }: Context): Promise<Reply> {
  refuseQuery(received.query);
  const input = readNewTicket(received.body);
  const found = new Map((await store.units(seller, input.id_order_unit)).map((unit) => [unit.id_order_unit, unit]));
  const missing = input.id_order_unit.filter((id) => !found.has(id));
  if (missing.length > 0) throw notFound(`There is no order unit ${missing.join(", ")}`);
  const units = [...found.values()].sort(
    (a, b) => input.id_order_unit.indexOf(a.id_order_unit) - input.id_order_unit.indexOf(b.id_order_unit),
  );
  if (new Set(units.map((unit) => unit.id_order)).size > 1) {
    throw invalid([{ field: "id_order_unit", message: "all order units must belong to one order" }]);
  }
  if (units.some((unit) => unit.fulfillment_type === "fulfilled_by_kaufland")) {
    throw restricted(403, "fbk-action-restriction", "The order is fulfilled by Kaufland");
  }
  refuseCopy(await habits.refusesCopy(409, () => store.hasOpenTicket(seller, units, input.reason)));
  const rejected = await habits.rejects(input.message);
  if (rejected === "visibly") throw invalid([{ field: "message", message: REJECTED }]);
  // A ticket whose message was taken out is still a ticket.
  const message = rejected === "silently" ? null : habits.kept(input.message);
  const id = await store.openTicket(seller, units, input.reason, message, toIso(now));
  return json(201, { data: { id_ticket: id } }, { location: `${received.origin}${received.path}/${id}` });
}

async function createMessage(context: Context): Promise<Reply> {
  const { received, store, seller, habits, now } = context;
  refuseQuery(received.query);
  const ticket = await findTicket(context);
  refuseAction(ticket);
  const input = readNewMessage(received.body);
  const message = { ...input, text: habits.kept(input.text) };
  refuseCopy(await habits.refusesCopy(409, () => store.hasMessage(ticket, message.text)));
  const rejected = await habits.rejects(input.text);
  if (rejected === "visibly") throw invalid([{ field: "text", message: REJECTED }]);
  if (rejected === "silently") return empty(201);
  await store.addMessage(seller, ticket, message, toIso(now));
  return empty(201);
}

async function closeTicket(context: Context): Promise<Reply> {
  const { received, store, now } = context;
  refuseQuery(received.query);
  if (received.body.byteLength > 0) throw badRequest("A body is not expected");
  for (;;) {
    const ticket = await findTicket(context);
    refuseAction(ticket);
    if (ticket.closable === 0) {
      throw restricted(400, "non-closable-by-seller", "The ticket can not be closed by the seller");
    }
    if (ticket.status === "seller_closed" || ticket.status === "both_closed") {
      throw new Problem(409, "/problems/duplicate-action", "The ticket is closed already");
    }
    const status = ticket.status === "buyer_closed" ? "both_closed" : "seller_closed";
    // The buyer may close it at the same moment; then the new status decides.
    if (await store.closeTicket(ticket, status, toIso(now))) return empty(204);
  }
}

async function findTicket({ store, seller, params }: Context): Promise<TicketRow> {
  const id = params.id_ticket ?? "";
  if (!/^\d+$/.test(id)) throw invalid([{ field: "id_ticket", message: "value must match ^001\\d+$" }]);
  const ticket = await store.ticket(seller, id);
  if (ticket === null) throw notFound(`There is no ticket ${id}`);
  return ticket;
}

const REJECTED = "the text was rejected by the moderation";

/** The vendor's words for something that was there before. */
function refuseCopy(status: number | undefined): void {
  if (status === undefined) return;
  const { type, message } = errorBody(status);
  throw new Problem(status, type, message);
}

/** What no seller may do to this ticket, be it to answer or to close it. */
function refuseAction(ticket: TicketRow): void {
  if (ticket.fulfillment_type === "fulfilled_by_kaufland") {
    throw restricted(400, "fbk-action-restriction", "The order is fulfilled by Kaufland");
  }
  if (ticket.internal === 1) {
    throw restricted(400, "internal-action-restriction", "The action is reserved for Kaufland");
  }
  if (ticket.status === "customer_service_closed_final") {
    throw restricted(400, "finally-closed", "The ticket is finally closed");
  }
}

/** A file by the address that `embedded=files` gave: its token opens it, no signature. */
export async function download(received: Received, store: Store, path: string): Promise<Reply> {
  if (received.method !== "GET" && received.method !== "HEAD") {
    throw new Problem(405, "about:blank", "Method Not Allowed", [], { allow: "GET, HEAD" });
  }
  const [, id = "", name, ...rest] = path.split("/").map((segment) => decode(segment) ?? "");
  const file = rest.length === 0 ? await store.file(id) : null;
  if (file === null || pathName(file.filename) !== name) throw notFound("There is no such file");
  const token = (parseQuery(received.query) ?? []).find(([key]) => key === "access_token")?.[1];
  if (token !== file.access_token) throw new Problem(403, "/problems/forbidden", "The access token is not valid");
  return {
    status: 200,
    headers: {
      "content-type": file.mime_type,
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.filename).replace(/['()*]/g, percent)}`,
    },
    body: await store.fileContent(file.id_file),
  };
}

/** A product's picture, open to everyone: a mosaic that differs from product to product. */
export function picture(received: Received, path: string): Reply {
  const id = /^\/(\d{9})\.jpg$/.exec(path)?.[1];
  if (id === undefined || received.method !== "GET") throw notFound("There is no such picture");
  const seed = Number(id) % 251;
  const content = jpeg(24, 24, (x, y) => 40 + ((Math.abs(x - 12) * seed + Math.abs(y - 12) * 37) % 176));
  return { status: 200, headers: { "content-type": "image/jpeg", "cache-control": "max-age=3600" }, body: content };
}

/** A file's name as one segment of a path, which ".." and a slash are not. */
function pathName(filename: string): string {
  return /^\.+$/.test(filename) ? "_" : filename.replaceAll("/", "_");
}

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

// --- what the API shows --------------------------------------------------------------------------

function ticketJson(row: TicketRow): Record<string, unknown> {
  return {
    id_ticket: row.id_ticket,
    ids_order_units: (JSON.parse(row.ids_order_units) as string[]).map(int64),
    id_buyer: row.id_buyer,
    ts_created_iso: row.ts_created_iso,
    ts_updated_iso: row.ts_updated_iso,
    status: row.status,
    open_reason: row.open_reason,
    topic: row.topic,
    is_seller_responsible: row.is_seller_responsible === 1,
    fulfillment_type: row.fulfillment_type,
    ...extra(row),
  };
}

function messageJson(row: MessageRow): Record<string, unknown> {
  return {
    id_ticket_message: row.id_ticket_message,
    // Integrators report ids without their leading zeros inside messages; here every fifth ticket
    // shows it.
    id_ticket: /[05]$/.test(row.id_ticket) ? row.id_ticket.replace(/^0+/, "") : row.id_ticket,
    author: { role: row.role, name: row.author_name },
    text: row.text,
    ts_created_iso: row.ts_created_iso,
    ...extra(row),
  };
}

function fileJson(row: FileRow, origin: string): Record<string, unknown> {
  return {
    filename: row.filename,
    ts_created_iso: row.ts_created_iso,
    uri: `${origin}/kaufland/files/${row.id_file}/${encodeURIComponent(pathName(row.filename))}?access_token=${row.access_token}`,
    ...extra(row),
  };
}

function buyerJson(row: BuyerRow): Record<string, unknown> {
  return { id_buyer: row.id_buyer, email: row.email, ...extra(row) };
}

function productJson(row: ProductRow, origin: string): Record<string, unknown> {
  const main_picture = `${origin}/kaufland/pictures/${row.id_product}.jpg`;
  return { id_product: row.id_product, ...JSON.parse(row.product), main_picture, ...extra(row) };
}

function unitJson(
  row: UnitRow,
  buyers: Map<number, BuyerRow>,
  products: Map<number, ProductRow>,
  origin: string,
): Record<string, unknown> {
  const buyer = buyers.get(row.id_buyer ?? -1);
  const product = products.get(row.id_product ?? -1);
  return {
    id_order_unit: int64(row.id_order_unit),
    id_order: row.id_order,
    ts_created_iso: row.ts_created_iso,
    status: row.status,
    storefront: row.storefront,
    fulfillment_type: row.fulfillment_type,
    buyer: buyer === undefined ? null : buyerJson(buyer),
    product: product === undefined ? null : productJson(product, origin),
    ...JSON.parse(row.unit),
    ...extra(row),
  };
}

const int64 = (digits: string): unknown => JSON.rawJSON(digits);

function extra(row: { extra: string | null }): Record<string, unknown> {
  return row.extra === null ? {} : JSON.parse(row.extra);
}
