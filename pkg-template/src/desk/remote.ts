/** A desk elsewhere: a page asks its own server, which has the accounts and the store. */
import type { DeskAction, OwnErrorCode, TicketErrorData } from "../generated/types.js";
import { describe, localError, TicketError, type Where } from "../ground/errors.js";
import { liveChanges } from "./live.js";
import type { DeskKey } from "./store.js";
import type { DeskApi } from "./types.js";

/** Options of a desk that is elsewhere. */
export interface DeskRemoteOptions {
  /** The address of `deskRoutes` on your own server: `"/api/desk"`. */
  remote: string;
  /** Used in place of the host's `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Headers of every request, for the server's `authorize`. */
  headers?: Record<string, string> | undefined;
}

const isData = (value: unknown): value is TicketErrorData =>
  typeof value === "object" && value !== null && "kind" in value && "code" in value && "message" in value;

/** How long a desk is asked again and again after a socket could not be opened. */
const LIVE_AGAIN_MS = 60_000;

const NAMES = ["remote", "fetch", "headers"];

/** Returns the desk at an address. */
export function remoteDesk(options: DeskRemoteOptions): DeskApi {
  const { remote, fetch: own, headers } = options;
  const refuse = (message: string) =>
    localError(
      { marketplace: "", endpoint: "desk.constructor" },
      { kind: "configuration", code: "invalid_configuration", message },
    );
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (typeof remote !== "string" || remote === "") throw refuse("`remote` is not the address of a desk");
  if (unknown !== undefined) throw refuse(`\`${unknown}\` is no option of a desk with \`remote\``);
  if (own !== undefined && typeof own !== "function") throw refuse("`fetch` is not a function");
  const address = remote.replace(/\/+$/, "");

  let isLive = false;
  let failedAt = Number.NEGATIVE_INFINITY;

  async function ask<T>(method: string, args: unknown[]): Promise<T> {
    const where: Where = { marketplace: "", endpoint: `desk.${method}` };
    const isWrite = method !== "list" && method !== "read" && method !== "changed" && method !== "counts";
    const sent = isWrite ? "maybe" : "no";
    const fail = (code: OwnErrorCode, kind: "network" | "decode", message: string, cause?: unknown) =>
      localError(where, { kind, code, message, sent, retryable: !isWrite, attempts: 1 }, cause);
    let response: Response;
    let text: string;
    try {
      const body = JSON.stringify(args);
      const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
      response = await (own ?? fetch)(`${address}/${method}`, init);
      text = await response.text();
    } catch (error) {
      throw fail("network", "network", `the desk could not be reached: ${describe(error)}`, error);
    }
    let answer: { result?: unknown; error?: unknown; live?: unknown };
    try {
      answer = JSON.parse(text);
    } catch (error) {
      throw fail(
        "unreadable_answer",
        "decode",
        `the desk answered ${response.status} with something else than JSON`,
        error,
      );
    }
    if (isData(answer?.error)) throw new TicketError(answer.error);
    if (!response.ok || typeof answer !== "object" || answer === null || !("result" in answer)) {
      throw fail("unreadable_answer", "decode", `the desk answered ${response.status} without a result`);
    }
    if (method === "changed") isLive = answer.live === true;
    return answer.result as T;
  }

  return {
    list: (given) => ask("list", [given]),
    read: (key: DeskKey) => ask("read", [key]),
    do: (key: DeskKey, action: DeskAction, args, given) => ask("do", [key, action, args, given]),
    undo: (id) => ask("undo", [id]),
    changed: (after) => ask("changed", [after]),
    // A signal ends the wait of this side, and not the work of the other.
    sync: ({ budget }) => ask("sync", [budget === undefined ? {} : { budget }]),
    local: (key, facts) => ask("local", [key, facts]),
    forget: (whose) => ask("forget", [whose]),
    counts: () => ask("counts", []),
    live: (after, signal) => {
      // A socket has neither the page's headers nor its `fetch`.
      if (!isLive || own !== undefined || headers !== undefined || Date.now() < failedAt + LIVE_AGAIN_MS) {
        return undefined;
      }
      return liveChanges(address, after, signal, () => {
        failedAt = Date.now();
      });
    },
  };
}
