/**
 * One wasm module, which is started on first use and restarted after a trap. Its exports are pure
 * functions over plain data, so a call that trapped is simply repeated on the new instance, and
 * calls that are waiting for the network meanwhile lose nothing.
 */
import type { TicketErrorData } from "../generated/types.js";
import { describe, localError, TicketError } from "../ground/errors.js";
import type { Upload } from "../ground/options.js";

/** The exports that every module's glue has, whatever else it exports. */
export interface GlueBase {
  initSync(init: { module?: WebAssembly.Module | BufferSource | undefined }): { memory: WebAssembly.Memory };
  __wbg_reset_state(): void;
  fileRoom(): number;
  fileRoomSize(): number;
}

/** The part of a module's memory through which file content passes. */
export interface Room {
  /** The bytes to encode or hash. */
  plain: Uint8Array;
  /** The encoded text. */
  text: Uint8Array;
}

/** Where a module comes from. */
export type Source = () => WebAssembly.Module | BufferSource;

/** What an engine has only where it may run in a page. */
export interface PageParts {
  /** The bytes of the module, made in parts, between which other work has its turn. */
  slow?: () => Promise<BufferSource>;
  /** Whoever makes a client gets it from here, so that programs without pages do not hold it. */
  upload: Upload;
}

/** A module's instance, and the functions that replace it. */
export interface Instance {
  /** Sets the bytes or the module of an entry; a module that was chosen explicitly has priority. */
  provide(source: Source): void;
  /** Sets a module that the caller compiled. */
  choose(module: WebAssembly.Module | BufferSource): void;
  /** Returns whether a call is possible right now; only in `/slim` may it not be. */
  available(): boolean;
  /** Begins to compile these bytes beside the other work of a page, if there is no module yet. */
  warm(slow: PageParts["slow"]): void;
  /**
   * Resolves when the module was compiled beside other work, or takes too long; `undefined` if
   * there is nothing to wait for. It never rejects: the next call throws a failure.
   */
  warming(): Promise<void> | undefined;
  /**
   * Returns a safe form of a glue function: it starts the module, and is called again after a trap.
   */
  guard<A extends unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R;
  /**
   * Returns the current room: views of memory become invalid when it grows or the module is
   * restarted.
   */
  openRoom(): Room;
}

/**
 * Wasm memory never shrinks. After a call that needed more than this, a new instance releases it;
 * Workers have 128 MB in all.
 */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

/** How long a call waits for a module that is compiled beside other work. */
const WARM_MS = 3_000;

const NEEDED = ["WebAssembly", "TextDecoder", "TextEncoder"];
const REFUSED =
  "the wasm module could not be started: a page needs `'wasm-unsafe-eval'` in the `script-src` of its content security policy, and a Worker needs the entry `seller-tickets/workerd`";

/** The first thing that a host lacks of what every call into the module needs. */
const lacking = () => NEEDED.find((name) => (globalThis as Record<string, unknown>)[name] === undefined);

/** Returns the error for a host that does not start or compile the module, and says what it lacks. */
export function unavailable(cause: unknown): TicketError {
  const name = lacking();
  const how =
    name === "WebAssembly"
      ? "which Lockdown Mode and `--jitless` switch off"
      : "as the jsdom of Jest: set it to the one of `node:util` in a file of `setupFiles`";
  const message = name === undefined ? REFUSED : `this host has no \`${name}\`, ${how}`;
  return localError(undefined, { kind: "configuration", code: "wasm_unavailable", message }, cause);
}

/** Firefox throws `InternalError` when the stack is full. */
function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    (error instanceof Error && error.name === "InternalError")
  );
}

/** Whether the module threw it: it throws the plain data of an error. */
const isData = (error: unknown): error is TicketErrorData =>
  typeof error === "object" && error !== null && !(error instanceof Error) && "kind" in error && "code" in error;

/** Returns the error for a getter or a proxy of the caller's that threw in the module. */
function unreadable(name: string, cause: unknown): TicketError {
  const message = `an argument of \`${name}\` cannot be read: ${describe(cause)}`;
  return localError(undefined, { kind: "configuration", code: "unreadable", message }, cause);
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

/** Returns the instance of a glue, which keeps at most one at a time. */
export function createInstance(glue: GlueBase): Instance {
  let fallback: Source | undefined;
  /** Compiling beside other work, its result, or the reason why there is none. */
  let warming: Promise<void> | undefined;
  let warmed: WebAssembly.Module | undefined;
  let failure: { cause: unknown } | undefined;
  let chosen: WebAssembly.Module | BufferSource | undefined;
  let running = false;
  /** Whether the instance must be replaced before the next call. */
  let stale = false;
  let memory: WebAssembly.Memory | undefined;
  let room: Room | undefined;

  const available = (): boolean => running || chosen !== undefined || fallback !== undefined;

  async function compile(from: () => Promise<BufferSource>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, WARM_MS);
    });
    const made = async () => {
      try {
        const bytes = await from();
        // A call that cannot wait compiles it itself.
        if (running) return;
        warmed = await WebAssembly.compile(bytes);
        launch();
      } catch (cause) {
        failure = { cause };
      }
    };
    await Promise.race([made(), late]);
    clearTimeout(timer);
    warming = undefined;
  }

  function launch(): void {
    if (running && !stale) return;
    if (failure !== undefined && !running) {
      const { cause } = failure;
      failure = undefined;
      throw unavailable(cause);
    }
    if (lacking() !== undefined) throw unavailable(undefined);
    if (!available()) {
      throw localError(undefined, {
        kind: "configuration",
        code: "not_started",
        message: "the wasm module is not started: await `start(…)` of `seller-tickets/slim` before the first call",
      });
    }
    try {
      if (running) glue.__wbg_reset_state();
      else glue.initSync({ module: chosen ?? warmed ?? fallback?.() });
      // When the module runs already, this only returns its exports.
      memory = glue.initSync({}).memory;
    } catch (error) {
      throw unavailable(error);
    }
    running = true;
    stale = false;
    warmed = undefined;
    room = undefined;
  }

  return {
    provide: (source) => {
      fallback ??= source;
    },
    warm: (slow) => {
      if (running || chosen !== undefined || slow === undefined || lacking() !== undefined) return;
      warming ??= warmed === undefined ? compile(slow) : undefined;
    },
    warming: () => (running ? undefined : warming),
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
            if (isData(error)) throw new TicketError(error);
            stale = true;
            if (!isTrap(error)) throw unreadable(name, error);
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
        // The buffer is read only now, because allocating the room may have grown the memory.
        const { buffer } = memory as WebAssembly.Memory;
        room = { plain: new Uint8Array(buffer, at, size), text: new Uint8Array(buffer, at + size, textSize) };
      }
      return room;
    },
  };
}
