import type { Segment } from "./boundary.js";
import { engine } from "./engine.js";
import { brokenRule, describe, localError, type Where } from "./errors.js";
import type { TicketMessageFile } from "./generated/types.js";

/** Bytes in any form that a runtime hands out. A `Response` or stream is read once, into memory. */
export type FileContent = Blob | ArrayBuffer | ArrayBufferView | Response | ReadableStream<Uint8Array>;

/** Bytes that have no name of their own. */
export interface NamedContent {
  filename: string;
  content: FileContent;
  /** What the sender says it is; without it the content decides. */
  mime_type?: string | undefined;
}

/** A file to attach: a `File`, named bytes, or one that was prepared with `encodeAttachment`. */
export type FileInput = FileContent | NamedContent | TicketMessageFile;

/** How far the body of a request is: first its files are encoded, then it is handed to the host, which does not report progress. */
export interface Progress {
  phase: "encoding" | "sending";
  /** Bytes of the body that are ready, and all of them. */
  loaded: number;
  total: number;
  /** The name of the file that is being encoded. */
  file?: string | undefined;
}

export interface ReadOptions {
  signal?: AbortSignal | null | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What the module sees of a file. The content stays on this side. */
interface Descriptor {
  filename?: string | undefined;
  mime_type?: string | undefined;
  /** 0 for a stream that nobody has read yet. */
  size: number;
  /** What the content says; absent while nobody has looked. */
  found?: string | null;
}

/** A file whose size is known and whose bytes can be read in any order. */
interface Source {
  readonly size: number;
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
/** A multiple of 3, so that base64 chunks join without padding. */
const CHUNK_BYTES = 768 * 1024;
/** How much is encoded before other work gets its turn. */
const BYTES_PER_TURN = 4 * CHUNK_BYTES;
const MAX_DEPTH = 64;

const isBlob = (v: object): v is Blob =>
  typeof (v as Blob).slice === "function" &&
  typeof (v as Blob).arrayBuffer === "function" &&
  typeof (v as Blob).size === "number";
const isStream = (v: object): v is ReadableStream<Uint8Array> =>
  typeof (v as ReadableStream).getReader === "function" && typeof (v as ReadableStream).cancel === "function";
const isResponse = (v: object): v is Response =>
  typeof (v as Response).arrayBuffer === "function" && typeof (v as Response).status === "number" && "headers" in v;
const isBuffer = (v: object): v is ArrayBuffer => Object.prototype.toString.call(v) === "[object ArrayBuffer]";

function isContent(value: unknown): value is FileContent {
  return (
    typeof value === "object" &&
    value !== null &&
    (ArrayBuffer.isView(value) || isBuffer(value) || isBlob(value) || isResponse(value) || isStream(value))
  );
}

function bytesOf(content: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (ArrayBuffer.isView(content)) return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  return new Uint8Array(content);
}

/** The name that the sender gave the file. */
export function nameOf(response: Response): string | undefined {
  const disposition = response.headers.get("content-disposition") ?? "";
  const extended = decoded(/filename\*=(?:utf-8)''([^;\s]+)/i.exec(disposition)?.[1]);
  return extended ?? /filename="([^"]*)"/i.exec(disposition)?.[1] ?? /filename=([^;"\s]+)/i.exec(disposition)?.[1];
}

