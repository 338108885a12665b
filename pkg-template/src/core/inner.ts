/** The part of a client that it keeps to itself, made from its options. */

import type { MarketplaceId, Violation } from "../generated/types.js";
import { debugOf, shownUrl } from "../ground/debug.js";
import { localError, violationsError, type Where } from "../ground/errors.js";
import { given } from "../ground/given.js";
import type { CallOptions, ClientOptions, TokenStore } from "../ground/options.js";
import { urlOf } from "../ground/url.js";
import { hostFetch } from "../send/fetch.js";
import { noLines } from "../send/lease.js";
import { careful } from "../send/refusal.js";
import { type FreshSession, noSession, type SessionHost } from "../send/session.js";
import { makeSlots, slotsOfHost } from "../send/slots.js";
import type { Engine } from "../wasm/engine.js";
import type { Client as ModuleClient, Settings } from "../wasm/generated/boundary.js";
import { checkClient } from "./options.js";

/** The parts from which a marketplace's class makes a client. */
export interface Parts {
  /** The module of the class's entry. */
  engine: Engine;
  marketplace: MarketplaceId;
  options: ClientOptions;
  /** Secrets, which must not be in a page. */
  keys: Record<string, unknown>;
  /** Options that go with the keys and are no secrets. */
  identity: Record<string, unknown>;
  gateway?: string | undefined;
  settings: object;
  /** The marketplace's own hosts of files, beside the API's. */
  fileHosts?: string[] | undefined;
  /** For marketplaces with short-lived tokens. */
  tokenStore?: TokenStore | undefined;
  /** The same, given by their classes so that no other marketplace's entry carries its code. */
  freshSession?: FreshSession | undefined;
  /** Returns the name that a method has in the module, where that is another one. */
  wireName?: ((endpoint: string) => string) | undefined;
  /** Returns the arguments that the module takes, where call options belong to them. */
  wireArgs?: ((args: unknown[], options: CallOptions) => unknown[]) | undefined;
  /** The names of the marketplace's own call options. */
  callOptions?: string[] | undefined;
}

export interface Operation {
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
  const url = urlOf(gateway) === undefined ? urlOf(gateway, base)?.href : gateway;
  return url?.replace(/\/+$/, "");
}

/** The part of a client that it keeps to itself. */
export interface Inner extends SessionHost {
  readonly wireName: Parts["wireName"];
  readonly wireArgs: Parts["wireArgs"];
  readonly callOptions: string[];
  readonly fileHosts: string[];
  /** What consoles may show. */
  readonly shown: Record<string, unknown>;
  /** Whether calls take a short-lived token along. */
  readonly usesSession: boolean;
  /** Whether `fetch` takes streams and Blobs as bodies. */
  readonly streams: boolean;
  /** An error of the options that shows only when they are used. */
  check(endpoint: string): void;
}

/**
 * Returns the clock or the random numbers of the caller. Timers ask for them, too, where an error
 * would end the program, so the host's take their place after a failure.
 */
function numbersOf(
  name: string,
  own: (() => number) | undefined,
  host: () => number,
  fits: (value: unknown) => boolean,
): () => number {
  if (own === undefined) return host;
  let isTold = false;
  return () => {
    try {
      const value: unknown = own();
      if (fits(value)) return value as number;
      throw new Error(`it returned ${String(value)}`);
    } catch (error) {
      if (!isTold) console.error(`seller-tickets: \`${name}\` failed, so the host's is used`, error);
      isTold = true;
      return host();
    }
  };
}

const isFraction = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 1;

/** Returns headers that the caller's changes do not reach. The module says what else is no object. */
function copied<T>(headers: T): T {
  try {
    return typeof headers === "object" && headers !== null && !Array.isArray(headers) ? { ...headers } : headers;
  } catch {
    return headers;
  }
}

/** Returns what is wrong with the options that the module does not see. */
function violationsOf(parts: Parts): Violation[] {
  const { options, keys, identity, settings, gateway } = parts;
  const own = [...Object.keys(keys), ...Object.keys(identity), ...Object.keys(settings)];
  if (!("tokenStore" in parts)) return checkClient({ ...options, gateway }, own);
  return checkClient({ ...options, gateway, tokenStore: parts.tokenStore }, [...own, "tokenStore"]);
}

