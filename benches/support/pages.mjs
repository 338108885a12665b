/**
 * Turns the bytes of a page of 100 tickets into typed, checked objects, in the runtime that loads
 * this module.
 */
import { interleave, same } from "./interleave.mjs";

const TOPICS = ["order_cancel", "delivery_not_received", "return_check_status", "invoice_needed", null];
const STATUS = ["opened", "buyer_closed", "seller_closed", "both_closed"];
const REASONS = ["product_not_as_described", "product_defect", "product_not_delivered", "contact_other"];

/** A page as the marketplace sends it: about 36 KB. */
function page() {
  const data = Array.from({ length: 100 }, (_, at) => ({
    id_ticket: `001${String(50_000_000 + at * 7919).padStart(8, "0")}`,
    ids_order_units: Array.from({ length: 1 + (at % 7) }, (_, unit) => 314_567_000 + at * 10 + unit),
    id_buyer: at % 9 === 0 ? null : 12_345_000 + at,
    ts_created_iso: `2026-03-02T08:${String(at % 60).padStart(2, "0")}:00Z`,
    ts_updated_iso: `2026-03-04T17:${String((at * 7) % 60).padStart(2, "0")}:31Z`,
    status: STATUS[at % STATUS.length],
    open_reason: REASONS[at % REASONS.length],
    topic: TOPICS[at % TOPICS.length],
    is_seller_responsible: at % 2 === 0,
    fulfillment_type: "fulfilled_by_merchant",
    storefront: "de",
  }));
  return { data, pagination: { offset: 0, limit: 100, total: 4321 } };
}

/**
 * The same checks as our models: unknown fields are kept, enums are open, and optional fields may
 * be null.
 */
function schema(z) {
  const ticket = z.looseObject({
    id_ticket: z.string(),
    ids_order_units: z.array(z.int()),
    id_buyer: z.int().nullish(),
    ts_created_iso: z.string(),
    ts_updated_iso: z.string(),
    status: z.string(),
    open_reason: z.string(),
    topic: z.string().nullish(),
    is_seller_responsible: z.boolean(),
    fulfillment_type: z.string(),
  });
  const pagination = z.looseObject({ offset: z.int(), limit: z.int(), total: z.int() });
  return z.looseObject({ data: z.array(ticket), pagination: pagination.nullish() });
}

async function makeCases({ api, z }) {
  const tickets = schema(z);
  const bytes = new TextEncoder().encode(JSON.stringify(page()));
  const decoder = new TextDecoder();
  const response = () => new Response(bytes, { headers: { "content-type": "application/json" } });
  const gateway = "https://dashboard.example.com/api/accounts/kf-de";
  const kaufland = new api.Kaufland({ gateway });

  const cases = {
    "ours: `decode(response)`": (answer) => kaufland.decode("listTickets", answer),
    "`response.json()`, zod": async (answer) => tickets.parse(await answer.json()),
    "`response.json()` alone, nothing checked": (answer) => answer.json(),
    "bytes, `JSON.parse`, zod": () => tickets.parse(JSON.parse(decoder.decode(bytes))),
    "bytes, `JSON.parse` alone, nothing checked": () => JSON.parse(decoder.decode(bytes)),
  };
  const prepare = Object.fromEntries(
    Object.keys(cases)
      .slice(0, 3)
      .map((name) => [name, response]),
  );

  const passedOn = { "x-seller-tickets-origin": "marketplace", "x-seller-tickets-sent": "yes" };
  /** Whether each of the two checks finds a page as documented. */
  const finds = {
    ours: async (given) => {
      const fetch = async () => Response.json(given, { headers: passedOn });
      const { odd } = await new api.Kaufland({ gateway, fetch }).listTickets();
      return odd.length === 0;
    },
    zod: async (given) => tickets.safeParse(given).success,
  };
  return { cases, prepare, finds, size: bytes.byteLength };
}

/** Checks that all cases give the same result for the page, and find the same pages odd. */
async function check({ cases, prepare, finds }) {
  const names = Object.keys(cases);
  const results = await Promise.all(names.map((name) => cases[name](prepare[name]?.())));
  const sorted = (value) =>
    JSON.parse(
      JSON.stringify(value, Object.keys({ data: 0, pagination: 0, ...value.data[0], ...value.pagination }).sort()),
    );
  for (const result of results) same("pages", sorted(results[4]), sorted(result));
  for (const wrong of [
    undefined,
    { status: 5 },
    { id_ticket: null },
    { ids_order_units: [1.5] },
    { is_seller_responsible: "no" },
  ]) {
    const given = page();
    Object.assign(given.data[70], wrong);
    for (const [name, fits] of Object.entries(finds)) {
      if ((await fits(given)) !== (wrong === undefined)) throw new Error(`${name} judges ${JSON.stringify(wrong)}`);
    }
  }
}

/** With `first`, measures only the first call of this case. */
export async function measure(libraries, { runs, batch, first }) {
  const made = await makeCases(libraries);
  const { cases, prepare, size } = made;
  if (first !== undefined) {
    const given = prepare[first]?.();
    const begun = performance.now();
    await cases[first](given);
    return performance.now() - begun;
  }
  await check(made);
  return { size, samples: await interleave(cases, { runs, batch, warmUp: 5, prepare }) };
}

let made;

/**
 * Returns the cases' names, or runs a case `batch` times in a row. A Worker is timed from outside.
 */
export async function handle({ api, z }, { name, batch }) {
  if (name === undefined) {
    made = await makeCases({ api, z });
    await check(made);
    made.cases.nothing = () => {};
    return Object.keys(made.cases);
  }
  const { cases, prepare } = made;
  for (let turn = 0; turn < batch; turn += 1) await cases[name](prepare[name]?.());
}
