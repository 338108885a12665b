/**
 * Magalu: the class against the local marketplace, with a token, with rotating sessions and through
 * a gateway, and what it puts on the wire.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { inspect } from "node:util";
import { build, transform } from "esbuild";
import { Miniflare } from "miniflare";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { examplesOf } from "./docs.mjs";
import { answerWith, controlOf, makeProject, newMagaluTicket, ROOT, startScript, startServer } from "./lib.mjs";

const { accessToken, clientId, clientSecret, refreshToken } = LOCAL_KEYS.magalu;
const special = (number) => `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const OWNER = { code: "agent-7", name: "Maria" };
const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (char) => char.charCodeAt(0),
);

let project;
let local;
let gateway;
let api;
let createGateway;
let Magalu;
let TicketError;

const baseUrl = () => `${local.marketplaceUrl}/magalu`;
const tokenUrl = () => `${local.marketplaceUrl}/magalu-id/oauth/token`;

const control = (...request) => controlOf(local.marketplaceUrl)(...request);
const settings = (magalu) => control("POST", "settings", { magalu });
const log = async () => (await control("GET", "log")).entries;

before(async () => {
  project = await makeProject();
  api = await project.load();
  ({ Magalu, TicketError } = api);
  ({ createGateway } = await project.load("/gateway"));
  local = await startLocal({ dashboard: false, quiet: true });
  const handler = createGateway({
    accounts: { mg: { marketplace: "magalu", accessToken, baseUrl: baseUrl() } },
    classes: [Magalu],
    authorize: () => true,
  });
  gateway = await startServer((request, response, body) =>
    answerWith((wanted) => handler.fetch(wanted), request, response, body),
  );
});
after(async () => {
  await gateway?.dispose();
  await local?.dispose();
  await project?.dispose();
});
beforeEach(async () => {
  await control("POST", "reset", {});
  await settings({ rate_limit: null, transaction_ms: 0, moderation_ms: 0 });
});

/** A store in memory, with a lock. */
function memoryStore(tokens) {
  let tail = Promise.resolve();
  const store = {
    tokens,
    saved: [],
    load: async () => store.tokens,
    save: async (next) => {
      store.tokens = next;
      store.saved.push(next);
    },
    withLock: (fn) => {
      const turn = tail.then(fn);
      tail = turn.catch(() => {});
      return turn;
    },
  };
  return store;
}

const ways = {
  "with a token": () => new Magalu({ accessToken, baseUrl: baseUrl() }),
  "with a session": () =>
    new Magalu({
      clientId,
      clientSecret,
      refreshToken,
      tokenStore: memoryStore(),
      tokenUrl: tokenUrl(),
      baseUrl: baseUrl(),
    }),
  "through a gateway": () => new Magalu({ gateway: `${gateway.url}/api/accounts/mg` }),
};

