/**
 * Frameworks and what deploys Workers: Next.js, SvelteKit, wrangler, an OpenNext-like resolution,
 * vitest with jsdom.
 */
import assert from "node:assert/strict";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeProject, ROOT, run } from "../../package/lib.mjs";
import {
  browsers,
  FILES,
  freePort,
  projectOf,
  prove,
  provePage,
  proveRefusal,
  proveServer,
  serve,
  sizeOf,
} from "../harness.mjs";
import { VERSIONS, withNode } from "../tools.mjs";
import { bundleWorker, HOST, OWN_GATEWAY, startWorkerd, worker } from "./runtimes.mjs";

const WASM = "seller-tickets/seller_tickets_bg.wasm";

/** A running server for several cells: started by the first, ended with the group. */
function lazily(start) {
  let running;
  return {
    get: () => {
      running ??= start();
      return running;
    },
    dispose: async () => {
      const was = running;
      running = undefined;
      await (await was?.catch(() => undefined))?.dispose();
    },
  };
}

const NEXT = {
  "next.config.mjs":
    "export default { turbopack: { root: import.meta.dirname }, outputFileTracingRoot: import.meta.dirname };",
  "app/layout.js":
    'export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }',
  "app/page.js": `
    import * as api from "seller-tickets";
    import { report } from "../report.mjs";
    export default async function Page({ searchParams }) {
      const { hub, cell } = await searchParams;
      const { error } = await report(api, hub, cell);
      return <p>{error === undefined ? "well" : error.message}</p>;
    }`,
  "app/client/page.js": `
    "use client";
    import * as api from "seller-tickets";
    import { useEffect } from "react";
    import { reportFromAddress } from "../../report.mjs";
    let told = false;
    export default function Page() {
      useEffect(() => { if (!told) reportFromAddress(api); told = true; }, []);
      return <p>{api.validate("kaufland", "getTicket", "x").length}</p>;
    }`,
  "app/node/route.js": route('import * as api from "seller-tickets";\nconst prepare = undefined;', "nodejs"),
};
const NEXT_EDGE = {
  ...NEXT,
  "app/edge/route.js": route('import * as api from "seller-tickets";\nconst prepare = undefined;', "edge"),
};
const NEXT_EDGE_SLIM = {
  ...NEXT,
  "app/edge-slim/route.js": route(
    `import * as api from "seller-tickets/slim";\nimport wasm from "./seller_tickets_bg.wasm?module";\nconst prepare = () => api.start(wasm);`,
    "edge",
  ),
};

function route(imports, runtime) {
  return `
    ${imports}
    import { report } from "../../report.mjs";
    export const runtime = "${runtime}";
    export const dynamic = "force-dynamic";
    export async function GET(request) {
      const { searchParams } = new URL(request.url);
      return Response.json(await report(api, searchParams.get("hub"), searchParams.get("cell"), prepare));
    }`;
}

const NO_TELEMETRY = { NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };

function nextGroup(where, files, how, cells) {
  const isDev = how.startsWith("development");
  const server = lazily(async () => {
    const folder = await projectOf("next", files);
    if ("app/edge-slim/route.js" in files) {
      // Next.js finds a wasm module by a path of the project's own, not in a package.
      const dist = join(folder, "node_modules/seller-tickets/dist");
      await copyFile(join(dist, "seller_tickets_bg.wasm"), join(folder, "app/edge-slim/seller_tickets_bg.wasm"));
    }
    const port = String(await freePort());
    const env = await withNode(24, { ...NO_TELEMETRY, NODE_ENV: isDev ? "development" : "production" });
    const next = join(folder, "node_modules/.bin/next");
    if (!isDev) await run(next, ["build"], { cwd: folder, env, both: true });
    const args = [isDev ? "dev" : "start", "-H", "127.0.0.1", "-p", port];
    const started = await serve(next, args, { cwd: folder, env, ready: /Ready in/ });
    return { ...started, url: `http://127.0.0.1:${port}`, folder };
  });
  return {
    where,
    close: server.dispose,
    cells: cells.map(({ entry, place, check, red }) => ({
      how: `${how}, ${place}`,
      entry,
      red,
      run: async () => check(await server.get()),
    })),
  };
}

