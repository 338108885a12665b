/** An account's view and filters, as its part of the address has them. */
import { computed, effect, signal } from "@preact/signals";
import type { AccountId } from "../../worker/accounts";
import { address, goTo, type Place } from "./address";
import { current } from "./session";

interface Notation<V, F> {
  parse(place: Place): { view: V; filters: F };
  /** The address of a view; what is as usual is left out. */
  format(route: { view: V; filters: F }): string;
}

export function makeRouter<V, F extends { page: number }>(account: AccountId, { parse, format }: Notation<V, F>) {
  type Route = { view: V; filters: F };
  // While another account is shown, this one's place stays what it last was.
  const here = signal<Place>({ path: [], query: null });
  effect(() => {
    if (current.value === account) here.value = address.value;
  });
  const route = computed<Route>(() => parse(here.value));
  const view = computed(() => route.value.view);
  const filtersText = computed(() => JSON.stringify(route.value.filters));
  /** Changes only when a filter does, not when another ticket is opened. */
  const filters = computed<F>(() => JSON.parse(filtersText.value));

  /** Goes to an address; `replace` leaves no step to go back to. */
  function go(to: Partial<Route>, how: "push" | "replace" = "push"): void {
    goTo(format({ ...route.value, ...to }), how);
  }

  /** The address of a view, by default with the present filters. */
  function href(to: V, chosen: F = route.value.filters): string {
    return format({ view: to, filters: chosen });
  }

  /** Changes filters; a changed filter starts at the first page again. */
  function filter(change: Partial<F>, how: "push" | "replace" = "push"): void {
    go({ filters: { ...route.value.filters, page: 1, ...change } }, how);
  }

  return { view, filters, go, href, filter };
}
