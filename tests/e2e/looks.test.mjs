// How the desk looks and whom it lets in: axe in every state, width and theme, small and enlarged windows, an
// open keyboard, the order of Tab stops, languages without a word left over, and live changes for a while.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { nearToday } from "../../www-demo/local/today.mjs";
import { addressOf, field, goTo, isRead, rows, thread } from "./desk.mjs";
import { axe, Dashboard, fits, give, noisePng, until, ZIP } from "./support.mjs";

const ALL = process.env.SELLER_TICKETS_ALL === "1";
/** How long changes come in while a page is open. */
const LIVE_MS = ALL ? 30 * 60_000 : 2 * 60_000;
const WIDTHS = [
  [1440, 900],
  [768, 1024],
  [390, 844],
  [320, 640],
];
const SCREENSHOTS = fileURLToPath(new URL("../../www-demo/screenshots/", import.meta.url));

const dashboard = new Dashboard();
/** A ticket of each marketplace that has some. */
const tickets = {};
let live;

before(async () => {
  // So a rejection is told as soon as it is looked for.
  const prepare = ({ control }) => control.settings({ magalu: { moderation_ms: 1_000, show_rejected: true } });
  await dashboard.start({ most: 3, prepare });
  for (const account of ["kf-de", "cb", "mg"]) [tickets[account]] = await dashboard.fresh(account);
  [tickets.jtl] = await dashboard.tickets({ view: "todo", account: "jtl" });
  // A letter that its marketplace has rejected.
  const [rejected] = await dashboard.fresh("mg");
  await dashboard.ask("do", rejected.key, "reply", { text: "Qual é o seu CPF? 123.456.789-09" }, { holdMs: 0 });
  tickets.rejected = rejected;
  live = follow();
  await until(async () => (await dashboard.ask("read", rejected.key)).letters.at(-1)?.state === "rejected", {
    what: "the rejection",
    ms: 60_000,
  });
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

/** Lets changes come in for a while, and tells how much memory a page took for them. */
function follow() {
  const begun = Date.now();
  const running = (async () => {
    const context = await dashboard.lasting();
    const page = await dashboard.open("/", { context });
    await rows(page).first().waitFor();
    const session = await context.newCDPSession(page);
    const heap = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize;
    };
    const all = await dashboard.tickets({ view: "waiting" });
    await page.waitForTimeout(5_000);
    const before = await heap();
    let changes = 0;
    while (Date.now() - begun < LIVE_MS) {
      const { key } = all[changes % all.length];
      await dashboard.ask("local", key, { note: `note ${changes}` });
      changes += 1;
      await page.waitForTimeout(300);
    }
    const grown = (await heap()) - before;
    await context.close();
    return { changes, grown };
  })();
  running.catch(() => {});
  return running;
}

const press = (page, key) => page.keyboard.press(key);
const closed = async (page) => {
  await press(page, "Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
};
/** Shows a ticket with nothing on top of it. */
async function at(page, ticket) {
  if ((await page.getByRole("dialog").count()) > 0) await closed(page);
  await page.goto(new URL(addressOf(ticket), dashboard.demo.url).href);
  await isRead(page, ticket);
  await page.locator("#title").focus();
}
async function overlay(page, ticket, key) {
  await at(page, ticket);
  await press(page, key);
  await page.getByRole("dialog").waitFor();
}

/** Every state of the page, and how one gets there. */
const STATES = {
  list: async (page) => {
    await page.goto(new URL("/#/todo", dashboard.demo.url).href);
    await rows(page).first().waitFor();
  },
  waiting: async (page) => {
    await page.goto(new URL("/#/waiting", dashboard.demo.url).href);
    await rows(page).first().waitFor();
  },
  "nothing found": async (page) => {
    await page.goto(new URL("/#/todo?q=nothinglikethis", dashboard.demo.url).href);
    await page.locator(".empty").first().waitFor();
  },
  outbox: async (page) => {
    await page.goto(new URL("/#/outbox", dashboard.demo.url).href);
    await page.locator('.rows[aria-busy="false"]').waitFor();
  },
  "Kaufland with a draft": async (page) => {
    await at(page, tickets["kf-de"]);
    await field(page).fill("Guten Tag, die Teile gehen heute auf den Weg.");
    await page
      .getByRole("button", { name: /^Remove/ })
      .first()
      .waitFor({ timeout: 300 })
      .catch(() =>
        give(page, "#reply", "drop", [
          { name: "parcel.png", mimeType: "image/png", buffer: noisePng(2_000) },
          { name: "archive.zip", mimeType: "application/zip", buffer: ZIP },
        ]),
      );
    await page.getByRole("button", { name: /archive\.zip/ }).waitFor();
  },
  ClickBank: (page) => at(page, tickets.cb),
  "Magalu, rejected": async (page) => {
    await at(page, tickets.rejected);
    await page.locator("section.talk .deliv.bad").waitFor();
  },
  "Magalu, personal data": async (page) => {
    await at(page, tickets.mg);
    await field(page).fill("Qual é o seu CPF? 123.456.789-09");
    await page.getByRole("alert").first().waitFor();
  },
  "JTL-SCX": (page) => at(page, tickets.jtl),
  commands: (page) => overlay(page, tickets["kf-de"], "Control+k"),
  keys: (page) => overlay(page, tickets["kf-de"], "?"),
  snooze: (page) => overlay(page, tickets["kf-de"], "h"),
  macros: (page) => overlay(page, tickets["kf-de"], ";"),
  close: (page) => overlay(page, tickets["kf-de"], "e"),
  ...Object.fromEntries(
    ["kf-de", "cb", "mg", "pb"].map((account) => [
      `new in ${account}`,
      async (page) => {
        await page.goto(new URL(`/#/todo?new=${account}`, dashboard.demo.url).href);
        await page.locator(".case form").waitFor();
      },
    ]),
  ),
  "a letter that can be undone": async (page) => {
    await at(page, tickets.cb);
    await page.route("**/api/desk/do", () => {});
    await field(page).fill("A comment.");
    await field(page).press("Control+Shift+Enter");
    await page.locator(".toasts button").waitFor();
  },
};

describe("axe", () => {
  test("no faults in any state, width and theme, and nothing is cut off", async () => {
    const page = await dashboard.open("/");
    const out = await dashboard.open("/", { signedOut: true });
    const found = new Set();
    const examine = async (where, name) => {
      for (const [width, height] of WIDTHS) {
        await where.setViewportSize({ width, height });
        for (const colorScheme of ["light", "dark"]) {
          await where.emulateMedia({ colorScheme });
          for (const fault of await axe(where)) found.add(`${name}, ${width} px, ${colorScheme}: ${fault}`);
        }
        await fits(where, `${name}, ${width} px`);
      }
      await where.setViewportSize({ width: 1440, height: 900 });
    };
    await out.getByLabel("Access code").waitFor();
    await examine(out, "sign-in");
    for (const [name, show] of Object.entries(STATES)) {
      await show(page);
      await examine(page, name);
    }
    assert.deepEqual([...found], []);
  });
});

/** How much of the thread can be seen: what lies on top of it does not count. */
const seen = (page) =>
  page.evaluate(() => {
    const { left, right, top, bottom } = document.querySelector("section.talk").getBoundingClientRect();
    let pixels = 0;
    for (let y = Math.max(0, top); y < Math.min(bottom, innerHeight); y += 1) {
      const element = document.elementFromPoint((left + right) / 2, y);
      if (element?.closest("section.talk")) pixels += 1;
    }
    return pixels;
  });
const isInSight = (locator) =>
  locator.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return (
      top >= 0 &&
      bottom <= innerHeight &&
      left >= 0 &&
      right <= innerWidth &&
      (element.contains(on) || on?.contains(element))
    );
  });
