/** Kaufland's pages: the inbox beside what is open. */
import { focusReply } from "../composer";
import type { Market } from "../market";
import { watchInbox } from "./inbox";
import { InboxPane, panel, reload, turnPage } from "./inbox-pane";
import { NewPane } from "./new-pane";
import { go, href, view } from "./route";
import { load, ticket, watchTicket } from "./ticket";
import { canClose, closing, TicketPane } from "./ticket-pane";
import { titleOf } from "./words";

watchInbox();
watchTicket();

const TITLES = { inbox: "Inbox", new: "Open a ticket" };

function Panes() {
  const open = view.value;
  return (
    <>
      <InboxPane />
      <div class="detail">
        {open.name === "inbox" && (
          <p class="quiet empty">
            Choose a ticket. <kbd>?</kbd> shows the keys.
          </p>
        )}
        {open.name === "ticket" && <TicketPane key={open.id} id={open.id} />}
        {open.name === "new" && <NewPane given={open.units} />}
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
  create: { href: () => href({ name: "new", units: "" }), name: "New ticket", hint: "Open a new ticket (n)" },
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
      if (found && canClose(found)) closing.value = true;
    },
    create: () => go({ view: { name: "new", units: "" } }),
    filter: () => panel.open(),
    turnPage,
    reload() {
      const open = view.peek();
      if (open.name === "ticket") void load(open.id);
      else void reload();
    },
  },
};
