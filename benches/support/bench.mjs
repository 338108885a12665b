/** What the benchmarks share: the runtimes to run in, figures, tables, and the report in benches/README.md. */
import { spawn } from "node:child_process";
import { access, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { interleave } from "./interleave.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const PACKAGE = join(ROOT, "target/npm/seller-tickets");
const SCRATCH = join(ROOT, "target/bench");
const REPORT = join(ROOT, "benches/README.md");

/** Programs that are compared with, but are no part of the workspace: installed beside it when they can be had. */
const NODE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const TOOLS = {
  node22: [NODE, "22.23.3"],
  node24: [NODE, "24.21.0"],
  puppeteer: ["puppeteer-core", "25.16.0"],
  openai: ["openai", "7.57.0"],
  stripe: ["stripe", "23.1.0"],
};

const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Runs a program to its end and returns what it printed. */
export function run(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${command} ended with ${code}\n${err}`)),
    );
  });
}

/** The folder of a tool, or null, with a word about it, when it cannot be had. */
export async function tool(id) {
  const [name, version] = TOOLS[id];
  const home = join(SCRATCH, "tools", id);
  const folder = join(home, "node_modules", name);
  const present = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  if (JSON.parse(present).version === version) return folder;
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "package.json"), '{ "private": true }\n');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--no-save", "--loglevel=error"];
  try {
    await run("npm", ["install", ...flags, `${name}@${version}`], { cwd: home });
    return folder;
  } catch {
    console.log(`${name}@${version} cannot be installed here: left out`);
    return null;
  }
}

export async function versionOf(name) {
  return JSON.parse(await readFile(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
}

/** Every Node to measure in: the one that runs this, and `others` where they can be had. */
export async function nodes(others = ["node24"]) {
  const all = [{ name: `Node ${process.versions.node}`, path: process.execPath }];
  for (const id of others) {
    if (process.versions.node.startsWith(`${id.slice("node".length)}.`)) continue;
    const folder = await tool(id);
    if (folder === null) continue;
    const path = join(folder, process.platform === "win32" ? "bin/node.exe" : "bin/node");
    all.push({ name: `Node ${(await run(path, ["-p", "process.versions.node"])).trim()}`, path });
  }
  return all;
}

/** A project that has the packed package and zod installed; `entry` runs the part's cases with both. */
export async function makeProject(part) {
  if (!(await exists(join(PACKAGE, "package.json")))) {
    throw new Error("target/npm/seller-tickets is missing: run `cargo xtask pack`");
  }
  const folder = join(SCRATCH, part);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await symlink(PACKAGE, join(folder, "node_modules/seller-tickets"), "junction");
  await symlink(join(ROOT, "node_modules/zod"), join(folder, "node_modules/zod"), "junction");
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  return folder;
}

/** Forced collections would age code that runs between them out of memory; nothing outside of a benchmark does that. */
const V8_FLAGS = ["--expose-gc", "--no-flush-bytecode"];

const imports = (part) => `
  import * as api from "seller-tickets";
  import * as z from "zod";
  import { measure } from ${JSON.stringify(pathToFileURL(join(HERE, `${part}.mjs`)).href)};`;

/** Runs `measure` of a part in a process of its own. */
export async function inNode(node, project, part, options) {
  await writeFile(
    join(project, "node.mjs"),
    `${imports(part)}
    console.log(JSON.stringify(await measure({ api, z }, JSON.parse(process.argv[2]))));\n`,
  );
  const flags = [...V8_FLAGS, "--no-warnings"];
  return JSON.parse(await run(node.path, [...flags, "node.mjs", JSON.stringify(options)], { cwd: project }));
}

const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** Serves a page with the part's `measure`, bundled as a user's build would. */
async function servePage(project, part, strict) {
  const bundled = await build({
    stdin: {
      contents: `${imports(part).replace(/"file:[^"]*"/, JSON.stringify(join(HERE, `${part}.mjs`)))}
      try {
        globalThis.canEval = new Function("return true")();
      } catch {
        globalThis.canEval = false;
      }
      // In a task of the page's own: what a debugger calls is not bound by the page's policy.
      globalThis.measureWith = (options) =>
        new Promise((resolve, reject) => {
          setTimeout(() => measure({ api, z }, options).then(resolve, reject));
        });`,
      resolveDir: project,
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    minify: true,
    target: "es2022",
    external: ["node:*"],
    write: false,
  });
  const [script] = bundled.outputFiles;
  const server = createServer((request, response) => {
    const isScript = request.url === "/main.js";
    response.writeHead(200, {
      "content-type": isScript ? "text/javascript" : "text/html; charset=utf-8",
      // Without these the page's clock is too coarse.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      ...(strict ? { "content-security-policy": CSP } : {}),
    });
    const html =
      '<!doctype html><title>bench</title><input type="file" multiple><script type="module" src="/main.js"></script>';
    response.end(isScript ? script.contents : html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Opens a page in a browser and gives its `measure`; puppeteer and playwright have these methods in common. */
async function usePage(browser, served, name, { strict, chooseFiles }) {
  const close = async () => {
    await browser.close();
    served.close();
  };
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(240_000);
    await page.goto(served.url);
    await page.waitForFunction("globalThis.measureWith !== undefined");
    if (strict && (await page.evaluate("globalThis.canEval")))
      throw new Error("the page's policy does not forbid eval");
    await chooseFiles(page);
    return {
      name,
      measure: (options) => page.evaluate((options) => globalThis.measureWith(options), options),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A page of Chromium with the part's `measure`. `files` are chosen in its file field. */
export async function openChromium(project, part, { strict = false, files = [] } = {}) {
  const served = await servePage(project, part, strict);
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({
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
      `--js-flags=${V8_FLAGS.join(" ")}`,
    ],
  });
  return usePage(browser, served, `Chromium ${browser.version().split(".")[0]}`, {
    strict,
    chooseFiles: (page) => (files.length > 0 ? page.setInputFiles("input", files) : undefined),
  });
}

const FIREFOX = process.env.FIREFOX_BIN ?? "/usr/bin/firefox-esr";

/** The same in Firefox, or null, with a word about it, when it or its driver cannot be had. It has no way to collect garbage on demand. */
export async function openFirefox(project, part, { files = [] } = {}) {
  if (!(await exists(FIREFOX))) {
    console.log(`${FIREFOX} is not there: left out (Debian has it in firefox-esr; FIREFOX_BIN names another)`);
    return null;
  }
  const folder = await tool("puppeteer");
  if (folder === null) return null;
  const { default: puppeteer } = await import(
    pathToFileURL(createRequire(join(folder, "x")).resolve("puppeteer-core"))
  );
  const served = await servePage(project, part, false);
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: FIREFOX,
    headless: true,
    protocolTimeout: 240_000,
    extraPrefsFirefox: { "privacy.reduceTimerPrecision": false },
  });
  const version = (await browser.version()).replace(/^firefox\//i, "").split(".")[0];
  return usePage(browser, served, `Firefox ${version}`, {
    strict: false,
    chooseFiles: async (page) => (await page.$("input")).uploadFile(...files),
  });
}

/** A Worker with the part's `handle(api, request, zod)`, in workerd. Its own clock stands still while it works. */
export async function openWorker(project, part) {
  const bundled = await build({
    stdin: {
      contents: `
        import * as api from "seller-tickets";
        import * as z from "zod";
        import { handle } from ${JSON.stringify(join(HERE, `${part}.mjs`))};
        export default {
          async fetch(request) {
            try {
              return Response.json(await handle(api, await request.json(), z) ?? null);
            } catch (error) {
              return new Response(String(error?.stack ?? error), { status: 500 });
            }
          },
        };`,
      resolveDir: project,
      sourcefile: "worker.mjs",
    },
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*"],
    write: false,
    outdir: project,
    loader: { ".wasm": "copy" },
  });
  const modules = bundled.outputFiles
    .sort((a, b) => Number(b.path.endsWith(".js")) - Number(a.path.endsWith(".js")))
    .map(({ path, contents }) => ({ type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path, contents }));
  const { Miniflare } = await import("miniflare");
  const worker = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    inspectorPort: 0,
    // No second Worker in the way out.
    stripCfConnectingIp: false,
    modulesRoot: project,
    modules,
    compatibilityDate: "2026-04-01",
    // As most Workers have it; without it signatures are made in wasm.
    compatibilityFlags: ["nodejs_compat"],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  });
  await worker.ready;
  const { origin } = await worker.unsafeGetDirectURL();
  return {
    name: `workerd ${(await versionOf("workerd")).replace(/^1\./, "")}`,
    ask: async (question) => {
      const response = await fetch(origin, { method: "POST", body: JSON.stringify(question) });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    inspector: () => worker.getInspectorURL(),
    close: () => worker.dispose(),
  };
}

/** What a request of the Worker takes above an empty one is the case's; `question` goes with each. */
export async function inWorker(worker, { runs, warmUp, batch, ...question }) {
  const names = await worker.ask(question);
  const cases = Object.fromEntries(names.map((name) => [name, () => worker.ask({ ...question, name, batch })]));
  const { nothing, ...samples } = await interleave(cases, { runs, warmUp });
  const way = summary(nothing).median;
  return Object.fromEntries(
    Object.entries(samples).map(([name, times]) => [name, times.map((time) => Math.max(time - way, 0.001) / batch)]),
  );
}

/** The middle of the samples, and the range that the middle half of them lies in. */
export function summary(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share) => {
    const place = (sorted.length - 1) * share;
    const low = sorted[Math.floor(place)];
    return low + (sorted[Math.ceil(place)] - low) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), runs: sorted.length };
}

export const ratio = (value) => `${value.toFixed(2)} ×`;

/** Three digits are more than the spread allows. */
export function amount(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export const spread = ({ low, high }) => `${amount(low)}–${amount(high)}`;

/** A Markdown table with its columns aligned: the first to the left, the others to the right. */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const width = head.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(width[at]) : cell.padStart(width[at]))).join(" | ")} |`;
  const rule = `| ${width.map((size, at) => (at === 0 ? "-".repeat(size) : `${"-".repeat(size - 1)}:`)).join(" | ")} |`;
  return [line(all[0]), rule, ...all.slice(1).map(line)].join("\n");
}

/**
 * One table of cases: medians, spread, and how many times our time each case takes: above 1 we are faster.
 * @param {Record<string, number[]>} samples by case
 * @param {string} ours the case that the others are divided by
 */
export function compare(unit, samples, ours) {
  const all = Object.entries(samples).map(([name, values]) => [name, summary(values)]);
  const own = summary(samples[ours]).median;
  const rows = all.map(([name, one]) => [
    name === ours ? `**${name}**` : name,
    amount(one.median),
    spread(one),
    ratio(one.median / own),
  ]);
  return table([`${unit}, median of ${all[0][1].runs}`, "median", "middle half", "of ours"], rows);
}

const ORDER = ["attachments", "pages", "rules", "start"];
const HEAD = `# Benchmarks

\`cargo xtask bench\` packs the package, runs all parts and rewrites this file; \`cargo xtask bench <part>\` runs one.

"of ours" is a case's time divided by ours in the same table: above 1 we are faster, below 1 slower. All cases of a table take turns within
one run; before those that handle megabytes, garbage is collected, so what a case leaves behind is not charged to the next. "Middle half" is the range between the
first and the third quartile. Before anything is timed, the cases are checked to have the same result.
`;

/** Prints a part's section and puts it in its place in the report. */
export async function report(part, title, text) {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const machine = `${cpus().length} cores, ${memory} of memory, ${process.platform} ${process.arch}`;
  const section = `## ${title}\n\n\`cargo xtask bench ${part}\`, on ${machine}.\n\n${text.trim()}\n`;
  console.log(`\n${section}`);
  const before = await readFile(REPORT, "utf8").catch(() => "");
  const sections = ORDER.map((name) => {
    const [open, close] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const start = before.indexOf(open);
    const end = before.indexOf(close);
    if (name === part) return `${open}\n\n${section}\n${close}\n`;
    return start < 0 || end < start ? null : `${before.slice(start, end)}${close}\n`;
  });
  await writeFile(REPORT, [HEAD, ...sections.filter((one) => one !== null)].join("\n"));
}
