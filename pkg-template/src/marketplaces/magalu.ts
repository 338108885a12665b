import { Client, innerOf } from "../core/client.js";
import { type Download, downloaded } from "../core/download.js";
import type { Page } from "../core/list.js";
import { ApiPromise, type ListPromise, type WithResponse } from "../core/promises.js";
import type {
  MagaluAccepted,
  MagaluEvent,
  MagaluListEventsParams,
  MagaluListMessagesParams,
  MagaluListMeta,
  MagaluListReturnsParams,
  MagaluListTicketsParams,
  MagaluListTransactionsParams,
  MagaluMessage,
  MagaluNewEvent,
  MagaluNewMessage,
  MagaluNewReturn,
  MagaluNewTicket,
  MagaluReturn,
  MagaluScope,
  MagaluSubmitted,
  MagaluTicket,
  MagaluTransaction,
  Open,
  Tokens,
} from "../generated/types.js";
import { abortedError, localError, located, TicketError, violationsError, type Where } from "../ground/errors.js";
import { given } from "../ground/given.js";
import type { CallOptions, ClientOptions, DownloadOptions, TokenStore, WriteOptions } from "../ground/options.js";
import { wait } from "../send/host.js";
import { openSession } from "../send/session.js";
import type { Engine } from "../wasm/engine.js";

/** A token that you renew yourself. */
export interface MagaluTokenCredentials {
  accessToken: string;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  refreshToken?: undefined;
  tokenStore?: undefined;
}

/** An application: its tokens are fetched, kept and renewed. */
export interface MagaluClientCredentials {
  clientId: string;
  clientSecret: string;
  /** Where the tokens are kept. Magalu's refresh tokens are good for one use: without a store, the integration ends with this client. */
  tokenStore?: TokenStore | undefined;
  /** The refresh token to begin with, as long as the store has none. */
  refreshToken?: string | undefined;
  accessToken?: undefined;
}

/** With keys, on a server or in a Worker. */
export type MagaluServerOptions = ClientOptions &
  (MagaluTokenCredentials | MagaluClientCredentials) & {
    /** Where tokens come from: `https://id.magalu.com/oauth/token` unless told. */
    tokenUrl?: string | undefined;
    gateway?: undefined;
  };

/** Without keys, in a page: the gateway of `seller-tickets/gateway` has them and sends. */
export interface MagaluGatewayOptions extends Omit<ClientOptions, "baseUrl" | "environment"> {
  /** The gateway's URL for the account; a relative one is resolved on the page's origin. */
  gateway: string;
  baseUrl?: undefined;
  environment?: undefined;
  accessToken?: undefined;
  clientId?: undefined;
  clientSecret?: undefined;
  refreshToken?: undefined;
  tokenStore?: undefined;
  tokenUrl?: undefined;
}

declare module "../ground/options.js" {
  interface ServerOptionsOf {
    magalu: MagaluServerOptions;
  }
}

export type MagaluOptions = MagaluServerOptions | MagaluGatewayOptions;

/** What a seller is asked to allow. */
export interface MagaluConsent {
  /** Where the seller comes back to, with `code` and `state` in the query. The application must be registered with it. */
  redirectUri: string;
  /** What is to be allowed: `meanings("magalu").Scope` lists what this class needs. */
  scope: Open<MagaluScope>[];
  /** A text that nobody can foresee; compare it when the seller comes back. */
  state?: string | undefined;
}

/** What Magalu sends for a list. */
export interface MagaluEnvelope<T> {
  results: T[];
  meta?: MagaluListMeta | null;
}

/** One page of a list; `data` and `results` are the same. */
export interface MagaluPage<T> extends Page<T> {
  readonly results: T[];
  readonly meta?: MagaluListMeta | null;
  next(): Promise<MagaluPage<T> | null>;
}

