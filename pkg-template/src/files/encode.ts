/** The helpers for files that an entry has beside its class. */
import type { Where } from "../ground/errors.js";
import { hostBase64 } from "../ground/hosts.js";
import type { FileContent, NamedContent, ReadOptions, TicketMessageFile } from "../ground/types.js";
import type { FileEngine } from "../wasm/files.js";
import { Draft } from "./body.js";
import {
  type Attachment,
  bytesOf,
  describeContent,
  detectBytes,
  inspect,
  isBuffer,
  isContent,
  orAborted,
  readFile,
} from "./source.js";

/** How much becomes base64 text at a time: a multiple of 3, so that the texts join. */
const TEXT_BYTES = 3 * 1024 * 1024;

const MODULE: Where = { marketplace: "", endpoint: "encodeAttachment" };

function alone(input: FileContent | NamedContent): Attachment {
  if (isContent(input)) return { path: "file", content: input, descriptor: describeContent(input) };
  const { content, filename, mime_type } = input;
  return { path: "file", content, descriptor: describeContent(content, filename, mime_type) };
}

/** Base64 text by the fastest means that the host has. */
async function encode(
  engine: FileEngine,
  input: FileContent | NamedContent,
  { signal, onProgress }: ReadOptions,
): Promise<{ file: Attachment; text: string }> {
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
    onProgress?.({ phase: "encoding", loaded: text.length, total, file: file.descriptor.filename });
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
  if (ArrayBuffer.isView(input) || isBuffer(input)) return detectBytes(engine, bytesOf(input));
  const file = alone(input);
  return inspect(engine, MODULE, [file], null).then(() => file.descriptor.found ?? null);
}
