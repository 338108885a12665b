/**
 * A route for pictures: a page sends one, it is stored in a bucket (R2), and its public address
 * comes back. Probo takes pictures as addresses only.
 */

import { checkRoute } from "../core/options.js";
import { detectBytes } from "../files/source.js";
import { FUNCTION_MS, inTime, timerMs } from "../ground/abort.js";
import { type BrokenRule, brokenRule, describe, localError, type Where } from "../ground/errors.js";
import { PATIENCE_BYTES, readCapped } from "../send/read.js";
import type { FileEngine } from "../wasm/files.js";
import { answerOf, type Doors, guard, notFound, type Promised, protect, SAFETY, tell, withoutBody } from "./answers.js";
import { failed, ours } from "./errors.js";

/** What a picture may be. Its content decides, not what the sender says. */
export type UploadType = "image/jpeg" | "image/png" | "image/tiff" | "application/pdf";

const EXTENSIONS: Record<UploadType, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/tiff": "tif",
  "application/pdf": "pdf",
};

/** The part of a bucket that is used; Cloudflare's `R2Bucket` fits. */
export interface UploadBucket {
  put(
    key: string,
    value: Uint8Array<ArrayBuffer>,
    options: { httpMetadata: { contentType: string; cacheControl: string } },
  ): Promise<unknown>;
  head(key: string): Promise<{ size: number } | null>;
  get(key: string): Promise<{ size: number; body: ReadableStream<Uint8Array> } | null>;
}

export interface UploadsOptions<Env = unknown, Ctx = unknown> {
  /** The bucket, or where it is in the Worker's environment: `(env) => env.UPLOADS`. */
  bucket: UploadBucket | ((env: Env) => UploadBucket);
  /**
   * Where everyone can read the bucket, without a slash at the end: the domain that is connected to
   * it, such as `https://files.shop.example`. Without it the route itself hands the files out,
   * below its own path.
   */
  publicUrl?: string | undefined;
  /**
   * Whether this request may store a file: check its session cookie or token. Only `true` lets it
   * through.
   */
  authorize: (request: Request, context: { env: Env; ctx: Ctx }) => Promised<boolean>;
  /** The largest file; 10 MiB by default. It is taken into memory, of which a Worker has 128 MB. */
  maxBytes?: number | undefined;
  /** How long a file may take to arrive; 60,000 ms by default. */
  bodyTimeoutMs?: number | undefined;
  /** The allowed types; JPEG, PNG, TIFF and PDF by default. */
  types?: readonly UploadType[] | undefined;
  /**
   * Origins (`https://dashboard.example.com`) of pages elsewhere that may call. Pages on the
   * route's own origin always may.
   */
  allowedOrigins?: readonly string[] | undefined;
  /** The path of the route; `/api/uploads` by default. */
  path?: string | undefined;
  /** Gets every failure of this side; without it, the console does. The page does not. */
  onError?: ((error: unknown, context: { request: Request }) => void) | undefined;
}

/** The route's answer. */
export interface Upload {
  /** The file's address, which cannot be guessed. Everyone who has it can open the file. */
  url: string;
  contentType: UploadType;
  size: number;
}

export interface Uploads<Env = unknown, Ctx = unknown> {
  fetch(request: Request, env?: Env, ctx?: Ctx): Promise<Response>;
}

const WHERE: Where = { marketplace: "", endpoint: "upload" };
const MIB = 1024 * 1024;
/** Buyers' pictures: no cache keeps one that was removed from the bucket. */
const UNCACHED = "no-store";
/**
 * The form of a stored name: the text of `crypto.randomUUID()`, and an extension. Nothing else of a
 * bucket is handed out.
 */
const NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|png|tif|pdf)$/;

