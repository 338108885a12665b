/** What the page as a whole needs of a marketplace's own pages. */
import type { FunctionComponent } from "preact";

export interface Market {
  /** The open view's name, for the title of the window. */
  title(): string;
  /** What tells one open view from another. */
  viewKey(): string;
  /**
   * Whether something is open beside the list, or there is no list; on narrow screens it alone is
   * shown.
   */
  isDetail(): boolean;
  Panes: FunctionComponent;
  /** The way to a new ticket. */
  create: { href(): string; name: string; hint: string } | null;
  /** What the keys do here; a key without a meaning here is left out. */
  keys: {
    /** Back to the list; the result is the id of the row to return to. */
    toList?(): string;
    /** Leaves what is open above the list, such as filters. */
    leaveList?(): boolean;
    reply?(): void;
    close?(): void;
    create?(): void;
    filter?(): void;
    turnPage?(by: 1 | -1): void;
    reload?(): void;
  };
}
