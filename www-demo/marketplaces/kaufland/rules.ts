// What a request must look like: query parameters and bodies, read with all faults at once.

import { parseQuery } from "../shared/http.ts";
import type { Bytes } from "../shared/runtime.ts";
import { badRequest, type FieldError, invalid, restricted } from "./errors.ts";
import { contradiction } from "./sniff.ts";
import {
  EMBEDDED,
  FULFILLMENT_TYPES,
  MIME_TYPES,
  NEWER_REASON,
  NEWER_STATUS,
  NEWER_STOREFRONT,
  NEWER_TOPIC,
  REASONS,
  STATUSES,
  STOREFRONTS,
  TOPICS,
} from "./vocabulary.ts";

const MAX_INT32 = 2_147_483_647;
const MAX_PAGE = 30;
const MAX_TEXT = 65_535;

// --- query ---------------------------------------------------------------------------------------

export interface TicketFilter {
  status: string[];
  open_reason: string[];
  topic: string[];
  storefront: string[];
  fulfillment_type: string[];
  id_buyer: number | undefined;
  created_from: string | undefined;
  updated_from: string | undefined;
  sort: string;
  limit: number;
  offset: number;
}

export interface MessageFilter {
  fulfillment_type: string[];
  created_from: string | undefined;
  sort: string;
  limit: number;
  offset: number;
}

/**
 * `true`: `status[0]=opened` is read as PHP would. It is not in the documentation, so it is refused
 * unless a test asks for it.
 */
export function readTicketFilter(query: string, allowBrackets: boolean): TicketFilter {
  const reader = new QueryReader(query, allowBrackets);
  const filter: TicketFilter = {
    status: reader.values("status", [...STATUSES, NEWER_STATUS]),
    open_reason: reader.values("open_reason", [...REASONS, NEWER_REASON]),
    topic: reader.values("topic", [...TOPICS, NEWER_TOPIC]),
    storefront: reader.values("storefront", [...STOREFRONTS, NEWER_STOREFRONT], { ignoreCase: true }),
    fulfillment_type: reader.values("fulfillment_type", FULFILLMENT_TYPES, { fallback: ["fulfilled_by_merchant"] }),
    id_buyer: reader.integer("id_buyer", 0, MAX_INT32),
    created_from: reader.dateTime("ts_created_from_iso"),
    updated_from: reader.dateTime("ts_updated_from_iso"),
    sort: reader.choice("sort", ["ts_created_iso:desc", "ts_updated_iso:desc"]),
    limit: reader.integer("limit", 1, MAX_PAGE) ?? MAX_PAGE,
    offset: reader.integer("offset", 0, MAX_INT32) ?? 0,
  };
  reader.finish();
  return filter;
}

export function readMessageFilter(query: string, allowBrackets: boolean): MessageFilter {
  const reader = new QueryReader(query, allowBrackets);
  const filter: MessageFilter = {
    fulfillment_type: reader.values("fulfillment_type", FULFILLMENT_TYPES, { fallback: ["fulfilled_by_merchant"] }),
    created_from: reader.dateTime("ts_created_from_iso"),
    sort: reader.choice("sort", ["ts_created_iso:desc", "ts_created_iso:asc"]),
    limit: reader.integer("limit", 1, MAX_PAGE) ?? MAX_PAGE,
    offset: reader.integer("offset", 0, MAX_INT32) ?? 0,
  };
  reader.finish();
  return filter;
}

export function readEmbedded(query: string, allowBrackets: boolean): Set<string> {
  const reader = new QueryReader(query, allowBrackets);
  const embedded = reader.values("embedded", EMBEDDED);
  reader.finish();
  return new Set(embedded);
}

export function refuseQuery(query: string): void {
  new QueryReader(query, false).finish();
}

class QueryReader {
  readonly #values = new Map<string, string[]>();
  readonly #errors: FieldError[] = [];

  constructor(query: string, allowBrackets: boolean) {
    const pairs = parseQuery(query);
    if (pairs === undefined) throw badRequest("The query is not valid percent-encoded UTF-8");
    for (const [rawName, value] of pairs) {
      const name = allowBrackets ? rawName.replace(/\[\d*\]$/, "") : rawName;
      this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
    }
  }

