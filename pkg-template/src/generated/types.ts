// Place-holder until the types are made from the Rust models.

/** A documented value, or one that the vendor added later: known values complete in the editor, unknown ones pass through. */
export type Open<T extends string> = T | (string & {});

/** A 64-bit number: a `number` where it is exact, a `bigint` where it is not. */
export type Int64 = number | bigint;

export type TicketStatus = "opened" | "buyer_closed" | "seller_closed" | "both_closed" | "customer_service_closed_final";
export type TicketReason =
  | "product_not_as_described"
  | "product_defect"
  | "product_not_delivered"
  | "product_return"
  | "contact_other";
export type FulfillmentType = "fulfilled_by_merchant" | "fulfilled_by_kaufland";
export type Storefront = "de" | "cz" | "sk" | "pl" | "at" | "fr" | "it" | "es" | "nl";
export type Embedded = "buyer" | "product" | "messages" | "order_units" | "files";
export type TicketTopic =
  | "order_cancel"
  | "order_product_defect"
  | "order_other_question"
  | "delivery_not_received"
  | "delivery_delayed"
  | "delivery_wrong_products"
  | "delivery_parts_missing"
  | "delivery_change_address"
  | "delivery_to_store"
  | "delivery_other_question"
  | "return_check_status"
  | "return_request_label"
  | "issue_paypal"
  | "issue_klarna"
  | "issue_creditcard"
  | "issue_sofort"
  | "issue_consorsfinanz"
  | "issue_cashinadvance"
  | "issue_payback"
  | "issue_barzahlen"
  | "issue_coupon"
  | "invoice_needed"
  | "admonition"
  | "account_newsletter"
  | "account_login"
  | "account_cancel"
  | "account_other"
  | "account_age_verification"
  | "product_properties"
  | "product_availability"
  | "product_other_question"
  | "account_cash_out_balance"
  | "old_device_take_back"
  | "other_question"
  | "fraud"
  | "issue_googlepay"
  | "issue_applepay"
  | "issue_click_to_pay"
  | "invoice_problem"
  | "issue_blik"
  | "kaufland_card"
  | "cs_nagative_rating";

export interface Pagination {
  offset: number;
  limit: number;
  total: number;
}

export interface Ticket {
  id_ticket: string;
  ids_order_units: Int64[];
  id_buyer: Int64 | null;
  ts_created_iso: string;
  ts_updated_iso: string;
  status: Open<TicketStatus>;
  open_reason: Open<TicketReason>;
  topic: Open<TicketTopic> | null;
  is_seller_responsible: boolean;
  fulfillment_type: Open<FulfillmentType>;
}

export interface TicketMessage {
  id_ticket_message: Int64;
  id_ticket: string;
  author: { role: Open<"seller" | "buyer" | "system" | "customer_service">; name: string };
  text: string;
  ts_created_iso: string;
}

export interface TicketFile {
  filename: string;
  ts_created_iso: string;
  uri: string;
}

export interface Buyer {
  id_buyer: Int64;
  email: string | null;
}

export interface Product {
  id_product: Int64;
  storefront: Open<Storefront>;
  title: string;
  eans: string[];
  id_category: Int64;
  main_picture: string;
  manufacturer: string;
  url: string;
  age_rating: number;
  is_valid: boolean;
  dangerous_goods_li_shipping?: string | null;
  danger_label_9A?: string | null;
}

export interface OrderUnit {
  id_order_unit: Int64;
  id_order: string;
  ts_created_iso: string;
  ts_updated_iso: string;
  status: Open<
    "cancelled" | "need_to_be_sent" | "open" | "received" | "returned" | "returned_paid" | "sent" | "sent_and_autopaid"
  >;
  price: number;
  currency: Open<"EUR" | "CZK" | "PLN">;
}

export interface TicketWithEmbedded extends Ticket {
  messages?: TicketMessage[];
  order_units?: OrderUnit[];
  buyer?: Buyer | null;
  product?: Product | null;
  files?: TicketFile[];
  storefront?: Open<Storefront>;
}

export interface ListTicketsParams {
  status?: TicketStatus[];
  open_reason?: TicketReason[];
  topic?: TicketTopic[];
  id_buyer?: number;
  ts_created_from_iso?: string | Date;
  ts_updated_from_iso?: string | Date;
  storefront?: Storefront[];
  fulfillment_type?: FulfillmentType[];
  sort?: "ts_created_iso:desc" | "ts_updated_iso:desc";
  limit?: number;
  offset?: number;
}

export interface GetTicketParams {
  embedded?: Embedded[];
}

export interface OpenTicketParams {
  id_order_unit: Int64[];
  reason: TicketReason;
  message: string;
}

export interface OpenedTicket {
  id_ticket: string;
}

export interface TicketMessageFile {
  filename: string;
  mime_type: string;
  data: string;
}

export interface CreateTicketMessageParams {
  text: string;
  interim_notice?: boolean;
  ticket_message_files?: TicketMessageFile[];
}

export interface ListTicketMessagesParams {
  limit?: number;
  offset?: number;
  sort?: "ts_created_iso:desc" | "ts_created_iso:asc";
  ts_created_from_iso?: string | Date;
  fulfillment_type?: FulfillmentType[];
}

export interface Violation {
  field: string;
  code: string;
  message: string;
  hint: string;
  params: Record<string, string | number | string[]>;
}

export interface TicketErrorData {
  kind:
    | "validation"
    | "configuration"
    | "authentication"
    | "forbidden"
    | "not_found"
    | "conflict"
    | "rate_limited"
    | "rejected"
    | "server"
    | "network"
    | "timeout"
    | "aborted"
    | "decode";
  code: string;
  message: string;
  marketplace: string;
  endpoint: string;
  status?: number;
  requestId?: string;
  body?: unknown;
  headers?: [string, string][];
  attempts: number;
  retryable: boolean;
  retryAfterMs?: number;
  sent: "no" | "yes" | "maybe";
  origin: "client" | "gateway" | "marketplace";
  violations?: Violation[];
}
