/**
 * The catalogues of meanings: complete in every language, whole sentences, and no English left. They
 * are held against the meanings that the packed module has.
 */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { makeProject, ROOT, run } from "./lib.mjs";

const FOLDER = join(ROOT, "pkg-template/src/locales/meanings");
const LOCALES = ["cs", "de", "en", "es", "fr", "it", "nl", "pl", "pt-BR", "sk"];
const MAX_BROTLI = 8192;

/** Words that a language writes as English does, and names. */
const SAME = {
  all: ["spam", "eCustoms", "LashBack", "Kount", "PayPal Adaptive", "ClickBank", "PDF", "feedback", "euro"],
  de: [],
  fr: ["France"],
  it: ["Austria"],
  es: ["Austria"],
  nl: ["open"],
  pl: ["Austria"],
  cs: [],
  sk: [],
  "pt-BR": [],
};

let project;
let folder;
let catalogues;
/** What the module knows: marketplace → enum → list of `{ value, meaning }`. */
let known;

const bundled = async (contents) => {
  const options = { bundle: true, minify: true, write: false, format: "esm", target: "es2022", charset: "utf8" };
  const { outputFiles } = await build({ stdin: { contents, resolveDir: FOLDER, loader: "ts" }, ...options });
  return outputFiles[0].contents;
};

before(async () => {
  [project, folder] = await Promise.all([makeProject(), mkdtemp(join(tmpdir(), "meanings-"))]);
  const { meanings } = await project.load();
  known = Object.fromEntries(["clickbank", "jtl-scx", "kaufland", "magalu", "probo"].map((id) => [id, meanings(id)]));
  catalogues = {};
  for (const locale of LOCALES) {
    const file = join(folder, `${locale}.mjs`);
    await writeFile(file, await bundled(`export * from "./${locale}.ts"; export { default } from "./${locale}.ts";`));
    catalogues[locale] = await import(file);
  }
});

after(() => Promise.all([project?.dispose(), folder && rm(folder, { recursive: true })]));

/** Every value, with its meanings by locale. */
function* values() {
  for (const [marketplace, enums] of Object.entries(known))
    for (const [name, list] of Object.entries(enums))
      for (const { value } of list) {
        const texts = LOCALES.map((locale) => [locale, catalogues[locale].byMarketplace[marketplace]?.[name]?.[value]]);
        yield { place: `${marketplace} ${name} ${value}`, texts: Object.fromEntries(texts) };
      }
}

const problems = (find) => [...values()].flatMap(({ place, texts }) => find(texts).map((what) => `${place}: ${what}`));

test("each language has a catalogue, and each catalogue is one of them", async () => {
  assert.deepEqual((await readdir(FOLDER)).map((file) => file.replace(".ts", "")).sort(), LOCALES);
});

test("every value of every marketplace has a meaning in every language, in the vendor's order", () => {
  const names = Object.entries(known).map(([id, enums]) => [
    id,
    Object.entries(enums).map(([name, list]) => [name, list.map(({ value }) => value)]),
  ]);
  for (const [locale, { byMarketplace: all }] of Object.entries(catalogues)) {
    const found = Object.entries(all).map(([id, enums]) => [
      id,
      Object.entries(enums).map(([name, list]) => [name, Object.keys(list)]),
    ]);
    assert.deepEqual(found, names, locale);
  }
  const unfit = problems((texts) =>
    Object.entries(texts).flatMap(([locale, text]) => (/^\S(?:.*\S)?$/.test(text ?? "") ? [] : [locale])),
  );
  assert.deepEqual(unfit, []);
});

test("the English meanings are those of the module", () => {
  for (const [id, enums] of Object.entries(known))
    for (const [name, list] of Object.entries(enums))
      for (const { value, meaning } of list) assert.equal(catalogues.en.byMarketplace[id][name][value], meaning);
});

test("each marketplace can be imported alone, and brings no other one", async () => {
  for (const locale of LOCALES) {
    const { byMarketplace: all, default: same, ...named } = catalogues[locale];
    assert.equal(same, all);
    assert.deepEqual(Object.keys(named).sort(), ["clickbank", "jtlScx", "kaufland", "magalu", "probo"]);
    assert.equal(named.jtlScx, all["jtl-scx"]);
    assert.equal(named.kaufland, all.kaufland);
    const kaufland = Buffer.from(
      await bundled(`import { kaufland } from "./${locale}.ts"; console.log(kaufland);`),
    ).toString();
    assert.ok(kaufland.includes(all.kaufland.TicketReason.product_defect));
    assert.ok(!kaufland.includes(all.magalu.TicketReason.change_of_mind), locale);
    assert.ok(!kaufland.includes(all.clickbank.TypeCode.rfnd), locale);
  }
});

test("a value that the vendor added later has no meaning", () => {
  for (const { byMarketplace: all } of Object.values(catalogues))
    for (const value of ["constructor", "toString", "__proto__", "later"])
      assert.equal(all.kaufland.TicketReason[value], undefined);
});

