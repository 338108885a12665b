/**
 * The wasm module as text, which is compiled synchronously at the first call: there is no path to
 * resolve and nothing to await. In a page it is compiled beside other work as soon as there is a
 * client.
 *
 * Each module is one file, which both `import` and `require` load. As that file cannot export for
 * both, it stores the text under a name that is unique to this version. The text is ASCII, so that
 * it survives every page, minifier and server. It keeps bytes whole, so that Brotli still finds
 * repetitions.
 */

import { nextTurn } from "../ground/hosts.js";

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
/** How much is unpacked between two looks at the clock. */
const PART_BYTES = 2 * 1024;
/** How long the unpacking goes on before other work gets its turn. */
const TURN_MS = 4;

/** Unpacks the bytes in parts, and stops after each of them. */
function* parts({ alphabet, common, length, text }: Packed): Generator<void, Uint8Array<ArrayBuffer>, void> {
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
    if (at % PART_BYTES === PART_BYTES - 1) yield;
  }
  return bytes;
}

export function unpack(packed: Packed): Uint8Array<ArrayBuffer> {
  const unpacking = parts(packed);
  for (;;) {
    const { done, value } = unpacking.next();
    if (done) return value;
  }
}

/** Returns a packed module, once the file that holds it is loaded. */
const named = (name: string): Packed => (globalThis as unknown as Record<symbol, Packed>)[Symbol.for(name)] as Packed;

/** Returns the bytes of a packed module. */
export const packed = (name: string): Uint8Array<ArrayBuffer> => unpack(named(name));

/** Returns the same bytes, between whose parts a page does other work. */
export async function packedSlowly(name: string): Promise<Uint8Array<ArrayBuffer>> {
  // First the one who made the client goes on.
  await nextTurn();
  const unpacking = parts(named(name));
  for (let began = performance.now(); ; ) {
    const { done, value } = unpacking.next();
    if (done) return value;
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    began = performance.now();
  }
}
