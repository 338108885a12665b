/** Results as the caller gets them. */

import type { Result } from "../wasm/generated/boundary.js";

/** `value`: the content of the body, if it was parsed and checked already. */
export function parse(result: Result, body: Uint8Array | undefined, parsed?: { value: unknown }): unknown {
  if (result.type === "empty") return undefined;
  if (result.type === "bytes") return body;
  if (result.type === "text") return new TextDecoder().decode(body);
  let value: unknown;
  if ("value" in result) value = result.value;
  else value = parsed === undefined ? JSON.parse(new TextDecoder().decode(body)) : parsed.value;
  for (const key of result.pick) value = (value as Record<string, unknown>)[key];
  return value;
}
