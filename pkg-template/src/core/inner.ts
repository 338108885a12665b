/** The part of a client that it keeps to itself, made from its options. */

import type { MarketplaceId } from "../generated/types.js";
import { debugOf, shownUrl } from "../ground/debug.js";
import { describe, localError, violationsError, type Where } from "../ground/errors.js";
import { given } from "../ground/given.js";
import type { CallOptions, ClientOptions, TokenStore } from "../ground/options.js";
import { hostFetch } from "../send/fetch.js";
import { noLines } from "../send/lease.js";
import { freshSession, noSession, type SessionHost } from "../send/session.js";
import { makeSlots, slotsOfHost } from "../send/slots.js";
import type { Engine } from "../wasm/engine.js";
import type { Settings } from "../wasm/generated/boundary.js";

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
  /** For marketplaces with short-lived tokens. */
  tokenStore?: TokenStore | undefined;
  /** Returns the name that a method has in the module, where that is another one. */
  wireName?: ((endpoint: string) => string) | undefined;
  /** Returns the arguments that the module takes, where call options belong to them. */
  wireArgs?: ((args: unknown[], options: CallOptions) => unknown[]) | undefined;
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
  const url = URL.canParse(gateway)
    ? gateway
    : base !== undefined && URL.canParse(gateway, base)
      ? new URL(gateway, base).href
      : undefined;
  return url?.replace(/\/+$/, "");
}

/** The part of a client that it keeps to itself. */
export interface Inner extends SessionHost {
  readonly wireName: Parts["wireName"];
  readonly wireArgs: Parts["wireArgs"];
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

export function makeInner(parts: Parts): Inner {
  const { engine, marketplace, options, gateway } = parts;
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
  // A relative gateway is no error yet: pages are rendered on servers too, where nothing is called.
  // Nor is it an error that the module is started later.
  if (engine.available() && !(gateway !== undefined && baseUrl === undefined)) check(where.endpoint);

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

  /** What a function of the caller's returns; when it throws, that is an error of the options. */
  const asked = (name: string, ask: () => number) => () => {
    try {
      return ask();
    } catch (error) {
      const message = `\`${name}\` threw: ${describe(error)}`;
      throw localError({ marketplace, endpoint: "" }, { kind: "configuration", code: "option_threw", message }, error);
    }
  };

  let usesSession: boolean | undefined;
  const { fetch } = options;
  const inner: Inner = {
    engine,
    marketplace,
    settings,
    credentials,
    wireName: parts.wireName,
    wireArgs: parts.wireArgs,
    fileHosts: options.fileHosts ?? [],
    shown,
    fetch: fetch === undefined ? hostFetch : (url, init) => fetch(url, init),
    streams: fetch === undefined || options.streams === true,
    now: asked("now", options.now ?? Date.now),
    random: asked("random", options.random ?? Math.random),
    onRequest: options.onRequest,
    onResponse: options.onResponse,
    onRetry: options.onRetry,
    gates: {},
    lines: noLines(),
    slots: makeSlots(options.maxInFlight ?? slotsOfHost()),
    session: noSession(),
    tokenStore: parts.tokenStore,
    tokens: (where, stale, signal) => freshSession(inner, where, stale, signal),
    debug: debugOf(options.debug, marketplace),
    get usesSession() {
      usesSession ??= gateway === undefined && engine.usesSession(marketplace, credentials);
      return usesSession;
    },
    check,
  };
  return inner;
}