export function makeInner(parts: Parts): Inner {
  const { engine, marketplace, options, gateway } = parts;
  const where: Where = { marketplace, endpoint: "constructor" };
  const broken = violationsOf(parts);
  const isBroken = (field: string) => broken.some((violation) => violation.field === field);
  const keys = given(parts.keys);
  const hasKeys = Object.keys(keys).length > 0;
  const inPage = isPage();
  if (hasKeys && inPage && options.dangerouslyAllowBrowser !== true) {
    throw localError(where, {
      kind: "configuration",
      code: "keys_in_page",
      message: `\`${Object.keys(keys)[0]}\` was given in a page, where everyone can read it: give \`gateway\` instead, or \`dangerouslyAllowBrowser: true\` if the page is only yours`,
    });
  }
  const baseUrl = gateway === undefined ? options.baseUrl : isBroken("gateway") ? undefined : resolveGateway(gateway);
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
    headers: copied(options.headers),
  });
  const credentials = { ...keys, ...given(parts.identity) };

  let checked = false;
  const check = (endpoint: string): void => {
    if (checked) return;
    if (gateway !== undefined && baseUrl === undefined && broken.length === 0) {
      throw localError(
        { marketplace, endpoint },
        {
          kind: "configuration",
          code: "gateway_not_absolute",
          message: `\`gateway\` is relative ("${shownUrl(gateway)}") and there is no page to resolve it on: give the whole URL`,
        },
      );
    }
    const told = engine.available() ? engine.checkSettings(marketplace, settings, credentials) : [];
    const violations = [...told.filter(({ field }) => !isBroken(field)), ...broken];
    if (violations.length > 0) throw violationsError({ marketplace, endpoint }, "configuration", violations);
    checked = true;
  };
  // A relative gateway is no error yet: pages are rendered on servers too, where nothing is called.
  // Nor is it an error that the module is started later.
  const isUnresolved = gateway !== undefined && baseUrl === undefined;
  if (broken.length === 0 && inPage && engine.plainSettings(settings)) {
    // A page must not stand still while the module is compiled.
    checked = true;
    engine.warm();
  } else if (broken.length > 0 || (engine.available() && !isUnresolved)) check(where.endpoint);

  const { headers, gateway: _, baseUrl: address, environment = "production", ...others } = settings;
  const hidden = Object.fromEntries(Object.keys(keys).map((name) => [name, "[hidden]"]));
  const shown = given({
    ...(gateway === undefined && address === undefined
      ? { environment }
      : { [gateway === undefined ? "baseUrl" : "gateway"]: shownUrl(address ?? gateway ?? "") }),
    ...hidden,
    ...parts.identity,
    headers: typeof headers === "object" && headers !== null ? Object.keys(headers) : undefined,
    ...others,
  });

  let usesSession: boolean | undefined;
  let text: string | undefined;
  const { fetch } = options;
  const inner: Inner = {
    engine,
    marketplace,
    settings,
    credentials,
    get client() {
      if (text === undefined) {
        // Whatever JSON cannot hold was refused above.
        const client: ModuleClient = { marketplace, settings, credentials, session: inner.usesSession };
        text = JSON.stringify(client);
      }
      return text;
    },
    wireName: parts.wireName,
    wireArgs: parts.wireArgs,
    callOptions: parts.callOptions ?? [],
    fileHosts: [...(parts.fileHosts ?? []), ...(options.fileHosts ?? [])],
    shown,
    fetch: fetch === undefined ? hostFetch : careful(fetch),
    ownFetch: fetch !== undefined,
    upload: fetch === undefined && gateway !== undefined && inPage ? engine.page?.upload : undefined,
    streams: fetch === undefined || options.streams === true,
    now: numbersOf("now", options.now, () => Date.now(), Number.isFinite),
    random: numbersOf("random", options.random, () => Math.random(), isFraction),
    onStart: options.onStart,
    onRequest: options.onRequest,
    onResponse: options.onResponse,
    onRetry: options.onRetry,
    onEnd: options.onEnd,
    gates: {},
    lines: noLines(),
    slots: makeSlots(options.maxInFlight ?? slotsOfHost()),
    session: noSession(),
    tokenStore: parts.tokenStore,
    tokens: async (...asked) => parts.freshSession?.(inner, ...asked),
    tokensWorked: ({ accessToken }) => {
      inner.session.worked = accessToken;
    },
    debug: debugOf(options.debug, marketplace),
    get usesSession() {
      usesSession ??= gateway === undefined && engine.usesSession(marketplace, credentials);
      return usesSession;
    },
    check,
  };
  return inner;
}
