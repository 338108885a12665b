/**
 * Short-lived tokens in workerd: one renewal for a hundred calls, also when the request that renews
 * ends in the middle of it.
 */
import assert from "node:assert/strict";
import { get } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeProject, startServer, startWorker } from "../package/lib.mjs";

let project;
let marketplace;
let workerSource;
const seen = { auth: 0, events: 0 };
/** The answers of `/v1/auth`, one after the other; the last one stays. */
let auths;

const grant = (response) =>
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ authToken: "aaa.bbb.ccc", expiresIn: 1800 }));

before(async () => {
  marketplace = await startServer(async (request, response) => {
    if (request.url.startsWith("/v1/auth")) {
      seen.auth += 1;
      const play = auths.length > 1 ? auths.shift() : auths[0];
      return play(response);
    }
    seen.events += 1;
    assert.match(request.headers.authorization, /^Bearer aaa\.bbb\.ccc$/);
    response.writeHead(200, { "content-type": "application/json" }).end('{"eventList":[]}');
  });
  project = await makeProject();
  workerSource = `import { JtlScx } from "seller-tickets";
     const scx = new JtlScx({ refreshToken: "CHANNEL:refresh", baseUrl: "${marketplace.url}", maxRetries: 0, totalTimeoutMs: 60_000 });
     const one = () => scx.listEvents().then((events) => events.length, ({ kind, code, sent, message }) => [kind, code, sent, message].join(" | "));
     export default {
       async fetch(request) {
         const many = Number(new URL(request.url).searchParams.get("calls"));
         return Response.json(await Promise.all(Array.from({ length: many }, one)));
       },
     };`;
});
after(async () => {
  await project?.dispose();
  await marketplace?.dispose();
});
beforeEach(() => Object.assign(seen, { auth: 0, events: 0 }));

function ask(url) {
  let request;
  const result = new Promise((resolve) => {
    request = get(url, { agent: false }, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      resolve(JSON.parse(Buffer.concat(parts)));
    });
    request.on("error", () => resolve("cut"));
  });
  return { result, cut: () => request.socket.resetAndDestroy() };
}

const start = async (t) => {
  const worker = await startWorker(project, workerSource);
  t.after(worker.dispose);
  return (calls) => ask(`${worker.url}/?calls=${calls}`);
};

test("a hundred calls of five requests make one renewal", async (t) => {
  auths = [(response) => sleep(200).then(() => grant(response))];
  const call = await start(t);
  // The gate lets 40 out at once, and the others in steps of 300 ms.
  const answers = await Promise.all(Array.from({ length: 5 }, () => call(20).result));
  assert.deepEqual(answers.flat(), Array(100).fill(0));
  assert.deepEqual(seen, { auth: 1, events: 100 });
});

test("when the request that renews ends in the middle of it, one of the others takes over", async (t) => {
  let release;
  const hold = new Promise((resolve) => {
    release = resolve;
  });
  auths = [() => hold, grant];
  const call = await start(t);
  const leader = call(1);
  for (let waited = 0; seen.auth === 0; waited += 10) {
    assert.ok(waited < 5000);
    await sleep(10);
  }
  const followers = [call(5), call(5)];
  await sleep(300);
  assert.deepEqual(seen, { auth: 1, events: 0 });
  leader.cut();
  assert.equal(await leader.result, "cut");
  const begun = Date.now();
  assert.deepEqual((await Promise.all(followers.map(({ result }) => result))).flat(), Array(10).fill(0));
  assert.ok(Date.now() - begun < 4000, `it took ${Date.now() - begun} ms`);
  assert.deepEqual(seen, { auth: 2, events: 10 });
  release();
});

test("a renewal that fails, fails all who waited for it, with one clear error", async (t) => {
  auths = [
    (response) =>
      sleep(200).then(() =>
        response
          .writeHead(401, { "content-type": "application/json" })
          .end(
            JSON.stringify({ errorList: [{ code: "ATH100", message: "invalid refresh token", severity: "error" }] }),
          ),
      ),
    grant,
  ];
  const call = await start(t);
  const answers = (await Promise.all(Array.from({ length: 5 }, () => call(20).result))).flat();
  assert.equal(new Set(answers).size, 1, [...new Set(answers)].join("\n"));
  assert.match(answers[0], /^authentication \| ATH100 \| no \| /);
  assert.deepEqual(seen, { auth: 1, events: 0 });
  // The next call asks again.
  assert.deepEqual(await call(1).result, [0]);
});
