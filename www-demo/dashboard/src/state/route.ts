/** The view, the search and the open ticket, as the address names them. */
import { computed, signal } from "@preact/signals";
import type { DeskKey } from "seller-tickets/desk";
import { keyOf, nameOf } from "./keys";

export const VIEWS = ["todo", "waiting", "snoozed", "done", "outbox"] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  /** The account whose tickets are listed; empty for all. */
  account: string;
  /** The words of the search. */
  query: string;
  /** The name of the open ticket; empty for none. */
  open: string;
  /** The account in which something new is written; empty for none. */
  create: string;
}

const EMPTY: Route = { view: "todo", account: "", query: "", open: "", create: "" };

/** A part of the address; one that someone cut off stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function read(): Route {
  const [path = "", search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [view, account, id] = path.split("/").map(decoded);
  const given = new URLSearchParams(search);
  return {
    view: VIEWS.find((known) => known === view) ?? "todo",
    account: given.get("account") ?? "",
    query: given.get("q") ?? "",
    open: account !== undefined && id !== undefined ? nameOf({ account, id }) : "",
    create: given.get("new") ?? "",
  };
}

export function hrefOf(to: Partial<Route>): string {
  const { view, account, query, open, create } = { ...route.peek(), open: "", create: "", ...to };
  const key = open === "" ? [] : Object.values(orderedKey(keyOf(open)));
  const search = new URLSearchParams({ account, q: query, new: create });
  for (const [name, value] of [...search]) if (value === "") search.delete(name);
  const path = [view, ...key].map(encodeURIComponent).join("/");
  return `#/${path}${search.size > 0 ? `?${search}` : ""}`;
}

const orderedKey = ({ account, id }: DeskKey) => ({ account, id });

export const route = signal<Route>(EMPTY);
route.value = read();

/** What the list holds; it changes only when the list does. */
const listText = computed(() => {
  const { view, account, query } = route.value;
  return JSON.stringify({ view, account, query });
});
export const listed = computed(() => JSON.parse(listText.value) as Pick<Route, "view" | "account" | "query">);
export const openName = computed(() => route.value.open);

/**
 * The keys rest for so long when whoever goes through the list with them stops. Then the ticket is read,
 * and the address and the title follow, for which the browser takes its time.
 */
export const REST_MS = 200;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The address that is to be written. */
let address: string | undefined;

function writeAddress(): void {
  clearTimeout(timer);
  if (address !== undefined) history.replaceState(null, "", address);
  address = undefined;
}

addEventListener("popstate", () => {
  clearTimeout(timer);
  address = undefined;
  route.value = read();
});

/** Goes there. From ticket to ticket there is no step to go back to, so that "back" is the list. */
export function go(to: Partial<Route>): void {
  const before = route.peek();
  const isDeeper = (name: "open" | "create") => before[name] === "" && (to[name] ?? "") !== "";
  const isOther = to.view !== undefined && to.view !== before.view;
  if (isDeeper("open") || isDeeper("create") || isOther) {
    writeAddress();
    history.pushState(null, "", hrefOf(to));
  } else {
    clearTimeout(timer);
    address = hrefOf(to);
    timer = setTimeout(writeAddress, REST_MS);
  }
  route.value = { ...before, open: "", create: "", ...to };
}
