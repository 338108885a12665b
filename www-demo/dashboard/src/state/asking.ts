/** The question that is asked before something is done, and what is open on top of the page. */
import { signal } from "@preact/signals";
import type { DeskAction } from "seller-tickets/desk";

/** The action that is being confirmed for the open ticket; `null` for none. */
export const asking = signal<DeskAction | null>(null);
export type Overlay = "palette" | "keys" | "snooze" | "macros" | "assign" | null;
export const overlay = signal<Overlay>(null);
/** Whether the side panel is shown where there is no room for it beside the thread. */
export const sideOpen = signal(false);
