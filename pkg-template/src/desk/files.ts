/**
 * The files of letters: taken from what a person gives, kept in parts, and put together to be sent.
 */
import { Limit } from "../core/limit.js";
import { type Attachment, describeContent, inspect, readFile, takeFiles } from "../files/source.js";
import type { DeskLetterFile, Violation } from "../generated/types.js";
import { join } from "../ground/bytes.js";
import { brokenRule, TicketError, type Where } from "../ground/errors.js";
import type { Settings } from "../wasm/generated/boundary.js";
import { whereOf } from "./errors.js";
import type { Host } from "./host.js";
import { plainFiles } from "./plain.js";
import { type DeskStore, FILE_PART_BYTES, type FilePart, type LetterRow } from "./store.js";

/** The files that were given for a letter. */
export interface GivenFiles {
  /** What the module sees of each of them. */
  described: unknown;
  files: Attachment[];
  /** The violations of those that cannot be read. */
  unread: Violation[];
}

/** Takes the content out of files, and finds out what it is. */
export async function takeGiven(
  host: Host,
  given: unknown,
  kept: Attachment[],
  settings: Settings,
): Promise<GivenFiles> {
  const where = whereOf("do");
  const taken = takeFiles(where, [{ files: plainFiles(given) }]);
  const own = (taken.args[0] as { files?: unknown }).files;
  const files = [...kept, ...taken.files];
  const limit = new Limit(where, {}, settings);
  const unread: Violation[] = [];
  try {
    await limit.during(inspect(host.engine, where, files, limit.signal));
  } catch (error) {
    if (!(error instanceof TicketError) || error.kind !== "validation") throw error;
    unread.push(...error.violations);
  } finally {
    limit.end();
  }
  const before = kept.map(({ descriptor }) => descriptor);
  const described = before.length === 0 ? own : [...before, ...(Array.isArray(own) ? own : [])];
  return { described, files, unread };
}

/** Returns violations for files that have no content beside their description. */
export function missingOf(described: unknown, files: Attachment[]): Violation[] {
  const all = Array.isArray(described) ? described : [];
  const known = new Set<unknown>(files.map(({ descriptor }) => descriptor));
  const hint = "give `content` with its `filename`";
  return all.flatMap((one, at): Violation[] => {
    if (known.has(Array.isArray(one) && one.length === 1 ? one[0] : one)) return [];
    const field = `files[${at}]`;
    return [{ field, code: "file_missing", message: `the content of \`${field}\` is missing`, hint, params: {} }];
  });
}

/**
 * Returns violations with the places that files had in what the caller gave, after `before` others.
 */
export const placed = (violations: Violation[], before: number): Violation[] =>
  violations.map((violation) => {
    const [, place, rest] = /^files\[(\d+)\](.*)$/.exec(violation.field) ?? [];
    if (before === 0 || place === undefined) return violation;
    const at = Number(place) - before;
    const field = at < 0 ? "filesOf" : `files[${at}]${rest}`;
    return { ...violation, field, message: violation.message.replaceAll(violation.field, field) };
  });

/** Returns the parts of files, in their order. */
export async function* partsOf(letter: string, files: Attachment[]): AsyncGenerator<FilePart, void, undefined> {
  const where = whereOf("do");
  for (const [file, attachment] of files.entries()) {
    const { size } = attachment.descriptor;
    for (let part = 0; part * FILE_PART_BYTES < size; part += 1) {
      const start = part * FILE_PART_BYTES;
      const bytes = await readFile(where, attachment, start, Math.min(start + FILE_PART_BYTES, size));
      yield { letter, file, part, bytes };
    }
  }
}

/** Returns what lists show of a letter's files. */
export const shownFiles = ({ shown }: Pick<LetterRow, "shown">): DeskLetterFile[] =>
  (JSON.parse(shown) as { files?: DeskLetterFile[] }).files ?? [];

/** Returns files of a letter as they were handed over; fails if the store no longer has them. */
export async function heldFiles(
  store: DeskStore,
  letter: Pick<LetterRow, "id" | "shown">,
  places: readonly number[] = shownFiles(letter).map((_, at) => at),
  where: Where = whereOf("do"),
): Promise<Attachment[]> {
  const shown = shownFiles(letter);
  const held: Attachment[] = [];
  for (const place of places) {
    const { filename, type, size } = shown[place] ?? { filename: "", type: "", size: 0 };
    const parts: Uint8Array[] = [];
    while (parts.length * FILE_PART_BYTES < size) {
      const some = await store.fileParts(letter.id, place, parts.length);
      if (some.length === 0) break;
      parts.push(...some);
    }
    const content = join(parts);
    if (content.byteLength !== size || size === 0) {
      const what = filename === "" ? "a file" : `the file \`${filename}\``;
      const message = `\`filesOf\` names ${what} that the desk does not have any more`;
      const hint = "give the file itself: a letter keeps its files until it is confirmed, published or cancelled";
      throw brokenRule(where, { field: "filesOf", code: "file_missing", message, hint });
    }
    // What was found out about it before was perhaps no more than a guess.
    const descriptor = { ...describeContent(content, filename), ...(type === "" ? {} : { hint: type }) };
    held.push({ path: `files[${place}]`, content, descriptor });
  }
  return held;
}
