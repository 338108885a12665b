// What a request must look like: bodies, forms and query parameters, read with all faults at once.

import { parseQuery, type Received } from "../shared/http.ts";
import { decode, readMultipart } from "../shared/multipart.ts";
import type { Bytes } from "../shared/runtime.ts";
import { type Entry, invalid, required, violation } from "./errors.ts";
import { FILE_TYPES, REFERENCE_TYPES, ROLES, TOPICS } from "./vocabulary.ts";

/** `\w` without Unicode, as the vendor's own checks read it. */
const SELLER_ID = /^\w{1,50}$/;
const CHANNEL = /^\w{5,15}$/;
const FILENAME = /^\w+\.\w{1,10}$/;
const MAX_FILE = 16 * 1024 * 1024;
const MAX_ATTACHMENTS = 10;

export interface Said {
  sellerId: string;
  ticketId: string;
  createdAt: string;
  from: { role: string; name?: string };
  message: string;
  replyRequested: boolean;
  attachment: { filename: string; contentType: string }[];
}

export interface NewTicket extends Said {
  topic: string;
  subject: string;
  reference?: { type: string; id: string };
}

export function readTicket(received: Received): NewTicket {
  const body = readBody(received);
  const said = readSaid(body);
  const reference = body.has("reference") ? body.object("reference") : undefined;
  const ticket: NewTicket = {
    ...said,
    topic: body.choice("topic", TOPICS),
    subject: body.text("subject", 1, 1024),
    ...(reference === undefined
      ? {}
      : { reference: { type: reference.choice("type", REFERENCE_TYPES), id: reference.text("id") } }),
  };
  return body.finish(ticket);
}

export function readReply(received: Received): { channel: string; reply: Said } {
  const body = readBody(received);
  return body.finish({ channel: body.pattern("channel", CHANNEL), reply: readSaid(body) });
}

/** What tickets and replies have in common. */
function readSaid(body: Reader): Said {
  const from = body.object("from");
  const attachment = body.has("attachment")
    ? body.list("attachment", 0, MAX_ATTACHMENTS, (item) => ({
        filename: item.text("filename", 1, 256),
        contentType: item.text("contentType", 1, 128),
      }))
    : [];
  return {
    sellerId: body.pattern("sellerId", SELLER_ID),
    ticketId: body.text("ticketId", 1, 256),
    createdAt: body.dateTime("createdAt"),
    from: { role: from.choice("role", ROLES), ...(from.has("name") ? { name: from.text("name", 0, 100) } : {}) },
    message: body.text("message", 1, 1024),
    replyRequested: body.has("replyRequested") ? body.boolean("replyRequested") : true,
    attachment,
  };
}

export interface FileKey {
  sellerId: string;
  ticketId: string;
  filename: string;
}

/** The form of an upload: what the file belongs to as JSON, and the file. */
export function readUpload(received: Received): { key: FileKey; type: string; bytes: Bytes } {
  const parts = readMultipart(received.headers.get("content-type") ?? "", received.body);
  if (typeof parts === "string") throw invalid(violation("body", "ungültiges Formular", parts));
  const of = (name: string) => parts.filter((part) => part.name === name);
  const faults: Entry[] = [];
  for (const name of ["attachmentData", "attachment"]) {
    const count = of(name).length;
    if (count === 0) faults.push(required(name));
    if (count > 1) faults.push(violation(name, "darf nur einmal vorkommen", "must be there once"));
  }
  const [data] = of("attachmentData");
  const [file] = of("attachment");
  if (file !== undefined) {
    if (file.filename === null) faults.push(violation("attachment", "muss eine Datei sein", "must be a file"));
    if (file.bytes.byteLength === 0) faults.push(violation("attachment", "darf nicht leer sein", "must not be empty"));
    if (file.bytes.byteLength > MAX_FILE) {
      faults.push(violation("attachment", "darf höchstens 16 MB groß sein", "must not be larger than 16 MB"));
    }
    if (!FILE_TYPES.includes(file.type) && !/^image\/[\w.+-]+$/.test(file.type)) {
      faults.push(
        violation("attachment", `der Typ ${file.type} ist nicht erlaubt`, `type ${file.type} is not allowed`),
      );
    }
  }
  const reader = new Reader(data === undefined ? {} : parse(data.bytes, "attachmentData"), "attachmentData.", faults);
  if (data === undefined || file === undefined) throw invalid(...faults);
  const key = {
    sellerId: reader.pattern("sellerId", SELLER_ID),
    ticketId: reader.text("ticketId", 1, 256),
    filename: reader.pattern("filename", FILENAME),
  };
  return reader.finish({ key, type: file.type, bytes: file.bytes });
}

