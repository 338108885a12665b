// Made from the Rust models by `cargo xtask types`. Do not edit.

import type { FileContent, FileInput, FileInputs } from "../ground/types.js";

export type { TicketMessageFile } from "../ground/types.js";

/** A documented value, or one that the vendor added later: known values complete in the editor, others pass through. */
export type Open<T extends string> = T | (string & {});

/** A whole number of 64 bits: a `number` where that is exact, a `bigint` where a `number` would round. */
export type Int64 = number | bigint;

/** The marketplaces that this package speaks to. */
export type MarketplaceId = "clickbank" | "jtl-scx" | "kaufland" | "magalu" | "probo";

export const MARKETPLACES: readonly MarketplaceId[] = ["clickbank", "jtl-scx", "kaufland", "magalu", "probo"];

/** The names of each marketplace's enums that `meanings` knows. */
export interface VocabularyOf {
  clickbank:
    | "TypeCode"
    | "StatusFilter"
    | "Action"
    | "RefundType"
    | "Reason"
    | "TicketType"
    | "TicketStatus"
    | "TicketRefundType"
    | "TicketSource"
    | "CommentAction"
    | "CommentRole";
  "jtl-scx": "ScxTopic" | "ScxRole" | "ScxReferenceType" | "ScxEventType" | "ScxSeverity" | "ScxErrorCode";
  kaufland:
    | "TicketStatus"
    | "TicketReason"
    | "TicketTopic"
    | "FulfillmentType"
    | "Storefront"
    | "AuthorRole"
    | "OrderUnitStatus"
    | "Currency"
    | "Embedded"
    | "SortTickets"
    | "SortMessages"
    | "AttachmentType"
    | "ProblemType";
  magalu:
    | "TicketType"
    | "TicketReason"
    | "TicketStatus"
    | "Destination"
    | "ModerationStatus"
    | "EventType"
    | "NewEventType"
    | "TransactionStatus"
    | "TransactionEventType"
    | "Scope"
    | "AttachmentType";
  probo: "ComplaintReason" | "ComplaintSolution" | "ComplaintStatus";
}

/** The figures of each rule that an input can break, by the code of the rule. */
export type ViolationParams = {
  /** The field is missing or empty. */
  required: { known?: string[]; given?: string };
  /** The text is too short. */
  too_short: { min: number; length: number };
  /** The text is too long. */
  too_long: { max: number; length: number };
  /** The list has too few items. */
  too_few_items: { min: number; length: number };
  /** The list has too many items. */
  too_many_items: { max: number; length: number };
  /** The text has other characters than digits. */
  not_digits: { value: string };
  /** The number has too many digits. */
  too_many_digits: { max: number; length: number };
  /** The number is not whole. */
  not_an_integer: Record<never, never>;
  /** The text is no decimal number. */
  not_a_decimal: { value: string };
  /** The number has more decimals than it may have. */
  too_many_decimals: { max: number; value: string };
  /** The whole number is too small or too large. */
  out_of_range: { min: number; value: number; max?: number };
  /** The percentage is too small or too large. */
  percent_out_of_range: { min: number; max: number; value: string };
  /** The amount is zero. */
  zero_amount: { value: string };
  /** The same number stands in the list twice. */
  duplicate: { value: number };
  /** The value is not in the documented list. */
  unknown_value: { value: string; known: string[] };
  /** The text is no id as the marketplace makes them. */
  invalid_id: { value: string; min?: number; max?: number };
  /** The value is of another type. */
  wrong_type: { expected?: string };
  /** The id would change the path of the request. */
  invalid_path_segment: Record<never, never>;
  /** The text cannot be a key or a token. */
  invalid_key: Record<never, never>;
  /** The text is no receipt. */
  invalid_receipt: { value: string };
  /** The filter begins with a wildcard. */
  leading_wildcard: { value: string };
  /** The text is not one e-mail address. */
  invalid_email: { value: string };
  /** The text is no URL that can be used here. */
  invalid_url: { value: string };
  /** The text is no date. */
  invalid_date: { value: string };
  /** The text is no date and time. */
  invalid_date_time: { value: string };
  /** The text is no holiday. */
  invalid_holiday: { value: string };
  /** The range ends before it begins (ClickBank, Magalu). */
  range_reversed: { other: string; value?: string };
  /** The range is longer than the marketplace allows. */
  range_too_long: { max: number; length: number; other: string };
  /** The reason belongs to another type of ticket. */
  reason_of_other_type: { value: string; known: string[]; ticket_type: string };
  /** The field is for refunds alone. */
  refund_only: { ticket_type: string };
  /** The field is for partial refunds alone. */
  partial_only: Record<never, never>;
  /** A ticket that becomes a refund is paid back in full. */
  no_partial_refund: Record<never, never>;
  /** The field is for the action `change` alone. */
  change_only: Record<never, never>;
  /** The parameters make the URL too long (ClickBank). */
  url_too_long: { max: number; length: number; room?: number; fits?: number };
  /** The time is not later than now. */
  not_later: Record<never, never>;
  /** The ticket of the desk does not allow the action; `params.why` says why. */
  action_not_allowed: { action: string; why: string };
  /** There are more violations than are listed: this last one stands for them. */
  more_violations: { more: number };
  /** This reason needs files. */
  files_required: { reason: string };
  /** There are more files than the marketplace takes. */
  too_many_files: { max: number; length: number };
  /** The content of a file is missing. */
  file_missing: Record<never, never>;
  /** A file could not be read, or the answer that should hold it is no success (`params.status`). */
  file_unreadable: { status?: number; file?: string };
  /** The file has no content. */
  empty_file: { file?: string };
  /** The file is larger than the marketplace takes. */
  file_too_large: { max: number; size: number; file?: string };
  /** The whole body, or a file that is downloaded or uploaded, is larger than may be. */
  too_large: { max?: number; size?: number };
  /** The file's name holds what names cannot have. */
  invalid_filename: { value: string; safe?: string };
  /** Another file of the ticket has the same name. */
  duplicate_filename: { value: string };
  /** What the file is said to be is not what its content, or its data URL, says. */
  mime_type_mismatch: { declared: string; found: string; file?: string };
  /** The ending of the file's name is not that of its content. */
  filename_mismatch: { declared: string; found: string; file: string; ending?: string };
  /** The type that `mime_type` or the data URL names is not taken, or is not written as documented. */
  mime_type_not_allowed: { value: string; known: string[]; marketplace?: MarketplaceId };
  /** The file's content tells no type that is taken here. */
  unknown_file_type: { allowed: string[]; file?: string; declared?: string; marketplace?: MarketplaceId };
  /** Files of this type are not taken. */
  file_type_not_allowed: {
    allowed: string[];
    found: string;
    declared?: string;
    file?: string;
    marketplace?: MarketplaceId;
  };
  /** The method has no such field. */
  unknown_field: { known: string[] };
  /** There is no such option here, or not for this method. */
  unknown_option: { known: string[] };
  /** The parameter has another name. */
  misspelt_name: { known: string; name: string };
  /** The option is no time in milliseconds that timers take. */
  duration_out_of_range: { min: number; max: number };
  /** The arguments are nested too deeply, or contain themselves. */
  too_deep: Record<never, never>;
  /** The argument cannot be read as plain data. */
  unreadable: Record<never, never>;
  /** A value cannot be written as JSON (Rust programs with types of their own). */
  unwritable_body: Record<never, never>;
  /** The path is not one of plain segments. */
  invalid_path: { value: string };
  /** The URL is plain http. */
  insecure_url: { value: string };
  /** The URL holds credentials. */
  credentials_in_url: { value: string };
  /** The URL names the port that its scheme has anyway, which runtimes leave out of what is sent. */
  default_port: { value: string };
  /** The link is none of this API's. */
  foreign_link: { value: string };
  /** The list cannot be sorted like this. */
  invalid_sort: { value: string };
  /** The name is none of an event. */
  invalid_event_type: { value: string };
  /** `data` does not begin with `data:`. */
  data_url_scheme: Record<never, never>;
  /** The data URL has no comma before its data. */
  data_url_comma: Record<never, never>;
  /** The data URL has no valid MIME type. */
  data_url_mime_type: Record<never, never>;
  /** The data URL has parameters after its MIME type. */
  data_url_parameters: Record<never, never>;
  /** The data URL is not marked as base64. */
  data_url_not_base64: Record<never, never>;
  /** The base64 text has spaces or line breaks; `params.at` says where. */
  base64_whitespace: { at?: number };
  /** The base64 text is written in the alphabet for URLs. */
  base64_url_safe: { at?: number };
  /** A character of the base64 text is none of the alphabet; `params.at` says where. */
  base64_character: { at?: number };
  /** The base64 text has too few or too many `=` at its end. */
  base64_padding: { at?: number };
  /** The base64 text ends in bits that belong to no byte. */
  base64_trailing_bits: { at?: number };
  /** The gateway does not download from there. */
  file_host_not_allowed: Record<never, never>;
  /** The header is set by this package. `authorization` is for clients with a `gateway`. */
  reserved_header: { name: string };
  /** The text cannot be a header's name. */
  invalid_header_name: { name: string };
  /** The text cannot be a header's value. */
  invalid_header_value: Record<never, never>;
  /** The text cannot be a scope. */
  invalid_scope: { value: string };
  /** Two options or fields that exclude each other were given. */
  not_both: Record<never, never>;
  /** The marketplace has no sandbox. */
  no_sandbox: { marketplace: MarketplaceId };
  /** The marketplace has no page of consent. */
  no_consent: Record<never, never>;
  /** The gateway has no such route. */
  no_such_route: Record<never, never>;
  /** The query has the parameter more than once, and it is no list. */
  repeated_parameter: { name: string };
  /** The route takes no such body. */
  unexpected_body: Record<never, never>;
  /** A write to the gateway has no nonce. */
  nonce_required: Record<never, never>;
};

/** The stable name of a rule. A newer gateway may send one that is not in this list. */
export type ViolationCode = keyof ViolationParams;

/** One broken rule of one field. */
export type ViolationOf<C extends ViolationCode> = {
  /**
   * The path of the field: `text`, `ticket_message_files[0].mime_type`; empty if the whole input
   * is meant.
   */
  field: string;
  /** The stable name of the rule, for programs: `required`, `too_long`, `unknown_value`, … */
  code: C;
  /** What is wrong, in words for developers, with the field and the value at fault. */
  message: string;
  /** What to do about it. */
  hint: string;
  /** The figures and names of the message: `{ max: 65535, length: 70000 }`. */
  params: ViolationParams[C];
};

/**
 * One broken rule of one field. A comparison of `code` tells the type of `params`:
 *
 * ```ts
 * import { validate } from "seller-tickets/kaufland";
 *
 * for (const { code, params } of validate("kaufland", "createTicketMessage", id, { text })) {
 *   if (code === "too_long") console.log(params.length - params.max);
 * }
 * ```
 *
 * A gateway of a newer version may send a code that this version does not know. Treat it like
 * those that you do not compare with: `default` of a `switch`. `describe` has words for it.
 */
export type Violation = { [C in ViolationCode]: ViolationOf<C> }[ViolationCode];

/** The codes of this package's own errors. */
export type OwnErrorCode =
  | "network"
  | "timeout"
  | "aborted"
  | "invalid_input"
  | "invalid_configuration"
  | "invalid_options"
  | "keys_in_page"
  | "gateway_not_absolute"
  | "unknown_marketplace"
  | "unknown_method"
  | "not_started"
  | "wasm_unavailable"
  | "wasm_trap"
  | "url_changed"
  | "request_not_built"
  | "not_advanced"
  | "body_not_hashed"
  | "unexpected_step"
  | "ensure_impossible"
  | "ensure_too_many"
  | "no_session"
  | "tokens_not_saved"
  | "tokens_not_loaded"
  | "tokens_not_locked"
  | "body_broken"
  | "already_read"
  | "upload_failed"
  | "uploads_incomplete"
  | "not_resumable"
  | "attempt_timeout"
  | "total_timeout"
  | "no_connection"
  | "no_turn"
  | "request_refused"
  | "redirect"
  | "unexpected_shape"
  | "invalid_json"
  | "invalid_xml"
  | "empty_body"
  | "web_page"
  | "error_answer"
  | "unexpected_answer"
  | "unreadable_answer"
  | "no_answer"
  | "tokens_refused"
  | "no_access_token"
  | "not_a_page"
  | "pages_repeat"
  | "edge_page"
  | "transaction_pending"
  | "transaction_failed"
  | "transaction_cancelled"
  | "no_ticket_id"
  | "not_a_gateway"
  | "gateway_error"
  | "gateway_failed"
  | "gateway_limit"
  | "class_missing"
  | "gateway_behind_gateway"
  | "no_authorize"
  | "not_authorized"
  | "not_allowed"
  | "no_route"
  | "no_file"
  | "foreign_origin"
  | "repeated_request"
  | "nonce_store_failed"
  | "body_timeout"
  | "not_stored"
  | "unknown_ticket"
  | "unknown_letter"
  | "ticket_changed"
  | "unknown_file"
  | "file_not_there"
  | "id_taken"
  | "too_late"
  | "too_many_changes"
  | "desk_in_page"
  | "store_failed"
  | "store_unreadable"
  | "no_binding"
  | "schema_too_new";

/**
 * The code of an error: one of this package's own, that of the one rule that was broken, or one of
 * the marketplace's.
 */
export type TicketErrorCode = OwnErrorCode | ViolationCode | (string & {});

