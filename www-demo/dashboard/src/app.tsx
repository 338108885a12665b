/** The page as a whole: sign-in, the bar, the inbox beside what is open. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ACCOUNT } from "../../worker/account";
import { signedIn, signIn, signOut } from "./api";
import { InboxPane } from "./inbox-pane";
import { helpOpen, KEYS, onKeyDown, setSingleKeys, singleKeys } from "./keys";
import { NewPane } from "./new-pane";
import { Icon, Modal, titleOf } from "./parts";
import { href, view } from "./route";
import { news, whisper } from "./say";
import { forgetDrafts, ticket } from "./ticket";
import { TicketPane } from "./ticket-pane";
import { sentence } from "./words";

export function App() {
  if (signedIn.value === null) return null;
  return signedIn.value ? <Shell /> : <SignIn />;
}

function SignIn() {
  const [code, setCode] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const submit = async () => {
    if (busy) return;
    setBusy(true);
    const said = await signIn(code);
    setBusy(false);
    setFault(said);
    if (said !== "") field.current?.focus();
  };
  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>Tickets</h1>
        <p class="quiet">Kaufland · {ACCOUNT}</p>
        <input type="text" autocomplete="username" value={ACCOUNT} readOnly hidden />
        <label for="code">Access code</label>
        <input
          id="code"
          ref={field}
          type="password"
          autocomplete="current-password"
          required
          value={code}
          aria-invalid={fault !== ""}
          aria-describedby="code-fault"
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        <p class="fault" id="code-fault" role="alert">
          {sentence(fault)}
        </p>
        <button type="submit" class="primary" aria-disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

const TITLES = { inbox: "Inbox", new: "Open a ticket" };

function Shell() {
  const open = view.value;
  const key = open.name === "ticket" ? open.id : open.name;
  const first = useRef(true);
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  // A new view takes the focus, so that the keyboard and screen readers are where the eyes are.
  useEffect(() => {
    if (!first.current) document.getElementById("ticket-title")?.focus({ preventScroll: true });
    first.current = false;
  }, [key]);
  const title =
    open.name === "ticket" ? (ticket.value ? titleOf(ticket.value) : `Ticket ${open.id}`) : TITLES[open.name];
  useEffect(() => {
    document.title = `${title} · Tickets`;
  }, [title]);
  return (
    <div class={`shell ${open.name === "inbox" ? "" : "detail-open"}`}>
      <header class="bar">
        <h1>Tickets</h1>
        <span class="account">Kaufland · {ACCOUNT}</span>
        <p class="news" role="status">
          {news.value && <span>{news.value}</span>}
        </p>
        <a class="button" href={href({ name: "new", units: "" })} title="Open a new ticket (n)">
          <Icon name="plus" /> New ticket
        </a>
        <button
          type="button"
          class="plain square"
          title="Keyboard help (?)"
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          <span aria-hidden="true">?</span>
          <span class="hidden">Keyboard help</span>
        </button>
        <button
          type="button"
          class="plain"
          onClick={() => {
            forgetDrafts();
            void signOut();
          }}
        >
          Sign out
        </button>
      </header>
      <main class="panes">
        <InboxPane />
        <div class="detail">
          {open.name === "inbox" && (
            <p class="quiet empty">
              Choose a ticket. <kbd>?</kbd> shows the keys.
            </p>
          )}
          {open.name === "ticket" && <TicketPane key={open.id} id={open.id} />}
          {open.name === "new" && <NewPane given={open.units} />}
        </div>
      </main>
      <p class="hidden" role="status">
        {whisper.value}
      </p>
      {helpOpen.value && <Help />}
    </div>
  );
}

function Help() {
  const done = () => {
    helpOpen.value = false;
  };
  return (
    <Modal title="Keys" onClose={done}>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(", ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
        Single letters act (switch off when speech input sets them off)
      </label>
      <div class="actions end">
        <button type="button" class="primary" onClick={done}>
          Done
        </button>
      </div>
    </Modal>
  );
}
