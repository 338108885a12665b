/** The client of the marketplace, reached through the gateway, and the sign-in. */
import { signal } from "@preact/signals";
import { Kaufland, TicketError } from "seller-tickets";
import { ACCOUNT } from "../../worker/account";
import { advice, type Doing, explain, type Problem } from "./words";

/** No keys are in the page: the gateway signs. */
export const kaufland = new Kaufland({ gateway: `/api/accounts/${ACCOUNT}` });

/** Whether this browser is signed in; `null` until the Worker has said so. */
export const signedIn = signal<boolean | null>(null);

/** Asks the Worker whether the cookie is still good. */
export async function loadSession(): Promise<void> {
  try {
    const response = await fetch("/session");
    const body = (await response.json()) as { signed_in?: boolean };
    signedIn.value = body.signed_in === true;
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
    if (response.ok) {
      signedIn.value = true;
      return "";
    }
    const body = (await response.json()) as { error?: { message?: string } };
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
