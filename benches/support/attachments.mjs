/** A file to the bytes of a message's body, in the runtime this is loaded into. */
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
/** A multiple of 3, so that chunks join without padding. */
const CHUNK = 768 * 1024;

const encoder = new TextEncoder();
const inNode = typeof document === "undefined";

/** Bytes that do not compress and begin as a JPEG does. */
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

/** What dashboards do. */
async function usual(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return encoder.encode(JSON.stringify(message(file, url)));
}

const toBase64 = inNode
  ? (buffer) => Buffer.from(buffer).toString("base64")
  : (buffer) => new Uint8Array(buffer).toBase64();

/** The whole file at once: base64 is plain ASCII, so nothing needs to be escaped. */
async function concatenated(file) {
  const [before, after] = around(file);
  const text = before + toBase64(await file.arrayBuffer()) + after;
  return inNode ? Buffer.from(text, "utf8") : encoder.encode(text);
}

/** The same in chunks, each written to its place in one array of the final length. `room` leaves bytes free around it. */
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

const unsignedRequest = async (file) =>
  new Request(URL, { method: "POST", headers: HEADERS, body: await chunked(file), redirect: "manual" });

const PREFIX = encoder.encode(`POST\n${URL}\n`);
const SUFFIX = encoder.encode(`\n${STAMP}`);
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The fastest HMAC of the host: Node's own takes the parts one by one, WebCrypto wants them in one array. */
async function hostMac() {
  if (inNode) {
    const { createHmac } = await import("node:crypto");
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

export async function measure({ api }, { size, runs, batch, warmUp }) {
  const file = inNode
    ? new File([photo(size)], "photo.jpg", { type: "image/jpeg" })
    : [...document.querySelector("input").files].find((one) => one.size === size);
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
    ...(inNode ? {} : { dangerouslyAllowBrowser: true }),
  });
  const request = (client) => client.request("createTicketMessage", ID, { text: TEXT, ticket_message_files: [file] });

  const bytes = {
    "reading the file alone": async () => new Uint8Array(await file.arrayBuffer()),
    // Node has no FileReader.
    ...(inNode ? {} : { "FileReader, JSON.stringify, UTF-8": () => usual(file) }),
    "native base64, concatenation, UTF-8": () => concatenated(file),
    "native base64 in chunks into one array": () => chunked(file),
  };
  const requests = {
    "the same, as a `Request`": () => unsignedRequest(file),
    "ours: `request()`": () => request(gateway),
    "native in chunks, host's HMAC, `Request`": () => signedRequest(file),
    "ours: `request()`, signed": () => request(direct),
  };

  const bodyOf = async (made) => new Uint8Array(await made.arrayBuffer());
  const [first, ...others] = await Promise.all(
    Object.values(bytes)
      .slice(1)
      .map((run) => run()),
  );
  for (const other of others) same("bodies", new Uint8Array(first), new Uint8Array(other));
  const made = await Promise.all(Object.values(requests).map((run) => run()));
  for (const one of made) same("bodies of requests", new Uint8Array(first), await bodyOf(one));
  const [theirs, ours] = made.slice(2).map((one) => one.headers.get("shop-signature"));
  same("signatures", theirs, ours);

  const held = await chunked(file, mac.room);
  const alone = { "the host's HMAC alone": () => mac.digest(held) };
  return interleave({ ...bytes, ...requests, ...alone }, { runs, batch, warmUp, collect: size >= 1024 * 1024 });
}
