/**
 * Measures the memory for a message with a large file, sampled while a server receives it slowly.
 */

import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openWorker, run } from "./bench.mjs";

/** A slow marketplace: it waits for `sample` after each part that arrives. */
async function slowServer(sample) {
  const server = createServer(async (request, response) => {
    for await (const part of request) await sample(part.length);
    response.writeHead(204).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${server.address().port}/v2`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function memoryInNode(node, project, size) {
  const cases = pathToFileURL(
    join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "attachments.mjs"),
  ).href;
  await writeFile(
    join(project, "memory.mjs"),
    `import { linearMemory, requestOf, sendFile } from ${JSON.stringify(cases)};
    const api = await import("seller-tickets");
    const [baseUrl, size] = JSON.parse(process.argv[2]);
    const live = async () => {
      // The memory that a collection frees is returned one turn later.
      for (let turn = 0; turn < 3; turn += 1) {
        globalThis.gc();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      // Objects made in the meantime are garbage too, unless something refers to them.
      globalThis.gc();
      globalThis.gc();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    await sendFile(api, size, { baseUrl });
    const idle = await live();
    let most = 0;
    let samples = 0;
    let over = false;
    const watch = (async () => {
      while (!over) {
        most = Math.max(most, (await live()) - idle);
        if (!over) samples += 1;
      }
    })();
    const { linear } = await sendFile(api, size, { baseUrl });
    over = true;
    await watch;
    const request = await requestOf(api, size);
    const held = (await live()) - idle;
    console.log(
      JSON.stringify({ linear, most, samples, held, linearHeld: linearMemory(), method: request.method }),
    );\n`,
  );
  const server = await slowServer(() => pause(2));
  try {
    const question = JSON.stringify([server.baseUrl, size]);
    const out = await run(node.path, ["--expose-gc", "--no-warnings", "memory.mjs", question], { cwd: project });
    const { linear, most, samples, held, linearHeld } = JSON.parse(out);
    if (samples < 5) throw new Error(`Node's memory was looked at ${samples} times only`);
    return [
      { name: node.name, way: "streamed", linear, live: most, samples },
      { name: node.name, way: "buffered", linear: linearHeld, live: held },
    ];
  } finally {
    server.close();
  }
}

/** Reads the Worker's heap through the inspector. */
async function openInspector(worker) {
  const { default: WebSocket } = await import("ws");
  const url = await worker.inspector();
  const socket = new WebSocket(new URL("/core:user:", url));
  await new Promise((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
  let last = 0;
  const waiting = new Map();
  socket.on("message", (data) => {
    const { id, result } = JSON.parse(data);
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const ask = (method) =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method }));
    });
  return {
    /**
     * Returns the live bytes after a collection. All steps are requested at once, because objects
     * that the Worker makes between collection and count would be counted, dead or alive. Each
     * collection waits until the memory of the one before is really freed. Workers answer only
     * while they work.
     */
    live: async () => {
      const collections = Array.from({ length: 3 }, () => ask("HeapProfiler.collectGarbage"));
      const [{ usedSize, backingStorageSize = 0 }] = await Promise.all([ask("Runtime.getHeapUsage"), ...collections]);
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}

export async function memoryInWorker(project, size) {
  const worker = await openWorker(project, "attachments");
  const server = await slowServer(() => pause(2));
  try {
    const inspector = await openInspector(worker);
    const send = { baseUrl: server.baseUrl };
    /** Runs some collections in a row, with a little work at which the Worker can answer. */
    const settled = async () => {
      let live;
      for (let turn = 0; turn < 5; turn += 1) {
        live = undefined;
        const asked = inspector.live().then((bytes) => {
          live = bytes;
        });
        while (live === undefined) {
          await worker.ask({ size, send: { baseUrl: "" } });
          await Promise.race([asked, pause(5)]);
        }
      }
      return live;
    };
    await worker.ask({ size, send });
    const idle = await settled();
    let most = 0;
    let samples = 0;
    let over = false;
    const watch = (async () => {
      while (!over) {
        most = Math.max(most, (await inspector.live()) - idle);
        if (!over) samples += 1;
      }
    })();
    const { linear } = await worker.ask({ size, send });
    over = true;
    await settled();
    await watch;
    const { linear: linearHeld } = await worker.ask({ size, send: { hold: true } });
    const held = (await settled()) - idle;
    inspector.close();
    if (samples < 5) throw new Error(`the Worker's memory was looked at ${samples} times only`);
    return [
      { name: worker.name, way: "streamed", linear, live: most, samples },
      { name: worker.name, way: "buffered", linear: linearHeld, live: held },
    ];
  } finally {
    server.close();
    await worker.close();
  }
}
