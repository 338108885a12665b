/** Functions of callers that observe and change nothing. */

import type { MarketplaceId } from "../generated/types.js";
import { TicketError } from "./errors.js";
import { given } from "./given.js";
import { makeNonce } from "./nonce.js";
import type { CallInfo, EndInfo, Hooks } from "./options.js";

/** Handles what a hook of the caller's returned: one that is `async` may reject later. */
export function settle(returned: unknown, threw: (error: unknown) => void): void {
  if (returned !== undefined) Promise.resolve(returned).catch(threw);
}

/** Calls a hook. An error of it is reported on the console and otherwise ignored. */
export function notify<T>(hook: ((info: T) => void) | null | undefined, info: () => T): void {
  if (hook === undefined || hook === null) return;
  const threw = (error: unknown) => console.error("seller-tickets: a hook threw", error);
  try {
    settle(hook(info()), threw);
  } catch (error) {
    threw(error);
  }
}

/** How a call ended: with an answer, unless there is an error. */
export interface Ended {
  attempts: number;
  status?: number | undefined;
  error?: unknown;
}

type About = { endpoint: string; parentId?: string | undefined };
type Observed = Hooks & { marketplace: MarketplaceId };

/**
 * Tells the hooks that a call starts and how it ends. `work` gets the call's id, which is empty
 * where no hook asks for it; `ended` says how a call ended that threw nothing.
 */
export function observed<T>(
  host: Observed,
  about: About,
  work: (callId: string) => Promise<T>,
  ended: (result: T) => Ended,
): Promise<T> {
  const { onStart, onRequest, onResponse, onRetry, onEnd } = host;
  return onStart || onRequest || onResponse || onRetry || onEnd ? told(host, about, work, ended) : work("");
}

async function told<T>(
  { marketplace, onStart, onEnd }: Observed,
  { endpoint, parentId }: About,
  work: (callId: string) => Promise<T>,
  ended: (result: T) => Ended,
): Promise<T> {
  const call: CallInfo = { callId: makeNonce(), marketplace, endpoint };
  const began = Date.now();
  const end = ({ attempts, status, error }: Ended) => {
    const known = error instanceof TicketError ? error : undefined;
    const failed = error !== undefined || (status ?? 0) >= 400;
    const outcome = !failed ? "answer" : known?.kind === "aborted" ? "aborted" : "failure";
    const durationMs = Date.now() - began;
    notify(onEnd, (): EndInfo => ({ ...call, outcome, attempts, durationMs, ...given({ status, error: known }) }));
  };
  notify(onStart, () => ({ ...call, ...given({ parentId: parentId || undefined }) }));
  try {
    const result = await work(call.callId);
    end(ended(result));
    return result;
  } catch (error) {
    const { attempts = 0, status } = error instanceof TicketError ? error : {};
    end({ attempts, status, error });
    throw error;
  }
}
