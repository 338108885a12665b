/**
 * Deno, and the connections that it sends writes again on: the package, and Deno's own `fetch`
 * beside it.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import net from "node:net";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { makeProject, ROOT, run, startMarketplace } from "./lib.mjs";
import { expected, scenarioOptions, stored } from "./scenario.mjs";

const deno = join(dirname(createRequire(join(ROOT, "package.json")).resolve("deno/package.json")), "bin.cjs");

/**
 * A server, byte by byte, that answers reads and keeps the connection, and drops it when a write
 * has arrived in full. A host that sends the write again makes it arrive twice.
 */
async function startDropping() {
  const writes = [];
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let text = "";
    let requests = 0;
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      text += data.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const head = text.slice(0, end);
        const chunked = /^transfer-encoding: chunked$/im.test(head);
        // Of a body in chunks only the end of an empty one is expected.
        const length = chunked ? "0\r\n\r\n".length : Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
        const whole = end + 4 + length;
        if (text.length < whole) return;
        const body = text.slice(end + 4, whole);
        text = text.slice(whole);
        requests += 1;
        const [method, path] = head.split(" ");
        if (method === "GET") {
          socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"data":[]}');
          continue;
        }
        writes.push({ method, path, body, chunked, isReused: requests > 1 });
        socket.destroy();
        return;
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    writes,
    dispose: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

let project;
let server;

before(async () => {
  project = await makeProject({
    "raw.mjs": `
      const url = Deno.args[0];
      for (const init of [{ method: "POST", body: '{"text":"a"}' }, { method: "PATCH" }]) {
        await (await fetch(url)).text();
        await fetch(url, init).catch(() => {});
      }`,
    "package.mjs": `
      import { ClickBank, Kaufland } from "seller-tickets";
      const baseUrl = Deno.args[0];
      const kaufland = new Kaufland({ clientKey: "a", secretKey: "b", userAgent: "Inhouse_development", baseUrl });
      const clickbank = new ClickBank({ apiKey: "API-A", baseUrl });
      const out = [];
      for (const write of [
        () => kaufland.createTicketMessage("00110123123", { text: "a" }),
        () => kaufland.createTicketMessage("00110123123", { text: "b", ticket_message_files: [new File(["x".repeat(200_000)], "a.txt", { type: "text/plain" })] }),
        () => kaufland.closeTicket("00110123123"),
        () => clickbank.updateTicket(1, { comment: "a" }),
        () => clickbank.createTicket("LOCAL001", { type: "tech", reason: "ticket.type.tech_support.1" }),
      ]) {
        // So that there is a connection to use again.
        await kaufland.listTickets();
        out.push(await write().catch(({ kind, sent, attempts }) => [kind, sent, attempts]));
      }
      console.log(JSON.stringify(out));`,
  });
});
after(() => project?.dispose());

async function runDeno(script, ...args) {
  const env = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const flags = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", "--allow-env"];
  return run(process.execPath, [deno, ...flags, join(project.folder, script), ...args], { cwd: project.folder, env });
}

test("without the measure, Deno sends a write twice", async (t) => {
  server = await startDropping();
  t.after(server.dispose);
  await runDeno("raw.mjs", server.url);
  // If this ever changes, the measure has become needless.
  assert.deepEqual(
    server.writes.map(({ method, isReused }) => `${method} ${isReused}`),
    ["POST true", "POST false", "PATCH true", "PATCH false"],
  );
});

test("with it, a write arrives once and whole", async (t) => {
  server = await startDropping();
  t.after(server.dispose);
  const out = JSON.parse(await runDeno("package.mjs", server.url));
  assert.deepEqual(out, Array(5).fill(["network", "maybe", 1]));
  assert.deepEqual(
    server.writes.map(({ method, path }) => `${method} ${path.split("?")[0]}`),
    [
      "POST /tickets/00110123123/messages",
      "POST /tickets/00110123123/messages",
      "PATCH /tickets/00110123123/close",
      "PUT /1.3/tickets/1",
      "POST /1.3/tickets/LOCAL001",
    ],
  );
  assert.deepEqual(JSON.parse(server.writes[0].body), { text: "a" });
  assert.ok(server.writes[1].body.length > 266_000);
  assert.deepEqual(
    server.writes.map(({ chunked, body }) => (chunked ? body : "with its length")),
    ["with its length", "with its length", "0\r\n\r\n", "0\r\n\r\n", "0\r\n\r\n"],
  );
  assert.ok(server.writes.every(({ isReused }) => isReused));
});

test("the scenario runs in Deno, signatures and files included", async (t) => {
  const marketplace = await startMarketplace();
  t.after(marketplace.dispose);
  const { readFile, writeFile } = await import("node:fs/promises");
  const scenario = await readFile(join(ROOT, "tests/package/scenario.mjs"), "utf8");
  await writeFile(join(project.folder, "scenario.mjs"), scenario);
  const main = `
    import * as api from "seller-tickets";
    import { scenario } from "./scenario.mjs";
    console.log(JSON.stringify(await scenario(api, JSON.parse(Deno.args[0]))));`;
  await writeFile(join(project.folder, "main.mjs"), main);
  const needs = await scenarioOptions(marketplace, "geschrieben aus deno");
  const options = { baseUrl: marketplace.baseUrl, ...marketplace.keys, ...needs };
  const out = JSON.parse(await runDeno("main.mjs", JSON.stringify(options)));
  expected(out, { assert, signature: marketplace.signature });
  await stored(marketplace, needs, out, assert);
});
