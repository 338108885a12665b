/**
 * Photos for complaints, stored in R2. Probo fetches photos by address, so each gets one that everybody can open and nobody can guess.
 *
 *     POST /photos         stores the body, for who is signed in; answers `{"url": "…"}`
 *     GET  /photos/{name}  hands it out, to anyone
 */
import { detectMimeType } from "seller-tickets";
import { json, problem } from "./session";

/** The part of an R2 bucket that is used here. */
export interface Bucket {
  put(name: string, body: Uint8Array, options: { httpMetadata: { contentType: string } }): Promise<unknown>;
  get(name: string): Promise<{ body: ReadableStream; size: number; httpMetadata?: { contentType?: string } } | null>;
}

const MAX_BYTES = 20 * 1024 * 1024;
/** What is taken, told by its content. No SVG: opened by itself it could run scripts on this origin. */
const TYPES: Record<string, string> = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" };
const NAME = /^[0-9a-f]{32}\.(?:jpg|png|webp)$/;

export async function storePhoto(request: Request, bucket: Bucket): Promise<Response> {
  if (request.method !== "POST") {
    return problem(405, "method_not_allowed", "photos are stored with post", { allow: "POST" });
  }
  const bytes = await readBody(request);
  if (bytes === null) {
    return problem(413, "too_large", `the photo is larger than ${MAX_BYTES / 1024 / 1024} mb`);
  }
  const type = detectMimeType(bytes);
  const extension = TYPES[type ?? ""];
  if (type === null || extension === undefined) {
    return problem(415, "not_a_photo", "the file is no jpeg, png or webp picture");
  }
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
  const name = `${id.join("")}.${extension}`;
  await bucket.put(name, bytes, { httpMetadata: { contentType: type } });
  return json(201, { url: new URL(`/photos/${name}`, request.url).href });
}

export async function handOutPhoto(request: Request, name: string, bucket: Bucket): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return problem(405, "method_not_allowed", "photos are read with get", { allow: "GET, HEAD" });
  }
  const found = NAME.test(name) ? await bucket.get(name) : null;
  const type = found?.httpMetadata?.contentType;
  if (found === null || type === undefined) return problem(404, "not_found", "there is no such photo");
  return new Response(request.method === "HEAD" ? null : found.body, {
    headers: {
      "content-type": type,
      "content-length": String(found.size),
      // No cache keeps a buyer's photo that was removed from the bucket.
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      // Other sites' pages, such as Probo's, may show it.
      "cross-origin-resource-policy": "cross-origin",
    },
  });
}

/** The body, or `null` as soon as it is too large. */
async function readBody(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
