/**
 * How the client behaves when the network, the marketplace or the caller does not: against answers
 * played by a script.
 */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { inspect } from "node:util";
import { kauflandTicket, makeProject, startScript, startServer } from "./lib.mjs";

let project;
let script;
let api;

const KEYS = {
  clientKey: "client-key-of-the-test",
  secretKey: "secret-key-of-the-test",
  userAgent: "Inhouse_development",
};
const item = (number) => kauflandTicket(`001${number}`);
const TICKET = { status: 200, body: { data: item(7) } };

before(async () => {
  project = await makeProject();
  api = await project.load();
  script = await startScript([TICKET]);
});
after(async () => {
  await script?.dispose();
  await project?.dispose();
});
beforeEach(() => {
  script.seen.length = 0;
  script.play(TICKET);
});

const make = (options) => new api.Kaufland({ ...KEYS, baseUrl: script.baseUrl, random: () => 0, ...options });

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof api.TicketError, inspect(error));
    return error;
  }
  return assert.fail("it did not fail");
}

describe("retries", () => {
  test("reads are repeated, each time signed afresh; the hooks see it", async () => {
    let now = 1_700_000_000_000;
    const events = [];
    const hook = (name) => (info) => events.push([name, info.attempt, info.status ?? info.reason ?? info.method]);
    const kaufland = make({
      now: () => (now += 1000),
      onRequest: hook("request"),
      onResponse: hook("response"),
      onRetry: hook("retry"),
    });
    script.play({ status: 503 }, { status: 500 }, TICKET);
    const { data, attempts } = await kaufland.getTicket("0017").withResponse();
    assert.equal(data.id_ticket, "0017");
    assert.equal(attempts, 3);
    const stamps = script.seen.map(({ headers }) => headers["shop-timestamp"]);
    assert.equal(new Set(stamps).size, 3);
    assert.equal(new Set(script.seen.map(({ headers }) => headers["shop-signature"])).size, 3);
    assert.deepEqual(events, [
      ["request", 1, "GET"],
      ["response", 1, 503],
      ["retry", 2, "retry"],
      ["request", 2, "GET"],
      ["response", 2, 500],
      ["retry", 3, "retry"],
      ["request", 3, "GET"],
      ["response", 3, 200],
    ]);
  });

  test("a write is not repeated when nobody knows what became of it, and after a 429 nobody does", async () => {
    script.play({ status: 500 });
    const unknown = await failure(make().closeTicket("0017"));
    assert.deepEqual([unknown.kind, unknown.sent, unknown.attempts, script.seen.length], ["server", "maybe", 1, 1]);
    script.seen.length = 0;
    script.play({ status: 429, headers: { "retry-after": "0" } });
    const limited = await failure(make().closeTicket("0017"));
    assert.deepEqual(
      [limited.kind, limited.sent, limited.attempts, limited.retryAfterMs, script.seen.length],
      ["rate_limited", "maybe", 1, 0, 1],
    );
  });

  test("a hint longer than the time that is left ends the call at once", async () => {
    script.play({ status: 429, headers: { "retry-after": "120" } });
    const begun = Date.now();
    const error = await failure(make({ totalTimeoutMs: 5000 }).getTicket("0017"));
    assert.deepEqual([error.kind, error.retryAfterMs, error.attempts], ["rate_limited", 120_000, 1]);
    assert.ok(Date.now() - begun < 2000);
  });

  test("a 429 holds the client's other calls back too, each on its own timer", async () => {
    const reasons = [];
    const kaufland = make({ onRetry: ({ reason }) => reasons.push(reason) });
    script.play({ status: 429, headers: { "retry-after": "1" } }, TICKET);
    const first = kaufland.getTicket("0017");
    while (script.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([first, kaufland.getTicket("0018"), kaufland.getTicket("0019")]);
    const [hit, ...later] = script.seen.map(({ at }) => at);
    assert.equal(later.length, 3);
    for (const at of later) assert.ok(at - hit >= 900, `${at - hit} ms after the 429`);
  });
});

describe("time and abort", () => {
  const stall = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"data":');
  };

  test("the time of an attempt covers the body", async () => {
    script.play(stall);
    const read = await failure(make({ timeoutMs: 120, maxRetries: 0 }).getTicket("0017"));
    assert.deepEqual([read.kind, read.code, read.attempts], ["timeout", "attempt_timeout", 1]);
    // The head said 2xx: the marketplace has acted, only the result is lost.
    const written = await failure(make({ timeoutMs: 120 }).closeTicket("0017"));
    assert.deepEqual([written.kind, written.sent, script.seen.length], ["timeout", "yes", 2]);
  });

  test("the total time ends the call in the middle of its retries", async () => {
    script.play(() => {});
    const begun = Date.now();
    const error = await failure(make({ timeoutMs: 150, totalTimeoutMs: 400, maxRetries: 10 }).getTicket("0017"));
    assert.deepEqual([error.kind, error.code], ["timeout", "total_timeout"]);
    assert.ok(Date.now() - begun < 1500);
    assert.ok(error.attempts >= 2);
  });

  test("an abort ends a call wherever it is, and says whether something was sent", async () => {
    const reason = new Error("the user left");
    script.play(stall);
    const sending = new AbortController();
    const call = failure(make().closeTicket("0017", { signal: sending.signal }));
    while (script.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    sending.abort(reason);
    const error = await call;
    assert.deepEqual([error.kind, error.sent, error.cause], ["aborted", "yes", reason]);

    script.play({ status: 503, headers: { "retry-after": "30" } });
    const waiting = new AbortController();
    const retry = failure(
      make({ onRetry: () => setTimeout(() => waiting.abort("plain text")) }).getTicket(
        "0017",
        {},
        { signal: waiting.signal },
      ),
    );
    assert.deepEqual([(await retry).kind, (await retry).cause], ["aborted", "plain text"]);

    const seen = script.seen.length;
    const before = await failure(make().closeTicket("0017", { signal: AbortSignal.abort() }));
    assert.deepEqual([before.kind, before.sent, before.attempts, script.seen.length - seen], ["aborted", "no", 0, 0]);
  });

  test("an abort during the encoding of files sends nothing", async () => {
    for (const content of [new Uint8Array(2_500_000).fill(65), new Blob([new Uint8Array(2_500_000).fill(65)])]) {
      const controller = new AbortController();
      const params = { text: "a", ticket_message_files: [{ filename: "a.txt", content }] };
      const onProgress = ({ loaded }) => loaded > 1_000_000 && controller.abort();
      const options = { signal: controller.signal, onProgress };
      const error = await failure(make().createTicketMessage("0017", params, options));
      assert.deepEqual([error.kind, error.sent, script.seen.length], ["aborted", "no", 0]);
    }
  });

  test("an abort while a large body is streamed ends the request, and reads no further", async () => {
    let reads = 0;
    class Counted extends Blob {
      slice(...range) {
        reads += 1;
        return super.slice(...range);
      }
    }
    const params = {
      text: "a",
      ticket_message_files: [{ filename: "a.txt", content: new Counted([new Uint8Array(8_000_000).fill(65)]) }],
    };
    const controller = new AbortController();
    const onProgress = ({ phase, loaded }) => phase === "taken" && loaded > 2_000_000 && controller.abort();
    const kaufland = make();
    const error = await failure(
      kaufland.createTicketMessage("0017", params, { signal: controller.signal, onProgress }),
    );
    assert.deepEqual([error.kind, error.sent, script.seen.length], ["aborted", "maybe", 0]);
    const before = reads;
    await new Promise((resolve) => setTimeout(resolve, 50));
    // Three looks at the type, 41 pieces for the signature, a dozen for the body.
    assert.ok(reads === before && reads < 64, `${before}, then ${reads} reads`);
  });

  test("a fetch that neither answers nor listens to the signal does not hold the call", async () => {
    const deaf = make({ fetch: () => new Promise(() => {}), timeoutMs: 60, maxRetries: 0 });
    assert.equal((await failure(deaf.getTicket("0017"))).kind, "timeout");
  });
});

describe("answers", () => {
  test("a body that breaks off, is too long or is not JSON", async () => {
    script.play((_request, response) => {
      response.writeHead(201, { "content-length": "100" });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
    });
    const cut = await failure(make().openTicket({ id_order_unit: [1], reason: "contact_other", message: "a" }));
    assert.deepEqual([cut.kind, cut.sent, cut.attempts], ["network", "yes", 1]);
    assert.ok(cut.cause instanceof Error);

    let closed = false;
    script.play((_request, response) => {
      response.on("close", () => {
        closed = true;
      });
      response.writeHead(200);
      const chunk = Buffer.alloc(1 << 20, 32);
      const pump = () => {
        while (!closed && response.write(chunk));
        if (!closed) response.once("drain", pump);
      };
      pump();
    });
    const long = await failure(make({ maxRetries: 0 }).getTicket("0017"));
    assert.match(long.message, /larger than \d+ bytes/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(closed, true);

    script.play({ status: 200, headers: { "content-type": "text/html" }, body: "<html>proxy</html>" });
    const html = await failure(make().openTicket({ id_order_unit: [1], reason: "contact_other", message: "a" }));
    // A page where JSON is documented may come from a portal in between: it proves nothing.
    assert.deepEqual([html.kind, html.sent], ["decode", "maybe"]);
    assert.ok(!html.message.includes("<html>"));
  });

  test("a refused connection and a rejection that is no error", async () => {
    const gone = await failure(make({ baseUrl: "http://127.0.0.1:9/v2", maxRetries: 0 }).getTicket("0017"));
    assert.deepEqual([gone.kind, gone.sent, gone.origin], ["network", "maybe", "client"]);
    for (const reason of ["text", undefined, null, 7, { a: 1 }]) {
      const odd = make({ fetch: () => Promise.reject(reason), maxRetries: 0 });
      assert.equal((await failure(odd.getTicket("0017"))).kind, "network");
    }
  });

  test("a redirect is not followed", async () => {
    const other = await startServer((_request, response) => response.end("{}"));
    script.play({ status: 307, headers: { location: `${other.url}/steal` } });
    const error = await failure(make().getTicket("0017"));
    assert.deepEqual([error.kind, error.code, script.seen.length], ["rejected", "redirect", 1]);
    await other.dispose();
  });

  test("what newer versions send survives, and no number is rounded", async () => {
    const body =
      '{"data":{"id_ticket":"0017","ids_order_units":[1,9007199254740993],"id_buyer":null,"ts_created_iso":"x","ts_updated_iso":"y",' +
      '"status":"on_hold","open_reason":"new_reason","topic":null,"is_seller_responsible":false,"fulfillment_type":"f","extra":{"deep":[18446744073709551615]}}}';
    script.play({ status: 200, body });
    const ticket = await make().getTicket("0017");
    assert.deepEqual(ticket.ids_order_units, [1, 9007199254740993n]);
    assert.deepEqual([ticket.status, ticket.extra], ["on_hold", { deep: [18446744073709551615n] }]);
  });
});

describe("lists", () => {
  /** A marketplace whose list the test changes while it is read. */
  function playList(list) {
    script.play((request, response) => {
      const query = new URL(request.url, "http://x").searchParams;
      const offset = Number(query.get("offset") ?? 0);
      const limit = Number(query.get("limit") ?? 30);
      const data = list.slice(offset, offset + limit).map(item);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ data, pagination: { offset, limit, total: list.length }, note: "kept" }));
    });
  }
  const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

  test("closing what is being listed skips nothing, and new ones repeat nothing", async () => {
    const list = numbers(1001, 1100);
    playList(list);
    const seen = [];
    for await (const ticket of make().listTickets({ status: ["opened"] })) {
      seen.push(Number(ticket.id_ticket.slice(3)));
      list.splice(list.indexOf(seen.at(-1)), 1);
      if (seen.length % 10 === 0) list.unshift(2000 + seen.length);
    }
    const known = seen.filter((number) => number < 2000);
    assert.deepEqual([...known].sort(), numbers(1001, 1100));
    assert.equal(new Set(seen).size, seen.length);
  });

  test("by page: the plain next page, or each page without what was on an earlier one", async () => {
    const list = numbers(1001, 1065);
    playList(list);
    const first = await make().listTickets({ limit: 30, offset: 3 });
    assert.deepEqual(
      [first.data.length, first.pagination.total, first.hasNextPage, first.note],
      [30, 65, true, "kept"],
    );
    const second = await first.next();
    assert.equal(second.data[0].id_ticket, "0011034");
    const last = await second.next();
    assert.deepEqual([last.data.length, last.hasNextPage, await last.next()], [2, false, null]);
    assert.ok(!inspect(first).includes("secret-key") && JSON.stringify(first).includes('"hasNextPage":true'));

    const ids = [];
    for await (const page of make().listTickets({ limit: 30 }).pages()) {
      ids.push(...page.data.map((ticket) => ticket.id_ticket));
      if (ids.length === 30) list.unshift(3001, 3002);
    }
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(ids.length, 65);
  });

  test("filters go along to every page, and a loop that is left asks for no more", async () => {
    playList(numbers(1001, 1200));
    let count = 0;
    for await (const _ of make().listTickets({ status: ["opened"], limit: 10 })) if (++count === 25) break;
    assert.equal(script.seen.length, 3);
    for (const { url } of script.seen) assert.match(url, /status=opened/);
  });

  test("an error in the middle comes out of the loop, and no rejection is left behind", async () => {
    const rejections = [];
    const note = (reason) => rejections.push(reason);
    process.on("unhandledRejection", note);
    playList(numbers(1001, 1100));
    const loop = async () => {
      for await (const _ of make({ maxRetries: 0 }).listTickets()) script.play({ status: 500 });
    };
    assert.equal((await failure(loop())).kind, "server");
    await failure(make({ maxRetries: 0 }).listTickets().withResponse());
    await failure(make({ maxRetries: 0 }).listTickets().pages().next());
    await failure(make().getTicket("not digits").withResponse());
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    assert.deepEqual(rejections, []);
  });
});

