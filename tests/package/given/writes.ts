/** What the examples of docs/writes.md take as given. */
import type { ClickBankCreateTicketParams } from "seller-tickets";

export declare const id_ticket: string;
export declare const receipt: string;
export declare const refund: ClickBankCreateTicketParams;
