/** Fetches files of tickets through the accounts' clients. */
import { downloadBy } from "../core/download.js";
import { perform } from "../core/perform.js";
import { lastPart } from "../files/disposition.js";
import { nameOf } from "../files/source.js";
import { TicketError } from "../ground/errors.js";
import { given } from "../ground/given.js";
import { fileNotThere, unknownFile } from "./errors.js";
import { type Account, type Host, matterOf } from "./host.js";
import type { TicketRow } from "./store.js";
import type { DeskFileContent, DeskFileKey } from "./types.js";

/** What a Worker can hold: more than any marketplace takes. */
const MOST_BYTES = 32 * 1024 * 1024;
const FETCHING_MS = 60_000;
const UNKNOWN_TYPE = "application/octet-stream";

/** Returns a mime type without its parameters, and nothing for other text. */
const plainType = (type: string | null | undefined): string | undefined =>
  /^\s*([\w.+-]+\/[\w.+-]+)\s*(?:;|$)/.exec(type ?? "")?.[1]?.toLowerCase();

/** Returns a file of a ticket. */
export async function fetchTicketFile(
  host: Host,
  account: Account,
  row: TicketRow,
  { message = null, file }: DeskFileKey,
): Promise<DeskFileContent> {
  const found = host.engine.downloadOf(matterOf(account, row, []), host.setup, message, file);
  if (found === null || found === undefined) throw unknownFile();
  const { filename, mimeType, operation, arguments: args, uri } = found;
  const told = (name: string | undefined, type: string | null | undefined, bytes: Blob): DeskFileContent => ({
    filename: lastPart(filename ?? undefined) ?? name ?? "file",
    type: plainType(mimeType) ?? plainType(type) ?? UNKNOWN_TYPE,
    bytes,
  });
  try {
    if (operation === null) {
      const wanted = { uri: uri ?? "", ...given({ filename: filename ?? undefined }) };
      const got = await downloadBy(account.inner, "downloadFile", wanted, {
        maxBytes: MOST_BYTES,
        timeoutMs: FETCHING_MS,
      });
      return told(got.filename, got.contentType, await got.blob());
    }
    const { data, response } = await perform(account.inner, operation, args, { totalTimeoutMs: FETCHING_MS });
    const type = response.headers.get("content-type");
    return told(nameOf(response), type, new Blob([data as Uint8Array<ArrayBuffer>]));
  } catch (error) {
    const isAbsent = error instanceof TicketError && error.origin === "marketplace" && error.status === 404;
    throw isAbsent ? fileNotThere(error) : error;
  }
}
