/**
 * Letters with files, from the page to the marketplaces' own databases, hand-overs that are
 * repeated, and files of messages on their way back.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { namesOf, startD1 } from "./desk-d1.mjs";
import { answerWith, launchChromium, makeProject, startServer } from "./lib.mjs";

const project = await makeProject();
const { Desk, d1Store, deskRoutes, memoryStore, TicketError } = await project.load("/desk");
const { JtlScx, Kaufland, Magalu, ClickBank, Probo } = await project.load();

/** The name of the event is documented nowhere: this one is the local marketplace's own. */
const TICKET_EVENT = "Channel:Ticket.Created";
const MIB = 1024 * 1024;

let local;
let db;
let control;
let d1;

before(async () => {
  local = await startLocal({ dashboard: false, quiet: true });
  ({ control } = local);
  db = local.db.kaufland;
  d1 = await startD1(namesOf(4));
});
after(async () => {
  await d1?.dispose();
  await local?.dispose();
  await project.dispose();
});

function clients() {
  const { accounts } = local;
  const all = { maxRetries: 0, settleMs: 1_000 };
  // It spreads its calls over the minute. By its own clock, the next one may always be made.
  let at = Date.now();
  const now = () => {
    at += 3_000;
    return at;
  };
  const side = { side: "seller", refreshToken: LOCAL_KEYS.jtlScx.sellerRefreshToken, now };
  return {
    "kf-de": new Kaufland({ ...accounts.kaufland, ...all }),
    cb: new ClickBank({ ...accounts.clickbank, ...all }),
    mg: new Magalu({ ...accounts.magalu, ...all }),
    jtl: { client: new JtlScx({ ...accounts.jtlScx, ...all, ...side }), ticketEvents: [TICKET_EVENT] },
    pb: new Probo({ ...accounts.probo, ...all }),
  };
}

/** Few tickets, and no limits of rates. */
async function prepare() {
  await control.reset();
  await control.settings({
    kaufland: { rate_limit: null },
    magalu: { rate_limit: null },
    clickbank: { rate_limit: null },
    "jtl-scx": { rate_limits: false },
  });
  const keep = "NOT IN (SELECT rowid FROM %t ORDER BY rowid DESC LIMIT 12)";
  for (const table of ["kaufland_tickets", "clickbank_tickets", "magalu_tickets"]) {
    await db.run(`DELETE FROM ${table} WHERE rowid ${keep.replace("%t", table)}`);
  }
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A picture of this size, whose bytes are not all alike. */
function picture(size, seed = 1) {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + seed * 17 + (at >> 8)) & 255;
  bytes.set(PNG.slice(0, size));
  return bytes;
}

const file = (name, size, seed) => ({ filename: name, content: picture(size, seed) });
const hash = async (bytes) => Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");

/** What the marketplaces store of files: name and hash, in their order. */
const KEPT = {
  "kf-de": ["kaufland_files", "filename", "kaufland_file_chunks", "f.id_file = p.id_file"],
  mg: ["magalu_attachments", "file_name || '.' || f.file_extension", "magalu_attachment_pieces", "f.id = p.id"],
  jtl: [
    "jtl_scx_files",
    "filename",
    "jtl_scx_file_pieces",
    "f.ticket = p.ticket AND f.side = p.side AND f.filename = p.filename",
  ],
};
async function stored(account, names) {
  const [table, name, pieces, on] = KEPT[account];
  const rows = await db.all(
    `SELECT f.rowid AS n, f.${name} AS name, p.base64 AS base64 FROM ${table} f JOIN ${pieces} p ON ${on}
     ORDER BY f.rowid, p.position`,
  );
  const found = new Map();
  for (const { n, name, base64 } of rows) {
    const known = found.get(n) ?? { name, parts: [] };
    known.parts.push(Buffer.from(base64, "base64"));
    found.set(n, known);
  }
  const all = [...found.values()].filter(({ name }) => names.includes(name));
  return Promise.all(all.map(async ({ name, parts }) => [name, await hash(Buffer.concat(parts))]));
}

