// Probo's page: a mixed complaint becomes tickets, photos get addresses from the Worker's bucket,
// and what Probo refuses is said in words.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { axe, Dashboard, fits, Marketplace, news, noisePng, ZIP } from "./support.mjs";

const dashboard = new Dashboard();
let market;

before(async () => {
  await dashboard.start();
  market = new Marketplace(dashboard.demo, "probo", "/probo");
  await market.set({ probo: { known_orders: true } });
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

const tickets = (id) => market.rows("SELECT * FROM probo_tickets WHERE id LIKE ? ORDER BY id", `${id}%`);
const product = (page, number) => page.getByRole("group", { name: `Product ${number}` });
const preview = (page) => page.getByRole("region", { name: "Tickets that will be sent" });

/** An order of the account's with at least so many products. */
async function order(atLeast) {
  const { order_id } = await market.row(
    `SELECT order_id FROM probo_order_products WHERE reseller = (SELECT min(reseller) FROM probo_tokens)
     GROUP BY order_id HAVING count(*) >= ? LIMIT 1`,
    atLeast,
  );
  return { order_id, products: await market.rows("SELECT * FROM probo_order_products WHERE order_id = ?", order_id) };
}

async function begin(page, { order_id, id }) {
  await page.getByLabel("Order", { exact: true }).fill(order_id);
  await page.getByLabel("Id of the complaint").fill(id);
  await page.getByRole("group", { name: "Suggested solution" }).getByLabel("Rework").check();
}

test("a mixed complaint with an uploaded photo is sent as the tickets of the preview", async () => {
  const { order_id, products } = await order(2);
  const page = await dashboard.open("/#/pb/");
  await begin(page, { order_id, id: "E2E-1" });
  await page.getByRole("group", { name: "Reason", exact: true }).getByLabel("Missing", { exact: true }).check();
  await page.getByRole("textbox", { name: "Contact" }).fill("support@shop.example");
  await product(page, 1).getByLabel("Id").fill(products[0].id);
  assert.match(await preview(page).innerText(), /one ticket/);

  await page.getByRole("button", { name: "Add a product" }).click();
  await product(page, 2).getByLabel("Id").fill(products[1].id);
  await product(page, 2).getByLabel("Reason").selectOption("damaged");
  await product(page, 2).getByText("This reason needs pictures.").waitFor();
  assert.equal(await preview(page).count(), 0);
  const photo = noisePng(5000);
  await product(page, 2)
    .getByLabel("Photos to upload")
    .setInputFiles([{ name: "corner.png", mimeType: "image/png", buffer: photo }]);
  await preview(page).getByText("Will be sent as 2 tickets").waitFor();
  assert.deepEqual(await axe(page), []);

  await page.getByRole("button", { name: "Send 2 tickets" }).click();
  await news(page, "2 tickets sent.");
  assert.deepEqual(await axe(page), []);
  const stored = await tickets("E2E-1");
  assert.deepEqual(
    stored.map(({ id, order_id, reason, contact_email }) => ({ id, order_id, reason, contact_email })),
    [
      { id: "E2E-1-1", order_id, reason: "missing", contact_email: "support@shop.example" },
      { id: "E2E-1-2", order_id, reason: "damaged", contact_email: "support@shop.example" },
    ],
  );
  const { uri } = await market.row("SELECT uri FROM probo_ticket_files WHERE number = ?", stored[1].number);
  // Anyone can open it: no cookie goes along here.
  const served = await fetch(uri);
  assert.equal(served.headers.get("content-type"), "image/png");
  assert.match(served.headers.get("content-security-policy"), /sandbox/);
  assert.deepEqual(Buffer.from(await served.arrayBuffer()), photo);
});

test("what the rules and Probo refuse is said in words; nothing of it is stored, and it can be changed", async () => {
  const { order_id, products } = await order(1);
  const before = (await market.requests("POST", "/ticket")).length;
  const page = await dashboard.open("/#/pb/", { width: 360, height: 740 });
  await begin(page, { order_id: "no-such-order", id: "E2E-2" });
  await page.getByRole("group", { name: "Reason", exact: true }).getByLabel("Delayed").check();
  await product(page, 1).getByLabel("Amount").fill("none");
  await page.getByRole("button", { name: "Send" }).click();
  await product(page, 1).getByText("Please fill this in.").waitFor();
  assert.match(await product(page, 1).innerText(), /does not fit here/);
  assert.equal((await market.requests("POST", "/ticket")).length, before, "what breaks a rule is not sent");
  await fits(page, "the complaint");

  await product(page, 1).getByLabel("Id").fill(products[0].id);
  await product(page, 1).getByLabel("Amount").fill("1");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").getByText("Nothing was stored.").waitFor();
  assert.deepEqual(await tickets("E2E-2"), []);
  await fits(page, "the refused complaint");
  await page.getByRole("button", { name: "Change it" }).click();
  await page.getByLabel("Order", { exact: true }).fill(order_id);
  await page.getByRole("button", { name: "Send" }).click();
  await news(page, "1 ticket sent.");
  assert.equal((await tickets("E2E-2")).length, 1);
});

test("photos: only pictures, only from who is signed in, and nothing else is handed out", async () => {
  const page = await dashboard.open("/#/pb/");
  await product(page, 1)
    .getByLabel("Photos to upload")
    .setInputFiles([{ name: "disguised.png", mimeType: "image/png", buffer: ZIP }]);
  await page
    .getByRole("alert")
    .getByText(/is a ZIP file/)
    .waitFor();
  assert.equal(await product(page, 1).getByLabel("Photos", { exact: true }).inputValue(), "");

  const photos = new URL("/photos", dashboard.demo.url);
  const [{ name, value }] = dashboard.signedIn.cookies;
  const cookie = `${name}=${value}`;
  const store = async (headers, body = noisePng(500)) =>
    (await fetch(photos, { method: "POST", headers, body })).status;
  assert.equal(await store({}), 401);
  assert.equal(await store({ cookie, origin: "https://elsewhere.example" }), 403);
  assert.equal(await store({ cookie }, Buffer.alloc(21 * 1024 * 1024)), 413);
  assert.equal(await store({ cookie }), 201);
  const ask = async (path) => (await fetch(new URL(path, dashboard.demo.url))).status;
  assert.equal(await ask(`/photos/${crypto.randomUUID()}.png`), 404);
  assert.equal(await ask("/photos/x"), 404);
});
