/** The entries: what each has, what it loads, and what a resolver finds. */
import assert from "node:assert/strict";
import { access, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import ts from "typescript";
import { ENTRIES, exportsMap, LOCALES } from "../../pkg-template/entries.mjs";
import { makeProject, ROOT, run } from "./lib.mjs";

const MARKETPLACES = {
  kaufland: ["Kaufland", { clientKey: "a", secretKey: "b", userAgent: "Inhouse_development" }],
  clickbank: ["ClickBank", { apiKey: "API-A" }],
  magalu: ["Magalu", { accessToken: "a" }],
  "jtl-scx": ["JtlScx", { accessToken: "a" }],
  probo: ["Probo", { token: "a" }],
};
const FUNCTIONS = [
  "decode",
  "describe",
  "describeError",
  "detectMimeType",
  "encodeAttachment",
  "fileToBase64",
  "meanings",
  "validate",
];
const KIB = 1024;

let project;
let manifest;
before(async () => {
  project = await makeProject();
  manifest = JSON.parse(await readFile(join(project.installed, "package.json"), "utf8"));
});
after(() => project?.dispose());

/** The files that a page downloads for this source. */
async function sizeOf(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: project.folder },
    bundle: true,
    minify: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    platform: "browser",
    loader: { ".wasm": "copy" },
    logLevel: "error",
  });
  return outputFiles.reduce((sum, { contents }) => sum + brotliCompressSync(contents).length, 0);
}

describe("the manifest", () => {
  /** Each file that a condition may end in, with the conditions on its way. */
  function* ends(target, conditions = []) {
    if (typeof target === "string") yield { path: target, conditions };
    else
      for (const [name, inner] of Object.entries(target)) {
        yield* ends(inner, [...conditions, name]);
      }
  }

  test("has the exports of the list of entries, and every file of them", async () => {
    assert.deepEqual(manifest.exports, exportsMap());
    for (const target of Object.values(manifest.exports)) {
      for (const { path } of ends(target)) await access(join(project.installed, path));
    }
  });

  test("gives a CommonJS file wherever a CommonJS resolver can end", () => {
    const choose = (target, conditions) => {
      if (typeof target === "string") return target;
      const [, inner] = Object.entries(target).find(([name]) => conditions.includes(name)) ?? [];
      return inner && choose(inner, conditions);
    };
    // Those for Workers alone, and files, are none.
    const names = Object.keys(manifest.exports).filter((name) => !/workerd|\.wasm$|json$/.test(name));
    assert.equal(names.length, ENTRIES.length + LOCALES.length + 1 + 8);
    for (const name of names) {
      for (const host of [["node"], ["browser"], ["node", "browser"], []]) {
        const found = choose(manifest.exports[name], [...host, "require", "default"]);
        assert.match(found, /^\.\/dist\/cjs\/(?:locales\/(?:meanings\/)?)?[\w-]+\.js$/, `${name} with ${host}`);
        const types = choose(manifest.exports[name], [...host, "types", "require", "default"]);
        assert.match(types, /^\.\/dist\/cjs\/(?:locales\/(?:meanings\/)?)?[\w-]+\.d\.ts$/, `${name} with ${host}`);
      }
    }
  });

  test("says of no ES module that importing it has an effect", () => {
    assert.deepEqual(manifest.sideEffects, ["./dist/text/*.js"]);
  });
});

test("importing every entry compiles nothing", async () => {
  const names = Object.keys(manifest.exports).filter((name) => !/workerd|wasm$|json$/.test(name));
  await writeFile(
    join(project.folder, "quiet.mjs"),
    `let compiled = 0;
     for (const name of ["Module", "Instance"]) {
       const real = WebAssembly[name];
       WebAssembly[name] = new Proxy(real, { construct(target, args) { compiled += 1; return new target(...args); } });
     }
     WebAssembly.compile = WebAssembly.instantiate = () => { compiled += 1; };
     for (const name of ${JSON.stringify(names)}) await import("seller-tickets" + name.slice(1));
     const before = compiled;
     (await import("seller-tickets/kaufland")).meanings("kaufland");
     console.log(JSON.stringify([before, compiled > 0]));`,
  );
  assert.deepEqual(JSON.parse(await project.node("quiet.mjs")), [0, true]);
});

