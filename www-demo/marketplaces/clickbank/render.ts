// Answers as XML, and as the JSON that is made from it: every number is text, an empty element is
// an object, and an element that occurs once is not an array.

import { json, type Reply } from "../shared/http.ts";
import { decimal } from "./money.ts";
import type { Representation } from "./rules.ts";
import { OFFSET } from "./rules.ts";
import type { CommentRow, TicketRow } from "./store.ts";

/**
 * The children of an element in their order. `null` is an empty element; a list is one element for
 * each of its items.
 */
export type Fields = [name: string, value: string | null | Fields[]][];

export function ticketFields(row: TicketRow, comments: CommentRow[]): Fields {
  const zulu = row.ticketid % 5 === 0;
  const fields: Fields = [
    ["ticketid", String(row.ticketid)],
    ["receipt", row.receipt],
    ["status", row.status],
    ["type", row.type],
    ["comments", comments.map((comment) => commentFields(comment, zulu))],
    ["openedDate", time(row.opened, zulu)],
    ["closedDate", time(row.closed, zulu)],
    ["description", row.description],
    ["refundType", row.refund_type],
    ["refundAmount", row.refund_amount],
    ["customerFirstName", row.first_name],
    ["customerLastName", row.last_name],
    ["email", row.email],
    ["emailAtOrderTime", row.email_at_order],
    ["expirationDate", time(row.expires, zulu)],
    ["locale", row.locale],
    ["note", row.note],
    ["productItemNo", row.item_no],
    ["updateTime", time(row.updated, zulu)],
    ["source", row.source],
    ...(row.extra === null ? [] : (JSON.parse(row.extra) as Fields)),
  ];
  // Most tickets say that an element is empty; every fourth one leaves it out.
  return row.ticketid % 4 === 3 ? fields.filter(([, value]) => value !== null) : fields;
}

function commentFields(row: CommentRow, zulu: boolean): Fields {
  return [
    ["commentId", String(row.comment_id)],
    ["date", time(row.date, zulu)],
    ["comment", row.comment],
    ["action", row.action],
    ["commentRole", row.role],
    ...(row.extra === null ? [] : (JSON.parse(row.extra) as Fields)),
  ];
}

export function amountFields(usd: number, customer: Money, product: Money): Fields {
  return [
    ["usdAmount", decimal(usd)],
    ["customerAmount", decimal(customer.cents)],
    ["customerCurrency", customer.currency],
    ["productAmount", decimal(product.cents)],
    ["productCurrency", product.currency],
  ];
}

export interface Money {
  cents: number;
  currency: string;
}

/** Seconds since 1970 as xs:dateTime: in UTC, or at the offset of the vendor's days. */
function time(seconds: number, zulu: boolean): string;
function time(seconds: number | null, zulu: boolean): string | null;
function time(seconds: number | null, zulu: boolean): string | null {
  if (seconds === null) return null;
  const text = new Date((seconds + (zulu ? 0 : OFFSET)) * 1000).toISOString().slice(0, 19);
  return zulu ? `${text}Z` : `${text}-08:00`;
}

// --- one element, or several ---------------------------------------------------------------------

/**
 * One element. Clients disagree on whether its name is around it in JSON, so it is for some and not
 * for others.
 */
export function one(representation: Representation, name: string, fields: Fields, wrapped: boolean): Reply {
  if (representation === "xml") return xml(200, element(name, fields, true));
  const value = toJson(fields);
  return json(200, wrapped ? { [name]: value } : value);
}

export type EmptyList = "null" | "object" | "nothing";

export function many(
  representation: Representation,
  status: number,
  name: string,
  items: Fields[],
  whenEmpty: EmptyList,
): Reply {
  if (representation === "xml") {
    return xml(status, `<${name}s>${items.map((fields) => element(name, fields, true)).join("")}</${name}s>`);
  }
  if (items.length > 0) return json(status, toJson([[name, items]]));
  if (whenEmpty === "nothing") return { status, headers: { "content-type": "application/json" }, body: null };
  return json(status, whenEmpty === "null" ? null : {});
}

export type CountShape = "number" | "text" | "object";

export function count(representation: Representation, total: number, shape: CountShape): Reply {
  if (representation === "xml") return xml(200, `<count>${total}</count>`);
  if (shape === "object") return json(200, { count: String(total) });
  return json(200, shape === "text" ? String(total) : total);
}

/** A choice among shapes that is the same every time for the same text. */
export function byText<T>(shapes: [T, ...T[]], text: string): T {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return shapes[(Math.imul(hash, 0x9e3779b1) >>> 16) % shapes.length] ?? shapes[0];
}

function toJson(fields: Fields): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    if (value === null) object[name] = { "@nil": "true" };
    else if (typeof value === "string") object[name] = value;
    else if (value.length > 0) object[name] = value.length === 1 ? toJson(value[0] ?? []) : value.map(toJson);
  }
  return object;
}

const XSI = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

function element(name: string, fields: Fields, isRoot = false): string {
  const children = fields.map(([child, value]) => {
    if (value === null) return `<${child} xsi:nil="true"/>`;
    if (typeof value === "string") return `<${child}>${escapeXml(value)}</${child}>`;
    return value.map((item) => element(child, item)).join("");
  });
  return `<${name}${isRoot ? XSI : ""}>${children.join("")}</${name}>`;
}

export function xml(status: number, text: string): Reply {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${text}`),
  };
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

function escapeXml(text: string): string {
  // XML 1.0 has no way to write the other control characters.
  return text.replace(/[&<>\r]/g, (found) => ENTITIES[found] ?? found).replace(/(?![\t\n])\p{Cc}/gu, "");
}
