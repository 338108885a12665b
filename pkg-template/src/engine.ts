/**
 * The wasm module: started on first use, and started afresh after a trap. Its exports are pure functions over plain data, so a call that met a
 * trap is simply made again on the new instance, and whoever is waiting for the network meanwhile loses nothing.
 */
import * as glue from "seller-tickets-wasm";
import type { Boundary } from "./boundary.js";
import { localError, TicketError } from "./errors.js";
import type { TicketErrorData } from "./generated/types.js";
import { nodeHash } from "./hosts.js";

interface Room {
  /** What is to be encoded or hashed. */
  plain: Uint8Array;
  /** What became of it. */
  text: Uint8Array;
  /** Of a hash under way. */
  state: Uint8Array;
}

type Source = () => WebAssembly.Module | BufferSource;

let fallback: Source | undefined;
let chosen: WebAssembly.Module | BufferSource | undefined;
let running = false;
/** The instance is to be replaced before the next call. */
let stale = false;
let memory: WebAssembly.Memory | undefined;
/** The part of its memory that file content goes through. */
let room: Room | undefined;

/** Wasm memory never shrinks. After a call that needed more than this, a new instance gives it back; Workers have 128 MB for everything. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

/** The bytes or module that an entry brings along; one that was chosen explicitly goes first. */
export function provide(source: Source): void {
  fallback ??= source;
}

/** A module that the caller compiled, for `/slim` and `/workerd`. */
export function choose(module: WebAssembly.Module | BufferSource): void {
  chosen ??= module;
}

/** Whether a call could be made right now; only `/slim` has a time before. */
export function available(): boolean {
  return running || chosen !== undefined || fallback !== undefined;
}

function launch(): void {
  if (running && !stale) return;
  if (!available()) {
    throw localError(undefined, {
      kind: "configuration",
      code: "not_started",
      message: "the wasm module is not started: await `start(…)` of `seller-tickets/slim` before the first call",
    });
  }
  try {
    if (running) glue.__wbg_reset_state();
    else glue.initSync({ module: chosen ?? fallback?.() });
    // Once it runs, this only tells its exports.
    memory = glue.initSync({}).memory;
  } catch (error) {
    throw localError(
      undefined,
      {
        kind: "configuration",
        code: "wasm_unavailable",
        message:
          "the wasm module could not be started: a page needs `'wasm-unsafe-eval'` in the `script-src` of its content security policy, and a Worker needs the entry `seller-tickets/workerd`",
      },
      error,
    );
  }
  running = true;
  stale = false;
  room = undefined;
}

/** `InternalError` is what Firefox throws when the stack is full. */
function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    (error instanceof Error && error.name === "InternalError")
  );
}

/** The module throws its errors as plain data. */
function refusal(thrown: unknown): unknown {
  if (thrown instanceof Error || typeof thrown !== "object" || thrown === null || !("kind" in thrown)) return thrown;
  return new TicketError(thrown as TicketErrorData);
}

function trapped(name: string, cause: unknown): TicketError {
  return localError(
    undefined,
    {
      kind: "decode",
      code: "wasm_trap",
      message: `the wasm module stopped in \`${name}\` twice on the same input; it was started afresh`,
    },
    cause,
  );
}

function guard<A extends unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    for (let again = false; ; again = true) {
      launch();
      try {
        const result = fn(...args);
        stale = memory !== undefined && memory.buffer.byteLength > MAX_MEMORY_BYTES;
        return result;
      } catch (error) {
        if (!isTrap(error)) throw refusal(error);
        stale = true;
        if (again) throw trapped(name, error);
      }
    }
  };
}

export const engine: Boundary = {
  checkSettings: guard("checkSettings", glue.checkSettings),
  validate: guard("validate", glue.validate),
  begin: guard("begin", glue.begin),
  beginForward: guard("beginForward", glue.beginForward),
  advance: guard("advance", glue.advance),
  beginOnce: guard("beginOnce", glue.beginOnce),
  advanceOnce: guard("advanceOnce", glue.advanceOnce),
  buildRequest: guard("buildRequest", glue.buildRequest),
  usesSession: guard("usesSession", glue.usesSession),
  sessionIsFresh: guard("sessionIsFresh", glue.sessionIsFresh),
  beginSession: guard("beginSession", glue.beginSession),
  beginExchange: guard("beginExchange", glue.beginExchange),
  consentUrl: guard("consentUrl", glue.consentUrl),
  readSession: guard("readSession", glue.readSession),
  detect: guard("detect", glue.detect),
  signing: guard("signing", glue.signing),
  decodeResponse: guard("decodeResponse", glue.decodeResponse),
  walkOn: guard("walkOn", glue.walkOn),
  endpoints: guard("endpoints", glue.endpoints),
  meanings: guard("meanings", glue.meanings),
  splitComplaints: guard("splitComplaints", glue.splitComplaints),
  safeNames: guard("safeNames", glue.safeNames),
  advanceInbox: guard("advanceInbox", glue.advanceInbox),
  magaluFollow: guard("magaluFollow", glue.magaluFollow),
  magaluTime: guard("magaluTime", glue.magaluTime),
};

/** The room as it is now: views of memory end when it grows, or when the module is started afresh. */
function openRoom(): Room {
  launch();
  if (room === undefined || room.plain.byteLength === 0) {
    const at = glue.fileRoom();
    const size = glue.fileRoomSize();
    const textSize = (size / 3) * 4;
    // Only now: making the room may have grown the memory.
    const { buffer } = memory as WebAssembly.Memory;
    room = {
      plain: new Uint8Array(buffer, at, size),
      text: new Uint8Array(buffer, at + size, textSize),
      state: new Uint8Array(buffer, at + size + textSize, glue.hashStateSize()),
    };
  }
  return room;
}

/** Encodes bytes, and hands out the text piece by piece. A piece lies in the module's memory, until the next one comes. */
export function encodeBase64(bytes: Uint8Array, take: (text: Uint8Array) => void): void {
  for (let start = 0; start < bytes.byteLength; ) {
    const { plain, text } = openRoom();
    const end = Math.min(start + plain.byteLength, bytes.byteLength);
    plain.set(start === 0 && end === bytes.byteLength ? bytes : bytes.subarray(start, end));
    take(text.subarray(0, glue.encodePiece(end - start)));
    start = end;
  }
}

/** A SHA-256 under way. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** The hash if only `tail` followed; can be asked for more than once. */
  digest(tail: Uint8Array): Uint8Array;
}

export function startHash(): Hash {
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
}

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

/** Drops the keys whose value is `undefined`: an option that was not given is not an option. */
export function given<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
