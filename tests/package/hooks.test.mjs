/** What hooks and loggers are told: every call from its start to its end, and nothing secret. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { kauflandTicket, makeProject, startMarketplace, startScript, startServer } from "./lib.mjs";

const KEYS = { clientKey: "key-of-the-test", secretKey: "secret-of-the-test", userAgent: "tests" };
const NAMES = ["onStart", "onRequest", "onResponse", "onRetry", "onEnd"];
const TICKET = { body: { data: kauflandTicket("0017") } };

let project;
let api;
let gatewayApi;
let script;
before(async () => {
  project = await makeProject();
  [api, gatewayApi] = [await project.load(), await project.load("/gateway")];
  script = await startScript([TICKET]);
});
after(async () => {
  await script?.dispose();
  await project?.dispose();
});
beforeEach(() => {
  script.seen.length = 0;
});

/** Hooks that keep what they are told, and `lines` of it: the hook, the call, and the rest. */
function keeper() {
  const told = [];
  const calls = [];
  const number = (id) => {
    assert.match(id, /^[0-9a-f]{32}$/);
    if (!calls.includes(id)) calls.push(id);
    return calls.indexOf(id) + 1;
  };
  const hooks = Object.fromEntries(NAMES.map((name) => [name, (info) => told.push([name.slice(2), info])]));
  const lines = () =>
    told.map(
      ([name, { callId, parentId, marketplace, endpoint, attempt, status, reason, outcome, attempts, error }]) => {
        assert.equal(typeof marketplace, "string");
        const more = [
          parentId && `of ${number(parentId)}`,
          attempt && `#${attempt}`,
          reason,
          outcome,
          error?.code,
          status,
        ];
        return [name, number(callId), endpoint, ...more, attempts !== undefined && `${attempts} sent`]
          .filter(Boolean)
          .join(" ");
      },
    );
  return { hooks, told, lines };
}
const make = (hooks, more = {}) =>
  new api.Kaufland({ ...KEYS, baseUrl: script.baseUrl, random: () => 0, ...hooks, ...more });

