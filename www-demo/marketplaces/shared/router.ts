// A table of routes: method and pattern. A pattern segment that starts with ":" takes one whole
// segment, percent-decoded.

import { decode } from "./http.ts";

export interface Route<Handler> {
  method: string;
  pattern: string;
  handler: Handler;
}

export type Match<Handler> =
  | { type: "found"; handler: Handler; params: Record<string, string> }
  | { type: "method_not_allowed"; allow: string[] }
  | { type: "not_found" };

/** The first route that fits wins, so literal segments are listed before parameters. */
export function matchRoute<Handler>(routes: Route<Handler>[], method: string, path: string): Match<Handler> {
  const segments = path.split("/").map(decode);
  // The pattern that fits the path decides; a literal `/tickets/messages` is not also a ticket with
  // the id "messages".
  let fitting: string | undefined;
  const allow: string[] = [];
  for (const route of routes) {
    if (fitting !== undefined && route.pattern !== fitting) continue;
    const params = fits(route.pattern.split("/"), segments);
    if (params === undefined) continue;
    fitting = route.pattern;
    if (route.method === method) return { type: "found", handler: route.handler, params };
    allow.push(route.method);
  }
  return allow.length > 0 ? { type: "method_not_allowed", allow } : { type: "not_found" };
}

function fits(pattern: string[], segments: (string | undefined)[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index];
    if (actual === undefined) return undefined;
    if (expected.startsWith(":")) {
      if (actual === "") return undefined;
      params[expected.slice(1)] = actual;
    } else if (expected !== actual) {
      return undefined;
    }
  }
  return params;
}
