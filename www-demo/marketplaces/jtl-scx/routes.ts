// The endpoints of both sides: what is asked, what is allowed, what is answered.
//
// A channel's ticket becomes an event of the seller, a seller's reply one of the channel. Neither
// side can list, read or close tickets. What a second ticket with the same id does is not
// documented; here it is a further message, because there is no other way to send one.

import type { Habits } from "../shared/habits.ts";
import { empty, json, type Received, type Reply } from "../shared/http.ts";
import type { Settings } from "../shared/marketplace.ts";
import { matchRoute, type Route } from "../shared/router.ts";
import { forbidden, invalid, notFound, Problem, violation } from "./errors.ts";
import {
  readChannelSegment,
  readEventFilter,
  readEventIds,
  readFileKey,
  readReply,
  readTicket,
  readUpload,
  type Said,
} from "./rules.ts";
import {
  type Account,
  type EventRow,
  eventId,
  type NewEvent,
  type Side,
  type Store,
  type TicketRow,
  targetOf,
} from "./store.ts";
import { REPLY_EVENT, TICKET_EVENT } from "./vocabulary.ts";

export interface Context {
  received: Received;
  store: Store;
  account: Account;
  params: Record<string, string>;
  settings: Settings;
  habits: Habits;
  now: number;
}

interface Handler {
  side: Side;
  handle(context: Context): Promise<Reply>;
}

const channel = (handle: Handler["handle"]): Handler => ({ side: "channel", handle });
const seller = (handle: Handler["handle"]): Handler => ({ side: "seller", handle });

export const ROUTES: Route<Handler>[] = [
  { method: "POST", pattern: "/v1/channel/ticket", handler: channel(createTicket) },
  { method: "POST", pattern: "/v1/channel/ticket/attachment", handler: channel(upload) },
  { method: "GET", pattern: "/v1/channel/ticket/attachment", handler: channel(download) },
  { method: "GET", pattern: "/v1/channel/event", handler: channel(listEvents) },
  { method: "DELETE", pattern: "/v1/channel/event", handler: channel(acknowledge) },
  { method: "POST", pattern: "/v1/seller/ticket", handler: seller(reply) },
  { method: "POST", pattern: "/v1/seller/ticket/attachment/:channel", handler: seller(upload) },
  { method: "GET", pattern: "/v1/seller/ticket/attachment/:channel", handler: seller(download) },
  { method: "GET", pattern: "/v2/seller/event", handler: seller(listEvents) },
  { method: "DELETE", pattern: "/v1/seller/event", handler: seller(acknowledge) },
];

/** Carries out the request; the path is the one below `/jtl-scx`. */
export function dispatch(context: Omit<Context, "params">, path: string): Promise<Reply> {
  const match = matchRoute(ROUTES, context.received.method, path);
  if (match.type === "not_found") throw notFound("Diese Route gibt es nicht", "There is no such route");
  if (match.type === "method_not_allowed") {
    const entry = { code: "GHN900", message: ["Methode nicht erlaubt", "Method not allowed"], hint: null } as const;
    throw new Problem(405, [entry], { allow: match.allow.join(", ") });
  }
  if (match.handler.side !== context.account.side) throw forbidden();
  return match.handler.handle({ ...context, params: match.params });
}

async function createTicket({ received, store, account, habits, now }: Context): Promise<Reply> {
  const input = readTicket(received);
  const name = account.channel ?? "";
  const sellerAccount = await store.sellerAccount(name, input.sellerId);
  if (sellerAccount === null) {
    throw invalid(violation("sellerId", "ist mit diesem Channel nicht verbunden", "is not connected to this channel"));
  }
  const ticket = { ...input, subject: habits.kept(input.subject), message: habits.kept(input.message) };
  if (await isDropped(habits, store, name, ticket, "channel", input.message)) return empty(201);
  const event = { channel: name, ...ticket };
  await store.addTicket(
    name,
    ticket,
    { id: eventId(), target: `seller:${sellerAccount}`, type: TICKET_EVENT, event, clientVersion: null },
    now,
  );
  return empty(201);
}

async function reply({ received, store, account, habits, now }: Context): Promise<Reply> {
  const input = readReply(received);
  await findTicket(store, account, input.channel, input.reply, (fault) => invalid(fault));
  const said = { ...input.reply, message: habits.kept(input.reply.message) };
  if (await isDropped(habits, store, input.channel, said, "seller", input.reply.message)) return empty(201);
  await store.addReply(input.channel, said, replyEvent(input.channel, said), now, []);
  return empty(201);
}

