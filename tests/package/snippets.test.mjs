/** Every TypeScript example of the pages compiles, with the strictest settings that users commonly have. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { compile as compileSvelte } from "svelte/compiler";
import { compileScript, compileTemplate, parse } from "vue/compiler-sfc";
import * as gateway from "../../target/npm/seller-tickets/dist/gateway.js";
import * as api from "../../target/npm/seller-tickets/dist/index.js";
import { compile, givenNames, pages, snippetsOf, snippetsOfSources } from "./snippets.mjs";

/** Three that do not compile: each is wrong in its second line. */
const WRONG = `
\`\`\`ts
const page = await kaufland.listTickets();
const total: number = page.pagination.total;
\`\`\`

\`\`\`vue
<script setup lang="ts">
const ids: string[] = [];
const first: string = ids[0];
</script>

<template><p>{{ first }}</p></template>
\`\`\`

\`\`\`tsx
const name: string | undefined = undefined as string | undefined;
export const link = <a href={kaufland}>{name}</a>;
\`\`\`
`;

describe("the examples of the pages", async () => {
  const inPages = (await Promise.all((await pages()).map((page) => snippetsOf(page)))).flat();
  const inSources = await snippetsOfSources();
  const snippets = [...inPages, ...inSources];
  const wrong = await snippetsOf("wrong.md", WRONG);
  let errors;
  before(async () => {
    errors = await compile([...snippets, ...wrong]);
  });
  test("are found", () => {
    assert.ok(inPages.length > 110, `${inPages.length} examples in pages`);
    assert.ok(inSources.length > 8, `${inSources.length} examples in comments`);
  });
  test("are not taken when they are wrong", () => {
    const found = wrong.map((snippet) => errors.get(snippet).map((text) => text.split(" ")[0]));
    assert.deepEqual(
      found.map((lines) => [...new Set(lines)]),
      [["wrong.md:4"], ["wrong.md:10"], ["wrong.md:18"]],
    );
  });
  test("are not left out when their fence is written in another way", async () => {
    for (const text of [
      "  ```ts\n  f()\n  ```\n",
      "```typescript\nf()\n```\n",
      "~~~ts\nf()\n~~~\n",
      "```ts x\nf()\n```\n",
    ]) {
      await assert.rejects(snippetsOf("a.md", text), /a\.md has 1 examples, of which 0/);
    }
  });
  test("take no name of the package as given", async () => {
    const names = [...(await givenNames()).values()].flatMap((set) => [...set]);
    assert.ok(names.length > 20);
    assert.deepEqual(
      names.filter((name) => name in api || name in gateway),
      [],
    );
  });
  for (const { page, line, language, whole } of snippets.filter(({ whole, code }) => whole !== code)) {
    test(`${page}:${line} is a component`, () => {
      if (language === "svelte") {
        const { warnings } = compileSvelte(whole, { generate: "client" });
        assert.deepEqual(warnings, []);
      } else {
        const { descriptor, errors } = parse(whole);
        assert.deepEqual(errors, []);
        const { bindings } = compileScript(descriptor, { id: "a" });
        const { content: source } = descriptor.template;
        const made = compileTemplate({
          id: "a",
          filename: "a.vue",
          source,
          compilerOptions: { bindingMetadata: bindings },
        });
        assert.deepEqual([...made.errors, ...made.tips], []);
      }
    });
  }
  for (const snippet of snippets) {
    test(`${snippet.page}:${snippet.line} compiles`, () => assert.deepEqual(errors.get(snippet), []));
  }
});
