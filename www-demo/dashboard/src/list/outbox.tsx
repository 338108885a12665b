/** The outbox: what waits in this browser, and the letters that the server has. */
import type { ComponentChildren } from "preact";
import type { DeskOutboxItem } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { Ago, Seconds } from "../parts/time";
import { isOnline } from "../state/desk";
import { restoreForm, sentForm } from "../state/forms";
import { unsent } from "../state/handover";
import { keyOf, nameOf } from "../state/keys";
import { isLoaded, ticketOf } from "../state/list";
import { letters, NEEDS_PERSON } from "../state/outbox";
import { go, hrefOf, openName } from "../state/route";
import { accountOf } from "../state/session";
import { t, tFirst } from "../words";
import { reasonWords } from "../words/letter";
import { buyerOf } from "../words/ticket";

export function Outbox() {
  const waiting = unsent.value;
  const all = letters.value;
  if (waiting.length === 0 && all.length === 0 && isLoaded.value) {
    return (
      <div class="empty pad">
        <Icon name="outbox" />
        <p>{t("empty.outbox")}</p>
      </div>
    );
  }
  return (
    <ul>
      {waiting.map(({ id, name, who, args, at }) => (
        <Line key={id} name={name} text={args.text ?? ""} who={who} at={at}>
          <span class="hint">{isOnline.value ? t("outbox.sending") : t("outbox.offline")}</span>
        </Line>
      ))}
      {all.map((letter) => (
        <Letter key={letter.id} letter={letter} />
      ))}
    </ul>
  );
}

function Letter({ letter }: { letter: DeskOutboxItem }) {
  const { key, action, state, why, text, createdAt, holdUntil } = letter;
  const isStuck = NEEDS_PERSON.has(state);
  return (
    <Line
      name={nameOf(key)}
      text={text ?? ""}
      who={tFirst([`action.${action}`])}
      at={createdAt}
      more={isStuck && key.id === "" ? <Stuck letter={letter} /> : null}
    >
      <span class={`hint ${isStuck ? "bad" : ""}`} title={tFirst([`letterWhy.${why}`]) || undefined}>
        {isStuck ? tFirst([`letterShort.${state}`]) : tFirst([`letter.${state}`])}{" "}
        {state === "held" && holdUntil > Date.now() && <Seconds until={holdUntil} />}
      </span>
    </Line>
  );
}

/** Something new that did not arrive: it has no thread in which that could be told. */
function Stuck({ letter }: { letter: DeskOutboxItem }) {
  const { id, key, state } = letter;
  const marketplace = accountOf(key.account)?.marketplace;
  const form = sentForm(id);
  return (
    <div class="deliv bad" role="alert">
      <div>
        {tFirst([`letter.${state}`])}
        {marketplace !== undefined && <span>{reasonWords(letter, marketplace)}</span>}
      </div>
      {form !== null && (
        <button
          type="button"
          onClick={() => {
            restoreForm(form.name, form.values);
            go({ create: key.account, open: "" });
          }}
        >
          {t("letter.editAgain")}
        </button>
      )}
    </div>
  );
}

interface LineProps {
  name: string;
  who: string;
  text: string;
  at: number;
  /** What stands below, where there is no ticket to open. */
  more?: ComponentChildren;
  children: ComponentChildren;
}

function Line({ name, who, text, at, more, children }: LineProps) {
  const key = keyOf(name);
  const ticket = ticketOf(name);
  const about = key.id === "" ? t("outbox.new") : ticket === undefined ? key.id : buyerOf(ticket);
  const words = (
    <>
      <Mark account={key.account} />
      <div>
        <span class="who clip">
          <b>{about}</b> <span>· {who}</span>
        </span>
        <span class="due calm">
          <Ago at={at} />
        </span>
      </div>
      <div>
        <span class="pre clip">{text}</span>
        <span class="meta">{children}</span>
      </div>
    </>
  );
  if (key.id === "") {
    return (
      <li>
        <div class="t">
          {words}
          {more}
        </div>
      </li>
    );
  }
  return (
    <li>
      <a
        class="t"
        href={hrefOf({ open: name })}
        data-name={name}
        aria-current={openName.value === name ? "true" : undefined}
        onClick={(event) => {
          event.preventDefault();
          go({ open: name });
        }}
      >
        {words}
      </a>
    </li>
  );
}
