// The data a fresh marketplace holds: the same for the same seed, ending at the given moment.
//
//   seller 1   260 ordinary tickets: every type and reason; 24 of them were updated in the same
//              second
//              8 special tickets, a0000000-0000-4000-8000-000000000001 and on, for what clients get
//              wrong (see `specials`)
//              24 transactions of the past, 2 of them in shapes that the documentation only half
//              describes
//   seller 2   3 tickets: not to be seen by seller 1

import { toBase64Pieces } from "../shared/blobs.ts";
import { insertRows, type Value } from "../shared/database.ts";
import type { SeedOptions } from "../shared/marketplace.ts";
import { Random } from "../shared/random.ts";
import type { Bytes, D1Database } from "../shared/runtime.ts";
import { jpeg, pdf, png } from "../shared/sample-files.ts";
import { NEWER_STATUS, NEWER_TYPE, READ_REASON, REASONS, SANDBOX_CHANNEL, SCOPES, TYPES } from "./vocabulary.ts";

const ORDINARY_TICKETS = 260;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Who writes when a test makes the customer write. */
export const CUSTOMER = { id: "c0000000-0000-4000-8000-000000000001", name: "Cliente Exemplo" };

// For this machine only; they open nothing elsewhere.
const SELLERS: [id: number, tenant: string, name: string][] = [
  [1, "5e11e400-0000-4000-8000-000000000001", "Loja Exemplo"],
  [2, "5e11e400-0000-4000-8000-000000000002", "Loja Vizinha"],
];
const CLIENT = ["local-magalu-client", "local-magalu-secret", "openid"];
const ALL = SCOPES.join(" ");
const READ_ONLY = SCOPES.filter((scope) => scope.endsWith(":read")).join(" ");
const NO_TRANSACTIONS = SCOPES.filter((scope) => !scope.includes("transaction")).join(" ");
/**
 * Grants, each with an access token that never ends or with a first refresh token: the end of one
 * leaves the others alone.
 */
const GRANTS: [seller: number | null, scope: string, access: string | null, refresh: string | null][] = [
  [1, ALL, "local-magalu-access", null],
  [1, ALL, null, "local-magalu-refresh-0"],
  [2, ALL, "local-magalu-neighbour-access", null],
  [1, READ_ONLY, "local-magalu-read-access", null],
  [1, NO_TRANSACTIONS, "local-magalu-blind-access", null],
  [null, ALL, "local-magalu-person-access", null],
];
/** A token of seller 1 whose time is over. */
const EXPIRED = "local-magalu-expired-access";

const PRODUCTS: [name: string, description: string][] = [
  ["A Bela e a Fera em 3D", "Livro infantil com encartes em 3D"],
  ["Liquidificador 900 W", "Copo de vidro, 12 velocidades"],
  ["Fone de ouvido sem fio", "Com estojo de recarga"],
  ["Panela de pressão 4,5 l", "Alumínio polido"],
  ["Ventilador de mesa 40 cm", "Três velocidades, 127 V"],
  ["Mochila para notebook 15,6", "Impermeável, preta"],
  ["Tênis de corrida nº 41", "Azul e branco"],
  ["Cafeteira elétrica 30 xícaras", "Jarra de vidro"],
  ["Colcha queen 3 peças", "Algodão, bege"],
  ["Smartwatch à prova d'água", "Tela de 1,4 polegada"],
];
const CUSTOMERS = ["Ana", "Bruno", "Carla", "Davi", "Elisa", "Felipe", "Gabriela", "Heitor"];
const QUESTIONS: Record<string, string[]> = {
  shipping: [
    "Olá, o rastreio não muda há seis dias. Onde está o meu pedido?",
    "Recebi a caixa aberta e falta uma peça.",
    "O endereço de entrega está errado, consigo corrigir?",
  ],
  cancellation: ["Quero cancelar o pedido e receber o dinheiro de volta.", "Chegou outro produto. Quero devolver."],
  payment: ["Fui cobrado duas vezes pelo mesmo pedido.", "O valor cobrado é maior que o do anúncio."],
};
const ANSWERS = ["Olá! Vamos verificar com a transportadora.", "Sentimos muito. Enviaremos uma solução hoje."];
const THANKS = ["Obrigado, fico no aguardo.", "Ainda não recebi nada 😕"];

export async function seed(db: D1Database, options: SeedOptions): Promise<void> {
  const world = new World(options, await makeFiles());
  for (let index = 0; index < ORDINARY_TICKETS; index += 1) world.ordinaryTicket(index);
  world.specials();
  for (let index = 0; index < 3; index += 1) world.neighbour(index);
  world.transactions();
  await db.batch(world.statements(db));
}

