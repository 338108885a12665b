/**
 * JtlScx from the packed tarball, against the local marketplace in workerd: both sides, files,
 * events, sessions, the gateway.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { examplesOf } from "./docs.mjs";
import { makeProject, ROOT, run, startMarketplace } from "./lib.mjs";

const KEYS = LOCAL_KEYS.jtlScx;
const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);
const PDF = new TextEncoder().encode("%PDF-1.4\n%%EOF\n");

const TSC = createRequire(join(ROOT, "package.json")).resolve("typescript/bin/tsc");

let project;
let sellerTickets;
let marketplace;
let JtlScx;
let TicketError;
let uploadsOf;
let meanings;
let createGateway;
let baseUrl;

before(async () => {
  [project, marketplace] = await Promise.all([makeProject(), startMarketplace()]);
  sellerTickets = await project.load();
  ({ JtlScx, TicketError, uploadsOf, meanings } = sellerTickets);
  ({ createGateway } = await project.load("/gateway"));
  baseUrl = `${marketplace.origin}/jtl-scx`;
});
after(async () => {
  await marketplace?.dispose();
  await project?.dispose();
});
beforeEach(async () => {
  await marketplace.reset();
  await configure({ rate_limits: false });
  await marketplace.db.run("DELETE FROM jtl_scx_events");
  await marketplace.clearLog();
});

const configure = (settings) => marketplace.settings(settings, "jtl-scx");

const channel = (options) => new JtlScx({ refreshToken: KEYS.refreshToken, baseUrl, ...options });
const seller = (options) => new JtlScx({ side: "seller", refreshToken: KEYS.sellerRefreshToken, baseUrl, ...options });

const ticket = (changes) => ({
  sellerId: "4711",
  ticketId: "MP-1",
  topic: "DELIVERY",
  createdAt: new Date("2026-03-01T08:15:00Z"),
  from: { role: "BUYER", name: "Alex" },
  subject: "Parcel not arrived",
  message: "The tracking has not moved for six days. 📦",
  ...changes,
});
const reply = (changes) => ({
  channel: "LOCALMARKET",
  sellerId: "4711",
  ticketId: "MP-1",
  createdAt: "2026-03-01T09:15:00Z",
  from: { role: "SELLER" },
  message: "A new parcel left today.",
  ...changes,
});

/** The requests that reached the marketplace, without the sessions. */
async function lines() {
  const entries = await marketplace.log();
  return entries.map(({ method, path }) => `${method} ${path}`).filter((line) => !line.includes("/v1/auth"));
}

const authLines = async () => (await marketplace.log()).filter(({ path }) => path.includes("/v1/auth"));

/** The host's fetch, where `act` may answer or throw instead. */
function meddle(act) {
  const seen = [];
  const send = async (url, init) => {
    const request = new Request(url, init);
    const { pathname, search } = new URL(request.url);
    const line = `${request.method} ${pathname.replace("/jtl-scx", "")}${search}`;
    seen.push(line);
    return (await act(line, request, seen)) ?? fetch(request);
  };
  return { send, seen };
}

const refuse = (status, code = "VAL100") =>
  Response.json({ errorList: [{ code, message: "attachment: no", severity: "error" }] }, { status });

const failure = (promise) =>
  promise.then(
    () => assert.fail("it was to fail"),
    (error) => error,
  );

