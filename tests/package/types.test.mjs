/**
 * The published types, as projects with different settings see them. A wrong value must not
 * compile, so each is expected to be an error.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import ts from "typescript";
import { tool } from "../matrix/tools.mjs";
import { makeProject, ROOT, run } from "./lib.mjs";

const require = createRequire(join(ROOT, "package.json"));
const TSC = require.resolve("typescript/bin/tsc");
const NODE_TYPES = dirname(dirname(require.resolve("@types/node/package.json")));

const CONSUMER = `
import { decode, encodeAttachment, detectMimeType, Kaufland, TicketError, meanings, validate } from "seller-tickets";
import type { KauflandOptions, Page, Progress, Ticket, TicketErrorKind, TicketWithEmbedded, Violation } from "seller-tickets";

export const server = new Kaufland({ clientKey: "a", secretKey: "b", userAgent: "c", partner: { clientKey: "d", secretKey: "e" } });
export const unnamed = new Kaufland({ clientKey: "a", secretKey: "b" });
export const watched = new Kaufland({
  clientKey: "a", secretKey: "b", debug: console,
  onStart: ({ callId, parentId, marketplace }) => void [callId.length, parentId?.length, marketplace === "kaufland"],
  onEnd: ({ outcome, attempts, durationMs, status, error }) => void [outcome === "aborted", attempts + durationMs + (status ?? 0), error?.code],
});
// @ts-expect-error a logger has four levels
new Kaufland({ clientKey: "a", secretKey: "b", debug: { debug: () => {} } });
export const browser = new Kaufland({ gateway: "/api/accounts/kf-de", timeoutMs: undefined });
const options: KauflandOptions = { gateway: "/x" };
// @ts-expect-error keys and a gateway exclude each other
new Kaufland({ gateway: "/x", clientKey: "a", secretKey: "b", userAgent: "c" });
// @ts-expect-error half of the keys
new Kaufland({ clientKey: "a" });
// @ts-expect-error a gateway has its own base URL
new Kaufland({ gateway: "/x", baseUrl: "https://example.com" });

export async function use(id: string, signal?: AbortSignal): Promise<void> {
  for await (const ticket of server.listTickets({ status: ["opened"], limit: 30, ts_updated_from_iso: new Date() }, { signal })) {
    const one: Ticket = ticket;
    if (one.status === "opened" || one.status === "a_newer_status") one.ids_order_units.map((unit) => unit.toString());
  }
  const page: Page<Ticket> = await server.listTickets();
  const next: Page<Ticket> | null = await page.next();
  for await (const each of server.listTickets().pages()) each.data.length;
  for (const { id_ticket } of page) id_ticket.length;
  for await (const { id_ticket } of page) id_ticket.length;
  const ids: string[] = [...(await server.listTickets())].map(({ id_ticket }) => id_ticket);
  const total: number | undefined = next?.pagination?.total;
  const whole: TicketWithEmbedded = await server.getTicket(id, { embedded: ["messages", "files"] });
  const author: string | undefined = whole.messages?.[0]?.author.role;
  const { data, response, attempts, requestId } = await server.openTicket({ id_order_unit: [1, 2n], reason: "contact_other", message: "a" }).withResponse();
  const created: [string, number, number, string | undefined] = [data.id_ticket, response.status, attempts, requestId];
  const bytes = new Uint8Array(3);
  await server.createTicketMessage(
    id,
    {
      text: "a",
      interim_notice: true,
      ticket_message_files: [
        new File([bytes], "a.txt"),
        new Response(bytes),
        { filename: "a.txt", content: bytes, mime_type: "text/plain" },
        { filename: "a.txt", content: bytes.buffer },
        { filename: "a.txt", content: new Blob([bytes]) },
        { filename: "a.txt", content: new Response(bytes) },
        { filename: "a.txt", content: new Blob([bytes]).stream() },
        { filename: "a.txt", mime_type: "text/plain", data: "data:text/plain;base64,YQ==" },
        await encodeAttachment({ filename: "a.txt", content: bytes }),
      ],
    },
    {
      onProgress: (now: Progress) => {
        const [attempt, total, file]: [number, number, string | undefined] = [now.attempt, now.total, now.file];
        // @ts-expect-error a host may not tell how much was sent
        const share: number = now.loaded / total;
        if (now.phase === "encoding" || now.phase === "taken") void [now.loaded / total, attempt, file, share];
        else void (now.loaded ?? 0);
      },
    },
  );
  const nothing: void = await server.closeTicket(id);
  const saved: Uint8Array = await (await browser.downloadFile(whole.files![0]!)).bytes();
  const request: Request = await server.request("getTicket", id, { embedded: ["buyer"] }, { headers: { a: "b" } });
  const decoded: TicketWithEmbedded = await server.decode("getTicket", await fetch(request));
  const list: Ticket[] = (await server.decode("listTickets", new Response())).data;
  const violations: Violation[] = server.validate("createTicketMessage", id, { text: "" });
  const later: Promise<Violation[]> = server.validateFiles("createTicketMessage", id, { text: "" });
  const labels: string | undefined = meanings("kaufland").TicketReason?.find(({ value }) => value === "product_return")?.meaning;
  const mime: string | null = detectMimeType(bytes);
  const mimeOfBlob: Promise<string | null> = detectMimeType(new Blob([bytes]));
  const reasons: string[] = meanings("kaufland").TicketReason.map(({ value }) => value);
  for (const one of ["kaufland", "magalu"] as const) meanings(one)[id]?.length;
  const unnamed: Violation[] = validate(id === "" ? "kaufland" : "magalu", id, 1, 2);
  const read: TicketWithEmbedded = await decode("kaufland", "getTicket", new Response());
  const unread: unknown = await decode("magalu", id, new Response());
  void [ids, reasons, unnamed, read, unread];
  void [options, total, author, created, nothing, saved, decoded, list, violations, later, labels, mime, mimeOfBlob, validate("kaufland", "getTicket", id)];

  // @ts-expect-error not a documented status
  server.listTickets({ status: ["open"] });
  // @ts-expect-error not a field
  server.listTickets({ state: ["opened"] });
  // @ts-expect-error a list is wanted
  server.getTicket(id, { embedded: "messages" });
  // @ts-expect-error the reason is missing
  server.openTicket({ id_order_unit: [1], message: "a" });
  // @ts-expect-error an id is text
  server.closeTicket(150000001);
  // @ts-expect-error a message has no status
  server.createTicketMessage(id, { text: "a", status: "opened" });
  // @ts-expect-error a Blob has no name
  server.createTicketMessage(id, { text: "a", ticket_message_files: [new Blob([])] });
  // @ts-expect-error nor have bytes
  server.createTicketMessage(id, { text: "a", ticket_message_files: [bytes] });
  // @ts-expect-error nor have those of a buffer
  server.createTicketMessage(id, { text: "a", ticket_message_files: [bytes.buffer] });
  // @ts-expect-error nor has a stream
  server.createTicketMessage(id, { text: "a", ticket_message_files: [new Blob([]).stream()] });
  // @ts-expect-error text is no file
  server.createTicketMessage(id, { text: "a", ticket_message_files: ["a.txt"] });
  // @ts-expect-error a file has no such field
  server.createTicketMessage(id, { text: "a", ticket_message_files: [{ filename: "a", content: bytes, kind: "text/plain" }] });
  // @ts-expect-error bytes need a name
  server.createTicketMessage(id, { text: "a", ticket_message_files: [{ content: bytes }] });
  const { found }: { found: boolean } = await server.closeTicket(id, { ensure: "once", settleMs: 1000 }).withResponse();
  void found;
  // @ts-expect-error a read is not made sure
  server.getTicket(id, undefined, { ensure: "once" });
  // @ts-expect-error once or not at all
  server.closeTicket(id, { ensure: "twice" });
  // @ts-expect-error no such method
  server.request("deleteTicket", id);
  // @ts-expect-error the id is missing
  server.validate("getTicket");
  // @ts-expect-error nothing of a client's inside is public
  server.call;
  // @ts-expect-error a status is not known to be one of the documented ones
  const narrow: "opened" = whole.status;
}

export function words(error: unknown): string {
  if (!(error instanceof TicketError)) throw error;
  const kind: TicketErrorKind = error.kind;
  if (error.kind === "validation") return error.violations.map(({ field, code, message, hint, params }) => field + message + hint + (code === "too_long" ? params.max : "")).join();
  // @ts-expect-error only a validation error surely has violations
  error.violations.length;
  // @ts-expect-error no such kind
  if (error.kind === "oops") return "";
  switch (error.kind) {
    case "rate_limited":
      return String(error.retryAfterMs);
    case "network":
    case "timeout":
      return error.sent === "maybe" ? "look first" : "try again";
    default:
      return kind + error.code + error.message + error.status + error.origin + error.attempts + JSON.stringify(error.toJSON().body);
  }
}
`;

const GATEWAY = `
import { Kaufland } from "seller-tickets";
import { createGateway } from "seller-tickets/gateway";
import { Kaufland as Slim, start } from "seller-tickets/slim";
import wasm from "seller-tickets/seller_tickets_bg.wasm";
interface Env { SECRET: string }
export default createGateway<Env>({
  accounts: {
    "kf-de": new Kaufland({ clientKey: "a", secretKey: "b", userAgent: "c", fileHosts: ["files.example"] }),
    "kf-cz": { marketplace: "kaufland", clientKey: "a", secretKey: "b", userAgent: "c" },
  },
  classes: [Kaufland],
  authorize: async (request, account, { access, env }) => request.headers.get("cookie") === env.SECRET && account === access,
  allowedOrigins: ["https://dashboard.example"],
  onError: (error, { account }) => console.error(account, error),
});
// @ts-expect-error no one is authorized
createGateway({ accounts: {} });
// @ts-expect-error which marketplace
createGateway({ accounts: { a: { clientKey: "a", secretKey: "b", userAgent: "c" } }, authorize: () => true });
// @ts-expect-error half of the keys
createGateway({ accounts: { a: { marketplace: "kaufland", clientKey: "a" } }, authorize: () => true });
// @ts-expect-error no client
createGateway({ accounts: { a: { marketplace: "kaufland" } }, authorize: () => true });
export const slim = async (bytes: Response) => { await start(bytes); await start(wasm); return new Slim({ gateway: "/x" }); };
`;

const WORDS = `
import { describe, describeError, TicketError, validate } from "seller-tickets/kaufland";
import type { DescribeOptions, Locale, Violation, ViolationCode, ViolationOf, ViolationParams } from "seller-tickets/kaufland";
import de from "seller-tickets/locales/de";
import * as ptBR from "seller-tickets/locales/pt-BR";
import { locale as pl } from "seller-tickets/locales/pl";

const given: DescribeOptions = { locale: de, label: (field) => (field === "text" ? "Antwort" : undefined) };
export const words = (violation: Violation): string => describe(violation, given) + describe(violation, { locale: ptBR });
export const error = (reason: unknown): string => describeError(reason, { locale: pl });
// @ts-expect-error a language is an import, not a name
describe(validate("kaufland", "getTicket", "1")[0]!, { locale: "de" });

export function own(violation: Violation): number | string {
  const { code, params } = violation;
  if (code === "too_long") return params.length - params.max;
  if (violation.code === "file_type_not_allowed") return violation.params.allowed.join() + (violation.params.file ?? "");
  // @ts-expect-error only some codes have it
  void violation.params.max;
  // @ts-expect-error no such code
  if (violation.code === "to_long") return 0;
  switch (violation.code) {
    case "required":
      return violation.params.known?.join() ?? "";
    // What a newer gateway sends ends here.
    default:
      return violation.message;
  }
}
const code: ViolationCode = "empty_file";
const params: ViolationParams["too_short"] = { min: 1, length: 0 };
const one: ViolationOf<"too_short"> = { field: "text", code: "too_short", message: "", hint: "", params };
// @ts-expect-error a figure is missing
const none: ViolationOf<"too_short"> = { field: "text", code: "too_short", message: "", hint: "", params: { min: 1 } };
void [code, one, none];

export const kind = (reason: unknown): boolean =>
  reason instanceof TicketError && (reason.code === "no_turn" || reason.code === "tickets/finally-closed" || reason.code === "too_long");

const { violations } = de;
export const mine: Locale = { ...de, violations: { ...violations, too_long: "{length characters} statt {max characters}" } };
// @ts-expect-error a sentence without one of its figures
export const lacking: Locale = { ...de, violations: { ...violations, too_long: "mehr als {max characters}" } };
// @ts-expect-error a size that is shown as a number
export const wrong: Locale = { ...de, violations: { ...violations, file_too_large: "{file}: {size} > {max bytes}" } };
const { too_long, ...others } = violations;
// @ts-expect-error a sentence is missing
export const less: Locale = { ...de, violations: others };
void too_long;
`;

/** Only Kaufland's class is imported, so only its options are taken. */
const ONE_CLASS = `
import { createGateway } from "seller-tickets/gateway";
import { Kaufland } from "seller-tickets/kaufland";
createGateway({
  accounts: { a: { marketplace: "kaufland", clientKey: "a", secretKey: "b", userAgent: "c" } },
  classes: [Kaufland],
  authorize: () => true,
});
// @ts-expect-error there is no class for it
createGateway({ accounts: { a: { marketplace: "magalu", accessToken: "a" } }, authorize: () => true });
`;

