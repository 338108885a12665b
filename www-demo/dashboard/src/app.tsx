/** The page as a whole: sign-in, the bar, the inbox beside what is open. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ACCOUNTS, type AccountId } from "../../worker/accounts";
import { format, goTo } from "./address";
import { forgetDrafts } from "./draft";
import { helpOpen, keysHere, onKeyDown, setSingleKeys, singleKeys } from "./keys";
import type { Market } from "./market";
import { MARKETS } from "./markets";
import { Icon, Modal } from "./parts";
import { news, whisper } from "./say";
import { accounts, current, signedIn, signIn, signOut } from "./session";
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
        <p class="quiet">Of all your marketplaces</p>
        <input type="text" autocomplete="username" value="tickets" readOnly hidden />
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

function Shell() {
  const account = current.value;
  const market = account !== null && accounts.value.includes(account) ? MARKETS[account] : null;
  const key = market === null ? "" : `${account} ${market.viewKey()}`;
  const first = useRef(true);
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  // A new view takes the focus, so that the keyboard and screen readers are where the eyes are.
  useEffect(() => {
    const choosing = document.activeElement?.id === "account";
    if (!first.current && !choosing) document.getElementById("ticket-title")?.focus({ preventScroll: true });
    first.current = false;
  }, [key]);
  const title = market?.title() ?? "No account";
  useEffect(() => {
    document.title = `${title} · Tickets`;
  }, [title]);
  return (
    <div class={`shell ${market?.isDetail() ? "detail-open" : ""}`}>
      <header class="bar">
        <h1>Tickets</h1>
        <Accounts />
        <p class="news" role="status">
          {news.value && <span>{news.value}</span>}
        </p>
        {market?.create && (
          <a class="button" href={market.create.href()} title={market.create.hint}>
            <Icon name="plus" /> <span class="wide">{market.create.name}</span>
          </a>
        )}
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
      {market === null ? <Missing account={account} /> : <Panes key={account} of={market} />}
      <p class="hidden" role="status">
        {whisper.value}
      </p>
      {helpOpen.value && <Help />}
    </div>
  );
}

function Panes({ of }: { of: Market }) {
  return (
    <main class="panes">
      <of.Panes />
    </main>
  );
}

const nameOf = (account: AccountId) => `${ACCOUNTS[account]} · ${account}`;

/** The account that is shown, and the way to the others. */
function Accounts() {
  const [only, ...others] = accounts.value;
  if (only === undefined) return null;
  if (others.length === 0) return <span class="account">{nameOf(only)}</span>;
  return (
    <label class="inline accounts">
      <span class="hidden">Account</span>
      <select
        id="account"
        value={current.value ?? ""}
        title="Choose the account (a)"
        onChange={(event) => goTo(format(event.currentTarget.value as AccountId, []))}
      >
        {accounts.value.map((account) => (
          <option key={account} value={account}>
            {nameOf(account)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Missing({ account }: { account: AccountId | null }) {
  return (
    <main class="panes">
      <p class="quiet empty alone">
        {account === null ? "The Worker has no account's keys." : `The Worker has no keys for ${nameOf(account)}.`}
      </p>
    </main>
  );
}

function Help() {
  const done = () => {
    helpOpen.value = false;
  };
  return (
    <Modal title="Keys" onClose={done}>
      <dl class="keys">
        {keysHere().map(([keys, what]) => (
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
