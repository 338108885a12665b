/**
 * A gateway behind Cloudflare Access. Access signs who is asking into a token; the Worker verifies it itself, since a Worker can be reached around
 * Access as well, by its workers.dev address for example.
 */
import { Kaufland } from "seller-tickets";
import { createGateway } from "seller-tickets/gateway";
import { type AccessEnv, emailOf } from "./access";

interface Env extends AccessEnv {
  ACCOUNT_USERS: Record<string, string[]>;
  KAUFLAND_CLIENT_KEY: string;
  KAUFLAND_SECRET_KEY: string;
  /** For tests. */
  KAUFLAND_BASE_URL?: string;
}

/** One client for all requests: what is remembered of Kaufland's rate limit belongs to it. */
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
