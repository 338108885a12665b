/** What changes at the desk while the page is open. */
import { signal } from "@preact/signals";
import { readCounts } from "./counts";
import { desk } from "./desk";
import { onHandedOver } from "./handover";
import { nameOf } from "./keys";
import { refresh } from "./list";
import { openName } from "./route";
import { session } from "./session";
import { read } from "./ticket";

/** Whether the person has the list in hand: then its order stays. */
export const holdsList = signal(false);

const GATHER_MS = 600;
/** The list is shown first. */
const BEGIN_MS = 2500;

let timer: ReturnType<typeof setTimeout> | null = null;

/** Reads the list and the counts again, once for all that changes at a time. */
export function refreshSoon(): void {
  if (timer !== null) return;
  timer = setTimeout(() => {
    timer = null;
    void refresh(() => holdsList.peek());
    void readCounts().catch(() => {});
  }, GATHER_MS);
}

/** Follows the changes until the signal ends it. */
export async function followChanges(until: AbortSignal): Promise<void> {
  const place = `changes ${session.peek()?.person ?? ""}`;
  await new Promise((resolve) => setTimeout(resolve, BEGIN_MS));
  while (!until.aborted) {
    const after = Number(localStorage.getItem(place) ?? 0);
    try {
      for await (const change of desk.changes({ after, signal: until, intervalMs: 5000 })) {
        localStorage.setItem(place, String(change.after));
        refreshSoon();
        if (nameOf(change.key) === openName.peek()) void read(openName.peek());
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}

onHandedOver(({ name }, error) => {
  if (openName.peek() === name) void read(name);
  if (error !== null) refreshSoon();
});
