import { engine } from "seller-tickets-engine";
import { localError } from "../../ground/errors.js";
import { unavailable } from "../../wasm/instance.js";

/**
 * The bytes of `seller_tickets_bg.wasm`, a response that holds them, their address, or the compiled
 * module.
 */
export type StartSource = WebAssembly.Module | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Response | URL;

/**
 * Starts the module; to be awaited before the first call. A compiled module is taken at once.
 *
 * ```ts
 * import { Kaufland, start } from "seller-tickets/slim";
 * import wasm from "seller-tickets/wasm"; // or fetch("/assets/seller_tickets_bg.wasm"), from where you serve it
 * await start(wasm);
 * ```
 */
export async function start(source: StartSource | Promise<StartSource>): Promise<void> {
  const given = source instanceof Promise ? await source : source;
  if (isModule(given)) take(given as WebAssembly.Module);
  else {
    const bytes = await bytesOf(given instanceof URL ? await load(given) : (given as Loaded));
    let module: WebAssembly.Module;
    try {
      module = await WebAssembly.compile(bytes);
    } catch (error) {
      throw unavailable(error);
    }
    take(module);
  }
}

/** Takes a module, unless it is the one for files, which has no exports for clients. */
function take(module: WebAssembly.Module): void {
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "begin")) {
    const message =
      "this wasm module is for files alone: import `seller-tickets/files`, or start `seller-tickets/wasm` or a marketplace's own";
    throw localError(undefined, { kind: "configuration", code: "wasm_unavailable", message });
  }
  engine.choose(module);
}

/**
 * Not by `instanceof`: sandboxes, such as the one of Next.js for edge routes, hand out modules that
 * another realm compiled.
 */
function isModule(given: StartSource): boolean {
  return Object.prototype.toString.call(given) === "[object WebAssembly.Module]";
}

// Not `Exclude<StartSource, …>`: a `WebAssembly.Module` has no members, so everything is one.
type Loaded = ArrayBuffer | ArrayBufferView<ArrayBuffer> | Response;

async function bytesOf(given: Loaded): Promise<BufferSource> {
  if (!("arrayBuffer" in given)) return given;
  if (given.ok) return given.arrayBuffer();
  throw localError(undefined, {
    kind: "configuration",
    code: "wasm_unavailable",
    message: `the wasm module could not be loaded: ${given.url} answered ${given.status}`,
  });
}

/**
 * Node's `fetch` does not read files; asked for this way, its file system leaves no import for a
 * bundler to follow.
 */
async function load(url: URL): Promise<Loaded> {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const files = url.protocol === "file:" ? process?.getBuiltinModule?.("node:fs/promises") : undefined;
  if (files === undefined) return fetch(url);
  return (files as { readFile(path: URL): Promise<Uint8Array<ArrayBuffer>> }).readFile(url);
}
