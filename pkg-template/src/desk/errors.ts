/** The errors of a desk. */
import type { Violation } from "../generated/types.js";
import { describe, localError, TicketError, violationsError, type Where } from "../ground/errors.js";
import { MOST_FILE_BYTES } from "../wasm/generated/tables.js";

export const whereOf = (endpoint: string, marketplace = ""): Where => ({ marketplace, endpoint: `desk.${endpoint}` });

/** The error of a store that did not answer, or not as it should. */
export const storeFailed = (cause: unknown): TicketError =>
  localError(
    whereOf("store"),
    { kind: "server", code: "store_failed", message: `the desk's store failed: ${describe(cause)}`, retryable: true },
    cause,
  );

export const schemaTooNew = (found: number, known: number): TicketError =>
  localError(whereOf("store"), {
    kind: "configuration",
    code: "schema_too_new",
    message: `the desk's tables have version ${found}, and this version of the package knows up to ${known}: update it`,
  });

/** The error of a hand-over that is longer than any letter. */
export const tooLarge = (): TicketError => {
  const message = `\`files\` have more than ${MOST_FILE_BYTES} bytes together`;
  const hint = "give fewer or smaller files";
  return broken("do", [{ field: "files", code: "too_large", message, hint, params: { max: MOST_FILE_BYTES } }]);
};

/** The error of a ticket that is not there, or that the caller may not see: nothing tells which. */
export const unknownTicket = (endpoint: string): TicketError =>
  localError(whereOf(endpoint), {
    kind: "not_found",
    code: "unknown_ticket",
    message: "the desk has no such ticket, or you may not see it",
  });

export const unknownLetter = (endpoint: string): TicketError =>
  localError(whereOf(endpoint), {
    kind: "not_found",
    code: "unknown_letter",
    message: "the desk has no such letter, or you may not see it",
  });

/** The error of a decision about a ticket that has changed since it was read. */
export const ticketChanged = (endpoint: string): TicketError =>
  localError(whereOf(endpoint), {
    kind: "conflict",
    code: "ticket_changed",
    message: "the ticket has changed since it was read: read it again, and decide anew",
  });

export const unknownFile = (): TicketError =>
  localError(whereOf("file"), {
    kind: "not_found",
    code: "unknown_file",
    message: "the ticket has no such file, or it cannot be fetched: read the ticket again",
  });

/** The error of a file that the marketplace announces, and does not have yet. */
export const fileNotThere = (cause: unknown): TicketError =>
  localError(
    whereOf("file"),
    {
      kind: "not_found",
      code: "file_not_there",
      message: "the marketplace does not have the file, or not yet: try again later",
      retryable: true,
    },
    cause,
  );

/** The error of an id that belongs to another letter. */
export const idTaken = (): TicketError =>
  localError(whereOf("do"), {
    kind: "conflict",
    code: "id_taken",
    message: "another letter has this `id`: give each letter an id of its own",
  });

export const tooLate = (state: string): TicketError =>
  localError(whereOf("undo"), {
    kind: "conflict",
    code: "too_late",
    message: `the letter can no longer be undone: it is \`${state}\``,
  });

/** The error of a row that others change faster than it can be written. */
export const tooBusy = (endpoint: string): TicketError =>
  localError(whereOf(endpoint), {
    kind: "conflict",
    code: "too_many_changes",
    message: "others kept changing the same ticket: try again",
    retryable: true,
  });

export const broken = (endpoint: string, violations: Violation[]): TicketError =>
  violationsError(whereOf(endpoint), "validation", violations);

/** A function or a store of the user's may throw anything. */
export const typed = (error: unknown): TicketError => (error instanceof TicketError ? error : storeFailed(error));