describe("each call from its start to its end", () => {
  test("an answer after a failure", async () => {
    const { hooks, lines, told } = keeper();
    script.play({ status: 503 }, TICKET);
    await make(hooks).getTicket("0017");
    assert.deepEqual(lines(), [
      "Start 1 getTicket",
      "Request 1 getTicket #1",
      "Response 1 getTicket #1 503",
      "Retry 1 getTicket #2 retry",
      "Request 1 getTicket #2",
      "Response 1 getTicket #2 200",
      "End 1 getTicket answer 200 2 sent",
    ]);
    const [, end] = told.at(-1);
    assert.equal(end.marketplace, "kaufland");
    assert.ok(end.durationMs >= 0 && !("error" in end), JSON.stringify(end));
  });

  test("failures, with the error that the caller gets", async () => {
    const { hooks, lines, told } = keeper();
    const kaufland = make(hooks, { maxRetries: 0 });
    const ends = async (work) => {
      told.length = 0;
      const error = await work().then(assert.fail, (error) => error);
      assert.equal(told.at(-1)[1].error.code, error.code);
      return lines().map((line) => line.replace(/^(\w+) \d+ /, "$1 "));
    };
    script.play({ status: 404, body: { message: "a-private-word" } });
    const refused = await ends(() => kaufland.getTicket("0017"));
    assert.deepEqual(refused.slice(0, 3), ["Start getTicket", "Request getTicket #1", "Response getTicket #1 404"]);
    assert.match(refused[3], /^End getTicket failure \S+ 404 1 sent$/);
    assert.deepEqual(await ends(() => kaufland.getTicket("")), [
      "Start getTicket",
      "End getTicket failure invalid_input 0 sent",
    ]);
    script.play({ body: "{" });
    assert.equal(
      (await ends(() => kaufland.getTicket("0017"))).at(-1),
      "End getTicket failure invalid_json 200 1 sent",
    );
    script.play((request) => request.socket.destroy());
    const cut = await ends(() => kaufland.closeTicket("0017"));
    assert.deepEqual(cut.slice(0, 2), ["Start closeTicket", "Request closeTicket #1"]);
    assert.match(cut[2], /^End closeTicket failure network\w* 1 sent$/);
    const getter = {
      get status() {
        throw new Error("torn");
      },
    };
    assert.match((await ends(() => kaufland.listTickets(getter))).join(), /^Start listTickets,End listTickets failure/);
    script.play({ body: { data: 1 } });
    assert.match((await ends(() => kaufland.listTickets())).at(-1), /^End listTickets failure /);
    const broken = new api.Kaufland({ gateway: "/relative", ...hooks });
    assert.equal((await ends(() => broken.getTicket("1"))).at(-1), "End getTicket failure gateway_not_absolute 0 sent");
  });

  test("aborts: before the start, during a request, during a wait, and by a hook", async () => {
    const { hooks, told, lines } = keeper();
    const aborted = async (more, signal) => {
      told.length = 0;
      await assert.rejects(make({ ...hooks, ...more }).getTicket("0017", {}, { signal }), { kind: "aborted" });
      return lines()
        .at(-1)
        .replace(/^(\w+) \d+ /, "$1 ");
    };
    assert.equal(await aborted({}, AbortSignal.abort()), "End getTicket aborted aborted 0 sent");
    script.play(() => {});
    assert.equal(await aborted({}, AbortSignal.timeout(50)), "End getTicket aborted aborted 1 sent");
    script.play({ status: 503, headers: { "retry-after": "30" } });
    assert.equal(await aborted({}, AbortSignal.timeout(100)), "End getTicket aborted aborted 1 sent");
    for (const name of ["onStart", "onRequest"]) {
      const stop = new AbortController();
      assert.equal(await aborted({ [name]: () => stop.abort() }, stop.signal), "End getTicket aborted aborted 0 sent");
    }
  });

  test("each page of a list, and pages that are asked for with `next`", async () => {
    const { hooks, lines } = keeper();
    const page = (offset) => ({
      body: { data: [kauflandTicket(`00${offset}`)], pagination: { offset, limit: 1, total: 3 } },
    });
    script.play(page(0), page(1), page(2));
    const first = await make(hooks).listTickets({ limit: 1 });
    await (await first.next()).next();
    assert.deepEqual(
      lines().filter((line) => /Start|End/.test(line)),
      [1, 2, 3].flatMap((call) => [`Start ${call} listTickets`, `End ${call} listTickets answer 200 1 sent`]),
    );
  });

  test("calls at once have ids of their own, and one hook alone gets one, too", async () => {
    const { told } = keeper();
    script.play(TICKET);
    const kaufland = make({ onResponse: (info) => told.push(["Response", info]) });
    await Promise.all(Array.from({ length: 9 }, () => kaufland.getTicket("0017")));
    assert.equal(new Set(told.map(([, { callId }]) => callId)).size, 9);
  });

  test("a `request` and a `decode` are no calls", async () => {
    const { hooks, told } = keeper();
    const kaufland = make(hooks);
    await kaufland.request("getTicket", "0017");
    await kaufland.decode("getTicket", Response.json(TICKET.body));
    kaufland.validate("getTicket", "0017");
    assert.deepEqual(told, []);
  });
});

