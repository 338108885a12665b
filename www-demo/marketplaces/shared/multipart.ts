// multipart/form-data (RFC 7578), read strictly: what a lenient server would guess at is refused
// here.

import type { Bytes } from "./runtime.ts";

export interface Part {
  name: string;
  /** `null` for a plain field. */
  filename: string | null;
  /** The part's own content type without parameters, lower case; empty when it has none. */
  type: string;
  bytes: Bytes;
}

const CR = 13;

/** The parts, or what is wrong with the body. */
export function readMultipart(contentType: string, body: Bytes): Part[] | string {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return "the content type is not multipart/form-data with a boundary";
  if (boundary.length > 70) return "the boundary is longer than 70 characters";
  const open = ascii(`--${boundary}`);
  const delimiter = ascii(`\r\n--${boundary}`);
  if (!startsWith(body, 0, open)) return "the body does not start with the boundary";
  const parts: Part[] = [];
  let at = open.byteLength;
  while (!startsWith(body, at, ascii("--"))) {
    if (!startsWith(body, at, ascii("\r\n"))) return "a boundary does not end its line";
    at += 2;
    const headEnd = indexOf(body, ascii("\r\n\r\n"), at);
    const end = headEnd === -1 ? -1 : indexOf(body, delimiter, headEnd + 2);
    if (headEnd === -1 || end === -1) return "the last part is not closed";
    const part = readHead(decode(body.subarray(at, headEnd)));
    if (typeof part === "string") return part;
    // A part with an empty body shares its line break with the delimiter.
    parts.push({ ...part, bytes: body.subarray(Math.min(headEnd + 4, end), end) });
    at = end + delimiter.byteLength;
  }
  const rest = decode(body.subarray(at + 2));
  return rest === "" || rest === "\r\n" ? parts : "something follows the closing boundary";
}

function readHead(head: string | undefined): Omit<Part, "bytes"> | string {
  if (head === undefined) return "the header of a part is not valid UTF-8";
  const headers = new Map<string, string>();
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) return "a header line of a part has no name";
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get("content-disposition") ?? "";
  const fields = /^form-data; name="([^"]*)"(?:; filename="([^"]*)")?$/.exec(disposition);
  if (fields === null)
    return "a part needs a content-disposition of form-data with a quoted name and at most a file name";
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return {
    name: unescapeName(fields[1] ?? ""),
    filename: fields[2] === undefined ? null : unescapeName(fields[2]),
    type,
  };
}

/**
 * The three characters that forms write as percent signs and digits; all others stand as they are.
 */
const unescapeName = (text: string): string =>
  text.replaceAll("%22", '"').replace(/%0D/gi, "\r").replace(/%0A/gi, "\n");

const ascii = (text: string): Bytes => new TextEncoder().encode(text);

export function decode(bytes: Bytes): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function startsWith(body: Bytes, at: number, part: Bytes): boolean {
  if (at + part.byteLength > body.byteLength) return false;
  for (let index = 0; index < part.byteLength; index += 1) if (body[at + index] !== part[index]) return false;
  return true;
}

/** `part` starts with a carriage return. */
function indexOf(body: Bytes, part: Bytes, from: number): number {
  for (let at = body.indexOf(CR, from); at !== -1; at = body.indexOf(CR, at + 1)) {
    if (startsWith(body, at, part)) return at;
  }
  return -1;
}
