/** The server's half of a desk for pages: it asks who calls, and lets them see their accounts only. */
import { type Kind, optionViolations } from "../core/options.js";
import { answerOf, type Doors, guard, type Promised, tell, withoutBody } from "../gateway/answers.js";
import { ours } from "../gateway/errors.js";
import type { OwnErrorCode } from "../generated/types.js";
import { FUNCTION_MS, inTime } from "../ground/abort.js";
import { localError, TicketError, violationsError } from "../ground/errors.js";
import { type AnyDesk, apiOf } from "./desk.js";
import { tooLarge, whereOf } from "./errors.js";
import { isForm, readForm } from "./form-reader.js";
import { LocalDesk } from "./local.js";
import { isObject } from "./store.js";
import type { DeskFileContent } from "./types.js";

/** Who calls, and what they may do. */
export interface DeskCaller {
  /** The person, for your own records. */
  person: string;
  /** The ids of the accounts whose tickets the person may see. */
  accounts: readonly string[];
  access: "read" | "write";
}

/** What is asked for. */
export interface DeskAsked<Env> {
  /** `"list"`, `"read"`, `"do"` and so on. */
  method: string;
  access: "read" | "write";
  env: Env;
}

export interface DeskRoutesOptions<Env = unknown> {
  desk: AnyDesk | ((request: Request, env: Env) => Promised<AnyDesk>);
  /**
   * Returns who calls and what they may do, and anything else for no one. It is asked for every
   * request; the request that it gets has no body.
   */
  authorize: (request: Request, asked: DeskAsked<Env>) => Promised<DeskCaller | false | null | undefined>;
  /** Where the routes are: `"/api/desk"` by default. */
  basePath?: string | undefined;
  /** Origins of pages elsewhere that may call. */
  allowedOrigins?: string[] | undefined;
  /** Is told what went wrong on this side; by default the console is. */
  onError?: ((error: unknown, context: { method: string; request: Request }) => void) | undefined;
}

/** Routes that a Worker or a server answers with. */
export interface DeskRoutes<Env = unknown> {
  fetch(request: Request, env?: Env, ctx?: unknown): Promise<Response>;
}

/** What a Worker does around the methods. */
export interface DeskAround<Env> {
  /** Is told of a method before it begins; what it throws is told to the operator alone. */
  before(method: string, args: readonly unknown[], env: Env): Promise<void>;
  /** Is told of a method that succeeded. */
  after(method: string, args: readonly unknown[], env: Env, ctx: unknown): void;
}

/** The methods, what they do, and how many arguments they take. */
const METHODS: Record<string, ["read" | "write", number]> = {
  list: ["read", 1],
  read: ["read", 1],
  changed: ["read", 1],
  counts: ["read", 1],
  actions: ["read", 1],
  check: ["read", 3],
  file: ["read", 2],
  do: ["write", 4],
  undo: ["write", 1],
  local: ["write", 2],
  sync: ["write", 1],
  forget: ["write", 1],
};

/** The most bytes of a request, which is more than the longest letter. */
const MOST_BYTES = 1024 * 1024;
/** What a page may have a sync use. */
const PAGE_CALLS = 20;
const PAGE_MS = 15_000;

const FUNCTION: Kind = ["a function", (value) => typeof value === "function"];
const OF_ROUTES: Record<string, Kind> = {
  desk: ["a desk, or a function that returns one", (value) => isObject(value) || typeof value === "function"],
  authorize: ["", () => true],
  basePath: ["text", (value) => typeof value === "string"],
  allowedOrigins: ["a list of texts", (value) => Array.isArray(value) && value.every((one) => typeof one === "string")],
  onError: FUNCTION,
};

/** Integers that JSON cannot hold are decimal text. */
const inJson = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

/** Whether a function of the user's has named a caller. */
export const isCaller = (value: unknown): value is DeskCaller => {
  const { person, accounts, access } = (value ?? {}) as Partial<DeskCaller>;
  const isList = Array.isArray(accounts) && accounts.every((one) => typeof one === "string");
  return typeof person === "string" && person !== "" && isList && (access === "read" || access === "write");
};

/**
 * Returns the routes of a desk. Nothing is answered unless `authorize` says who calls.
 *
 * ```ts
 * import { type Desk, deskRoutes } from "seller-tickets/desk";
 *
 * const kim = { person: "kim", accounts: ["kf-de"], access: "write" } as const;
 * export const routesOf = (desk: Desk) => deskRoutes({ desk, authorize: (request) => isSignedIn(request) && kim });
 * ```
 */
export const deskRoutes = <Env = unknown>(options: DeskRoutesOptions<Env>): DeskRoutes<Env> => makeRoutes(options);

