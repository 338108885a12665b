/** Sure writes where reads lag: what is accepted shows later, and the next write waits for it. */
import assert from "node:assert/strict";
import { afterEach, before, after as last, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { controlOf, makeProject } from "./lib.mjs";

const TEXT = "We are looking into it.";
const MATCH = { marketplace: "kaufland", method: "POST", path: "/tickets/*/messages" };

let project;
let api;
let local;

before(async () => {
  project = await makeProject();
  api = await project.load();
});
last(() => project.dispose());
afterEach(() => local.dispose());

/** A marketplace of its own, whose readers lag: after a reset they would show what was there before it. */
async function lagging(ms, options) {
  local = await startLocal({ dashboard: false, quiet: true });
  const control = controlOf(local.marketplaceUrl);
  const fault = (match, fault, more = {}) => control("POST", "faults", { match, fault, ...more });
  await control("POST", "settings", { kaufland: { rate_limit: null } });
  const { id_ticket: id } = await local.db.kaufland.first(
    `SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND closable = 1 AND internal = 0
     AND fulfillment_type = 'fulfilled_by_merchant' ORDER BY number LIMIT 1`,
  );
  await fault({ marketplace: "kaufland" }, { kind: "late", ms }, { times: null });
  const waits = [];
  const client = new api.Kaufland({
    ...LOCAL_KEYS.kaufland,
    userAgent: "Inhouse_development",
    baseUrl: `${local.marketplaceUrl}/kaufland/v2`,
    onRetry: ({ reason, waitMs }) => waits.push([reason, waitMs]),
    ...options,
  });
  const say = (more) => client.createTicketMessage(id, { text: TEXT }, { ensure: "once", ...more });
  const stored = async () =>
    (await local.db.kaufland.first("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", TEXT)).n;
  return { id, client, fault, waits, say, stored };
}

test("what is accepted and not yet visible is not taken for the next one", async () => {
  const { say, stored, fault, waits } = await lagging(400, { settleMs: 1600 });
  await say();
  assert.deepEqual(waits, []);
  await fault(MATCH, { kind: "status", status: 503, when: "before" });
  const second = await say().withResponse();
  assert.deepEqual([second.found, second.attempts], [false, 2]);
  // It waits for the first to show, in pauses that grow, and then looks for its own.
  assert.deepEqual(waits[0], ["settling", 100]);
  assert.deepEqual(waits.slice(-2), [
    ["settling", 1600],
    ["settling", 400],
  ]);
  await fault(MATCH, { kind: "status", status: 503, when: "after" });
  const third = await say().withResponse();
  assert.deepEqual([third.found, third.attempts], [true, 1]);
  assert.equal(await stored(), 3);
});

test("equal writes at once stay as many", async () => {
  const { say, stored, fault } = await lagging(200, { settleMs: 800 });
  for (const skip of [1, 1]) await fault(MATCH, { kind: "status", status: 503, when: "before" }, { skip });
  const replies = await Promise.all(Array.from({ length: 4 }, () => say().withResponse()));
  assert.deepEqual(
    replies.map(({ found }) => found),
    [false, false, false, false],
  );
  assert.equal(await stored(), 4);
});

test("a refused copy is looked for until the settling time is over", async () => {
  const { id, client, fault } = await lagging(300, { settleMs: 900 });
  const close = { marketplace: "kaufland", method: "PATCH", path: "/tickets/*/close" };
  const body = { type: "/problems/duplicate-action", message: "closed" };
  // It was stored, and the answer is that to a second copy.
  await fault(close, { kind: "status", status: 409, when: "after", body });
  const reply = await client.closeTicket(id, { ensure: "once" }).withResponse();
  assert.deepEqual([reply.found, reply.attempts], [true, 1]);
});

test("the wait for an earlier write can be aborted, and its time counts", async () => {
  const { say, stored } = await lagging(60_000, { settleMs: 5000 });
  await say();
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 150);
  const start = Date.now();
  const aborted = await say({ signal: stop.signal }).catch((error) => error);
  assert.deepEqual([aborted.kind, aborted.sent, aborted.cause.message], ["aborted", "no", "enough"]);
  assert.ok(Date.now() - start < 1500);
  const over = await say({ totalTimeoutMs: 1000 }).catch((error) => error);
  assert.deepEqual([over.kind, over.code, over.sent, over.retryable], ["timeout", "no_turn", "no", true]);
  assert.equal(await stored(), 1);
});

test("other operations and other tickets wait for nothing", async () => {
  const { id, client, say, waits } = await lagging(60_000, { settleMs: 5000 });
  const other = await local.db.kaufland.first(
    `SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND closable = 1 AND internal = 0
     AND fulfillment_type = 'fulfilled_by_merchant' AND id_ticket <> ? LIMIT 1`,
    id,
  );
  await say();
  await client.createTicketMessage(other.id_ticket, { text: TEXT }, { ensure: "once" });
  await client.closeTicket(id, { ensure: "once" });
  assert.deepEqual(waits, []);
});
