/** Compares reading a page of 100 tickets with JSON.parse and with zod and an equal schema. */
import {
  bar,
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
  times,
  versionOf,
} from "./support/bench.mjs";

const OPTIONS = { runs: 31, batch: 40 };
/**
 * A Worker is timed from outside, with enough pages in one request to make the request itself
 * negligible.
 */
const IN_WORKER = { runs: 31, warmUp: 5, batch: 200 };
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
    results.push({ name, strict, ...(await page.measure(OPTIONS)) });
  } finally {
    await page.close();
  }
}
const worker = await openWorker(project, "pages");
try {
  results.push({ name: worker.name, strict: true, samples: await inWorker(worker, IN_WORKER) });
} finally {
  await worker.close();
}

/** The time of the first call, in a process of its own. */
const firsts = [];
for (const node of await nodes()) {
  const first = { [OURS]: [], [ZOD]: [] };
  for (let turn = 0; turn < 9; turn += 1) {
    for (const name of Object.keys(first)) first[name].push(await inNode(node, project, "pages", { first: name }));
  }
  const [ours, zod] = Object.values(first).map((list) => summary(list).median.toFixed(1));
  firsts.push([node.name, ours, zod]);
}

const micro = (samples) =>
  Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, all.map((time) => time * 1000)]));

const bars = results.map(({ name, strict, samples }) => {
  const { value, text } = times(samples, ZOD, OURS);
  const what = `100 tickets, \`response.json()\` and zod / ours, ${name}`;
  if (strict) return bar(what, "> 1", text, value > 1);
  return bar(what, "≥ 1, goal 1.5", value >= 1.5 ? `${text}, goal met` : text, value >= 1);
});

await report(
  "pages",
  "Pages",
  `A page of 100 tickets, ${(results[0].size / 1000).toFixed(0)} KB, to typed and checked objects, against zod ${await versionOf("zod")} with an equal schema: loose objects (unknown fields
survive), open enums. Ours starts with a \`Response\`, so the rows with a \`Response\` are the like ones; those with bytes have neither the
stream nor the promises. Each sample is the mean of ${OPTIONS.batch} pages in a row. In workerd, which forbids eval, too, ${IN_WORKER.batch} pages are timed from
outside, less an empty request, and each \`Response\` is made within the time.

${results.map(({ name, samples }) => `### ${name}\n\n${compare("µs", micro(samples), OURS)}`).join("\n\n")}

The first call in a process, with the client and the schema made already:

${table(["ms, median of 9", OURS, ZOD], firsts)}`,
  bars,
);
