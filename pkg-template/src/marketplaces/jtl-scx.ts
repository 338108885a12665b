import { Client, innerOf } from "../core/client.js";
import { type Download, downloaded } from "../core/download.js";
import { Limit } from "../core/limit.js";
import { checkCall, givenOptions } from "../core/options.js";
import { ApiPromise } from "../core/promises.js";
import { inspect, takeFiles } from "../files/source.js";
import type {
  ScxAttachmentParams,
  ScxCreateTicketParams,
  ScxDownloadAttachmentParams,
  ScxEvent,
  ScxListEventsParams,
  ScxReplyToTicketParams,
  ScxSellerDownloadAttachmentParams,
  ScxSellerListEventsParams,
  ScxSellerUploadAttachmentParams,
  ScxTicketReply,
  ScxUploadAttachmentParams,
  TicketErrorData,
} from "../generated/types.js";
import { abortedError, brokenRule, describe, localError, TicketError, type Where } from "../ground/errors.js";
import { notify, settle } from "../ground/hooks.js";
import type { CallOptions, ClientOptions, DownloadOptions, TokenStore, WriteOptions } from "../ground/options.js";
import type { FileInput, FileInputs, Progress } from "../ground/types.js";
import { wait } from "../send/host.js";
import { freshSession } from "../send/session.js";
import type { Engine } from "../wasm/engine.js";
import type { InboxEvent } from "../wasm/generated/boundary.js";
import { JTL_SCX_INTERVAL_MS } from "../wasm/generated/tables.js";

/**
 * Your side: the marketplace (sales channel) or the seller. Each side has its own tokens and
 * methods.
 */
export type JtlScxSide = "channel" | "seller";

interface Sided<Side extends JtlScxSide> {
  /** The default is `"channel"`. */
  side?: Side | undefined;
}

/** Options for a server or a Worker, which hold a token. */
export type JtlScxServerOptions<Side extends JtlScxSide = JtlScxSide> = ClientOptions &
  Sided<Side> & { gateway?: undefined } & (
    | {
        /**
         * The token that JTL gave you at sign-up. The client uses it to request session tokens,
         * keeps them, and renews them in time.
         */
        refreshToken: string;
        /** Keeps the session beyond this client; without a store, it is kept in memory. */
        tokenStore?: TokenStore | undefined;
        accessToken?: undefined;
      }
    | {
        /** A session token that you renew yourself. */
        accessToken: string;
        refreshToken?: undefined;
        tokenStore?: undefined;
      }
  );

/** Options for a page, which hold no token: the gateway of `seller-tickets/gateway` has it. */
export interface JtlScxGatewayOptions<Side extends JtlScxSide = JtlScxSide>
  extends Omit<ClientOptions, "baseUrl" | "environment">,
    Sided<Side> {
  /** The gateway's URL for the account; a relative one is resolved on the page's origin. */
  gateway: string;
  baseUrl?: undefined;
  environment?: undefined;
  refreshToken?: undefined;
  accessToken?: undefined;
  tokenStore?: undefined;
}

declare module "../ground/options.js" {
  interface ServerOptionsOf {
    "jtl-scx": JtlScxServerOptions;
  }
  interface EndpointsOf {
    "jtl-scx": JtlScxEndpoints;
  }
}

export type JtlScxOptions<Side extends JtlScxSide = JtlScxSide> =
  | JtlScxServerOptions<Side>
  | JtlScxGatewayOptions<Side>;

/** Options of `createTicket` and `replyToTicket`. */
export interface JtlScxCreateOptions extends CallOptions {
  /** Up to ten files. They are announced with the ticket, and then uploaded one after the other. */
  files?: FileInputs | undefined;
}

/** The outcome of one file's upload. */
export interface JtlScxUpload {
  /** The name under which the file was announced. */
  filename: string;
  /** `"pending"` means that the upload was not started. */
  status: "uploaded" | "failed" | "pending";
  /** Why the upload failed. With `sent: "maybe"`, JTL may have the file nevertheless. */
  error?: TicketErrorData | undefined;
}