interface Plan {
  id: string;
  seller: number;
  type: string;
  status: string;
  closed: boolean;
  reason: string | null;
  created: number;
  updated: number;
  code?: string | null;
  alias?: string | null;
  returnable?: boolean;
  extra?: Record<string, unknown>;
}

interface Said {
  type: "customer" | "seller" | "channel";
  text: string;
  ms: number;
  files?: number[];
  rules?: string[];
  extra?: Record<string, unknown>;
}

interface Template {
  name: string;
  extension: string;
  type: string;
  content: Bytes;
}

class World {
  readonly #random: Random;
  readonly #now: number;
  readonly #files: Template[];
  readonly #tickets: Value[][] = [];
  readonly #messages: Value[][] = [];
  readonly #attachments: Value[][] = [];
  readonly #pieces: Value[][] = [];
  readonly #events: Value[][] = [];
  readonly #returns: Value[][] = [];
  readonly #transactions: Value[][] = [];

  constructor(options: SeedOptions, files: Template[]) {
    this.#random = new Random(options.seed);
    this.#now = Math.floor(options.now.getTime() / 1000) * 1000;
    this.#files = files;
  }

  ordinaryTicket(index: number): void {
    const random = this.#random;
    const type = random.weighted({ shipping: 5, cancellation: 4, payment: 1 });
    const status = random.weighted({ waiting_seller: 5, waiting: 3, closed: 4 });
    const created = this.#now - random.int(1 * DAY, 80 * DAY);
    // Two dozen were touched by one run of the marketplace.
    const updated = index % 10 === 3 && index < 240 ? this.#now - 20 * DAY : created + random.int(10, 1400) * MINUTE;
    const plan: Plan = {
      id: this.#uuid(),
      seller: 1,
      type,
      status,
      closed: status === "closed",
      reason: random.chance(0.1) ? null : random.chance(0.05) ? READ_REASON : (REASONS[index % REASONS.length] ?? null),
      created: Math.min(created, updated),
      updated: Math.floor(updated / 1000) * 1000,
    };
    this.#ticket(plan);
    this.#thread(plan, status === "waiting_seller" ? random.int(0, 1) * 2 + 1 : 2, index % 9 === 0);
    if (type === "cancellation") {
      if (random.chance(0.5)) this.#event(plan, "product_sent", plan.created + MINUTE);
      if (random.chance(0.3)) this.#return(plan, plan.created + 2 * MINUTE, 7);
      if (status === "closed") this.#event(plan, "refunded", plan.updated);
    }
  }

