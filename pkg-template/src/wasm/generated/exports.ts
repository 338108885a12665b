// Made from the Rust sources by `cargo xtask types`. Do not edit.

import type { Complaint, MarketplaceId, Meaning, Tokens, Violation } from "../../generated/types.js";
import type {
  AtOnce,
  Attempt,
  Begun,
  BegunOnce,
  BodyGiven,
  CallAdvanced,
  CallEvent,
  ConsentPage,
  Decoded,
  FollowStep,
  HeaderList,
  InboxEvent,
  InboxStep,
  LeaseChange,
  LeaseChanged,
  LeasePolled,
  LineChange,
  LinePolled,
  OnceAdvanced,
  OnceEvent,
  PageFacts,
  PageStep,
  Refused,
  Saw,
  SessionRead,
  Settings,
  Signed,
  SignedAtOnce,
  Signing,
  WireOptions,
} from "./boundary.js";

/** The functions of the module for all marketplaces. */
export interface Exports {
  __wbg_reset_state(): void;

  /**
   * Takes a call one step on; `body` is that of an answer. `saw`, in the event, stands in for a body
   * that the host checked with our table.
   */
  advance(call: Uint8Array, gate: Uint8Array | undefined, event: CallEvent, body?: Uint8Array): CallAdvanced;

  /**
   * Takes the walk over replies one step on. `inbox` is what the last call returned, or the interval
   * in milliseconds.
   */
  advanceInbox(
    inbox: Uint8Array | number,
    happened: InboxEvent,
    ids: string[],
    retryAfterMs: number | undefined,
    random: number,
  ): { inbox: Uint8Array; step: InboxStep };

  /**
   * Takes a sure write one step on.
   */
  advanceOnce(once: Uint8Array, now: number, event: OnceEvent): OnceAdvanced;

  /**
   * Returns what to do with a page of a list. `pager` is what the last call returned, or where the
   * list begins.
   */
  advancePager(marketplace: MarketplaceId, endpoint: string, pager: Uint8Array | number, facts: PageFacts): PageStep;

  /**
   * Builds the request of a method. `bytes` are those of the files whose `sizes` are given, one after
   * the other: with them the body is whole. `atOnce` signs a whole body that is shorter than `longest`.
   */
  begin(
    marketplace: MarketplaceId,
    endpoint: string,
    args: unknown[],
    settings: Settings,
    options: WireOptions,
    sizes: number[],
    atOnce: AtOnce | undefined,
    bytes: Uint8Array | undefined,
  ): Refused | Begun | SignedAtOnce;

  /**
   * Builds the request that changes a code for tokens.
   */
  beginExchange(
    marketplace: MarketplaceId,
    credentials: unknown,
    grant: object,
    settings: Settings,
    options: WireOptions,
  ): Refused | Begun;

  /**
   * Builds the request that a gateway passes on.
   */
  beginForward(
    marketplace: MarketplaceId,
    method: string,
    pathAndQuery: string,
    headers: HeaderList,
    settings: Settings,
    options: WireOptions,
  ): Refused | Begun;

  /**
   * Begins a sure write; writes with the same `key` take turns. Throws where nothing can tell whether
   * it landed.
   */
  beginOnce(
    marketplace: MarketplaceId,
    endpoint: string,
    args: unknown[],
    settings: Settings,
    options: WireOptions,
    now: number,
  ): BegunOnce;

  /**
   * Builds the request for a token.
   */
  beginSession(
    marketplace: MarketplaceId,
    credentials: unknown,
    session: Tokens | undefined,
    settings: Settings,
    options: WireOptions,
  ): Refused | Begun;

  /**
   * Changes a lease for the renewal that has this turn. `extend` takes down a sign of life, `end` ends
   * the turn, and `fail` ends the turn of a renewal that failed; when its failure is `shared`, its error
   * is kept for those that wait.
   */
  changeLease(lease: Uint8Array | undefined, turn: number, change: LeaseChange, now: number): LeaseChanged;

  /**
   * Changes a line for the write of this number, which a client gives only once. `enter` puts the
   * write at its end, `extend` takes down a sign of life, `leave` takes the write out of it, and
   * `leave_behind` keeps the others waiting until `ms`, because the write may land yet. To the others
   * `ms` is the time now, in milliseconds since 1970.
   */
  changeLine(line: Uint8Array | undefined, number: number, change: LineChange, ms: number): Uint8Array;

  /**
   * Returns everything that is wrong with a client's options; behind a gateway no keys are given.
   */
  checkSettings(marketplace: MarketplaceId, settings: Settings, credentials: unknown): Violation[];

