/**
 * Writes that are sure. The module decides what is read, waited for, sent again or given up; here
 * its decisions are carried out, call by call.
 */

import type { Sent } from "../generated/types.js";
import { dataOf, localError, TicketError, type Where } from "../ground/errors.js";
import { given } from "../ground/given.js";
import { type Host, notify, wait } from "../send/host.js";
import { lineUp } from "../send/lease.js";
import type { Boundary } from "../wasm/engine.js";
import type { OnceEvent, OnceStep, PageShape, Result } from "../wasm/generated/boundary.js";
import type { WithResponse } from "./promises.js";

/** The result of a call, with its page if it is a page of a list. */
export interface Settled extends WithResponse<unknown> {
  shape: PageShape | undefined;
}

interface Work {
  begun: ReturnType<Boundary["beginOnce"]>;
  signal: AbortSignal | null | undefined;
  write(totalTimeoutMs: number): Promise<Settled>;
  read(endpoint: string, args: unknown[], totalTimeoutMs: number): Promise<Settled>;
  parse(result: Result): unknown;
}

const worse = (a: Sent, b: Sent): Sent => (a === "yes" || b === "no" ? a : b);

/** Makes the write once: the result is its own, or the one that was found by reading. */
export async function writeOnce(host: Host, where: Where, work: Work): Promise<Settled> {
  const { begun, signal } = work;
  const { key, endMs, settleMs } = begun;
  if (key === undefined) return settle(host, where, work);
  const leave = await lineUp(host, where.endpoint, key, endMs, signal);
  let sent: Sent = "maybe";
  try {
    const settled = await settle(host, where, work);
    sent = "no";
    return settled;
  } catch (error) {
    if (error instanceof TicketError) sent = error.sent;
    throw error;
  } finally {
    // The next write's first read must include what lands late, so that it does not take that for
    // its own work.
    leave(sent === "no" ? undefined : host.now() + settleMs);
  }
}

async function settle(host: Host, where: Where, { begun, signal, write, read, parse }: Work): Promise<Settled> {
  let { once } = begun;
  let happened: OnceEvent = { type: "begun" };
  let failure: TicketError | undefined;
  let last: Settled | undefined;
  let sent: Sent = "no";
  let attempts = 0;
  for (;;) {
    let step: OnceStep;
    try {
      ({ once, step } = host.engine.advanceOnce(once, host.now(), happened));
    } catch (error) {
      if (!(error instanceof TicketError)) throw error;
      throw new TicketError({ ...dataOf(error), ...where, sent, attempts }, { cause: error.cause });
    }
    switch (step.type) {
      case "read":
        try {
          last = await read(step.endpoint, step.args, step.totalTimeoutMs);
          happened = { type: "read", value: last.data, page: last.shape };
        } catch (error) {
          if (signal?.aborted) throw aborted(where, signal, sent, attempts);
          if (!(error instanceof TicketError)) throw error;
          failure ??= error;
          happened = { type: "read_failed" };
        }
        break;
      case "write":
        try {
          const settled = await write(step.totalTimeoutMs);
          return { ...settled, attempts: attempts + settled.attempts };
        } catch (error) {
          if (!(error instanceof TicketError)) throw error;
          attempts += error.attempts;
          sent = worse(sent, error.sent);
          if (signal?.aborted) throw aborted(where, signal, sent, attempts);
          failure = error;
          // A refusal of the gateway itself, or of this client, is none of the marketplace's.
          const status = error.origin === "marketplace" ? error.status : undefined;
          happened = { type: "write_failed", sent: error.sent, ...given({ status, hintMs: error.retryAfterMs }) };
        }
        break;
      case "wait": {
        const { ms: waitMs } = step;
        host.debug?.(`${where.endpoint} waits ${Math.round(waitMs)} ms before it looks again: settling`);
        notify(host.onRetry, () => ({
          endpoint: where.endpoint,
          attempt: attempts + 1,
          waitMs,
          reason: "settling" as const,
        }));
        await wait(waitMs, signal);
        if (signal?.aborted) throw aborted(where, signal, sent, attempts);
        happened = { type: "waited" };
        break;
      }
      case "found":
        return {
          ...(last as Settled),
          data: parse(step.result),
          shape: undefined,
          attempts,
          requestId: undefined,
          found: true,
        };
      case "give_up": {
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