/**
 * The event that a comment records. The vendor documents the values only; the meanings follow
 * from the names.
 *
 * - `ASSIGNED`: the ticket was assigned
 * - `COMMENTED`: a comment was written
 * - `CHANGED`: the ticket was changed
 * - `CLOSED`: the ticket was closed
 * - `EXPIRED`: the ticket expired
 * - `REOPENED`: the ticket was opened again
 * - `OPENED`: the ticket was opened
 * - `APPROVED`: it was approved
 * - `DISAPPROVED`: it was not approved
 * - `ATTACHMENT`: something was attached
 * - `ADMIN_CHANGE`: an administrator changed the ticket
 * - `REFUND_ACKED`: the refund was acknowledged
 * - `NEW_PHOTO_ID`: a new photo identification came
 */
export type ClickBankCommentAction =
  | "ASSIGNED"
  | "COMMENTED"
  | "CHANGED"
  | "CLOSED"
  | "EXPIRED"
  | "REOPENED"
  | "OPENED"
  | "APPROVED"
  | "DISAPPROVED"
  | "ATTACHMENT"
  | "ADMIN_CHANGE"
  | "REFUND_ACKED"
  | "NEW_PHOTO_ID";

/**
 * The author of a comment.
 *
 * - `VENDOR`: the seller
 * - `CUSTOMER`: the customer
 * - `CBCSR`: ClickBank's customer service
 * - `CBSYSTEM`: ClickBank's system
 * - `USER`: a user
 */
export type ClickBankCommentRole = "VENDOR" | "CUSTOMER" | "CBCSR" | "CBSYSTEM" | "USER";

/**
 * A ticket. It does not include the `reason` for which it was created. Times are unchanged
 * from the response, such as `2026-03-04T09:15:22-08:00`.
 */
export type ClickBankTicket = {
  /** The ticket's id as digits (the vendor writes the name in lower case). */
  ticketid: string;
  /** The receipt of the sale. */
  receipt?: string | null;
  /** The status of the ticket. */
  status?: Open<ClickBankTicketStatus> | null;
  /** The type of the ticket. */
  type?: Open<ClickBankTicketType> | null;
  /** The comments and the actions on the ticket. */
  comments: Array<ClickBankTicketComment>;
  /** The time at which the ticket was opened. */
  openedDate?: string | null;
  /** The time at which the ticket was closed. */
  closedDate?: string | null;
  /** The customer's complaint. */
  description?: string | null;
  /** The extent of the refund. */
  refundType?: Open<ClickBankTicketRefundType> | null;
  /** The percentage or the amount of a partial refund, as decimal text. */
  refundAmount?: string | null;
  /** The customer's given name. */
  customerFirstName?: string | null;
  /** The customer's family name. */
  customerLastName?: string | null;
  /** The customer's email address. */
  email?: string | null;
  /** The customer's email address when the order was placed. */
  emailAtOrderTime?: string | null;
  /** The time at which the ticket expires. */
  expirationDate?: string | null;
  /** The customer's language: `en_US`. */
  locale?: string | null;
  /** A note. */
  note?: string | null;
  /** The `sku` of the item in the order. */
  productItemNo?: string | null;
  /** The time of the last change. */
  updateTime?: string | null;
  /** The origin of the ticket. */
  source?: Open<ClickBankTicketSource> | null;
};

/** A comment or an action on a ticket. */
export type ClickBankTicketComment = {
  /** The comment's id, digits. */
  commentId?: string | null;
  /** The time of the comment. */
  date?: string | null;
  /** The text of the comment. */
  comment?: string | null;
  /** The action that the comment records. */
  action?: Open<ClickBankCommentAction> | null;
  /** The author of the comment. */
  commentRole?: Open<ClickBankCommentRole> | null;
};

/**
 * The extent of a ticket's refund.
 *
 * - `FULL`: all of it
 * - `PARTIAL_PERCENT`: a percentage
 * - `PARTIAL_AMOUNT`: an amount
 * - `PARTIAL_QUANTITY`: a part of the pieces
 * - `TAX`: the tax
 */
export type ClickBankTicketRefundType = "FULL" | "PARTIAL_PERCENT" | "PARTIAL_AMOUNT" | "PARTIAL_QUANTITY" | "TAX";

/**
 * The origin of a ticket. The vendor documents the values only; the meanings follow from the
 * names.
 *
 * - `API`: the API
 * - `CUSTOMER_WAM`: the customer's pages
 * - `UNKNOWN`: unknown
 * - `RNFDS_EMAIL`: e-mail about refunds
 * - `CNCLS_EMAIL`: e-mail about cancellations
 * - `VENDOR_WAM`: the vendor's pages
 * - `VENDOR_ADMIN`: the vendor's administration
 * - `CSR_ADMIN`: customer service's administration
 * - `SECURITY`: security
 * - `CSR_WAM`: customer service's pages
 * - `CONVERSION_PROCESS`: a conversion
 * - `BUSINESS_DEVELOPMENT_FORM`: the form for business development
 * - `COMMUNICATIONS_EMAIL`: e-mail to communications
 * - `ACCOUNTS_EMAIL`: e-mail to the accounts team
 * - `CBCS_EMAIL`: e-mail to ClickBank's customer service
 * - `ACCOUNTING_EMAIL`: e-mail to accounting
 * - `WAM_ACCT_QUESTION`: a question about the account, on its pages
 * - `WAM_WIREGROUP_DETAIL`: details of wire transfers, on the account's pages
 * - `MARKETING_EMAIL`: e-mail to marketing
 * - `PAYMENTECH_BATCH`: a batch of Paymentech
 * - `PYPL_JPY_CANCELLER`: the canceller of PayPal payments in yen
 * - `ECUSTOMS`: eCustoms
 * - `LASHBACK`: LashBack
 * - `SPAM_EMAIL`: e-mail about spam
 * - `CLICKBANK_DATABASE_SCRIPT`: a script on ClickBank's database
 * - `API_VIRTUAL_SOURCE`: a virtual source of the API
 * - `KOUNT`: Kount
 * - `PAYPAL_ADAPTIVE`: PayPal Adaptive
 * - `CB_POWERED_PROGRAM`: the CB Powered program
 * - `CLKBANK`: ClickBank
 */
export type ClickBankTicketSource =
  | "API"
  | "CUSTOMER_WAM"
  | "UNKNOWN"
  | "RNFDS_EMAIL"
  | "CNCLS_EMAIL"
  | "VENDOR_WAM"
  | "VENDOR_ADMIN"
  | "CSR_ADMIN"
  | "SECURITY"
  | "CSR_WAM"
  | "CONVERSION_PROCESS"
  | "BUSINESS_DEVELOPMENT_FORM"
  | "COMMUNICATIONS_EMAIL"
  | "ACCOUNTS_EMAIL"
  | "CBCS_EMAIL"
  | "ACCOUNTING_EMAIL"
  | "WAM_ACCT_QUESTION"
  | "WAM_WIREGROUP_DETAIL"
  | "MARKETING_EMAIL"
  | "PAYMENTECH_BATCH"
  | "PYPL_JPY_CANCELLER"
  | "ECUSTOMS"
  | "LASHBACK"
  | "SPAM_EMAIL"
  | "CLICKBANK_DATABASE_SCRIPT"
  | "API_VIRTUAL_SOURCE"
  | "KOUNT"
  | "PAYPAL_ADAPTIVE"
  | "CB_POWERED_PROGRAM"
  | "CLKBANK";

/**
 * The status of a ticket.
 *
 * - `OPEN`: open
 * - `REOPENED`: open again after it was closed
 * - `CLOSED`: closed
 */
export type ClickBankTicketStatus = "OPEN" | "REOPENED" | "CLOSED";

/**
 * The type of a ticket. The vendor documents the values only; the meanings follow from the
 * names.
 *
 * - `TECH_SUPPORT`: technical support
 * - `REFUND`: a refund
 * - `CANCEL`: a cancellation
 * - `PRODUCT_CHANGE`: a change of product
 * - `ORDER_LOOKUP`: the search for an order
 * - `ESCALATED`: escalated to ClickBank
 * - `APPROVAL_IMAGE`: approval of an image
 * - `APPROVAL_UPSELL`: approval of an upsell
 * - `APPROVAL_CATEGORY_CHANGE`: approval of a change of category
 * - `APPROVAL_PRODUCT`: approval of a product
 * - `APPROVAL_PRODUCT_V2`: approval of a product, second version
 * - `APPROVAL_FUNNEL`: approval of a funnel
 * - `APPROVAL_ADVANCED_UPSELL`: approval of an advanced upsell
 * - `APPROVAL_CSS_ORDERFORM`: approval of an order form's style
 * - `APPROVAL_TEMPLATE_ORDERFORM`: approval of an order form's template
 * - `APPROVAL_TEMPLATE_EXITOFFER`: approval of an exit offer's template
 * - `APPROVAL_ORDER_BUMP_CUSTOM_TEXT`: approval of an order bump's text
 * - `APPROVAL_EXIT_OFFER`: approval of an exit offer
 * - `APPROVAL_PHOTO_ID`: approval of a photo identification
 * - `APPROVAL_BLOG_POST`: approval of a blog post
 * - `ACCT_QUESTION_ACCOUNTS`: a question to the accounts team
 * - `ACCT_QUESTION_ACCOUNTING`: a question to accounting
 * - `SPAM`: spam
 * - `ACCOUNT_ABUSE`: abuse of an account
 * - `SECURITY_CONCERN`: a concern about security
 */
export type ClickBankTicketType =
  | "TECH_SUPPORT"
  | "REFUND"
  | "CANCEL"
  | "PRODUCT_CHANGE"
  | "ORDER_LOOKUP"
  | "ESCALATED"
  | "APPROVAL_IMAGE"
  | "APPROVAL_UPSELL"
  | "APPROVAL_CATEGORY_CHANGE"
  | "APPROVAL_PRODUCT"
  | "APPROVAL_PRODUCT_V2"
  | "APPROVAL_FUNNEL"
  | "APPROVAL_ADVANCED_UPSELL"
  | "APPROVAL_CSS_ORDERFORM"
  | "APPROVAL_TEMPLATE_ORDERFORM"
  | "APPROVAL_TEMPLATE_EXITOFFER"
  | "APPROVAL_ORDER_BUMP_CUSTOM_TEXT"
  | "APPROVAL_EXIT_OFFER"
  | "APPROVAL_PHOTO_ID"
  | "APPROVAL_BLOG_POST"
  | "ACCT_QUESTION_ACCOUNTS"
  | "ACCT_QUESTION_ACCOUNTING"
  | "SPAM"
  | "ACCOUNT_ABUSE"
  | "SECURITY_CONCERN";

/** A page of a list of tickets. */
export type ClickBankTickets = {
  /** The tickets. */
  data: Array<ClickBankTicket>;
};

/** The amounts that a refund would pay back, as decimal text. */
export type ClickBankRefundAmounts = {
  /** The amount in US dollars. */
  usdAmount?: string | null;
  /** The amount in the customer's currency. */
  customerAmount?: string | null;
  /** The customer's currency: `EUR`. */
  customerCurrency?: string | null;
  /** The amount in the product's currency. */
  productAmount?: string | null;
  /** The product's currency. */
  productCurrency?: string | null;
};

/** An event on the other side. */
export type ScxEvent = {
  /**
   * The event's id. It serves to acknowledge the event, and to recognise it in a second
   * delivery.
   */
  id: string;
  /** The time of the event. */
  createdAt?: string | null;
  /** The type of the event. */
  type: Open<ScxEventType>;
  /**
   * The payload, which depends on `type`; that of `Seller:Ticket.Reply` is a
   * `ScxTicketReply`, that of `System:Notification` a `ScxNotification`.
   */
  event?: unknown;
  /** The version of the seller's software. */
  clientVersion?: string | null;
};

/**
 * The type of a seller's event for a channel.
 *
 * - `Seller:Order.Confirmation`: the seller confirmed an order
 * - `Seller:Order.Shipping`: the seller shipped an order
 * - `Seller:Order.Payment`: the seller has an order's payment
 * - `Seller:Order.Refund`: the seller refunds an order
 * - `Seller:Order.Invoice`: the seller made an invoice
 * - `Seller:Order.ReturnReceived`: the seller received a return
 * - `Seller:Order.Cancellation.Request`: the seller asks to cancel an order
 * - `Seller:Order.Cancellation.Accepted`: the seller accepts a cancellation
 * - `Seller:Order.Cancellation.Denied`: the seller denies a cancellation
 * - `Seller:Offer.New`: the seller lists an offer
 * - `Seller:Offer.Update`: the seller changed an offer
 * - `Seller:Offer.End`: the seller ended an offer
 * - `Seller:Offer.StockUpdate`: an offer's stock changed
 * - `Seller:Offer.PriceUpdate`: an offer's price changed
 * - `Seller:Report.Request`: the seller asks for a report
 * - `Seller:Channel.Unlinked`: the seller left the channel
 * - `Seller:Meta.SellerAttributesUpdateRequest`: the seller's attributes are to be updated
 * - `Seller:Ticket.Reply`: the seller answers a ticket
 * - `System:Test`: a test
 * - `System:Notification`: a notice of SCX itself
 */
export type ScxEventType =
  | "Seller:Order.Confirmation"
  | "Seller:Order.Shipping"
  | "Seller:Order.Payment"
  | "Seller:Order.Refund"
  | "Seller:Order.Invoice"
  | "Seller:Order.ReturnReceived"
  | "Seller:Order.Cancellation.Request"
  | "Seller:Order.Cancellation.Accepted"
  | "Seller:Order.Cancellation.Denied"
  | "Seller:Offer.New"
  | "Seller:Offer.Update"
  | "Seller:Offer.End"
  | "Seller:Offer.StockUpdate"
  | "Seller:Offer.PriceUpdate"
  | "Seller:Report.Request"
  | "Seller:Channel.Unlinked"
  | "Seller:Meta.SellerAttributesUpdateRequest"
  | "Seller:Ticket.Reply"
  | "System:Test"
  | "System:Notification";

