/** Turns a file into the bytes of a message's body, in the runtime that loads this module. */
import { interleave, same } from "./interleave.mjs";

const ID = "00150000001";
const URL = `https://sellerapi.kaufland.com/v2/tickets/${ID}/messages`;
const TEXT = "Guten Tag, anbei das Foto Ihrer Sendung. Viele Grüße";
const KEYS = {
  clientKey: "bench-client-key-00000000000001",
  secretKey: "bench-secret-key-0000000000000000000000000000000000000000000001",
};
const NOW = Date.UTC(2026, 2, 1, 12);
const STAMP = String(NOW / 1000);
/** The size of a chunk in bytes: a multiple of 3, so that chunks join without padding. */
const CHUNK = 768 * 1024;

const encoder = new TextEncoder();
// Workers may have a `process` that claims to be Node.
const inWorker = typeof FixedLengthStream !== "undefined";
const inNode = !inWorker && typeof document === "undefined";
const inPage = !inWorker && !inNode;

/** Bytes that do not compress and begin like a JPEG. */
export function photo(size) {
  const bytes = new Uint8Array(size);
  let state = 0x9e3779b9;
  for (let at = 0; at < size; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]);
  return bytes;
}

const message = ({ name, type }, data) => ({
  text: TEXT,
  ticket_message_files: [{ filename: name, mime_type: type, data }],
});

/** The body's text before and after the base64. */
function around(file) {
  const marker = "@@";
  return JSON.stringify(message(file, `data:${file.type};base64,${marker}`)).split(marker);
}

/** The usual code of dashboards. */
async function usualText(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return JSON.stringify(message(file, url));
}

const usual = async (file) => encoder.encode(await usualText(file));

const toBase64 = inNode
  ? (buffer) => Buffer.from(buffer).toString("base64")
  : (buffer) => new Uint8Array(buffer).toBase64();

/** Encodes the whole file at once. Base64 is plain ASCII, so nothing needs to be escaped. */
async function concatenatedText(file) {
  const [before, after] = around(file);
  return before + toBase64(await file.arrayBuffer()) + after;
}

async function concatenated(file) {
  const text = await concatenatedText(file);
  return inNode ? Buffer.from(text, "utf8") : encoder.encode(text);
}

/**
 * Does the same in chunks, each written to its place in one array of the final length. `room`
 * leaves bytes free around it.
 */
async function chunked(file, room = [0, 0]) {
  const [before, after] = around(file).map((text) => encoder.encode(text));
  const length = before.length + 4 * Math.ceil(file.size / 3) + after.length;
  const whole = inNode ? Buffer.allocUnsafe(room[0] + length + room[1]) : new Uint8Array(room[0] + length + room[1]);
  whole.set(before, room[0]);
  let at = room[0] + before.length;
  for (let start = 0; start < file.size; start += CHUNK) {
    const text = toBase64(await file.slice(start, start + CHUNK).arrayBuffer());
    if (inNode) at += whole.latin1Write(text, at);
    else at += encoder.encodeInto(text, whole.subarray(at)).written;
  }
  whole.set(after, at);
  return whole;
}

const HEADERS = { "content-type": "application/json", accept: "application/json" };

const unsignedRequest = async (file, bodyOf) =>
  new Request(URL, { method: "POST", headers: HEADERS, body: await bodyOf(file), redirect: "manual" });

const PREFIX = encoder.encode(`POST\n${URL}\n`);
const SUFFIX = encoder.encode(`\n${STAMP}`);
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The fastest HMAC of the host: Node's own accepts the parts one by one, while WebCrypto needs them
 * in one array.
 */
async function hostMac() {
  if (!inPage) {
    const { createHmac } = process.getBuiltinModule("node:crypto");
    const digest = (body) =>
      createHmac("sha256", KEYS.secretKey).update(PREFIX).update(body).update(SUFFIX).digest("hex");
    return { room: [0, 0], bodyOf: (whole) => whole, digest };
  }
  const raw = encoder.encode(KEYS.secretKey);
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const digest = async (whole) => {
    whole.set(PREFIX);
    whole.set(SUFFIX, whole.length - SUFFIX.length);
    return hex(await crypto.subtle.sign("HMAC", key, whole));
  };
  return {
    room: [PREFIX.length, SUFFIX.length],
    bodyOf: (whole) => whole.subarray(PREFIX.length, whole.length - SUFFIX.length),
    digest,
  };
}

