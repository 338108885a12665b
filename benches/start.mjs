/**
 * Measures a fresh process beyond an empty one: import, client and first signed call; for peers
 * only import and client. Measures a fresh Worker too, and how long a page stands still for a
 * client.
 */
import { spawn } from "node:child_process";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  amount,
  bar,
  chromiumName,
  launchChromium,
  makeProject,
  nodes,
  ratio,
  report,
  spread,
  summary,
  table,
  tool,
  workerName,
} from "./support/bench.mjs";
import { measureClient, REST_MS } from "./support/client.mjs";
import { interleave } from "./support/interleave.mjs";
import { workerStarts } from "./support/start.mjs";

const RUNS = 15;
const SLOWDOWN = 4;
const KEYS = 'clientKey: "bench-client-key", secretKey: "bench-secret-key", userAgent: "Inhouse_development"';
const OURS = "ours: import, client, first signed call";
const REQUEST = "ours: import, client, first signed `Request`";
const EMPTY = "empty process";

/** A call up to its answer, which is not the host's: its `fetch` would be loaded by that alone. */
const CALL = `
    let sent;
    const answer = new TextEncoder().encode('{"data":{}}');
    const fetch = async (_url, init) => {
      sent = init.headers["shop-signature"];
      return { status: 404, ok: false, headers: new Map(), body: null, arrayBuffer: async () => answer.buffer };
    };
    await new Kaufland({ ${KEYS}, fetch }).getTicket("00150000001").catch(() => {});
    if (!/^[0-9a-f]{64}$/.test(sent)) throw new Error("the call is not signed");`;

const project = await makeProject("start");
const scripts = {
  [EMPTY]: "",
  [OURS]: `import { Kaufland } from "seller-tickets";${CALL}`,
  [REQUEST]: `
    import { Kaufland } from "seller-tickets";
    const request = await new Kaufland({ ${KEYS} }).request("getTicket", "00150000001");
    if (!/^[0-9a-f]{64}$/.test(request.headers.get("shop-signature"))) throw new Error("the request is not signed");`,
  "ours: import alone":
    'import { Kaufland } from "seller-tickets";\nif (!Kaufland) throw new Error("nothing was imported");',
  // The host's share of our time: Node loads its code for `Request` with the first one.
  "the host's first `Request` alone": 'new Request("https://example.com/", { method: "POST", body: "{}" });',
  "zod: import alone": 'import * as z from "zod";\nif (!z.object) throw new Error("nothing was imported");',
};
const peer = (name) => `${name}: import, client`;
const peers = { openai: 'new Peer({ apiKey: "bench" })', stripe: 'new Peer("bench")' };
const versions = [];
const names = [];
const missing = [];
for (const [name, construct] of Object.entries(peers)) {
  const folder = await tool(name);
  if (folder === null) {
    missing.push(name);
    continue;
  }
  await symlink(folder, join(project, "node_modules", name), "junction");
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  names.push(name);
  versions.push(`${name} ${version}`);
  scripts[peer(name)] = `import Peer from "${name}";\nif (!(${construct})) throw new Error("no client");`;
}
const files = {};
for (const [name, text] of Object.entries(scripts)) {
  files[name] = join(project, `${Object.keys(files).length}.mjs`);
  await writeFile(files[name], `${text}\n`);
}

/** Milliseconds from the start of the process to its end. */
const once = (node, file) =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(node, [file], { cwd: project, stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(performance.now() - start) : reject(new Error(`${file} failed`)),
    );
  });

const results = [];
for (const node of await nodes()) {
  const cases = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, () => once(node.path, file)]));
  results.push({ name: node.name, samples: await interleave(cases, { runs: RUNS, warmUp: 1 }) });
}
const imports = 'import { Kaufland } from "seller-tickets";';
const inWorker = {
  [EMPTY]: { imports: "", work: "" },
  [OURS]: { imports, work: CALL },
  "ours: import alone": { imports, work: 'if (!Kaufland) throw new Error("nothing was imported");' },
};
results.push({ name: await workerName(), inWorker: true, samples: await workerStarts(project, inWorker, RUNS) });

