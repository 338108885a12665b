// The documentation at /docs of the demo: under its content security policy, with a search that needs no other host.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fetchAlone } from "../../www-demo/local/alone.mjs";
import { startLocal } from "../../www-demo/local.mjs";
import { launch } from "./support.mjs";

let demo;
let browser;
before(async () => {
  demo = await startLocal({ port: 0, quiet: true, cronMs: 0 });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.dispose();
});

/** A page, with the requests and complaints that it made. */
async function open(path) {
  const page = await browser.newPage();
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(`${demo.url}${path}`);
  return { page, requests, complaints };
}

test("a code of an error is found by the search", async () => {
  const { page, requests, complaints } = await open("/docs/");
  await page.getByRole("heading", { level: 1, name: "seller-tickets" }).waitFor();
  await page.getByRole("button", { name: "Search" }).first().click();
  await page.getByRole("searchbox").fill("nonce_store_failed");
  const result = page.locator("a.result").first();
  await result.waitFor();
  await result.click();
  await page.waitForURL(/\/docs\/(errors|gateway|troubleshooting)/);
  assert.deepEqual(complaints, []);
  const foreign = requests.filter((url) => !url.startsWith(demo.url) && !url.startsWith("data:"));
  assert.deepEqual(foreign, []);
});

test("an error's line is shown by its anchor, and a class has a page", async () => {
  const { page, complaints } = await open("/docs/errors.html#keys_in_page");
  await page.locator("#keys_in_page").waitFor({ state: "attached" });
  const visible = await page.locator("#keys_in_page").evaluate((anchor) => {
    const { top } = anchor.getBoundingClientRect();
    return top >= 0 && top < innerHeight;
  });
  assert.ok(visible, "the page did not go to the anchor");
  await page.goto(`${demo.url}/docs/api/kaufland/classes/Kaufland.html`);
  await page.getByRole("heading", { name: "createTicketMessage()" }).waitFor();
  assert.deepEqual(complaints, []);
});

test("the dashboard's own pages allow no styles within them", async () => {
  const policyOf = async (path) => (await fetchAlone(`${demo.url}${path}`)).headers.get("content-security-policy");
  assert.match(await policyOf("/docs/guide"), /style-src 'self' 'unsafe-inline';/);
  assert.match(await policyOf("/"), /style-src 'self';/);
  assert.match(await policyOf("/docsx"), /style-src 'self';/);
});
