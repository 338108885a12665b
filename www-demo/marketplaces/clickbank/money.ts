// What a refund takes, in the customer's currency, in US dollars and in the product's currency. All
// in cents, rounded half up.

import { badRequest } from "./errors.ts";

export interface Price {
  customer_cents: number;
  usd_cents: number;
  product_cents: number;
  /** What earlier refunds took already. */
  refunded_cents: number;
  refunded_usd_cents: number;
}

export interface Amounts {
  customer: number;
  usd: number;
  product: number;
}

/**
 * `hundredths`: of a percent for PARTIAL_PERCENT, of the customer's currency for PARTIAL_AMOUNT;
 * without meaning for FULL.
 */
export function refundAmounts(price: Price, refundType: string, hundredths: number): Amounts {
  const left = price.customer_cents - price.refunded_cents;
  if (left <= 0) throw badRequest("Transaction already refunded");
  if (refundType === "FULL") {
    return {
      customer: left,
      usd: price.usd_cents - price.refunded_usd_cents,
      product: share(price.product_cents, left, price.customer_cents),
    };
  }
  const percent = refundType === "PARTIAL_PERCENT";
  const [part, whole] = percent ? [hundredths, 10_000] : [hundredths, price.customer_cents];
  const customer = percent ? share(price.customer_cents, part, whole) : hundredths;
  if (customer > left) throw badRequest(`refundAmount is more than the ${decimal(left)} left of the transaction`);
  return { customer, usd: share(price.usd_cents, part, whole), product: share(price.product_cents, part, whole) };
}

function share(cents: number, part: number, whole: number): number {
  return Math.floor((2 * cents * part + whole) / (2 * whole));
}

/** Cents as decimal text: 1250 is `12.50`. */
export function decimal(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}
