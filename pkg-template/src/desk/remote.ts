/** A desk elsewhere: a page asks its own server, which has the accounts and the store. */
import { dispositionName } from "../files/disposition.js";
import { blobOf, takeFiles } from "../files/source.js";
import type { DeskAction, OwnErrorCode, TicketErrorData, Violation } from "../generated/types.js";
import { timerMs, unlessAborted } from "../ground/abort.js";
import { describe, localError, TicketError, type Where } from "../ground/errors.js";
import { notify } from "../ground/hooks.js";
import type { Progress } from "../ground/types.js";
import { upload } from "../send/upload.js";
import { dayOf } from "./day.js";
import { broken, whereOf } from "./errors.js";
import { CALL, FILE } from "./form.js";
import { liveChanges } from "./live.js";
import { plainFiles } from "./plain.js";
import type { DeskKey } from "./store.js";
import type { DeskApi, DeskArguments, DeskDoOptions, DeskFileContent, DeskFileKey } from "./types.js";

/** Options of a desk that is elsewhere. */
export interface DeskRemoteOptions {
  /** The address of `deskRoutes` on your own server: `"/api/desk"`. */
  remote: string;
  /** Used in place of the host's `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Headers of every request, for the server's `authorize`. */
  headers?: Record<string, string> | undefined;
  /**
   * How long a call waits for its answer, in milliseconds; 60,000 by default. A call with files waits
   * one second more for each 32,000 bytes of them, and `sync` as long as its `budget.ms` says.
   */
  timeoutMs?: number | undefined;
}

const ANSWER_MS = 60_000;
/** The slowest line that is waited for, 256 kbit/s. */
const BYTES_PER_MS = 32;

type Fail = (
  code: OwnErrorCode,
  kind: "network" | "decode" | "timeout",
  message: string,
  cause?: unknown,
) => TicketError;

/** Returns the error of an answer that has no result. */
function unansweredBy(text: string, status: number, fail: Fail): TicketError {
  let answer: { error?: unknown };
  try {
    answer = JSON.parse(text);
  } catch (error) {
    return fail("unreadable_answer", "decode", `the desk answered ${status} with something else than JSON`, error);
  }
  if (isData(answer?.error)) return new TicketError(answer.error);
  return fail("unreadable_answer", "decode", `the desk answered ${status} without a result`);
}

/** Returns an answer with a result, or throws why there is none. */
function answerOf(text: string, status: number, fail: Fail): { result: unknown; live?: unknown } {
  let answer: { result: unknown } | undefined;
  try {
    answer = JSON.parse(text);
  } catch {
    // The error says so.
  }
  const isOne =
    typeof answer === "object" && answer !== null && "result" in answer && !isData((answer as Failed).error);
  if (!isOne || status < 200 || status > 299) throw unansweredBy(text, status, fail);
  return answer as { result: unknown };
}

const isData = (value: unknown): value is TicketErrorData =>
  typeof value === "object" && value !== null && "kind" in value && "code" in value && "message" in value;

type Failed = { error?: unknown };
type Sent = (loaded: number, total: number) => void;

/** How a call is made. */
interface Way {
  safe?: boolean | undefined;
  form?: FormData | undefined;
  sent?: Sent | undefined;
  /** How much longer than others this call may take. */
  moreMs?: number | undefined;
}

/** The methods that change nothing. */
const READS = ["list", "read", "actions", "check", "file", "changed", "counts"];
/** The answer to a letter is its id. */
const MOST_ANSWER_BYTES = 1024 * 1024;

/** Takes the content of files out of what is given for an action. */
function takeDescribed(where: Where, args: DeskArguments) {
  const taken = takeFiles(where, [{ files: plainFiles(args?.files) }]);
  const { files } = taken.args[0] as DeskArguments;
  return { described: files === undefined ? args : { ...args, files }, files: taken.files };
}

/** How long a desk is asked again and again after a socket could not be opened. */
const LIVE_AGAIN_MS = 60_000;

const NAMES = ["remote", "fetch", "headers", "timeoutMs"];

