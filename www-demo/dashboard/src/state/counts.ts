/** How many tickets there are in each view, how many of them are late, and what was done today. */
import { computed, signal } from "@preact/signals";
import type { DeskCounts } from "seller-tickets/desk";
import { daysFrom } from "../words";
import { now } from "./clock";
import { asked, desk } from "./desk";
import { firstCounts } from "./first";
import { peekTicket, shown } from "./list";
import { listed } from "./route";

/** The desk's counts. */
export const counts = signal<DeskCounts | null>(null);
/** The same when its day is the person's own, and not yet the server's. */
export const today = signal<DeskCounts | null>(null);
let countedAt = 0;

export async function readCounts(): Promise<void> {
  const early = firstCounts();
  const found = early ?? (await asked(desk.counts()));
  countedAt = Date.now();
  counts.value = found;
  if (early === undefined) today.value = found;
}

/** The group that a time belongs to. */
export function groupOf(at: number | null, moment: number): "overdue" | "today" | "tomorrow" | "later" | "none" {
  if (at === null) return "none";
  if (at < moment) return "overdue";
  const days = daysFrom(moment, at);
  if (days <= 0) return "today";
  return days === 1 ? "tomorrow" : "later";
}

/** The number of late tickets: those that were counted, and those whose time has come since. */
export const overdue = computed(() => {
  const counted = counts.value?.overdue ?? 0;
  const isNew = (at: number | undefined) => at !== undefined && at >= countedAt && at < now.value;
  return listed.value.view === "todo"
    ? counted + shown.value.filter((name) => isNew(peekTicket(name)?.due?.at)).length
    : counted;
});
