/** Everything that is shown as words: labels of wire values, money, dates, sizes, and errors. */
import type { TicketError, Violation } from "seller-tickets";
import { meanings } from "seller-tickets";

/** The enums that the pages show, by the name that `meanings` knows them under. */
export type EnumName =
  | "TicketStatus"
  | "TicketReason"
  | "TicketTopic"
  | "Storefront"
  | "FulfillmentType"
  | "OrderUnitStatus"
  | "AuthorRole"
  | "AttachmentType";

const LABELS: Record<string, string> = {
  opened: "Open",
  buyer_closed: "Closed by customer",
  seller_closed: "Closed by you",
  both_closed: "Closed by both",
  customer_service_closed_final: "Closed for good",
  product_not_as_described: "Not as described",
  product_defect: "Defect",
  product_not_delivered: "Not delivered",
  product_return: "Return",
  contact_other: "Other question",
  fulfilled_by_merchant: "Shipped by you",
  fulfilled_by_kaufland: "Shipped by Kaufland",
  // The vendor's spelling of the wire value.
  cs_nagative_rating: "Negative rating",
};

const PROPER_NAMES: Record<string, string> = {
  paypal: "PayPal",
  klarna: "Klarna",
  creditcard: "credit card",
  sofort: "Sofort",
  consorsfinanz: "Consors Finanz",
  cashinadvance: "cash in advance",
  payback: "Payback",
  barzahlen: "Barzahlen",
  googlepay: "Google Pay",
  applepay: "Apple Pay",
  blik: "Blik",
  kaufland: "Kaufland",
};

/** A wire value as a person would say it. A value that nobody knows yet is shown by its own words. */
export function label(value: string): string {
  const known = LABELS[value];
  if (known !== undefined) return known;
  if (/^[a-z]{2}$/i.test(value)) return value.toUpperCase();
  const payment = /^issue_(.+)$/.exec(value);
  const words = (payment?.[1] ?? value).split("_").map((word) => PROPER_NAMES[word] ?? word);
  const text = words.join(" ");
  return payment ? `Payment: ${text}` : text.charAt(0).toUpperCase() + text.slice(1);
}

const known = meanings("kaufland");

/** The documented values of an enum, in the vendor's order. */
export function values(name: EnumName): readonly string[] {
  return (known[name] ?? []).map((entry) => entry.value);
}

/** What a value means, in the words of the marketplace's guide; empty for a value that it does not name. */
export function meaning(name: EnumName, value: string): string {
  return known[name]?.find((entry) => entry.value === value)?.meaning ?? "";
}

/** The same as a sentence, for tooltips and explanations. */
export function explanation(name: EnumName, value: string): string {
  return sentence(meaning(name, value));
}

const DAY = 86_400_000;

/** A moment, as short as it can be understood: the time today, the day this year, else the full date. */
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

/** What was being done: reading, or one of the three writes. */
export type Doing = "read" | "message" | "open" | "close";

/** Puts a failed call into words. */
export function explain(error: TicketError, doing: Doing): Problem {
  const signedOut = error.kind === "authentication" && error.origin === "gateway";
  const unsure = doing !== "read" && error.sent !== "no";
  let title = signedOut ? "You are signed out" : (TITLES[error.kind] ?? "That did not work");
  if (error.kind === "network") {
    title = error.origin === "gateway" ? "The marketplace could not be reached" : "The gateway could not be reached";
  }
  return {
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
  if (error.kind === "authentication") return "Check the client key and the secret key in the gateway's settings.";
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

function vendorMessage(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  const { message, errors } = body as { message?: unknown; errors?: unknown };
  const parts = typeof message === "string" && message !== "" ? [message] : [];
  for (const item of Array.isArray(errors) ? errors : []) {
    const { field, message: text } = (item ?? {}) as { field?: unknown; message?: unknown };
    if (typeof text === "string") parts.push(typeof field === "string" ? `${field}: ${text}` : text);
  }
  return parts.join("; ");
}

/** What a field of a request is called on the page, where wire names would not be understood. */
function nameOf(field: string, value: string | undefined): string {
  if (field === "text" || field === "message") return "the message";
  if (field === "reason") return "the reason";
  if (field === "id_order_unit") return "the list of order units";
  if (field.startsWith("id_order_unit[")) return value === undefined ? "an order unit" : `“${value}”`;
  if (/^ticket_message_files\[\d+\]\.mime_type$/.test(field)) return "the type of this file";
  if (/^ticket_message_files\[\d+\]\.filename$/.test(field)) return "the name of this file";
  if (/^ticket_message_files\[\d+\]$/.test(field)) return "this file";
  return `\`${field}\``;
}

/** A broken rule as the page says it, `value` being what was written. The rule itself and how to keep it come from the package. */
export function ruleWords(violation: Violation, value?: string): { what: string; hint: string } {
  const { field, code, message, hint, params } = violation;
  const name = nameOf(field, value);
  if (code === "unknown_value" && field.endsWith(".mime_type")) {
    const types = values("AttachmentType").map((type) => meaning("AttachmentType", type));
    return {
      what: sentence(`${name} is \`${params.value ?? ""}\`, which the marketplace does not take`),
      hint: sentence(`send it as ${types.slice(0, -1).join(", ")} or ${types.at(-1)}`),
    };
  }
  if (code === "required" && field === "reason") return { what: "The reason is missing.", hint: "Choose one." };
  // Some messages name the file, too; here it stands right above.
  const what = message.replace(`\`${field}\``, name).replace(/^this file \(.*?\) (?=is )/, "this file ");
  return { what: sentence(what), hint: sentence(hint) };
}

/** Library messages are lower case without a full stop; on a page they stand as sentences. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…”]$/.test(first) ? first : `${first}.`;
}
