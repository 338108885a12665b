/** Carries out actions of the open ticket. */
import type { DeskAction, DeskTicket } from "seller-tickets/desk";
import { t } from "../words";
import { buyerOf } from "../words/ticket";
import { asking } from "./asking";
import type { Written } from "./forms";
import { type Handover, handOver } from "./handover";
import { ticketOf } from "./list";
import { bringIntoSight, following } from "./move";
import { go, openName } from "./route";
import { say } from "./say";
import { session } from "./session";
import { local, opened, problem, read, readAt } from "./ticket";
import { changeLocal } from "./undo";

const current = (): DeskTicket | undefined => ticketOf(openName.peek());

/** Goes on with the next ticket, or back to the list after the last one. */
export function goOn(): string {
  const name = following();
  go({ open: name });
  if (name === "") say(t("list.end"));
  else bringIntoSight(name);
  return name;
}

/** The ticket as it was when a question about it came up: what came since was not agreed to. */
let askedRev: string | undefined;
asking.subscribe((action) => {
  if (action !== null) askedRev = opened.peek()?.ticket.rev;
});

/** Where a decision was written: in the composer, or in a form. */
type From = "composer" | Written;

/** Hands an action on the open ticket over. */
export async function act(action: DeskAction, args: Handover["args"], from: From): Promise<void> {
  const ticket = current();
  const name = openName.peek();
  if (ticket === undefined) return;
  const found = opened.peek()?.ticket ?? ticket;
  const own = from === "composer" ? { takesDraft: true } : { takesDraft: false, form: from };
  const expect = from === "composer" ? found.rev : askedRev;
  const decision = { name, who: buyerOf(ticket), action, args, expect, seenAt: readAt, ...own };
  if (!(await handOver(decision))) say(t("back.otherTab"));
}

/** Ends the ticket: closes it where that is possible, else notes that no answer is needed. */
export function endTicket(isLocal: unknown = false): void {
  const ticket = current();
  const close = opened.peek()?.actions.find(({ action }) => action === "close");
  // Whether it can be closed is not known before it is read.
  if (isLocal !== true && opened.peek() === null && problem.peek() === null) {
    say(t("thread.loading"));
    return;
  }
  if (isLocal !== true && close !== undefined && close.allowed !== false && !close.local) asking.value = "close";
  else if (ticket !== undefined) void toggleDone(ticket);
}

async function toggleDone(ticket: DeskTicket): Promise<void> {
  const name = openName.peek();
  const isDone = ticket.local.doneAt !== null && ticket.view === "done";
  if (ticket.view === "done" && !isDone) return;
  const words = isDone ? t("done.undone") : t("done.noted");
  if (!isDone) goOn();
  if (!(await changeLocal(name, words, { done: !isDone }, { done: isDone }))) say(t("notChanged"));
}

export async function snooze(until: number | null): Promise<void> {
  const name = openName.peek();
  const before = current()?.local.snoozedUntil ?? null;
  if (until !== null) goOn();
  const back = before !== null && before > Date.now() ? before : null;
  if (!(await changeLocal(name, t("snoozed.noted"), { snoozedUntil: until }, { snoozedUntil: back })))
    say(t("notChanged"));
}

export async function changeAssignee(isMine: boolean): Promise<void> {
  await local(openName.peek(), { assignee: isMine ? (session.peek()?.person ?? null) : null });
}

export async function markUnseen(): Promise<void> {
  await local(openName.peek(), { seen: false });
}

export function reload(): void {
  void read(openName.peek());
}
