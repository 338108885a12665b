/** Scripts and Workers, without any framework: Node, Deno, Bun and workerd. */
import { join } from "node:path";
import { makeProject } from "../../package/lib.mjs";
import { FILES, proveRefusal, proveScript, proveServer, serve } from "../harness.mjs";
import { node, tool, VERSIONS } from "../tools.mjs";

const END = "await report(api, process.env.HUB, process.env.CELL, prepare);";
const WASM = "seller-tickets/seller_tickets_bg.wasm";
const BYTES = `readFile(fileURLToPath(import.meta.resolve("${WASM}")))`;

/** How a script comes by the package. */
const SCRIPTS = {
  default: 'import * as api from "seller-tickets"; const prepare = undefined;',
  "/kaufland": 'import * as api from "seller-tickets/kaufland"; const prepare = undefined;',
  "/slim, bytes": `import * as api from "seller-tickets/slim"; const prepare = async () => api.start(await ${BYTES});`,
  "/slim, Response": `import * as api from "seller-tickets/slim"; const prepare = async () => api.start(Promise.resolve(new Response(await ${BYTES})));`,
  "/slim, Module": `import * as api from "seller-tickets/slim"; const prepare = async () => api.start(await WebAssembly.compile(await ${BYTES}));`,
  "/slim, URL": `import * as api from "seller-tickets/slim"; const prepare = () => api.start(new URL(import.meta.resolve("${WASM}")));`,
  "/slim, /wasm":
    'import * as api from "seller-tickets/slim"; import wasm from "seller-tickets/wasm"; const prepare = () => api.start(wasm);',
  "/slim, /kaufland/wasm":
    'import * as api from "seller-tickets/slim"; import wasm from "seller-tickets/kaufland/wasm"; const prepare = () => api.start(wasm);',
};
const IMPORTS =
  'import { readFile } from "node:fs/promises"; import { fileURLToPath } from "node:url"; import process from "node:process"; import { report } from "./report.mjs";';
const REQUIRES = {
  default: 'const api = require("seller-tickets"); let prepare;',
  "/kaufland": 'const api = require("seller-tickets/kaufland"); let prepare;',
  "/slim, /wasm":
    'const api = require("seller-tickets/slim"); const prepare = () => api.start(require("seller-tickets/wasm").default);',
  "/slim, bytes": `const api = require("seller-tickets/slim"); const prepare = () => api.start(require("node:fs").readFileSync(require.resolve("${WASM}")));`,
};
/** A gateway of the process's own, and a client that goes through it. */
export const OWN_GATEWAY = `
  const prepare = ({ baseUrl, clientKey, secretKey, userAgent, ...needs }) => {
    const gateway = createGateway({ accounts: { own: new api.Kaufland(needs.keys) }, authorize: () => true });
    return { ...needs, gateway: "https://gateway.example/api/accounts/own", fetch: (url, init) => gateway.fetch(new Request(url, init)) };
  };`;
const GATEWAY = `
  import * as api from "seller-tickets";
  import { createGateway } from "seller-tickets/gateway";
  ${OWN_GATEWAY}`;
REQUIRES["/gateway"] = `
  const api = require("seller-tickets");
  const { createGateway } = require("seller-tickets/gateway");
  ${OWN_GATEWAY}`;

function script(files) {
  let project;
  return {
    open: async () => {
      project = await makeProject({ ...FILES, ...files });
    },
    close: () => project?.dispose(),
    folder: () => project.folder,
  };
}

