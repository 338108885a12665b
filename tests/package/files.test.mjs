/** Everything that callers give as a file, and everything that they give in place of one. */
import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, beforeEach, describe, test } from "node:test";
import { inspect } from "node:util";
import { brotliCompressSync, deflateRawSync, gzipSync } from "node:zlib";
import { kauflandTicket, makeProject, startScript, startServer } from "./lib.mjs";

let project;
let script;
let api;
let folder;

const KEYS = { clientKey: "client-key", secretKey: "secret-key", userAgent: "Inhouse_development" };
const PDF = new TextEncoder().encode("%PDF-1.7\n%âãÏÓ\n1 0 obj\n");
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

before(async () => {
  project = await makeProject();
  api = await project.load();
  script = await startScript([{ status: 201 }]);
  folder = await mkdtemp(join(tmpdir(), "seller-tickets-content-"));
});
after(async () => {
  await script?.dispose();
  await project?.dispose();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  script.seen.length = 0;
  script.play({ status: 201 });
});

const kaufland = (options) => new api.Kaufland({ ...KEYS, baseUrl: script.baseUrl, maxRetries: 0, ...options });
const send = (files) => kaufland().createTicketMessage("0017", { text: "a", ticket_message_files: files });
const sent = () => JSON.parse(script.seen.at(-1).body.toString()).ticket_message_files;

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof api.TicketError, inspect(error));
    return error;
  }
  return assert.fail("it did not fail");
}
const violations = ({ violations = [] }) => violations.map(({ field, code }) => [field, code]);

/** What an input of a page has; Node has no such class. */
class FileList {
  constructor(...files) {
    Object.assign(this, files);
    this.length = files.length;
  }
  item(index) {
    return this[index] ?? null;
  }
  get [Symbol.toStringTag]() {
    return "FileList";
  }
}

/** The same bytes in every form that holds bytes. */
function forms(bytes) {
  const even = bytes.length % 2 === 0;
  const within = new Uint8Array(bytes.length + 16);
  within.set(bytes, 8);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  const buffer = bytes.slice().buffer;
  const all = {
    Uint8Array: bytes,
    "part of an Uint8Array": within.subarray(8, 8 + bytes.length),
    Buffer: Buffer.from(bytes),
    ArrayBuffer: buffer,
    DataView: new DataView(within.buffer, 8, bytes.length),
    Int8Array: new Int8Array(buffer),
    Uint8ClampedArray: new Uint8ClampedArray(buffer),
    SharedArrayBuffer: shared,
    "Uint8Array over a SharedArrayBuffer": new Uint8Array(shared),
  };
  if (even) all.Uint16Array = new Uint16Array(buffer);
  if (bytes.length % 4 === 0) all.Float32Array = new Float32Array(buffer);
  if (ArrayBuffer.prototype.resize) {
    const resizable = new ArrayBuffer(bytes.length, { maxByteLength: 2 * bytes.length });
    new Uint8Array(resizable).set(bytes);
    all["resizable ArrayBuffer"] = resizable;
  }
  return all;
}

const streamOf = (...chunks) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
async function* iterableOf(...chunks) {
  yield* chunks;
}

