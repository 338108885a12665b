/** How many tickets there are in each view, and how many of them are late. */
import { computed, signal } from "@preact/signals";
import type { DeskCounts } from "seller-tickets/desk";
import { daysFrom } from "../words";
import { now } from "./clock";
import { asked, desk } from "./desk";
import { firstCounts } from "./first";
import { hasMore, peekTicket, shown } from "./list";
import { listed } from "./route";

/** The desk's counts, and how many of the tickets are late, if the desk counts those. */
export const counts = signal<(DeskCounts & { overdue?: number; dueToday?: number }) | null>(null);

export async function readCounts(): Promise<void> {
  counts.value = firstCounts() ?? (await asked(desk.counts()));
}

/** The group that a time belongs to. */
export function groupOf(at: number | null, moment: number): "overdue" | "today" | "tomorrow" | "later" | "none" {
  if (at === null) return "none";
  if (at < moment) return "overdue";
  const days = daysFrom(moment, at);
  if (days <= 0) return "today";
  return days === 1 ? "tomorrow" : "later";
}

let lastLate = 0;

/** Whether there may be more late tickets than are counted. */
export const isMoreLate = computed(() => {
  if (counts.value?.overdue !== undefined) return false;
  return overdue.value > 0 && overdue.value === shown.value.length && hasMore.value;
});

/** The number of late tickets. The list begins with them, so it tells as well. */
export const overdue = computed(() => {
  if (counts.value?.overdue !== undefined) return counts.value.overdue;
  const { view, account, query } = listed.value;
  if (view !== "todo" || account !== "" || query !== "") return lastLate;
  const late = shown.value.filter((name) => (peekTicket(name)?.due?.at ?? Number.POSITIVE_INFINITY) < now.value).length;
  lastLate = late === shown.value.length && hasMore.value ? Math.max(lastLate, late) : late;
  return lastLate;
});
