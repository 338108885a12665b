/**
 * The keyboard: one key for what is done most, as in an e-mail client. They can be switched off in
 * the help.
 */
import { signal } from "@preact/signals";
import type { Market } from "./market";
import { MARKETS } from "./markets";
import { current } from "./session";

type Act = keyof Market["keys"];

const KEYS: [keys: string, what: string, needs?: Act][] = [
  ["j, ↓", "Next ticket in the list", "toList"],
  ["k, ↑", "Previous ticket in the list", "toList"],
  ["Enter, o", "Open the ticket", "toList"],
  ["Esc", "Leave the field, then go back to the list"],
  ["r", "Reply", "reply"],
  ["Ctrl Enter, ⌘ Enter", "Send"],
  ["x", "Close the ticket", "close"],
  ["n", "Open a new ticket", "create"],
  ["/", "Filter", "filter"],
  ["[, ]", "Previous page, next page", "turnPage"],
  ["u", "Read again", "reload"],
  ["a", "Choose the account"],
  ["?", "This help"],
];

function shown(): Market | null {
  const account = current.peek();
  return account === null ? null : MARKETS[account];
}

/** The keys that do something in the account that is shown. */
export function keysHere(): [keys: string, what: string][] {
  const market = shown();
  return KEYS.filter(([, , needs]) => needs === undefined || market?.keys[needs] !== undefined).map(([keys, what]) => [
    keys,
    what,
  ]);
}

export const helpOpen = signal(false);

const STORED = "single keys";
/** Whether single letters act. Speech input and some keyboards set them off by accident. */
export const singleKeys = signal(localStorage.getItem(STORED) !== "off");

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  localStorage.setItem(STORED, on ? "on" : "off");
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".rows a.row")];
}

function step(by: 1 | -1): void {
  const all = rows();
  const focused = all.indexOf(document.activeElement as HTMLElement);
  const at = focused >= 0 ? focused : all.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1);
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
}

/** Back to the list, with the cursor where it was. */
function toList(market: Market): void {
  const { toList: go } = market.keys;
  if (go === undefined || !market.isDetail()) return;
  const id = go();
  // After the list is shown again on narrow screens.
  requestAnimationFrame(() => {
    const all = rows();
    (all.find((row) => row.dataset.id === id) ?? all[0])?.focus();
  });
}

function isField(target: EventTarget | null): target is HTMLElement {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target.matches("textarea, select, [contenteditable]");
}

function leave(event: KeyboardEvent, market: Market): void {
  const { target } = event;
  event.preventDefault();
  if (target instanceof Element && target.closest(".inbox") && market.keys.leaveList?.()) return;
  if (isField(target) && target.closest(".ticket")) document.getElementById("ticket-title")?.focus();
  else toList(market);
}

const ACTS: Record<string, Act> = { r: "reply", x: "close", n: "create", "/": "filter", u: "reload" };

function letter(key: string, market: Market): boolean {
  const { keys } = market;
  switch (key) {
    case "j":
    case "k":
      step(key === "j" ? 1 : -1);
      return true;
    case "o": {
      const focused = document.activeElement;
      if (focused instanceof HTMLAnchorElement && focused.matches(".row")) focused.click();
      return true;
    }
    case "[":
    case "]":
      keys.turnPage?.(key === "]" ? 1 : -1);
      return true;
    case "a":
      document.getElementById("account")?.focus();
      return true;
    case "?":
      helpOpen.value = true;
      return true;
    case "r":
    case "x":
    case "n":
    case "/":
    case "u": {
      const act = keys[ACTS[key] as "reply" | "close" | "create" | "filter" | "reload"];
      act?.();
      return act !== undefined;
    }
    default:
      return false;
  }
}

export function onKeyDown(event: KeyboardEvent): void {
  // A dialog has its own keys.
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const market = shown();
  if (market === null) return;
  if (event.key === "Escape") {
    leave(event, market);
    return;
  }
  const inRows = event.target instanceof Element && event.target.matches(".rows a.row");
  if (inRows && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  if (isField(event.target) || !singleKeys.peek()) return;
  if (letter(event.key, market)) event.preventDefault();
}
