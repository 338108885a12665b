/**
 * What was decided and is on its way to the server. It is kept in this browser before anything is
 * sent, and handed over with an id of its own, so that it can be handed over again without being
 * done twice: after a reload, a killed tab, a lost answer or a time without a connection.
 */
import { computed, signal } from "@preact/signals";
import type { DeskAction, DeskArguments, DeskOutboxItem } from "seller-tickets/desk";
import { asked, desk, isOnline, isPassing, lostAt } from "./desk";
import { type Draft, draftOf, EMPTY, isWritten, keptDraft, show, write } from "./drafts";
import { clearForm, keepSent, restoreForm, type Written } from "./forms";
import { keep, keepAll, kept, onKept } from "./kept";
import { keyOf } from "./keys";
import { isExpired, session } from "./session";

/** How long the server holds what can still be undone. */
export const HOLD_MS = 10_000;
/** How long a tab remembers what was handed over, so that no other one answers the same again. */
const MEMORY_MS = 60_000;

export interface Handover {
  id: string;
  /** The name of the ticket. */
  name: string;
  /** Whom it is about, for the words on the screen. */
  who: string;
  action: DeskAction;
  args: Omit<DeskArguments, "files"> & { files?: File[] | undefined };
  expect?: string | undefined;
  /** What was written in the composer or in a form, to be put back. */
  draft: Draft;
  form: Written | null;
  /** When it was decided, and when the ticket was read before. */
  at: number;
  seenAt: number;
  state: "waiting" | "sending" | "held";
  /** The id of the letter, once the server has it. */
  letter: string | null;
  holdUntil: number;
  sent: number;
  total: number;
  /** Whether the server may have it, because a try was made. */
  isTried: boolean;
  /** Whether the person took it back before the server said that it has it. */
  isCancelled: boolean;
}

/** All that is on its way or was handed over a moment ago, newest last. */
export const handovers = signal<readonly Handover[]>([]);
/** Those that the server does not have yet. */
export const unsent = computed(() => handovers.value.filter((one) => one.state !== "held" && !one.isCancelled));
export const onItsWay = (name: string) => handovers.value.some((one) => one.name === name && !one.isCancelled);

type Listener = (handover: Handover, error: unknown) => void;
const listeners = new Set<Listener>();
/** Is told of each that the server took, or refused with an error. */
export function onHandedOver(listener: Listener): void {
  listeners.add(listener);
}

const update = (id: string, change: Partial<Handover>): void => {
  handovers.value = handovers.peek().map((one) => (one.id === id ? { ...one, ...change } : one));
};
const drop = (id: string): void => {
  handovers.value = handovers.peek().filter((one) => one.id !== id);
};
const find = (id: string) => handovers.peek().find((one) => one.id === id);

/** The ids of what was handed over in this tab. */
const mine = new Set<string>();

/** What another tab or an earlier moment did with a ticket. */
const lastOf = async (name: string) =>
  (await kept("handover", `last ${name}`)) as { id: string; at: number } | undefined;

export interface Decision {
  name: string;
  who: string;
  action: DeskAction;
  args: Handover["args"];
  expect?: string | undefined;
  /** When the ticket was read as the person sees it; a second tab may have answered since. */
  seenAt: number;
  /** Whether what was written in the composer goes with it. */
  takesDraft: boolean;
  /** The form that it comes from; it is emptied. */
  form?: Written | undefined;
}

/**
 * Hands a decision over. Returns `false` if another tab has answered the ticket since the person
 * opened it: then nothing was handed over, and nothing is lost.
 */
