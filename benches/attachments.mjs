/** A file to the bytes of a Kaufland message: ours against what dashboards do, the best native code, and reading the file alone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { photo } from "./support/attachments.mjs";
import { compare, inNode, makeProject, nodes, openChromium, ratio, report, summary, table } from "./support/bench.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [
  { name: "1 KiB", size: KIB, batch: 40, warmUp: 10 },
  { name: "64 KiB", size: 64 * KIB, batch: 10, warmUp: 5 },
  { name: "1 MiB", size: MIB, batch: 1, warmUp: 3 },
  { name: "8 MiB", size: 8 * MIB, batch: 1, warmUp: 2 },
  { name: "25 MiB", size: 25 * MIB, batch: 1, warmUp: 1 },
];
const RUNS = 15;
const OURS = "ours: `request()`";
const SIGNED = "ours: `request()`, signed";
const USUAL = "FileReader, JSON.stringify, UTF-8";
const NATIVE = ["native base64, concatenation, UTF-8", "native base64 in chunks into one array"];
const NATIVE_SIGNED = "native in chunks, host's HMAC, `Request`";

const project = await makeProject("attachments");
const folder = await mkdtemp(join(tmpdir(), "seller-tickets-bench-"));
/** By runtime, then by size: the samples of each case. */
const results = [];
try {
  const files = [];
  for (const { name, size } of SIZES) {
    files.push(join(folder, `photo-${name.replace(" ", "-")}.jpg`));
    await writeFile(files.at(-1), photo(size));
  }
  const measureAll = async (name, measure) => {
    const sizes = [];
    for (const { name: label, ...options } of SIZES) {
      sizes.push({ label, samples: await measure({ ...options, runs: RUNS }) });
    }
    results.push({ name, sizes });
  };
  for (const node of await nodes()) {
    await measureAll(node.name, (options) => inNode(node, project, "attachments", options));
  }
  const page = await openChromium(project, "attachments", { files });
  try {
    await measureAll(page.name, page.measure);
  } finally {
    await page.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const median = (samples, name) => summary(samples[name]).median;

/** The bars of the project: each as a ratio of two cases. */
function overview() {
  const rows = results.flatMap(({ name, sizes }) =>
    sizes.map(({ label, samples }) => {
      const ours = median(samples, OURS);
      const of = (one) => (one in samples ? ratio(median(samples, one) / ours) : "-");
      const best = Math.min(...NATIVE.map((one) => median(samples, one)));
      // Of small files the difference of two medians is mostly noise.
      const isLarge = label.endsWith("MiB");
      const signing = (median(samples, SIGNED) - ours) / median(samples, "the host's HMAC alone");
      return [
        `${name}, ${label}`,
        of(USUAL),
        of(NATIVE[0]),
        ratio(best / ours),
        of("the same, as a `Request`"),
        ratio(ours / median(samples, "reading the file alone")),
        ratio(median(samples, NATIVE_SIGNED) / median(samples, SIGNED)),
        isLarge ? ratio(signing) : "-",
      ];
    }),
  );
  const head = [
    "",
    "usual / ours",
    "hand-tuned / ours",
    "best native / ours",
    "native `Request` / ours",
    "ours / reading",
    "signed: native / ours",
    "signing / HMAC",
  ];
  return table(head, rows);
}

const details = results.map(({ name, sizes }) =>
  [`### ${name}`, ...sizes.map(({ label, samples }) => `${label}:\n\n${compare("ms", samples, OURS)}`)].join("\n\n"),
);

await report(
  "attachments",
  "Attachments",
  `From a \`File\` of incompressible bytes to the bytes of \`{"text":…,"ticket_message_files":[{…,"data":"data:image/jpeg;base64,…"}]}\`. In Chromium
the file is on disk and chosen in a file field; in Node it is in memory. Ours is \`request("createTicketMessage", …)\`: it also checks all
rules and the file's type, and ends in a \`Request\`, for which the host copies the body; the rivals' bytes are without that unless said.

- usual: what dashboards do. \`FileReader.readAsDataURL\`, \`JSON.stringify\`, \`TextEncoder\`.
- hand-tuned: the whole file with \`toBase64\` or \`Buffer\`, joined by concatenation, then UTF-8.
- best native: the faster one of that and of chunks of 768 KiB that are each written to their place in one array.
- native \`Request\`: the chunks, and then a \`Request\` as ours makes it: the like one of ours.
- signed: the same with the host's HMAC, against ours with keys.
- signing: what the signature adds to ours, against the host's fastest HMAC over the same bytes alone (\`node:crypto\`, WebCrypto). The host copies
  the body for its \`Request\` in both of ours.

${overview()}

${details.join("\n\n")}`,
);
