/** Bodies that are read into memory, up to a limit. */

import { chunksOf } from "../files/content.js";
import { bytesFrom } from "../ground/bytes.js";

/**
 * The body of a request or an answer, or `null` when it is longer than `limit`. If it is too long,
 * `patience` more bytes are read and dropped: a client that is still sending does not listen yet.
 */
export async function readCapped(
  message: Request | Response,
  limit: number,
  patience = 0,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const announced = Number(message.headers.get("content-length") ?? 0);
  if (message.body === null || message.body === undefined) {
    const whole = bytesFrom(await message.arrayBuffer());
    return whole.byteLength > limit ? null : whole;
  }
  const reader = chunksOf(message.body);
  signal?.addEventListener("abort", () => reader.cancel(signal.reason).catch(() => {}), { once: true });
  let tooLong = announced > limit;
  let whole = new Uint8Array();
  let size = 0;
  while (!tooLong || (patience > 0 && size <= limit + patience)) {
    const { done, value: given } = await reader.read();
    // A stream that is cancelled ends as if it were whole.
    signal?.throwIfAborted();
    if (done) return tooLong ? null : whole.subarray(0, size);
    const value = bytesFrom(given);
    const end = size + value.byteLength;
    if (end > limit) {
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
      const room = Math.max(end, announced, 2 * whole.byteLength);
      if (end > whole.byteLength) whole = grown(whole, size, Math.min(limit, room));
      whole.set(value, size);
    }
    size = end;
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
