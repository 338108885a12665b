/** The page as a whole. */
import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { bringsFiles } from "../composer/attachments";
import { List } from "../list/list";
import { panelOf, WRITES_NEW } from "../panels/panel";
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

/** The account in which something new is written; an address may name one that cannot do that. */
const create = computed(() => {
  const info = accountOf(route.value.create);
  return info !== undefined && WRITES_NEW.has(info.marketplace) ? info.id : "";
});
const isOpen = computed(() => openName.value !== "" || create.value !== "");

/** A file that is dropped beside its place would be opened by the browser. */
function keepPage(event: DragEvent): void {
  if (event.defaultPrevented || !bringsFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
}

const LISTENERS = { keydown: onKeyDown, dragover: keepPage, drop: keepPage } as const;

function Desk() {
  useEffect(() => {
    const until = new AbortController();
    for (const [type, listener] of Object.entries(LISTENERS))
      document.addEventListener(type, listener as EventListener, until);
    return () => until.abort();
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
