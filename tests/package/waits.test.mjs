/** Every wait counts: whatever hangs, a call ends within its own time, and what it held is given back. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { kauflandTicket, makeProject, startServer } from "./lib.mjs";

let project;
let api;
let gateway;
let server;
before(async () => {
  project = await makeProject();
  api = await project.load();
  gateway = await project.load("/gateway");
  server = await startServer((request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    const ok = (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (pathname.endsWith("/auth")) return ok({ scope: "CHAN", authToken: "t", expiresIn: 1800 });
    if (pathname.endsWith("/event/seller") || pathname.includes("/event")) return ok({ eventList: [] });
    return ok({ data: kauflandTicket("1") });
  });
});
after(async () => {
  await server?.dispose();
  await project?.dispose();
});

const kaufland = (more) =>
  new api.Kaufland({ clientKey: "k", secretKey: "s", userAgent: "Inhouse_development", baseUrl: server.url, ...more });
const scx = (tokenStore, more) =>
  new api.JtlScx({ refreshToken: "CHAN:r", baseUrl: server.url, tokenStore, maxRetries: 0, ...more });
const never = () => new Promise(() => {});

/** How the work fails, which it must do at about this time. */
async function failsAfter(ms, work) {
  const begun = performance.now();
  let timer;
  const hangs = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs: ${work}`)), ms + 5000);
  });
  const error = await Promise.race([work().finally(() => clearTimeout(timer)), hangs]).then(
    (value) => assert.fail(`it did not fail: ${inspect(value)}`),
    (caught) => caught,
  );
  const took = performance.now() - begun;
  assert.ok(error instanceof api.TicketError, inspect(error));
  assert.ok(took > ms - 60 && took < ms + 900, `${took} ms instead of ${ms}: ${error.message}`);
  return error;
}

describe("files and streams that do not come", () => {
  const stuck = {
    stream: () => new ReadableStream({ pull: never }),
    "stream that goes on": () =>
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          controller.enqueue(new Uint8Array(10));
        },
      }),
    response: () => new Response(new ReadableStream({ pull: never })),
    blob: () => Object.assign(new Blob(["abc"]), { arrayBuffer: never }),
    "large blob": () => {
      const blob = new Blob([new Uint8Array(3_000_000)]);
      blob.slice = () => Object.assign(new Blob(["abc"]), { arrayBuffer: never });
      return blob;
    },
  };
  for (const [name, make] of Object.entries(stuck)) {
    test(name, async () => {
      const params = () => ({ text: "a", ticket_message_files: [{ filename: "a.pdf", content: make() }] });
      const limits = { totalTimeoutMs: 300 };
      const one = kaufland();
      for (const work of [
        () => one.createTicketMessage("1", params(), limits),
        () => one.createTicketMessage("1", params(), { ...limits, ensure: "once" }),
        () => kaufland(limits).createTicketMessage("1", params()),
        () => one.request("createTicketMessage", "1", params(), limits),
        () => one.validateFiles("createTicketMessage", "1", params(), limits),
        () => {
          const { files, ...rest } = { files: [{ filename: "a.pdf", content: make() }] };
          const ticket = { sellerId: "S", ticketId: "t", channel: "c", ...rest };
          return scx().createTicket(ticket, { files, ...limits });
        },
      ]) {
        const error = await failsAfter(300, work);
        assert.deepEqual([error.kind, error.code, error.sent], ["timeout", "total_timeout", "no"], String(work));
        assert.match(error.message, /300 ms in all: its files were not read within that time/);
      }
    });
  }

  test("an abort ends them at once, and the time that was spent on files is taken from the call", async () => {
    const slow = () =>
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 1500));
          controller.enqueue(new TextEncoder().encode("abc"));
          controller.close();
        },
      });
    const params = () => ({ text: "a", ticket_message_files: [{ filename: "a.txt", content: slow() }] });
    const aborted = await failsAfter(100, () =>
      kaufland().createTicketMessage("1", params(), { signal: AbortSignal.timeout(100) }),
    );
    assert.equal(aborted.kind, "aborted");
    const late = kaufland({ fetch: never });
    const error = await failsAfter(1700, () => late.createTicketMessage("1", params(), { totalTimeoutMs: 1700 }));
    assert.deepEqual([error.kind, error.sent, error.attempts], ["timeout", "maybe", 1]);
    // The words name the caller's own figure, and what took most of it.
    const [, spent] =
      /^the call took longer than 1700 ms in all, of which (\d+) ms were over before/.exec(error.message) ?? [];
    assert.ok(Number(spent) >= 1490 && Number(spent) < 1700, error.message);
    const sure = await failsAfter(1700, () =>
      late.createTicketMessage("1", params(), { totalTimeoutMs: 1700, ensure: "once" }),
    );
    assert.match(sure.message, /longer than 1700 ms in all, of which 1[56]\d\d ms/);
  });
});

describe("a token store", () => {
  const tokens = { accessToken: "t", refreshToken: "CHAN:r", expiresAt: Date.now() + 1e6 };
  const stores = {
    "load hangs": { load: never, save: async () => {} },
    "save hangs": { load: async () => null, save: never },
    "withLock hangs": { load: async () => null, save: async () => {}, withLock: never },
  };
  for (const [name, store] of Object.entries(stores)) {
    test(`${name}: each call ends within its own time, whoever renews`, async () => {
      const one = scx(store);
      const errors = await Promise.all(
        [300, 300, 500].map((ms) => failsAfter(ms, () => one.listEvents({}, { totalTimeoutMs: ms }))),
      );
      for (const { kind, code, sent, attempts } of errors) {
        assert.deepEqual([kind, code, sent, attempts], ["timeout", "total_timeout", "no", 0]);
      }
      const aborted = await failsAfter(100, () => one.listEvents({}, { signal: AbortSignal.timeout(100) }));
      assert.equal(aborted.kind, "aborted");
      const request = await failsAfter(200, () => one.request("listEvents", {}, { totalTimeoutMs: 200 }));
      assert.equal(request.code, "total_timeout");
    });
  }

  test("one that hung is asked again once its time is over", async () => {
    for (const name of ["load", "save", "withLock"]) {
      let count = 0;
      const store = { load: async () => null, save: async () => {}, withLock: (fn) => fn() };
      const good = store[name];
      store[name] = (...args) => {
        count += 1;
        return count === 1 ? never() : good(...args);
      };
      const one = scx(store, { timeoutMs: 200, totalTimeoutMs: 250 });
      const first = await failsAfter(200, () => one.listEvents({}));
      assert.equal(first.sent, "no");
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual(await one.listEvents({}, { totalTimeoutMs: 2000 }), [], name);
      assert.ok(count >= 2);
    }
  });

  test("one that rejects, throws or says nothing of use: a `TicketError`, without its words", async () => {
    const secret = "canary-of-the-store";
    const fail = {
      rejects: () => Promise.reject(new Error(secret)),
      throws: () => {
        throw new Error(secret);
      },
      "rejects with text": () => Promise.reject(secret),
    };
    const codes = { load: "tokens_not_loaded", save: "tokens_not_saved", withLock: "tokens_not_locked" };
    for (const [how, broken] of Object.entries(fail)) {
      for (const [name, code] of Object.entries(codes)) {
        const store = { load: async () => null, save: async () => {}, withLock: (fn) => fn(), [name]: broken };
        const error = await scx(store)
          .listEvents({})
          .catch((caught) => caught);
        assert.ok(error instanceof api.TicketError, `${name} ${how}: ${inspect(error)}`);
        assert.deepEqual([error.code, error.sent, error.kind], [code, "no", "authentication"]);
        assert.ok(!JSON.stringify(error).includes(secret) && !error.message.includes(secret));
        assert.ok(inspect(error.cause).includes(secret));
      }
    }
  });

  test("a lock that forgets to return, or to wait, loses no tokens; one that calls nothing is an error", async () => {
    let seen = [];
    const fetch = (url, init) => {
      seen.push([new URL(url).pathname, init.headers.authorization ?? null]);
      return globalThis.fetch(url, init);
    };
    const locks = {
      "returns nothing": async (fn) => {
        await fn();
      },
      "does not wait": (fn) => {
        fn();
      },
      "returns something else": async (fn) => {
        await fn();
        return { accessToken: "wrong" };
      },
      "fails after the work": async (fn) => {
        await fn();
        throw new Error("not given back");
      },
      "never ends after the work": async (fn) => {
        await fn();
        return never();
      },
      "calls it twice": async (fn) => {
        await fn();
        return fn();
      },
    };
    for (const [name, withLock] of Object.entries(locks)) {
      seen = [];
      const store = { load: async () => null, save: async () => {}, withLock };
      assert.deepEqual(await scx(store, { fetch, timeoutMs: 300 }).listEvents({}), [], name);
      assert.deepEqual(
        seen.map(([, auth]) => auth),
        [null, "Bearer t"],
        name,
      );
    }
    const idle = { load: async () => tokens, save: async () => {}, withLock: async () => {} };
    const error = await scx(idle)
      .listEvents({})
      .catch((caught) => caught);
    assert.equal(error.code, "tokens_not_locked");
  });

  test("a lock that comes too late does nothing", async () => {
    let give;
    let loads = 0;
    const store = {
      load: async () => {
        loads += 1;
        return null;
      },
      save: async () => {},
      withLock: (fn) =>
        new Promise((resolve, reject) => {
          give ??= () => fn().then(resolve, reject);
        }),
    };
    await failsAfter(200, () => scx(store, { totalTimeoutMs: 200 }).listEvents({}));
    await new Promise((resolve) => setTimeout(resolve, 100));
    give();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(loads, 0);
  });
});

describe("a call that has ended", () => {
  const CLIENT = `import { JtlScx, Kaufland, Magalu } from "seller-tickets";
    const url = process.env.URL_OF_SERVER;
    const never = () => new Promise(() => {});
    const scx = (tokenStore, more) =>
      new JtlScx({ refreshToken: "CHAN:r", baseUrl: url, maxRetries: 0, tokenStore, ...more });
    const kaufland = (more) => new Kaufland({ clientKey: "k", secretKey: "s", userAgent: "Test", baseUrl: url, ...more });
    const store = { load: async () => null, save: async () => {} };
    const code = async (call) => (await call().then(() => ({ code: "ok" }), (error) => error)).code;
    const signal = () => AbortSignal.timeout(150);
  `;

  /** Runs a program, and returns what it told and how long Node lived after that. */
  async function lives(source) {
    const script = join(project.folder, `ends-${Math.random().toString(36).slice(2)}.mjs`);
    const last = "console.log(JSON.stringify([await work(), process.getActiveResourcesInfo()]));";
    await writeFile(script, `${CLIENT}\nconst work = async () => ${source};\n${last}`);
    const child = spawn(process.execPath, [script], { env: { ...process.env, URL_OF_SERVER: server.url } });
    const ended = once(child, "exit");
    const gaveUp = setTimeout(() => child.kill(), 20_000);
    let told;
    let at;
    child.stdout.once("data", (data) => {
      told = JSON.parse(data);
      at = performance.now();
    });
    let words = "";
    child.stderr.on("data", (data) => {
      words += data;
    });
    const [status] = await ended;
    clearTimeout(gaveUp);
    assert.notEqual(told, undefined, words);
    return { told: told[0], timers: told[1].filter((name) => name === "Timeout"), ms: performance.now() - at, status };
  }

  const calls = {
    done: ["code(() => kaufland().getTicket('1'))", "ok"],
    "done with a session": ["code(() => scx(store).listEvents({}))", "ok"],
    late: ["code(() => kaufland({ fetch: never }).getTicket('1', {}, { totalTimeoutMs: 150 }))", "total_timeout"],
    aborted: ["code(() => kaufland({ fetch: never }).getTicket('1', {}, { signal: signal() }))", "aborted"],
    "late with files": [
      "code(() => kaufland().createTicketMessage('1', { text: 'a', ticket_message_files: [{ filename: 'a.pdf', content: new ReadableStream({ pull: never }) }] }, { totalTimeoutMs: 150 }))",
      "total_timeout",
    ],
    "a sure write": ["code(() => kaufland().closeTicket('1', { ensure: 'once', totalTimeoutMs: 150 }))", undefined],
    "late while `load` hangs": [
      "code(() => scx({ ...store, load: never }).listEvents({}, { totalTimeoutMs: 150 }))",
      "total_timeout",
    ],
    "late while `save` hangs": [
      "code(() => scx({ ...store, save: never }).listEvents({}, { totalTimeoutMs: 300 }))",
      "total_timeout",
    ],
    "late while `withLock` hangs": [
      "code(() => scx({ ...store, withLock: never }).listEvents({}, { totalTimeoutMs: 150 }))",
      "total_timeout",
    ],
    "aborted while `withLock` hangs": [
      "code(() => scx({ ...store, withLock: never }).listEvents({}, { signal: signal() }))",
      "aborted",
    ],
    "aborted while another's renewal hangs": [
      "{ const one = scx({ ...store, load: never }); return Promise.all([1, 2, 3].map(() => code(() => one.listEvents({}, { signal: signal() })))).then(([first]) => first); }",
      "aborted",
    ],
    "a download": [
      "code(async () => (await kaufland({ fetch: never }).downloadFile({ uri: 'https://a.example/a' }, { timeoutMs: 150 })).bytes())",
      "timeout",
    ],
  };
  for (const [name, [source, code]] of Object.entries(calls)) {
    test(`leaves no timer: ${name}`, async () => {
      const body = source.startsWith("{") ? `(async () => ${source})()` : source;
      const { told, timers, ms, status } = await lives(body);
      if (code !== undefined) assert.equal(told, code);
      assert.deepEqual(timers, []);
      assert.equal(status, 0);
      // A connection that is kept for the next call may keep Node alive for a few seconds.
      assert.ok(ms < 8000, `Node lived ${ms} ms longer`);
    });
  }

  test("a program that waits for the exchange of a code waits for a lock that hangs", async () => {
    const keys = "clientId: 'a', clientSecret: 'b', baseUrl: url, totalTimeoutMs: 400";
    const made = `new Magalu({ ${keys}, tokenStore: { ...store, withLock: never } })`;
    const { told, status } = await lives(`code(() => ${made}.exchangeCode('c', 'https://a.example/back'))`);
    assert.deepEqual([told, status], ["tokens_not_locked", 0]);
  });
});

describe("downloads", () => {
  const uri = "https://files.example/a.pdf";
  const hosts = {
    "no answer": never,
    "an answer without its body": async () => new Response(new ReadableStream({ pull: never })),
    "a refusal without its body": async () => new Response(new ReadableStream({ pull: never }), { status: 404 }),
    "a body that drips": async () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            controller.enqueue(new Uint8Array(1));
          },
        }),
      ),
  };
  for (const [name, fetch] of Object.entries(hosts)) {
    test(`a host that ignores the signal: ${name}`, async () => {
      const one = kaufland({ fetch });
      const all = async (options) => (await one.downloadFile({ uri }, options)).bytes();
      const late = await failsAfter(250, () => all({ timeoutMs: 250 }));
      assert.equal(late.kind, "timeout");
      const aborted = await failsAfter(150, () => all({ signal: AbortSignal.timeout(150) }));
      assert.equal(aborted.kind, "aborted");
    });

    test(`the gateway's own: ${name}`, async () => {
      const account = kaufland({ fetch, fileHosts: ["files.example"] });
      const told = [];
      const { fetch: ask } = gateway.createGateway({
        accounts: { a: account },
        authorize: () => true,
        fileTimeoutMs: 250,
        onError: (error) => told.push(error),
      });
      const begun = performance.now();
      const url = `https://own.example/api/accounts/a/files?uri=${encodeURIComponent(uri)}`;
      const response = await ask(new Request(url));
      if (name.startsWith("no")) {
        assert.deepEqual([response.status, (await response.json()).error.code], [504, "timeout"]);
      } else if (name.startsWith("a refusal")) assert.equal(response.status, 404);
      else await assert.rejects(response.arrayBuffer());
      assert.ok(performance.now() - begun < 1200);
    });
  }
});

