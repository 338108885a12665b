import { t } from "../words";

interface AskFootProps {
  /** The words of the action. */
  words: string;
  onClose: () => void;
}

/** The end of a question before an action: leave it, or do it and still have time to undo it. */
export function AskFoot({ words, onClose }: AskFootProps) {
  return (
    <>
      <p class="quiet">{t("ask.undo")}</p>
      <div class="actions end">
        <button type="button" onClick={onClose}>
          {t("ask.keep")}
        </button>
        <button type="submit" class="primary">
          {words}
        </button>
      </div>
    </>
  );
}
