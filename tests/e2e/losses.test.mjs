// Nothing that was written is lost, and no letter becomes a command: reloads, closed tabs, slow and refused
// answers, the end of a session, signing out, no connection, two tabs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addressOf, canSend, field, findRow, focused, goTo, isRead, nameOf, rows, slow, thread } from "./desk.mjs";
import { Dashboard, give, Marketplace, noisePng, until, ZIP } from "./support.mjs";

/** The letters of an account are sent one after the other, and a large picture may be before them. */
const LONG_MS = 120_000;

const dashboard = new Dashboard();
let kaufland;
let jtl;

before(async () => {
  await dashboard.start({ most: 40 });
  kaufland = new Marketplace(dashboard.demo);
  jtl = new Marketplace(dashboard.demo, "jtlScx", "/jtl-scx");
});
after(async () => {
  await dashboard.settle();
  await dashboard.stop();
});

const written = (text) => kaufland.rows("SELECT * FROM kaufland_messages WHERE text = ?", text);
const lands = (text) =>
  until(async () => (await written(text)).length > 0, { what: `"${text}" at the marketplace`, ms: LONG_MS });
const png = (name, bytes = 2_000) => ({ name, mimeType: "image/png", buffer: noisePng(bytes) });
const attachments = (page) => page.getByRole("list", { name: "Files" }).getByRole("listitem");

/** Lets the browser's database wait for another tab until the returned function is called. */
async function slowDatabase(context) {
  const page = await context.newPage();
  await page.goto(new URL("/favicon.svg", dashboard.demo.url).href);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("desk");
        opening.onsuccess = () => {
          const store = opening.result.transaction("kept", "readwrite").objectStore("kept");
          const hold = () => {
            store.get("nothing").onsuccess = hold;
            resolve();
          };
          hold();
        };
      }),
  );
  return () => page.close();
}

