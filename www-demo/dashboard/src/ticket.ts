/** The open ticket, and what is being written to it. */
import { batch, effect, type Signal, signal } from "@preact/signals";
import type {
  CreateTicketMessageParams,
  Embedded,
  Ticket,
  TicketFile,
  TicketWithEmbedded,
  Violation,
} from "seller-tickets";
import { TicketError } from "seller-tickets";
import { isAborted, kaufland, problemOf, signedIn } from "./api";
import { patch } from "./inbox";
import { view } from "./route";
import { say } from "./say";
import { count, type Problem } from "./words";

const PARTS: Embedded[] = ["messages", "order_units", "files", "buyer", "product"];

export const ticket = signal<TicketWithEmbedded | null>(null);
export const loading = signal(false);
export const failure = signal<Problem | null>(null);

let turn = 0;
let controller: AbortController | null = null;

/** Reads the ticket with everything that belongs to it. */
export async function load(id: string): Promise<TicketWithEmbedded | null> {
  const mine = ++turn;
  controller?.abort();
  controller = new AbortController();
  batch(() => {
    if (ticket.peek()?.id_ticket !== id) ticket.value = null;
    failure.value = null;
    loading.value = true;
  });
  try {
    const found = await kaufland.getTicket(id, { embedded: PARTS }, { signal: controller.signal });
    if (mine !== turn) return null;
    ticket.value = found;
    patch(listItem(found));
    return found;
  } catch (error) {
    if (mine === turn && !isAborted(error)) failure.value = problemOf(error, "read");
    return null;
  } finally {
    if (mine === turn) loading.value = false;
  }
}

/** Keeps the open ticket in step with the address. */
export function watchTicket(): void {
  effect(() => {
    const open = view.value;
    const ready = signedIn.value === true;
    if (open.name === "ticket" && ready) void load(open.id);
    else if (open.name !== "ticket") {
      turn++;
      controller?.abort();
      batch(() => {
        ticket.value = null;
        failure.value = null;
        loading.value = false;
      });
    }
  });
}

function listItem(full: TicketWithEmbedded): Ticket {
  const { messages, order_units, files, buyer, product, storefront, ...item } = full;
  return item;
}

/** A file that will go with the reply. */
export interface Attachment {
  key: number;
  file: File;
  state: "checking" | "good" | "refused";
  violations: Violation[];
  /** An address of the picture for the page, when it is one that browsers show. */
  preview: string | null;
}

/** First the files are encoded, which can be measured; then the host sends them, which it does not report on. */
export interface Sending {
  phase: "encoding" | "sending";
  loaded: number;
  total: number;
}

const DRAFT = "draft ";

/** What is being written to one ticket. It lives until it is sent, also while other tickets are read. */
export class Draft {
  readonly text: Signal<string>;
  readonly interim = signal(false);
  readonly files = signal<Attachment[]>([]);
  /** Whether empty fields may be named yet: not before the first try to send. */
  readonly strict = signal(false);
  readonly violations = signal<Violation[]>([]);
  readonly sending = signal<Sending | null>(null);
  readonly problem = signal<Problem | null>(null);
  #controller: AbortController | null = null;
  #keys = 0;

  constructor(readonly id: string) {
    this.text = signal(sessionStorage.getItem(this.#storageKey) ?? "");
  }

  get #storageKey(): string {
    return `${DRAFT}${this.id}`;
  }

  /** The message as the marketplace gets it. */
  #message(): CreateTicketMessageParams {
    const files = this.files.peek().map((attachment) => attachment.file);
    return {
      text: this.text.peek(),
      ...(this.interim.peek() ? { interim_notice: true } : {}),
      ...(files.length > 0 ? { ticket_message_files: files } : {}),
    };
  }

