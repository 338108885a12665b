/** What the Worker and its Durable Objects share. */
import { tell } from "../../gateway/answers.js";
import { FUNCTION_MS, inTime } from "../../ground/abort.js";
import { localError } from "../../ground/errors.js";
import type { TokenStore } from "../../ground/options.js";
import { type DeskCost, type DeskDatabase, d1Store } from "../d1.js";
import { whereOf } from "../errors.js";
import type { Host } from "../host.js";
import type { DeskOptions } from "../local.js";
import type { DeskObjectStub, DeskObjects, DeskQueue } from "./cloudflare.js";
import type { DeskTools, DeskWorkerOptions } from "./options.js";
import { LIMITS, type Limits } from "./plan.js";

/** Where requests to Durable Objects go; only their paths are read. */
export const INSIDE = "https://desk.internal";
/** How long a caller waits before it asks again whether it may renew a token. */
const LOCK_AGAIN_MS = 100;

/** The parts of a Worker, made once for each isolate. */
export interface Parts<Env> {
  options: DeskWorkerOptions<Env>;
  limits: Limits;
  /** What `accounts` is given. */
  tools(env: Env): DeskTools;
  /** The desk's parts, with all accounts. */
  host(env: Env): Promise<Host>;
  /** The parts of a desk of one account, which stops when it has used what the plan allows. */
  hostOf(env: Env, account: string): Promise<Host | undefined>;
  queue(env: Env): DeskQueue;
  /** The Durable Object of an account. */
  account(env: Env, account: string): DeskObjectStub;
  /** The Durable Object that holds the sockets. */
  hub(env: Env): DeskObjectStub;
  report(error: unknown, context: { method: string; request?: Request; account?: string }): void;
}

/** Sends a command to a Durable Object, and returns its answer. */
export async function command<T>(stub: DeskObjectStub, path: string, body: unknown): Promise<T> {
  const response = await stub.fetch(`${INSIDE}/${path}`, { method: "POST", body: JSON.stringify(body) });
  const answer = (await response.json()) as { result?: T; error?: string };
  if (!response.ok) throw new Error(answer.error ?? `the Durable Object answered ${response.status}`);
  return answer.result as T;
}

/** Makes the parts of a Worker; `make` is the desk's constructor. */
export function makeParts<Env>(options: DeskWorkerOptions<Env>, make: (options: DeskOptions) => Host): Parts<Env> {
  const { accounts, holidays, policy, profile, retention, now, random, store, tenant = "" } = options;
  const { database = "DB", queue = "DESK_QUEUE", objects = "DESK_OBJECTS" } = options.bindings ?? {};
  const limits = LIMITS[options.plan ?? "free"];
  const hosts = new WeakMap<object, Host>();

  const report: Parts<Env>["report"] = (error, context) => tell(options.onError, error, context);

  function binding<T>(env: Env, name: string): T {
    const found = (env as Record<string, unknown> | undefined)?.[name];
    if (found === undefined || found === null) {
      const message = `the Worker has no binding \`${name}\`: add it, or name yours in \`bindings\``;
      throw localError(whereOf("worker"), { kind: "configuration", code: "no_binding", message });
    }
    return found as T;
  }

  function object(env: Env, ...name: string[]): DeskObjectStub {
    // A stub belongs to the request that made it.
    const all = binding<DeskObjects>(env, objects);
    return all.get(all.idFromName(JSON.stringify([tenant, ...name])));
  }

  const tools = (env: Env): DeskTools => ({
    tokenStore: (account): TokenStore => {
      const ask = <T>(op: string, more: object = {}) =>
        command<T>(object(env, "account", account), "tokens", { op, ...more });
      return {
        load: () => ask("load"),
        save: (tokens) => ask("save", { tokens }),
        withLock: async (fn) => {
          const holder = crypto.randomUUID();
          while (!(await ask<boolean>("lock", { holder }))) {
            await new Promise((resolve) => setTimeout(resolve, LOCK_AGAIN_MS));
          }
          try {
            return await fn();
          } finally {
            await ask("unlock", { holder });
          }
        },
      };
    },
  });

  const storeOf = (env: Env, onQuery: (cost: DeskCost) => void) =>
    store?.(env, onQuery) ?? d1Store(binding<DeskDatabase>(env, database), { tenant, onQuery });

  async function host(env: Env): Promise<Host> {
    const known = hosts.get(env as object);
    if (known !== undefined) return known;
    const given = await inTime(accounts(env, tools(env)), FUNCTION_MS, "`accounts`");
    const own = storeOf(env, () => {});
    const made = make({ accounts: given, store: own, holidays, policy, profile, retention, now, random });
    // Another request may have been faster; its clients know what the marketplaces told them.
    const first = hosts.get(env as object) ?? made;
    hosts.set(env as object, first);
    return first;
  }

  return {
    options,
    limits,
    tools,
    host,
    hostOf: async (env, id) => {
      const all = await host(env);
      const account = all.accounts.get(id);
      if (account === undefined) return undefined;
      let queries = 0;
      const own = storeOf(env, (cost) => {
        queries += cost.queries;
      });
      return { ...all, accounts: new Map([[id, account]]), store: own, isSpent: () => queries >= limits.queries };
    },
    queue: (env) => binding(env, queue),
    account: (env, id) => object(env, "account", id),
    hub: (env) => object(env, "hub"),
    report,
  };
}
