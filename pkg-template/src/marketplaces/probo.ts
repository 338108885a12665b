import { Client, innerOf } from "../core/client.js";
import { givenOptions } from "../core/options.js";
import type { ApiPromise } from "../core/promises.js";
import { takeFiles } from "../files/source.js";
import type { Complaint, MixedComplaint, SubmittedComplaint } from "../generated/types.js";
import { violationsError } from "../ground/errors.js";
import type { CallOptions, ClientOptions } from "../ground/options.js";
import type { Engine } from "../wasm/engine.js";
import type { Settings } from "../wasm/generated/boundary.js";

/** Options for a server or a Worker, which hold the account's token. */
export interface ProboServerOptions extends Omit<ClientOptions, "environment"> {
  /** The token, as the account's API settings show it. */
  token: string;
  /**
   * The path that accepts tickets. The default is `/ticket`. Probo's guide does not name the path,
   * and the default has not been verified.
   */
  ticketPath?: string | undefined;
  /**
   * Whether a reason that needs files needs one with every product (the default), or one with any
   * product of the ticket. Probo's guide does not say.
   */
  filesPer?: "product" | "ticket" | undefined;
  gateway?: undefined;
}

/**
 * Options for a page, which hold no token: the gateway of `seller-tickets/gateway` has the token
 * and the path.
 */
export interface ProboGatewayOptions extends Omit<ClientOptions, "baseUrl" | "environment"> {
  /** The gateway's URL for the account; a relative one is resolved on the page's origin. */
  gateway: string;
  baseUrl?: undefined;
  token?: undefined;
  ticketPath?: undefined;
  /** As for servers; give it in the page, which checks the rules. */
  filesPer?: "product" | "ticket" | undefined;
}

declare module "../ground/options.js" {
  interface ServerOptionsOf {
    probo: ProboServerOptions;
  }
  interface EndpointsOf {
    probo: ProboEndpoints;
  }
}

export type ProboOptions = ProboServerOptions | ProboGatewayOptions;

/** The methods by name, for `request`, `validate`, `validateFiles` and `decode`. */
export interface ProboEndpoints {
  createTicket: { args: [complaint: Complaint]; result: SubmittedComplaint };
}

/** The methods of `Probo`. Each entry has its own class, with its own module. */
export abstract class ProboClient extends Client<ProboEndpoints> {
  static readonly marketplace = "probo";

  /** @internal */
  constructor(engine: Engine, options: ProboOptions) {
    const { token, ticketPath, filesPer, gateway, ...rest } = givenOptions("probo", options);
    super({
      engine,
      marketplace: "probo",
      options: rest,
      keys: { token },
      identity: {},
      gateway,
      settings: { ticketPath, filesPer },
    });
  }

  /**
   * Creates a ticket. With seven of the reasons, every product needs pictures, given as public
   * URLs (see the option `filesPer`). Probo does not document its answer; `raw` holds all of it.
   */
  createTicket(complaint: Complaint, options?: CallOptions): ApiPromise<SubmittedComplaint> {
    return this.call("createTicket", [complaint], options);
  }

  /**
   * Returns the tickets of an order with several faults: one for each reason, solution and group of
   * products. Nothing is sent. All rules are checked, so that a later one of the tickets does not
   * fail after the first ones were sent.
   */
  splitComplaints(mixed: MixedComplaint): Complaint[] {
    const { engine, settings } = innerOf(this);
    return splitOf(engine, mixed, settings);
  }
}

/** Returns the tickets of an order with several faults, after a check of all rules. */
export function splitOf(engine: Engine, mixed: MixedComplaint, settings: Settings): Complaint[] {
  const where = { marketplace: "probo", endpoint: "splitComplaints" } as const;
  const done = engine.splitComplaints(takeFiles(where, [mixed]).args[0], settings);
  if ("violations" in done) throw violationsError(where, "validation", done.violations);
  return done.tickets;
}
