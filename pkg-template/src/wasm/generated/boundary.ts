// Made from the Rust sources by `cargo xtask types`. Do not edit.

import type {
  DeskChoice,
  DeskFile,
  DeskMessage,
  DeskOutboxState,
  DeskRecord,
  MarketplaceId,
  Sent,
  TicketErrorData,
  Tokens,
  Violation,
} from "../../generated/types.js";

/** The API of a vendor that requests go to. */
export type Environment = "production" | "sandbox";

/** The encoding of a list of values in a query. The vendors' documents and their clients differ. */
export type ArrayEncoding = "repeat" | "comma" | "brackets";

/** What needs files, where a complaint needs them. */
export type FilesPer = "product" | "ticket";

/** The form of the responses that a call asks for. */
export type Accept = "json" | "xml";

/** The settings that all marketplaces share: how requests are built and how long they may take. */
export type Settings = {
  /**
   * The base URL of the API: https, or http on a loopback host. Without it, it is the
   * marketplace's own.
   */
  baseUrl?: string;
  /** Whether to use the vendor's production API or its sandbox. */
  environment?: Environment;
  /**
   * Whether `baseUrl` is a gateway of this library. The gateway signs and retries, so
   * nothing is signed or retried here.
   */
  gateway?: boolean;
  /** Whether requests may contain values outside a documented list. */
  allowUnknownValues?: boolean;
  /**
   * How lists are encoded in a query. By default names are repeated, except for parameters
   * that the vendor describes as one text with commas.
   */
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
   * [`Once`](crate::call::once::Once). By default it is the marketplace's own value.
   */
  settleMs?: number;
  /**
   * The path for tickets at a marketplace that does not document it, such as `/ticket`. By
   * default it is the likely path.
   */
  ticketPath?: string;
  /**
   * Whether a complaint that needs files needs one with every product, or at least one in
   * all. The marketplace does not document it.
   */
  filesPer?: FilesPer;
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
  /**
   * The form of the response, where the marketplace offers another one than JSON. The result
   * is then the text as it came. Rust programs call
   * [`AsXml`](crate::vendor::as_xml::AsXml) in place of setting it.
   */
  accept?: Accept;
  /**
   * The part of the total timeout that is left, in milliseconds, if some of it is over. The
   * drivers set it.
   */
  leftMs?: number;
  /** Whether the client's credentials use a session. The drivers set it. */
  session?: boolean;
  /** Headers that are added to the client's. */
  headers?: { [key in string]: string };
};

/** Bytes in their own type, because serde would write a vector as a list of numbers. */
export type Bytes = Uint8Array;

/** The status of a response. */
export type Status = number;

/** The violations of a request. */
export type Refused = {
  /** All violations. */
  violations: Array<Violation>;
};

/**
 * A call that is ready to be driven. Each text and each array of bytes that crosses takes time, so
 * those that every call has cross as one. `begunOf` in `pkg-template/src/wasm/begun.ts` takes them
 * apart.
 */
export type Packed = {
  /** The state of the call, and then that of its rate gate, if the start of the call changed it. */
  states: Bytes;
  /** The number of bytes of the first of them. */
  callSize: number;
  /**
   * One a line: the operation's name, the HTTP method, the URL, and the name of the rate gate.
   * The headers of the first request follow, if it is signed: one name and one value a line.
   */
  lines: string;
  /** The time that the call has from now on, in milliseconds. */
  leftMs: number;
  /** The reference that the write carries. */
  reference?: string;
  /** The body of its request, if it has one and is whole. */
  whole?: Bytes;
  /** The body of its request, if it has one that is not whole. */
  pieces?: Array<Segment>;
  /** The first step, if the call was started at once. */
  step?: CallStep;
};

/** A piece of a body. */
export type Segment =
  | {
      /** The bytes. */
      text: Bytes;
    }
  | {
      /** The index of the given file, from 0. */
      file: number;
      /** How it is written into the body. */
      encoding: Encoding;
      /** The size in bytes. */
      size: number;
    };