  /** What clients get wrong, one ticket each. */
  specials(): void {
    const base = (number: number, changes: Partial<Plan>): Plan => {
      const plan: Plan = {
        id: `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
        seller: 1,
        type: "cancellation",
        status: "waiting_seller",
        closed: false,
        reason: "change_of_mind",
        created: this.#now - 3 * DAY,
        updated: this.#now - number * MINUTE,
        ...changes,
      };
      this.#ticket(plan);
      return plan;
    };
    // 1: a cancellation on which nothing has happened yet.
    this.#thread(base(1, {}), 1, false);
    // 2: files of all types; a name that must be written carefully; a message that moderation took
    // away; fields of a later version.
    const files = base(2, { type: "shipping", reason: "missing_damaged_parts", code: "caso-0002" });
    this.#say(files, { type: "customer", text: "Veja as fotos.", ms: files.created, files: [0, 1, 2, 3] });
    this.#say(files, { type: "seller", text: "Meu pix é 111", ms: files.created + MINUTE, rules: ["pix"] });
    const channel: Said = {
      type: "channel",
      text: "Prazo: 2 dias úteis.",
      ms: files.updated,
      extra: { priority: "high" },
    };
    this.#say(files, channel);
    // 3 and 4: the two signs of a closed ticket that contradict each other.
    this.#thread(base(3, { closed: true, status: "waiting" }), 2, false);
    this.#thread(base(4, { closed: false, status: "closed" }), 2, false);
    // 5: values and fields of a later version, and what may be missing is missing.
    const extra = { sla: { hours: 48 }, tags: ["vip"] };
    base(5, { type: NEWER_TYPE, status: NEWER_STATUS, reason: null, alias: null, extra });
    // 6: a cancellation whose order was not dispatched with the marketplace's own carrier.
    this.#thread(base(6, { returnable: false }), 1, false);
    // 7: the product came back, so a refund can be authorized.
    const back = base(7, {});
    this.#thread(back, 1, false);
    this.#event(back, "product_received", back.created + DAY);
    // 8: a return is on its way.
    const returning = base(8, {});
    this.#thread(returning, 1, false);
    this.#return(returning, this.#now - DAY, 3650);
  }

  neighbour(index: number): void {
    const created = this.#now - (index + 2) * DAY;
    const plan: Plan = {
      id: `b0000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`,
      seller: 2,
      type: TYPES[index] ?? "shipping",
      status: "waiting_seller",
      closed: false,
      reason: "general",
      created,
      updated: created + 1000,
    };
    this.#ticket(plan);
    this.#thread(plan, 1, false);
  }

  transactions(): void {
    const random = this.#random;
    for (let index = 0; index < 24; index += 1) {
      const id = index < 2 ? `d0000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}` : this.#uuid();
      const created = this.#now - (24 - index) * 3_600_000 + random.int(1, 999);
      const outcome = index < 2 ? "completed" : random.weighted({ completed: 8, failed: 2, cancelled: 1 });
      const done = created + random.int(800, 30_000);
      const ticketId = String(this.#tickets[index]?.[1]);
      // The documentation calls the operation an object and the data a text; its examples show the
      // reverse.
      const operation = index === 0 ? { type: "create" } : "create";
      const data =
        index === 1 ? seconds(done) : outcome === "completed" ? { ticket_id: ticketId } : { created: "False" };
      const message = outcome === "completed" ? "Ticket creation successful" : null;
      this.#transactions.push([
        id,
        1,
        id.slice(0, 8),
        JSON.stringify(operation),
        "channel/v0/tickets",
        outcome,
        message,
        JSON.stringify(data),
        created,
        created + 300,
        done,
      ]);
    }
  }

  statements(db: D1Database) {
    const tokens = (kind: 2 | 3): Value[][] =>
      GRANTS.map((grant, index): Value[] => [grant[kind], index + 1]).filter(([token]) => token !== null);
    return [
      ...insertRows(db, "magalu_sellers", ["id_seller", "tenant_id", "name"], SELLERS),
      ...insertRows(db, "magalu_clients", ["client_id", "client_secret", "default_scope"], [CLIENT]),
      ...insertRows(
        db,
        "magalu_grants",
        ["id_grant", "client_id", "id_seller", "scope"],
        GRANTS.map(([seller, scope], index) => [index + 1, "local-magalu-client", seller, scope]),
      ),
      ...insertRows(db, "magalu_access_tokens", ["token", "id_grant"], tokens(2)),
      ...insertRows(db, "magalu_access_tokens", ["token", "id_grant", "expires_ms"], [[EXPIRED, 1, 1]]),
      ...insertRows(db, "magalu_refresh_tokens", ["token", "id_grant"], tokens(3)),
      ...insertRows(
        db,
        "magalu_tickets",
        [
          "number",
          "id",
          "id_seller",
          "code",
          "type",
          "status",
          "closed",
          "reason",
          "protocol",
          "origin",
          "created_ms",
          "updated_ms",
          "due_ms",
          "channel_id",
          "channel_alias",
          "order_id",
          "order_code",
          "delivery",
          "returnable",
          "visible_ms",
          "extra",
        ],
        this.#tickets,
      ),
      ...insertRows(
        db,
        "magalu_messages",
        [
          "id",
          "ticket_id",
          "message",
          "code",
          "sender_id",
          "sender_name",
          "sender_type",
          "owner_code",
          "owner_name",
          "destination",
          "block_rules",
          "created_ms",
          "visible_ms",
          "waiting_ms",
          "moderated_ms",
          "extra",
        ],
        this.#messages,
      ),
      ...insertRows(
        db,
        "magalu_attachments",
        ["id", "message_id", "position", "file_name", "file_extension", "file_type", "size"],
        this.#attachments,
      ),
      ...insertRows(db, "magalu_attachment_pieces", ["id", "position", "base64"], this.#pieces),
      ...insertRows(
        db,
        "magalu_events",
        ["id", "ticket_id", "code", "type", "created_by", "created_ms", "visible_ms"],
        this.#events,
      ),
      ...insertRows(
        db,
        "magalu_returns",
        ["id", "ticket_id", "reverse_code", "valid_for_days", "created_ms", "visible_ms", "expires_ms"],
        this.#returns,
      ),
      ...insertRows(
        db,
        "magalu_transactions",
        [
          "id",
          "id_seller",
          "code",
          "operation",
          "trigger_endpoint",
          "outcome",
          "message",
          "data",
          "created_ms",
          "processing_ms",
          "done_ms",
        ],
        this.#transactions,
      ),
    ];
  }

  #ticket(plan: Plan): void {
    const random = this.#random;
    const number = this.#tickets.length + 1;
    const created = Math.floor(plan.created / 1000) * 1000;
    const [, tenant, name] = SELLERS[plan.seller - 1] ?? [0, "", ""];
    const items = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => {
      const product = random.int(0, PRODUCTS.length - 1);
      const [title, description] = PRODUCTS[product] ?? ["", ""];
      return {
        id: this.#uuid(),
        sku: `sku-${product + 1}`,
        external_sku: `ERP-${product + 1}`,
        name: title,
        description,
        image: `https://img.example/${product + 1}.jpg`,
        quantity: random.int(1, 3),
      };
    });
    const month = new Date(created).toISOString().slice(0, 7).replace("-", "");
    this.#tickets.push([
      number,
      plan.id,
      plan.seller,
      plan.code ?? null,
      plan.type,
      plan.status,
      plan.closed,
      plan.reason,
      `${month}${String(number).padStart(9, "0")}`,
      "customer",
      created,
      plan.updated,
      created + 2 * DAY,
      SANDBOX_CHANNEL,
      plan.alias === undefined ? "magazineluiza" : plan.alias,
      this.#uuid(),
      `128127${String(number).padStart(10, "0")}`,
      JSON.stringify({ id: this.#uuid(), seller: { id: tenant, name }, items }),
      plan.returnable ?? true,
      created,
      plan.extra === undefined ? null : JSON.stringify(plan.extra),
    ]);
  }

  #thread(plan: Plan, messages: number, withFile: boolean): void {
    const random = this.#random;
    const question = random.pick(QUESTIONS[plan.type] ?? ["Preciso de ajuda com o pedido."]);
    const said: Said[] = [{ type: "customer", text: question, ms: plan.created }];
    if (withFile) Object.assign(said[0] ?? {}, { files: [random.int(0, 2)] });
    if (messages > 1) said.push({ type: "seller", text: random.pick(ANSWERS), ms: plan.created + 3 * MINUTE });
    if (messages > 2) said.push({ type: "customer", text: random.pick(THANKS), ms: plan.created + 8 * MINUTE });
    for (const message of said) this.#say(plan, message);
  }

  #say(plan: Plan, said: Said): void {
    const id = this.#uuid();
    const [, tenant = "", name = ""] = SELLERS[plan.seller - 1] ?? [];
    const customer = CUSTOMERS[Number.parseInt(plan.id.slice(0, 2), 16) % CUSTOMERS.length] ?? "Cliente";
    const sender = {
      customer: [`c0000000-0000-4000-8000-${plan.id.slice(-12)}`, customer],
      seller: [tenant, name],
      channel: [SANDBOX_CHANNEL, "Magalu"],
    }[said.type];
    const seller = said.type === "seller";
    this.#messages.push([
      id,
      plan.id,
      said.text,
      seller ? `ref-${this.#messages.length}` : null,
      sender[0] ?? "",
      sender[1] ?? "",
      said.type,
      seller ? "agent-7" : null,
      seller ? "Maria" : null,
      seller ? "customer" : "seller",
      JSON.stringify(said.rules ?? []),
      said.ms,
      said.ms,
      said.ms,
      said.ms,
      said.extra === undefined ? null : JSON.stringify(said.extra),
    ]);
    for (const [position, index] of (said.files ?? []).entries()) {
      const file = this.#files[index];
      if (file === undefined) throw new Error(`there is no sample file ${index}`);
      const fileId = this.#uuid();
      this.#attachments.push([fileId, id, position, file.name, file.extension, file.type, file.content.byteLength]);
      for (const [at, piece] of toBase64Pieces(file.content).entries()) this.#pieces.push([fileId, at, piece]);
    }
  }

  #event(plan: Plan, type: string, ms: number): void {
    this.#events.push([this.#uuid(), plan.id, null, type, SELLERS[plan.seller - 1]?.[1] ?? "", ms, ms]);
  }

  #return(plan: Plan, ms: number, days: number): void {
    const code = `MLE${String(this.#random.int(0, 999_999_999)).padStart(9, "0")}`;
    this.#returns.push([this.#uuid(), plan.id, code, days, ms, ms, ms + days * DAY]);
  }

  #uuid(): string {
    const hex = this.#random.hex(30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  }
}

const seconds = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** The files that threads refer to by their place. */
async function makeFiles(): Promise<Template[]> {
  return [
    { name: "foto", extension: "png", type: "image/png", content: await png(320, 200, 0.6) },
    { name: "caixa", extension: "jpg", type: "image/jpeg", content: jpeg(40, 30, (x, y) => (x * 9 + y * 4) % 256) },
    { name: "nota", extension: "pdf", type: "application/pdf", content: pdf(["Loja Exemplo", "Nota de exemplo"]) },
    { name: 'peça "nº 1" (100%)', extension: "jpeg", type: "image/jpeg", content: jpeg(8, 8, (x, y) => x * 20 + y) },
  ];
}
