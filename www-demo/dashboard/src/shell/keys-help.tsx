import { useState } from "preact/hooks";
import { Tick } from "../parts/field";
import { Modal } from "../parts/modal";
import { overlay } from "../state/asking";
import { t } from "../words";
import { commands } from "./commands";
import { setSingleKeys, singleKeys } from "./keys";
import { COMMANDS_KEY } from "./top";

const close = () => {
  overlay.value = null;
};

export function KeysHelp() {
  const [all] = useState(() => commands().filter(({ key }) => key !== ""));
  const send = COMMANDS_KEY.replace("K", "⏎");
  const lines = [
    ...all.map(({ key, words }) => [key, words] as const),
    [send, t("composer.sendNext")],
    [send.replace("⏎", "⇧ ⏎"), t("composer.sendStay")],
    [COMMANDS_KEY, t("commands")],
    ["Esc", t("key.leave")],
  ] as const;
  return (
    <Modal title={t("keys")} onClose={close}>
      <dl class="keys">
        {lines.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <Tick checked={singleKeys.value} onChange={setSingleKeys}>
        {t("keys.single")}
      </Tick>
      <div class="actions end">
        <button type="button" class="primary" onClick={close}>
          {t("close")}
        </button>
      </div>
    </Modal>
  );
}
