/**
 * The local marketplaces for users' own tests: in workerd, as the repository's tests run them, or
 * in the tests' own process.
 */
import { mkdir, readFile } from "node:fs/promises";
import { LOCAL_KEYS, runMarketplaces } from "../www-demo/local/marketplaces.mjs";
import { seeds } from "./seeds.mjs";

export { marketplaces } from "./in-process.mjs";
export { seeds };
export const keys = LOCAL_KEYS;

/** @type {typeof import("./index.d.ts").startMarketplaces} */
export async function startMarketplaces({ port = 0, now, persist, quiet = true } = {}) {
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new RangeError("`port` must be a number from 0 to 65535");
  if (now !== undefined && Number.isNaN(new Date(now).getTime())) {
    throw new RangeError("`now` must be a date such as 2026-03-01T12:00:00Z");
  }
  if (persist !== undefined) await mkdir(persist, { recursive: true });
  const instance = await readFile(new URL("instance.mjs", import.meta.url), "utf8");
  const contents = `${instance}\nexport default instantiate({ scheduler, FixedLengthStream, JSON });\n`;
  const modules = [{ type: "ESModule", path: "worker.mjs", contents }];
  try {
    return await runMarketplaces(modules, { port, now, persist, quiet });
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error("to start the marketplaces in workerd, install `miniflare`; `marketplaces()` does without", {
      cause: error,
    });
  }
}
