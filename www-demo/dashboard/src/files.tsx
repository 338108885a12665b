/** Files to send: choosing, dropping, and the list with the rules' words at each. */
import { useRef } from "preact/hooks";
import type { Attachment, Attachments } from "./attachments";
import type { Sending } from "./draft";
import { Icon, Picture, Violations } from "./parts";
import { size, type Vocabulary } from "./words";

type Take = (list: FileList | null | undefined) => boolean;

/** A button that lets files be chosen. */
export function FilePicker({ of, accept, onPick }: { of: Attachments; accept: string; onPick: Take }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple={of.limit > 1}
        accept={accept}
        class="hidden"
        tabIndex={-1}
        aria-label="Files to attach"
        onChange={(event) => {
          onPick(event.currentTarget.files);
          // So that the same file can be chosen again after it was removed.
          event.currentTarget.value = "";
        }}
      />
      <button type="button" onClick={() => picker.current?.click()}>
        <Icon name="clip" /> {of.limit > 1 ? "Attach files" : "Attach a file"}
      </button>
    </>
  );
}

/** The handlers of an element that takes dropped files. */
export function dropped(setOver: (over: boolean) => void, take: Take) {
  return {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave(event: DragEvent) {
      const { currentTarget: element, relatedTarget: to } = event;
      if (!(to instanceof Node && element instanceof Node && element.contains(to))) setOver(false);
    },
    onDrop(event: DragEvent) {
      setOver(false);
      if (take(event.dataTransfer?.files)) event.preventDefault();
    },
  };
}

/** The files with what the rules say about each. */
export function AttachmentList({ of, words }: { of: Attachments; words: Vocabulary<string> }) {
  const files = of.list.value;
  if (files.length === 0) return null;
  return (
    <ul class="attachments" aria-label="Files to send">
      {files.map((attachment) => (
        <Item key={attachment.key} attachment={attachment} words={words} onRemove={() => of.remove(attachment.key)} />
      ))}
    </ul>
  );
}

function Item(props: { attachment: Attachment; words: Vocabulary<string>; onRemove: () => void }) {
  const { file, state, violations, preview } = props.attachment;
  return (
    <li class={state}>
      {preview ? <Picture src={preview} size={32} instead={<Icon name="file" />} /> : <Icon name="file" />}
      <span class="attachment-name">
        {file.name}
        <span class="quiet">
          {size(file.size)} · {state === "checking" ? "checking…" : state === "good" ? file.type : "will not be sent"}
        </span>
        <Violations of={violations} words={props.words} />
      </span>
      <button type="button" class="plain square" onClick={props.onRemove}>
        <Icon name="close" />
        <span class="hidden">Remove {file.name}</span>
      </button>
    </li>
  );
}

/** Where the rules refuse a file, the cursor goes there. */
export function focusRefused(of: Attachments): void {
  if (of.hasRefused) document.querySelector<HTMLElement>(".attachments .refused button")?.focus();
}

/** How far an upload is, and the way to stop it. */
export function Progress({ now, onCancel }: { now: Sending; onCancel: () => void }) {
  const { phase, loaded, total, file } = now;
  const [doing, name] = phase === "encoding" ? ["Preparing", "Preparing the files"] : ["Sending", "Sending"];
  const measured = loaded !== undefined && total > 0;
  const what = file === undefined ? "" : ` (${file})`;
  return (
    <div class="composer-row sending">
      {measured ? <progress aria-label={name} value={loaded} max={total} /> : <progress aria-label={name} />}
      <span class="quiet sending-text">
        {measured ? `${doing} ${size(loaded)} of ${size(total)}` : `${doing} ${size(total)}…`}
        {what}
      </span>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
