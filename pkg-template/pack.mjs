/** Bytes as text, in the form that `src/wasm/packed.ts` reads. */

/** Printable, and nothing that a string, a template or a page would take for something else. */
const ALPHABET = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
  .filter((character) => !"\"'`\\$<".includes(character))
  .join("");
const PREFIXES = 2;

/**
 * The characters that words are made of. They stand for themselves, so that Brotli finds the
 * module's words in its own dictionary and in the code around it.
 */
const OF_WORDS = /^[ A-Z_a-z]$/;

/**
 * The most frequent bytes are one character each, all others two: a wasm module becomes a twelfth
 * longer. Besides those of words, both keep the order of the bytes, which Brotli's contexts are
 * made for.
 *
 * @param {Uint8Array} bytes
 * @returns {import("./src/wasm/packed.ts").Packed}
 */
export function pack(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] += 1;
  const frequent = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  const singles = ALPHABET.length - PREFIXES;
  const isOwn = (byte) => OF_WORDS.test(String.fromCharCode(byte));
  const chosen = frequent.slice(0, singles);
  const own = new Set(chosen.filter(isOwn));
  const moved = chosen.filter((byte) => !own.has(byte)).sort((a, b) => a - b);
  const common = Array.from(ALPHABET.slice(0, singles), (character) => {
    const byte = character.charCodeAt(0);
    return own.has(byte) ? byte : moved.shift();
  });
  const others = frequent.slice(singles).sort((a, b) => a - b);
  const texts = new Array(256);
  for (const [code, byte] of common.entries()) texts[byte] = ALPHABET[code];
  for (const [code, byte] of others.entries()) {
    texts[byte] = ALPHABET[singles + Math.floor(code / ALPHABET.length)] + ALPHABET[code % ALPHABET.length];
  }
  return { alphabet: ALPHABET, common, length: bytes.length, text: Array.from(bytes, (byte) => texts[byte]).join("") };
}
