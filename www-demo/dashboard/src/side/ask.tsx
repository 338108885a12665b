/** The question before an action: what it does, and what it needs. */

import { useState } from "preact/hooks";
import type { DeskChoice, DeskRead } from "seller-tickets/desk";
import { lengthOf } from "../composer/check";
import { panelOf } from "../panels/panel";
import { AskFoot } from "../parts/ask-foot";
import { Modal } from "../parts/modal";
import { asking } from "../state/asking";
import { act } from "../state/deeds";
import { fill, formOf } from "../state/forms";
import { nameOf } from "../state/keys";
import { opened } from "../state/ticket";
import { number, t, tFirst } from "../words";
import { meaningOf } from "../words/meanings";
import { refundWords } from "../words/ticket";

export function Asking() {
  const action = asking.value;
  const read = opened.value;
  const choice = read?.actions.find((one) => one.action === action);
  if (action === null || read === null || choice === undefined) return null;
  const Own = panelOf(read.ticket.marketplace)?.asks?.[action] ?? Ask;
  return <Own key={action} read={read} choice={choice} onClose={() => (asking.value = null)} />;
}

/** An action's name at its marketplace. */
export const actionWords = (marketplace: string, action: string): string =>
  tFirst([`action.${marketplace}.${action}`, `action.${action}`]);

/** What an action does that cannot be undone later. */
export function effectWords({ ticket }: DeskRead, { action, effect, local }: DeskChoice): string {
  const { marketplace, remoteType, refund } = ticket;
  const figures = { refund: refund === null ? "" : refundWords(refund) };
  return tFirst(
    [
      `effect.${marketplace}.${action}.${remoteType}`,
      `effect.${marketplace}.${action}`,
      `effect.${action}`,
      local ? "effect.local" : `effect.${effect}`,
    ],
    figures,
  );
}

interface AskProps {
  read: DeskRead;
  choice: DeskChoice;
  onClose: () => void;
}

const EMPTY = { text: "", choice: "" };

/** The enums whose values the actions choose from, by the marketplaces' actions. */
const ENUMS: Record<string, Partial<Record<string, string>>> = {
  clickbank: { changeType: "TypeCode", create: "TypeCode" },
  kaufland: { create: "TicketReason" },
  magalu: { create: "TicketType" },
  probo: { create: "ComplaintReason" },
};

function Ask({ read, choice, onClose }: AskProps) {
  const { ticket } = read;
  const { action, limits, effect } = choice;
  const name = `ask ${nameOf(ticket.key)} ${action}`;
  const values = formOf(name, EMPTY);
  const [isStrict, setStrict] = useState(false);
  const { text: limit, choices } = limits;
  const length = lengthOf(values.text, limit?.unit);
  const faults = [
    choices.length > 0 && values.choice === "" ? t("ask.choose") : "",
    limit !== null && values.text.trim() === "" && limit.min > 0 ? t("composer.empty") : "",
    limit?.max != null && length > limit.max ? t("composer.tooLong", { n: length - limit.max }) : "",
  ].filter((fault) => fault !== "");
  const run = () => {
    setStrict(true);
    if (faults.length > 0) return;
    onClose();
    const given = {
      ...(values.text === "" ? {} : { text: values.text }),
      ...(values.choice === "" ? {} : { choice: values.choice }),
    };
    void act(action, given, { name, values });
  };
  const words = actionWords(ticket.marketplace, action);
  const Money = panelOf(ticket.marketplace)?.Money;
  return (
    <Modal title={t("ask.title", { action: words })} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <p class={effect === "money" || effect === "final" ? "money-words" : ""}>{effectWords(read, choice)}</p>
        {Money !== undefined && <Money read={read} choice={choice} onClose={onClose} />}
        {choice.allowed === "maybe" && <p class="quiet">{tFirst([`why.${choice.why}`])}</p>}
        {choices.length > 0 && (
          <fieldset>
            <legend>{t("ask.which")}</legend>
            {choices.map((one) => (
              <label key={one} class="check">
                <input
                  type="radio"
                  name="choice"
                  checked={values.choice === one}
                  onChange={() => fill(name, { choice: one })}
                />
                {meaningOf(ticket.marketplace, ENUMS[ticket.marketplace]?.[action] ?? "", one)}
              </label>
            ))}
          </fieldset>
        )}
        {limit !== null && (
          <label>
            {limit.min > 0 ? t("ask.text") : t("ask.textOptional")}
            <textarea
              rows={3}
              value={values.text}
              onInput={(event) => fill(name, { text: event.currentTarget.value })}
            />
            {limit.max !== null && (
              <span class="quiet">{t("composer.length", { length: number(length), max: number(limit.max) })}</span>
            )}
          </label>
        )}
        {isStrict &&
          faults.map((fault) => (
            <p key={fault} class="fault" role="alert">
              {fault}
            </p>
          ))}
        <AskFoot words={words} onClose={onClose} />
      </form>
    </Modal>
  );
}