/** Returns the desk at an address. */
export function remoteDesk(options: DeskRemoteOptions): DeskApi {
  const { remote, fetch: own, headers, timeoutMs = ANSWER_MS } = options;
  const refuse = (message: string) =>
    localError(
      { marketplace: "", endpoint: "desk.constructor" },
      { kind: "configuration", code: "invalid_configuration", message },
    );
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (typeof remote !== "string" || remote === "") throw refuse("`remote` is not the address of a desk");
  if (unknown !== undefined) throw refuse(`\`${unknown}\` is no option of a desk with \`remote\``);
  if (own !== undefined && typeof own !== "function") throw refuse("`fetch` is not a function");
  if (!(typeof timeoutMs === "number" && timeoutMs > 0)) throw refuse("`timeoutMs` is not a number above 0");
  const address = remote.replace(/\/+$/, "");

  let isLive = false;
  let failedAt = Number.NEGATIVE_INFINITY;

  /** Returns the errors of a method: after a write, nothing tells whether it was carried out. */
  const failing =
    (method: string, isSafe: boolean): Fail =>
    (code, kind, message, cause) => {
      const sent = READS.includes(method) ? "no" : "maybe";
      return localError(whereOf(method), { kind, code, message, sent, retryable: isSafe, attempts: 1 }, cause);
    };

  /** Returns the answer to a request, or throws why there is none. */
  async function answered<T>(fail: Fail, moreMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const ms = Math.round(timeoutMs + moreMs);
    const ending = new AbortController();
    const end = () => ending.abort(fail("attempt_timeout", "timeout", `the desk did not answer within ${ms} ms`));
    const timer = setTimeout(end, timerMs(ms));
    try {
      return await unlessAborted(work(ending.signal), ending.signal);
    } catch (error) {
      if (error instanceof TicketError) throw error;
      throw fail("network", "network", `the desk could not be reached: ${describe(error)}`, error);
    } finally {
      clearTimeout(timer);
    }
  }

  const initOf = (body: string | FormData, signal: AbortSignal) => {
    const type = typeof body === "string" ? { "content-type": "application/json" } : undefined;
    return { method: "POST", headers: { ...headers, ...type }, body, signal };
  };

  /** Sends a request, and returns its status and the text of the answer. */
  async function send(
    method: string,
    init: ReturnType<typeof initOf>,
    sent: Sent | undefined,
  ): Promise<[number, string]> {
    const url = `${address}/${method}`;
    if (own === undefined && sent !== undefined && typeof XMLHttpRequest === "function") {
      const { href } = new URL(url, (globalThis as { location?: { href: string } }).location?.href);
      const { response, read } = await upload(href, init, MOST_ANSWER_BYTES, sent);
      return [response.status, new TextDecoder().decode((await read()) ?? new Uint8Array())];
    }
    const response = await (own ?? fetch)(url, init);
    return [response.status, await response.text()];
  }

  /** Asks for something; a call that is `safe` may be made again whatever became of it. */
  async function ask<T>(method: string, args: unknown[], way: Way = {}) {
    const { safe = READS.includes(method), form, sent, moreMs = 0 } = way;
    const fail = failing(method, safe);
    const [status, text] = await answered(fail, moreMs, async (signal) => {
      const call = JSON.stringify(args);
      form?.set(CALL, call);
      return send(method, initOf(form ?? call, signal), sent);
    });
    const answer = answerOf(text, status, fail);
    if (method === "changed") isLive = answer.live === true;
    return answer.result as T;
  }

  /** Hands a letter over. Its files go along in a form, whose first part is the call. */
  async function hand(key: DeskKey, action: DeskAction, args: DeskArguments, given: DeskDoOptions) {
    const { onProgress, ...options } = given ?? {};
    const where = whereOf("do");
    const { described, files } = takeDescribed(where, args);
    const call = [key, action, described, options];
    // With an id, the same letter is never queued twice.
    const safe = options.id !== undefined;
    if (files.length === 0) return ask<string | null>("do", call, { safe });
    const form = new FormData();
    form.set(CALL, "");
    let total = 0;
    const unread: Violation[] = [];
    for (const file of files) {
      try {
        const blob = await blobOf(where, file);
        total += blob.size;
        form.append(FILE, blob, "file");
      } catch (error) {
        if (!(error instanceof TicketError)) throw error;
        unread.push(...(error.violations ?? []));
      }
    }
    if (unread.length > 0) throw broken("do", unread);
    const tell = (progress: Progress) => notify(onProgress, () => progress);
    tell({ phase: "sending", total, attempt: 1 });
    const sent: Sent = (loaded, total) => tell({ phase: "sending", loaded, total, attempt: 1 });
    const moreMs = total / BYTES_PER_MS;
    return ask<string | null>("do", call, { safe, form, sent: onProgress && sent, moreMs });
  }

  function file(key: DeskKey, which: DeskFileKey): Promise<DeskFileContent> {
    const fail = failing("file", true);
    return answered(fail, 0, async (signal) => {
      const init = initOf(JSON.stringify([key, which]), signal);
      const response = await (own ?? fetch)(`${address}/file`, init);
      const name = response.headers.get("content-disposition");
      if (!response.ok || name === null) throw unansweredBy(await response.text(), response.status, fail);
      const type = response.headers.get("content-type") ?? "";
      return { filename: dispositionName(name) ?? "file", type, bytes: await response.blob() };
    });
  }

  return {
    list: (given) => ask("list", [given]),
    read: (key: DeskKey) => ask("read", [key]),
    do: hand,
    actions: (account) => ask("actions", [account]),
    check: async (key, action, args) => ask("check", [key, action, takeDescribed(whereOf("check"), args).described]),
    file,
    undo: (id) => ask("undo", [id]),
    changed: (after) => ask("changed", [after]),
    // A signal ends the wait of this side, and not the work of the other.
    sync: ({ budget }) => {
      const ms = budget?.ms;
      return ask("sync", [budget === undefined ? {} : { budget }], { moreMs: Number.isFinite(ms) ? ms : 0 });
    },
    local: (key, facts) => ask("local", [key, facts]),
    forget: (whose) => ask("forget", [whose]),
    // The day is that of the person, and not that of the server.
    counts: ({ day = dayOf(Date.now()) }) => ask("counts", [{ day }]),
    live: (after, signal) => {
      // A socket has neither the page's headers nor its `fetch`.
      if (!isLive || own !== undefined || headers !== undefined || Date.now() < failedAt + LIVE_AGAIN_MS) {
        return undefined;
      }
      return liveChanges(address, after, signal, () => {
        failedAt = Date.now();
      });
    },
  };
}
