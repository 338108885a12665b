/** A file to the bytes of a Kaufland message: ours against what dashboards do, the best native code, and reading the file alone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { photo } from "./support/attachments.mjs";
import { memoryInNode, memoryInWorker } from "./support/attachments-memory.mjs";
import {
  compare,
  inNode,
  inWorker,
  makeProject,
  nodes,
  openChromium,
  openFirefox,
  openWorker,
  ratio,
  report,
  summary,
  table,
} from "./support/bench.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [
  { name: "1 KiB", size: KIB, batch: 40, warmUp: 10 },
  { name: "64 KiB", size: 64 * KIB, batch: 10, warmUp: 5 },
  { name: "1 MiB", size: MIB, batch: 1, warmUp: 3 },
  { name: "8 MiB", size: 8 * MIB, batch: 1, warmUp: 2 },
  { name: "25 MiB", size: 25 * MIB, batch: 1, warmUp: 1 },
];
/** A Worker is timed from outside: enough work in one request that the way there does not count. */
const IN_WORKER = { "1 KiB": 200, "64 KiB": 50, "1 MiB": 4, "8 MiB": 1, "25 MiB": 1 };
const RUNS = 15;
const READING = "reading the file alone";
const OURS = "ours: `request()`";
const SIGNED = "ours: `request()`, signed";
const USUAL = "FileReader, JSON.stringify, UTF-8";
const HAND_TUNED = "native base64, concatenation, UTF-8";
const HAND_TUNED_REQUEST = "native base64, concatenation, `Request`";
const CHUNKED = "native base64 in chunks into one array";
const CHUNKED_REQUEST = "native base64 in chunks, `Request`";
const NATIVE_SIGNED = "native in chunks, host's HMAC, `Request`";
const HMAC = "the host's HMAC alone";

const project = await makeProject("attachments");
const folder = await mkdtemp(join(tmpdir(), "seller-tickets-bench-"));
/** By runtime, then by size: the samples of each case. */
const results = [];
const memory = [];

async function measureAll(name, measure) {
  const sizes = [];
  for (const { name: label, ...options } of SIZES) {
    sizes.push({ label, samples: await measure({ ...options, runs: RUNS, label }) });
  }
  results.push({ name, sizes });
}

try {
  const files = [];
  for (const { name, size } of SIZES) {
    files.push(join(folder, `photo-${name.replace(" ", "-")}.jpg`));
    await writeFile(files.at(-1), photo(size));
  }
  const all = await nodes(["node22", "node24"]);
  for (const node of all) {
    await measureAll(node.name, (options) => inNode(node, project, "attachments", options));
  }
  for (const open of [openChromium, openFirefox]) {
    const page = await open(project, "attachments", { files });
    if (page === null) continue;
    try {
      await measureAll(page.name, page.measure);
    } finally {
      await page.close();
    }
  }
  const worker = await openWorker(project, "attachments");
  try {
    await measureAll(worker.name, ({ size, runs, warmUp, label }) =>
      inWorker(worker, { size, runs, warmUp, batch: IN_WORKER[label] }),
    );
  } finally {
    await worker.close();
  }
  memory.push(await memoryInNode(all.at(-1), project, 25 * MIB));
  memory.push(await memoryInWorker(project, 25 * MIB));
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
      // Of small files the difference of two medians is mostly noise.
      const isLarge = label.endsWith("MiB");
      const signing = (median(samples, SIGNED) - ours) / median(samples, HMAC);
      return [
        `${name}, ${label}`,
        of(USUAL),
        of(HAND_TUNED),
        of(HAND_TUNED_REQUEST),
        of(CHUNKED),
        of(CHUNKED_REQUEST),
        ratio(ours / median(samples, READING)),
        ratio(median(samples, NATIVE_SIGNED) / median(samples, SIGNED)),
        isLarge ? ratio(signing) : "-",
      ];
    }),
  );
  const head = [
    "",
    "usual / ours",
    "hand-tuned / ours",
    "hand-tuned `Request` / ours",
    "chunks / ours",
    "chunks `Request` / ours",
    "ours / reading",
    "signed: native / ours",
    "signing / HMAC",
  ];
  return table(head, rows);
}

const MiB = (bytes) => (bytes / MIB).toFixed(1);
const memoryTable = table(
  ["MiB above idle, signed, 25 MiB", "linear memory, all", "live JS bytes, at most"],
  memory.flat().map(({ name, linear, live }) => [name, MiB(linear), live === null ? "-" : MiB(live)]),
);

const details = results.map(({ name, sizes }) =>
  [`### ${name}`, ...sizes.map(({ label, samples }) => `${label}:\n\n${compare("ms", samples, OURS)}`)].join("\n\n"),
);

await report(
  "attachments",
  "Attachments",
  `From a \`File\` of incompressible bytes to the bytes of \`{"text":…,"ticket_message_files":[{…,"data":"data:image/jpeg;base64,…"}]}\`. In browsers
the file is on disk and chosen in a file field; in Node and Workers it is in memory. Ours is \`request("createTicketMessage", …)\`: it also checks
all rules and the file's type, and ends in a \`Request\`. The rivals' bytes are without that unless said: the like one is a \`Request\`.
workerd's clock stands still while it works, so it is timed from outside, less an empty request. Firefox cannot be told to collect garbage.

- usual: what dashboards do. \`FileReader.readAsDataURL\`, \`JSON.stringify\`, \`TextEncoder\`.
- hand-tuned: the whole file with \`toBase64\` or \`Buffer\`, joined by concatenation, then UTF-8; or the text as the body of a \`Request\`.
- chunks: 768 KiB at a time, each written to its place in one array; or that as the body of a \`Request\`, for which the host copies it.
- signed: the chunks with the host's HMAC, and a \`Request\`, against ours with keys.
- signing: what the signature adds to ours, against the host's fastest HMAC over the same bytes alone (\`node:crypto\`, WebCrypto).

${overview()}

### Memory

Above idle, where the file is held and an earlier message was sent: the module's linear memory in all, and the bytes that JavaScript keeps alive, after a
collection, sampled all through the call. "Sent" is \`createTicketMessage\` to a server that takes its time; "held" a \`request()\` that is kept, whose body is the host's
(a Blob in Node).

${memoryTable}

${details.join("\n\n")}`,
);
