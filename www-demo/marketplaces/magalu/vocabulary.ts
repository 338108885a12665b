// The words of the API, from the vendor's documentation. The "newer" ones are no vendor's: they
// stand for values that a later version of the API brings, and some seeded items use them, so that
// clients meet values they do not know.

export const TYPES = ["cancellation", "payment", "shipping"];
export const NEWER_TYPE = "exchange";

export const REASONS = [
  "shipping_delay",
  "price_discrepancy",
  "incorrect_product",
  "missing_damaged_parts",
  "duplicated_order",
  "payment_issue",
  "quality_concern",
  "change_of_mind",
  "unavailability",
  "customer_error",
  "unexpected_circumstances",
  "shipping_address_issues",
  "general",
  "payment_authorization_failure",
  "payment_discrepancy",
];
export const NEWER_REASON = "product_recall";
/** Seen on tickets, not allowed when one is created. */
export const READ_REASON = "delivery_delay";

export const NEWER_STATUS = "in_mediation";

export const DESTINATIONS = ["customer", "channel", "seller"];

/** What a seller may create; the others are the marketplace's. */
export const CREATABLE_EVENTS = ["authorize_refund", "product_sent", "product_received", "return_info_sent"];

export const EVENTS = [
  ...CREATABLE_EVENTS,
  "exchange_product_received",
  "refunded",
  "added_bank_account",
  "sla_waiting_customer_expired",
  "rejection_reason",
  "valid_bank_account",
  "waiting_seller_pickup",
  "seller_already_pickedup",
  "waiting_pickup_schedule",
  "sensitive_data_identified",
  "sensitive_data_saved",
  "return_invoice",
  "cancel_invoice",
  "delivery",
  "withdrawn_product",
  "waiting_picked_up",
  "validating_return_invoice",
  "waiting_refund_release",
];

export const TRANSACTION_STATUSES = ["pending", "processing", "completed", "failed", "cancelled"];

export const SCOPES = [
  "open:tickets-seller:read",
  "open:tickets-seller:write",
  "open:ticket-messages-seller:read",
  "open:ticket-messages-seller:write",
  "open:ticket-events-seller:read",
  "open:ticket-events-seller:write",
  "open:ticket-returns-seller:read",
  "open:ticket-returns-seller:write",
  "open:sac-transaction-seller:read",
];

export const PRODUCTION_CHANNEL = "9fe0d853-732b-4e4a-a0b0-cff988ed043d";
export const SANDBOX_CHANNEL = "5f62650a-0039-4d65-9b96-266d498c03bd";

/** Types of files, with their endings and first bytes. */
export const FILE_TYPES: Record<string, { endings: string[]; start: number[] }> = {
  "image/jpeg": { endings: ["jpg", "jpeg"], start: [0xff, 0xd8, 0xff] },
  "image/png": { endings: ["png"], start: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  "application/pdf": { endings: ["pdf"], start: [0x25, 0x50, 0x44, 0x46, 0x2d] },
};
