/** A question before something is done that cannot simply be undone. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Modal, ProblemBox } from "./parts";
import type { Problem } from "./words";

interface ConfirmDialogProps {
  title: string;
  /** The button that leaves all as it is. */
  keep: string;
  /** The button that does it, and what it says meanwhile. */
  act: [name: string, busy: string];
  /**
   * Does it; the result is the reason when that did not work. `false`: it is not to be done yet.
   */
  run: () => Promise<Problem | null | false>;
  onClose: () => void;
  /** Looks what has become of it when its end is not known. */
  onUnsure: () => void;
  children: ComponentChildren;
}

export function ConfirmDialog({ title, keep, act, run, onClose, onUnsure, children }: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const confirm = async () => {
    if (busy) return;
    setBusy(true);
    const failed = await run();
    setBusy(false);
    setProblem(failed || null);
    if (failed === null) onClose();
  };
  return (
    <Modal title={title} onClose={onClose}>
      {children}
      {problem && (
        <ProblemBox problem={problem}>
          {problem.unsure && (
            <button
              type="button"
              onClick={() => {
                onClose();
                onUnsure();
              }}
            >
              Reload the ticket
            </button>
          )}
        </ProblemBox>
      )}
      <div class="actions end">
        <button type="button" onClick={onClose}>
          {keep}
        </button>
        <button type="button" class="primary" aria-disabled={busy} onClick={() => void confirm()}>
          {busy ? act[1] : act[0]}
        </button>
      </div>
    </Modal>
  );
}