/** The encoding of a file's content in a body. */
export type Encoding = "base64" | "raw";

/**
 * The headers of one attempt, with names in lower case: one name and one value a line, as one text
 * crosses faster than each of them.
 */
export type SignedHeaders = string;

/**
 * The hashes that a signature needs: for each of `heads`, the SHA-256 of that head, the body and
 * `tail`.
 */
export type Signing = {
  /** The bytes before the body, one entry for each hash. */
  heads: Array<Bytes>;
  /** The bytes after the body. */
  tail: Bytes;
};

/** The form in which a body is passed to be signed. */
export type BodyGiven = "whole" | "hashed" | "unread";

/**
 * A client, whose JSON text is made once and passed with each of its calls: each setting and
 * each key would be a question to the host.
 */
export type Client = {
  /** The marketplace. */
  marketplace: MarketplaceId;
  /** The settings, which are read as if they had just crossed. */
  settings: Settings;
  /** The keys. */
  credentials: unknown;
  /** Whether its calls use a session. */
  session: boolean;
};

/**
 * An event of a call, except its response. If it has a status, the head of a response had
 * arrived when the call ended, so that a 2xx whose body is lost counts as acted on.
 */
export type CallEvent =
  | {
      type: "start";
      /** Milliseconds since 1970. */
      now: number;
      /**
       * The part of the total timeout that is left, if it is less than when the call was
       * begun.
       */
      leftMs?: number;
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
      /** Whether the caller gave up; otherwise the time is over. */
      aborted: boolean;
    }
  | {
      type: "timed_out";
      /** Milliseconds since 1970. */
      now: number;
      /** A random number from 0 to 1. */
      random: number;
      /** The status, if one had arrived. */
      status?: Status;
    }
  | {
      type: "send_failed";
      /** Milliseconds since 1970. */
      now: number;
      /** A random number from 0 to 1. */
      random: number;
      /** The host's error message. */
      message: string;
      /** The status, if one had arrived. */
      status?: Status;
    };

/** A call after an event. */
export type CallAdvanced = {
  /** Its state, unless it is over. */
  call?: Bytes;
  /** Its URL, if that is another one than before. */
  url?: string;
  /** The state of its rate gate, if that changed. */
  gate?: Bytes;
  /** The next action of the driver. */
  step: CallStep;
};

/** The next action of the driver of a call. */
export type CallStep =
  | {
      type: "send";
      /** The number of the attempt, from 1. */
      attempt: number;
      /** The time for the attempt, in milliseconds. */
      timeoutMs: number;
      /** The largest number of bytes to read of the response body. */
      maxBodyBytes: number;
    }
  | {
      type: "token";
      /** Whether the marketplace refused the session that was used, although it seemed fresh. */
      refused: boolean;
      /** The time for it, in milliseconds. When it is over, the event is `timed_out`. */
      timeoutMs: number;
    }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
      /** The reason for the wait. */
      reason: WaitReason;
      /** The number of the attempt that follows, from 1. */
      attempt: number;
    }
  | {
      type: "done";
      /** Where its result is. */
      result: Result;
      /** The number of attempts that were made. */
      attempts: number;
    }
  | {
      type: "fail";
      /** The error. */
      error: TicketErrorData;
    };

/** The reason why a call waits. */
export type WaitReason = "rate_limit" | "paused" | "retry";

/** Where the result of a call is. */
export type Result =
  | { type: "empty" }
  | { type: "text" }
  | { type: "bytes" }
  | {
      type: "json";
      /**
       * The text that replaces the body, if its shape was normalised or it holds integers that
       * `JSON.parse` would round.
       */
      value?: unknown;
      /** The path of fields to the result. */
      pick: Array<string>;
      /** The page, if the result is a page of a list. */
      page?: PageShape;
      /** The oddities of single fields and of items of a list. */
      odd?: Array<Odd>;
    };

