/**
 * The seller's own gateway: a page without keys sends its calls here, and the gateway signs them and sends them on. It forwards only the ticket
 * endpoints of an account's marketplace, only for those whom `authorize` lets through.
 */
import {
  ATTEMPTS,
  answerOf,
  type Doors,
  guard,
  notFound,
  ORIGIN,
  type Promised,
  SENT,
  tell,
  withoutBody,
} from "./answers.js";
import type { MarketplaceId } from "./boundary.js";
import { ClickBank } from "./clickbank.js";
import { type AnyClient, Client, type Inner, innerOf } from "./client.js";
import { fetchFile, isFileUrl, limitStream } from "./download.js";
import { readCapped, run } from "./driver.js";
import { engine } from "./engine.js";
import { brokenRule, describe, localError, TicketError, violationsError, type Where } from "./errors.js";
import type { TicketErrorData } from "./generated/types.js";
import { JtlScx } from "./jtl-scx.js";
import { Kaufland } from "./kaufland.js";
import { Magalu } from "./magalu.js";
import { Probo } from "./probo.js";

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
   * Whether this request may use this account: check its session cookie or token. Only `true` lets it through. It is asked for names of accounts
   * that do not exist, too, and the answer is the same, so that nobody learns which do.
   */
  authorize: (request: Request, account: string, context: GatewayContext<Env, Ctx>) => Promised<boolean>;
  /** Origins (`https://dashboard.example.com`) of pages elsewhere that may call. Pages on the gateway's own origin always may. */
  allowedOrigins?: readonly string[] | undefined;
  /** `/api/accounts` unless told. */
  basePath?: string | undefined;
  /** The largest request body; 32 MiB unless told. A Worker has 128 MB for everything. */
  maxBodyBytes?: number | undefined;
  /** The largest file to download; 64 MiB unless told. */
  maxFileBytes?: number | undefined;
  /** Your own rate limit, asked after `authorize`: anything but `true` refuses the request with 429. */
  limit?: ((request: Request, account: string, context: GatewayContext<Env, Ctx>) => Promised<boolean>) | undefined;
  /** Told of what went wrong on this side. Nothing of it reaches the page. */
  onError?: ((error: unknown, context: { account: string; request: Request }) => void) | undefined;
}

/** Put it in a Worker: `export default createGateway({ … })`, or call its `fetch` from your own. */
export interface Gateway<Env = unknown, Ctx = unknown> {
  fetch(request: Request, env?: Env, ctx?: Ctx): Promise<Response>;
}

const MIB = 1024 * 1024;
const PASSED = ["content-type", "retry-after", "x-request-id", "date"];
const EXPOSED = [ORIGIN, SENT, ATTEMPTS, "retry-after", "x-request-id", "location", "content-disposition", "date"];
const ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE";
/** `page`: the number of the page of a list, at ClickBank. */
const ALLOWED_HEADERS = "accept, content-type, authorization, page";
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
  const maxFileBytes = options.maxFileBytes ?? 64 * MIB;
  const made = new WeakMap<object, Inner>();

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

  async function handle(request: Request, url: URL, env: Env, ctx: Ctx): Promise<Response> {
    const nowhere: Where = { marketplace: "", endpoint: "" };
    const target = locate(url, basePath);
    if (target === null) return notFound(nowhere, "no_route", `the gateway answers below \`${basePath}/{account}/\``);
    const { account, path } = target;
    const access = request.method === "GET" || request.method === "HEAD" ? "read" : "write";
    const context: GatewayContext<Env, Ctx> = { account, access, method: request.method, path, env, ctx };
    const report = (error: unknown) => onError(error, { account, request });

    if (typeof authorize !== "function") {
      const message = "the gateway has no `authorize`, so it forwards nothing";
      const error = localError(nowhere, { kind: "configuration", code: "no_authorize", message });
      report(error);
      return answerOf(error, nowhere, 403);
    }
    const refused = () => {
      const message = "there is no such account, or you may not use it: sign in";
      return answerOf(localError(nowhere, { kind: "authentication", code: "not_authorized", message }), nowhere, 404);
    };
    try {
      if ((await authorize(withoutBody(request), account, context)) !== true) return refused();
    } catch (error) {
      report(error);
      return refused();
    }
    const inner = await find(account, request, env);
    if (inner === null) return refused();
    const where: Where = { marketplace: inner.marketplace, endpoint: "" };
    if (limit !== undefined && (await limit(request, account, context)) !== true) {
      const message = "the gateway's own limit is reached: try again later";
      return answerOf(
        localError(where, { kind: "rate_limited", code: "gateway_limit", message, retryable: true }),
        where,
      );
    }
    if (path === "/files") return await download(inner, request, url, maxFileBytes, report);
    return await forward(inner, request, target, maxBodyBytes, report);
  }

  return {
    fetch: (request, env, ctx) => {
      const url = new URL(request.url);
      const report = (error: unknown) => onError(error, { account: locate(url, basePath)?.account ?? "", request });
      return guard(request, doors, () => handle(request, url, env as Env, ctx as Ctx), report);
    },
  };
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
  maxBodyBytes: number,
  report: (error: unknown) => void,
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
    const error = violationsError(where, "validation", begun.violations);
    return answerOf(error, where, begun.violations.some(({ code }) => code === "no_such_route") ? 404 : 400);
  }
  where.endpoint = begun.call.plan.endpoint;
  let body: Uint8Array | undefined;
  if (request.body !== null) {
    let read: Uint8Array | null;
    try {
      read = await readCapped(request, maxBodyBytes, maxBodyBytes);
    } catch (error) {
      const message = `the request's body broke off: ${describe(error)}`;
      return answerOf(localError(where, { kind: "network", code: "body_broken", message }, error), where, 400);
    }
    if (read === null) {
      const message = `the request's body is larger than ${maxBodyBytes} bytes`;
      return answerOf(
        brokenRule(where, { field: "", code: "too_large", message, hint: "send fewer or smaller files" }),
        where,
        413,
      );
    }
    if (read.byteLength > 0) {
      body = read;
      begun = begin(true);
    }
    if ("violations" in begun) return answerOf(violationsError(where, "validation", begun.violations), where);
  }

  const { step, answer, attempts } = await run(inner, where, begun.call, body, request.signal);
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
      headers.set("location", new URL(location, response.url || settings.baseUrl).pathname);
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
  report(new TicketError(step.error));
  return answerOf(new TicketError(step.error), where);
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
    return answerOf(brokenRule(where, { field: "uri", code: "file_host_not_allowed", message, hint }), where);
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
  const fail = (code: string, message: string, kind: TicketErrorData["kind"] = "network"): Response => {
    release();
    const error = localError(where, {
      kind,
      code,
      message,
      attempts: 1,
      sent: "maybe",
      retryable: kind !== "rejected",
    });
    report(error);
    return answerOf(error, where);
  };

  let response: Response | null;
  try {
    response = await fetchFile(uri, {
      fetch: inner.fetch,
      signal: stop.signal,
      allows,
      init: { headers: { accept: "*/*" } },
    });
  } catch (error) {
    if (timedOut) return fail("timeout", "the file did not arrive in time", "timeout");
    return fail("network", `the file could not be fetched: ${describe(error)}`);
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

export type { MarketplaceId };