/** The outcomes of the uploads of a ticket or a reply. */
export interface JtlScxUploads {
  sellerId: string;
  ticketId: string;
  /** The channel's name; only replies have it. */
  channel?: string | undefined;
  /** The files in the order of the call. */
  files: JtlScxUpload[];
}

/** A seller's answer to a ticket. */
export type JtlScxReplyEvent = Omit<ScxEvent, "type" | "event"> & {
  type: "Seller:Ticket.Reply";
  event: ScxTicketReply;
};

/** Options of `ticketReplies`. */
export interface JtlScxRepliesOptions extends Omit<CallOptions, "onProgress"> {
  /** Ends the iteration. */
  signal?: AbortSignal | null | undefined;
  /**
   * How long to wait after a poll that returned no replies, in milliseconds: 1 to 2147483647. The
   * default is 60000, the interval that JTL asks for.
   */
  intervalMs?: number | undefined;
  /**
   * Receives the errors of failed polls and acknowledgements. The iteration then continues, with a
   * longer wait each time. If this function throws, the iteration ends with that error. Without it,
   * errors go to the console. Errors of the kinds `configuration` and `validation` end the
   * iteration at once, and this function does not receive them.
   */
  onError?: ((error: unknown) => void) | undefined;
}

type UploadParams<Side> = Side extends "seller" ? ScxSellerUploadAttachmentParams : ScxUploadAttachmentParams;
type DownloadParams<Side> = Side extends "seller" ? ScxSellerDownloadAttachmentParams : ScxDownloadAttachmentParams;
type ListParams<Side> = Side extends "seller" ? ScxSellerListEventsParams : ScxListEventsParams;

/**
 * The methods by name, for `request`, `validate`, `validateFiles` and `decode`. The side decides
 * which of them exist.
 */
export interface JtlScxEndpoints {
  createTicket: { args: [params: ScxCreateTicketParams, options?: JtlScxCreateOptions]; result: undefined };
  replyToTicket: { args: [params: ScxReplyToTicketParams, options?: JtlScxCreateOptions]; result: undefined };
  uploadAttachment: { args: [params: UploadParams<"channel"> | UploadParams<"seller">]; result: undefined };
  downloadAttachment: {
    args: [params: DownloadParams<"channel"> | DownloadParams<"seller">];
    result: Uint8Array<ArrayBuffer>;
  };
  listEvents: { args: [params?: ListParams<"channel"> | ListParams<"seller">]; result: ScxEvent[] };
  acknowledgeEvents: { args: [eventIdList: string[]]; result: undefined };
}

const REPLY = "Seller:Ticket.Reply";
/** An acknowledgement outlives the signal that ends an iteration, but not for long. */
const LAST_MS = 10_000;

/**
 * Faults of a single file, which the next file need not have. Any other failure would also hit the
 * remaining files.
 */
const OF_THE_FILE: readonly string[] = ["rejected", "conflict", "validation"];

/**
 * The data that a later attempt needs. The files are not part of the error, because it may be
 * logged.
 */
interface Unfinished {
  where: Where;
  uploads: JtlScxUploads;
  files: FileInputs;
  sizes: number[];
}

const unfinished = new WeakMap<object, Unfinished>();

/**
 * Returns the outcome of each file when `createTicket`, `replyToTicket` or `resumeUploads` failed
 * at one of them; `undefined` for any other error.
 */
export function uploadsOf(error: unknown): JtlScxUploads | undefined {
  return error instanceof TicketError ? (error as { uploads?: JtlScxUploads }).uploads : undefined;
}

/** The methods of `JtlScx`. Each entry has its own class, with its own module. */
export abstract class JtlScxClient<Side extends JtlScxSide = "channel"> extends Client<JtlScxEndpoints> {
  static readonly marketplace = "jtl-scx";

  readonly side: Side;

