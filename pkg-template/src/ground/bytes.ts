/** One array of all parts. */
export function join(
  parts: Uint8Array[],
  size = parts.reduce((sum, part) => sum + part.byteLength, 0),
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value);
/** Not `instanceof`: in jsdom the module and its host have arrays of different realms. */
export const isPlainBuffer = (value: unknown): value is ArrayBuffer => tagOf(value) === "[object ArrayBuffer]";
export const isSharedBuffer = (value: unknown): value is SharedArrayBuffer =>
  tagOf(value) === "[object SharedArrayBuffer]";

/** What a value is, in words for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return "a text";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Whether memory was handed on to another owner. Node 20 has no `detached`, so it is tried. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    return new Uint8Array(buffer, 0, 0).byteLength > 0;
  } catch {
    return true;
  }
}

/** Whether the value is memory as hosts mostly hand it out, which needs no other test. */
const isUsual = (value: unknown): value is ArrayBuffer =>
  value instanceof ArrayBuffer && value.byteLength > 0 && (value as { resizable?: boolean }).resizable !== true;

/**
 * The bytes of a value that should hold some. Types say little of what comes from a caller's code:
 * streams and mocks hand out buffers, arrays of larger numbers, and texts. Memory that others can
 * change or resize is copied, because hosts refuse to send it. Throws for anything else.
 */
export function bytesFrom(value: unknown): Uint8Array<ArrayBuffer> {
  if (isUsual(value)) return new Uint8Array(value);
  if (value instanceof Uint8Array && value.byteLength > 0 && isUsual(value.buffer)) {
    return value as Uint8Array<ArrayBuffer>;
  }
  const isBuffer = isPlainBuffer(value) || isSharedBuffer(value);
  if (!isBuffer && !ArrayBuffer.isView(value)) throw new Error(`${kindOf(value)} came where bytes belong`);
  const buffer = isBuffer ? value : value.buffer;
  if (isDetached(buffer)) throw new Error("the memory of the bytes was handed on to another owner");
  if (isBuffer) return bytesFrom(new Uint8Array(value));
  const { byteOffset, byteLength } = value;
  const { resizable } = buffer as { resizable?: boolean };
  const bytes = value instanceof Uint8Array ? value : new Uint8Array(buffer, byteOffset, byteLength);
  return isSharedBuffer(buffer) || resizable ? new Uint8Array(bytes) : (bytes as Uint8Array<ArrayBuffer>);
}