const sendButton = (page) => page.locator('form.write button[type="submit"]');

describe("small windows", () => {
  for (const [what, width, height] of [
    ["a phone with its keyboard open", 390, 430],
    ["a window of 320 × 256, which is 1280 × 1024 at 400 %", 320, 256],
    ["1280 × 1024 at 200 %", 640, 512],
    ["a phone", 390, 844],
  ]) {
    test(`${what}: the customer's message stays in sight while one writes, and so do the ways back and on`, async () => {
      const page = await dashboard.open(addressOf(tickets["kf-de"]), { width, height });
      await isRead(page, tickets["kf-de"]);
      await field(page).click();
      await page.keyboard.type("Guten Tag,\n\nvielen Dank für Ihre Nachricht.\nWir kümmern uns darum.");
      assert.ok((await seen(page)) >= 96, `${await seen(page)} px of the thread are in sight`);
      assert.ok(await isInSight(sendButton(page)), "Send is in sight");
      await fits(page, what);
      if (width >= 700) return;
      const back = page.locator(".case .back-to");
      assert.ok(await isInSight(back), "the way back is in sight");
      // It leads to the list, although the ticket was opened by its address.
      await back.click();
      await rows(page).first().waitFor();
      assert.ok(await isInSight(rows(page).first()));
    });
  }

  test("the head of a ticket has room for its title and its buttons at each width, in each language", async () => {
    for (const locale of ["en-GB", "de-DE", "pt-BR", "nl-NL"]) {
      const page = await dashboard.open("/", { locale });
      for (const account of ["mg", "cb", "kf-de"]) {
        await goTo(page, tickets[account]);
        for (const width of [320, 390, 721, 768, 900, 1101, 1366, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          const faults = await page.locator(".case-head").evaluate((head) => {
            const room = head.getBoundingClientRect();
            const parts = [...head.querySelectorAll("h2, .back-to, .actions > button, .actions .menu-place > button")]
              .map((part) => [part.textContent || part.ariaLabel, part.getBoundingClientRect(), part])
              .filter(([, { width }]) => width > 0);
            const out = parts.filter(
              ([, { right, left }, { scrollWidth, clientWidth }]) =>
                right > room.right || left < room.left || scrollWidth > clientWidth + 1,
            );
            const isOn = (a, b) =>
              a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
            const covered = parts.filter(([, box], at) => parts.slice(at + 1).some(([, other]) => isOn(box, other)));
            return [...out, ...covered].map(([words]) => words);
          });
          assert.deepEqual(faults, [], `${locale}, ${account}, ${width} px`);
        }
      }
    }
  });

  test("a letter that came back with a warning does not push Send away", async () => {
    for (const [width, height] of [
      [390, 430],
      [320, 256],
      [640, 512],
      [390, 560],
    ]) {
      const what = `${width} × ${height}`;
      const page = await dashboard.open(addressOf(tickets.mg), { width, height, person: `Back ${width} ${height}` });
      await isRead(page, tickets.mg);
      const error = { kind: "conflict", code: "ticket_changed", message: "changed", sent: "no", retryable: false };
      await page.route("**/api/desk/do", (route) =>
        route.fulfill({ status: 409, json: { error: { ...error, endpoint: "desk.do" } } }),
      );
      await field(page).fill("Qual é o seu CPF? 123.456.789-09\n".repeat(8));
      await field(page).press("Control+Shift+Enter");
      await page.getByRole("form").getByRole("alert").waitFor();
      await field(page).press("Control+Shift+Enter");
      await page.getByRole("form").getByText("has changed since you read it").waitFor();
      await field(page).focus();
      assert.ok((await seen(page)) >= 96, `${what}: ${await seen(page)} px of the thread are in sight`);
      assert.ok(await isInSight(sendButton(page)), `${what}: Send is in sight`);
      await fits(page, what);
    }
  });

  test("twelve files do not push Send away", async () => {
    const [ticket] = await dashboard.fresh("kf-de");
    for (const [width, height] of [
      [1280, 800],
      [390, 844],
    ]) {
      const page = await dashboard.open(addressOf(ticket), { width, height });
      await isRead(page, ticket);
      const files = Array.from({ length: 12 }, (_, at) => ({
        ...{ name: `a rather long name of a file ${at}.png`, mimeType: "image/png", buffer: noisePng(1_000 + at) },
      }));
      await give(page, "#reply", "drop", files);
      await page.getByRole("button", { name: /a rather long name of a file 11/ }).waitFor();
      await field(page).fill("With twelve pictures.");
      assert.ok(await isInSight(sendButton(page)), `Send is in sight at ${width} px`);
      assert.ok((await seen(page)) >= 96, `${await seen(page)} px of the thread at ${width} px`);
      await fits(page, "twelve files");
    }
  });
});

describe("keyboard", () => {
  test("at most 15 Tab stops before the reply, each with a ring", async () => {
    const page = await dashboard.open(addressOf(tickets["kf-de"]));
    await isRead(page, tickets["kf-de"]);
    await page.evaluate(() => document.activeElement?.blur());
    const stops = [];
    const ring = () =>
      page.evaluate(() => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
        return {
          id: document.activeElement.id,
          hasRing: (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none",
        };
      });
    for (let stop = 0; stop < 40; stop += 1) {
      await press(page, "Tab");
      const { id, hasRing } = await ring();
      const what = await page.evaluate(() => document.activeElement.outerHTML.slice(0, 100));
      assert.ok(hasRing, `no ring: ${what}`);
      if (id === "reply") break;
      stops.push(what);
    }
    assert.ok(stops.length <= 15, `${stops.length} stops:\n${stops.join("\n")}`);
  });

  test("each key does what the list of keys says, none of them while one writes, and they can be switched off", async () => {
    const page = await dashboard.open(addressOf(tickets["kf-de"]));
    await isRead(page, tickets["kf-de"]);
    await page.locator("#title").focus();
    for (const [key, name] of [
      ["?", /keys/],
      ["h", /Snooze/],
      ["e", /Close/],
      ["Control+k", /Commands/],
    ]) {
      await press(page, key);
      await page.getByRole("dialog", { name }).waitFor();
      await press(page, "j");
      await closed(page);
    }
    const isIn = (id) => page.evaluate((id) => document.activeElement?.id === id, id);
    await page.locator("#title").focus();
    await press(page, "/");
    assert.ok(await isIn("search"));
    await press(page, "Escape");
    await page.locator("#title").focus();
    await press(page, "r");
    assert.ok(await isIn("reply"));
    await field(page).fill("");
    await page.keyboard.type("jkrhe?zu");
    assert.equal(await field(page).inputValue(), "jkrhe?zu");
    assert.equal(await page.getByRole("dialog").count(), 0);
    await field(page).fill("");
    await press(page, "Escape");

    await press(page, "?");
    await page.getByRole("checkbox").uncheck();
    await closed(page);
    await page.locator("#title").focus();
    await press(page, "h");
    await page.waitForTimeout(200);
    assert.equal(await page.getByRole("dialog").count(), 0);
  });

  test("a key that is pressed as a dialog closes acts, and the focus is back where it was", async () => {
    const page = await dashboard.open(addressOf(tickets["kf-de"]));
    await isRead(page, tickets["kf-de"]);
    await page.locator("#title").focus();
    await press(page, "h");
    await page.getByRole("dialog", { name: /Snooze/ }).waitFor();
    // All within one task, so that no frame is drawn between them.
    const focus = await page.evaluate(async () => {
      const dialog = document.querySelector("dialog");
      dialog.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      for (let turn = 0; turn < 50 && dialog.isConnected; turn += 1) await null;
      const { id } = document.activeElement;
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true }));
      return id;
    });
    assert.equal(focus, "title");
    await page.getByRole("dialog", { name: /Close/ }).waitFor();
  });

  test("the focus is back at a menu's button as soon as the menu is closed", async () => {
    const page = await dashboard.open("/");
    await rows(page).first().waitFor();
    await page.locator(".avatar").click();
    await page.getByRole("menu").waitFor();
    const isBack = await page.evaluate(async () => {
      const menu = document.querySelector("[role=menu]");
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
      for (let turn = 0; turn < 50 && menu.isConnected; turn += 1) await null;
      return document.activeElement.classList.contains("avatar");
    });
    assert.ok(isBack);
  });

  test("German and Brazilian keyboards type their signs, and no Alt letter is a command", async () => {
    const page = await dashboard.open(addressOf(tickets["kf-de"]));
    await isRead(page, tickets["kf-de"]);
    await page.locator("#title").focus();
    /** A key as a layout types it. */
    const type = (key, more) =>
      page.evaluate(
        ([key, more]) =>
          document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
          ),
        [key, more],
      );
    // On a Mac, Alt and a letter type a sign; in Windows, Alt opens menus.
    for (const key of ["h", "e", "z", "?"]) await type(key, { altKey: true });
    assert.equal(await page.getByRole("dialog").count(), 0);
    // German: "/" is Shift and 7, "?" is Shift and ß. Brazilian: "/" is Alt Graph and q.
    await type("?", { code: "Minus", shiftKey: true });
    await page.getByRole("dialog").waitFor();
    await closed(page);
    for (const more of [
      { code: "Digit7", shiftKey: true },
      { code: "KeyQ", ctrlKey: true, altKey: true, modifierAltGraph: true },
    ]) {
      await page.locator("#title").focus();
      await type("/", more);
      assert.equal(await page.evaluate(() => document.activeElement.id), "search", JSON.stringify(more));
    }
  });
});

