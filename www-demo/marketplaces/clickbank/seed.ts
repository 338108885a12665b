// The data a fresh marketplace holds: the same for the same seed, ending at the given moment.
//
//   account 1   two vendors: "musterlab", and "musterkurs", which is not enabled for partial
//               refunds
//               270 ordinary tickets, 31000001 to 31000270, of the three types in the three
//               statuses
//               7 special tickets, 39000001 to 39000007, for what clients get wrong (see
//               `specials`)
//               sales without a ticket, LOCAL001 to LOCAL009 (see `SALES`), and 40 further ones
//               three keys: for everything, for reading only, for writing only
//   account 2   3 tickets, 35000001 to 35000003, and the sale OTHER001: not to be seen by account 1

import { insertRows, type Value } from "../shared/database.ts";
import type { SeedOptions } from "../shared/marketplace.ts";
import { Random } from "../shared/random.ts";
import type { D1Database } from "../shared/runtime.ts";
import { decimal, refundAmounts } from "./money.ts";
import type { Fields } from "./render.ts";
import { type Language, PHRASES } from "./seed-texts.ts";
import { RECOMPUTE } from "./store.ts";
import {
  NEWER_ACTION,
  NEWER_REFUND_TYPE,
  NEWER_ROLE,
  NEWER_SOURCE,
  NEWER_STATUS,
  NEWER_TYPE,
  REASONS,
  type TicketType,
} from "./vocabulary.ts";

const ORDINARY_TICKETS = 270;
const HOUR = 3600;
const DAY = 24 * HOUR;

// For this machine only; they open nothing elsewhere.
const KEYS: [apiKey: string, account: number, canRead: number, canWrite: number][] = [
  ["API-LOCALCLICKBANK000000000000000000", 1, 1, 1],
  ["API-LOCALCLICKBANKREADONLY0000000000", 1, 1, 0],
  ["API-LOCALCLICKBANKWRITEONLY000000000", 1, 0, 1],
  ["API-LOCALCLICKBANK000000000000000002", 2, 1, 1],
];
const DEVELOPER_KEY = "DEV-LOCALCLICKBANK000000000000000000";
const VENDORS: [vendor: string, account: number, partialRefunds: number][] = [
  ["musterlab", 1, 1],
  ["musterkurs", 1, 0],
  ["nachbarlab", 2, 1],
];

/** What a US dollar is in the currency. */
const RATES: Record<string, number> = { USD: 1, EUR: 0.928, GBP: 0.79, CAD: 1.36, AUD: 1.52, BRL: 5.6 };

interface Product {
  title: string;
  itemNo: string;
  currency: string;
  cents: number;
  recurring?: boolean;
  physical?: boolean;
  vendor?: string;
}

const PRODUCTS: Product[] = [
  { title: "Garden Planner Course", itemNo: "1", currency: "USD", cents: 4700 },
  { title: "Guitar in 30 Days", itemNo: "2", currency: "USD", cents: 2999 },
  { title: "Keto Kitchen e-book", itemNo: "3", currency: "USD", cents: 1900 },
  { title: "Woodworking Plans Club", itemNo: "4-sub", currency: "USD", cents: 2700, recurring: true },
  { title: "Sleep Better Programme", itemNo: "5", currency: "EUR", cents: 6900 },
  { title: "Language Lounge", itemNo: "6-sub", currency: "USD", cents: 1495, recurring: true },
  { title: "Beekeeping Starter Kit", itemNo: "7", currency: "USD", cents: 12900, physical: true },
  { title: "Posture Cushion", itemNo: "8", currency: "USD", cents: 5990, physical: true },
  { title: "Photo Editing Masterclass", itemNo: "9", currency: "USD", cents: 19700, vendor: "musterkurs" },
];

/**
 * One line of a receipt: item, customer's currency and cents, product's currency and cents, cents
 * in US dollars.
 */
type Line = [itemNo: string, ...Prices];
type Prices = [currency: string, cents: number, productCurrency: string, productCents: number, usdCents: number];

interface Sale {
  vendor?: string;
  recurring?: boolean;
  physical?: boolean;
  /** The first receipt of the subscription. */
  subscription?: string;
  /** Seconds before the end of the data. */
  age?: number;
  customer?: Customer;
  title?: string;
}

