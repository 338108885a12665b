/** The outbox: what waits in this browser, and the letters that the server has. */
import type { ComponentChildren } from "preact";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { Ago, Seconds } from "../parts/time";
import { isOnline } from "../state/desk";
import { unsent } from "../state/handover";
import { keyOf, nameOf } from "../state/keys";
import { isLoaded, ticketOf } from "../state/list";
import { letters, NEEDS_PERSON } from "../state/outbox";
import { go, hrefOf, openName } from "../state/route";
import { t, tFirst } from "../words";
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
      {all.map(({ id, key, action, state, why, text, createdAt, holdUntil }) => (
        <Line key={id} name={nameOf(key)} text={text ?? ""} who={tFirst([`action.${action}`])} at={createdAt}>
          <span
            class={`hint ${NEEDS_PERSON.has(state) ? "bad" : ""}`}
            title={tFirst([`letterWhy.${why}`]) || undefined}
          >
            {NEEDS_PERSON.has(state) ? tFirst([`letterShort.${state}`]) : tFirst([`letter.${state}`])}{" "}
            {state === "held" && holdUntil > Date.now() && <Seconds until={holdUntil} />}
          </span>
        </Line>
      ))}
    </ul>
  );
}

interface LineProps {
  name: string;
  who: string;
  text: string;
  at: number;
  children: ComponentChildren;
}

function Line({ name, who, text, at, children }: LineProps) {
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
      <li class="slot">
        <div class="t">{words}</div>
      </li>
    );
  }
  return (
    <li class="slot">
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
