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

/** Whether something is written or chosen there: on a tick or a button of a form one types on by mistake. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("input, textarea, select, form, [role=menu]") !== null;

/** Out of the field, then out of the ticket. */
function leave(target: EventTarget | null): void {
  if (isWriting(target)) {
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

/** Commands that go on while their key is held down. */
const REPEATED: ReadonlySet<string> = new Set(["next", "previous"]);
/** The key of the last command, as long as no other one is pressed. */
let held = "";

/** Whether a key that is held down would do once more, or somewhere else, what it was pressed for. */
function isHeld({ repeat, key, target }: KeyboardEvent): boolean {
  if (!repeat) held = "";
  const isLine = target instanceof HTMLTextAreaElement;
  return repeat && (key === held || (key === "Enter" && !isLine));
}

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (isHeld(event)) {
    event.preventDefault();
    return;
  }
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
  if (isWriting(event.target)) return;
  if (onArrow(event)) {
    event.preventDefault();
    return;
  }
  if (!singleKeys.peek()) return;
  const found = commands().find(({ key }) => key !== "" && key === event.key);
  if (found === undefined) return;
  event.preventDefault();
  if (!REPEATED.has(found.id)) held = found.key;
  found.run();
}
