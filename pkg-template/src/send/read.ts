/** Bodies that are read into memory, up to a limit. */

import { chunksOf } from "../files/content.js";
import { onAbort, unlessAborted } from "../ground/abort.js";
import { bytesFrom } from "../ground/bytes.js";

/**
 * How much of a request is read and dropped when it is too long: a client that is still sending
 * does not hear the answer, and is told that the connection broke if nothing is read any more.
 */
export const PATIENCE_BYTES = 128 * 1024 * 1024;

/** How long such a client is listened to. */
const PATIENCE_MS = 10_000;

/**
 * Reads and drops the body of a request that was refused without reading it, so that a client that
 * is still sending hears the answer.
 */
export async function drain(request: Request): Promise<void> {
  if (request.body === null || request.bodyUsed) return;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    await readCapped(request, 0, PATIENCE_BYTES, stop.signal);
  } catch {
    // The answer does not depend on it.
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The body of a request or an answer, or `null` when it is longer than `limit`. If it is too long,
 * `patience` more bytes are read and dropped. Throws the reason of `signal` once it is aborted, or
 * returns `null` if the body is known to be too long.
 */
export async function readCapped(
  message: Request | Response,
  limit: number,
  patience = 0,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const announced = Number(message.headers.get("content-length") ?? 0);
  if (message.body === null || message.body === undefined) {
    const whole = bytesFrom(await unlessAborted(message.arrayBuffer(), signal));
    return whole.byteLength > limit ? null : whole;
  }
  const reader = chunksOf(message.body);
  const end = onAbort(signal, () => reader.cancel(signal?.reason).catch(() => {}));
  let tooLong = announced > limit;
  let whole = new Uint8Array();
  let size = 0;
  try {
    // One that announces more than that is not waited for.
    while (!tooLong || Math.max(size, announced) <= patience) {
      const { done, value: given } = await unlessAborted(reader.read(), signal);
      // A stream that is cancelled ends as if it were whole.
      signal?.throwIfAborted();
      if (done) return tooLong ? null : whole.subarray(0, size);
      const value = bytesFrom(given);
      const next = size + value.byteLength;
      if (next > limit) {
        tooLong = true;
        whole = new Uint8Array();
      }
      if (tooLong) {
        // Only counted.
      } else if (size === 0 && value.byteLength >= announced && isAlone(value)) {
        // Mostly there is one part.
        whole = value;
      } else {
        // The announced length may be wrong (before decompression), so it only saves the
        // copying of parts.
        const room = Math.max(next, announced, 2 * whole.byteLength);
        if (next > whole.byteLength) whole = grown(whole, size, Math.min(limit, room));
        whole.set(value, size);
      }
      size = next;
    }
  } catch (error) {
    if (!tooLong || !signal?.aborted) throw error;
  } finally {
    end();
  }
  reader.cancel().catch(() => {});
  return null;
}

/** Whether the bytes are plain ones, and share their memory with nothing else. */
function isAlone(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.constructor === Uint8Array && bytes.byteLength === bytes.buffer.byteLength;
}

function grown(bytes: Uint8Array, used: number, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes.subarray(0, used));
  return larger;
}
