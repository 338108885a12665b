/**
 * The effect of a call on money, in words. ClickBank's own description of the service says it for
 * new, closed and changed tickets. What reopening does it does not say, so the worst is assumed.
 */
import type { ClickBankTicket } from "seller-tickets";

interface Asked {
  type: string;
  refundType: string;
  refundAmount: string;
  retainSubscription: boolean;
}

/** Of a new ticket. */
export function moneyOfNew({ type, refundType, refundAmount, retainSubscription }: Asked): string {
  if (type === "rfnd") {
    const part =
      refundType === "PARTIAL_PERCENT"
        ? `${refundAmount} per cent of the receipt`
        : refundType === "PARTIAL_AMOUNT"
          ? `${refundAmount} in the customer's currency`
          : "the whole receipt";
    const billing = retainSubscription
      ? "A subscription goes on being billed."
      : "If the product is recurring, future billing ends, too.";
    return `The customer is paid back ${part}. ${billing}`;
  }
  if (type === "cncl") {
    return "If the product is recurring, future billing ends and nothing is paid back. If it is not, the customer is paid back the sale.";
  }
  return "This moves no money.";
}

/** Of making a ticket one of another type. */
export function moneyOfChange(type: string): string {
  if (type === "rfnd") {
    return "The customer is paid back in full; a part is not possible here. If the product is recurring, future billing ends, too.";
  }
  if (type === "cncl") {
    return "If the product is recurring, future billing ends. If it is not, take it that the customer is paid back the sale.";
  }
  if (type === "tech") return "What the ticket asked for so far, a refund or a cancellation, may be taken back.";
  return "Choose what it becomes.";
}

/** Of closing a ticket. */
export function moneyOfClose({ type }: ClickBankTicket): string {
  if (type === "REFUND") return "Closing cancels the refund: the customer is not paid back.";
  if (type === "CANCEL") return "Closing cancels the cancellation: what it asked for does not take place.";
  if (type === "TECH_SUPPORT") return "This moves no money.";
  return "Closing cancels what the ticket asks for.";
}

/** Of opening a closed ticket again. */
export function moneyOfReopen({ type }: ClickBankTicket): string {
  if (type === "REFUND") return "The refund is asked for again: take it that the customer is paid back.";
  if (type === "CANCEL") {
    return "The cancellation is asked for again: take it that future billing ends, or that a product that is not recurring is paid back.";
  }
  if (type === "TECH_SUPPORT") return "This moves no money.";
  return "What the ticket asks for is asked for again.";
}

/** Of confirming that the goods came back. */
export const MONEY_OF_RETURN = "A refund that waits for the goods is then paid. Confirm only what has arrived.";
