// The shared part of the browser tests: the browser, files of a wanted size and kind, and a look
// into the marketplace.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { deflateSync } from "node:zlib";
import { chromium } from "playwright-core";
import { fetchAlone } from "../../www-demo/local/alone.mjs";
import { startLocal } from "../../www-demo/local.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const ACCESS_CODE = "local-demo";

/** Starts Chromium without its own traffic. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROME_BIN ?? "/usr/bin/chromium",
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A real PNG of at least `bytes` bytes: noise, which does not compress. */
export function noisePng(bytes) {
  const width = Math.ceil(Math.sqrt(bytes / 3)) + 1;
  const rows = Buffer.alloc((width * 3 + 1) * width);
  let state = 0x9e3779b9;
  for (let at = 0; at < rows.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    rows[at] = at % (width * 3 + 1) === 0 ? 0 : state & 0xff;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC[(crc ^ byte) & 0xff];
  return (crc ^ -1) >>> 0;
}

/** An empty zip archive: a type that Kaufland does not take. */
export const ZIP = Buffer.from([0x50, 0x4b, 0x05, 0x06, ...Array(18).fill(0)]);

/** Drops files on the element, as a mouse would; `how` is the event: `drop` or `paste`. */
export async function give(page, selector, how, files) {
  const plain = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") }));
  await page.evaluate(
    ([selector, how, plain]) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, base64 } of plain) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
      }
      const target = document.querySelector(selector);
      if (how === "paste") {
        const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
        target.dispatchEvent(event);
        return;
      }
      for (const type of ["dragenter", "dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
      }
    },
    [selector, how, plain],
  );
}

/**
 * Leaves few tickets at the marketplaces, so that a start reads them all within seconds: Magalu lets a
 * client make three calls a second, and each of its tickets is a call. `most` tickets of a kind stay at
 * Kaufland where the seller has to answer, at most six at the others, and two of every other kind.
 */
export async function fewTickets({ db }, most = 12) {
  const keep = (table, key, alike, isToDo, more = "") =>
    db.run(`DELETE FROM ${table} WHERE ${key} NOT IN (SELECT ${key} FROM (SELECT ${key},
      row_number() OVER (PARTITION BY ${alike} ORDER BY ${key} DESC) AS place,
      CASE WHEN ${isToDo} THEN ${table.startsWith("kaufland") ? most : Math.min(most, 6)} ELSE 2 END AS most FROM ${table}) WHERE place <= most ${more})`);
  const kaufland = "id_seller, status, is_seller_responsible, internal, closable, fulfillment_type";
  await keep("kaufland_tickets", "number", kaufland, "status = 'opened' AND is_seller_responsible = 1");
  await keep(
    "clickbank_tickets",
    "ticketid",
    "type, status",
    "status = 'OPEN'",
    "UNION SELECT ticketid FROM clickbank_tickets WHERE ticketid >= 39000000",
  );
  await keep("magalu_tickets", "number", "id_seller, type, status, closed", "status = 'waiting_seller'");
}

const READ = new Set(["ok", "own"]);

/** The dashboard in a browser, signed in, on the real Worker and the local marketplaces. */
export class Dashboard {
  /** @type {import("../../www-demo/local.mjs").LocalDemo} */
  demo;
  /** The cookies of a signed-in browser. */
  signedIn;
  #browser;
  /** The complaints of the pages. */
  #complaints = [];
  #contexts = [];
  #shots = 0;
  /** The tickets that tests were given. */
  #given = new Set();

  /** Starts the Worker and the marketplaces, and waits until all accounts are read. */
  async start({ most, prepare, ...options } = {}) {
    this.demo = await startLocal({
      ...{ port: 0, quiet: true, cronMs: 500, accessCode: ACCESS_CODE },
      prepare: async (marketplaces) => {
        await fewTickets(marketplaces, most);
        await prepare?.(marketplaces);
      },
      ...options,
    });
    this.#browser = await launch();
    const page = await this.open("/", { signedOut: true });
    await this.signIn(page);
    await page.getByRole("region", { name: "To do" }).waitFor();
    this.signedIn = await page.context().storageState();
    await this.settle();
    await until(async () => (await this.ask("list", { limit: 1 })).accounts.every(({ state }) => READ.has(state)), {
      what: "all accounts are read",
      ms: 60_000,
    });
  }