/** A file of a reply; `downloadAttachment` gets it by its name. */
export type ScxAttachment = {
  /** The name of the file. */
  filename: string;
  /** The mime type of the file. */
  contentType?: string | null;
};

/** The author of a ticket or a reply. */
export type ScxAuthor = {
  /** The role of the author. */
  role?: Open<ScxRole> | null;
  /** The name of the author. */
  name?: string | null;
};

/**
 * The role of an author.
 *
 * - `BUYER`: the buyer
 * - `SELLER`: the seller
 * - `CHANNEL`: the marketplace (sales channel)
 */
export type ScxRole = "BUYER" | "SELLER" | "CHANNEL";

/** A seller's reply: the payload of `Seller:Ticket.Reply`. */
export type ScxTicketReply = {
  /** The seller's id. */
  sellerId: string;
  /** The channel's own id of the ticket. */
  ticketId: string;
  /** The time at which the reply was written. */
  createdAt?: string | null;
  /** The author of the reply. */
  from?: ScxAuthor | null;
  /** The text of the reply. */
  message?: string | null;
  /** Whether the seller expects a reply. */
  replyRequested?: boolean | null;
  /** The files of the reply. */
  attachment?: Array<ScxAttachment> | null;
};

/** A notice of SCX itself: the payload of `System:Notification`. */
export type ScxNotification = {
  /** The channel that the notice is about. */
  channel: string;
  /** The seller that the notice is about. */
  sellerId: string;
  /** The notice in words. */
  message?: string | null;
  /** The severity: `INFO`, `WARNING` or `ERROR`. */
  severity?: string | null;
};

/** A single error. */
export type ScxError = {
  /** The vendor's code. */
  code?: Open<ScxErrorCode> | null;
  /** The error in words; for an error of a field, they begin with its path. */
  message?: string | null;
  /** The severity of the error. */
  severity?: Open<ScxSeverity> | null;
  /** The vendor's advice on the error. */
  hint?: string | null;
};

/** The body of an error response. */
export type ScxErrorBody = {
  /** The single errors. */
  errorList?: Array<ScxError> | null;
};

/**
 * The error codes that matter for tickets. The vendor publishes no list for the ticket routes.
 *
 * - `VAL100`: a value in the request is not valid
 * - `ATH000`: the refresh token was not accepted
 * - `ATH100`: there is no account for the refresh token
 * - `ATH101`: there is no PIN for the refresh token
 */
export type ScxErrorCode = "VAL100" | "ATH000" | "ATH100" | "ATH101";

/**
 * The severity of an entry in an error response.
 *
 * - `error`: the request was not carried out
 * - `warning`: something is odd
 * - `info`: for information
 */
export type ScxSeverity = "error" | "warning" | "info";

/**
 * The party that ships the goods.
 *
 * - `fulfilled_by_merchant`: the seller sends the goods
 * - `fulfilled_by_kaufland`: Kaufland sends the goods (a deprecated value)
 */
export type FulfillmentType = "fulfilled_by_merchant" | "fulfilled_by_kaufland";

/** A ticket as it appears in lists. */
export type Ticket = {
  /** The ticket's id. It is text, because its leading zeros matter. */
  id_ticket: string;
  /** The ids of the order units that the ticket is about. */
  ids_order_units: Array<Int64>;
  /** The buyer. */
  id_buyer: Int64 | null;
  /** The time at which the ticket was opened: `2026-03-02T08:15:00Z`. */
  ts_created_iso: string;
  /** The time of the last change. */
  ts_updated_iso: string;
  /** The status of the ticket. */
  status: Open<TicketStatus>;
  /** The reason for which the ticket was opened. */
  open_reason: Open<TicketReason>;
  /** The topic of the ticket. */
  topic: Open<TicketTopic> | null;
  /**
   * Whether the customer is waiting for the seller. A message of the seller makes it
   * `false`, except one with `interim_notice`.
   */
  is_seller_responsible: boolean;
  /** The party that ships the goods. */
  fulfillment_type: Open<FulfillmentType>;
};

/**
 * The reason for which a ticket was opened. The meanings are from the vendor's guide.
 *
 * - `product_not_as_described`: the ordered article was not in the described condition or version
 * - `product_defect`: an ordered article has a defect
 * - `product_not_delivered`: an ordered article was not delivered yet
 * - `product_return`: return of an ordered article
 * - `contact_other`: miscellaneous question
 */
export type TicketReason =
  | "product_not_as_described"
  | "product_defect"
  | "product_not_delivered"
  | "product_return"
  | "contact_other";

/**
 * The status of a ticket. Only `opened` tickets are unresolved.
 *
 * - `opened`: unresolved; seller, buyer and customer service can write
 * - `buyer_closed`: closed by the buyer
 * - `seller_closed`: closed by the seller
 * - `both_closed`: closed by the buyer and by the seller
 * - `customer_service_closed_final`: closed by Kaufland's customer service for good
 */
export type TicketStatus =
  | "opened"
  | "buyer_closed"
  | "seller_closed"
  | "both_closed"
  | "customer_service_closed_final";

/**
 * The topic of a ticket, which is finer than its reason. The vendor documents only the values;
 * the meanings are taken from their names.
 *
 * - `order_cancel`: cancel an order
 * - `order_product_defect`: an ordered article is defective
 * - `order_other_question`: another question about an order
 * - `delivery_not_received`: the delivery was not received
 * - `delivery_delayed`: the delivery is late
 * - `delivery_wrong_products`: wrong articles were delivered
 * - `delivery_parts_missing`: parts of the delivery are missing
 * - `delivery_change_address`: change the delivery address
 * - `delivery_to_store`: delivery to a store
 * - `delivery_other_question`: another question about a delivery
 * - `return_check_status`: the status of a return
 * - `return_request_label`: a return label is needed
 * - `issue_paypal`: payment with PayPal
 * - `issue_klarna`: payment with Klarna
 * - `issue_creditcard`: payment by credit card
 * - `issue_sofort`: payment with Sofort
 * - `issue_consorsfinanz`: payment with Consors Finanz
 * - `issue_cashinadvance`: payment in advance
 * - `issue_payback`: Payback points
 * - `issue_barzahlen`: payment with Barzahlen
 * - `issue_coupon`: a coupon
 * - `invoice_needed`: an invoice is needed
 * - `admonition`: an admonition
 * - `account_newsletter`: the newsletter
 * - `account_login`: logging in to the account
 * - `account_cancel`: closing the account
 * - `account_other`: another question about the account
 * - `account_age_verification`: age verification of the account
 * - `product_properties`: properties of an article
 * - `product_availability`: the availability of an article
 * - `product_other_question`: another question about an article
 * - `account_cash_out_balance`: paying out the account's balance
 * - `old_device_take_back`: taking back an old device
 * - `other_question`: another question
 * - `fraud`: fraud
 * - `issue_googlepay`: payment with Google Pay
 * - `issue_applepay`: payment with Apple Pay
 * - `issue_click_to_pay`: payment with Click to Pay
 * - `invoice_problem`: something is wrong with an invoice
 * - `issue_blik`: payment with BLIK
 * - `kaufland_card`: the Kaufland Card
 * - `cs_nagative_rating`: a negative rating of the customer service (the vendor's own spelling)
 */
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

/** A postal address with a name and a telephone number. */
export type Address = {
  /** The given name. */
  first_name?: string | null;
  /** The family name. */
  last_name?: string | null;
  /** The company name. */
  company_name?: string | null;
  /** The street without the house number. */
  street?: string | null;
  /** The house number. */
  house_number?: string | null;
  /** The postcode. */
  postcode?: string | null;
  /** Further address details, such as floor or building. */
  additional_field?: string | null;
  /** The town. */
  city?: string | null;
  /** The telephone number. */
  phone?: string | null;
  /** The country code. */
  country?: string | null;
};

/** The author of a message. */
export type Author = {
  /** The role of the author. */
  role: Open<AuthorRole>;
  /** The name of the author. */
  name?: string | null;
};

/**
 * The author's role. Requests of a buyer, such as a return, often come from `system`, so the
 * role alone does not tell the direction of a message.
 *
 * - `seller`: the seller
 * - `buyer`: the buyer
 * - `system`: the marketplace itself
 * - `customer_service`: Kaufland's customer service
 */
export type AuthorRole = "seller" | "buyer" | "system" | "customer_service";

/** A buyer. */
export type Buyer = {
  /** The buyer's id. */
  id_buyer: Int64;
  /** An email address at which the buyer can be reached. */
  email: string | null;
};

/**
 * The currency of an order unit.
 *
 * - `EUR`: euro
 * - `CZK`: Czech koruna
 * - `PLN`: Polish złoty
 */
export type Currency = "EUR" | "CZK" | "PLN";

/** A discount on an order unit. */
export type Discount = {
  /** The kind of discount. */
  usage_type?: string | null;
  /** The amount, in the smallest unit of the currency. */
  discount_value?: number | null;
};

/**
 * One article of an order. Amounts are in the smallest unit of the currency. Amounts and days
 * are integers of 32 bits.
 */
export type OrderUnit = {
  /** The order unit's id. */
  id_order_unit: Int64;
  /** The order's id. */
  id_order: string;
  /** The status of the order unit. */
  status: Open<OrderUnitStatus>;
  /** The time of the order. */
  ts_created_iso?: string | null;
  /** The time of the last change. */
  ts_updated_iso?: string | null;
  /** Whether Kaufland counts as the supplier for tax purposes. */
  is_marketplace_deemed_supplier?: boolean | null;
  /** The price that the buyer paid. */
  price?: number | null;
  /** The amount that the seller receives, including tax. */
  revenue_gross?: number | null;
  /** The amount that the seller receives, without tax. */
  revenue_net?: number | null;
  /** The shipping costs. */
  shipping_rate?: number | null;
  /** The currency of the amounts. */
  currency?: Open<Currency> | null;
  /** The discounts that were given on the unit. */
  discounts?: Array<Discount> | null;
  /** The seller's own id of the offer. */
  id_offer?: string | null;
  /** The seller's note. */
  note?: string | null;
  /** The condition of the article, such as new or used. */
  unit_condition?: string | null;
  /** The country of the storefront. */
  storefront?: Open<Storefront> | null;
  /** The shortest delivery time in days. */
  delivery_time_min?: number | null;
  /** The longest delivery time in days. */
  delivery_time_max?: number | null;
  /** The time at which the delivery period ends. */
  delivery_time_expires_iso?: string | null;
  /** The time at which the buyer received the article. */
  order_received_timestamp_iso?: string | null;
  /** The reason for the cancellation. */
  cancel_reason?: string | null;
  /** The party that ships the goods. */
  fulfillment_type?: Open<FulfillmentType> | null;
  /** The buyer. */
  buyer?: Buyer | null;
  /** The billing address. */
  billing_address?: Address | null;
  /** The shipping address. */
  shipping_address?: Address | null;
  /** The product. */
  product?: Product | null;
  /** The rate of the value-added tax in per cent. */
  vat?: number | null;
  /** A fee for disposal. */
  eco_fee?: number | null;
  /** A fee for packaging. */
  packaging_fee?: number | null;
};

/**
 * The status of an order unit.
 *
 * - `cancelled`: cancelled
 * - `need_to_be_sent`: to be sent by the seller
 * - `open`: ordered, not yet to be sent
 * - `received`: received by the buyer
 * - `returned`: returned by the buyer
 * - `returned_paid`: returned, and paid back
 * - `sent`: sent
 * - `sent_and_autopaid`: sent, and paid out automatically
 */
export type OrderUnitStatus =
  | "cancelled"
  | "need_to_be_sent"
  | "open"
  | "received"
  | "returned"
  | "returned_paid"
  | "sent"
  | "sent_and_autopaid";

/** A product. */
export type Product = {
  /** The product's id. */
  id_product: Int64;
  /** The country of the storefront. */
  storefront?: Open<Storefront> | null;
  /** The product's title. */
  title?: string | null;
  /** The product's EANs (bar codes). */
  eans?: Array<string> | null;
  /** The id of the product's category. */
  id_category?: Int64 | null;
  /** The address of the product's main picture. */
  main_picture?: string | null;
  /** The manufacturer. */
  manufacturer?: string | null;
  /** The address of the product's page in the shop. */
  url?: string | null;
  /** The age from which the product may be sold. */
  age_rating?: number | null;
  /** Whether the product data are complete. */
  is_valid?: boolean | null;
  /** The shipping class of lithium batteries in the product. */
  dangerous_goods_li_shipping?: string | null;
  /** The danger label of lithium batteries. */
  danger_label_9A?: string | null;
};

/**
 * The country of a storefront. The vendor's examples sometimes use upper case, so compare
 * without case.
 *
 * - `de`: Germany
 * - `cz`: Czechia
 * - `sk`: Slovakia
 * - `pl`: Poland
 * - `at`: Austria
 * - `fr`: France
 * - `it`: Italy
 * - `es`: Spain
 * - `nl`: the Netherlands
 */
export type Storefront = "de" | "cz" | "sk" | "pl" | "at" | "fr" | "it" | "es" | "nl";

/**
 * A file that was attached to one of a ticket's messages; the vendor does not say to which
 * one.
 */
