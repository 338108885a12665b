// Made from the Rust sources by `cargo xtask types`. Do not edit.

import type { Method, Sent, TicketErrorData, Tokens, Violation } from "../../generated/types.js";

/** The encoding of a list of values in a query. The vendors' documents and their clients differ. */
export type ArrayEncoding = "repeat" | "comma" | "brackets";

/** The settings that all marketplaces share: how requests are built and how long they may take. */
export type Settings = {
  /**
   * The base URL of the API: https, or http on a loopback host. Without it, it is the
   * marketplace's own.
   */
  baseUrl?: string;
  /** Whether to use the vendor's sandbox instead of its production API. */
  environment?: "production" | "sandbox";
  /**
   * Whether `base_url` is a gateway of this library. The gateway signs and retries, so nothing
   * is signed or retried here.
   */
  gateway?: boolean;
  /** Whether requests may contain values outside a documented list. */
  allowUnknownValues?: boolean;
  /** How lists are encoded in a query. */
  arrayEncoding?: ArrayEncoding;
  /** Headers that are added to every request. */
  headers?: { [key in string]: string };
  /** The time limit for one attempt in milliseconds, including its body. */
  timeoutMs?: number;
  /** The time limit for the whole call in milliseconds: waiting, attempts and bodies. */
  totalTimeoutMs?: number;
  /**
   * The most times that a read is repeated, and that a write under
   * [`Once`](crate::call::once::Once) is sent again.
   */
  maxRetries?: number;
  /**
   * How long a write may take to become visible in milliseconds, for
   * [`Once`](crate::call::once::Once). `None` stands for the marketplace's own value.
   */
  settleMs?: number;
  /**
   * The path for tickets at a marketplace that does not document it, such as `/ticket`. `None`
   * stands for the likely path.
   */
  ticketPath?: string;
};

/** The settings of a single call, which override the client's. */
export type WireOptions = {
  /** See [`Settings::timeout_ms`]. */
  timeoutMs?: number;
  /** See [`Settings::total_timeout_ms`]. */
  totalTimeoutMs?: number;
  /** See [`Settings::max_retries`]. */
  maxRetries?: number;
  /** See [`Settings::settle_ms`]. */
  settleMs?: number;
  /** See [`Settings::nonce`]. The drivers set it. */
  nonce?: string;
  /** Whether the client's credentials use a session. The drivers set it. */
  session?: boolean;
  /** Headers that are added to the client's. */
  headers?: { [key in string]: string };
};

/** Bytes; serde would write a vector as a list of numbers. */
export type Bytes = Uint8Array;

/** Headers as pairs of a name and a value, in their order. */
export type HeaderList = [string, string][];

/** The status of an answer. */
export type Status = number;

/** What is wrong with what was asked for. */
export type Refused = {
  /** All of it. */
  violations: Array<Violation>;
};

/** A call that is ready to be driven. */
export type Begun = {
  /** The call. */
  call: Call;
  /** The body of its request, if it has one. */
  body?: Array<Segment>;
};

/** The state of one call, which goes back as it came, and what a driver needs to know of it. */
export type Call = {
  /** Opaque. */
  state: Bytes;
  /** The method. */
  endpoint: string;
  /** The address of its request. */
  url: string;
  /** The name of the rate gate that its calls share. */
  bucket: string;
  /** Milliseconds for the whole call. */
  totalTimeoutMs: number;
};

/** A request that was signed at once. */
export type SignedAtOnce = {
  /** The request. */
  signed: Signed;
  /** Its body, if it has one, in one piece. */
  body?: [Whole];
};

/** A body in one piece. */
export type Whole = {
  /** Its bytes. */
  text: Bytes;
};

/** A piece of a body. */
export type Segment =
  | {
      /** They. */
      text: Bytes;
    }
  | {
      /** Which one of those that were given, from 0. */
      file: number;
      /** How it is written into the body. */
      encoding: Encoding;
      /** How many bytes it has. */
      size: number;
    };

/** The encoding of a file's content in a body. */
export type Encoding = "base64" | "raw";

/** What the host makes its `Request` of. */
export type Signed = {
  /** The method of HTTP. */
  method: Method;
  /** The address. */
  url: string;
  /** The headers of this attempt. */
  headers: HeaderList;
};

/** For each of `heads` the SHA-256 of it, the body, and `tail` is asked for. */
export type Signing = {
  /** What goes before the body. */
  heads: Array<Bytes>;
  /** What goes behind it. */
  tail: Bytes;
};

/** How a body is given that is to be signed. */
export type BodyGiven = "whole" | "hashed" | "unread";

/** What an attempt needs beside its call. */
export type Attempt = {
  /** The client's keys. */
  credentials: unknown;
  /** Its short-lived token, where it has one. */
  session: Tokens | undefined;
  /** Milliseconds since 1970. */
  now: number;
  /** Text that cannot be foreseen, for this attempt alone. */
  nonce: string;
};

