import { useState } from "preact/hooks";
import { Modal } from "../parts/modal";
import { overlay } from "../state/asking";
import { t } from "../words";
import { type Command, commands } from "./commands";

const close = () => {
  overlay.value = null;
};

/** All commands, each with its key; what is typed finds one. */
export function Palette() {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [all] = useState(commands);
  const found = all.filter(({ words }) => words.toLowerCase().includes(typed.trim().toLowerCase()));
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    close();
    // The dialog gives the focus back first.
    setTimeout(command.run);
  };
  return (
    <Modal title={t("commands")} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run(found[at]);
        }}
      >
        <input
          type="text"
          // biome-ignore lint/a11y/noRedundantRoles: without `list` a field is no combobox
          role="combobox"
          list={undefined}
          aria-expanded="true"
          aria-controls="commands"
          aria-activedescendant={found[at] === undefined ? undefined : `command-${at}`}
          aria-label={t("commands.search")}
          placeholder={t("commands.search")}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (by === undefined || found.length === 0) return;
            event.preventDefault();
            const next = (at + by + found.length) % found.length;
            setAt(next);
            document.getElementById(`command-${next}`)?.scrollIntoView({ block: "nearest" });
          }}
        />
      </form>
      <div class="commands" role="listbox" id="commands" aria-label={t("commands")}>
        {found.map((command, index) => (
          <div
            key={command.id}
            id={`command-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            class="command"
            onPointerDown={(event) => {
              event.preventDefault();
              run(command);
            }}
          >
            <span class="spring">{command.words}</span>
            {command.key !== "" && <kbd>{command.key}</kbd>}
          </div>
        ))}
      </div>
    </Modal>
  );
}
