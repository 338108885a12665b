// What only one marketplace has: money at ClickBank, events and returns at Magalu, new tickets at Kaufland,
// complaints at Probo. What was done is looked up in the marketplaces' own databases.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fetchAlone } from "../../www-demo/local/alone.mjs";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { addressOf, field, isRead, rows } from "./desk.mjs";
import { Dashboard, fits, Marketplace, noisePng, until, ZIP } from "./support.mjs";

const dashboard = new Dashboard();
let clickbank;
let kaufland;
let magalu;
let probo;

before(async () => {
  await dashboard.start({
    most: 4,
    prepare: ({ control }) =>
      control.settings({
        clickbank: { refunds_run: "at_once" },
        magalu: { transaction_ms: 4_000 },
        probo: { known_orders: true },
      }),
  });
  const { demo } = dashboard;
  clickbank = new Marketplace(demo, "clickbank", "/clickbank/rest");
  kaufland = new Marketplace(demo);
  magalu = new Marketplace(demo, "magalu", "/magalu");
  probo = new Marketplace(demo, "probo", "/probo");
});
after(async () => {
  await dashboard.settle();
  await dashboard.stop();
});

/** A new ticket's form. */
async function form(account, options) {
  const page = await dashboard.open(`/#/todo?new=${account}`, options);
  await page.locator(".case form").waitFor();
  return page;
}
const dialog = (page, name) => page.getByRole("dialog", { name });
const can = (page, name) => page.getByRole("complementary").getByRole("button", { name, exact: true });
const send = (page) => page.getByRole("button", { name: "Send", exact: true }).click();
/** Waits for what comes after the 10 seconds in which it can be undone. */
const later = (condition, what) => until(condition, { what, ms: 90_000 });

/** What the outbox says of something new that was refused at this marketplace. */
async function refused(page, marketplace) {
  const own = page.locator(".rows li").filter({ has: page.getByRole("img", { name: marketplace }) });
  const told = own.getByRole("alert");
  await told.getByText("the marketplace refused it").waitFor({ timeout: 40_000 });
  await told.getByText("Your words are kept").waitFor();
  return told;
}
/** Takes what was refused back into its form. */
async function editAgain(told) {
  await told.getByRole("button", { name: "Edit and send again" }).click();
  await told.page().locator(".case form").waitFor();
}

const cbTicket = (id) => clickbank.row("SELECT * FROM clickbank_tickets WHERE ticketid = ?", id);
const sale = (receipt) => clickbank.row("SELECT * FROM clickbank_sales WHERE receipt = ?", receipt);
const cbOpen = (type) =>
  dashboard.fresh("cb", 1, ({ key: { id }, remoteType }) => remoteType === type && Number(id) < 39_000_000);

