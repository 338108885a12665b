/**
 * Many calls of all kinds in workerd: memory is flat after the first of them. 2,000 calls, or
 * 20,000 with `cargo xtask test --all`. The clients' clocks run a thousand times as fast, so that
 * no rate holds them up.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { kauflandTicket, makeProject, startServer, startWorker } from "../package/lib.mjs";

const require = createRequire(createRequire(import.meta.url).resolve("miniflare"));
const WebSocket = require("ws");

const CALLS = process.env.SELLER_TICKETS_ALL === "1" ? 20_000 : 2_000;
const ROUNDS = 10;

let project;
let server;
let worker;

const ticket = (id) => kauflandTicket(String(id));
const PAGE = JSON.stringify({
  data: Array.from({ length: 30 }, (_, at) => ticket(at + 1)),
  pagination: { offset: 0, limit: 30, total: 30 },
});

before(async () => {
  let turn = 0;
  server = await startServer((request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    const answer = (status, body, headers = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    turn += 1;
    if (pathname.endsWith("/auth")) return answer(200, '{"authToken":"a.b.c","expiresIn":1800}');
    if (turn % 41 === 0) return request.socket.destroy();
    if (turn % 29 === 0) return answer(503, "<html>", { "retry-after": "0" });
    if (turn % 31 === 0) return answer(200, '{"data":');
    if (pathname.endsWith("/event")) return answer(200, '{"eventList":[]}');
    if (pathname.endsWith("/missing")) return answer(404, '{"type":"/problems/not-found","message":"no such ticket"}');
    if (request.method !== "GET") return answer(201, '{"data":{"id_ticket":"1"}}');
    if (pathname.endsWith("/tickets")) return answer(200, PAGE);
    return answer(200, JSON.stringify({ data: ticket(1) }));
  });
  project = await makeProject();
  worker = await startWorker(
    project,
    `import { memory } from "memory";
     import { JtlScx, Kaufland, Probo } from "seller-tickets";
     import { createGateway } from "seller-tickets/gateway";
     const common = { maxRetries: 1, random: () => 0, now: () => Date.now() * 1000, totalTimeoutMs: 1e9, timeoutMs: 10_000 };
     const kaufland = new Kaufland({ ...common, clientKey: "a", secretKey: "b", userAgent: "Inhouse_development", baseUrl: "${server.url}/v2" });
     const scx = new JtlScx({ ...common, refreshToken: "CHANNEL:a", baseUrl: "${server.url}" });
     const gateway = createGateway({ accounts: { kf: kaufland }, authorize: () => true });
     const page = new Kaufland({ ...common, gateway: "https://shop.example/api/accounts/kf", fetch: (url, init) => gateway.fetch(new Request(url, init)) });
     const file = new Uint8Array(60_000).fill(65);
     file.set(new TextEncoder().encode("%PDF-1.7"));
     const KINDS = [
       () => kaufland.getTicket("1"),
       () => kaufland.listTickets({ status: ["opened"] }),
       () => kaufland.createTicketMessage("1", { text: "Hallo", ticket_message_files: [{ filename: "a.pdf", content: file }] }),
       () => kaufland.closeTicket("1"),
       () => kaufland.getTicket("../orders"),
       () => scx.listEvents(),
       () => scx.acknowledgeEvents(["e-1"]),
       () => page.getTicket("1"),
       () => page.createTicketMessage("1", { text: "Hallo" }),
       () => kaufland.getTicket("1", {}, { signal: AbortSignal.timeout(1) }),
     ];
     let next = 0;
     export default {
       async fetch(request) {
         const calls = Number(new URL(request.url).searchParams.get("calls"));
         const out = { done: 0, failed: {} };
         let left = calls;
         const one = async () => {
           while (left > 0) {
             left -= 1;
             try {
               await KINDS[next++ % KINDS.length]();
               out.done += 1;
             } catch (error) {
               const { kind = String(error) } = error;
               out.failed[kind] = (out.failed[kind] ?? 0) + 1;
             }
           }
         };
         await Promise.all(Array.from({ length: 12 }, one));
         return Response.json({ ...out, ...memory() });
       },
     };`,
    {
      memory: `
        let instances = 0;
        let last;
        const Real = WebAssembly.Instance;
        WebAssembly.Instance = function (module, imports) {
          const real = new Real(module, imports);
          instances += 1;
          last = real.exports.memory;
          return real;
        };
        export const memory = () => ({ instances, linear: last.buffer.byteLength });`,
    },
    { inspectorPort: 0 },
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await server?.dispose();
});

/** The bytes of JavaScript's heap that are in use after a collection, from V8's inspector. */
async function heap() {
  const targets = await (await fetch(new URL("/json", worker.inspector.replace(/^ws/, "http")))).json();
  const socket = new WebSocket(
    targets.find(({ webSocketDebuggerUrl: url }) => url.includes("/core:user:")).webSocketDebuggerUrl,
  );
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const ask = (id, method) =>
    new Promise((resolve, reject) => {
      const listen = (data) => {
        const message = JSON.parse(data);
        if (message.id !== id) return;
        socket.off("message", listen);
        message.error ? reject(new Error(message.error.message)) : resolve(message.result);
      };
      socket.on("message", listen);
      socket.send(JSON.stringify({ id, method }));
    });
  try {
    await ask(1, "HeapProfiler.enable");
    // workerd collects, and does not say when it is done.
    socket.send(JSON.stringify({ id: 2, method: "HeapProfiler.collectGarbage" }));
    await sleep(200);
    return (await ask(3, "Runtime.getHeapUsage")).usedSize;
  } finally {
    socket.close();
  }
}

