import { engine } from "seller-tickets-engine/files";
import * as files from "../../files/encode.js";
import type { FileContent, NamedContent, ReadOptions, TicketMessageFile } from "../../ground/types.js";

/**
 * Reads a file and encodes it as the marketplaces take it: `{ filename, mime_type, data:
 * "data:…;base64,…" }`.
 */
export function encodeAttachment(
  file: FileContent | NamedContent,
  options: ReadOptions = {},
): Promise<TicketMessageFile> {
  return files.encodeAttachment(engine, file, options);
}

/** Reads a file as base64 text, without the `data:` prefix. */
export function fileToBase64(file: FileContent | NamedContent, options: ReadOptions = {}): Promise<string> {
  return files.fileToBase64(engine, file, options);
}

/** What the bytes are, from their content alone; `null` when nothing fits. */
export function detectMimeType(bytes: ArrayBuffer | ArrayBufferView): string | null;
/**
 * What a file is, from its content alone; `null` when nothing fits. Reads only the parts that it
 * needs.
 */
export function detectMimeType(
  file: Blob | NamedContent | Response | ReadableStream<Uint8Array>,
): Promise<string | null>;
export function detectMimeType(input: FileContent | NamedContent): string | null | Promise<string | null> {
  return files.detectMimeType(engine, input);
}
