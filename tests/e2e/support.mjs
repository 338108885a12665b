// The shared part of the browser tests: the browser, files of a wanted size and kind, and a look
// into the marketplace.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { Log, LogLevel, Miniflare } from "miniflare";
import { chromium } from "playwright-core";
import { bundleWorker } from "../../www-demo/local/bundle.mjs";
import { readWranglerConfig } from "../../www-demo/local/wrangler-config.mjs";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

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

  /** `start`: how the Worker and the marketplaces are started. */
  async start(start = () => startLocal({ port: 0, quiet: true })) {
    this.demo = await start();
    this.#browser = await launch();
    const page = await this.open("/", { signedOut: true });
    await this.signIn(page);
    await page.locator(".panes").waitFor();
    this.signedIn = await page.context().storageState();
  }

  async stop() {
    await this.#browser?.close();
    await this.demo?.dispose();
  }

  /** For after each test: closes its pages, and fails if one of them complained. */
  async settle() {
    for (const context of this.#contexts.splice(0)) await context.close();
    assert.deepEqual(this.#complaints.splice(0), []);
  }

  /** A page of its own. */
  async open(path, { signedOut = false, width = 1280, height = 800, scheme = "light" } = {}) {
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      reducedMotion: "reduce",
      ...(signedOut ? {} : { storageState: this.signedIn }),
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#complaints.push(`error on the page: ${error.stack}`));
    page.on("console", (message) => {
      // Refused calls are what some tests are about; the browser reports each of them.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        this.#complaints.push(message.text());
      }
    });
    await page.goto(new URL(path, this.demo.url).href);
    return page;
  }

  async signIn(page, code = this.demo.accessCode) {
    await page.getByLabel("Access code").fill(code);
    await page.getByRole("button", { name: "Sign in" }).click();
  }
}

/**
 * The same as `startLocal`, with more of what a deploy can have: Magalu's tokens in a Durable
 * Object. The Worker stands on Miniflare's own socket, as no signature hangs on its address here.
 */
export async function startDeployed() {
  const local = await startLocal({ port: 0, quiet: true });
  const root = new URL("../../www-demo/", import.meta.url);
  const config = await readWranglerConfig(new URL("wrangler.jsonc", root));
  const worker = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.NONE),
    name: "deployed",
    modules: await bundleWorker({ entryPoints: [fileURLToPath(new URL(config.main, root))] }),
    compatibilityDate: config.compatibilityDate,
    assets: { ...config.assets, directory: fileURLToPath(new URL(config.assets.directory, root)) },
    bindings: {
      MAGALU_BASE_URL: `${local.marketplaceUrl}/magalu`,
      MAGALU_TOKEN_URL: `${local.marketplaceUrl}/magalu-id/oauth/token`,
      MAGALU_CLIENT_ID: LOCAL_KEYS.magalu.clientId,
      MAGALU_CLIENT_SECRET: LOCAL_KEYS.magalu.clientSecret,
      MAGALU_REFRESH_TOKEN: LOCAL_KEYS.magalu.refreshToken,
      DASHBOARD_ACCESS_CODE: local.accessCode,
    },
    durableObjects: config.durableObjects,
  });
  const dispose = async () => {
    await worker.dispose();
    await local.dispose();
  };
  try {
    const url = (await worker.ready).origin;
    return { ...local, url, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The words that the bar shows for a moment. */
export const news = (page, text) => page.locator(".news", { hasText: text }).waitFor();

/** The faults that people with other senses than eyes or other hands than a mouse would find. */
export async function axe(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
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
    const { entries } = await (await fetch(new URL("/control/log", this.#url))).json();
    return entries.filter((entry) => entry.method === method && entry.path.split("?")[0] === `${this.#base}${path}`);
  }

  /** Changes the marketplace's settings: `{ probo: { known_orders: true } }`. */
  async set(settings) {
    const body = JSON.stringify(settings);
    const response = await fetch(new URL("/control/settings", this.#url), { method: "POST", body });
    assert.equal(response.status, 200, await response.text());
  }

  async fault(fault) {
    const response = await fetch(new URL("/control/faults", this.#url), {
      method: "POST",
      body: JSON.stringify(fault),
    });
    assert.equal(response.status, 201, await response.text());
  }
}
