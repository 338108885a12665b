// Names that the build puts the real thing in the place of: the engine of the entry that a file of `entries/bound` is in.

declare module "seller-tickets-engine" {
  export const engine: import("./engine.js").Engine;
}

/** The same, as far as every module has it. */
declare module "seller-tickets-engine/files" {
  export const engine: import("./files.js").FileEngine;
}
