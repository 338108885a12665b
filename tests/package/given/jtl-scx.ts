/** What the examples of docs/jtl-scx.md take as given. */
import type { ScxCreateTicketParams } from "seller-tickets";

/** As in the first example of "Create". */
export declare const ticket: ScxCreateTicketParams;
export declare const pdfBytes: Uint8Array<ArrayBuffer>;
/** What the reader kept of an upload that stopped halfway. */
export declare const kept: string;
/** The reader's own store. */
export declare function store(...what: unknown[]): Promise<void>;
