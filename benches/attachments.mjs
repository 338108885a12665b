/**
 * Compares turning a file into the bytes of a Kaufland message with the usual code of dashboards,
 * the best native code, and only reading the file.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { photo } from "./support/attachments.mjs";
import { memoryInNode, memoryInWorker } from "./support/attachments-memory.mjs";
import {
  bar,
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
  times,
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
/**
 * A Worker is timed from outside, with enough work in one request to make the request itself
 * negligible.
 */
const IN_WORKER = { "1 KiB": 200, "64 KiB": 50, "1 MiB": 8, "8 MiB": 3, "25 MiB": 2 };
const RUNS = 15;
const READING = "reading the file alone";
const OURS = "ours: `request()`";
const SIGNED = "ours: `request()`, signed";
const USUAL = "FileReader, JSON.stringify, UTF-8";
const USUAL_REQUEST = "FileReader, JSON.stringify, `Request`";
const HAND_TUNED_REQUEST = "native base64, concatenation, `Request`";
const CHUNKED_REQUEST = "native base64 in chunks, `Request`";
const NATIVE_SIGNED = "native in chunks, host's HMAC, `Request`";
const HMAC = "the host's HMAC alone";

const project = await makeProject("attachments");
const folder = await mkdtemp(join(tmpdir(), "seller-tickets-bench-"));
/** The samples of each case, by runtime and then by size. */
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
    await measureAll(worker.name, ({ label, ...options }) => inWorker(worker, { ...options, batch: IN_WORKER[label] }));
  } finally {
    await worker.close();
  }
  memory.push(await memoryInNode(all.at(-1), project, 25 * MIB));
  memory.push(await memoryInWorker(project, 25 * MIB));
} finally {
  await rm(folder, { recursive: true, force: true });
}

const median = (samples, name) => summary(samples[name]).median;

/** The ratios are taken in each round, so that a disturbance affects only its own round. */
function signing(samples) {
  const added = samples[SIGNED].map((time, at) => time - samples[OURS][at]);
  const hmac = median(samples, HMAC);
  const { median: middle, low, high } = summary(added.map((time) => time / hmac));
  return { value: middle, text: `${ratio(middle)} (${low.toFixed(2)}–${high.toFixed(2)})` };
}

/**
 * The limits of the project. Our result is a `Request`, so it is compared with cases that make a
 * `Request` too.
 */
function bars() {
  const line = (what, asked, { samples, labels, of, isMet }) => {
    const figures = labels.map((label) => [label, of(samples(label))]);
    const text = figures.map(([label, { text }]) => (labels.length > 1 ? `${label}: ${text}` : text)).join(", ");
    const all = figures.every(([, { value }]) => isMet?.(value));
    return bar(what, asked, text, isMet === undefined ? null : all);
  };
  const runtimes = results.map(({ name, sizes }) => ({
    name,
    samples: (label) => sizes.find((one) => one.label === label).samples,
  }));
  const against = (rival) => (samples) => times(samples, rival, OURS);
  const [large, small] = [
    ["8 MiB", "25 MiB"],
    ["1 KiB", "64 KiB"],
  ];
  const inBrowser = runtimes.filter(({ samples }) => USUAL in samples("25 MiB"));
  return [
    ...inBrowser.map(({ name, samples }) =>
      line(`25 MiB, FileReader to \`Request\` / ours, ${name}`, "≥ 8", {
        samples,
        labels: ["25 MiB"],
        of: against(USUAL_REQUEST),
        isMet: (value) => value >= 8,
      }),
    ),
    ...runtimes.map(({ name, samples }) =>
      line(`hand-tuned \`Request\` / ours, ${name}`, "≥ 3", {
        samples,
        labels: large,
        of: against(HAND_TUNED_REQUEST),
        isMet: (value) => value >= 3,
      }),
    ),
    ...runtimes.map(({ name, samples }) => {
      const asked = name.startsWith("Chromium") || name.startsWith("Node 24");
      return line(
        `25 MiB, ours / reading the file, ${name}`,
        name.startsWith("Chromium") ? "≤ 2" : asked ? "goal 2" : "reported",
        {
          samples,
          labels: ["25 MiB"],
          of: (one) => times(one, OURS, READING),
          ...(asked ? { isMet: (value) => value <= 2 } : {}),
        },
      );
    }),
    ...runtimes.map(({ name, samples }) =>
      line(`small files, hand-tuned \`Request\` / ours, ${name}`, "≥ 1", {
        samples,
        labels: small,
        of: against(HAND_TUNED_REQUEST),
        isMet: (value) => value >= 1,
      }),
    ),
    ...memory
      .flat()
      .filter(({ way }) => way === "streamed")
      .map(({ name, linear, live }) =>
        bar(`25 MiB streamed, MiB above idle, ${name}`, "≤ 8", MiB(linear + live), linear + live <= 8 * MIB),
      ),
    ...memory
      .flat()
      .filter(({ way }) => way === "buffered")
      .map(({ name, linear, live }) => {
        const bodies = live / BODY;
        const text = `${MiB(linear)} MiB linear, ${bodies.toFixed(1)} bodies`;
        return bar(`25 MiB in one piece, ${name}`, "≤ 8 MiB linear, one body", text, linear <= 8 * MIB && bodies < 1.5);
      }),
    ...runtimes.map(({ name, samples }) => {
      const asked = name.startsWith("Node");
      return line(`25 MiB, what signing adds / the host's HMAC, ${name}`, asked ? "≤ 1.1" : "reported", {
        samples,
        labels: ["25 MiB"],
        of: signing,
        ...(asked ? { isMet: (value) => value <= 1.1 } : {}),
      });
    }),
  ];
}

