// What a request must look like: query parameters and the two headers that count. Bodies are
// ignored, and so are parameters that nothing reads.

import { parseQuery, type Received } from "../shared/http.ts";
import { badRequest, Refusal } from "./errors.ts";
import { ACTIONS, REASONS, REFUND_TYPES, STATUSES, type TicketType, TYPES } from "./vocabulary.ts";

const MAX_URL = 2000;
const MAX_RANGE_DAYS = 7;
const DAY = 86_400;
/**
 * The vendor's zone is not documented; here days begin at this offset from UTC, in seconds, all
 * year round.
 */
export const OFFSET = -8 * 3600;

export function checkUrl(received: Received): void {
  if (received.uri.length > MAX_URL) throw new Refusal(414, `URL is longer than ${MAX_URL} characters`);
}

/** The first of each; a parameter given again does not count. */
export type Query = Map<string, string>;

export function readQuery(query: string): Query {
  const pairs = parseQuery(query);
  if (pairs === undefined) throw badRequest("The query is not valid percent-encoded UTF-8");
  return new Map(pairs.reverse());
}

export type Representation = "json" | "xml";

/** XML unless JSON is preferred. */
export function negotiate(received: Received, offered: Representation[] = ["xml", "json"]): Representation {
  const accept = received.headers.get("accept")?.trim();
  if (accept === undefined || accept === "") return offered[0] ?? "xml";
  const wanted = accept
    .split(",")
    .map((part) => {
      const [type = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith("q="));
      return { type, weight: q === undefined ? 1 : Number(q.slice(2)) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { type } of wanted) {
    const found = offered.find((name) => type === "*/*" || type === "application/*" || type === `application/${name}`);
    if (found !== undefined) return found;
  }
  throw new Refusal(406, "Not Acceptable");
}

export function readPage(received: Received): number {
  const text = received.headers.get("page");
  if (text === null) return 1;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw badRequest("Page must be a number from 1");
  return Number(text);
}

// --- writes --------------------------------------------------------------------------------------

export interface Refund {
  refundType: string;
  /** As it was sent; `null` for FULL. */
  refundAmount: string | null;
  /** The same in hundredths. */
  hundredths: number;
}

export interface NewTicket {
  type: TicketType;
  reason: string;
  sku: string | undefined;
  comment: string | undefined;
  refund: Refund | undefined;
  retainSubscription: boolean;
}

export function readNewTicket(query: Query): NewTicket {
  const type = readChoice(query, "type", TYPES);
  if (type === undefined) throw badRequest("type is required");
  const reason = query.get("reason");
  if (reason === undefined) throw badRequest("reason is required");
  if (!Object.hasOwn(REASONS[type], reason)) throw badRequest(`reason is not valid for type ${query.get("type")}`);
  const retain = query.get("retainSubscription");
  if (retain !== undefined && retain !== "true" && retain !== "false") {
    throw badRequest("retainSubscription must be true or false");
  }
  return {
    type,
    reason,
    sku: query.get("sku"),
    comment: readComment(query),
    refund: type === "REFUND" ? readRefund(query) : undefined,
    retainSubscription: retain === "true",
  };
}

/**
 * The vendor's table also requires `refundAmount`; its text does so for partial refunds only, and
 * there is none for a full one.
 */
export function readRefund(query: Query): Refund {
  const refundType = query.get("refundType");
  if (refundType === undefined) throw badRequest("refundType is required");
  if (!REFUND_TYPES.includes(refundType)) throw badRequest(`refundType must be one of ${REFUND_TYPES.join(", ")}`);
  if (refundType === "FULL") return { refundType, refundAmount: null, hundredths: 0 };
  const refundAmount = query.get("refundAmount");
  if (refundAmount === undefined) throw badRequest(`refundAmount is required for ${refundType}`);
  const [, whole = "", fraction = ""] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(refundAmount) ?? [];
  if (whole === "") throw badRequest("refundAmount must be a number with no more than two digits of precision");
  const hundredths = Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
  if (refundType === "PARTIAL_PERCENT" && (hundredths < 100 || hundredths > 8000)) {
    throw badRequest("refundAmount must be between 1 and 80");
  }
  if (hundredths === 0) throw badRequest("refundAmount must be more than 0");
  return { refundType, refundAmount, hundredths };
}

export type Update =
  | { action: "comment" | "reopen"; comment: string }
  | { action: "close"; comment: string | undefined }
  | { action: "change"; comment: string | undefined; type: TicketType };

export function readUpdate(query: Query): Update {
  const action = query.get("action");
  const comment = readComment(query);
  if (action !== undefined && !ACTIONS.includes(action)) {
    throw badRequest(`action must be one of ${ACTIONS.join(", ")}`);
  }
  if (action === "close") return { action, comment };
  if (action === "change") {
    const type = readChoice(query, "type", TYPES);
    if (type === undefined) throw badRequest("type is required to change a ticket");
    const partial = (query.get("refundType") ?? "FULL") !== "FULL" || query.has("refundAmount");
    if (type === "REFUND" && partial) throw badRequest("Partial refunds are not allowed when changing to rfnd");
    return { action, comment, type };
  }
  if (comment === undefined) {
    throw badRequest(action === "reopen" ? "comment is required to reopen a ticket" : "comment is required");
  }
  return { action: action === "reopen" ? "reopen" : "comment", comment };
}

function readComment(query: Query): string | undefined {
  const comment = query.get("comment");
  return comment === undefined || comment.trim() === "" ? undefined : comment;
}

// --- searches ------------------------------------------------------------------------------------

export interface Count {
  type: string | undefined;
  status: string | undefined;
  /** A pattern for SQL's LIKE, with a backslash to escape. */
  receipt: string | undefined;
}

/**
 * Seconds since 1970: from the first moment of the first day to before the first one after the last
 * day.
 */
export interface Range {
  from: number;
  before: number;
}

export interface Search extends Count {
  created: Range | undefined;
  updated: Range | undefined;
  closed: Range | undefined;
}

export function readCount(query: Query): Count {
  const receipt = query.get("receipt");
  if (receipt?.startsWith("%")) throw badRequest("receipt may not start with a wildcard");
  if (receipt !== undefined && [...receipt.replaceAll("%", "")].length < 4) {
    throw badRequest("receipt must be 4 or more characters in length, not counting wildcards");
  }
  return {
    type: readChoice(query, "type", TYPES),
    status: readChoice(query, "status", STATUSES),
    receipt: receipt?.replace(/[\\_]/g, "\\$&"),
  };
}

export function readSearch(query: Query): Search {
  return {
    ...readCount(query),
    created: readRange(query, "createDate"),
    updated: readRange(query, "updateDate"),
    closed: readRange(query, "closeDate"),
  };
}

function readRange(query: Query, name: string): Range | undefined {
  const from = readDay(query, `${name}From`);
  const to = readDay(query, `${name}To`);
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined) throw badRequest(`${name}From and ${name}To must both be given`);
  if (to < from) throw badRequest(`${name}From is after ${name}To`);
  if (to - from > MAX_RANGE_DAYS * DAY) throw badRequest(`${name} range is more than ${MAX_RANGE_DAYS} days`);
  return { from: from - OFFSET, before: to + DAY - OFFSET };
}

function readDay(query: Query, name: string): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : "?");
  // February 30 would be read as March 2.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) {
    throw badRequest(`${name} must be a date in the format yyyy-mm-dd`);
  }
  return date.getTime() / 1000;
}

function readChoice<T>(query: Query, name: string, values: Record<string, T>): T | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  if (!Object.hasOwn(values, text)) throw badRequest(`${name} must be one of ${Object.keys(values).join(", ")}`);
  return values[text];
}