const PROBO = `
import { meanings, Probo, splitComplaints } from "seller-tickets";
import type { Complaint, ComplaintReason, MixedComplaint, ProboOptions, SubmittedComplaint } from "seller-tickets";
import { createGateway, createUploads, type UploadBucket } from "seller-tickets/gateway";

export const server = new Probo({ token: "a", ticketPath: "/order/ticket" });
const options: ProboOptions = { gateway: "/x" };
// @ts-expect-error a token and a gateway exclude each other
new Probo({ gateway: "/x", token: "a" });
// @ts-expect-error the gateway knows the path
new Probo({ gateway: "/x", ticketPath: "/tickets" });
// @ts-expect-error there is no sandbox
new Probo({ token: "a", environment: "sandbox" });

export async function use(mixed: MixedComplaint): Promise<void> {
  const complaints: Complaint[] = server.splitComplaints(mixed);
  const same: Complaint[] = splitComplaints({ ...mixed, reason: "missing", products: [{ id: 1n, amount: 1, group: "a" }] });
  const said: SubmittedComplaint = await server.createTicket({
    order_id: "1", id: "2", reason: "damaged", suggested_solution: "rework", description: undefined,
    products: [{ id: 1, amount: 1, files: [{ uri: "https://a.example/1" }] }, { id: "own", amount: 1, files: undefined }],
  }, { timeoutMs: 5 });
  if (said.status === "open" || said.status === "a_newer_word") void said.id?.length;
  const reasons: string[] = meanings("probo").ComplaintReason!.map(({ value }) => value);
  void [options, complaints, same, reasons, server.validate("createTicket", complaints[0]!)];
  // @ts-expect-error not a documented reason
  const reason: ComplaintReason = "faded";
  // @ts-expect-error products are a list
  server.createTicket({ order_id: "1", id: "2", reason: "missing", suggested_solution: "rework", products: { id: 1, amount: 1 } });
  // @ts-expect-error the solution is missing
  server.createTicket({ order_id: "1", id: "2", reason: "missing", products: [{ id: 1, amount: 1 }] });
  // @ts-expect-error a status may be any word
  const status: "open" | undefined = said.status;
}

interface Env { UPLOADS: UploadBucket }
export const uploads = createUploads<Env>({ bucket: ({ UPLOADS }) => UPLOADS, authorize: async () => true, types: ["image/png"], publicUrl: "https://a.example" });
// @ts-expect-error no one is authorized
createUploads<Env>({ bucket: ({ UPLOADS }) => UPLOADS });
// @ts-expect-error not a type of pictures
createUploads<Env>({ bucket: ({ UPLOADS }) => UPLOADS, authorize: () => true, types: ["image/svg+xml"] });
createGateway({ accounts: { a: server, b: { marketplace: "probo", token: "a" } }, authorize: () => true });
// @ts-expect-error a token is missing
createGateway({ accounts: { a: { marketplace: "probo" } }, authorize: () => true });
// @ts-expect-error nothing shows whether it landed
server.createTicket({ order_id: "a", id: "b", reason: "missing", suggested_solution: "rework", products: [] }, { ensure: "once" });
`;

