/**
 * The shared part of the package's tests: the packed tarball in a project of its own, marketplaces
 * to talk to, and a browser.
 */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { fireCron } from "../../www-demo/local/cron.mjs";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Tools that belong to the demo's workspace. */
export const requireFromDemo = createRequire(join(ROOT, "www-demo/package.json"));

export async function tarball() {
  const { version } = JSON.parse(await readFile(join(ROOT, "pkg-template/package.json"), "utf8"));
  const path = join(ROOT, `target/npm/seller-tickets-${version}.tgz`);
  await access(path).catch(() => {
    throw new Error(`${path} is missing: run \`cargo xtask pack\` first`);
  });
  return path;
}

/**
 * Runs a program to its end and returns what it printed, with `both` what it printed as errors,
 * too; fails when it does.
 */
export function run(command, args, { cwd, env, input, both = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(both ? stdout + stderr : stdout);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`));
    });
    child.stdin.end(input);
  });
}

/**
 * A project in a temporary folder that has installed the tarball, as a user would, and nothing
 * else.
 * @param {Record<string, string>} files
 */
export async function makeProject(files = {}, manifest = {}) {
  const folder = await mkdtemp(join(tmpdir(), "seller-tickets-"));
  const all = {
    "package.json": JSON.stringify({ name: "consumer", private: true, type: "module", ...manifest }),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  // Offline, because the package has no dependencies: one that crept in would fail here.
  const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  await run("npm", ["install", ...flags, await tarball()], { cwd: folder });
  const installed = join(folder, "node_modules/seller-tickets");
  return {
    folder,
    installed,
    /** What `import "seller-tickets/…"` gives inside the project, in this process. */
    load: async (entry = "") => {
      const probe = join(folder, `probe-${entry.replace(/\W/g, "-") || "index"}.mjs`);
      await writeFile(probe, `export * from "seller-tickets${entry}";\n`);
      return import(pathToFileURL(probe).href);
    },
    node: (script, env) => run(process.execPath, [script], { cwd: folder, env }),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Tells the local marketplaces what to do: `control("POST", "settings", { … })`. */
export const controlOf = (url) => async (method, path, body) => {
  const response = await fetch(`${url}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} /control/${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
};

/** A ticket as Kaufland answers it. */
export const kauflandTicket = (id) => ({
  id_ticket: id,
  ids_order_units: [1],
  id_buyer: null,
  ts_created_iso: "2026-03-02T08:15:00Z",
  ts_updated_iso: "2026-03-02T08:15:00Z",
  status: "opened",
  open_reason: "contact_other",
  topic: null,
  is_seller_responsible: true,
  fulfillment_type: "fulfilled_by_merchant",
});

/** A new ticket that Magalu's sandbox takes. */
export const newMagaluTicket = (changes = {}) => ({
  type: "shipping",
  channel: { id: "5f62650a-0039-4d65-9b96-266d498c03bd", alias: "magazineluiza" },
  order: {
    id: "0a4f2a60-6b0e-4f2e-9f4c-0a2f0c9d1e11",
    code: "1281270000000001",
    delivery: {
      id: "5b7b1d3e-0f41-4a88-8a51-2b2ed6a9c222",
      seller: { id: "c0ffee00-1111-4222-8333-444455556666", name: "Loja Exemplo" },
      items: [
        {
          id: "77777777-8888-4999-8aaa-bbbbccccdddd",
          sku: "sku-1",
          external_sku: "ERP-1",
          name: "Livro",
          description: "Capa dura",
          image: "https://img.example/1.jpg",
          quantity: 2,
        },
      ],
    },
  },
  reason: "missing_damaged_parts",
  ...changes,
});

/** The local marketplaces, with an independent check of signatures and rules, in workerd. */
export async function startMarketplace() {
  const local = await startLocal({ dashboard: false, quiet: true, now: "2026-03-01T12:00:00Z" });
  const { control } = local;
  return {
    baseUrl: local.accounts.kaufland.baseUrl,
    origin: local.marketplaceUrl,
    keys: { ...LOCAL_KEYS.kaufland, userAgent: "Inhouse_development" },
    /** Kaufland's signature, made without the package. */
    signature: (text) => createHmac("sha256", LOCAL_KEYS.kaufland.secretKey).update(text).digest("hex"),
    db: local.db.kaufland,
    reset: () => control.reset(),
    fault: control.fault,
    settings: (settings, marketplace = "kaufland") => control.settings({ [marketplace]: settings }),
    log: control.log,
    clearLog: control.clearLog,
    dispose: local.dispose,
  };
}

/** A server on a free port; `handle(request, response, body)` answers. */
export async function startServer(handle) {
  const server = createServer(async (request, response) => {
    try {
      const parts = [];
      for await (const part of request) parts.push(part);
      await handle(request, response, Buffer.concat(parts));
    } catch (error) {
      // A client that went away is what some tests are about.
      if (!response.headersSent) response.writeHead(500).end(String(error));
      else response.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dispose: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/**
 * A marketplace that plays a script: one answer per request, in order, each `{ status, headers,
 * body }` or a function.
 */
export async function startScript(answers) {
  const seen = [];
  const server = await startServer(async (request, response, body) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body, at: Date.now() });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (typeof answer === "function") return answer(request, response, body);
    const { status = 200, headers = {}, body: text = "" } = answer;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof text === "string" || Buffer.isBuffer(text) ? text : JSON.stringify(text));
  });
  return {
    ...server,
    baseUrl: `${server.url}/v2`,
    seen,
    play: (...next) => answers.splice(0, answers.length, ...next),
  };
}

/** Answers a request of Node's server with a `fetch` handler, as a Worker would. */
export async function answerWith(handler, request, response, body) {
  const answer = await handler(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method,
      headers: Object.entries(request.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
      ...(body.length > 0 ? { body } : {}),
    }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

/**
 * A Worker with this source, which may import the installed package and the modules in `more`.
 * Bundled as wrangler does: the .wasm stays a module of its own. `bindings` are options of
 * Miniflare: buckets and the like.
 */
export async function startWorker(project, source, more = {}, bindings = {}) {
  const built = await build({
    stdin: { contents: source, resolveDir: project.folder, sourcefile: "worker.mjs" },
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    write: false,
    outdir: project.folder,
    loader: { ".wasm": "copy" },
    assetNames: "[name]-[hash]",
    plugins: [
      {
        name: "more",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^[a-z]+$/ }, ({ path }) => (path in more ? { path, namespace: "more" } : undefined));
          onLoad({ filter: /.*/, namespace: "more" }, ({ path }) => ({ contents: more[path] }));
        },
      },
    ],
  });
  const modules = built.outputFiles
    .sort((a, b) => Number(b.path.endsWith(".js")) - Number(a.path.endsWith(".js")))
    .map(({ path, contents }) => ({ type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path, contents }));
  const types = modules.map(({ type }) => type).join();
  if (!/^ESModule(?:,CompiledWasm)+$/.test(types)) throw new Error(`the Worker's bundle holds ${types}`);
  const worker = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    modulesRoot: project.folder,
    modules,
    compatibilityDate: "2024-09-01",
    // Straight to the Worker: the proxy in front of it does not hang up when its client does.
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    unsafeTriggerHandlers: true,
    ...bindings,
  });
  const front = await worker.ready;
  const { origin } = await worker.unsafeGetDirectURL();
  const inspector = bindings.inspectorPort === undefined ? undefined : (await worker.getInspectorURL()).href;
  return {
    url: origin,
    inspector,
    /** Fires the cron trigger, and waits for its end. */
    scheduled: (at = new Date()) => fireCron(new URL(`/cdn-cgi/handler/scheduled?time=${at.getTime()}`, front)),
    /** Ends workerd at once, as a machine that fails does. */
    dispose: () => worker.dispose(),
  };
}

/** A browser with nothing of the machine's owner in it. */
export async function launchChromium() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: process.env.CHROME_BIN ?? "/usr/bin/chromium",
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
