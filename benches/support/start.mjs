/**
 * Measures a fresh workerd from its start to its first response, with scripts of different sizes.
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundleWorker, WORKER_DATE, WORKER_FLAGS } from "./bench.mjs";
import { interleave } from "./interleave.mjs";

const answering = (imports, work) => `${imports}
  export default {
    async fetch() {
      ${work}
      return new Response(null, { status: 204 });
    },
  };`;

/** A configuration of workerd with the one Worker, in a folder of its own. */
async function configure(folder, project, contents) {
  await mkdir(folder, { recursive: true });
  const modules = await bundleWorker(project, contents);
  const lines = [];
  for (const [at, { type, path, contents: bytes }] of modules.entries()) {
    const file = `module-${at}`;
    await writeFile(join(folder, file), bytes);
    // The script's imports spell the names relative to the bundle's folder.
    const name = path.slice(project.length + 1).replaceAll("\\", "/");
    lines.push(`(name = ${JSON.stringify(name)}, ${type === "ESModule" ? "esModule" : "wasm"} = embed "${file}")`);
  }
  const config = join(folder, "config.capnp");
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${lines.join(", ")}],
  compatibilityDate = "${WORKER_DATE}",
  compatibilityFlags = ${JSON.stringify(WORKER_FLAGS)},
);
`,
  );
  return config;
}

/** Milliseconds from the start of the process to the end of its first answer. */
async function once(program, config) {
  const start = performance.now();
  const child = spawn(program, ["serve", "--control-fd=3", config], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    const port = await new Promise((resolve, reject) => {
      let text = "";
      child.stdio[3].on("data", (data) => {
        text += data;
        for (const line of text.split("\n").slice(0, -1)) {
          const { event, port } = JSON.parse(line);
          if (event === "listen") resolve(port);
        }
      });
      child.on("error", reject);
      child.on("close", (code) => reject(new Error(`workerd ended with ${code} before it listened`)));
    });
    const { status } = await fetch(`http://127.0.0.1:${port}/`);
    const time = performance.now() - start;
    if (status !== 204) throw new Error(`the Worker answered with ${status}`);
    return time;
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** @param {Record<string, { imports: string, work: string }>} scripts by case */
export async function workerStarts(project, scripts, runs) {
  const require = createRequire(import.meta.url);
  const { default: program } = createRequire(require.resolve("miniflare"))("workerd");
  const cases = {};
  for (const [name, { imports, work }] of Object.entries(scripts)) {
    const folder = join(project, `worker-${Object.keys(cases).length}`);
    const config = await configure(folder, project, answering(imports, work));
    cases[name] = () => once(program, config);
  }
  return interleave(cases, { runs, warmUp: 1 });
}
