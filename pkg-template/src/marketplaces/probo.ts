import { Client, innerOf } from "../core/client.js";
import type { ApiPromise } from "../core/promises.js";
import { takeFiles } from "../files/source.js";
import type { Complaint, MixedComplaint, SubmittedComplaint } from "../generated/types.js";
import { violationsError } from "../ground/errors.js";
import type { CallOptions, ClientOptions } from "../ground/options.js";
import type { Engine } from "../wasm/engine.js";
import type { Settings } from "../wasm/generated/boundary.js";

/** With the account's token, on a server or in a Worker. */
export interface ProboServerOptions extends Omit<ClientOptions, "environment"> {
  /** The token of the account's API settings, as it is shown there. */
  token: string;
  /** Where tickets are taken: `/ticket` unless told. Probo's guide does not say it, and nobody has verified it. */
  ticketPath?: string | undefined;
  gateway?: undefined;
}

/** Without a token, in a page: the gateway of `seller-tickets/gateway` has it, and knows the path. */
export interface ProboGatewayOptions extends Omit<ClientOptions, "baseUrl" | "environment"> {
  /** The gateway's URL for the account; a relative one is resolved on the page's origin. */
  gateway: string;
  baseUrl?: undefined;
  token?: undefined;
  ticketPath?: undefined;
}

declare module "../ground/options.js" {
  interface ServerOptionsOf {
    probo: ProboServerOptions;
  }
}

export type ProboOptions = ProboServerOptions | ProboGatewayOptions;

/** The methods by name, for `request`, `validate`, `validateFiles` and `decode`. */
export interface ProboEndpoints {
  createTicket: { args: [complaint: Complaint]; result: SubmittedComplaint };
}

/** The methods of `Probo`; each entry has a class of its own with its module. */
export abstract class ProboClient extends Client<ProboEndpoints> {
  static readonly marketplace = "probo";

  /** @internal */
  constructor(engine: Engine, options: ProboOptions) {
    const { token, ticketPath, gateway, ...rest } = options;
    super({
      engine,
      marketplace: "probo",
      options: rest,
      keys: { token },
      identity: {},
      gateway,
      settings: { ticketPath },
    });
  }

  /**
   * Creates a ticket. Seven reasons need pictures with every product, given as addresses that everyone can open.
   * What Probo answers is not documented: see `raw` for all of it.
   */
  createTicket(complaint: Complaint, options?: CallOptions): ApiPromise<SubmittedComplaint> {
    return this.call("createTicket", [complaint], options);
  }

  /**
   * The tickets of an order with several faults: one for each reason, solution and group of products. Nothing is sent, and every rule is
   * checked, so that not the third of three tickets fails.
   */
  splitComplaints(mixed: MixedComplaint): Complaint[] {
    const { engine, settings } = innerOf(this);
    return splitOf(engine, mixed, settings);
  }
}

/** The tickets of an order with several faults; all rules are checked. */
export function splitOf(engine: Engine, mixed: MixedComplaint, settings: Settings): Complaint[] {
  const where = { marketplace: "probo", endpoint: "splitComplaints" } as const;
  const done = engine.splitComplaints(takeFiles(where, [mixed]).args[0], settings);
  if ("violations" in done) throw violationsError(where, "validation", done.violations);
  return done.tickets;
}
