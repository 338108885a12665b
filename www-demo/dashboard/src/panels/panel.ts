/** What a marketplace has that others do not. Its panel is loaded when it is needed first. */
import { signal } from "@preact/signals";
import type { MarketplaceId } from "seller-tickets";
import type { Panel } from "./contract";

const LOADERS: Partial<Record<MarketplaceId, () => Promise<{ panel: Panel }>>> = {
  clickbank: () => import("./clickbank"),
  kaufland: () => import("./kaufland"),
  magalu: () => import("./magalu"),
  probo: () => import("./probo"),
};

/** The marketplaces in whose accounts something new can be written without a ticket. */
export const WRITES_NEW: ReadonlySet<MarketplaceId> = new Set(["clickbank", "kaufland", "magalu", "probo"]);

const loaded = signal<Partial<Record<MarketplaceId, Panel>>>({});
const asked = new Set<MarketplaceId>();

/** The panel of a marketplace; `undefined` until it is loaded, and for one that has none. */
export function panelOf(marketplace: MarketplaceId): Panel | undefined {
  const load = LOADERS[marketplace];
  if (load !== undefined && !asked.has(marketplace)) {
    asked.add(marketplace);
    load().then(
      ({ panel }) => {
        loaded.value = { ...loaded.peek(), [marketplace]: panel };
      },
      () => asked.delete(marketplace),
    );
  }
  return loaded.value[marketplace];
}
