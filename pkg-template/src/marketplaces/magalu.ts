import { Client, innerOf } from "../core/client.js";
import { type Download, downloaded } from "../core/download.js";
import type { Page } from "../core/list.js";
import { checkFollowing, givenOptions } from "../core/options.js";
import { ApiPromise, type ListPromise, type WithResponse } from "../core/promises.js";
import { takeFiles } from "../files/source.js";
import type {
  MagaluAccepted,
  MagaluEvent,
  MagaluEventType,
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
import { notify } from "../ground/hooks.js";
import type { CallOptions, ClientOptions, DownloadOptions, TokenStore, WriteOptions } from "../ground/options.js";
import { wait } from "../send/host.js";
import { freshSession, openSession } from "../send/session.js";
import type { Engine } from "../wasm/engine.js";

/** A token that you renew yourself. */
export interface MagaluTokenCredentials {
  accessToken: string;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  refreshToken?: undefined;
  tokenStore?: undefined;
}

/** An application, whose tokens the client fetches, keeps and renews. */
export interface MagaluClientCredentials {
  clientId: string;
  clientSecret: string;
  /**
   * The store of the tokens. Each of Magalu's refresh tokens is valid for one use: without a store,
   * the integration ends with this client.
   */
  tokenStore?: TokenStore | undefined;
  /** The refresh token to use as long as the store has none. */
  refreshToken?: string | undefined;
  accessToken?: undefined;
}

/** Options for a server or a Worker, which hold the keys. */
export type MagaluServerOptions = ClientOptions &
  (MagaluTokenCredentials | MagaluClientCredentials) & {
    /** The URL of the token endpoint. The default is `https://id.magalu.com/oauth/token`. */
    tokenUrl?: string | undefined;
    gateway?: undefined;
  };

/**
 * Options for a page, which hold no keys: the gateway of `seller-tickets/gateway` has them and
 * sends.
 */
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
  interface EndpointsOf {
    magalu: MagaluEndpoints;
  }
}

export type MagaluOptions = MagaluServerOptions | MagaluGatewayOptions;

/** The parameters of a request for the seller's consent. */
export interface MagaluConsent {
  /**
   * The URL to which the seller returns, with `code` and `state` in the query. It must be
   * registered for the application.
   */
  redirectUri: string;
  /** The requested permissions: `meanings("magalu").Scope` lists those that this class needs. */
  scope: Open<MagaluScope>[];
  /** An unpredictable text; compare it with the `state` of the query when the seller returns. */
  state?: string | undefined;
}

/** The body that Magalu sends for a list. */
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
  /** How long to wait for the end, in milliseconds. The default is 300000 (five minutes). */
  timeoutMs?: number | undefined;
  /** Receives the transaction after each time it was read. */
  onProgress?: ((transaction: MagaluTransaction) => void) | undefined;
}

/** A completed transaction. */
export interface MagaluFollowed {
  /** The new ticket's id; `null` when the transaction created something else. */
  ticket_id: string | null;
  transaction: MagaluTransaction;
}

/** A completed transaction that created a ticket. */
export interface MagaluCompleted extends MagaluFollowed {
  ticket_id: string;
}

/**
 * The events that a seller may create, on tickets of the type `cancellation` only. Magalu's page on
 * creating events lists all types; that of the sandbox names only `authorize_refund`,
 * `product_sent`, `product_received` and `return_info_sent`. `authorize_refund` needs an earlier
 * `product_sent` or `product_received`.
 */
export type MagaluNewEventType = MagaluEventType;

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
/** A read that began in time may end a little later. */
const LAST_LOOK_MS = 10_000;

/**
 * A new ticket that Magalu is still processing: await it for the transaction, or call
 * `.completed()` for the ticket's id.
 */
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
   * Follows the transaction to its end, and returns it with the ticket's id. Fails with the kind
   * `conflict` and the code `transaction_failed` or `transaction_cancelled`, with the transaction
   * and its events in `body`. Fails with the kind `timeout` when Magalu is still processing it;
   * follow it again later. Fails with the code `no_ticket_id` when the completed transaction lacks
   * the id.
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

/** The methods of `Magalu`. Each entry has its own class, with its own module. */
export abstract class MagaluClient extends Client<MagaluEndpoints> {
  static readonly marketplace = "magalu";

  /** @internal */
  constructor(engine: Engine, options: MagaluOptions) {
    const { accessToken, clientId, clientSecret, refreshToken, tokenStore, tokenUrl, gateway, ...rest } = givenOptions(
      "magalu",
      options,
    );
    super({
      engine,
      marketplace: "magalu",
      options: rest,
      keys: { accessToken, clientSecret, refreshToken },
      identity: { clientId, tokenUrl },
      gateway,
      settings: {},
      tokenStore,
      freshSession,
    });
  }

  /**
   * Returns the URL to which to send the seller's browser, so that the seller allows the
   * application to act for the shop. The seller must be an administrator of the shop, and returns
   * to `redirectUri` with a `code`, which is valid for ten minutes and one use: pass it to
   * `exchangeCode`.
   */
  authorizationUrl(consent: MagaluConsent): string {
    const where: Where = { marketplace: this.marketplace, endpoint: "authorizationUrl" };
    const inner = innerOf(this);
    inner.check(where.endpoint);
    const made = inner.engine.consentUrl(
      this.marketplace,
      inner.credentials,
      takeFiles(where, [consent ?? {}]).args[0] as object,
    );
    if ("violations" in made) throw violationsError(where, "validation", made.violations);
    return made.url;
  }