test("`TicketError` of any entry brings no module along", async () => {
  for (const { path } of ENTRIES.filter(({ name }) => name !== "gateway")) {
    const size = await sizeOf(`export { TicketError } from "seller-tickets${path.slice(1)}";`);
    assert.ok(size <= 4 * KIB, `${path}: ${size} bytes`);
  }
  assert.ok((await sizeOf('export { Kaufland } from "seller-tickets/kaufland";')) > 40 * KIB);
});

test("the desk of a page has no module, and the same types", async () => {
  const source = 'import { Desk } from "seller-tickets/desk"; globalThis.desk = new Desk({ remote: "/api/desk" });';
  const size = await sizeOf(source);
  assert.ok(size <= 15_000, `${size} bytes`);
  const target = manifest.exports["./desk"];
  // Bundlers for Workers know both conditions, and take the first one.
  assert.deepEqual(Object.keys(target), ["workerd", "browser", "import", "require", "default"]);
  const { Desk } = await import(join(project.installed, target.browser.import.default));
  assert.throws(() => new Desk({ accounts: {}, store: {} }), { name: "TicketError", code: "desk_in_page" });
});

test("an import of the gateway alone brings no class and no module along", async () => {
  const size = await sizeOf('export { createGateway } from "seller-tickets/gateway";');
  assert.ok(size <= 24 * KIB, `${size} bytes`);
});

for (const format of ["import", "require"]) {
  describe(`by ${format}`, () => {
    const load = (entry) =>
      format === "import"
        ? project.load(entry)
        : createRequire(join(project.folder, "x.cjs"))(`seller-tickets${entry}`);

    for (const [id, [name, keys]] of Object.entries(MARKETPLACES)) {
      test(`seller-tickets/${id} has its class and the functions, and knows no other marketplace`, async () => {
        const root = await load("");
        const entry = await load(`/${id}`);
        for (const one of [name, ...FUNCTIONS]) assert.equal(typeof entry[one], "function", one);
        for (const [other] of Object.values(MARKETPLACES)) if (other !== name) assert.ok(!(other in entry), other);
        assert.equal(entry.TicketError, root.TicketError);
        // Both have the same methods, and each its own module.
        assert.equal(Object.getPrototypeOf(entry[name]), Object.getPrototypeOf(root[name]));
        assert.notEqual(entry[name], root[name]);
        assert.equal(entry[name].name, name);
        assert.equal(entry[name].marketplace, id);
        const client = new entry[name]({ ...keys, fetch: async () => new Response("{}", { status: 404 }) });
        assert.equal(client.marketplace, id);
        assert.deepEqual(entry.meanings(id), root.meanings(id));
        const method = id === "kaufland" ? "openTicket" : "createTicket";
        assert.ok(entry.validate(id, method, 5).length > 0);
        assert.deepEqual(entry.validate(id, method, 5), root.validate(id, method, 5));
        assert.equal(await entry.fileToBase64(new Uint8Array([1, 2, 3])), "AQID");

        const [other, [otherName]] = Object.entries(MARKETPLACES).find(([one]) => one !== id);
        const unknown = (error) => error instanceof root.TicketError && error.code === "unknown_marketplace";
        assert.throws(() => entry.meanings(other), unknown);
        assert.throws(() => entry.validate(other, "getTicket", "1"), unknown);
        await assert.rejects(entry.decode(other, "getTicket", new Response("{}")), unknown);
        assert.equal(typeof root[otherName], "function");
      });
    }

    test("seller-tickets/files has the helpers alone", async () => {
      const files = await load("/files");
      const own = Object.keys(files).filter((name) => name !== "default");
      const words = ["describe", "describeError"];
      assert.deepEqual(own.sort(), ["TicketError", ...words, "detectMimeType", "encodeAttachment", "fileToBase64"]);
      assert.equal(files.TicketError, (await load("")).TicketError);
      const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
      assert.equal(files.detectMimeType(png), "image/png");
      const { data } = await files.encodeAttachment({ filename: "a.png", content: png });
      assert.equal(data, `data:image/png;base64,${Buffer.from(png).toString("base64")}`);
    });
  });
}

