/**
 * A gateway behind Cloudflare Access. Access signs the user's identity into a token. The Worker
 * verifies the token itself, because a Worker can also be reached without Access, for example by
 * its workers.dev address.
 */
import { Kaufland } from "seller-tickets";
import { createGateway } from "seller-tickets/gateway";
import { type AccessEnv, emailOf } from "./access";

interface Env extends AccessEnv {
  ACCOUNT_USERS: Record<string, string[]>;
  KAUFLAND_CLIENT_KEY: string;
  KAUFLAND_SECRET_KEY: string;
  /** Replaces Kaufland's address in tests. */
  KAUFLAND_BASE_URL?: string;
}

/** One client serves all requests, because it keeps track of Kaufland's rate limit. */
let kaufland: Kaufland | undefined;

function clientOf(env: Env): Kaufland {
  kaufland ??= new Kaufland({
    clientKey: env.KAUFLAND_CLIENT_KEY,
    secretKey: env.KAUFLAND_SECRET_KEY,
    userAgent: "Inhouse_development",
    ...(env.KAUFLAND_BASE_URL ? { baseUrl: env.KAUFLAND_BASE_URL } : {}),
  });
  return kaufland;
}

export default createGateway<Env>({
  accounts: (name, _request, env) => (name === "kf-de" ? clientOf(env) : null),
  authorize: async (request, account, { env }) => {
    const email = await emailOf(request, env);
    return (
      email !== null &&
      Object.hasOwn(env.ACCOUNT_USERS, account) &&
      env.ACCOUNT_USERS[account]?.includes(email) === true
    );
  },
  onError: (error, { account }) => console.error(account, error),
});