describe("secrets", () => {
  test("are in no text that comes out of a client, its errors or its hooks", async () => {
    const texts = [];
    const hook = (info) => texts.push(JSON.stringify(info));
    const kaufland = make({
      partner: { clientKey: "partner-key-of-the-test", secretKey: "partner-secret-of-the-test" },
      onRequest: hook,
      onResponse: hook,
      onRetry: hook,
      maxRetries: 1,
    });
    texts.push(
      inspect(kaufland, { depth: 9, showHidden: true }),
      JSON.stringify(kaufland),
      String(kaufland),
      inspect({ kaufland }),
    );
    script.play(
      { status: 503, headers: { "set-cookie": "token=hidden-cookie" }, body: "x".repeat(100_000) },
      {
        status: 401,
        headers: { "set-cookie": "token=hidden-cookie" },
        body: { type: "/problems/corrupted-signature", message: "no" },
      },
    );
    const error = await failure(kaufland.getTicket("0017"));
    assert.deepEqual([error.kind, error.attempts], ["authentication", 2]);
    texts.push(inspect(error, { depth: 9 }), JSON.stringify(error), error.stack);
    for (const { headers } of script.seen) {
      assert.match(headers["shop-partner-signature"], /^[0-9a-f]{64}$/);
      const { "shop-signature": one, "shop-partner-signature": two } = headers;
      for (const text of texts) for (const value of [one, two]) assert.ok(!text.includes(value), text);
    }
    for (const text of texts) {
      for (const word of ["-of-the-test", "hidden-cookie"]) assert.ok(!text.includes(word), `${word} in ${text}`);
      assert.ok(text.length < 20_000);
    }
    assert.ok(texts.some((text) => text.includes("[hidden]")));
  });

  test("keys are refused in a page, and only there", async () => {
    const page = `
      globalThis.window = globalThis;
      globalThis.document = {};
      Object.defineProperty(globalThis, "navigator", { value: { userAgent: process.env.AGENT }, configurable: true });
      const { Kaufland } = await import("seller-tickets");
      try { new Kaufland({ ...JSON.parse(process.env.KEYS), ...JSON.parse(process.env.MORE) }); console.log("accepted"); }
      catch (error) { console.log(error.kind, error.code, JSON.stringify(error)); }`;
    await writeFile(join(project.folder, "page.mjs"), page);
    const run = async (agent, more = {}) =>
      (await project.node("page.mjs", { AGENT: agent, KEYS: JSON.stringify(KEYS), MORE: JSON.stringify(more) })).trim();
    const refused = await run("Mozilla/5.0 Chrome/150");
    assert.match(refused, /^configuration keys_in_page/);
    assert.ok(!refused.includes("-of-the-test"));
    assert.equal(await run("Mozilla/5.0 Chrome/150", { dangerouslyAllowBrowser: true }), "accepted");
    assert.equal(await run("Mozilla/5.0 (linux) jsdom/26.0.0"), "accepted");
  });
});

