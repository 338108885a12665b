/** The words for people: each sentence of each catalogue, with every kind of figure. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe as suite, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import ts from "typescript";
import { makeProject, ROOT } from "./lib.mjs";

const LOCALES = ["cs", "de", "en", "es", "fr", "it", "nl", "pl", "pt-BR", "sk"];
const FOLDER = join(ROOT, "pkg-template/src");

/** The figures that the types declare for each code: `{ too_long: { max: "number", … } }`. */
function declared() {
  const path = join(FOLDER, "generated/types.ts");
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
  const found = {};
  source.forEachChild((node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== "ViolationParams") return;
    for (const { name, type } of node.type.members) {
      const members = type.members ?? [];
      found[name.text] = members.map((each) => ({
        name: each.name.text,
        type: each.type.getText(source),
        isOptional: each.questionToken !== undefined,
      }));
    }
  });
  return found;
}

/** What each kind of figure may be. */
const NUMBERS = [0, 1, 2, 3, 4, 5, 11, 12, 21, 22, 25, 100, 101, 1000, 1.5, 65_535, 26_214_400, 26_214_401];
const MIMES = ["image/heic", "application/msword", "video/mp4", "application/zip", "image/x-unheard-of", "not a type"];
function valuesOf({ name, type }) {
  if (type === "number") return NUMBERS;
  if (type === "MarketplaceId") return ["kaufland", "clickbank", "magalu", "jtl-scx", "probo", "a-newer-one"];
  if (type === "string[]")
    return [["image/png", "image/*", "text/plain", "application/vnd.ms-excel"], ["application/pdf"]];
  if (["declared", "found"].includes(name)) return MIMES;
  if (name === "ending") return ["pdf"];
  return name === "value" ? ["0.00", "33.333", "81", "Ünï code", "$& $1"] : ["label.pdf", "$& $1 \\"];
}

/** Every violation of a code that is to be shown: each figure with each of its values. */
function* violationsOf(code, figures) {
  const firsts = (list) => Object.fromEntries(list.map((figure) => [figure.name, valuesOf(figure)[0]]));
  const make = (params) => ({ field: "a[0].b", code, message: "m", hint: "h", params });
  yield make(firsts(figures));
  yield make(firsts(figures.filter(({ isOptional }) => !isOptional)));
  for (const figure of figures) {
    for (const value of valuesOf(figure)) yield make({ ...firsts(figures), [figure.name]: value });
  }
}

/** All sentences of a catalogue with their names. */
function* sentencesOf(locale) {
  for (const part of ["violations", "kinds", "errors", "finals", "sent"]) {
    for (const [name, text] of Object.entries(locale[part])) yield [`${part}.${name}`, text];
  }
  for (const name of ["rule", "program", "failure", "again"]) yield [name, locale[name]];
}

let project;
let describe;
let describeError;
let TicketError;
let validate;
let validateAny;
const catalogues = {};
before(async () => {
  project = await makeProject();
  ({ describe, describeError, TicketError, validate } = await project.load("/kaufland"));
  ({ validate: validateAny } = await project.load());
  for (const name of LOCALES) catalogues[name] = (await project.load(`/locales/${name}`)).locale;
});
after(() => project?.dispose());

const CODES = declared();

