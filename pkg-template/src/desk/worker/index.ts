/**
 * The desk as a Worker of its own: a cron trigger finds the accounts that are due, a queue wakes them,
 * each is read by its Durable Object, and pages are answered. Messages of the queue are wake-ups and
 * nothing else. What is due stands in the store, so doubled, shuffled and lost ones harm nothing.
 */

import { answerOf, type Doors, guard } from "../../gateway/answers.js";
import { ours } from "../../gateway/errors.js";
import type { OwnErrorCode } from "../../generated/types.js";
import { FUNCTION_MS, inTime } from "../../ground/abort.js";
import { localError } from "../../ground/errors.js";
import { AnyDesk } from "../desk.js";
import { whereOf } from "../errors.js";
import { checkpointsOf, type Host, sourceOf } from "../host.js";
import { type DeskOptions, LocalDesk } from "../local.js";
import { isCaller, makeRoutes } from "../routes.js";
import { isObject } from "../store.js";
import type { DeskContext, DeskQueueBatch } from "./cloudflare.js";
import { readAfter } from "./hub.js";
import { isResting, noteLost } from "./lost.js";
import { type DeskObject, makeObject } from "./object.js";
import { checkWorker, type DeskTools, type DeskWorkerOptions } from "./options.js";
import { command, INSIDE, makeParts } from "./parts.js";
import { retryAfter, turnsOf } from "./plan.js";

/** The most messages that a queue takes at once. */
const MOST_MESSAGES = 100;
/** More calls than any plan has: who is due does not depend on a budget. */
const ALL_CALLS = 1_000_000;
/** The most letters and tickets that one look at the store finds. */
const MOST_ROWS = 1_000;
const HOLD_MS = 10_000;
/** The methods that change nothing. */
const READS = ["list", "read", "actions", "check", "file", "changed", "counts"];

/** The handlers of a Worker, and the class of its Durable Objects. */
export interface DeskWorker<Env = unknown> {
  fetch(request: Request, env: Env, ctx: DeskContext): Promise<Response>;
  scheduled(controller: { scheduledTime: number }, env: Env, ctx?: DeskContext): Promise<void>;
  queue(batch: DeskQueueBatch, env: Env, ctx?: DeskContext): Promise<void>;
  /** To be exported under the `class_name` of the binding. */
  DeskObject: new (
    state: never,
    env: Env,
  ) => DeskObject;
  /**
   * Returns what `accounts` is given, for a gateway beside the desk: with the same token stores,
   * neither uses up a refresh token that the other one has.
   */
  tools(env: Env): DeskTools;
}

/** A desk around parts that are made already. */
class OwnDesk extends AnyDesk {
  constructor(host: Host) {
    super(new LocalDesk(host));
  }
}

const accountOf = (body: unknown): string | undefined => {
  const account = (body as { account?: unknown } | null | undefined)?.account;
  return typeof account === "string" ? account : undefined;
};

/** Returns the accounts that have something to do. */
async function dueOf(host: Host): Promise<Set<string>> {
  await host.ready();
  const now = host.now();
  const ids = [...host.accounts.keys()];
  const [{ streams, wakes }, letters, tickets] = await Promise.all([
    checkpointsOf(host),
    host.store.letters({ wakeUntil: now, accounts: ids, limit: MOST_ROWS }),
    host.store.due(now, MOST_ROWS, ids),
  ]);
  const sources = streams.map(({ row, account }) => sourceOf(account, row.text));
  const { steps } = host.engine.planSync(sources, now, ALL_CALLS);
  const due = new Set([...steps, ...letters, ...tickets].map(({ account }) => account));
  for (const row of wakes) if (isResting(row, now)) due.delete(row.account);
  return due;
}