describe("options", () => {
  test("everything that is wrong with them is said at once", async () => {
    const wrong = () =>
      new api.Kaufland({
        secretKey: "",
        baseUrl: "http://example.com/v2",
        headers: { "x-a": "1\r\n2" },
        timeoutMs: -1,
      });
    assert.throws(wrong, (error) => {
      assert.equal(error.kind, "configuration");
      const fields = error.violations.map(({ field }) => field);
      for (const field of ["clientKey", "secretKey", "baseUrl", "timeoutMs", "headers.x-a"])
        assert.ok(fields.includes(field), field);
      return true;
    });
  });

  test("a relative gateway waits for a page, and a call without one says so", async () => {
    const kaufland = new api.Kaufland({ gateway: "/api/accounts/kf-de" });
    assert.deepEqual(kaufland.validate("getTicket", "00110123123"), []);
    const error = await failure(kaufland.getTicket("00110123123"));
    assert.deepEqual([error.kind, error.code], ["configuration", "gateway_not_absolute"]);
  });

  test("per call: headers, retries and times win over the client's", async () => {
    script.play({ status: 503 });
    const kaufland = make({ headers: { "x-one": "client", "x-two": "client" }, maxRetries: 2 });
    const error = await failure(kaufland.getTicket("0017", undefined, { maxRetries: 0, headers: { "x-two": "call" } }));
    assert.equal(error.attempts, 1);
    const [{ headers }] = script.seen;
    assert.deepEqual([headers["x-one"], headers["x-two"]], ["client", "call"]);
    for (const options of [{ timeoutMs: 0 }, { headers: { "shop-signature": "mine" } }, { headers: { "a b": "1" } }]) {
      const refused = await failure(kaufland.getTicket("0017", undefined, options));
      assert.deepEqual([refused.kind, refused.sent], ["validation", "no"]);
    }
    assert.equal(script.seen.length, 1);
  });

  test("a hook that throws changes nothing", async (t) => {
    const said = t.mock.method(console, "error", () => {});
    const boom = () => {
      throw new Error("boom");
    };
    const ticket = await make({ onRequest: boom, onResponse: boom }).getTicket("0017");
    assert.equal(ticket.id_ticket, "0017");
    assert.equal(said.mock.callCount(), 2);
  });
});

