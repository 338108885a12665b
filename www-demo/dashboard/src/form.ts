/** The fields of a form, checked by the marketplace's own rules with every change. */
import { batch, type Signal, signal } from "@preact/signals";
import type { Violation } from "seller-tickets";
import { TicketError } from "seller-tickets";
import { onForget } from "./draft";
import { problemOf } from "./session";
import type { Doing, Problem } from "./words";

interface FormOptions<V> {
  /** Every rule that the values break. */
  validate: (values: V) => Violation[];
  /**
   * Whether a violation's field was filled in: before the first try to send, empty fields are not
   * named.
   */
  isFilled?: (values: V, field: string) => boolean;
}

/** The first name of a field: `products` of `products[0].amount`. */
export const rootOf = (field: string): string => field.split(/[.[]/)[0] ?? "";

export class Form<V extends object> {
  readonly values: Signal<V>;
  readonly violations = signal<Violation[]>([]);
  readonly problem = signal<Problem | null>(null);
  readonly sending = signal(false);
  /** Whether empty fields may be named yet: not before the first try to send. */
  readonly strict = signal(false);
  readonly #empty: V;
  readonly #options: FormOptions<V>;

  constructor(empty: V, options: FormOptions<V>) {
    this.#empty = empty;
    this.#options = options;
    this.values = signal(empty);
    onForget(() => this.reset());
  }

  set(change: Partial<V>): void {
    this.values.value = { ...this.values.peek(), ...change };
    this.check();
  }

  check(): Violation[] {
    const values = this.values.peek();
    const found = this.#options.validate(values);
    const isFilled = this.#options.isFilled ?? hasValue;
    this.violations.value = found.filter(({ field }) => this.strict.peek() || isFilled(values, field));
    return found;
  }

  /** The violations of these fields and of their contents. */
  of(...fields: string[]): Violation[] {
    return this.violations.value.filter(({ field }) =>
      fields.some((name) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`)),
    );
  }

  /** Whether it may be sent; if not, the fields say why. */
  isReady(): boolean {
    this.strict.value = true;
    return this.check().length === 0;
  }

  /** Does what the form is for. The result says whether that is known to have worked. */
  async submit(doing: Doing, run: () => Promise<void>): Promise<boolean> {
    if (this.sending.peek() || !this.isReady()) return false;
    batch(() => {
      this.sending.value = true;
      this.problem.value = null;
    });
    try {
      await run();
      return true;
    } catch (error) {
      if (error instanceof TicketError && error.kind === "validation") {
        this.violations.value = [...(error.violations ?? [])];
      }
      this.problem.value = problemOf(error, doing);
      return false;
    } finally {
      this.sending.value = false;
    }
  }

  /** Empties the form; what is given stays. */
  reset(kept: Partial<V> = {}): void {
    batch(() => {
      this.values.value = { ...this.#empty, ...kept };
      this.violations.value = [];
      this.problem.value = null;
      this.strict.value = false;
    });
  }
}

function hasValue(values: object, field: string): boolean {
  const value = (values as Record<string, unknown>)[rootOf(field)];
  return value !== undefined && value !== "";
}

/** Brings the cursor to the first field on the page that the rules refuse. */
export function focusFault({ violations }: { violations: Signal<Violation[]> }): void {
  const names = violations.peek().flatMap(({ field }) => [field, rootOf(field)]);
  const selector = names.map((name) => `.new-form [name="${CSS.escape(name)}"]`).join(",");
  if (selector !== "") document.querySelector<HTMLElement>(selector)?.focus();
}
