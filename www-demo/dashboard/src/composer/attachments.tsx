import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MarketplaceId } from "seller-tickets";
import type { DeskChoice } from "seller-tickets/desk";
import { Icon } from "../parts/icon";
import { type DraftFile, draftOf, write } from "../state/drafts";
import { bytes, t } from "../words";
import { faultOf } from "./check";

/** The mistakes of files, by their ids. */
export const faults = signal<ReadonlyMap<string, string>>(new Map());

/** Whether files are dragged, and not words or a link. */
export const bringsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") === true;

/** Adds files to a draft. */
export function addFiles(name: string, files: readonly File[]): void {
  const added = files.map<DraftFile>((file) => ({
    ...{ id: crypto.randomUUID(), name: file.name, size: file.size, file, place: 0 },
  }));
  if (added.length > 0) write(name, { files: [...draftOf(name).peek().files, ...added] });
}

interface AttachmentsProps {
  name: string;
  choice: DeskChoice | undefined;
  marketplace: MarketplaceId | undefined;
}

export function Attachments({ name, choice, marketplace }: AttachmentsProps) {
  const { files, filesOf } = draftOf(name).value;
  useEffect(() => {
    let isOver = false;
    const all = files.map(async (file) => [file.id, await faultOf(file, choice, marketplace)] as const);
    void Promise.all(all).then((found) => {
      if (!isOver) faults.value = new Map(found.filter(([, fault]) => fault !== ""));
    });
    return () => {
      isOver = true;
    };
  }, [files, choice, marketplace]);
  if (files.length === 0) return null;
  const remove = (id: string) => {
    const left = files.filter((file) => file.id !== id);
    write(name, { files: left, filesOf: left.some(({ file }) => file === null) ? filesOf : null });
    // The button is gone, and what is typed next would be commands.
    document.getElementById("reply")?.focus();
  };
  return (
    <ul class="attachments" aria-label={t("files")}>
      {files.map(({ id, name: filename, size }) => {
        const fault = faults.value.get(id);
        return (
          <li key={id} class={fault === undefined ? "" : "refused"}>
            <Icon name="file" />
            <span class="attachment-name">
              {filename} <span class="quiet">{bytes(size)}</span>
              {fault !== undefined && (
                <span class="fault" role="alert">
                  {fault}
                </span>
              )}
            </span>
            <button
              type="button"
              class="plain square"
              aria-label={t("files.remove", { name: filename })}
              onClick={() => remove(id)}
            >
              <Icon name="no" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
