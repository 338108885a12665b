/** The letters to which something may still happen. */
import { computed, signal } from "@preact/signals";
import type { DeskHealth, DeskOutboxItem } from "seller-tickets/desk";
import { asked, desk } from "./desk";
import { nameOf } from "./keys";

const MOST = 100;

export const letters = signal<readonly DeskOutboxItem[]>([]);

/** The states in which a person has to do something. */
export const NEEDS_PERSON: ReadonlySet<string> = new Set(["refused", "rejected", "needsPerson", "review"]);

/** The names of the tickets with a letter that did not arrive. */
export const troubled = computed<ReadonlySet<string>>(
  () => new Set(letters.value.filter(({ state }) => NEEDS_PERSON.has(state)).map(({ key }) => nameOf(key))),
);

/** Reads them, and returns the state of the accounts. */
export async function readLetters(account = ""): Promise<DeskHealth[]> {
  const options = { view: "outbox", limit: MOST, ...(account === "" ? {} : { account }) } as const;
  const page = await asked(desk.list(options));
  letters.value = page.items;
  return page.accounts;
}
