// Names that the build puts the real thing in the place of.

/** The engine of the entry that a file of `entries/bound` is in. */
declare module "seller-tickets-engine" {
  export const engine: import("./engine.js").Engine;
}