describe("bytes", () => {
  const text = new TextEncoder().encode("%PDF-1.7 twenty-8 by");
  const holders = {
    alone: (chunk) => chunk,
    "in a stream": (chunk) => streamOf(text, chunk, new Uint8Array(), chunk),
    "in an async iterable": (chunk) => iterableOf(text, chunk, chunk),
    "in a stream of Node's": (chunk) => Readable.from([text, chunk, chunk], { objectMode: true }),
    "in the answer of another package": (chunk) => ({
      status: 200,
      headers: new Headers(),
      body: Readable.from([text, chunk, chunk]),
      bodyUsed: false,
      arrayBuffer: async () => assert.fail("it has a body"),
    }),
    "in an answer without a stream": (chunk) => ({
      status: 200,
      headers: new Headers(),
      body: null,
      bodyUsed: false,
      arrayBuffer: async () => chunk,
    }),
    "in what looks like a Blob": (chunk) => ({
      size: text.length,
      slice: () => assert.fail("it is small"),
      arrayBuffer: async () => chunk,
    }),
  };
  for (const [where, hold] of Object.entries(holders)) {
    test(`of every form, ${where}`, async () => {
      const whole = base64(
        /stream|iterable|another/.test(where) && !/without/.test(where) ? Buffer.concat([text, text, text]) : text,
      );
      for (const [form, chunk] of Object.entries(forms(text))) {
        assert.equal(await api.fileToBase64({ filename: "a", content: hold(chunk) }), whole, form);
        await send([{ filename: "a.pdf", content: hold(chunk) }]);
        const data = `data:application/pdf;base64,${whole}`;
        assert.deepEqual(sent(), [{ filename: "a.pdf", mime_type: "application/pdf", data }], form);
      }
    });
  }

  test("that are none end the call, and nothing is sent", async () => {
    for (const chunk of ["text", 7, [1, 2, 3], { 0: 1 }, new Blob(["a"]), true]) {
      for (const [where, hold] of Object.entries(holders)) {
        if (where === "alone") continue;
        for (const error of [
          await failure(api.fileToBase64({ filename: "a", content: hold(chunk) })),
          await failure(send([{ filename: "a.pdf", content: hold(chunk) }])),
        ]) {
          assert.deepEqual(
            [error.kind, error.code, error.sent],
            ["validation", "file_unreadable", "no"],
            `${where} ${inspect(chunk)}`,
          );
          assert.match(error.message, /came where bytes belong/);
        }
      }
    }
    assert.equal(script.seen.length, 0);
  });

  test("that were handed on are not sent as an empty file", async () => {
    const bytes = PDF.slice();
    structuredClone(bytes, { transfer: [bytes.buffer] });
    if (bytes.buffer.detached === undefined) return;
    assert.equal((await failure(send([{ filename: "a.pdf", content: bytes }]))).code, "file_unreadable");
    assert.throws(
      () => api.detectMimeType(bytes),
      (error) => error instanceof api.TicketError,
    );
  });

  test("of answers and downloads, whatever the caller's `fetch` makes them of", async () => {
    const json = new TextEncoder().encode(JSON.stringify({ data: kauflandTicket("0017") }).padEnd(1024));
    const bodies = {
      "a stream": streamOf,
      "a stream of Node's, as some packages have it": (...chunks) => Readable.from(chunks, { objectMode: true }),
    };
    for (const [form, chunk] of Object.entries(forms(json.slice(512)))) {
      for (const [kind, bodyOf] of Object.entries(bodies)) {
        const answer = () => ({
          status: 200,
          ok: true,
          type: "default",
          headers: new Headers({ "content-type": "application/json" }),
          body: bodyOf(json.slice(0, 512), chunk),
        });
        const client = kaufland({ fetch: async () => answer() });
        assert.equal((await client.getTicket("0017")).id_ticket, "0017", `${form}, ${kind}`);
        const file = await client.downloadFile({ uri: "https://files.example/a" });
        assert.deepEqual(Buffer.from(await file.bytes()), Buffer.from(json), `${form}, ${kind}`);
      }
    }
    const broken = kaufland({
      fetch: async () => ({ status: 200, ok: true, headers: new Headers(), body: streamOf("text") }),
    });
    await failure(broken.getTicket("0017"));
    const file = await broken.downloadFile({ uri: "https://files.example/a" });
    await failure(file.bytes());
  });
});

