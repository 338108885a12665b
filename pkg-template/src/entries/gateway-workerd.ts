import "./module.js";

export * from "../gateway/gateway.js";
export * from "../gateway/uploads.js";
