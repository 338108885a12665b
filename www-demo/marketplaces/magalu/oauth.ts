// ID Magalu: consent, codes, tokens.
//
//   GET  /magalu-id/login         consents at once and redirects back with a code; the person is
//                                 the seeded seller
//   POST /magalu-id/oauth/token   a code as JSON, or a refresh token as a form
//
// A refresh token works once. When it comes a second time, somebody else may hold it, so the whole
// grant ends: integrators report that an integration whose newest token is lost has to be consented
// to again.

import { empty, json, parseQuery, type Received, type Reply } from "../shared/http.ts";
import type { Settings } from "../shared/marketplace.ts";
import { decode } from "../shared/multipart.ts";
import { detailText, expired401, gateway401, oauth, platform } from "./errors.ts";
import type { Access, Store } from "./store.ts";
import { SCOPES } from "./vocabulary.ts";

/** Codes live 10 minutes. */
const CODE_LIFE_MS = 600_000;
const MAX_EXPIRES_IN = 7200;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export async function identity(
  received: Received,
  path: string,
  store: Store,
  settings: Settings,
  now: number,
): Promise<Reply> {
  if (path === "/login") {
    if (received.method !== "GET") throw detailText(405, "Method Not Allowed", { allow: "GET" });
    return login(received, store, now);
  }
  if (path === "/oauth/token") {
    if (received.method !== "POST") throw detailText(405, "Method Not Allowed", { allow: "POST" });
    return token(received, store, settings, now);
  }
  throw detailText(404, "Not Found");
}

async function login(received: Received, store: Store, now: number): Promise<Reply> {
  const query = new Map(parseQuery(received.query) ?? []);
  const client = await store.client(query.get("client_id") ?? "");
  const target = redirectTarget(query.get("redirect_uri") ?? "");
  // Without a client and a safe address there is nowhere to send an error to.
  if (client === null) throw oauth(400, "invalid_request", "client_id is missing or not known");
  if (target === undefined) throw oauth(400, "invalid_request", "redirect_uri must be https, or http on this machine");
  const state = query.get("state");
  if (state !== undefined) target.searchParams.set("state", state);
  const asked = (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  if (query.get("response_type") !== "code") target.searchParams.set("error", "unsupported_response_type");
  else if (asked.some((scope) => !SCOPES.includes(scope))) target.searchParams.set("error", "invalid_scope");
  else {
    const scope = [...new Set([...client.default_scope.split(" "), ...asked])].join(" ");
    // Without `choose_tenants` the person consents for themselves, not for the store.
    const seller = query.get("choose_tenants") === "true" ? 1 : null;
    const code = secret();
    await store.addCode(code, client.client_id, query.get("redirect_uri") ?? "", scope, seller, now + CODE_LIFE_MS);
    target.searchParams.set("code", code);
  }
  return empty(302, { location: target.href, "cache-control": "no-store" });
}

function redirectTarget(text: string): URL | undefined {
  if (!URL.canParse(text) || text.includes("#")) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname)) ? url : undefined;
}

async function token(received: Received, store: Store, settings: Settings, now: number): Promise<Reply> {
  const fields = readFields(received);
  const client = await store.client(fields.get("client_id") ?? "");
  if (client === null || fields.get("client_secret") !== client.client_secret) {
    throw oauth(401, "invalid_client", "client_id or client_secret is not valid");
  }
  const grant =
    fields.get("grant_type") === "authorization_code"
      ? await store.useCode(fields.get("code") ?? "", client.client_id, fields.get("redirect_uri") ?? "", now)
      : await store.useRefreshToken(fields.get("refresh_token") ?? "", client.client_id);
  if (grant === null) throw oauth(400, "invalid_grant", "the code or the refresh token is used, revoked or not known");
  const lifetime = typeof settings.expires_in === "number" ? settings.expires_in : MAX_EXPIRES_IN;
  const expires_in = Math.min(lifetime, MAX_EXPIRES_IN);
  const access_token = `${base64url('{"alg":"none","typ":"JWT"}')}.${base64url(`{"sub":"local","jti":"${secret()}"}`)}.${secret()}`;
  const refresh_token = secret();
  await store.addTokens(grant.id_grant, access_token, now + expires_in * 1000, refresh_token);
  return json(
    200,
    {
      access_token,
      token_type: "Bearer",
      expires_in,
      refresh_token,
      scope: grant.scope,
      created_at: Math.floor(now / 1000),
    },
    { "cache-control": "no-store" },
  );
}

/** The two kinds of grants come in two formats, and neither in the other's. */
function readFields(received: Received): Map<string, string> {
  const type = (received.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const text = decode(received.body) ?? "";
  const fields = new Map<string, string>();
  let expected: string;
  if (type === "application/json") {
    expected = "authorization_code";
    for (const [name, value] of Object.entries(readObject(text)))
      if (typeof value === "string") fields.set(name, value);
  } else if (type === "application/x-www-form-urlencoded") {
    expected = "refresh_token";
    for (const [name, value] of parseQuery(text) ?? []) {
      if (fields.has(name)) throw oauth(400, "invalid_request", `${name} is given more than once`);
      fields.set(name, value);
    }
  } else throw oauth(400, "invalid_request", "the content type must be application/json or a url-encoded form");
  const grantType = fields.get("grant_type");
  if (grantType !== "authorization_code" && grantType !== "refresh_token") {
    throw oauth(400, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token");
  }
  if (grantType !== expected) {
    throw oauth(400, "invalid_request", `grant_type ${grantType} does not go with the content type ${type}`);
  }
  return fields;
}

function readObject(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw oauth(400, "invalid_request", "the body is not valid json");
  }
}

/** Who the bearer token stands for, or the Problem that the request is refused with. */
export async function authenticate(received: Received, store: Store, now: number): Promise<Access> {
  const bearer = /^Bearer (\S+)$/i.exec(received.headers.get("authorization") ?? "")?.[1];
  const access = bearer === undefined ? null : await store.access(bearer);
  if (access === null) throw gateway401();
  if (access.expires_ms !== null && access.expires_ms <= now) throw expired401();
  return access;
}

/** One of the scopes is enough. */
export function requireScope(access: Access, scopes: string[]): asserts access is Access & { id_seller: number } {
  const granted = access.scope.split(" ");
  if (!scopes.some((scope) => granted.includes(scope))) {
    const message = `scope ${scopes.join(" or ")} is missing`;
    throw platform(403, undefined, [{ field: "Authorization", location: "header", slug: "FORBIDDEN", message }]);
  }
  if (access.id_seller === null) throw platform(403, "The access token belongs to no tenant");
}

function secret(): string {
  return base64url(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
}

const base64url = (binary: string): string =>
  btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
