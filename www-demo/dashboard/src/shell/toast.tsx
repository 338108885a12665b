/** Letters that can still be undone, and short news. */
import { Seconds } from "../parts/time";
import { second } from "../state/clock";
import { isOnline } from "../state/desk";
import { go } from "../state/route";
import { news, say } from "../state/say";
import { latest, undoLatest } from "../state/undo";
import { t, tFirst } from "../words";

/** Takes the newest back, and shows its ticket. */
export async function undo(): Promise<void> {
  const what = latest.peek();
  if (what === null) return;
  const name = await undoLatest();
  if (name === null) {
    say(t("undo.tooLate"));
    return;
  }
  go({ open: name });
  say(t("undo.done"));
}

export function Toast() {
  const what = latest.value;
  const handover = what !== null && "handover" in what ? what.handover : null;
  const isOver = handover?.state === "held" && handover.holdUntil <= second.value;
  return (
    <div class="toasts">
      <div role="status">{news.value !== "" && <p class="toast">{news.value}</p>}</div>
      {what !== null && !isOver && (
        <p class="toast">
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
        </p>
      )}
    </div>
  );
}
