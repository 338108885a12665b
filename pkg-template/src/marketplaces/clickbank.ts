import { Client } from "../core/client.js";
import { givenOptions } from "../core/options.js";
import type { ApiPromise, ListPromise } from "../core/promises.js";
import type {
  ClickBankCountTicketsParams,
  ClickBankCreateTicketParams,
  ClickBankGetRefundAmountsParams,
  ClickBankListTicketsParams,
  ClickBankRefundAmounts,
  ClickBankTicket,
  ClickBankTickets,
  ClickBankUpdateTicketParams,
} from "../generated/types.js";
import type { CallOptions, ClientOptions, WriteOptions } from "../ground/options.js";
import type { Engine } from "../wasm/engine.js";

/** Options for a server or a Worker, which hold the account's key. */
export interface ClickBankServerOptions extends Omit<ClientOptions, "environment"> {
  /**
   * The account's API key, `API-…`. It needs the role `api_order_read`, and `api_order_write` for
   * methods that change something.
   */
  apiKey: string;
  /** The developer's key, `DEV-…`, for API keys that still require one. */
  developerKey?: string | undefined;
  gateway?: undefined;
}

/**
 * Options for a page, which hold no keys: the gateway of `seller-tickets/gateway` has them and
 * sends.
 */
export interface ClickBankGatewayOptions extends Omit<ClientOptions, "baseUrl" | "environment"> {
  /** The gateway's URL for the account; a relative one is resolved on the page's origin. */
  gateway: string;
  baseUrl?: undefined;
  apiKey?: undefined;
  developerKey?: undefined;
}

declare module "../ground/options.js" {
  interface ServerOptionsOf {
    clickbank: ClickBankServerOptions;
  }
  interface EndpointsOf {
    clickbank: ClickBankEndpoints;
  }
}

export type ClickBankOptions = ClickBankServerOptions | ClickBankGatewayOptions;

/** A ticket's id: a number, or its 1 to 19 digits as text. Tickets have it in `ticketid`. */
export type ClickBankTicketId = number | bigint | string;

/** Options of a read whose result is the XML of the answer, as text. */
export interface ClickBankXmlOptions extends CallOptions {
  accept: "xml";
}

/** The methods by name, for `request`, `validate`, `validateFiles` and `decode`. */
export interface ClickBankEndpoints {
  createTicket: { args: [receipt: string, params: ClickBankCreateTicketParams]; result: ClickBankTicket };
  getTicket: { args: [id: ClickBankTicketId]; result: ClickBankTicket };
  updateTicket: { args: [id: ClickBankTicketId, params: ClickBankUpdateTicketParams]; result: ClickBankTicket };
  confirmReturn: { args: [id: ClickBankTicketId]; result: undefined };
  listTickets: { args: [params?: ClickBankListTicketsParams]; result: ClickBankTickets };
  countTickets: { args: [params?: ClickBankCountTicketsParams]; result: number };
  getRefundAmounts: {
    args: [receipt: string, params: ClickBankGetRefundAmountsParams];
    result: ClickBankRefundAmounts;
  };
  getTicketSchema: { args: []; result: string };
  getPartialRefundDataSchema: { args: []; result: string };
}

/** The methods of `ClickBank`. Each entry has its own class, with its own module. */
export abstract class ClickBankClient extends Client<ClickBankEndpoints> {
  static readonly marketplace = "clickbank";

  /** @internal */
  constructor(engine: Engine, options: ClickBankOptions) {
    const { apiKey, developerKey, gateway, ...rest } = givenOptions("clickbank", options);
    super({
      engine,
      marketplace: "clickbank",
      options: rest,
      keys: { apiKey, developerKey },
      identity: {},
      gateway,
      settings: {},
      callOptions: ["accept"],
    });
  }

  /**
   * Creates a ticket for a receipt, and returns it. **It can pay the customer back at once:**
   *
   * - `rfnd` refunds the receipt (`refundType` says how much) and, for a recurring product, also
   *   ends future billing, unless `retainSubscription` is `true`.
   * - `cncl` only ends future billing of a recurring product, but **refunds the sale of any other
   *   product**.
   * - `tech` moves no money.
   *
   * A receipt with several items needs `sku`. `getRefundAmounts` returns what a refund would pay
   * back.
   */
  createTicket(
    receipt: string,
    params: ClickBankCreateTicketParams,
    options?: WriteOptions,
  ): ApiPromise<ClickBankTicket> {
    return this.call("createTicket", [receipt, params], options);
  }

