/** The list: the rows of a view, whose order only changes when that disturbs no one. */
import { batch, computed, effect, type Signal, signal, untracked } from "@preact/signals";
import type { DeskHealth, DeskListOptions, DeskTicket } from "seller-tickets/desk";
import { FIRST } from "../../../worker/accounts";
import { label } from "../words";
import { asked, desk, type Problem, problemOf } from "./desk";
import { drafted } from "./drafts";
import { firstList } from "./first";
import { nameOf } from "./keys";
import { readLetters } from "./outbox";
import { readQuery } from "./query";
import { listed, openName } from "./route";
import { session } from "./session";

const MOST = 200;

/** Every ticket that was listed, by its name; rows follow it without the list being drawn anew. */
const tickets = new Map<string, Signal<DeskTicket>>();
export const ticketOf = (name: string): DeskTicket | undefined => tickets.get(name)?.value;
/** The same, without being told of its changes. */
export const peekTicket = (name: string): DeskTicket | undefined => tickets.get(name)?.peek();

export function takeTicket(ticket: DeskTicket): void {
  const name = nameOf(ticket.key);
  const known = tickets.get(name);
  if (known === undefined) tickets.set(name, signal(ticket));
  else if (known.peek().rev !== ticket.rev || JSON.stringify(known.peek()) !== JSON.stringify(ticket))
    known.value = ticket;
}

/** The names of the rows as they are shown. */
export const shown = signal<readonly string[]>([]);
/** Rows that are shown and are no longer in the view. */
export const gone = signal<ReadonlySet<string>>(new Set());
/** New rows that wait to be shown. */
export const fresh = signal<readonly string[]>([]);
export const health = signal<readonly DeskHealth[]>([]);
export const isLoading = signal(false);
export const isLoaded = signal(false);
export const problem = signal<Problem | null>(null);
/** When the list was read last. */
export const readAt = signal(0);
/** Where the list goes on; `null` at its end. */
export const next = signal<string | null>(null);
export const hasMore = computed(() => next.value !== null);
/** How many tickets were read; a condition of the search may hide some of them. */
let taken = 0;

const query = computed(() => {
  const person = session.value?.person ?? "";
  const facts = {
    ...{ now: Date.now(), person },
    hasDraft: ({ key }: DeskTicket) => drafted.value.has(nameOf(key)),
    isKind: (kind: string, word: string) => label("kind", kind).toLowerCase() === word.toLowerCase(),
  };
  return readQuery(listed.value.query, facts);
});

let round = 0;

