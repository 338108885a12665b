import { JtlScx } from "seller-tickets";
import type { AccountId } from "../../../worker/accounts";
import { Vocabulary } from "../words";

export const ACCOUNT = "jtl" satisfies AccountId;

/**
 * No token is in the page: the gateway has it. The account is the marketplace's side, the channel.
 */
export const scx = new JtlScx({ gateway: `/api/accounts/${ACCOUNT}` });

const LABELS: Record<string, string> = {
  OFFER: "Offer, by the seller's id",
  CHANNELOFFER: "Offer, by the marketplace's id",
  ORDERID: "Order",
  ORDERITEMID: "Item of an order",
  CHANNEL: "Marketplace",
};

const FIELDS: Record<string, string> = {
  sellerId: "the seller",
  ticketId: "the ticket's id",
  topic: "the topic",
  subject: "the subject",
  message: "the message",
  "from.role": "who writes",
  "from.name": "the name",
  "reference.id": "the id",
  files: "the list of files",
};

/** A field in words; what is wrong with a file stands at the file. */
function nameOf(field: string): string | undefined {
  if (/^(?:files\[\d+\]|file)$/.test(field)) return "this file";
  if (/^(?:files\[\d+\]|file)\.filename$/.test(field)) return "the name of this file";
  if (/^(?:files\[\d+\]|file)\.mime_type$/.test(field)) return "the type of this file";
  return FIELDS[field];
}

export const words = new Vocabulary<"ScxTopic" | "ScxRole" | "ScxReferenceType">("jtl-scx", {
  label: (value) => LABELS[value],
  nameOf,
});
