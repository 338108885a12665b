/** Bytes as base64 text, and back, with what the host has for it. */
import { hostBase64 } from "../ground/hosts.js";

/** As many arguments as a call can have everywhere. */
const PIECE = 0x2000;

/** Returns bytes as base64 text. */
export function textOf(bytes: Uint8Array): string {
  const fast = hostBase64(bytes);
  if (fast !== undefined) return fast;
  let binary = "";
  for (let at = 0; at < bytes.byteLength; at += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(binary);
}

/** Returns the bytes of base64 text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
