/**
 * Lines about every request, for those who search for a fault: never a body, a header or a key.
 * Nothing is printed by default.
 */
import type { MarketplaceId } from "../generated/types.js";
import { notify, settle } from "./hooks.js";
import { inPage } from "./hosts.js";
import type { DebugOption, Fetch, Hooks, Logger } from "./options.js";
import { urlOf } from "./url.js";

export type Level = keyof Logger;

/** Takes the lines of a client. A line about a request needs no level. */
export type Debug = (line: string, level?: Level) => void;

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
export function debugOf(option: DebugOption | undefined, marketplace: MarketplaceId): Debug | undefined {
  if (!(option ?? isOn())) return undefined;
  // Programs keep what they print for their own results.
  const { process } = globalThis as DebugScope;
  const print = (line: string, level: Level): unknown => {
    if (typeof option === "function") return option(line);
    if (typeof option === "object") return option[level](line);
    return process?.stderr === undefined ? console.debug(line) : console.error(line);
  };
  const threw = (error: unknown) => console.error("seller-tickets: `debug` threw", error);
  return (line, level = "debug") => {
    try {
      settle(print(`seller-tickets ${marketplace}.${line}`, level), threw);
    } catch (error) {
      threw(error);
    }
  };
}

/** What hooks see of headers: values that may be secret are hidden. */
export function visible(
  headers: Iterable<[string, string]>,
  hides: (name: string) => boolean = () => false,
): Record<string, string> {
  const isHidden = (name: string) => HIDDEN.test(name) || hides(name);
  return Object.fromEntries([...headers].map(([name, value]) => [name, isHidden(name) ? "[hidden]" : value]));
}

type Watching = Hooks & { marketplace: MarketplaceId; fetch: Fetch; debug: Debug | undefined };

/** `fetch` for files: tells the hooks and `debug` of each request of the call. */
export function watched(host: Watching, endpoint: string, callId: string): Fetch {
  const { marketplace, fetch, debug, onRequest, onResponse } = host;
  if (!(debug || onRequest || onResponse)) return fetch;
  let attempts = 0;
  return async (url, init) => {
    attempts += 1;
    const about = { callId, marketplace, endpoint, attempt: attempts, method: init.method, url: shownUrl(url, true) };
    notify(onRequest, () => ({ ...about, headers: visible(Object.entries(init.headers)) }));
    const begun = Date.now();
    const tell = (what: string | number) =>
      debug?.(`${endpoint} ${init.method} ${about.url}: ${what} in ${Date.now() - begun} ms`);
    try {
      const response = await fetch(url, init);
      const { status, headers } = response;
      // Where a file host sends the reader may be all that is needed to read the file.
      const hides = (name: string) => name === "location";
      notify(onResponse, () => ({
        ...about,
        status,
        headers: visible(headers, hides),
        durationMs: Date.now() - begun,
      }));
      tell(status);
      return response;
    } catch (error) {
      tell("no answer");
      throw error;
    }
  };
}
