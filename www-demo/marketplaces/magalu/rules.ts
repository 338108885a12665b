// What a request must look like: query parameters and bodies, read as the vendor's web framework
// does, with all faults at once. Names that are not asked for are passed over, also in the query: a
// misspelt filter filters nothing.

import { parseQuery, type Received } from "../shared/http.ts";
import { decode, readMultipart } from "../shared/multipart.ts";
import type { Bytes } from "../shared/runtime.ts";
import { detailText, type Loc, unprocessable } from "./errors.ts";
import {
  CREATABLE_EVENTS,
  DESTINATIONS,
  EVENTS,
  FILE_TYPES,
  NEWER_REASON,
  NEWER_TYPE,
  REASONS,
  TRANSACTION_STATUSES,
  TYPES,
} from "./vocabulary.ts";

const MAX_LIMIT = 100;
const MAX_OFFSET = 100;
const MAX_MESSAGE = 3000;
const MAX_FILE = 25 * 1024 * 1024;

// --- query ---------------------------------------------------------------------------------------

export interface Paging {
  limit: number;
  offset: number;
  /** SQL of the order, made from the names that are allowed here. */
  order: string;
}

export interface Filter extends Paging {
  /** Column to the text it must be equal to. */
  equal: Record<string, string | number>;
  /** Column, comparison and time in milliseconds. */
  bounds: [column: string, operator: ">=" | "<=", ms: number][];
}

export function readTicketFilter(query: string): Filter {
  const reader = new QueryReader(query);
  const equal: Filter["equal"] = {};
  for (const [name, column] of [
    ["status", "status"],
    ["code", "code"],
    ["ticket_id", "id"],
    ["order__id", "order_id"],
    ["order__code", "order_code"],
    ["channel__id", "channel_id"],
    ["channel__alias", "channel_alias"],
    ["protocol", "protocol"],
  ] as const) {
    const value = reader.text(name);
    if (value !== undefined) equal[column] = value;
  }
  const times = ["created_at", "updated_at", "due_date"];
  return reader.finish({ equal, bounds: times.flatMap((name) => reader.range(name)), ...reader.paging(times) });
}

export function readMessageFilter(query: string): Filter & { hasAttachment: boolean | undefined } {
  const reader = new QueryReader(query);
  const hasAttachment = reader.boolean("has_attachment");
  return reader.finish({ equal: {}, bounds: [], hasAttachment, ...reader.paging(["created_at"], 50, "asc") });
}

export function readEventFilter(query: string): Filter {
  const reader = new QueryReader(query);
  const type = reader.choice("type", EVENTS);
  const equal = type === undefined ? {} : { type };
  return reader.finish({ equal, bounds: reader.range("created_at"), ...reader.paging(["created_at"], 50, "asc") });
}

export function readReturnFilter(query: string): Filter {
  const reader = new QueryReader(query);
  const equal: Filter["equal"] = {};
  const reverseCode = reader.text("reverse_code");
  const days = reader.integer("valid_for_days", 0, 10_000);
  if (reverseCode !== undefined) equal.reverse_code = reverseCode;
  if (days !== undefined) equal.valid_for_days = days;
  return reader.finish({ equal, bounds: reader.range("created_at"), ...reader.paging(["created_at"], 10, "asc") });
}

/** The span of time is mandatory here. */
export function readTransactionFilter(query: string): Filter & { status: string | undefined } {
  const reader = new QueryReader(query);
  const status = reader.choice("status", TRANSACTION_STATUSES);
  return reader.finish({
    equal: {},
    bounds: reader.range("created_at", true),
    status,
    ...reader.paging(["created_at"]),
  });
}

class QueryReader {
  readonly #values: Map<string, string>;
  readonly #faults: Loc[] = [];