describe("seller-tickets/slim", () => {
  for (const module of ["", "/kaufland", "/clickbank", "/magalu", "/jtl-scx", "/probo"]) {
    for (const format of ["import", "require"]) {
      test(`starts seller-tickets${module}/wasm, by ${format}`, async () => {
        const get = (name) => (format === "import" ? `await import("${name}")` : `require("${name}")`);
        const file = `slim${module.replace("/", "-")}.${format === "import" ? "mjs" : "cjs"}`;
        await writeFile(
          join(project.folder, file),
          `(async () => {
             const api = ${get("seller-tickets/slim")};
             await api.start((${get(`seller-tickets${module}/wasm`)}).default);
             const out = [await api.fileToBase64(new Uint8Array([1, 2, 3]))];
             for (const [id, [name, keys]] of Object.entries(${JSON.stringify(MARKETPLACES)})) {
               try { new api[name](keys); api.meanings(id); out.push(id); } catch (error) { if (error.code !== "unknown_marketplace") out.push(error.message); }
             }
             console.log(JSON.stringify(out));
           })();`,
        );
        const all = module === "" ? Object.keys(MARKETPLACES) : [module.slice(1)];
        assert.deepEqual(JSON.parse(await project.node(file)), ["AQID", ...all]);
      });
    }
  }
});

test("seller-tickets/slim refuses the module for files", async () => {
  const { start, TicketError } = await project.load("/slim");
  const bytes = await readFile(join(project.installed, "dist/seller_tickets_files_bg.wasm"));
  const refused = (error) =>
    error instanceof TicketError && error.code === "wasm_unavailable" && /`seller-tickets\/files`/.test(error.message);
  await assert.rejects(start(bytes), refused);
  await assert.rejects(start(new WebAssembly.Module(bytes)), refused);
});

