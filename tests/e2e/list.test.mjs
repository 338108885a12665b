// What the list is a list of: the conditions of the search, the numbers beside it, what a page
// hears of changes, and one draft in two tabs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addressOf, canSend, field, isRead, nameOf, row, rows, shownNames } from "./desk.mjs";
import { Dashboard, until } from "./support.mjs";

const dashboard = new Dashboard();
const DAY = 86_400_000;

before(() => dashboard.start({ most: 40 }));
after(async () => {
  await dashboard.settle();
  await dashboard.stop();
});

const search = (page) => page.getByRole("searchbox");
const rail = (page) => page.getByRole("navigation").first();
const view = (page, name) => rail(page).getByRole("link", { name });
/** The end of the day that is so many days from now, where the browsers are. */
function endOfDay(days) {
  const [year, month, day] = new Date(Date.now() + days * DAY)
    .toLocaleDateString("sv-SE", { timeZone: "Europe/Berlin" })
    .split("-")
    .map(Number);
  // Midnight there is one or two hours before that of UTC.
  const midnight = Date.UTC(year, month - 1, day + 1);
  const hours = Number(new Date(midnight).toLocaleTimeString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 2));
  return midnight - hours * 3_600_000;
}

// Alone, because a ticket that another test opens is new no longer.
test("a search leaves what is typed as it is typed, and follows the address", async () => {
  const page = await dashboard.open("/");
  await rows(page).first().waitFor();
  await search(page).focus();
  await page.keyboard.type("parcel ");
  await page.waitForURL(/q=parcel$/);
  await page.keyboard.type("late");
  await page.waitForURL(/q=parcel\+late$/);
  assert.equal(await search(page).inputValue(), "parcel late");
  await page.evaluate(() => {
    location.hash = "#/todo?q=refund";
  });
  await page.waitForFunction(() => document.querySelector("#search").value === "refund");
});

test("each condition of the search shows what the desk has of it, alone and with others and with words", async () => {
  const [mine, drafted] = await dashboard.fresh("kf-de", 2);
  await dashboard.ask("local", mine.key, { assignee: "Kim" });
  const page = await dashboard.open(addressOf(drafted));
  await isRead(page, drafted);
  await field(page).fill("a draft of mine");
  await field(page).press("Escape");
  await page.keyboard.press("Escape");
  const all = await dashboard.tickets({ view: "todo" });
  const now = Date.now();
  const isKind = (kind) => (ticket) => ticket.kind === kind;
  const isDue = (until) => (ticket) => ticket.due !== null && ticket.due.at < until;
  const { kind } = all.find(({ kind, account }) => kind !== "other" && kind !== "unknown" && account !== "jtl");
  const inWeek = new Date(now + 5 * DAY).toLocaleDateString("sv-SE", { timeZone: "Europe/Berlin" });
  const wanted = {
    "is:overdue": isDue(now),
    "is:new": ({ unseen }) => unseen,
    "is:mine": ({ local }) => local.assignee === "Kim",
    "is:draft": (ticket) => nameOf(ticket) === nameOf(drafted),
    "is:unclear": ({ turn }) => turn === "unknown",
    "is:file": ({ files }) => (files ?? 0) > 0,
    [`kind:${kind}`]: isKind(kind),
    "due:today": isDue(endOfDay(0)),
    "due:tomorrow": isDue(endOfDay(1)),
    "due:week": isDue(endOfDay(7)),
    [`due:${inWeek}`]: isDue(endOfDay(5)),
    [`is:overdue kind:${kind}`]: (ticket) => isDue(now)(ticket) && isKind(kind)(ticket),
    "is:new is:file": ({ unseen, files }) => unseen && (files ?? 0) > 0,
  };
  for (const [typed, accepts] of Object.entries(wanted)) {
    const expected = all.filter(accepts).map(nameOf).sort();
    await search(page).fill(typed);
    await search(page).press("Enter");
    const isAsked = (hash) => page.waitForFunction((hash) => location.hash.includes(hash), hash);
    await isAsked(new URLSearchParams({ q: typed }).toString());
    await page.locator('.rows[aria-busy="false"]').waitFor();
    let shown;
    const isSame = async () => {
      // The rest is read as one scrolls.
      await page.locator(".rows").evaluate((list) => list.scrollTo(0, list.scrollHeight));
      shown = (await shownNames(page)).sort();
      return JSON.stringify(shown) === JSON.stringify(expected);
    };
    await until(isSame, { what: typed, ms: 8_000 }).catch(() => assert.deepEqual(shown, expected, typed));
  }
  assert.ok(all.filter(wanted["is:overdue"]).length < all.length, "some tickets are not overdue");

  // Words are looked for in all views, and a condition holds for what is found.
  const word = all.find(({ preview }) => /\p{L}{6,}/u.test(preview?.text ?? "")).preview.text.match(/\p{L}{6,}/u)[0];
  const found = (await dashboard.tickets({ text: word })).filter(({ unseen }) => unseen);
  await search(page).fill(`${word} is:new`);
  await search(page).press("Enter");
  const isFound = async () =>
    JSON.stringify((await shownNames(page)).sort()) === JSON.stringify(found.map(nameOf).sort());
  await until(isFound, { what: `${word} is:new` });

  // Other words with a colon are searched for, and no ticket has this one.
  await search(page).fill("is:nothing");
  await search(page).press("Enter");
  await page.locator(".rows .empty").waitFor();
});

