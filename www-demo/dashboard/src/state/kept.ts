/**
 * What a person wrote, kept in this browser for that person: drafts with their files, forms, and
 * what was handed over and not yet taken. Signing out leaves it there until the person comes back.
 */
import { signal } from "@preact/signals";
import { forget, note, noted, notes } from "./journal";

export type Kind = "draft" | "form" | "handover";

interface Entry {
  kind: Kind;
  name: string;
  value: unknown;
}

/** Another tab of the same person changed something that is kept. */
type Heard = { person: string } & Entry;

let person = "";
let database: Promise<IDBDatabase> | null = null;
const channel = new BroadcastChannel("desk");
const listeners = new Set<(heard: Entry) => void>();
/** Whether this browser can keep anything. */
export const canKeep = signal(true);

channel.addEventListener("message", ({ data }: MessageEvent<Heard>) => {
  if (data.person === person) for (const listener of listeners) listener(data);
});

/** Is told of what other tabs keep; `undefined` is no longer kept. */
export function onKept(listener: (heard: Entry) => void): void {
  listeners.add(listener);
}

function open(): Promise<IDBDatabase> {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("desk", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return database;
}

/** Opens it ahead of time. */
export const openKept = (): void => void open().catch(() => {});

type Key = [person: string, kind: Kind, name: string];
const keyOf = (...key: Key): string => JSON.stringify(key);

/** What is to be written next: of each key the newest value. */
let gathered = new Map<string, unknown>();
/** The writing of what is gathered, and the last one that was begun or is to begin. */
let next: Promise<void> | null = null;
let last: Promise<void> = Promise.resolve();

/** Writes several entries together; `undefined` removes one. */
export function keepAll(entries: readonly Entry[]): Promise<void> {
  if (person === "") return last;
  for (const entry of entries) {
    channel.postMessage({ person, ...entry } satisfies Heard);
    gathered.set(keyOf(person, entry.kind, entry.name), entry.value);
  }
  // One transaction for each letter would fall behind whoever types fast.
  next ??= last.then(writeGathered);
  last = next;
  return next;
}

async function writeGathered(): Promise<void> {
  const values = [...gathered].map(([key, value]) => ({ key, value, was: noted(key) }));
  gathered = new Map();
  next = null;
  try {
    const transaction = (await open()).transaction("kept", "readwrite");
    const store = transaction.objectStore("kept");
    for (const { key, value } of values) {
      if (value === undefined) store.delete(JSON.parse(key) as Key);
      else store.put(value, JSON.parse(key) as Key);
    }
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    for (const { key, was } of values) forget(key, was);
    canKeep.value = true;
  } catch {
    canKeep.value = false;
  }
}

/** Writes one entry, which outlives the tab from this moment on, except for new files. */
export function keep(kind: Kind, name: string, value: unknown): Promise<void> {
  if (person !== "") note(keyOf(person, kind, name), value);
  return keepAll([{ kind, name, value }]);
}

/** Reads one entry as it is now, whichever tab wrote it. */
export async function kept(kind: Kind, name: string): Promise<unknown> {
  try {
    await last;
    const store = (await open()).transaction("kept").objectStore("kept");
    return await done(store.get([person, kind, name]));
  } catch {
    return undefined;
  }
}

/** Reads everything of a person, and keeps for that person from now on. */
export async function keepFor(whose: string): Promise<Entry[]> {
  person = whose;
  const entries = new Map<string, Entry>();
  // Another tab may write meanwhile.
  const heard: Entry[] = [];
  const listen = (entry: Entry) => heard.push(entry);
  listeners.add(listen);
  try {
    const store = (await open()).transaction("kept").objectStore("kept");
    const range = IDBKeyRange.bound([whose], [whose, []]);
    const [keys, values] = await Promise.all([done(store.getAllKeys(range)), done(store.getAll(range))]);
    for (const [at, key] of keys.entries()) {
      const [, kind, name] = key as Key;
      entries.set(keyOf(whose, kind, name), { kind, name, value: values[at] as unknown });
    }
  } catch {
    canKeep.value = false;
  }
  takeNotes(whose, entries);
  for (const { kind, name, value } of heard) put(entries, keyOf(whose, kind, name), { kind, name, value });
  listeners.delete(listen);
  return [...entries.values()];
}

function put(entries: Map<string, Entry>, key: string, entry: Entry): void {
  if (entry.value === undefined) entries.delete(key);
  else entries.set(key, entry);
}

/** What a decision took along: the draft of its ticket, or its form. */
type Decided = { name: string; at: number; form: { name: string } | null };

/** Takes what a tab that is gone did not get to write. */
function takeNotes(whose: string, entries: Map<string, Entry>): void {
  const decided = () =>
    [...entries.values()].flatMap(({ kind, value }) => (kind === "handover" ? [value as Decided] : []));
  const own = [...notes()]
    .map(([key, note]) => ({ key, parts: JSON.parse(key) as Key, ...note }))
    .filter(({ parts: [of] }) => of === whose)
    // What was decided comes first, because it says what it took along.
    .sort((a, b) => Number(b.parts[1] === "handover") - Number(a.parts[1] === "handover"));
  for (const { key, parts, at, value } of own) {
    const [, kind, name] = parts;
    const before = entries.get(key)?.value as object | undefined;
    // Without its arguments nothing can be handed over.
    if (kind === "handover" && before === undefined) continue;
    const isTaken = kind !== "handover" && decided().some((one) => one.at >= at && takes(one, kind, name));
    if (!isTaken) put(entries, key, { kind, name, value: value === null ? undefined : { ...before, ...value } });
  }
}

const takes = (decided: Decided, kind: Kind, name: string): boolean =>
  kind === "draft" ? decided.name === name : decided.form?.name === name;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
