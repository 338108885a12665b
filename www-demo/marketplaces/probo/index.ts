// Probo print API: tickets. `POST /probo/ticket` is all there is.

import type { Habits } from "../shared/habits.ts";
import { json, type Received, type Reply } from "../shared/http.ts";
import type { Marketplace, Settings } from "../shared/marketplace.ts";
import type { D1Database } from "../shared/runtime.ts";
import { errorBody, Invalid, Problem, problem, QUOTA } from "./errors.ts";
import { Quota } from "./quota.ts";
import { type NewTicket, readNewTicket } from "./rules.ts";
import { seed } from "./seed.ts";
import { Store, TABLES, VERSION } from "./store.ts";

const API = "/probo";

const quota = new Quota();
/** How many requests were not valid: the faults of every second one are an array. */
let refused = 0;

export const probo: Marketplace = {
  id: "probo",
  basePath: API,
  tables: TABLES,
  version: VERSION,
  defaults: {
    /** Calls per window and token; `null` for no limit. */
    rate_limit: 300,
    rate_window_ms: 60_000,
    /** Where tickets are created. The documentation does not print it. */
    ticket_path: "/ticket",
    /**
     * Where pictures must be when the reason asks for them: `product` for each one, `ticket` for
     * any.
     */
    files_per: "product",
    /** Whether the order and its products must exist here. */
    known_orders: false,
  },
  // Nothing of it can be read.
  late: {},
  lists: [],
  seed,
  errorBody,
  forget: () => {
    quota.clear();
    refused = 0;
  },

  async handle(received: Received, db: D1Database, settings: Settings, habits: Habits): Promise<Reply> {
    const store = new Store(db);
    let headers: Record<string, string> = {};
    try {
      const reseller = await authenticate(received, store);
      const { rate_limit, rate_window_ms } = settings;
      if (typeof rate_limit === "number") {
        const admission = quota.take(String(reseller), rate_limit, Number(rate_window_ms), Date.now());
        headers = admission.headers;
        if (!admission.admitted) return json(429, QUOTA, headers);
      }
      return json(200, await answer(received, store, reseller, settings, habits), headers);
    } catch (error) {
      if (error instanceof Invalid) {
        refused += 1;
        return withHeaders(error.toReply(refused % 2 === 1), headers);
      }
      if (error instanceof Problem) return withHeaders(error.toReply(), headers);
      throw error;
    }
  },
};

async function answer(
  received: Received,
  store: Store,
  reseller: number,
  settings: Settings,
  habits: Habits,
): Promise<unknown> {
  if (received.path.slice(API.length) !== settings.ticket_path) throw problem(404);
  if (received.method !== "POST") throw problem(405, { allow: "POST" });
  const type = (received.headers.get("content-type")?.split(";")[0] ?? "").trim().toLowerCase();
  if (type !== "application/json") throw problem(415);
  const input = readNewTicket(received.body, settings.files_per === "ticket" ? "ticket" : "product");
  if (settings.known_orders === true) await checkOrder(input, store, reseller);
  const description = input.description === null ? null : habits.kept(input.description);
  const ticket = { ...input, description };
  // The id is refused a second time anyway; this is the same complaint under another one.
  const status = await habits.refusesCopy(400, () => store.hasComplaint(reseller, ticket));
  if (status === 400) throw new Invalid(["order_id: has an open ticket for this reason"]);
  if (status !== undefined) throw problem(status);
  const rejected = await habits.rejects(input.description ?? "");
  if (rejected === "visibly") throw new Invalid(["description: contains words that are not allowed"]);
  const number = rejected === "silently" ? 0 : await store.createTicket(reseller, ticket, new Date().toISOString());
  return { status: "open", message: "Ticket created", id: ticket.id, ticket_number: number };
}

/** The token from the vendor's settings is base64 already, and goes after the word as it is. */
async function authenticate(received: Received, store: Store): Promise<number> {
  const [, token] = /^Basic ([^\s]+)$/.exec(received.headers.get("authorization") ?? "") ?? [];
  const reseller = token === undefined ? null : await store.reseller(token);
  if (reseller === null) throw problem(401);
  return reseller;
}

async function checkOrder(ticket: NewTicket, store: Store, reseller: number): Promise<void> {
  const products = await store.orderProducts(reseller, ticket.order_id);
  if (products === null) throw new Invalid(["order_id: is not one of your orders"]);
  const faults = ticket.products.flatMap(({ id, amount }, index) => {
    const ordered = products.get(id);
    if (ordered === undefined) return [`products.${index}.id: is not in the order`];
    return amount > ordered ? [`products.${index}.amount: is more than the ${ordered} ordered`] : [];
  });
  if (faults.length > 0) throw new Invalid(faults);
}

function withHeaders(reply: Reply, headers: Record<string, string>): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