  constructor(query: string) {
    const pairs = parseQuery(query);
    if (pairs === undefined) throw detailText(400, "There was an error parsing the query");
    // Of a repeated name the last value counts.
    this.#values = new Map(pairs);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  choice(name: string, allowed: string[]): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !allowed.includes(value)) this.#fail(name, `Input should be ${quoted(allowed)}`, "enum");
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (["true", "1"].includes(value)) return true;
    if (!["false", "0"].includes(value)) this.#fail(name, "Input should be a valid boolean", "bool_parsing");
    return false;
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^[+-]?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) this.#fail(name, "Input should be a valid integer", "int_parsing");
    else if (number < min) this.#fail(name, `Input should be greater than or equal to ${min}`, "greater_than_equal");
    else if (number > max) this.#fail(name, `Input should be less than or equal to ${max}`, "less_than_equal");
    return number;
  }

  range(name: string, required = false): Filter["bounds"] {
    const bounds: Filter["bounds"] = [];
    for (const [suffix, operator] of [
      ["gte", ">="],
      ["lte", "<="],
    ] as const) {
      const field = `${name}_${suffix}`;
      const value = this.text(field);
      if (value === undefined) {
        if (required) this.#fail(field, "Field required", "missing");
        continue;
      }
      const ms = parseTime(value);
      if (ms === undefined) this.#fail(field, "Input should be a valid datetime", "datetime_parsing");
      else bounds.push([`${name === "due_date" ? "due" : name.replace("_at", "")}_ms`, operator, ms]);
    }
    return bounds;
  }

  paging(sortable: string[], fallback = 50, direction = "desc"): Paging {
    const limit = this.integer("_limit", 1, MAX_LIMIT) ?? fallback;
    const offset = this.integer("_offset", 0, MAX_OFFSET) ?? 0;
    const order: string[] = [];
    for (const part of (this.text("_sort") ?? `created_at:${direction}`).split(",")) {
      const [field = "", way, ...rest] = part.split(":");
      if (!sortable.includes(field) || (way !== "asc" && way !== "desc") || rest.length > 0) {
        const names = sortable.flatMap((name) => [`${name}:asc`, `${name}:desc`]);
        this.#fail("_sort", `Input should be ${quoted(names)}`, "enum");
      } else {
        order.push(`${field === "due_date" ? "due" : field.replace("_at", "")}_ms ${way}`);
      }
    }
    // The number breaks ties, in the direction of what is asked for first.
    order.push(`number ${order[0]?.endsWith("desc") ? "desc" : "asc"}`);
    return { limit, offset, order: order.join(", ") };
  }

  finish<T>(value: T): T {
    if (this.#faults.length > 0) throw unprocessable(this.#faults);
    return value;
  }

  #fail(name: string, msg: string, type: string): void {
    this.#faults.push({ loc: ["query", name], msg, type });
  }
}