  write(text: string): void {
    this.text.value = text;
    if (text === "") sessionStorage.removeItem(this.#storageKey);
    else sessionStorage.setItem(this.#storageKey, text);
    this.check();
  }

  /** Asks the rules about everything but the content of files, which were asked about when they came. */
  check(): Violation[] {
    const found = kaufland.validate("createTicketMessage", this.id, this.#message());
    this.violations.value = found.filter(
      (violation) => fileIndex(violation.field) === null && (this.strict.peek() || this.text.peek() !== ""),
    );
    return found;
  }

  /** Takes files in and asks the rules about each, its content included. */
  async add(files: readonly File[]): Promise<void> {
    const added = files.map(
      (file): Attachment => ({
        key: ++this.#keys,
        file,
        state: "checking",
        violations: [],
        preview: /^image\/(png|jpeg|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : null,
      }),
    );
    this.files.value = [...this.files.peek(), ...added];
    await Promise.all(
      added.map(async (attachment) => {
        const message = { text: "-", ticket_message_files: [attachment.file] };
        let violations = kaufland.validate("createTicketMessage", this.id, message);
        if (violations.length === 0) {
          violations = await kaufland.validateFiles("createTicketMessage", this.id, message);
        }
        this.#change(attachment.key, { state: violations.length === 0 ? "good" : "refused", violations });
      }),
    );
    const states = this.files.peek().filter((now) => added.some((one) => one.key === now.key));
    const refused = states.filter((now) => now.state === "refused").length;
    if (states.length > 0) {
      const good = states.length - refused;
      const parts = [
        good > 0 ? `${count(good, "file")} attached` : "",
        refused > 0 ? `${count(refused, "file")} refused` : "",
      ];
      say(parts.filter((part) => part !== "").join(", "));
    }
  }

  remove(key: number): void {
    const gone = this.files.peek().find((attachment) => attachment.key === key);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    this.files.value = this.files.peek().filter((attachment) => attachment.key !== key);
    if (gone) say(`${gone.file.name} removed`);
  }

  #change(key: number, change: Partial<Attachment>): void {
    this.files.value = this.files.peek().map((now) => (now.key === key ? { ...now, ...change } : now));
  }

  /** Whether it may be sent; if not, the fields say why. */
  #ready(): boolean {
    this.strict.value = true;
    const found = this.check();
    return found.length === 0 && this.files.peek().every((attachment) => attachment.state !== "refused");
  }

  /** Sends the message. The result says whether it is known to be stored. */
  async send(): Promise<boolean> {
    if (this.sending.peek() !== null || !this.#ready()) return false;
    const before = new Set(ticket.peek()?.messages?.map((message) => message.id_ticket_message));
    this.#controller = new AbortController();
    batch(() => {
      this.problem.value = null;
      this.sending.value = { phase: "encoding", loaded: 0, total: 0 };
    });
    try {
      await kaufland.createTicketMessage(this.id, this.#message(), {
        signal: this.#controller.signal,
        onProgress: ({ phase, loaded, total }) => {
          if (this.sending.peek()) this.sending.value = { phase, loaded, total };
        },
      });
    } catch (error) {
      this.#failed(error, before);
      return false;
    } finally {
      this.sending.value = null;
      this.#controller = null;
    }
    this.#sent();
    if (isOpen(this.id)) await load(this.id);
    return true;
  }

  cancel(): void {
    this.#controller?.abort();
  }

  #failed(error: unknown, before: ReadonlySet<unknown>): void {
    if (error instanceof TicketError && error.kind === "validation") this.#place(error.violations ?? []);
    this.#before = before;
    this.problem.value = problemOf(error, "message");
  }

  #before: ReadonlySet<unknown> = new Set();

  /** Puts what the client found at the last moment to the fields it is about. */
  #place(violations: readonly Violation[]): void {
    const attachments = this.files.peek();
    this.violations.value = violations.filter((violation) => fileIndex(violation.field) === null);
    this.files.value = attachments.map((attachment, at) => {
      const mine = violations.filter((violation) => fileIndex(violation.field) === at);
      return mine.length === 0 ? attachment : { ...attachment, state: "refused", violations: mine };
    });
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
      this.#sent();
      say("Your message is in the thread. It was stored.");
    } else {
      this.problem.value = null;
      say("Your message is not in the thread. You can send it again.");
    }
  }

  #sent(): void {
    for (const attachment of this.files.peek()) if (attachment.preview) URL.revokeObjectURL(attachment.preview);
    sessionStorage.removeItem(this.#storageKey);
    const interim = this.interim.peek();
    batch(() => {
      this.text.value = "";
      this.files.value = [];
      this.interim.value = false;
      this.violations.value = [];
      this.strict.value = false;
      this.problem.value = null;
    });
    say(interim ? "Interim notice sent. The ticket stays yours to answer." : "Message sent.");
  }
}

function isOpen(id: string): boolean {
  const open = view.peek();
  return open.name === "ticket" && open.id === id;
}

const drafts = new Map<string, Draft>();

/** Asks before the page is left while a message is on its way. */
export function guardSending(): void {
  addEventListener("beforeunload", (event) => {
    if ([...drafts.values()].some((draft) => draft.sending.peek() !== null)) event.preventDefault();
  });
}

/** Forgets everything that was being written, for the next person at this screen. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
  drafts.clear();
}

/** The draft of a ticket. */
export function draftOf(id: string): Draft {
  let draft = drafts.get(id);
  if (!draft) {
    draft = new Draft(id);
    drafts.set(id, draft);
  }
  return draft;
}

/** Which file a violation is about: its place in `ticket_message_files`, or `null` when it is about something else. */
export function fileIndex(field: string): number | null {
  const match = /^ticket_message_files(?:\[|\.)(\d+)/.exec(field);
  return match ? Number(match[1]) : null;
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
    const answer = await kaufland.downloadFile(file);
    const url = URL.createObjectURL(await answer.blob());
    const link = document.createElement("a");
    link.href = url;
    link.download = file.filename;
    link.click();
    // The browser reads the address after the click.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    say(`${file.filename} downloaded`);
    return null;
  } catch (error) {
    return problemOf(error, "read");
  }
}
