/**
 * Pages of a list that moves while it is read. The module decides where to read on; the items that
 * were seen are remembered here.
 */

import type { MarketplaceId, Pagination } from "../generated/types.js";
import { TicketError } from "../ground/errors.js";
import type { Engine } from "../wasm/engine.js";
import type { PageShape, PageStep } from "../wasm/generated/boundary.js";

/**
 * One page of a list, which can be iterated: `for (const ticket of page)`. Fields that the
 * marketplace sends beside `data` and `pagination` are kept.
 */
export interface Page<T> extends Iterable<T> {
  readonly data: T[];
  readonly pagination?: Pagination | undefined;
  /**
   * The oddities that came with this page: the fields that are not as documented. Items with such
   * fields are in `data` as they came.
   */
  readonly odd: OddItem[];
  readonly hasNextPage: boolean;
  /**
   * The following page as the list stands then, or `null` at its end. To be safe while the list
   * moves, iterate instead.
   */
  next(): Promise<Page<T> | null>;
}

/** A field that is not as documented, of an item of a page or of the page itself. */
export interface OddItem {
  /** The place in the answer: `data[1].topic`. */
  readonly field: string;
  /** The documented type: `text`. */
  readonly expected: string;
  /** The item as it came; `undefined` for a field of the page itself. */
  readonly item: unknown;
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
  declare readonly odd: OddItem[];
  readonly hasNextPage: boolean;
  readonly #next: () => Promise<Page<T> | null>;

  constructor(raw: object, data: object, hasNextPage: boolean, next: () => Promise<Page<T> | null>) {
    Object.assign(this, raw, data);
    this.hasNextPage = hasNextPage;
    this.#next = next;
  }

  next(): Promise<Page<T> | null> {
    return this.#next();
  }

  [Symbol.iterator](): Iterator<T> {
    return this.data[Symbol.iterator]();
  }
}

/** An id may come as a number or as text. An odd item may have none, so that its content counts. */
function idOf(shape: PageShape, item: unknown): string {
  const id = (item as Record<string, unknown> | null | undefined)?.[shape.key];
  if (typeof id === "string" || typeof id === "number" || typeof id === "bigint") return String(id);
  return JSON.stringify(item, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? "";
}

/** What the pages that follow each other by `next` have in common. */
interface Chain {
  /** The ids of the items on all of them. */
  seen: Set<string>;
  pager: Uint8Array | number;
}

/** The page that `raw` is, with `items` in the place of its own. */
export function makePage<T>(
  walked: Walked,
  raw: object,
  shape: PlacedShape,
  base: object,
  load: LoadPage<T>,
  items?: T[],
  chain?: Chain,
): Page<T> {
  const own = (raw as Record<string, T[]>)[shape.items] ?? [];
  const data = items ?? own;
  const next = async (): Promise<Page<T> | null> => {
    if (!shape.more) return null;
    const { seen, pager } = chain ?? { seen: new Set<string>(), pager: shape.offset };
    const known = new Set(seen);
    for (const item of own) known.add(idOf(shape, item));
    const later = { ...base, ...shape.beyond };
    const at = shape.beyond !== undefined ? 0 : shape.offset + (shape.numbered ? 1 : shape.length);
    const { page, shape: after } = await load(later, at);
    const fresh = page.data.filter((item) => !known.has(idOf(after, item)));
    // Such pages are requested by their place alone, as numbered ones are.
    const step = walked.engine.advancePager(walked.marketplace, walked.endpoint, pager, {
      length: page.data.length,
      firstIsKnown: false,
      fresh: fresh.length,
      more: after.more,
      numbered: true,
      rebase: false,
      repeats: false,
    });
    if (step.stuck !== undefined) throw new TicketError(step.stuck);
    // A list that goes on from a time begins with the items of that time.
    const shown = shape.beyond === undefined ? page.data : fresh;
    return makePage(walked, page, after, later, load, shown, { seen: known, pager: step.pager });
  };
  return new ListPage(raw, { [shape.items]: data, data }, shape.more, next);
}

/** The list that is walked, and the module that decides how. */
export interface Walked {
  readonly engine: Engine;
  readonly marketplace: MarketplaceId;
  readonly endpoint: string;
}

/** The pages of a moving list, each with the items that were not on an earlier one. */
export async function* walkPages<T>(
  walked: Walked,
  first: Loaded<T>,
  load: LoadPage<T>,
): AsyncGenerator<Page<T>, void, undefined> {
  const { engine, marketplace, endpoint } = walked;
  const seen = new Set<string>();
  let { page, shape } = first;
  let pager: Uint8Array | number = shape.offset;
  let base: object = {};
  let before: object = {};
  let ends: string | undefined;
  for (;;) {
    const isNew = (item: T) => !seen.has(idOf(shape, item));
    const { length } = page.data;
    const firstIsKnown = length > 0 && !isNew(page.data[0] as T);
    const { more, numbered, beyond } = shape;
    const fresh = page.data.filter(isNew).length;
    const last = ends;
    ends = JSON.stringify([length, ...[page.data[0], page.data.at(-1)].map((item) => item && idOf(shape, item))]);
    const step: PageStep = engine.advancePager(marketplace, endpoint, pager, {
      length,
      firstIsKnown,
      fresh,
      more,
      numbered,
      rebase: beyond !== undefined,
      repeats: length > 0 && ends === last,
    });
    if (step.stuck !== undefined) throw new TicketError(step.stuck);
    if (step.keep) {
      const items = page.data.filter((item) => isNew(item) && seen.add(idOf(shape, item)));
      if (items.length > 0) yield makePage(walked, page, shape, base, load, items);
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
