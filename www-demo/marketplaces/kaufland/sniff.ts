// Does a file's content fit the type it is declared as? A simple check of its own: signatures, and
// the folders inside Office files.

import type { Bytes } from "../shared/runtime.ts";

const ZIP = "a zip archive";

const SIGNATURES: [found: string, bytes: number[]][] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [...ascii("GIF87a")]],
  ["image/gif", [...ascii("GIF89a")]],
  ["image/tiff", [0x49, 0x49, 0x2a, 0x00]],
  ["image/tiff", [0x4d, 0x4d, 0x00, 0x2a]],
  ["application/pdf", [...ascii("%PDF-")]],
  ["application/msword", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  [ZIP, [0x50, 0x4b, 0x03, 0x04]],
  ["a program", [0x7f, 0x45, 0x4c, 0x46]],
  ["a program", [0x4d, 0x5a, 0x90]],
];

/** The folder that tells the two Office types apart. */
const OFFICE_FOLDER: Record<string, string> = {
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xl/",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word/",
};

/** What the content is instead of the declared type, in words; `undefined` when it fits. */
export function contradiction(declared: string, bytes: Bytes): string | undefined {
  const found = SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte))?.[0];
  if (declared === "text/plain") {
    if (found !== undefined) return `the content is ${found}`;
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    return !utf16 && bytes.includes(0) ? "the content is binary" : undefined;
  }
  const folder = OFFICE_FOLDER[declared];
  if (folder !== undefined) {
    if (found !== ZIP) return `the content is ${found ?? "of another type"}`;
    // File names stand uncompressed in a zip archive.
    return includes(bytes, ascii(folder)) ? undefined : `the archive has no folder ${folder}`;
  }
  return found === declared ? undefined : `the content is ${found ?? "of another type"}`;
}

function ascii(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function includes(bytes: Bytes, part: Bytes): boolean {
  const first = part[0] ?? 0;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}
