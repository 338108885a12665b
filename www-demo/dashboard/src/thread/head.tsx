/** The head of the open ticket: what it is, and what is done most. */

import { useState } from "preact/hooks";
import type { DeskTicket } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { Menu } from "../parts/menu";
import { overlay, sideOpen } from "../state/asking";
import { changeAssignee, endTicket, markUnseen, reload } from "../state/deeds";
import { go, listed } from "../state/route";
import { accountOf, session } from "../state/session";
import { opened } from "../state/ticket";
import { t } from "../words";
import { buyerOf, kindOf } from "../words/ticket";

/** Whether the ticket is ended at its marketplace; else the desk notes that no answer is needed. */
export const canClose = (): boolean => {
  const close = opened.value?.actions.find(({ action }) => action === "close");
  return close !== undefined && close.allowed !== false && !close.local;
};

export function Head({ ticket, name }: { ticket: DeskTicket; name: string }) {
  const [isMenu, setMenu] = useState(false);
  const { account } = ticket.key;
  const isDone = ticket.local.doneAt !== null && ticket.view === "done";
  const isOver = ticket.view === "done" && !isDone;
  const isMine = ticket.local.assignee === session.value?.person;
  return (
    <header class="case-head">
      <button type="button" class="link back-to" onClick={() => go({ open: "" })}>
        <Icon name="back" /> {t(`view.${listed.value.view}`)}
      </button>
      <h2 id="title" tabIndex={-1}>
        {kindOf(ticket)}
      </h2>
      <div class="actions">
        <button type="button" onClick={() => (overlay.value = "snooze")}>
          {t("snooze")} <kbd>h</kbd>
        </button>
        {!isOver && (
          <button type="button" onClick={endTicket}>
            {canClose() ? t("close.ask") : isDone ? t("done.undo") : t("done")} <kbd>e</kbd>
          </button>
        )}
        <button
          type="button"
          class="square side-button"
          aria-label={t("side.show")}
          onClick={() => (sideOpen.value = true)}
        >
          <Icon name="side" />
        </button>
        <span class="menu-place">
          <button
            type="button"
            class="plain square"
            aria-label={t("more")}
            aria-expanded={isMenu}
            onClick={() => setMenu(!isMenu)}
          >
            <Icon name="more" />
          </button>
          {isMenu && (
            <Menu
              label={t("more")}
              onClose={() => setMenu(false)}
              items={[
                { words: t("snooze"), run: () => (overlay.value = "snooze") },
                { words: isMine ? t("assign.free") : t("assign.me"), run: () => void changeAssignee(!isMine) },
                ...(canClose() ? [{ words: t("done"), run: () => void endTicket(true) }] : []),
                { words: t("unseen.mark"), run: () => void markUnseen() },
                { words: t("reload"), run: reload },
                { words: t("sameBuyer.find"), run: () => go({ query: buyerOf(ticket), open: name }) },
              ]}
            />
          )}
        </span>
      </div>
      <p>
        <Mark account={account} isSmall /> <span>{buyerOf(ticket)}</span> ·{" "}
        <span>{accountOf(account)?.label ?? account}</span> · <span class="id">{ticket.number}</span>
        {ticket.local.assignee !== null && <span class="badge">{ticket.local.assignee}</span>}
      </p>
    </header>
  );
}
