// Made from the Rust sources by `cargo xtask types`. Do not edit.

import type { Complaint, DeskHealth, MarketplaceId, Meaning, Tokens, Violation } from "../../generated/types.js";
import type {
  BegunOnce,
  BodyGiven,
  CallAdvanced,
  CallEvent,
  ConsentPage,
  Decoded,
  DeskAccountGiven,
  DeskAnswer,
  DeskChanged,
  DeskDone,
  DeskDownload,
  DeskLetter,
  DeskLetterEvent,
  DeskLikeness,
  DeskMatter,
  DeskOpened,
  DeskOpening,
  DeskPlan,
  DeskSource,
  FollowStep,
  InboxEvent,
  InboxStep,
  LeaseAsked,
  LeaseChange,
  LeaseChanged,
  LeasePolled,
  LineChange,
  LinePolled,
  OnceAdvanced,
  OnceEvent,
  Packed,
  PageFacts,
  PageStep,
  Refused,
  RefusedRenewal,
  SessionRead,
  Settings,
  SignedHeaders,
  Signing,
  WireOptions,
} from "./boundary.js";

/** The functions of the desk's module, which has all. */
export interface Exports {
  __wbg_reset_state(): void;

  /**
   * Advances a call by one event and returns its next step.
   */
  advance(call: Uint8Array, gate: Uint8Array | undefined, event: CallEvent): CallAdvanced;

  /**
   * Advances the iteration over replies and returns its next step. `inbox` is the value that the
   * last call returned, or the interval in milliseconds.
   */
  advanceInbox(
    inbox: Uint8Array | number,
    happened: InboxEvent,
    ids: string[],
    retryAfterMs: number | undefined,
    random: number,
  ): { inbox: Uint8Array; step: InboxStep };

  /**
   * Advances a letter by one event, and returns its next step.
   */
  advanceLetter(
    letter: string,
    marketplace: MarketplaceId,
    settings: Settings,
    event: DeskLetterEvent,
    now: number,
  ): DeskLetter;

  /**
   * Advances a sure write by one event, and returns its next step. `line` is the line of its key, in
   * which it leaves what the next write has to know.
   */
  advanceOnce(once: Uint8Array, line: Uint8Array | undefined, now: number, event: OnceEvent): OnceAdvanced;

  /**
   * Returns what to do with a page of a list. `pager` is the value that the last call returned, or
   * the beginning of the list.
   */
  advancePager(marketplace: MarketplaceId, endpoint: string, pager: Uint8Array | number, facts: PageFacts): PageStep;

  /**
   * Returns what to do after a renewal of `before` failed with an error of this kind. `found` is what
   * the store holds after `looks` looks.
   */
  afterRefusal(
    kind: string,
    looks: number,
    before: Tokens | undefined,
    found: Tokens | undefined,
    stale: string | undefined,
    now: number,
  ): RefusedRenewal;

  /**
   * Returns what an answer changes: a line with all of it except the `raw` of its rows, and then a line
   * for each of these. `known` has two lines for each stored ticket: it without its `raw`, and that.
   */
  applyAnswer(source: DeskSource, answer: DeskAnswer, known: Uint8Array, now: number): string;

  /**
   * Builds the request of a method. `bytes` are the contents of the files whose `sizes` are given,
   * one after the other; they make the body whole. With the time `now`, a call whose body is whole
   * is started, and its first request is signed unless the call has to wait: `gates` are the
   * client's rate gates, and `session` holds its tokens. If a signature may cover the body, the body
   * must be shorter than `longest`.
   */
  begin(
    client: string,
    endpoint: string,
    args: unknown[],
    options: WireOptions | undefined,
    nonce: string,
    sizes: number[] | undefined,
    bytes: Uint8Array | undefined,
    gates: Record<string, Uint8Array>,
    longest: number,
    now: number | undefined,
    session: Tokens | undefined,
  ): Refused | Packed;

  /**
   * Returns the request that exchanges a code for tokens.
   */
  beginExchange(
    marketplace: MarketplaceId,
    credentials: unknown,
    grant: object,
    settings: Settings,
    options: WireOptions,
  ): Refused | Packed;

  /**
   * Builds the request that a gateway passes on; `bytes` are its whole body, and `headers` are one
   * name and one value a line. With the time `now` the call is started, as in `begin`.
   */
  beginForward(
    client: string,
    method: string,
    pathAndQuery: string,
    headers: string,
    nonce: string,
    bytes: Uint8Array | undefined,
    gates: Record<string, Uint8Array>,
    longest: number,
    now: number | undefined,
    session: Tokens | undefined,
  ): Refused | Packed;

