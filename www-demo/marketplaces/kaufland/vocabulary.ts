// The words of the API, from the vendor's documentation. The "newer" ones are no vendor's: they
// stand for values that a later version of the API brings, and some seeded items use them, so that
// clients meet values they do not know.

export const STATUSES = ["opened", "buyer_closed", "seller_closed", "both_closed", "customer_service_closed_final"];
export const NEWER_STATUS = "escalated";

export const REASONS = [
  "product_not_as_described",
  "product_defect",
  "product_not_delivered",
  "product_return",
  "contact_other",
];
export const NEWER_REASON = "product_recall";

export const FULFILLMENT_TYPES = ["fulfilled_by_merchant", "fulfilled_by_kaufland"];

export const STOREFRONTS = ["de", "cz", "sk", "pl", "at", "fr", "it", "es", "nl"];
export const NEWER_STOREFRONT = "ro";

export const TOPICS = [
  "order_cancel",
  "order_product_defect",
  "order_other_question",
  "delivery_not_received",
  "delivery_delayed",
  "delivery_wrong_products",
  "delivery_parts_missing",
  "delivery_change_address",
  "delivery_to_store",
  "delivery_other_question",
  "return_check_status",
  "return_request_label",
  "issue_paypal",
  "issue_klarna",
  "issue_creditcard",
  "issue_sofort",
  "issue_consorsfinanz",
  "issue_cashinadvance",
  "issue_payback",
  "issue_barzahlen",
  "issue_coupon",
  "invoice_needed",
  "admonition",
  "account_newsletter",
  "account_login",
  "account_cancel",
  "account_other",
  "account_age_verification",
  "product_properties",
  "product_availability",
  "product_other_question",
  "account_cash_out_balance",
  "old_device_take_back",
  "other_question",
  "fraud",
  "issue_googlepay",
  "issue_applepay",
  "issue_click_to_pay",
  "invoice_problem",
  "issue_blik",
  "kaufland_card",
  "cs_nagative_rating", // the vendor's spelling
];
export const NEWER_TOPIC = "issue_twint";

export const EMBEDDED = ["buyer", "product", "messages", "order_units", "files"];

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

export const MIME_TYPES = [
  "text/plain",
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/tiff",
  "application/pdf",
  XLSX,
  DOCX,
  "application/msword",
];