/**
 * An oddity of one field, or of one item of a list. It is handed out as it came; the rest of the
 * answer is not hidden by it.
 */
export type Odd = {
  /** The place in the response: `data[1].topic`. */
  field: string;
  /** The documented type: `text`. */
  expected: string;
  /** The index of the item, if the field belongs to an item of a list. */
  index?: number;
};

/** The facts that a check collects about a response. */
export type Saw = {
  /** The lengths of lists and the values of documented integers, by name. */
  counts: Record<string, number>;
  /** The last item of a list that continues by time, of which a host gives only the time. */
  last?: Record<string, unknown>;
};

/** The reading of a response. */
export type Decoded = { result: Result } | { error: TicketErrorData };

/** The reading of a response to a request for a token. */
export type SessionRead = { session: Tokens } | { error: TicketErrorData };

/** The page on which a person gives consent. */
export type ConsentPage = {
  /** The URL of the page. */
  url: string;
};

/** What a host needs to know to iterate over a list. */
export type PageShape = {
  /** The field that identifies an item: `id_ticket`. */
  key: string;
  /** Whether pages are requested by number, from 1, in the field `page`, and not by `offset`. */
  numbered: boolean;
  /** The field that holds the items: `data`. */
  items: string;
  /** The parameter that requests another part of the list: `offset`. */
  offsetField: string;
  /** Where this page starts, if the vendor says so; otherwise, it starts where the request asked. */
  offset?: number;
  /** The number of items in the page. */
  length: number;
  /** The number of items in the list, if the vendor says so. */
  total?: number;
  /** Whether another page follows. */
  more: boolean;
  /**
   * See [`Endpoint::beyond`](crate::vendor::Endpoint::beyond).
   * [`Operation::read`](crate::vendor::Operation::read) fills it in.
   */
  beyond?: Record<string, unknown>;
};

/** The facts about a page that the driver reports. */
export type PageFacts = {
  /** The number of items in the page. */
  length: number;
  /** Whether the first item was known before this page. */
  firstIsKnown: boolean;
  /** The number of items in the page that were not known before it. */
  fresh: number;
  /** Whether items follow after the page. */
  more: boolean;
  /** Whether pages are numbered. */
  numbered: boolean;
  /** Whether the list can continue from the time of the page's last item. */
  rebase: boolean;
  /** Whether the page begins and ends as the page before it did, and is as long. */
  repeats: boolean;
};

/** The decision about a page of a list, and where the iteration continues. */
export type PageStep = {
  /** The state of the iteration, which is passed back unchanged. */
  pager: Bytes;
  /** Whether the page's new items are returned and remembered. */
  keep: boolean;
  /** The error of an iteration that cannot continue. */
  stuck: TicketErrorData;
  /** The offset or the number of the page to read next. If it is absent, the iteration is over. */
  next?: number;
  /** The list to which the offset `next` refers. */
  base: Base;
};

/** The list to which the offsets of an iteration refer. */
export type Base = "same" | "next" | "before";

/** The description of a page of a list; see [`PageShape`]. */
export type Page = {
  /** Whether another page follows. */
  more: boolean;
  /** Whether pages are numbered. */
  numbered: boolean;
  /** The parameter that requests another page. */
  offsetField: string;
  /** The number of its items. */
  length: number;
};

/** A line of sure writes, and the next action of one of them. */
export type LinePolled = {
  /** The state of the line, which is passed back unchanged. */
  line: Bytes;
  /** The next action of the write. */
  step: LineStep;
  /** The error of a write that gives up. */
  error: TicketErrorData;
};

/** The next action of a write in the line. */
export type LineStep =
  | { type: "go" }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
    }
  | { type: "give_up" };

/** What becomes of a write in a line. */
export type LineChange = "enter" | "extend" | "leave";

/** The lease on a session, and the next action of a call that needs the session. */
export type LeasePolled = {
  /** The state of the lease, which is passed back unchanged. */
  lease: Bytes;
  /** The state that the call keeps until it polls again. */
  wait: Bytes;
  /** The next action of the call. */
  step: LeaseStep;
};

