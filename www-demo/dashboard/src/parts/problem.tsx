import { useEffect } from "preact/hooks";
import { second } from "../state/clock";
import type { Problem } from "../state/desk";
import { sayError, t } from "../words";
import { Seconds } from "./time";

/** What failed, and when it is tried again: a wait that was asked for is counted down. */
export function ProblemBox({ of, onRetry }: { of: Problem; onRetry?: () => void }) {
  const { error, retryAt } = of;
  const isOver = retryAt !== null && retryAt <= second.value;
  useEffect(() => {
    if (isOver) onRetry?.();
  }, [isOver]);
  return (
    <div class="problem" role="alert">
      <p>{sayError(error)}</p>
      {retryAt !== null && !isOver && (
        <p>
          {t("problem.again")} <Seconds until={retryAt} />
        </p>
      )}
      {onRetry && retryAt === null && (
        <p>
          <button type="button" onClick={onRetry}>
            {t("problem.retry")}
          </button>
        </p>
      )}
    </div>
  );
}
