// Workers from TypeScript, bundled in memory, in the form Miniflare takes.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

/**
 * Bundles a Worker. WebAssembly stays a module of its own, as in a deploy, because Workers compile
 * none at run time.
 *
 * @param {import("esbuild").BuildOptions} input `entryPoints` or `stdin`
 * @returns {Promise<import("miniflare").ModuleDefinition[]>}
 */
export async function bundleWorker(input) {
  /** @type {Map<string, Uint8Array>} */
  const wasm = new Map();
  const result = await build({
    sourcemap: "inline",
    sourcesContent: false,
    ...input,
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    logLevel: "silent",
    // The host's own modules.
    external: ["cloudflare:*"],
    plugins: [compiledWasm(wasm)],
  });
  const [script] = result.outputFiles;
  return [
    { type: "ESModule", path: "worker.mjs", contents: script.text },
    ...[...wasm].map(([path, contents]) => ({ type: "CompiledWasm", path, contents })),
  ];
}

/**
 * Gives every imported `.wasm` file a name made from its content, and leaves the import as it is.
 */
function compiledWasm(found) {
  const resolving = Symbol("resolving");
  return {
    name: "compiled-wasm",
    setup(builder) {
      builder.onResolve({ filter: /\.wasm(\?module)?$/ }, async (args) => {
        if (args.pluginData === resolving) return undefined;
        const { path, errors } = await builder.resolve(args.path.replace(/\?module$/, ""), {
          kind: args.kind,
          importer: args.importer,
          resolveDir: args.resolveDir,
          pluginData: resolving,
        });
        if (errors.length > 0) return { errors };
        const contents = await readFile(path);
        const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
        const name = `${hash}-${basename(path)}`;
        found.set(name, contents);
        return { path: `./${name}`, external: true };
      });
    },
  };
}