/** The next action of a call that needs a session. */
export type LeaseStep =
  | { type: "use" }
  | {
      type: "renew";
      /** The number of the call's turn. */
      turn: number;
    }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
    }
  | { type: "fail" };

/** The lease on a session when a call is about to renew it. */
export type LeaseAsked = {
  /** The state of the lease, which is passed back unchanged. */
  lease: Bytes;
  /** The error, if the session is not to be renewed. */
  error: TicketErrorData;
};

/** The next action after the marketplace refused to renew a session. */
export type RefusedRenewal =
  | {
      type: "look";
      /** Milliseconds. */
      ms: number;
    }
  | { type: "use" }
  | { type: "renew" }
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

/** The state of a sure write, which is passed back unchanged. */
export type BegunOnce = {
  /** The opaque state. */
  once: Bytes;
  /** The key. Writes with the same key take turns. */
  key?: string;
  /** The time by which the whole write must be over, in milliseconds since 1970. */
  endMs: number;
};

/** An event of a sure write. */
export type OnceEvent =
  | { type: "begun" }
  | { type: "read_failed" }
  | { type: "waited" }
  | {
      type: "read";
      /** The result. */
      value: unknown;
      /** The page, if the result is a page of a list. */
      page: Page | undefined;
    }
  | {
      type: "written";
      /** Its result. */
      value: unknown;
    }
  | {
      type: "aborted";
      /** Whether the marketplace may have acted in the try that was under way. */
      sent: Sent;
    }
  | {
      type: "write_failed";
      /** The `sent` of its error. */
      sent: Sent;
      /** The status of the marketplace's response, if one arrived. */
      status?: Status;
      /** How long the marketplace asks to wait. */
      hintMs?: number;
    };

/** A sure write after an event. */
export type OnceAdvanced = {
  /** Its state. */
  once: Bytes;
  /** The line of its key. */
  line: Bytes;
  /** The next action of the driver. */
  step: OnceStep;
};

/** The next action of the driver of a sure write. */
export type OnceStep =
  | {
      type: "read";
      /** The method. */
      endpoint: string;
      /** Its arguments. */
      args: unknown[];
      /** The part of the time that is left, in milliseconds. */
      leftMs: number;
    }
  | {
      type: "write";
      /** The part of the time that is left, in milliseconds. */
      leftMs: number;
    }
  | {
      type: "wait";
      /** Milliseconds. */
      ms: number;
    }
  | { type: "done" }
  | {
      type: "found";
      /** The result that the write would have had. */
      result: Result;
    }
  | {
      type: "give_up";
      /** Whether the marketplace may have acted in any of the tries. */
      sent: Sent;
    }
  | {
      type: "fail";
      /** The error. */
      error: TicketErrorData;
    };

/** What a stream of reads is for. */
export type DeskFlow = "hot" | "recent" | "sweep";

/** A ticket as a store keeps it, and the account that it belongs to. */
export type DeskMatter = {
  /** The marketplace. */
  marketplace: MarketplaceId;
  /** The id of the account in the desk. */
  account: string;
  /** The ticket's id. */
  id: string;
  /** The parts that the marketplace told, as JSON. */
  raw: string;
  /** The letters of the ticket. */
  letters: Array<string>;
  /** What only the desk knows, as JSON. */
  local: string;
  /** Whether the marketplace no longer has the ticket. */
  missing: boolean;
  /** The settings of the account. */
  profile: unknown;
};

/** A stream's checkpoint, and what it reads. */
export type DeskSource = {
  /** The checkpoint. */
  stream: string;
  /** The marketplace. */
  marketplace: MarketplaceId;
  /** The settings of the account. */
  profile: unknown;
};

/** An account of the desk, as its user gave it. */
export type DeskAccountGiven = {
  /** Its id. */
  id: string;
  /** The settings of the account. */
  profile: unknown;
};