/** The difference of each start to the empty one of its round. */
const above = (samples, name) => summary(samples[name].map((time, at) => time - samples[EMPTY][at]));

const details = results.map(({ name, samples }) => {
  const own = above(samples, OURS).median;
  const rows = Object.entries(samples).map(([one, times]) => {
    const all = summary(times);
    const { median } = above(samples, one);
    const cells = one === EMPTY ? ["", ""] : [amount(median), ratio(median / own)];
    return [one === OURS ? `**${one}**` : one, amount(all.median), spread(all), ...cells];
  });
  return `### ${name}\n\n${table([`ms, median of ${RUNS}`, "median", "middle half", "above empty", "of ours"], rows)}`;
});

const browser = await launchChromium();
const page = await measureClient({ browser, folder: project, runs: RUNS, slowdown: SLOWDOWN }).finally(() =>
  browser.close(),
);
const inPage = `${chromiumName(browser)}, ${SLOWDOWN} times slower`;
const WHAT = {
  clientLongest: "a client: the longest time that the page stands still",
  clientAll: "a client: all tasks of the page together",
  callLongest: "its first call: the longest time that the page stands still",
  callAll: "its first call: all tasks of the page together",
};
const pageRows = Object.entries(page).map(([name, times]) => {
  const all = summary(times);
  return [WHAT[name], amount(all.median), spread(all)];
});
details.push(`### ${inPage}\n\n${table([`ms, median of ${RUNS}`, "median", "middle half"], pageRows)}`);

const SHARE = 0.45;
const bars = results.map(({ name, inWorker, samples }) => {
  const own = above(samples, OURS);
  const text = `${amount(own.median)} ms (${spread(own)})`;
  if (inWorker) {
    const alone = above(samples, "ours: import alone");
    const figures = `${text}, import alone ${amount(alone.median)} ms (${spread(alone)})`;
    return bar(
      `what the first visitor of a Worker waits for: a fresh workerd that imports and signs, above an empty Worker, ${name}`,
      "reported",
      figures,
      null,
    );
  }
  const what = `what a script or a cold function waits for before its first call leaves, ${name}`;
  const rivals = names.map((id) => ({ id, ms: above(samples, peer(id)).median })).toSorted((a, b) => a.ms - b.ms);
  if (rivals.length === 0)
    return bar(what, `≤ ${SHARE} of the faster peer`, `${text}, no peer could be installed`, null);
  const [{ id, ms }] = rivals;
  const asked = `≤ ${SHARE} of ${id}'s ${amount(ms)} ms, goal a third`;
  return bar(what, asked, `${text}: ${(own.median / ms).toFixed(2)} of it`, own.median <= ms * SHARE);
});

const still = summary(page.clientLongest);
bars.push(
  bar(
    `making a client, the longest time that the page stands still, ${inPage}`,
    "≤ 50 ms",
    `${amount(still.median)} ms (${spread(still)})`,
    still.median <= 50,
  ),
);

const absent = missing.length > 0 ? ` ${missing.join(" and ")} could not be installed and is left out.` : "";
await report(
  "start",
  "Start",
  `Wall time of a fresh process, from its start to its end. "Above empty" is the median of what it takes above one with an empty script, round by
round, and "of ours" divides that by ours. Peers: ${versions.join(", ") || "none"}.${absent} Of workerd, the time from its start to the end of its first answer.
Of Chromium, the tasks of the main thread in its own trace, from \`new Kaufland({ gateway })\` on: unpacking, the part of compiling that is not done
elsewhere, and the module's instance. After ${REST_MS} ms the client calls for the first time.

${details.join("\n\n")}`,
  bars,
);
