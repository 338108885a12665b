/** The reply: text, files by drop, button or paste, the rules' words at each field, and sending with progress. */
import { useRef, useState } from "preact/hooks";
import { Icon, Picture, ProblemBox, Violations } from "./parts";
import { type Attachment, type Draft, draftOf } from "./ticket";
import { size, values } from "./words";

/** Brings the cursor to the reply. */
export function focusReply(): void {
  const field = document.getElementById("reply-text");
  field?.scrollIntoView({ block: "nearest" });
  field?.focus();
}

export function Composer({ id }: { id: string }) {
  const draft = draftOf(id);
  const [over, setOver] = useState(false);
  const filled = draft.text.value !== "" || draft.files.value.length > 0 || draft.sending.value !== null;
  const picker = useRef<HTMLInputElement>(null);
  const sending = draft.sending.value;
  const textViolations = draft.violations.value;
  const files = draft.files.value;

  const take = (list: FileList | null | undefined): boolean => {
    const taken = [...(list ?? [])];
    if (taken.length > 0 && sending === null) void draft.add(taken);
    return taken.length > 0;
  };
  const submit = async () => {
    if (await draft.send()) {
      document.getElementById("ticket-title")?.focus();
      return;
    }
    focusFirstFault(draft);
  };

  return (
    <form
      class={`composer ${over ? "over" : ""} ${filled ? "filled" : ""}`}
      aria-label="Reply"
      // A press between two controls keeps the focus here, so that nothing folds away under the finger.
      tabIndex={-1}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (take(event.dataTransfer?.files)) event.preventDefault();
      }}
    >
      {draft.problem.value && (
        <ProblemBox problem={draft.problem.value}>
          {draft.problem.value.unsure && (
            <button type="button" onClick={() => void draft.lookAgain()}>
              Reload the thread
            </button>
          )}
        </ProblemBox>
      )}
      <label class="hidden" for="reply-text">
        Message to the customer
      </label>
      <textarea
        id="reply-text"
        rows={filled ? 5 : 2}
        placeholder="Write to the customer. Drop or paste files here."
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
      <Violations id="reply-faults" of={textViolations} />
      {files.length > 0 && (
        <ul class="attachments" aria-label="Files to send">
          {files.map((attachment) => (
            <Item key={attachment.key} attachment={attachment} draft={draft} />
          ))}
        </ul>
      )}
      {sending === null ? (
        <div class="composer-row">
          <input
            ref={picker}
            type="file"
            multiple
            accept={values("AttachmentType").join(",")}
            class="hidden"
            tabIndex={-1}
            aria-label="Files to attach"
            onChange={(event) => {
              take(event.currentTarget.files);
              // So that the same file can be chosen again after it was removed.
              event.currentTarget.value = "";
            }}
          />
          <button type="button" onClick={() => picker.current?.click()}>
            <Icon name="clip" /> Attach files
          </button>
          <label class="interim">
            <input
              type="checkbox"
              checked={draft.interim.value}
              aria-describedby="interim-help"
              onChange={(event) => {
                draft.interim.value = event.currentTarget.checked;
                draft.check();
              }}
            />
            <span>
              Interim notice
              <span class="quiet" id="interim-help">
                {draft.interim.value
                  ? "A message to the customer like any other; the ticket stays yours to answer."
                  : "Tick to tell the customer you are working on it; the ticket stays yours to answer."}
              </span>
            </span>
          </label>
          <button type="submit" class="primary" title="Send (Ctrl or ⌘ with Enter)">
            {draft.interim.value ? "Send notice" : "Send"}
          </button>
        </div>
      ) : (
        <Progress draft={draft} />
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

function Progress({ draft }: { draft: Draft }) {
  const now = draft.sending.value;
  if (now === null) return null;
  const { phase, loaded, total } = now;
  const measured = phase === "encoding" && total > 0;
  return (
    <div class="composer-row sending">
      {measured ? (
        <progress aria-label="Preparing the files" value={loaded} max={total} />
      ) : (
        <progress aria-label="Sending" />
      )}
      <span class="quiet sending-text">
        {phase === "encoding" ? `Preparing ${size(loaded)} of ${size(total)}` : `Sending ${size(total)}…`}
      </span>
      <button type="button" onClick={() => draft.cancel()}>
        Cancel
      </button>
    </div>
  );
}

function Item({ attachment, draft }: { attachment: Attachment; draft: Draft }) {
  const { file, state, violations, preview, key } = attachment;
  return (
    <li class={state}>
      {preview ? <Picture src={preview} size={32} instead={<Icon name="file" />} /> : <Icon name="file" />}
      <span class="attachment-name">
        {file.name}
        <span class="quiet">
          {size(file.size)} · {state === "checking" ? "checking…" : state === "good" ? file.type : "will not be sent"}
        </span>
        <Violations of={violations} />
      </span>
      <button type="button" class="plain square" onClick={() => draft.remove(key)}>
        <Icon name="close" />
        <span class="hidden">Remove {file.name}</span>
      </button>
    </li>
  );
}

/** Where the rules refuse something, the cursor goes there. */
function focusFirstFault(draft: Draft): void {
  if (draft.violations.peek().length > 0) {
    focusReply();
    return;
  }
  if (draft.files.peek().some((attachment) => attachment.state === "refused")) {
    document.querySelector<HTMLElement>(".attachments .refused button")?.focus();
  }
}
