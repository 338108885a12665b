/** The functions that every module has for files: it detects their types and encodes them. */
import type { Hash } from "./hash.js";
import { createInstance, type GlueBase, type Instance, type PageParts, type Source } from "./instance.js";

/** The exports of a module's glue that are for files. */
export interface FileGlue extends GlueBase {
  detect: FileEngine["detect"];
  encodePiece(length: number): number;
}

/** The source of an engine's module. */
interface Sourced extends Pick<Instance, "available" | "choose" | "warming"> {
  page?: PageParts | undefined;
  /** Sets where the module comes from, unless it is chosen later, and returns the same engine. */
  from(source: Source | undefined, page?: PageParts): this;
  /** Begins to compile the module beside the other work of a page, if it is not at hand. */
  warm(): void;
}

/** The part of a wasm module that is for files; the module `files` has no other part. */
export interface FileEngine extends Sourced {
  /**
   * Returns a mime type, `null` when no known type matches, or the range (start and end) to read
   * before the next call.
   */
  detect(size: number, starts: Float64Array, windows: Uint8Array[]): string | null | [number, number];
  /**
   * Encodes bytes and passes the text to `take`, piece by piece. A piece lies in the module's
   * memory and is valid until the next one.
   */
  encodeBase64(bytes: Uint8Array, take: (text: Uint8Array) => void): void;
  /** Begins a SHA-256. The module `files` has none, because it signs nothing. */
  startHash?: () => Hash;
}

/** Returns the engine of a module that is for files alone. */
export function createFileEngine(glue: FileGlue): FileEngine {
  const instance = createInstance(glue);
  return sourced(instance, fileParts(glue, instance));
}

/** Returns an engine made of these functions. */
export function sourced<F extends object>(instance: Instance, functions: F): F & Sourced {
  const { available, choose, provide, warm, warming } = instance;
  const engine = {
    ...functions,
    available,
    choose,
    warm: () => warm(engine.page?.slow),
    warming,
    from: (source: Source | undefined, page?: PageParts) => {
      if (source !== undefined) provide(source);
      engine.page = page;
      return engine;
    },
  } as F & Sourced;
  return engine;
}

/** Returns the functions that process file content. */
export function fileParts(glue: FileGlue, { guard, openRoom }: Instance): Omit<FileEngine, keyof Sourced> {
  return {
    detect: guard("detect", glue.detect),
    encodeBase64: (bytes, take) => {
      for (let start = 0; start < bytes.byteLength; ) {
        const { plain, text } = openRoom();
        const end = Math.min(start + plain.byteLength, bytes.byteLength);
        plain.set(start === 0 && end === bytes.byteLength ? bytes : bytes.subarray(start, end));
        take(text.subarray(0, glue.encodePiece(end - start)));
        start = end;
      }
    },
  };
}
