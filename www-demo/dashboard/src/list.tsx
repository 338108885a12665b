/** The parts that lists of tickets are made of. */
import type { ComponentChildren } from "preact";
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
