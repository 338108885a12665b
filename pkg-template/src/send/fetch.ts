import type { Fetch } from "../ground/options.js";

/**
 * Deno sends a request again on its own when its connection drops, even a write that has arrived.
 * It cannot do so with a body that it reads from a `Blob`, whose stream goes out with its length,
 * unlike others.
 */
export const hostFetch: Fetch = (url, init) => {
  const replays = "Deno" in globalThis && init.method !== "GET";
  const parts = init.body === undefined ? [] : [init.body as BlobPart];
  return globalThis.fetch(url, replays ? { ...init, body: new Blob(parts) } : init);
};