describe("side by side", { concurrency: 2 }, () => {
  describe("words and commands", { concurrency: 4 }, () => {
    test("when a send ends, the focus stays in what is typed elsewhere, and no letter is a command", async () => {
      const [first, second] = await dashboard.fresh("kf-de", 2);
      const page = await dashboard.open(addressOf(first));
      await isRead(page, first);
      const text = `slow to be taken ${Math.random()}`;
      const go = await slow(page, "do");
      await field(page).fill(text);
      await field(page).press("Control+Shift+Enter");
      await goTo(page, second);
      await field(page).focus();
      await page.keyboard.type("xer");
      await go();
      await until(async () => (await dashboard.ask("read", first.key)).letters.length > 0, { what: "the letter" });
      await page.keyboard.type(" jkzhe?/");
      assert.equal(await focused(page), "reply");
      assert.equal(await field(page).inputValue(), "xer jkzhe?/");
      assert.equal(await field(page).getAttribute("data-name"), nameOf(second));
      assert.equal(await page.getByRole("dialog").count(), 0);
      const { ticket } = await dashboard.ask("read", second.key);
      assert.deepEqual([ticket.view, ticket.local.snoozedUntil, ticket.state], ["todo", null, "open"]);
      await lands(text);
    });

    test("what is typed before a thread is there is written, and nothing else happens", async () => {
      const [first, second] = await dashboard.fresh("kf-de", 2);
      const page = await dashboard.open(addressOf(first));
      await isRead(page, first);
      const go = await slow(page, "read");
      await (await findRow(page, second)).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("r");
      await page.keyboard.type("xez: typed at once");
      assert.equal(await field(page).inputValue(), "xez: typed at once");
      await go();
      await isRead(page, second);
      assert.equal(await field(page).inputValue(), "xez: typed at once");
      assert.equal(await focused(page), "reply");
      assert.equal(await page.getByRole("dialog").count(), 0);
    });
  });

  describe("what was written is kept", { concurrency: 4 }, () => {
    test("a draft with its files and its tick, over a reload, a closed tab, and another ticket in between", async () => {
      const [first, second] = await dashboard.fresh("kf-de", 2);
      const context = await dashboard.browser();
      const page = await dashboard.open(addressOf(first), { context });
      await isRead(page, first);
      await page.getByRole("tab", { name: "Interim notice" }).click();
      await field(page).fill("Half a thought");
      await give(page, "#reply", "drop", [png("parcel.png"), png("label.png")]);
      await attachments(page).nth(1).waitFor();
      await goTo(page, second);
      assert.equal(await field(page).inputValue(), "");
      assert.equal(await attachments(page).count(), 0);
      const isThere = async (where) => {
        await isRead(where, first);
        assert.equal(await field(where).inputValue(), "Half a thought");
        assert.equal(await where.getByRole("tab", { name: "Interim notice" }).getAttribute("aria-selected"), "true");
        assert.deepEqual(
          (await attachments(where).allInnerTexts()).map((text) => /parcel\.png|label\.png/.exec(text)?.[0]),
          ["parcel.png", "label.png"],
        );
      };
      await goTo(page, first);
      await isThere(page);
      await page.reload();
      await isThere(page);
      // No time to say goodbye.
      await page.close({ runBeforeUnload: false });
      const again = await dashboard.open(addressOf(first), { context });
      await isThere(again);
      await field(again).press("Control+Shift+Enter");
      const message = await until(async () => (await written("Half a thought"))[0], {
        what: "the notice",
        ms: LONG_MS,
      });
      assert.equal(message.interim_notice, 1);
      const files = await kaufland.rows(
        "SELECT filename FROM kaufland_files WHERE id_ticket_message = ?",
        message.id_ticket_message,
      );
      assert.deepEqual(files.map(({ filename }) => filename).sort(), ["label.png", "parcel.png"]);
    });

    for (const [how, end] of [
      ["a reload", async (page) => page.reload({ waitUntil: "commit" }).then(() => page)],
      ["a tab closed", async (page) => page.close().then(() => page.context().newPage())],
      ["a tab killed", async (page) => page.goto("chrome://crash").catch(() => page.context().newPage())],
    ]) {
      test(`no letter is lost by ${how} before the browser has stored it`, async () => {
        const [ticket, second] = await dashboard.fresh("kf-de", 2);
        const context = await dashboard.browser();
        const page = await dashboard.open(addressOf(ticket), { context });
        await isRead(page, ticket);
        await give(page, "#reply", "drop", [png("parcel.png")]);
        await attachments(page).first().waitFor();
        await field(page).focus();
        await page.keyboard.type("Typed");
        await goTo(page, second);
        await field(page).fill("To be deleted");
        await goTo(page, ticket);
        const go = await slowDatabase(context);
        await field(page).press("Control+End");
        await page.keyboard.type(" and stored later.");
        await goTo(page, second);
        await field(page).fill("");
        await page.getByRole("tab", { name: "Note to colleagues" }).click();
        await field(page).fill("A note.");
        const again = await end(page);
        await go();
        await again.goto(new URL(addressOf(ticket), dashboard.demo.url).href);
        await isRead(again, ticket);
        assert.equal(await field(again).inputValue(), "Typed and stored later.");
        assert.equal(await attachments(again).count(), 1);
        await goTo(again, second);
        assert.equal(await field(again).inputValue(), "A note.");
        await again.getByRole("tab", { name: "Reply" }).click();
        assert.equal(await field(again).inputValue(), "");
      });
    }

    test("a tab that opens while another one writes has what that one writes", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser();
      const page = await dashboard.open(addressOf(ticket), { context });
      await isRead(page, ticket);
      const other = await context.newPage();
      // It has read what is kept, and does not know it yet.
      await other.addInitScript(() => {
        const { getAll } = IDBObjectStore.prototype;
        const isOver = new Promise((resolve) => {
          globalThis.goOn = resolve;
        });
        IDBObjectStore.prototype.getAll = function (...range) {
          const reading = getAll.apply(this, range);
          const late = { onsuccess: null, result: null };
          reading.onsuccess = () => {
            late.result = reading.result;
            globalThis.isHeld = true;
            isOver.then(() => late.onsuccess());
          };
          return late;
        };
      });
      await other.goto(page.url());
      await other.waitForFunction(() => globalThis.isHeld);
      await field(page).fill("Written meanwhile.");
      const notes = () => Object.keys(localStorage).filter((name) => name.startsWith("kept "));
      await until(async () => (await page.evaluate(notes)).length === 0, { what: "it is stored" });
      await other.evaluate(() => globalThis.goOn());
      await isRead(other, ticket);
      assert.equal(await field(other).inputValue(), "Written meanwhile.");
    });

    test("what was handed over is not in the field again, although the tab ended in the middle of it", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open(addressOf(ticket));
      await isRead(page, ticket);
      const text = `handed over once ${Math.random()}`;
      const go = await slow(page, "do");
      // The tab ends when the letter is stored and the note of its draft is not forgotten yet.
      await page.evaluate(() => {
        Storage.prototype.removeItem = () => {};
      });
      await field(page).fill(text);
      await canSend(page);
      await field(page).press("Control+Shift+Enter");
      const isStored = () =>
        new Promise((resolve) => {
          indexedDB.open("desk").onsuccess = ({ target: { result } }) => {
            result.transaction("kept").objectStore("kept").getAllKeys().onsuccess = ({ target: { result: keys } }) =>
              resolve(keys.some(([, kind, name]) => kind === "handover" && !name.startsWith("last ")));
          };
        });
      await until(() => page.evaluate(isStored), { what: "the letter is stored" });
      assert.notEqual(
        await page.evaluate(() => Object.keys(localStorage).find((name) => name.startsWith("kept "))),
        undefined,
      );
      await page.reload();
      await isRead(page, ticket);
      assert.equal(await field(page).inputValue(), "");
      await go();
      await lands(text);
      assert.equal((await written(text)).length, 1);
    });

    test("a letter that was decided is handed over although the tab is closed at once", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser();
      const page = await dashboard.open(addressOf(ticket), { context });
      await isRead(page, ticket);
      const text = `closed at once ${Math.random()}`;
      // The browser sends a request that is only held back, even after the tab is gone.
      await page.route("**/api/desk/do", (route) => route.abort());
      await field(page).fill(text);
      await field(page).press("Control+Enter");
      await page.waitForTimeout(150);
      await page.close({ runBeforeUnload: false });
      assert.deepEqual((await dashboard.ask("read", ticket.key)).letters, []);
      await dashboard.open("/", { context });
      await lands(text);
      assert.equal((await written(text)).length, 1);
    });

    test("without a connection it waits in the outbox, and goes when the connection is back, once", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser();
      const page = await dashboard.open(addressOf(ticket), { context });
      await isRead(page, ticket);
      await context.setOffline(true);
      const text = `offline ${Math.random()}`;
      await field(page).fill(text);
      await field(page).press("Control+Enter");
      await page.evaluate(() => {
        location.hash = "/outbox";
      });
      await page.locator(".rows").getByText(text).waitFor();
      await context.setOffline(false);
      await lands(text);
      assert.equal((await written(text)).length, 1);
    });

    test("an answer that comes after the connection was lost does not hide that", async () => {
      const [first, second] = await dashboard.fresh("kf-de", 2);
      const context = await dashboard.browser();
      const page = await dashboard.open(addressOf(first), { context });
      // Nothing else tells the page of the connection.
      await page.waitForRequest("**/api/desk/changed");
      await page.route("**/api/desk/file", () => {});
      let answer = () => {};
      const isOver = new Promise((resolve) => {
        answer = resolve;
      });
      const [asked, answered] = [page.waitForRequest("**/api/desk/read"), page.waitForResponse("**/api/desk/read")];
      await page.route("**/api/desk/read", async (route) => {
        const response = await route.fetch();
        await isOver;
        await route.fulfill({ response });
      });
      await page.evaluate((hash) => {
        location.hash = hash;
      }, addressOf(second).slice(2));
      await page.locator(`#reply[data-name="${nameOf(second)}"]`).waitFor();
      await asked;
      await context.setOffline(true);
      const told = page.getByRole("status").getByText("No connection");
      await told.waitFor();
      answer();
      await answered;
      await isRead(page, second);
      assert.equal(await told.count(), 1);
      await field(page).fill("written without a connection");
      await field(page).press("Control+Shift+Enter");
      await page.getByText("waits for the connection").first().waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("z");
      await page.waitForFunction(() => document.querySelector("#reply")?.value === "written without a connection");
    });

    test("an answer of the server that is lost does not make a second letter", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open(addressOf(ticket));
      await isRead(page, ticket);
      let calls = 0;
      await page.route("**/api/desk/do", async (route) => {
        calls += 1;
        if (calls > 1) return route.continue();
        await route.fetch();
        return route.abort("connectionreset");
      });
      const text = `the answer was lost ${Math.random()}`;
      await field(page).fill(text);
      await field(page).press("Control+Enter");
      await lands(text);
      await until(() => calls > 1, { what: "the second try" });
      await until(async () => (await dashboard.ask("read", ticket.key)).letters.at(-1)?.state === "confirmed", {
        what: "the end",
        ms: LONG_MS,
      });
      assert.equal((await dashboard.ask("read", ticket.key)).letters.length, 1);
      assert.equal((await written(text)).length, 1);
    });

    test("an answer from before signing in again does not end the session once more", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser();
      const page = await dashboard.open(addressOf(ticket), { context });
      await isRead(page, ticket);
      const text = `its refusal was late ${Math.random()}`;
      let answer = () => {};
      const isLate = new Promise((resolve) => {
        answer = resolve;
      });
      let calls = 0;
      await page.route("**/api/desk/do", async (route) => {
        calls += 1;
        if (calls > 1) return route.continue();
        // The answer to who has no cookie.
        const refusal = await fetch(new URL("/api/desk/do", dashboard.demo.url), { method: "POST", body: "[]" });
        assert.equal(refusal.status, 401);
        const body = await refusal.text();
        await isLate;
        return route.fulfill({ status: 401, contentType: "application/json", body });
      });
      await field(page).fill(text);
      await field(page).press("Control+Shift+Enter");
      await until(() => calls === 1, { what: "the hand-over" });
      await context.clearCookies();
      // Something else finds out that the session ended.
      await page.evaluate(() => {
        location.hash = "/waiting";
      });
      await page.getByLabel("Access code").waitFor();
      await dashboard.signIn(page);
      await page.getByLabel("Access code").waitFor({ state: "detached" });
      answer();
      await lands(text);
      assert.equal(await page.getByLabel("Access code").count(), 0);
      assert.equal((await written(text)).length, 1);
    });

    test("of two letters to one ticket that waited, the second one is not left behind", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser();
      const page = await dashboard.open(addressOf(ticket), { context });
      await isRead(page, ticket);
      await context.setOffline(true);
      const [first, second] = ["first", "second"].map((which) => `${which} without a connection ${Math.random()}`);
      for (const text of [first, second]) {
        await field(page).fill(text);
        await field(page).press("Control+Shift+Enter");
        await page.waitForFunction(() => document.querySelector("#reply")?.value === "");
      }
      await context.setOffline(false);
      // The first one changes the ticket, so the person decides again about the second.
      await page.getByRole("form").getByRole("alert").waitFor();
      assert.equal(await field(page).inputValue(), second);
      await lands(first);
      assert.deepEqual(await written(second), []);
    });

    test("a letter that is taken back and then refused is in the field once", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open(addressOf(ticket));
      await isRead(page, ticket);
      const go = await slow(page, "do");
      await field(page).fill("taken back, then refused");
      const refused = page.waitForResponse((response) => response.url().endsWith("/api/desk/do"));
      await field(page).press("Control+Shift+Enter");
      await page.getByRole("button", { name: /^Undo/ }).click();
      await page.waitForFunction(() => document.querySelector("#reply")?.value !== "");
      await dashboard.ask("do", ticket.key, "reply", { text: "a colleague was faster" }, { holdMs: 0 });
      await go();
      assert.equal((await refused).status(), 409);
      await page.waitForTimeout(300);
      assert.equal(await field(page).inputValue(), "taken back, then refused");
    });

    test("signing out keeps a person's drafts for that person, and shows them to no other one", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser({ person: "Kim" });
      const page = await dashboard.open(addressOf(ticket), { context });
      await isRead(page, ticket);
      await field(page).fill("Kim's own words");
      await dashboard.signOut(page);
      await page.getByLabel("Access code").waitFor();
      assert.equal((await page.innerText("body")).includes("Kim's own words"), false);
      await dashboard.signIn(page, { person: "Ann" });
      await page.goto(new URL(addressOf(ticket), dashboard.demo.url).href);
      await isRead(page, ticket);
      assert.equal(await field(page).inputValue(), "");
      await dashboard.signOut(page);
      await dashboard.signIn(page, { person: "Kim" });
      await isRead(page, ticket);
      assert.equal(await field(page).inputValue(), "Kim's own words");
    });

    test("what the server refuses is in the field again, with the reason", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open(addressOf(ticket));
      await isRead(page, ticket);
      // The customer closed it a moment ago for good, and the page does not know.
      await page.route("**/api/desk/do", (route) =>
        route.fulfill({
          status: 400,
          json: {
            error: {
              kind: "validation",
              code: "invalid_input",
              message: "the text is too long",
              sent: "no",
              retryable: false,
              marketplace: "kaufland",
              endpoint: "desk.do",
              violations: [
                {
                  field: "text",
                  code: "too_long",
                  message: "`text` has too many characters",
                  hint: "shorten it",
                  params: { length: 70_000, max: 65_535 },
                },
              ],
            },
          },
        }),
      );
      await field(page).fill("refused, and kept");
      await field(page).press("Control+Shift+Enter");
      await page.getByRole("form").getByRole("alert").waitFor();
      assert.equal(await field(page).inputValue(), "refused, and kept");
    });
  });

  describe("files", { concurrency: 4 }, () => {
    test("what a marketplace does not take is said at the file, by name and by content, and holds the letter back", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open(addressOf(ticket));
      await isRead(page, ticket);
      await field(page).fill("With files.");
      await give(page, "#reply", "drop", [
        { name: "archive.zip", mimeType: "application/zip", buffer: ZIP },
        { name: "not-a-picture.jpg", mimeType: "image/jpeg", buffer: ZIP },
        { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("A note.\n") },
      ]);
      for (const name of ["archive.zip", "not-a-picture.jpg"]) {
        const words = await attachments(page).filter({ hasText: name }).getByRole("alert").innerText();
        assert.ok(words.length > 20, words);
      }
      await field(page).press("Control+Shift+Enter");
      await page.waitForTimeout(300);
      assert.deepEqual((await dashboard.ask("read", ticket.key)).letters, []);
      for (const name of ["archive.zip", "not-a-picture.jpg"])
        await page.getByRole("button", { name: `Remove ${name}` }).click();
      await field(page).press("Control+Shift+Enter");
      await until(async () => (await dashboard.ask("read", ticket.key)).letters.length === 1, { what: "the letter" });
    });

    test("a letter that is taken back while its picture is on its way is never sent, and is in the field again", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open(addressOf(ticket));
      await isRead(page, ticket);
      const text = `taken back on its way ${Math.random()}`;
      await field(page).fill(text);
      await give(page, "#reply", "drop", [png("large.png", 1024 * 1024)]);
      await attachments(page).filter({ hasText: "large.png" }).waitFor();
      const network = await page.context().newCDPSession(page);
      const slowly = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 256 * 1024 };
      await network.send("Network.emulateNetworkConditions", slowly);
      const done = page.waitForResponse((response) => response.url().endsWith("/api/desk/undo"));
      await field(page).press("Control+Shift+Enter");
      await page.waitForFunction(() => (document.querySelector(".toasts progress")?.value ?? 0) > 0);
      await page.getByRole("button", { name: /^Undo/ }).click();
      await page.waitForFunction((text) => document.querySelector("#reply")?.value === text, text);
      assert.equal(await attachments(page).filter({ hasText: "large.png" }).count(), 1);
      // The server had most of it, so it is told that the letter was taken back.
      await done;
      const { letters } = await dashboard.ask("read", ticket.key);
      assert.deepEqual(
        letters.map(({ state }) => state),
        ["cancelled"],
      );
      await page.waitForTimeout(11_000);
      assert.deepEqual(await written(text), []);
    });

    test("a picture of 5 MB arrives byte for byte, with progress, and is shown in the thread", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open(addressOf(ticket));
      await isRead(page, ticket);
      const image = noisePng(5 * 1024 * 1024);
      const text = `with a picture ${Math.random()}`;
      await field(page).fill(text);
      await give(page, "#reply", "paste", [{ name: "parcel.png", mimeType: "image/png", buffer: image }]);
      await attachments(page).filter({ hasText: "parcel.png" }).waitFor();
      const network = await page.context().newCDPSession(page);
      await network.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: 4 * 1024 * 1024,
      });
      const progress = page.waitForFunction(() => {
        const bar = document.querySelector(".toasts progress");
        return bar !== null && bar.max > 0 && bar.value > 0 && bar.value < bar.max;
      });
      await field(page).press("Control+Shift+Enter");
      await progress;
      await lands(text);
      const [message] = await written(text);
      const file = await kaufland.row(
        "SELECT * FROM kaufland_files WHERE id_ticket_message = ?",
        message.id_ticket_message,
      );
      assert.deepEqual([file.filename, file.size, file.mime_type], ["parcel.png", image.length, "image/png"]);
      await until(async () => (await dashboard.ask("read", ticket.key)).letters.at(-1)?.state === "confirmed", {
        what: "the end",
        ms: LONG_MS,
      });
      // It stays in sight until the thread is read again.
      await thread(page).getByText(text).waitFor();
      const isInThread = async () =>
        (await dashboard.ask("read", ticket.key)).messages.some((message) => message.text === text);
      // The letters of the other tests are read before it.
      await until(isInThread, { what: "the thread is read again", ms: 2 * LONG_MS });
      const later = await dashboard.open(addressOf(ticket));
      await isRead(later, ticket);
      const picture = thread(later).locator('img[alt="parcel.png"]');
      // It comes from the marketplace.
      await picture.waitFor({ timeout: 60_000 });
      assert.ok(await picture.evaluate((img) => img.decode().then(() => img.naturalWidth > 500)));
      assert.match(await picture.getAttribute("src"), /^blob:/);
    });
  });

  describe("what is the same for all", { concurrency: 4 }, () => {
    test("JTL's tickets and their replies are everyone's, in every tab, and survive a reload", async () => {
      const [ticket] = await dashboard.tickets({ view: "todo", account: "jtl" });
      const kim = await dashboard.open(addressOf(ticket), { person: "Kim" });
      const ann = await dashboard.open(addressOf(ticket), { person: "Ann" });
      for (const page of [kim, ann]) await isRead(page, ticket);
      const text = `Das Etikett ist unterwegs ${Math.random()}`;
      await field(kim).fill(text);
      await field(kim).press("Control+Shift+Enter");
      const stored = () => jtl.rows("SELECT * FROM jtl_scx_messages WHERE instr(body, ?) > 0", text);
      await until(async () => (await stored()).length === 1, { what: "the reply", ms: LONG_MS });
      await thread(ann).getByText(text).waitFor();
      await kim.reload();
      await thread(kim).getByText(text).waitFor();
    });

    test("a wait that a marketplace asks for is counted down, and then it is tried again", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open("/");
      await rows(page).first().waitFor();
      let calls = 0;
      await page.route("**/api/desk/read", (route) => {
        calls += 1;
        if (calls > 1) return route.continue();
        const error = {
          kind: "rate_limited",
          code: "rate_limited",
          message: "wait",
          sent: "no",
          retryable: true,
          retryAfterMs: 8_000,
          marketplace: "kaufland",
          endpoint: "desk.read",
        };
        return route.fulfill({ status: 429, headers: { "retry-after": "8" }, json: { error } });
      });
      await page.evaluate((hash) => {
        location.hash = hash;
      }, addressOf(ticket).slice(2));
      const told = page.getByRole("alert");
      await told.getByText(/tried again in [1-8] s/).waitFor();
      await told.waitFor({ state: "detached", timeout: 10_000 });
      assert.equal(calls, 2);
      await isRead(page, ticket);
    });
  });
});

