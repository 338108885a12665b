// A cron trigger for a Worker on this machine, where nothing else fires one.

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
      const worker = await instance.getWorker();
      await worker.scheduled({ scheduledTime: new Date(), cron: "* * * * *" });
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
