/** What a desk offers, wherever it is. */
import type {
  DeskAction,
  DeskChoice,
  DeskFile,
  DeskHealth,
  DeskKind,
  DeskMessage,
  DeskOutboxItem,
  DeskTicket,
  DeskView,
  Violation,
} from "../generated/types.js";
import type { FileInputs, Progress } from "../ground/types.js";
import type { DeskKey } from "./store.js";

/** What a list is to hold. */
export interface DeskListOptions {
  /** `"todo"` by default; without it, a search goes through all views. */
  view?: DeskView | undefined;
  /** Tickets of this account alone. */
  account?: string | undefined;
  /** Words: an order number, a buyer's name, anything that was written. */
  text?: string | undefined;
  kind?: DeskKind | undefined;
  /** Only what is due until this time, in milliseconds since 1970. */
  due?: number | undefined;
  /** The `next` of the page before. */
  after?: string | undefined;
  /** 50 by default, and 200 at most. */
  limit?: number | undefined;
}

/** The letters that are on their way. */
export interface DeskOutboxOptions {
  view: "outbox";
  account?: string | undefined;
  after?: string | undefined;
  limit?: number | undefined;
}

/** A page of a list. */
export interface DeskPage<Item> {
  items: Item[];
  /** What `after` has to be for the next page; `null` at the end. */
  next: string | null;
  /** The state of each account, so that one that fails is never silently missing. */
  accounts: DeskHealth[];
}

/** A ticket as a person opens it. */
export interface DeskRead {
  ticket: DeskTicket;
  /** Oldest first; `null` until they are read. */
  messages: DeskMessage[] | null;
  /** What can be done, each action once. */
  actions: DeskChoice[];
  /** Files of the ticket of which the marketplace does not say to which message they belong. */
  files: DeskFile[];
  /** The letters of the ticket, oldest first. */
  letters: DeskOutboxItem[];
  /** The parts as the marketplace told them, without the addresses of files. */
  raw: unknown;
}

/** Which file of a ticket. */
export interface DeskFileKey {
  /** The id of its message; `null` for one of the ticket's own `files`. */
  message: string | null;
  /** The `id` of the file. */
  file: string;
}

/** A file with its content. */
export interface DeskFileContent {
  filename: string;
  /** What the marketplace says that it is. */
  type: string;
  bytes: Blob;
}

/** What is given for an action. */
export interface DeskArguments {
  text?: string | undefined;
  /** Files, as every method takes them; 25 MiB of them at most. */
  files?: FileInputs | undefined;
  /**
   * The id of a letter of the same account: its files go along, before `files`. With the places of
   * some of them, only these do. A letter keeps its files until it is confirmed, published or
   * cancelled.
   */
  filesOf?: string | { letter: string; files: number[] } | undefined;
  /** One of the `choices` of the action's limits. */
  choice?: string | undefined;
  /** Whether an answer is expected; by default it is. */
  wantsReply?: boolean | undefined;
  /** Further parameters, as the marketplace's method takes them. */
  more?: Record<string, unknown> | undefined;
}

