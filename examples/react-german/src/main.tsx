/** A reply to the ticket of the address, in German: mistakes stand beside their fields. */
import { type FormEvent, useState } from "react";
import { createRoot } from "react-dom/client";
import { describe, describeError, Kaufland, type Progress, TicketError, type Violation } from "seller-tickets/kaufland";
import locale from "seller-tickets/locales/de";

const kaufland = new Kaufland({ gateway: "/api/accounts/kf-de" });
const id = new URLSearchParams(location.search).get("ticket") ?? "";

function Mistakes({ field, all }: { field: string; all: readonly Violation[] }) {
  const own = all.filter((violation) => violation.field.startsWith(field));
  return own.map((violation) => <em key={violation.code}>{describe(violation, { locale })}</em>);
}

function Reply() {
  const [text, setText] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [outcome, setOutcome] = useState<Error | string>("");
  const message = { text, ticket_message_files: files };
  const typed = text === "" ? [] : kaufland.validate("createTicketMessage", id, message);
  const mistakes = (outcome instanceof TicketError && outcome.violations) || typed;

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    try {
      await kaufland.createTicketMessage(id, message, { ensure: "once", onProgress: setProgress });
      setOutcome("Ihre Antwort ist angekommen.");
      setText("");
      setFiles([]);
      form.reset();
    } catch (error) {
      setOutcome(error as Error);
    } finally {
      setProgress(null);
    }
  }

  return (
    <form onSubmit={send} onChange={() => setOutcome("")}>
      <label htmlFor="text">Antwort</label>
      <textarea id="text" value={text} onChange={({ target }) => setText(target.value)} />
      <Mistakes field="text" all={mistakes} />
      <label htmlFor="files">Dateien</label>
      <input id="files" type="file" multiple onChange={({ target }) => setFiles([...(target.files ?? [])])} />
      <Mistakes field="ticket_message_files" all={mistakes} />
      {progress && <progress aria-label="Gesendet" value={progress.loaded} max={progress.total} />}
      <p role="status">{outcome instanceof Error ? describeError(outcome, { locale }) : outcome}</p>
      <button type="submit" disabled={text === "" || typed.length > 0 || progress !== null}>
        Senden
      </button>
    </form>
  );
}

const root = document.getElementById("root");
if (root) createRoot(root).render(<Reply />);
