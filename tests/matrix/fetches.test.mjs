/**
 * Other packages' `fetch` in place of the host's: each carries texts, files and forms, and reads
 * answers. Their classes are their own, so nothing of the host's may be handed to them.
 */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { kauflandTicket, makeProject, startServer } from "../package/lib.mjs";
import { tool } from "./tools.mjs";

let project;
let api;
let host;
/** The requests that came, and what is answered to each path. */
const seen = [];
const KEYS = { clientKey: "client-key", secretKey: "secret-key", userAgent: "Inhouse_development" };
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** A picture of this size. */
function picture(size) {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31) & 255;
  bytes.set(PNG);
  return bytes;
}

before(async () => {
  project = await makeProject();
  api = await project.load();
  host = await startServer((request, response, body) => {
    seen.push({ method: request.method, url: `${host.url}${request.url}`, headers: request.headers, body });
    const json = (status, value) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    const { pathname } = new URL(request.url, host.url);
    if (pathname === "/file.pdf") return response.writeHead(200, { "content-type": "application/pdf" }).end("%PDF-1.7");
    if (pathname === "/moved") return response.writeHead(302, { location: "/tickets/0017" }).end();
    if (pathname === "/tickets/0404") return json(404, { type: "/problems/not-found", message: "no such ticket" });
    if (pathname === "/tickets") {
      return json(200, { data: [kauflandTicket("0017")], pagination: { offset: 0, limit: 30, total: 1 } });
    }
    if (pathname === "/tickets/0017") return json(200, { data: kauflandTicket("0017") });
    if (pathname.endsWith("/close")) return response.writeHead(204).end();
    if (/\/oauth|\/token/.test(pathname)) return json(200, { access_token: "a", refresh_token: "b", expires_in: 3600 });
    if (pathname.startsWith("/seller/")) return json(202, { transaction_id: "t" });
    response.writeHead(201).end();
  });
});
after(async () => {
  await host?.dispose();
  await project?.dispose();
});
beforeEach(() => {
  seen.length = 0;
});

/** How each package is imported: as its own users do. */
const FETCHES = {
  undici: async (folder) => (await import(from(folder, "undici"))).fetch,
  "node-fetch-2": async (folder) => createRequire(join(folder, "package.json"))("node-fetch"),
  "node-fetch-3": async (folder) => (await import(from(folder, "node-fetch"))).default,
  "cross-fetch": async (folder) => createRequire(join(folder, "package.json"))("cross-fetch"),
};
const from = (folder, name) => pathToFileURL(createRequire(join(folder, "package.json")).resolve(name)).href;

for (const [name, load] of Object.entries(FETCHES)) {
  describe(name, () => {
    let fetch;
    const calls = [];
    before(async () => {
      const theirs = await load(await tool(name));
      fetch = (url, init) => {
        calls.push([url, init]);
        return theirs(url, init);
      };
    });
    const kaufland = (options) =>
      new api.Kaufland({ ...KEYS, baseUrl: host.url, fetch, maxRetries: 0, random: () => 0, ...options });
    const assertSigned = ({ method, url, headers, body }) => {
      const text = [method, url, body, headers["shop-timestamp"]].join("\n");
      assert.equal(headers["shop-signature"], createHmac("sha256", KEYS.secretKey).update(text).digest("hex"));
    };

    test("gets an address and plain data", async () => {
      await kaufland().createTicketMessage("0017", { text: "Hallo" });
      const [url, init] = calls.at(-1);
      assert.deepEqual([typeof url, init.method, init.redirect], ["string", "POST", "manual"]);
      assert.ok(typeof init.body === "string" || ArrayBuffer.isView(init.body), inspect(init.body));
    });

    test("carries texts, signed", async () => {
      const client = kaufland();
      const page = await client.listTickets();
      assert.equal(page.data[0].id_ticket, "0017");
      await client.createTicketMessage("0017", { text: "Grüße aus Köln 🎫" });
      await client.closeTicket("0017");
      for (const request of seen) assertSigned(request);
      assert.deepEqual(JSON.parse(seen[1].body.toString()), { text: "Grüße aus Köln 🎫" });
      const refused = await failure(client.getTicket("0404"));
      assert.deepEqual([refused.kind, refused.status, refused.sent], ["not_found", 404, "no"]);
    });

    test("carries files of every size, signed", async () => {
      for (const size of [16, 40_000, 2_000_000, 6_000_000]) {
        const bytes = picture(size);
        await kaufland().createTicketMessage("0017", {
          text: "a",
          ticket_message_files: [{ filename: "a.png", content: new Blob([bytes]) }],
        });
        const request = seen.at(-1);
        assertSigned(request);
        assert.equal(Number(request.headers["content-length"]), request.body.length);
        const [file] = JSON.parse(request.body.toString()).ticket_message_files;
        assert.ok(file.data === `data:image/png;base64,${base64(bytes)}`, `${size} bytes`);
      }
    });

    test("carries forms", async () => {
      const scx = new api.JtlScx({ accessToken: "a", baseUrl: host.url, fetch, maxRetries: 0 });
      for (const size of [16, 40_000, 2_000_000]) {
        const bytes = picture(size);
        await scx.uploadAttachment({ sellerId: "1", ticketId: "2", file: { filename: "a.png", content: bytes } });
        const { headers, body } = seen.at(-1);
        const form = await new Response(body, { headers: { "content-type": headers["content-type"] } }).formData();
        const file = form.get("attachment");
        assert.deepEqual([file.name, file.type, file.size], ["a.png", "image/png", size]);
        assert.ok(Buffer.from(await file.arrayBuffer()).equals(bytes), `${size} bytes`);
        assert.equal(JSON.parse(form.get("attachmentData")).filename, "a.png");
      }
    });

    test("reads files", async () => {
      const file = await kaufland().downloadFile({ uri: `${host.url}/file.pdf` });
      assert.equal(new TextDecoder().decode(await file.bytes()), "%PDF-1.7");
    });

    test("its answers are content, unless they are no success", async () => {
      await kaufland().createTicketMessage("0017", {
        text: "a",
        ticket_message_files: [{ filename: "a.pdf", content: await fetch(`${host.url}/file.pdf`) }],
      });
      const [file] = JSON.parse(seen.at(-1).body.toString()).ticket_message_files;
      assert.equal(file.data, `data:application/pdf;base64,${base64("%PDF-1.7")}`);
      const content = await fetch(`${host.url}/tickets/0404`);
      const params = { text: "a", ticket_message_files: [{ filename: "a.pdf", content }] };
      const error = await failure(kaufland().createTicketMessage("0017", params));
      assert.deepEqual([error.code, error.violations[0].params.status], ["file_unreadable", 404]);
    });

    test("what ends before any byte leaves is told as a fault of the configuration", async () => {
      const reached = seen.length;
      const client = kaufland({ maxRetries: 3, fetch: (_url, init) => fetch("no address", init) });
      const error = await failure(client.createTicketMessage("0017", { text: "a" }));
      assert.deepEqual(
        [error.kind, error.code, error.sent, error.attempts],
        ["configuration", "request_refused", "no", 1],
      );
      assert.equal(seen.length, reached);
    });

    async function failure(promise) {
      try {
        await promise;
      } catch (error) {
        assert.ok(error instanceof api.TicketError, inspect(error));
        return error;
      }
      return assert.fail("it did not fail");
    }
  });
}
