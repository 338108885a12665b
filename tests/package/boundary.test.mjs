/**
 * The crossings to the module: its state outlives an instance, and whatever has another shape than
 * the types say is a typed error.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { build } from "esbuild";
import { TicketError } from "seller-tickets";
import { ROOT } from "./lib.mjs";

/** @type {any} */
let inner;

before(async () => {
  const bundled = await build({
    stdin: {
      contents: `
        import * as glue from ${JSON.stringify(join(ROOT, "target/wasm/all/seller_tickets.js"))};
        export { glue };
        import { createEngine } from ${JSON.stringify(join(ROOT, "pkg-template/src/wasm/engine.ts"))};
        export const engine = createEngine(glue, {});`,
      resolveDir: ROOT,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    define: { DOCS_URL: '""' },
    logOverride: { "empty-import-meta": "silent" },
  });
  inner = await import(`data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].text).toString("base64")}`);
  const wasm = await readFile(join(ROOT, "target/wasm/all/seller_tickets_bg.wasm"));
  inner.engine.from(() => wasm);
});

const KEYS = { clientKey: "a".repeat(32), secretKey: "b".repeat(64), userAgent: "tests" };
const OPTIONS = { nonce: "n", session: false };
const CLIENT = JSON.stringify({ marketplace: "kaufland", settings: {}, credentials: KEYS, session: false });
const body = (value) => new TextEncoder().encode(JSON.stringify(value));

/**
 * All that a few calls, lists, sure writes, lines and leases answer; `between` is done before each
 * crossing.
 */
function walk(between) {
  const seen = [];
  const ask = (name, ...args) => {
    between();
    const answer = inner.engine[name](...args);
    seen.push([name, answer]);
    return answer;
  };
  const random = 0.5;
  /** Drives a call that is refused, sent again, and refused for good. */
  const drive = (from, state, gate, first) => {
    const moved = (name, ...happened) => {
      const advanced = ask(name, state, gate, ...happened);
      ({ call: state = state, gate = gate } = advanced);
      return advanced.step;
    };
    const advance = (event) => moved("advance", event);
    const receive = (now, status, headers, value) => moved("receive", now, random, status, headers, body(value));
    const step = first?.step ?? advance({ type: "start", now: from });
    assert.equal(step.type, "send");
    if (first === undefined) {
      ask("sign", state, CLIENT, 10_000, "x", undefined, undefined, "whole", undefined);
      ask("signing", state, CLIENT, from);
    } else assert.match(first.headers, /^shop-signature\n[0-9a-f]{64}$/m);
    assert.equal(receive(from + 1000, 503, "", {}).type, "wait");
    assert.equal(advance({ type: "waited", now: from + 8000 }).type, "send");
    const failed = receive(from + 8500, 404, "x-request-id\ny\nx\n\n", { message: "no" });
    assert.equal(failed.type, "fail");
    assert.deepEqual(
      [failed.error.requestId, failed.error.headers],
      [
        "y",
        [
          ["x-request-id", "y"],
          ["x", ""],
        ],
      ],
    );
    return gate;
  };
  const read = [CLIENT, "getTicket", ["00110"], undefined, "n", [], undefined];
  const later = ask("begin", ...read, {}, 9, undefined, undefined);
  assert.equal(later.started, undefined);
  const gate = drive(1000, later.call.state, undefined);
  const now = ask("begin", ...read, { "": gate }, 9, 10_000, undefined);
  drive(10_000, now.call.state, now.started.gate, now.started);

  const write = ["kaufland", "createTicketMessage", ["00110", { text: "hello" }], {}, OPTIONS];
  // One that was accepted, and another that waits until the first is visible.
  let written;
  const said = (...texts) => ({
    status: "opened",
    messages: texts.map((text, at) => ({ id_ticket_message: at, author: { role: "seller" }, text })),
  });
  const advanceOnce = (events, now) => {
    let { once } = ask("beginOnce", ...write, 1000);
    const steps = [];
    for (const event of events) {
      let step;
      ({ once, line: written, step } = ask("advanceOnce", once, written, now, event));
      steps.push(step.type === "wait" ? step.ms : step.type);
    }
    return steps;
  };
  const reads = (...texts) => ({ type: "read", value: said(...texts), page: undefined });
  const begun = { type: "begun" };
  assert.deepEqual(advanceOnce([begun, reads(), { type: "written", value: undefined }], 2000), [
    "read",
    "write",
    "done",
  ]);
  assert.deepEqual(advanceOnce([begun, reads(), { type: "waited" }, reads(), { type: "aborted", sent: "no" }], 3000), [
    "read",
    625,
    "read",
    1250,
    "give_up",
  ]);
  const lost = { type: "write_failed", sent: "maybe" };
  assert.deepEqual(
    advanceOnce([begun, reads("hello"), lost, { type: "waited" }, reads("hello"), { type: "read_failed" }], 3000),
    ["read", "write", 10_000, "read", 2500, "give_up"],
  );

  let pager = 0;
  for (const more of [true, true, false]) {
    const facts = { length: 30, firstIsKnown: pager !== 0, fresh: 29, more, numbered: false, rebase: false };
    ({ pager } = ask("advancePager", "kaufland", "listTickets", pager, facts));
  }
  let stuck;
  for (pager = 1; stuck === undefined; ) {
    const facts = { length: 30, firstIsKnown: true, fresh: 0, more: true, numbered: true, rebase: false };
    ({ pager, stuck } = ask("advancePager", "clickbank", "listTickets", pager, facts));
  }
  assert.deepEqual([stuck.code, stuck.marketplace, stuck.endpoint], ["pages_repeat", "clickbank", "listTickets"]);

  let line;
  const change = (how, number, ms = 0) => {
    line = ask("changeLine", line, number, how, ms);
  };
  const poll = (number, now) => {
    const polled = ask("linePoll", "kaufland", "createTicketMessage", line, number, 20_000, now);
    ({ line } = polled);
    return polled.error?.code ?? polled.step.type;
  };
  for (const number of [1, 2, 3]) change("enter", number, 1000);
  assert.deepEqual([poll(1, 1000), poll(2, 1000), poll(3, 1000)], ["go", "wait", "wait"]);
  change("extend", 1, 2900);
  // Looks in a row count across restarts too.
  assert.deepEqual([poll(2, 3100), poll(2, 4899), poll(2, 4900), poll(2, 4925)], ["wait", "wait", "wait", "go"]);
  change("leave", 2, 8000);
  assert.equal(poll(3, 8000), "go");
  assert.equal(ask("lineIsIdle", line, 9000), false);
  change("leave", 3);
  assert.equal(ask("lineIsIdle", line, 9000), true);
  change("enter", 4, 20_000);
  assert.equal(poll(4, 20_000), "no_turn");

  let lease;
  let looked;
  const tokens = { accessToken: "a", issuedAtMs: 0, expiresAtMs: 3_600_000 };
  const look = (now, session, refused) => {
    const polled = ask("leasePoll", lease, looked, session, refused, now);
    ({ lease, wait: looked } = polled);
    return polled.step;
  };
  assert.deepEqual(look(1000), { type: "renew", turn: 1 });
  assert.equal(look(1000).type, "wait");
  ({ lease } = ask("changeLease", lease, 1, "extend", 2000));
  assert.deepEqual([look(3999).type, look(4000).type], ["wait", "wait"]);
  assert.deepEqual(look(4025), { type: "renew", turn: 2 });
  const late = ask("changeLease", lease, 1, "fail", 4025);
  assert.equal(late.shared, false);
  looked = undefined;
  assert.equal(look(4025).type, "wait");
  const failed = ask("changeLease", late.lease, 2, "fail", 4025);
  assert.equal(failed.shared, true);
  ({ lease } = failed);
  assert.equal(look(4050).type, "fail");
  looked = undefined;
  assert.deepEqual(look(4050, tokens, "a"), { type: "renew", turn: 3 });
  ({ lease } = ask("changeLease", lease, 3, "end", 4050));
  assert.equal(look(4050, tokens, "b").type, "use");
  assert.deepEqual(
    [undefined, "a", "b"].map((refused) => ask("sessionIsUsable", tokens, refused, 4050)),
    [true, false, true],
  );
  let inbox = 1000;
  for (const happened of ["asked", "polled", "asked", "acknowledged", "waited"]) {
    ({ inbox } = ask("advanceInbox", inbox, happened, ["1", "2"], undefined, random));
  }
  return seen;
}

test("the module may be started afresh between any two crossings", () => {
  const before = walk(() => {});
  let resets = 0;
  const after = walk(() => {
    inner.glue.__wbg_reset_state();
    resets += 1;
  });
  assert.equal(resets, before.length);
  assert.deepEqual(after, before);
});

test("a client is not taken for the one before", () => {
  const { engine } = inner;
  const clientOf = (settings, keys) =>
    JSON.stringify({ marketplace: "kaufland", settings, credentials: { ...KEYS, ...keys }, session: false });
  const begin = (client) => engine.begin(client, "getTicket", ["00110"], undefined, "", undefined, undefined, {}, 9, 1);
  const signedBy = (client) => /^shop-signature\n(.*)$/m.exec(begin(client).started.headers)?.[1];
  const [one, other] = [CLIENT, clientOf({}, { secretKey: "c".repeat(64) })].map(signedBy);
  assert.notEqual(one, other);
  assert.deepEqual([signedBy(CLIENT), signedBy(CLIENT)], [one, one]);
  assert.match(begin(clientOf({ environment: "sandbox" })).call.url, /playground/);
  assert.doesNotMatch(begin(CLIENT).call.url, /playground/);
  // The mistakes of one are told at each of its calls.
  for (let turn = 0; turn < 2; turn += 1) {
    const { violations } = begin(clientOf({ timeoutMs: "soon" }));
    assert.deepEqual(
      violations.map(({ field }) => field),
      ["timeoutMs"],
    );
    assert.throws(() => begin(clientOf({}, { secretKey: "" })), TicketError);
  }
});

test("an argument of another shape is a typed error", () => {
  const { engine } = inner;
  const begin = (client) => engine.begin(client, "getTicket", ["00110"], undefined, "n", [], undefined, {}, 9);
  const { call } = begin(CLIENT);
  const sign = (client, now, how) => engine.sign(call.state, client, now, "x", undefined, undefined, how, undefined);
  const receive = (now, headers, saw) => engine.receive(call.state, undefined, now, 0.5, 200, headers, undefined, saw);
  const deep = [];
  deep.push(deep);
  for (const [code, ask] of [
    ["required", () => engine.validate(undefined, "getTicket", [], {})],
    ["wrong_type", () => engine.validate(7, "getTicket", [], {})],
    ["required", () => engine.validate("kaufland", undefined, [], {})],
    ["wrong_type", () => engine.validate("kaufland", "getTicket", "00110", {})],
    ["wrong_type", () => engine.validate("kaufland", "getTicket", [], 7)],
    ["too_deep", () => engine.validate("kaufland", "getTicket", deep, {})],
    ["required", () => engine.advance(undefined, undefined, { type: "start", now: 1 })],
    ["wrong_type", () => engine.advance("text", undefined, { type: "start", now: 1 })],
    ["unreadable", () => engine.advance(Uint8Array.of(255, 255), undefined, { type: "start", now: 1 })],
    ["wrong_type", () => engine.advance(call.state, undefined, { type: "other", now: 1 })],
    ["required", () => engine.advance(call.state, undefined, { type: "start" })],
    ["required", () => engine.advance(call.state, undefined, undefined)],
    ["required", () => begin(undefined)],
    ["wrong_type", () => begin({})],
    ["wrong_type", () => begin("no JSON")],
    ["required", () => begin("{}")],
    ["wrong_type", () => sign(CLIENT, 1, "other")],
    ["required", () => sign(CLIENT, undefined, "whole")],
    ["required", () => sign(undefined, 1, "whole")],
    ["required", () => receive(undefined, "")],
    ["wrong_type", () => receive(1, [["x", "y"]])],
    ["wrong_type", () => receive(1, "x")],
    ["wrong_type", () => receive(1, "", {})],
    ["wrong_type", () => receive(1, "", "no JSON")],
    ["required", () => engine.magaluTime(undefined)],
    ["required", () => engine.changeLine(undefined, undefined, "enter", 1)],
    ["wrong_type", () => engine.changeLine("text", 1, "enter", 1)],
    ["wrong_type", () => engine.changeLine(undefined, 1, "other", 1)],
    ["unreadable", () => engine.changeLine(Uint8Array.of(255, 255), 1, "extend", 1)],
    ["required", () => engine.lineIsIdle(undefined, 1)],
    ["required", () => engine.leasePoll(undefined, undefined, undefined, undefined, undefined)],
    ["wrong_type", () => engine.leasePoll(undefined, undefined, undefined, 7, 1)],
    ["unreadable", () => engine.changeLease(Uint8Array.of(255, 255), 1, "fail", 1)],
    ["required", () => engine.sessionIsUsable(undefined, undefined, 1)],
  ]) {
    assert.throws(ask, (error) => {
      assert.equal(error.kind, "validation", `${ask}: ${error}`);
      assert.equal(error.violations[0].code, code, `${ask}`);
      return true;
    });
  }
  assert.throws(() => engine.validate("other", "getTicket", [], {}), { code: "unknown_marketplace" });
  assert.throws(() => engine.validate("kaufland", "other", [], {}), { code: "unknown_method" });
});

test("a number in an answer is the one that the host reads", () => {
  const { engine } = inner;
  const headers = "content-type\napplication/json\n";
  for (const text of [
    ..."-0 0.1 1.50 1E+3 0.30000000000000004 123456789.12345678 5e-324 2.2250738585072011e-308".split(" "),
    ..."1.7976931348623157e308 1e400 -1e400 1e-400".split(" "),
  ]) {
    const bytes = new TextEncoder().encode(`{"number":${text}}`);
    const { error } = engine.decodeResponse("kaufland", "getTicket", 400, headers, bytes, undefined);
    assert.ok(Object.is(error.body.number, JSON.parse(text)), `${text}: ${error.body.number}`);
  }
});

test("an integer that a number would round is its digits in JSON", () => {
  const data = {
    kind: "conflict",
    code: "x",
    message: "m",
    attempts: 1,
    retryable: false,
    sent: "no",
    origin: "marketplace",
  };
  const error = new TicketError({ ...data, body: { id: 9007199254740993n, list: [1, 2n ** 64n] } });
  assert.equal(error.body.id, 9007199254740993n);
  const told = JSON.parse(JSON.stringify(error));
  assert.deepEqual(told.body, { id: "9007199254740993", list: [1, "18446744073709551616"] });
});