export async function handOver(decision: Decision): Promise<boolean> {
  const { name, who, action, args, expect, seenAt, takesDraft, form = null } = decision;
  const handover: Handover = {
    ...{ id: crypto.randomUUID(), name, who, action, args, expect },
    ...{ draft: takesDraft ? draftOf(name).peek() : EMPTY, at: Date.now(), seenAt, form },
    ...{ state: "waiting", letter: null, holdUntil: 0, sent: 0, total: 0 },
    ...{ isTried: false, isCancelled: false },
  };
  mine.add(handover.id);
  // The field is emptied at once, so that what is typed next belongs to the next letter.
  if (takesDraft) show(name, { ...EMPTY, note: handover.draft.note });
  handovers.value = [...handovers.peek(), handover];
  const isFirst = await navigator.locks.request(`answer ${name}`, async () => {
    const last = await lastOf(name);
    const isAnswered = last !== undefined && last.at > seenAt && !mine.has(last.id);
    if (takesDraft && isAnswered) return false;
    const keeping = keepAll([
      { kind: "handover", name: handover.id, value: handover },
      { kind: "handover", name: `last ${name}`, value: { id: handover.id, at: handover.at } },
      ...(takesDraft ? [{ kind: "draft" as const, name, value: keptDraft(draftOf(name).peek()) }] : []),
    ]);
    if (form !== null) {
      keepSent(handover.id, form);
      clearForm(form.name);
    }
    await keeping;
    return true;
  });
  if (!isFirst) {
    drop(handover.id);
    putBack(handover, "back.otherTab", null);
    return false;
  }
  void attempt(handover.id);
  return true;
}

/** Puts what was written back in front of the person, before what was written since. */
function putBack({ name, draft, form, action }: Handover, back: string, error: unknown): void {
  if (form !== null) restoreForm(form.name, form.values);
  const data = JSON.parse(JSON.stringify(error ?? null)) as unknown;
  if (!isWritten(draft)) {
    if (back !== "" && action !== "create") write(name, { back: "back.notDone", error: data });
    return;
  }
  const now = draftOf(name).peek();
  const text = [draft.text, now.text].filter((part) => part !== "").join("\n\n");
  const sent = action === "interimNotice" ? "interimNotice" : "reply";
  // A note to colleagues that is being written does not go on in a letter to the buyer.
  const mode = back !== "" && now.mode === "note" ? "note" : sent;
  write(name, { ...draft, mode, text, note: now.note, files: [...draft.files, ...now.files], back, error: data });
}

let tries = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tries all that wait, one after the other for each ticket. */
export function tryAgain(): void {
  clearTimeout(timer);
  const names = new Set<string>();
  for (const { id, name, state } of handovers.peek()) {
    if (state === "sending") names.add(name);
    if (state !== "waiting" || names.has(name)) continue;
    names.add(name);
    void attempt(id);
  }
}

function tryLater(retryAfterMs: number | undefined): void {
  tries += 1;
  clearTimeout(timer);
  timer = setTimeout(tryAgain, retryAfterMs ?? Math.min(2000 * 2 ** Math.min(tries, 5), 60_000));
}

/** What waited for longer than this may meet an answer of another person. */
const WAITED_MS = 5000;

/** Whether another person wrote a letter to the ticket since it was read. */
async function isAnswered({ id, name, seenAt }: Handover): Promise<boolean> {
  const { letters } = await asked(desk.read(keyOf(name)));
  const isOther = (letter: DeskOutboxItem) =>
    letter.id !== id && letter.createdAt > seenAt && letter.text !== null && letter.state !== "cancelled";
  // A try whose answer was lost left the letter there.
  return !letters.some((letter) => letter.id === id) && letters.some(isOther);
}

