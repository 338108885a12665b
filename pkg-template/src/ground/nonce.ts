/**
 * Text that occurs once and that cannot be foreseen. It is a boundary in forms, where a file that
 * contained it could add parts to them. It is also the mark of one attempt to write: a host that
 * sends a request again on its own sends the same mark again.
 */
export function makeNonce(): string {
  let nonce = "";
  for (let count = 0; count < 16; count += 1) {
    // Asking the host for one takes as long as for many; each byte is used once.
    if (used % random.length === 0) crypto.getRandomValues(random);
    nonce += HEX[random[used % random.length] as number];
    used += 1;
  }
  return nonce;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const random = new Uint8Array(1024);
let used = 0;

export const isNonce = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