const MAGALU = `
import { Magalu, MagaluCreation, magaluTime, meanings } from "seller-tickets";
import type {
  MagaluAccepted, MagaluCompleted, MagaluFollowed, MagaluNewTicket, MagaluOptions, MagaluPage, MagaluScope, MagaluTicket, TokenStore, Tokens,
} from "seller-tickets";
import { createGateway } from "seller-tickets/gateway";

let kept: Tokens | undefined;
const tokenStore: TokenStore = { load: async () => kept, save: async (tokens) => { kept = tokens; }, withLock: (fn) => fn() };
export const server = new Magalu({ clientId: "a", clientSecret: "b", tokenStore, environment: "sandbox", tokenUrl: undefined });
export const token = new Magalu({ accessToken: "a", baseUrl: "https://a.example" });
const options: MagaluOptions = { gateway: "/x" };
// @ts-expect-error keys and a gateway exclude each other
new Magalu({ gateway: "/x", accessToken: "a" });
// @ts-expect-error half of the keys
new Magalu({ clientId: "a" });
// @ts-expect-error a token that is given is not renewed
new Magalu({ accessToken: "a", tokenStore });

export async function use(ticket: MagaluNewTicket, file: File): Promise<void> {
  const creation: MagaluCreation = server.createTicket(ticket, { timeoutMs: 5 });
  const accepted: MagaluAccepted = await creation;
  const completed: MagaluCompleted = await creation.completed({ timeoutMs: 5, onProgress: ({ status }) => void status.length, signal: null });
  const id: string = completed.ticket_id;
  const followed: MagaluFollowed = await server.followTransaction(accepted.links?.[0]?.path ?? accepted.transaction_id);
  // @ts-expect-error other transactions make no ticket
  const none: string = followed.ticket_id;
  const page: MagaluPage<MagaluTicket> = await server.listTickets({ status: "a_newer_status", updated_at_gte: new Date(), _limit: 5 });
  const next: MagaluPage<MagaluTicket> | null = await page.next();
  const limit: number | null | undefined = next?.meta?.page?.limit;
  for await (const { id, order } of server.listTickets()) {
    const quantity: number | string | null | undefined = order?.delivery?.items?.[0]?.quantity;
    void [id, quantity, next?.results.length];
  }
  for await (const each of server.listMessages(id, { has_attachment: true }).pages()) void each.results[0]?.sender?.owner?.name;
  await server.createMessage(id, { message: "a", destination: "customer", owner: { code: "a", name: "b" }, file }, { onProgress: ({ phase }) => void phase });
  await server.createEvent(id, { type: "product_sent" });
  await server.createReturn(id);
  const saved: Uint8Array = await (await server.downloadAttachment(id, "m", "a")).bytes();
  const scope = meanings("magalu").Scope!.map(({ value }) => value);
  const url: string = server.authorizationUrl({ redirectUri: "https://a.example", scope });
  const tokens: Tokens = await server.exchangeCode("a", "https://a.example");
  const when: Date = magaluTime(page.data[0]!.created_at);
  void [options, none, limit, saved, url, tokens.refreshToken, when, server.validate("createTicket", ticket)];
  // @ts-expect-error the span of time is mandatory
  server.listTransactions({ status: "failed" });
  // @ts-expect-error not a documented reason
  server.createTicket({ ...ticket, reason: "delivery_delay" });
  // @ts-expect-error sellers do not create these
  server.createEvent(id, { type: "brand_new" });
  // @ts-expect-error not a documented scope
  const wrong: MagaluScope = "open:everything";
}

createGateway({
  accounts: { a: server, b: { marketplace: "magalu", accessToken: "a" }, c: { marketplace: "magalu", clientId: "a", clientSecret: "b", tokenStore } },
  authorize: () => true,
});
// @ts-expect-error half of the keys
createGateway({ accounts: { a: { marketplace: "magalu", clientId: "a" } }, authorize: () => true });
`;