export function readChannelSegment(channel: string): string {
  const reader = new Reader({ channel }, "");
  return reader.finish(reader.pattern("channel", CHANNEL));
}

export function readFileKey(query: string): FileKey {
  const reader = new Reader(queryObject(query), "");
  return reader.finish({
    sellerId: reader.pattern("sellerId", SELLER_ID),
    ticketId: reader.text("ticketId", 1, 256),
    filename: reader.text("filename", 1),
  });
}

export interface EventFilter {
  /** Milliseconds. */
  createdAfter: number | undefined;
  types: string[];
}

export function readEventFilter(query: string): EventFilter {
  const input = queryObject(query);
  const reader = new Reader(input, "");
  const createdAfter = reader.has("createdAfter") ? Date.parse(reader.dateTime("createdAfter")) : undefined;
  // Types are not checked: the list of them grows, and one that nothing has finds nothing.
  const types = String(input.eventTypeFilter ?? "").split(",");
  return reader.finish({ createdAfter, types: types.map((type) => type.trim()).filter((type) => type !== "") });
}

export function readEventIds(received: Received): string[] {
  const body = readBody(received);
  return body.finish(body.texts("eventIdList", 1, 100));
}

/** The one field of the form. */
export function readRefreshToken(received: Received): string {
  const type = mediaType(received);
  if (type !== "application/x-www-form-urlencoded") {
    const expected = "application/x-www-form-urlencoded";
    throw invalid(violation("Content-Type", `muss ${expected} sein`, `must be ${expected}`));
  }
  const reader = new Reader(queryObject(decode(received.body) ?? "%"), "");
  return reader.finish(reader.text("refreshToken", 1));
}

function readBody(received: Received): Reader {
  if (mediaType(received) !== "application/json") {
    throw invalid(violation("Content-Type", "muss application/json sein", "must be application/json"));
  }
  return new Reader(parse(received.body, "body"), "");
}

