import { engine } from "seller-tickets-engine/files";
import { makeUploads, type Uploads, type UploadsOptions } from "../../gateway/uploads.js";

/**
 * Makes the route. `POST` the file itself as the body, and a 201 with an `Upload` as JSON comes
 * back. Nothing is stored unless `authorize` says `true`; what is stored can be read by everyone
 * who has its address.
 *
 * ```ts
 * const uploads = createUploads<Env>({
 *   bucket: (env) => env.UPLOADS,
 *   publicUrl: "https://files.shop.example",
 *   authorize: async (request) => (await sessionOf(request)) !== null,
 * });
 * ```
 */
export function createUploads<Env = unknown, Ctx = unknown>(options: UploadsOptions<Env, Ctx>): Uploads<Env, Ctx> {
  return makeUploads(engine, options);
}