  /** An array: the key repeated, one comma-separated value, or both. */
  values(name: string, allowed: string[], options: { fallback?: string[]; ignoreCase?: boolean } = {}): string[] {
    const given = this.#take(name);
    if (given.length === 0) return options.fallback ?? [];
    const values = given.flatMap((value) => value.split(",")).map((value) => value.trim());
    const known = values.map((value) => (options.ignoreCase ? value.toLowerCase() : value));
    for (const [index, value] of known.entries()) {
      if (!allowed.includes(value)) this.#fail(name, `value ${JSON.stringify(values[index])} is not allowed`);
    }
    return [...new Set(known)];
  }

  /** One of the values; the first when there is none. */
  choice(name: string, allowed: [string, ...string[]]): string {
    const value = this.#one(name);
    if (value === undefined) return allowed[0];
    if (!allowed.includes(value)) this.#fail(name, `value must be one of ${allowed.join(", ")}`);
    return value;
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#one(name);
    if (value === undefined) return undefined;
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) {
      this.#fail(name, `value must be an integer from ${min} to ${max}`);
      return undefined;
    }
    return number;
  }

  /** A date-time as the stored ones are written, so that both compare as text. */
  dateTime(name: string): string | undefined {
    const value = this.#one(name);
    if (value === undefined) return undefined;
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
      ? new Date(value).getTime()
      : Number.NaN;
    if (Number.isNaN(time)) {
      this.#fail(name, "value must be an ISO 8601 date-time such as 2026-03-02T08:15:00Z");
      return undefined;
    }
    // Stored times are whole seconds: a bound within a second leaves that second out.
    return toIso(new Date(Math.ceil(time / 1000) * 1000));
  }

  /** Refuses what no one asked for, and throws everything found. */
  finish(): void {
    for (const name of this.#values.keys()) this.#fail(name, "is not a query parameter of this endpoint");
    if (this.#errors.length > 0) throw invalid(this.#errors);
  }

  #one(name: string): string | undefined {
    const values = this.#take(name);
    if (values.length > 1) this.#fail(name, "value is given more than once");
    return values[0];
  }

  #take(name: string): string[] {
    const values = this.#values.get(name) ?? [];
    this.#values.delete(name);
    return values;
  }

  #fail(field: string, message: string): void {
    this.#errors.push({ field, message });
  }
}

