export {
  TicketError,
  type TicketErrorConstructor,
  type TicketErrorKind,
  type ValidationError,
} from "../ground/errors.js";
export type {
  EncodingProgress,
  FileContent,
  FileInput,
  NamedContent,
  Progress,
  ReadOptions,
  TicketMessageFile,
} from "../ground/types.js";
export type { Locale } from "../words/catalogue.js";
export { type DescribeOptions, describe, describeError } from "../words/describe.js";
export * from "./bound/files.js";
