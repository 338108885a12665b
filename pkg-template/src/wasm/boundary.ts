/**
 * The plain data that crosses between TypeScript and the wasm module. Nothing here decides anything: the module decides, the driver acts.
 */

import type { Access, Meaning, Method, Sent, TicketErrorData, Tokens, Violation } from "../generated/types.js";
import type { MarketplaceId } from "../ground/types.js";

/** A table as the module writes it: `"text"`, `[…]`, `{ name: ["text", optional] }`. */
export type Table = string | [Table] | { [name: string]: [Table, boolean] };

/** A rule as the module writes it: `["text", 1, 65535]`, `["list", ["one_of", ["de", "cz"]], false, false]`; see `src/rules/rule.rs`. */
export type Rule =
  | ["code" | "flag"]
  | ["text" | "integer", number, number]
  | ["like", string]
  | ["one_of", string[]]
  | ["list", Rule, boolean, boolean]
  | ["object", Param[]];

/** A parameter's name, its rule, and whether it may be left out. */
export type Param = [string, Rule, boolean];

export interface Settings {
  baseUrl?: string;
  environment?: "production" | "sandbox";
  gateway?: boolean;
  allowUnknownValues?: boolean;
  arrayEncoding?: "repeat" | "comma" | "brackets";
  timeoutMs?: number;
  totalTimeoutMs?: number;
  maxRetries?: number;
  headers?: Record<string, string>;
  settleMs?: number;
  ticketPath?: string;
}

export interface WireOptions {
  timeoutMs?: number;
  totalTimeoutMs?: number;
  maxRetries?: number;
  settleMs?: number;
  headers?: Record<string, string>;
  /** Text that nobody can foresee, for the boundaries of forms. */
  nonce?: string;
  /** Whether the client's credentials use a session. */
  session?: boolean;
}

/** The state of one call: plain data that the module keeps nothing of. */
export interface Call {
  readonly plan: { readonly endpoint: string; readonly url: string; readonly bucket: string; readonly access: Access };
  readonly totalTimeoutMs: number;
  readonly maxRetries: number;
}

/** The state of one of a client's rate gates. */
export interface Gate {
  readonly reservedUntilMs: number;
  readonly pausedUntilMs: number;
  readonly shiftedMs: number;
  readonly slowUntilMs: number;
  readonly slowIntervalMs: number;
}

/** What an attempt needs beside its call; the nonce is for it alone. */
export type Attempt = readonly [credentials: unknown, session: Tokens | undefined, now: number, nonce: string];

/** What the host makes its `Request` of. */
export interface Signed {
  method: Method;
  url: string;
  headers: HeaderList;
}

export type Segment = { text: Uint8Array } | { file: number; encoding: "base64" | "raw"; size: number };

export type HeaderList = [string, string][];

/** What the facade saw of an answer that it checked itself; see `Outline` in `src/model/schema.rs`. */
export interface Saw {
  counts: Record<string, number>;
  last?: Record<string, unknown>;
}

/** `status` says that the head of an answer had arrived when the call ended, so that a 2xx whose body is lost counts as acted on. */
export type Event =
  | { type: "start" | "waited" | "token"; now: number }
  | { type: "aborted"; now: number; status?: number }
  | { type: "not_sent"; now: number; aborted: boolean }
  | { type: "timed_out"; now: number; random: number; status?: number }
  | { type: "response"; now: number; random: number; status: number; headers: HeaderList; body?: Uint8Array; saw?: Saw }
  | { type: "send_failed"; now: number; random: number; message: string; status?: number };

export type WaitReason = "rate_limit" | "paused" | "retry" | "settling";

export type SendStep = { type: "send"; attempt: number; timeoutMs: number; maxBodyBytes: number };
/** See to it that there is a fresh session; `refused`: the one that was used is not, fresh as it looked. */
export type TokenStep = { type: "token"; refused: boolean };
export type WaitStep = { type: "wait"; ms: number; reason: WaitReason; attempt: number };
export type DoneStep = { type: "done"; result: Result; attempts: number };
export type FailStep = { type: "fail"; error: TicketErrorData };
export type Step = SendStep | TokenStep | WaitStep | DoneStep | FailStep;

