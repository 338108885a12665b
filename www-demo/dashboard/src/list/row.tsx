import { computed, useComputed } from "@preact/signals";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { drafted } from "../state/drafts";
import { handovers } from "../state/handover";
import { gone, ticketOf } from "../state/list";
import { rowId } from "../state/move";
import { troubled } from "../state/outbox";
import { go, hrefOf } from "../state/route";
import { t } from "../words";
import { buyerOf, kindOf, languageOf, looksDone, refundWords } from "../words/ticket";
import { Due } from "./due";

/** The names of the tickets that are answered and not changed yet. */
const answered = computed(() => new Set(handovers.value.filter((one) => !one.isCancelled).map(({ name }) => name)));

/** The facts of a row, which is drawn anew only when they change. */
function useFlags(name: string): boolean[] {
  const text = useComputed(() =>
    [answered.value, gone.value, drafted.value, troubled.value].map((set) => set.has(name)).join(),
  );
  return text.value.split(",").map((flag) => flag === "true");
}

/** A ticket in the list. When the ticket changes, it alone is drawn anew. */
export function Row({ name }: { name: string }) {
  const flags = useFlags(name);
  const ticket = ticketOf(name);
  if (ticket === undefined) return null;
  const { key, unseen, preview, files, refund, turn, storefront, local, view } = ticket;
  const [isAnswered, isLeft, isDrafted, isTroubled] = flags;
  return (
    <li>
      <a
        class={`t ${unseen ? "unseen" : ""} ${isAnswered || isLeft ? "gone" : ""}`}
        href={hrefOf({ open: name })}
        id={rowId(name)}
        data-name={name}
        tabIndex={-1}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go({ open: name });
        }}
      >
        <Mark account={key.account} />
        <div>
          <span class="who clip">
            <b>{buyerOf(ticket)}</b>{" "}
            <span>
              · {kindOf(ticket)}
              {storefront !== null && ` · ${storefront.toUpperCase()}`}
            </span>
          </span>
          {view === "done" ? null : <Due of={ticket.due} />}
        </div>
        <div>
          <span class="pre clip" lang={languageOf(ticket)}>
            {preview?.text ?? ""}
          </span>
          <span class="meta">
            {isAnswered && <span class="hint">{t("row.onItsWay")}</span>}
            {isTroubled && !isAnswered && <span class="hint bad">{t("row.notDelivered")}</span>}
            {!isAnswered && isLeft && <span class="hint">{t("row.gone")}</span>}
            {turn === "unknown" && view === "todo" && <span class="hint">{t("row.unclear")}</span>}
            {looksDone(ticket) && <span class="hint good">{t("row.looksDone")}</span>}
            {local.assignee !== null && <span>{local.assignee}</span>}
            {isDrafted && <Sign icon="draft" words={t("row.draft")} />}
            {local.note !== null && <Sign icon="note" words={t("row.note")} />}
            {(files ?? 0) > 0 && <Sign icon="clip" words={t("row.files", { n: files ?? 0 })} />}
            {refund !== null && <span>{refundWords(refund)}</span>}
          </span>
        </div>
        {unseen && <span class="hidden">{t("row.new")}</span>}
      </a>
    </li>
  );
}

function Sign({ icon, words }: { icon: "draft" | "note" | "clip"; words: string }) {
  return (
    <span title={words}>
      <Icon name={icon} />
      <span class="hidden">{words}</span>
    </span>
  );
}
