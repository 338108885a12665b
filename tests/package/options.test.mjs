/** Options: whatever is given, the error is a `TicketError` that names the option, and nothing that is secret is shown. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { makeProject } from "./lib.mjs";

let project;
let api;
let gateway;
before(async () => {
  project = await makeProject();
  api = await project.load();
  gateway = await project.load("/gateway");
});
after(() => project?.dispose());

const KEYS = {
  Kaufland: { clientKey: "k", secretKey: "s", userAgent: "Inhouse_development" },
  ClickBank: { apiKey: "API-A" },
  Magalu: { clientId: "i", clientSecret: "s", refreshToken: "r" },
  JtlScx: { refreshToken: "CHAN:r" },
  Probo: { token: "t" },
};

function caught(work) {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof api.TicketError, inspect(error));
    return error;
  }
  return assert.fail("nothing was thrown");
}
const fieldsOf = ({ violations = [] }) => violations.map(({ field, code }) => `${field} ${code}`);

describe("of clients", () => {
  for (const [name, keys] of Object.entries(KEYS)) {
    test(`${name}: a wrong type is told with its field, all at once`, () => {
      const wrong = {
        gateway: [new URL("https://own.example"), 7, {}, null],
        fetch: ["fetch", {}, 7],
        now: [7, "now", new Date(), {}],
        random: [0.5, "x"],
        onRequest: [7, {}, "x"],
        onResponse: [[]],
        onRetry: [true],
        debug: ["yes", 1, {}],
        fileHosts: ["files.example", [7], {}],
        maxInFlight: [0, -1, 1.5, "6", Number.NaN],
        dangerouslyAllowBrowser: ["yes"],
        baseUrl: [new URL("https://own.example"), 7, {}],
        headers: ["x", 7, { a: 7 }],
        timeoutMs: ["5", {}, -1, Number.NaN],
        maxRetries: ["2", 1.5, -1],
        environment: [7, "test"],
        allowUnknownValues: ["yes"],
      };
      const { Magalu, JtlScx } = api;
      if ([Magalu, JtlScx].includes(api[name]))
        wrong.tokenStore = [7, "x", {}, { load() {} }, { load() {}, save() {}, withLock: 7 }, null];
      for (const [field, values] of Object.entries(wrong)) {
        for (const value of values) {
          const error = caught(() => new api[name]({ ...keys, [field]: value }));
          assert.deepEqual([error.kind, error.sent], ["configuration", "no"]);
          assert.ok(
            error.violations.some((violation) => violation.field.startsWith(field)),
            `${field}: ${inspect(value)}: ${inspect(error.violations)}`,
          );
        }
      }
      const many = caught(
        () => new api[name]({ ...keys, now: 7, timeoutMs: -1, onRetry: {}, maxInFlight: 0, timeout: 5 }),
      );
      assert.deepEqual(fieldsOf(many).sort(), [
        "maxInFlight wrong_type",
        "now wrong_type",
        "onRetry wrong_type",
        "timeout unknown_option",
        "timeoutMs duration_out_of_range",
      ]);
    });

    test(`${name}: options that are none`, () => {
      for (const options of [null, undefined, 7, "x", [], true, Symbol("x")]) {
        const error = caught(() => new api[name](options));
        assert.deepEqual([error.kind, error.code], ["configuration", "invalid_configuration"], String(options));
      }
    });

    test(`${name}: an unknown option is told with the one that is meant`, () => {
      const meant = {
        timeout: "timeoutMs",
        timeoutMS: "timeoutMs",
        retries: "maxRetries",
        totalTimeout: "totalTimeoutMs",
        baseURL: "baseUrl",
        header: "headers",
        onRespons: "onResponse",
        enviroment: "environment",
      };
      for (const [given, known] of Object.entries(meant)) {
        const error = caught(() => new api[name]({ ...keys, [given]: 1 }));
        assert.deepEqual(fieldsOf(error), [`${given} unknown_option`]);
        assert.equal(error.violations[0].hint, `use \`${known}\``);
      }
      const other = caught(() => new api[name]({ ...keys, somethingElse: 1 }));
      assert.match(other.violations[0].hint, /the options are .*timeoutMs/);
      for (const ofCall of ["signal", "onProgress", "ensure"]) {
        const error = caught(() => new api[name]({ ...keys, [ofCall]: 1 }));
        assert.deepEqual(fieldsOf(error), [`${ofCall} unknown_option`]);
        assert.equal(error.violations[0].hint, "it is an option of a call: give it to the method");
      }
      const long = caught(() => new api[name]({ ...keys, ["x".repeat(1e6)]: 1 }));
      assert.ok(long.message.length < 500);
      // An absent value is not an option.
      new api[name]({ ...keys, timeout: undefined });
    });
  }

  test("a URL with a password shows nothing of it, however it is written", async () => {
    const secret = "hunter2-canary";
    for (const url of [
      `https://user:${secret}@api.example/v2`,
      `//user:${secret}@api.example`,
      `user:${secret}@api.example`,
      `https:\\\\user:${secret}@api.example`,
      `https://user:${secret}?x@api.example`,
      `ht tp://user:${secret}@api.example`,
    ]) {
      for (const field of ["baseUrl", "gateway"]) {
        for (const [name, keys] of Object.entries(KEYS)) {
          const texts = [];
          try {
            const client = new api[name](field === "gateway" ? { gateway: url } : { ...keys, baseUrl: url });
            texts.push(inspect(client), JSON.stringify(client));
            const failure = await client.request("getTicket", "1").catch((error) => error);
            texts.push(inspect(failure), JSON.stringify(failure), failure.message);
          } catch (error) {
            assert.ok(error instanceof api.TicketError, inspect(error));
            texts.push(inspect(error), JSON.stringify(error), error.message);
          }
          assert.ok(!texts.join("\n").includes(secret), texts.join("\n"));
        }
      }
    }
  });

  test("nor does a client whose module is not started yet, and which has checked nothing", async () => {
    const script = join(project.folder, "slim.mjs");
    await writeFile(
      script,
      `import { inspect } from "node:util";
import * as slim from "seller-tickets/slim";
for (const [name, keys] of Object.entries(${JSON.stringify(KEYS)})) {
  for (const url of ["https://user:hunter2-canary@api.example/v2", "user:hunter2-canary@api.example"]) {
    for (const client of [new slim[name]({ ...keys, baseUrl: url }), new slim[name]({ gateway: url })]) {
      console.log(inspect(client), JSON.stringify(client), String(client));
    }
  }
}
`,
    );
    const printed = await project.node(script);
    assert.equal(printed.match(/Probo \{/g).length, 4);
    assert.ok(!printed.includes("hunter2"), printed);
  });

  test("a clock and numbers that fail are replaced by the host's, and told once", async (t) => {
    const told = t.mock.method(console, "error", () => {});
    const bad = [
      () => Number.NaN,
      () => "now",
      () => undefined,
      () => {
        throw new Error("no clock");
      },
    ];
    for (const now of bad) {
      told.mock.resetCalls();
      const seen = [];
      const fetch = async (_url, { headers }) => {
        seen.push(headers["shop-timestamp"]);
        return Response.json({}, { status: 404 });
      };
      const kaufland = new api.Kaufland({ ...KEYS.Kaufland, now, fetch });
      const error = await kaufland.getTicket("1").catch((caught) => caught);
      assert.equal(error.kind, "not_found");
      assert.ok(Math.abs(Number(seen[0]) - Date.now() / 1000) < 60);
      assert.equal(told.mock.callCount(), 1);
    }
  });
});

describe("of calls", () => {
  const answers = async () => Response.json({}, { status: 404 });
  test("an unknown one or a wrong type is an error, and nothing is sent", async () => {
    let sent = 0;
    const kaufland = new api.Kaufland({
      ...KEYS.Kaufland,
      fetch: (request) => {
        sent += 1;
        return answers(request);
      },
    });
    const cases = {
      "timeout unknown_option": { timeout: 5 },
      "retries unknown_option": { retries: 5 },
      "maxBytes unknown_option": { maxBytes: 5 },
      "signal wrong_type": { signal: {} },
      "onProgress wrong_type": { onProgress: 7 },
      "timeoutMs wrong_type": { timeoutMs: "5" },
      "headers wrong_type": { headers: 7 },
    };
    for (const [expected, options] of Object.entries(cases)) {
      for (const call of [
        () => kaufland.getTicket("1", {}, options),
        () => kaufland.closeTicket("1", options),
        () => kaufland.listTickets({}, options),
        () => kaufland.request("closeTicket", "1", options),
      ]) {
        const error = await call().then(
          () => assert.fail(expected),
          (caught) => caught,
        );
        assert.ok(error instanceof api.TicketError, inspect(error));
        assert.ok(["configuration", "validation"].includes(error.kind) && error.sent === "no");
        assert.equal(fieldsOf(error)[0], expected);
      }
    }
    for (const options of [7, "x", true]) {
      const error = await kaufland.closeTicket("1", options).catch((caught) => caught);
      assert.ok(error instanceof api.TicketError && error.kind === "configuration", inspect(error));
    }
    for (const options of [{ timeout: 5 }, { signal: 7 }, { timeoutMs: "5" }, { maxBytes: -1 }, 7]) {
      const error = await kaufland.downloadFile({ uri: "https://files.example/a" }, options).catch((caught) => caught);
      assert.ok(error instanceof api.TicketError && error.kind === "configuration", inspect(error));
    }
    for (const file of [null, undefined, {}, "https://files.example/a", { uri: 7 }]) {
      const error = await kaufland.downloadFile(file).catch((caught) => caught);
      assert.ok(error instanceof api.TicketError && error.kind === "validation", inspect(error));
    }
    assert.equal(sent, 0);
  });

  test("one that is not of calls is told where it belongs", async () => {
    const kaufland = new api.Kaufland({ ...KEYS.Kaufland, fetch: answers });
    const hintOf = async (options) =>
      (await kaufland.closeTicket("1", options).catch((error) => error)).violations[0].hint;
    const ofClient = "it is an option of the client: give it to the constructor";
    for (const name of ["fetch", "baseUrl", "debug", "gateway", "onRequest", "allowUnknownValues"]) {
      assert.equal(await hintOf({ [name]: 1 }), ofClient, name);
    }
    assert.equal(await hintOf({ timeout: 1 }), "use `timeoutMs`");
    assert.equal(await hintOf({ retries: 1 }), "use `maxRetries`");
    assert.equal(await hintOf({ abortSignal: 1 }), "use `signal`");
    assert.match(await hintOf({ tokenStore: {} }), /^remove it/);
  });

  test("an option among the parameters is told where it belongs, at every marketplace", async () => {
    const others = {
      timeout: "timeoutMs",
      totalTimeout: "totalTimeoutMs",
      retries: "maxRetries",
      abortSignal: "signal",
      onUploadProgress: "onProgress",
    };
    const own = ["signal", "timeoutMs", "totalTimeoutMs", "maxRetries", "headers", "onProgress", "ensure", "settleMs"];
    const meant = { ...Object.fromEntries(own.map((name) => [name, name])), ...others };
    const { signal } = new AbortController();
    const methods = [
      ["kaufland", "getTicket", "1"],
      ["clickbank", "listTickets"],
      ["clickbank", "updateTicket", 1],
      ["magalu", "listTickets"],
      ["magalu", "createMessage", "1"],
      ["jtl-scx", "createTicket"],
      ["probo", "createTicket"],
    ];
    for (const [marketplace, method, ...ids] of methods) {
      const of = (params) =>
        api.validate(marketplace, method, ...ids, params).filter(({ code }) => code === "unknown_field");
      for (const [name, option] of Object.entries(meant)) {
        const value = /signal/i.test(name) ? signal : name === "headers" ? { a: "b" } : /^on/.test(name) ? () => {} : 5;
        assert.deepEqual(
          of({ [name]: value }).map(({ field, hint }) => [field, hint]),
          [[name, `\`${option}\` is an option: give it in the object after the parameters`]],
          `${marketplace} ${method}`,
        );
      }
      for (const [name, value] of Object.entries({ fetch: () => {}, baseUrl: "https://own.example" })) {
        assert.deepEqual(
          of({ [name]: value }).map(({ hint }) => hint),
          [`\`${name}\` is an option of the client: give it to the constructor`],
          `${marketplace} ${method}`,
        );
      }
      assert.deepEqual(of({ signal: undefined, timeout: null }), []);
    }
  });

  test("an option among the parameters is told where it belongs", async () => {
    const kaufland = new api.Kaufland({ ...KEYS.Kaufland, fetch: answers });
    const { signal } = new AbortController();
    for (const [name, value] of Object.entries({ signal, timeoutMs: 5, maxRetries: 1, ensure: "once" })) {
      for (const violations of [
        kaufland.validate("listTickets", { [name]: value }),
        kaufland.validate("getTicket", "1", { [name]: value }),
        kaufland.validate("createTicketMessage", "1", { text: "a", [name]: value }),
      ]) {
        assert.deepEqual(
          violations.map(({ field, code }) => `${field} ${code}`),
          [`${name} unknown_field`],
        );
        assert.match(violations[0].hint, /is an option: give it in the object after the parameters/);
      }
    }
  });
});

describe("of routes", () => {
  test("a gateway and a route for uploads name what cannot work", () => {
    const base = { accounts: {}, authorize: () => true };
    const { createGateway, createUploads } = gateway;
    for (const [field, value] of Object.entries({
      accounts: 7,
      classes: [7],
      allowedOrigins: "https://a.example",
      basePath: 7,
      maxBodyBytes: "1",
      fileTimeoutMs: -1,
      limit: 7,
      nonceStore: "memory",
      onError: 7,
      onErorr: () => {},
    })) {
      const error = caught(() => createGateway({ ...base, [field]: value }));
      assert.deepEqual([error.kind, error.violations.map(({ field }) => field)], ["configuration", [field]]);
    }
    for (const [field, value] of Object.entries({
      bucket: 7,
      types: "image/png",
      path: 7,
      maxBytes: {},
      bodyTimeoutMs: "1",
      x: 1,
    })) {
      const error = caught(() => createUploads({ bucket: {}, authorize: () => true, [field]: value }));
      assert.deepEqual([error.kind, error.violations.map(({ field }) => field)], ["configuration", [field]]);
    }
    for (const none of [null, undefined, 7]) {
      assert.equal(caught(() => createGateway(none)).kind, "configuration");
      assert.equal(caught(() => createUploads(none)).kind, "configuration");
    }
  });
});

const fails = () => {
  throw new Error("no");
};
/** Whatever is done with it, it throws. */
const throwing = new Proxy(
  {},
  Object.fromEntries(["get", "has", "ownKeys", "getPrototypeOf"].map((name) => [name, fails])),
);
const revoked = (value) => {
  const { proxy, revoke } = Proxy.revocable(value, {});
  revoke();
  return proxy;
};

