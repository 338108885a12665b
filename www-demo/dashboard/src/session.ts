/** The sign-in, and which accounts it opens. */
import { batch, computed, signal } from "@preact/signals";
import { TicketError } from "seller-tickets";
import { ACCOUNT_IDS, type AccountId } from "../../worker/accounts";
import { address } from "./address";
import { advice, type Doing, explain, type Problem } from "./words";

/** Whether this browser is signed in; `null` until the Worker has said so. */
export const signedIn = signal<boolean | null>(null);

/** The accounts that the Worker has keys for. */
export const accounts = signal<AccountId[]>([]);

/** Whether the Worker stores photos. */
export const storesPhotos = signal(false);

/** The account that is shown; `null` when the Worker has none. */
export const current = computed<AccountId | null>(() => {
  const { account, query } = address.value;
  // A bare query is an inbox of Kaufland's from the time before there were other marketplaces.
  if (account === null && query !== null && accounts.value.includes("kf-de")) return "kf-de";
  return account ?? accounts.value[0] ?? null;
});

/** Whether this account's pages are shown and can be read. */
export function isShown(account: AccountId): boolean {
  return signedIn.value === true && current.value === account && accounts.value.includes(account);
}

interface SessionAnswer {
  signed_in?: boolean;
  accounts?: unknown[];
  photos?: boolean;
  error?: { message?: string };
}

function take(answer: SessionAnswer): void {
  const list = answer.accounts ?? [];
  batch(() => {
    if (answer.signed_in === true) {
      accounts.value = ACCOUNT_IDS.filter((id) => list.includes(id));
      storesPhotos.value = answer.photos === true;
    }
    signedIn.value = answer.signed_in === true;
  });
}

/** Asks the Worker whether the cookie is still good. */
export async function loadSession(): Promise<void> {
  try {
    const response = await fetch("/session");
    take((await response.json()) as SessionAnswer);
  } catch {
    signedIn.value = false;
  }
}

/** Signs in; the result is empty or says why not. */
export async function signIn(code: string): Promise<string> {
  try {
    const response = await fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    const body = (await response.json()) as SessionAnswer;
    if (response.ok) {
      take(body);
      return "";
    }
    return body.error?.message ?? `the worker answered ${response.status}`;
  } catch {
    return "the worker could not be reached; check the connection";
  }
}

/** Forgets the cookie. */
export async function signOut(): Promise<void> {
  try {
    await fetch("/session", { method: "DELETE" });
  } finally {
    signedIn.value = false;
  }
}

/** Puts whatever was thrown into words, and shows the sign-in when the gateway asks for it. */
export function problemOf(error: unknown, doing: Doing): Problem {
  if (error instanceof TicketError) {
    const problem = explain(error, doing);
    if (problem.signedOut) signedIn.value = false;
    return problem;
  }
  return {
    kind: "",
    title: "This page made an error",
    detail: error instanceof Error ? error.message : String(error),
    advice: advice("maybe", doing),
    unsure: doing !== "read",
    signedOut: false,
    facts: error instanceof Error ? (error.stack ?? "") : "",
  };
}

/** Whether a call ended because it was cancelled here. */
export function isAborted(error: unknown): boolean {
  return error instanceof TicketError && error.kind === "aborted";
}