/** Makes a Worker; `make` is the desk's constructor. */
export function makeWorker<Env>(
  options: DeskWorkerOptions<Env>,
  make: (options: DeskOptions) => Host,
): DeskWorker<Env> {
  checkWorker(options);
  const parts = makeParts(options, make);
  const { authorize, basePath, allowedOrigins, onError, deadLetterQueue = "desk-dead-letters" } = options;
  const where = whereOf("worker");
  const base = (basePath ?? "/api/desk").replace(/\/+$/, "");
  const doors: Doors = { origins: new Set(allowedOrigins ?? []), methods: "GET", headers: "", exposed: "" };

  const tellHub = async (env: Env): Promise<void> => {
    try {
      await command(parts.hub(env), "changed", {});
    } catch (error) {
      parts.report(error, { method: "changed" });
    }
  };

  /** Sets the alarm for the end of a letter's hold. */
  const arm = async (args: readonly unknown[], env: Env): Promise<void> => {
    const [key, , , more] = args as [{ account?: unknown }?, unknown?, unknown?, { holdMs?: unknown }?];
    const account = key?.account;
    const host = await parts.host(env);
    if (typeof account !== "string" || !host.accounts.has(account)) return;
    const holdMs = typeof more?.holdMs === "number" ? more.holdMs : HOLD_MS;
    await command(parts.account(env, account), "arm", { account, inMs: holdMs });
  };

  const routes = makeRoutes<Env>(
    {
      desk: async (_, env) => new OwnDesk(await parts.host(env)),
      authorize,
      basePath,
      allowedOrigins,
      onError,
    },
    {
      // Before the letter is stored, so that a Worker that dies then does not leave it without.
      before: async (method, args, env) => {
        if (method === "do") await arm(args, env);
      },
      after: (method, args, env, ctx) => {
        const isRead = READS.includes(method);
        if (isRead) return;
        // The alarm may have come while files were stored: their letter is held from then on.
        const hasFiles = method === "do" && isObject(args[2]) && args[2].files !== undefined;
        const armed = hasFiles ? arm(args, env).catch((error) => parts.report(error, { method })) : undefined;
        (ctx as DeskContext | undefined)?.waitUntil(Promise.all([armed, tellHub(env)]));
      },
    },
  );

  /** Opens a socket, for a caller who may read. */
  async function live(request: Request, env: Env): Promise<Response> {
    const report = (error: unknown) => parts.report(error, { method: "live", request });
    let isAllowed = false;
    const refusal = await guard(
      request,
      doors,
      async () => {
        const deny = (kind: "authentication" | "validation", code: OwnErrorCode, message: string, status: number) =>
          answerOf(ours(localError(where, { kind, code, message })), where, status);
        if (typeof authorize !== "function") {
          const message = "the desk's Worker has no `authorize`, so it answers nothing";
          const error = ours(localError(where, { kind: "configuration", code: "no_authorize", message }));
          report(error);
          return answerOf(error, where, 403);
        }
        let caller: unknown;
        try {
          const asked = { method: "live", access: "read" as const, env };
          caller = await inTime(authorize(request, asked), FUNCTION_MS, "`authorize`");
        } catch (error) {
          report(error);
        }
        if (!isCaller(caller)) {
          return deny("authentication", "not_authorized", "you may not use this desk: sign in", 401);
        }
        const after = new URL(request.url).searchParams.get("after");
        if (readAfter(Number(after ?? Number.NaN)) === undefined) {
          return deny("validation", "invalid_input", "`after` is not the `after` of a change", 400);
        }
        isAllowed = true;
        return new Response(null, { status: 204 });
      },
      report,
    );
    if (!isAllowed) return refusal;
    const { searchParams } = new URL(request.url);
    const inside = new URL(`${INSIDE}/live`);
    inside.searchParams.set("after", searchParams.get("after") ?? "");
    inside.searchParams.set("url", request.url);
    return parts.hub(env).fetch(inside.href, { headers: request.headers });
  }

  return {
    DeskObject: makeObject(parts),
    tools: parts.tools,

    fetch: async (request, env, ctx) => {
      const { pathname } = new URL(request.url);
      const isLive = pathname === `${base}/live` && request.headers.get("upgrade")?.toLowerCase() === "websocket";
      return isLive && request.method === "GET" ? live(request, env) : routes.fetch(request, env, ctx);
    },

    scheduled: async ({ scheduledTime }, env) => {
      const host = await parts.host(env);
      const woken = turnsOf([...host.accounts.keys()], await dueOf(host), scheduledTime, parts.limits);
      for (let at = 0; at < woken.length; at += MOST_MESSAGES) {
        const messages = woken.slice(at, at + MOST_MESSAGES).map((account) => ({ body: { account } }));
        await parts.queue(env).sendBatch(messages);
      }
    },

    queue: async ({ queue, messages }, env) => {
      const isDead = queue === deadLetterQueue;
      const work = new Map<string, Promise<boolean>>();
      const wake = async (account: string): Promise<boolean> => {
        try {
          const host = await parts.host(env);
          if (!host.accounts.has(account)) return true;
          if (isDead) await noteLost(host, account);
          else await command(parts.account(env, account), "sync", { account });
          return true;
        } catch (error) {
          parts.report(error, { method: "queue", account });
          return false;
        }
      };
      await Promise.all(
        messages.map(async (message) => {
          const account = accountOf(message.body);
          if (account === undefined) {
            message.ack();
            return;
          }
          // Two messages about one account are one wake-up.
          const done = work.get(account) ?? wake(account);
          work.set(account, done);
          if (await done) message.ack();
          else message.retry({ delaySeconds: retryAfter(message.attempts) });
        }),
      );
    },
  };
}
