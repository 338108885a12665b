import "./module.js";

export * from "../files/uploads.js";
export * from "../gateway/gateway.js";
