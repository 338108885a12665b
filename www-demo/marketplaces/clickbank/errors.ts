// The vendor's error answers: a status and plain text, whatever was asked for.
//
// 403 stands for all that the caller may not do or see: keys, roles, unknown and foreign receipts
// and tickets, partial refunds that are not enabled, quotas. 400 is for parameters, and for a
// ticket's state as the vendor documents it for reopening.

import { type Reply, say } from "../shared/http.ts";

export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  toReply(): Reply {
    return say(this.status, this.message, this.headers);
  }
}

export const badRequest = (message: string) => new Refusal(400, message);
export const forbidden = (message: string) => new Refusal(403, message);
/** The vendor does not tell what does not exist from what belongs to others. */
export const noTicket = () => forbidden("Ticket does not exist or access is denied");
export const noReceipt = () => forbidden("Receipt does not exist or access is denied");

const BY_STATUS: Record<number, string> = {
  400: "Bad Request",
  403: "Access denied",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  414: "URL is longer than 2000 characters",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** What the vendor would say with a status when nothing more is known. */
export function errorBody(status: number): string {
  return BY_STATUS[status] ?? "Error";
}
