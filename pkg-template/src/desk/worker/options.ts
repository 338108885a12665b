/** The options of the desk's Worker. */
import { type Kind, optionViolations } from "../../core/options.js";
import type { Promised } from "../../gateway/answers.js";
import { violationsError } from "../../ground/errors.js";
import type { TokenStore } from "../../ground/options.js";
import type { DeskCost } from "../d1.js";
import { whereOf } from "../errors.js";
import type { DeskOptions } from "../local.js";
import type { DeskAsked, DeskCaller } from "../routes.js";
import { type DeskStore, isObject } from "../store.js";
import type { DeskPlan } from "./plan.js";

/** What the Worker offers to the accounts' clients. */
export interface DeskTools {
  /**
   * Returns a store for the tokens of an account that renews them, such as Magalu's `tokenStore`. The
   * account's Durable Object keeps them, and lets one caller renew them at a time.
   */
  tokenStore(account: string): TokenStore;
}

/** Options of `deskWorker`. */
export interface DeskWorkerOptions<Env = unknown>
  extends Pick<DeskOptions, "holidays" | "policy" | "profile" | "retention" | "now" | "random"> {
  /** Returns the accounts as `Desk` takes them. It is asked once for each isolate. */
  accounts: (env: Env, tools: DeskTools) => Promised<DeskOptions["accounts"]>;
  /**
   * Returns who calls and what they may do, and anything else for no one. It is asked for every
   * request, and for every message of a socket, in both directions.
   */
  authorize: (request: Request, asked: DeskAsked<Env>) => Promised<DeskCaller | false | null | undefined>;
  /** Where the routes are: `"/api/desk"` by default. */
  basePath?: string | undefined;
  /** Origins of pages elsewhere that may call. */
  allowedOrigins?: string[] | undefined;
  /** Is told what went wrong on this side; by default the console is. */
  onError?: ((error: unknown, context: { method: string; request?: Request; account?: string }) => void) | undefined;
  /** Cloudflare's plan, whose limits the Worker keeps: `"free"` by default. */
  plan?: DeskPlan | undefined;
  /** The seller whose rows these are, where several share a database. */
  tenant?: string | undefined;
  /** The names of the bindings; by default `DB`, `DESK_QUEUE` and `DESK_OBJECTS`. */
  bindings?: { database?: string; queue?: string; objects?: string } | undefined;
  /** The queue to which the wake-ups go that failed too often: `"desk-dead-letters"` by default. */
  deadLetterQueue?: string | undefined;
  /** Returns a store in place of the one in D1. It tells `onQuery` what it sends. */
  store?: ((env: Env, onQuery: (cost: DeskCost) => void) => DeskStore) | undefined;
}

const FUNCTION: Kind = ["a function", (value) => typeof value === "function"];
const TEXT: Kind = ["text", (value) => typeof value === "string" && value !== ""];
const ANY: Kind = ["", () => true];

const OF_WORKER: Record<string, Kind> = {
  accounts: FUNCTION,
  authorize: ANY,
  basePath: ["text", (value) => typeof value === "string"],
  allowedOrigins: ["a list of texts", (value) => Array.isArray(value) && value.every((one) => typeof one === "string")],
  onError: FUNCTION,
  plan: ["`free` or `paid`", (value) => value === "free" || value === "paid"],
  tenant: ["text", (value) => typeof value === "string"],
  bindings: [
    "an object with names",
    (value) => isObject(value) && Object.values(value).every((one) => typeof one === "string" && one !== ""),
  ],
  deadLetterQueue: TEXT,
  store: FUNCTION,
  holidays: ANY,
  policy: ANY,
  profile: ANY,
  retention: ANY,
  now: FUNCTION,
  random: FUNCTION,
};

const OF_BINDINGS: Record<string, Kind> = { database: TEXT, queue: TEXT, objects: TEXT };

/** Throws for options that cannot work, with everything that is wrong with them. */
export function checkWorker(options: unknown): void {
  const given = isObject(options) ? options : {};
  const found = optionViolations(given, OF_WORKER);
  if (isObject(given.bindings)) {
    const inside = optionViolations(given.bindings, OF_BINDINGS);
    found.push(...inside.map((one) => ({ ...one, field: `bindings.${one.field}` })));
  }
  if (given.accounts === undefined) {
    const message = "`accounts` is missing";
    found.push({ field: "accounts", code: "required", message, hint: "give a function of the env", params: {} });
  }
  if (found.length > 0) throw violationsError(whereOf("worker"), "configuration", found);
}
