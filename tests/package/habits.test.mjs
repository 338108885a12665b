/**
 * The habits that users take for granted: consoles that show something readable, links to the
 * documentation, stacks that lead back, silence, and a switch.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createRequire, SourceMap } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inspect, promisify } from "node:util";
import { build } from "esbuild";
import { docsUrl } from "../../pkg-template/docs-url.mjs";
import { codesOfSources } from "./codes.mjs";
import {
  answerWith,
  launchChromium,
  makeProject,
  newMagaluTicket,
  ROOT,
  requireFromDemo,
  startServer,
  startWorker,
} from "./lib.mjs";

const deno = join(dirname(createRequire(join(ROOT, "package.json")).resolve("deno/package.json")), "bin.cjs");
const exec = promisify(execFile);
const CANARY = /CANARY/;

/**
 * The program for every runtime: clients and errors full of secrets, which it shows. Plain
 * JavaScript, copied as it is.
 */
const SHOWN = `
export const KEYS = {
  clientKey: "CANARY-client", secretKey: "CANARY-secret", userAgent: "Inhouse_development",
  partner: { clientKey: "CANARY-partner", secretKey: "CANARY-partner-secret" },
};

export async function show(api, print) {
  const answer = async () => Response.json({ message: "gone" }, { status: 404, headers: { "x-request-id": "r-1", "set-cookie": "CANARY=1" } });
  const options = { ...KEYS, baseUrl: "http://127.0.0.1:9/v2", timeoutMs: 5000, headers: { "x-own": "CANARY-header" }, fetch: answer };
  const kaufland = new api.Kaufland(options);
  print(kaufland);
  print({ list: [kaufland] });
  print(new api.Kaufland({ gateway: "https://shop.example/api/accounts/kf-de", headers: { authorization: "Bearer CANARY" } }));
  print(new api.Magalu({ clientId: "my-app", clientSecret: "CANARY-app", refreshToken: "CANARY-refresh", tokenStore: { load: async () => null, save: async () => {} } }));
  print(new api.JtlScx({ refreshToken: "CANARY-refresh" }));
  print(new api.ClickBank({ apiKey: "API-CANARY" }));
  print(new api.Probo({ token: "CANARY-token" }));
  print(await kaufland.getTicket("00110123123").catch((error) => error));
  print({ failed: await kaufland.openTicket({ id_order_unit: [], reason: "because", message: "" }).catch((error) => error) });
}
`;

/** Calls that go well, are repeated, refused and lost, with secrets everywhere. */
const DEBUGGED = `
export async function calls(api, { url, debug }) {
  const kaufland = new api.Kaufland({
    clientKey: "CANARY-client", secretKey: "CANARY-secret", userAgent: "Inhouse_development",
    baseUrl: url + "/v2", headers: { "x-own": "CANARY-header" }, random: () => 0, maxRetries: 1, debug,
  });
  await kaufland.listTickets({ status: ["opened"] });
  const codes = [];
  const failed = (error) => codes.push(error.code);
  await kaufland.getTicket("00404").catch(failed);
  await kaufland.createTicketMessage("001", { text: "CANARY-text", ticket_message_files: [{ filename: "CANARY.txt", content: new TextEncoder().encode("CANARY") }] });
  await kaufland.downloadFile({ uri: url + "/file.txt?signature=CANARY-url" }).then((file) => file.bytes());
  await kaufland.getTicket("not an id").catch(failed);
  return codes.join();
}
`;

