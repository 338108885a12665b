/**
 * The composer. It is there before the ticket is read, and its field stays the same one from ticket
 * to ticket, so that no letter that is typed becomes a command or lands in another ticket.
 */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { DeskChoice, DeskTicket } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { overlay } from "../state/asking";
import { act, goOn } from "../state/deeds";
import { type Draft, draftOf, type Mode, write } from "../state/drafts";
import { ticketOf } from "../state/list";
import { say } from "../state/say";
import { local, opened } from "../state/ticket";
import { number, sayError, t, tFirst } from "../words";
import { buyerOf, languageOf } from "../words/ticket";
import { Attachments, addFiles, bringsFiles, faults } from "./attachments";
import { blanksOf, selectBlank } from "./blanks";
import { filesWords, hindrance, lengthOf, personalWords } from "./check";
import { Macros } from "./macros-dialog";
import { personalData } from "./personal";

const choiceOf = (mode: Mode): DeskChoice | undefined => opened.value?.actions.find(({ action }) => action === mode);

/** Within this time, sending once more is the same press of a key or a button. */
const TWICE_MS = 1000;

/** When the other side wrote last, as far as it is read. */
const heardAt = (): number =>
  Math.max(0, ...(opened.value?.messages ?? []).filter(({ from }) => from !== "seller").map(({ at }) => at?.at ?? 0));

/** What the field holds in a draft. */
const textOf = (draft: Draft): string => (draft.mode === "note" ? draft.note : draft.text);

