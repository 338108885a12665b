import "./inline.js";

export * from "./gateway.js";
