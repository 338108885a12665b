import { engine } from "seller-tickets-engine";
import type { Complaint, MixedComplaint } from "../../generated/types.js";
import { ProboClient, type ProboOptions, splitOf } from "../../marketplaces/probo.js";

/**
 * Tickets of Probo's print API. Fields and values keep Probo's names.
 *
 * ```ts
 * import { Probo } from "seller-tickets/probo";
 *
 * const probo = new Probo({ token });
 * for (const complaint of probo.splitComplaints(mixed)) await probo.createTicket(complaint);
 * ```
 */
export class Probo extends ProboClient {
  constructor(options: ProboOptions) {
    super(engine, options);
  }
}

/** `Probo.splitComplaints` without a client. */
export function splitComplaints(mixed: MixedComplaint): Complaint[] {
  return splitOf(engine, mixed, {});
}
