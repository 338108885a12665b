import type { Fetch } from "../ground/options.js";
import { Refusal } from "./refusal.js";

/**
 * Deno sends a request again on its own when its connection drops, even a write that has arrived.
 * It cannot do so with a body that it reads from a `Blob`, whose stream goes out with its length,
 * unlike others.
 */
export const hostFetch: Fetch = (url, init) => {
  // The jsdom of Jest, for one, has none.
  if (typeof globalThis.fetch !== "function") {
    return Promise.reject(new Refusal("this host has no `fetch`: give one as the client's option `fetch`"));
  }
  const replays = "Deno" in globalThis && init.method !== "GET";
  const parts = init.body === undefined ? [] : [init.body as BlobPart];
  return globalThis.fetch(url, replays ? { ...init, body: new Blob(parts) } : init);
};