/** Why a call of a sync failed. */
export type DeskFailure = {
  /** The error's code. */
  code: string;
  /** How long the marketplace asks to wait. */
  retryAfterMs?: number;
  /** The error's kind. */
  kind: string;
  /** Whether the time of the sync ended the call, which says nothing about the marketplace. */
  isCut: boolean;
};

/** The field that holds the items of a page, and whether another page follows. */
export type DeskList = {
  /** The field. */
  items: string;
  /** Whether another page follows. */
  more: boolean;
};

/** The answer to a call of a sync. */
export type DeskAnswer = {
  /** Where it belongs. */
  target: string;
  /** When the call began, in milliseconds since 1970. */
  beganAt: number;
  /** The result as JSON text. */
  text?: string;
  /** The result, if JSON has no text for it: it has an integer that a number would round. */
  value: unknown;
  /** The items of the result, if it is a page. */
  list?: DeskList;
  /** The failure, if there is no result. */
  failure?: DeskFailure;
  /** Whether it is the last answer of its step. */
  isLast: boolean;
};

/** A stored ticket that an answer may change. */
export type DeskKnown = {
  /** Its id. */
  id: string;
  /** When the read that it is from began. */
  beganAt: number;
  /** The revision of the list's item that it is from. */
  listed: string;
  /** Its parts, as JSON. */
  raw: string;
  /** Whether the desk has forgotten it. */
  isForgotten: boolean;
};

/** The calls to make now. */
export type DeskPlan = {
  /** The steps, the most urgent first. */
  steps: Array<DeskStep>;
  /** When the next stream is due. */
  wakeAt: number | null;
};

/** What to do with one stream. */
export type DeskStep = {
  /** The account. */
  account: string;
  /** The stream of the account. */
  flow: DeskFlow;
  /** The checkpoint with its lease, to be stored if the planned one is still there. */
  stream: string;
  /** The calls. */
  calls: Array<DeskCall>;
};

/** A call of a sync. */
export type DeskCall = {
  /** Where the answer belongs. */
  target: string;
  /** The operation. */
  operation: string;
  /** The method's arguments. */
  arguments: unknown[];
};

/** What an answer changes. */
export type DeskApplied = {
  /** The next checkpoint. */
  stream: string;
  /** Whether the checkpoint changed: a late answer changes nothing. */
  changed: boolean;
  /** The rows that differ from what is stored. */
  rows: Array<DeskRow>;
  /** The tickets that the marketplace says do not exist. */
  gone: Array<string>;
  /** The number of items that are no tickets as documented. */
  odd: number;
  /** What a whole sweep saw. */
  swept?: string;
};

/** A row to store. */
export type DeskRow = {
  /** The ticket's id. */
  id: string;
  /** When the read began. */
  beganAt: number;
  /** The revision of the list's item. */
  listed: string;
  /** The parts, as JSON. */
  raw: string;
};

/** A ticket that a person opens. */
export type DeskOpened = {
  /** The messages, oldest first; `null` until they are read. */
  messages: DeskMessage[] | null;
  /** The files of the ticket of which the marketplace does not say to which message they belong. */
  files: DeskFile[];
  /** What can be done, each action once. */
  actions: Array<DeskChoice>;
  /** The parts as the marketplace told them, without the addresses of files. */
  raw: unknown;
  /** The record at this time. */
  record: DeskRecord;
};

/** How a file is fetched: by a call, or from an address. */
export type DeskDownload = {
  /** The name. */
  filename: string | null;
  /** The mime type. */
  mimeType: string | null;
  /** The operation. */
  operation: string | null;
  /** The method's arguments. */
  arguments: unknown[];
  /** The address. */
  uri: string | null;
};

/** A part of a ticket that is read when a person opens it. */
export type DeskOpening = {
  /** The part. */
  part: string;
  /** The operation. */
  operation: string;
  /** The method's arguments. */
  arguments: unknown[];
};

