/** Magalu's pages: the list of tickets beside what is open. */
import { marketBeside } from "../beside";
import { panel, reload, TicketList, turnPage } from "./list-pane";
import { NewPane, TransactionPane } from "./new-pane";
import { go, href, type View, view } from "./route";
import { TicketPane, titleOf } from "./ticket-pane";
import { found, loadTicket } from "./tickets";

function Detail({ open }: { open: View }) {
  if (open.name === "ticket") return <TicketPane key={open.id} id={open.id} />;
  if (open.name === "transaction") return <TransactionPane key={open.id} id={open.id} />;
  return open.name === "new" ? <NewPane like={open.like} /> : null;
}

export const market = marketBeside<View>({
  router: { view, go, href },
  List: TicketList,
  Detail,
  titles: { inbox: "Tickets", new: "Open a ticket", transaction: "Ticket under way" },
  ticketTitle: () => (found.value ? titleOf(found.value.ticket) : "Ticket"),
  create: { view: { name: "new", like: "" }, hint: "Open a new ticket (n)" },
  panel,
  turnPage,
  reload,
  loadTicket,
});
