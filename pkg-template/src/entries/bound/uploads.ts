import { engine } from "seller-tickets-engine/files";
import { makeUploads, type Uploads, type UploadsOptions } from "../../gateway/uploads.js";

/**
 * Creates the route. `POST` the file itself as the body; the answer is a 201 with an `Upload` as
 * JSON. Nothing is stored unless `authorize` returns `true`. Everyone who has the URL of a stored
 * file can read it.
 *
 * ```ts
 * import { createUploads, type UploadBucket } from "seller-tickets/gateway";
 *
 * const uploads = createUploads<{ UPLOADS: UploadBucket }>({
 *   bucket: (env) => env.UPLOADS,
 *   publicUrl: "https://files.shop.example",
 *   authorize: (request) => isSignedIn(request), // your own check
 * });
 * ```
 */
export function createUploads<Env = unknown, Ctx = unknown>(options: UploadsOptions<Env, Ctx>): Uploads<Env, Ctx> {
  return makeUploads(engine, options);
}
