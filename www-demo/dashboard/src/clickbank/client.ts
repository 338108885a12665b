import { ClickBank } from "seller-tickets";
import type { AccountId } from "../../../worker/accounts";
import { Vocabulary } from "../words";

export const ACCOUNT = "cb" satisfies AccountId;

/** No key is in the page: the gateway has it. */
export const clickbank = new ClickBank({ gateway: `/api/accounts/${ACCOUNT}` });

export type EnumName =
  | "TypeCode"
  | "StatusFilter"
  | "RefundType"
  | "Reason"
  | "TicketType"
  | "TicketStatus"
  | "TicketRefundType"
  | "TicketSource"
  | "CommentAction"
  | "CommentRole";

const LABELS: Record<string, string> = {
  rfnd: "Refund",
  cncl: "Cancellation",
  tech: "Technical support",
  CANCEL: "Cancellation",
  TECH_SUPPORT: "Technical support",
  FULL: "In full",
  PARTIAL_PERCENT: "A percentage",
  PARTIAL_AMOUNT: "An amount",
  PARTIAL_QUANTITY: "A part of the pieces",
  API: "API",
  CBCSR: "ClickBank's customer service",
  CBSYSTEM: "ClickBank",
  VENDOR: "You",
};

const FIELDS: Record<string, string> = {
  receipt: "the receipt",
  type: "the type",
  reason: "the reason",
  comment: "the comment",
  sku: "the item",
  createDateFrom: "“From day”",
  createDateTo: "“To day”",
  refundType: "how much is paid back",
  refundAmount: "what is paid back",
};

export const words = new Vocabulary<EnumName>("clickbank", { label, nameOf: (field) => FIELDS[field] });

/** A reason is a number; what it means is the better name. */
function label(value: string): string | undefined {
  if (value.startsWith("ticket.type.")) return words.meaning("Reason", value) || undefined;
  return LABELS[value];
}
