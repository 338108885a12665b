/**
 * In workerd, what a request began ends with it: its timers, its fetches, its promises. No call may
 * wait for what belongs to another request, and none may lose anything when the wasm instance dies
 * under it.
 */
import assert from "node:assert/strict";
import { get } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { kauflandTicket, makeProject, startServer, startWorker } from "../package/lib.mjs";

/** Serves one ticket; what a path is to suffer is in `plans`. */
const plans = new Map();
const seen = [];
let marketplace;
let project;

before(async () => {
  marketplace = await startServer(async (request, response) => {
    const id = /\/tickets\/(\d+)/.exec(request.url)[1];
    seen.push({ id, at: Date.now() });
    const plan = plans.get(id)?.shift() ?? {};
    if (plan.hold) await plan.hold;
    const { status = 200, headers = {} } = plan;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(status === 200 ? JSON.stringify({ data: kauflandTicket(id) }) : "{}");
  });
  project = await makeProject();
});
after(async () => {
  await marketplace?.dispose();
  await project?.dispose();
});

async function until(condition, what) {
  for (let waited = 0; !condition(); waited += 10) {
    assert.ok(waited < 5000, `${what} did not happen`);
    await sleep(10);
  }
}

/**
 * A request whose connection can be cut: workerd notices a reset at once, and then ends what the
 * request began.
 */
function call(url) {
  let request;
  const result = new Promise((resolve) => {
    request = get(url, { agent: false }, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      resolve(JSON.parse(Buffer.concat(parts)));
    });
    request.on("error", () => resolve("cut"));
  });
  return { result, cut: () => request.socket.resetAndDestroy() };
}

/** One client for all requests of the isolate, as a Worker would keep it. */
const WORKER = `
  const kaufland = new Kaufland({
    clientKey: "client", secretKey: "secret", userAgent: "Inhouse_development", baseUrl: "BASE", maxRetries: 3,
  });
  const answer = async (id) => {
    try {
      const { data, attempts } = await kaufland.getTicket(id).withResponse();
      return Response.json({ id: data.id_ticket, attempts });
    } catch (error) {
      return Response.json({ code: error.code ?? String(error), sent: error.sent }, { status: 500 });
    }
  };`;

test("the request that met the 429 is cancelled while others wait with it: they go on", async (t) => {
  const worker = await startWorker(
    project,
    `import { Kaufland } from "seller-tickets";
     ${WORKER.replace("BASE", `${marketplace.url}/v2`)}
     export default { fetch: (request) => answer(new URL(request.url).pathname.slice(1)) };`,
  );
  t.after(worker.dispose);
  seen.length = 0;
  plans.set("1", [{ status: 429, headers: { "retry-after": "2" } }]);

  const leader = call(`${worker.url}/1`);
  await until(() => seen.length === 1, "the leader's request");
  await sleep(100);
  const followers = ["2", "3"].map((id) => call(`${worker.url}/${id}`).result);
  await sleep(300);
  // They wait: nothing went out since the marketplace asked for a pause.
  assert.equal(seen.length, 1);
  leader.cut();
  assert.equal(await leader.result, "cut");

  assert.deepEqual(await Promise.all(followers), [
    { id: "2", attempts: 1 },
    { id: "3", attempts: 1 },
  ]);
  const pause = seen[1].at - seen[0].at;
  assert.ok(pause >= 1800, `the pause was kept for ${pause} ms only`);
  // The leader was really gone: its own second attempt never came.
  await sleep(300);
  assert.deepEqual(seen.map(({ id }) => id).sort(), ["1", "2", "3"]);
  assert.deepEqual(await call(`${worker.url}/4`).result, { id: "4", attempts: 1 });
});

test("the waiting request whose turn comes is cancelled too: the ones behind it still go", async (t) => {
  const worker = await startWorker(
    project,
    `import { Kaufland } from "seller-tickets";
     ${WORKER.replace("BASE", `${marketplace.url}/v2`)}
     export default { fetch: (request) => answer(new URL(request.url).pathname.slice(1)) };`,
  );
  t.after(worker.dispose);
  seen.length = 0;
  plans.set("11", [{ status: 429, headers: { "retry-after": "1" } }]);
  const calls = [call(`${worker.url}/11`)];
  await until(() => seen.length === 1, "the first request");
  for (const id of ["12", "13", "14", "15", "16"]) {
    await sleep(20);
    calls.push(call(`${worker.url}/${id}`));
  }
  await sleep(300);
  for (const at of [0, 1, 3]) calls[at].cut();
  const results = await Promise.all(calls.map(({ result }) => result));
  assert.deepEqual(
    results.map((result) => result.id ?? result),
    ["cut", "cut", "13", "cut", "15", "16"],
  );
  await sleep(300);
  assert.deepEqual(seen.map(({ id }) => id).sort(), ["11", "13", "15", "16"]);
});

