/**
 * What a person wrote, kept in this browser for that person: drafts with their files, forms, and
 * what was handed over and not yet taken. Signing out leaves it there until the person comes back.
 */
import { signal } from "@preact/signals";

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

const nameIn = (kind: Kind, name: string) => [person, kind, name];

/** Writes several entries together; `undefined` removes one. */
export async function keepAll(entries: readonly Entry[]): Promise<void> {
  const whose = person;
  if (whose === "") return;
  for (const entry of entries) channel.postMessage({ person: whose, ...entry } satisfies Heard);
  try {
    const transaction = (await open()).transaction("kept", "readwrite");
    const store = transaction.objectStore("kept");
    for (const { kind, name, value } of entries) {
      if (value === undefined) store.delete([whose, kind, name]);
      else store.put(value, [whose, kind, name]);
    }
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    canKeep.value = true;
  } catch {
    canKeep.value = false;
  }
}

export const keep = (kind: Kind, name: string, value: unknown): Promise<void> => keepAll([{ kind, name, value }]);

/** Reads one entry as it is now, whichever tab wrote it. */
export async function kept(kind: Kind, name: string): Promise<unknown> {
  try {
    const store = (await open()).transaction("kept").objectStore("kept");
    return await done(store.get(nameIn(kind, name)));
  } catch {
    return undefined;
  }
}

/** Reads everything of a person, and keeps for that person from now on. */
export async function keepFor(whose: string): Promise<Entry[]> {
  person = whose;
  try {
    const store = (await open()).transaction("kept").objectStore("kept");
    const range = IDBKeyRange.bound([whose], [whose, []]);
    const [keys, values] = await Promise.all([done(store.getAllKeys(range)), done(store.getAll(range))]);
    return keys.map((key, at) => {
      const [, kind, name] = key as [string, Kind, string];
      return { kind, name, value: values[at] as unknown };
    });
  } catch {
    canKeep.value = false;
    return [];
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