describe("tickets with files", () => {
  test("go to the seller, who answers with a file", async () => {
    const files = [
      new File([PNG], "Größe (1).png", { type: "image/png" }),
      { filename: "größe 1.PNG", content: PNG },
      { filename: "letter", content: new Blob([PDF]).stream() },
      { filename: "prepared.txt", mime_type: "text/plain", data: "data:text/plain;base64,aGVsbG8=" },
    ];
    const names = ["Groesse_1.png", "groesse_1_2.PNG", "letter.pdf", "prepared.txt"];
    const progress = [];
    const scx = channel();
    const sent = await scx.createTicket(ticket(), { files, onProgress: (step) => progress.push(step) });
    assert.deepEqual(sent, {
      sellerId: "4711",
      ticketId: "MP-1",
      files: names.map((filename) => ({ filename, status: "uploaded" })),
    });
    const total = 2 * PNG.length + PDF.length;
    assert.ok(progress.every((step) => step.total === total && step.attempt === 1));
    // While a file is sent, nothing is known here; once it is accepted, all of it was sent.
    const loaded = progress.map((step) => step.loaded).filter((bytes) => bytes !== undefined);
    assert.deepEqual(
      loaded,
      [...loaded].sort((a, b) => a - b),
    );
    const sending = progress.filter(({ phase }) => phase === "sending");
    assert.deepEqual(
      sending.map((step) => step.loaded),
      names.flatMap((_, index) => [undefined, [PNG.length, 2 * PNG.length, total, total][index]]),
    );
    assert.deepEqual([...new Set(progress.map(({ file }) => file))], names);
    const upload = "POST /jtl-scx/v1/channel/ticket/attachment";
    assert.deepEqual(await lines(), ["POST /jtl-scx/v1/channel/ticket", upload, upload, upload, upload]);
    const { headers } = (await marketplace.log()).at(-1);
    assert.equal(headers["accept-language"], "en");

    const shop = seller();
    const [event] = await shop.listEvents();
    assert.equal(event.event.ticketId, "MP-1");
    assert.deepEqual(
      event.event.attachment,
      names.map((filename, index) => ({
        filename,
        contentType: ["image/png", "image/png", "application/pdf", "text/plain"][index],
      })),
    );
    const key = { channel: "LOCALMARKET", sellerId: "4711", ticketId: "MP-1" };
    for (const [filename, content] of [
      [names[0], PNG],
      [names[2], PDF],
      [names[3], new TextEncoder().encode("hello")],
    ]) {
      const file = await shop.downloadAttachment({ ...key, filename });
      assert.deepEqual([file.filename, file.size], [filename, content.length]);
      assert.deepEqual(await file.bytes(), content);
    }

    // Five calls of a seller pass at once, the session's too.
    const other = seller();
    await other.acknowledgeEvents([event.id]);
    assert.deepEqual((await other.replyToTicket(reply(), { files: [new File([PDF], "Etikett.pdf")] })).files, [
      { filename: "Etikett.pdf", status: "uploaded" },
    ]);
    for await (const { event: answer, type } of scx.ticketReplies()) {
      assert.deepEqual([type, answer.message], ["Seller:Ticket.Reply", "A new parcel left today."]);
      const [{ filename }] = answer.attachment;
      const file = await scx.downloadAttachment({ sellerId: answer.sellerId, ticketId: answer.ticketId, filename });
      assert.deepEqual(new Uint8Array(await (await file.blob()).arrayBuffer()), PDF);
      break;
    }
  });

  test("are checked before anything is sent", async () => {
    const { send, seen } = meddle(() => assert.fail("nothing is to be sent"));
    const scx = channel({ fetch: send });
    const big = { filename: "big.txt", content: new Uint8Array(16_000_001).fill(97) };
    const zip = { filename: "a.zip", content: new Uint8Array([0x50, 0x4b, 5, 6, ...new Array(18).fill(0)]) };
    const fake = new File([PDF], "photo.png", { type: "image/png" });
    const error = await failure(scx.createTicket(ticket({ subject: "" }), { files: [big, zip, fake] }));
    assert.ok(error instanceof TicketError);
    assert.deepEqual(
      error.violations.map(({ field, code }) => `${field} ${code}`),
      [
        "subject too_short",
        "files[0] file_too_large",
        "files[1] file_type_not_allowed",
        "files[2].filename filename_mismatch",
      ],
    );
    assert.equal(uploadsOf(error), undefined);
    const many = Array.from({ length: 11 }, () => fake);
    assert.deepEqual(
      scx.validate("createTicket", ticket(), { files: many }).map(({ code }) => code),
      ["too_many_files"],
    );
    assert.deepEqual(
      (await scx.validateFiles("createTicket", ticket(), { files: [fake] })).map(({ code }) => code),
      ["filename_mismatch"],
    );
    assert.deepEqual(
      scx.validate("acknowledgeEvents", []).map(({ code }) => code),
      ["too_few_items"],
    );
    assert.equal(seen.length, 0);
  });

  const five = () => [1, 2, 3, 4, 5].map((n) => new File([PNG], `photo ${n}.png`));
  const statuses = (error) => uploadsOf(error).files.map(({ status }) => status);

  test("that one upload fails of, are uploaded but for it, and can be resumed", async () => {
    let uploads = 0;
    let broken = true;
    const { send, seen } = meddle((line) => {
      if (!line.includes("/attachment")) return undefined;
      uploads += 1;
      return broken && uploads === 3 ? refuse(400) : undefined;
    });
    const scx = channel({ fetch: send });
    const error = await failure(scx.createTicket(ticket(), { files: five() }));
    assert.deepEqual(
      [error.code, error.kind, error.sent, error.retryable, error.endpoint, error.status],
      ["uploads_incomplete", "rejected", "yes", false, "createTicket", 400],
    );
    assert.match(error.message, /createTicket was accepted, but 1 of 5 files were not uploaded: attachment: no/);
    assert.deepEqual(statuses(error), ["uploaded", "uploaded", "failed", "uploaded", "uploaded"]);
    const { sellerId, ticketId, files } = uploadsOf(error);
    assert.deepEqual([sellerId, ticketId, files[2].filename], ["4711", "MP-1", "photo_3.png"]);
    assert.deepEqual([files[2].error.code, files[2].error.endpoint], ["VAL100", "uploadAttachment"]);
    assert.equal(error.cause.code, "VAL100");
    // Plain data without the files.
    assert.deepEqual(JSON.parse(JSON.stringify(error)).uploads, JSON.parse(JSON.stringify(uploadsOf(error))));

    broken = false;
    seen.length = 0;
    const done = await scx.resumeUploads(error);
    assert.deepEqual(seen, ["POST /v1/channel/ticket/attachment"]);
    assert.ok(done.files.every(({ status }) => status === "uploaded"));
    const stored = await marketplace.db.all("SELECT filename FROM jtl_scx_files WHERE size = ?", PNG.length);
    assert.deepEqual(
      stored.map(({ filename }) => filename).sort(),
      five().map((_, n) => `photo_${n + 1}.png`),
    );
  });

  test("stop where the connection fails, and can be resumed by name in another program", async () => {
    let uploads = 0;
    const { send } = meddle((line) => {
      if (!line.includes("/attachment")) return undefined;
      uploads += 1;
      if (uploads === 3) throw new TypeError("fetch failed");
      return undefined;
    });
    const scx = channel({ fetch: send });
    const error = await failure(scx.createTicket(ticket(), { files: five() }));
    assert.deepEqual([error.kind, error.code, error.sent], ["network", "uploads_incomplete", "yes"]);
    assert.deepEqual(statuses(error), ["uploaded", "uploaded", "failed", "pending", "pending"]);
    assert.equal(uploadsOf(error).files[2].error.sent, "maybe");
    assert.equal(uploads, 3);

    const kept = JSON.parse(JSON.stringify(error)).uploads;
    const other = channel();
    const unknown = await failure(other.resumeUploads(new Error("another")));
    assert.equal(unknown.code, "not_resumable");
    for (const [index, { filename, status }] of kept.files.entries()) {
      if (status === "uploaded") continue;
      await other.uploadAttachment({ sellerId: kept.sellerId, ticketId: kept.ticketId, filename, file: five()[index] });
    }
    const [{ count }] = await marketplace.db.all(
      "SELECT count(*) AS count FROM jtl_scx_files WHERE size = ?",
      PNG.length,
    );
    assert.equal(count, 5);
  });

  test("that are aborted in between say so, and a second try may fail again", async () => {
    const stop = new AbortController();
    let uploads = 0;
    const { send } = meddle((line) => {
      if (!line.includes("/attachment")) return undefined;
      uploads += 1;
      if (uploads === 2) stop.abort();
      return uploads === 3 ? refuse(500) : undefined;
    });
    const scx = channel({ fetch: send });
    const error = await failure(scx.createTicket(ticket(), { files: five(), signal: stop.signal }));
    assert.deepEqual(
      [error.kind, error.sent, statuses(error)[0], statuses(error)[4]],
      ["aborted", "yes", "uploaded", "pending"],
    );
    const again = await failure(scx.resumeUploads(error));
    assert.deepEqual([again.kind, again.code], ["server", "uploads_incomplete"]);
    assert.ok((await scx.resumeUploads(again)).files.every(({ status }) => status === "uploaded"));
  });

  test("that are refused at the start are no ticket", async () => {
    const error = await failure(channel().createTicket(ticket({ sellerId: "9999" }), { files: five() }));
    assert.deepEqual([error.kind, error.code, error.sent, error.status], ["rejected", "VAL100", "no", 400]);
    assert.match(error.message, /sellerId: is not connected to this channel/);
    assert.equal(uploadsOf(error), undefined);
    assert.equal(error.body.errorList[0].severity, "error");
  });
});

