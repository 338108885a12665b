/**
 * The wasm module as text, which is compiled synchronously at the first call: there is no path to
 * resolve and nothing to await.
 *
 * Each module is one file, which both `import` and `require` load. As that file cannot export for
 * both, it stores the text under a name that is unique to this version. The text is ASCII, so that
 * it survives every page, minifier and server. It keeps bytes whole, so that Brotli still finds
 * repetitions.
 */
export interface Packed {
  /**
   * The characters in use, in the order of their codes; a second character follows each of the last
   * two.
   */
  alphabet: string;
  /**
   * The bytes that take one character, in the order of their codes. The others follow in ascending
   * order.
   */
  common: number[];
  /** The number of bytes. */
  length: number;
  text: string;
}

const PREFIXES = 2;

export function unpack({ alphabet, common, length, text }: Packed): Uint8Array<ArrayBuffer> {
  const codes = new Uint8Array(128);
  for (let code = 0; code < alphabet.length; code += 1) codes[alphabet.charCodeAt(code)] = code;
  const byteOf = new Uint8Array(256);
  byteOf.set(common);
  let next = common.length;
  for (let byte = 0; byte < 256; byte += 1) if (!common.includes(byte)) byteOf[next++] = byte;
  const pairs = alphabet.length - PREFIXES;
  const bytes = new Uint8Array(length);
  let read = 0;
  for (let at = 0; at < length; at += 1) {
    let code = codes[text.charCodeAt(read++)] as number;
    if (code >= pairs) code = pairs + (code - pairs) * alphabet.length + (codes[text.charCodeAt(read++)] as number);
    bytes[at] = byteOf[code] as number;
  }
  return bytes;
}

/** Returns the bytes of a packed module, once the file that holds it is loaded. */
export function packed(name: string): Uint8Array<ArrayBuffer> {
  return unpack((globalThis as unknown as Record<symbol, Packed>)[Symbol.for(name)] as Packed);
}
