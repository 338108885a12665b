/** What a gateway is made of. */

import type { MarketplaceId } from "../ground/types.js";
import type { ClickBankClient, ClickBankServerOptions } from "../marketplaces/clickbank.js";
import type { JtlScxClient, JtlScxServerOptions } from "../marketplaces/jtl-scx.js";
import type { KauflandClient, KauflandServerOptions } from "../marketplaces/kaufland.js";
import type { MagaluClient, MagaluServerOptions } from "../marketplaces/magalu.js";
import type { ProboClient, ProboServerOptions } from "../marketplaces/probo.js";
import type { Promised } from "./answers.js";
import type { NonceStore } from "./nonces.js";

interface ServerOptions {
  clickbank: ClickBankServerOptions;
  "jtl-scx": JtlScxServerOptions;
  kaufland: KauflandServerOptions;
  magalu: MagaluServerOptions;
  probo: ProboServerOptions;
}

/** A client with keys, of any entry. */
type GatewayClient =
  | ClickBankClient
  | JtlScxClient<"channel">
  | JtlScxClient<"seller">
  | KauflandClient
  | MagaluClient
  | ProboClient;

/** The class of a marketplace, of any entry. */
export interface MarketplaceClass {
  readonly marketplace: MarketplaceId;
  new (options: never): { readonly marketplace: MarketplaceId };
}

/** A client with keys, or the options to make one and the id of its marketplace. */
export type GatewayAccount =
  | GatewayClient
  | { [M in MarketplaceId]: { marketplace: M } & ServerOptions[M] }[MarketplaceId];

/** What is asked for, for `authorize` and `limit`. */
export interface GatewayContext<Env = unknown, Ctx = unknown> {
  account: string;
  /** `"write"` for what changes something at the marketplace. */
  access: "read" | "write";
  method: string;
  /** The path below the account, as it was sent. */
  path: string;
  env: Env;
  ctx: Ctx;
  /** Who calls, as `authorize` said; for `limit`. */
  caller?: string;
}

export interface GatewayOptions<Env = unknown, Ctx = unknown> {
  /**
   * The accounts by the name that stands in the URL, or a function that finds one. A function should give the same object for the same account
   * each time: what is remembered of the marketplace's rate limit belongs to it.
   */
  accounts:
    | Record<string, GatewayAccount>
    | ((account: string, request: Request, env: Env) => Promised<GatewayAccount | null | undefined>);
  /**
   * The classes of the marketplaces whose accounts are given as options: `[Kaufland]`, of whatever entry
   * you import it from. Accounts that are given as clients need none.
   */
  classes?: readonly MarketplaceClass[] | undefined;
  /**
   * Whether this request may use this account: check its session cookie or token, with `sameSecret` where secrets are compared. Only `true` lets it
   * through, or `{ caller }` with the caller's id, for `limit` and `onError`. It is asked for names of accounts that do not exist, too, and the
   * answer is the same, so that nobody learns which do.
   */
  authorize: (
    request: Request,
    account: string,
    context: GatewayContext<Env, Ctx>,
  ) => Promised<boolean | { caller: string }>;
  /** Origins (`https://dashboard.example.com`) of pages elsewhere that may call. Pages on the gateway's own origin always may. */
  allowedOrigins?: readonly string[] | undefined;
  /** `/api/accounts` unless told. */
  basePath?: string | undefined;
  /** The largest request body; 32 MiB unless told. A Worker has 128 MB for everything. */
  maxBodyBytes?: number | undefined;
  /** How long a request's body may take to arrive; 60,000 ms unless told. */
  bodyTimeoutMs?: number | undefined;
  /** The largest file to download; 64 MiB unless told. */
  maxFileBytes?: number | undefined;
  /**
   * Your own rate limit, for each caller or account, asked after `authorize`: anything but `true` refuses the request with 429, and
   * `{ retryAfterMs }` says when to come again.
   */
  limit?:
    | ((
        request: Request,
        account: string,
        context: GatewayContext<Env, Ctx>,
      ) => Promised<boolean | { retryAfterMs: number }>)
    | undefined;
  /**
   * Where it is remembered which writes have come, so that one that a browser sends again by itself is not carried out again. Unless told, in this
   * process, which is enough for a single one; in a Worker give `durableNonces(…)` or `d1Nonces(…)`, or a function that finds it. When it fails,
   * writes are refused.
   */
  nonceStore?: NonceStore | ((env: Env) => NonceStore) | undefined;
  /**
   * Told of what went wrong on this side, in full; without it, the console is. The page sees a list
   * of allowed fields, and words of this package alone.
   */
  onError?: ((error: unknown, context: { account: string; request: Request; caller?: string }) => void) | undefined;
}

/** Put it in a Worker: `export default createGateway({ … })`, or call its `fetch` from your own. */
export interface Gateway<Env = unknown, Ctx = unknown> {
  fetch(request: Request, env?: Env, ctx?: Ctx): Promise<Response>;
}
