/** What {@link startMarketplaces} takes. */
export interface StartOptions {
  /** Any free port when it is absent, or 0. */
  port?: number | undefined;
  /** The moment that the seeded data ends at; the time of the start when absent. */
  now?: string | Date | undefined;
  /** A folder that keeps the database; otherwise it is forgotten with `close()`. */
  persist?: string | undefined;
  /** `false`: what the runtime says goes to the console. */
  quiet?: boolean | undefined;
}

/** The options that a client of `seller-tickets` is made with: `new Kaufland(accounts.kaufland)`. */
export interface Accounts {
  kaufland: { baseUrl: string; clientKey: string; secretKey: string; userAgent: string };
  clickbank: { baseUrl: string; apiKey: string };
  magalu: { baseUrl: string; tokenUrl: string; accessToken: string };
  jtlScx: { baseUrl: string; refreshToken: string };
  probo: { baseUrl: string; token: string };
}

/** A marketplace as it stands in addresses and in the names of tables (there with `_` for `-`). */
export type MarketplaceId = "kaufland" | "clickbank" | "magalu" | "jtl-scx" | "probo";

/** `before`: the request is not carried out. `after`: it is, and only its answer goes wrong. */
export type When = "before" | "after";

/** How an answer goes wrong. */
export type Fault =
  | {
      kind: "status";
      status: number;
      /** `late`: it is carried out `ms` after the answer. */
      when?: When | "late";
      ms?: number;
      headers?: Record<string, string>;
      body?: unknown;
    }
  | { kind: "stall_headers"; ms?: number; when?: When }
  | { kind: "stall_body"; ms?: number }
  | { kind: "slow_body"; ms?: number; pieces?: number }
  | { kind: "cut_body" }
  | { kind: "truncated_json" }
  | { kind: "html_error"; status?: number; when?: When }
  | { kind: "empty_body" }
  | { kind: "wrong_content_type"; content_type?: string }
  | { kind: "redirect"; to: string; status?: number; when?: When }
  | { kind: "bad_json" };

/**
 * What a marketplace does to all that comes and goes, until a reset: a request meets each habit that matches it, beside one fault.
 * - `late`: what was stored shows to reads so much later; the database has it at once. `of`: the kinds of items, all when absent:
 *   tickets, messages, files, comments, amounts, events, returns, transactions, tokens, as far as the marketplace has them
 * - `other_order`: lists are turned round, or their first item comes last
 * - `cap_page`: no page has more rows, whatever was asked for
 * - `repeat_page`: every later page is the first one again
 * - `byte_order_mark`: before each text and JSON
 * - `normalise`: how texts are stored; every way but `lf` when absent
 * - `moderate`: texts with these words (any when absent) are accepted and never shown, or refused in the vendor's way. Each is kept
 *   in the table `<marketplace>_moderated`
 * - `refuse_copies`: a write that says what is there already is refused, with the vendor's own status when absent
 */
export type Habit =
  | { kind: "late"; ms: number; of?: string[] }
  | { kind: "other_order"; order?: "reversed" | "rotated" }
  | { kind: "cap_page"; rows: number }
  | { kind: "repeat_page" }
  | { kind: "byte_order_mark" }
  | { kind: "normalise"; ways?: ("crlf" | "lf" | "nfc" | "entities" | "masks" | "trim")[] }
  | { kind: "moderate"; how: "silently" | "visibly"; words?: string }
  | { kind: "refuse_copies"; status?: number };

/** A fault or a habit, and the requests that it hits. */
export interface FaultRule {
  match?: {
    marketplace?: MarketplaceId;
    method?: string;
    /** A path below the marketplace's base URL, or a whole one: `*` is one segment, `**` any number of them. */
    path?: string;
    query?: Record<string, string>;
    headers?: Record<string, string>;
  };
  /** How many matching requests are let through first. */
  skip?: number;
  /** How many it hits; `null`: every one until a reset. When absent, a fault hits 1 and a habit every one. */
  times?: number | null;
  fault: Fault | Habit;
}

/** A fault that is still to come. */
export interface QueuedFault extends Required<FaultRule> {
  id: number;
}

/** A request that a marketplace was sent. Secrets in it are masked. */
export interface LogEntry {
  time: string;
  marketplace: MarketplaceId;
  method: string;
  /** Path and query as they came. */
  path: string;
  headers: Record<string, string>;
  body_size: number;
  /** `null` while there is no answer. */
  status: number | null;
  /** The kind of the fault that hit it. */
  fault: Fault["kind"] | null;
}