export type TicketFile = {
  /** The name of the file. */
  filename: string;
  /** The time at which the file arrived. */
  ts_created_iso: string;
  /**
   * The address to download the file from. Such links may expire, so fetch the ticket again
   * instead of storing them.
   */
  uri: string;
};

/** A message of a ticket. */
export type TicketMessage = {
  /** The message's id. */
  id_ticket_message: Int64;
  /** The ticket's id, which may lack its leading zeros here. */
  id_ticket: string;
  /** The author of the message. */
  author: Author;
  /** The text of the message. */
  text: string;
  /** The time at which the message was written. */
  ts_created_iso: string;
};

/** A ticket with the parts that `embedded` asked for. */
export type TicketWithEmbedded = {
  /** The ticket's id. It is text, because its leading zeros matter. */
  id_ticket: string;
  /** The ids of the order units that the ticket is about. */
  ids_order_units: Array<Int64>;
  /** The buyer. */
  id_buyer: Int64 | null;
  /** The time at which the ticket was opened: `2026-03-02T08:15:00Z`. */
  ts_created_iso: string;
  /** The time of the last change. */
  ts_updated_iso: string;
  /** The status of the ticket. */
  status: Open<TicketStatus>;
  /** The reason for which the ticket was opened. */
  open_reason: Open<TicketReason>;
  /** The topic of the ticket. */
  topic: Open<TicketTopic> | null;
  /**
   * Whether the customer is waiting for the seller. A message of the seller makes it
   * `false`, except one with `interim_notice`.
   */
  is_seller_responsible: boolean;
  /** The party that ships the goods. */
  fulfillment_type: Open<FulfillmentType>;
  /** The country of the storefront. */
  storefront?: Open<Storefront>;
  /** The whole thread; present with `embedded: ["messages"]`. */
  messages?: Array<TicketMessage>;
  /** The order units; present with `embedded: ["order_units"]`. */
  order_units?: Array<OrderUnit>;
  /** The buyer; present with `embedded: ["buyer"]`. */
  buyer?: Buyer | null;
  /** The product; present with `embedded: ["product"]`. */
  product?: Product | null;
  /** The attached files of all messages; present with `embedded: ["files"]`. */
  files?: Array<TicketFile>;
};

/** The result of opening a ticket. */
export type OpenedTicket = {
  /** The new ticket's id. */
  id_ticket: string;
};

/** The position of a page in its list. */
export type Pagination = {
  /** The number of items before the page. */
  offset: number;
  /** The most items that a page can have. */
  limit: number;
  /** The number of items in the whole list. */
  total: number;
};

/**
 * The file types that may be attached to a message. The names are from the vendor's guide.
 *
 * - `text/plain`: plain text
 * - `image/png`: PNG image
 * - `image/jpeg`: JPEG image
 * - `image/gif`: GIF animation
 * - `image/tiff`: TIFF image
 * - `application/pdf`: PDF
 * - `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`: MS Excel sheet (XLSX)
 * - `application/vnd.openxmlformats-officedocument.wordprocessingml.document`: MS Word document (DOCX)
 * - `application/msword`: MS Word document (DOC)
 */
export type AttachmentType =
  | "text/plain"
  | "image/png"
  | "image/jpeg"
  | "image/gif"
  | "image/tiff"
  | "application/pdf"
  | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
  | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
  | "application/msword";

/** An error in the form that the API sends. */
export type ErrorBody = {
  /** The problem type, for programs. */
  type?: Open<ProblemType> | null;
  /** The problem in words. */
  message?: string | null;
  /** The problems of single fields. */
  errors?: Array<FieldError> | null;
};

/** A problem of one field of a request. */
export type FieldError = {
  /** The field's name. */
  field?: string | null;
  /** The problem in words. */
  message?: string | null;
};

/**
 * The vendor's problem types that matter for tickets.
 *
 * - `/problems/bad-request`: the request is not valid
 * - `/problems/validation-error`: a value in the request is not valid
 * - `/problems/missing-or-invalid-request-header`: a header is missing or not valid
 * - `/problems/unauthorized`: the credentials were not accepted
 * - `/problems/invalid-credentials`: the client key is not known
 * - `/problems/corrupted-signature`: the signature does not fit the request: the secret key is wrong, or the URL or body was changed on the way
 * - `/problems/inactive-account`: the seller's account is not active
 * - `/problems/forbidden`: the account may not do this
 * - `/problems/not-found`: there is no such ticket or order unit
 * - `/problems/duplicate-action`: this was done already
 * - `/problems/action-not-allowed`: the present state does not allow this
 * - `/problems/storefront-not-configured`: the storefront is not set up for this account
 * - `/problems/tickets/internal-action-restriction`: only Kaufland itself may do this
 * - `/problems/tickets/fbk-action-restriction`: this is not possible for goods that Kaufland sends
 * - `/problems/tickets/non-closable-by-seller`: the seller may not close this ticket
 * - `/problems/tickets/finally-closed`: the ticket is closed for good: it takes no message and cannot be closed again
 * - `/problems/tickets/attachments-upload-failure`: the files could not be stored
 * - `/problems/server-error`: the marketplace failed
 * - `/problems/service-unavailable`: the marketplace is not available now
 */
export type ProblemType =
  | "/problems/bad-request"
  | "/problems/validation-error"
  | "/problems/missing-or-invalid-request-header"
  | "/problems/unauthorized"
  | "/problems/invalid-credentials"
  | "/problems/corrupted-signature"
  | "/problems/inactive-account"
  | "/problems/forbidden"
  | "/problems/not-found"
  | "/problems/duplicate-action"
  | "/problems/action-not-allowed"
  | "/problems/storefront-not-configured"
  | "/problems/tickets/internal-action-restriction"
  | "/problems/tickets/fbk-action-restriction"
  | "/problems/tickets/non-closable-by-seller"
  | "/problems/tickets/finally-closed"
  | "/problems/tickets/attachments-upload-failure"
  | "/problems/server-error"
  | "/problems/service-unavailable";

/** A sales channel. */
export type MagaluChannel = {
  /** The channel's id. */
  id?: string | null;
  /** The channel's name. */
  alias?: string | null;
};

/** A delivery of an order. */
export type MagaluDelivery = {
  /** The delivery's id. */
  id?: string | null;
  /** The seller. */
  seller?: MagaluSeller | null;
  /** The articles that the ticket is about. */
  items?: Array<MagaluItem> | null;
};

/** An article. */
export type MagaluItem = {
  /** The article's id. */
  id?: string | null;
  /** Magalu's SKU. */
  sku?: string | null;
  /** The seller's SKU. */
  external_sku?: string | null;
  /** The article's name. */
  name?: string | null;
  /** The article's description. */
  description?: string | null;
  /** The address of the article's picture. */
  image?: string | null;
  /** The quantity: a number, or a number as text. */
  quantity: number | string | null;
};

/** The order of a ticket. */
export type MagaluOrder = {
  /** The order's id. */
  id?: string | null;
  /** The order's number. */
  code?: string | null;
  /** The delivery that the ticket is about. */
  delivery?: MagaluDelivery | null;
};

/** A seller. */
export type MagaluSeller = {
  /** The seller's id. */
  id?: string | null;
  /** The shop's name. */
  name?: string | null;
};

/** A ticket (*protocolo*). It does not name the buyer; its messages do. */
export type MagaluTicket = {
  /** The ticket's id. */
  id: string;
  /** The reference that the party who opened the ticket gave. */
  code?: string | null;
  /** The type of the ticket. */
  type: Open<MagaluTicketType>;
  /** The status of the ticket. */
  status: Open<MagaluTicketStatus>;
  /** Whether the ticket is closed; see also `status`. */
  closed?: boolean | null;
  /** The reason for opening the ticket. */
  reason?: Open<MagaluTicketReason> | null;
  /** The number that the customer knows. */
  protocol?: string | null;
  /** The time by which the ticket is due. */
  due_date?: string | null;
  /** The party that opened the ticket: `customer`. */
  origin?: string | null;
  /** The time at which the ticket was opened: `2026-02-01T10:00:00`, without a zone. */
  created_at: string;
  /** The time of the last change. */
  updated_at: string;
  /** The channel of the sale. */
  channel?: MagaluChannel | null;
  /** The order. */
  order?: MagaluOrder | null;
};

/**
 * The reason for opening a ticket. The vendor lists the values only (twelve of them twice);
 * the meanings follow from the names. Tickets that others opened may have other values, such
 * as `delivery_delay`.
 *
 * - `shipping_delay`: the delivery is late
 * - `price_discrepancy`: the price is another than agreed
 * - `incorrect_product`: a wrong article was delivered
 * - `missing_damaged_parts`: parts are missing or damaged
 * - `duplicated_order`: the order was placed twice
 * - `payment_issue`: something is wrong with the payment
 * - `quality_concern`: the quality is in doubt
 * - `change_of_mind`: the customer has had a change of mind
 * - `unavailability`: the article is not available
 * - `customer_error`: the customer made a mistake
 * - `unexpected_circumstances`: something unforeseen happened
 * - `shipping_address_issues`: something is wrong with the delivery address
 * - `general`: something else
 * - `payment_authorization_failure`: the payment was not authorized
 * - `payment_discrepancy`: the amount paid is another than due
 */
export type MagaluTicketReason =
  | "shipping_delay"
  | "price_discrepancy"
  | "incorrect_product"
  | "missing_damaged_parts"
  | "duplicated_order"
  | "payment_issue"
  | "quality_concern"
  | "change_of_mind"
  | "unavailability"
  | "customer_error"
  | "unexpected_circumstances"
  | "shipping_address_issues"
  | "general"
  | "payment_authorization_failure"
  | "payment_discrepancy";

/**
 * The status of a ticket. The vendor publishes no list; these values were observed.
 *
 * - `waiting`: somebody's answer is awaited
 * - `waiting_seller`: it is the seller's turn
 * - `closed`: closed
 */
export type MagaluTicketStatus = "waiting" | "waiting_seller" | "closed";

/**
 * The type of a ticket. The sandbox's guide mentions cancellation and delivery only, so the
 * API may reject a new ticket of the type `payment`.
 *
 * - `cancellation`: the order, or a part of it, is cancelled or given back
 * - `payment`: the payment
 * - `shipping`: the delivery
 */
export type MagaluTicketType = "cancellation" | "payment" | "shipping";

/** A file of a message. */
export type MagaluAttachment = {
  /** The file's id, which is needed to download it. */
  id?: string | null;
  /** The file's name without the extension. */
  file_name?: string | null;
  /** The extension. */
  file_extension?: string | null;
  /** The file's mime type. */
  file_type?: string | null;
};

/**
 * The recipient of a message.
 *
 * - `customer`: the customer
 * - `channel`: Magalu, which mediates
 * - `seller`: the seller
 */
export type MagaluDestination = "customer" | "channel" | "seller";

/** A message of a ticket. */
export type MagaluMessage = {
  /** The message's id. */
  id: string;
  /** The text of the message. */
  message: string;
  /** The reference that the author gave. */
  code?: string | null;
  /** The ticket. */
  ticket?: MagaluTicketRef | null;
  /** The sender of the message. */
  sender?: MagaluSender | null;
  /** The moderation of the message. */
  moderation?: MagaluModeration | null;
  /** The files. */
  attachments?: Array<MagaluAttachment> | null;
  /** The recipient. */
  destination?: Open<MagaluDestination> | null;
  /** The time at which the message was written. */
  created_at?: string | null;
  /** The time of the last change. */
  updated_at?: string | null;
};

/** The moderation of a message. */
export type MagaluModeration = {
  /** The moderation's id. */
  id?: string | null;
  /** The result of the moderation. */
  status?: Open<MagaluModerationStatus> | null;
  /** The rules that the message breaks. The vendor does not document their form. */
  block_rules: unknown[] | null;
  /** The time of the last change. */
  updated_at?: string | null;
};

/**
 * The moderation status of a message. Moderation begins after the API accepts the message.
 * Rejected messages disappear from the API; personal data (CPF, Pix, email, telephone) cause a
 * rejection.
 *
 * - `new`: not checked yet
 * - `waiting_moderation`: being checked
 * - `approved`: the message is delivered
 * - `rejected`: the message is not delivered
 */
export type MagaluModerationStatus = "new" | "waiting_moderation" | "approved" | "rejected";

/** A person who writes for the seller. */
export type MagaluOwner = {
  /** The person's name. */
  name?: string | null;
  /** The id that the seller's own system gave the person. */
  code?: string | null;
};

/** The sender of a message. */
export type MagaluSender = {
  /** The sender's id. */
  id?: string | null;
  /** The sender's name. */
  name?: string | null;
  /** The sender's side. */
  type?: Open<MagaluDestination> | null;
  /** The person on that side. The vendor's example swaps name and code. */
  owner?: MagaluOwner | null;
};

/** A reference to a ticket by its id. */
export type MagaluTicketRef = {
  /** The ticket's id. */
  id?: string | null;
};

/** An event of a ticket. */
export type MagaluEvent = {
  /** The event's id. */
  id: string;
  /** The reference that the party who created the event gave. */
  code?: string | null;
  /** The ticket's id. */
  ticket_id?: string | null;
  /** The type of the event. */
  type: Open<MagaluEventType>;
  /** The time of the event. */
  created_at?: string | null;
  /** The time of the last change. */
  updated_at?: string | null;
  /** The party that created the event. */
  created_by: unknown;
  /** The party that last changed the event. */
  updated_by: unknown;
};