  /**
   * Exchanges the code for tokens, which this client uses from then on; saves them in the
   * `tokenStore`, and returns them.
   */
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
   * Opens a ticket. Magalu answers at once that it has accepted the request (202). The promise
   * resolves to the transaction, and `.completed()` on the same, un-awaited promise resolves to the
   * ticket's id. Keep `transaction_id`, so that `followTransaction` can continue after a restart.
   */
  createTicket(ticket: MagaluNewTicket, options?: WriteOptions): MagaluCreation {
    const call = this.call<MagaluAccepted>("createTicket", [ticket], options);
    return new MagaluCreation(call.withResponse(), (id, follow) => this.followTransaction(id, follow));
  }

  /**
   * Reads a transaction until it is completed, and returns it: after 1, 2, 4 and 8 seconds, and
   * then every 15 seconds. `transaction` is its id, or the link to it from the answer that accepted
   * the write; a link to another host is refused. Fails as `.completed()` does.
   */
  async followTransaction(transaction: string, options: MagaluFollowOptions = {}): Promise<MagaluFollowed> {
    const inner = innerOf(this);
    const where: Where = { marketplace: this.marketplace, endpoint: "followTransaction" };
    checkFollowing(where, options);
    const { signal, timeoutMs = FOLLOW_MS, onProgress } = options ?? {};
    const end = inner.now() + timeoutMs;
    for (let looks = 1; ; looks += 1) {
      const totalTimeoutMs = Math.max(end - inner.now(), 0) + LAST_LOOK_MS;
      const current = await this.getTransaction(transaction, { signal, totalTimeoutMs });
      notify(onProgress, () => current);
      const step = inner.engine.magaluFollow(current, looks, end - inner.now());
      if (step.type === "done") return { ticket_id: step.ticket_id, transaction: current };
      if (step.type === "fail") throw new TicketError(step.error);
      await wait(step.ms, signal);
      if (signal?.aborted) throw abortedError(where, signal);
    }
  }

  /**
   * Returns the transaction of a write. `transaction` is its id, or the link to it from the answer
   * that accepted the write.
   */
  getTransaction(transaction: string, options?: CallOptions): ApiPromise<MagaluTransaction> {
    return this.call("getTransaction", [transaction], options);
  }

  /**
   * Lists the transactions of a period, which is mandatory. A list ends at 200 items: shorten the
   * period to read more.
   */
  listTransactions(
    params: MagaluListTransactionsParams,
    options?: CallOptions,
  ): ListPromise<MagaluTransaction, MagaluPage<MagaluTransaction>> {
    return this.list("listTransactions", params, options);
  }

  /**
   * Lists tickets, the least recently changed first. Await the result for one page of at most 100,
   * or iterate over it for all. The API serves only 200 items of a list, so the iteration continues
   * from the time of the last change that it has read. With a `_sort` of your own, it stops at 200
   * with an error.
   */
  listTickets(
    params?: MagaluListTicketsParams,
    options?: CallOptions,
  ): ListPromise<MagaluTicket, MagaluPage<MagaluTicket>> {
    return this.list("listTickets", params, options);
  }

  /** Returns one ticket. The ticket does not name the buyer; its messages do. */
  getTicket(ticket_id: string, options?: CallOptions): ApiPromise<MagaluTicket> {
    return this.call("getTicket", [ticket_id], options);
  }

  /**
   * Lists the messages of a ticket, at most 200. Magalu removes rejected messages from the list.
   */
  listMessages(
    ticket_id: string,
    params?: MagaluListMessagesParams,
    options?: CallOptions,
  ): ListPromise<MagaluMessage, MagaluPage<MagaluMessage>> {
    return this.list("listMessages", params, options, [ticket_id]);
  }

  /** Returns one message. */
  getMessage(ticket_id: string, message_id: string, options?: CallOptions): ApiPromise<MagaluMessage> {
    return this.call("getMessage", [ticket_id, message_id], options);
  }

  /**
   * Writes a message of 1 to 3000 characters, with an optional file (JPG, PNG or PDF of at most 25
   * MB). Magalu accepts it first and moderates it afterwards: read it again, by your `code`, to
   * learn whether it was approved.
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
    return downloaded({ marketplace: this.marketplace, endpoint: "downloadAttachment" }, data, response);
  }

  /** Lists the events of a ticket, at most 200. */
  listEvents(
    ticket_id: string,
    params?: MagaluListEventsParams,
    options?: CallOptions,
  ): ListPromise<MagaluEvent, MagaluPage<MagaluEvent>> {
    return this.list("listEvents", params, options, [ticket_id]);
  }

  /**
   * Adds an event to a ticket of the type `cancellation`. **`authorize_refund` pays the customer
   * back.**
   */
  createEvent(ticket_id: string, event: MagaluNewEvent, options?: WriteOptions): ApiPromise<MagaluSubmitted> {
    return this.call("createEvent", [ticket_id, event], options);
  }

  /** Lists the ticket's return codes, with which the customer sends the goods back. */
  listReturns(
    ticket_id: string,
    params?: MagaluListReturnsParams,
    options?: CallOptions,
  ): ListPromise<MagaluReturn, MagaluPage<MagaluReturn>> {
    return this.list("listReturns", params, options, [ticket_id]);
  }

  /** Creates a return code. Each ticket of the type `cancellation` can have one active code. */
  createReturn(ticket_id: string, params?: MagaluNewReturn, options?: WriteOptions): ApiPromise<MagaluSubmitted> {
    return this.call("createReturn", [ticket_id, params], options);
  }

  /** Returns one return code. */
  getReturn(ticket_id: string, return_id: string, options?: CallOptions): ApiPromise<MagaluReturn> {
    return this.call("getReturn", [ticket_id, return_id], options);
  }
}

/** Returns a time of Magalu's, read as UTC; see `magaluTime`. */
export function timeOf(engine: Engine, text: string): Date {
  return new Date(engine.magaluTime(text) ?? Number.NaN);
}