describe("more than one call", () => {
  let marketplace;
  before(async () => {
    marketplace = await startMarketplace();
  });
  after(() => marketplace?.dispose());
  beforeEach(() => marketplace.reset());
  const openTicket = async () =>
    (
      await marketplace.db.first(
        "SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND closable = 1 AND internal = 0 ORDER BY number LIMIT 1",
      )
    ).id_ticket;

  test("a sure write is one; its reads belong to it", async () => {
    const { hooks, lines } = keeper();
    const kaufland = new api.Kaufland({ baseUrl: marketplace.baseUrl, ...marketplace.keys, ...hooks });
    await marketplace.fault({ match: { method: "PATCH" }, fault: { kind: "status", status: 500, when: "after" } });
    await kaufland.closeTicket(await openTicket(), { ensure: "once", settleMs: 10 });
    const all = lines();
    assert.equal(all[0], "Start 1 closeTicket");
    assert.match(all.at(-1), /^End 1 closeTicket answer 200 1 sent$/);
    assert.equal(
      all.filter((line) => line.includes("closeTicket settling") || / 1 .*settling/.test(line)).length > 0,
      true,
    );
    const starts = all.filter((line) => line.startsWith("Start ")).slice(1);
    assert.ok(starts.length > 0);
    for (const [index, line] of starts.entries()) assert.match(line, new RegExp(`^Start ${index + 2} \\w+ of 1$`));
    assert.equal(all.filter((line) => line.startsWith("End ")).length, starts.length + 1);
    assert.ok(
      all.includes("Request 1 closeTicket #1") && all.includes("Response 1 closeTicket #1 500"),
      all.join("\n"),
    );
  });

  test("the renewal of a token is one, which outlives the call that needs it", async () => {
    const { hooks, told } = keeper();
    const server = await startServer(async (request, response) => {
      const isToken = request.url.includes("/auth");
      await new Promise((resolve) => setTimeout(resolve, isToken ? 200 : 0));
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify(
          isToken ? { scope: "CHAN", authToken: "token-of-the-test", expiresIn: 1800 } : { eventList: [] },
        ),
      );
    });
    try {
      const scx = new api.JtlScx({ baseUrl: server.url, refreshToken: "CHAN:refresh-of-the-test", ...hooks });
      await assert.rejects(scx.listEvents({}, { signal: AbortSignal.timeout(50) }), { kind: "aborted" });
      await scx.listEvents();
      const of = (endpoint) => told.filter(([, info]) => info.endpoint === endpoint);
      assert.deepEqual(
        of("session").map(([name, { outcome }]) => outcome ?? name),
        ["Start", "Request", "Response", "answer"],
      );
      assert.deepEqual(
        of("listEvents").map(([name, { outcome }]) => outcome ?? name),
        ["Start", "aborted", "Start", "Request", "Response", "answer"],
      );
      assert.equal(new Set(of("session").map(([, { callId }]) => callId)).size, 1);
      const text = JSON.stringify(told);
      for (const secret of ["token-of-the-test", "refresh-of-the-test"]) assert.ok(!text.includes(secret), secret);
    } finally {
      await server.dispose();
    }
  });

  test("a gateway's calls are those of its client, downloads and aborted ones included", async () => {
    const { hooks, lines, told } = keeper();
    const client = new api.Kaufland({ baseUrl: marketplace.baseUrl, ...marketplace.keys, ...hooks, maxRetries: 0 });
    const gateway = gatewayApi.createGateway({ accounts: { a: client }, authorize: () => true, onError: () => {} });
    const pageHooks = keeper();
    const page = new api.Kaufland({
      gateway: "https://page.test/api/accounts/a",
      fetch: (url, init) => gateway.fetch(new Request(url, init)),
      ...pageHooks.hooks,
    });
    const id = await openTicket();
    await page.getTicket(id);
    await assert.rejects(page.getTicket("00199999999"), { kind: "not_found" });
    assert.deepEqual(
      lines()
        .filter((line) => /Start|End/.test(line))
        .map((line) => line.replace(/ not-found/, "")),
      [
        "Start 1 getTicket",
        "End 1 getTicket answer 200 1 sent",
        "Start 2 getTicket",
        "End 2 getTicket failure 404 1 sent",
      ],
    );
    told.length = 0;
    await marketplace.fault({ fault: { kind: "stall_headers", ms: 3000 } });
    await assert.rejects(page.getTicket(id, {}, { signal: AbortSignal.timeout(100) }), { kind: "aborted" });
    while (told.at(-1)[0] !== "End") await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(told.at(-1)[1].outcome, "aborted");

    const { uri } = await marketplace.db.first(
      "SELECT f.id_ticket AS uri FROM kaufland_files f JOIN kaufland_tickets t USING (id_ticket) WHERE t.id_seller = 1 LIMIT 1",
    );
    const { files } = await page.getTicket(uri, { embedded: ["files"] });
    for (const each of [client, page]) {
      told.length = 0;
      pageHooks.told.length = 0;
      await (await each.downloadFile(files[0])).bytes();
      const seen = each === client ? told : pageHooks.told;
      assert.deepEqual(
        seen.map(([name, { outcome, status }]) => [name, outcome, status].filter(Boolean).join(" ")),
        ["Start", "Request", "Response 200", "End answer 200"],
      );
      assert.ok(!JSON.stringify([told, pageHooks.told]).includes(new URL(files[0].uri).search.slice(1)));
    }
    assert.deepEqual(
      told.map(([, { endpoint }]) => endpoint),
      Array(4).fill("downloadFile"),
    );
    told.length = 0;
    await assert.rejects(client.downloadFile({ uri: files[0].uri.replace(/\/files\/.*/, "/files/none") }));
    assert.equal(told.at(-1)[1].outcome, "failure");
  });
});