const refusedWith = (code) => (error) => {
  assert.ok(error instanceof TicketError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

const brokenAt = (expected) => (error) => {
  refusedWith("invalid_input")(error);
  assert.deepEqual(
    error.violations.map(({ field, code }) => `${field} ${code}`).sort(),
    [...expected].sort(),
    JSON.stringify(error.violations),
  );
  for (const { field, message } of error.violations) {
    if (field !== "") assert.ok(message.includes(`\`${field}\``), message);
  }
  return true;
};

for (const [name, make] of [
  ["memory", async () => memoryStore()],
  ["D1", async () => d1Store(await d1.next())],
]) {
  describe(`letters with files, in ${name}`, () => {
    let store;
    let desk;
    let page;
    let now;
    /** The keys of tickets that can be answered. */
    const keys = {};
    let broken = 0;

    const pass = async (ms) => {
      now += ms;
      await desk.sync({ budget: { calls: 200, ms: 60_000 } });
    };
    const letterOf = async (key, id) => (await desk.read(key)).letters.find((one) => one.id === id);
    /** Lets time pass until a letter has one of these states. */
    const until = async (key, id, ...states) => {
      for (let round = 0; round < 40; round += 1) {
        const letter = await letterOf(key, id);
        if (states.includes(letter.state)) return letter;
        await pass(16_000);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return assert.fail(`the letter is ${JSON.stringify(await letterOf(key, id))}`);
    };
    const isKept = async (id) => (await store.fileParts(id, 0, 0)).length > 0;

    before(async () => {
      await prepare();
      store = await make();
      now = Date.now();
      const options = { accounts: clients(), store, profile: { code: "7", name: "Ana" }, now: () => now };
      desk = new Desk(options);
      for (let round = 0; round < 60; round += 1) {
        const { calls } = await desk.sync({ budget: { calls: 200, ms: 60_000 } });
        if (calls === 0) break;
      }
      for (const account of ["kf-de", "mg", "jtl", "cb"]) {
        for (const view of ["todo", "waiting"]) {
          for (const { key } of (await desk.list({ account, view, limit: 200 })).items) {
            const { actions } = await desk.read(key);
            const isOpen = actions.find(({ action }) => action === "reply").allowed === true;
            if (isOpen) keys[account] ??= key;
          }
        }
        assert.ok(keys[account], `a ticket of ${account}`);
      }
      const routes = deskRoutes({
        desk,
        authorize: () => ({ person: "kim", accounts: ["kf-de", "mg", "jtl", "cb"], access: "write" }),
        onError: () => {
          broken += 1;
        },
      });
      page = new Desk({
        remote: "/api/desk",
        fetch: (url, init) => routes.fetch(new Request(`https://d.example${url}`, init)),
      });
    });

    test("files arrive as they were given, at each marketplace that takes some", async () => {
      const many = [file("Größe 1.png", 9), file("größe 1.png", 3 * MIB + 5, 2), file("c.png", 40, 3)];
      const cases = [
        ["kf-de", many, ["Größe 1.png", "größe 1.png", "c.png"], "confirmed"],
        ["mg", [file("nota fiscal.png", 5 * MIB, 4)], ["nota fiscal.png"], "published"],
        ["jtl", many, ["Groesse_1.png", "groesse_1_2.png", "c.png"], "confirmed"],
      ];
      for (const [account, files, names, end] of cases) {
        for (const from of name === "D1" ? [page] : [desk, page]) {
          const text = `See the files, ${from === desk ? "from here" : "from a page"}.`;
          const id = await from.do(keys[account], "reply", { text, files }, { holdMs: 1_000 });
          const shown = (await letterOf(keys[account], id)).files;
          assert.deepEqual(
            shown,
            files.map(({ filename, content }) => ({
              filename,
              type: "image/png",
              size: content.byteLength,
              isUnsent: false,
            })),
          );
          assert.equal(await isKept(id), true);
          const letter = await until(keys[account], id, end, "refused", "needsPerson", "rejected");
          assert.equal(letter.state, end, `${account}: ${letter.why}`);
          // Files that arrived need not be kept any longer.
          assert.equal(await isKept(id), false, account);
          const expected = await Promise.all(files.map(async ({ content }, at) => [names[at], await hash(content)]));
          const found = await stored(account, names);
          for (const one of expected) {
            assert.ok(
              found.some((known) => known[0] === one[0] && known[1] === one[1]),
              `${account}: ${one} in ${JSON.stringify(found)}`,
            );
          }
          if (account === "jtl") {
            const { messages } = await desk.read(keys.jtl);
            assert.deepEqual(
              messages.at(-1).files.map(({ name }) => name),
              files.map(({ filename }) => filename),
            );
          }
        }
      }
      assert.equal(broken, 0);
    });

    test("files are taken in every form", async () => {
      const png = picture(30);
      const data = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
      const forms = [
        [new File([png], "a.png", { type: "image/png" })],
        [{ filename: "b.png", content: new Blob([png]) }],
        [{ filename: "c.png", mime_type: "image/png", content: png.buffer }],
        [{ filename: "d.png", mime_type: "image/png", data }],
        [{ filename: "e.png", content: new Response(png) }],
        [{ filename: "f.png", content: new Blob([png]).stream() }],
        { length: 1, item: (at) => (at === 0 ? new File([png], "g.png") : null), 0: new File([png], "g.png") },
      ];
      for (const from of [desk, page]) {
        for (const files of forms) {
          if (files[0].content instanceof Response) files[0].content = new Response(png);
          if (files[0].content instanceof ReadableStream) files[0].content = new Blob([png]).stream();
          const id = await from.do(keys["kf-de"], "reply", { text: "x", files }, { holdMs: 60_000 });
          const [shown] = (await letterOf(keys["kf-de"], id)).files;
          assert.deepEqual([shown.type, shown.size], ["image/png", 30]);
          assert.deepEqual(await store.fileParts(id, 0, 0), [png]);
          await desk.undo(id);
          assert.equal(await isKept(id), false);
        }
      }
      for (const none of [undefined, null, []]) {
        const id = await page.do(keys["kf-de"], "reply", { text: "x", files: none }, { holdMs: 60_000 });
        assert.deepEqual((await letterOf(keys["kf-de"], id)).files, []);
        await page.undo(id);
      }
    });

    test("what is wrong with files is told before anything is queued, all of it", async () => {
      const outbox = async () => (await desk.list({ view: "outbox", limit: 200 })).items.length;
      const before = await outbox();
      const exe = { filename: "a.exe", content: Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]) };
      const good = file("a.png", 20);
      const cases = [
        ["kf-de", { files: [exe, good] }, ["text required", "files[0] unknown_file_type"]],
        ["kf-de", { text: "x", files: [{ ...good, filename: "" }] }, ["files[0].filename required"]],
        ["kf-de", { text: "x", files: "a.png" }, ["files wrong_type"]],
        ["kf-de", { text: "x", files: [5] }, ["files[0] wrong_type"]],
        [
          "kf-de",
          { text: "x", files: [{ filename: "a.png", size: 9, found: "image/png" }] },
          ["files[0] file_missing"],
        ],
        ["kf-de", { text: "x", files: [{ filename: "a.png", data: "x" }] }, ["files[0].data data_url_scheme"]],
        ["kf-de", { text: "x", files: [file("a.png", 15 * MIB), file("b.png", 15 * MIB)] }, ["files too_large"]],
        ["mg", { text: "x", files: [good, good] }, ["files too_many_files"]],
        [
          "mg",
          { text: "x", files: [{ filename: "a.gif", content: new TextEncoder().encode("GIF89a......") }] },
          ["files[0] file_type_not_allowed"],
        ],
        ["jtl", { text: "x", files: Array.from({ length: 11 }, () => good) }, ["files too_many_files"]],
        ["jtl", { text: "x", files: [file("a.png", 16_000_001)] }, ["files[0] file_too_large"]],
        ["cb", { text: "x", files: [good] }, ["files too_many_files"]],
        ["kf-de", { text: "x", filesOf: 5 }, ["filesOf wrong_type"]],
        ["kf-de", { text: "x", filesOf: { letter: "x" } }, ["filesOf wrong_type"]],
      ];
      for (const [account, args, expected] of cases) {
        for (const from of [desk, page]) {
          await assert.rejects(from.do(keys[account], "reply", args), brokenAt(expected), `${account}: ${expected}`);
        }
        // To be asked, a description is enough.
        const wrong = expected.filter((one) => !one.endsWith("file_missing"));
        const found = await desk.check(keys[account], "reply", args);
        assert.deepEqual(found.map(({ field, code }) => `${field} ${code}`).sort(), wrong.sort());
      }
      // A stream that breaks off is a file that cannot be read.
      const failing = () =>
        new ReadableStream({
          pull: () => {
            throw new Error("gone");
          },
        });
      for (const from of [desk, page]) {
        const files = [{ filename: "a.png", content: failing() }];
        await assert.rejects(
          from.do(keys["kf-de"], "reply", { text: "x", files }),
          brokenAt(["files[0] file_unreadable"]),
        );
      }
      await assert.rejects(desk.do(keys["kf-de"], "close", { files: [good] }), brokenAt(["files too_many_files"]));
      await assert.rejects(desk.do(keys["kf-de"], "done", { files: [good] }), brokenAt(["files too_many_files"]));
      await assert.rejects(
        desk.do(keys["kf-de"], "reply", { text: "x", filesOf: "nothing" }),
        refusedWith("unknown_letter"),
      );
      assert.equal(await outbox(), before);
      // A page asks without sending anything of the files.
      assert.deepEqual(await page.check(keys.mg, "reply", { text: "x", files: [good] }), []);
      const found = await page.check(keys.mg, "reply", { files: [good, good] });
      assert.deepEqual(found.map(({ field }) => field).sort(), ["files", "text"]);
    });

    test("a letter that was refused keeps its files, and they are sent again", async () => {
      const key = keys["kf-de"];
      const files = [file("one.png", 2 * MIB + 1, 5), file("two.png", 50, 6)];
      const fault = { kind: "status", status: 422 };
      await control.fault([{ match: { marketplace: "kaufland", method: "POST" }, fault, times: 1 }]);
      const id = await page.do(key, "reply", { text: "first try", files }, { holdMs: 0 });
      assert.equal((await until(key, id, "refused", "confirmed")).state, "refused");
      assert.equal(await isKept(id), true);
      const more = { text: "second try", files: [file("three.png", 60, 7)] };
      const again = await page.do(key, "reply", { ...more, filesOf: id }, { holdMs: 0 });
      const letter = await until(key, again, "confirmed", "refused");
      assert.equal(letter.state, "confirmed", letter.why);
      assert.deepEqual(
        letter.files.map(({ filename }) => filename),
        ["one.png", "two.png", "three.png"],
      );
      const names = ["one.png", "two.png", "three.png"];
      const expected = [...files, ...more.files].map(async ({ filename, content }) => [filename, await hash(content)]);
      assert.deepEqual(await stored("kf-de", names), await Promise.all(expected));
      // Only some of them, and what is wrong is named as it was given.
      const some = { text: "third", filesOf: { letter: id, files: [1] } };
      const third = await page.do(key, "reply", some, { holdMs: 60_000 });
      assert.deepEqual(
        (await letterOf(key, third)).files.map(({ filename }) => filename),
        ["two.png"],
      );
      const exe = { filename: "a.exe", content: Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]) };
      await assert.rejects(
        page.do(key, "reply", { text: "x", filesOf: id, files: [exe] }),
        brokenAt(["files[0] unknown_file_type"]),
      );
      await assert.rejects(
        page.do(key, "reply", { text: "x", filesOf: { letter: id, files: [7] } }),
        brokenAt(["filesOf file_missing"]),
      );
      // A letter that is there has none left, and one of another account is not found.
      await assert.rejects(page.do(key, "reply", { text: "x", filesOf: again }), brokenAt(["filesOf file_missing"]));
      await assert.rejects(page.do(keys.jtl, "reply", { text: "x", filesOf: id }), refusedWith("unknown_letter"));
      await page.undo(third);
      await page.undo(id);
      assert.equal(await isKept(id), false);
    });

    test("a file that JTL does not take is told, and the others arrive", async () => {
      const fault = { kind: "status", status: 422 };
      await control.fault([
        { match: { marketplace: "jtl-scx", path: "/v1/seller/ticket/attachment/*" }, fault, times: 1 },
      ]);
      const files = [file("lost.png", 20, 8), file("there.png", 30, 9)];
      const id = await desk.do(keys.jtl, "reply", { text: "two files", files }, { holdMs: 0 });
      const letter = await until(keys.jtl, id, "needsPerson", "confirmed");
      assert.deepEqual([letter.state, letter.why], ["needsPerson", "files_not_sent"]);
      assert.deepEqual(
        letter.files.map(({ isUnsent }) => isUnsent),
        [true, false],
      );
      assert.deepEqual(await stored("jtl", ["lost.png", "there.png"]), [["there.png", await hash(files[1].content)]]);
      assert.equal(await isKept(id), true);
      // A busy marketplace is waited for.
      const busy = { kind: "status", status: 503 };
      await control.fault([
        { match: { marketplace: "jtl-scx", path: "/v1/seller/ticket/attachment/*" }, fault: busy, times: 2 },
      ]);
      const late = await desk.do(keys.jtl, "reply", { text: "late", files: [file("late.png", 20)] }, { holdMs: 0 });
      assert.equal((await until(keys.jtl, late, "needsPerson", "confirmed")).state, "confirmed");
      assert.equal((await stored("jtl", ["late.png"])).length, 1);
    });

    test("the same hand-over queues nothing twice", async () => {
      const key = keys["kf-de"];
      for (const [from, id] of [
        [desk, "5f0c9a1e-1b1f-4f4e-9c55-0a2f8f0f2c11"],
        [page, "from_a-page"],
      ]) {
        const args = () => ({ text: "only once", files: [file("once.png", 5 * MIB, 10)] });
        const options = { id, holdMs: 30_000 };
        const both = await Promise.allSettled([
          from.do(key, "reply", args(), options),
          from.do(key, "reply", args(), options),
        ]);
        for (const { status, value, reason } of both) {
          // Of two at once, one may be asked to try again.
          if (status === "rejected") assert.ok(reason.retryable && reason.code === "too_many_changes", String(reason));
          else assert.equal(value, id);
        }
        assert.equal(await from.do(key, "reply", args(), options), id);
        const mine = async () => (await desk.read(key)).letters.filter((letter) => letter.id === id);
        assert.equal((await mine()).length, 1);
        assert.equal((await mine())[0].holdUntil > now, true);
        for (const [of, action, other] of [
          [key, "reply", { ...args(), text: "another" }],
          [key, "reply", { text: "only once" }],
          [key, "reply", { text: "only once", files: [file("other.png", 5 * MIB, 10)] }],
          [key, "interimNotice", args()],
          [keys.jtl, "reply", args()],
        ]) {
          await assert.rejects(from.do(of, action, other, options), (error) => {
            assert.equal(error.kind, "conflict");
            return refusedWith("id_taken")(error);
          });
        }
        // It stays the same letter after it was sent, and when it could not be sent any more.
        await desk.undo(id);
        assert.equal(await from.do(key, "reply", args(), options), id);
        assert.equal((await mine())[0].state, "cancelled");
        for (const wrong of ["", "a b", "x".repeat(65), "ä", 5, "a/b", "a\n"]) {
          await assert.rejects(from.do(key, "reply", { text: "x" }, { id: wrong }), brokenAt(["id wrong_type"]));
        }
      }
      const own = page.do(key, "close", { text: "x" }, { id: "local-1" });
      await own.then((id) => page.undo(id));
    });

    test("a hand-over that broke off is no letter, and the next one makes it whole", async () => {
      const key = keys["kf-de"];
      const args = { text: "in two tries", files: [file("big.png", 6 * MIB, 11)] };
      const dying = (commits) => {
        let left = commits;
        return new Desk({
          accounts: clients(),
          store: {
            ...store,
            commit: (batch) => {
              left -= 1;
              return left < 0 ? Promise.reject(new Error("killed")) : store.commit(batch);
            },
          },
          now: () => now,
        });
      };
      for (const [id, waits] of [
        ["broken-1", false],
        ["broken-2", true],
      ]) {
        await assert.rejects(dying(1).do(key, "reply", args, { id, holdMs: 0 }), refusedWith("store_failed"));
        assert.equal((await letterOf(key, id)).state, "draft");
        await pass(60_000);
        assert.equal((await letterOf(key, id)).state, "draft");
        if (waits) {
          await pass(300_000);
          const letter = await letterOf(key, id);
          assert.deepEqual([letter.state, letter.why], ["cancelled", "incomplete"]);
          assert.equal(await isKept(id), false);
        }
        assert.equal(
          (await db.first("SELECT count(*) AS n FROM kaufland_messages WHERE text = ?", args.text)).n,
          waits ? 1 : 0,
        );
        assert.equal(await page.do(key, "reply", args, { id, holdMs: 0 }), id);
        assert.equal((await until(key, id, "confirmed", "refused", "needsPerson")).state, "confirmed");
      }
      const found = await stored("kf-de", ["big.png"]);
      assert.deepEqual(found, Array(2).fill(["big.png", await hash(args.files[0].content)]));
    });

    test("files of messages come back through the desk", async () => {
      const sent = [file("back ü.png", 300, 12)];
      const id = await desk.do(keys["kf-de"], "reply", { text: "with a file", files: sent }, { holdMs: 0 });
      await until(keys["kf-de"], id, "confirmed");
      await pass(400_000);
      const read = await page.read(keys["kf-de"]);
      const own = read.files.find(({ name }) => name === "back ü.png");
      assert.ok(own, JSON.stringify(read.files));
      assert.ok(!/access_token|token=|https?:\/\//.test(JSON.stringify([read.files, read.raw.ticket.files])));
      for (const from of [desk, page]) {
        const got = await from.file(keys["kf-de"], { message: null, file: own.id });
        assert.deepEqual([got.filename, got.type], ["back ü.png", "image/png"]);
        assert.deepEqual(new Uint8Array(await got.bytes.arrayBuffer()), sent[0].content);
      }
      // A message of the customer's.
      let of;
      for (const view of ["todo", "waiting", "done"]) {
        for (const { key } of (await desk.list({ account: "mg", view, limit: 200 })).items) {
          const { messages } = await desk.read(key);
          const message = messages?.find(({ files }) => files.length > 0);
          if (message !== undefined) of ??= { key, message: message.id, file: message.files[0] };
        }
      }
      assert.ok(of, "a message with a file at Magalu");
      const { key, message } = of;
      const got = await page.file(key, { message, file: of.file.id });
      assert.equal(got.filename, of.file.name);
      assert.ok(got.bytes.size > 0);
      for (const which of [
        { message, file: "nothing" },
        { message: "nothing", file: of.file.id },
        { message: null, file: of.file.id },
      ]) {
        await assert.rejects(page.file(key, which), refusedWith("unknown_file"));
      }
      for (const which of [{}, { message: 5, file: "x" }, { file: 5 }, { file: "x", y: 1 }, null]) {
        await assert.rejects(page.file(key, which), refusedWith("invalid_input"));
      }
      await assert.rejects(
        page.file({ account: "pb", id: "x" }, { message, file: "x" }),
        refusedWith("unknown_ticket"),
      );
    });

    test("a file that JTL has announced may come later", async () => {
      let of;
      for (const { key } of (await desk.list({ account: "jtl", limit: 200 })).items) {
        const { messages } = await desk.read(key);
        const message = messages.find(({ from, files }) => from !== "seller" && files.length > 0);
        if (message !== undefined) of ??= { key, which: { message: message.id, file: message.files[0].id } };
      }
      assert.ok(of, "an event with a file");
      const fault = { kind: "status", status: 404 };
      await control.fault([
        { match: { marketplace: "jtl-scx", path: "/v1/seller/ticket/attachment/*" }, fault, times: 1 },
      ]);
      await assert.rejects(page.file(of.key, of.which), (error) => {
        assert.equal(error.retryable, true);
        return refusedWith("file_not_there")(error);
      });
      await control.fault([]);
      const got = await page.file(of.key, of.which);
      assert.ok(got.bytes.size > 0 && got.filename === of.which.file, JSON.stringify([got.filename, of.which]));
    });

    test("forgetting leaves no file behind", async () => {
      const key = keys["kf-de"];
      const id = await desk.do(key, "reply", { text: "x", files: [file("canary.png", 20)] }, { holdMs: 1e9 });
      assert.equal(await isKept(id), true);
      assert.ok((await desk.forget({ account: "kf-de" })) > 0);
      assert.equal(await isKept(id), false);
    });
  });
}

