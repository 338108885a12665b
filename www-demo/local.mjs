#!/usr/bin/env node
// The demo on this machine, in the real Workers runtime (workerd): the local marketplaces and, in front of them, the Worker
// of worker/index.ts with the dashboard in dist/, as it would be deployed.
//
//     node local.mjs [--port 8787] [--marketplace-port 0] [--persist] [--no-dashboard] [--quiet]

import { access, mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Log, LogLevel, Miniflare } from "miniflare";
import { bundleWorker } from "./local/bundle.mjs";
import { readWranglerConfig } from "./local/wrangler-config.mjs";

const HOST = "127.0.0.1";
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

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

/** What opens the dashboard here. A deployed one has a secret of its own. */
const ACCESS_CODE = "local-demo";

/**
 * Starts the local marketplaces and the dashboard's Worker.
 *
 * @param {object} [options]
 * @param {number} [options.port] of the dashboard; 0 for any free one
 * @param {number} [options.marketplacePort] of the marketplaces; 0 for any free one
 * @param {boolean | string} [options.persist] keep the marketplaces' database and the photos, in .wrangler/ or in the folder given
 * @param {boolean} [options.dashboard] `false`: the marketplaces alone
 * @param {boolean} [options.quiet] nothing of workerd's own output
 * @param {string} [options.accessCode] what opens the dashboard
 * @param {string | Date} [options.now] the moment the seeded data ends at; the time of seeding when absent
 * @param {Record<string, string>} [options.bindings] further variables of the dashboard's Worker
 * @returns {Promise<LocalDemo>}
 */