describe("looks", () => {
  test("with forced colours, rings and the chosen row can still be seen; nothing moves where less motion is wished", async () => {
    const page = await dashboard.open(addressOf(tickets["kf-de"]), { forcedColors: "active" });
    await isRead(page, tickets["kf-de"]);
    for (const target of [field(page), sendButton(page), rows(page).first()]) {
      await target.focus();
      await page.keyboard.press("Shift");
      const ring = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
      assert.notEqual(ring, "none", await target.evaluate((element) => element.outerHTML.slice(0, 80)));
    }
    assert.equal(
      await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length),
      0,
    );
  });
});

/** The page's words in a language, from its sources. */
async function catalogue(language, name) {
  const entry = fileURLToPath(new URL(`../../www-demo/dashboard/src/words/${language}.ts`, import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "esm" });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  return module[name];
}

/** The texts that a person sees or hears, except what people have written. */
const texts = (page) =>
  page.evaluate(() => {
    const own = document.documentElement.lang;
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest("script, style, .text, .pre, .id, kbd, option[lang], textarea")) continue;
      if ((element.closest("[lang]")?.lang ?? own) !== own) continue;
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && node.data.trim() !== "") found.push(node.data.trim());
      }
      for (const name of ["aria-label", "title", "placeholder"]) {
        const value = element.getAttribute(name);
        if (value !== null) found.push(value.trim());
      }
    }
    return [...new Set(found)];
  });

