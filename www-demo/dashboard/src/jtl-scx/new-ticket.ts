/**
 * A ticket that is being written, and what becomes of its files: they are announced with the ticket
 * and uploaded after it.
 */
import { signal } from "@preact/signals";
import type { JtlScxUploads, ScxCreateTicketParams, Violation } from "seller-tickets";
import { TicketError, uploadsOf } from "seller-tickets";
import { Attachments } from "../attachments";
import { guard, onForget, type Sending } from "../draft";
import { Form } from "../form";
import { say } from "../say";
import { problemOf } from "../session";
import { count, type Problem } from "../words";
import { scx } from "./client";

const EMPTY = {
  sellerId: "",
  ticketId: "",
  topic: "",
  "from.role": "BUYER",
  "from.name": "",
  subject: "",
  message: "",
  referenceType: "",
  "reference.id": "",
  replyRequested: true,
};
type Values = typeof EMPTY;

/** One file by itself; how many there may be is the ticket's rule. */
async function checkFile(file: File): Promise<Violation[]> {
  const upload = { sellerId: "0", ticketId: "0", file };
  const declared = scx.validate("uploadAttachment", upload);
  return declared.length > 0 ? declared : scx.validateFiles("uploadAttachment", upload);
}

export const files = new Attachments(checkFile);
onForget(() => {
  files.clear();
  outcome.value = null;
});

function paramsOf(values: Values): ScxCreateTicketParams {
  const { topic, "from.role": role, "from.name": name, referenceType, "reference.id": id, ...rest } = values;
  return {
    ...rest,
    ...(topic === "" ? {} : { topic }),
    createdAt: new Date(),
    from: { role, ...(name === "" ? {} : { name }) },
    ...(referenceType === "" ? {} : { reference: { type: referenceType, id } }),
  } as ScxCreateTicketParams;
}

export const form = new Form<Values>(EMPTY, {
  validate: (values) =>
    scx
      .validate("createTicket", paramsOf(values), { files: files.files })
      // Each file says for itself what is wrong with it.
      .filter(({ field }) => !/^files\[/.test(field)),
  isFilled: (values, field) => field === "files" || Boolean(values[field as keyof Values]),
});

// How many files there are is a rule of the ticket.
files.list.subscribe(() => form.check());

export const sending = signal<Sending | null>(null);

/** The fate of the ticket; `null` while it is written. */
export interface Outcome {
  uploads: JtlScxUploads;
  /** Why files are missing, and what `resumeUploads` goes on from. */
  error: TicketError | null;
  problem: Problem | null;
}

export const outcome = signal<Outcome | null>(null);

let controller: AbortController | null = null;
guard(() => sending.peek() !== null);

export function cancel(): void {
  controller?.abort();
}

function options() {
  controller = new AbortController();
  sending.value = { phase: "encoding", loaded: 0, total: 0 };
  return {
    signal: controller.signal,
    onProgress: (now: Sending) => {
      if (sending.peek()) sending.value = now;
    },
  };
}

/**
 * Takes the ticket as sent, with some of its files missing; `false` when the error is of another
 * kind.
 */
function takeUnfinished(error: unknown): boolean {
  const uploads = uploadsOf(error);
  if (uploads === undefined || !(error instanceof TicketError)) return false;
  outcome.value = { uploads, error, problem: problemOf(error, "upload") };
  return true;
}

export async function send(): Promise<boolean> {
  if (sending.peek() !== null) return false;
  if (files.hasRefused) {
    form.isReady();
    return false;
  }
  return form.submit("open", async () => {
    try {
      const uploads = await scx.createTicket(paramsOf(form.values.peek()), { files: files.files, ...options() });
      outcome.value = { uploads, error: null, problem: null };
      say("Ticket sent.");
    } catch (error) {
      if (!takeUnfinished(error)) throw error;
    } finally {
      sending.value = null;
    }
  });
}

/** Uploads the files that are missing; the ticket itself is there already. */
export async function resume(): Promise<void> {
  const before = outcome.peek();
  if (before?.error == null || sending.peek() !== null) return;
  try {
    const uploads = await scx.resumeUploads(before.error, options());
    outcome.value = { uploads, error: null, problem: null };
    say(`${count(uploads.files.length, "file")} uploaded.`);
  } catch (error) {
    if (!takeUnfinished(error)) outcome.value = { ...before, problem: problemOf(error, "upload") };
  } finally {
    sending.value = null;
  }
}

export function startAnew(): void {
  outcome.value = null;
  files.clear();
  form.reset({ sellerId: form.values.peek().sellerId });
}
