/** Everything that the entries share; each entry adds only where its wasm comes from. */
export type { MarketplaceId } from "./boundary.js";
export {
  ClickBank,
  type ClickBankEndpoints,
  type ClickBankGatewayOptions,
  type ClickBankOptions,
  type ClickBankServerOptions,
  type ClickBankTicketId,
} from "./clickbank.js";
export type { CallOptions, ClientOptions, DownloadOptions, WriteOptions } from "./client.js";
export { decode, meanings, validate } from "./client.js";
export type { Download } from "./download.js";
export type { Hooks, RequestInfo, ResponseInfo, RetryInfo } from "./driver.js";
export { TicketError, type TicketErrorConstructor, type TicketErrorKind, type ValidationError } from "./errors.js";
export type { FileContent, FileInput, NamedContent, Progress, ReadOptions } from "./files.js";
export { detectMimeType, encodeAttachment, fileToBase64 } from "./files.js";
export type * from "./generated/types.js";
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
} from "./jtl-scx.js";
export {
  type Envelope,
  Kaufland,
  type KauflandEndpoints,
  type KauflandGatewayOptions,
  type KauflandKeys,
  type KauflandOptions,
  type KauflandServerOptions,
} from "./kaufland.js";
export type { Page } from "./list.js";
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
} from "./magalu.js";
export {
  Probo,
  type ProboEndpoints,
  type ProboGatewayOptions,
  type ProboOptions,
  type ProboServerOptions,
  splitComplaints,
} from "./probo.js";
export type { ApiPromise, ListPromise, WithResponse } from "./promises.js";
export type { TokenStore } from "./session.js";
