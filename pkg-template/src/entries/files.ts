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
export * from "./bound/files.js";
