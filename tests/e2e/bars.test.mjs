// What the desk may take: time to the first list, from a key to its picture, bytes, requests and memory. The
// processor is slowed down fourfold and the network is a fast 4G, as in Chromium's own tools.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { addressOf, field, goTo, isRead, rows, shownNames } from "./desk.mjs";
import { Dashboard, until } from "./support.mjs";

const DIST = fileURLToPath(new URL("../../www-demo/dist/assets/", import.meta.url));
/** "Fast 4G" of Chromium's tools. */
const FAST_4G = {
  offline: false,
  latency: 165,
  downloadThroughput: (9_000_000 / 8) * 0.9,
  uploadThroughput: (1_500_000 / 8) * 0.9,
};
const SLOWER = 4;
/** The short run shares its machine with others, and is a coarse guard: its times may be longer. */
const SPARE = process.env.SELLER_TICKETS_ALL === "1" ? 1 : 4;
/** What a page asks when it hears that something has changed meanwhile. */
const MEANWHILE = new Set(["/api/desk/changed", "/api/desk/counts", "/api/desk/list"]);
/** How many tickets the long list has. */
const MANY = 1_000;

const dashboard = new Dashboard();

before(async () => {
  // A list of ClickBank's is a call for a hundred tickets, so many of them are read soon.
  await dashboard.start({
    prepare: async ({ db }) => {
      // Not all of them are this seller's to answer. A sale has one open ticket of a kind, and nothing else here minds.
      await db.run("DROP INDEX clickbank_tickets_open");
      const columns = (await db.all("SELECT name FROM pragma_table_info('clickbank_tickets')")).map(({ name }) => name);
      const copied = columns.map((name) => (name === "ticketid" ? "ticketid + 100000000 * n" : name)).join(", ");
      const [{ one }] = await db.all("SELECT count(*) AS one FROM clickbank_tickets WHERE status = 'OPEN'");
      await db.run(
        `WITH RECURSIVE times(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < ?)
         INSERT INTO clickbank_tickets (${columns.join(", ")}) SELECT ${copied} FROM clickbank_tickets, times
         WHERE status = 'OPEN'`,
        Math.ceil((2 * MANY) / one),
      );
    },
  });
  await until(async () => (await dashboard.ask("counts")).todo >= MANY, { what: "the long list", ms: 60_000 });
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];

async function slowed(page, network = true) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  if (network) {
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", FAST_4G);
  }
  return session;
}

/** Counts the requests of a page to the Worker's own routes. */
function requests(page) {
  const all = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/") || ["/session", "/start"].includes(pathname)) all.push(pathname);
  });
  return { all, take: () => all.splice(0) };
}

