// Session tokens: `POST /v1/auth` takes the refresh token as a form and gives a token that soon
// ends.

import { json, type Received, type Reply } from "../shared/http.ts";
import type { Settings } from "../shared/marketplace.ts";
import { Problem, unauthorized } from "./errors.ts";
import { readRefreshToken } from "./rules.ts";
import { type Account, eventId, type Store } from "./store.ts";

/** The whole life of a token when the setting says nothing, in seconds. */
const EXPIRES_IN = 360;

export async function signIn(received: Received, store: Store, settings: Settings, now: number): Promise<Reply> {
  if (received.method !== "POST") {
    const message = ["Methode nicht erlaubt", "Method not allowed"] as const;
    throw new Problem(405, [{ code: "GHN900", message }], { allow: "POST" });
  }
  if (settings.upgrade_required === true) {
    const message = ["Bitte aktualisieren Sie Ihre Anwendung", "Please upgrade your application"] as const;
    throw new Problem(426, [{ code: "GHN900", message, hint: null }]);
  }
  const account = await store.accountByRefreshToken(readRefreshToken(received));
  if (account === null) {
    throw new Problem(400, [{ code: "ATH100", message: ["Konto nicht gefunden", "Account not found"], hint: null }]);
  }
  const expiresIn = typeof settings.expires_in === "number" ? settings.expires_in : EXPIRES_IN;
  const authToken = `${eventId()}.${eventId()}.${eventId()}`;
  const expires = now + expiresIn * 1000;
  await store.addToken(authToken, account, expires);
  // The vendor's times are those of central Europe, here without its summer time.
  const tokenExpireAt = `${new Date(expires + 3_600_000).toISOString().slice(0, 19)}+01:00`;
  return json(200, { scope: account.side === "channel" ? "CHAN" : "SELLER", authToken, tokenExpireAt, expiresIn });
}

export async function authenticate(received: Received, store: Store, now: number): Promise<Account> {
  const token = /^Bearer (\S+)$/i.exec(received.headers.get("authorization") ?? "")?.[1];
  const account = token === undefined ? null : await store.accountByToken(token, now);
  if (account === null) throw unauthorized();
  return account;
}
