/** The one file that all CommonJS entries share, so that they have one engine and one `TicketError`. Not an entry itself. */
export * from "./core.js";
export { provide } from "./engine.js";
export { createGateway, d1Nonces, durableNonces, memoryNonces, Nonces, sameSecret } from "./gateway.js";
export { packed } from "./packed.js";
export { start } from "./slim.js";
export { createUploads } from "./uploads.js";