/** What signs a whole body at once. */
export type AtOnce = {
  /** Where a signature may cover the body, it must be shorter than this. */
  longest: number;
  /** The attempt. */
  attempt: Attempt;
};

/**
 * What happened to a call. With a status, the head of an answer had arrived when the call ended, so
 * that a 2xx whose body is lost counts as acted on.
 */
export type CallEvent =
  | {
      type: "start";
      /** Milliseconds since 1970. */
      now: number;
      /** Stands in for the time that the call was begun with. */
      totalTimeoutMs?: number;
    }
  | {
      type: "waited";
      /** Milliseconds since 1970. */
      now: number;
    }
  | {
      type: "token";
      /** Milliseconds since 1970. */
      now: number;
    }
  | {
      type: "aborted";
      /** Milliseconds since 1970. */
      now: number;
      /** The status, if one had arrived. */
      status?: Status;
    }
  | {
      type: "not_sent";
      /** Milliseconds since 1970. */
      now: number;
      /** Whether the caller gave up; else the time is over. */
      aborted: boolean;
    }
  | {
      type: "timed_out";
      /** Milliseconds since 1970. */
      now: number;
      /** From 0 to 1. */
      random: number;
      /** The status, if one had arrived. */
      status?: Status;
    }
  | {
      type: "response";
      /** Milliseconds since 1970. */
      now: number;
      /** From 0 to 1. */
      random: number;
      /** The status. */
      status: Status;
      /** The headers. */
      headers: HeaderList;
      /** What the facade saw of a body that it checked itself, and did not hand over. */
      saw?: Saw;
    }
  | {
      type: "send_failed";
      /** Milliseconds since 1970. */
      now: number;
      /** From 0 to 1. */
      random: number;
      /** The host's words. */
      message: string;
      /** The status, if one had arrived. */
      status?: Status;
    };

/** A call after an event. */
export type CallAdvanced = {
  /** Its state. */
  call: Bytes;
  /** The state of its rate gate. */
  gate: Bytes;
  /** What to do next. */
  step: CallStep;
};

/** What the driver of a call does next. */
export type CallStep =
  | {
      type: "send";
      /** Which attempt it is, from 1. */
      attempt: number;
      /** Milliseconds for it. */
      timeoutMs: number;
      /** The most bytes to read of the answer's body. */
      maxBodyBytes: number;
    }
  | {
      type: "token";
      /** Whether the marketplace refused the one that was used, fresh as it looked. */
      refused: boolean;
    }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
      /** What for. */
      reason: WaitReason;
      /** The attempt that comes after it, from 1. */
      attempt: number;
    }
  | {
      type: "done";
      /** Where its result is. */
      result: Result;
      /** How many attempts it took. */
      attempts: number;
    }
  | {
      type: "fail";
      /** Why. */
      error: TicketErrorData;
    };

/** What a call waits for. */
export type WaitReason = "rate_limit" | "paused" | "retry";

/** Where the result of a call is. */
export type Result =
  | { type: "empty" }
  | { type: "text" }
  | { type: "bytes" }
  | {
      type: "json";
      /**
       * Stands in for the body when its shape was mended, or when it holds integers that `JSON.parse`
       * would round.
       */
      value?: unknown;
      /** Walk down these fields. */
      pick: Array<string>;
      /** Set when it is a page of a list. */
      page?: PageShape;
    };

/** What a check saw on its way. */
export type Saw = {
  /** How long lists are, and what documented integers say, by name. */
  counts: Record<string, number>;
  /** What a host says of the last item of a list that goes by times: only its time. */
  last?: Record<string, unknown>;
};

/** An answer that was read. */
export type Decoded = { result: Result } | { error: TicketErrorData };

/** An answer to a request for a token. */
export type SessionRead = { session: Tokens } | { error: TicketErrorData };

/** Where a person allows what is asked for. */
export type ConsentPage = {
  /** Its address. */
  url: string;
};

/** What a host needs to know to walk a list. */
export type PageShape = {
  /** The field that tells items apart: `id_ticket`. */
  key: string;
  /** Whether pages are asked for by number, from 1, in the field `page`, and not by `offset`. */
  numbered: boolean;
  /** The field that holds the items: `data`. */
  items: string;
  /** The parameter that asks for another part of the list: `offset`. */
  offsetField: string;
  /** Where this page starts, if the vendor says so; else where it was asked to. */
  offset?: number;
  /** How many items it has. */
  length: number;
  /** How many items the list has, if the vendor says so. */
  total?: number;
  /** Whether there is a page after this one. */
  more: boolean;
  /**
   * See [`Endpoint::beyond`](crate::vendor::Endpoint::beyond).
   * [`Operation::read`](crate::vendor::Operation::read) fills it in.
   */
  beyond?: Record<string, unknown>;
};