export async function startLocal(options = {}) {
  const { port = 8787, marketplacePort = 0, persist = false, dashboard = true, quiet = false, now } = options;
  const { accessCode = ACCESS_CODE, bindings = {} } = options;
  const started = [];
  const dispose = async () => {
    for (const instance of started.splice(0).reverse()) await instance.dispose();
  };
  try {
    const marketplaces = await startMarketplaces({ port: marketplacePort, persist, quiet, now });
    started.push(marketplaces.instance);
    let url = null;
    if (dashboard) {
      const gateway = await startDashboard({
        port,
        persist,
        quiet,
        bindings: {
          KAUFLAND_BASE_URL: `${marketplaces.url}/kaufland/v2`,
          KAUFLAND_CLIENT_KEY: LOCAL_KEYS.kaufland.clientKey,
          KAUFLAND_SECRET_KEY: LOCAL_KEYS.kaufland.secretKey,
          CLICKBANK_BASE_URL: `${marketplaces.url}/clickbank/rest`,
          CLICKBANK_API_KEY: LOCAL_KEYS.clickbank.apiKey,
          PROBO_BASE_URL: `${marketplaces.url}/probo`,
          PROBO_TOKEN: LOCAL_KEYS.probo.token,
          MAGALU_BASE_URL: `${marketplaces.url}/magalu`,
          MAGALU_TOKEN_URL: `${marketplaces.url}/magalu-id/oauth/token`,
          MAGALU_ACCESS_TOKEN: LOCAL_KEYS.magalu.accessToken,
          MAGALU_CLIENT_ID: LOCAL_KEYS.magalu.clientId,
          MAGALU_CLIENT_SECRET: LOCAL_KEYS.magalu.clientSecret,
          JTL_SCX_BASE_URL: `${marketplaces.url}/jtl-scx`,
          JTL_SCX_REFRESH_TOKEN: LOCAL_KEYS.jtlScx.refreshToken,
          JTL_SCX_SELLER_REFRESH_TOKEN: LOCAL_KEYS.jtlScx.sellerRefreshToken,
          DASHBOARD_ACCESS_CODE: accessCode,
          ...bindings,
        },
      });
      started.push(gateway.instance);
      url = gateway.url;
    }
    const database = queries(await marketplaces.instance.getD1Database("DB"));
    // One database; the tables' names begin with the marketplace's.
    const db = Object.fromEntries(Object.keys(LOCAL_KEYS).map((id) => [id, database]));
    return { url, marketplaceUrl: marketplaces.url, accessCode, db, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * @typedef {object} LocalDemo
 * @property {string | null} url of the dashboard; `null` without one
 * @property {string} marketplaceUrl of the marketplaces: `${marketplaceUrl}/kaufland/v2` is Kaufland's API
 * @property {string} accessCode what opens the dashboard
 * @property {Record<keyof typeof LOCAL_KEYS, Queries>} db the marketplaces' memory, for tests to look into
 * @property {() => Promise<void>} dispose stops everything
 *
 * @typedef {object} Queries
 * @property {(sql: string, ...params: unknown[]) => Promise<Record<string, unknown>[]>} all the rows
 * @property {(sql: string, ...params: unknown[]) => Promise<Record<string, unknown> | null>} first the first row
 * @property {(sql: string, ...params: unknown[]) => Promise<number>} run a change; the number of rows it changed
 */

/** @returns {Queries} */
function queries(database) {
  return {
    all: async (sql, ...params) =>
      (
        await database
          .prepare(sql)
          .bind(...params)
          .all()
      ).results,
    first: (sql, ...params) =>
      database
        .prepare(sql)
        .bind(...params)
        .first(),
    run: async (sql, ...params) =>
      (
        await database
          .prepare(sql)
          .bind(...params)
          .run()
      ).meta.changes,
  };
}

async function startMarketplaces({ port, persist, quiet, now }) {
  const folder = await kept(persist, "marketplaces");
  const modules = await bundleWorker({ entryPoints: [here("marketplaces/index.ts")] });
  const running = await start(port, quiet, {
    name: "marketplaces",
    modules,
    compatibilityDate: "2026-04-15",
    d1Databases: { DB: "marketplaces" },
    ...(folder ? { d1Persist: folder } : {}),
    ...(now === undefined ? {} : { bindings: { SEED_NOW: new Date(now).toISOString() } }),
  });
  // The first request makes the tables and fills them; nobody else should wait for it.
  const response = await fetch(`${running.url}/control/settings`);
  if (!response.ok) {
    await running.instance.dispose();
    throw new Error(`the local marketplaces do not start: ${response.status} ${await response.text()}`);
  }
  return running;
}

async function startDashboard({ port, persist, quiet, bindings }) {
  const folder = await kept(persist, "photos");
  const config = await readWranglerConfig(new URL("wrangler.jsonc", import.meta.url));
  const directory = here(config.assets.directory);
  const built = await access(`${directory}/index.html`).then(
    () => true,
    () => false,
  );
  if (!built) throw new Error("the dashboard is not built: run `cargo xtask demo`, which builds everything first");
  const modules = await bundleWorker({ entryPoints: [here(config.main)] });
  return start(port, quiet, {
    name: "dashboard",
    modules,
    compatibilityDate: config.compatibilityDate,
    assets: { ...config.assets, directory },
    bindings: { ...config.vars, ...bindings },
    r2Buckets: config.r2Buckets,
    ...(folder ? { r2Persist: folder } : {}),
    durableObjects: config.durableObjects,
  });
}

/** Where a start that keeps what it did has this. */
async function kept(persist, name) {
  const folder = persist === true ? here(`.wrangler/${name}`) : persist && join(persist, name);
  if (folder) await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Starts one Worker. It listens on a socket of its own: the one that Miniflare puts in front of Workers rewrites URLs, which breaks
 * signatures, and ends cut bodies as if they were whole.
 */
async function start(port, quiet, worker) {
  await assertFree(port);
  const instance = new Miniflare({
    host: HOST,
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(quiet ? LogLevel.NONE : LogLevel.WARN),
    handleRuntimeStdio: (stdout, stderr) => {
      for (const [from, to] of [
        [stdout, process.stdout],
        [stderr, process.stderr],
      ]) {
        from.setEncoding("utf8");
        from.on("data", (text) => {
          const kept = quiet ? "" : withoutNoise(text);
          if (kept !== "") to.write(kept);
        });
      }
    },
    unsafeDirectSockets: [{ host: HOST, port }],
    ...worker,
  });
  try {
    await instance.ready;
    const url = await instance.unsafeGetDirectURL(worker.name);
    return { instance, url: url.origin };
  } catch (error) {
    await instance.dispose();
    throw error;
  }
}

/** workerd reports clients that go away and connections that are cut on purpose as errors with long stacks. */
function withoutNoise(text) {
  return text
    .split("\n")
    .filter((line) => !/cut by a fault|kj::Exception|^stack: |disconnected: |Uncaught exception: /.test(line))
    .join("\n");
}

async function assertFree(port) {
  if (port === 0) return;
  await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) =>
      reject(
        error.code === "EADDRINUSE" ? new Error(`port ${port} is in use: choose another one, or 0 for any`) : error,
      ),
    );
    server.listen(port, HOST, () => server.close(resolve));
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8787" },
      "marketplace-port": { type: "string", default: "0" },
      persist: { type: "boolean", default: false },
      "no-dashboard": { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
    },
  });
  const demo = await startLocal({
    port: readPort("port", values.port),
    marketplacePort: readPort("marketplace-port", values["marketplace-port"]),
    persist: values.persist,
    dashboard: !values["no-dashboard"],
    quiet: values.quiet,
  });
  const { clientKey, secretKey } = LOCAL_KEYS.kaufland;
  const lines = [
    "",
    ...(demo.url === null ? [] : [`  Dashboard      ${demo.url}`, `  Access code    ${demo.accessCode}`, ""]),
    `  Kaufland       ${demo.marketplaceUrl}/kaufland/v2   (local, with made-up tickets)`,
    `  Client key     ${clientKey}`,
    `  Secret key     ${secretKey}`,
    `  ClickBank      ${demo.marketplaceUrl}/clickbank/rest   with ${LOCAL_KEYS.clickbank.apiKey}`,
    `  Probo          ${demo.marketplaceUrl}/probo   with ${LOCAL_KEYS.probo.token}`,
    `  Magalu         ${demo.marketplaceUrl}/magalu   (token ${LOCAL_KEYS.magalu.accessToken})`,
    `  JTL-SCX        ${demo.marketplaceUrl}/jtl-scx   (refresh token ${LOCAL_KEYS.jtlScx.refreshToken})`,
    `  Control        ${demo.marketplaceUrl}/control/log   (see marketplaces/shared/control.ts)`,
    "",
    "  The keys and the code are for this machine only and open nothing elsewhere.",
    values.persist ? "  Changes are kept in www-demo/.wrangler." : "  Changes are forgotten when this ends.",
    "  Press Ctrl-C to stop.",
    "",
  ];
  console.log(lines.join("\n"));
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, async () => {
      await demo.dispose();
      process.exit(0);
    });
  }
}

function readPort(name, text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Error(`--${name} must be a number from 0 to 65535`);
  return port;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`the demo does not start: ${error.message}`);
    process.exitCode = 1;
  });
}
