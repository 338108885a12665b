/**
 * The Durable Objects of a desk. There is one for each account, for what must be single: its syncs,
 * the alarm that ends a hold, and the tokens that are good for one use. One more, the hub, holds the
 * sockets of the pages. D1 has the truth: an object that is lost loses nothing, and the next wake-up
 * or alarm goes on.
 */
import type { Tokens } from "../../generated/types.js";
import { makeBudget } from "../budget.js";
import type { Host } from "../host.js";
import { nextLetter, sendLetters } from "../letters.js";
import { LocalDesk } from "../local.js";
import type { ObjectSocket, ObjectState } from "./cloudflare.js";
import { Hub } from "./hub.js";
import { noteFound, noteLost } from "./lost.js";
import { command, type Parts } from "./parts.js";

/** The key of the account's name, which an alarm does not know. */
const ACCOUNT = "account";
const TOKENS = "tokens";
const LOCK = "lock";
/** Longer than an attempt takes; a Worker that disappears keeps no one waiting for ever. */
const LOCK_MS = 90_000;
/** How long a caller waits for a sync. */
const PATIENCE_MS = 4_000;
/** How long an alarm waits after it could do nothing, at first and at most. */
const AGAIN_MS = 2_000;
const MOST_AGAIN_MS = 60_000;

/** What came of a sync. */
export interface ObjectSynced {
  calls: number;
  written: number;
}

interface Lock {
  holder: string;
  until: number;
}

interface Given {
  account: string;
  inMs: number;
  op: string;
  tokens: Tokens;
  holder: string;
}

/** A Durable Object as the runtime uses it. */
export interface DeskObject {
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
  webSocketMessage(socket: ObjectSocket, message: string | ArrayBuffer): Promise<void>;
  webSocketClose(socket: ObjectSocket): Promise<void>;
  webSocketError(socket: ObjectSocket): Promise<void>;
}

