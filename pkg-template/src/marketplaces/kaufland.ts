import { Client } from "../core/client.js";
import { type Download, download } from "../core/download.js";
import type { ApiPromise, ListPromise } from "../core/promises.js";
import type {
  CreateTicketMessageParams,
  GetTicketParams,
  ListTicketMessagesParams,
  ListTicketsParams,
  OpenedTicket,
  OpenTicketParams,
  Pagination,
  Ticket,
  TicketFile,
  TicketMessage,
  TicketWithEmbedded,
} from "../generated/types.js";
import { traced } from "../ground/errors.js";
import type { CallOptions, ClientOptions, DownloadOptions, WriteOptions } from "../ground/options.js";
import type { Engine } from "../wasm/engine.js";

/** Two keys that Kaufland gives to a seller or to a software provider. */
export interface KauflandKeys {
  clientKey: string;
  secretKey: string;
}

/** With keys, on a server or in a Worker. */
export interface KauflandServerOptions extends ClientOptions, KauflandKeys {
  /** The name of your software; for a seller's own development the literal `Inhouse_development`. */
  userAgent: string;
  /** For software providers who act for many sellers. */
  partner?: KauflandKeys | undefined;
  /** How several values of a filter go into the query. */
  arrayEncoding?: "repeat" | "comma" | "brackets" | undefined;
  gateway?: undefined;
}

/** Without keys, in a page: the gateway of `seller-tickets/gateway` signs and sends. */
export interface KauflandGatewayOptions extends Omit<ClientOptions, "baseUrl" | "environment"> {
  /** The gateway's URL for the account; a relative one is resolved on the page's origin. */
  gateway: string;
  baseUrl?: undefined;
  environment?: undefined;
  clientKey?: undefined;
  secretKey?: undefined;
  userAgent?: undefined;
  partner?: undefined;
  arrayEncoding?: "repeat" | "comma" | "brackets" | undefined;
}

declare module "../ground/options.js" {
  interface ServerOptionsOf {
    kaufland: KauflandServerOptions;
  }
}

export type KauflandOptions = KauflandServerOptions | KauflandGatewayOptions;

/** What Kaufland sends for a list. */
export interface Envelope<T> {
  data: T[];
  pagination?: Pagination | undefined;
}

/** The methods by name, for `request`, `validate`, `validateFiles` and `decode`. */
export interface KauflandEndpoints {
  listTickets: { args: [params?: ListTicketsParams]; result: Envelope<Ticket> };
  getTicket: { args: [id_ticket: string, params?: GetTicketParams]; result: TicketWithEmbedded };
  openTicket: { args: [params: OpenTicketParams]; result: OpenedTicket };
  closeTicket: { args: [id_ticket: string]; result: undefined };
  createTicketMessage: { args: [id_ticket: string, params: CreateTicketMessageParams]; result: undefined };
  listTicketMessages: { args: [params?: ListTicketMessagesParams]; result: Envelope<TicketMessage> };
}

/** The methods of `Kaufland`; each entry has a class of its own with its module. */
export abstract class KauflandClient extends Client<KauflandEndpoints> {
  static readonly marketplace = "kaufland";

  /** @internal */
  constructor(engine: Engine, options: KauflandOptions) {
    const { clientKey, secretKey, userAgent, partner, gateway, arrayEncoding, ...rest } = options;
    super({
      engine,
      marketplace: "kaufland",
      options: rest,
      keys: { clientKey, secretKey, partner },
      identity: { userAgent },
      gateway,
      settings: { arrayEncoding },
    });
  }

  /**
   * Tickets, newest first. Without `fulfillment_type` Kaufland leaves out those that it fulfils itself.
   * Await it for one page of at most 30, or iterate over it for all.
   */
  listTickets(params?: ListTicketsParams, options?: CallOptions): ListPromise<Ticket> {
    return this.list("listTickets", params, options);
  }

  /** One ticket; `embedded` adds its messages, order units, files, buyer or product. */
  getTicket(id_ticket: string, params?: GetTicketParams, options?: CallOptions): ApiPromise<TicketWithEmbedded> {
    return this.call("getTicket", [id_ticket, params], options);
  }

  /** Opens a ticket for order units of one order. Files cannot be attached here: send them in a message afterwards. */
  openTicket(params: OpenTicketParams, options?: WriteOptions): ApiPromise<OpenedTicket> {
    return this.call("openTicket", [params], options);
  }

  /** Closes a ticket; it cannot be opened again. */
  closeTicket(id_ticket: string, options?: WriteOptions): ApiPromise<void> {
    return this.call("closeTicket", [id_ticket], options);
  }

  /**
   * Answers the customer. With `interim_notice: true` it is still your turn afterwards; the customer sees the message all the same.
   * Kaufland does not tell the id of the new message.
   */
  createTicketMessage(id_ticket: string, params: CreateTicketMessageParams, options?: WriteOptions): ApiPromise<void> {
    return this.call("createTicketMessage", [id_ticket, params], options);
  }

  /** Messages over all tickets. For the thread of one ticket, `getTicket` with `embedded: ["messages"]` is authoritative. */
  listTicketMessages(params?: ListTicketMessagesParams, options?: CallOptions): ListPromise<TicketMessage> {
    return this.list("listTicketMessages", params, options);
  }

  /** Downloads a file of a ticket (`embedded: ["files"]`). Its URL may expire: fetch the ticket again if it does. */
  downloadFile(file: TicketFile | { uri: string; filename?: string }, options?: DownloadOptions): Promise<Download> {
    return traced(download(this, "downloadFile", file, options));
  }
}