/** A date or a date and time; without a zone it is UTC. */
export function parseTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, day = "", time = "00:00:00", zone = "Z"] = match;
  const ms = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}${zone}`);
  // The host takes February 30 for March 2.
  const real = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(ms) || Number.isNaN(real.getTime()) || !real.toISOString().startsWith(day) ? undefined : ms;
}

const quoted = (names: string[]): string =>
  names.map((name, index) => `${index > 0 && index === names.length - 1 ? "or " : ""}'${name}'`).join(", ");

// --- bodies --------------------------------------------------------------------------------------

export interface NewTicket {
  type: string;
  reason: string;
  code: string | null;
  channel: { id: string; alias: string };
  order: { id: string; code: string; delivery: { id: string; seller: { id: string; name: string }; items: Item[] } };
}

export interface Item {
  id: string;
  sku: string;
  external_sku: string;
  name: string;
  description: string;
  image: string;
  quantity: number;
}

export interface NewMessage {
  message: string;
  destination: string;
  code: string | null;
  owner: { code: string; name: string } | null;
  attachments: NewAttachment[];
}

export interface NewAttachment {
  file_name: string;
  file_extension: string;
  file_type: string;
  /** `null`: only announced, as the JSON endpoint does. */
  bytes: Bytes | null;
}

export function readNewTicket(received: Received): NewTicket {
  const body = new BodyReader(readJson(received));
  const channel = body.object("channel");
  const order = body.object("order");
  const delivery = order.object("delivery");
  const seller = delivery.object("seller");
  const ticket: NewTicket = {
    type: body.choice("type", [...TYPES, NEWER_TYPE]),
    channel: { id: channel.text("id", 1), alias: channel.text("alias") },
    order: {
      id: order.text("id", 1),
      code: order.text("code", 1),
      delivery: {
        id: delivery.text("id", 1),
        seller: { id: seller.text("id", 1), name: seller.text("name", 1) },
        items: delivery.list("items", 1, (item) => ({
          id: item.text("id", 1),
          sku: item.text("sku", 1),
          external_sku: item.text("external_sku"),
          name: item.text("name", 1),
          description: item.text("description"),
          image: item.text("image"),
          quantity: item.quantity("quantity"),
        })),
      },
    },
    reason: body.choice("reason", [...REASONS, NEWER_REASON]),
    code: body.optionalText("code"),
  };
  return body.finish(ticket);
}

export function readNewEvent(received: Received): { type: string; code: string | null } {
  const body = new BodyReader(readJson(received));
  return body.finish({ type: body.choice("type", CREATABLE_EVENTS), code: body.optionalText("code") });
}

/** No body, or in the sandbox one with a `code`. */
export function readNewReturn(received: Received, sandbox: boolean): { code: string | null } {
  if (received.body.byteLength === 0) return { code: null };
  if (!sandbox) throw detailText(422, "A body is not expected");
  const body = new BodyReader(readJson(received));
  return body.finish({ code: body.optionalText("code") });
}

export function readNewMessage(received: Received): NewMessage {
  const body = new BodyReader(readJson(received));
  const owner = body.has("owner") ? body.object("owner") : null;
  return body.finish({
    message: body.text("message", 1, MAX_MESSAGE),
    destination: body.choice("destination", DESTINATIONS),
    code: body.optionalText("code"),
    owner: owner === null ? null : { code: owner.text("code"), name: owner.text("name") },
    attachments: !body.has("attachments")
      ? []
      : body.list("attachments", 0, (item) => ({
          file_name: item.text("file_name", 1),
          file_extension: item.text("file_extension", 1),
          file_type: item.text("file_type", 1),
          bytes: null,
        })),
  });
}

const FIELDS = ["message", "destination", "owner_code", "owner_name", "code"];

/** The form of v1: plain fields and parts named `file`. */
export function readMessageForm(received: Received): NewMessage {
  const parts = readMultipart(received.headers.get("content-type") ?? "", received.body);
  if (typeof parts === "string") throw detailText(400, `There was an error parsing the body: ${parts}`);
  const fields: Record<string, string> = {};
  const attachments: NewAttachment[] = [];
  for (const part of parts) {
    if (part.name === "file" && part.filename !== null)
      attachments.push(readFile(part.filename, part.type, part.bytes));
    else if (part.name === "file") {
      throw unprocessable([
        { loc: ["body", "file"], msg: "Expected UploadFile, received: <class 'str'>", type: "value_error" },
      ]);
    } else if (FIELDS.includes(part.name)) {
      const text = decode(part.bytes);
      if (text === undefined) throw detailText(400, "There was an error parsing the body: a field is not valid UTF-8");
      fields[part.name] = text;
    }
  }
  const body = new BodyReader(fields);
  const hasOwner = body.has("owner_code") || body.has("owner_name");
  return body.finish({
    message: body.text("message", 1, MAX_MESSAGE),
    destination: body.choice("destination", DESTINATIONS),
    code: body.optionalText("code"),
    owner: hasOwner ? { code: body.text("owner_code"), name: body.text("owner_name") } : null,
    attachments,
  });
}

function readFile(filename: string, type: string, bytes: Bytes): NewAttachment {
  const dot = filename.lastIndexOf(".");
  const ending = filename.slice(dot + 1);
  const known = FILE_TYPES[type];
  if (dot < 1 || known === undefined || !known.endings.includes(ending.toLowerCase())) {
    throw detailText(422, "file must be JPG, JPEG, PNG or PDF");
  }
  if (bytes.byteLength > MAX_FILE) throw detailText(422, "file must not be larger than 25 MB");
  if (!known.start.every((byte, index) => bytes[index] === byte)) throw detailText(422, `file is not ${type}`);
  return { file_name: filename.slice(0, dot), file_extension: ending, file_type: type, bytes };
}

function readJson(received: Received): unknown {
  const type = (received.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (received.body.byteLength === 0) throw unprocessable([{ loc: ["body"], msg: "Field required", type: "missing" }]);
  if (type !== "application/json") {
    throw unprocessable([
      { loc: ["body"], msg: "Input should be a valid dictionary or object", type: "model_attributes_type" },
    ]);
  }
  try {
    return JSON.parse(decode(received.body) ?? "");
  } catch {
    throw unprocessable([{ loc: ["body", 0], msg: "JSON decode error", type: "json_invalid" }]);
  }
}

/** Reads one object; its faults and those of the objects in it gather in one list. */
class BodyReader {
  readonly #input: Record<string, unknown> | undefined;

  constructor(
    input: unknown,
    readonly loc: Loc["loc"] = ["body"],
    readonly faults: Loc[] = [],
  ) {
    if (typeof input === "object" && input !== null && !Array.isArray(input)) {
      this.#input = input as Record<string, unknown>;
    } else if (input !== MISSING) {
      faults.push({ loc, msg: "Input should be a valid dictionary or object", type: "model_attributes_type" });
    }
  }

  /** `null` counts as not there. */
  has(name: string): boolean {
    return this.#input?.[name] !== undefined && this.#input[name] !== null;
  }

  text(name: string, min = 0, max = Number.POSITIVE_INFINITY): string {
    const value = this.#get(name);
    if (value === MISSING) return "";
    if (typeof value !== "string") {
      this.#fail(name, "Input should be a valid string", "string_type");
      return "";
    }
    const length = [...value].length;
    if (length < min) this.#fail(name, `String should have at least ${min} character`, "string_too_short");
    if (length > max) this.#fail(name, `String should have at most ${max} characters`, "string_too_long");
    return value;
  }

  optionalText(name: string): string | null {
    return this.has(name) ? this.text(name) : null;
  }

  choice(name: string, allowed: string[]): string {
    const value = this.#get(name);
    if (value === MISSING) return "";
    if (typeof value === "string" && allowed.includes(value)) return value;
    this.#fail(name, `Input should be ${quoted(allowed)}`, "enum");
    return "";
  }

  /** The documentation's table says text, its example shows a number: both are taken. */
  quantity(name: string): number {
    const given = this.#get(name);
    if (given === MISSING) return 0;
    const value = typeof given === "string" && /^\d{1,15}$/.test(given) ? Number(given) : given;
    if (typeof value !== "number" || !Number.isSafeInteger(value)) {
      this.#fail(name, "Input should be a valid integer", "int_type");
      return 0;
    }
    if (value < 1) this.#fail(name, "Input should be greater than or equal to 1", "greater_than_equal");
    return value;
  }

  object(name: string): BodyReader {
    return new BodyReader(this.#get(name), [...this.loc, name], this.faults);
  }

  list<T>(name: string, min: number, read: (item: BodyReader) => T): T[] {
    const value = this.#get(name);
    if (value === MISSING) return [];
    if (!Array.isArray(value)) {
      this.#fail(name, "Input should be a valid list", "list_type");
      return [];
    }
    if (value.length < min) this.#fail(name, `List should have at least ${min} item`, "too_short");
    return value.map((item, index) => read(new BodyReader(item, [...this.loc, name, index], this.faults)));
  }

  finish<T>(value: T): T {
    if (this.faults.length > 0) throw unprocessable(this.faults);
    return value;
  }

  /** What stands there; that nothing does is said once, and not again for all below it. */
  #get(name: string): unknown {
    if (this.#input === undefined) return MISSING;
    const value = this.#input[name];
    if (value !== undefined) return value;
    this.#fail(name, "Field required", "missing");
    return MISSING;
  }

  #fail(name: string, msg: string, type: string): void {
    this.faults.push({ loc: [...this.loc, name], msg, type });
  }
}

const MISSING = Symbol("missing");
