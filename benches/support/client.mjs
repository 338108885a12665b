/**
 * Measures how long a page stands still when a client is made in it, and at its first call, at a
 * slow-down of the processor, out of Chromium's own trace.
 */
import { createServer } from "node:http";
import { build } from "esbuild";

const SCRIPT = `
import { Kaufland } from "seller-tickets/kaufland";
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
globalThis.make = async (atOnce) => {
  await turn();
  performance.mark("bench client");
  globalThis.client = new Kaufland({ gateway: "/api/accounts/kf-de" });
  // What breaks rules is asked about in the module.
  if (atOnce && globalThis.client.validate("closeTicket", "").length === 0) throw new Error("it breaks no rule");
};
globalThis.call = async () => {
  await turn();
  performance.mark("bench call");
  const page = await globalThis.client.listTickets();
  if (page.data.length !== 0) throw new Error("the page is another one");
};
globalThis.ready = true;
`;

/** Serves a page with the package of `folder`, and the answer to its call. */
async function serve(folder) {
  const bundled = await build({
    stdin: { contents: SCRIPT, resolveDir: folder },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "error",
  });
  const [script] = bundled.outputFiles;
  const answers = {
    "/": ["text/html", '<!doctype html><title>bench</title><script type="module" src="/main.js"></script>'],
    "/main.js": ["text/javascript", script.contents],
  };
  const server = createServer((request, response) => {
    const known = answers[request.url];
    const [type, body] = known ?? ["application/json", '{"data":[]}'];
    response.writeHead(200, { "content-type": type, "x-seller-tickets-origin": "marketplace" }).end(body);
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

/** How long the page is left alone before its client calls. */
export const REST_MS = 1500;

const CATEGORIES = ["disabled-by-default-devtools.timeline", "toplevel", "blink.user_timing"];

/** The tasks of a page's main thread from a mark to the next one, in milliseconds. */
function tasksAfter(events, mark, next) {
  const begun = events.find(({ name }) => name === mark);
  const end = events.find(({ name }) => name === next)?.ts ?? Number.POSITIVE_INFINITY;
  if (begun === undefined) throw new Error(`the trace has no ${mark}`);
  return events
    .filter(({ name, pid, tid }) => name === "RunTask" && pid === begun.pid && tid === begun.tid)
    .filter(({ ts, dur = 0 }) => ts + dur > begun.ts && ts + dur < end)
    .map(({ ts, dur = 0 }) => (dur - Math.max(begun.ts - ts, 0)) / 1000);
}

/** A trace of one fresh page: its client is made, and then it calls. */
async function trace(browser, url, slowdown, atOnce) {
  const context = await browser.newContext();
  const session = await browser.newBrowserCDPSession();
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction("globalThis.ready === true");
    const line = await context.newCDPSession(page);
    await line.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.waitForTimeout(300);
    const events = [];
    session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
    await session.send("Tracing.start", {
      transferMode: "ReportEvents",
      traceConfig: { includedCategories: CATEGORIES, excludedCategories: ["*"] },
    });
    await page.evaluate(`globalThis.make(${atOnce})`);
    await page.waitForTimeout(REST_MS);
    await page.evaluate("globalThis.call()");
    await page.waitForTimeout(300);
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await complete;
    return {
      client: tasksAfter(events, "bench client", "bench call"),
      call: tasksAfter(events, "bench call"),
    };
  } finally {
    await session.detach();
    await context.close();
  }
}

const sum = (tasks) => tasks.reduce((all, one) => all + one, 0);

/**
 * Returns for each run the longest task of the page's main thread, and all of them together, that
 * a client causes before its first call, and that the call causes. `atOnce`: the page asks for the
 * module as soon as there is a client.
 */
export async function measureClient({ browser, folder, runs, slowdown = 4, atOnce = false }) {
  const served = await serve(folder);
  const samples = { clientLongest: [], clientAll: [], callLongest: [], callAll: [] };
  try {
    for (let run = 0; run < runs; run += 1) {
      const { client, call } = await trace(browser, served.url, slowdown, atOnce);
      samples.clientLongest.push(Math.max(...client));
      samples.clientAll.push(sum(client));
      samples.callLongest.push(Math.max(...call));
      samples.callAll.push(sum(call));
    }
  } finally {
    served.close();
  }
  return samples;
}