test("the first list is there soon", async (t) => {
  const context = await dashboard.browser();
  const signIn = await dashboard.open("/", { context });
  await rows(signIn).first().waitFor();
  await signIn.close();
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    // A browser of someone who is signed in, with nothing of the page in its cache.
    const page = await dashboard.open("about:blank", { context });
    const session = await slowed(page);
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await page.goto(dashboard.demo.url, { waitUntil: "commit" });
    const at = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const look = () => {
            if (document.querySelector(".rows a[data-name]") === null) requestAnimationFrame(look);
            else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
          };
          look();
        }),
    );
    times.push(at);
    await page.close();
  }
  t.diagnostic(`first list after ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  assert.ok(median(times) <= 1_000 * SPARE, `${median(times).toFixed(0)} ms`);
});

test("words of another language do not wait for the page's script", async () => {
  const page = await dashboard.open("about:blank", { locale: "de-DE" });
  const words = [];
  page.on("request", (request) => {
    if (/\/de-[^/]+\.js$/.test(request.url())) words.push(request.url());
  });
  // The script is held back until they are asked for.
  await page.route(/\/start-[^/]+\.js$/, async (route) => {
    await until(() => words.length > 0, { what: "a request for the words" }).then(
      () => route.continue(),
      () => route.abort(),
    );
  });
  await page.goto(dashboard.demo.url);
  await rows(page).first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  assert.equal(words.filter((url) => url === words[0]).length, 1, "only once");
});

test("from a key to its picture in a list of 1,000", async (t) => {
  const page = await dashboard.open("/");
  await rows(page).first().waitFor();
  // All of it is read as one scrolls.
  for (let before = 0; ; ) {
    const { length } = await shownNames(page);
    if (length >= MANY) break;
    assert.ok(length > before, `${length} rows are shown`);
    before = length;
    await rows(page).last().scrollIntoViewIfNeeded();
    await page.waitForFunction((count) => document.querySelectorAll(".rows a[data-name]").length > count, length);
  }
  await page.evaluate(() => {
    globalThis.taken = [];
    new PerformanceObserver((list) => {
      for (const { name, startTime, duration } of list.getEntries()) {
        if (name === "keydown") globalThis.taken.push({ startTime, duration });
      }
    }).observe({ type: "event", durationThreshold: 16, buffered: false });
  });
  await rows(page).first().focus();
  await slowed(page, false);
  const keys = 60;
  for (let at = 0; at < keys; at += 1) {
    await page.keyboard.press(at % 3 === 2 ? "k" : "j");
    await page.waitForTimeout(80);
  }
  await page.waitForTimeout(500);
  // Keys that took less than 16 ms are not told of.
  const told = (await page.evaluate(() => globalThis.taken)).map(({ duration }) => duration);
  const all = [...Array(Math.max(0, keys - told.length)).fill(8), ...told];
  const p95 = percentile(all, 0.95);
  t.diagnostic(`p95 ${p95.toFixed(0)} ms, p50 ${percentile(all, 0.5).toFixed(0)} ms, ${told.length} told`);
  assert.ok(p95 <= 100 * SPARE, `${p95} ms`);
});

test("the page is no larger than 70 KB, its modules not counted", async (t) => {
  const names = (await readdir(DIST)).filter((name) => /\.(?:js|css)$/.test(name));
  const sizes = await Promise.all(
    names.map(async (name) => {
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
      return [name, brotliCompressSync(await readFile(`${DIST}${name}`), options).length];
    }),
  );
  // What one page loads in one language before a marketplace's own panel is opened.
  const page = await dashboard.open("/");
  await rows(page).first().waitFor();
  const [name] = await shownNames(page);
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `/todo/${name}`);
  await page.locator('section.talk[aria-busy="false"]').waitFor();
  await page.waitForLoadState("networkidle");
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname.split("/").at(-1)),
  );
  const used = sizes.filter(([name]) => loaded.includes(name));
  const sum = (list) => list.reduce((total, [, size]) => total + size, 0);
  for (const [name, size] of sizes.sort(([, a], [, b]) => b - a)) {
    t.diagnostic(`${size} ${name}${loaded.includes(name) ? "" : " (later)"}`);
  }
  t.diagnostic(`${sum(used)} bytes at the start, ${sum(sizes)} in all`);
  assert.ok(used.length >= 2, "a script and a style sheet");
  assert.ok(sum(used) <= 70 * 1024, `${sum(used)} bytes`);
});

test("requests: 1 at the start, 1 to open a ticket, 1 to send", async () => {
  const [ticket, second] = await dashboard.fresh("kf-de", 2);
  const page = await dashboard.open("about:blank");
  const { take } = requests(page);
  await page.goto(dashboard.demo.url);
  await rows(page).first().waitFor();
  await page.waitForTimeout(1_000);
  assert.deepEqual(take(), ["/start"]);
  await page.waitForTimeout(4_000);
  take();
  await goTo(page, ticket);
  await page.waitForTimeout(800);
  const open = take().filter((path) => !MEANWHILE.has(path));
  assert.deepEqual(open, ["/api/desk/read"]);
  // What the change of the ticket brings about is no part of it.
  await field(page).fill("One request sends it.");
  await field(page).press("Control+Shift+Enter");
  await until(async () => (await dashboard.ask("read", ticket.key)).letters.length > 0, { what: "the letter" });
  assert.deepEqual(
    take().filter((path) => path === "/api/desk/do" || path === "/api/desk/local" || path.startsWith("/api/accounts")),
    ["/api/desk/do"],
  );
  assert.ok(second);
});

test("memory after 100 tickets", async (t) => {
  const page = await dashboard.open("/");
  await rows(page).nth(20).waitFor();
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    for (let round = 0; round < 3; round += 1) await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize;
  };
  // Each ticket is opened once, as on a long day.
  const tickets = await dashboard.tickets({ view: "todo" });
  const round = async (count) => {
    for (const ticket of tickets.splice(0, count)) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, addressOf(ticket).slice(2));
      await isRead(page, ticket);
    }
    await page.waitForTimeout(300);
  };
  // The page keeps some things on purpose, which are there before.
  await round(20);
  const grown = [];
  for (let times = 0; times < 3; times += 1) {
    const before = await heap();
    await round(100);
    grown.push((await heap()) - before);
  }
  t.diagnostic(`grown by ${grown.map((bytes) => `${(bytes / 1024).toFixed(0)} KB`).join(", ")}`);
  assert.ok(median(grown) <= 512 * 1024, `${(median(grown) / 1024).toFixed(0)} KB`);
});

test("the list does not jump under the pointer when something more urgent comes", async () => {
  const page = await dashboard.open("/");
  await rows(page).nth(20).waitFor();
  const target = rows(page).nth(5);
  await target.hover();
  const name = await target.getAttribute("data-name");
  const { y } = await target.boundingBox();
  const above = (await dashboard.tickets({ view: "todo" }))[2];
  await dashboard.ask("local", above.key, { snoozedUntil: Date.now() + 3_600_000 });
  const [waiting] = await dashboard.tickets({ view: "snoozed" });
  assert.ok(waiting);
  await page.waitForTimeout(4_000);
  const now = page.locator(`.rows a[data-name="${name}"]`);
  assert.equal((await now.boundingBox()).y, y);
  // It is gone when the pointer leaves.
  await page.mouse.move(900, 20);
  await dashboard.ask("local", above.key, { note: "again" });
  await page.locator(`.rows a[data-name="${above.key.account}/${above.key.id}"]`).waitFor({ state: "detached" });
});
