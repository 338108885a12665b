/** Signals of callers, and waits that end in time. */

/** Ends a wait: a signal of the caller's or of the host's, or a `Stop`. */
export type Signal = AbortSignal | Stop;

/** Ends waits as an `AbortController` does, which takes hosts longer to make than a small file to read. */
export class Stop {
  readonly #listeners = new Set<() => void>();
  #aborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` at the abort. Returns the function that ends this. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

interface Heard {
  listeners: Set<() => void>;
  hear: () => void;
}

/** Hosts warn of a leak when many calls listen to one signal, so all share one listener. */
const heard = new WeakMap<AbortSignal, Heard>();

const nothing = () => {};

/** Calls `listener` when `signal` is aborted. Returns the function that ends this. */
export function onAbort(signal: Signal | null | undefined, listener: () => void): () => void {
  if (signal === null || signal === undefined) return nothing;
  // The same function may be given twice.
  const own = () => listener();
  if (signal instanceof Stop) return signal.listen(own);
  const { listeners, hear } = heard.get(signal) ?? listen(signal);
  listeners.add(own);
  return () => {
    listeners.delete(own);
    if (listeners.size > 0 || heard.get(signal)?.listeners !== listeners) return;
    heard.delete(signal);
    signal.removeEventListener("abort", hear);
  };
}

function listen(signal: AbortSignal): Heard {
  const listeners = new Set<() => void>();
  const hear = () => {
    heard.delete(signal);
    for (const listener of [...listeners]) listener();
  };
  const made = { listeners, hear };
  heard.set(signal, made);
  signal.addEventListener("abort", hear, { once: true });
  return made;
}

/** Whether a value is a signal, of any realm. One that cannot be listened to is none. */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (value instanceof AbortSignal) return true;
    const signal = value as AbortSignal;
    const listener = () => {};
    signal.addEventListener("abort", listener);
    signal.removeEventListener("abort", listener);
    return typeof signal.aborted === "boolean";
  } catch {
    return false;
  }
}

/**
 * Returns what `work` resolves to, or throws the signal's reason once it is aborted: the work of a
 * host or of a caller may not listen to it.
 */
export function unlessAborted<T>(work: T | PromiseLike<T>, signal: Signal | null | undefined): Promise<T> {
  const promise = Promise.resolve(work);
  if (signal === null || signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    const end = onAbort(signal, stop);
    if (signal.aborted) stop();
    // The work is waited for after an abort, too: a failure without a listener may end the program.
    promise.then(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

/** Hosts fire a timer that is longer than 2^31 - 1 ms at once. */
export const timerMs = (ms: number): number => Math.min(Math.max(ms, 0), 2 ** 31 - 1);

/** How long a function of the caller's, such as `authorize`, may take. */
export const FUNCTION_MS = 30_000;

/**
 * Lets a program end while this timer runs, where hosts' timers would keep it alive. It is for
 * timers that may outlive the call that began them.
 */
export function letEnd(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}

/**
 * Returns what `work` resolves to, or throws when it takes longer than `ms`. `isWaitedFor` is false
 * if the program may end meanwhile.
 */
export function inTime<T>(work: T | PromiseLike<T>, ms: number, what: string, isWaitedFor = true): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`${what} did not answer within ${ms} ms`));
    const timer = setTimeout(late, timerMs(ms));
    if (!isWaitedFor) letEnd(timer);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
