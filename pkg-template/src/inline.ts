/** The module's bytes travel as text and are compiled synchronously at the first call: no path to resolve, nothing to await. */
import text from "seller-tickets-wasm/inline";
import { provide } from "./engine.js";

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = nibble(hex, 2 * at) * 16 + nibble(hex, 2 * at + 1);
  return bytes;
}

/** `0`-`9` are 48-57, `a`-`f` are 97-102. */
function nibble(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}

provide(() => fromHex(text));