const SALES: [receipt: string, line: Line, sale?: Sale][] = [
  ["LOCAL001", ["1", "USD", 4700, "USD", 4700, 4700]],
  ["LOCAL002", ["2", "EUR", 9280, "USD", 10000, 10000]],
  ["LOCAL003", ["4-sub", "USD", 2700, "USD", 2700, 2700], { recurring: true, age: 65 * DAY }],
  [
    "LOCAL003-B002",
    ["4-sub", "USD", 2700, "USD", 2700, 2700],
    { recurring: true, age: 35 * DAY, subscription: "LOCAL003" },
  ],
  [
    "LOCAL003-B003",
    ["4-sub", "USD", 2700, "USD", 2700, 2700],
    { recurring: true, age: 5 * DAY, subscription: "LOCAL003" },
  ],
  ["LOCAL004", ["7", "USD", 12900, "USD", 12900, 12900], { physical: true }],
  ["LOCAL005", ["1", "GBP", 3713, "USD", 4700, 4700]],
  ["LOCAL005", ["6-sub", "GBP", 1181, "USD", 1495, 1495], { recurring: true }],
  ["LOCAL005", ["8", "GBP", 4732, "USD", 5990, 5990], { physical: true }],
  ["LOCAL006", ["9", "USD", 19700, "USD", 19700, 19700], { vendor: "musterkurs" }],
  ["LOCAL007", ["5", "GBP", 5874, "EUR", 6900, 7435]],
  ["LOCAL008", ["3", "CAD", 2584, "USD", 1900, 1900]],
  ["LOCAL009", ["6-sub", "USD", 1495, "USD", 1495, 1495], { recurring: true }],
  ["OTHER001", ["1", "USD", 4700, "USD", 4700, 4700], { vendor: "nachbarlab" }],
];

interface Customer {
  first: string | null;
  last: string | null;
  email: string | null;
  locale: string | null;
  language: Language;
  currency: string;
}

