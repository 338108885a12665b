/**
 * The options of clients and calls: their names, and the types of those that stay on this side. The
 * module checks the others.
 */
import type { Violation } from "../generated/types.js";
import { isSignal } from "../ground/abort.js";
import { describe, localError, violationsError, type Where } from "../ground/errors.js";

type Given = Record<string, unknown>;

/** What an option must be, in words, and whether a value is that. */
export type Kind = [string, (value: unknown) => boolean];

const isObject = (value: unknown): value is Given => typeof value === "object" && value !== null;
const isFunction = (value: unknown): boolean => typeof value === "function";
const isTime = (value: unknown): boolean => typeof value === "number" && value >= 0 && value < 2 ** 31;

const FUNCTION: Kind = ["a function", isFunction];
const SIGNAL: Kind = ["the `signal` of an `AbortController`", isSignal];
const TIME: Kind = ["a time in milliseconds", isTime];
const BYTES: Kind = ["a number of bytes", (value) => typeof value === "number" && value >= 0];
/** The module checks it, or it may be anything. */
const ANY: Kind = ["", () => true];
const TEXT: Kind = ["text", (value) => typeof value === "string"];
const TEXTS: Kind = [
  "a list of texts",
  (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
];

const isStore = (value: unknown): boolean =>
  isObject(value) &&
  isFunction(value.load) &&
  isFunction(value.save) &&
  (value.withLock === undefined || isFunction(value.withLock));

const isLogger = (value: unknown): boolean =>
  isObject(value) && ["debug", "info", "warn", "error"].every((level) => isFunction(value[level]));

/** The options of every client. */
const OF_CLIENT: Record<string, Kind> = {
  baseUrl: ANY,
  environment: ANY,
  fetch: FUNCTION,
  streams: ["true or false", (value) => typeof value === "boolean"],
  timeoutMs: ANY,
  totalTimeoutMs: ANY,
  maxRetries: ANY,
  settleMs: ANY,
  maxInFlight: ["a whole number from 1", (value) => Number.isInteger(value) && (value as number) > 0],
  headers: ANY,
  debug: [
    "true, false, a function, or a logger with `debug`, `info`, `warn` and `error`",
    (value) => typeof value === "boolean" || isFunction(value) || isLogger(value),
  ],
  allowUnknownValues: ANY,
  now: ["a function that returns milliseconds", isFunction],
  random: FUNCTION,
  dangerouslyAllowBrowser: ["true or false", (value) => typeof value === "boolean"],
  fileHosts: TEXTS,
  onStart: FUNCTION,
  onRequest: FUNCTION,
  onResponse: FUNCTION,
  onRetry: FUNCTION,
  onEnd: FUNCTION,
  gateway: ["text: the gateway's URL", (value) => typeof value === "string"],
  tokenStore: ["an object with the functions `load` and `save`", isStore],
};

/** The options of every call. */
const OF_CALL: Record<string, Kind> = {
  signal: SIGNAL,
  timeoutMs: ANY,
  totalTimeoutMs: ANY,
  maxRetries: ANY,
  headers: ANY,
  onProgress: FUNCTION,
  ensure: ANY,
  settleMs: ANY,
};

/** The options of `createGateway`. Without `authorize` it forwards nothing, and says so. */
const OF_GATEWAY: Record<string, Kind> = {
  accounts: ["an object or a function", (value) => isObject(value) || isFunction(value)],
  classes: ["a list of classes", (value) => Array.isArray(value) && value.every(isFunction)],
  authorize: ANY,
  allowedOrigins: TEXTS,
  basePath: TEXT,
  maxBodyBytes: BYTES,
  bodyTimeoutMs: TIME,
  maxFileBytes: BYTES,
  fileTimeoutMs: TIME,
  limit: FUNCTION,
  nonceStore: ["a store of nonces, or a function that returns one", (value) => isObject(value) || isFunction(value)],
  onError: FUNCTION,
};

/** The options of `createUploads`. */
const OF_UPLOADS: Record<string, Kind> = {
  bucket: ["a bucket, or a function that returns one", (value) => isObject(value) || isFunction(value)],
  publicUrl: TEXT,
  authorize: ANY,
  maxBytes: BYTES,
  bodyTimeoutMs: TIME,
  types: TEXTS,
  allowedOrigins: TEXTS,
  path: TEXT,
  onError: FUNCTION,
};

/** The options of a download. */
const OF_DOWNLOAD: Record<string, Kind> = { signal: SIGNAL, timeoutMs: TIME, maxBytes: BYTES };

/** The options of `followTransaction`. */
const OF_FOLLOWING: Record<string, Kind> = { signal: SIGNAL, timeoutMs: TIME, onProgress: FUNCTION };

/** How many letters two names differ by. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 0; i < one.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j += 1) {
      const same = one[i] === other[j] ? 0 : 1;
      next.push(Math.min((next[j] as number) + 1, (row[j + 1] as number) + 1, (row[j] as number) + same));
    }
    row = next;
  }
  return row.at(-1) as number;
}

/** Returns the known name that is meant, if one is like it: `timeoutMs` for `timeout`. */
function nearest(name: string, known: string[]): string | undefined {
  // A name of any length costs no more than a long one.
  const meant = name.slice(0, 40).toLowerCase();
  const far = (other: string) => {
    const like = other.toLowerCase();
    if (meant.length > 3 && (like.includes(meant) || meant.includes(like))) return 1;
    return distance(meant, like);
  };
  const [best] = known.map((other) => ({ other, far: far(other) })).sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= 2 ? best.other : undefined;
}

/** Returns where an option belongs that a call has in place of its client, or the client of a call. */
function placeOf(name: string, kinds: Record<string, Kind>): string | undefined {
  const [isOfCall, isOfClient] = [Object.hasOwn(OF_CALL, name), Object.hasOwn(OF_CLIENT, name)];
  if (isOfCall && kinds.gateway !== undefined) return "it is an option of a call: give it to the method";
  const isTold = isOfClient && !isOfCall && name !== "tokenStore" && kinds.signal !== undefined;
  return isTold ? "it is an option of the client: give it to the constructor" : undefined;
}

/** A value that throws when it is looked at is none that fits. */
function fits([, isFitting]: Kind, value: unknown): boolean {
  try {
    return isFitting(value);
  } catch {
    return false;
  }
}

/** Returns what is wrong with the names and types of options. A value that is absent is none. */
export function optionViolations(given: Given, kinds: Record<string, Kind>): Violation[] {
  const found: Violation[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      const known = Object.keys(kinds);
      const like = nearest(name, known);
      const hint =
        placeOf(name, kinds) ??
        (like === undefined ? `remove it; the options are ${known.join(", ")}` : `use \`${like}\``);
      const message = `\`${name.slice(0, 60)}\` is no option here`;
      found.push({ field: name, code: "unknown_option", message, hint, params: { known } });
      continue;
    }
    const [expected] = kind;
    if (value === null && kind === SIGNAL) continue;
    if (fits(kind, value)) continue;
    const message = `\`${name}\` is not ${expected}`;
    found.push({ field: name, code: "wrong_type", message, hint: `give ${expected}`, params: { expected } });
  }
  return found;
}

