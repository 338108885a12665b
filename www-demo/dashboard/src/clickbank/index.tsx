/** ClickBank's pages: the list of tickets beside what is open. */
import { focusReply } from "../composer";
import type { Market } from "../market";
import { panel, reload, TicketList, turnPage } from "./list-pane";
import { NewPane } from "./new-pane";
import { go, href, view } from "./route";
import { isClosed, TicketPane, titleOf } from "./ticket-pane";
import { asking, loadTicket, ticket } from "./tickets";

const TITLES = { inbox: "Tickets", new: "Create a ticket" };

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
        {open.name === "new" && <NewPane receipt={open.receipt} />}
      </div>
    </>
  );
}

export const market: Market = {
  title() {
    const open = view.value;
    if (open.name !== "ticket") return TITLES[open.name];
    return ticket.value ? titleOf(ticket.value) : `Ticket ${open.id}`;
  },
  viewKey: () => (view.value.name === "ticket" ? view.value.id : view.value.name),
  isDetail: () => view.value.name !== "inbox",
  Panes,
  create: { href: () => href({ name: "new", receipt: "" }), name: "New ticket", hint: "Create a ticket (n)" },
  keys: {
    toList() {
      const open = view.peek();
      go({ view: { name: "inbox" } });
      return open.name === "ticket" ? open.id : "";
    },
    leaveList: () => panel.close(),
    reply: focusReply,
    close() {
      const found = ticket.peek();
      if (found && !isClosed(found)) asking.value = "close";
    },
    create: () => go({ view: { name: "new", receipt: "" } }),
    filter: () => panel.open(),
    turnPage,
    reload() {
      const open = view.peek();
      if (open.name === "ticket") void loadTicket(open.id);
      else void reload();
    },
  },
};
