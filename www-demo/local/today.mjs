// The seeded tickets are spread over months, as an archive is. For a desk that is worked with, those
// that are open move near to now: some are late, some are due today, and most have a day or two.

/** By how much the age of an open ticket shrinks; then half of them are still in time. */
const SHRINKS = { kaufland: 20, clickbank: 8, magalu: 25 };

/** @param {{ db: import("./marketplaces.mjs").Queries }} marketplaces just seeded */
export async function nearToday({ db }) {
  const seconds = Math.floor(Date.now() / 1000);
  const { kaufland, clickbank, magalu } = SHRINKS;

  const iso = (column) =>
    `strftime('%Y-%m-%dT%H:%M:%SZ', ${seconds} - (${seconds} - unixepoch(${column})) / ${kaufland}, 'unixepoch')`;
  const open = "id_ticket IN (SELECT id_ticket FROM kaufland_tickets WHERE status = 'opened')";
  // The order comes along, at the same distance from its ticket.
  const later = (value) => `strftime('%Y-%m-%dT%H:%M:%SZ', unixepoch(${value}) + by, 'unixepoch')`;
  const moved = ["$.ts_updated_iso", "$.delivery_time_expires_iso"].map(
    (path) => `'${path}', ${later(`unit ->> '${path}'`)}`,
  );
  await db.run(
    `WITH moved AS (SELECT id_order_unit AS id,
       max(${seconds} - (${seconds} - unixepoch(ts_created_iso)) / ${kaufland} - unixepoch(ts_created_iso)) AS by
       FROM kaufland_ticket_order_units JOIN kaufland_tickets USING (id_ticket) WHERE status = 'opened' GROUP BY 1)
     UPDATE kaufland_order_units SET ts_created_iso = ${later("ts_created_iso")}, unit = json_set(unit, ${moved.join(", ")})
     FROM moved WHERE id_order_unit = id`,
  );
  await db.run(`UPDATE kaufland_messages SET ts_created_iso = ${iso("ts_created_iso")} WHERE ${open}`);
  await db.run(
    `UPDATE kaufland_tickets SET ts_created_iso = ${iso("ts_created_iso")}, ts_updated_iso = ${iso("ts_updated_iso")}
     WHERE status = 'opened'`,
  );

  const near = (column, now, by) => `${now} - (${now} - ${column}) / ${by}`;
  const at = (column) => near(column, seconds, clickbank);
  await db.run(
    `UPDATE clickbank_comments SET date = ${at("date")}
     WHERE ticketid IN (SELECT ticketid FROM clickbank_tickets WHERE status <> 'CLOSED')`,
  );
  await db.run(
    `UPDATE clickbank_tickets SET expires = expires - opened + ${at("opened")}, opened = ${at("opened")},
     updated = ${at("updated")} WHERE status <> 'CLOSED'`,
  );

  const ms = (column) => near(column, seconds * 1000, magalu);
  await db.run(
    `UPDATE magalu_messages SET created_ms = ${ms("created_ms")}
     WHERE ticket_id IN (SELECT id FROM magalu_tickets WHERE closed = 0)`,
  );
  await db.run(
    `UPDATE magalu_tickets SET due_ms = due_ms - created_ms + ${ms("created_ms")}, created_ms = ${ms("created_ms")},
     updated_ms = ${ms("updated_ms")} WHERE closed = 0`,
  );
}
