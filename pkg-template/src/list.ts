/** Pages of a list that moves while it is read. Where to read on is the module's decision; what was seen is remembered here. */
import type { PageShape, Turn, Walk } from "./boundary.js";
import { engine } from "./engine.js";
import { localError } from "./errors.js";
import type { Pagination } from "./generated/types.js";

/** One page of a list. Fields that the marketplace sends beside `data` and `pagination` are kept. */
export interface Page<T> {
  readonly data: T[];
  readonly pagination?: Pagination | undefined;
  readonly hasNextPage: boolean;
  /** The following page as the list stands then, or `null` at its end. To be safe while the list moves, iterate instead. */
  next(): Promise<Page<T> | null>;
}

/** What a page says of itself, with its place in the list: an offset, or its number. */
export type PlacedShape = PageShape & { offset: number };

/** A page as a call brings it. */
export interface Loaded<T> {
  page: Page<T>;
  shape: PlacedShape;
}

export type LoadPage<T> = (at: number) => Promise<Loaded<T>>;

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

export function makePage<T>(raw: object, shape: PlacedShape, load: LoadPage<T>): Page<T> {
  return new ListPage(raw, shape.more, async () =>
    shape.more ? (await load(shape.offset + (shape.numbered ? 1 : shape.length))).page : null,
  );
}

/** The pages of a moving list, each with the items that were not on an earlier one. */
export async function* walkPages<T>(first: Loaded<T>, load: LoadPage<T>): AsyncGenerator<Page<T>, void, undefined> {
  const seen = new Set<string>();
  let { page, shape } = first;
  let walk: Walk | number = shape.offset;
  for (;;) {
    // An id may come as a number or as text.
    const idOf = (item: T) => String((item as Record<string, unknown>)[shape.key]);
    const isNew = (item: T) => !seen.has(idOf(item));
    const { length } = page.data;
    const firstIsKnown = length > 0 && !isNew(page.data[0] as T);
    const { more, numbered } = shape;
    const facts = { length, firstIsKnown, fresh: page.data.filter(isNew).length, more, numbered };
    const turn: Turn = engine.walkOn(walk, facts);
    if (turn.keep) {
      const fresh = page.data.filter((item) => isNew(item) && seen.add(idOf(item)));
      if (fresh.length > 0) yield makePage({ ...page, data: fresh }, shape, load);
    }
    if (turn.next === null) {
      if (turn.keep) return;
      throw localError(undefined, {
        kind: "decode",
        code: "pages_repeat",
        message: "page after page held nothing new: the number of the page does not reach the marketplace",
      });
    }
    walk = turn.walk;
    ({ page, shape } = await load(turn.next));
  }
}
