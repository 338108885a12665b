/** Everything that a key or the palette does. */
import { WRITES_NEW } from "../panels/panel";
import { asking, overlay, sideOpen } from "../state/asking";
import { changeAssignee, endTicket, reload } from "../state/deeds";
import { settle } from "../state/list";
import { step } from "../state/move";
import { go, listed, openName, VIEWS } from "../state/route";
import { accounts, session } from "../state/session";
import { end } from "../state/start";
import { opened } from "../state/ticket";
import { LANGUAGES, type Language, switchLanguage, t, tFirst } from "../words";
import { undo } from "./toast";

export interface Command {
  id: string;
  words: string;
  /** The key, as `event.key` names it; empty for none. */
  key: string;
  run: () => void;
}

const focus = (id: string) => document.getElementById(id)?.focus();

function write(tab: number): void {
  document.querySelectorAll<HTMLElement>(".write-tabs button")[tab]?.click();
}

/** Returns the commands that are possible now. */
export function commands(): Command[] {
  const isOpen = openName.peek() !== "";
  const isMine = opened.peek()?.ticket.local.assignee === session.peek()?.person;
  const at = VIEWS.indexOf(listed.peek().view);
  const beside = (by: number) => VIEWS[(at + by + VIEWS.length) % VIEWS.length] ?? "todo";
  const always: Command[] = [
    { id: "next", words: t("key.next"), key: "j", run: () => step(1) },
    { id: "previous", words: t("key.previous"), key: "k", run: () => step(-1) },
    { id: "undo", words: t("undo"), key: "z", run: () => void undo() },
    { id: "search", words: t("search"), key: "/", run: () => focus("search") },
    { id: "nextView", words: t("key.nextView"), key: "v", run: () => go({ view: beside(1), query: "", open: "" }) },
    { id: "fresh", words: t("key.fresh"), key: ".", run: settle },
  ];
  const ofTicket: Command[] = [
    { id: "reply", words: t("key.reply"), key: "r", run: () => write(0) },
    {
      id: "note",
      words: t("tab.note"),
      key: "n",
      run: () => document.querySelector<HTMLElement>(".write-tabs button:last-child")?.click(),
    },
    { id: "snooze", words: t("snooze"), key: "h", run: () => (overlay.value = "snooze") },
    { id: "end", words: t("key.end"), key: "e", run: () => endTicket() },
    { id: "macros", words: t("macros"), key: ";", run: () => (overlay.value = "macros") },
    {
      id: "mine",
      words: isMine ? t("assign.free") : t("assign.me"),
      key: "a",
      run: () => void changeAssignee(!isMine),
    },
    { id: "side", words: t("side.show"), key: "o", run: () => (sideOpen.value = !sideOpen.peek()) },
    { id: "reload", words: t("reload"), key: "u", run: reload },
    ...(opened.peek()?.actions ?? [])
      .filter(
        ({ action, allowed, local }) => allowed !== false && !local && action !== "reply" && action !== "interimNotice",
      )
      .map(({ action }) => ({
        id: `action ${action}`,
        words: tFirst([`action.${opened.peek()?.ticket.marketplace}.${action}`, `action.${action}`]),
        key: "",
        run: () => {
          asking.value = action;
        },
      })),
  ];
  const others: Command[] = [
    { id: "keys", words: t("keys"), key: "?", run: () => (overlay.value = "keys") },
    ...VIEWS.map((view) => ({
      ...{ id: `view ${view}`, words: t(`view.${view}`), key: "" },
      run: () => go({ view, account: "", query: "", open: "" }),
    })),
    ...accounts.peek().map(({ id, label }) => ({
      ...{ id: `account ${id}`, words: label, key: "" },
      run: () => go({ account: id, query: "", open: "" }),
    })),
    ...accounts
      .peek()
      .filter(({ marketplace }) => WRITES_NEW.has(marketplace))
      .map(({ id, label }) => ({
        ...{ id: `new ${id}`, words: t("new.in", { account: label }), key: "" },
        run: () => go({ create: id, open: "" }),
      })),
    ...Object.entries(LANGUAGES).map(([tag, name]) => ({
      ...{ id: `language ${tag}`, words: name, key: "" },
      run: () => void switchLanguage(tag as Language),
    })),
    { id: "signOut", words: t("signOut"), key: "", run: () => void end() },
  ];
  return [...always, ...(isOpen ? ofTicket : []), ...others];
}
