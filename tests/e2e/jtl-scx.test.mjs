// JTL-SCX's pages, from the marketplace's side: a ticket with files that survives a broken upload,
// and sellers' replies until they are acknowledged. What was sent is looked up in the local
// marketplace's own database.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";
import { axe, Dashboard, fits, Marketplace, news, noisePng, ZIP } from "./support.mjs";

const dashboard = new Dashboard();
let market;

before(async () => {
  await dashboard.start();
  market = new Marketplace(dashboard.demo, "jtlScx", "/jtl-scx");
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

const event = (id) => market.row("SELECT * FROM jtl_scx_events WHERE id = ?", id);
const row = (page, text) => page.locator(".rows a", { hasText: text });

/** A seller answers a ticket. */
async function reply(body) {
  const response = await fetch(new URL("/control/jtl-scx/reply", dashboard.demo.marketplaceUrl), {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 201);
  return (await response.json()).id;
}

test("a ticket with files: a refused file is named, a broken upload is resumed, and all of it arrives", async () => {
  const page = await dashboard.open("/#/jtl/new", { width: 360, height: 740 });
  await page.getByRole("textbox", { name: "Seller", exact: true }).fill("S 77");
  await page.getByText("“S 77” is not a valid number.").waitFor();
  await page.getByRole("textbox", { name: "Seller", exact: true }).fill("S77");
  await page.getByRole("textbox", { name: "Id of the ticket" }).fill("E2E-1");
  await page
    .getByRole("group", { name: "Topic" })
    .getByRole("radio", { name: /^Incident/ })
    .check();
  await page.getByRole("textbox", { name: "Subject" }).fill("Cracked – see the photos");
  await page.getByRole("textbox", { name: "Message to the seller" }).fill("It came with a crack.");
  const [first, second] = [noisePng(20_000), noisePng(300_000)];
  const attach = page.getByLabel("Files to attach");
  await attach.setInputFiles([
    { name: "archive.zip", mimeType: "application/zip", buffer: ZIP },
    { name: "front.png", mimeType: "image/png", buffer: first },
    { name: "my photo ä.png", mimeType: "image/png", buffer: second },
  ]);
  await page.locator(".attachments .refused", { hasText: "archive.zip" }).waitFor();
  await page.getByRole("button", { name: "Remove archive.zip" }).click();
  await page.locator(".attachments .good").nth(1).waitFor();
  await fits(page, "the new ticket");
  assert.deepEqual(await axe(page), []);

  // The second upload fails, after the ticket and the first file are there.
  await market.fault({
    match: { method: "POST", path: "/v1/channel/ticket/attachment" },
    skip: 1,
    fault: { kind: "status", status: 500 },
  });
  await page.getByRole("button", { name: "Send ticket" }).click();
  await page.getByRole("heading", { name: "Ticket E2E-1 sent" }).waitFor();
  await page.getByText("Not all of its files are there yet.").waitFor();
  const files = () =>
    market.rows(
      `SELECT f.filename, f.size FROM jtl_scx_files f JOIN jtl_scx_tickets t ON t.number = f.ticket
       WHERE t.ticket_id = 'E2E-1' ORDER BY f.size IS NULL, f.size`,
    );
  assert.deepEqual(
    (await files()).map(({ size }) => size),
    [first.length, null],
  );
  await fits(page, "the unfinished ticket");
  await page.getByRole("button", { name: "Upload what is missing" }).click();
  await news(page, "2 files uploaded.");
  assert.deepEqual(
    (await files()).map(({ size }) => size),
    [first.length, second.length],
  );
  const ticket = await market.row("SELECT * FROM jtl_scx_tickets WHERE ticket_id = 'E2E-1'");
  assert.deepEqual(
    { seller_id: ticket.seller_id, topic: ticket.topic, subject: ticket.subject },
    { seller_id: "S77", topic: "INCIDENT", subject: "Cracked – see the photos" },
  );
  assert.equal((await market.requests("POST", "/v1/channel/ticket")).length, 1, "the ticket itself was sent once");
});

test("a seller's reply is read, its file is downloaded, and it is acknowledged only after that", async () => {
  const label = Buffer.from("A label.\n");
  const id = await reply({
    ticketId: "CASE-0001",
    message: "The label is attached – please print it.",
    replyRequested: true,
    attachment: [{ filename: "label.txt", contentType: "text/plain", base64: label.toString("base64") }],
  });
  for (const ticketId of ["CASE-0002", "CASE-0003"]) await reply({ ticketId, message: `Short answer to ${ticketId}.` });
  const page = await dashboard.open("/#/jtl/");
  await row(page, "The label is attached").waitFor();
  await row(page, "The label is attached").getByText("New").waitFor();
  // Events of other kinds are for other software: they are not even fetched.
  const other = await market.row("SELECT * FROM jtl_scx_events WHERE type = 'Seller:Order.Confirmed'");
  assert.equal(other.deliveries, 0);

  await row(page, "The label is attached").click();
  await page.getByText("The seller expects an answer").waitFor();
  assert.deepEqual(await axe(page), []);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /label\.txt/ }).click();
  const saved = await download;
  assert.equal(saved.suggestedFilename(), "label.txt");
  assert.deepEqual(await readFile(await saved.path()), label);
  assert.equal((await event(id)).acknowledged, 0, "reading it does not acknowledge it");

  // JTL keeps it back for minutes; the page has it all the same.
  await page.reload();
  await page.getByRole("heading", { name: "Reply to CASE-0001" }).waitFor();
  await row(page, "The label is attached").getByText("Read", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await news(page, "1 reply acknowledged.");
  assert.equal((await event(id)).acknowledged, 1);
  await row(page, "The label is attached").waitFor({ state: "detached" });

  // The others that were read go together.
  for (const ticketId of ["CASE-0002", "CASE-0003"]) await row(page, `answer to ${ticketId}`).click();
  await page.getByRole("button", { name: /Acknowledge read/ }).click();
  await news(page, "2 replies acknowledged.");
  const { done } = await market.row(
    "SELECT count(*) AS done FROM jtl_scx_events WHERE target = 'LOCALMARKET' AND acknowledged = 1",
  );
  assert.equal(done, 3);
  assert.equal(await row(page, "Short answer").count(), 0);
});
