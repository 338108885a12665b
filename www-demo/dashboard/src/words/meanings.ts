/** The meanings of the marketplaces' values in the package's words, loaded when needed. */
import { effect, signal } from "@preact/signals";
import type { MarketplaceId } from "seller-tickets";
import { type Language, language } from "./index";

type Lists = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
type Loaded = { readonly default: unknown };

const LOADERS: Record<Language, () => Promise<Loaded>> = {
  en: () => import("seller-tickets/locales/en/meanings"),
  de: () => import("seller-tickets/locales/de/meanings"),
  "pt-BR": () => import("seller-tickets/locales/pt-BR/meanings"),
  nl: () => import("seller-tickets/locales/nl/meanings"),
};

const all = signal<Partial<Record<MarketplaceId, Lists>>>({});
let isWanted = false;

function listsOf(marketplace: MarketplaceId): Lists {
  if (!isWanted) {
    isWanted = true;
    effect(() => {
      void LOADERS[language.value]().then((module) => {
        all.value = module.default as Partial<Record<MarketplaceId, Lists>>;
      });
    });
  }
  return all.value[marketplace] ?? {};
}

/** The documented values of an enum, in the vendor's order; none until they are loaded. */
export const valuesOf = (marketplace: MarketplaceId, name: string): string[] =>
  Object.keys(listsOf(marketplace)[name] ?? {});

/** What a value means, as the beginning of a sentence; the value itself where that is not known. */
export function meaningOf(marketplace: MarketplaceId, name: string, value: string): string {
  const text = listsOf(marketplace)[name]?.[value] ?? value;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
