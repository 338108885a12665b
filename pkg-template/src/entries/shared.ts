/** The exports that every entry of a marketplace has besides its class. */

export type { Download } from "../core/download.js";
export type { Page } from "../core/list.js";
export type { ApiPromise, ListPromise, WithResponse } from "../core/promises.js";
export type {
  Access,
  ErrorKind,
  Int64,
  MarketplaceId,
  Meaning,
  Method,
  Open,
  Origin,
  Sent,
  TicketErrorData,
  Tokens,
  Violation,
} from "../generated/types.js";
export {
  TicketError,
  type TicketErrorConstructor,
  type TicketErrorKind,
  type ValidationError,
} from "../ground/errors.js";
export type {
  CallInfo,
  CallOptions,
  ClientOptions,
  DownloadOptions,
  EndInfo,
  Hooks,
  Logger,
  RequestInfo,
  ResponseInfo,
  RetryInfo,
  StartInfo,
  TokenStore,
  WriteOptions,
} from "../ground/options.js";
export type {
  FileContent,
  FileInput,
  NamedContent,
  Progress,
  ReadOptions,
  TicketMessageFile,
} from "../ground/types.js";