describe("files", () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "seller-tickets-files-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const send = (file) => make().createTicketMessage("0017", { text: "a", ticket_message_files: [file].flat() });

  test("every form arrives as the same data URL", async () => {
    const bytes = new TextEncoder().encode("Grüße, 🎫");
    const data = `data:text/plain;base64,${Buffer.from(bytes).toString("base64")}`;
    const padded = new Uint8Array(100);
    padded.set(bytes, 7);
    const forms = [
      new File([bytes], "a.txt", { type: "text/plain" }),
      new File([bytes], "a.txt", { type: "text/plain;charset=utf-8" }),
      new File([bytes], "a.txt"),
      { filename: "a.txt", content: bytes },
      { filename: "a.txt", content: padded.subarray(7, 7 + bytes.length) },
      { filename: "a.txt", content: new DataView(bytes.buffer) },
      { filename: "a.txt", content: bytes.buffer, mime_type: "text/plain" },
      { filename: "a.txt", content: new Blob([bytes]) },
      { filename: "a.txt", content: new Blob([bytes]).stream() },
      { filename: "a.txt", content: new Response(bytes) },
      { filename: "a.txt", content: new Blob([bytes], { type: "application/octet-stream" }) },
      await api.encodeAttachment(new File([bytes], "a.txt", { type: "text/plain;charset=utf-8" })),
      new Response(bytes, {
        headers: { "content-type": "text/plain", "content-disposition": 'attachment; filename="a.txt"' },
      }),
      { filename: "a.txt", mime_type: "text/plain", data },
    ];
    script.play({ status: 201 });
    await send(forms);
    const { ticket_message_files: files } = JSON.parse(script.seen[0].body.toString());
    assert.equal(files.length, forms.length);
    for (const [index, file] of files.entries())
      assert.deepEqual(file, { filename: "a.txt", mime_type: "text/plain", data }, `form ${index}`);
    assert.equal(Number(script.seen[0].headers["content-length"]), script.seen[0].body.length);
  });

  test("large files of awkward sizes arrive whole, next to each other", async () => {
    const sizes = [0, 1, 2, 3, 768 * 1024 - 1, 768 * 1024, 768 * 1024 + 1, 5_000_003].filter((size) => size > 0);
    const contents = sizes.map((size) => Uint8Array.from({ length: size }, (_, at) => 65 + ((at * 7 + size) % 26)));
    script.play({ status: 201 });
    const progress = [];
    await make().createTicketMessage(
      "0017",
      {
        text: "a",
        ticket_message_files: contents.map((content, at) => ({ filename: `${at}.txt`, content: new Blob([content]) })),
      },
      { onProgress: (step) => progress.push(step) },
    );
    const { ticket_message_files: files } = JSON.parse(script.seen[0].body.toString());
    for (const [at, { data }] of files.entries()) {
      assert.ok(Buffer.from(data.split(",")[1], "base64").equals(Buffer.from(contents[at])), `file ${at}`);
    }
    for (const phase of ["encoding", "taken"]) {
      const loaded = progress.filter((step) => step.phase === phase).map((step) => step.loaded);
      assert.deepEqual(
        loaded,
        [...loaded].sort((a, b) => a - b),
      );
    }
    assert.deepEqual(progress.at(-1), {
      phase: "taken",
      loaded: script.seen[0].body.length,
      total: script.seen[0].body.length,
      attempt: 1,
      file: undefined,
    });
  });

  test("a large body is streamed with its length, signed, and made anew when it is sent again", async () => {
    const content = new Blob([Uint8Array.from({ length: 6_000_001 }, (_, at) => 65 + ((at * 11) % 26))]);
    const params = { text: "ä", ticket_message_files: [{ filename: "a.txt", content }] };
    const bodies = [];
    const thread = { body: { data: { ...TICKET.body.data, messages: [] } } };
    script.play(thread, { status: 429 }, thread, thread, { status: 201 });
    const kaufland = make({
      settleMs: 4,
      streams: true,
      fetch: (url, init) => {
        // A stream is used up when it was sent.
        if (init.method === "POST") bodies.push(init.duplex);
        return fetch(url, init);
      },
    });
    await kaufland.createTicketMessage("0017", params, { ensure: "once" });
    assert.deepEqual(bodies, ["half", "half"]);
    const expected = await kaufland.request("createTicketMessage", "0017", params);
    const text = Buffer.from(await expected.arrayBuffer());
    const sent = script.seen.filter(({ method }) => method === "POST");
    assert.equal(sent.length, 2);
    for (const { headers, body, method, url } of sent) {
      assert.ok(body.equals(text));
      assert.equal(headers["content-length"], String(text.length));
      assert.equal(headers["transfer-encoding"], undefined);
      const time = headers["shop-timestamp"];
      const mac = createHmac("sha256", KEYS.secretKey).update(`${method}\n${new URL(url, script.baseUrl).href}\n`);
      assert.equal(headers["shop-signature"], mac.update(body).update(`\n${time}`).digest("hex"));
    }
  });

  test("a file that shrinks while it is sent ends the call, and tells so", async () => {
    const content = new Blob([new Uint8Array(6_000_000).fill(65)]);
    let reads = 0;
    Object.defineProperty(content, "slice", {
      value: (start, end) => {
        reads += 1;
        // Three looks at the type, 31 pieces for the signature, and the first for the body.
        return Blob.prototype.slice.call(content, start, reads > 35 ? end - 1 : end);
      },
    });
    const params = { text: "a", ticket_message_files: [{ filename: "a.txt", content }] };
    const error = await failure(make().createTicketMessage("0017", params));
    assert.deepEqual(
      [error.kind, error.code, error.sent, error.attempts],
      ["validation", "file_unreadable", "maybe", 1],
    );
    assert.match(error.message, /size changed/);
    assert.equal(script.seen.length, 0);
  });

  test("a stream may be checked first and sent afterwards", async () => {
    const params = { text: "a", ticket_message_files: [{ filename: "a.txt", content: new Blob(["abc"]).stream() }] };
    const kaufland = make();
    assert.deepEqual(kaufland.validate("createTicketMessage", "0017", params), []);
    assert.deepEqual(await kaufland.validateFiles("createTicketMessage", "0017", params), []);
    script.play({ status: 201 });
    await kaufland.createTicketMessage("0017", params);
    assert.match(script.seen[0].body.toString(), /base64,YWJj/);
  });

  test("a file that changed on disk since it was chosen is not sent", async () => {
    const path = join(folder, "a.txt");
    await writeFile(path, "a".repeat(1000));
    const blob = await openAsBlob(path);
    await writeFile(path, "b".repeat(500));
    const error = await failure(send({ filename: "a.txt", content: blob }));
    assert.deepEqual(
      [error.kind, error.code, error.sent, script.seen.length],
      ["validation", "file_unreadable", "no", 0],
    );
    assert.match(error.message, /`ticket_message_files\[0\]` \(a\.txt\)/);

    const shrinking = new Blob(["abc"]);
    Object.defineProperty(shrinking, "arrayBuffer", { value: () => new Blob(["ab"]).arrayBuffer() });
    assert.match((await failure(send({ filename: "a.txt", content: shrinking }))).message, /size changed/);
    const large = new Blob(["a".repeat(1_100_000)]);
    Object.defineProperty(large, "slice", { value: () => new Blob(["ab"]) });
    assert.match((await failure(send({ filename: "a.txt", content: large }))).message, /size changed/);
    const used = new Response("abc");
    await used.text();
    assert.equal((await failure(send({ filename: "a.txt", content: used }))).code, "file_unreadable");
  });

  test("content that only looks like a Blob keeps its memory", async (t) => {
    // Node 20 has no way to detach it.
    if (ArrayBuffer.prototype.transfer === undefined) {
      ArrayBuffer.prototype.transfer = function () {
        return structuredClone(this, { transfer: [this] });
      };
      t.after(() => delete ArrayBuffer.prototype.transfer);
    }
    const kept = new Map();
    const content = {
      size: 2_000_000,
      slice: (start, end) => ({
        arrayBuffer: async () => {
          const range = `${start}-${end}`;
          if (!kept.has(range)) kept.set(range, new Uint8Array(end - start).fill(65).buffer);
          return kept.get(range);
        },
      }),
      arrayBuffer: () => assert.fail("all of it was asked for at once"),
    };
    for (const turn of ["first", "second"]) {
      script.play({ status: 201 });
      await send({ filename: "a.txt", content });
      assert.ok(kept.size > 1 && [...kept.values()].every(({ byteLength }) => byteLength > 0), turn);
    }
  });

  test("what is no file and what contains itself is told as a violation", async () => {
    const error = await failure(send({ filename: "a.txt", content: "text" }));
    assert.equal(error.kind, "validation");
    const round = { text: "a" };
    round.self = round;
    assert.equal((await failure(make().createTicketMessage("0017", round))).code, "too_deep");
    assert.deepEqual(
      make()
        .validate("createTicketMessage", "0017", round)
        .map(({ field, code }) => [field, code]),
      [["self", "too_deep"]],
    );
    const nested = (levels) => {
      let value = "a";
      for (let level = 1; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
      return { text: value };
    };
    for (const [levels, code] of [
      [64, "wrong_type"],
      [65, "too_deep"],
    ]) {
      const params = nested(levels);
      const found = make().validate("createTicketMessage", "0017", params);
      assert.deepEqual(
        found.map(({ field, code }) => [field, code]),
        [["text", code]],
        `${levels} levels`,
      );
      const error = await failure(make().createTicketMessage("0017", params));
      assert.deepEqual([error.kind, error.violations[0].code], ["validation", code], `${levels} levels`);
    }
    for (const odd of [() => {}, Symbol("a"), new Map([[1, 2]]), 1n << 70n]) {
      assert.ok(make().validate("getTicket", "0017", { embedded: odd }).length > 0, String(odd));
      assert.equal((await failure(make().getTicket("0017", { embedded: odd }))).endpoint, "getTicket");
    }
    const forged = { filename: "a.txt", mime_type: "text/plain", size: 3 };
    const { kind, sent } = await failure(send([forged, { filename: "b.txt", content: new Blob(["abcd"]) }]));
    assert.deepEqual([kind, sent, script.seen.length], ["validation", "no", 0]);
  });
});

