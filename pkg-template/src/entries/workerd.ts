import "./module.js";

export * from "./core.js";