test("a session that ends in the middle of a reply takes nothing: after signing in again it is sent", async () => {
  const [ticket] = await dashboard.fresh("kf-de");
  const context = await dashboard.browser();
  const page = await dashboard.open(addressOf(ticket), { context });
  await isRead(page, ticket);
  const text = `written before the session ended ${Math.random()}`;
  await field(page).fill(text);
  await give(page, "#reply", "drop", [{ name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("A note.\n") }]);
  await attachments(page).first().waitFor();
  // The letter is the first to meet the end of the session: else the dialog is there before it.
  const releases = [];
  for (const method of ["changed", "counts", "list", "read"]) releases.push(await slow(page, method));
  await context.clearCookies();
  await field(page).press("Control+Enter");
  await page.getByLabel("Access code").waitFor();
  assert.deepEqual(await written(text), []);
  for (const go of releases) await go();
  await dashboard.signIn(page);
  await lands(text);
  const [{ id_ticket_message: id }] = await written(text);
  assert.equal(
    (await kaufland.row("SELECT filename FROM kaufland_files WHERE id_ticket_message = ?", id)).filename,
    "note.txt",
  );
});

test("a session that ends while one dictates waits for a pause, and what is written stays", async () => {
  const [ticket] = await dashboard.fresh("kf-de");
  const context = await dashboard.browser();
  const page = await dashboard.open(addressOf(ticket), { context });
  await isRead(page, ticket);
  await field(page).focus();
  let isRefused = false;
  page.on("response", (response) => {
    isRefused ||= response.status() === 401;
  });
  await context.clearCookies();
  let text = "";
  for (let after = 0; after < 10; after += isRefused ? 1 : 0) {
    // Letters without a key.
    await page.keyboard.insertText("And so on.");
    text += "And so on.";
    assert.equal(await focused(page), "reply");
    await page.waitForTimeout(300);
  }
  await page.getByLabel("Access code").waitFor();
  assert.equal(await field(page).inputValue(), text);
  await dashboard.signIn(page);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await field(page).inputValue(), text);
  assert.equal(await focused(page), "reply");
  await field(page).press("Control+Shift+Enter");
  await lands(text);
});