const CLICKBANK_AND_SCX = `
import { ClickBank, JtlScx, uploadsOf } from "seller-tickets";
import type { ClickBankTicket, JtlScxUploads } from "seller-tickets";

const clickbank = new ClickBank({ apiKey: "API-A" });
export async function refund(): Promise<void> {
  const ticket: ClickBankTicket = await clickbank.createTicket("A1", { type: "rfnd", reason: "ticket.type.refund.1" });
  if (ticket.status === "OPEN" || ticket.status === "a_newer_one") await clickbank.confirmReturn(ticket.ticketid);
  for await (const one of clickbank.listTickets({ status: "open" })) void one.ticketid;
  const count: number = await clickbank.countTickets();
  void count;
  // @ts-expect-error no such type of ticket
  clickbank.createTicket("A1", { type: "refund" });
  // @ts-expect-error a receipt is text
  clickbank.getRefundAmounts(1, {});
  // @ts-expect-error a developer's key alone is nothing
  new ClickBank({ developerKey: "DEV-A" });
}

const channel = new JtlScx({ refreshToken: "a" });
const seller = new JtlScx({ side: "seller", accessToken: "a" });
export async function reply(file: File): Promise<JtlScxUploads | undefined> {
  for await (const { type, event } of channel.ticketReplies({ signal: null })) {
    const known: "Seller:Ticket.Reply" = type;
    void [known, event.ticketId];
  }
  const answer = { channel: "TESTS", sellerId: "1", ticketId: "1", createdAt: new Date(), from: { role: "SELLER", name: "a" }, message: "a" } as const;
  await seller.replyToTicket(answer, { files: [file] });
  // @ts-expect-error the channel does not reply
  channel.replyToTicket(answer);
  // @ts-expect-error the seller does not open tickets
  seller.createTicket({});
  return uploadsOf(new Error());
}
`;

