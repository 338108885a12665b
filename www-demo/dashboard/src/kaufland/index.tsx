/** Kaufland's pages: the inbox beside what is open. */
import { marketBeside } from "../beside";
import { watchInbox } from "./inbox";
import { InboxPane, panel, reload, turnPage } from "./inbox-pane";
import { NewPane } from "./new-pane";
import { go, href, type View, view } from "./route";
import { load, ticket, watchOpen } from "./ticket";
import { canClose, closing, TicketPane } from "./ticket-pane";
import { titleOf } from "./words";

watchInbox();
watchOpen();

function Detail({ open }: { open: View }) {
  if (open.name === "ticket") return <TicketPane key={open.id} id={open.id} />;
  return open.name === "new" ? <NewPane given={open.units} /> : null;
}

export const market = marketBeside<View>({
  router: { view, go, href },
  List: InboxPane,
  Detail,
  titles: { inbox: "Inbox", new: "Open a ticket" },
  ticketTitle: (id) => (ticket.value ? titleOf(ticket.value) : `Ticket ${id}`),
  create: { view: { name: "new", units: "" }, hint: "Open a new ticket (n)" },
  panel,
  turnPage,
  reload,
  loadTicket: load,
  askClose() {
    const found = ticket.peek();
    if (found && canClose(found)) closing.value = true;
  },
});
