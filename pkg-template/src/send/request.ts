/** The request of one attempt, as the host's `fetch` takes it. */

import { HASH_BYTES, type Payload, type Taken } from "../files/body.js";
import type { Tokens } from "../generated/types.js";
import { join } from "../ground/bytes.js";
import { localError, type Where } from "../ground/errors.js";
import { headersOf } from "../ground/headers.js";
import { makeNonce } from "../ground/nonce.js";
import type { FetchInit } from "../ground/options.js";
import type { Call } from "../wasm/begun.js";
import type { SignedHeaders } from "../wasm/generated/boundary.js";
import type { Host } from "./host.js";

/** What the signatures of this call hash before its body, if they cover it. */
export function headsOf(host: Host, call: Call): Uint8Array[] | undefined {
  return host.engine.signing(call.state, host.client, host.now())?.heads;
}

/**
 * The options of a request that follows no redirect. `streamed`: the host knows the body's length
 * from a header alone.
 */
export function initOf(
  where: Where,
  { url, method }: Call,
  headers: SignedHeaders,
  body: ReturnType<Payload["open"]> | undefined,
  signal: AbortSignal | undefined,
  streamed = false,
): FetchInit {
  if (new URL(url).href !== url) {
    // The signature covers the URL as text.
    const message = "the host spells the request's URL differently; check `baseUrl`";
    throw localError(where, { kind: "configuration", code: "url_changed", message });
  }
  const init: FetchInit = { method, headers: headersOf(headers), redirect: "manual" };
  if (signal !== undefined) init.signal = signal;
  if (body !== undefined) {
    init.body = body as BodyInit;
    // Hosts want to know, for a stream, that the answer may wait until all is sent.
    if (!ArrayBuffer.isView(body)) init.duplex = "half";
  }
  if (streamed) {
    // A copy of the body for a redirect would have to be held in memory, so redirects fail at once;
    // Node keeps such a copy otherwise.
    init.redirect = "error";
    init.window = null;
  }
  return init;
}

/** Signs one attempt, and returns its headers and its body. */
export function sign(
  host: Host,
  call: Call,
  tokens: Tokens | undefined,
  body: Payload | undefined,
  taken?: Taken,
): { headers: SignedHeaders; content: ReturnType<Payload["open"]> | undefined } {
  const now = host.now();
  const { hashes, told } = body ?? {};
  const tail = hashes && host.engine.signing(call.state, host.client, now)?.tail;
  const sums = tail && join(hashes.map((hash) => hash.digest(tail)));
  const content = body?.open(taken);
  // What a signature may cover without hashes is short, and in one array.
  const isWhole = content === undefined || (ArrayBuffer.isView(content) && content.byteLength < HASH_BYTES);
  const how = sums !== undefined ? "hashed" : isWhole ? "whole" : "unread";
  const bytes = sums ?? (isWhole ? content : undefined);
  const headers = host.engine.sign(call.state, host.client, now, makeNonce(), tokens, told, how, bytes);
  return { headers, content };
}
