/** What hosts have beyond the web's standards. Nothing is imported, so that bundles for browsers hold nothing of it. */

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

/** Node itself: others that speak its language differ where it matters here, and some call themselves by its name. */
export function isNode(): boolean {
  const { process, document, Bun, Deno, FixedLengthStream } = scope;
  return (
    process?.release?.name === "node" && [document, Bun, Deno, FixedLengthStream].every((one) => one === undefined)
  );
}

/** `node:crypto`'s SHA-256: three times as fast as one in wasm, and it takes the bytes as they come. */
export function nodeHash(): NodeHash | undefined {
  return builtin("node:crypto").createHash?.("sha256");
}

/** The fastest base64 text that the host makes, if it makes any. */
export function hostBase64(bytes: Uint8Array): string | undefined {
  const buffer = isNode() ? builtin("node:buffer").Buffer : undefined;
  if (buffer !== undefined) return buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return (bytes as { toBase64?: () => string }).toBase64?.();
}

/** How a host sends a stream with its length. */
export interface Streaming {
  /** Whether the length is to be told in a header, because the stream does not know it. */
  tell: boolean;
  wrap(stream: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array>;
}

/**
 * Where the host can: in Workers, and in Node. Browsers take no streams over HTTP/1.1, and Deno sends them in chunks of unknown number, which
 * servers may refuse.
 */
export function streaming(): Streaming | undefined {
  const { FixedLengthStream } = scope;
  if (FixedLengthStream === undefined) return isNode() ? { tell: true, wrap: (stream) => stream } : undefined;
  return {
    tell: false,
    wrap: (stream, length) => {
      const { readable, writable } = new FixedLengthStream(length);
      // Whoever reads learns of a failure.
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