test("memory that a large answer needed is given back", async () => {
  const file = join(project.folder, "memory.mjs");
  await writeFile(
    file,
    `
    const memories = [];
    const Real = WebAssembly.Instance;
    WebAssembly.Instance = function (...args) { const real = new Real(...args); memories.push(real.exports.memory); return real; };
    const { decode } = await import("seller-tickets");
    // With an integer that a number would round, so that it has to be read in the module.
    const page = '{"data":{"id_ticket":"0017","id":9007199254740993,"text":"' + "x".repeat(33_000_000) + '"}}';
    const sizes = [];
    for (let round = 0; round < 3; round += 1) {
      await decode("kaufland", "openTicket", new Response(page));
      await decode("kaufland", "closeTicket", new Response(null, { status: 204 }));
      sizes.push(memories.at(-1).buffer.byteLength);
    }
    console.log(JSON.stringify({ instances: memories.length, largest: memories[0].buffer.byteLength, sizes }));`,
  );
  const out = JSON.parse(await project.node("memory.mjs"));
  assert.ok(out.largest > 33_000_000);
  assert.equal(out.instances, 4);
  for (const size of out.sizes) assert.ok(size < 8_000_000, `${size} bytes are kept`);
});

describe("downloads", () => {
  let host;
  const seen = [];
  before(async () => {
    host = await startServer((request, response) => {
      seen.push(request.headers);
      const { pathname, searchParams } = new URL(request.url, "http://host");
      if (pathname === "/to") return response.writeHead(302, { location: searchParams.get("url") }).end();
      if (pathname === "/silent") return undefined;
      if (pathname === "/gone") return response.writeHead(410, { "content-type": "text/plain" }).end("gone");
      response.writeHead(200, { "content-type": "application/pdf", "content-disposition": 'inline; filename="a.pdf"' });
      if (pathname === "/stall") return response.write("%PDF");
      response.end("%PDF-1.7");
    });
  });
  after(() => host?.dispose());
  const get = (path, options) => make({ timeoutMs: 1000 }).downloadFile({ uri: `${host.url}${path}` }, options);

  test("bytes, blob or stream, and nobody's credentials", async () => {
    assert.equal(new TextDecoder().decode(await (await get("/a")).bytes()), "%PDF-1.7");
    const file = await get(`/to?url=${host.url}/a`);
    assert.deepEqual([file.filename, file.contentType], ["a.pdf", "application/pdf"]);
    const blob = await file.blob();
    assert.deepEqual([blob.type, blob.size], ["application/pdf", 8]);
    assert.equal(await new Response((await get("/a")).stream).text(), "%PDF-1.7");
    for (const headers of seen)
      assert.deepEqual(
        Object.keys(headers).filter((name) => /shop|auth|cookie/.test(name)),
        [],
      );
  });

  test("the time covers the body, an abort ends it, and a size is a limit", async () => {
    for (const path of ["/silent", "/stall"]) {
      const late = await failure(get(path, { timeoutMs: 100 }).then((file) => file.bytes()));
      assert.deepEqual([late.kind, late.endpoint], ["timeout", "downloadFile"], path);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      const aborted = await failure(get(path, { signal: controller.signal }).then((file) => file.bytes()));
      assert.equal(aborted.kind, "aborted", path);
    }
    const large = await failure(get("/a", { maxBytes: 7 }).then((file) => file.bytes()));
    assert.match(large.message, /larger than 7 bytes/);
    const gone = await failure(get("/gone"));
    assert.deepEqual([gone.kind, gone.status, gone.origin], ["not_found", 410, "marketplace"]);
  });

  test("only https or this machine, also behind a redirect", async () => {
    for (const uri of [
      "http://example.com/a",
      "https://a:b@example.com/",
      "file:///etc/passwd",
      "javascript:1",
      "",
      7,
      undefined,
    ]) {
      const refused = await failure(make().downloadFile({ uri }));
      assert.deepEqual([refused.kind, refused.violations[0].field], ["validation", "uri"], String(uri));
    }
    for (const target of ["http://example.com/a", "http://169.254.169.254/", "file:///etc/passwd", "//example.com/"]) {
      const led = await failure(get(`/to?url=${encodeURIComponent(target)}`));
      assert.deepEqual([led.kind, led.code], ["rejected", "redirect"], target);
    }
  });
});

