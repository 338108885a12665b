/**
 * Bodies with files in them: put together in one piece, hashed, or streamed, without ever making a
 * base64 string.
 */

import type { Signal } from "../ground/abort.js";
import { brokenRule, type Where } from "../ground/errors.js";
import { notify } from "../ground/hooks.js";
import { habits, nextTurn, streaming } from "../ground/hosts.js";
import type { EncodingProgress, ReadOptions } from "../ground/types.js";
import type { FileEngine } from "../wasm/files.js";
import type { Segment } from "../wasm/generated/boundary.js";
import type { Hash } from "../wasm/hash.js";
import { type Attachment, orAborted, readFile } from "./source.js";

/**
 * How much of a file is read at a time where a body is streamed: a stream takes no more memory than
 * the pieces that are on their way.
 */
const STREAM_READ_BYTES = 192 * 1024;
/** How much is encoded before other work gets its turn. */
const BYTES_PER_TURN = 6 * 1024 * 1024;
/**
 * The same where a body is streamed: what is read in one turn of workerd is not freed before its
 * end.
 */
const STREAM_BYTES_PER_TURN = 8 * STREAM_READ_BYTES;
/**
 * Larger bodies are hashed by the host while they are made, if they are signed; smaller ones by the
 * module in one go.
 */
export const HASH_BYTES = 32 * 1024;
/** Larger bodies are streamed where the host can. */
const STREAM_BYTES = 4 * 1024 * 1024;
/** Larger bodies are made of Blobs where hosts are faster with them. */
const BLOB_BYTES = 256 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/** Is told how many bytes of a stream were taken, and of which file the last of them are. */
export type Taken = (loaded: number, file: string | undefined) => void;

/** A body that is ready to be sent, as often as it takes. */
export interface Payload {
  readonly length: number;
  /** What the host's `Request` takes, anew for each attempt. A stream says what was taken of it. */
  open(taken?: Taken): Uint8Array | Blob | ReadableStream<Uint8Array>;
  readonly streamed: boolean;
  /** The length of a stream that does not know its own. */
  readonly told?: number | undefined;
  /** Over what `signing` names before the body, and the body; in its order. */
  readonly hashes: Hash[] | undefined;
  /** Why the last stream broke off, when that was on this side. */
  failure?: unknown;
}

/** What a signature needs to have hashed before the body. */
type Heads = () => Uint8Array[] | undefined;

function startHashes({ startHash }: FileEngine, length: number, heads: Heads): Hash[] | undefined {
  if (startHash === undefined || length < HASH_BYTES) return undefined;
  return heads()?.map((head) => {
    const hash = startHash();
    hash.update(head);
    return hash;
  });
}

/** A body whose bytes are at hand. */
export function payloadOf(engine: FileEngine, bytes: Uint8Array, heads: Heads): Payload {
  const hashes = startHashes(engine, bytes.byteLength, heads);
  for (const hash of hashes ?? []) hash.update(bytes);
  return { length: bytes.byteLength, open: () => bytes, streamed: false, hashes };
}

/** Options of the reading. */
interface Reading {
  signal?: Signal | null | undefined;
  onProgress?: ReadOptions["onProgress"];
}

type Part = Bytes | { attachment: Attachment; encoding: "base64" | "raw"; size: number };

/** A piece of the body before it is encoded. */
interface Piece {
  bytes: Uint8Array;
  encoded: boolean;
  /** Whether the bytes belong to the caller, who may change them. */
  lent: boolean;
  file: Attachment | undefined;
}

const base64Length = (size: number) => 4 * Math.ceil(size / 3);
/** Not `instanceof`: in jsdom the module and its host have arrays of different realms. */
const isBytes = (part: unknown): part is Uint8Array => ArrayBuffer.isView(part);
const lengthOf = (part: Part) =>
  isBytes(part) ? part.byteLength : part.encoding === "base64" ? base64Length(part.size) : part.size;

/** A body before it is put together. */
export class Draft {
  readonly length: number;
  readonly #engine: FileEngine;
  readonly #where: Where;
  readonly #parts: Part[];
  readonly #options: Reading;
  readonly #habits = habits();
  #readBytes = this.#habits.readBytes;
  #bytesPerTurn = BYTES_PER_TURN;

