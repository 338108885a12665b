/**
 * Pages of a list that moves while it is read. The module decides where to read on; the items that
 * were seen are remembered here.
 */

import type { MarketplaceId, Pagination } from "../generated/types.js";
import { TicketError } from "../ground/errors.js";
import type { Engine } from "../wasm/engine.js";
import type { PageShape, PageStep } from "../wasm/generated/boundary.js";

/**
 * One page of a list. Fields that the marketplace sends beside `data` and `pagination` are kept.
 */
export interface Page<T> {
  readonly data: T[];
  readonly pagination?: Pagination | undefined;
  readonly hasNextPage: boolean;
  /**
   * The following page as the list stands then, or `null` at its end. To be safe while the list
   * moves, iterate instead.
   */
  next(): Promise<Page<T> | null>;
}

/** What a page says of itself, with its place in the list: an offset, or its number. */
export type PlacedShape = PageShape & { offset: number };

/** A page as a call brings it. */
export interface Loaded<T> {
  page: Page<T>;
  shape: PlacedShape;
}

/**
 * Loads a page. `base` are parameters in place of the caller's, for a list that goes on from a
 * time; `at` is the offset or the number that is asked for.
 */
export type LoadPage<T> = (base: object, at: number) => Promise<Loaded<T>>;

class ListPage<T> implements Page<T> {
  declare readonly data: T[];
  declare readonly pagination?: Pagination | undefined;
  readonly hasNextPage: boolean;
  readonly #next: () => Promise<Page<T> | null>;

  constructor(raw: object, hasNextPage: boolean, next: () => Promise<Page<T> | null>) {
    Object.assign(this, raw);
    this.hasNextPage = hasNextPage;
    this.#next = next;
  }

  next(): Promise<Page<T> | null> {
    return this.#next();
  }
}

// An id may come as a number or as text.
const idOf = (shape: PageShape, item: unknown) => String((item as Record<string, unknown>)[shape.key]);

/** The page that `raw` is, with `items` in the place of its own. */
export function makePage<T>(raw: object, shape: PlacedShape, base: object, load: LoadPage<T>, items?: T[]): Page<T> {
  const data = items ?? (raw as Record<string, T[]>)[shape.items] ?? [];
  const next = async (): Promise<Page<T> | null> => {
    if (!shape.more) return null;
    if (shape.beyond === undefined) {
      return (await load(base, shape.offset + (shape.numbered ? 1 : shape.length))).page;
    }
    const later = { ...base, ...shape.beyond };
    const { page, shape: after } = await load(later, 0);
    // A list that goes on from a time begins with the items of that time.
    const known = new Set(((raw as Record<string, T[]>)[shape.items] ?? []).map((item) => idOf(shape, item)));
    const fresh = page.data.filter((item) => !known.has(idOf(after, item)));
    return makePage(page, after, later, load, fresh);
  };
  return new ListPage({ ...raw, [shape.items]: data, data }, shape.more, next);
}

/** The list that is walked, and the module that decides how. */
export interface Walked {
  readonly engine: Engine;
  readonly marketplace: MarketplaceId;
  readonly endpoint: string;
}

/** The pages of a moving list, each with the items that were not on an earlier one. */
export async function* walkPages<T>(
  { engine, marketplace, endpoint }: Walked,
  first: Loaded<T>,
  load: LoadPage<T>,
): AsyncGenerator<Page<T>, void, undefined> {
  const seen = new Set<string>();
  let { page, shape } = first;
  let pager: Uint8Array | number = shape.offset;
  let base: object = {};
  let before: object = {};
  for (;;) {
    const isNew = (item: T) => !seen.has(idOf(shape, item));
    const { length } = page.data;
    const firstIsKnown = length > 0 && !isNew(page.data[0] as T);
    const { more, numbered, beyond } = shape;
    const fresh = page.data.filter(isNew).length;
    const step: PageStep = engine.advancePager(marketplace, endpoint, pager, {
      length,
      firstIsKnown,
      fresh,
      more,
      numbered,
      rebase: beyond !== undefined,
    });
    if (step.stuck !== undefined) throw new TicketError(step.stuck);
    if (step.keep) {
      const items = page.data.filter((item) => isNew(item) && seen.add(idOf(shape, item)));
      if (items.length > 0) yield makePage(page, shape, base, load, items);
    }
    if (step.next === undefined) return;
    pager = step.pager;
    if (step.base === "next") {
      before = base;
      base = { ...base, ...beyond };
    } else if (step.base === "before") base = before;
    ({ page, shape } = await load(base, step.next));
  }
}
