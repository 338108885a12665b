import { Draft, HASH_BYTES, type Payload } from "../files/body.js";
import { abortedError, inspect, type Progress, smallBytes, takeFiles } from "../files/files.js";
import type { Meaning, Violation } from "../generated/types.js";
import { debugOf, shownUrl } from "../ground/debug.js";
import {
  DENO_INSPECT,
  describe,
  INSPECT,
  localError,
  located,
  TicketError,
  traced,
  violationsError,
  type Where,
} from "../ground/errors.js";
import { makeNonce } from "../ground/nonce.js";
import { hostFetch } from "../send/deno.js";
import {
  buildRequest,
  type Hooks,
  type Host,
  headsOf,
  hostRequest,
  type Outcome,
  readCapped,
  run,
} from "../send/driver.js";
import { freshSession, noSession, type TokenStore } from "../send/session.js";
import { makeSlots, slotsOfHost } from "../send/slots.js";
import { accept, acceptable } from "../wasm/accept.js";
import type { Call, HeaderList, MarketplaceId, Result, Settings, WireOptions } from "../wasm/boundary.js";
import { available, engine, given } from "../wasm/engine.js";
import { type Settled, writeOnce } from "./ensure.js";
import { type LoadPage, makePage, type Page } from "./list.js";
import { ApiPromise, type FirstPage, ListPromise, type WithResponse } from "./promises.js";

/** Options of every client. */
export interface ClientOptions extends Hooks {
  /** Where the marketplace answers, without a trailing slash: https, or loopback for tests. */
  baseUrl?: string | undefined;
  environment?: "production" | "sandbox" | undefined;
  /** Used in place of the host's `fetch`. */
  fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** For one attempt, its body included. */
  timeoutMs?: number | undefined;
  /** For a call with all its attempts and waits. */
  totalTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  /** See `WriteOptions`. */
  settleMs?: number | undefined;
  /** How many requests of this client wait for an answer's headers at a time; 6 in Workers, which allow no more, and unbounded elsewhere. */
  maxInFlight?: number | undefined;
  /**
   * Sent with every request. With `gateway`, `authorization` may be among them: it is for the gateway's `authorize`, and goes no further. Hosts of
   * files get none of them.
   */
  headers?: Record<string, string> | undefined;
  /**
   * Prints a line about each request, wait and end of a call, without keys and bodies; or calls this with each line. Unless told, the environment's
   * `DEBUG`, or `debug` in a page's local storage, decides: whether it names `seller-tickets`.
   */
  debug?: boolean | ((line: string) => void) | undefined;
  /** Lets enum values through that are not in the documented list. */
  allowUnknownValues?: boolean | undefined;
  /** The clock in milliseconds, for tests and replay. */
  now?: (() => number) | undefined;
  /** Numbers from 0 up to 1, for tests and replay. */
  random?: (() => number) | undefined;
  /** Keys in a page can be read by everyone who opens it. Say `true` only where the page is your own, for example inside a desktop shell. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Hosts (`files.example.com`) beside the marketplace's own that `seller-tickets/gateway` may download files from. */
  fileHosts?: string[] | undefined;
}

