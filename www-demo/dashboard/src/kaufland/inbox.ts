/**
 * The list of tickets.
 *
 * Every filter but one is the marketplace's own, and its pages are shown as they are. Who must
 * answer (`is_seller_responsible`) is not among its filters: for that one the pages are read one
 * after the other until enough tickets match, and the list says how far it has read. It stops after
 * a few hundred tickets and asks before it reads on.
 */
import { untracked } from "@preact/signals";
import type { ListTicketsParams, Page, Ticket } from "seller-tickets";
import { Reading } from "../reading";
import { isShown } from "../session";
import { watchFilters } from "../watch";
import { ACCOUNT, kaufland } from "./client";
import { type Filters, filters } from "./route";

/** At most this many tickets are read for one page of matches before the reader is asked. */
export const READ_AT_ONCE = 600;
const PAGE_LIMIT = 30;

export interface Listing {
  items: Ticket[];
  /** The place of the first item, from 0. */
  start: number;
  /** How many match in all; `null` as long as that is not known. */
  total: number | null;
  hasNext: boolean;
  /** Only while the pages are searched here: how far, and whether that was everything. */
  search: { read: number; of: number | null; done: boolean } | null;
  at: number;
}

const reading = new Reading<Listing>();
export const { value: listing, loading, failure } = reading;

/**
 * The marketplace's own parameters for the filters. What an address holds may be anything: the
 * rules name what is unknown.
 */
export function listParams(chosen: Filters): ListTicketsParams {
  const params = { sort: `ts_${chosen.sort}_iso:desc` } as Record<string, unknown>;
  if (chosen.status.length > 0) params.status = chosen.status;
  if (chosen.reason.length > 0) params.open_reason = chosen.reason;
  if (chosen.topic.length > 0) params.topic = chosen.topic;
  if (chosen.storefront.length > 0) params.storefront = chosen.storefront;
  // Without this parameter the marketplace leaves out what it ships itself.
  if (chosen.fulfilment === "kaufland") params.fulfillment_type = ["fulfilled_by_kaufland"];
  if (chosen.fulfilment === "both") params.fulfillment_type = ["fulfilled_by_merchant", "fulfilled_by_kaufland"];
  // The day begins at midnight where the reader is.
  if (chosen.from !== "") params[`ts_${chosen.fromField}_from_iso`] = new Date(`${chosen.from}T00:00:00`);
  return params as ListTicketsParams;
}

/** Reads pages one after the other and keeps the tickets that wait for the wanted side. */
class Search {
  readonly matches: Ticket[] = [];
  read = 0;
  of: number | null = null;
  done = false;
  stopped = false;
  readonly #wanted: boolean;
  /** The list moves while it is read; the client's pages skip nothing and bring nothing twice. */
  readonly #pages: AsyncIterator<Page<Ticket>>;

  constructor(chosen: Filters) {
    this.#wanted = chosen.answer === "seller";
    this.#pages = kaufland.listTickets({ ...listParams(chosen), limit: PAGE_LIMIT }).pages();
  }

  /**
   * Reads on until there are `enough` matches, everything is read, the limit for one go is met, or
   * it is stopped.
   */
  async until(enough: number, onPage: () => void): Promise<void> {
    const limit = this.read + READ_AT_ONCE;
    this.stopped = false;
    while (this.matches.length < enough && !this.done && this.read < limit && !this.stopped) {
      const { done, value: page } = await this.#pages.next();
      if (done) {
        this.done = true;
        return;
      }
      this.of = page.pagination?.total ?? null;
      this.read += page.data.length;
      this.matches.push(...page.data.filter((ticket) => ticket.is_seller_responsible === this.#wanted));
      if (!page.hasNextPage) this.done = true;
      onPage();
    }
  }
}

let search: { key: string; run: Search } | null = null;

/** Loads the page that the address asks for. `fresh`: read again what is remembered. */
export async function load(fresh = false): Promise<void> {
  const chosen = filters.peek();
  if (search) search.run.stopped = true;
  await reading.read((signal, isCurrent) =>
    chosen.answer === "anyone" ? loadPage(chosen, signal) : loadMatches(chosen, fresh, isCurrent),
  );
}

async function loadPage(chosen: Filters, signal: AbortSignal): Promise<Listing> {
  const start = (chosen.page - 1) * chosen.size;
  const page = await kaufland.listTickets({ ...listParams(chosen), limit: chosen.size, offset: start }, { signal });
  const total = page.pagination?.total ?? null;
  const hasNext = total === null ? page.data.length === chosen.size : start + page.data.length < total;
  return { items: page.data, start, total, hasNext, search: null, at: Date.now() };
}

async function loadMatches(chosen: Filters, fresh: boolean, isCurrent: () => boolean): Promise<Listing> {
  const key = JSON.stringify({ ...chosen, page: 0, size: 0 });
  if (fresh || search?.key !== key) search = { key, run: new Search(chosen) };
  const { run } = search;
  const start = (chosen.page - 1) * chosen.size;
  const show = (): Listing => ({
    items: run.matches.slice(start, start + chosen.size),
    start,
    total: run.done ? run.matches.length : null,
    hasNext: !run.done || run.matches.length > start + chosen.size,
    search: { read: run.read, of: run.of, done: run.done },
    at: Date.now(),
  });
  // One more than the page holds tells whether there is a next one.
  try {
    await run.until(start + chosen.size + 1, () => {
      if (isCurrent()) listing.value = show();
    });
  } catch (error) {
    // A reading that broke off cannot go on; the next try begins anew.
    if (search?.run === run) search = null;
    throw error;
  }
  return show();
}

/** Stops reading on; what was found stays. */
export function stopSearch(): void {
  if (search) search.run.stopped = true;
}

/**
 * Shows a ticket's new state in the list without asking again, also when it no longer matches the
 * filter.
 */
export function patch(ticket: Ticket): void {
  const now = listing.peek();
  const swap = (items: Ticket[]) => items.map((item) => (item.id_ticket === ticket.id_ticket ? ticket : item));
  if (now) listing.value = { ...now, items: swap(now.items) };
  if (search) {
    const { matches } = search.run;
    matches.splice(0, matches.length, ...swap(matches));
  }
}

/**
 * Keeps the list in step with the address, and reads it again when the page comes back to view
 * after a while.
 */
export function watchInbox(): void {
  watchFilters(ACCOUNT, filters, { isEmpty: () => listing.value === null, load, patience: 150 });
  document.addEventListener("visibilitychange", () => {
    const now = listing.peek();
    const stale = now !== null && now.search === null && Date.now() - now.at > 60_000;
    if (document.visibilityState === "visible" && stale && untracked(() => isShown(ACCOUNT))) void load();
  });
}
