/** A page's call, signed here and sent on. */

import type { Inner } from "../core/inner.js";
import { HASH_BYTES } from "../files/body.js";
import type { Tokens } from "../generated/types.js";
import { brokenRule, describe, localError, TicketError, violationsError, type Where } from "../ground/errors.js";
import { headerLines } from "../ground/headers.js";
import { type Ended, observed } from "../ground/hooks.js";
import { makeNonce } from "../ground/nonce.js";
import { urlOf } from "../ground/url.js";
import { type Outcome, run } from "../send/driver.js";
import { open } from "../send/open.js";
import { PATIENCE_BYTES, readCapped } from "../send/read.js";
import { attachmentOf, isRedirect, passedHeaders } from "./answered.js";
import { ATTEMPTS, answerOf, NONCE, ORIGIN, SENT } from "./answers.js";
import { ofModule, ours } from "./errors.js";
import type { Target } from "./routes.js";
import { notClaimed, type Write } from "./writes.js";

/** How much of a request's body is taken, and for how long. */
export interface Limits {
  maxBodyBytes: number;
  bodyTimeoutMs: number;
}

/** Sends a call on, and returns the marketplace's answer or the gateway's own. */
export async function forward(
  inner: Inner,
  request: Request,
  target: Target,
  limits: Limits,
  report: (error: unknown) => void,
  check: (operation: string) => Promise<Response | undefined>,
  write: Write | undefined,
): Promise<Response> {
  const { marketplace, settings } = inner;
  const where: Where = { marketplace, endpoint: "forward" };
  const nonce = makeNonce();
  const begin = (body?: Uint8Array, gates: Inner["gates"] = {}, now?: number, tokens?: Tokens) => {
    // The module lets only those headers pass that the operation knows.
    const headers = new Map(request.headers);
    if (body === undefined) headers.delete("content-type");
    else if (!headers.has("content-type")) headers.set("content-type", "application/json");
    const path = target.path + target.search;
    const { engine, client } = inner;
    const lines = headerLines(headers);
    return engine.beginForward(client, request.method, path, lines, nonce, body, gates, HASH_BYTES, now, tokens);
  };
  // Nothing is asked between a read's beginning and its sending.
  const isPlainRead = write === undefined && request.body === null;
  const openNow = (body?: Uint8Array) => open(inner, (gates, now, tokens) => begin(body, gates, now, tokens));
  const opening = isPlainRead ? openNow() : undefined;
  let begun = opening ?? begin();
  if ("violations" in begun) {
    const error = ours(violationsError(where, "validation", begun.violations));
    return answerOf(error, where, begun.violations.some(({ code }) => code === "no_such_route") ? 404 : 400);
  }
  where.endpoint = begun.call.endpoint;
  if (write !== undefined && write.nonce === undefined) {
    const message = `a write needs the header \`${NONCE}\`: 32 hexadecimal digits in lower case, random and new for each attempt`;
    const hint = "call through a client of this package, or add the header";
    return answerOf(ours(brokenRule(where, { field: NONCE, code: "nonce_required", message, hint })), where);
  }
  const refusal = await check(where.endpoint);
  if (refusal !== undefined) {
    if (opening !== undefined && "call" in opening) opening.slot?.leave();
    return refusal;
  }
  let body: Uint8Array | undefined;
  if (request.body !== null) {
    const read = await readBody(request, where, limits, report, write);
    if (read instanceof Response) return read;
    if (read.byteLength > 0) {
      body = read;
      begun = begin(body);
    }
    if ("violations" in begun) {
      return answerOf(ours(violationsError(where, "validation", begun.violations)), where);
    }
  }

  const claimed = (await write?.begin()) ?? "new";
  if (claimed !== "new") return notClaimed(claimed, where);
  const opened = opening ?? openNow(body);
  if ("violations" in opened) throw violationsError(where, "validation", opened.violations);
  const work = (callId: string) => run(inner, where, opened, body, request.signal, undefined, false, callId);
  const { step, answer, cause, attempts } = await observed(inner, where, work, endOf);
  // Redirects of the marketplace lead elsewhere, and a browser would follow them.
  if (answer !== undefined && answer.response.status >= 200 && !isRedirect(answer.response.status)) {
    return passOn(answer, step, attempts, settings.baseUrl);
  }
  if (step.type === "done") throw new Error("a call is done without an answer");
  const error = ofModule(new TicketError(step.error, cause === undefined ? undefined : { cause }));
  report(error);
  return answerOf(error, where);
}

function endOf({ step, answer, cause, attempts }: Outcome): Ended {
  const error = step.type === "fail" ? new TicketError(step.error, { cause }) : undefined;
  return { attempts, status: answer?.response.status, error };
}

/** The body of a request, or the answer that refuses it. */
async function readBody(
  request: Request,
  where: Where,
  limits: Limits,
  report: (error: unknown) => void,
  write: Write | undefined,
): Promise<Uint8Array | Response> {
  let read: Uint8Array | null;
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), limits.bodyTimeoutMs);
  try {
    read = await readCapped(request, limits.maxBodyBytes, PATIENCE_BYTES, slow.signal);
  } catch (error) {
    if (slow.signal.aborted) {
      const message = `the request's body did not arrive within ${limits.bodyTimeoutMs} ms`;
      // Not 408: browsers take that status for an idle connection's, and send again.
      const late = () => {
        const error = localError(where, { kind: "timeout", code: "body_timeout", message });
        return answerOf(ours(error), where, 400);
      };
      return write === undefined ? late() : write.refuse(late);
    }
    const broken = { kind: "network", code: "body_broken", message: "the request's body broke off" } as const;
    report(localError(where, { ...broken, message: `${broken.message}: ${describe(error)}` }, error));
    return answerOf(ours(localError(where, broken)), where, 400);
  } finally {
    clearTimeout(timer);
  }
  if (read === null) {
    const max = limits.maxBodyBytes;
    const message = `the request's body is larger than ${max} bytes`;
    const rule = {
      field: "",
      code: "too_large",
      message,
      hint: "send fewer or smaller files",
      params: { max },
    } as const;
    return answerOf(ours(brokenRule(where, rule)), where, 413);
  }
  return read;
}

/** The marketplace's answer as the page gets it. */
function passOn(
  answer: NonNullable<Outcome["answer"]>,
  step: Outcome["step"],
  attempts: number,
  baseUrl: string | undefined,
): Response {
  const { response } = answer;
  const headers = passedHeaders(response);
  const location = response.headers.get("location");
  const target = location === null ? undefined : urlOf(location, response.url || baseUrl);
  if (target !== undefined) {
    const { protocol, pathname } = target;
    // Two slashes would begin the name of a server.
    if (/^https?:$/.test(protocol)) headers.set("location", pathname.replace(/^\/+/, "/"));
  }
  // Vendors have hints of their own, which only the marketplace's own client knows.
  if (step.type === "fail" && step.error.retryAfterMs !== undefined && !headers.has("retry-after")) {
    headers.set("retry-after", String(Math.ceil(step.error.retryAfterMs / 1000)));
  }
  if (step.type === "done" && step.result.type === "bytes") headers.set("content-disposition", attachmentOf(response));
  headers.set(ORIGIN, "marketplace");
  headers.set(SENT, step.type === "done" ? "yes" : step.error.sent);
  headers.set(ATTEMPTS, String(attempts));
  const bare = answer.body.byteLength === 0;
  return new Response(bare ? null : answer.body.slice(), { status: response.status, headers });
}
