// A cron trigger for a Worker on this machine, where nothing else fires one.

const TRIGGER_MS = 60_000;

/**
 * Fires the Worker's cron trigger once, and returns when that is over. Miniflare's stand-in for a Worker
 * stops this thread while it asks workerd, and has stopped it for ever.
 *
 * @param {import("miniflare").Miniflare} instance one with `unsafeTriggerHandlers`
 */
export async function fireCron(instance, at = new Date()) {
  const url = new URL("/cdn-cgi/handler/scheduled", await instance.ready);
  url.searchParams.set("time", String(at.getTime()));
  url.searchParams.set("cron", "* * * * *");
  const response = await fetch(url, {
    headers: { connection: "close" },
    signal: AbortSignal.timeout(TRIGGER_MS),
  });
  await response.text();
}

/**
 * Fires the Worker's cron trigger again and again, each time when the one before is over.
 *
 * @param {import("miniflare").Miniflare} instance
 * @param {number} ms the time between two of them; 0 for never
 */
export function clockAt(instance, ms) {
  let isOver = ms === 0;
  let timer;
  const tick = async () => {
    try {
      await fireCron(instance);
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
