// One Worker in the real Workers runtime (workerd), by Miniflare.

import { createServer } from "node:net";
import process from "node:process";
import { Log, LogLevel, Miniflare } from "miniflare";

const HOST = "127.0.0.1";

/**
 * Starts one Worker. It listens on a socket of its own: the one that Miniflare puts in front of
 * Workers rewrites URLs, which breaks signatures, and ends cut bodies as if they were whole.
 *
 * @param {number} port 0 for any free one
 * @param {boolean} quiet nothing of workerd's own output
 */
export async function startWorkerd(port, quiet, worker) {
  await assertFree(port);
  const instance = new Miniflare({
    host: HOST,
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(quiet ? LogLevel.NONE : LogLevel.WARN),
    handleRuntimeStdio: (stdout, stderr) => {
      for (const [from, to] of [
        [stdout, process.stdout],
        [stderr, process.stderr],
      ]) {
        from.setEncoding("utf8");
        from.on("data", (text) => {
          const kept = quiet ? "" : withoutNoise(text);
          if (kept !== "") to.write(kept);
        });
      }
    },
    unsafeDirectSockets: [{ host: HOST, port }],
    ...worker,
  });
  try {
    await instance.ready;
    const url = await instance.unsafeGetDirectURL(worker.name);
    return { instance, url: url.origin };
  } catch (error) {
    await instance.dispose();
    throw error;
  }
}

/**
 * workerd reports clients that go away and connections that are cut on purpose as errors with long
 * stacks.
 */
function withoutNoise(text) {
  return text
    .split("\n")
    .filter((line) => !/cut by a fault|kj::Exception|^stack: |disconnected: |Uncaught exception: /.test(line))
    .join("\n");
}

async function assertFree(port) {
  if (port === 0) return;
  await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) =>
      reject(
        error.code === "EADDRINUSE" ? new Error(`port ${port} is in use: choose another one, or 0 for any`) : error,
      ),
    );
    server.listen(port, HOST, () => server.close(resolve));
  });
}
