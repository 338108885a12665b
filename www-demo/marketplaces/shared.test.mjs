// What all local marketplaces share: faults, control routes, the access log, the start.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { withoutComments } from "../local/wrangler-config.mjs";
import { LOCAL_KEYS, startLocal } from "../local.mjs";
import { controls, send, signedHeaders } from "./testing.mjs";

const KEYS = LOCAL_KEYS.kaufland;
const TICKET = "/tickets/00150009006";

let demo;
let api;
let db;
let control;

before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true, now: "2026-03-02T12:00:00Z" });
  api = `${demo.marketplaceUrl}/kaufland/v2`;
  db = demo.db.kaufland;
  control = controls(demo.marketplaceUrl);
});

after(() => demo.dispose());

function call(method, path, value) {
  const url = `${api}${path}`;
  const body = value === undefined ? undefined : JSON.stringify(value);
  return send(method, url, { headers: signedHeaders({ method, url, body, ...KEYS }), body });
}

const messages = async () =>
  (await db.first("SELECT COUNT(*) AS n FROM kaufland_messages WHERE id_ticket = '00150009006'")).n;
const write = () => call("POST", `${TICKET}/messages`, { text: "?" });

/** The answer as it arrives: when the headers came, when each part came, and how it ended. */
function watch(method, path, value) {
  const url = `${api}${path}`;
  const body = value === undefined ? undefined : JSON.stringify(value);
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method, headers: signedHeaders({ method, url, body, ...KEYS }), agent: false },
      (response) => {
        const seen = { status: response.statusCode, headers: response.headers, headersAt: Date.now() - started };
        const parts = [];
        response.on("data", (bytes) => parts.push({ at: Date.now() - started, text: bytes.toString() }));
        response.on("error", () => {});
        response.on("close", () => {
          const text = parts.map((part) => part.text).join("");
          resolve({ ...seen, parts, text, complete: response.complete, endedAt: Date.now() - started });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

describe("faults", () => {
  beforeEach(() => control.reset());

  test("a status before: nothing is stored", async () => {
    await control.addFault({ match: { method: "POST" }, fault: { kind: "status", status: 503 } });
    const before = await messages();
    const response = await write();
    assert.equal(response.status, 503);
    assert.equal(response.json.type, "/problems/service-unavailable");
    assert.equal(await messages(), before);
    assert.equal((await write()).status, 201);
  });

  test("a status after: it is stored, and the answer says otherwise", async () => {
    await control.addFault({
      match: { method: "post", path: "/tickets/*/messages" },
      fault: { kind: "status", status: 500, when: "after", headers: { "retry-after": 1, "x-request-id": "r-1" } },
    });
    const before = await messages();
    const response = await write();
    assert.equal(response.status, 500);
    assert.deepEqual(response.json, { type: "/problems/server-error", message: "Internal Server Error", errors: [] });
    assert.equal(response.headers["retry-after"], "1");
    assert.equal(response.headers["x-request-id"], "r-1");
    assert.equal(await messages(), before + 1);
  });

  test("a status, and the work late: it is stored after the answer", async () => {
    await control.addFault({
      match: { method: "POST" },
      fault: { kind: "status", status: 504, when: "late", ms: 200 },
    });
    const before = await messages();
    assert.equal((await write()).status, 504);
    assert.equal(await messages(), before);
    for (let waited = 0; (await messages()) === before; waited += 50) {
      assert.ok(waited < 5000, "it was never stored");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(await messages(), before + 1);
  });

  test("a status with a body of one's own: json, text, none", async () => {
    const fault = (extra) => ({ fault: { kind: "status", status: 429, ...extra } });
    await control.addFault([fault({ body: { a: 1 } }), fault({ body: "slow down" }), fault({ body: null }), fault({})]);
    assert.deepEqual((await call("GET", "/tickets")).json, { a: 1 });
    const text = await call("GET", "/tickets");
    assert.deepEqual([text.text, text.headers["content-type"]], ["slow down", "text/plain"]);
    assert.equal((await call("GET", "/tickets")).text, "");
    assert.equal((await call("GET", "/tickets")).json.message, "Too Many Requests");
    assert.equal((await call("GET", "/tickets")).status, 200);
  });

  test("stalled headers, before and after the work", async () => {
    await control.addFault({ fault: { kind: "stall_headers", ms: 400 } });
    const seen = await watch("GET", TICKET);
    assert.ok(seen.headersAt >= 390, `${seen.headersAt}`);
    assert.equal(JSON.parse(seen.text).data.id_ticket, "00150009006");

    for (const [when, stored] of [
      ["before", 0],
      ["after", 1],
    ]) {
      await control.addFault({ match: { method: "POST" }, fault: { kind: "stall_headers", ms: 600, when } });
      const before = await messages();
      const writing = watch("POST", `${TICKET}/messages`, { text: "?" });
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(await messages(), before + stored);
      assert.equal((await writing).status, 201);
      assert.equal(await messages(), before + 1);
    }
  });

  test("a body that stalls half-way", async () => {
    await control.addFault({ fault: { kind: "stall_body", ms: 400 } });
    const seen = await watch("GET", TICKET);
    assert.ok(seen.endedAt - seen.headersAt >= 350, "the headers are there before the wait");
    assert.ok(seen.endedAt - seen.parts[0].at >= 350, "and so is the first half");
    assert.equal(JSON.parse(seen.text).data.id_ticket, "00150009006");
    assert.ok(seen.complete);
  });

  test("an answer without a body can stall too", async () => {
    await control.addFault({ match: { method: "POST" }, fault: { kind: "stall_body", ms: 400 } });
    const seen = await watch("POST", `${TICKET}/messages`, { text: "?" });
    assert.equal(seen.status, 201);
    assert.ok(seen.endedAt - seen.headersAt >= 350, `${seen.headersAt} ${seen.endedAt}`);
    assert.equal(seen.text, "");
  });

  test("a slow body", async () => {
    await control.addFault({ fault: { kind: "slow_body", ms: 40, pieces: 6 } });
    const seen = await watch("GET", TICKET);
    assert.ok(seen.parts.length >= 4, `${seen.parts.length}`);
    assert.ok(seen.endedAt - seen.headersAt >= 180, `${seen.endedAt}`);
    assert.equal(JSON.parse(seen.text).data.id_ticket, "00150009006");
  });

  test("a body that is cut off", async () => {
    await control.addFault({ times: 2, fault: { kind: "cut_body" } });
    const seen = await watch("GET", TICKET);
    assert.equal(seen.status, 200);
    assert.equal(seen.complete, false);
    assert.ok(seen.text.length > 0 && seen.text.length < Number(seen.headers["content-length"]));
    // The host's own client sees it as an error, not as a short answer.
    const url = `${api}${TICKET}`;
    const response = await fetch(url, { headers: signedHeaders({ method: "GET", url, ...KEYS }) });
    await assert.rejects(response.text());
    assert.equal((await call("GET", TICKET)).status, 200);
  });

  test("a cut write is stored", async () => {
    await control.addFault({ match: { method: "POST" }, fault: { kind: "cut_body" } });
    const before = await messages();
    const seen = await watch("POST", `${TICKET}/messages`, { text: "?" });
    assert.deepEqual([seen.status, seen.complete], [201, false]);
    assert.equal(await messages(), before + 1);
  });

  test("truncated and broken json", async () => {
    await control.addFault([{ fault: { kind: "truncated_json" } }, { fault: { kind: "bad_json" } }]);
    const truncated = await watch("GET", TICKET);
    assert.ok(truncated.complete);
    assert.match(truncated.text, /^\{"data":/);
    assert.throws(() => JSON.parse(truncated.text));
    const bad = await call("GET", TICKET);
    assert.deepEqual([bad.status, bad.headers["content-type"], bad.json], [200, "application/json", undefined]);
  });

  test("a web page, an empty body, another content type", async () => {
    await control.addFault([
      { fault: { kind: "html_error" } },
      { fault: { kind: "html_error", status: 200 } },
      { fault: { kind: "empty_body" } },
      { fault: { kind: "wrong_content_type" } },
      { fault: { kind: "wrong_content_type", content_type: "text/html" } },
    ]);
    const page = await call("GET", TICKET);
    assert.deepEqual([page.status, page.headers["content-type"]], [502, "text/html; charset=utf-8"]);
    assert.match(page.text, /^<!DOCTYPE html>/);
    assert.equal((await call("GET", TICKET)).status, 200);
    const empty = await call("GET", TICKET);
    assert.deepEqual([empty.status, empty.headers["content-type"], empty.text], [200, "application/json", ""]);
    for (const type of ["text/plain", "text/html"]) {
      const wrong = await call("GET", TICKET);
      assert.deepEqual([wrong.headers["content-type"], wrong.json.data.id_ticket], [type, "00150009006"]);
    }
  });

  test("a redirect, instead of the work or after it", async () => {
    const to = "https://elsewhere.example/v2/tickets";
    await control.addFault({ fault: { kind: "redirect", to } });
    const response = await call("GET", TICKET);
    assert.deepEqual([response.status, response.headers.location], [302, to]);
    await control.addFault([
      { fault: { kind: "redirect", to, status: 307 } },
      { fault: { kind: "redirect", to, status: 308, when: "after" } },
    ]);
    const before = await messages();
    assert.equal((await write()).status, 307);
    assert.equal(await messages(), before);
    assert.equal((await write()).status, 308);
    assert.equal(await messages(), before + 1);
  });

  test("a client that goes away while it waits does no harm", async () => {
    await control.addFault({ match: { method: "POST" }, fault: { kind: "stall_headers", ms: 2000 } });
    const before = await messages();
    const url = `${api}${TICKET}/messages`;
    const body = '{"text":"?"}';
    const headers = signedHeaders({ method: "POST", url, body, ...KEYS });
    await assert.rejects(fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(400) }));
    assert.equal(await messages(), before + 1);
    assert.equal((await write()).status, 201);
  });

  test("are played in their order, as often as asked, to what they match", async () => {
    const status = (code) => ({ kind: "status", status: code });
    await control.addFault([
      { match: { method: "GET", path: "/tickets" }, times: 2, fault: status(500) },
      { match: { path: "/tickets/*" }, skip: 1, fault: status(501) },
      { match: { path: "/kaufland/v2/status/**" }, times: null, fault: status(502) },
      { match: { query: { offset: "30" } }, fault: status(504) },
      { match: { marketplace: "elsewhere" }, fault: status(505) },
    ]);
    const got = [];
    for (const path of [
      "/tickets", // 500
      TICKET, // let through
      "/tickets?limit=1", // 500
      TICKET, // 501
      "/status/ping", // 502
      "/tickets?offset=0",
      "/status/ping", // 502
      "/tickets?offset=30", // 504
      "/tickets?offset=30",
      TICKET,
    ]) {
      got.push((await call("GET", path)).status);
    }
    assert.deepEqual(got, [500, 200, 500, 501, 502, 200, 502, 504, 200, 200]);
    assert.deepEqual(
      (await control.faults()).map((queued) => [queued.fault.status, queued.times]),
      [
        [502, null],
        [505, 1],
      ],
    );
    await control.reset();
    assert.deepEqual(await control.faults(), []);
    assert.equal((await call("GET", "/status/ping")).status, 200);
  });

  test("what can not be understood is refused, and nothing of it is queued", async () => {
    for (const [input, expected] of [
      [[{ fault: { kind: "cut_body" } }, { fault: { kind: "explode" } }], /fault 1: .*explode/],
      [{}, /kind/],
      [{ fault: { kind: "status" } }, /status/],
      [{ fault: { kind: "status", status: 99 } }, /status/],
      [{ fault: { kind: "status", status: 500, when: "later" } }, /when/],
      [{ fault: { kind: "html_error", when: "late" } }, /when/],
      [{ fault: { kind: "redirect" } }, /fault\.to/],
      [{ fault: { kind: "stall_body", ms: -1 } }, /ms/],
      [{ times: 0, fault: { kind: "cut_body" } }, /times/],
      [{ match: { host: "x" }, fault: { kind: "cut_body" } }, /match\.host/],
      [{ after: 1, fault: { kind: "cut_body" } }, /after/],
    ]) {
      const response = await send("POST", `${demo.marketplaceUrl}/control/faults`, { body: JSON.stringify(input) });
      assert.equal(response.status, 400);
      assert.match(response.json.error, expected);
    }
    assert.equal((await send("POST", `${demo.marketplaceUrl}/control/faults`, { body: "{" })).status, 400);
    assert.deepEqual(await control.faults(), []);
  });
});

describe("control", () => {
  beforeEach(() => control.reset());

  test("answers on loopback hosts only, and not to foreign pages", async () => {
    const url = `${demo.marketplaceUrl}/control/log`;
    for (const [headers, status] of [
      [{ host: "localhost:8787" }, 200],
      [{ host: "127.0.0.1" }, 200],
      [{ host: "[::1]:80" }, 200],
      [{ origin: "http://localhost:5173" }, 200],
      [{ host: "marketplace.example" }, 403],
      [{ host: "127.0.0.1.evil.example" }, 403],
      [{ host: "localhost.evil.example" }, 403],
      [{ origin: "https://evil.example" }, 403],
      [{ origin: "null" }, 403],
    ]) {
      assert.equal((await send("GET", url, { headers })).status, status, JSON.stringify(headers));
    }
    assert.equal((await send("GET", `${demo.marketplaceUrl}/control/nothing`)).status, 404);
    assert.equal((await send("DELETE", `${demo.marketplaceUrl}/control/reset`)).status, 404);
  });

  test("the log has what arrived, and no secrets", async () => {
    await call("GET", "/tickets?status=opened&embedded=%2C");
    await control.addFault({ fault: { kind: "html_error" } });
    await write();
    const { files } = (await call("GET", "/tickets/00150009008?embedded=files")).json.data;
    await send("GET", files[0].uri, { headers: { authorization: "Bearer secret", cookie: "a=b" } });
    const entries = await control.log();
    assert.deepEqual(
      entries.map(({ method, path, status, fault, body_size }) => [
        method,
        path.split("/files/")[0],
        status,
        fault,
        body_size,
      ]),
      [
        ["GET", "/kaufland/v2/tickets?status=opened&embedded=%2C", 400, null, 0],
        ["POST", "/kaufland/v2/tickets/00150009006/messages", 502, "html_error", 12],
        ["GET", "/kaufland/v2/tickets/00150009008?embedded=files", 200, null, 0],
        ["GET", "/kaufland", 200, null, 0],
      ],
    );
    assert.equal(entries[0].headers["user-agent"], "Inhouse_development");
    assert.equal(entries[0].headers["shop-signature"], "(masked)");
    assert.match(entries[3].path, /\?access_token=\(masked\)$/);
    const text = JSON.stringify(entries);
    const token = new URL(files[0].uri).searchParams.get("access_token");
    for (const secret of [KEYS.clientKey, KEYS.secretKey, "Bearer secret", "a=b", token]) {
      assert.ok(!text.includes(secret), secret);
    }
    await control.clearLog();
    assert.deepEqual(await control.log(), []);
  });

  test("settings that do not exist are refused", async () => {
    for (const body of ['{"kaufland":{"speed":1}}', '{"elsewhere":{}}', '{"kaufland":{"rate_limit":{}}}']) {
      assert.equal((await send("POST", `${demo.marketplaceUrl}/control/settings`, { body })).status, 400);
    }
    for (const body of ['{"now":"soon"}', '{"seed":"x"}']) {
      assert.equal((await send("POST", `${demo.marketplaceUrl}/control/reset`, { body })).status, 400);
    }
  });

  test("a reset undoes all", async () => {
    const before = await messages();
    await write();
    await control.settings({ kaufland: { rate_limit: 1 } });
    await control.reset();
    assert.equal(await messages(), before);
    assert.equal((await control.settings()).kaufland.rate_limit, 111);
  });
});

describe("start", () => {
  test("a port in use is said in words", async () => {
    const port = Number(new URL(demo.marketplaceUrl).port);
    await assert.rejects(startLocal({ dashboard: false, quiet: true, marketplacePort: port }), /port \d+ is in use/);
  });

  test("comments leave json, strings stay", () => {
    const text = `{
      // a comment with "quotes"
      "url": "https://a.example//b", /* more */ "list": [1, 2,],
      "odd": "a \\" // b, ]", // end
    }`;
    assert.deepEqual(JSON.parse(withoutComments(text)), {
      url: "https://a.example//b",
      list: [1, 2],
      odd: 'a " // b, ]',
    });
  });
});
