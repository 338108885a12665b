/** Reads the form in which a page hands over a letter with files. */
import { limitStream } from "../core/download.js";
import { MOST_FILE_BYTES } from "../wasm/generated/tables.js";
import { CALL, FILE } from "./form.js";
import { isObject } from "./store.js";

/**
 * The most bytes of a form: its files, what was given beside them, and the lines between its parts.
 */
const MOST_BYTES = MOST_FILE_BYTES + 2 * 1024 * 1024;
/** How long a page may take to send it. */
const SENDING_MS = 300_000;

export const isForm = (request: Request): boolean =>
  /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "");

/**
 * Returns the arguments with the content of the files in their places, `"too_large"` for a form
 * that is longer than any that the desk takes, and `undefined` for anything else.
 */
export async function readForm(request: Request): Promise<unknown[] | "too_large" | undefined> {
  const { body, headers } = request;
  if (Number(headers.get("content-length") ?? 0) > MOST_BYTES) return "too_large";
  if (body === null) return undefined;
  const late = AbortSignal.timeout(SENDING_MS);
  let isCut = false;
  const cut = (cause: unknown) => {
    isCut = !late.aborted;
    return cause;
  };
  const limited = limitStream(body, MOST_BYTES, late, cut, () => {});
  let form: FormData;
  let args: unknown;
  try {
    const type = headers.get("content-type") ?? "";
    form = await new Response(limited, { headers: { "content-type": type } }).formData();
    args = JSON.parse(String(form.get(CALL)));
  } catch {
    return isCut ? "too_large" : undefined;
  }
  const given = Array.isArray(args) ? args[2] : undefined;
  const described = isObject(given) ? given.files : undefined;
  if (!isObject(given) || !Array.isArray(described)) return undefined;
  const parts = form.getAll(FILE).values();
  const files = described.map((file) => {
    if (!isObject(file) || "data" in file) return file;
    const { filename = "", mime_type } = file;
    return { filename, mime_type, content: parts.next().value };
  });
  return [...(args as unknown[]).slice(0, 2), { ...given, files }, ...(args as unknown[]).slice(3)];
}