describe("the routes", () => {
  const caller = { person: "kim", accounts: ["kf-de"], access: "write" };
  const ask = async (routes, path, init) => {
    const response = await routes.fetch(new Request(`https://d.example/api/desk/${path}`, { method: "POST", ...init }));
    return { response, error: response.ok ? undefined : (await response.clone().json()).error };
  };

  test("a form is taken by `do` alone, and within its limits", async () => {
    const desk = new Desk({ accounts: clients(), store: memoryStore() });
    const routes = deskRoutes({ desk, authorize: () => caller, onError: () => {} });
    const form = (call, ...files) => {
      const made = new FormData();
      if (call !== undefined) made.set("call", call);
      for (const one of files) made.append("file", new Blob([one]), "file");
      return made;
    };
    for (const body of [
      form(undefined, "x"),
      form("{}"),
      form("x"),
      form("[]"),
      form('[{},"reply",{}]'),
      form('[{},"reply",{"files":5}]'),
    ]) {
      const { response, error } = await ask(routes, "do", { body });
      assert.deepEqual([response.status, error.code], [400, "invalid_json"]);
    }
    const call = JSON.stringify([{ account: "kf-de", id: "x" }, "reply", { text: "x", files: [{ filename: "a" }] }]);
    assert.equal((await ask(routes, "do", { body: form(call, "x") })).error.code, "unknown_ticket");
    assert.equal((await ask(routes, "list", { body: form("[]") })).error.code, "invalid_json");
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    assert.equal((await ask(routes, "do", { headers, body: "--y" })).error.code, "invalid_json");
    // Whether or not the length is told.
    const large = form(call, new Uint8Array(28 * MIB));
    const told = await new Response(large).blob();
    const type = { "content-type": told.type };
    for (const headers of [{ ...type, "content-length": String(told.size) }, type]) {
      const { response, error } = await ask(routes, "do", { headers, body: told.stream(), duplex: "half" });
      assert.deepEqual([response.status, error.violations[0].code], [413, "too_large"]);
    }
    // A page elsewhere sends no form either.
    const foreign = await ask(routes, "do", { headers: { origin: "https://evil.example" }, body: form(call, "x") });
    assert.equal(foreign.error.code, "foreign_origin");
  });
});

