/** The keyboard: one key for what is done most, as in an e-mail client. They can be switched off in the help. */
import { signal } from "@preact/signals";
import { focusReply } from "./composer";
import { closePanel, panelOpen, reload, turnPage } from "./inbox-pane";
import { go, view } from "./route";
import { load as loadTicket, ticket } from "./ticket";
import { canClose, closing } from "./ticket-pane";

export const KEYS: [string, string][] = [
  ["j, ↓", "Next ticket in the list"],
  ["k, ↑", "Previous ticket in the list"],
  ["Enter, o", "Open the ticket"],
  ["Esc", "Leave the field, then go back to the list"],
  ["r", "Reply"],
  ["Ctrl Enter, ⌘ Enter", "Send"],
  ["x", "Close the ticket"],
  ["n", "Open a new ticket"],
  ["/", "Filter"],
  ["[, ]", "Previous page, next page"],
  ["u", "Read again"],
  ["?", "This help"],
];

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
function toList(): void {
  const open = view.peek();
  if (open.name === "inbox") return;
  go({ view: { name: "inbox" } });
  const id = open.name === "ticket" ? open.id : "";
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

function leave(event: KeyboardEvent): void {
  if (panelOpen.peek() && event.target instanceof Element && event.target.closest(".inbox")) closePanel();
  else if (isField(event.target) && event.target.closest(".ticket")) document.getElementById("ticket-title")?.focus();
  else toList();
  event.preventDefault();
}

function letter(key: string): boolean {
  const open = view.peek();
  const found = ticket.peek();
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
    case "r":
      focusReply();
      return true;
    case "x":
      if (found && canClose(found)) closing.value = true;
      return true;
    case "n":
      go({ view: { name: "new", units: "" } });
      return true;
    case "/":
      panelOpen.value = true;
      document.querySelector<HTMLElement>("#filter-panel input")?.focus();
      return true;
    case "[":
    case "]":
      turnPage(key === "]" ? 1 : -1);
      return true;
    case "u":
      if (open.name === "ticket") void loadTicket(open.id);
      else void reload();
      return true;
    case "?":
      helpOpen.value = true;
      return true;
    default:
      return false;
  }
}

export function onKeyDown(event: KeyboardEvent): void {
  // A dialog has its own keys.
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    leave(event);
    return;
  }
  const inRows = event.target instanceof Element && event.target.matches(".rows a.row");
  if (inRows && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  if (isField(event.target) || !singleKeys.peek()) return;
  if (letter(event.key)) event.preventDefault();
}
