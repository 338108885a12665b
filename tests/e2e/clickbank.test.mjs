// ClickBank's pages: reading, commenting, closing and paying back, each looked up in the
// marketplace's own database.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { axe, Dashboard, fits, Marketplace, news } from "./support.mjs";

const dashboard = new Dashboard();
let market;

before(async () => {
  await dashboard.start();
  market = new Marketplace(dashboard.demo, "clickbank", "/clickbank/rest");
  await market.set({ clickbank: { refunds_run: "at_once" } });
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

/** The tickets of the account. */
const OWN = `t.ticketid IN (SELECT t.ticketid FROM clickbank_tickets t JOIN clickbank_sales s ON s.receipt = t.receipt AND s.item_no = t.item_no
  JOIN clickbank_vendors v ON v.vendor = s.vendor JOIN clickbank_keys k ON k.account = v.account
  WHERE k.api_key = '${LOCAL_KEYS.clickbank.apiKey}')`;
const ids = async (where, limit = 100) =>
  (
    await market.rows(
      `SELECT t.ticketid FROM clickbank_tickets t WHERE ${OWN} AND ${where} ORDER BY t.opened DESC, t.ticketid DESC LIMIT ${limit}`,
    )
  ).map(({ ticketid }) => String(ticketid));
const ticket = (id) => market.row("SELECT * FROM clickbank_tickets WHERE ticketid = ?", id);
const sale = (receipt) => market.row("SELECT * FROM clickbank_sales WHERE receipt = ?", receipt);

async function expectIds(page, expected) {
  const want = JSON.stringify(expected);
  const shown = () => page.locator(".rows a").evaluateAll((rows) => rows.map((row) => row.dataset.id));
  const deadline = Date.now() + 15_000;
  while (JSON.stringify(await shown()) !== want) {
    if (Date.now() > deadline) assert.deepEqual(await shown(), expected);
    await page.waitForTimeout(50);
  }
}

test("the list: filters and pages show what the database has, and a broken rule is said at the field", async () => {
  const page = await dashboard.open("/#/kf-de/");
  await page.getByLabel("Account").selectOption({ label: "ClickBank · cb" });
  await expectIds(page, await ids("t.status = 'OPEN'"));
  const { total } = await market.row(`SELECT count(*) AS total FROM clickbank_tickets t WHERE ${OWN}`);
  await page.getByRole("link", { name: "All" }).click();
  await page.getByText(`Page 1 · ${total} in all`).first().waitFor();
  const all = await ids("1", 100_000);
  assert.ok(all.length > 100, "there is a second page");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText(`Page 2 · ${total} in all`).first().waitFor();
  await page.reload();
  await page.getByText(`Page 2 · ${total} in all`).first().waitFor();

  await page.getByRole("button", { name: "Filter" }).click();
  const panel = page.getByRole("form", { name: "Filters" });
  await panel.getByLabel("Cancellation").check();
  await expectIds(page, await ids("t.type = 'CANCEL'"));
  const { day } = await market.row(
    `SELECT date(t.opened, 'unixepoch', '-8 hours') AS day FROM clickbank_tickets t WHERE ${OWN} AND t.type = 'CANCEL' ORDER BY t.opened DESC LIMIT 1`,
  );
  await panel.getByLabel("From day").fill(day);
  await panel.getByText(/because “From day” is given/).waitFor();
  const before = (await market.requests("GET", "/1.3/tickets/list")).length;
  await panel.getByLabel("Receipt").fill("AB");
  await panel.getByText(/at least 4 characters/).waitFor();
  assert.equal((await market.requests("GET", "/1.3/tickets/list")).length, before, "what breaks a rule is not asked");
  assert.deepEqual(await axe(page), []);
  await panel.getByRole("button", { name: "Clear filters" }).click();
  const { receipt } = await ticket(all[0]);
  await panel.getByLabel("Receipt").fill(receipt);
  await expectIds(page, await ids(`t.receipt = '${receipt}'`));
});

test("a comment is added; closing a refund says that it is not paid, reopening needs a comment, and confirms money", async () => {
  const [id] = await ids(
    "t.type = 'REFUND' AND t.status = 'OPEN' AND t.locked = 0 AND t.returned = 0 AND t.ticketid < 39000000",
  );
  const page = await dashboard.open(`/#/cb/tickets/${id}`);
  const comments = () => market.rows("SELECT * FROM clickbank_comments WHERE ticketid = ? ORDER BY comment_id", id);
  const before = (await comments()).length;
  await page.getByLabel("Comment", { exact: true }).fill("We look into it – today.");
  await page.getByRole("button", { name: "Add comment" }).click();
  await news(page, "Comment added.");
  const added = await comments();
  assert.equal(added.length, before + 1);
  assert.equal(added.at(-1).comment, "We look into it – today.");
  await page.getByRole("region", { name: "Comments" }).getByText("We look into it – today.").waitFor();

  await page.getByRole("button", { name: "Close ticket" }).click();
  const close = page.getByRole("dialog", { name: "Close this ticket?" });
  await close.getByText("the customer is not paid back").waitFor();
  assert.deepEqual(await axe(page), []);
  await close.getByRole("button", { name: "Keep it open" }).click();
  assert.equal((await ticket(id)).status, "OPEN");
  await page.getByRole("button", { name: "Close ticket" }).click();
  await close.getByRole("button", { name: "Close ticket" }).click();
  await news(page, "Ticket closed.");
  assert.equal((await ticket(id)).status, "CLOSED");

  await page.getByRole("button", { name: "Reopen" }).click();
  const reopen = page.getByRole("dialog", { name: "Reopen this ticket?" });
  await reopen.getByText("take it that the customer is paid back").waitFor();
  await reopen.getByRole("button", { name: "Reopen" }).click();
  await reopen.getByText("Please fill this in.").waitFor();
  assert.equal((await ticket(id)).status, "CLOSED");
  await reopen.getByLabel("Comment").fill("Closed by mistake.");
  await reopen.getByRole("button", { name: "Reopen" }).click();
  await news(page, "Ticket reopened.");
  assert.equal((await ticket(id)).status, "REOPENED");
});

test("a partial refund: reasons of its type, ClickBank's own amounts, the money in words, and then it is paid", async () => {
  const page = await dashboard.open("/#/cb/new", { width: 360, height: 740 });
  await page.getByRole("textbox", { name: "Receipt" }).fill("LOCAL002");
  await page.getByRole("radio", { name: /^Refund/ }).check();
  const reasons = page.getByRole("group", { name: "Reason", exact: true }).getByRole("radio");
  assert.equal(await reasons.count(), 10);
  await reasons.nth(1).check();
  await page.getByRole("group", { name: "How much" }).getByLabel("A percentage").check();
  await page.getByLabel("Per cent", { exact: true }).fill("80.5");
  await page.getByText("80.5% is not possible here. Please choose from 1% to 80%.").waitFor();
  await page.getByLabel("Per cent", { exact: true }).fill("25");
  // A quarter of 92.80 EUR.
  await page.getByText("23.20 EUR").waitFor();
  await fits(page, "the new ticket");
  await page.getByRole("button", { name: "Create ticket" }).click();
  const dialog = page.getByRole("dialog", { name: "Create this ticket: Refund?" });
  await dialog.getByText("25 per cent of the receipt").waitFor();
  await dialog.getByText("23.20 EUR").waitFor();
  assert.equal((await sale("LOCAL002")).refunded_cents, 0, "nothing is paid before it is confirmed");
  await dialog.getByRole("button", { name: "Create ticket" }).click();
  await news(page, "Ticket created.");
  assert.equal((await sale("LOCAL002")).refunded_cents, 2320);
  const [id] = await ids("t.receipt = 'LOCAL002'");
  assert.match(page.url(), new RegExp(`#/cb/tickets/${id}`));
  const stored = await ticket(id);
  assert.deepEqual(
    { type: stored.type, refund_type: stored.refund_type, reason: stored.reason },
    { type: "REFUND", refund_type: "PARTIAL_PERCENT", reason: "ticket.type.refund.2" },
  );
  await fits(page, "the ticket");

  // The same again is refused by the marketplace, in words.
  await page.goto(new URL("/#/cb/new?for=LOCAL002", dashboard.demo.url).href);
  await page.getByRole("radio", { name: /^Refund/ }).check();
  await reasons.nth(1).check();
  await page.getByRole("group", { name: "How much" }).getByLabel("In full").check();
  await page.getByRole("button", { name: "Create ticket" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create ticket" }).click();
  await page.getByText("Refund ticket already open").first().waitFor();
  await page.getByText("It may have been opened; look at the top of the inbox").first().waitFor();
  assert.equal((await sale("LOCAL002")).refunded_cents, 2320);
});

test("goods that came back: the refund waits for them and is paid when the return is confirmed", async () => {
  const page = await dashboard.open("/#/cb/tickets/39000007");
  await page.getByRole("button", { name: "Goods are back" }).click();
  const dialog = page.getByRole("dialog", { name: "Are the goods back?" });
  await dialog.getByText("is then paid").waitFor();
  assert.equal((await sale("LOCAL010")).refunded_cents, 0);
  await dialog.getByRole("button", { name: "Confirm return" }).click();
  await news(page, "Return confirmed.");
  assert.equal((await sale("LOCAL010")).refunded_cents, 12_900);
  assert.equal((await ticket("39000007")).returned, 1);
});