/** The console's output for that. */
function shownRight(text) {
  assert.doesNotMatch(text, CANARY);
  assert.match(
    text,
    /Kaufland \{ baseUrl: "http:\/\/127\.0\.0\.1:9\/v2", clientKey: "\[hidden\]", secretKey: "\[hidden\]", partner: "\[hidden\]", userAgent: "Inhouse_development", headers: \["x-own"\], timeoutMs: 5000 \}/,
  );
  assert.match(
    text,
    /Kaufland \{ gateway: "https:\/\/shop\.example\/api\/accounts\/kf-de", headers: \["authorization"\] \}/,
  );
  assert.match(
    text,
    /Magalu \{ environment: "production", clientSecret: "\[hidden\]", refreshToken: "\[hidden\]", clientId: "my-app" \}/,
  );
  assert.match(text, /ClickBank \{ environment: "production", apiKey: "\[hidden\]" \}/);
  assert.match(text, /TicketError: .*\n\s+at /);
  assert.match(
    text,
    /kind: not_found, code: http_404, .*endpoint: getTicket, status: 404, requestId: r-1, attempts: 1, .*sent: no/,
  );
  assert.match(text, /docs: https:\/\/\S+\/docs\/errors\.md#not_found\n/);
  assert.match(text, /- message \(too_short\): `message` is empty; write/);
  assert.match(text, /docs: https:\/\/\S+\/docs\/errors\.md#invalid_input\n/);
  // Whole answers and what only programs need are not in the way.
  assert.doesNotMatch(text, /"gone"|set-cookie|toJSON|\[Function/);
}

let project;
let api;
let server;
let requests;

/** A marketplace, whose answers hold secrets as well. */
async function answer(request, response, body) {
  requests.push({ method: request.method, url: request.url, headers: request.headers, body: body.toString() });
  const { pathname } = new URL(request.url, server.url);
  const send = (status, value) => {
    response.writeHead(status, { "content-type": "application/json", "set-cookie": "CANARY=1", "x-token": "CANARY" });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  };
  if (pathname === "/file.txt") return send(200, "CANARY-content");
  if (pathname === "/v2/tickets/lost") return response.destroy();
  if (pathname === "/v2/tickets/00404") return send(404, { message: "no such ticket", hint: "CANARY-answer" });
  if (request.method !== "GET") return send(204);
  const first = requests.filter(({ url }) => url === request.url).length === 1;
  return first
    ? send(503, { message: "CANARY-answer" })
    : send(200, { data: [], pagination: { offset: 0, limit: 30, total: 0 } });
}

before(async () => {
  project = await makeProject({ "shown.mjs": SHOWN, "debugged.mjs": DEBUGGED });
  api = await project.load();
  server = await startServer(answer);
});
after(async () => {
  await server?.dispose();
  await project?.dispose();
});

describe("consoles", () => {
  test("Node shows clients and errors, short and without secrets, however they are nested", async () => {
    const { show } = await import(join(project.folder, "shown.mjs"));
    const texts = [];
    await show(api, (value) => texts.push(inspect(value)));
    shownRight(`${texts.join("\n")}\n`);
    for (const text of texts.filter((text) => /^\w+ \{/.test(text)))
      assert.ok(text.length < 260 && !text.includes("\n"), text);
    // An error that is nested is shown in the same words.
    assert.match(texts.at(-1), /^\{\n {2}failed: TicketError: .*\n {6}at .*\n/);
  });

  test("causes, and many violations", async () => {
    const gone = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const violations = Array.from({ length: 25 }, (_, at) => ({
      field: `f${at}`,
      code: "required",
      message: "m",
      hint: "h",
      params: {},
    }));
    const data = {
      kind: "validation",
      code: "invalid_input",
      message: "two\nlines",
      marketplace: "kaufland",
      endpoint: "x",
      attempts: 0,
    };
    const error = new api.TicketError(
      { ...data, retryable: false, sent: "no", origin: "client", violations },
      { cause: new Error("fetch failed", { cause: gone }) },
    );
    const text = inspect(error);
    assert.match(text, /^TicketError: two\nlines\n/);
    assert.match(text, /f19 .*\n {2}- and 5 more violations\n/);
    assert.doesNotMatch(text, /f20/);
    assert.match(text, /\n {2}cause: fetch failed: connect ECONNREFUSED\n/);
  });

  const SCRIPT = (how) =>
    `import * as api from "seller-tickets"; import { show } from "./shown.mjs"; await show(api, ${how});`;

  test("Deno shows the same", async () => {
    const { stdout, stderr } = await runDeno(SCRIPT("(value) => console.log(value)"), []);
    shownRight(stdout);
    assert.equal(stderr, "");
  });

  test("workerd shows the same", async () => {
    const { text } = await inWorker(
      'import * as api from "seller-tickets"; import { show } from "./shown.mjs"; export default { fetch: async () => { await show(api, (value) => console.log(value)); return new Response("ok"); } };',
    );
    shownRight(text);
  });
});

/** Runs a script under Deno, which must not ask for a permission. */
async function runDeno(script, permissions, env = {}) {
  const path = join(project.folder, `deno-${permissions.length}-${Object.keys(env).length}.mjs`);
  await (await import("node:fs/promises")).writeFile(path, script);
  return exec(process.execPath, [deno, "run", "--quiet", "--no-prompt", ...permissions, path], {
    cwd: project.folder,
    env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  });
}

/** The answer of a Worker, and its output. */
async function inWorker(source) {
  let text = "";
  const worker = await startWorker(
    project,
    source,
    {},
    {
      handleRuntimeStdio: (...streams) => {
        for (const stream of streams)
          stream.on("data", (data) => {
            text += data;
          });
      },
    },
  );
  const answered = await (await fetch(worker.url)).text();
  // Its output comes by another way than the answer.
  for (let tries = 0; tries < 40 && !text.includes("\n"); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await worker.dispose();
  return { text, answered };
}

describe("errors", () => {
  test("every code and kind has its line in docs/errors.md, and every line its code", async () => {
    const page = await readFile(join(ROOT, "docs/errors.md"), "utf8");
    const anchors = [...page.matchAll(/<a id="(\w+)"><\/a>`(\w+)` \|(?: [^|]*\|){2,3}$/gm)].map(
      ({ 1: id, 2: name }) => {
        assert.equal(id, name);
        return id;
      },
    );
    assert.equal(anchors.length, page.match(/<a id=/g).length);
    assert.deepEqual(
      anchors.filter((id, at) => anchors.indexOf(id) !== at),
      [],
    );
    const types = await readFile(join(ROOT, "pkg-template/src/generated/types.ts"), "utf8");
    const [, union] = /export type ErrorKind =([^;]+);/.exec(types);
    const kinds = [...union.matchAll(/"(\w+)"/g)].map(([, kind]) => kind);
    assert.equal(kinds.length, 13);
    const codes = await codesOfSources();
    assert.ok(codes.size > 100);
    assert.deepEqual(
      [...kinds, ...codes].filter((name) => !anchors.includes(name)),
      [],
      "not in docs/errors.md",
    );
    assert.deepEqual(
      anchors.filter((name) => !codes.has(name) && !kinds.includes(name)),
      [],
      "in docs/errors.md alone",
    );
  });

  test("`docsUrl` leads to that page in the package's own files of this version", async () => {
    const { version, files } = JSON.parse(await readFile(join(project.installed, "package.json"), "utf8"));
    assert.ok(files.includes("docs"));
    const page = await readFile(join(project.installed, "docs/errors.md"), "utf8");
    const fetchOf =
      (status, headers = {}) =>
      async () =>
        Response.json({ type: "/problems/tickets/finally-closed" }, { status, headers });
    const keys = { clientKey: "a", secretKey: "b", userAgent: "Inhouse_development" };
    const failures = [
      [
        () => new api.Kaufland({ ...keys, fetch: fetchOf(403) }).closeTicket("001"),
        "tickets/finally-closed",
        "conflict",
      ],
      [
        () => new api.Kaufland({ ...keys, fetch: fetchOf(200) }).getTicket("001"),
        "unexpected_shape",
        "unexpected_shape",
      ],
      [() => new api.Kaufland({ ...keys }).getTicket("x"), "invalid_input", "invalid_input"],
      [
        () => new api.Kaufland({ gateway: "https://a.example/b", fetch: fetchOf(200) }).getTicket("1"),
        "not_a_gateway",
        "not_a_gateway",
      ],
    ];
    for (const [failure, code, anchor] of failures) {
      const error = await failure().catch((reason) => reason);
      assert.equal(error.code, code);
      assert.equal(error.docsUrl, `https://unpkg.com/seller-tickets@${version}/docs/errors.md#${anchor}`);
      assert.ok(page.includes(`<a id="${anchor}">`));
      assert.ok(!("docsUrl" in error.toJSON()));
    }
  });
});

test("`docsUrl` leads to the site, once it has an address", () => {
  const manifest = { name: "seller-tickets", version: "1.2.3" };
  const site = "https://tickets.example/docs/errors.html";
  assert.equal(docsUrl({ ...manifest, homepage: "https://tickets.example/docs" }), site);
  assert.equal(docsUrl({ ...manifest, homepage: "https://tickets.example/docs/" }), site);
  assert.equal(docsUrl(manifest), "https://unpkg.com/seller-tickets@1.2.3/docs/errors.md");
});

describe("stacks", () => {
  /** The frames in the package, by name, with the place in the sources. */
  async function placesOf(error, folder) {
    const places = [];
    for (const [, name, path, line, column] of error.stack.matchAll(
      /at (?:async )?(?:new )?([\w.]+)? ?\(?(?:file:\/\/)?(\/[^():]+):(\d+):(\d+)\)?/g,
    )) {
      if (!path.startsWith(folder)) {
        places.push({ name, path });
        continue;
      }
      const map = new SourceMap(JSON.parse(await readFile(`${path}.map`, "utf8")));
      const { originalSource, originalLine } = map.findEntry(Number(line) - 1, Number(column) - 1);
      const source = originalSource.startsWith("pkg-template/")
        ? await readFile(join(ROOT, originalSource), "utf8")
        : "";
      places.push({ name, source: originalSource, text: source.split("\n")[originalLine] });
    }
    return places;
  }

  for (const format of ["import", "require"]) {
    test(`name the method and its caller, and the maps lead to lines of the sources: ${format}`, async () => {
      const own = format === "import" ? api : createRequire(join(project.folder, "x.cjs"))("seller-tickets");
      const kaufland = new own.Kaufland({
        clientKey: "a",
        secretKey: "b",
        userAgent: "Inhouse_development",
        fetch: async () => new Response(null, { status: 404 }),
      });
      async function answersTheCustomer() {
        await kaufland.getTicket("00110123123");
      }
      const error = await answersTheCustomer().catch((reason) => reason);
      const places = await placesOf(error, join(project.installed, "dist"));
      const method = places.find(({ name }) => name === "Kaufland.getTicket");
      assert.equal(method?.source, "pkg-template/src/marketplaces/kaufland.ts", error.stack);
      assert.match(method.text, /return this\.call\("getTicket"/);
      const thrown = places[0];
      assert.equal(thrown.source, "pkg-template/src/core/perform.ts", error.stack);
      assert.match(thrown.text, /throw new TicketError\(step\.error/);
      assert.ok(
        places.some(({ name, path }) => name === "answersTheCustomer" && path?.endsWith("habits.test.mjs")),
        error.stack,
      );
      assert.equal(error.constructor.name, "TicketError");
      assert.equal(kaufland.constructor.name, "Kaufland");
      assert.match(error.stack, /^TicketError: /);

      const rules = await kaufland.openTicket({}).catch((reason) => reason);
      assert.match(rules.stack, /at Kaufland\.openTicket /);
      const list = await kaufland.listTickets().catch((reason) => reason);
      assert.match(list.stack, /at Kaufland\.listTickets /);
      const file = await kaufland.downloadFile({ uri: "x" }).catch((reason) => reason);
      assert.match(file.stack, /at Kaufland\.downloadFile /);
    });
  }

  test("every method of every client is named by its errors", async () => {
    const fetch = async () => new Response(null, { status: 404 });
    const clients = [
      new api.Kaufland({ clientKey: "a", secretKey: "b", userAgent: "Inhouse_development", fetch }),
      new api.ClickBank({ apiKey: "API-X", fetch }),
      new api.Magalu({ accessToken: "a", fetch }),
      new api.JtlScx({ accessToken: "a", fetch }),
      new api.JtlScx({ side: "seller", accessToken: "a", fetch }),
      new api.Probo({ token: "a", fetch }),
    ];
    // These throw nothing, or nothing before they are iterated.
    const silent = ["constructor", "marketplace", "side", "toJSON", "ticketReplies"];
    let named = 0;
    for (const client of clients) {
      const { name } = client.constructor;
      const methods = [];
      // The entry's class, its methods' class, and what all clients share.
      for (
        let { prototype } = api[name];
        prototype !== Object.prototype;
        prototype = Object.getPrototypeOf(prototype)
      ) {
        methods.push(...Object.getOwnPropertyNames(prototype).filter((method) => !silent.includes(method)));
      }
      for (const method of methods) {
        const error = await (async () => client[method]())().catch((reason) => reason);
        assert.ok(error instanceof Error, `${name}.${method}`);
        assert.ok(error.stack.includes(` ${name}.${method} `), `${name}.${method}: ${error.stack}`);
        named += 1;
      }
    }
    assert.ok(named > 60, String(named));
  });

  test("the place of the call is told once, by whichever promise the failure comes", async () => {
    const page = { data: [{ id_ticket: "1" }], pagination: { offset: 0, limit: 1, total: 9 } };
    const failing = (good) => {
      let answers = 0;
      const fetch = async () => {
        answers += 1;
        return answers <= good ? Response.json(page) : new Response(null, { status: 404 });
      };
      return new api.Kaufland({ clientKey: "a", secretKey: "b", userAgent: "Inhouse_development", fetch });
    };
    async function drain(pages) {
      for await (const one of pages) assert.ok(one);
    }
    const magalu = new api.Magalu({ accessToken: "a", fetch: async () => new Response(null, { status: 400 }) });
    const ticket = newMagaluTicket();
    for (const [name, fail] of [
      ["Kaufland.getTicket", () => failing(0).getTicket("1").withResponse()],
      ["Kaufland.listTickets", () => failing(0).listTickets().withResponse()],
      ["Kaufland.listTickets", () => drain(failing(0).listTickets())],
      ["Kaufland.listTickets", () => drain(failing(1).listTickets({ limit: 1 }).pages())],
      ["Kaufland.listTickets", async () => (await failing(1).listTickets({ limit: 1 })).next()],
      ["Magalu.createTicket", () => magalu.createTicket(ticket)],
      ["Magalu.createTicket", () => magalu.createTicket(ticket).withResponse()],
      ["Magalu.createTicket", () => magalu.createTicket(ticket).completed()],
    ]) {
      const { stack } = await fail().then(assert.fail, (reason) => reason);
      assert.equal(stack.split(` ${name} `).length, 2, stack);
      assert.match(stack, /habits\.test\.mjs/);
    }
  });

  test("calls that one failure ends have each their own stack", async () => {
    const tokenStore = { load: async () => null, save: async () => {} };
    const fetch = async () => new Response(null, { status: 400 });
    const magalu = new api.Magalu({ clientId: "a", clientSecret: "b", refreshToken: "c", tokenStore, fetch });
    const first = () => magalu.getTicket("1").catch((reason) => reason);
    const second = () => magalu.listEvents("1").catch((reason) => reason);
    const [one, two] = await Promise.all([first(), second()]);
    assert.equal(one.code, two.code);
    assert.match(one.stack, /Magalu\.getTicket /);
    assert.doesNotMatch(one.stack, /Magalu\.listEvents /);
    assert.match(two.stack, /Magalu\.listEvents /);
    assert.doesNotMatch(two.stack, /Magalu\.getTicket /);
  });

  test("every file that holds code has its map, and none names a folder of the machine", async () => {
    const dist = join(project.installed, "dist");
    let size = 0;
    for (const path of await readdir(dist, { recursive: true })) {
      if (!path.endsWith(".js.map")) continue;
      const text = await readFile(join(dist, path), "utf8");
      size += text.length;
      assert.doesNotMatch(text, /"(?:\/|[a-z]:|\.\.\/)/i, path);
      assert.match(
        await readFile(join(dist, path.slice(0, -4)), "utf8"),
        new RegExp(`//# sourceMappingURL=${path.split("/").at(-1)}\\n$`),
      );
    }
    // Eight modules have glue of their own, each with its map.
    assert.ok(size > 20_000 && size < 190_000, `${size} bytes of maps`);
  });
});

/** The lines that these calls make. */
function linesRight(text) {
  assert.doesNotMatch(text, CANARY);
  const lines = text.split("\n").filter((line) => line.startsWith("seller-tickets "));
  const plain = lines.map((line) => line.replaceAll(server.url, "URL").replace(/\d+ ms/, "N ms"));
  assert.deepEqual(plain, [
    "seller-tickets kaufland.listTickets #1 GET URL/v2/tickets?status=opened: 503 in N ms",
    "seller-tickets kaufland.listTickets waits N ms before #2: retry",
    "seller-tickets kaufland.listTickets #2 GET URL/v2/tickets?status=opened: 200 in N ms",
    "seller-tickets kaufland.listTickets done, attempts 2, sent yes",
    "seller-tickets kaufland.getTicket #1 GET URL/v2/tickets/00404: 404 in N ms",
    "seller-tickets kaufland.getTicket failed: not_found (http_404), attempts 1, sent no",
    "seller-tickets kaufland.createTicketMessage #1 POST URL/v2/tickets/001/messages: 204 in N ms",
    "seller-tickets kaufland.createTicketMessage done, attempts 1, sent yes",
    "seller-tickets kaufland.downloadFile GET URL/file.txt: 200 in N ms",
  ]);
}

describe("DEBUG", () => {
  const MAIN = `import * as api from "seller-tickets"; import { calls } from "./debugged.mjs"; console.log(await calls(api, JSON.parse(process.env.OPTIONS)));`;
  before(async () => {
    await (await import("node:fs/promises")).writeFile(join(project.folder, "debug.mjs"), MAIN);
  });
  const inNode = (env = {}, options = {}) => {
    requests = [];
    return exec(process.execPath, ["debug.mjs"], {
      cwd: project.folder,
      env: { ...process.env, ...env, OPTIONS: JSON.stringify({ url: server.url, ...options }) },
    });
  };

  test("without it nothing is printed", async () => {
    requests = [];
    const said = [];
    const names = Object.keys(console).filter((name) => typeof console[name] === "function");
    const kept = names.map((name) => console[name]);
    for (const name of names) console[name] = (...words) => said.push([name, ...words]);
    try {
      const { calls } = await import(join(project.folder, "debugged.mjs"));
      assert.equal(await calls(api, { url: server.url }), "http_404,invalid_input");
    } finally {
      names.forEach((name, at) => {
        console[name] = kept[at];
      });
    }
    assert.deepEqual(said, []);
    const { stdout, stderr } = await inNode();
    assert.deepEqual([stdout, stderr], ["http_404,invalid_input\n", ""]);
  });

  for (const DEBUG of ["seller-tickets", "express, seller-tickets:*", "*"]) {
    test(`Node, DEBUG=${DEBUG}`, async () => {
      const { stdout, stderr } = await inNode({ DEBUG });
      assert.equal(stdout, "http_404,invalid_input\n");
      linesRight(stderr);
    });
  }

  test("other names, and `debug: false`, leave it silent", async () => {
    for (const [env, options] of [
      [{ DEBUG: "express" }],
      [{ DEBUG: "my-seller-tickets" }],
      [{ DEBUG: "*,-seller-tickets" }],
      [{ DEBUG: "seller-tickets-demo" }],
      [{ DEBUG: "seller-tickets" }, { debug: false }],
    ]) {
      assert.equal((await inNode(env, options)).stderr, "", JSON.stringify([env, options]));
    }
  });

  test("`debug` as an option: `true`, and a function, which may throw", async () => {
    linesRight((await inNode({}, { debug: true })).stderr);
    requests = [];
    const { calls } = await import(join(project.folder, "debugged.mjs"));
    const lines = [];
    await calls(api, { url: server.url, debug: (line) => lines.push(line) });
    linesRight(lines.join("\n"));
    requests = [];
    const { error: print } = console;
    let complaints = 0;
    console.error = () => {
      complaints += 1;
    };
    try {
      const thrown = () => {
        throw new Error("no");
      };
      assert.equal(await calls(api, { url: server.url, debug: thrown }), "http_404,invalid_input");
    } finally {
      console.error = print;
    }
    assert.equal(complaints, 9);
  });

  test("what never came, what is waited for, and an end by the caller", async () => {
    requests = [];
    const lines = [];
    const stop = new AbortController();
    const options = { clientKey: "a", secretKey: "b", userAgent: "Inhouse_development", maxRetries: 0 };
    const client = (fetch) =>
      new api.Kaufland({ ...options, fetch, debug: (line) => lines.push(line.replace(/\d+ ms/, "N ms")) });
    await client(async () => {
      throw new Error("CANARY");
    })
      .getTicket("001")
      .catch(() => {});
    await client(() => {
      stop.abort();
      return new Promise(() => {});
    })
      .closeTicket("001", { signal: stop.signal })
      .catch(() => {});
    await client(() => new Promise(() => {}))
      .getTicket("001", {}, { timeoutMs: 20 })
      .catch(() => {});
    await client(async () => {
      throw new Error("CANARY");
    })
      .downloadFile({ uri: "https://files.example/a?b=CANARY" })
      .catch(() => {});
    assert.deepEqual(lines, [
      "seller-tickets kaufland.getTicket #1 GET https://sellerapi.kaufland.com/v2/tickets/001: send_failed in N ms",
      "seller-tickets kaufland.getTicket failed: network (network), attempts 1, sent maybe",
      "seller-tickets kaufland.closeTicket #1 PATCH https://sellerapi.kaufland.com/v2/tickets/001/close: aborted in N ms",
      "seller-tickets kaufland.closeTicket failed: aborted (aborted), attempts 1, sent maybe",
      "seller-tickets kaufland.getTicket #1 GET https://sellerapi.kaufland.com/v2/tickets/001: timed_out in N ms",
      "seller-tickets kaufland.getTicket failed: timeout (attempt_timeout), attempts 1, sent maybe",
      "seller-tickets kaufland.downloadFile GET https://files.example/a: no answer in N ms",
    ]);
  });

  const RUN = () =>
    `import * as api from "seller-tickets"; import { calls } from "./debugged.mjs"; console.log(await calls(api, { url: ${JSON.stringify(server.url)} }));`;

  test("Deno, where the variable may be read; where it may not, nobody is asked", async () => {
    requests = [];
    const net = "--allow-net";
    const allowed = await runDeno(RUN(), [net, "--allow-env=DEBUG"], { DEBUG: "seller-tickets" });
    assert.equal(allowed.stdout, "http_404,invalid_input\n");
    linesRight(allowed.stderr);
    const silent = await runDeno(RUN(), [net], { DEBUG: "seller-tickets" });
    assert.deepEqual([silent.stdout, silent.stderr], ["http_404,invalid_input\n", ""]);
  });

  test("workerd, by the option", async () => {
    requests = [];
    const source = (option) =>
      `import * as api from "seller-tickets"; import { calls } from "./debugged.mjs"; const lines = []; export default { fetch: async () => { await calls(api, { url: ${JSON.stringify(server.url)}, debug: ${option} }); return new Response(lines.join("\\n")); } };`;
    linesRight((await inWorker(source("(line) => lines.push(line)"))).answered);
    requests = [];
    linesRight((await inWorker(source("true"))).text);
  });

  test("a page, by its local storage", async (t) => {
    requests = [];
    const { outputFiles } = await build({
      stdin: {
        contents:
          'import * as api from "seller-tickets"; import { calls } from "./debugged.mjs"; globalThis.ready = calls({ ...api, Kaufland: class extends api.Kaufland { constructor(options) { super({ ...options, dangerouslyAllowBrowser: true }); } } }, { url: location.origin });',
        resolveDir: project.folder,
      },
      bundle: true,
      format: "esm",
      write: false,
      conditions: ["browser"],
    });
    const page = await startServer((request, response, body) => {
      if (request.url === "/main.js")
        return response.writeHead(200, { "content-type": "text/javascript" }).end(outputFiles[0].text);
      if (request.url !== "/") return answer(request, response, body);
      response
        .writeHead(200, { "content-type": "text/html" })
        .end('<!doctype html><script type="module" src="/main.js"></script>');
    });
    t.after(page.dispose);
    const browser = await launchChromium();
    t.after(() => browser.close());
    const tab = await browser.newPage();
    const said = [];
    tab.on("console", (message) => said.push([message.type(), message.text()]));
    const ours = () => said.filter(([, text]) => text.startsWith("seller-tickets"));
    await tab.goto(page.url);
    assert.equal(await tab.evaluate(() => globalThis.ready), "http_404,invalid_input");
    assert.deepEqual(ours(), []);
    requests = [];
    await tab.evaluate(() => localStorage.setItem("debug", "seller-tickets"));
    await tab.reload();
    await tab.evaluate(() => globalThis.ready);
    assert.deepEqual([...new Set(ours().map(([type]) => type))], ["debug"]);
    linesRight(
      ours()
        .map(([, text]) => text.replaceAll(page.url, server.url))
        .join("\n"),
    );
  });
});

describe("a page that says to its gateway who it is", () => {
  test("`authorization` reaches the gateway with every call and download, and goes no further", async (t) => {
    requests = [];
    const { createGateway } = await project.load("/gateway");
    const told = [];
    const account = new api.Kaufland({
      clientKey: "a",
      secretKey: "b",
      userAgent: "Inhouse_development",
      baseUrl: `${server.url}/v2`,
    });
    const gateway = createGateway({
      accounts: { "kf-de": account },
      authorize: (request) => told.push(request.headers.get("authorization")) > 0,
    });
    const front = await startServer((request, response, body) => answerWith(gateway.fetch, request, response, body));
    t.after(front.dispose);
    const options = { gateway: `${front.url}/api/accounts/kf-de` };
    const client = new api.Kaufland({ ...options, headers: { Authorization: "Bearer CANARY-session" } });
    await client.listTickets();
    await client.createTicketMessage("001", { text: "a" });
    await new api.Kaufland(options).closeTicket("001", { headers: { authorization: "Bearer CANARY-session" } });
    const file = await client.downloadFile({ uri: `${server.url}/file.txt` });
    assert.equal(new TextDecoder().decode(await file.bytes()), '"CANARY-content"');
    assert.deepEqual(told, Array(4).fill("Bearer CANARY-session"));
    assert.equal(requests.length, 5);
    for (const { method, url, headers, body } of requests) {
      assert.doesNotMatch(JSON.stringify([headers, url, body]), CANARY, `${method} ${url}`);
      assert.equal(headers.authorization, undefined);
    }
  });

  test("elsewhere it is refused, and told apart", () => {
    const keys = { clientKey: "a", secretKey: "b", userAgent: "Inhouse_development" };
    for (const name of ["authorization", "Authorization"]) {
      assert.throws(
        () => new api.Kaufland({ ...keys, headers: { [name]: "Bearer CANARY" } }),
        (error) => {
          const [violation] = error.violations;
          assert.deepEqual(
            [error.kind, violation.field, violation.code],
            ["configuration", `headers.${name}`, "reserved_header"],
          );
          assert.match(violation.hint, /`authorization` is for a `gateway` alone/);
          assert.doesNotMatch(JSON.stringify(error), CANARY);
          return true;
        },
      );
    }
    for (const name of ["cookie", "host", "shop-signature"]) {
      assert.throws(() => new api.Kaufland({ gateway: "https://a.example/b", headers: { [name]: "x" } }), {
        code: "invalid_configuration",
      });
    }
    assert.throws(() => new api.Kaufland({ gateway: "https://a.example/b", headers: { authorization: "a\nb" } }), {
      code: "invalid_configuration",
    });
  });

  test("a gateway that redirects learns nothing for others", async (t) => {
    const elsewhere = [];
    const other = await startServer((request, response) => {
      elsewhere.push(request.headers.authorization);
      response.end("{}");
    });
    t.after(other.dispose);
    const front = await startServer((_request, response) =>
      response.writeHead(307, { location: `${other.url}/x` }).end(),
    );
    t.after(front.dispose);
    const client = new api.Kaufland({ gateway: front.url, headers: { authorization: "Bearer CANARY" }, maxRetries: 0 });
    for (const call of [
      () => client.listTickets(),
      () => client.closeTicket("001"),
      () => client.downloadFile({ uri: `${server.url}/file.txt` }),
    ]) {
      await assert.rejects(call, (error) => ["not_a_gateway", "redirect"].includes(error.code));
    }
    // A page is told nothing of a redirect.
    const opaque = Object.defineProperties(new Response(), { type: { value: "opaqueredirect" }, status: { value: 0 } });
    const seen = [];
    const fetch = async (_url, init) => {
      seen.push(init.redirect);
      return opaque;
    };
    const paged = new api.Kaufland({ gateway: front.url, headers: { authorization: "Bearer CANARY" }, fetch });
    await assert.rejects(paged.downloadFile({ uri: `${server.url}/file.txt` }), { code: "redirect" });
    assert.deepEqual([seen, elsewhere], [["manual"], []]);
  });
});

describe("seller-tickets/wasm", () => {
  const START =
    'await start(wasm); console.log(validate("kaufland", "getTicket", "00110123123").length, wasm.constructor.name);';

  test("Node by `import` and `require`, Deno: the address, which `start` takes", async () => {
    const script = `import { start, validate } from "seller-tickets/slim"; import wasm from "seller-tickets/wasm"; ${START}`;
    const { writeFile } = await import("node:fs/promises");
    await writeFile(join(project.folder, "wasm.mjs"), script);
    await writeFile(
      join(project.folder, "wasm.cjs"),
      `const { start, validate } = require("seller-tickets/slim"); const wasm = require("seller-tickets/wasm").default; (async () => { ${START} })();`,
    );
    for (const file of ["wasm.mjs", "wasm.cjs"]) assert.equal(await project.node(file), "0 URL\n", file);
    const { stdout } = await runDeno(script, ["--allow-read"]);
    assert.equal(stdout, "0 URL\n");
  });

  test("Vite: an asset of the build, which the page loads", async (t) => {
    const page = await makeProject({
      "index.html": '<!doctype html><script type="module" src="/main.js"></script>',
      "main.js":
        'import { start, validate } from "seller-tickets/slim"; import wasm from "seller-tickets/wasm"; globalThis.ready = start(wasm).then(() => validate("kaufland", "getTicket", "x").length);',
    });
    t.after(page.dispose);
    const vite = await import(requireFromDemo.resolve("vite"));
    await vite.build({ root: page.folder, configFile: false, logLevel: "error" });
    const [asset] = (await readdir(join(page.folder, "dist/assets"))).filter((name) => name.endsWith(".wasm"));
    assert.ok(asset);
    const loaded = [];
    const files = await startServer(async (request, response) => {
      loaded.push(request.url);
      const name = request.url === "/" ? "/index.html" : request.url;
      const type = { html: "text/html", js: "text/javascript", wasm: "application/wasm" }[name.split(".").at(-1)];
      const content = await readFile(join(page.folder, "dist", name)).catch(() => undefined);
      response.writeHead(content === undefined ? 404 : 200, { "content-type": type ?? "text/plain" }).end(content);
    });
    t.after(files.dispose);
    const browser = await launchChromium();
    t.after(() => browser.close());
    const tab = await browser.newPage();
    await tab.goto(files.url);
    assert.equal(await tab.evaluate(() => globalThis.ready), 1);
    assert.ok(loaded.includes(`/assets/${asset}`), loaded.join());
  });

  test("workerd: the compiled module", async () => {
    const source = `import { start, validate } from "seller-tickets/slim"; import wasm from "seller-tickets/wasm"; export default { fetch: async () => { await start(wasm); return Response.json([validate("kaufland", "getTicket", "00110123123").length, wasm instanceof WebAssembly.Module]); } };`;
    assert.equal((await inWorker(`${source}; console.log("up");`)).answered, "[0,true]");
  });
});