/** What a page of a list says about itself; `key` is the field that tells its items apart, `items` the one that holds them. */
export interface PageShape {
  key: string;
  items: string;
  /** The parameter that asks for another part of the list. */
  offsetField: string;
  /** Whether that is a page's number, from 1; else it is the offset of its first item. */
  numbered: boolean;
  /** `null`: the vendor does not say; then the page starts where it was asked to. */
  offset: number | null;
  length: number;
  total: number | null;
  more: boolean;
  /** Parameters with which the list goes on from the time of the page's last item, where it can. */
  beyond: Record<string, unknown> | null;
}

/** Where the walk through a list stands. */
export interface Walk {
  readonly offset: number;
}

/** What a page showed of the list. `fresh`: how many of its items were not on an earlier page. */
export interface PageFacts {
  length: number;
  firstIsKnown: boolean;
  fresh: number;
  more: boolean;
  numbered: boolean;
  /** Whether the list can go on from the time of the page's last item. */
  rebase: boolean;
}

/**
 * What to do with the page that came (`keep`), and the offset or the number of the page to read on from (`null`: the list is through, or, without
 * `keep`, its pages repeat themselves).
 */
export interface Turn {
  walk: Walk;
  keep: boolean;
  next: number | null;
  /** Of which list `next` is an offset: the same, the one that goes on from the page's last item, or the one before the present one. */
  base: "same" | "next" | "before";
}

/** `text` stands in for the body when its shape was mended, or when it holds integers that a number would round: `{"$bigint":"…"}`. */
export type Result =
  | { type: "empty" }
  | { type: "text" }
  | { type: "bytes" }
  | { type: "json"; text: string | null; pick: string[]; page: PageShape | null };

export interface EndpointInfo {
  name: string;
  method: Method;
  path: string;
  access: Access;
}

/** Where a walk over JTL-SCX's replies stands. */
export interface Inbox {
  readonly intervalMs: number;
}

export type InboxStep =
  | { type: "poll" }
  | { type: "acknowledge"; ids: string[] }
  | { type: "hand"; id: string }
  | { type: "wait"; ms: number };

/** What happened to a sure write. */
export type Happened =
  | { type: "begun" | "read_failed" | "waited" }
  | { type: "read"; value: unknown; page: PageShape | null }
  | { type: "write_failed"; sent: Sent; status?: number; hintMs?: number };

export type OnceStep =
  | { type: "read"; endpoint: string; args: unknown[]; totalTimeoutMs: number }
  | { type: "write"; totalTimeoutMs: number }
  | { type: "wait"; ms: number }
  | { type: "found"; result: Result }
  /** Fail with the error of the last try, or of the read when there was none. */
  | { type: "give_up"; sent: Sent }
  | { type: "fail"; error: TicketErrorData };

/** What to do after a look at a transaction of Magalu's. */
export type FollowStep =
  | { type: "wait"; ms: number }
  | { type: "done"; ticket_id: string | null }
  | { type: "fail"; error: TicketErrorData };

type Refused = { violations: Violation[] };