/** 6.0 is what the project uses; the others are installed when everything is tested. */
const COMPILERS = new Map([["TypeScript 6", TSC]]);
if (process.env.SELLER_TICKETS_ALL === "1") {
  for (const major of [5, 7]) {
    const folder = await tool(`typescript-${major}`);
    COMPILERS.set(`TypeScript ${major}`, join(folder, "node_modules/typescript/bin/tsc"));
  }
}

let project;
before(async () => {
  project = await makeProject({
    "others.ts": CLICKBANK_AND_SCX,
    "others.cts": CLICKBANK_AND_SCX,
    "magalu.ts": MAGALU,
    "magalu.cts": MAGALU,
    "probo.ts": PROBO,
    "words.ts": WORDS,
    "words.cts": WORDS,
    "probo.cts": PROBO,
    "consumer.ts": CONSUMER,
    "gateway.ts": GATEWAY,
    "consumer.cts": CONSUMER,
    "gateway.cts": GATEWAY,
    "one.ts": ONE_CLASS,
    "workerd.ts": CONSUMER.replace('from "seller-tickets"', 'from "seller-tickets/workerd"'),
  });
});
after(() => project?.dispose());

/** The published types are checked too: `skipLibCheck` is off. */
async function compile(tsc, files, options) {
  const flags = Object.entries({ noEmit: true, strict: true, skipLibCheck: false, target: "es2022", ...options });
  await run(process.execPath, [tsc, ...flags.flatMap(([name, value]) => [`--${name}`, String(value)]), ...files], {
    cwd: project.folder,
  });
}

