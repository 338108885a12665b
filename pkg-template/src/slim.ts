import { choose } from "./engine.js";

export * from "./core.js";

/** The bytes of `seller_tickets_bg.wasm`, a response that holds them, or the compiled module. */
export type StartSource = WebAssembly.Module | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Response;

/**
 * Starts the module; to be awaited before the first call. A compiled module is taken at once.
 *
 * ```ts
 * import { Kaufland, start } from "seller-tickets/slim";
 * await start(fetch("/assets/seller_tickets_bg.wasm"));
 * ```
 */
export async function start(source: StartSource | Promise<StartSource>): Promise<void> {
  const given = source instanceof Promise ? await source : source;
  if (given instanceof WebAssembly.Module) choose(given);
  else choose(await WebAssembly.compile("arrayBuffer" in given ? await given.arrayBuffer() : given));
}
