import { engine } from "seller-tickets-engine";
import { check, decodeResponse } from "../../core/check.js";
import type { MarketplaceId, Meaning, Violation } from "../../generated/types.js";

/** `validate` without a client, by the ids of marketplace and method. */
export function validate(marketplace: MarketplaceId, endpoint: string, ...args: unknown[]): Violation[] {
  return check(engine, { marketplace, endpoint }, args, {});
}

/** `decode` without a client, by the ids of marketplace and method. */
export function decode(marketplace: MarketplaceId, endpoint: string, response: Response): Promise<unknown> {
  return decodeResponse(engine, { marketplace, endpoint }, response);
}

/**
 * Returns the meanings of the values of a marketplace's enums, as text for a UI:
 * `meanings("kaufland").TicketReason` and so on.
 */
export function meanings(marketplace: MarketplaceId): Record<string, Meaning[]> {
  return engine.meanings(marketplace);
}
