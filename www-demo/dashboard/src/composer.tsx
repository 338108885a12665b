/**
 * The reply: text, files by drop, button or paste, the rules' words at each field, and sending with
 * progress.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Draft } from "./draft";
import { AttachmentList, dropped, FilePicker, focusRefused, Progress } from "./files";
import { ProblemBox, Violations } from "./parts";
import type { Vocabulary } from "./words";

/** Brings the cursor to the reply. */
export function focusReply(): void {
  const field = document.getElementById("reply-text");
  field?.scrollIntoView({ block: "nearest" });
  field?.focus();
}

interface ComposerProps {
  draft: Draft;
  words: Vocabulary<string>;
  /** What the text is, for who does not see the field; and what stands in it while it is empty. */
  label: string;
  placeholder: string;
  /** The types of files that are taken; without it there are no files. */
  accept?: string;
  sendLabel: string;
  /** Looks whether a message whose end is not known has arrived. */
  onUnsure: () => void;
  /** Further controls beside the button. */
  children?: ComponentChildren;
}

export function Composer(props: ComposerProps) {
  const { draft, words, label, placeholder, accept, sendLabel, onUnsure, children } = props;
  const [over, setOver] = useState(false);
  const { attachments } = draft;
  const files = attachments.list.value;
  const sending = draft.sending.value;
  const filled = draft.text.value !== "" || files.length > 0 || sending !== null;
  const textViolations = draft.violations.value;

  const take = (list: FileList | null | undefined): boolean => {
    const taken = accept === undefined ? [] : [...(list ?? [])];
    if (taken.length > 0 && sending === null) void attachments.add(taken);
    return taken.length > 0;
  };
  const submit = async () => {
    if (await draft.send()) document.getElementById("ticket-title")?.focus();
    else if (draft.violations.peek().length > 0) focusReply();
    else focusRefused(attachments);
  };

  return (
    <form
      class={`composer ${over ? "over" : ""} ${filled ? "filled" : ""}`}
      aria-label="Reply"
      // A press between two controls keeps the focus here, so that nothing folds away under the
      // finger.
      tabIndex={-1}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      {...(accept === undefined ? {} : dropped(setOver, take))}
    >
      {draft.problem.value && (
        <ProblemBox problem={draft.problem.value}>
          {draft.problem.value.unsure && (
            <button type="button" onClick={onUnsure}>
              Reload the thread
            </button>
          )}
        </ProblemBox>
      )}
      <label class="hidden" for="reply-text">
        {label}
      </label>
      <textarea
        id="reply-text"
        rows={filled ? 5 : 2}
        placeholder={placeholder}
        value={draft.text.value}
        readOnly={sending !== null}
        aria-invalid={textViolations.length > 0}
        aria-describedby="reply-faults reply-help"
        onInput={(event) => draft.write(event.currentTarget.value)}
        onPaste={(event) => {
          if (take(event.clipboardData?.files)) event.preventDefault();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      />
      <Violations id="reply-faults" of={textViolations} words={words} named />
      <AttachmentList of={attachments} words={words} />
      {sending === null ? (
        <div class="composer-row">
          {accept !== undefined && <FilePicker of={attachments} accept={accept} onPick={take} />}
          {children ?? <span class="spring" />}
          <button type="submit" class="primary" title="Send (Ctrl or ⌘ with Enter)">
            {sendLabel}
          </button>
        </div>
      ) : (
        <Progress now={sending} onCancel={() => draft.cancel()} />
      )}
      <p class="hidden" id="reply-help">
        Control or command with Enter sends. Escape leaves the field; what you wrote is kept.
      </p>
      {over && (
        <p class="drop-hint" aria-hidden="true">
          Drop the files to attach them
        </p>
      )}
    </form>
  );
}
