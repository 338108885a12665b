/** The list of tickets and the open one. */
import { computed, signal } from "@preact/signals";
import type {
  CallOptions,
  ClickBankListTicketsParams,
  ClickBankTicket,
  ClickBankUpdateTicketParams,
  Violation,
} from "seller-tickets";
import { Draft, draftNamed } from "../draft";
import { Reading } from "../reading";
import { say } from "../say";
import { problemOf } from "../session";
import { watchFilters, watchTicket } from "../watch";
import type { Problem } from "../words";
import { ACCOUNT, clickbank } from "./client";
import { type Filters, filters, view } from "./route";

export interface Listing {
  items: ClickBankTicket[];
  page: number;
  hasNext: boolean;
  /**
   * How many there are on all pages; `null` where ClickBank does not count, which is with dates.
   */
  total: number | null;
  at: number;
}

export const list = new Reading<Listing>();

/**
 * The filters as the marketplace takes them. What an address holds may be anything: the rules say
 * what is wrong with it.
 */
function paramsOf({ type, status, receipt, from, to, dateField, page }: Filters): ClickBankListTicketsParams {
  const given = { type, status, receipt, [`${dateField}DateFrom`]: from, [`${dateField}DateTo`]: to };
  const params = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  return { ...params, page } as ClickBankListTicketsParams;
}

/** The violations of the filters. */
export const filterFaults = computed<Violation[]>(() => clickbank.validate("listTickets", paramsOf(filters.value)));

/**
 * Reads the page that the address asks for; with filters that break a rule there is nothing to
 * read.
 */
export async function load(): Promise<void> {
  const chosen = filters.peek();
  if (filterFaults.peek().length > 0) return;
  const params = paramsOf(chosen);
  await list.read(async (signal) => {
    const { type, status, receipt } = params;
    const counted = chosen.from === "" && chosen.to === "";
    const [page, total] = await Promise.all([
      clickbank.listTickets(params, { signal }),
      counted ? clickbank.countTickets(given({ type, status, receipt }), { signal }) : null,
    ]);
    return { items: page.data, page: chosen.page, hasNext: page.hasNextPage, total, at: Date.now() };
  });
}

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

const opened = new Reading<ClickBankTicket>();
export const { value: ticket, loading, failure } = opened;

export async function loadTicket(id: string): Promise<ClickBankTicket | null> {
  if (ticket.peek()?.ticketid !== id) opened.clear();
  const found = await opened.read((signal) => clickbank.getTicket(id, { signal }));
  if (found) patch(found);
  return found;
}

/** Shows a ticket's new state in the list, also when it no longer matches the filter. */
function patch(ticket: ClickBankTicket): void {
  const now = list.value.peek();
  if (now === null) return;
  const items = now.items.map((item) => (item.ticketid === ticket.ticketid ? ticket : item));
  list.value.value = { ...now, items };
}

/** Takes a ticket as an answer had it. */
export function take(found: ClickBankTicket): void {
  patch(found);
  if (ticket.peek()?.ticketid === found.ticketid) ticket.value = found;
}

/** Changes the open ticket; the result is the reason when that did not work. */
export async function change(id: string, params: ClickBankUpdateTicketParams, news: string): Promise<Problem | null> {
  try {
    take(await clickbank.updateTicket(id, params));
  } catch (error) {
    return problemOf(error, "change");
  }
  say(news);
  return null;
}

export async function confirmReturn(id: string): Promise<Problem | null> {
  try {
    await clickbank.confirmReturn(id);
  } catch (error) {
    return problemOf(error, "change");
  }
  say("Return confirmed.");
  await loadTicket(id);
  return null;
}

/** A comment that is being written. */
export class Comment extends Draft {
  #before: ReadonlySet<string | null | undefined> = new Set();

  constructor(readonly id: string) {
    super(`${ACCOUNT} ${id}`);
  }

  protected validate(): Violation[] {
    return clickbank.validate("updateTicket", this.id, { comment: this.text.peek() });
  }

  protected checkFile(): Promise<Violation[]> {
    return Promise.resolve([]);
  }

  protected fileIndex(): null {
    return null;
  }

  protected async deliver({ signal }: CallOptions): Promise<void> {
    this.#before = new Set(ticket.peek()?.comments.map(({ commentId }) => commentId));
    take(await clickbank.updateTicket(this.id, { comment: this.text.peek() }, { signal }));
  }

  protected stored(): void {
    say("Comment added.");
  }

  /** After an unsure end: reads the ticket and looks whether the comment is there. */
  async lookAgain(): Promise<void> {
    const found = await loadTicket(this.id);
    if (found === null) return;
    const text = this.text.peek().trim();
    if (found.comments.some(({ comment, commentId }) => comment?.trim() === text && !this.#before.has(commentId))) {
      this.reset();
      say("Your comment is in the ticket. It was stored.");
    } else {
      this.problem.value = null;
      say("Your comment is not in the ticket. You can send it again.");
    }
  }
}

export const commentOn = (id: string): Comment => draftNamed(`${ACCOUNT} ${id}`, () => new Comment(id));

/** The question before it is done. */
export const asking = signal<"close" | "reopen" | "change" | "return" | null>(null);

watchFilters(ACCOUNT, filters, { isEmpty: () => list.value.value === null, load, patience: 300 });
watchTicket(ACCOUNT, view, {
  load: loadTicket,
  clear: () => opened.clear(),
  onChange() {
    asking.value = null;
  },
});
