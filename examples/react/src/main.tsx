/**
 * An inbox, a ticket and a reply with files. The gateway at `/api/accounts/kf-de` has the keys; see
 * ../worker-gateway.
 */
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Kaufland, type Page, type Progress, type Ticket, TicketError, type TicketWithEmbedded } from "seller-tickets";

const kaufland = new Kaufland({ gateway: "/api/accounts/kf-de" });

/** Returns a message for people. The kinds and codes are stable, so each can have its own words. */
function words(error: unknown): string {
  if (!(error instanceof TicketError)) return String(error);
  if (error.kind === "validation") return error.violations.map(({ message, hint }) => `${message}: ${hint}`).join("; ");
  if (error.sent !== "no") return "Nobody can tell whether it arrived. Look at the ticket before you send it again.";
  return error.message;
}

function Inbox({ onOpen }: { onOpen: (id: string) => void }) {
  const [page, setPage] = useState<Page<Ticket> | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    kaufland
      .listTickets({ status: ["opened"], limit: 10 }, { signal: abort.signal })
      .then(setPage, (error) => abort.signal.aborted || setProblem(words(error)));
    return () => abort.abort();
  }, []);
  if (problem) return <p role="alert">{problem}</p>;
  if (page === null) return <p>Loading …</p>;
  return (
    <>
      <ul>
        {page.data.map(({ id_ticket, open_reason }) => (
          <li key={id_ticket}>
            <button type="button" onClick={() => onOpen(id_ticket)}>
              {id_ticket} {open_reason}
            </button>
          </li>
        ))}
      </ul>
      {page.hasNextPage && (
        <button type="button" onClick={() => page.next().then(setPage, (error) => setProblem(words(error)))}>
          Next
        </button>
      )}
    </>
  );
}

function Thread({ id }: { id: string }) {
  const [ticket, setTicket] = useState<TicketWithEmbedded | null>(null);
  const [problem, setProblem] = useState("");
  const [version, setVersion] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` counts the replies
  useEffect(() => {
    const abort = new AbortController();
    kaufland
      .getTicket(id, { embedded: ["messages"] }, { signal: abort.signal })
      .then(setTicket, (error) => abort.signal.aborted || setProblem(words(error)));
    return () => abort.abort();
  }, [id, version]);
  if (problem) return <p role="alert">{problem}</p>;
  return (
    <>
      <h2>{id}</h2>
      <ol>
        {ticket?.messages?.map(({ id_ticket_message, author, text }) => (
          <li key={String(id_ticket_message)}>
            <strong>{author.role}</strong> {text}
          </li>
        ))}
      </ol>
      <Reply id={id} onSent={() => setVersion((count) => count + 1)} />
    </>
  );
}

function Reply({ id, onSent }: { id: string; onSent: () => void }) {
  const [text, setText] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [problem, setProblem] = useState("");
  const message = { text, ...(files.length > 0 ? { ticket_message_files: files } : {}) };
  // Checks, while the user types, the rules that apply when the message is sent.
  const violations = text === "" ? [] : kaufland.validate("createTicketMessage", id, message);

  async function send() {
    setProblem("");
    try {
      await kaufland.createTicketMessage(id, message, { onProgress: setProgress });
      setText("");
      setFiles([]);
      onSent();
    } catch (error) {
      setProblem(words(error));
    } finally {
      setProgress(null);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label>
        Reply
        <textarea value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <label>
        Files
        <input type="file" multiple onChange={(event) => setFiles([...(event.target.files ?? [])])} />
      </label>
      {violations.map(({ field, code, message }) => (
        <p key={field + code}>{message}</p>
      ))}
      {progress && <progress value={progress.loaded} max={progress.total} />}
      {problem && <p role="alert">{problem}</p>}
      <button type="submit" disabled={text === "" || violations.length > 0 || progress !== null}>
        Send
      </button>
    </form>
  );
}

function App() {
  const [id, setId] = useState<string | null>(null);
  return (
    <main>
      <h1>Tickets</h1>
      <Inbox onOpen={setId} />
      {id && <Thread key={id} id={id} />}
    </main>
  );
}

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