function nodeGroup(major) {
  const files = {};
  const cells = [];
  const add = (how, entry, path, source, slice) => {
    files[path] = source;
    cells.push({
      how,
      entry,
      slice,
      run: async () => {
        await proveScript(await node(major), ["--no-warnings=none", path], { cwd: group.folder() });
      },
    });
  };
  for (const [entry, source] of Object.entries(SCRIPTS)) {
    const slice =
      (major === 20 && ["default", "/kaufland"].includes(entry)) || (major === 24 && entry === "/slim, URL");
    add("ESM", entry, `esm-${entry.replace(/\W+/g, "-")}.mjs`, `${IMPORTS}\n${source}\n${END}`, slice);
  }
  add("ESM", "/gateway", "gateway.mjs", `${IMPORTS}\n${GATEWAY}\n${END}`, false);
  for (const [entry, source] of Object.entries(REQUIRES)) {
    const rest = `import("./report.mjs").then(async ({ report }) => { ${END} });`;
    add(
      "CommonJS",
      entry,
      `cjs-${entry.replace(/\W+/g, "-")}.cjs`,
      `${source}\n${rest}`,
      major === 20 && entry === "default",
    );
  }
  const group = { where: `Node ${major}`, cells, ...script(files) };
  return group;
}

function otherGroup(where, name, command) {
  const files = {};
  const cells = [];
  for (const [entry, source] of [...Object.entries(SCRIPTS), ["/gateway", GATEWAY]]) {
    const path = `script-${entry.replace(/\W+/g, "-")}.mjs`;
    files[path] = `${IMPORTS}\n${source}\n${END}`;
    cells.push({
      how: "ESM",
      entry,
      run: async () => {
        const [program, ...args] = command(await tool(name));
        await proveScript(program, [...args, path], { cwd: group.folder(), env: { DENO_NO_UPDATE_CHECK: "1" } });
      },
    });
  }
  if (name === "bun") {
    files["required.cjs"] = `${REQUIRES.default}\nimport("./report.mjs").then(async ({ report }) => { ${END} });`;
    cells.push({
      how: "CommonJS",
      entry: "default",
      run: async () => {
        const [program, ...args] = command(await tool(name));
        await proveScript(program, [...args, "required.cjs"], { cwd: group.folder() });
      },
    });
  }
  const group = { where, cells, ...script(files) };
  return group;
}

const NEWEST = "newest";

/** A Worker that reports when it is asked; `early` stands at the top of the module. */
export const worker = (imports, { early = "", prepare = "undefined" } = {}) => `
  ${imports}
  import { report } from "./report.mjs";
  ${early}
  export default {
    async fetch(request, env) {
      const { searchParams } = new URL(request.url);
      return Response.json(await report(api, searchParams.get("hub"), searchParams.get("cell"), ${prepare}));
    },
  };`;
const EARLY = `
  const early = new api.Kaufland({ clientKey: "a", secretKey: "b", userAgent: "c" });
  if (early.validate("getTicket", "x").length !== 1 || api.detectMimeType(new Uint8Array([0xff, 0xd8, 0xff])) !== "image/jpeg") throw new Error("the top level");`;

const WORKERS = {
  default: worker('import * as api from "seller-tickets";'),
  "default, at the top level": worker('import * as api from "seller-tickets";', { early: EARLY }),
  "/workerd": worker('import * as api from "seller-tickets/workerd";', { early: EARLY }),
  "/kaufland": worker('import * as api from "seller-tickets/kaufland";', { early: EARLY }),
  "/kaufland/workerd": worker('import * as api from "seller-tickets/kaufland/workerd";', { early: EARLY }),
  "/slim, Module": worker(`import * as api from "seller-tickets/slim"; import wasm from "${WASM}";`, {
    prepare: "() => api.start(wasm)",
  }),
  "/slim, /wasm": worker('import * as api from "seller-tickets/slim"; import wasm from "seller-tickets/wasm";', {
    prepare: "() => api.start(wasm)",
  }),
  "/slim, /kaufland/wasm": worker(
    'import * as api from "seller-tickets/slim"; import wasm from "seller-tickets/kaufland/wasm";',
    { prepare: "() => api.start(wasm)" },
  ),
  "/gateway": worker(GATEWAY, { prepare: "prepare" }),
};

/**
 * workerd by Miniflare in a process of its own: the newest wants a newer Node than the oldest that
 * runs the tests.
 */
