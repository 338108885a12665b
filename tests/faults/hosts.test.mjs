/**
 * Hosts that send a write again by themselves when a connection that was used before drops: Deno
 * and Chromium. The door drops it when the marketplace has stored the write, and before; what is
 * sent again comes on another connection, and passes.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { answerWith, controlOf, launchChromium, makeProject, ROOT, run, startServer } from "../package/lib.mjs";
import { FAULTS } from "./catalogue.mjs";
import { openDoor } from "./door.mjs";
import { judge, printTable, tableOf, totalOf } from "./lab.mjs";
import { kauflandKey, MARKETS, magaluToken } from "./markets.mjs";

/** Writes of which a copy would be stored. */
const WRITES = {
  kaufland: "createTicketMessage",
  clickbank: "updateTicket, comment",
  magalu: "createMessage",
  "jtl-scx": "createTicket",
};
/** How many of each in each host, half of them dropped before they are stored. */
const EACH = 12;
const DROPS = FAULTS.filter(({ name }) =>
  ["reset before", "reset after", "closed before", "closed after"].includes(name),
);

/** Opens each marketplace in a lane of its own for each host. */
const CLIENTS = {
  kaufland: (url, lane) => [
    "Kaufland",
    {
      clientKey: kauflandKey(lane),
      secretKey: LOCAL_KEYS.kaufland.secretKey,
      userAgent: "lab",
      baseUrl: `${url}/kaufland/v2`,
    },
  ],
  clickbank: (url) => ["ClickBank", { apiKey: LOCAL_KEYS.clickbank.apiKey, baseUrl: `${url}/clickbank/rest` }],
  magalu: (url, lane) => ["Magalu", { accessToken: magaluToken(lane), baseUrl: `${url}/magalu` }],
  "jtl-scx": (url) => ["JtlScx", { refreshToken: LOCAL_KEYS.jtlScx.refreshToken, baseUrl: `${url}/jtl-scx` }],
};
const HOSTS = ["Deno", "Deno's fetch", "Chromium", "Chr., gateway"];

let project;
let local;
const jobs = [];
const records = [];

before(async () => {
  const text = (name) => readFile(new URL(name, import.meta.url), "utf8");
  project = await makeProject({
    "calls.mjs": await text("calls.mjs"),
    "host.mjs": await text("host.mjs"),
    "deno.mjs": `
      import * as api from "seller-tickets";
      import { callAll } from "./host.mjs";
      const { plain, ...work } = JSON.parse(Deno.args[0]);
      // Deno's own \`fetch\`, without what the package does about it.
      if (plain) work.options.fetch = (url, init) => fetch(url, init);
      console.log(JSON.stringify(await callAll(api, work)));`,
  });
  local = await startLocal({ dashboard: false, quiet: true });
  const settings = Object.fromEntries(MARKETS.map(({ id, settings }) => [id, settings]));
  await controlOf(local.marketplaceUrl)("POST", "settings", settings);
  for (const market of MARKETS.filter(({ id }) => id in WRITES)) {
    const write = market.writes.find(({ name }) => name === WRITES[market.id]);
    const own = HOSTS.flatMap((mode, lane) =>
      Array.from({ length: EACH }, (_, seed) => {
        const number = lane * EACH + seed + 1;
        return { number, lane, seed, calls: 1, mode, write, market, fault: DROPS[seed % DROPS.length] };
      }),
    );
    await market.furnish(local.db.kaufland, own, HOSTS.length);
    jobs.push(...own);
  }
});
after(async () => {
  printTable(tableOf(records), false);
  await local?.dispose();
  await project?.dispose();
});

/**
 * Lets a host make its writes through a door, one market after the other, and counts what came of
 * them.
 */
