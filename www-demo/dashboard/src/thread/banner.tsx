/** Whose turn it is, until when, by which rule, and what happens then. */
import type { DeskDue, DeskTicket } from "seller-tickets/desk";
import { levelOf } from "../list/due";
import { Icon } from "../parts/icon";
import { marketplaceName } from "../parts/mark";
import { now } from "../state/clock";
import { type Key, language, moment, span, t, tFirst } from "../words";
import { refundWords } from "../words/ticket";

export function Banner({ ticket }: { ticket: DeskTicket }) {
  const { turn, due, marketplace, state, turnUntil, local, missing } = ticket;
  const at = now.value;
  const level = levelOf(due, at);
  const name = marketplaceName(marketplace);
  const isOwn = turn === "seller";
  const hasDue = due !== null && (isOwn || due.while === "open");
  const notes = [
    hasDue ? t(`then.${due.then}`, { marketplace: name, refund: refundOf(ticket) }) : "",
    hasDue ? ruleOf(due, name) : "",
    !hasDue && ticket.turnBasis === "derived" && turn !== "none" ? t("turn.derived") : "",
    turnUntil !== null ? t("turn.until", { when: moment(turnUntil[0], at) }) : "",
    local.snoozedUntil !== null && local.snoozedUntil > at
      ? t("snoozed.until", { when: moment(local.snoozedUntil, at) })
      : "",
    missing ? t("ticket.missing", { marketplace: name }) : "",
  ].filter((note) => note !== "");
  return (
    <div class={`turn ${hasDue ? level : "none"}`}>
      <Icon name={hasDue && level === "over" ? "bolt" : turn === "none" ? "done" : "waiting"} />
      <p>
        <strong>
          {turn === "none" && state === "closed" ? t("turn.closed") : t(`turn.${turn}`, { marketplace: name })}
        </strong>{" "}
        {hasDue && dueWords(due, at, isOwn)}
        {isOwn && due === null && t("due.unknown")}
        {notes.length > 0 && <small>{notes.join(" · ")}</small>}
      </p>
    </div>
  );
}

function dueWords(due: DeskDue, at: number, isOwn: boolean): string {
  const figures = { when: moment(due.at, at), left: span(due.at - at) };
  if (due.at < at) return t("due.was", figures);
  const key: Key = isOwn ? (due.about ? "due.answerAbout" : "due.answer") : "due.open";
  return t(key, figures);
}

const refundOf = ({ refund }: DeskTicket): string => (refund === null ? "" : refundWords(refund));

function ruleOf(due: DeskDue, marketplace: string): string {
  const { rule, hours, calendar, about, basis } = due;
  const key = basis === "policy" && rule !== "answer_within_working_hours" ? "rule.own" : `rule.${rule}`;
  const words = tFirst([key, `rule.${basis}`], { hours: hours ?? 0, marketplace, country: countryName(calendar) });
  return about && basis === "reported" ? `${words}, ${t("rule.noZone")}` : words;
}

function countryName(code: string | null): string {
  if (code === null || !/^[a-z]{2}$/i.test(code)) return code ?? "";
  return new Intl.DisplayNames([language.value], { type: "region" }).of(code.toUpperCase()) ?? code;
}
