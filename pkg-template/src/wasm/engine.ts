/** The questions to a wasm module: one function for each. */
import { type Acceptance, createAcceptance } from "./accept.js";
import { type Begun, begunOf } from "./begun.js";
import { type FileEngine, type FileGlue, fileParts, sourced } from "./files.js";
import type { Packed, Refused } from "./generated/boundary.js";
import type { Exports } from "./generated/exports.js";
import { type Hash, type HashGlue, hashPart } from "./hash.js";
import { createInstance, type Instance } from "./instance.js";
import type { Tables } from "./tables.js";

/** The functions of a module, each as `src/js` declares it. */
type Crossings = Omit<Exports, keyof FileGlue | keyof HashGlue>;

type Beginning = {
  [Name in keyof Crossings]: Crossings[Name] extends (...args: never[]) => Packed | Refused ? Name : never;
}[keyof Crossings];

/** The same functions, with the calls that they begin taken apart. */
export type Boundary = Omit<Crossings, Beginning> & {
  [Name in Beginning]: (...args: Parameters<Crossings[Name]>) => Begun | Refused;
};

/**
 * The exports of a module's glue. An export that not every module has is called only on those that
 * have it.
 */
export type Glue = FileGlue & HashGlue & Crossings;

/**
 * A wasm module, started on first use. There is one engine for each module, and each client has the
 * engine of its entry.
 */
export interface Engine extends Boundary, Acceptance, FileEngine {
  startHash: () => Hash;
}

/** Returns the engine of a module's glue, with the tables of its marketplaces. */
export function createEngine(glue: Glue, tables: Readonly<Record<string, Tables>>): Engine {
  const instance = createInstance(glue);
  return sourced(instance, {
    ...createBoundary(glue, instance),
    ...createAcceptance(tables),
    ...fileParts(glue, instance),
    ...hashPart(glue, instance),
  });
}

/** The exports of the glue that only other parts of this folder call. */
const RAW: Record<keyof FileGlue | keyof HashGlue, true> = {
  initSync: true,
  __wbg_reset_state: true,
  fileRoom: true,
  fileRoomSize: true,
  hashStateSize: true,
  detect: true,
  encodePiece: true,
  hashBegin: true,
  hashPiece: true,
  hashEnd: true,
};

/** The exports that begin a call, all of them. */
const BEGINNINGS: Record<Beginning, true> = {
  begin: true,
  beginForward: true,
  beginSession: true,
  beginExchange: true,
};

/** Returns the functions that other folders call; a trap in one of them restarts the module. */
function createBoundary(glue: Glue, { guard }: Instance): Boundary {
  const asked = Object.entries(glue).filter(([name]) => !Object.hasOwn(RAW, name));
  const safe = ([name, ask]: [string, (...args: unknown[]) => unknown]) => {
    const guarded = guard(name, ask);
    if (!Object.hasOwn(BEGINNINGS, name)) return [name, guarded];
    return [name, (...args: unknown[]) => begunOf(guarded(...args) as Packed | Refused)];
  };
  return Object.fromEntries((asked as [string, () => unknown][]).map(safe)) as unknown as Boundary;
}