/** Options of every call; they win over the client's. */
export interface CallOptions {
  signal?: AbortSignal | null | undefined;
  timeoutMs?: number | undefined;
  totalTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  headers?: Record<string, string> | undefined;
  /** How far the body is, for calls that upload files. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of writes of which one can find out whether they took effect. */
export interface WriteOptions extends CallOptions {
  /**
   * `"once"`: when the answer is lost, find out by reading what became of the write, and send it again only when it did not take effect. What is
   * there before is read first, so each write costs a read or two more; writes to the same ticket through one client are made one after the other.
   * When reading cannot tell, the error says so with `sent: "maybe"`, as without it. `maxRetries` is how often it is sent again at most, and
   * `totalTimeoutMs` is for all of it. What it cannot know is on the page "writes" of the documentation.
   */
  ensure?: "once" | undefined;
  /**
   * How long a write may take to show after its answer was lost, before it is looked for. 10 seconds at Kaufland and ClickBank and 15 at Magalu unless
   * told: the vendors do not say.
   */
  settleMs?: number | undefined;
}

export interface DownloadOptions {
  signal?: AbortSignal | null | undefined;
  /** For the whole download. */
  timeoutMs?: number | undefined;
  /** Larger files are refused; 256 MiB unless told. */
  maxBytes?: number | undefined;
}

/** The arguments and the result of each method, by name. */
export type Endpoints<M> = { [K in keyof M]: { args: unknown[]; result: unknown } };

interface Parts {
  marketplace: MarketplaceId;
  options: ClientOptions;
  /** What must not be in a page. */
  keys: Record<string, unknown>;
  /** What goes with the keys and is no secret. */
  identity: Record<string, unknown>;
  gateway?: string | undefined;
  settings: object;
  /** For marketplaces with short-lived tokens. */
  tokenStore?: TokenStore | undefined;
  /** How many arguments of a method belong to the endpoint; its call options follow them. */
  arity: Record<string, number>;
  /** What a method with these arguments and options is to the module, where that is something else. */
  operation?: ((endpoint: string, args: unknown[], options: CallOptions) => Operation) | undefined;
}

interface Operation {
  endpoint: string;
  args: unknown[];
}

function isPage(): boolean {
  const scope = globalThis as { window?: unknown; document?: unknown; navigator?: { userAgent?: string } };
  return (
    typeof scope.window === "object" &&
    typeof scope.document === "object" &&
    !/jsdom|happydom/i.test(scope.navigator?.userAgent ?? "")
  );
}

/** The gateway's absolute URL, or `undefined` where a relative one has nothing to start from. */
function resolveGateway(gateway: string): string | undefined {
  const base = (globalThis as { location?: { origin?: string } }).location?.origin;
  const url = URL.canParse(gateway)
    ? gateway
    : base !== undefined && URL.canParse(gateway, base)
      ? new URL(gateway, base).href
      : undefined;
  return url?.replace(/\/+$/, "");
}

/** What a client keeps to itself. */
export interface Inner extends Host {
  readonly arity: Record<string, number>;
  readonly operation: Parts["operation"];
  readonly fileHosts: string[];
  /** What consoles may show. */
  readonly shown: Record<string, unknown>;
  /** Whether calls take a short-lived token along. */
  readonly usesSession: boolean;
  /** What is wrong with the options and shows only when they are used. */
  check(endpoint: string): void;
}

/** For the other files of this package only. */
export let innerOf: (client: AnyClient) => Inner;

/** A client of any marketplace. */
export interface AnyClient {
  readonly marketplace: MarketplaceId;
}

function makeInner(parts: Parts): Inner {
  const { marketplace, options, gateway } = parts;
  const where: Where = { marketplace, endpoint: "constructor" };
  const keys = given(parts.keys);
  const hasKeys = Object.keys(keys).length > 0;
  if (hasKeys && isPage() && options.dangerouslyAllowBrowser !== true) {
    throw localError(where, {
      kind: "configuration",
      code: "keys_in_page",
      message: `\`${Object.keys(keys)[0]}\` was given in a page, where everyone can read it: give \`gateway\` instead, or \`dangerouslyAllowBrowser: true\` if the page is only yours`,
    });
  }
  const baseUrl = gateway === undefined ? options.baseUrl : resolveGateway(gateway);
  const settings: Settings = given({
    ...parts.settings,
    baseUrl,
    environment: options.environment,
    gateway: gateway !== undefined,
    allowUnknownValues: options.allowUnknownValues,
    timeoutMs: options.timeoutMs,
    totalTimeoutMs: options.totalTimeoutMs,
    maxRetries: options.maxRetries,
    settleMs: options.settleMs,
    headers: options.headers,
  });
  const credentials = { ...keys, ...given(parts.identity) };

  let checked = false;
  const check = (endpoint: string): void => {
    if (checked) return;
    if (gateway !== undefined && baseUrl === undefined) {
      throw localError(
        { marketplace, endpoint },
        {
          kind: "configuration",
          code: "gateway_not_absolute",
          message: `\`gateway\` is relative ("${gateway}") and there is no page to resolve it on: give the whole URL`,
        },
      );
    }
    const violations = engine.checkSettings(marketplace, settings, credentials);
    const { maxInFlight } = options;
    if (maxInFlight !== undefined && !(Number.isInteger(maxInFlight) && maxInFlight > 0)) {
      const message = `\`maxInFlight\` is ${maxInFlight}, not a whole number from 1`;
      const hint = "leave it out, or give a number such as 6";
      violations.push({ field: "maxInFlight", code: "out_of_range", message, hint, params: { min: 1 } });
    }
    if (violations.length > 0) throw violationsError({ marketplace, endpoint }, "configuration", violations);
    checked = true;
  };
  // A relative gateway is no error yet: pages are rendered on servers too, where nothing is called. Nor is a module that is started later.
  if (available() && !(gateway !== undefined && baseUrl === undefined)) check(where.endpoint);

  const { headers, gateway: _, baseUrl: address, environment = "production", ...others } = settings;
  const hidden = Object.fromEntries(Object.keys(keys).map((name) => [name, "[hidden]"]));
  const shown = given({
    ...(gateway === undefined && address === undefined
      ? { environment }
      : { [gateway === undefined ? "baseUrl" : "gateway"]: shownUrl(address ?? gateway ?? "") }),
    ...hidden,
    ...parts.identity,
    headers: headers && Object.keys(headers),
    ...others,
  });

  let usesSession: boolean | undefined;
  const { fetch } = options;
  return {
    marketplace,
    settings,
    credentials,
    arity: parts.arity,
    operation: parts.operation,
    fileHosts: options.fileHosts ?? [],
    shown,
    fetch: fetch === undefined ? hostFetch : (request) => fetch(request),
    now: options.now ?? (() => Date.now()),
    random: options.random ?? (() => Math.random()),
    onRequest: options.onRequest,
    onResponse: options.onResponse,
    onRetry: options.onRetry,
    gates: {},
    lines: new Map(),
    slots: makeSlots(options.maxInFlight ?? slotsOfHost()),
    session: noSession(),
    tokenStore: parts.tokenStore,
    debug: debugOf(options.debug, marketplace),
    get usesSession() {
      usesSession ??= gateway === undefined && engine.usesSession(marketplace, credentials);
      return usesSession;
    },
    check,
  };
}

/** What is not given has no word in JSON. */
const wireOptions = (inner: Inner, options: WriteOptions, nonce = makeNonce()) =>
  ({
    nonce,
    session: inner.usesSession,
    timeoutMs: options.timeoutMs,
    totalTimeoutMs: options.totalTimeoutMs,
    maxRetries: options.maxRetries,
    settleMs: options.settleMs,
    headers: options.headers,
  }) as WireOptions;

/** Turns the marks of integers that a number would round into `bigint`s. */
export function reviveBigInt(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const digits = (value as { $bigint?: unknown }).$bigint;
  return typeof digits === "string" ? BigInt(digits) : value;
}

/** `value`: what the body says, when it was parsed and checked already. */
function parse(result: Result, body: Uint8Array | undefined, parsed?: { value: unknown }): unknown {
  if (result.type === "empty") return undefined;
  if (result.type === "bytes") return body;
  if (result.type === "text") return new TextDecoder().decode(body);
  let value: unknown;
  if (result.text !== null) value = JSON.parse(result.text, reviveBigInt);
  else value = parsed === undefined ? JSON.parse(new TextDecoder().decode(body)) : parsed.value;
  for (const key of result.pick) value = (value as Record<string, unknown>)[key];
  return value;
}

interface Prepared {
  where: Where;
  call: Call;
  body: Payload | undefined;
  /** The arguments as the module takes them. */
  args: unknown[];
}

/** `send`: the request is sent right away, and made anew for another attempt, so its body need not be held; else it may be made at once. */
async function prepare(
  inner: Inner,
  endpoint: string,
  args: unknown[],
  options: CallOptions,
  send: boolean,
): Promise<Prepared | Request> {
  const where: Where = { marketplace: inner.marketplace, endpoint };
  const { signal } = options;
  inner.check(endpoint);
  if (signal?.aborted) throw abortedError(where, signal);
  const taken = takeFiles(where, args);
  const { files } = taken;
  await inspect(where, files, signal);
  // Who wants to know how far it is gets told file by file.
  const small = options.onProgress === undefined ? smallBytes(files) : undefined;
  const { marketplace, settings, credentials } = inner;
  let begun: ReturnType<typeof engine.begin>;
  try {
    const nonce = makeNonce();
    const wire = wireOptions(inner, options, nonce);
    const sizes = small === undefined ? [] : files.map(({ descriptor }) => descriptor.size);
    const isAtOnce = !send && !inner.usesSession;
    const atOnce = isAtOnce ? ([HASH_BYTES, credentials, undefined, inner.now(), nonce] as const) : undefined;
    begun = engine.begin(marketplace, endpoint, taken.args, settings, wire, sizes, atOnce, small);
  } catch (error) {
    throw located(error, where);
  }
  if ("violations" in begun) throw violationsError(where, "validation", begun.violations);
  if ("signed" in begun) return hostRequest(where, begun.signed, begun.body?.[0].text, signal ?? undefined);
  const { call, body } = begun;
  if (body === null) return { where, call, body: undefined, args: taken.args };
  const draft = new Draft(where, body, files, options);
  return { where, call, body: await draft.finish(() => headsOf(inner, call), send), args: taken.args };
}

async function perform(inner: Inner, endpoint: string, args: unknown[], options: WriteOptions): Promise<Settled> {
  const prepared = (await prepare(inner, endpoint, args, options, true)) as Prepared;
  const { where, call, body } = prepared;
  const total = body?.length ?? 0;
  // A stream tells of itself how far it is.
  const tells = body !== undefined && !body.streamed;
  const onSend = tells ? () => options.onProgress?.({ phase: "sending", loaded: total, total }) : undefined;
  const { ensure, signal, headers, timeoutMs } = options;
  const write = async (totalTimeoutMs: number) =>
    settle(where, await run(inner, where, { ...call, totalTimeoutMs }, body, signal, onSend, accept));
  if (ensure === undefined) return write(call.totalTimeoutMs);
  if (ensure !== "once") {
    const message = '`ensure` is neither "once" nor left out';
    throw localError(where, { kind: "configuration", code: "invalid_options", message });
  }
  const { marketplace, settings } = inner;
  const wire = wireOptions(inner, options);
  return writeOnce(inner, where, {
    begun: engine.beginOnce(marketplace, endpoint, prepared.args, settings, wire, inner.now()),
    signal,
    write,
    read: (name, of, totalTimeoutMs) => perform(inner, name, of, { signal, headers, timeoutMs, totalTimeoutMs }),
    parse: (result) => parse(result, undefined),
  });
}

function settle(where: Where, outcome: Outcome): Settled {
  const { step, answer, attempts } = outcome;
  if (step.type === "fail") {
    throw new TicketError(step.error, outcome.cause === undefined ? undefined : { cause: outcome.cause });
  }
  if (answer === undefined) {
    throw localError(where, {
      kind: "decode",
      code: "no_answer",
      message: "the call ended without an answer",
      attempts,
      sent: "maybe",
    });
  }
  const { result } = step;
  let data: unknown;
  try {
    data = parse(result, answer.body, answer.accepted);
  } catch (error) {
    const message = `the answer could not be read: ${describe(error)}`;
    throw localError(
      where,
      { kind: "decode", code: "unreadable_answer", message, attempts, sent: "yes", status: answer.response.status },
      error,
    );
  }
  return {
    data,
    response: answer.response,
    attempts: step.attempts,
    found: false,
    requestId: answer.response.headers.get("x-request-id") ?? undefined,
    shape: result.type === "json" ? result.page : null,
  };
}

/** What all marketplaces share. `M` maps each method's name to its arguments and result. */
export abstract class Client<M extends Endpoints<M>> {
  readonly #inner: Inner;

