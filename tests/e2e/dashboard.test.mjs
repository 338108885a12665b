// The dashboard in Chromium, on the real Worker, the packaged client and the local marketplace.
// The effects of a test are looked up in the marketplace's own database and access log.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { axe, Dashboard, fits, give, Marketplace, news, noisePng, ZIP } from "./support.mjs";

const MIB = 1024 * 1024;
const SCREENSHOT = fileURLToPath(new URL("../../www-demo/screenshot.png", import.meta.url));

/** The tickets of the signed-in seller. */
const OWN = `id_seller = (SELECT id_seller FROM kaufland_sellers WHERE client_key = '${LOCAL_KEYS.kaufland.clientKey}')`;
/** Those that an ordinary seller can answer and close. */
const ORDINARY = `${OWN} AND internal = 0 AND closable = 1 AND fulfillment_type = 'fulfilled_by_merchant'`;

const dashboard = new Dashboard();
const open = (path, options) => dashboard.open(path, options);
let demo;
let market;
const used = new Set();

before(async () => {
  await dashboard.start();
  demo = dashboard.demo;
  market = new Marketplace(demo);
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

/** An open ticket that waits for the seller and that no other test has touched. */
async function freshTicket(where = "1") {
  const rows = await market.rows(
    `SELECT id_ticket FROM kaufland_tickets
     WHERE ${ORDINARY} AND status = 'opened' AND is_seller_responsible = 1 AND (${where}) ORDER BY ts_updated_iso DESC`,
  );
  const id = rows.map((row) => row.id_ticket).find((one) => !used.has(one));
  assert.ok(id, `no ticket left where ${where}`);
  used.add(id);
  return id;
}

async function openTicket(id, options) {
  const page = await open(`/#/tickets/${id}?status=opened`, options);
  await page.getByRole("region", { name: "Messages" }).waitFor();
  return page;
}

const ticketRow = (id) => market.row("SELECT * FROM kaufland_tickets WHERE id_ticket = ?", id);
const messageRows = (id) =>
  market.rows("SELECT * FROM kaufland_messages WHERE id_ticket = ? ORDER BY id_ticket_message", id);
const fileRows = (id) => market.rows("SELECT * FROM kaufland_files WHERE id_ticket = ?", id);
const replyField = (page) => page.getByLabel("Message to the customer");
const send = (page) => page.getByRole("button", { name: /^Send/ });
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function shownIds(page) {
  await page.locator('.list[aria-busy="false"]').waitFor();
  return page.locator(".rows a").evaluateAll((rows) => rows.map((row) => row.dataset.id));
}

/** Waits until the list shows exactly these tickets. */
async function expectIds(page, expected) {
  const want = JSON.stringify(expected);
  await page
    .waitForFunction(
      (want) =>
        document.querySelector('.list[aria-busy="false"]') !== null &&
        JSON.stringify([...document.querySelectorAll(".rows a")].map((row) => row.dataset.id)) === want,
      want,
    )
    .catch(async () => assert.deepEqual(await shownIds(page), expected));
}

/** The first page of ids, as the database has them. */
async function expectedIds(where, { order = "ts_updated_iso", limit = 30, offset = 0 } = {}) {
  const rows = await market.rows(
    `SELECT id_ticket FROM kaufland_tickets WHERE ${OWN} AND ${where}
     ORDER BY ${order} DESC, number DESC LIMIT ${limit} OFFSET ${offset}`,
  );
  return rows.map((row) => row.id_ticket);
}

describe("sign-in", () => {
  test("a wrong code is refused in words, the right one opens the inbox, and signing out closes it", async () => {
    const page = await open("/", { signedOut: true });
    await dashboard.signIn(page, "not the code");
    await page.getByText("The access code is not right.").waitFor();
    assert.equal(await page.locator(".rows").count(), 0);

    await dashboard.signIn(page);
    await page.locator(".rows a").first().waitFor();
    const [cookie] = await page.context().cookies();
    assert.equal(cookie.httpOnly, true);
    assert.equal(cookie.sameSite, "Strict");
    assert.ok(cookie.expires > Date.now() / 1000 && cookie.expires < Date.now() / 1000 + 13 * 3600);

    await page.reload();
    await page.locator(".rows a").first().waitFor();

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Access code").waitFor();
    assert.deepEqual(await page.context().cookies(), []);
  });

  test("the gateway refuses who has no cookie, a forged one, or an expired one", async () => {
    const api = new URL("/api/accounts/kf-de/tickets", demo.url);
    const [{ name, value }] = dashboard.signedIn.cookies;
    const [version, expires, signature] = value.split(".");
    const ask = async (cookie) => (await fetch(api, { headers: cookie ? { cookie } : {} })).status;
    const before = (await market.requests("GET", "/tickets")).length;

    assert.equal(await ask(`${name}=${value}`), 200);
    const forged = signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    for (const cookie of [
      undefined,
      `${name}=`,
      `${name}=${version}.${expires}.${forged}`,
      `${name}=${version}.${Number(expires) + 3_600_000}.${signature}`,
      `${name}=${version}.${Date.now() - 1000}.${signature}`,
    ]) {
      assert.notEqual(await ask(cookie), 200, String(cookie));
    }
    assert.equal((await market.requests("GET", "/tickets")).length, before + 1);
  });

  test("another origin can neither sign in nor write, and guessing is slowed down", async () => {
    const headers = { "content-type": "application/json", origin: "https://elsewhere.example" };
    const body = JSON.stringify({ code: demo.accessCode });
    const session = new URL("/session", demo.url);
    assert.equal((await fetch(session, { method: "POST", headers, body })).status, 403);
    const close = new URL("/api/accounts/kf-de/tickets/00150000001/close", demo.url);
    const [{ name, value }] = dashboard.signedIn.cookies;
    const foreign = { origin: "https://elsewhere.example", cookie: `${name}=${value}` };
    assert.equal((await fetch(close, { method: "PATCH", headers: foreign })).status, 403);

    const guess = () =>
      fetch(session, {
        method: "POST",
        headers: { "content-type": "application/json", "cf-connecting-ip": "192.0.2.7" },
        body: JSON.stringify({ code: "guess" }),
      });
    const statuses = (await Promise.all(Array.from({ length: 14 }, guess))).map((response) => response.status);
    assert.equal(statuses.filter((status) => status === 401).length, 10);
    assert.equal(statuses.filter((status) => status === 429).length, 4);
  });
});

describe("inbox", () => {
  test("shows the open tickets, page by page, as the marketplace has them", async () => {
    const page = await open("/");
    const open1 = "status = 'opened' AND fulfillment_type = 'fulfilled_by_merchant'";
    await expectIds(page, await expectedIds(open1));
    const { total } = await market.row(`SELECT count(*) AS total FROM kaufland_tickets WHERE ${OWN} AND ${open1}`);
    await page.getByText(`1–30 of ${total}`, { exact: true }).first().waitFor();

    await page.getByRole("button", { name: "Next" }).click();
    await expectIds(page, await expectedIds(open1, { offset: 30 }));
    await page.reload();
    await expectIds(page, await expectedIds(open1, { offset: 30 }));
    await page.goBack();
    await expectIds(page, await expectedIds(open1));

    await page.getByLabel("Sort by").selectOption("created");
    await expectIds(page, await expectedIds(open1, { order: "ts_created_iso" }));
  });

  test("every filter shows what the database has", async () => {
    const page = await open("/");
    await page.getByRole("button", { name: "Filter" }).click();
    const panel = page.getByRole("form", { name: "Filters" });
    const merchant = "fulfillment_type = 'fulfilled_by_merchant'";

    await panel.getByLabel("Closed by customer").check();
    await expectIds(page, await expectedIds(`status IN ('opened', 'buyer_closed') AND ${merchant}`));
    await panel.getByLabel("Not delivered").check();
    await expectIds(
      page,
      await expectedIds(
        `status IN ('opened', 'buyer_closed') AND open_reason = 'product_not_delivered' AND ${merchant}`,
      ),
    );

    await panel.getByRole("button", { name: "Clear filters" }).click();
    await expectIds(page, await expectedIds(merchant));
    await panel.getByText("Topic", { exact: true }).click();
    await panel.getByLabel("Delivery delayed").check();
    await expectIds(page, await expectedIds(`topic = 'delivery_delayed' AND ${merchant}`));
    await panel.getByLabel("Delivery delayed").uncheck();

    await panel.getByLabel("CZ", { exact: true }).check();
    await expectIds(page, await expectedIds(`lower(storefront) = 'cz' AND ${merchant}`));
    await panel.getByLabel("CZ", { exact: true }).uncheck();

    await panel.getByRole("group", { name: "Shipped by" }).getByLabel("Kaufland").check();
    await expectIds(page, await expectedIds("fulfillment_type = 'fulfilled_by_kaufland'"));
    await panel.getByRole("group", { name: "Shipped by" }).getByLabel("Both").check();
    await expectIds(page, await expectedIds("1"));

    const { day } = await market.row(
      `SELECT substr(ts_created_iso, 1, 10) AS day FROM kaufland_tickets WHERE ${OWN} ORDER BY ts_created_iso DESC LIMIT 1 OFFSET 20`,
    );
    await panel.getByLabel("Which date").selectOption("created");
    await panel.getByLabel("Day").fill(day);
    // The page means midnight in Berlin, where its clock is.
    const midnight = new Date(await page.evaluate((text) => new Date(`${text}T00:00:00`).toISOString(), day));
    await expectIds(page, await expectedIds(`datetime(ts_created_iso) >= datetime('${midnight.toISOString()}')`));
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: /^Opened since/ }).click();
    await expectIds(page, await expectedIds("1"));
  });

  test("who must answer is found by reading on, and the list says how far it has read", async () => {
    const mine = `is_seller_responsible = 1 AND status = 'opened' AND fulfillment_type = 'fulfilled_by_merchant'`;
    const page = await open("/");
    await page.getByRole("link", { name: "To answer" }).click();
    await expectIds(page, await expectedIds(mine));
    await page.getByText(/Read \d+ of \d+ tickets for who must answer/).waitFor();

    await page.getByRole("button", { name: "Next" }).click();
    await expectIds(page, await expectedIds(mine, { offset: 30 }));
    // The address alone is enough to come back to this page.
    await page.reload();
    await expectIds(page, await expectedIds(mine, { offset: 30 }));
  });

  test("reading on can be stopped and taken up again", async () => {
    const mine = `is_seller_responsible = 0 AND fulfillment_type = 'fulfilled_by_merchant' AND status = 'opened'`;
    const page = await open("/#/?status=opened&answer=customer&page=1");
    await page.locator('.list[aria-busy="false"] .rows').waitFor();
    await market.fault({
      match: { method: "GET", path: "/tickets" },
      skip: 1,
      fault: { kind: "stall_headers", ms: 3000 },
    });
    await page.getByRole("button", { name: "Read the list again" }).click();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Read on" }).click();
    await expectIds(page, await expectedIds(mine));
    assert.equal(await page.getByRole("button", { name: "Stop" }).count(), 0);
  });

  test("a list that cannot be read is explained, and trying again helps", async () => {
    const page = await open("/");
    await page.locator(".rows a").first().waitFor();
    await market.fault({
      match: { method: "GET", path: "/tickets" },
      times: 3,
      fault: { kind: "status", status: 500 },
    });
    await page.getByRole("button", { name: "Read the list again" }).click();
    await page.getByText("The marketplace had an error of its own").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".list .problem").waitFor({ state: "detached" });
    assert.ok((await shownIds(page)).length > 0);
  });
});