const NEXT_CELLS = [
  { place: "server component", entry: "default", check: ({ url }) => proveServer(`${url}/`).then(() => {}) },
  { place: "route handler in Node", entry: "default", check: ({ url }) => proveServer(`${url}/node`).then(() => {}) },
  { place: "client component", entry: "default", check: ({ url }) => provePage(browsers.chromium, `${url}/client`) },
];
const EDGE_CELLS = [
  {
    place: "route handler at the edge",
    entry: "default",
    check: ({ url }) => proveServer(`${url}/edge`).then(() => {}),
  },
];
const EDGE_SLIM_CELLS = [
  {
    place: "route handler at the edge",
    entry: "/slim, Module",
    check: ({ url }) => proveServer(`${url}/edge-slim`).then(() => {}),
  },
];

const SVELTE = {
  "vite.config.js": `import { sveltekit } from "@sveltejs/kit/vite";
    import adapter from "@sveltejs/adapter-node";
    export default { plugins: [sveltekit({ adapter: adapter() })] };`,
  "src/app.html":
    '<!doctype html><html lang="en"><head><meta charset="utf-8">%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>',
  "src/routes/+page.svelte": `<script>
      import * as api from "seller-tickets";
      import { onMount } from "svelte";
      import { reportFromAddress } from "../../report.mjs";
      onMount(() => { reportFromAddress(api); });
    </script><p>{api.validate("kaufland", "getTicket", "x").length}</p>`,
  "src/routes/server/+server.js": `
    import * as api from "seller-tickets";
    import { report } from "../../../report.mjs";
    export async function GET({ url }) {
      return Response.json(await report(api, url.searchParams.get("hub"), url.searchParams.get("cell")));
    }`,
};

function svelteGroup(how) {
  const isDev = how.startsWith("development");
  const server = lazily(async () => {
    const folder = await projectOf("sveltekit", SVELTE);
    const port = String(await freePort());
    const env = await withNode(24, { NO_COLOR: "1", PORT: port, HOST: "127.0.0.1" });
    const vite = join(folder, "node_modules/.bin/vite");
    if (!isDev) await run(vite, ["build"], { cwd: folder, env });
    const started = isDev
      ? await serve(vite, ["dev", "--host", "127.0.0.1", "--port", port, "--strictPort"], {
          cwd: folder,
          env,
          ready: /Local:/,
        })
      : await serve("node", ["build"], { cwd: folder, env, ready: /Listening on/ });
    return { ...started, url: `http://127.0.0.1:${port}`, folder };
  });
  return {
    where: `SvelteKit ${VERSIONS.sveltekit["@sveltejs/kit"]}`,
    close: server.dispose,
    cells: [
      {
        how: `${how}, server route`,
        entry: "default",
        run: async () => proveServer(`${(await server.get()).url}/server`).then(() => {}),
      },
      {
        how: `${how}, page`,
        entry: "default",
        run: async () => provePage(browsers.chromium, `${(await server.get()).url}/`),
      },
    ],
  };
}