  /** @internal */
  constructor(engine: Engine, options: JtlScxOptions<Side>) {
    const {
      side = "channel" as Side,
      refreshToken,
      accessToken,
      tokenStore,
      gateway,
      ...rest
    } = givenOptions("jtl-scx", options);
    if (side !== "channel" && side !== "seller") {
      const message = "`side` is neither `channel` nor `seller`";
      const where = { marketplace: "jtl-scx", endpoint: "constructor" };
      throw localError(where, { kind: "configuration", code: "invalid_configuration", message });
    }
    super({
      engine,
      marketplace: "jtl-scx",
      options: rest,
      keys: { refreshToken, accessToken },
      identity: {},
      gateway,
      tokenStore,
      freshSession,
      settings: {},
      wireName: (endpoint) => wireName(side, endpoint),
      wireArgs: (args, { files }: JtlScxCreateOptions) => (files === undefined ? args : [withFiles(args[0], files)]),
      callOptions: ["files"],
    });
    this.side = side;
  }

  /**
   * Sends a buyer's case to the seller: announces the files with the ticket, uploads them one after
   * the other, and returns the outcome of each. File names that uploads do not accept are replaced
   * by safe ones first. Types, sizes and names are checked before anything is sent.
   *
   * When an upload fails, the ticket already exists, so do not repeat this call. The error has the
   * code `uploads_incomplete`, `uploadsOf(error)` returns which files are missing, and
   * `resumeUploads(error)` uploads them. A fault of one file does not stop the upload of the
   * others.
   */
  createTicket(
    this: JtlScxClient<"channel">,
    params: ScxCreateTicketParams,
    options?: JtlScxCreateOptions,
  ): ApiPromise<JtlScxUploads> {
    return this.#send("createTicket", params, options);
  }

  /** Replies to a ticket. Files are handled as in `createTicket`. */
  replyToTicket(
    this: JtlScxClient<"seller">,
    params: ScxReplyToTicketParams,
    options?: JtlScxCreateOptions,
  ): ApiPromise<JtlScxUploads> {
    return this.#send("replyToTicket", params, options);
  }

  /**
   * Uploads the missing files after an error with the code `uploads_incomplete`, and returns the
   * outcome of each file. This works only in the process that got the error; for any other error it
   * fails with the kind `validation` and the code `not_resumable`.
   */
  async resumeUploads(error: unknown, options: CallOptions = {}): Promise<JtlScxUploads> {
    const found = typeof error === "object" && error !== null ? unfinished.get(error) : undefined;
    if (found === undefined) {
      const message =
        "the files of this error are not at hand: upload those that are missing with `uploadAttachment`, under the names of `uploadsOf(error)`";
      const where = { marketplace: this.marketplace, endpoint: "resumeUploads" };
      throw localError(where, { kind: "validation", code: "not_resumable", message, violations: [] });
    }
    checkCall({ ...found.where, endpoint: "resumeUploads" }, options);
    return this.#upload(found, options ?? {});
  }

  /** Uploads one file that the ticket, or the seller's reply, has announced. */
  uploadAttachment(params: UploadParams<Side>, options?: CallOptions): ApiPromise<void> {
    return this.call(wireName(this.side, "uploadAttachment"), [params], options);
  }

  /** Downloads a file that the other side sent. */
  async downloadAttachment(
    params: DownloadParams<Side>,
    options: Omit<DownloadOptions, "maxBytes"> = {},
  ): Promise<Download> {
    const name = wireName(this.side, "downloadAttachment");
    const call = this.call<Uint8Array<ArrayBuffer>>(name, [params], options);
    const { data, response } = await call.withResponse();
    return downloaded({ marketplace: this.marketplace, endpoint: name }, data, response, params.filename);
  }

  /**
   * Returns at most 100 events that are not acknowledged yet. JTL delivers such events again, at
   * most ten times.
   */
  listEvents(params?: ListParams<Side>, options?: CallOptions): ApiPromise<ScxEvent[]> {
    return this.call(wireName(this.side, "listEvents"), [params], options);
  }

  /** Acknowledges events, so that JTL does not deliver them again. One call takes 1 to 100 ids. */
  acknowledgeEvents(eventIdList: string[], options?: WriteOptions): ApiPromise<void> {
    return this.call(wireName(this.side, "acknowledgeEvents"), [eventIdList], options);
  }

