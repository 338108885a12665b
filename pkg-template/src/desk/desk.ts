/** The class that programs use: the same methods for a desk and for its remote. */
import type { DeskAction, DeskChoice, DeskOutboxItem, DeskTicket, Violation } from "../generated/types.js";
import { onAbort } from "../ground/abort.js";
import { localError, traced } from "../ground/errors.js";
import type { DeskKey } from "./store.js";
import type {
  DeskApi,
  DeskArguments,
  DeskChange,
  DeskChangesOptions,
  DeskCountOptions,
  DeskCounts,
  DeskDoOptions,
  DeskFileContent,
  DeskFileKey,
  DeskForget,
  DeskListOptions,
  DeskLocalChange,
  DeskOutboxOptions,
  DeskPage,
  DeskRead,
  DeskSynced,
  DeskSyncOptions,
} from "./types.js";

/** For the other files of this package only. */
export let apiOf: (desk: AnyDesk) => DeskApi;

const INTERVAL_MS = 2_000;

/** Waits, and returns early when the signal is aborted. */
function rest(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(() => {
      end();
      resolve();
    }, ms);
    const end = onAbort(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** A desk: all tickets of all accounts, whose turn it is, and until when. */
export abstract class AnyDesk {
  readonly #api: DeskApi;

  static {
    apiOf = (desk) => desk.#api;
  }

  /** @internal */
  constructor(api: DeskApi) {
    this.#api = api;
  }

  /** Returns a page of letters to which something may still happen, the newest first. */
  list(options: DeskOutboxOptions): Promise<DeskPage<DeskOutboxItem>>;
  /** Returns a page of tickets: those of a view, or those in which words are found. */
  list(options?: DeskListOptions): Promise<DeskPage<DeskTicket>>;
  list(options: DeskListOptions | DeskOutboxOptions = {}): Promise<DeskPage<never>> {
    return traced(this.#api.list(options) as Promise<DeskPage<never>>);
  }

  /** Returns a ticket with its messages, what can be done with it, and its letters. */
  read(key: DeskKey): Promise<DeskRead> {
    return traced(this.#api.read(key));
  }

  /**
   * Puts an action into the outbox, from where it is sent once the time to undo it is over. Returns
   * the id of the letter, and `null` for an action that only the desk knows of, which takes effect
   * at once. All rules are checked before.
   */
  do(key: DeskKey, action: DeskAction, args: DeskArguments = {}, options: DeskDoOptions = {}): Promise<string | null> {
    return traced(this.#api.do(key, action, args, options));
  }

  /**
   * Returns what can be done at an account without any ticket: `create`, if its marketplace has it.
   * It is done with the key `{ account, id: "" }`.
   */
  actions(account: string): Promise<DeskChoice[]> {
    return traced(this.#api.actions(account));
  }

  /**
   * Returns everything that keeps `do` from taking an action; nothing is queued. A desk with
   * `remote` tells its server the names and sizes of files, and keeps their content here.
   */
  check(key: DeskKey, action: DeskAction, args: DeskArguments = {}): Promise<Violation[]> {
    return traced(this.#api.check(key, action, args));
  }

  /** Takes a letter back that was not sent yet. Fails with `too_late` if it was. */
  undo(id: string): Promise<void> {
    return traced(this.#api.undo(id));
  }

  /**
   * Fetches a file of a ticket from the marketplace. One that is announced and not there yet is the
   * error `file_not_there`.
   */
  file(key: DeskKey, which: DeskFileKey): Promise<DeskFileContent> {
    return traced(this.#api.file(key, which));
  }

  /**
   * Yields tickets as they change, until `signal` ends it or the loop is left. Two changes of one
   * ticket in quick succession may come as one.
   */
  async *changes(options: DeskChangesOptions = {}): AsyncGenerator<DeskChange, void, undefined> {
    const { signal, intervalMs = INTERVAL_MS } = options;
    let { after = 0 } = options;
    if (!(intervalMs >= 1 && intervalMs < 2 ** 31)) {
      const message = "`intervalMs` is not a time in milliseconds";
      throw localError(
        { marketplace: "", endpoint: "desk.changes" },
        { kind: "configuration", code: "invalid_options", message },
      );
    }
    while (signal?.aborted !== true) {
      const changed = await traced(this.#api.changed(after));
      for (const change of changed) {
        if (signal?.aborted) return;
        after = change.after;
        yield change;
      }
      if (changed.length > 0) continue;
      for await (const some of this.#api.live?.(after, signal) ?? []) {
        for (const change of some) {
          if (signal?.aborted) return;
          after = change.after;
          yield change;
        }
      }
      await rest(intervalMs, signal);
    }
  }

  /** Sends the letters whose time has come, and reads what is due at the marketplaces. */
  sync(options: DeskSyncOptions = {}): Promise<DeskSynced> {
    return traced(this.#api.sync(options));
  }

  /** Changes what only the desk knows of a ticket, and returns the ticket. It is never sent. */
  local(key: DeskKey, facts: DeskLocalChange): Promise<DeskTicket> {
    return traced(this.#api.local(key, facts));
  }

  /**
   * Removes the tickets of an account or of one buyer, with their letters and from the search.
   * Returns how many there were. A ticket comes back only if it changes at the marketplace.
   */
  forget(whose: DeskForget): Promise<number> {
    return traced(this.#api.forget(whose));
  }

  /**
   * Returns the number of tickets in each view and of each account, how many of them are late, and
   * the `after` for `changes`. A list that is read after that misses none of these changes.
   */
  counts(options: DeskCountOptions = {}): Promise<DeskCounts> {
    return traced(this.#api.counts(options));
  }
}
