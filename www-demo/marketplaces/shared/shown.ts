// How a marketplace shows its items, as the habits need to know it.

import type { Received } from "./http.ts";
import type { LateKinds } from "./late.ts";

/**
 * The values that `POST /control/settings` may change; each marketplace defines their names and
 * initial values.
 */
export type Settings = Record<string, number | string | boolean | null>;

export interface Shown {
  /** The first segment of its paths, which is also the prefix of its tables. */
  id: string;
  /** The kinds of items that it can show late, and the tables of each kind. */
  late: LateKinds;
  /** The kinds that writes also read late; writes read all others without delay. */
  lateToWrites?: string[];
  /** The names of the lists in its answers that can be reordered. */
  lists: string[];
  /**
   * Returns the request and the settings for pages of at most `rows` items, or, with `again`, for a
   * page that repeats the first one.
   */
  page?(
    received: Received,
    settings: Settings,
    change: { rows: number | undefined; again: boolean },
  ): { received: Received; settings: Settings };
}
