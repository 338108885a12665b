/**
 * The seller's own gateway: a page without keys sends its calls here, and the gateway signs them and sends them on. It forwards only the ticket
 * endpoints of an account's marketplace, only for those whom `authorize` lets through.
 */

import { type AnyClient, Client, type Inner, innerOf } from "../core/client.js";
import { fetchFile, isFileUrl, limitStream } from "../files/download.js";
import type { TicketErrorData } from "../generated/types.js";
import { watched } from "../ground/debug.js";
import { brokenRule, describe, localError, TicketError, violationsError, type Where } from "../ground/errors.js";
import { isNonce } from "../ground/nonce.js";
import { ClickBank } from "../marketplaces/clickbank.js";
import { JtlScx } from "../marketplaces/jtl-scx.js";
import { Kaufland } from "../marketplaces/kaufland.js";
import { Magalu } from "../marketplaces/magalu.js";
import { Probo } from "../marketplaces/probo.js";
import { readCapped, run, timerMs } from "../send/driver.js";
import type { MarketplaceId } from "../wasm/boundary.js";
import { engine } from "../wasm/engine.js";
import {
  ATTEMPTS,
  answerOf,
  type Doors,
  guard,
  NONCE,
  notFound,
  ORIGIN,
  type Promised,
  SENT,
  tell,
  withoutBody,
} from "./answers.js";
import { failed, ofModule, ours, PASSED } from "./errors.js";
import { memoryNonces, type NonceStore } from "./nonces.js";

const CLASSES = { clickbank: ClickBank, "jtl-scx": JtlScx, kaufland: Kaufland, magalu: Magalu, probo: Probo };
type Classes = typeof CLASSES;

/** What a client with keys is made of. */
type ServerOptions<M extends MarketplaceId> = Exclude<ConstructorParameters<Classes[M]>[0], { gateway: string }>;

/** A client with keys, or the options to make one and the id of its marketplace. */
export type GatewayAccount = {
  [M in MarketplaceId]: InstanceType<Classes[M]> | ({ marketplace: M } & ServerOptions<M>);
}[MarketplaceId];

/** What is asked for, for `authorize` and `limit`. */
export interface GatewayContext<Env = unknown, Ctx = unknown> {
  account: string;
  /** `"write"` for what changes something at the marketplace. */
  access: "read" | "write";
  method: string;
  /** The path below the account, as it was sent. */
  path: string;
  env: Env;
  ctx: Ctx;
  /** Who calls, as `authorize` said; for `limit`. */
  caller?: string;
}

export interface GatewayOptions<Env = unknown, Ctx = unknown> {
  /**
   * The accounts by the name that stands in the URL, or a function that finds one. A function should give the same object for the same account
   * each time: what is remembered of the marketplace's rate limit belongs to it.
   */
  accounts:
    | Record<string, GatewayAccount>
    | ((account: string, request: Request, env: Env) => Promised<GatewayAccount | null | undefined>);
  /**
   * Whether this request may use this account: check its session cookie or token, with `sameSecret` where secrets are compared. Only `true` lets it
   * through, or `{ caller }` with the caller's id, for `limit` and `onError`. It is asked for names of accounts that do not exist, too, and the
   * answer is the same, so that nobody learns which do.
   */
  authorize: (
    request: Request,
    account: string,
    context: GatewayContext<Env, Ctx>,
  ) => Promised<boolean | { caller: string }>;
  /** Origins (`https://dashboard.example.com`) of pages elsewhere that may call. Pages on the gateway's own origin always may. */
  allowedOrigins?: readonly string[] | undefined;
  /** `/api/accounts` unless told. */
  basePath?: string | undefined;
  /** The largest request body; 32 MiB unless told. A Worker has 128 MB for everything. */
  maxBodyBytes?: number | undefined;
  /** How long a request's body may take to arrive; 60,000 ms unless told. */
  bodyTimeoutMs?: number | undefined;
  /** The largest file to download; 64 MiB unless told. */
  maxFileBytes?: number | undefined;
  /**
   * Your own rate limit, for each caller or account, asked after `authorize`: anything but `true` refuses the request with 429, and
   * `{ retryAfterMs }` says when to come again.
   */
  limit?:
    | ((
        request: Request,
        account: string,
        context: GatewayContext<Env, Ctx>,
      ) => Promised<boolean | { retryAfterMs: number }>)
    | undefined;
  /**
   * Where it is remembered which writes have come, so that one that a browser sends again by itself is not carried out again. Unless told, in this
   * process, which is enough for a single one; in a Worker give `durableNonces(…)` or `d1Nonces(…)`, or a function that finds it. When it fails,
   * writes are refused.
   */
  nonceStore?: NonceStore | ((env: Env) => NonceStore) | undefined;
  /**
   * Told of what went wrong on this side, in full; without it, the console is. The page sees a list
   * of allowed fields, and words of this package alone.
   */
  onError?: ((error: unknown, context: { account: string; request: Request; caller?: string }) => void) | undefined;
}

