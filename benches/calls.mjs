/**
 * Measures the processor time of a whole call against a stubbed `fetch`, beside clients of other
 * APIs. In Workers that time is what people pay for.
 */
import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import {
  amount,
  bar,
  inNode,
  makeProject,
  nodes,
  openWorker,
  ratio,
  report,
  spread,
  summary,
  table,
  tool,
} from "./support/bench.mjs";
import { FLOOR, KINDS, OURS, PEERS } from "./support/calls.mjs";
import { interleave } from "./support/interleave.mjs";

const OPTIONS = { runs: 11, batch: 400, warmUp: 3 };
const IN_WORKER = { runs: 11, batch: 600, warmUp: 3 };
const MOST = 1;
const GOAL = 0.7;
/** How much more each of many calls at once may take than one alone. */
const MOST_TOGETHER = 2;

const project = await makeProject("calls");
const peers = [];
const versions = [];
for (const id of PEERS) {
  const folder = await tool(id);
  if (folder === null) continue;
  await symlink(folder, join(project, "node_modules", id), "junction");
  peers.push(id);
  versions.push(`${id} ${JSON.parse(await readFile(join(folder, "package.json"), "utf8")).version}`);
}

/** The processes of workerd that this one started; Linux alone tells. */
async function workerProcesses() {
  const found = [];
  const parents = new Set([process.pid]);
  const rows = [];
  for (const id of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(id)) continue;
    const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
    const [, name, rest] = /^\d+ \((.*)\) \S (.*)$/s.exec(stat) ?? [];
    if (rest !== undefined) rows.push({ id: Number(id), name, parent: Number(rest.split(" ", 1)[0]) });
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const { id, parent } of rows) {
      if (!parents.has(parent) || parents.has(id)) continue;
      parents.add(id);
      grew = true;
    }
  }
  for (const { id, name } of rows) if (parents.has(id) && name.startsWith("workerd")) found.push(id);
  return found;
}

/**
 * The processor time of a process in microseconds: the sum over its threads, which Linux counts in
 * nanoseconds. That of the whole process it counts in hundredths of a second.
 */
async function processorTime(id) {
  const threads = await readdir(`/proc/${id}/task`);
  const times = threads.map(async (thread) => {
    // A thread may have ended meanwhile.
    const text = await readFile(`/proc/${id}/task/${thread}/schedstat`, "utf8").catch(() => "0");
    return Number(text.split(" ", 1)[0]) / 1000;
  });
  return (await Promise.all(times)).reduce((sum, time) => sum + time, 0);
}

async function inWorkerd() {
  const worker = await openWorker(project, "calls", peers);
  try {
    const [id] = await workerProcesses();
    if (id === undefined) return null;
    const names = await worker.ask({});
    const samples = Object.fromEntries(names.map((name) => [name, []]));
    const { runs, batch, warmUp } = IN_WORKER;
    let round = -warmUp * names.length;
    const cases = Object.fromEntries(
      names.map((name) => [
        name,
        async () => {
          const start = await processorTime(id);
          await worker.ask({ name, batch });
          if (round >= 0) samples[name].push(((await processorTime(id)) - start) / batch);
          round += 1;
        },
      ]),
    );
    await interleave(cases, { runs, warmUp });
    return { name: worker.name, samples };
  } finally {
    await worker.close();
  }
}

const results = [];
for (const node of await nodes(["node22", "node24"])) {
  results.push({ name: node.name, ...(await inNode(node, project, "calls", OPTIONS, peers)) });
}
const worker = await inWorkerd();
if (worker !== null) results.push(worker);

const median = (samples, name) => summary(samples[name]).median;
/** The slower of the peers, which is the one to beat. */
const slower = (samples, kind) =>
  peers
    .map((id) => ({ id, time: median(samples, `${kind}: ${id}`) }))
    .toSorted((a, b) => b.time - a.time)
    .at(0);

const details = results.map(({ name, samples, profiles }) => {
  const rows = KINDS.flatMap((kind) => {
    const rival = slower(samples, kind);
    return [...OURS, ...peers, FLOOR].map((one) => {
      const all = summary(samples[`${kind}: ${one}`]);
      const share = rival === undefined ? "" : ratio(all.median / rival.time);
      return [kind, OURS.includes(one) ? `**${one}**` : one, amount(all.median), spread(all), share];
    });
  });
  const times = table(["", "µs for one call", "median", "middle half", "of the slower peer"], rows);
  if (profiles === undefined) return `### ${name}\n\n${times}`;
  const parts = [...new Set(KINDS.flatMap((kind) => Object.keys(profiles[kind])))];
  const shares = parts.map((part) => [
    part,
    ...KINDS.map((kind) => `${Math.round((profiles[kind][part] ?? 0) * 100)} %`),
  ]);
  return `### ${name}\n\n${times}\n\n${table(["where ours goes, with keys", ...KINDS], shares)}`;
});

const bars = results.flatMap(({ name, samples, ratios, bytes }) => {
  const costs = KINDS.flatMap((kind) =>
    OURS.map((one) => {
      const what = `what a Worker is billed for a ${kind}: its processor time, ${one}, ${name}`;
      const own = median(samples, `${kind}: ${one}`);
      const rival = slower(samples, kind);
      if (rival === undefined)
        return bar(what, "≤ the slower peer", `${amount(own)} µs, no peer could be installed`, null);
      const share = own / rival.time;
      const asked = `≤ ${MOST.toFixed(1)} of ${rival.id}'s ${amount(rival.time)} µs, goal ${GOAL}`;
      return bar(what, asked, `${amount(own)} µs: ${share.toFixed(2)} of it`, share <= MOST);
    }),
  );
  if (ratios === undefined) return costs;
  const many = Object.entries(ratios).map(([slots, value]) => {
    const what = `whether a rush stays as cheap: each of 1,000 calls at once, ${slots} in flight, beside one alone, ${name}`;
    return bar(what, `≤ ${MOST_TOGETHER}`, ratio(value), value <= MOST_TOGETHER);
  });
  const kib = (value) => `${(value / 1024).toFixed(1)} KiB`;
  const beside = bytes.openai === undefined ? "" : `, openai ${kib(bytes.openai)}`;
  return [
    ...costs,
    ...many,
    bar(
      `how many calls fit into a Worker's 128 MB: memory of one that waits, ${name}`,
      "reported",
      `${kib(bytes.ours)}${beside}`,
      null,
    ),
  ];
});

await report(
  "calls",
  "Calls",
  `Processor time of one call, from the call of a method to its result, in turns in one process: a page of 30 tickets, and a message of 451 bytes.
\`fetch\` is a stub that answers at once, with the same bytes and headers for all. Ours signs each request with keys; the peers do not.
Peers, as their pages show them: ${versions.join(", ") || "none"}.

${details.join("\n\n")}`,
  bars,
);
