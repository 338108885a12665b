/**
 * Writes that are sure. The module decides what is read, waited for, sent again or given up; here
 * its decisions are carried out, call by call.
 */

import type { Sent } from "../generated/types.js";
import { dataOf, localError, TicketError, type Where } from "../ground/errors.js";
import { given } from "../ground/given.js";
import { notify } from "../ground/hooks.js";
import { type Host, wait } from "../send/host.js";
import { lineUp, type Turn } from "../send/lease.js";
import type { Boundary } from "../wasm/engine.js";
import type { OnceEvent, OnceStep, PageShape, Result } from "../wasm/generated/boundary.js";
import type { WithResponse } from "./promises.js";

/** The result of a call, with its page if it is a page of a list. */
export interface Settled extends WithResponse<unknown> {
  shape: PageShape | undefined;
}

interface Work {
  /** For the hooks. */
  callId: string;
  begun: ReturnType<Boundary["beginOnce"]>;
  signal: AbortSignal | null | undefined;
  write(leftMs: number): Promise<Settled>;
  read(endpoint: string, args: unknown[], leftMs: number): Promise<Settled>;
  parse(result: Result): unknown;
}

/** Makes the write once: the result is its own, or the one that was found by reading. */
export async function writeOnce(host: Host, where: Where, work: Work): Promise<Settled> {
  const { key, endMs } = work.begun;
  const turn: Turn =
    key === undefined
      ? { line: undefined, end: () => {} }
      : await lineUp(host, where.endpoint, key, endMs, work.signal);
  try {
    return await settle(host, where, work, turn);
  } finally {
    turn.end();
  }
}

async function settle(
  host: Host,
  where: Where,
  { callId, begun, signal, write, read, parse }: Work,
  turn: Turn,
): Promise<Settled> {
  let { once } = begun;
  let happened: OnceEvent = { type: "begun" };
  let failure: TicketError | undefined;
  let last: Settled | undefined;
  let own: Settled | undefined;
  let sent: Sent = "no";
  let attempts = 0;
  const advance = (event: OnceEvent): OnceStep => {
    const advanced = host.engine.advanceOnce(once, turn.line, host.now(), event);
    ({ once } = advanced);
    turn.line = advanced.line;
    return advanced.step;
  };
  for (;;) {
    let step: OnceStep;
    try {
      step = advance(happened);
    } catch (error) {
      if (!(error instanceof TicketError)) throw error;
      throw new TicketError({ ...dataOf(error), ...where, sent, attempts }, { cause: error.cause });
    }
    switch (step.type) {
      case "read":
        try {
          last = await read(step.endpoint, step.args, step.leftMs);
          happened = { type: "read", value: last.data, page: last.shape };
        } catch (error) {
          if (!(error instanceof TicketError)) throw error;
          failure ??= error;
          happened = { type: "read_failed" };
        }
        if (signal?.aborted) happened = { type: "aborted", sent: "no" };
        break;
      case "write":
        sent = "maybe";
        try {
          own = await write(step.leftMs);
          happened = { type: "written", value: own.data };
        } catch (error) {
          if (!(error instanceof TicketError)) throw error;
          attempts += error.attempts;
          failure = error;
          // A refusal of the gateway itself, or of this client, is none of the marketplace's.
          const status = error.origin === "marketplace" ? error.status : undefined;
          happened = signal?.aborted
            ? { type: "aborted", sent: error.sent }
            : { type: "write_failed", sent: error.sent, ...given({ status, hintMs: error.retryAfterMs }) };
        }
        break;
      case "wait": {
        const { ms: waitMs } = step;
        host.debug?.(`${where.endpoint} waits ${Math.round(waitMs)} ms before it looks again: settling`, "warn");
        notify(host.onRetry, () => ({
          callId,
          marketplace: host.marketplace,
          endpoint: where.endpoint,
          attempt: attempts + 1,
          waitMs,
          reason: "settling" as const,
        }));
        await wait(waitMs, signal);
        happened = signal?.aborted ? { type: "aborted", sent: "no" } : { type: "waited" };
        break;
      }
      case "done":
        return { ...(own as Settled), attempts: attempts + (own as Settled).attempts };
      case "found":
        return {
          ...(last as Settled),
          data: parse(step.result),
          shape: undefined,
          odd: [],
          attempts,
          requestId: undefined,
          found: true,
        };
      case "give_up": {
        if (happened.type === "aborted" && signal) throw aborted(where, signal, step.sent, attempts);
        const data = failure && dataOf(failure);
        if (data === undefined) throw new Error("a write was given up without a failure");
        throw new TicketError({ ...data, ...where, sent: step.sent, attempts }, { cause: failure?.cause });
      }
      case "fail":
        throw new TicketError({ ...step.error, attempts });
    }
  }
}

function aborted(where: Where, signal: AbortSignal, sent: Sent, attempts: number): TicketError {
  const data = { kind: "aborted", code: "aborted", message: "the call was aborted", sent, attempts } as const;
  return localError(where, data, signal.reason);
}
