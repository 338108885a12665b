/**
 * The demo's Worker: the sign-in, the desk, the gateway to the marketplaces, and the dashboard's page.
 *
 *     /session                    the sign-in (`session.ts`)
 *     /start                      who is signed in, and the first list, in one answer
 *     /api/desk/…                 the desk: all tickets of all accounts, kept in D1 and read by
 *                                 themselves, and the letters that are on their way
 *     /api/accounts/{account}/…   the gateway, for what only one marketplace has; the keys stay here
 *                                 (`clients.ts`)
 *     /photos                     photos for complaints, where there is a bucket for them: the
 *                                 package's own route
 *     /docs                       the documentation
 *     everything else             the page that Vite built
 */
import { env as settings } from "cloudflare:workers";
import { type DeskContext, deskWorker } from "seller-tickets/desk";
import { createGateway, createUploads, durableNonces, type Gateway, type Uploads } from "seller-tickets/gateway";
import { ACCOUNTS, type AccountId, FIRST, isAccount, type StartAnswer } from "./accounts";
import { type Client, deskAccounts, localOrigins, makeClient, readAccounts } from "./clients";
import type { Env } from "./env";
import { pageHeaders } from "./policy";
import { json, MIN_CODE_LENGTH, problem, Session } from "./session";

export { Nonces } from "seller-tickets/gateway";

/** A photo is taken into the Worker's memory, of which there are 128 MB. */
const MAX_PHOTO_BYTES = 20 * 1024 * 1024;
/** How long a page waits for the gateway. A marketplace that asks for a longer wait is told of at once. */
const ANSWER_MS = 8_000;
/** The bindings that the Worker does not work without. */
const BINDINGS = ["DB", "DESK_QUEUE", "DESK_OBJECTS", "NONCES"] as const;

const desk = deskWorker<Env>({
  plan: settings.DESK_PLAN === "paid" ? "paid" : "free",
  accounts: deskAccounts,
  // Sockets are asked about in their Durable Object, which has the same settings.
  authorize: async (request, { env }) => {
    const { session, ids } = appOf(env);
    const signed = await session.signed(request);
    return signed === null ? null : { person: signed.person, accounts: ids, access: "write" };
  },
  // Workers keep what is logged; nothing of it reaches the page, and errors of the package hold no
  // secrets.
  onError: (error, { method, account }) => console.error(`desk ${method} ${account ?? ""}:`, error),
});

/** The desk's Durable Objects: one for each account, and one for the sockets of pages. */
export const DeskObject = desk.DeskObject;

type First = NonNullable<StartAnswer["first"]>;

interface App {
  session: Session;
  ids: readonly AccountId[];
  gateway: Gateway;
  /** `null` without a bucket. */
  photos: Uploads | null;
}

// Built at the first request: Workers allow no random numbers at start.
const apps = new WeakMap<Env, App>();

function appOf(env: Env): App {
  const known = apps.get(env);
  if (known !== undefined) return known;
  const made = build(env);
  apps.set(env, made);
  return made;
}

export default {
  scheduled: desk.scheduled,
  queue: desk.queue,

  async fetch(request: Request, env: Env, ctx: DeskContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, root = "", part = ""] = pathname.split("/");
    const isPhotos = root === "photos" && env.PHOTOS !== undefined;
    const isOurs = pathname === "/session" || pathname === "/start";
    if (!isOurs && root !== "api" && !isPhotos) return page(request, env);

    const unbound = BINDINGS.filter((name) => env[name] === undefined);
    if (unbound.length > 0) {
      return problem(500, "configuration", `bind ${unbound.join(", ")} in \`wrangler.jsonc\``);
    }
    const missing = missingSettings(env);
    if (missing.length > 0) {
      return problem(500, "configuration", `set ${missing.join(", ")} with \`npx wrangler secret put <name>\``);
    }
    const { session, gateway, photos } = appOf(env);
    if (pathname === "/session") return session.handle(request);
    if (pathname === "/start") return json(200, await start(request, env, ctx, session));
    if (part === "desk") return desk.fetch(request, env, ctx);
    return isPhotos && photos !== null ? photos.fetch(request) : gateway.fetch(request);
  },
};

/** Returns what the page begins with. The desk itself says what the person may see of it. */
async function start(request: Request, env: Env, ctx: DeskContext, session: Session): Promise<StartAnswer> {
  const signed = await session.signed(request);
  const opened = session.opened(signed);
  if (signed === null) return { session: opened, first: null };
  const cookie = request.headers.get("cookie") ?? "";
  const ask = async <T>(method: string, ...args: unknown[]): Promise<T> => {
    const asked = { method: "POST", headers: { cookie }, body: JSON.stringify(args) };
    const answer = await desk.fetch(new Request(new URL(`/api/desk/${method}`, request.url), asked), env, ctx);
    if (!answer.ok) throw new Error(`${method}: ${answer.status}`);
    return ((await answer.json()) as { result: T }).result;
  };
  try {
    // In this order, what changes in between is told as a change.
    const counts = await ask<First["counts"]>("counts");
    const list = await ask<First["list"]>("list", FIRST);
    return { session: opened, first: { asked: FIRST, list, counts } };
  } catch {
    // The desk has told the operator, and tells the page when that asks for the list itself.
    return { session: opened, first: null };
  }
}

function build(env: Env): App {
  const { ids, secrets } = readAccounts(env);
  const session = new Session({
    accessCode: env.DASHBOARD_ACCESS_CODE ?? "",
    pepper: secrets.join("\n"),
    opens: {
      accounts: ids.map((id) => ({ id, ...ACCOUNTS[id] })),
      photos: env.PHOTOS !== undefined,
    },
  });
  const authorize = async (request: Request) => (await session.signed(request)) !== null;
  const clients = new Map<string, Client>();
  const tools = desk.tools(env);
  const gateway = createGateway({
    accounts: (id) => {
      if (!isAccount(id) || !ids.includes(id)) return null;
      const client = clients.get(id) ?? makeClient(env, id, tools, { totalTimeoutMs: ANSWER_MS });
      clients.set(id, client);
      return client;
    },
    authorize,
    nonceStore: durableNonces(env.NONCES),
    onError: (error, { account }) => console.error(`account ${account}:`, error),
  });
  const photos =
    env.PHOTOS === undefined
      ? null
      : createUploads({
          bucket: env.PHOTOS,
          path: "/photos",
          maxBytes: MAX_PHOTO_BYTES,
          authorize,
          onError: (error) => console.error("photos:", error),
        });
  return { session, ids, gateway, photos };
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
  const url = new URL(request.url);
  // The code in the documentation has its colours in attributes.
  const styles = url.pathname.startsWith("/docs/") ? "'self' 'unsafe-inline'" : "'self'";
  const headers = pageHeaders(localOrigins(env), styles, url);
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
