/** The open ticket. */
import { batch, effect, signal } from "@preact/signals";
import type { DeskLocalChange, DeskRead } from "seller-tickets/desk";
import { asking, overlay } from "./asking";
import { asked, desk, type Problem, problemOf } from "./desk";
import { keyOf } from "./keys";
import { takeTicket, ticketOf } from "./list";
import { openName, REST_MS } from "./route";

/** How many tickets that were read are kept for going back to them. */
const MOST = 12;
/** How long a ticket is open until it counts as seen. */
const SEEN_MS = 4000;
const known = new Map<string, DeskRead>();
/** The open ticket with its messages and actions; `null` until it is read. */
export const opened = signal<DeskRead | null>(null);
export const problem = signal<Problem | null>(null);
export const isReading = signal(false);
/** When the open ticket was shown to the person as it is. */
export let readAt = 0;
let round = 0;

export async function read(name: string): Promise<void> {
  round += 1;
  const own = round;
  isReading.value = true;
  try {
    const found = await asked(desk.read(keyOf(name)));
    known.delete(name);
    known.set(name, found);
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break;
      known.delete(oldest);
    }
    takeTicket(found.ticket);
    if (openName.peek() !== name) return;
    readAt = Date.now();
    batch(() => {
      opened.value = found;
      problem.value = null;
    });
  } catch (error) {
    // Of several answers, the one to the last question tells whether something is wrong.
    if (openName.peek() === name && own === round) problem.value = problemOf(error);
  } finally {
    if (openName.peek() === name) isReading.value = false;
  }
}

/** Changes what only the desk knows of a ticket. Returns whether that worked. */
export async function local(name: string, change: DeskLocalChange): Promise<boolean> {
  try {
    const ticket = await asked(desk.local(keyOf(name), change));
    takeTicket(ticket);
    const now = opened.peek();
    if (now !== null && openName.peek() === name) opened.value = { ...now, ticket };
    return true;
  } catch (error) {
    problem.value = problemOf(error);
    return false;
  }
}

/** Reads the ticket that the address names, and notes it as seen after a while. */
export function followTicket(): () => void {
  let shownAt = 0;
  let before = openName.peek();
  return effect(() => {
    const name = openName.value;
    const isQuick = Date.now() - shownAt < 400;
    shownAt = Date.now();
    readAt = shownAt;
    opened.value = known.get(name) ?? null;
    problem.value = null;
    if (name !== before) {
      // What was asked about one ticket is not asked about another.
      asking.value = null;
      overlay.value = null;
    }
    before = name;
    isReading.value = name !== "";
    if (name === "") return;
    const reading = setTimeout(() => void read(name), isQuick ? REST_MS : 0);
    const seeing = setTimeout(() => {
      if (ticketOf(name)?.unseen === true && !document.hidden) void local(name, { seen: true });
    }, SEEN_MS);
    return () => {
      clearTimeout(reading);
      clearTimeout(seeing);
    };
  });
}
