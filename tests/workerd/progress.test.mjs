/** What `onProgress` tells in Workers: what the host took of a stream, and otherwise no figure. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeProject, startScript, startWorker } from "../package/lib.mjs";

let marketplace;
let project;
let worker;

before(async () => {
  marketplace = await startScript([{ status: 201 }]);
  project = await makeProject();
  worker = await startWorker(
    project,
    `import { Kaufland } from "seller-tickets/kaufland";
     export default {
       async fetch(request) {
         const { size, own, abortAt } = await request.json();
         const events = [];
         const stop = new AbortController();
         const bodies = [];
         const tells = (url, init) => {
           bodies.push(Object.prototype.toString.call(init.body));
           init.onUploadProgress(1, 4);
           return fetch(url, init);
         };
         const kaufland = new Kaufland({
           clientKey: "a", secretKey: "b", userAgent: "c", baseUrl: ${JSON.stringify(marketplace.baseUrl)},
           ...(own ? { fetch: tells } : {}),
         });
         const content = new Blob([new Uint8Array(size).fill(65)]);
         const onProgress = (event) => {
           events.push(event);
           if (event.phase === "taken" && event.loaded / event.total > abortAt) stop.abort();
         };
         const outcome = await kaufland
           .createTicketMessage("0017", { text: "a", ticket_message_files: [{ filename: "a.txt", content }] }, { onProgress, signal: stop.signal })
           .then(() => "done", ({ kind, sent }) => kind + " " + sent);
         return Response.json({ outcome, events, bodies });
       },
     };`,
  );
});
after(async () => {
  await worker?.dispose();
  await marketplace?.dispose();
  await project?.dispose();
});

const ask = async (question) => (await fetch(worker.url, { method: "POST", body: JSON.stringify(question) })).json();
const phases = (events) => [...new Set(events.map(({ phase }) => phase))];

test("a large body: what the host took, by that name", async () => {
  const { outcome, events } = await ask({ size: 6_000_000 });
  const [{ body }] = marketplace.seen.splice(0);
  assert.equal(outcome, "done");
  assert.deepEqual(phases(events), ["encoding", "taken"]);
  assert.ok(events.every(({ total, attempt }) => total === body.length && attempt === 1));
  const loaded = events.filter(({ phase }) => phase === "taken").map((event) => event.loaded);
  assert.deepEqual([loaded[0], loaded.at(-1), loaded.length > 10], [0, body.length, true]);
  assert.deepEqual(
    loaded,
    [...new Set(loaded)].sort((a, b) => a - b),
  );
});

test("a body in one piece: no figure; a `fetch` of the caller's tells its own", async () => {
  const whole = await ask({ size: 1_000_000 });
  const [{ body }] = marketplace.seen.splice(0);
  const sending = ({ events }) => events.filter(({ phase }) => phase === "sending");
  assert.deepEqual(sending(whole), [{ phase: "sending", total: body.length, attempt: 1 }]);
  const own = await ask({ size: 6_000_000, own: true });
  const [{ body: large }] = marketplace.seen.splice(0);
  assert.deepEqual(
    [own.outcome, own.bodies, phases(own.events)],
    ["done", ["[object Uint8Array]"], ["encoding", "sending"]],
  );
  assert.deepEqual(
    sending(own).map(({ loaded }) => loaded),
    [undefined, Math.floor(large.length / 4)],
  );
});

test("a cancelled upload ends, and is not told of any more", async () => {
  const { outcome, events } = await ask({ size: 20_000_000, abortAt: 0.4 });
  assert.equal(outcome, "aborted maybe");
  assert.ok(events.at(-1).loaded < events.at(-1).total * 0.6, JSON.stringify(events.at(-1)));
  assert.deepEqual(marketplace.seen, []);
});