function options(limit: number, after?: string): DeskListOptions {
  const { view, account } = listed.peek();
  const { text, kind, due } = query.peek();
  // Words are searched in all views.
  const isSearch = text !== undefined;
  return {
    ...(isSearch || view === "outbox" ? {} : { view }),
    ...(account === "" ? {} : { account }),
    ...(isSearch ? { text } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(due === undefined ? {} : { due }),
    ...(after === undefined ? {} : { after }),
    limit,
  };
}

async function read(limit: number, after?: string) {
  const wanted = options(limit, after);
  const page = firstList(wanted) ?? (await asked(desk.list(wanted)));
  batch(() => {
    for (const ticket of page.items) takeTicket(ticket);
    health.value = page.accounts;
  });
  const { accepts } = query.peek();
  const names = page.items.filter(accepts).map(({ key }) => nameOf(key));
  return { names, next: page.next, count: page.items.length };
}

/** The reads of this round, one after the other: each goes on from what the one before has shown. */
let reads: Promise<void> = Promise.resolve();

function guarded(work: (isCurrent: () => boolean) => Promise<void>): Promise<void> {
  const own = round;
  reads = reads.then(() => (own === round ? carryOut(work, own) : undefined));
  return reads;
}

async function carryOut(work: (isCurrent: () => boolean) => Promise<void>, own: number): Promise<void> {
  isLoading.value = true;
  try {
    await work(() => own === round);
    problem.value = null;
    readAt.value = Date.now();
  } catch (error) {
    if (own !== round) return;
    problem.value = problemOf(error);
  } finally {
    if (own === round) isLoading.value = false;
  }
}

/** Reads the list from its beginning. */
export function load(): Promise<void> {
  round += 1;
  reads = Promise.resolve();
  left.clear();
  batch(() => {
    shown.value = [];
    fresh.value = [];
    gone.value = new Set();
    next.value = null;
    isLoaded.value = false;
  });
  return guarded(async (isCurrent) => {
    if (listed.peek().view === "outbox" && query.peek().text === undefined) {
      health.value = await readLetters(listed.peek().account);
      if (isCurrent()) isLoaded.value = true;
      return;
    }
    const page = await read(FIRST.limit);
    if (!isCurrent()) return;
    taken = page.count;
    batch(() => {
      shown.value = page.names;
      next.value = page.next;
      isLoaded.value = true;
    });
  });
}

/** The round in which a next page is asked for. */
let goingOn = -1;

/** Reads the next page. */
export function more(): Promise<void> {
  const own = round;
  if (goingOn === own) return reads;
  goingOn = own;
  return guarded(async (isCurrent) => {
    const after = next.peek();
    if (after === null) return;
    const page = await read(MOST, after);
    if (!isCurrent()) return;
    taken += page.count;
    const known = new Set(shown.peek());
    batch(() => {
      shown.value = [...shown.peek(), ...page.names.filter((name) => !known.has(name))];
      next.value = page.next;
    });
  }).finally(() => {
    if (goingOn === own) goingOn = -1;
  });
}

/** Reads again as much as is shown. The rows change in place, and new ones wait. */
export function refresh(isDisturbing: () => boolean): Promise<void> {
  if (!isLoaded.peek()) return load();
  return guarded(async (isCurrent) => {
    if (listed.peek().view === "outbox" && query.peek().text === undefined) {
      health.value = await readLetters(listed.peek().account);
      return;
    }
    const before = shown.peek();
    const page = await read(Math.min(MOST, Math.max(FIRST.limit, taken)));
    if (!isCurrent()) return;
    if (taken <= MOST) return merge(page.names, page.next, isDisturbing());
    // Of a long list, only its most urgent part is read again; the rest is what it was, except for
    // the tickets that are known to have left.
    const known = new Set(page.names);
    const rest = before.filter((name) => !known.has(name) && !left.has(name));
    merge([...page.names, ...rest], next.peek(), isDisturbing());
  });
}

/** The tickets that left the view since it was loaded. */
const left = new Set<string>();

/** Notes in which view a ticket is now. */
export function noteView(name: string, view: string | null): void {
  if (view === listed.peek().view) left.delete(name);
  else left.add(name);
}

function merge(names: readonly string[], after: string | null, isDisturbed: boolean): void {
  const [before, present] = [shown.peek(), new Set(names)];
  const known = new Set(before);
  batch(() => {
    next.value = after;
    waiting = withOpen(names, before);
    gone.value = new Set(before.filter((name) => !present.has(name)));
    fresh.value = names.filter((name) => !known.has(name));
    if (!isDisturbed) apply();
  });
}

/** The list as it was read last, for when it may be shown. */
let waiting: readonly string[] = [];

/** The open ticket keeps its place after it left the view, so that "next" goes on from there. */
function withOpen(names: readonly string[], before: readonly string[]): readonly string[] {
  const open = openName.peek();
  const at = before.indexOf(open);
  if (at < 0 || names.includes(open)) return names;
  const previous = before.slice(0, at).findLast((name) => names.includes(name));
  return names.toSpliced(previous === undefined ? 0 : names.indexOf(previous) + 1, 0, open);
}

/** Shows the list as it was read last, with its new rows and without those that left. */
export function settle(): void {
  if (fresh.peek().length > 0 || gone.peek().size > 0) apply();
}

function apply(): void {
  batch(() => {
    shown.value = waiting;
    fresh.value = [];
    gone.value = new Set([...gone.peek()].filter((name) => waiting.includes(name)));
  });
}

/** Loads the list whenever another one is asked for. */
export function followList(): () => void {
  return effect(() => {
    void listed.value;
    void untracked(load);
  });
}
