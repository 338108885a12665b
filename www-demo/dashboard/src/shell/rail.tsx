/** The views and the accounts, with how they are. */
import type { DeskCounts, DeskHealth } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { now } from "../state/clock";
import { counts, overdue, today } from "../state/counts";
import { unsent } from "../state/handover";
import { health } from "../state/list";
import { troubled } from "../state/outbox";
import { go, hrefOf, listed, VIEWS, type View } from "../state/route";
import { accounts } from "../state/session";
import { ago, number, span, t, tFirst } from "../words";

/** How an account is, in words; empty if there is nothing to say. */
export function healthWords({ state, error, fetchedAt, complete }: DeskHealth): string {
  const when = fetchedAt === null ? "" : ago(Math.max(0, now.value - fetchedAt));
  if (state === "ok" && complete) return when;
  if (state === "ok") return t("health.incomplete", { when });
  if (state !== "failing") return t(`health.${state}`);
  const why = tFirst([`health.error.${error}`, "health.error"], { code: error ?? "" });
  return when === "" ? why : `${why} ${t("health.last", { when })}`;
}

export const isGood = ({ state, complete }: DeskHealth): boolean => state === "own" || (state === "ok" && complete);

/** The arrow keys move in the rail, in which Tab stops once. */
function onArrow(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  event.preventDefault();
  links[(at + by + links.length) % links.length]?.focus();
}

function countOf(view: View): number {
  // This view holds older ones too, below those of today.
  if (view === "done") return today.value?.answered ?? 0;
  return (counts.value?.[view] ?? 0) + (view === "outbox" ? unsent.value.length : 0);
}

export function Rail() {
  const { view, account, query } = listed.value;
  const isView = (one: View) => one === view && account === "" && query === "";
  const all = health.value;
  return (
    <nav class="rail" aria-label={t("rail")} onKeyDown={onArrow}>
      {VIEWS.map((one) => (
        <a
          key={one}
          href={hrefOf({ view: one, account: "", query: "" })}
          aria-current={isView(one) ? "page" : undefined}
          tabIndex={one === view ? 0 : -1}
          title={t(`view.${one}`)}
          onClick={(event) => {
            event.preventDefault();
            go({ view: one, account: "", query: "", open: "", create: "" });
          }}
        >
          <Icon name={one} />
          <span class="name">{t(`view.${one}`)}</span>
          {one === "todo" && overdue.value > 0 && (
            <span class="late" title={t("late", { n: overdue.value })}>
              {number(overdue.value)}
              <i> {t("late.word")}</i>
            </span>
          )}
          {countOf(one) > 0 && <span class="n">{number(countOf(one))}</span>}
          {one === "outbox" && unsent.value.length > 0 && (
            <span class="sub soon">{t("outbox.unsent", { n: unsent.value.length })}</span>
          )}
          {one === "outbox" && troubled.value.size > 0 && (
            <span class="sub soon">{t("outbox.troubled", { n: troubled.value.size })}</span>
          )}
        </a>
      ))}
      <h2>{t("accounts")}</h2>
      {accounts.value.map(({ id, label }) => {
        const state = all.find((one) => one.account === id);
        const todo = counts.value?.accounts[id]?.todo ?? 0;
        return (
          <a
            key={id}
            href={hrefOf({ account: id, query: "" })}
            aria-current={account === id ? "page" : undefined}
            tabIndex={-1}
            title={label}
            onClick={(event) => {
              event.preventDefault();
              go({ account: account === id ? "" : id, query: "", open: "", create: "" });
            }}
          >
            <Mark account={id} isSmall />
            <span class="name clip">{label}</span>
            {todo > 0 && <span class="n">{number(todo)}</span>}
            {state !== undefined && <span class={`sub ${isGood(state) ? "" : "soon"}`}>{healthWords(state)}</span>}
          </a>
        );
      })}
      {today.value !== null && <Day of={today.value} />}
    </nav>
  );
}

/** What was done today, what is still due, and how long the other sides waited. */
function Day({ of: { answered, dueToday, medianAnswerMs } }: { of: DeskCounts }) {
  return (
    <div class="day">
      <p>{t("day.answered", { n: answered })}</p>
      <p>{t("day.due", { n: dueToday })}</p>
      {answered + dueToday > 0 && <progress value={answered} max={answered + dueToday} aria-hidden="true" />}
      {medianAnswerMs !== null && <p>{t("day.median", { span: span(medianAnswerMs) })}</p>}
    </div>
  );
}

/** The same on a phone, at the bottom. */
export function Tabs() {
  const { view } = listed.value;
  return (
    <nav class="tabs-bottom" aria-label={t("rail")}>
      {VIEWS.map((one) => (
        <a
          key={one}
          href={hrefOf({ view: one, account: "", query: "" })}
          aria-current={one === view ? "page" : undefined}
          onClick={(event) => {
            event.preventDefault();
            go({ view: one, account: "", query: "", open: "", create: "" });
          }}
        >
          <Icon name={one} />
          <span>
            {t(`view.${one}`)}
            {one === "todo" && countOf(one) > 0 && ` · ${number(countOf(one))}`}
          </span>
        </a>
      ))}
    </nav>
  );
}