describe("of functions", () => {
  test("whatever is given, they fail with a `TicketError`", async () => {
    const cyclic = { text: "a" };
    cyclic.self = cyclic;
    const wide = {};
    wide.a = wide;
    wide.b = wide;
    const list = [];
    list.push(list, list);
    const given = [
      undefined,
      null,
      7,
      "x",
      [],
      cyclic,
      wide,
      list,
      Symbol("x"),
      () => {},
      10n ** 400n,
      new Date(Number.NaN),
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error("no keys");
          },
        },
      ),
      revoked({}),
      revoked(() => {}),
      throwing,
      { aborted: false, addEventListener: fails, removeEventListener: fails },
    ];
    const own = new api.Kaufland({ ...KEYS.Kaufland, fetch: async () => Response.json({}) });
    const onHost = { uri: "https://www.kaufland.de/dynamic/files/a" };
    const files = [api.fileToBase64, api.encodeAttachment, api.detectMimeType];
    const names = ["fetch", "now", "random", "debug", "gateway", "fileHosts", "onRequest", "timeoutMs"];
    const clients = Object.entries(KEYS).map(
      ([name, keys]) => new api[name]({ ...keys, fetch: async () => Response.json({}) }),
    );
    const works = given.flatMap((one) => [
      () => api.validate("kaufland", "openTicket", one),
      () => api.validate(one, "openTicket", {}),
      () => api.validate("kaufland", one, {}),
      () => api.meanings(one),
      () => api.decode("kaufland", "getTicket", one),
      () => api.decode("kaufland", one, Response.json({})),
      () => api.splitComplaints(one),
      () => api.uploadsOf(one),
      () => api.magaluTime(one),
      () => new api.Kaufland({ ...KEYS.Kaufland, headers: one }),
      () => new api.Kaufland({ ...KEYS.Kaufland, baseUrl: one }),
      () => new api.Kaufland({ clientKey: one, secretKey: one, userAgent: one, partner: one }),
      () => new api.Magalu({ clientId: one, clientSecret: one, refreshToken: one }),
      () => new api.JtlScx({ refreshToken: one, side: one }),
      ...clients.flatMap((client) => [
        () => client.decode("getTicket", one),
        () => client.validate("getTicket", one),
        () => client.validate(one, one),
        () => client.validateFiles("createTicket", one, one),
        () => client.request("createTicket", one, one, one),
        () => client.request(one, one),
      ]),
      () => clients[0].openTicket(one),
      () => clients[0].getTicket(one, one, one),
      () => clients[0].listTickets(one, one),
      () => clients[2].authorizationUrl(one),
      () => clients[2].exchangeCode(one, one),
      () => clients[2].followTransaction(one, one),
      () => clients[2].createTicket(one, one).completed(one),
      () => clients[3].createTicket(one, one),
      () => clients[3].createTicket({}, { files: one }),
      () => clients[3].resumeUploads(one, one),
      () => clients[4].splitComplaints(one),
      () => new api.Kaufland(one),
      ...names.map((name) => () => new api.Kaufland({ ...KEYS.Kaufland, [name]: one })),
      () => new api.Magalu({ clientId: "a", clientSecret: "b", tokenStore: one }),
      ...files.flatMap((ask) => [
        () => ask(one),
        () => ask({ filename: "a.png", content: one }),
        () => ask(new Blob(["a"]), one),
        () => ask(new Blob(["a"]), { signal: one }),
      ]),
      ...["signal", "ensure", "headers", "onProgress"].flatMap((name) => [
        () => own.closeTicket("1", { [name]: one }),
        () => own.listTickets({}, { [name]: one }),
      ]),
      () => own.closeTicket("1", one),
      () => own.downloadFile(one),
      () => own.downloadFile({ uri: one, filename: one }),
      // A body that is not read keeps its timer, and the program, for as long as the download may take.
      async () => (await own.downloadFile({ ...onHost, filename: one })).bytes(),
      async () => (await own.downloadFile(onHost, one)).bytes(),
    ]);
    for (const work of works) {
      const error = await (async () => work())().then(
        () => undefined,
        (caught) => caught,
      );
      if (error === undefined) continue;
      assert.ok(error instanceof api.TicketError, `${work}: ${inspect(error)}`);
      assert.notEqual(error.code, "wasm_trap", `${work}: ${inspect(error)}`);
      JSON.stringify(error);
      inspect(error);
    }
  });

  test("an error that holds what contains itself can be written as JSON", () => {
    const body = { list: [], big: 2n ** 70n };
    body.self = body;
    body.list.push(body.list, body);
    const error = new api.TicketError({ kind: "server", code: "a", message: "b", sent: "no", attempts: 0, body });
    const { self, list, big } = JSON.parse(JSON.stringify(error)).body;
    assert.deepEqual([self, list, big], ["…", ["…", "…"], String(2n ** 70n)]);
  });

  test("what was read as a mark of this package once is plain data", async () => {
    for (const body of [
      '{"data":{"$bigint":"evil"}}',
      '{"$bigint":"evil"}',
      '[{"$bigint":"1"}]',
      '{"data":{"id_ticket":{"$bigint":"1"}}}',
    ]) {
      for (const [marketplace, endpoint] of [
        ["kaufland", "getTicket"],
        ["kaufland", "listTickets"],
        ["probo", "createTicket"],
        ["magalu", "getTicket"],
        ["clickbank", "getTicket"],
      ]) {
        for (const status of [200, 400]) {
          const response = new Response(body, { status, headers: { "content-type": "application/json" } });
          const error = await api.decode(marketplace, endpoint, response).then(
            () => undefined,
            (caught) => caught,
          );
          if (error !== undefined)
            assert.ok(error instanceof api.TicketError, `${marketplace} ${body}: ${inspect(error)}`);
        }
      }
    }
  });
});

