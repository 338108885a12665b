/** The names of Kaufland's values and fields on the page. */
import type { Ticket } from "seller-tickets";
import { Vocabulary } from "../words";

/** The enums that the pages show, by the name that `meanings` knows them under. */
export type EnumName =
  | "TicketStatus"
  | "TicketReason"
  | "TicketTopic"
  | "Storefront"
  | "FulfillmentType"
  | "OrderUnitStatus"
  | "AuthorRole"
  | "AttachmentType";

const LABELS: Record<string, string> = {
  opened: "Open",
  buyer_closed: "Closed by customer",
  seller_closed: "Closed by you",
  both_closed: "Closed by both",
  customer_service_closed_final: "Closed for good",
  product_not_as_described: "Not as described",
  product_defect: "Defect",
  product_not_delivered: "Not delivered",
  product_return: "Return",
  contact_other: "Other question",
  fulfilled_by_merchant: "Shipped by you",
  fulfilled_by_kaufland: "Shipped by Kaufland",
  // The vendor's spelling of the wire value.
  cs_nagative_rating: "Negative rating",
};

const PROPER_NAMES: Record<string, string> = {
  paypal: "PayPal",
  klarna: "Klarna",
  creditcard: "credit card",
  sofort: "Sofort",
  consorsfinanz: "Consors Finanz",
  cashinadvance: "cash in advance",
  payback: "Payback",
  barzahlen: "Barzahlen",
  googlepay: "Google Pay",
  applepay: "Apple Pay",
  blik: "Blik",
  kaufland: "Kaufland",
};

/** Values that stand for a thing by its letters, or for a way to pay. */
function label(value: string): string | undefined {
  const known = LABELS[value];
  if (known !== undefined) return known;
  if (/^[a-z]{2}$/i.test(value)) return value.toUpperCase();
  const payment = /^issue_(.+)$/.exec(value);
  const words = (payment?.[1] ?? value).split("_").map((word) => PROPER_NAMES[word] ?? word);
  const text = words.join(" ");
  return payment ? `Payment: ${text}` : text.charAt(0).toUpperCase() + text.slice(1);
}

export const words = new Vocabulary<EnumName>("kaufland", { label, nameOf });

/** The subject of a ticket: its topic, or the reason when it has none. */
export function titleOf(ticket: Pick<Ticket, "topic" | "open_reason">): string {
  return words.label(ticket.topic ?? ticket.open_reason);
}

/** The name of a request's field on the page, where wire names would not be understood. */
function nameOf(field: string): string | undefined {
  if (field === "text" || field === "message") return "the message";
  if (field === "reason") return "the reason";
  if (field === "id_order_unit") return "the list of order units";
  if (field.startsWith("id_order_unit[")) return "an order unit";
  if (/^ticket_message_files\[\d+\]\.mime_type$/.test(field)) return "the type of this file";
  if (/^ticket_message_files\[\d+\]\.filename$/.test(field)) return "the name of this file";
  if (/^ticket_message_files\[\d+\]$/.test(field)) return "this file";
  return undefined;
}
