/**
 * What a caller gives as a file. It is recognised by what it can do, because realms, hosts and
 * packages have classes of their own for it.
 */
import { isPlainBuffer, isSharedBuffer, kindOf } from "../ground/bytes.js";
import { brokenRule, type Where } from "../ground/errors.js";
import { readerOf } from "../ground/hosts.js";
import type { FileContent, FileListLike } from "../ground/types.js";
import { FILE_HINT } from "../wasm/generated/tables.js";

/** A stream of the web's, or anything else that hands out one chunk after the other. */
type Chunked = ReadableStream<unknown> | AsyncIterable<unknown>;

/** A chunk may be anything: streams carry whatever their makers put in. */
interface Chunks {
  read(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  cancel(reason?: unknown): Promise<unknown>;
}

export const isBlob = (v: object): v is Blob =>
  typeof (v as Blob).slice === "function" &&
  typeof (v as Blob).size === "number" &&
  (typeof (v as Blob).arrayBuffer === "function" || typeof (v as Blob).type === "string");
export const isStream = (v: object): v is ReadableStream<Uint8Array> =>
  typeof (v as ReadableStream).getReader === "function" && typeof (v as ReadableStream).cancel === "function";
const isIterable = (v: object): v is AsyncIterable<Uint8Array> =>
  typeof (v as AsyncIterable<Uint8Array>)[Symbol.asyncIterator] === "function";
export const isResponse = (v: unknown): v is Response =>
  typeof v === "object" &&
  v !== null &&
  typeof (v as Response).arrayBuffer === "function" &&
  typeof (v as Response).status === "number" &&
  "headers" in v;
/** Bytes in memory. */
export const isInMemory = (v: object): v is ArrayBufferLike | ArrayBufferView =>
  ArrayBuffer.isView(v) || isPlainBuffer(v) || isSharedBuffer(v);

export function isContent(value: unknown): value is FileContent {
  return (
    typeof value === "object" &&
    value !== null &&
    (isInMemory(value) || isBlob(value) || isResponse(value) || isStream(value) || isIterable(value))
  );
}

/** The list of an `<input type="file">` or of a drop. */
export function isFileList(value: unknown): value is FileListLike & ArrayLike<File> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    typeof (value as FileListLike).length === "number" &&
    typeof (value as FileListLike).item === "function"
  );
}

/** The file of a list of one; everything else unchanged. */
export function onlyFile(value: unknown): unknown {
  return isFileList(value) && value.length === 1 ? value[0] : value;
}

/**
 * The status of an answer that is no success: an error page is not the file that it stands for.
 * Node's own answers have the status under another name.
 */
export function failedStatus(content: FileContent): number | undefined {
  const { status, statusCode } = content as { status?: unknown; statusCode?: unknown };
  const told = isResponse(content) ? status : statusCode;
  return typeof told === "number" && (told < 200 || told > 299) ? told : undefined;
}

/** The last part of the path from which Node reads a stream. */
export function nameFromPath(content: object): string | undefined {
  const { path } = content as { path?: unknown };
  return isIterable(content) && typeof path === "string" ? path.split(/[/\\]/).pop() : undefined;
}

export function chunksOf(content: Chunked): Chunks {
  if (isStream(content)) return readerOf(content);
  const iterator = (content as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return {
    read: async () => iterator.next(),
    cancel: async (reason) => {
      // An iterator ends only after its chunk has come; a stream of Node's ends at once.
      (content as { destroy?: () => void }).destroy?.();
      await iterator.return?.(reason);
    },
  };
}

/** Gives up a body that will not be read. */
export function discard(body: Chunked | null | undefined): void {
  if (body === null || body === undefined) return;
  if (isStream(body)) body.cancel().catch(() => {});
  else (body as { destroy?: () => void }).destroy?.();
}

/** The error of something that is no file. `field` is where it was given. */
export function notAFile(where: Where, field: string, value: unknown): Error {
  const missing = value === undefined || value === null;
  const kind = typeof value === "string" ? "text" : kindOf(value);
  let [what, hint] = [`${kind}, not a file`, FILE_HINT];
  if (missing) what = "missing";
  else if (Array.isArray(value) || isFileList(value)) {
    what = `a list of ${value.length}, not a file`;
    hint = "call it for each file, such as `files[0]`";
  } else if (typeof value === "object" && "data" in value) {
    what = "encoded already";
    hint = "take its `data`, or give the file itself";
  }
  const code = missing ? "required" : "wrong_type";
  return brokenRule(where, { field, code, message: `\`${field}\` is ${what}`, hint });
}
