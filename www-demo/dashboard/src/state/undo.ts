/** What was done a moment ago and can be taken back. */
import { computed, signal } from "@preact/signals";
import { type Handover, undo as takeBack, undoable } from "./handover";
import { local } from "./ticket";

/** A change of the desk's own, which is taken back by another one. */
interface Change {
  name: string;
  words: string;
  at: number;
  revert: () => Promise<boolean>;
}

const changed = signal<Change | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Changes what only the desk knows, and offers to change it back. */
export async function changeLocal(
  name: string,
  words: string,
  change: Parameters<typeof local>[1],
  back: Parameters<typeof local>[1],
): Promise<boolean> {
  if (!(await local(name, change))) return false;
  changed.value = { name, words, at: Date.now(), revert: () => local(name, back) };
  clearTimeout(timer);
  timer = setTimeout(() => {
    changed.value = null;
  }, 10_000);
  return true;
}

export type Undoable = { handover: Handover } | { change: Change };

/** The newest thing that can be taken back. */
export const latest = computed<Undoable | null>(() => {
  const [handover, change] = [undoable.value, changed.value];
  if (change !== null && (handover === undefined || change.at > handover.at)) return { change };
  return handover === undefined ? null : { handover };
});

/** Takes the newest back. Returns `false` if it was too late. */
export async function undoLatest(): Promise<boolean> {
  const what = latest.peek();
  if (what === null) return false;
  if ("handover" in what) return takeBack(what.handover);
  changed.value = null;
  return what.change.revert();
}
