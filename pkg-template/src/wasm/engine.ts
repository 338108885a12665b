/** What is asked of a wasm module: one function for each question. */
import { nodeHash } from "../ground/hosts.js";
import { type Acceptance, createAcceptance, type Tables } from "./accept.js";
import type { Exports } from "./generated/exports.js";
import { createInstance, type GlueBase, type Instance, type Source } from "./instance.js";

/** What is asked of a module; each function as `src/js` declares it. */
export type Boundary = Omit<Exports, keyof GlueBase | "encodePiece" | "hashBegin" | "hashPiece" | "hashEnd">;

/** The exports of a module's glue. One that not every module has is asked only of those that have it. */
export type Glue = GlueBase & Exports;

/** A SHA-256 under way. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** The hash if only `tail` followed; can be asked for more than once. */
  digest(tail: Uint8Array): Uint8Array;
}

/** A wasm module, started on first use. There is one engine for each module, and each client has the engine of its entry. */
export interface Engine extends Boundary, Acceptance, Pick<Instance, "available" | "choose"> {
  /** Tells where the module comes from, and returns the same engine. */
  from(source: Source): Engine;
  /** Encodes bytes, and hands out the text piece by piece. A piece lies in the module's memory, until the next one comes. */
  encodeBase64(bytes: Uint8Array, take: (text: Uint8Array) => void): void;
  startHash(): Hash;
}

/** Makes the engine of a module's glue. */
export function createEngine(glue: Glue, tables: Readonly<Record<string, Tables>>): Engine {
  const instance = createInstance(glue);
  const boundary = createBoundary(glue, instance);
  const engine: Engine = {
    ...boundary,
    ...createAcceptance(tables),
    ...createBytes(glue, instance),
    available: instance.available,
    choose: instance.choose,
    from: (source) => {
      instance.provide(source);
      return engine;
    },
  };
  return engine;
}

/** What the glue has for the engine itself. */
type Raw = Exclude<keyof Glue, keyof Boundary>;

/** The functions of a module that are asked from outside; a trap in one of them starts the module afresh. */
function createBoundary(glue: Glue, { guard }: Instance): Boundary {
  const raw: Record<Raw, true> = {
    initSync: true,
    __wbg_reset_state: true,
    fileRoom: true,
    fileRoomSize: true,
    hashStateSize: true,
    encodePiece: true,
    hashBegin: true,
    hashPiece: true,
    hashEnd: true,
  };
  const asked = Object.entries(glue).filter(([name]) => !Object.hasOwn(raw, name));
  return Object.fromEntries(asked.map(([name, ask]) => [name, guard(name, ask)])) as unknown as Boundary;
}

/** What file content goes through. */
function createBytes(glue: Glue, { openRoom }: Instance): Pick<Engine, "encodeBase64" | "startHash"> {
  /** Leaves the state after `bytes` in the room. */
  function hash(state: Uint8Array, bytes: Uint8Array): void {
    const room = openRoom();
    room.state.set(state);
    // What was just encoded is in its place.
    if (bytes.buffer === room.plain.buffer) {
      glue.hashPiece(bytes.byteOffset - room.plain.byteOffset, bytes.byteLength);
      return;
    }
    for (let start = 0; start < bytes.byteLength; start += room.plain.byteLength) {
      const piece = bytes.subarray(start, start + room.plain.byteLength);
      room.plain.set(piece);
      glue.hashPiece(0, piece.byteLength);
    }
  }

  return {
    encodeBase64: (bytes, take) => {
      for (let start = 0; start < bytes.byteLength; ) {
        const { plain, text } = openRoom();
        const end = Math.min(start + plain.byteLength, bytes.byteLength);
        plain.set(start === 0 && end === bytes.byteLength ? bytes : bytes.subarray(start, end));
        take(text.subarray(0, glue.encodePiece(end - start)));
        start = end;
      }
    },
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
      let state = openRoom().state.slice();
      return {
        update: (bytes) => {
          hash(state, bytes);
          state = openRoom().state.slice();
        },
        digest: (tail) => {
          hash(state, tail);
          glue.hashEnd();
          return openRoom().state.slice(0, 32);
        },
      };
    },
  };
}
