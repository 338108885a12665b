/** A page of 100 tickets: ours against JSON.parse and zod with an equal schema. */
import { compare, inNode, makeProject, nodes, openChromium, report, versionOf } from "./support/bench.mjs";

const OPTIONS = { runs: 31, batch: 40 };
const OURS = "ours: `decode(response)`";

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

const micro = (samples) =>
  Object.fromEntries(Object.entries(samples).map(([name, times]) => [name, times.map((time) => time * 1000)]));

await report(
  "pages",
  "Pages",
  `A page of 100 tickets, ${(results[0].size / 1000).toFixed(0)} KB, to typed and checked objects, against zod ${await versionOf("zod")} with an equal schema: loose objects (unknown fields
survive), open enums. Ours starts with a \`Response\`, so the rows with a \`Response\` are the like ones; those with bytes have neither the
stream nor the promises. Each sample is the mean of ${OPTIONS.batch} pages in a row.

${results.map(({ name, samples }) => `### ${name}\n\n${compare("µs", micro(samples), OURS)}`).join("\n\n")}`,
);