export interface MagaluFollowOptions {
  signal?: AbortSignal | null | undefined;
  /** How long to wait for the end; five minutes unless told. */
  timeoutMs?: number | undefined;
  /** Told of the transaction after each look at it. */
  onProgress?: ((transaction: MagaluTransaction) => void) | undefined;
}

/** A completed transaction. */
export interface MagaluFollowed {
  /** The new ticket's id; `null` when the transaction made something else. */
  ticket_id: string | null;
  transaction: MagaluTransaction;
}

/** A ticket that is there. */
export interface MagaluCompleted extends MagaluFollowed {
  ticket_id: string;
}

/** The methods by name, for `request`, `validate`, `validateFiles` and `decode`. */
export interface MagaluEndpoints {
  createTicket: { args: [ticket: MagaluNewTicket]; result: MagaluAccepted };
  listTickets: { args: [params?: MagaluListTicketsParams]; result: MagaluEnvelope<MagaluTicket> };
  getTicket: { args: [ticket_id: string]; result: MagaluTicket };
  listMessages: {
    args: [ticket_id: string, params?: MagaluListMessagesParams];
    result: MagaluEnvelope<MagaluMessage>;
  };
  getMessage: { args: [ticket_id: string, message_id: string]; result: MagaluMessage };
  createMessage: { args: [ticket_id: string, message: MagaluNewMessage]; result: MagaluSubmitted };
  downloadAttachment: {
    args: [ticket_id: string, message_id: string, attachment_id: string];
    result: Uint8Array<ArrayBuffer>;
  };
  listEvents: { args: [ticket_id: string, params?: MagaluListEventsParams]; result: MagaluEnvelope<MagaluEvent> };
  createEvent: { args: [ticket_id: string, event: MagaluNewEvent]; result: MagaluSubmitted };
  listReturns: { args: [ticket_id: string, params?: MagaluListReturnsParams]; result: MagaluEnvelope<MagaluReturn> };
  createReturn: { args: [ticket_id: string, params?: MagaluNewReturn]; result: MagaluSubmitted };
  getReturn: { args: [ticket_id: string, return_id: string]; result: MagaluReturn };
  getTransaction: { args: [transaction: string]; result: MagaluTransaction };
  listTransactions: { args: [params: MagaluListTransactionsParams]; result: MagaluEnvelope<MagaluTransaction> };
}

const FOLLOW_MS = 300_000;
/** A look that began in time may end a little later. */
const LAST_LOOK_MS = 10_000;

/** A new ticket under way: await it for the transaction, or `.completed()` for the ticket's id. */
export class MagaluCreation extends ApiPromise<MagaluAccepted> {
  readonly #follow: (transaction: string, options: MagaluFollowOptions) => Promise<MagaluFollowed>;

  /** @internal */
  constructor(
    whole: Promise<WithResponse<MagaluAccepted>>,
    follow: (transaction: string, options: MagaluFollowOptions) => Promise<MagaluFollowed>,
  ) {
    super(whole);
    this.#follow = follow;
  }

  /**
   * Follows the transaction to its end. Fails with the kind `conflict` and the code `transaction_failed` or `transaction_cancelled`, with the
   * transaction and its events in `body`; or with `timeout` when it is still worked on: then follow it again later.
   */
  async completed(options: MagaluFollowOptions = {}): Promise<MagaluCompleted> {
    const { transaction_id } = await this;
    const { ticket_id, transaction } = await this.#follow(transaction_id, options);
    if (ticket_id === null) {
      const message = "the transaction is completed, but does not tell the new ticket's id";
      throw localError(
        { marketplace: "magalu", endpoint: "followTransaction" },
        { kind: "decode", code: "no_ticket_id", message, sent: "yes", body: transaction },
      );
    }
    return { ticket_id, transaction };
  }
}

/** The methods of `Magalu`; each entry has a class of its own with its module. */
export abstract class MagaluClient extends Client<MagaluEndpoints> {
  static readonly marketplace = "magalu";

