/** Where in a gateway's URL the account stands, and what browsers may send and see. */

import { ATTEMPTS, NONCE, ORIGIN, SENT } from "./answers.js";

/** The headers of an answer that a page elsewhere may read. */
export const EXPOSED = [
  ORIGIN,
  SENT,
  ATTEMPTS,
  "retry-after",
  "x-request-id",
  "location",
  "content-disposition",
  "date",
];
export const ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE";
/** `page`: the number of the page of a list, at ClickBank. */
export const ALLOWED_HEADERS = `accept, content-type, authorization, page, ${NONCE}`;

/** What a request is for. */
export interface Target {
  account: string;
  /** Below the account, with its leading slash and as it was encoded. */
  path: string;
  search: string;
}

/** Returns what a request is for; `null` when its URL names no account. */
export function locate(url: URL, basePath: string): Target | null {
  if (!url.pathname.startsWith(`${basePath}/`)) return null;
  const rest = url.pathname.slice(basePath.length + 1);
  const slash = rest.indexOf("/");
  if (slash <= 0) return null;
  try {
    return { account: decodeURIComponent(rest.slice(0, slash)), path: rest.slice(slash), search: url.search };
  } catch {
    return null;
  }
}
