/**
 * The route for files of tickets, from the marketplace's own origin and the account's `fileHosts`
 * alone.
 */

import { fetchFile, isFileUrl, limitStream } from "../core/download.js";
import type { Inner } from "../core/inner.js";
import type { TicketErrorData } from "../generated/types.js";
import { onAbort, timerMs } from "../ground/abort.js";
import { watched } from "../ground/debug.js";
import { brokenRule, describe, type LocalData, localError, type Where } from "../ground/errors.js";
import { observed } from "../ground/hooks.js";
import { urlOf } from "../ground/url.js";
import { attachmentOf, isRedirect, passedHeaders } from "./answered.js";
import { ATTEMPTS, answerOf, notFound, ORIGIN, SENT } from "./answers.js";
import { ours } from "./errors.js";

/** A URL on the marketplace's origin: where any of its endpoints is. */
function homeOf({ engine, marketplace, client }: Inner): string {
  for (const { method, path } of engine.operations(marketplace)) {
    const plain = path.replaceAll(/\{[^}]*\}/g, "0");
    const begun = engine.beginForward(client, method, plain, "", "", undefined, {}, 0, undefined, undefined);
    if ("call" in begun) return begun.call.url;
  }
  throw new Error("the marketplace has no endpoints");
}

/** The name under which a download is an operation. */
export const DOWNLOAD = "downloadFile";

interface Limits {
  maxFileBytes: number;
  fileTimeoutMs: number;
}

/** Answers with a file, or says why not. */
export async function download(
  inner: Inner,
  request: Request,
  url: URL,
  limits: Limits,
  report: (error: unknown) => void,
): Promise<Response> {
  const where: Where = { marketplace: inner.marketplace, endpoint: DOWNLOAD };
  if (request.method !== "GET") return notFound(where, "no_route", "files are read with GET", 405);
  const given = url.searchParams.getAll("uri");
  const [text = ""] = given;
  const uri = given.length === 1 ? urlOf(text) : undefined;
  const home = new URL(homeOf(inner));
  const allows = (to: URL) => isFileUrl(to) && (to.origin === home.origin || inner.fileHosts.includes(to.host));
  if (uri === undefined || !allows(uri)) {
    const message = "`uri` is not on the marketplace's own origin nor on one of the account's `fileHosts`";
    const hint = "add its host to the account's `fileHosts`";
    return answerOf(ours(brokenRule(where, { field: "uri", code: "file_host_not_allowed", message, hint })), where);
  }
  let failed: unknown;
  const told = (error: unknown) => {
    failed = error;
    report(error);
  };
  const work = (callId: string) => passOn(inner, request, { uri, allows }, limits, told, callId);
  return observed(inner, where, work, ({ status }) => ({ attempts: 1, status, error: failed }));
}

async function passOn(
  inner: Inner,
  request: Request,
  { uri, allows }: { uri: URL; allows: (to: URL) => boolean },
  { maxFileBytes: maxBytes, fileTimeoutMs }: Limits,
  report: (error: unknown) => void,
  callId: string,
): Promise<Response> {
  const where: Where = { marketplace: inner.marketplace, endpoint: DOWNLOAD };
  const stop = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    end();
    stop.abort(new Error(`the file did not arrive within ${fileTimeoutMs} ms`));
  }, timerMs(fileTimeoutMs));
  const end = onAbort(request.signal, () => stop.abort());
  const release = () => {
    clearTimeout(timer);
    end();
  };
  const fail = (
    code: LocalData["code"],
    message: string,
    kind: TicketErrorData["kind"] = "network",
    cause?: unknown,
  ): Response => {
    release();
    const data = { kind, code, message, attempts: 1, sent: "maybe", retryable: kind !== "rejected" } as const;
    const words = cause === undefined ? message : `${message}: ${describe(cause)}`;
    report(localError(where, { ...data, message: words }, cause));
    return answerOf(ours(localError(where, data)), where);
  };

  let response: Response | null;
  try {
    response = await fetchFile(uri, {
      fetch: watched(inner, where.endpoint, callId),
      signal: stop.signal,
      allows,
      init: { headers: { accept: "*/*" } },
    });
  } catch (error) {
    if (timedOut) return fail("timeout", "the file did not arrive in time", "timeout");
    return fail("network", "the file could not be fetched", "network", error);
  }
  if (response === null)
    return fail("redirect", "the file was redirected to where files are not read from", "rejected");
  const headers = passedHeaders(response, { [ORIGIN]: "marketplace", [SENT]: "yes", [ATTEMPTS]: "1" });
  if (!response.ok) {
    response.body?.cancel().catch(() => {});
    release();
    headers.delete("content-type");
    return new Response(null, { status: isRedirect(response.status) ? 502 : response.status, headers });
  }
  const length = response.headers.get("content-length");
  if (length !== null && Number(length) > maxBytes) {
    response.body?.cancel().catch(() => {});
    return fail("too_large", `the file is larger than ${maxBytes} bytes`, "rejected");
  }
  if (length !== null && !response.headers.has("content-encoding")) headers.set("content-length", length);
  headers.set("content-disposition", attachmentOf(response));
  const body =
    response.body === null ? null : limitStream(response.body, maxBytes, stop.signal, (error) => error, release);
  if (body === null) release();
  return new Response(body, { status: 200, headers });
}
