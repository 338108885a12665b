/** Everything that is shown as words: labels of wire values, money, dates, sizes, and errors. */
import type { MarketplaceId, TicketError, Violation } from "seller-tickets";
import { describe, meanings } from "seller-tickets";
import en from "seller-tickets/locales/en";

/** What a marketplace's pages add to the words that are made here. */
interface OwnWords {
  /** A value in words of one's own; `undefined` for its own words. */
  label?(value: string): string | undefined;
  /** A field in words. */
  nameOf?(field: string): string | undefined;
}

/**
 * The words of one marketplace. Values and their meanings are the package's; `Name` is how it calls
 * the enums that are shown.
 */
export class Vocabulary<Name extends string> {
  readonly #known: ReturnType<typeof meanings>;
  readonly #own: OwnWords;

  constructor(marketplace: MarketplaceId, own: OwnWords) {
    this.#known = meanings(marketplace);
    this.#own = own;
  }

  /**
   * A wire value as a person would say it. An unknown value is shown as it is.
   */
  label(value: string): string {
    return this.#own.label?.(value) ?? plain(value);
  }

  /** The documented values of an enum, in the vendor's order. */
  values(name: Name): readonly string[] {
    return (this.#known[name] ?? []).map((entry) => entry.value);
  }

  /**
   * What a value means, in the words of the marketplace's guide; empty for a value that it does not
   * name.
   */
  meaning(name: Name, value: string): string {
    return this.#known[name]?.find((entry) => entry.value === value)?.meaning ?? "";
  }

  /** The same as a sentence, for tooltips and explanations. */
  explanation(name: Name, value: string): string {
    return sentence(this.meaning(name, value));
  }

  /**
   * A broken rule in the package's words for people. `title` stands before them: what was written,
   * or the name of a field that is not beside them.
   */
  rule(violation: Violation, title?: string): string {
    const nameOf = (field: string) => (field === violation.field ? title : this.#own.nameOf?.(field));
    return describe(violation, { locale: en, label: nameOf });
  }

  /** The name of a field, as the beginning of a line. */
  title(field: string): string | undefined {
    const name = this.#own.nameOf?.(field);
    return name && name.charAt(0).toUpperCase() + name.slice(1);
  }
}

/** `wrong-product`, `TECH_SUPPORT` and `product_return` as words. */
function plain(value: string): string {
  const text = value.replace(/[_-]+/g, " ").trim();
  const lower = text === text.toUpperCase() ? text.toLowerCase() : text;
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

const DAY = 86_400_000;

/**
 * A moment, as short as it can be understood: the time today, the day this year, else the full
 * date.
 */
export function shortDate(iso: string, now = Date.now()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) {
    return date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  }
  const recent = Math.abs(now - date.getTime()) < 300 * DAY;
  return date.toLocaleDateString(undefined, {
    day: "numeric",
    month: "short",
    ...(recent ? {} : { year: "numeric" }),
  });
}

/** A moment in full. */
export function longDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** An amount in minor units (cents) of its currency. */
export function money(minor: number, currency: string | null | undefined): string {
  if (!currency) return String(minor);
  try {
    const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return `${minor} ${currency}`;
  }
}

/** A number of bytes. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
}

/** A time to wait, as exact as it matters. */
function wait(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

/** `1 ticket`, `2 tickets`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}

/** An error as the pages show it. */
export interface Problem {
  /** The kind of error; empty for one of the page's own. */
  kind: TicketError["kind"] | "";
  title: string;
  /** What happened, and what the marketplace itself said. */
  detail: string;
  /** Whether something may have been stored, and what to do now. Empty for a read. */
  advice: string;
  /** The write may have taken place: look before it is repeated. */
  unsure: boolean;
  signedOut: boolean;
  /** Facts for a support request. */
  facts: string;
}

const TITLES: Record<string, string> = {
  validation: "The marketplace's rules do not allow this",
  configuration: "Something is not set up properly",
  authentication: "The marketplace does not accept this account's keys",
  forbidden: "This account may not do that",
  not_found: "There is no such ticket in this account",
  conflict: "The ticket is no longer in a state that allows this",
  rate_limited: "The marketplace takes no more requests for now",
  rejected: "The marketplace refused",
  server: "The marketplace had an error of its own",
  network: "The connection failed",
  timeout: "No answer came in time",
  aborted: "Cancelled",
  decode: "The answer could not be read",
};

/** What was being done: reading, or one of the writes. */
export type Doing = "read" | keyof typeof LOOK_FIRST;

/** Puts a failed call into words. */
export function explain(error: TicketError, doing: Doing): Problem {
  const signedOut = error.kind === "authentication" && error.origin === "gateway";
  const unsure = doing !== "read" && error.sent !== "no";
  let title = signedOut ? "You are signed out" : (TITLES[error.kind] ?? "That did not work");
  if (error.kind === "network") {
    title = error.origin === "gateway" ? "The marketplace could not be reached" : "The gateway could not be reached";
  }
  return {
    kind: error.kind,
    title,
    detail: detail(error, signedOut),
    advice: advice(error.sent, doing),
    unsure,
    signedOut,
    facts: facts(error),
  };
}

function detail(error: TicketError, signedOut: boolean): string {
  if (signedOut) return "Sign in again and repeat what you did. What you wrote is kept.";
  if (error.kind === "authentication") return "Check the account's keys in the gateway's settings.";
  if (error.kind === "aborted") return "";
  if (error.kind === "network" && error.origin === "client") return "Check your connection.";
  if (error.kind === "rate_limited" && error.retryAfterMs !== undefined) {
    return `Try again in ${wait(error.retryAfterMs)}.`;
  }
  const said = error.origin === "client" ? "" : vendorMessage(error.body);
  return said ? `It says: “${said}”` : sentence(error.message);
}

/** What to do about a write whose end is not known. */
const LOOK_FIRST = {
  message: "It may have been stored; reload the thread before you send again.",
  open: "It may have been opened; look at the top of the inbox before you open it again.",
  close: "It may have been closed; reload the ticket before you close it again.",
  change: "It may have been done; reload the ticket before you do it again.",
  complaint: "It may have arrived, and cannot be looked up; ask the marketplace before you send it again.",
  upload: "It may have been stored; uploading it again does no harm.",
  follow: "The ticket may still come: look at the list before you open it again.",
  acknowledge: "It may have been acknowledged; doing it again does no harm.",
};

/** What a failed write has left behind, in words. */
export function advice(sent: TicketError["sent"], doing: Doing): string {
  if (doing === "read") return "";
  if (sent === "no") return "Nothing was stored.";
  if (sent === "yes") return "The marketplace has accepted it, but its answer could not be read. Reload to see it.";
  return LOOK_FIRST[doing];
}

function facts(error: TicketError): string {
  return [
    error.kind,
    error.code,
    error.status === undefined ? "" : `status ${error.status}`,
    error.requestId ? `request ${error.requestId}` : "",
    count(error.attempts, "attempt"),
    `sent: ${error.sent}`,
    `said by the ${error.origin}: ${error.message}`,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** The marketplace's own words; each has a shape of its own for errors. */
function vendorMessage(body: unknown): string {
  if (typeof body === "string") return /^\s*</.test(body) ? "" : body.trim();
  if (typeof body !== "object" || body === null) return "";
  const { message, error, errors, errorList } = body as Record<string, unknown>;
  const parts = [message, error, errors].filter((part): part is string => typeof part === "string" && part !== "");
  for (const item of [errors, errorList].flatMap((list) => (Array.isArray(list) ? list : []))) {
    const { field, message: text } = (typeof item === "string" ? { message: item } : (item ?? {})) as {
      field?: unknown;
      message?: unknown;
    };
    if (typeof text === "string") parts.push(typeof field === "string" ? `${field}: ${text}` : text);
  }
  return parts.join("; ");
}

/** Library messages are lower case without a full stop; on a page they stand as sentences. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…”]$/.test(first) ? first : `${first}.`;
}
