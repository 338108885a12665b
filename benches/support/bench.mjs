/**
 * Code that the benchmarks share: the runtimes, figures, tables, and the report in
 * benches/README.md.
 */
import { spawn } from "node:child_process";
import { access, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { interleave } from "./interleave.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = dirname(dirname(HERE));
const PACKAGE = join(ROOT, "target/npm/seller-tickets");
const SCRATCH = join(ROOT, "target/bench");
/** The report's file; a run whose results are not kept can name another one. */
const REPORT = process.env.BENCH_REPORT ?? join(ROOT, "benches/README.md");

/**
 * Programs for comparison that are not part of the workspace: they are installed beside it if
 * possible.
 */
const NODE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const TOOLS = {
  node22: [NODE, "22.23.3"],
  node24: [NODE, "24.21.0"],
  puppeteer: ["puppeteer-core", "25.16.0"],
  openai: ["openai", "7.57.0"],
  stripe: ["stripe", "23.1.0"],
  octokit: ["octokit", "5.0.5"],
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

/** Returns the folder of a tool; if it cannot be installed, says so and returns null. */
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

/** The raw, gzip and brotli sizes of the packed files in bytes, by name. */
export async function measureSizes() {
  return JSON.parse(await run(process.execPath, [join(ROOT, "xtask/src/size.mjs"), PACKAGE]));
}

/**
 * The brotli size in bytes of a script for browsers, bundled and minified like those of the
 * package.
 */
export async function bundledSize(contents, resolveDir) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    external: ["node:*"],
    logLevel: "error",
  });
  return brotliCompressSync(outputFiles[0].contents).length;
}

/** Every Node to measure in: the one that runs this, and `others` that can be installed. */
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

/** Makes a project with the packed package and zod; `entry` runs the part's cases with both. */
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

/**
 * Keeps compiled code in memory: forced collections would discard it, which happens only in
 * benchmarks.
 */
const V8_FLAGS = ["--expose-gc", "--no-flush-bytecode"];

const imports = (part) => `
  import * as api from "seller-tickets";
  import * as z from "zod";
  import { measure } from ${JSON.stringify(pathToFileURL(join(HERE, `${part}.mjs`)).href)};`;

/** The default exports of other packages that the project has, under their own names. */
const importsOf = (peers) => peers.map((id) => `import ${id} from "${id}";`).join("\n");

/** Runs a part's `measure` in a process of its own. */
export async function inNode(node, project, part, options, peers = []) {
  await writeFile(
    join(project, "node.mjs"),
    `${imports(part)}
    ${importsOf(peers)}
    const libraries = { ${["api", "z", ...peers].join(", ")} };
    console.log(JSON.stringify(await measure(libraries, JSON.parse(process.argv[2]))));\n`,
  );
  const flags = [...V8_FLAGS, "--no-warnings"];
  return JSON.parse(await run(node.path, [...flags, "node.mjs", JSON.stringify(options)], { cwd: project }));
}

