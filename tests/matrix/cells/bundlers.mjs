/**
 * Bundlers: the production build and, where there is one, the development server, each opened in
 * Chromium; and programs for Node in one file.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../package/lib.mjs";
import { browsers, freePort, projectOf, provePage, proveScript, serve, serveFolder, sizeOf } from "../harness.mjs";
import { node, VERSIONS, withNode } from "../tools.mjs";

const MAIN = {
  default: 'import * as api from "seller-tickets";\nconst prepare = undefined;',
  "/kaufland": 'import * as api from "seller-tickets/kaufland";\nconst prepare = undefined;',
  // The address of the file, as each bundler tells it.
  "/slim, URL":
    'import * as api from "seller-tickets/slim";\nconst prepare = () => api.start(new URL("seller-tickets/seller_tickets_bg.wasm", import.meta.url));',
};
/**
 * The address again, told by the package: for bundlers that take `new URL(…, import.meta.url)` in a
 * package for an asset's address.
 */
const SLIM_WASM =
  'import * as api from "seller-tickets/slim";\nimport wasm from "seller-tickets/wasm";\nconst prepare = () => api.start(wasm);';
const END = 'import { reportFromAddress } from "./report.mjs";\nreportFromAddress(api, prepare);\n';
const page = (script, type = "module") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>matrix</title></head><body><script type="${type}" src="${script}"></script></body></html>`;

/**
 * What a bundler says about the package counts as much as whether it works; that it is large is so,
 * and is said in the table.
 */
const SIZE_HINTS =
  /chunkSizeWarningLimit|chunks are larger|(?:asset|entrypoint) size limit|performance recommendations|compiled with \d+ warnings?/i;
function hints(output) {
  const lines = output
    .split("\n")
    .filter((line) => /warn|warning/i.test(line) && !/^npm warn|: npm warn|0 warnings/i.test(line));
  const others = lines.filter((line) => !SIZE_HINTS.test(line));
  if (others.length > 0) throw new Error(`the build warns: ${others.join("\n")}`);
  return lines.length > 0 ? "it hints at the size" : "";
}

/** `slim`: how each tells the address of the .wasm file. */
const TOOLS = [
  {
    name: "vite",
    assets: true,
    slim: 'import * as api from "seller-tickets/slim";\nimport url from "seller-tickets/seller_tickets_bg.wasm?url";\nconst prepare = () => api.start(new URL(url, location.href));',
    files: { "index.html": page("/main.js") },
    build: ["node_modules/.bin/vite", "build", "--outDir", "dist"],
    dev: (port) => ["node_modules/.bin/vite", "--host", "127.0.0.1", "--port", port, "--strictPort"],
    ready: /Local:\s+(http:\/\/\S+?)\/?\s/,
  },
  {
    name: "webpack",
    assets: true,
    slim: MAIN["/slim, URL"],
    files: {
      "webpack.config.mjs": `export default { entry: "./main.js", devServer: { client: { overlay: false }, static: "public", port: Number(process.env.PORT), host: "127.0.0.1" } };`,
      "public/index.html": page("/main.js", "text/javascript"),
      "dist/index.html": page("/main.js", "text/javascript"),
    },
    build: ["node_modules/.bin/webpack", "--mode", "production", "--no-color"],
    dev: () => ["node_modules/.bin/webpack", "serve", "--mode", "development", "--no-color"],
    ready: /compiled (?:successfully|with)/,
  },
  {
    name: "rsbuild",
    assets: true,
    slim: MAIN["/slim, URL"],
    files: {
      "rsbuild.config.mjs":
        'export default { source: { entry: { index: "./main.js" } }, server: { host: "127.0.0.1" } };',
    },
    build: ["node_modules/.bin/rsbuild", "build"],
    dev: (port) => ["node_modules/.bin/rsbuild", "dev", "--port", port],
    ready: /built in|ready/,
  },
  {
    name: "rollup",
    slim: undefined,
    files: {
      "dist/index.html": page("/main.js"),
      "rollup.config.mjs":
        'import resolve from "@rollup/plugin-node-resolve";\nexport default { input: "main.js", plugins: [resolve({ browser: true })], output: { dir: "dist", format: "es" } };',
    },
    build: ["node_modules/.bin/rollup", "-c"],
  },
  {
    name: "esbuild",
    slim: 'import * as api from "seller-tickets/slim";\nimport url from "seller-tickets/seller_tickets_bg.wasm";\nconst prepare = () => api.start(new URL(url, import.meta.url));',
    files: { "dist/index.html": page("/main.js") },
    build: [
      "node_modules/.bin/esbuild",
      "main.js",
      "--bundle",
      "--minify",
      "--format=esm",
      "--outdir=dist",
      "--loader:.wasm=file",
    ],
    dev: (port) => [
      "node_modules/.bin/esbuild",
      "main.js",
      "--bundle",
      "--format=esm",
      "--outdir=dist",
      "--loader:.wasm=file",
      "--servedir=dist",
      `--serve=127.0.0.1:${port}`,
    ],
    ready: /Local:\s+(http:\/\/\S+?)\/?\s/,
  },
  {
    name: "parcel",
    // It reads `exports`, and so further entries, only where a project sets this.
    slim: undefined,
    files: { "index.html": page("./main.js") },
    manifest: { alias: {} },
    build: [
      "node_modules/.bin/parcel",
      "build",
      "index.html",
      "--no-cache",
      "--no-autoinstall",
      "--cache-dir",
      ".cache",
      "--no-source-maps",
    ],
  },
];

const ENTRIES = (tool) => [
  ["default", MAIN.default],
  // Parcel reads `exports`, and so further entries, only where a project sets it.
  ...(tool.name === "parcel" ? [] : [["/kaufland", MAIN["/kaufland"]]]),
  ...(tool.slim ? [["/slim, URL", tool.slim]] : []),
  ...(tool.assets ? [["/slim, /wasm", SLIM_WASM]] : []),
];

/**
 * A program in one file, which is then somewhere else: it finds neither the package nor the .wasm
 * file beside it.
 */
const PROGRAMS = {
  "ES module": {
    main: 'import * as api from "seller-tickets";\nimport { report } from "./report.mjs";\nawait report(api, process.env.HUB, process.env.CELL);',
    file: "main.mjs",
    esbuild: ["--format=esm"],
  },
  CommonJS: {
    main: 'const api = require("seller-tickets");\nconst { report } = require("./report.mjs");\nreport(api, process.env.HUB, process.env.CELL);',
    file: "main.cjs",
    esbuild: ["--format=cjs"],
  },
};

const forNode = {
  where: `esbuild ${VERSIONS.esbuild.esbuild}`,
  cells: Object.entries(PROGRAMS).map(([how, { main, file, esbuild }]) => ({
    how: `one file for Node, ${how}`,
    entry: "default",
    slice: how === "CommonJS",
    run: async () => {
      const folder = await projectOf("esbuild", { [file]: main });
      const args = [file, "--bundle", "--minify", "--platform=node", `--outfile=dist/${file}`, ...esbuild];
      const output = await run(join(folder, "node_modules/.bin/esbuild"), args, { cwd: folder, both: true });
      hints(output);
      const away = await mkdtemp(join(tmpdir(), "seller-tickets-one-file-"));
      try {
        await cp(join(folder, "dist"), away, { recursive: true });
        await proveScript(await node(24), ["--no-warnings=none", file], { cwd: away });
      } finally {
        await rm(away, { recursive: true, force: true });
      }
      return { size: await sizeOf(join(folder, "dist")) };
    },
  })),
};

const forPages = TOOLS.map((tool) => {
  const open = (source) => projectOf(tool.name, { ...tool.files, "main.js": `${source}\n${END}` }, tool.manifest);
  return {
    where: `${tool.name} ${VERSIONS[tool.name][tool.name] ?? VERSIONS[tool.name]["@rsbuild/core"]}`,
    cells: ENTRIES(tool).flatMap(([entry, source]) => [
      {
        how: "production build",
        entry,
        slice: tool.name === "vite" && ["default", "/kaufland"].includes(entry),
        run: async () => {
          const folder = await open(source);
          const [script, ...args] = tool.build;
          const env = await withNode(24, { NO_COLOR: "1", NODE_ENV: "production" });
          const output = await run(join(folder, script), args, { cwd: folder, env, both: true });
          const dist = join(folder, "dist");
          const server = await serveFolder(dist);
          try {
            await provePage(browsers.chromium, `${server.url}/`);
          } finally {
            await server.dispose();
          }
          return { note: hints(output), size: await sizeOf(dist) };
        },
      },
      ...(tool.dev
        ? [
            {
              how: "development server",
              entry,
              slice: tool.name === "vite" && entry === "default",
              run: async () => {
                const folder = await open(source);
                const port = String(await freePort());
                const [script, ...args] = tool.dev(port);
                const env = await withNode(24, { PORT: port, NO_COLOR: "1" });
                const server = await serve(join(folder, script), args, { cwd: folder, env, ready: tool.ready });
                try {
                  await provePage(browsers.chromium, `${server.match[1] ?? `http://127.0.0.1:${port}`}/`);
                } finally {
                  await server.dispose();
                }
              },
            },
          ]
        : []),
    ]),
  };
});

export const groups = [...forPages, forNode];
