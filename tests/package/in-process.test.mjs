/**
 * The local marketplaces in the process of a test, from their packed tarball: without workerd, with
 * the same seeds and the same answers as there, and quick enough for every test.
 */
import assert from "node:assert/strict";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import * as flows from "../workerd/flows.mjs";
import { makeProject, newMagaluTicket, ROOT, run, tarball } from "./lib.mjs";
import { scenarioOptions } from "./scenario.mjs";

const { resolve } = createRequire(join(ROOT, "package.json"));
const NOW = "2026-03-01T12:00:00Z";
const FLAGS = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];

let project;
let api;
let own;
before(async () => {
  project = await makeProject();
  const packed = (await tarball()).replace("seller-tickets-", "seller-tickets-marketplaces-");
  // Offline, because it has no dependencies that must be there.
  await run("npm", ["install", ...FLAGS, await tarball(), packed], { cwd: project.folder });
  api = await project.load();
  own = await import(
    pathToFileURL(join(project.folder, "node_modules/seller-tickets-marketplaces/dist/index.js")).href
  );
});
after(() => project?.dispose());

/** Node 20 has no SQLite of its own, so a user installs this package. */
async function withSqlJs() {
  const target = join(project.folder, "node_modules/sql.js");
  await symlink(dirname(dirname(resolve("sql.js"))), target, "dir").catch(() => {});
}

test("without a SQLite or workerd, it says what to install", async () => {
  const installed = await readdir(join(project.folder, "node_modules"));
  assert.deepEqual(installed.filter((name) => !name.startsWith(".")).sort(), [
    "seller-tickets",
    "seller-tickets-marketplaces",
  ]);
  const cli = join(project.folder, "node_modules/seller-tickets-marketplaces/dist/cli.js");
  await assert.rejects(run(process.execPath, [cli]), /install `miniflare`/);
  // In a process of its own, because one remembers which packages it did not find.
  const script = `
    import { marketplaces, startMarketplaces } from "seller-tickets-marketplaces";
    const told = async (start) => start().then(() => "started", ({ message }) => message);
    console.log(JSON.stringify([await told(startMarketplaces), await told(marketplaces)]));`;
  await writeFile(join(project.folder, "bare.mjs"), script);
  const [workerd, here] = JSON.parse(await project.node("bare.mjs"));
  assert.match(workerd, /install `miniflare`/);
  const hasOwn = isBuiltin("node:sqlite");
  assert.match(here, hasOwn ? /^started$/ : /install `sql\.js`/);
});

