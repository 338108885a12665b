/**
 * The seller's own gateway: a page without keys sends its calls here, and the gateway signs them
 * and sends them on. It forwards only the ticket endpoints of an account's marketplace, and only
 * for callers that `authorize` lets through.
 */

import type { Inner } from "../core/inner.js";
import { checkRoute } from "../core/options.js";
import { FUNCTION_MS, inTime, timerMs } from "../ground/abort.js";
import { localError, type Where } from "../ground/errors.js";
import { isNonce } from "../ground/nonce.js";
import { keeper } from "./accounts.js";
import { answerOf, type Doors, guard, NONCE, notFound, tell, withoutBody } from "./answers.js";
import { DOWNLOAD, download } from "./download.js";
import { failed, ours } from "./errors.js";
import { memoryNonces, type NonceStore } from "./nonces.js";
import type { Gateway, GatewayContext, GatewayOptions } from "./options.js";
import { forward } from "./proxy.js";
import { ALLOWED_HEADERS, ALLOWED_METHODS, EXPOSED, locate } from "./routes.js";
import { type Claim, claim, notClaimed } from "./writes.js";

const MIB = 1024 * 1024;

/** Whether the caller may use an operation that reads or changes something. */
type May = (operation: string, access: "read" | "write") => Promise<boolean>;

/** Returns what `authorize` lets a caller do, and throws for words that it does not have. */
function mayOf(most: unknown, allows: unknown): May {
  if (most !== undefined && most !== "read" && most !== "write") {
    throw new Error('`access` of what `authorize` returned is neither "read" nor "write"');
  }
  if (allows !== undefined && typeof allows !== "function") {
    throw new Error("`allows` of what `authorize` returned is not a function");
  }
  return async (operation, access) => {
    if (most === "read" && access === "write") return false;
    if (allows === undefined) return true;
    return (await inTime(allows(operation) as Promise<unknown>, FUNCTION_MS, "`allows`")) === true;
  };
}

/**
 * Creates the gateway. Nothing is forwarded unless `authorize` returns `true`.
 *
 * ```ts
 * import { createGateway } from "seller-tickets/gateway";
 *
 * export default createGateway({
 *   accounts: { "kf-de": kaufland },
 *   authorize: (request) => isSignedIn(request), // your own check
 *   allowedOrigins: ["https://dashboard.example.com"],
 * });
 * ```
 */