const FIRST = ["Ana", "Ben", "Chloe", "Diego", "Emma", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Kim", "Lucía"];
const LAST = ["Lopez", "O'Neill", "Garcia", "Müller", "Smith", "Tremblay", "Brown", "Sánchez", "Novak", "Lee"];
const PLACES: [locale: string, language: Language, currency: string][] = [
  ["en_US", "en", "USD"],
  ["en_US", "en", "USD"],
  ["en_US", "en", "USD"],
  ["en_GB", "en", "GBP"],
  ["en_CA", "en", "CAD"],
  ["en_AU", "en", "AUD"],
  ["es_ES", "es", "EUR"],
  ["de_DE", "de", "EUR"],
  ["pt_BR", "en", "BRL"],
];

export async function seed(db: D1Database, options: SeedOptions): Promise<void> {
  const world = new World(options);
  world.sales();
  for (let index = 0; index < ORDINARY_TICKETS; index += 1) world.ordinaryTicket(31_000_001 + index);
  for (let index = 0; index < 40; index += 1) world.sale(world.random.pick(PRODUCTS), {});
  world.specials();
  world.neighbour();
  await db.batch([...world.statements(db), db.prepare(RECOMPUTE)]);
}

interface Said {
  /** Seconds after the opening. */
  after?: number;
  comment: string | null;
  action: string;
  role: string;
  extra?: Fields;
}

interface Plan {
  id: number;
  sold: Sold;
  type: string;
  status: string;
  opened: number;
  closed?: number | null;
  updated?: number;
  reason?: string | null;
  description?: string | null;
  refundType?: string | null;
  refundAmount?: string | null;
  source?: string | null;
  note?: string | null;
  email?: string | null;
  expires?: number | null;
  locked?: boolean;
  said: Said[];
  extra?: Fields;
  effect?: { state: string; customer: number; usd: number; cancels: boolean };
}

interface Sold {
  receipt: string;
  line: Line;
  sale: Required<Pick<Sale, "recurring" | "physical" | "customer" | "title">>;
}

class World {
  readonly random: Random;
  readonly #now: number;
  readonly #sales: Value[][] = [];
  readonly #tickets: Value[][] = [];
  readonly #comments: Value[][] = [];
  readonly #effects: Value[][] = [];
  readonly #receipts = new Set(SALES.map(([receipt]) => receipt));
  #nextComment = 900_001;

  constructor(options: SeedOptions) {
    this.random = new Random(options.seed);
    this.#now = Math.floor(options.now.getTime() / 1000);
  }

  sales(): void {
    for (const [receipt, line, sale = {}] of SALES) this.#sell(receipt, line, sale);
  }

  /** Sells the product to somebody under a new receipt. */
  sale(product: Product, sale: Sale): Sold {
    const customer = this.#customer();
    const rate = (RATES[customer.currency] ?? 1) / (RATES[product.currency] ?? 1);
    const usd = Math.round(product.cents / (RATES[product.currency] ?? 1));
    const line: Line = [
      product.itemNo,
      customer.currency,
      Math.round(product.cents * rate),
      product.currency,
      product.cents,
      usd,
    ];
    const { recurring = false, physical = false, vendor = "musterlab", title } = product;
    return this.#sell(this.#receipt(), line, { recurring, physical, vendor, title, customer, ...sale });
  }

  ordinaryTicket(id: number): void {
    const { random } = this;
    const type = random.weighted<TicketType>({ REFUND: 45, CANCEL: 20, TECH_SUPPORT: 35 });
    const status = random.weighted({ OPEN: 46, REOPENED: 8, CLOSED: 46 });
    const product = random.pick(type === "CANCEL" ? PRODUCTS.filter(({ recurring }) => recurring) : PRODUCTS);
    // More recent than old: the square of an even distribution over 60 days.
    const opened = this.#now - 2 * HOUR - Math.floor(random.next() ** 2 * 60 * DAY);
    const sold = this.sale(product, { age: this.#now - opened + random.int(1, 20) * DAY });
    const reason = random.pick(Object.keys(REASONS[type]));
    const said = this.#thread(type, status, sold);
    let after = 0;
    for (const entry of said) {
      entry.after = after;
      after += random.int(60, Math.max(61, Math.floor((this.#now - opened) / (said.length + 1))));
    }
    const updated = opened + (said.at(-1)?.after ?? 0);
    const plan: Plan = {
      id,
      sold,
      type,
      status,
      opened,
      closed: status === "CLOSED" ? updated : null,
      updated,
      reason,
      description: REASONS[type][reason] ?? null,
      source: random.pick(["CUSTOMER_WAM", "RNFDS_EMAIL", "API", "VENDOR_WAM", "CSR_WAM"]),
      note: random.chance(0.15) ? "Called the customer back." : null,
      said,
    };
    if (type === "REFUND") this.#refund(plan, product);
    // Half of the closed ones were withdrawn.
    const withdrawn = status === "CLOSED" && random.chance(0.5);
    if (type === "CANCEL") {
      plan.effect = { state: withdrawn ? "cancelled" : "completed", customer: 0, usd: 0, cancels: true };
    } else if (plan.effect !== undefined && status === "CLOSED") {
      plan.effect.state = withdrawn ? "cancelled" : "completed";
    }
    this.#ticket(plan);
  }

  specials(): void {
    const opened = this.#now - 36 * HOUR;
    const plan = (id: number, changes: Partial<Plan>, sale: Sale = {}): void => {
      const sold = this.sale(PRODUCTS[0] as Product, { age: 3 * DAY, ...sale });
      this.#ticket({
        id,
        sold,
        type: "TECH_SUPPORT",
        status: "OPEN",
        opened,
        reason: "ticket.type.tech_support.9",
        description: "Other",
        source: "CUSTOMER_WAM",
        said: [{ comment: "I have a question about my order.", action: "OPENED", role: "CUSTOMER" }],
        ...changes,
      });
    };
    // 1: values and members of a later version of the API, everywhere.
    plan(39_000_001, {
      type: NEWER_TYPE,
      status: NEWER_STATUS,
      source: NEWER_SOURCE,
      refundType: NEWER_REFUND_TYPE,
      refundAmount: "12.345",
      extra: [
        ["priority", "high"],
        ["labels", [[["label", "vip"]], [["label", "gift"]]]],
        ["sla", [[["dueDate", new Date(this.#now * 1000).toISOString()]]]],
      ],
      said: [
        {
          comment: "The customer would like another gift.",
          action: NEWER_ACTION,
          role: NEWER_ROLE,
          extra: [["translatedFrom", "pt"]],
        },
        { after: HOUR, comment: "I would like to exchange it.", action: "OPENED", role: "CUSTOMER" },
      ],
    });
    // 2: everything that may be empty is, and there is no comment.
    const nobody = { first: null, last: null, email: null, locale: null, language: "en" as const, currency: "USD" };
    plan(
      39_000_002,
      { reason: null, description: null, source: null, email: null, expires: null, said: [] },
      { customer: nobody },
    );
    // 3: the same with the empty elements left out.
    plan(
      39_000_003,
      { reason: null, description: null, source: null, email: null, expires: null, said: [] },
      { customer: nobody },
    );
    // 4: characters that break careless pages and parsers.
    plan(39_000_004, {
      said: [
        {
          comment: "<script>alert('x')</script> & \"quotes\" 'single' \\ / \u0007 %00 \u2028 ]]> end",
          action: "OPENED",
          role: "CUSTOMER",
        },
        {
          after: HOUR,
          comment: "שלום עולם · مرحبا · 👩‍👩‍👧‍👦 · e\u0301 · line 1\nline 2\r\nline 3\ttab",
          action: "COMMENTED",
          role: "CUSTOMER",
        },
        { after: 2 * HOUR, comment: null, action: "ATTACHMENT", role: "USER" },
      ],
    });
    // 5: only the vendor's own people act on it.
    plan(39_000_005, { type: "ESCALATED", locked: true, source: "CSR_ADMIN" });
    // 6: a type and a refund that can be read but not asked for.
    plan(39_000_006, {
      type: "PRODUCT_CHANGE",
      refundType: "PARTIAL_QUANTITY",
      refundAmount: "2",
      source: "UNKNOWN",
      said: [
        { comment: null, action: "OPENED", role: "CBSYSTEM" },
        { after: HOUR, comment: "Moved here.", action: "ADMIN_CHANGE", role: "CBCSR" },
      ],
    });
    // 7: a physical item that has not come back yet.
    const { title, itemNo } = PRODUCTS[6] as Product;
    const sold = this.#sell("LOCAL010", [itemNo, "USD", 12900, "USD", 12900, 12900], {
      physical: true,
      title,
      age: 9 * DAY,
    });
    this.#ticket({
      id: 39_000_007,
      sold,
      type: "REFUND",
      status: "OPEN",
      opened,
      reason: "ticket.type.refund.returned",
      description: "Product returned",
      refundType: "FULL",
      source: "CUSTOMER_WAM",
      said: [{ comment: "I have sent it back.", action: "OPENED", role: "CUSTOMER" }],
      effect: { state: "requested", customer: 12900, usd: 12900, cancels: false },
    });
  }

  neighbour(): void {
    for (let id = 35_000_001; id <= 35_000_003; id += 1) {
      const sold = this.sale(PRODUCTS[1] as Product, { vendor: "nachbarlab", age: 4 * DAY });
      this.#ticket({
        id,
        sold,
        type: "TECH_SUPPORT",
        status: "OPEN",
        opened: this.#now - 2 * DAY,
        reason: "ticket.type.tech_support.1",
        description: "I am unable to log in.",
        source: "CUSTOMER_WAM",
        said: [{ comment: "I can not log in.", action: "OPENED", role: "CUSTOMER" }],
      });
    }
  }

  statements(db: D1Database) {
    return [
      ...insertRows(db, "clickbank_keys", ["api_key", "account", "can_read", "can_write"], KEYS),
      ...insertRows(db, "clickbank_developers", ["developer_key"], [[DEVELOPER_KEY]]),
      ...insertRows(db, "clickbank_vendors", ["vendor", "account", "partial_refunds"], VENDORS),
      ...insertRows(
        db,
        "clickbank_sales",
        [
          "receipt",
          "item_no",
          "vendor",
          "subscription",
          "title",
          "recurring",
          "physical",
          "sold",
          "first_name",
          "last_name",
          "email",
          "locale",
          "customer_currency",
          "customer_cents",
          "product_currency",
          "product_cents",
          "usd_cents",
        ],
        this.#sales,
      ),
      ...insertRows(
        db,
        "clickbank_tickets",
        [
          "ticketid",
          "receipt",
          "item_no",
          "status",
          "type",
          "reason",
          "opened",
          "closed",
          "expires",
          "updated",
          "description",
          "refund_type",
          "refund_amount",
          "first_name",
          "last_name",
          "email",
          "email_at_order",
          "locale",
          "note",
          "source",
          "locked",
          "extra",
        ],
        this.#tickets,
      ),
      ...insertRows(
        db,
        "clickbank_comments",
        ["comment_id", "ticketid", "date", "comment", "action", "role", "extra"],
        this.#comments,
      ),
      ...insertRows(
        db,
        "clickbank_effects",
        ["ticketid", "receipt", "item_no", "state", "customer_cents", "usd_cents", "cancels", "time"],
        this.#effects,
      ),
    ];
  }

  #refund(plan: Plan, product: Product): void {
    const { random } = this;
    const refundType =
      product.vendor === "musterkurs" ? "FULL" : random.weighted({ FULL: 55, PARTIAL_PERCENT: 28, PARTIAL_AMOUNT: 17 });
    const [, , customer_cents, , product_cents, usd_cents] = plan.sold.line;
    const hundredths =
      refundType === "PARTIAL_PERCENT" ? random.pick([1000, 2500, 5000, 7550]) : Math.floor(customer_cents / 3);
    const amounts = refundAmounts(
      { customer_cents, product_cents, usd_cents, refunded_cents: 0, refunded_usd_cents: 0 },
      refundType,
      hundredths,
    );
    plan.refundType = refundType;
    plan.refundAmount = refundType === "FULL" ? null : decimal(hundredths);
    plan.effect = {
      state: plan.sold.sale.physical ? "requested" : "completed",
      customer: amounts.customer,
      usd: amounts.usd,
      cancels: plan.sold.sale.recurring,
    };
  }

  #thread(type: TicketType, status: string, { sale }: Sold): Said[] {
    const { random } = this;
    const phrases = PHRASES[sale.customer.language];
    const said = (texts: string[] | string, action: string, role: string): Said => ({
      comment: (typeof texts === "string" ? texts : random.pick(texts)).replaceAll("{product}", sale.title),
      action,
      role,
    });
    const thread = [said(phrases.opening[type], "OPENED", "CUSTOMER")];
    if (random.chance(0.55)) thread.push(said(phrases.answer[type], "COMMENTED", "VENDOR"));
    if (thread.length > 1 && random.chance(0.4)) thread.push(said(phrases.followUp, "COMMENTED", "CUSTOMER"));
    if (status !== "OPEN") {
      thread.push(
        random.chance(0.2)
          ? { comment: null, action: "EXPIRED", role: "CBSYSTEM" }
          : said(phrases.closing, "CLOSED", "VENDOR"),
      );
    }
    if (status === "REOPENED") thread.push(said(phrases.again, "REOPENED", "CUSTOMER"));
    return thread;
  }

  #sell(receipt: string, line: Line, sale: Sale): Sold {
    const { vendor = "musterlab", recurring = false, physical = false, age = 20 * DAY } = sale;
    const customer = sale.customer ?? this.#customer();
    const [itemNo, currency, cents, productCurrency, productCents, usdCents] = line;
    const title = sale.title ?? PRODUCTS.find((product) => product.itemNo === itemNo)?.title ?? itemNo;
    this.#sales.push([
      receipt,
      itemNo,
      vendor,
      `${sale.subscription ?? receipt}/${itemNo}`,
      title,
      recurring,
      physical,
      this.#now - age,
      customer.first,
      customer.last,
      customer.email,
      customer.locale,
      currency,
      cents,
      productCurrency,
      productCents,
      usdCents,
    ]);
    return { receipt, line, sale: { recurring, physical, customer, title } };
  }

  #ticket(plan: Plan): void {
    const { customer } = plan.sold.sale;
    const [itemNo] = plan.sold.line;
    for (const { after = 0, comment, action, role, extra } of plan.said) {
      const json = extra === undefined ? null : JSON.stringify(extra);
      this.#comments.push([this.#nextComment, plan.id, plan.opened + after, comment, action, role, json]);
      this.#nextComment += 1;
    }
    this.#tickets.push([
      plan.id,
      plan.sold.receipt,
      itemNo,
      plan.status,
      plan.type,
      plan.reason ?? null,
      plan.opened,
      plan.closed ?? null,
      plan.expires === undefined ? plan.opened + 5 * DAY : plan.expires,
      plan.updated ?? plan.opened + (plan.said.at(-1)?.after ?? 0),
      plan.description ?? null,
      plan.refundType ?? null,
      plan.refundAmount ?? null,
      customer.first,
      customer.last,
      plan.email === undefined ? customer.email : plan.email,
      customer.email,
      customer.locale,
      plan.note ?? null,
      plan.source ?? null,
      plan.locked === true,
      plan.extra === undefined ? null : JSON.stringify(plan.extra),
    ]);
    if (plan.effect !== undefined) {
      const { state, customer: cents, usd, cancels } = plan.effect;
      this.#effects.push([plan.id, plan.sold.receipt, itemNo, state, cents, usd, cancels, plan.opened]);
    }
  }

  #customer(): Customer {
    const { random } = this;
    const [locale, language, currency] = random.pick(PLACES);
    const first = random.pick(FIRST);
    const last = random.pick(LAST);
    const email = `customer-${random.int(1000, 9999)}@shoppers.example`;
    return { first, last, email, locale, language, currency };
  }

  #receipt(): string {
    for (;;) {
      let text = "";
      while (text.length < 8) text += this.random.pick([..."ABCDEFGHJKLMNPQRSTUVWXYZ23456789"]);
      if (!this.#receipts.has(text)) {
        this.#receipts.add(text);
        return text;
      }
    }
  }
}