describe("routes", () => {
  test("an upload that does not come on is refused in time, one without a bucket's answer too", async (t) => {
    t.mock.method(console, "error", () => {});
    const { createUploads } = gateway;
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const uploads = (more) =>
      createUploads({ bucket: { put: async () => {} }, authorize: () => true, bodyTimeoutMs: 200, ...more });
    const post = (body) => new Request("https://own.example/api/uploads", { method: "POST", body, duplex: "half" });
    const begun = performance.now();
    const slow = await uploads().fetch(post(new ReadableStream({ pull: never })));
    assert.deepEqual([slow.status, (await slow.json()).error.code], [400, "body_timeout"]);
    assert.ok(performance.now() - begun < 900);
    assert.equal((await uploads().fetch(post(png))).status, 201);
  });

  test("functions of yours that do not answer are ended after a while", async (t) => {
    const told = [];
    const onError = (error) => told.push(error.message);
    const { createGateway, createUploads } = gateway;
    const account = kaufland();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const cases = [
      [{ authorize: never }, 404, "GET"],
      [{ authorize: () => true, accounts: never }, 500, "GET"],
      [{ authorize: () => true, limit: never }, 500, "GET"],
      [{ authorize: () => ({ caller: "a", allows: never }) }, 403, "GET"],
    ];
    for (const [more, status, method] of cases) {
      const { fetch } = createGateway({ accounts: { a: account }, onError, ...more });
      const answer = fetch(new Request("https://own.example/api/accounts/a/tickets", { method }));
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(30_001);
      assert.equal((await answer).status, status, Object.keys(more).join());
    }
    const uploads = createUploads({ bucket: {}, authorize: never, onError });
    const answer = uploads.fetch(new Request("https://own.example/api/uploads", { method: "POST", body: "a" }));
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(30_001);
    assert.equal((await answer).status, 401);
    assert.equal(told.filter((message) => /did not answer within 30000 ms/.test(message)).length, 5, told.join("\n"));
  });
});