describe("a `fetch` that refuses what it is called with", () => {
  const refusals = {
    "a thrown TypeError": () => {
      throw new TypeError("Failed to execute 'fetch' on 'Window': Illegal invocation");
    },
    "Node's own": () => fetch("no address"),
    "within other functions": async () => {
      const inner = async () => fetch("no address");
      return await inner();
    },
    "an older package's": async () => {
      throw new TypeError("Only absolute URLs are supported");
    },
  };
  for (const [kind, refuse] of Object.entries(refusals)) {
    test(`is a fault of the configuration, and nothing was sent: ${kind}`, async () => {
      let asked = 0;
      const client = kaufland({
        maxRetries: 3,
        random: () => 0,
        fetch: (...args) => {
          asked += 1;
          return refuse(...args);
        },
      });
      const write = await failure(client.createTicketMessage("0017", { text: "a" }));
      assert.deepEqual(
        [write.kind, write.code, write.sent, write.attempts, write.retryable, asked],
        ["configuration", "request_refused", "no", 1, false, 1],
      );
      assert.match(write.message, /`fetch` does not take the request/);
      const file = await failure(client.downloadFile({ uri: "https://files.example/a" }));
      assert.deepEqual([file.kind, file.code, file.sent], ["configuration", "request_refused", "no"]);
    });
  }

  test("is told from one that fails on the way, or after an answer", async () => {
    for (const fail of [
      async () => {
        throw new TypeError("fetch failed");
      },
      async () => {
        await fetch(script.baseUrl);
        throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" });
      },
    ]) {
      const error = await failure(kaufland({ fetch: fail }).createTicketMessage("0017", { text: "a" }));
      assert.deepEqual([error.kind, error.sent], ["network", "maybe"]);
    }
    // What an earlier attempt may have done stays unknown.
    let asked = 0;
    const second = async () => {
      asked += 1;
      if (asked === 1) throw new TypeError("fetch failed");
      throw new TypeError("Only absolute URLs are supported");
    };
    const client = kaufland({ fetch: second, maxRetries: 3, random: () => 0 });
    const read = await failure(client.getTicket("0017"));
    assert.deepEqual([read.kind, read.sent, read.attempts], ["configuration", "maybe", 2]);
  });
});

describe("an answer that is no success", () => {
  let host;
  before(async () => {
    host = await startServer((request, response) => {
      const status = Number(request.url.slice(1));
      response.writeHead(status, { "content-type": "text/plain" }).end(status === 204 ? undefined : "Not found");
    });
  });
  after(() => host.dispose());

  test("is no file, in whatever form it comes", async () => {
    const incoming = (status) => new Promise((resolve) => get(`${host.url}/${status}`, resolve));
    for (const status of [404, 410, 500, 503, 304]) {
      const contents = [
        await fetch(`${host.url}/${status}`),
        await incoming(status),
        { status, headers: new Headers(), body: streamOf(PDF), arrayBuffer: async () => PDF },
      ];
      for (const content of contents) {
        const error = await failure(send([{ filename: "label.pdf", content }]));
        assert.deepEqual([error.kind, error.code, error.sent], ["validation", "file_unreadable", "no"]);
        assert.deepEqual(error.violations[0].params, { status, file: "label.pdf" });
        assert.match(error.message, new RegExp(`\\(label\\.pdf\\).*status ${status}`));
      }
      assert.equal((await failure(api.fileToBase64(await fetch(`${host.url}/${status}`)))).code, "file_unreadable");
      assert.equal((await failure(api.detectMimeType(await incoming(status)))).code, "file_unreadable");
    }
    assert.equal((await failure(send([{ filename: "a", content: Response.error() }]))).code, "file_unreadable");
    await send([
      { filename: "a.txt", content: await fetch(`${host.url}/200`) },
      { filename: "b.txt", content: await incoming(200) },
    ]);
    assert.deepEqual(
      sent().map(({ data }) => data),
      Array(2).fill(`data:text/plain;base64,${base64("Not found")}`),
    );
  });

  test("all of them are told at once, and by `validateFiles`, too", async () => {
    const files = async () => [
      { filename: "a.pdf", content: await fetch(`${host.url}/404`) },
      { filename: "b.png", content: PDF },
      { filename: "c.pdf", content: await fetch(`${host.url}/500`) },
    ];
    const error = await failure(send(await files()));
    assert.deepEqual(violations(error), [
      ["ticket_message_files[0]", "file_unreadable"],
      ["ticket_message_files[2]", "file_unreadable"],
    ]);
    const found = await kaufland().validateFiles("createTicketMessage", "0017", {
      text: "a",
      ticket_message_files: await files(),
    });
    assert.deepEqual(violations({ violations: found }), [
      ["ticket_message_files[0]", "file_unreadable"],
      ["ticket_message_files[2]", "file_unreadable"],
      ["ticket_message_files[1].filename", "filename_mismatch"],
    ]);
  });
});

