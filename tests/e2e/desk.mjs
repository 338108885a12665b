// The desk's page as its users meet it: where things are, and the steps that many tests take.

import assert from "node:assert/strict";

/** The name under which the page has a ticket. */
export const nameOf = ({ key: { account, id } }) => `${account}/${id}`;
const pathOf = (view, { key: { account, id } }) => `/#/${[view, account, id].map(encodeURIComponent).join("/")}`;

/** Where the page shows a ticket. */
export const addressOf = (ticket, view = "todo") => pathOf(view, ticket);

/** The field for what is written to the buyer. */
export const field = (page) => page.locator("#reply");
export const thread = (page) => page.getByRole("region", { name: "Messages" });
export const rows = (page) => page.locator(".rows a[data-name]");
export const row = (page, ticket) => page.locator(`.rows a[data-name="${nameOf(ticket)}"]`);

/** Scrolls the list until it has the row of a ticket, which it returns. */
export async function findRow(page, ticket) {
  await rows(page).first().waitFor();
  const found = row(page, ticket);
  for (const end = Date.now() + 30_000; (await found.count()) === 0; ) {
    assert.ok(Date.now() < end, `the list has no row of ${nameOf(ticket)}`);
    await rows(page).last().scrollIntoViewIfNeeded();
    await page.waitForTimeout(50);
  }
  return found;
}

/** The names of the rows, in the order of the list. */
export const shownNames = (page) => rows(page).evaluateAll((all) => all.map((one) => one.dataset.name));

/** Goes to a ticket in this page, and waits until it is read. */
export async function goTo(page, ticket, view = "todo") {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, addressOf(ticket, view).slice(2));
  await isRead(page, ticket);
}

/** Waits until the page shows this ticket with its thread. */
export async function isRead(page, ticket) {
  await page.locator(`#reply[data-name="${nameOf(ticket)}"]`).waitFor();
  await page.locator('section.talk[aria-busy="false"]').waitFor();
}

/** The element that has the focus: its id, or its words. */
export const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.id || element?.dataset?.name || element?.textContent?.trim().slice(0, 60) || element?.tagName;
  });

/** Waits until what was written can be sent. */
export const canSend = (page) => page.locator('form.write button[type="submit"][aria-disabled="false"]').waitFor();

/** Writes an answer as a person does who has the field in hand, and sends it by its key. */
export async function answer(page, text) {
  assert.equal(await focused(page), "reply");
  await page.keyboard.insertText(text);
  // A ticket is read while a person writes.
  await canSend(page);
  await page.keyboard.press("Control+Enter");
}

/** Lets the page's next call of the desk's method wait until the returned function is called. */
export async function slow(page, method) {
  let release = () => {};
  const released = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(`**/api/desk/${method}`, async (route) => {
    await released;
    await route.continue();
  });
  return async () => {
    release();
    await page.unrouteAll({ behavior: "ignoreErrors" });
  };
}