/** A page in Chromium, whose desk is behind these routes. */
const PAGE = `
import { Desk } from "seller-tickets/desk";

const desk = new Desk({ remote: "/api/desk" });
globalThis.play = async (key, size) => {
  const bytes = new Uint8Array(size).fill(7);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const files = [new File([bytes], "aus der Seite ü.png", { type: "image/png" }), new File(["hello"], "b.txt")];
  const progress = [];
  const onProgress = ({ phase, loaded, total, attempt }) => progress.push([phase, loaded, total, attempt]);
  const id = await desk.do(key, "reply", { text: "from Chromium", files }, { id: "chromium", holdMs: 60_000, onProgress });
  const again = await desk.do(key, "reply", { text: "from Chromium", files }, { id: "chromium", holdMs: 60_000, onProgress });
  const { letters } = await desk.read(key);
  const broken = await desk.do(key, "reply", { files: [new File([bytes], "a.txt")] }, { onProgress }).catch((error) => error.violations.map(({ field, code }) => field + " " + code));
  const lost = await new Desk({ remote: "/nowhere" }).do(key, "reply", { text: "x", files }, { onProgress }).catch(({ name, code, sent }) => ({ name, code, sent }));
  return { id, again, progress, files: letters.find((letter) => letter.id === id).files, broken, lost };
};
globalThis.ready = true;
`;