export const HOST = `
  import { createRequire } from "node:module";
  import process from "node:process";
  const options = JSON.parse(process.argv[2]);
  const require = createRequire(options.wrangler);
  const { Miniflare, convertV4MiniflareOptions } = require("miniflare");
  const { compatibilityDate } = require("workerd");
  const date = options.date === "${NEWEST}" ? compatibilityDate : options.date;
  const worker = new Miniflare(convertV4MiniflareOptions({
    host: "127.0.0.1", port: 0, cf: false, telemetry: { enabled: false }, modulesRoot: options.root,
    modules: options.modules.map(({ type, path }) => ({ type, path })),
    compatibilityDate: date, compatibilityFlags: options.flags,
  }));
  console.log("ready", String(await worker.ready), date);`;

export async function startWorkerd({ root, modules, date, flags = [], cwd }) {
  const wrangler = join(await tool("wrangler"), "node_modules/wrangler/package.json");
  const argument = JSON.stringify({ wrangler, root, modules, date, flags });
  return serve(await node(24), ["workerd-host.mjs", argument], { cwd, ready: /ready (\S+?)\/? (\S+)\n/ });
}

/** Bundles as wrangler does: by the `workerd` conditions, with the .wasm as a module of its own. */
export async function bundleWorker(folder, source, { conditions = ["workerd", "worker", "browser"], ...more } = {}) {
  const { build } = await import("esbuild");
  const out = join(folder, `out-${Math.random().toString(36).slice(2)}`);
  const { metafile } = await build({
    stdin: { contents: source, resolveDir: folder, sourcefile: "worker.mjs" },
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions,
    outfile: join(out, "worker.mjs"),
    loader: { ".wasm": "copy" },
    metafile: true,
    logLevel: "silent",
    ...more,
  });
  const modules = Object.keys(metafile.outputs)
    .map((path) => join(process.cwd(), path))
    .map((path) => ({ type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path }))
    .sort((a, b) => Number(b.type === "ESModule") - Number(a.type === "ESModule"));
  return { root: out, modules };
}

function workerdGroup(date, flags) {
  const cells = Object.entries(WORKERS).map(([entry, source]) => ({
    how: flags.join() || "without nodejs_compat",
    entry,
    slice: date === "2024-09-23" && flags.length === 0 && ["default, at the top level", "/kaufland"].includes(entry),
    run: async () => {
      const built = await bundleWorker(group.folder(), source);
      const workerd = await startWorkerd({ ...built, date, flags, cwd: group.folder() });
      try {
        await proveServer(workerd.match[1]);
        return { note: date === NEWEST ? `the newest was ${workerd.match[2]}` : "" };
      } finally {
        await workerd.dispose();
      }
    },
  }));
  cells.push({
    how: flags.join() || "without nodejs_compat",
    entry: "/slim, bytes",
    run: async () => {
      const imports = 'import * as api from "seller-tickets/slim";';
      const built = await bundleWorker(
        group.folder(),
        worker(imports, { prepare: "() => api.start(new Uint8Array(8))" }),
      );
      const workerd = await startWorkerd({ ...built, date, flags, cwd: group.folder() });
      const visit = async ({ query }) => (await fetch(`${workerd.match[1]}?${query}`)).text();
      const refusal = { kind: "configuration", code: "wasm_unavailable", message: /a Worker needs the entry/ };
      await proveRefusal(visit, refusal).finally(workerd.dispose);
      return { result: "refuses", note: "Workers compile no bytes: import the module, as `/slim, Module` does" };
    },
  });
  const group = { where: `workerd ${date}`, cells, ...script({ "workerd-host.mjs": HOST }) };
  return group;
}

export const groups = [
  ...[20, 22, 24, 26].map(nodeGroup),
  otherGroup(`Deno ${VERSIONS.deno.deno}`, "deno", (folder) => [
    join(folder, "node_modules/deno/bin.cjs"),
    "run",
    "--node-modules-dir=manual",
    "--allow-env",
    "--allow-read",
    "--allow-net=127.0.0.1",
  ]),
  otherGroup(`Bun ${VERSIONS.bun.bun}`, "bun", (folder) => [join(folder, "node_modules/.bin/bun"), "run"]),
  ...["2024-09-23", "2025-06-01", NEWEST].flatMap((date) =>
    [[], ["nodejs_compat"]].map((flags) => workerdGroup(date, flags)),
  ),
];
