/** What the catalogues in src/locales/meanings have in common: their types, and how they are made. */

import type { Texts } from "../generated/meanings.js";
import type { MarketplaceId } from "../generated/types.js";

/**
 * The meanings of the values of a marketplace's enums in one language, by enum and value. A value
 * that the vendor added later has none.
 */
export type Meanings<Id extends MarketplaceId> = {
  readonly [Enum in keyof Texts[Id]]: Readonly<Texts[Id][Enum]> & { readonly [value: string]: string | undefined };
};

/** The meanings of all marketplaces' values in one language, by marketplace, enum and value. */
export type AllMeanings = { readonly [Id in MarketplaceId]: Meanings<Id> };

/**
 * Makes the catalogue of a marketplace. Its lists inherit nothing, because the vendor may send any
 * value: `constructor` has no meaning either.
 */
export function catalogue<Id extends MarketplaceId>(texts: Texts[Id]): Meanings<Id> {
  for (const list of Object.values(texts)) Object.setPrototypeOf(list, null);
  return texts as unknown as Meanings<Id>;
}