/**
 * Hands out instances whose `call` can be made to trap: it calls the allocator with a size that
 * cannot be, which ends in `unreachable` inside the module. An instance that trapped must not be
 * entered again.
 */
const TRAPPING = `
  export const control = { armed: 0, instances: 0, afterTrap: 0 };
  const Real = WebAssembly.Instance;
  WebAssembly.Instance = function (module, imports) {
    const real = new Real(module, imports);
    control.instances += 1;
    let dead = false;
    const exports = {};
    for (const [name, value] of Object.entries(real.exports)) {
      exports[name] = typeof value !== "function" ? value : (...args) => {
        if (dead) control.afterTrap += 1;
        if (name === "begin" && control.armed > 0) {
          control.armed -= 1;
          dead = true;
          real.exports.__wbindgen_malloc(0xffffffff, 1);
          throw new Error("the allocator did not trap");
        }
        return value(...args);
      };
    }
    return { exports };
  };`;

test("a trap while other calls are pending: they finish, the call itself is made again, and the next one works", async (t) => {
  const worker = await startWorker(
    project,
    `import { control } from "trapping";
     import { Kaufland } from "seller-tickets";
     ${WORKER.replace("BASE", `${marketplace.url}/v2`)}
     export default {
       async fetch(request) {
         const { pathname, searchParams } = new URL(request.url);
         if (pathname === "/control") return Response.json(control);
         control.armed = Number(searchParams.get("traps") ?? 0);
         return answer(pathname.slice(1));
       },
     };`,
    { trapping: TRAPPING },
  );
  t.after(worker.dispose);
  const ask = (path) => call(`${worker.url}${path}`).result;
  seen.length = 0;

  let release;
  const hold = new Promise((resolve) => {
    release = resolve;
  });
  plans.set("21", [{ hold }]);
  plans.set("22", [{ status: 503, headers: { "retry-after": "1" } }]);
  const pending = [ask("/21"), ask("/22")];
  await until(() => seen.length === 2, "the pending requests");
  await sleep(50);
  const before = await ask("/control");
  assert.deepEqual(before, { armed: 0, instances: 1, afterTrap: 0 });

  // One trap goes unnoticed.
  assert.deepEqual(await ask("/23?traps=1"), { id: "23", attempts: 1 });
  assert.deepEqual(await ask("/control"), { armed: 0, instances: 2, afterTrap: 0 });

  // Two in a row on the same input: that call fails, and says that nothing was sent.
  assert.deepEqual(await ask("/24?traps=2"), { code: "wasm_trap", sent: "no" });
  assert.ok(!seen.some(({ id }) => id === "24"));

  assert.deepEqual(await ask("/25"), { id: "25", attempts: 1 });
  release();
  assert.deepEqual(await Promise.all(pending), [
    { id: "21", attempts: 1 },
    { id: "22", attempts: 2 },
  ]);
  const { instances, afterTrap } = await ask("/control");
  assert.equal(afterTrap, 0, "a dead instance was used");
  assert.equal(instances, 4);
});

test("the request that writes is cancelled while others wait for their turn: they take over, and know its work from theirs", async (t) => {
  const messages = [];
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  let posts = 0;
  const server = await startServer(async (request, response, body) => {
    if (request.method === "POST") {
      posts += 1;
      const isFirst = posts === 1;
      const { text } = JSON.parse(body);
      messages.push({
        id_ticket_message: posts,
        id_ticket: "9",
        author: { role: "seller", name: "Shop" },
        text,
        ts_created_iso: "2026-03-02T08:15:00Z",
      });
      if (isFirst) await held;
      response.writeHead(isFirst ? 201 : 503).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: { ...kauflandTicket("9"), messages } }));
  });
  const worker = await startWorker(
    project,
    `import { Kaufland } from "seller-tickets";
     const kaufland = new Kaufland({
       clientKey: "client", secretKey: "secret", userAgent: "Inhouse_development", baseUrl: "${server.url}/v2", settleMs: 200,
     });
     export default {
       async fetch() {
         try {
           const { found, attempts } = await kaufland.createTicketMessage("9", { text: "same" }, { ensure: "once" }).withResponse();
           return Response.json({ found, attempts });
         } catch (error) {
           return Response.json({ code: error.code ?? String(error), sent: error.sent }, { status: 500 });
         }
       },
     };`,
  );
  t.after(async () => {
    release();
    await worker.dispose();
    await server.dispose();
  });
  const first = call(`${worker.url}/`);
  await until(() => posts === 1, "the first write");
  const others = [call(`${worker.url}/`).result, call(`${worker.url}/`).result];
  await sleep(500);
  assert.equal(posts, 1, "the others wait");
  first.cut();
  assert.equal(await first.result, "cut");
  assert.deepEqual(await Promise.all(others), [
    { found: true, attempts: 1 },
    { found: true, attempts: 1 },
  ]);
  assert.equal(messages.length, 3);
});
