/** The one file that all CommonJS entries share, so that they have one engine and one `TicketError`. Not an entry itself. */

export { createUploads } from "../files/uploads.js";
export { createGateway, d1Nonces, durableNonces, memoryNonces, Nonces, sameSecret } from "../gateway/gateway.js";
export { provide } from "../wasm/engine.js";
export { packed } from "../wasm/packed.js";
export * from "./core.js";
export { start } from "./slim.js";