describe("types", () => {
  /** A small DOCX, as other programs write it: the entries are not compressed. */
  const DOCX = zip({ "[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>" });
  const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]);
  const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

  test("that a platform guesses are hints", async () => {
    for (const [bytes, name, guess, type] of [
      [JPEG, "a.jpg", "image/jpg", "image/jpeg"],
      [JPEG, "a.jpg", "image/pjpeg", "image/jpeg"],
      ["a;b\n1;2\n", "a.csv", "text/csv", "text/plain"],
      ["a;b\n1;2\n", "a.csv", "application/vnd.ms-excel", "text/plain"],
      ["<p>Hallo</p>", "a.html", "text/html;charset=utf-8", "text/plain"],
      [DOCX, "a.docx", "application/x-zip-compressed", docx],
      [DOCX, "a.docx", "application/wps-office.docx", docx],
      [PDF, "a.pdf", "application/force-download", "application/pdf"],
    ]) {
      const files = [
        new File([bytes], name, { type: guess }),
        { filename: name, content: new Blob([bytes], { type: guess }) },
        { filename: name, content: new Response(bytes, { headers: { "content-type": guess } }) },
      ];
      assert.deepEqual(
        kaufland().validate("createTicketMessage", "0017", { text: "a", ticket_message_files: files }),
        [],
      );
      await send(files);
      for (const file of sent()) {
        assert.deepEqual([file.filename, file.mime_type], [name, type]);
        assert.ok(file.data.startsWith(`data:${type};base64,`));
      }
      assert.equal((await api.encodeAttachment(new File([bytes], name, { type: guess }))).mime_type, type);
      const error = await failure(send([{ filename: name, content: bytes === PDF ? PNG : PDF, mime_type: guess }]));
      assert.ok(error.violations.length > 0, "what the caller writes is a statement");
    }
  });

  test("that the caller writes are compared without case", async () => {
    await send([{ filename: "a.pdf", content: PDF, mime_type: "Application/PDF" }]);
    assert.equal(sent()[0].mime_type, "application/pdf");
    assert.ok(sent()[0].data.startsWith("data:application/pdf;base64,"));
    const { violations: found } = await failure(send([{ filename: "a", content: PDF, mime_type: "IMAGE/PNG" }]));
    assert.deepEqual(violations({ violations: found }), [["ticket_message_files[0].mime_type", "mime_type_mismatch"]]);
  });

  test("of a small package with a Zip64 record, of a late PDF, of texts", async () => {
    const text = (bytes) => Uint8Array.from(bytes, (one) => (typeof one === "string" ? one.charCodeAt(0) : one));
    const gbk = text([0xc4, 0xfa, 0xba, 0xc3, 0xa3, 0xac, 0xb0, 0xfc, 0xb9, 0xfc]);
    for (const [bytes, type] of [
      [zip64(DOCX), docx],
      [Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), PDF, Buffer.alloc(5000)]), "application/pdf"],
      [Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), PDF]), "application/pdf"],
      [gbk, "text/plain"],
      [Buffer.concat([gbk, Buffer.from("\x0b\x07\x1a")]), "text/plain"],
      [Buffer.from("Guten Tag", "utf16le"), "text/plain"],
    ]) {
      assert.equal(api.detectMimeType(bytes), type);
      await send([{ filename: "a", content: bytes, mime_type: type }]);
      assert.equal(sent()[0].mime_type, type);
    }
  });

  test("of compressed and encrypted bytes are none, with or without a NUL", () => {
    const letter = "Das Paket kam beschädigt an, bitte erstatten Sie den Betrag. ";
    const make = {
      deflate: (bytes) => deflateRawSync(bytes),
      gzip: (bytes) => gzipSync(bytes),
      brotli: (bytes) => brotliCompressSync(bytes),
      aes: (bytes, key) => {
        const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
        return Buffer.concat([cipher.update(bytes), cipher.final()]);
      },
    };
    for (const [kind, encode] of Object.entries(make)) {
      let without = 0;
      for (let seed = 0; seed < 300; seed += 1) {
        const key = createHash("sha256").update(String(seed)).digest();
        const words = Array.from(key, (byte) => letter.split(" ")[byte % 9] + (byte % 7)).join(" ");
        const bytes = encode(Buffer.from(words), key);
        if (!bytes.includes(0)) without += 1;
        assert.equal(api.detectMimeType(bytes), null, `${kind} ${seed}`);
      }
      assert.ok(!["deflate", "aes"].includes(kind) || without > 20, `${kind}: ${without}`);
    }
  });
});

