import { say } from "../state/say";
import { t } from "../words";
import { Icon } from "./icon";

/** Copies a text. */
export function Copy({ text, what }: { text: string; what: string }) {
  return (
    <button
      type="button"
      class="plain square"
      aria-label={t("copy", { what })}
      title={t("copy", { what })}
      onClick={() => void navigator.clipboard.writeText(text).then(() => say(t("copied", { what })))}
    >
      <Icon name="copy" />
    </button>
  );
}
