/** Hands a letter over: it is checked, and then stored with its files, all of it or nothing. */
import type { Attachment } from "../files/source.js";
import type { DeskAction, Violation } from "../generated/types.js";
import { brokenRule, TicketError } from "../ground/errors.js";
import { makeNonce } from "../ground/nonce.js";
import type { DeskDone, DeskLetter } from "../wasm/generated/boundary.js";
import { broken, idTaken, ticketChanged, tooBusy, unknownLetter, unknownTicket, whereOf } from "./errors.js";
import { heldFiles, missingOf, partsOf, placed, takeGiven } from "./files.js";
import { type Account, type Host, isCurrent, know, matterOf, NO_TICKET } from "./host.js";
import { rowOf } from "./letters.js";
import { type DeskKey, type FilePart, isObject, type LetterRow } from "./store.js";
import type { DeskArguments, DeskDoOptions } from "./types.js";

/** The parts of files that one batch stores. */
const BATCH_PARTS = 4;
/** How often a hand-over is tried again that another one was faster than. */
const TRIES = 4;

/** An action that obeys all rules. */
interface Judged {
  made: DeskLetter | DeskDone;
  files: Attachment[];
  /** The violations of files that are only described. */
  missing: Violation[];
}

/** An action and its arguments. */
export interface Asked {
  account: Account;
  key: DeskKey;
  action: DeskAction;
  args: DeskArguments;
}

// Plain JavaScript may give anything; the module says what is wrong with it.
const filesIn = (args: unknown): unknown => (isObject(args) ? args.files : undefined);
const withFiles = (args: unknown, files: unknown): unknown => (isObject(args) ? { ...args, files } : args);

/** Returns the letter that an action makes, or everything that is wrong with it. */
async function judge(
  host: Host,
  { account, key, action, args }: Asked,
  id: string,
  expect: string | undefined,
): Promise<Judged | { violations: Violation[] }> {
  const { engine, setup } = host;
  const { settings } = account.inner;
  const known = await know(host, [key]);
  const row = known.ticket(key);
  // A ticket may be the first one about its order: then there is none yet.
  const isNew = key.id === "" && action === "create";
  if (!isNew && (row === undefined || row.view === null)) throw unknownTicket("do");
  if (expect !== undefined && row !== undefined && !isCurrent(expect, row.rev, known.letters(key))) {
    throw ticketChanged("do");
  }
  const gone: Violation[] = [];
  const kept = await filesOf(host, account, isObject(args) ? args.filesOf : undefined).catch((error) => {
    if (!(error instanceof TicketError) || error.kind !== "validation") throw error;
    gone.push(...error.violations);
    return [];
  });
  const { described, files, unread } = await takeGiven(host, filesIn(args), kept, settings);
  const given = withFiles(args, described);
  const matter = matterOf(account, row ?? { ...NO_TICKET, id: key.id }, known.letters(key));
  const made = engine.newLetter(matter, setup, settings, action, given, id, host.now());
  const found = "violations" in made ? made.violations : [];
  const violations = [...gone, ...placed([...unread, ...found], kept.length)];
  if (violations.length > 0 || "violations" in made) return { violations };
  return { made, files, missing: placed(missingOf(described, files), kept.length) };
}

/** Returns the files that an earlier letter still has. */
async function filesOf(host: Host, account: Account, given: unknown): Promise<Attachment[]> {
  if (given === undefined || given === null) return [];
  const { letter: id, files: places } = typeof given === "string" ? { letter: given, files: undefined } : chosen(given);
  const [letter] = await host.store.letters({ ids: [id] });
  if (letter === undefined || letter.account !== account.id) throw unknownLetter("do");
  return heldFiles(host.store, letter, places);
}

/** Reads which files of which letter are meant. */
function chosen(given: unknown): { letter: string; files: number[] } {
  const { letter, files } = isObject(given) ? given : {};
  const isPlace = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  if (typeof letter === "string" && Array.isArray(files) && files.every(isPlace)) return { letter, files };
  throw brokenRule(whereOf("do"), {
    field: "filesOf",
    code: "wrong_type",
    message: "`filesOf` is neither the id of a letter nor `{ letter, files }` with the places of its files",
    hint: "give what `do` returned",
  });
}

/**
 * Returns everything that is wrong with an action; nothing is stored. A page describes its files,
 * and keeps their content.
 */
export async function check(host: Host, asked: Asked): Promise<Violation[]> {
  const judged = await judge(host, asked, makeNonce(), undefined);
  return "violations" in judged ? judged.violations : [];
}

/** Returns the id of the letter that an action makes, or what it changes on the desk alone. */
export async function handOver(host: Host, asked: Asked, options: DeskDoOptions): Promise<string | DeskDone> {
  const { account, key, action, args } = asked;
  const { holdMs = 10_000, expect, id } = options;
  const own = id ?? makeNonce();
  const { settings } = account.inner;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [earlier] = id === undefined ? [] : await host.store.letters({ ids: [id] });
    if (earlier !== undefined) {
      const { described } = await takeGiven(host, filesIn(args), [], settings);
      const { engine } = host;
      const like = engine.likenessOf(earlier.text, key.account, key.id, action, withFiles(args, described));
      if (like === "other") throw idTaken();
      if (like === "same") return earlier.id;
    }
    const judged = await judge(host, asked, own, expect);
    if ("violations" in judged) throw broken("do", judged.violations);
    const { made, files, missing } = judged;
    if (missing.length > 0) throw broken("do", missing);
    if ("done" in made) return made;
    if (await storeWhole(host, account, made, files, holdMs, earlier)) return own;
  }
  throw tooBusy("do");
}

/**
 * Stores a letter with its files. Until the last of them is there, it is a draft that is not sent.
 */
async function storeWhole(
  host: Host,
  account: Account,
  draft: DeskLetter,
  files: Attachment[],
  holdMs: number,
  earlier: LetterRow | undefined,
): Promise<boolean> {
  const { inner, marketplace } = account;
  let expects = earlier?.version ?? 0;
  let removedFiles = earlier === undefined ? [] : [draft.id];
  const commit = async (letter: DeskLetter, fileParts: FilePart[]) => {
    const letters = [{ row: rowOf(account.id, letter), expects }];
    const isStored = await host.store.commit({ letters, fileParts, removedFiles });
    expects += 1;
    removedFiles = [];
    return isStored;
  };
  let parts: FilePart[] = [];
  for await (const part of partsOf(draft.id, files)) {
    if (parts.length === BATCH_PARTS) {
      if (!(await commit(draft, parts))) return false;
      parts = [];
    }
    parts.push(part);
  }
  const event = { type: "submitted", holdMs } as const;
  return commit(host.engine.advanceLetter(draft.letter, marketplace, inner.settings, event, host.now()), parts);
}
