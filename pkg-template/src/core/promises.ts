import { traceOf } from "../ground/errors.js";
import type { Odd } from "../wasm/generated/boundary.js";
import { type Loaded, type LoadPage, type Page, type Walked, walkPages } from "./list.js";

/** A result together with how it came about. */
export interface WithResponse<T> {
  data: T;
  /** The answer of the last attempt; its body is read already. */
  response: Response;
  /** How many times the request was sent. */
  attempts: number;
  /**
   * Whether the answer was lost and the result was found by reading (`ensure: "once"`); then
   * `response` is that of the read. A result that was found may have other fields than the write's
   * own.
   */
  found: boolean;
  /** The marketplace's id of the request, for its support. */
  requestId: string | undefined;
  /**
   * The reference that the write carried, by which it can be found again: Magalu's `code`, yours or
   * one that was made for this call. An error has it too.
   */
  reference: string | undefined;
  /**
   * The fields of the answer that are not as documented, those of lists' items among them (with
   * `index`). All are handed out as they came.
   */
  odd: Odd[];
}

/**
 * A call under way: await it for the result, or `.withResponse()` for the answer's status and
 * headers too.
 */
export class ApiPromise<T> extends Promise<T> {
  readonly #whole: Promise<WithResponse<T>>;

  /** @internal `site` was made at the place of the call, unless `whole` adds that itself. */
  constructor(whole: Promise<WithResponse<T>>, site?: Error) {
    super((resolve, reject) => {
      // Whoever asks for the whole later gets the same error.
      whole.then(
        ({ data }) => resolve(data),
        (error) => reject(site === undefined ? error : traceOf(error, site)),
      );
    });
    this.#whole = whole;
  }

  /** What `.then()` returns is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  withResponse(): Promise<WithResponse<T>> {
    this.catch(() => {}); // The caller sees a failure through the promise that it asked for.
    return this.#whole;
  }
}

/** The page with which a list begins. */
export type FirstPage<T> = WithResponse<Page<T>> & Loaded<T>;

/**
 * A list under way. Await it for one page, or iterate over it for every item, page by page. While
 * the list moves, no item comes twice, and no item is skipped when others leave the list, for
 * example because you close the tickets that you are reading.
 */
export class ListPromise<T, P extends Page<T> = Page<T>> extends ApiPromise<P> implements AsyncIterable<T> {
  readonly #first: Promise<FirstPage<T>>;
  readonly #load: LoadPage<T>;
  readonly #walked: Walked;

  /** @internal */
  constructor(walked: Walked, first: Promise<FirstPage<T>>, load: LoadPage<T>, site: Error) {
    super(first as Promise<WithResponse<unknown>> as Promise<WithResponse<P>>, site);
    this.#first = first;
    this.#load = load;
    this.#walked = walked;
  }

  /** Page by page; each page holds the items that were not on an earlier one. */
  async *pages(): AsyncGenerator<P, void, undefined> {
    this.catch(() => {});
    yield* walkPages(this.#walked, await this.#first, this.#load) as AsyncGenerator<Page<T>> as AsyncGenerator<
      P,
      void,
      undefined
    >;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }
}