describe("many violations", () => {
  /** The milliseconds of this process alone, whatever else the machine does. */
  const spentSince = (begun) => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  };
  const many = (count, make) => Array.from({ length: count }, (_, at) => make(at));
  const shapes = {
    text: () => "x",
    fraction: (at) => at + 0.5,
    negative: (at) => -at - 1,
    same: () => 7,
    object: () => ({}),
    nested: () => [[]],
    descending: (at) => 1e6 - at,
  };
  const methods = {
    "kaufland openTicket": (list) => [{ id_order_unit: list, reason: "contact_other", message: "a" }],
    "kaufland listTickets": (list) => [{ status: list, open_reason: list, storefront: list }],
    "kaufland createTicketMessage": (list) => ["1", { text: "a", ticket_message_files: list }],
    "jtl-scx createTicket": (list) => [{ attachment: list, messages: list }],
    "jtl-scx acknowledgeEvents": (list) => [list],
    "jtl-scx listEvents": (list) => [{ eventTypeFilter: list }],
    "probo createTicket": (list) => [{ products: list }],
    "magalu createTicket": (list) => [{ order: { delivery: { items: list } } }],
    "magalu listTickets": (list) => [{ _sort: list }],
  };
  for (const [method, args] of Object.entries(methods)) {
    test(`${method}: at most a thousand are told, in a time that grows with their number only`, () => {
      const [marketplace, endpoint] = method.split(" ");
      for (const [shape, make] of Object.entries(shapes)) {
        const list = many(40_000, make);
        const begun = process.cpuUsage();
        const violations = api.validate(marketplace, endpoint, ...args(list));
        const ms = spentSince(begun);
        assert.ok(ms < 5000, `${shape}: ${ms} ms`);
        assert.ok(violations.length <= 1000);
        const last = violations.at(-1);
        if (violations.length === 1000) {
          assert.equal(last.code, "more_violations", shape);
          assert.match(last.message, new RegExp(`^${last.params.more} more violations`));
        }
      }
    });
  }

  test("their number is in the message of the error", async () => {
    const kaufland = new api.Kaufland({ ...KEYS.Kaufland, fetch: async () => assert.fail("nothing is sent") });
    const order = { id_order_unit: many(1500, () => "x"), reason: "contact_other", message: "a" };
    const error = await kaufland.openTicket(order).catch((caught) => caught);
    assert.match(error.message, /, and 1499 more violations$/);
    assert.equal(error.violations.length, 1000);
    assert.equal(error.violations.at(-1).params.more, 501);
  });

  test("headers, fields and products that are many", () => {
    const begun = process.cpuUsage();
    const headers = Object.fromEntries(many(40_000, (at) => [`x-${at}`, "a"]));
    new api.Kaufland({ ...KEYS.Kaufland, headers });
    const fields = Object.fromEntries(many(40_000, (at) => [`x${at}`, "a"]));
    assert.equal(api.validate("kaufland", "listTickets", fields).length, 1000);
    const product = (at) => ({
      id: at + 1,
      amount: 1,
      reason: "missing",
      suggested_solution: "credit",
      group: `g${at}`,
      description: `d${at}`,
    });
    const apart = api.splitComplaints({ order_id: "1", id: "a", products: many(20_000, product) });
    assert.equal(apart.length, 20_000);
    const together = api.splitComplaints({
      order_id: "1",
      id: "a",
      products: many(20_000, (at) => ({ ...product(at), group: "one" })),
    });
    assert.equal(together.length, 1);
    const ms = spentSince(begun);
    assert.ok(ms < 8000, `${ms} ms`);
  });
});