test("a page hears how much of its files was sent", async () => {
  await prepare();
  const desk = new Desk({ accounts: { "kf-de": clients()["kf-de"] }, store: memoryStore() });
  for (let round = 0; round < 20; round += 1) await desk.sync({ budget: { calls: 100 } });
  const [{ key }] = (await desk.list({ view: "todo" })).items;
  const routes = deskRoutes({ desk, authorize: () => ({ person: "kim", accounts: ["kf-de"], access: "write" }) });
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: project.folder },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  const [{ text: script }] = outputFiles;
  // Nothing of wasm comes along, and nothing of a store.
  assert.ok(script.length < 60_000 && !script.includes("desk_tickets"), `${script.length} characters`);
  const server = await startServer(async (request, response, body) => {
    if (request.url === "/") {
      return response
        .writeHead(200, { "content-type": "text/html" })
        .end('<script type="module" src="/page.js"></script>');
    }
    if (request.url === "/page.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    if (!request.url.startsWith("/api/desk/")) return response.writeHead(404).end("nothing");
    return answerWith((asked) => routes.fetch(asked), request, response, body);
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction("globalThis.ready");
    const { id, again, progress, files, broken, lost } = await page.evaluate(
      ([of, size]) => globalThis.play(of, size),
      [key, 3 * MIB],
    );
    assert.deepEqual([id, again], ["chromium", "chromium"]);
    assert.deepEqual(
      files.map(({ filename, type, size }) => [filename, type, size]),
      [
        ["aus der Seite ü.png", "image/png", 3 * MIB],
        ["b.txt", "text/plain", 5],
      ],
    );
    const told = progress.filter(([, loaded]) => loaded !== undefined);
    assert.ok(told.length > 0, JSON.stringify(progress));
    assert.ok(progress.every(([phase, , , attempt]) => phase === "sending" && attempt === 1));
    assert.ok(
      told.some(([, loaded, total]) => loaded === total && total > 3 * MIB),
      JSON.stringify(told),
    );
    assert.deepEqual(broken.sort(), ["files[0].filename filename_mismatch", "text required"]);
    assert.deepEqual(lost, { name: "TicketError", code: "unreadable_answer", sent: "maybe" });
  } finally {
    await browser.close();
    await server.dispose();
  }
});
