// The words of the API, from the vendor's documentation. Requests and answers have different words
// for the same thing. The "newer" ones are no vendor's: they stand for values that a later version
// of the API brings, and some seeded tickets use them, so that clients meet values they do not
// know.

export const TYPES: Record<string, TicketType> = { rfnd: "REFUND", cncl: "CANCEL", tech: "TECH_SUPPORT" };
export const STATUSES: Record<string, string> = { open: "OPEN", reopened: "REOPENED", closed: "CLOSED" };

/** The types that a request can ask for. Tickets of further types exist. */
export type TicketType = "REFUND" | "CANCEL" | "TECH_SUPPORT";

export const REFUND_TYPES = ["FULL", "PARTIAL_PERCENT", "PARTIAL_AMOUNT"];
export const ACTIONS = ["change", "close", "reopen"];

/** The reasons by the type they belong to. */
export const REASONS: Record<TicketType, Record<string, string>> = {
  CANCEL: {
    "ticket.type.cancel.1": "I did not receive additional value for the recurring payments.",
    "ticket.type.cancel.2": "I was not satisfied with the subscription / Subscription did not meet expectations",
    "ticket.type.cancel.3": "I was unable to get support from the vendor",
    "ticket.type.cancel.4": "Product was not compatible with my computer",
    "ticket.type.cancel.5": "I am unable to afford continuing payments for this subscription",
    "ticket.type.cancel.6": "I did not realize that I accepted the terms for continuing payments",
    "ticket.type.cancel.7": "Other",
    "ticket.type.cancel.not.mobile": "Product was not compatible with my mobile device.",
  },
  REFUND: {
    "ticket.type.refund.1": "I never received my product",
    "ticket.type.refund.2": "I was not satisfied with the product. / Product did not meet expectations",
    "ticket.type.refund.3": "Product was not compatible with my computer",
    "ticket.type.refund.4": "I was unable to get technical support",
    "ticket.type.refund.5": "I did not authorize the purchase",
    "ticket.type.refund.6": "I do not recognize the purchase",
    "ticket.type.refund.7": "Duplicate purchase. / Or already purchased product previously",
    "ticket.type.refund.returned": "Product returned",
    "ticket.type.refund.8": "Other",
    "ticket.type.refund.not.mobile": "Product was not compatible with my mobile device.",
  },
  TECH_SUPPORT: {
    "ticket.type.tech_support.1": "I am unable to log in.",
    "ticket.type.tech_support.2": "I had problems downloading the product.",
    "ticket.type.tech_support.3": "I never received a valid registration code, please send a valid code.",
    "ticket.type.tech_support.4": "I can't get the product to work.",
    "ticket.type.tech_support.9": "Other",
    "ticket.type.tech_support.10": "I never received my product.",
  },
};

export const NEWER_STATUS = "ON_HOLD";
export const NEWER_TYPE = "GIFT_EXCHANGE";
export const NEWER_ACTION = "TRANSLATED";
export const NEWER_ROLE = "ASSISTANT";
export const NEWER_SOURCE = "MOBILE_APP";
export const NEWER_REFUND_TYPE = "STORE_CREDIT";
