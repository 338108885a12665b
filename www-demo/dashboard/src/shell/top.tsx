/** The bar at the top: search, commands, something new, and the person. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { WRITES_NEW } from "../panels/panel";
import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { overlay } from "../state/asking";
import { go, openName, route } from "../state/route";
import { accounts, session } from "../state/session";
import { end } from "../state/start";
import { LANGUAGES, type Language, switchLanguage, t } from "../words";

/** The commands' key, as it is on the keyboard. */
export const COMMANDS_KEY = /Mac|iP/.test(navigator.platform) ? "⌘ K" : "Ctrl K";

export function Top() {
  const [isNew, setNew] = useState(false);
  const [isPerson, setPerson] = useState(false);
  const person = session.value?.person ?? "";
  const initials = person
    .split(/\s+/)
    .map((part) => part.charAt(0))
    .join("")
    .slice(0, 2)
    .toUpperCase();
  const writable = accounts.value.filter(({ marketplace }) => WRITES_NEW.has(marketplace));
  const languages = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <header class="top">
      <h1>{t("tickets")}</h1>
      <Search />
      <span class="spring" />
      <button type="button" class="plain" onClick={() => (overlay.value = "palette")}>
        <span class="wide2">{t("commands")}</span> <kbd>{COMMANDS_KEY}</kbd>
      </button>
      {writable.length > 0 && (
        <span class="menu-place new">
          <button type="button" aria-expanded={isNew} onClick={() => setNew(!isNew)}>
            <Icon name="plus" /> {t("new")}
          </button>
          {isNew && (
            <Menu
              label={t("new")}
              onClose={() => setNew(false)}
              items={writable.map(({ id, label }) => ({ words: label, run: () => go({ create: id, open: "" }) }))}
            />
          )}
        </span>
      )}
      <span class="menu-place">
        <button
          type="button"
          class="avatar"
          aria-label={`${initials} · ${t("person", { person })}`}
          title={person}
          aria-expanded={isPerson}
          onClick={() => setPerson(!isPerson)}
        >
          <span aria-hidden="true">{initials}</span>
        </button>
        {isPerson && (
          <Menu
            label={person}
            onClose={() => setPerson(false)}
            items={[
              ...languages.map(([tag, name]) => ({ words: name, run: () => void switchLanguage(tag) })),
              { words: t("keys"), run: () => (overlay.value = "keys") },
              { words: t("signOut"), run: () => void end() },
            ]}
          />
        )}
      </span>
    </header>
  );
}

function Search() {
  const { query } = route.value;
  const [typed, setTyped] = useState(query);
  /** What the field asked for itself: then it stays as it is, with what was typed since. */
  const own = useRef(query);
  useLayoutEffect(() => {
    if (query !== own.current) setTyped(query);
    own.current = query;
  }, [query]);
  const search = () => {
    own.current = typed.trim();
    go({ query: own.current, open: openName.peek() });
  };
  useEffect(() => {
    if (typed.trim() === query) return;
    const timer = setTimeout(search, 350);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <Icon name="search" />
      <input
        id="search"
        type="search"
        aria-label={t("search")}
        placeholder={t("search.hint")}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <kbd>/</kbd>
    </form>
  );
}