describe("languages", () => {
  for (const [locale, language, name] of [
    ["de-DE", "de", "de"],
    ["pt-BR", "pt-BR", "ptBR"],
    ["nl-NL", "nl", "nl"],
  ]) {
    test(`${language}: chosen by the browser, and no word is left over in English`, async () => {
      const [english, own] = await Promise.all([catalogue("en", "en"), catalogue(language, name)]);
      const forms = (sentence) => (typeof sentence === "string" ? [sentence] : Object.values(sentence));
      const same = new Set(Object.values(own).flatMap(forms));
      const foreign = Object.values(english)
        .flatMap(forms)
        .filter((sentence) => !same.has(sentence) && /[a-z]{3}/.test(sentence))
        .map((sentence) => [
          sentence,
          new RegExp(`^${sentence.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\\\{\w+\\\}/g, ".+")}$`),
        ]);
      assert.ok(foreign.length > 100);
      const page = await dashboard.open("/", { locale });
      await rows(page).first().waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      const left = new Set();
      for (const [state, show] of Object.entries(STATES)) {
        if (state === "Kaufland with a draft") continue;
        await show(page);
        for (const text of await texts(page)) {
          const found = foreign.find(([, pattern]) => pattern.test(text));
          if (found !== undefined) left.add(`${state}: ${text} (${found[0]})`);
        }
      }
      assert.deepEqual([...left], []);
    });
  }

  test("the language can be switched, and stays after a reload", async () => {
    const page = await dashboard.open("/");
    await rows(page).first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("Deutsch");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.documentElement.lang === "de");
    await page.reload();
    await page.waitForFunction(() => document.documentElement.lang === "de");
  });

  test("no developer words: no names of fields or types, no braces, nothing undefined", async () => {
    const page = await dashboard.open("/");
    const found = new Set();
    for (const [state, show] of Object.entries(STATES)) {
      await show(page);
      for (const text of await texts(page)) {
        if (/\b[a-z]+_[a-z_]+\b|\w+\/(?:png|jpeg|pdf)\b|[{}[\]`]|\bundefined\b|\bnull\b|\bNaN\b|\[object/.test(text))
          found.add(`${state}: ${text}`);
      }
    }
    assert.deepEqual([...found], []);
  });

  test("letters have the language in which they are written", async () => {
    const page = await dashboard.open(addressOf(tickets.mg));
    await isRead(page, tickets.mg);
    assert.equal(await thread(page).locator(".text").first().getAttribute("lang"), "pt-BR");
    assert.equal(await field(page).getAttribute("lang"), "pt-BR");
  });
});

// The last one: it waits for what has run beside the others.
test(`live changes for ${LIVE_MS / 60_000} minutes take no more than 5 MB`, async (t) => {
  const { changes, grown } = await live;
  t.diagnostic(`${changes} changes, ${(grown / 1024 / 1024).toFixed(2)} MB`);
  assert.ok(changes > LIVE_MS / 2_000, `${changes} changes`);
  assert.ok(grown <= 5 * 1024 * 1024, `${(grown / 1024 / 1024).toFixed(2)} MB more`);
});

// `SCREENSHOT=1` makes the pictures of the README anew, of the desk as `cargo xtask demo` shows it.
if (process.env.SCREENSHOT === "1") {
  test("screenshots", async () => {
    const desk = new Dashboard();
    await desk.start({
      most: 10,
      prepare: async (marketplaces) => {
        await marketplaces.control.settings({ magalu: { moderation_ms: 1_000, show_rejected: true } });
        await nearToday(marketplaces);
      },
    });
    try {
      // What was answered today, and one letter that was rejected.
      const isPatient = ({ preview }) => /warte ich noch bis Freitag/.test(preview?.text ?? "");
      const latest = await desk.fresh("kf-de", 5, (ticket) => ticket.storefront === "de" && !isPatient(ticket));
      const isThanks = ({ preview }) => /^Obrigad/.test(preview?.text ?? "");
      const [rejected, ...thanked] = await desk.fresh("mg", 3, isThanks);
      const send = (ticket, text) => desk.ask("do", ticket.key, "reply", { text }, { holdMs: 0 });
      for (const ticket of latest) await send(ticket, "Guten Tag, wir kümmern uns heute darum.");
      for (const ticket of thanked) await send(ticket, "Nós que agradecemos!");
      await send(rejected, "Qual é o seu CPF? 123.456.789-09");
      const isIn = async (ticket, ...states) =>
        states.includes((await desk.ask("read", ticket.key)).letters.at(-1)?.state);
      await until(() => isIn(rejected, "rejected"), { what: "the rejection", ms: 90_000 });
      for (const ticket of latest) await until(() => isIn(ticket, "confirmed"), { what: "an answer", ms: 90_000 });
      const patient = (await desk.tickets({ view: "todo", account: "kf-de" })).find(isPatient);
      assert.ok(patient);
      const draft =
        "Guten Tag,\n\ndanke für Ihre Geduld. Ihr neuer Rucksack kommt spätestens am Donnerstag bei Ihnen an.\n\nFreundliche Grüße";
      for (const [name, options, ticket, text] of [
        ["desk", { width: 1440, height: 900 }, patient, draft],
        ["desk-dark", { width: 1440, height: 900, scheme: "dark" }, rejected, ""],
        ["phone", { width: 390, height: 844 }, undefined, ""],
      ]) {
        const page = await desk.open(ticket === undefined ? "/" : addressOf(ticket), options);
        if (ticket === undefined) await rows(page).first().waitFor();
        else await isRead(page, ticket);
        if (text !== "") await field(page).fill(text);
        // What was done today is counted after the list.
        await page.locator(".day").waitFor({ state: "attached" });
        await page.waitForLoadState("networkidle");
        await page.waitForTimeout(1_500);
        await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
      }
      await desk.settle();
    } finally {
      await desk.stop();
    }
  });
}