export function Composer({ name, ticket }: { name: string; ticket: DeskTicket | undefined }) {
  const draft = draftOf(name).value;
  const { mode, files, back } = draft;
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const early = useRef<{ name: string; goesOn: boolean } | null>(null);
  /** What came into the field when the letter before it was sent. */
  const came = useRef<{ draft: Draft; at: number } | null>(null);
  /** The text for which the person was warned of personal data. */
  const [warned, setWarned] = useState("");
  const [isOver, setOver] = useState(false);
  const [isMenu, setMenu] = useState(false);
  const choice = choiceOf(mode);
  const text = textOf(draft);
  const marketplace = ticket?.marketplace;
  const isNote = mode === "note";

  /** Shows the draft of a ticket in the field at once, so that the next letter belongs to it. */
  const show = (which: string) => {
    const { current } = field;
    if (current === null) return;
    const next = textOf(draftOf(which).peek());
    current.dataset.name = which;
    if (current.value !== next) current.value = next;
  };
  useLayoutEffect(() => show(name), [name, text]);
  useEffect(() => setWarned(""), [name]);

  const personal = marketplace === "magalu" && !isNote ? personalData(text) : [];
  const heard = heardAt();
  const isNews = !isNote && text !== "" && draft.heard > 0 && heard > draft.heard;
  const hinders = isNote ? "" : hindrance(draft, choice, faults.value.size);

  const send = (goesOn: boolean) => {
    if (isNote) {
      void saveNote(name, text).then((isSaved) => isSaved && say(t("note.saved")));
      return;
    }
    // A key that is pressed twice is not meant for what has just come into the field.
    if (came.current?.draft === draft && Date.now() - came.current.at < TWICE_MS) return;
    // Whoever is faster than the ticket is read has it sent then.
    early.current = choice === undefined && text.trim() !== "" ? { name, goesOn } : null;
    if (hinders !== "") {
      say(hinders);
      if (field.current !== null) selectBlank(field.current);
      return;
    }
    if (isNews) {
      // Whoever wrote without the newest message reads it first.
      write(name, { heard });
      say(t("composer.news"));
      return;
    }
    if (personal.length > 0 && warned !== text) {
      setWarned(text);
      return;
    }
    const { choice: to, wantsReply, filesOf } = draft;
    const places = files.flatMap(({ file, place }) => (file === null ? [place] : []));
    const own = files.flatMap(({ file }) => (file === null ? [] : [file]));
    void act(
      mode,
      {
        text,
        ...(choice !== undefined && choice.limits.choices.length > 0 && to !== "" ? { choice: to } : {}),
        ...(marketplace === "jtl-scx" ? { wantsReply } : {}),
        ...(own.length > 0 ? { files: own } : {}),
        ...(filesOf === null || places.length === 0 ? {} : { filesOf: { letter: filesOf, files: places } }),
      },
      "composer",
    );
    // The field is the next ticket's from this moment on.
    const next = goesOn && mode === "reply" ? goOn() : name;
    if (next === "") document.querySelector<HTMLElement>(".rows a")?.focus();
    else {
      show(next);
      came.current = { draft: draftOf(next).peek(), at: Date.now() };
      field.current?.focus();
    }
  };

  const isRead = opened.value !== null;
  useEffect(() => {
    const wanted = early.current;
    early.current = null;
    if (isRead && wanted?.name === name) send(wanted.goesOn);
  }, [isRead, name]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      if (!event.repeat) send(!event.shiftKey);
    } else if (event.key === "Tab" && !event.shiftKey && blanksOf(text) > 0 && field.current !== null) {
      if (selectBlank(field.current)) event.preventDefault();
    } else if (event.key === ";" && text === "" && !isNote && !event.ctrlKey) {
      event.preventDefault();
      overlay.value = "macros";
    }
  };

  const put = (words: string) => {
    write(name, { mode: "reply", text: draft.text === "" ? words : `${draft.text}\n\n${words}` });
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(0, 0);
      if (field.current !== null) selectBlank(field.current);
    });
  };
  const take = (list: FileList | undefined | null) => addFiles(name, [...(list ?? [])]);
  const takesFiles = !isNote && choice?.limits.files != null;
  const limit = choice?.limits.text;
  const blanks = blanksOf(text);

  return (
    <form
      class={`write ${isOver ? "over" : ""} ${text !== "" || files.length > 0 ? "filled" : ""}`}
      aria-label={t("composer")}
      onSubmit={(event) => {
        event.preventDefault();
        send(true);
      }}
      onDragOver={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        setOver(takesFiles);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        if (takesFiles) take(event.dataTransfer?.files);
        else say(t("files.none"));
      }}
    >
      <Tabs name={name} mode={mode} ticket={ticket} />
      {(back !== "" || draft.error !== null) && <Back name={name} draft={draft} />}
      <textarea
        ref={field}
        id="reply"
        rows={2}
        aria-label={
          isNote
            ? t("note.title")
            : ticket === undefined
              ? t("composer.reply")
              : t("composer.to", { who: buyerOf(ticket) })
        }
        aria-describedby="reply-facts"
        placeholder={isNote ? t("note.hint") : t("composer.hint")}
        lang={ticket === undefined || isNote ? undefined : languageOf(ticket)}
        onInput={({ currentTarget: { value, dataset } }) => {
          const whose = dataset.name ?? name;
          // Whoever writes on wants to send it later.
          early.current = null;
          const before = draftOf(whose).peek();
          const known = before.text === "" || before.heard === 0 ? { heard: heardAt() } : {};
          write(whose, before.mode === "note" ? { note: value } : { text: value, ...known });
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (!takesFiles || (event.clipboardData?.files.length ?? 0) === 0) return;
          event.preventDefault();
          take(event.clipboardData?.files);
        }}
      />
      {isNews && (
        <p class="money-words" role="alert">
          {t("composer.news")}
        </p>
      )}
      {personal.length > 0 && (
        <p class="money-words" role="alert">
          {t("personal.warning", { what: personalWords(personal) })} {warned === text && t("personal.again")}
        </p>
      )}
      <div class="write-facts" id="reply-facts">
        {!isNote && limit?.max != null && (
          <span class={lengthOf(text, limit.unit) > limit.max ? "fault" : ""}>
            {t(limit.unit === "encodedCharacters" ? "composer.encoded" : "composer.length", {
              length: number(lengthOf(text, limit.unit)),
              max: number(limit.max),
            })}
          </span>
        )}
        {!isNote && <span>{filesWords(choice)}</span>}
        {isNote && <span>{t("note.local")}</span>}
        {choice?.allowed === "maybe" && <span>{t("composer.maybe")}</span>}
        {choice?.allowed === false && <span class="note">{tFirst([`why.${choice.why}`, "composer.notAllowed"])}</span>}
        <span class="spring" />
        {blanks > 0 && <span class="note">{t("composer.blanks", { n: blanks })}</span>}
      </div>
      {!isNote && <Attachments name={name} choice={choice} marketplace={marketplace} />}
      <div class="write-foot">
        {takesFiles && (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              class="hidden"
              tabIndex={-1}
              aria-label={t("files.attach")}
              onChange={(event) => {
                take(event.currentTarget.files);
                event.currentTarget.value = "";
              }}
            />
            <button type="button" aria-label={t("files.attach")} onClick={() => picker.current?.click()}>
              <Icon name="clip" /> <span class="wide">{t("files.attach")}</span>
            </button>
          </>
        )}
        {!isNote && (
          <button type="button" aria-label={t("macros")} onClick={() => (overlay.value = "macros")}>
            <Icon name="bolt" /> <span class="wide">{t("macros")}</span> <kbd>;</kbd>
          </button>
        )}
        {!isNote && <Options name={name} draft={draft} choice={choice} ticket={ticket} />}
        <span class="spring" />
        <span class="split menu-place">
          <button type="submit" class="primary" aria-disabled={hinders !== ""} title={hinders || undefined}>
            {isNote ? t("note.save") : mode === "reply" ? t("composer.sendNext") : t("composer.send")}{" "}
            <kbd>{SEND_KEY}</kbd>
          </button>
          {!isNote && (
            <button
              type="button"
              class="primary"
              aria-label={t("composer.otherWays")}
              aria-expanded={isMenu}
              onClick={() => setMenu(!isMenu)}
            >
              <Icon name="down" />
            </button>
          )}
          {isMenu && (
            <Menu
              label={t("composer.otherWays")}
              onClose={() => setMenu(false)}
              items={[
                { words: t("composer.sendNext"), run: () => send(true) },
                { words: t("composer.sendStay"), run: () => send(false) },
              ]}
            />
          )}
        </span>
      </div>
      {overlay.value === "macros" && (
        <Macros ticket={ticket} text={draft.text} onChoose={put} onClose={() => (overlay.value = null)} />
      )}
    </form>
  );
}

