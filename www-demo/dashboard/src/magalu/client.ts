import { Magalu, magaluTime } from "seller-tickets";
import type { AccountId } from "../../../worker/accounts";
import { Vocabulary } from "../words";

export const ACCOUNT = "mg" satisfies AccountId;

/** No token is in the page: the gateway has it. */
export const magalu = new Magalu({ gateway: `/api/accounts/${ACCOUNT}` });

export type EnumName =
  | "TicketType"
  | "TicketReason"
  | "TicketStatus"
  | "Destination"
  | "ModerationStatus"
  | "EventType"
  | "NewEventType"
  | "TransactionStatus"
  | "AttachmentType";

const LABELS: Record<string, string> = {
  waiting_seller: "Your turn",
  channel: "Magalu",
  new: "Not checked yet",
  waiting_moderation: "Being checked",
  approved: "Delivered",
  rejected: "Not delivered",
};

const FIELDS: Record<string, string> = {
  message: "the message",
  destination: "whom it is for",
  "owner.name": "your name",
  "owner.code": "your code",
  type: "the type",
  reason: "the reason",
  file: "this file",
  "file.mime_type": "the type of this file",
  "file.filename": "the name of this file",
};

export const words = new Vocabulary<EnumName>("magalu", {
  label: (value) => LABELS[value],
  nameOf: (field) => FIELDS[field],
});

/** Magalu's times mostly have no zone; what they mean is the package's to say. */
export function isoOf(text: string): string {
  const time = magaluTime(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}
