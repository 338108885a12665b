/** What the examples of docs/kaufland.md take as given. */

/** When the reader's program last asked. */
export declare const lastPoll: Date;
export declare const pdf: Uint8Array<ArrayBuffer>;
/** Order units of one order. */
export declare const units: number[];
/** The id of a ticket that is closed for good. */
export declare const finished: string;
