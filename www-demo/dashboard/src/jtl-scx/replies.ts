/**
 * Sellers' replies. JTL hands an event out, keeps it back for some minutes, and delivers it again
 * until it is acknowledged, ten times at most. So what was fetched is kept in this tab, is
 * acknowledged by who has read it, and is known when it comes again.
 *
 * Only replies are asked for: orders and offers are for other software of the channel, which must
 * not miss a delivery because of this page.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { JtlScxReplyEvent, ScxAttachment } from "seller-tickets";
import { onForget } from "../draft";
import { keep, keptJson } from "../kept";
import { Reading } from "../reading";
import { save } from "../save";
import { say } from "../say";
import { isShown, problemOf } from "../session";
import { count, type Problem } from "../words";
import { ACCOUNT, scx } from "./client";
import { view } from "./route";

const TYPE = "Seller:Ticket.Reply";
const EVERY_MS = 60_000;

/** A reply as it is shown. */
export interface Reply {
  event: JtlScxReplyEvent;
  read: boolean;
}

const KEPT = `replies ${ACCOUNT}`;
const stored = keptJson(KEPT);
/** The newest first. */
export const replies = signal<Reply[]>(Array.isArray(stored) ? stored : []);
effect(() => keep(KEPT, replies.value.length === 0 ? "" : JSON.stringify(replies.value)));
onForget(() => {
  replies.value = [];
});

/** Those that are read and not acknowledged. */
export const readOnes = computed(() => replies.value.filter(({ read }) => read));

export const opened = computed(() => {
  const open = view.value;
  return open.name === "reply" ? (replies.value.find(({ event }) => event.id === open.id) ?? null) : null;
});

export const inbox = new Reading<{ at: number }>();

/** Fetches the replies that wait. */
export async function load(): Promise<void> {
  await inbox.read(async (signal) => {
    const events = await scx.listEvents({ eventTypeFilter: [TYPE] }, { signal });
    const known = new Set(replies.peek().map(({ event }) => event.id));
    const fresh = events.filter((event): event is JtlScxReplyEvent => event.type === TYPE && !known.has(event.id));
    if (fresh.length > 0) {
      replies.value = [...fresh.map((event) => ({ event, read: false })), ...replies.peek()].sort((a, b) =>
        (b.event.createdAt ?? "").localeCompare(a.event.createdAt ?? ""),
      );
    }
    return { at: Date.now() };
  });
}

export async function reload(): Promise<void> {
  const before = replies.peek().length;
  await load();
  if (!inbox.failure.peek()) say(`${count(replies.peek().length - before, "new reply", "new replies")}.`);
}

export const acknowledging = signal(false);
export const problem = signal<Problem | null>(null);

/** Tells JTL that these are done with: they will not come again. */
export async function acknowledge(ids: string[]): Promise<boolean> {
  if (acknowledging.peek() || ids.length === 0) return false;
  acknowledging.value = true;
  problem.value = null;
  try {
    // The most that one call takes is 100.
    for (let at = 0; at < ids.length; at += 100) {
      const some = ids.slice(at, at + 100);
      await scx.acknowledgeEvents(some);
      replies.value = replies.peek().filter(({ event }) => !some.includes(event.id));
    }
    say(`${count(ids.length, "reply", "replies")} acknowledged.`);
    return true;
  } catch (error) {
    problem.value = problemOf(error, "acknowledge");
    return false;
  } finally {
    acknowledging.value = false;
  }
}

export async function download({ event }: Reply, { filename }: ScxAttachment): Promise<Problem | null> {
  const { sellerId, ticketId } = event.event;
  try {
    const file = await scx.downloadAttachment({ sellerId, ticketId, filename });
    save(await file.blob(), filename);
    say(`${filename} downloaded`);
    return null;
  } catch (error) {
    return problemOf(error, "read");
  }
}

// A reply that is opened is read.
effect(() => {
  const open = view.value;
  if (open.name !== "reply") return;
  const list = replies.value;
  const found = list.find(({ event }) => event.id === open.id);
  if (found === undefined || found.read) return;
  untracked(() => {
    replies.value = list.map((reply) => (reply === found ? { ...reply, read: true } : reply));
  });
});

let timer: ReturnType<typeof setInterval> | undefined;
effect(() => {
  clearInterval(timer);
  if (!isShown(ACCOUNT)) return;
  untracked(() => void load());
  timer = setInterval(() => {
    if (document.visibilityState === "visible") void load();
  }, EVERY_MS);
});