/**
 * The type of a ticket's event. The vendor documents the values only; the meanings follow from
 * the names.
 *
 * - `product_sent`: the article was sent
 * - `return_info_sent`: the instructions for the return were sent
 * - `authorize_refund`: the seller authorizes the refund
 * - `product_received`: the article was received
 * - `exchange_product_received`: the exchanged article was received
 * - `refunded`: the customer was refunded
 * - `added_bank_account`: a bank account was added
 * - `sla_waiting_customer_expired`: the customer's time to answer is over
 * - `rejection_reason`: the reason for a rejection
 * - `valid_bank_account`: the bank account is valid
 * - `waiting_seller_pickup`: the seller is awaited to pick it up
 * - `seller_already_pickedup`: the seller has picked it up
 * - `waiting_pickup_schedule`: a date to pick it up is awaited
 * - `sensitive_data_identified`: personal data were found
 * - `sensitive_data_saved`: personal data were stored
 * - `return_invoice`: the invoice of the return
 * - `cancel_invoice`: the invoice is cancelled
 * - `delivery`: a delivery
 * - `withdrawn_product`: the article was picked up
 * - `waiting_picked_up`: waiting for it to be picked up
 * - `validating_return_invoice`: the invoice of the return is being checked
 * - `waiting_refund_release`: the release of the refund is awaited
 */
export type MagaluEventType =
  | "product_sent"
  | "return_info_sent"
  | "authorize_refund"
  | "product_received"
  | "exchange_product_received"
  | "refunded"
  | "added_bank_account"
  | "sla_waiting_customer_expired"
  | "rejection_reason"
  | "valid_bank_account"
  | "waiting_seller_pickup"
  | "seller_already_pickedup"
  | "waiting_pickup_schedule"
  | "sensitive_data_identified"
  | "sensitive_data_saved"
  | "return_invoice"
  | "cancel_invoice"
  | "delivery"
  | "withdrawn_product"
  | "waiting_picked_up"
  | "validating_return_invoice"
  | "waiting_refund_release";

/** A code with which the customer sends the goods back. */
export type MagaluReturn = {
  /** The return's id. */
  id: string;
  /** The ticket's id. */
  ticket_id?: string | null;
  /** The code for the carrier. */
  reverse_code?: string | null;
  /** The time at which the return was created. */
  created_at?: string | null;
  /** The time of the last change. */
  updated_at?: string | null;
};

/** A write that was accepted and is in progress. Follow its transaction to its end. */
export type MagaluAccepted = {
  /** The transaction's id. */
  transaction_id: string;
  /** The link to the transaction. */
  links?: Array<MagaluLink> | null;
};

/** A link. */
export type MagaluLink = {
  /** The path on the API's host. */
  path?: string | null;
};

/**
 * A message, an event or a return that was accepted. It has a transaction to follow; an older
 * version of the documentation shows the new item itself in its place.
 */
export type MagaluSubmitted = {
  /** The transaction's id. */
  transaction_id?: string | null;
  /** The link to the transaction. */
  links?: Array<MagaluLink> | null;
  /** The id of the new item, if the response is the item itself. */
  id?: string | null;
};

/** A transaction: the state and the result of a write. */
export type MagaluTransaction = {
  /** The transaction's id. */
  id: string;
  /** The reference that the caller gave, or one that Magalu created. */
  code?: string | null;
  /** The status of the transaction. */
  status: Open<MagaluTransactionStatus>;
  /** The action: `create`. The vendor's table calls it an object, but its example has text. */
  operation: unknown;
  /** The path of the request: `channel/v0/tickets`. */
  trigger_endpoint?: string | null;
  /** The events of the transaction so far. */
  events?: Array<MagaluTransactionEvent> | null;
  /** The time at which the write was accepted. */
  created_at?: string | null;
  /** The time of the last change. */
  updated_at?: string | null;
};

/** An event of a transaction. */
export type MagaluTransactionEvent = {
  /** The type of the event. */
  event?: Open<MagaluTransactionEventType> | null;
  /** The same in words; failed events have none. */
  message?: string | null;
  /**
   * The created item (`ticket_id`, …). The vendor's table calls it text, but its example has
   * an object.
   */
  data: unknown;
  /** The transaction's status after the event. */
  status?: Open<MagaluTransactionStatus> | null;
  /** The time of the event. */
  created_at?: string | null;
};

/**
 * The type of a transaction's event.
 *
 * - `info`: something to know
 * - `failure`: something failed
 * - `transition`: the transaction has another status
 * - `delay`: the transaction takes longer
 */
export type MagaluTransactionEventType = "info" | "failure" | "transition" | "delay";

/**
 * The status of a transaction. It is inferred, not documented, that the last three are final.
 *
 * - `pending`: in the queue
 * - `processing`: being worked on
 * - `completed`: done
 * - `failed`: failed
 * - `cancelled`: given up
 */
export type MagaluTransactionStatus = "pending" | "processing" | "completed" | "failed" | "cancelled";

/** The position of a page in its list, and its links. */
export type MagaluListMeta = {
  /** The position of the page. */
  page?: MagaluPageMeta | null;
  /** Query strings of the pages around it. Even the last page has one of a next page. */
  links: { previous?: string | null; self?: string | null; next?: string | null } | null;
};

/** The position of a page in its list. The API does not state the length of the list. */
export type MagaluPageMeta = {
  /** The requested number of items per page. */
  limit?: number | null;
  /** The number of items before the page. */
  offset?: number | null;
  /** The number of items on the page. */
  count?: number | null;
  /** The most items that a page can have. */
  max_limit?: number | null;
};

/**
 * The type of a message's file.
 *
 * - `image/jpeg`: JPEG image
 * - `image/png`: PNG image
 * - `application/pdf`: PDF
 */
export type MagaluAttachmentType = "image/jpeg" | "image/png" | "application/pdf";

/**
 * The scopes of an application.
 *
 * - `open:tickets-seller:read`: read tickets
 * - `open:tickets-seller:write`: open tickets
 * - `open:ticket-messages-seller:read`: read messages and attachments
 * - `open:ticket-messages-seller:write`: write messages
 * - `open:ticket-events-seller:read`: read events
 * - `open:ticket-events-seller:write`: create events
 * - `open:ticket-returns-seller:read`: read returns (Portuguese pages; English ones name the scope of messages)
 * - `open:ticket-returns-seller:write`: create returns (Portuguese pages; English ones name the scope of messages)
 * - `open:sac-transaction-seller:read`: read transactions, which is needed to follow what was accepted
 */
export type MagaluScope =
  | "open:tickets-seller:read"
  | "open:tickets-seller:write"
  | "open:ticket-messages-seller:read"
  | "open:ticket-messages-seller:write"
  | "open:ticket-events-seller:read"
  | "open:ticket-events-seller:write"
  | "open:ticket-returns-seller:read"
  | "open:ticket-returns-seller:write"
  | "open:sac-transaction-seller:read";

/**
 * The status of a ticket. The meanings are the guide's.
 *
 * - `open`: received, but not yet processed
 * - `pending`: an employee of Probo is processing it
 * - `holding`: awaits a response
 * - `solved`: resolved
 */
export type ComplaintStatus = "open" | "pending" | "holding" | "solved";

/**
 * Probo's response to a new ticket. None of it is documented, so every field is optional, and
 * `raw` is the whole.
 */
export type SubmittedComplaint = {
  /** An id, converted to text if it was a number. */
  id?: string;
  /** The status of the ticket, or another word. */
  status?: Open<ComplaintStatus>;
  /** Probo's message. */
  message?: string;
  /** The response's JSON, unchanged; absent if there was none. */
  raw?: unknown;
};

/** The kind of failure, for a `match`. */
export type ErrorKind =
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

/** Whether the marketplace may have acted on the call. */
export type Sent = "no" | "maybe" | "yes";

/** The party that failed. */
export type Origin = "client" | "gateway" | "marketplace";

/**
 * Why a call failed, and whether the marketplace may nevertheless have acted on it.
 *
 * Messages never hold a key, a token, a signature or a whole body.
 */
export type TicketErrorData = {
  /** The kind of failure, for a `switch`. */
  kind: ErrorKind;
  /**
   * A stable name, more specific than `kind`: the vendor's problem type if it gives one, such as
   * `tickets/finally-closed`.
   */
  code: TicketErrorCode;
  /** What went wrong, in words. */
  message: string;
  /** The marketplace: `kaufland`, … */
  marketplace: string;
  /** The method: `getTicket`, …; empty when no call was made yet. */
  endpoint: string;
  /** The HTTP status, if a response arrived. */
  status?: number;
  /** The vendor's id of the request, if it sent one. */
  requestId?: string;
  /** The reference that the write carried, by which it can be found again (Magalu's `code`). */
  reference?: string;
  /** The vendor's error, parsed if it is JSON, otherwise its text; at most 16 KiB. */
  body?: unknown;
  /** The headers of the response, without cookies. */
  headers?: Array<[string, string]>;
  /** How many times the request was handed to the host. */
  attempts: number;
  /** Whether the same call may succeed later without a change. For a write, check `sent` first. */
  retryable: boolean;
  /** How long the marketplace asks to wait, in milliseconds. */
  retryAfterMs?: number;
  /** Whether the marketplace may have acted. */
  sent: Sent;
  /** The party that failed. */
  origin: Origin;
  /** All broken rules, for `validation` and `configuration`. */
  violations?: Array<Violation>;
};

/** A token and its lifetime. It is plain data that the client or the caller's store keeps. */
export type Tokens = {
  /** The token that is sent with each request. */
  accessToken: string;
  /** When it was issued, in milliseconds since 1970, by this machine's clock. */
  issuedAtMs: number;
  /** When it expires, in milliseconds since 1970, by this machine's clock. */
  expiresAtMs: number;
  /**
   * The token for requesting the next session, if the marketplace issues a new one each time. It
   * can be used once.
   */
  refreshToken?: string;
};

/** Whether a call changes something at the marketplace. */
export type Access = "read" | "write";

/** The HTTP methods that the marketplaces use. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A documented value and its meaning according to the vendor, for labels in a UI. */
export type Meaning = {
  /** The value on the wire. */
  value: string;
  /** The meaning in English. */
  meaning: string;
};

/** Something that can be done with a ticket. */
export type DeskAction =
  | "reply"
  | "interimNotice"
  | "close"
  | "reopen"
  | "changeType"
  | "confirmReturn"
  | "sentForReturn"
  | "returnInfo"
  | "refund"
  | "returnCode"
  | "create"
  | "done"
  | "snooze"
  | "note"
  | "assign";

/** Why an action cannot be taken, or may be refused. The codes are stable. */
export type DeskWhy =
  | "not_offered"
  | "closed"
  | "closed_final"
  | "already_closed"
  | "not_closed"
  | "wrong_type"
  | "fulfilled_by_marketplace"
  | "needs_earlier_event"
  | "one_active"
  | "not_configured"
  | "account_scope"
  | "account_blocked"
  | "marketplace_closes"
  | "marketplace_decides";

/** A view. */
export type DeskView = "todo" | "waiting" | "snoozed" | "done";

/** What a ticket is about. */
export type DeskKind =
  | "question"
  | "delivery"
  | "notReceived"
  | "defect"
  | "wrongItem"
  | "partsMissing"
  | "return"
  | "refund"
  | "cancellation"
  | "payment"
  | "invoice"
  | "technical"
  | "other"
  | "unknown";

/** Where the truth about a ticket is. */
export type DeskTicketStore = "marketplace" | "desk";

/** The side that the seller is on. */
export type DeskRole = "responder" | "requester";

/** Whether a ticket is open. */
export type DeskState = "open" | "closed" | "unknown";

/** The party whose turn it is. */
export type DeskSide = "seller" | "buyer" | "marketplace" | "none" | "unknown";

/** The author of a message. */
export type DeskAuthor = "seller" | "buyer" | "marketplace" | "system" | "unknown";

/** A time: the marketplace's own text, the instant, and whether the text names a zone. */
export type DeskStamp = {
  /** The text as it came. */
  wire: string;
  /**
   * The instant in milliseconds since 1970; `None` if the text is no time. Without a zone, the
   * text is read as UTC.
   */
  at: number | null;
  /** Whether the text names its zone. */
  zoned: boolean;
};

/** The key of a ticket. Two accounts of one marketplace may both have a ticket `1`. */
export type DeskKey = {
  /** The id of the account in the desk. */
  account: string;
  /** The ticket's id at the marketplace. */
  id: string;
};

/** The buyer. */
export type DeskBuyer = {
  /** The name. */
  name: string | null;
  /** The email address. */
  email: string | null;
  /** The id at the marketplace. */
  id: string | null;
};

/** One article of an order. */
export type DeskUnit = {
  /** The id at the marketplace. */
  id: string | null;
  /** What the article is called. */
  title: string | null;
  /** The seller's own number of the article. */
  sku: string | null;
  /** The number of pieces. */
  quantity: number | null;
  /** The status, in the marketplace's words. */
  status: string | null;
};

/** The order of a ticket. */
export type DeskOrder = {
  /** The number that a person reads. */
  number: string | null;
  /** The articles that the ticket is about. */
  units: Array<DeskUnit>;
  /** The time of the order. */
  orderedAt: DeskStamp | null;
  /** The time by which delivery was promised. */
  promisedAt: DeskStamp | null;
  /** The time at which the buyer had it. */
  receivedAt: DeskStamp | null;
  /** The address that it went to, as it came. */
  shipTo: unknown;
};

/** What the value of a refund counts. */
export type DeskRefundUnit = "percent" | "money" | "quantity" | "unknown";

