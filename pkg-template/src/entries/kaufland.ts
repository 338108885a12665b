export * from "./bound/files.js";
export * from "./bound/functions.js";
export * from "./bound/kaufland.js";
export * from "./shared.js";
export type * from "./types/kaufland.js";
