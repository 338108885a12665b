/** The meaning of the address: which ticket is open, and how the inbox is filtered. */
import { oneOf, type Place, pageNumber, format as write } from "../address";
import { makeRouter } from "../router";
import { ACCOUNT } from "./client";

/** How the inbox is filtered, sorted and paged. Every list is empty when it does not filter. */
export interface Filters {
  status: string[];
  reason: string[];
  topic: string[];
  storefront: string[];
  fulfilment: "merchant" | "kaufland" | "both";
  /** Whose turn it is to answer. The marketplace has no such filter; see `inbox.ts`. */
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

interface Route {
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

/** Reads an address such as `#/kf-de/tickets/0015?status=opened&page=2`. */
function parse({ path, query }: Place): Route {
  const params = new URLSearchParams(query ?? "status=opened");
  const filters: Filters = { ...NO_FILTERS };
  for (const name of LISTS) filters[name] = params.getAll(name).filter((value) => value !== "");
  filters.fulfilment = oneOf(params.get("fulfilment"), ["merchant", "kaufland", "both"]);
  filters.answer = oneOf(params.get("answer"), ["anyone", "seller", "customer"]);
  filters.from = /^\d{4}-\d{2}-\d{2}$/.test(params.get("from") ?? "") ? (params.get("from") ?? "") : "";
  filters.fromField = oneOf(params.get("from_field"), ["updated", "created"]);
  filters.sort = oneOf(params.get("sort"), ["updated", "created"]);
  filters.size = params.get("size") === "15" ? 15 : 30;
  filters.page = pageNumber(params.get("page"));

  const [head = "", tail = ""] = path;
  if (head === "new") return { view: { name: "new", units: params.get("units") ?? "" }, filters };
  if (head === "tickets" && tail !== "") return { view: { name: "ticket", id: tail }, filters };
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
  if (view.name === "ticket") return write(ACCOUNT, ["tickets", view.id], params);
  if (view.name === "inbox") return write(ACCOUNT, [], params);
  if (view.units !== "") params.set("units", view.units);
  return write(ACCOUNT, ["new"], params);
}

export const { view, filters, go, href, filter } = makeRouter(ACCOUNT, { parse, format });