export function toIso(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

// --- bodies --------------------------------------------------------------------------------------

export interface NewTicket {
  /** As text: int64 values do not all fit a number. */
  id_order_unit: string[];
  reason: string;
  message: string;
}

export interface NewFile {
  filename: string;
  mime_type: string;
  base64: string;
  bytes: Bytes;
}

export interface NewMessage {
  text: string;
  interim_notice: boolean;
  files: NewFile[];
}

export function readNewTicket(body: Bytes): NewTicket {
  const errors: FieldError[] = [];
  const input = readObject(body);
  refuseOthers(input, ["id_order_unit", "reason", "message"], "", errors);

  const units = input.id_order_unit;
  const ids: string[] = [];
  if (units === undefined) errors.push({ field: "id_order_unit", message: "value is required" });
  else if (!Array.isArray(units)) errors.push({ field: "id_order_unit", message: "value must be an array" });
  else if (units.length === 0) errors.push({ field: "id_order_unit", message: "value needs at least 1 item" });
  else {
    for (const [index, unit] of units.entries()) {
      if (unit instanceof Int64) ids.push(unit.digits);
      else errors.push({ field: `id_order_unit[${index}]`, message: "value must be an integer" });
    }
  }
  const { reason, message } = input;
  if (reason === undefined) errors.push({ field: "reason", message: "value is required" });
  else if (typeof reason !== "string" || ![...REASONS, NEWER_REASON].includes(reason)) {
    errors.push({ field: "reason", message: "value is not allowed" });
  }
  checkText(message, "message", Number.POSITIVE_INFINITY, errors);
  if (errors.length > 0) throw invalid(errors);
  return { id_order_unit: [...new Set(ids)], reason: reason as string, message: message as string };
}

export function readNewMessage(body: Bytes): NewMessage {
  const errors: FieldError[] = [];
  const input = readObject(body);
  refuseOthers(input, ["text", "interim_notice", "ticket_message_files"], "", errors);

  const { text, interim_notice = false, ticket_message_files = [] } = input;
  checkText(text, "text", MAX_TEXT, errors);
  if (typeof interim_notice !== "boolean") errors.push({ field: "interim_notice", message: "value must be a boolean" });
  const files: NewFile[] = [];
  if (!Array.isArray(ticket_message_files)) {
    errors.push({ field: "ticket_message_files", message: "value must be an array" });
  } else {
    for (const [index, item] of ticket_message_files.entries()) {
      const file = readFile(item, `ticket_message_files[${index}]`, errors);
      if (file !== undefined) files.push(file);
    }
  }
  if (errors.length > 0) throw invalid(errors);
  for (const file of files) {
    const found = contradiction(file.mime_type, file.bytes);
    if (found !== undefined) {
      throw restricted(
        400,
        "attachments-upload-failure",
        `The file ${file.filename} is not ${file.mime_type}: ${found}`,
      );
    }
  }
  return { text: text as string, interim_notice: interim_notice as boolean, files };
}

function readFile(item: unknown, field: string, errors: FieldError[]): NewFile | undefined {
  if (!isObject(item)) {
    errors.push({ field, message: "value must be an object" });
    return undefined;
  }
  const before = errors.length;
  refuseOthers(item, ["filename", "mime_type", "data"], `${field}.`, errors);
  for (const name of ["filename", "mime_type", "data"]) {
    const value = item[name];
    if (value === undefined) errors.push({ field: `${field}.${name}`, message: "value is required" });
    else if (typeof value !== "string") errors.push({ field: `${field}.${name}`, message: "value must be a string" });
  }
  if (errors.length > before) return undefined;
  const { filename, mime_type, data } = item as { filename: string; mime_type: string; data: string };
  if (filename === "") errors.push({ field: `${field}.filename`, message: "value is too short, minimum 1" });
  if (!MIME_TYPES.includes(mime_type)) errors.push({ field: `${field}.mime_type`, message: "value is not allowed" });
  const prefix = /^data:([^;,]*);base64,/.exec(data.slice(0, 300));
  if (prefix === null) {
    errors.push({ field: `${field}.data`, message: "value must be a data URI: data:<mime type>;base64,<data>" });
  } else if (prefix[1] !== mime_type) {
    errors.push({ field: `${field}.data`, message: "the mime type of the data URI is not the value of mime_type" });
  }
  const base64 = data.slice(prefix?.[0].length ?? 0);
  const bytes = prefix === null ? undefined : decodeBase64(base64);
  if (prefix !== null && bytes === undefined) {
    errors.push({ field: `${field}.data`, message: "value is not valid base64" });
  }
  return errors.length > before || bytes === undefined ? undefined : { filename, mime_type, base64, bytes };
}

/** Standard alphabet, padded, no white space; `undefined` for all else. */
function decodeBase64(base64: string): Bytes | undefined {
  const body = base64.replace(/={1,2}$/, "");
  if (base64.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(body)) return undefined;
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

function checkText(value: unknown, field: string, max: number, errors: FieldError[]): void {
  if (value === undefined) errors.push({ field, message: "value is required" });
  else if (typeof value !== "string") errors.push({ field, message: "value must be a string" });
  else {
    const length = codePoints(value);
    if (length < 1) errors.push({ field, message: "value is too short, minimum 1" });
    if (length > max) errors.push({ field, message: `value is too long, maximum ${max}` });
  }
}

/** Counts characters beyond the basic plane once, not as the two halves JavaScript keeps. */
function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A whole number of 64 bits as it was written. */
class Int64 {
  constructor(readonly digits: string) {}
}

type Input = Record<string, unknown>;

function readObject(body: Bytes): Input {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw badRequest("The body is not valid UTF-8");
  }
  try {
    value = JSON.parse(text, (_, item, { source }) => {
      if (typeof item !== "number" || source === undefined || !/^-?\d+$/.test(source)) return item;
      return BigInt.asIntN(64, BigInt(source)) === BigInt(source) ? new Int64(source) : item;
    });
  } catch {
    throw badRequest("The body is not valid JSON");
  }
  if (!isObject(value)) throw invalid([{ field: "", message: "the body must be an object" }]);
  return value;
}

function refuseOthers(input: Input, names: string[], prefix: string, errors: FieldError[]): void {
  for (const name of Object.keys(input)) {
    if (!names.includes(name)) errors.push({ field: `${prefix}${name}`, message: "property is not allowed" });
  }
}

function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Int64);
}