async function makeCases(api, file) {
  const mac = await hostMac();
  const signedRequest = async (given) => {
    const whole = await chunked(given, mac.room);
    const headers = {
      ...HEADERS,
      "Shop-Client-Key": KEYS.clientKey,
      "Shop-Timestamp": STAMP,
      "Shop-Signature": await mac.digest(whole),
      "User-Agent": "Inhouse_development",
    };
    return new Request(URL, { method: "POST", headers, body: mac.bodyOf(whole), redirect: "manual" });
  };

  const gateway = new api.Kaufland({ gateway: "https://dashboard.example.com/api/accounts/kf-de" });
  const direct = new api.Kaufland({
    ...KEYS,
    userAgent: "Inhouse_development",
    now: () => NOW,
    ...(inPage ? { dangerouslyAllowBrowser: true } : {}),
  });
  const request = (client) => client.request("createTicketMessage", ID, { text: TEXT, ticket_message_files: [file] });

  const bytes = {
    "reading the file alone": async () => new Uint8Array(await file.arrayBuffer()),
    // Only pages have a FileReader.
    ...(inPage ? { "FileReader, JSON.stringify, UTF-8": () => usual(file) } : {}),
    "native base64, concatenation, UTF-8": () => concatenated(file),
    "native base64 in chunks into one array": () => chunked(file),
  };
  const requests = {
    ...(inPage ? { "FileReader, JSON.stringify, `Request`": () => unsignedRequest(file, usualText) } : {}),
    "native base64, concatenation, `Request`": () => unsignedRequest(file, concatenatedText),
    "native base64 in chunks, `Request`": () => unsignedRequest(file, chunked),
    "ours: `request()`": () => request(gateway),
    "native in chunks, host's HMAC, `Request`": () => signedRequest(file),
    "ours: `request()`, signed": () => request(direct),
  };
  let held;
  const alone = {
    "the host's HMAC alone": async () => {
      held ??= await chunked(file, mac.room);
      return mac.digest(held);
    },
  };
  return { bytes, requests, alone };
}

/** Checks that all cases have the same result. */
async function check({ bytes, requests }) {
  const bodyOf = async (made) => new Uint8Array(await made.arrayBuffer());
  const [read, ...runs] = Object.values(bytes);
  await read();
  let first;
  for (const run of runs) {
    const body = new Uint8Array(await run());
    first ??= body;
    same("bodies", first, body);
  }
  const signatures = [];
  for (const run of Object.values(requests)) {
    const made = await run();
    const signature = made.headers.get("shop-signature");
    if (signature !== null) signatures.push(signature);
    same("bodies of requests", first, await bodyOf(made));
  }
  same("signatures", signatures[0], signatures[1]);
}

const inMemory = (size) => new File([photo(size)], "photo.jpg", { type: "image/jpeg" });

export async function measure({ api }, { size, runs, batch, warmUp }) {
  const file = inPage ? [...document.querySelector("input").files].find((one) => one.size === size) : inMemory(size);
  const cases = await makeCases(api, file);
  await check(cases);
  const { bytes, requests, alone } = cases;
  await Object.values(alone)[0]();
  return interleave({ ...bytes, ...requests, ...alone }, { runs, batch, warmUp, collect: size >= 1024 * 1024 });
}

/** The cases that are timed from outside in a Worker, one request per turn. */
const worker = { size: 0, cases: {} };

export async function handle({ api }, { size, name, batch, send }) {
  if (send !== undefined) return sendFile(api, size, send);
  if (worker.size !== size) {
    const cases = await makeCases(api, inMemory(size));
    await check(cases);
    Object.assign(worker, { size, cases: { ...cases.bytes, ...cases.requests, ...cases.alone, nothing: () => {} } });
    return Object.keys(worker.cases);
  }
  for (let turn = 0; turn < batch; turn += 1) await worker.cases[name]();
}

const memories = [];
if (!inPage) {
  const { Instance } = WebAssembly;
  /** Reports where a module keeps its data, and changes nothing else. */
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given);
      if (this.exports.memory !== undefined) memories.push(this.exports.memory);
    }
  };
}

export const linearMemory = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

let kept;
const made = [];
/**
 * Sends a signed message with a file to `baseUrl`, or makes a request and keeps it. The receiver
 * measures the memory.
 */
export async function sendFile(api, size, { baseUrl, hold = false }) {
  kept ??= inMemory(size);
  if (hold) made.push(await requestOf(api, size));
  else if (baseUrl !== "") {
    const client = new api.Kaufland({
      ...KEYS,
      userAgent: "Inhouse_development",
      baseUrl,
      timeoutMs: 300_000,
      totalTimeoutMs: 300_000,
    });
    await client.createTicketMessage(ID, { text: TEXT, ticket_message_files: [kept] });
  }
  return { linear: linearMemory() };
}

/** Makes a request, to measure its memory while it is kept. */
export async function requestOf(api, size) {
  kept ??= inMemory(size);
  const client = new api.Kaufland({ ...KEYS, userAgent: "Inhouse_development" });
  return client.request("createTicketMessage", ID, { text: TEXT, ticket_message_files: [kept] });
}
