// Ten tickets of three marketplaces answered by keyboard, with what goes wrong on such a day: one is taken
// back, one was answered in another tab, one is rejected by its marketplace, one marketplace is away, and the
// connection is lost. In the end the marketplaces hold exactly the wanted letters.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addressOf, answer, canSend, field, focused, goTo, isRead, nameOf, rows, shownNames, thread } from "./desk.mjs";
import { Dashboard, Marketplace, until } from "./support.mjs";

const dashboard = new Dashboard();
const markets = {};
/** The tickets of the tests, which run side by side. */
const given = {};

/** What each marketplace holds of the seller's letters. */
const WRITTEN = {
  "kf-de": "SELECT id_ticket AS ticket, text FROM kaufland_messages WHERE role = 'seller'",
  cb: "SELECT ticketid AS ticket, comment AS text FROM clickbank_comments",
  mg: "SELECT ticket_id AS ticket, message AS text, block_rules FROM magalu_messages",
};

before(async () => {
  // So a rejection is told as soon as it is looked for.
  const prepare = ({ control }) => control.settings({ magalu: { moderation_ms: 1_000, show_rejected: true } });
  await dashboard.start({ most: 8, prepare });
  markets["kf-de"] = new Marketplace(dashboard.demo);
  markets.cb = new Marketplace(dashboard.demo, "clickbank", "/clickbank/rest");
  markets.mg = new Marketplace(dashboard.demo, "magalu", "/magalu");
  given.ten = [];
  for (const account of ["kf-de", "cb", "mg"]) given.ten.push(...(await dashboard.fresh(account, 4)));
  [given.conflict, given.away, given.lost] = await dashboard.fresh("kf-de", 3);
  [given.rejected] = await dashboard.fresh("mg");
  // Nothing else is to do: the other tickets need no answer.
  const wanted = new Set(given.ten.map(nameOf));
  const others = (await dashboard.tickets({ view: "todo" })).filter((ticket) => !wanted.has(nameOf(ticket)));
  await Promise.all(others.map(({ key }) => dashboard.ask("local", key, { done: true })));
});
after(async () => {
  await dashboard.settle();
  await dashboard.stop();
});

/** The letters of this test at all three marketplaces, as "account/ticket: text". */
async function lettersOf(run) {
  const all = await Promise.all(
    Object.entries(WRITTEN).map(async ([account, sql]) => {
      const found = await markets[account].rows(sql);
      return found
        .filter(({ text }) => text?.includes(run))
        .map(({ ticket, text, block_rules: rules }) => {
          const fate = rules === undefined || rules === "[]" ? "" : " (blocked)";
          return `${account}/${ticket}: ${text}${fate}`;
        });
    }),
  );
  return all.flat().sort();
}

