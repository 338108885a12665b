/** The list of tickets, the open one with all that belongs to it, and what is written to it. */
import { signal } from "@preact/signals";
import type {
  CallOptions,
  MagaluAttachment,
  MagaluEvent,
  MagaluListTicketsParams,
  MagaluMessage,
  MagaluNewEvent,
  MagaluNewMessage,
  MagaluReturn,
  MagaluTicket,
  MagaluTransaction,
  Violation,
} from "seller-tickets";
import { Draft, draftNamed, onForget } from "../draft";
import { keep, kept } from "../kept";
import { Reading } from "../reading";
import { save } from "../save";
import { say } from "../say";
import { isAborted, problemOf } from "../session";
import { watchFilters, watchTicket } from "../watch";
import type { Problem } from "../words";
import { ACCOUNT, magalu } from "./client";
import { type Filters, filters, view } from "./route";

const PAGE = 50;
/** Magalu leaves out at most 100 tickets at the start, so no page begins later. */
export const LAST_PAGE = 3;

export interface Listing {
  items: MagaluTicket[];
  page: number;
  hasNext: boolean;
}

export const list = new Reading<Listing>();

function paramsOf({ status, protocol, order, until, page }: Filters): MagaluListTicketsParams {
  return {
    ...(status === "" ? {} : { status }),
    ...(protocol === "" ? {} : { protocol }),
    ...(order === "" ? {} : { order__code: order }),
    // The day ends at midnight where the reader is.
    ...(until === "" ? {} : { updated_at_lte: new Date(`${until}T23:59:59`) }),
    _sort: "updated_at:desc",
    _limit: PAGE,
    _offset: (Math.min(page, LAST_PAGE) - 1) * PAGE,
  };
}

export async function load(): Promise<void> {
  const chosen = filters.peek();
  await list.read(async (signal) => {
    const { data, hasNextPage } = await magalu.listTickets(paramsOf(chosen), { signal });
    return { items: data, page: Math.min(chosen.page, LAST_PAGE), hasNext: hasNextPage };
  });
}

/** A ticket with all that belongs to it. */
export interface Case {
  ticket: MagaluTicket;
  messages: MagaluMessage[];
  events: MagaluEvent[];
  returns: MagaluReturn[];
}

const opened = new Reading<Case>();
export const { value: found, loading, failure } = opened;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const isCancellation = ({ type }: MagaluTicket): boolean => type === "cancellation";
export const isClosed = ({ closed, status }: MagaluTicket): boolean => closed === true || status === "closed";

export async function loadTicket(id: string): Promise<Case | null> {
  if (found.peek()?.ticket.id !== id) opened.clear();
  const read = await opened.read(async (signal) => {
    const options = { signal };
    const [ticket, messages, events] = await Promise.all([
      magalu.getTicket(id, options),
      all(magalu.listMessages(id, {}, options)),
      all(magalu.listEvents(id, {}, options)),
    ]);
    // Only goods of a cancellation come back.
    const returns = isCancellation(ticket) ? await all(magalu.listReturns(id, {}, options)) : [];
    return { ticket, messages, events, returns };
  });
  const now = list.value.peek();
  if (read && now) {
    const items = now.items.map((item) => (item.id === id ? read.ticket : item));
    list.value.value = { ...now, items };
  }
  return read;
}

/** What Magalu has accepted and still works on, by ticket. */
export const underWay = signal<{ ticket: string; transaction: string; what: string; status: string }[]>([]);

/**
 * Follows what was accepted to its end, and reads the ticket again then. The result is the reason
 * when it failed.
 */
async function follow(ticket: string, what: string, transaction: string | null | undefined): Promise<Problem | null> {
  if (transaction) {
    underWay.value = [...underWay.peek(), { ticket, transaction, what, status: "pending" }];
    const onProgress = ({ status }: MagaluTransaction) => {
      underWay.value = underWay.peek().map((one) => (one.transaction === transaction ? { ...one, status } : one));
    };
    try {
      await magalu.followTransaction(transaction, { onProgress });
    } catch (error) {
      return problemOf(error, "change");
    } finally {
      underWay.value = underWay.peek().filter((one) => one.transaction !== transaction);
    }
  }
  if (isOpen(ticket)) await loadTicket(ticket);
  return null;
}

/** What went wrong with something that had been accepted. */
export const lateProblem = signal<{ ticket: string; problem: Problem } | null>(null);

/** Follows without being waited for. */
function followLater(ticket: string, what: string, transaction: string | null | undefined): void {
  void follow(ticket, what, transaction).then((problem) => {
    if (problem) lateProblem.value = { ticket, problem };
  });
}

const isOpen = (id: string): boolean => {
  const open = view.peek();
  return open.name === "ticket" && open.id === id;
};

/** Tells what happened; the result is the reason when that was not accepted. */
export async function createEvent(id: string, event: MagaluNewEvent): Promise<Problem | null> {
  try {
    const { transaction_id } = await magalu.createEvent(id, event);
    say("Accepted. Magalu works on it.");
    followLater(id, "Event", transaction_id);
    return null;
  } catch (error) {
    return problemOf(error, "change");
  }
}

