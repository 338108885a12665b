// Magalu's pages: reading, answering with a file, what happens to a cancellation, and a ticket that
// Magalu makes while it is watched. What was done is looked up in the local marketplace's own
// database.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { axe, Dashboard, fits, Marketplace, news, noisePng, startDeployed } from "./support.mjs";

const dashboard = new Dashboard();
let market;

before(async () => {
  await dashboard.start();
  market = new Marketplace(dashboard.demo, "magalu", "/magalu");
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

const OWN = "id_seller = 1 AND id NOT LIKE 'a0000000%'";
const tickets = (where, limit = 50) =>
  market.rows(`SELECT * FROM magalu_tickets WHERE ${where} ORDER BY updated_ms DESC LIMIT ${limit}`);
const messages = (id) => market.rows("SELECT * FROM magalu_messages WHERE ticket_id = ? ORDER BY number", id);

async function fresh(where) {
  const [ticket] = await tickets(`${OWN} AND closed = 0 AND ${where}`, 1);
  assert.ok(ticket, `no ticket where ${where}`);
  return ticket;
}

test("the list: quick filters, an order's number and pages show what the database has", async () => {
  const page = await dashboard.open("/#/mg/");
  await page.locator(".rows a").first().waitFor();
  const shown = () => page.locator(".rows a").evaluateAll((rows) => rows.map((row) => row.dataset.id).sort());
  const ids = (rows) => rows.map(({ id }) => id).sort();
  const { total } = await market.row(
    "SELECT count(*) AS total FROM magalu_tickets WHERE id_seller = 1 AND status = 'waiting_seller'",
  );
  assert.equal((await shown()).length, Math.min(total, 50));

  await page.getByRole("link", { name: "All" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.locator(".range", { hasText: "Page 2" }).waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Magalu shows no further page").waitFor();
  assert.equal(await page.getByRole("button", { name: "Next" }).getAttribute("aria-disabled"), "true");

  const one = await fresh("1");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByLabel("Number of the order").fill(one.order_code);
  await page.locator(`.rows a[data-id="${one.id}"]`).waitFor();
  await page.locator(".range", { hasText: "Page 1" }).waitFor();
  assert.deepEqual(await shown(), ids(await tickets(`id_seller = 1 AND order_code = '${one.order_code}'`)));
  assert.deepEqual(await axe(page), []);
});

test("an answer with a file is accepted, followed and then in the thread; the rules are said before", async () => {
  const { id } = await fresh("status = 'waiting_seller' AND type = 'shipping'");
  const page = await dashboard.open(`/#/mg/tickets/${id}`, { width: 360, height: 740 });
  const before = (await messages(id)).length;
  const text = page.getByRole("textbox", { name: "Message" });
  await text.fill("x".repeat(3001));
  await page.locator("#reply-faults").getByText(/3,000/).waitFor();
  await text.fill("O pacote saiu hoje – veja a foto.");
  const photo = noisePng(30_000);
  await page
    .getByLabel("Files to attach")
    .setInputFiles([{ name: "pacote.png", mimeType: "image/png", buffer: photo }]);
  await page.locator(".attachments .good", { hasText: "pacote.png" }).waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page
    .locator("#reply-faults")
    .getByText(/your name/i)
    .waitFor();
  await page.getByRole("textbox", { name: "Your name" }).fill("Bia");
  await page.getByRole("textbox", { name: "Your code" }).fill("agent-7");
  await fits(page, "the ticket");
  assert.equal((await messages(id)).length, before);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await news(page, "Message accepted.");
  await page.getByText("Message: ").waitFor();
  await page.getByRole("region", { name: "Messages" }).getByText("O pacote saiu hoje – veja a foto.").waitFor();

  const stored = (await messages(id)).at(-1);
  assert.equal(stored.message, "O pacote saiu hoje – veja a foto.");
  assert.deepEqual([stored.owner_name, stored.owner_code, stored.destination], ["Bia", "agent-7", "customer"]);
  const file = await market.row("SELECT * FROM magalu_attachments WHERE message_id = ?", stored.id);
  assert.equal(file.size, photo.length);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /pacote\.png/ }).click();
  assert.equal((await download).suggestedFilename(), "pacote.png");
});

test("a cancellation: telling what happened says what it does to money, and a return gets its code", async () => {
  const { id } = await fresh("type = 'cancellation' AND returnable = 1");
  const page = await dashboard.open(`/#/mg/tickets/${id}`);
  const events = (type) => market.rows("SELECT * FROM magalu_events WHERE ticket_id = ? AND type = ?", id, type);
  const before = (await events("product_received")).length;
  await page.getByRole("button", { name: "Tell what happened" }).click();
  const dialog = page.getByRole("dialog", { name: "What happened?" });
  await dialog.getByLabel(/^Authorize refund/).check();
  await dialog.getByText("The customer is paid back.").waitFor();
  await dialog.getByLabel(/^Product received/).check();
  await dialog.getByText("This moves no money.").waitFor();
  assert.deepEqual(await axe(page), []);
  await dialog.getByRole("button", { name: "Tell Magalu" }).click();
  await news(page, "Accepted.");
  await page.getByRole("complementary").getByText("Product received").first().waitFor();
  await page.waitForFunction(() => !document.body.innerText.includes("Under way"));
  assert.equal((await events("product_received")).length, before + 1);
  assert.equal((await events("authorize_refund")).length, 0);

  await page.getByRole("button", { name: "Let it be sent back" }).click();
  await page.getByRole("button", { name: "Make a return code" }).click();
  await page.getByText("1 return").waitFor();
  const made = await market.row("SELECT * FROM magalu_returns WHERE ticket_id = ?", id);
  await page.getByText(made.reverse_code).waitFor();
});

test("a new ticket is followed through its transaction, also after a reload, and then opened", async () => {
  await market.set({ magalu: { transaction_ms: 4000 } });
  const like = await fresh("type = 'shipping'");
  const page = await dashboard.open(`/#/mg/new?like=${like.id}`);
  await news(page, "Filled in from the ticket.");
  assert.equal(await page.getByLabel("Number of the order").inputValue(), like.order_code);
  await page.getByRole("button", { name: "Open ticket" }).click();
  await page.locator("#reason-faults").waitFor();
  await page.getByRole("radio", { name: /^Shipping/ }).check();
  await page.getByRole("combobox", { name: "Reason" }).selectOption("shipping_delay");
  await page.getByLabel("Your reference").fill("E2E-1");
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Open ticket" }).click();
  await page.getByRole("heading", { name: "Magalu opens the ticket" }).waitFor();
  assert.match(page.url(), /#\/mg\/transactions\//);
  await page.reload();
  await page.getByRole("list", { name: "Steps" }).getByText("Accepted").waitFor();
  await news(page, "Ticket opened.");
  const made = await market.row("SELECT * FROM magalu_tickets WHERE code = 'E2E-1'");
  assert.deepEqual([made.reason, made.order_code, made.type], ["shipping_delay", like.order_code, "shipping"]);
  assert.match(page.url(), new RegExp(`#/mg/tickets/${made.id}`));
  assert.equal((await market.requests("POST", "/seller/v0/tickets")).length, 1);
});

test("a transaction that fails is told with its steps", async () => {
  await market.set({ magalu: { transaction_ms: 500 } });
  const like = await fresh("type = 'shipping'");
  const page = await dashboard.open(`/#/mg/new?like=${like.id}`, { width: 360, height: 740 });
  await news(page, "Filled in from the ticket.");
  await page.getByRole("radio", { name: /^Shipping/ }).check();
  await page.getByRole("combobox", { name: "Reason" }).selectOption("general");
  // The sandbox's own word for a ticket that cannot be made.
  await page.getByLabel("Your reference").fill("invalid_order");
  await fits(page, "the new ticket");
  await page.getByRole("button", { name: "Open ticket" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByRole("list", { name: "Steps" }).getByText("Failed").first().waitFor();
  await fits(page, "the failed transaction");
  assert.deepEqual(await market.rows("SELECT * FROM magalu_tickets WHERE code = 'invalid_order'"), []);
});

test("with an application's keys, tokens are renewed one after the other and outlive the Worker's memory", async () => {
  const own = new Dashboard();
  let behind;
  await own.start(async () => {
    const demo = await startDeployed();
    behind = new Marketplace(demo, "magalu", "/magalu");
    // So short that each token is over before the next round; the page that signs in reads the
    // list, too.
    await behind.set({ magalu: { expires_in: 1 } });
    return demo;
  });
  try {
    const [{ name, value }] = own.signedIn.cookies;
    const list = new URL("/api/accounts/mg/seller/v0/tickets?_limit=1", own.demo.url);
    const read = async () => (await fetch(list, { headers: { cookie: `${name}=${value}` } })).status;
    for (let round = 0; round < 3; round += 1) {
      assert.deepEqual(await Promise.all(Array.from({ length: 4 }, read)), [200, 200, 200, 200]);
      await new Promise((resolve) => setTimeout(resolve, 1100));
    }
    const tokens = await behind.rows(
      `SELECT t.used FROM magalu_refresh_tokens t WHERE t.id_grant =
         (SELECT id_grant FROM magalu_refresh_tokens WHERE token = 'local-magalu-refresh-0')`,
    );
    assert.ok(tokens.length >= 4, "the tokens were renewed in each round");
    assert.equal(tokens.filter(({ used }) => used === 0).length, 1, "the newest one is the only one left");
    const { revoked } = await behind.row(
      "SELECT revoked FROM magalu_grants WHERE id_grant = (SELECT id_grant FROM magalu_refresh_tokens LIMIT 1)",
    );
    assert.equal(revoked, 0);
  } finally {
    await own.settle();
    await own.stop();
  }
});