describe("side by side", { concurrency: 3 }, () => {
  test("kinds are found by the page's own word, in its language", async () => {
    const page = await dashboard.open("/", { locale: "de-DE" });
    await rows(page).first().waitFor();
    const expected = (await dashboard.tickets({ view: "todo" })).filter(({ kind }) => kind === "refund").map(nameOf);
    assert.ok(expected.length > 0);
    await search(page).fill("kind:erstattung");
    await search(page).press("Enter");
    await until(async () => (await shownNames(page)).sort().join() === expected.sort().join(), { what: "the refunds" });
  });

  test("the numbers in the rail are those of the desk, beyond what the list shows", async () => {
    const page = await dashboard.open("/");
    await rows(page).first().waitFor();
    const { overdue, todo, waiting } = await dashboard.ask("counts");
    assert.ok(overdue > 24, `${overdue} are overdue, and the list begins with 24`);
    const late = view(page, /^To do/).locator(".late");
    const near = async () => Math.abs(Number(/\d+/.exec(await late.innerText())[0]) - overdue) <= 2;
    assert.ok(await near(), `${await late.innerText()}: ${overdue}`);
    assert.equal(await page.locator(".group.over span").last().innerText(), /\d+/.exec(await late.innerText())[0]);
    assert.match(await view(page, /^To do/).innerText(), new RegExp(`\\b${todo}\\b`));
    assert.match(await view(page, /^Waiting/).innerText(), new RegExp(`\\b${waiting}\\b`));
  });

  test("a page whose HTML has lost its script on its way asks for the start itself", async () => {
    const page = await dashboard.open("about:blank");
    await page.route(dashboard.demo.url, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/<script>.*?<\/script>/s, "");
      await route.fulfill({ response, body });
    });
    await page.goto(dashboard.demo.url);
    await rows(page).first().waitFor();
    assert.equal(await page.evaluate(() => globalThis.start), undefined);
  });

  test("a list that does not come along with the start is asked for", async () => {
    const page = await dashboard.open("about:blank");
    const paths = [];
    page.on("request", (request) => paths.push(new URL(request.url()).pathname));
    await page.route("**/start", async (route) => {
      const { session } = await (await route.fetch()).json();
      await route.fulfill({ json: { session, first: null } });
    });
    await page.goto(dashboard.demo.url);
    await rows(page).first().waitFor();
    assert.deepEqual(paths.filter((path) => path.startsWith("/api/desk/")).slice(0, 2), [
      "/api/desk/counts",
      "/api/desk/list",
    ]);
  });

  test("nothing sticks out of the rail in any language, or is cut off in it", async () => {
    for (const locale of ["en-GB", "de-DE", "pt-BR", "nl-NL"]) {
      const context = await dashboard.browser({ locale });
      // A busy day.
      await context.route("**/start", async (route) => {
        const response = await route.fetch();
        const answer = await response.json();
        Object.assign(answer.first.counts, { todo: 1348, overdue: 183 });
        for (const account of Object.values(answer.first.counts.accounts)) Object.assign(account, { overdue: 60 });
        await route.fulfill({ response, json: answer });
      });
      const page = await dashboard.open("/", { context });
      await rows(page).first().waitFor();
      await rail(page).locator(".day").waitFor();
      const cut = await rail(page).evaluate((nav) => {
        const late = nav.querySelector(".late");
        const [badge, word] = [late, late.querySelector("i")].map((part) => part.getBoundingClientRect());
        return word.top < badge.bottom && (word.right > badge.right || word.left < badge.left);
      });
      assert.equal(cut, false, `${locale}: a part of a word is cut off`);
      const out = await rail(page).evaluate((nav) =>
        [...nav.querySelectorAll("a, a > *, .day, .day > *")]
          .filter((part) => {
            const { right } = part.getBoundingClientRect();
            const box = part.matches("a > *") ? part.parentElement : nav;
            return right > box.getBoundingClientRect().right - 8;
          })
          .map((part) => part.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(out, [], locale);
    }
  });

  test("back from a ticket is the list, however quickly one went there and on", async () => {
    const page = await dashboard.open("/");
    await rows(page).nth(3).waitFor();
    const isOpen = (at) =>
      page.waitForFunction(
        ([at]) => {
          const row = document.querySelectorAll(".rows a[data-name]")[at];
          return at === null ? document.querySelector("#reply") === null : row.getAttribute("aria-current") === "true";
        },
        [at],
      );
    const address = () => page.evaluate(() => location.hash);
    const openAndStep = async (at) => {
      await rows(page).nth(at).click();
      await isOpen(at);
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press("j");
      await isOpen(at + 1);
    };
    for (const round of [1, 2]) {
      await openAndStep(round);
      await page.goBack();
      await isOpen(null);
      assert.match(await address(), /^(?:#\/todo)?$/, `round ${round}`);
    }
  });

  for (const isFirst of ["read again", "read on"]) {
    test(`no row is lost when the list is read on and read again at once: first it is ${isFirst}`, async () => {
      const [ticket] = await dashboard.fresh("kf-de");
      const page = await dashboard.open("/");
      await rows(page).nth(9).waitFor();
      const held = [];
      await page.route("**/api/desk/list", async (route) => {
        await new Promise((release) => {
          held.push(release);
        });
        await route.continue();
      });
      const readAgain = () => dashboard.ask("local", ticket.key, { note: `a change ${Math.random()}` });
      const readOn = () => rows(page).last().scrollIntoViewIfNeeded();
      const [one, other] = isFirst === "read again" ? [readAgain, readOn] : [readOn, readAgain];
      await one();
      await until(() => held.length > 0, { what: "the first request" });
      await page.evaluate(() => {
        const told = { most: 0, fewest: Number.POSITIVE_INFINITY };
        globalThis.rowsTold = told;
        new MutationObserver(() => {
          const count = document.querySelectorAll(".rows a[data-name]").length;
          told.most = Math.max(told.most, count);
          if (count < told.most) told.fewest = Math.min(told.fewest, count);
        }).observe(document.querySelector(".rows"), { childList: true, subtree: true });
      });
      await other();
      // The page hears of a change within seconds, and then asks or waits.
      await page.waitForTimeout(isFirst === "read on" ? 9_000 : 500);
      for (let answered = 0; answered < 2; answered += 1) {
        await until(() => held.length > answered, { what: "a request" });
        held[answered]();
        await page.waitForTimeout(1_000);
      }
      await page.unrouteAll({ behavior: "ignoreErrors" });
      for (const release of held) release();
      const missing = async () => {
        const shown = await shownNames(page);
        return (await dashboard.tickets({ view: "todo" })).map(nameOf).filter((name) => !shown.includes(name));
      };
      await until(async () => (await missing()).length === 0, { what: "all rows" });
      const { most, fewest } = await page.evaluate(() => globalThis.rowsTold);
      assert.ok(fewest > most - 10, `${most} rows, and ${fewest} after that`);
    });
  }

  test("a next page that failed is read once the list can be read again, and not before", async () => {
    const [ticket] = await dashboard.fresh("kf-de");
    const page = await dashboard.open("/");
    await rows(page).nth(9).waitFor();
    let failed = 0;
    await page.route("**/api/desk/list", (route) => {
      failed += 1;
      return route.fulfill({ status: 500, body: "{}" });
    });
    await rows(page).last().scrollIntoViewIfNeeded();
    await until(() => failed > 0, { what: "the failure" });
    await page.waitForTimeout(1_500);
    assert.ok(failed <= 2, `it failed ${failed} times`);
    await page.unrouteAll({ behavior: "wait" });
    const count = await rows(page).count();
    await dashboard.ask("local", ticket.key, { note: "a change" });
    await until(async () => (await rows(page).count()) > count, { what: "the next page" });
  });

  test("a new browser does not hear of every ticket, and hears of what changes from then on", async () => {
    const { after } = await dashboard.ask("counts");
    assert.ok(after > 0);
    const page = await dashboard.open("about:blank", { person: "Ann" });
    const first = page.waitForRequest("**/api/desk/changed");
    await page.goto(dashboard.demo.url);
    await rows(page).first().waitFor();
    const [from] = JSON.parse((await first).postData());
    assert.ok(from >= after, `it asks what has changed since ${from}, and ${after} were known`);
    const name = await rows(page).nth(3).getAttribute("data-name");
    const ticket = (await dashboard.tickets({ view: "todo" })).find((one) => nameOf(one) === name);
    await dashboard.ask("local", ticket.key, { assignee: "Bo" });
    await row(page, ticket).getByText("Bo", { exact: true }).waitFor();
  });
});

test("a ticket in two tabs has one draft: what is written in one is in the other at once", async () => {
  const [ticket] = await dashboard.fresh("kf-de");
  const context = await dashboard.browser();
  const [one, other] = [
    await dashboard.open(addressOf(ticket), { context }),
    await dashboard.open(addressOf(ticket), { context }),
  ];
  for (const page of [one, other]) await isRead(page, ticket);
  const holds = (page, text) =>
    until(async () => (await field(page).inputValue()) === text, { what: `"${text}"`, ms: 15_000 });
  let text = "";
  for (const [page, words] of [
    [one, "From the first tab"],
    [other, ", from the second"],
    [one, ", and from the first again."],
  ]) {
    await page.bringToFront();
    await field(page).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(words);
    text += words;
    for (const each of [one, other]) await holds(each, text);
  }
  await other.close();
  await one.reload();
  await isRead(one, ticket);
  await holds(one, text);
});

test("an answer is counted among those of the day", async () => {
  const [ticket] = await dashboard.fresh("kf-de");
  const page = await dashboard.open(addressOf(ticket));
  await isRead(page, ticket);
  const day = rail(page).locator(".day");
  await day.waitFor();
  const { answered } = await dashboard.ask("counts");
  await day.getByText(`${answered} answered`).waitFor();
  await field(page).fill("Counted today.");
  await canSend(page);
  await field(page).press("Control+Shift+Enter");
  await day.getByText(`${answered + 1} answered`).waitFor({ timeout: 40_000 });
  await day.getByText(/Median answer after \d/).waitFor();
  assert.match(await view(page, /^Done today/).innerText(), new RegExp(`\\b${answered + 1}\\b`));
});
