/**
 * The wasm module as text, which is compiled synchronously at the first call: no path to resolve, nothing to await.
 *
 * Each module is one file. The text is ASCII, so that it survives every page, minifier and server, and keeps bytes whole, so that Brotli still finds what repeats. It travels in
 * one file, which `import` and `require` both load: as neither can export for the other, it leaves the text under a name that only this version has.
 */
export interface Packed {
  /** The characters in use, in the order of their codes; the last two are each followed by a second character. */
  alphabet: string;
  /** The bytes of one character, in the order of their codes. The others follow, from the lowest. */
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

/** The bytes of a packed module, once the file that holds it was loaded. */
export function packed(name: string): Uint8Array<ArrayBuffer> {
  return unpack((globalThis as unknown as Record<symbol, Packed>)[Symbol.for(name)] as Packed);
}
