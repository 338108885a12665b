/**
 * Text that occurs once and that cannot be foreseen. It is a boundary in forms, where a file that
 * contained it could add parts to them. It is also the mark of one attempt to write: a host that
 * sends a request again on its own sends the same mark again.
 */
export function makeNonce(): string {
  // Asking the host for one takes as long as for many.
  if (digits === "") {
    for (const byte of crypto.getRandomValues(new Uint8Array(1024))) digits += HEX[byte];
  }
  const nonce = digits.slice(0, 32);
  digits = digits.slice(32);
  return nonce;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** The digits of random bytes that are in no text yet. */
let digits = "";

export const isNonce = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
