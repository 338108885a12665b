/** The time that is left, by shape, word and colour. */
import { useComputed } from "@preact/signals";
import type { DeskDue } from "seller-tickets/desk";
import { now } from "../state/clock";
import { groupOf } from "../state/counts";
import { fullDate, moment, span, t } from "../words";

/** Tickets that are due within this time stand out. */
const SOON_MS = 4 * 3_600_000;

export function levelOf(due: DeskDue | null, at: number): "over" | "soon" | "calm" | "none" {
  if (due === null) return "none";
  if (due.at < at) return "over";
  return due.at - at < SOON_MS ? "soon" : "calm";
}

/** The time that is left in words. */
function leftOf({ at, about }: DeskDue, from: number): string {
  const left = span(at - from);
  if (at < from) return t("due.over", { left });
  const words = groupOf(at, from) === "today" ? left : moment(at, from);
  return about ? `~ ${words}` : words;
}

export function Due({ of }: { of: DeskDue | null }) {
  // The clock goes on for all rows; only those whose words change are drawn anew.
  const shown = useComputed(() => `${levelOf(of, now.value)} ${of === null ? "" : leftOf(of, now.value)}`);
  const [level = "", ...rest] = shown.value.split(" ");
  if (of === null) return <span class="due calm">{t("due.none")}</span>;
  const words = rest.join(" ");
  return (
    <span class={`due ${level}`} onPointerEnter={(event) => (event.currentTarget.title = fullDate(of.at))}>
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
      {words}
    </span>
  );
}
