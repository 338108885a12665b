import { Client } from "../core/client.js";
import { type Download, download } from "../core/download.js";
import { givenOptions } from "../core/options.js";
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

/** Options for a server or a Worker, which hold the keys. */
export interface KauflandServerOptions extends ClientOptions, KauflandKeys {
  /**
   * The name of your software. For a seller's own development, it is the literal
   * `Inhouse_development`, which is the default.
   */
  userAgent?: string | undefined;
  /** The keys of a software provider who acts for many sellers. */
  partner?: KauflandKeys | undefined;
  /**
   * How several values of one filter, or of `embedded`, are written into the query. By default the
   * names of filters are repeated, and `embedded` is one text with commas.
   */
  arrayEncoding?: "repeat" | "comma" | "brackets" | undefined;
  gateway?: undefined;
}

/**
 * Options for a page, which hold no keys: the gateway of `seller-tickets/gateway` signs and sends.
 */
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
  interface EndpointsOf {
    kaufland: KauflandEndpoints;
  }
}

export type KauflandOptions = KauflandServerOptions | KauflandGatewayOptions;

/** The body that Kaufland sends for a list. */
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

/** The specification's only file of a ticket lies on this host, not on the API's. */
const FILE_HOST = "www.kaufland.de";

/** The methods of `Kaufland`. Each entry has its own class, with its own module. */
export abstract class KauflandClient extends Client<KauflandEndpoints> {
  static readonly marketplace = "kaufland";

  /** @internal */
  constructor(engine: Engine, options: KauflandOptions) {
    const { clientKey, secretKey, userAgent, partner, gateway, arrayEncoding, ...rest } = givenOptions(
      "kaufland",
      options,
    );
    super({
      engine,
      marketplace: "kaufland",
      options: rest,
      fileHosts: [FILE_HOST],
      keys: { clientKey, secretKey, partner },
      identity: { userAgent },
      gateway,
      settings: { arrayEncoding },
    });
  }

  /**
   * Lists tickets, the newest first. Without `fulfillment_type`, Kaufland omits the tickets of
   * orders that it fulfils itself. Await the result for one page of at most 30, or iterate over it
   * for all.
   */
  listTickets(params?: ListTicketsParams, options?: CallOptions): ListPromise<Ticket> {
    return this.list("listTickets", params, options);
  }

  /** Returns one ticket; `embedded` adds its messages, order units, files, buyer or product. */
  getTicket(id_ticket: string, params?: GetTicketParams, options?: CallOptions): ApiPromise<TicketWithEmbedded> {
    return this.call("getTicket", [id_ticket, params], options);
  }

  /**
   * Opens a ticket for order units of one order. Files cannot be attached here: send them in a
   * message afterwards.
   */
  openTicket(params: OpenTicketParams, options?: WriteOptions): ApiPromise<OpenedTicket> {
    return this.call("openTicket", [params], options);
  }

  /** Closes a ticket. It cannot be opened again. */
  closeTicket(id_ticket: string, options?: WriteOptions): ApiPromise<void> {
    return this.call("closeTicket", [id_ticket], options);
  }

  /**
   * Sends a message of 1 to 65535 characters to the customer. With `interim_notice: true`, the
   * ticket still awaits your reply afterwards; the customer sees the message in either case.
   * Kaufland does not return the id of the new message.
   */
  createTicketMessage(id_ticket: string, params: CreateTicketMessageParams, options?: WriteOptions): ApiPromise<void> {
    return this.call("createTicketMessage", [id_ticket, params], options);
  }

  /**
   * Lists messages across all tickets. For the thread of one ticket, `getTicket` with `embedded:
   * ["messages"]` is authoritative.
   */
  listTicketMessages(params?: ListTicketMessagesParams, options?: CallOptions): ListPromise<TicketMessage> {
    return this.list("listTicketMessages", params, options);
  }

  /**
   * Downloads a file of a ticket (`embedded: ["files"]`). The file's URL may expire: fetch the
   * ticket again if it does.
   */
  downloadFile(file: TicketFile | { uri: string; filename?: string }, options?: DownloadOptions): Promise<Download> {
    return traced(download(this, "downloadFile", file, options));
  }
}
