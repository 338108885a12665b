/** What of a marketplace's answer goes on to the page. */

import { PASSED } from "./errors.js";

/** The headers of an answer that a page sees. */
export function passedHeaders(response: Response, more: Record<string, string> = {}): Headers {
  const headers = new Headers(more);
  for (const name of PASSED) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

/** The sender of a file may name it, but no browser may show it on the gateway's origin. */
export function attachmentOf(response: Response): string {
  const disposition = response.headers.get("content-disposition") ?? "";
  return /^\s*attachment\s*(?:;|$)/i.test(disposition) ? disposition : "attachment";
}

export const isRedirect = (status: number) => status >= 300 && status < 400;