  /**
   * Begins a sure write and returns its state; writes with the same `key` take turns. Throws if it
   * cannot be found out whether the write took effect.
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
   * Returns the request for a token.
   */
  beginSession(
    marketplace: MarketplaceId,
    credentials: unknown,
    session: Tokens | undefined,
    settings: Settings,
    options: WireOptions,
  ): Refused | Packed;

  /**
   * Changes a lease for the renewal that has this turn. `extend` extends the turn, `end` ends
   * the turn, and `fail` ends the turn of a renewal that failed; when its failure is `shared`, its error
   * is kept for those that wait.
   */
  changeLease(lease: Uint8Array | undefined, turn: number, change: LeaseChange, now: number): LeaseChanged;

  /**
   * Changes a line for the write of this number, which a client gives only once. `enter` puts the
   * write at its end, `extend` extends the turn, and `leave` takes the write out of it. `ms` is the
   * time now, in milliseconds since 1970.
   */
  changeLine(line: Uint8Array | undefined, number: number, change: LineChange, ms: number): Uint8Array;

  /**
   * Returns what only the desk knows after a person's change, or what is wrong with the change.
   */
  changeLocal(matter: DeskMatter, setup: unknown, change: unknown, now: number): Refused | DeskChanged;

  /**
   * Returns those of these tickets whose parts are needed to say what the answer changes. `heads` has
   * the stored tickets, each without its `raw`.
   */
  changedIdsOf(source: DeskSource, answer: DeskAnswer, heads: Uint8Array): string[];

  /**
   * Returns everything that is wrong with the settings of a desk and of its accounts.
   */
  checkDesk(setup: unknown, accounts: DeskAccountGiven[]): Violation[];

  /**
   * Returns everything that is wrong with a client's options; behind a gateway no keys are given.
   */
  checkSettings(marketplace: MarketplaceId, settings: Settings, credentials: unknown): Violation[];

  /**
   * Returns what is wrong with tokens from a store.
   */
  checkTokens(stored: unknown): Violation[];

  /**
   * Takes the lease of a letter whose time has come and prepares its call. What the ticket has
   * become meanwhile may send it to a person instead.
   */
  claimLetter(letter: string, matter: DeskMatter, setup: unknown, settings: Settings, now: number): DeskLetter;

  /**
   * Returns the page on which a person gives consent.
   */
  consentUrl(marketplace: MarketplaceId, credentials: unknown, consent: object): Refused | ConsentPage;

  /**
   * Reads a response that was fetched by other means, and returns its result or its error.
   */
  decodeResponse(
    marketplace: MarketplaceId,
    endpoint: string,
    status: number,
    headers: string,
    body: Uint8Array | undefined,
    saw?: string,
  ): Decoded;

  /**
   * Detects a file's type from its content, of which `starts[n]` and `windows[n]` are the parts.
   * Returns the MIME type, `null` if it is unknown, or the part `[start, end]` to read before the
   * next call.
   */
  detect(size: number, starts: Float64Array | number[], windows: Uint8Array[]): string | null | [number, number];

  /**
   * Returns how a file of a ticket is fetched; nothing, if there is no such file. `message` is the id
   * of its message; without one, it is a file of the ticket itself.
   */
  downloadOf(matter: DeskMatter, setup: unknown, message: string | null, file: string): DeskDownload | null;

  /**
   * Encodes the first `len` bytes of the buffer, and returns the length of the text, which begins
   * where a chunk of the largest size would end. The length of every chunk of a file except the last
   * is a multiple of 3.
   */
  encodePiece(len: number): number;

  /**
   * Returns the position of the buffer in the module's memory.
   */
  fileRoom(): number;

  /**
   * Returns the largest number of bytes in a chunk.
   */
  fileRoomSize(): number;

  /**
   * Begins a SHA-256.
   */
  hashBegin(): void;

  /**
   * Ends the SHA-256. Its value replaces the state in the buffer.
   */
  hashEnd(): void;

  /**
   * Continues the SHA-256 with `len` bytes of the buffer, from `start`.
   */
  hashPiece(start: number, len: number): void;

  /**
   * Returns the length of the state of a SHA-256. The state is at the end of the buffer, so that the
   * host can save it, because the module may be restarted while a file is read.
   */
  hashStateSize(): number;

  /**
   * Returns the health of each account, from its streams.
   */
  healthOf(sources: DeskSource[]): DeskHealth[];

  /**
   * Returns the ids of the tickets that an answer is about.
   */
  idsOfAnswer(source: DeskSource, answer: DeskAnswer): string[];

