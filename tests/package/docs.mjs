/** The examples of the pages, so that they can be run. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";
import { ROOT } from "./lib.mjs";

const AsyncFunction = (async () => {}).constructor;

/**
 * The examples (fenced as `ts`) of a page.
 *
 * @returns {Promise<{ line: number, run: (names: Record<string, unknown>) => Promise<void> }[]>}
 * `run` carries one out; `names` stand in for what it imports or takes as given
 */
export async function examplesOf(page) {
  const text = await readFile(join(ROOT, "docs", page), "utf8");
  // What exports something is a Worker, and has a test of its own.
  const scripts = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].filter(([, code]) => !/^export /m.test(code));
  return scripts.map(({ 1: code, index }) => ({
    line: text.slice(0, index).split("\n").length + 1,
    async run(names) {
      const body = await scriptOf(code);
      // The names that an example declares are its own.
      const given = Object.keys(names).filter((name) => !new RegExp(`\\b(?:const|let) ${name}\\b`).test(body));
      await new AsyncFunction(...given, body)(...given.map((name) => names[name]));
    },
  }));
}

/** An example as plain JavaScript, without its imports. */
export async function scriptOf(code) {
  const { code: script } = await transform(code, { loader: "ts", target: "es2022" });
  return script.replaceAll(/^import .*;$/gm, "");
}