describe("side by side", { concurrency: 4 }, () => {
  test("ClickBank: closing a refund says what it does to money, and can be undone", async () => {
    const [ticket] = await cbOpen("REFUND");
    const page = await dashboard.open(addressOf(ticket));
    await isRead(page, ticket);
    const { id } = ticket.key;
    await can(page, "Close").click();
    await dialog(page, /Close/).getByText("nothing is paid back").waitFor();
    await page.getByRole("button", { name: "Leave it as it is" }).click();
    await can(page, "Close").click();
    await dialog(page, /Close/).getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("button", { name: /^Undo/ }).click();
    await page.waitForTimeout(11_000);
    assert.equal((await cbTicket(id)).status, "OPEN", "it was undone");

    await can(page, "Close").click();
    await dialog(page, /Close/).getByRole("button", { name: "Close", exact: true }).click();
    await later(async () => (await cbTicket(id)).status === "CLOSED", "the ticket is closed");
  });

  test("ClickBank: reopening needs a comment, and is taken for money", async () => {
    const [ticket] = (await dashboard.tickets({ account: "cb", view: "done" })).filter(
      ({ state, remoteType }) => state === "closed" && remoteType === "TECH_SUPPORT",
    );
    const { id } = ticket.key;
    const page = await dashboard.open(addressOf(ticket, "done"));
    await isRead(page, ticket);
    await can(page, "Open again").click();
    await dialog(page, /Open again/)
      .getByText("take it that money moves")
      .waitFor();
    await dialog(page, /Open again/)
      .getByRole("button", { name: "Open again" })
      .click();
    await dialog(page, /Open again/)
      .getByRole("alert")
      .waitFor();
    assert.equal((await cbTicket(id)).status, "CLOSED");
    await dialog(page, /Open again/)
      .getByLabel("Text")
      .fill("Closed by mistake.");
    await dialog(page, /Open again/)
      .getByRole("button", { name: "Open again" })
      .click();
    await later(async () => (await cbTicket(id)).status === "REOPENED", "the ticket is open again");
  });

  test("ClickBank: a partial refund shows ClickBank's own amounts, takes 25,00 for a number, and is then paid", async () => {
    const page = await form("cb", { width: 390, height: 844 });
    await page.getByLabel("Receipt").fill("LOCAL002");
    await page.getByLabel("Type", { exact: true }).selectOption("rfnd");
    const reason = page.getByLabel("Reason");
    assert.equal(await reason.locator("option").count(), 11, "ten reasons of its type, and none");
    await reason.selectOption({ index: 2 });
    await page.getByLabel("How much is paid back").selectOption("PARTIAL_PERCENT");
    await page.getByLabel("Per cent").fill("80,5");
    await send(page);
    await page
      .getByText(/80[.,]5/)
      .first()
      .waitFor();
    await page.getByLabel("Per cent").fill("25,00");
    // A quarter of 92.80 EUR.
    await page.getByText("€23.20").waitFor({ timeout: 40_000 });
    await fits(page, "the new ticket");
    assert.equal((await sale("LOCAL002")).refunded_cents, 0, "nothing is paid before it is sent");
    // It is kept while it is filled in.
    await page.reload();
    assert.equal(await page.getByLabel("Receipt").inputValue(), "LOCAL002");
    assert.equal(await page.getByLabel("Per cent").inputValue(), "25,00");
    await page.getByText("€23.20").waitFor();
    await send(page);
    await later(async () => (await sale("LOCAL002")).refunded_cents === 2320, "the refund is paid");
    const [stored, ...more] = await clickbank.rows("SELECT * FROM clickbank_tickets WHERE receipt = 'LOCAL002'");
    assert.deepEqual(more, []);
    assert.deepEqual(
      { type: stored.type, refund_type: stored.refund_type },
      { type: "REFUND", refund_type: "PARTIAL_PERCENT" },
    );
  });

  test("ClickBank: an amount is what was typed, in each language's way, or is said to be none", async () => {
    const page = await form("cb", { person: "Amount" });
    await page.getByLabel("Receipt").fill("LOCAL003");
    await page.getByLabel("Type", { exact: true }).selectOption("rfnd");
    await page.getByLabel("How much is paid back").selectOption("PARTIAL_AMOUNT");
    const asked = [];
    await page.route("**/refundAmounts/**", (route) => {
      asked.push(new URL(route.request().url()).searchParams.get("refundAmount"));
      return route.fulfill({ json: {} });
    });
    const last = async (typed) => {
      await page.locator(".case form dl.money, .case form .problem").waitFor({ state: "detached" });
      asked.length = 0;
      await page.getByLabel("Amount in the customer").fill(typed);
      await until(async () => asked.length > 0 || (await page.locator(".case form .problem").count()) > 0, {
        what: `an answer to "${typed}"`,
      });
      return asked.at(-1) ?? "none";
    };
    const table = {
      "5,50": "5.50",
      "5.50": "5.50",
      "1.234,56": "1234.56",
      "1,234.56": "1234.56",
      "1 234,56": "1234.56",
      "1’234.56": "1234.56",
      "1.234.567": "1234567",
      "5,,50": "none",
      "5 50": "none",
      "5,5,5": "none",
      "1,2.5": "none",
      "-1": "none",
      "٣": "none",
    };
    const found = {};
    for (const typed of Object.keys(table)) {
      await page.getByLabel("Amount in the customer").fill("");
      found[typed] = await last(typed);
    }
    assert.deepEqual(found, table);
  });

  test("ClickBank: a second refund of a sale is refused in words, and its form comes back", async () => {
    const page = await form("cb");
    const fill = async () => {
      await page.getByLabel("Receipt").fill("LOCAL008");
      await page.getByLabel("Type", { exact: true }).selectOption("rfnd");
      await page.getByLabel("Reason").selectOption({ index: 3 });
      await page.getByLabel("How much is paid back").selectOption("FULL");
      await page.getByLabel("Comment").fill("Bought twice.");
      await send(page);
    };
    await fill();
    await later(async () => (await sale("LOCAL008")).refunded_cents === 2584, "the refund is paid");
    const own = () => clickbank.rows("SELECT * FROM clickbank_tickets WHERE receipt = 'LOCAL008'");
    const { length } = await own();
    await page.evaluate(() => {
      location.hash = "/todo?new=cb";
    });
    await page.locator(".case form").waitFor();
    assert.equal(await page.getByLabel("Receipt").inputValue(), "", "the form was handed over");
    await fill();
    await editAgain(await refused(page, "ClickBank"));
    assert.equal((await sale("LOCAL008")).refunded_cents, 2584);
    assert.equal((await own()).length, length);
    assert.equal(await page.getByLabel("Receipt").inputValue(), "LOCAL008");
    assert.equal(await page.getByLabel("Comment").inputValue(), "Bought twice.");
  });

  test("ClickBank: a refund that waits for goods is paid when they are back", async () => {
    const [ticket] = (await dashboard.tickets({ account: "cb", view: "todo" })).filter(
      ({ key }) => key.id === "39000007",
    );
    const page = await dashboard.open(addressOf(ticket));
    await isRead(page, ticket);
    await can(page, "Goods are back").click();
    await dialog(page, /Goods are back/)
      .getByText("is then paid")
      .waitFor();
    assert.equal((await sale("LOCAL010")).refunded_cents, 0);
    await dialog(page, /Goods are back/)
      .getByRole("button", { name: "Goods are back" })
      .click();
    await later(async () => (await sale("LOCAL010")).refunded_cents === 12_900, "the refund is paid");
    assert.equal((await cbTicket("39000007")).returned, 1);
  });

  test("Magalu: what happened is told with what it does to money, and a return gets its code", async () => {
    // A seeded cancellation that can be sent back.
    const isCancellation = ({ key }) => key.id === "a0000000-0000-4000-8000-000000000001";
    const [ticket] = await dashboard.fresh("mg", 1, isCancellation);
    const events = (type) =>
      magalu.rows("SELECT * FROM magalu_events WHERE ticket_id = ? AND type = ?", ticket.key.id, type);
    const before = (await events("product_received")).length;
    const page = await dashboard.open(addressOf(ticket));
    await isRead(page, ticket);
    await can(page, "Goods are back").click();
    await dialog(page, /Goods are back/)
      .getByText("Magalu is told that the goods are here")
      .waitFor();
    await dialog(page, /Goods are back/)
      .getByRole("button", { name: "Goods are back" })
      .click();
    await later(async () => (await events("product_received")).length === before + 1, "the event");
    await page
      .getByRole("complementary")
      .getByText(/received/i)
      .first()
      .waitFor();
    assert.equal((await events("authorize_refund")).length, 0);

    await can(page, "Make a return code").click();
    await dialog(page, /Make a return code/)
      .getByRole("button", { name: "Make a return code" })
      .click();
    const made = await later(
      async () => (await magalu.rows("SELECT * FROM magalu_returns WHERE ticket_id = ?", ticket.key.id))[0],
      "the return",
    );
    await page.getByRole("complementary").getByText(made.reverse_code).waitFor({ timeout: 30_000 });
  });

  test("Magalu: a new ticket is made by a transaction, once, and its letter has left the outbox then", async () => {
    const known = await magalu.row("SELECT * FROM magalu_tickets WHERE type = 'shipping' LIMIT 1");
    const page = await form("mg");
    await send(page);
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await page.getByLabel("Type", { exact: true }).selectOption("shipping");
    await page.getByLabel("Reason").selectOption("shipping_delay");
    const { seller, items } = JSON.parse(known.delivery);
    const code = `E2E-${Math.floor(Math.random() * 1e6)}`;
    for (const [label, value] of [
      ["Id of the order", known.order_id],
      ["Number of the order", code],
      ["Id of the delivery", JSON.parse(known.delivery).id],
      ["Id of the seller", seller.id],
      ["Name of the shop", seller.name],
      ["Id of the channel", known.channel_id],
      ["Name of the channel", known.channel_alias],
      ["Id of the article", items[0].id],
      ["Magalu’s SKU", items[0].sku],
      ["Name of the article", items[0].name],
    ])
      await page.getByLabel(label, { exact: true }).fill(String(value));
    await send(page);
    const made = () => magalu.rows("SELECT * FROM magalu_tickets WHERE order_code = ?", code);
    const [ticket] = await later(async () => (await made()).length > 0 && made(), "the ticket");
    assert.deepEqual([ticket.type, ticket.reason, ticket.order_id], ["shipping", "shipping_delay", known.order_id]);
    // The desk reads tickets in which nothing is to do every five minutes.
    const isWaiting = ({ key, action }) => key.account === "mg" && action === "create";
    await later(async () => !(await dashboard.ask("list", { view: "outbox" })).items.some(isWaiting), "the end");
    assert.equal((await made()).length, 1);
  });

  test("Kaufland: a ticket that the seller may not close says so, and stays open", async () => {
    const closing = "SELECT id_ticket, status FROM kaufland_tickets WHERE closable = 0 AND status = 'opened'";
    const ids = new Set((await kaufland.rows(closing)).map(({ id_ticket: id }) => id));
    const [ticket] = (await dashboard.tickets({ account: "kf-de" })).filter(({ key }) => ids.has(key.id));
    const page = await dashboard.open(addressOf(ticket, ticket.view));
    await isRead(page, ticket);
    await can(page, "Close").click();
    await dialog(page, /Close/).getByRole("button", { name: "Close", exact: true }).click();
    const told = page.getByRole("region", { name: "Messages" }).getByRole("alert");
    await told.getByText("the marketplace refused it").waitFor({ timeout: 40_000 });
    const { status } = await kaufland.row("SELECT status FROM kaufland_tickets WHERE id_ticket = ?", ticket.key.id);
    assert.equal(status, "opened");
    assert.equal((await dashboard.ask("read", ticket.key)).ticket.state, "open");
  });

  test("Kaufland: units of two orders are refused in words, and the form comes back to be changed", async () => {
    const own = `id_seller = (SELECT id_seller FROM kaufland_sellers WHERE client_key = '${LOCAL_KEYS.kaufland.clientKey}')`;
    const [first, second] = await kaufland.rows(
      `SELECT max(id_order_unit) AS unit FROM kaufland_order_units WHERE ${own} AND id_order_unit NOT IN
       (SELECT id_order_unit FROM kaufland_ticket_order_units) GROUP BY id_order HAVING count(*) = 1 LIMIT 2`,
    );
    const page = await form("kf-de");
    await page.getByLabel("Order units").fill(`${first.unit} ${second.unit}`);
    await page.getByLabel("Reason").selectOption("product_defect");
    const text = `Which part is damaged? ${Math.random()}`;
    await page.getByLabel("Message to the customer").fill(text);
    await send(page);
    const told = await refused(page, "Kaufland");
    const stored = () => kaufland.rows("SELECT * FROM kaufland_messages WHERE text = ?", text);
    assert.deepEqual(await stored(), []);
    // What was handed over is still known after a reload.
    await page.reload();
    await editAgain(told);
    assert.equal(await page.getByLabel("Message to the customer").inputValue(), text);
    await page.getByLabel("Order units").fill(String(first.unit));
    await send(page);
    await later(async () => (await stored()).length === 1, "the ticket");
  });

  test("Kaufland: a new ticket for two units; what is wrong is said at its field", async () => {
    const own = `id_seller = (SELECT id_seller FROM kaufland_sellers WHERE client_key = '${LOCAL_KEYS.kaufland.clientKey}')`;
    const { units } = await kaufland.row(
      `SELECT group_concat(id_order_unit) AS units FROM kaufland_order_units WHERE ${own} AND id_order_unit NOT IN
       (SELECT id_order_unit FROM kaufland_ticket_order_units) GROUP BY id_order HAVING count(*) >= 2 LIMIT 1`,
    );
    const [first, second] = units.split(",");
    const page = await form("kf-de");
    await send(page);
    const unit = page.getByLabel("Order units");
    await until(async () => (await unit.getAttribute("aria-invalid")) === "true", { what: "the fault" });
    const missing = await page.locator(".fault").first().innerText();
    await unit.fill("12a");
    await send(page);
    await until(async () => (await page.locator(".fault").first().innerText()) !== missing, {
      what: "the other fault",
    });
    await unit.fill(`${first}, ${second}`);
    await page.getByLabel("Reason").selectOption("product_return");
    const text = `An article was missing in your return. ${Math.random()}`;
    await page.getByLabel("Message to the customer").fill(text);
    await send(page);
    const [message] = await later(async () => {
      const found = await kaufland.rows("SELECT * FROM kaufland_messages WHERE text = ?", text);
      return found.length > 0 && found;
    }, "the ticket");
    const created = await kaufland.row("SELECT * FROM kaufland_tickets WHERE id_ticket = ?", message.id_ticket);
    assert.deepEqual([created.open_reason, created.status], ["product_return", "opened"]);
    const linked = await kaufland.rows(
      "SELECT id_order_unit FROM kaufland_ticket_order_units WHERE id_ticket = ? ORDER BY position",
      created.id_ticket,
    );
    assert.deepEqual(
      linked.map((row) => row.id_order_unit),
      [Number(first), Number(second)].map((one, at) =>
        typeof linked[at].id_order_unit === "string" ? String(one) : one,
      ),
    );
  });

  /** An order of Probo's account with at least so many products. */
  async function order(atLeast) {
    const { order_id } = await probo.row(
      `SELECT order_id FROM probo_order_products WHERE reseller = (SELECT min(reseller) FROM probo_tokens)
     GROUP BY order_id HAVING count(*) >= ? LIMIT 1`,
      atLeast,
    );
    return { order_id, products: await probo.rows("SELECT * FROM probo_order_products WHERE order_id = ?", order_id) };
  }
  const proboTickets = (id) => probo.rows("SELECT * FROM probo_tickets WHERE id LIKE ? ORDER BY id", `${id}%`);

  test("Probo: a mixed complaint with an uploaded photo survives a reload, becomes two tickets, and stays in sight", async () => {
    const { order_id, products } = await order(2);
    const id = `E2E-${Math.floor(Math.random() * 1e6)}`;
    const page = await form("pb");
    const product = (number) => page.getByRole("group", { name: `Product ${number}` });
    await page.getByLabel("Your number of the order").fill(order_id);
    await page.getByLabel("Your number of the complaint").fill(id);
    await product(1).getByLabel("Id of the product").fill(products[0].id);
    await product(1).getByLabel("Reason").selectOption("missing");
    await product(1).getByLabel("What you wish for").selectOption("rework");
    await page.getByRole("button", { name: "Add a product" }).click();
    await product(2).getByLabel("Id of the product").fill(products[1].id);
    await product(2).getByLabel("Reason").selectOption("damaged");
    await product(2).getByLabel("What you wish for").selectOption("rework");
    const photo = noisePng(5000);
    await product(2)
      .locator('input[type="file"]')
      .setInputFiles([{ name: "archive.png", mimeType: "image/png", buffer: ZIP }]);
    await product(2)
      .getByRole("alert")
      .getByText(/archive\.png/)
      .waitFor();
    await product(2)
      .locator('input[type="file"]')
      .setInputFiles([{ name: "corner.png", mimeType: "image/png", buffer: photo }]);
    await page.waitForFunction(() =>
      document.body.querySelectorAll("fieldset textarea")[1]?.value.includes("/photos/"),
    );
    await page.reload();
    assert.equal(await page.getByLabel("Your number of the complaint").inputValue(), id);
    assert.match(await product(2).getByLabel("Addresses of photos").inputValue(), /\/photos\//);
    await send(page);
    await later(async () => (await proboTickets(id)).length === 2, "both tickets");
    const stored = await proboTickets(id);
    assert.deepEqual(stored.map(({ reason }) => reason).sort(), ["damaged", "missing"]);
    const damaged = stored.find(({ reason }) => reason === "damaged");
    const { uri } = await probo.row("SELECT uri FROM probo_ticket_files WHERE number = ?", damaged.number);
    // Anyone can open it: no cookie goes along here.
    const served = await fetchAlone(uri);
    assert.equal(served.headers.get("content-type"), "image/png");
    assert.match(served.headers.get("content-security-policy"), /sandbox/);
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), photo);

    // The complaint is a ticket of the desk, for everyone.
    const others = await dashboard.open("/#/waiting?account=pb", { person: "Ann" });
    await rows(others).nth(1).waitFor();
    await rows(others).first().click();
    assert.ok((await field(others).count()) <= 1);
    const words = await others.locator(".case").innerText();
    assert.match(words, new RegExp(id));
  });

  test("Probo: what is written while a photo is uploaded stays", async () => {
    const page = await form("pb", { person: "Photo" });
    const product = (number) => page.getByRole("group", { name: `Product ${number}` });
    let store = () => {};
    const isDue = new Promise((resolve) => {
      store = resolve;
    });
    await page.route("**/photos", async (route) => {
      await isDue;
      await route.continue();
    });
    await product(1)
      .locator('input[type="file"]')
      .setInputFiles([{ name: "corner.png", mimeType: "image/png", buffer: noisePng(2_000) }]);
    const photos = product(1).getByLabel("Addresses of photos");
    await product(1).getByLabel("Id of the product").fill("12345");
    await photos.fill("https://example.com/own.png");
    await page.getByRole("button", { name: "Add a product" }).click();
    await product(2).getByLabel("Id of the product").fill("678");
    store();
    await until(async () => /own\.png\n.*\/photos\//.test(await photos.inputValue()), { what: "the photo" });
    assert.equal(await product(1).getByLabel("Id of the product").inputValue(), "12345");
    assert.equal(await product(2).getByLabel("Id of the product").inputValue(), "678");
  });

  test("Probo: a complaint about an order that it does not know is refused in words, and can be changed", async () => {
    const { order_id, products } = await order(1);
    const id = `E2E-${Math.floor(Math.random() * 1e6)}`;
    const page = await form("pb");
    const product = page.getByRole("group", { name: "Product 1" });
    await page.getByLabel("Your number of the order").fill("no-such-order");
    await page.getByLabel("Your number of the complaint").fill(id);
    await product.getByLabel("Id of the product").fill(products[0].id);
    await product.getByLabel("Reason").selectOption("missing");
    await product.getByLabel("What you wish for").selectOption("rework");
    await send(page);
    const told = await refused(page, "Probo");
    assert.deepEqual(await proboTickets(id), []);
    await editAgain(told);
    assert.equal(await product.getByLabel("Id of the product").inputValue(), products[0].id);
    await page.getByLabel("Your number of the order").fill(order_id);
    await send(page);
    await later(async () => (await proboTickets(id)).length === 1, "the complaint");
  });

  test("Probo: what its rules refuse is said at the field, and nothing is sent", async () => {
    const page = await form("pb", { width: 390, height: 844 });
    const sent = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/api/desk/do")) sent.push(request.url());
    });
    const product = page.getByRole("group", { name: "Product 1" });
    await page.getByLabel("Your number of the order").fill("no-such-order");
    await product.getByLabel("Number of pieces").fill("none");
    await product.getByLabel("Reason").selectOption("damaged");
    await send(page);
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await fits(page, "the complaint");
    assert.deepEqual(sent, []);
  });
});

