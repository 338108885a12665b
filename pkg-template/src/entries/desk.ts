export { type ContractCheck, storeChecks } from "../desk/contract.js";
export {
  type D1StoreOptions,
  type DeskCost,
  type DeskDatabase,
  type DeskResult,
  type DeskStatement,
  d1Store,
} from "../desk/d1.js";
export type { DeskAccountOptions, DeskCalendar, DeskOptions } from "../desk/local.js";
export { memoryStore } from "../desk/memory.js";
export type { DeskRemoteOptions } from "../desk/remote.js";
export {
  type DeskAsked,
  type DeskCaller,
  type DeskRoutes,
  type DeskRoutesOptions,
  deskRoutes,
} from "../desk/routes.js";
export type {
  Batch as DeskBatch,
  Changed as DeskStoreChange,
  CountTimes as DeskCountTimes,
  DeskKey,
  DeskStore,
  FilePart as DeskFilePart,
  LetterQuery as DeskLetterQuery,
  LetterRow as DeskLetterRow,
  Listed as DeskListed,
  ListQuery as DeskListQuery,
  Put as DeskPut,
  StoreCounts as DeskStoreCounts,
  StreamRow as DeskStreamRow,
  TicketHead as DeskTicketHead,
  TicketPut as DeskTicketPut,
  TicketRow as DeskTicketRow,
} from "../desk/store.js";
export type {
  DeskArguments,
  DeskChange,
  DeskChangesOptions,
  DeskCountOptions,
  DeskCounts,
  DeskDoOptions,
  DeskFileContent,
  DeskFileKey,
  DeskForget,
  DeskListOptions,
  DeskLocalChange,
  DeskOutboxOptions,
  DeskPage,
  DeskRead,
  DeskSynced,
  DeskSyncOptions,
  DeskViewCounts,
} from "../desk/types.js";
export type {
  DeskContext,
  DeskObjectStub,
  DeskObjects,
  DeskQueue,
  DeskQueueBatch,
  DeskQueueMessage,
} from "../desk/worker/cloudflare.js";
export type { DeskWorker } from "../desk/worker/index.js";
export type { DeskObject } from "../desk/worker/object.js";
export type { DeskTools, DeskWorkerOptions } from "../desk/worker/options.js";
export type { DeskPlan } from "../desk/worker/plan.js";
export type {
  DeskAction,
  DeskAsk,
  DeskAuthor,
  DeskBasis,
  DeskBuyer,
  DeskChoice,
  DeskConsequence,
  DeskDue,
  DeskEffect,
  DeskFacts,
  DeskFile,
  DeskFileLimit,
  DeskHealth,
  DeskKind,
  DeskLetterFile,
  DeskLimits,
  DeskLocal,
  DeskMessage,
  DeskOrder,
  DeskOutboxItem,
  DeskOutboxState,
  DeskPreview,
  DeskPrice,
  DeskReads,
  DeskRecord,
  DeskRefund,
  DeskRefundUnit,
  DeskRole,
  DeskSide,
  DeskStamp,
  DeskState,
  DeskTextLimit,
  DeskTextUnit,
  DeskTicket,
  DeskTicketStore,
  DeskUnit,
  DeskView,
  DeskWhile,
  DeskWhy,
} from "../generated/types.js";
export { TicketError, type TicketErrorKind } from "../ground/errors.js";
export * from "./bound/desk.js";
