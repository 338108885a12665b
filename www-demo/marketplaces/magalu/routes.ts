// The endpoints: what is asked, what is allowed in the ticket's state, what is answered.
//
// Every POST is answered with 202 and a transaction, which goes on by itself: `pending` for the
// first third of the setting `transaction_ms`, `processing` for the rest, then `completed` or
// `failed`. Only then is there what was created.

import type { Habits } from "../shared/habits.ts";
import { json, type Received, type Reply } from "../shared/http.ts";
import type { Settings } from "../shared/marketplace.ts";
import { matchRoute, type Route } from "../shared/router.ts";
import type { D1PreparedStatement } from "../shared/runtime.ts";
import { detailText, platform } from "./errors.ts";
import { requireScope } from "./oauth.ts";
import {
  type NewMessage,
  type Paging,
  readEventFilter,
  readMessageFilter,
  readMessageForm,
  readNewEvent,
  readNewMessage,
  readNewReturn,
  readNewTicket,
  readReturnFilter,
  readTicketFilter,
  readTransactionFilter,
} from "./rules.ts";
import type {
  Access,
  AttachmentRow,
  EventRow,
  MessageRow,
  MessageTimes,
  ReturnRow,
  Store,
  TicketRow,
  TransactionRow,
} from "./store.ts";
import { SHOWN_RULE } from "./store.ts";
import { PRODUCTION_CHANNEL, SANDBOX_CHANNEL } from "./vocabulary.ts";

export interface Context {
  received: Received;
  store: Store;
  access: Access & { id_seller: number };
  params: Record<string, string>;
  settings: Settings;
  habits: Habits;
  now: number;
}

interface Handler {
  /** One of them is enough. */
  scopes: string[];
  handle(context: Context): Promise<Reply>;
}

const read = (name: string) => `open:${name}:read`;
const write = (name: string) => `open:${name}:write`;
const on = (handle: Handler["handle"], ...scopes: string[]): Handler => ({ scopes, handle });

const TICKETS = "tickets-seller";
const MESSAGES = "ticket-messages-seller";
const EVENTS = "ticket-events-seller";
const RETURNS = "ticket-returns-seller";

const TICKET = "/seller/v0/tickets/:ticket_id";
const MESSAGE = `${TICKET}/messages/:message_id`;

export const ROUTES: Route<Handler>[] = [
  { method: "POST", pattern: "/seller/v0/tickets", handler: on(createTicket, write(TICKETS)) },
  { method: "GET", pattern: "/seller/v0/tickets", handler: on(listTickets, read(TICKETS)) },
  { method: "GET", pattern: TICKET, handler: on(getTicket, read(TICKETS)) },
  { method: "GET", pattern: `${TICKET}/messages`, handler: on(listMessages, read(MESSAGES)) },
  { method: "POST", pattern: `${TICKET}/messages`, handler: on(createMessage, write(MESSAGES)) },
  { method: "GET", pattern: MESSAGE, handler: on(getMessage, read(MESSAGES)) },
  { method: "GET", pattern: `${MESSAGE}/attachments/:attachment_id`, handler: on(download, read(MESSAGES)) },
  {
    method: "POST",
    pattern: "/seller/v1/tickets/:ticket_id/messages",
    handler: on(createMessageWithFiles, write(MESSAGES)),
  },
  { method: "GET", pattern: `${TICKET}/events`, handler: on(listEvents, read(EVENTS)) },
  { method: "POST", pattern: `${TICKET}/events`, handler: on(createEvent, write(EVENTS)) },
  // The documentation's languages differ in the scope of returns: messages in one, returns in the
  // other.
  { method: "GET", pattern: `${TICKET}/returns`, handler: on(listReturns, read(RETURNS), read(MESSAGES)) },
  { method: "POST", pattern: `${TICKET}/returns`, handler: on(createReturn, write(RETURNS), write(MESSAGES)) },
  { method: "GET", pattern: `${TICKET}/returns/:return_id`, handler: on(getReturn, read(RETURNS), read(MESSAGES)) },
  { method: "GET", pattern: "/seller/v0/transactions", handler: on(listTransactions, read("sac-transaction-seller")) },
  {
    method: "GET",
    pattern: "/seller/v0/transactions/:transaction_id",
    handler: on(getTransaction, read("sac-transaction-seller")),
  },
];