describe("a name that lies", () => {
  test("is noticed whatever holds the bytes, and at all marketplaces", async () => {
    const lies = [
      { filename: "photo.png", content: PDF },
      { filename: "photo.png", content: new Blob([PDF]) },
      { filename: "photo.png", content: streamOf(PDF) },
      new File([PDF], "photo.png"),
      { filename: "photo.png", mime_type: "application/pdf", data: `data:application/pdf;base64,${base64(PDF)}` },
    ];
    assert.deepEqual(
      violations(await failure(send(lies))),
      lies.map((_, at) => [`ticket_message_files[${at}].filename`, "filename_mismatch"]),
    );
    const magalu = new api.Magalu({ clientId: "a", clientSecret: "b", refreshToken: "c", baseUrl: script.baseUrl });
    const owner = { code: "a", name: "b" };
    const message = { message: "m", destination: "customer", owner, file: { filename: "photo.png", content: PDF } };
    assert.deepEqual(violations({ violations: await magalu.validateFiles("createMessage", "1", message) }), [
      ["file.filename", "filename_mismatch"],
    ]);
    const scx = new api.JtlScx({ accessToken: "a", baseUrl: script.baseUrl });
    const upload = { sellerId: "1", ticketId: "1", file: { filename: "photo.png", content: PDF } };
    assert.deepEqual(violations({ violations: await scx.validateFiles("uploadAttachment", upload) }), [
      ["file.filename", "filename_mismatch"],
    ]);
    assert.equal(script.seen.length, 0);
  });
});

describe("names for JTL-SCX", () => {
  test("are the same however their letters are written", async () => {
    const scx = new api.JtlScx({ accessToken: "a", baseUrl: script.baseUrl });
    const ticket = {
      sellerId: "1",
      ticketId: "2",
      topic: "QUESTION",
      createdAt: "2026-03-02T08:15:00Z",
      from: { role: "BUYER" },
      subject: "a",
      message: "b",
    };
    const names = ["Größe.png", "Ärger Übersicht.png", "naïve.png"];
    for (const form of ["NFC", "NFD"]) {
      const files = names.map((name) => ({ filename: name.normalize(form), content: PNG }));
      const request = await scx.request("createTicket", { ...ticket, files });
      assert.deepEqual(
        JSON.parse(await request.text()).attachment.map(({ filename }) => filename),
        ["Groesse.png", "Aerger_Uebersicht.png", "na_ve.png"],
        form,
      );
    }
  });
});

