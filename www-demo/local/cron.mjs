// A cron trigger for a Worker on this machine, where nothing else fires one.

import { fetchAlone } from "./alone.mjs";

const TRIGGER_MS = 60_000;

/**
 * Fires a Worker's cron trigger by an address that is for this, and returns when that is over.
 * Miniflare's stand-in for a Worker stops this thread while it asks workerd, and has stopped it for ever.
 *
 * @param {string | URL} url
 */
export async function fireCron(url) {
  const signal = AbortSignal.timeout(TRIGGER_MS);
  const response = await fetchAlone(url, { signal });
  await response.text();
}

/**
 * Fires the Worker's cron trigger again and again, each time when the one before is over.
 *
 * @param {string | URL} url the address for it
 * @param {number} ms the time between two of them; 0 for never
 */
export function clockAt(url, ms) {
  let isOver = ms === 0;
  let timer;
  const tick = async () => {
    try {
      await fireCron(url);
    } catch (error) {
      // The Worker may be on its way out, and the next trigger finds whatever this one missed.
      if (!isOver) console.error(`the cron trigger failed: ${error.message}`);
    }
  };
  let running = Promise.resolve();
  const next = () => {
    if (isOver) return;
    running = tick().then(() => {
      timer = setTimeout(next, ms);
    });
  };
  next();
  return {
    stop: async () => {
      isOver = true;
      clearTimeout(timer);
      await running;
      clearTimeout(timer);
    },
  };
}
