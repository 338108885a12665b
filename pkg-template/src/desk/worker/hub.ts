/**
 * The sockets of pages that wait for changes. Their object sleeps between two messages. What a socket
 * was opened with is stored, so that `authorize` can be asked before anything is sent to it.
 */
import { FUNCTION_MS, inTime } from "../../ground/abort.js";
import { type DeskCaller, isCaller } from "../routes.js";
import type { Changed } from "../store.js";
import { type ObjectSocket, type ObjectState, socketPair, upgraded } from "./cloudflare.js";
import type { Parts } from "./parts.js";

const PREFIX = "socket:";
/** The changes that are read at a time, and how often. Pages that are further behind ask the routes. */
const PAGE = 200;
const PAGES = 5;
/** The most characters of a message of a page. */
const MOST_MESSAGE = 200;
/** The most sockets, so that one push stays within what an invocation may do. */
const MOST_SOCKETS = 1_000;
const GONE = 1000;
const REFUSED = 1008;
const BUSY = 1013;
/** The headers of the request that only concern the connection. */
const OF_CONNECTION = /^(?:connection|upgrade|sec-websocket-.*)$/;

/** What is kept of a socket. */
interface Attached {
  id: string;
  /** The number of the last change that it knows. */
  after: number;
}

/** The request with which a socket was opened. */
interface Opened {
  url: string;
  headers: [string, string][];
}

const attached = (socket: ObjectSocket): Attached => socket.deserializeAttachment() as Attached;

/** Reads the number after which a page wants changes; anything else is `undefined`. */
export function readAfter(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The sockets of one Durable Object. */
export class Hub<Env> {
  readonly #parts: Parts<Env>;
  readonly #state: ObjectState;
  readonly #env: Env;
  #pushing: Promise<void> | undefined;
  #again: Promise<void> | undefined;

  constructor(parts: Parts<Env>, state: ObjectState, env: Env) {
    this.#parts = parts;
    this.#state = state;
    this.#env = env;
  }

  /** Opens a socket for a caller whom `authorize` has let through. */
  async open(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const after = readAfter(Number(searchParams.get("after")));
    const { theirs, ours } = socketPair();
    this.#state.acceptWebSocket(ours);
    const id = crypto.randomUUID();
    ours.serializeAttachment({ id, after: after ?? 0 });
    if (after === undefined || this.#state.getWebSockets().length > MOST_SOCKETS) {
      this.#close(ours, after === undefined ? REFUSED : BUSY, after === undefined ? "after" : "too many sockets");
      return upgraded(theirs);
    }
    const { storage } = this.#state;
    if (this.#state.getWebSockets().length === 1) {
      // Of sockets that ended without a word, as those do that a new version of the Worker meets.
      for (const key of (await storage.list({ prefix: PREFIX })).keys()) await storage.delete(key);
    }
    const headers = [...request.headers].filter(([name]) => !OF_CONNECTION.test(name));
    await storage.put(`${PREFIX}${id}`, { url: searchParams.get("url"), headers });
    await this.push();
    return upgraded(theirs);
  }

  /** Sends what is new to all sockets. Whoever asks meanwhile waits for one more push. */
  push(): Promise<void> {
    if (this.#pushing === undefined) {
      const pushing = this.#pushNow(this.#state.getWebSockets()).finally(() => {
        this.#pushing = undefined;
      });
      this.#pushing = pushing;
      return pushing;
    }
    this.#again ??= this.#pushing
      .catch(() => undefined)
      .then(() => {
        this.#again = undefined;
        return this.push();
      });
    return this.#again;
  }

  /** A page says what it knows, in case it missed something. */
  async heard(socket: ObjectSocket, message: string | ArrayBuffer): Promise<void> {
    let after: number | undefined;
    if (typeof message === "string" && message.length <= MOST_MESSAGE) {
      try {
        after = readAfter((JSON.parse(message) as { after?: unknown } | null)?.after);
      } catch {
        // It is no JSON.
      }
    }
    if (after === undefined) {
      await this.forget(socket);
      this.#close(socket, REFUSED, "a message is `{ after }`");
      return;
    }
    if ((await this.#callerOf(socket)) === undefined) return;
    socket.serializeAttachment({ ...attached(socket), after });
    await this.push();
  }

  async forget(socket: ObjectSocket): Promise<void> {
    await this.#state.storage.delete(`${PREFIX}${attached(socket).id}`);
  }

  #close(socket: ObjectSocket, code: number, reason: string): void {
    try {
      socket.close(code, reason);
    } catch {
      // The other side has closed it.
    }
  }

  /** Returns who is at a socket. One that may no longer read is closed. */
  async #callerOf(socket: ObjectSocket): Promise<DeskCaller | undefined> {
    const { options, report } = this.#parts;
    const opened = (await this.#state.storage.get(`${PREFIX}${attached(socket).id}`)) as Opened | undefined;
    let caller: unknown;
    if (opened !== undefined) {
      const request = new Request(opened.url, { headers: opened.headers });
      const asked = { method: "live", access: "read" as const, env: this.#env };
      try {
        caller = await inTime(options.authorize(request, asked), FUNCTION_MS, "`authorize`");
      } catch (error) {
        report(error, { method: "live", request });
      }
    }
    if (isCaller(caller)) return caller;
    await this.forget(socket);
    this.#close(socket, REFUSED, "not_authorized");
    return undefined;
  }

  async #pushNow(sockets: ObjectSocket[]): Promise<void> {
    if (sockets.length === 0) return;
    const from = Math.min(...sockets.map((socket) => attached(socket).after));
    const host = await this.#parts.host(this.#env);
    await host.ready();
    const rows: Changed[] = [];
    let isAll = false;
    for (let page = 0; page < PAGES && !isAll; page += 1) {
      const some = await host.store.changes(rows.at(-1)?.seq ?? from, undefined, PAGE);
      rows.push(...some);
      isAll = some.length < PAGE;
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    await Promise.all(sockets.map((socket) => this.#send(socket, rows, last.seq, isAll)));
  }

  /** Sends a socket what its caller may see, if `authorize` still lets it through. */
  async #send(socket: ObjectSocket, rows: Changed[], last: number, isAll: boolean): Promise<void> {
    const caller = await this.#callerOf(socket);
    if (caller === undefined) return;
    const known = attached(socket);
    const changes = rows
      .filter(({ seq, account }) => seq > known.after && caller.accounts.includes(account))
      .map(({ account, id, view, seq }) => ({ key: { account, id }, view, after: seq }));
    try {
      if (changes.length > 0) socket.send(JSON.stringify({ changes }));
    } catch {
      // The other side has closed it.
      return;
    }
    socket.serializeAttachment({ ...known, after: Math.max(known.after, last) });
    if (isAll) return;
    await this.forget(socket);
    this.#close(socket, GONE, "ask the routes for the rest");
  }
}
