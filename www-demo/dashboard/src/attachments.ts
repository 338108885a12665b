/** Files that will be sent: each is checked by the rules when it comes, its content included. */
import { signal } from "@preact/signals";
import type { Violation } from "seller-tickets";
import { say } from "./say";
import { count } from "./words";

export interface Attachment {
  key: number;
  file: File;
  state: "checking" | "good" | "refused";
  violations: Violation[];
  /** An address of the picture for the page, when it is one that browsers show. */
  preview: string | null;
}

export class Attachments {
  readonly list = signal<Attachment[]>([]);
  readonly #check: (file: File) => Promise<Violation[]>;
  #keys = 0;

  /**
   * `check`: what the rules say to one file. `limit`: how many there can be; the last ones chosen
   * count.
   */
  constructor(
    check: (file: File) => Promise<Violation[]>,
    readonly limit = Number.POSITIVE_INFINITY,
  ) {
    this.#check = check;
  }

  get files(): File[] {
    return this.list.peek().map((attachment) => attachment.file);
  }

  get hasRefused(): boolean {
    return this.list.peek().some((attachment) => attachment.state === "refused");
  }

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
    const together = [...this.list.peek(), ...added];
    this.list.value = together.slice(Math.max(0, together.length - this.limit));
    await Promise.all(
      added.map(async ({ key, file }) => {
        const violations = await this.#check(file);
        this.#change(key, { state: violations.length === 0 ? "good" : "refused", violations });
      }),
    );
    const states = this.list.peek().filter((now) => added.some((one) => one.key === now.key));
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
    const gone = this.list.peek().find((attachment) => attachment.key === key);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    this.list.value = this.list.peek().filter((attachment) => attachment.key !== key);
    if (gone) say(`${gone.file.name} removed`);
  }

  /**
   * Puts what was found at the last moment to the files it is about; `indexOf` reads a file's place
   * from a field.
   */
  place(violations: readonly Violation[], indexOf: (field: string) => number | null): void {
    this.list.value = this.list.peek().map((attachment, at) => {
      const mine = violations.filter((violation) => indexOf(violation.field) === at);
      return mine.length === 0 ? attachment : { ...attachment, state: "refused", violations: mine };
    });
  }

  clear(): void {
    for (const attachment of this.list.peek()) if (attachment.preview) URL.revokeObjectURL(attachment.preview);
    this.list.value = [];
  }

  #change(key: number, change: Partial<Attachment>): void {
    this.list.value = this.list.peek().map((now) => (now.key === key ? { ...now, ...change } : now));
  }
}
