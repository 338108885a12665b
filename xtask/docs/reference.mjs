/**
 * The API reference: a page for each entry, and one for each class, interface and function. TypeDoc
 * reads the declarations of the packed package, so that the reference cannot contradict them.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, TSConfigReader } from "typedoc";
import ts from "typescript";
import { MARKETPLACES } from "../../pkg-template/entries.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(root, "target/npm/seller-tickets/dist");
const work = join(root, "target/docs/reference");

const COMPILER = {
  target: "es2022",
  module: "esnext",
  moduleResolution: "bundler",
  lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
  types: [],
  strict: true,
  skipLibCheck: true,
};

/** What stands at the top of an entry's page. */
const INTRO = {
  common: "What every entry for marketplaces exports: `seller-tickets`, `seller-tickets/kaufland` and so on.",
  "seller-tickets":
    "All classes, with the functions; types have the marketplace's name before theirs. " +
    "`seller-tickets/workerd` has the same exports, for Workers behind a bundler that picks another entry.",
  gateway: "`seller-tickets/workerd/gateway` has the same exports.",
  files: "What is for files, with a small module of its own.",
  desk: "All tickets in one list. In a page it has `Desk` with `remote` alone; `seller-tickets/desk/workerd` has the same exports as this entry.",
  slim:
    "Everything of [seller-tickets](../seller-tickets/index.md), and `start`. It starts the default export of " +
    "`seller-tickets/wasm`, or of `seller-tickets/kaufland/wasm` and so on.",
};

/** Writes the reference to a folder, and returns the names of its entries. */
export async function writeReference(out) {
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const entry = (name) => join(dist, `${name}.d.ts`);
  const names = namesOf([...MARKETPLACES, "index", "gateway", "files", "desk", "slim"].map(entry));
  const shared = sharedBy(MARKETPLACES.map((name) => names.get(entry(name))));
  // All in one folder, because TypeDoc names the entries by the folders where they are.
  const reexport = async (name, from = name, list = undefined) => {
    const path = join(work, `${name}.d.ts`);
    const specifier = relative(work, entry(from))
      .replaceAll("\\", "/")
      .replace(/\.d\.ts$/, ".js");
    await writeFile(path, `export ${list === undefined ? "*" : `{ ${list.join(", ")} }`} from "${specifier}";\n`);
    return path;
  };
  const all = names.get(entry("index"));
  const onlySlim = [...names.get(entry("slim")).keys()].filter((name) => !all.has(name));
  const entryPoints = [
    await reexport("common", MARKETPLACES[0], shared),
    ...(await Promise.all([...MARKETPLACES, "gateway", "files", "desk"].map((name) => reexport(name)))),
    await reexport("seller-tickets", "index"),
    await reexport("slim", "slim", onlySlim),
  ];
  const tsconfig = join(work, "tsconfig.json");
  await writeFile(tsconfig, JSON.stringify({ compilerOptions: COMPILER, files: entryPoints }));
  const app = await Application.bootstrapWithPlugins(
    {
      name: "API reference",
      entryPoints,
      tsconfig,
      plugin: ["typedoc-plugin-markdown"],
      readme: "none",
      out,
      disableSources: true,
      excludeExternals: true,
      excludePrivate: true,
      excludeProtected: true,
      excludeInternal: true,
      hideGenerator: true,
      hidePageHeader: true,
      logLevel: "Warn",
      treatWarningsAsErrors: true,
      entryFileName: "index",
      membersWithOwnFile: ["Class", "Interface", "Function"],
      useCodeBlocks: true,
      parametersFormat: "table",
      propertiesFormat: "table",
      interfacePropertiesFormat: "table",
      classPropertiesFormat: "table",
      typeAliasPropertiesFormat: "table",
      typeDeclarationFormat: "table",
      tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true, hideDefaults: true },
    },
    [new TSConfigReader()],
  );
  const project = await app.convert();
  if (project === undefined) throw new Error("the package's declarations do not compile");
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("the API reference is not whole");
  for (const path of await readdir(out, { recursive: true })) {
    if (path.endsWith(".md")) await polish(join(out, path), path.replaceAll("\\", "/"));
  }
  return entryPoints.map((path) => basename(path, ".d.ts"));
}

/** The exported names of each declaration file, with what they stand for. */
function namesOf(files) {
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  });
  const checker = program.getTypeChecker();
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file);
      if (source === undefined) throw new Error(`${file} is missing: run \`cargo xtask pack\``);
      const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
      const target = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
      return [file, new Map(symbols.map((symbol) => [symbol.name, target(symbol)]))];
    }),
  );
}

/** The names that stand for the same thing in all of these entries. */
function sharedBy([first, ...others]) {
  return [...first]
    .filter(([name, symbol]) => others.every((other) => other.get(name) === symbol))
    .map(([name]) => name);
}

/** Gives a page its introduction, and makes lists of what is only named there. */
async function polish(file, path) {
  let text = await readFile(file, "utf8");
  const [, module] = /^([\w-]+)\/index\.md$/.exec(path) ?? [];
  if (module !== undefined) {
    const intro =
      INTRO[module] ?? `The class of one marketplace, and its types without a prefix, in \`seller-tickets/${module}\`.`;
    text = text.replace(/^# .*$/m, (title) => `${title}\n\n${intro}`);
  }
  // A name from elsewhere is a line of a list, in place of a section of its own. So is an old name.
  text = text.replaceAll(
    /^### ~~(\w+)~~\n\n```ts\n[^`]*```\n\n#### Deprecated\n\n(Use `\w+`)\.\n(?:\n\*\*\*\n\n)?/gm,
    "- ~~$1~~, deprecated. $2.\n",
  );
  text = text.replaceAll(/^### (\S+)\n\nRe-exports (\[.*?\]\(.*?\))\n(?:\n\*\*\*\n\n)?/gm, "- $2\n");
  text = text.replaceAll(/^### (\S+)\n\nRenames and re-exports (\[.*?\]\(.*?\))\n(?:\n\*\*\*\n\n)?/gm, "- `$1`: $2\n");
  await writeFile(file, text);
}
