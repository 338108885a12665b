/**
 * The meaning of the address: which ticket is open, which transaction is followed, and how the list
 * is filtered.
 */
import { type Place, pageNumber, format as write } from "../address";
import { makeRouter } from "../router";
import { ACCOUNT } from "./client";

/** How the list is filtered and paged; empty text does not filter. */
export interface Filters {
  status: string;
  protocol: string;
  order: string;
  /** A day: what changed until its end. */
  until: string;
  /** From 1. */
  page: number;
}

export type View =
  | { name: "inbox" }
  | { name: "ticket"; id: string }
  /** `like`: the ticket whose order a new one is about. */
  | { name: "new"; like: string }
  | { name: "transaction"; id: string };

export const NO_FILTERS: Filters = { status: "", protocol: "", order: "", until: "", page: 1 };

const TEXTS = ["status", "protocol", "order", "until"] as const;

function parse({ path, query }: Place): { view: View; filters: Filters } {
  const params = new URLSearchParams(query ?? "status=waiting_seller");
  const filters: Filters = { ...NO_FILTERS };
  for (const name of TEXTS) filters[name] = params.get(name) ?? "";
  if (!/^\d{4}-\d{2}-\d{2}$/.test(filters.until)) filters.until = "";
  filters.page = pageNumber(params.get("page"));
  const [head = "", tail = ""] = path;
  if (head === "new") return { view: { name: "new", like: params.get("like") ?? "" }, filters };
  if (head === "tickets" && tail !== "") return { view: { name: "ticket", id: tail }, filters };
  if (head === "transactions" && tail !== "") return { view: { name: "transaction", id: tail }, filters };
  return { view: { name: "inbox" }, filters };
}

function format({ view, filters }: { view: View; filters: Filters }): string {
  const params = new URLSearchParams();
  for (const name of TEXTS) if (filters[name] !== "") params.set(name, filters[name]);
  if (filters.page !== 1) params.set("page", String(filters.page));
  switch (view.name) {
    case "inbox":
      return write(ACCOUNT, [], params);
    case "ticket":
      return write(ACCOUNT, ["tickets", view.id], params);
    case "transaction":
      return write(ACCOUNT, ["transactions", view.id], params);
    case "new":
      if (view.like !== "") params.set("like", view.like);
      return write(ACCOUNT, ["new"], params);
  }
}

export const { view, filters, go, href, filter } = makeRouter(ACCOUNT, { parse, format });