/** The settings of each marketplace. */
export interface Settings {
  kaufland: {
    /** Requests per second and seller; `null` for no limit. */
    rate_limit: number | null;
    /** Whether `status[0]=opened` is read as an array; the documentation does not know it. */
    array_brackets: boolean;
    /** The origin of the addresses of files; `null` for the API's own. */
    file_origin: string | null;
  };
  clickbank: {
    /** When refunds of digital goods run: at the ticket's `expirationDate`, or on opening. */
    refunds_run: "at_expiration" | "at_once";
    /** How many seconds its clock is ahead. */
    ahead_s: number;
    /** Requests per second and address; `null` for no limit. */
    rate_limit: number | null;
    /** Requests per day and account; `null` for no limit. */
    daily_limit: number | null;
    /** Whether the older authorization with two keys is demanded. */
    developer_key_required: boolean;
    /** The most rows of a page of the list; every second page holds a little less. */
    page_size: number;
    /** The shapes of JSON; `null` lets them vary with what is asked. */
    single: "wrapped" | "bare" | null;
    count: "number" | "text" | "object" | null;
    empty_list: "null" | "object" | "nothing" | null;
  };
  magalu: {
    /** Requests per minute and seller; `null` for no limit. */
    rate_limit: number | null;
    /** Only the sandbox's channel, orders that need not exist, and values of `code` that force failures. */
    sandbox: boolean;
    /** Life of an access token in seconds. */
    expires_in: number;
    /** From the 202 to the end of its transaction. */
    transaction_ms: number;
    /** What all transactions come to. */
    transaction_outcome: "completed" | "failed" | "cancelled";
    /** From the moment a message is there to the end of its moderation. */
    moderation_ms: number;
    /** Whether rejected messages can be read. */
    show_rejected: boolean;
    /** What answers a new message. */
    message_reply: "transaction" | "message";
    /** Life of a return in the sandbox. */
    return_life_ms: number;
    /** Whether the last page of a list has no next link. */
    next_link_ends: boolean;
    /** The network in front of the API refuses everything, with a page. */
    edge_block: boolean;
    /** A 303 to each GET: to another path of this host, or to another host. */
    see_other: "same" | "elsewhere" | null;
  };
  "jtl-scx": {
    /** Life of a session token in seconds. */
    expires_in: number;
    /** `/v1/auth` answers 426. */
    upgrade_required: boolean;
    /** How long a delivered event that is not acknowledged stays away. */
    invisible_ms: number;
    /** After so many deliveries an event is left for dead. */
    max_deliveries: number;
    /** Every event comes twice in one answer. */
    duplicates: boolean;
    /** The most events of one answer. */
    page_size: number;
    /** The vendor's production limits; `false` for none, and no headers of them. */
    rate_limits: boolean;
    rate_window_ms: number;
    /** Multiplies the limits. */
    rate_scale: number;
  };
  probo: {
    /** Calls per window and token; `null` for no limit. */
    rate_limit: number | null;
    rate_window_ms: number;
    /** Where tickets are created. */
    ticket_path: string;
    /** Where pictures must be when the reason asks for them. */
    files_per: "product" | "ticket";
    /** Whether the order and its products must exist here. */
    known_orders: boolean;
  };
}

/** What the other side of a marketplace can do, with what it takes and what comes of it. */
export interface Actions {
  magalu: {
    /** A customer's message, which is moderated already. */
    message: { input: { ticket_id: string; message: string }; result: { message_id: string } };
  };
  "jtl-scx": {
    /** A seller's reply to a ticket of the channel, with the event that tells of it. */
    reply: {
      input: {
        ticketId: string;
        message: string;
        channel?: string;
        sellerId?: string;
        from?: { role: string; name?: string };
        replyRequested?: boolean;
        /** With `text` or `base64`, the file is uploaded, too. */
        attachment?: { filename: string; contentType?: string; text?: string; base64?: string }[];
      };
      result: { id: string };
    };
    /** Any event, of the channel by default. */
    event: { input: { type: string; event?: unknown; side?: "channel" | "seller" }; result: { id: string } };
  };
}

/** What the seeded data is made from. */
export interface Seed {
  /** The moment that it ends at. */
  now?: string | Date | undefined;
  /** The same number makes the same data; 1 by default. */
  seed?: number | undefined;
}

type InputOf<Action> = Action extends { input: infer Input } ? Input : never;
type ResultOf<Action> = Action extends { result: infer Result } ? Result : never;

/** What tests steer the marketplaces with. */
export interface Control {
  /** Adds faults at the end of the queue. */
  fault(faults: FaultRule | FaultRule[]): Promise<QueuedFault[]>;
  /** The faults that are still to come. */
  faults(): Promise<QueuedFault[]>;
  /** Changes some settings, and returns all; `rate_limit: null` takes a limit away. */
  settings(changes?: { [Id in MarketplaceId]?: Partial<Settings[Id]> }): Promise<Settings>;
  /** The seeded data anew; faults, settings and the log are forgotten. */
  reset(options?: Seed): Promise<void>;
  /** The requests since the start, the last reset or `clearLog`. */
  log(): Promise<LogEntry[]>;
  clearLog(): Promise<void>;
  /** What the marketplace's other side does: `act("magalu", "message", { ticket_id, message })`. */
  act<Id extends keyof Actions, Name extends keyof Actions[Id] & string>(
    marketplace: Id,
    action: Name,
    input: InputOf<Actions[Id][Name]>,
  ): Promise<ResultOf<Actions[Id][Name]>>;
}

