/** The line at the bottom: only what is not as usual, and the keys. */
import { isOnline } from "../state/desk";
import { canKeep } from "../state/kept";
import { health } from "../state/list";
import { accountOf } from "../state/session";
import { t } from "../words";
import { healthWords, isGood } from "./rail";

export function Foot() {
  const bad = health.value.filter((one) => !isGood(one));
  return (
    <footer class="foot">
      <div class="states" role="status">
        {!isOnline.value && (
          <span>
            <i class="h over" /> <b class="soon-word">{t("offline")}</b>
          </span>
        )}
        {!canKeep.value && (
          <span>
            <i class="h over" /> <b class="soon-word">{t("notKept")}</b>
          </span>
        )}
        {bad.map((one) => (
          <span key={one.account}>
            <i class="h soon" /> {accountOf(one.account)?.label ?? one.account}:{" "}
            <b class="soon-word">{healthWords(one)}</b>
          </span>
        ))}
        {bad.length === 0 && isOnline.value && health.value.length > 0 && (
          <span>
            <i class="h" /> {t("health.all")}
          </span>
        )}
      </div>
      <span class="spring" />
      <span>
        <kbd>j</kbd> <kbd>k</kbd> {t("key.move")}
      </span>
      <span>
        <kbd>r</kbd> {t("key.reply")}
      </span>
      <span>
        <kbd>?</kbd> {t("keys")}
      </span>
    </footer>
  );
}