test("no text is left in English", () => {
  const left = problems(({ en, ...texts }) =>
    Object.entries(texts).flatMap(([locale, text]) =>
      text === en && !SAME.all.includes(text) && !SAME[locale].includes(text) ? [`${locale} has "${text}"`] : [],
    ),
  );
  assert.deepEqual(left, []);
  // Words that sentences in English have, and that none of these languages has.
  const words = /\b(?:the|were|with|and|not|of the|is being|sent|seller|buyer)\b/i;
  const english = problems(({ en, ...texts }) =>
    Object.entries(texts).flatMap(([locale, text]) => (words.test(text) ? [`${locale} has "${text}"`] : [])),
  );
  assert.deepEqual(english, []);
});

test("no sentence is forgotten: the languages are about as long as each other", () => {
  const odd = problems((texts) => {
    const lengths = Object.values(texts).map((text) => text.length);
    const middle = lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)];
    return Object.entries(texts).flatMap(([locale, text]) => {
      // A word may be a third or three times as long as another one; a sentence may not.
      const [least, most] = middle < 16 ? [0.3, 3] : middle < 32 ? [0.4, 2] : [0.55, 1.7];
      const isOdd = text.length < middle * least || text.length > middle * most;
      return isOdd ? [`${locale} has ${text.length} characters, the others about ${middle}: "${text}"`] : [];
    });
  });
  assert.deepEqual(odd, []);
  // What stands behind a colon, a semicolon, a slash or in brackets is a part that can be forgotten.
  const parts = (text) => text.match(/[:;(]|\s\/\s/g)?.length ?? 0;
  const lacking = problems(({ en, ...texts }) =>
    Object.entries(texts).flatMap(([locale, text]) =>
      parts(text) === parts(en) ? [] : [`${locale} has other parts: "${text}"`],
    ),
  );
  assert.deepEqual(lacking, []);
});

test("values that differ in English differ in every language", () => {
  const same = [];
  for (const [id, enums] of Object.entries(known))
    for (const [name, list] of Object.entries(enums))
      for (const [locale, { byMarketplace: all }] of Object.entries(catalogues)) {
        const distinct = new Set(list.map(({ meaning }) => meaning)).size;
        const found = new Set(Object.values(all[id][name])).size;
        if (found !== distinct) same.push(`${locale} ${id} ${name}: ${found} texts, not ${distinct}`);
      }
  assert.deepEqual(same, []);
});

test("a catalogue of all marketplaces is at most 8 KB", async () => {
  for (const locale of LOCALES) {
    const bytes = brotliCompressSync(await bundled(`export { byMarketplace } from "./${locale}.ts";`)).length;
    assert.ok(bytes <= MAX_BROTLI, `${locale}: ${bytes}`);
  }
});

test("a value that is missing or unknown does not compile, and any value may be asked for", async () => {
  const at = (path) => JSON.stringify(join(ROOT, "pkg-template/src", path));
  await writeFile(
    join(folder, "types.ts"),
    `
    import type { PROBO } from ${at("generated/meanings.js")};
    import type { Open, TicketReason } from ${at("generated/types.js")};
    import { catalogue } from ${at("ground/meanings.js")};
    import { kaufland } from ${at("locales/meanings/de.js")};
    declare const probo: typeof PROBO;
    const { ComplaintReason, ComplaintSolution, ComplaintStatus } = probo;
    const { solved, ...unsolved } = ComplaintStatus;
    catalogue<"probo">({ ComplaintReason, ComplaintSolution, ComplaintStatus: { ...unsolved, solved } });
    // @ts-expect-error a value is missing
    catalogue<"probo">({ ComplaintReason, ComplaintSolution, ComplaintStatus: unsolved });
    // @ts-expect-error an enum is missing
    catalogue<"probo">({ ComplaintReason, ComplaintSolution });
    // @ts-expect-error a value is unknown
    catalogue<"probo">({ ComplaintReason, ComplaintSolution, ComplaintStatus: { ...unsolved, solved, closed: "" } });
    const text: string = kaufland.TicketReason.product_defect;
    declare const reason: Open<TicketReason>;
    const label: string = kaufland.TicketReason[reason] ?? reason;
    // @ts-expect-error a value that came later has no meaning
    const none: string = kaufland.TicketReason[reason];
    // @ts-expect-error there is no such enum
    kaufland.TicketReasons;
    `,
  );
  const tsc = createRequire(join(ROOT, "package.json")).resolve("typescript/bin/tsc");
  const flags = "--noEmit --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --skipLibCheck";
  const target = "--target es2022 --module esnext --moduleResolution bundler --lib es2022,dom";
  await run(process.execPath, [tsc, ...flags.split(" "), ...target.split(" "), "types.ts"], { cwd: folder });
});