describe("answering", () => {
  test("a reply with a 5 MB image by drop: the thread, the file and the database have it", async () => {
    const id = await freshTicket();
    const image = noisePng(5 * MIB);
    const page = await openTicket(id);
    const before = await messageRows(id);

    await replyField(page).fill("Here is the picture of the parcel as we sent it – with the label.");
    await give(page, "#reply-text", "drop", [{ name: "parcel.png", mimeType: "image/png", buffer: image }]);
    await page.locator(".attachments .good", { hasText: "parcel.png" }).waitFor();
    // Looked for from before the click on: it may be there for some frames only.
    const progress = page.waitForFunction(() => document.querySelector(".composer progress") !== null);
    await send(page).click();
    await progress;
    await news(page, "Message sent.");

    const messages = await messageRows(id);
    assert.equal(messages.length, before.length + 1);
    const sent = messages.at(-1);
    assert.equal(sent.text, "Here is the picture of the parcel as we sent it – with the label.");
    assert.equal(sent.role, "seller");
    assert.equal(sent.interim_notice, 0);
    const file = (await fileRows(id)).find((row) => row.id_ticket_message === sent.id_ticket_message);
    assert.equal(file.filename, "parcel.png");
    assert.equal(file.mime_type, "image/png");
    assert.equal(file.size, image.length);
    assert.equal(file.sha256, sha256(image));
    assert.equal((await ticketRow(id)).is_seller_responsible, 0);

    await page.getByRole("region", { name: "Messages" }).getByText("with the label.").waitFor();
    await page.getByText("Waiting for the customer").waitFor();
    assert.equal(await replyField(page).inputValue(), "");
    assert.equal(await page.locator(".attachments").count(), 0);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: /parcel\.png/ }).click();
    const saved = await readFile(await (await download).path());
    assert.equal(sha256(saved), sha256(image));
    assert.equal((await download).suggestedFilename(), "parcel.png");
  });

  test("wrong file types are refused at the file, by name and by content, and nothing is sent", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    await replyField(page).fill("With two files.");
    const files = [
      { name: "archive.zip", mimeType: "application/zip", buffer: ZIP },
      { name: "not-a-picture.jpg", mimeType: "image/jpeg", buffer: ZIP },
      { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("A note.\n") },
    ];
    await page.locator('input[type="file"]').setInputFiles(files);
    await page.locator(".attachments .refused", { hasText: "archive.zip" }).waitFor();
    const disguised = page.locator(".attachments .refused", { hasText: "not-a-picture.jpg" });
    await disguised.waitFor();
    assert.ok((await disguised.locator(".violations").innerText()).length > 20);
    await page.locator(".attachments .good", { hasText: "note.txt" }).waitFor();

    await send(page).click();
    await page.waitForFunction(() => document.activeElement?.closest(".attachments .refused") !== null);
    assert.deepEqual(await market.requests("POST", `/tickets/${id}/messages`), []);
    const before = (await messageRows(id)).length;

    for (const name of ["archive.zip", "not-a-picture.jpg"]) {
      await page.getByRole("button", { name: `Remove ${name}` }).click();
    }
    await send(page).click();
    await news(page, "Message sent.");
    assert.equal((await messageRows(id)).length, before + 1);
    assert.ok((await fileRows(id)).some((row) => row.filename === "note.txt"));
  });

  test("an empty message is named at the field and not sent; pasted files are attached", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    await give(page, "#reply-text", "paste", [{ name: "pasted.png", mimeType: "image/png", buffer: noisePng(2000) }]);
    await page.locator(".attachments .good", { hasText: "pasted.png" }).waitFor();
    await send(page).click();
    const field = replyField(page);
    await page.locator("#reply-faults").waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.ok(await field.evaluate((element) => element === document.activeElement));
    assert.deepEqual(await market.requests("POST", `/tickets/${id}/messages`), []);
    await field.fill("Now with words.");
    await page.locator("#reply-faults").waitFor({ state: "detached" });
    await field.fill("x".repeat(65_536));
    await page.locator("#reply-faults").waitFor();
  });

  test("an interim notice reaches the customer and the ticket stays the seller's to answer", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    await replyField(page).fill("We have received your return and are checking it.");
    await page.getByLabel("Interim notice").check();
    await page.getByText("the ticket stays yours to answer").waitFor();
    await page.getByRole("button", { name: "Send notice" }).click();
    await news(page, "Interim notice sent.");
    assert.equal((await messageRows(id)).at(-1).interim_notice, 1);
    assert.equal((await ticketRow(id)).is_seller_responsible, 1);
    await page.getByText("You must answer").waitFor();
  });

  test("cancelled during the upload: nothing is stored, the draft is kept, and the page says to look first", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    const before = (await messageRows(id)).length;
    const network = await page.context().newCDPSession(page);
    await network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 200 * 1024,
    });
    await replyField(page).fill("This one is taken back.");
    await page
      .locator('input[type="file"]')
      .setInputFiles([{ name: "large.png", mimeType: "image/png", buffer: noisePng(5 * MIB) }]);
    await page.locator(".attachments .good").waitFor();
    await send(page).click();
    await page.locator(".sending-text", { hasText: /Sending .+ of .+/ }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();

    const problem = page.locator(".composer .problem");
    await problem.getByText("Cancelled").waitFor();
    await problem.getByText("It may have been stored; reload the thread before you send again.").waitFor();
    assert.equal(await replyField(page).inputValue(), "This one is taken back.");
    assert.equal(await page.locator(".attachments .good").count(), 1);

    await problem.getByRole("button", { name: "Reload the thread" }).click();
    await news(page, "not in the thread");
    assert.deepEqual(await market.requests("POST", `/tickets/${id}/messages`), []);
    assert.equal((await messageRows(id)).length, before);
  });

  test("stored although the marketplace answered 500: reloading the thread finds it, and it is sent once", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    const before = (await messageRows(id)).length;
    await market.fault({
      match: { method: "POST", path: `/tickets/${id}/messages` },
      fault: { kind: "status", status: 500, when: "after" },
    });
    await replyField(page).fill("Sent once, whatever the answer was.");
    await send(page).click();
    const problem = page.locator(".composer .problem");
    await problem.getByText("The marketplace had an error of its own").waitFor();
    await problem.getByText("It may have been stored; reload the thread before you send again.").waitFor();
    await problem.getByRole("button", { name: "Reload the thread" }).click();
    await news(page, "It was stored.");
    assert.equal(await replyField(page).inputValue(), "");
    assert.equal((await messageRows(id)).length, before + 1);
    assert.equal((await market.requests("POST", `/tickets/${id}/messages`)).length, 1);
  });

  test("what was written survives a reload of the page and another ticket in between", async () => {
    const [first, second] = [await freshTicket(), await freshTicket()];
    const page = await openTicket(first);
    await replyField(page).fill("Half a thought");
    await page.goto(new URL(`/#/tickets/${second}?`, demo.url).href);
    await page.getByText(second).last().waitFor();
    assert.equal(await replyField(page).inputValue(), "");
    await page.goBack();
    await page.waitForFunction(() => document.querySelector("#reply-text")?.value === "Half a thought");
    await page.reload();
    await page.waitForFunction(() => document.querySelector("#reply-text")?.value === "Half a thought");
  });
});

