/** The parts that lists of tickets are made of. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Icon, ProblemBox } from "./parts";
import type { Problem } from "./words";

interface ListPaneProps {
  label: string;
  /** Quick filters, tools and filters above the list. */
  head: ComponentChildren;
  reading: { loading: boolean; failure: Problem | null; isEmpty: boolean };
  onRetry: () => void;
  foot: ComponentChildren;
  children: ComponentChildren;
}

/** A list with what is above and below it. */
export function ListPane({ label, head, reading, onRetry, foot, children }: ListPaneProps) {
  const { loading, failure, isEmpty } = reading;
  return (
    <section class="inbox" aria-label={label}>
      <div class="inbox-head">{head}</div>
      <div class="list" aria-busy={loading}>
        {failure && (
          <ProblemBox problem={failure}>
            <button type="button" onClick={onRetry}>
              Try again
            </button>
          </ProblemBox>
        )}
        {isEmpty && !failure && loading && <p class="quiet pad">Reading…</p>}
        {children}
      </div>
      {foot}
    </section>
  );
}

/** Filters that are one click away. */
export function Presets({ items }: { items: { name: string; href: string; isCurrent: boolean }[] }) {
  return (
    <nav class="presets" aria-label="Quick filters">
      {items.map(({ name, href, isCurrent }) => (
        <a key={name} href={href} aria-current={isCurrent ? "true" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

export function ReloadButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" class="plain square" onClick={onClick} title="Read the list again (u)">
      <Icon name="reload" />
      <span class="hidden">Read the list again</span>
    </button>
  );
}

/** Whether the filters above a list are shown. */
export class Panel {
  readonly isOpen = signal(false);

  open(): void {
    this.isOpen.value = true;
    focusFilters();
  }

  /** Says whether it was open. */
  close(): boolean {
    if (!this.isOpen.peek()) return false;
    this.isOpen.value = false;
    document.getElementById("filter-button")?.focus();
    return true;
  }
}

const focusFilters = () => document.querySelector<HTMLElement>("#filter-panel input")?.focus();

interface ToolbarProps {
  panel: Panel;
  /** How many filters are set. */
  active: number;
  onReload: () => void;
  children?: ComponentChildren;
}

/** The buttons above a list. */
export function Toolbar({ panel, active, onReload, children }: ToolbarProps) {
  return (
    <div class="toolbar">
      <button
        type="button"
        id="filter-button"
        aria-expanded={panel.isOpen.value}
        aria-controls="filter-panel"
        onClick={() => {
          panel.isOpen.value = !panel.isOpen.value;
        }}
      >
        <Icon name="filter" /> Filter{active > 0 && <span class="number">{active}</span>}
      </button>
      {children}
      <span class="spring" />
      <ReloadButton onClick={onReload} />
    </div>
  );
}

/** The filters. Each counts as soon as it is changed. */
export function FilterForm(props: { panel: Panel; onClear: () => void; children: ComponentChildren }) {
  const { panel, onClear, children } = props;
  useEffect(() => {
    focusFilters();
  }, []);
  return (
    <form
      id="filter-panel"
      class="panel"
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault();
        panel.close();
      }}
    >
      {children}
      <div class="actions sticky">
        <button type="submit" class="primary">
          Done
        </button>
        <button type="button" onClick={onClear}>
          Clear filters
        </button>
      </div>
    </form>
  );
}

/** In place of rows. */
export function NoTickets({ isLaterPage, onClear }: { isLaterPage: boolean; onClear: () => void }) {
  return (
    <p class="quiet pad">
      {isLaterPage ? "No tickets on this page." : "No tickets match."}{" "}
      <button type="button" class="link" onClick={onClear}>
        Show all tickets
      </button>
    </p>
  );
}

interface RowLinkProps {
  id: string;
  href: string;
  isCurrent: boolean;
  /** Whether it waits for the seller. */
  isWaiting?: boolean;
  title: ComponentChildren;
  time: ComponentChildren;
  facts: ComponentChildren;
  state: ComponentChildren;
}

/** One ticket of a list. */
export function RowLink({ id, href, isCurrent, isWaiting = false, title, time, facts, state }: RowLinkProps) {
  return (
    <li>
      <a
        class={isWaiting ? "row waiting" : "row"}
        href={href}
        data-id={id}
        aria-current={isCurrent ? "true" : undefined}
      >
        <span class="row-title">
          {isWaiting && <span class="dot" aria-hidden="true" />}
          <span class="clip">{title}</span>
        </span>
        <span class="row-time">{time}</span>
        <span class="row-facts clip">{facts}</span>
        <span class="row-state">{state}</span>
      </a>
    </li>
  );
}

interface TurnPageProps {
  hasPrevious: boolean;
  hasNext: boolean;
  onTurn: (by: 1 | -1) => void;
  range: string;
  children?: ComponentChildren;
}

/** To the pages before and after, with where the list is. */
export function TurnPage({ hasPrevious, hasNext, onTurn, range, children }: TurnPageProps) {
  return (
    <div class="pager-row">
      <button type="button" aria-disabled={!hasPrevious} onClick={() => onTurn(-1)} title="Previous page ([)">
        Previous
      </button>
      <span class="range">{range}</span>
      <button type="button" aria-disabled={!hasNext} onClick={() => onTurn(1)} title="Next page (])">
        Next
      </button>
      {children}
    </div>
  );
}
