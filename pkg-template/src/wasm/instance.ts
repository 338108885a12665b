/**
 * One wasm module: started on first use, and started afresh after a trap. Its exports are pure functions over plain data, so a call that met a
 * trap is simply made again on the new instance, and whoever is waiting for the network meanwhile loses nothing.
 */
import type { TicketErrorData } from "../generated/types.js";
import { localError, TicketError } from "../ground/errors.js";

/** What every module's glue has, whatever else it exports. */
export interface GlueBase {
  initSync(init: { module?: WebAssembly.Module | BufferSource | undefined }): { memory: WebAssembly.Memory };
  __wbg_reset_state(): void;
  fileRoom(): number;
  fileRoomSize(): number;
  hashStateSize(): number;
}

/** The part of a module's memory that file content goes through. */
export interface Room {
  /** What is to be encoded or hashed. */
  plain: Uint8Array;
  /** What became of it. */
  text: Uint8Array;
  /** Of a hash under way. */
  state: Uint8Array;
}

/** Where a module comes from. */
export type Source = () => WebAssembly.Module | BufferSource;

/** A module's instance, and what replaces it. */
export interface Instance {
  /** Takes the bytes or the module that an entry brings along; one that was chosen explicitly goes first. */
  provide(source: Source): void;
  /** Takes a module that the caller compiled. */
  choose(module: WebAssembly.Module | BufferSource): void;
  /** Returns whether a call could be made right now; only `/slim` has a time before. */
  available(): boolean;
  /** Makes a function of the glue safe: it starts the module, and is called again after a trap. */
  guard<A extends unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R;
  /** Returns the room as it is now: views of memory end when it grows, or when the module is started afresh. */
  openRoom(): Room;
}

/** Wasm memory never shrinks. After a call that needed more than this, a new instance gives it back; Workers have 128 MB for everything. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

/** The host lets no module start, or compiles none. */
export function unavailable(cause: unknown): TicketError {
  return localError(
    undefined,
    {
      kind: "configuration",
      code: "wasm_unavailable",
      message:
        "the wasm module could not be started: a page needs `'wasm-unsafe-eval'` in the `script-src` of its content security policy, and a Worker needs the entry `seller-tickets/workerd`",
    },
    cause,
  );
}

/** `InternalError` is what Firefox throws when the stack is full. */
function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    (error instanceof Error && error.name === "InternalError")
  );
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

/** Makes the one instance of a glue, which keeps no more than one. */
export function createInstance(glue: GlueBase): Instance {
  let fallback: Source | undefined;
  let chosen: WebAssembly.Module | BufferSource | undefined;
  let running = false;
  /** The instance is to be replaced before the next call. */
  let stale = false;
  let memory: WebAssembly.Memory | undefined;
  let room: Room | undefined;

  const available = (): boolean => running || chosen !== undefined || fallback !== undefined;

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
      throw unavailable(error);
    }
    running = true;
    stale = false;
    room = undefined;
  }

  return {
    provide: (source) => {
      fallback ??= source;
    },
    choose: (module) => {
      chosen ??= module;
    },
    available,
    guard:
      (name, fn) =>
      (...args) => {
        for (let again = false; ; again = true) {
          launch();
          try {
            const result = fn(...args);
            stale = memory !== undefined && memory.buffer.byteLength > MAX_MEMORY_BYTES;
            return result;
          } catch (error) {
            // What the module throws is the plain data of an error.
            if (!isTrap(error)) throw error instanceof Error ? error : new TicketError(error as TicketErrorData);
            stale = true;
            if (again) throw trapped(name, error);
          }
        }
      },
    openRoom: () => {
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
    },
  };
}
