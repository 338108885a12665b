// Nothing is done that was not meant: keys that are held down or pressed twice, dialogs that outlive their
// ticket, letters that go on in another field, another tab and another person in the same browser.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addressOf, field, findRow, focused, goTo, isRead, nameOf, rows, shownNames, slow } from "./desk.mjs";
import { Dashboard, give, noisePng, until } from "./support.mjs";

const dashboard = new Dashboard();

before(() => dashboard.start({ most: 32 }));
after(async () => {
  await dashboard.settle();
  await dashboard.stop();
});

const title = (page) => page.locator("#title");
const mode = (page) => page.locator(".write-tabs [aria-selected=true]").innerText();
const tab = (page, name) => page.getByRole("tab", { name });
const undoButton = (page) => page.getByRole("button", { name: /^Undo/ });
const toasts = (page) => page.locator(".toasts");
const lettersOf = async ({ key }) => (await dashboard.ask("read", key)).letters;
const localOf = async ({ key }) => (await dashboard.ask("read", key)).ticket.local;

async function opened(ticket, options) {
  const page = await dashboard.open(addressOf(ticket), options);
  await isRead(page, ticket);
  // Keys are for what can be done, which is known then.
  await page.locator(".can").waitFor({ state: "attached" });
  return page;
}

/** Opens a ticket from the list, which is read when the returned function is called. */
async function openedSlowly(ticket) {
  const page = await dashboard.open("/#/todo");
  const place = await findRow(page, ticket);
  const go = await slow(page, "read");
  await place.click();
  return { page, go };
}

/** Presses a key and keeps it down, as a keyboard that repeats it tells. */
async function hold(page, key, times = 8) {
  for (let count = 0; count < times; count += 1) {
    await page.keyboard.down(key);
    await page.waitForTimeout(80);
  }
  await page.keyboard.up(key);
}

/** The ticket that comes after this one in the list, with something that was begun in it. */
async function nextWith(page, ticket, text) {
  await findRow(page, ticket);
  const names = await shownNames(page);
  const name = names[names.indexOf(nameOf(ticket)) + 1];
  const at = name.indexOf("/");
  const next = { key: { account: name.slice(0, at), id: name.slice(at + 1) } };
  await goTo(page, next);
  await field(page).fill(text);
  await goTo(page, ticket);
  return next;
}

/** Answers the next call of the desk's method with an error, when the returned function is called. */
async function refuse(page, method) {
  let answer = () => {};
  const isDue = new Promise((resolve) => {
    answer = resolve;
  });
  const error = { kind: "conflict", code: "ticket_changed", message: "changed", sent: "no", retryable: false };
  await page.route(`**/api/desk/${method}`, async (route) => {
    await isDue;
    await route.fulfill({ status: 409, json: { error: { ...error, endpoint: `desk.${method}` } } });
  });
  return answer;
}

