/**
 * Kaufland: the examples of docs/kaufland.md, run against the local marketplace, and that the page
 * names what there is.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { examplesOf } from "./docs.mjs";
import { makeProject, ROOT, startMarketplace } from "./lib.mjs";
import { scenarioOptions } from "./scenario.mjs";

const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (char) => char.charCodeAt(0),
);
const PDF = new TextEncoder().encode("%PDF-1.4\n%%EOF\n");

let project;
let marketplace;
let api;
let createGateway;
let needs;

before(async () => {
  [project, marketplace] = await Promise.all([makeProject(), startMarketplace()]);
  api = await project.load();
  ({ createGateway } = await project.load("/gateway"));
  needs = await scenarioOptions(marketplace, "");
});
after(async () => {
  await marketplace?.dispose();
  await project?.dispose();
});

/** The output of an example, and the requests that the marketplace got. */
async function play(run) {
  const printed = [];
  const { keys, baseUrl } = marketplace;
  const Local = class extends api.Kaufland {
    constructor(options) {
      super(options.gateway === undefined ? { ...options, baseUrl } : options);
    }
  };
  await marketplace.clearLog();
  await run({
    ...api,
    createGateway,
    Kaufland: Local,
    kaufland: new Local(keys),
    isSignedIn: () => true,
    lastPoll: new Date("2026-02-20T00:00:00Z"),
    photo: new File([PNG], "photo.png", { type: "image/png" }),
    pdf: PDF,
    units: needs.units,
    finished: needs.final,
    process: { env: { KAUFLAND_CLIENT_KEY: keys.clientKey, KAUFLAND_SECRET_KEY: keys.secretKey } },
    console: { log: (...values) => printed.push(values) },
  });
  for (const values of printed) assert.ok(values.every((value) => value !== undefined && value !== null));
  const asked = (await marketplace.log()).map(({ method, path, status }) => {
    const { pathname } = new URL(path, marketplace.origin);
    return `${method} ${pathname.replace("/kaufland/v2", "")} ${status}`;
  });
  return { printed, asked };
}

describe("the examples of the page on Kaufland", async () => {
  const examples = await examplesOf("kaufland.md");
  /** The requests that each of them must have made, in the page's order. */
  const effects = [
    ({ printed, asked }) => {
      assert.deepEqual([printed[0][0], printed[0][2]], [10, true]);
      assert.deepEqual(asked, ["GET /tickets 200"]);
    },
    ({ asked }) => assert.deepEqual(asked, []),
    ({ printed, asked }) => {
      assert.ok(printed.length > 5);
      assert.deepEqual([...new Set(asked)], ["GET /tickets 200"]);
      assert.equal(printed.at(-1)[1], false);
    },
    ({ printed }) => {
      assert.ok(printed.length > 0);
      assert.ok(new Set(printed.map(([, status]) => status)).size > 1, "closed ones, too");
    },
    ({ printed, asked }) => {
      assert.ok(printed.length >= 2);
      assert.deepEqual(asked, ["GET /tickets/00150000002 200"]);
    },
    ({ printed, asked }) => {
      assert.equal(printed.length, 5);
      assert.deepEqual(asked, ["GET /tickets/messages 200"]);
    },
    async ({ printed, asked }) => {
      assert.equal(printed.at(-1)[0], "sending");
      const write = "POST /tickets/00150000002/messages 201";
      assert.deepEqual(asked, [write, write]);
      const rows = await marketplace.db.all(
        `SELECT f.filename, f.mime_type FROM kaufland_files f JOIN kaufland_messages m USING (id_ticket_message)
         WHERE m.text = 'Here is the label.' ORDER BY f.filename`,
      );
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [
          { filename: "label.pdf", mime_type: "application/pdf" },
          { filename: "photo.png", mime_type: "image/png" },
        ],
      );
    },
    ({ printed, asked }) => {
      assert.deepEqual(printed, [["label.pdf", "application/pdf", PDF.length]]);
      assert.match(asked.at(-1), /^GET .* 200$/);
    },
    ({ printed }) => assert.deepEqual(printed, [["seller_closed"]]),
    ({ printed }) => assert.equal(printed.length, 5 + 1),
    ({ printed, asked }) => {
      assert.deepEqual(
        printed.map(([field, code]) => `${field} ${code}`),
        ["id_order_unit too_few_items", "reason unknown_value", "message too_short"],
      );
      assert.deepEqual(asked, []);
    },
    ({ printed }) => assert.deepEqual(printed[0].slice(0, 2), ["tickets/finally-closed", "no"]),
  ];
  test("are all there", () => assert.equal(examples.length, effects.length));
  for (const [index, { line, run }] of examples.entries()) {
    test(`docs/kaufland.md:${line}`, async () => effects[index]?.(await play(run)));
  }
});

test("docs/kaufland.md names every method, every value of a request and every type of problem that decides", async () => {
  const page = await readFile(join(ROOT, "docs/kaufland.md"), "utf8");
  for (const name of [
    "listTickets",
    "getTicket",
    "openTicket",
    "createTicketMessage",
    "closeTicket",
    "listTicketMessages",
    "downloadFile",
  ]) {
    assert.ok(page.includes(`\`${name}(`), name);
    assert.equal(typeof api.Kaufland.prototype[name], "function", name);
  }
  const { TicketTopic, AttachmentType, OrderUnitStatus, Currency, ProblemType, ...shown } = api.meanings("kaufland");
  for (const { value } of Object.values(shown).flat()) assert.ok(page.includes(`\`${value}\``), value);
  assert.ok(page.includes(`${TicketTopic.length} values`));
  assert.equal(AttachmentType.length, 9);
  for (const { value } of AttachmentType)
    if (!value.includes("openxml")) assert.ok(page.includes(`\`${value}\``), value);
  const open = ["missing-or-invalid-request-header"]; // the status decides
  for (const { value } of ProblemType) {
    const name = value.replace("/problems/", "");
    assert.ok(page.includes(`\`${name}\``) || open.includes(name), name);
  }
});
