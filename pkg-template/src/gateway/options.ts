/** The options of a gateway. */

import type { Client } from "../core/client.js";
import type { MarketplaceId } from "../generated/types.js";
import type { ServerOptionsOf } from "../ground/options.js";
import type { Promised } from "./answers.js";
import type { NonceStore } from "./nonces.js";

/** A client with keys, of any entry. */
type GatewayClient = Pick<Client<never>, "marketplace" | "request" | "toJSON">;

/** The class of a marketplace, of any entry. */
export interface MarketplaceClass {
  readonly marketplace: MarketplaceId;
  new (options: never): { readonly marketplace: MarketplaceId };
}

/**
 * A client with keys, or the options to make one and the id of its marketplace. Options are taken for
 * the marketplaces whose class the program imports, since the gateway needs that class.
 */
export type GatewayAccount =
  | GatewayClient
  | { [M in keyof ServerOptionsOf]: { marketplace: M } & ServerOptionsOf[M] }[keyof ServerOptionsOf];

/** The request as `authorize` and `limit` get it. */
export interface GatewayContext<Env = unknown, Ctx = unknown> {
  account: string;
  /** `"write"` if the request changes something at the marketplace. */
  access: "read" | "write";
  method: string;
  /** The path below the account, as it was sent. */
  path: string;
  env: Env;
  ctx: Ctx;
  /** The caller that `authorize` returned; for `limit`. */
  caller?: string;
}

/** What `authorize` says of a caller that it lets through. */
export interface GatewayCaller {
  /** The caller's id, for `limit` and `onError`. */
  caller: string;
  /** `"read"`: nothing that changes something at the marketplace is forwarded. */
  access?: "read" | "write" | undefined;
  /**
   * Whether the caller may use this method of the account's client, by its name (`"closeTicket"`;
   * `"downloadFile"` for files; the methods of JTL's seller side begin with `"seller."`). Only
   * `true` lets it through. It is asked once the account is found.
   */
  allows?: ((operation: string) => Promised<boolean>) | undefined;
}

export interface GatewayOptions<Env = unknown, Ctx = unknown> {
  /**
   * The accounts by the name that stands in the URL, or a function that finds one. A function
   * should give the same object for the same account each time: the state of the marketplace's rate
   * limit belongs to that object.
   */
  accounts:
    | Record<string, GatewayAccount>
    | ((account: string, request: Request, env: Env) => Promised<GatewayAccount | null | undefined>);
  /**
   * The classes of the marketplaces whose accounts are given as options: `[Kaufland]`, of whatever
   * entry you import it from. Accounts that are given as clients need none.
   */
  classes?: readonly MarketplaceClass[] | undefined;
  /**
   * Whether this request may use this account: check its session cookie or token, with `sameSecret`
   * where secrets are compared. Only `true` lets it through, or `{ caller }` with the caller's id,
   * for `limit` and `onError`; `access` and `allows` beside it say what this caller may do, and the
   * answer to anything else is 403. The gateway also asks for names of accounts that do not exist,
   * and gives the same answer, so that callers do not learn which accounts exist. When it throws,
   * or takes longer than 30 seconds, nothing is forwarded.
   */
  authorize: (
    request: Request,
    account: string,
    context: GatewayContext<Env, Ctx>,
  ) => Promised<boolean | GatewayCaller>;
  /**
   * Origins (`https://dashboard.example.com`) of pages elsewhere that may call. Pages on the
   * gateway's own origin always may.
   */
  allowedOrigins?: readonly string[] | undefined;
  /** The path of the gateway; `/api/accounts` by default. */
  basePath?: string | undefined;
  /** The largest request body; 32 MiB by default. A Worker has 128 MB for everything. */
  maxBodyBytes?: number | undefined;
  /** How long a request's body may take to arrive; 60,000 ms by default. */
  bodyTimeoutMs?: number | undefined;
  /** The largest file to download; 64 MiB by default. */
  maxFileBytes?: number | undefined;
  /** How long the download of a file may take; 120,000 ms by default. */
  fileTimeoutMs?: number | undefined;
  /**
   * Your own rate limit, for each caller or account, asked after `authorize`: anything but `true`
   * refuses the request with 429, and `{ retryAfterMs }` says when to come again.
   */
  limit?:
    | ((
        request: Request,
        account: string,
        context: GatewayContext<Env, Ctx>,
      ) => Promised<boolean | { retryAfterMs: number }>)
    | undefined;
  /**
   * Where the gateway remembers which writes have come, so that one that a browser sends again on
   * its own is not carried out again. The default is this process, which is enough for a single
   * one. In a Worker give `durableNonces(…)` or `d1Nonces(…)`, or a function that finds it. When
   * the store fails, writes are refused.
   */
  nonceStore?: NonceStore | ((env: Env) => NonceStore) | undefined;
  /**
   * Gets every failure of this side, in full; without it, the console does. The page sees a list of
   * allowed fields, and words of this package alone.
   */
  onError?: ((error: unknown, context: { account: string; request: Request; caller?: string }) => void) | undefined;
}

/** Put it in a Worker: `export default createGateway({ … })`, or call its `fetch` from your own. */
export interface Gateway<Env = unknown, Ctx = unknown> {
  fetch(request: Request, env?: Env, ctx?: Ctx): Promise<Response>;
}
