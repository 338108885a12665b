import { type CallOptions, Client, type ClientOptions, innerOf, reviveBigInt } from "../core/client.js";
import type { ApiPromise } from "../core/promises.js";
import { takeFiles } from "../files/files.js";
import type { Complaint, MixedComplaint, SubmittedComplaint } from "../generated/types.js";
import { violationsError } from "../ground/errors.js";
import type { Settings } from "../wasm/boundary.js";
import { engine } from "../wasm/engine.js";

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

export type ProboOptions = ProboServerOptions | ProboGatewayOptions;

/** The methods by name, for `request`, `validate`, `validateFiles` and `decode`. */
export interface ProboEndpoints {
  createTicket: { args: [complaint: Complaint]; result: SubmittedComplaint };
}

const ARITY: Record<keyof ProboEndpoints, number> = { createTicket: 1 };

/**
 * Tickets of Probo's print API. Fields and values keep Probo's names.
 *
 * ```ts
 * const probo = new Probo({ token });
 * for (const complaint of probo.splitComplaints(mixed)) await probo.createTicket(complaint);
 * ```
 */
export class Probo extends Client<ProboEndpoints> {
  constructor(options: ProboOptions) {
    const { token, ticketPath, gateway, ...rest } = options;
    super({
      marketplace: "probo",
      options: rest,
      keys: { token },
      identity: {},
      gateway,
      settings: { ticketPath },
      arity: ARITY,
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
    return split(mixed, innerOf(this).settings);
  }
}

/** `Probo.splitComplaints` without a client. */
export function splitComplaints(mixed: MixedComplaint): Complaint[] {
  return split(mixed, {});
}

function split(mixed: MixedComplaint, settings: Settings): Complaint[] {
  const where = { marketplace: "probo", endpoint: "splitComplaints" } as const;
  const done = engine.splitComplaints(takeFiles(where, [mixed]).args[0], settings);
  if ("violations" in done) throw violationsError(where, "validation", done.violations);
  return JSON.parse(done.text, reviveBigInt);
}
