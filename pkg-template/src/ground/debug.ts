/**
 * Lines about every request, for those who search for a fault: never a body, a header or a key.
 * Nothing is printed by default.
 */
import type { MarketplaceId } from "../generated/types.js";
import { settle } from "./hooks.js";
import { inPage } from "./hosts.js";
import type { Fetch } from "./options.js";
import { urlOf } from "./url.js";

/** Takes the lines in place of the console. */
export type Debug = (line: string) => void;

/** Names of headers and of parameters whose values are secret. */
export const HIDDEN = /auth|cookie|credential|key|pass|secret|sig|token|uri/i;

/**
 * The URL as it may be shown. The address of a file may be all that is needed to read it, so its
 * query is left out.
 */
export function shownUrl(url: string, isFile = false): string {
  const shown = urlOf(url);
  // Where a password ends is uncertain in a text that is no URL.
  if (shown === undefined || shown.host === "") return url.includes("@") ? "…" : url.replace(/[?#].*/s, "");
  shown.username = "";
  shown.password = "";
  shown.hash = "";
  if (isFile) shown.search = "";
  for (const name of [...shown.searchParams.keys()]) {
    if (HIDDEN.test(name)) shown.searchParams.set(name, "hidden");
  }
  return shown.href;
}

interface DebugScope {
  process?: { env?: Record<string, string | undefined>; stderr?: unknown };
  Deno?: { permissions?: { querySync(of: { name: "env"; variable: string }): { state: string } } };
  localStorage?: { debug?: string };
}

/** Whether `DEBUG`, or `debug` of a page's local storage, names this package. */
function isOn(): boolean {
  try {
    const scope = globalThis as DebugScope;
    // Deno would ask its user whether the variable may be read, and Node warns of a storage that
    // has no file.
    const asks = scope.Deno?.permissions?.querySync({ name: "env", variable: "DEBUG" }).state ?? "granted";
    const named =
      (asks === "granted" ? scope.process?.env?.DEBUG : undefined) ?? (inPage() ? scope.localStorage?.debug : "");
    const names = (named ?? "").split(/[\s,]+/);
    return names.some((name) => /^(\*|seller-tickets(:?\*)?)$/.test(name)) && !names.includes("-seller-tickets");
  } catch {
    return false;
  }
}

/** Where the lines of a client go, if they go anywhere. */
export function debugOf(option: boolean | Debug | undefined, marketplace: MarketplaceId): Debug | undefined {
  if (!(option ?? isOn())) return undefined;
  // Programs keep what they print for their own results.
  const { process } = globalThis as DebugScope;
  const print: Debug =
    typeof option === "function"
      ? option
      : (line) => (process?.stderr === undefined ? console.debug(line) : console.error(line));
  const threw = (error: unknown) => console.error("seller-tickets: `debug` threw", error);
  return (line) => {
    try {
      settle(print(`seller-tickets ${marketplace}.${line}`), threw);
    } catch (error) {
      threw(error);
    }
  };
}

/** `fetch` for files, with a line about each request. */
export function watched({ fetch, debug }: { fetch: Fetch; debug: Debug | undefined }, endpoint: string): Fetch {
  if (debug === undefined) return fetch;
  return async (url, init) => {
    const begun = Date.now();
    const tell = (what: string | number) =>
      debug(`${endpoint} ${init.method} ${shownUrl(url, true)}: ${what} in ${Date.now() - begun} ms`);
    try {
      const response = await fetch(url, init);
      tell(response.status);
      return response;
    } catch (error) {
      tell("no answer");
      throw error;
    }
  };
}
