/** Forms for something new, and what a question asks; kept while they are filled in. */
import { type Signal, signal } from "@preact/signals";
import { keep, onKept } from "./kept";

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

/** Empties a form, because what it held was handed over. */
export function clearForm(name: string): void {
  changesOf(name).value = {};
  void keep("form", name, undefined);
}

/** Puts back what a form held, unless something new was begun in it. */
export function restoreForm(name: string, values: object): void {
  if (Object.keys(changesOf(name).peek()).length === 0) fill(name, values);
}

/** Takes the forms of a person from what is kept. */
export function takeForms(entries: readonly { name: string; value: unknown }[]): void {
  for (const form of changed.values()) form.value = {};
  for (const { name, value } of entries) changesOf(name).value = value as object;
}

onKept(({ kind, name, value }) => {
  if (kind === "form") changesOf(name).value = (value ?? {}) as object;
});
