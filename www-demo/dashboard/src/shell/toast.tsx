/** Letters that can still be undone, and short news. */
import { Seconds } from "../parts/time";
import { second } from "../state/clock";
import { isOnline } from "../state/desk";
import { keyOf, nameOf } from "../state/keys";
import { go } from "../state/route";
import { news, say } from "../state/say";
import { latest, undoLatest } from "../state/undo";
import { t, tFirst } from "../words";

/** Takes the newest back, and shows its ticket. */
export async function undo(): Promise<void> {
  const what = latest.peek();
  if (what === null) return;
  const { account, id } = keyOf("handover" in what ? what.handover.name : what.change.name);
  // At once: whoever has gone on when it is taken back stays there.
  go(id === "" ? { create: account } : { open: nameOf({ account, id }) });
  say(t((await undoLatest()) ? "undo.done" : "undo.tooLate"));
}

export function Toast() {
  const what = latest.value;
  const handover = what !== null && "handover" in what ? what.handover : null;
  const isOver = handover?.state === "held" && handover.holdUntil <= second.value;
  return (
    <div class="toasts">
      <div role="status">{news.value !== "" && <p class="toast">{news.value}</p>}</div>
      {what !== null && !isOver && (
        <section class="toast" aria-label={t("undo")}>
          <span>
            {handover === null && "change" in what && what.change.words}
            {handover?.state === "held" && tFirst([`toast.${handover.action}`, "toast.other"], { who: handover.who })}
            {handover !== null && handover.state !== "held" && t("toast.waiting", { who: handover.who })}{" "}
            {handover?.state === "held" && <Seconds until={handover.holdUntil} />}
            {handover !== null &&
              handover.state !== "held" &&
              (isOnline.value ? t("outbox.sending") : t("outbox.offline"))}
          </span>
          {handover !== null && handover.total > 0 && handover.state !== "held" && (
            <progress value={handover.sent} max={handover.total} aria-label={t("outbox.sending")} />
          )}
          <button type="button" onClick={() => void undo()}>
            {t("undo")} <kbd>z</kbd>
          </button>
        </section>
      )}
    </div>
  );
}
