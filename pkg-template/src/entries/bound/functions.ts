import { engine } from "seller-tickets-engine";
import { check, decodeResponse } from "../../core/check.js";
import type { MarketplaceId, Meaning, Violation, VocabularyOf } from "../../generated/types.js";
import type { EndpointsOf } from "../../ground/options.js";

type NameOf<M> = M extends keyof EndpointsOf ? keyof EndpointsOf[M] & string : never;
/** Any text, beside which an editor still offers the names that are known. */
type Text<K> = K & NonNullable<unknown>;
/** Anything, beside which an editor still offers the fields of what is asked about. */
type Anything = NonNullable<unknown> | null | undefined;
type ArgsOf<M, K> = M extends keyof EndpointsOf
  ? K extends keyof EndpointsOf[M]
    ? EndpointsOf[M][K] extends { args: infer Args extends unknown[] }
      ? { [Index in keyof Args]?: Args[Index] | Anything }
      : unknown[]
    : unknown[]
  : unknown[];
type ResultOf<M, K> = M extends keyof EndpointsOf
  ? K extends keyof EndpointsOf[M]
    ? EndpointsOf[M][K] extends { result: infer Result }
      ? Result
      : unknown
    : unknown
  : unknown;

/** `validate` without a client, by the ids of marketplace and method. It takes whatever is given. */
export function validate<M extends MarketplaceId, K extends string>(
  marketplace: M,
  endpoint: NameOf<M> | Text<K>,
  ...args: ArgsOf<M, K>
): Violation[] {
  return check(engine, { marketplace, endpoint }, args, {});
}

/** `decode` without a client, by the ids of marketplace and method. */
export function decode<M extends MarketplaceId, K extends string>(
  marketplace: M,
  endpoint: NameOf<M> | Text<K>,
  response: Response,
): Promise<ResultOf<M, K>> {
  return decodeResponse(engine, { marketplace, endpoint }, response) as Promise<ResultOf<M, K>>;
}

/**
 * Returns the meanings of the values of a marketplace's enums, as text for a UI:
 * `meanings("kaufland").TicketReason` and so on.
 */
export function meanings<M extends MarketplaceId>(marketplace: M): MeaningsOf<M> {
  return engine.meanings(marketplace) as MeaningsOf<M>;
}

/** Those of one marketplace by their names, or of any that is known at run time alone. */
type MeaningsOf<M> = MarketplaceId extends M ? Record<string, Meaning[]> : Named<M>;
type Named<M> = M extends MarketplaceId ? { [Name in VocabularyOf[M]]: Meaning[] } & Record<string, Meaning[]> : never;