/** The refund that a ticket asks for. */
export type DeskRefund = {
  /** The extent, in the marketplace's words. */
  type: string;
  /** The size, as it came. */
  value: string | null;
  /** What the size counts. */
  unit: DeskRefundUnit;
  /** The currency, if the marketplace names one. */
  currency: string | null;
};

/** An amount of money as decimal text, so that nothing is rounded. */
export type DeskPrice = {
  /** The amount: `12.50`. */
  amount: string;
  /** The currency: `EUR`. */
  currency: string;
};

/** A file of a message or a ticket. */
export type DeskFile = {
  /** What the desk fetches it by; `None` if it cannot be fetched. */
  id: string | null;
  /** The name. */
  name: string | null;
  /** The mime type. */
  mimeType: string | null;
  /** The size in bytes. */
  size: number | null;
};

/** A message of a ticket. */
export type DeskMessage = {
  /** The id at the marketplace. */
  id: string | null;
  /** The author's side. */
  from: DeskAuthor;
  /** The author's side in the marketplace's words. */
  role: string | null;
  /** The author's name. */
  name: string | null;
  /** The side that it was written to, in the marketplace's words. */
  to: string | null;
  /** The text. */
  text: string | null;
  /** The time at which it was written. */
  at: DeskStamp | null;
  /** What an entry without words records, in the marketplace's words. */
  event: string | null;
  /** Where the marketplace's check of the message stands, in its words. */
  moderation: string | null;
  /** Its files. */
  files: Array<DeskFile>;
};

/** The newest words of a ticket. */
export type DeskPreview = {
  /** The text. */
  text: string;
  /** The author's side. */
  from: DeskAuthor;
  /** The time. */
  at: DeskStamp | null;
};

/** A ticket as it is written: everything except its messages, which are read apart. */
export type DeskFacts = {
  /** The key in the desk. */
  key: DeskKey;
  /** The marketplace. */
  marketplace: MarketplaceId;
  /** What a person reads as the ticket's number. */
  number: string;
  /** Where the truth about the ticket is. */
  store: DeskTicketStore;
  /** The seller's side. */
  role: DeskRole;
  /** Whether it is open. */
  state: DeskState;
  /** Whether it can never be opened again. */
  final: boolean | null;
  /** The status in the marketplace's words. */
  remoteStatus: string | null;
  /** Whose turn it is. */
  turn: DeskSide;
  /** How the desk knows whose turn it is. */
  turnBasis: DeskBasis;
  /** When the turn ends by itself, in milliseconds since 1970, and whose turn it is then. */
  turnUntil: [number, DeskSide] | null;
  /** The time of the first message that waits for the seller. */
  waitingSince: DeskStamp | null;
  /** What the ticket is about. */
  kind: DeskKind;
  /** The type in the marketplace's words. */
  remoteType: string | null;
  /** The reason in the marketplace's words. */
  remoteReason: string | null;
  /** The buyer. */
  buyer: DeskBuyer;
  /** The buyer's language. */
  locale: string | null;
  /** The country of the storefront, in lower case. */
  storefront: string | null;
  /** The party that ships the goods, in the marketplace's words. */
  fulfillment: string | null;
  /** The order. */
  order: DeskOrder | null;
  /** The refund that the ticket asks for. */
  refund: DeskRefund | null;
  /** The prices of the order's units. */
  price: Array<DeskPrice> | null;
  /** The newest words; `null` until they are read. */
  preview: DeskPreview | null;
  /** The number of files. */
  files: number | null;
  /** The time at which it was opened. */
  created: DeskStamp | null;
  /** The time of its last change. */
  updated: DeskStamp | null;
  /** The names of the facts that are known. */
  known: Array<string>;
  /** The names of the facts that the marketplace can never tell. */
  unsayable: Array<string>;
};

/** How the desk knows something. */
export type DeskBasis = "reported" | "derived" | "policy";

/** What a deadline counts. */
export type DeskWhile = "sellersTurn" | "open";

/** What happens at the deadline. */
export type DeskConsequence = "responseFigure" | "paidBack" | "billingEnds" | "marketplaceSteps" | "nothingKnown";

/** The moment until which something is due. */
export type DeskDue = {
  /** The instant in milliseconds since 1970. */
  at: number;
  /** Whether it is only about then: a rule gave it, or its text has no zone. */
  about: boolean;
  /** How the desk knows. */
  basis: DeskBasis;
  /** What it counts. */
  while: DeskWhile;
  /** The rule: the field that reported it, or the rule's name. */
  rule: string;
  /** The hours that the rule has, if it has any. */
  hours: number | null;
  /** The calendar whose working days count, if they do. */
  calendar: string | null;
  /** What happens then. */
  then: DeskConsequence;
  /** The marketplace's own text, if it reported the time. */
  wire: string | null;
};

/** What an action does that cannot be undone. */
export type DeskEffect = "money" | "final" | "visible";

/** What a desk asks before it takes an action. */
export type DeskAsk = "confirm" | "hold";

/** What the length of a text is counted in. */
export type DeskTextUnit = "characters" | "encodedCharacters";

/** The length that a text may have. */
export type DeskTextLimit = {
  /** The smallest permitted number. */
  min: number;
  /** The largest permitted number; `None` if there is no limit. */
  max: number | null;
  /** The unit in which the text is counted. */
  unit: DeskTextUnit;
};

/** The files that may go along. */
export type DeskFileLimit = {
  /** The largest permitted number; `None` if none is documented. */
  most: number | null;
  /** The largest permitted size of each in bytes; `None` if none is documented. */
  maxBytes: number | null;
  /** The largest size of all of them in bytes, which is the desk's own limit. */
  maxTotalBytes: number;
  /** The permitted types. */
  types: Array<string>;
};

/** The limits of an action. */
export type DeskLimits = {
  /** The limits of the text; `None` if there is no text. */
  text: DeskTextLimit | null;
  /** The files; `None` if no files are possible. */
  files: DeskFileLimit | null;
  /** The values of which one is chosen: a type, a destination, a solution. */
  choices: Array<string>;
};

/** An action, and whether it can be taken. */
export type DeskChoice = {
  /** The action. */
  action: DeskAction;
  /** Whether it can be taken. */
  allowed: boolean | "maybe";
  /** Why not, or what stands in doubt. */
  why?: DeskWhy;
  /** What it does that cannot be undone. */
  effect?: DeskEffect;
  /** The question to ask the user first. */
  ask?: DeskAsk;
  /** Whether only the desk knows of it: nothing is sent. */
  local: boolean;
  /** Its limits. */
  limits: DeskLimits;
};

/** What only the desk knows of a ticket, as lists show it. */
export type DeskLocal = {
  /** The time of the newest news that a person has seen, in milliseconds since 1970. */
  seenAt: number | null;
  /** Until when it is snoozed. */
  snoozedUntil: number | null;
  /** The time of the newest news to which, as a person noted, no answer is needed. */
  doneAt: number | null;
  /** A note. */
  note: string | null;
  /** The person who answers it. */
  assignee: string | null;
  /** A letter that is not finished. */
  draft: string | null;
};

/** A ticket as lists show it. */
export type DeskTicket = {
  /** Until when an answer is due; `null` if nothing is due. */
  due: DeskDue | null;
  /** The view that the ticket is in. */
  view: DeskView;
  /** Whether a person has not seen what others did last. */
  unseen: boolean;
  /** Whether the marketplace no longer has it. */
  missing: boolean;
  /** What only the desk knows. */
  local: DeskLocal;
  /** A text that changes with everything that the marketplace tells. */
  rev: string;
  /** The key in the desk. */
  key: DeskKey;
  /** The marketplace. */
  marketplace: MarketplaceId;
  /** What a person reads as the ticket's number. */
  number: string;
  /** Where the truth about the ticket is. */
  store: DeskTicketStore;
  /** The seller's side. */
  role: DeskRole;
  /** Whether it is open. */
  state: DeskState;
  /** Whether it can never be opened again. */
  final: boolean | null;
  /** The status in the marketplace's words. */
  remoteStatus: string | null;
  /** Whose turn it is. */
  turn: DeskSide;
  /** How the desk knows whose turn it is. */
  turnBasis: DeskBasis;
  /** When the turn ends by itself, in milliseconds since 1970, and whose turn it is then. */
  turnUntil: [number, DeskSide] | null;
  /** The time of the first message that waits for the seller. */
  waitingSince: DeskStamp | null;
  /** What the ticket is about. */
  kind: DeskKind;
  /** The type in the marketplace's words. */
  remoteType: string | null;
  /** The reason in the marketplace's words. */
  remoteReason: string | null;
  /** The buyer. */
  buyer: DeskBuyer;
  /** The buyer's language. */
  locale: string | null;
  /** The country of the storefront, in lower case. */
  storefront: string | null;
  /** The party that ships the goods, in the marketplace's words. */
  fulfillment: string | null;
  /** The order. */
  order: DeskOrder | null;
  /** The refund that the ticket asks for. */
  refund: DeskRefund | null;
  /** The prices of the order's units. */
  price: Array<DeskPrice> | null;
  /** The newest words; `null` until they are read. */
  preview: DeskPreview | null;
  /** The number of files. */
  files: number | null;
  /** The time at which it was opened. */
  created: DeskStamp | null;
  /** The time of its last change. */
  updated: DeskStamp | null;
  /** The names of the facts that are known. */
  known: Array<string>;
  /** The names of the facts that the marketplace can never tell. */
  unsayable: Array<string>;
};

/** What a store keeps beside the parts of a ticket. */
export type DeskRecord = {
  /** The [`Item`] as JSON. */
  shown: string;
  /** The view. */
  view: DeskView;
  /** What the ticket is about. */
  kind: DeskKind;
  /** Until when an answer is due, in milliseconds since 1970. */
  due: number | null;
  /** The two numbers that the lists of the view are in the order of. */
  order: [number, number];
  /** When the record changes by itself, and has to be made again. */
  changesAt: number | null;
  /** When somebody other than the seller acted last. */
  heardAt: number | null;
  /** The text that is searched, in one line. */
  words: string;
  /** Whether the ticket has been closed for longer than the desk keeps it. */
  isExpired: boolean;
  /** See [`Item::rev`]. */
  rev: string;
};

/** Whether the tickets of an account are read. */
export type DeskReads = "ok" | "starting" | "failing" | "own" | "notConfigured";

/** The state of an account's reads. */
export type DeskHealth = {
  /** The account. */
  account: string;
  /** Whether its tickets are read. */
  state: DeskReads;
  /** The code of the last failure, if it failed last. */
  error?: string;
  /** When its tickets were read last, in milliseconds since 1970; `null` if never. */
  fetchedAt: number | null;
  /** Whether everything could be reached when it was read. */
  complete: boolean;
};

/** Where a row is. */
export type DeskOutboxState =
  | "draft"
  | "held"
  | "sending"
  | "sent"
  | "confirmed"
  | "cancelled"
  | "review"
  | "maybe"
  | "needsPerson"
  | "refused"
  | "moderation"
  | "published"
  | "rejected";

/** A file of a letter, as lists show it. */
export type DeskLetterFile = {
  /** The name. */
  filename: string;
  /** The mime type. */
  type: string;
  /** The size in bytes. */
  size: number;
  /** Whether the letter was sent, and this file could not be. */
  isUnsent: boolean;
};

/** What lists show of a letter. */
export type DeskOutboxItem = {
  /** Its id. */
  id: string;
  /** The key of the ticket. */
  key: DeskKey;
  /** The action. */
  action: DeskAction;
  /** Where it is. */
  state: DeskOutboxState;
  /** A code that says why it is where it is. */
  why: string | null;
  /** The text. */
  text: string | null;
  /** The files. */
  files: Array<DeskLetterFile>;
  /** When it was made, in milliseconds since 1970. */
  createdAt: number;
  /** Until when it is held, and can be undone. */
  holdUntil: number;
  /** When it was sent. */
  sentAt: number | null;
};

/** A file that Probo can fetch. */
export type ComplaintFile = {
  /** The full address, which must be public: `https://cdn.shop.example/2041-1.jpg`. */
  uri: string;
};

/**
 * The reason for a complaint. The guide lists the values and says which of them need files;
 * the rest of each meaning follows from the name.
 *
 * - `damaged`: damaged (files required)
 * - `commodity-item-missing`: a commodity item is missing
 * - `cutting-milling-inadequate`: cut or milled badly (files required)
 * - `color`: the colour is wrong (files required)
 * - `dimensions`: the dimensions are wrong (files required)
 * - `other`: another reason (files required)
 * - `packing-slip-missing`: the packing slip is missing
 * - `print-quality`: printed badly (files required)
 * - `delayed`: delayed
 * - `wrong-quantity`: a wrong quantity
 * - `wrong-product`: a wrong product
 * - `missing`: missing
 * - `dirty`: dirty (files required)
 * - `not-received`: not received
 */
export type ComplaintReason =
  | "damaged"
  | "commodity-item-missing"
  | "cutting-milling-inadequate"
  | "color"
  | "dimensions"
  | "other"
  | "packing-slip-missing"
  | "print-quality"
  | "delayed"
  | "wrong-quantity"
  | "wrong-product"
  | "missing"
  | "dirty"
  | "not-received";

/**
 * The solution that Probo is asked for. The meanings are the guide's.
 *
 * - `rework`: if the complaint is valid, Probo will reproduce the order line or file
 * - `credit`: if the complaint is valid, Probo will reimburse the order line or file
 * - `other`: if the complaint is valid, Probo will get in contact
 */
export type ComplaintSolution = "rework" | "credit" | "other";