export function createGateway<Env = unknown, Ctx = unknown>(options: GatewayOptions<Env, Ctx>): Gateway<Env, Ctx> {
  checkRoute("createGateway", options);
  const { accounts, authorize, limit } = options;
  const onError: NonNullable<typeof options.onError> = (error, context) => tell(options.onError, error, context);
  const basePath = (options.basePath ?? "/api/accounts").replace(/\/+$/, "");
  const doors: Doors = {
    origins: new Set(options.allowedOrigins ?? []),
    methods: ALLOWED_METHODS,
    headers: ALLOWED_HEADERS,
    exposed: EXPOSED.join(", "),
  };
  const maxBodyBytes = options.maxBodyBytes ?? 32 * MIB;
  const bodyTimeoutMs = timerMs(options.bodyTimeoutMs ?? 60_000);
  const files = {
    maxFileBytes: options.maxFileBytes ?? 64 * MIB,
    fileTimeoutMs: timerMs(options.fileTimeoutMs ?? 120_000),
  };
  const innerOf = keeper(options.classes ?? []);
  const memory = memoryNonces();
  const storeOf = (env: Env) => (): NonceStore => {
    const { nonceStore = memory } = options;
    return typeof nonceStore === "function" ? nonceStore(env) : nonceStore;
  };

  async function find(account: string, request: Request, env: Env): Promise<Inner | null> {
    const found =
      typeof accounts === "function"
        ? await inTime(accounts(account, request, env), FUNCTION_MS, "`accounts`")
        : Object.hasOwn(accounts, account)
          ? accounts[account]
          : undefined;
    if (found === null || found === undefined) return null;
    return innerOf(found);
  }

  async function handle(request: Request, url: URL, env: Env, ctx: Ctx): Promise<Response> {
    const nowhere: Where = { marketplace: "", endpoint: "" };
    const target = locate(url, basePath);
    if (target === null) return notFound(nowhere, "no_route", `the gateway answers below \`${basePath}/{account}/\``);
    const { account, path } = target;
    const access = request.method === "GET" || request.method === "HEAD" ? "read" : "write";
    const context: GatewayContext<Env, Ctx> = { account, access, method: request.method, path, env, ctx };
    const report = (error: unknown) => {
      const { caller } = context;
      onError(error, { account, request, ...(caller === undefined ? {} : { caller }) });
    };

    if (typeof authorize !== "function") {
      const message = "the gateway has no `authorize`, so it forwards nothing";
      const error = ours(localError(nowhere, { kind: "configuration", code: "no_authorize", message }));
      report(error);
      return answerOf(error, nowhere, 403);
    }
    const refused = () => {
      const message = "there is no such account, or you may not use it: sign in";
      const error = localError(nowhere, { kind: "authentication", code: "not_authorized", message });
      return answerOf(ours(error), nowhere, 404);
    };
    let may: May;
    try {
      const verdict = await inTime(authorize(withoutBody(request), account, context), FUNCTION_MS, "`authorize`");
      const { caller, access: most, allows } = typeof verdict === "object" && verdict !== null ? verdict : {};
      if (verdict !== true && (typeof caller !== "string" || caller === "")) return refused();
      if (caller !== undefined) context.caller = caller;
      may = mayOf(most, allows);
    } catch (error) {
      report(error);
      return refused();
    }

    const where: Where = { ...nowhere };
    const given = request.headers.get(NONCE);
    const nonce = access === "write" && given !== null && isNonce(given) ? given : undefined;
    const use = (ofRefused: boolean): Promise<Claim> =>
      nonce === undefined ? Promise.resolve("unknown") : claim(storeOf(env), nonce, ofRefused, report);
    const begin = () => use(false);
    /**
     * A check that refuses one of two copies may have let the other pass, and the page would
     * conclude from this answer that nothing was sent. So the nonce is used up here, too.
     */
    const refuse = async (answer: () => Response): Promise<Response> => {
      const claimed = nonce === undefined ? "new" : await use(true);
      return claimed === "new" ? answer() : notClaimed(claimed, where);
    };

    let inner: Inner | null;
    try {
      inner = await find(account, request, env);
      if (inner === null) return refused();
      where.marketplace = inner.marketplace;
      const verdict = limit === undefined || (await inTime(limit(request, account, context), FUNCTION_MS, "`limit`"));
      if (verdict !== true) {
        const message = "the gateway's own limit is reached: try again later";
        const wait = typeof verdict === "object" ? Number(verdict?.retryAfterMs) : Number.NaN;
        const hint = wait >= 0 && Number.isFinite(wait) ? { retryAfterMs: wait } : {};
        const error = { kind: "rate_limited", code: "gateway_limit", message, retryable: true, ...hint } as const;
        return await refuse(() => answerOf(ours(localError(where, error)), where));
      }
    } catch (error) {
      report(error);
      return refuse(() => answerOf(failed(where), where));
    }
    /** Returns the refusal of an operation that the caller may not use. */
    const check = async (operation: string): Promise<Response | undefined> => {
      let isAllowed = false;
      try {
        isAllowed = await may(operation, access);
      } catch (error) {
        report(error);
      }
      if (isAllowed) return undefined;
      const message = "you may not do this with this account";
      const error = { kind: "forbidden", code: "not_allowed", message } as const;
      return refuse(() => answerOf(ours(localError({ ...where, endpoint: operation }, error)), where, 403));
    };
    if (path === "/files") return (await check(DOWNLOAD)) ?? (await download(inner, request, url, files, report));
    const isWrite = access === "write";
    const write = isWrite ? { nonce, begin, refuse } : undefined;
    return await forward(inner, request, target, { maxBodyBytes, bodyTimeoutMs }, report, check, write);
  }

  return {
    fetch: (request, env, ctx) => {
      const url = new URL(request.url);
      const report = (error: unknown) => onError(error, { account: locate(url, basePath)?.account ?? "", request });
      return guard(request, doors, () => handle(request, url, env as Env, ctx as Ctx), report);
    },
  };
}
