/**
 * Workers read answers into room of ours: whatever their length and however they come, every byte
 * is there once.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeProject, startServer, startWorker } from "../package/lib.mjs";

const ROOM = 64 * 1024;
const LENGTHS = [60, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM, 500_001];

/** An answer of so many bytes, no two stretches of which are the same. */
const SOURCE = `
  const answer = (length, seed) => {
    const [head, tail] = ['{"data":[],"pad":"', '"}'];
    let pad = "";
    for (let at = 0; pad.length < length; at += 1) pad += seed + at + ",";
    return head + pad.slice(0, length - head.length - tail.length) + tail;
  };`;
const answer = new Function(`${SOURCE} return answer;`)();

let marketplace;
let project;
let worker;

before(async () => {
  marketplace = await startServer(async (request, response) => {
    const [, length, seed] = /\/(\d+)-(\w+)/.exec(request.url);
    const text = answer(Number(length), seed);
    response.writeHead(200, { "content-type": "application/json" });
    const middle = Math.floor(text.length / 2);
    response.write(text.slice(0, middle));
    await sleep(5);
    if (seed === "broken") response.destroy();
    else response.end(text.slice(middle));
  });
  project = await makeProject();
  worker = await startWorker(
    project,
    `import { decode } from "seller-tickets";
     ${SOURCE}
     const encoder = new TextEncoder();
     const stream = (bytes, options) => new ReadableStream({
       pull(controller) {
         if (bytes.byteLength === 0) {
           controller.close();
           controller.byobRequest?.respond(0);
         } else {
           // A copy: what is handed out as bytes is gone.
           controller.enqueue(bytes.slice(0, 1000));
           bytes = bytes.subarray(1000);
         }
       },
       ...options,
     });
     const made = {
       network: (length, seed) => fetch(\`${marketplace.url}/\${length}-\${seed}\`),
       bytes: (length, seed) => new Response(encoder.encode(answer(length, seed))),
       "stream of a script": (length, seed) => new Response(stream(encoder.encode(answer(length, seed)))),
       "stream of bytes": (length, seed) => new Response(stream(encoder.encode(answer(length, seed)), { type: "bytes" })),
     };
     const read = async (way, length, seed) => {
       try {
         const text = JSON.stringify(await decode("kaufland", "listTickets", await made[way](length, seed)));
         return text === JSON.stringify(JSON.parse(answer(length, seed))) ? "right" : "wrong";
       } catch (error) {
         return error.code;
       }
     };
     export default {
       async fetch(request) {
         const { way, length, seeds } = await request.json();
         return Response.json(await Promise.all(seeds.map((seed) => read(way, length, seed))));
       },
     };`,
  );
});
after(async () => {
  await worker?.dispose();
  await marketplace?.dispose();
  await project?.dispose();
});

const ask = async (question) => {
  const response = await fetch(worker.url, { method: "POST", body: JSON.stringify(question) });
  return response.json();
};

for (const way of ["network", "bytes", "stream of a script", "stream of bytes"]) {
  test(`from ${way}, one and several at a time`, async () => {
    for (const length of LENGTHS) {
      assert.deepEqual(await ask({ way, length, seeds: ["a"] }), ["right"], `${length} bytes`);
      const three = await ask({ way, length, seeds: ["b", "c", "d"] });
      assert.deepEqual(three, ["right", "right", "right"], `${length} bytes, three at a time`);
    }
  });
}

test("an answer that breaks off is no answer, and the next ones are whole", async () => {
  for (const length of LENGTHS) {
    const read = await ask({ way: "network", length, seeds: ["broken", "e"] });
    assert.deepEqual(read, ["unreadable_answer", "right"], `${length} bytes`);
  }
  assert.deepEqual(await ask({ way: "bytes", length: ROOM, seeds: ["f"] }), ["right"]);
});
