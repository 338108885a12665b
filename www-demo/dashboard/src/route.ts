/** What the address says: which ticket is open, and how the inbox is filtered. Reload and back work because nothing else does. */
import { computed, signal } from "@preact/signals";

/** How the inbox is filtered, sorted and paged. Every list is empty when it does not filter. */
export interface Filters {
  status: string[];
  reason: string[];
  topic: string[];
  storefront: string[];
  fulfilment: "merchant" | "kaufland" | "both";
  /** Who must answer. The marketplace has no such filter; see `inbox.ts`. */
  answer: "anyone" | "seller" | "customer";
  /** A day, `2026-03-01`, or empty. */
  from: string;
  fromField: "updated" | "created";
  sort: "updated" | "created";
  size: 15 | 30;
  /** From 1. */
  page: number;
}

export type View = { name: "inbox" } | { name: "ticket"; id: string } | { name: "new"; units: string };

export interface Route {
  view: View;
  filters: Filters;
}

export const NO_FILTERS: Filters = {
  status: [],
  reason: [],
  topic: [],
  storefront: [],
  fulfilment: "merchant",
  answer: "anyone",
  from: "",
  fromField: "updated",
  sort: "updated",
  size: 30,
  page: 1,
};

const LISTS = ["status", "reason", "topic", "storefront"] as const;

/** Reads an address such as `#/tickets/0015?status=opened&page=2`. */
export function parse(hash: string): Route {
  const [path = "", query] = hash.replace(/^#/, "").split("?");
  const params = new URLSearchParams(query ?? "status=opened");
  const filters: Filters = { ...NO_FILTERS };
  for (const name of LISTS) filters[name] = params.getAll(name).filter((value) => value !== "");
  filters.fulfilment = oneOf(params.get("fulfilment"), ["merchant", "kaufland", "both"]);
  filters.answer = oneOf(params.get("answer"), ["anyone", "seller", "customer"]);
  filters.from = /^\d{4}-\d{2}-\d{2}$/.test(params.get("from") ?? "") ? (params.get("from") ?? "") : "";
  filters.fromField = oneOf(params.get("from_field"), ["updated", "created"]);
  filters.sort = oneOf(params.get("sort"), ["updated", "created"]);
  filters.size = params.get("size") === "15" ? 15 : 30;
  const page = Number(params.get("page") ?? 1);
  filters.page = Number.isInteger(page) && page > 0 && page < 100_000 ? page : 1;

  const [, head = "", tail = ""] = path.split("/");
  if (head === "new") return { view: { name: "new", units: params.get("units") ?? "" }, filters };
  if (head === "tickets" && tail !== "") return { view: { name: "ticket", id: decode(tail) }, filters };
  return { view: { name: "inbox" }, filters };
}

/** Writes the address of a view; what is as usual is left out. */
export function format({ view, filters }: Route): string {
  const params = new URLSearchParams();
  for (const name of LISTS) for (const value of filters[name]) params.append(name, value);
  const set = (name: string, value: string | number, usual: string | number) => {
    if (value !== usual) params.set(name, String(value));
  };
  set("fulfilment", filters.fulfilment, NO_FILTERS.fulfilment);
  set("answer", filters.answer, NO_FILTERS.answer);
  set("from", filters.from, NO_FILTERS.from);
  set("from_field", filters.fromField, NO_FILTERS.fromField);
  set("sort", filters.sort, NO_FILTERS.sort);
  set("size", filters.size, NO_FILTERS.size);
  set("page", filters.page, NO_FILTERS.page);
  let path = "/";
  if (view.name === "ticket") path = `/tickets/${encodeURIComponent(view.id)}`;
  if (view.name === "new") {
    path = "/new";
    if (view.units !== "") params.set("units", view.units);
  }
  // The query is kept when it is empty: no query at all stands for the inbox as it first opens.
  return `#${path}?${params}`;
}

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

export const route = computed(() => parse(hash.value));
export const view = computed(() => route.value.view);
const filtersText = computed(() => format({ view: { name: "inbox" }, filters: route.value.filters }));
/** Changes only when a filter does, not when another ticket is opened. */
export const filters = computed(() => parse(filtersText.value).filters);

/** Goes to an address; `replace` leaves no step to go back to. */
export function go(to: Partial<Route>, how: "push" | "replace" = "push"): void {
  const next = format({ ...route.value, ...to });
  if (next === location.hash) return;
  if (how === "push") location.hash = next;
  else {
    history.replaceState(history.state, "", next);
    hash.value = next;
  }
}

/** The address of a view with the present filters. */
export function href(to: View): string {
  return format({ view: to, filters: route.value.filters });
}

/** Changes filters; a changed filter starts at the first page again. */
export function filter(change: Partial<Filters>, how: "push" | "replace" = "push"): void {
  go({ filters: { ...route.value.filters, page: 1, ...change } }, how);
}

function oneOf<const T extends string>(value: string | null, allowed: readonly [T, ...T[]]): T {
  return allowed.find((item) => item === value) ?? allowed[0];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
