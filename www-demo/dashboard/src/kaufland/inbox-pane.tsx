/** The list of tickets with its filters and pages. */
import { useEffect } from "preact/hooks";
import type { Ticket } from "seller-tickets";
import { FilterForm, ListPane, NoTickets, Panel, Presets, RowLink, Toolbar, TurnPage } from "../list";
import { Icon, Time, Word } from "../parts";
import { say, whisper } from "../say";
import { count } from "../words";
import { failure, type Listing, listing, load, loading, READ_AT_ONCE, stopSearch } from "./inbox";
import { type Filters, filter, filters, go, href, NO_FILTERS, view } from "./route";
import { type EnumName, words } from "./words";

export const panel = new Panel();

const CLOSED = ["buyer_closed", "seller_closed", "both_closed", "customer_service_closed_final"];
const PRESETS: { name: string; change: Pick<Filters, "status" | "answer"> }[] = [
  { name: "Open", change: { status: ["opened"], answer: "anyone" } },
  { name: "To answer", change: { status: ["opened"], answer: "seller" } },
  { name: "Closed", change: { status: CLOSED, answer: "anyone" } },
  { name: "All", change: { status: [], answer: "anyone" } },
];

export function InboxPane() {
  const list = listing.value;
  return (
    <ListPane
      label="Inbox"
      head={
        <>
          <Presets items={presets()} />
          <Tools />
          {panel.isOpen.value ? <FilterPanel /> : <Chips />}
        </>
      }
      reading={{ loading: loading.value, failure: failure.value, isEmpty: list === null }}
      onRetry={() => void load(true)}
      foot={list && <Pager list={list} />}
    >
      {list && <Rows list={list} />}
    </ListPane>
  );
}

function presets() {
  const chosen = filters.value;
  return PRESETS.map(({ name, change }) => ({
    name,
    href: href({ name: "inbox" }, { ...chosen, ...change, page: 1 }),
    isCurrent: same(chosen.status, change.status) && chosen.answer === change.answer,
  }));
}

function Tools() {
  const chosen = filters.value;
  const active = shownChips(chosen).length;
  return (
    <Toolbar panel={panel} active={active} onReload={() => void reload()}>
      <label class="inline">
        <span class="hidden">Sort by</span>
        <select value={chosen.sort} onChange={(event) => filter({ sort: asSort(event.currentTarget.value) })}>
          <option value="updated">Last change first</option>
          <option value="created">Newest ticket first</option>
        </select>
      </label>
    </Toolbar>
  );
}

export async function reload(): Promise<void> {
  await load(true);
  if (!failure.peek()) say("The list is up to date.");
}

const asSort = (value: string): Filters["sort"] => (value === "created" ? "created" : "updated");
const asField = asSort;

/** Topics come in 42 values; their first word says where they belong. */
const TOPIC_GROUPS: [string, RegExp][] = [
  ["Order and product", /^(order|product)_/],
  ["Delivery", /^delivery_/],
  ["Return", /^return_|^old_device/],
  ["Payment and invoice", /^(issue|invoice)_|^(admonition|kaufland_card)$/],
  ["Account", /^account_/],
  ["Other", /./],
];

function topicGroups(): [string, string[]][] {
  const left = new Set(words.values("TicketTopic"));
  return TOPIC_GROUPS.map(([name, pattern]) => {
    const members = [...left].filter((value) => pattern.test(value));
    for (const value of members) left.delete(value);
    return [name, members];
  });
}

