/** What can be asked without a call: whether arguments obey the rules, and what an answer says. */

import { isResponse } from "../files/content.js";
import { inspect, takeFiles } from "../files/source.js";
import type { MarketplaceId, Violation } from "../generated/types.js";
import { abortedError, describe, localError, located, TicketError, type Where } from "../ground/errors.js";
import { headerLines } from "../ground/headers.js";
import type { CallOptions } from "../ground/options.js";
import { readCapped } from "../send/read.js";
import type { Engine } from "../wasm/engine.js";
import type { Settings } from "../wasm/generated/boundary.js";
import { Limit } from "./limit.js";
import { parse } from "./parse.js";

/** The client for which a question is asked. */
export type At = Where & { marketplace: MarketplaceId };

function violationsOf(engine: Engine, where: At, args: () => unknown[], settings: Settings): Violation[] {
  try {
    return engine.validate(where.marketplace, where.endpoint, args(), settings);
  } catch (error) {
    if (error instanceof TicketError && error.kind === "validation") return error.violations;
    throw located(error, where);
  }
}

/** Throws for names that are no text, which plain JavaScript may give. */
function checkNames({ marketplace, endpoint }: At): void {
  if (typeof marketplace === "string" && typeof endpoint === "string") return;
  const message = "the name of the marketplace or of the method is not text";
  throw localError(undefined, { kind: "configuration", code: "unknown_method", message });
}

export function check(engine: Engine, where: At, args: unknown[], settings: Settings): Violation[] {
  checkNames(where);
  try {
    if (engine.acceptable(where.marketplace, where.endpoint, args)) return [];
  } catch {
    // No such method, or not started: the words for it are found below.
  }
  return violationsOf(engine, where, () => takeFiles(where, args).args, settings);
}

/** What is wrong with files that cannot be read; any other failure is thrown on. */
function unreadOf(error: unknown): Violation[] {
  if (error instanceof TicketError && error.kind === "validation") return error.violations;
  throw error;
}

export async function checkFiles(
  engine: Engine,
  where: At,
  args: unknown[],
  settings: Settings,
  options: CallOptions,
): Promise<Violation[]> {
  if (options.signal?.aborted) throw abortedError(where, options.signal);
  await engine.warming();
  const taken = takeFiles(where, args);
  const look = () => violationsOf(engine, where, () => taken.args, settings);
  const key = ({ field, code }: Violation) => `${field} ${code}`;
  const before = new Set(look().map(key));
  const limit = new Limit(where, options, settings);
  try {
    const unread = await limit.during(inspect(engine, where, taken.files, limit.signal).then(() => [], unreadOf));
    return [...unread, ...look().filter((violation) => !before.has(key(violation)))];
  } finally {
    limit.end();
  }
}

/** A value that throws when it is looked at is no answer. */
function isAnswer(value: unknown): value is Response {
  try {
    return isResponse(value);
  } catch {
    return false;
  }
}

/** The most of an answer that `decode` takes into memory: as much as a call does. */
const MAX_DECODE_BYTES = 32 * 1024 * 1024;

export async function decodeResponse(engine: Engine, where: At, response: Response): Promise<unknown> {
  checkNames(where);
  if (!isAnswer(response)) {
    const message = "there is no `Response` to decode: give the one that `fetch` resolved to";
    throw localError(where, { kind: "configuration", code: "invalid_options", message });
  }
  await engine.warming();
  const { status } = response;
  let body: Uint8Array | null;
  try {
    body = await readCapped(response, MAX_DECODE_BYTES);
  } catch (error) {
    const message = `the body could not be read: ${describe(error)}`;
    throw localError(where, { kind: "decode", code: "unreadable_answer", message, sent: "maybe", status }, error);
  }
  if (body === null) {
    const message = `response body is larger than ${MAX_DECODE_BYTES} bytes`;
    throw localError(where, { kind: "decode", code: "unreadable_answer", message, sent: "maybe", status });
  }
  const headers = headerLines(response.headers);
  const { marketplace, endpoint } = where;
  const accepted = engine.accept(marketplace, endpoint, status, body);
  if (accepted !== undefined) {
    const taken = engine.decodeResponse(
      marketplace,
      endpoint,
      status,
      headers,
      undefined,
      JSON.stringify(accepted.saw),
    );
    if ("result" in taken) return parse(taken.result, body, accepted);
  }
  const decoded = engine.decodeResponse(marketplace, endpoint, status, headers, body);
  if ("error" in decoded) throw new TicketError(decoded.error);
  return parse(decoded.result, body);
}
