/**
 * The plain data that crosses between TypeScript and the wasm module. Nothing here decides anything: the module decides, the driver acts.
 */

import type { Method, Sent, TicketErrorData, Tokens, Violation } from "../generated/types.js";

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

/** The state of one call, which goes back as it came, and what a driver needs to know of it. */
export interface Call {
  readonly state: Uint8Array;
  readonly endpoint: string;
  readonly url: string;
  /** The name of the rate gate that its calls share. */
  readonly bucket: string;
  readonly totalTimeoutMs: number;
}

/** What an attempt needs beside its call; the nonce is for it alone. */
export interface Attempt {
  credentials: unknown;
  session: Tokens | undefined;
  now: number;
  nonce: string;
}

/** What signs a whole body at once that is shorter than `longest`, where a signature may cover it. */
export interface AtOnce extends Attempt {
  longest: number;
}

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
export type CallEvent =
  /** `totalTimeoutMs` stands in for the time that the call was begun with. */
  | { type: "start"; now: number; totalTimeoutMs?: number }
  | { type: "waited" | "token"; now: number }
  | { type: "aborted"; now: number; status?: number }
  | { type: "not_sent"; now: number; aborted: boolean }
  | { type: "timed_out"; now: number; random: number; status?: number }
  | { type: "response"; now: number; random: number; status: number; headers: HeaderList; saw?: Saw }
  | { type: "send_failed"; now: number; random: number; message: string; status?: number };

export type WaitReason = "rate_limit" | "paused" | "retry" | "settling";

export type SendStep = { type: "send"; attempt: number; timeoutMs: number; maxBodyBytes: number };
/** See to it that there is a fresh session; `refused`: the one that was used is not, fresh as it looked. */
export type TokenStep = { type: "token"; refused: boolean };
export type WaitStep = { type: "wait"; ms: number; reason: WaitReason; attempt: number };
export type DoneStep = { type: "done"; result: Result; attempts: number };
export type FailStep = { type: "fail"; error: TicketErrorData };
export type CallStep = SendStep | TokenStep | WaitStep | DoneStep | FailStep;

/** What a page of a list says about itself; `key` is the field that tells its items apart, `items` the one that holds them. */
export interface PageShape {
  key: string;
  items: string;
  /** The parameter that asks for another part of the list. */
  offsetField: string;
  /** Whether that is a page's number, from 1; else it is the offset of its first item. */
  numbered: boolean;
  /** Without it the page starts where it was asked to. */
  offset?: number;
  length: number;
  total?: number;
  more: boolean;
  /** Parameters with which the list goes on from the time of the page's last item, where it can. */
  beyond?: Record<string, unknown>;
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
 * What to do with the page that came (`keep`), and the offset or the number of the page to read on
 * from. Without `next` the list is through.
 */
export interface PageStep {
  pager: Uint8Array;
  keep: boolean;
  next?: number;
  /** Of which list `next` is an offset: the same, the one that goes on from the page's last item, or the one before the present one. */
  base: "same" | "next" | "before";
  /** The error of a walk that cannot go on. */
  stuck?: TicketErrorData;
}

/** `value` stands in for the body when its shape was mended, or when it holds integers that `JSON.parse` would round. */
export type Result =
  | { type: "empty" }
  | { type: "text" }
  | { type: "bytes" }
  | { type: "json"; value?: unknown; pick: string[]; page?: PageShape };

/** What happened to a walk over JTL-SCX's replies. */
export type InboxEvent = "asked" | "polled" | "poll_failed" | "acknowledged" | "waited";

export type InboxStep =
  | { type: "poll" }
  | { type: "acknowledge"; ids: string[] }
  | { type: "hand"; id: string }
  | { type: "wait"; ms: number };

/** What a write that stands in a line does next. */
export type LineStep = { type: "go" } | { type: "wait"; ms: number } | { type: "give_up" };

/** What a call that needs a session does next. */
export type LeaseStep =
  | { type: "use" }
  /** It renews the session; `turn` is the number of its turn. */
  | { type: "renew"; turn: number }
  | { type: "wait"; ms: number }
  /** It fails with the error of the last renewal that was kept. */
  | { type: "fail" };

/** What happened to a sure write. */
export type OnceEvent =
  | { type: "begun" | "read_failed" | "waited" }
  | { type: "read"; value: unknown; page: PageShape | undefined }
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

/** What is wrong with what was asked for. */
export type Refused = { violations: Violation[] };

/** A call that is ready to be driven. */
export type Begun = { call: Call; body?: Segment[] };

/** A request that was signed at once. */
export type SignedAtOnce = { signed: Signed; body?: [{ text: Uint8Array }] };

/** For each of `heads` the SHA-256 of it, the body, and `tail`. */
export type Signing = { heads: Uint8Array[]; tail: Uint8Array };

/** The state of a sure write, which goes back as it came; writes with the same `key` take turns. */
export type BegunOnce = { once: Uint8Array; key?: string; endMs: number; settleMs: number };