  static {
    innerOf = (client) => (client as unknown as Client<never>).#inner;
  }

  /** @internal */
  constructor(parts: Parts) {
    this.#inner = makeInner(parts);
  }

  /** The marketplace that this client speaks to. */
  get marketplace(): MarketplaceId {
    return this.#inner.marketplace;
  }

  /**
   * The signed, ready request of a method, not sent. Signatures hold for a few minutes only.
   *
   * ```ts
   * const request = await kaufland.request("getTicket", "00110123123");
   * const ticket = await kaufland.decode("getTicket", await fetch(request));
   * ```
   */
  async request<K extends keyof M & string>(
    endpoint: K,
    ...args: [...M[K]["args"], options?: CallOptions]
  ): Promise<Request> {
    const inner = this.#inner;
    const [operation, options] = this.#split(endpoint, args);
    const prepared = await prepare(inner, operation.endpoint, operation.args, options, false);
    if (!("call" in prepared)) return prepared;
    const { where, call, body } = prepared;
    const tokens = inner.usesSession ? await freshSession(inner, where, undefined, options.signal) : undefined;
    return buildRequest(inner, call, tokens, body, options.signal ?? undefined);
  }

  /** Every rule that the arguments break, without sending anything: names, values, lengths, declared file types. Empty when all is well. */
  validate<K extends keyof M & string>(endpoint: K, ...args: [...M[K]["args"], options?: CallOptions]): Violation[] {
    const { marketplace, settings } = this.#inner;
    const [operation] = this.#split(endpoint, args);
    return check({ marketplace, endpoint: operation.endpoint }, operation.args, settings);
  }

