#!/usr/bin/env node
// The demo on this machine, in the real Workers runtime (workerd): the local marketplaces and, in
// front of them, the Worker of worker/index.ts with the dashboard in dist/, as it would be
// deployed.
//
//     node local.mjs [--port 8787] [--marketplace-port 0] [--persist] [--no-dashboard] [--quiet]

import { randomUUID } from "node:crypto";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleWorker } from "./local/bundle.mjs";
import { clockAt } from "./local/cron.mjs";
import { describe, LOCAL_KEYS, LOCAL_TICKET_EVENT, runMarketplaces } from "./local/marketplaces.mjs";
import { readPort } from "./local/port.mjs";
import { nearToday } from "./local/today.mjs";
import { startWorkerd } from "./local/workerd.mjs";
import { readWranglerConfig } from "./local/wrangler-config.mjs";

export { LOCAL_KEYS };

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * How often the accounts are looked after here, in milliseconds. Cloudflare's cron triggers fire once
 * a minute.
 */
const CRON_MS = 1_000;

/** What opens the dashboard here. A deployed one has a secret of its own. */
const ACCESS_CODE = "local-demo";

/**
 * Starts the local marketplaces and the dashboard's Worker.
 *
 * @param {object} [options]
 * @param {number} [options.port] of the dashboard; 0 for any free one
 * @param {number} [options.marketplacePort] of the marketplaces; 0 for any free one
 * @param {boolean | string} [options.persist] keep the marketplaces' database, the desk and the
 * photos, in .wrangler/ or in the folder given
 * @param {boolean} [options.dashboard] `false`: the marketplaces alone
 * @param {boolean} [options.quiet] nothing of workerd's own output
 * @param {string} [options.accessCode] what opens the dashboard
 * @param {string | Date} [options.now] the moment the seeded data ends at; the time of seeding when
 * absent
 * @param {Record<string, string>} [options.bindings] further variables of the dashboard's Worker
 * @param {number} [options.cronMs] how often the dashboard's cron trigger fires; 0 for never
 * @param {(marketplaces: Awaited<ReturnType<typeof runMarketplaces>>) => Promise<void>}
 * [options.prepare] changes the marketplaces before the dashboard starts
 * @returns {Promise<LocalDemo>}
 */
