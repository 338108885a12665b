/**
 * What a desk keeps, and what it asks of the place where it keeps it. A store decides nothing: it
 * keeps rows, finds them by their keys and by what they are sorted by, and changes several of them
 * at once or none.
 *
 * - Each row has a version. A batch names the version that it expects of each row, and 0 for a row
 *   that must not be there. If one differs, nothing is changed. This is how two workers never do
 *   the same work.
 * - A ticket has at most one letter that is under way; a batch that would make a second one
 *   changes nothing either.
 * - The files of a letter are kept in parts that fit into a row anywhere. They go with the letter.
 * - A row that a batch writes gets the expected version and one more.
 */
import type { DeskOutboxState, DeskView, MarketplaceId } from "../generated/types.js";

/** The key of a ticket in a desk. */
export interface DeskKey {
  account: string;
  id: string;
}

/** The part of a stored ticket that tells whether a list has news of it. */
export interface TicketHead extends DeskKey {
  /** The view that shows it; `null` once the desk has forgotten it. */
  view: DeskView | null;
  /** When the read that it is from began. */
  beganAt: number;
  /** The revision of the list's item that it is from. */
  listed: string;
  /** Whether the marketplace no longer has it. */
  missing: boolean;
}

/** A ticket as a store keeps it. */
export interface TicketRow extends TicketHead {
  /** Counts the changes of the row. */
  version: number;
  marketplace: MarketplaceId;
  kind: string;
  /** Until when an answer is due, in milliseconds since 1970. */
  due: number | null;
  /** Lists are in the order of these two numbers, and then of account and id. */
  order: [number, number];
  /** When the row changes by itself. */
  changesAt: number | null;
  /** The revision of all parts. */
  rev: string;
  /** What lists show, as JSON. */
  shown: string;
  /** What only the desk knows, as JSON. */
  local: string;
  /** The text that is searched. */
  words: string;
  /** The parts as the marketplace told them, as JSON. */
  raw: string;
}

/** The checkpoint of one stream of an account. */
export interface StreamRow {
  account: string;
  flow: string;
  version: number;
  text: string;
}

/** A letter, or another action at a marketplace. */
export interface LetterRow {
  id: string;
  account: string;
  ticket: string;
  version: number;
  state: DeskOutboxState;
  /** When something is to be done next, in milliseconds since 1970. */
  wakeAt: number | null;
  /** Whether it keeps the ticket's other letters from being sent. */
  isUnderway: boolean;
  /** Whether nothing more happens to it. */
  isEnd: boolean;
  createdAt: number;
  /** When it answered the other side; `null` for a letter that did not. */
  answeredAt: number | null;
  /** How long the other side had waited for that, in milliseconds; `null` if that is not known. */
  waitedMs: number | null;
  text: string;
  /** What lists show, as JSON. */
  shown: string;
}

/** A row to write, and the version that is expected of the stored one: 0 if there must be none. */
export interface Put<Row> {
  row: Omit<Row, "version">;
  expects: number;
}

/** A ticket to write; without `raw`, the stored parts stay. */
export type TicketPut = Put<Omit<TicketRow, "raw"> & { raw?: string | undefined }>;

/** The most bytes of a part of a file. */
export const FILE_PART_BYTES = 1024 * 1024;

/** A part of a file of a letter. */
export interface FilePart {
  /** The letter's id. */
  letter: string;
  /** The file's place among those of the letter, from 0. */
  file: number;
  /** The part's place in the file, from 0. */
  part: number;
  /** At most 1 MiB. */
  bytes: Uint8Array;
}

/** Changes that are made all at once, or not at all. */
export interface Batch {
  tickets?: TicketPut[];
  streams?: Put<StreamRow>[];
  letters?: Put<LetterRow>[];
  /** Parts of files to keep; one that is there already is replaced. */
  fileParts?: FilePart[];
  /** The ids of letters to remove, together with their files. */
  removedLetters?: string[];
  /** The ids of letters whose files are removed. The parts that the same batch keeps stay. */
  removedFiles?: string[];
}

/** What a list is to hold. */
export interface ListQuery {
  view?: DeskView | undefined;
  /** The accounts whose tickets may be seen; all of them, if it is absent. */
  accounts?: readonly string[] | undefined;
  /** Words that the ticket has, each at least at its beginning. */
  text?: string | undefined;
  kind?: string | undefined;
  /** The latest time at which an answer is due. */
  due?: number | undefined;
  /** The `at` of the row after which the list goes on. */
  after?: string | undefined;
  limit: number;
}

