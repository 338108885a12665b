import { useState } from "preact/hooks";
import type { DeskTicket } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { t } from "../words";
import { addMacro, filled, type Macro, macrosFor, removeMacro } from "./macros";

interface MacrosProps {
  ticket: DeskTicket | undefined;
  /** The text of the field, which can be kept as a macro. */
  text: string;
  onChoose: (text: string) => void;
  onClose: () => void;
}

/** The macros: the first that fits what is typed is put in with Enter. */
export function Macros({ ticket, text, onChoose, onClose }: MacrosProps) {
  const [typed, setTyped] = useState("");
  const fits = ({ name, text: words }: Macro) => `${name} ${words}`.toLowerCase().includes(typed.toLowerCase());
  const found = macrosFor(ticket).filter(fits);
  const choose = (macro: Macro | undefined) => {
    if (macro === undefined) return;
    onClose();
    onChoose(filled(macro, ticket));
  };
  return (
    <Modal title={t("macros")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          choose(found[0]);
        }}
      >
        <input
          type="search"
          aria-label={t("macros.search")}
          placeholder={t("macros.search")}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </form>
      <ul class="commands">
        {found.map((macro) => (
          <li key={macro.name} class="actions">
            <button type="button" class="command" onClick={() => choose(macro)}>
              <b>{macro.name}</b>
              <span class="quiet clip" lang={macro.language || undefined}>
                {filled(macro, ticket)}
              </span>
            </button>
            {macro.language === "" && (
              <button
                type="button"
                class="plain square"
                aria-label={t("macros.remove", { name: macro.name })}
                onClick={() => {
                  removeMacro(macro.name);
                  setTyped(`${typed}`);
                }}
              >
                <Icon name="no" />
              </button>
            )}
          </li>
        ))}
        {found.length === 0 && <li class="quiet">{t("list.nothingFound")}</li>}
      </ul>
      <div class="actions end">
        {text.trim() !== "" && (
          <button
            type="button"
            onClick={() => {
              addMacro(text);
              onClose();
            }}
          >
            {t("macros.add")}
          </button>
        )}
        <button type="button" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </Modal>
  );
}