describe("types", () => {
  let namesOf;
  let deprecated;
  before(() => {
    const dist = join(project.installed, "dist");
    const files = [...ENTRIES.map(({ name }) => join(dist, `${name}.d.ts`)), join(dist, "cjs/generated/types.d.ts")];
    const { Bundler } = ts.ModuleResolutionKind;
    const program = ts.createProgram(files, { moduleResolution: Bundler, module: ts.ModuleKind.ESNext });
    const checker = program.getTypeChecker();
    const symbols = (file) =>
      checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(join(dist, file))));
    namesOf = (file) => symbols(file).map(({ name }) => name);
    deprecated = (file) =>
      symbols(file)
        .filter((symbol) => symbol.getJsDocTags(checker).some(({ name }) => name === "deprecated"))
        .map(({ name }) => name);
  });

  test("of the models are all at the root, with the marketplace's name, and the old names are deprecated", () => {
    const root = namesOf("index.d.ts");
    const desk = namesOf("desk.d.ts");
    const old = deprecated("index.d.ts");
    const common =
      /^(?:Access|ErrorKind|Int64|MarketplaceId|Meaning|Method|Open|Origin|Sent|OwnErrorCode|TicketErrorCode|TicketErrorData|TicketMessageFile|Tokens|Violation\w*)$/;
    for (const name of namesOf("cjs/generated/types.d.ts")) {
      // A list for the gateway, and the names that `meanings` completes.
      if (name === "MARKETPLACES" || name === "VocabularyOf") continue;
      // The desk has an entry of its own.
      if (name.startsWith("Desk")) {
        assert.ok(desk.includes(name) && !root.includes(name), name);
        continue;
      }
      // It came after the old names.
      if (name === "Discount") {
        assert.ok(root.includes("KauflandDiscount") && !root.includes(name), name);
        continue;
      }
      assert.ok(root.includes(name), name);
      if (common.test(name) || /^(?:ClickBank|Scx|Magalu)/.test(name)) assert.ok(!old.includes(name), name);
      else {
        assert.ok(old.includes(name), `${name} has no marketplace in its name, and is not deprecated`);
        const prefix = /Complaint|^MixedProduct$/.test(name) ? "Probo" : "Kaufland";
        assert.ok(root.includes(prefix + name), prefix + name);
      }
    }
  });

  test("of a marketplace's entry have no prefix, and none is missing", () => {
    const root = namesOf("index.d.ts");
    const old = deprecated("index.d.ts");
    for (const [id, [name]] of Object.entries(MARKETPLACES)) {
      const entry = namesOf(`${id}.d.ts`);
      assert.deepEqual(deprecated(`${id}.d.ts`), [], id);
      for (const one of ["Endpoints", "GatewayOptions", "Options", "ServerOptions"])
        assert.ok(entry.includes(one), one);
      const prefix = id === "jtl-scx" ? /^(?:JtlScx|Scx)(?=.)/ : new RegExp(`^${name}(?=.)`);
      for (const long of root.filter((one) => prefix.test(one) && !old.includes(one))) {
        // A class keeps its name, and an `Error` would hide the language's own.
        const short = long === "MagaluCreation" ? long : long === "ScxError" ? "ErrorEntry" : long.replace(prefix, "");
        assert.ok(entry.includes(short), `${id}: ${short}`);
      }
    }
  });

  test("compile without a prefix", async () => {
    await writeFile(
      join(project.folder, "entries.ts"),
      `import { Kaufland, type Options, type Ticket, type CreateTicketMessageParams, validate } from "seller-tickets/kaufland";
       import { Magalu, type Page, type Ticket as MagaluTicket } from "seller-tickets/magalu";
       import { JtlScx, type Event } from "seller-tickets/jtl-scx";
       import { Probo, type Complaint } from "seller-tickets/probo";
       import { ClickBank, type TicketId } from "seller-tickets/clickbank";
       import { detectMimeType, type FileInput } from "seller-tickets/files";
       import { createGateway } from "seller-tickets/gateway";
       import type { KauflandTicket, Ticket as Old } from "seller-tickets";
       import wasm from "seller-tickets/kaufland/wasm";
       import module from "seller-tickets/kaufland/workerd";
       const options: Options = { gateway: "/x" };
       const ticket: Promise<Ticket> = new Kaufland(options).getTicket("1");
       const same = (given: Ticket): KauflandTicket => given satisfies Old;
       const message: CreateTicketMessageParams = { text: "a" };
       const page = async (): Promise<Page<MagaluTicket>> => new Magalu({ accessToken: "a" }).listTickets();
       const events = async (): Promise<Event[]> => new JtlScx({ side: "seller", accessToken: "a" }).listEvents();
       const send = (complaint: Complaint) => new Probo({ token: "a" }).createTicket(complaint);
       const id: TicketId = 1n;
       const file: FileInput = new File([], "a.txt");
       const address: URL = wasm;
       createGateway({ accounts: { a: { marketplace: "kaufland", clientKey: "a", secretKey: "b", userAgent: "c" }, b: new ClickBank({ apiKey: "a" }) }, classes: [Kaufland, Probo, JtlScx], authorize: () => true });
       // @ts-expect-error not a class of a marketplace
       createGateway({ accounts: {}, classes: [Map], authorize: () => true });
       // @ts-expect-error half of the keys
       new Kaufland({ clientKey: "a" });
       void [ticket, same, message, page, events, send, id, file, address, module, validate("kaufland", "getTicket"), detectMimeType];
      `.replace(
        'import module from "seller-tickets/kaufland/workerd";',
        'import * as module from "seller-tickets/kaufland/workerd";',
      ),
    );
    const tsc = createRequire(join(ROOT, "package.json")).resolve("typescript/bin/tsc");
    const flags =
      "--noEmit --strict --target es2022 --module esnext --moduleResolution bundler --lib es2022,dom,dom.iterable,dom.asynciterable";
    await run(process.execPath, [tsc, ...flags.split(" "), "entries.ts"], { cwd: project.folder });
  });
});