/** The marketplaces' memory. Tables begin with the marketplace's name, as in `kaufland_tickets`. */
export interface Database {
  /** All rows. */
  all(sql: string, ...params: (string | number | null)[]): Promise<Record<string, unknown>[]>;
  /** The first row. */
  first(sql: string, ...params: (string | number | null)[]): Promise<Record<string, unknown> | null>;
  /** A change; the number of rows that it changed. */
  run(sql: string, ...params: (string | number | null)[]): Promise<number>;
}

/** Running marketplaces. */
export interface Marketplaces {
  /** `http://127.0.0.1:…`; the marketplaces are below it. */
  url: string;
  accounts: Accounts;
  control: Control;
  db: Database;
  close(): Promise<void>;
}

/** All keys of the seeded sellers, those of other sides included. They open nothing elsewhere. */
export declare const keys: {
  kaufland: { clientKey: string; secretKey: string };
  clickbank: { apiKey: string; developerKey: string };
  probo: { token: string };
  magalu: { clientId: string; clientSecret: string; refreshToken: string; accessToken: string };
  jtlScx: { refreshToken: string; sellerRefreshToken: string };
};

/**
 * Ids that the seeded data has, whatever its seed: all ordinary tickets of the seller, and those of
 * what clients get wrong.
 */
export declare const seeds: {
  readonly kaufland: {
    /** 312 tickets: every status, reason, topic and storefront. */
    readonly tickets: readonly string[];
    /** It has values and fields of a later version of the API. */
    readonly newerValues: string;
    readonly unknownStatus: string;
    /** The id of its order unit is beyond 2^53. */
    readonly hugeOrderUnit: string;
    /** Only the buyer or Kaufland closes it. */
    readonly notClosable: string;
    /** Kaufland handles it itself. */
    readonly internal: string;
    /** Everything that may be `null` is. */
    readonly nulls: string;
    /** The longest text, and characters that break careless pages. */
    readonly oddTexts: string;
    /** File names that break careless downloads. */
    readonly oddFileNames: string;
    readonly ofAnotherSeller: string;
  };
  readonly clickbank: {
    /** 270 tickets: the three types in the three statuses. */
    readonly tickets: readonly string[];
    readonly newerValues: string;
    /** Everything that may be empty is. */
    readonly nulls: string;
    /** The same with the empty members left out. */
    readonly missing: string;
    readonly oddTexts: string;
    /** Receipts for which a ticket can be made. */
    readonly salesWithoutTicket: readonly string[];
    readonly ofAnotherAccount: string;
  };
  readonly magalu: {
    /** A cancellation on which nothing has happened yet. */
    readonly cancellation: string;
    /** Files of all types, and a message that moderation took away. */
    readonly files: string;
    readonly newerValues: string;
    /** A cancellation whose order cannot come back with the marketplace's carrier. */
    readonly notReturnable: string;
    /** The product came back, so a refund can be authorized. */
    readonly returned: string;
    /** A return is on its way. */
    readonly returning: string;
    readonly ofAnotherSeller: string;
  };
  readonly jtlScx: { readonly channel: string; readonly sellerId: string; readonly tickets: readonly string[] };
  readonly probo: { readonly orders: readonly string[]; readonly ticket: string };
};

/** Marketplaces in this process. */
export interface LocalMarketplaces extends Omit<Marketplaces, "accounts"> {
  /** Answers as the marketplaces do. Nothing goes over the network, and no redirect is followed. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Options of clients that call through `fetch`: `new Kaufland(accounts.kaufland)`. */
  accounts: { [Id in keyof Accounts]: Accounts[Id] & Pick<LocalMarketplaces, "fetch"> };
}

/**
 * Starts all marketplaces in this process, on SQLite in memory: Node's own, or that of the package
 * `sql.js`. The first start of a process makes the seeded data, which takes most of a second; later
 * starts with the same seed and every reset take milliseconds, so they fit into a `beforeEach`.
 * Without `now`, the seeded data ends at the first start of the process.
 */
export declare function marketplaces(options?: Seed): Promise<LocalMarketplaces>;

/** Starts all marketplaces on this machine, in workerd, which the package `miniflare` brings. */
export declare function startMarketplaces(options?: StartOptions): Promise<Marketplaces>;