/** The exports of the wasm module. */
export interface Boundary {
  checkSettings(marketplace: MarketplaceId, settings: Settings, credentials: unknown): Violation[];
  validate(marketplace: MarketplaceId, endpoint: string, args: unknown[], settings: Settings): Violation[];
  begin(
    marketplace: MarketplaceId,
    endpoint: string,
    args: unknown[],
    settings: Settings,
    options: WireOptions,
    /** Of files whose bytes are given, one after the other: with them the body is whole. */
    sizes: number[],
    /** Signs the request at once if the body is whole, and shorter than this where a signature may cover it. */
    atOnce: readonly [longest: number, ...attempt: Attempt] | undefined,
    bytes: Uint8Array | undefined,
  ): Refused | { call: Call; body: Segment[] | null } | { signed: Signed; body: [{ text: Uint8Array }] | null };
  beginForward(
    marketplace: MarketplaceId,
    method: string,
    pathAndQuery: string,
    headers: HeaderList,
    settings: Settings,
    options: WireOptions,
  ): Refused | { call: Call; body: null };
  advance(call: Call, gate: Gate | undefined, event: Event): { call: Call; gate: Gate; step: Step };
  /** `once` is the state of a sure write, and goes back as it came; writes with the same `key` take turns. */
  beginOnce(
    marketplace: MarketplaceId,
    endpoint: string,
    args: unknown[],
    settings: Settings,
    options: WireOptions,
    now: number,
  ): { once: string; key: string | null; endMs: number; settleMs: number };
  advanceOnce(once: string, now: number, happened: Happened): { once: string; step: OnceStep };
  /**
   * The request of one attempt. `bytes` are the whole body, if there is one; or the hashes that `signing` asks for, one after the other; or it is
   * `unread`, and then no signature may cover it. `length` is that of a stream that does not know its own.
   */
  sign(
    call: Call,
    attempt: Attempt,
    length: number | undefined,
    how: "whole" | "hashed" | "unread",
    bytes: Uint8Array | undefined,
  ): Signed;
  /**
   * What a signature needs of a large body: for each of `heads` the SHA-256 of it, the body, and `tail`. The heads are the same for all attempts.
   */
  signing(call: Call, credentials: unknown, now: number): { heads: Uint8Array[]; tail: Uint8Array } | null;
  usesSession(marketplace: MarketplaceId, credentials: unknown): boolean;
  sessionIsFresh(session: Tokens, now: number): boolean;
  /** What is wrong with tokens from a store. */
  checkTokens(stored: unknown): Violation[];
  beginSession(
    marketplace: MarketplaceId,
    credentials: unknown,
    session: Tokens | undefined,
    settings: Settings,
    options: WireOptions,
  ): Refused | { call: Call; body: Segment[] | null };
  beginExchange(
    marketplace: MarketplaceId,
    credentials: unknown,
    grant: object,
    settings: Settings,
    options: WireOptions,
  ): Refused | { call: Call; body: Segment[] | null };
  consentUrl(marketplace: MarketplaceId, credentials: unknown, consent: object): Refused | { url: string };
  readSession(
    call: Call,
    credentials: unknown,
    session: Tokens | undefined,
    status: number,
    headers: HeaderList,
    body: Uint8Array,
    now: number,
  ): { session: Tokens } | { error: TicketErrorData };
  decodeResponse(
    marketplace: MarketplaceId,
    endpoint: string,
    status: number,
    headers: HeaderList,
    body: Uint8Array | undefined,
    saw?: Saw,
  ): { result: Result } | { error: TicketErrorData };
  /** What the answers of a method must fit, where they need no mending; `times` is the list, and the time of its items, where it goes by times. */
  schema(marketplace: MarketplaceId, endpoint: string): { schema: Table; times: [string, string] | null } | null;
  /** The rules of a method whose parameters are judged one by one. */
  rules(
    marketplace: MarketplaceId,
    endpoint: string,
  ): { positional: string[]; rules: [string, Rule, boolean][] } | null;
  walkOn(walk: Walk | number, facts: PageFacts): Turn;
  endpoints(marketplace: MarketplaceId): EndpointInfo[];
  meanings(marketplace: MarketplaceId): Record<string, Meaning[]>;
  /** Probo's. `text` is the list of tickets as JSON, its integers marked as in a result. */
  splitComplaints(mixed: unknown, settings: Settings): Refused | { text: string };
  /** JTL-SCX's names for `files`, in a ticket that has the names `taken` already. */
  safeNames(taken: string[], files: unknown): string[];
  /** JTL-SCX's replies. `inbox` is what the last call returned, or the interval in milliseconds. */
  advanceInbox(
    inbox: Inbox | number,
    happened: "asked" | "polled" | "poll_failed" | "acknowledged" | "waited",
    ids: string[],
    retryAfterMs: number | undefined,
    random: number,
  ): { inbox: Inbox; step: InboxStep };
  /** Magalu's transactions, after the look number `looks`, from 1. */
  magaluFollow(transaction: unknown, looks: number, remainingMs: number): FollowStep;
  /** Magalu's times, taken as UTC: milliseconds since 1970. */
  magaluTime(text: string): number | null;
}
