/**
 * Chromium sends a POST a second time by itself when a reused connection drops before an answer.
 * Here it does, through a proxy that drops the connection once the marketplace has stored the
 * message; the gateway stands in workerd, with its nonces in a Durable Object or in D1.
 */
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { launchChromium, makeProject, startMarketplace, startWorker } from "../package/lib.mjs";

let marketplace;
let project;
let worker;

before(async () => {
  marketplace = await startMarketplace();
  project = await makeProject();
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { Kaufland } from "seller-tickets";
        globalThis.answer = async (gateway, ticket, text) => {
          const kaufland = new Kaufland({ gateway });
          // So that there is a connection to be used again.
          await kaufland.getTicket(ticket);
          try {
            await kaufland.createTicketMessage(ticket, { text });
            return ["done"];
          } catch ({ kind, code, sent, origin }) {
            return [kind, code, sent, origin];
          }
        };`,
      resolveDir: project.folder,
    },
    bundle: true,
    format: "esm",
    write: false,
    conditions: ["browser"],
  });
  const account = { marketplace: "kaufland", baseUrl: marketplace.baseUrl, ...marketplace.keys };
  worker = await startWorker(
    project,
    `import { Kaufland } from "seller-tickets";
     import { createGateway, d1Nonces, durableNonces } from "seller-tickets/gateway";
     import script from "script";
     export { Nonces } from "seller-tickets/gateway";
     const stores = {
       durable: (env) => durableNonces(env.NONCES),
       d1: (env) => d1Nonces(env.DB),
       unchecked: { claim: () => true },
     };
     const accounts = { "kf-de": ${JSON.stringify(account)} };
     const gateways = Object.fromEntries(Object.entries(stores).map(([name, nonceStore]) => [
       name, createGateway({ accounts, classes: [Kaufland], authorize: () => true, basePath: "/" + name, nonceStore }),
     ]));
     export default {
       async fetch(request, env, ctx) {
         const { pathname, searchParams } = new URL(request.url);
         const [, first] = pathname.split("/");
         if (first === "") return new Response("<!doctype html><script type=module src=/script.js></script>", { headers: { "content-type": "text/html" } });
         if (first === "script.js") return new Response(script, { headers: { "content-type": "text/javascript" } });
         if (first === "claim") {
           const store = stores[searchParams.get("store")](env);
           return Response.json(await store.claim(searchParams.get("nonce"), Number(searchParams.get("ttl"))));
         }
         return gateways[first]?.fetch(request, env, ctx) ?? new Response(null, { status: 404 });
       },
     };`,
    { script: `export default ${JSON.stringify(outputFiles[0].text)};` },
    { durableObjects: { NONCES: { className: "Nonces", useSQLite: true } }, d1Databases: { DB: "nonces" } },
  );
});
after(async () => {
  await worker?.dispose();
  await project?.dispose();
  await marketplace?.dispose();
});

/**
 * A proxy that hands bytes on. Once it is armed, the next POST on a connection that was used before
 * is handed on as well, but when its answer comes, the connection is dropped in its place.
 */
async function startProxy(target) {
  const { hostname, port } = new URL(target);
  const state = { armed: false, dropped: 0, posts: [] };
  const open = new Set();
  const server = createServer((client) => {
    const backend = connect(Number(port), hostname);
    let used = false;
    let dropping = false;
    for (const socket of [client, backend]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        backend.destroy();
      });
    }
    client.on("data", (data) => {
      const text = data.toString("latin1");
      if (text.startsWith("POST ")) {
        state.posts.push(/x-seller-tickets-nonce: (\w+)/i.exec(text)?.[1]);
        dropping = state.armed && used;
        if (dropping) state.armed = false;
      }
      backend.write(data);
    });
    backend.on("data", (data) => {
      used = true;
      if (!dropping) return client.write(data);
      state.dropped += 1;
      client.resetAndDestroy();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ...state,
    state,
    url: `http://127.0.0.1:${server.address().port}`,
    dispose: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of open) socket.destroy();
      }),
  };
}

test("a POST that Chromium sends again: two messages without the nonce, one with it", async (t) => {
  const proxy = await startProxy(worker.url);
  t.after(proxy.dispose);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const { id_ticket: ticket } = await marketplace.db.first(
    "SELECT id_ticket FROM kaufland_tickets WHERE status = 'opened' AND fulfillment_type = 'fulfilled_by_merchant' LIMIT 1",
  );
  const table = [];
  for (const [store, stored, told] of [
    ["unchecked", 2, ["done"]],
    ["durable", 1, ["conflict", "repeated_request", "maybe", "gateway"]],
    ["d1", 1, ["conflict", "repeated_request", "maybe", "gateway"]],
  ]) {
    const page = await browser.newPage();
    await page.goto(proxy.url);
    await page.waitForFunction(() => "answer" in globalThis);
    Object.assign(proxy.state, { armed: true, dropped: 0, posts: [] });
    const text = `sent once, nonces ${store}`;
    const said = await page.evaluate(
      ([gateway, ticket, text]) => globalThis.answer(gateway, ticket, text),
      [`${proxy.url}/${store}/kf-de`, ticket, text],
    );
    const { dropped, posts } = proxy.state;
    const rows = await marketplace.db.all("SELECT text FROM kaufland_messages WHERE text = ?", text);
    table.push(
      `  ${store.padEnd(10)} POSTs on the wire ${posts.length}   stored ${rows.length}   told: ${said.join(" ")}`,
    );
    assert.equal(dropped, 1, "the connection was not dropped");
    // The browser did it: the page called once, and both copies have one nonce.
    assert.equal(posts.length, 2);
    assert.match(posts[0], /^[0-9a-f]{32}$/);
    assert.equal(posts[1], posts[0]);
    assert.equal(rows.length, stored, store);
    assert.deepEqual(said, told);
    await page.close();
  }
  console.log(
    ["a POST on a reused connection that drops after the message was stored, Chromium:", ...table].join("\n"),
  );
});

describe("a store", () => {
  const claim = async (store, nonce, ttl = 60_000) => {
    const response = await fetch(`${worker.url}/claim?store=${store}&nonce=${nonce}&ttl=${ttl}`);
    assert.equal(response.status, 200, response.ok ? "" : await response.text());
    return response.json();
  };

  for (const store of ["durable", "d1"]) {
    test(`${store}: of many who ask at once, one is the first`, async () => {
      for (let round = 0; round < 5; round += 1) {
        const nonce = `${round}`.repeat(32);
        const all = await Promise.all(Array.from({ length: 25 }, () => claim(store, nonce)));
        assert.equal(all.filter((isNew) => isNew).length, 1);
        assert.equal(await claim(store, nonce), false);
      }
    });

    test(`${store}: forgets when the time is over`, async () => {
      const nonce = "e".repeat(32);
      assert.equal(await claim(store, nonce, 200), true);
      assert.equal(await claim(store, nonce, 200), false);
      await new Promise((resolve) => setTimeout(resolve, 250));
      assert.equal(await claim(store, nonce), true);
    });
  }
});
