/** The one file that all CommonJS entries share, so that they have one engine and one `TicketError`. Not an entry itself. */

export { createGateway, d1Nonces, durableNonces, memoryNonces, Nonces, sameSecret } from "../gateway/gateway.js";
export { createUploads } from "../gateway/uploads.js";
export { provide } from "../wasm/engine.js";
export { packed } from "../wasm/packed.js";
export * from "./core.js";
export { start } from "./slim.js";
