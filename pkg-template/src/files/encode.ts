/** The helpers for files that an entry has beside its class. */

import { isSignal } from "../ground/abort.js";
import { bytesFrom } from "../ground/bytes.js";
import { abortedError, localError, TicketError, type Where } from "../ground/errors.js";
import { notify } from "../ground/hooks.js";
import { hostBase64 } from "../ground/hosts.js";
import type { FileContent, NamedContent, ReadOptions, TicketMessageFile } from "../ground/types.js";
import type { FileEngine } from "../wasm/files.js";
import { Draft, encoding } from "./body.js";
import { isContent, isInMemory, notAFile, onlyFile } from "./content.js";
import {
  type Attachment,
  describeContent,
  detectBytes,
  inspect,
  orAborted,
  readFile,
  unreadable,
  unreadableArguments,
} from "./source.js";

/** How much becomes base64 text at a time: a multiple of 3, so that the texts join. */
const TEXT_BYTES = 3 * 1024 * 1024;

/** Where a file is that was given to a helper. */
const FIELD = "file";

/** Plain JavaScript may give anything, and getters and proxies may throw. */
function readable<T>(where: Where, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof TicketError ? error : unreadableArguments(where, error);
  }
}

function alone(where: Where, input: unknown): Attachment {
  const given = onlyFile(input);
  if (isContent(given)) return { path: FIELD, content: given, descriptor: describeContent(given) };
  if (typeof given !== "object" || given === null || Array.isArray(given) || !("content" in given)) {
    throw notAFile(where, FIELD, given);
  }
  const { filename, mime_type } = given as NamedContent;
  const content = onlyFile(given.content);
  if (!isContent(content)) throw notAFile(where, `${FIELD}.content`, content);
  return { path: FIELD, content, descriptor: describeContent(content, filename, mime_type) };
}

/** Throws for options that are none. */
function checkOptions(where: Where, { signal, onProgress }: ReadOptions): void {
  const refuse = (message: string) => localError(where, { kind: "configuration", code: "invalid_options", message });
  if (signal !== undefined && signal !== null && !isSignal(signal)) {
    throw refuse("`signal` is not the `signal` of an `AbortController`");
  }
  if (onProgress !== undefined && onProgress !== null && typeof onProgress !== "function") {
    throw refuse("`onProgress` is not a function");
  }
}

/** Base64 text by the fastest means that the host has. */
async function encode(
  engine: FileEngine,
  endpoint: string,
  input: FileContent | NamedContent,
  options: ReadOptions | null,
): Promise<{ file: Attachment; text: string }> {
  const where: Where = { marketplace: "", endpoint };
  const { signal, onProgress }: ReadOptions = readable(where, () => {
    const { signal, onProgress } = options ?? {};
    return { signal, onProgress };
  });
  checkOptions(where, { signal, onProgress });
  if (signal?.aborted) throw abortedError(where, signal);
  const file = readable(where, () => alone(where, input));
  await inspect(engine, where, [file], signal);
  const size = file.source?.size ?? 0;
  const total = 4 * Math.ceil(size / 3);
  if (hostBase64(new Uint8Array()) === undefined) {
    const draft = new Draft(engine, where, [{ file: 0, encoding: "base64", size }], [file], { signal, onProgress });
    return { file, text: new TextDecoder().decode(await draft.bytes()) };
  }
  let text = "";
  for (let start = 0; start < size; start += TEXT_BYTES) {
    const end = Math.min(start + TEXT_BYTES, size);
    text += hostBase64(await orAborted(where, readFile(where, file, start, end), signal)) ?? "";
    const loaded = text.length;
    notify(onProgress, () => encoding(loaded, total, file.descriptor.filename));
  }
  return { file, text };
}

const mimeTypeOf = ({ descriptor }: Attachment) =>
  descriptor.mime_type ?? descriptor.found ?? descriptor.hint ?? "application/octet-stream";

/** Reads a file and encodes it as the marketplaces take it. */
export async function encodeAttachment(
  engine: FileEngine,
  file: FileContent | NamedContent,
  options: ReadOptions = {},
): Promise<TicketMessageFile> {
  const encoded = await encode(engine, "encodeAttachment", file, options);
  const mime_type = mimeTypeOf(encoded.file);
  return {
    filename: encoded.file.descriptor.filename ?? "",
    mime_type,
    data: `data:${mime_type};base64,${encoded.text}`,
  };
}

/** Reads a file as base64 text, without the `data:` prefix. */
export async function fileToBase64(
  engine: FileEngine,
  file: FileContent | NamedContent,
  options: ReadOptions = {},
): Promise<string> {
  return (await encode(engine, "fileToBase64", file, options)).text;
}

/**
 * Says the type of bytes at once, and of a file after reading the parts that it needs; `null` when
 * nothing fits.
 */
export function detectMimeType(
  engine: FileEngine,
  input: FileContent | NamedContent,
): string | null | Promise<string | null> {
  const where: Where = { marketplace: "", endpoint: "detectMimeType" };
  if (readable(where, () => typeof input === "object" && input !== null && isInMemory(input))) {
    let bytes: Uint8Array;
    try {
      bytes = bytesFrom(input as ArrayBuffer);
    } catch (error) {
      throw unreadable(where, { path: FIELD, descriptor: { size: 0 } }, error);
    }
    return detectBytes(engine, bytes);
  }
  const detect = async () => {
    const file = readable(where, () => alone(where, input));
    await inspect(engine, where, [file], null);
    return file.descriptor.found ?? null;
  };
  return detect();
}
