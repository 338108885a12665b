/** The open ticket: its head, whose turn it is, its letters, and the composer. */
import { Fragment } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Composer } from "../composer/composer";
import { Icon } from "../parts/icon";
import { ProblemBox } from "../parts/problem";
import { handovers } from "../state/handover";
import { ticketOf } from "../state/list";
import { openName } from "../state/route";
import { isReading, opened, problem, read } from "../state/ticket";
import { t } from "../words";
import { Banner } from "./banner";
import { entriesOf } from "./entries";
import { Files } from "./files";
import { Head } from "./head";
import { Letter } from "./letter";

export function Thread() {
  const name = openName.value;
  const ticket = opened.value?.ticket ?? ticketOf(name);
  if (name === "") {
    return (
      <div class="case">
        <div class="empty">
          <Icon name="todo" />
          <p>{t("thread.none")}</p>
        </div>
      </div>
    );
  }
  return (
    <section class="case" aria-labelledby="title">
      {ticket === undefined ? (
        <header class="case-head">
          <h2 id="title" tabIndex={-1}>
            {problem.value === null ? t("thread.loading") : t("thread.missing")}
          </h2>
        </header>
      ) : (
        <>
          <Head ticket={ticket} name={name} />
          <Banner ticket={ticket} />
        </>
      )}
      <Talk key={name} name={name} />
      <Composer name={name} ticket={ticket} />
    </section>
  );
}

function Talk({ name }: { name: string }) {
  const found = opened.value;
  const ticket = found?.ticket ?? ticketOf(name);
  const box = useRef<HTMLElement>(null);
  const entries = entriesOf(
    found,
    handovers.value.filter((one) => one.name === name),
  );
  const since = ticket?.waitingSince?.at ?? null;
  const first = since === null ? -1 : entries.findIndex((entry) => entry.kind === "message" && entry.at === since);
  useEffect(() => {
    // The newest letter is what is read first.
    if (box.current !== null) box.current.scrollTop = 0;
  }, [found === null]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard has to reach what scrolls
    <section ref={box} class="talk" aria-label={t("thread.messages")} tabIndex={0} aria-busy={isReading.value}>
      <ol>
        {problem.value !== null && (
          <li>
            <ProblemBox of={problem.value} onRetry={() => void read(name)} />
          </li>
        )}
        {found === null && ticket !== undefined && <First name={name} />}
        {ticket !== undefined &&
          entries.map((entry, at) => (
            <Fragment key={idOf(entry, at)}>
              {at === first && <li class="since">{t("thread.clock")}</li>}
              <li class="letter-place">
                <Letter entry={entry} ticket={ticket} name={name} />
              </li>
              {at === 0 && (found?.files ?? []).length > 0 && (
                <li>
                  <Files of={found?.files ?? []} ticket={ticket.key} message={null} />
                </li>
              )}
            </Fragment>
          ))}
        {found !== null && entries.length === 0 && <li class="quiet">{t("thread.empty")}</li>}
        {ticket?.local.note != null && (
          <li class="letter-place">
            <article class="letter note">
              <header>
                <strong>{t("note.title")}</strong>
              </header>
              <p class="text">{ticket.local.note}</p>
            </article>
          </li>
        )}
      </ol>
    </section>
  );
}

type Entry = ReturnType<typeof entriesOf>[number];

function idOf(entry: Entry, at: number): string {
  if (entry.kind === "message") return entry.message.id ?? `message ${at}`;
  return entry.kind === "letter" ? entry.letter.id : entry.handover.id;
}

/** What the list knows is shown while the rest is read. */
function First({ name }: { name: string }) {
  const preview = ticketOf(name)?.preview;
  if (preview == null) return <li class="quiet">{t("thread.loading")}</li>;
  return (
    <li class="letter-place">
      <article class={`letter ${preview.from === "seller" ? "own" : ""}`}>
        <p class="text">{preview.text}</p>
      </article>
    </li>
  );
}