  /**
   * Returns whether a ticket is of a buyer with this name, email address or id.
   */
  isOfBuyer(marketplace: MarketplaceId, raw: string, buyer: string): boolean;

  /**
   * Returns whether a session may be renewed, or the error if no further token is requested. `worked`
   * is the token that the marketplace last accepted.
   */
  leaseMayRenew(
    marketplace: MarketplaceId,
    lease: Uint8Array | undefined,
    session: Tokens | undefined,
    refused: string | undefined,
    worked: string | undefined,
  ): LeaseAsked;

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
   * Returns what a letter is to one that is handed over with the same id.
   */
  likenessOf(letter: string, account: string, ticket: string, action: string, args: unknown): DeskLikeness;

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
   * Returns what to do after lookup number `looks`, from 1, of a transaction.
   */
  magaluFollow(transaction: unknown, looks: number, remainingMs: number): FollowStep;

  /**
   * Returns the milliseconds since 1970 of one of Magalu's times, which is read as UTC.
   */
  magaluTime(written: string): number | undefined;

  /**
   * Returns what the documented values of a marketplace's enums mean.
   */
  meanings(marketplace: MarketplaceId): Record<string, Meaning[]>;

  /**
   * Returns those of the stored tickets that a whole sweep did not see. Each is its id and when its
   * read began.
   */
  missingOf(swept: string, ids: string[], beganAt: number[]): string[];

  /**
   * Makes a letter, which is a draft until all of it is stored, or returns everything that is wrong
   * with it. An action that only the desk knows of makes no letter.
   */
  newLetter(
    matter: DeskMatter,
    setup: unknown,
    settings: Settings,
    action: string,
    args: unknown,
    id: string,
    now: number,
  ): Refused | DeskLetter | DeskDone;

  /**
   * Returns the checkpoints of an account that was never read. Its first sweep is due at `sweepAt`.
   */
  newStreams(account: string, sweepAt: number): string[];

  /**
   * Returns what a person sees who opens a ticket.
   */
  openDeskTicket(matter: DeskMatter, setup: unknown, now: number): DeskOpened;

  /**
   * Returns the parts to read when a person opens a ticket.
   */
  openingCalls(marketplace: MarketplaceId, raw: string): DeskOpening[];

  /**
   * Returns the calls to make now, and when to ask again.
   */
  planSync(sources: DeskSource[], now: number, calls: number): DeskPlan;

  /**
   * Reads the response to a request for a token, and returns the tokens or the error.
   */
  readSession(
    call: Uint8Array,
    credentials: unknown,
    session: Tokens | undefined,
    status: number,
    headers: string,
    body: Uint8Array,
    now: number,
  ): SessionRead;

  /**
   * Advances a call by its response and returns its next step. `headers` are one name and one value
   * a line. `saw` is the outline of a body that the host checked with our table, in place of `body`.
   */
  receive(
    call: Uint8Array,
    gate: Uint8Array | undefined,
    now: number,
    random: number,
    status: number,
    headers: string,
    body: Uint8Array | undefined,
    saw?: string,
  ): CallAdvanced;

  /**
   * Returns what a store keeps of tickets at a time. Both are texts, which cross faster than each of
   * their parts. Two lines are given for each ticket: its matter without `raw`, and that. Three are
   * returned: the record without `shown` and `words`, and these two.
   */
  recordTickets(matters: Uint8Array, setup: unknown, now: number): string;

  /**
   * Returns the names for `files` in a ticket that has the names `taken` already.
   */
  safeNames(taken: string[], files: unknown): string[];

  /**
   * Returns whether a call can use a session.
   */
  sessionIsUsable(session: Tokens, refused: string | undefined, now: number): boolean;

  /**
   * Signs the request with the time, once for each attempt, and returns its headers. `nonce` is an
   * unpredictable text, for this attempt alone, and `session` holds the client's tokens. `how` says
   * what the bytes are. `length` is the length of a stream that does not know its own, and is sent
   * in a header.
   */
  sign(
    call: Uint8Array,
    client: string,
    now: number,
    nonce: string,
    session: Tokens | undefined,
    length: number | undefined,
    how: BodyGiven,
    bytes: Uint8Array | undefined,
  ): SignedHeaders;

  /**
   * Returns what to hash if the body is large, or not in one piece: for each of `heads`, the SHA-256
   * of that head, the body and `tail`. Returns `undefined` if no signature covers the body. The
   * heads are the same for all attempts; the tail holds the time.
   */
  signing(call: Uint8Array, client: string, now: number): Signing | undefined;

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

  /**
   * Returns the parts of a ticket with one of them replaced by the items of a page.
   */
  withPart(raw: string, part: string, items: unknown[]): string;
}
