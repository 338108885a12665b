/** A small body is made in one step and a large one piece by piece: both make the same request. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeProject } from "./lib.mjs";

let project;
let api;
before(async () => {
  project = await makeProject();
  api = await project.load();
});
after(() => project?.dispose());

const jpeg = (size) => {
  const bytes = new Uint8Array(size).map((_, at) => (at * 31) % 251);
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]);
  return bytes;
};
const file = (size, name = "a.jpg") => new File([jpeg(size)], name, { type: "image/jpeg" });
const KEYS = {
  clientKey: "client",
  secretKey: "secret",
  userAgent: "Inhouse_development",
  now: () => 1_700_000_000_999,
};
const GATEWAY = { gateway: "https://dashboard.example.com/api/accounts/kf-de" };

async function seen(request) {
  const headers = [...request.headers].filter(([name]) => !name.endsWith("nonce"));
  return {
    method: request.method,
    url: request.url,
    headers,
    body: Buffer.from(await request.arrayBuffer()).toString(),
  };
}

test("both ways make the same request", async () => {
  const messages = [
    { text: "Grüße" },
    ...[12, 13, 14, 1024, 20_000, 65_536, 131_072, 131_073].map((size) => ({
      text: "Grüße",
      ticket_message_files: [file(size)],
    })),
    { text: "zwei", ticket_message_files: [file(700), { filename: "b.jpg", content: jpeg(55) }] },
  ];
  for (const options of [KEYS, GATEWAY]) {
    const client = new api.Kaufland(options);
    for (const message of messages) {
      const small = await client.request("createTicketMessage", "1", message);
      // A caller that asks for progress gets the other way.
      const steps = await client.request("createTicketMessage", "1", message, { onProgress: () => {} });
      const expected = await seen(steps);
      assert.deepEqual(await seen(small), expected);
      const sent = JSON.parse(expected.body);
      for (const [at, given] of (message.ticket_message_files ?? []).entries()) {
        const bytes = given instanceof File ? Buffer.from(await given.arrayBuffer()) : Buffer.from(given.content);
        assert.equal(sent.ticket_message_files[at].data, `data:image/jpeg;base64,${bytes.toString("base64")}`);
      }
    }
  }
});

test("small files in memory are not waited for", async () => {
  const client = new api.Kaufland(GATEWAY);
  const send = (content) =>
    client.request("createTicketMessage", "1", { text: "a", ticket_message_files: [{ filename: "a.jpg", content }] });
  await send(jpeg(20));
  const { setTimeout } = globalThis;
  let timers = 0;
  globalThis.setTimeout = (...given) => {
    timers += 1;
    return setTimeout(...given);
  };
  try {
    for (const content of [jpeg(1024), jpeg(1024).buffer, new DataView(jpeg(30).buffer)]) await send(content);
    assert.equal(timers, 0);
    // A Blob may lie on a drive that does not answer.
    await send(file(1024));
    assert.equal(timers, 1);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});

test("long texts are sent as they are, and nothing of the caller's is taken for their mark", async () => {
  const client = new api.Kaufland(GATEWAY);
  for (const text of [`"${"ä\n".repeat(9000)}\ud83c`, "x".repeat(8193)]) {
    const request = await client.request("createTicketMessage", "1", { text });
    assert.equal((await request.json()).text, text.toWellFormed?.() ?? text);
    const [{ code, field }] = client.validate("createTicketMessage", "1", { text, more: { $text: 5 } });
    assert.deepEqual([code, field], ["unknown_field", "more"]);
  }
  const [{ code }] = client.validate("createTicketMessage", "1", { text: "x".repeat(65_536) });
  assert.equal(code, "too_long");
});
