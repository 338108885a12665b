/** What begins with a session, and ends with it. */
import { batch } from "@preact/signals";
import { t } from "../words";
import { followChanges, followLetters, refreshSoon } from "./changes";
import { readCounts } from "./counts";
import { takeDrafts } from "./drafts";
import { takeForms } from "./forms";
import { takeHandovers } from "./handover";
import { keepFor } from "./kept";
import { followList } from "./list";
import { openName } from "./route";
import { say } from "./say";
import { isExpired, rememberPerson, type Session, session, signOut } from "./session";
import { followTicket, read } from "./ticket";

let ends: (() => void)[] = [];

/** Begins to work for a person, with all that the person wrote before. */
export async function begin(found: Session): Promise<void> {
  // Whoever signs in again goes on where the page is.
  const isSame = session.peek()?.person === found.person;
  const entries = isSame ? [] : await keepFor(found.person);
  const of = (kind: string) => entries.filter((entry) => entry.kind === kind);
  batch(() => {
    session.value = found;
    isExpired.value = false;
  });
  rememberPerson(found.person);
  if (isSame) {
    refreshSoon();
    if (openName.peek() !== "") void read(openName.peek());
    return;
  }
  takeDrafts(of("draft"));
  takeForms(of("form"));
  takeHandovers(of("handover"));
  const until = new AbortController();
  // What changes after the counts is told, so the list comes after them.
  await readCounts().catch(() => {});
  ends = [followList(), followTicket(), followLetters(), () => until.abort()];
  void followChanges(until.signal);
}

/** Ends the session. What was written stays in this browser for the same person. */
export async function end(): Promise<void> {
  if (!(await signOut())) {
    say(t("signIn.unreachable"));
    return;
  }
  for (const stop of ends) stop();
  ends = [];
  session.value = null;
  // Nothing of one person is left on the screen of the next.
  location.reload();
}