const WRANGLER = {
  "wrangler.jsonc": '{ "name": "consumer", "main": "worker.mjs", "compatibility_date": "2026-11-17" }',
  "worker.mjs": worker('import * as api from "seller-tickets";'),
  "slim.mjs": worker(`import * as api from "seller-tickets/slim"; import wasm from "${WASM}";`, {
    prepare: "() => api.start(wasm)",
  }),
};
const QUIET = { WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", NO_COLOR: "1", CI: "1" };

async function wranglerDev(main) {
  const folder = await projectOf("wrangler", WRANGLER);
  const port = String(await freePort());
  const server = await serve(
    join(folder, "node_modules/.bin/wrangler"),
    ["dev", main, "--local", "--ip", "127.0.0.1", "--port", port, "--inspector-port", String(await freePort())],
    { cwd: folder, env: await withNode(24, QUIET), ready: /Ready on/ },
  );
  try {
    await proveServer(`http://127.0.0.1:${port}/`);
  } finally {
    await server.dispose();
  }
}

/** The files that `wrangler deploy` would upload of the project in `cwd`. */
async function dryRun(folder, cwd, args = []) {
  const out = join(folder, "dry-run");
  await run(join(folder, "node_modules/.bin/wrangler"), ["deploy", ...args, "--dry-run", "--outdir", out], {
    cwd,
    env: await withNode(24, QUIET),
  });
  const names = (await readdir(out)).filter((name) => !/\.map$|README/.test(name)).sort();
  const scripts = names.filter((name) => name.endsWith(".js"));
  const code = (await Promise.all(scripts.map((name) => readFile(join(out, name), "utf8")))).join("\n");
  assert.equal(scripts.length, 1, `it uploads ${names.join(", ")}`);
  // Wrangler puts a hash before the name of a module.
  const modules = names.filter((name) => name !== scripts[0]).map((name) => name.replace(/^[0-9a-f]+-/, ""));
  return { code, modules: modules.sort(), size: await sizeOf(out) };
}

const wrangler = {
  where: `wrangler ${VERSIONS.wrangler.wrangler}`,
  cells: [
    { how: "wrangler dev", entry: "default", run: () => wranglerDev("worker.mjs") },
    { how: "wrangler dev", entry: "/slim, Module", run: () => wranglerDev("slim.mjs") },
    {
      how: "wrangler deploy --dry-run",
      entry: "default",
      run: async () => {
        const folder = await projectOf("wrangler", WRANGLER);
        const { code, modules, size } = await dryRun(folder, folder);
        assert.deepEqual(modules, ["seller_tickets_bg.wasm"]);
        assert.ok(code.length < 1_000_000, "the bytes travel as text, too");
        return { size };
      },
    },
    {
      how: "wrangler deploy --dry-run, of the demo",
      entry: "default, /gateway",
      run: async () => {
        const folder = await projectOf("wrangler", { "assets/index.html": "" });
        const args = ["--assets", join(folder, "assets")];
        const { code, modules, size } = await dryRun(folder, join(ROOT, "www-demo"), args);
        // The gateway's, that of the files of its uploads, and the desk's.
        assert.deepEqual(modules, ["", "_desk", "_files"].map((one) => `seller_tickets${one}_bg.wasm`).sort());
        assert.match(code, /createGateway/);
        // Names that only their store, their control and their seeds know.
        assert.doesNotMatch(code, /kaufland_tickets|SEED_NOW/i, "the local marketplaces are in it");
        return { size, note: "the local marketplaces are not in it" };
      },
    },
  ],
};

/** OpenNext bundles with no conditions at all, for Node, and runs the result in workerd. */
const OPEN_NEXT = { conditions: [], platform: "node", mainFields: ["module", "main"] };
function openNext() {
  let project;
  const start = async (imports, more) => {
    const built = await bundleWorker(project.folder, worker(imports, more), OPEN_NEXT);
    return startWorkerd({ ...built, date: "2025-06-01", flags: ["nodejs_compat"], cwd: project.folder });
  };
  return {
    where: "OpenNext-like",
    open: async () => {
      project = await makeProject({ ...FILES, "workerd-host.mjs": HOST });
    },
    close: () => project?.dispose(),
    cells: [
      {
        how: "no conditions, in workerd",
        entry: "/workerd",
        slice: true,
        run: async () => {
          const workerd = await start('import * as api from "seller-tickets/workerd";');
          await proveServer(workerd.match[1]).finally(workerd.dispose);
        },
      },
      {
        how: "no conditions, in workerd",
        entry: "/workerd/gateway",
        run: async () => {
          const imports =
            'import * as api from "seller-tickets/workerd"; import { createGateway } from "seller-tickets/workerd/gateway";';
          const workerd = await start(`${imports}\n${OWN_GATEWAY}`, { prepare: "prepare" });
          await proveServer(workerd.match[1]).finally(workerd.dispose);
        },
      },
      {
        how: "no conditions, in workerd",
        entry: "default",
        slice: true,
        run: async () => {
          const workerd = await start('import * as api from "seller-tickets";');
          const visit = async ({ query }) => (await fetch(`${workerd.match[1]}?${query}`)).text();
          await proveRefusal(visit, {
            kind: "configuration",
            code: "wasm_unavailable",
            message: /a Worker needs the entry `seller-tickets\/workerd`/,
          }).finally(workerd.dispose);
          return { result: "refuses", note: "the error names the way round: `seller-tickets/workerd`" };
        },
      },
    ],
  };
}

const vitest = {
  where: `vitest ${VERSIONS.vitest.vitest}`,
  cells: ["node", "jsdom"].map((environment) => ({
    how: environment,
    entry: "default",
    run: async () => {
      const folder = await projectOf("vitest", {
        "a.test.js": `
          // @vitest-environment ${environment}
          import { expect, test } from "vitest";
          import * as api from "seller-tickets";
          import { report } from "./report.mjs";
          test("works", async () => {
            expect(typeof document).toBe("${environment === "jsdom" ? "object" : "undefined"}");
            const { error } = await report(api, process.env.HUB, process.env.CELL);
            expect(error).toBeUndefined();
          }, 60_000);`,
      });
      const env = await withNode(24, { NO_COLOR: "1", CI: "1" });
      await prove((task) =>
        run(join(folder, "node_modules/.bin/vitest"), ["run"], { cwd: folder, env: { ...env, ...task.env } }),
      );
    },
  })),
};

/**
 * Jest with its jsdom requires CommonJS, and has neither encoders nor `fetch`. So it proves that the
 * package can be imported there, that what is missing is told, and that all else works.
 */
const JEST = `
  /** @jest-environment jsdom */
  const { TextDecoder, TextEncoder } = require("node:util");

  test("works", async () => {
    expect([typeof document, typeof globalThis.TextDecoder, typeof fetch]).toEqual(["object", "undefined", "undefined"]);
    for (const entry of ["/kaufland", "/jtl-scx", "/files", "/gateway", "/slim", "/wasm", "/kaufland/wasm"]) {
      expect(Object.keys(require("seller-tickets" + entry)).length).toBeGreaterThan(0);
    }
    const { Kaufland, TicketError, detectMimeType, fileToBase64, validate } = require("seller-tickets");
    let missing;
    try {
      validate("kaufland", "getTicket", "x");
    } catch (error) {
      missing = error;
    }
    expect(missing).toBeInstanceOf(TicketError);
    expect([missing.kind, missing.code]).toEqual(["configuration", "wasm_unavailable"]);
    expect(missing.message).toMatch(/no \`TextDecoder\`/);

    Object.assign(globalThis, { TextDecoder, TextEncoder });
    expect(validate("kaufland", "getTicket", "x").map(({ code }) => code)).toEqual(["not_digits"]);
    expect(detectMimeType(new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x2d]))).toBe("application/pdf");
    for (const content of [new Uint8Array([1, 2, 3]), new Uint8Array([1, 2, 3]).buffer, new Blob([new Uint8Array([1, 2, 3])])]) {
      expect(await fileToBase64({ filename: "a", content })).toBe("AQID");
    }
    const kaufland = new Kaufland({ gateway: "/api/accounts/own" });
    const input = document.createElement("input");
    input.type = "file";
    const files = [input.files, [new File(["Guten Tag"], "a.txt", { type: "text/plain" })]];
    for (const ticket_message_files of files) {
      const params = { text: "a", ticket_message_files };
      expect(kaufland.validate("createTicketMessage", "0017", params)).toEqual([]);
      expect(await kaufland.validateFiles("createTicketMessage", "0017", params)).toEqual([]);
    }
    const call = await kaufland.getTicket("0017").then(() => "an answer", (error) => error);
    expect(call).toBeInstanceOf(TicketError);
    expect([call.kind, call.sent]).toEqual(["configuration", "no"]);
  });`;

const jest = (version) => ({
  where: `Jest ${VERSIONS[version].jest}`,
  cells: [
    {
      how: "jsdom",
      entry: "default",
      slice: true,
      run: async () => {
        const folder = await projectOf(version, { "a.test.cjs": JEST, "jest.config.cjs": JEST_CONFIG });
        await run(join(folder, "node_modules/.bin/jest"), [], { cwd: folder, env: { NO_COLOR: "1", CI: "1" } });
      },
    },
  ],
});
const JEST_CONFIG = 'module.exports = { testMatch: ["**/*.test.cjs"] };';

export const groups = [
  nextGroup(`Next.js ${VERSIONS.next.next}`, NEXT, "production build", NEXT_CELLS),
  nextGroup(`Next.js ${VERSIONS.next.next}`, NEXT, "development server", NEXT_CELLS),
  nextGroup(`Next.js ${VERSIONS.next.next}`, NEXT_EDGE, "production build", EDGE_CELLS),
  nextGroup(`Next.js ${VERSIONS.next.next}`, NEXT_EDGE, "development server", EDGE_CELLS),
  nextGroup(`Next.js ${VERSIONS.next.next}`, NEXT_EDGE_SLIM, "production build", EDGE_SLIM_CELLS),
  nextGroup(`Next.js ${VERSIONS.next.next}`, NEXT_EDGE_SLIM, "development server", EDGE_SLIM_CELLS),
  svelteGroup("production build"),
  svelteGroup("development server"),
  wrangler,
  openNext(),
  vitest,
  jest("jest-29"),
  jest("jest-30"),
];
