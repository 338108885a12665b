/**
 * The shared part of the cells of the matrix. A cell installs the packed tarball in a project,
 * builds it where there is something to build, and starts it. The program under test then asks the
 * hub for its task, carries out the scenario of tests/package, and posts what came of it; so a cell
 * looks the same in a script, a server, a page and a worker, and a browser needs nothing but an
 * address.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import {
  answerWith,
  launchChromium,
  makeProject,
  ROOT,
  run,
  startMarketplace,
  startServer,
  tarball,
} from "../package/lib.mjs";
import { expected, scenarioOptions, stored } from "../package/scenario.mjs";
import { program, tool } from "./tools.mjs";

export const FILES = {
  "scenario.mjs": await readFile(join(ROOT, "tests/package/scenario.mjs"), "utf8"),
  "report.mjs": await readFile(join(ROOT, "tests/matrix/report.mjs"), "utf8"),
};

let marketplace;
let hub;
let gateway;
/** The promises of each cell, and how to tell it. */
const waiting = new Map();
let cells = 0;

export async function open() {
  marketplace = await startMarketplace();
  const project = await makeProject();
  const { createGateway } = await project.load("/gateway");
  const { Kaufland } = await project.load();
  gateway = (origin) =>
    createGateway({
      accounts: { "kf-de": new Kaufland({ baseUrl: marketplace.baseUrl, ...marketplace.keys }) },
      authorize: (request) => request.headers.get("authorization") === "Bearer matrix",
      allowedOrigins: origin === undefined ? [] : [origin],
    });
  hub = await startServer(async (request, response, body) => {
    const url = new URL(request.url, "http://hub");
    if (url.pathname.startsWith("/api/")) {
      const { fetch } = gateway(request.headers.origin);
      return answerWith(fetch, request, response, body);
    }
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    const cell = waiting.get(url.searchParams.get("cell"));
    if (cell === undefined) return response.writeHead(404).end();
    if (url.pathname === "/result") cell.resolve(JSON.parse(body.toString()));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(cell.needs));
  });
  hub.project = project;
}

export async function close() {
  await browsers.chromium.close();
  await hub?.dispose();
  await hub?.project.dispose();
  await marketplace?.dispose();
}

/**
 * Starts the program under test with the hub's address and the cell's name, and waits for what it
 * reports.
 */
async function ask(needs, start) {
  cells += 1;
  const cell = `cell-${cells}`;
  const { promise, resolve } = resolvers();
  waiting.set(cell, { needs, resolve });
  const timers = [];
  const late = (ms, words) =>
    new Promise((_, reject) => {
      timers.push(setTimeout(() => reject(new Error(words)), ms));
    });
  try {
    const query = `hub=${encodeURIComponent(hub.url)}&cell=${cell}`;
    const task = { hub: hub.url, cell, query, env: { HUB: hub.url, CELL: cell } };
    const ended = Promise.resolve(start(task)).then((end) =>
      // A page goes on by itself; anything else has reported when it comes to its end.
      end === undefined ? promise : Promise.race([promise, late(2000, `it ended and reported nothing: ${end}`)]),
    );
    return await Promise.race([ended, late(90_000, "it reported nothing within 90 s")]);
  } finally {
    timers.map(clearTimeout);
    waiting.delete(cell);
  }
}

function resolvers() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/**
 * The scenario as a program under test carries it out, and the marketplace's own memory of it.
 *
 * @param {(task: { hub: string, cell: string, query: string, env: Record<string, string> }) =>
 * unknown} start
 * @param {{ gateway?: boolean }} [options] `gateway`: as from a page, without keys
 */
export async function prove(start, { gateway = false } = {}) {
  await marketplace.reset();
  const needs = await scenarioOptions(marketplace, "geschrieben aus der Matrix");
  const how = gateway ? { gateway: `${hub.url}/api/accounts/kf-de`, token: "matrix" } : needs.keys;
  const result = await ask({ ...how, ...needs }, start);
  if (result.error)
    throw new Error(
      result.error.stack?.includes(result.error.message)
        ? result.error.stack
        : `${result.error.message}\n${result.error.stack}`,
    );
  expected(result.out, { assert, signature: marketplace.signature, gateway });
  await stored(marketplace, needs, result.out, assert);
  return result;
}

/** The error that a program under test meets where it cannot work. */
export async function proveRefusal(start, { kind, code, message }) {
  const { error } = await ask({ gateway: `${hub.url}/api/accounts/kf-de` }, start);
  assert.ok(error, "it worked, and should not");
  assert.deepEqual([error.kind, error.code], [kind, code], error.stack ?? error.message);
  assert.match(error.message, message);
}

/**
 * A project in the folder of a tool, as if just made: only what npm installed is left of the one
 * before.
 * @param {Record<string, string>} files
 */
export async function projectOf(name, files, manifest = {}) {
  const folder = await tool(name);
  for (const entry of await readdir(folder)) {
    if (entry !== "node_modules") await rm(join(folder, entry), { recursive: true, force: true });
  }
  const { VERSIONS } = await import("./tools.mjs");
  const whole = { name: "consumer", private: true, type: "module", ...manifest, dependencies: VERSIONS[name] };
  await writeFiles(folder, { "package.json": JSON.stringify(whole), ...FILES, ...files });
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--no-save"];
  await run("npm", ["install", ...flags, "--loglevel=error", await tarball()], { cwd: folder });
  return folder;
}