  async stop() {
    await this.#browser?.close();
    await this.demo?.dispose();
  }

  /**
   * For after each test: closes its pages, and fails if one of them complained. `SHOTS=folder` keeps a
   * picture of each page as the test left it.
   */
  async settle() {
    for (const context of this.#contexts.splice(0)) {
      for (const page of process.env.SHOTS === undefined ? [] : context.pages()) {
        this.#shots += 1;
        await page.screenshot({ path: `${process.env.SHOTS}/${this.#shots}.png` }).catch(() => {});
      }
      await context.close();
    }
    assert.deepEqual(this.#complaints.splice(0), []);
  }

  /** The cookie of a person, as the Worker gives it. */
  async cookieOf(person) {
    const response = await fetchAlone(new URL("/session", this.demo.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: this.demo.accessCode, person }),
    });
    assert.equal(response.status, 200, await response.clone().text());
    const [pair] = response.headers.get("set-cookie").split(";");
    const [name, value] = pair.split("=");
    return {
      name,
      value,
      domain: "127.0.0.1",
      path: "/",
      expires: -1,
      httpOnly: true,
      secure: false,
      sameSite: "Strict",
    };
  }

  /** Asks the desk, as the person whose cookies these are. */
  async ask(method, ...args) {
    const response = await fetchAlone(new URL(`/api/desk/${method}`, this.demo.url), {
      method: "POST",
      headers: { cookie: this.signedIn.cookies.map(({ name, value }) => `${name}=${value}`).join("; ") },
      body: JSON.stringify(args),
    });
    const { result, error } = await response.json();
    if (error !== undefined) throw Object.assign(new Error(`${method}: ${error.code}: ${error.message}`), error);
    return result;
  }

  /** A browser that stays open until everything is stopped. */
  async lasting(options) {
    const context = await this.browser(options);
    this.#contexts.splice(this.#contexts.indexOf(context), 1);
    return context;
  }

  /** A browser of its own, with nothing kept from before. */
  async browser({
    signedOut = false,
    person,
    width = 1440,
    height = 900,
    scheme = "light",
    locale = "en-GB",
    ...more
  } = {}) {
    const state = person === undefined ? this.signedIn : { cookies: [await this.cookieOf(person)], origins: [] };
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      locale,
      timezoneId: "Europe/Berlin",
      reducedMotion: "reduce",
      ...(signedOut ? {} : { storageState: state }),
      ...more,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(30_000);
    return context;
  }

  /** A page in a browser of its own, or in `context`. */
  async open(path, { context, ...options } = {}) {
    const page = await (context ?? (await this.browser(options))).newPage();
    page.on("pageerror", (error) => this.#complaints.push(`error on the page: ${error.stack}`));
    page.on("console", (message) => {
      // Refused calls are what some tests are about; the browser reports each of them.
      if (message.type() === "error" && !/^Failed to load resource|WebSocket connection to/.test(message.text())) {
        this.#complaints.push(message.text());
      }
    });
    await page.goto(new URL(path, this.demo.url).href);
    return page;
  }

  async signIn(page, { code = this.demo.accessCode, person = "Kim" } = {}) {
    await page.getByLabel("Access code").fill(code);
    const name = page.getByLabel("Your name");
    // Whoever signs in again in the middle of the work is known.
    if (await name.isEditable()) await name.fill(person);
    else assert.equal(await name.inputValue(), person);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Signs out by the keyboard. */
  async signOut(page) {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("Sign out");
    await page.keyboard.press("Enter");
    await page.getByLabel("Access code").waitFor();
  }

  /** The tickets of a view, all of them. */
  async tickets(options) {
    const all = [];
    for (let after; after !== null; ) {
      const page = await this.ask("list", { limit: 200, ...options, ...(after === undefined ? {} : { after }) });
      all.push(...page.items);
      after = page.next;
    }
    return all;
  }

  /** Tickets to do that surely can be answered, which no one else was given. */
  async fresh(account, count = 1, accepts = () => true) {
    const found = [];
    for (const ticket of await this.tickets({ view: "todo", account })) {
      if (found.length === count) break;
      const name = `${ticket.key.account}/${ticket.key.id}`;
      if (this.#given.has(name) || !accepts(ticket)) continue;
      // At once, because tests run side by side.
      this.#given.add(name);
      const { actions } = await this.ask("read", ticket.key);
      if (actions.find(({ action }) => action === "reply")?.allowed === true) found.push(ticket);
    }
    assert.equal(found.length, count, `${account} has ${found.length} tickets left`);
    return found;
  }
}

/** Waits until something is so, and returns what it returned. */
export async function until(condition, { what = "it", ms = 40_000 } = {}) {
  for (const end = Date.now() + ms; ; ) {
    const found = await condition();
    if (found) return found;
    assert.ok(Date.now() < end, `${what} did not happen within ${ms} ms`);
    await sleep(100);
  }
}

/**
 * What a person has looked at where axe could not decide: the rule, axe's reason, the part of the page, and
 * why it is good.
 */
const REVIEWED = JSON.parse(await readFile(new URL("axe-reviewed.json", import.meta.url), "utf8"));

/**
 * The faults that people with other senses than eyes or other hands than a mouse would find, and what axe
 * could not decide and no one has looked at.
 */
export async function axe(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(async (reviewed) => {
    const { violations, incomplete } = await globalThis.axe.run(document, {
      resultTypes: ["violations", "incomplete"],
    });
    const reasonOf = ({ any, all, none }) =>
      [...any, ...all, ...none].map(({ data, id }) => data?.messageKey ?? id).join(" ");
    const isReviewed = (id, node) => {
      const element = document.querySelector(node.target.at(-1));
      return reviewed.some(
        ({ rule, reason, part }) => rule === id && reason === reasonOf(node) && element?.closest(part) != null,
      );
    };
    const line = (id, node) => `${id} (${reasonOf(node)}): ${node.target.join(" ")}: ${node.html.slice(0, 140)}`;
    return [
      ...violations.flatMap(({ id, nodes }) => nodes.map((node) => line(id, node))),
      ...incomplete.flatMap(({ id, nodes }) =>
        nodes.filter((node) => !isReviewed(id, node)).map((node) => `not decided: ${line(id, node)}`),
      ),
    ];
  }, REVIEWED);
}

/** Fails when the page is wider than its window, or something in it is cut off. */
export async function fits(page, what) {
  const { width, room, out } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    room: innerWidth,
    out: [...document.querySelectorAll("button, a, input, select, textarea, h2, li, p")]
      .filter((element) => element.checkVisibility() && !element.closest(".hidden"))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -0.5 || right > innerWidth + 0.5);
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  }));
  assert.ok(width <= room, `${what} is ${width} px wide`);
  assert.deepEqual(out, [], what);
}