  /**
   * Yields the replies of sellers, both those already queued and new ones, until `signal` ends the
   * iteration. Run only one iteration at a time. Invalid options fail with the kind `configuration`
   * and the code `invalid_options`.
   *
   * A reply is acknowledged when you ask for the next one. If you leave the loop with `break`,
   * `return` or an error, the last reply is delivered again; to prevent that, call
   * `acknowledgeEvents([id])` first. A reply that JTL delivers twice is yielded once, as far as one
   * iteration can know.
   */
  async *ticketReplies(
    this: JtlScxClient<"channel">,
    options: JtlScxRepliesOptions = {},
  ): AsyncGenerator<JtlScxReplyEvent, void, undefined> {
    const { signal, intervalMs = JTL_SCX_INTERVAL_MS, onError, ...rest } = options ?? {};
    const inner = innerOf(this);
    const where: Where = { marketplace: this.marketplace, endpoint: "ticketReplies" };
    const refuse = (message: string) => localError(where, { kind: "configuration", code: "invalid_options", message });
    if (this.side !== "channel") throw refuse('only a channel gets replies: give `side: "channel"` and its token');
    if (!(intervalMs >= 1 && intervalMs < 2 ** 31)) throw refuse("`intervalMs` is not a time in milliseconds");
    if (onError !== undefined && typeof onError !== "function") throw refuse("`onError` is not a function");
    checkCall(where, { ...rest, signal });

    let inbox: Uint8Array | number = intervalMs;
    const advance = (happened: InboxEvent, ids: string[] = [], retryAfterMs?: number) => {
      const advanced = inner.engine.advanceInbox(inbox, happened, ids, retryAfterMs, inner.random());
      inbox = advanced.inbox;
      return advanced.step;
    };
    const report = (error: unknown): number | undefined => {
      const { kind, retryAfterMs } = error as Partial<TicketErrorData>;
      // Waiting does not resolve these errors.
      if (kind === "configuration" || kind === "validation") throw error;
      if (onError === undefined) console.error("seller-tickets: ticketReplies goes on after an error", error);
      else settle(onError(error), (thrown) => console.error("seller-tickets: `onError` threw", thrown));
      return retryAfterMs;
    };

    let events = new Map<string, JtlScxReplyEvent>();
    let step = advance("asked");
    for (;;) {
      // A reply that the caller has processed is acknowledged even after the abort.
      if (signal?.aborted && step.type !== "acknowledge") return;
      switch (step.type) {
        case "poll":
          try {
            const list = await this.listEvents({ eventTypeFilter: [REPLY] }, { ...rest, signal });
            const replies = list.filter(isReply);
            if (replies.length < list.filter((event) => event?.type === REPLY).length) {
              const message = "a reply has no id, so it can be neither handed out nor acknowledged";
              report(localError(where, { kind: "decode", code: "unexpected_shape", message, attempts: 1 }));
            }
            events = new Map(replies.map((event) => [event.id, event]));
            step = advance("polled", [...events.keys()]);
          } catch (error) {
            if (signal?.aborted) return;
            step = advance("poll_failed", [], report(error));
          }
          break;
        case "acknowledge":
          try {
            await this.acknowledgeEvents(step.ids, signal?.aborted ? { ...rest, totalTimeoutMs: LAST_MS } : rest);
          } catch (error) {
            report(error);
          }
          step = advance("acknowledged");
          break;
        case "wait":
          await wait(step.ms, signal);
          step = advance("waited");
          break;
        case "hand": {
          const event = events.get(step.id);
          if (event !== undefined) yield event;
          step = advance("asked");
        }
      }
    }
  }