/** Whether what was said is taken and goes no further; it may be refused instead. */
async function isDropped(
  habits: Habits,
  store: Store,
  channelName: string,
  said: Said,
  side: Side,
  sent: string,
): Promise<boolean> {
  const status = await habits.refusesCopy(400, () => store.hasMessage(channelName, said, side));
  if (status !== undefined) {
    throw new Problem(status, [violation("message", "wurde bereits gesendet", "was sent already")]);
  }
  const rejected = await habits.rejects(sent);
  if (rejected === "visibly") {
    throw invalid(violation("message", "enthält unzulässige Wörter", "contains words that are not allowed"));
  }
  return rejected === "silently";
}

/** What the channel is told of a reply; the version is the one of the seller's ERP client. */
export function replyEvent(channelName: string, said: Said): NewEvent {
  return { id: eventId(), target: channelName, type: REPLY_EVENT, event: said, clientVersion: "1.11.0.6" };
}

async function upload(context: Context): Promise<Reply> {
  const { received, store, account } = context;
  const name = channelOf(context);
  const { key, type, bytes } = readUpload(received);
  const ticket = await findTicket(store, account, name, key, missing);
  if ((await store.file(ticket, account.side, key.filename)) === null) {
    throw invalid(violation("attachmentData.filename", "wurde nicht angekündigt", "was not announced"));
  }
  await store.run(store.newFile(name, key, account.side, type, bytes));
  return empty(201);
}

/** Each side gets the files of the other one. */
async function download(context: Context): Promise<Reply> {
  const { received, store, account } = context;
  const name = channelOf(context);
  const key = readFileKey(received.query);
  const ticket = await findTicket(store, account, name, key, missing);
  const other: Side = account.side === "channel" ? "seller" : "channel";
  const file = await store.file(ticket, other, key.filename);
  if (file === null || file.size === null) throw notFound("Die Datei gibt es nicht", "There is no such file");
  return {
    status: 200,
    // The type is not documented, so clients must not rely on it.
    headers: { "content-type": "application/octet-stream" },
    body: await store.fileContent(ticket, other, key.filename),
  };
}

async function listEvents({ received, store, account, settings, now }: Context): Promise<Reply> {
  const filter = readEventFilter(received.query);
  const duplicates = settings.duplicates === true;
  const rows = await store.deliver(
    targetOf(account),
    filter,
    Math.max(1, Math.floor(number(settings.page_size, 100) / (duplicates ? 2 : 1))),
    number(settings.max_deliveries, 10),
    now,
    now + number(settings.invisible_ms, 300_000),
  );
  return json(200, { eventList: (duplicates ? rows.flatMap((row) => [row, row]) : rows).map(eventJson) });
}

async function acknowledge({ received, store, account }: Context): Promise<Reply> {
  await store.acknowledge(targetOf(account), readEventIds(received));
  return empty(204);
}

/** A seller names the channel in the path; a channel is its own. */
function channelOf({ account, params }: Context): string {
  return account.channel ?? readChannelSegment(params.channel ?? "");
}

const missing = (): Problem => notFound("Das Ticket gibt es nicht", "There is no such ticket");

async function findTicket(
  store: Store,
  account: Account,
  channelName: string,
  { sellerId, ticketId }: { sellerId: string; ticketId: string },
  problem: (fault: ReturnType<typeof violation>) => Problem,
): Promise<TicketRow> {
  const own = account.side === "channel" || (await store.sellerAccount(channelName, sellerId)) === account.id_account;
  const ticket = own ? await store.ticket(channelName, sellerId, ticketId) : null;
  if (ticket === null) throw problem(violation("ticketId", "gibt es nicht", "does not exist"));
  return ticket;
}

function number(setting: Settings[string] | undefined, fallback: number): number {
  return typeof setting === "number" && setting >= 0 ? setting : fallback;
}

function eventJson(row: EventRow): Record<string, unknown> {
  return {
    id: row.id,
    createdAt: `${new Date(row.created_ms).toISOString().slice(0, 19)}+00:00`,
    type: row.type,
    event: JSON.parse(row.event),
    ...(row.client_version === null ? {} : { clientVersion: row.client_version }),
  };
}
