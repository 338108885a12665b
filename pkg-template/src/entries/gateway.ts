export { sameSecret } from "../gateway/access.js";
export { createGateway } from "../gateway/index.js";
export {
  d1Nonces,
  durableNonces,
  memoryNonces,
  type NonceDatabase,
  type NonceNamespace,
  type NonceStore,
  Nonces,
} from "../gateway/nonces.js";
export type {
  Gateway,
  GatewayAccount,
  GatewayCaller,
  GatewayContext,
  GatewayOptions,
  MarketplaceClass,
} from "../gateway/options.js";
export type { Upload, UploadBucket, Uploads, UploadsOptions, UploadType } from "../gateway/uploads.js";
export type { MarketplaceId } from "../generated/types.js";
export type { Locale } from "../words/catalogue.js";
export { type DescribeOptions, describe, describeError } from "../words/describe.js";
export * from "./bound/uploads.js";
