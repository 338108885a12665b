/** Files on this side of the module: taken out of the arguments, read, and inspected. */
import { join } from "../ground/bytes.js";
import { abortedError, brokenRule, describe, type Where } from "../ground/errors.js";
import { readerOf } from "../ground/hosts.js";
import type { FileContent, NamedContent } from "../ground/types.js";
import type { FileEngine } from "../wasm/files.js";
import { MAX_INPUT_DEPTH } from "../wasm/generated/tables.js";
import { dispositionName, lastPart } from "./disposition.js";

/** What the module sees of a file. The content stays on this side. */
interface Descriptor {
  filename?: string | undefined;
  mime_type?: string | undefined;
  /** 0 for a stream that was not read yet. */
  size: number;
  /** The type by content; absent until the content was inspected. */
  found?: string | null;
}

/** A file whose size is known and whose bytes can be read in any order. */
interface Source {
  readonly size: number;
  /** All of them, when they are in memory. */
  readonly bytes?: Uint8Array;
  /** Whether the bytes that were read belong to this package alone. */
  readonly fresh?: boolean;
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>;
}

export interface Attachment {
  readonly path: string;
  readonly content: FileContent;
  readonly descriptor: Descriptor;
  source?: Source;
}

/** The largest stream that is taken into memory; a body beyond it could not be built anyway. */
const MAX_STREAM_BYTES = 512 * 1024 * 1024;
/** Smaller files are read at once, for their type and their content: of one alone, and of many. */
const SMALL_BYTES = 1024 * 1024;
const SMALL_OF_MANY_BYTES = 256 * 1024;
/** Files that are not more in all become a body in one step. */
const AT_ONCE_BYTES = 128 * 1024;
/** How many bytes the module gets before it asks: most types are known from them. */
const FIRST_BYTES = 4096;
/** How many files are inspected at a time. */
const FILES_AT_ONCE = 4;

const isBlob = (v: object): v is Blob =>
  typeof (v as Blob).slice === "function" &&
  typeof (v as Blob).arrayBuffer === "function" &&
  typeof (v as Blob).size === "number";
const isStream = (v: object): v is ReadableStream<Uint8Array> =>
  typeof (v as ReadableStream).getReader === "function" && typeof (v as ReadableStream).cancel === "function";
const isResponse = (v: object): v is Response =>
  typeof (v as Response).arrayBuffer === "function" && typeof (v as Response).status === "number" && "headers" in v;
export const isBuffer = (v: object): v is ArrayBuffer => Object.prototype.toString.call(v) === "[object ArrayBuffer]";

export function isContent(value: unknown): value is FileContent {
  return (
    typeof value === "object" &&
    value !== null &&
    (ArrayBuffer.isView(value) || isBuffer(value) || isBlob(value) || isResponse(value) || isStream(value))
  );
}

export function bytesOf(content: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (ArrayBuffer.isView(content)) return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  return new Uint8Array(content);
}

/** The name that the sender gave the file. */
export function nameOf(response: Response): string | undefined {
  return dispositionName(response.headers.get("content-disposition") ?? "");
}

/** That name, or the last part of the address. */
function nameFromResponse(response: Response): string | undefined {
  const last = URL.canParse(response.url) ? new URL(response.url).pathname.split("/").pop() : undefined;
  return nameOf(response) ?? lastPart(decoded(last));
}

/** Without its percent-encoding; nothing when it is none after all. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * What a host says of bytes: without parameters (`;charset=utf-8`), and nothing when it says
 * nothing.
 */
function bareType(type: string | null): string | undefined {
  const bare = type?.split(";", 1)[0]?.trim().toLowerCase();
  return bare === "" || bare === "application/octet-stream" ? undefined : bare;
}

export function describeContent(content: FileContent, filename?: string, mimeType?: string): Descriptor {
  const out: Descriptor = { size: 0 };
  const name = filename ?? (isResponse(content) ? nameFromResponse(content) : (content as { name?: unknown }).name);
  if (typeof name === "string") out.filename = name;
  const declared =
    mimeType ??
    bareType(isResponse(content) ? content.headers.get("content-type") : isBlob(content) ? content.type : null);
  if (declared !== undefined) out.mime_type = declared;
  if (ArrayBuffer.isView(content) || isBuffer(content)) out.size = content.byteLength;
  else if (isBlob(content)) out.size = content.size;
  return out;
}

/**
 * Takes the files out of the arguments: what goes to the module is plain data, what stays is the
 * content, in the same order. Dates become ISO text, and keys without a value disappear.
 */
