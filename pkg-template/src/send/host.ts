/** What a client lends to its calls, and how they wait. */

import type { MarketplaceId, Tokens } from "../generated/types.js";
import type { Debug } from "../ground/debug.js";
import type { Where } from "../ground/errors.js";
import type { Fetch, Hooks, Upload } from "../ground/options.js";
import type { Engine } from "../wasm/engine.js";
import type { Settings } from "../wasm/generated/boundary.js";
import type { Slots } from "./slots.js";

/** The lines of a client's sure writes. */
export interface Lines {
  /** Each as the last write left it, by its key. */
  readonly byKey: Map<string, Uint8Array>;
  /** The number of the last write that came. */
  last: number;
}

/** What a client lends to its calls. */
export interface Host extends Hooks {
  readonly marketplace: MarketplaceId;
  readonly settings: Settings;
  readonly credentials: unknown;
  /** The JSON text of all that the module has to know of the client. */
  readonly client: string;
  readonly engine: Engine;
  readonly fetch: Fetch;
  /** Whether `fetch` is the caller's, which may tell what it sent. */
  readonly ownFetch: boolean;
  /** Sends in place of `fetch` where a page wants to know what was sent. */
  readonly upload: Upload | undefined;
  readonly now: () => number;
  readonly random: () => number;
  /** The rate gates of all calls of this client, as the last of them left them. */
  readonly gates: Record<string, Uint8Array>;
  /** The sure writes that wait for their turn, or have it. */
  readonly lines: Lines;
  /** How many requests may wait for their headers at a time. */
  readonly slots: Slots;
  /** The short-lived tokens that the last renewal left, where the marketplace wants them. */
  readonly session: { readonly tokens: Tokens | undefined };
  /**
   * Returns short-lived tokens that can be used and are not `stale`, where the marketplace wants
   * them; `undefined` when the time is over first.
   */
  tokens(
    where: Where,
    stale: string | undefined,
    signal: AbortSignal | null | undefined,
    timeoutMs: number,
  ): Promise<Tokens | undefined>;
  /** Is told that the marketplace accepted these tokens. */
  tokensWorked(tokens: Tokens): void;
  readonly debug: Debug | undefined;
}

export { wait } from "./wait.js";