/** Makes a code with which the customer sends the goods back. */
export async function createReturn(id: string): Promise<Problem | null> {
  try {
    const { transaction_id } = await magalu.createReturn(id);
    say("Accepted. Magalu works on it.");
    followLater(id, "Return", transaction_id);
    return null;
  } catch (error) {
    return problemOf(error, "change");
  }
}

const OWNER = `owner ${ACCOUNT}`;
/** The person who writes; Magalu wants a name and what the seller's own system calls the person. */
export const owner = signal({ name: kept(`${OWNER} name`), code: kept(`${OWNER} code`) });

onForget(() => {
  owner.value = { name: "", code: "" };
});

export function setOwner(change: Partial<typeof owner.value>): void {
  owner.value = { ...owner.peek(), ...change };
  keep(`${OWNER} name`, owner.peek().name);
  keep(`${OWNER} code`, owner.peek().code);
}

/** A message that is being written. */
export class Reply extends Draft {
  readonly destination = signal("customer");
  /** Comes back with the message, whose id is not told. */
  #code = "";
  #transaction: string | null | undefined = null;

  constructor(readonly id: string) {
    super(`${ACCOUNT} ${id}`, 1);
  }

  #message(): MagaluNewMessage {
    const [file] = this.attachments.files;
    return {
      message: this.text.peek(),
      destination: this.destination.peek() as MagaluNewMessage["destination"],
      owner: owner.peek(),
      ...(file ? { file } : {}),
    };
  }

  protected validate(): Violation[] {
    return magalu.validate("createMessage", this.id, this.#message());
  }

  protected async checkFile(file: File): Promise<Violation[]> {
    const message = { ...this.#message(), message: "-", owner: { name: "-", code: "-" }, file };
    const declared = magalu.validate("createMessage", this.id, message);
    return declared.length > 0 ? declared : magalu.validateFiles("createMessage", this.id, message);
  }

  protected fileIndex(field: string): number | null {
    return /^file(?:\.|$)/.test(field) ? 0 : null;
  }

  protected async deliver(options: CallOptions): Promise<void> {
    this.#code = crypto.randomUUID();
    const message = { ...this.#message(), code: this.#code };
    const { transaction_id } = await magalu.createMessage(this.id, message, options);
    this.#transaction = transaction_id;
  }

  protected stored(): void {
    say("Message accepted. Magalu checks it before it is delivered.");
    followLater(this.id, "Message", this.#transaction);
  }

  /** After an unsure end: reads the thread and looks whether the message is there. */
  async lookAgain(): Promise<void> {
    const read = await loadTicket(this.id);
    if (read === null) return;
    if (read.messages.some(({ code }) => code === this.#code)) {
      this.reset();
      say("Your message is in the thread. It was stored.");
    } else {
      this.problem.value = null;
      say("Your message is not in the thread yet. It may still come: look again before you send it again.");
    }
  }
}

export const replyTo = (id: string): Reply => draftNamed(`${ACCOUNT} ${id}`, () => new Reply(id));

export async function download(
  ticket: string,
  message: string,
  { id, file_name, file_extension }: MagaluAttachment,
): Promise<Problem | null> {
  if (!id) return null;
  const name = [file_name ?? "file", file_extension].filter(Boolean).join(".");
  try {
    const file = await magalu.downloadAttachment(ticket, message, id);
    save(await file.blob(), name);
    say(`${name} downloaded`);
    return null;
  } catch (error) {
    return problemOf(error, "read");
  }
}

watchFilters(ACCOUNT, filters, { isEmpty: () => list.value.value === null, load, patience: 300 });
watchTicket(ACCOUNT, view, {
  load: loadTicket,
  clear: () => opened.clear(),
  onChange() {
    lateProblem.value = null;
  },
});

/** What is followed on a page of its own: a new ticket's transaction. */
export interface Following {
  id: string;
  transaction: MagaluTransaction | null;
  ticket: string | null;
  problem: Problem | null;
}

export const following = signal<Following | null>(null);
let stop: AbortController | null = null;

/**
 * Follows a transaction to the new ticket. `go`: what follows it, told of each step; it can be
 * begun again after a reload.
 */
export async function followToTicket(
  id: string,
  go: (options: {
    signal: AbortSignal;
    onProgress: (transaction: MagaluTransaction) => void;
  }) => Promise<{ ticket_id: string | null }>,
): Promise<string | null> {
  stop?.abort();
  const mine = new AbortController();
  stop = mine;
  following.value = { id, transaction: null, ticket: null, problem: null };
  const change = (part: Partial<Following>) => {
    const now = following.peek();
    if (now?.id === id && !mine.signal.aborted) following.value = { ...now, ...part };
  };
  try {
    const { ticket_id } = await go({ signal: mine.signal, onProgress: (transaction) => change({ transaction }) });
    change({ ticket: ticket_id });
    return mine.signal.aborted ? null : ticket_id;
  } catch (error) {
    if (!isAborted(error)) change({ problem: problemOf(error, "follow") });
    return null;
  }
}

export function stopFollowing(): void {
  stop?.abort();
  following.value = null;
}
