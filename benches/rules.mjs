/** Compares validating request bodies with zod and equal rules. */
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
  times,
  versionOf,
} from "./support/bench.mjs";

const OPTIONS = { runs: 31 };
const IN_WORKER = { runs: 31, warmUp: 5, batch: 4 };
const OURS = "ours: `validate()`";
const ZOD = "zod: `safeParse()`";

const project = await makeProject("rules");
const results = [];
for (const node of await nodes()) {
  results.push({ name: node.name, samples: await inNode(node, project, "rules", OPTIONS) });
}
for (const strict of [false, true]) {
  const page = await openChromium(project, "rules", { strict });
  try {
    const name = strict ? `${page.name}, content security policy without eval` : page.name;
    results.push({ name, samples: await page.measure(OPTIONS) });
  } finally {
    await page.close();
  }
}
const worker = await openWorker(project, "rules");
try {
  results.push({ name: worker.name, samples: await inWorker(worker, IN_WORKER) });
} finally {
  await worker.close();
}

await report(
  "rules",
  "Rules",
  `1,000 bodies of \`createTicketMessage\` and \`openTicket\` without files, texts of 73 to 1,752 characters, one in ten invalid, against
zod ${await versionOf("zod")} with equal rules; both give the same verdict on each body. Ours also words each violation with field, code, hint and params.

${results.map(({ name, samples }) => `### ${name}\n\n${compare("ms for 1,000", samples, OURS)}`).join("\n\n")}`,
  results.map(({ name, samples }) => {
    const { value, text } = times(samples, ZOD, OURS);
    return bar(`1,000 bodies, zod / ours, ${name}`, "> 1", text, value > 1);
  }),
);
