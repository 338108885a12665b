/** Drafts: what a person writes to a ticket, kept with each letter. */
import { type Signal, signal } from "@preact/signals";
import { keep, onKept } from "./kept";

export type Mode = "reply" | "interimNotice" | "note";

/** A file of a draft: one that was chosen here, or one that a letter of the desk still has. */
export interface DraftFile {
  id: string;
  name: string;
  size: number;
  file: File | null;
  /** Its place among the files of the letter. */
  place: number;
}

export interface Draft {
  mode: Mode;
  text: string;
  note: string;
  /** The colleagues' note with which this one began. */
  noteBefore: string;
  files: DraftFile[];
  /** The ended letter whose files the desk is to send again. */
  filesOf: string | null;
  /** Whom it is for, where that can be chosen. */
  choice: string;
  wantsReply: boolean;
  /** When the other side had written last as the person knew it, in milliseconds since 1970. */
  heard: number;
  /** Why words that were sent are here again, as a key of the page's words; empty for none. */
  back: string;
  /** What the server said about it, as an error's data. */
  error: unknown;
}

export const EMPTY: Draft = {
  mode: "reply",
  text: "",
  note: "",
  noteBefore: "",
  files: [],
  filesOf: null,
  choice: "",
  wantsReply: true,
  heard: 0,
  back: "",
  error: null,
};

const drafts = new Map<string, Signal<Draft>>();
/** The names of the tickets that have a draft. */
export const drafted = signal<ReadonlySet<string>>(new Set());

/** Whether there is something that can be sent. */
export const isWritten = ({ text, files }: Draft) => text.trim() !== "" || files.length > 0;
const isEmpty = (draft: Draft) => !isWritten(draft) && draft.note === "" && draft.back === "";

function note(name: string, draft: Draft): void {
  const has = isWritten(draft);
  if (has === drafted.peek().has(name)) return;
  const next = new Set(drafted.peek());
  if (has) next.add(name);
  else next.delete(name);
  drafted.value = next;
}

/** The draft of a ticket; there always is one, and most are empty. */
export function draftOf(name: string): Signal<Draft> {
  let known = drafts.get(name);
  if (known === undefined) {
    known = signal(EMPTY);
    drafts.set(name, known);
  }
  return known;
}

function set(name: string, draft: Draft): void {
  draftOf(name).value = draft;
  note(name, draft);
}

/** The draft as it is kept; `undefined` for an empty one. */
export const keptDraft = (draft: Draft): Draft | undefined => (isEmpty(draft) ? undefined : draft);

/** Changes a draft and keeps it at once. */
export function write(name: string, change: Partial<Draft>): void {
  const draft = { ...draftOf(name).peek(), ...change };
  set(name, draft);
  void keep("draft", name, keptDraft(draft));
}

/** Shows a draft without keeping it: whoever calls keeps it together with something else. */
export const show = set;

/** Takes the drafts of a person from what is kept. */
export function takeDrafts(entries: readonly { name: string; value: unknown }[]): void {
  drafts.clear();
  drafted.value = new Set();
  for (const { name, value } of entries) set(name, { ...EMPTY, ...(value as Partial<Draft>) });
}

onKept(({ kind, name, value }) => {
  // The same ticket in another tab has the same draft.
  if (kind === "draft") set(name, { ...EMPTY, ...(value as Partial<Draft> | undefined) });
});
