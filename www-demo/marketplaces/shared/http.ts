// One request as it arrived and one answer before it is sent. Marketplaces turn the first into the
// second; faults change the second.

import type { Bytes } from "./runtime.ts";

export interface Received {
  method: string;
  /**
   * The whole URI as received: scheme, host, port, path and query. Signatures are made over it. The
   * runtime resolves "." and ".." segments, and leaves all else as it was sent.
   */
  uri: string;
  /** `http://host:port` of the request. */
  origin: string;
  /** Raw path, still percent-encoded. */
  path: string;
  /** Raw query without the question mark; empty when there is none. */
  query: string;
  headers: Headers;
  body: Bytes;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Bytes | null;
}

export async function receive(request: Request): Promise<Received> {
  const uri = request.url;
  const pathStart = uri.indexOf("/", uri.indexOf("://") + 3);
  const origin = pathStart === -1 ? uri : uri.slice(0, pathStart);
  const target = pathStart === -1 ? "/" : uri.slice(pathStart);
  const queryStart = target.indexOf("?");
  return {
    method: request.method,
    uri,
    origin,
    path: queryStart === -1 ? target : target.slice(0, queryStart),
    query: queryStart === -1 ? "" : target.slice(queryStart + 1),
    headers: request.headers,
    body: new Uint8Array(await request.arrayBuffer()),
  };
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: new TextEncoder().encode(JSON.stringify(value)),
  };
}

/** Text as it is, all else as JSON. */
export function say(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  if (typeof value !== "string") return json(status, value, headers);
  return { status, headers: { "content-type": "text/plain", ...headers }, body: new TextEncoder().encode(value) };
}

export function empty(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: null };
}

export function toResponse(reply: Reply): Response {
  return new Response(reply.body, { status: reply.status, headers: reply.headers });
}

/** Percent-decodes; `undefined` when the text is not valid percent-encoded UTF-8. */
export function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The pairs of a query in their order, form-decoded; `undefined` when one of them is not valid. */
export function parseQuery(query: string): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode((equals === -1 ? part : part.slice(0, equals)).replaceAll("+", " "));
    const value = decode((equals === -1 ? "" : part.slice(equals + 1)).replaceAll("+", " "));
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return pairs;
}
