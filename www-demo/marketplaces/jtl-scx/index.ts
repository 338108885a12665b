// JTL-Channel API (SCX): tickets, of both sides. `/jtl-scx/v1/…` and `/jtl-scx/v2/…` are the API.
//
//   POST /control/jtl-scx/reply   the seller answers:
//                                 { "sellerId": "4711", "ticketId": "…", "message": "…", "from"?,
//                                   "replyRequested"?, "channel"?, "attachment"?: [{ "filename",
//                                   "contentType", "text" or "base64" }] }
//                                 A file with neither text nor base64 is not uploaded.
//   POST /control/jtl-scx/event   any event:
//                                 { "type": "…", "event": {…}, "side"?: "channel" or "seller" }
//
// The type of the event that tells a seller of a ticket, `Channel:Ticket.Created`, is made up: the
// vendor documents no name for it.

import type { Habits } from "../shared/habits.ts";
import { json, type Received, type Reply } from "../shared/http.ts";
import type { Marketplace, Settings } from "../shared/marketplace.ts";
import type { Bytes, D1Database } from "../shared/runtime.ts";
import { authenticate, signIn } from "./auth.ts";
import { errorBody, languageOf, notFound, Problem } from "./errors.ts";
import { Rates } from "./rates.ts";
import { dispatch, replyEvent } from "./routes.ts";
import type { Said } from "./rules.ts";
import { CHANNEL, SELLER_ACCOUNT, seed } from "./seed.ts";
import { eventId, Store, TABLES, VERSION } from "./store.ts";

const API = "/jtl-scx";

const rates = new Rates();

export const jtlScx: Marketplace = {
  id: "jtl-scx",
  basePath: API,
  tables: TABLES,
  version: VERSION,
  defaults: {
    /** Life of a session token in seconds: the reference shows 360, the guide 3600. */
    expires_in: 360,
    /** `/v1/auth` answers 426. */
    upgrade_required: false,
    /** How long a delivered event that is not acknowledged stays away. */
    invisible_ms: 300_000,
    /** After so many deliveries an event is left for dead. */
    max_deliveries: 10,
    /** Every event comes twice in one answer. */
    duplicates: false,
    /** The most events of one answer. */
    page_size: 100,
    /** The vendor's production limits; `false` for none, and no headers of them. */
    rate_limits: true,
    rate_window_ms: 60_000,
    /** Multiplies the limits; the sandbox's differ. */
    rate_scale: 1,
  },
  // An event is new or not; how often it was delivered is no one's to read.
  late: {
    events: [{ table: "jtl_scx_events", changes: [] }],
    files: ["jtl_scx_files"],
    tokens: ["jtl_scx_tokens"],
  },
  lateToWrites: ["tokens"],
  lists: ["eventList"],
  page(received, settings, { rows, again }) {
    const page_size = rows === undefined ? settings.page_size : Math.min(rows, Number(settings.page_size));
    // Events that are not hidden after delivery come again.
    return {
      received,
      settings: {
        ...settings,
        page_size: page_size ?? 100,
        ...(again ? { invisible_ms: 0, max_deliveries: 1e9 } : {}),
      },
    };
  },
  seed,
  errorBody,
  forget: () => rates.clear(),

  async handle(received: Received, db: D1Database, settings: Settings, habits: Habits): Promise<Reply> {
    const headers: Record<string, string> = {};
    const reply = await answer(received, new Store(db), settings, habits, headers).catch((error: unknown) => {
      if (error instanceof Problem) return error.toReply(languageOf(received.headers.get("accept-language")));
      throw error;
    });
    return { ...reply, headers: { ...headers, ...reply.headers } };
  },

  async act(action: string, input: unknown, db: D1Database): Promise<Reply | undefined> {
    if (action === "reply") return sellerReplies(input, new Store(db));
    if (action === "event") return raiseEvent(input, new Store(db));
    return undefined;
  },
};

async function answer(
  received: Received,
  store: Store,
  settings: Settings,
  habits: Habits,
  headers: Record<string, string>,
): Promise<Reply> {
  const now = Date.now();
  const path = received.path.slice(API.length);
  const count = (account: string) => {
    if (settings.rate_limits === false) return;
    const { rate_window_ms, rate_scale } = settings;
    Object.assign(headers, rates.admit(account, path, Number(rate_window_ms), Number(rate_scale), now));
  };
  if (!received.path.startsWith(`${API}/`)) throw notFound("Diese Route gibt es nicht", "There is no such route");
  if (path === "/v1/auth") {
    // No caller is known yet; the body tells one from another.
    count(`auth ${new TextDecoder().decode(received.body.subarray(0, 200))}`);
    return signIn(received, store, settings, now);
  }
  const account = await authenticate(received, store, now);
  count(String(account.id_account));
  return dispatch({ received, store, account, settings, habits, now }, path);
}

// --- the other side, for tests and the demo ------------------------------------------------------

type Input = Record<string, unknown>;

async function sellerReplies(input: unknown, store: Store): Promise<Reply> {
  const {
    channel = CHANNEL,
    sellerId = "4711",
    ticketId,
    message,
    from,
    replyRequested = false,
    attachment = [],
  } = Object(input) as Input;
  if (typeof ticketId !== "string" || typeof message !== "string" || !Array.isArray(attachment)) {
    return json(400, { error: "ticketId and message must be texts, attachment a list" });
  }
  const ticket = await store.ticket(String(channel), String(sellerId), ticketId);
  if (ticket === null) return json(404, { error: `there is no ticket ${ticketId} of ${sellerId} on ${channel}` });
  const now = Date.now();
  const said: Said = {
    sellerId: ticket.seller_id,
    ticketId,
    replyRequested: replyRequested === true,
    createdAt: `${new Date(now).toISOString().slice(0, 19)}+00:00`,
    from: (from ?? { role: "SELLER", name: "Musterladen" }) as Said["from"],
    message,
    attachment: attachment.map(({ filename, contentType = "text/plain" }: Input) => ({
      filename: String(filename),
      contentType: String(contentType),
    })),
  };
  const uploads = attachment.flatMap((file: Input, index) => {
    const bytes = contentOf(file);
    const announced = said.attachment[index];
    if (bytes === undefined || announced === undefined) return [];
    const key = { sellerId: ticket.seller_id, ticketId, filename: announced.filename };
    return store.newFile(ticket.channel, key, "seller", announced.contentType, bytes);
  });
  const event = replyEvent(ticket.channel, said);
  await store.addReply(ticket.channel, said, event, now, uploads);
  return json(201, { id: event.id });
}

function contentOf({ text, base64 }: Input): Bytes | undefined {
  if (typeof text === "string") return new TextEncoder().encode(text);
  if (typeof base64 === "string") return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return undefined;
}

async function raiseEvent(input: unknown, store: Store): Promise<Reply> {
  const { type, event = {}, side = "channel" } = Object(input) as Input;
  if (typeof type !== "string") return json(400, { error: "type must be a text" });
  const target = side === "seller" ? `seller:${SELLER_ACCOUNT}` : CHANNEL;
  const id = eventId();
  await store.run([store.newEvent({ id, target, type, event, clientVersion: null }, Date.now())]);
  return json(201, { id });
}
