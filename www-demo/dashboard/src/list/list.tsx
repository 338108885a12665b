/** The list: grouped by urgency, read page by page as it is scrolled. */
import { effect, signal, untracked } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../parts/icon";
import { ProblemBox } from "../parts/problem";
import { holdsList } from "../state/changes";
import { now } from "../state/clock";
import { counts, groupOf, overdue } from "../state/counts";
import {
  fresh,
  hasMore,
  health,
  isLoaded,
  isLoading,
  load,
  more,
  next,
  peekTicket,
  problem,
  settle,
  shown,
} from "../state/list";
import { rowOf } from "../state/move";
import { go, listed, openName } from "../state/route";
import { accounts } from "../state/session";
import { daysFrom, number, t } from "../words";
import { Outbox } from "./outbox";
import { Row } from "./row";

export function List() {
  const { view, query, account } = listed.value;
  const isOutbox = view === "outbox" && query === "";
  const title = query === "" ? t(`view.${view}`) : t("list.found");
  const hold = (isHeld: boolean) => () => {
    holdsList.value = isHeld;
  };
  return (
    <section class="todo" aria-label={title}>
      <div class="todo-head">
        <h2>{title}</h2>
        {view === "todo" && query === "" && <span class="quiet wide clip">{t("list.urgentFirst")}</span>}
        <span class="spring" />
        <label class="inline">
          <span class="hidden">{t("list.account")}</span>
          <select
            class="badge"
            value={account}
            onChange={(event) => go({ account: event.currentTarget.value, open: openName.peek() })}
          >
            <option value="">{t("list.allAccounts")}</option>
            {accounts.value.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {fresh.value.length > 0 && (
          <button type="button" class="fresh" onClick={settle}>
            {t("list.fresh", { n: fresh.value.length })}
          </button>
        )}
      </div>
      <div
        class="rows"
        onPointerEnter={hold(true)}
        onPointerLeave={hold(false)}
        onFocusCapture={hold(true)}
        onBlurCapture={hold(false)}
        aria-busy={isLoading.value}
      >
        {problem.value && <ProblemBox of={problem.value} onRetry={() => void load()} />}
        {isOutbox ? <Outbox /> : <Rows />}
      </div>
    </section>
  );
}

/** The group under which a row stands. */
function heading(name: string, view: string, moment: number): string {
  const ticket = peekTicket(name);
  if (ticket === undefined || view === "waiting" || view === "snoozed") return "";
  if (view === "done") {
    const days = daysFrom(moment, ticket.updated?.at ?? 0);
    return days === 0 ? "today" : days === -1 ? "yesterday" : "earlier";
  }
  return groupOf(ticket.due?.at ?? null, moment);
}

const WORDS = {
  overdue: "group.overdue",
  today: "group.today",
  tomorrow: "group.tomorrow",
  later: "group.later",
  none: "group.none",
} as const;
const DONE_WORDS = { today: "group.doneToday", yesterday: "group.yesterday", earlier: "group.earlier" } as const;

/** A row is at least so high, and so much of the window belongs to other things. */
const ROW_PX = 59;
const OTHERS_PX = 100;
/** Whether the first rows are painted; those that the window has no room for come then. */
const isPainted = signal(false);

/** So many rows, on average, are drawn or left out together: the browser asks after each part. */
const PART = 16;

/** Whether a part begins with this row. The name decides, so that parts stay when rows come and go. */
function isBegin(name: string): boolean {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) hash = (hash * 31 + name.charCodeAt(at)) % 65_521;
  return hash % PART === 0;
}

function partsOf(names: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (const name of names) {
    const part = parts.at(-1);
    if (part === undefined || isBegin(name)) parts.push([name]);
    else part.push(name);
  }
  return parts;
}

/** How many tickets a group has; of the late ones, more are counted than are read. */
function sizeOf(group: string, read: number): string {
  const { view, query, account } = listed.value;
  if (!hasMore.value) return number(read);
  const counted = account === "" ? overdue.value : (counts.value?.accounts[account]?.overdue ?? 0);
  const isCounted = group === "overdue" && view === "todo" && query === "" && counted >= read;
  return isCounted ? number(counted) : `${number(read)}+`;
}

