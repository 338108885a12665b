/** The desk on the server, and what its failures mean to the page. */
import { signal } from "@preact/signals";
import { TicketError } from "seller-tickets";
import { Desk } from "seller-tickets/desk";
import { isExpired, session } from "./session";

export const desk = new Desk({ remote: "/api/desk" });

/** Whether the last request reached the server. */
export const isOnline = signal(navigator.onLine);
addEventListener("online", () => {
  isOnline.value = true;
});
addEventListener("offline", lose);

/** When the connection was lost last; what was read before may be old. */
export let lostAt = 0;

function lose(): void {
  lostAt = Date.now();
  isOnline.value = false;
}

/** Something that failed, and when it can be tried again. */
export interface Problem {
  error: unknown;
  retryAt: number | null;
}

const isOurs = (error: unknown): error is TicketError => error instanceof TicketError;

/** Whether the person has to sign in again. */
const isSignedOut = (error: unknown): boolean => isOurs(error) && error.kind === "authentication";

/** Whether the same request may succeed later without any change. */
export function isPassing(error: unknown): boolean {
  if (!isOurs(error)) return false;
  return ["network", "timeout", "server", "rate_limited", "decode", "authentication"].includes(error.kind);
}

/** Returns what the page shows of a failure. */
export function problemOf(error: unknown): Problem {
  const wait = isOurs(error) ? error.retryAfterMs : undefined;
  if (wait === undefined) return { error, retryAt: null };
  // The page counts the wait down, so the words need not tell it.
  const { retryAfterMs: _, ...data } = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
  return { error: data, retryAt: Date.now() + wait };
}

/** Does something at the desk, and notes whether the server was reached and knew the person. */
export async function asked<T>(work: Promise<T>): Promise<T> {
  const before = session.peek();
  try {
    const result = await work;
    // A late answer may come when the connection is lost already.
    isOnline.value = navigator.onLine;
    return result;
  } catch (error) {
    // A late answer to what was asked before the person signed in again tells nothing of now.
    if (isSignedOut(error) && session.peek() === before) isExpired.value = true;
    if (isOurs(error) && error.kind === "network") lose();
    throw error;
  }
}