async function attempt(id: string): Promise<void> {
  const handover = find(id);
  if (handover === undefined || handover.state !== "waiting") return;
  // Both ends are told, and it is tried then.
  if (!navigator.onLine || isExpired.peek()) return;
  // One after the other for each ticket: the next one goes when this one is there.
  if (handovers.peek().some(({ name, state }) => name === handover.name && state === "sending")) return;
  update(id, { state: "sending", isTried: true });
  // Only one tab hands it over, although the server would take it once in any case.
  await navigator.locks.request(`hand over ${id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) {
      update(id, { state: "waiting" });
      tryLater(undefined);
      return;
    }
    const { name, action, args, expect } = handover;
    const options = {
      ...{ id, holdMs: HOLD_MS, expect },
      onProgress: ({ loaded = 0, total = 0 }: { loaded?: number | undefined; total?: number | undefined }) =>
        update(id, { sent: loaded, total }),
    };
    try {
      const isOld = lostAt > handover.seenAt || Date.now() - handover.at > WAITED_MS;
      if (handover.draft !== EMPTY && isOld && (await isAnswered(handover))) {
        return returned(id, { code: "ticket_changed" });
      }
      const letter = await asked(desk.do(keyOf(name), action, args, options));
      tries = 0;
      taken(id, letter);
    } catch (error) {
      if (isPassing(error)) {
        update(id, { state: "waiting" });
        tryLater((error as { retryAfterMs?: number }).retryAfterMs);
        return;
      }
      returned(id, error);
    }
  });
  if (find(id)?.state === "waiting") return;
  const next = handovers.peek().find(({ name, state }) => name === handover.name && state === "waiting");
  if (next !== undefined) void attempt(next.id);
}

function taken(id: string, letter: string | null): void {
  const handover = find(id);
  void keep("handover", id, undefined);
  if (handover === undefined) return;
  if (handover.isCancelled) {
    // It was taken back before the server had it, and its time to be undone has just begun.
    if (letter !== null) void asked(desk.undo(letter)).catch(() => {});
    drop(id);
    return;
  }
  update(id, { state: "held", letter, holdUntil: Date.now() + (letter === null ? 0 : HOLD_MS) });
  setTimeout(() => drop(id), MEMORY_MS);
  for (const listener of listeners) listener(handover, null);
}

function returned(id: string, error: unknown): void {
  const handover = find(id);
  drop(id);
  void keep("handover", id, undefined);
  // Whoever took it back has the words already.
  if (handover === undefined || handover.isCancelled) return;
  const isChanged = (error as { code?: string }).code === "ticket_changed";
  putBack(handover, isChanged ? "back.changed" : "back.refused", error);
  for (const listener of listeners) listener(handover, error);
}

/** What can be undone now: the newest that is not sent yet. */
export const undoable = computed(() =>
  handovers.value.findLast(({ state, isCancelled, holdUntil }) => !isCancelled && (state !== "held" || holdUntil > 0)),
);

/** Takes the newest back. Returns `false` if it was too late. */
export async function undo(handover: Handover): Promise<boolean> {
  if (handover.state !== "held") {
    if (handover.isTried || !mine.has(handover.id)) {
      // The server may have it: it is asked once more under the same id, and takes it back then.
      update(handover.id, { isCancelled: true });
      void keep("handover", handover.id, { ...handover, isCancelled: true });
    } else {
      drop(handover.id);
      void keep("handover", handover.id, undefined);
    }
  } else {
    if (handover.letter === null) return false;
    // Undone once more, its words would be in the field twice.
    update(handover.id, { isCancelled: true });
    try {
      await asked(desk.undo(handover.letter));
    } catch {
      update(handover.id, { isCancelled: false });
      return false;
    }
    drop(handover.id);
  }
  void keep("handover", `last ${handover.name}`, undefined);
  putBack(handover, "", null);
  return true;
}

/** Takes what was not handed over yet from what is kept, and goes on with it. */
export function takeHandovers(entries: readonly { name: string; value: unknown }[]): void {
  const all = entries.filter(({ name }) => !name.startsWith("last ")).map(({ value }) => value as Handover);
  handovers.value = all
    .map((one) => ({ ...one, state: "waiting" as const, sent: 0, total: 0 }))
    .sort((a, b) => a.at - b.at);
  const old = entries.filter(
    ({ name, value }) => name.startsWith("last ") && (value as Handover).at < Date.now() - 864e5,
  );
  void keepAll(old.map(({ name }) => ({ kind: "handover", name, value: undefined })));
  tryAgain();
}

onKept(({ kind, name, value }) => {
  if (kind !== "handover" || name.startsWith("last ")) return;
  // What another tab hands over is shown here too, and is that tab's to send.
  if (value === undefined) {
    const known = find(name);
    if (known?.state === "waiting") update(name, { state: "held", holdUntil: 0 });
    setTimeout(() => drop(name), MEMORY_MS);
  } else if (find(name) === undefined) {
    handovers.value = [...handovers.peek(), { ...(value as Handover), state: "waiting" }];
  } else if ((value as Handover).isCancelled) {
    update(name, { isCancelled: true });
  }
});

/** Tries all that wait, because what held them back is over. */
function resume(): void {
  tries = 0;
  tryAgain();
}

addEventListener("online", resume);
isOnline.subscribe((online) => {
  if (online) resume();
});
isExpired.subscribe((expired) => {
  if (!expired && session.peek() != null) resume();
});
addEventListener("visibilitychange", () => {
  if (!document.hidden) resume();
});
