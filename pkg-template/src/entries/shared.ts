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
  OwnErrorCode,
  Sent,
  TicketErrorCode,
  TicketErrorData,
  Tokens,
  Violation,
  ViolationCode,
  ViolationOf,
  ViolationParams,
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
  EncodingProgress,
  FileContent,
  FileInput,
  NamedContent,
  Progress,
  ReadOptions,
  SendingProgress,
  TakenProgress,
  TicketMessageFile,
} from "../ground/types.js";
export type { Locale } from "../words/catalogue.js";
export { type DescribeOptions, describe, describeError } from "../words/describe.js";