  /** What the content of the files says beyond `validate`. Reads only the parts of a file that it needs. */
  async validateFiles<K extends keyof M & string>(
    endpoint: K,
    ...args: [...M[K]["args"], options?: CallOptions]
  ): Promise<Violation[]> {
    const { marketplace, settings } = this.#inner;
    const [operation, options] = this.#split(endpoint, args);
    return checkFiles({ marketplace, endpoint: operation.endpoint }, operation.args, settings, options.signal);
  }

  /** Reads an answer that you fetched yourself: the method's result, or the `TicketError`. */
  decode<K extends keyof M & string>(endpoint: K, response: Response): Promise<M[K]["result"]> {
    const [operation] = this.#split(endpoint, []);
    const where = { marketplace: this.#inner.marketplace, endpoint: operation.endpoint };
    return decodeResponse(where, response) as Promise<M[K]["result"]>;
  }

  /** @internal */
  protected call<T>(endpoint: string, args: unknown[], options: CallOptions | undefined): ApiPromise<T> {
    return new ApiPromise(traced(perform(this.#inner, endpoint, args, options ?? {}) as Promise<WithResponse<T>>));
  }

  /** @internal */
  protected list<T, P extends Page<T> = Page<T>>(
    endpoint: string,
    params: object | undefined,
    options: CallOptions | undefined,
    ids: string[] = [],
  ): ListPromise<T, P> {
    const inner = this.#inner;
    let field: string | undefined;
    const start = async (base: object, at?: number): Promise<FirstPage<T>> => {
      const from = at === undefined || field === undefined ? {} : { [field]: at };
      const own: Record<string, unknown> = { ...params, ...base, ...from };
      const settled = await perform(inner, endpoint, [...ids, own], options ?? {});
      const { shape } = settled;
      if (shape === null) {
        const where: Where = { marketplace: inner.marketplace, endpoint };
        throw localError(where, { kind: "decode", code: "not_a_page", message: "the answer is not a page of a list" });
      }
      field = shape.offsetField;
      // Where the vendor does not say where a page starts, it starts where it was asked to.
      const asked = at ?? (own[field] as number | undefined) ?? (shape.numbered ? 1 : 0);
      const placed = { ...shape, offset: shape.offset ?? asked };
      const page = makePage(settled.data as object, placed, base, load);
      return { ...settled, data: page, page, shape: placed };
    };
    const site = new Error();
    const load: LoadPage<T> = (base, at) => traced(start(base, at), site);
    return new ListPromise<T, P>(traced(start({}), site), load);
  }

  #split(endpoint: string, args: unknown[]): [Operation, CallOptions] {
    const { arity, operation } = this.#inner;
    // A name that is none is the module's to refuse.
    const own = Object.hasOwn(arity, endpoint) ? arity[endpoint] : undefined;
    if (own === undefined) return [{ endpoint, args }, {}];
    const options = (args[own] ?? {}) as CallOptions;
    const plain = { endpoint, args: args.slice(0, own) };
    return [operation?.(endpoint, plain.args, options) ?? plain, options];
  }

  /** Says where the client points, and no keys. */
  toJSON(): { marketplace: MarketplaceId; baseUrl: string | undefined; gateway: boolean } {
    const { marketplace, settings } = this.#inner;
    const { baseUrl } = settings;
    return { marketplace, baseUrl: baseUrl && shownUrl(baseUrl), gateway: settings.gateway === true };
  }

  /** @internal */
  [INSPECT](): string {
    const shown = Object.entries(this.#inner.shown).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    return `${this.constructor.name} { ${shown.join(", ")} }`;
  }

  /** @internal */
  [DENO_INSPECT](): string {
    return this[INSPECT]();
  }
}

type At = Where & { marketplace: MarketplaceId };

function violationsOf(where: At, args: () => unknown[], settings: Settings): Violation[] {
  try {
    return engine.validate(where.marketplace, where.endpoint, args(), settings);
  } catch (error) {
    if (error instanceof TicketError && error.kind === "validation") return error.violations;
    throw located(error, where);
  }
}

function check(where: At, args: unknown[], settings: Settings): Violation[] {
  try {
    if (acceptable(where.marketplace, where.endpoint, args)) return [];
  } catch {
    // No such method, or not started: the words for it are found below.
  }
  return violationsOf(where, () => takeFiles(where, args).args, settings);
}

async function checkFiles(
  where: At,
  args: unknown[],
  settings: Settings,
  signal: AbortSignal | null | undefined,
): Promise<Violation[]> {
  const taken = takeFiles(where, args);
  const look = () => violationsOf(where, () => taken.args, settings);
  const key = ({ field, code }: Violation) => `${field} ${code}`;
  const before = new Set(look().map(key));
  await inspect(where, taken.files, signal);
  return look().filter((violation) => !before.has(key(violation)));
}

/** The most of an answer that `decode` takes into memory: as much as a call does. */
const MAX_DECODE_BYTES = 32 * 1024 * 1024;

async function decodeResponse(where: At, response: Response): Promise<unknown> {
  const { status } = response;
  let body: Uint8Array | null;
  try {
    body = await readCapped(response, MAX_DECODE_BYTES);
  } catch (error) {
    const message = `the body could not be read: ${describe(error)}`;
    throw localError(where, { kind: "decode", code: "unreadable_answer", message, sent: "maybe", status }, error);
  }
  if (body === null) {
    const message = `response body is larger than ${MAX_DECODE_BYTES} bytes`;
    throw localError(where, { kind: "decode", code: "unreadable_answer", message, sent: "maybe", status });
  }
  const headers: HeaderList = [...response.headers];
  const { marketplace, endpoint } = where;
  const accepted = accept(marketplace, endpoint, status, body);
  if (accepted !== undefined) {
    const taken = engine.decodeResponse(marketplace, endpoint, status, headers, undefined, accepted.saw);
    if ("result" in taken) return parse(taken.result, body, accepted);
  }
  const decoded = engine.decodeResponse(marketplace, endpoint, status, headers, body);
  if ("error" in decoded) throw new TicketError(decoded.error);
  return parse(decoded.result, body);
}

/** `validate` without a client, by the ids of marketplace and method. */
export function validate(marketplace: MarketplaceId, endpoint: string, ...args: unknown[]): Violation[] {
  return check({ marketplace, endpoint }, args, {});
}

/** `decode` without a client, by the ids of marketplace and method. */
export function decode(marketplace: MarketplaceId, endpoint: string, response: Response): Promise<unknown> {
  return decodeResponse({ marketplace, endpoint }, response);
}

/** What the values of the marketplace's enums mean, in words for a UI: `meanings("kaufland").TicketReason` and so on. */
export function meanings(marketplace: MarketplaceId): Record<string, Meaning[]> {
  return engine.meanings(marketplace);
}
