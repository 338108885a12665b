// The seam: what one local marketplace brings along. A further one is a folder with such an object
// and a line in ../index.ts.

import type { Habits } from "./habits.ts";
import type { Received, Reply } from "./http.ts";
import type { Settings, Shown } from "./shown.ts";

export type { Settings };

import type { D1Database } from "./runtime.ts";

export interface SeedOptions {
  /** The moment the data ends at: nothing in it is younger. */
  now: Date;
  /** The start of the random sequence: the same number makes the same data. */
  seed: number;
}

export interface Marketplace extends Shown {
  /** What stands before the endpoint's own path, for the patterns of faults: `/kaufland/v2`. */
  basePath: string;
  /** Further first path segments that it answers at, for vendors that sign in on another host. */
  also?: string[];
  /**
   * Table name to the SQL that makes it and its indexes. Raise `version` with every change: a kept
   * database is then made anew.
   */
  tables: Record<string, string[]>;
  version: number;
  defaults: Settings;
  seed(db: D1Database, options: SeedOptions): Promise<void>;
  handle(received: Received, db: D1Database, settings: Settings, habits: Habits): Promise<Reply>;
  /**
   * The body this vendor would send with the status, text or a value for JSON; used by faults that
   * do not bring their own.
   */
  errorBody(status: number): unknown;
  /** Forgets what is held outside the database: rate limits. */
  forget(): void;
  /**
   * `POST /control/<id>/<action>`: what happens on the other side of this marketplace. `undefined`:
   * there is no such action.
   */
  act?(action: string, input: unknown, db: D1Database, settings: Settings): Promise<Reply | undefined>;
}