/** Put it in a Worker: `export default createGateway({ … })`, or call its `fetch` from your own. */
export interface Gateway<Env = unknown, Ctx = unknown> {
  fetch(request: Request, env?: Env, ctx?: Ctx): Promise<Response>;
}

const MIB = 1024 * 1024;
const EXPOSED = [ORIGIN, SENT, ATTEMPTS, "retry-after", "x-request-id", "location", "content-disposition", "date"];
const ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE";
/** `page`: the number of the page of a list, at ClickBank. */
const ALLOWED_HEADERS = `accept, content-type, authorization, page, ${NONCE}`;
/** A computer that sleeps over a long weekend may send again what was on its way. */
const NONCE_TTL_MS = 7 * 24 * 3_600_000;
const CLAIM_TIMEOUT_MS = 5_000;
const FILE_TIMEOUT_MS = 120_000;

interface Target {
  account: string;
  /** Below the account, with its leading slash and as it was encoded. */
  path: string;
  search: string;
}

function locate(url: URL, basePath: string): Target | null {
  if (!url.pathname.startsWith(`${basePath}/`)) return null;
  const rest = url.pathname.slice(basePath.length + 1);
  const slash = rest.indexOf("/");
  if (slash <= 0) return null;
  try {
    return { account: decodeURIComponent(rest.slice(0, slash)), path: rest.slice(slash), search: url.search };
  } catch {
    return null;
  }
}

/**
 * Makes the gateway. Nothing is forwarded unless `authorize` says `true`.
 *
 * ```ts
 * export default createGateway({
 *   accounts: (name, _request, env) => (name === "kf-de" ? (client ??= makeClient(env)) : null),
 *   authorize: async (request, account) => (await sessionOf(request))?.accounts.includes(account) === true,
 *   allowedOrigins: ["https://dashboard.example.com"],
 * });
 * ```
 */
