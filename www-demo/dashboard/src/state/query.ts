/** The search field: words, and conditions such as `is:overdue`, `kind:refund` and `due:today`. */
import type { DeskKind, DeskTicket } from "seller-tickets/desk";

export const KINDS = [
  "question",
  "delivery",
  "notReceived",
  "defect",
  "wrongItem",
  "partsMissing",
  "return",
  "refund",
  "cancellation",
  "payment",
  "invoice",
  "technical",
  "other",
  "unknown",
] as const satisfies readonly DeskKind[];

export const CONDITIONS = ["overdue", "new", "mine", "draft", "unclear", "file"] as const;
export const DUE = ["today", "tomorrow", "week"] as const;

export interface Query {
  text?: string;
  kind?: DeskKind;
  /** Only what is due until then, in milliseconds since 1970. */
  due?: number;
  /** Whether what the desk found is shown. */
  accepts(ticket: DeskTicket): boolean;
}

interface Facts {
  now: number;
  person: string;
  hasDraft(ticket: DeskTicket): boolean;
  /** Whether a word is the page's word for a kind. */
  isKind(kind: DeskKind, word: string): boolean;
}

type Test = (ticket: DeskTicket) => boolean;

const TESTS: Record<(typeof CONDITIONS)[number], (facts: Facts) => Test> = {
  overdue:
    ({ now }) =>
    ({ due }) =>
      due !== null && due.at < now,
  new:
    () =>
    ({ unseen }) =>
      unseen,
  mine:
    ({ person }) =>
    ({ local }) =>
      local.assignee === person,
  draft:
    ({ hasDraft }) =>
    (ticket) =>
      hasDraft(ticket),
  unclear:
    () =>
    ({ turn }) =>
      turn === "unknown",
  file:
    () =>
    ({ files }) =>
      (files ?? 0) > 0,
};

/** The end of the day that is so many days from now. */
const endOfDay = (now: number, days: number): number => {
  const date = new Date(now);
  date.setHours(23, 59, 59, 999);
  return date.setDate(date.getDate() + days);
};

const DAYS: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["tomorrow", 1],
  ["week", 7],
]);

function dueOf(word: string, now: number): number | undefined {
  const days = DAYS.get(word);
  if (days !== undefined) return endOfDay(now, days);
  const date = /^\d{4}-\d{2}-\d{2}$/.test(word) ? new Date(`${word}T23:59:59.999`).getTime() : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

/** Reads what was typed. A condition that is not known is a word like any other. */
export function readQuery(typed: string, facts: Facts): Query {
  const words: string[] = [];
  const tests: Test[] = [];
  const found: { kind?: DeskKind; due?: number } = {};
  for (const part of typed.trim().split(/\s+/)) {
    const [, name, value = ""] = /^(is|kind|due):(.+)$/.exec(part) ?? [];
    const condition = CONDITIONS.find((known) => name === "is" && known === value);
    const kind = KINDS.find((known) => name === "kind" && (known === value || facts.isKind(known, value)));
    const due = name === "due" ? dueOf(value, facts.now) : undefined;
    if (condition !== undefined) tests.push(TESTS[condition](facts));
    if (condition === "overdue") found.due = facts.now;
    if (kind !== undefined) found.kind = kind;
    if (due !== undefined) found.due = due;
    if (condition === undefined && kind === undefined && due === undefined) words.push(part);
  }
  const text = words.join(" ").trim();
  return { ...found, ...(text === "" ? {} : { text }), accepts: (ticket) => tests.every((test) => test(ticket)) };
}
