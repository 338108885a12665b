// Who calls: the mandatory headers, the age of the timestamp and the signatures, checked with
// WebCrypto.

import type { Received } from "../shared/http.ts";
import type { Bytes } from "../shared/runtime.ts";
import { type FieldError, Problem } from "./errors.ts";

/** The furthest a timestamp may be from this clock, in seconds, before or after. */
const MAX_AGE = 300;

export interface Seller {
  id_seller: number;
  client_key: string;
  secret_key: string;
  is_active: number;
}

export interface Keys {
  seller(clientKey: string): Promise<Seller | null>;
  partnerSecret(clientKey: string): Promise<string | null>;
}

/** The seller that signed the request, or the Problem it is refused with. */
export async function authenticate(received: Received, keys: Keys, nowSeconds: number): Promise<Seller> {
  const header = (name: string) => received.headers.get(name)?.trim() ?? "";
  const clientKey = header("shop-client-key");
  const timestamp = header("shop-timestamp");
  const signature = header("shop-signature");
  const partnerKey = header("shop-partner-client-key");
  const partnerSignature = header("shop-partner-signature");

  const shop: FieldError[] = [];
  if (clientKey === "") shop.push({ field: "Shop-Client-Key", message: "header is missing" });
  if (signature === "") shop.push({ field: "Shop-Signature", message: "header is missing" });
  if (timestamp === "") shop.push({ field: "Shop-Timestamp", message: "header is missing" });
  else if (!/^\d{1,11}$/.test(timestamp)) {
    shop.push({ field: "Shop-Timestamp", message: "header must be a unix time in seconds" });
  } else if (Math.abs(nowSeconds - Number(timestamp)) > MAX_AGE) {
    shop.push({ field: "Shop-Timestamp", message: "header is more than 5 minutes away from the time of the server" });
  }
  if ((partnerKey === "") !== (partnerSignature === "")) {
    const field = partnerKey === "" ? "Shop-Partner-Client-Key" : "Shop-Partner-Signature";
    shop.push({ field, message: "header is missing; the partner headers go together" });
  }
  if (shop.length > 0) throw headerProblem(401, shop);

  const plain: FieldError[] = [];
  if (header("user-agent") === "") plain.push({ field: "User-Agent", message: "header is missing" });
  if (!mediaTypes(header("accept")).includes("application/json")) {
    plain.push({ field: "Accept", message: "header must be application/json" });
  }
  if (received.body.byteLength > 0 && mediaTypes(header("content-type"))[0] !== "application/json") {
    plain.push({ field: "Content-Type", message: "header must be application/json" });
  }
  if (plain.length > 0) throw headerProblem(400, plain);

  const seller = await keys.seller(clientKey);
  if (seller === null) throw new Problem(401, "/problems/invalid-credentials", "The client key is not known");
  if (!(await isSignedWith(seller.secret_key, signature, received, timestamp))) {
    throw new Problem(401, "/problems/corrupted-signature", "The signature does not fit the request");
  }
  if (partnerKey !== "") {
    const secret = await keys.partnerSecret(partnerKey);
    if (secret === null) throw new Problem(401, "/problems/invalid-credentials", "The partner client key is not known");
    if (!(await isSignedWith(secret, partnerSignature, received, timestamp))) {
      throw new Problem(401, "/problems/corrupted-signature", "The partner signature does not fit the request");
    }
  }
  if (seller.is_active === 0) throw new Problem(403, "/problems/inactive-account", "The account is not active");
  return seller;
}

type Signed = Pick<Received, "method" | "uri" | "body">;

/**
 * Lower-case hex of HMAC-SHA256 over the method, the URI as received, the raw body and the
 * timestamp, one per line.
 */
export async function isSignedWith(
  secret: string,
  signature: string,
  signed: Signed,
  timestamp: string,
): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  // The secret looks like hex, but its text is the key.
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  return crypto.subtle.verify("HMAC", key, bytes, stringToSign(signed, timestamp));
}

function stringToSign({ method, uri, body }: Signed, timestamp: string): Bytes {
  const before = utf8(`${method}\n${uri}\n`);
  const after = utf8(`\n${timestamp}`);
  const bytes = new Uint8Array(before.byteLength + body.byteLength + after.byteLength);
  bytes.set(before, 0);
  bytes.set(body, before.byteLength);
  bytes.set(after, before.byteLength + body.byteLength);
  return bytes;
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

const headerProblem = (status: number, errors: FieldError[]) =>
  new Problem(status, "/problems/missing-or-invalid-request-header", "A request header is missing or invalid", errors);

/** The types of an Accept or Content-Type header, without their parameters. */
function mediaTypes(header: string): string[] {
  return header.split(",").map((part) => (part.split(";")[0] ?? "").trim().toLowerCase());
}
