/**
 * What the database does not have yet. A database takes its time, and a tab that is closed in
 * between takes along what it was still to write; what stands here is there at once.
 */

const PREFIX = "kept ";

/** The value that was kept last, without what holds files; `null` if it is no longer kept. */
interface Note {
  /** When it was kept, in milliseconds since 1970. */
  at: number;
  value: object | null;
}

const holdsFiles = (value: unknown): boolean =>
  value instanceof Blob || (typeof value === "object" && value !== null && Object.values(value).some(holdsFiles));

const withoutFiles = (value: object) => Object.fromEntries(Object.entries(value).filter(([, own]) => !holdsFiles(own)));

/** Notes what is kept under a key from now on; `undefined` for nothing. */
export function note(key: string, value: unknown): void {
  const next: Note = { at: Date.now(), value: value === undefined ? null : withoutFiles(value as object) };
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(next));
  } catch {
    // There is no room for it, and the note before it is wrong from now on.
    localStorage.removeItem(PREFIX + key);
  }
}

/** What is noted under a key, to be forgotten later unless it has changed. */
export const noted = (key: string): string | null => localStorage.getItem(PREFIX + key);

export function forget(key: string, was: string | null): void {
  if (was !== null && noted(key) === was) localStorage.removeItem(PREFIX + key);
}

/** All notes, by their keys. */
export function notes(): Map<string, Note> {
  const found = new Map<string, Note>();
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    found.set(name.slice(PREFIX.length), JSON.parse(localStorage.getItem(name) ?? "null") as Note);
  }
  return found;
}
