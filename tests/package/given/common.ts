/**
 * What the examples of the pages take as given: a client that an earlier example made, and what the
 * reader brings. Names of the package are not among them: an example imports what it uses.
 */
import type { ClickBank, JtlScx, Kaufland, Magalu } from "seller-tickets";
import type { UploadBucket } from "seller-tickets/gateway";

export declare const kaufland: Kaufland;
export declare const clickbank: ClickBank;
export declare const scx: JtlScx<"channel">;
export declare const magalu: Magalu;

/** The reader's own check of who is there. */
export declare function isSignedIn(request: Request): boolean;

/** From the reader's settings, and from a form. */
export declare const clientKey: string;
export declare const secretKey: string;
export declare const apiKey: string;
export declare const clientId: string;
export declare const clientSecret: string;
export declare const refreshToken: string;
export declare const token: string;
export declare const id: string;
export declare const text: string;
export declare const photo: File;
export declare const files: File[];
export declare const bytes: Uint8Array<ArrayBuffer>;
export declare const signal: AbortSignal;

/** What Cloudflare's own types have. */
export type R2Bucket = UploadBucket;
export type ExecutionContext = { waitUntil(promise: Promise<unknown>): void };
export type DurableObjectNamespace<T> = { get(id: unknown): T; idFromName(name: string): unknown };