/** Carries out the request; the path is the one below `/magalu`. */
export function dispatch(
  received: Received,
  path: string,
  store: Store,
  access: Access,
  settings: Settings,
  habits: Habits,
  now: number,
): Promise<Reply> {
  const match = matchRoute(ROUTES, received.method, path);
  if (match.type === "not_found") throw detailText(404, "Not Found");
  if (match.type === "method_not_allowed") {
    throw detailText(405, "Method Not Allowed", { allow: match.allow.join(", ") });
  }
  requireScope(access, match.handler.scopes);
  return match.handler.handle({ received, store, access, params: match.params, settings, habits, now });
}

// --- tickets -------------------------------------------------------------------------------------

async function listTickets({ received, store, access, settings, now }: Context): Promise<Reply> {
  const filter = readTicketFilter(received.query);
  return pageOf(await store.tickets(access.id_seller, ahead(filter), now), filter, settings, ticketJson);
}

async function getTicket(context: Context): Promise<Reply> {
  return json(200, ticketJson(await findTicket(context)));
}

async function createTicket(context: Context): Promise<Reply> {
  const { received, store, access, settings } = context;
  const ticket = readNewTicket(received);
  const sandbox = settings.sandbox === true;
  if (ticket.channel.id !== (sandbox ? SANDBOX_CHANNEL : PRODUCTION_CHANNEL)) {
    throw detailText(422, sandbox ? "channel not allowed in sandbox" : "tenant has no permission for the channel");
  }
  // In the sandbox orders need not exist.
  if (!sandbox && !(await store.hasOrder(access.id_seller, ticket.order.id, ticket.order.delivery.id))) {
    throw platform(404, "The order was not found", [
      { field: "order.id", location: "body", slug: "NOT_FOUND", message: "there is no such order and delivery" },
    ]);
  }
  const isCopy = () => store.hasTicket(access.id_seller, ticket.order.id, ticket.type);
  refuseCopy(await context.habits.refusesCopy(409, isCopy));
  const id = crypto.randomUUID();
  return accept(context, {
    code: ticket.code,
    endpoint: "channel/v0/tickets",
    subject: "Ticket",
    data: { ticket_id: id },
    refused: ["invalid_order"],
    effects: (done) => [store.newTicket(access.id_seller, id, ticket, done)],
  });
}

// --- messages ------------------------------------------------------------------------------------

async function listMessages(context: Context): Promise<Reply> {
  const { received, store, settings, now } = context;
  const filter = readMessageFilter(received.query);
  const ticket = await findTicket(context);
  const rows = await store.messages(ticket, ahead(filter), now, settings.show_rejected === true);
  const attachments = await store.attachments(rows);
  return pageOf(rows, filter, settings, (row) => messageJson(row, attachments, now));
}

async function getMessage(context: Context): Promise<Reply> {
  const row = await findMessage(context);
  return json(200, messageJson(row, await context.store.attachments([row]), context.now));
}

