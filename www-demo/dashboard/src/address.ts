/**
 * The meaning of the address: `#/kf-de/tickets/0015?status=opened` is an account and a view of it.
 * Reload and back work because nothing else does.
 */
import { computed, signal } from "@preact/signals";
import { type AccountId, isAccount } from "../../worker/accounts";

/** A view of an account. */
export interface Place {
  /** The parts of the path behind the account, decoded. */
  path: string[];
  /** `null` when the address has no query at all, not even an empty one. */
  query: string | null;
}

export interface Address extends Place {
  account: AccountId | null;
}

/**
 * Reads an address. One without an account is Kaufland's, the first marketplace that these pages
 * had.
 */
export function parse(hash: string): Address {
  const [path = "", query = null] = hash.replace(/^#/, "").split("?");
  const parts = path.split("/").slice(1).map(decode);
  const [first = "", ...rest] = parts;
  if (isAccount(first)) return { account: first, path: rest, query };
  return { account: first === "" ? null : "kf-de", path: parts, query };
}

/**
 * Writes an address. A query is kept when it is empty: none at all stands for a list as it first
 * opens.
 */
export function format(account: AccountId, path: readonly string[], query?: URLSearchParams): string {
  const parts = [account, ...path].map(encodeURIComponent);
  return `#/${parts.join("/")}${path.length === 0 ? "/" : ""}${query === undefined ? "" : `?${query}`}`;
}

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

export const address = computed(() => parse(hash.value));

/** Goes to an address; `replace` leaves no step to go back to. */
export function goTo(next: string, how: "push" | "replace" = "push"): void {
  if (next === location.hash) return;
  if (how === "push") location.hash = next;
  else {
    history.replaceState(history.state, "", next);
    hash.value = next;
  }
}

/** The value if it is an allowed one, else the first allowed. */
export function oneOf<const T extends string>(value: string | null, allowed: readonly [T, ...T[]]): T {
  return allowed.find((item) => item === value) ?? allowed[0];
}

/** A page number from an address. */
export function pageNumber(text: string | null): number {
  const page = Number(text ?? 1);
  return Number.isInteger(page) && page > 0 && page < 100_000 ? page : 1;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