export async function startLocal(options = {}) {
  const { port = 8787, marketplacePort = 0, persist = false, dashboard = true, quiet = false, now } = options;
  const { accessCode = ACCESS_CODE, bindings = {}, cronMs = CRON_MS, prepare } = options;
  const started = [];
  const dispose = async () => {
    for (const instance of started.splice(0).reverse()) await instance.dispose();
  };
  try {
    const marketplaces = await runMarketplaces(await bundleWorker({ entryPoints: [here("marketplaces/index.ts")] }), {
      port: marketplacePort,
      persist: (await kept(persist, "marketplaces")) || undefined,
      quiet,
      now,
    });
    started.push({ dispose: marketplaces.close });
    // The desk looks at a message after 15 seconds. One that is rejected disappears, so it has to be seen
    // before that.
    if (dashboard) await marketplaces.control.settings({ magalu: { moderation_ms: 20_000 } });
    await prepare?.(marketplaces);
    const { accounts } = marketplaces;
    let url = null;
    if (dashboard) {
      const gateway = await startDashboard({
        port,
        persist,
        quiet,
        cronMs,
        bindings: {
          KAUFLAND_BASE_URL: accounts.kaufland.baseUrl,
          KAUFLAND_CLIENT_KEY: LOCAL_KEYS.kaufland.clientKey,
          KAUFLAND_SECRET_KEY: LOCAL_KEYS.kaufland.secretKey,
          CLICKBANK_BASE_URL: accounts.clickbank.baseUrl,
          CLICKBANK_API_KEY: LOCAL_KEYS.clickbank.apiKey,
          PROBO_BASE_URL: accounts.probo.baseUrl,
          PROBO_TOKEN: LOCAL_KEYS.probo.token,
          MAGALU_BASE_URL: accounts.magalu.baseUrl,
          MAGALU_TOKEN_URL: accounts.magalu.tokenUrl,
          MAGALU_CLIENT_ID: LOCAL_KEYS.magalu.clientId,
          MAGALU_CLIENT_SECRET: LOCAL_KEYS.magalu.clientSecret,
          MAGALU_REFRESH_TOKEN: LOCAL_KEYS.magalu.refreshToken,
          JTL_SCX_BASE_URL: accounts.jtlScx.baseUrl,
          JTL_SCX_SELLER_REFRESH_TOKEN: LOCAL_KEYS.jtlScx.sellerRefreshToken,
          JTL_SCX_TICKET_EVENTS: LOCAL_TICKET_EVENT,
          DESK_PLAN: "paid",
          DASHBOARD_ACCESS_CODE: accessCode,
          ...bindings,
        },
      });
      started.push(gateway);
      url = gateway.url;
    }
    // One database; the tables' names begin with the marketplace's.
    const db = Object.fromEntries(Object.keys(LOCAL_KEYS).map((id) => [id, marketplaces.db]));
    const { url: marketplaceUrl, control } = marketplaces;
    return { url, marketplaceUrl, accounts, accessCode, db, control, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * @typedef {object} LocalDemo
 * @property {string | null} url of the dashboard; `null` without one
 * @property {string} marketplaceUrl of the marketplaces: `${marketplaceUrl}/kaufland/v2` is
 * Kaufland's API
 * @property {string} accessCode what opens the dashboard
 * @property {ReturnType<typeof import("./local/marketplaces.mjs").accountsAt>} accounts the options
 * of a client for each marketplace
 * @property {Record<keyof typeof LOCAL_KEYS, import("./local/marketplaces.mjs").Queries>} db the
 * marketplaces' memory, for tests to look into
 * @property {Awaited<ReturnType<typeof runMarketplaces>>["control"]} control what steers the
 * marketplaces
 * @property {() => Promise<void>} dispose stops everything
 */

async function startDashboard({ port, persist, quiet, bindings, cronMs }) {
  const folder = await kept(persist, "photos");
  const rows = await kept(persist, "desk");
  const config = await readWranglerConfig(new URL("wrangler.jsonc", import.meta.url));
  const directory = here(config.assets.directory);
  const built = await access(`${directory}/index.html`).then(
    () => true,
    () => false,
  );
  if (!built) throw new Error("the dashboard is not built: run `cargo xtask demo`, which builds everything first");
  const modules = await bundleWorker({ entryPoints: [here("local/edge.mjs")] });
  const { d1Databases, r2Buckets, queueProducers, queueConsumers, durableObjects } = config;
  const cronPath = `/cron-${randomUUID()}`;
  const { instance, url } = await startWorkerd(port, quiet, {
    name: "dashboard",
    modules,
    compatibilityDate: config.compatibilityDate,
    assets: { ...config.assets, directory },
    bindings: { ...config.vars, ...bindings, CRON_PATH: cronPath },
    r2Buckets,
    d1Databases,
    queueProducers,
    queueConsumers,
    durableObjects,
    ...(folder ? { r2Persist: folder } : {}),
    ...(rows ? { d1Persist: join(rows, "d1"), durableObjectsPersist: join(rows, "objects") } : {}),
  });
  const clock = clockAt(`${url}${cronPath}`, cronMs);
  return {
    url,
    dispose: async () => {
      await clock.stop();
      await instance.dispose();
    },
  };
}

/** Where a start that keeps what it did has this. */
async function kept(persist, name) {
  const folder = persist === true ? here(`.wrangler/${name}`) : persist && join(persist, name);
  if (folder) await mkdir(folder, { recursive: true });
  return folder;
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
    // A desk that is kept may have been worked with, so its times stay.
    ...(values.persist || values["no-dashboard"] ? {} : { prepare: nearToday }),
  });
  const lines = [
    "",
    ...(demo.url === null ? [] : [`  Dashboard      ${demo.url}`, `  Access code    ${demo.accessCode}`, ""]),
    describe({ url: demo.marketplaceUrl, accounts: demo.accounts }),
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`the demo does not start: ${error.message}`);
    process.exitCode = 1;
  });
}
