/** The list of tickets with its filters and pages. */
import { useEffect } from "preact/hooks";
import type { MagaluTicket } from "seller-tickets";
import { FilterForm, ListPane, NoTickets, Panel, Presets, RowLink, Toolbar, TurnPage } from "../list";
import { Time, Word } from "../parts";
import { say, whisper } from "../say";
import { isoOf, words } from "./client";
import { filter, filters, go, href, NO_FILTERS, view } from "./route";
import { isClosed, LAST_PAGE, type Listing, list, load } from "./tickets";

export const panel = new Panel();

export function TicketList() {
  const found = list.value.value;
  const chosen = filters.value;
  const active = (["protocol", "order", "until"] as const).filter((name) => chosen[name] !== "").length;
  return (
    <ListPane
      label="Tickets"
      head={
        <>
          <Presets
            items={["waiting_seller", "waiting", "closed", ""].map((status) => ({
              name: status === "" ? "All" : words.label(status),
              href: href({ name: "inbox" }, { ...chosen, page: 1, status }),
              isCurrent: chosen.status === status,
            }))}
          />
          <Toolbar panel={panel} active={active} onReload={() => void reload()} />
          {panel.isOpen.value && <FilterPanel />}
        </>
      }
      reading={{ loading: list.loading.value, failure: list.failure.value, isEmpty: found === null }}
      onRetry={() => void load()}
      foot={found && <Pager found={found} />}
    >
      {found && <Rows found={found} />}
    </ListPane>
  );
}

export async function reload(): Promise<void> {
  await load();
  if (!list.failure.peek()) say("The list is up to date.");
}

function FilterPanel() {
  const chosen = filters.value;
  const text = (name: "protocol" | "order", label: string) => (
    <label>
      <strong>{label}</strong>
      <input
        name={name}
        autocomplete="off"
        value={chosen[name]}
        onInput={(event) => filter({ [name]: event.currentTarget.value.trim() }, "replace")}
      />
    </label>
  );
  return (
    <FilterForm panel={panel} onClear={() => filter(NO_FILTERS, "replace")}>
      {text("protocol", "Protocol")}
      {text("order", "Number of the order")}
      <label>
        <strong>Changed until</strong>
        <input
          type="date"
          name="until"
          value={chosen.until}
          onInput={(event) => filter({ until: event.currentTarget.value }, "replace")}
        />
        <span class="quiet">Pages end after 150 tickets; older ones are found from an earlier day on.</span>
      </label>
    </FilterForm>
  );
}

function Rows({ found }: { found: Listing }) {
  if (found.items.length === 0 && !list.loading.value) {
    return <NoTickets isLaterPage={found.page > 1} onClear={() => filter(NO_FILTERS)} />;
  }
  return (
    <ul class="rows">
      {found.items.map((ticket) => (
        <Row key={ticket.id} ticket={ticket} />
      ))}
    </ul>
  );
}

function Row({ ticket }: { ticket: MagaluTicket }) {
  const open = view.value;
  const { id, type, reason, protocol, status, updated_at, order } = ticket;
  const isWaiting = status === "waiting_seller" && !isClosed(ticket);
  return (
    <RowLink
      id={id}
      href={href({ name: "ticket", id })}
      isCurrent={open.name === "ticket" && open.id === id}
      isWaiting={isWaiting}
      title={
        reason ? (
          <Word of={words} name="TicketReason" value={reason} />
        ) : (
          <Word of={words} name="TicketType" value={type} />
        )
      }
      time={<Time iso={isoOf(updated_at)} />}
      facts={
        <>
          {reason && (
            <>
              <Word of={words} name="TicketType" value={type} /> ·{" "}
            </>
          )}
          <span class="id">{protocol ?? order?.code ?? id}</span>
        </>
      }
      state={
        isWaiting ? <span class="badge attention">Answer</span> : <Word of={words} name="TicketStatus" value={status} />
      }
    />
  );
}

function Pager({ found }: { found: Listing }) {
  const { items, page, hasNext } = found;
  useEffect(() => {
    whisper.value = `Page ${page}, ${items.length} tickets shown`;
  }, [page, items.length]);
  return (
    <div class="pager">
      {page === LAST_PAGE && hasNext && (
        <p class="searching">Magalu shows no further page: filter by an earlier day for older tickets.</p>
      )}
      <TurnPage hasPrevious={page > 1} hasNext={hasNext && page < LAST_PAGE} onTurn={turnPage} range={`Page ${page}`} />
    </div>
  );
}

/** Goes a page on or back, if there is one. */
export function turnPage(by: 1 | -1): void {
  const chosen = filters.peek();
  const now = list.value.peek();
  if (now === null || (by === 1 ? !now.hasNext || now.page >= LAST_PAGE : now.page <= 1)) return;
  go({ filters: { ...chosen, page: now.page + by } });
  document.querySelector(".list")?.scrollTo(0, 0);
}
