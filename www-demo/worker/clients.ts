/** The accounts' clients, made of the Worker's settings. */
import { ClickBank, JtlScx, Kaufland, Magalu, Probo } from "seller-tickets";
import type { DeskTools } from "seller-tickets/desk";
import { ACCOUNT_IDS, type AccountId } from "./accounts";
import type { Env } from "./env";

/** Any of the marketplaces' clients. */
export type Client = ClickBank | JtlScx<"seller"> | Kaufland | Magalu | Probo;

type Name = keyof Env & string;

/** Options that are the same at all marketplaces. */
interface More {
  /** The time of one call with all its waits. */
  totalTimeoutMs?: number;
}

interface Account {
  /** The secrets without which the account does not work. */
  needs: Name[] | ((env: Env) => Name[]);
  baseUrl: Name;
  make(env: Env, tools: DeskTools, more: More): Client;
}

/** An URL only where one is set: the marketplaces' own are the package's to know. */
const at = (baseUrl: string | undefined) => (baseUrl ? { baseUrl } : {});

/** The parts of a setting that holds a list. */
const listed = (text: string | undefined): string[] => (text ?? "").split(/[\s,]+/).filter((part) => part !== "");

const ACCOUNTS: Record<AccountId, Account> = {
  "kf-de": {
    needs: ["KAUFLAND_CLIENT_KEY", "KAUFLAND_SECRET_KEY"],
    baseUrl: "KAUFLAND_BASE_URL",
    make: (env, _, more) =>
      new Kaufland({
        ...more,
        clientKey: env.KAUFLAND_CLIENT_KEY ?? "",
        secretKey: env.KAUFLAND_SECRET_KEY ?? "",
        userAgent: env.KAUFLAND_USER_AGENT ?? "Inhouse_development",
        fileHosts: listed(env.KAUFLAND_FILE_HOSTS),
        ...at(env.KAUFLAND_BASE_URL),
      }),
  },
  cb: {
    needs: ["CLICKBANK_API_KEY"],
    baseUrl: "CLICKBANK_BASE_URL",
    make: (env, _, more) =>
      new ClickBank({ ...more, apiKey: env.CLICKBANK_API_KEY ?? "", ...at(env.CLICKBANK_BASE_URL) }),
  },
  mg: {
    // An access token by itself is good for two hours at most; it goes before the others where
    // there is one.
    needs: (env) =>
      env.MAGALU_ACCESS_TOKEN
        ? ["MAGALU_ACCESS_TOKEN"]
        : ["MAGALU_CLIENT_ID", "MAGALU_CLIENT_SECRET", "MAGALU_REFRESH_TOKEN"],
    baseUrl: "MAGALU_BASE_URL",
    make: (env, { tokenStore }, more) =>
      new Magalu({
        ...more,
        ...(env.MAGALU_ACCESS_TOKEN
          ? { accessToken: env.MAGALU_ACCESS_TOKEN }
          : {
              clientId: env.MAGALU_CLIENT_ID ?? "",
              clientSecret: env.MAGALU_CLIENT_SECRET ?? "",
              refreshToken: env.MAGALU_REFRESH_TOKEN ?? "",
              // The desk and the gateway share the tokens: each refresh token is good for one use.
              tokenStore: tokenStore("mg"),
            }),
        ...(env.MAGALU_TOKEN_URL ? { tokenUrl: env.MAGALU_TOKEN_URL } : {}),
        ...at(env.MAGALU_BASE_URL),
      }),
  },
  jtl: {
    needs: ["JTL_SCX_SELLER_REFRESH_TOKEN"],
    baseUrl: "JTL_SCX_BASE_URL",
    make: (env, _, more) =>
      new JtlScx({
        ...more,
        side: "seller",
        refreshToken: env.JTL_SCX_SELLER_REFRESH_TOKEN ?? "",
        ...at(env.JTL_SCX_BASE_URL),
      }),
  },
  pb: {
    needs: ["PROBO_TOKEN"],
    baseUrl: "PROBO_BASE_URL",
    make: (env, _, more) =>
      new Probo({
        ...more,
        token: env.PROBO_TOKEN ?? "",
        ...(env.PROBO_TICKET_PATH ? { ticketPath: env.PROBO_TICKET_PATH } : {}),
        ...at(env.PROBO_BASE_URL),
      }),
  },
};

function needsOf(id: AccountId, env: Env): Name[] {
  const { needs } = ACCOUNTS[id];
  return typeof needs === "function" ? needs(env) : needs;
}

/**
 * The accounts that have keys, and what is missing of those that have some but not all, or of all
 * when none has any.
 */
export function readAccounts(env: Env): { ids: AccountId[]; missing: string[]; secrets: string[] } {
  const ids: AccountId[] = [];
  const missing: string[] = [];
  const secrets: string[] = [];
  for (const id of ACCOUNT_IDS) {
    const needs = needsOf(id, env);
    const without = needs.filter((name) => !env[name]);
    if (without.length === needs.length) continue;
    ids.push(id);
    missing.push(...without);
    secrets.push(...needs.map((name) => String(env[name] ?? "")));
  }
  if (ids.length === 0) missing.push(...needsOf("kf-de", env));
  return { ids, missing, secrets };
}

/** Makes the client of an account that has keys. */
export const makeClient = (env: Env, id: AccountId, tools: DeskTools, more: More = {}): Client =>
  ACCOUNTS[id].make(env, tools, more);

/** What the desk is to know about an account besides its client. */
function profileOf(env: Env, id: AccountId): object {
  if (id === "mg") {
    const { MAGALU_WRITER_CODE: code, MAGALU_WRITER_NAME: name } = env;
    return code && name ? { profile: { code, name } } : {};
  }
  const ticketEvents = listed(env.JTL_SCX_TICKET_EVENTS);
  // Without the event's name, JTL-SCX's queue is left to the ERP.
  return id === "jtl" && ticketEvents.length > 0 ? { ticketEvents } : {};
}

/** The accounts as the desk takes them. */
export function deskAccounts(env: Env, tools: DeskTools): Record<string, object> {
  const { ids } = readAccounts(env);
  return Object.fromEntries(ids.map((id) => [id, { client: makeClient(env, id, tools), ...profileOf(env, id) }]));
}

/** Where marketplaces on this machine are: their pictures are there, too. */
export function localOrigins(env: Env): string[] {
  const bases = Object.values(ACCOUNTS).map(({ baseUrl }) => String(env[baseUrl] ?? ""));
  const origins = bases.filter((base) => base.startsWith("http:") && URL.canParse(base));
  return [...new Set(origins.map((base) => new URL(base).origin))];
}
