/** Comparing what callers show. */

/**
 * Whether two secrets are the same. The time that it takes reveals nothing of either: their MACs
 * are compared, under a random key. A secret that is missing or empty equals none, so that a
 * variable that was not set lets no one through.
 */
export async function sameSecret(
  given: string | null | undefined,
  expected: string | null | undefined,
): Promise<boolean> {
  if (typeof given !== "string" || typeof expected !== "string" || given === "" || expected === "") return false;
  const utf8 = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", crypto.getRandomValues(new Uint8Array(32)), algorithm, false, [
    "sign",
    "verify",
  ]);
  return crypto.subtle.verify(
    "HMAC",
    key,
    await crypto.subtle.sign("HMAC", key, utf8.encode(expected)),
    utf8.encode(given),
  );
}