/** Returns the class of the Durable Objects of a Worker. */
export function makeObject<Env>(parts: Parts<Env>): new (state: never, env: Env) => DeskObject {
  return class implements DeskObject {
    readonly #state: ObjectState;
    readonly #env: Env;
    readonly #hub: Hub<Env>;
    #running: Promise<ObjectSynced> | undefined;
    #next: Promise<ObjectSynced> | undefined;
    /** How often the alarm could do nothing, one after the other. */
    #futile = 0;

    constructor(state: ObjectState, env: Env) {
      this.#state = state;
      this.#env = env;
      this.#hub = new Hub(parts, state, env);
    }

    async fetch(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url);
      try {
        if (pathname === "/live") return await this.#hub.open(request);
        const given = (await request.json()) as Given;
        const result = await this.#obey(pathname.slice(1), given);
        return Response.json({ result });
      } catch (error) {
        parts.report(error, { method: pathname.slice(1) });
        return Response.json({ error: "the Durable Object failed; `onError` was told why" }, { status: 500 });
      }
    }

    async #obey(name: string, given: Given): Promise<unknown> {
      switch (name) {
        case "sync":
          return this.#syncOrLeave(given.account);
        case "arm":
          return this.#arm(given.account, given.inMs);
        case "tokens":
          return this.#tokens(given);
        case "changed":
          return this.#hub.push();
        default:
          throw new Error(`a desk's object has no command ${name}`);
      }
    }

    /**
     * Syncs, and answers when that is done or has taken a while: the caller's other accounts must not
     * wait for a slow one. The sync goes on without its caller, and then notes itself if it fails.
     */
    async #syncOrLeave(account: string): Promise<ObjectSynced | undefined> {
      let isLeft = false;
      const syncing = this.#sync(account).catch(async (error) => {
        if (!isLeft) throw error;
        parts.report(error, { method: "sync", account });
        await this.#noteLost(account);
        return undefined;
      });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const leaving = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => {
          isLeft = true;
          resolve(undefined);
        }, PATIENCE_MS);
      });
      try {
        return await Promise.race([syncing, leaving]);
      } finally {
        clearTimeout(timer);
      }
    }

    async #noteLost(account: string): Promise<void> {
      try {
        const host = await parts.hostOf(this.#env, account);
        if (host !== undefined) await noteLost(host, account);
      } catch (error) {
        parts.report(error, { method: "sync", account });
      }
    }

    /** Syncs once at a time. Whoever asks meanwhile gets one more run, together with all others. */
    #sync(account: string): Promise<ObjectSynced> {
      if (this.#running === undefined) {
        const running = this.#syncNow(account).finally(() => {
          this.#running = undefined;
        });
        this.#running = running;
        return running;
      }
      this.#next ??= this.#running
        .catch(() => undefined)
        .then(() => {
          this.#next = undefined;
          return this.#sync(account);
        });
      return this.#next;
    }

    async #syncNow(account: string): Promise<ObjectSynced> {
      const host = await parts.hostOf(this.#env, account);
      // An account that was removed after it was woken.
      if (host === undefined) return { calls: 0, written: 0 };
      const { calls, ms } = parts.limits;
      const synced = await new LocalDesk(host).sync({ budget: { calls, ms } });
      // A run that found nothing to do, because a failed one still has the lease, proves nothing.
      const isRead = synced.calls > 0;
      if (isRead && synced.accounts.some(({ error }) => error === "dead_letter")) await noteFound(host, account);
      await this.#armNext(host, account, AGAIN_MS);
      if (synced.calls > 0 || synced.written > 0) await this.#tell(account);
      return { calls: synced.calls, written: synced.written };
    }

    /** Tells the hub that there may be changes. Pages that hear of none ask by themselves. */
    async #tell(account: string): Promise<void> {
      try {
        await command(parts.hub(this.#env), "changed", {});
      } catch (error) {
        parts.report(error, { method: "changed", account });
      }
    }

    /** Sets the alarm, unless an earlier one is set. */
    async #arm(account: string, inMs: number): Promise<void> {
      const { storage } = this.#state;
      const at = Date.now() + Math.max(inMs, 0);
      const known = await storage.getAlarm();
      if ((await storage.get(ACCOUNT)) !== account) await storage.put(ACCOUNT, account);
      if (known === null || at < known) await storage.setAlarm(at);
    }

    /** Sets the alarm to the next letter of the account, at least `patience` from now if it is late. */
    async #armNext(host: Host, account: string, patience: number): Promise<void> {
      const wakeAt = await nextLetter(host);
      if (wakeAt === null) return;
      const inMs = wakeAt - host.now();
      await this.#arm(account, inMs > 0 ? inMs : patience);
    }

    /** Ends holds and goes on with letters, beside a sync that waits for a slow marketplace. */
    async alarm(): Promise<void> {
      const account = await this.#state.storage.get(ACCOUNT);
      if (typeof account !== "string") return;
      const patience = () => {
        this.#futile += 1;
        return Math.min(AGAIN_MS * 2 ** Math.min(this.#futile - 1, 10), MOST_AGAIN_MS);
      };
      try {
        const host = await parts.hostOf(this.#env, account);
        if (host === undefined) return;
        const { calls, ms } = parts.limits;
        const budget = makeBudget(host.now, calls, ms, undefined, host.isSpent);
        await host.ready();
        // Letters alone: reading may take long, and no other alarm runs meanwhile.
        await sendLetters(host, budget);
        const isProgress = budget.used() > 0;
        if (isProgress) this.#futile = 0;
        // A late letter waits for its turn, or for another worker that has it.
        await this.#armNext(host, account, isProgress ? 0 : patience());
        if (isProgress) await this.#tell(account);
      } catch (error) {
        parts.report(error, { method: "alarm", account });
        // The store may be away.
        await this.#arm(account, patience());
      }
    }

    async #tokens({ op, tokens, holder }: Given): Promise<unknown> {
      const { storage } = this.#state;
      if (op === "load") return (await storage.get(TOKENS)) ?? null;
      if (op === "save") return storage.put(TOKENS, tokens);
      const held = (await storage.get(LOCK)) as Lock | undefined;
      if (op === "unlock") {
        if (held?.holder === holder) await storage.delete(LOCK);
        return true;
      }
      if (held !== undefined && held.until > Date.now()) return false;
      await storage.put(LOCK, { holder, until: Date.now() + LOCK_MS });
      return true;
    }

    webSocketMessage(socket: ObjectSocket, message: string | ArrayBuffer): Promise<void> {
      return this.#hub.heard(socket, message);
    }

    webSocketClose(socket: ObjectSocket): Promise<void> {
      return this.#hub.forget(socket);
    }

    webSocketError(socket: ObjectSocket): Promise<void> {
      return this.#hub.forget(socket);
    }
  };
}
