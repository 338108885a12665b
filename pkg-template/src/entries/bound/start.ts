import { engine } from "seller-tickets-engine";
import { localError, TicketError } from "../../ground/errors.js";
import { unavailable } from "../../wasm/instance.js";

/**
 * The bytes of `seller_tickets_bg.wasm`, a response that holds them, their URL, or the compiled
 * module.
 */
export type StartSource = WebAssembly.Module | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Response | URL;

/**
 * Starts the module. Await it before the first call; a compiled module is ready at once.
 *
 * ```ts
 * import { Kaufland, start } from "seller-tickets/slim";
 * // Or `fetch("/assets/seller_tickets_bg.wasm")`, from where you serve it.
 * import wasm from "seller-tickets/wasm";
 * await start(wasm);
 * ```
 */
export async function start(source: StartSource | Promise<StartSource>): Promise<void> {
  let module: WebAssembly.Module;
  try {
    const given = await source;
    if (isModule(given)) {
      module = given as WebAssembly.Module;
    } else {
      const bytes = await bytesOf(given instanceof URL ? await load(given) : (given as Loaded));
      // Next.js wraps this call into a function of its own for edge routes, where no `await` may stand.
      module = await WebAssembly.compile(bytes);
    }
  } catch (error) {
    throw error instanceof TicketError ? error : unavailable(error);
  }
  take(module);
}

/** Accepts a module, unless it is the one for files, which has no exports for clients. */
function take(module: WebAssembly.Module): void {
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "begin")) {
    const message =
      "this wasm module is for files alone: import `seller-tickets/files`, or start `seller-tickets/wasm` or a marketplace's own";
    throw localError(undefined, { kind: "configuration", code: "wasm_unavailable", message });
  }
  engine.choose(module);
}

/**
 * `instanceof` would fail: sandboxes, such as the one of Next.js for edge routes, provide modules
 * that another realm compiled.
 */
function isModule(given: StartSource): boolean {
  return Object.prototype.toString.call(given) === "[object WebAssembly.Module]";
}

// `Exclude<StartSource, …>` would not do: a `WebAssembly.Module` has no members, so every type
// extends it.
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
 * Node's `fetch` does not read files. This way to get its file system leaves no import that a
 * bundler would follow.
 */
async function load(url: URL): Promise<Loaded> {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const files = url.protocol === "file:" ? process?.getBuiltinModule?.("node:fs/promises") : undefined;
  if (files === undefined) return fetch(url);
  return (files as { readFile(path: URL): Promise<Uint8Array<ArrayBuffer>> }).readFile(url);
}