const DOM = { lib: "es2022,dom,dom.iterable,dom.asynciterable" };
const MODULES = ["consumer.ts", "gateway.ts", "magalu.ts", "probo.ts", "others.ts", "words.ts"];
/** Under node16, CommonJS may not even name an ES module, which the .wasm file is to it. */
const COMMON = MODULES.map((name) => name.replace(".ts", ".cts"));

for (const [name, tsc] of COMPILERS) {
  test(`${name}: for a bundler, with the web's types`, () =>
    compile(tsc, [...MODULES, "workerd.ts"], { ...DOM, module: "esnext", moduleResolution: "bundler" }));

  test(`${name}: under the strictest settings`, () =>
    compile(tsc, MODULES, {
      ...DOM,
      module: "esnext",
      moduleResolution: "bundler",
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      noPropertyAccessFromIndexSignature: false,
    }));

  for (const resolution of ["node16", "nodenext"]) {
    test(`${name}: for Node by ${resolution}, as an ES module and as CommonJS, without the web's types`, () =>
      compile(tsc, [...MODULES, ...COMMON.filter((name) => resolution !== "node16" || name !== "gateway.cts")], {
        lib: "es2022",
        types: "node",
        typeRoots: NODE_TYPES,
        module: resolution,
        moduleResolution: resolution,
        exactOptionalPropertyTypes: true,
        // Node's own declarations are not this package's.
        skipLibCheck: true,
      }));
  }
}