/** Returns the routes, with what a Worker does around them. */
export function makeRoutes<Env>(options: DeskRoutesOptions<Env>, around?: DeskAround<Env>): DeskRoutes<Env> {
  const where = whereOf("routes");
  const found = isObject(options) ? optionViolations(options as never, OF_ROUTES) : [];
  if (!isObject(options) || options.desk === undefined) {
    const message = "`desk` is missing";
    found.push({ field: "desk", code: "required", message, hint: "give the desk", params: {} });
  }
  if (found.length > 0) throw violationsError(where, "configuration", found);
  const { desk, authorize, onError } = options;
  const base = `${(options.basePath ?? "/api/desk").replace(/\/+$/, "")}/`;
  const doors: Doors = {
    origins: new Set(options.allowedOrigins ?? []),
    methods: "POST, OPTIONS",
    headers: "content-type, authorization",
    exposed: "content-disposition",
  };

  const refusal = (
    kind: "authentication" | "forbidden" | "not_found" | "validation",
    code: OwnErrorCode,
    message: string,
    status: number,
  ) => answerOf(ours(localError(where, { kind, code, message })), where, status);

  async function handle(request: Request, env: Env, ctx: unknown): Promise<Response> {
    const { pathname } = new URL(request.url);
    const method = pathname.startsWith(base) ? pathname.slice(base.length) : "";
    const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (known === undefined || request.method !== "POST") {
      return refusal("not_found", "no_route", `a desk answers to POST below \`${base}\``, 404);
    }
    const [access, count] = known;
    const report = (error: unknown) => tell(onError, error, { method, request });
    if (typeof authorize !== "function") {
      const message = "the desk's routes have no `authorize`, so they answer nothing";
      const error = ours(localError(where, { kind: "configuration", code: "no_authorize", message }));
      report(error);
      return answerOf(error, where, 403);
    }
    let caller: unknown;
    try {
      caller = await inTime(authorize(withoutBody(request), { method, access, env }), FUNCTION_MS, "`authorize`");
    } catch (error) {
      report(error);
    }
    if (!isCaller(caller))
      return refusal("authentication", "not_authorized", "you may not use this desk: sign in", 401);
    if (access === "write" && caller.access !== "write") {
      return refusal("forbidden", "not_allowed", "you may read this desk, and not write", 403);
    }
    const args = method === "do" && isForm(request) ? await readForm(request) : await readJson(request);
    if (args === "too_large") {
      return answerOf(ours(tooLarge()), where, 413);
    }
    if (!Array.isArray(args) || args.length > count) {
      return refusal("validation", "invalid_json", "the body is not a list of the method's arguments", 400);
    }
    try {
      const given = typeof desk === "function" ? await inTime(desk(request, env), FUNCTION_MS, "`desk`") : desk;
      const api = apiOf(given);
      if (!(api instanceof LocalDesk)) {
        const message = "the routes' desk is itself a remote one: give one with `accounts` and `store`";
        throw localError(where, { kind: "configuration", code: "invalid_configuration", message });
      }
      const own = api.within(caller.accounts);
      const all: unknown[] = Array.from({ length: count }, (_, at) => (args as unknown[])[at] ?? {});
      if (method === "sync") all[0] = capped(all[0]);
      await around?.before(method, all, env).catch(report);
      const answer = await (own[method as "list"] as (...all: unknown[]) => Promise<unknown>).apply(own, all);
      around?.after(method, all, env, ctx);
      if (method === "file") return fileAnswer(answer as DeskFileContent);
      // Pages may open a socket for changes.
      const live = around !== undefined && method === "changed" ? { live: true } : {};
      return new Response(JSON.stringify({ result: answer ?? null, ...live }, inJson), {
        headers: { "content-type": "application/json" },
      });
    } catch (error) {
      // What the caller gave, and what the desk decided about it, is theirs to read.
      const isTheirs = error instanceof TicketError && ["validation", "not_found", "conflict"].includes(error.kind);
      if (!isTheirs) report(error);
      return answerOf(isTheirs ? ours(error) : error, where, isTheirs ? STATUS[error.kind as "conflict"] : undefined);
    }
  }

  return {
    fetch: (request, env, ctx) => {
      const report = (error: unknown) => tell(onError, error, { method: "", request });
      return guard(request, doors, () => handle(request, env as Env, ctx), report);
    },
  };
}

/** A file that a browser may keep, and does not show. `SAFETY` has the rest. */
function fileAnswer({ filename, type, bytes }: DeskFileContent): Response {
  // A name may have halves of characters, which have no bytes.
  const name = new TextDecoder().decode(new TextEncoder().encode(filename));
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  const headers = { "content-type": type, "content-disposition": `attachment; filename*=UTF-8''${encoded}` };
  return new Response(bytes, { headers });
}

/** Returns the arguments of a method; anything that is none is refused by its caller. */
async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return text.length > MOST_BYTES ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const STATUS = { validation: 400, not_found: 404, conflict: 409 };

/** A page does not keep a Worker busy for longer than a person waits. */
function capped(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { budget } = given;
  const { calls, ms } = isObject(budget) ? budget : {};
  const least = (value: unknown, most: number) =>
    value === undefined ? most : typeof value === "number" ? Math.min(value, most) : value;
  return {
    ...given,
    budget: { ...(isObject(budget) ? budget : {}), calls: least(calls, PAGE_CALLS), ms: least(ms, PAGE_MS) },
  };
}
