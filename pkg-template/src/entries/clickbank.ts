export * from "./bound/clickbank.js";
export * from "./bound/files.js";
export * from "./bound/functions.js";
export * from "./shared.js";
export type * from "./types/clickbank.js";
