import "./inline.js";

export * from "./core.js";
