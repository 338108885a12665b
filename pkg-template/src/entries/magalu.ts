export type { MagaluPage as Page } from "../marketplaces/magalu.js";
export * from "./bound/files.js";
export * from "./bound/functions.js";
export * from "./bound/magalu.js";
export * from "./shared.js";
export type * from "./types/magalu.js";