export function createGateway<Env = unknown, Ctx = unknown>(options: GatewayOptions<Env, Ctx>): Gateway<Env, Ctx> {
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
  const maxFileBytes = options.maxFileBytes ?? 64 * MIB;
  const made = new WeakMap<object, Inner>();
  const memory = memoryNonces();

  async function find(account: string, request: Request, env: Env): Promise<Inner | null> {
    const found =
      typeof accounts === "function"
        ? await accounts(account, request, env)
        : Object.hasOwn(accounts, account)
          ? accounts[account]
          : undefined;
    if (found === null || found === undefined) return null;
    let inner = made.get(found);
    if (inner === undefined) {
      inner = innerOf(found instanceof Client ? found : makeClient(found));
      made.set(found, inner);
    }
    if (inner.settings.gateway === true) {
      throw localError(undefined, {
        kind: "configuration",
        code: "gateway_behind_gateway",
        message: "the account is itself a client of a gateway: give one with keys",
      });
    }
    inner.check("forward");
    return inner;
  }

  /** Whether a nonce is new, seen before, or neither is certain. */
  async function claim(nonce: string, env: Env, report: (error: unknown) => void): Promise<Claim> {
    try {
      const { nonceStore = memory } = options;
      const store = typeof nonceStore === "function" ? nonceStore(env) : nonceStore;
      const isNew = await inTime(store.claim(nonce, NONCE_TTL_MS), CLAIM_TIMEOUT_MS);
      if (typeof isNew !== "boolean") throw new Error("`claim` of the nonce store said neither `true` nor `false`");
      return isNew ? "new" : "seen";
    } catch (error) {
      report(error);
      return "unknown";
    }
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
    try {
      const verdict = await authorize(withoutBody(request), account, context);
      const caller = typeof verdict === "object" ? verdict?.caller : undefined;
      if (verdict !== true && (typeof caller !== "string" || caller === "")) return refused();
      if (caller !== undefined) context.caller = caller;
    } catch (error) {
      report(error);
      return refused();
    }

    const where: Where = { ...nowhere };
    const given = request.headers.get(NONCE);
    const nonce = access === "write" && given !== null && isNonce(given) ? given : undefined;
    const begin = async (): Promise<Claim> => (nonce === undefined ? "unknown" : claim(nonce, env, report));
    /**
     * What refuses one of two copies may have let the other pass, and of this answer the page would conclude that nothing was sent. So the
     * nonce is used up here, too.
     */
    const refuse = async (answer: () => Response): Promise<Response> => {
      const claimed = nonce === undefined ? "new" : await begin();
      return claimed === "new" ? answer() : notClaimed(claimed, where);
    };

    let inner: Inner | null;
    try {
      inner = await find(account, request, env);
      if (inner === null) return refused();
      where.marketplace = inner.marketplace;
      const verdict = limit === undefined || (await limit(request, account, context));
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
    if (path === "/files") return await download(inner, request, url, maxFileBytes, report);
    const isWrite = access === "write";
    const write = isWrite ? { nonce, begin, refuse } : undefined;
    return await forward(inner, request, target, { maxBodyBytes, bodyTimeoutMs }, report, write);
  }

  return {
    fetch: (request, env, ctx) => {
      const url = new URL(request.url);
      const report = (error: unknown) => onError(error, { account: locate(url, basePath)?.account ?? "", request });
      return guard(request, doors, () => handle(request, url, env as Env, ctx as Ctx), report);
    },
  };
}

type Claim = "new" | "seen" | "unknown";

/** A write, for `forward`. */
interface Write {
  nonce: string | undefined;
  /** Uses the nonce up. Nothing is forwarded unless it was new. */
  begin: () => Promise<Claim>;
  /** A refusal that may not meet the other copy. */
  refuse: (answer: () => Response) => Promise<Response>;
}

/** The answer to a write that is not forwarded because it may have been before. Of its first copy nobody knows what became. */
function notClaimed(claimed: "seen" | "unknown", where: Where): Response {
  const seen = {
    kind: "conflict",
    code: "repeated_request",
    message:
      "the browser or a proxy sent this request twice; the first copy may have been carried out, and the second was not",
  } as const;
  const unknown = {
    kind: "server",
    code: "nonce_store_failed",
    message: "the gateway could not tell whether this write has come before, and did not forward it",
    retryable: true,
  } as const;
  const [error, status] = claimed === "seen" ? [seen, 409] : [unknown, 503];
  return answerOf(ours(localError(where, { ...error, sent: "maybe" })), where, status);
}

async function inTime<T>(promised: Promised<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the nonce store did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promised, late]);
  } finally {
    clearTimeout(timer);
  }
}

function makeClient<M extends MarketplaceId>(options: { marketplace: M } & ServerOptions<M>): AnyClient {
  const { marketplace, ...rest } = options;
  if (!Object.hasOwn(CLASSES, marketplace)) {
    throw localError(undefined, {
      kind: "configuration",
      code: "unknown_marketplace",
      message: `\`marketplace\` of an account is missing or unknown: use ${Object.keys(CLASSES).join(", ")}`,
    });
  }
  return new (CLASSES[marketplace] as new (options: object) => AnyClient)(rest);
}