describe("a day at the desk", { concurrency: 4 }, () => {
  test("ten tickets of three marketplaces by keyboard, one key and the text each", async (t) => {
    const run = `Nr. ${Math.floor(Math.random() * 1e6)}`;
    const chosen = given.ten;
    const wanted = new Set(chosen.map(nameOf));
    const context = await dashboard.browser();
    const page = await dashboard.open("/", { context });
    await rows(page)
      .nth(chosen.length - 1)
      .waitFor();
    const order = await shownNames(page);
    assert.deepEqual([...order].sort(), [...wanted].sort());
    const ticketOf = (name) => chosen.find((ticket) => nameOf(ticket) === name);
    const due = order.map((name) => ticketOf(name).due?.at ?? Number.POSITIVE_INFINITY);
    assert.deepEqual(
      due,
      [...due].sort((a, b) => a - b),
      "the most urgent is first",
    );

    const expected = [];
    const sent = (name, text, fate = "") => expected.push(`${name}: ${text}${fate}`);

    // Nine in a row. The first is opened by a key; then each takes its text and one key more.
    await page.keyboard.press("j");
    await page.keyboard.press("r");
    for (let at = 0; at < 9; at += 1) {
      const ticket = ticketOf(order[at]);
      await page.locator(`#reply[data-name="${order[at]}"]`).waitFor();
      const text = `${run}, ${at}: j, r, x and z are letters here. Straße, São Paulo, 5,50 €`;
      await answer(page, text);
      sent(nameOf(ticket), text);
    }
    await page.locator(`#reply[data-name="${order[9]}"]`).waitFor();
    assert.equal(await focused(page), "reply");

    // The last one is taken back by its key, and its words are in the field again.
    const [undone] = expected.splice(-1);
    await page.keyboard.press("Escape");
    await page.keyboard.press("z");
    await page.locator(`#reply[data-name="${order[8]}"]`).waitFor();
    await page.waitForFunction(
      (text) => document.querySelector("#reply")?.value === text,
      undone.split(": ").slice(1).join(": "),
    );
    const better = `${run}, 8: the better words`;
    await field(page).fill(better);
    await field(page).press("Control+Enter");
    sent(order[8], better);
    await page.locator(`#reply[data-name="${order[9]}"]`).waitFor();
    await answer(page, `${run}, 9: the tenth`);
    sent(order[9], `${run}, 9: the tenth`);

    // A second tab still has the eleventh open when the first one answers it.
    const eleventh = ticketOf(order[10]);
    const other = await dashboard.open(addressOf(eleventh), { context });
    await isRead(other, eleventh);
    await field(other).fill(`${run}, 10: from the second tab`);
    await page.bringToFront();
    await page.locator(`#reply[data-name="${order[10]}"]`).waitFor();
    await field(page).fill(`${run}, 10: from the first tab`);
    await field(page).press("Control+Enter");
    sent(order[10], `${run}, 10: from the first tab`);
    await other.bringToFront();
    await field(other).fill(`${run}, 10: from the second tab`);
    await field(other).press("Control+Shift+Enter");
    await other
      .getByRole("alert")
      .filter({ hasText: /another tab/i })
      .waitFor();
    assert.equal(await field(other).inputValue(), `${run}, 10: from the second tab`);
    await other.close();

    // The connection is lost before the twelfth, and the page is reloaded when it is back.
    await page.bringToFront();
    await page.locator(`#reply[data-name="${order[11]}"]`).waitFor();
    await field(page).fill(`${run}, 11: without a connection`);
    await canSend(page);
    await context.setOffline(true);
    await field(page).press("Control+Enter");
    const told = page.getByText(/No connection|waits for the connection/);
    await told.filter({ visible: true }).first().waitFor();
    await context.setOffline(false);
    await page.reload();
    sent(order[11], `${run}, 11: without a connection`);

    const wantedNow = () => [...expected].sort();
    const isAll = async () => (await lettersOf(run)).length >= expected.length;
    await until(isAll, { what: "all letters", ms: 60_000 }).catch(() => {});
    assert.deepEqual(await lettersOf(run), wantedNow());

    // All of it was seen in the threads.
    const isOpen = ({ key }) => wanted.has(nameOf({ key }));
    await until(async () => !(await dashboard.ask("list", { view: "outbox" })).items.some(isOpen), {
      what: "the outbox has none of them",
      ms: 60_000,
    });
    assert.deepEqual(await lettersOf(run), wantedNow());
    t.diagnostic(`${expected.length} letters`);
  });

  test("what another person answered meanwhile is not answered again, and the words stay", async () => {
    const run = `conflict ${Math.random()}`;
    const ticket = given.conflict;
    const kim = await dashboard.open(addressOf(ticket), { person: "Kim" });
    await isRead(kim, ticket);
    await field(kim).fill(`${run} by Kim`);
    const ann = await dashboard.open(addressOf(ticket), { person: "Ann" });
    await isRead(ann, ticket);
    // Kim's page hears nothing of it.
    await kim.context().setOffline(true);
    await field(ann).fill(`${run} by Ann`);
    await field(ann).press("Control+Enter");
    // It is only held by now, so the marketplace does not show it.
    await until(async () => (await dashboard.ask("read", ticket.key)).letters.length > 0, { what: "Ann's letter" });
    await field(kim).press("Control+Shift+Enter");
    await kim.context().setOffline(false);
    await kim
      .getByRole("alert")
      .filter({ hasText: /changed/i })
      .waitFor();
    assert.equal(await field(kim).inputValue(), `${run} by Kim`);
    await until(async () => (await dashboard.ask("read", ticket.key)).letters.at(-1)?.state === "confirmed", {
      what: "Ann's letter lands",
      ms: 60_000,
    });
    assert.deepEqual(await lettersOf(run), [`${nameOf(ticket)}: ${run} by Ann`]);
  });

  test("a rejected letter is told, keeps its words, and is sent again when they are edited", async () => {
    const run = `rejected ${Math.floor(Math.random() * 1e6)}`;
    const ticket = given.rejected;
    const page = await dashboard.open(addressOf(ticket));
    await isRead(page, ticket);
    const bad = `${run}: me envie seu CPF 123.456.789-09`;
    await field(page).fill(bad);
    await field(page).press("Control+Enter");
    // The page warns before it is sent; the same key again sends it all the same.
    await page.getByRole("alert").filter({ hasText: /CPF/ }).waitFor();
    assert.deepEqual((await dashboard.ask("read", ticket.key)).letters, []);
    await field(page).press("Control+Enter");
    await until(async () => (await dashboard.ask("read", ticket.key)).letters.at(-1)?.state === "rejected", {
      what: "the rejection",
      ms: 60_000,
    });
    // In a browser that knows nothing of it.
    const later = await dashboard.open(addressOf(ticket), { person: "Ann" });
    await isRead(later, ticket);
    const rejected = thread(later).getByRole("alert");
    await rejected
      .getByText(/rejected/i)
      .first()
      .waitFor();
    assert.match(await thread(later).innerText(), new RegExp(run));
    await rejected.getByRole("button", { name: "Edit and send again" }).click();
    assert.equal(await field(later).inputValue(), bad);
    assert.equal(await focused(later), "reply");
    await field(later).fill(`${run}: pode confirmar o pedido?`);
    await field(later).press("Control+Enter");
    await until(async () => (await dashboard.ask("read", ticket.key)).letters.at(-1)?.state === "published", {
      what: "the second letter",
      ms: 60_000,
    });
    const [first, second, ...more] = await lettersOf(run);
    assert.deepEqual(
      [first, second, ...more],
      [`${nameOf(ticket)}: ${bad} (blocked)`, `${nameOf(ticket)}: ${run}: pode confirmar o pedido?`],
    );
  });

  test("a marketplace that is away keeps a letter waiting, and it lands once", async () => {
    const run = `away ${Math.random()}`;
    const { away: ticket, lost } = given;
    const post = (id) => ({ marketplace: "kaufland", method: "POST", path: `/tickets/${id}/messages` });
    const { control } = dashboard.demo;
    await control.fault({ match: post(ticket.key.id), fault: { kind: "status", status: 503 } });
    // It is stored, and the answer says that it is not.
    await control.fault({ match: post(lost.key.id), fault: { kind: "status", status: 500, when: "after" } });
    const page = await dashboard.open(addressOf(ticket));
    await isRead(page, ticket);
    await field(page).fill(`${run} 1`);
    await field(page).press("Control+Shift+Enter");
    await goTo(page, lost);
    await field(page).fill(`${run} 2`);
    await field(page).press("Control+Shift+Enter");
    const stateOf = async ({ key }) => (await dashboard.ask("read", key)).letters.at(-1)?.state;
    await until(async () => (await stateOf(ticket)) === "confirmed" && (await stateOf(lost)) === "confirmed", {
      what: "both letters",
      ms: 120_000,
    });
    assert.deepEqual(await lettersOf(run), [`${nameOf(ticket)}: ${run} 1`, `${nameOf(lost)}: ${run} 2`].sort());
    await goTo(page, ticket);
    await thread(page).getByText("In the thread").last().waitFor();
  });
});
