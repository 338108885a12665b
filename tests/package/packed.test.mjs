/** Bytes that travel as text: what the build writes, the package reads. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { pack } from "../../pkg-template/pack.mjs";
import { ROOT } from "./lib.mjs";

const { outputFiles } = await build({
  entryPoints: [join(ROOT, "pkg-template/src/wasm/packed.ts")],
  define: { PACKED_NAME: '"test"' },
  bundle: true,
  format: "esm",
  write: false,
});
const { unpack } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const CASES = {
  nothing: [],
  "one byte": [255],
  "every byte once": Array.from({ length: 256 }, (_, at) => at),
  "every byte beside every other": Array.from({ length: 65_536 }, (_, at) => [at >> 8, at & 255]).flat(),
  words: Array.from("the words of a module, and the bytes between them\0\u0001".repeat(9), (c) => c.charCodeAt(0)),
  "one byte far more often than the others": [...Array(1000).fill(7), 0, 34, 60, 92, 255, 7],
};

for (const [name, bytes] of Object.entries(CASES)) {
  test(`${name} comes back`, () => {
    assert.deepEqual(unpack(pack(Uint8Array.from(bytes))), Uint8Array.from(bytes));
  });
}

test("the text is plain: no page, string or template takes a character of it for something else", () => {
  const { text, alphabet } = pack(Uint8Array.from(CASES["every byte beside every other"]));
  assert.match(text, /^[ -~]+$/);
  assert.doesNotMatch(text, /["'`\\$<]/);
  assert.deepEqual(
    Array.from(alphabet).filter((character) => !text.includes(character)),
    [],
  );
});

test("frequent words stand for themselves, so that they compress with those of the code around", () => {
  const bytes = [...CASES["every byte once"], ...CASES.words];
  assert.ok(pack(Uint8Array.from(bytes)).text.includes("the words of a module"));
});
