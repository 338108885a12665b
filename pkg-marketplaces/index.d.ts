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

/** A marketplace's settings by their names, such as `rate_limit`. */
export type Settings = Record<string, number | string | boolean | null>;

/** What tests steer the marketplaces with. */
export interface Control {
  /** Adds faults at the end of the queue. */
  fault(faults: FaultRule | FaultRule[]): Promise<QueuedFault[]>;
  /** The faults that are still to come. */
  faults(): Promise<QueuedFault[]>;
  /** Changes some settings, and returns all; `rate_limit: null` takes a limit away. */
  settings(changes?: Partial<Record<MarketplaceId, Settings>>): Promise<Record<MarketplaceId, Settings>>;
  /** The seeded data anew; faults, settings and the log are forgotten. */
  reset(options?: { now?: string; seed?: number }): Promise<void>;
  /** The requests since the start, the last reset or `clearLog`. */
  log(): Promise<LogEntry[]>;
  clearLog(): Promise<void>;
  /** What the marketplace's other side does: `act("magalu", "message", { ticket_id, message })`, `act("kaufland", "message", { id_ticket, text })`, `act("clickbank", "comment", { ticketid, comment })`, `act("jtl-scx", "reply" | "event", …)`. */
  act(marketplace: MarketplaceId, action: string, input?: unknown): Promise<unknown>;
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

/** Starts all marketplaces on this machine. */
export declare function startMarketplaces(options?: StartOptions): Promise<Marketplaces>;
