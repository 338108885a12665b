import type {
  ErrorKind,
  Origin,
  OwnErrorCode,
  Sent,
  TicketErrorCode,
  TicketErrorData,
  Violation,
  ViolationCode,
  ViolationParams,
} from "../generated/types.js";

/** What kind of failure it was; `code` says it more exactly. */
export type TicketErrorKind = ErrorKind;

interface Base extends Error {
  readonly name: "TicketError";
  /** Stable, for programs; `message` is for developers, and `describeError` has words for people. */
  readonly code: TicketErrorCode;
  /** The marketplace that was called, for example `"kaufland"`. */
  readonly marketplace: string;
  /** The method that was called, for example `"getTicket"`. */
  readonly endpoint: string;
  /** The HTTP status, when an answer came. */
  readonly status?: number;
  /** The marketplace's id of the request, for its support. */
  readonly requestId?: string;
  /** The reference that the write carried, by which it can be found again: Magalu's `code`. */
  readonly reference?: string;
  /** The parsed error of the marketplace, capped. */
  readonly body?: unknown;
  /** The headers of the answer, without cookies. */
  readonly headers?: TicketErrorData["headers"];
  /** How many times the request was handed to the host. */
  readonly attempts: number;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /**
   * Whether the marketplace may have acted: `"no"` = the request never left, or it was refused;
   * `"yes"` = it was accepted but the result could not be read; `"maybe"` = this is unknown, so
   * check before you repeat a write.
   */
  readonly sent: Sent;
  /** Who failed: this client, your gateway, or the marketplace. */
  readonly origin: Origin;
  /** How long the marketplace asks to wait, where it said so. */
  readonly retryAfterMs?: number;
  /** Every rule that was broken, not only the first. */
  readonly violations?: Violation[];
  /** Where the documentation explains it. */
  readonly docsUrl: string;
  /** The plain data of this error: no cause, no stack, no secrets. */
  toJSON(): TicketErrorData;
}

interface Of<K extends TicketErrorKind> extends Base {
  readonly kind: K;
}

/** The arguments break the marketplace's rules; nothing was sent. */
export interface ValidationError extends Of<"validation"> {
  readonly violations: Violation[];
}

type OtherKind = Exclude<TicketErrorKind, "validation">;

/**
 * Every failure of this package. Narrow by `kind`:
 *
 * ```ts
 * import { TicketError } from "seller-tickets";
 *
 * try {
 *   await kaufland.createTicketMessage(id, { text });
 * } catch (error) {
 *   if (!(error instanceof TicketError)) throw error;
 *   if (error.kind === "validation") console.log(error.violations);
 *   else if (error.kind === "rate_limited") console.log(`later, in ${error.retryAfterMs} ms`);
 *   else if (error.sent === "maybe") console.log("read the ticket before you send it again");
 * }
 * ```
 */
export type TicketError = ValidationError | { [K in OtherKind]: Of<K> }[OtherKind];

const BRAND = Symbol.for("seller-tickets.TicketError");

/**
 * The names under which the consoles of Node, Bun and workerd, and that of Deno, find a custom
 * form.
 */
export const INSPECT = Symbol.for("nodejs.util.inspect.custom");
export const DENO_INSPECT = Symbol.for("Deno.customInspect");

/** The page of errors, in the package's own files of this version; build.mjs writes it here. */
declare const DOCS_URL: string;

const MAX_SHOWN = 20;

class TicketErrorClass extends Error {
  declare readonly kind: ErrorKind;
  declare readonly code: TicketErrorCode;
  declare readonly origin: Origin;

  constructor(data: TicketErrorData, options?: { cause?: unknown }) {
    super(data.message, options !== undefined && "cause" in options ? { cause: options.cause } : undefined);
    for (const [key, value] of Object.entries(data)) {
      if (key === "message" || value === undefined) continue;
      Object.defineProperty(this, key, { value, enumerable: true, configurable: true });
    }
  }

  toJSON(): TicketErrorData {
    return inJson(dataOf(this)) as TicketErrorData;
  }

  /** The marketplaces explain their own codes; an answer that cannot be read has a code of ours. */
  get docsUrl(): string {
    const foreign = this.origin === "marketplace" && this.kind !== "decode";
    const own = !foreign && !this.code.startsWith("http_");
    return `${DOCS_URL}#${encodeURIComponent(own ? this.code : this.kind)}`;
  }

  /**
   * What a console shows: everything that one needs to act, and not the marketplace's whole answer.
   */
  [INSPECT](): string {
    const {
      message,
      stack = "",
      violations = [],
      body,
      headers,
      kind,
      code,
      ...rest
    } = this as unknown as TicketErrorData & Error;
    const lines = [stack.includes(message) ? stack : `TicketError: ${message}\n${stack}`];
    for (const { field, code, message, hint } of violations.slice(0, MAX_SHOWN)) {
      lines.push(`  - ${field} (${code}): ${message}; ${hint}`);
    }
    if (violations.length > MAX_SHOWN) lines.push(`  - and ${violations.length - MAX_SHOWN} more violations`);
    lines.push(
      `  ${Object.entries({ kind, code, ...rest })
        .map(([name, value]) => `${name}: ${value}`)
        .join(", ")}`,
    );
    if (this.cause !== undefined) lines.push(`  cause: ${describe(this.cause)}`);
    lines.push(`  docs: ${this.docsUrl}`);
    return lines.join("\n");
  }