for (const [way, make] of Object.entries(ways)) {
  describe(way, () => {
    test("a ticket is accepted, and followed to its id", async () => {
      await settings({ transaction_ms: 1500 });
      const magalu = make();
      const seen = [];
      const call = magalu.createTicket(newMagaluTicket({ code: "ERP-17" }));
      const completed = call.completed({ onProgress: ({ status }) => seen.push(status) });
      const accepted = await call;
      assert.equal(accepted.links[0].path, `/seller/v0/transactions/${accepted.transaction_id}`);
      assert.equal((await call.withResponse()).response.status, 202);
      const { ticket_id, transaction } = await completed;
      assert.equal(transaction.status, "completed");
      assert.ok(seen.length > 1 && seen.at(-1) === "completed", seen.join());
      const ticket = await magalu.getTicket(ticket_id);
      assert.deepEqual([ticket.code, ticket.reason, ticket.type], ["ERP-17", "missing_damaged_parts", "shipping"]);
      assert.equal(Number(ticket.order.delivery.items[0].quantity), 2);
      assert.ok(api.magaluTime(ticket.created_at) <= Date.now());
      // After a restart, by the link or by the id.
      assert.equal((await magalu.followTransaction(accepted.links[0].path)).ticket_id, ticket_id);
      assert.equal((await magalu.getTransaction(accepted.transaction_id)).id, accepted.transaction_id);
    });

    test("a transaction that fails is an error that carries its events", async () => {
      const magalu = make();
      await assert.rejects(magalu.createTicket(newMagaluTicket({ code: "invalid_order" })).completed(), (error) => {
        assert.ok(error instanceof TicketError);
        assert.deepEqual([error.kind, error.code, error.sent], ["conflict", "transaction_failed", "no"]);
        assert.match(error.message, /^the transaction failed: .*invalid_order/);
        assert.deepEqual(error.body.events.at(-1).data, { created: "False" });
        return true;
      });
      await settings({ transaction_outcome: "cancelled" });
      await assert.rejects(magalu.createTicket(newMagaluTicket()).completed(), { code: "transaction_cancelled" });
      await settings({ transaction_outcome: "completed", transaction_ms: 60_000 });
      await assert.rejects(magalu.createTicket(newMagaluTicket()).completed({ timeoutMs: 300 }), {
        kind: "timeout",
        code: "transaction_pending",
        sent: "yes",
        retryable: true,
      });
      const stop = new AbortController();
      const waiting = magalu
        .createTicket(newMagaluTicket())
        .completed({ signal: stop.signal, onProgress: () => stop.abort() });
      await assert.rejects(waiting, { kind: "aborted" });
    });

    test("every ticket of a long list, once, without a far offset", async () => {
      const { n } = await local.db.magalu.first("SELECT COUNT(*) AS n FROM magalu_tickets WHERE id_seller = 1");
      assert.ok(n > 200);
      await control("DELETE", "log");
      const magalu = make();
      const ids = [];
      for await (const { id } of magalu.listTickets({ _limit: 30 })) ids.push(id);
      assert.deepEqual([ids.length, new Set(ids).size], [n, n]);
      const queries = (await log()).filter(({ path }) => path.includes("/tickets"));
      assert.ok(queries.length >= n / 30 && queries.every(({ status }) => status === 200));

      const first = await magalu.listTickets({ _limit: 100 });
      assert.deepEqual([first.data.length, first.results === first.data, first.meta.page.limit], [100, true, 100]);
      const walked = [...first.data];
      for (let page = await first.next(); page !== null; page = await page.next()) walked.push(...page.data);
      assert.deepEqual(
        walked.map(({ id }) => id),
        ids,
      );
    });

    test("tickets that change while they are listed come once, and none is skipped", async () => {
      const magalu = make();
      const before = (await local.db.magalu.all("SELECT id FROM magalu_tickets WHERE id_seller = 1")).map(
        ({ id }) => id,
      );
      const ids = [];
      for await (const page of magalu.listTickets({ _limit: 40 }).pages()) {
        ids.push(...page.data.map(({ id }) => id));
        // Somebody answers ten of those that were listed and ten others.
        const touched = before.filter((_, index) => index % 13 === ids.length % 13).slice(0, 20);
        for (const id of touched) {
          await local.db.magalu.run("UPDATE magalu_tickets SET updated_ms = ? WHERE id = ?", Date.now() - 1000, id);
        }
      }
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual([...ids].sort(), before.sort());
    });

    test("a list in another order ends with an error where the API ends it", async () => {
      const magalu = make();
      const ids = [];
      await assert.rejects(
        async () => {
          for await (const { id } of magalu.listTickets({ _sort: "created_at:desc" })) ids.push(id);
        },
        (error) => {
          assert.deepEqual([error.kind, error.violations[0].field], ["validation", "_offset"]);
          return true;
        },
      );
      assert.ok(ids.length >= 199);
    });

    test("messages as JSON, and with a file as a form", async () => {
      const magalu = make();
      const id = special(1);
      const text = { message: 'Enviaremos "hoje" 🎫', destination: "customer", owner: OWNER };
      const { transaction_id } = await magalu.createMessage(id, { ...text, code: "m-1" });
      await magalu.followTransaction(transaction_id);
      const progress = [];
      const file = new File([PNG], 'fo"to.png', { type: "image/png" });
      await magalu.createMessage(
        id,
        { ...text, code: "m-2", file },
        { onProgress: ({ phase }) => progress.push(phase) },
      );
      const prepared = await api.encodeAttachment({ filename: "nota.png", content: PNG });
      await magalu.createMessage(id, { ...text, code: "m-3", file: prepared });
      assert.ok(progress.includes("sending"));
      const messages = [];
      for await (const message of magalu.listMessages(id)) messages.push(message);
      const by = (code) => messages.find((message) => message.code === code);
      assert.deepEqual([by("m-1").message, by("m-1").destination], [text.message, "customer"]);
      assert.deepEqual(by("m-1").sender.owner, { name: "Maria", code: "agent-7" });
      assert.equal(by("m-2").attachments[0].file_type, "image/png");
      for (const code of ["m-2", "m-3"]) {
        const [attachment] = by(code).attachments;
        const download = await magalu.downloadAttachment(id, by(code).id, attachment.id);
        assert.equal(download.contentType, "image/png");
        assert.deepEqual(await download.bytes(), PNG);
      }
      assert.equal((await magalu.getMessage(id, by("m-2").id)).code, "m-2");
      const withFile = await magalu.listMessages(id, { has_attachment: true });
      assert.deepEqual(withFile.data.map(({ code }) => code).sort(), ["m-2", "m-3"]);
      // An older version of the API.
      await settings({ message_reply: "message" });
      assert.equal((await magalu.createMessage(id, { ...text, code: "m-4" })).message, text.message);
    });

    test("events and returns", async () => {
      const magalu = make();
      await magalu.createEvent(special(7), { type: "authorize_refund", code: "erp-17" });
      const events = await magalu.listEvents(special(7));
      assert.deepEqual(events.data.map(({ type }) => type).sort(), ["authorize_refund", "product_received"]);
      assert.equal((await magalu.listEvents(special(7), { type: "product_received" })).data.length, 1);
      await assert.rejects(magalu.createEvent(special(1), { type: "authorize_refund" }), {
        kind: "rejected",
        code: "BAD_REQUEST",
        // It names no field, so it may be about what a first copy has done.
        sent: "maybe",
      });
      const { transaction_id } = await magalu.createReturn(special(1));
      const { ticket_id, transaction } = await magalu.followTransaction(transaction_id);
      assert.equal(ticket_id, null);
      const { return_id, reverse_code } = transaction.events.at(-1).data;
      assert.equal((await magalu.getReturn(special(1), return_id)).reverse_code, reverse_code);
      assert.equal((await magalu.listReturns(special(1), { reverse_code })).data[0].id, return_id);
      await assert.rejects(magalu.createReturn(special(1)), { kind: "conflict", code: "CONFLICT" });
      const failed = await magalu.createReturn(special(7), { code: "erro1" });
      await assert.rejects(magalu.followTransaction(failed.transaction_id), { code: "transaction_failed" });
    });

    test("transactions of a span of time", async () => {
      const magalu = make();
      const span = { created_at_gte: new Date(Date.now() - 90 * 86_400_000), created_at_lte: new Date() };
      const ids = [];
      for await (const { id } of magalu.listTransactions({ ...span, _limit: 10 })) ids.push(id);
      assert.equal(new Set(ids).size, 24);
      const failed = await magalu.listTransactions({ ...span, status: "failed" });
      assert.ok(failed.data.length > 0 && failed.data.every(({ status }) => status === "failed"));
      await assert.rejects(magalu.listTransactions({}), { kind: "validation" });
    });

    test("values and fields of a later version survive", async () => {
      const ticket = await make().getTicket(special(5));
      assert.deepEqual([ticket.type, ticket.status, ticket.reason], ["exchange", "in_mediation", null]);
      assert.deepEqual([ticket.sla, ticket.tags], [{ hours: 48 }, ["vip"]]);
    });

    test("refusals in all their shapes", async () => {
      const magalu = make();
      await assert.rejects(magalu.getTicket(special(99)), { kind: "not_found", code: "NOT_FOUND", status: 404 });
      await assert.rejects(magalu.listTickets({ created_at_gte: "2026-02-30T00:00:00Z" }), { kind: "validation" });
      await settings({ edge_block: true });
      await assert.rejects(magalu.getTicket(special(1)), (error) => {
        // With a session it is the sign-in that is behind the edge.
        assert.deepEqual([error.kind, error.code, error.status], ["forbidden", "edge_page", 403]);
        assert.match(error.message, /^a page of the network's edge came/);
        return true;
      });
      await settings({ edge_block: false, see_other: "elsewhere" });
      // The gateway does not show redirects.
      await assert.rejects(magalu.getTicket(special(1)), { kind: "rejected", code: "redirect" });
    });
  });
}

describe("sessions", () => {
  const session = (tokenStore, more = {}) =>
    new Magalu({ clientId, clientSecret, tokenStore, tokenUrl: tokenUrl(), baseUrl: baseUrl(), ...more });
  const grants = async () => (await log()).filter(({ path }) => path.endsWith("/oauth/token")).length;

  test("many calls at once ask for one token, which is saved before it is used", async () => {
    const order = [];
    const store = memoryStore();
    const save = store.save;
    store.save = async (tokens) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push("saved");
      await save(tokens);
    };
    const magalu = session(store, { refreshToken, onRequest: ({ url }) => order.push(new URL(url).pathname) });
    await Promise.all(Array.from({ length: 5 }, () => magalu.getTicket(special(1))));
    assert.equal(await grants(), 1);
    assert.deepEqual(order.slice(0, 2), ["/magalu-id/oauth/token", "saved"]);
    assert.equal(store.saved.length, 1);
    assert.notEqual(store.tokens.refreshToken, refreshToken);
  });

  test("what a store hands out is looked at before it is used", async () => {
    const secret = "stored-secret-of-the-test";
    const good = { accessToken: secret, issuedAtMs: Date.now() - 60_000, expiresAtMs: Date.now() + 7_200_000 };
    for (const [stored, fields] of [
      [JSON.stringify(good), ["tokenStore"]],
      [[good], ["tokenStore"]],
      [true, ["tokenStore"]],
      [{}, ["tokenStore.accessToken", "tokenStore.issuedAtMs", "tokenStore.expiresAtMs"]],
      [{ tokens: good }, ["tokenStore.accessToken", "tokenStore.issuedAtMs", "tokenStore.expiresAtMs"]],
      [{ ...good, accessToken: undefined }, ["tokenStore.accessToken"]],
      [{ ...good, expiresAtMs: new Date().toISOString() }, ["tokenStore.expiresAtMs"]],
      [{ ...good, issuedAtMs: null, refreshToken: 7 }, ["tokenStore.issuedAtMs", "tokenStore.refreshToken"]],
    ]) {
      const magalu = session({ ...memoryStore(), load: async () => stored }, { refreshToken });
      await assert.rejects(magalu.getTicket(special(1)), (error) => {
        assert.ok(error instanceof TicketError, inspect(error));
        assert.deepEqual([error.kind, error.code, error.sent], ["configuration", "invalid_configuration", "no"]);
        assert.deepEqual(
          error.violations.map(({ field }) => field),
          fields,
        );
        assert.match(error.message, /`tokenStore.*, in what `load` returned/);
        assert.match(error.violations[0].hint, /`load` return what `save` was given/);
        assert.ok(!inspect(error, { depth: 9 }).includes(secret));
        return true;
      });
    }
    assert.equal(await grants(), 0);
    // Nothing, and what it was given before, are both well.
    const store = memoryStore();
    await session(store, { refreshToken }).getTicket(special(1));
    await session({ ...store, load: async () => ({ ...store.tokens, savedAt: "today" }) }).getTicket(special(1));
    assert.equal(await grants(), 1);
  });

  test("a token of twenty seconds is renewed in time, with the newest refresh token", async () => {
    await settings({ expires_in: 20 });
    const store = memoryStore();
    let now = Date.now();
    const magalu = session(store, { refreshToken, now: () => now });
    await magalu.getTicket(special(1));
    now += 15_900;
    await magalu.getTicket(special(1));
    assert.equal(await grants(), 1);
    now += 200;
    await magalu.getTicket(special(1));
    assert.equal(await grants(), 2);
    // Another client goes on with what the store has, not with the first refresh token.
    await session(store, { refreshToken, now: () => now }).getTicket(special(1));
    assert.equal(await grants(), 2);
  });

  test("a refused token is renewed once", async () => {
    const store = memoryStore();
    const magalu = session(store, { refreshToken });
    await magalu.getTicket(special(1));
    await control("POST", "faults", {
      match: { marketplace: "magalu", path: "/seller/**" },
      times: 1,
      fault: { kind: "status", status: 401, when: "before" },
    });
    assert.equal((await magalu.getTicket(special(1))).id, special(1));
    assert.equal(await grants(), 2);
  });

  test("a seller consents, and the code becomes the first tokens", async () => {
    const store = memoryStore();
    const magalu = session(store);
    const redirectUri = "https://shop.example/magalu/back";
    await assert.rejects(magalu.getTicket(special(1)), (error) => {
      assert.deepEqual([error.kind, error.violations[0].field], ["configuration", "refreshToken"]);
      return true;
    });
    const scope = api.meanings("magalu").Scope.map(({ value }) => value);
    assert.equal(scope.length, 9);
    const url = magalu.authorizationUrl({ redirectUri, scope, state: "s t/a" });
    const answer = await fetch(url, { redirect: "manual" });
    const back = new URL(answer.headers.get("location"));
    assert.equal(back.searchParams.get("state"), "s t/a");
    const tokens = await magalu.exchangeCode(back.searchParams.get("code"), redirectUri);
    assert.deepEqual(store.saved, [tokens]);
    assert.equal((await magalu.getTicket(special(1))).id, special(1));
    assert.equal(await grants(), 1);
    await assert.rejects(magalu.exchangeCode(back.searchParams.get("code"), redirectUri), {
      kind: "authentication",
      code: "invalid_grant",
    });
    assert.throws(
      () => magalu.authorizationUrl({ redirectUri: "/back", scope: [] }),
      (error) => {
        assert.deepEqual(
          error.violations.map(({ field }) => field),
          ["redirectUri", "scope"],
        );
        return true;
      },
    );
  });

  test("a lost renewal is not sent a second time", async () => {
    await control("POST", "faults", {
      match: { marketplace: "magalu", path: "/magalu-id/oauth/token" },
      times: null,
      fault: { kind: "status", status: 503, when: "after" },
    });
    const magalu = session(memoryStore(), { refreshToken });
    await assert.rejects(magalu.getTicket(special(1)), { kind: "server", sent: "no" });
    assert.equal(await grants(), 1);
  });

  test("two isolates share a store on a Durable Object, and no refresh token is used twice", async (t) => {
    await settings({ expires_in: 2 });
    const bundle = async (contents) => {
      const built = await build({
        stdin: { contents, resolveDir: project.folder, sourcefile: "worker.mjs" },
        bundle: true,
        format: "esm",
        target: "es2022",
        conditions: ["workerd", "worker", "browser"],
        external: ["cloudflare:workers"],
        write: false,
        outdir: project.folder,
        loader: { ".wasm": "copy" },
        assetNames: "[name]-[hash]",
      });
      return built.outputFiles
        .sort((a, b) => Number(b.path.endsWith(".js")) - Number(a.path.endsWith(".js")))
        .map(({ path, contents }) => ({ type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path, contents }));
    };
    const page = await readFile(join(ROOT, "docs/magalu.md"), "utf8");
    const [, example] = /^```ts\n(import \{ DurableObject \}.*?)^```$/ms.exec(page);
    const here = { refreshToken, tokenUrl: tokenUrl(), baseUrl: baseUrl() };
    const adapted = example.replace(
      "tokenStore: tokenStore(env),",
      `tokenStore: tokenStore(env), ...${JSON.stringify(here)},`,
    );
    const code = await bundle((await transform(adapted, { loader: "ts" })).code);
    const worker = (name, modules, more) => ({
      name,
      modulesRoot: project.folder,
      modules,
      compatibilityDate: "2024-09-01",
      ...more,
    });
    const bindings = { MAGALU_CLIENT_ID: clientId, MAGALU_CLIENT_SECRET: clientSecret };
    const direct = { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] };
    const tokens = (scriptName) => ({ MAGALU_TOKENS: { className: "MagaluTokens", scriptName } });
    const workers = new Miniflare({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      workers: [
        worker("one", code, { durableObjects: { MAGALU_TOKENS: "MagaluTokens" }, bindings, ...direct }),
        // Another isolate, which uses the first one's object.
        worker("two", code, { durableObjects: tokens("one"), bindings, ...direct }),
      ],
    });
    t.after(() => workers.dispose());
    await workers.ready;
    const urls = await Promise.all(["one", "two"].map((name) => workers.unsafeGetDirectURL(name)));
    const ask = async (url) => {
      const response = await fetch(url);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.ok(JSON.parse(text).length > 0);
    };
    await Promise.all(
      urls.map(async (url) => {
        for (const end = Date.now() + 7_000; Date.now() < end; ) await Promise.all([ask(url), ask(url), ask(url)]);
      }),
    );
    const renewals = await grants();
    assert.ok(renewals >= 3, `${renewals} renewals`);
    // A token that comes a second time would have ended the grant, and with it everything after.
    const refused = (await log()).filter(({ path, status }) => path.endsWith("/oauth/token") && status !== 200);
    assert.deepEqual(refused, []);
  });
});

describe("the examples of the page on Magalu", async () => {
  const examples = await examplesOf("magalu.md");
  test("are all there", () => assert.equal(examples.length, 15));
  for (const { line, run } of examples) {
    test(`docs/magalu.md:${line}`, async () => {
      const printed = [];
      const Local = class extends Magalu {
        constructor(options) {
          const there = options.clientId === undefined ? {} : { tokenUrl: tokenUrl(), refreshToken };
          super(options.gateway === undefined ? { ...there, ...options, baseUrl: baseUrl() } : options);
        }
      };
      const tokenStore = memoryStore();
      await run({
        ...api,
        createGateway,
        Magalu: Local,
        magalu: new Local({ clientId, clientSecret, tokenStore }),
        tokenStore,
        ticket: newMagaluTicket(),
        png: PNG,
        isSignedIn: () => true,
        visit: async (url) => new URL((await fetch(url, { redirect: "manual" })).headers.get("location")),
        process: {
          env: { MAGALU_ACCESS_TOKEN: accessToken, MAGALU_CLIENT_ID: clientId, MAGALU_CLIENT_SECRET: clientSecret },
        },
        console: { log: (...values) => printed.push(values) },
      });
      for (const values of printed) assert.ok(values.every((value) => value !== undefined && value !== null));
    });
  }
});

describe("on the wire", () => {
  let script;
  before(async () => {
    script = await startScript([{}]);
  });
  after(() => script.dispose());

  test("a message with a file is one form", async () => {
    script.seen.length = 0;
    script.play({ status: 202, body: { transaction_id: "x" } });
    const magalu = new Magalu({ accessToken: "t", baseUrl: script.url });
    const file = { filename: "a.pdf", content: new TextEncoder().encode("%PDF-1.4\n") };
    const request = { message: "m", destination: "customer", owner: OWNER, file };
    const sent = await magalu.createMessage("t-1", request).withResponse();
    assert.deepEqual(sent.data, { transaction_id: "x" });
    const [{ method, url, headers, body }] = script.seen;
    assert.deepEqual([method, url, headers.authorization], ["POST", "/seller/v1/tickets/t-1/messages", "Bearer t"]);
    const form = await new Response(body, { headers: { "content-type": headers["content-type"] } }).formData();
    assert.deepEqual(
      [...form].map(([name, value]) => [name, typeof value === "string" ? value : value.name]),
      [
        ["message", "m"],
        ["destination", "customer"],
        ["owner_code", "agent-7"],
        ["owner_name", "Maria"],
        ["code", sent.reference],
        ["file", "a.pdf"],
      ],
    );
    assert.equal(form.get("file").type, "application/pdf");
    assert.equal(await form.get("file").text(), "%PDF-1.4\n");
    // `request` makes the same, and `validateFiles` looks into the file.
    const ready = await magalu.request("createMessage", "t-1", request);
    assert.equal(new URL(ready.url).pathname, "/seller/v1/tickets/t-1/messages");
    const text = { filename: "a.pdf", content: new TextEncoder().encode("just text") };
    const [violation] = await magalu.validateFiles("createMessage", "t-1", { ...request, file: text });
    assert.deepEqual([violation.field, violation.code], ["file", "file_type_not_allowed"]);
  });

  test("a write is never sent again after a failure that may have acted", async () => {
    script.seen.length = 0;
    script.play({ status: 500, body: { slug: "SERVER_ERROR", message: "oops" } });
    const magalu = new Magalu({ accessToken: "t", baseUrl: script.url });
    await assert.rejects(magalu.createTicket(newMagaluTicket()), { kind: "server", sent: "maybe", attempts: 1 });
    await assert.rejects(magalu.createTicket(newMagaluTicket()).completed(), { kind: "server", sent: "maybe" });
    assert.equal(script.seen.length, 2);
  });

  test("a link to another host gets nothing", async () => {
    script.seen.length = 0;
    const magalu = new Magalu({ accessToken: "t", baseUrl: script.url });
    for (const link of ["https://evil.example/seller/v0/transactions/x", "//evil.example/seller/v0/transactions/x"]) {
      await assert.rejects(magalu.followTransaction(link), { kind: "validation" });
    }
    assert.equal(script.seen.length, 0);
  });

  test("a host that does not know the time filter does not make a loop", async () => {
    script.seen.length = 0;
    const results = Array.from({ length: 50 }, (_, index) => ({
      id: `t-${index}`,
      type: "shipping",
      status: "waiting",
      created_at: "2026-02-01T10:00:00",
      updated_at: `2026-02-01T10:00:${10 + index}`,
    }));
    script.play({ body: { meta: { page: { limit: 50, offset: 0 } }, results } });
    const ids = [];
    await assert.rejects(
      async () => {
        for await (const { id } of new Magalu({ accessToken: "t", baseUrl: script.url }).listTickets({ _limit: 50 }))
          ids.push(id);
      },
      { code: "pages_repeat" },
    );
    assert.equal(ids.length, 50);
    assert.ok(script.seen.length < 10, `${script.seen.length} requests`);
  });

  test("times are text with a helper", () => {
    assert.equal(api.magaluTime("2024-11-08T11:49:35.938000").toISOString(), "2024-11-08T11:49:35.938Z");
    assert.equal(api.magaluTime("2026-02-01T07:00:09-03:00").toISOString(), "2026-02-01T10:00:09.000Z");
    assert.ok(Number.isNaN(api.magaluTime("soon").getTime()));
  });

  test("keys are never shown", () => {
    const magalu = new Magalu({ clientId: "app", clientSecret: "top-secret", refreshToken: "top-refresh" });
    assert.doesNotMatch(JSON.stringify(magalu), /top-/);
    assert.throws(
      () => new Magalu({ clientId: "app", clientSecret: "top secret" }),
      (error) => {
        assert.equal(error.kind, "configuration");
        assert.doesNotMatch(JSON.stringify(error), /top secret/);
        return true;
      },
    );
    assert.throws(() => new Magalu({ clientId: "a", clientSecret: "b", tokenUrl: "http://id.example/oauth/token" }), {
      kind: "configuration",
    });
  });
});