/** A change of what only the desk knows. */
export type DeskChanged = {
  /** What only the desk knows, as JSON. */
  local: string;
};

/** A letter, and what a store has to know of it. */
export type DeskLetter = {
  /** The opaque state. */
  letter: string;
  /** Its id. */
  id: string;
  /** The ticket's id. */
  ticket: string;
  /** Where it is. */
  state: DeskOutboxState;
  /** When something is to be done next. */
  wakeAt: number | null;
  /** Whether it keeps others of its ticket from being sent. */
  isUnderway: boolean;
  /** Whether nothing more happens to it. */
  isEnd: boolean;
  /** When it was made. */
  createdAt: number;
  /** When it answered the other side. */
  answeredAt: number | null;
  /** How long the other side had waited for that, in milliseconds. */
  waitedMs: number | null;
  /** The number of its files. */
  files: number;
  /** What lists show of it. */
  shown: string;
  /** The ticket that it created, where the desk's record is the ticket. */
  created?: DeskRow;
  /** The next action of the driver, after an event. */
  step?: DeskLetterStep;
};

/** The next action of a driver of letters. */
export type DeskLetterStep =
  | { type: "rest" }
  | {
      type: "read";
      /** The operation. */
      operation: string;
      /** The method's arguments. */
      arguments: unknown[];
      /** The time for the whole call, in milliseconds. */
      totalTimeoutMs: number;
    }
  | {
      type: "write";
      /** The operation. */
      operation: string;
      /** The method's arguments. */
      arguments: unknown[];
      /** The places of the letter's files whose content goes along, in the order of the arguments. */
      files: number[];
      /** The time for the whole call, in milliseconds. */
      totalTimeoutMs: number;
    };

/** What an earlier letter with the same id is to one that is handed over. */
export type DeskLikeness = "same" | "other" | "unfinished";

/** An action that only the desk knows of: the change that it makes. */
export type DeskDone = {
  /** Whether the ticket is done. */
  done: boolean;
};

/** An event of a letter. */
export type DeskLetterEvent =
  | { type: "begun" }
  | {
      type: "submitted";
      /** How long it is held. */
      holdMs: number;
    }
  | { type: "tick" }
  | { type: "undo" }
  | {
      type: "read";
      /** The result. */
      value: unknown;
      /** The page, if the result is a page of a list. */
      page: Page | undefined;
      /** The field that holds the items of the page. */
      items?: string;
    }
  | {
      type: "read_failed";
      /** How long the marketplace asks to wait. */
      hintMs?: number;
    }
  | {
      type: "written";
      /** Its result. */
      value: unknown;
    }
  | {
      type: "write_failed";
      /** The `sent` of its error. */
      sent: Sent;
      /** The status of the marketplace's response, if one arrived. */
      status?: Status;
      /** How long the marketplace asks to wait. */
      hintMs?: number;
      /** The error's code. */
      code: string;
      /** Whether the same call may succeed later. */
      retryable: boolean;
    };

/** An event of the iteration over JTL-SCX's replies. */
export type InboxEvent = "asked" | "polled" | "poll_failed" | "acknowledged" | "waited";

/** The next step to carry out. */
export type InboxStep =
  | { type: "poll" }
  | {
      type: "acknowledge";
      /** The ids, 1 to 100. */
      ids: Array<string>;
    }
  | {
      type: "hand";
      /** The reply's id; the last poll brought the reply. */
      id: string;
    }
  | {
      type: "wait";
      /** The time in milliseconds. */
      ms: number;
    };

/** The next step after reading a transaction. */
export type FollowStep =
  | {
      type: "wait";
      /** The length of the wait. */
      ms: number;
    }
  | {
      type: "done";
      /** The new ticket's id, if the transaction created one. */
      ticket_id: string | null;
    }
  | {
      type: "fail";
      /** The error to report; its body is the transaction. */
      error: TicketErrorData;
    };