  [DENO_INSPECT](): string {
    return this[INSPECT]();
  }

  /** One `instanceof` for a program that holds both the ES module and the CommonJS build. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      return typeof value === "object" && value !== null && BRAND in value;
    } catch {
      // A proxy may throw.
      return false;
    }
  }
}
Object.defineProperty(TicketErrorClass.prototype, "name", { value: "TicketError", configurable: true });
Object.defineProperty(TicketErrorClass.prototype, BRAND, { value: true });
Object.defineProperty(TicketErrorClass, "name", { value: "TicketError" });

export interface TicketErrorConstructor {
  new (data: TicketErrorData, options?: { cause?: unknown }): TicketError;
  readonly prototype: TicketError;
}

export const TicketError = TicketErrorClass as unknown as TicketErrorConstructor;

/**
 * Adds the place of the call to an error's stack, and returns the error: errors arise after waits,
 * when hosts have forgotten the caller. `site` was made at that place.
 */
export function traceOf(error: unknown, site: Error): unknown {
  if (error instanceof TicketError) {
    error.stack = `${error.stack}\n${site.stack?.replace(/^(?:Error.*\n)?(?:.*traced.*\n)?/, "")}`;
  }
  return error;
}

/** Returns a promise of the same result, whose error knows the place of the call. */
export async function traced<T>(promise: Promise<T>, site = new Error()): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw traceOf(error, site);
  }
}

/** The client for which a locally made error speaks. */
export interface Where {
  marketplace: string;
  endpoint: string;
}

/** What the facade says of an error of its own, whose code is one of ours. */
export type LocalData = Pick<TicketErrorData, "kind" | "message"> &
  Partial<Omit<TicketErrorData, "code">> & { code: OwnErrorCode | ViolationCode };

/** An error that the facade itself found, before or beside the module's decisions. */
export function localError(where: Where | undefined, data: LocalData, cause?: unknown): TicketError {
  return new TicketError(
    {
      marketplace: where?.marketplace ?? "",
      endpoint: where?.endpoint ?? "",
      attempts: 0,
      retryable: false,
      sent: "no",
      origin: "client",
      ...data,
    },
    cause === undefined ? undefined : { cause },
  );
}

export function violationsError(
  where: Where,
  kind: "validation" | "configuration",
  violations: Violation[],
): TicketError {
  const [first] = violations;
  // The last one may stand for all that are not listed.
  const last = violations.at(-1);
  const untold = last?.code === "more_violations" ? Number(last.params.more) - 1 : 0;
  const more = violations.length - 1 + untold;
  const rest = more > 0 ? `, and ${more} more violation${more === 1 ? "" : "s"}` : "";
  const message = `${first?.message ?? "the arguments are not valid"}${rest}`;
  return localError(where, {
    kind,
    code: kind === "validation" ? "invalid_input" : "invalid_configuration",
    message,
    violations,
  });
}

/** A broken rule of which only the figures that it needs are given. */
export type BrokenRule = {
  [C in ViolationCode]: Omit<Extract<Violation, { code: C }>, "params"> &
    (Record<never, never> extends ViolationParams[C]
      ? { params?: ViolationParams[C] }
      : { params: ViolationParams[C] });
}[ViolationCode];

/**
 * One broken rule that only the host can see: a file that cannot be read, a value that contains
 * itself.
 */
export function brokenRule(where: Where, violation: BrokenRule, cause?: unknown): TicketError {
  const { code, message } = violation;
  return localError(
    where,
    { kind: "validation", code, message, violations: [{ params: {}, ...violation } as Violation] },
    cause,
  );
}

/**
 * Returns the plain data of an error unchanged; `toJSON` converts integers that JSON cannot hold to
 * text.
 */
export function dataOf(error: Error): TicketErrorData {
  return { ...error, message: error.message } as unknown as TicketErrorData;
}

/**
 * Returns a value for JSON: each `bigint` becomes its decimal digits, and what contains itself has
 * an end. `around` are the objects that hold the value.
 */
function inJson(value: unknown, around: readonly object[] = []): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (around.includes(value)) return "…";
  const within = [...around, value];
  if (Array.isArray(value)) return value.map((item) => inJson(item, within));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, inJson(field, within)]));
}

/** Returns the same error with other data, and with a stack of its own. */
export function retold(error: TicketError, changes?: Partial<TicketErrorData>): TicketError {
  const { cause } = error;
  return new TicketError({ ...dataOf(error), ...changes }, cause === undefined ? undefined : { cause });
}

/** Names the marketplace and the method, which the module does not always know. */
export function located(error: unknown, where: Where): unknown {
  return error instanceof TicketError && error.endpoint === "" ? retold(error, where) : error;
}

/** The words of a rejection. It can be any value, and Node hides the reason in `cause`. */
export function describe(reason: unknown): string {
  if (!(reason instanceof Error)) return typeof reason === "string" && reason !== "" ? reason : "unknown failure";
  const cause = reason.cause;
  const inner = cause instanceof Error ? cause.message || (cause as { code?: string }).code : undefined;
  return inner ? `${reason.message}: ${inner}` : reason.message || reason.name;
}

/** The error of a call that its caller gave up before anything was sent. */
export function abortedError(where: Where, signal: { readonly reason: unknown }): TicketError {
  return localError(
    where,
    { kind: "aborted", code: "aborted", message: "the call was aborted before anything was sent" },
    signal.reason,
  );
}
