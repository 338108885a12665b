/** The hashes of bodies that are large, or not in one piece, for signatures. */
import { nodeHash } from "../ground/hosts.js";
import type { Instance } from "./instance.js";

/** The exports of a module's glue for a SHA-256. */
export interface HashGlue {
  hashStateSize(): number;
  hashBegin(): void;
  hashPiece(start: number, length: number): void;
  hashEnd(): void;
}

/** An unfinished SHA-256. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** Returns the hash of all bytes so far and `tail`; it can be called more than once. */
  digest(tail: Uint8Array): Uint8Array;
}

/** Returns the function that begins a SHA-256: the host's, or the module's. */
export function hashPart(glue: HashGlue, { openRoom }: Instance): { startHash: () => Hash } {
  /** Returns the state of the unfinished hash in the module, which lies behind the room. */
  function openState(): Uint8Array {
    const { plain, text } = openRoom();
    return new Uint8Array(plain.buffer, text.byteOffset + text.byteLength, glue.hashStateSize());
  }

  /** Writes the state after `bytes` to the module. */
  function hash(state: Uint8Array, bytes: Uint8Array): void {
    openState().set(state);
    const { plain } = openRoom();
    // Bytes that were just encoded are already in place.
    if (bytes.buffer === plain.buffer) {
      glue.hashPiece(bytes.byteOffset - plain.byteOffset, bytes.byteLength);
      return;
    }
    for (let start = 0; start < bytes.byteLength; start += plain.byteLength) {
      const piece = bytes.subarray(start, start + plain.byteLength);
      plain.set(piece);
      glue.hashPiece(0, piece.byteLength);
    }
  }

  return {
    startHash: () => {
      const host = nodeHash();
      if (host !== undefined) {
        return {
          update: (bytes) => void host.update(bytes),
          digest: (tail) => host.copy().update(tail).digest(),
        };
      }
      openRoom();
      glue.hashBegin();
      let state = openState().slice();
      return {
        update: (bytes) => {
          hash(state, bytes);
          state = openState().slice();
        },
        digest: (tail) => {
          hash(state, tail);
          glue.hashEnd();
          return openState().slice(0, 32);
        },
      };
    },
  };
}
