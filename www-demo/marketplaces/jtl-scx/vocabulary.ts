// The words of the API, from the vendor's documentation.

export const TOPICS = ["QUESTION", "FEEDBACK", "DELIVERY", "RETURN", "REFUND", "INCIDENT"];
export const ROLES = ["BUYER", "SELLER", "CHANNEL"];
export const REFERENCE_TYPES = ["OFFER", "CHANNELOFFER", "ORDERID", "ORDERITEMID"];

/** What a channel is told of a seller's answer. */
export const REPLY_EVENT = "Seller:Ticket.Reply";
/**
 * What a seller is told of a channel's ticket. The vendor's name of it is not public: this one is
 * made up.
 */
export const TICKET_EVENT = "Channel:Ticket.Created";

const OFFICE = "application/vnd.openxmlformats-officedocument";

/** Beside all of `image/`. */
export const FILE_TYPES = [
  "text/plain",
  "application/pdf",
  `${OFFICE}.wordprocessingml.document`,
  `${OFFICE}.spreadsheetml.sheet`,
  "application/vnd.ms-excel",
  "application/msword",
];