  /**
   * Returns what is wrong with tokens from a store.
   */
  checkTokens(stored: unknown): Violation[];

  /**
   * Returns where a person allows what is asked for.
   */
  consentUrl(marketplace: MarketplaceId, credentials: unknown, consent: object): Refused | ConsentPage;

  /**
   * Reads an answer that came by another way.
   */
  decodeResponse(
    marketplace: MarketplaceId,
    endpoint: string,
    status: number,
    headers: HeaderList,
    body: Uint8Array | undefined,
    saw?: Saw,
  ): Decoded;

  /**
   * Tells a file's type from its content, of which `starts[n]` and `windows[n]` are pieces: the mime type, `null` when it
   * is none that is known, or the piece `[start, end]` to read before the next call.
   */
  detect(size: number, starts: Float64Array | number[], windows: Uint8Array[]): string | null | [number, number];

  /**
   * Encodes the first `len` bytes of the room, and returns the length of the text, which begins where a piece of the largest
   * size would end. All pieces of a file but the last have a length that is a multiple of 3.
   */
  encodePiece(len: number): number;

  /**
   * Where the room is in the module's memory.
   */
  fileRoom(): number;

  /**
   * How many bytes a piece has at most.
   */
  fileRoomSize(): number;

  /**
   * Begins a SHA-256.
   */
  hashBegin(): void;

  /**
   * Ends it: its value is now where the state was.
   */
  hashEnd(): void;

  /**
   * Goes on with it over `len` bytes of the room from `start` on.
   */
  hashPiece(start: number, len: number): void;

  /**
   * How long the state of a SHA-256 under way is. It lies at the end of the room, so that the host can put it aside: the
   * module may be started afresh while a file is read.
   */
  hashStateSize(): number;

  /**
   * Returns what a call does that needs a session. `refused` is the token that the marketplace would
   * not take.
   */
  leasePoll(
    lease: Uint8Array | undefined,
    wait: Uint8Array | undefined,
    session: Tokens | undefined,
    refused: string | undefined,
    now: number,
  ): LeasePolled;

  /**
   * Returns whether a line need not be kept.
   */
  lineIsIdle(line: Uint8Array, now: number): boolean;

  /**
   * Returns whether the turn of a write has come. It gives up with `error` when its end has come
   * before.
   */
  linePoll(
    marketplace: MarketplaceId,
    endpoint: string,
    line: Uint8Array | undefined,
    number: number,
    endMs: number,
    now: number,
  ): LinePolled;

  /**
   * Returns what to do after the look number `looks`, from 1, at a transaction.
   */
  magaluFollow(transaction: unknown, looks: number, remainingMs: number): FollowStep;

  /**
   * Returns the milliseconds since 1970 of a time of Magalu's, which is taken as UTC.
   */
  magaluTime(written: string): number | undefined;

  /**
   * Returns what the documented values of a marketplace's enums mean.
   */
  meanings(marketplace: MarketplaceId): Record<string, Meaning[]>;

  /**
   * Reads the answer to a request for a token.
   */
  readSession(
    call: Uint8Array,
    credentials: unknown,
    session: Tokens | undefined,
    status: number,
    headers: HeaderList,
    body: Uint8Array,
    now: number,
  ): SessionRead;

  /**
   * Returns the names for `files` in a ticket that has the names `taken` already.
   */
  safeNames(taken: string[], files: unknown): string[];

  /**
   * Returns whether a call can use a session.
   */
  sessionIsUsable(session: Tokens, refused: string | undefined, now: number): boolean;

  /**
   * Signs the request with the time, once for each attempt. `how` says what the bytes are. `length` is
   * that of a stream that does not know its own, and is sent along.
   */
  sign(
    call: Uint8Array,
    attempt: Attempt,
    length: number | undefined,
    how: BodyGiven,
    bytes: Uint8Array | undefined,
  ): Signed;

  /**
   * Returns what to hash when the body is large, or not in one piece: for each of `heads` the SHA-256
   * of it, the body and `tail`; or nothing when no signature covers the body. The heads are the same
   * for all attempts, the tail holds the time.
   */
  signing(call: Uint8Array, credentials: unknown, now: number): Signing | undefined;

  /**
   * Returns one complaint for each reason and solution of a mixed one.
   */
  splitComplaints(mixed: unknown, settings: Settings): Refused | { tickets: Complaint[] };

  /**
   * Returns whether credentials need a short-lived token.
   */
  usesSession(marketplace: MarketplaceId, credentials: unknown): boolean;

  /**
   * Returns everything that is wrong with a method's arguments.
   */
  validate(marketplace: MarketplaceId, endpoint: string, args: unknown[], settings: Settings): Violation[];
}