async function download(context: Context): Promise<Reply> {
  const { store, params } = context;
  const files = await store.attachments([await findMessage(context)]);
  const file = files.find(({ id }) => id === params.attachment_id);
  if (file === undefined) throw platform(404, "The attachment was not found");
  if (file.size === null) throw platform(404, "The attachment has no content");
  const name = `${file.file_name}.${file.file_extension}`;
  return {
    status: 200,
    headers: {
      "content-type": file.file_type,
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, percent)}`,
    },
    body: await store.attachmentContent(file.id),
  };
}

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

async function createMessage(context: Context): Promise<Reply> {
  return addMessage(context, await openTicket(context), readNewMessage(context.received));
}

async function createMessageWithFiles(context: Context): Promise<Reply> {
  return addMessage(context, await openTicket(context), readMessageForm(context.received));
}

async function addMessage(context: Context, ticket: TicketRow, input: NewMessage): Promise<Reply> {
  const { store, access, settings, habits, now } = context;
  const message = { ...input, message: habits.kept(input.message) };
  refuseCopy(await habits.refusesCopy(409, () => store.hasMessage(ticket, message.message)));
  const id = crypto.randomUUID();
  const sender = { id: access.tenant_id ?? "", name: access.name ?? "", type: "seller" };
  const rejected = await habits.rejects(input.message);
  const rules = rejected === "visibly" ? [SHOWN_RULE] : blockRules(message.message);
  const reply = await accept(context, {
    code: message.code,
    endpoint: "seller/v0/tickets/messages",
    subject: "Message",
    data: { message_id: id },
    refused: [],
    effects: (done) =>
      rejected === "silently"
        ? []
        : store.newMessage(id, ticket, message, sender, rules, messageTimes(settings, now, done)),
  });
  // An older page of the documentation shows the message in place of the transaction.
  if (settings.message_reply !== "message") return reply;
  const row: MessageRow = {
    ...messageTimes(settings, now, now),
    number: 0,
    id,
    ticket_id: ticket.id,
    message: message.message,
    code: message.code,
    sender_id: sender.id,
    sender_name: sender.name,
    sender_type: sender.type,
    owner_code: message.owner?.code ?? null,
    owner_name: message.owner?.name ?? null,
    destination: message.destination,
    block_rules: "[]",
    extra: null,
  };
  return json(202, messageJson(row, [], now));
}

/**
 * Moderation starts when the message is there: `new` for the first half of the setting
 * `moderation_ms`, then waiting, then decided.
 */
export function messageTimes(settings: Settings, now: number, visible: number): MessageTimes {
  const span = duration(settings.moderation_ms, 1000);
  return { created_ms: now, visible_ms: visible, waiting_ms: visible + span / 2, moderated_ms: visible + span };
}

/** Personal data is not let through. */
const PERSONAL: [rule: string, pattern: RegExp][] = [
  ["email", /[\w.+-]+@[\w-]+\.[\w.]+/],
  ["cpf", /\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b/],
  ["phone", /\(\d{2}\) ?9?\d{4}-?\d{4}/],
  ["pix", /\bpix\b/i],
];

function blockRules(text: string): string[] {
  return PERSONAL.filter(([, pattern]) => pattern.test(text)).map(([rule]) => rule);
}

// --- events and returns --------------------------------------------------------------------------

async function listEvents(context: Context): Promise<Reply> {
  const { received, store, settings, now } = context;
  const filter = readEventFilter(received.query);
  const ticket = await findTicket(context);
  return pageOf(await store.events(ticket, ahead(filter), now), filter, settings, eventJson);
}

async function createEvent(context: Context): Promise<Reply> {
  const { received, store, access, now } = context;
  const ticket = await openTicket(context, "cancellation");
  const event = readNewEvent(received);
  if (event.type === "authorize_refund" && !(await store.hasEvent(ticket, ["product_sent", "product_received"], now))) {
    throw platform(400, "authorize_refund needs an earlier product_sent or product_received");
  }
  refuseCopy(await context.habits.refusesCopy(409, () => store.hasEventOf(ticket, event.type, access.tenant_id ?? "")));
  return accept(context, {
    code: event.code,
    endpoint: "seller/v0/tickets/events",
    subject: "Event",
    // The vendor writes the value as text.
    data: { created: "True" },
    refused: ["erro1"],
    silent: true,
    effects: (done) => [store.newEvent(crypto.randomUUID(), ticket, event, access.tenant_id ?? "", now, done)],
  });
}

async function listReturns(context: Context): Promise<Reply> {
  const { received, store, settings, now } = context;
  const filter = readReturnFilter(received.query);
  const ticket = await findTicket(context);
  return pageOf(await store.returns(ticket, ahead(filter), now), filter, settings, returnJson);
}

async function getReturn(context: Context): Promise<Reply> {
  const ticket = await findTicket(context);
  const equal = { id: context.params.return_id ?? "" };
  const filter = { equal, bounds: [], limit: 1, offset: 0, order: "number" };
  const [row] = await context.store.returns(ticket, filter, context.now);
  if (row === undefined) throw platform(404, "The return was not found");
  return json(200, returnJson(row));
}

async function createReturn(context: Context): Promise<Reply> {
  const { received, store, settings, now } = context;
  const sandbox = settings.sandbox === true;
  const ticket = await openTicket(context, "cancellation");
  const { code } = readNewReturn(received, sandbox);
  if (ticket.returnable === 0) throw platform(400, "The order was not dispatched with Magalu Entregas");
  if (await store.hasActiveReturn(ticket, now)) throw platform(409, "The ticket has an active return");
  const id = crypto.randomUUID();
  // Made from the id, so that it looks like the carrier's and differs from return to return.
  const reverseCode = `MLE${(Number.parseInt(id.slice(0, 8), 16) % 1_000_000_000).toString().padStart(9, "0")}`;
  const days = sandbox ? 0 : 7;
  return accept(context, {
    code,
    endpoint: "seller/v0/tickets/returns",
    subject: "Return",
    data: { return_id: id, reverse_code: reverseCode },
    refused: ["erro1", "erro2"],
    effects: (done) => {
      const expires = done + (sandbox ? duration(settings.return_life_ms, 3_600_000) : days * 86_400_000);
      return [store.newReturn(id, ticket, reverseCode, days, now, done, expires)];
    },
  });
}

// --- transactions --------------------------------------------------------------------------------

async function listTransactions({ received, store, access, settings, now }: Context): Promise<Reply> {
  const filter = readTransactionFilter(received.query);
  const rows = await store.transactions(access.id_seller, ahead(filter), now);
  return pageOf(rows, filter, settings, (row) => transactionJson(row, now));
}

async function getTransaction({ store, access, params, now }: Context): Promise<Reply> {
  const row = await store.transaction(access.id_seller, params.transaction_id ?? "");
  if (row === null) throw platform(404, "The transaction was not found");
  return json(200, transactionJson(row, now));
}

interface Task {
  code: string | null;
  endpoint: string;
  subject: string;
  /** What the last event of a completed transaction carries. */
  data: Record<string, unknown>;
  /** Values of `code` that make it fail in the sandbox. */
  refused: string[];
  /** A failure that says nothing. */
  silent?: boolean;
  /** What there will be from the given moment on. */
  effects(done: number): D1PreparedStatement[];
}

async function accept({ store, access, settings, now }: Context, task: Task): Promise<Reply> {
  const forced = settings.sandbox === true && task.refused.includes(task.code ?? "");
  const outcome = forced ? "failed" : String(settings.transaction_outcome);
  const span = duration(settings.transaction_ms, 1500);
  const done = now + span;
  const id = crypto.randomUUID();
  const failure = task.silent ? null : `${task.subject} creation failed${forced ? `: ${task.code}` : ""}`;
  const number = await store.write(
    access.id_seller,
    {
      id,
      code: task.code ?? id.slice(0, 8),
      operation: '"create"',
      trigger_endpoint: task.endpoint,
      outcome,
      message: outcome === "completed" ? `${task.subject} creation successful` : failure,
      data: JSON.stringify(outcome === "completed" ? task.data : { created: "False" }),
      created_ms: now,
      processing_ms: now + Math.floor(span / 3),
      done_ms: done,
    },
    outcome === "completed" ? task.effects(done) : [],
  );
  const body = { transaction_id: id, links: [{ path: `/seller/v0/transactions/${id}` }] };
  // Integrators show answers with and without `data`.
  return json(202, number % 3 === 0 ? { ...body, data: null } : body);
}

function duration(setting: Settings[string] | undefined, fallback: number): number {
  return typeof setting === "number" && setting >= 0 ? setting : fallback;
}

function refuseCopy(status: number | undefined): void {
  if (status === 422) throw detailText(status, "it exists already");
  if (status !== undefined) throw platform(status);
}

// --- what is shared ------------------------------------------------------------------------------

async function findTicket({ store, access, params, now }: Context): Promise<TicketRow> {
  const ticket = await store.ticket(access.id_seller, params.ticket_id ?? "", now);
  if (ticket === null) throw platform(404, "The ticket was not found");
  return ticket;
}

/** A ticket that takes something new. */
async function openTicket(context: Context, type?: string): Promise<TicketRow> {
  const ticket = await findTicket(context);
  if (ticket.closed === 1 || ticket.status === "closed") throw platform(400, "The ticket is closed");
  if (type !== undefined && ticket.type !== type) throw platform(400, `The ticket is not of type ${type}`);
  return ticket;
}

async function findMessage(context: Context): Promise<MessageRow> {
  const { store, params, settings, now } = context;
  const ticket = await findTicket(context);
  const row = await store.message(ticket, params.message_id ?? "", now, settings.show_rejected === true);
  if (row === null) throw platform(404, "The message was not found");
  return row;
}

/** One row more than the page has tells whether there is a next one. */
function ahead<T extends Paging>(filter: T): T {
  return { ...filter, limit: filter.limit + 1 };
}

/**
 * The documentation's example has a next link on a page that is not full, so the link is always
 * there unless a setting ends it.
 */
function pageOf<Row>(rows: Row[], { limit, offset }: Paging, settings: Settings, show: (row: Row) => unknown): Reply {
  const link = (at: number) => `?_offset=${at}&_limit=${limit}`;
  const results = rows.slice(0, limit).map(show);
  const next = settings.next_link_ends !== true || rows.length > limit ? link(offset + limit) : null;
  const previous = offset === 0 ? null : link(Math.max(0, offset - limit));
  return json(200, {
    meta: {
      page: { limit, offset, count: results.length, max_limit: 100 },
      links: { previous, self: link(offset), next },
    },
    results,
  });
}

// --- what the API shows --------------------------------------------------------------------------

/** Without a zone, as the vendor writes it; it is UTC. */
const seconds = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
const micros = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000`;

function ticketJson(row: TicketRow): Record<string, unknown> {
  const delivery = JSON.parse(row.delivery) as { items: { quantity: number }[] };
  const items = delivery.items.map((item, index) => ({
    ...item,
    // The documentation has both: text in its table, a number in its example.
    quantity: (row.number + index) % 2 === 0 ? String(item.quantity) : item.quantity,
  }));
  return {
    id: row.id,
    code: row.code,
    type: row.type,
    status: row.status,
    closed: row.closed === 1,
    reason: row.reason,
    protocol: row.protocol,
    due_date: seconds(row.due_ms),
    origin: row.origin,
    created_at: seconds(row.created_ms),
    updated_at: seconds(row.updated_ms),
    channel: { id: row.channel_id, ...(row.channel_alias === null ? {} : { alias: row.channel_alias }) },
    order: { id: row.order_id, code: row.order_code, delivery: { ...delivery, items } },
    ...extra(row),
  };
}

function messageJson(row: MessageRow, attachments: AttachmentRow[], now: number): Record<string, unknown> {
  const rules = JSON.parse(row.block_rules) as string[];
  const decided = now >= row.moderated_ms;
  const status =
    now < row.waiting_ms ? "new" : !decided ? "waiting_moderation" : rules.length > 0 ? "rejected" : "approved";
  const zone = row.number % 2 === 0 ? "Z" : "";
  return {
    id: row.id,
    message: row.message,
    code: row.code,
    ticket: { id: row.ticket_id },
    sender: {
      id: row.sender_id,
      name: row.sender_name,
      type: row.sender_type,
      owner: row.owner_code === null ? null : { name: row.owner_name, code: row.owner_code },
    },
    moderation: {
      id: `mod-${row.id.slice(0, 8)}`,
      status,
      block_rules: decided ? rules : [],
      updated_at: micros(Math.min(now, row.moderated_ms)),
    },
    attachments: attachments
      .filter((file) => file.message_id === row.id)
      .map(({ id, file_name, file_extension, file_type }) => ({ id, file_name, file_extension, file_type })),
    destination: row.destination,
    created_at: `${seconds(row.created_ms)}${zone}`,
    updated_at: `${seconds(Math.min(now, row.moderated_ms))}${zone}`,
    ...extra(row),
  };
}

function eventJson(row: EventRow): Record<string, unknown> {
  const time = `${micros(row.created_ms)}Z`;
  return {
    id: row.id,
    code: row.code,
    ticket_id: row.ticket_id,
    type: row.type,
    created_at: time,
    updated_at: time,
    created_by: row.created_by,
    updated_by: row.created_by,
  };
}

function returnJson(row: ReturnRow): Record<string, unknown> {
  const time = micros(row.created_ms);
  return { created_at: time, updated_at: time, id: row.id, ticket_id: row.ticket_id, reverse_code: row.reverse_code };
}

/** Seconds from which a transaction is said to be late. */
const LATE_MS = 10_000;

function transactionJson(row: TransactionRow, now: number): Record<string, unknown> {
  const steps: [ms: number, status: string, event: Record<string, unknown>][] = [
    [row.created_ms, "pending", { event: "info", message: "Transaction queued", data: {} }],
    [row.processing_ms, "processing", { event: "transition", message: "Transaction processing", data: {} }],
  ];
  if (row.done_ms - row.processing_ms > LATE_MS) {
    const event = { event: "delay", message: "The transaction takes longer than usual", data: {} };
    steps.push([row.processing_ms + LATE_MS, "processing", event]);
  }
  const last = { completed: "transition", failed: "failure" }[row.outcome] ?? "info";
  const said = row.message === null ? {} : { message: row.message };
  steps.push([row.done_ms, row.outcome, { event: last, ...said, data: JSON.parse(row.data) }]);
  const past = steps.filter(([ms], index) => index === 0 || ms <= now);
  const [updated, status] = past.at(-1) ?? [row.created_ms, "pending"];
  return {
    created_at: micros(row.created_ms),
    updated_at: micros(updated),
    id: row.id,
    code: row.code,
    operation: JSON.parse(row.operation),
    trigger_endpoint: row.trigger_endpoint,
    status,
    events: past.map(([ms, step, event]) => ({ ...event, status: step, created_at: micros(ms) })),
  };
}

function extra(row: { extra: string | null }): Record<string, unknown> {
  return row.extra === null ? {} : JSON.parse(row.extra);
}
