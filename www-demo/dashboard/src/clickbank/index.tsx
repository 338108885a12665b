/** ClickBank's pages: the list of tickets beside what is open. */
import { marketBeside } from "../beside";
import { panel, reload, TicketList, turnPage } from "./list-pane";
import { NewPane } from "./new-pane";
import { go, href, type View, view } from "./route";
import { isClosed, TicketPane, titleOf } from "./ticket-pane";
import { asking, loadTicket, ticket } from "./tickets";

function Detail({ open }: { open: View }) {
  if (open.name === "ticket") return <TicketPane key={open.id} id={open.id} />;
  return open.name === "new" ? <NewPane receipt={open.receipt} /> : null;
}

export const market = marketBeside<View>({
  router: { view, go, href },
  List: TicketList,
  Detail,
  titles: { inbox: "Tickets", new: "Create a ticket" },
  ticketTitle: (id) => (ticket.value ? titleOf(ticket.value) : `Ticket ${id}`),
  create: { view: { name: "new", receipt: "" }, hint: "Create a ticket (n)" },
  panel,
  turnPage,
  reload,
  loadTicket,
  askClose() {
    const found = ticket.peek();
    if (found && !isClosed(found)) asking.value = "close";
  },
});