/** That name, or the last part of the address. */
function nameFromResponse(response: Response): string | undefined {
  const last = URL.canParse(response.url) ? new URL(response.url).pathname.split("/").pop() : undefined;
  return nameOf(response) ?? decoded(last);
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

/** What a host says of bytes: without parameters (`;charset=utf-8`), and nothing when it says nothing. */
function bareType(type: string | null): string | undefined {
  const bare = type?.split(";", 1)[0]?.trim().toLowerCase();
  return bare === "" || bare === "application/octet-stream" ? undefined : bare;
}

function describeContent(content: FileContent, filename?: string, mimeType?: string): Descriptor {
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
 * Takes the files out of the arguments: what goes to the module is plain data, what stays is the content, in the same order.
 * Dates become ISO text, and keys without a value disappear.
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
    if (depth > MAX_DEPTH) {
      const field = path.split(/[.[]/, 1)[0] ?? "";
      throw brokenRule(where, {
        field,
        code: "too_deep",
        message: `\`${field}\` is nested deeper than ${MAX_DEPTH} levels or contains itself`,
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

/** What a stream held, for those who check it first and send it afterwards. */
const readOnce = new WeakMap<object, Promise<Uint8Array>>();

async function drain(content: Response | ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const stream = isResponse(content) ? content.body : content;
  if (stream === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel().catch(() => {});
      throw new Error(`the stream is longer than ${limit} bytes`);
    }
    parts.push(value);
  }
  return join(parts, size);
}

export function join(parts: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function sourceOfBytes(bytes: Uint8Array): Source {
  return { size: bytes.byteLength, read: (start, end) => bytes.subarray(start, end) };
}

async function open(content: FileContent): Promise<Source> {
  if (ArrayBuffer.isView(content) || isBuffer(content)) return sourceOfBytes(bytesOf(content));
  if (isBlob(content)) {
    return {
      size: content.size,
      read: async (start, end) => new Uint8Array(await content.slice(start, end).arrayBuffer()),
    };
  }
  let whole = readOnce.get(content);
  if (whole === undefined) {
    whole = drain(content, MAX_STREAM_BYTES);
    readOnce.set(content, whole);
  }
  return sourceOfBytes(await whole);
}

/** The reason of the abort when `signal` is aborted while `work` goes on; a promise of a host cannot be relied on to notice. */
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

export function abortedError(where: Where, signal: AbortSignal): Error {
  return localError(
    where,
    { kind: "aborted", code: "aborted", message: "the call was aborted before anything was sent" },
    signal.reason,
  );
}

function unreadable(where: Where, file: Attachment, cause: unknown): Error {
  const { path: field, descriptor } = file;
  const name = descriptor.filename === undefined ? "" : ` (${descriptor.filename})`;
  const message = `\`${field}\`${name} could not be read: ${describe(cause)}`;
  return brokenRule(where, { field, code: "file_unreadable", message, hint: "choose the file again" }, cause);
}

async function read(where: Where, file: Attachment, start: number, end: number): Promise<Uint8Array> {
  const { source } = file;
  let bytes: Uint8Array | undefined;
  try {
    bytes = await source?.read(start, end);
  } catch (error) {
    throw unreadable(where, file, error);
  }
  // A file on disk may have changed since it was chosen; what was checked must be what is sent.
  if (bytes?.byteLength !== end - start) {
    throw unreadable(where, file, new Error("its size changed since it was chosen"));
  }
  return bytes;
}

/** Looks into each file, so that the module can compare what is said with what is there. */
export async function inspect(
  where: Where,
  files: Attachment[],
  signal: AbortSignal | null | undefined,
): Promise<void> {
  for (const file of files) {
    const { descriptor } = file;
    try {
      file.source = await orAborted(where, open(file.content), signal);
    } catch (error) {
      throw signal?.aborted ? error : unreadable(where, file, error);
    }
    descriptor.size = file.source.size;
    const windows: { start: number; bytes: Uint8Array }[] = [];
    for (;;) {
      const { found, need } = engine.detect(descriptor.size, windows);
      if (need === null) {
        descriptor.found = found;
        break;
      }
      const [start, end] = need;
      windows.push({ start, bytes: await orAborted(where, read(where, file, start, end), signal) });
    }
  }
}

const base64Length = (size: number) => 4 * Math.ceil(size / 3);

/** A turn for other work: painting, input, an abort. */
const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/**
 * Puts a body together in one array of its final length. Files go through the encoder in chunks, so that nothing is held twice and the page
 * keeps responding.
 */
export async function buildBody(
  where: Where,
  segments: Segment[],
  files: Attachment[],
  { signal, onProgress }: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = segments.map((segment) => {
    if ("text" in segment) return segment.text;
    const file = files[segment.file];
    if (file?.source === undefined || file.source.size !== segment.size) {
      throw brokenRule(where, {
        field: file?.path ?? "",
        code: "file_missing",
        message: `the content of file ${segment.file} is missing`,
        hint: "give `content` with its `filename`",
      });
    }
    return { ...segment, attachment: file };
  });
  const total = parts.reduce((sum, part) => {
    if (part instanceof Uint8Array) return sum + part.byteLength;
    return sum + (part.encoding === "base64" ? base64Length(part.size) : part.size);
  }, 0);
  let body: Uint8Array<ArrayBuffer>;
  try {
    body = new Uint8Array(total);
  } catch (error) {
    const message = `a body of ${total} bytes does not fit into memory`;
    throw brokenRule(where, { field: "", code: "too_large", message, hint: "send fewer or smaller files" }, error);
  }

  let at = 0;
  let turn = 0;
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      body.set(part, at);
      at += part.byteLength;
      continue;
    }
    const file = part.attachment.descriptor.filename;
    for (let start = 0; start < part.size; start += CHUNK_BYTES) {
      const end = Math.min(start + CHUNK_BYTES, part.size);
      const chunk = await orAborted(where, read(where, part.attachment, start, end), signal);
      const bytes = part.encoding === "base64" ? engine.encodeBase64(chunk) : chunk;
      body.set(bytes, at);
      at += bytes.byteLength;
      turn += end - start;
      onProgress?.({ phase: "encoding", loaded: at, total, file });
      if (turn >= BYTES_PER_TURN) {
        turn = 0;
        await orAborted(where, nextTurn(), signal);
      }
    }
  }
  return body;
}

const MODULE: Where = { marketplace: "", endpoint: "encodeAttachment" };

function alone(input: FileContent | NamedContent): Attachment {
  if (isContent(input)) return { path: "file", content: input, descriptor: describeContent(input) };
  const { content, filename, mime_type } = input;
  return { path: "file", content, descriptor: describeContent(content, filename, mime_type) };
}

async function encode(
  input: FileContent | NamedContent,
  prefix: (file: Attachment) => string,
  options: ReadOptions,
): Promise<{ file: Attachment; text: string }> {
  const file = alone(input);
  await inspect(MODULE, [file], options.signal);
  const size = file.source?.size ?? 0;
  const segments: Segment[] = [{ text: new TextEncoder().encode(prefix(file)) }, { file: 0, encoding: "base64", size }];
  const bytes = await buildBody(MODULE, segments, [file], options);
  return { file, text: new TextDecoder().decode(bytes) };
}

const mimeTypeOf = ({ descriptor }: Attachment) =>
  descriptor.mime_type ?? descriptor.found ?? "application/octet-stream";

/** Reads a file and encodes it as the marketplaces take it: `{ filename, mime_type, data: "data:…;base64,…" }`. */
export async function encodeAttachment(
  file: FileContent | NamedContent,
  options: ReadOptions = {},
): Promise<TicketMessageFile> {
  const encoded = await encode(file, (f) => `data:${mimeTypeOf(f)};base64,`, options);
  return {
    filename: encoded.file.descriptor.filename ?? "",
    mime_type: mimeTypeOf(encoded.file),
    data: encoded.text,
  };
}

/** Reads a file as base64 text, without the `data:` prefix. */
export async function fileToBase64(file: FileContent | NamedContent, options: ReadOptions = {}): Promise<string> {
  return (await encode(file, () => "", options)).text;
}

/** What the bytes are, from their content alone; `null` when nothing fits. */
export function detectMimeType(bytes: ArrayBuffer | ArrayBufferView): string | null;
/** What a file is, from its content alone; `null` when nothing fits. Reads only the parts that it needs. */
export function detectMimeType(
  file: Blob | NamedContent | Response | ReadableStream<Uint8Array>,
): Promise<string | null>;
export function detectMimeType(input: FileContent | NamedContent): string | null | Promise<string | null> {
  if (ArrayBuffer.isView(input) || isBuffer(input)) {
    const bytes = bytesOf(input);
    const windows: { start: number; bytes: Uint8Array }[] = [];
    for (;;) {
      const { found, need } = engine.detect(bytes.byteLength, windows);
      if (need === null) return found;
      windows.push({ start: need[0], bytes: bytes.subarray(need[0], need[1]) });
    }
  }
  const file = alone(input);
  return inspect(MODULE, [file], null).then(() => file.descriptor.found ?? null);
}
