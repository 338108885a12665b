/** The files of a message: pictures are shown, others are saved. */

import { useEffect, useState } from "preact/hooks";
import type { DeskFile, DeskKey } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { fetchFile, isPicture, saveAs } from "../state/files";
import { sayError, t } from "../words";

interface FilesProps {
  of: readonly DeskFile[];
  ticket: DeskKey;
  /** The id of the message; `null` for files of the ticket itself. */
  message: string | null;
}

export function Files({ of, ticket, message }: FilesProps) {
  if (of.length === 0) return null;
  return (
    <ul class="pics">
      {of.map((file, at) => {
        const { id, name } = file;
        if (id === null) return <li key={`${name} ${at}`}>{name ?? t("file.unnamed")}</li>;
        const load = () => fetchFile(ticket, message, id);
        return (
          <li key={id}>{isPicture(file) ? <Picture file={file} load={load} /> : <Other file={file} load={load} />}</li>
        );
      })}
    </ul>
  );
}

interface FileProps {
  file: DeskFile;
  load: () => Promise<Blob>;
}

function Picture({ file, load }: FileProps) {
  const [url, setUrl] = useState("");
  const [fault, setFault] = useState("");
  const [isLarge, setLarge] = useState(false);
  const name = file.name ?? t("file.unnamed");
  useEffect(() => {
    let made = "";
    let isOver = false;
    load().then(
      (blob) => {
        if (isOver) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      (error: unknown) => setFault(sayError(error)),
    );
    return () => {
      isOver = true;
      URL.revokeObjectURL(made);
    };
  }, [file.id]);
  if (fault !== "") return <Other file={file} load={load} fault={fault} />;
  return (
    <figure>
      <button type="button" class="picture" onClick={() => setLarge(true)} aria-label={t("file.enlarge", { name })}>
        {url !== "" && <img src={url} alt={name} onError={() => setFault(t("file.broken"))} />}
      </button>
      <figcaption class="clip">{name}</figcaption>
      {isLarge && (
        <Modal title={name} onClose={() => setLarge(false)} class="large">
          <img src={url} alt={name} />
          <div class="actions end">
            <button type="button" onClick={() => void load().then((blob) => saveAs(blob, name))}>
              {t("file.save")}
            </button>
            <button type="button" class="primary" onClick={() => setLarge(false)}>
              {t("close")}
            </button>
          </div>
        </Modal>
      )}
    </figure>
  );
}

function Other({ file, load, fault = "" }: FileProps & { fault?: string }) {
  const [said, setSaid] = useState("");
  const name = file.name ?? t("file.unnamed");
  const save = () => {
    setSaid("");
    load().then(
      (blob) => saveAs(blob, name),
      (error: unknown) => setSaid(sayError(error)),
    );
  };
  return (
    <>
      <button type="button" class="file" onClick={save} title={t("file.save")}>
        <Icon name="file" /> <span class="clip">{name}</span>
      </button>
      {(said || fault) !== "" && <p class="fault">{said || fault}</p>}
    </>
  );
}
