/** What keeps a letter from being sent, told while it is written. */
import type { MarketplaceId } from "seller-tickets";
import type { DeskChoice } from "seller-tickets/desk";
import type { Draft, DraftFile } from "../state/drafts";
import { bytes, listed, number, say, t } from "../words";
import { blanksOf } from "./blanks";

/** The length of a text as its limit counts it. */
export function lengthOf(text: string, unit: "characters" | "encodedCharacters" | undefined): number {
  if (unit !== "encodedCharacters") return [...text].length;
  // An unpaired surrogate has no encoding; it is counted like the sign that stands in its place.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).length;
}

const NAMES: Record<string, string> = {
  "application/pdf": "PDF",
  "application/msword": "DOC",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
  "image/jpeg": "JPEG",
  "text/plain": "TXT",
};

/** The name of a kind of file. */
const formatName = (type: string): string => NAMES[type] ?? (type.split("/")[1] ?? type).toUpperCase();

/** The limits in words: "9 types: PNG, JPEG, …". */
export function filesWords(choice: DeskChoice | undefined): string {
  const files = choice?.limits.files;
  if (choice === undefined) return "";
  if (files == null) return t("files.none");
  const { most, maxBytes, types } = files;
  const kinds = [...new Set(types.map(formatName))];
  const shown = kinds.length > 5 ? `${kinds.slice(0, 4).join(", ")} …` : kinds.join(", ");
  return [
    most === null ? "" : t("files.most", { n: most }),
    kinds.length > 0 ? shown : t("files.any"),
    maxBytes === null ? "" : t("files.size", { size: bytes(maxBytes) }),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

type Fault = { code: string; params: Record<string, unknown> };

const worded = ({ code, params }: Fault): string =>
  say({ field: "", code: code as "empty_file", message: "", hint: "", params: params as Record<string, never> });

/** Returns the mistakes of a single file; its content is read, and not only its name. */
export async function faultOf(
  file: DraftFile,
  choice: DeskChoice | undefined,
  marketplace: MarketplaceId | undefined,
): Promise<string> {
  const limit = choice?.limits.files;
  if (limit == null || file.file === null) return limit === null ? t("files.none") : "";
  const { name, size } = file;
  if (size === 0) return worded({ code: "empty_file", params: { file: name } });
  if (limit.maxBytes !== null && size > limit.maxBytes) {
    return worded({ code: "file_too_large", params: { file: name, size, max: limit.maxBytes } });
  }
  if (limit.types.length === 0) return "";
  let found: string | null;
  try {
    const { detectMimeType } = await import("seller-tickets/files");
    found = await detectMimeType(file.file);
  } catch {
    return worded({ code: "file_unreadable", params: { file: name } });
  }
  if (found !== null && limit.types.includes(found)) return "";
  const params = { file: name, found, marketplace, allowed: limit.types };
  return worded({ code: found === null ? "unknown_file_type" : "file_type_not_allowed", params });
}

/** What keeps a letter from being sent; empty if nothing does. */
export function hindrance(draft: Draft, choice: DeskChoice | undefined, faults: number): string {
  const { text, files } = draft;
  if (choice === undefined) return t("composer.reading");
  if (choice.allowed === false) return t("composer.notAllowed");
  const limit = choice.limits.text;
  if (text.trim() === "" && (limit?.min ?? 0) > 0) return t("composer.empty");
  const length = lengthOf(text, limit?.unit);
  if (limit?.max != null && length > limit.max) return t("composer.tooLong", { n: length - limit.max });
  const blanks = blanksOf(text);
  if (blanks > 0) return t("composer.blanks", { n: blanks });
  if (faults > 0) return t("composer.faults", { n: faults });
  const most = choice.limits.files?.most;
  if (most != null && files.length > most) return t("composer.tooMany", { n: files.length, most: number(most) });
  return "";
}

/** The names of personal data in a list. */
export const personalWords = (found: readonly string[]): string =>
  listed(found.map((name) => t(`personal.${name}` as "personal.cpf")));
