/** The time of a call while its files are read, before the module counts it. */

import { onAbort, timerMs } from "../ground/abort.js";
import { localError, type TicketError, type Where } from "../ground/errors.js";
import type { CallOptions } from "../ground/options.js";
import type { Settings } from "../wasm/generated/boundary.js";
import { TOTAL_TIMEOUT_MS } from "../wasm/generated/tables.js";

/** Returns the time for a whole call. */
export const totalMs = (options: CallOptions, settings: Settings): number =>
  options.totalTimeoutMs ?? settings.totalTimeoutMs ?? TOTAL_TIMEOUT_MS;

export function outOfTime(where: Where, ms: number, why = ""): TicketError {
  const message = `the call took longer than ${ms} ms in all${why}`;
  return localError(where, { kind: "timeout", code: "total_timeout", message, retryable: true });
}

const READING = ": its files were not read within that time";

/** Ends the reading of files when the caller gives up, or when the call's time is over. */
export class Limit {
  readonly #where: Where;
  readonly #ms: number;
  readonly #begun = Date.now();
  readonly #stop = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unlisten: () => void;
  #isLate = false;

  constructor(where: Where, options: CallOptions, settings: Settings) {
    const { signal } = options;
    this.#where = where;
    this.#ms = totalMs(options, settings);
    const late = () => {
      this.#isLate = true;
      this.#stop.abort();
    };
    // The module says what is wrong with any other value.
    if (this.#ms > 0) this.#timer = setTimeout(late, timerMs(this.#ms));
    this.#unlisten = onAbort(signal, () => this.#stop.abort(signal?.reason));
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The part of the call's time that is left. */
  get leftMs(): number {
    return this.#ms - (Date.now() - this.#begun);
  }

  /** Returns what `work` returns, which must end when `signal` is aborted. */
  async during<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#isLate ? outOfTime(this.#where, this.#ms, READING) : error;
    }
  }

  /** The files are read. From now on only the caller ends it. */
  done(): void {
    clearTimeout(this.#timer);
    if (this.#ms > 0 && this.leftMs < 1) throw outOfTime(this.#where, this.#ms, READING);
  }

  /** Nothing is ended any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#unlisten();
  }
}
