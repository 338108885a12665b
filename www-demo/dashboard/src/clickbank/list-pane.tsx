/** The list of tickets with its filters and pages. */
import { useEffect } from "preact/hooks";
import type { ClickBankTicket } from "seller-tickets";
import { FilterForm, ListPane, NoTickets, Panel, Presets, RowLink, Toolbar, TurnPage } from "../list";
import { Time, Violations, Word } from "../parts";
import { say, whisper } from "../say";
import { words } from "./client";
import { type Filters, filter, filters, go, href, NO_FILTERS, view } from "./route";
import { filterFaults, type Listing, list, load } from "./tickets";

export const panel = new Panel();

export function TicketList() {
  const found = list.value.value;
  const faults = filterFaults.value;
  return (
    <ListPane
      label="Tickets"
      head={
        <>
          <StatusPresets />
          <Toolbar panel={panel} active={active()} onReload={() => void reload()} />
          {panel.isOpen.value ? <FilterPanel /> : faults.length > 0 && <FaultsElsewhere />}
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

function StatusPresets() {
  const chosen = filters.value;
  const items = ["open", "reopened", "closed", ""].map((status) => ({
    name: status === "" ? "All" : words.label(status),
    href: hrefWith({ status }),
    isCurrent: chosen.status === status,
  }));
  return <Presets items={items} />;
}

const hrefWith = (change: Partial<Filters>): string =>
  href({ name: "inbox" }, { ...filters.value, page: 1, ...change });

const active = () => ["type", "receipt", "from", "to"].filter((name) => filters.value[name as "type"] !== "").length;

function FaultsElsewhere() {
  return (
    <div class="pad">
      <Violations of={filterFaults.value} words={words} named />
    </div>
  );
}

const DATES: [Filters["dateField"], string][] = [
  ["create", "Opened"],
  ["update", "Changed"],
  ["close", "Closed"],
];

function FilterPanel() {
  const chosen = filters.value;
  const faults = filterFaults.value;
  const of = (pattern: RegExp) => faults.filter(({ field }) => pattern.test(field));
  const day = (name: "from" | "to", label: string) => (
    <label>
      <span class="hidden">{label}</span>
      <input
        type="date"
        name={name}
        value={chosen[name]}
        aria-invalid={of(/Date/).length > 0}
        onInput={(event) => filter({ [name]: event.currentTarget.value }, "replace")}
      />
    </label>
  );
  return (
    <FilterForm panel={panel} onClear={() => filter(NO_FILTERS, "replace")}>
      <fieldset>
        <legend>Type</legend>
        <div class="boxes">
          {["", ...words.values("TypeCode")].map((value) => (
            <label key={value} title={words.explanation("TypeCode", value) || undefined}>
              <input
                type="radio"
                name="type"
                value={value}
                checked={chosen.type === value}
                onChange={() => filter({ type: value }, "replace")}
              />
              {value === "" ? "Any" : words.label(value)}
            </label>
          ))}
        </div>
        <Violations of={of(/^type$/)} words={words} />
      </fieldset>
      <label>
        <strong>Receipt</strong>
        <input
          name="receipt"
          autocomplete="off"
          value={chosen.receipt}
          aria-invalid={of(/^receipt$/).length > 0}
          onInput={(event) => filter({ receipt: event.currentTarget.value.trim() }, "replace")}
        />
        <Violations of={of(/^receipt$/)} words={words} />
        <span class="quiet">Of a subscription, with all its rebills. % stands for any characters.</span>
      </label>
      <fieldset>
        <legend>Date</legend>
        <div class="row-fields three">
          <label>
            <span class="hidden">Which date</span>
            <select
              value={chosen.dateField}
              onChange={(event) => filter({ dateField: event.currentTarget.value as Filters["dateField"] }, "replace")}
            >
              {DATES.map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {day("from", "From day")}
          {day("to", "To day")}
        </div>
        <Violations of={of(/Date/)} words={words} />
        <p class="quiet">Both days, at most seven days apart.</p>
      </fieldset>
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
        <Row key={ticket.ticketid} ticket={ticket} />
      ))}
    </ul>
  );
}

export const customerOf = ({ customerFirstName: first, customerLastName: last }: ClickBankTicket): string =>
  [first, last].filter(Boolean).join(" ");

function Row({ ticket }: { ticket: ClickBankTicket }) {
  const open = view.value;
  const { ticketid, receipt, status, type, description, openedDate, updateTime } = ticket;
  const time = updateTime ?? openedDate;
  const customer = customerOf(ticket);
  return (
    <RowLink
      id={ticketid}
      href={href({ name: "ticket", id: ticketid })}
      isCurrent={open.name === "ticket" && open.id === ticketid}
      title={
        <>
          {type ? <Word of={words} name="TicketType" value={type} /> : "Ticket"}
          {description && `: ${description}`}
        </>
      }
      time={time && <Time iso={time} />}
      facts={
        <>
          <span class="id">{receipt}</span>
          {customer && ` · ${customer}`}
        </>
      }
      state={status && <Word of={words} name="TicketStatus" value={status} />}
    />
  );
}

function Pager({ found }: { found: Listing }) {
  const { items, page, hasNext, total } = found;
  const range = `Page ${page}${total === null ? "" : ` · ${total.toLocaleString()} in all`}`;
  useEffect(() => {
    whisper.value = `${range}, ${items.length} tickets shown`;
  }, [range, items.length]);
  return (
    <div class="pager">
      <TurnPage hasPrevious={page > 1} hasNext={hasNext} onTurn={turnPage} range={range} />
    </div>
  );
}

/** Goes a page on or back, if there is one. */
export function turnPage(by: 1 | -1): void {
  const chosen = filters.peek();
  if (by === 1 ? !list.value.peek()?.hasNext : chosen.page <= 1) return;
  go({ filters: { ...chosen, page: chosen.page + by } });
  document.querySelector(".list")?.scrollTo(0, 0);
}
