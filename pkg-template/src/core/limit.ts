/** The time of a call while its files are read or the module compiles, before the module counts it. */

import { onAbort, type Signal, Stop, timerMs } from "../ground/abort.js";
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
const COMPILING = ": the wasm module was not ready within that time";

/**
 * Ends the reading of files and the wait for the module when the caller gives up, or when the call's
 * time is over.
 */
export class Limit {
  readonly #where: Where;
  readonly #ms: number;
  readonly #ownMs: number;
  readonly #why: string;
  readonly #begun = Date.now();
  readonly #stop = new Stop();
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unlisten: () => void;
  #isLate = false;

  /** `leftMs` is what is left of the total time, where a part of it has passed. */
  constructor(where: Where, options: CallOptions, settings: Settings, readsFiles = true, leftMs?: number) {
    const { signal } = options;
    this.#where = where;
    this.#ms = totalMs(options, settings);
    this.#ownMs = leftMs ?? this.#ms;
    this.#why = readsFiles ? READING : COMPILING;
    const late = () => {
      this.#isLate = true;
      this.#stop.abort();
    };
    // The module says what is wrong with any other value.
    if (this.#ownMs > 0) this.#timer = setTimeout(late, timerMs(this.#ownMs));
    this.#unlisten = onAbort(signal, () => this.#stop.abort(signal?.reason));
  }

  get signal(): Signal {
    return this.#stop;
  }

  /** The part of the call's time that is left. */
  get leftMs(): number {
    return this.#ownMs - (Date.now() - this.#begun);
  }

  /** Returns what `work` returns, which must end when `signal` is aborted. */
  async during<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#isLate ? outOfTime(this.#where, this.#ms, this.#why) : error;
    }
  }

  /** The request is made. From now on only the caller ends it. */
  done(): void {
    clearTimeout(this.#timer);
    if (this.#ownMs > 0 && this.leftMs < 1) throw outOfTime(this.#where, this.#ms, this.#why);
  }

  /** Nothing is ended any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#unlisten();
  }
}
