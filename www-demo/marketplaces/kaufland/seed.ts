// The data a fresh marketplace holds: the same for the same seed, ending at the given moment.
//
//   seller 1   312 ordinary tickets, 00150000001 to 00150000312: every status, reason, topic and
//              storefront, both fulfillment types
//              8 special tickets, 00150009001 to 00150009008, for what clients get wrong (see
//              `specials`)
//              60 orders without a ticket, most with several order units
//   seller 2   3 tickets, 00160000001 to 00160000003: not to be seen by seller 1
//   seller 3   an account that is not active

import { insertRows, type Value } from "../shared/database.ts";
import type { SeedOptions } from "../shared/marketplace.ts";
import { Random } from "../shared/random.ts";
import type { Bytes, D1Database } from "../shared/runtime.ts";
import { jpeg, pdf, png } from "../shared/sample-files.ts";
import { toIso } from "./rules.ts";
import { LANGUAGE, PHRASES, REASON_OF, SERVICE_NAME, type Subject, SYSTEM_NAME, subjectOf } from "./seed-texts.ts";
import { hex } from "./store.ts";
import { NEWER_REASON, NEWER_STATUS, NEWER_STOREFRONT, NEWER_TOPIC, TOPICS } from "./vocabulary.ts";

const ORDINARY_TICKETS = 312;
const HOUR = 3_600_000;

// For this machine only; they open nothing elsewhere.
const SELLERS: [id: number, name: string, clientKey: string, secretKey: string, active: number][] = [
  [
    1,
    "Musterladen",
    "kaufland-local-client-key-0000001",
    "kaufland-local-secret-key-000000000000000000000000000000000000001",
    1,
  ],
  [
    2,
    "Nachbarladen",
    "kaufland-local-client-key-0000002",
    "kaufland-local-secret-key-000000000000000000000000000000000000002",
    1,
  ],
  [
    3,
    "Ehemaliger Laden",
    "kaufland-local-client-key-0000003",
    "kaufland-local-secret-key-000000000000000000000000000000000000003",
    0,
  ],
];
const PARTNER = [
  "kaufland-local-partner-key-000001",
  "kaufland-local-partner-secret-0000000000000000000000000000000001",
  "Local partner",
];

const PRODUCTS: [title: string, manufacturer: string, category: number, price: number][] = [
  ["Akku-Schlagbohrschrauber 18 V mit zwei Akkus", "Werkmann", 14181, 8999],
  ["Wasserkocher 1,7 l Edelstahl", "Küchenfreund", 21011, 3499],
  ["Gartenschlauch 30 m mit Anschlüssen", "Grünwerk", 17052, 2799],
  ["Kinderfahrrad 16 Zoll, blau", "Radix", 19207, 15900],
  ["Kaffeevollautomat mit Milchschäumer", "Küchenfreund", 21034, 34900],
  ["LED-Deckenleuchte 40 cm, dimmbar", "Lumora", 16020, 4599],
  ["Regal aus Kiefer, 5 Böden", "Holzhaus", 15310, 6490],
  ["Kabellose Kopfhörer mit Ladehülle", "Tonal", 11940, 5999],
  ["Matratze 140 x 200 cm, H3", "Schlafgut", 15120, 22900],
  ["Hundebett waschbar, Größe L", "Pfote", 18110, 3990],
  ["Wanderrucksack 35 l", "Bergweg", 19480, 7990],
  ["Staubsauger ohne Beutel, 700 W", "Reinlich", 21120, 9900],
  ["Bettwäsche Baumwolle 135 x 200 cm", "Schlafgut", 15180, 2999],
  ["Trampolin 305 cm mit Netz", "Sprungfix", 19310, 24900],
  ["Monitor 27 Zoll, WQHD", "Sichtfeld", 11320, 21900],
  ["Babyphone mit Kamera", "Nestling", 18820, 8490],
  ["Luftreiniger für Räume bis 40 m²", "Reinlich", 21260, 12900],
  ["Gusseiserne Pfanne 28 cm", "Küchenfreund", 21410, 3990],
  ["Gartentisch, ausziehbar, Akazie", "Grünwerk", 17310, 18900],
  ["Spielzeug-Bagger mit Fernsteuerung", "Sprungfix", 18310, 3299],
  ["Drucker mit Scanner, WLAN", "Sichtfeld", 11510, 11900],
  ["Zelt für 4 Personen", "Bergweg", 19420, 13900],
  ["Handmixer 5 Stufen", "Küchenfreund", 21050, 2499],
  ["Aquarium-Set 60 l", "Pfote", 18210, 9490],
];

