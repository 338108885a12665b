/** The local marketplaces for users' own tests: the Worker that the repository's tests run against, bundled, and the start of it. */
import { mkdir, readFile } from "node:fs/promises";
import { LOCAL_KEYS, runMarketplaces } from "../www-demo/local/marketplaces.mjs";

export const keys = LOCAL_KEYS;

/** @type {typeof import("./index.d.ts").startMarketplaces} */
export async function startMarketplaces({ port = 0, now, persist, quiet = true } = {}) {
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new RangeError("`port` must be a number from 0 to 65535");
  if (now !== undefined && Number.isNaN(new Date(now).getTime())) {
    throw new RangeError("`now` must be a date such as 2026-03-01T12:00:00Z");
  }
  if (persist !== undefined) await mkdir(persist, { recursive: true });
  const contents = await readFile(new URL("worker.mjs", import.meta.url), "utf8");
  const modules = [{ type: "ESModule", path: "worker.mjs", contents }];
  return runMarketplaces(modules, { port, now, persist, quiet });
}