  constructor(engine: FileEngine, where: Where, segments: Segment[], files: Attachment[], options: Reading) {
    this.#engine = engine;
    this.#where = where;
    this.#options = options;
    this.#parts = segments.map((segment) => {
      if ("text" in segment) return segment.text as Bytes;
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
    this.length = this.#parts.reduce((sum, part) => sum + lengthOf(part), 0);
  }

  /**
   * Ready to be sent. `allowed` names what else than an array the body may be: with a stream it
   * takes constant memory where the host can.
   */
  async finish(heads: Heads, allowed: { stream: boolean; blob: boolean }): Promise<Payload> {
    const hashes = startHashes(this.#engine, this.length, heads);
    const host = allowed.stream && this.length >= STREAM_BYTES ? streaming() : undefined;
    if (host === undefined) {
      const whole = await this.#gather(hashes, allowed.blob);
      return { length: this.length, open: () => whole, streamed: false, hashes };
    }
    this.#readBytes = STREAM_READ_BYTES;
    this.#bytesPerTurn = STREAM_BYTES_PER_TURN;
    if (hashes !== undefined) {
      await this.#each((bytes) => {
        for (const hash of hashes) hash.update(bytes);
      }, this.#options.onProgress);
    }
    const payload: Payload = {
      length: this.length,
      open: (taken) =>
        host.wrap(
          this.#stream(taken, (error) => {
            payload.failure = error;
          }),
          this.length,
        ),
      streamed: true,
      told: host.tell ? this.length : undefined,
      hashes,
    };
    return payload;
  }

  /** All bytes in one array. */
  async bytes(): Promise<Bytes> {
    const whole = this.#allocate();
    let at = 0;
    const put = (bytes: Uint8Array) => {
      whole.set(bytes, at);
      at += bytes.byteLength;
    };
    if (!this.#putAtHand(put)) await this.#each(put, this.#options.onProgress);
    return whole;
  }

  async #gather(hashes: Hash[] | undefined, blob: boolean): Promise<Bytes | Blob> {
    const asBlob = blob && this.length >= BLOB_BYTES && this.#habits.blobs;
    const [only] = this.#parts;
    // The module put it together.
    if (!asBlob && this.#parts.length === 1 && isBytes(only)) {
      for (const hash of hashes ?? []) hash.update(only);
      return only;
    }
    const whole = asBlob ? new Uint8Array() : this.#allocate();
    const parts: Blob[] = [];
    let at = 0;
    const put = (bytes: Uint8Array) => {
      if (asBlob) parts.push(new Blob([bytes as Bytes]));
      else whole.set(bytes, at);
      at += bytes.byteLength;
      for (const hash of hashes ?? []) hash.update(bytes);
    };
    if (!this.#putAtHand(put)) await this.#each(put, this.#options.onProgress);
    return asBlob ? new Blob(parts) : whole;
  }

  #allocate(): Bytes {
    try {
      return new Uint8Array(this.length);
    } catch (error) {
      const message = `a body of ${this.length} bytes does not fit into memory`;
      const hint = "send fewer or smaller files";
      const params = { size: this.length };
      throw brokenRule(this.#where, { field: "", code: "too_large", message, hint, params }, error);
    }
  }

  /**
   * Puts a small body together at once, if all of it is in memory; a promise would cost more than
   * the work.
   */
  #putAtHand(put: (bytes: Uint8Array) => void): boolean {
    const { onProgress } = this.#options;
    if (this.length > BYTES_PER_TURN) return false;
    if (!this.#parts.every((part) => isBytes(part) || part.attachment.source?.bytes !== undefined)) {
      return false;
    }
    let loaded = 0;
    for (const part of this.#parts) {
      if (isBytes(part)) put(part);
      else if (part.attachment.source?.bytes !== undefined) {
        if (part.encoding === "base64") this.#engine.encodeBase64(part.attachment.source.bytes, put);
        else put(part.attachment.source.bytes);
      }
      loaded += lengthOf(part);
      if (isBytes(part)) continue;
      const { filename: file } = part.attachment.descriptor;
      notify(onProgress, () => encoding(loaded, this.length, file));
    }
    return true;
  }

  /**
   * Hands out the body piece by piece. A piece may lie in the module's memory: it is to be used
   * before the next one comes.
   */
  async #each(put: (bytes: Uint8Array) => void, onProgress: ReadOptions["onProgress"]): Promise<void> {
    const { signal } = this.#options;
    const total = this.length;
    let loaded = 0;
    let turn = 0;
    const count = (bytes: Uint8Array) => {
      loaded += bytes.byteLength;
      put(bytes);
    };
    for await (const { bytes, encoded, file } of this.#pieces()) {
      const { byteLength } = bytes;
      if (encoded) this.#engine.encodeBase64(bytes, count);
      else count(bytes);
      if (file === undefined) continue;
      if (file.source?.fresh) giveBack(bytes);
      notify(onProgress, () => encoding(loaded, total, file.descriptor.filename));
      turn += byteLength;
      if (turn < this.#bytesPerTurn || loaded === total) continue;
      turn = 0;
      await orAborted(this.#where, nextTurn(), signal);
    }
  }

  /** The pieces in their order; while one is worked on, the next ones are read. */
  async *#pieces(): AsyncGenerator<Piece, void, undefined> {
    const wanted = this.#wanted();
    const most = this.#habits.readAhead;
    const ahead: Promise<Piece>[] = [];
    const readOn = () => {
      while (ahead.length < most) {
        const next = wanted.next();
        if (next.done) return;
        const piece = next.value();
        // The one who asks for the piece later learns of the failure.
        piece.catch(() => {});
        ahead.push(piece);
      }
    };
    readOn();
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const piece = await orAborted(this.#where, next, this.#options.signal);
      readOn();
      yield piece;
    }
  }

  *#wanted(): Generator<() => Promise<Piece>, void, undefined> {
    for (const part of this.#parts) {
      if (isBytes(part)) {
        yield async () => ({ bytes: part, encoded: false, lent: false, file: undefined });
        continue;
      }
      const { attachment, size } = part;
      const encoded = part.encoding === "base64";
      const step = this.#readBytes;
      for (let start = 0; start < size; start += step) {
        yield async () => ({
          bytes: await readFile(this.#where, attachment, start, Math.min(start + step, size)),
          encoded,
          lent: attachment.source?.bytes !== undefined,
          file: attachment,
        });
      }
    }
  }

  /** The body anew, read and encoded as fast as it is taken. */
  #stream(taken: Taken | undefined, onFailure: (error: unknown) => void): ReadableStream<Uint8Array> {
    const pieces = this.#pieces();
    let loaded = 0;
    let turn = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const { done, value } = await pieces.next();
            if (done) return controller.close();
            const { bytes, encoded, lent, file } = value;
            loaded += encoded ? base64Length(bytes.byteLength) : bytes.byteLength;
            // A socket takes megabytes at first, all in one turn.
            turn += bytes.byteLength;
            if (turn >= STREAM_BYTES_PER_TURN) {
              turn = 0;
              await nextTurn();
            }
            controller.enqueue(encoded ? encodedCopy(this.#engine, bytes) : lent ? bytes.slice() : bytes);
            if (encoded && file?.source?.fresh) giveBack(bytes);
            taken?.(loaded, file?.descriptor.filename);
          } catch (error) {
            onFailure(error);
            throw error;
          }
        },
        cancel: async () => {
          await pieces.return();
        },
      },
      // Nothing is made before it is asked for.
      { highWaterMark: 0 },
    );
  }
}

/** The progress of files that are encoded before anything is sent. */
export const encoding = (loaded: number, total: number, file: string | undefined): EncodingProgress => ({
  phase: "encoding",
  loaded,
  total,
  attempt: 1,
  file,
});

/**
 * Memory that the next piece takes again, where a collection would come too late; Node 20 has no
 * way to.
 */
function giveBack({ buffer }: Uint8Array): void {
  (buffer as { transfer?: (length: number) => unknown }).transfer?.(0);
}

function encodedCopy(engine: FileEngine, bytes: Uint8Array): Bytes {
  const text = new Uint8Array(base64Length(bytes.byteLength));
  let at = 0;
  engine.encodeBase64(bytes, (piece) => {
    text.set(piece, at);
    at += piece.byteLength;
  });
  return text;
}
