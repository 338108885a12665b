/** Keeps what is read from a marketplace in step with the address. */
import { effect, type ReadonlySignal, untracked } from "@preact/signals";
import type { AccountId } from "../../worker/accounts";
import { isShown } from "./session";

export type Open = { name: string; id?: string };
type Ticket = { name: "ticket"; id: string };

/** The ticket that a view shows, if it shows one. */
export const ticketIn = (open: Open): Ticket | null => (open.name === "ticket" ? (open as Ticket) : null);

/**
 * Keeps a list in step with its filters. After the first time with a moment's patience, so that
 * what is being written is one request.
 */
export function watchFilters(
  account: AccountId,
  filters: ReadonlySignal<unknown>,
  list: { isEmpty(): boolean; load(): Promise<unknown>; patience: number },
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const ready = isShown(account) && filters.value && true;
    const first = untracked(() => list.isEmpty());
    clearTimeout(timer);
    if (ready) timer = setTimeout(() => void list.load(), first ? 0 : list.patience);
  });
}

/** Reads the ticket that the address names, and forgets it when it names none. */
export function watchTicket(
  account: AccountId,
  view: ReadonlySignal<Open>,
  ticket: { load(id: string): Promise<unknown>; clear(): void; onChange?(): void },
): void {
  effect(() => {
    const open = ticketIn(view.value);
    const ready = isShown(account);
    untracked(() => {
      ticket.onChange?.();
      if (open && ready) void ticket.load(open.id);
      else if (!open) ticket.clear();
    });
  });
}
