export * from "./bound/files.js";
export * from "./bound/functions.js";
export * from "./bound/jtl-scx.js";
export * from "./shared.js";
export type * from "./types/jtl-scx.js";
