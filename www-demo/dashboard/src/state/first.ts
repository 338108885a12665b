/** What the page begins with, in one answer: the session, the first list and the counts. */
import type { DeskCounts, DeskListOptions, DeskPage, DeskTicket } from "seller-tickets/desk";
import type { StartAnswer } from "../../../worker/accounts";
import { type Session, sessionOf } from "./session";

type First = NonNullable<StartAnswer["first"]>;

let list: Pick<First, "asked" | "list"> | null = null;
let counts: DeskCounts | null = null;

declare global {
  /** The answer of `/start`, for which the page's HTML has asked; `null` if there is none. */
  var start: Promise<StartAnswer | null> | undefined;
}

const ask = async (): Promise<StartAnswer> => (await fetch("/start")).json();

/** Returns who is signed in, and takes what that person sees first. */
export async function loadFirst(): Promise<Session | null> {
  // What changes HTML on its way may take its script away, which the page's policy refuses then.
  const answer = await (globalThis.start ?? ask().catch(() => null));
  list = answer?.first ?? null;
  counts = answer?.first?.counts ?? null;
  return answer === null ? null : sessionOf(answer.session);
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