  #send(
    method: "createTicket" | "replyToTicket",
    params: ScxCreateTicketParams | ScxReplyToTicketParams,
    given: JtlScxCreateOptions | undefined,
  ): ApiPromise<JtlScxUploads> {
    const inner = innerOf(this);
    const where: Where = { marketplace: this.marketplace, endpoint: wireName(this.side, method) };
    const send = async () => {
      inner.check(where.endpoint);
      checkCall(where, given, ["files"]);
      const { files: list, onProgress, ...options } = given ?? {};
      if (options.signal?.aborted) throw abortedError(where, options.signal);
      // The `files` of an input are a list, too.
      const taken = takeFiles(where, [{ files: list ?? [] }]);
      const described = (taken.args[0] as { files: { size?: number }[] }).files;
      if (typeof described !== "object" || !Array.isArray(described)) {
        const message = "`files` is not a list";
        throw brokenRule(where, { field: "files", code: "wrong_type", message, hint: "give a list of files" });
      }
      const files = Array.from((list ?? []) as FileInput[]);
      const limit = new Limit(where, options, inner.settings);
      try {
        await limit.during(inspect(inner.engine, where, taken.files, limit.signal));
      } finally {
        limit.end();
      }
      const announced = await this.call(where.endpoint, [withFiles(params, described)], options).withResponse();
      const { sellerId, ticketId, attachment = [] } = params;
      const channel = "channel" in params ? { channel: params.channel } : {};
      const names = inner.engine.safeNames(
        (attachment as ScxAttachmentParams[]).map(({ filename }) => filename),
        described,
      );
      const uploads: JtlScxUploads = {
        ...channel,
        sellerId,
        ticketId,
        files: names.map((filename) => ({ filename, status: "pending" })),
      };
      const sizes = described.map(({ size }) => size ?? 0);
      const data = await this.#upload({ where, uploads, files, sizes }, { ...options, onProgress });
      return { ...announced, data };
    };
    return new ApiPromise(send(), new Error());
  }

  /**
   * Uploads the files that are not uploaded yet, and returns the outcome of each file. Fails when
   * one of them fails.
   */
  async #upload(work: Unfinished, { onProgress, ...options }: CallOptions): Promise<JtlScxUploads> {
    const { where, files, sizes } = work;
    const { files: before, ...ticket } = work.uploads;
    const after = [...before];
    const total = sizes.reduce((sum, size) => sum + size, 0);
    let failure: TicketError | undefined;
    let loaded = 0;
    for (const [index, { filename, status }] of before.entries()) {
      const size = sizes[index] ?? 0;
      if (status !== "uploaded") {
        // All files share one progress bar: the finished part of this file's form counts as the
        // same part of the file's bytes.
        const tell = (progress: Progress) => notify(onProgress, () => progress);
        let attempt = 1;
        const progress = (part: Progress) => {
          attempt = part.attempt;
          const told = { ...part, total, file: filename };
          if (part.loaded !== undefined) told.loaded = loaded + Math.floor((size * part.loaded) / part.total);
          tell(told);
        };
        const params = { ...ticket, filename, file: (files as ArrayLike<unknown>)[index] };
        try {
          await this.call(wireName(this.side, "uploadAttachment"), [params], { ...options, onProgress: progress });
          after[index] = { filename, status: "uploaded" };
          tell({ phase: "sending", loaded: loaded + size, total, attempt, file: filename });
        } catch (error) {
          const known =
            error instanceof TicketError
              ? error
              : localError(where, { kind: "configuration", code: "upload_failed", message: describe(error) }, error);
          after[index] = { filename, status: "failed", error: known.toJSON() };
          failure ??= known;
          if (!OF_THE_FILE.includes(known.kind)) break;
        }
      }
      loaded += size;
    }
    const uploads = { ...ticket, files: after };
    if (failure === undefined) return uploads;
    const missing = after.filter(({ status }) => status !== "uploaded").length;
    const message = `${where.endpoint} was accepted, but ${missing} of ${after.length} files were not uploaded: ${failure.message}`;
    const data = { ...failure.toJSON(), ...where, code: "uploads_incomplete", message, uploads };
    // The ticket exists already: a repeated call would create another.
    const error = new TicketError({ ...data, sent: "yes", retryable: false } as TicketErrorData, { cause: failure });
    unfinished.set(error, { ...work, uploads });
    throw error;
  }
}

/** An odd event may be anything, and without an id it cannot be acknowledged. */
function isReply(event: ScxEvent): event is JtlScxReplyEvent {
  return event?.type === REPLY && typeof event.id === "string" && event.id !== "";
}

function wireName(side: JtlScxSide, method: string): string {
  return side === "seller" ? `seller.${method}` : method;
}

/** Returns the parameters with the files, of which the module makes the announcements. */
function withFiles(params: unknown, files: unknown): unknown {
  const none = files === null || (Array.isArray(files) && files.length === 0);
  return typeof params === "object" && params !== null && !none ? { ...params, files } : params;
}
