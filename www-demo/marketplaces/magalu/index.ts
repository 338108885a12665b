// Magalu Seller API: tickets (SAC). `/magalu/seller/…` is the API, `/magalu-id/…` the sign-in (ID
// Magalu).
//
//   POST /control/magalu/message   a customer writes: { "ticket_id": "…", "message": "…" }

import { type Habits, queryNumber, withQuery } from "../shared/habits.ts";
import { json, type Received, type Reply } from "../shared/http.ts";
import type { Marketplace, Settings } from "../shared/marketplace.ts";
import { RateLimit } from "../shared/rate-limit.ts";
import type { D1Database } from "../shared/runtime.ts";
import { detailText, edgePage, errorBody, Problem, platform } from "./errors.ts";
import { authenticate, identity } from "./oauth.ts";
import { dispatch, messageTimes } from "./routes.ts";
import { CUSTOMER, seed } from "./seed.ts";
import { Store, TABLES, VERSION } from "./store.ts";

const API = "/magalu";
const ID = "/magalu-id";
const LIST = /\/(?:tickets|messages|events|returns|transactions)$/;
const DEFAULT_PAGE = 50;
/** Where a 303 on the same host sends to. */
const MOVED = "/-moved";

const rates = new RateLimit(60_000);

export const magalu: Marketplace = {
  id: "magalu",
  also: ["magalu-id"],
  basePath: API,
  tables: TABLES,
  version: VERSION,
  defaults: {
    /**
     * Requests per minute and seller; `null` for no limit. The number published for orders: tickets
     * have none of their own.
     */
    rate_limit: 850,
    /**
     * Only the sandbox's channel, orders that need not exist, and values of `code` that force
     * failures.
     */
    sandbox: true,
    /** Life of an access token in seconds; the vendor's most is 7200, and some clients get 20. */
    expires_in: 7200,
    /** From the 202 to the end of its transaction. */
    transaction_ms: 1500,
    /** What all transactions come to: `completed`, `failed` or `cancelled`. */
    transaction_outcome: "completed",
    /** From the moment a message is there to the end of its moderation. */
    moderation_ms: 1000,
    /** Whether rejected messages can be read; integrators report that they vanish. */
    show_rejected: false,
    /**
     * What answers a new message: `transaction`, or `message` as on an older page of the
     * documentation.
     */
    message_reply: "transaction",
    /** Life of a return in the sandbox. */
    return_life_ms: 3_600_000,
    /** Whether the last page of a list has no next link; the documentation's example has one. */
    next_link_ends: false,
    /** The network in front of the API refuses everything, with a page. */
    edge_block: false,
    /** A 303 to each GET: `same` to another path of this host, `elsewhere` to another host. */
    see_other: null,
  },
  late: {
    tickets: ["magalu_tickets"],
    messages: ["magalu_messages", "magalu_attachments"],
    events: ["magalu_events"],
    returns: ["magalu_returns"],
    transactions: ["magalu_transactions"],
    // A token that ID Magalu has given, and that the API does not know yet.
    tokens: ["magalu_access_tokens"],
  },
  lateToWrites: ["tokens"],
  lists: ["results"],
  page(received, settings, { rows, again }) {
    if (!LIST.test(received.path)) return { received, settings };
    const limit = queryNumber(received, "_limit", DEFAULT_PAGE);
    const asked = rows === undefined ? received : withQuery(received, "_limit", String(Math.min(rows, limit)));
    return { received: again ? withQuery(asked, "_offset", "0") : asked, settings };
  },
  seed,
  errorBody,
  forget: () => rates.clear(),

  async handle(received: Received, db: D1Database, settings: Settings, habits: Habits): Promise<Reply> {
    const requestId = received.headers.get("x-request-id") ?? crypto.randomUUID();
    const reply = await answer(received, new Store(db), settings, habits).catch((error: unknown) => {
      if (error instanceof Problem) return error.reply;
      throw error;
    });
    return { ...reply, headers: { ...reply.headers, "x-request-id": requestId } };
  },

  async act(action: string, input: unknown, db: D1Database): Promise<Reply | undefined> {
    if (action !== "message") return undefined;
    const { ticket_id, message } = Object(input) as Record<string, unknown>;
    if (typeof ticket_id !== "string" || typeof message !== "string") {
      return json(400, { error: "ticket_id and message must be texts" });
    }
    const store = new Store(db);
    const now = Date.now();
    const ticket = await store.ticket(1, ticket_id, now);
    if (ticket === null) return json(404, { error: `there is no ticket ${ticket_id}` });
    const id = crypto.randomUUID();
    const said = { message, destination: "seller", code: null, owner: null, attachments: [] };
    // What customers write is shown when it has been moderated.
    const times = messageTimes({ moderation_ms: 0 }, now, now);
    await store.run(store.newMessage(id, ticket, said, { ...CUSTOMER, type: "customer" }, [], times));
    return json(201, { message_id: id });
  },
};

async function answer(received: Received, store: Store, settings: Settings, habits: Habits): Promise<Reply> {
  const now = Date.now();
  if (settings.edge_block === true) throw edgePage(403);
  if (received.path.startsWith(`${ID}/`)) {
    return identity(received, received.path.slice(ID.length), store, settings, now);
  }
  if (!received.path.startsWith(`${API}/`)) throw detailText(404, "Not Found");
  let path = received.path.slice(API.length);
  const moved = path.startsWith(`${MOVED}/`);
  if (moved) path = path.slice(MOVED.length);
  const access = await authenticate(received, store, now);
  const { rate_limit, see_other } = settings;
  if (typeof rate_limit === "number" && !rates.admit(String(access.id_seller), rate_limit, now)) throw platform(429);
  if (received.method === "GET" && !moved && (see_other === "same" || see_other === "elsewhere")) {
    const target = `${MOVED}${path}${received.query === "" ? "" : `?${received.query}`}`;
    const location = see_other === "same" ? `${API}${target}` : `https://elsewhere.example${target}`;
    return { status: 303, headers: { location }, body: null };
  }
  return dispatch(received, path, store, access, settings, habits, now);
}
