import { engine } from "seller-tickets-engine/files";
import * as files from "../../files/encode.js";
import type { FileContent, NamedContent, ReadOptions, TicketMessageFile } from "../../ground/types.js";

/**
 * Returns a file as the marketplaces accept it: `{ filename, mime_type, data: "data:…;base64,…" }`.
 */
export function encodeAttachment(
  file: FileContent | NamedContent,
  options: ReadOptions = {},
): Promise<TicketMessageFile> {
  return files.encodeAttachment(engine, file, options);
}

/** Returns a file as base64 text, without the `data:` prefix. */
export function fileToBase64(file: FileContent | NamedContent, options: ReadOptions = {}): Promise<string> {
  return files.fileToBase64(engine, file, options);
}

/** Returns the mime type of bytes, from their content alone; `null` when no known type matches. */
export function detectMimeType(bytes: ArrayBuffer | ArrayBufferView): string | null;
/**
 * Returns the mime type of a file, from its content alone; `null` when no known type matches. Reads
 * only the parts that it needs.
 */
export function detectMimeType(
  file: Blob | NamedContent | Response | ReadableStream<Uint8Array>,
): Promise<string | null>;
export function detectMimeType(input: FileContent | NamedContent): string | null | Promise<string | null> {
  return files.detectMimeType(engine, input);
}