/** A row of a list. */
export interface Listed {
  shown: string;
  /** The row's place in the list. */
  at: string;
}

/** A change of a ticket. */
export interface Changed extends DeskKey {
  /** Later changes have larger numbers. A ticket is named once, by its last change. */
  seq: number;
  view: DeskView | null;
}

/** The times by which a store counts, in milliseconds since 1970. */
export interface CountTimes {
  now: number;
  /** When the day began. */
  from: number;
  /** When the next day begins. */
  until: number;
}

/** What a store counts. What there is none of may be left out. */
export interface StoreCounts {
  /** The `seq` of the latest change, and no later one than the rest tells of; 0 if there is none. */
  after: number;
  tickets: { account: string; view: DeskView; count: number }[];
  /**
   * Of the view `todo`: the tickets whose first number of `order` is before `now`, and those whose
   * number is not, and is before `until`. That number is the time until which an answer is due.
   */
  due: { account: string; overdue: number; today: number }[];
  /** The letters to which something may still happen. */
  letters: { account: string; count: number }[];
  /** The letters with an `answeredAt` from `from` on, in any order. */
  answers: { account: string; waitedMs: number | null }[];
}

/** The letters that are asked for. */
export type LetterQuery =
  /** All letters of these tickets. */
  | { tickets: readonly DeskKey[] }
  /** Those with these ids. */
  | { ids: readonly string[] }
  /** Those that wake until this time, the earliest first. */
  | { wakeUntil: number; accounts?: readonly string[] | undefined; limit: number }
  /** Those to which something may still happen, the newest first. */
  | { open: true; accounts?: readonly string[] | undefined; after?: string | undefined; limit: number };

/** The place where a desk keeps its rows. */
export interface DeskStore {
  /** Makes what the store needs, or brings it to this version. Several workers may ask at once. */
  prepare(): Promise<void>;
  /** Returns the tickets with these keys, as far as they exist, in any order. */
  tickets(keys: readonly DeskKey[]): Promise<TicketRow[]>;
  /** Returns the same tickets, without all that is large. */
  heads(keys: readonly DeskKey[]): Promise<TicketHead[]>;
  /** Returns the rows of a list, in its order. */
  list(query: ListQuery): Promise<Listed[]>;
  /** Returns tickets of an account in the order of their ids, after the id `after`. */
  scan(account: string, after: string, limit: number): Promise<(DeskKey & { beganAt: number })[]>;
  /** Returns tickets that change by themselves until this time, the earliest first. */
  due(until: number, limit: number, accounts?: readonly string[]): Promise<DeskKey[]>;
  /** Returns the tickets that changed after this number, in the order of their numbers. */
  changes(after: number, accounts: readonly string[] | undefined, limit: number): Promise<Changed[]>;
  /** Counts tickets and letters of all accounts. */
  counts(times: CountTimes): Promise<StoreCounts>;
  /** Returns the checkpoints of these accounts, or all of them. */
  streams(accounts?: readonly string[]): Promise<StreamRow[]>;
  /**
   * Returns parts of a letter's file in their order, from this one on: as many as are read well at
   * once, and none only if there is none.
   */
  fileParts(letter: string, file: number, from: number): Promise<Uint8Array[]>;
  /** Returns letters. */
  letters(query: LetterQuery): Promise<LetterRow[]>;
  /** Makes all changes, or none and returns `false` if something is not as expected. */
  commit(batch: Batch): Promise<boolean>;
}

/** The place of a letter in the list of those to which something may still happen. */
export const placeOf = ({ createdAt, id }: Pick<LetterRow, "createdAt" | "id">): string =>
  JSON.stringify([createdAt, id]);

/** The words of a search: letters and digits, in lower case, without accents. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Reads a place that a list gave; anything else is no place. */
export function readPlace(text: string, kinds: readonly ("number" | "string")[]): (number | string)[] | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fits =
    Array.isArray(read) && read.length === kinds.length && kinds.every((kind, at) => typeof read[at] === kind);
  return fits ? (read as (number | string)[]) : undefined;
}

/** The error of a place that no list gave. */
export const noPlace = (): Error => new Error("`after` is not the `next` of a list");

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
