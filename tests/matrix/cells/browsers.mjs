/**
 * Browsers without a bundler: the installed files as they are, in pages, web workers and service
 * workers.
 */
import { join } from "node:path";
import { build } from "esbuild";
import { makeProject } from "../../package/lib.mjs";
import { browsers, FILES, provePage, serveFolder } from "../harness.mjs";

const POLICY = "default-src 'none'; connect-src http://127.0.0.1:*; worker-src 'self'";
const OPEN = `${POLICY}; script-src 'self' 'wasm-unsafe-eval'`;
const STRICT = `${POLICY}; script-src 'self'`;

/**
 * Import maps have to stand in the page itself, which the policy does not allow: the page imports
 * by path.
 */
const DIST = "/node_modules/seller-tickets/dist";
const html = (script) =>
  `<!doctype html><meta charset="utf-8"><title>matrix</title><script type="module" src="/${script}"></script>`;
const page = (entry, prepare) => `
  import * as api from "${DIST}/${entry}.js";
  import wasm from "${DIST}/wasm.js";
  import { reportFromAddress } from "/report.mjs";
  reportFromAddress(api, ${prepare});`;
const REFUSED = `
  import * as api from "${DIST}/index.js";
  const at = new URL(location.href).searchParams;
  let result = {};
  try { await new api.Kaufland({ gateway: "/api/accounts/kf-de" }).listTickets(); }
  catch ({ kind, code, message, stack }) { result = { error: { kind, code, message, stack } }; }
  fetch(at.get("hub") + "/result?cell=" + at.get("cell"), { method: "POST", body: JSON.stringify(result) });`;
const WORKER = `
  import * as api from "seller-tickets";
  import { reportFromAddress } from "./report.mjs";
  self.onmessage = ({ data }) => reportFromAddress(api, undefined, data);
  // A service worker is told as soon as it is there.
  self.onactivate = (event) => event.waitUntil(self.clients.claim());`;
const SERVICE = `
  const registration = await navigator.serviceWorker.register("/sw.js");
  const ready = await navigator.serviceWorker.ready;
  ready.active.postMessage(location.href);`;

const URL_OF_WASM = `${DIST}/seller_tickets_bg.wasm`;
const SLIM = {
  "/slim, /wasm": "() => api.start(wasm)",
  "/slim, URL": `() => api.start(new URL("${URL_OF_WASM}", location.href))`,
  "/slim, Response": `() => api.start(fetch("${URL_OF_WASM}"))`,
  "/slim, bytes": `async () => api.start(await (await fetch("${URL_OF_WASM}")).arrayBuffer())`,
  "/slim, Module": `async () => api.start(await WebAssembly.compileStreaming(fetch("${URL_OF_WASM}")))`,
};

let shared;
async function site() {
  shared ??= (async () => {
    const files = {
      "index.html": html("main.js"),
      "main.js": page("index", "undefined"),
      "strict.html": html("strict.js"),
      "strict.js": REFUSED,
      "worker.html": html("worker-page.js"),
      "worker-page.js": `new Worker("/module-worker.js", { type: "module" }).postMessage(location.href);`,
      "module-worker.js": WORKER.replace('"seller-tickets"', `"${DIST}/index.js"`).replace(
        '"./report.mjs"',
        '"/report.mjs"',
      ),
      "service.html": html("service-page.js"),
      "service-page.js": SERVICE,
    };
    for (const [entry, prepare] of Object.entries(SLIM)) {
      const name = entry.replace(/\W+/g, "");
      files[`${name}.html`] = html(`${name}.js`);
      files[`${name}.js`] = page("slim", prepare);
    }
    const project = await makeProject({ ...FILES, ...files, "sw-source.mjs": WORKER });
    await build({
      entryPoints: [join(project.folder, "sw-source.mjs")],
      bundle: true,
      outfile: join(project.folder, "sw.js"),
      format: "iife",
    });
    const server = await serveFolder(project.folder, (path) => ({
      "content-security-policy": path.startsWith("/strict") ? STRICT : OPEN,
    }));
    return { project, server };
  })();
  return shared;
}

/** The last browser that goes takes the site along. */
let users = 0;
async function leave() {
  users -= 1;
  if (users > 0 || shared === undefined) return;
  const { project, server } = await shared;
  shared = undefined;
  await server.dispose();
  await project.dispose();
}

const PLACES = [
  ["a page, under a content security policy with 'wasm-unsafe-eval'", "default", "index.html"],
  ["a web worker", "default", "worker.html"],
  ["a service worker", "default", "service.html"],
  ...Object.keys(SLIM).map((entry) => ["a page", entry, `${entry.replace(/\W+/g, "")}.html`]),
];
const REFUSAL = { kind: "configuration", code: "wasm_unavailable", message: /'wasm-unsafe-eval'/ };

export const groups = Object.values(browsers).map((browser) => ({
  where: browser.name,
  open: async () => {
    users += 1;
    await site();
  },
  close: leave,
  cells: [
    ...PLACES.map(([how, entry, path]) => ({
      how,
      entry,
      slice: browser.name === "Chromium" && /worker|policy/.test(how),
      run: async () => provePage(browser, `${(await site()).server.url}/${path}`),
    })),
    {
      how: "a page, under a policy without 'wasm-unsafe-eval'",
      entry: "default",
      slice: browser.name === "Chromium",
      run: async () => {
        await provePage(browser, `${(await site()).server.url}/strict.html`, { refusal: REFUSAL });
        return { result: "refuses", note: "`wasm_unavailable`, and the message names what the policy lacks" };
      },
    },
  ],
}));