  /**
   * Returns one ticket with its comments. ClickBank also answers 403 (kind `forbidden`) when there
   * is no such ticket. With `accept: "xml"` the result is the answer's XML as text.
   */
  getTicket(id: ClickBankTicketId, options: ClickBankXmlOptions): ApiPromise<string>;
  getTicket(id: ClickBankTicketId, options?: CallOptions): ApiPromise<ClickBankTicket>;
  getTicket(id: ClickBankTicketId, options?: CallOptions): ApiPromise<ClickBankTicket | string> {
    return this.call("getTicket", [id], options);
  }

  /**
   * Comments on a ticket, or closes, reopens or changes it, and returns it. **It can move money:**
   *
   * - `close` cancels the ticket: an open refund is then not paid.
   * - `change` to `rfnd` refunds the sale **in full**; partial refunds are for new tickets only.
   * - ClickBank does not document what `change` to `cncl` does for a product that is not recurring,
   *   nor what `reopen` does for a ticket whose refund was cancelled. Assume that both refund the
   *   sale.
   */
  updateTicket(
    id: ClickBankTicketId,
    params: ClickBankUpdateTicketParams,
    options?: WriteOptions,
  ): ApiPromise<ClickBankTicket> {
    return this.call("updateTicket", [id, params], options);
  }

  /**
   * Confirms that a physical item came back. **It lets the refund of the ticket complete.** It is
   * only for tickets about physical goods.
   */
  confirmReturn(id: ClickBankTicketId, options?: WriteOptions): ApiPromise<void> {
    return this.call("confirmReturn", [id], options);
  }

  /**
   * Lists the tickets that match all filters. Await the result for one page of at most 100, or
   * iterate over it for all of them. Pages are numbered and cannot overlap, so collect the tickets
   * first if your processing removes them from the list.
   *
   * With `accept: "xml"` the result is the XML of one page as text; ask for others with `page`.
   */
  listTickets(params: ClickBankListTicketsParams | undefined, options: ClickBankXmlOptions): ApiPromise<string>;
  listTickets(params?: ClickBankListTicketsParams, options?: CallOptions): ListPromise<ClickBankTicket>;
  listTickets(
    params?: ClickBankListTicketsParams,
    options?: CallOptions,
  ): ApiPromise<string> | ListPromise<ClickBankTicket> {
    return wantsXml(options)
      ? this.call<string>("listTickets", [params], options)
      : this.list("listTickets", params, options);
  }

  /** Returns the number of tickets that match all filters; with `accept: "xml"`, as XML. */
  countTickets(params: ClickBankCountTicketsParams | undefined, options: ClickBankXmlOptions): ApiPromise<string>;
  countTickets(params?: ClickBankCountTicketsParams, options?: CallOptions): ApiPromise<number>;
  countTickets(params?: ClickBankCountTicketsParams, options?: CallOptions): ApiPromise<number | string> {
    return this.call("countTickets", [params], options);
  }

  /**
   * Returns what a refund would pay back, in three currencies; with `accept: "xml"`, as XML.
   * Nothing is refunded.
   */
  getRefundAmounts(
    receipt: string,
    params: ClickBankGetRefundAmountsParams,
    options: ClickBankXmlOptions,
  ): ApiPromise<string>;
  getRefundAmounts(
    receipt: string,
    params: ClickBankGetRefundAmountsParams,
    options?: CallOptions,
  ): ApiPromise<ClickBankRefundAmounts>;
  getRefundAmounts(
    receipt: string,
    params: ClickBankGetRefundAmountsParams,
    options?: CallOptions,
  ): ApiPromise<ClickBankRefundAmounts | string> {
    return this.call("getRefundAmounts", [receipt, params], options);
  }

  /** Returns the XML schema of tickets, as text. The request needs no key, and none is sent. */
  getTicketSchema(options?: CallOptions): ApiPromise<string> {
    return this.call("getTicketSchema", [], options);
  }

  /**
   * Returns the XML schema of refund amounts, as text. The request needs no key, and none is sent.
   */
  getPartialRefundDataSchema(options?: CallOptions): ApiPromise<string> {
    return this.call("getPartialRefundDataSchema", [], options);
  }
}

/** Returns whether options ask for XML. Options that cannot be read are reported by the call. */
function wantsXml(options: (CallOptions & { accept?: unknown }) | undefined): boolean {
  try {
    return options?.accept === "xml";
  } catch {
    return false;
  }
}
