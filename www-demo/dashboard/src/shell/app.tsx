/** The page as a whole. */
import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { List } from "../list/list";
import { panelOf } from "../panels/panel";
import { Asking } from "../side/ask";
import { Side } from "../side/side";
import { overlay, sideOpen } from "../state/asking";
import { overdue } from "../state/counts";
import { ticketOf } from "../state/list";
import { openName, REST_MS, route } from "../state/route";
import { accountOf, isExpired, session } from "../state/session";
import { Thread } from "../thread/thread";
import { t } from "../words";
import { kindOf } from "../words/ticket";
import { Foot } from "./foot";
import { onKeyDown } from "./keys";
import { KeysHelp } from "./keys-help";
import { Palette } from "./palette";
import { Rail, Tabs } from "./rail";
import { SignIn, SignInAgain } from "./sign-in";
import { Snooze } from "./snooze";
import { Toast } from "./toast";
import { Top } from "./top";

export function App() {
  if (session.value == null) return <SignIn />;
  return <Desk />;
}

/** The title of the browser's tab. */
function Title() {
  const { open, view } = route.value;
  const ticket = open === "" ? undefined : ticketOf(open);
  const title = ticket === undefined ? t(`view.${view}`) : kindOf(ticket);
  const late = overdue.value > 0 ? `(${overdue.value}) ` : "";
  useEffect(() => {
    // The browser takes its time for a title, which so follows when the keys rest.
    const timer = setTimeout(() => {
      document.title = `${late}${title} · ${t("tickets")}`;
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [late, title]);
  return null;
}

const create = computed(() => route.value.create);
const isOpen = computed(() => openName.value !== "" || create.value !== "");

function Desk() {
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <div class={`desk ${isOpen.value ? "open" : ""} ${sideOpen.value ? "side-open" : ""}`}>
      <Title />
      <Top />
      <Rail />
      <main>
        <List />
        {create.value !== "" ? <New account={create.value} /> : <Thread />}
      </main>
      {create.value === "" && <Side />}
      <Foot />
      <Tabs />
      <Toast />
      <Asking />
      {overlay.value === "snooze" && openName.value !== "" && <Snooze />}
      {overlay.value === "palette" && <Palette />}
      {overlay.value === "keys" && <KeysHelp />}
      {isExpired.value && <SignInAgain />}
    </div>
  );
}

function New({ account }: { account: string }) {
  const info = accountOf(account);
  const Form = info === undefined ? undefined : panelOf(info.marketplace)?.New;
  if (Form === undefined) return <p class="case pad quiet">{t("thread.loading")}</p>;
  return <Form key={account} account={account} />;
}
