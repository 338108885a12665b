/** Results as the caller gets them. */

import type { Result } from "../wasm/boundary.js";

/** Turns the marks of integers that a number would round into `bigint`s. */
export function reviveBigInt(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const digits = (value as { $bigint?: unknown }).$bigint;
  return typeof digits === "string" ? BigInt(digits) : value;
}

/** `value`: what the body says, when it was parsed and checked already. */
export function parse(result: Result, body: Uint8Array | undefined, parsed?: { value: unknown }): unknown {
  if (result.type === "empty") return undefined;
  if (result.type === "bytes") return body;
  if (result.type === "text") return new TextDecoder().decode(body);
  let value: unknown;
  if (result.text !== null) value = JSON.parse(result.text, reviveBigInt);
  else value = parsed === undefined ? JSON.parse(new TextDecoder().decode(body)) : parsed.value;
  for (const key of result.pick) value = (value as Record<string, unknown>)[key];
  return value;
}
