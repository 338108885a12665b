import "./inline.js";

export * from "../gateway/gateway.js";
export * from "../gateway/uploads.js";
