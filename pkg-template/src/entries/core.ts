/** Everything that the entries share; each entry adds only where its wasm comes from. */

export type { CallOptions, ClientOptions, DownloadOptions, WriteOptions } from "../core/client.js";
export { decode, meanings, validate } from "../core/client.js";
export type { Page } from "../core/list.js";
export type { ApiPromise, ListPromise, WithResponse } from "../core/promises.js";
export type { Download } from "../files/download.js";
export type { FileContent, FileInput, NamedContent, Progress, ReadOptions } from "../files/files.js";
export { detectMimeType, encodeAttachment, fileToBase64 } from "../files/files.js";
export type * from "../generated/types.js";
export {
  TicketError,
  type TicketErrorConstructor,
  type TicketErrorKind,
  type ValidationError,
} from "../ground/errors.js";
export {
  ClickBank,
  type ClickBankEndpoints,
  type ClickBankGatewayOptions,
  type ClickBankOptions,
  type ClickBankServerOptions,
  type ClickBankTicketId,
} from "../marketplaces/clickbank.js";
export {
  JtlScx,
  type JtlScxCreateOptions,
  type JtlScxEndpoints,
  type JtlScxGatewayOptions,
  type JtlScxOptions,
  type JtlScxRepliesOptions,
  type JtlScxReplyEvent,
  type JtlScxServerOptions,
  type JtlScxSide,
  type JtlScxUpload,
  type JtlScxUploads,
  uploadsOf,
} from "../marketplaces/jtl-scx.js";
export {
  type Envelope,
  Kaufland,
  type KauflandEndpoints,
  type KauflandGatewayOptions,
  type KauflandKeys,
  type KauflandOptions,
  type KauflandServerOptions,
} from "../marketplaces/kaufland.js";
export {
  Magalu,
  type MagaluClientCredentials,
  type MagaluCompleted,
  type MagaluConsent,
  MagaluCreation,
  type MagaluEndpoints,
  type MagaluEnvelope,
  type MagaluFollowed,
  type MagaluFollowOptions,
  type MagaluGatewayOptions,
  type MagaluOptions,
  type MagaluPage,
  type MagaluServerOptions,
  type MagaluTokenCredentials,
  magaluTime,
} from "../marketplaces/magalu.js";
export {
  Probo,
  type ProboEndpoints,
  type ProboGatewayOptions,
  type ProboOptions,
  type ProboServerOptions,
  splitComplaints,
} from "../marketplaces/probo.js";
export type { Hooks, RequestInfo, ResponseInfo, RetryInfo } from "../send/driver.js";
export type { TokenStore } from "../send/session.js";
export type { MarketplaceId } from "../wasm/boundary.js";