/** What the driver found in a page. */
export type PageFacts = {
  /** Items in the page. */
  length: number;
  /** Whether the first item was seen before this page. */
  firstIsKnown: boolean;
  /** Items in the page that were not seen before it. */
  fresh: number;
  /** Whether there are items behind it. */
  more: boolean;
  /** Whether pages have numbers. */
  numbered: boolean;
  /** Whether the list can go on from the time of the page's last item. */
  rebase: boolean;
};

/** A page of a list, and where the walk goes on. */
export type PageStep = {
  /** The state of the walk, which goes back as it came. */
  pager: Bytes;
  /** Whether the page's items count. */
  keep: boolean;
  /** The error of a walk that cannot go on. */
  stuck: TicketErrorData;
  /** The offset or the number of the page to read on from. Without it the walk is over. */
  next?: number;
  /** Of which list `next` is an offset. */
  base: Base;
};

/** Of which list the offsets of a walk are. */
export type Base = "same" | "next" | "before";

/** What a page of a list says about itself; see [`PageShape`]. */
export type Page = {
  /** Whether there is one after it. */
  more: boolean;
  /** Whether pages have numbers. */
  numbered: boolean;
  /** The parameter that asks for another. */
  offsetField: string;
  /** How many items it has. */
  length: number;
};

/** A line of sure writes, and what one of them does next. */
export type LinePolled = {
  /** The state of the line, which goes back unchanged. */
  line: Bytes;
  /** What the write does next. */
  step: LineStep;
  /** The error of a write that gives up. */
  error: TicketErrorData;
};

/** What a write in the line does next. */
export type LineStep =
  | { type: "go" }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
    }
  | { type: "give_up" };

/** What becomes of a write in a line. */
export type LineChange = "enter" | "extend" | "leave" | "leave_behind";

/** The lease on a session, and what a call that needs the session does next. */
export type LeasePolled = {
  /** The state of the lease, which goes back unchanged. */
  lease: Bytes;
  /** What the call remembers until it asks again. */
  wait: Bytes;
  /** What the call does next. */
  step: LeaseStep;
};

/** What a call that needs a session does next. */
export type LeaseStep =
  | { type: "use" }
  | {
      type: "renew";
      /** The number of its turn. */
      turn: number;
    }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
    }
  | { type: "fail" };

/** What becomes of the renewal of a session. */
export type LeaseChange = "extend" | "end" | "fail";

/** The lease on a session after a change. */
export type LeaseChanged = {
  /** The state of the lease, which goes back unchanged. */
  lease: Bytes;
  /** Whether the error is kept for the calls that wait. */
  shared: boolean;
};

/** The state of a sure write, which goes back as it came. */
export type BegunOnce = {
  /** Opaque. */
  once: Bytes;
  /** Writes with the same one take turns. */
  key?: string;
  /** When its time is over, in milliseconds since 1970. */
  endMs: number;
  /** How long a write may take to show. */
  settleMs: number;
};

/** What happened to a sure write. */
export type OnceEvent =
  | { type: "begun" }
  | { type: "read_failed" }
  | { type: "waited" }
  | {
      type: "read";
      /** The result. */
      value: unknown;
      /** Its page, if it is one of a list. */
      page: Page | undefined;
    }
  | {
      type: "write_failed";
      /** What its error says. */
      sent: Sent;
      /** The status of the marketplace's answer, if it answered. */
      status?: Status;
      /** How long it asks to wait. */
      hintMs?: number;
    };

/** A sure write after an event. */
export type OnceAdvanced = {
  /** Its state. */
  once: Bytes;
  /** What to do next. */
  step: OnceStep;
};

/** What the driver of a sure write does next. */
export type OnceStep =
  | {
      type: "read";
      /** The method. */
      endpoint: string;
      /** Its arguments. */
      args: unknown[];
      /** Milliseconds for the whole call. */
      totalTimeoutMs: number;
    }
  | {
      type: "write";
      /** Milliseconds for the whole call. */
      totalTimeoutMs: number;
    }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
    }
  | {
      type: "found";
      /** What it would have been. */
      result: Result;
    }
  | {
      type: "give_up";
      /** Whether the marketplace may have acted, in all tries. */
      sent: Sent;
    }
  | {
      type: "fail";
      /** It. */
      error: TicketErrorData;
    };

/** What happened to a walk over JTL-SCX's replies. */
export type InboxEvent = "asked" | "polled" | "poll_failed" | "acknowledged" | "waited";

/** What to do next. */
export type InboxStep =
  | { type: "poll" }
  | {
      type: "acknowledge";
      /** 1 to 100 ids. */
      ids: Array<string>;
    }
  | {
      type: "hand";
      /** Its id; it came with the last poll. */
      id: string;
    }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
    };

/** What to do after a look at a transaction. */
export type FollowStep =
  | {
      type: "wait";
      /** For how long. */
      ms: number;
    }
  | {
      type: "done";
      /** The new ticket's id, if the transaction made one. */
      ticket_id: string | null;
    }
  | {
      type: "fail";
      /** What to report; its body is the transaction. */
      error: TicketErrorData;
    };
