/** Who is signed in, and what that opens. */
import { computed, signal } from "@preact/signals";
import type { MarketplaceId } from "seller-tickets";

export interface AccountInfo {
  id: string;
  marketplace: MarketplaceId;
  label: string;
}

export interface Session {
  person: string;
  accounts: AccountInfo[];
  /** Whether the Worker stores photos. */
  photos: boolean;
}

/** `undefined` until the Worker has said who is signed in, and `null` for no one. */
export const session = signal<Session | null | undefined>(undefined);
/** Whether the session ended while the page was open: what is on the screen stays there. */
export const isExpired = signal(false);

export const accounts = computed(() => session.value?.accounts ?? []);
export const accountOf = (id: string): AccountInfo | undefined => accounts.value.find((one) => one.id === id);

interface Answer {
  signed_in?: boolean;
  person?: string;
  accounts?: AccountInfo[];
  photos?: boolean;
  error?: { code?: string };
}

export function sessionOf({ signed_in, person = "", accounts = [], photos = false }: Answer): Session | null {
  return signed_in === true ? { person, accounts, photos } : null;
}

export type SignInFault = "signIn.wrong" | "signIn.tooMany" | "signIn.failed" | "signIn.unreachable";

/** Signs in, and returns the session or why not. */
export async function signIn(code: string, person: string): Promise<Session | SignInFault> {
  try {
    const response = await fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, person }),
    });
    if (response.status === 401) return "signIn.wrong";
    if (response.status === 429) return "signIn.tooMany";
    return sessionOf((await response.json()) as Answer) ?? "signIn.failed";
  } catch {
    return "signIn.unreachable";
  }
}

const STORED = "person";

/** The name of the person who was signed in here last; empty if there was no one. */
export const knownPerson = (): string => localStorage.getItem(STORED) ?? "";
export function rememberPerson(person: string): void {
  localStorage.setItem(STORED, person);
}

// All tabs share the cookie: what one person writes does not go out in the name of another.
addEventListener("storage", ({ key, newValue }) => {
  const person = session.peek()?.person ?? newValue;
  if (key === STORED && person !== newValue) location.reload();
});

/** Forgets the cookie. Returns whether that worked. What was written stays in this browser for the person. */
export async function signOut(): Promise<boolean> {
  try {
    return (await fetch("/session", { method: "DELETE" })).ok;
  } catch {
    return false;
  }
}