suite("the catalogues", () => {
  test("are there for each language, in both forms", () => {
    const files = readdirSync(join(FOLDER, "locales")).filter((file) => file.endsWith(".ts"));
    assert.deepEqual(
      files.map((file) => file.replace(".ts", "")).sort(),
      [...LOCALES].sort((a, b) => (a < b ? -1 : 1)),
    );
    const require = createRequire(join(project.folder, "x.js"));
    for (const name of LOCALES) {
      const { default: required, locale } = require(`seller-tickets/locales/${name}`);
      assert.equal(required, locale);
      assert.deepEqual(JSON.stringify(locale), JSON.stringify(catalogues[name]));
      assert.equal(new Intl.PluralRules(locale.tag).resolvedOptions().locale.slice(0, 2), name.slice(0, 2));
    }
  });

  test("fill every sentence with every kind of figure", () => {
    let count = 0;
    for (const [name, locale] of Object.entries(catalogues)) {
      for (const code of Object.keys(locale.violations)) {
        assert.ok(CODES[code], `${code} has no declared figures`);
        for (const violation of violationsOf(code, CODES[code])) {
          const words = describe(violation, { locale });
          assert.doesNotMatch(
            words,
            /undefined|NaN|null|[{}[\]|]|`|\s{2}|a\[0\]|\s[.,](?!\w)/,
            `${name} ${code}: ${words}`,
          );
          assert.match(words, /[.!]$/, `${name} ${code}: ${words}`);
          assert.notEqual(words, locale.rule, `${name} ${code} ${JSON.stringify(violation.params)}`);
          count += 1;
        }
      }
    }
    assert.ok(count > 5000, String(count));
  });

  test("have a form of each noun for each number, and use the nouns that they have", () => {
    for (const [name, locale] of Object.entries(catalogues)) {
      const rules = new Intl.PluralRules(locale.tag);
      const categories = [...new Set([...Array(1000).keys(), 1.5].map((count) => rules.select(count)))].sort();
      const used = new Set();
      for (const [, text] of sentencesOf(locale)) {
        for (const [, slot] of text.matchAll(/\{\w+ (\w+)\}/g)) used.add(slot);
      }
      for (const [noun, forms] of Object.entries(locale.nouns)) {
        assert.ok(used.has(noun), `${name}: no sentence counts ${noun}`);
        // One form may do for all numbers.
        const needed = Object.keys(forms).length === 1 ? ["other"] : categories;
        assert.deepEqual(Object.keys(forms).sort(), needed, `${name} ${noun}`);
      }
      const of = (count) =>
        describe({ code: "too_few_items", params: { min: 7, length: count } }, { locale })
          .split(". ")
          .at(-1);
      assert.notEqual(of(1).replace("1", "2"), of(2), name);
    }
    const polish = (count) =>
      describe({ code: "too_long", params: { max: count, length: 99 } }, { locale: catalogues.pl });
    assert.match(polish(1), /Maksimum: 1 znak\.$/);
    assert.match(polish(22), /Maksimum: 22 znaki\.$/);
    assert.match(polish(25), /Maksimum: 25 znaków\.$/);
    assert.match(polish(1.5), /Maksimum: 1,5 znaku\.$/);
  });

  test("hold the same in each language: nothing is left out, and nothing is left in English", () => {
    const english = Object.fromEntries(sentencesOf(catalogues.en));
    const ends = (text) => text.match(/[.!?](?=\s|\]|$)/g)?.length ?? 0;
    const slots = (text) => [...new Set(text.match(/\{[^}]*\}/g) ?? [])].sort();
    for (const [name, locale] of Object.entries(catalogues)) {
      if (name === "en") continue;
      for (const [place, text] of sentencesOf(locale)) {
        const original = english[place];
        assert.notEqual(text, original, `${name} ${place} is English`);
        assert.deepEqual(slots(text), slots(original), `${name} ${place} has other figures: ${text}`);
        const ratio = text.length / original.length;
        assert.ok(ratio > 0.55 && ratio < 2, `${name} ${place} has ${ratio.toFixed(2)} of the length: ${text}`);
        assert.ok(Math.abs(ends(text) - ends(original)) <= 1, `${name} ${place} has other sentences: ${text}`);
        assert.doesNotMatch(text, /\b(?:the|please|this|your|and|with)\b/i, `${name} ${place} has English in it`);
      }
      const texts = [...sentencesOf(locale)].map(([, text]) => text);
      assert.equal(new Set(texts).size, texts.length, `${name} says one thing for two`);
    }
  });

  test("speak to people: no paths of fields, names of options, or words of developers", () => {
    const WORDS =
      /`|\bAPI\b|\bJSON\b|\bMIME\b|\bHTTP\b|\bURL\b|\bparams?\b|\bgateway\b|\btoken\b|\bundefined\b|_|Ms\b(?! in\})/;
    for (const [name, locale] of Object.entries(catalogues)) {
      for (const [place, text] of sentencesOf(locale)) assert.doesNotMatch(text, WORDS, `${name} ${place}`);
      // A name that may be missing begins its sentence, where its substitute fits.
      for (const [place, text] of sentencesOf(locale)) {
        for (const { index } of text.matchAll(/\{(?:file|marketplace)\}/g)) {
          assert.match(text.slice(0, index), /^$|[.!\]] $/, `${name} ${place}: ${text}`);
        }
      }
    }
  });

  test("have at most 6 KB each, and bring no module", async () => {
    for (const name of LOCALES) {
      const { outputFiles } = await build({
        stdin: {
          contents: `export { default } from "seller-tickets/locales/${name}";`,
          resolveDir: project.folder,
        },
        bundle: true,
        minify: true,
        write: false,
        format: "esm",
        logLevel: "error",
      });
      const size = brotliCompressSync(outputFiles[0].contents).length;
      assert.ok(size <= 6 * 1024, `${name}: ${size} bytes`);
    }
    const { outputFiles } = await build({
      stdin: {
        contents: `import de from "seller-tickets/locales/de";
          import { describe, describeError } from "seller-tickets/kaufland";
          console.log(describe({ field: "", code: "required", message: "", hint: "", params: {} }, { locale: de }), describeError(1, { locale: de }));`,
        resolveDir: project.folder,
      },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      logLevel: "error",
    });
    const size = brotliCompressSync(outputFiles[0].contents).length;
    assert.ok(size <= 10 * 1024, `${size} bytes`);
  });
});

suite("describe", () => {
  test("says what the marketplace takes, by the names of formats", () => {
    const violation = {
      field: "ticket_message_files[0]",
      code: "file_type_not_allowed",
      params: {
        file: "IMG_2041.HEIC",
        found: "image/heic",
        marketplace: "kaufland",
        allowed: [
          "text/plain",
          "image/png",
          "image/jpeg",
          "image/gif",
          "image/tiff",
          "application/pdf",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "application/msword",
        ],
      },
    };
    const words = (name) => describe(violation, { locale: catalogues[name] });
    assert.equal(
      words("en"),
      "IMG_2041.HEIC is a HEIC picture. Kaufland takes JPEG, PNG, GIF, TIFF, PDF, text, Word and Excel files.",
    );
    assert.equal(
      words("de"),
      "IMG_2041.HEIC ist ein HEIC-Bild. Kaufland nimmt diese Dateien an: JPEG, PNG, GIF, TIFF, PDF, Text, Word und Excel.",
    );
    const mp4 = { ...violation, params: { ...violation.params, found: "video/mp4" } };
    assert.match(describe(mp4, { locale: catalogues.en }), / is an MP4 video\. /);
    const older = {
      code: "mime_type_mismatch",
      params: { declared: "application/msword", found: violation.params.allowed[7] },
    };
    assert.match(
      describe(older, { locale: catalogues.en }),
      /^The file is a Word file \(docx\), but was given as a Word file \(doc\)\./,
    );
  });

  test("has words for everything that the package finds wrong with a letter", async () => {
    const bytes = new Uint8Array([0x66, 0x4c, 0x61, 0x43, 0, 0, 0, 0]);
    const { Kaufland } = await project.load("/kaufland");
    const client = new Kaufland({ gateway: "https://shop.example/api" });
    const letter = {
      text: "",
      ticket_message_files: [
        { filename: "empty.pdf", content: new Uint8Array() },
        { filename: "song.flac", content: bytes },
      ],
    };
    const found = [
      ...client.validate("createTicketMessage", "1x", letter),
      ...(await client.validateFiles("createTicketMessage", "1x", letter)),
    ];
    const words = found.map((violation) => describe(violation, { locale: catalogues.en }));
    assert.deepEqual(words, [
      "“1x” does not consist of digits alone. Please copy the number again.",
      "Please write at least 1 character. So far: 0 characters.",
      "empty.pdf is empty. Please choose another file.",
      "song.flac is of a kind that cannot be recognised. Kaufland takes JPEG, PNG, GIF, TIFF, PDF, text, Word and Excel files.",
    ]);
    const [first] = validate("kaufland", "createTicketMessage", "1", { text: "" });
    const label = (field) => ({ text: "Ihre Antwort" })[field];
    assert.equal(
      describe(first, { locale: catalogues.de, label }),
      "Ihre Antwort: Bitte schreiben Sie mindestens 1 Zeichen. Bisher: 0 Zeichen.",
    );
    assert.equal(
      describe({ ...first, field: "other" }, { locale: catalogues.de, label }),
      "Bitte schreiben Sie mindestens 1 Zeichen. Bisher: 0 Zeichen.",
    );
  });

  test("says how large the whole is, where that is known", () => {
    const of = (params, locale) => describe({ field: "files", code: "too_large", params }, { locale });
    assert.equal(of({}, catalogues.en), "This is too large to be sent.");
    const both = { max: 10_000_000, size: 12_500_000 };
    assert.equal(of(both, catalogues.en), "This is too large to be sent: 12.5 MB. The limit is 10 MB.");
    assert.equal(of(both, catalogues.de), "Das ist zu groß zum Senden: 12,5 MB. Möglich sind höchstens 10 MB.");
  });

  test("has in `params` whatever the developers' words name", () => {
    const only = (code, ...args) => validateAny(...args).find((violation) => violation.code === code)?.params;
    assert.deepEqual(only("invalid_id", "jtl-scx", "createTicket", { sellerId: "a-b" }), {
      value: "a-b",
      min: 1,
      max: 50,
    });
    const [created_at_gte, created_at_lte] = ["2026-02-02T00:00:00Z", "2026-02-01T00:00:00Z"];
    assert.deepEqual(only("range_reversed", "magalu", "listTickets", { created_at_gte, created_at_lte }), {
      other: "created_at_gte",
      value: created_at_lte,
    });
  });

  test("names another field by its label", () => {
    const violation = { field: "a", code: "range_reversed", params: { other: "createDateTo" } };
    const locale = catalogues.en;
    const label = (field) => ({ createDateTo: "“until”" })[field];
    assert.match(describe(violation, { locale, label }), /Please swap this and “until”\.$/);
    assert.match(describe(violation, { locale }), /Please swap this and the other end\.$/);
  });

  test("has general words for the code of a newer gateway, and for an older one that says less", () => {
    for (const locale of Object.values(catalogues)) {
      const of = (code, params) => describe({ field: "x", code, message: "m", hint: "h", params }, { locale });
      for (const code of ["a_newer_code", "constructor", "__proto__", "toString", "", 5, undefined]) {
        for (const params of [{}, undefined, null, 3]) assert.equal(of(code, params), locale.rule, String(code));
      }
      assert.equal(of("too_long", {}), locale.rule);
      assert.equal(of("too_long", { max: "many", length: null }), locale.rule);
      assert.equal(of("file_too_large", { max: Number.NaN, size: 1 }), locale.rule);
      // None of the types has a name that people know.
      const newer = { value: "image/png", known: ["a/newer-type"], marketplace: "kaufland" };
      assert.equal(of("mime_type_not_allowed", newer), locale.rule);
      // What an older gateway says of an empty file.
      assert.ok(of("empty_file", {}).startsWith(locale.missing.file));
      for (const code of ["unknown_option", "data_url_scheme", "nonce_required"])
        assert.equal(of(code, {}), locale.program);
      for (const nothing of [undefined, null, 1, "x", []]) assert.equal(describe(nothing, { locale }), locale.rule);
    }
  });

  test("writes numbers and sizes as the language does, and never two different sizes alike", () => {
    const size = (locale, max, size) =>
      describe({ code: "file_too_large", params: { max, size, file: "a" } }, { locale });
    const limit = 16_000_000;
    assert.equal(size(catalogues.en, limit, limit + 1), "a is too large: 16.1 MB. The limit is 16 MB.");
    assert.match(size(catalogues.de, limit, limit * 1.5), /: 24 MB\. Möglich sind höchstens 16 MB\./);
    assert.match(size(catalogues.fr, limit, limit + 1), /16,1\sMo/);
    assert.match(size(catalogues.en, 2099, 5000), /: 5 kB\. The limit is 2 kB/);
    const long = (locale) => describe({ code: "too_long", params: { max: 65_535, length: 1_000_000 } }, { locale });
    assert.match(long(catalogues.de), /1\.000\.000 Zeichen.*65\.535/);
    assert.match(long(catalogues.en), /1,000,000 characters/);
    const percent = { code: "percent_out_of_range", params: { min: 1, max: 80, value: "80.5" } };
    assert.match(describe(percent, { locale: catalogues.en }), /^80\.5% .* 1% to 80%/);
    assert.match(describe(percent, { locale: catalogues.de }), /^80,5\s% /);
  });

  test("takes a catalogue, or its module, and refuses anything else", async () => {
    const violation = { field: "", code: "required", params: {} };
    const module = await import(`${project.installed}/dist/locales/de.js`);
    assert.equal(describe(violation, { locale: module }), describe(violation, { locale: module.default }));
    for (const locale of [undefined, null, "de", {}, { locale: "de" }, { tag: "de", violations: {} }]) {
      const error = (() => {
        try {
          return describe(violation, { locale });
        } catch (thrown) {
          return thrown;
        }
      })();
      assert.ok(error instanceof TicketError, String(locale));
      assert.deepEqual([error.kind, error.code], ["configuration", "invalid_options"]);
    }
  });

  test("is the same from every entry", async () => {
    for (const entry of [
      "",
      "/kaufland",
      "/magalu",
      "/clickbank",
      "/jtl-scx",
      "/probo",
      "/files",
      "/gateway",
      "/slim",
    ]) {
      const loaded = await project.load(entry);
      assert.equal(typeof loaded.describe, "function", entry);
      assert.equal(
        loaded.describe({ code: "required", params: {} }, { locale: catalogues.en }),
        "Please fill this in.",
        entry,
      );
    }
  });
});

suite("describeError", () => {
  const of = (parts) => describeError(parts, { locale: catalogues.en });
  const base = { marketplace: "kaufland", endpoint: "createTicketMessage", retryable: true };

  test("says of a write whether it was received, and does not ask to repeat what may have been", () => {
    const network = { ...base, kind: "network", code: "network" };
    assert.equal(
      of({ ...network, sent: "maybe" }),
      "Kaufland could not be reached, or the connection was lost. It is not certain whether it was received. Please look at the ticket before you send it again.",
    );
    assert.equal(
      of({ ...network, sent: "no" }),
      "Kaufland could not be reached, or the connection was lost. Nothing was sent. Please try again later.",
    );
    assert.equal(
      of({ ...network, endpoint: "listTickets", sent: "maybe" }),
      "Kaufland could not be reached, or the connection was lost. Please try again later.",
    );
    assert.match(
      of({ ...base, kind: "decode", code: "unexpected_shape", sent: "yes", retryable: false }),
      /It was received, so please do not send it again\.$/,
    );
    for (const sent of ["maybe", "yes"]) {
      for (const kind of Object.keys(catalogues.en.kinds)) {
        assert.doesNotMatch(of({ ...base, kind, code: kind, sent }), /try again later/, kind);
      }
    }
  });

  test("says when to come again", () => {
    const limited = { ...base, kind: "rate_limited", code: "http_429", sent: "no" };
    assert.equal(
      of({ ...limited, retryAfterMs: 4200 }),
      "There are too many requests at the moment. Please try again in 5 seconds. Nothing was sent.",
    );
    assert.match(of({ ...limited, retryAfterMs: 600_000 }), /in 10 minutes/);
    assert.match(of({ ...limited, retryAfterMs: 6 * 3_600_000 }), /in 6 hours/);
    assert.match(of(limited), /again a little later\. Nothing/);
    assert.match(describeError({ ...limited, retryAfterMs: 1000 }, { locale: catalogues.pl }), /za 1 sekundę/);
  });

  test("calls a mistake in the set-up one, whatever its kind", () => {
    for (const [kind, code] of [
      ["forbidden", "foreign_origin"],
      ["not_found", "no_route"],
      ["decode", "not_a_gateway"],
    ]) {
      assert.ok(of({ ...base, kind, code, sent: "no" }).startsWith(catalogues.en.kinds.configuration), code);
    }
  });

  test("lists what is wrong with the input", async () => {
    const { Kaufland } = await project.load("/kaufland");
    const client = new Kaufland({ gateway: "https://shop.example/api" });
    const error = await client.createTicketMessage("1", { text: "" }).catch((reason) => reason);
    assert.ok(error instanceof TicketError);
    assert.equal(of(error), "Please write at least 1 character. So far: 0 characters. Nothing was sent.");
    assert.equal(of(error.toJSON()), of(error));
    assert.equal(of(JSON.parse(JSON.stringify(error))), of(error));
  });

  test("has words for each kind and each code of errors, in each language, and for anything else", () => {
    const types = readFileSync(join(FOLDER, "generated/types.ts"), "utf8");
    const [, union] = /export type OwnErrorCode =([^;]+);/.exec(types);
    const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
    assert.ok(codes.length > 50);
    for (const [name, locale] of Object.entries(catalogues)) {
      const say = (error) => describeError(error, { locale });
      for (const kind of Object.keys(locale.kinds)) {
        for (const code of [...codes, "tickets/finally-closed", "http_500", "a_newer_code"]) {
          for (const marketplace of ["kaufland", "magalu", ""]) {
            const words = say({ ...base, marketplace, kind, code, sent: "maybe", retryAfterMs: 1000 });
            assert.doesNotMatch(words, /undefined|NaN|[{}[\]|]|\s{2}|\s[.,]/, `${name} ${kind} ${code}: ${words}`);
            assert.ok(words.length > 10);
          }
        }
      }
      for (const nothing of [
        undefined,
        null,
        3,
        "x",
        new Error("private words"),
        {},
        { kind: "a_newer_kind" },
        { kind: "__proto__" },
      ]) {
        assert.equal(say(nothing), locale.failure, name);
      }
      assert.doesNotMatch(say({ kind: "validation", violations: [null, 1, {}] }), /undefined/);
    }
  });

  test("knows the methods that change nothing", () => {
    const tables = readFileSync(join(FOLDER, "wasm/generated/tables.ts"), "utf8");
    const reads = [];
    const writes = [];
    for (const [, name, access] of tables.matchAll(
      /"?([\w.]+)"?: \{\s*method: "\w+",\s*path: "[^"]*",\s*access: "(read|write)"/g,
    )) {
      (access === "read" ? reads : writes).push(name);
    }
    assert.ok(reads.length > 15 && writes.length > 10, `${reads.length} and ${writes.length}`);
    const told = (endpoint) => of({ ...base, endpoint, kind: "network", sent: "no", retryable: false });
    for (const endpoint of reads) assert.doesNotMatch(told(endpoint), /sent/, endpoint);
    for (const endpoint of writes) assert.match(told(endpoint), /Nothing was sent/, endpoint);
    assert.deepEqual(
      reads.filter((name) => writes.includes(name)),
      [],
    );
  });

  test("knows every other name that an error's `endpoint` has", () => {
    const WRITES = ["exchangeCode", "forward", "resumeUploads", "upload", "uploadAttachment", "desk.do", "desk.forget"];
    WRITES.push("desk.local", "desk.store", "desk.sync", "desk.undo", "desk.worker", "desk.routes");
    const READS = ["downloadAttachment", "downloadFile", "followTransaction", "session", "ticketReplies"];
    for (const name of ["actions", "changed", "changes", "check", "counts", "file", "list", "read"]) {
      READS.push(`desk.${name}`);
    }
    // Their errors are all of the set-up, of which nothing was sent.
    WRITES.push("authorizationUrl", "constructor", "createGateway", "createUploads", "detectMimeType");
    WRITES.push("splitComplaints", "desk.constructor");
    const found = new Set();
    for (const path of readdirSync(FOLDER, { recursive: true })) {
      if (!path.endsWith(".ts") || path.includes("generated")) continue;
      const text = readFileSync(join(FOLDER, path), "utf8");
      for (const [, union] of text.matchAll(/\bendpoint: ((?:(?: \| )?"[\w.]+")+)/g)) {
        for (const [, name] of union.matchAll(/"([\w.]+)"/g)) found.add(name);
      }
      // Within the desk's Worker, `ask` is a question to an object.
      if (!path.startsWith("desk") || path.includes("worker")) continue;
      for (const [, name] of text.matchAll(
        /\b(?:whereOf|broken|unknown\w+|checkGiven|change|ask)(?:<.*?>)?\((?:host, )?"(\w+)"/g,
      )) {
        found.add(`desk.${name}`);
      }
    }
    assert.ok(found.size > 25, String(found.size));
    assert.deepEqual(
      [...found].filter((name) => !WRITES.includes(name) && !READS.includes(name)),
      [],
      "say whether it changes something, here and in `words/describe.ts`",
    );
    const told = (endpoint) => of({ ...base, endpoint, kind: "network", sent: "no", retryable: false });
    for (const endpoint of READS) assert.doesNotMatch(told(endpoint), /sent/, endpoint);
    for (const endpoint of [...WRITES, "aNewerMethod", "getter", "desk"]) {
      assert.match(told(endpoint), /Nothing was sent/, endpoint);
    }
  });
});