test("a gateway takes the options of the classes that are imported", () =>
  compile(TSC, ["one.ts"], { ...DOM, module: "esnext", moduleResolution: "bundler" }));

describe("completions in an editor", () => {
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    types: [],
  };
  let service;
  let text = "";
  let version = 0;
  before(() => {
    const file = join(project.folder, "editor.ts");
    service = ts.createLanguageService({
      getScriptFileNames: () => [file],
      getScriptVersion: (path) => (path === file ? String(version) : "1"),
      getScriptSnapshot: (path) => {
        const found = path === file ? text : ts.sys.readFile(path);
        return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
      },
      getCurrentDirectory: () => project.folder,
      getCompilationSettings: () => options,
      getDefaultLibFileName: (of) => ts.getDefaultLibFilePath(of),
      fileExists: (path) => path === file || ts.sys.fileExists(path),
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
  });

  /** What the editor offers where the code has `|`. */
  function offered(code, entry = "seller-tickets") {
    const head = `import { ClickBank, JtlScx, Kaufland, Magalu, meanings, validate, decode } from "${entry}";
declare const kaufland: Kaufland; declare const magalu: Magalu; declare const scx: JtlScx; declare const bytes: Uint8Array<ArrayBuffer>;\n`;
    text = head + code.replace("|", "");
    version += 1;
    const found = service.getCompletionsAtPosition(
      join(project.folder, "editor.ts"),
      head.length + code.indexOf("|"),
      {},
    );
    return (found?.entries ?? []).flatMap(({ name }) => name || []).sort();
  }

  test("a file object has four fields", () => {
    const fields = ["content", "data", "filename", "mime_type"];
    for (const code of [
      'kaufland.createTicketMessage("1", { text: "a", ticket_message_files: [{ | }] })',
      'magalu.createMessage("1", { message: "a", destination: "customer", owner: { code: "a", name: "b" }, file: { | } })',
      'kaufland.validate("createTicketMessage", "1", { text: "a", ticket_message_files: [{ | }] })',
    ]) {
      assert.deepEqual(offered(code), fields, code);
    }
    const more =
      'kaufland.createTicketMessage("1", { text: "a", ticket_message_files: [{ filename: "a", content: bytes, | }] })';
    assert.deepEqual(offered(more), ["data", "mime_type"]);
  });

  test("free functions know methods, their arguments, and vocabularies", () => {
    const methods = [
      "closeTicket",
      "createTicketMessage",
      "getTicket",
      "listTicketMessages",
      "listTickets",
      "openTicket",
    ];
    for (const name of ["validate", "decode"]) assert.deepEqual(offered(`${name}("kaufland", "|")`), methods);
    assert.deepEqual(offered('validate("probo", "|")'), ["createTicket"]);
    assert.deepEqual(offered('validate("kaufland", "openTicket", { | })'), ["id_order_unit", "message", "reason"]);
    assert.ok(offered('validate("magalu", "createTicket", { | })').includes("order"));
    assert.ok(offered('validate("kaufland", "openTicket", { reason: "|" })').includes("contact_other"));
    assert.ok(offered('meanings("kaufland").|').includes("TicketReason"));
    assert.ok(offered('meanings("probo").|').includes("ComplaintReason"));
    assert.ok(!offered('meanings("probo").|').includes("TicketReason"));
    assert.deepEqual(offered('validate("|")').sort(), ["clickbank", "jtl-scx", "kaufland", "magalu", "probo"]);
  });
});

test("no `any` in what is public", async () => {
  const dist = join(project.installed, "dist");
  const files = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith(".d.ts"));
  assert.ok(files.length > 20);
  const found = [];
  for (const path of files) {
    const source = ts.createSourceFile(path, await readFile(join(dist, path), "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}: ${node.parent.getText()}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  assert.deepEqual(found, []);
});
