/**
 * Six requests at a time in workerd, which lets no more wait for their headers; in turn, and not
 * longer than a request lives.
 */
import assert from "node:assert/strict";
import { get } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { kauflandTicket, makeProject, startServer, startWorker } from "../package/lib.mjs";

let project;
let worker;
let marketplace;
let inFlight = 0;
let most = 0;
let order = [];
let holds = 60;

before(async () => {
  marketplace = await startServer(async (request, response) => {
    const id = /\/tickets\/(\d+)/.exec(request.url)[1];
    order.push(Number(id));
    inFlight += 1;
    most = Math.max(most, inFlight);
    request.on("close", () => {});
    let gone = false;
    response.on("close", () => {
      if (!gone) inFlight -= 1;
      gone = true;
    });
    await sleep(holds);
    response.writeHead(200, { "content-type": "application/json" });
    // Its headers are out: the body needs no slot.
    response.flushHeaders();
    if (!gone) inFlight -= 1;
    gone = true;
    await sleep(30);
    response.end(JSON.stringify({ data: kauflandTicket(id) }));
  });
  project = await makeProject();
  worker = await startWorker(
    project,
    `import { Kaufland } from "seller-tickets";
     const kaufland = new Kaufland({ clientKey: "client", secretKey: "secret", userAgent: "Inhouse_development", baseUrl: "${marketplace.url}/v2", maxRetries: 0 });
     const one = (id, options) => kaufland.getTicket(String(id), {}, options).then(({ id_ticket }) => id_ticket, ({ code, sent, attempts }) => [code, sent, attempts]);
     export default {
       async fetch(request) {
         const query = Object.fromEntries(new URL(request.url).searchParams);
         const [from, to, timeout] = [Number(query.from), Number(query.to), Number(query.timeout)];
         const stop = new AbortController();
         if (query.abort) setTimeout(() => stop.abort(), Number(query.abort));
         const options = { signal: stop.signal, ...(timeout > 0 ? { timeoutMs: timeout } : {}) };
         return Response.json(await Promise.all(Array.from({ length: to - from }, (_, at) => one(from + at, options))));
       },
     };`,
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await marketplace?.dispose();
});
beforeEach(() => {
  [inFlight, most, order, holds] = [0, 0, [], 60];
});

/** A request of its own connection, which can be cut. */
function ask(query) {
  let request;
  const result = new Promise((resolve) => {
    request = get(`${worker.url}/?${query}`, { agent: false }, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      resolve(JSON.parse(Buffer.concat(parts)));
    });
    request.on("error", () => resolve("cut"));
  });
  return { result, cut: () => request.socket.resetAndDestroy() };
}

test("of thirty calls at most six are in flight, over all requests of the isolate, in the order in which they came", async () => {
  const answers = await Promise.all([ask("from=100&to=115").result, ask("from=200&to=215").result]);
  const ids = (from) => Array.from({ length: 15 }, (_, at) => String(from + at));
  assert.deepEqual(answers, [ids(100), ids(200)]);
  assert.equal(most, 6);
  for (const first of [100, 200]) {
    const own = order.filter((id) => id >= first && id < first + 100);
    // Those of one turn go out together.
    for (const [at, id] of own.entries()) assert.ok(Math.abs(id - first - at) < 6, order.join());
  }
});

test("who waits for a turn can be cancelled, or runs out of time, and nothing of it was sent", async () => {
  holds = 400;
  const cancelled = await ask("from=300&to=310&abort=150").result;
  assert.deepEqual(cancelled.slice(6), Array(4).fill(["aborted", "no", 0]));
  assert.ok(cancelled.slice(0, 6).every(([code, sent]) => code === "aborted" && sent === "maybe"));
  holds = 1000;
  const late = await ask("from=400&to=410&timeout=300").result;
  assert.deepEqual(
    late.map(([code, sent]) => `${code} ${sent}`),
    [...Array(6).fill("attempt_timeout maybe"), ...Array(4).fill("no_connection no")],
  );
  assert.ok(
    order.every((id) => id % 100 < 6),
    order.join(),
  );
});

test("a request that ends takes its slots and its places with it, and nobody waits for it for long", async () => {
  holds = 5000;
  const gone = ask("from=500&to=512");
  for (let waited = 0; order.length < 6; waited += 10) {
    assert.ok(waited < 3000, "the first six were not sent");
    await sleep(10);
  }
  gone.cut();
  assert.equal(await gone.result, "cut");
  holds = 10;
  const begun = Date.now();
  assert.deepEqual(await ask("from=600&to=603").result, ["600", "601", "602"]);
  assert.ok(Date.now() - begun < 3500, `it took ${Date.now() - begun} ms`);
  assert.deepEqual(
    order.filter((id) => id >= 506 && id < 600),
    [],
    "those that waited went out all the same",
  );
});
