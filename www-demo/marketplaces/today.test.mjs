// The seeded tickets move near to today in the demo, so that there is a day's work and not an archive.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { nearToday } from "../local/today.mjs";
import { startLocal } from "../local.mjs";

const DAY = 86_400;
const TIMES = {
  kaufland: "SELECT id_ticket AS id, unixepoch(ts_created_iso) AS at, status = 'opened' AS open FROM kaufland_tickets",
  clickbank: "SELECT ticketid AS id, opened AS at, status <> 'CLOSED' AS open FROM clickbank_tickets",
  magalu: "SELECT id, created_ms / 1000 AS at, closed = 0 AS open FROM magalu_tickets",
};
/** Facts that stay as they were, ticket by ticket, within the seconds that a quotient loses. */
const SPANS = {
  "a refund runs": "SELECT ticketid AS id, expires - opened AS span FROM clickbank_tickets",
  "a ticket is due": "SELECT id, (due_ms - created_ms) / 1000 AS span FROM magalu_tickets",
  "an order is promised": `SELECT id_order_unit AS id, unixepoch(unit ->> '$.delivery_time_expires_iso')
    - unixepoch(ts_created_iso) AS span FROM kaufland_order_units`,
};

let demo;
before(async () => {
  demo = await startLocal({ dashboard: false, quiet: true });
});
after(() => demo.dispose());

const byId = (rows, name) => new Map(rows.map((row) => [row.id, row[name]]));

test("open tickets move near to today, with their orders and deadlines, and the others stay", async () => {
  const db = demo.db.kaufland;
  const read = async (queries) => Promise.all(Object.values(queries).map((sql) => db.all(sql)));
  const [before, spans] = [await read(TIMES), await read(SPANS)];
  await nearToday({ db });
  const now = Date.now() / 1000;
  for (const [index, rows] of (await read(TIMES)).entries()) {
    const known = byId(before[index], "at");
    const open = rows.filter(({ open }) => open === 1);
    assert.ok(open.length > 10 && open.length < rows.length);
    assert.ok(Math.min(...before[index].map(({ at }) => at)) < now - 40 * DAY);
    for (const { id, at } of open)
      assert.ok(at > now - 8 * DAY && at <= now + 60 && at >= known.get(id), `${id}: ${at}`);
    for (const { id, at, open } of rows) if (open === 0) assert.equal(at, known.get(id), id);
  }
  for (const [index, rows] of (await read(SPANS)).entries()) {
    const known = byId(spans[index], "span");
    for (const { id, span } of rows)
      assert.ok(Math.abs(span - known.get(id)) <= 1, `${Object.keys(SPANS)[index]}: ${id}`);
  }
  const apart = await db.all(
    `SELECT unixepoch(ticket.ts_created_iso) - unixepoch(unit.ts_created_iso) AS span FROM kaufland_order_units AS unit
     JOIN kaufland_ticket_order_units USING (id_order_unit) JOIN kaufland_tickets AS ticket USING (id_ticket)
     WHERE ticket.status = 'opened'`,
  );
  for (const { span } of apart) assert.ok(span > 0 && span < 25 * DAY, `a ticket ${span} s after its order`);
});
