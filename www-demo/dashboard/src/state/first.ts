/** What the page begins with, in one answer: the session, the first list and the counts. */
import type { DeskCounts, DeskListOptions, DeskPage, DeskTicket } from "seller-tickets/desk";
import type { StartAnswer } from "../../../worker/accounts";
import { type Session, sessionOf } from "./session";

type First = NonNullable<StartAnswer["first"]>;

let list: Pick<First, "asked" | "list"> | null = null;
let counts: DeskCounts | null = null;

/** Asks who is signed in and what that person sees first. The page's HTML has asked already. */
export async function loadFirst(): Promise<Session | null> {
  try {
    const response = await fetch("/start");
    const answer = (await response.json()) as StartAnswer;
    list = answer.first;
    counts = answer.first?.counts ?? null;
    return sessionOf(answer.session);
  } catch {
    return null;
  }
}

/** Takes the first list, once, if it is the wanted one. */
export function firstList(wanted: DeskListOptions): DeskPage<DeskTicket> | undefined {
  const found = list;
  list = null;
  return JSON.stringify(wanted) === JSON.stringify(found?.asked) ? found?.list : undefined;
}

/** Takes the counts, once. */
export function firstCounts(): DeskCounts | undefined {
  const found = counts ?? undefined;
  counts = null;
  return found;
}
