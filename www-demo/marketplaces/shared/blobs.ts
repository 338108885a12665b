// File contents in D1: as base64 in pieces, because a value there is at most 2 MB and bytes travel
// to it as a list of numbers.

import type { Bytes } from "./runtime.ts";

/** A multiple of 3, so that every piece encodes and decodes on its own. */
const PIECE = 750_000;

export function toBase64Pieces(bytes: Bytes): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.byteLength; start += PIECE) {
    const piece = bytes.subarray(start, start + PIECE);
    let binary = "";
    // The arguments of one call go on the stack, which has little room.
    for (let at = 0; at < piece.byteLength; at += 8192) binary += String.fromCharCode(...piece.subarray(at, at + 8192));
    pieces.push(btoa(binary));
  }
  return pieces;
}

export function fromBase64Pieces(pieces: string[]): Bytes {
  const parts = pieces.map((piece) => atob(piece));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    for (let index = 0; index < part.length; index += 1) bytes[at++] = part.charCodeAt(index);
  }
  return bytes;
}