const mediaType = (received: Received): string =>
  (received.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

function parse(bytes: Bytes, field: string): unknown {
  try {
    return JSON.parse(decode(bytes) ?? "");
  } catch {
    throw invalid(violation(field, "ist kein gültiges JSON", "is not valid JSON"));
  }
}

function queryObject(query: string): Record<string, string> {
  const pairs = parseQuery(query);
  if (pairs === undefined) throw invalid(violation("query", "ist nicht lesbar", "can not be read"));
  return Object.fromEntries(pairs);
}

/** A date and time with a zone, on a day that exists. The vendor writes zones as `+0000` too. */
function isDateTime(text: string): boolean {
  const match = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/i.exec(text);
  if (match === null || Number.isNaN(Date.parse(text))) return false;
  const day = match[1] ?? "";
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

const MISSING = Symbol("missing");

/** Reads one object; its faults and those of the objects in it gather in one list. */
class Reader {
  readonly #input: Record<string, unknown> | undefined;

  constructor(
    input: unknown,
    readonly prefix: string,
    readonly faults: Entry[] = [],
  ) {
    if (typeof input === "object" && input !== null && !Array.isArray(input)) {
      this.#input = input as Record<string, unknown>;
    } else if (input !== MISSING) {
      const field = prefix === "" ? "body" : prefix.slice(0, -1);
      faults.push(violation(field, "muss ein Objekt sein", "must be an object"));
    }
  }

  has(name: string): boolean {
    return this.#input?.[name] !== undefined;
  }

  text(name: string, min = 0, max = Number.POSITIVE_INFINITY): string {
    const value = this.#get(name);
    if (value === MISSING) return "";
    if (typeof value !== "string") {
      this.#fail(name, "muss Text sein", "must be a string");
      return "";
    }
    const length = [...value].length;
    if (length < min) this.#fail(name, "darf nicht leer sein", "must not be empty");
    if (length > max) this.#fail(name, `darf höchstens ${max} Zeichen haben`, `must have at most ${max} characters`);
    return value;
  }

  pattern(name: string, pattern: RegExp): string {
    const value = this.#get(name);
    if (value === MISSING) return "";
    if (typeof value === "string" && pattern.test(value)) return value;
    this.#fail(name, `muss ${pattern.source} entsprechen`, `must match ${pattern.source}`);
    return "";
  }

  choice(name: string, allowed: string[]): string {
    const value = this.#get(name);
    if (value === MISSING) return "";
    if (typeof value === "string" && allowed.includes(value)) return value;
    this.#fail(name, `muss einer von ${allowed.join(", ")} sein`, `must be one of ${allowed.join(", ")}`);
    return "";
  }

  boolean(name: string): boolean {
    const value = this.#get(name);
    if (value !== MISSING && typeof value !== "boolean")
      this.#fail(name, "muss true oder false sein", "must be a boolean");
    return value === true;
  }

  dateTime(name: string): string {
    const value = this.#get(name);
    if (value === MISSING) return "";
    if (typeof value === "string" && isDateTime(value)) return value;
    this.#fail(name, "muss ein Zeitpunkt nach ISO 8601 sein", "must be an ISO 8601 date-time");
    return "";
  }

  object(name: string): Reader {
    return new Reader(this.#get(name), `${this.prefix}${name}.`, this.faults);
  }

  list<T>(name: string, min: number, max: number, read: (item: Reader) => T): T[] {
    const items = this.#items(name, min, max);
    return items.map((item, index) => read(new Reader(item, `${this.prefix}${name}[${index}].`, this.faults)));
  }

  texts(name: string, min: number, max: number): string[] {
    const items = this.#items(name, min, max);
    for (const [index, item] of items.entries()) {
      if (typeof item !== "string" || item === "")
        this.#fail(`${name}[${index}]`, "muss Text sein", "must be a string");
    }
    return items.filter((item) => typeof item === "string");
  }

  /** With other faults, unknown names are worth a warning. */
  finish<T>(value: T): T {
    if (this.faults.length > 0) throw invalid(...this.faults, ...this.#unknown());
    return value;
  }

  readonly #asked = new Set<string>();

  #unknown(): Entry[] {
    return Object.keys(this.#input ?? {})
      .filter((name) => !this.#asked.has(name))
      .map((name) => ({ ...violation(`${this.prefix}${name}`, "ist unbekannt", "is not known"), severity: "warning" }));
  }

  #items(name: string, min: number, max: number): unknown[] {
    const value = this.#get(name);
    if (value === MISSING) return [];
    if (!Array.isArray(value)) {
      this.#fail(name, "muss eine Liste sein", "must be a list");
      return [];
    }
    if (value.length < min) this.#fail(name, `braucht mindestens ${min} Element`, `needs at least ${min} item`);
    if (value.length > max) this.#fail(name, `darf höchstens ${max} Elemente haben`, `must have at most ${max} items`);
    return value;
  }

  #get(name: string): unknown {
    this.#asked.add(name);
    if (this.#input === undefined) return MISSING;
    const value = this.#input[name];
    if (value !== undefined) return value;
    this.faults.push(required(`${this.prefix}${name}`));
    return MISSING;
  }

  #fail(name: string, de: string, en: string): void {
    this.faults.push(violation(`${this.prefix}${name}`, de, en));
  }
}