/** All complaints about one order. Unlisted fields are copied to every ticket. */
export type MixedComplaint = {
  /** Your own id of the order, as you gave it to Probo; not its `supplier_order_number`. */
  order_id: string;
  /** An id for the whole. The tickets' ids are derived from it: `CMP-2041-1`, `CMP-2041-2`, … */
  id: string;
  /** Text for every ticket's description. */
  description?: string | undefined;
  /** The reason for products that have none of their own. */
  reason?: ComplaintReason | undefined;
  /** The solution for products that have none of their own. */
  suggested_solution?: ComplaintSolution | undefined;
  /** The email address of a person in your company, not of your customer. */
  contact_email?: string | undefined;
  /** The products, each with its fault. A product that has two faults is listed twice. */
  products: Array<MixedProduct>;
};

/** A product and its fault. Unlisted fields are sent with the product. */
export type MixedProduct = {
  /**
   * The product's id: from Probo's `order/status`, or your own if you gave one with the
   * order.
   */
  id: Int64 | string;
  /** The number of pieces concerned. */
  amount: number;
  /** Pictures that show the fault. */
  files?: Array<ComplaintFile> | undefined;
  /** The reason for the complaint. */
  reason?: ComplaintReason | undefined;
  /** The solution that you would like. */
  suggested_solution?: ComplaintSolution | undefined;
  /**
   * Products with different groups never share a ticket. The group is any text, and is not
   * sent.
   */
  group?: string | undefined;
  /** Text for the description of this product's ticket. */
  description?: string | undefined;
};

/** A new ticket. */
export type ClickBankCreateTicketParams = {
  /**
   * The type of the ticket. `rfnd` refunds the receipt and, for a recurring product, ends
   * future billing. `cncl` only ends future billing of a recurring product, but **refunds
   * any other product**. `tech` moves no money.
   */
  type: ClickBankTypeCode;
  /** The reason for the ticket, which must belong to its type. */
  reason: ClickBankReason;
  /** The item, if the sale has several. */
  sku?: string | undefined;
  /**
   * The extent of the refund, which `rfnd` requires. The account must be enabled for partial
   * refunds.
   */
  refundType?: ClickBankRefundType | undefined;
  /**
   * The size of a partial refund: the percentage, 1 to 80 with at most two decimals, or the
   * amount in the customer's currency. It is decimal text, such as `"12.50"`.
   */
  refundAmount?: string | undefined;
  /** Whether a refund leaves the subscription unchanged. */
  retainSubscription?: boolean | undefined;
  /** The text of the comment. */
  comment?: string | undefined;
};

/**
 * The reason for creating a ticket. A reason belongs to one type, which its name begins with.
 * The meanings are the vendor's.
 *
 * - `ticket.type.cancel.1`: I did not receive additional value for the recurring payments
 * - `ticket.type.cancel.2`: I was not satisfied with the subscription / Subscription did not meet expectations
 * - `ticket.type.cancel.3`: I was unable to get support from the vendor
 * - `ticket.type.cancel.4`: Product was not compatible with my computer
 * - `ticket.type.cancel.5`: I am unable to afford continuing payments for this subscription
 * - `ticket.type.cancel.6`: I did not realize that I accepted the terms for continuing payments
 * - `ticket.type.cancel.7`: Other
 * - `ticket.type.cancel.not.mobile`: Product was not compatible with my mobile device
 * - `ticket.type.refund.1`: I never received my product
 * - `ticket.type.refund.2`: I was not satisfied with the product / Product did not meet expectations
 * - `ticket.type.refund.3`: Product was not compatible with my computer
 * - `ticket.type.refund.4`: I was unable to get technical support
 * - `ticket.type.refund.5`: I did not authorize the purchase
 * - `ticket.type.refund.6`: I do not recognize the purchase
 * - `ticket.type.refund.7`: Duplicate purchase / Or already purchased product previously
 * - `ticket.type.refund.returned`: Product returned
 * - `ticket.type.refund.8`: Other
 * - `ticket.type.refund.not.mobile`: Product was not compatible with my mobile device
 * - `ticket.type.tech_support.1`: I am unable to log in
 * - `ticket.type.tech_support.2`: I had problems downloading the product
 * - `ticket.type.tech_support.3`: I never received a valid registration code, please send a valid code
 * - `ticket.type.tech_support.4`: I can't get the product to work
 * - `ticket.type.tech_support.9`: Other
 * - `ticket.type.tech_support.10`: I never received my product
 */
export type ClickBankReason =
  | "ticket.type.cancel.1"
  | "ticket.type.cancel.2"
  | "ticket.type.cancel.3"
  | "ticket.type.cancel.4"
  | "ticket.type.cancel.5"
  | "ticket.type.cancel.6"
  | "ticket.type.cancel.7"
  | "ticket.type.cancel.not.mobile"
  | "ticket.type.refund.1"
  | "ticket.type.refund.2"
  | "ticket.type.refund.3"
  | "ticket.type.refund.4"
  | "ticket.type.refund.5"
  | "ticket.type.refund.6"
  | "ticket.type.refund.7"
  | "ticket.type.refund.returned"
  | "ticket.type.refund.8"
  | "ticket.type.refund.not.mobile"
  | "ticket.type.tech_support.1"
  | "ticket.type.tech_support.2"
  | "ticket.type.tech_support.3"
  | "ticket.type.tech_support.4"
  | "ticket.type.tech_support.9"
  | "ticket.type.tech_support.10";

/**
 * The extent of a refund.
 *
 * - `FULL`: all of it
 * - `PARTIAL_PERCENT`: 1 to 80 per cent of it
 * - `PARTIAL_AMOUNT`: an amount in the customer's currency
 */
export type ClickBankRefundType = "FULL" | "PARTIAL_PERCENT" | "PARTIAL_AMOUNT";

/**
 * The type that a new or changed ticket requests.
 *
 * - `rfnd`: refund: pays the receipt back and, for a recurring product, ends future billing
 * - `cncl`: cancellation: ends future billing of a recurring product without paying back; pays any other product back
 * - `tech`: technical support: moves no money
 */
export type ClickBankTypeCode = "rfnd" | "cncl" | "tech";

/**
 * The action on a ticket. Without an action a comment is added.
 *
 * - `change`: makes it a ticket of another type; one that becomes a refund is paid back in full
 * - `close`: cancels the ticket; an open refund is not paid back then
 * - `reopen`: opens a closed ticket again, with a comment
 */
export type ClickBankAction = "change" | "close" | "reopen";

/** The change to a ticket. */
export type ClickBankUpdateTicketParams = {
  /**
   * The action; by default the comment is added. `close` cancels the ticket: an open refund
   * is then not paid.
   */
  action?: ClickBankAction | undefined;
  /** The new type, for `change`. A ticket that becomes a refund is **refunded in full**. */
  type?: ClickBankTypeCode | undefined;
  /** The text of the comment; required without an action, and to reopen. */
  comment?: string | undefined;
};

/**
 * The tickets to list. A ticket must match every filter. Dates are calendar days, such as
 * `2026-03-04`. Each range needs both its ends, which are at most 7 days apart.
 */
export type ClickBankListTicketsParams = {
  /** The type of the tickets. */
  type?: ClickBankTypeCode | undefined;
  /** The status of the tickets. */
  status?: ClickBankStatusFilter | undefined;
  /**
   * The receipt of the tickets. The receipt of a subscription also matches the tickets of
   * all its rebills. `%` stands for any characters, but it cannot come first, and at least 4
   * other characters are needed.
   */
  receipt?: string | undefined;
  /** Only tickets created on this day or later. */
  createDateFrom?: string | undefined;
  /** Only tickets created on this day or earlier. */
  createDateTo?: string | undefined;
  /** Only tickets changed on this day or later. */
  updateDateFrom?: string | undefined;
  /** Only tickets changed on this day or earlier. */
  updateDateTo?: string | undefined;
  /** Only tickets closed on this day or later. */
  closeDateFrom?: string | undefined;
  /** Only tickets closed on this day or earlier. */
  closeDateTo?: string | undefined;
  /** The number of the page, from 1; by default the first. A page has at most 100 tickets. */
  page?: number | undefined;
};

/**
 * The status of the tickets in a list.
 *
 * - `open`: open
 * - `reopened`: open again after it was closed
 * - `closed`: closed
 */
export type ClickBankStatusFilter = "open" | "reopened" | "closed";

/** The tickets to count. */
export type ClickBankCountTicketsParams = {
  /** The type of the tickets. */
  type?: ClickBankTypeCode | undefined;
  /** The status of the tickets. */
  status?: ClickBankStatusFilter | undefined;
  /** The receipt of the tickets, as in a list. */
  receipt?: string | undefined;
};

/** The refund to calculate. */
export type ClickBankGetRefundAmountsParams = {
  /** The extent of the refund. */
  refundType: ClickBankRefundType;
  /**
   * The size of a partial refund: the percentage, 1 to 80 with at most two decimals, or the
   * amount in the customer's currency. It is decimal text, such as `"12.50"`.
   */
  refundAmount?: string | undefined;
  /** The item, if the sale has several. */
  sku?: string | undefined;
};

/** A file that is announced, and then uploaded with `uploadAttachment` under the same name. */
export type ScxAttachmentParams = {
  /**
   * The name: ASCII letters, digits and underscores, a dot, and an extension of at most 10
   * of them.
   */
  filename: string;
  /** The mime type: at most 128 characters. */
  contentType: string;
};

/** The author of a ticket or a reply. */
export type ScxAuthorParams = {
  /** The role of the author. */
  role: ScxRole;
  /** The name of the author: at most 100 characters. */
  name?: string | undefined;
};

/** A new ticket, from the channel to the seller. */
export type ScxCreateTicketParams = {
  /** The seller's id, which the channel issued: 1 to 50 ASCII letters, digits or underscores. */
  sellerId: string;
  /** The channel's own id of the ticket: 1 to 256 characters. */
  ticketId: string;
  /** The topic of the ticket. */
  topic: ScxTopic;
  /** The time at which the ticket was written: `2026-03-02T08:15:00Z`. */
  createdAt: string | Date;
  /** The author of the ticket. */
  from: ScxAuthorParams;
  /** The subject: 1 to 1024 characters. */
  subject: string;
  /** The message: 1 to 1024 characters. */
  message: string;
  /** The object that the ticket refers to. */
  reference?: ScxReferenceParams | undefined;
  /** Whether a reply is expected; by default `true`. */
  replyRequested?: boolean | undefined;
  /**
   * Files that are announced here and that you upload yourself. Files that are passed to
   * `createTicket` are announced automatically.
   */
  attachment?: Array<ScxAttachmentParams> | undefined;
};

/** The object that a ticket refers to. */
export type ScxReferenceParams = {
  /** The kind of the object. */
  type: ScxReferenceType;
  /** The object's id. */
  id: string;
};

/**
 * The kind of object that a ticket refers to.
 *
 * - `OFFER`: an offer, by the seller's id
 * - `CHANNELOFFER`: an offer, by the marketplace's id
 * - `ORDERID`: an order
 * - `ORDERITEMID`: one item of an order
 */
export type ScxReferenceType = "OFFER" | "CHANNELOFFER" | "ORDERID" | "ORDERITEMID";

/**
 * The topic of a ticket. The vendor documents the values only; the meanings follow from the
 * names.
 *
 * - `QUESTION`: a question
 * - `FEEDBACK`: feedback
 * - `DELIVERY`: the delivery
 * - `RETURN`: a return
 * - `REFUND`: a refund
 * - `INCIDENT`: an incident
 */
export type ScxTopic = "QUESTION" | "FEEDBACK" | "DELIVERY" | "RETURN" | "REFUND" | "INCIDENT";

/** A file of a ticket that announced it. */
export type ScxUploadAttachmentParams = {
  /** The ticket's `sellerId`. */
  sellerId: string;
  /** The ticket's id. */
  ticketId: string;
  /** The announced name; by default the file's own, made safe. */
  filename?: string | undefined;
  /** The file: text, PDF, DOCX, XLSX, XLS, DOC or an image, of at most 16 MB. */
  file: FileInput | FileContent;
};

/** The file of a seller's reply to download. */
export type ScxDownloadAttachmentParams = {
  /** The reply's `sellerId`. */
  sellerId: string;
  /** The ticket's id. */
  ticketId: string;
  /** The file's name, as the reply announced it. */
  filename: string;
};

/** The events to list, at most 100; by default all that are not acknowledged. */
export type ScxListEventsParams = {
  /** Only events after this time: `2026-03-02T08:15:00Z`. */
  createdAfter?: string | Date | undefined;
  /** Only events of these types. */
  eventTypeFilter?: Array<ScxEventType> | undefined;
};

/** A reply to a ticket, from the seller to the channel. */
export type ScxReplyToTicketParams = {
  /** The channel of the ticket: 5 to 15 ASCII letters, digits or underscores. */
  channel: string;
  /** The seller's id at the channel: 1 to 50 ASCII letters, digits or underscores. */
  sellerId: string;
  /** The ticket's id: 1 to 256 characters. */
  ticketId: string;
  /** The time at which the reply was written: `2026-03-02T08:15:00Z`. */
  createdAt: string | Date;
  /** The author of the reply. */
  from: ScxAuthorParams;
  /** The message: 1 to 1024 characters. */
  message: string;
  /** Whether a reply is expected; by default `true`. */
  replyRequested?: boolean | undefined;
  /**
   * Files that are announced here and that you upload yourself. Files that are passed to
   * `replyToTicket` are announced automatically.
   */
  attachment?: Array<ScxAttachmentParams> | undefined;
};

