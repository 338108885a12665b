/** The open ticket, and what is being written to it. */
import { signal } from "@preact/signals";
import type {
  CallOptions,
  CreateTicketMessageParams,
  Embedded,
  Ticket,
  TicketFile,
  TicketWithEmbedded,
  Violation,
} from "seller-tickets";
import { Draft, draftNamed } from "../draft";
import { Reading } from "../reading";
import { save } from "../save";
import { say } from "../say";
import { problemOf } from "../session";
import { watchTicket } from "../watch";
import type { Problem } from "../words";
import { ACCOUNT, kaufland } from "./client";
import { patch } from "./inbox";
import { view } from "./route";

const PARTS: Embedded[] = ["messages", "order_units", "files", "buyer", "product"];

const reading = new Reading<TicketWithEmbedded>();
export const { value: ticket, loading, failure } = reading;

/** Reads the ticket with everything that belongs to it. */
export async function load(id: string): Promise<TicketWithEmbedded | null> {
  if (ticket.peek()?.id_ticket !== id) reading.clear();
  const found = await reading.read((signal) => kaufland.getTicket(id, { embedded: PARTS }, { signal }));
  if (found) patch(listItem(found));
  return found;
}

/** Keeps the open ticket in step with the address. */
export function watchOpen(): void {
  watchTicket(ACCOUNT, view, { load, clear: () => reading.clear() });
}

function listItem(full: TicketWithEmbedded): Ticket {
  const { messages, order_units, files, buyer, product, storefront, ...item } = full;
  return item;
}

/** The message that is being written to one ticket. */
export class Reply extends Draft {
  readonly interim = signal(false);
  #before: ReadonlySet<unknown> = new Set();
  #interim = false;

  constructor(readonly id: string) {
    super(`${ACCOUNT} ${id}`);
  }

  /** The message as the marketplace gets it. */
  #message(): CreateTicketMessageParams {
    const { files } = this.attachments;
    return {
      text: this.text.peek(),
      ...(this.interim.peek() ? { interim_notice: true } : {}),
      ...(files.length > 0 ? { ticket_message_files: files } : {}),
    };
  }

  protected validate(): Violation[] {
    return kaufland.validate("createTicketMessage", this.id, this.#message());
  }

  protected async checkFile(file: File): Promise<Violation[]> {
    const message = { text: "-", ticket_message_files: [file] };
    const declared = kaufland.validate("createTicketMessage", this.id, message);
    return declared.length > 0 ? declared : kaufland.validateFiles("createTicketMessage", this.id, message);
  }

  protected fileIndex(field: string): number | null {
    const match = /^ticket_message_files(?:\[|\.)(\d+)/.exec(field);
    return match ? Number(match[1]) : null;
  }

  protected async deliver(options: CallOptions): Promise<void> {
    this.#before = new Set(ticket.peek()?.messages?.map((message) => message.id_ticket_message));
    await kaufland.createTicketMessage(this.id, this.#message(), options);
  }

  protected override reset(): void {
    this.#interim = this.interim.peek();
    this.interim.value = false;
    super.reset();
  }

  protected async stored(): Promise<void> {
    say(this.#interim ? "Interim notice sent. The ticket stays yours to answer." : "Message sent.");
    if (isOpen(this.id)) await load(this.id);
  }

  /** After an unsure end: reads the thread and looks whether the message is there. */
  async lookAgain(): Promise<void> {
    const found = await load(this.id);
    if (found === null) return;
    const text = this.text.peek().trim();
    const stored = (found.messages ?? []).some(
      (message) =>
        message.author.role === "seller" &&
        message.text.trim() === text &&
        !this.#before.has(message.id_ticket_message),
    );
    if (stored) {
      this.reset();
      say("Your message is in the thread. It was stored.");
    } else {
      this.problem.value = null;
      say("Your message is not in the thread. You can send it again.");
    }
  }
}

function isOpen(id: string): boolean {
  const open = view.peek();
  return open.name === "ticket" && open.id === id;
}

/** The draft of a ticket. */
export function replyTo(id: string): Reply {
  return draftNamed(`${ACCOUNT} ${id}`, () => new Reply(id));
}

/** Closes a ticket; the result is the reason when that did not work. */
export async function close(id: string): Promise<Problem | null> {
  try {
    await kaufland.closeTicket(id);
  } catch (error) {
    return problemOf(error, "close");
  }
  say("Ticket closed.");
  await load(id);
  return null;
}

/** Fetches a file through the gateway and hands it to the browser to save. */
export async function download(file: TicketFile): Promise<Problem | null> {
  try {
    save(await (await kaufland.downloadFile(file)).blob(), file.filename);
    say(`${file.filename} downloaded`);
    return null;
  } catch (error) {
    return problemOf(error, "read");
  }
}
