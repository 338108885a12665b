/** Files of messages, fetched through the server when they are wanted. */
import type { DeskFile, DeskKey } from "seller-tickets/desk";
import { asked, desk } from "./desk";

const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/;
const NAMED_PICTURE = /\.(?:png|jpe?g|gif|webp|avif|bmp)$/i;

/** Whether a file is a picture that every browser shows. Those with scripts in them are not. */
export function isPicture({ name, mimeType }: DeskFile): boolean {
  return mimeType === null ? NAMED_PICTURE.test(name ?? "") : PICTURE.test(mimeType);
}

/** Fetches a file of a message. Its bytes never have the page's own origin to act in. */
export async function fetchFile(key: DeskKey, message: string | null, file: string): Promise<Blob> {
  const { bytes } = await asked(desk.file(key, { message, file }));
  return bytes;
}

/** Hands bytes to the person as a file. */
export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
