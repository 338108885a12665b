/** The thread: the marketplace's messages, and the person's own letters where they belong. */
import type { DeskMessage, DeskOutboxItem, DeskRead } from "seller-tickets/desk";
import type { Handover } from "../state/handover";
import { NEEDS_PERSON } from "../state/outbox";

export type Entry =
  | { kind: "message"; at: number; message: DeskMessage; letter: DeskOutboxItem | null }
  | { kind: "letter"; at: number; letter: DeskOutboxItem }
  | { kind: "handover"; at: number; handover: Handover };

const words = (text: string | null) => (text ?? "").replace(/\s+/g, " ").trim().toLowerCase();

/** The states in which the marketplace may show the letter as a message. */
const MAY_SHOW = new Set(["sent", "confirmed", "published", "moderation", "maybe", "rejected"]);

/** Returns everything in the order of time, each letter once. */
export function entriesOf(read: DeskRead | null, handovers: readonly Handover[]): Entry[] {
  const letters = (read?.letters ?? []).filter(({ state }) => state !== "cancelled" && state !== "draft");
  const used = new Set<string>();
  const shownBy = (message: DeskMessage): DeskOutboxItem | null => {
    if (message.from !== "seller" || words(message.text) === "") return null;
    const found = letters.find(
      ({ id, text, state }) => !used.has(id) && MAY_SHOW.has(state) && words(text) === words(message.text),
    );
    if (found !== undefined) used.add(found.id);
    return found ?? null;
  };
  // The newest message is matched first, as the newest letter most likely is it.
  const messages = (read?.messages ?? [])
    .toReversed()
    .map((message) => ({ kind: "message" as const, at: message.at?.at ?? 0, message, letter: shownBy(message) }))
    .toReversed();
  const isNewest = (letter: DeskOutboxItem) =>
    !letters.some(({ action, createdAt }) => action === letter.action && createdAt > letter.createdAt);
  const newest = messages.at(-1)?.at ?? 0;
  // One that arrived is shown until its ticket is read with it.
  const isArrived = ({ state }: DeskOutboxItem) => state === "confirmed" || state === "published";
  // A later letter makes one that did not arrive uninteresting.
  const isShown = (letter: DeskOutboxItem) =>
    !used.has(letter.id) &&
    (!isArrived(letter) || (letter.sentAt ?? letter.createdAt) > newest) &&
    (!NEEDS_PERSON.has(letter.state) || isNewest(letter));
  const known = new Set(letters.map(({ id }) => id));
  const own = handovers
    .filter(({ letter, isCancelled }) => !isCancelled && !(letter !== null && known.has(letter)))
    .map((handover) => ({ kind: "handover" as const, at: handover.at, handover }));
  const rest = letters.filter(isShown).map((letter) => ({ kind: "letter" as const, at: letter.createdAt, letter }));
  // Messages keep the marketplace's order; the desk's own come where their time is.
  const all: Entry[] = [...messages];
  for (const entry of [...rest, ...own]) {
    const after = all.findLastIndex(({ at }) => at <= entry.at);
    all.splice(after + 1, 0, entry);
  }
  return all;
}