describe("lists and streams", () => {
  const files = () => new FileList(new File([PDF], "a.pdf"), new File([PNG], "b.png"));

  test("a FileList is taken wherever files are", async () => {
    await send(files());
    assert.deepEqual(
      sent().map(({ filename }) => filename),
      ["a.pdf", "b.png"],
    );
    assert.deepEqual(
      kaufland().validate("createTicketMessage", "0017", { text: "a", ticket_message_files: files() }),
      [],
    );
    await send(new FileList());
    const one = new FileList(new File([PDF], "a.pdf"));
    await send([one, { filename: "b.pdf", content: one }]);
    assert.deepEqual(
      sent().map(({ filename }) => filename),
      ["a.pdf", "b.pdf"],
    );
    assert.equal(await api.fileToBase64(one), base64(PDF));
    assert.equal(await api.detectMimeType(one), "application/pdf");
    assert.equal((await api.encodeAttachment(one)).filename, "a.pdf");
    assert.equal(await api.fileToBase64({ filename: "a", content: one }), base64(PDF));

    const magalu = new api.Magalu({ clientId: "a", clientSecret: "b", refreshToken: "c", baseUrl: script.baseUrl });
    const message = { message: "m", destination: "customer", owner: { code: "a", name: "b" } };
    assert.deepEqual(await magalu.validateFiles("createMessage", "1", { ...message, file: one }), []);
    assert.deepEqual(violations({ violations: magalu.validate("createMessage", "1", { ...message, file: files() }) }), [
      ["file", "wrong_type"],
    ]);
    const scx = new api.JtlScx({ accessToken: "a", baseUrl: script.baseUrl });
    const ids = { sellerId: "1", ticketId: "1" };
    assert.deepEqual(await scx.validateFiles("uploadAttachment", { ...ids, file: one }), []);
    const invalid = violations({ violations: scx.validate("createTicket", {}, { files: files() }) });
    assert.ok(!invalid.some(([field]) => field.startsWith("files")), inspect(invalid));
    script.seen.length = 0;
    script.play({ status: 204, body: "" });
    const question = {
      ...ids,
      topic: "DELIVERY",
      createdAt: "2026-03-01T08:15:00Z",
      from: { role: "BUYER", name: "Alex" },
      subject: "s",
      message: "m",
    };
    const uploaded = await scx.createTicket(question, { files: files() });
    assert.deepEqual(
      uploaded.files.map(({ filename }) => filename),
      ["a.pdf", "b.png"],
    );
    assert.equal(script.seen.length, 3);
    for (const one of [new File([PDF], "a.pdf"), "a.pdf", new Set(), {}]) {
      const error = await scx.createTicket(question, { files: one }).then(assert.fail, (thrown) => thrown);
      assert.deepEqual(violations(error), [["files", "wrong_type"]]);
    }
  });

  test("streams of Node's are taken wherever files are, with the name of their path", async () => {
    const path = join(folder, "label.pdf");
    await writeFile(path, PDF);
    await send([createReadStream(path), { filename: "b.pdf", content: createReadStream(path) }]);
    assert.deepEqual(
      sent().map(({ filename, data }) => [filename, data]),
      ["label.pdf", "b.pdf"].map((name) => [name, `data:application/pdf;base64,${base64(PDF)}`]),
    );
    assert.equal(await api.fileToBase64(createReadStream(path)), base64(PDF));
    assert.equal(await api.detectMimeType(createReadStream(path)), "application/pdf");
    assert.equal((await api.encodeAttachment(createReadStream(path))).filename, "label.pdf");
    const missing = await failure(send([createReadStream(join(folder, "missing.pdf"))]));
    assert.deepEqual([missing.code, missing.violations[0].field], ["file_unreadable", "ticket_message_files[0]"]);
    const text = createReadStream(path, { encoding: "utf8" });
    assert.match((await failure(send([text]))).message, /a text came where bytes belong/);
    const stuck = new Readable({ read() {} });
    const error = await failure(
      kaufland().createTicketMessage(
        "0017",
        { text: "a", ticket_message_files: [{ filename: "a.pdf", content: stuck }] },
        { signal: AbortSignal.timeout(50) },
      ),
    );
    assert.equal(error.kind, "aborted");
    assert.ok(stuck.destroyed);
  });
});

