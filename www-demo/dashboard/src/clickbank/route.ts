/** The meaning of the address: which ticket is open, and how the list is filtered. */
import { oneOf, type Place, pageNumber, format as write } from "../address";
import { makeRouter } from "../router";
import { ACCOUNT } from "./client";

/** How the list is filtered and paged; empty text does not filter. */
export interface Filters {
  type: string;
  status: string;
  receipt: string;
  /** Days, `2026-03-01`. */
  from: string;
  to: string;
  dateField: "create" | "update" | "close";
  /** From 1. */
  page: number;
}

export type View = { name: "inbox" } | { name: "ticket"; id: string } | { name: "new"; receipt: string };

export const NO_FILTERS: Filters = {
  type: "",
  status: "",
  receipt: "",
  from: "",
  to: "",
  dateField: "create",
  page: 1,
};

const TEXTS = ["type", "status", "receipt", "from", "to"] as const;

function parse({ path, query }: Place): { view: View; filters: Filters } {
  const params = new URLSearchParams(query ?? "status=open");
  const filters: Filters = { ...NO_FILTERS };
  for (const name of TEXTS) filters[name] = params.get(name) ?? "";
  filters.dateField = oneOf(params.get("date"), ["create", "update", "close"]);
  filters.page = pageNumber(params.get("page"));
  const [head = "", tail = ""] = path;
  if (head === "new") return { view: { name: "new", receipt: params.get("for") ?? "" }, filters };
  if (head === "tickets" && tail !== "") return { view: { name: "ticket", id: tail }, filters };
  return { view: { name: "inbox" }, filters };
}

function format({ view, filters }: { view: View; filters: Filters }): string {
  const params = new URLSearchParams();
  for (const name of TEXTS) if (filters[name] !== "") params.set(name, filters[name]);
  if (filters.dateField !== NO_FILTERS.dateField) params.set("date", filters.dateField);
  if (filters.page !== 1) params.set("page", String(filters.page));
  if (view.name === "ticket") return write(ACCOUNT, ["tickets", view.id], params);
  if (view.name === "inbox") return write(ACCOUNT, [], params);
  if (view.receipt !== "") params.set("for", view.receipt);
  return write(ACCOUNT, ["new"], params);
}

export const { view, filters, go, href, filter } = makeRouter(ACCOUNT, { parse, format });