const STOREFRONT_WEIGHTS = { de: 46, cz: 16, pl: 14, sk: 8, at: 7, fr: 3, it: 3, es: 2, nl: 1 };
const STATUS_WEIGHTS = {
  opened: 46,
  buyer_closed: 13,
  seller_closed: 21,
  both_closed: 12,
  customer_service_closed_final: 8,
};
const CURRENCY: Record<string, string> = { cz: "CZK", pl: "PLN" };
/** Roughly what one euro is in the storefront's currency, for believable prices. */
const RATE: Record<string, number> = { cz: 25, pl: 4.3 };

export async function seed(db: D1Database, options: SeedOptions): Promise<void> {
  const world = new World(options, await makeFiles());
  world.people();
  for (let index = 0; index < ORDINARY_TICKETS; index += 1) world.ordinaryTicket(index);
  for (let index = 0; index < 60; index += 1) world.freeOrder();
  world.specials();
  world.neighbour();
  await db.batch(world.statements(db));
}

interface Template {
  filename: string;
  mime_type: string;
  base64: string;
  size: number;
  sha256: string;
}

interface Unit {
  id: string;
  order: string;
  buyer: number | null;
  product: number;
  storefront: string;
  fulfillment: string;
}

interface Said {
  role: string;
  name: string;
  text: string;
  interim?: boolean;
  files?: number[];
  extra?: Record<string, unknown>;
}

interface TicketPlan {
  number: number;
  seller?: number;
  units: Unit[];
  created: Date;
  updated?: Date;
  status: string;
  reason: string;
  topic: string | null;
  responsible: boolean;
  fulfillment: string;
  buyer: number | null;
  storefront: string;
  thread: Said[];
  closable?: number;
  internal?: number;
  extra?: Record<string, unknown>;
}

class World {
  readonly #random: Random;
  readonly #now: number;
  readonly #templates: Template[];

  readonly #buyers: Value[][] = [];
  readonly #products: Value[][] = [];
  readonly #units: Value[][] = [];
  readonly #tickets: Value[][] = [];
  readonly #links: Value[][] = [];
  readonly #messages: Value[][] = [];
  readonly #files: Value[][] = [];
  readonly #chunks: Value[][] = [];

  #nextUnit = 400_000_000_000_011;
  #nextMessage = 700_000_001;

  constructor(options: SeedOptions, templates: Template[]) {
    this.#random = new Random(options.seed);
    this.#now = Math.floor(options.now.getTime() / 1000) * 1000;
    this.#templates = templates;
  }

  people(): void {
    for (let id = 90_001; id <= 90_180; id += 1) {
      // Some buyers are known without an address to write to.
      const email = id % 11 === 0 ? null : `buyer-${id}@kunden.example`;
      this.#buyers.push([id, email, id === 90_180 ? JSON.stringify({ loyalty_level: "gold" }) : null]);
    }
    for (const [index, [title, manufacturer, category]] of PRODUCTS.entries()) {
      const id = 310_000_001 + index;
      const product = {
        storefront: "de",
        title,
        eans: [`40000000${String(10_000 + index * 7)}`],
        id_category: category,
        manufacturer,
        url: `https://www.marktplatz.example/product/${id}/`,
        age_rating: 0,
        is_valid: true,
        dangerous_goods_li_shipping: index % 7 === 0 ? "UN3481" : null,
        danger_label_9A: null,
      };
      const newer = index === PRODUCTS.length - 1 ? JSON.stringify({ repairability_index: 7.5 }) : null;
      this.#products.push([id, JSON.stringify(product), newer]);
    }
  }

