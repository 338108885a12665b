/** Forms for something new, and what a question asks; kept while they are filled in. */
import { type Signal, signal } from "@preact/signals";
import { keep, keepAll, onKept } from "./kept";

/** A form and what was in it. */
export interface Written {
  name: string;
  values: object;
}

/** What was changed in each form; the rest of a form is as it begins. */
const changed = new Map<string, Signal<object>>();

function changesOf(name: string): Signal<object> {
  let known = changed.get(name);
  if (known === undefined) {
    known = signal({});
    changed.set(name, known);
  }
  return known;
}

/** The values of a form; `empty` are those with which it begins. */
export const formOf = <T extends object>(name: string, empty: T): T => ({ ...empty, ...changesOf(name).value });

/** Changes a form and keeps it at once. */
export function fill<T extends object>(name: string, change: Partial<T>): void {
  const form = changesOf(name);
  form.value = { ...form.peek(), ...change };
  void keep("form", name, form.peek());
}

/** Empties a form, because what it held was handed over, which is kept together with that. */
export function clearForm(name: string): void {
  changesOf(name).value = {};
  void keepAll([{ kind: "form", name, value: undefined }]);
}

const isBegun = (name: string) => Object.keys(changesOf(name).peek()).length > 0;
const waitingName = (name: string) => `waiting ${name}`;
const waitingFor = (name: string): readonly object[] => formOf(waitingName(name), { all: [] as object[] }).all;

/** Puts back what a form held. If something else was begun in it, that is finished first. */
export function restoreForm(name: string, values: object): void {
  if (isBegun(name)) fill(waitingName(name), { all: [...waitingFor(name), values] });
  else fill(name, values);
}

/** Puts what waits for a form into it, when it is opened with nothing in it. */
export function takeWaiting(name: string): void {
  const [next, ...all] = waitingFor(name);
  if (next === undefined || isBegun(name)) return;
  fill(name, next);
  fill(waitingName(name), { all });
}

/** How long it is remembered what was in a form that was handed over. */
const MEMORY_MS = 30 * 86_400_000;
const sentName = (letter: string) => `sent ${letter}`;

/** Keeps what was handed over with a letter: a marketplace may refuse it later. */
export function keepSent(letter: string, form: Written): void {
  fill(sentName(letter), { ...form, at: Date.now() });
}

/** Returns what was in the form that a letter came from, if this browser knows it. */
export function sentForm(letter: string): Written | null {
  const { name, values } = changesOf(sentName(letter)).value as Partial<Written>;
  return name === undefined || values === undefined ? null : { name, values };
}

/** Takes the forms of a person from what is kept. */
export function takeForms(entries: readonly { name: string; value: unknown }[]): void {
  for (const form of changed.values()) form.value = {};
  for (const { name, value } of entries) {
    const isOld = name.startsWith(sentName("")) && (value as { at: number }).at < Date.now() - MEMORY_MS;
    if (isOld) void keep("form", name, undefined);
    else changesOf(name).value = value as object;
  }
}

onKept(({ kind, name, value }) => {
  if (kind === "form") changesOf(name).value = (value ?? {}) as object;
});
