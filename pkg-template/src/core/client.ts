import { unreadableArguments } from "../files/source.js";
import type { MarketplaceId, Violation } from "../generated/types.js";
import { shownUrl } from "../ground/debug.js";
import { DENO_INSPECT, INSPECT, localError, traced, type Where } from "../ground/errors.js";
import { observed } from "../ground/hooks.js";
import type { CallOptions } from "../ground/options.js";
import { check, checkFiles, decodeResponse } from "./check.js";
import { type Inner, makeInner, type Operation, type Parts } from "./inner.js";
import { type LoadPage, makePage, type Page } from "./list.js";
import { checkCall } from "./options.js";
import { carryOut, endOf, perform, prepare, requestOf } from "./perform.js";
import { ApiPromise, type FirstPage, ListPromise, type WithResponse } from "./promises.js";

/** For the other files of this package only. */
export let innerOf: (client: AnyClient) => Inner;

/** A client of any marketplace. */
export interface AnyClient {
  readonly marketplace: MarketplaceId;
}

/** The arguments and the result of each method, by name. */
export type Endpoints<M> = { [K in keyof M]: { args: unknown[]; result: unknown } };

/** What all marketplaces share. `M` maps each method's name to its arguments and result. */
export abstract class Client<M extends Endpoints<M>> {
  readonly #inner: Inner;

  static {
    innerOf = (client) => (client as unknown as Client<never>).#inner;
  }

  /** @internal */
  constructor(parts: Parts) {
    this.#inner = makeInner(parts);
  }

  /** The marketplace that this client speaks to. */
  get marketplace(): MarketplaceId {
    return this.#inner.marketplace;
  }

  /**
   * The signed, ready request of a method, not sent. Signatures hold for a few minutes only.
   *
   * ```ts
   * const request = await kaufland.request("getTicket", "00110123123");
   * const ticket = await kaufland.decode("getTicket", await fetch(request));
   * ```
   */
  async request<K extends keyof M & string>(
    endpoint: K,
    ...args: [...M[K]["args"], options?: CallOptions]
  ): Promise<Request> {
    const inner = this.#inner;
    const [operation, options] = this.#split(endpoint, args);
    const prepared = await prepare(inner, operation.endpoint, operation.args, options, "request");
    try {
      return await requestOf(inner, prepared, options);
    } finally {
      prepared.limit?.end();
    }
  }

  /**
   * Every rule that the arguments break, without sending anything: names, values, lengths, declared
   * file types. Empty when all is well.
   */
  validate<K extends keyof M & string>(endpoint: K, ...args: [...M[K]["args"], options?: CallOptions]): Violation[] {
    const { engine, marketplace, settings } = this.#inner;
    const [operation] = this.#split(endpoint, args);
    return check(engine, { marketplace, endpoint: operation.endpoint }, operation.args, settings);
  }

  /**
   * What the content of the files says beyond `validate`. Reads only the parts of a file that it
   * needs.
   */
  async validateFiles<K extends keyof M & string>(
    endpoint: K,
    ...args: [...M[K]["args"], options?: CallOptions]
  ): Promise<Violation[]> {
    const { engine, marketplace, settings } = this.#inner;
    const [operation, options] = this.#split(endpoint, args);
    return checkFiles(engine, { marketplace, endpoint: operation.endpoint }, operation.args, settings, options);
  }

  /** Reads an answer that you fetched yourself: the method's result, or the `TicketError`. */
  decode<K extends keyof M & string>(endpoint: K, response: Response): Promise<M[K]["result"]> {
    const [operation] = this.#split(endpoint, []);
    const { engine, marketplace } = this.#inner;
    const where = { marketplace, endpoint: operation.endpoint };
    return decodeResponse(engine, where, response) as Promise<M[K]["result"]>;
  }

  /** @internal */
  protected call<T>(endpoint: string, args: unknown[], options: CallOptions | undefined): ApiPromise<T> {
    const inner = this.#inner;
    const whole = perform(inner, endpoint, args, options ?? {}) as Promise<WithResponse<T>>;
    return new ApiPromise(whole, new Error());
  }

  /** @internal */
  protected list<T, P extends Page<T> = Page<T>>(
    endpoint: string,
    params: object | undefined,
    options: CallOptions | undefined,
    ids: string[] = [],
  ): ListPromise<T, P> {
    const inner = this.#inner;
    const { engine, marketplace } = inner;
    const walked = { engine, marketplace, endpoint };
    let field: string | undefined;
    const start = async (callId: string, base: object, at?: number): Promise<FirstPage<T>> => {
      const from = at === undefined || field === undefined ? {} : { [field]: at };
      const where: Where = { marketplace: inner.marketplace, endpoint };
      let own: Record<string, unknown>;
      try {
        own = { ...params, ...base, ...from };
      } catch (error) {
        throw unreadableArguments(where, error);
      }
      const settled = await carryOut(inner, endpoint, [...ids, own], options ?? {}, callId);
      const { shape } = settled;
      if (shape === undefined) {
        throw localError(where, { kind: "decode", code: "not_a_page", message: "the answer is not a page of a list" });
      }
      field = shape.offsetField;
      // Where the vendor does not say where a page starts, it starts where it was asked to.
      const asked = at ?? (own[field] as number | undefined) ?? (shape.numbered ? 1 : 0);
      const placed = Object.assign(shape, { offset: shape.offset ?? asked });
      const data = settled.data as Record<string, unknown>;
      const items = (data[shape.items] as unknown[] | undefined) ?? [];
      const itemAt = (index: number | undefined) => (index === undefined ? undefined : items[index]);
      data.odd = settled.odd.map(({ field: at, expected, index }) => ({ field: at, expected, item: itemAt(index) }));
      const page = makePage(walked, data, placed, base, load);
      return Object.assign(settled, { data: page, page, shape: placed });
    };
    // To the hooks, each page is a call of its own.
    const page = (base: object, at?: number) =>
      observed(inner, { endpoint }, (callId) => start(callId, base, at), endOf);
    const site = new Error();
    const load: LoadPage<T> = (base, at) => traced(page(base, at), site);
    return new ListPromise<T, P>(walked, page({}), load, site);
  }

  #split(endpoint: string, args: unknown[]): [Operation, CallOptions] {
    const { engine, marketplace, wireName, wireArgs, callOptions } = this.#inner;
    if (typeof endpoint !== "string") {
      const where = { marketplace, endpoint: "" };
      const message = "the name of the method is not text";
      throw localError(where, { kind: "configuration", code: "unknown_method", message });
    }
    const name = wireName?.(endpoint) ?? endpoint;
    // Call options follow the method's own arguments. The module refuses an unknown name.
    const own = engine.arity(marketplace, name);
    if (own === undefined) return [{ endpoint, args }, {}];
    const options = (args[own] ?? {}) as CallOptions;
    checkCall({ marketplace, endpoint }, options, callOptions);
    const plain = args.slice(0, own);
    return [{ endpoint: name, args: wireArgs?.(plain, options) ?? plain }, options];
  }

  /** Says where the client points, and no keys. */
  toJSON(): { marketplace: MarketplaceId; baseUrl: string | undefined; gateway: boolean } {
    const { marketplace, settings } = this.#inner;
    const { baseUrl } = settings;
    return { marketplace, baseUrl: baseUrl && shownUrl(baseUrl), gateway: settings.gateway === true };
  }

  /** @internal */
  [INSPECT](): string {
    const shown = Object.entries(this.#inner.shown).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    return `${this.constructor.name} { ${shown.join(", ")} }`;
  }

  /** @internal */
  [DENO_INSPECT](): string {
    return this[INSPECT]();
  }
}
