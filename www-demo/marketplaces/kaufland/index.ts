// Kaufland Marketplace Seller API v2: tickets. `/kaufland/v2/…` is the API, `/kaufland/files/…` the
// downloads, `/kaufland/pictures/…` the products' pictures.
//
//   POST /control/kaufland/message   a customer writes: { "id_ticket": "…", "text": "…" }; with
//                                    "quiet": true the time of the last change stays, which the
//                                    vendor does not document
//   POST /control/kaufland/close     a customer closes: { "id_ticket": "…" }

import { type Habits, queryNumber, withQuery } from "../shared/habits.ts";
import { json, type Received, type Reply } from "../shared/http.ts";
import type { Marketplace, Settings } from "../shared/marketplace.ts";
import { RateLimit } from "../shared/rate-limit.ts";
import type { D1Database } from "../shared/runtime.ts";
import { errorBody, notFound, Problem } from "./errors.ts";
import { download, picture, route } from "./routes.ts";
import { seed } from "./seed.ts";
import { authenticate } from "./signature.ts";
import { Store, TABLES, VERSION } from "./store.ts";

const API = "/kaufland/v2";
const FILES = "/kaufland/files";
const PICTURES = "/kaufland/pictures";
const LISTS = [`${API}/tickets`, `${API}/tickets/messages`];
const MAX_PAGE = 30;

const rates = new RateLimit();

export const kaufland: Marketplace = {
  id: "kaufland",
  basePath: API,
  tables: TABLES,
  version: VERSION,
  defaults: {
    /** Requests per second and seller; `null` for no limit. */
    rate_limit: 111,
    /** Whether `status[0]=opened` is read as an array; the documentation does not know it. */
    array_brackets: false,
    /**
     * The origin in the addresses of tickets' files, such as `http://localhost:8787`; `null` for
     * the API's own. The only file in the documentation is on another host than the API.
     */
    file_origin: null,
  },
  late: {
    tickets: ["kaufland_tickets", "kaufland_ticket_order_units"],
    messages: ["kaufland_messages"],
    files: ["kaufland_files"],
  },
  lists: ["data", "messages", "files"],
  page(received, settings, { rows, again }) {
    const limit = Math.min(rows ?? MAX_PAGE, queryNumber(received, "limit", MAX_PAGE));
    const asked = LISTS.includes(received.path) ? withQuery(received, "limit", String(limit)) : received;
    return { received: again && asked !== received ? withQuery(asked, "offset", "0") : asked, settings };
  },
  seed,
  errorBody,
  forget: () => rates.clear(),

  async handle(received: Received, db: D1Database, settings: Settings, habits: Habits): Promise<Reply> {
    try {
      return await answer(received, new Store(db), settings, habits);
    } catch (error) {
      if (error instanceof Problem) return error.toReply();
      throw error;
    }
  },

  async act(action: string, input: unknown, db: D1Database): Promise<Reply | undefined> {
    if (action !== "message" && action !== "close") return undefined;
    const { id_ticket, text, quiet = false } = Object(input) as Record<string, unknown>;
    if (typeof id_ticket !== "string" || (action === "message" && typeof text !== "string")) {
      return json(400, { error: "id_ticket and text must be texts" });
    }
    const store = new Store(db);
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const isDone =
      action === "close"
        ? await store.buyerCloses(id_ticket, now)
        : await store.buyerWrites(id_ticket, String(text), now, quiet === true);
    return isDone ? json(201, { id_ticket }) : json(404, { error: `there is no open ticket ${id_ticket}` });
  },
};

async function answer(received: Received, store: Store, settings: Settings, habits: Habits): Promise<Reply> {
  if (received.path.startsWith(`${FILES}/`)) return download(received, store, received.path.slice(FILES.length));
  if (received.path.startsWith(`${PICTURES}/`)) return picture(received, received.path.slice(PICTURES.length));
  if (!received.path.startsWith(`${API}/`)) throw notFound("There is no such endpoint");
  const now = new Date();
  const seller = await authenticate(received, store, Math.floor(now.getTime() / 1000));
  const { rate_limit, array_brackets, file_origin } = settings;
  if (typeof rate_limit === "number" && !rates.admit(seller.client_key, rate_limit, now.getTime())) {
    throw new Problem(429, "about:blank", "Too Many Requests");
  }
  const { handler, params } = route(received.method, received.path.slice(API.length));
  const fileOrigin = typeof file_origin === "string" ? file_origin : received.origin;
  const allowBrackets = array_brackets === true;
  return handler({ received, store, seller, params, allowBrackets, fileOrigin, habits, now });
}
