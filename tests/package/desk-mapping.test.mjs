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
const LEAST = 10_000;
/** The tickets of a page, and the pages. */
const PAGE = 50;
const PAGES = 40;
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

/** A ticket as it crosses, without its parts. */
const headOf = (marketplace) =>
  JSON.stringify({ marketplace, account: "a", id: "1", raw: "", letters: [], local: "", missing: false, profile: {} });

const folder = join(ROOT, "target/wasm/desk");
const glue = await import(pathToFileURL(join(folder, "seller_tickets.js")).href);
const { memory } = glue.initSync({ module: await readFile(join(folder, "seller_tickets_bg.wasm")) });

test("a page crosses as text, or as it is if it has an integer that a number would round", () => {
  const source = { stream: glue.newStreams("a", 0)[0], marketplace: "kaufland", profile: {} };
  const [step] = glue.planSync([source], NOW, 1).steps;
  const ids = ["0011", "0012"];
  const page = (unit) => ({ data: ids.map((id) => ({ id_ticket: id, status: "opened", ids_order_units: [unit] })) });
  const apply = (more) => {
    const list = { items: "data", more: false };
    const answer = { target: step.calls[0].target, beganAt: NOW, list, isLast: true, value: undefined, ...more };
    const own = { ...source, stream: step.stream };
    assert.deepEqual(glue.idsOfAnswer(own, answer), ids);
    assert.deepEqual(glue.changedIdsOf(own, answer, new Uint8Array()), ids);
    const [head, ...raws] = glue.applyAnswer(own, answer, new Uint8Array(), NOW).split("\n");
    assert.deepEqual(
      JSON.parse(head).rows.map(({ id }) => id),
      ids,
    );
    return raws;
  };
  const value = page(7);
  assert.deepEqual(apply({ text: JSON.stringify(value) }), apply({ value }));
  const [raw] = apply({ value: page(9_007_199_254_740_993n) });
  assert.match(raw, /"ids_order_units":\[9007199254740993\]/);
  assert.throws(() => apply({ text: "{" }), { kind: "validation" });
});

test("tickets cross in UTF-8, and nothing else is taken for them", () => {
  const words = 'ä 😀 \u2028 "quoted"\nnext';
  const raw = JSON.stringify({ ticket: { id_ticket: "1", messages: [{ text: words, author: { role: "buyer" } }] } });
  const utf8 = new TextEncoder();
  const lines = glue.recordTickets(utf8.encode(`${headOf("kaufland")}\n${raw}`), {}, NOW).split("\n");
  assert.equal(lines.length, 3);
  assert.equal(JSON.parse(lines[1]).preview.text, words);
  assert.ok(lines[2].includes(words.replace("\n", " ")), lines[2]);
  for (const wrong of ["text", undefined, [1], new Uint8Array([255]), utf8.encode("{"), utf8.encode("{}")]) {
    assert.throws(() => glue.recordTickets(wrong, {}, NOW), { kind: "validation" }, String(wrong));
  }
});

test(`${COUNT} tickets are mapped in the same memory`, async (t) => {
  const head = headOf("kaufland");
  /** Maps as a sync does: two lines a ticket cross, and three come back. */
  const map = (raws) => {
    const text = raws.map((raw) => `${head}\n${raw}`).join("\n");
    const lines = glue.recordTickets(new TextEncoder().encode(text), {}, NOW).split("\n");
    return raws.map((_, at) => ({ ...JSON.parse(lines[3 * at]), shown: lines[3 * at + 1], words: lines[3 * at + 2] }));
  };
  for (const messages of [0, 4]) {
    const pages = Array.from({ length: PAGES }, (_, page) =>
      Array.from({ length: PAGE }, (_, at) => rawOf(page * PAGE + at, messages)),
    );
    for (const [page, raws] of pages.entries()) {
      for (const [at, { view, shown }] of map(raws).entries()) {
        assert.equal(view, "todo");
        assert.equal(JSON.parse(shown).key.id, `001${page * PAGE + at}`);
      }
    }
    const bytes = memory.buffer.byteLength;
    const before = process.cpuUsage();
    for (let at = 0; at < COUNT / PAGE; at += 1) map(pages[at % PAGES]);
    const { user, system } = process.cpuUsage(before);
    const perSecond = COUNT / ((user + system) / 1e6);
    t.diagnostic(`with ${messages} messages: ${Math.round(perSecond)} in a second of a core, ${bytes / 2 ** 20} MiB`);
    assert.equal(memory.buffer.byteLength, bytes);
    assert.ok(perSecond >= LEAST, `${perSecond} in a second`);
  }
});
