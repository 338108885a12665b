export * from "./bound/clickbank.js";
export * from "./bound/files.js";
export * from "./bound/functions.js";
export * from "./bound/jtl-scx.js";
export * from "./bound/kaufland.js";
export * from "./bound/magalu.js";
export * from "./bound/probo.js";
export * from "./shared.js";
export type * from "./types/root.js";