describe("closing and opening", () => {
  test("closing asks first, and the database has it closed", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    const button = page.getByRole("button", { name: "Close ticket" });
    await button.click();
    const dialog = page.getByRole("dialog", { name: "Close this ticket?" });
    await dialog.getByRole("button", { name: "Keep it open" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal((await ticketRow(id)).status, "opened");
    assert.deepEqual(await market.requests("PATCH", `/tickets/${id}/close`), []);

    await button.click();
    await dialog.getByRole("button", { name: "Close ticket" }).click();
    await news(page, "Ticket closed.");
    assert.equal((await ticketRow(id)).status, "seller_closed");
    await page.locator(".ticket .badge", { hasText: "Closed by you" }).waitFor();
    await page.locator(`.rows a[data-id="${id}"]`, { hasText: "Closed by you" }).waitFor();
    assert.equal(await button.count(), 0);
  });

  test("a ticket that the marketplace does not let the seller close is explained in the dialog", async () => {
    const { id_ticket: id } = await market.row(
      `SELECT id_ticket FROM kaufland_tickets WHERE ${OWN} AND closable = 0 AND status = 'opened' LIMIT 1`,
    );
    const page = await openTicket(id);
    await page.getByRole("button", { name: "Close ticket" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Close ticket" }).click();
    // A first copy of a closing may be the reason why the second is refused.
    await dialog
      .getByRole("alert")
      .getByText("It may have been closed; reload the ticket before you close it again.")
      .waitFor();
    assert.equal((await ticketRow(id)).status, "opened");
  });

  test("opening one for two units of an order", async () => {
    const { id_order, units } = await market.row(
      `SELECT id_order, group_concat(id_order_unit) AS units FROM kaufland_order_units
       WHERE ${OWN} AND fulfillment_type = 'fulfilled_by_merchant'
         AND id_order_unit NOT IN (SELECT id_order_unit FROM kaufland_ticket_order_units)
       GROUP BY id_order HAVING count(*) >= 2 LIMIT 1`,
    );
    const [first, second] = units.split(",");
    const page = await open("/");
    await page.getByRole("link", { name: "New ticket" }).click();
    const submit = page.getByRole("button", { name: "Open ticket" });
    await submit.click();
    for (const field of ["units", "reason", "message"]) await page.locator(`#${field}-faults`).waitFor();
    await page.getByLabel("Order units").fill("12a");
    assert.match(await page.locator("#units-faults").innerText(), /12a|number|digits/);

    await page.getByLabel("Order units").fill(`${first}, ${second}`);
    await page.getByLabel("Return", { exact: false }).first().check();
    await page.getByRole("textbox", { name: "Message to the customer" }).fill("An article was missing in your return.");
    await page.locator(".violations").waitFor({ state: "detached" });
    await submit.click();
    await news(page, "Ticket opened.");

    const created = await market.row(
      `SELECT * FROM kaufland_tickets WHERE ${OWN} AND id_ticket IN
         (SELECT id_ticket FROM kaufland_ticket_order_units WHERE id_order_unit = ?)`,
      first,
    );
    assert.equal(created.open_reason, "product_return");
    assert.equal(created.status, "opened");
    const linked = await market.rows(
      "SELECT id_order_unit FROM kaufland_ticket_order_units WHERE id_ticket = ? ORDER BY position",
      created.id_ticket,
    );
    assert.deepEqual(
      linked.map((row) => row.id_order_unit),
      [first, second],
    );
    assert.equal((await messageRows(created.id_ticket))[0].text, "An article was missing in your return.");
    assert.match(page.url(), new RegExp(`#/kf-de/tickets/${created.id_ticket}`));
    await page.getByText(id_order).first().waitFor();
    await page.locator(`.rows a[data-id="${created.id_ticket}"]`).waitFor();
  });

  test("units of two orders: the marketplace's refusal is shown in words, and nothing is stored", async () => {
    const rows = await market.rows(
      `SELECT min(id_order_unit) AS unit FROM kaufland_order_units WHERE ${OWN} GROUP BY id_order LIMIT 2`,
    );
    const { total } = await market.row("SELECT count(*) AS total FROM kaufland_tickets");
    const page = await open(`/#/new?units=${rows.map((row) => row.unit).join(",")}`);
    await page.getByLabel("Defect").check();
    await page.getByRole("textbox", { name: "Message to the customer" }).fill("Which part is damaged?");
    await page.getByRole("button", { name: "Open ticket" }).click();
    await page.getByRole("alert").getByText("Nothing was stored.").waitFor();
    assert.deepEqual(await market.row("SELECT count(*) AS total FROM kaufland_tickets"), { total });
  });
});

describe("when something goes wrong", () => {
  test("signed out in the middle of a reply: after signing in again the draft is there and can be sent", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    await replyField(page).fill("Written before the session ended.");
    await give(page, "#reply-text", "drop", [
      { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("A note.\n") },
    ]);
    await page.locator(".attachments .good").waitFor();
    const before = (await messageRows(id)).length;
    await page.context().clearCookies();
    await send(page).click();
    await page.getByLabel("Access code").waitFor();
    assert.equal((await messageRows(id)).length, before);

    await dashboard.signIn(page);
    await page.getByText("You are signed out").waitFor();
    await page.getByText("Nothing was stored.").waitFor();
    assert.equal(await replyField(page).inputValue(), "Written before the session ended.");
    await send(page).click();
    await news(page, "Message sent.");
    assert.equal((await messageRows(id)).at(-1).text, "Written before the session ended.");
    assert.ok((await fileRows(id)).some((row) => row.filename === "note.txt"));
  });

  test("each kind of failure has its words", async () => {
    const id = await freshTicket();
    const page = await open("/#/tickets/00199999999?");
    await page.getByText("There is no such ticket in this account").waitFor();

    await page.goto(new URL(`/#/tickets/${id}?`, demo.url).href);
    await page.getByRole("region", { name: "Messages" }).waitFor();
    const path = `/tickets/${id}/messages`;
    const problem = page.locator(".composer .problem");
    const maybe = "It may have been stored; reload the thread before you send again.";
    await replyField(page).fill("Whatever happens to it.");
    for (const [fault, ...words] of [
      [{ kind: "status", status: 403 }, "This account may not do that", "Nothing was stored."],
      [{ kind: "status", status: 401 }, "The marketplace does not accept this account's keys", "Nothing was stored."],
      [{ kind: "html_error", status: 502 }, "The marketplace had an error of its own", maybe],
    ]) {
      await market.fault({ match: { method: "POST", path }, fault });
      await send(page).click();
      for (const text of words) await problem.getByText(text).waitFor();
    }

    await page.context().setOffline(true);
    await send(page).click();
    await problem.getByText("The gateway could not be reached").waitFor();
    await problem.getByText(maybe).waitFor();
    await page.context().setOffline(false);
    await send(page).click();
    await news(page, "Message sent.");
    assert.equal(
      (await messageRows(id)).filter((row) => row.text === "Whatever happens to it.").length,
      1,
      "stored by the last try alone",
    );
  });
});

describe("keyboard", () => {
  const focused = (page) =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.dataset?.id ?? (element?.id || element?.textContent?.trim() || element?.tagName);
    });

  test("from the sign-in to a sent reply without a mouse", async () => {
    const page = await open("/", { signedOut: true });
    await page.getByLabel("Access code").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type(demo.accessCode);
    await page.keyboard.press("Enter");
    await page.locator(".rows a").first().waitFor();

    const ids = await shownIds(page);
    await page.keyboard.press("j");
    assert.equal(await focused(page), ids[0]);
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    assert.equal(await focused(page), ids[1]);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, "none");

    // The first ticket in the list that is this test's own.
    const waiting = await freshTicket(`id_ticket IN (${ids.map((id) => `'${id}'`).join(", ")})`);
    for (let step = ids.indexOf(waiting) - 1; step !== 0; step -= Math.sign(step)) {
      await page.keyboard.press(step > 0 ? "j" : "k");
    }
    assert.equal(await focused(page), waiting);
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Messages" }).waitFor();
    assert.equal(await focused(page), "ticket-title");

    await page.keyboard.press("r");
    assert.equal(await focused(page), "reply-text");
    await page.keyboard.type("Answered by keys: j, k and r are letters here.");
    await page.keyboard.press("Control+Enter");
    await news(page, "Message sent.");
    assert.equal((await messageRows(waiting)).at(-1).text, "Answered by keys: j, k and r are letters here.");

    await page.keyboard.press("r");
    await page.keyboard.press("Escape");
    assert.equal(await focused(page), "ticket-title");
    await page.keyboard.press("Escape");
    await page.waitForFunction((id) => document.activeElement?.dataset?.id === id, waiting);
    assert.match(page.url(), /#\/kf-de\/\?/);
  });

  test("filter, help, close and new by key; dialogs give the focus back", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    await page.keyboard.press("x");
    const dialog = page.getByRole("dialog", { name: "Close this ticket?" });
    await dialog.waitFor();
    assert.equal(await focused(page), "Keep it open");
    await page.keyboard.press("j");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal((await ticketRow(id)).status, "opened");

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement?.closest("#filter-panel") !== null);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.id === "filter-button");

    await page.keyboard.press("n");
    await page.getByRole("heading", { name: "Open a ticket" }).waitFor();
    assert.equal(await focused(page), "ticket-title");
    await page.goBack();
    await page.getByRole("region", { name: "Messages" }).waitFor();

    await page.keyboard.press("?");
    await page.getByLabel(/Single letters act/).uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    assert.match(page.url(), /\/tickets\//);
  });
});

