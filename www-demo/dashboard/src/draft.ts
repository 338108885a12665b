/**
 * A message to a customer while it is written. It lives until it is sent, also while other tickets
 * are read.
 */
import { batch, type Signal, signal } from "@preact/signals";
import type { CallOptions, Progress, Violation } from "seller-tickets";
import { TicketError } from "seller-tickets";
import { Attachments } from "./attachments";
import { forgetKept, keep, kept } from "./kept";
import { problemOf } from "./session";
import type { Doing, Problem } from "./words";

/** First the files are encoded, and then they are sent. */
export interface Sending {
  phase: Progress["phase"];
  /** Absent as long as the browser does not tell. */
  loaded?: number | undefined;
  total: number;
  /** The file of several that is on its way. */
  file?: string | undefined;
}

/** All drafts by name, for the guard and for signing out. */
const all = new Map<string, Draft>();

export abstract class Draft {
  readonly text: Signal<string>;
  readonly attachments: Attachments;
  /** Whether empty fields may be named yet: not before the first try to send. */
  readonly strict = signal(false);
  readonly violations = signal<Violation[]>([]);
  readonly sending = signal<Sending | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly #key: string;
  #controller: AbortController | null = null;

  /** `key`: what names the draft among all. `files`: how many files it can have. */
  protected constructor(key: string, files = Number.POSITIVE_INFINITY) {
    this.#key = `draft ${key}`;
    this.text = signal(kept(this.#key));
    this.attachments = new Attachments((file) => this.checkFile(file), files);
  }

  /** The violations of everything except the content of files. */
  protected abstract validate(): Violation[];
  /** The violations of a file, its content included. */
  protected abstract checkFile(file: File): Promise<Violation[]>;
  /** The file that a violation is about; `null` when it is about something else. */
  protected abstract fileIndex(field: string): number | null;
  protected abstract deliver(options: CallOptions): Promise<unknown>;
  /** What follows when it is known to be stored; the text and the files are forgotten by then. */
  protected abstract stored(): Promise<void> | void;
  protected readonly doing: Doing = "message";

  write(text: string): void {
    this.text.value = text;
    keep(this.#key, text);
    this.check();
  }

  /**
   * Asks the rules about everything but the content of files, which were asked about when they
   * came.
   */
  check(): Violation[] {
    const found = this.validate();
    this.violations.value = found.filter(
      (violation) => this.fileIndex(violation.field) === null && (this.strict.peek() || this.text.peek() !== ""),
    );
    return found;
  }

  /** Sends it. The result says whether it is known to be stored. */
  async send(): Promise<boolean> {
    this.strict.value = true;
    if (this.sending.peek() !== null || this.check().length > 0 || this.attachments.hasRefused) return false;
    this.#controller = new AbortController();
    batch(() => {
      this.problem.value = null;
      this.sending.value = { phase: "encoding", loaded: 0, total: 0 };
    });
    try {
      await this.deliver({
        signal: this.#controller.signal,
        onProgress: ({ phase, loaded, total }) => {
          if (this.sending.peek()) this.sending.value = { phase, loaded, total };
        },
      });
    } catch (error) {
      this.#failed(error);
      return false;
    } finally {
      this.sending.value = null;
      this.#controller = null;
    }
    await this.#done();
    return true;
  }

  cancel(): void {
    this.#controller?.abort();
  }

  #failed(error: unknown): void {
    if (error instanceof TicketError && error.kind === "validation") {
      const violations = error.violations ?? [];
      this.violations.value = violations.filter((violation) => this.fileIndex(violation.field) === null);
      this.attachments.place(violations, (field) => this.fileIndex(field));
    }
    this.problem.value = problemOf(error, this.doing);
  }

  /** Forgets what was written. */
  protected reset(): void {
    keep(this.#key, "");
    batch(() => {
      this.text.value = "";
      this.attachments.clear();
      this.violations.value = [];
      this.strict.value = false;
      this.problem.value = null;
    });
  }

  async #done(): Promise<void> {
    this.reset();
    await this.stored();
  }
}

/** The draft with this name, made when it is first asked for. */
export function draftNamed<T extends Draft>(key: string, make: () => T): T {
  const known = all.get(key);
  if (known) return known as T;
  const draft = make();
  all.set(key, draft);
  return draft;
}

const busy = new Set<() => boolean>();

/** Lets the page ask before it is left while `isSending`. */
export function guard(isSending: () => boolean): void {
  busy.add(isSending);
}

/** Asks before the page is left while something is on its way. */
export function guardSending(): void {
  guard(() => [...all.values()].some((draft) => draft.sending.peek() !== null));
  addEventListener("beforeunload", (event) => {
    if ([...busy].some((isSending) => isSending())) event.preventDefault();
  });
}

const forgetters = new Set<() => void>([forgetKept, () => all.clear()]);

/** Lets a page forget something when somebody signs out. */
export function onForget(forget: () => void): void {
  forgetters.add(forget);
}

/** Forgets everything that was being written, for the next person at this screen. */
export function forgetDrafts(): void {
  for (const forget of forgetters) forget();
}
