import "./inline.js";

export * from "./gateway.js";
export * from "./uploads.js";