  ordinaryTicket(index: number): void {
    const random = this.#random;
    // The first ones go through all topics once, the others are what sellers mostly get.
    const topic = TOPICS[index] ?? (random.chance(0.06) ? null : this.#commonTopic());
    const subject = subjectOf(topic, "contact_other");
    const reason = topic === null ? random.pick(Object.values(REASON_OF)) : REASON_OF[subject];
    const storefront = random.weighted(STOREFRONT_WEIGHTS);
    const fulfillment = random.chance(0.12) ? "fulfilled_by_kaufland" : "fulfilled_by_merchant";
    const status = random.weighted(STATUS_WEIGHTS);
    const buyer = random.chance(0.03) ? null : random.int(90_001, 90_179);
    // More recent than old: the square of an even distribution over 120 days.
    const created = new Date(
      this.#now - HOUR - Math.floor(random.next() ** 2 * 120 * 24) * HOUR - random.int(0, 3599) * 1000,
    );
    const units = this.#order(random.weighted({ "1": 74, "2": 20, "3": 6 }), created, buyer, storefront, fulfillment);
    const thread = this.#thread(subject, storefront, units, buyer, status);
    const last = thread.at(-1);
    const responsible = status === "opened" && (last?.role !== "seller" || last.interim === true);
    this.#ticket({
      number: 50_000_001 + index,
      units,
      created,
      status,
      reason,
      topic,
      responsible,
      fulfillment,
      buyer,
      storefront,
      thread,
    });
  }

  /** An order without a ticket yet, to open one for. */
  freeOrder(): void {
    const random = this.#random;
    const storefront = random.weighted(STOREFRONT_WEIGHTS);
    const fulfillment = random.chance(0.1) ? "fulfilled_by_kaufland" : "fulfilled_by_merchant";
    const created = new Date(this.#now - random.int(24, 30 * 24) * HOUR);
    this.#order(
      random.weighted({ "1": 30, "2": 45, "3": 25 }),
      created,
      random.int(90_001, 90_179),
      storefront,
      fulfillment,
    );
  }

  specials(): void {
    const created = new Date(this.#now - 36 * HOUR);
    const plan = (number: number, changes: Partial<TicketPlan> = {}): void => {
      const buyer = changes.buyer === undefined ? 90_001 : changes.buyer;
      const units = changes.units ?? this.#order("1", created, buyer, "de", "fulfilled_by_merchant");
      this.#ticket({
        number,
        units,
        created,
        status: "opened",
        reason: "contact_other",
        topic: "other_question",
        responsible: true,
        fulfillment: "fulfilled_by_merchant",
        buyer,
        storefront: "de",
        thread: [this.#say("buyer", "Kunde 90001", "Guten Tag, ich habe eine Frage zu meiner Bestellung.")],
        ...changes,
      });
    };
    // 1: values and fields of a later version of the API, everywhere.
    const newerUnits = this.#order("2", created, 90_180, NEWER_STOREFRONT, "fulfilled_by_merchant", {
      status: "lost_in_transit",
      parcel_locker: { id: "PL-1", city: "Musterstadt" },
    });
    plan(50_009_001, {
      units: newerUnits,
      buyer: 90_180,
      storefront: NEWER_STOREFRONT,
      reason: NEWER_REASON,
      topic: NEWER_TOPIC,
      extra: { priority: "high", labels: ["vip", "recall"], sla: { ts_due_iso: toIso(new Date(this.#now)) } },
      thread: [
        {
          ...this.#say("chatbot", "Assistent", "Der Käufer fragt nach dem Rückruf seines Artikels."),
          extra: { sentiment: -0.4, translated_from: "ro" },
        },
        { ...this.#say("buyer", "Customer 90180", "Is my device part of the recall?"), files: [0] },
      ],
    });
    // 2: an unknown status.
    plan(50_009_002, { status: NEWER_STATUS });
    // 3: an order unit beyond 2^53, which a JavaScript number would round to …992.
    plan(50_009_003, {
      units: this.#order("1", created, 90_001, "de", "fulfilled_by_merchant", {}, ["9007199254740993"]),
    });
    // 4: only the buyer or Kaufland ends it.
    plan(50_009_004, { closable: 0, topic: "fraud" });
    // 5: Kaufland handles it itself.
    plan(50_009_005, { internal: 1, topic: "admonition" });
    // 6: everything that may be null is, and nothing is attached.
    plan(50_009_006, { buyer: null, topic: null });
    // 7: the longest text, and characters that break careless pages.
    plan(50_009_007, {
      thread: [
        this.#say(
          "buyer",
          "Kunde 90001",
          "<script>alert('x')</script> & \"quotes\" 'single' \\ / \u0007 %00 \u2028 ende",
        ),
        this.#say("buyer", "Kunde 90001", "שלום עולם · مرحبا · 👩‍👩‍👧‍👦 · e\u0301 · Zeile 1\nZeile 2\r\nZeile 3\tTab"),
        this.#say("seller", "Musterladen", `${"Lang. ".repeat(10_922)}Fin`),
      ],
      responsible: false,
    });
    // 8: file names that break careless downloads.
    plan(50_009_008, {
      thread: [{ ...this.#say("buyer", "Kunde 90001", "Alle Unterlagen im Anhang."), files: [0, 1, 2, 3, 4, 5, 6, 7] }],
    });
  }

  neighbour(): void {
    for (let number = 60_000_001; number <= 60_000_003; number += 1) {
      const created = new Date(this.#now - 48 * HOUR);
      this.#ticket({
        number,
        seller: 2,
        units: this.#order("1", created, 90_002, "de", "fulfilled_by_merchant", {}, undefined, 2),
        created,
        status: "opened",
        reason: "product_return",
        topic: "return_check_status",
        responsible: true,
        fulfillment: "fulfilled_by_merchant",
        buyer: 90_002,
        storefront: "de",
        thread: [this.#say("buyer", "Kunde 90002", "Ist meine Rücksendung angekommen?")],
      });
    }
  }

  statements(db: D1Database) {
    return [
      ...insertRows(db, "kaufland_sellers", ["id_seller", "name", "client_key", "secret_key", "is_active"], SELLERS),
      ...insertRows(db, "kaufland_partners", ["client_key", "secret_key", "name"], [PARTNER]),
      ...insertRows(db, "kaufland_buyers", ["id_buyer", "email", "extra"], this.#buyers),
      ...insertRows(db, "kaufland_products", ["id_product", "product", "extra"], this.#products),
      ...insertRows(
        db,
        "kaufland_order_units",
        [
          "id_order_unit",
          "id_order",
          "id_seller",
          "id_buyer",
          "id_product",
          "storefront",
          "fulfillment_type",
          "status",
          "ts_created_iso",
          "unit",
          "extra",
        ],
        this.#units,
      ),
      ...insertRows(
        db,
        "kaufland_tickets",
        [
          "number",
          "id_ticket",
          "id_seller",
          "id_buyer",
          "ts_created_iso",
          "ts_updated_iso",
          "status",
          "open_reason",
          "topic",
          "is_seller_responsible",
          "fulfillment_type",
          "storefront",
          "closable",
          "internal",
          "extra",
        ],
        this.#tickets,
      ),
      ...insertRows(db, "kaufland_ticket_order_units", ["id_ticket", "position", "id_order_unit"], this.#links),
      ...insertRows(
        db,
        "kaufland_messages",
        ["id_ticket_message", "id_ticket", "role", "author_name", "text", "interim_notice", "ts_created_iso", "extra"],
        this.#messages,
      ),
      ...insertRows(
        db,
        "kaufland_files",
        [
          "id_file",
          "id_ticket",
          "id_ticket_message",
          "filename",
          "mime_type",
          "size",
          "sha256",
          "access_token",
          "ts_created_iso",
          "extra",
        ],
        this.#files,
      ),
      ...insertRows(db, "kaufland_file_chunks", ["id_file", "position", "base64"], this.#chunks),
    ];
  }

  #commonTopic(): string {
    return this.#random.weighted({
      delivery_not_received: 16,
      delivery_delayed: 14,
      order_product_defect: 14,
      return_request_label: 10,
      return_check_status: 9,
      delivery_parts_missing: 8,
      delivery_wrong_products: 7,
      invoice_needed: 7,
      order_cancel: 6,
      product_properties: 5,
      delivery_other_question: 4,
      other_question: 4,
      issue_paypal: 2,
      issue_blik: 2,
    });
  }

  #order(
    count: "1" | "2" | "3",
    ticketCreated: Date,
    buyer: number | null,
    storefront: string,
    fulfillment: string,
    newer: Record<string, unknown> = {},
    ids?: string[],
    seller = 1,
  ): Unit[] {
    const random = this.#random;
    const order = Array.from({ length: 7 }, () => random.pick([..."ABCDEFGHJKLMNPQRSTUVWXYZ23456789"])).join("");
    const created = new Date(ticketCreated.getTime() - random.int(2, 21) * 24 * HOUR);
    const currency = CURRENCY[storefront] ?? "EUR";
    const units: Unit[] = [];
    for (let index = 0; index < Number(count); index += 1) {
      const id = ids?.[index] ?? String(this.#nextUnit);
      this.#nextUnit += random.int(1, 97);
      const product = random.int(0, PRODUCTS.length - 1);
      const price = Math.round((PRODUCTS[product]?.[3] ?? 1000) * (RATE[storefront] ?? 1));
      const vat = storefront === "cz" ? 21 : storefront === "pl" || storefront === "sk" ? 23 : 19;
      const { status = random.pick(["sent", "received", "sent_and_autopaid", "returned"]), ...extra } = newer;
      const address = this.#address(buyer, storefront);
      const unit = {
        ts_updated_iso: toIso(new Date(created.getTime() + 30 * HOUR)),
        is_marketplace_deemed_supplier: false,
        price,
        revenue_gross: Math.round(price * 0.87),
        revenue_net: Math.round((price * 0.87) / (1 + vat / 100)),
        shipping_rate: random.pick([0, 0, 495]),
        currency,
        id_offer: `SKU-${1000 + product}`,
        note: null,
        unit_condition: random.chance(0.9) ? "NEW" : "USED___VERY_GOOD",
        delivery_time_min: 2,
        delivery_time_max: 4,
        delivery_time_expires_iso: toIso(new Date(created.getTime() + 96 * HOUR)),
        order_received_timestamp_iso: null,
        cancel_reason: null,
        billing_address: address,
        shipping_address: address,
        vat,
        eco_fee: null,
        packaging_fee: null,
      };
      this.#units.push([
        id,
        order,
        seller,
        buyer,
        310_000_001 + product,
        storefront,
        fulfillment,
        String(status),
        toIso(created),
        JSON.stringify(unit),
        Object.keys(extra).length === 0 ? null : JSON.stringify(extra),
      ]);
      units.push({ id, order, buyer, product, storefront, fulfillment });
    }
    return units;
  }

  #address(buyer: number | null, storefront: string): Record<string, unknown> | null {
    if (buyer === null) return null;
    return {
      first_name: "Kunde",
      last_name: String(buyer),
      company_name: null,
      street: "Musterstraße",
      house_number: String((buyer % 90) + 1),
      postcode: String(10_000 + (buyer % 900)),
      city: "Musterstadt",
      additional_field: null,
      phone: null,
      country: (storefront === "sk" || storefront in RATE ? storefront : "de").toUpperCase(),
    };
  }

  #say(role: string, name: string, text: string): Said {
    return { role, name, text };
  }

  #thread(subject: Subject, storefront: string, units: Unit[], buyer: number | null, status: string): Said[] {
    const random = this.#random;
    const phrases = PHRASES[LANGUAGE[storefront] ?? "en"];
    const unit = units[0];
    const fill = (text: string): string =>
      text
        .replaceAll("{order}", unit?.order ?? "")
        .replaceAll("{product}", PRODUCTS[unit?.product ?? 0]?.[0] ?? "")
        .replaceAll("{tracking}", `00340${unit?.id ?? ""}`);
    const buyerName = buyer === null ? phrases.buyerName : `${phrases.buyerName} ${buyer}`;
    const by = {
      buyer: (text: string): Said => this.#say("buyer", buyerName, fill(text)),
      seller: (text: string): Said => this.#say("seller", "Musterladen", fill(text)),
      system: (text: string): Said => this.#say("system", SYSTEM_NAME, text),
      service: (text: string): Said => this.#say("customer_service", SERVICE_NAME, text),
    };
    const talk = phrases.subjects[subject];
    const answer = (): Said => by.seller(random.pick(talk.answer));

    const thread: Said[] = [];
    if (random.chance(0.08)) {
      thread.push(by.seller(random.pick(phrases.sellerOpening)));
    } else if (subject === "return" && random.chance(0.6)) {
      // Requests of the buyer often arrive as a message of the system.
      thread.push(by.system(phrases.system[0] ?? ""));
    } else {
      thread.push(by.buyer(random.pick(talk.opening)));
    }
    const first = thread[0];
    if (first !== undefined && (subject === "defect" || subject === "wrong") && random.chance(0.7)) {
      first.files = random.chance(0.4) ? [0, 1] : [random.int(0, 2)];
    }

    const wanted = random.weighted({ "1": 22, "2": 26, "3": 20, "4": 12, "5": 8, "6": 6, "7": 4, "8": 2 });
    while (thread.length < Number(wanted)) {
      const fromSeller = thread.at(-1)?.role === "seller";
      if (fromSeller) thread.push(by.buyer(random.pick(phrases.followUp)));
      else if (thread.length > 2 && random.chance(0.15)) thread.push(by.service(phrases.service[0] ?? ""));
      else if (random.chance(0.15)) thread.push({ ...by.seller(random.pick(phrases.interim)), interim: true });
      else if (random.chance(0.08)) thread.push(by.system(phrases.system.at(-1) ?? ""));
      else {
        const said = answer();
        if (subject === "invoice" || (subject === "return" && random.chance(0.5))) said.files = [3];
        thread.push(said);
      }
    }
    // The end fits the status.
    if (status === "customer_service_closed_final") thread[thread.length - 1] = by.service(phrases.service[1] ?? "");
    else if ((status === "seller_closed" || status === "both_closed") && thread.length > 1) {
      thread[thread.length - 1] = by.seller(random.pick(phrases.closing));
    }
    return thread;
  }

  #ticket(plan: TicketPlan): void {
    const random = this.#random;
    const id = `001${plan.number}`;
    let time = plan.created.getTime();
    for (const [index, said] of plan.thread.entries()) {
      if (index > 0) time += this.#pause(this.#now - time, plan.thread.length - index);
      this.#messages.push([
        this.#nextMessage,
        id,
        said.role,
        said.name,
        said.text,
        said.interim === true,
        toIso(new Date(time)),
        said.extra === undefined ? null : JSON.stringify(said.extra),
      ]);
      for (const template of said.files ?? []) this.#file(id, this.#nextMessage, template, new Date(time));
      this.#nextMessage += 1;
    }
    const updated = plan.status === "opened" ? time : Math.min(time + random.int(60, 24 * 3600) * 1000, this.#now);
    for (const [position, unit] of plan.units.entries()) this.#links.push([id, position, unit.id]);
    this.#tickets.push([
      plan.number,
      id,
      plan.seller ?? 1,
      plan.buyer,
      toIso(plan.created),
      toIso(new Date(updated)),
      plan.status,
      plan.reason,
      plan.topic,
      plan.responsible,
      plan.fulfillment,
      plan.storefront,
      plan.closable ?? 1,
      plan.internal ?? 0,
      plan.extra === undefined ? null : JSON.stringify(plan.extra),
    ]);
  }

  /**
   * The time to the next message: up to three days, but less when that many more must come before
   * now.
   */
  #pause(left: number, messages: number): number {
    const most = Math.min(72 * HOUR, Math.floor(left / (messages + 1)));
    return this.#random.int(Math.ceil(most / 20_000), Math.floor(most / 1000)) * 1000;
  }

  #file(idTicket: string, idMessage: number, index: number, time: Date): void {
    const template = this.#templates[index];
    if (template === undefined) throw new Error(`there is no sample file ${index}`);
    const id = this.#random.hex(16);
    this.#files.push([
      id,
      idTicket,
      idMessage,
      template.filename,
      template.mime_type,
      template.size,
      template.sha256,
      this.#random.hex(32),
      toIso(time),
      index === 0 && idTicket === "00150009001" ? JSON.stringify({ virus_scan: "clean" }) : null,
    ]);
    this.#chunks.push([id, 0, template.base64]);
  }
}

