/**
 * Text that comes once and that nobody can foresee. As a boundary in forms: a file that held it could add parts to them. As the mark of one
 * attempt to write: a host that sends a request again by itself sends the same mark again.
 */
export function makeNonce(): string {
  let nonce = "";
  for (let word = 0; word < WORDS; word += 1) {
    // Asking the host takes as long for one as for many; each word is used once.
    if (used % random.length === 0) crypto.getRandomValues(random);
    nonce += (random[used % random.length] as number).toString(16).padStart(8, "0");
    used += 1;
  }
  return nonce;
}

const WORDS = 4;
const random = new Uint32Array(64 * WORDS);
let used = 0;

export const isNonce = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
