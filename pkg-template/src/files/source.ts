/** Files on this side of the module: taken out of the arguments, read, and inspected. */
import { onAbort, type Signal, unlessAborted } from "../ground/abort.js";
import { bytesFrom, isDetached, join } from "../ground/bytes.js";
import { abortedError, brokenRule, describe, TicketError, violationsError, type Where } from "../ground/errors.js";
import type { FileContent, NamedContent } from "../ground/types.js";
import { urlOf } from "../ground/url.js";
import type { FileEngine } from "../wasm/files.js";
import { MAX_INPUT_DEPTH } from "../wasm/generated/tables.js";
import {
  chunksOf,
  failedStatus,
  isBlob,
  isContent,
  isFileList,
  isInMemory,
  isResponse,
  nameFromPath,
  onlyFile,
} from "./content.js";
import { dispositionName, lastPart } from "./disposition.js";

/** What the module sees of a file. The content stays on this side. */
interface Descriptor {
  filename?: string | undefined;
  /** What the caller says that it is. */
  mime_type?: string | undefined;
  /** What the host guesses that it is. */
  hint?: string | undefined;
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

/** The name that the sender gave the file. */
export function nameOf(response: Response): string | undefined {
  return dispositionName(response.headers.get("content-disposition") ?? "");
}

/** That name, or the last part of the address. */
function nameFromResponse(response: Response): string | undefined {
  const last = urlOf(response.url)?.pathname.split("/").pop();
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
  const own = isResponse(content) ? nameFromResponse(content) : (content as { name?: unknown }).name;
  const name = filename ?? own ?? nameFromPath(content);
  if (typeof name === "string") out.filename = name;
  if (mimeType !== undefined) out.mime_type = mimeType;
  const guess = isResponse(content) ? content.headers.get("content-type") : isBlob(content) ? content.type : null;
  const hint = bareType(guess);
  if (hint !== undefined) out.hint = hint;
  if (isInMemory(content)) {
    // A view of memory that was handed on does not even tell its length.
    out.size = isDetached(ArrayBuffer.isView(content) ? content.buffer : content) ? 0 : content.byteLength;
  } else if (isBlob(content)) out.size = content.size;
  return out;
}

/**
 * Returns a copy of an object of plain values alone, in which no file can be; most arguments are
 * such.
 */
function flatCopy(value: object): object | undefined {
  if (Object.getPrototypeOf(value) !== Object.prototype || Symbol.asyncIterator in value) return undefined;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === "function" || (typeof item === "object" && item !== null) || key === "__proto__") {
      return undefined;
    }
    if (item !== undefined) copy[key] = item;
  }
  return copy;
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
    const flat = flatCopy(value);
    if (flat !== undefined) return flat;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    if (isFileList(value)) return walk(Array.from(value), path, depth);
    if (isContent(value)) return take(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`, depth + 1));
    const { content: given, filename, mime_type } = value as Partial<NamedContent>;
    const content = onlyFile(given);
    if (isContent(content)) return take(content, path, filename, mime_type);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, walk(item, path === "" ? key : `${path}.${key}`, depth + 1)]),
    );
  }

  try {
    return { args: args.map((arg) => walk(arg, "", 0)), files };
  } catch (error) {
    throw error instanceof TicketError ? error : unreadableArguments(where, error);
  }
}

/** Returns the error for a getter or a proxy of the caller's that threw. */
export function unreadableArguments(where: Where, cause: unknown): TicketError {
  const message = `the arguments cannot be read: ${describe(cause)}`;
  return brokenRule(where, { field: "", code: "unreadable", message, hint: "give plain data" }, cause);
}

/** The content of a stream, for callers that check it first and send it afterwards. */
const readOnce = new WeakMap<object, Promise<Uint8Array>>();

async function drain(
  content: Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  limit: number,
  signal: Signal | null | undefined,
): Promise<Uint8Array> {
  if (isResponse(content) && content.bodyUsed) throw new Error("its body was read already");
  // The answers of some packages have a stream of Node's as their body.
  const stream = isResponse(content) ? content.body : content;
  if (stream === null || stream === undefined) {
    return isResponse(content) ? bytesFrom(await content.arrayBuffer()) : new Uint8Array();
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = chunksOf(stream);
  const stop = () => void reader.cancel(signal?.reason).catch(() => {});
  const end = onAbort(signal, stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (signal?.aborted) throw signal.reason;
      if (done) break;
      const bytes = bytesFrom(value);
      size += bytes.byteLength;
      if (size > limit) throw new Error(`the stream is longer than ${limit} bytes`);
      parts.push(bytes);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    end();
  }
  return join(parts, size);
}

function sourceOfBytes(bytes: Uint8Array): Source {
  return { size: bytes.byteLength, bytes, read: (start, end) => bytes.subarray(start, end) };
}

/** The jsdom of Jest has a reader for its Blobs, and none in them. */
function readBlob(blob: Blob): Promise<unknown> {
  if (typeof blob.arrayBuffer === "function") return blob.arrayBuffer();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

/** A failure with a hint of its own. */
class Unreadable extends Error {
  constructor(
    message: string,
    readonly hint: string,
    readonly status: number,
  ) {
    super(message);
  }
}

async function open(content: FileContent, small: number, signal: Signal | null | undefined): Promise<Source> {
  if (isInMemory(content)) return sourceOfBytes(bytesFrom(content));
  const status = failedStatus(content);
  if (status !== undefined) {
    throw new Unreadable(
      `its answer has the status ${status}`,
      "look at an answer's status before you attach it",
      status,
    );
  }
  if (isBlob(content)) {
    if (content.size <= small) {
      const { size } = content;
      const bytes = bytesFrom(await readBlob(content));
      if (bytes.byteLength !== size) throw changed();
      return sourceOfBytes(bytes);
    }
    return {
      size: content.size,
      fresh: content.slice === Blob.prototype.slice,
      read: async (start, end) => bytesFrom(await readBlob(content.slice(start, end))),
    };
  }
  let whole = readOnce.get(content);
  if (whole === undefined) {
    whole = drain(content, MAX_STREAM_BYTES, signal);
    readOnce.set(content, whole);
  }
  return sourceOfBytes(await whole);
}

/** Returns the content of a file as a Blob, for bodies that the host puts together. */
export async function blobOf(where: Where, file: Attachment): Promise<Blob> {
  const { content } = file;
  try {
    const source = await open(content, 0, null);
    const { size } = source;
    if (!isBlob(content)) return new Blob([bytesFrom(await source.read(0, size))]);
    // A host says of a file that is gone no more than that the connection broke.
    await source.read(0, Math.min(size, 1));
    return content;
  } catch (error) {
    throw unreadable(where, file, error);
  }
}

/** `unlessAborted`, with the error of a call that its caller gave up. */
export async function orAborted<T>(where: Where, work: T | Promise<T>, signal: Signal | null | undefined): Promise<T> {
  try {
    return await unlessAborted(work, signal);
  } catch (error) {
    throw signal?.aborted ? abortedError(where, signal) : error;
  }
}

export function unreadable(where: Where, file: Pick<Attachment, "path" | "descriptor">, cause: unknown): Error {
  const { path: field, descriptor } = file;
  const { filename = "" } = descriptor;
  const name = filename && ` (${filename})`;
  const message = `\`${field}\`${name} could not be read: ${describe(cause)}`;
  const { hint, params } =
    cause instanceof Unreadable
      ? { hint: cause.hint, params: { status: cause.status, file: filename } }
      : { hint: "choose the file again", params: { file: filename } };
  return brokenRule(where, { field, code: "file_unreadable", message, hint, params }, cause);
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

/**
 * Inspects files that are all in memory and small, for which nothing has to be awaited. Returns
 * whether they are; otherwise `inspect` inspects them, or says what is wrong.
 */
export function inspectAtHand(engine: FileEngine, files: Attachment[]): boolean {
  let size = 0;
  for (const { content, descriptor } of files) {
    size += descriptor.size;
    if (!isInMemory(content) || size > AT_ONCE_BYTES) return false;
  }
  try {
    for (const file of files) take(engine, file, sourceOfBytes(bytesFrom(file.content)));
    return true;
  } catch {
    return false;
  }
}

/** Keeps what was opened of a file. Bytes in memory are inspected at once. */
function take(engine: FileEngine, file: Attachment, source: Source): void {
  const { descriptor } = file;
  file.source = source;
  descriptor.size = source.size;
  if (source.bytes !== undefined) descriptor.found = detectBytes(engine, source.bytes);
}

/**
 * Inspects each file, so that the module can compare the declared type with the content. Fails with
 * all files that cannot be read.
 */
export async function inspect(
  engine: FileEngine,
  where: Where,
  files: Attachment[],
  signal: Signal | null | undefined,
): Promise<void> {
  if (files.length === 0) return;
  const warming = engine.warming();
  if (warming !== undefined) await warming;
  const waiting = files.values();
  const failures: TicketError[] = [];
  const work = async (small: number) => {
    for (const file of waiting) {
      try {
        await look(engine, where, file, small, signal);
      } catch (error) {
        if (!(error instanceof TicketError) || error.kind !== "validation") throw error;
        failures.push(error);
      }
    }
  };
  if (files.length === 1) await work(SMALL_BYTES);
  else await Promise.all(Array.from({ length: FILES_AT_ONCE }, () => work(SMALL_OF_MANY_BYTES)));
  const [first] = failures;
  if (failures.length === 1) throw first;
  if (first === undefined) return;
  const violations = failures.flatMap((failure) => failure.violations ?? []);
  violations.sort((a, b) => order(a.field) - order(b.field));
  throw violationsError(where, "validation", violations);

  function order(path: string): number {
    return files.findIndex((file) => file.path === path);
  }
}

async function look(
  engine: FileEngine,
  where: Where,
  file: Attachment,
  small: number,
  signal: Signal | null | undefined,
): Promise<void> {
  const { descriptor } = file;
  let source: Source;
  try {
    source = await orAborted(where, open(file.content, small, signal), signal);
  } catch (error) {
    throw signal?.aborted ? error : unreadable(where, file, error);
  }
  take(engine, file, source);
  if (source.bytes !== undefined) return;
  const { size } = source;
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
