/** What the examples of docs/magalu.md take as given. */
import type { MagaluNewTicket, TokenStore } from "seller-tickets";

/** The reader's own store, of which the page shows one. */
export declare const tokenStore: TokenStore;
/** Where the seller's browser comes back to. */
export declare function visit(url: string): Promise<URL>;
/** As in the first example of "Open". */
export declare const ticket: MagaluNewTicket;
export declare const png: Uint8Array<ArrayBuffer>;
