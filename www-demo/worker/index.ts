/**
 * The demo's Worker: the sign-in, the gateway to the marketplaces, and the dashboard's pages.
 *
 *     /session                    the sign-in (`session.ts`)
 *     /api/accounts/{account}/…   the gateway: only ticket endpoints, only for who is signed in;
 *                                 the keys stay here (`clients.ts`)
 *     /photos                     photos for complaints, where there is a bucket for them: the
 *                                 package's own route
 *     /docs                       the documentation
 *     everything else             the pages that Vite built
 */
import {
  createGateway,
  createUploads,
  durableNonces,
  type Gateway,
  type NonceNamespace,
  type Uploads,
} from "seller-tickets/gateway";
import { localOrigins, makeClients, readAccounts } from "./clients";
import type { Env } from "./env";
import { MIN_CODE_LENGTH, problem, Session } from "./session";

export { Nonces } from "seller-tickets/gateway";
export { MagaluTokens } from "./magalu-tokens";

/** A photo is taken into the Worker's memory, of which there are 128 MB. */
const MAX_PHOTO_BYTES = 20 * 1024 * 1024;

interface App {
  session: Session;
  gateway: Gateway;
  /** `null` without a bucket. */
  photos: Uploads | null;
}

/**
 * Headers of every page. `pictures`: where marketplaces' pictures may come from beside https hosts.
 * `styles`: where styles may come from.
 */
function pageHeaders(pictures: readonly string[], styles: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src ${styles}`,
    "connect-src 'self'",
    // `blob:` is the preview of a file before it is sent.
    `img-src ${["'self'", "blob:", "data:", "https:", ...pictures].join(" ")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
  };
}

// Built at the first request: settings are not known before, and Workers allow no random numbers at
// start.
let app: { env: Env; value: App } | undefined;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, root = ""] = pathname.split("/");
    const isPhotos = root === "photos" && env.PHOTOS !== undefined;
    if (pathname !== "/session" && root !== "api" && !isPhotos) return page(request, env);

    const missing = missingSettings(env);
    if (env.NONCES === undefined)
      return problem(500, "configuration", "bind the Durable Object `NONCES` in `wrangler.jsonc`");
    if (missing.length > 0) {
      return problem(500, "configuration", `set ${missing.join(", ")} with \`npx wrangler secret put <name>\``);
    }
    if (app?.env !== env) app = { env, value: build(env, env.NONCES) };
    const { session, gateway, photos } = app.value;
    if (pathname === "/session") return session.handle(request);
    return isPhotos && photos !== null ? photos.fetch(request) : gateway.fetch(request);
  },
};

function build(env: Env, nonces: NonceNamespace): App {
  const { ids, secrets } = readAccounts(env);
  const session = new Session({
    accessCode: env.DASHBOARD_ACCESS_CODE ?? "",
    pepper: secrets.join("\n"),
    opens: { accounts: ids, photos: env.PHOTOS !== undefined },
  });
  const gateway = createGateway({
    accounts: makeClients(env, ids),
    authorize: (request) => session.isSignedIn(request),
    nonceStore: durableNonces(nonces),
    // Workers keep what is logged; nothing of it reaches the page, and errors of the package hold
    // no secrets.
    onError: (error, { account }) => console.error(`account ${account}:`, error),
  });
  const photos =
    env.PHOTOS === undefined
      ? null
      : createUploads({
          bucket: env.PHOTOS,
          path: "/photos",
          maxBytes: MAX_PHOTO_BYTES,
          authorize: (request) => session.isSignedIn(request),
          onError: (error) => console.error("photos:", error),
        });
  return { session, gateway, photos };
}

function missingSettings(env: Env): string[] {
  const missing = readAccounts(env).missing.map((name) => `\`${name}\``);
  if ((env.DASHBOARD_ACCESS_CODE ?? "").length < MIN_CODE_LENGTH) {
    missing.push(`\`DASHBOARD_ACCESS_CODE\` (at least ${MIN_CODE_LENGTH} characters)`);
  }
  return missing;
}

async function page(request: Request, env: Env): Promise<Response> {
  const found = await env.ASSETS.fetch(request);
  const response = new Response(found.body, found);
  // The code in the documentation has its colours in attributes.
  const styles = new URL(request.url).pathname.startsWith("/docs/") ? "'self' 'unsafe-inline'" : "'self'";
  for (const [name, value] of Object.entries(pageHeaders(localOrigins(env), styles))) response.headers.set(name, value);
  return response;
}
