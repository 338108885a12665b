import { engine } from "seller-tickets-engine";
import { MagaluClient, type MagaluOptions, timeOf } from "../../marketplaces/magalu.js";

/**
 * Tickets of Magalu's Seller API (SAC). Fields and values keep Magalu's names.
 *
 * ```ts
 * import { Magalu } from "seller-tickets/magalu";
 *
 * const magalu = new Magalu({ clientId, clientSecret, tokenStore });
 * for await (const { protocol } of magalu.listTickets({ status: "waiting_seller" })) {
 *   console.log(protocol);
 * }
 * const { ticket_id } = await magalu.createTicket(ticket).completed();
 * ```
 */
export class Magalu extends MagaluClient {
  constructor(options: MagaluOptions) {
    super(engine, options);
  }
}

/**
 * Returns a time of Magalu's as a `Date`. Most of these times have no zone and are read as UTC.
 * **This is not verified:** an integration in production reads them so, and notes that they may be
 * three hours early. A text that is not a time gives an invalid `Date`.
 */
export function magaluTime(text: string): Date {
  return timeOf(engine, text);
}

export { MagaluCreation } from "../../marketplaces/magalu.js";
