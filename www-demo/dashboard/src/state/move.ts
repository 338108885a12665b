/** From ticket to ticket, in the order of the list. */
import { onItsWay } from "./handover";
import { gone, shown } from "./list";
import { go, openName } from "./route";

/** The ticket after or before the open one; those that are answered already are passed over. */
function beside(by: 1 | -1, isOpenOnly: boolean): string | undefined {
  const names = shown.peek();
  const at = names.indexOf(openName.peek());
  if (at < 0) return names[0];
  for (let next = at + by; next >= 0 && next < names.length; next += by) {
    const name = names[next] as string;
    if (!isOpenOnly || !(gone.peek().has(name) || onItsWay(name))) return name;
  }
  return undefined;
}

/** Opens the next or the previous ticket, and brings its row into sight. */
export function step(by: 1 | -1): void {
  const name = beside(by, false);
  if (name === undefined) return;
  go({ open: name });
  bringIntoSight(name);
}

/** The ticket to go on with after this one; empty if there is none. */
export const following = (): string => beside(1, true) ?? beside(-1, true) ?? "";

export const rowId = (name: string): string => `row-${name}`;
/** The row of a ticket, which is found at once among a thousand. */
export const rowOf = (name: string): HTMLElement | null => document.getElementById(rowId(name));

export function bringIntoSight(name: string): void {
  rowOf(name)?.scrollIntoView({ block: "nearest" });
}
