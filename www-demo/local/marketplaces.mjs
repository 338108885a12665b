// The local marketplaces, started: their Worker in workerd, their keys, and what tests steer them
// with. The demo takes the Worker from its sources, the package for users' tests (pkg-marketplaces)
// a bundle of it.

import { randomUUID } from "node:crypto";
import { fetchAlone } from "./alone.mjs";

/** The seeded sellers of the local marketplaces. These keys open nothing elsewhere. */
export const LOCAL_KEYS = {
  kaufland: {
    clientKey: "kaufland-local-client-key-0000001",
    secretKey: "kaufland-local-secret-key-000000000000000000000000000000000000001",
  },
  clickbank: { apiKey: "API-LOCALCLICKBANK000000000000000000", developerKey: "DEV-LOCALCLICKBANK000000000000000000" },
  probo: { token: "bG9jYWw6cHJvYm8=" },
  magalu: {
    clientId: "local-magalu-client",
    clientSecret: "local-magalu-secret",
    refreshToken: "local-magalu-refresh-0",
    accessToken: "local-magalu-access",
  },
  jtlScx: { refreshToken: "CHANNEL:local-jtl-channel", sellerRefreshToken: "SELLER:local-jtl-seller" },
};

/**
 * The type of the event that tells a seller of a ticket at the local JTL-SCX. It is made up: the vendor
 * documents none.
 */
export const LOCAL_TICKET_EVENT = "Channel:Ticket.Created";

/** The options of a client for each, when the marketplaces are at `url`. */
export function accountsAt(url) {
  const { kaufland, clickbank, magalu, jtlScx, probo } = LOCAL_KEYS;
  return {
    kaufland: { baseUrl: `${url}/kaufland/v2`, ...kaufland, userAgent: "Inhouse_development" },
    clickbank: { baseUrl: `${url}/clickbank/rest`, apiKey: clickbank.apiKey },
    magalu: {
      baseUrl: `${url}/magalu`,
      tokenUrl: `${url}/magalu-id/oauth/token`,
      accessToken: magalu.accessToken,
    },
    jtlScx: { baseUrl: `${url}/jtl-scx`, refreshToken: jtlScx.refreshToken },
    probo: { baseUrl: `${url}/probo`, token: probo.token },
  };
}

/**
 * @param {import("miniflare").ModuleDefinition[]} modules the Worker of `marketplaces/index.ts`
 * @param {{ port?: number, persist?: string | undefined, quiet?: boolean, now?: string | Date |
 * undefined }} [options]
 */
export async function runMarketplaces(modules, { port = 0, persist, quiet = true, now } = {}) {
  // Whoever runs the marketplaces in their own process has no workerd.
  const { startWorkerd } = await import("./workerd.mjs");
  const path = `/queries-${randomUUID()}`;
  const { instance, url } = await startWorkerd(port, quiet, {
    name: "marketplaces",
    modules: [queriesModule(path, modules[0].path), ...modules],
    compatibilityDate: "2026-04-15",
    d1Databases: { DB: "marketplaces" },
    ...(persist === undefined ? {} : { d1Persist: persist }),
    ...(now === undefined ? {} : { bindings: { SEED_NOW: new Date(now).toISOString() } }),
  });
  try {
    const control = controlsAt(url);
    // The first request makes the tables and fills them; no other request should wait for it.
    await control.settings();
    return {
      url,
      accounts: accountsAt(url),
      control,
      db: queries(databaseAt(`${url}${path}`)),
      close: () => instance.dispose(),
    };
  } catch (error) {
    await instance.dispose();
    throw error;
  }
}

/** What steers the marketplaces at `url`: see marketplaces/shared/control.ts. */
export function controlsAt(url, fetch = fetchAlone) {
  const call = async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${url}/control/${path}`, init);
    if (!response.ok) {
      throw new Error(`${method} /control/${path} answered ${response.status}: ${await response.text()}`);
    }
    return response.json();
  };
  return {
    fault: async (faults) => (await call("POST", "faults", faults)).faults,
    faults: async () => (await call("GET", "faults")).faults,
    settings: (changes) => (changes === undefined ? call("GET", "settings") : call("POST", "settings", changes)),
    reset: async (options = {}) => {
      await call("POST", "reset", options);
    },
    log: async () => (await call("GET", "log")).entries,
    clearLog: async () => {
      await call("DELETE", "log");
    },
    act: (marketplace, action, input = {}) => call("POST", `${marketplace}/${action}`, input),
  };
}

/**
 * @typedef {object} Queries
 * @property {(sql: string, ...params: unknown[]) => Promise<Record<string, unknown>[]>} all the
 * rows
 * @property {(sql: string, ...params: unknown[]) => Promise<Record<string, unknown> | null>} first
 * the first row
 * @property {(sql: string, ...params: unknown[]) => Promise<number>} run a change; the number of
 * rows it changed
 */

/**
 * A module before that of the marketplaces, which lets whoever knows `path` ask their database. Miniflare's
 * stand-in for a database stops this thread for each statement, and has stopped it for ever.
 */
const queriesModule = (path, main) => ({
  type: "ESModule",
  path: "queries.mjs",
  contents: `import worker from ${JSON.stringify(`./${main}`)};
    export default {
      async fetch(request, env, ctx) {
        if (new URL(request.url).pathname !== ${JSON.stringify(path)}) return worker.fetch(request, env, ctx);
        const { sql, params } = await request.json();
        try {
          return Response.json(await env.DB.prepare(sql).bind(...params).run());
        } catch (error) {
          return new Response(error.message, { status: 400 });
        }
      },
    };`,
});

/** Returns the database that such a module lets others ask, with what `queries` uses of D1. */
function databaseAt(url) {
  const ask = async (sql, params) => {
    const response = await fetchAlone(url, { method: "POST", body: JSON.stringify({ sql, params }) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text);
  };
  const bound = (sql, params) => ({
    all: () => ask(sql, params),
    run: () => ask(sql, params),
    first: async () => (await ask(sql, params)).results[0] ?? null,
  });
  return { prepare: (sql) => ({ bind: (...params) => bound(sql, params) }) };
}

/** @returns {Queries} */
export function queries(database) {
  const prepared = (sql, params) => database.prepare(sql).bind(...params);
  return {
    all: async (sql, ...params) => (await prepared(sql, params).all()).results,
    first: (sql, ...params) => prepared(sql, params).first(),
    run: async (sql, ...params) => (await prepared(sql, params).run()).meta.changes,
  };
}

/** What a terminal is shown. */
export function describe({ url, accounts }) {
  const lines = Object.entries(accounts).map(([id, { baseUrl, tokenUrl: _, ...keys }]) => {
    const shown = Object.entries(keys).map(([name, value]) => `${name} ${value}`);
    return [`  ${id.padEnd(14)} ${baseUrl}`, ...shown.map((text) => `  ${"".padEnd(14)}   ${text}`)].join("\n");
  });
  return [...lines, `  ${"control".padEnd(14)} ${url}/control/log`].join("\n");
}
