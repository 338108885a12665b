/** How much memory a message with a large file takes, sampled while a server takes it slowly. */

import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openWorker, run } from "./bench.mjs";

/** A marketplace that stops after every two MiB, until `sample` is done. */
async function slowServer(sample) {
  const server = createServer(async (request, response) => {
    let read = 0;
    let looked = 0;
    for await (const part of request) {
      read += part.length;
      if (read - looked < 2 * 1024 * 1024) continue;
      looked = read;
      await sample();
    }
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
      // What a collection frees is given back a turn later.
      for (let turn = 0; turn < 3; turn += 1) {
        globalThis.gc();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    await sendFile(api, size, { baseUrl });
    const idle = await live();
    let most = 0;
    let over = false;
    const watch = (async () => {
      while (!over) most = Math.max(most, (await live()) - idle);
    })();
    const { linear } = await sendFile(api, size, { baseUrl });
    over = true;
    await watch;
    const request = await requestOf(api, size);
    const held = (await live()) - idle;
    console.log(JSON.stringify({ linear, most, held, linearHeld: linearMemory(), method: request.method }));\n`,
  );
  const server = await slowServer(() => new Promise((resolve) => setTimeout(resolve, 40)));
  try {
    const question = JSON.stringify([server.baseUrl, size]);
    const out = await run(node.path, ["--expose-gc", "--no-warnings", "memory.mjs", question], { cwd: project });
    const { linear, most, held, linearHeld } = JSON.parse(out);
    return [
      { name: `${node.name}, sent`, linear, live: most },
      { name: `${node.name}, held`, linear: linearHeld, live: held },
    ];
  } finally {
    server.close();
  }
}

/** The inspector's view of the Worker's heap. */
async function openInspector(worker) {
  const { default: WebSocket } = await import("ws");
  const url = await worker.inspector();
  const list = await (await fetch(new URL("/json", url.href.replace(/^ws/, "http")))).json();
  const socket = new WebSocket(list[0].webSocketDebuggerUrl);
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
    live: async () => {
      await ask("HeapProfiler.collectGarbage");
      const { usedSize, backingStorageSize = 0 } = await ask("Runtime.getHeapUsage");
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}

export async function memoryInWorker(project, size) {
  const worker = await openWorker(project, "attachments");
  let sample = async () => {};
  const server = await slowServer(() => sample());
  try {
    const inspector = await openInspector(worker);
    const send = { baseUrl: server.baseUrl };
    await worker.ask({ size, send });
    const idle = await inspector.live();
    let most = 0;
    sample = async () => {
      most = Math.max(most, (await inspector.live()) - idle);
    };
    const { linear } = await worker.ask({ size, send });
    inspector.close();
    return [{ name: `${worker.name}, sent`, linear, live: most }];
  } finally {
    server.close();
    await worker.close();
  }
}
