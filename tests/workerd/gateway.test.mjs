/** The gateway as a Worker's default export, with a client in Node in the browser's place. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { makeProject, startMarketplace, startWorker } from "../package/lib.mjs";
import { expected, scenario, scenarioOptions, stored } from "../package/scenario.mjs";

let marketplace;
let project;
let worker;
let api;

before(async () => {
  marketplace = await startMarketplace();
  project = await makeProject();
  api = await project.load();
  const account = { marketplace: "kaufland", baseUrl: marketplace.baseUrl, ...marketplace.keys };
  // Made at the top level, where Workers allow no I/O, no timers and no random numbers.
  worker = await startWorker(
    project,
    `import { Kaufland } from "seller-tickets";
     import { createGateway } from "seller-tickets/gateway";
     export default createGateway({
       accounts: { "kf-de": ${JSON.stringify(account)} },
       classes: [Kaufland],
       authorize: (request, account, { access }) => request.headers.get("authorization") === "Bearer " + account + " " + access,
       allowedOrigins: ["https://dashboard.example"],
       maxBodyBytes: 4_000_000,
     });`,
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await marketplace?.dispose();
});

/** Adds what `authorize` asks for, as a page's own `fetch` would. */
const signedIn = (url, init) => {
  const request = new Request(url, init);
  request.headers.set("authorization", `Bearer kf-de ${request.method === "GET" ? "read" : "write"}`);
  return fetch(request);
};
const options = () => ({ gateway: `${worker.url}/api/accounts/kf-de`, fetch: signedIn });

test("everything works through it, downloads too", async () => {
  const needs = await scenarioOptions(marketplace, "geschrieben durch das Gateway");
  const out = await scenario(api, { ...options(), ...needs });
  expected(out, { assert, signature: marketplace.signature, gateway: true });
  await stored(marketplace, needs, out, assert);
});

test("who is not allowed gets nothing", async () => {
  await marketplace.clearLog();
  const refused = await new api.Kaufland({ ...options(), fetch: (url, init) => fetch(url, init) })
    .listTickets()
    .catch((error) => error);
  assert.deepEqual([refused.kind, refused.origin, refused.sent], ["authentication", "gateway", "no"]);
  const foreign = await fetch(`${worker.url}/api/accounts/kf-de/tickets`, {
    headers: { origin: "https://evil.example" },
  });
  assert.equal(foreign.status, 403);
  const preflight = await fetch(`${worker.url}/api/accounts/kf-de/tickets`, {
    method: "OPTIONS",
    headers: { origin: "https://dashboard.example", "access-control-request-method": "GET" },
  });
  assert.equal(preflight.headers.get("access-control-allow-origin"), "https://dashboard.example");
  assert.deepEqual(await marketplace.log(), []);
});

test("a body that is too large is refused, announced or in chunks", async () => {
  await marketplace.clearLog();
  const chunk = new Uint8Array(1_000_000).fill(32);
  for (const [name, body] of [
    ["announced", new Uint8Array(4_000_001)],
    ["chunked", new Blob(Array.from({ length: 6 }, () => chunk)).stream()],
  ]) {
    const request = new Request(`${worker.url}/api/accounts/kf-de/tickets/001/messages`, {
      method: "POST",
      headers: { "x-seller-tickets-nonce": randomBytes(16).toString("hex") },
      body,
      duplex: "half",
    });
    const response = await signedIn(request);
    assert.equal(response.status, 413, name);
    assert.equal((await response.json()).error.code, "too_large", name);
  }
  assert.deepEqual(await marketplace.log(), []);
});

test("what the gateway retried and what became of it reaches the client", async () => {
  await marketplace.fault([
    {
      match: { method: "GET" },
      times: 2,
      fault: { kind: "status", status: 503, when: "before", headers: { "retry-after": "0" } },
    },
  ]);
  const kaufland = new api.Kaufland(options());
  assert.equal((await kaufland.listTickets({ limit: 1 }).withResponse()).attempts, 3);
  await marketplace.fault({
    match: { method: "PATCH" },
    times: 1,
    fault: { kind: "status", status: 500, when: "after" },
  });
  const { ticket } = await scenarioOptions(marketplace, "");
  const error = await kaufland.closeTicket(ticket).catch((caught) => caught);
  assert.deepEqual([error.kind, error.origin, error.sent, error.attempts], ["server", "marketplace", "maybe", 1]);
  // It had happened, as `sent` warned.
  assert.equal((await kaufland.getTicket(ticket)).status, "seller_closed");
  await marketplace.fault({ match: { method: "GET" }, fault: { kind: "cut_body" }, times: 3 });
  const cut = await kaufland.getTicket(ticket).catch((caught) => caught);
  assert.deepEqual([cut.kind, cut.origin, cut.attempts], ["network", "gateway", 3]);
});