async function drive(mode, host, files, target = local.marketplaceUrl) {
  const judged = [];
  for (const market of MARKETS.filter(({ id }) => id in WRITES)) {
    const own = jobs.filter((job) => job.mode === mode && job.market === market);
    const [{ lane, write }] = own;
    const door = await openDoor(target, files);
    const plan = door.expect({ writes: [], reads: [], signIns: [], reused: own.map(({ fault }) => fault) });
    let told;
    try {
      const [className, options] = CLIENTS[market.id](door.url, lane);
      const numbers = own.map(({ number }) => number);
      told = await host({ url: door.url, className, options, market: market.id, write: write.name, numbers });
    } finally {
      await door.dispose();
    }
    // Each write was met by its fault, or nothing is shown.
    assert.equal(plan.played.length, own.length, `${mode}: ${plan.played.join(", ")}`);
    const counts = await write.stored(local.db.kaufland);
    own.forEach((job, index) => {
      const stored = counts.get(job.number) ?? 0;
      const played = [plan.played[index]];
      judged.push(judge({ market: market.id, job, outcomes: [told[index]], played, copies: 0, stored }));
    });
  }
  records.push(...judged);
  return totalOf(tableOf(judged));
}

const inDeno = (plain) => async (work) => {
  const bin = join(dirname(createRequire(join(ROOT, "package.json")).resolve("deno/package.json")), "bin.cjs");
  const flags = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", "--allow-env"];
  const env = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const words = [bin, ...flags, join(project.folder, "deno.mjs"), JSON.stringify({ ...work, plain })];
  return JSON.parse(await run(process.execPath, words, { cwd: project.folder, env }));
};

test("Deno: the package sends each write once", async () => {
  const { doubles, wrong, unsure, calls } = await drive("Deno", inDeno(false));
  assert.deepEqual([doubles, wrong, unsure], [0, 0, calls]);
});

test("Deno's own fetch sends writes twice, which the lab sees", async () => {
  const { doubles } = await drive("Deno's fetch", inDeno(true));
  assert.ok(doubles > 0);
});

/** The writes in a page that has the door's own origin. */
async function inChromium(mode, optionsOf, target) {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as api from "seller-tickets";
        import { callAll } from "./host.mjs";
        globalThis.callAll = (work) => callAll(api, work);`,
      resolveDir: project.folder,
    },
    bundle: true,
    format: "esm",
    write: false,
    conditions: ["browser"],
  });
  const file = (type, text) => ({ status: 200, headers: { "content-type": type }, body: Buffer.from(text) });
  const files = {
    "/lab/": file("text/html", "<!doctype html><script type=module src=/lab/script.js></script>"),
    "/lab/script.js": file("text/javascript", outputFiles[0].text),
  };
  const browser = await launchChromium();
  try {
    const host = async (work) => {
      const page = await browser.newPage();
      await page.goto(`${work.url}/lab/`);
      await page.waitForFunction(() => "callAll" in globalThis);
      const told = await page.evaluate((all) => globalThis.callAll(all), { ...work, options: optionsOf(work) });
      await page.close();
      return told;
    };
    return await drive(mode, host, files, target);
  } finally {
    await browser.close();
  }
}

test("Chromium sends writes twice: keys in a page are not protected", async () => {
  const { doubles, wrong } = await inChromium("Chromium", ({ options }) => ({
    ...options,
    dangerouslyAllowBrowser: true,
  }));
  // Where the second copy is answered well, the page cannot know of the first one.
  assert.ok(doubles > 0);
  assert.equal(wrong, 0);
});

test("through a gateway, what Chromium sends twice is stored once", async (t) => {
  const { createGateway } = await project.load("/gateway");
  const lane = HOSTS.indexOf("Chr., gateway");
  const accounts = Object.fromEntries(
    Object.keys(WRITES).map((id) => [id, { marketplace: id, ...CLIENTS[id](local.marketplaceUrl, lane)[1] }]),
  );
  const { ClickBank, JtlScx, Kaufland, Magalu } = await project.load();
  const classes = [ClickBank, JtlScx, Kaufland, Magalu];
  const gateway = createGateway({ accounts, classes, authorize: () => true });
  const server = await startServer((request, response, body) =>
    answerWith((wanted) => gateway.fetch(wanted), request, response, body),
  );
  t.after(server.dispose);
  const options = ({ url, market }) => ({ gateway: `${url}/api/accounts/${market}` });
  const { doubles, wrong, losses } = await inChromium("Chr., gateway", options, server.url);
  assert.deepEqual([doubles, wrong, losses], [0, 0, 0]);
});
