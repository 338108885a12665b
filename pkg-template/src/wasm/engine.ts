/** What is asked of a wasm module: one function for each question. */
import { type Acceptance, createAcceptance } from "./accept.js";
import { type FileEngine, type FileGlue, fileParts, sourced } from "./files.js";
import type { Exports } from "./generated/exports.js";
import { createInstance, type Instance } from "./instance.js";
import type { Tables } from "./tables.js";

/** What is asked of a module; each function as `src/js` declares it. */
export type Boundary = Omit<Exports, keyof FileGlue>;

/** The exports of a module's glue. One that not every module has is asked only of those that have it. */
export type Glue = FileGlue & Boundary;

/** A wasm module, started on first use. There is one engine for each module, and each client has the engine of its entry. */
export interface Engine extends Boundary, Acceptance, FileEngine {}

/** Makes the engine of a module's glue, with the tables of its marketplaces. */
export function createEngine(glue: Glue, tables: Readonly<Record<string, Tables>>): Engine {
  const instance = createInstance(glue);
  return sourced(instance, {
    ...createBoundary(glue, instance),
    ...createAcceptance(tables),
    ...fileParts(glue, instance),
  });
}

/** What of the glue is not asked for its own sake. */
const RAW: Record<keyof FileGlue, true> = {
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

/** The functions that are asked from outside; a trap in one of them starts the module afresh. */
function createBoundary(glue: Glue, { guard }: Instance): Boundary {
  const asked = Object.entries(glue).filter(([name]) => !Object.hasOwn(RAW, name));
  return Object.fromEntries(asked.map(([name, ask]) => [name, guard(name, ask)])) as unknown as Boundary;
}