/** A marketplace seen from behind: its database, its access log and its faults. */
export class Marketplace {
  #url;
  #db;
  #base;

  /** `base`: the path below which its API answers. */
  constructor(demo, id = "kaufland", base = "/kaufland/v2") {
    this.#url = demo.marketplaceUrl;
    this.#db = demo.db[id];
    this.#base = base;
  }

  rows(sql, ...params) {
    return this.#db.all(sql, ...params);
  }

  async row(sql, ...params) {
    const [row] = await this.rows(sql, ...params);
    assert.ok(row, `no row for ${sql}`);
    return row;
  }

  /** The requests of this method and path that have come in. */
  async requests(method, path) {
    const { entries } = await (await fetchAlone(new URL("/control/log", this.#url))).json();
    return entries.filter((entry) => entry.method === method && entry.path.split("?")[0] === `${this.#base}${path}`);
  }

  /** Changes the marketplace's settings: `{ probo: { known_orders: true } }`. */
  async set(settings) {
    const body = JSON.stringify(settings);
    const response = await fetchAlone(new URL("/control/settings", this.#url), { method: "POST", body });
    assert.equal(response.status, 200, await response.text());
  }

  async fault(fault) {
    const response = await fetchAlone(new URL("/control/faults", this.#url), {
      method: "POST",
      body: JSON.stringify(fault),
    });
    assert.equal(response.status, 201, await response.text());
  }
}
