/** Whatever a caller gives, and whatever a caller's functions do: a program that catches its errors does not end. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { kauflandTicket, makeProject, startServer } from "./lib.mjs";

let project;
let server;
before(async () => {
  project = await makeProject();
  server = await startServer((request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    if (pathname.endsWith("/auth")) {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ scope: "CHAN", authToken: "t", expiresIn: 1800 }));
    }
    if (pathname.includes("/event")) return response.writeHead(503).end();
    // Every second of these reads has to be repeated, so that `onRetry` is asked, too.
    count += 1;
    const status = pathname.endsWith("/503") || (pathname.endsWith("/2") && count % 2 === 1) ? 503 : 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: kauflandTicket("1") }));
  });
});
let count = 0;
after(async () => {
  await server?.dispose();
  await project?.dispose();
});

/**
 * Runs the program, in which each case catches what it meets, and returns what it told of each. Node's own handling is at work: a rejection
 * that nothing handles ends it.
 */
async function play(source) {
  const script = join(project.folder, `case-${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(
    script,
    `import * as api from "seller-tickets";
import { createGateway, createUploads } from "seller-tickets/gateway";
const url = process.env.URL_OF_SERVER;
const kaufland = (more) =>
  new api.Kaufland({ clientKey: "k", secretKey: "s", userAgent: "Inhouse_development", baseUrl: url, random: () => 0, ...more });
const told = {};
const reported = [];
console.error = (...words) => reported.push(words.map(String).join(" "));
async function play(name, work) {
  let error;
  try {
    const value = await work();
    told[name] = { value: typeof value };
  } catch (caught) {
    error = caught;
    told[name] = { code: caught?.code, isOurs: caught instanceof api.TicketError, kind: caught?.kind, text: String(caught) };
  }
  // A rejection is unhandled after a turn.
  await new Promise((resolve) => setTimeout(resolve, 5));
}
${source}
console.log(JSON.stringify({ told, reported }));
`,
  );
  return JSON.parse(await project.node(script, { URL_OF_SERVER: server.url }));
}

test("content that is none, that cannot be read, or that comes with a signal that is aborted or none", async () => {
  const { told } = await play(`
const broken = () => Object.assign(new Blob(["abc"]), {});
const unreadable = () => {
  const blob = new Blob(["abc".repeat(1000)]);
  blob.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
  blob.slice = () => unreadable();
  return blob;
};
const failing = () => new ReadableStream({ pull(controller) { controller.error(new Error("cut")); } });
const aborted = AbortSignal.abort();
const inputs = {
  text: () => "./photo.png",
  "named text": () => ({ filename: "a.png", content: "text" }),
  "named nothing": () => ({ filename: "a.png" }),
  nothing: () => undefined,
  null: () => null,
  number: () => 7,
  list: () => [1, 2],
  unreadable,
  "named unreadable": () => ({ filename: "a.png", content: unreadable() }),
  failing,
  detached: () => { const bytes = new Uint8Array(8); structuredClone(bytes.buffer, { transfer: [bytes.buffer] }); return bytes; },
  "detached buffer": () => { const { buffer } = new Uint8Array(8); structuredClone(buffer, { transfer: [buffer] }); return buffer; },
  "detached view": () => { const view = new DataView(new ArrayBuffer(8)); structuredClone(view.buffer, { transfer: [view.buffer] }); return view; },
};
for (const [name, make] of Object.entries(inputs)) {
  await play("encode " + name, () => api.encodeAttachment(make()));
  await play("base64 " + name, () => api.fileToBase64(make()));
  await play("detect " + name, () => api.detectMimeType(make()));
  await play("message " + name, () => kaufland().createTicketMessage("1", { text: "a", ticket_message_files: [make()] }));
  await play("files " + name, async () => {
    const found = await kaufland().validateFiles("createTicketMessage", "1", { text: "a", ticket_message_files: [make()] });
    if (found.length > 0) throw new api.TicketError({ kind: "validation", code: found[0].code, message: found[0].message });
  });
}
const files = { good: () => new Blob(["%PDF-1.7"]), unreadable, failing };
for (const [name, make] of Object.entries(files)) {
  for (const [of, signal] of Object.entries({ aborted, text: "none", object: {}, event: new EventTarget() })) {
    await play("encode signal " + of + " " + name, () => api.encodeAttachment(make(), { signal }));
    await play("base64 signal " + of + " " + name, () => api.fileToBase64(make(), { signal }));
    const params = { text: "a", ticket_message_files: [{ filename: "a.pdf", content: make() }] };
    await play("message signal " + of + " " + name, () => kaufland().createTicketMessage("1", params, { signal }));
    await play("request signal " + of + " " + name, () => kaufland().request("createTicketMessage", "1", params, { signal }));
    await play("files signal " + of + " " + name, () => kaufland().validateFiles("createTicketMessage", "1", params, { signal }));
    await play("download signal " + of + " " + name, () => kaufland().downloadFile({ uri: url + "/x" }, { signal }));
  }
}
for (const [name, ask] of Object.entries({ encode: (content, signal) => api.encodeAttachment(content, { signal }),
  message: (content, signal) => kaufland().createTicketMessage("1", { text: "a", ticket_message_files: [content, content] }, { signal }) })) {
  const stop = new AbortController();
  const content = unreadable();
  content.arrayBuffer = () => { stop.abort(); return Promise.reject(new Error("gone")); };
  await play(name + " signal aborted while it is read", () => ask(content, stop.signal));
}
await play("options null", () => api.encodeAttachment(new Blob(["a"]), null));
await play("onProgress text", () => api.encodeAttachment(new Blob(["a"]), { onProgress: "x" }));
`);
  for (const [name, { isOurs, text, value }] of Object.entries(told)) {
    if (name === "options null") assert.equal(value, "object");
    // What `validate` says already, `validateFiles` does not say again.
    else if (name.startsWith("files") && value !== undefined) continue;
    else assert.ok(isOurs, `${name}: ${text ?? value}`);
  }
  const codes = (part) =>
    new Set(
      Object.entries(told)
        .filter(([name]) => name.includes(part))
        .map(([, { code }]) => code),
    );
  assert.deepEqual(codes("signal aborted"), new Set(["aborted"]));
  for (const none of ["signal text", "signal object", "signal event"]) {
    assert.ok(
      [...codes(none)].every((code) => ["invalid_configuration", "invalid_options"].includes(code)),
      none,
    );
  }
  assert.deepEqual(codes("detached"), new Set(["file_unreadable"]));
  assert.deepEqual(codes("unreadable"), new Set(["file_unreadable", ...codes("unreadable")]));
  for (const name of ["message text", "message named text"]) assert.match(told[name].text, /is text, not a file/);
  assert.match(told["encode text"].text, /is text, not a file/);
});

test("hooks that throw, that reject, and that return something other than a promise", async () => {
  const { told, reported } = await play(`
const tear = { throws: () => { throw new Error("torn"); }, rejects: () => Promise.reject(new Error("torn")),
  thenable: () => ({ get then() { throw new Error("torn"); } }) };
const params = { text: "a", ticket_message_files: [{ filename: "a.txt", content: new TextEncoder().encode("abc") }] };
for (const [how, hook] of Object.entries(tear)) {
  for (const name of ["onStart", "onRequest", "onResponse", "onRetry", "onEnd", "debug"]) {
    await play(name + " " + how, () => kaufland({ [name]: hook }).getTicket("2"));
  }
  const large = { text: "a", ticket_message_files: [{ filename: "a.txt", content: new TextEncoder().encode("abc ".repeat(2_000_000)) }] };
  const one = kaufland({ maxInFlight: 1 });
  await play("onProgress " + how, () => one.createTicketMessage("1", params, { onProgress: hook }));
  await play("onProgress large " + how, () => one.createTicketMessage("1", large, { onProgress: hook }));
  await play("onProgress files " + how, () => api.fileToBase64(new Blob(["abc"]), { onProgress: hook }));
  // The connection was given back.
  await play("after onProgress " + how, () => one.createTicketMessage("1", { text: "a" }, { totalTimeoutMs: 2000 }));
  const gateway = createGateway({ accounts: {}, authorize: () => { throw new Error("closed"); }, onError: hook });
  await play("gateway onError " + how, () => gateway.fetch(new Request("https://x.test/api/accounts/a/tickets")));
  const uploads = createUploads({ bucket: {}, authorize: () => { throw new Error("closed"); }, onError: hook });
  await play("uploads onError " + how, () => uploads.fetch(new Request("https://x.test/api/uploads", { method: "POST", body: "a" })));
  const scx = new api.JtlScx({ refreshToken: "CHAN:r", baseUrl: url + "/scx", maxRetries: 0 });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 600);
  await play("ticketReplies onError " + how, async () => {
    for await (const _ of scx.ticketReplies({ signal: stop.signal, intervalMs: 10, onError: hook }));
  });
}
`);
  for (const [name, { value, text }] of Object.entries(told)) {
    // Documented: an `onError` of `ticketReplies` that throws ends the iteration.
    if (name === "ticketReplies onError throws") assert.match(text, /torn/);
    else assert.notEqual(value, undefined, `${name}: ${text}`);
  }
  assert.ok(reported.length >= Object.keys(told).length * 0.7, `${reported.length} of ${Object.keys(told).length}`);
  assert.ok(
    reported.every((line) => line.startsWith("seller-tickets: ")),
    reported.join("\n"),
  );
});

test("an abort inside a hook is an abort, and nothing is sent after it", async () => {
  const { told } = await play(`
for (const name of ["onStart", "onRequest", "onRetry"]) {
  const stop = new AbortController();
  const begun = Date.now();
  await play(name, () => kaufland({ [name]: () => stop.abort(), maxRetries: 3, random: () => 0.99 }).getTicket("503", {}, { signal: stop.signal }));
  told[name].ms = Date.now() - begun;
}
const stop = new AbortController();
const params = { text: "a", ticket_message_files: [{ filename: "a.txt", content: new TextEncoder().encode("abc") }] };
let seen = 0;
const fetch = (url, init) => { seen += 1; return globalThis.fetch(url, init); };
await play("onProgress", () => kaufland({ fetch }).createTicketMessage("1", params, { signal: stop.signal, onProgress: ({ phase }) => phase === "sending" && stop.abort() }));
told.onProgress.seen = seen;
`);
  for (const name of ["onStart", "onRequest", "onRetry", "onProgress"]) assert.equal(told[name].code, "aborted", name);
  assert.ok(told.onRetry.ms < 400, `${told.onRetry.ms} ms`);
  assert.equal(told.onProgress.seen, 0);
});

describe("listeners", () => {
  test("many calls with one signal warn of no leak, and leave nothing behind", async () => {
    const script = join(project.folder, "listeners.mjs");
    await writeFile(
      script,
      `import { getEventListeners } from "node:events";
import { JtlScx, Kaufland } from "seller-tickets";
const url = process.env.URL_OF_SERVER;
process.on("warning", (warning) => { console.log(String(warning)); process.exitCode = 1; });
const kaufland = new Kaufland({ clientKey: "k", secretKey: "s", userAgent: "Inhouse_development", baseUrl: url, maxInFlight: 2, random: () => 0 });
const scx = new JtlScx({ refreshToken: "CHAN:r", baseUrl: url + "/scx", maxRetries: 0 });
const { signal } = new AbortController();
const file = () => new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("abc")); c.close(); } });
await Promise.allSettled(Array.from({ length: 40 }, (_, at) => [
  kaufland.getTicket("1", {}, { signal }),
  kaufland.createTicketMessage(String(at + 1), { text: "a", ticket_message_files: [{ filename: "a.txt", content: file() }] }, { signal }),
  kaufland.downloadFile({ uri: url + "/file" }, { signal }).then((file) => file.bytes()),
  scx.listEvents({}, { signal }),
]).flat());
const left = getEventListeners(signal, "abort").length;
if (left > 0) { console.log(left, "listeners are left"); process.exitCode = 1; }
`,
    );
    await project.node(script, { URL_OF_SERVER: server.url });
  });
});
