/** A fresh process: import, client and first signed request, above an empty process; peers: import and client only. */
import { spawn } from "node:child_process";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { amount, makeProject, nodes, ratio, report, spread, summary, table, tool } from "./support/bench.mjs";

const RUNS = 15;
const KEYS = 'clientKey: "bench-client-key", secretKey: "bench-secret-key", userAgent: "Inhouse_development"';
const OURS = "ours: import, client, first signed request";
const EMPTY = "empty process";

const project = await makeProject("start");
const scripts = {
  [EMPTY]: "",
  [OURS]: `
    import { Kaufland } from "seller-tickets";
    const request = await new Kaufland({ ${KEYS} }).request("getTicket", "00150000001");
    if (!/^[0-9a-f]{64}$/.test(request.headers.get("shop-signature"))) throw new Error("the request is not signed");`,
  "ours: import alone":
    'import { Kaufland } from "seller-tickets";\nif (!Kaufland) throw new Error("nothing was imported");',
  "zod: import alone": 'import * as z from "zod";\nif (!z.object) throw new Error("nothing was imported");',
};
const peers = { openai: 'new Peer({ apiKey: "bench" })', stripe: 'new Peer("bench")' };
const versions = [];
const missing = [];
for (const [name, construct] of Object.entries(peers)) {
  const folder = await tool(name);
  if (folder === null) {
    missing.push(name);
    continue;
  }
  await symlink(folder, join(project, "node_modules", name), "junction");
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  versions.push(`${name} ${version}`);
  scripts[`${name}: import, client`] =
    `import Peer from "${name}";\nif (!(${construct})) throw new Error("no client");`;
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
  const names = Object.keys(scripts);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < RUNS; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round + 1) % names.length];
      const time = await once(node.path, files[name]);
      if (round >= 0) samples[name].push(time);
    }
  }
  results.push({ name: node.name, samples });
}

const details = results.map(({ name, samples }) => {
  const empty = summary(samples[EMPTY]).median;
  const above = (one) => summary(samples[one]).median - empty;
  const rows = Object.entries(samples).map(([one, times]) => {
    const all = summary(times);
    const cells = one === EMPTY ? ["", ""] : [amount(all.median - empty), ratio(above(one) / above(OURS))];
    return [one === OURS ? `**${one}**` : one, amount(all.median), spread(all), ...cells];
  });
  return `### ${name}\n\n${table([`ms, median of ${RUNS}`, "median", "middle half", "above empty", "of ours"], rows)}`;
});

const absent = missing.length > 0 ? ` ${missing.join(" and ")} could not be installed and is left out.` : "";
await report(
  "start",
  "Start",
  `Wall time of a fresh process, from its start to its end. "Above empty" is the median less that of a process with an empty script, and
"of ours" divides that by ours. Peers: ${versions.join(", ") || "none"}.${absent}

${details.join("\n\n")}`,
);
