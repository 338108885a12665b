/** The host's `Request` of one attempt, signed by the module. */

import { HASH_BYTES, type Payload } from "../files/body.js";
import type { Tokens } from "../generated/types.js";
import { join } from "../ground/bytes.js";
import { localError, type Where } from "../ground/errors.js";
import { makeNonce } from "../ground/nonce.js";
import type { Call, Signed } from "../wasm/generated/boundary.js";
import type { Host } from "./host.js";

/** What the signatures of this call hash before its body, if they cover it. */
export function headsOf(host: Host, call: Call): Uint8Array[] | undefined {
  return host.engine.signing(call.state, host.credentials, host.now())?.heads;
}

/** The host's request, which follows no redirect. */
export function hostRequest(
  where: Where,
  { url, method, headers }: Signed,
  body: ReturnType<Payload["open"]> | undefined,
  signal: AbortSignal | undefined,
  once = false,
): Request {
  const init: RequestInit & { duplex?: "half" } = { method, headers, redirect: "manual" };
  if (signal !== undefined) init.signal = signal;
  if (body !== undefined) {
    init.body = body as BodyInit;
    // Hosts want to know, for a stream, that the answer may wait until all is sent.
    init.duplex = "half";
  }
  if (once) {
    // A copy of the body for a redirect would have to be held in memory, so redirects fail at once;
    // Node keeps such a copy otherwise.
    init.redirect = "error";
    init.window = null;
  }
  const request = new Request(url, init);
  if (request.url === url) return request;
  // The signature covers the URL as text.
  const message = "the host spells the request's URL differently; check `baseUrl`";
  throw localError(where, { kind: "configuration", code: "url_changed", message });
}

/** The request of one attempt. */
export function buildRequest(
  host: Host,
  call: Call,
  tokens: Tokens | undefined,
  body: Payload | undefined,
  signal: AbortSignal | undefined,
): Request {
  const now = host.now();
  const { hashes, told } = body ?? {};
  const tail = hashes && host.engine.signing(call.state, host.credentials, now)?.tail;
  const sums = tail && join(hashes.map((hash) => hash.digest(tail)));
  const content = body?.open();
  // What a signature may cover without hashes is short, and in one array.
  const isWhole = content === undefined || (ArrayBuffer.isView(content) && content.byteLength < HASH_BYTES);
  const how = sums !== undefined ? "hashed" : isWhole ? "whole" : "unread";
  const bytes = sums ?? (isWhole ? content : undefined);
  const signed = host.engine.sign(
    call.state,
    { credentials: host.credentials, session: tokens, now, nonce: makeNonce() },
    told,
    how,
    bytes,
  );
  const where = { marketplace: host.marketplace, endpoint: call.endpoint };
  return hostRequest(where, signed, content, signal, told !== undefined);
}
