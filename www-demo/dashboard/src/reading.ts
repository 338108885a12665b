/**
 * Something that is read from the marketplace: the newest call wins, and the one before it is
 * cancelled.
 */
import { batch, signal } from "@preact/signals";
import { isAborted, problemOf } from "./session";
import type { Problem } from "./words";

export class Reading<T> {
  readonly value = signal<T | null>(null);
  readonly loading = signal(false);
  readonly failure = signal<Problem | null>(null);
  #turn = 0;
  #controller: AbortController | null = null;

  /**
   * What was read; `null` when that failed or another call came in between. What was there before
   * stays until then.
   */
  async read(get: (signal: AbortSignal, isCurrent: () => boolean) => Promise<T>): Promise<T | null> {
    const mine = this.#begin();
    const controller = new AbortController();
    this.#controller = controller;
    this.loading.value = true;
    try {
      const found = await get(controller.signal, () => mine === this.#turn);
      if (mine !== this.#turn) return null;
      batch(() => {
        this.value.value = found;
        this.failure.value = null;
      });
      return found;
    } catch (error) {
      if (mine === this.#turn && !isAborted(error)) this.failure.value = problemOf(error, "read");
      return null;
    } finally {
      if (mine === this.#turn) this.loading.value = false;
    }
  }

  /** Forgets what was read. */
  clear(): void {
    this.#begin();
    batch(() => {
      this.value.value = null;
      this.failure.value = null;
      this.loading.value = false;
    });
  }

  #begin(): number {
    this.#controller?.abort();
    this.#controller = null;
    this.#turn += 1;
    return this.#turn;
  }
}
