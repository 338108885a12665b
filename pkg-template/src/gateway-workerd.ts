import "./module.js";

export * from "./gateway.js";
export * from "./uploads.js";
