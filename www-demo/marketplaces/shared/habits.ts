// Behaviour that a marketplace may show on all requests, in contrast to single faults: it shows
// items late or in another order, normalises texts, moderates, refuses copies, caps and repeats
// pages, or begins answers with a byte order mark. All habits are off until a test requests one by
// `POST /control/faults`.
//
//   { "kind": "late", "ms": 100, "of": ["messages"] }
//       Reads show stored items with this delay; without `of`, all kinds of items.
//   { "kind": "other_order", "order": "reversed" }
//       Reverses each list; with "rotated", the first item of each list comes last.
//   { "kind": "cap_page", "rows": 5 }
//       No page has more rows, whatever the request asks for.
//   { "kind": "repeat_page" }
//       Every later page repeats the first one.
//   { "kind": "byte_order_mark" }
//       Each text and each JSON answer begins with a byte order mark.
//   { "kind": "normalise", "ways": ["crlf", "trim"] }
//       Texts are stored in a normalised form; without `ways`, in all WAYS except "lf".
//   { "kind": "moderate", "how": "silently", "words": "pix" }
//       Rejects texts with these words, or all texts without `words`; `how` can be "visibly".
//   { "kind": "refuse_copies", "status": 409 }
//       Refuses a write that repeats a stored one; without `status`, with the vendor's own.

import type { Received, Reply } from "./http.ts";
import { parseQuery } from "./http.ts";
import { type Columns, type Lags, type LateKinds, lateDatabase } from "./late.ts";
import type { D1Database } from "./runtime.ts";
import type { Settings, Shown } from "./shown.ts";

/**
 * The ways to normalise a text: line ends, composed characters, HTML entities, masked mail
 * addresses and telephone numbers, and no blanks at the ends of lines.
 */
export const WAYS = ["crlf", "lf", "nfc", "entities", "masks", "trim"] as const;
export type Way = (typeof WAYS)[number];

export type Habit =
  | { kind: "late"; ms: number; of: string[] | null }
  | { kind: "other_order"; order: "reversed" | "rotated" }
  | { kind: "cap_page"; rows: number }
  | { kind: "repeat_page" }
  | { kind: "byte_order_mark" }
  | { kind: "normalise"; ways: Way[] }
  | { kind: "moderate"; how: "silently" | "visibly"; words: string }
  | { kind: "refuse_copies"; status: number | null };

type Kind = Habit["kind"];
const KINDS: Kind[] = [
  "late",
  "other_order",
  "cap_page",
  "repeat_page",
  "byte_order_mark",
  "normalise",
  "moderate",
  "refuse_copies",
];

export const isHabit = (fault: { kind: string }): fault is Habit => (KINDS as string[]).includes(fault.kind);

/**
 * Returns the name of the table of moderated texts, which every marketplace has besides its own.
 */
export const moderatedOf = (prefix: string): string => `${prefix}_moderated`;

/** The habits that apply to one request. */
export class Habits {
  readonly #list: Habit[];
  readonly #db: D1Database;
  readonly #prefix: string;

  constructor(list: Habit[], db: D1Database, prefix: string) {
    this.#list = list;
    this.#db = db;
    this.#prefix = prefix;
  }