  /** @internal */
  constructor(engine: Engine, options: MagaluOptions) {
    const { accessToken, clientId, clientSecret, refreshToken, tokenStore, tokenUrl, gateway, ...rest } = options;
    super({
      engine,
      marketplace: "magalu",
      options: rest,
      keys: { accessToken, clientSecret, refreshToken },
      identity: { clientId, tokenUrl },
      gateway,
      settings: {},
      tokenStore,
    });
  }

  /**
   * Where to send the seller's browser, so that he lets the application act for the shop. He must be an administrator of it. He comes back to
   * `redirectUri` with a `code`, which is good for ten minutes and one use: give it to `exchangeCode`.
   */
  authorizationUrl(consent: MagaluConsent): string {
    const where: Where = { marketplace: this.marketplace, endpoint: "authorizationUrl" };
    const inner = innerOf(this);
    inner.check(where.endpoint);
    const made = inner.engine.consentUrl(this.marketplace, inner.credentials, given(consent));
    if ("violations" in made) throw violationsError(where, "validation", made.violations);
    return made.url;
  }

  /** Turns the code into tokens, which this client uses from then on, and saves them in the `tokenStore`. */
  async exchangeCode(code: string, redirectUri: string): Promise<Tokens> {
    const where: Where = { marketplace: this.marketplace, endpoint: "exchangeCode" };
    const inner = innerOf(this);
    inner.check(where.endpoint);
    try {
      const grant = { code, redirectUri };
      const begun = inner.engine.beginExchange(this.marketplace, inner.credentials, grant, inner.settings, {});
      if ("violations" in begun) throw violationsError(where, "validation", begun.violations);
      return await openSession(inner, where, begun);
    } catch (error) {
      throw located(error, where);
    }
  }

  /**
   * Opens a ticket. Magalu answers at once that it works on it (202): the promise has the transaction, and `.completed()` on the same,
   * un-awaited promise follows it to the ticket's id. Keep `transaction_id`, so that `followTransaction` can go on after a restart.
   */
  createTicket(ticket: MagaluNewTicket, options?: WriteOptions): MagaluCreation {
    const call = this.call<MagaluAccepted>("createTicket", [ticket], options);
    return new MagaluCreation(call.withResponse(), (id, follow) => this.followTransaction(id, follow));
  }

  /**
   * Looks at a transaction until it is completed: after 1, 2, 4, 8 and then each 15 seconds. `transaction` is its id, or the link to it that came
   * when the write was accepted; one to another host is refused. Fails as `.completed()` does.
   */
  async followTransaction(transaction: string, options: MagaluFollowOptions = {}): Promise<MagaluFollowed> {
    const { signal, timeoutMs = FOLLOW_MS, onProgress } = options;
    const inner = innerOf(this);
    const where: Where = { marketplace: this.marketplace, endpoint: "followTransaction" };
    const end = inner.now() + timeoutMs;
    for (let looks = 1; ; looks += 1) {
      const totalTimeoutMs = Math.max(end - inner.now(), 0) + LAST_LOOK_MS;
      const current = await this.getTransaction(transaction, { signal, totalTimeoutMs });
      onProgress?.(current);
      const step = inner.engine.magaluFollow(current, looks, end - inner.now());
      if (step.type === "done") return { ticket_id: step.ticket_id, transaction: current };
      if (step.type === "fail") throw new TicketError(step.error);
      await wait(inner, step.ms, signal);
      if (signal?.aborted) throw abortedError(where, signal);
    }
  }

  /** What became of a write: by its id, or by the link to it that came when the write was accepted. */
  getTransaction(transaction: string, options?: CallOptions): ApiPromise<MagaluTransaction> {
    return this.call("getTransaction", [transaction], options);
  }

  /** Transactions of a span of time, which is mandatory. Lists end at 200: shorten the span for more. */
  listTransactions(
    params: MagaluListTransactionsParams,
    options?: CallOptions,
  ): ListPromise<MagaluTransaction, MagaluPage<MagaluTransaction>> {
    return this.list("listTransactions", params, options);
  }