/** All ratios for all sizes. */
function overview() {
  const rows = results.flatMap(({ name, sizes }) =>
    sizes.map(({ label, samples }) => {
      const of = (one) => (one in samples ? times(samples, one, OURS).text : "-");
      // Reading a small file takes so little time that the difference is mostly noise.
      const isLarge = label.endsWith("MiB");
      return [
        `${name}, ${label}`,
        of(USUAL_REQUEST),
        of(HAND_TUNED_REQUEST),
        of(CHUNKED_REQUEST),
        isLarge ? times(samples, OURS, READING).text : "-",
        times(samples, NATIVE_SIGNED, SIGNED).text,
        isLarge ? signing(samples).text : "-",
      ];
    }),
  );
  const head = [
    "",
    "usual / ours",
    "hand-tuned / ours",
    "chunks / ours",
    "ours / reading",
    "signed: chunks / ours",
    "signing / HMAC",
  ];
  return table(head, rows);
}

const MiB = (bytes) => (bytes / MIB).toFixed(1);
const BODY = 4 * Math.ceil((25 * MIB) / 3);
const memoryTable = table(
  ["MiB above idle, signed, 25 MiB", "linear memory, all", "live JS bytes, at most", "samples"],
  memory
    .flat()
    .map(({ name, way, linear, live, samples }) => [`${name}, ${way}`, MiB(linear), MiB(live), samples ?? "after it"]),
);

const details = results.map(({ name, sizes }) =>
  [`### ${name}`, ...sizes.map(({ label, samples }) => `${label}:\n\n${compare("ms", samples, OURS)}`)].join("\n\n"),
);

await report(
  "attachments",
  "Attachments",
  `From a \`File\` of incompressible bytes to \`{"text":…,"ticket_message_files":[{…,"data":"data:image/jpeg;base64,…"}]}\` as the body of a \`Request\`.
In browsers the file is on disk and chosen in a file field; in Node and Workers it is in memory. Ours is \`request("createTicketMessage", …)\`: it
also checks all rules and the file's type, which the rivals do not. It has no way to the bytes alone, so the ratios are with rivals that make a
\`Request\`, too; how long rivals take to the bytes is in the tables of each runtime, where "of ours" divides by our \`Request\` all the same.
workerd's clock stands still while it works, so it is timed from outside, less an empty request. Firefox cannot be told to collect garbage.

- usual: what dashboards do. \`FileReader.readAsDataURL\` and \`JSON.stringify\`; the host makes UTF-8 of it.
- hand-tuned: the whole file with \`toBase64\` or \`Buffer\`, joined by concatenation; the host makes UTF-8 of it.
- chunks: the best native code that we know. 768 KiB at a time, each written to its place in one array; the host copies it for its \`Request\`.
- signed: the chunks with the host's HMAC, against ours with keys.
- signing: what the signature adds to ours, against the host's fastest HMAC over the same bytes alone (\`node:crypto\`, WebCrypto).

${overview()}

### Memory

Above idle, where the file is held and an earlier message was sent: the module's linear memory in all, and the bytes that JavaScript keeps alive, after a
collection. "Streamed" is \`createTicketMessage\` to a server that takes its time, sampled all through the call; "buffered" a \`request()\` that is held. In Node its
body is one Blob, as in Firefox. workerd copies the bytes into its \`Request\`, and nothing of ours is left.

${memoryTable}

${details.join("\n\n")}`,
  bars(),
);
