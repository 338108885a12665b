/**
 * The demo's Worker: the sign-in, the gateway to the marketplace, and the dashboard's pages.
 *
 *     /session               the sign-in (`session.ts`)
 *     /api/accounts/kf-de/…  the gateway: only ticket endpoints, only for who is signed in; the keys stay here
 *     everything else        the pages that Vite built
 */
import { Kaufland } from "seller-tickets";
import { createGateway, type Gateway } from "seller-tickets/gateway";
import { ACCOUNT } from "./account";
import { MIN_CODE_LENGTH, problem, Session } from "./session";

/** The Worker's settings: variables, secrets and bindings of `wrangler.jsonc`. */
export interface Env {
  ASSETS: { fetch(request: Request): Promise<Response> };
  KAUFLAND_BASE_URL?: string;
  KAUFLAND_USER_AGENT?: string;
  /** Hosts beside the marketplace's own that files may be downloaded from, with commas between them. */
  KAUFLAND_FILE_HOSTS?: string;
  KAUFLAND_CLIENT_KEY?: string;
  KAUFLAND_SECRET_KEY?: string;
  DASHBOARD_ACCESS_CODE?: string;
}

interface App {
  session: Session;
  gateway: Gateway;
}

/** Headers of every page. `pictures`: where the marketplace's product pictures may come from beside https hosts. */
function pageHeaders(pictures: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self'",
    // `blob:` is the preview of a file before it is sent.
    `img-src 'self' blob: data: https: ${pictures}`.trim(),
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

// Built at the first request: settings are not known before, and Workers allow no random numbers at start.
let app: { env: Env; value: App } | undefined;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    const isSession = url.pathname === "/session";
    if (!isSession && !url.pathname.startsWith("/api/")) return page(request, env);

    const missing = missingSettings(env);
    if (missing.length > 0) {
      return problem(500, "configuration", `set ${missing.join(", ")} with \`npx wrangler secret put <name>\``);
    }
    if (app?.env !== env) app = { env, value: build(env) };
    return isSession ? app.value.session.handle(request) : app.value.gateway.fetch(request);
  },
};

function build(env: Env): App {
  const secretKey = env.KAUFLAND_SECRET_KEY ?? "";
  const session = new Session({ accessCode: env.DASHBOARD_ACCESS_CODE ?? "", pepper: secretKey });
  const kaufland = new Kaufland({
    clientKey: env.KAUFLAND_CLIENT_KEY ?? "",
    secretKey,
    userAgent: env.KAUFLAND_USER_AGENT ?? "Inhouse_development",
    fileHosts: (env.KAUFLAND_FILE_HOSTS ?? "").split(/[\s,]+/).filter((host) => host !== ""),
    ...(env.KAUFLAND_BASE_URL ? { baseUrl: env.KAUFLAND_BASE_URL } : {}),
  });
  const gateway = createGateway({
    accounts: { [ACCOUNT]: kaufland },
    authorize: (request) => session.isSignedIn(request),
    // Workers keep what is logged; nothing of it reaches the page, and errors of the package hold no secrets.
    onError: (error, { account }) => console.error(`account ${account}:`, error),
  });
  return { session, gateway };
}

function missingSettings(env: Env): string[] {
  const missing: string[] = [];
  if (!env.KAUFLAND_CLIENT_KEY) missing.push("`KAUFLAND_CLIENT_KEY`");
  if (!env.KAUFLAND_SECRET_KEY) missing.push("`KAUFLAND_SECRET_KEY`");
  if ((env.DASHBOARD_ACCESS_CODE ?? "").length < MIN_CODE_LENGTH) {
    missing.push(`\`DASHBOARD_ACCESS_CODE\` (at least ${MIN_CODE_LENGTH} characters)`);
  }
  return missing;
}

async function page(request: Request, env: Env): Promise<Response> {
  const found = await env.ASSETS.fetch(request);
  const response = new Response(found.body, found);
  // A marketplace on this machine has its pictures there, too.
  const base = env.KAUFLAND_BASE_URL ?? "";
  const pictures = base.startsWith("http:") && URL.canParse(base) ? new URL(base).origin : "";
  for (const [name, value] of Object.entries(pageHeaders(pictures))) response.headers.set(name, value);
  return response;
}