function FilterPanel() {
  const chosen = filters.value;
  return (
    <FilterForm panel={panel} onClear={() => filter(NO_FILTERS, "replace")}>
      <fieldset>
        <legend>Status</legend>
        <Boxes name="TicketStatus" of={words.values("TicketStatus")} field="status" />
      </fieldset>
      <fieldset>
        <legend>Who must answer</legend>
        <div class="boxes thirds">
          <Choice name="answer" value="anyone" text="Anyone" />
          <Choice name="answer" value="seller" text="You" />
          <Choice name="answer" value="customer" text="Not you" />
        </div>
        <p class="quiet">
          The marketplace cannot filter by this, so the page reads on until enough tickets match, {READ_AT_ONCE} at most
          at a time.
        </p>
      </fieldset>
      <fieldset>
        <legend>Reason</legend>
        <Boxes name="TicketReason" of={words.values("TicketReason")} field="reason" />
      </fieldset>
      <details open={chosen.topic.length > 0}>
        <summary>Topic{chosen.topic.length > 0 && <span class="number">{chosen.topic.length}</span>}</summary>
        {topicGroups().map(([group, members]) => (
          <fieldset key={group} class="topic-group">
            <legend>{group}</legend>
            <Boxes name="TicketTopic" of={members} field="topic" />
          </fieldset>
        ))}
      </details>
      <fieldset>
        <legend>Date</legend>
        <div class="row-fields">
          <label>
            <span class="hidden">Which date</span>
            <select
              value={chosen.fromField}
              onChange={(event) => filter({ fromField: asField(event.currentTarget.value) }, "replace")}
            >
              <option value="updated">Changed since</option>
              <option value="created">Opened since</option>
            </select>
          </label>
          <label>
            <span class="hidden">Day</span>
            <input
              type="date"
              name="from"
              value={chosen.from}
              onChange={(event) => filter({ from: event.currentTarget.value }, "replace")}
            />
          </label>
        </div>
      </fieldset>
      <fieldset>
        <legend>Storefront</legend>
        <Boxes name="Storefront" of={words.values("Storefront")} field="storefront" narrow />
      </fieldset>
      <fieldset>
        <legend>Shipped by</legend>
        <div class="boxes thirds">
          <Choice name="fulfilment" value="merchant" text="You" />
          <Choice name="fulfilment" value="kaufland" text="Kaufland" />
          <Choice name="fulfilment" value="both" text="Both" />
        </div>
      </fieldset>
    </FilterForm>
  );
}

interface BoxesProps {
  name: EnumName;
  of: readonly string[];
  field: "status" | "reason" | "topic" | "storefront";
  narrow?: boolean;
}

function Boxes({ name, of, field, narrow = false }: BoxesProps) {
  const chosen = filters.value[field];
  return (
    <div class={narrow ? "boxes narrow" : "boxes"}>
      {of.map((value) => (
        <label key={value} title={words.explanation(name, value) || undefined}>
          <input
            type="checkbox"
            name={field}
            value={value}
            checked={chosen.includes(value)}
            onChange={() => filter({ [field]: toggled(chosen, value) }, "replace")}
          />
          {words.label(value)}
        </label>
      ))}
    </div>
  );
}

function Choice(props: { name: "answer" | "fulfilment"; value: string; text: string }) {
  return (
    <label>
      <input
        type="radio"
        name={props.name}
        value={props.value}
        checked={filters.value[props.name] === props.value}
        onChange={() => filter({ [props.name]: props.value } as Partial<Filters>, "replace")}
      />
      {props.text}
    </label>
  );
}

interface Chip {
  text: string;
  without: Partial<Filters>;
}

function chips(chosen: Filters): Chip[] {
  const out: Chip[] = [];
  for (const field of ["status", "reason", "topic", "storefront"] as const) {
    for (const value of chosen[field]) {
      out.push({ text: words.label(value), without: { [field]: chosen[field].filter((item) => item !== value) } });
    }
  }
  if (chosen.answer !== "anyone") {
    out.push({
      text: chosen.answer === "seller" ? "You must answer" : "Not yours to answer",
      without: { answer: "anyone" },
    });
  }
  if (chosen.from !== "") {
    const verb = chosen.fromField === "created" ? "Opened" : "Changed";
    const day = new Date(`${chosen.from}T00:00:00`).toLocaleDateString(undefined, { dateStyle: "medium" });
    out.push({ text: `${verb} since ${day}`, without: { from: "" } });
  }
  if (chosen.fulfilment !== "merchant") {
    const text = chosen.fulfilment === "both" ? "Shipped by you or Kaufland" : "Shipped by Kaufland";
    out.push({ text, without: { fulfilment: "merchant" } });
  }
  return out;
}

/** The chips leave out everything that a quick filter says. */
function shownChips(chosen: Filters): Chip[] {
  const isPreset = PRESETS.some(({ change }) => same(chosen.status, change.status) && chosen.answer === change.answer);
  return chips(isPreset ? { ...chosen, status: [], answer: "anyone" } : chosen);
}

