/**
 * A request whose progress is known: browsers tell it to an `XMLHttpRequest` alone. Apart from that
 * it does what `fetch` does, and fails as `fetch` fails.
 */

import type { Answer, FetchInit } from "../ground/options.js";

/** Sends a request, and tells `sent` how many bytes of its body have left. */
export function upload(
  url: string,
  init: FetchInit,
  limit: number,
  sent: (loaded: number, total: number) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(init.method, url);
    request.responseType = "arraybuffer";
    // A `Request` drops the headers that a page must not set, as `fetch` does; each of them would
    // be an error on the console here.
    for (const [name, value] of new Request(url, { headers: init.headers }).headers) {
      request.setRequestHeader(name, value);
    }
    // The words of Chromium's `fetch` and of its bodies: neither says what happened.
    let words = "Failed to fetch";
    let settle: (bytes: Uint8Array | null) => void;
    let breakOff: (error: unknown) => void;
    const body = new Promise<Uint8Array | null>((done, broken) => {
      settle = done;
      breakOff = broken;
    });
    // The one who reads the body learns of its failure.
    body.catch(() => {});
    const fail = (error: unknown) => {
      reject(error);
      breakOff(error);
    };
    const lost = () => fail(new TypeError(words));
    const stop = () => request.abort();
    const tooLong = () => {
      settle(null);
      stop();
    };

    request.upload.onprogress = ({ loaded, total }) => sent(loaded, total);
    request.upload.onload = ({ loaded, total }) => sent(loaded, total);
    request.onreadystatechange = () => {
      if (request.readyState !== XMLHttpRequest.HEADERS_RECEIVED) return;
      if (request.responseURL !== url) {
        // A redirect was followed, which cannot be forbidden here. Like the answer that `fetch`
        // gives in its place, this one has the status 0.
        resolve({ response: Response.error(), read: async () => new Uint8Array() });
        stop();
        return;
      }
      words = "network error";
      try {
        resolve({ response: responseOf(request), read: () => body });
      } catch (error) {
        fail(error);
        stop();
        return;
      }
      if (Number(request.getResponseHeader("content-length")) > limit) tooLong();
    };
    request.onprogress = ({ loaded }) => {
      if (loaded > limit) tooLong();
    };
    request.onload = () => {
      // There is none when it does not fit into memory.
      const bytes = request.response as ArrayBuffer | null;
      if (bytes === null) lost();
      else settle(bytes.byteLength > limit ? null : new Uint8Array(bytes));
    };
    request.onerror = lost;
    request.onabort = () => fail(init.signal?.reason);
    init.signal?.addEventListener("abort", stop, { once: true });
    request.send(init.body as XMLHttpRequestBodyInit | null | undefined);
  });
}

/** The status and the headers, as `fetch` gives them. */
function responseOf(request: XMLHttpRequest): Response {
  const { status, statusText, responseURL: url } = request;
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  // Only networks make answers of other statuses.
  const isUsual = status >= 200 && status <= 599;
  const response = new Response(null, { status: isUsual ? status : 200, statusText, headers });
  const told = isUsual ? { url } : { url, status, ok: false };
  return Object.defineProperties(
    response,
    Object.fromEntries(Object.entries(told).map(([name, value]) => [name, { value }])),
  );
}
