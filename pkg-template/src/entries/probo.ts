export * from "./bound/files.js";
export * from "./bound/functions.js";
export * from "./bound/probo.js";
export * from "./shared.js";
export type * from "./types/probo.js";