function Chips() {
  const shown = shownChips(filters.value);
  if (shown.length === 0) return null;
  return (
    <ul class="chips" aria-label="Active filters">
      {shown.map(({ text, without }) => (
        <li key={text}>
          <button type="button" onClick={() => filter(without)}>
            {text}
            <Icon name="close" />
            <span class="hidden">, remove this filter</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Rows({ list }: { list: Listing }) {
  if (list.items.length === 0 && !loading.value) {
    return <NoTickets isLaterPage={list.start > 0} onClear={() => filter(NO_FILTERS)} />;
  }
  return (
    <ul class="rows">
      {list.items.map((ticket) => (
        <Row key={ticket.id_ticket} ticket={ticket} />
      ))}
    </ul>
  );
}

function Row({ ticket }: { ticket: Ticket }) {
  const open = view.value;
  const current = open.name === "ticket" && open.id === ticket.id_ticket;
  const waiting = ticket.is_seller_responsible;
  const units = ticket.ids_order_units.length;
  return (
    <RowLink
      id={ticket.id_ticket}
      href={href({ name: "ticket", id: ticket.id_ticket })}
      isCurrent={current}
      isWaiting={waiting}
      title={
        ticket.topic === null ? (
          <Word of={words} name="TicketReason" value={ticket.open_reason} />
        ) : (
          <Word of={words} name="TicketTopic" value={ticket.topic} />
        )
      }
      time={<Time iso={filters.value.sort === "created" ? ticket.ts_created_iso : ticket.ts_updated_iso} />}
      facts={
        <>
          {ticket.topic !== null && (
            <>
              <Word of={words} name="TicketReason" value={ticket.open_reason} /> ·{" "}
            </>
          )}
          <span class="id">{ticket.id_ticket}</span>
          {units > 1 && ` · ${count(units, "unit")}`}
        </>
      }
      state={
        waiting ? (
          <span class="badge attention" title="The customer is waiting for you">
            Answer
          </span>
        ) : (
          <Word of={words} name="TicketStatus" value={ticket.status} />
        )
      }
    />
  );
}

function Pager({ list }: { list: Listing }) {
  const chosen = filters.value;
  const last = list.start + list.items.length;
  const range = list.items.length > 0 ? `${list.start + 1}–${last}` : "0";
  const total =
    list.total === null ? `${last.toLocaleString()}${list.hasNext ? "+" : ""}` : list.total.toLocaleString();
  const { search } = list;
  const paused = search !== null && !search.done && !loading.value && list.items.length < chosen.size;
  useEffect(() => {
    whisper.value = `${range} of ${total} tickets`;
  }, [range, total]);
  return (
    <div class="pager">
      {search && (
        <p class="searching">
          {loading.value ? "Reading… " : "Read "}
          {search.read.toLocaleString()}
          {search.of !== null && ` of ${search.of.toLocaleString()}`} tickets for who must answer.{" "}
          {loading.value && (
            <button type="button" class="link" onClick={stopSearch}>
              Stop
            </button>
          )}
          {paused && (
            <button type="button" class="link" onClick={() => void load()}>
              Read on
            </button>
          )}
        </p>
      )}
      <TurnPage hasPrevious={chosen.page > 1} hasNext={list.hasNext} onTurn={turnPage} range={`${range} of ${total}`}>
        <label class="inline page-size">
          <span class="hidden">Tickets on a page</span>
          <select
            value={String(chosen.size)}
            onChange={(event) => filter({ size: event.currentTarget.value === "15" ? 15 : 30 })}
          >
            <option value="15">15 a page</option>
            <option value="30">30 a page</option>
          </select>
        </label>
      </TurnPage>
    </div>
  );
}

/** Goes a page on or back, if there is one. */
export function turnPage(by: 1 | -1): void {
  const chosen = filters.peek();
  if (by === 1 && !listing.peek()?.hasNext) return;
  if (by === -1 && chosen.page <= 1) return;
  go({ filters: { ...chosen, page: chosen.page + by } });
  document.querySelector(".list")?.scrollTo(0, 0);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function toggled(list: readonly string[], value: string): string[] {
  return list.includes(value) ? list.filter((item) => item !== value) : [...list, value];
}