export async function writeFiles(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/**
 * Starts a server and waits until its output holds `ready`; its first group, if any, is the answer.
 */
export async function serve(command, args, { cwd, env, ready, timeoutMs = 90_000 }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const stop = () => {
    try {
      // The whole group: dev servers start workers of their own.
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It is gone.
    }
  };
  process.once("exit", stop);
  let timer;
  const found = await new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${command} is not ready:\n${output}`)), timeoutMs);
    const look = (data) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
      output += String(data).replace(/\x1b\[[0-9;]*m/g, "");
      const match = ready.exec(output);
      if (match) {
        resolve(match);
      }
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`${command} ended with ${code}:\n${output}`)));
  })
    .catch((error) => {
      process.off("exit", stop);
      stop();
      throw error;
    })
    .finally(() => clearTimeout(timer));
  return {
    match: found,
    output: () => output,
    dispose: async () => {
      process.off("exit", stop);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = new Promise((resolve) => child.on("close", resolve));
      stop();
      const hard = setTimeout(() => process.kill(-child.pid, "SIGKILL"), 5000);
      await closed;
      clearTimeout(hard);
    },
  };
}

/** A port that was free a moment ago, for servers that do not choose one themselves. */
export async function freePort() {
  const server = await startServer(() => {});
  await server.dispose();
  return server.port;
}

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Serves a folder; `headers(pathname)` adds to each answer. */
export function serveFolder(folder, headers = () => ({})) {
  return startServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://page");
    const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const file = await readFile(join(folder, path)).catch(() => null);
    const type = { "content-type": TYPES[extname(path)] ?? "application/octet-stream" };
    response.writeHead(file === null ? 404 : 200, { ...type, ...headers(pathname) }).end(file ?? "");
  });
}

/** The sizes of all JavaScript and wasm below a folder. */
export async function sizeOf(folder) {
  let raw = 0;
  let brotli = 0;
  for (const path of await readdir(folder, { recursive: true })) {
    if (!/\.([cm]?js|wasm)$/.test(path)) continue;
    const bytes = await readFile(join(folder, path));
    raw += bytes.length;
    brotli += brotliCompressSync(bytes).length;
  }
  return `${Math.round(raw / 1000)} kB, ${Math.round(brotli / 1000)} kB in brotli`;
}

/** Opens an address in a browser and leaves it there. `visit` returns how to leave. */
export const browsers = {
  chromium: {
    name: "Chromium",
    instance: undefined,
    async visit(url) {
      this.instance ??= launchChromium();
      const page = await (await this.instance).newPage();
      const problems = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => /error|warning/.test(message.type()) && problems.push(message.text()));
      await page.goto(url);
      return { problems, leave: () => page.close() };
    },
    async close() {
      await (await this.instance)?.close();
      this.instance = undefined;
    },
  },
  firefox: {
    name: "Firefox",
    visit: (url) =>
      visitWith(
        () =>
          program(
            [process.env.FIREFOX_BIN, "/usr/bin/firefox-esr", "/usr/bin/firefox"],
            "Debian's package firefox-esr",
          ),
        (profile) => ["--headless", "--no-remote", "--profile", profile, url],
      ),
  },
  webkit: {
    name: "WebKitGTK",
    visit: (url) =>
      visitWith(
        async () => {
          await program(["/usr/bin/Xvfb"], "Debian's package xvfb");
          await program([MINI_BROWSER], "Debian's package webkit2gtk-driver");
          return program(["/usr/bin/xvfb-run"], "Debian's package xvfb");
        },
        () => ["-a", MINI_BROWSER, "--private", url],
        { WEBKIT_DISABLE_COMPOSITING_MODE: "1", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", NO_AT_BRIDGE: "1" },
      ),
  },
};

const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

async function visitWith(find, args, env = {}) {
  const path = await find();
  const profile = await mkdtemp(join(tmpdir(), "seller-tickets-profile-"));
  const home = { HOME: profile, XDG_CACHE_HOME: profile, XDG_CONFIG_HOME: profile, XDG_DATA_HOME: profile };
  const child = spawn(path, args(profile), {
    env: { ...process.env, ...home, ...env },
    stdio: "ignore",
    detached: true,
  });
  const closed = new Promise((resolve) => child.on("close", resolve));
  const end = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone.
    }
  };
  process.once("exit", end);
  return {
    problems: [],
    async leave() {
      process.off("exit", end);
      end();
      await closed;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * The scenario in a page at `url`, which calls `reportFromAddress`. Chromium's console must stay
 * quiet.
 */
export async function provePage(browser, url, { refusal } = {}) {
  let visit;
  const start = async ({ query }) => {
    visit = await browser.visit(`${url}${url.includes("?") ? "&" : "?"}${query}`);
    return undefined;
  };
  try {
    if (refusal) {
      await proveRefusal(start, refusal);
      return;
    }
    await prove(start, { gateway: true }).catch((error) => {
      error.message += `\nin the page: ${visit?.problems.join("\n")}`;
      throw error;
    });
    const unexpected = visit.problems.filter((text) => !/status of 40\d/.test(text));
    assert.deepEqual(unexpected, [], "the page's console is not quiet");
  } finally {
    await visit?.leave();
  }
}

/** The scenario behind a server's address, which answers after it has reported. */
export const proveServer = (url) =>
  prove(async ({ query }) => {
    const response = await fetch(`${url}${url.includes("?") ? "&" : "?"}${query}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 2000)}`);
    return text;
  });

/** The scenario in a script that ends by itself. */
export const proveScript = (command, args, { cwd, env } = {}) =>
  prove((task) => run(command, args, { cwd, env: { ...env, ...task.env } }));
