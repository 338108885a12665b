/** One letter of the thread. */

import type { ComponentChildren } from "preact";
import type { DeskLetterFile, DeskMessage, DeskOutboxItem, DeskTicket } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { Seconds, Stamp, When } from "../parts/time";
import { isOnline } from "../state/desk";
import { type DraftFile, draftOf, write } from "../state/drafts";
import type { Handover } from "../state/handover";
import { NEEDS_PERSON } from "../state/outbox";
import { say } from "../state/say";
import { bytes, label, t, tFirst } from "../words";
import { reasonWords } from "../words/letter";
import { buyerOf, languageOf } from "../words/ticket";
import type { Entry } from "./entries";
import { Files } from "./files";

interface LetterProps {
  entry: Entry;
  ticket: DeskTicket;
  name: string;
}

export function Letter({ entry, ticket, name }: LetterProps) {
  if (entry.kind === "handover") return <Own handover={entry.handover} />;
  if (entry.kind === "letter") return <Sent letter={entry.letter} name={name} ticket={ticket} />;
  const { message, letter } = entry;
  const { text, event, files, from, at } = message;
  if ((text ?? "") === "" && files.length === 0) {
    const who = t(`from.${from}`);
    return (
      <p class="ev">
        {event === null ? who : `${label("event", event)} · ${who}`}
        {at !== null && (
          <>
            {" · "}
            <Stamp of={at} />
          </>
        )}
      </p>
    );
  }
  return (
    <article class={`letter ${from === "seller" ? "own" : ""} ${from === "system" ? "system" : ""}`}>
      <header>
        <strong>{authorOf(message, ticket)}</strong>
        {event !== null && event !== "COMMENTED" && <span class="role">{label("event", event)}</span>}
        {at !== null && <Stamp of={at} />}
      </header>
      {text !== null && text !== "" && (
        <p class="text" lang={languageOf(ticket)}>
          {text}
        </p>
      )}
      <Files of={files} ticket={ticket.key} message={message.id} />
      {letter !== null ? (
        <Delivery letter={letter} name={name} ticket={ticket} isThere />
      ) : (
        message.moderation !== null &&
        from === "seller" && <p class="deliv">{label("moderation", message.moderation)}</p>
      )}
    </article>
  );
}

function authorOf({ from, name, role }: DeskMessage, ticket: DeskTicket): string {
  if (name !== null) return name;
  if (from === "buyer") return buyerOf(ticket);
  if (from === "unknown" && role !== null) return label("role", role);
  return t(`from.${from}`);
}

/** A letter that the marketplace does not show, or not yet. */
function Sent({ letter, name, ticket }: { letter: DeskOutboxItem; name: string; ticket: DeskTicket }) {
  const { action, text, createdAt } = letter;
  const isPlain = action === "reply";
  return (
    <article class="letter own">
      <header>
        <strong>
          {isPlain ? t("from.you") : tFirst([`action.${ticket.marketplace}.${action}`, `action.${action}`])}
        </strong>
        <When at={createdAt} />
      </header>
      {text !== null && text !== "" && (
        <p class="text" lang={languageOf(ticket)}>
          {text}
        </p>
      )}
      <Names of={letter.files} />
      <Delivery letter={letter} name={name} ticket={ticket} />
    </article>
  );
}

function Names({ of }: { of: readonly Pick<DeskLetterFile, "filename" | "size">[] }) {
  if (of.length === 0) return null;
  return (
    <ul class="names">
      {of.map(({ filename, size }) => (
        <li key={filename}>
          <Icon name="clip" /> {filename} <span class="quiet">{bytes(size)}</span>
        </li>
      ))}
    </ul>
  );
}

interface DeliveryProps {
  letter: DeskOutboxItem;
  name: string;
  ticket: DeskTicket;
  isThere?: boolean;
}

/** What became of an own letter. */
function Delivery({ letter, name, ticket, isThere = false }: DeliveryProps) {
  const { state, holdUntil } = letter;
  const words =
    isThere && !NEEDS_PERSON.has(state) && state !== "moderation" ? t("letter.there") : tFirst([`letter.${state}`]);
  if (!NEEDS_PERSON.has(state)) {
    const isDone = state === "confirmed" || state === "published" || isThere;
    return (
      <p class="deliv">
        <Icon name={isDone ? "done" : "waiting"} />
        {words}
        {state === "held" && holdUntil > Date.now() && <Seconds until={holdUntil} />}
      </p>
    );
  }
  return (
    <div class="deliv bad" role="alert">
      <div>
        {words}
        <span>{reasonWords(letter, ticket.marketplace)}</span>
      </div>
      {letter.text !== null && (
        <button type="button" onClick={() => editAgain(letter, name)}>
          {t("letter.editAgain")}
        </button>
      )}
    </div>
  );
}

/** Puts a letter's words and files back into the composer, before what is written there. */
function editAgain(letter: DeskOutboxItem, name: string): void {
  const draft = draftOf(name).peek();
  const text = letter.text ?? "";
  const isThere = draft.text.includes(text);
  const files = letter.files.map<DraftFile>(({ filename, size }, place) => ({
    ...{ id: `${letter.id} ${place}`, name: filename, size, file: null, place },
  }));
  write(name, {
    mode: letter.action === "interimNotice" ? "interimNotice" : "reply",
    text: isThere ? draft.text : [text, draft.text].filter((part) => part !== "").join("\n\n"),
    files: [...files, ...draft.files.filter(({ file }) => file !== null)],
    filesOf: files.length > 0 ? letter.id : draft.filesOf,
  });
  say(t("letter.backInField"));
  document.getElementById("reply")?.focus();
}

/** What was decided here and is not at the server yet, or was taken a moment ago. */
function Own({ handover }: { handover: Handover }) {
  const { args, action, at, state, sent, total, holdUntil } = handover;
  const isOff = !isOnline.value;
  const sign: ComponentChildren =
    state === "held" ? (
      holdUntil > Date.now() ? (
        <>
          {t("letter.held")} <Seconds until={holdUntil} />
        </>
      ) : (
        t("letter.handedOver")
      )
    ) : isOff ? (
      t("outbox.offline")
    ) : total > 0 ? (
      <progress value={sent} max={total} aria-label={t("outbox.sending")} />
    ) : (
      t("outbox.sending")
    );
  return (
    <article class="letter own">
      <header>
        <strong>{action === "reply" ? t("from.you") : tFirst([`action.${action}`])}</strong>
        <When at={at} />
      </header>
      {args.text && <p class="text">{args.text}</p>}
      <Names of={(args.files ?? []).map(({ name, size }) => ({ filename: name, size }))} />
      <p class="deliv">
        <Icon name="waiting" />
        {sign}
      </p>
    </article>
  );
}
