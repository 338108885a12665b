/** The helpers for files that an entry has beside its class. */
import { isSignal } from "../ground/abort.js";
import { abortedError, localError, type Where } from "../ground/errors.js";
import { notify } from "../ground/hooks.js";
import { hostBase64 } from "../ground/hosts.js";
import type { FileContent, NamedContent, ReadOptions, TicketMessageFile } from "../ground/types.js";
import type { FileEngine } from "../wasm/files.js";
import { Draft } from "./body.js";
import {
  type Attachment,
  bytesOf,
  checkAttached,
  describeContent,
  detectBytes,
  inspect,
  isBuffer,
  isContent,
  notContent,
  orAborted,
  readFile,
} from "./source.js";

/** How much becomes base64 text at a time: a multiple of 3, so that the texts join. */
const TEXT_BYTES = 3 * 1024 * 1024;

const MODULE: Where = { marketplace: "", endpoint: "encodeAttachment" };

function alone(input: FileContent | NamedContent): Attachment {
  const isNamed = typeof input === "object" && input !== null && !isContent(input);
  const { content, filename, mime_type }: NamedContent = isNamed
    ? (input as NamedContent)
    : ({ content: input } as NamedContent);
  if (!isContent(content)) throw notContent(MODULE, isNamed ? "content" : "file", content);
  checkAttached(MODULE, "file", content);
  return { path: "file", content, descriptor: describeContent(content, filename, mime_type) };
}

/** Throws for options that are none. */
function checkOptions({ signal, onProgress }: ReadOptions): void {
  const refuse = (message: string) => localError(MODULE, { kind: "configuration", code: "invalid_options", message });
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
  input: FileContent | NamedContent,
  options: ReadOptions | null,
): Promise<{ file: Attachment; text: string }> {
  const { signal, onProgress }: ReadOptions = options ?? {};
  checkOptions({ signal, onProgress });
  if (signal?.aborted) throw abortedError(MODULE, signal);
  const file = alone(input);
  await inspect(engine, MODULE, [file], signal);
  const size = file.source?.size ?? 0;
  const total = 4 * Math.ceil(size / 3);
  if (hostBase64(new Uint8Array()) === undefined) {
    const draft = new Draft(engine, MODULE, [{ file: 0, encoding: "base64", size }], [file], { signal, onProgress });
    return { file, text: new TextDecoder().decode(await draft.bytes()) };
  }
  let text = "";
  for (let start = 0; start < size; start += TEXT_BYTES) {
    const end = Math.min(start + TEXT_BYTES, size);
    text += hostBase64(await orAborted(MODULE, readFile(MODULE, file, start, end), signal)) ?? "";
    const loaded = text.length;
    notify(onProgress, () => ({ phase: "encoding" as const, loaded, total, file: file.descriptor.filename }));
  }
  return { file, text };
}

const mimeTypeOf = ({ descriptor }: Attachment) =>
  descriptor.mime_type ?? descriptor.found ?? "application/octet-stream";

/** Reads a file and encodes it as the marketplaces take it. */
export async function encodeAttachment(
  engine: FileEngine,
  file: FileContent | NamedContent,
  options: ReadOptions = {},
): Promise<TicketMessageFile> {
  const encoded = await encode(engine, file, options);
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
  return (await encode(engine, file, options)).text;
}

/**
 * Says the type of bytes at once, and of a file after reading the parts that it needs; `null` when
 * nothing fits.
 */
export function detectMimeType(
  engine: FileEngine,
  input: FileContent | NamedContent,
): string | null | Promise<string | null> {
  if (ArrayBuffer.isView(input) || isBuffer(input)) {
    checkAttached(MODULE, "file", input);
    return detectBytes(engine, bytesOf(input));
  }
  const look = async () => {
    const file = alone(input);
    await inspect(engine, MODULE, [file], null);
    return file.descriptor.found ?? null;
  };
  return look();
}