describe("looks", () => {
  test("no accessibility faults, light and dark", async () => {
    const id = await freshTicket();
    for (const scheme of ["light", "dark"]) {
      const signIn = await open("/", { signedOut: true, scheme });
      await signIn.getByLabel("Access code").waitFor();
      assert.deepEqual(await axe(signIn), [], `sign-in, ${scheme}`);

      const page = await openTicket(id, { scheme });
      await replyField(page).fill("Some text");
      await page
        .locator('input[type="file"]')
        .setInputFiles([{ name: "archive.zip", mimeType: "application/zip", buffer: ZIP }]);
      await page.locator(".attachments .refused").waitFor();
      await page.getByRole("button", { name: "Filter" }).click();
      await page.getByText("Topic", { exact: true }).click();
      assert.deepEqual(await axe(page), [], `ticket and filters, ${scheme}`);
      await page.getByRole("button", { name: "Done" }).click();
      await page.getByRole("button", { name: "Close ticket" }).click();
      assert.deepEqual(await axe(page), [], `close dialog, ${scheme}`);
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "New ticket" }).click();
      await page.getByRole("button", { name: "Open ticket" }).click();
      await page.locator("#message-faults").waitFor();
      assert.deepEqual(await axe(page), [], `new ticket, ${scheme}`);
    }
  });

  test("fits a phone of 360 px: one pane at a time, nothing cut off", async () => {
    const id = await freshTicket();
    const page = await open("/", { width: 360, height: 740 });
    await page.locator(".rows a").first().waitFor();
    await fits(page, "the inbox");
    await page.getByRole("button", { name: "Filter" }).click();
    await fits(page, "the filters");
    await page.getByRole("button", { name: "Done" }).click();

    await page.goto(new URL(`/#/tickets/${id}?status=opened`, demo.url).href);
    await page.getByRole("region", { name: "Messages" }).waitFor();
    assert.equal(await page.locator(".inbox").isVisible(), false);
    await fits(page, "the ticket");
    await replyField(page).click();
    await page.getByLabel("Interim notice").check();
    await fits(page, "the reply");
    assert.deepEqual(await axe(page), []);
    await page.getByRole("link", { name: "Inbox" }).click();
    await page.locator(".rows a").first().waitFor();
    assert.equal(await page.locator(".detail").isVisible(), false);
    await page.getByRole("link", { name: "New ticket" }).click();
    await page.getByLabel("Order units").waitFor();
    await fits(page, "the new ticket");
  });

  test("the keys stay in the Worker, and the pages may run nothing foreign", async () => {
    const response = await fetch(demo.url);
    const policy = response.headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
    const texts = [await response.text()];
    for (const [, path] of texts[0].matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await fetch(new URL(path, demo.url));
      assert.equal(asset.status, 200, path);
      texts.push(await asset.text());
    }
    for (const key of Object.values(LOCAL_KEYS.kaufland)) {
      assert.ok(texts.every((text) => !text.includes(key)));
    }
  });

  // `SCREENSHOT=1` makes the picture in the README anew.
  if (process.env.SCREENSHOT === "1") test("screenshot", screenshot);
});

