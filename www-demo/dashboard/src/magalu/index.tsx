/** Magalu's pages: the list of tickets beside what is open. */
import { focusReply } from "../composer";
import type { Market } from "../market";
import { panel, reload, TicketList, turnPage } from "./list-pane";
import { NewPane, TransactionPane } from "./new-pane";
import { go, href, view } from "./route";
import { TicketPane, titleOf } from "./ticket-pane";
import { found, loadTicket } from "./tickets";

const TITLES = { inbox: "Tickets", new: "Open a ticket", transaction: "Ticket under way" };

function Panes() {
  const open = view.value;
  return (
    <>
      <TicketList />
      <div class="detail">
        {open.name === "inbox" && (
          <p class="quiet empty">
            Choose a ticket. <kbd>?</kbd> shows the keys.
          </p>
        )}
        {open.name === "ticket" && <TicketPane key={open.id} id={open.id} />}
        {open.name === "new" && <NewPane like={open.like} />}
        {open.name === "transaction" && <TransactionPane key={open.id} id={open.id} />}
      </div>
    </>
  );
}

export const market: Market = {
  title() {
    const open = view.value;
    if (open.name !== "ticket") return TITLES[open.name];
    return found.value ? titleOf(found.value.ticket) : "Ticket";
  },
  viewKey() {
    const open = view.value;
    return open.name === "ticket" || open.name === "transaction" ? open.id : open.name;
  },
  isDetail: () => view.value.name !== "inbox",
  Panes,
  create: { href: () => href({ name: "new", like: "" }), name: "New ticket", hint: "Open a new ticket (n)" },
  keys: {
    toList() {
      const open = view.peek();
      go({ view: { name: "inbox" } });
      return open.name === "ticket" ? open.id : "";
    },
    leaveList: () => panel.close(),
    reply: focusReply,
    create: () => go({ view: { name: "new", like: "" } }),
    filter: () => panel.open(),
    turnPage,
    reload() {
      const open = view.peek();
      if (open.name === "ticket") void loadTicket(open.id);
      else void reload();
    },
  },
};