test("Magalu: a transaction that fails is told, and its form comes back", async () => {
  await magalu.set({ magalu: { transaction_outcome: "failed" } });
  const page = await form("mg");
  await page.getByLabel("Type", { exact: true }).selectOption("shipping");
  await page.getByLabel("Reason").selectOption("shipping_delay");
  for (const field of await page.locator(".case form input").all()) {
    if ((await field.inputValue()) === "") await field.fill("fails");
  }
  await send(page);
  await editAgain(await refused(page, "Magalu"));
  assert.equal(await page.getByLabel("Name of the article").inputValue(), "fails");
  assert.deepEqual(await magalu.rows("SELECT * FROM magalu_tickets WHERE order_code = 'fails'"), []);
});

// The last one: the gateway leaves the whole account alone for so long.
test("ClickBank: a wait that it asks for is counted down, and the amounts are asked for again", async () => {
  await clickbank.fault({
    match: { method: "GET", path: "/1.3/tickets/refundAmounts/LOCAL003" },
    fault: { kind: "status", status: 429, headers: { "retry-after": "40" } },
  });
  const page = await form("cb");
  await page.getByLabel("Receipt").fill("LOCAL003");
  await page.getByLabel("Type", { exact: true }).selectOption("rfnd");
  await page.getByLabel("How much is paid back").selectOption("FULL");
  await page
    .getByRole("alert")
    .getByText(/tried again in (?:40|3\d) s/)
    .waitFor({ timeout: 14_000 });
});