async function screenshot() {
  const { id_ticket: id } = await market.row(
    `SELECT id_ticket FROM kaufland_tickets WHERE ${ORDINARY} AND status = 'opened' AND is_seller_responsible = 1
       AND id_ticket IN (SELECT id_ticket FROM kaufland_files) AND topic IS NOT NULL AND lower(storefront) = 'de'
       AND (SELECT count(*) FROM kaufland_messages WHERE id_ticket = kaufland_tickets.id_ticket) BETWEEN 2 AND 4
     ORDER BY ts_updated_iso DESC LIMIT 1`,
  );
  const page = await openTicket(id);
  await replyField(page).fill(
    "Vielen Dank für Ihre Nachricht. Wir klären das mit dem Versand und melden uns morgen wieder.",
  );
  await give(page, "#reply-text", "drop", [
    { name: "lieferschein.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(48_200, "%PDF-1.4\n") },
  ]);
  await page.locator(".attachments .good").waitFor();
  await page.getByLabel("Interim notice").check();
  await page.locator(".news span").waitFor({ state: "detached" });
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: SCREENSHOT });
}

// The last one: the marketplace asks the whole account to wait, and the gateway keeps to that.
describe("rate limit", () => {
  test("a long wait is told, and what a limit refuses is not sent again, since it may have been stored", async () => {
    const id = await freshTicket();
    const page = await openTicket(id);
    const before = (await messageRows(id)).length;
    await market.fault({
      match: { method: "POST", path: `/tickets/${id}/messages` },
      fault: { kind: "status", status: 429, headers: { "retry-after": "7200" } },
    });
    await replyField(page).fill("Too much at once.");
    await send(page).click();
    const problem = page.locator(".composer .problem");
    await problem.getByText("The marketplace takes no more requests for now").waitFor();
    await problem.getByText("It may have been stored; reload the thread before you send again.").waitFor();
    await problem.getByText("Try again in 2 h.").waitFor();
    assert.equal((await messageRows(id)).length, before);
    assert.equal((await market.requests("POST", `/tickets/${id}/messages`)).length, 1);
  });
});
