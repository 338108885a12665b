/** Carries out what the module says about letters: it claims, sends and looks, call by call. */
import { perform } from "../core/perform.js";
import { TicketError } from "../ground/errors.js";
import { given } from "../ground/given.js";
import type { DeskLetter, DeskLetterEvent, DeskLetterStep } from "../wasm/generated/boundary.js";
import type { Budget } from "./budget.js";
import { heldFiles } from "./files.js";
import { type Account, type Host, know, matterOf, ticketPut } from "./host.js";
import type { LetterRow, Put } from "./store.js";

/** The letters that one sync looks at. */
const MOST_LETTERS = 50;
/** The calls that one letter may need: what was there, the write, and two looks. */
const CALLS = 4;
/** How often a change of a letter's ticket is tried again. */
const TRIES = 8;

export function rowOf(account: string, letter: DeskLetter): Put<LetterRow>["row"] {
  const { id, ticket, state, wakeAt, isUnderway, isEnd, createdAt, answeredAt, waitedMs, letter: text, shown } = letter;
  return { id, account, ticket, state, wakeAt, isUnderway, isEnd, createdAt, answeredAt, waitedMs, text, shown };
}

/**
 * Stores a letter, its ticket as it is with the letter, and the ticket that the letter created.
 * Returns whether it was stored: another worker may have the letter, or another letter may be under
 * way.
 */
async function store(host: Host, account: Account, letter: DeskLetter, expects: number): Promise<boolean> {
  const row = rowOf(account.id, letter);
  const key = { account: account.id, id: letter.ticket };
  const { created } = letter;
  const keys = created === undefined ? [key] : [key, { account: account.id, id: created.id }];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const known = await know(host, keys);
    const sent = known.letters(key).find(({ id }) => id === row.id);
    if ((sent?.version ?? 0) !== expects) return false;
    const others = known.letters(key).filter(({ id }) => id !== row.id);
    if (row.isUnderway && others.some(({ isUnderway }) => isUnderway)) return false;
    const before = known.ticket(key);
    const letters = [...others, { ...row, version: expects + 1 }];
    const puts = [];
    if (before !== undefined && before.view !== null) {
      puts.push(ticketPut(host, account, before, { id: key.id }, letters));
    }
    if (created !== undefined) {
      const { id, raw, beganAt, listed } = created;
      const own = { account: account.id, id };
      // The letter belongs to the ticket that it created.
      row.ticket = id;
      puts.push(
        ticketPut(host, account, known.ticket(own), { id, raw, beganAt, listed }, [...known.letters(own), ...letters]),
      );
    }
    const tickets = puts.filter((put) => put !== undefined);
    const removedFiles = row.isEnd && letter.files > 0 ? [row.id] : [];
    if (await host.store.commit({ tickets, letters: [{ row, expects }], removedFiles })) return true;
  }
  return false;
}

/** Makes the call of a step, and returns what came of it. */
async function happen(
  host: Host,
  account: Account,
  letter: Pick<LetterRow, "id" | "shown">,
  step: Exclude<DeskLetterStep, { type: "rest" }>,
  budget: Budget,
): Promise<DeskLetterEvent> {
  const { operation, arguments: args, totalTimeoutMs } = step;
  budget.take();
  try {
    // A write goes on when the sync is given up: its answer is what tells whether it landed.
    const held = step.type === "write" ? await heldFiles(host.store, letter, step.files) : [];
    const about = held.length > 0 ? { held } : {};
    const settled = await perform(account.inner, operation, args, { totalTimeoutMs }, about);
    if (step.type === "write") return { type: "written", value: settled.data };
    const { shape } = settled;
    return { type: "read", value: settled.data, page: shape, ...given({ items: shape?.items }) };
  } catch (error) {
    if (!(error instanceof TicketError)) throw error;
    const hint = given({ hintMs: error.retryAfterMs });
    if (step.type === "read") return { type: "read_failed", ...hint };
    const { sent, code, retryable } = error;
    const status = error.origin === "marketplace" ? error.status : undefined;
    return { type: "write_failed", sent, code, retryable, ...hint, ...given({ status }) };
  }
}

/** Goes on with one letter, as far as it comes now. */
async function goOn(host: Host, account: Account, row: LetterRow, budget: Budget): Promise<void> {
  const { engine, setup } = host;
  const { settings } = account.inner;
  let { text, version } = row;
  let event: DeskLetterEvent = { type: "tick" };
  if (row.state === "held") {
    const key = { account: account.id, id: row.ticket };
    const known = await know(host, [key]);
    const ticket = known.ticket(key) ?? { id: row.ticket, raw: "", local: "", missing: false };
    const matter = matterOf(account, ticket, known.letters(key));
    const claimed = engine.claimLetter(text, matter, setup, settings, host.now());
    if (claimed.letter === text || !(await store(host, account, claimed, version))) return;
    if (claimed.state !== "sending") return;
    [text, version] = [claimed.letter, version + 1];
    event = { type: "begun" };
  }
  for (;;) {
    const advanced = engine.advanceLetter(text, account.marketplace, settings, event, host.now());
    const step = advanced.step ?? { type: "rest" };
    // Before a write, so that whoever follows knows of it.
    if (step.type !== "read" && advanced.letter !== text) {
      if (!(await store(host, account, advanced, version))) return;
      version += 1;
    }
    text = advanced.letter;
    if (step.type !== "rest") {
      event = await happen(host, account, row, step, budget);
      continue;
    }
    // A letter whose files follow one by one is awake again at once.
    const isAwake = advanced.wakeAt !== null && advanced.wakeAt <= host.now();
    if (event.type !== "written" || !isAwake || budget.left() === 0 || budget.isOver()) return;
    event = { type: "tick" };
  }
}

/** Returns when the next letter wakes. */
export async function nextLetter(host: Host): Promise<number | null> {
  const accounts = [...host.accounts.keys()];
  const [next] = await host.store.letters({ wakeUntil: Number.MAX_SAFE_INTEGER, accounts, limit: 1 });
  return next?.wakeAt ?? null;
}

/**
 * Goes on with all letters that are awake. Those of one account wait for each other, so that an
 * account that does not answer keeps no other one waiting.
 */
export async function sendLetters(host: Host, budget: Budget): Promise<void> {
  const awake = await host.store.letters({
    wakeUntil: host.now(),
    accounts: [...host.accounts.keys()],
    limit: MOST_LETTERS,
  });
  const accounts = new Map<string, LetterRow[]>();
  for (const row of awake) accounts.set(row.account, [...(accounts.get(row.account) ?? []), row]);
  await Promise.all(
    [...accounts].map(async ([id, rows]) => {
      const account = host.accounts.get(id);
      if (account === undefined) return;
      for (const row of rows) {
        if (budget.left() < CALLS || budget.isOver()) return;
        await goOn(host, account, row, budget);
      }
    }),
  );
}
