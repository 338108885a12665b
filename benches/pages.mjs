/** A page of 100 tickets: ours against JSON.parse and zod with an equal schema. */
import {
  compare,
  inNode,
  inWorker,
  makeProject,
  nodes,
  openChromium,
  openWorker,
  report,
  summary,
  table,
  versionOf,
} from "./support/bench.mjs";

const OPTIONS = { runs: 31, batch: 40 };
const OURS = "ours: `decode(response)`";
const ZOD = "`response.json()`, zod";

const project = await makeProject("pages");
const results = [];
for (const node of await nodes()) {
  results.push({ name: node.name, ...(await inNode(node, project, "pages", OPTIONS)) });
}
for (const strict of [false, true]) {
  const page = await openChromium(project, "pages", { strict });
  try {
    const name = strict ? `${page.name}, content security policy without eval` : page.name;
    results.push({ name, ...(await page.measure(OPTIONS)) });
  } finally {
    await page.close();
  }
}

const worker = await openWorker(project, "pages");
try {
  const samples = await inWorker(worker, { runs: OPTIONS.runs, warmUp: 10, batch: 200 });
  results.push({ name: worker.name, samples });
} finally {
  await worker.close();
}

/** The first call in a process of its own. */
const firsts = [];
for (const node of await nodes()) {
  const times = { [OURS]: [], [ZOD]: [] };
  for (let turn = 0; turn < 9; turn += 1) {
    for (const first of Object.keys(times)) times[first].push(await inNode(node, project, "pages", { first }));
  }
  const [ours, zod] = Object.values(times).map((list) => summary(list).median.toFixed(1));
  firsts.push([node.name, ours, zod]);
}

const micro = (samples) =>
  Object.fromEntries(Object.entries(samples).map(([name, times]) => [name, times.map((time) => time * 1000)]));

await report(
  "pages",
  "Pages",
  `A page of 100 tickets, ${(results[0].size / 1000).toFixed(0)} KB, to typed and checked objects, against zod ${await versionOf("zod")} with an equal schema: loose objects (unknown fields
survive), open enums. Ours starts with a \`Response\`, so the rows with a \`Response\` are the like ones; those with bytes have neither the
stream nor the promises. Each sample is the mean of ${OPTIONS.batch} pages in a row.

${results.map(({ name, samples }) => `### ${name}\n\n${compare("µs", micro(samples), OURS)}`).join("\n\n")}

The first call in a process, with the client and the schema made already:

${table(["ms, median of 9", OURS, ZOD], firsts)}`,
);
