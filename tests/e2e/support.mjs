// What the browser tests share: the browser, files of a wanted size and kind, and a look into the marketplace.

import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { chromium } from "playwright-core";

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

/** The marketplace seen from behind: its database, its access log and its faults. */
export class Marketplace {
  #url;
  #db;

  constructor(demo) {
    this.#url = demo.marketplaceUrl;
    this.#db = demo.db.kaufland;
  }

  rows(sql, ...params) {
    return this.#db.all(sql, ...params);
  }

  async row(sql, ...params) {
    const [row] = await this.rows(sql, ...params);
    assert.ok(row, `no row for ${sql}`);
    return row;
  }

  /** How many requests of this method and path below `/kaufland/v2` have come in. */
  async requests(method, path) {
    const { entries } = await (await fetch(new URL("/control/log", this.#url))).json();
    return entries.filter((entry) => entry.method === method && entry.path.split("?")[0] === `/kaufland/v2${path}`);
  }

  async fault(fault) {
    const response = await fetch(new URL("/control/faults", this.#url), {
      method: "POST",
      body: JSON.stringify(fault),
    });
    assert.equal(response.status, 201, await response.text());
  }
}