const SEND_KEY = /Mac|iP/.test(navigator.platform) ? "⌘ ⏎" : "Ctrl ⏎";

/** Whatever is done beside the field, what is typed next is for the field. */
const focusField = () => document.getElementById("reply")?.focus();

async function saveNote(name: string, text: string): Promise<boolean> {
  const known = ticketOf(name)?.local.note ?? "";
  if (known !== draftOf(name).peek().noteBefore && !text.includes(known)) {
    write(name, { note: `${known}\n\n${text}`, noteBefore: known });
    say(t("note.changed"));
    return false;
  }
  if (!(await local(name, { note: text.trim() === "" ? null : text }))) return false;
  // What was written meanwhile is not saved, and is still for colleagues only.
  if (draftOf(name).peek().note !== text) return false;
  write(name, { mode: "reply", note: "" });
  return true;
}

function Tabs({ name, mode, ticket }: { name: string; mode: Mode; ticket: DeskTicket | undefined }) {
  const hasInterim = (choiceOf("interimNotice")?.allowed ?? false) !== false;
  const modes: Mode[] = [
    "reply",
    ...(hasInterim || mode === "interimNotice" ? (["interimNotice"] as const) : []),
    "note",
  ];
  const choose = (next: Mode) => {
    const { note } = draftOf(name).peek();
    const known = ticket?.local.note ?? "";
    write(name, { mode: next, ...(next === "note" && note === "" ? { note: known, noteBefore: known } : {}) });
  };
  const words = (one: Mode) => tFirst([`tab.${ticket?.marketplace}.${one}`, `tab.${one}`]);
  return (
    <div
      class="write-tabs"
      role="tablist"
      aria-label={t("composer.what")}
      onKeyDown={(event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const next = by === undefined ? undefined : modes[(modes.indexOf(mode) + by + modes.length) % modes.length];
        if (next === undefined) return;
        event.preventDefault();
        choose(next);
        requestAnimationFrame(() => document.querySelector<HTMLElement>(".write-tabs [aria-selected=true]")?.focus());
      }}
    >
      {modes.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          aria-selected={one === mode}
          aria-controls="reply"
          tabIndex={one === mode ? 0 : -1}
          onClick={() => {
            choose(one);
            focusField();
          }}
        >
          {words(one)}
        </button>
      ))}
    </div>
  );
}

/** Why words that were sent are in the field again. */
function Back({ name, draft }: { name: string; draft: Draft }) {
  const { back, error } = draft;
  return (
    <div class="problem" role="alert">
      <p>
        {tFirst([back])} {error !== null && back !== "back.changed" && sayError(error)}
      </p>
      <button
        type="button"
        class="plain square"
        aria-label={t("close")}
        onClick={() => {
          write(name, { back: "", error: null });
          focusField();
        }}
      >
        <Icon name="no" />
      </button>
    </div>
  );
}

interface OptionsProps {
  name: string;
  draft: Draft;
  choice: DeskChoice | undefined;
  ticket: DeskTicket | undefined;
}

/** What some marketplaces ask beside the text: the addressee, and whether an answer is expected. */
function Options({ name, draft, choice, ticket }: OptionsProps) {
  const choices = choice?.limits.choices ?? [];
  return (
    <>
      {choices.length > 0 && (
        <label class="inline">
          <span class="hidden">{t("composer.for")}</span>
          <select
            value={draft.choice === "" ? choices[0] : draft.choice}
            onChange={(event) => write(name, { choice: event.currentTarget.value })}
          >
            {choices.map((one) => (
              <option key={one} value={one}>
                {tFirst([`for.${one}`]) || one}
              </option>
            ))}
          </select>
        </label>
      )}
      {ticket?.marketplace === "jtl-scx" && (
        <label class="check">
          <input
            type="checkbox"
            checked={draft.wantsReply}
            onChange={(event) => write(name, { wantsReply: event.currentTarget.checked })}
          />
          {t("composer.wantsReply")}
        </label>
      )}
    </>
  );
}