function Rows() {
  const { view, query } = listed.value;
  const names = shown.value;
  let room = isPainted.value ? names.length : Math.ceil(Math.max(0, innerHeight - OTHERS_PX) / ROW_PX) + 1;
  useEffect(() => {
    if (isPainted.peek() || names.length === 0) return;
    requestAnimationFrame(() => setTimeout(() => (isPainted.value = true)));
  }, [names]);
  const moment = now.value;
  const box = useRef<HTMLDivElement>(null);
  // A thousand rows are not drawn anew for the two that change.
  useLayoutEffect(() => markCurrent(box.current, openName.peek()));
  useEffect(() => openName.subscribe((name) => markCurrent(box.current, name)), []);
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = query === "" ? heading(name, view, moment) : "";
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [name]);
    else known.push(name);
  }
  if (names.length === 0 && isLoaded.value && !hasMore.value) return <Empty />;
  const last = [...groups.keys()].at(-1);
  const take = (members: readonly string[]) => {
    const taken = members.slice(0, room);
    room -= taken.length;
    return taken;
  };
  return (
    <div ref={box} class={isPainted.value ? "" : "first"}>
      {[...groups].map(([group, members]) => (
        <section key={group} aria-label={groupWords(group, view) || undefined}>
          {group !== "" && (
            <h3 class={`group ${group === "overdue" ? "over" : ""}`}>
              <span>{groupWords(group, view)}</span>
              <span>{group === last ? sizeOf(group, members.length) : number(members.length)}</span>
            </h3>
          )}
          {partsOf(take(members)).map((part) => (
            <ul key={part[0]} class="part" style={{ "--rows": part.length }}>
              {part.map((name) => (
                <Row key={name} name={name} />
              ))}
            </ul>
          ))}
        </section>
      ))}
      {!isLoaded.value && isLoading.value && <p class="pad quiet">{t("list.loading")}</p>}
      {hasMore.value && (isPainted.value || names.length === 0) && <End key={next.value} />}
    </div>
  );
}

/** The row at which Tab stops. */
let stop: HTMLElement | null = null;

/** Marks the row of the open ticket. Tab stops there, or at the first row if it is not listed. */
function markCurrent(box: HTMLElement | null, name: string): void {
  if (box === null) return;
  if (stop !== null) stop.tabIndex = -1;
  stop?.removeAttribute("aria-current");
  const current = rowOf(name);
  current?.setAttribute("aria-current", "true");
  stop = current ?? box.querySelector<HTMLElement>("a");
  if (stop !== null) stop.tabIndex = 0;
}

function groupWords(group: string, view: string): string {
  if (group === "") return "";
  return view === "done" ? t(DONE_WORDS[group as "today"]) : t(WORDS[group as "today"]);
}

/** The end of what was read; coming near it reads on. */
function End() {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = end;
    if (current === null) return;
    const isNear = signal(false);
    const observer = new IntersectionObserver(
      (seen) => {
        isNear.value = seen.at(-1)?.isIntersecting === true;
      },
      { root: current.closest(".rows"), rootMargin: "400px" },
    );
    observer.observe(current);
    // After a failure it goes on once the list could be read again.
    const stop = effect(() => {
      if (isNear.value && problem.value === null) void untracked(more);
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, []);
  return (
    <div ref={end} class="pad quiet">
      {t("list.loading")}
    </div>
  );
}

function Empty() {
  const { query, view } = listed.value;
  const isStarting = health.value.some(({ state }) => state === "starting");
  return (
    <div class="empty pad">
      <Icon name={query !== "" ? "search" : view} />
      <p>{query !== "" ? t("list.nothingFound") : isStarting ? t("list.starting") : t(`empty.${view}`)}</p>
      {query !== "" && (
        <button type="button" onClick={() => go({ query: "" })}>
          {t("search.clear")}
        </button>
      )}
    </div>
  );
}
