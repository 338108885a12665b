/** The route for pictures, in a Worker with a bucket. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { makeProject, startMarketplace, startWorker } from "../package/lib.mjs";

const DASHBOARD = "https://dashboard.example";
const MAX_BYTES = 200_000;

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
const TIFF = Buffer.from("49492a0008000000000000000000", "hex");
const PDF = Buffer.from("%PDF-1.4\n%%EOF\n");
const GIF = Buffer.from("474946383961010001000000003b", "hex");

let project;
let worker;

before(async () => {
  project = await makeProject();
  // Made at the top level, where Workers allow no I/O, no timers and no random numbers.
  worker = await startWorker(
    project,
    `import { createUploads } from "seller-tickets/gateway";
     const options = {
       bucket: (env) => env.UPLOADS,
       authorize: (request, { env, ctx }) => {
         if (request.body !== null || env.UPLOADS === undefined || typeof ctx.waitUntil !== "function") return false;
         const word = request.headers.get("authorization");
         if (word === "Bearer broken") throw new Error("the session store is down");
         return word === "Bearer good" ? true : word === "Bearer nearly" ? "true" : false;
       },
       allowedOrigins: ["${DASHBOARD}"],
       maxBytes: ${MAX_BYTES},
     };
     const errors = [];
     const onError = (error) => errors.push(error.message);
     const uploads = createUploads({ ...options, onError });
     const elsewhere = createUploads({ ...options, path: "/public", publicUrl: "https://files.shop.example/" });
     const pictures = createUploads({ ...options, path: "/pictures", types: ["image/png", "image/jpeg"] });
     const open = createUploads({ ...options, path: "/open", authorize: undefined, onError });
     const full = {
       put() { throw new Error("the bucket is full"); },
       get() { throw new Error("the bucket is gone"); },
     };
     const broken = createUploads({ ...options, path: "/broken", bucket: full, onError });
     /** Lets the tests see and change the bucket itself. */
     async function inside(request, key, bucket) {
       if (request.method === "PUT") await bucket.put(key, await request.text());
       if (request.method === "DELETE") await bucket.delete((await bucket.list()).objects.map(({ key }) => key));
       if (request.method !== "GET") return new Response(null, { status: 204 });
       if (key === "") return Response.json((await bucket.list()).objects.map(({ key }) => key));
       const { body, httpMetadata } = await bucket.get(key);
       return new Response(body, { headers: { "x-metadata": JSON.stringify(httpMetadata) } });
     }
     const all = { public: elsewhere, pictures, open, broken };
     export default {
       fetch(request, env, ctx) {
         const url = new URL(request.url);
         if (url.pathname === "/errors") return Response.json(errors.splice(0));
         if (url.pathname.startsWith("/bucket/")) return inside(request, url.pathname.slice(8), env.UPLOADS);
         return (all[url.pathname.split("/")[1]] ?? uploads).fetch(request, env, ctx);
       },
     };`,
    {},
    { r2Buckets: { UPLOADS: "uploads" } },
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
});
beforeEach(() => inBucket("", { method: "DELETE" }));

const inBucket = (key, init) => fetch(`${worker.url}/bucket/${key}`, init);
const stored = async () => (await inBucket("")).json();

function send(body, { path = "/api/uploads", method = "POST", headers = {} } = {}) {
  const init = { method, headers: { authorization: "Bearer good", ...headers }, body, duplex: "half" };
  return fetch(`${worker.url}${path}`, init);
}

async function assertRefused(response, status, code) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("x-seller-tickets-origin"), "gateway");
  const { error } = await response.json();
  assert.deepEqual([error.code, error.origin, error.sent], [code, "gateway", "no"]);
  return error;
}

describe("storing", () => {
  test("hands out an address at which everyone can read the file", async () => {
    const urls = new Set();
    for (const [bytes, contentType, extension] of [
      [PNG, "image/png", "png"],
      [JPEG, "image/jpeg", "jpg"],
      [TIFF, "image/tiff", "tif"],
      [PDF, "application/pdf", "pdf"],
      [PNG, "image/png", "png"],
    ]) {
      // The type that the sender claims does not matter.
      const response = await send(bytes, { headers: { "content-type": "text/html" } });
      assert.equal(response.status, 201);
      const upload = await response.json();
      assert.deepEqual(Object.keys(upload), ["url", "contentType", "size"]);
      assert.deepEqual([upload.contentType, upload.size], [contentType, bytes.length]);
      assert.match(upload.url, new RegExp(`^${worker.url}/api/uploads/[0-9a-f-]{36}\\.${extension}$`));
      assert.equal(response.headers.get("location"), upload.url);
      assert.equal(response.headers.get("cache-control"), "no-store");
      urls.add(upload.url);

      const read = await fetch(upload.url, { headers: { origin: "https://anyone.example" } });
      assert.equal(read.status, 200);
      assert.deepEqual(Buffer.from(await read.arrayBuffer()), bytes);
      assert.equal(read.headers.get("content-type"), contentType);
      assert.equal(read.headers.get("content-length"), String(bytes.length));
      assert.equal(read.headers.get("x-content-type-options"), "nosniff");
      assert.match(read.headers.get("content-security-policy"), /sandbox/);
      assert.equal(read.headers.get("cache-control"), "no-store");
      const head = await fetch(upload.url, { method: "HEAD" });
      assert.deepEqual([head.status, head.headers.get("content-length")], [200, String(bytes.length)]);

      const object = await inBucket(upload.url.split("/").pop());
      assert.deepEqual(Buffer.from(await object.arrayBuffer()), bytes);
      const metadata = JSON.parse(object.headers.get("x-metadata"));
      assert.equal(metadata.contentType, contentType);
      assert.equal(metadata.cacheControl, "no-store");
    }
    assert.equal(urls.size, 5);
    assert.equal((await stored()).length, 5);
  });

  test("names the bucket's own domain where it has one, and hands nothing out itself", async () => {
    const { url } = await (await send(PNG, { path: "/public" })).json();
    assert.match(url, /^https:\/\/files\.shop\.example\/[0-9a-f-]{36}\.png$/);
    const name = url.split("/").pop();
    assert.deepEqual(await stored(), [name]);
    await assertRefused(await fetch(`${worker.url}/public/${name}`), 404, "no_route");
  });

  test("takes what is listed, by content, up to the largest size", async () => {
    for (const [body, status, code, path] of [
      [GIF, 415, "file_type_not_allowed"],
      [Buffer.from("<html><script>alert(1)</script>"), 415, "file_type_not_allowed"],
      [Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), 415, "file_type_not_allowed"],
      [Buffer.from([0, 1]), 415, "unknown_file_type"],
      [PDF, 415, "file_type_not_allowed", "/pictures"],
      [Buffer.alloc(0), 400, "empty_file"],
      [undefined, 400, "empty_file"],
      [Buffer.concat([PNG, Buffer.alloc(MAX_BYTES - PNG.length + 1)]), 413, "too_large"],
      [new Blob([PNG, new Uint8Array(MAX_BYTES)]).stream(), 413, "too_large"],
    ]) {
      const { violations } = await assertRefused(await send(body, { path }), status, code);
      assert.equal(violations[0].code, code);
    }
    const form = new FormData();
    form.set("file", new Blob([PNG]));
    await assertRefused(await send(form), 415, "unknown_file_type");
    assert.deepEqual(await stored(), []);
    assert.equal((await send(Buffer.concat([PNG, Buffer.alloc(MAX_BYTES - PNG.length)]))).status, 201);
    assert.equal((await send(JPEG, { path: "/pictures" })).status, 201);
    assert.equal((await stored()).length, 2);
  });
});

describe("who may", () => {
  test("store is for `authorize` to say", async () => {
    for (const authorization of ["", "Bearer bad", "Bearer nearly", "Bearer broken"]) {
      await assertRefused(await send(PNG, { headers: { authorization } }), 401, "not_authorized");
    }
    await assertRefused(await send(PNG, { path: "/open" }), 403, "no_authorize");
    assert.deepEqual(await stored(), []);
    const told = await (await fetch(`${worker.url}/errors`)).json();
    assert.deepEqual(told, ["the session store is down", "the route has no `authorize`, so it stores nothing"]);
  });

  test("call from a page elsewhere is listed", async () => {
    await assertRefused(await send(PNG, { headers: { origin: "https://evil.example" } }), 403, "foreign_origin");
    assert.deepEqual(await stored(), []);
    const asked = { origin: DASHBOARD, "access-control-request-method": "POST" };
    const preflight = await fetch(`${worker.url}/api/uploads`, { method: "OPTIONS", headers: asked });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), DASHBOARD);
    assert.equal(preflight.headers.get("access-control-allow-methods"), "POST");
    const sent = await send(PNG, { headers: { origin: DASHBOARD } });
    assert.deepEqual([sent.status, sent.headers.get("access-control-allow-origin")], [201, DASHBOARD]);
    assert.equal((await send(PNG, { headers: { origin: worker.url } })).status, 201);
  });

  test("read has the address; nothing else of the bucket is there", async () => {
    for (const key of ["secret.png", "notes/secret.txt"]) await inBucket(key, { method: "PUT", body: "top" });
    for (const path of [
      "/secret.png",
      "/notes/secret.txt",
      "/",
      "/00000000-0000-0000-0000-000000000000.png",
      "/00000000-0000-0000-0000-000000000000.png/..%2Fsecret.png",
      "/%73ecret.png",
    ]) {
      const response = await fetch(`${worker.url}/api/uploads${path}`);
      assert.equal(response.status, 404, path);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.ok(!(await response.text()).includes("top"));
    }
    await assertRefused(await fetch(`${worker.url}/api/uploads`), 405, "no_route");
    await assertRefused(await send(PNG, { method: "PUT" }), 405, "no_route");
    await assertRefused(await send(PNG, { path: "/api/other" }), 404, "no_route");
    const one = (await (await send(PNG)).json()).url;
    assert.equal((await fetch(one, { method: "DELETE", headers: { authorization: "Bearer good" } })).status, 404);
    assert.equal((await fetch(one)).status, 200);
  });
});

test("a client that is still sending hears that the file is too large, however large it is", async () => {
  const large = Buffer.alloc(30 * 1024 * 1024);
  const chunks = () =>
    new ReadableStream({
      async pull(controller) {
        this.count = (this.count ?? 0) + 1;
        controller.enqueue(new Uint8Array(512 * 1024));
        // On a busy machine, the client is still sending when the answer could be there.
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (this.count === 60) controller.close();
      },
    });
  const bodies = [large, chunks(), large, chunks(), large];
  const answers = await Promise.all(bodies.map((body) => send(body)));
  for (const answer of answers) await assertRefused(answer, 413, "too_large");
  assert.deepEqual(await stored(), []);
});

test("a bucket that fails is for the log, not for the page", async () => {
  const error = await assertRefused(await send(PNG, { path: "/broken" }), 502, "not_stored");
  assert.ok(error.retryable && !JSON.stringify(error).includes("full"));
  const gone = await fetch(`${worker.url}/broken/00000000-0000-0000-0000-000000000000.png`);
  assert.equal(gone.status, 500);
  assert.ok(!(await gone.text()).includes("gone"));
  const told = await (await fetch(`${worker.url}/errors`)).json();
  assert.deepEqual(told, ["the bucket is full", "the bucket is gone"]);
});

test("an upload's address goes into a complaint", async () => {
  const marketplace = await startMarketplace();
  try {
    const { Probo } = await project.load();
    const probo = new Probo({ ...LOCAL_KEYS.probo, baseUrl: `${marketplace.origin}/probo` });
    const { url } = await (await send(JPEG)).json();
    const products = [{ id: 778231, amount: 1, files: [{ uri: url }] }];
    const complaint = { order_id: "WEB-2041", id: "CMP-1", reason: "damaged", suggested_solution: "rework", products };
    assert.equal((await probo.createTicket(complaint)).status, "open");
    const { body } = await marketplace.db.first("SELECT body FROM probo_tickets WHERE id = 'CMP-1'");
    const read = await fetch(JSON.parse(body).products[0].files[0].uri);
    assert.deepEqual(Buffer.from(await read.arrayBuffer()), JPEG);
  } finally {
    await marketplace.dispose();
  }
});