describe("side by side", { concurrency: 2 }, () => {
  describe("keys", { concurrency: 4 }, () => {
    test("a key that is held down does one thing", async () => {
      const [ticket] = await dashboard.fresh("mg");
      const page = await opened(ticket);
      await title(page).focus();
      await hold(page, "e");
      await page.waitForTimeout(500);
      const all = await dashboard.tickets({ account: "mg", view: "done" });
      const done = all.filter(({ local }) => local.doneAt !== null);
      assert.equal(done.length, 1);
      await dashboard.ask("local", done[0].key, { done: false });
    });

    test("a key that is held down does not type into what it opened", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket);
      await title(page).focus();
      await hold(page, "r");
      assert.equal(await focused(page), "reply");
      assert.equal(await field(page).inputValue(), "");
    });

    test("Enter that is held down opens a question, and does not answer it", async () => {
      const [ticket] = await dashboard.fresh(
        "cb",
        1,
        ({ key: { id }, remoteType }) => remoteType === "TECH_SUPPORT" && Number(id) < 39_000_000,
      );
      const page = await opened(ticket);
      const act = page.getByRole("complementary").getByRole("button", { name: "Change the type", exact: true });
      const dialog = page.getByRole("dialog");
      await act.click();
      await dialog.getByRole("radio").first().check();
      await dialog.getByRole("textbox").fill("A refund, please.");
      await page.keyboard.press("Escape");
      await act.focus();
      await hold(page, "Enter");
      assert.deepEqual(await lettersOf(ticket), []);
      await dialog.waitFor();
    });

    for (const [how, press] of [
      [
        "held down",
        async (page) => {
          await page.keyboard.down("Control");
          await hold(page, "Enter", 16);
          await page.keyboard.up("Control");
        },
      ],
      [
        "pressed twice",
        // In the page, because what comes from outside may take a second on a busy machine.
        (page) =>
          field(page).evaluate(async (element) => {
            const how = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
            element.dispatchEvent(new KeyboardEvent("keydown", how));
            await new Promise((resolve) => setTimeout(resolve, 150));
            element.dispatchEvent(new KeyboardEvent("keydown", how));
          }),
      ],
    ]) {
      test(`the key that sends, ${how}, does not send what was begun in the next ticket`, async () => {
        const [ticket] = await dashboard.fresh("kf-de");
        const page = await opened(ticket);
        const next = await nextWith(page, ticket, "Only half");
        await field(page).fill("An answer.");
        await press(page);
        await until(async () => (await lettersOf(ticket)).length === 1, { what: "the letter" });
        await page.waitForTimeout(800);
        // Another test may have answered it.
        assert.ok((await lettersOf(next)).every(({ text }) => text !== "Only half"));
        await goTo(page, next);
        assert.equal(await field(page).inputValue(), "Only half");
        await field(page).fill("");
      });
    }

    test("no letter is a command on a tick, a tab or a menu beside the field, nor after a file is taken away", async () => {
      const [ticket] = await dashboard.tickets({ view: "todo", account: "jtl" });
      const page = await opened(ticket);
      const nothing = async () => {
        await page.keyboard.type("he");
        assert.equal(await page.getByRole("dialog").count(), 0);
        assert.deepEqual(
          [await field(page).getAttribute("data-name"), await page.getByRole("alert").count()],
          [nameOf(ticket), 0],
        );
      };
      await page.getByLabel("An answer is expected").click();
      await nothing();
      await tab(page, "Reply").focus();
      await nothing();
      await page.getByRole("button", { name: "More", exact: true }).click();
      await nothing();
      await page.keyboard.press("Escape");
      const [other] = await dashboard.fresh("kf-de");
      await goTo(page, other);
      await field(page).fill("With a picture: ");
      await give(page, "#reply", "drop", [{ name: "a.png", mimeType: "image/png", buffer: noisePng(2_000) }]);
      await page.getByRole("button", { name: "Remove a.png" }).click();
      await page.keyboard.type("he");
      assert.equal(await field(page).inputValue(), "With a picture: he");
    });

    test("before a ticket is read, no key ends it: whether it can be closed is not known", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const { page, go } = await openedSlowly(ticket);
      await title(page).focus();
      await page.keyboard.press("e");
      await page.waitForTimeout(400);
      assert.equal((await localOf(ticket)).doneAt, null);
      await go();
      await page.locator(".can").waitFor();
      await page.keyboard.press("e");
      await page.getByRole("dialog", { name: /Close/ }).waitFor();
    });

    test("what is sent before its ticket is read is not sent while it is written on", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const { page, go } = await openedSlowly(ticket);
      await field(page).focus();
      await page.keyboard.type("Hello.");
      await page.keyboard.press("Control+Shift+Enter");
      await page.keyboard.type(" And one mo");
      await go();
      await isRead(page, ticket);
      await page.waitForTimeout(400);
      await page.keyboard.type("re thing");
      assert.equal(await field(page).inputValue(), "Hello. And one more thing");
      assert.deepEqual(await lettersOf(ticket), []);
    });
  });

  describe("dialogs", { concurrency: 4 }, () => {
    test("what was asked about one ticket is not asked about another", async () => {
      const [first, second] = await dashboard.fresh("kf-de", 2);
      const page = await dashboard.open("/#/todo");
      for (const [key, ticket, other] of [
        ["e", first, second],
        ["h", second, first],
      ]) {
        await (await findRow(page, ticket)).click();
        await isRead(page, ticket);
        await title(page).focus();
        await page.keyboard.press(key);
        await page.getByRole("dialog").waitFor();
        await page.goBack();
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await (await findRow(page, other)).click();
        await isRead(page, other);
        await page.waitForTimeout(200);
        assert.equal(await page.getByRole("dialog").count(), 0);
        await page.goBack();
      }
    });

    test("a dialog closes by a press beside it, and not by one on its margin", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket);
      await title(page).focus();
      await page.keyboard.press("e");
      const dialog = page.getByRole("dialog");
      const { x, y, height } = await dialog.boundingBox();
      await page.mouse.click(x + 8, y + height / 2);
      await page.waitForTimeout(200);
      assert.equal(await dialog.count(), 1);
      await page.mouse.click(x - 8, y + height / 2);
      await dialog.waitFor({ state: "detached" });
    });

    test("the sign-in of a session that ended stays until it is used, however often Escape is pressed", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser();
      const page = await opened(ticket, { context });
      await context.clearCookies();
      await title(page).focus();
      await page.keyboard.press("u");
      await page.getByLabel("Access code").waitFor();
      for (let count = 0; count < 4; count += 1) {
        await page.keyboard.press("Escape");
        await page.waitForTimeout(100);
      }
      await dashboard.signIn(page);
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await title(page).focus();
      await page.keyboard.press("r");
      assert.equal(await focused(page), "reply");
    });

    test("an action that the server refuses is told, at its ticket and elsewhere", async () => {
      const [ticket, other] = await dashboard.fresh("kf-de", 2);
      const page = await opened(ticket);
      const answer = await refuse(page, "do");
      const close = async () => {
        await title(page).focus();
        await page.keyboard.press("e");
        await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
      };
      await close();
      await goTo(page, other);
      answer();
      await toasts(page).getByText("was not done").waitFor();
      await goTo(page, ticket);
      await page.getByRole("form").getByRole("alert").getByText("was not done").waitFor();
    });

    test("a question that is answered after something else happened to its ticket does nothing, and says so", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket);
      await title(page).focus();
      await page.keyboard.press("e");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await dashboard.ask("do", ticket.key, "reply", { text: "A colleague was faster." }, { holdMs: 0 });
      await page.getByText("A colleague was faster.").waitFor();
      await dialog.getByRole("button", { name: "Close" }).click();
      await page.getByRole("form").getByRole("alert").getByText("was not done").waitFor();
      assert.deepEqual(
        (await lettersOf(ticket)).map(({ action }) => action),
        ["reply"],
      );
    });
  });

  describe("notes", { concurrency: 4 }, () => {
    test("what is written for colleagues while a note is saved stays a note", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket);
      await tab(page, "Note").click();
      await page.keyboard.type("For us.");
      const go = await slow(page, "local");
      const saved = page.waitForResponse((response) => response.url().endsWith("/api/desk/local"));
      await page.keyboard.press("Control+Enter");
      await page.keyboard.type(" And more");
      await go();
      await saved;
      await page.waitForTimeout(300);
      await page.keyboard.type(" for us.");
      assert.deepEqual(
        [await mode(page), await field(page).inputValue()],
        ["Note to colleagues", "For us. And more for us."],
      );
      await page.keyboard.press("Control+Enter");
      await until(async () => (await localOf(ticket)).note === "For us. And more for us.", { what: "the note" });
    });

    test("a letter that comes back does not take a note that is being written to the buyer", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket);
      const answer = await refuse(page, "do");
      await field(page).fill("To the buyer.");
      await page.keyboard.press("Control+Shift+Enter");
      await tab(page, "Note").click();
      await page.keyboard.type("Not for");
      answer();
      await page.getByRole("form").getByRole("alert").waitFor();
      await page.keyboard.type(" the buyer.");
      assert.equal(await field(page).inputValue(), "Not for the buyer.");
      await tab(page, "Reply").click();
      assert.equal(await field(page).inputValue(), "To the buyer.");
    });

    test("the colleagues' note is in the field however its tab is reached", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      await dashboard.ask("local", ticket.key, { note: "A colleague's words." });
      const page = await opened(ticket);
      await tab(page, "Reply").focus();
      await page.keyboard.press("ArrowLeft");
      await until(async () => (await mode(page)) === "Note to colleagues", { what: "the tab" });
      assert.equal(await field(page).inputValue(), "A colleague's words.");
    });

    test("a note that a colleague wrote meanwhile is not written over", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket);
      await tab(page, "Note").click();
      await page.keyboard.type("Mine.");
      await dashboard.ask("local", ticket.key, { note: "A colleague's." });
      await page.locator(".letter.note").getByText("A colleague's.").waitFor();
      await page.keyboard.press("Control+Enter");
      await toasts(page).getByText("A colleague wrote").waitFor();
      assert.equal(await field(page).inputValue(), "A colleague's.\n\nMine.");
      await page.keyboard.press("Control+Enter");
      await until(async () => (await localOf(ticket)).note === "A colleague's.\n\nMine.", { what: "the note" });
    });

    test("two macros that begin alike are two", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket, { person: "Mo" });
      const macros = page.getByRole("button", { name: "Macro" });
      for (const end of ["one", "two", "two"]) {
        await field(page).fill(`Hello, thank you very much for ${end}.`);
        await macros.click();
        await page.getByRole("button", { name: "Keep this text" }).click();
      }
      await macros.click();
      const own = page.locator(".commands .command").filter({ hasText: "Hello, thank you very much" });
      const texts = (await own.allInnerTexts()).map((text) => text.match(/for (one|two)\./)[1]);
      assert.deepEqual(texts, ["one", "two"]);
    });
  });

  describe("taking back", { concurrency: 4 }, () => {
    test("undo that takes its time moves no one who has gone on, and undone twice is undone once", async () => {
      const [first, second] = await dashboard.fresh("kf-de", 2);
      const page = await opened(first);
      await field(page).fill("Taken back.");
      await page.keyboard.press("Control+Shift+Enter");
      await toasts(page)
        .getByText(/in \d+ s/)
        .waitFor();
      const go = await slow(page, "undo");
      await title(page).focus();
      await page.keyboard.press("z");
      await page.keyboard.press("z");
      await goTo(page, second);
      await field(page).focus();
      await page.keyboard.type("For the second ");
      await go();
      await until(async () => (await lettersOf(first))[0].state === "cancelled", { what: "the undoing" });
      await page.waitForTimeout(300);
      await page.keyboard.type("only.");
      assert.deepEqual(
        [await field(page).getAttribute("data-name"), await field(page).inputValue()],
        [nameOf(second), "For the second only."],
      );
      await goTo(page, first);
      assert.equal(await field(page).inputValue(), "Taken back.");
    });

    test("what another tab is handing over and this one takes back is not sent", async () => {
      const [first, second] = await dashboard.fresh("kf-de", 2);
      const context = await dashboard.browser({ person: "Two" });
      const one = await opened(first, { context });
      const two = await opened(second, { context });
      const go = await slow(one, "do");
      await field(one).fill("From the first tab.");
      await field(one).press("Control+Shift+Enter");
      await undoButton(two).click();
      await isRead(two, first);
      await two.waitForFunction(() => document.querySelector("#reply")?.value === "From the first tab.");
      await go();
      await until(async () => (await lettersOf(first))[0]?.state === "cancelled", { what: "the undoing" });
    });

    test("a new ticket that is taken back is in its form again, after what was begun there meanwhile", async () => {
      const page = await dashboard.open("/#/todo?new=kf-de", { person: "Nu" });
      const message = page.getByLabel("Message to the customer");
      const again = async () => {
        await page.evaluate(() => {
          location.hash = "/todo?new=kf-de";
        });
        await message.waitFor();
      };
      const holds = (text) => until(async () => (await message.inputValue()) === text, { what: `"${text}"` });
      // Whether there is such an order is not what this is about.
      await page.route("**/api/desk/check", (route) => route.fulfill({ json: { result: [] } }));
      const send = async (text) => {
        await page.getByLabel("Order units").fill("1");
        await message.fill(text);
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await page.getByRole("region", { name: "Outbox" }).waitFor();
      };
      await message.waitFor();
      await send("The first");
      await undoButton(page).click();
      await holds("The first");
      await send("The second");
      await again();
      await message.fill("The third");
      await undoButton(page).click();
      await toasts(page).getByText("Taken back").waitFor();
      await holds("The third");
      await page.getByRole("button", { name: "Empty the form" }).click();
      await page.reload();
      await holds("The second");
    });
  });

  describe("the browser", { concurrency: 4 }, () => {
    test("a file that is dropped beside the field does not leave the page", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await opened(ticket);
      const isLeft = (target) =>
        page.evaluate((target) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["x"], "x.txt", { type: "text/plain" }));
          const events = ["dragover", "drop"].map(
            (type) => new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
          );
          // The browser opens the file unless the page prevents it.
          return events.some((event) => document.querySelector(target).dispatchEvent(event));
        }, target);
      for (const place of ["section.talk", ".rows", "#search", "form.write"])
        assert.equal(await isLeft(place), false, place);
      const words = await page.evaluate(() => {
        const transfer = new DataTransfer();
        transfer.setData("text/plain", "dragged words");
        const event = new DragEvent("dragover", { dataTransfer: transfer, bubbles: true, cancelable: true });
        return document.querySelector("#reply").dispatchEvent(event);
      });
      assert.ok(words, "words that are dragged are the field's");
    });

    test("when another person signs in, no tab goes on in the name of the one before", async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const context = await dashboard.browser({ person: "Kim" });
      const kim = await opened(ticket, { context });
      await field(kim).fill("Kim's own words");
      const other = await dashboard.open("/", { context });
      await rows(other).first().waitFor();
      await dashboard.signOut(other);
      await dashboard.signIn(other, { person: "Ann" });
      await rows(other).first().waitFor();
      await kim.locator('.avatar[title="Ann"]').waitFor();
      await isRead(kim, ticket);
      assert.equal(await field(kim).inputValue(), "");
    });

    test("without a connection no one is signed out, and that is said", async () => {
      const context = await dashboard.browser({ person: "Off" });
      const page = await dashboard.open("/", { context });
      await rows(page).first().waitFor();
      await context.setOffline(true);
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("combobox").fill("Sign out");
      await page.keyboard.press("Enter");
      await toasts(page).getByText("could not be reached").waitFor();
      assert.equal(await page.getByLabel("Access code").count(), 0);
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("combobox").fill("Deutsch");
      await page.keyboard.press("Enter");
      await toasts(page).getByText("did not work").waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
      await context.setOffline(false);
    });

    test("an address that was cut off, or names what is not there, shows the desk", async () => {
      for (const path of [
        "/#/todo/kf-de/%E0%A4%A",
        "/#/todo?new=nowhere",
        "/#/todo?new=jtl",
        "/#/todo?q=due:constructor",
      ]) {
        const page = await dashboard.open(path);
        await page.getByRole("region", { name: /To do|Found/ }).waitFor();
        await page.locator('.rows[aria-busy="false"]').waitFor();
        assert.equal(await page.locator(".rows [role=alert]").count(), 0, path);
        if (path.includes("new=")) await page.getByText("Choose a ticket.").waitFor();
        await page.close();
      }
    });
  });
});
