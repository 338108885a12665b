import { engine } from "seller-tickets-engine";
import { ClickBankClient, type ClickBankOptions } from "../../marketplaces/clickbank.js";

/**
 * Tickets of ClickBank's API 1.3. Fields and values keep ClickBank's names; ids are text of digits,
 * amounts are decimal text.
 *
 * ```ts
 * import { ClickBank } from "seller-tickets/clickbank";
 *
 * const clickbank = new ClickBank({ apiKey });
 * for await (const ticket of clickbank.listTickets({ status: "open" })) {
 *   console.log(ticket.ticketid);
 * }
 * ```
 */
export class ClickBank extends ClickBankClient {
  constructor(options: ClickBankOptions) {
    super(engine, options);
  }
}
