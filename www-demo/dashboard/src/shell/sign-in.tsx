/** The sign-in: an access code, and the name under which a person writes and keeps drafts. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Modal } from "../parts/modal";
import { knownPerson, type SignInFault, session, signIn } from "../state/session";
import { begin, end } from "../state/start";
import { t } from "../words";
import { LanguageChoice } from "./language";

export function SignIn() {
  return (
    <main class="sign-in">
      <div>
        <h1>{t("tickets")}</h1>
        <p class="quiet">{t("signIn.of")}</p>
        <Form person={knownPerson()} />
        <LanguageChoice />
      </div>
    </main>
  );
}

/** A dialog that comes while someone writes would take the letters. */
const PAUSE_MS = 1500;
let typedAt = 0;
// Words that are dictated or pasted come without a key.
for (const sign of ["keydown", "input"]) document.addEventListener(sign, () => (typedAt = Date.now()), true);

/** The session ended while the page was open: what is on the screen stays until it goes on. */
export function SignInAgain() {
  const person = session.value?.person ?? "";
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => {
      // Once it is there, typing is for its own fields.
      setDue((was) => was || Date.now() - typedAt > PAUSE_MS);
    }, 250);
    return () => clearInterval(timer);
  }, []);
  if (!isDue) return null;
  return <Again person={person} />;
}

function Again({ person }: { person: string }) {
  return (
    <Modal title={t("signIn.expired")} onClose={() => {}}>
      <p>{t("signIn.kept")}</p>
      <Form person={person} isFixed />
      <p>
        <button type="button" class="link" onClick={() => void end()}>
          {t("signOut")}
        </button>
      </p>
    </Modal>
  );
}

function Form({ person: known, isFixed = false }: { person: string; isFixed?: boolean }) {
  const [code, setCode] = useState("");
  const [person, setPerson] = useState(known);
  const [fault, setFault] = useState<SignInFault | null>(null);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (fault !== null) field.current?.focus();
  }, [fault]);
  const submit = async () => {
    if (isBusy) return;
    setBusy(true);
    setFault(null);
    const found = await signIn(code, person.trim());
    setBusy(false);
    if (typeof found === "string") {
      setFault(found);
      return;
    }
    await begin(found);
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        {t("signIn.name")}
        <input
          autocomplete="username"
          required
          maxLength={60}
          readOnly={isFixed}
          value={person}
          onInput={(event) => setPerson(event.currentTarget.value)}
        />
      </label>
      <label>
        {t("signIn.code")}
        <input
          ref={field}
          autofocus={isFixed}
          type="password"
          autocomplete="current-password"
          required
          value={code}
          aria-invalid={fault !== null}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      <p class="fault" role="alert">
        {fault !== null && t(fault)}
      </p>
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isBusy ? t("signIn.busy") : t("signIn")}
      </button>
    </form>
  );
}