/** The files that threads refer to by their place. */
async function makeFiles(): Promise<Template[]> {
  const files: [filename: string, mimeType: string, content: Bytes][] = [
    ["schaden.png", "image/png", await png(320, 200, 0.2)],
    ["foto.jpg", "image/jpeg", jpeg(40, 30, (x, y) => (x * 5 + y * 7 + (x % 3) * 9) % 256)],
    ["verpackung.jpg", "image/jpeg", jpeg(30, 40, (x, y) => Math.abs(((x * x + y * y) % 510) - 255))],
    [
      "beleg.pdf",
      "application/pdf",
      pdf(["Musterladen", "Beleg zu Ihrer Bestellung", "Diese Datei ist ein Beispiel."]),
    ],
    ["Rechnung März #1 (100%).pdf", "application/pdf", pdf(["Rechnung", "Summe: 100 %"])],
    ["..", "text/plain", new TextEncoder().encode("zwei Punkte\n")],
    ["a/b\\c\"d'e;f=g?h&i.txt", "text/plain", new TextEncoder().encode("Schrägstriche und Anführungszeichen\n")],
    ["фото 👍 příloha.png", "image/png", await png(32, 32, 0.9)],
  ];
  return Promise.all(
    files.map(async ([filename, mime_type, content]) => ({
      filename,
      mime_type,
      base64: btoa(String.fromCharCode(...content)),
      size: content.byteLength,
      sha256: hex(new Uint8Array(await crypto.subtle.digest("SHA-256", content))),
    })),
  );
}