async function forward(
  inner: Inner,
  request: Request,
  target: Target,
  limits: { maxBodyBytes: number; bodyTimeoutMs: number },
  report: (error: unknown) => void,
  write: Write | undefined,
): Promise<Response> {
  const { marketplace, settings } = inner;
  const where: Where = { marketplace, endpoint: "forward" };
  const begin = (hasBody: boolean) => {
    // The module lets only those pass that the operation knows.
    const headers = new Map(request.headers);
    if (!hasBody) headers.delete("content-type");
    else if (!headers.has("content-type")) headers.set("content-type", "application/json");
    const path = target.path + target.search;
    const options = { session: inner.usesSession };
    return engine.beginForward(marketplace, request.method, path, [...headers], settings, options);
  };
  let begun = begin(false);
  if ("violations" in begun) {
    const error = ours(violationsError(where, "validation", begun.violations));
    return answerOf(error, where, begun.violations.some(({ code }) => code === "no_such_route") ? 404 : 400);
  }
  where.endpoint = begun.call.plan.endpoint;
  if (write !== undefined && write.nonce === undefined) {
    const message = `a write needs the header \`${NONCE}\`: 32 hexadecimal digits in lower case, random and new for each attempt`;
    const hint = "call through a client of this package, or add the header";
    return answerOf(ours(brokenRule(where, { field: NONCE, code: "nonce_required", message, hint })), where);
  }
  let body: Uint8Array | undefined;
  if (request.body !== null) {
    let read: Uint8Array | null;
    const slow = new AbortController();
    const timer = setTimeout(() => slow.abort(), limits.bodyTimeoutMs);
    try {
      read = await readCapped(request, limits.maxBodyBytes, limits.maxBodyBytes, slow.signal);
    } catch (error) {
      if (slow.signal.aborted) {
        const message = `the request's body did not arrive within ${limits.bodyTimeoutMs} ms`;
        // Not 408: browsers take that for an idle connection's, and send again.
        const late = () => {
          const error = localError(where, { kind: "timeout", code: "body_timeout", message });
          return answerOf(ours(error), where, 400);
        };
        return write === undefined ? late() : write.refuse(late);
      }
      const broken = { kind: "network", code: "body_broken", message: "the request's body broke off" } as const;
      report(localError(where, { ...broken, message: `${broken.message}: ${describe(error)}` }, error));
      return answerOf(ours(localError(where, broken)), where, 400);
    } finally {
      clearTimeout(timer);
    }
    if (read === null) {
      const message = `the request's body is larger than ${limits.maxBodyBytes} bytes`;
      const hint = "send fewer or smaller files";
      return answerOf(ours(brokenRule(where, { field: "", code: "too_large", message, hint })), where, 413);
    }
    if (read.byteLength > 0) {
      body = read;
      begun = begin(true);
    }
    if ("violations" in begun) {
      return answerOf(ours(violationsError(where, "validation", begun.violations)), where);
    }
  }

  const claimed = (await write?.begin()) ?? "new";
  if (claimed !== "new") return notClaimed(claimed, where);
  const { step, answer, cause, attempts } = await run(inner, where, begun.call, body, request.signal);
  // Redirects of the marketplace lead elsewhere, and a browser would follow them.
  if (answer !== undefined && answer.response.status >= 200 && !isRedirect(answer.response.status)) {
    const { response } = answer;
    const headers = new Headers();
    for (const name of PASSED) {
      const value = response.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const location = response.headers.get("location");
    if (location !== null && URL.canParse(location, response.url || settings.baseUrl)) {
      const { protocol, pathname } = new URL(location, response.url || settings.baseUrl);
      // Two slashes would begin the name of a server.
      if (/^https?:$/.test(protocol)) headers.set("location", pathname.replace(/^\/+/, "/"));
    }
    // Vendors have hints of their own, which only the marketplace's own client knows.
    if (step.type === "fail" && step.error.retryAfterMs !== undefined && !headers.has("retry-after")) {
      headers.set("retry-after", String(Math.ceil(step.error.retryAfterMs / 1000)));
    }
    if (step.type === "done" && step.result.type === "bytes")
      headers.set("content-disposition", attachmentOf(response));
    headers.set(ORIGIN, "marketplace");
    headers.set(SENT, step.type === "done" ? "yes" : step.error.sent);
    headers.set(ATTEMPTS, String(attempts));
    const bare = answer.body.byteLength === 0;
    return new Response(bare ? null : answer.body.slice(), { status: response.status, headers });
  }
  if (step.type === "done") throw new Error("a call is done without an answer");
  const error = ofModule(new TicketError(step.error, cause === undefined ? undefined : { cause }));
  report(error);
  return answerOf(error, where);
}

/** A URL on the marketplace's origin: where any of its endpoints is. */
function homeOf({ marketplace, settings }: Inner): string {
  for (const { method, path } of engine.endpoints(marketplace)) {
    const begun = engine.beginForward(marketplace, method, path.replaceAll(/\{[^}]*\}/g, "0"), [], settings, {});
    if ("call" in begun) return begun.call.plan.url;
  }
  throw new Error("the marketplace has no endpoints");
}