export function takeFiles(where: Where, args: unknown[]): { args: unknown[]; files: Attachment[] } {
  const files: Attachment[] = [];

  function take(content: FileContent, path: string, filename?: string, mimeType?: string): Descriptor {
    const descriptor = describeContent(content, filename, mimeType);
    files.push({ path, content, descriptor });
    return descriptor;
  }

  function walk(value: unknown, path: string, depth: number): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MAX_INPUT_DEPTH) {
      const field = path.split(/[.[]/, 1)[0] ?? "";
      throw brokenRule(where, {
        field,
        code: "too_deep",
        message: `\`${field}\` is nested deeper than ${MAX_INPUT_DEPTH} levels or contains itself`,
        hint: "give plain data",
      });
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    if (isContent(value)) return take(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`, depth + 1));
    const { content, filename, mime_type } = value as Partial<NamedContent>;
    if (isContent(content)) return take(content, path, filename, mime_type);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, walk(item, path === "" ? key : `${path}.${key}`, depth + 1)]),
    );
  }

  return { args: args.map((arg) => walk(arg, "", 0)), files };
}

/** The content of a stream, for callers that check it first and send it afterwards. */
const readOnce = new WeakMap<object, Promise<Uint8Array>>();

async function drain(
  content: Response | ReadableStream<Uint8Array>,
  limit: number,
  signal: AbortSignal | null | undefined,
): Promise<Uint8Array> {
  const stream = isResponse(content) ? content.body : content;
  if (stream === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = readerOf(stream);
  const stop = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (signal?.aborted) throw signal.reason;
      if (done) break;
      size += value.byteLength;
      if (size > limit) {
        stop();
        throw new Error(`the stream is longer than ${limit} bytes`);
      }
      parts.push(value);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return join(parts, size);
}

function sourceOfBytes(bytes: Uint8Array): Source {
  return { size: bytes.byteLength, bytes, read: (start, end) => bytes.subarray(start, end) };
}

async function open(content: FileContent, small: number, signal: AbortSignal | null | undefined): Promise<Source> {
  if (ArrayBuffer.isView(content) || isBuffer(content)) return sourceOfBytes(bytesOf(content));
  if (isBlob(content)) {
    if (content.size <= small) {
      const { size } = content;
      const bytes = new Uint8Array(await content.arrayBuffer());
      if (bytes.byteLength !== size) throw changed();
      return sourceOfBytes(bytes);
    }
    return {
      size: content.size,
      fresh: content.slice === Blob.prototype.slice,
      read: async (start, end) => new Uint8Array(await content.slice(start, end).arrayBuffer()),
    };
  }
  let whole = readOnce.get(content);
  if (whole === undefined) {
    whole = drain(content, MAX_STREAM_BYTES, signal);
    readOnce.set(content, whole);
  }
  return sourceOfBytes(await whole);
}

/**
 * The reason of the abort when `signal` is aborted while `work` goes on; a promise of a host cannot
 * be relied on to notice.
 */
export function orAborted<T>(where: Where, work: T | Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (signal === undefined || signal === null) return Promise.resolve(work);
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortedError(where, signal));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

function unreadable(where: Where, file: Attachment, cause: unknown): Error {
  const { path: field, descriptor } = file;
  const name = descriptor.filename === undefined ? "" : ` (${descriptor.filename})`;
  const message = `\`${field}\`${name} could not be read: ${describe(cause)}`;
  return brokenRule(where, { field, code: "file_unreadable", message, hint: "choose the file again" }, cause);
}

const changed = () => new Error("its size changed since it was chosen");

export async function readFile(where: Where, file: Attachment, start: number, end: number): Promise<Uint8Array> {
  const { source } = file;
  let bytes: Uint8Array | undefined;
  try {
    bytes = await source?.read(start, end);
  } catch (error) {
    throw unreadable(where, file, error);
  }
  // A file on disk may have changed since it was chosen; what was checked must be what is sent.
  if (bytes?.byteLength !== end - start) {
    throw unreadable(where, file, changed());
  }
  return bytes;
}

/** The bytes of all files, one after the other, if they are in memory and few. */
export function smallBytes(files: Attachment[]): Uint8Array | undefined {
  let size = 0;
  for (const { source, descriptor } of files) {
    if (source?.bytes?.byteLength !== descriptor.size) return undefined;
    size += descriptor.size;
    if (size > AT_ONCE_BYTES) return undefined;
  }
  const parts = files.map(({ source }) => source?.bytes as Uint8Array);
  return parts.length > 1 ? join(parts, size) : parts[0];
}

/** Inspects each file, so that the module can compare the declared type with the content. */
export async function inspect(
  engine: FileEngine,
  where: Where,
  files: Attachment[],
  signal: AbortSignal | null | undefined,
): Promise<void> {
  if (files.length === 0) return;
  const waiting = files.values();
  const work = async () => {
    for (const file of waiting) await look(engine, where, file, SMALL_OF_MANY_BYTES, signal);
  };
  const [only] = files;
  if (files.length === 1 && only !== undefined) await look(engine, where, only, SMALL_BYTES, signal);
  else await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
}

async function look(
  engine: FileEngine,
  where: Where,
  file: Attachment,
  small: number,
  signal: AbortSignal | null | undefined,
): Promise<void> {
  const { descriptor } = file;
  try {
    file.source = await orAborted(where, open(file.content, small, signal), signal);
  } catch (error) {
    throw signal?.aborted ? error : unreadable(where, file, error);
  }
  const { size, bytes } = file.source;
  descriptor.size = size;
  if (bytes !== undefined) {
    descriptor.found = detectBytes(engine, bytes);
    return;
  }
  // Nearly every question begins with these.
  const starts = [0];
  const windows = [await orAborted(where, readFile(where, file, 0, Math.min(FIRST_BYTES, size)), signal)];
  for (;;) {
    const found = engine.detect(size, Float64Array.from(starts), windows);
    if (!Array.isArray(found)) {
      descriptor.found = found;
      return;
    }
    const [start, end] = found;
    starts.push(start);
    windows.push(await orAborted(where, readFile(where, file, start, end), signal));
  }
}

export function detectBytes(engine: FileEngine, bytes: Uint8Array): string | null {
  const starts = [0];
  const windows = [bytes.subarray(0, FIRST_BYTES)];
  for (;;) {
    const found = engine.detect(bytes.byteLength, Float64Array.from(starts), windows);
    if (!Array.isArray(found)) return found;
    const [start, end] = found;
    starts.push(start);
    windows.push(bytes.subarray(start, end));
  }
}
