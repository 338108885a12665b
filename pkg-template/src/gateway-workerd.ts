import "./module.js";

export * from "./gateway.js";
