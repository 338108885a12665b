/**
 * Verifies the token of Cloudflare Access: signed with a key of the team, for this application, and
 * not expired.
 */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";

export interface AccessEnv {
  /** `https://your-team.cloudflareaccess.com` */
  ACCESS_TEAM: string;
  /** The application's audience tag. */
  ACCESS_AUDIENCE: string;
}

/** The keys of each team. jose fetches them again when a token names an unknown one. */
const keys = new Map<string, JWTVerifyGetKey>();

/** Returns the mail address of the user, or `null`. */
export async function emailOf(request: Request, env: AccessEnv): Promise<string | null> {
  const { ACCESS_TEAM: issuer, ACCESS_AUDIENCE: audience } = env;
  const token = request.headers.get("cf-access-jwt-assertion") ?? cookie(request, "CF_Authorization");
  if (token === undefined || issuer === "" || audience === "") return null;
  const known = keys.get(issuer) ?? createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`));
  keys.set(issuer, known);
  try {
    const { payload } = await jwtVerify(token, known, {
      issuer,
      audience,
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
    });
    return typeof payload.email === "string" ? payload.email : null;
  } catch (error) {
    // Any other error is one of this Worker's.
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

function cookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([key]) => key === name)?.[1];
}
