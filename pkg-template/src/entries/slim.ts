export * from "./bound/start.js";
export * from "./index.js";
