/**
 * The main flow of each marketplace against the local ones: with keys in Node, with keys in
 * workerd, and from Node through the gateway of a Worker. What came of it is looked up in the
 * marketplaces' own database.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { controlOf, makeProject, newMagaluTicket, ROOT, startMarketplace, startWorker } from "../package/lib.mjs";
import { scenarioOptions } from "../package/scenario.mjs";
import { clickbank, jtl, kaufland, magalu, probo } from "./flows.mjs";

const flows = { clickbank, jtl, kaufland, magalu, probo };
let marketplace;
let project;
let worker;
let api;
/** By the flow's name: the class, and what a client with keys is made of. */
let accounts;

before(async () => {
  marketplace = await startMarketplace();
  const { origin } = marketplace;
  const { magalu } = LOCAL_KEYS;
  const jtl = { baseUrl: `${origin}/jtl-scx` };
  accounts = {
    kaufland: ["Kaufland", { ...marketplace.keys, baseUrl: marketplace.baseUrl }],
    clickbank: ["ClickBank", { apiKey: LOCAL_KEYS.clickbank.apiKey, baseUrl: `${origin}/clickbank/rest` }],
    magalu: ["Magalu", { accessToken: magalu.accessToken, baseUrl: `${origin}/magalu` }],
    jtl: ["JtlScx", { refreshToken: LOCAL_KEYS.jtlScx.refreshToken, ...jtl }],
    seller: ["JtlScx", { side: "seller", refreshToken: LOCAL_KEYS.jtlScx.sellerRefreshToken, ...jtl }],
    probo: ["Probo", { token: LOCAL_KEYS.probo.token, baseUrl: `${origin}/probo` }],
  };
  project = await makeProject({ "flows.mjs": await readFile(join(ROOT, "tests/workerd/flows.mjs"), "utf8") });
  api = await project.load();
  // All of it is made at the top level, where Workers allow no I/O, no timers and no random
  // numbers.
  worker = await startWorker(
    project,
    `import * as api from "seller-tickets";
     import { createGateway, createUploads } from "seller-tickets/gateway";
     import * as flows from "./flows.mjs";
     const clientsOf = () =>
       Object.fromEntries(Object.entries(${JSON.stringify(accounts)}).map(([id, [Class, options]]) => [id, new api[Class](options)]));
     const clients = clientsOf();
     const authorize = (request) => request.headers.get("authorization") === "Bearer page";
     const gateway = createGateway({ accounts: clientsOf(), authorize });
     const uploads = createUploads({ bucket: (env) => env.UPLOADS, authorize });
     export default {
       async fetch(request, env, ctx) {
         const [, root, name] = new URL(request.url).pathname.split("/");
         if (root === "api") return (name === "uploads" ? uploads : gateway).fetch(request, env, ctx);
         try {
           const { seller } = clients;
           return Response.json(await flows[name](clients[name], { ...(await request.json()), seller }));
         } catch (error) {
           return new Response(String(error?.stack ?? error), { status: 500 });
         }
       },
     };`,
    {},
    { r2Buckets: { UPLOADS: "uploads" } },
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await marketplace?.dispose();
});
beforeEach(async () => {
  await marketplace.reset();
  await controlOf(marketplace.origin)("POST", "settings", {
    clickbank: { rate_limit: null, page_size: 10, refunds_run: "at_once" },
    magalu: { rate_limit: null, transaction_ms: 600, moderation_ms: 0 },
    "jtl-scx": { rate_limits: false },
    probo: { known_orders: true },
  });
  await marketplace.db.run("DELETE FROM jtl_scx_events");
});

/** Runs a flow, and returns what it said. */
const ways = {
  "with keys in Node": async (name, given) => {
    const make = (id) => new api[accounts[id][0]](accounts[id][1]);
    return flows[name](make(name), { ...given, ...(name === "jtl" ? { seller: make("seller") } : {}) });
  },
  "with keys in workerd": async (name, given) => {
    const response = await fetch(`${worker.url}/flow/${name}`, { method: "POST", body: JSON.stringify(given) });
    assert.equal(response.status, 200, response.ok ? "" : await response.text());
    return response.json();
  },
  "through a Worker's gateway": async (name, given) => {
    const make = (id) => {
      const side = id === "seller" ? { side: "seller" } : {};
      const signedIn = (url, init) =>
        fetch(url, { ...init, headers: { ...init.headers, authorization: "Bearer page" } });
      return new api[accounts[id][0]]({ gateway: `${worker.url}/api/accounts/${id}`, fetch: signedIn, ...side });
    };
    return flows[name](make(name), { ...given, ...(name === "jtl" ? { seller: make("seller") } : {}) });
  },
};

async function upload() {
  const response = await fetch(`${worker.url}/api/uploads`, {
    method: "POST",
    headers: { authorization: "Bearer page" },
    body: Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex"),
  });
  assert.equal(response.status, 201);
  return (await response.json()).url;
}

const TICKET = newMagaluTicket({ type: "cancellation", reason: "change_of_mind" });

for (const [way, play] of Object.entries(ways)) {
  describe(way, () => {
    const text = `geschrieben ${way} 🎫`;

    test("Kaufland: open, answer with a file, read it back, close", async () => {
      const { units } = await scenarioOptions(marketplace, "");
      const out = await play("kaufland", { units, text });
      assert.deepEqual(out.texts, ["Guten Tag", text]);
      assert.deepEqual([out.file, out.status, out.closed], [true, "seller_closed", 1]);
      assert.deepEqual(out.again, { kind: "not_found", code: "not-found", sent: "no", attempts: 1 });
      const { status } = await marketplace.db.first(
        "SELECT status FROM kaufland_tickets WHERE id_ticket = ?",
        out.id_ticket,
      );
      assert.equal(status, "seller_closed");
    });

    test("ClickBank: a refund is calculated, made, stopped and taken up again; every page of the list", async () => {
      const out = await play("clickbank", { comment: `Half & half: 50% – ${way}` });
      assert.equal(out.first, `Half & half: 50% – ${way}`);
      assert.deepEqual([out.refundAmount, out.status, out.listed, out.schema], ["50.00", "REOPENED", true, true]);
      assert.deepEqual([out.returned.kind, out.returned.sent], ["rejected", "maybe"]);
      const { refunded_cents } = await marketplace.db.first(
        "SELECT refunded_cents FROM clickbank_sales WHERE receipt = 'LOCAL002'",
      );
      assert.equal((refunded_cents / 100).toFixed(2), out.customerAmount);
    });

    test("Magalu: create and follow, answer with a file and download it, every ticket of the list", async () => {
      const out = await play("magalu", { ticket: TICKET });
      assert.deepEqual([out.same, out.waited, out.message, out.listed], [true, true, "Veja 🎫", 1]);
      // The file's name travels in a header, through the gateway too.
      assert.deepEqual(out.download, { filename: "etiqueta.png", contentType: "image/png", whole: true });
      assert.deepEqual([out.failed.kind, out.failed.code, out.failed.sent], ["conflict", "transaction_failed", "no"]);
      assert.ok(await marketplace.db.first("SELECT id FROM magalu_tickets WHERE id = ?", out.ticket_id));
    });

    test("JTL-SCX: a case with files to the seller, and the answer back, acknowledged", async () => {
      const ticketId = `MP-${Object.keys(ways).indexOf(way)}`;
      const out = await play("jtl", { ticketId });
      assert.deepEqual(out.files, ["Groesse_1.png uploaded", "letter.pdf uploaded"]);
      assert.deepEqual(out.received, [ticketId, "No news for six days. 📦"]);
      assert.deepEqual([out.whole, out.left], [true, 0]);
      assert.deepEqual(out.replies, [[ticketId, "A new parcel left today."]]);
      assert.deepEqual([out.refused.kind, out.refused.code, out.refused.sent], ["not_found", "CHN204", "no"]);
      const { count } = await marketplace.db.first(
        "SELECT count(*) AS count FROM jtl_scx_events WHERE acknowledged = 1",
      );
      assert.equal(count, 2);
    });

    test("Probo: a mixed complaint as two tickets, with a picture from the upload route", async () => {
      const { order_id } = await marketplace.db.first(
        `SELECT order_id FROM probo_order_products WHERE reseller = (SELECT min(reseller) FROM probo_tokens)
         GROUP BY order_id HAVING count(*) > 1 LIMIT 1`,
      );
      const rows = await marketplace.db.all(
        "SELECT id FROM probo_order_products WHERE order_id = ? ORDER BY id",
        order_id,
      );
      const uri = await upload();
      const out = await play("probo", { order_id, products: rows.map((row) => row.id), id: "CMP-1", uri });
      assert.deepEqual(out.sent, ["CMP-1-1 damaged 1", "CMP-1-2 missing 1"]);
      assert.deepEqual(out.answers, ["open", "open"]);
      assert.deepEqual(out.broken, { kind: "validation", code: "invalid_input", sent: "no", attempts: 0 });
      // Its id is taken, as it would be by a first copy.
      assert.deepEqual([out.twice.sent, out.twice.attempts], ["maybe", 1]);
      const files = await marketplace.db.all("SELECT uri FROM probo_ticket_files");
      assert.deepEqual(
        files.map((row) => row.uri).filter((stored) => stored === uri),
        [uri],
      );
      assert.equal((await fetch(uri)).headers.get("content-type"), "image/jpeg");
    });
  });
}
