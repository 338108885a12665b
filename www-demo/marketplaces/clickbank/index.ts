// ClickBank Tickets API 1.3: `/clickbank/rest/1.3/tickets/…`.
//
//   POST /control/clickbank/comment   a customer writes: { "ticketid": 1, "comment": "…" }; a closed
//                                     ticket is open again
//   POST /control/clickbank/close     a customer closes: { "ticketid": 1 }

import type { Habits } from "../shared/habits.ts";
import { json, type Received, type Reply } from "../shared/http.ts";
import type { Marketplace, Settings } from "../shared/marketplace.ts";
import { RateLimit } from "../shared/rate-limit.ts";
import type { D1Database } from "../shared/runtime.ts";
import { authenticate } from "./auth.ts";
import { errorBody, forbidden, Refusal } from "./errors.ts";
import { route, SCHEMAS, schema } from "./routes.ts";
import { checkUrl } from "./rules.ts";
import { seed } from "./seed.ts";
import { Store, TABLES, VERSION } from "./store.ts";

const API = "/clickbank/rest";
const DAY = 86_400_000;

const rates = new RateLimit();
/** Requests of the day by account. */
const days = new Map<string, number>();

export const clickbank: Marketplace = {
  id: "clickbank",
  basePath: API,
  tables: TABLES,
  version: VERSION,
  defaults: {
    /** Requests per second and address; `null` for no limit. */
    rate_limit: 10,
    /** Requests per day and account; `null` for no limit. */
    daily_limit: 25_000,
    /**
     * Whether the older authorization with two keys is demanded, as the endpoints' role lists still
     * say.
     */
    developer_key_required: false,
    /**
     * When refunds of digital goods run: `at_expiration`, when the ticket's `expirationDate` has
     * come, or `at_once`.
     */
    refunds_run: "at_expiration",
    /** How many seconds the clock is ahead, so that a test can let time pass. */
    ahead_s: 0,
    /** The most rows of a page of the list; every second page holds a little less. */
    page_size: 100,
    /** The shapes of JSON: `null` lets them vary with what is asked. `wrapped` or `bare`: */
    single: null,
    /** `number`, `text` or `object`. */
    count: null,
    /** `null` as a text, `object` or `nothing`. */
    empty_list: null,
  },
  late: {
    tickets: ["clickbank_tickets"],
    comments: ["clickbank_comments"],
    amounts: ["clickbank_sales"],
  },
  lists: ["ticketData", "comments"],
  page(received, settings, { rows, again }) {
    const asked = new Headers(received.headers);
    if (again) asked.delete("page");
    const size = typeof settings.page_size === "number" ? settings.page_size : 100;
    const capped = rows === undefined ? settings : { ...settings, page_size: Math.min(rows, size) };
    return { received: { ...received, headers: asked }, settings: capped };
  },
  seed,
  errorBody,
  forget: () => {
    rates.clear();
    days.clear();
  },

  async handle(received: Received, db: D1Database, settings: Settings, habits: Habits): Promise<Reply> {
    try {
      return await answer(received, new Store(db), settings, habits);
    } catch (error) {
      if (error instanceof Refusal) return error.toReply();
      throw error;
    }
  },

  async act(action: string, input: unknown, db: D1Database, settings: Settings): Promise<Reply | undefined> {
    if (action !== "comment" && action !== "close") return undefined;
    const { ticketid, comment } = Object(input) as Record<string, unknown>;
    if (typeof ticketid !== "number" || (action === "comment" && typeof comment !== "string")) {
      return json(400, { error: "ticketid must be a number, and comment text" });
    }
    const said = action === "comment" ? String(comment) : null;
    const store = new Store(db);
    const now = Math.floor(clock(settings) / 1000);
    await store.runRefunds(now);
    const isDone = await store.customerActs(ticketid, said, now);
    return isDone ? json(201, { ticketid }) : json(404, { error: `there is no such ticket ${ticketid}` });
  },
};

const clock = ({ ahead_s }: Settings): number => Date.now() + (typeof ahead_s === "number" ? ahead_s * 1000 : 0);

async function answer(received: Received, store: Store, settings: Settings, habits: Habits): Promise<Reply> {
  if (!received.path.startsWith(`${API}/`)) throw new Refusal(404, "Not Found");
  checkUrl(received);
  const now = clock(settings);
  const { rate_limit, daily_limit } = settings;
  // Everyone here has one address.
  if (typeof rate_limit === "number" && !rates.admit("", rate_limit, now)) {
    throw forbidden(`Access denied: more than ${rate_limit} requests per second`);
  }
  const path = received.path.slice(API.length);
  const text = SCHEMAS[path];
  if (text !== undefined) return schema(received, text);
  const key = await authenticate(received, store, settings.developer_key_required === true);
  const day = `${key.account} ${Math.floor(now / DAY)}`;
  const used = days.get(day) ?? 0;
  if (typeof daily_limit === "number" && used >= daily_limit) {
    throw forbidden(`Access denied: more than ${daily_limit} requests today`);
  }
  days.set(day, used + 1);
  await store.runRefunds(Math.floor(now / 1000));
  const { handler, params } = route(received.method, path);
  return handler({ received, store, key, params, settings, habits, now: Math.floor(now / 1000) });
}