/** Returns the options of a client, which JavaScript may leave out although they are required. */
export function givenOptions<O extends object>(marketplace: string, options: O): O {
  const where = { marketplace, endpoint: "constructor" };
  const refuse = (message: string, cause?: unknown) =>
    localError(where, { kind: "configuration", code: "invalid_configuration", message }, cause);
  let isList: boolean;
  try {
    // Getters and proxies may throw.
    isList = Array.isArray(options);
    if (isObject(options)) Object.entries(options);
  } catch (error) {
    throw refuse(`the options cannot be read: ${describe(error)}`, error);
  }
  if (isList || !isObject(options)) {
    throw refuse("the options are not an object: give the account's keys, or `gateway`");
  }
  return options;
}

/** Returns what is wrong with a client's options; `own` are those of its marketplace. */
export function checkClient(options: object, own: string[]): Violation[] {
  const { tokenStore, ...others } = OF_CLIENT;
  const kinds: Record<string, Kind> = { ...others };
  for (const name of own) kinds[name] ??= (name === "tokenStore" && tokenStore) || ANY;
  return optionViolations(options as Given, kinds);
}

function check(where: Where, options: unknown, kinds: Record<string, Kind>): void {
  if (options === undefined || options === null) return;
  if (!isObject(options)) {
    const message = "the options are not an object";
    throw localError(where, { kind: "configuration", code: "invalid_options", message });
  }
  let violations: Violation[];
  try {
    violations = optionViolations(options, kinds);
  } catch (error) {
    const message = `the options cannot be read: ${describe(error)}`;
    throw localError(where, { kind: "configuration", code: "invalid_options", message }, error);
  }
  if (violations.length > 0) throw violationsError(where, "configuration", violations);
}

/** Throws for options of a call that cannot work; `own` are further ones of its marketplace. */
export function checkCall(where: Where, options: unknown, own: string[] = []): void {
  check(
    where,
    options,
    own.length === 0 ? OF_CALL : { ...OF_CALL, ...Object.fromEntries(own.map((name) => [name, ANY])) },
  );
}

/** Throws for options of a download that cannot work. */
export const checkDownload = (where: Where, options: unknown): void => check(where, options, OF_DOWNLOAD);

/** Throws for options of `followTransaction` that cannot work. */
export const checkFollowing = (where: Where, options: unknown): void => check(where, options, OF_FOLLOWING);

/** Throws for options of `createGateway` or `createUploads` that cannot work. */
export function checkRoute(endpoint: "createGateway" | "createUploads", options: unknown): void {
  const where: Where = { marketplace: "", endpoint };
  if (options === undefined || options === null) {
    const message = "the options are missing";
    throw localError(where, { kind: "configuration", code: "invalid_configuration", message });
  }
  check(where, options, endpoint === "createGateway" ? OF_GATEWAY : OF_UPLOADS);
}