const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** Serves a page with the part's `measure`, bundled as in a user's build. */
async function servePage(project, part, strict) {
  const bundled = await build({
    stdin: {
      contents: `${imports(part).replace(/"file:[^"]*"/, JSON.stringify(join(HERE, `${part}.mjs`)))}
      try {
        globalThis.canEval = new Function("return true")();
      } catch {
        globalThis.canEval = false;
      }
      // This runs in a task of the page: the page's policy does not apply to calls of a debugger.
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

/**
 * Opens a page in a browser and returns its `measure`. Puppeteer and Playwright share these
 * methods.
 */
async function withPage(browser, served, name, { strict, chooseFiles }) {
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

/** Starts Chromium; `flags` are for the browser itself. */
export async function launchChromium(flags = []) {
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
      ...flags,
    ],
  });
}

export const chromiumName = (browser) => `Chromium ${browser.version().split(".")[0]}`;

/** Opens a page with the part's `measure` in Chromium. `files` are chosen in its file field. */
export async function openChromium(project, part, { strict = false, files = [] } = {}) {
  const served = await servePage(project, part, strict);
  const browser = await launchChromium([`--js-flags=${V8_FLAGS.join(" ")}`]);
  return withPage(browser, served, chromiumName(browser), {
    strict,
    chooseFiles: (page) => (files.length > 0 ? page.setInputFiles("input", files) : undefined),
  });
}

const FIREFOX = process.env.FIREFOX_BIN ?? "/usr/bin/firefox-esr";

/**
 * Does the same in Firefox; if it or its driver cannot be installed, says so and returns null.
 * Firefox cannot collect garbage on demand.
 */
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
  return withPage(browser, served, `Firefox ${version}`, {
    strict: false,
    chooseFiles: async (page) => (await page.$("input")).uploadFile(...files),
  });
}

/** The modules of a Worker, bundled as in a user's build; the first one is its script. */
export async function bundleWorker(project, contents) {
  const bundled = await build({
    stdin: { contents, resolveDir: project, sourcefile: "worker.mjs" },
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*"],
    write: false,
    outdir: project,
    loader: { ".wasm": "copy" },
  });
  return bundled.outputFiles
    .sort((a, b) => Number(b.path.endsWith(".js")) - Number(a.path.endsWith(".js")))
    .map(({ path, contents }) => ({ type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path, contents }));
}

/**
 * The settings of the Workers. Most have Node's modules; without them, signatures are made in wasm.
 */
export const WORKER_DATE = "2026-04-01";
export const WORKER_FLAGS = ["nodejs_compat"];

export const workerName = async () => `workerd ${(await versionOf("workerd")).replace(/^1\./, "")}`;

/**
 * Starts a Worker with the part's `handle({ api, z }, question)` in workerd. Its own clock stands
 * still while it works.
 */
export async function openWorker(project, part, peers = []) {
  const modules = await bundleWorker(
    project,
    `import * as api from "seller-tickets";
    import * as z from "zod";
    ${importsOf(peers)}
    import { handle } from ${JSON.stringify(join(HERE, `${part}.mjs`))};
    export default {
      async fetch(request) {
        try {
          const libraries = { ${["api", "z", ...peers].join(", ")} };
          return Response.json(await handle(libraries, await request.json()) ?? null);
        } catch (error) {
          return new Response(String(error?.stack ?? error), { status: 500 });
        }
      },
    };`,
  );
  const { Miniflare } = await import("miniflare");
  const worker = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    inspectorPort: 0,
    // This avoids a second Worker in front of the network.
    stripCfConnectingIp: false,
    modulesRoot: project,
    modules,
    compatibilityDate: WORKER_DATE,
    compatibilityFlags: WORKER_FLAGS,
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  });
  await worker.ready;
  const { origin } = await worker.unsafeGetDirectURL();
  return {
    name: await workerName(),
    ask: async (question) => {
      const response = await fetch(origin, { method: "POST", body: JSON.stringify(question) });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    inspector: () => worker.getInspectorURL(),
    close: () => worker.dispose(),
  };
}

/**
 * Times a Worker's cases from outside, `batch` times in a row. The time of a case is that of its
 * request less that of an empty request.
 * The Worker's `handle` answers `options` with the names of its cases, and runs a case when it is
 * named; "nothing" is the empty one.
 */
export async function inWorker(worker, { runs, warmUp, batch, ...options }) {
  const names = await worker.ask(options);
  const cases = Object.fromEntries(names.map((name) => [name, () => worker.ask({ ...options, name, batch })]));
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

/** Rounds to two or three digits, which is as much as the spread allows. */
export function amount(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export const spread = ({ low, high }) => `${amount(low)}–${amount(high)}`;

/**
 * Returns a Markdown table with the first column aligned to the left and the others to the right.
 */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const width = head.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(width[at]) : cell.padStart(width[at]))).join(" | ")} |`;
  const rule = `| ${width.map((size, at) => (at === 0 ? "-".repeat(size) : `${"-".repeat(size - 1)}:`)).join(" | ")} |`;
  return [line(all[0]), rule, ...all.slice(1).map(line)].join("\n");
}

/**
 * Returns a table of cases: medians, spread, and the ratio of each case's time to ours. Above 1
 * ours is faster.
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

/**
 * Returns how many times as long one case takes as another: the ratio of their medians, and the
 * middle half of the ratios of the rounds.
 * @returns {{ value: number, text: string }}
 */
export function times(samples, case_, than) {
  const value = summary(samples[case_]).median / summary(samples[than]).median;
  const { low, high } = summary(samples[case_].map((time, at) => time / samples[than][at]));
  return { value, text: `${ratio(value)} (${low.toFixed(2)}–${high.toFixed(2)})` };
}

/**
 * Returns a line of the summary.
 * @param {string} what the name of the limit, and where it was measured
 * @param {string} asked
 * @param {string} measured
 * @param {boolean | null} isMet null if there is no limit
 */
export const bar = (what, asked, measured, isMet) => [
  what,
  asked,
  measured,
  isMet === null ? "" : isMet ? "yes" : "**no**",
];

const ORDER = ["calls", "attachments", "pages", "rules", "start", "size"];
const HEAD = `# Benchmarks

\`cargo xtask bench\` packs the package, runs all parts and rewrites this file, which takes about ten minutes; \`cargo xtask bench <part>\` runs one, and
rewrites what is its own: ${ORDER.map((part) => `\`${part}\``).join(", ")}.

"of ours" is a case's time divided by ours in the same table: above 1 we are faster, below 1 slower. All cases of a table take turns within
one run; before those that handle megabytes, garbage is collected, so what a case leaves behind is not charged to the next. "Middle half" is the range between the
first and the third quartile; in the summary it stands in parentheses, of the ratios round by round. Before anything is timed, the cases are
checked to have the same result.

What limits the bars that are missed, and what was tried, is in [limits.md](limits.md).

## Summary
`;

const marks = (id) => [`<!-- ${id} -->`, `<!-- end of ${id} -->`];

/** The text between the marks of `id`, including the marks. */
function cut(text, id) {
  const [open, close] = marks(id);
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  return start < 0 || end < start ? null : `${text.slice(start, end)}${close}\n`;
}

function mark(id, text) {
  const [open, close] = marks(id);
  return `${open}\n\n${text}\n${close}\n`;
}

/** Returns the report with one part's sections replaced. */
export function revised(before, part, section, summaryOfPart) {
  const own = { [part]: section, [`summary of ${part}`]: summaryOfPart };
  const ids = [...ORDER.map((name) => `summary of ${name}`), ...ORDER];
  const sections = ids.map((id) => (id in own ? mark(id, own[id]) : cut(before, id)));
  return [HEAD, ...sections.filter((one) => one !== null)].join("\n");
}

/** Prints a part's section and its lines of the summary, and writes both into the report. */
export async function report(part, title, text, bars) {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const machine = `${cpus().length} cores, ${memory} of memory, ${process.platform} ${process.arch}`;
  const section = `## ${title}\n\n\`cargo xtask bench ${part}\`, on ${machine}.\n\n${text.trim()}\n`;
  const lines = `${table([title, "bar", "measured", "met"], bars)}\n`;
  console.log(`\n${section}\n${lines}`);
  const before = await readFile(REPORT, "utf8").catch(() => "");
  await writeFile(REPORT, revised(before, part, section, lines));
}