describe("replies", () => {
  const raise = async (...ids) => {
    for (const [index, id] of ids.entries()) {
      const event = JSON.stringify(reply({ ticketId: id }));
      const values = [id, "LOCALMARKET", "Seller:Ticket.Reply", event, null, index];
      await marketplace.db.run(
        "INSERT INTO jtl_scx_events (id, target, type, event, client_version, created_ms) VALUES (?, ?, ?, ?, ?, ?)",
        ...values,
      );
    }
  };
  const acknowledged = async () =>
    (await marketplace.db.all("SELECT id FROM jtl_scx_events WHERE acknowledged = 1 ORDER BY number")).map(
      ({ id }) => id,
    );

  test("are acknowledged when the next one is asked for", async () => {
    await raise("a", "b", "c");
    const walk = channel().ticketReplies({ intervalMs: 10 });
    const ids = [];
    for (const expected of [[], ["a"], ["a", "b"]]) {
      const { value } = await walk.next();
      ids.push(value.id);
      assert.deepEqual(await acknowledged(), expected);
    }
    assert.deepEqual(ids, ["a", "b", "c"]);
    await walk.return();
    assert.deepEqual(await acknowledged(), ["a", "b"]);
  });

  test("that a program leaves with an error come again", async () => {
    await configure({ rate_limits: false, invisible_ms: 0 });
    await raise("a");
    const scx = channel();
    const work = async (fails) => {
      for await (const { id } of scx.ticketReplies({ intervalMs: 10 })) {
        if (fails) throw new Error("the program's own");
        await scx.acknowledgeEvents([id]);
        return id;
      }
    };
    await assert.rejects(work(true), /the program's own/);
    assert.deepEqual(await acknowledged(), []);
    assert.equal(await work(false), "a");
    assert.deepEqual(await acknowledged(), ["a"]);
  });

  test("are handed out once, however often they are delivered, and errors do not end the walk", async () => {
    await configure({ rate_limits: false, invisible_ms: 0, duplicates: true });
    await raise("a", "b");
    let deletes = 0;
    let polls = 0;
    const { send } = meddle((line) => {
      if (line.startsWith("DELETE")) {
        deletes += 1;
        if (deletes === 1) return refuse(503, "GHN900");
      }
      if (line.startsWith("GET")) {
        polls += 1;
        if (polls >= 2 && polls <= 4) throw new TypeError("fetch failed");
      }
      return undefined;
    });
    const stop = new AbortController();
    const errors = [];
    const ids = [];
    const scx = channel({ fetch: send, random: () => 0 });
    const options = {
      intervalMs: 20,
      signal: stop.signal,
      onError: (error) => errors.push(`${error.endpoint} ${error.kind}`),
    };
    for await (const { id } of scx.ticketReplies(options)) {
      ids.push(id);
      if (id === "b") await raise("c");
      if (id === "c") stop.abort();
    }
    assert.deepEqual(ids, ["a", "b", "c"]);
    assert.deepEqual(errors, ["acknowledgeEvents server", "listEvents network"]);
    assert.deepEqual(await acknowledged(), ["a", "b", "c"]);
  });

  test("end with the signal while the walk waits, and other events are left alone", async () => {
    await marketplace.db.run(
      "INSERT INTO jtl_scx_events (id, target, type, event, created_ms) VALUES ('x', 'LOCALMARKET', 'Seller:Offer.New', '{}', 0)",
    );
    const scx = channel({
      fetch: meddle((_line, request) => fetch(request.url.replace(/eventTypeFilter=[^&]*/, ""), request)).send,
    });
    const before = Date.now();
    for await (const _ of scx.ticketReplies({ signal: AbortSignal.timeout(300) })) assert.fail("there is none");
    assert.ok(Date.now() - before < 3000);
    for await (const _ of scx.ticketReplies({ signal: AbortSignal.abort() })) assert.fail("it is over");
    assert.deepEqual(await acknowledged(), []);
  });

  test("end with errors that do not go away, and with what `onError` throws", async () => {
    const broken = new JtlScx({ gateway: "/api/accounts/jtl" });
    const error = await failure(broken.ticketReplies().next());
    assert.deepEqual([error.kind, error.code], ["configuration", "gateway_not_absolute"]);
    const scx = channel({ refreshToken: "CHANNEL:unknown", maxRetries: 0 });
    const enough = new Error("enough");
    let told;
    const options = {
      intervalMs: 1,
      onError: (problem) => {
        told = problem;
        throw enough;
      },
    };
    assert.equal(await failure(scx.ticketReplies(options).next()), enough);
    assert.deepEqual([told.kind, told.code, told.sent], ["authentication", "ATH100", "no"]);
    assert.equal((await failure(channel().ticketReplies({ intervalMs: Number.NaN }).next())).code, "invalid_options");
    assert.equal((await failure(seller().ticketReplies().next())).code, "invalid_options");
  });
});

describe("sessions", () => {
  test("are asked for once for all calls", async () => {
    const scx = channel();
    await Promise.all(Array.from({ length: 40 }, () => scx.listEvents()));
    assert.equal((await authLines()).length, 1);
  });

  test("are renewed before they end, and once when they are refused", async () => {
    let now = Date.now();
    const scx = channel({ now: () => now });
    await scx.listEvents();
    now += 299_000;
    await scx.listEvents();
    assert.equal((await authLines()).length, 1);
    now += 2_000;
    await scx.listEvents();
    assert.equal((await authLines()).length, 2);
    await marketplace.db.run("DELETE FROM jtl_scx_tokens");
    await scx.listEvents();
    assert.equal((await authLines()).length, 3);
    const given = new JtlScx({ accessToken: "aaa.bbb.ccc", baseUrl });
    const error = await failure(given.listEvents());
    assert.deepEqual([error.kind, error.code, error.status, error.attempts], ["authentication", "ATH000", 401, 1]);
    assert.equal((await authLines()).length, 3);
  });

  test("are asked for once, however long the answer takes", async () => {
    const send = async (url, init) => {
      // Longer than a turn lasts after its last sign of life.
      if (url.includes("/auth")) await new Promise((resolve) => setTimeout(resolve, 2600));
      return fetch(url, init);
    };
    const scx = channel({ fetch: send });
    await Promise.all([scx.listEvents(), scx.listEvents()]);
    assert.equal((await authLines()).length, 1);
  });

  test("that cannot be had fail every call with one error", async () => {
    const scx = channel({ refreshToken: "CHANNEL:unknown" });
    const errors = await Promise.all(Array.from({ length: 20 }, () => failure(scx.listEvents())));
    assert.equal((await authLines()).length, 1);
    for (const { kind, code, message, sent } of errors) {
      assert.deepEqual([kind, code, sent], ["authentication", "ATH100", "no"]);
      assert.doesNotMatch(message, /CHANNEL:unknown/);
    }
  });
});

describe("the client", () => {
  test("waits for the interval that a 429 names", async () => {
    const { send } = meddle((line, _, seen) =>
      line.startsWith("GET") && seen.filter((one) => one === line).length === 1
        ? Response.json(
            { errorList: [] },
            { status: 429, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-interval-length-seconds": "1" } },
          )
        : undefined,
    );
    const waits = [];
    const scx = channel({ fetch: send, onRetry: ({ waitMs }) => waits.push(waitMs) });
    assert.deepEqual(await scx.listEvents(), []);
    assert.equal(waits[0], 1000);
    const error = await failure(
      channel({
        fetch: meddle((line) => (line.startsWith("GET") ? refuse(429) : undefined)).send,
        maxRetries: 0,
      }).listEvents(),
    );
    assert.equal(error.kind, "rate_limited");
  });

  test("has the methods of its side", async () => {
    const shop = seller();
    const error = await failure(shop.createTicket(ticket()));
    assert.deepEqual([error.kind, error.code], ["configuration", "unknown_method"]);
    assert.equal((await failure(channel().replyToTicket(reply()))).code, "unknown_method");
    assert.throws(() => seller({ side: "buyer" }), { code: "invalid_configuration" });
    assert.throws(() => new JtlScx({ baseUrl }), { code: "invalid_configuration" });
    assert.throws(() => new JtlScx({ baseUrl, refreshToken: "a", accessToken: "b" }), {
      code: "invalid_configuration",
    });
    assert.equal(shop.side, "seller");
    assert.doesNotMatch(JSON.stringify(shop), /local-jtl/);
  });

  test("gives requests and reads answers for those who send themselves", async () => {
    const shop = seller();
    const request = await shop.request("uploadAttachment", {
      channel: "LOCALMARKET",
      sellerId: "4711",
      ticketId: "CASE-0001",
      file: new File([PNG], "Ä.png"),
    });
    assert.equal(request.url, `${baseUrl}/v1/seller/ticket/attachment/LOCALMARKET`);
    assert.match(request.headers.get("content-type"), /^multipart\/form-data; boundary=seller-tickets-[0-9a-f]{32}$/);
    const form = await request.clone().formData();
    assert.equal(form.get("attachmentData"), '{"sellerId":"4711","ticketId":"CASE-0001","filename":"Ae.png"}');
    const file = form.get("attachment");
    assert.deepEqual([file.name, file.type], ["Ae.png", "image/png"]);
    assert.deepEqual(new Uint8Array(await file.arrayBuffer()), PNG);
    const create = await channel().request("createTicket", ticket(), { files: [new File([PNG], "a b.png")] });
    assert.deepEqual((await create.json()).attachment, [{ filename: "a_b.png", contentType: "image/png" }]);
    assert.deepEqual(await shop.decode("listEvents", new Response(null, { status: 204 })), []);
    assert.deepEqual(await shop.decode("downloadAttachment", new Response(PNG)), PNG);
    const error = await failure(shop.decode("replyToTicket", refuse(400)));
    assert.deepEqual([error.endpoint, error.code], ["seller.replyToTicket", "VAL100"]);
    assert.ok(meanings("jtl-scx").ScxTopic.some(({ value }) => value === "INCIDENT"));
  });
});

describe("through the gateway", () => {
  test("a page without tokens has every method", async () => {
    const accounts = {
      jtl: { marketplace: "jtl-scx", refreshToken: KEYS.refreshToken, baseUrl },
      shop: seller(),
    };
    const gateway = createGateway({ accounts, classes: [JtlScx], authorize: () => true });
    const page = (account, options) =>
      new JtlScx({
        gateway: `https://own.example/api/accounts/${account}`,
        fetch: (url, init) => gateway.fetch(new Request(url, init)),
        ...options,
      });
    const scx = page("jtl");
    const shop = page("shop", { side: "seller" });
    await scx.createTicket(ticket(), { files: [new File([PNG], "a b.png"), new File([PDF], "c.pdf")] });
    const [event] = await shop.listEvents();
    assert.deepEqual(
      event.event.attachment.map(({ filename }) => filename),
      ["a_b.png", "c.pdf"],
    );
    const key = { channel: "LOCALMARKET", sellerId: "4711", ticketId: "MP-1", filename: "c.pdf" };
    assert.deepEqual(await (await shop.downloadAttachment(key)).bytes(), PDF);
    await shop.acknowledgeEvents([event.id]);
    await shop.replyToTicket(reply());
    for await (const answer of scx.ticketReplies()) {
      assert.equal(answer.event.message, "A new parcel left today.");
      await scx.acknowledgeEvents([answer.id]);
      break;
    }
    const logged = (await marketplace.log()).filter(({ path }) => !path.includes("/v1/auth"));
    assert.ok(logged.every(({ headers }) => headers["accept-language"] === "en"));
    const missing = await failure(scx.downloadAttachment({ sellerId: "4711", ticketId: "MP-1", filename: "none.png" }));
    assert.deepEqual(
      [missing.kind, missing.code, missing.status, missing.origin],
      ["not_found", "CHN204", 404, "marketplace"],
    );
  });
});

test("the types know both sides", async () => {
  await writeFile(
    join(project.folder, "sides.ts"),
    `import { JtlScx, type JtlScxUploads, uploadsOf } from "seller-tickets";

const scx = new JtlScx({ refreshToken: "a" });
const shop = new JtlScx({ side: "seller", refreshToken: "a" });
const page = new JtlScx({ side: "seller", gateway: "/a" });
new JtlScx({ accessToken: "a", environment: "sandbox" });
// @ts-expect-error one of two tokens
new JtlScx({ refreshToken: "a", accessToken: "b" });
// @ts-expect-error a token is needed
new JtlScx({});
const ticket = { sellerId: "1", ticketId: "1", topic: "RETURN", createdAt: new Date(), from: { role: "BUYER" }, subject: "a", message: "a" } as const;
const bytes = new Uint8Array(1);

export async function use(signal: AbortSignal): Promise<void> {
  const sent: JtlScxUploads = await scx.createTicket(ticket, { files: [{ filename: "a.txt", content: bytes }], signal });
  scx.validate("createTicket", ticket, { files: [{ filename: "a.txt", content: bytes }] });
  // @ts-expect-error a value that is not documented
  await scx.createTicket({ ...ticket, topic: "OTHER" });
  // @ts-expect-error the seller's
  await scx.replyToTicket({});
  // @ts-expect-error the channel's
  await shop.createTicket(ticket);
  // @ts-expect-error the channel's
  shop.ticketReplies();
  // @ts-expect-error a seller names the channel
  await shop.uploadAttachment({ sellerId: "1", ticketId: "1", file: bytes });
  await page.uploadAttachment({ channel: "abcde", sellerId: "1", ticketId: "1", file: bytes });
  await scx.uploadAttachment({ sellerId: "1", ticketId: "1", file: bytes });
  await shop.listEvents({ eventTypeFilter: ["Any:Thing"] });
  // @ts-expect-error a type that is not documented
  await scx.listEvents({ eventTypeFilter: ["Any:Thing"] });
  for await (const { id, type, event } of scx.ticketReplies({ signal })) {
    const kind: "Seller:Ticket.Reply" = type;
    const message: string | null | undefined = event.message;
    await scx.acknowledgeEvents([id, kind, message ?? sent.ticketId]);
  }
  const missing: number | undefined = uploadsOf(1)?.files.length;
  const side: "seller" = shop.side;
  void [missing, side];
}
`,
  );
  const flags =
    "--noEmit --strict --exactOptionalPropertyTypes --module nodenext --target es2022 --lib es2022,dom,dom.iterable,esnext";
  await run(process.execPath, [TSC, ...flags.split(" "), "sides.ts"], { cwd: project.folder });
});

describe("the examples of the page on JTL-SCX", async () => {
  const examples = await examplesOf("jtl-scx.md");
  test("are all there", () => assert.equal(examples.length, 11));
  for (const { line, run: example } of examples) {
    test(`docs/jtl-scx.md:${line}`, async () => {
      const Local = class extends JtlScx {
        constructor(options) {
          super(options.gateway === undefined ? { ...options, baseUrl } : options);
        }
      };
      await marketplace.reset();
      await configure({ rate_limits: false });
      const printed = [];
      const stored = [];
      const photo = new File([PNG], "Foto 1.png", { type: "image/png" });
      // A ticket whose file is still missing.
      const filename = "Foto_1.png";
      const attachment = [{ filename, contentType: "image/png" }];
      await channel().createTicket(ticket({ ticketId: "MP-3", attachment }));
      const kept = { sellerId: "4711", ticketId: "MP-3", files: [{ filename, status: "failed" }] };
      await example({
        ...sellerTickets,
        createGateway,
        JtlScx: Local,
        scx: new Local({ refreshToken: KEYS.refreshToken }),
        ticket: ticket({ ticketId: "MP-2" }),
        photo,
        pdfBytes: PDF,
        files: [photo],
        kept: JSON.stringify(kept),
        signal: AbortSignal.timeout(500),
        store: async (...values) => stored.push(values),
        isSignedIn: () => true,
        process: {
          env: {
            JTL_SCX_REFRESH_TOKEN: KEYS.refreshToken,
            JTL_SCX_SELLER_REFRESH_TOKEN: KEYS.sellerRefreshToken,
          },
        },
        console: { log: (...values) => printed.push(values) },
      });
      for (const values of [...printed, ...stored]) assert.ok(values.every((value) => value !== undefined));
    });
  }
});
