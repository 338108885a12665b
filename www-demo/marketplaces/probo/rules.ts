// What a ticket must look like, read with all faults at once. Undocumented fields are kept
// and ignored.
//
// The vendor marks `order_id` and `id` as required; its text makes reason, solution and products
// necessary too.

import type { Bytes } from "../shared/runtime.ts";
import { Invalid } from "./errors.ts";
import { REASONS, SOLUTIONS } from "./vocabulary.ts";

export interface NewTicket {
  id: string;
  order_id: string;
  description: string | null;
  reason: string;
  suggested_solution: string;
  contact_email: string | null;
  products: NewProduct[];
  /** The body as it came. */
  body: string;
}

export interface NewProduct {
  /** As it was written: digits, or the text of a caller's own id. */
  id: string;
  amount: number;
  uris: string[];
}

/**
 * Whether pictures must be there for each product of a ticket, or for any of them. The
 * documentation does not say.
 */
export type FilesPer = "product" | "ticket";

export function readNewTicket(body: Bytes, filesPer: FilesPer): NewTicket {
  const { input, text } = readObject(body);
  const faults: string[] = [];
  const id = readText(input, "id", faults);
  const order_id = readText(input, "order_id", faults);
  const reason = readChoice(input, "reason", Object.keys(REASONS), faults);
  const suggested_solution = readChoice(input, "suggested_solution", SOLUTIONS, faults);
  const { description = null, contact_email = null } = input;
  if (description !== null && typeof description !== "string") faults.push("description: must be a string");
  if (contact_email !== null && !isEmail(contact_email)) faults.push("contact_email: must be a valid email address");
  const products = readProducts(input.products, faults);
  if (products.length > 0 && REASONS[reason]?.files === true) {
    const without = products.flatMap((product, index) => (product.uris.length === 0 ? [index] : []));
    if (filesPer === "product") {
      for (const index of without) faults.push(`products.${index}.files: files are required for reason ${reason}`);
    } else if (without.length === products.length) {
      faults.push(`products: files are required for reason ${reason}`);
    }
  }
  if (faults.length > 0) throw new Invalid(faults);
  return {
    id,
    order_id,
    description: description as string | null,
    reason,
    suggested_solution,
    contact_email: contact_email as string | null,
    products,
    body: text,
  };
}

function readProducts(value: unknown, faults: string[]): NewProduct[] {
  if (value === undefined || value === null) {
    faults.push("products: is required");
    return [];
  }
  if (!Array.isArray(value)) {
    faults.push("products: must be an array");
    return [];
  }
  if (value.length === 0) faults.push("products: needs at least one product");
  const products: NewProduct[] = [];
  for (const [index, item] of value.entries()) {
    const field = `products.${index}`;
    if (!isObject(item)) {
      faults.push(`${field}: must be an object`);
      continue;
    }
    const { id, amount } = item;
    const written = id instanceof WholeNumber ? id.digits : typeof id === "string" ? id.trim() : "";
    if (id === undefined || id === null) faults.push(`${field}.id: is required`);
    else if (written === "") faults.push(`${field}.id: must be an integer or a string`);
    const count = amount instanceof WholeNumber ? Number(amount.digits) : Number.NaN;
    if (amount === undefined || amount === null) faults.push(`${field}.amount: is required`);
    else if (!(count >= 1)) faults.push(`${field}.amount: must be an integer from 1`);
    products.push({ id: written, amount: count, uris: readFiles(item.files, `${field}.files`, faults) });
  }
  return products;
}

function readFiles(value: unknown, field: string, faults: string[]): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    faults.push(`${field}: must be an array`);
    return [];
  }
  const uris: string[] = [];
  for (const [index, item] of value.entries()) {
    const uri = isObject(item) ? item.uri : undefined;
    if (!isObject(item)) faults.push(`${field}.${index}: must be an object`);
    else if (uri === undefined) faults.push(`${field}.${index}.uri: is required`);
    else if (!isFullUrl(uri)) faults.push(`${field}.${index}.uri: must be a full URL`);
    // One that is there but not valid has its own fault; it is not missing as well.
    uris.push(String(uri));
  }
  return uris;
}

function readText(input: Input, name: string, faults: string[]): string {
  const value = input[name];
  if (value === undefined || value === null || value === "") faults.push(`${name}: is required`);
  else if (typeof value !== "string" || value.trim() === "") faults.push(`${name}: must be a string`);
  return typeof value === "string" ? value : "";
}

function readChoice(input: Input, name: string, allowed: string[], faults: string[]): string {
  const value = input[name];
  if (value === undefined || value === null || value === "") faults.push(`${name}: is required`);
  else if (typeof value !== "string" || !allowed.includes(value)) {
    faults.push(`${name}: must be one of ${allowed.join(", ")}`);
  }
  return typeof value === "string" ? value : "";
}

function isEmail(value: unknown): boolean {
  return typeof value === "string" && /^[^\s@,;<>]+@[^\s@,;<>.]+(?:\.[^\s@,;<>.]+)+$/.test(value);
}

/** Absolute, http or https, with a host. */
function isFullUrl(value: unknown): boolean {
  return typeof value === "string" && /^https?:\/\/[^\s/?#@]/i.test(value) && !/\s/.test(value) && URL.canParse(value);
}

/** A whole number as it was written, so that long ids are not rounded. */
class WholeNumber {
  constructor(readonly digits: string) {}
}

type Input = Record<string, unknown>;

function readObject(body: Bytes): { input: Input; text: string } {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    value = JSON.parse(text, (_, item, { source }) =>
      typeof item === "number" && source !== undefined && /^-?\d+$/.test(source) ? new WholeNumber(source) : item,
    );
  } catch {
    throw new Invalid(["the body is not valid JSON"]);
  }
  if (!isObject(value)) throw new Invalid(["the body must be an object"]);
  return { input: value, text };
}

function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WholeNumber);
}
