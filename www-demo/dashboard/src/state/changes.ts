/** What changes at the desk while the page is open. */
import { signal } from "@preact/signals";
import type { DeskOutboxItem } from "seller-tickets/desk";
import { sayError, tFirst } from "../words";
import { counts, readCounts } from "./counts";
import { desk } from "./desk";
import { draftOf } from "./drafts";
import { onHandedOver } from "./handover";
import { nameOf } from "./keys";
import { noteView, refresh } from "./list";
import { letters, readLetters } from "./outbox";
import { listed, openName } from "./route";
import { say } from "./say";
import { opened, read } from "./ticket";

/** Whether the person has the list in hand: then its order stays. */
export const holdsList = signal(false);

const GATHER_MS = 1000;
/** The list is shown first. */
const BEGIN_MS = 2500;

let timer: ReturnType<typeof setTimeout> | null = null;

/** Reads the list and the counts again, once for all that changes at a time. */
export function refreshSoon(): void {
  if (timer !== null) return;
  timer = setTimeout(() => {
    timer = null;
    void refresh(() => holdsList.peek());
    void lookAround();
  }, GATHER_MS);
}

/** Reads the counts, and the letters if there are any. What goes wrong is told by the list. */
async function lookAround(): Promise<void> {
  await readCounts().catch(() => {});
  await lookAtLetters();
}

async function lookAtLetters(): Promise<void> {
  const isListed = listed.peek().view === "outbox";
  if ((counts.peek()?.outbox ?? 0) > 0 && !isListed) await readLetters().catch(() => {});
}

const UNDERWAY: ReadonlySet<string> = new Set(["held", "sending", "sent", "maybe", "moderation"]);
/** How often letters are read while the person waits for them. */
const LOOK_MS = 4000;

/**
 * Reads the letters of the open ticket and of the outbox: not all that happens to a letter changes
 * its ticket, and one about something new has none.
 */
export function followLetters(): () => void {
  const isUnderway = ({ state }: DeskOutboxItem) => UNDERWAY.has(state);
  const timer = setInterval(async () => {
    const name = openName.peek();
    const own = name === "" ? [] : (opened.peek()?.letters ?? []).filter(isUnderway);
    const isListed = listed.peek().view === "outbox" && letters.peek().some(isUnderway);
    if ((own.length === 0 && !isListed) || document.hidden) return;
    await readLetters(own.length === 0 ? listed.peek().account : "").catch(() => {});
    const states = new Map(letters.peek().map(({ id, state }) => [id, state]));
    if (!own.some(({ id, state }) => states.get(id) !== state)) return;
    void readCounts().catch(() => {});
    if (openName.peek() === name) void read(name);
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Follows the changes until the signal ends it. */
export async function followChanges(until: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, BEGIN_MS));
  void lookAround();
  // The first list holds all changes from before the first counts.
  let after = counts.peek()?.after ?? 0;
  while (!until.aborted) {
    try {
      for await (const change of desk.changes({ after, signal: until, intervalMs: 5000 })) {
        after = change.after;
        noteView(nameOf(change.key), change.view);
        refreshSoon();
        if (nameOf(change.key) === openName.peek()) void read(openName.peek());
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}

onHandedOver(({ name, who }, error) => {
  if (openName.peek() === name) void read(name);
  else if (error !== null) say(`${who}: ${tFirst([draftOf(name).peek().back]) || sayError(error)}`);
  if (error !== null || listed.peek().view === "outbox") refreshSoon();
});