describe("values that are not files", () => {
  test("is told by the helpers in one error that says what to give", async () => {
    for (const [given, code, words] of [
      ["label.pdf", "wrong_type", / is text, not a file/],
      [null, "required", /is missing/],
      [undefined, "required", /is missing/],
      [7, "wrong_type", /a number/],
      [[PDF], "wrong_type", /a list of 1/],
      [[new File([PDF], "a.pdf")], "wrong_type", /a list of 1/],
      [new FileList(new File([PDF], "a"), new File([PDF], "b")), "wrong_type", /a list of 2/],
      [new FileList(), "wrong_type", /a list of 0/],
      [{}, "wrong_type", /an object/],
      [() => PDF, "wrong_type", /a function/],
      [Symbol("a"), "wrong_type", /a symbol/],
      [{ filename: "a", content: "text" }, "wrong_type", /`file\.content` is text, not a file/],
      [{ filename: "a", content: null }, "required", /`file\.content` is missing/],
      [{ filename: "a", content: [1, 2, 3] }, "wrong_type", /a list of 3/],
      [{ filename: "a", mime_type: "text/plain", data: "data:text/plain;base64," }, "wrong_type", /encoded already/],
    ]) {
      for (const helper of ["fileToBase64", "encodeAttachment", "detectMimeType"]) {
        const error = await failure((async () => api[helper](given))());
        assert.deepEqual([error.kind, error.code, error.endpoint], ["validation", code, helper], inspect(given));
        assert.match(error.message, words);
        assert.equal(error.violations.length, 1);
        assert.ok(error.violations[0].hint.length > 10);
      }
    }
  });

  test("is told by the methods at its field", async () => {
    for (const [given, field, code] of [
      ["label.pdf", "", "wrong_type"],
      [7, "", "wrong_type"],
      [null, ".filename", "required"],
      [{ filename: "a", content: "text" }, ".content", "wrong_type"],
      [{ filename: "a", content: [1, 2] }, ".content", "wrong_type"],
      [{ filename: "a", content: null }, ".content", "required"],
    ]) {
      const error = await failure(send([given]));
      assert.deepEqual(violations(error)[0], [`ticket_message_files[0]${field}`, code], inspect(given));
      if (code === "wrong_type") {
        assert.equal(error.violations.length, 1);
        assert.match(error.violations[0].hint, /`File`.*`Blob`/);
        if (typeof given !== "object") {
          const ofHelper = await failure((async () => api.fileToBase64(given))());
          assert.equal(error.violations[0].hint, ofHelper.violations[0].hint, "both say the same");
        }
      }
    }
  });

  test("as a path or a text are told what to give, in whatever form they come", async () => {
    for (const given of [
      "/home/me/label.pdf",
      { filename: "label.pdf", content: "/home/me/label.pdf" },
      { filename: "label.pdf", path: "/home/me/label.pdf" },
      { path: "/home/me/label.pdf" },
      new URL("file:///home/me/label.pdf"),
    ]) {
      const { violations } = await failure(send([given]));
      const told = violations.filter(({ hint }) => /createReadStream\(path\).*new TextEncoder\(\)/.test(hint));
      assert.equal(told.length, 1, inspect(given));
    }
  });
});

/** A zip file of uncompressed entries; check sums are left out. */
function zip(entries) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, text] of Object.entries(entries)) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(text.length, 14);
    common.writeUInt32LE(text.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0"), common, rest, Buffer.from(name));
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name + text)]);
    parts.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  const count = Object.keys(entries).length;
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}

/** The same file with a Zip64 record, which has the numbers in place of the end record. */
function zip64(file) {
  const end = Buffer.from(file.subarray(-22));
  const record = Buffer.alloc(76);
  record.write("PK\x06\x06", "latin1");
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 24);
  record.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 32);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  record.write("PK\x06\x07", 56, "latin1");
  record.writeBigUInt64LE(BigInt(file.length - 22), 64);
  record.writeUInt32LE(1, 72);
  end.fill(0xff, 8, 20);
  return Buffer.concat([file.subarray(0, -22), record, end]);
}
