import { engine } from "seller-tickets-engine";
import { JtlScxClient, type JtlScxOptions, type JtlScxSide } from "../../marketplaces/jtl-scx.js";

/**
 * Tickets of JTL-SCX, between a marketplace and the seller's ERP. Fields and values keep JTL's
 * names.
 *
 * ```ts
 * import { JtlScx } from "seller-tickets/jtl-scx";
 *
 * const scx = new JtlScx({ refreshToken });
 * await scx.createTicket(ticket, { files: [photo] });
 * for await (const { event } of scx.ticketReplies({ signal })) {
 *   await store(event.ticketId, event.message);
 * }
 * ```
 */
export class JtlScx<Side extends JtlScxSide = "channel"> extends JtlScxClient<Side> {
  constructor(options: JtlScxOptions<Side>) {
    super(engine, options);
  }
}

export { uploadsOf } from "../../marketplaces/jtl-scx.js";
