/** What is said of a letter that did not arrive. */
import type { MarketplaceId } from "seller-tickets";
import type { DeskOutboxItem } from "seller-tickets/desk";
import { tFirst } from "./index";
import { meaningOf } from "./meanings";

/** Why it did not arrive, as far as that is known, and what became of its words. */
export function reasonWords({ state, why }: DeskOutboxItem, marketplace: MarketplaceId): string {
  const said = state === "refused" ? `/problems/${why}` : "";
  const meaning = said === "" ? "" : meaningOf(marketplace, "ProblemType", said);
  const kept = tFirst([`letterWhy.${marketplace}.${state}`, `letterWhy.${why}`, `letterWhy.${state}`]);
  return meaning === said ? kept : `${meaning}. ${kept}`;
}