describe("`debug`", () => {
  test("a logger gets each line at its level, as its own method", async () => {
    class Log {
      lines = [];
      #add = (level, line) => this.lines.push(`${level} ${line.replace(/http[^ ]+(?=:)|\d+ ms/g, "…")}`);
      debug(line, ...rest) {
        assert.deepEqual(rest, []);
        this.#add("debug", line);
      }
      info(line, ...rest) {
        assert.deepEqual(rest, []);
        this.#add("info", line);
      }
      warn(line, ...rest) {
        assert.deepEqual(rest, []);
        this.#add("warn", line);
      }
      error(line, ...rest) {
        assert.deepEqual(rest, []);
        this.#add("error", line);
      }
    }
    const debug = new Log();
    const kaufland = make({ debug });
    script.play({ status: 503 }, TICKET, { status: 404 });
    await kaufland.getTicket("0017");
    await assert.rejects(kaufland.getTicket("0018"));
    script.play(() => {});
    await assert.rejects(kaufland.getTicket("0017", {}, { signal: AbortSignal.timeout(50) }));
    const start = "seller-tickets kaufland.getTicket";
    assert.deepEqual(
      debug.lines.map((line) => line.replace(/\([^)]+\)/, "(…)")),
      [
        `debug ${start} #1 GET …: 503 in …`,
        `warn ${start} waits … before #2: retry`,
        `debug ${start} #2 GET …: 200 in …`,
        `info ${start} done, attempts 2, sent yes`,
        `debug ${start} #1 GET …: 404 in …`,
        `error ${start} failed: not_found (…), attempts 1, sent no`,
        `debug ${start} #1 GET …: aborted in …`,
        `info ${start} failed: aborted (…), attempts 1, sent maybe`,
      ],
    );
  });

  test("a function still gets the line alone; a logger that throws or lacks a level is an error at once", async (t) => {
    const given = [];
    script.play(TICKET);
    await make({ debug: (...args) => given.push(args.length) }).getTicket("0017");
    assert.deepEqual(given, [1, 1]);
    const { debug, info, warn, error } = console;
    for (const wrong of [{}, { debug }, { debug, info, warn }, { debug, info, warn, error: "yes" }, [], "info", 1]) {
      assert.throws(() => make({ debug: wrong }), { kind: "configuration", code: "invalid_configuration" });
    }
    const said = t.mock.method(console, "error", () => {});
    const torn = () => {
      throw new Error("torn");
    };
    const kaufland = make({ debug: { debug: torn, info: async () => torn(), warn, error } });
    assert.equal((await kaufland.getTicket("0017")).id_ticket, "0017");
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(said.mock.callCount(), 2);
  });
});