  #find<K extends Kind>(kind: K): Extract<Habit, { kind: K }> | undefined {
    return this.#list.find((habit): habit is Extract<Habit, { kind: K }> => habit.kind === kind);
  }

  /** Returns the text as it is stored. */
  kept(text: string): string {
    const ways = this.#find("normalise")?.ways ?? [];
    return ways.reduce((kept, way) => NORMALISE[way](kept), text);
  }

  /**
   * Returns how the text is rejected, if it is. A rejected text is stored separately, so that a
   * test can read it.
   */
  async rejects(text: string): Promise<"silently" | "visibly" | undefined> {
    const habit = this.#find("moderate");
    if (habit === undefined || !text.toLowerCase().includes(habit.words.toLowerCase())) return undefined;
    await this.#db
      .prepare(`INSERT INTO ${moderatedOf(this.#prefix)} (text, how, moderated_ms) VALUES (?, ?, ?)`)
      .bind(text, habit.how, Date.now())
      .run();
    return habit.how;
  }

  /**
   * Returns the status of the refusal when `isCopy` returns `true`; `own` is the vendor's usual
   * status.
   */
  async refusesCopy(own: number, isCopy: () => Promise<boolean>): Promise<number | undefined> {
    const habit = this.#find("refuse_copies");
    return habit !== undefined && (await isCopy()) ? (habit.status ?? own) : undefined;
  }

  /**
   * Returns the database as this request sees it. Writes read the current content, except for the
   * kinds that the marketplace lists in `lateToWrites`.
   */
  database(marketplace: Shown, received: Received, columns: Columns): D1Database {
    const lags: Lags = new Map();
    const isRead = received.method === "GET";
    for (const [kind, tables] of Object.entries(marketplace.late)) {
      if (!isRead && !marketplace.lateToWrites?.includes(kind)) continue;
      const habit = this.#list.find((each) => each.kind === "late" && (each.of === null || each.of.includes(kind)));
      if (habit?.kind !== "late") continue;
      for (const entry of tables) lags.set(typeof entry === "string" ? entry : entry.table, habit.ms);
    }
    return lateDatabase(this.#db, this.#prefix, columns, lags);
  }

  /** Returns the request and the settings to use when pages are capped or repeated. */
  page(marketplace: Shown, received: Received, settings: Settings): { received: Received; settings: Settings } {
    const rows = this.#find("cap_page")?.rows;
    const again = this.#find("repeat_page") !== undefined;
    if (received.method !== "GET" || (rows === undefined && !again)) return { received, settings };
    return marketplace.page?.(received, settings, { rows, again }) ?? { received, settings };
  }

  /** Returns the answer as it is sent. */
  shape(marketplace: Shown, reply: Reply): Reply {
    const order = this.#find("other_order")?.order;
    const ordered = order === undefined ? reply : reorder(reply, marketplace.lists, order);
    const isText = /json|text|xml/.test(reply.headers["content-type"] ?? "");
    if (this.#find("byte_order_mark") === undefined || ordered.body === null || !isText) return ordered;
    const body = new Uint8Array(ordered.body.byteLength + 3);
    body.set([0xef, 0xbb, 0xbf]);
    body.set(ordered.body, 3);
    return { ...ordered, body };
  }
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const NORMALISE: Record<Way, (text: string) => string> = {
  crlf: (text) => text.replace(/\r?\n/g, "\r\n"),
  lf: (text) => text.replaceAll("\r\n", "\n"),
  nfc: (text) => text.normalize("NFC"),
  entities: (text) => text.replace(/[&<>"]/g, (found) => ENTITIES[found] ?? found),
  masks: (text) => text.replace(/[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d ()/-]{6,}\d/g, "***"),
  trim: (text) => text.replace(/[ \t]+(?=\r?\n|$)/g, ""),
};

/** Returns the reply with reordered lists. Numbers keep the digits with which they were written. */
function reorder(reply: Reply, lists: string[], order: "reversed" | "rotated"): Reply {
  if (reply.body === null || !/json/.test(reply.headers["content-type"] ?? "")) return reply;
  const move = (items: unknown[]) =>
    order === "reversed" ? [...items].reverse() : [...items.slice(1), ...items.slice(0, 1)];
  const value: unknown = JSON.parse(new TextDecoder().decode(reply.body), (name, item, { source }) => {
    if (typeof item === "number" && source !== undefined) return JSON.rawJSON(source);
    return lists.includes(name) && Array.isArray(item) ? move(item) : item;
  });
  return { ...reply, body: new TextEncoder().encode(JSON.stringify(value)) };
}

/** Returns the request with another value for a query parameter. */
export function withQuery(received: Received, name: string, value: string): Received {
  const others = (parseQuery(received.query) ?? []).filter(([other]) => other !== name);
  const pairs = [...others, [name, value]].map((pair) => pair.map((text) => encodeURIComponent(text ?? "")).join("="));
  return { ...received, query: pairs.join("&") };
}

/** Returns the number in the query, or `fallback`. */
export function queryNumber(received: Received, name: string, fallback: number): number {
  const text = (parseQuery(received.query) ?? []).find(([other]) => other === name)?.[1];
  return text === undefined || !/^\d{1,9}$/.test(text) ? fallback : Number(text);
}

// --- reading the control input ---------------------------------------------------------------

type Input = Record<string, unknown>;

/**
 * Returns the habit that the input describes, or an error message for it; `undefined` when the
 * input describes no habit.
 */
export function readHabit(input: Input, known: LateKinds[]): Habit | string | undefined {
  const kind = KINDS.find((each) => each === input.kind);
  switch (kind) {
    case undefined:
      return undefined;
    case "late": {
      const { ms, of = null } = input;
      if (!isCount(ms)) return "fault.ms must be a whole number from 0";
      if (of === null) return { kind, ms, of };
      const kinds = new Set(known.flatMap((each) => Object.keys(each)));
      const isKnown = (item: unknown): item is string => typeof item === "string" && kinds.has(item);
      return Array.isArray(of) && of.every(isKnown)
        ? { kind, ms, of }
        : `fault.of must be a list of ${[...kinds].join(", ")}`;
    }
    case "other_order": {
      const { order = "reversed" } = input;
      return order === "reversed" || order === "rotated" ? { kind, order } : "fault.order must be reversed or rotated";
    }
    case "cap_page":
      return isCount(input.rows) && input.rows > 0
        ? { kind, rows: input.rows }
        : "fault.rows must be a whole number from 1";
    case "normalise": {
      const { ways = WAYS.filter((way) => way !== "lf") } = input;
      const isWay = (way: unknown): way is Way => (WAYS as readonly unknown[]).includes(way);
      return Array.isArray(ways) && ways.every(isWay)
        ? { kind, ways }
        : `fault.ways must be a list of ${WAYS.join(", ")}`;
    }
    case "moderate": {
      const { how, words = "" } = input;
      if (how !== "silently" && how !== "visibly") return "fault.how must be silently or visibly";
      return typeof words === "string" ? { kind, how, words } : "fault.words must be a text";
    }
    case "refuse_copies": {
      const { status = null } = input;
      const isStatus = status === null || (isCount(status) && status >= 400 && status <= 499);
      return isStatus ? { kind, status } : "fault.status must be from 400 to 499";
    }
    case "repeat_page":
    case "byte_order_mark":
      return { kind };
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
