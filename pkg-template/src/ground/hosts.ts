/**
 * What hosts have beyond the web's standards. Nothing is imported, so that bundles for browsers
 * hold nothing of it.
 */

interface NodeHash {
  update(bytes: Uint8Array): NodeHash;
  copy(): NodeHash;
  digest(): Uint8Array;
}

interface Builtins {
  "node:buffer": {
    Buffer?: { from(buffer: ArrayBufferLike, start: number, length: number): { toString(encoding: "base64"): string } };
  };
  "node:crypto": { createHash?: (algorithm: "sha256") => NodeHash };
}

interface HostScope {
  process?: {
    getBuiltinModule?: <K extends keyof Builtins>(id: K) => Builtins[K] | undefined;
    release?: { name?: string };
  };
  FixedLengthStream?: new (
    length: number,
  ) => { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
  document?: unknown;
  InternalError?: unknown;
  Bun?: unknown;
  Deno?: unknown;
  scheduler?: { yield?: () => Promise<void> };
  setImmediate?: (fn: () => void) => unknown;
}

const scope = globalThis as HostScope;

function builtin<K extends keyof Builtins>(id: K): Partial<Builtins[K]> {
  try {
    return scope.process?.getBuiltinModule?.(id) ?? {};
  } catch {
    return {};
  }
}

/**
 * Whether the host is Node itself: others that speak its language differ where it matters here, and
 * some call themselves by its name.
 */
export function isNode(): boolean {
  const { process, document, Bun, Deno, FixedLengthStream } = scope;
  return (
    process?.release?.name === "node" && [document, Bun, Deno, FixedLengthStream].every((one) => one === undefined)
  );
}

export function inPage(): boolean {
  return scope.document !== undefined;
}

/** How a host handles large bodies fastest, as measured. */
export interface Habits {
  /** How much of a file is read at a time: a multiple of 3, so that pieces of base64 join. */
  readonly readBytes: number;
  /** How many pieces are read while one is encoded. */
  readonly readAhead: number;
  /**
   * Whether a body is made of small Blobs. One array takes fresh memory, and is copied into fresh
   * memory again for the `Request`.
   */
  readonly blobs: boolean;
}

const KIB = 1024;
const IN_NODE: Habits = { readBytes: 768 * KIB, readAhead: 1, blobs: true };
const IN_FIREFOX: Habits = { readBytes: 1536 * KIB, readAhead: 3, blobs: true };
/**
 * Chromium reads files and keeps Blobs in another process, and each question to it takes a
 * millisecond.
 */
const IN_PAGE: Habits = { readBytes: 6 * KIB * KIB, readAhead: 2, blobs: false };
const ELSEWHERE: Habits = { ...IN_NODE, blobs: false };

export function habits(): Habits {
  if (isNode()) return IN_NODE;
  // Its engine alone has this error.
  if (scope.InternalError !== undefined) return IN_FIREFOX;
  return inPage() ? IN_PAGE : ELSEWHERE;
}

/**
 * `node:crypto`'s SHA-256: three times as fast as one in wasm, and it takes the bytes as they come.
 */
export function nodeHash(): NodeHash | undefined {
  return builtin("node:crypto").createHash?.("sha256");
}

/** The fastest base64 text that the host makes, if it makes any. */
export function hostBase64(bytes: Uint8Array): string | undefined {
  const buffer = isNode() ? builtin("node:buffer").Buffer : undefined;
  if (buffer !== undefined) return buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return (bytes as { toBase64?: () => string }).toBase64?.();
}

type Reader = Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel">;

interface WorkersReader extends ReadableStreamBYOBReader {
  readAtLeast(bytes: number, room: Uint8Array): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>;
}

const ROOM_BYTES = 64 * KIB;
/** The room of the last stream that ended: to allocate it costs more than to read into it. */
let spareRoom: Uint8Array<ArrayBuffer> | undefined;

/** The answers of some libraries' `fetch` have streams of Node. */
function readerOfIterable(stream: AsyncIterable<Uint8Array>): Reader {
  const pieces = stream[Symbol.asyncIterator]();
  return {
    read: async () => {
      const { done, value } = await pieces.next();
      return done ? { done, value: undefined } : { done: false, value };
    },
    cancel: async () => {
      await pieces.return?.();
    },
  };
}

/**
 * Workers hand out 4 KiB at a time, and each piece costs a turn, unless they are given more room.
 * Most answers fit into this one.
 */
export function readerOf(stream: ReadableStream<Uint8Array>): Reader {
  if (typeof stream.getReader !== "function") return readerOfIterable(stream as AsyncIterable<Uint8Array>);
  if (scope.FixedLengthStream === undefined) return stream.getReader();
  let reader: WorkersReader;
  try {
    reader = stream.getReader({ mode: "byob" }) as WorkersReader;
  } catch {
    // Made by a script, of anything.
    return stream.getReader();
  }
  let room = spareRoom ?? new Uint8Array(ROOM_BYTES);
  spareRoom = undefined;
  let ended = false;
  return {
    async read() {
      if (ended) return { done: true, value: undefined };
      const { done, value } = await reader.readAtLeast(ROOM_BYTES, room);
      if (done) return { done, value: undefined };
      room = new Uint8Array(value.buffer);
      // Only the end comes before there is enough.
      ended = value.byteLength < ROOM_BYTES;
      if (ended) spareRoom = room;
      return { done, value: value.slice() };
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** How a host sends a stream with its length. */
export interface Streaming {
  /** Whether a header has to state the length, because the stream does not know it. */
  tell: boolean;
  wrap(stream: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array>;
}

/**
 * How the host sends such a stream, where it can: in Workers, and in Node. Browsers take no streams
 * over HTTP/1.1, and Deno sends them in chunks of unknown number, which servers may refuse.
 */
export function streaming(): Streaming | undefined {
  const { FixedLengthStream } = scope;
  if (FixedLengthStream === undefined) return isNode() ? { tell: true, wrap: (stream) => stream } : undefined;
  return {
    tell: false,
    wrap: (stream, length) => {
      const { readable, writable } = new FixedLengthStream(length);
      // The reader learns of a failure.
      stream.pipeTo(writable).catch(() => {});
      return readable;
    },
  };
}

/** A turn for other work: painting, input, an abort. Timers would wait for 4 ms each. */
export function nextTurn(): Promise<void> {
  const { scheduler, setImmediate } = scope;
  if (typeof scheduler?.yield === "function") return scheduler.yield();
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => setTimeout(resolve, 0));
}
