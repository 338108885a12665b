import { engine } from "seller-tickets-engine";
import { KauflandClient, type KauflandOptions } from "../../marketplaces/kaufland.js";

/**
 * Tickets of the Kaufland Marketplace Seller API v2. Fields and values keep Kaufland's names.
 *
 * ```ts
 * import { Kaufland } from "seller-tickets/kaufland";
 *
 * const kaufland = new Kaufland({ clientKey, secretKey, userAgent: "Inhouse_development" });
 * for await (const ticket of kaufland.listTickets({ status: ["opened"] })) {
 *   console.log(ticket.id_ticket);
 * }
 * ```
 */
export class Kaufland extends KauflandClient {
  constructor(options: KauflandOptions) {
    super(engine, options);
  }
}
