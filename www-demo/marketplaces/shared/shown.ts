// What a marketplace says of how it shows its items, for the habits.

import type { Received } from "./http.ts";
import type { LateKinds } from "./late.ts";

/** What `POST /control/settings` may change; each marketplace says its names and the values at start. */
export type Settings = Record<string, number | string | boolean | null>;

export interface Shown {
  /** The first path segment, and the prefix of its tables. */
  id: string;
  /** The kinds of items that it can show late, and the tables of each. */
  late: LateKinds;
  /** The kinds that writes see late, too; they see all else as it is. */
  lateToWrites?: string[];
  /** The names of the lists in its answers, for those that come in another order. */
  lists: string[];
  /** The request and the settings when a page has no more than `rows`, or when `again` makes each page the first one. */
  page?(
    received: Received,
    settings: Settings,
    change: { rows: number | undefined; again: boolean },
  ): { received: Received; settings: Settings };
}