/** Makes the route; see `createUploads`. `engine` finds the type of a file. */
export function makeUploads<Env, Ctx>(engine: FileEngine, options: UploadsOptions<Env, Ctx>): Uploads<Env, Ctx> {
  checkRoute("createUploads", options);
  const { authorize, publicUrl } = options;
  const path = (options.path ?? "/api/uploads").replace(/\/+$/, "");
  const maxBytes = options.maxBytes ?? 10 * MIB;
  const bodyTimeoutMs = timerMs(options.bodyTimeoutMs ?? 60_000);
  const types = options.types ?? (Object.keys(EXTENSIONS) as UploadType[]);
  const doors: Doors = {
    origins: new Set(options.allowedOrigins ?? []),
    methods: "POST",
    headers: "content-type, authorization",
    exposed: "location",
  };
  const bucketOf = (env: Env) => (typeof options.bucket === "function" ? options.bucket(env) : options.bucket);

  async function store(request: Request, url: URL, env: Env, ctx: Ctx, report: (error: unknown) => void) {
    if (url.pathname !== path) return notFound(WHERE, "no_route", `files are sent to \`${path}\``);
    if (request.method !== "POST") return notFound(WHERE, "no_route", "files are sent with POST", 405);
    if (typeof authorize !== "function") {
      const message = "the route has no `authorize`, so it stores nothing";
      const error = ours(localError(WHERE, { kind: "configuration", code: "no_authorize", message }));
      report(error);
      return answerOf(error, WHERE, 403);
    }
    let authorized = false;
    try {
      const said = authorize(withoutBody(request), { env, ctx });
      authorized = (await inTime(said, FUNCTION_MS, "`authorize`")) === true;
    } catch (error) {
      report(error);
    }
    if (!authorized) {
      const error = localError(WHERE, { kind: "authentication", code: "not_authorized", message: "sign in first" });
      return answerOf(ours(error), WHERE, 401);
    }

    let bytes: Uint8Array<ArrayBuffer> | null;
    const slow = new AbortController();
    const timer = setTimeout(() => slow.abort(), bodyTimeoutMs);
    try {
      bytes = await readCapped(request, maxBytes, PATIENCE_BYTES, slow.signal);
    } catch (error) {
      if (slow.signal.aborted) {
        const message = `the file did not arrive within ${bodyTimeoutMs} ms`;
        // Not 408: browsers take that status for an idle connection's, and send again.
        return answerOf(ours(localError(WHERE, { kind: "timeout", code: "body_timeout", message })), WHERE, 400);
      }
      const broken = { kind: "network", code: "body_broken", message: "the file broke off" } as const;
      report(localError(WHERE, { ...broken, message: `${broken.message}: ${describe(error)}` }, error));
      return answerOf(ours(localError(WHERE, broken)), WHERE, 400);
    } finally {
      clearTimeout(timer);
    }
    const refuse = (rule: BrokenRule, status: number) => answerOf(ours(brokenRule(WHERE, rule)), WHERE, status);
    if (bytes === null) {
      const message = `the file is larger than ${maxBytes} bytes`;
      const params = { max: maxBytes };
      return refuse({ field: "", code: "too_large", message, hint: "send a smaller picture", params }, 413);
    }
    if (bytes.byteLength === 0) {
      const [message, hint] = ["the request has no file", "send the file itself as the body"];
      return refuse({ field: "", code: "empty_file", message, hint }, 400);
    }
    const found = detectBytes(engine, bytes);
    const contentType = types.find((type) => type === found);
    if (contentType === undefined) {
      const message = `the file is ${found ?? "of no type that its content tells"}, which is not taken here`;
      const rule = { field: "", message, hint: `send one of ${types.join(", ")}` };
      const allowed = [...types];
      return found === null
        ? refuse({ ...rule, code: "unknown_file_type", params: { allowed } }, 415)
        : refuse({ ...rule, code: "file_type_not_allowed", params: { allowed, found } }, 415);
    }

    const name = `${crypto.randomUUID()}.${EXTENSIONS[contentType]}`;
    try {
      const put = bucketOf(env).put(name, bytes, { httpMetadata: { contentType, cacheControl: UNCACHED } });
      await inTime(put, FUNCTION_MS, "`put` of the bucket");
    } catch (error) {
      report(error);
      const message = "the file could not be stored: try again later";
      return answerOf(ours(localError(WHERE, { kind: "server", code: "not_stored", message, retryable: true })), WHERE);
    }
    const upload: Upload = {
      url: `${publicUrl?.replace(/\/+$/, "") ?? url.origin + path}/${name}`,
      contentType,
      size: bytes.byteLength,
    };
    return Response.json(upload, { status: 201, headers: { location: upload.url } });
  }

  /** Everyone who has the address may read, from anywhere: that is its purpose. */
  async function read(method: string, name: string, env: Env): Promise<Response> {
    const bucket = bucketOf(env);
    const found = await inTime<{ size: number } | null>(
      method === "HEAD" ? bucket.head(name) : bucket.get(name),
      FUNCTION_MS,
      "the bucket",
    );
    if (found === null) return protect(notFound(WHERE, "no_file", "there is no such file"));
    const [contentType = ""] = Object.entries(EXTENSIONS).find(([, extension]) => name.endsWith(`.${extension}`)) ?? [];
    const headers = {
      ...SAFETY,
      "content-type": contentType,
      "content-length": String(found.size),
      "cross-origin-resource-policy": "cross-origin",
      "x-robots-tag": "noindex",
    };
    return new Response("body" in found ? (found.body as ReadableStream<Uint8Array>) : null, { headers });
  }

  return {
    async fetch(request, env, ctx) {
      const url = new URL(request.url);
      const report = (error: unknown) => tell(options.onError, error, { request });
      const { method } = request;
      const name = url.pathname.startsWith(`${path}/`) ? url.pathname.slice(path.length + 1) : "";
      if (publicUrl === undefined && (method === "GET" || method === "HEAD") && NAME.test(name)) {
        try {
          return await read(method, name, env as Env);
        } catch (error) {
          report(error);
          return protect(answerOf(failed(WHERE), WHERE));
        }
      }
      return guard(request, doors, () => store(request, url, env as Env, ctx as Ctx, report), report);
    },
  };
}
