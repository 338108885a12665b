/**
 * The keyboard: one key for what is done most. A key is what it types, so that it is right on every
 * layout, and it does nothing while something is written.
 */
import { signal } from "@preact/signals";
import { isModal } from "../parts/modal";
import { overlay, sideOpen } from "../state/asking";
import { bringIntoSight, rowOf } from "../state/move";
import { go, openName } from "../state/route";
import { commands } from "./commands";

const STORED = "single keys";
/** Whether single letters act. Speech input and some keyboards set them off by accident. */
export const singleKeys = signal(localStorage.getItem(STORED) !== "off");

export function setSingleKeys(isOn: boolean): void {
  singleKeys.value = isOn;
  localStorage.setItem(STORED, isOn ? "on" : "off");
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
  return target.matches("textarea, select, [contenteditable]");
}

/** Out of the field, then out of the ticket. */
function leave(target: EventTarget | null): void {
  if (isField(target)) {
    const title = document.getElementById("title");
    if (target instanceof HTMLElement && target.id === "search") focusRow();
    else title?.focus();
  } else if (sideOpen.peek()) {
    sideOpen.value = false;
  } else {
    const name = openName.peek();
    go({ open: "", create: "" });
    requestAnimationFrame(() => focusRow(name));
  }
}

function focusRow(name = openName.peek()): void {
  if (name !== "") bringIntoSight(name);
  const row = rowOf(name) ?? document.querySelector<HTMLElement>(".rows a[tabindex='0']");
  (row ?? document.querySelector<HTMLElement>(".rows a"))?.focus();
}

/** In the list, the arrow keys move from row to row; Enter opens one. */
function onArrow(event: KeyboardEvent): boolean {
  const row = event.target instanceof Element ? event.target.closest(".rows a") : null;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (row === null || by === undefined) return false;
  const rows = [...document.querySelectorAll<HTMLElement>(".rows a")];
  rows[rows.indexOf(row as HTMLElement) + by]?.focus();
  return true;
}

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
  if (isCommand) {
    event.preventDefault();
    overlay.value = overlay.peek() === "palette" ? null : "palette";
    return;
  }
  // A dialog has its own keys. With Alt Graph, layouts type signs that others have at once.
  if (isModal()) return;
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isPlain && !event.getModifierState("AltGraph")) return;
  if (event.key === "Escape") {
    event.preventDefault();
    leave(event.target);
    return;
  }
  if (isField(event.target)) return;
  if (onArrow(event)) {
    event.preventDefault();
    return;
  }
  if (!singleKeys.peek()) return;
  const found = commands().find(({ key }) => key !== "" && key === event.key);
  if (found === undefined) return;
  event.preventDefault();
  found.run();
}
