/**
 * The sign-in: an access code and a name are exchanged for a signed cookie that says who it is for and
 * until when it is good. The code opens the dashboard; the name is believed, and says whose drafts and
 * letters these are.
 *
 * Nothing is stored. The cookie is signed with a key derived from the access code and the accounts'
 * keys, so a change of either signs everyone out. Signing out forgets the cookie in that browser
 * only.
 */

import { sameSecret } from "seller-tickets/gateway";
import type { OpenAccount, SessionAnswer } from "./accounts";

const HOURS = 12;
/** Shorter codes can be guessed over the network. */
export const MIN_CODE_LENGTH = 8;
const MAX_BODY = 1024;
const MAX_NAME = 60;
const TRIES = 10;
const TRIES_WINDOW_MS = 60_000;

const utf8 = new TextEncoder();

/** What the sign-in needs from the Worker's settings. */
export interface SessionSettings {
  accessCode: string;
  /** Long secrets that are mixed into the signing key, since the access code alone may be short. */
  pepper: string;
  /**
   * What the Worker can do: the accounts that it has keys for, and whether it stores photos. Only
   * who is signed in is told.
   */
  opens: { accounts: OpenAccount[]; photos: boolean };
}

/** Who a cookie is for, and until when it is good. */
export interface Signed {
  person: string;
  expires: number;
}

/** Answers `/session` and tells whether a request carries a good cookie. */
export class Session {
  readonly #accessCode: string;
  readonly #key: Promise<CryptoKey>;
  readonly #opens: SessionSettings["opens"];
  // One isolate's memory: it slows guessing down, it does not replace a rate limiting rule of the
  // account.
  readonly #failures = new Map<string, { count: number; until: number }>();

  constructor({ accessCode, pepper, opens }: SessionSettings) {
    this.#accessCode = accessCode;
    this.#opens = opens;
    this.#key = deriveKey(accessCode, pepper);
  }

  /**
   * Returns whom the request is from, if it carries a cookie that this Worker signed and that has not
   * expired.
   */
  async signed(request: Request): Promise<Signed | null> {
    const value = readCookie(request, cookieName(new URL(request.url)));
    const match = /^(v2\.(\d{1,15})\.([0-9a-f]{2,480}))\.([0-9a-f]{64})$/.exec(value ?? "");
    const [, text, expires, name, signature] = match ?? [];
    if (text === undefined || expires === undefined || name === undefined || signature === undefined) return null;
    // `verify` compares in constant time.
    const good = await crypto.subtle.verify("HMAC", await this.#key, fromHex(signature), utf8.encode(text));
    if (!good || Number(expires) <= Date.now()) return null;
    return { person: new TextDecoder().decode(fromHex(name)), expires: Number(expires) };
  }

  /**
   * `GET` says whether one is signed in and what that opens, `POST {"code", "person"}` signs in,
   * `DELETE` signs out.
   */
  async handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.method === "GET") {
      return json(200, this.opened(await this.signed(request)));
    }
    if (request.method !== "POST" && request.method !== "DELETE") {
      return problem(405, "method_not_allowed", "`/session` takes get, post and delete", {
        allow: "GET, POST, DELETE",
      });
    }
    // A foreign page must not sign this browser in or out.
    if (!isSameOrigin(request)) {
      return problem(403, "foreign_origin", "sign in from the dashboard's own page");
    }
    if (request.method === "DELETE") {
      return json(200, this.opened(null), { "set-cookie": cookie(url, "", 0) });
    }
    return this.#signIn(request, url);
  }

  async #signIn(request: Request, url: URL): Promise<Response> {
    const from = request.headers.get("cf-connecting-ip") ?? "unknown";
    const now = Date.now();
    const known = this.#failures.get(from);
    const failures = known && known.until > now ? known : { count: 0, until: now + TRIES_WINDOW_MS };
    if (failures.count >= TRIES) {
      const seconds = Math.ceil((failures.until - now) / 1000);
      return problem(429, "too_many_tries", `too many wrong access codes, try again in ${seconds} s`, {
        "retry-after": String(seconds),
      });
    }
    // Counted before anything is awaited, so that tries sent at once are counted too.
    if (this.#failures.size > 10_000) this.#failures.clear();
    this.#failures.set(from, { count: failures.count + 1, until: failures.until });

    const given = await readGiven(request);
    if (given === null) {
      return problem(400, "bad_request", 'send the access code and your name as `{"code": "…", "person": "…"}`');
    }
    if (!(await sameSecret(given.code, this.#accessCode))) {
      return problem(401, "wrong_code", "the access code is not right");
    }
    this.#failures.delete(from);
    const expires = now + HOURS * 3_600_000;
    const { person } = given;
    const text = `v2.${expires}.${toHex(utf8.encode(person))}`;
    const signature = toHex(await crypto.subtle.sign("HMAC", await this.#key, utf8.encode(text)));
    const answer = this.opened({ person, expires });
    return json(200, answer, { "set-cookie": cookie(url, `${text}.${signature}`, HOURS * 3600) });
  }

  /** Returns what a session opens, and until when. */
  opened(signed: Signed | null): SessionAnswer {
    if (signed === null) return { signed_in: false };
    const { person, expires } = signed;
    return { signed_in: true, person, expires: new Date(expires).toISOString(), ...this.#opens };
  }
}

async function deriveKey(accessCode: string, pepper: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", utf8.encode(`${accessCode}\n${pepper}`), "HKDF", false, [
    "deriveKey",
  ]);
  const info = utf8.encode("seller-tickets dashboard session");
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info },
    material,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}

/** Reads the code and the name, which is one line of at most 60 characters. */
async function readGiven(request: Request): Promise<{ code: string; person: string } | null> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(length <= MAX_BODY)) return null;
  try {
    const { code, person } = Object(await request.json()) as Record<string, unknown>;
    if (typeof code !== "string" || typeof person !== "string") return null;
    const name = person.normalize("NFC").trim();
    const isName = name !== "" && name.length <= MAX_NAME && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
    return isName ? { code, person: name } : null;
  } catch {
    return null;
  }
}

/** Whether the request comes from a page of this Worker, or from no page at all. */
function isSameOrigin(request: Request): boolean {
  const url = new URL(request.url);
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  return (origin === null || origin === url.origin) && (site === null || site === "same-origin");
}

// The `__Host-` prefix ties the cookie to this host over https. Plain http is for a Worker on this
// machine.
function cookieName(url: URL): string {
  return url.protocol === "https:" ? "__Host-session" : "session";
}

function cookie(url: URL, value: string, maxAge: number): string {
  const secure = url.protocol === "https:" ? "; Secure" : "";
  return `${cookieName(url)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
}

function readCookie(request: Request, name: string): string | null {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

function toHex(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

/** A JSON answer that no cache keeps. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** An answer that says what is wrong and what to do. */
export function problem(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return json(status, { error: { code, message } }, headers);
}