describe("with a SQLite", () => {
  before(withSqlJs);

  test("a start, a reset and a close are quick once the data has been seeded", async () => {
    const first = await own.marketplaces({ now: NOW });
    await first.close();
    const times = { start: [], reset: [], close: [] };
    const timed = async (name, work) => {
      const begun = performance.now();
      const result = await work();
      times[name].push(performance.now() - begun);
      return result;
    };
    for (let round = 0; round < 11; round += 1) {
      const each = await timed("start", () => own.marketplaces({ now: NOW }));
      const kaufland = new api.Kaufland(each.accounts.kaufland);
      await kaufland.createTicketMessage(own.seeds.kaufland.tickets[16], { text: "a" });
      await timed("reset", () => each.control.reset());
      await timed("close", each.close);
    }
    for (const [name, list] of Object.entries(times)) {
      const median = list.sort((a, b) => a - b)[5];
      assert.ok(median < 50, `${name} takes ${median} ms`);
    }
  });

  test("a reset and a close forget all, and several do not see each other", async () => {
    const count = "SELECT count(*) AS n FROM kaufland_messages WHERE text = 'mine'";
    const [one, other] = await Promise.all([own.marketplaces({ now: NOW }), own.marketplaces({ now: NOW })]);
    const id = own.seeds.kaufland.tickets[16];
    const say = (at) => new api.Kaufland(at.accounts.kaufland).createTicketMessage(id, { text: "mine" });
    await say(one);
    await one.control.settings({ kaufland: { rate_limit: null } });
    await one.control.fault({
      match: { marketplace: "kaufland" },
      fault: { kind: "status", status: 503 },
      times: null,
    });
    assert.deepEqual([await one.db.first(count), await other.db.first(count)], [{ n: 1 }, { n: 0 }]);
    assert.equal((await other.control.settings()).kaufland.rate_limit, 111);
    assert.equal((await other.control.log()).length, 0);
    await say(other);

    await one.control.reset();
    assert.deepEqual([await one.db.first(count), await other.db.first(count)], [{ n: 0 }, { n: 1 }]);
    assert.deepEqual([await one.control.faults(), await one.control.log()], [[], []]);
    assert.equal((await one.control.settings()).kaufland.rate_limit, 111);
    await say(one);
    assert.equal(await one.db.run("UPDATE kaufland_messages SET text = 'yours' WHERE text = 'mine'"), 1);
    await one.close();
    await one.close();
    await assert.rejects(say(one), { kind: "network" });
    const next = await own.marketplaces({ now: NOW });
    assert.deepEqual(await next.db.first(count), { n: 0 });
    assert.deepEqual(await next.db.first(count.replace("mine", "yours")), { n: 0 });
    await Promise.all([next.close(), other.close()]);
  });

  test("another seed, another time, and a value that is no seed", async () => {
    const titles = async (options) => {
      const each = await own.marketplaces(options);
      try {
        const rows = await each.db.all("SELECT created FROM probo_tickets");
        const texts = await each.db.all("SELECT group_concat(title) AS all_titles FROM probo_order_products");
        return [rows[0].created, texts[0].all_titles];
      } finally {
        await each.close();
      }
    };
    const [usual, seeded, later] = [
      await titles({ now: NOW }),
      await titles({ now: NOW, seed: 2 }),
      await titles({ now: new Date("2026-04-01T12:00:00Z") }),
    ];
    assert.equal(usual[0], seeded[0]);
    assert.notEqual(usual[1], seeded[1]);
    assert.notEqual(usual[0], later[0]);
    assert.equal(usual[1], later[1]);
    for (const options of [{ now: "soon" }, { now: new Date("soon") }, { seed: 1.5 }, { seed: "1" }, { seed: null }]) {
      await assert.rejects(own.marketplaces(options), RangeError);
    }
    const each = await own.marketplaces({ now: NOW });
    await each.control.reset({ now: "2026-04-01T12:00:00Z" });
    assert.deepEqual(await each.db.first("SELECT created FROM probo_tickets"), { created: later[0] });
    await each.control.reset();
    assert.deepEqual(await each.db.first("SELECT created FROM probo_tickets"), { created: usual[0] });
    await each.close();
  });

  test("an abort ends a request that stalls, and its body", async () => {
    const each = await own.marketplaces({ now: NOW });
    const kaufland = new api.Kaufland(each.accounts.kaufland);
    for (const kind of ["stall_headers", "stall_body"]) {
      await each.control.fault({ match: { marketplace: "kaufland" }, fault: { kind, ms: 20_000 } });
      const begun = Date.now();
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 50);
      const id = own.seeds.kaufland.tickets[0];
      await assert.rejects(kaufland.getTicket(id, {}, { signal: stop.signal }), { kind: "aborted" });
      await each.control.fault({ match: { marketplace: "kaufland" }, fault: { kind, ms: 20_000 } });
      await assert.rejects(kaufland.getTicket(id, {}, { timeoutMs: 50, maxRetries: 0 }), { kind: "timeout" });
      assert.ok(Date.now() - begun < 5000);
    }
    // Whoever reads a body by itself is told, too.
    await each.control.fault({ match: { marketplace: "kaufland" }, fault: { kind: "stall_body", ms: 20_000 } });
    const stop = new AbortController();
    const answer = await each.fetch(`${each.url}/kaufland/v2/tickets`, { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(answer.text(), { name: "AbortError" });
    await assert.rejects(each.fetch(each.url, { signal: AbortSignal.abort() }), { name: "AbortError" });
    await each.close();
  });

  test("the ids that it names are there", async () => {
    const each = await own.marketplaces();
    const { accounts, db } = each;
    const { kaufland, clickbank, magalu, jtlScx, probo } = own.seeds;
    const known = async (sql, ids) => {
      for (const id of ids) assert.deepEqual(await db.first(sql, id), { n: 1 }, `${sql} ${id}`);
    };
    const { tickets: all, ofAnotherSeller, ...special } = kaufland;
    await known("SELECT count(*) AS n FROM kaufland_tickets WHERE id_ticket = ?", [...all, ...Object.values(special)]);
    await assert.rejects(new api.Kaufland(accounts.kaufland).getTicket(ofAnotherSeller), { kind: "not_found" });
    const { tickets, salesWithoutTicket, ...others } = clickbank;
    await known("SELECT count(*) AS n FROM clickbank_tickets WHERE ticketid = ?", [
      ...tickets,
      ...Object.values(others),
    ]);
    for (const receipt of salesWithoutTicket) {
      assert.ok(
        (await db.first("SELECT count(*) AS n FROM clickbank_sales WHERE receipt = ?", receipt)).n > 0,
        receipt,
      );
    }
    await known("SELECT count(*) AS n FROM magalu_tickets WHERE id = ?", Object.values(magalu));
    await known(
      "SELECT count(*) AS n FROM jtl_scx_tickets WHERE channel = 'LOCALMARKET' AND ticket_id = ?",
      jtlScx.tickets,
    );
    await known("SELECT count(*) AS n FROM probo_orders WHERE reseller = 1 AND order_id = ?", probo.orders);
    await known("SELECT count(*) AS n FROM probo_tickets WHERE id = ?", [probo.ticket]);
    const cancelled = await new api.Magalu(accounts.magalu).getTicket(magalu.cancellation);
    assert.equal(cancelled.type, "cancellation");
    await each.close();
  });

  test("its types fit the clients, and name settings, actions and seeds", async () => {
    const files = {
      "here.ts": `
        import { Kaufland, Magalu } from "seller-tickets";
        import { type LocalMarketplaces, marketplaces, seeds } from "seller-tickets-marketplaces";
        const here: LocalMarketplaces = await marketplaces({ now: new Date(), seed: 2 });
        const { accounts, control, fetch, url } = here;
        export const clients = [new Kaufland(accounts.kaufland), new Magalu(accounts.magalu)];
        export const answer: Response = await fetch(url + "/kaufland/v2/tickets", { method: "GET" });
        const { kaufland, magalu } = await control.settings({ kaufland: { rate_limit: null }, magalu: { see_other: "same" } });
        export const numbers: (number | null)[] = [kaufland.rate_limit, magalu.expires_in];
        const { message_id } = await control.act("magalu", "message", { ticket_id: seeds.magalu.cancellation, message: "a" });
        const { id } = await control.act("jtl-scx", "reply", { ticketId: seeds.jtlScx.tickets[0] ?? "", message: "a" });
        export const ids: string[] = [message_id, id, ...seeds.kaufland.tickets];
        await control.reset({ now: new Date(), seed: 3 });
        // @ts-expect-error no such setting
        await control.settings({ kaufland: { page_size: 3 } });
        // @ts-expect-error no such outcome
        await control.settings({ magalu: { transaction_outcome: "lost" } });
        // @ts-expect-error no such action
        await control.act("magalu", "reply", { ticket_id: "a", message: "a" });
        // @ts-expect-error the message is missing
        await control.act("magalu", "message", { ticket_id: "a" });
        // @ts-expect-error no such seed
        seeds.kaufland.unknown;
        await here.close();`,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: "ES2022",
          module: "node16",
          lib: ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
          types: [],
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
        },
        include: ["here.ts"],
      }),
    };
    for (const [path, text] of Object.entries(files)) await writeFile(join(project.folder, path), text);
    await run(process.execPath, [resolve("typescript/bin/tsc"), "-p", project.folder]);
  });

  test("the settings that the types name are those that there are", async () => {
    const each = await own.marketplaces({ now: NOW });
    const declared = await readFile(
      join(project.folder, "node_modules/seller-tickets-marketplaces/dist/index.d.ts"),
      "utf8",
    );
    const [, body] = /export interface Settings \{\n([\s\S]*?)\n\}\n/.exec(declared);
    for (const [id, settings] of Object.entries(await each.control.settings())) {
      const [, own] = new RegExp(`^  "?${id}"?: \\{\\n([\\s\\S]*?)^  \\};`, "m").exec(body);
      const names = [...own.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
      assert.deepEqual(names.sort(), Object.keys(settings).sort(), id);
    }
    await each.close();
  });

  describe("the same as in workerd", () => {
    let there;
    let here;
    before(async () => {
      here = await own.marketplaces({ now: NOW });
      there = await startLocal({ dashboard: false, quiet: true, now: NOW });
    });
    after(async () => {
      await there?.dispose();
      await here?.close();
    });

    /** Texts that differ from run to run: times of today, and ids that are made by chance. */
    function normalized(text) {
      const seen = new Map();
      const named = (id) => {
        if (!seen.has(id)) seen.set(id, `id ${seen.size}`);
        return seen.get(id);
      };
      const today = Date.now() - 86_400_000;
      const time = (found) => (Date.parse(found.replaceAll("%3A", ":")) > today ? "now" : found);
      return text
        .replaceAll(/http:\/\/(localhost|127\.0\.0\.1)(:\d+)?/g, "http://here")
        .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d(:|%3A)\d\d(:|%3A)\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g, time)
        .replaceAll(/\b(1[6-9]\d{8}|1[6-9]\d{11})\b/g, (found) =>
          Number(found.padEnd(13, "0")) > today ? "now" : found,
        )
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, named)
        .replaceAll(/\b(?=\d*[a-f])[0-9a-f]{16,}\b/g, named);
    }

    /** The whole of both is too long to be shown. */
    function same(name, one, other) {
      const [lines, others] = [one.split("\n"), other.split("\n")];
      const at = lines.findIndex((line, index) => line !== others[index]);
      const around = (list) => list.slice(Math.max(at - 5, 0), at + 3).map((line) => line.slice(0, 500));
      if (at >= 0) assert.deepEqual(around(lines), around(others), name);
      assert.equal(lines.length, others.length, name);
    }

    /** Runs `flow` in workerd and here, with clients whose exchanges are kept and compared. */
    async function compare(flow, settings = {}) {
      const runs = [];
      for (const { accounts, control, db } of [
        { accounts: there.accounts, control: there.control, db: there.db.kaufland },
        here,
      ]) {
        await control.reset();
        await control.settings(settings);
        const exchanges = [];
        const fetch = async (url, init) => {
          const line = `${init.method} ${url}`;
          try {
            const answer = await (accounts.kaufland.fetch ?? globalThis.fetch)(url, init);
            const bytes = Buffer.from(await answer.arrayBuffer());
            const type = answer.headers.get("content-type");
            const body = /json|text|xml/.test(type) ? bytes.toString() : bytes.toString("base64");
            exchanges.push(`${line}\n${answer.status} ${type} ${answer.headers.get("retry-after")}\n${body}`);
            const { status, headers } = answer;
            return new Response(answer.body === null || status === 204 ? null : bytes, { status, headers });
          } catch (error) {
            exchanges.push(`${line}\nno answer`);
            throw error;
          }
        };
        const client = (name, account, more = {}) => new api[name]({ ...account, fetch, random: () => 0, ...more });
        const result = await flow({ accounts, control, client, db });
        const tables = await db.all(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'd1%' ORDER BY name",
        );
        const rows = {};
        for (const { name } of tables) rows[name] = await db.all(`SELECT * FROM ${name}`);
        const log = (await control.log()).map(({ method, path, status, fault }) => [method, path, status, fault]);
        runs.push({ exchanges, result, rows, log });
      }
      const [inWorkerd, inProcess] = runs.map((each) =>
        Object.fromEntries(
          Object.entries(each).map(([name, value]) => [
            name,
            normalized(JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item), 1)),
          ]),
        ),
      );
      for (const name of ["result", "exchanges", "log", "rows"]) same(name, inProcess[name], inWorkerd[name]);
      return JSON.parse(inProcess.exchanges).length;
    }

    test("Kaufland: the flow, and every seeded ticket", () =>
      compare(
        async ({ accounts, client, db }) => {
          const { units } = await scenarioOptions({ db }, "");
          const kaufland = client("Kaufland", accounts.kaufland);
          const { tickets, ofAnotherSeller, ...special } = own.seeds.kaufland;
          const all = [];
          const embedded = ["messages", "files", "order_units", "buyer", "product"];
          for (const id of [...tickets.filter((_, index) => index % 20 === 0), ...Object.values(special)]) {
            all.push(await kaufland.getTicket(id, { embedded }));
          }
          for await (const each of kaufland.listTicketMessages()) all.push(each);
          return [all, await flows.kaufland(kaufland, { units, text: "Grüße 📦" })];
        },
        { kaufland: { rate_limit: null } },
      ));

    test("ClickBank, Magalu, JTL-SCX and Probo: their flows", async () => {
      const settings = { clickbank: { rate_limit: null }, magalu: { transaction_ms: 0, moderation_ms: 0 } };
      const counts = [
        await compare(
          ({ accounts, client }) => flows.clickbank(client("ClickBank", accounts.clickbank), { comment: "a" }),
          settings,
        ),
        await compare(async ({ accounts, client }) => {
          const magalu = client("Magalu", accounts.magalu);
          const { failed, ...result } = await flows.magalu(magalu, { ticket: newMagaluTicket() });
          return { ...result, failed: failed.code };
        }, settings),
        await compare(({ accounts, client }) => {
          const { refreshToken, sellerRefreshToken } = LOCAL_KEYS.jtlScx;
          const { baseUrl } = accounts.jtlScx;
          const seller = client("JtlScx", { baseUrl, side: "seller", refreshToken: sellerRefreshToken });
          return flows.jtl(client("JtlScx", { baseUrl, refreshToken }), { seller, ticketId: "CASE-9001" });
        }),
        await compare(({ accounts, client }) =>
          flows.probo(client("Probo", accounts.probo), {
            order_id: "WEB-2002",
            id: "CMP-1",
            products: ["778203", "778204"],
            uri: "https://files.example/1.png",
          }),
        ),
      ];
      for (const count of counts) assert.ok(count > 2, String(counts));
    });

    test("faults, habits and refusals", () =>
      compare(
        async ({ accounts, control, client }) => {
          const kaufland = client("Kaufland", accounts.kaufland, { maxRetries: 1 });
          const ends = [];
          const say = async (work) => {
            const told = ({ kind, code, status, sent }) => [kind, code, status, sent];
            ends.push(await work().then((data) => data ?? null, told));
          };
          const [id] = own.seeds.kaufland.tickets;
          const faults = ["cut_body", "truncated_json", "html_error", "empty_body", "wrong_content_type", "bad_json"];
          for (const fault of [
            ...faults.map((kind) => ({ kind })),
            { kind: "status", status: 429, headers: { "retry-after": "0" } },
            { kind: "status", status: 500, when: "after" },
            { kind: "slow_body", ms: 1, pieces: 3 },
            { kind: "redirect", to: "https://elsewhere.example/" },
          ]) {
            await control.fault({ match: { marketplace: "kaufland" }, fault });
            await say(() => kaufland.getTicket(id, { embedded: ["messages"] }));
          }
          for (const fault of [
            { kind: "late", ms: 60_000 },
            { kind: "other_order" },
            { kind: "cap_page", rows: 3 },
            { kind: "repeat_page" },
            { kind: "byte_order_mark" },
            { kind: "normalise" },
            { kind: "moderate", how: "silently", words: "secret" },
            { kind: "refuse_copies", status: 409 },
          ]) {
            await control.reset();
            await control.fault({ match: { marketplace: "kaufland" }, fault });
            const text = "e\u0301 & <b>\r\nsecret ";
            const open = own.seeds.kaufland.tickets[16];
            await say(() => kaufland.createTicketMessage(open, { text }));
            await say(() => kaufland.createTicketMessage(open, { text }));
            await say(() => kaufland.getTicket(open, { embedded: ["messages"] }));
            await say(async () => (await kaufland.listTickets({ limit: 5 })).data);
            await say(async () => (await kaufland.listTickets({ limit: 5, offset: 5 })).data);
          }
          await control.reset();
          await say(() => client("Kaufland", { ...accounts.kaufland, secretKey: "x".repeat(64) }).listTickets());
          await say(() => client("Magalu", { ...accounts.magalu, accessToken: "wrong" }).getTicket("a"));
          await say(() => kaufland.closeTicket(own.seeds.kaufland.notClosable));
          await control.act("magalu", "message", { ticket_id: own.seeds.magalu.cancellation, message: "Olá" });
          return ends;
        },
        { kaufland: { rate_limit: null } },
      ));
  });
});
