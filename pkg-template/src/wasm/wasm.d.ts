// The build replaces these names by the engine of the entry to which a file of `entries/bound`
// belongs.

declare module "seller-tickets-engine" {
  export const engine: import("./engine.js").Engine;
}

/** The part of the engine that every module has. */
declare module "seller-tickets-engine/files" {
  export const engine: import("./files.js").FileEngine;
}