/** Whoever sent the file may name it, but a browser is never told to show it on the gateway's origin. */
function attachmentOf(response: Response): string {
  const disposition = response.headers.get("content-disposition") ?? "";
  return /^\s*attachment\s*(?:;|$)/i.test(disposition) ? disposition : "attachment";
}

const isRedirect = (status: number) => status >= 300 && status < 400;

async function download(
  inner: Inner,
  request: Request,
  url: URL,
  maxBytes: number,
  report: (error: unknown) => void,
): Promise<Response> {
  const where: Where = { marketplace: inner.marketplace, endpoint: "downloadFile" };
  if (request.method !== "GET") return notFound(where, "no_route", "files are read with GET", 405);
  const given = url.searchParams.getAll("uri");
  const [text = ""] = given;
  const uri = given.length === 1 && URL.canParse(text) ? new URL(text) : undefined;
  const home = new URL(homeOf(inner));
  const allows = (to: URL) => isFileUrl(to) && (to.origin === home.origin || inner.fileHosts.includes(to.host));
  if (uri === undefined || !allows(uri)) {
    const message = "`uri` is not on the marketplace's own origin nor on one of the account's `fileHosts`";
    const hint = "add its host to the account's `fileHosts`";
    return answerOf(ours(brokenRule(where, { field: "uri", code: "file_host_not_allowed", message, hint })), where);
  }

  const stop = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop.abort();
  }, FILE_TIMEOUT_MS);
  const onAbort = () => stop.abort();
  request.signal?.addEventListener("abort", onAbort, { once: true });
  const release = () => {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", onAbort);
  };
  const fail = (
    code: string,
    message: string,
    kind: TicketErrorData["kind"] = "network",
    cause?: unknown,
  ): Response => {
    release();
    const data = { kind, code, message, attempts: 1, sent: "maybe", retryable: kind !== "rejected" } as const;
    const words = cause === undefined ? message : `${message}: ${describe(cause)}`;
    report(localError(where, { ...data, message: words }, cause));
    return answerOf(ours(localError(where, data)), where);
  };

  let response: Response | null;
  try {
    response = await fetchFile(uri, {
      fetch: watched(inner, where.endpoint),
      signal: stop.signal,
      allows,
      init: { headers: { accept: "*/*" } },
    });
  } catch (error) {
    if (timedOut) return fail("timeout", "the file did not arrive in time", "timeout");
    return fail("network", "the file could not be fetched", "network", error);
  }
  if (response === null)
    return fail("redirect", "the file was redirected to where files are not read from", "rejected");
  const headers = new Headers({ [ORIGIN]: "marketplace", [SENT]: "yes", [ATTEMPTS]: "1" });
  for (const name of PASSED) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (!response.ok) {
    await response.body?.cancel().catch(() => {});
    release();
    headers.delete("content-type");
    return new Response(null, { status: isRedirect(response.status) ? 502 : response.status, headers });
  }
  const length = response.headers.get("content-length");
  if (length !== null && Number(length) > maxBytes) {
    await response.body?.cancel().catch(() => {});
    return fail("too_large", `the file is larger than ${maxBytes} bytes`, "rejected");
  }
  if (length !== null && !response.headers.has("content-encoding")) headers.set("content-length", length);
  headers.set("content-disposition", attachmentOf(response));
  const body = response.body === null ? null : limitStream(response.body, maxBytes, (error) => error, release);
  if (body === null) release();
  return new Response(body, { status: 200, headers });
}

/** Whether two secrets are the same, in a time that tells nothing of either: their MACs are compared, under a key that nobody knows. */
export async function sameSecret(given: string, expected: string): Promise<boolean> {
  const utf8 = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", crypto.getRandomValues(new Uint8Array(32)), algorithm, false, [
    "sign",
    "verify",
  ]);
  return crypto.subtle.verify(
    "HMAC",
    key,
    await crypto.subtle.sign("HMAC", key, utf8.encode(expected)),
    utf8.encode(given),
  );
}

export {
  d1Nonces,
  durableNonces,
  memoryNonces,
  type NonceDatabase,
  type NonceNamespace,
  type NonceStore,
  Nonces,
} from "./nonces.js";
export type { MarketplaceId };