test(`${CALLS} mixed calls leave memory as it was`, { timeout: 280_000 }, async (t) => {
  const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
  const begun = Date.now();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const response = await fetch(`${worker.url}/?calls=${CALLS / ROUNDS}`);
    assert.equal(response.status, 200, response.ok ? "" : await response.text());
    rounds.push({ ...(await response.json()), heap: await heap() });
  }
  const sum = (of) => rounds.reduce((total, round) => total + of(round), 0);
  const kinds = [...new Set(rounds.flatMap(({ failed }) => Object.keys(failed)))].sort();
  const failed = kinds.map((kind) => `${kind} ${sum((round) => round.failed[kind] ?? 0)}`).join(", ");
  t.diagnostic(
    `${CALLS} calls in ${((Date.now() - begun) / 1000).toFixed(1)} s: done ${sum(({ done }) => done)}, ${failed}`,
  );
  t.diagnostic(`JavaScript heap ${rounds.map((round) => kib(round.heap)).join(", ")}`);
  t.diagnostic(
    `linear memory ${rounds.map((round) => kib(round.linear)).join(", ")}; instances ${rounds.at(-1).instances}`,
  );
  // Every kind of end was there.
  for (const kind of ["aborted", "decode", "network", "validation"])
    assert.ok(kinds.includes(kind), `${kind} did not happen: ${failed}`);
  assert.ok(sum(({ done }) => done) > CALLS / 2);
  // The first round warms up. Collections come when V8 likes, so the lowest points are compared: of
  // 20,000 calls that kept 1 KiB each, the second half would lie 10 MiB higher.
  const lowest = (some) => Math.min(...some.map((round) => round.heap));
  const [before, later] = [lowest(rounds.slice(1, ROUNDS / 2)), lowest(rounds.slice(ROUNDS / 2))];
  assert.ok(later < before * 1.5 + 2 * 1024 * 1024, `the heap grew from ${kib(before)} to ${kib(later)}`);
  assert.equal(Math.max(...rounds.map(({ linear }) => linear)), rounds[1].linear, "the linear memory grew");
  assert.equal(rounds.at(-1).instances, 1);
});
