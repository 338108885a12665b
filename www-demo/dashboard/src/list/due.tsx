/** The time that is left, by shape, word and colour. */
import type { DeskDue } from "seller-tickets/desk";
import { now } from "../state/clock";
import { groupOf } from "../state/counts";
import { fullDate, moment, span, t } from "../words";

/** What is due within this time stands out. */
const SOON_MS = 4 * 3_600_000;

export function levelOf(due: DeskDue | null, at: number): "over" | "soon" | "calm" | "none" {
  if (due === null) return "none";
  if (due.at < at) return "over";
  return due.at - at < SOON_MS ? "soon" : "calm";
}

export function Due({ of }: { of: DeskDue | null }) {
  const at = now.value;
  const level = levelOf(of, at);
  if (of === null) return <span class="due calm">{t("due.none")}</span>;
  const left = span(of.at - at);
  const isToday = groupOf(of.at, at) === "today";
  const about = of.about ? "~ " : "";
  const words = level === "over" ? t("due.over", { left }) : isToday ? left : moment(of.at, at);
  return (
    <span class={`due ${level}`} title={fullDate(of.at)}>
      {level === "over" && (
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="M6 1l5.5 10H.5z" />
        </svg>
      )}
      {level === "soon" && (
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z" />
        </svg>
      )}
      {level === "over" ? words : `${about}${words}`}
    </span>
  );
}
