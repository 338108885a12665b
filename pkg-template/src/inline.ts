/** The module's bytes travel as text and are compiled synchronously at the first call: no path to resolve, nothing to await. */
import text from "seller-tickets-wasm/inline";
import { provide } from "./engine.js";

type FromHex = (hex: string) => Uint8Array<ArrayBuffer>;

/** Hosts read hex some ten times as fast as a loop that is not compiled yet; Node has had `Buffer` for longer than `Uint8Array.fromHex`. */
const host = globalThis as unknown as {
  Uint8Array: { fromHex?: FromHex };
  Buffer?: { from(hex: string, encoding: "hex"): Uint8Array<ArrayBuffer> };
};

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  if (host.Uint8Array.fromHex !== undefined) return host.Uint8Array.fromHex(hex);
  if (host.Buffer !== undefined) return host.Buffer.from(hex, "hex");
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