  /**
   * Tickets, those first that were changed longest ago. Await it for one page of at most 100, or iterate over it for all: the API shows 200 of a
   * list only, so the walk goes on from the time of the last change that it has seen. With a `_sort` of your own it ends, with an error, at 200.
   */
  listTickets(
    params?: MagaluListTicketsParams,
    options?: CallOptions,
  ): ListPromise<MagaluTicket, MagaluPage<MagaluTicket>> {
    return this.list("listTickets", params, options);
  }

  /** One ticket. It does not say who bought; its messages do. */
  getTicket(ticket_id: string, options?: CallOptions): ApiPromise<MagaluTicket> {
    return this.call("getTicket", [ticket_id], options);
  }

  /** The messages of a ticket, 200 at most. Rejected ones vanish. */
  listMessages(
    ticket_id: string,
    params?: MagaluListMessagesParams,
    options?: CallOptions,
  ): ListPromise<MagaluMessage, MagaluPage<MagaluMessage>> {
    return this.list("listMessages", params, options, [ticket_id]);
  }

  /** One message. */
  getMessage(ticket_id: string, message_id: string, options?: CallOptions): ApiPromise<MagaluMessage> {
    return this.call("getMessage", [ticket_id, message_id], options);
  }

  /**
   * Writes a message, with a file if there is one. It is accepted first and moderated afterwards: read it again, by your `code`, to see whether it
   * was approved.
   */
  createMessage(ticket_id: string, message: MagaluNewMessage, options?: WriteOptions): ApiPromise<MagaluSubmitted> {
    return this.call("createMessage", [ticket_id, message], options);
  }

  /** Downloads a file of a message. */
  async downloadAttachment(
    ticket_id: string,
    message_id: string,
    attachment_id: string,
    options: Omit<DownloadOptions, "maxBytes"> = {},
  ): Promise<Download> {
    const ids = [ticket_id, message_id, attachment_id];
    const call = this.call<Uint8Array<ArrayBuffer>>("downloadAttachment", ids, options);
    const { data, response } = await call.withResponse();
    return downloaded(data, response);
  }

  /** What happened to a ticket, 200 events at most. */
  listEvents(
    ticket_id: string,
    params?: MagaluListEventsParams,
    options?: CallOptions,
  ): ListPromise<MagaluEvent, MagaluPage<MagaluEvent>> {
    return this.list("listEvents", params, options, [ticket_id]);
  }

  /** Tells what happened, on a ticket of the type `cancellation`. **`authorize_refund` pays the customer back.** */
  createEvent(ticket_id: string, event: MagaluNewEvent, options?: WriteOptions): ApiPromise<MagaluSubmitted> {
    return this.call("createEvent", [ticket_id, event], options);
  }

  /** The codes with which the customer sends the goods back. */
  listReturns(
    ticket_id: string,
    params?: MagaluListReturnsParams,
    options?: CallOptions,
  ): ListPromise<MagaluReturn, MagaluPage<MagaluReturn>> {
    return this.list("listReturns", params, options, [ticket_id]);
  }

  /** Makes such a code; one can be active for each ticket of the type `cancellation`. */
  createReturn(ticket_id: string, params?: MagaluNewReturn, options?: WriteOptions): ApiPromise<MagaluSubmitted> {
    return this.call("createReturn", [ticket_id, params], options);
  }

  /** One of them. */
  getReturn(ticket_id: string, return_id: string, options?: CallOptions): ApiPromise<MagaluReturn> {
    return this.call("getReturn", [ticket_id, return_id], options);
  }
}

/** Reads a time of Magalu's as UTC; see `magaluTime`. */
export function timeOf(engine: Engine, text: string): Date {
  return new Date(engine.magaluTime(text) ?? Number.NaN);
}
