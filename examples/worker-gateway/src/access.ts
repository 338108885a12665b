/**
 * Verifies the token of Cloudflare Access: RS256, signed with a key of the team, for this
 * application, and not expired.
 */

export interface AccessEnv {
  /** `https://your-team.cloudflareaccess.com` */
  ACCESS_TEAM: string;
  /** The application's audience tag. */
  ACCESS_AUDIENCE: string;
}

interface Claims {
  aud?: unknown;
  email?: unknown;
  exp?: unknown;
  iss?: unknown;
  nbf?: unknown;
}

/** The keys change every few weeks, so they are fetched again when a token names an unknown one. */
const KEYS_FOR_MS = 3_600_000;
/**
 * The least time between two fetches, so that invented key ids cannot cause one for each request.
 */
const ASK_AGAIN_AFTER_MS = 30_000;
let keys: { team: string; at: number; byId: Map<string, JsonWebKey> } | undefined;

/** Returns the mail address of the user, or `null`. */
export async function emailOf(request: Request, env: AccessEnv): Promise<string | null> {
  const token = request.headers.get("cf-access-jwt-assertion") ?? cookie(request, "CF_Authorization");
  const [head, body, signature, ...rest] = token?.split(".") ?? [];
  if (!head || !body || !signature || rest.length > 0 || env.ACCESS_AUDIENCE === "") return null;
  const header = parse<{ alg?: unknown; kid?: unknown }>(head);
  const claims = parse<Claims>(body);
  const sealed = bytes(signature);
  if (header?.alg !== "RS256" || typeof header.kid !== "string" || claims === null || sealed === null) return null;

  const jwk = await keyOf(env.ACCESS_TEAM, header.kid);
  if (jwk === undefined) return null;
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${head}.${body}`);
  if (!(await crypto.subtle.verify(algorithm, key, sealed, signed))) return null;

  const now = Date.now() / 1000;
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  const isOurs = claims.iss === env.ACCESS_TEAM && audience.includes(env.ACCESS_AUDIENCE);
  const isInDate =
    typeof claims.exp === "number" && now < claims.exp && (claims.nbf === undefined || Number(claims.nbf) <= now);
  return isOurs && isInDate && typeof claims.email === "string" ? claims.email : null;
}

async function keyOf(team: string, id: string): Promise<JsonWebKey | undefined> {
  const now = Date.now();
  const age = keys?.team === team ? now - keys.at : Number.POSITIVE_INFINITY;
  if (age > KEYS_FOR_MS || (age > ASK_AGAIN_AFTER_MS && !keys?.byId.has(id))) {
    const response = await fetch(`${team}/cdn-cgi/access/certs`);
    if (!response.ok) return undefined;
    const set: { keys: (JsonWebKey & { kid: string })[] } = await response.json();
    keys = { team, at: now, byId: new Map(set.keys.map((key) => [key.kid, key])) };
  }
  return keys?.byId.get(id);
}

function cookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([key]) => key === name)?.[1];
}

function bytes(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

function parse<T>(text: string): T | null {
  const raw = bytes(text);
  try {
    const value: unknown = raw === null ? null : JSON.parse(new TextDecoder().decode(raw));
    return typeof value === "object" ? (value as T) : null;
  } catch {
    return null;
  }
}
