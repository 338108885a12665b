import { useState } from "preact/hooks";
import { Modal } from "../parts/modal";
import { overlay } from "../state/asking";
import { snooze } from "../state/deeds";
import { moment, t } from "../words";

/** A time of day so many days from now. */
function at(days: number, hour: number): number {
  const date = new Date();
  date.setDate(date.getDate() + days);
  return date.setHours(hour, 0, 0, 0);
}

export function Snooze() {
  const [own, setOwn] = useState("");
  const close = () => {
    overlay.value = null;
  };
  const until = (time: number) => {
    close();
    void snooze(time);
  };
  const monday = (8 - new Date().getDay()) % 7 || 7;
  const times = new Set([Date.now() + 3_600_000, Date.now() + 3 * 3_600_000, at(1, 9), at(monday, 9)]);
  const chosen = Date.parse(own);
  return (
    <Modal title={t("snooze.title")} onClose={close}>
      <p class="quiet">{t("snooze.hint")}</p>
      <ul class="commands">
        {[...times].map((time) => (
          <li key={time}>
            <button type="button" class="command" onClick={() => until(time)}>
              {moment(time)}
            </button>
          </li>
        ))}
      </ul>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen > Date.now()) until(chosen);
        }}
      >
        <label>
          {t("snooze.own")}
          <input type="datetime-local" value={own} onInput={(event) => setOwn(event.currentTarget.value)} />
        </label>
        <div class="actions end">
          <button
            type="button"
            onClick={() => {
              close();
              void snooze(null);
            }}
          >
            {t("snooze.end")}
          </button>
          <button type="submit" class="primary" aria-disabled={!(chosen > Date.now())}>
            {t("snooze")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
