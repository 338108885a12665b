/**
 * The desk's module maps tickets quickly, and its memory stays as it is, however many come. The module
 * is the one that the package holds.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT } from "./lib.mjs";

const ALL = process.env.SELLER_TICKETS_ALL === "1";
const COUNT = ALL ? 300_000 : 30_000;
/** The tickets of a second and core, below which something is wrong; a busy machine has fewer. */
const LEAST = 4_000;
const NOW = Date.UTC(2026, 2, 2, 12);

const iso = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** A ticket of Kaufland as the desk keeps it, with so many messages. */
const rawOf = (at, messages) =>
  JSON.stringify({
    ticket: {
      id_ticket: `001${at}`,
      ids_order_units: [at],
      id_buyer: at,
      ts_created_iso: iso(NOW - 9_000_000),
      ts_updated_iso: iso(NOW - 1_000_000 - at),
      status: "opened",
      open_reason: "product_defect",
      topic: null,
      is_seller_responsible: true,
      fulfillment_type: "fulfilled_by_merchant",
      storefront: "de",
      messages: Array.from({ length: messages }, (_, nth) => ({
        id_ticket_message: nth,
        id_ticket: `001${at}`,
        text: `The parcel ${at} has not come, and nobody answers. It was to be here on Monday.`,
        author: { role: nth % 2 === 0 ? "buyer" : "seller", name: "Kim" },
        ts_created_iso: iso(NOW - 5_000_000 + nth * 1_000),
      })),
    },
  });

test(`${COUNT} tickets are mapped in the same memory`, async (t) => {
  const folder = join(ROOT, "target/wasm/desk");
  const glue = await import(pathToFileURL(join(folder, "seller_tickets.js")).href);
  const { memory } = glue.initSync({ module: await readFile(join(folder, "seller_tickets_bg.wasm")) });
  const map = (raw) =>
    glue.recordTicket(
      { marketplace: "kaufland", account: "a", id: "1", raw, letters: [], local: "", missing: false, profile: {} },
      {},
      NOW,
    );
  for (const messages of [0, 4]) {
    const raws = Array.from({ length: 2_000 }, (_, at) => rawOf(at, messages));
    for (const raw of raws) assert.equal(map(raw).view, "todo");
    const bytes = memory.buffer.byteLength;
    const before = process.cpuUsage();
    for (let at = 0; at < COUNT; at += 1) map(raws[at % raws.length]);
    const { user, system } = process.cpuUsage(before);
    const perSecond = COUNT / ((user + system) / 1e6);
    t.diagnostic(`with ${messages} messages: ${Math.round(perSecond)} in a second of a core, ${bytes / 2 ** 20} MiB`);
    assert.equal(memory.buffer.byteLength, bytes);
    assert.ok(perSecond >= LEAST, `${perSecond} in a second`);
  }
});