/** A file of a reply that announced it. */
export type ScxSellerUploadAttachmentParams = {
  /** The reply's `channel`. */
  channel: string;
  /** The reply's `sellerId`. */
  sellerId: string;
  /** The ticket's id. */
  ticketId: string;
  /** The announced name; by default the file's own, made safe. */
  filename?: string | undefined;
  /** The file: text, PDF, DOCX, XLSX, XLS, DOC or an image, of at most 16 MB. */
  file: FileInput | FileContent;
};

/** The file of a channel's ticket to download. */
export type ScxSellerDownloadAttachmentParams = {
  /** The channel of the ticket. */
  channel: string;
  /** The ticket's `sellerId`. */
  sellerId: string;
  /** The ticket's id. */
  ticketId: string;
  /** The file's name, as the ticket announced it. */
  filename: string;
};

/** The events to list, at most 100; by default all that are not acknowledged. */
export type ScxSellerListEventsParams = {
  /** Only events after this time: `2026-03-02T08:15:00Z`. */
  createdAfter?: string | Date | undefined;
  /** Only events of these types. The vendor publishes no list of those for sellers. */
  eventTypeFilter?: Array<string> | undefined;
  /** Only events of this channel. */
  channel?: string | undefined;
};

/**
 * The tickets to list. A ticket must match every filter, and within one filter any of its
 * values.
 */
export type ListTicketsParams = {
  /** The status of the tickets; by default all. */
  status?: Array<TicketStatus> | undefined;
  /** The reasons for which the tickets were opened. */
  open_reason?: Array<TicketReason> | undefined;
  /** The topics of the tickets. */
  topic?: Array<TicketTopic> | undefined;
  /** The countries of the storefronts. */
  storefront?: Array<Storefront> | undefined;
  /** The party that ships the goods; by default `fulfilled_by_merchant` only. */
  fulfillment_type?: Array<FulfillmentType> | undefined;
  /** The id of the buyer. The API takes at most 2147483647 here. */
  id_buyer?: Int64 | undefined;
  /** Only tickets opened at this time or later: `2026-03-02T08:15:00Z`. */
  ts_created_from_iso?: string | Date | undefined;
  /** Only tickets changed at this time or later. */
  ts_updated_from_iso?: string | Date | undefined;
  /** The order of the tickets. */
  sort?: SortTickets | undefined;
  /** The number of tickets per page, 1 to 30; by default 30. */
  limit?: number | undefined;
  /** The number of tickets to skip at the start. */
  offset?: number | undefined;
};

/**
 * The order of tickets; only descending orders exist.
 *
 * - `ts_created_iso:desc`: the last opened first
 * - `ts_updated_iso:desc`: the last changed first
 */
export type SortTickets = "ts_created_iso:desc" | "ts_updated_iso:desc";

/**
 * The parts that can be included in a ticket.
 *
 * - `buyer`: the buyer
 * - `product`: the article
 * - `messages`: the whole thread
 * - `order_units`: the order units that it is about
 * - `files`: the files that were attached
 */
export type Embedded = "buyer" | "product" | "messages" | "order_units" | "files";

/** The ticket to read, and the parts to include. */
export type GetTicketParams = {
  /** The parts to include in the ticket. */
  embedded?: Array<Embedded> | undefined;
};

/** A new ticket. It cannot carry files; send them with a message afterwards. */
export type OpenTicketParams = {
  /** The ids of the order units that the ticket is about, all of one order. */
  id_order_unit: Array<Int64>;
  /** The reason for opening the ticket. */
  reason: TicketReason;
  /** The first message. */
  message: string;
};

/** A message to the customer. */
export type CreateTicketMessageParams = {
  /** The text of the message: 1 to 65535 characters. */
  text: string;
  /**
   * `true` announces a further message: the ticket stays with the seller. The customer
   * receives this message in any case.
   */
  interim_notice?: boolean | undefined;
  /** Files to attach: text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC. */
  ticket_message_files?: FileInputs | undefined;
};

/**
 * The messages to list. There is no filter by ticket; for one ticket's thread, get the ticket
 * with `embedded: ["messages"]`.
 */
export type ListTicketMessagesParams = {
  /** The party that ships the goods; by default `fulfilled_by_merchant` only. */
  fulfillment_type?: Array<FulfillmentType> | undefined;
  /** Only messages written at this time or later: `2026-03-02T08:15:00Z`. */
  ts_created_from_iso?: string | Date | undefined;
  /** The order of the messages. */
  sort?: SortMessages | undefined;
  /** The number of messages per page, 1 to 30; by default 30. */
  limit?: number | undefined;
  /** The number of messages to skip at the start. */
  offset?: number | undefined;
};

/**
 * The order of messages.
 *
 * - `ts_created_iso:desc`: newest first
 * - `ts_created_iso:asc`: oldest first
 */
export type SortMessages = "ts_created_iso:desc" | "ts_created_iso:asc";

/**
 * A sales channel. Magazine Luiza is `9fe0d853-732b-4e4a-a0b0-cff988ed043d`, in the sandbox
 * `5f62650a-0039-4d65-9b96-266d498c03bd`.
 */
export type MagaluNewChannel = {
  /** The channel's id. */
  id: string;
  /** The channel's name: `magazineluiza`. */
  alias: string;
};

/** The delivery that a new ticket is about. */
export type MagaluNewDelivery = {
  /** The delivery's id. */
  id: string;
  /** The seller. */
  seller: MagaluNewSeller;
  /** The articles, at least one. */
  items: Array<MagaluNewItem>;
};

/** An article that a new ticket is about. */
export type MagaluNewItem = {
  /** The article's id. */
  id: string;
  /** Magalu's SKU. */
  sku: string;
  /** Your own SKU. */
  external_sku: string;
  /** The article's name. */
  name: string;
  /** The article's description. */
  description: string;
  /** The address of the article's picture. */
  image: string;
  /** The quantity, 1 or more: a number, or a number as text. It is sent as it was given. */
  quantity: number | string;
};

/** The order of a new ticket. */
export type MagaluNewOrder = {
  /** The order's id. */
  id: string;
  /** The order's number. */
  code: string;
  /** The delivery that the ticket is about. */
  delivery: MagaluNewDelivery;
};

/** A seller. */
export type MagaluNewSeller = {
  /** The seller's tenant on ID Magalu. */
  id: string;
  /** The shop's name. */
  name: string;
};

/** A new ticket. */
export type MagaluNewTicket = {
  /** The type of the ticket. */
  type: MagaluTicketType;
  /** The channel of the sale. */
  channel: MagaluNewChannel;
  /** The order. */
  order: MagaluNewOrder;
  /** The reason for opening the ticket. */
  reason: MagaluTicketReason;
  /** Your own reference; by default one of ours. In the sandbox, `invalid_order` makes the transaction fail. */
  code?: string | undefined;
};

/** The tickets to list. A ticket must match every filter. */
export type MagaluListTicketsParams = {
  /** The status of the tickets; `waiting_seller` means that you must reply. */
  status?: Open<MagaluTicketStatus> | undefined;
  /** The reference that was given when the ticket was opened. */
  code?: string | undefined;
  /** The ticket's id. */
  ticket_id?: string | undefined;
  /** The order's id. */
  order__id?: string | undefined;
  /** The order's number. */
  order__code?: string | undefined;
  /** The channel's id. */
  channel__id?: string | undefined;
  /** The channel's name. */
  channel__alias?: string | undefined;
  /** The number that the customer knows. */
  protocol?: string | undefined;
  /** Only tickets opened at this time or later. */
  created_at_gte?: string | Date | undefined;
  /** Only tickets opened at this time or earlier. */
  created_at_lte?: string | Date | undefined;
  /** Only tickets changed at this time or later. */
  updated_at_gte?: string | Date | undefined;
  /** Only tickets changed at this time or earlier. */
  updated_at_lte?: string | Date | undefined;
  /** Only tickets due at this time or later. */
  due_date_gte?: string | Date | undefined;
  /** Only tickets due at this time or earlier. */
  due_date_lte?: string | Date | undefined;
  /**
   * The order, `field:asc` or `field:desc`; by default `updated_at:asc`, the only one in
   * which a list of any length can be read to its end.
   */
  _sort?: string | undefined;
  /** The number of tickets per page, 1 to 100; by default 100. */
  _limit?: number | undefined;
  /** The number of tickets to skip at the start, at most 100. */
  _offset?: number | undefined;
};

/** The messages of a ticket to list. */
export type MagaluListMessagesParams = {
  /** Only messages with a file, or only those without. */
  has_attachment?: boolean | undefined;
  /** The order, `field:asc` or `field:desc`. */
  _sort?: string | undefined;
  /** The number of messages per page, 1 to 100; by default 100. */
  _limit?: number | undefined;
  /** The number of messages to skip at the start, at most 100. */
  _offset?: number | undefined;
};

/** A file that a message names, without its content. */
export type MagaluNewAttachment = {
  /** The file's name without the extension. */
  file_name: string;
  /** The extension. */
  file_extension: string;
  /** The file's mime type. */
  file_type: string;
};

/**
 * A message. With a file it is sent to version 1 of the API as a form, without one to version
 * 0 as JSON.
 */
export type MagaluNewMessage = {
  /**
   * The text: 1 to 3000 characters. Moderation rejects personal data (CPF, Pix, email,
   * telephone) later.
   */
  message: string;
  /** The recipient. */
  destination: MagaluDestination;
  /** The person who writes. */
  owner: MagaluNewOwner;
  /**
   * Your own reference; by default one of ours. It is returned with the message, whose id is still unknown when the
   * API accepts it.
   */
  code?: string | undefined;
  /**
   * The files that the text is about, by name and type. Nothing of their content is sent;
   * for that, give `file`, which goes without this list.
   */
  attachments?: Array<MagaluNewAttachment> | undefined;
  /** A file: JPG, PNG or PDF of at most 25 MB. To send several files, write several messages. */
  file?: FileInput | undefined;
};

/** The person who writes. */
export type MagaluNewOwner = {
  /** Your own system's id of the person. */
  code: string;
  /** The person's name. */
  name: string;
};

/** The events of a ticket to list. */
export type MagaluListEventsParams = {
  /** Only events of this type. */
  type?: MagaluEventType | undefined;
  /** Only events created at this time or later. */
  created_at_gte?: string | Date | undefined;
  /** Only events created at this time or earlier. */
  created_at_lte?: string | Date | undefined;
  /** The order, `field:asc` or `field:desc`. */
  _sort?: string | undefined;
  /** The number of events per page, 1 to 100; by default 100. */
  _limit?: number | undefined;
  /** The number of events to skip at the start, at most 100. */
  _offset?: number | undefined;
};

/** An event for a ticket of the type `cancellation`. */
export type MagaluNewEvent = {
  /** The type of the event. */
  type: MagaluEventType;
  /** Your own reference; by default one of ours. In the sandbox, `erro1` makes the transaction fail. */
  code?: string | undefined;
};

/** The returns of a ticket to list. */
export type MagaluListReturnsParams = {
  /** Only the return with this code. */
  reverse_code?: string | undefined;
  /** Only returns that are valid for this many days. */
  valid_for_days?: number | undefined;
  /** Only returns created at this time or later. */
  created_at_gte?: string | Date | undefined;
  /** Only returns created at this time or earlier. */
  created_at_lte?: string | Date | undefined;
  /** The order, `field:asc` or `field:desc`. */
  _sort?: string | undefined;
  /** The number of returns per page, 1 to 100; by default 100. */
  _limit?: number | undefined;
  /** The number of returns to skip at the start, at most 100. */
  _offset?: number | undefined;
};

/**
 * A code with which the customer sends the goods back. Each ticket of the type `cancellation`
 * can have one active code, and only for orders that Magalu Entregas has dispatched.
 */
export type MagaluNewReturn = {
  /**
   * Your own reference, for the sandbox only; there it is by default one of ours. `erro1` and
   * `erro2` make the transaction fail.
   */
  code?: string | undefined;
};

/** The transactions to list. The span of time is mandatory. */
export type MagaluListTransactionsParams = {
  /** Only transactions accepted at this time or later. */
  created_at_gte: string | Date;
  /** Only transactions accepted at this time or earlier. */
  created_at_lte: string | Date;
  /** The status of the transactions. */
  status?: MagaluTransactionStatus | undefined;
  /** The order, `field:asc` or `field:desc`. */
  _sort?: string | undefined;
  /** The number of transactions per page, 1 to 100; by default 100. */
  _limit?: number | undefined;
  /** The number of transactions to skip at the start, at most 100. */
  _offset?: number | undefined;
};

/**
 * A complaint about products of one order, all for the same reason and with the same desired
 * solution. For mixed complaints see `splitComplaints`.
 */
export type Complaint = {
  /** Your own id of the order, as you gave it to Probo; not its `supplier_order_number`. */
  order_id: string;
  /** An id for this ticket that is unique among your tickets. */
  id: string;
  /** A short description, which helps Probo to handle the ticket. */
  description?: string | undefined;
  /**
   * The reason for the complaint. Seven reasons need files: with every product, or with one
   * of them if the client's `filesPer` says so.
   */
  reason: ComplaintReason;
  /** The solution that you would like. */
  suggested_solution: ComplaintSolution;
  /** The email address of a person in your company, not of your customer. */
  contact_email?: string | undefined;
  /** The products that the complaint is about, at least one. */
  products: Array<ComplaintProduct>;
};

/** A product of the order. */
export type ComplaintProduct = {
  /**
   * The product's id: from Probo's `order/status`, or your own if you gave one with the
   * order.
   */
  id: Int64 | string;
  /** The number of pieces concerned. */
  amount: number;
  /** Pictures that show the fault. */
  files?: Array<ComplaintFile> | undefined;
};
