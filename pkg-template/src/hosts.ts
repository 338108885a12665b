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

/** Node itself: others that speak its language differ where it matters here. */
export function isNode(): boolean {
  const { process, document, Bun, Deno } = scope;
  return process?.release?.name === "node" && document === undefined && Bun === undefined && Deno === undefined;
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

/**
 * Makes a body of this length from a stream, where the host sends such bodies with their length: Workers do, and Node, if a header tells it. Browsers
 * take no streams over HTTP/1.1, and Deno sends them in chunks of unknown number, which servers may refuse.
 */
export function lengthStream():
  | ((stream: ReadableStream<Uint8Array>, length: number) => ReadableStream<Uint8Array>)
  | undefined {
  const { FixedLengthStream } = scope;
  if (FixedLengthStream !== undefined) {
    return (stream, length) => {
      const { readable, writable } = new FixedLengthStream(length);
      // Whoever reads learns of a failure.
      stream.pipeTo(writable).catch(() => {});
      return readable;
    };
  }
  return isNode() ? (stream) => stream : undefined;
}

/** A turn for other work: painting, input, an abort. Timers would wait for 4 ms each. */
export function nextTurn(): Promise<void> {
  const { scheduler, setImmediate } = scope;
  if (typeof scheduler?.yield === "function") return scheduler.yield();
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => setTimeout(resolve, 0));
}