export interface DeskDoOptions {
  /** How long the letter can be undone, in milliseconds: 10,000 by default. */
  holdMs?: number | undefined;
  /** The `rev` of the ticket as the person saw it; another one is the error `ticket_changed`. */
  expect?: string | undefined;
  /**
   * Your own id for the letter, such as a UUID: 1 to 64 letters, digits, `-` and `_`. If the answer
   * is lost, the same call with the same id may be made again: it queues nothing that is queued.
   * Another letter with this id is the error `id_taken`. Files are compared by their names, types
   * and sizes.
   */
  id?: string | undefined;
  /**
   * Hears how much of the files was sent to a desk with `remote`, as far as the host tells. A desk
   * with `accounts` has nothing to send them to.
   */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What only the desk knows. `null` empties a field, and one that is left out stays. */
export interface DeskLocalChange {
  seen?: boolean | null | undefined;
  /** In milliseconds since 1970. */
  snoozedUntil?: number | null | undefined;
  note?: string | null | undefined;
  assignee?: string | null | undefined;
  /** Whether no answer is needed. A new message undoes it. */
  done?: boolean | null | undefined;
  draft?: string | null | undefined;
}

/** A change of a ticket. */
export interface DeskChange {
  key: DeskKey;
  /** The view that it is in now; `null` if the desk has forgotten it. */
  view: DeskView | null;
  /** What `after` has to be to go on after this change. */
  after: number;
}

export interface DeskChangesOptions {
  /** The `after` of the last change that is known; by default all tickets come first. */
  after?: number | undefined;
  /** How often the desk is asked: every 2 seconds by default. */
  intervalMs?: number | undefined;
  signal?: AbortSignal | null | undefined;
}

export interface DeskSyncOptions {
  /** The most calls to marketplaces, 40 by default, and milliseconds, 25,000 by default. */
  budget?: { calls?: number | undefined; ms?: number | undefined } | undefined;
  signal?: AbortSignal | null | undefined;
}

/** What a sync did. */
export interface DeskSynced {
  /** The calls that it made. */
  calls: number;
  /** The tickets that it wrote. */
  written: number;
  /** When the next sync has something to do, in milliseconds since 1970; `null` if never. */
  wakeAt: number | null;
  /** The state of each account. */
  accounts: DeskHealth[];
}

export interface DeskCountOptions {
  /**
   * When the person's day began and when the next one begins, in milliseconds since 1970; by default
   * today, in the time zone of the program.
   */
  day?: { from: number; until: number } | undefined;
}

/** The number of tickets in each view. */
export type DeskViewCounts = Record<DeskView, number> & {
  /** Of `todo`: those whose time for an answer is over. */
  overdue: number;
  /** Of `todo`: those whose time is over later today. */
  dueToday: number;
};

/** The number of tickets in each view and of each account, and what else a desk counts. */
export type DeskCounts = DeskViewCounts & {
  /** The letters to which something may still happen. */
  outbox: number;
  /** The replies that the marketplaces have accepted today. */
  answered: number;
  /** The median of the times that the other sides had waited for them; `null` without any. */
  medianAnswerMs: number | null;
  /** What `after` of `changes` has to be to hear of all that changes from now on. */
  after: number;
  accounts: Record<string, DeskViewCounts>;
};

/** Whose rows are forgotten: all of an account, or those of one buyer. */
export interface DeskForget {
  account: string;
  /** A buyer's name, email address or id, as the tickets have it. */
  buyer?: string | undefined;
}

/** What both a desk and its remote can do; `Desk` has the documentation. */
export interface DeskApi {
  list(options: DeskListOptions | DeskOutboxOptions): Promise<DeskPage<DeskTicket | DeskOutboxItem>>;
  read(key: DeskKey): Promise<DeskRead>;
  do(key: DeskKey, action: DeskAction, args: DeskArguments, options: DeskDoOptions): Promise<string | null>;
  actions(account: string): Promise<DeskChoice[]>;
  check(key: DeskKey, action: DeskAction, args: DeskArguments): Promise<Violation[]>;
  undo(id: string): Promise<void>;
  file(key: DeskKey, which: DeskFileKey): Promise<DeskFileContent>;
  changed(after: number): Promise<DeskChange[]>;
  sync(options: DeskSyncOptions): Promise<DeskSynced>;
  local(key: DeskKey, change: DeskLocalChange): Promise<DeskTicket>;
  forget(whose: DeskForget): Promise<number>;
  counts(options: DeskCountOptions): Promise<DeskCounts>;
  /**
   * Returns changes after this number as they come, until the connection ends; `undefined` where
   * none is offered.
   */
  live?(after: number, signal: AbortSignal | null | undefined): AsyncGenerator<DeskChange[]> | undefined;
}