describe("requests and answers of one's own", () => {
  test("request() signs and does not send; decode() reads what came", async () => {
    const kaufland = make({ now: () => 1_411_055_926_000 });
    const request = await kaufland.request(
      "createTicketMessage",
      "0017",
      { text: "Hallo" },
      { headers: { "x-a": "1" } },
    );
    assert.equal(script.seen.length, 0);
    assert.ok(request instanceof Request);
    assert.deepEqual([request.method, request.url], ["POST", `${script.baseUrl}/tickets/0017/messages`]);
    assert.deepEqual([request.headers.get("shop-timestamp"), request.headers.get("x-a")], ["1411055926", "1"]);
    assert.equal(await request.text(), '{"text":"Hallo"}');
    assert.equal((await failure(kaufland.request("getTicket", "x"))).kind, "validation");
    assert.equal((await failure(kaufland.request("noSuchMethod"))).code, "unknown_method");
    assert.equal((await failure(kaufland.request("toString"))).code, "unknown_method");

    const ticket = await kaufland.decode("getTicket", Response.json({ data: item(7) }));
    assert.equal(ticket.id_ticket, "0017");
    assert.equal(await kaufland.decode("closeTicket", new Response(null, { status: 204 })), undefined);
    const refused = Response.json({ type: "/problems/not-found", message: "no" }, { status: 404 });
    assert.equal((await failure(kaufland.decode("getTicket", refused))).kind, "not_found");
    const list = await api.decode(
      "kaufland",
      "listTickets",
      Response.json({ data: [item(1)], pagination: { offset: 0, limit: 30, total: 1 } }),
    );
    assert.equal(list.data[0].id_ticket, "0011");
  });

  test("errors are plain enough to be logged and sent on", async () => {
    script.play({
      status: 404,
      headers: { "x-request-id": "r-7" },
      body: { type: "/problems/not-found", message: "no such ticket" },
    });
    const error = await failure(make().getTicket("0017"));
    assert.equal(error.name, "TicketError");
    assert.equal(Object.prototype.toString.call(error), "[object Error]");
    assert.equal(error.requestId, "r-7");
    const plain = JSON.parse(JSON.stringify(error));
    assert.equal(plain.message, error.message);
    assert.deepEqual(plain.body, { type: "/problems/not-found", message: "no such ticket" });
    const again = new api.TicketError(plain);
    assert.deepEqual(JSON.parse(JSON.stringify(again)), plain);
    script.play({ status: 200, headers: { "x-request-id": "r-8" }, body: { data: item(7) } });
    assert.equal((await make().getTicket("0017").withResponse()).requestId, "r-8");
  });
});
